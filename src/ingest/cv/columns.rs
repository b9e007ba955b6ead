//! Where a region of a page is divided: columns, tables, or neither.

use super::layout::{ANY_DAY, EDGE, Run, same_baseline};
use super::lines::word_count;
use super::{dates, places, sections};

/// Regions of more segments than this are no page of a CV; they are read line by line.
const MAX_SEGMENTS: usize = 2000;
/// Narrowest gutter, in points.
const GUTTER: f32 = 5.0;

/// A division of the band between the baselines `top` and `bottom`.
pub(super) struct Division {
    pub(super) top: f32,
    pub(super) bottom: f32,
    pub(super) parts: Parts,
}

/// What the band is divided into.
pub(super) enum Parts {
    /// Two columns; the right one starts at this `x`.
    Columns(f32),
    /// Cells: where each column after the first starts, and the first baseline of each row, downwards.
    Table { edges: Vec<f32>, rows: Vec<f32> },
}

/// Most that the items of a list are set in, in points.
const INDENT: f32 = 14.0;

/// The division that concerns the most lines, if there is one. `segments` are in rows, downwards.
pub(super) fn divide(segments: &[Run]) -> Option<Division> {
    if segments.len() > MAX_SEGMENTS {
        return None;
    }
    let mut best: Option<(usize, Division)> = None;
    let edges = edges(segments);
    for &x in &edges {
        let mut band: Vec<&Run> = Vec::new();
        for s in segments.iter().map(Some).chain([None]) {
            match s {
                Some(s) if !crosses(s, x) => band.push(s),
                next => {
                    // A heading at the end of the band is that of the wide text below it.
                    while next.is_some() && band.last().is_some_and(|s| sections::heading(&s.text).is_some())
                    {
                        band.pop();
                    }
                    for (score, division) in divisions(&band, x, &edges) {
                        if best.as_ref().is_none_or(|(b, _)| score > *b) {
                            best = Some((score, division));
                        }
                    }
                    band.clear();
                }
            }
        }
    }
    best.map(|(_, division)| division)
}

/// Number of text rows.
pub(super) fn rows(segments: &[Run]) -> usize {
    segments.windows(2).filter(|w| !same_baseline(&w[0], &w[1])).count() + usize::from(!segments.is_empty())
}

/// Where several lines start, or begin to fill a column that is set flush right, from left to right, without the
/// leftmost place.
fn edges(segments: &[Run]) -> Vec<f32> {
    let mut edges = starting_edges(segments);
    let right = segments.iter().map(|s| s.x1).fold(f32::MIN, f32::max);
    let flush: Vec<f32> = segments.iter().filter(|s| right - s.x1 < EDGE).map(|s| s.x0).collect();
    let left = segments.iter().map(|s| s.x0).fold(f32::MAX, f32::min);
    let start = flush.iter().copied().fold(f32::MAX, f32::min);
    let ragged = flush.iter().any(|x| (x - start).abs() > 2.0 * EDGE);
    if flush.len() > 2 && ragged && start > left + GUTTER {
        edges.push(start);
    }
    edges
}

fn starting_edges(segments: &[Run]) -> Vec<f32> {
    let mut starts: Vec<f32> = segments.iter().map(|s| s.x0).collect();
    starts.sort_by(f32::total_cmp);
    starts.dedup_by(|a, b| (*a - *b).abs() < 2.0);
    let at = |s: &&Run, x: f32| (s.x0 - x).abs() < EDGE;
    // The lines of a list stand a little farther right than its heading.
    let heads_list = |x: f32| {
        segments.iter().filter(|s| at(s, x)).any(|s| sections::heading(&s.text).is_some())
            && segments.iter().any(|s| s.x0 > x && s.x0 < x + INDENT)
    };
    starts
        .into_iter()
        .skip(1)
        .filter(|x| segments.iter().filter(|s| at(s, *x)).count() > 1 || heads_list(*x))
        .collect()
}

fn crosses(s: &Run, x: f32) -> bool {
    s.x0 < x - EDGE && s.x1 > x - GUTTER
}

/// The divisions of a band that has a gutter before `x`, each with the lines of its smaller side.
///
/// Headings of sections as wide as the page stand alone in their strip; those of a column stand beside the other
/// column's text. When they stand alone, or most of the parts between them are tables or margins, each part is taken
/// by itself.
fn divisions(band: &[&Run], x: f32, edges: &[f32]) -> Vec<(usize, Division)> {
    let headings = band.iter().filter(|s| sections::heading(&s.text).is_some()).count();
    let parts: Vec<&[&Run]> = at_lone_headings(band);
    let wide = headings >= 2 && (parts.len() - 1) * 10 >= headings * 7;
    let two_sided: Vec<&[&Run]> = parts
        .into_iter()
        .filter(|p| p.iter().any(|s| s.x0 < x - EDGE) && p.iter().any(|s| s.x0 >= x - EDGE))
        .collect();
    let level = |part: &&&[&Run]| {
        let (left, right) = sides(part, x);
        table_rows(&left, &right).is_some() || is_margin(&left, &right) || is_margin(&right, &left)
    };
    let lines: usize = two_sided.iter().map(|p| p.len()).sum();
    let level_lines: usize = two_sided.iter().filter(level).map(|p| p.len()).sum();
    if wide || two_sided.len() > 1 && level_lines * 2 > lines {
        two_sided.iter().filter_map(|part| division(part, x, edges)).collect()
    } else {
        division(band, x, edges).into_iter().collect()
    }
}

