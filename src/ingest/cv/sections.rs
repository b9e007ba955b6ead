//! Sections of a CV by their headings, French and English.

use std::collections::HashMap;

use jobmatch_index::skills::fold;

use super::education;
use super::lines::{CELL, Line, is_one_of, words};
use crate::ingest::prose;

/// What a section holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// Lines under no heading, and contacts: name, title, address.
    Header,
    Summary,
    Experience,
    Education,
    Skills,
    Languages,
    /// Licences, certificates, authorisations.
    Certificates,
    /// Personal or study projects: they show skills but are no jobs.
    Projects,
    Interests,
    /// Lines under a heading with words of its own; they may show skills.
    Unknown,
    /// Referees and whatever else says nothing about the person's work.
    Other,
}

/// Lines under one heading.
#[derive(Debug, Clone)]
pub(super) struct Section {
    pub(super) kind: Kind,
    /// The heading, folded; empty for the head of the CV.
    pub(super) heading: String,
    pub(super) lines: Vec<Line>,
}

impl Section {
    /// Whether its heading says that all of it is what the person looks for.
    pub(super) fn is_about_wishes(&self) -> bool {
        const HEADINGS: &str = "souhaits|mes souhaits|recherche|je recherche|ma recherche|ce que je cherche|ce que je recherche|\
            poste recherche|emploi recherche|looking for|objectif|objectifs|objective|mon objectif|career objective|\
            objectif professionnel|projet|mon projet|projet professionnel|mobilite|disponibilite|disponibilites|\
            mobilite et disponibilite|pretentions";
        let heading = self.heading.trim_matches(|c: char| !c.is_alphanumeric());
        HEADINGS.split('|').any(|known| known == heading)
    }
}

/// Cuts a document at its headings.
pub(super) fn split(lines: Vec<Line>) -> Vec<Section> {
    let look = heading_look(&lines);
    let section = |kind, heading: &str| Section { kind, heading: fold(heading), lines: Vec::new() };
    let mut sections = vec![section(Kind::Header, "")];
    // A line that is set as a heading and has no line of its own below it.
    let mut alone: Option<Line> = None;
    // « Formations : BTS (2004), licence (2006) »: what an empty line parts from it, and a paragraph, are another matter.
    let mut one_line = false;
    for (i, mut line) in lines.into_iter().enumerate() {
        let found = if i == 0 && !is_unmistakable(&line) { None } else { opening(&line, kind_of(&sections)) };
        let heads = kind_of(&sections) != Kind::Header
            && look.is_some_and(|l| l == Look::of(&line))
            && is_short(&line)
            && prose::licences(&line.text).is_empty();
        if (found.is_some() || heads || line.new_column)
            && let Some(lone) = alone.take()
        {
            sections.pop();
            sections.last_mut().expect("the head comes first").lines.push(lone);
        }
        alone = None;
        if let Some((kind, rest)) = found {
            sections.push(section(kind, &line.text));
            one_line = !rest.is_empty();
            line.text = rest;
            line.new_column = false;
        } else if heads {
            sections.push(section(Kind::Unknown, &line.text));
            alone = Some(line);
            continue;
        } else if line.new_column {
            sections.push(section(Kind::Header, ""));
        } else if std::mem::take(&mut one_line)
            && (line.gap || line.text.split_whitespace().count() > 25)
            && matches!(
                kind_of(&sections),
                Kind::Education | Kind::Languages | Kind::Certificates | Kind::Interests | Kind::Skills
            )
        {
            sections.push(section(Kind::Unknown, ""));
        }
        if !line.text.is_empty()
            && let Some(section) = sections.last_mut()
        {
            section.lines.push(line);
        }
    }
    if let Some(lone) = alone {
        sections.pop();
        sections.last_mut().expect("the head comes first").lines.push(lone);
    }
    sections.retain(|s| !s.lines.is_empty());
    for section in &mut sections {
        // « Qualifications » are diplomas or certificates.
        let diplomas = || section.lines.iter().any(|line| education::names_diploma(line.item()));
        if section.kind == Kind::Education && section.heading.starts_with("qualification") && !diplomas() {
            section.kind = Kind::Certificates;
        }
    }
    sections
}

