//! What queries read, in memory, kept up with what is committed.

use std::path::Path;

use parking_lot::RwLockReadGuard;
use rayon::prelude::*;

use super::{Index, Maker, check_current, text_path};
use crate::columns::{Columns, Selection};
use crate::embed::Embedder;
use crate::error::{Error, Result};
use crate::features::{Features, Quantised};
use crate::filter::Filter;
use crate::offer::{Offer, OfferKey};
use crate::store::{FEATURES_LAYOUT, FeaturesView, Meta, OfferId, Reader, Store};
use crate::text::{Query, Stamp, TextFolder, TextReader};
use crate::vectors::Vectors;

/// Columns, vectors and text of all offers.
pub(super) struct Live {
    meta: Meta,
    columns: Columns,
    vectors: Vectors,
    text: Option<Text>,
    /// Offers whose features are damaged, found when everything was read.
    damaged: Vec<OfferId>,
}

struct Text {
    folder: TextFolder,
    number: u32,
    reader: TextReader,
    stamp: Option<Stamp>,
}

impl Live {
    /// Reads everything.
    pub(super) fn load(store: &Store, dir: &Path, maker: &Maker) -> Result<Self> {
        let meta = store.read()?.meta()?;
        let (mut columns, mut vectors) = (Columns::default(), Vectors::new(maker.embedder().dim()));
        let mut damaged = vec![];
        if readable(&meta) {
            let starts: Vec<u32> = (0..meta.numbers).step_by(SLICE as usize).collect();
            for wave in starts.chunks(WAVE) {
                let slices: Vec<Slice> = wave
                    .par_iter()
                    .map(|&from| Slice::read(store, &meta, from, SLICE.min(meta.numbers - from)))
                    .collect::<Result<_>>()?;
                for slice in slices {
                    for (id, vector) in &slice.vectors {
                        vectors.insert(*id, vector);
                    }
                    columns.append(slice.columns);
                    damaged.extend(slice.damaged);
                }
            }
        }
        let mut live = Self { meta, columns, vectors, text: None, damaged };
        // The slices were read one after the other: what was committed meanwhile is applied once more.
        if live.follow(store, dir)? { Ok(live) } else { Self::load(store, dir, maker) }
    }

    /// What the store held when it was last read.
    pub(super) fn meta(&self) -> &Meta {
        &self.meta
    }

    /// Offers whose features were damaged when everything was read.
    pub(super) fn damaged(&self) -> &[OfferId] {
        &self.damaged
    }

    /// The vectors.
    pub(super) fn vectors(&self) -> &Vectors {
        &self.vectors
    }

    /// The vectors, to give them a graph.
    pub(super) fn vectors_mut(&mut self) -> &mut Vectors {
        &mut self.vectors
    }

    /// Whether somebody committed since.
    pub(super) fn is_behind(&self, reader: &Reader<'_>) -> Result<bool> {
        let head = reader.head()?;
        let text_moved = self.text.as_ref().is_none_or(|text| text.folder.stamp() != text.stamp);
        Ok(head.revision != self.meta.revision || head.live != self.meta.live || text_moved)
    }

    /// Reads what was committed since; `false` when everything must be loaded again.
    pub(super) fn follow(&mut self, store: &Store, dir: &Path) -> Result<bool> {
        let reader = store.read()?;
        let meta = reader.meta()?;
        if meta.live != self.meta.live || !self.follow_journal(&reader, meta)? {
            return Ok(false);
        }
        drop(reader);
        self.follow_text(dir)?;
        Ok(true)
    }

    /// Numbers below `numbers` that no offer has.
    pub(super) fn free_numbers(&self, numbers: u32) -> Vec<OfferId> {
        if self.columns.len() == numbers as usize || !readable(&self.meta) {
            return vec![];
        }
        (0..numbers).map(OfferId).filter(|id| !self.columns.live().contains(*id)).collect()
    }

    /// Applies the journal; `false` when it does not reach back far enough.
    fn follow_journal(&mut self, reader: &Reader<'_>, meta: Meta) -> Result<bool> {
        let Some(touched) = reader.touched_since(self.meta.revision)? else { return Ok(false) };
        if readable(&meta) {
            for id in touched {
                let stored = reader.stored_features(meta.live.features, id)?;
                match stored.and_then(|bytes| FeaturesView::new(bytes).ok()) {
                    Some(features) => {
                        self.columns.put(id, &features);
                        let vector = Quantised { values: features.vector.to_vec(), scale: features.scale };
                        self.vectors.insert(id, &vector);
                    }
                    None => {
                        self.columns.remove(id);
                        self.vectors.remove(id);
                    }
                }
            }
        }
        self.meta = meta;
        Ok(true)
    }

