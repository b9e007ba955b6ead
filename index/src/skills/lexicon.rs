//! From a word to its number.

use super::artefact::{Strings, fnv1a};

/// Strings with an open-addressing table over them.
#[derive(Debug)]
pub(super) struct Lexicon {
    strings: Strings,
    slots: Vec<u32>,
}

const EMPTY: u32 = u32::MAX;

impl Lexicon {
    pub(super) fn new(strings: Strings) -> Self {
        let capacity = (strings.len() * 2).next_power_of_two().max(8);
        let mut lexicon = Self { slots: vec![EMPTY; capacity], strings };
        for i in 0..lexicon.strings.len() {
            let mut slot = lexicon.first_slot(lexicon.strings.get(i));
            while lexicon.slots[slot] != EMPTY {
                slot = (slot + 1) % capacity;
            }
            lexicon.slots[slot] = u32::try_from(i).expect("less than 4 billion words");
        }
        lexicon
    }

    /// Number of words.
    pub(super) fn len(&self) -> usize {
        self.strings.len()
    }

    /// Number of a word.
    pub(super) fn get(&self, word: &str) -> Option<u32> {
        let mut slot = self.first_slot(word);
        loop {
            match self.slots[slot] {
                EMPTY => return None,
                number if self.strings.get(number as usize) == word => return Some(number),
                _ => slot = (slot + 1) % self.slots.len(),
            }
        }
    }

    fn first_slot(&self, word: &str) -> usize {
        let hash = fnv1a(word.as_bytes());
        (hash ^ (hash >> 32)) as usize & (self.slots.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_known_words_only() {
        let lexicon = Lexicon::new(["caisse", "stock", "vente"].into_iter().collect());
        assert_eq!(lexicon.get("stock"), Some(1));
        assert_eq!(lexicon.get("stocks"), None);
        assert_eq!(Lexicon::new(Strings::default()).get("stock"), None);
    }
}
