//! Physical lines to logical ones: which line goes on with the sentence of the one before it.

use super::layout::{ANY_DAY, Run, same_baseline};
use super::lines::{CELL, Line, clean, is_one_of, split_bullet, word_count};
use super::{dates, legible, sections};

/// The logical lines of segments in rows, without columns.
pub(super) fn lines(segments: &[Run]) -> Vec<Line> {
    let mut rows: Vec<Row> = Vec::new();
    let mut last: Option<&Run> = None;
    for s in segments {
        match rows.last_mut() {
            Some(row) if last.is_some_and(|l| same_baseline(l, s)) => {
                row.line.text.push(CELL);
                row.line.text.push_str(&s.text);
                row.line.absorb(&line(s));
                row.x1 = row.x1.max(s.x1);
                row.last_x0 = s.x0;
                row.cells += 1;
            }
            _ => rows.push(Row { line: line(s), x0: s.x0, last_x0: s.x0, x1: s.x1, y: s.y, cells: 1 }),
        }
        last = Some(s);
    }
    let x0 = rows.iter().map(|r| r.x0).fold(f32::MAX, f32::min);
    let right = rows.iter().map(|r| r.x1).fold(f32::MIN, f32::max);
    let spacing = Spacing::of(&rows);
    let mut lines: Vec<Line> = Vec::new();
    let mut previous: Option<Row> = None;
    for row in rows {
        let wraps = previous.as_ref().is_some_and(|p| wraps(p, &row, right - x0, right, &spacing));
        match lines.last_mut() {
            Some(line) if wraps => {
                join(&mut line.text, &row.line.text);
                line.absorb(&row.line);
            }
            _ => lines.push(row.line.clone()),
        }
        previous = Some(row);
    }
    for line in &mut lines {
        line.text = clean(&line.text);
    }
    lines.retain(|l| !l.text.is_empty());
    lines
}

fn line(run: &Run) -> Line {
    Line {
        text: run.text.clone(),
        size: run.size,
        bold: run.bold,
        boxes: vec![run.outline()],
        confidence: run.confidence,
        ..Line::default()
    }
}

/// A physical line of a block.
struct Row {
    line: Line,
    x0: f32,
    x1: f32,
    /// Where the last cell starts.
    last_x0: f32,
    y: f32,
    cells: usize,
}

/// Distances between the baselines of a block, in font sizes.
struct Spacing {
    /// Inside a paragraph.
    tight: f32,
    /// Paragraphs stand farther apart than their lines, so that the distance tells them apart.
    telling: bool,
}

impl Spacing {
    fn of(rows: &[Row]) -> Self {
        let steps: Vec<f32> = rows
            .windows(2)
            .filter(|w| (w[0].line.size - w[1].line.size).abs() < 0.3)
            .map(|w| (w[0].y - w[1].y) / w[1].line.size)
            .filter(|step| (0.9..3.0).contains(step))
            .collect();
        let tight = steps.iter().copied().fold(3.0, f32::min);
        let near = steps.iter().filter(|s| **s <= tight * 1.06).count();
        let far = steps.iter().filter(|s| (tight * 1.12..tight * 2.2).contains(*s)).count();
        Self { tight, telling: near >= 3 && far >= 3 }
    }
}

