//! Plain text and Markdown: encodings, and lines broken by hand.

use super::error::CvError;
use super::lines::{Line, clean, is_letter_spaced, split_bullet};

/// Decodes text (UTF-8, UTF-16 with or without mark, else Windows-1252); `None` when the bytes are no text.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return Some(utf16(rest, u16::from_le_bytes));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return Some(utf16(rest, u16::from_be_bytes));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.contains(&0) {
        let sample = &bytes[..bytes.len().min(4096)];
        let zeros = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|b| **b == 0).count() * 2;
        return match (zeros(0) * 10 > sample.len() * 7, zeros(1) * 10 > sample.len() * 7) {
            (false, true) => Some(utf16(bytes, u16::from_le_bytes)),
            (true, false) => Some(utf16(bytes, u16::from_be_bytes)),
            _ => None,
        };
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.to_owned()),
        Err(_) => windows_1252(bytes),
    }
}

/// The lines of a text; a line that goes on in lower case is joined to the one before it.
pub(super) fn lines(text: &str) -> Result<Vec<Line>, CvError> {
    let mut lines: Vec<Line> = Vec::new();
    let mut after_blank = true;
    for raw in text.split(['\n', '\r', '\u{c}', '\u{b}', '\u{2028}', '\u{2029}']) {
        let (text, bold) = unmark(raw);
        let text = clean(&text);
        if text.is_empty() {
            after_blank = true;
            continue;
        }
        match lines.last_mut() {
            Some(last) if !after_blank && goes_on(&last.text, &text) => {
                last.text.push(' ');
                last.text.push_str(&text);
            }
            _ => lines.push(Line { text, bold, ..Line::default() }),
        }
        after_blank = false;
    }
    if !lines.iter().any(|l| l.text.chars().any(char::is_alphabetic)) {
        return Err(if text.trim().is_empty() { CvError::Empty } else { CvError::NoText });
    }
    Ok(lines)
}

/// Text wrapped at a column: a long line without an end, then one that starts in lower case.
fn goes_on(last: &str, next: &str) -> bool {
    last.chars().count() >= 50
        && !last.ends_with(['.', ':', ';', '!', '?'])
        && !split_bullet(next).0
        && next.starts_with(|c: char| c.is_lowercase())
}

/// A line without the marks of Markdown; runs of spaces that set parts of the line apart become cells.
fn unmark(raw: &str) -> (String, bool) {
    let trimmed = raw.trim();
    let heading = trimmed.trim_start_matches('#');
    let is_heading = heading.len() < trimmed.len() && heading.starts_with(' ');
    let mut text = if is_heading { heading.trim() } else { trimmed }.to_owned();
    if text.len() > 2 && text.chars().all(|c| matches!(c, '-' | '=' | '_' | '*' | '~' | '|' | ':' | ' ')) {
        return (String::new(), false);
    }
    let whole = text.len() > 4 && text.starts_with("**") && text.ends_with("**");
    if text.contains("**") {
        text = text.replace("**", "");
    }
    if text.starts_with('|') && text.ends_with('|') && text.len() > 2 {
        text = text.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>().join("\t");
    }
    if is_letter_spaced(&text) {
        return (text, is_heading || whole);
    }
    let mut out = String::with_capacity(text.len());
    let mut spaces = 0;
    for c in text.chars() {
        if c == ' ' || c == '\u{a0}' {
            spaces += 1;
            continue;
        }
        if spaces > 0 {
            out.push(if spaces > 2 { '\t' } else { ' ' });
            spaces = 0;
        }
        out.push(c);
    }
    (out, is_heading || whole)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|b| unit([b[0], b[1]])).collect();
    String::from_utf16_lossy(&units)
}

/// The web's reading of Latin-1; `None` when control characters say that the bytes are no text.
fn windows_1252(bytes: &[u8]) -> Option<String> {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    let control =
        bytes.iter().filter(|b| **b < 0x20 && !matches!(**b, b'\n' | b'\r' | b'\t' | 0x0c | 0x0b)).count();
    if control * 100 > bytes.len() {
        return None;
    }
    Some(
        bytes
            .iter()
            .map(|&b| if (0x80..0xa0).contains(&b) { HIGH[usize::from(b) - 0x80] } else { char::from(b) })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        lines(text).unwrap().into_iter().map(|l| l.text).collect()
    }

    #[test]
    fn encodings_are_recognised() {
        let text = "Léa Noël\nDéveloppeuse à Orléans – 3 €";
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let latin: Vec<u8> = text
            .chars()
            .map(|c| match c {
                '–' => 0x96,
                '€' => 0x80,
                c => c as u8,
            })
            .collect();
        assert_eq!(decode(text.as_bytes()).as_deref(), Some(text));
        assert_eq!(decode(&[b"\xef\xbb\xbf", text.as_bytes()].concat()).as_deref(), Some(text));
        assert_eq!(decode(&[b"\xff\xfe", le.as_slice()].concat()).as_deref(), Some(text));
        assert_eq!(decode(&[b"\xfe\xff", be.as_slice()].concat()).as_deref(), Some(text));
        let ascii: Vec<u8> = "Jean Petit\nBoulanger".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&ascii).as_deref(), Some("Jean Petit\nBoulanger"));
        assert_eq!(decode(&latin).as_deref(), Some(text));
        assert_eq!(decode(b"\x7fELF\x00\x01\x02\x00\x00\x07"), None);
    }

    #[test]
    fn markdown_and_wrapped_lines_become_logical_lines() {
        let text = "# Ana Prats\r\n\r\n**Vendeuse**    2019\r\n---\r\nJe cherche un poste où je pourrai mettre à profit dix ans\r\nd'expérience dans la vente.\r\n\r\n| Anglais | B2 |\r\n";
        assert_eq!(
            texts(text),
            [
                "Ana Prats",
                "Vendeuse\t2019",
                "Je cherche un poste où je pourrai mettre à profit dix ans",
                "d'expérience dans la vente.",
                "Anglais\tB2"
            ]
        );
        assert_eq!(
            texts(
                "Accueillir les clients du magasin, les conseiller et les accompagner jusqu'à\nla caisse\nRanger"
            ),
            [
                "Accueillir les clients du magasin, les conseiller et les accompagner jusqu'à la caisse",
                "Ranger"
            ]
        );
    }

    #[test]
    fn no_text_is_said() {
        assert_eq!(lines(" \n\t\r\n"), Err(CvError::Empty));
        assert_eq!(lines("--- 123 ---\n42"), Err(CvError::NoText));
    }
}
