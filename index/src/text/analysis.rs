//! Words to terms: stop words out, masculine and feminine brought together, stems.

use std::cell::RefCell;
use std::ops::Range;

use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;

use super::stop_words::is_stop_word;
use super::words::{Word, each_word};
use crate::lang::Lang;

/// Version of the analysis; another one makes a text index outdated.
pub(crate) const ANALYSIS: u32 = 1;

/// A term of a text and where its word stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// The term that the text index holds.
    pub(crate) term: String,
    /// Bytes of the word in the text.
    pub(crate) range: Range<usize>,
}

/// The terms of a text, in order.
pub(crate) fn analyse(text: &str, lang: Lang) -> Vec<Token> {
    let mut tokens = vec![];
    each_token(text, lang, |term, range| tokens.push(Token { term: term.to_owned(), range }));
    tokens
}

/// The terms of a text on one line, to be indexed; a word that only repeats the one before in the other
/// gender (« Vendeur / Vendeuse ») is left out.
pub(super) fn terms_line(text: &str, lang: Lang, out: &mut String) {
    let mut last = (usize::MAX, usize::MAX, 0);
    each_token(text, lang, |term, range| {
        let repeats =
            last.0 != usize::MAX && out[last.0..last.1] == *term && text[last.2..range.start].trim() == "/";
        if !repeats {
            if !out.is_empty() {
                out.push(' ');
            }
            last = (out.len(), out.len() + term.len(), range.end);
            out.push_str(term);
        }
    });
}

/// The terms that a searched word may have been indexed as, in either language.
pub(super) fn query_terms(word: &str) -> Vec<String> {
    let mut terms = vec![];
    for lang in [Lang::Fr, Lang::En] {
        each_word(word, lang, |word| {
            // « c » and « r », typed small, are the languages C and R.
            let language = matches!(word.folded.as_str(), "c" | "r");
            if word.capital || language || !is_stop_word(&word.folded, lang) {
                with_stem(&word.folded, lang, |term| {
                    if !terms.iter().any(|t| t == term) {
                        terms.push(term.to_owned());
                    }
                });
            }
        });
    }
    terms
}

pub(super) fn each_token(text: &str, lang: Lang, mut each: impl FnMut(&str, Range<usize>)) {
    each_word(text, lang, |word| {
        if is_kept(word, lang) {
            with_stem(&word.folded, lang, |term| each(term, word.range.clone()));
        }
    });
}

fn is_kept(word: &Word, lang: Lang) -> bool {
    if word.capital {
        return !matches!((word.folded.as_str(), lang), ("a", _) | ("y", Lang::Fr) | ("i", Lang::En));
    }
    word.folded.len() > 1 && !is_stop_word(&word.folded, lang)
        || word.folded.bytes().all(|b| b.is_ascii_digit())
}

/// Calls `then` with the stem of a folded word. Stemming costs ten times a look-up, and a language has few
/// words: the stems met so far are kept.
fn with_stem<T>(folded: &str, lang: Lang, then: impl FnOnce(&str) -> T) -> T {
    const MOST: usize = 100_000;
    thread_local! {
        static STEMS: RefCell<[FxHashMap<String, String>; 2]> = RefCell::default();
    }
    // Taken out during the call: `then` may well analyse another text.
    let known = STEMS.with_borrow(|stems| stems[lang as usize].get(folded).cloned());
    let stem = known.unwrap_or_else(|| {
        let stem = stem(folded, lang);
        STEMS.with_borrow_mut(|stems| {
            let stems = &mut stems[lang as usize];
            if stems.len() >= MOST {
                stems.clear();
            }
            stems.insert(folded.to_owned(), stem.clone());
        });
        stem
    });
    then(&stem)
}

fn stem(folded: &str, lang: Lang) -> String {
    if folded.len() <= 3 || !folded.bytes().all(|b| b.is_ascii_lowercase()) {
        return folded.to_owned();
    }
    match lang {
        Lang::Fr => Stemmer::create(Algorithm::French).stem(&masculine(folded)).into_owned(),
        Lang::En => Stemmer::create(Algorithm::English).stem(folded).into_owned(),
    }
}

