//! Reading order: positioned runs of text to lines, column by column.
//!
//! A column is a band of the page with an empty gutter beside it and text of its own. What stands at the
//! margin of another text (dates and towns at the right, dates or headings at the left) belongs to that
//! text's lines instead, and rows of short cells are table rows.

use super::lines::{CELL, Line, clean, plain, split_bullet, word_count};
use super::{dates, places, sections};

/// A run of text set at one place, in points; `y` grows upwards.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) x0: f32,
    pub(super) x1: f32,
    pub(super) y: f32,
    pub(super) size: f32,
    pub(super) bold: bool,
    pub(super) text: String,
}

/// Lines that stand under one another.
struct Block {
    x0: f32,
    lines: Vec<Line>,
    /// A column of the page, not a cell of a small table.
    column: bool,
}

/// A column is at least this many lines high to be one of the page.
const COLUMN_LINES: usize = 8;
/// A day that only bounds which years make sense.
const ANY_DAY: jiff::civil::Date = jiff::civil::date(2030, 1, 1);

/// The lines of all pages in reading order. A column that goes on to the next page is read through.
pub(super) fn lines(pages: Vec<Vec<Run>>) -> Vec<Line> {
    let mut blocks: Vec<Block> = Vec::new();
    for (number, runs) in pages.into_iter().enumerate() {
        let mut page = Vec::new();
        order(segments(runs), 0, &mut page);
        for block in page {
            let lines: Vec<Line> = block
                .lines
                .into_iter()
                .filter(|l| !is_page_number(&l.text) && !repeats(number, &blocks, l))
                .collect();
            let home = blocks
                .iter_mut()
                .filter(|b| number > 0 && b.column && block.column)
                .find(|b| (b.x0 - block.x0).abs() < 12.0);
            match home {
                Some(home) => home.lines.extend(lines),
                None => blocks.push(Block { lines, column: block.column && number == 0, ..block }),
            }
        }
    }
    blocks
        .into_iter()
        .flat_map(|mut block| {
            if block.column
                && let Some(first) = block.lines.first_mut()
            {
                first.new_column = true;
            }
            block.lines
        })
        .collect()
}

fn is_page_number(text: &str) -> bool {
    let folded = plain(text);
    let rest = folded.trim_start_matches("page").trim();
    !rest.is_empty()
        && rest.len() <= 9
        && (folded.starts_with("page") || rest.contains('/') && rest.len() <= 5)
        && rest.chars().all(|c| c.is_ascii_digit() || " /|-".contains(c) || "surof".contains(c))
}

/// A running head: a line of the first page's top that comes again on a later page.
fn repeats(page: usize, blocks: &[Block], line: &Line) -> bool {
    page > 0
        && blocks
            .first()
            .is_some_and(|b| b.lines.iter().take(4).any(|l| l.text == line.text && l.size == line.size))
}

/// Joins the runs of a line into segments; a gap wider than a word space ends one.
fn segments(mut runs: Vec<Run>) -> Vec<Run> {
    runs.retain(|r| !r.text.trim().is_empty() || r.text.contains(' '));
    runs.sort_by(|a, b| b.y.total_cmp(&a.y).then(a.x0.total_cmp(&b.x0)));
    let mut out: Vec<Run> = Vec::new();
    let mut rest = runs.into_iter().peekable();
    while let Some(first) = rest.next() {
        let mut row = vec![first];
        while let Some(next) = rest.next_if(|r| same_baseline(&row[0], r)) {
            row.push(next);
        }
        row.sort_by(|a, b| a.x0.total_cmp(&b.x0));
        let mut current: Option<Run> = None;
        for run in row {
            let joins = current.as_ref().is_some_and(|c| {
                let gap = run.x0 - c.x1;
                let size = c.size.max(run.size);
                gap < 1.2 * size || (split_bullet(&c.text).1.is_empty() && gap < 4.0 * size)
            });
            match current.as_mut() {
                Some(c) if joins => append(c, run),
                _ => out.extend(current.replace(run)),
            }
        }
        out.extend(current);
    }
    out.retain(|r| !r.text.trim().is_empty());
    // Spaces at the ends would count as text in the gutters.
    for run in &mut out {
        let advance = (run.x1 - run.x0) / run.text.chars().count().max(1) as f32;
        let lead = run.text.chars().take_while(|c| c.is_whitespace()).count();
        let trail = run.text.chars().rev().take_while(|c| c.is_whitespace()).count();
        run.x0 += advance * lead as f32;
        run.x1 = (run.x1 - advance * trail as f32).max(run.x0);
        run.text = run.text.trim().to_owned();
    }
    out
}

