//! Text to words, exactly as `training/text.py` does it: change both or neither.
//!
//! After folding a text is plain ASCII. Masculine, feminine and inclusive writings of a title give the same
//! words wherever a rule can tell: gender markers (« H/F ») and inclusive endings (« développeur·euse »,
//! « chargé(e) ») vanish here; « vendeur / vendeuse » meets in one row of the table.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words of a text that count; a title has four, a skill six.
const MAX_WORDS: usize = 256;

/// Lower-case ASCII: no accents, one kind of apostrophe, dash and point; anything else is a space.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd() {
        if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
        } else if !is_combining_mark(c) {
            c.to_lowercase().for_each(|low| out.push_str(letters(low)));
        }
    }
    out
}

fn letters(c: char) -> &'static str {
    match c {
        'œ' => "oe",
        'æ' => "ae",
        'ß' => "ss",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ı' => "i",
        '·' | '•' | '‧' | '⸱' | '∙' => ".",
        '’' | '‘' => "'",
        '–' | '—' | '‑' | '‐' => "-",
        _ => " ",
    }
}

/// Words of a folded text in order, without gender markers and inclusive endings.
pub(super) fn words(folded: &str) -> Vec<&str> {
    let found = spans(folded.as_bytes());
    let word = |i: usize| -> &str { &folded[found[i].0..found[i].1] };
    let bytes = folded.as_bytes();
    let mut kept = Vec::with_capacity(found.len());
    let (mut stem_end, mut marker_end) = (None, None);
    for (i, &(start, end)) in found.iter().enumerate() {
        let ending = start > 0
            && stem_end == Some(start - 1)
            && matches!(bytes[start - 1], b'.' | b'(' | b'-' | b'/')
            && is_ending(word(i));
        if ending {
            stem_end = Some(end);
            continue;
        }
        stem_end = (end - start >= 3).then_some(end);
        if is_gender(word(i)) {
            let after_marker =
                marker_end.is_some_and(|m: usize| joined(&folded[m..start], word(i - 1), word(i)));
            let before_marker = found.get(i + 1).is_some_and(|&(next, _)| {
                is_gender(word(i + 1)) && joined(&folded[end..next], word(i), word(i + 1))
            });
            if after_marker || before_marker {
                marker_end = Some(end);
                continue;
            }
        }
        marker_end = None;
        kept.push(word(i));
    }
    kept
}

/// `[a-z0-9]+` with a `++` or `#` right after it, or `.net` alone.
fn spans(text: &[u8]) -> Vec<(usize, usize)> {
    let alphanumeric = |i: usize| text.get(i).is_some_and(u8::is_ascii_alphanumeric);
    let mut found = Vec::with_capacity(text.len() / 5);
    let mut at = 0;
    while at < text.len() && found.len() < MAX_WORDS {
        let start = at;
        if alphanumeric(at) {
            while alphanumeric(at) {
                at += 1;
            }
            if text[at..].starts_with(b"++") {
                at += 2;
            } else if text.get(at) == Some(&b'#') {
                at += 1;
            }
        } else if text[at..].starts_with(b".net")
            && !alphanumeric(at + 4)
            && (at == 0 || !alphanumeric(at - 1))
        {
            at += 4;
        } else {
            at += 1;
            continue;
        }
        found.push((start, at));
    }
    found
}

fn is_gender(word: &str) -> bool {
    matches!(word, "h" | "f" | "m" | "w" | "d" | "x")
}

fn joined(gap: &str, left: &str, right: &str) -> bool {
    match gap.trim_matches(' ') {
        "/" | "-" | "|" | "." => true,
        "" => matches!((left, right), ("h", "f") | ("f", "h")),
        _ => false,
    }
}

fn is_ending(word: &str) -> bool {
    const ENDINGS: &str = " e es s se ses euse euses eur eurs ice ices rice rices trice trices teur er ere eres \
        iere ieres ne nes en enne ennes ien ienne iennes nne nnes onne onnes le les lle lles elle elles te tes tte \
        ttes ve ves esse esses sse sses fe che ches ale ales ";
    word.len() <= 6 && ENDINGS.split(' ').any(|e| e == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        words(&fold(text)).join(" ")
    }

    #[test]
    fn genders_and_inclusive_forms_vanish() {
        for text in [
            "Développeur·euse web (H/F)",
            "développeur web",
            "DEVELOPPEUR(EUSE) WEB - F/H",
            "Développeur.euse web h f",
        ] {
            assert_eq!(read(text), "developpeur web", "{text}");
        }
        assert_eq!(read("employé·e·s m/w/d"), "employe");
        assert_eq!(read("Accastilleur(se)-monteur(se)"), "accastilleur monteur");
    }

    #[test]
    fn languages_stay_whole() {
        assert_eq!(read("C++, C#/.NET, ASP.NET, C, R&D"), "c++ c# .net asp net c r d");
    }

    #[test]
    fn other_scripts_are_silent() {
        assert_eq!(read("Œuvre ﬁne «ßtraße» 東京"), "oeuvre fine sstrasse");
    }
}
