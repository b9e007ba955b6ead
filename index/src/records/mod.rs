//! Rows that belong to a person: encrypted with a key of that person's, reached only through that person.
//!
//! Rows live in the store's `records` table. Their keys are in files beside it (`keys/`), one a person, so that
//! erasing someone means throwing a small file away: what LMDB's free pages or an old copy of the store still hold
//! of them can be read by nobody.
//!
//! ```
//! use jobmatch_index::records::{Uuid, Owner, Row};
//! use jobmatch_index::{Index, Options};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize)]
//! struct Note(String);
//! impl Row for Note {
//!     const KIND: &'static str = "note";
//! }
//!
//! # fn main() -> jobmatch_index::Result<()> {
//! # let folder = tempfile::tempdir().unwrap();
//! let index = Index::open(folder.path(), Options::default())?;
//! let owner: Owner = index.records().create_owner()?;
//! let id = Uuid::now_v7();
//! index.records().write(owner, |rows| rows.put(id, &Note("rappeler lundi".into())))?;
//! assert_eq!(index.records().get::<Note>(owner, id)?.unwrap().0, "rappeler lundi");
//! assert!(index.records().erase(owner)?);
//! assert!(index.records().get::<Note>(owner, id)?.is_none());
//! # Ok(())
//! # }
//! ```

mod keys;
mod seal;

use heed::types::Bytes;
use heed::{Database, RoTxn, RwTxn};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
pub use uuid::Uuid;

use crate::engine::{Index, Limits};
use crate::error::{Error, Result};
use crate::store::Store;
pub(crate) use keys::{FOLDER, is_key_name, private_folder};
use keys::{Key, Keys};

/// A person whose rows these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Owner(pub Uuid);

impl Owner {
    /// Owner of the rows that belong to nobody in particular, such as the log of imports.
    pub const HOUSE: Self = Self(Uuid::nil());
}

/// What is kept in rows.
pub trait Row: Serialize + DeserializeOwned {
    /// Name of the kind, unique among the kinds, never changed: it is part of the key.
    const KIND: &'static str;
    /// Whose bounds it counts for.
    const ROOM: Room = Room::Rows;
}

/// What of a person's room a row takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// None: its number and length are bounded where it is made, and it must go in when all room is taken (a sign-in,
    /// the state of a task).
    None,
    /// [`Limits::person_rows`].
    Rows,
    /// [`Limits::person_files`]: one is read at a time.
    Files,
}

/// Access to rows; from [`Index::records`].
pub struct Records<'i> {
    store: &'i Store,
    keys: Keys,
    limits: Limits,
}

impl Index {
    /// The rows that belong to people.
    pub fn records(&self) -> Records<'_> {
        Records { store: self.store(), keys: Keys::new(self.folder()), limits: self.limits() }
    }
}

