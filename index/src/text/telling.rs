//! The terms that tell most about a text.

use std::collections::HashMap;

use super::Field;
use super::analysis::each_token;
use super::reader::{Term, TextReader};
use crate::error::Result;
use crate::lang::Lang;

/// A part of a text, with how much its words count beside those of the others.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Zone {
    pub(crate) text: String,
    /// Added to the weight of each of its words, once however often it comes back; 0 for plain prose.
    pub(crate) emphasis: f32,
    /// It only repeats what other zones may say (a list drawn from them): its words count where no other has them.
    pub(crate) repeats: bool,
}

/// A term of a text and how much it tells.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TellingTerm {
    /// The term, as the index holds it.
    pub(crate) term: String,
    /// `1 + ln tf`, and the greatest emphasis of the zones that hold it.
    pub(crate) boost: f32,
    /// `boost × idf` (Manning, Raghavan, Schütze: Introduction to Information Retrieval, 6.4.1).
    pub(crate) weight: f32,
    /// The word of the text that it first came from.
    pub(crate) word: String,
}

/// A term that more than this share of the offers hold tells nothing.
const COMMON: f32 = 0.25;
/// With fewer offers, shares say little.
const FEW_OFFERS: u64 = 100;

#[derive(Default)]
struct Seen {
    count: u32,
    emphasis: f32,
    word: String,
}

impl TextReader {
    /// The `n` terms of a text that tell most, most telling first. Numbers, and terms that no offer holds or a
    /// quarter of them do, are left out.
    pub(crate) fn telling_terms(&self, zones: &[Zone], lang: Lang, n: usize) -> Result<Vec<TellingTerm>> {
        let mut terms: HashMap<String, Seen> = HashMap::new();
        let (repeats, prose): (Vec<&Zone>, Vec<&Zone>) = zones.iter().partition(|zone| zone.repeats);
        for zone in prose.into_iter().chain(repeats) {
            each_token(&zone.text, lang, |term, range| {
                let seen = match terms.get_mut(term) {
                    Some(seen) => seen,
                    None => terms
                        .entry(term.to_owned())
                        .or_insert_with(|| Seen { word: zone.text[range].to_owned(), ..Seen::default() }),
                };
                if !zone.repeats || seen.count == 0 {
                    seen.count += 1;
                }
                seen.emphasis = seen.emphasis.max(zone.emphasis);
            });
        }
        let documents = self.documents();
        let mut telling = vec![];
        for (text, seen) in terms {
            if text.bytes().all(|byte| byte.is_ascii_digit()) {
                continue;
            }
            let term = Term { field: Field::Body, text, boost: 1.0 };
            let frequency = self.document_frequency(&term)?;
            let common = documents >= FEW_OFFERS && frequency as f32 > COMMON * documents as f32;
            if frequency == 0 || common {
                continue;
            }
            let idf = (1.0 + (documents as f32 - frequency as f32 + 0.5) / (frequency as f32 + 0.5)).ln();
            let boost = 1.0 + (seen.count as f32).ln() + seen.emphasis;
            telling.push(TellingTerm { term: term.text, boost, weight: boost * idf, word: seen.word });
        }
        telling.sort_unstable_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.term.cmp(&b.term)));
        telling.truncate(n);
        Ok(telling)
    }
}
