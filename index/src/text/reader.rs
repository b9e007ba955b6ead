//! Queries by terms: the best candidates, and the scores of given offers.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::SegmentId;
use tantivy::postings::Postings;
use tantivy::query::{
    Bm25StatisticsProvider, Bm25Weight, BooleanQuery, BoostQuery, EnableScoring, Occur, Query, TermQuery,
    Weight,
};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, IndexReader, Searcher, SegmentReader, TERMINATED, TantivyError};

use super::Field;
use super::document::FIELDS;
use crate::columns::Selection;
use crate::error::Result;
use crate::store::OfferId;

/// A text index open for queries: what was committed when it was opened or last reloaded.
pub(crate) struct TextReader {
    reader: IndexReader,
    pub(super) searcher: Searcher,
    /// For every segment, the offer's number by document, or [`GONE`].
    pub(super) offers: Vec<Arc<Vec<u32>>>,
    /// Segment and document of every offer, found when first asked for.
    places: OnceLock<Vec<(u16, u32)>>,
}

/// In place of an offer's number: the document was deleted or replaced.
pub(super) const GONE: u32 = u32::MAX;
const NOWHERE: (u16, u32) = (u16::MAX, u32::MAX);
/// Terms that one thread looks up together.
const TOGETHER: usize = 16;

/// A term to look up, with what its BM25 score is multiplied by.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Term {
    pub(crate) field: Field,
    pub(crate) text: String,
    pub(crate) boost: f32,
}

impl Term {
    pub(super) fn tantivy(&self) -> tantivy::Term {
        tantivy::Term::from_field_text(FIELDS.of(self.field), &self.text)
    }
}

impl TextReader {
    pub(super) fn new(reader: IndexReader) -> Result<Self> {
        let searcher = reader.searcher();
        let offers = offers(&searcher, &HashMap::new())?;
        Ok(Self { reader, searcher, offers, places: OnceLock::new() })
    }

    /// Sees what was committed since.
    pub(crate) fn reload(&mut self) -> Result<()> {
        let known = self.segments().map(segment_state).zip(self.offers.iter().cloned()).collect();
        self.reader.reload()?;
        self.searcher = self.reader.searcher();
        self.offers = offers(&self.searcher, &known)?;
        self.places = OnceLock::new();
        Ok(())
    }

    /// The `k` offers of `filter` that score best for the terms, best first, ties by number.
    pub(crate) fn candidates(
        &self,
        terms: &[Term],
        filter: &Selection,
        k: usize,
    ) -> Result<Vec<(OfferId, f32)>> {
        let clauses = terms.iter().map(|term| {
            let query = TermQuery::new(term.tantivy(), IndexRecordOption::WithFreqs);
            (Occur::Should, Box::new(BoostQuery::new(Box::new(query), term.boost)) as Box<dyn Query>)
        });
        let query = BooleanQuery::new(clauses.collect());
        let weight = query.weight(EnableScoring::enabled_from_searcher(&self.searcher))?;
        self.best(weight.as_ref(), filter, k)
    }

    /// The `k` offers of `filter` that score best.
    pub(super) fn best(
        &self,
        weight: &dyn Weight,
        filter: &Selection,
        k: usize,
    ) -> Result<Vec<(OfferId, f32)>> {
        if k == 0 {
            return Ok(vec![]);
        }
        // The least score worth collecting, shared by the threads. Scores are positive, so that their bits
        // order as they do.
        let bar = AtomicU32::new(0);
        let tops: Vec<BinaryHeap<Hit>> = self
            .segments()
            .zip(&self.offers)
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(|(segment, offers)| {
                let mut top: BinaryHeap<Hit> = BinaryHeap::with_capacity(k + 1);
                weight.for_each_pruning(0.0, segment, &mut |document, score| {
                    let id = OfferId(offers[document as usize]);
                    if filter.contains(id) {
                        top.push(Hit { score, id });
                        if top.len() > k {
                            top.pop();
                        }
                    }
                    if top.len() == k {
                        let least = top.peek().map_or(0.0, |hit| hit.score);
                        bar.fetch_max(least.to_bits(), Relaxed);
                    }
                    // Just below, so that ties are seen and broken by number.
                    f32::from_bits(bar.load(Relaxed)).next_down().max(0.0)
                })?;
                Ok(top)
            })
            .collect::<Result<_>>()?;
        let mut hits: Vec<Hit> = tops.into_iter().flatten().collect();
        hits.sort_unstable();
        hits.truncate(k);
        Ok(hits.into_iter().map(|hit| (hit.id, hit.score)).collect())
    }

    /// The score of each offer for the terms, as [`TextReader::candidates`] counts it; 0 for an offer that has
    /// none of them.
    pub(crate) fn scores_of(&self, terms: &[Term], ids: &[OfferId]) -> Result<Vec<f32>> {
        self.sums(terms, ids, |term| {
            let weight = self.bm25(term)?.boost_by(term.boost);
            Ok(move |length_id: u8, frequency| weight.score(length_id, frequency))
        })
    }

    /// What part of each offer's terms in a field the given ones make up, each counting as its boost says:
    /// `Σ boost / (length + 1)`. The one more keeps a single word from being the whole of a title.
    pub(crate) fn shares_of(&self, terms: &[Term], ids: &[OfferId]) -> Result<Vec<f32>> {
        self.sums(terms, ids, |term| {
            let boost = term.boost;
            Ok(move |length_id: u8, _| boost / (FieldNormReader::id_to_fieldnorm(length_id) as f32 + 1.0))
        })
    }