impl Records<'_> {
    /// Makes a key for a new person.
    ///
    /// # Errors
    /// [`Error::Io`] when the key cannot be written.
    pub fn create_owner(&self) -> Result<Owner> {
        let owner = Owner(Uuid::now_v7());
        self.keys.create(owner)?;
        Ok(owner)
    }

    /// All people, in the order of their arrival.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn owners(&self) -> Result<Vec<Owner>> {
        self.keys.owners()
    }

    /// Removes every row of a person, and their key; tells whether there was such a person. What is left of the
    /// rows in files and copies can be read no more.
    ///
    /// # Errors
    /// [`Error::Store`]; [`Error::Io`] when the key cannot be removed: call again.
    pub fn erase(&self, owner: Owner) -> Result<bool> {
        if self.keys.get(owner)?.is_none() {
            return Ok(false);
        }
        self.store.write_records(|table, txn| {
            let mut doomed = vec![];
            for entry in table.iter(txn)? {
                let (key, _) = entry?;
                if key.len() >= OWNED && key[key.len() - OWNED..key.len() - ID] == *owner.0.as_bytes() {
                    doomed.push(key.to_vec());
                }
            }
            for key in doomed {
                table.delete(txn, &key)?;
            }
            Ok(())
        })?;
        self.keys.destroy(owner)?;
        Ok(true)
    }

    /// A row of one person; `None` when this person has none of that id.
    ///
    /// # Errors
    /// [`Error::Store`]; [`Error::Corrupt`] when the row cannot be read.
    pub fn get<R: Row>(&self, owner: Owner, id: Uuid) -> Result<Option<R>> {
        self.read(owner, |rows| rows.get(id))
    }

    /// All rows of a kind of one person, as [`Rows::list`] gives them.
    ///
    /// # Errors
    /// As [`Records::get`].
    pub fn list<R: Row>(&self, owner: Owner) -> Result<Vec<(Uuid, R)>> {
        self.read(owner, |rows: &Rows<'_>| rows.list::<R>())
    }

    /// Reads rows of one person, in one consistent view. Someone who is unknown has none.
    ///
    /// # Errors
    /// What `work` gives; [`Error::Io`], [`Error::Store`].
    pub fn read<T, E: From<Error>>(
        &self,
        owner: Owner,
        work: impl FnOnce(&Rows<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let key = self.keys.get(owner)?;
        let reader = self.store.read()?;
        let (table, txn) = reader.records();
        work(&Rows { table, txn, owner, key: key.as_ref() })
    }

    /// Changes rows of one person in one transaction: all of `work` is kept, or, when it fails, nothing. It may run
    /// more than once.
    ///
    /// # Errors
    /// What `work` gives; [`Error::UnknownOwner`]; [`Error::NoRoom`] when a person would have more rows than fit into
    /// their room; [`Error::Io`] when the disk is full.
    pub fn write<T, E: From<Error>>(
        &self,
        owner: Owner,
        mut work: impl FnMut(&mut RowsMut<'_, '_>) -> Result<T, E>,
    ) -> Result<T, E> {
        if owner == Owner::HOUSE {
            self.keys.ensure(owner)?;
        }
        let Some(key) = self.keys.get(owner)? else { return Err(Error::UnknownOwner.into()) };
        let mut failure = None;
        let done = self.store.write_records(|table, txn| {
            let mut rows = RowsMut { table, txn, owner, key: &key, grown: vec![] };
            match work(&mut rows) {
                Ok(value) => {
                    rows.count(self.limits)?;
                    Ok(value)
                }
                Err(e) => {
                    failure = Some(e);
                    Err(Error::Cancelled)
                }
            }
        });
        match (done, failure) {
            (_, Some(failure)) => Err(failure),
            (done, None) => Ok(done?),
        }
    }

    /// A secret of this data folder, made at first use and readable by its owner only.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn secret(&self) -> Result<[u8; 32]> {
        self.keys.secret()
    }
}

type Table = Database<'static, Bytes, Bytes>;

const ID: usize = 16;
/// Owner and id, at the end of a key.
const OWNED: usize = 2 * ID;

fn prefix<R: Row>(owner: Owner) -> Vec<u8> {
    let mut key = R::KIND.as_bytes().to_vec();
    key.push(0);
    key.extend_from_slice(owner.0.as_bytes());
    key
}

fn row_key<R: Row>(owner: Owner, id: Uuid) -> Vec<u8> {
    let mut key = prefix::<R>(owner);
    key.extend_from_slice(id.as_bytes());
    key
}

/// Rows of one person, to read.
pub struct Rows<'t> {
    table: Table,
    txn: &'t RoTxn<'t>,
    owner: Owner,
    key: Option<&'t Key>,
}

impl Rows<'_> {
    /// A row; `None` when this person has none of that id.
    ///
    /// # Errors
    /// [`Error::Store`]; [`Error::Corrupt`] when the row cannot be read.
    pub fn get<R: Row>(&self, id: Uuid) -> Result<Option<R>> {
        let Some(key) = self.key else { return Ok(None) };
        let at = row_key::<R>(self.owner, id);
        self.table.get(self.txn, &at)?.map(|sealed| decode(key, &at, sealed)).transpose()
    }

    /// All rows of a kind, in the order of their ids (for time-ordered ids, the oldest first).
    ///
    /// # Errors
    /// As [`Rows::get`].
    pub fn list<R: Row>(&self) -> Result<Vec<(Uuid, R)>> {
        let Some(key) = self.key else { return Ok(vec![]) };
        let mut rows = vec![];
        for entry in self.table.prefix_iter(self.txn, &prefix::<R>(self.owner))? {
            let (at, sealed) = entry?;
            let id = at.last_chunk::<ID>().map(|id| Uuid::from_bytes(*id)).unwrap_or_default();
            rows.push((id, decode(key, at, sealed)?));
        }
        Ok(rows)
    }
}

/// Rows of one person, to change.
pub struct RowsMut<'a, 'p> {
    table: Table,
    txn: &'a mut RwTxn<'p>,
    owner: Owner,
    key: &'a Key,
    /// For every change: what room it is of, and by how many bytes it made it fuller.
    grown: Vec<(Room, i64)>,
}

