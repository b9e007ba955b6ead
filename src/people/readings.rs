//! CVs that were read and wait to be confirmed: what was understood, from which lines, on which pages.
//!
//! A CV that was read is a draft: offers are not ranked for it before its owner has confirmed it. Reading a new file
//! of a CV makes a draft too, which replaces the CV's profile when it is confirmed.

use jiff::Timestamp;
use jobmatch_index::records::{Owner, Records, Room, Row, RowsMut, Uuid};
use serde::{Deserialize, Serialize};

use super::Refusal;
use super::changes::{self, Change};
use super::files::File;
use super::profiles::{self, Cv, CvFile};
use crate::ingest::cv::Reading;

impl Row for Reading {
    const KIND: &'static str = "reading";
}

/// A picture of each page (PNG). Under the id of the CV, as the reading.
#[derive(Serialize, Deserialize)]
struct Pages(Vec<Picture>);

#[derive(Clone, Serialize, Deserialize)]
struct Picture(#[serde(with = "serde_bytes")] Vec<u8>);

impl Row for Pages {
    const KIND: &'static str = "cv-pages";
    const ROOM: Room = Room::Files;
}

/// Keeps a CV that was read, as a draft; with `replaces`, as a new file of that CV. Adding the same `id` again changes
/// nothing: a task that is run once more does no harm.
///
/// # Errors
/// [`Refusal::Invalid`]; [`Refusal::NotFound`] when the CV to replace is gone.
#[expect(clippy::too_many_arguments, reason = "each is a part of the draft")]
pub fn add(
    records: &Records<'_>,
    owner: Owner,
    id: Uuid,
    reading: &Reading,
    pages: Vec<Vec<u8>>,
    file: &File,
    replaces: Option<Uuid>,
    now: Timestamp,
) -> Result<(), Refusal> {
    profiles::check(&reading.profile)?;
    let file_id = Uuid::now_v7();
    let pages = Pages(pages.into_iter().map(Picture).collect());
    records.write(owner, |rows| {
        if rows.get::<Cv>(id)?.is_some() {
            return Ok(());
        }
        let name = match replaces {
            Some(replaced) => rows.get::<Cv>(replaced)?.ok_or(Refusal::NotFound("profile"))?.name,
            None => {
                profiles::check_room(rows)?;
                let name = file.name.rsplit_once('.').map_or(file.name.as_str(), |(name, _)| name);
                profiles::name_of(name)?
            }
        };
        let cv = Cv {
            name,
            profile: reading.profile.clone(),
            file: Some(CvFile { id: file_id, name: file.name.clone(), size: file.bytes.len() as u64 }),
            confirmed: false,
            replaces,
            created: now,
            updated: now,
            version: 1,
        };
        rows.put(file_id, file)?;
        rows.put(id, reading)?;
        rows.put(id, &pages)?;
        rows.put(id, &cv)?;
        Ok(())
    })
}

/// What was read for a CV; `None` for one that was written by hand or given as a profile.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn get(records: &Records<'_>, owner: Owner, id: Uuid) -> Result<Option<Reading>, Refusal> {
    Ok(records.get::<Reading>(owner, id)?)
}

/// The pictures (PNG) of the pages of a CV; none when it has none.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn pages(records: &Records<'_>, owner: Owner, id: Uuid) -> Result<Vec<Vec<u8>>, Refusal> {
    let pages = records.get::<Pages>(owner, id)?.map(|pages| pages.0).unwrap_or_default();
    Ok(pages.into_iter().map(|picture| picture.0).collect())
}

/// The picture (PNG) of a page of a CV, from 0.
///
/// # Errors
/// [`Refusal::NotFound`].
pub fn page(records: &Records<'_>, owner: Owner, id: Uuid, page: usize) -> Result<Vec<u8>, Refusal> {
    pages(records, owner, id)?.into_iter().nth(page).ok_or(Refusal::NotFound("page"))
}

/// What confirming a draft would change in the CV that it is a new file of; nothing for one that replaces none.
///
/// # Errors
/// [`Refusal::NotFound`].
pub fn changes(records: &Records<'_>, owner: Owner, id: Uuid) -> Result<Vec<Change>, Refusal> {
    records.read(owner, |rows| {
        let draft: Cv = rows.get(id)?.ok_or(Refusal::NotFound("profile"))?;
        let Some(replaced) = draft.replaces else { return Ok(vec![]) };
        let before = rows.get::<Cv>(replaced)?;
        Ok(before.map_or_else(Vec::new, |cv| changes::between(&cv.profile, &draft.profile)))
    })
}

/// Confirms a draft: offers may be ranked for it from now on; it becomes the active CV when there is none. A new file
/// of another CV takes its place there: its profile, its reading and its file; what the person wishes stays. Gives the
/// CV and its id. Confirming twice changes nothing.
///
/// # Errors
/// [`Refusal::NotFound`].
pub fn confirm(records: &Records<'_>, owner: Owner, id: Uuid, now: Timestamp) -> Result<(Uuid, Cv), Refusal> {
    records.write(owner, |rows| {
        let mut draft: Cv = rows.get(id)?.ok_or(Refusal::NotFound("profile"))?;
        if draft.confirmed {
            return Ok((id, draft));
        }
        draft.confirmed = true;
        draft.updated = now;
        draft.version += 1;
        let replaced = match draft.replaces.take() {
            Some(into) => rows.get::<Cv>(into)?.map(|cv| (into, cv)),
            None => None,
        };
        // A CV that was removed meanwhile is not replaced: the draft is a CV of its own.
        let Some((into, mut cv)) = replaced else {
            rows.put(id, &draft)?;
            profiles::activate_first(rows, owner, id)?;
            return Ok((id, draft));
        };
        if let Some(file) = cv.file.take() {
            rows.delete::<File>(file.id)?;
        }
        cv.file = draft.file;
        cv.profile = jobmatch_index::profile::Profile { wishes: cv.profile.wishes, ..draft.profile };
        cv.confirmed = true;
        cv.updated = now;
        cv.version += 1;
        if let Some(reading) = rows.get::<Reading>(id)? {
            rows.put(into, &reading)?;
        }
        if let Some(pages) = rows.get::<Pages>(id)? {
            rows.put(into, &pages)?;
        }
        forget(rows, id)?;
        rows.delete::<Cv>(id)?;
        rows.put(into, &cv)?;
        profiles::activate_first(rows, owner, into)?;
        Ok((into, cv))
    })
}

/// Removes what was read for a CV.
pub(super) fn forget(rows: &mut RowsMut<'_, '_>, id: Uuid) -> Result<(), Refusal> {
    rows.delete::<Reading>(id)?;
    rows.delete::<Pages>(id)?;
    Ok(())
}
