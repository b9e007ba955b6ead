//! A text cut into pieces, those that matter marked.

use aho_corasick::{AhoCorasick, MatchKind};
use jobmatch_index::score::{Evidence, Match};
use serde::Serialize;

/// What a piece of an offer says about the CV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mark {
    /// A skill that the CV has.
    Met,
    /// A skill that the CV lacks.
    Missing,
}

/// A piece of a text.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Piece<'t> {
    text: &'t str,
    mark: Option<Mark>,
}

/// The words that an offer asks for skills with.
pub(super) fn skills(found: &Match) -> Vec<(&str, Mark)> {
    let evidence = found.parts.iter().flat_map(|part| &part.evidence);
    evidence
        .filter_map(|evidence| match evidence {
            Evidence::SkillMet { words, .. } => Some((words.as_str(), Mark::Met)),
            Evidence::SkillMissing { words, .. } => Some((words.as_str(), Mark::Missing)),
            _ => None,
        })
        .filter(|(words, _)| words.chars().any(char::is_alphanumeric))
        .collect()
}

/// Cuts a text where the words stand as whole words, in either case.
pub(super) fn pieces<'t>(text: &'t str, words: &[(&str, Mark)]) -> Vec<Piece<'t>> {
    let mut pieces = vec![];
    let mut at = 0;
    let finder = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(words.iter().map(|(words, _)| words));
    if let Ok(finder) = finder {
        for found in finder.find_iter(text) {
            if !is_whole(text, found.start(), found.end()) {
                continue;
            }
            if at < found.start() {
                pieces.push(Piece { text: &text[at..found.start()], mark: None });
            }
            let mark = words[found.pattern().as_usize()].1;
            pieces.push(Piece { text: &text[found.range()], mark: Some(mark) });
            at = found.end();
        }
    }
    if at < text.len() {
        pieces.push(Piece { text: &text[at..], mark: None });
    }
    pieces
}

fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_marked() {
        let words = [("vue.js", Mark::Met), ("SQL", Mark::Missing), ("C", Mark::Met)];
        let shown: String = pieces("Vue.js, NoSQL et SQL ; C++ ou Cobol", &words)
            .iter()
            .map(|piece| match piece.mark {
                Some(Mark::Met) => format!("[{}]", piece.text),
                Some(Mark::Missing) => format!("({})", piece.text),
                None => piece.text.to_owned(),
            })
            .collect();
        assert_eq!(shown, "[Vue.js], NoSQL et (SQL) ; [C]++ ou Cobol");
        assert_eq!(pieces("", &words), []);
        assert_eq!(pieces("é", &[]).len(), 1);
    }
}
