//! A person's search: matches, how they spread, the best of them.

use rayon::prelude::*;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EnableScoring, Occur, PhraseQuery, Query as Tantivy,
    TermQuery,
};
use tantivy::schema::IndexRecordOption;
use tantivy::{TantivyError, Term};

use super::Field;
use super::document::FIELDS;
use super::query::{Clause, Query};
use super::reader::TextReader;
use crate::columns::{Columns, Selection};
use crate::error::{Error, Result};
use crate::store::OfferId;

/// What comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// The best BM25 score.
    Score,
    /// The latest day.
    Day,
}

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Found {
    /// The first offers and their scores.
    pub(crate) top: Vec<(OfferId, f32)>,
    /// All matches.
    pub(crate) total: u64,
    /// Matches by code of contract; the last one counts the unknown.
    pub(crate) contracts: [u64; 9],
    /// Matches by code of telework; the last one counts the unknown.
    pub(crate) telework: [u64; 4],
    /// Matches by number of source.
    pub(crate) sources: Vec<u64>,
}

impl Found {
    fn count(&mut self, (contract, telework, source): (u8, u8, u16)) {
        self.total += 1;
        self.contracts[usize::from(contract).min(8)] += 1;
        self.telework[usize::from(telework).min(3)] += 1;
        let source = usize::from(source);
        if self.sources.len() <= source {
            self.sources.resize(source + 1, 0);
        }
        self.sources[source] += 1;
    }

    fn merge(mut self, other: Self) -> Self {
        self.top.extend(other.top);
        self.total += other.total;
        self.contracts.iter_mut().zip(other.contracts).for_each(|(a, b)| *a += b);
        self.telework.iter_mut().zip(other.telework).for_each(|(a, b)| *a += b);
        self.sources.resize(self.sources.len().max(other.sources.len()), 0);
        self.sources.iter_mut().zip(other.sources).for_each(|(a, b)| *a += b);
        self
    }
}

/// A title says more than a description.
const TITLE_BOOST: f32 = 3.0;
/// Terms that a beginning stands for, in each segment.
const MOST_ENDINGS: usize = 64;

impl TextReader {
    /// Searches among the offers of `filter`. With `any`, one wanted clause is enough.
    pub(crate) fn search(
        &self,
        query: &Query,
        any: bool,
        filter: &Selection,
        columns: &Columns,
        order: Order,
        k: usize,
    ) -> Result<Found> {
        let weight =
            self.tantivy_query(query, any)?.weight(EnableScoring::enabled_from_searcher(&self.searcher))?;
        let found = self
            .segments()
            .zip(&self.offers)
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(|(segment, offers)| {
                let mut found = Found::default();
                let mut top = Top::new(order, k);
                weight.for_each(segment, &mut |document, score| {
                    let id = OfferId(offers[document as usize]);
                    if filter.contains(id) {
                        found.count(columns.codes(id));
                        top.push(id, score, columns);
                    }
                })?;
                found.top = top.hits;
                Ok::<_, Error>(found)
            })
            .try_reduce(Found::default, |a, b| Ok(a.merge(b)))?;
        let mut top = Top { order, k, hits: found.top };
        top.cut(columns);
        Ok(Found { top: top.hits, ..found })
    }

    /// The offers that a query matches, whatever their score.
    pub(crate) fn matches(&self, query: &Query, filter: &Selection) -> Result<Selection> {
        let weight = self
            .tantivy_query(query, false)?
            .weight(EnableScoring::disabled_from_searcher(&self.searcher))?;
        let mut matches = Selection::default();
        for (segment, offers) in self.segments().zip(&self.offers) {
            weight.for_each_no_score(segment, &mut |documents| {
                let ids = documents.iter().map(|document| OfferId(offers[*document as usize]));
                ids.filter(|id| filter.contains(*id)).for_each(|id| {
                    matches.insert(id);
                });
            })?;
        }
        Ok(matches)
    }

