//! From a job title and a text to likely ROME occupations.
//!
//! Four signals: the [everyday names](super::everyday) in the title, how well its words cover a known title of the
//! occupation (ROME's titles in both genders, ESCO's in French and English), how near its
//! [meaning](super::title_vectors) is to theirs, and BM25 of the text against what the taxonomies write about the
//! occupation. Words are reduced by a light stemmer that brings singular and
//! plural, masculine and feminine together, in French and English alike, so that « Vendeuse », « vendeur » and
//! « Vendeur·euse » are the same word.

use std::collections::HashMap;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::everyday::{Names, Spelling};
use super::gender::{canonical_title, strip_inclusive};
use super::title_vectors::TitleVectors;
use super::{ConceptId, Graph, OccupationId, fold};
use crate::lang::Lang;

/// How many occupations an offer keeps. The further ones tell an offer that reads a little like the person's
/// occupation from one that does not at all: on judged CVs, 16 finds more of the right offers in the first fifty
/// than 8, and 32 no more.
pub const KEPT: usize = 16;

/// Shares of an offer's score: its title, its text, and a ROME code given by the source, which counts as much as
/// a fair title match, for sources can be wrong.
const TITLE_SHARE: f32 = 0.48;
const TEXT_SHARE: f32 = 0.24;
const DECLARED_SHARE: f32 = 0.28;
/// Share of a title's score that its meaning decides; its words decide the rest.
const MEANING_SHARE: f32 = 0.5;
/// Cosine of titles up to which they have nothing in common.
const UNRELATED: f32 = 0.1;
/// What is left to the other occupations where an everyday name says the whole title, and to all of them where the
/// title is a name that tells no trade.
const BESIDE_A_NAME: f32 = 0.7;
const WITHOUT_A_TRADE: f32 = 0.5;
/// How well an everyday name must fit to say the whole title.
const CERTAIN: f32 = 0.95;
/// How well the rest of a diploma's name must fit a known title, where no speciality is known.
const DIPLOMA_TITLE: f32 = 0.7;
/// Distinct words at which a text is believed half.
const FEW_WORDS: f32 = 3.0;
/// BM25 constants, the usual ones (Robertson & Zaragoza 2009).
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// The classifier, built once from the graph.
pub struct Occupations {
    vocabulary: FxHashMap<Box<str>, u32>,
    names: Names,
    diplomas: Names,
    licences: Names,
    spelling: Spelling,
    titles: TitleIndex,
    meanings: TitleVectors,
    texts: TextIndex,
}

