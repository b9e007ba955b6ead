//! The LMDB environment: the truth that every index is derived from, and the only owner of transactions.
//!
//! | table | key | value |
//! |---|---|---|
//! | `offers` | offer number | the [`Offer`](crate::offer::Offer), compressed MessagePack with field names |
//! | `keys` | source and id | offer number |
//! | `features-0`, `features-1` | offer number | derived [`Features`](crate::features::Features): one table is live, the other is where a rebuild writes |
//! | `journal` | revision | numbers of the offers that it touched |
//! | `vector-graph` | chunk | a chunk of the vector graph's snapshot |
//! | `records` | kind, person and id | a row of a person, encrypted with their key: see [`records`](crate::records) |
//! | `meta` | `meta` | what the store holds: revision, counts, live indexes |
//! | | `person ID` | a mark: this person is being made, or being erased |
//!
//! A batch of changes, its journal entry and the new revision commit in one transaction.

mod codec;
mod commit;
mod environment;
mod lock;
mod meta;
mod pages;

use serde::{Deserialize, Serialize};

pub(crate) use codec::{
    FEATURES_LAYOUT, FeaturesView, PackedSkill, UNKNOWN, contract_code, contract_of, decompress_offer,
    encode_features, hours_code, hours_of, pack_offer, telework_code, telework_of,
};
pub(crate) use commit::Change;
pub(crate) use environment::{DATA, Reader, RecordTables, Store};
pub use lock::OnBusy;
pub(crate) use lock::{WriteLock, try_lock};
pub(crate) use meta::{Building, Generation, Meta, TextIndex, Versions};
pub(crate) use pages::check_closed as check_closed_file;

/// Dense number of an offer inside one store. Taken again by another offer once the first is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OfferId(pub u32);