fn same_baseline(a: &Run, b: &Run) -> bool {
    (a.y - b.y).abs() < 0.4 * a.size.min(b.size)
}

fn append(left: &mut Run, right: Run) {
    let gap = right.x0 - left.x1;
    let spaced = left.text.ends_with(char::is_whitespace) || right.text.starts_with(char::is_whitespace);
    if gap > 0.15 * left.size.max(right.size) && !spaced {
        left.text.push(' ');
        if gap > 0.75 * left.size {
            left.text.push(' ');
        }
    }
    // The larger part of the text says what the font is.
    if right.text.trim().len() > left.text.trim().len() || split_bullet(&left.text).1.is_empty() {
        left.bold = right.bold;
        left.size = right.size;
    }
    left.text.push_str(&right.text);
    left.x1 = left.x1.max(right.x1);
}

/// Adds the blocks of a region in reading order.
fn order(segments: Vec<Run>, depth: usize, blocks: &mut Vec<Block>) {
    if segments.is_empty() {
        return;
    }
    let Some(cut) = (depth < 12).then(|| gutter(&segments)).flatten() else {
        blocks.push(block(&segments));
        return;
    };
    let (mut above, mut left, mut right, mut below) = (vec![], vec![], vec![], vec![]);
    for s in segments {
        let part = match () {
            () if s.y > cut.top => &mut above,
            () if s.y < cut.bottom => &mut below,
            () if s.x0 < cut.x - 0.5 => &mut left,
            () => &mut right,
        };
        part.push(s);
    }
    order(above, depth + 1, blocks);
    for side in [left, right] {
        let column = rows(&side) >= COLUMN_LINES;
        let first = blocks.len();
        order(side, depth + 1, blocks);
        if let Some(block) = blocks.get_mut(first) {
            block.column |= column;
        }
    }
    order(below, depth + 1, blocks);
}

/// Where a region is cut: the right column starts at `x`, between the baselines `top` and `bottom`.
struct Cut {
    x: f32,
    top: f32,
    bottom: f32,
}

/// The gutter that separates the most text, if one separates columns.
fn gutter(segments: &[Run]) -> Option<Cut> {
    let mut starts: Vec<f32> = segments.iter().map(|s| s.x0).collect();
    starts.sort_by(f32::total_cmp);
    starts.dedup_by(|a, b| (*a - *b).abs() < 2.0);
    let mut best: Option<(usize, Cut)> = None;
    for &x in starts.iter().skip(1) {
        // A column has several lines that start at its edge.
        if segments.iter().filter(|s| (s.x0 - x).abs() < 3.0).count() < 2 {
            continue;
        }
        let mut run: Vec<&Run> = Vec::new();
        for s in segments.iter().map(Some).chain([None]) {
            match s {
                Some(s) if s.x0 >= x - 3.0 || s.x1 <= x - 5.0 => run.push(s),
                _ => {
                    if let Some((score, cut)) = columns(&run, x)
                        && best.as_ref().is_none_or(|(b, _)| score > *b)
                    {
                        best = Some((score, cut));
                    }
                    run.clear();
                }
            }
        }
    }
    best.map(|(_, cut)| cut)
}

/// Whether the two sides of `x` are columns, and how many lines the cut separates.
fn columns(band: &[&Run], x: f32) -> Option<(usize, Cut)> {
    let (left, right): (Vec<&Run>, Vec<&Run>) = band.iter().partition(|s| s.x0 < x - 3.0);
    if left.len() < 2 || right.len() < 2 || is_margin(&left, &right) || is_margin(&right, &left) {
        return None;
    }
    let alone = |side: &[&Run], other: &[&Run]| {
        side.iter().filter(|s| !other.iter().any(|o| same_baseline(s, o))).count()
    };
    let prose = left
        .iter()
        .filter(|l| {
            word_count(&l.text) > 3 && right.iter().any(|r| same_baseline(l, r) && word_count(&r.text) > 3)
        })
        .count();
    if alone(&left, &right).min(alone(&right, &left)) < 2 && prose < 2 {
        return None;
    }
    let top = band.iter().map(|s| s.y).fold(f32::MIN, f32::max);
    let bottom = band.iter().map(|s| s.y).fold(f32::MAX, f32::min);
    Some((left.len().min(right.len()), Cut { x: x - 2.0, top, bottom }))
}

