//! Which offers are worth scoring.

use std::collections::BTreeSet;

use super::RankQuery;
use super::seeker::Seeker;
use crate::columns::Selection;
use crate::engine::Snapshot;
use crate::error::Result;
use crate::lang::Lang;
use crate::score::Criterion;
use crate::store::OfferId;
use crate::text::{Field, TellingTerm, Term, TextReader, Zone, language};

/// Up to so many offers, scoring all costs less than choosing.
const SCORE_ALL: u64 = 4_000;
/// Fewest candidates from each source.
const LEAST: usize = 300;
/// Candidates beyond the page, so that the order of the page owes little to any one source.
const MARGIN: usize = 150;
/// Most telling words of a profile that candidates are looked for by. Each costs about 1 ms at a million offers.
const LOOKED_FOR: usize = 16;
/// Words of a profile that the candidates are scored by.
const WORDS: usize = 128;
/// Words that a score is measured against: a long CV is not expected to have all its words in one offer.
const MEASURED: usize = 64;
/// Boost from which on a word of an offer's title counts as told by the CV: once with emphasis, or seven times.
const TOLD: f32 = 3.0;
/// Shared words that are shown.
const SHOWN: usize = 12;
/// Skills that candidates are looked up by, the rarest first.
const SKILLS: usize = 24;
/// A skill or an occupation counts for candidates from this value.
const LEAST_VALUE: f32 = 0.5;

/// The words of a profile, as terms of the text index, the most telling first.
pub(super) struct Words {
    /// In titles and descriptions.
    pub(super) body: Vec<Term>,
    /// In titles alone, each worth 1 where the CV says it with emphasis, less where only in passing.
    pub(super) title: Vec<Term>,
    /// What the score of an offer is measured against: Σ of the weights of the first [`MEASURED`] words; 0 where the CV
    /// is in another language than most offers, for then its words would tell the language of an offer, not the job.
    pub(super) weight: f32,
    telling: Vec<TellingTerm>,
}

impl Words {
    pub(super) fn telling(text: &TextReader, zones: &[Zone], offers: Lang) -> Result<Self> {
        let prose: Vec<&str> = zones.iter().map(|zone| zone.text.as_str()).collect();
        let lang = language(&prose.join("\n"));
        let telling = text.telling_terms(zones, lang, WORDS)?;
        let terms = |field, boost: fn(f32) -> f32| {
            telling.iter().map(|t| Term { field, text: t.term.clone(), boost: boost(t.boost) }).collect()
        };
        let body = terms(Field::Body, |boost| boost);
        let title = terms(Field::Title, |boost| (boost / TOLD).min(1.0));
        let compared = if lang == offers { MEASURED } else { 0 };
        let weight = telling.iter().take(compared).map(|t| t.weight).sum();
        Ok(Self { body, title, weight, telling })
    }

    /// The words that candidates are looked for by.
    fn looked_for(&self) -> &[Term] {
        &self.body[..self.body.len().min(LOOKED_FOR)]
    }

    /// For each offer, words that it shares with the profile, most telling first.
    pub(super) fn shared(&self, text: &TextReader, ids: &[OfferId]) -> Result<Vec<Vec<String>>> {
        let mut shared = vec![Vec::new(); ids.len()];
        for (term, telling) in self.body.iter().zip(&self.telling) {
            let scores = text.scores_of(std::slice::from_ref(term), ids)?;
            for (words, score) in shared.iter_mut().zip(scores) {
                if score > 0.0 && words.len() < SHOWN {
                    words.push(telling.word.clone());
                }
            }
        }
        Ok(shared)
    }
}

/// The offers to score: all that pass when they are few, else the best by words, by skills and occupations, and by
/// vectors. In the order of their numbers.
pub(super) fn of(
    snapshot: &Snapshot<'_>,
    seeker: &Seeker,
    words: &Words,
    passing: &Selection,
    query: &RankQuery,
) -> Result<Vec<OfferId>> {
    if passing.len() <= SCORE_ALL {
        return Ok(passing.iter().collect());
    }
    let k = LEAST.max(query.offset + query.limit + MARGIN);
    let (text, vectors) = (snapshot.text()?, snapshot.vectors());
    let everything = passing.len() as usize == vectors.len();
    let counts = |criterion| query.weights.of(criterion) > 0.0;
    let by_words =
        || if counts(Criterion::Text) { text.candidates(words.looked_for(), passing, k) } else { Ok(vec![]) };
    let by_graph = || text.candidates(&graph_terms(seeker, text)?, passing, 2 * k);
    let by_vector = || match seeker.vector.as_deref().filter(|_| counts(Criterion::Meaning)) {
        Some(vector) if everything => vectors.nearest(vector, k, None),
        Some(vector) => vectors.nearest(vector, k, Some(&passing.to_bitmap())),
        None => vec![],
    };
    let (by_words, (by_graph, by_vector)) = rayon::join(by_words, || rayon::join(by_graph, by_vector));
    let ids: BTreeSet<OfferId> =
        by_words?.into_iter().chain(by_graph?).chain(by_vector).map(|(id, _)| id).collect();
    Ok(ids.into_iter().collect())
}

/// Occupations and skills as terms. Rare skills weigh most by BM25's own idf.
fn graph_terms(seeker: &Seeker, text: &TextReader) -> Result<Vec<Term>> {
    let mut skills = Vec::new();
    for (concept, held) in &seeker.skills {
        if held.value >= LEAST_VALUE {
            let term = Term { field: Field::Concepts, text: concept.0.to_string(), boost: held.value };
            match text.document_frequency(&term)? {
                0 => {}
                frequency => skills.push((frequency, *concept, term)),
            }
        }
    }
    skills.sort_unstable_by_key(|(frequency, concept, _)| (*frequency, *concept));
    let occupations = seeker.occupations.iter().filter(|held| held.share >= LEAST_VALUE).map(|held| Term {
        field: Field::Occupations,
        text: held.id.0.to_string(),
        boost: 2.0 * held.share,
    });
    Ok(occupations.chain(skills.into_iter().take(SKILLS).map(|(_, _, term)| term)).collect())
}
