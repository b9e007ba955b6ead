//! What a person types in a search box, understood kindly: nothing is an error.

use std::ops::Range;

use super::analysis::{analyse, query_terms};
use super::words::fold_into;
use crate::lang::Lang;

/// A search: words that must all be there, and words that must not.
///
/// `"chef de projet"` in quotes is a phrase, `-stage` excludes, and the last word may still be being typed:
/// its beginning is enough. A quote left open or a lone dash is not an error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query {
    pub(super) wanted: Vec<Clause>,
    pub(super) unwanted: Vec<Clause>,
}

/// One condition of a [`Query`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Clause {
    /// A word, by the terms it may have been indexed as; any will do.
    Word(Vec<String>),
    /// A word that may go on: its terms, or any term that begins so.
    Beginning(Vec<String>, String),
    /// Terms that follow each other, in French or in English.
    Phrase(Vec<Vec<String>>),
}

impl Query {
    pub(crate) fn parse(text: &str) -> Self {
        let mut query = Self::default();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let unwanted =
                rest.len() > 1 && rest.starts_with('-') && !rest[1..].starts_with(char::is_whitespace);
            rest = if unwanted { &rest[1..] } else { rest };
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '«' | '“' | '”'));
            let clauses = match quote {
                Some(open) => {
                    let inside = &rest[open.len_utf8()..];
                    let end = inside.find(['"', '»', '”', '“']);
                    let (phrase, after) = inside.split_at(end.unwrap_or(inside.len()));
                    rest = after.chars().next().map_or("", |close| &after[close.len_utf8()..]);
                    phrase_clauses(phrase)
                }
                None => {
                    let end = rest.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(rest.len());
                    let (word, after) = rest.split_at(end);
                    rest = after;
                    // Nothing behind the last word, not even a space: it may still be being typed.
                    word_clauses(word, after.is_empty() && !unwanted)
                }
            };
            if unwanted { &mut query.unwanted } else { &mut query.wanted }.extend(clauses);
            rest = rest.trim_start();
        }
        query
    }

    /// Whether it asks for nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.wanted.is_empty() && self.unwanted.is_empty()
    }

    /// Whether it asks for more than one thing at once.
    pub(crate) fn is_several(&self) -> bool {
        self.wanted.len() > 1
    }

    /// Where words of the query stand in a text.
    pub(crate) fn marks(&self, text: &str, lang: Lang) -> Vec<Range<usize>> {
        let tokens = analyse(text, lang);
        tokens.into_iter().filter(|token| self.asks_for(&token.term)).map(|token| token.range).collect()
    }

    fn asks_for(&self, term: &str) -> bool {
        self.wanted.iter().any(|clause| match clause {
            Clause::Word(terms) => terms.iter().any(|t| t == term),
            Clause::Beginning(terms, beginning) => {
                terms.iter().any(|t| t == term) || term.starts_with(beginning.as_str())
            }
            Clause::Phrase(phrases) => phrases.iter().flatten().any(|t| t == term),
        })
    }
}

/// One « word » between spaces may hold several, as in « aide-soignant ».
fn word_clauses(word: &str, beginning: bool) -> Vec<Clause> {
    let mut parts = vec![];
    super::words::each_word(word, Lang::Fr, |part| parts.push(word[part.range.clone()].to_owned()));
    let last = parts.len().saturating_sub(1);
    let clause = |(n, part): (usize, String)| {
        let terms = query_terms(&part);
        let mut folded = String::new();
        fold_into(&part, &mut folded);
        let goes_on = beginning && n == last && word.ends_with(part.as_str());
        if goes_on && folded.len() >= LEAST_BEGINNING && folded.bytes().all(|b| b.is_ascii_alphanumeric()) {
            Some(Clause::Beginning(terms, folded))
        } else {
            (!terms.is_empty()).then_some(Clause::Word(terms))
        }
    };
    parts.into_iter().enumerate().filter_map(clause).collect()
}

/// Letters from which on a beginning is looked up.
const LEAST_BEGINNING: usize = 3;

fn phrase_clauses(phrase: &str) -> Vec<Clause> {
    let mut phrases: Vec<Vec<String>> = vec![];
    for lang in [Lang::Fr, Lang::En] {
        let terms: Vec<String> = analyse(phrase, lang).into_iter().map(|token| token.term).collect();
        if !terms.is_empty() && !phrases.contains(&terms) {
            phrases.push(terms);
        }
    }
    if phrases.is_empty() { vec![] } else { vec![Clause::Phrase(phrases)] }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn word(term: &str) -> Clause {
        Clause::Word(vec![term.into()])
    }

    #[test]
    fn words_phrases_exclusions_and_beginnings() {
        let query = Query::parse("java \"chef de projet\" -stage lyo");
        assert_eq!(query.wanted[0], Clause::Word(vec!["jav".into(), "java".into()]));
        assert!(matches!(&query.wanted[1], Clause::Phrase(p) if p[0] == ["chef", "projet"]));
        assert_eq!(query.wanted[2], Clause::Beginning(vec!["lyo".into()], "lyo".into()));
        assert_eq!(query.unwanted, [Clause::Word(query_terms("stage"))]);
        assert_eq!(Query::parse("c++ ").wanted, [word("c++")]);
        assert_eq!(Query::parse("de la ").wanted.len(), 2, "« de » and « la » are words in English");
    }

    #[test]
    fn clumsy_searches_are_searches() {
        assert!(Query::parse("").is_empty() && Query::parse(" - \" ").is_empty());
        assert_eq!(Query::parse("\"plombier").wanted.len(), 1);
        assert_eq!(Query::parse("aide-soignant ").wanted.len(), 2);
        assert_eq!(Query::parse("title:(foo AND [bar").wanted.len(), 4);
    }

    proptest! {
        #[test]
        fn anything_can_be_searched(text in "\\PC{0,60}") {
            let query = Query::parse(&text);
            for mark in query.marks(&text, Lang::Fr) {
                prop_assert!(text.get(mark).is_some());
            }
        }
    }
}
