//! A text in the plain form that the readers search, with the way back to the words as written.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::stems;

/// What a word may be about: each reader looks only where one of its stems begins a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    Diploma,
    Experience,
    Language,
    Licence,
    Telework,
}

/// A text folded to lower-case ASCII once, so that each reader searches bytes and need not know accents,
/// typographic quotes, « € » (folded to `eur`) or no-break spaces.
pub struct Prose<'a> {
    original: &'a str,
    folded: String,
    /// For each byte of `folded`, the byte of `original` it comes from; one more for the end.
    origins: Vec<u32>,
    /// Where the stems of the topics begin, in order.
    hits: Vec<(Topic, usize)>,
}

impl<'a> Prose<'a> {
    /// Folds `text`; texts beyond 4 GiB are cut.
    pub fn new(text: &'a str) -> Self {
        let mut folded = String::with_capacity(text.len() + 16);
        let mut origins = Vec::with_capacity(text.len() + 16);
        for (at, c) in text.char_indices().take_while(|&(at, _)| u32::try_from(at).is_ok()) {
            if c.is_ascii() {
                folded.push(if matches!(c, '\t' | '\r') { ' ' } else { c.to_ascii_lowercase() });
                origins.push(at as u32);
            } else {
                fold(c, &mut folded);
                origins.resize(folded.len(), at as u32);
            }
        }
        origins.push(text.len() as u32);
        let hits = stems::hits(&folded);
        Self { original: text, folded, origins, hits }
    }

    /// Where the stems of a topic begin, in order.
    pub(super) fn hits(&self, topic: Topic) -> impl Iterator<Item = usize> {
        self.hits.iter().filter(move |(of, _)| *of == topic).map(|&(_, at)| at)
    }

    /// Stretches of the folded text around the stems of a topic, whole words, within their line.
    pub(super) fn windows(&self, topic: Topic, before: usize, after: usize) -> Vec<Range<usize>> {
        let mut windows: Vec<Range<usize>> = Vec::new();
        let letter = |at: usize| self.folded.as_bytes().get(at).is_some_and(u8::is_ascii_alphanumeric);
        for at in self.hits(topic) {
            let line = self.line(at);
            let mut start = line.start.max(at.saturating_sub(before));
            while start > line.start && letter(start) && letter(start - 1) {
                start -= 1;
            }
            let mut end = line.end.min(at + after);
            while end < line.end && letter(end) && letter(end - 1) {
                end += 1;
            }
            match windows.last_mut() {
                Some(last) if start <= last.end => last.end = last.end.max(end),
                _ => windows.push(start..end),
            }
        }
        windows
    }

    /// The folded text: ASCII only, so any index is a character boundary.
    pub(super) fn folded(&self) -> &str {
        &self.folded
    }

    /// The words as written behind a range of the folded text, without blanks around.
    pub(super) fn words(&self, folded: Range<usize>) -> &'a str {
        let start = self.origins[folded.start] as usize;
        let mut end = self.origins[folded.end] as usize;
        // A character folded to several letters must not be cut.
        while !self.original.is_char_boundary(end) {
            end += 1;
        }
        self.original[start..end.max(start)].trim()
    }

    /// The line around a place of the folded text.
    pub(super) fn line(&self, at: usize) -> Range<usize> {
        let start = self.folded[..at].rfind('\n').map_or(0, |n| n + 1);
        let end = self.folded[at..].find('\n').map_or(self.folded.len(), |n| at + n);
        start..end
    }

    /// The clause around a range: to the sentence's ends, a bullet or a line break, at most `reach` bytes
    /// and a word each side.
    pub(super) fn clause(&self, range: &Range<usize>, reach: usize) -> Range<usize> {
        let text = self.folded.as_bytes();
        let letter = |at: usize| text.get(at).is_some_and(u8::is_ascii_alphanumeric);
        let stops = |at: usize| match text[at] {
            b'\n' | b';' | b'*' | b'!' | b'?' => true,
            b'.' => !letter(at + 1) || self.begins_sentence(at + 1),
            _ => false,
        };
        let mut start = range.start;
        while start > 0 && !stops(start - 1) && (range.start - start < reach || letter(start - 1)) {
            start -= 1;
        }
        let mut end = range.end;
        while end < text.len() && !stops(end) && (end - range.end < reach || letter(end)) {
            end += 1;
        }
        start..end
    }

    /// A word in sentence case begins here, as where the blank after a full stop was lost: « requis.Vous ».
    fn begins_sentence(&self, at: usize) -> bool {
        let mut written = self.original[self.origins[at] as usize..].chars();
        let capital = written.next().is_some_and(char::is_uppercase);
        capital && written.next().is_some_and(|c| c.is_lowercase() || c == '\'' || c == '’')
    }
}

/// Folds a character beyond ASCII.
fn fold(c: char, out: &mut String) {
    match c {
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' => out.push('e'),
        'à' | 'â' | 'À' | 'Â' => out.push('a'),
        'ç' | 'Ç' => out.push('c'),
        'ô' | 'Ô' => out.push('o'),
        'î' | 'ï' | 'Î' => out.push('i'),
        'ù' | 'û' => out.push('u'),
        '€' => out.push_str("eur"),
        '’' | '‘' | '´' | 'ʼ' => out.push('\''),
        '–' | '—' | '‑' | '‐' | '−' => out.push('-'),
        '«' | '»' | '“' | '”' => out.push('"'),
        '•' | '·' | '∙' | '●' | '▪' | '◦' | '➢' | '✓' | '►' => out.push('*'),
        'œ' | 'Œ' => out.push_str("oe"),
        'æ' | 'Æ' => out.push_str("ae"),
        '\u{200b}' | '\u{feff}' => {}
        c => out.push(c.nfd().next().filter(char::is_ascii).unwrap_or(' ').to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_and_finds_the_words_again() {
        let prose = Prose::new("Rémunération : 35–40 k€ l’an, à Évry");
        assert_eq!(prose.folded(), "remuneration : 35-40 keur l'an, a evry");
        let at = prose.folded().find("35").unwrap();
        assert_eq!(prose.words(at..at + "35-40 keur".len()), "35–40 k€");
        let evry = prose.folded().find("evry").unwrap();
        assert_eq!(prose.words(evry..evry + 4), "Évry");
    }

    #[test]
    fn a_clause_ends_with_its_sentence_but_not_at_a_decimal_point() {
        let prose = Prose::new("Permis B exigé. Salaire de 12.50 € brut; panier");
        let at = prose.folded().find("12.50").unwrap();
        let clause = prose.clause(&(at..at + 5), 80);
        assert_eq!(prose.words(clause), "Salaire de 12.50 € brut");
        let glued = Prose::new("Un atout.Permis B requis.");
        assert_eq!(glued.words(glued.clause(&(9..15), 80)), "Permis B requis");
    }
}
