//! Building derived indexes again beside the live ones, then swapping them with one write.

use std::fs::File;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::repair::{BATCH, REBUILD, clear_leftovers, remove_other_texts};
use super::{Index, check_current, text_index, text_path};
use crate::error::{Error, Result};
use crate::features::Features;
use crate::offer::Offer;
use crate::progress::Progress;
use crate::store::{Building, Generation, OfferId, WriteLock, encode_features, try_lock};
use crate::text::{Document, TextFolder, TextWriter, Workload};

/// What to build again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The text index.
    Text,
    /// Skills, occupations and vectors of every offer; the text index too when it holds another graph's skills.
    Vectors,
    /// Everything but the offers.
    All,
}

impl Index {
    /// Builds derived indexes again from the offers. Reads and writes go on meanwhile, in this process and
    /// others; the new indexes take the place of the old ones at the end, or not at all.
    ///
    /// Steps of `progress` are offers; then, where vectors are many, vectors of the graph over them.
    ///
    /// # Errors
    /// [`Error::Busy`] when another rebuild is running, [`Error::Cancelled`], [`Error::ReadOnly`], and what the
    /// disk may do. The live indexes are then as they were, or, once the graph has begun, all new but for it.
    pub fn rebuild(&self, part: Part, progress: &Progress<'_>) -> Result<()> {
        if self.read_only {
            return Err(Error::ReadOnly(self.dir.clone()));
        }
        let rebuild = Rebuild::begin(self, part)?;
        if let Err(e) = rebuild.run(progress) {
            drop(rebuild);
            // What is left is cleared at the next opening otherwise; the first error says more.
            let _ = WriteLock::urgent(&self.dir, &self.on_busy)
                .and_then(|_lock| clear_leftovers(&self.store, &self.dir));
            return Err(e);
        }
        self.catch_up()?;
        rebuild.clear_old()?;
        if part == Part::Text { Ok(()) } else { self.build_graph(progress) }
    }
}

struct Rebuild<'i> {
    index: &'i Index,
    old: Generation,
    next: Generation,
    /// Revision it starts from.
    since: u64,
    makes_text: bool,
    makes_features: bool,
    _alone: File,
}

impl<'i> Rebuild<'i> {
    fn begin(index: &'i Index, part: Part) -> Result<Self> {
        let (store, dir) = (&index.store, index.dir.as_path());
        let _lock = WriteLock::urgent(dir, &index.on_busy)?;
        clear_leftovers(store, dir)?;
        let alone = try_lock(&dir.join(REBUILD))?.ok_or_else(|| Error::Busy(dir.to_owned()))?;
        let versions = index.maker.versions();
        let meta = store.read()?.meta()?;
        // Skills of one graph must not meet a text index of another, nor features of another derivation.
        let makes_features = part != Part::Text || meta.live.versions != versions;
        let makes_text = part != Part::Vectors || check_current(&meta.live, &versions).is_err();
        let old = meta.live;
        let next = Generation {
            number: old.number + 1,
            features: if makes_features { 1 - (old.features & 1) } else { old.features },
            text: if makes_text {
                text_index(old.text.folder.wrapping_add(1), &versions)
            } else {
                old.text.clone()
            },
            versions,
        };
        store.change_meta(|meta| {
            meta.building = Some(Building {
                since: meta.revision,
                text: makes_text.then_some(next.text.folder),
                features: makes_features.then_some(next.features),
            });
        })?;
        if makes_features {
            store.clear_features(next.features)?;
        }
        Ok(Self { index, old, next, since: meta.revision, makes_text, makes_features, _alone: alone })
    }

