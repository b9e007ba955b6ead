//! Importing offers, and the log of imports: when, by which way, what became of the offers. The log belongs to nobody
//! in particular and says nothing of a person.

use std::io::Read;

use jiff::Timestamp;
use jiff::civil::Date;
use jobmatch_index::offer::Offer;
use jobmatch_index::records::{Owner, Records, Row, Uuid};
use jobmatch_index::{Error, Index, Put, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ingest::offers::{self, Limits, Rejected, Why};
use crate::people::imported::{self, By};

/// Imports that are remembered.
const KEPT: usize = 100;
/// Results that are kept of one import.
pub const ITEMS: usize = 500;
/// Characters that are kept of a name, and of why an offer was refused.
const TOLD: usize = 300;
/// Offers that are stored at a time, and about how many bytes of them.
const BATCH: (usize, usize) = (1_000, 4 << 20);

/// Of an offer that is somebody else's.
const TAKEN: &str = "déjà là, donnée par une source ou par quelqu'un d'autre : elle reste comme elle est ; seules la \
                     personne qui l'a importée et l'administration la changent";

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
}

impl Row for Import {
    const KIND: &'static str = "import";
}

/// What became of the offers of an import; of many, [`ITEMS`] of them. Under the import's id.
#[derive(Serialize, Deserialize)]
struct Items(Vec<Item>);

impl Row for Items {
    const KIND: &'static str = "import-items";
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

/// Stores the offers of a file as they are read, and puts the import down in the log; `name` is the file's name for
/// messages. Gives the import's id, how many became what, and what became of each in the order in which they were
/// read; of many, first what needs a look.
///
/// # Errors
/// What the engine meets; what was stored before stays.
pub fn import(
    index: &Index,
    by: By,
    file: impl Read,
    name: &str,
    (now, today): (Timestamp, Date),
    limits: Limits,
) -> Result<(Uuid, Import, Vec<Item>)> {
    let mut log = Log::default();
    let mut batch = Batch::default();
    for item in offers::read_on(file, name, today, limits) {
        match item {
            Ok(offer) => {
                batch.add(log.place(), offer);
                if batch.is_full() {
                    std::mem::take(&mut batch).store(index, by, name, &mut log)?;
                }
            }
            Err(rejected) => {
                let place = log.place();
                log.refused(place, None, &rejected);
            }
        }
    }
    batch.store(index, by, name, &mut log)?;
    let count = |outcome| log.counts[outcome as usize];
    let import = Import {
        at: now,
        name: brief(name),
        created: count(Outcome::Created),
        updated: count(Outcome::Updated),
        duplicate: count(Outcome::Duplicate),
        rejected: count(Outcome::Rejected),
    };
    let items = log.items();
    Ok((record(&index.records(), &import, &items)?, import, items))
}

/// Offers that are stored together, each with its place among the results.
#[derive(Default)]
struct Batch {
    places: Vec<usize>,
    offers: Vec<Offer>,
    bytes: usize,
}

impl Batch {
    fn add(&mut self, place: usize, offer: Offer) {
        self.bytes +=
            offer.description.len() + offer.skills.iter().map(|skill| skill.label.len()).sum::<usize>();
        self.places.push(place);
        self.offers.push(offer);
    }

    fn is_full(&self) -> bool {
        self.offers.len() >= BATCH.0 || self.bytes >= BATCH.1
    }

    fn store(mut self, index: &Index, by: By, name: &str, log: &mut Log) -> Result<()> {
        let puts = loop {
            match imported::put(index, by, &self.offers) {
                // Whatever others import meanwhile: the one that was refused is left out then.
                Err(Error::TooManySources { most, .. }) => {
                    self.keep_known(index.stats()?.sources, most, name, log);
                }
                puts => break puts?,
            }
        };
        for ((place, offer), put) in self.places.into_iter().zip(self.offers).zip(puts) {
            let result = match put {
                Some(Put::Created) => Outcome::Created,
                Some(Put::Updated) => Outcome::Updated,
                Some(Put::Unchanged) | None => Outcome::Duplicate,
            };
            let reason = put.is_none().then(|| TAKEN.to_owned());
            log.add(place, Item { id: Some(offer.key.to_string()), result, reason });
        }
        Ok(())
    }

