//! A few people and what they keep, as the tests know them.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use jobmatch::people::accounts::{self, Role};
use jobmatch::people::{Refusal, applications, erasure, profiles};
use jobmatch_index::offer::{Offer, OfferKey};
use jobmatch_index::profile::Profile;
use jobmatch_index::records::{Records, Uuid};
use jobmatch_index::{Index, Options};

use crate::{Outcome, Random};

pub(crate) const PEOPLE: u64 = 5;
const OFFERS: u64 = 8;

/// What somebody keeps: names of CVs, and offers that they follow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) cvs: Vec<String>,
    pub(crate) followed: Vec<String>,
}

/// Everybody, by e-mail address.
pub(crate) type Everybody = BTreeMap<String, Kept>;

pub(crate) fn email(n: u64) -> String {
    format!("personne{n}@exemple.fr")
}

pub(crate) fn offer(n: u64) -> Offer {
    Offer {
        key: OfferKey { source: "essai".into(), id: n.to_string() },
        title: "Boulangère".into(),
        description: format!("Offre{n}, avec quelques mots de plus. ").repeat(5),
        ..Offer::default()
    }
}

/// One thing that one person does. The same number is the same thing to whoever has the same state before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Deed {
    Join(String),
    Leave(String),
    AddCv(String, String),
    Follow(String, u64),
    BackUp,
}

pub(crate) fn deed(n: u64, before: &Everybody) -> Deed {
    let mut random = Random(n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let who = email(random.below(PEOPLE));
    if !before.contains_key(&who) {
        return Deed::Join(who);
    }
    match random.below(10) {
        0..3 => Deed::Leave(who),
        3..6 => Deed::AddCv(who, format!("CV {n}")),
        6..9 => Deed::Follow(who, random.below(OFFERS)),
        _ => Deed::BackUp,
    }
}

/// What is kept after a deed.
pub(crate) fn after(deed: &Deed, mut state: Everybody) -> Everybody {
    match deed {
        Deed::Join(who) => drop(state.insert(who.clone(), Kept::default())),
        Deed::Leave(who) => drop(state.remove(who)),
        Deed::AddCv(who, name) => state.entry(who.clone()).or_default().cvs.push(name.clone()),
        Deed::Follow(who, number) => {
            let followed = &mut state.entry(who.clone()).or_default().followed;
            let key = offer(*number).key.to_string();
            if !followed.contains(&key) {
                followed.push(key);
                followed.sort_unstable();
            }
        }
        Deed::BackUp => {}
    }
    state
}

pub(crate) fn perform(index: &Index, deed: &Deed, backup: &Path) -> Outcome {
    let (records, now) = (index.records(), Timestamp::UNIX_EPOCH);
    match deed {
        Deed::Join(who) => {
            accounts::create(&records, who, "quatre loutres en vélo", Role::Admin, false, now)?;
        }
        Deed::Leave(who) => erasure::erase(&records, accounts::find(&records, who)?.0)?,
        Deed::AddCv(who, name) => {
            let (owner, _) = accounts::find(&records, who)?;
            profiles::add(&records, owner, Uuid::now_v7(), name, &Profile::default(), now)?;
        }
        Deed::Follow(who, number) => {
            let (owner, _) = accounts::find(&records, who)?;
            match applications::add(&records, owner, &offer(*number), None, None, now) {
                Ok(_) | Err(Refusal::AlreadyApplied(_)) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Deed::BackUp => {
            let _ = std::fs::remove_file(backup);
            index.backup(backup)?;
        }
    }
    Ok(())
}

/// As a server opens it.
pub(crate) fn open(dir: &Path) -> Outcome<Index> {
    let index = Index::open(dir, Options::default())?;
    erasure::sweep(&index.records())?;
    Ok(index)
}

/// What is there of those who can be found by their address; `Err` in the place of what cannot be opened.
pub(crate) fn found(records: &Records<'_>) -> Outcome<BTreeMap<String, Result<Kept, String>>> {
    let mut everybody = BTreeMap::new();
    for n in 0..PEOPLE {
        let who = email(n);
        match accounts::find_owner(records, &who) {
            Ok(owner) => {
                let kept = (|| {
                    accounts::get(records, owner)?;
                    let cvs = profiles::list(records, owner)?.into_iter().map(|(_, cv)| cv.name).collect();
                    let applications = applications::list(records, owner)?;
                    let mut followed: Vec<String> =
                        applications.iter().map(|(_, application)| application.key().to_string()).collect();
                    followed.sort_unstable();
                    Ok::<_, Refusal>(Kept { cvs, followed })
                })();
                everybody.insert(who, kept.map_err(|refusal| refusal.to_string()));
            }
            Err(Refusal::NotFound(_)) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Ok(everybody)
}

/// Everybody, all of whom must be whole: reached by their address, opened by their key, and nothing beside.
pub(crate) fn whole(index: &Index) -> Outcome<Everybody> {
    let records = index.records();
    let mut everybody = Everybody::new();
    for (who, kept) in found(&records)? {
        let kept = kept.map_err(|why| format!("{who} cannot be opened: {why}"))?;
        everybody.insert(who, kept);
    }
    let owners = records.owners()?;
    let (accounts, unopened) = (accounts::list(&records)?.len(), records.unopened()?);
    if owners.len() != everybody.len() || accounts != everybody.len() {
        let found = everybody.len();
        return Err(format!("{} owners and {accounts} accounts for {found} people", owners.len()).into());
    }
    if !unopened.is_empty() || !records.damaged()?.is_empty() || !records.stray_keys()?.is_empty() {
        return Err(format!("keys and rows do not fit: {unopened:?}").into());
    }
    Ok(everybody)
}
