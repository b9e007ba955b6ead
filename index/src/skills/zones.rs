//! What each part of an offer is about: the work, the person looked for, or everything around them.
//!
//! An offer praises its employer, tells what it pays, how one applies and what the law wants said; words there ask
//! for nothing. Headings (« Vos missions », « Qui sommes-nous ? ») open a zone, sentences may say another for
//! themselves (« Mutuelle et tickets restaurant. »), and words that only the work or the candidate's profile has
//! (« vous serez chargé de ») lead back from one. Texts without line breaks are read by sentences, and by headings
//! that are glued to what follows them (« Description du posteRattaché à… »).

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::fold::fold_char;

/// What a part of an offer is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// Nothing says what it is about, as at the beginning of most offers.
    Open,
    /// The work to be done.
    Tasks,
    /// The person looked for: skills, experience, diplomas.
    Profile,
    /// What would be welcome, without being needed.
    Wished,
    /// The employer, its customers, its team.
    Employer,
    /// Pay, hours and benefits.
    Given,
    /// How to apply, and what follows.
    Hiring,
    /// Equal chances, data protection, other fixed words.
    Rules,
}

impl Zone {
    /// Whether what is named there may be asked of the candidate.
    pub fn asks(self) -> bool {
        matches!(self, Self::Open | Self::Tasks | Self::Profile | Self::Wished)
    }
}

/// The zones of a text.
///
/// ```
/// use jobmatch_index::skills::{Zone, Zones};
///
/// let text = "Qui sommes-nous ?\nUn éditeur de logiciels.\nVos missions :\n- Développer en Java\nMutuelle et RTT.";
/// let zones = Zones::of(text);
/// assert_eq!(zones.at(text.find("logiciels").unwrap()), Zone::Employer);
/// assert_eq!(zones.at(text.find("Java").unwrap()), Zone::Tasks);
/// assert!(!zones.at(text.find("Mutuelle").unwrap()).asks());
/// ```
#[derive(Debug, Default)]
pub struct Zones {
    /// Where each stretch ends, and what it is about; in order, side by side.
    ends: Vec<(usize, Zone)>,
}

impl Zones {
    /// Reads the zones of an offer's description.
    pub fn of(text: &str) -> Self {
        Reader::new(text).read()
    }

    /// What the text is about at a byte.
    pub fn at(&self, byte: usize) -> Zone {
        let at = self.ends.partition_point(|(end, _)| *end <= byte);
        self.ends.get(at).map_or(Zone::Open, |(_, zone)| *zone)
    }

    /// Stretches of one zone, in order, side by side, as byte ranges of the text.
    pub fn stretches(&self) -> impl Iterator<Item = (Range<usize>, Zone)> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|(end, _)| *end));
        starts.zip(&self.ends).map(|(start, (end, zone))| (start..*end, *zone))
    }

    fn push(&mut self, end: usize, zone: Zone) {
        match self.ends.last_mut() {
            Some((last, _)) if *last >= end => {}
            Some((last, same)) if *same == zone => *last = end,
            _ => self.ends.push((end, zone)),
        }
    }
}

/// How a cue works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A heading, alone at the start of a line or a sentence.
    Heading,
    /// A field with its value beside it (« Salaire : 2 100 € »): holds for its line.
    Field,
    /// Begins a sentence about the zone.
    Begins,
    /// Makes the sentence about the zone.
    Says,
    /// Leads to the zone from there on, out of any other.
    Turns,
    /// Speaks to the candidate: leads to the zone from there on, out of the employer's praise.
    Addresses,
    /// Speaks of the employer, where the sentence does not speak to the candidate.
    Speaks,
}

struct Hit {
    start: usize,
    end: usize,
    cue: usize,
}

/// A text folded byte by byte, with the way back.
struct Reader<'a> {
    text: &'a str,
    folded: String,
    /// For each byte of `folded`, the byte of `text` it comes from; one more for the end.
    origins: Vec<u32>,
    hits: Vec<Hit>,
}

/// A line or sentence, in bytes of the folded text.
struct Piece {
    start: usize,
    end: usize,
    /// Whether the piece begins its line, and whether it ends it.
    opens: bool,
    closes: bool,
}

