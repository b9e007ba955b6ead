//! Reading order: positioned runs of text to lines, column by column.
//!
//! A column is a band of the page with an empty gutter beside it and text of its own. What stands at the
//! margin of another text (dates and towns at the right, dates or headings at the left) belongs to that
//! text's lines instead, and cells whose first lines stand level are rows of a table.

use jobmatch_index::skills::fold;

use super::columns::{self, Parts};
use super::document::{Box, Document, Page, Source};
use super::lines::{CELL, Line, split_bullet, word_count};
use super::sections::{self, Kind};
use super::{dates, paragraphs};

/// A run of text set at one place, in points; `y` grows upwards.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) x0: f32,
    pub(super) x1: f32,
    pub(super) y: f32,
    pub(super) size: f32,
    pub(super) bold: bool,
    pub(super) text: String,
    /// How sure a recognition is, from 0 to 1.
    pub(super) confidence: Option<f32>,
}

/// The runs of a page.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    /// Width in points.
    pub(super) width: f32,
    /// Height in points.
    pub(super) height: f32,
    pub(super) source: Source,
    pub(super) runs: Vec<Run>,
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
/// How far the lines of a column may start left of its edge, in points.
pub(super) const EDGE: f32 = 3.0;
/// A day that only bounds which years make sense.
pub(super) const ANY_DAY: jiff::civil::Date = jiff::civil::date(2030, 1, 1);