    fn tantivy_query(&self, query: &Query, any: bool) -> Result<Box<dyn Tantivy>> {
        let mut clauses: Vec<(Occur, Box<dyn Tantivy>)> = vec![];
        let mut titles = vec![];
        for clause in &query.wanted {
            let terms = self.terms(clause)?;
            clauses.push((if any { Occur::Should } else { Occur::Must }, self.clause(clause, &terms)?));
            titles.extend(terms);
        }
        if query.wanted.is_empty() {
            clauses.push((Occur::Must, Box::new(AllQuery)));
        } else {
            for term in titles {
                let title = BoostQuery::new(Box::new(term_query(Field::Title, &term)), TITLE_BOOST);
                clauses.push((Occur::Should, Box::new(title)));
            }
        }
        for clause in &query.unwanted {
            let terms = self.terms(clause)?;
            clauses.push((Occur::MustNot, Box::new(ConstScoreQuery::new(self.clause(clause, &terms)?, 0.0))));
        }
        Ok(Box::new(BooleanQuery::new(clauses)))
    }

    /// The terms of the index that a clause stands for.
    fn terms(&self, clause: &Clause) -> Result<Vec<String>> {
        match clause {
            Clause::Word(terms) => Ok(terms.clone()),
            Clause::Phrase(phrases) => Ok(phrases.concat()),
            Clause::Beginning(terms, beginning) => {
                let mut all = terms.clone();
                for segment in self.segments() {
                    let index = segment.inverted_index(FIELDS.of(Field::Body))?;
                    let mut stream =
                        index.terms().range().ge(beginning).into_stream().map_err(TantivyError::from)?;
                    let mut endings = 0;
                    while endings < MOST_ENDINGS
                        && stream.advance()
                        && stream.key().starts_with(beginning.as_bytes())
                    {
                        all.extend(std::str::from_utf8(stream.key()).ok().map(str::to_owned));
                        endings += 1;
                    }
                }
                all.sort_unstable();
                all.dedup();
                Ok(all)
            }
        }
    }

    fn clause(&self, clause: &Clause, terms: &[String]) -> Result<Box<dyn Tantivy>> {
        let mut any: Vec<Box<dyn Tantivy>> = vec![];
        match clause {
            Clause::Phrase(phrases) => {
                for phrase in phrases {
                    any.push(match phrase.as_slice() {
                        [term] => Box::new(term_query(Field::Body, term)),
                        terms => {
                            let field = FIELDS.of(Field::Body);
                            let terms = terms.iter().map(|term| Term::from_field_text(field, term));
                            Box::new(PhraseQuery::new(terms.collect()))
                        }
                    });
                }
            }
            Clause::Word(_) | Clause::Beginning(..) => {
                for term in terms {
                    for field in [Field::Body, Field::Company] {
                        let query = Term::from_field_text(FIELDS.of(field), term);
                        if self.searcher.doc_freq(&query)? > 0 {
                            any.push(Box::new(term_query(field, term)));
                        }
                    }
                }
            }
        }
        Ok(match any.len() {
            1 => any.remove(0),
            _ => Box::new(BooleanQuery::union(any)),
        })
    }
}

fn term_query(field: Field, term: &str) -> TermQuery {
    TermQuery::new(Term::from_field_text(FIELDS.of(field), term), IndexRecordOption::WithFreqs)
}

/// The first `k` offers in an order, ties by number.
struct Top {
    order: Order,
    k: usize,
    hits: Vec<(OfferId, f32)>,
}

impl Top {
    fn new(order: Order, k: usize) -> Self {
        Self { order, k, hits: Vec::with_capacity(2 * k.min(1_000)) }
    }

    fn push(&mut self, id: OfferId, score: f32, columns: &Columns) {
        self.hits.push((id, score));
        // Cut now and then rather than kept in order: cheaper a hit.
        if self.hits.len() >= 2 * self.k.max(64) {
            self.cut(columns);
        }
    }

    fn cut(&mut self, columns: &Columns) {
        let order = self.order;
        self.hits.sort_unstable_by(|(a, score_a), (b, score_b)| {
            let best = match order {
                Order::Score => score_b.total_cmp(score_a),
                Order::Day => columns.day(*b).cmp(&columns.day(*a)),
            };
            best.then(a.cmp(b))
        });
        self.hits.truncate(self.k);
    }
}
