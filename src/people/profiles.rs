//! CVs of a person: the file that was given and the profile that was understood.

use jiff::Timestamp;
use jobmatch_index::profile::Profile;
use jobmatch_index::records::{Owner, Records, Row, RowsMut, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::accounts::Account;
use super::files::File;
use super::{Refusal, readings, skill_remarks, text};

/// Most CVs that one person may keep.
const MOST: usize = 50;

/// A CV.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Cv {
    /// What its owner calls it.
    pub name: String,
    /// What it says.
    pub profile: Profile,
    /// The file it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<CvFile>,
    /// Its owner has read it again and found it right, or wrote it: offers may be ranked for it.
    #[serde(default = "yes")]
    pub confirmed: bool,
    /// The CV whose profile this one replaces once it is confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Uuid>,
    /// When it was added.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// Grows by one with every change.
    pub version: u32,
}

fn yes() -> bool {
    true
}

impl Row for Cv {
    const KIND: &'static str = "cv";
}

/// The file that a CV comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CvFile {
    /// Its id among the person's files.
    pub id: Uuid,
    /// File name.
    pub name: String,
    /// Bytes.
    pub size: u64,
}

/// Adds a CV that its owner wrote or gave as a profile. The first one is the active one. Adding the same `id` again
/// changes nothing.
///
/// # Errors
/// [`Refusal::Invalid`].
pub fn add(
    records: &Records<'_>,
    owner: Owner,
    id: Uuid,
    name: &str,
    profile: &Profile,
    now: Timestamp,
) -> Result<Cv, Refusal> {
    let name = name_of(name)?;
    check(profile)?;
    records.write(owner, |rows| {
        if let Some(cv) = rows.get::<Cv>(id)? {
            return Ok(cv);
        }
        check_room(rows)?;
        let cv = Cv {
            name: name.clone(),
            profile: profile.clone(),
            file: None,
            confirmed: true,
            replaces: None,
            created: now,
            updated: now,
            version: 1,
        };
        rows.put(id, &cv)?;
        activate_first(rows, owner, id)?;
        Ok(cv)
    })
}

/// Refuses one CV more than a person may keep.
pub(super) fn check_room(rows: &RowsMut<'_, '_>) -> Result<(), Refusal> {
    if rows.list::<Cv>()?.len() >= MOST {
        return Err(Refusal::invalid("name", format!("vous avez déjà {MOST} CV ; supprimez-en un")));
    }
    Ok(())
}

/// Makes a CV the active one when there is none.
pub(super) fn activate_first(rows: &mut RowsMut<'_, '_>, owner: Owner, id: Uuid) -> Result<(), Refusal> {
    let mut account: Account = rows.get(owner.0)?.ok_or(Refusal::NotFound("account"))?;
    if account.active_profile.is_none() {
        account.active_profile = Some(id);
        rows.put(owner.0, &account)?;
    }
    Ok(())
}

pub(super) fn name_of(name: &str) -> Result<String, Refusal> {
    let name = text("name", name, 100)?;
    Ok(if name.is_empty() { "Mon CV".to_owned() } else { name })
}

/// The CVs, the oldest first.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn list(records: &Records<'_>, owner: Owner) -> Result<Vec<(Uuid, Cv)>, Refusal> {
    Ok(records.list::<Cv>(owner)?)
}

/// The CV that was read last and waits to be confirmed, if there is one.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn waiting(records: &Records<'_>, owner: Owner) -> Result<Option<Uuid>, Refusal> {
    Ok(list(records, owner)?.into_iter().rfind(|(_, cv)| !cv.confirmed).map(|(id, _)| id))
}

/// A CV.
///
/// # Errors
/// [`Refusal::NotFound`].
pub fn get(records: &Records<'_>, owner: Owner, id: Uuid) -> Result<Cv, Refusal> {
    records.get::<Cv>(owner, id)?.ok_or(Refusal::NotFound("profile"))
}

/// A CV that offers may be ranked for, with the skills that the person says to have beside it.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`] for one that is not confirmed.
pub fn usable(records: &Records<'_>, owner: Owner, id: Uuid) -> Result<Cv, Refusal> {
    let mut cv = get(records, owner, id)?;
    if !cv.confirmed {
        return Err(unconfirmed());
    }
    skill_remarks::add_held(&mut cv.profile, &skill_remarks::list(records, owner)?);
    Ok(cv)
}

fn unconfirmed() -> Refusal {
    Refusal::invalid("profile", "ce CV attend que vous le relisiez et le confirmiez")
}

