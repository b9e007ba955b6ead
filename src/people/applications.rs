//! Following applications: each change in one transaction, refused when it was made on an old state.

use jiff::Timestamp;
use jiff::civil::Date;
use jobmatch_index::application::{Application, Contact, Document, Happened, NextAction, Note, Status};
use jobmatch_index::offer::{Offer, OfferKey};
use jobmatch_index::records::{Owner, Records, Uuid};

use super::files::File;
use super::profiles::Cv;
use super::{Refusal, text};

/// Most applications of one person.
const MOST: usize = 10_000;

/// All applications, the oldest first.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn list(records: &Records<'_>, owner: Owner) -> Result<Vec<(Uuid, Application)>, Refusal> {
    Ok(records.list::<Application>(owner)?)
}

/// An application.
///
/// # Errors
/// [`Refusal::NotFound`].
pub fn get(records: &Records<'_>, owner: Owner, id: Uuid) -> Result<Application, Refusal> {
    records.get::<Application>(owner, id)?.ok_or(Refusal::NotFound("application"))
}

/// Begins to follow an offer.
///
/// # Errors
/// [`Refusal::AlreadyApplied`] with the id of the application that is there; [`Refusal::NotFound`] for an unknown CV.
pub fn add(
    records: &Records<'_>,
    owner: Owner,
    offer: &Offer,
    profile: Option<Uuid>,
    score: Option<f32>,
    now: Timestamp,
) -> Result<(Uuid, Application), Refusal> {
    let id = Uuid::now_v7();
    records.write(owner, |rows| {
        if let Some(profile) = profile {
            rows.get::<Cv>(profile)?.ok_or(Refusal::NotFound("profile"))?;
        }
        let present = rows.list::<Application>()?;
        if let Some((id, _)) = present.iter().find(|(_, application)| application.key() == &offer.key) {
            return Err(Refusal::AlreadyApplied(*id));
        }
        if present.len() >= MOST {
            return Err(Refusal::invalid("offer", format!("vous suivez déjà {MOST} candidatures")));
        }
        let application = Application::new(offer.clone(), profile, score, now);
        rows.put(id, &application)?;
        Ok((id, application))
    })
}

/// The application to an offer, if there is one.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn of_offer(
    records: &Records<'_>,
    owner: Owner,
    offer: &OfferKey,
) -> Result<Option<(Uuid, Application)>, Refusal> {
    Ok(list(records, owner)?.into_iter().find(|(_, application)| application.key() == offer))
}

fn change(
    records: &Records<'_>,
    owner: Owner,
    id: Uuid,
    version: Option<u32>,
    mut change: impl FnMut(&mut Application) -> Result<(), Refusal>,
) -> Result<Application, Refusal> {
    records.write(owner, |rows| {
        let mut application: Application = rows.get(id)?.ok_or(Refusal::NotFound("application"))?;
        if version.is_some_and(|version| version != application.version) {
            return Err(Refusal::Changed { now: application.version });
        }
        change(&mut application)?;
        rows.put(id, &application)?;
        Ok(application)
    })
}

/// Moves an application to another state. With `version`, only while that is its present one.
///
/// # Errors
/// [`Refusal::IllegalMove`], [`Refusal::Changed`], [`Refusal::NotFound`].
pub fn go(
    records: &Records<'_>,
    owner: Owner,
    id: Uuid,
    to: Status,
    version: Option<u32>,
    now: Timestamp,
    today: Date,
) -> Result<Application, Refusal> {
    change(records, owner, id, version, |application| Ok(application.go(to, now, today)?))
}

/// What may be edited by hand; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    /// The CV that it is made with.
    pub profile: Option<Option<Uuid>>,
    /// Day on which it was sent.
    pub applied_on: Option<Option<Date>>,
    /// What to do next.
    pub next_action: Option<Option<NextAction>>,
    /// People to talk to.
    pub contacts: Option<Vec<Contact>>,
}

