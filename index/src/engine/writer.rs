//! Writing offers: derived in parallel, committed to the store in one transaction a batch, then to the text
//! index.

use std::collections::HashMap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Index, check_current, repair, text_path};
use crate::error::{Error, Result};
use crate::offer::{Offer, OfferKey};
use crate::store::{Change, OfferId, WriteLock, decompress_offer, encode_features, pack_offer};
use crate::text::{Document, TextFolder, TextWriter, Workload};

/// What became of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Put {
    /// It was not there.
    Created,
    /// It replaced another state of the same offer.
    Updated,
    /// It was there already, the same in every field.
    Unchanged,
}

/// The right to write, for an import: batches are durable when [`Writer::put`] returns, and searchable now and
/// then and after [`Writer::finish`] (also when the writer is dropped).
///
/// Other imports wait until it is dropped. It gives way, between batches, to short writes such as
/// [`Index::put`] in any process.
pub struct Writer<'i> {
    index: &'i Index,
    workload: Workload,
    /// `None` after an error while giving way, and at the end.
    state: Option<State>,
}

struct State {
    lock: WriteLock,
    text: TextWriter,
    /// Numbers that new offers may take.
    free: Vec<OfferId>,
    /// Revision that the text index covers.
    covered: u64,
    /// Revision of the store.
    revision: u64,
    /// Offers written since the text index last committed.
    uncommitted: usize,
}

/// Offers after which the text index commits: as many as a restart after a crash may have to replay.
const COMMIT_EVERY: usize = 100_000;

impl<'i> Writer<'i> {
    pub(super) fn long(index: &'i Index) -> Result<Self> {
        Self::new(index, Workload::Bulk)
    }

    pub(super) fn short(index: &'i Index) -> Result<Self> {
        Self::new(index, Workload::Small)
    }

    fn new(index: &'i Index, workload: Workload) -> Result<Self> {
        if index.read_only {
            return Err(Error::ReadOnly(index.dir.clone()));
        }
        let lock = match workload {
            Workload::Bulk => WriteLock::patient(&index.dir, &index.on_busy)?,
            Workload::Small => WriteLock::urgent(&index.dir, &index.on_busy)?,
        };
        let state = State::new(index, lock, workload)?;
        Ok(Self { index, workload, state: Some(state) })
    }

    /// Stores offers, durably on return. Batches of one to a few thousand are quickest.
    ///
    /// # Errors
    /// [`Error::Io`] and [`Error::Store`] when the disk is full or fails: the batch is then not stored, and all
    /// before it are. [`Error::TooManySources`]: neither is the batch.
    pub fn put(&mut self, offers: &[Offer]) -> Result<Vec<Put>> {
        let puts = self.put_where(offers, |_| Ok(true))?;
        // Where all may be replaced, each was stored.
        Ok(puts.into_iter().flatten().collect())
    }

    /// See [`Index::put_where`].
    pub(super) fn put_where(
        &mut self,
        offers: &[Offer],
        may_replace: impl FnMut(&OfferKey) -> Result<bool>,
    ) -> Result<Vec<Option<Put>>> {
        self.give_way()?;
        let packed: Vec<Vec<u8>> = offers.par_iter().map(pack_offer).collect::<Result<_>>()?;
        let puts = self.compare(offers, &packed, may_replace)?;
        let new = |put: Option<Put>| matches!(put, Some(Put::Created | Put::Updated));
        let changed: Vec<usize> = (0..offers.len()).filter(|n| new(puts[*n])).collect();
        if changed.is_empty() {
            return Ok(puts);
        }
        let index = self.index;
        let sources = changed.iter().map(|n| offers[*n].key.source.as_str());
        let sources = index.store.source_numbers(sources, index.limits.sources)?;
        let made: Vec<(Vec<u8>, Document)> = changed
            .par_iter()
            .zip(sources)
            .map(|(n, source)| {
                let features = index.maker.features(&offers[*n], source)?;
                Ok((encode_features(&features), Document::new(&offers[*n], &features)))
            })
            .collect::<Result<_>>()?;
        let changes: Vec<Change<'_>> = changed
            .iter()
            .zip(&made)
            .map(|(n, (features, _))| Change::Put { key: &offers[*n].key, packed: &packed[*n], features })
            .collect();
        let ids = self.commit(&changes)?;
        let state = self.state()?;
        for (id, (_, document)) in ids.into_iter().flatten().zip(made) {
            state.text.put(id, document)?;
            state.uncommitted += 1;
        }
        if state.uncommitted >= COMMIT_EVERY {
            state.commit_text()?;
        }
        index.catch_up()?;
        Ok(puts)
    }

    /// Removes offers, durably on return; gives how many there were.
    ///
    /// # Errors
    /// As [`Writer::put`].
    pub fn remove(&mut self, keys: &[OfferKey]) -> Result<usize> {
        self.give_way()?;
        let changes: Vec<Change<'_>> = keys.iter().map(|key| Change::Remove { key }).collect();
        let removed: Vec<OfferId> = self.commit(&changes)?.into_iter().flatten().collect();
        let state = self.state()?;
        for id in &removed {
            state.text.remove(*id);
            state.uncommitted += 1;
        }
        self.index.catch_up()?;
        Ok(removed.len())
    }

