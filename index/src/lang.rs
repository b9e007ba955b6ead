//! The two languages that JobMatch reads.

use serde::{Deserialize, Serialize};

/// Language of a label or of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// French.
    Fr,
    /// English.
    En,
}