/// Longest heading, in bytes, that need not be followed by a colon.
const LONGEST_HEADING: usize = 64;

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        let mut folded = String::with_capacity(text.len() + 8);
        let mut origins = Vec::with_capacity(text.len() + 8);
        for (at, c) in text.char_indices() {
            match c {
                '\n' => folded.push('\n'),
                c if c.is_whitespace() => folded.push(' '),
                c => fold_char(c, &mut folded),
            }
            origins.resize(folded.len(), at as u32);
        }
        origins.push(text.len() as u32);
        let bytes = folded.as_bytes();
        let mut hits = Vec::new();
        for found in AUTOMATON.find_overlapping_iter(&folded) {
            let (start, end) = (found.start(), found.end());
            if start > 0 && bytes[start - 1].is_ascii_alphanumeric() {
                // « informatiquesVos avantages »: a capital in the middle of a word begins a new one.
                let written = text[origins[start] as usize..].chars().next();
                let before = text[..origins[start] as usize].chars().next_back();
                if !(written.is_some_and(char::is_uppercase) && before.is_some_and(char::is_lowercase)) {
                    continue;
                }
            }
            hits.push(Hit { start, end, cue: found.pattern().as_usize() });
        }
        hits.sort_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end)));
        Self { text, folded, origins, hits }
    }

    fn read(&self) -> Zones {
        let mut zones = Zones::default();
        let mut current = Zone::Open;
        // The zone to go back to at the end of a line that is a field.
        let mut after_line = None;
        for piece in self.pieces() {
            if piece.opens
                && let Some(zone) = after_line.take()
            {
                current = zone;
            }
            let content = self.content(&piece);
            let mut from = content;
            if let Some((end, cue)) = self.heading(&piece, content) {
                let (zone, role) = KINDS[CUES[cue].0];
                let rest = self.folded[end..piece.end].trim_matches(|c: char| !c.is_alphanumeric());
                let same_line = !rest.is_empty() || !piece.closes;
                if role == Role::Field && same_line {
                    after_line = after_line.or(Some(current));
                } else {
                    after_line = None;
                }
                current = zone;
                from = end;
            }
            current = self.sentence(&piece, from, current, &mut zones);
        }
        zones.push(self.text.len(), current);
        zones
    }

    /// Puts the zones of one sentence and gives the zone that goes on after it.
    fn sentence(&self, piece: &Piece, from: usize, current: Zone, zones: &mut Zones) -> Zone {
        let end = self.origins[piece.end] as usize;
        let mut said: Option<Zone> = None;
        let mut praise: Option<usize> = None;
        let mut turn: Option<(usize, Zone)> = None;
        let mut addressed: Option<usize> = None;
        let mut speaks = false;
        for hit in self.hits_in(from, piece.end) {
            let (zone, role) = KINDS[CUES[hit.cue].0];
            match role {
                Role::Begins if hit.start == from => praise = praise.or(Some(hit.start)),
                // The employer is praised within a sentence that may go on to ask: « Pour notre client, leader du
                // bâtiment, vous posez … ».
                Role::Says if zone == Zone::Employer => praise = praise.or(Some(hit.start)),
                Role::Says => {
                    let first = said.is_none_or(|other| rank(zone) < rank(other));
                    said = if first { Some(zone) } else { said };
                }
                Role::Turns => turn = turn.or(Some((hit.start, zone))),
                Role::Addresses => addressed = addressed.or(Some(hit.start)),
                Role::Speaks => speaks = true,
                Role::Heading | Role::Field | Role::Begins => {}
            }
        }
        let praised = matches!(current, Zone::Open | Zone::Employer);
        if praised && turn.is_none() {
            turn = addressed.map(|at| (at, Zone::Tasks));
        }
        let listed = self.folded[piece.start..from].contains(['-', '*', '•', '·']);
        if speaks && praised && turn.is_none() && praise.is_none() && !listed {
            praise = Some(from);
        }
        if let Some(zone) = said {
            let wish = zone == Zone::Wished;
            if !wish || turn.is_some() || current.asks() {
                zones.push(end, zone);
                return match turn {
                    Some((_, asked)) if wish && !current.asks() => asked,
                    _ => current,
                };
            }
        }
        let next = match turn {
            Some((_, zone)) if !current.asks() || current == Zone::Open => zone,
            _ => current,
        };
        match (praise, turn) {
            (Some(praised), Some((turned, _))) if turned > praised => {
                zones
                    .push(self.origins[praised] as usize, if praised > from { next } else { Zone::Employer });
                zones.push(self.origins[turned] as usize, Zone::Employer);
                zones.push(end, next);
            }
            (Some(praised), _) => {
                zones.push(self.origins[praised] as usize, next);
                zones.push(end, Zone::Employer);
            }
            (None, _) => zones.push(end, next),
        }
        next
    }

    fn hits_in(&self, from: usize, to: usize) -> &[Hit] {
        let first = self.hits.partition_point(|hit| hit.start < from);
        let last = self.hits.partition_point(|hit| hit.start < to);
        &self.hits[first..last.max(first)]
    }

    /// Where the words of a piece begin: after bullets, numbers and signs.
    fn content(&self, piece: &Piece) -> usize {
        let text = &self.folded[piece.start..piece.end];
        piece.start + text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len())
    }

    /// The heading that a piece begins with: where it ends, and its cue.
    fn heading(&self, piece: &Piece, content: usize) -> Option<(usize, usize)> {
        let hits = self.hits_in(content, content + 1).iter();
        let (end, cue) = hits
            .filter(|hit| matches!(KINDS[CUES[hit.cue].0].1, Role::Heading | Role::Field))
            .map(|hit| (hit.end, hit.cue))
            .next()?;
        if end > piece.end {
            return None;
        }
        let end = self.word_end(content, end, piece.end);
        let rest = &self.folded[end..piece.end];
        let written = &self.text[self.origins[end] as usize..];
        let glued = written.starts_with(char::is_uppercase) && !self.is_shouted(content, end);
        let first = rest.trim_start().chars().next();
        let marked = first.is_none_or(|c| matches!(c, ':' | '?' | '!' | '*' | '-' | '|' | '=' | '>' | '_'));
        if rest.starts_with(|c: char| c.is_ascii_alphanumeric()) && !glued {
            return None;
        }
        let listed = self.folded[piece.start..content].contains(['-', '*', '•', '·']);
        let words = self.folded[content..end].split(' ').count();
        let more = rest.split_ascii_whitespace().count();
        let begins = piece.opens || self.is_glued(piece.start);
        let alone = begins
            && piece.closes
            && !listed
            && piece.end - content <= LONGEST_HEADING
            && !rest.trim_end().ends_with('.')
            && (rest.contains(':') || (words >= 2 && more <= 4));
        // « - Contact » alone in a list is an item of it.
        let item = listed && words == 1 && rest.trim().is_empty();
        ((marked && !item) || glued || alone).then_some((end, cue))
    }

    /// Whether a piece follows what stands before it without a space.
    fn is_glued(&self, at: usize) -> bool {
        let bytes = self.folded.as_bytes();
        at > 0 && bytes[at - 1] != b'\n' && bytes.get(at).is_some_and(|byte| *byte != b' ')
    }

    /// Takes in the rest of a word that a cue begins (« compétence » in « Compétences requises »), but not a new word
    /// that is glued to it.
    fn word_end(&self, start: usize, mut end: usize, limit: usize) -> usize {
        let shouted = self.is_shouted(start, end);
        let bytes = self.folded.as_bytes();
        while end < limit && bytes[end].is_ascii_alphanumeric() {
            let written = self.text[self.origins[end] as usize..].chars().next();
            if !shouted && written.is_some_and(char::is_uppercase) {
                break;
            }
            end += 1;
        }
        end
    }

    fn is_shouted(&self, start: usize, end: usize) -> bool {
        let words = &self.text[self.origins[start] as usize..self.origins[end] as usize];
        !words.contains(char::is_lowercase)
    }

    /// Lines, cut into sentences; a heading that is glued to the sentence before it begins a piece too.
    fn pieces(&self) -> Vec<Piece> {
        let bytes = self.folded.as_bytes();
        let mut pieces = Vec::new();
        let mut start = 0;
        let mut opens = true;
        let mut glued = (self.hits.iter())
            .filter(|hit| hit.start > 0 && bytes[hit.start - 1].is_ascii_alphanumeric())
            .map(|hit| hit.start)
            .peekable();
        for at in 0..=bytes.len() {
            let end_of_line = at == bytes.len() || bytes[at] == b'\n';
            let is_glued = glued.next_if(|start| *start == at).is_some();
            while glued.next_if(|start| *start <= at).is_some() {}
            if !(end_of_line || is_glued || (at > start && self.ends_sentence(at))) {
                continue;
            }
            if end_of_line || at > start {
                pieces.push(Piece { start, end: at, opens, closes: end_of_line });
                opens = end_of_line;
                start = if end_of_line { at + 1 } else { at };
            }
        }
        pieces
    }

    /// Whether a new sentence begins here.
    fn ends_sentence(&self, at: usize) -> bool {
        let bytes = self.folded.as_bytes();
        let before = bytes[at - 1];
        match before {
            b'.' | b'!' | b'?' | b';' => {
                let next = bytes[at];
                if next == b' ' {
                    return true;
                }
                // « requis.Vous »: the space was lost.
                let mut written = self.text[self.origins[at] as usize..].chars();
                let capital = written.next().is_some_and(char::is_uppercase);
                capital && written.next().is_some_and(|c| c.is_lowercase() || c == '\'' || c == '’')
            }
            b'*' => at >= 3 && &bytes[at - 3..at] == b"***" && bytes[at] != b'*',
            _ => bytes[at] == b' ' && self.folded[..at].ends_with(['•', '✅', '➡', '▪']),
        }
    }
}