    /// Makes everything searchable, and ends.
    ///
    /// # Errors
    /// [`Error::Text`] or [`Error::Io`] when the text index cannot be written. The offers are stored all the
    /// same, and are replayed into it at the next opening or write.
    pub fn finish(mut self) -> Result<()> {
        self.end()
    }

    fn end(&mut self) -> Result<()> {
        let Some(mut state) = self.state.take() else { return Ok(()) };
        state.commit_text()?;
        // Searchable before the merges are done.
        self.index.catch_up()?;
        state.text.finish()?;
        drop(state.lock);
        self.index.catch_up()
    }

    /// What each offer will be: compared with the store, and with the same offer earlier in the batch. `None` where
    /// another one is stored that may not be replaced.
    fn compare(
        &self,
        offers: &[Offer],
        packed: &[Vec<u8>],
        mut may_replace: impl FnMut(&OfferKey) -> Result<bool>,
    ) -> Result<Vec<Option<Put>>> {
        let known: Vec<Option<Vec<u8>>> = offers
            .par_chunks(COMPARED)
            .map(|offers| {
                let reader = self.index.store.read()?;
                let stored = |offer: &Offer| -> Result<Option<Vec<u8>>> {
                    let Some(id) = reader.number(&offer.key)? else { return Ok(None) };
                    // A damaged record equals no offer: it is replaced.
                    Ok(reader.stored_offer(id)?.map(|stored| decompress_offer(stored).unwrap_or_default()))
                };
                offers.iter().map(stored).collect::<Result<Vec<_>>>()
            })
            .collect::<Result<Vec<_>>>()?
            .concat();
        let mut latest: HashMap<&OfferKey, &[u8]> = HashMap::with_capacity(offers.len());
        let mut puts = Vec::with_capacity(offers.len());
        for ((offer, packed), known) in offers.iter().zip(packed).zip(&known) {
            let former = latest.get(&offer.key).copied().or(known.as_deref());
            let put = match former {
                None => Some(Put::Created),
                Some(former) if former == packed.as_slice() => Some(Put::Unchanged),
                Some(_) if known.is_none() || may_replace(&offer.key)? => Some(Put::Updated),
                Some(_) => None,
            };
            if put.is_some() {
                latest.insert(&offer.key, packed);
            }
            puts.push(put);
        }
        Ok(puts)
    }

    fn commit(&mut self, changes: &[Change<'_>]) -> Result<Vec<Option<OfferId>>> {
        let store = &self.index.store;
        let state = self.state()?;
        let batch = store.commit(changes, &state.free, state.covered)?;
        state.free.drain(..batch.taken);
        state.revision = batch.revision;
        Ok(batch.ids)
    }

    /// Lets a short write of somebody else go first.
    fn give_way(&mut self) -> Result<()> {
        let index = self.index;
        if self.workload == Workload::Bulk && WriteLock::wanted(&index.dir)? {
            let mut state = self.state.take().ok_or_else(|| Error::Busy(index.dir.clone()))?;
            state.commit_text()?;
            // Running merges are given up: the other would wait for them. They begin again later.
            drop(state.text);
            let lock = state.lock.give_way(&index.dir)?;
            self.state = Some(State::new(index, lock, self.workload)?);
        }
        Ok(())
    }

    fn state(&mut self) -> Result<&mut State> {
        self.state.as_mut().ok_or_else(|| Error::Busy(self.index.dir.clone()))
    }
}

/// Offers that one thread compares at a time.
const COMPARED: usize = 256;

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        // Nobody is left to tell of an error; what the text index lacks is replayed at the next opening or write.
        let _ = self.end();
    }
}

impl State {
    fn new(index: &Index, lock: WriteLock, workload: Workload) -> Result<Self> {
        let versions = index.maker.versions();
        repair::mend(&index.store, &index.dir, &versions, &lock)?;
        index.catch_up()?;
        let meta = index.store.read()?.meta()?;
        check_current(&meta.live, &versions)?;
        let folder = TextFolder::open(&text_path(&index.dir, meta.live.text.folder))?
            .ok_or_else(|| Error::NoText(index.dir.clone()))?;
        let text = folder.writer(workload)?;
        // The text index is up to date with their removal, so that it cannot take a new offer for an old one.
        let free = index.live().free_numbers(meta.numbers);
        Ok(Self { lock, text, free, covered: meta.revision, revision: meta.revision, uncommitted: 0 })
    }

    fn commit_text(&mut self) -> Result<()> {
        if self.revision > self.covered {
            self.text.commit(self.revision)?;
            self.covered = self.revision;
            self.uncommitted = 0;
        }
        Ok(())
    }
}
