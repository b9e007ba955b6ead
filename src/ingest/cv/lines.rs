//! The text of lines: what a reader sees of it, list items, words.

pub(super) use super::document::{CELL, Line};

/// Signs that open a list item, typographic ones and those of the symbol fonts of word processors.
const BULLETS: &str =
    "•●○◦▪■□▫‣⁃∙·◆◇❖➢➤►▶▸✓✔★☆※»›\u{f0b7}\u{f0a7}\u{f0d8}\u{f076}\u{f0fc}\u{f02d}\u{2023}\u{25e6}";

impl Line {
    /// A line of a format that knows no fonts.
    pub(super) fn plain(text: &str) -> Self {
        Self { text: clean(text), ..Self::default() }
    }

    /// The text without the sign that opens a list item.
    pub(super) fn item(&self) -> &str {
        split_bullet(&self.text).1
    }

    /// The line is an item of a list.
    pub(super) fn is_item(&self) -> bool {
        split_bullet(&self.text).0
    }
}

/// Whether `text` opens with the sign of a list item, and the text after it.
pub(super) fn split_bullet(text: &str) -> (bool, &str) {
    let text = text.trim();
    let rest = text.trim_start_matches(|c| BULLETS.contains(c)).trim_start();
    if rest.len() < text.len() {
        return (true, rest);
    }
    for dash in ["-", "–", "—", "*", "+", "o"] {
        if let Some(rest) = text.strip_prefix(dash)
            && rest.starts_with([' ', CELL, '\u{a0}'])
        {
            return (true, rest.trim_start());
        }
    }
    (false, text)
}

/// Text as a reader sees it: composed accents, ordinary spaces, no icons, no soft hyphens; letter-spaced
/// headings (« E X P É R I E N C E ») joined.
pub(super) fn clean(text: &str) -> String {
    let tidy = tidy(text);
    join_letters(&tidy, text).unwrap_or(tidy)
}

fn tidy(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let mut out = String::with_capacity(text.len());
    for c in text.nfc() {
        match c {
            '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'
            | '\u{feff}'
            | '\u{fffd}' => {}
            'ﬁ' => out.push_str("fi"),
            'ﬂ' => out.push_str("fl"),
            'ﬀ' => out.push_str("ff"),
            'ﬃ' => out.push_str("ffi"),
            'ﬄ' => out.push_str("ffl"),
            '’' | 'ʼ' | '‘' | '´' => out.push('\''),
            '‐' | '‑' | '−' => out.push('-'),
            c if c == CELL => {
                while out.ends_with(' ') {
                    out.pop();
                }
                if !out.is_empty() && !out.ends_with(CELL) {
                    out.push(CELL);
                }
            }
            c if ('\u{e000}'..='\u{f8ff}').contains(&c) && !BULLETS.contains(c) => {}
            c if c.is_whitespace() || c.is_control() => {
                if !out.is_empty() && !out.ends_with([' ', CELL]) {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
    }
    out.truncate(out.trim_end().len());
    if out.contains(":/ /") { out.replace(":/ /", "://") } else { out }
}

/// `text` with a [`CELL`] where several spaces set parts of the line apart.
pub(super) fn cells_of_spaces(text: &str) -> String {
    if is_letter_spaced(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut spaces = 0;
    for c in text.trim_matches(' ').chars() {
        if c == ' ' || c == '\u{a0}' {
            spaces += 1;
            continue;
        }
        if spaces > 0 {
            out.push(if spaces > 2 { CELL } else { ' ' });
            spaces = 0;
        }
        out.push(c);
    }
    out
}

/// The words of folded text: letters and digits, with `'` and `-` as separators.
pub(super) fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty())
}

/// Whether `word` is one of the words of `list`.
pub(super) fn is_one_of(word: &str, list: &str) -> bool {
    list.split_whitespace().any(|w| w == word)
}

/// Number of words written in `text`.
pub(super) fn word_count(text: &str) -> usize {
    text.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).count()
}

/// Whether text is set letter by letter (« P R O F I L »).
pub(super) fn is_letter_spaced(text: &str) -> bool {
    let tokens = text.split_whitespace().count();
    tokens > 3 && text.split_whitespace().filter(|t| t.chars().count() == 1).count() * 10 >= tokens * 8
}

/// Joins text set letter by letter; `raw` still has the wider gaps between words.
fn join_letters(cleaned: &str, raw: &str) -> Option<String> {
    let tokens = cleaned.split_whitespace().count();
    let single = cleaned.split_whitespace().filter(|t| t.chars().count() == 1).count();
    let letters = cleaned.chars().filter(|c| c.is_alphabetic()).count();
    if tokens < 4 || single * 10 < tokens * 8 || letters < 4 {
        return None;
    }
    let mut out = String::new();
    let mut gap = 0;
    for c in raw.trim().chars() {
        if c.is_whitespace() || c.is_control() {
            gap += if c == CELL { 2 } else { 1 };
        } else {
            if gap > 1 && !out.is_empty() {
                out.push(' ');
            }
            gap = 0;
            out.push(c);
        }
    }
    Some(tidy(&out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letter_spaced_headings_are_joined() {
        assert_eq!(clean("E X P É R I E N C E S   P R O"), "EXPÉRIENCES PRO");
        assert_eq!(clean("F O R M A T I O N"), "FORMATION");
        assert_eq!(clean("Langage C, R et Go"), "Langage C, R et Go");
        assert_eq!(clean("a b c"), "a b c");
        assert_eq!(clean("v\u{8} r\u{8} r\u{8} r\u{8} "), "v r r r");
    }

    #[test]
    fn cleaning_composes_accents_and_drops_icons() {
        assert_eq!(clean("e\u{301}le\u{300}ve \u{e0b0} \u{a0}ﬁni"), "élève fini");
        assert_eq!(clean("https:/ /exemple.fr"), "https://exemple.fr");
        assert_eq!(clean("Vendeuse \t 2019"), "Vendeuse\t2019");
    }

    #[test]
    fn bullets_open_items() {
        for text in
            ["• Accueil", "- Accueil", "– Accueil", "* Accueil", "\u{f0b7} Accueil", "o Accueil", "✓ Accueil"]
        {
            assert_eq!(split_bullet(text), (true, "Accueil"), "{text}");
        }
        assert_eq!(split_bullet("-20 % de pertes"), (false, "-20 % de pertes"));
        assert_eq!(split_bullet("ouvrier"), (false, "ouvrier"));
    }
}