/// How a line is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Look {
    /// Half points.
    size: i32,
    bold: bool,
    capitals: bool,
}

impl Look {
    fn of(line: &Line) -> Self {
        let capitals = !line.text.chars().any(char::is_lowercase);
        Self { size: (line.size * 2.0).round() as i32, bold: line.bold, capitals }
    }
}

/// How headings are set, when that tells them from other lines: a heading with unknown words is set so too.
fn heading_look(lines: &[Line]) -> Option<Look> {
    let headings: Vec<Look> = lines.iter().filter(|l| heading(&l.text).is_some()).map(Look::of).collect();
    let mut often: HashMap<Look, usize> = HashMap::new();
    headings.iter().for_each(|look| *often.entry(*look).or_default() += 1);
    let look = *headings.iter().max_by_key(|look| often[look])?;
    let all = lines.iter().filter(|l| Look::of(l) == look).count();
    let known = often[&look];
    (known >= 3 && known * 3 >= all * 2).then_some(look)
}

/// As short as a heading, and no name of a job or date.
fn is_short(line: &Line) -> bool {
    let count = line.text.split_whitespace().count();
    (1..=6).contains(&count) && !line.is_item() && !line.text.chars().any(|c| c.is_ascii_digit() || c == CELL)
}

fn kind_of(sections: &[Section]) -> Kind {
    sections.last().map_or(Kind::Header, |s| s.kind)
}

/// The first line of a CV is its name or title; a heading there is one in capitals or with a colon.
fn is_unmistakable(line: &Line) -> bool {
    line.text.ends_with(':') || !line.text.chars().any(char::is_lowercase)
}

/// The section that `line` opens, with what follows the heading on the same line.
fn opening(line: &Line, within: Kind) -> Option<(Kind, String)> {
    if let Some(kind) = heading(&line.text) {
        // « Formation » or « Outils » as an item of a job is a task.
        let task = line.is_item() && !line.bold || is_label_of_job(&line.text);
        return (!(task && within == Kind::Experience)).then(|| (kind, String::new()));
    }
    let (head, rest) = line.text.split_once([':', '\t'])?;
    let kind = heading(head)?;
    let colon = line.text[head.len()..].starts_with(':');
    let allowed = match kind {
        Kind::Languages | Kind::Interests | Kind::Certificates => colon && !line.is_item(),
        Kind::Skills | Kind::Education | Kind::Summary => {
            colon && !line.is_item() && within != Kind::Experience
        }
        _ => false,
    };
    let nothing_follows = !rest.chars().any(char::is_alphanumeric);
    (allowed || !colon && nothing_follows).then(|| (kind, rest.trim().to_owned()))
}

/// Headings that also stand inside a job, above its tasks or tools; in capitals they are headings.
fn is_label_of_job(text: &str) -> bool {
    const LABELS: &str = "missions|realisations|outils|technologies|environnement technique|\
        environnements techniques|logiciels|tools|stack|stack technique|tech stack|stage|\
        competences acquises|key projects|principales missions|principales realisations|projets|\
        projects|activites";
    let folded = fold(text);
    text.chars().any(char::is_lowercase)
        && LABELS.split('|').any(|l| l == folded.trim_matches(|c: char| !c.is_alphanumeric()))
}