/// Which of two zones that a sentence speaks of it is about.
fn rank(zone: Zone) -> u8 {
    match zone {
        Zone::Rules => 0,
        Zone::Given => 1,
        Zone::Hiring => 2,
        _ => 3,
    }
}

static AUTOMATON: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .kind(Some(AhoCorasickKind::DFA))
        .build(CUES.iter().map(|(_, words)| words))
        .expect("the cues are few and short")
});

/// Cues in one list: the number of their kind in [`KINDS`], and the words.
static CUES: LazyLock<Vec<(usize, &'static str)>> = LazyLock::new(|| {
    let of = |(kind, words): (usize, &'static &'static [&'static str])| {
        words.iter().map(move |word| (kind, *word))
    };
    WORDS.iter().enumerate().flat_map(of).collect()
});

/// What the lists of [`WORDS`] are cues of.
const KINDS: [(Zone, Role); 17] = [
    (Zone::Tasks, Role::Heading),
    (Zone::Profile, Role::Heading),
    (Zone::Wished, Role::Heading),
    (Zone::Employer, Role::Heading),
    (Zone::Given, Role::Heading),
    (Zone::Given, Role::Field),
    (Zone::Hiring, Role::Heading),
    (Zone::Rules, Role::Heading),
    (Zone::Wished, Role::Says),
    (Zone::Employer, Role::Begins),
    (Zone::Employer, Role::Says),
    (Zone::Given, Role::Says),
    (Zone::Hiring, Role::Says),
    (Zone::Rules, Role::Says),
    (Zone::Tasks, Role::Turns),
    (Zone::Tasks, Role::Addresses),
    (Zone::Employer, Role::Speaks),
];