    fn follow_text(&mut self, dir: &Path) -> Result<()> {
        let number = self.meta.live.text.folder;
        match &mut self.text {
            Some(text) if text.number == number => {
                let stamp = text.folder.stamp();
                if stamp != text.stamp && stamp.is_some() {
                    text.reader.reload()?;
                    text.stamp = stamp;
                }
            }
            text => {
                let folder = TextFolder::open(&text_path(dir, number))?;
                // One that cannot be read is as good as none: it is mended by whoever may write.
                *text = folder.and_then(|folder| {
                    let stamp = folder.stamp();
                    Some(Text { number, reader: folder.reader().ok()?, stamp, folder })
                });
            }
        }
        Ok(())
    }
}

/// Whether the stored features have the layout that this program reads.
fn readable(meta: &Meta) -> bool {
    meta.live.versions.layout == FEATURES_LAYOUT
}

/// Numbers that one thread reads at a time.
const SLICE: u32 = 16_384;
/// Slices that wait in memory to be put together.
const WAVE: usize = 8;

struct Slice {
    columns: Columns,
    vectors: Vec<(OfferId, Quantised)>,
    damaged: Vec<OfferId>,
}

impl Slice {
    fn read(store: &Store, meta: &Meta, from: u32, len: u32) -> Result<Self> {
        let vectors = Vec::with_capacity(len as usize);
        let mut slice = Self { columns: Columns::default(), vectors, damaged: vec![] };
        slice.columns.grow(len);
        store.read()?.each_features(meta.live.features, from, from + len, |id, bytes| {
            let Ok(features) = FeaturesView::new(bytes) else {
                slice.damaged.push(id);
                return Ok(());
            };
            slice.columns.put(OfferId(id.0 - from), &features);
            slice.vectors.push((id, Quantised { values: features.vector.to_vec(), scale: features.scale }));
            Ok(())
        })?;
        Ok(slice)
    }
}

/// A view for one query. Hold it no longer than that: it delays the writes of this process.
pub(crate) struct Snapshot<'i> {
    live: RwLockReadGuard<'i, Live>,
    reader: Reader<'i>,
    index: &'i Index,
}

impl<'i> Snapshot<'i> {
    pub(super) fn new(live: RwLockReadGuard<'i, Live>, reader: Reader<'i>, index: &'i Index) -> Self {
        Self { live, reader, index }
    }

    /// Columns of all offers.
    pub(crate) fn columns(&self) -> &Columns {
        &self.live.columns
    }

    /// Vectors of all offers.
    pub(crate) fn vectors(&self) -> &Vectors {
        &self.live.vectors
    }

    /// The text index.
    pub(crate) fn text(&self) -> Result<&TextReader> {
        let text = self.live.text.as_ref().ok_or_else(|| Error::NoText(self.index.dir.clone()))?;
        Ok(&text.reader)
    }

    /// Bytes of the text index on disk.
    pub(super) fn text_size(&self) -> u64 {
        self.live.text.as_ref().map_or(0, |text| text.folder.disk_size())
    }

    /// The store's own record: sources, versions, revision.
    pub(crate) fn meta(&self) -> &Meta {
        &self.live.meta
    }

    /// The embedding model.
    pub(crate) fn embedder(&self) -> &dyn Embedder {
        self.index.embedder()
    }

    /// Fails with [`Error::Outdated`] when the features were made with another graph, model or program.
    pub(crate) fn check_current(&self) -> Result<()> {
        check_current(&self.live.meta.live, &self.index.maker.versions())
    }

    /// An offer; `None` when it was removed meanwhile, or its record is damaged.
    pub(crate) fn offer(&self, id: OfferId) -> Result<Option<Offer>> {
        self.reader.sound_offer(id)
    }

    /// The number of an offer.
    pub(crate) fn number(&self, key: &OfferKey) -> Result<Option<OfferId>> {
        self.reader.number(key)
    }

    /// The features of an offer, with the places of its skills; `None` when it was removed
    /// meanwhile, or they are damaged.
    pub(crate) fn features(&self, id: OfferId) -> Result<Option<Features>> {
        self.reader.sound_features(self.live.meta.live.features, id)
    }

    /// The offers that pass a filter, its words included.
    pub(crate) fn select(&self, filter: &Filter) -> Result<Selection> {
        let mut selection = self.live.columns.filter(filter, &self.live.meta.sources);
        for key in &filter.except {
            if let Some(id) = self.number(key)? {
                selection.remove(id);
            }
        }
        match filter.words.as_deref().map(Query::parse) {
            Some(query) if !query.is_empty() => self.text()?.matches(&query, &selection),
            _ => Ok(selection),
        }
    }
}