/// A side that only says when, where or under what heading the other side's text stands.
fn is_margin(side: &[&Run], other: &[&Run]) -> bool {
    let mut groups: Vec<Vec<&Run>> = Vec::new();
    for s in side {
        match groups.last_mut() {
            Some(group) if group.last().is_some_and(|l| l.y - s.y < 1.9 * l.size.max(s.size)) => {
                group.push(s)
            }
            _ => groups.push(vec![s]),
        }
    }
    let beside = |s: &Run| other.iter().any(|o| same_baseline(s, o));
    let says_when_or_where = |group: &Vec<&Run>| {
        let words: usize = group.iter().map(|s| word_count(&s.text)).sum();
        let dated = group.iter().any(|s| dates::find(&s.text, ANY_DAY).is_some());
        let heading = group.iter().all(|s| sections::heading(&s.text).is_some());
        let town = || words <= 5 && group.iter().all(|s| beside(s) && places::is_town(&s.text));
        words <= 9 && (dated || heading || town())
    };
    let marginal = groups.iter().filter(|g| says_when_or_where(g)).count();
    marginal * 10 >= groups.len() * 6
}

fn rows(segments: &[Run]) -> usize {
    let mut count = 0;
    let mut last: Option<&Run> = None;
    for s in segments {
        if last.is_none_or(|l| !same_baseline(l, s)) {
            count += 1;
        }
        last = Some(s);
    }
    count
}

/// A physical line of a block.
struct Row {
    line: Line,
    x0: f32,
    x1: f32,
    y: f32,
    cells: usize,
}

/// The logical lines of a region without columns.
fn block(segments: &[Run]) -> Block {
    let mut rows: Vec<Row> = Vec::new();
    let mut last: Option<&Run> = None;
    for s in segments {
        match rows.last_mut() {
            Some(row) if last.is_some_and(|l| same_baseline(l, s)) => {
                row.line.text.push(CELL);
                row.line.text.push_str(&s.text);
                row.x1 = row.x1.max(s.x1);
                row.cells += 1;
            }
            _ => rows.push(Row {
                line: Line { text: s.text.clone(), size: s.size, bold: s.bold, new_column: false },
                x0: s.x0,
                x1: s.x1,
                y: s.y,
                cells: 1,
            }),
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
            Some(line) if wraps => join(&mut line.text, &row.line.text),
            _ => lines.push(row.line.clone()),
        }
        previous = Some(row);
    }
    for line in &mut lines {
        line.text = clean(&line.text);
    }
    lines.retain(|l| !l.text.is_empty());
    Block { x0, lines, column: false }
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
    let open = text.starts_with(|c: char| c.is_lowercase() || c == '(' || c == '&')
        || before.ends_with([',', '-', '(', '&', '\''])
        || before.rsplit(' ').next().is_some_and(|w| LINKS.contains(&w));
    let figure = text.starts_with(|c: char| c.is_ascii_digit()) && word_count(before) >= 6;
    let hanging = split_bullet(before).0 && row.x0 > last.x0 + 4.0;
    let paragraph = spacing.telling && word_count(before) >= 6;
    open || paragraph || (figure || hanging) && !before.ends_with(['.', ';', ':', '!', '?'])
}

/// Words that no line of its own ends with.
const LINKS: &[&str] = &[
    "de", "du", "des", "et", "à", "en", "la", "le", "les", "pour", "avec", "sur", "par", "dans", "au", "aux",
    "ou", "un", "une", "and", "of", "the", "for", "with", "in", "using", "to", "on", "by", "or", "a", "an",
    "via",
];