/// The section that `text` names, when it is a heading and nothing else.
pub(super) fn heading(text: &str) -> Option<Kind> {
    if text.len() > 90 || text.ends_with([',', ';']) {
        return None;
    }
    let folded = fold(text);
    if let Some(kind) = listed(WHOLE, folded.trim_matches(|c: char| !c.is_alphanumeric())) {
        return Some(kind);
    }
    let words: Vec<&str> = words(&folded).collect();
    if words.is_empty() || words.len() > 7 {
        return None;
    }
    // « Hors de l'atelier », « Hors cuisine »
    if words[0] == "hors" && words.len() <= 4 {
        return Some(Kind::Interests);
    }
    let first_kind = listed(STEMS, words[0]);
    // « Expériences d'enseignement », « FORMATIONS COURTES »: the heading of a part, whatever its last words.
    let capitals = !text.chars().any(char::is_lowercase);
    let open = first_kind.filter(|kind| matches!(kind, Kind::Experience | Kind::Education | Kind::Skills));
    let joined = words.get(1).is_some_and(|second| is_one_of(second, "en dans d de du des web"));
    let open = open.filter(|kind| {
        let plain = !text.chars().any(|c| c.is_ascii_digit() || c == CELL || ",.".contains(c));
        plain
            && words.len() <= 6
            && (capitals || *kind == Kind::Experience && joined && words[0].starts_with("experience"))
    });
    let mut kinds = Vec::new();
    for word in &words {
        match listed(STEMS, word) {
            Some(kind) => kinds.push(kind),
            None if is_one_of(word, FILLERS) => {}
            None if open.is_some() => {}
            None => return None,
        }
    }
    // « Parcours scolaire », « Formation professionnelle et diplômes »: studies win over « parcours ».
    let first = *kinds.first()?;
    let studies = words
        .iter()
        .any(|w| ["scolaire", "scolaires", "universitaire", "academique", "academic"].contains(w))
        || kinds.contains(&Kind::Education) && words[0] == "parcours";
    let tongues = words.iter().any(|w| w.starts_with("linguistique"));
    if tongues && first == Kind::Skills {
        return Some(Kind::Languages);
    }
    Some(if studies && first == Kind::Experience { Kind::Education } else { first })
}

fn listed(table: &[(Kind, &str)], text: &str) -> Option<Kind> {
    table.iter().find(|(_, list)| list.split('|').any(|entry| entry == text)).map(|(kind, _)| *kind)
}

/// Headings of several words that are not made of the words below, by kind.
const WHOLE: &[(Kind, &str)] = &[
    (
        Kind::Interests,
        "j'aime|ce que j'aime|hors travail|a cote|centres d'interet|centre d'interet|centres d'interets|centre d'interets|interets|interests|\
         hobbies|loisirs|passions|activites|activites extra-professionnelles|\
         activites extraprofessionnelles|vie associative|hobbies and interests|hobbies & interests|\
         en dehors du travail|extra-curricular activities|sports et loisirs|sport et loisirs",
    ),
    (
        Kind::Summary,
        "a propos|a propos de moi|qui je suis|qui suis-je|qui suis-je ?|en bref|about|about me|profil|profile|\
         mon profil|profil professionnel|professional profile|summary|resume|professional summary|\
         career summary|executive summary|presentation|accroche|objectif|objectifs|objective|\
         career objective|objectif professionnel|mon objectif|mon projet|projet|projet professionnel|synthese|\
         introduction|personal statement|overview",
    ),
    (
        Kind::Skills,
        "langages|langages de programmation|frameworks|programming languages|savoir-faire|savoir faire|savoir-etre|savoir etre|savoirs-faire|savoirs-etre|\
         savoir-faire et savoir-etre|savoir-etre et savoir-faire|points forts|mes points forts|atouts|\
         mes atouts|qualites|mes qualites|forces|soft skills|hard skills|expertise|areas of expertise|\
         domaines d'expertise|domaines d'intervention|domaine d'intervention|je me sers de|je maitrise|je sais faire|ce que je sais faire|domaines de competence|domaines de competences|tech stack|stack technique|\
         stack|environnement technique|environnements techniques|know-how|strengths|core competencies|\
         key skills|top skills|technologies|outils informatiques|bureautique|informatique|outils|logiciels|tools|tech",
    ),
    (
        Kind::Certificates,
        "attestation|attestations|qualification|secourisme|concours|concours et stages|driving licence|driving license|\
         driving licences|driving licenses|brevets|permis|permis de conduire|certifications|certification|certificats|certificates|habilitations|\
         permis et habilitations|permis et certifications|licences|licenses|licenses & certifications|\
         licenses and certifications|caces|habilitations et permis|certifications et permis|\
         certifications et habilitations|habilitations et certifications|awards and certifications|\
         titres et habilitations",
    ),
    (
        Kind::Header,
        "me joindre|pour me joindre|ou me joindre|contact|contacts|mes coordonnees|coordonnees|contact me|informations personnelles|\
         infos personnelles|personal information|personal details|etat civil|profiles|links|liens|\
         reseaux|reseaux sociaux|me contacter|informations|curriculum vitae|cv|adresse|address|social|\
         renseignements personnels|contact information|contact details",
    ),
    (
        Kind::Other,
        "souhaits|mes souhaits|recherche|je recherche|ma recherche|ce que je cherche|ce que je recherche|looking for|\
         poste recherche|emploi recherche|disponibilites|mobilite et disponibilite|pretentions|et aussi|references|reference|divers|autres|autre|informations complementaires|\
         renseignements complementaires|infos complementaires|complements|additional information|awards|honors-awards|honors & awards|\
         distinctions|prix|publications|mobilite|disponibilite|recommandations",
    ),
    (
        Kind::Projects,
        "projets|projects|personal projects|projets personnels|realisations|mes projets|\
         projets realises|side projects|portfolio|projets scolaires|open source|projets academiques|\
         key projects|selected projects|principales realisations",
    ),
    (
        Kind::Experience,
        "parcours|mon parcours|work history|career history|employment|employment history|\
         professional background|work|stages|stage|internships|carriere|emplois|missions|benevolat|\
         volunteering|volunteer experience|engagement associatif|engagements|jobs d'ete|jobs etudiants|\
         career|emplois occupes|postes occupes",
    ),
    (
        Kind::Education,
        "academic background|education|studies|qualifications|etudes|scolarite|cursus|training|\
         training and education|courses|diplome|diplomes|formation|formations|mes formations|\
         parcours de formation|educational background|degrees",
    ),
];