impl Occupations {
    /// The classifier of the built-in graph.
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Occupations> = LazyLock::new(|| Occupations::new(Graph::builtin()));
        &BUILTIN
    }

    fn new(graph: &Graph) -> Self {
        let mut words = Vocabulary::default();
        let mut titles: Vec<(OccupationId, f32, Vec<u32>)> = Vec::with_capacity(graph.titles().len());
        let mut texts: Vec<HashMap<u32, f32>> = vec![HashMap::new(); graph.occupation_count()];
        for title in graph.titles() {
            let mut terms = words.terms(&title.text);
            terms.sort_unstable();
            terms.dedup();
            if terms.is_empty() {
                continue;
            }
            let text = &mut texts[usize::from(title.occupation.0)];
            for &term in &terms {
                *text.entry(term).or_default() += 1.0;
            }
            titles.push((title.occupation, f32::from(title.weight) / 100.0, terms));
        }
        let names = Names::titles(graph);
        for (name, occupation) in names.iter() {
            let mut terms = words.terms(name);
            terms.sort_unstable();
            terms.dedup();
            if !terms.is_empty() {
                titles.push((occupation, 1.0, terms));
            }
        }
        let mut labels: HashMap<ConceptId, Vec<u32>> = HashMap::new();
        for (index, text) in texts.iter_mut().enumerate() {
            let occupation = OccupationId(index as u16);
            for term in words.terms(graph.occupation_text(occupation)) {
                *text.entry(term).or_default() += 1.0;
            }
            for skill in graph.core_skills(occupation) {
                let label = labels.entry(skill.concept).or_insert_with(|| {
                    let mut terms = words.terms(graph.label(skill.concept, Lang::Fr));
                    let english = graph.label(skill.concept, Lang::En);
                    if english != graph.label(skill.concept, Lang::Fr) {
                        terms.extend(words.terms(english));
                    }
                    terms
                });
                for &term in label.iter() {
                    *text.entry(term).or_default() += if skill.core { 2.0 } else { 1.0 };
                }
            }
        }
        let size = words.0.len();
        let mut frequency = vec![0_u32; size];
        titles.iter().flat_map(|(_, _, terms)| terms).for_each(|term| frequency[*term as usize] += 1);
        let spelling =
            Spelling::new(words.0.iter().map(|(word, term)| (word.as_ref(), frequency[*term as usize])));
        Self {
            names,
            diplomas: Names::diplomas(graph),
            licences: Names::licences(graph),
            spelling,
            titles: TitleIndex::new(titles, size),
            meanings: TitleVectors::new(graph),
            texts: TextIndex::new(&texts, size),
            vocabulary: words.0,
        }
    }

    /// Occupations that a job title names, each with how well (0 to 1), best first.
    pub fn of_title(&self, title: &str) -> Vec<(OccupationId, f32)> {
        self.of_job(title, "")
    }

    /// As [`Self::of_title`], with the words around the title (the employer, what was done there), which tell between
    /// the meanings of a name: « Surveillante » at a *collège*, « Équipier » at a restaurant.
    pub fn of_job(&self, title: &str, around: &str) -> Vec<(OccupationId, f32)> {
        sorted(self.title_scores(title, around, &self.title_terms(title)), usize::MAX)
    }

    /// Occupations that a diploma prepares for, each with how surely (0 to 1), best first; none for a diploma that
    /// is not of one trade.
    pub fn of_diploma(&self, diploma: &str) -> Vec<(OccupationId, f32)> {
        let named = self.diplomas.find(diploma, "", |word| self.put_right(word)).occupations;
        if !named.is_empty() {
            return in_order(named);
        }
        // « Titre professionnel conducteur de grue »: what remains is the title of a trade.
        let folded = fold(diploma);
        let words = folded.split(|c: char| !(c.is_alphanumeric() || "+#'".contains(c)));
        if !words.clone().any(|word| OF_TRADES.contains(&word)) {
            return vec![];
        }
        let title = words.filter(|word| !DIPLOMA_WORDS.contains(word)).collect::<Vec<_>>().join(" ");
        let mut likely = self.of_title(&title);
        likely.retain(|(_, score)| *score >= DIPLOMA_TITLE);
        likely
    }

    /// Occupations that a licence or certificate is asked for in, each with how surely (0 to 1), best first; none
    /// for one that many trades ask for, such as the driving licence B.
    pub fn of_licence(&self, licence: &str) -> Vec<(OccupationId, f32)> {
        in_order(self.licences.find(licence, "", |_| None).occupations)
    }

    /// Occupations that a text speaks of, best first, at most `limit`; the best comes near to 1 in a long text.
    pub fn of_text(&self, text: &str, limit: usize) -> Vec<(OccupationId, f32)> {
        sorted(self.texts.scores(&self.terms(text)), limit)
    }

    /// The likely occupations of an offer with their scores (0 to 1), best first, at most [`KEPT`].
    /// `declared` is the ROME code that the source gives.
    pub fn of_offer(
        &self,
        title: &str,
        text: &str,
        declared: Option<OccupationId>,
    ) -> Vec<(OccupationId, f32)> {
        let title_terms = self.title_terms(title);
        // The title is read as part of the text too, twice: it says what the text is about.
        let mut all = title_terms.clone();
        all.extend_from_slice(&title_terms);
        self.terms_into(text, &mut all);
        let mut scores = self.title_scores(title, "", &title_terms);
        for (score, text) in scores.iter_mut().zip(self.texts.scores(&all)) {
            *score = TITLE_SHARE * *score + TEXT_SHARE * text;
        }
        if let Some(occupation) = declared {
            scores[usize::from(occupation.0)] += DECLARED_SHARE;
        }
        sorted(scores, KEPT)
    }

    fn title_scores(&self, title: &str, around: &str, terms: &[u32]) -> Scores {
        let mut scores = self.titles.scores(terms, self.texts.count);
        scores.iter_mut().for_each(|score| *score *= 1.0 - MEANING_SHARE);
        for (occupation, cosine) in self.meanings.near(&canonical_title(title)) {
            let meaning = ((cosine - UNRELATED) / (1.0 - UNRELATED)).max(0.0);
            scores[usize::from(occupation.0)] += MEANING_SHARE * meaning;
        }
        let named = self.names.find(title, around, |word| self.put_right(word));
        let certain = named.occupations.iter().any(|(_, value)| *value >= CERTAIN);
        let left = match (certain, named.vague) {
            (true, _) => BESIDE_A_NAME,
            (_, true) => WITHOUT_A_TRADE,
            _ => 1.0,
        };
        scores.iter_mut().for_each(|score| *score *= left);
        for (occupation, value) in named.occupations {
            let score = &mut scores[usize::from(occupation.0)];
            *score = score.max(value);
        }
        scores
    }

    /// The known words of a title, in one gender (« Vendeur / Vendeuse » says it once), slips put right.
    fn title_terms(&self, title: &str) -> Vec<u32> {
        let mut terms = Vec::new();
        for_each_word(&canonical_title(title), |word| {
            let known = self.vocabulary.get(word);
            terms.extend(known.or_else(|| self.vocabulary.get(self.spelling.right(word)?)));
        });
        terms
    }

    /// The word that an unknown one is a slip of.
    fn put_right(&self, word: &str) -> Option<String> {
        let unknown = !self.vocabulary.contains_key(word);
        unknown.then(|| self.spelling.right(word).map(str::to_owned))?
    }

    fn terms(&self, text: &str) -> Vec<u32> {
        let mut terms = Vec::new();
        self.terms_into(text, &mut terms);
        terms
    }

    fn terms_into(&self, text: &str, terms: &mut Vec<u32>) {
        for_each_word(text, |word| terms.extend(self.vocabulary.get(word)));
    }
}

