//! Plain text and Markdown: encodings, and lines broken by hand.

use std::borrow::Cow;
use std::sync::LazyLock;

use encoding_rs::{MACINTOSH, WINDOWS_1252};
use regex::Regex;

use super::dates;
use super::error::CvError;
use super::layout::ANY_DAY;
use super::lines::{Line, cells_of_spaces, clean, split_bullet};

/// Decodes text (UTF-8, UTF-16 with or without mark, else Windows-1252 or Mac Roman); `None` when the bytes are no
/// text.
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
        Err(_) => one_byte_a_letter(bytes),
    }
}

/// The lines of a text; a line that goes on in lower case is joined to the one before it.
pub(super) fn lines(text: &str) -> Result<Vec<Line>, CvError> {
    let text = beside(&text.replace("\r\n", "\n"));
    let markdown = is_markdown(&text);
    let width = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    let mut lines: Vec<Line> = Vec::new();
    let mut after_blank = true;
    for raw in text.split(['\n', '\r', '\u{c}', '\u{b}', '\u{2028}', '\u{2029}']) {
        if markdown && is_underline(raw) && !after_blank {
            if let Some(title) = lines.last_mut() {
                heading(title, if raw.starts_with('=') { 1 } else { 2 });
            }
            after_blank = true;
            continue;
        }
        let Some(mut line) = line(raw, markdown) else {
            after_blank = true;
            continue;
        };
        match lines.last_mut() {
            Some(last) if !after_blank && line.size == 0.0 && goes_on(&last.text, &line.text, width) => {
                last.text.push(' ');
                last.text.push_str(&line.text);
            }
            _ => {
                line.gap = after_blank && !lines.is_empty();
                lines.push(line);
            }
        }
        after_blank = false;
    }
    if !lines.iter().any(|l| l.text.chars().any(char::is_alphabetic)) {
        return Err(if text.trim().is_empty() { CvError::Empty } else { CvError::NoText });
    }
    Ok(lines)
}

/// Fewer lines whose second part begins at the same place are no column.
const FEWEST_BESIDE: usize = 4;

/// A column that stands beside another one, spaces between them, is moved below the text; dates at the right margin
/// are no column.
fn beside(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    // Where the second part of each line begins, in letters.
    let second = |line: &str| -> Option<usize> {
        let indent = line.len() - line.trim_start().len();
        if indent >= 20 {
            return Some(line[..indent].chars().count());
        }
        let gap = indent + line[indent..].find("   ")?;
        let part = line[gap..].trim_start();
        let whole = !part.is_empty() && !part.contains("   ");
        whole.then(|| line[..line.len() - part.len()].chars().count())
    };
    let starts: Vec<Option<usize>> = lines.iter().map(|line| second(line)).collect();
    let cut = |i: usize, at: usize| {
        let line = lines[i];
        let byte = line.char_indices().nth(at).map_or(line.len(), |(byte, _)| byte);
        (line[..byte].trim_end(), &line[byte..])
    };
    let (mut left, mut right): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    let mut i = 0;
    while i < lines.len() {
        // To the last line that has a part there, over shorter ones that have none.
        let run = |at: usize| {
            let fits = |j: &usize| starts[*j].map_or(lines[*j].chars().count() <= at, |start| start == at);
            let end = (i..lines.len()).take_while(fits).filter(|j| starts[*j].is_some()).last()? + 1;
            let all = starts[i..end].iter().flatten().count();
            (all >= FEWEST_BESIDE).then_some((at, end - i))
        };
        let Some((at, count)) = starts[i].and_then(run) else {
            left.push(lines[i]);
            i += 1;
            continue;
        };
        let parts: Vec<(&str, &str)> = (i..i + count).map(|i| cut(i, at)).collect();
        let dated = parts.iter().filter(|(_, part)| dates::find(part, ANY_DAY).is_some()).count();
        let headed = super::sections::heading(parts[0].1).is_some();
        if headed && dated * 2 < count {
            left.extend(parts.iter().map(|(part, _)| *part));
            right.push("");
            right.extend(parts.iter().map(|(_, part)| *part));
        } else {
            left.extend(&lines[i..i + count]);
        }
        i += count;
    }
    left.extend(right);
    left.join("\n")
}

/// Text wrapped at a column: a line without an end that had no room for one more word in a text of `width` letters,
/// then one that starts in lower case.
fn goes_on(last: &str, next: &str, width: usize) -> bool {
    let word = next.split_whitespace().next().map_or(0, |word| word.chars().count());
    last.chars().count() >= 50
        && (last.chars().count() + 1 + word) * 5 >= width * 4
        && !last.ends_with(['.', ':', ';', '!', '?'])
        && !split_bullet(next).0
        && next.starts_with(|c: char| c.is_lowercase())
        // « Vendeuse, Maison Lorca, 14 mois » is whole.
        && dates::find(next, ANY_DAY).is_none_or(|period| period.words.start > 0)
        && dates::find(last, ANY_DAY).is_none_or(|period| {
            let before = last[..period.words.start].trim_end();
            !before.ends_with([',', '(', '–', '-']) || period.words.end < last.trim_end_matches([')', ' ']).len()
        })
}

/// Marks that no plain text has by chance.
fn is_markdown(text: &str) -> bool {
    text.lines().any(|line| heading_mark(line).is_some()) || text.contains("**") || text.contains("](")
}

/// The level of a Markdown heading, and its text.
fn heading_mark(line: &str) -> Option<(usize, &str)> {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    (1..=6).contains(&level).then_some(())?;
    let text = text.strip_prefix(' ')?.trim().trim_end_matches('#').trim_end();
    Some((level, text))
}