fn division(band: &[&Run], x: f32, edges: &[f32]) -> Option<(usize, Division)> {
    let (mut left, right) = sides(band, x);
    // What stands at the right of a name ends above the first section.
    let is_heading = |s: &&Run| sections::heading(&s.text).is_some();
    let floor = right.iter().map(|s| s.y).fold(f32::MAX, f32::min);
    if !right.iter().any(is_heading)
        && let Some(first) = left.iter().position(|s| is_heading(s) && s.y + s.size < floor)
    {
        left.truncate(first);
    }
    if left.len() < 2 || right.len() < 2 {
        return None;
    }
    let band: Vec<&Run> =
        band.iter().copied().filter(|s| s.y >= floor || left.iter().any(|l| l.y <= s.y)).collect();
    let top = band.iter().map(|s| s.y).fold(f32::MIN, f32::max);
    let bottom = band.iter().map(|s| s.y).fold(f32::MAX, f32::min);
    let score = left.len().min(right.len());
    let headed = |side: &[&Run]| side.first().is_some_and(|s| sections::heading(&s.text).is_some());
    if headed(&left) && headed(&right) && same_baseline(left[0], right[0]) {
        return Some((score, Division { top, bottom, parts: Parts::Columns(x) }));
    }
    if is_margin(&right, &left) {
        return None;
    }
    if let Some(rows) = table_rows(&left, &right) {
        let clear = |edge: &&f32| {
            band.iter().all(|s| !crosses(s, **edge))
                && band.iter().filter(|s| (s.x0 - **edge).abs() < EDGE).count() > 1
        };
        let edges = edges.iter().filter(clear).copied().collect();
        return Some((score, Division { top, bottom, parts: Parts::Table { edges, rows } }));
    }
    (!is_margin(&left, &right) && are_columns(&left, &right))
        .then_some((score, Division { top, bottom, parts: Parts::Columns(x) }))
}

fn sides<'a>(band: &[&'a Run], x: f32) -> (Vec<&'a Run>, Vec<&'a Run>) {
    band.iter().partition(|s| s.x0 < x - EDGE)
}

/// The band cut at headings that have no other text beside them.
fn at_lone_headings<'a, 'b>(band: &'a [&'b Run]) -> Vec<&'a [&'b Run]> {
    let alone = |i: usize| {
        let h = band[i];
        let free = |s: &Run| s.y > h.y + 0.9 * h.size || s.y + 0.9 * s.size < h.y;
        sections::heading(&h.text).is_some() && band.iter().enumerate().all(|(j, s)| j == i || free(s))
    };
    let mut parts = Vec::new();
    let mut start = 0;
    for i in 0..band.len() {
        if alone(i) {
            parts.push(&band[start..i]);
            start = i + 1;
        }
    }
    parts.push(&band[start..]);
    parts
}

/// The first baselines of the rows when the two sides are cells of a table: what the smaller side says begins level
/// with what the other side says.
fn table_rows(left: &[&Run], right: &[&Run]) -> Option<Vec<f32>> {
    let (left_starts, right_starts) = (starts(left), starts(right));
    let (few, many) =
        if left.len() <= right.len() { (&left_starts, &right_starts) } else { (&right_starts, &left_starts) };
    let level = |y: &&f32| many.iter().any(|m| (m - **y).abs() < 2.0);
    let rows: Vec<f32> = few.iter().filter(level).copied().collect();
    let sure = match few.len() {
        0 | 1 => false,
        2 => rows.len() == 2,
        all => rows.len() * 4 >= all * 3,
    };
    sure.then_some(rows)
}

/// Baselines of the lines that begin something: the first, and those after a wider gap.
fn starts(side: &[&Run]) -> Vec<f32> {
    let steps = || side.windows(2).map(|w| w[0].y - w[1].y).filter(|d| *d > 2.0);
    let tight = steps().fold(f32::MAX, f32::min);
    let mut out: Vec<f32> = side.first().map(|s| s.y).into_iter().collect();
    // Where every line begins something, as in a column of dates, none is tight.
    let wide = |w: &&[&Run]| w[0].y - w[1].y > (tight * 1.12).min(1.9 * w[1].size);
    out.extend(side.windows(2).filter(wide).map(|w| w[1].y));
    out
}

/// Whether both sides hold text of their own.
fn are_columns(left: &[&Run], right: &[&Run]) -> bool {
    let beside = |s: &Run, other: &[&Run]| other.iter().any(|o| same_baseline(s, o));
    let alone = |side: &[&Run], other: &[&Run]| side.iter().filter(|s| !beside(s, other)).count();
    let long = |s: &Run| word_count(&s.text) > 3;
    let prose =
        left.iter().filter(|l| long(l) && right.iter().any(|r| same_baseline(l, r) && long(r))).count();
    alone(left, right).min(alone(right, left)) >= 2 || prose >= 2
}

/// A side that only says when, where or under what heading the other side's text stands.
fn is_margin(side: &[&Run], other: &[&Run]) -> bool {
    let mut groups: Vec<Vec<&Run>> = Vec::new();
    for s in side {
        match groups.last_mut() {
            Some(group) if group.last().is_some_and(|l| l.y - s.y < 1.9 * l.size.max(s.size)) => {
                group.push(s);
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