/// One score an occupation; 0 where nothing speaks for it.
type Scores = Vec<f32>;

fn sorted(scores: Scores, limit: usize) -> Vec<(OccupationId, f32)> {
    let scored = scores.into_iter().enumerate().filter(|(_, score)| *score > 0.0);
    let mut list: Vec<_> = scored.map(|(index, score)| (OccupationId(index as u16), score)).collect();
    let order = |a: &(OccupationId, f32), b: &(OccupationId, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if limit < list.len() {
        list.select_nth_unstable_by(limit, order);
        list.truncate(limit);
    }
    list.sort_unstable_by(order);
    list
}

fn in_order(mut named: Vec<(OccupationId, f32)>) -> Vec<(OccupationId, f32)> {
    named.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    named
}

#[derive(Default)]
struct Vocabulary(FxHashMap<Box<str>, u32>);

impl Vocabulary {
    fn terms(&mut self, text: &str) -> Vec<u32> {
        let mut terms = Vec::new();
        for_each_word(text, |word| {
            let next = self.0.len() as u32;
            terms.push(match self.0.get(word) {
                Some(&term) => term,
                None => *self.0.entry(word.into()).or_insert(next),
            });
        });
        terms
    }
}

/// Rows of values by term: `values[starts[t]..starts[t + 1]]` belong to term `t`.
struct Postings<T> {
    starts: Vec<u32>,
    values: Vec<T>,
}

impl<T: Copy + Default> Postings<T> {
    fn new(terms: usize, pairs: &[(u32, T)]) -> Self {
        let mut starts = vec![0_u32; terms + 1];
        for (term, _) in pairs {
            starts[*term as usize + 1] += 1;
        }
        for term in 0..terms {
            starts[term + 1] += starts[term];
        }
        let mut next = starts.clone();
        let mut values = vec![T::default(); pairs.len()];
        for &(term, value) in pairs {
            let slot = &mut next[term as usize];
            values[*slot as usize] = value;
            *slot += 1;
        }
        Self { starts, values }
    }

    fn of(&self, term: u32) -> &[T] {
        &self.values[self.starts[term as usize] as usize..self.starts[term as usize + 1] as usize]
    }
}

/// Known titles by word.
struct TitleIndex {
    /// Occupation, weight and Σ idf² of the words of each title.
    titles: Vec<(OccupationId, f32, f32)>,
    /// idf² by term; 0 for a word that no title has.
    idf2: Vec<f32>,
    postings: Postings<u32>,
}

impl TitleIndex {
    fn new(titles: Vec<(OccupationId, f32, Vec<u32>)>, terms: usize) -> Self {
        let mut frequency = vec![0_u32; terms];
        let mut pairs = Vec::new();
        for (index, (_, _, words)) in titles.iter().enumerate() {
            for &word in words {
                frequency[word as usize] += 1;
                pairs.push((word, index as u32));
            }
        }
        let count = titles.len() as f32;
        let idf2: Vec<f32> = frequency
            .iter()
            .map(|&f| if f == 0 { 0.0 } else { (1.0 + count / (1.0 + f as f32)).ln().powi(2) })
            .collect();
        let titles = titles
            .into_iter()
            .map(|(occupation, weight, words)| {
                (occupation, weight, words.iter().map(|&w| idf2[w as usize]).sum())
            })
            .collect();
        Self { titles, postings: Postings::new(terms, &pairs), idf2 }
    }

    /// Best title of each occupation: the share of the known title's words that `title` has (by idf²) times the
    /// square root of the share of `title`'s known words that the known title explains.
    fn scores(&self, title: &[u32], occupations: usize) -> Scores {
        let mut words = title.to_vec();
        words.sort_unstable();
        words.dedup();
        let known: f32 = words.iter().map(|&w| self.idf2[w as usize]).sum();
        // The titles with any of the words, each as often as it has one: side by side once sorted.
        let mut hits: Vec<(u32, f32)> = Vec::new();
        for &word in &words {
            let idf2 = self.idf2[word as usize];
            hits.extend(self.postings.of(word).iter().map(|&index| (index, idf2)));
        }
        hits.sort_by_key(|(index, _)| *index);
        let mut scores = vec![0.0; occupations];
        for run in hits.chunk_by(|a, b| a.0 == b.0) {
            let shared: f32 = run.iter().map(|(_, idf2)| idf2).sum();
            let (occupation, weight, all) = self.titles[run[0].0 as usize];
            let score = weight * shared / all * (shared / known).sqrt();
            let best: &mut f32 = &mut scores[usize::from(occupation.0)];
            *best = best.max(score);
        }
        scores
    }
}

/// BM25 over one document an occupation.
struct TextIndex {
    postings: Postings<(u16, f32)>,
    count: usize,
}

impl TextIndex {
    fn new(texts: &[HashMap<u32, f32>], terms: usize) -> Self {
        let mut frequency = vec![0_u32; terms];
        for text in texts {
            for &term in text.keys() {
                frequency[term as usize] += 1;
            }
        }
        let lengths: Vec<f32> = texts.iter().map(|text| text.values().sum()).collect();
        let count = texts.len() as f32;
        let average = lengths.iter().sum::<f32>() / count.max(1.0);
        let mut pairs = Vec::new();
        for (index, text) in texts.iter().enumerate() {
            let norm = K1 * (1.0 - B + B * lengths[index] / average);
            for (&term, &tf) in text {
                let df = frequency[term as usize] as f32;
                let idf = (1.0 + (count - df + 0.5) / (df + 0.5)).ln();
                pairs.push((term, (index as u16, idf * tf * (K1 + 1.0) / (tf + norm))));
            }
        }
        pairs.sort_unstable_by_key(|&(term, (occupation, _))| (term, occupation));
        Self { postings: Postings::new(terms, &pairs), count: texts.len() }
    }

    fn scores(&self, text: &[u32]) -> Scores {
        let mut words = text.to_vec();
        words.sort_unstable();
        let mut sums = vec![0.0_f32; self.count];
        let mut distinct = 0.0;
        for run in words.chunk_by(|a, b| a == b) {
            distinct += 1.0;
            let weight = (run.len().min(4) as f32).sqrt();
            for &(occupation, score) in self.postings.of(run[0]) {
                sums[usize::from(occupation)] += weight * score;
            }
        }
        let best = sums.iter().copied().fold(0.0, f32::max);
        if best == 0.0 {
            return sums;
        }
        // Two or three words may be about anything.
        let belief = distinct / (distinct + FEW_WORDS);
        sums.iter_mut().for_each(|sum| *sum *= belief / best);
        sums
    }
}

/// Calls `with` for each word of `text` that carries meaning, in its reduced form.
fn for_each_word(text: &str, mut with: impl FnMut(&str)) {
    let folded = strip_inclusive(&fold(text));
    let mut word = String::new();
    for raw in folded.split(|c: char| !(c.is_ascii_alphanumeric() || c == '+' || c == '#')) {
        let short = raw.len() < 2 && !matches!(raw, "c" | "r");
        if raw.is_empty() || short || STOP_WORDS.binary_search(&raw).is_ok() {
            continue;
        }
        word.clear();
        word.push_str(raw);
        reduce(&mut word);
        with(&word);
    }
}

/// Light stemming of a folded word: plural, feminine and final `e` go, a doubled last letter becomes one.
pub(super) fn reduce(word: &mut String) {
    const FEMININE: [(&str, &str); 10] = [
        ("trice", "teur"),
        ("teuse", "teur"),
        ("euse", "eur"),
        ("iere", "ier"),
        ("ere", "er"),
        ("ienne", "ien"),
        ("enne", "en"),
        ("onne", "on"),
        ("ive", "if"),
        ("elle", "el"),
    ];
    if word.len() > 3 && word.ends_with(['s', 'x']) && !word.ends_with("ss") {
        word.pop();
    }
    for (feminine, masculine) in FEMININE {
        if word.ends_with(feminine) && word.len() > feminine.len() + 2 {
            word.truncate(word.len() - feminine.len());
            word.push_str(masculine);
            break;
        }
    }
    if word.len() > 4 && word.ends_with("au") {
        word.truncate(word.len() - 1);
        word.push('l');
    }
    while word.len() > 3 && word.ends_with('e') {
        word.pop();
    }
    let bytes = word.as_bytes();
    if word.len() > 3 && bytes[word.len() - 1] == bytes[word.len() - 2] {
        word.pop();
    }
}

/// Folded words of which one stands in the name of a diploma that is of a trade.
const OF_TRADES: [&str; 14] = [
    "titre",
    "professionnel",
    "professionnelle",
    "pro",
    "cap",
    "bep",
    "bp",
    "cqp",
    "cqpm",
    "tp",
    "certificat",
    "etat",
    "d'etat",
    "bts",
];

/// Folded words of the names of diplomas that are of no trade.
const DIPLOMA_WORDS: [&str; 40] = [
    "baccalaureat",
    "bac",
    "pro",
    "professionnel",
    "professionnelle",
    "cap",
    "bep",
    "bts",
    "but",
    "dut",
    "deust",
    "licence",
    "master",
    "maitrise",
    "titre",
    "certificat",
    "diplome",
    "d'etat",
    "etat",
    "brevet",
    "mention",
    "complementaire",
    "cqp",
    "cqpm",
    "formation",
    "niveau",
    "option",
    "specialite",
    "qualification",
    "aptitude",
    "d'aptitude",
    "de",
    "du",
    "d",
    "attestation",
    "technique",
    "technologique",
    "tp",
    "bp",
    "1",
];

/// Sorted, folded: words that say nothing of a trade, and the marks of gender in titles.
const STOP_WORDS: [&str; 92] = [
    "a", "an", "and", "are", "as", "at", "au", "aux", "avec", "avoir", "be", "by", "ce", "cette", "d",
    "dans", "de", "des", "dont", "du", "elle", "elles", "en", "est", "et", "etre", "f", "fh", "for", "from",
    "h", "hf", "il", "ils", "in", "is", "it", "je", "l", "la", "le", "les", "m", "mf", "n", "ne", "nos",
    "notre", "nous", "of", "on", "or", "ou", "our", "par", "pas", "plus", "pour", "qu", "que", "qui", "s",
    "sa", "sans", "se", "ses", "si", "son", "sont", "sur", "that", "the", "their", "they", "this", "to",
    "tous", "tout", "toute", "toutes", "tu", "un", "une", "vos", "votre", "vous", "w", "we", "with", "x",
    "y", "you",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The code of the likeliest occupation; `-` when none is likely.
    fn code(found: Vec<(OccupationId, f32)>) -> &'static str {
        let best = found.first().filter(|(_, score)| *score >= 0.6);
        best.map_or("-", |(occupation, _)| Graph::builtin().rome(*occupation))
    }

    #[track_caller]
    fn check(cases: &[(&str, &str)], of: impl Fn(&str) -> Vec<(OccupationId, f32)>) {
        let wrong: Vec<String> = cases
            .iter()
            .filter(|(text, expected)| !expected.split(' ').any(|e| e == code(of(text))))
            .map(|(text, expected)| format!("{text}: {} and not {expected}", code(of(text))))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    fn check_titles(cases: &[(&str, &str)]) {
        check(cases, |title| Occupations::builtin().of_title(title));
    }

    #[test]
    fn everyday_names_and_abbreviations_name_their_occupation() {
        check_titles(&[
            ("Infirmière", "J1506"),
            ("IDE de nuit", "J1506"),
            ("I.D.E. en EHPAD", "J1506"),
            ("IBODE", "J1504"),
            ("ASH en clinique", "J1301"),
            ("AES", "K1306"),
            ("AVS à domicile", "K1302"),
            ("ATSEM", "K1308"),
            ("AESH - lycée professionnel", "K2113"),
            ("MK libéral", "J1404"),
            ("Chauffeur SPL", "N4115"),
            ("Chauffeur PL / VL", "N4101"),
            ("Opérateur de production (2x8)", "H2906"),
            ("Manutentionnaire", "N1105"),
            ("Caissière", "D1505"),
            ("Femme de ménage", "K1304"),
            ("Assistante RH", "M1501"),
            ("Maçon-coffreur", "F1703"),
            ("Plaquiste N3P2", "F1604"),
            ("Dev back", "M1805"),
            ("Sysadmin", "M1801"),
            ("PO", "M1864"),
            ("Chefs de rang", "G1810"),
            ("Second de cuisine", "G1609"),
            ("Nounou", "K1303"),
            ("Prof des écoles", "K2106"),
            ("Conseiller de vente", "D1214"),
            ("Forklift driver", "N1101"),
            ("Registered nurse", "J1506"),
            ("Waitress", "G1803"),
        ]);
    }

    #[test]
    fn slips_short_forms_genders_and_circumstances_do_not_matter() {
        check_titles(&[
            ("aide soignate", "J1501"),
            ("Cuisnier", "G1609"),
            ("secr. méd.", "M1609"),
            ("Resp. maint.", "I1105"),
            ("Aides-soignants diplômés", "J1501"),
            ("Aide-soignant·e", "J1501"),
            ("Cariste confirmé en intérim (H/F)", "N1101"),
            ("Stagiaire comptable", "M1203 M1213"),
            ("CDI - Électricien bâtiment", "F1602"),
        ]);
    }

    #[test]
    fn a_name_that_tells_no_trade_gives_none() {
        check_titles(&[
            ("Gérant", "-"),
            ("Stagiaire", "-"),
            ("Employée", "-"),
            ("Agent", "-"),
            ("Surveillante", "-"),
        ]);
    }

    #[test]
    fn the_words_around_tell_between_the_meanings_of_a_name() {
        let of = |title: &str, around: &str| code(Occupations::builtin().of_job(title, around));
        assert_eq!(of("Surveillante", "Collège Marie Curie"), "K2104");
        assert_eq!(of("Surveillant", "Maison d'arrêt de Lyon"), "K1711");
        assert_eq!(of("Gérant", "Épicerie du Marché"), "D1301");
        assert_eq!(of("AS", "EHPAD Les Tilleuls"), "J1501");
        assert_eq!(of("Pilote de ligne", "Compagnie aérienne régionale"), "N2102");
        assert_eq!(of("Pilote de ligne", "Conserverie du Golfe"), "H3301");
        assert_eq!(of("Peintre", ""), "F1606");
        assert_eq!(of("Peintre", "Carrosserie Martin"), "I1609");
    }

    #[test]
    fn diplomas_and_licences_name_a_trade_or_none() {
        check(
            &[
                ("CAP Cuisine", "G1609"),
                ("Diplôme d'État d'aide-soignant (DEAS)", "J1501"),
                ("DEAES", "K1306"),
                ("DE masseur-kinésithérapeute", "J1404"),
                ("BTS Comptabilité et gestion", "M1203"),
                ("Titre professionnel conducteur routier", "N4101"),
                ("Titre pro grutier", "F1301"),
                ("Bac pro MELEC", "F1602"),
                ("Baccalauréat général", "-"),
                ("Brevet des collèges", "-"),
                ("Licence d'histoire", "- K2140"),
            ],
            |text| Occupations::builtin().of_diploma(text),
        );
        check(
            &[
                ("CACES R489 cat. 3", "N1101"),
                ("CACES 3", "N1101"),
                ("CACES R482 A", "F1302"),
                ("FIMO marchandises", "N4101"),
                ("Permis C", "N4101"),
                ("Permis CE", "N4115"),
                ("Permis D", "N4103"),
                ("SSIAP 1", "K2503"),
                ("Habilitation électrique B2V BR", "F1602"),
                ("Permis B", "-"),
                ("SST", "-"),
            ],
            |text| Occupations::builtin().of_licence(text),
        );
    }
}
