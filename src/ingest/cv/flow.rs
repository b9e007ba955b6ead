//! What word processors write, as lines: paragraphs, lists, tables and text boxes, in reading order.
//!
//! The reader of a format tells a [`Flow`] what begins and what ends.

use super::document::CELL;
use super::layout::ANY_DAY;
use super::lines::{Line, cells_of_spaces, clean, split_bullet, word_count};
use super::{dates, sections};

/// How text is set.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Look {
    /// Font size in points; `0.0` when it is not known.
    pub(super) size: f32,
    pub(super) bold: bool,
}

/// A document that is being read.
#[derive(Default)]
pub(super) struct Flow {
    lines: Vec<Line>,
    /// What is open inside the document, outermost first.
    containers: Vec<Container>,
    /// Paragraphs that are open; a text box opens some inside another.
    paragraphs: Vec<Paragraph>,
    /// The next line is the first of a column.
    column: bool,
    /// The text itself has begun, not only boxes beside it.
    begun: bool,
    /// What stands apart from the text: notes.
    asides: Vec<Line>,
}

enum Container {
    Box(Vec<Line>),
    Aside(Vec<Line>),
    /// A table row: the lines of each cell.
    Row(Vec<Vec<Line>>),
}

#[derive(Default)]
struct Paragraph {
    item: bool,
    /// Its lines, parted by hand.
    lines: Vec<Raw>,
    /// Containers that were open when it began.
    depth: usize,
}

/// A line as it is written.
#[derive(Default)]
struct Raw {
    text: String,
    letters: usize,
    bold: usize,
    /// Letters of each size, in half points.
    sizes: Vec<(i32, usize)>,
}

impl Flow {
    /// A paragraph begins; `item` when it is one of a list.
    pub(super) fn begin_paragraph(&mut self, item: bool) {
        let depth = self.containers.len();
        self.paragraphs.push(Paragraph { item, lines: vec![Raw::default()], depth });
    }

    /// The open paragraph is an item of a list, or not.
    pub(super) fn item(&mut self, item: bool) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.item = item;
        }
    }

    /// Text of the open paragraph; outside of paragraphs there is none.
    pub(super) fn text(&mut self, text: &str, look: Look) {
        let Some(line) = self.paragraphs.last_mut().and_then(|p| p.lines.last_mut()) else { return };
        line.text.extend(text.chars().map(|c| if matches!(c, '\n' | '\r' | CELL) { ' ' } else { c }));
        let letters = text.chars().filter(|c| !c.is_whitespace()).count();
        line.letters += letters;
        line.bold += if look.bold { letters } else { 0 };
        let size = (look.size * 2.0).round() as i32;
        match line.sizes.iter_mut().find(|(s, _)| *s == size) {
            Some((_, count)) => *count += letters,
            None => line.sizes.push((size, letters)),
        }
    }

    /// A tabulator.
    pub(super) fn tab(&mut self) {
        if let Some(line) = self.paragraphs.last_mut().and_then(|p| p.lines.last_mut()) {
            line.text.push(CELL);
        }
    }

    /// A line ends inside the open paragraph.
    pub(super) fn line_break(&mut self) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.lines.push(Raw::default());
        }
    }

    /// What follows begins a column.
    pub(super) fn column_break(&mut self) {
        self.line_break();
        self.column = true;
    }

    pub(super) fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        for raw in paragraph.lines {
            let Some(mut line) = raw.line(paragraph.item) else { continue };
            line.new_column = std::mem::take(&mut self.column);
            self.begun |= self.containers.is_empty();
            self.target().push(line);
        }
    }

    pub(super) fn begin_box(&mut self) {
        self.containers.push(Container::Box(Vec::new()));
    }

    /// The text box ends: what it says comes before the paragraph that it hangs on.
    pub(super) fn end_box(&mut self) {
        self.close(|container| matches!(container, Container::Box(_)));
    }

    /// A note begins: it is read after everything else.
    pub(super) fn begin_aside(&mut self) {
        self.containers.push(Container::Aside(Vec::new()));
    }

    pub(super) fn end_aside(&mut self) {
        self.close(|container| matches!(container, Container::Aside(_)));
    }

    pub(super) fn begin_row(&mut self) {
        self.containers.push(Container::Row(Vec::new()));
    }

    pub(super) fn begin_cell(&mut self) {
        if let Some(Container::Row(cells)) = self.containers.last_mut() {
            cells.push(Vec::new());
        }
    }

    pub(super) fn end_row(&mut self) {
        self.close(|container| matches!(container, Container::Row(_)));
    }

    /// Ends the innermost container when it is the one that is meant, with the paragraphs inside it.
    fn close(&mut self, meant: impl Fn(&Container) -> bool) {
        if !self.containers.last().is_some_and(meant) {
            return;
        }
        let depth = self.containers.len();
        while self.paragraphs.last().is_some_and(|p| p.depth >= depth) {
            self.end_paragraph();
        }
        match self.containers.pop() {
            Some(Container::Box(mut lines)) => {
                if let Some(first) = lines.first_mut() {
                    first.new_column = true;
                }
                self.target().append(&mut lines);
                // A side bar in a box comes before the text, and says nothing about how that begins.
                self.column |= self.containers.is_empty() && !self.begun;
            }
            Some(Container::Aside(mut lines)) => self.asides.append(&mut lines),
            Some(Container::Row(cells)) => {
                let mut lines = row(cells);
                self.target().append(&mut lines);
            }
            None => {}
        }
    }

    /// Where a finished line goes.
    fn target(&mut self) -> &mut Vec<Line> {
        match self.containers.last_mut() {
            Some(Container::Box(lines) | Container::Aside(lines)) => lines,
            Some(Container::Row(cells)) => {
                if cells.is_empty() {
                    cells.push(Vec::new());
                }
                let last = cells.len() - 1;
                &mut cells[last]
            }
            None => &mut self.lines,
        }
    }

    /// The lines of all that was told; notes come last.
    pub(super) fn finish(mut self) -> Vec<Line> {
        while let Some(container) = self.containers.last() {
            match container {
                Container::Box(_) => self.end_box(),
                Container::Aside(_) => self.end_aside(),
                Container::Row(_) => self.end_row(),
            }
        }
        while !self.paragraphs.is_empty() {
            self.end_paragraph();
        }
        apart(&mut self.asides);
        self.lines.append(&mut self.asides);
        self.lines
    }
}