/// Edits an application.
///
/// # Errors
/// [`Refusal::Changed`], [`Refusal::NotFound`], [`Refusal::Invalid`].
pub fn edit(
    records: &Records<'_>,
    owner: Owner,
    id: Uuid,
    version: Option<u32>,
    edit: &Edit,
    now: Timestamp,
) -> Result<Application, Refusal> {
    if let Some(Some(action)) = &edit.next_action
        && text("next_action", &action.what, 300)?.is_empty()
    {
        return Err(Refusal::invalid("next_action", "dites ce qu'il y a à faire"));
    }
    for contact in edit.contacts.iter().flatten() {
        text("contacts", &contact.name, 200)?;
        for field in [&contact.role, &contact.email, &contact.phone].into_iter().flatten() {
            text("contacts", field, 200)?;
        }
    }
    if edit.contacts.as_ref().is_some_and(|contacts| contacts.len() > 50) {
        return Err(Refusal::invalid("contacts", "au plus 50 contacts"));
    }
    if let Some(Some(profile)) = edit.profile {
        super::profiles::get(records, owner, profile)?;
    }
    change(records, owner, id, version, |application| {
        let before = application.clone();
        let Edit { profile, applied_on, next_action, contacts } = edit.clone();
        application.profile = profile.unwrap_or(application.profile);
        application.applied_on = applied_on.unwrap_or(application.applied_on);
        if let Some(action) = next_action {
            application.next_action = action;
        }
        if let Some(contacts) = contacts {
            application.contacts = contacts;
        }
        if *application != before {
            application.record(Happened::Edited, now);
        }
        Ok(())
    })
}

/// Adds a note.
///
/// # Errors
/// [`Refusal::Invalid`], [`Refusal::NotFound`].
pub fn note(
    records: &Records<'_>,
    owner: Owner,
    id: Uuid,
    words: &str,
    now: Timestamp,
) -> Result<Application, Refusal> {
    let words = text("text", words, 10_000)?;
    if words.is_empty() {
        return Err(Refusal::invalid("text", "la note est vide"));
    }
    change(records, owner, id, None, |application| {
        if application.notes.len() >= 1_000 {
            return Err(Refusal::invalid("text", "au plus 1 000 notes"));
        }
        application.notes.push(Note { id: Uuid::now_v7(), at: now, text: words.clone() });
        application.record(Happened::Noted, now);
        Ok(())
    })
}

/// Removes a note.
///
/// # Errors
/// [`Refusal::NotFound`].
pub fn remove_note(
    records: &Records<'_>,
    owner: Owner,
    id: Uuid,
    note: Uuid,
    now: Timestamp,
) -> Result<Application, Refusal> {
    change(records, owner, id, None, |application| {
        let place = application.notes.iter().position(|n| n.id == note).ok_or(Refusal::NotFound("note"))?;
        application.notes.remove(place);
        application.record(Happened::NoteRemoved, now);
        Ok(())
    })
}

/// Adds a document that was sent, exactly as it was sent.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Invalid`].
pub fn attach(
    records: &Records<'_>,
    owner: Owner,
    id: Uuid,
    file: &File,
    now: Timestamp,
) -> Result<Application, Refusal> {
    let file_id = Uuid::now_v7();
    records.write(owner, |rows| {
        let mut application: Application = rows.get(id)?.ok_or(Refusal::NotFound("application"))?;
        if application.documents.len() >= 50 {
            return Err(Refusal::invalid("file", "au plus 50 documents par candidature"));
        }
        application.documents.push(Document {
            id: file_id,
            at: now,
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            size: file.bytes.len() as u64,
        });
        application.record(Happened::Attached { name: file.name.clone() }, now);
        rows.put(file_id, file)?;
        rows.put(id, &application)?;
        Ok(application)
    })
}

/// Removes a document.
///
/// # Errors
/// [`Refusal::NotFound`].
pub fn detach(
    records: &Records<'_>,
    owner: Owner,
    id: Uuid,
    document: Uuid,
    now: Timestamp,
) -> Result<Application, Refusal> {
    records.write(owner, |rows| {
        let mut application: Application = rows.get(id)?.ok_or(Refusal::NotFound("application"))?;
        let place = application.documents.iter().position(|d| d.id == document);
        let removed = application.documents.remove(place.ok_or(Refusal::NotFound("document"))?);
        rows.delete::<File>(document)?;
        application.record(Happened::Detached { name: removed.name }, now);
        rows.put(id, &application)?;
        Ok(application)
    })
}

/// Removes an application with all that belongs to it.
///
/// # Errors
/// [`Refusal::NotFound`].
pub fn remove(records: &Records<'_>, owner: Owner, id: Uuid) -> Result<(), Refusal> {
    records.write(owner, |rows| {
        let application: Application = rows.get(id)?.ok_or(Refusal::NotFound("application"))?;
        for document in &application.documents {
            rows.delete::<File>(document.id)?;
        }
        rows.delete::<Application>(id)?;
        Ok(())
    })
}
