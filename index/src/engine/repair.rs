//! Bringing the text index up to the store, and clearing what a crash left.

use std::io::ErrorKind;
use std::path::Path;

use rayon::prelude::*;

use super::{Maker, TEXT, text_index, text_path};
use crate::error::{Error, Result};
use crate::features::{Facets, Features, Quantised};
use crate::lang::Lang;
use crate::store::{Meta, OfferId, Store, Versions, WriteLock, encode_features, try_lock};
use crate::text::{Document, TextFolder, TextWriter, Workload};

/// As [`mend`], at opening: reads the files of the text index too, and makes it again when one was changed.
pub(super) fn mend_all(store: &Store, dir: &Path, versions: &Versions, lock: &WriteLock) -> Result<()> {
    let path = text_path(dir, store.read()?.meta()?.live.text.folder);
    if TextFolder::open(&path)?.is_some_and(|text| !text.is_whole()) {
        remove(&path)?;
    }
    mend(store, dir, versions, lock)
}

/// Derives features anew whose records are damaged; an offer that is damaged too stays without.
pub(super) fn mend_features(
    store: &Store,
    maker: &Maker,
    damaged: &[OfferId],
    _lock: &WriteLock,
) -> Result<()> {
    let (meta, mut made) = (store.read()?.meta()?, vec![]);
    for id in damaged {
        let Some(offer) = store.read()?.sound_offer(*id)? else { continue };
        let Some(source) = meta.sources.iter().position(|name| *name == offer.key.source) else { continue };
        made.push((*id, Some(encode_features(&maker.features(&offer, source as u16)?))));
    }
    store.write_features(meta.live.features, &made)
}

/// Makes the live indexes whole: at opening, and before writing. Cheap when they are.
pub(super) fn mend(store: &Store, dir: &Path, versions: &Versions, _lock: &WriteLock) -> Result<()> {
    let meta = store.read()?.meta()?;
    // An empty store is up to date with anything.
    let text = text_index(meta.live.text.folder, versions);
    if meta.offers == 0 && (meta.live.versions != *versions || meta.live.text != text) {
        store.change_meta(|meta| {
            meta.live.versions = versions.clone();
            meta.live.text = text.clone();
            meta.live.number += 1;
        })?;
    }
    clear_leftovers(store, dir)?;
    bring_text_up(store, dir)
}

/// Removes what an interrupted rebuild left, unless one is running. The caller holds the write lock.
pub(super) fn clear_leftovers(store: &Store, dir: &Path) -> Result<()> {
    let Some(_alone) = try_lock(&dir.join(REBUILD))? else { return Ok(()) };
    let meta = store.read()?.meta()?;
    if let Some(building) = &meta.building {
        if let Some(table) = building.features.filter(|table| *table != meta.live.features) {
            store.clear_features(table)?;
        }
        store.change_meta(|meta| meta.building = None)?;
    }
    remove_other_texts(dir, meta.live.text.folder)
}

/// Locked for as long as a rebuild runs.
pub(super) const REBUILD: &str = "rebuild.lock";

/// Removes every text index but the live one.
pub(super) fn remove_other_texts(dir: &Path, live: u32) -> Result<()> {
    let Ok(folders) = std::fs::read_dir(dir.join(TEXT)) else { return Ok(()) };
    for folder in folders.flatten() {
        if folder.file_name().to_str().and_then(|name| name.parse().ok()) != Some(live) {
            remove(&folder.path())?;
        }
    }
    Ok(())
}

/// Removes what is derived: a folder, or what lies where one should.
fn remove(path: &Path) -> Result<()> {
    let removed = match std::fs::symlink_metadata(path) {
        Ok(meta) if meta.is_dir() => std::fs::remove_dir_all(path),
        Ok(_) => std::fs::remove_file(path),
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(()),
        Err(e) => Err(e),
    };
    removed.map_err(|source| Error::Io { path: path.to_owned(), source })
}

/// Replays into the live text index what the store holds beyond it; builds it again when that cannot be.
fn bring_text_up(store: &Store, dir: &Path) -> Result<()> {
    let meta = store.read()?.meta()?;
    let path = text_path(dir, meta.live.text.folder);
    if let Some(folder) = TextFolder::open(&path)?.filter(TextFolder::is_sound) {
        match follow(store, &meta, &folder) {
            Ok(true) => return Ok(()),
            Ok(false) | Err(Error::Text(_)) => {}
            // What cannot be written now could not be written anew either.
            Err(other) => return Err(other),
        }
    }
    // Nothing to go on from: made again in place, since nobody can read it as it is.
    remove(&path)?;
    if let Some(texts) = path.parent().filter(|texts| texts.is_file()) {
        remove(texts)?;
    }
    let workload = if meta.offers < MANY as u64 { Workload::Small } else { Workload::Bulk };
    let mut writer = TextFolder::create(&path)?.writer(workload)?;
    let mut from = 0;
    loop {
        let offers = store.read()?.offers_from(from, BATCH)?;
        let Some((last, _)) = offers.last() else { break };
        from = last.0 + 1;
        let ids: Vec<OfferId> = offers.iter().map(|(id, _)| *id).collect();
        replay(store, &meta, &ids, &mut writer)?;
    }
    writer.commit(meta.revision)?;
    writer.finish()
}

/// Brings a text index up; `false` when it must be built again.
fn follow(store: &Store, meta: &Meta, folder: &TextFolder) -> Result<bool> {
    let revision = folder.revision()?;
    if revision != meta.revision
        && let Some(touched) = store.read()?.touched_since(revision)?
    {
        let workload = if touched.len() < MANY { Workload::Small } else { Workload::Bulk };
        let mut writer = folder.writer(workload)?;
        replay(store, meta, &touched, &mut writer)?;
        writer.commit(meta.revision)?;
        writer.finish()?;
    }
    // Once in a thousand kills a document outlives its successor: one document an offer, or all anew.
    let offers = store.read()?.features_count(meta.live.features)?;
    Ok(folder.revision()? == meta.revision && folder.documents()? == offers)
}

/// Offers read at a time.
pub(super) const BATCH: usize = 2_000;
/// From this many offers on, replaying is bulk work.
const MANY: usize = 5_000;

/// Writes the present state of offers into a text index.
fn replay(store: &Store, meta: &Meta, ids: &[OfferId], writer: &mut TextWriter) -> Result<()> {
    for batch in ids.chunks(BATCH) {
        let documents: Vec<Option<Document>> = batch
            .par_iter()
            .map(|id| {
                let reader = store.read()?;
                if reader.stored_features(meta.live.features, *id)?.is_none() {
                    return Ok(None);
                }
                // A document all the same for what is damaged: as many as there are features, or all is built anew.
                let offer = reader.sound_offer(*id)?.unwrap_or_default();
                let features = reader.sound_features(meta.live.features, *id)?.unwrap_or_else(no_features);
                Ok(Some(Document::new(&offer, &features)))
            })
            .collect::<Result<_>>()?;
        for (id, document) in batch.iter().zip(documents) {
            match document {
                Some(document) => writer.put(*id, document)?,
                None => writer.remove(*id),
            }
        }
    }
    Ok(())
}

fn no_features() -> Features {
    let vector = Quantised { values: vec![], scale: 0.0 };
    let facets = Facets {
        position: None,
        territory: None,
        uncertainty_km: 0,
        salary: None,
        experience: None,
        title_years: 0,
        contract: None,
        telework: None,
        hours: None,
        lang: Lang::Fr,
        day: None,
        source: 0,
    };
    Features { skills: vec![], occupations: vec![], vector, facets }
}
