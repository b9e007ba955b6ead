//! The passage of a text that shows best why it was found.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::query::Query;
use super::stop_words::language;

/// A passage of a text, with the words that were searched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Snippet {
    /// The passage, on one line.
    pub text: String,
    /// Byte ranges of the searched words in `text`.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<std::collections::BTreeMap<String, usize>>))]
    pub marks: Vec<Range<usize>>,
}

/// Length of a passage in bytes, or somewhat more.
const LENGTH: usize = 220;
/// What stands before the first marked word, in bytes.
const LEAD: usize = 60;

/// The passage of `text` that holds most words of the query; its beginning when it holds none.
pub(crate) fn snippet(text: &str, query: &Query) -> Snippet {
    let marks = query.marks(text, language(text));
    let held = |start: usize| marks.iter().filter(|m| m.start >= start && m.end <= start + LENGTH).count();
    let best = (0..marks.len()).max_by_key(|n| (held(marks[*n].start), std::cmp::Reverse(*n)));
    let first = best.map_or(0, |n| marks[n].start);
    let start = if first <= LEAD { 0 } else { word_start(text, first - LEAD) };
    let end = word_end(text, (start + LENGTH + LEAD).min(text.len()));
    let mut out = Snippet { text: String::new(), marks: vec![] };
    if start > 0 {
        out.text.push('…');
    }
    let mut at = start;
    for mark in marks.into_iter().filter(|mark| mark.start >= start && mark.end <= end) {
        push_line(&mut out.text, &text[at..mark.start]);
        let from = out.text.len();
        out.text.push_str(&text[mark.clone()]);
        out.marks.push(from..out.text.len());
        at = mark.end;
    }
    push_line(&mut out.text, &text[at..end]);
    if end < text.len() {
        out.text.push('…');
    }
    out
}

/// Adds text with every run of white space as one space.
fn push_line(out: &mut String, text: &str) {
    for c in text.chars() {
        if !c.is_whitespace() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
}

fn word_start(text: &str, at: usize) -> usize {
    let at = text.floor_char_boundary(at);
    text[..at].rfind(char::is_whitespace).map_or(0, |space| text.ceil_char_boundary(space + 1))
}

fn word_end(text: &str, at: usize) -> usize {
    let at = text.ceil_char_boundary(at);
    at + text[at..].find(char::is_whitespace).unwrap_or(text.len() - at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_passage_with_most_words_is_shown() {
        let filler = "Notre entreprise accompagne ses clients depuis vingt ans. ".repeat(10);
        let text = format!("Java. {filler}\nVous développez en Java et en Kotlin. {filler}");
        let snippet = snippet(&text, &Query::parse("java kotlin "));
        assert!(snippet.text.contains("Vous développez en Java et en Kotlin"), "{snippet:?}");
        let marked: Vec<&str> = snippet.marks.iter().map(|m| &snippet.text[m.clone()]).collect();
        assert_eq!(marked, ["Java", "Kotlin"]);
        assert!(snippet.text.starts_with('…') && snippet.text.ends_with('…') && snippet.text.len() < 400);
    }

    proptest! {
        #[test]
        fn any_text_has_one(text in "[\\PC\n]{0,400}", words in "\\PC{0,20}") {
            let snippet = snippet(&text, &Query::parse(&words));
            for mark in &snippet.marks {
                prop_assert!(snippet.text.get(mark.clone()).is_some_and(|word| !word.is_empty()));
            }
        }
    }
}
