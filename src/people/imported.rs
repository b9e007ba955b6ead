//! Whose an offer is: the member's who imported it first, else the house's. Only they, and administrators, change it: a
//! member's import must not put another title or address in place of what everybody reads.
//!
//! A row of the house names the member. It goes when somebody who administers stores the offer too, when the offer is
//! removed, and when the person is erased: the offer is the house's then.

use jobmatch_index::offer::{Offer, OfferKey};
use jobmatch_index::records::{Owner, Records, Row, RowsMut, Uuid};
use jobmatch_index::{Error, Index, Put, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

#[derive(Serialize, Deserialize)]
struct Importer(Owner);

impl Row for Importer {
    const KIND: &'static str = "importer";
}

/// Who stores offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Somebody who administers, the command line, a source that is fetched.
    House,
    /// A member.
    Member(Owner),
}

fn id(key: &OfferKey) -> Uuid {
    let mut id = [0; 16];
    id.copy_from_slice(&Sha256::digest(key.to_string())[..16]);
    Uuid::from_bytes(id)
}

/// Stores offers, as [`Index::put`]; `None` for one that is somebody else's and stays as it is.
///
/// # Errors
/// Those of the store and of [`Index::put`].
pub fn put(index: &Index, by: By, offers: &[Offer]) -> Result<Vec<Option<Put>>> {
    let records = index.records();
    let By::Member(owner) = by else {
        release(&records, offers.iter().map(|offer| &offer.key))?;
        return Ok(index.put(offers)?.into_iter().map(Some).collect());
    };
    let puts = index.put_where(offers, |key| {
        let importer = records.get::<Importer>(Owner::HOUSE, id(key))?;
        Ok(importer.is_some_and(|Importer(importer)| importer == owner))
    })?;
    let new: Vec<Uuid> = offers
        .iter()
        .zip(&puts)
        .filter(|(_, put)| **put == Some(Put::Created))
        .map(|(offer, _)| id(&offer.key))
        .collect();
    if !new.is_empty() {
        records.write::<_, Error>(Owner::HOUSE, |rows| {
            new.iter().try_for_each(|id| rows.put(*id, &Importer(owner)))
        })?;
    }
    Ok(puts)
}

/// Makes offers the house's.
///
/// # Errors
/// Those of the store and of [`Index::put`].
pub fn release<'k>(records: &Records<'_>, keys: impl IntoIterator<Item = &'k OfferKey>) -> Result<()> {
    let claimed = records.read::<_, Error>(Owner::HOUSE, |rows| {
        let mut claimed = vec![];
        for id in keys.into_iter().map(id) {
            if rows.get::<Importer>(id)?.is_some() {
                claimed.push(id);
            }
        }
        Ok(claimed)
    })?;
    if claimed.is_empty() {
        return Ok(());
    }
    records.write::<_, Error>(Owner::HOUSE, |rows| {
        claimed.iter().try_for_each(|id| rows.delete::<Importer>(*id).map(|_| ()))
    })
}

/// Makes what a person imported the house's.
pub(super) fn forget(house: &mut RowsMut<'_, '_>, owner: Owner) -> Result<()> {
    for (id, Importer(importer)) in house.list::<Importer>()? {
        if importer == owner {
            house.delete::<Importer>(id)?;
        }
    }
    Ok(())
}
