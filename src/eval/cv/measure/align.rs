//! Which found entry stands for which true one: the assignment of the greatest total likeness.

/// For each row of `likeness` (true entries × found entries, from 0 to 1) the column that stands for it, so that the sum
/// is greatest. Pairs less alike than `least` are left apart.
pub(super) fn assign(likeness: &[Vec<f64>], least: f64) -> Vec<Option<usize>> {
    let (rows, columns) = (likeness.len(), likeness.first().map_or(0, Vec::len));
    let size = rows.max(columns);
    let cost = |row: usize, column: usize| -> f64 {
        let alike = likeness.get(row).and_then(|r| r.get(column)).copied().unwrap_or(0.0);
        if alike < least { 0.0 } else { -alike }
    };
    // The Hungarian algorithm with potentials; row and column 0 stand for none.
    let (mut u, mut v) = (vec![0.0; size + 1], vec![0.0; size + 1]);
    let mut row_of = vec![0; size + 1];
    for row in 1..=size {
        row_of[0] = row;
        let mut at = 0;
        let mut lowest = vec![f64::INFINITY; size + 1];
        let mut before = vec![0; size + 1];
        let mut done = vec![false; size + 1];
        while row_of[at] != 0 {
            done[at] = true;
            let (here, mut step, mut next) = (row_of[at], f64::INFINITY, 0);
            for column in (1..=size).filter(|c| !done[*c]) {
                let reduced = cost(here - 1, column - 1) - u[here] - v[column];
                if reduced < lowest[column] {
                    (lowest[column], before[column]) = (reduced, at);
                }
                if lowest[column] < step {
                    (step, next) = (lowest[column], column);
                }
            }
            for column in 0..=size {
                if done[column] {
                    u[row_of[column]] += step;
                    v[column] -= step;
                } else {
                    lowest[column] -= step;
                }
            }
            at = next;
        }
        while at != 0 {
            row_of[at] = row_of[before[at]];
            at = before[at];
        }
    }
    let mut assigned = vec![None; rows];
    for column in 1..=size {
        let (row, column) = (row_of[column] - 1, column - 1);
        if row < rows && column < columns && likeness[row][column] >= least {
            assigned[row] = Some(column);
        }
    }
    assigned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_greatest_and_strangers_stay_apart() {
        // The first row likes column 0 best, but the second has no other.
        let likeness = [vec![0.9, 0.8, 0.0], vec![0.7, 0.1, 0.2]];
        assert_eq!(assign(&likeness, 0.3), [Some(1), Some(0)]);
        assert_eq!(assign(&[vec![0.2]], 0.3), [None]);
        assert_eq!(assign(&[vec![], vec![]], 0.3), [None, None]);
        assert_eq!(assign(&[vec![0.5], vec![0.6]], 0.3), [None, Some(0)]);
    }
}