/// What came before these lines says nothing about them.
pub(super) fn apart(lines: &mut [Line]) {
    if let Some(first) = lines.first_mut() {
        first.new_column = true;
    }
}

/// The pages of a document in the order in which they are read: the heads of pages, each said once, the text, the feet.
pub(super) fn with_margins(heads: Vec<Line>, text: Vec<Line>, feet: Vec<Line>) -> Vec<Line> {
    // Pages of one document have several heads: for the first one, for others.
    let once = |lines: Vec<Line>, other: &[Line]| {
        let mut kept: Vec<Line> = Vec::new();
        for line in lines {
            let said = kept.iter().chain(other).any(|k| k.text == line.text);
            if !said && !super::layout::is_page_number(&line.text) {
                kept.push(line);
            }
        }
        kept
    };
    let heads = once(heads, &[]);
    let mut feet = once(feet, &text);
    apart(&mut feet);
    [heads, text, feet].into_iter().flatten().collect()
}

impl Raw {
    fn line(&self, item: bool) -> Option<Line> {
        let text = clean(&cells_of_spaces(&self.text));
        if text.is_empty() {
            return None;
        }
        let text = if item && !split_bullet(&text).0 { format!("• {text}") } else { text };
        let size = self.sizes.iter().max_by_key(|(_, count)| *count).map_or(0, |(size, _)| *size);
        Some(Line { text, size: size as f32 / 2.0, bold: self.bold * 2 > self.letters, ..Line::default() })
    }
}

/// The lines of a table row. Short cells of one line each share a line, sentences stand by themselves; larger cells
/// are parts of a page.
fn row(cells: Vec<Vec<Line>>) -> Vec<Line> {
    let mut cells: Vec<Vec<Line>> = cells.into_iter().filter(|c| !c.is_empty()).collect();
    if cells.len() > 1 && cells.iter().all(|c| c.len() == 1) {
        return shared(cells.into_iter().flatten());
    }
    if cells.len() > 1 && is_page(&cells) {
        cells.iter_mut().for_each(|cell| apart(cell));
    } else {
        // When, then what.
        cells.sort_by_key(|cell| !says_when(cell));
    }
    cells.into_iter().flatten().collect()
}

/// Cells that are columns of the page: several tall ones, or one with sections of its own.
fn is_page(cells: &[Vec<Line>]) -> bool {
    let headings =
        |cell: &&Vec<Line>| cell.iter().filter(|l| sections::heading(&l.text).is_some()).count() > 1;
    cells.iter().filter(|c| c.len() >= 8).count() > 1 || cells.iter().any(|c| headings(&c))
}

fn says_when(cell: &[Line]) -> bool {
    let words: usize = cell.iter().map(|l| word_count(&l.text)).sum();
    let dated = |l: &Line| dates::find(&l.text, ANY_DAY).is_some_and(|p| !p.is_length_only());
    words <= 8 && cell.iter().any(dated)
}

fn shared(cells: impl Iterator<Item = Line>) -> Vec<Line> {
    let short = |text: &str| word_count(text) <= 10;
    let mut lines: Vec<Line> = Vec::new();
    for line in cells {
        match lines.last_mut() {
            Some(last) if short(&line.text) && last.text.rsplit(CELL).next().is_some_and(short) => {
                last.text.push(CELL);
                last.text.push_str(&line.text);
                last.bold |= line.bold;
            }
            _ => lines.push(line),
        }
    }
    lines
}

/// The address that a link leads to, when it is the person's and `shown`, the text of the link, does not say it.
pub(super) fn hidden_address(target: &str, shown: &str) -> Option<String> {
    const PAGES: [&str; 10] = [
        "linkedin.com/in/",
        "github.com/",
        "gitlab.com/",
        "behance.net/",
        "dribbble.com/",
        "malt.fr/profile/",
        "doyoubuzz.com/",
        "kaggle.com/",
        ".github.io",
        "stackoverflow.com/users/",
    ];
    let lower = target.to_lowercase();
    let address = match lower.strip_prefix("mailto:") {
        Some(mailbox) => mailbox.split('?').next().unwrap_or_default(),
        None => PAGES.iter().any(|page| lower.contains(page)).then_some(target)?,
    };
    let squeezed = |text: &str| {
        let text = text.to_lowercase();
        let text =
            text.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.");
        text.trim_end_matches('/').split_whitespace().collect::<String>()
    };
    let said = squeezed(shown).contains(&squeezed(address));
    (!said && address.len() < 300 && !address.contains(char::is_whitespace)).then(|| address.to_owned())
}
