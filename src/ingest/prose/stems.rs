//! The stems that wake the readers, found in one pass over a text.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::language::LANGUAGES;
use super::text::Topic;

/// Every place of a folded text where a stem begins a word, in order.
pub(super) fn hits(folded: &str) -> Vec<(Topic, usize)> {
    let bytes = folded.as_bytes();
    let mut hits: Vec<(Topic, usize)> = Vec::new();
    for found in AUTOMATON.0.find_overlapping_iter(folded) {
        let at = found.start();
        let topic = AUTOMATON.1[found.pattern().as_usize()];
        let begins_word = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        if begins_word && !hits.iter().rev().take(3).any(|hit| *hit == (topic, at)) {
            hits.push((topic, at));
        }
    }
    // Overlapping stems come in the order of their ends.
    hits.sort_by_key(|&(_, at)| at);
    hits
}

static AUTOMATON: LazyLock<(AhoCorasick, Vec<Topic>)> = LazyLock::new(|| {
    let languages = LANGUAGES.iter().flat_map(|(_, names)| names.iter()).map(|name| (*name, Topic::Language));
    let stems: Vec<(&str, Topic)> = STEMS
        .iter()
        .flat_map(|(topic, stems)| stems.iter().map(|stem| (*stem, *topic)))
        .chain(languages)
        .collect();
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .kind(Some(AhoCorasickKind::DFA))
        .build(stems.iter().map(|(stem, _)| stem))
        .expect("the stems are few and short");
    (automaton, stems.into_iter().map(|(_, topic)| topic).collect())
});

const STEMS: [(Topic, &[&str]); 4] = [
    (
        Topic::Diploma,
        &[
            "bac",
            "licence",
            "master",
            "ingenieur",
            "diplom",
            "doctor",
            "docteur",
            "phd",
            "ph.d",
            "these de",
            "mba",
            "msc",
            "dess",
            "dscg",
            "dcg",
            "m2",
            "l3",
            "bachelor",
            "maitrise de",
            "maitrise en",
            "bts",
            "dut",
            "deug",
            "deust",
            "dejeps",
            "desjeps",
            "bep",
            "cap",
            "but",
            "niveau",
            "bpa",
            "bpjeps",
            "bp jeps",
            "brevet prof",
            "dea",
            "deme",
            "detisf",
            "dees",
            "deeje",
            "de aide",
            "de d'aide",
            "de auxil",
            "de d'auxil",
            "ecole",
            "titre d",
            "formation",
            "cursus",
            "engineering degree",
            "associate",
            "high school",
            "caferuis",
            "cafdes",
            "mention compl",
            "infirmier",
            "manipulateur",
            "titulaire",
        ],
    ),
    (Topic::Experience, &["experience", "dexperience", "debutant", "junior"]),
    (
        Topic::Licence,
        &[
            "permis",
            "caces",
            "driv",
            "clean driv",
            "habilit",
            "secret",
            "confidentiel",
            "security clear",
            "ssiap",
            "fimo",
            "fco",
            "carte",
            "aipr",
            "sst",
            "sauveteur",
            "bnssa",
            "baf",
            "psc",
            "pse",
            "adr",
            "certiphyto",
            "fluide",
            "cqp",
            "tfp",
            "forklift",
        ],
    ),
    (
        Topic::Telework,
        &[
            "teletravail",
            "tele-travail",
            "tele travail",
            "remote",
            "hybrid",
            "home",
            "distanc",
            "distanciel",
            "presentiel",
            "sur site",
            "on-site",
            "onsite",
            "from home",
            "from anywhere",
            "a la maison",
        ],
    ),
];
