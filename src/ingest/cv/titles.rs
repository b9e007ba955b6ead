//! Job titles and given names: telling « Marie Boulanger » from « Boulangère ».

use std::collections::HashSet;
use std::sync::LazyLock;

use super::lines::{plain, words};

/// Nothing speaks for a job title.
pub(super) const NONE: u8 = 0;
/// A word of it occurs in job titles.
pub(super) const KNOWN_WORD: u8 = 1;
/// It begins (in French) or ends (in English) as job titles do.
pub(super) const KNOWN_HEAD: u8 = 2;
/// It is a known job title.
pub(super) const EXACT: u8 = 3;

/// How much `text` reads as a job title, from [`NONE`] to [`EXACT`].
pub(super) fn likeness(text: &str) -> u8 {
    let folded = plain(text);
    let parts: Vec<&str> = words(&folded).collect();
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return NONE };
    if is_head(first) || is_head(last) {
        return if parts.len() == 1 { EXACT } else { KNOWN_HEAD };
    }
    if parts.iter().any(|w| is_head(w)) { KNOWN_WORD } else { NONE }
}

/// A word that names what somebody does.
fn is_head(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "chef",
        "cheffe",
        "agent",
        "agente",
        "assistant",
        "assistante",
        "charge",
        "chargee",
        "consultant",
        "consultante",
        "responsable",
        "employe",
        "employee",
        "aide",
        "auxiliaire",
        "adjoint",
        "adjointe",
        "comptable",
        "secretaire",
        "architecte",
        "manager",
        "developer",
        "engineer",
        "lead",
        "officer",
        "clerk",
        "cook",
        "nurse",
        "apprenti",
        "apprentie",
        "stagiaire",
        "intern",
        "alternant",
        "alternante",
        "hotesse",
        "interimaire",
        "commercial",
        "commerciale",
        "attache",
        "attachee",
        "expert",
        "experte",
        "professeur",
        "professeure",
        "enseignant",
        "medecin",
        "avocat",
        "juriste",
        "cadre",
        "gerant",
        "gerante",
        "macon",
        "chauffeur",
        "plaquiste",
        "magasinier",
        "boucher",
        "bouchere",
        "barman",
        "cuisinier",
        "commis",
        "second",
        "seconde",
        "analyst",
        "administrator",
        "president",
        "ingenieur",
        "ingenieure",
        "technicien",
        "technicienne",
        "directeur",
        "directrice",
        "conseiller",
        "conseillere",
        "freelance",
        "founder",
        "cto",
        "ceo",
    ];
    WORDS.contains(&word)
        || word.len() > 6
            && ["eur", "euse", "trice", "ien", "ienne", "iere", "iste", "er", "or", "ist", "ian"]
                .iter()
                .any(|s| word.ends_with(s))
}

/// A given name that is usual in France or in English CVs.
pub(super) fn is_given_name(folded: &str) -> bool {
    static NAMES: LazyLock<HashSet<&'static str>> =
        LazyLock::new(|| include_str!("given_names.txt").split_whitespace().collect());
    NAMES.contains(folded)
}