    /// Refuses the offers of sources that are not `known`, once there are as many as there may be.
    fn keep_known(&mut self, mut known: Vec<String>, most: usize, name: &str, log: &mut Log) {
        let offers = std::mem::take(&mut self.offers);
        let places = std::mem::take(&mut self.places);
        for (place, offer) in places.into_iter().zip(offers) {
            let source = &offer.key.source;
            if known.len() < most && !known.contains(source) {
                known.push(source.clone());
            }
            if known.contains(source) {
                self.places.push(place);
                self.offers.push(offer);
            } else {
                let reason = Rejected {
                    file: name.to_owned(),
                    line: None,
                    item: 0,
                    field: Some("source".into()),
                    why: Why::TooManySources { most },
                };
                log.refused(place, Some(offer.key.to_string()), &reason);
            }
        }
    }
}

/// What became of the offers so far: all are counted, some are kept.
#[derive(Default)]
struct Log {
    places: usize,
    /// By [`Outcome`].
    counts: [usize; 5],
    /// With a reason, which need a look, and without; each with its place.
    kept: [Vec<(usize, Item)>; 2],
}

impl Log {
    /// The place of the next one.
    fn place(&mut self) -> usize {
        self.places += 1;
        self.places
    }

    fn refused(&mut self, place: usize, id: Option<String>, rejected: &Rejected) {
        // An earlier one of the same identity is told, but the later one counts, and comes next.
        let kept = rejected.kept() || matches!(rejected.why, Why::Replaced { .. });
        let result = if kept { Outcome::Remark } else { Outcome::Rejected };
        let reason = Some(brief(&rejected.message_fr()));
        self.add(place, Item { id, result, reason });
    }

    fn add(&mut self, place: usize, item: Item) {
        self.counts[item.result as usize] += 1;
        let kept = &mut self.kept[usize::from(item.reason.is_none())];
        if kept.len() < ITEMS {
            kept.push((place, item));
        }
    }