/// The CV that offers are ranked for, if there is one, with the skills that the person says to have beside it.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn active(records: &Records<'_>, owner: Owner) -> Result<Option<(Uuid, Cv)>, Refusal> {
    let mut found = records.read(owner, |rows| {
        let Some(id) = rows.get::<Account>(owner.0)?.and_then(|account| account.active_profile) else {
            return Ok(None);
        };
        Ok::<_, jobmatch_index::Error>(rows.get::<Cv>(id)?.map(|cv| (id, cv)))
    })?;
    if let Some((_, cv)) = &mut found {
        skill_remarks::add_held(&mut cv.profile, &skill_remarks::list(records, owner)?);
    }
    Ok(found)
}

/// Changes a CV. With `version`, only while that is its present one.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Changed`], [`Refusal::Invalid`].
pub fn replace(
    records: &Records<'_>,
    owner: Owner,
    id: Uuid,
    version: Option<u32>,
    name: &str,
    profile: &Profile,
    now: Timestamp,
) -> Result<Cv, Refusal> {
    let name = name_of(name)?;
    check(profile)?;
    records.write(owner, |rows| {
        let mut cv: Cv = rows.get(id)?.ok_or(Refusal::NotFound("profile"))?;
        if version.is_some_and(|version| version != cv.version) {
            return Err(Refusal::Changed { now: cv.version });
        }
        cv.name.clone_from(&name);
        cv.profile = profile.clone();
        cv.updated = now;
        cv.version += 1;
        rows.put(id, &cv)?;
        Ok(cv)
    })
}

/// Limits that no CV reaches.
pub(super) fn check(profile: &Profile) -> Result<(), Refusal> {
    let too_many = |field| Err(Refusal::invalid(field, "au plus 200 éléments"));
    if profile.experiences.len() > 200 {
        return too_many("experiences");
    }
    if profile.education.len() > 200 {
        return too_many("education");
    }
    if profile.languages.len() > 200 {
        return too_many("languages");
    }
    for (field, list) in [
        ("licences", &profile.licences),
        ("certifications", &profile.certifications),
        ("interests", &profile.interests),
        ("links", &profile.identity.links),
    ] {
        if list.len() > 200 {
            return too_many(field);
        }
    }
    if profile.skills.len() > 1_000 {
        return Err(Refusal::invalid("skills", "au plus 1 000 compétences"));
    }
    let position = profile.place.as_ref().and_then(|place| place.position);
    if position.is_some_and(|position| !position.is_valid()) {
        return Err(Refusal::invalid("place", "une latitude va de -90 à 90, une longitude de -180 à 180"));
    }
    let months = profile.experiences.iter().flat_map(|job| [job.start, job.end]).flatten();
    if months.into_iter().any(|m| !(1..=12).contains(&m.month) || !(1900..=2200).contains(&m.year)) {
        return Err(Refusal::invalid("experiences", "un mois va de 1 à 12, une année de 1900 à 2200"));
    }
    Ok(())
}

/// Removes a CV and its file. Another one becomes active when it was.
///
/// # Errors
/// [`Refusal::NotFound`].
pub fn remove(records: &Records<'_>, owner: Owner, id: Uuid) -> Result<(), Refusal> {
    records.write(owner, |rows| {
        let cv: Cv = rows.get(id)?.ok_or(Refusal::NotFound("profile"))?;
        if let Some(file) = cv.file {
            rows.delete::<File>(file.id)?;
        }
        readings::forget(rows, id)?;
        rows.delete::<Cv>(id)?;
        let mut account: Account = rows.get(owner.0)?.ok_or(Refusal::NotFound("account"))?;
        if account.active_profile == Some(id) {
            let others = rows.list::<Cv>()?;
            account.active_profile = others.iter().rfind(|(_, cv)| cv.confirmed).map(|(id, _)| *id);
            rows.put(owner.0, &account)?;
        }
        Ok(())
    })
}

/// Makes a CV the one that offers are ranked for.
///
/// # Errors
/// [`Refusal::NotFound`].
pub fn activate(records: &Records<'_>, owner: Owner, id: Uuid) -> Result<(), Refusal> {
    records.write(owner, |rows| {
        let cv: Cv = rows.get(id)?.ok_or(Refusal::NotFound("profile"))?;
        if !cv.confirmed {
            return Err(unconfirmed());
        }
        let mut account: Account = rows.get(owner.0)?.ok_or(Refusal::NotFound("account"))?;
        account.active_profile = Some(id);
        rows.put(owner.0, &account)?;
        Ok(())
    })
}
