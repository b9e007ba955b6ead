//! Which words are ordinary: those that the publishers' prose uses in lower case.

use std::collections::{HashMap, HashSet};

use jobmatch_index::skills::{Kind, Pattern, PatternFlags, fold};

use super::curated::Flags;

/// Words of the publishers' prose.
#[derive(Debug, Default)]
pub(super) struct OrdinaryWords {
    counts: HashMap<String, u32>,
    /// In how many occupations' texts a word stands.
    occupations: HashMap<String, u32>,
}

/// A word seen less often may be a name that somebody wrote without its capital.
const SEEN: u32 = 3;
/// A word that stands in the texts of more occupations than this tells nothing of any of them.
const EVERYWHERE: u32 = 40;

impl OrdinaryWords {
    /// Counts the words of a text that have no capital.
    pub(super) fn read(&mut self, text: &str) {
        for word in lower_words(text) {
            *self.counts.entry(word).or_default() += 1;
        }
    }

    /// Counts the words of an occupation's text.
    pub(super) fn read_occupation(&mut self, text: &str) {
        self.read(text);
        for word in lower_words(text).collect::<HashSet<_>>() {
            *self.occupations.entry(word).or_default() += 1;
        }
    }

    /// Whether a folded word is ordinary.
    pub(super) fn knows(&self, word: &str) -> bool {
        self.counts.get(word).is_some_and(|count| *count >= SEEN)
    }

    /// The conditions under which a name counts in text. `rank` is 0 for a name from the curated file.
    pub(super) fn flags(&self, name: &str, pattern: &Pattern, kind: Kind, curated: Flags, rank: u8) -> u8 {
        let Pattern::Word { exact, singular } = pattern else { return 0 };
        let capitals = name.chars().all(|c| !c.is_lowercase()) && name.chars().any(char::is_uppercase);
        let upper = if capitals && name.len() > 1 { PatternFlags::UPPER } else { 0 };
        if curated.decide() {
            let bit = |on: bool, bit: u8| if on { bit } else { 0 };
            // What holds for the name itself holds for its aliases only where they are ordinary words too.
            let own = curated.clear || exact.len() <= 3 || self.knows(exact) || rank < 2;
            return if !own {
                0
            } else {
                bit(curated.ambiguous, PatternFlags::AMBIGUOUS)
                    | bit(curated.cased, PatternFlags::CASED)
                    | bit(curated.upper, PatternFlags::UPPER)
            };
        }
        match kind {
            Kind::Technology if exact.len() <= 2 && exact.chars().all(char::is_alphanumeric) => {
                PatternFlags::AMBIGUOUS | upper
            }
            Kind::Technology if self.knows(exact) => PatternFlags::AMBIGUOUS | upper,
            // A name that no one vouches for: its capital at least.
            Kind::Technology if rank > 0 && exact.chars().all(|c| c.is_ascii_lowercase()) => {
                PatternFlags::CASED | upper
            }
            Kind::Technology => 0,
            _ if rank == 0 => 0,
            _ if capitals && (3..=5).contains(&exact.len()) => PatternFlags::CASED | PatternFlags::UPPER,
            _ if is_field(singular) && self.occupations.get(singular).is_none_or(|n| *n <= EVERYWHERE) => 0,
            _ => PatternFlags::SILENT,
        }
    }
}

/// Whether a word has the ending of a science, a craft or a gesture of one: such words say a skill by themselves.
/// Others (*machine*, *source*, *logique*) are too ordinary, unless the curated file vouches for them.
fn is_field(word: &str) -> bool {
    const ENDINGS: [&str; 25] = [
        "logie", "logy", "graphie", "graphy", "metrie", "metry", "therapie", "therapy", "nomie", "nomy",
        "iatrie", "iatry", "urgie", "urgy", "scopie", "scopy", "plastie", "culture", "nautique", "tronique",
        "tronics", "botique", "botics", "erie", "age",
    ];
    word.len() >= 7 && ENDINGS.iter().any(|ending| word.ends_with(ending))
}

fn lower_words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !word.chars().any(char::is_uppercase))
        .map(fold)
}