    fn items(self) -> Vec<Item> {
        let [mut kept, mut others] = self.kept;
        if self.places > ITEMS {
            others.truncate(ITEMS - kept.len());
            kept.append(&mut others);
        } else {
            kept.append(&mut others);
            kept.sort_by_key(|(place, _)| *place);
        }
        kept.into_iter().map(|(_, item)| item).collect()
    }
}

fn brief(text: &str) -> String {
    text.chars().take(TOLD).collect()
}

/// Puts an import down; the oldest ones go.
///
/// # Errors
/// [`Error::Store`].
pub fn record(records: &Records<'_>, import: &Import, items: &[Item]) -> Result<Uuid> {
    let id = Uuid::now_v7();
    let items = Items(items.to_vec());
    records.write::<_, Error>(Owner::HOUSE, |rows| {
        let former = rows.list::<Import>()?;
        for (old, _) in former.iter().take(former.len().saturating_sub(KEPT - 1)) {
            rows.delete::<Import>(*old)?;
            rows.delete::<Items>(*old)?;
        }
        rows.put(id, &items)?;
        rows.put(id, import)
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

/// One import, and what became of its offers.
///
/// # Errors
/// [`Error::Store`].
pub fn get(records: &Records<'_>, id: Uuid) -> Result<Option<(Import, Vec<Item>)>> {
    records.read(Owner::HOUSE, |rows| {
        let Some(import) = rows.get::<Import>(id)? else { return Ok(None) };
        Ok(Some((import, rows.get::<Items>(id)?.map_or_else(Vec::new, |items| items.0))))
    })
}

#[cfg(test)]
mod tests {
    use jobmatch_index::Options;

    use super::*;

    const NOW: (Timestamp, Date) = (Timestamp::UNIX_EPOCH, jiff::civil::date(2026, 11, 22));

    fn open() -> (tempfile::TempDir, Index) {
        let dir = tempfile::tempdir().unwrap();
        let limits = jobmatch_index::Limits { sources: 2, ..Default::default() };
        let index = Index::open(dir.path(), Options { limits, ..Options::default() }).unwrap();
        (dir, index)
    }

    fn offer(source: &str, id: &str) -> String {
        serde_json::json!({"source": source, "id": id, "title": "Soudeur"}).to_string()
    }

    #[test]
    fn the_latest_imports_are_kept_and_what_was_rejected_comes_first() {
        let (_dir, index) = open();
        for n in 0..=KEPT {
            import(&index, By::House, b"{}".as_slice(), &n.to_string(), NOW, Limits::NONE).unwrap();
        }
        // Identical offers are stored once; each is told all the same.
        let many = offer("a", "1").repeat(ITEMS) + "7";
        let (id, import, items) =
            import(&index, By::House, many.as_bytes(), &"n".repeat(10_000), NOW, Limits::NONE).unwrap();
        assert_eq!((import.created, import.rejected, items.len()), (1, 1, ITEMS));
        assert!(items[0].reason.is_some() && items[ITEMS - 1].reason.is_some());
        let kept = list(&index.records()).unwrap();
        assert_eq!((kept.len(), kept[0].0, kept[1].1.name.as_str()), (KEPT, id, "100"));
        assert_eq!(kept[0].1.name.len(), TOLD);
        assert_eq!(get(&index.records(), id).unwrap().unwrap(), (import, items));
        assert_eq!(index.records().list::<Items>(Owner::HOUSE).unwrap().len(), KEPT);
    }

    #[test]
    fn the_log_of_an_import_stays_small() {
        let (_dir, index) = open();
        let long = format!("{{\"id\":\"{}\",\"title\":\"Soudeur\"}}\n", "x".repeat(100_000));
        let (id, import, items) =
            import(&index, By::House, long.repeat(100).as_bytes(), "f", NOW, Limits::NONE).unwrap();
        assert_eq!((import.created, import.rejected, items.len()), (0, 100, 100));
        let (_, items) = get(&index.records(), id).unwrap().unwrap();
        assert!(items.iter().all(|item| item.reason.as_ref().unwrap().len() <= 4 * TOLD));
        let scalars = format!("[{}", "7,".repeat(1 << 20));
        let limits = Limits { items: 2_000, ..Limits::NONE };
        let (_, import, items) =
            super::import(&index, By::House, scalars.as_bytes(), "f", NOW, limits).unwrap();
        assert_eq!((import.rejected, items.len()), (2_001, ITEMS));
    }

    #[test]
    fn offers_of_a_source_too_many_are_refused_and_the_others_go_in() {
        let (_dir, index) = open();
        let offers = [offer("a", "1"), offer("b", "1"), offer("c", "1"), offer("a", "2"), offer("d", "1")];
        import(&index, By::House, offers[..2].join("\n").as_bytes(), "f", NOW, Limits::NONE).unwrap();
        let (_, import, items) =
            import(&index, By::House, offers.join("\n").as_bytes(), "f", NOW, Limits::NONE).unwrap();
        assert_eq!((import.created, import.duplicate, import.rejected), (1, 2, 2));
        let refused: Vec<&str> = items
            .iter()
            .filter(|item| item.result == Outcome::Rejected)
            .filter_map(|item| item.id.as_deref())
            .collect();
        assert_eq!(refused, ["c:1", "d:1"]);
        assert!(items[2].reason.as_ref().unwrap().contains("2 sources"), "{items:?}");
        assert_eq!(index.stats().unwrap().sources, ["a", "b"]);
    }
}