fn join(text: &mut String, next: &str) {
    let hyphen = text.ends_with('-') && text.chars().rev().nth(1).is_some_and(char::is_alphabetic);
    if !hyphen {
        text.push(' ');
    }
    text.push_str(next.trim());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs of 10 points, one for each line, in columns of 5 points a letter.
    fn at(x: f32, y: f32, text: &str) -> Run {
        Run {
            x0: x,
            x1: x + 5.0 * text.chars().count() as f32,
            y,
            size: 10.0,
            bold: false,
            text: text.into(),
        }
    }

    fn texts(runs: Vec<Run>) -> Vec<String> {
        lines(vec![runs]).into_iter().map(|l| l.text).collect()
    }

    #[test]
    fn two_columns_are_read_one_after_the_other() {
        let left =
            ["Compétences", "Encaissement", "Mise en rayon", "Conseil client", "Langues", "Anglais B2"];
        let right = [
            "Expériences",
            "Vendeuse en boulangerie",
            "Boulangerie du Parc",
            "Accueil de la clientèle",
            "Tenue de la caisse",
        ];
        let mut runs = vec![at(200.0, 800.0, "Marie Dupont")];
        runs.extend(left.iter().enumerate().map(|(i, t)| at(40.0, 740.0 - 17.0 * i as f32, t)));
        runs.extend(right.iter().enumerate().map(|(i, t)| at(220.0, 747.0 - 15.0 * i as f32, t)));
        let expected: Vec<&str> = ["Marie Dupont"].into_iter().chain(left).chain(right).collect();
        assert_eq!(texts(runs), expected);
    }

    #[test]
    fn dates_at_either_margin_stay_with_their_job() {
        for x in [40.0, 460.0] {
            let text = if x < 100.0 { 150.0 } else { 40.0 };
            let mut runs = Vec::new();
            for (i, (job, date)) in
                [("Vendeuse", "2019 - 2021"), ("Caissière", "2015 - 2018"), ("Serveuse", "2012 - 2014")]
                    .iter()
                    .enumerate()
            {
                let y = 700.0 - 60.0 * i as f32;
                runs.push(at(x, y + 1.0, date));
                runs.push(at(text, y, job));
                runs.push(at(text, y - 15.0, "Accueil et conseil de la clientèle"));
                runs.push(at(text, y - 30.0, "Tenue de la caisse et des stocks"));
            }
            let read = texts(runs);
            let first = if x < 100.0 { "2019 - 2021\tVendeuse" } else { "Vendeuse\t2019 - 2021" };
            assert_eq!(read[0], first);
            assert_eq!(read.len(), 9, "{read:?}");
        }
    }

    #[test]
    fn rows_of_a_table_stay_rows() {
        let rows = [("Anglais", "Courant"), ("Espagnol", "Notions"), ("Italien", "Scolaire")];
        let runs = rows
            .iter()
            .enumerate()
            .flat_map(|(i, (l, r))| {
                [at(40.0, 700.0 - 15.0 * i as f32, l), at(150.0, 700.0 - 15.0 * i as f32, r)]
            })
            .collect();
        assert_eq!(texts(runs), ["Anglais\tCourant", "Espagnol\tNotions", "Italien\tScolaire"]);
    }

    #[test]
    fn wrapped_lines_are_joined_and_items_are_not() {
        let runs = vec![
            at(40.0, 700.0, "• Accueillir la clientèle du magasin, la conseiller et"),
            at(48.0, 686.0, "encaisser les achats"),
            at(40.0, 672.0, "• Ranger"),
            at(40.0, 658.0, "Communication"),
            at(40.0, 644.0, "Organisation"),
        ];
        assert_eq!(
            texts(runs),
            [
                "• Accueillir la clientèle du magasin, la conseiller et encaisser les achats",
                "• Ranger",
                "Communication",
                "Organisation"
            ]
        );
    }

    #[test]
    fn columns_go_on_over_pages_and_page_numbers_go() {
        let page = |n: usize| -> Vec<Run> {
            (0..10)
                .flat_map(|i| {
                    [
                        at(40.0, 700.0 - 17.0 * i as f32, &format!("Gauche {n} {i}")),
                        at(220.0, 707.0 - 15.0 * i as f32, &format!("Texte de droite {n} {i}")),
                    ]
                })
                .chain([at(260.0, 30.0, &format!("Page {n} sur 2"))])
                .collect()
        };
        let read: Vec<String> = lines(vec![page(1), page(2)]).into_iter().map(|l| l.text).collect();
        assert_eq!(read.len(), 40);
        assert!(read[..20].iter().all(|t| t.starts_with("Gauche")), "{read:?}");
    }
}