/// The words that headings are composed of, by kind.
const STEMS: &[(Kind, &str)] = &[
    (Kind::Experience, "experience|experiences|parcours|employment|stages|missions|emplois"),
    (
        Kind::Education,
        "formation|formations|diplome|diplomes|etudes|cursus|scolarite|education|qualifications",
    ),
    (
        Kind::Skills,
        "competence|competences|skills|connaissances|connaissance|aptitudes|knowledge|competencies|\
         capacites|outils|logiciels|technologies|savoirs|atouts|qualites|expertises|expertise",
    ),
    (Kind::Languages, "langue|langues|languages|language"),
    (
        Kind::Certificates,
        "certifications|certification|habilitations|habilitation|permis|certificats|certificat|caces|attestations|\
         attestation|brevets|secourisme|certs|certifs",
    ),
    (Kind::Interests, "loisirs|interests|hobbies|passions"),
    (Kind::Projects, "projets|projects"),
    (Kind::Other, "awards|references"),
];

/// The words that may stand beside them in a heading.
const FILLERS: &str = "professionnelle professionnelles libres titres professionnel professionnels pro professional work \
    working relevant technical key core other main additional academic personal selected et and de des du d \
    l la le les en a the of mes mon ma my technique techniques metier metiers cle cles principales \
    principaux principale personnelles personnels personnelle transversales transverses comportementales \
    humaines relationnelles informatiques informatique bureautiques linguistiques linguistique etrangeres etrangere vivantes vivante \
    parlees acquises acquis specifiques generales complementaires complementaire continue continues \
    initiale initiales scolaire scolaires universitaire universitaires academique academiques obtenus \
    obtenu significatives significative recentes anterieures autres history background numeriques digitales \
    domaines industrielle salariee benevole benevoles associatives associative internationale \
    internationales career organisationnelles manageriales commerciales administratives informatics \
    courtes intervention interventions & maitrises maitrisees utilises niveau conduire soft hard summary training sociales operationnelles \
    fonctionnelles intellectuelles pratiques theoriques conduite electriques electrique securite";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_in_many_spellings() {
        for (text, kind) in [
            ("EXPÉRIENCES PROFESSIONNELLES", Kind::Experience),
            ("Expérience professionnelle :", Kind::Experience),
            ("Parcours professionnel", Kind::Experience),
            ("Mes expériences", Kind::Experience),
            ("WORK EXPERIENCE", Kind::Experience),
            ("Employment History", Kind::Experience),
            ("Stages et emplois", Kind::Experience),
            ("Expériences professionnelles et stages", Kind::Experience),
            ("EXPÉRIENCE EN RESTAURATION", Kind::Experience),
            ("Expériences d'enseignement", Kind::Experience),
            ("FORMATIONS COURTES", Kind::Education),
            ("Formation", Kind::Education),
            ("FORMATIONS & DIPLÔMES", Kind::Education),
            ("Parcours scolaire", Kind::Education),
            ("Diplômes obtenus", Kind::Education),
            ("Etudes et formations", Kind::Education),
            ("Education", Kind::Education),
            ("Compétences", Kind::Skills),
            ("COMPÉTENCES CLÉS", Kind::Skills),
            ("Compétences techniques et informatiques", Kind::Skills),
            ("Savoir-faire", Kind::Skills),
            ("Savoir-être", Kind::Skills),
            ("CONNAISSANCES", Kind::Skills),
            ("Skills & Awards", Kind::Skills),
            ("Technical Skills", Kind::Skills),
            ("• Atouts", Kind::Skills),
            ("Langues", Kind::Languages),
            ("LANGUES ÉTRANGÈRES", Kind::Languages),
            ("Compétences linguistiques", Kind::Languages),
            ("Centres d'intérêt", Kind::Interests),
            ("CENTRES D'INTÉRÊTS", Kind::Interests),
            ("Loisirs", Kind::Interests),
            ("Profil", Kind::Summary),
            ("À propos de moi", Kind::Summary),
            ("SUMMARY", Kind::Summary),
            ("Permis et habilitations", Kind::Certificates),
            ("Certifications", Kind::Certificates),
            ("Contact", Kind::Header),
            ("Curriculum Vitae", Kind::Header),
            ("Projets personnels", Kind::Projects),
            ("Références", Kind::Other),
        ] {
            assert_eq!(heading(text), Some(kind), "{text}");
        }
    }

    #[test]
    fn lines_that_only_begin_like_a_heading() {
        for text in [
            "Formation des nouveaux vendeurs",
            "Expérience de 5 ans dans la vente",
            "Compétences : Java, SQL",
            "Skills, such as patience",
            "Formateur",
            "Gestion de projets",
            "Langage C",
            "Formation CACES R489, AFPA",
        ] {
            assert_eq!(heading(text), None, "{text}");
        }
    }

    fn split_text(text: &str) -> Vec<(Kind, Vec<String>)> {
        split(text.lines().map(Line::plain).collect())
            .into_iter()
            .map(|s| (s.kind, s.lines.into_iter().map(|l| l.text).collect()))
            .collect()
    }

    #[test]
    fn a_document_is_cut_at_its_headings() {
        let sections = split_text(
            "Marie Dupont\nVendeuse\nE X P É R I E N C E\nVendeuse - Zara\n• Formation\nLangues : anglais B2, italien\nCOMPÉTENCES\nVente",
        );
        assert_eq!(
            sections,
            [
                (Kind::Header, vec!["Marie Dupont".to_owned(), "Vendeuse".into()]),
                (Kind::Experience, vec!["Vendeuse - Zara".into(), "• Formation".into()]),
                (Kind::Languages, vec!["anglais B2, italien".into()]),
                (Kind::Skills, vec!["Vente".into()]),
            ]
        );
    }

    #[test]
    fn a_column_without_heading_says_who_it_is() {
        let mut lines: Vec<Line> =
            ["LANGUES", "Anglais", "Marie Dupont"].iter().map(|t| Line::plain(t)).collect();
        lines[2].new_column = true;
        let sections = split(lines);
        assert_eq!(sections[1].kind, Kind::Header);
        assert_eq!(sections[1].lines[0].text, "Marie Dupont");
    }
}