impl RowsMut<'_, '_> {
    fn view(&self) -> Rows<'_> {
        Rows { table: self.table, txn: self.txn, owner: self.owner, key: Some(self.key) }
    }

    /// As [`Rows::get`].
    ///
    /// # Errors
    /// As [`Rows::get`].
    pub fn get<R: Row>(&self, id: Uuid) -> Result<Option<R>> {
        self.view().get(id)
    }

    /// As [`Rows::list`].
    ///
    /// # Errors
    /// As [`Rows::get`].
    pub fn list<R: Row>(&self) -> Result<Vec<(Uuid, R)>> {
        self.view().list()
    }

    /// Stores a row, in place of any former one of that id.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn put<R: Row>(&mut self, id: Uuid, row: &R) -> Result<()> {
        let at = row_key::<R>(self.owner, id);
        let sealed = seal::seal(self.key, &at, &encode(row)?)?;
        let former = self.table.get(self.txn, &at)?.map_or(0, weight);
        self.grown.push((R::ROOM, weight(&sealed) - former));
        Ok(self.table.put(self.txn, &at, &sealed)?)
    }

    /// Removes a row; tells whether there was one.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn delete<R: Row>(&mut self, id: Uuid) -> Result<bool> {
        let at = row_key::<R>(self.owner, id);
        let Some(former) = self.table.get(self.txn, &at)?.map(weight) else { return Ok(false) };
        self.grown.push((R::ROOM, -former));
        Ok(self.table.delete(self.txn, &at)?)
    }

    /// Counts what was changed, and refuses to have become larger than the room: who is beyond it may still become
    /// smaller.
    fn count(&mut self, limits: Limits) -> Result<()> {
        let grown =
            |room| self.grown.iter().filter(|(of, _)| *of == room).map(|(_, bytes)| bytes).sum::<i64>();
        let grown = [(grown(Room::Rows), limits.person_rows), (grown(Room::Files), limits.person_files)];
        if self.owner == Owner::HOUSE || grown.iter().all(|(bytes, _)| *bytes == 0) {
            return Ok(());
        }
        let Taken(mut taken) = self.get(Uuid::nil())?.unwrap_or_default();
        for (taken, (bytes, most)) in taken.iter_mut().zip(grown) {
            *taken = taken.saturating_add_signed(bytes);
            if bytes > 0 && *taken > most {
                return Err(Error::NoRoom { most });
            }
        }
        self.put(Uuid::nil(), &Taken(taken))
    }
}

/// Bytes that a person's rows take: [`Room::Rows`], then [`Room::Files`]. Rows that are older than this count are not
/// in it.
#[derive(Default, Serialize, Deserialize)]
struct Taken([u64; 2]);

impl Row for Taken {
    const KIND: &'static str = "taken";
    const ROOM: Room = Room::None;
}

/// Bytes that a row counts for: its own, and about what its key and its place cost, so that rows of nothing count too.
fn weight(sealed: &[u8]) -> i64 {
    const PLACE: i64 = 128;
    PLACE + sealed.len() as i64
}

fn encode(row: &impl Serialize) -> Result<Vec<u8>> {
    rmp_serde::to_vec_named(row).map_err(|e| Error::Corrupt { what: "a row".into(), why: e.to_string() })
}

