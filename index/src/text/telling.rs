//! The terms that tell most about a text.

use std::collections::HashMap;

use super::Field;
use super::analysis::each_token;
use super::reader::{Term, TextReader};
use crate::error::Result;
use crate::lang::Lang;

/// A term of a text and how much it tells.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TellingTerm {
    /// The term, as the index holds it.
    pub(crate) term: String,
    /// `(1 + ln tf) × idf` (Manning, Raghavan, Schütze: Introduction to Information Retrieval, 6.4.1).
    pub(crate) weight: f32,
    /// The word of the text that it first came from.
    pub(crate) word: String,
}

/// A term that more than this share of the offers hold tells nothing.
const COMMON: f32 = 0.25;
/// With fewer offers, shares say little.
const FEW_OFFERS: u64 = 100;

impl TextReader {
    /// The `n` terms of a text that tell most, most telling first. Terms that no offer holds, or a quarter of
    /// them, are left out.
    pub(crate) fn telling_terms(&self, text: &str, lang: Lang, n: usize) -> Result<Vec<TellingTerm>> {
        let mut counts: HashMap<String, (u32, String)> = HashMap::new();
        each_token(text, lang, |term, range| match counts.get_mut(term) {
            Some((count, _)) => *count += 1,
            None => {
                counts.insert(term.to_owned(), (1, text[range].to_owned()));
            }
        });
        let documents = self.documents();
        let mut telling = vec![];
        for (text, (count, word)) in counts {
            let term = Term { field: Field::Body, text, boost: 1.0 };
            let frequency = self.document_frequency(&term)?;
            let common = documents >= FEW_OFFERS && frequency as f32 > COMMON * documents as f32;
            if frequency == 0 || common {
                continue;
            }
            let idf = (1.0 + (documents as f32 - frequency as f32 + 0.5) / (frequency as f32 + 0.5)).ln();
            telling.push(TellingTerm { term: term.text, weight: (1.0 + (count as f32).ln()) * idf, word });
        }
        telling.sort_unstable_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.term.cmp(&b.term)));
        telling.truncate(n);
        Ok(telling)
    }
}
