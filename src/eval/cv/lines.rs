//! The lines of a rendered CV in the order that a person reads them.
//!
//! A line is a block of text; blocks that stand side by side (a job and its dates at the margin) share a line as
//! cells, as nobody minds which of them comes first. In a file: one line a line, cells separated by tabs.

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// The cells of a line.
pub(super) type Cells = Vec<String>;

/// The lines of a rendered template, which is well-formed XML. An element with `data-l` is a block, with `data-l="="`
/// one beside the block before; `data-rank` says when a person reads what is inside (0 first), and nothing of
/// `data-skip` counts (page headers, stars).
pub(super) fn of_page(html: &str) -> Result<Vec<Cells>, quick_xml::Error> {
    let mut reader = Reader::from_str(html);
    let mut open: Vec<Mark> = Vec::new();
    let mut lines: Vec<(u32, Cells)> = Vec::new();
    let mut text: Option<String> = None;
    loop {
        match reader.read_event()? {
            Event::Eof => break,
            Event::Start(tag) => {
                let mark = Mark::of(&tag, open.last());
                if mark.block {
                    text = Some(String::new());
                }
                open.push(mark);
            }
            Event::Empty(_) => {
                if let Some(text) = &mut text {
                    text.push(' ');
                }
            }
            Event::Text(part) => {
                let skipped = open.last().is_some_and(|mark| mark.skip);
                if let Some(text) = text.as_mut().filter(|_| !skipped) {
                    text.push_str(&part);
                }
            }
            Event::GeneralRef(name) => {
                let skipped = open.last().is_some_and(|mark| mark.skip);
                if let Some(text) = text.as_mut().filter(|_| !skipped) {
                    text.push_str(&html_escape::decode_html_entities(&format!("&{};", &*name)));
                }
            }
            Event::End(_) => {
                let Some(mark) = open.pop().filter(|mark| mark.block) else { continue };
                let text = tidy(&text.take().unwrap_or_default());
                match lines.last_mut() {
                    _ if text.is_empty() => {}
                    Some((_, cells)) if mark.beside => cells.push(text),
                    _ => lines.push((mark.rank, vec![text])),
                }
            }
            _ => {}
        }
    }
    lines.sort_by_key(|(rank, _)| *rank);
    Ok(lines.into_iter().map(|(_, cells)| cells).collect())
}

/// What an element says of its text.
struct Mark {
    block: bool,
    beside: bool,
    skip: bool,
    rank: u32,
}

impl Mark {
    fn of(tag: &BytesStart<'_>, parent: Option<&Self>) -> Self {
        let attribute = |name: &str| {
            tag.attributes().flatten().find(|a| a.key.as_ref() == name).map(|a| a.value.to_string())
        };
        let block = attribute("data-l");
        Self {
            beside: block.as_deref() == Some("="),
            block: block.is_some(),
            skip: attribute("data-skip").is_some() || parent.is_some_and(|p| p.skip),
            rank: attribute("data-rank")
                .and_then(|rank| rank.parse().ok())
                .unwrap_or_else(|| parent.map_or(0, |p| p.rank)),
        }
    }
}

/// One space between words, none around; no soft hyphens.
pub(super) fn tidy(text: &str) -> String {
    text.replace('\u{ad}', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of a file of lines.
pub(super) fn write(lines: &[Cells]) -> String {
    lines.iter().map(|cells| cells.join("\t") + "\n").collect()
}

/// Reads a file of lines.
pub(super) fn parse(text: &str) -> Vec<Cells> {
    text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_come_in_the_order_of_their_ranks() {
        let page = r#"<html><body><main data-rank="2"><p data-l="">Cuisi&#173;nier <b>de nuit</b></p>
            <p data-l="=">2019 &amp; 2020<i data-skip="">***</i></p></main>
            <aside data-rank="1"><li data-l="">Pâtes<br/>fraîches</li><p>not a block</p></aside></body></html>"#;
        let lines = of_page(page).unwrap();
        assert_eq!(lines, [vec!["Pâtes fraîches"], vec!["Cuisinier de nuit", "2019 & 2020"]]);
        assert_eq!(parse(&write(&lines)), lines);
    }
}