    /// The sum over the terms of what each gives to each offer that holds it, from the code of the field's length
    /// there and the number of times it comes.
    fn sums<S: Fn(u8, u32) -> f32>(
        &self,
        terms: &[Term],
        ids: &[OfferId],
        scorer: impl Fn(&Term) -> Result<S> + Sync,
    ) -> Result<Vec<f32>> {
        let places = self.places();
        let mut wanted: Vec<(u16, u32, usize)> = ids
            .iter()
            .enumerate()
            .filter_map(|(n, id)| {
                let (segment, document) = *places.get(id.0 as usize)?;
                (segment != NOWHERE.0).then_some((segment, document, n))
            })
            .collect();
        wanted.sort_unstable();
        // Summed in the order of the terms whatever the number of threads, so that the numbers are the same.
        let parts: Vec<Vec<f32>> = terms
            .par_chunks(TOGETHER)
            .map(|terms| {
                let mut sums = vec![0.0; ids.len()];
                terms.iter().try_for_each(|term| self.add(term, &wanted, scorer(term)?, &mut sums))?;
                Ok(sums)
            })
            .collect::<Result<_>>()?;
        let mut sums = vec![0.0; ids.len()];
        for part in parts {
            sums.iter_mut().zip(part).for_each(|(sum, one)| *sum += one);
        }
        Ok(sums)
    }

    /// Adds what one term gives to the wanted documents: segment, document and place in `sums`, in order.
    fn add(
        &self,
        term: &Term,
        wanted: &[(u16, u32, usize)],
        score: impl Fn(u8, u32) -> f32,
        sums: &mut [f32],
    ) -> Result<()> {
        let term = term.tantivy();
        for run in wanted.chunk_by(|a, b| a.0 == b.0) {
            let segment = self.searcher.segment_reader(u32::from(run[0].0));
            let index = segment.inverted_index(term.field())?;
            let Some(mut postings) =
                index.read_postings(&term, IndexRecordOption::WithFreqs).map_err(TantivyError::from)?
            else {
                continue;
            };
            let lengths = segment.get_fieldnorms_reader(term.field())?;
            for &(_, document, n) in run {
                if postings.doc() < document && postings.seek(document) == TERMINATED {
                    break;
                }
                if postings.doc() == document {
                    sums[n] += score(lengths.fieldnorm_id(document), postings.term_freq());
                }
            }
        }
        Ok(())
    }

    /// How many documents hold a term.
    pub(crate) fn document_frequency(&self, term: &Term) -> Result<u64> {
        Ok(self.searcher.doc_freq(&term.tantivy())?)
    }

    /// Documents, those deleted since the last merge included.
    pub(crate) fn documents(&self) -> u64 {
        self.segments().map(|segment| u64::from(segment.max_doc())).sum()
    }

    pub(super) fn segments(&self) -> impl Iterator<Item = &SegmentReader> {
        self.searcher.segment_readers().iter()
    }

    fn bm25(&self, term: &Term) -> Result<Bm25Weight> {
        let term = term.tantivy();
        let documents = self.searcher.total_num_docs()?;
        let average = self.searcher.total_num_tokens(term.field())? as f32 / documents.max(1) as f32;
        Ok(Bm25Weight::for_one_term_without_explain(self.searcher.doc_freq(&term)?, documents, average))
    }

    fn places(&self) -> &[(u16, u32)] {
        self.places.get_or_init(|| {
            let mut places = vec![];
            for (segment, offers) in self.offers.iter().enumerate() {
                for (document, &id) in offers.iter().enumerate().filter(|(_, id)| **id != GONE) {
                    if places.len() <= id as usize {
                        places.resize(id as usize + 1, NOWHERE);
                    }
                    places[id as usize] = (segment as u16, document as u32);
                }
            }
            places
        })
    }
}

/// An offer and its score; the greatest of a heap is the one to drop first.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Hit {
    score: f32,
    id: OfferId,
}

impl Eq for Hit {}

impl Ord for Hit {
    fn cmp(&self, other: &Self) -> Ordering {
        other.score.total_cmp(&self.score).then(self.id.cmp(&other.id))
    }
}

impl PartialOrd for Hit {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

type SegmentState = (SegmentId, Option<u64>);

fn segment_state(segment: &SegmentReader) -> SegmentState {
    (segment.segment_id(), segment.delete_opstamp())
}

fn offers(searcher: &Searcher, known: &HashMap<SegmentState, Arc<Vec<u32>>>) -> Result<Vec<Arc<Vec<u32>>>> {
    let of = |segment: &SegmentReader| -> Result<Arc<Vec<u32>>> {
        if let Some(offers) = known.get(&segment_state(segment)) {
            return Ok(offers.clone());
        }
        let column = segment.fast_fields().u64("id")?.first_or_default_col(u64::from(GONE));
        let documents: Vec<u32> = (0..segment.max_doc()).collect();
        let mut numbers = vec![0_u64; documents.len()];
        column.get_vals(&documents, &mut numbers);
        let mut numbers: Vec<u32> = numbers.into_iter().map(|n| n as u32).collect();
        if let Some(alive) = segment.alive_bitset() {
            for (document, number) in numbers.iter_mut().enumerate() {
                if alive.is_deleted(document as u32) {
                    *number = GONE;
                }
            }
        }
        Ok(Arc::new(numbers))
    };
    searcher.segment_readers().iter().map(of).collect()
}