    fn run(&self, progress: &Progress<'_>) -> Result<()> {
        let (store, dir) = (&self.index.store, self.index.dir.as_path());
        let mut text = None;
        if self.makes_text {
            let folder = TextFolder::create(&text_path(dir, self.next.text.folder))?;
            text = Some(folder.writer(Workload::Bulk)?);
        }
        let total = store.read()?.meta()?.offers;
        let (mut from, mut done) = (0, 0);
        progress.step(done, total)?;
        loop {
            let offers = store.read()?.offers_from(from, BATCH)?;
            let Some((last, _)) = offers.last() else { break };
            from = last.0 + 1;
            done += offers.len() as u64;
            self.write(offers, text.as_mut())?;
            progress.step(done, total.max(done))?;
        }
        // Most of what was written meanwhile, still without the lock; then the rest, under it.
        let reached = self.follow(self.since, text.as_mut())?;
        if let Some(text) = &mut text {
            text.commit(reached)?;
        }
        let lock = WriteLock::urgent(dir, &self.index.on_busy)?;
        let revision = self.follow(reached, text.as_mut())?;
        if let Some(mut text) = text {
            text.commit(revision)?;
            text.finish()?;
        }
        progress.step(done, total.max(done))?;
        store.swap(&self.next)?;
        drop(lock);
        Ok(())
    }

    /// Writes the present state of the offers touched since a revision; gives the revision reached.
    fn follow(&self, since: u64, mut text: Option<&mut TextWriter>) -> Result<u64> {
        let store = &self.index.store;
        let (revision, touched) = {
            let reader = store.read()?;
            (reader.meta()?.revision, reader.touched_since(since)?)
        };
        let touched = touched.ok_or_else(|| Error::Corrupt {
            what: "the journal".into(),
            why: "it was cut during the rebuild; start it again".into(),
        })?;
        for ids in touched.chunks(BATCH) {
            let offers = {
                let reader = store.read()?;
                ids.iter().map(|id| Ok((*id, reader.sound_offer(*id)?))).collect::<Result<Vec<_>>>()?
            };
            self.write(offers, text.as_deref_mut())?;
        }
        Ok(revision)
    }

    fn write(&self, offers: Vec<(OfferId, Option<Offer>)>, text: Option<&mut TextWriter>) -> Result<()> {
        type Made = (OfferId, Option<(Features, Option<Document>)>);
        let store = &self.index.store;
        let sources = store.read()?.meta()?.sources;
        let made: Vec<Made> = offers
            .into_par_iter()
            .map(|(id, offer)| {
                let Some(offer) = offer else { return Ok((id, None)) };
                let features = self.features(id, &offer, &sources)?;
                let made = features.map(|features| {
                    let document = text.is_some().then(|| Document::new(&offer, &features));
                    (features, document)
                });
                Ok((id, made))
            })
            .collect::<Result<_>>()?;
        if self.makes_features {
            let encoded: Vec<(OfferId, Option<Vec<u8>>)> = made
                .iter()
                .map(|(id, made)| (*id, made.as_ref().map(|(features, _)| encode_features(features))))
                .collect();
            store.write_features(self.next.features, &encoded)?;
        }
        if let Some(text) = text {
            for (id, made) in made {
                match made.and_then(|(_, document)| document) {
                    Some(document) => text.put(id, document)?,
                    None => text.remove(id),
                }
            }
        }
        Ok(())
    }

    fn features(&self, id: OfferId, offer: &Offer, sources: &[String]) -> Result<Option<Features>> {
        if !self.makes_features {
            return self.index.store.read()?.sound_features(self.old.features, id);
        }
        let source = sources.iter().position(|name| *name == offer.key.source);
        let source = source.ok_or_else(|| Error::Corrupt {
            what: format!("the offer {}", offer.key),
            why: "its source is not in the store's list".into(),
        })?;
        self.index.maker.features(offer, source as u16).map(Some)
    }

    fn clear_old(&self) -> Result<()> {
        let _lock = WriteLock::urgent(&self.index.dir, &self.index.on_busy)?;
        if self.makes_features {
            self.index.store.clear_features(self.old.features)?;
        }
        if self.makes_text {
            remove_other_texts(&self.index.dir, self.next.text.folder)?;
        }
        Ok(())
    }
}