/// Cues, folded, one list a kind of [`KINDS`]; each begins a word.
const WORDS: [&[&str]; 17] = [
    // Headings of the work.
    &[
        "description du poste",
        "descriptif du poste",
        "description de la mission",
        "description de l'offre",
        "description du job",
        "le poste",
        "votre poste",
        "poste et missions",
        "poste propose",
        "votre mission",
        "vos mission",
        "ta mission",
        "tes mission",
        "tes principales mission",
        "mission",
        "missions",
        "la mission",
        "les mission",
        "nos mission",
        "ses mission",
        "missions principales",
        "principales missions",
        "vos principales mission",
        "vos futures mission",
        "vos responsabilite",
        "responsabilite",
        "vos activite",
        "activites",
        "activites principales",
        "principales activites",
        "vos taches",
        "taches",
        "principales taches",
        "les taches",
        "votre role",
        "ton role",
        "role",
        "votre quotidien",
        "au quotidien",
        "votre fonction",
        "vos fonctions",
        "votre future mission",
        "quelles missions",
        "quelles seront vos missions",
        "contenu du poste",
        "contenu de la mission",
        "objectifs principaux",
        "objectif du poste",
        "environnement technique",
        "environnement de travail technique",
        "stack technique",
        "stack",
        "notre stack",
        "technologies",
        "outils",
        "job description",
        "the role",
        "the position",
        "your role",
        "your mission",
        "your responsibilities",
        "responsibilities",
        "key responsibilities",
        "what you will do",
        "what you'll do",
        "your tasks",
        "tasks",
        "tech stack",
        "our stack",
        "duties",
        "missions generales",
        "a ce titre",
    ],
    // Headings of the person looked for.
    &[
        "description du profil",
        "profil",
        "profils recherche",
        "le profil",
        "votre profil",
        "ton profil",
        "profil recherche",
        "profil souhaite",
        "profil attendu",
        "profil candidat",
        "profil de candidat",
        "quel profil",
        "vos profil",
        "votre parcours",
        "qui etes-vous",
        "qui etes vous",
        "qui es-tu",
        "vous etes",
        "vous avez",
        "pourquoi vous",
        "et vous",
        "competence",
        "competences requises",
        "competences attendues",
        "competences recherchees",
        "competences techniques",
        "competences indispensables",
        "qualites requises",
        "vos competences",
        "les competences",
        "connaissances",
        "savoir-faire",
        "savoirs",
        "savoir-etre",
        "savoir etre",
        "soft skills",
        "hard skills",
        "qualites",
        "vos qualites",
        "vos atouts",
        "aptitudes",
        "prerequis",
        "pre-requis",
        "qualification",
        "vos qualifications",
        "formation",
        "formations",
        "formation et experience",
        "formation, competences",
        "experience",
        "experiences",
        "diplome",
        "diplomes",
        "exigences",
        "les indispensables",
        "ce que nous recherchons",
        "nous recherchons",
        "on recherche",
        "ce que nous attendons",
        "qu'attendons-nous de vous",
        "permis/certification",
        "langues",
        "your profile",
        "profile",
        "who you are",
        "about you",
        "requirements",
        "qualifications",
        "skills",
        "required skills",
        "must have",
        "must-have",
        "what we are looking for",
        "what we're looking for",
        "what you bring",
        "what you'll bring",
        "you have",
        "you are",
        "experience and skills",
        "language",
        "languages",
    ],
    // Headings of what is welcome.
    &[
        "les plus",
        "les + ",
        "le plus",
        "les petits plus",
        "les atouts",
        "atouts",
        "ce qui ferait la difference",
        "ce qui fera la difference",
        "serait un plus",
        "seraient un plus",
        "un plus",
        "idealement",
        "souhaite",
        "nice to have",
        "nice-to-have",
        "bonus",
        "preferred",
        "good to have",
        "would be a plus",
        "it's a plus",
    ],
    // Headings of the employer.
    &[
        "qui sommes-nous",
        "qui sommes nous",
        "qui est",
        "nous sommes",
        "a propos",
        "l'entreprise",
        "entreprise",
        "notre entreprise",
        "votre entreprise",
        "votre employeur",
        "l'employeur",
        "description de l'entreprise",
        "descriptif de l'entreprise",
        "presentation de l'entreprise",
        "presentation de la societe",
        "presentation du groupe",
        "presentation de l'agence",
        "presentation",
        "la societe",
        "notre societe",
        "societe",
        "le groupe",
        "notre groupe",
        "notre client",
        "le client",
        "notre histoire",
        "notre equipe",
        "l'equipe",
        "votre equipe",
        "nos valeurs",
        "nos engagements",
        "nos clients",
        "nos atouts",
        "contexte",
        "contexte de l'entreprise",
        "le contexte",
        "notre environnement",
        "pourquoi nous recrutons",
        "pourquoi nous ?",
        "notre ambition",
        "notre mission",
        "notre culture",
        "l'etablissement",
        "notre etablissement",
        "la structure",
        "company description",
        "about us",
        "about the company",
        "about",
        "who we are",
        "our company",
        "our team",
        "the company",
        "our client",
        "the team",
        "en quelques mots",
        "en quelques chiffres",
        "le saviez-vous",
    ],
    // Headings of pay and benefits.
    &[
        "ce que nous offrons",
        "ce que nous vous offrons",
        "ce que nous proposons",
        "ce que nous vous proposons",
        "ce que l'entreprise vous propose",
        "ce qu'on vous propose",
        "ce que l'on vous propose",
        "ce qu'on t'offre",
        "nous vous offrons",
        "nous offrons",
        "nous vous proposons",
        "nous proposons",
        "nous avons",
        "on vous propose",
        "on t'offre",
        "que propose notre client",
        "voila ce que notre client vous propose",
        "la proposition de notre client",
        "pourquoi nous rejoindre",
        "pourquoi rejoindre",
        "pourquoi nous choisir",
        "pourquoi choisir",
        "pourquoi travailler",
        "les raisons de nous rejoindre",
        "rejoindre",
        "nous rejoindre",
        "avantages",
        "les avantages",
        "vos avantages",
        "nos avantages",
        "avantages sociaux",
        "quels avantages",
        "avantages attractifs",
        "conditions et avantages",
        "conditions",
        "conditions de travail",
        "conditions du poste",
        "conditions d'emploi",
        "conditions particulieres",
        "conditions proposees",
        "conditions salariales",
        "quelles conditions",
        "voici les conditions",
        "remuneration et avantages",
        "decouvrez ce package",
        "decouvrez les details",
        "decouvrez cette offre",
        "tout ce que vous devez savoir",
        "votre evolution",
        "ton evolution",
        "tes petits",
        "les +",
        "modalites",
        "informations complementaires",
        "informations supplementaires",
        "informations pratiques",
        "autres informations",
        "infos pratiques",
        "details",
        "details du poste",
        "caracteristiques du poste",
        "caracteristiques de l'emploi",
        "logement",
        "commodites",
        "package",
        "what we offer",
        "we offer",
        "benefits",
        "perks",
        "why join us",
        "compensation",
        "what's in it for you",
        "additional information",
        "en plus des missions classiques",
        "travailler avec",
        "travailler chez",
        "profitez d",
        "vous beneficierez",
        "vous pouvez egalement beneficier",
        "des avantages",
    ],
    // Fields of the contract.
    &[
        "salaire",
        "votre salaire",
        "remuneration",
        "votre remuneration",
        "horaire",
        "horaires",
        "vos horaires",
        "jours travailles",
        "contrat",
        "type de contrat",
        "type d'emploi",
        "statut",
        "duree",
        "duree du contrat",
        "date de debut",
        "date de demarrage",
        "date de prise de poste",
        "debut",
        "prise de poste",
        "lieu",
        "lieu de travail",
        "lieu de la mission",
        "localite",
        "localisation",
        "temps de travail",
        "transport",
        "rtt",
        "secteur",
        "secteur d'activite",
        "salary",
        "location",
        "contract",
        "start date",
        "working hours",
    ],
    // Headings of the steps.
    &[
        "processus de recrutement",
        "process de recrutement",
        "process",
        "le process",
        "procedure de recrutement",
        "procedure de candidature",
        "etapes du recrutement",
        "les etapes",
        "deroulement des entretiens",
        "comment postuler",
        "pour postuler",
        "postuler",
        "postulez",
        "candidature",
        "candidatures",
        "contact",
        "contacts",
        "contactez",
        "rejoignez-nous",
        "rejoignez nous",
        "interesse",
        "et apres",
        "et ensuite",
        "la suite",
        "recruitment process",
        "hiring process",
        "how to apply",
        "apply",
        "interview process",
        "question",
        "questions de preselection",
        "test durant l'entretien",
        "premier contact",
        "cette offre vous interesse",
        "ce poste vous interesse",
    ],
    // Headings of fixed words.
    &[
        "egalite",
        "egalite des chances",
        "diversite",
        "diversite et inclusion",
        "handicap",
        "inclusion",
        "mentions legales",
        "protection des donnees",
        "donnees personnelles",
        "rgpd",
        "equal opportunity",
        "equal opportunities",
        "diversity",
        "mots-cles",
        "mots cles",
        "tags",
        "keywords",
    ],
    // A sentence that wishes.
    &[
        "souhait",
        "appreci",
        "un plus",
        "un vrai plus",
        "un reel plus",
        "serait un atout",
        "est un atout",
        "sera un atout",
        "constitue un atout",
        "un atout",
        "les plus",
        "idealement",
        "de preference",
        "facultati",
        "optionnel",
        "bonus",
        "nice to have",
        "a plus",
        "preferred",
        "preferably",
        "desirable",
        "would be an asset",
        "is an asset",
        "an advantage",
        "ideally",
        "valorise",
        "seraient des atouts",
        "si possible",
    ],
    // Begins a sentence about the employer.
    &[
        "nous sommes",
        "nous accompagnons",
        "nous concevons",
        "nous developpons",
        "nous intervenons",
        "nous proposons",
        "nous croyons",
        "nous avons",
        "nous aidons",
        "nous operons",
        "nous travaillons",
        "nous disposons",
        "nous mettons",
        "nous portons",
        "notre groupe",
        "notre entreprise",
        "notre societe",
        "notre client",
        "notre cabinet",
        "notre agence",
        "notre reseau",
        "notre laboratoire",
        "notre etablissement",
        "notre structure",
        "notre association",
        "notre mission est",
        "notre ambition",
        "notre objectif",
        "nos clients",
        "nos equipes",
        "nos valeurs",
        "nos agences",
        "nos atouts",
        "depuis plus de",
        "depuis sa creation",
        "depuis 1",
        "depuis 2",
        "avec plus de",
        "avec pres de",
        "avec un chiffre",
        "present dans",
        "presente dans",
        "present sur",
        "presente sur",
        "present en",
        "presente en",
        "implante",
        "fonde",
        "cree en",
        "creee en",
        "ne en",
        "nee en",
        "specialiste d",
        "specialise d",
        "specialisee d",
        "leader",
        "acteur",
        "filiale d",
        "entreprise familiale",
        "petite entreprise",
        "pme",
        "societe specialisee",
        "le groupe",
        "groupe",
        "editeur d",
        "we are a",
        "we are the",
        "we help",
        "we believe",
        "we provide",
        "our mission is",
        "our company",
        "our clients",
        "founded",
        "headquartered",
        "rejoindre",
        "rejoignez",
        "integrer",
        "integrez",
    ],
    // Praises the employer.
    &[
        "specialise dans",
        "specialisee dans",
        "specialise en",
        "specialisee en",
        "specialises dans",
        "specialisees dans",
        "specialiste d",
        "specialiste du",
        "leader d",
        "leader sur",
        "leader en",
        "leader europeen",
        "leader mondial",
        "leader francais",
        "un des leaders",
        "acteur majeur",
        "acteur incontournable",
        "acteur de reference",
        "acteur reconnu",
        "societe incontournable",
        "reference dans",
        "reference du",
        "expert dans",
        "chiffre d'affaires",
        "filiale du groupe",
        "entreprise reconnue",
        "entreprise familiale",
        "renomme dans",
        "renommee dans",
        "reconnu dans",
        "reconnue dans",
        "notre client, ",
        "groupe international",
        "editeur de",
        "fabricant de",
        "distributeur de",
        "a world leader",
        "leading provider",
        "leading company",
        "global leader",
        "market leader",
        "agence d'emploi",
        "agence de travail temporaire",
        "agence d'interim",
        "agence de recrutement",
        "cabinet de recrutement",
        "recrute en interim, cdd",
        "bassins d'emploi",
        "secteurs d'activite",
        "valeurs humaines",
        "au service de ses clients",
        "accompagne ses clients",
        "notre activite",
        "nos activites",
        "projet d'entreprise",
        "au coeur de s",
        "domaines exigeants",
        "secteurs tels",
        "operateur a intervenir",
        "intervient dans",
        "intervenons dans",
        "a but non lucratif",
        "a taille humaine",
        "dans le classement",
        "certifie qualiopi",
        "raison d'etre",
    ],
    // Tells what the employer gives.
    &[
        "fastt",
        "fast tt",
        "avantages",
        "mutuelle,",
        "mutuelle d'entreprise",
        "mutuelle familiale",
        "mutuelle prise en charge",
        "mutuelle et",
        "mutuelle sante",
        "bonne mutuelle",
        "une mutuelle",
        "ticket restaurant",
        "tickets restaurant",
        "titre restaurant",
        "titres restaurant",
        "tickets-restaurant",
        "titres-restaurant",
        "carte restaurant",
        "panier repas",
        "paniers repas",
        "cheques vacances",
        "cheques cadeaux",
        "13eme mois",
        "treizieme mois",
        "prime d",
        "primes d",
        "interessement",
        "plan d'epargne",
        "pee ",
        "perco",
        "remise sur",
        "remises sur",
        "comite d'entreprise",
        "comite social",
        "pouvoir d'achat",
        "nous offrons",
        "nous vous offrons",
        "nous te proposons",
        "nous vous proposons",
        "on vous offre",
        "we offer",
        "benefits",
        "vous beneficie",
        "vous profite",
        "tu beneficie",
        "possibilite d'evolution",
        "possibilites d'evolution",
        "perspectives d'evolution",
        "opportunites d'evolution",
        "parcours d'integration",
        "formation interne",
        "formation assuree",
        "formations internes",
        "vous serez forme",
        "formation offerte",
        "formation prevue",
        "formation a l'embauche",
        "nous vous formons",
        "vous formons",
        "conges payes",
        "jours de conges",
        "ifm",
        "aides et services",
        "garde d'enfants)",
        "garde d'enfants...",
        "salaire majore",
        "salaire a la demande",
        "frais de deplacement",
        "restaurant d'entreprise",
        "conciergerie",
        "evoluer vos competences",
        "evoluer leurs competences",
        "monter en competences au",
        "plan de formation",
        "parcours de formation",
        "onboarding",
        "politique de remuneration",
        "retour d'experience du",
        "suivi de mission",
        "tarif preferentiel",
        "forfait mobilite",
        "politique de teletravail",
        "jours de teletravail",
        "seminaire",
        "brut mensuel",
        "brut annuel",
        "bruts mensuel",
        "bruts annuel",
        "par heure",
        "de l'heure",
        "lundi au vendredi",
        "du lundi au",
        "voiture de fonction",
        "vehicule de fonction",
        "vehicule de service",
        "ordinateur portable",
        "telephone portable",
        "remboursement",
        "indemnite",
        "salle de sport",
        "afterwork",
        "evenements internes",
        "convention collective",
        "paid leave",
        "health insurance",
        "remote work",
        "reprise d'anciennete",
        "compte epargne",
        "cet 5",
        "creche",
        "covoiturage",
    ],
    // Tells how to apply.
    &[
        "postulez",
        "postuler",
        "candidature",
        "candidatez",
        "candidater",
        "envoyez",
        "envoyer votre cv",
        "votre cv",
        "cv et",
        "un cv",
        "lettre de motivation",
        "entretien telephonique",
        "entretien physique",
        "entretien individuel",
        "entretien d'embauche",
        "entretien avec le",
        "entretien avec la",
        "entretien rh",
        "echange rh",
        "echange telephonique",
        "n'hesitez",
        "n'attendez plus",
        "n'hesite",
        "rejoignez-nous",
        "rejoignez nous",
        "cooptation",
        "parrain",
        "apply now",
        "your application",
        "cover letter",
        "job dating",
        "jobdating",
        "processus de recrutement",
        "process de recrutement",
        "telecharg",
        "notre site",
        "contactez",
        "cette offre vous interesse",
        "ce poste vous interesse",
        "cette opportunite vous interesse",
        "ce poste est fait pour vous",
        "salon d",
        "forum d",
    ],
    // Fixed words.
    &[
        "situation de handicap",
        "de handicap",
        "handi-accueillant",
        "handi accueillant",
        "travailleurs handicapes",
        "rqth",
        "egalite des chances",
        "egalite professionnelle",
        "diversite",
        "sans distinction",
        "discrimination",
        "non-discrimin",
        "a competences egales",
        "donnees personnelles collectees",
        "vos donnees",
        "conformement au rgpd",
        "conforme au rgpd",
        "equal opportunit",
        "regardless of",
        "without regard",
        "disabilit",
        "mixite",
        "retrouver toutes les annonces",
        "retrouvez toutes nos offres",
    ],
    // Leads to the work or the person from anything else.
    &[
        "vous maitrise",
        "vous connaisse",
        "vous dispose",
        "vous justifie",
        "vous possede",
        "vos missions",
        "votre mission",
        "tes missions",
        "missions seront",
        "missions sont",
        "aurez pour mission",
        "pour mission",
        "en tant que",
        "rattache",
        "sous la responsabilite",
        "sous la direction",
        "sous l'autorite",
        "nous recherchons",
        "nous recrutons",
        "recherche un",
        "recherche une",
        "recherche des",
        "recherche actuellement",
        "recherche pour",
        "recrute un",
        "recrute une",
        "recrute des",
        "recrute pour",
        "recherchons un",
        "recherchons pour",
        "pour le compte",
        "titulaire d",
        "experience en",
        "experience dans",
        "experience sur un poste",
        "issu d'une formation",
        "issu(e) d'une formation",
        "diplome d",
        "diplomee d",
        "maitrise d",
        "connaissance d",
        "connaissances en",
        "your role",
        "your mission",
        "as a ",
        "we are looking for",
        "we're looking for",
        "we are seeking",
        "is looking for",
        "is seeking",
        "years of experience",
        "experience with",
        "experience in",
        "knowledge of",
        "proficien",
        "il vous faudra",
        "il/elle",
        "sera charge",
        "sera en charge",
        "etes charge",
        "aura pour",
        "vous etes titulaire",
        "vous avez une experience",
        "vous avez de l'experience",
        "vous etes diplome",
        "vous etes issu",
        "tu maitrise",
    ],
    // Speaks to the candidate.
    &["vous ", "votre ", "vos ", "tu ", "ton ", "tes ", "you ", "your ", "you'll"],
    // Speaks of the employer.
    &["nous ", "notre ", "nos ", "we ", "our ", "us "],
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of a text with their zones, « / » between them.
    fn zones(text: &str) -> Vec<(&str, Zone)> {
        let zones = Zones::of(text);
        zones
            .stretches()
            .map(|(range, zone)| (text[range].trim(), zone))
            .filter(|(words, _)| !words.is_empty())
            .collect()
    }

    fn zone_of(text: &str, words: &str) -> Zone {
        Zones::of(text).at(text.find(words).unwrap())
    }

    #[test]
    fn headings_open_zones() {
        let text = "À propos de nous\nNous vendons des vélos.\n\nVos missions :\n- Réparer les vélos\n- Accueillir les clients\n\n\
                    Profil recherché\nCAP cycles\nLes plus :\n- anglais\n\nNos avantages\nVélo de fonction\n\n\
                    Processus de recrutement\nUn essai à l'atelier\n";
        assert_eq!(zone_of(text, "vendons"), Zone::Employer);
        assert_eq!(zone_of(text, "Réparer"), Zone::Tasks);
        assert_eq!(zone_of(text, "Accueillir"), Zone::Tasks);
        assert_eq!(zone_of(text, "CAP"), Zone::Profile);
        assert_eq!(zone_of(text, "anglais"), Zone::Wished);
        assert_eq!(zone_of(text, "Vélo de"), Zone::Given);
        assert_eq!(zone_of(text, "essai"), Zone::Hiring);
    }

    #[test]
    fn text_without_line_breaks_is_read_by_sentences_and_glued_headings() {
        let text = "Description de l'entrepriseNous imprimons des livres depuis 1950.Description du posteVous réglez la \
                    presse offset. Mutuelle et tickets restaurant. Vous maîtrisez la quadrichromie.QualificationsBac pro \
                    imprimerieInformations supplémentairesUn marché du livre en croissance";
        assert_eq!(zone_of(text, "imprimons"), Zone::Employer);
        assert_eq!(zone_of(text, "presse"), Zone::Tasks);
        assert_eq!(zone_of(text, "tickets"), Zone::Given);
        assert!(zone_of(text, "quadrichromie").asks());
        assert_eq!(zone_of(text, "Bac pro"), Zone::Profile);
        assert_eq!(zone_of(text, "marché"), Zone::Given);
    }

    #[test]
    fn praise_of_the_employer_ends_where_the_work_begins() {
        let text =
            "Pour notre client, spécialisé dans la plomberie, nous recherchons un peintre en bâtiment.";
        assert_eq!(zone_of(text, "plomberie"), Zone::Employer);
        assert!(zone_of(text, "peintre").asks());
        let text = "Notre groupe vend des logiciels de paie dans dix pays.\nEn tant que livreur, vous chargez le camion.";
        assert_eq!(zone_of(text, "paie"), Zone::Employer);
        assert!(zone_of(text, "camion").asks());
    }

    #[test]
    fn a_heading_may_go_on_in_the_plural() {
        let text = "Avantages :\nmutuelle\nCOMPÉTENCES REQUISES\nsoudure\nAvantages :\nRTT\nCompétences requises :\nmeulage";
        assert_eq!(zone_of(text, "soudure"), Zone::Profile);
        assert_eq!(zone_of(text, "RTT"), Zone::Given);
        assert_eq!(zone_of(text, "meulage"), Zone::Profile);
    }

    #[test]
    fn a_field_holds_for_its_line() {
        let text = "Vos missions :\nSalaire : 2 100 €, mutuelle\nConduire la pelle";
        assert_eq!(zone_of(text, "2 100"), Zone::Given);
        assert_eq!(zone_of(text, "Conduire"), Zone::Tasks);
    }

    #[test]
    fn wishes_are_told_from_demands() {
        let text = "Vous maîtrisez Java. La connaissance de Kotlin serait un plus.\nPermis B";
        let found = zones(text);
        assert!(found.contains(&("La connaissance de Kotlin serait un plus.", Zone::Wished)), "{found:?}");
        assert!(zone_of(text, "Java").asks() && zone_of(text, "Java") != Zone::Wished);
        assert_ne!(zone_of(text, "Permis"), Zone::Wished);
    }

    #[test]
    fn the_employer_speaks_of_itself_until_it_speaks_to_the_candidate() {
        let text = "La compagnie vend nos pièces. En effet, nous usinons pour le nucléaire. Chez nous, vous \
                    programmez les tours. Nous recherchons un tourneur.\nInformations complémentaires\nVous aurez \
                    accès à la chorale.";
        assert_eq!(zone_of(text, "nucléaire"), Zone::Employer);
        assert!(zone_of(text, "programmez").asks());
        assert_eq!(zone_of(text, "pièces"), Zone::Employer);
        assert!(zone_of(text, "tourneur").asks());
        assert_eq!(zone_of(text, "chorale"), Zone::Given);
        let glued = "Vous facturez les clients.Vos avantages Optima :\n+ 10 %\nAides (logement)";
        assert_eq!(zone_of(glued, "logement"), Zone::Given);
    }

    #[test]
    fn fixed_words_ask_for_nothing() {
        let text = "Accueil des clients.\nTous nos postes sont ouverts aux personnes en situation de handicap.\nÉgalité des \
                    chances\nNotre service juridique est à votre écoute.";
        assert!(zone_of(text, "Accueil").asks());
        assert_eq!(zone_of(text, "handicap"), Zone::Rules);
        assert_eq!(zone_of(text, "juridique"), Zone::Rules);
    }

    #[test]
    fn stretches_cover_the_text() {
        let text = "À propos : école Élan.\nVos missions\n\n- enseigner ✅ l'œuvre…";
        let mut end = 0;
        for (range, _) in Zones::of(text).stretches() {
            assert_eq!(range.start, end);
            assert!(text.is_char_boundary(range.end));
            end = range.end;
        }
        assert_eq!(end, text.len());
        assert_eq!(Zones::of("").at(0), Zone::Open);
    }
}
