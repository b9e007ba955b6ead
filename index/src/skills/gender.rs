//! One form for masculine, feminine and inclusive job titles, so that all three rank alike.

use std::collections::HashSet;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::{Graph, fold};

/// Feminine endings of French trades and their masculine ones, longest first where one ends another.
const ENDINGS: [(&str, &str); 14] = [
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
    ("effe", "ef"),
    ("esse", "e"),
    ("esse", ""),
    ("e", ""),
];

/// The masculine form of a folded word of a job title: « vendeuse » gives `vendeur`. `None` when the word is no
/// feminine form of a trade. Only pairs of which both forms stand in the taxonomies' titles count, so that
/// « matière » and « machine » stay what they are.
pub fn masculine(word: &str) -> Option<&'static str> {
    static PAIRS: LazyLock<FxHashMap<Box<str>, Box<str>>> = LazyLock::new(|| pairs(Graph::builtin()));
    PAIRS.get(word).map(AsRef::as_ref)
}

/// A job title in folded, masculine, singular form, without the marks of gender:
/// « Vendeur / Vendeuse (H/F) », « vendeur·euse » and « Vendeuse » all give `vendeur`.
pub fn canonical_title(title: &str) -> String {
    let folded = strip_inclusive(&fold(title));
    let mut words: Vec<&str> = Vec::new();
    for word in folded.split(|c: char| !(c.is_alphanumeric() || "+#'".contains(c))) {
        let word = masculine(word).unwrap_or(word);
        if word.is_empty() || matches!(word, "h" | "f" | "hf" | "fh" | "m" | "w" | "mf" | "x") {
            continue;
        }
        // « Vendeur / Vendeuse en boulangerie »: the second form repeats the first.
        if words.last() != Some(&word) {
            words.push(word);
        }
    }
    words.join(" ")
}

fn pairs(graph: &Graph) -> FxHashMap<Box<str>, Box<str>> {
    let words: HashSet<&str> = graph
        .titles()
        .iter()
        .flat_map(|title| title.text.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.len() > 3)
        .collect();
    let mut pairs = FxHashMap::default();
    for word in &words {
        let masculine = ENDINGS.iter().find_map(|(feminine, masculine)| {
            let form = format!("{}{masculine}", word.strip_suffix(feminine)?);
            (form.len() > 3 && words.contains(form.as_str())).then_some(form)
        });
        if let Some(masculine) = masculine {
            pairs.insert((*word).into(), masculine.into());
        }
    }
    pairs
}

/// Removes the inclusive endings of folded text: « agent(e) », « vendeur·euse », « salarie.e.s ».
pub(super) fn strip_inclusive(folded: &str) -> String {
    const ENDINGS: [&str; 12] =
        ["trice", "euse", "iere", "rice", "enne", "onne", "ere", "fe", "ne", "se", "es", "e"];
    let mut out = String::with_capacity(folded.len());
    let mut rest = folded;
    while let Some(at) = rest.find(['(', '·', '•', '.', '-']) {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let mark = tail.chars().next().unwrap_or('.');
        let after = &tail[mark.len_utf8()..];
        let inside_word = before.ends_with(|c: char| c.is_ascii_alphabetic());
        let ending = ENDINGS.iter().find(|ending| {
            after.strip_prefix(**ending).is_some_and(|next| match mark {
                '(' => next.starts_with(')'),
                _ => !next.starts_with(|c: char| c.is_ascii_alphanumeric()),
            })
        });
        match ending {
            Some(ending) if inside_word => {
                rest = &after[ending.len()..];
                if mark == '(' {
                    rest = &rest[1..];
                } else if let Some(plural) = rest.strip_prefix(['.', '·', '•']) {
                    rest = plural.strip_prefix('s').unwrap_or(plural);
                }
            }
            _ => {
                out.push(mark);
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_for_all_genders() {
        for title in [
            "Vendeur / Vendeuse en boulangerie (H/F)",
            "Vendeuse en boulangerie",
            "vendeur·euse en boulangerie",
            "Vendeur(euse) en boulangerie F/H",
            "VENDEUR.EUSE en boulangerie",
        ] {
            assert_eq!(canonical_title(title), "vendeur en boulangerie", "{title}");
        }
        assert_eq!(canonical_title("Assistante comptable"), canonical_title("Assistant(e) comptable"));
        assert_eq!(canonical_title("Infirmière"), canonical_title("Infirmier"));
        assert_eq!(canonical_title("Cheffe de rang"), canonical_title("Chef(fe) de rang"));
    }

    #[test]
    fn ordinary_words_stay() {
        assert_eq!(masculine("matiere"), None);
        assert_eq!(masculine("machine"), None);
        assert_eq!(canonical_title("Technicien C++ / C#"), "technicien c++ c#");
    }
}
