//! The log of imports: when, by which way, what became of the offers. It belongs to nobody in particular and says
//! nothing of a person.

use jiff::Timestamp;
use jobmatch_index::records::{Owner, Records, Row, Uuid};
use jobmatch_index::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Imports that are remembered.
const KEPT: usize = 100;
/// Results that are kept of one import.
pub const ITEMS: usize = 500;

/// An import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// When.
    pub at: Timestamp,
    /// Name of the file, or of the way it came.
    pub name: String,
    /// New offers.
    pub created: usize,
    /// Offers that replaced a former state.
    pub updated: usize,
    /// Offers that were there already, or came twice.
    pub duplicate: usize,
    /// Offers that cannot be read.
    pub rejected: usize,
    /// What became of each; of many, what was rejected first.
    pub items: Vec<Item>,
}

impl Row for Import {
    const KIND: &'static str = "import";
}

/// What became of one offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportedItem)]
pub struct Item {
    /// `source:id`, when it could be read.
    pub id: Option<String>,
    /// What became of it.
    pub result: Outcome,
    /// Why it was rejected, or what is odd about it, in French.
    pub reason: Option<String>,
}

/// What became of one offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportResult)]
pub enum Outcome {
    /// It is new.
    Created,
    /// It replaced a former state.
    Updated,
    /// It was there already, or came again later in the same import.
    Duplicate,
    /// It cannot be read.
    Rejected,
    /// It was kept, with a remark.
    Remark,
}

/// Puts an import down; the oldest ones go.
///
/// # Errors
/// [`Error::Store`].
pub fn record(records: &Records<'_>, mut import: Import) -> Result<Uuid> {
    let id = Uuid::now_v7();
    // What needs a look comes first when not all can be kept.
    if import.items.len() > ITEMS {
        import.items.sort_by_key(|item| item.reason.is_none());
        import.items.truncate(ITEMS);
    }
    records.write::<_, Error>(Owner::HOUSE, |rows| {
        let former = rows.list::<Import>()?;
        for (old, _) in former.iter().take(former.len().saturating_sub(KEPT - 1)) {
            rows.delete::<Import>(*old)?;
        }
        rows.put(id, &import)
    })?;
    Ok(id)
}

/// The imports, the latest first.
///
/// # Errors
/// [`Error::Store`].
pub fn list(records: &Records<'_>) -> Result<Vec<(Uuid, Import)>> {
    let mut imports = records.list::<Import>(Owner::HOUSE)?;
    imports.reverse();
    Ok(imports)
}

/// One import.
///
/// # Errors
/// [`Error::Store`].
pub fn get(records: &Records<'_>, id: Uuid) -> Result<Option<Import>> {
    records.get::<Import>(Owner::HOUSE, id)
}

#[cfg(test)]
mod tests {
    use jobmatch_index::{Index, Options};

    use super::*;

    #[test]
    fn the_latest_imports_are_kept_and_what_was_rejected_comes_first() {
        let dir = tempfile::tempdir().unwrap();
        let index = Index::open(dir.path(), Options::default()).unwrap();
        let item = |reason: Option<&str>| Item {
            id: None,
            result: Outcome::Created,
            reason: reason.map(str::to_owned),
        };
        let mut items = vec![item(None); ITEMS];
        items.push(item(Some("illisible")));
        for n in 0..KEPT + 2 {
            let import = Import {
                at: Timestamp::UNIX_EPOCH,
                name: n.to_string(),
                created: 0,
                updated: 0,
                duplicate: 0,
                rejected: 0,
                items: if n == KEPT + 1 { items.clone() } else { vec![] },
            };
            record(&index.records(), import).unwrap();
        }
        let kept = list(&index.records()).unwrap();
        assert_eq!((kept.len(), kept[0].1.name.as_str()), (KEPT, "101"));
        let last = get(&index.records(), kept[0].0).unwrap().unwrap();
        assert_eq!((last.items.len(), last.items[0].reason.as_deref()), (ITEMS, Some("illisible")));
    }
}