/// The masculine of a folded French word in -euse, -trice, -ière and the like. Snowball leaves these genders
/// apart, and titles come in both; a word that only looks feminine loses nothing, since all its forms change
/// alike.
fn masculine(folded: &str) -> String {
    const ENDINGS: [(&str, &str); 8] = [
        ("trice", "teur"),
        ("euse", "eur"),
        ("iere", "ier"),
        ("ere", "er"),
        ("enne", "en"),
        ("onne", "on"),
        ("ffe", "f"),
        ("ee", "e"),
    ];
    let one = folded.strip_suffix('s').filter(|one| one.len() > 3).unwrap_or(folded);
    for (feminine, masculine) in ENDINGS {
        if let Some(stem) = one.strip_suffix(feminine).filter(|stem| stem.len() >= 2) {
            return format!("{stem}{masculine}");
        }
    }
    one.to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(text: &str, lang: Lang) -> String {
        let mut out = String::new();
        terms_line(text, lang, &mut out);
        out
    }

    #[test]
    fn both_genders_and_numbers_give_the_same_terms() {
        for forms in [
            &[
                "développeur",
                "développeuse",
                "développeurs",
                "développeuses",
                "DEVELOPPEUR",
                "développeur·euse",
            ][..],
            &[
                "vendeur",
                "vendeuse",
                "vendeur(se)",
                "Vendeur / Vendeuse",
                "Vendeur/Vendeuse",
                "vendeur (H/F)",
            ],
            &["directeur", "directrice", "directeur.trice", "directeurs"],
            &["infirmier", "infirmière", "infirmier(ère)", "infirmiers"],
            &["technicien", "technicienne", "technicien·ne", "technicien.ne.s"],
            &["boulanger", "boulangère", "boulanger/ère"],
            &["conseiller", "conseillère", "conseillers"],
            &["assistant", "assistante", "assistant(e)", "assistant·e·s"],
            &["employé", "employée", "employé(e)", "employés", "employe"],
            &["chargé", "chargée", "chargé.e"],
            &["chef", "cheffe", "chef(fe)"],
            &["opérateur", "opératrice"],
        ] {
            let terms: Vec<String> = forms.iter().map(|form| line(form, Lang::Fr)).collect();
            assert!(terms.iter().all(|term| *term == terms[0]), "{forms:?} became {terms:?}");
        }
    }

    #[test]
    fn stop_words_go_and_single_capitals_stay() {
        assert_eq!(line("Le langage R et le C", Lang::Fr), "langag r c");
        assert_eq!(line("Permis B, à la journée. Y compris l'été", Lang::Fr), "perm b journ compr");
        assert_eq!(line("I am a C developer", Lang::En), "c develop");
        assert_eq!(query_terms("r"), ["r"]);
        assert_eq!(query_terms("developers"), ["develop"]);
        assert_eq!(query_terms("java"), ["jav", "java"]);
        assert_eq!(query_terms("the"), ["the"]);
    }

    proptest! {
        #[test]
        fn any_text_is_analysed(text in "\\PC{0,80}", english in any::<bool>()) {
            let lang = if english { Lang::En } else { Lang::Fr };
            for token in analyse(&text, lang) {
                prop_assert!(!token.term.is_empty() && !token.term.contains(' '));
                prop_assert!(text.get(token.range).is_some());
            }
        }

        #[test]
        fn accents_and_case_make_no_difference(text in "[a-zàâçéèêëîïôûùüÿœ ']{0,60}") {
            let plain: String = {
                let mut folded = String::new();
                super::super::words::fold_into(&text, &mut folded);
                folded
            };
            prop_assert_eq!(line(&text, Lang::Fr), line(&plain, Lang::Fr));
        }
    }
}
