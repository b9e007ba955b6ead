//! Searching with words: offers, their snippets, and how they spread.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Index;
use crate::error::Result;
use crate::filter::Filter;
use crate::offer::{Contract, Offer, Telework};
use crate::store::{OfferId, contract_of, telework_of};
use crate::text::{Found, Order, Query, Snippet, snippet};

/// A search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SearchQuery {
    /// Words that the offers must hold, in any form. `"chef de projet"` in quotes is a phrase, `-stage`
    /// excludes, the beginning of the last word is enough. Anything is understood, nothing is an error. Empty:
    /// all offers, the latest first.
    pub words: String,
    /// Conditions beside the words.
    pub filter: Filter,
    /// What comes first.
    pub sort: Sort,
    /// Most hits to give.
    pub limit: usize,
    /// Hits to leave out, from the first.
    pub offset: usize,
}

impl Default for SearchQuery {
    fn default() -> Self {
        Self { words: String::new(), filter: Filter::default(), sort: Sort::default(), limit: 20, offset: 0 }
    }
}

/// What comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// The best match of the words.
    #[default]
    Relevance,
    /// The latest offer.
    Date,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchResults {
    /// The offers asked for.
    pub hits: Vec<Hit>,
    /// All offers that match.
    pub total: u64,
    /// No offer holds all the words: these hold some of them.
    pub relaxed: bool,
    /// How all offers that match spread.
    pub facets: Facets,
}

/// An offer found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hit {
    /// The offer.
    pub offer: Offer,
    /// BM25 score, for comparison within one search only.
    pub score: f32,
    /// The passage of the description that shows why.
    pub snippet: Snippet,
}

/// Counts of offers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Facets {
    /// By kind of contract.
    pub contracts: Vec<(Contract, u64)>,
    /// Without a known contract.
    pub contract_unknown: u64,
    /// By work from home.
    pub telework: Vec<(Telework, u64)>,
    /// Without a word on telework.
    pub telework_unknown: u64,
    /// By source.
    pub sources: BTreeMap<String, u64>,
}

/// Offers in the order of a search, without themselves: what pages are cut from.
#[derive(Debug, Clone, PartialEq)]
pub struct Findings {
    /// The offers asked for, first to last, with their BM25 scores.
    pub ids: Vec<(OfferId, f32)>,
    /// All offers that match.
    pub total: u64,
    /// No offer holds all the words: these hold some of them.
    pub relaxed: bool,
    /// How all offers that match spread.
    pub facets: Facets,
}

impl Index {
    /// Searches.
    ///
    /// # Errors
    /// [`Error::NoText`](crate::Error::NoText) when the text index is missing,
    /// [`Error::Store`](crate::Error::Store) and [`Error::Text`](crate::Error::Text) when the disk fails.
    pub fn search(&self, query: &SearchQuery) -> Result<SearchResults> {
        let Findings { ids, total, relaxed, facets } = self.find(query)?;
        Ok(SearchResults { hits: self.hits(&ids, &query.words)?, total, relaxed, facets })
    }

    /// As [`Index::search`], without the offers: quick for many, of which [`Index::hits`] then reads those that are
    /// shown.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn find(&self, query: &SearchQuery) -> Result<Findings> {
        let snapshot = self.snapshot()?;
        let selection = snapshot.select(&query.filter)?;
        let words = Query::parse(&query.words);
        let order = match query.sort {
            Sort::Relevance if !words.is_empty() => Order::Score,
            _ => Order::Day,
        };
        let k = query.offset.saturating_add(query.limit);
        let find = |any| snapshot.text()?.search(&words, any, &selection, snapshot.columns(), order, k);
        let mut found = find(false)?;
        let relaxed = found.total == 0 && words.is_several();
        if relaxed {
            found = find(true)?;
        }
        Ok(Findings {
            ids: found.top.iter().skip(query.offset).copied().collect(),
            total: found.total,
            relaxed: relaxed && found.total > 0,
            facets: facets(&found, &snapshot.meta().sources),
        })
    }

    /// The offers found, each with the passage that shows the words; those that are gone or damaged are left out.
    ///
    /// # Errors
    /// [`Error::Store`](crate::Error::Store), [`Error::Corrupt`](crate::Error::Corrupt).
    pub fn hits(&self, ids: &[(OfferId, f32)], words: &str) -> Result<Vec<Hit>> {
        let reader = self.store().read()?;
        let words = Query::parse(words);
        let mut hits = vec![];
        for &(id, score) in ids {
            if let Some(offer) = reader.sound_offer(id)? {
                let snippet = snippet(&offer.description, &words);
                hits.push(Hit { offer, score, snippet });
            }
        }
        Ok(hits)
    }
}

fn facets(found: &Found, sources: &[String]) -> Facets {
    let [contracts @ .., contract_unknown] = &found.contracts;
    let [telework @ .., telework_unknown] = &found.telework;
    let counted = |counts: &[u64]| -> Vec<(u8, u64)> {
        counts.iter().enumerate().filter(|(_, n)| **n > 0).map(|(code, n)| (code as u8, *n)).collect()
    };
    Facets {
        contracts: counted(contracts)
            .into_iter()
            .filter_map(|(code, n)| Some((contract_of(code)?, n)))
            .collect(),
        contract_unknown: *contract_unknown,
        telework: counted(telework)
            .into_iter()
            .filter_map(|(code, n)| Some((telework_of(code)?, n)))
            .collect(),
        telework_unknown: *telework_unknown,
        sources: sources
            .iter()
            .zip(&found.sources)
            .filter(|(_, n)| **n > 0)
            .map(|(name, n)| (name.clone(), *n))
            .collect(),
    }
}
