//! How near the order of extracted text is to that of a human reader.

use super::super::lines::Cells;
use super::words;

/// Least share of a block's words that stand together for the block to be found.
const ENOUGH: f64 = 0.6;

/// How a text follows the lines of a reader.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Order {
    /// Kendall's tau over the pairs of found blocks that do not stand side by side: 1 for the same order, −1 for the
    /// reverse.
    pub(super) tau: f64,
    /// Share of the blocks that were found.
    pub(super) found: f64,
}

/// Compares the order of `text` with `lines`. Each block is looked for in the words of the text, long ones first, each
/// word serving once: where all its words stand one after the other, else where most of them stand together. The
/// n-th of several equal blocks is the n-th that is found.
pub(super) fn compare(lines: &[Cells], text: &str) -> Order {
    let text = words(text);
    let mut free = vec![true; text.len()];
    let mut blocks: Vec<(usize, Vec<String>)> = lines
        .iter()
        .enumerate()
        .flat_map(|(rank, cells)| cells.iter().map(move |cell| (rank, words(cell))))
        .collect();
    blocks.retain(|(_, words)| !words.is_empty());
    let mut places: Vec<Option<usize>> = vec![None; blocks.len()];
    let mut longest: Vec<usize> = (0..blocks.len()).collect();
    longest.sort_by_key(|i| std::cmp::Reverse(blocks[*i].1.len()));
    for find in [exact, near] {
        for &i in &longest {
            let block = &blocks[i].1;
            if places[i].is_none()
                && let Some(at) = find(block, &text, &free)
            {
                places[i] = Some(at);
                let until = (at + block.len()).min(text.len());
                for (word, free) in text[at..until].iter().zip(&mut free[at..until]) {
                    *free &= !block.contains(word);
                }
            }
        }
    }
    let found: Vec<(usize, usize)> =
        blocks.iter().zip(&places).filter_map(|(b, place)| Some((b.0, (*place)?))).collect();
    let (mut same, mut pairs) = (0_i64, 0_i64);
    for (i, a) in found.iter().enumerate() {
        for b in &found[i + 1..] {
            if a.0 != b.0 {
                pairs += 1;
                same += if (a.0 < b.0) == (a.1 < b.1) { 1 } else { -1 };
            }
        }
    }
    Order {
        tau: if pairs == 0 { 1.0 } else { same as f64 / pairs as f64 },
        found: found.len() as f64 / blocks.len().max(1) as f64,
    }
}

fn exact(block: &[String], text: &[String], free: &[bool]) -> Option<usize> {
    let last = text.len().checked_sub(block.len())?;
    (0..=last)
        .find(|&at| text[at..at + block.len()] == *block && free[at..at + block.len()].iter().all(|f| *f))
}

/// Where most words of the block stand, in a stretch as long as the block.
fn near(block: &[String], text: &[String], free: &[bool]) -> Option<usize> {
    let mut best = (0.0, 0);
    for at in 0..text.len() {
        let until = (at + block.len()).min(text.len());
        let mut left: Vec<&String> = block.iter().collect();
        for (word, free) in text[at..until].iter().zip(&free[at..until]) {
            if *free && let Some(i) = left.iter().position(|w| alike(w, word)) {
                left.swap_remove(i);
            }
        }
        let share = 1.0 - left.len() as f64 / block.len() as f64;
        if share > best.0 {
            best = (share, at);
        }
    }
    (best.0 >= ENOUGH).then_some(best.1)
}

/// The same word, give or take what recognition on images confuses.
fn alike(a: &str, b: &str) -> bool {
    a == b || a.len() > 4 && b.len() > 4 && strsim::normalized_levenshtein(a, b) >= 0.75
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<Cells> {
        super::super::super::lines::parse(text)
    }

    #[test]
    fn order_counts_and_cells_of_a_line_do_not() {
        let truth =
            lines("Marie Dupont\nVendeuse\t2019 – 2021\nTenue de la caisse\nVendeuse\nMise en rayon\n");
        let same =
            compare(&truth, "Marie DUPONT 2019-2021 Vendeuse Tenue de la caisse\nVendeuse Mise en rayon");
        assert_eq!(same, Order { tau: 1.0, found: 1.0 });
        let reversed = compare(&lines("un\ndeux\ntrois\n"), "trois deux un");
        assert_eq!(reversed, Order { tau: -1.0, found: 1.0 });
    }

    #[test]
    fn blocks_that_are_broken_or_misread_are_found_and_lost_ones_are_not() {
        let truth = lines("Accueil et conseil de la clientèle\nTenue de la caisse\nLecture\n");
        let order = compare(&truth, "Accueil et c0nseil de la clientele Tenue de la caisse");
        assert_eq!(order.tau, 1.0);
        assert!((order.found - 2.0 / 3.0).abs() < 1e-9, "{order:?}");
    }
}
