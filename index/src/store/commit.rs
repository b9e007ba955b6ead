//! Changes to the store, each in one transaction.

use std::collections::HashMap;

use heed::RwTxn;

use super::environment::{Store, Tables, key_bytes, read_meta};
use super::{Generation, Meta, OfferId, codec};
use crate::error::{Error, Result};
use crate::offer::OfferKey;

/// One change of a [`Batch`].
pub(crate) enum Change<'a> {
    /// Stores an offer, as new or in place of the one with the same key.
    Put {
        /// Its key.
        key: &'a OfferKey,
        /// Its record, from [`pack_offer`](super::pack_offer).
        packed: &'a [u8],
        /// Its features, from [`encode_features`](super::encode_features).
        features: &'a [u8],
    },
    /// Removes an offer; one that is not there is no error.
    Remove {
        /// Its key.
        key: &'a OfferKey,
    },
}

/// What a commit of changes did.
pub(crate) struct Batch {
    /// The new revision, or the old one when nothing changed.
    pub(crate) revision: u64,
    /// For every change, the number of the offer; `None` when there was none to remove.
    pub(crate) ids: Vec<Option<OfferId>>,
    /// How many of the free numbers were taken.
    pub(crate) taken: usize,
}

impl Store {
    /// Commits changes, their journal entry and the next revision. New offers take the numbers in `free`
    /// first. Journal entries up to `trim` are dropped unless a rebuild needs them.
    pub(crate) fn commit(&self, changes: &[Change<'_>], free: &[OfferId], trim: u64) -> Result<Batch> {
        // Compressed once, outside the transaction, which may have to run again.
        let stored: Vec<Option<Vec<u8>>> = changes
            .iter()
            .map(|change| match change {
                Change::Put { packed, .. } => codec::compress_offer(packed).map(Some),
                Change::Remove { .. } => Ok(None),
            })
            .collect::<Result<_>>()?;
        self.write(|tables, txn| {
            let mut meta: Meta = read_meta(tables, txn)?;
            let live = tables.features[usize::from(meta.live.features & 1)];
            let mut ids = Vec::with_capacity(changes.len());
            let mut taken = 0;
            for (change, stored) in changes.iter().zip(&stored) {
                let id = match (change, stored) {
                    (Change::Put { key, features, .. }, Some(stored)) => {
                        let key = key_bytes(key);
                        let id = match tables.keys.get(txn, &key)? {
                            Some(id) => id,
                            None => {
                                let id = match free.get(taken) {
                                    Some(id) => {
                                        taken += 1;
                                        id.0
                                    }
                                    None => next_number(&mut meta)?,
                                };
                                tables.keys.put(txn, &key, &id)?;
                                meta.offers += 1;
                                id
                            }
                        };
                        tables.offers.put(txn, &id, stored)?;
                        live.put(txn, &id, features)?;
                        Some(id)
                    }
                    (Change::Remove { key } | Change::Put { key, .. }, _) => {
                        let key = key_bytes(key);
                        let id = tables.keys.get(txn, &key)?;
                        if let Some(id) = id {
                            tables.keys.delete(txn, &key)?;
                            tables.offers.delete(txn, &id)?;
                            live.delete(txn, &id)?;
                            meta.offers = meta.offers.saturating_sub(1);
                        }
                        id
                    }
                };
                ids.push(id.map(OfferId));
            }
            let touched: Vec<u8> = ids.iter().flatten().flat_map(|id: &OfferId| id.0.to_le_bytes()).collect();
            if !touched.is_empty() {
                meta.revision += 1;
                tables.journal.put(txn, &meta.revision, &touched)?;
                trim_journal(tables, txn, &mut meta, trim)?;
                write_meta(tables, txn, &meta)?;
            }
            Ok(Batch { revision: meta.revision, ids, taken })
        })
    }

    /// Gives sources their positions in [`Meta::sources`], of which there are `most` at most.
    pub(crate) fn source_numbers<'a>(
        &self,
        names: impl IntoIterator<Item = &'a str> + Clone,
        most: usize,
    ) -> Result<Vec<u16>> {
        let known = self.read()?.meta()?.sources;
        let known: HashMap<&str, u16> = known.iter().map(String::as_str).zip(0..).collect();
        if let Some(numbers) = names.clone().into_iter().map(|name| known.get(name).copied()).collect() {
            return Ok(numbers);
        }
        self.write(|tables, txn| {
            let mut meta: Meta = read_meta(tables, txn)?;
            let mut known: HashMap<String, u16> = meta.sources.iter().cloned().zip(0..).collect();
            let mut numbers = vec![];
            for name in names.clone() {
                let number = match known.get(name) {
                    Some(number) => *number,
                    None if known.len() < most.min(usize::from(u16::MAX)) => {
                        let number = known.len() as u16;
                        meta.sources.push(name.to_owned());
                        known.insert(name.to_owned(), number);
                        number
                    }
                    None => {
                        return Err(Error::TooManySources { source_name: name.to_owned(), most });
                    }
                };
                numbers.push(number);
            }
            write_meta(tables, txn, &meta)?;
            Ok(numbers)
        })
    }

