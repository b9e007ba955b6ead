//! Whether text says something: fonts without a map to letters, and bad recognitions, give letters that make no words.

use std::collections::HashSet;
use std::sync::LazyLock;

use jobmatch_index::skills::{Graph, OccupationId, fold};

use super::lines::{is_one_of, words};

/// Words that no French or English page does without.
const COMMON: &str =
    "de du des la le les et en au aux a un une pour par sur dans avec d l of the and in to for with at";
/// A page of fewer words than this may do without common ones.
const PAGE: usize = 40;

/// Words of the language in `text`, each time that they come: what is known of occupations, in French and English,
/// holds the vocabulary of CVs. Names, addresses and figures do not count.
pub(super) fn real_words(text: &str) -> usize {
    words(&fold(text)).filter(|w| w.len() > 2 && LEXICON.contains(*w)).count()
}

/// Whether `word` is one of the language.
pub(super) fn is_word(word: &str) -> bool {
    LEXICON.contains(&fold(word))
}

/// Whether `text` may be no text at all, at a glance.
pub(super) fn is_doubtful(text: &str) -> bool {
    let (mut letters, mut strange) = (0_usize, 0_usize);
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        let private = ('\u{e000}'..='\u{f8ff}').contains(&c) || c >= '\u{f0000}';
        letters += 1;
        strange += usize::from(private || c == '\u{fffd}' || c.is_control());
    }
    if strange * 10 > letters {
        return true;
    }
    let folded = fold(text);
    let all = words(&folded).filter(|w| w.chars().any(char::is_alphabetic)).count();
    let common = words(&folded).filter(|w| is_one_of(w, COMMON)).count();
    all >= PAGE && common * 50 < all
}

static LEXICON: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let graph = Graph::builtin();
    let mut lexicon = HashSet::new();
    let mut add = |text: &str| {
        for word in words(&fold(text)).filter(|w| w.len() > 2) {
            if !lexicon.contains(word) {
                lexicon.insert(word.to_owned());
            }
        }
    };
    let count = u16::try_from(graph.occupation_count()).unwrap_or(u16::MAX);
    (0..count).for_each(|occupation| add(graph.occupation_text(OccupationId(occupation))));
    graph.titles().iter().for_each(|title| add(&title.text));
    lexicon
});

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Conseillère de vente en prêt-à-porter depuis sept ans dans des boutiques de centre-ville. \
        Accueil et conseil des clients, encaissement et ouverture de la boutique, vitrines et changement \
        d'implantation chaque mois, fidélisation, encadrement d'une apprentie et de deux saisonnières.";

    #[test]
    fn text_is_told_from_what_is_none() {
        assert!(!is_doubtful(TEXT));
        assert!(!is_doubtful("Marie Dupont, vendeuse"));
        // A font without a map: each letter comes out as another.
        let shifted: String = TEXT
            .replace("-à-", "-")
            .chars()
            .map(|c| if c.is_alphabetic() { char::from(c as u8 ^ 2) } else { c })
            .collect();
        // A page of it: a few words may be names.
        assert!(is_doubtful(&shifted.repeat(3)));
        assert!(is_doubtful("\u{e041}\u{e052}\u{e049} \u{e045} abc"));
        assert!(real_words(TEXT) >= 25);
        assert_eq!(real_words("Frqvhlooèuh ghv fohqwv wqepsb zzz"), 0);
    }
}