fn decode<R: Row>(key: &Key, at: &[u8], sealed: &[u8]) -> Result<R> {
    let unreadable = |why: String| Error::Corrupt { what: format!("a row of kind {}", R::KIND), why };
    let bytes =
        seal::open(key, at, sealed).ok_or_else(|| unreadable("it was changed, or its key was".into()))?;
    rmp_serde::from_slice(&bytes).map_err(|e| unreadable(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Note(String);

    impl Row for Note {
        const KIND: &'static str = "note";
    }

    #[test]
    fn a_person_reaches_their_own_rows_only() {
        let dir = tempfile::tempdir().unwrap();
        let index = Index::open(dir.path(), Options::default()).unwrap();
        let records = index.records();
        let (anne, bob) = (records.create_owner().unwrap(), records.create_owner().unwrap());
        assert_eq!(records.owners().unwrap(), [anne, bob]);
        let id = Uuid::now_v7();
        records.write(anne, |rows| rows.put(id, &Note("à Anne".into()))).unwrap();
        records.write(bob, |rows| rows.put(Uuid::now_v7(), &Note("à Bob".into()))).unwrap();

        let read = |owner| records.get::<Note>(owner, id).unwrap();
        assert_eq!(read(anne), Some(Note("à Anne".into())));
        assert_eq!(read(bob), None);
        assert!(!records.write(bob, |rows| rows.delete::<Note>(id)).unwrap());
        assert_eq!(records.list::<Note>(bob).unwrap().len(), 1);
    }

    #[test]
    fn a_failure_keeps_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let index = Index::open(dir.path(), Options::default()).unwrap();
        let owner = index.records().create_owner().unwrap();
        let id = Uuid::now_v7();
        let failed: Result<()> = index.records().write(owner, |rows| {
            rows.put(id, &Note("à moitié".into()))?;
            Err(Error::Cancelled)
        });
        assert!(matches!(failed, Err(Error::Cancelled)));
        assert_eq!(index.records().get::<Note>(owner, id).unwrap(), None);
    }

    #[test]
    fn a_person_has_so_much_room_and_no_more() {
        struct Scan(Vec<u8>);
        impl Serialize for Scan {
            fn serialize<S: serde::Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
                to.serialize_bytes(&self.0)
            }
        }
        impl<'de> Deserialize<'de> for Scan {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
                Ok(Self(Vec::<u8>::deserialize(from)?))
            }
        }
        impl Row for Scan {
            const KIND: &'static str = "scan";
            const ROOM: Room = Room::Files;
        }
        let dir = tempfile::tempdir().unwrap();
        let limits = Limits { person_rows: 20_000, person_files: 1_000_000, ..Limits::default() };
        let index = Index::open(dir.path(), Options { limits, ..Options::default() }).unwrap();
        let records = index.records();
        let (anne, bob) = (records.create_owner().unwrap(), records.create_owner().unwrap());
        let note = |length: usize| Note("n".repeat(length));
        let put = |owner, id, length| records.write::<_, Error>(owner, |rows| rows.put(id, &note(length)));
        let (first, second) = (Uuid::now_v7(), Uuid::now_v7());
        put(anne, first, 15_000).unwrap();
        // Changing a row counts by what it becomes.
        put(anne, first, 15_100).unwrap();
        assert!(matches!(put(anne, second, 15_000), Err(Error::NoRoom { most: 20_000 })));
        assert_eq!(records.get::<Note>(anne, second).unwrap(), None);
        // Files have a room of their own, and so does everybody.
        records.write::<_, Error>(anne, |rows| rows.put(second, &Scan(vec![0; 900_000]))).unwrap();
        put(bob, second, 15_000).unwrap();
        // What is made smaller makes room.
        put(anne, first, 1_000).unwrap();
        put(anne, second, 15_000).unwrap();
        records.write::<_, Error>(anne, |rows| rows.delete::<Note>(second)).unwrap();
        put(anne, second, 15_000).unwrap();
        // Rows of nothing take room too.
        let crowd = (0..1_000).try_for_each(|_| put(bob, Uuid::now_v7(), 0));
        assert!(matches!(crowd, Err(Error::NoRoom { .. })));
    }

    #[test]
    fn nothing_of_someone_erased_is_left_in_any_file() {
        const WORDS: &[u8] = "Anne-Sophie Vérité".as_bytes();
        let dir = tempfile::tempdir().unwrap();
        let index = Index::open(dir.path(), Options::default()).unwrap();
        let records = index.records();
        let (owner, other) = (records.create_owner().unwrap(), records.create_owner().unwrap());
        let id = Uuid::now_v7();
        let note = Note(String::from_utf8(WORDS.to_vec()).unwrap());
        records.write(owner, |rows| rows.put(id, &note)).unwrap();
        records.write(other, |rows| rows.put(id, &note)).unwrap();
        assert!(records.erase(owner).unwrap());
        assert!(!records.erase(owner).unwrap());
        assert_eq!(records.owners().unwrap(), [other]);
        assert_eq!(records.get::<Note>(other, id).unwrap(), Some(note));
        let unknown = records.write(owner, |rows| rows.put(id, &Note(String::new())));
        assert!(matches!(unknown, Err(Error::UnknownOwner)));
        let store = std::fs::read(dir.path().join("store/data.mdb")).unwrap();
        assert!(!store.windows(WORDS.len()).any(|window| window == WORDS));
        assert!(!dir.path().join(FOLDER).join(format!("{}.key", owner.0)).exists());
    }

    #[test]
    fn a_row_moved_to_another_place_is_not_read() {
        let (key, other) = (Key([7; 32]), Key([8; 32]));
        let sealed = seal::seal(&key, b"here", b"words").unwrap();
        assert_eq!(seal::open(&key, b"here", &sealed).as_deref(), Some(b"words".as_slice()));
        assert_eq!(seal::open(&key, b"there", &sealed), None);
        assert_eq!(seal::open(&other, b"here", &sealed), None);
        assert_eq!(seal::open(&key, b"here", &sealed[..5]), None);
    }
}