/// The pages as a document in reading order. A column that goes on to the next page is read through.
pub(super) fn document(sheets: Vec<Sheet>) -> Document {
    let pages = sheets.iter().map(|s| Page { width: s.width, height: s.height, source: s.source }).collect();
    let mut blocks: Vec<Block> = Vec::new();
    for (number, sheet) in sheets.into_iter().enumerate() {
        let mut page = Vec::new();
        let (width, height) = (sheet.width, sheet.height);
        order(segments(sheet.runs), 0, &mut page);
        for line in page.iter_mut().flat_map(|block| &mut block.lines) {
            for spot in &mut line.boxes {
                let part = |points: f32, whole: f32| (points / whole.max(1.0)).clamp(0.0, 1.0);
                *spot = Box {
                    page: number as u16,
                    x0: part(spot.x0, width),
                    y0: 1.0 - part(spot.y0, height),
                    x1: part(spot.x1, width),
                    y1: 1.0 - part(spot.y1, height),
                };
            }
        }
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
    let lines = blocks
        .into_iter()
        .flat_map(|mut block| {
            if block.column
                && let Some(first) = block.lines.first_mut()
            {
                first.new_column = true;
            }
            block.lines
        })
        .collect();
    Document { pages, lines }
}

impl Sheet {
    /// Its text, in no order.
    pub(super) fn text(&self) -> String {
        self.runs.iter().flat_map(|run| [run.text.as_str(), " "]).collect()
    }
}

impl Run {
    /// Its box, in points from the lower left corner of the page; ascenders and descenders are guessed from the
    /// size.
    pub(super) fn outline(&self) -> Box {
        Box { page: 0, x0: self.x0, y0: self.y + 0.8 * self.size, x1: self.x1, y1: self.y - 0.25 * self.size }
    }
}

/// « 2/3 », « Page 2 », « Marie Dupont – page 2/3 »
pub(super) fn is_page_number(text: &str) -> bool {
    let beside = text.rsplit_once([CELL, '–', '—', '|', '·', '•']).or_else(|| text.rsplit_once(" - "));
    let named = beside.filter(|(name, page)| word_count(name) <= 6 && fold(page).starts_with("page "));
    let folded = fold(named.map_or(text, |(_, page)| page));
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

pub(super) fn same_baseline(a: &Run, b: &Run) -> bool {
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
    left.confidence = match (left.confidence, right.confidence) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
}

/// Adds the blocks of a region in reading order.
fn order(segments: Vec<Run>, depth: usize, blocks: &mut Vec<Block>) {
    if segments.is_empty() {
        return;
    }
    let Some(division) = (depth < 12).then(|| columns::divide(&segments)).flatten() else {
        let x0 = segments.iter().map(|s| s.x0).fold(f32::MAX, f32::min);
        blocks.push(Block { x0, lines: paragraphs::lines(&segments), column: false });
        return;
    };
    let (mut above, mut within, mut below) = (vec![], vec![], vec![]);
    for s in segments {
        let part = match () {
            () if s.y > division.top + 0.1 => &mut above,
            () if s.y < division.bottom - 0.1 => &mut below,
            () => &mut within,
        };
        part.push(s);
    }
    order(above, depth + 1, blocks);
    match division.parts {
        Parts::Columns(x) => {
            let (left, right): (Vec<Run>, Vec<Run>) = within.into_iter().partition(|s| s.x0 < x - EDGE);
            for side in [left, right] {
                let column = columns::rows(&side) >= COLUMN_LINES;
                let first = blocks.len();
                order(side, depth + 1, blocks);
                if let Some(block) = blocks.get_mut(first) {
                    block.column |= column;
                }
            }
        }
        Parts::Table { edges, rows } => {
            let x0 = within.iter().map(|s| s.x0).fold(f32::MAX, f32::min);
            let lines = table(within, &edges, &rows, depth);
            blocks.push(Block { x0, lines, column: false });
        }
    }
    order(below, depth + 1, blocks);
}

/// The lines of a table, row by row. Short cells of a row share a line; a cell that says when goes before the
/// one that says what.
fn table(segments: Vec<Run>, edges: &[f32], rows: &[f32], depth: usize) -> Vec<Line> {
    let mut cells: Vec<Vec<Vec<Run>>> = vec![vec![Vec::new(); edges.len() + 1]; rows.len().max(1)];
    for s in segments {
        let row = rows.iter().rposition(|y| s.y < y + 0.25 * s.size).unwrap_or(0);
        let column = edges.iter().filter(|x| s.x0 >= **x - EDGE).count();
        cells[row][column].push(s);
    }
    let mut lines: Vec<Line> = Vec::new();
    for row in cells {
        let mut read: Vec<Vec<Line>> = row
            .into_iter()
            .map(|cell| {
                let mut blocks = Vec::new();
                order(cell, depth + 1, &mut blocks);
                blocks.into_iter().flat_map(|b| b.lines).collect::<Vec<_>>()
            })
            .filter(|cell| !cell.is_empty())
            .collect();
        let dates = |cell: &Vec<Line>| {
            let short = cell.iter().map(|l| word_count(&l.text)).sum::<usize>() <= 8;
            short && cell.iter().any(|l| dates::find(&l.text, ANY_DAY).is_some_and(|p| !p.is_length_only()))
        };
        read.sort_by_key(|cell| !dates(cell));
        let heading = read
            .first()
            .is_some_and(|c| sections::heading(&c[0].text).is_some_and(|k| k != Kind::Certificates));
        if !heading && read.iter().all(|c| c.len() == 1 && word_count(&c[0].text) <= 8) {
            let text = read.iter().map(|c| c[0].text.as_str()).collect::<Vec<_>>().join("\t");
            let cells = read.into_iter().flatten().reduce(|mut row, cell| {
                row.absorb(&cell);
                row
            });
            lines.extend(cells.map(|row| Line { text, ..row }));
        } else {
            lines.extend(read.into_iter().flatten());
        }
    }
    lines
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
            confidence: None,
        }
    }

    fn sheet(runs: Vec<Run>) -> Sheet {
        Sheet { width: 595.0, height: 842.0, source: Source::Text, runs }
    }

    fn texts(runs: Vec<Run>) -> Vec<String> {
        document(vec![sheet(runs)]).lines.into_iter().map(|l| l.text).collect()
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
            let jobs = match x < 100.0 {
                true => vec!["2019 - 2021", "Vendeuse"],
                false => vec!["Vendeuse\t2019 - 2021"],
            };
            assert_eq!(read[..jobs.len()], jobs);
            assert_eq!(read.len(), 6 + 3 * jobs.len(), "{read:?}");
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
    fn a_list_set_in_below_its_heading_is_a_column() {
        let runs = vec![
            at(40.0, 700.0, "LANGUES"),
            at(40.0, 680.0, "Allemand : lu et parlé"),
            at(40.0, 656.0, "PERMIS"),
            at(40.0, 636.0, "Permis B"),
            at(220.0, 700.0, "LOISIRS"),
            at(225.4, 680.0, "· Sapeur-pompier volontaire"),
            at(225.4, 667.0, "· VTT"),
            at(225.4, 654.0, "· Harmonie"),
        ];
        let expected = [
            "LANGUES",
            "Allemand : lu et parlé",
            "PERMIS",
            "Permis B",
            "LOISIRS",
            "· Sapeur-pompier volontaire",
            "· VTT",
            "· Harmonie",
        ];
        assert_eq!(texts(runs), expected);
    }

    #[test]
    fn broken_words_are_made_whole() {
        for (above, below, whole) in [
            (
                "Accueil de la clientèle, conseil, encaissement et réassort, com\u{ad}pé\u{ad}\u{2010}",
                "ten\u{ad}ces",
                "compétences",
            ),
            ("Accueil de la clientèle, conseil, encaissement et réassort, encaisse-", "ment", "encaissement"),
            (
                "Vente en centre-ville pour une petite boutique de vêtements, prêt-à-",
                "porter",
                "prêt-à-porter",
            ),
            ("Accueil de la clientèle, conseil, encaissement, anciennement porte-", "parole", "porte-parole"),
        ] {
            let read = texts(vec![at(40.0, 700.0, above), at(40.0, 686.0, &format!("{below} et autres"))]);
            assert_eq!(read.len(), 1, "{read:?}");
            assert!(read[0].ends_with(&format!("{whole} et autres")), "{read:?}");
        }
    }

    #[test]
    fn page_numbers_are_told_from_text() {
        for text in ["2/3", "Page 2", "page 2 sur 3", "Marie Dupont – page 2/3", "DUPONT Marie\tPage 2/2"] {
            assert!(is_page_number(text), "{text}");
        }
        for text in
            ["2019", "Mise en page 2019", "Livre de 300 pages", "Rédaction, mise en page", "Page d'accueil"]
        {
            assert!(!is_page_number(text), "{text}");
        }
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
        let read: Vec<String> =
            document(vec![sheet(page(1)), sheet(page(2))]).lines.into_iter().map(|l| l.text).collect();
        assert_eq!(read.len(), 40);
        assert!(read[..20].iter().all(|t| t.starts_with("Gauche")), "{read:?}");
    }
}