/// Whether `row` goes on with the sentence of `last`: its first word had no room there.
fn wraps(last: &Row, row: &Row, width: f32, right: f32, spacing: &Spacing) -> bool {
    let text = row.line.text.trim();
    let step = (last.y - row.y) / row.line.size;
    if opens_heading(&last.line, &row.line) && step < 1.9 {
        return true;
    }
    let date_below = || {
        let whole = dates::find(&format!("{} {text}", last.line.text.trim_end()), ANY_DAY);
        last.line.text.trim_end().ends_with(['-', '–', '—', '/', '→'])
            && dates::find(text, ANY_DAY).is_some_and(|p| !p.is_range && p.words.len() + 2 > text.len())
            && whole.is_some_and(|p| p.is_range && p.words.end > last.line.text.trim_end().len())
    };
    if last.cells == 1 && row.cells == 1 && step < 1.9 && date_below() {
        return true;
    }
    // « 2010 ⇥ Monteur en installations de génie climatique et » and « sanitaire » below the second cell.
    if last.cells == 2 && row.cells == 1 && step < 1.9 && (row.x0 - last.last_x0).abs() < 2.0 {
        let before = last.line.text.trim_end();
        let full = last.x1 > right - 0.25 * (right - last.last_x0);
        let open = text.starts_with(|c: char| c.is_lowercase() || c == '(')
            || before.ends_with([',', '-', '('])
            || before.rsplit(' ').next().is_some_and(|w| is_one_of(w, LINKS));
        return full && open && !split_bullet(text).0;
    }
    let centred = ((last.x0 + last.x1) - (row.x0 + row.x1)).abs() < 4.0;
    if last.cells > 1
        || row.cells > 1
        || (last.line.size - row.line.size).abs() > 0.8
        || step > 1.9
        || split_bullet(text).0
        || sections::heading(&last.line.text).is_some()
        || !centred && (row.x0 > last.x0 + 30.0 || row.x0 < last.x0 - 3.0)
        || spacing.telling && step > spacing.tight * 1.12
    {
        return false;
    }
    let first_word = text.split_whitespace().next().map_or(0, |w| w.chars().count()) as f32;
    let advance = (row.x1 - row.x0) / text.chars().count().max(1) as f32;
    let full = last.x1 - last.x0 > 0.6 * width;
    if !full || last.x1 + advance * (first_word + 1.0) < right - 2.0 {
        return false;
    }
    let before = last.line.text.trim_end();
    if is_address(text) && !before.ends_with(['-', '/', '.', '_', '@']) {
        return false;
    }
    if goes_on_in_address(before, text) {
        return true;
    }
    let open = text.starts_with(|c: char| c.is_lowercase() || "(&@".contains(c))
        || before.ends_with([',', '-', HYPHEN, '(', '&', '\''])
        || before.rfind('(').is_some_and(|at| !before[at..].contains(')'))
        || before.rsplit(' ').next().is_some_and(|w| is_one_of(w, LINKS));
    let figure_start = text.starts_with(|c: char| c.is_ascii_digit());
    // « 1999 : Bac » begins something.
    if text.split_once(':').is_some_and(|(head, _)| {
        figure_start
            && word_count(head) <= 6
            && dates::find(head, ANY_DAY).is_some_and(|p| p.words.len() + 2 > head.len())
    }) {
        return false;
    }
    let figure = figure_start && word_count(before) >= 6;
    let hanging = split_bullet(before).0 && row.x0 > last.x0 + 4.0;
    let paragraph =
        spacing.telling && word_count(before) >= 6 && !before.ends_with(|c: char| c.is_ascii_digit());
    // « Sept. 2017 – mars » and « 2021 » below it.
    let date = || {
        let whole = dates::find(&format!("{before} {text}"), ANY_DAY);
        figure_start
            && whole.is_some_and(|p| p.is_range && p.words.end > before.len())
            && dates::find(text, ANY_DAY).is_some_and(|p| !p.is_range)
    };
    open || date() || paragraph || (figure || hanging) && !before.ends_with(['.', ';', ':', '!', '?'])
}

/// « PERMIS ET » and « HABILITATIONS » below it.
fn opens_heading(last: &Line, line: &Line) -> bool {
    let link = last
        .text
        .trim_end()
        .rsplit(' ')
        .next()
        .is_some_and(|word| is_one_of(&word.to_lowercase(), LINKS) || word == "&");
    link && last.bold == line.bold
        && (last.size - line.size).abs() < 0.3
        && sections::heading(&clean(&format!("{} {}", last.text, line.text))).is_some()
}

/// An address that is too long for its column is broken anywhere: « marie@exem » and « ple.fr » below it.
fn goes_on_in_address(before: &str, text: &str) -> bool {
    let address = before.rsplit(' ').next().unwrap_or(before);
    (address.contains('@') || address.contains("linkedin.com"))
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_/".contains(c))
}

/// Words that no line of its own ends with.
const LINKS: &str = "de du des et à en la le les pour avec sous sur par dans au aux ou un une and of the for \
    with in using to on by or a an via";

/// An e-mail address or a link by itself.
fn is_address(text: &str) -> bool {
    !text.contains(' ') && !text.starts_with('@') && text.contains('.') && text.contains(['@', '/'])
}

fn join(text: &mut String, next: &str) {
    let next = next.trim();
    if let Some(head) = broken_word(text, next) {
        text.truncate(head);
    } else {
        let hyphen = text.ends_with('-') && text.chars().rev().nth(1).is_some_and(char::is_alphabetic);
        if !hyphen && !next.starts_with('@') && !goes_on_in_address(text.trim_end(), next) {
            text.push(' ');
        }
    }
    text.push_str(next);
}

/// Where `text` ends without its hyphen, when that only says that the word goes on in `next`: it is a sign of its own
/// (U+2010, soft hyphen), or the word is known without it. « porte- » and « monnaie » keep it.
fn broken_word(text: &str, next: &str) -> Option<usize> {
    let of_word = |c: char| c.is_alphabetic() || c == SOFT_HYPHEN;
    let (end, sign) = text.char_indices().next_back()?;
    let before = text[..end].rsplit(|c| !of_word(c)).next()?.replace(SOFT_HYPHEN, "");
    let after = next.split(|c| !of_word(c)).next()?.replace(SOFT_HYPHEN, "");
    let goes_on = after.starts_with(char::is_lowercase);
    let broken = match sign {
        HYPHEN | SOFT_HYPHEN => goes_on || before.chars().all(char::is_uppercase),
        '-' => goes_on && legible::is_word(&format!("{before}{after}")),
        _ => false,
    };
    (broken && !before.is_empty() && !after.is_empty()).then_some(end)
}

const HYPHEN: char = '\u{2010}';
const SOFT_HYPHEN: char = '\u{ad}';