/// What stands under the text of a heading.
fn is_underline(raw: &str) -> bool {
    let raw = raw.trim_end();
    raw.len() > 2 && (raw.chars().all(|c| c == '=') || raw.chars().all(|c| c == '-'))
}

fn heading(line: &mut Line, level: usize) {
    line.bold = true;
    line.size = [24.0, 18.0, 15.0, 13.0, 12.0, 12.0][level.clamp(1, 6) - 1];
}

/// A line without the marks of Markdown; runs of spaces that set parts of the line apart become cells.
fn line(raw: &str, markdown: bool) -> Option<Line> {
    let trimmed = raw.trim();
    if trimmed.len() > 2
        && trimmed.chars().all(|c| matches!(c, '-' | '=' | '_' | '*' | '~' | '|' | ':' | ' '))
    {
        return None;
    }
    let mut line = Line::default();
    let mut text = Cow::from(trimmed);
    if let Some((level, title)) = heading_mark(trimmed) {
        heading(&mut line, level);
        text = title.into();
    }
    if text.starts_with('|') && text.ends_with('|') && text.len() > 2 {
        let cells: Vec<&str> = text.trim_matches('|').split('|').map(str::trim).collect();
        text = cells.join("\t").into();
    }
    if markdown {
        let (_, words) = split_bullet(&text);
        line.bold |= words.len() > 4 && words.starts_with("**") && words.ends_with("**");
        text = without_marks(&text).into();
    }
    line.text = clean(&cells_of_spaces(&text));
    (!line.text.is_empty()).then_some(line)
}

/// Text without the marks of Markdown inside a line: emphasis, code, links, pictures, escapes.
fn without_marks(text: &str) -> String {
    static LINK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?P<picture>!?)\[(?P<text>[^\[\]]*)\]\((?P<target>[^()\s]*)[^()]*\)")
            .expect("constant pattern")
    });
    static TAG: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)</?(?:br|p|div|span|center|b|i|u|strong|em|img|a|h[1-6]|sub|sup|small|hr)\b[^<>]*>")
            .expect("constant pattern")
    });
    static MARKS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\*{2,3}|~~|`+|\\(?P<kept>[-\\`*_{}\[\]()#+.!|~>])|(?P<before>^|[\s(])(?:__|[*_])(?P<word>[^\s*_](?:[^*_]*[^\s*_])?)(?:__|[*_])(?P<after>$|[\s.,;:!?)])")
            .expect("constant pattern")
    });
    let text = LINK.replace_all(text, |c: &regex::Captures<'_>| {
        let (text, target) = (&c["text"], &c["target"]);
        let address = target.trim_start_matches("mailto:");
        match () {
            () if !c["picture"].is_empty() => String::new(),
            () if !address.contains(['.', '@']) || text.contains(address) => text.to_owned(),
            () => format!("{text} {address}"),
        }
    });
    let text = TAG.replace_all(&text, " ");
    MARKS.replace_all(&text, "$before$kept$word$after").into_owned()
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|b| unit([b[0], b[1]])).collect();
    String::from_utf16_lossy(&units)
}

/// Windows-1252, or Mac Roman when its French letters are there; `None` when control characters say that the bytes
/// are no text.
fn one_byte_a_letter(bytes: &[u8]) -> Option<String> {
    let control =
        bytes.iter().filter(|b| **b < 0x20 && !matches!(**b, b'\n' | b'\r' | b'\t' | 0x0c | 0x0b)).count();
    if control * 100 > bytes.len() {
        return None;
    }
    // é è ê ç à of the Mac are signs that Windows hardly uses, and the other way round.
    let count = |letters: &[u8]| bytes.iter().filter(|b| letters.contains(b)).count();
    let mac = count(b"\x8e\x8f\x90\x8d\x88") > count(b"\xe9\xe8\xea\xe7\xe0");
    let encoding = if mac { MACINTOSH } else { WINDOWS_1252 };
    Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
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
        let mac: Vec<u8> = MACINTOSH.encode(text).0.into_owned();
        assert_eq!(decode(&mac).as_deref(), Some(text));
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
                "Je cherche un poste où je pourrai mettre à profit dix ans d'expérience dans la vente.",
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
    fn marks_of_markdown_are_taken_out() {
        let text = "Ana Prats\n=========\n\n![photo](moi.png) *Vendeuse* en __boutique__, `Excel`\n\n## Contact ##\n\n* [LinkedIn](https://linkedin.com/in/ana)\n* [ana@exemple.fr](mailto:ana@exemple.fr)\n- snake_case_name et 3 \\* 2<br>\n\nLangues\n---\n1. **Anglais**\n";
        let read = lines(text).unwrap();
        let shown: Vec<(&str, f32, bool)> = read.iter().map(|l| (l.text.as_str(), l.size, l.bold)).collect();
        assert_eq!(
            shown,
            [
                ("Ana Prats", 24.0, true),
                ("Vendeuse en boutique, Excel", 0.0, false),
                ("Contact", 18.0, true),
                ("* LinkedIn https://linkedin.com/in/ana", 0.0, false),
                ("* ana@exemple.fr", 0.0, false),
                ("- snake_case_name et 3 * 2", 0.0, false),
                ("Langues", 18.0, true),
                ("1. Anglais", 0.0, false),
            ]
        );
        assert_eq!(texts("2 * 3 * 4\nC#, *nix"), ["2 * 3 * 4", "C#, *nix"]);
    }

    #[test]
    fn no_text_is_said() {
        assert_eq!(lines(" \n\t\r\n"), Err(CvError::Empty));
        assert_eq!(lines("--- 123 ---\n42"), Err(CvError::NoText));
    }
}