    /// Changes the store's own record.
    pub(crate) fn change_meta(&self, change: impl Fn(&mut Meta)) -> Result<Meta> {
        self.write(|tables, txn| {
            let mut meta: Meta = read_meta(tables, txn)?;
            change(&mut meta);
            write_meta(tables, txn, &meta)?;
            Ok(meta)
        })
    }

    /// Writes features into a table that is not live; empty ones take the offer's away.
    pub(crate) fn write_features(&self, table: u8, features: &[(OfferId, Option<Vec<u8>>)]) -> Result<()> {
        self.write(|tables, txn| {
            let table = tables.features[usize::from(table & 1)];
            for (id, bytes) in features {
                match bytes {
                    Some(bytes) => table.put(txn, &id.0, bytes)?,
                    None => {
                        table.delete(txn, &id.0)?;
                    }
                }
            }
            Ok(())
        })
    }

    /// Empties a table of features that is not live.
    pub(crate) fn clear_features(&self, table: u8) -> Result<()> {
        self.write(|tables, txn| Ok(tables.features[usize::from(table & 1)].clear(txn)?))
    }

    /// Puts the snapshot of a vector graph, in chunks, in place of any former one.
    pub(crate) fn write_graph(&self, chunks: &[Vec<u8>]) -> Result<()> {
        self.write(|tables, txn| {
            tables.graph.clear(txn)?;
            for (number, chunk) in chunks.iter().enumerate() {
                tables.graph.put(txn, &(number as u32), chunk)?;
            }
            Ok(())
        })
    }

    /// Makes `next` live in place of the present generation, and ends the rebuild.
    pub(crate) fn swap(&self, next: &Generation) -> Result<()> {
        self.change_meta(|meta| {
            meta.live = Generation { number: meta.live.number + 1, ..next.clone() };
            meta.building = None;
        })?;
        Ok(())
    }
}

/// Revisions kept in the journal beyond what the derived indexes need, so that reading processes that look now
/// and then can follow instead of loading everything again.
const JOURNAL_TAIL: u64 = 256;

fn trim_journal(tables: &Tables, txn: &mut RwTxn<'_>, meta: &mut Meta, trim: u64) -> Result<()> {
    let needed = meta.building.as_ref().map_or(u64::MAX, |building| building.since);
    let upto = trim.min(needed).min(meta.revision.saturating_sub(JOURNAL_TAIL));
    if upto > meta.trimmed {
        tables.journal.delete_range(txn, &(..=upto))?;
        meta.trimmed = upto;
    }
    Ok(())
}

fn write_meta(tables: &Tables, txn: &mut RwTxn<'_>, meta: &Meta) -> Result<()> {
    let bytes = rmp_serde::to_vec_named(meta)
        .map_err(|e| Error::Corrupt { what: "the store's own record".into(), why: e.to_string() })?;
    Ok(tables.meta.put(txn, "meta", &bytes)?)
}

fn next_number(meta: &mut Meta) -> Result<u32> {
    let number = meta.numbers;
    // The text index and roaring bitmaps count in `u32`; the text index keeps the upper half for itself.
    if number >= i32::MAX as u32 {
        return Err(too_many("offers"));
    }
    meta.numbers += 1;
    Ok(number)
}

fn too_many(what: &str) -> Error {
    Error::Corrupt { what: "the store".into(), why: format!("it holds as many {what} as it can number") }
}
