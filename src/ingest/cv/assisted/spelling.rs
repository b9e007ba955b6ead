//! Corrects what was recognised on a page by what a model that saw the page says of it.
//!
//! Only where both say nearly the same: what the model says and the recognition does not is no correction. Digits are
//! never touched.

use std::collections::HashSet;
use std::ops::Range;

use jobmatch_index::skills::fold;

use super::super::document::Document;
use super::super::evidence::Search;
use super::super::lines::words;
use super::answer::Answer;

/// Letters that may differ, as a share of the text: one in five.
const DOUBT: usize = 5;
/// More words than anything that is corrected at once.
const MOST_WORDS: usize = 40;

/// Corrects the lines `within`; gives the number of places that changed.
pub(super) fn correct(document: &mut Document, within: &Range<usize>, answer: &Answer) -> usize {
    let search = Search::new(document);
    let mut edits: Vec<(usize, Range<usize>, String)> = Vec::new();
    let mut edit = |line: usize, bytes: Range<usize>, text: String| {
        let free = |(l, b, _): &(usize, Range<usize>, String)| {
            *l != line || b.end <= bytes.start || bytes.end <= b.start
        };
        if edits.iter().all(free) {
            edits.push((line, bytes, text));
        }
    };
    for text in answer.texts() {
        let mut same = search.all(text, within).filter(|found| !stray(&search, found, text)).peekable();
        if same.peek().is_some() {
            for found in same {
                let line = search.lines(&found).start;
                if let Some(bytes) = search.bytes(&found)
                    && let Some(accented) = accented(&document.lines[line].text[bytes.clone()], text)
                {
                    edit(line, bytes, accented);
                }
            }
        } else if let Some(found) = like(&search, text, within)
            && let Some(bytes) = search.bytes(&found)
        {
            let sign = |c: char| !c.is_alphanumeric();
            edit(search.lines(&found).start, bytes, text.trim_matches(sign).to_owned());
        }
    }
    // From the end of each line, so that the places of the others stay.
    edits.sort_by_key(|(line, bytes, _)| (*line, std::cmp::Reverse(bytes.start)));
    for (line, bytes, text) in &edits {
        document.lines[*line].text.replace_range(bytes.clone(), text);
    }
    edits.len()
}

/// `recognised` with the accents that `text`, the same words, has where it has none; `None` when that is nothing.
fn accented(recognised: &str, text: &str) -> Option<String> {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    if recognised.chars().count() != text.chars().count() {
        return None;
    }
    let letter = |(old, new): (char, char)| {
        let (old_fold, new_fold) = (fold(old.encode_utf8(&mut [0; 4])), fold(new.encode_utf8(&mut [0; 4])));
        match old.is_ascii_alphabetic() && !new.is_ascii() && old_fold == new_fold {
            true if old.is_uppercase() => new.to_uppercase().next().unwrap_or(old),
            true => new.to_lowercase().next().unwrap_or(old),
            false => old,
        }
    };
    let accented: String = recognised.chars().zip(text.chars()).map(letter).collect();
    (accented != recognised).then_some(accented)
}

/// A part of an address, where `text` is none.
fn stray(search: &Search<'_>, found: &Range<usize>, text: &str) -> bool {
    !text.contains('@') && !text.contains("://") && search.in_address(found)
}

/// The words on one line, in `within`, that are the most like `text`, when they are like it at all.
fn like(search: &Search<'_>, text: &str, within: &Range<usize>) -> Option<Range<usize>> {
    let folded = fold(text);
    let wanted: Vec<&str> = words(&folded).collect();
    let (all, joined) = (search.words_in(within), wanted.join(" "));
    let length = joined.chars().count();
    let allowed = length / DOUBT;
    if allowed == 0 || wanted.len() > MOST_WORDS {
        return None;
    }
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let (known, number): (HashSet<&str>, _) = (wanted.iter().copied().collect(), digits(&joined));
    let mut best: Option<(usize, Range<usize>)> = None;
    // A space may have been lost or found.
    for count in wanted.len().saturating_sub(1).max(1)..=wanted.len() + 1 {
        for start in all.start..(all.end + 1).saturating_sub(count) {
            let found = start..start + count;
            let here: Vec<&str> = found.clone().map(|word| search.word(word)).collect();
            let size = here.iter().map(|word| word.chars().count() + 1).sum::<usize>() - 1;
            // Most words of a long text are recognised well: the rest need not be compared letter by letter.
            let shared = here.iter().filter(|word| known.contains(**word)).count();
            if size.abs_diff(length) > allowed || wanted.len() > 3 && shared * 5 < wanted.len() * 2 {
                continue;
            }
            let here = here.join(" ");
            let distance = strsim::levenshtein(&here, &joined);
            if distance <= allowed
                && best.as_ref().is_none_or(|(least, _)| distance < *least)
                && digits(&here) == number
                && search.bytes(&found).is_some()
                && !stray(search, &found, text)
            {
                best = Some((distance, found));
            }
        }
    }
    best.map(|(_, found)| found)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::document::Line;
    use super::*;

    fn corrected(recognised: &str, answer: serde_json::Value) -> (String, usize) {
        let mut document =
            Document { pages: Vec::new(), lines: recognised.lines().map(Line::plain).collect() };
        let all = 0..document.lines.len();
        let count = correct(&mut document, &all, &serde_json::from_value(answer).unwrap());
        let lines: Vec<&str> = document.lines.iter().map(|line| line.text.as_str()).collect();
        (lines.join("\n"), count)
    }

    #[test]
    fn accents_and_misread_letters_are_corrected() {
        let (text, count) = corrected(
            "Helene MARTlN\nCuislniere\tMaison Lorca\nPreparation des entrees et des dessens",
            json!({
                "name": "Hélène Martin",
                "experiences": [{
                    "title": "Cuisinière",
                    "employer": "Maison Lorca",
                    "tasks": ["Préparation des entrées et des desserts"],
                }],
            }),
        );
        assert_eq!(text, "Hélène Martin\nCuisinière\tMaison Lorca\nPréparation des entrées et des desserts");
        assert_eq!(count, 3);
        assert_eq!(corrected("HELENE", json!({ "name": "Hélène" })).0, "HÉLÈNE");
        // An address is no name.
        let (text, _) = corrected("HELENE\nhelene@exemple.fr", json!({ "name": "Hélène" }));
        assert_eq!(text, "HÉLÈNE\nhelene@exemple.fr");
        // A model that knows no accents takes none away.
        assert_eq!(corrected("Hélène", json!({ "name": "Helene" })), ("Hélène".into(), 0));
    }

    #[test]
    fn what_the_page_does_not_say_is_no_correction() {
        for (page, said) in [
            ("Cuisinière\nMaison Lorca", "Directrice"),
            ("Lyon", "Lyan"),
            ("06 39 98 50 03", "06 39 98 50 04"),
            ("Technicien 2019", "Technicien 2018"),
            ("Maison\nLorca", "Maison Larca"),
        ] {
            assert_eq!(corrected(page, json!({ "title": said })), (page.to_owned(), 0), "{said}");
        }
    }
}
