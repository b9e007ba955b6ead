//! A queue in which people take turns: however much one of them asks for, the next one's first wish comes after at most
//! one of theirs.

use std::collections::{HashSet, VecDeque};
use std::hash::Hash;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Work that waits, by the line that it stands in. Of each line, one at a time is being done.
pub(super) struct Turns<L, W> {
    state: Mutex<State<L, W>>,
    moved: Condvar,
}

struct State<L, W> {
    /// The line whose turn is next comes first.
    lines: VecDeque<(L, VecDeque<W>)>,
    busy: HashSet<L>,
    closed: bool,
}

impl<L, W> Default for Turns<L, W> {
    fn default() -> Self {
        let state = State { lines: VecDeque::new(), busy: HashSet::new(), closed: false };
        Self { state: Mutex::new(state), moved: Condvar::new() }
    }
}

impl<L: Clone + Eq + Hash, W> Turns<L, W> {
    /// Puts work at the end of a line.
    pub(super) fn add(&self, line: L, work: W) {
        let mut state = self.state();
        match state.lines.iter_mut().find(|(of, _)| *of == line) {
            Some((_, waiting)) => waiting.push_back(work),
            None => state.lines.push_back((line, VecDeque::from([work]))),
        }
        drop(state);
        self.moved.notify_one();
    }

    /// Waits for the next work; `None` once the queue is closed. [`Turns::done`] must follow.
    pub(super) fn next(&self) -> Option<(L, W)> {
        let mut state = self.state();
        loop {
            if state.closed {
                return None;
            }
            let free = state.lines.iter().position(|(line, _)| !state.busy.contains(line));
            if let Some((line, mut waiting)) = free.and_then(|at| state.lines.remove(at)) {
                let work = waiting.pop_front();
                if !waiting.is_empty() {
                    state.lines.push_back((line.clone(), waiting));
                }
                if let Some(work) = work {
                    state.busy.insert(line.clone());
                    return Some((line, work));
                }
            } else {
                state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// The work of a line is done: its next one may begin.
    pub(super) fn done(&self, line: &L) {
        self.state().busy.remove(line);
        self.moved.notify_one();
    }

    /// Nothing more is given out.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.moved.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State<L, W>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_has_its_turn_and_one_thing_at_a_time() {
        let turns = Turns::default();
        for n in 0..3 {
            turns.add("anne", n);
        }
        turns.add("bob", 10);
        turns.add("bob", 11);
        assert_eq!(turns.next(), Some(("anne", 0)));
        assert_eq!(turns.next(), Some(("bob", 10)), "anne has one being done");
        turns.add("chloé", 20);
        turns.done(&"bob");
        // Chloé came after the second of both, and is next all the same: nobody else's is free but bob's, who came
        // round again before her.
        assert_eq!(turns.next(), Some(("bob", 11)));
        assert_eq!(turns.next(), Some(("chloé", 20)));
        turns.done(&"anne");
        assert_eq!(turns.next(), Some(("anne", 1)));
        turns.done(&"anne");
        assert_eq!(turns.next(), Some(("anne", 2)));
        turns.close();
        assert_eq!(turns.next(), None);
    }

    #[test]
    fn workers_wait_for_work_and_for_each_other() {
        let turns = Turns::default();
        let done = Mutex::new(vec![]);
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while let Some((line, work)) = turns.next() {
                        done.lock().unwrap().push((line, work));
                        turns.done(&line);
                        if done.lock().unwrap().len() == 40 {
                            turns.close();
                        }
                    }
                });
            }
            for n in 0..20 {
                turns.add("anne", n);
                turns.add("bob", n);
            }
        });
        let done = done.into_inner().unwrap();
        for name in ["anne", "bob"] {
            let of: Vec<i32> = done.iter().filter(|(line, _)| *line == name).map(|(_, n)| *n).collect();
            assert_eq!(of, (0..20).collect::<Vec<_>>());
        }
    }
}
