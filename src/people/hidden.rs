//! Offers that a person does not want to see again.

use jobmatch_index::offer::OfferKey;
use jobmatch_index::records::{Owner, Records, Row, Uuid};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Refusal;

#[derive(Serialize, Deserialize)]
struct Hidden(OfferKey);

impl Row for Hidden {
    const KIND: &'static str = "hidden";
}

fn id(offer: &OfferKey) -> Uuid {
    let mut id = [0; 16];
    id.copy_from_slice(&Sha256::digest(offer.to_string())[..16]);
    Uuid::from_bytes(id)
}

/// Hides an offer, or shows it again.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn set(records: &Records<'_>, owner: Owner, offer: &OfferKey, hide: bool) -> Result<(), Refusal> {
    records.write(owner, |rows| {
        if hide {
            rows.put(id(offer), &Hidden(offer.clone()))?;
        } else {
            rows.delete::<Hidden>(id(offer))?;
        }
        Ok(())
    })
}

/// The hidden offers.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn list(records: &Records<'_>, owner: Owner) -> Result<Vec<OfferKey>, Refusal> {
    let rows = records.list::<Hidden>(owner)?;
    Ok(rows.into_iter().map(|(_, Hidden(key))| key).collect())
}
