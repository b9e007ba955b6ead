//! The LMDB environment: the truth that every index is derived from.

use serde::{Deserialize, Serialize};

/// Dense number of an offer inside one store. Never reused while a text index may still hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OfferId(pub u32);
