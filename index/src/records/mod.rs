//! Rows that belong to a person: encrypted with a key of that person's, reached only through that person.
//!
//! Rows live in the store's `records` table. Their keys are in files beside it (`keys/`), one a person, so that
//! erasing someone means throwing a small file away: what LMDB's free pages or an old copy of the store still hold
//! of them can be read by nobody.
//!
//! Files and store do not change together, so a mark in the store says who is being made or erased:
//!
//! | making | erasing |
//! |---|---|
//! | mark « making » | in one transaction: mark « erasing », the rows go |
//! | the key is written | the key is destroyed |
//! | in one transaction: the first rows, the mark goes | the mark goes |
//!
//! A kill at any point leaves a whole person, or a marked one, of whom [`Records::recover`] removes what is left.
//! Nobody else is ever removed, whatever is missing or damaged.
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
mod proof;
mod seal;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use heed::types::Bytes;
use heed::{Database, MdbError, RoTxn, RwTxn};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
pub use uuid::Uuid;

use crate::engine::{Index, Limits};
use crate::error::{Error, KeyFault, Result};
use crate::store::{RecordTables, Store};
use keys::Keys;
pub(crate) use keys::{FOLDER, Key, file_name, owner_of, private_folder};

/// A person whose rows these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Owner(pub Uuid);

impl Owner {
    /// Owner of the rows that belong to nobody in particular, such as the log of imports.
    pub const HOUSE: Self = Self(Uuid::nil());
    /// Owner of the [secret](Records::secret), which is kept as a key is.
    pub const SERVER: Self = Self(Uuid::max());

    /// Whether this is somebody.
    pub fn is_person(self) -> bool {
        self != Self::HOUSE && self != Self::SERVER
    }
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
        Records { limits: self.limits(), ..Records::of(self.store(), self.folder()) }
    }
}

impl<'i> Records<'i> {
    pub(crate) fn of(store: &'i Store, dir: &Path) -> Self {
        Self { store, keys: Keys::new(dir), limits: Limits::default() }
    }

    /// Makes a new person, without any row.
    ///
    /// # Errors
    /// As [`Records::create`].
    pub fn create_owner(&self) -> Result<Owner> {
        self.create(|rows| Ok(rows.owner()))
    }

    /// Makes a new person: their key, and the first rows, which `work` writes. All of it is kept, or, when it fails,
    /// nothing. `work` may run more than once.
    ///
    /// # Errors
    /// What `work` gives; [`Error::Io`] when the key cannot be written or the disk is full.
    pub fn create<T, E: From<Error>>(
        &self,
        mut work: impl FnMut(&mut RowsMut<'_, '_>) -> Result<T, E>,
    ) -> Result<T, E> {
        loop {
            let owner = Owner(Uuid::now_v7());
            self.transact(|mut txn| txn.mark(owner, Some(MAKING)))?;
            // Somebody who opened this folder meanwhile took it for what a crash had left.
            let swept = Cell::new(false);
            let made = self.keys.make(owner).map_err(E::from).and_then(|key| {
                self.transact(|mut txn| {
                    swept.set(txn.marked(owner)?.as_deref() != Some(MAKING));
                    if swept.get() {
                        return Err(Error::UnknownOwner.into());
                    }
                    txn.put_canary(owner, &key)?;
                    txn.mark(owner, None)?;
                    let mut rows = RowsMut { txn: txn.again(), owner, key, grown: vec![] };
                    let value = work(&mut rows)?;
                    rows.count(self.limits)?;
                    Ok(value)
                })
            });
            if made.is_err() {
                // What stays is marked: it goes at the next start. The error that is given says more.
                let _ = self.finish(owner);
            }
            if !swept.get() {
                return made;
            }
        }
    }

    /// All people who have rows, in the order of their arrival.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn owners(&self) -> Result<Vec<Owner>> {
        Ok(self.all_owners()?.into_iter().filter(|owner| owner.is_person()).collect())
    }

    /// All people, the house and the server.
    pub(crate) fn all_owners(&self) -> Result<BTreeSet<Owner>> {
        let reader = self.store.read()?;
        let (tables, txn) = reader.records();
        proof::owners(tables.rows, txn)
    }

    /// The keys that are in their files, whether they fit or not.
    pub(crate) fn keys(&self) -> Result<BTreeMap<Owner, Key>> {
        let owners = self.keys.files()?.into_iter();
        Ok(owners.filter_map(|owner| Some((owner, self.keys.load(owner).ok()?))).collect())
    }

    /// Removes every row of a person, and their key; tells whether there was such a person. What is left of the
    /// rows in files and copies can be read no more.
    ///
    /// # Errors
    /// [`Error::Store`]; [`Error::Io`] when the key cannot be removed: call again.
    pub fn erase(&self, owner: Owner) -> Result<bool> {
        self.erase_all(owner, |_| Ok(()))
    }

    /// As [`Records::erase`]; `work` changes rows of the house in the transaction that the person's rows go in. It may
    /// run more than once.
    ///
    /// # Errors
    /// As [`Records::erase`], and what `work` gives.
    pub fn erase_with<E: From<Error>>(
        &self,
        owner: Owner,
        mut work: impl FnMut(&mut RowsMut<'_, '_>) -> Result<(), E>,
    ) -> Result<bool, E> {
        self.erase_all(owner, |txn| work(&mut txn.rows_of(Owner::HOUSE)?))
    }

    fn erase_all<E: From<Error>>(
        &self,
        owner: Owner,
        mut also: impl FnMut(&mut Txn<'_, '_>) -> Result<(), E>,
    ) -> Result<bool, E> {
        let known = self.transact(|mut txn| {
            let mut doomed = vec![];
            proof::visit(txn.tables.rows, txn.txn, owner, |at, _| {
                doomed.push(at.to_vec());
                true
            })?;
            if doomed.is_empty() && txn.marked(owner)?.is_none() {
                return Ok(false);
            }
            for at in doomed {
                txn.delete(&at)?;
            }
            txn.mark(owner, Some(ERASING))?;
            also(&mut txn)?;
            Ok::<_, E>(true)
        })?;
        if known {
            self.finish(owner)?;
        }
        Ok(known)
    }

    /// The last steps of erasing.
    fn finish(&self, owner: Owner) -> Result<()> {
        self.keys.destroy(owner)?;
        self.transact(|mut txn| txn.mark(owner, None))
    }

    /// Removes what is left of those whose making or erasing was interrupted; gives how many they were. For the start
    /// of a program.
    ///
    /// # Errors
    /// As [`Records::erase`].
    pub fn recover(&self) -> Result<usize> {
        let marked = {
            let reader = self.store.read()?;
            let (tables, txn) = reader.records();
            marked(tables, txn)?
        };
        for owner in &marked {
            self.erase(*owner)?;
        }
        Ok(marked.len())
    }

    /// Owners whose rows cannot be opened, each with what is wrong with their key; among them [`Owner::SERVER`] when
    /// its canary cannot be opened.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn unopened(&self) -> Result<Vec<(Owner, Error)>> {
        let reader = self.store.read()?;
        let (tables, txn) = reader.records();
        let owners = proof::owners(tables.rows, txn)?;
        let mut unopened = vec![];
        for owner in owners {
            match proof::key_of(&self.keys, tables.rows, txn, owner) {
                Ok(_) => {}
                Err(error @ Error::Key { .. }) => unopened.push((owner, error)),
                Err(other) => return Err(other),
            }
        }
        Ok(unopened)
    }

    /// Files of keys that open nothing: no row is encrypted with them.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Io`].
    pub fn stray_keys(&self) -> Result<Vec<Owner>> {
        let reader = self.store.read()?;
        let (tables, txn) = reader.records();
        let mut known = proof::owners(tables.rows, txn)?;
        known.extend(marked(tables, txn)?);
        Ok(self
            .keys
            .files()?
            .into_iter()
            .filter(|owner| owner.is_person() && !known.contains(owner))
            .collect())
    }

    /// Rows that their owner's key does not open although it opens others: owner and kind, once a row.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn damaged(&self) -> Result<Vec<(Owner, String)>> {
        let reader = self.store.read()?;
        let (tables, txn) = reader.records();
        let mut damaged = vec![];
        for owner in proof::owners(tables.rows, txn)? {
            let Ok(Some(proven)) = proof::key_of(&self.keys, tables.rows, txn, owner) else { continue };
            proof::visit(tables.rows, txn, owner, |at, sealed| {
                if seal::open(&proven.key, at, sealed).is_none() {
                    let kind = proof::split(at).map_or(&b""[..], |(kind, _)| kind);
                    damaged.push((owner, String::from_utf8_lossy(kind).trim_end_matches('\0').to_owned()));
                }
                true
            })?;
        }
        Ok(damaged)
    }

    /// Gives a canary to all who have none and whose key fits, as in a folder that an earlier program made.
    ///
    /// # Errors
    /// [`Error::Io`] when the disk is full, [`Error::Store`].
    pub fn adopt(&self) -> Result<()> {
        let mut bare = vec![];
        {
            let reader = self.store.read()?;
            let (tables, txn) = reader.records();
            for owner in proof::owners(tables.rows, txn)? {
                match proof::key_of(&self.keys, tables.rows, txn, owner) {
                    Ok(Some(proven)) if !proven.by_canary => bare.push((owner, proven.key)),
                    Ok(_) | Err(Error::Key { .. }) => {}
                    Err(other) => return Err(other),
                }
            }
        }
        if bare.is_empty() {
            return Ok(());
        }
        self.transact(|mut txn| {
            for (owner, _) in &bare {
                // Again, and in this transaction: they may have gone meanwhile.
                if let Some(proven) = proof::key_of(&self.keys, txn.tables.rows, txn.txn, *owner)? {
                    txn.put_canary(*owner, &proven.key)?;
                }
            }
            Ok(())
        })
    }

    /// A row of one person; `None` when this person has none of that id.
    ///
    /// # Errors
    /// [`Error::Store`]; [`Error::Corrupt`] when the row cannot be read; [`Error::Key`] when none of theirs can.
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
    /// What `work` gives; [`Error::Key`], [`Error::Store`].
    pub fn read<T, E: From<Error>>(
        &self,
        owner: Owner,
        work: impl FnOnce(&Rows<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let reader = self.store.read()?;
        let (tables, txn) = reader.records();
        let key = proof::key_of(&self.keys, tables.rows, txn, owner)?.map(|proven| proven.key);
        work(&Rows { table: tables.rows, txn, owner, key })
    }

    /// Changes rows of one person in one transaction: all of `work` is kept, or, when it fails, nothing. It may run
    /// more than once.
    ///
    /// # Errors
    /// What `work` gives; [`Error::UnknownOwner`]; [`Error::Key`]; [`Error::NoRoom`] when a person would have more rows
    /// than fit into their room; [`Error::Io`] when the disk is full.
    pub fn write<T, E: From<Error>>(
        &self,
        owner: Owner,
        mut work: impl FnMut(&mut RowsMut<'_, '_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transact(|mut txn| {
            let mut rows = txn.rows_of(owner)?;
            let value = work(&mut rows)?;
            rows.count(self.limits)?;
            Ok(value)
        })
    }

    /// A secret of this data folder, made at first use and readable by its owner only.
    ///
    /// Where people have rows but no canary says that it is the right one, as in a folder that an earlier program
    /// made, `prove` tells whether it is.
    ///
    /// # Errors
    /// [`Error::Key`] when it is missing or not what it was: it is never made again where people have rows.
    pub fn secret(&self, prove: impl FnOnce(&[u8; 32]) -> Result<bool>) -> Result<[u8; 32]> {
        let fault = |fault| Error::Key { path: self.keys.path(Owner::SERVER), fault };
        {
            let reader = self.store.read()?;
            let (tables, txn) = reader.records();
            if let Some(proven) = proof::key_of(&self.keys, tables.rows, txn, Owner::SERVER)? {
                return Ok(proven.key.0);
            }
        }
        let key = match self.keys.load(Owner::SERVER) {
            _ if self.owners()?.is_empty() => self.keys.make(Owner::SERVER)?,
            Ok(key) if prove(&key.0)? => key,
            Ok(_) => return Err(fault(KeyFault::Unfit)),
            Err(why) => return Err(fault(why)),
        };
        match self.transact(|mut txn| txn.put_canary(Owner::SERVER, &key)) {
            // It has been proved, and will be again.
            Ok(()) | Err(Error::ReadOnly(_) | Error::Io { .. }) => Ok(key.0),
            Err(other) => Err(other),
        }
    }

    /// Runs `work` in one transaction: all of it is kept, or nothing.
    fn transact<T, E: From<Error>>(&self, mut work: impl FnMut(Txn<'_, '_>) -> Result<T, E>) -> Result<T, E> {
        let mut failure = None;
        let done = self.store.write_records(|tables, txn| {
            let full = Cell::new(false);
            let result = work(Txn { keys: &self.keys, tables, txn, full: &full });
            if full.get() {
                // Whatever `work` made of it: the map grows, and all begins again.
                return Err(Error::Store(MdbError::MapFull.into()));
            }
            result.map_err(|e| {
                failure = Some(e);
                Error::Cancelled
            })
        });
        match (done, failure) {
            (_, Some(failure)) => Err(failure),
            (done, None) => Ok(done?),
        }
    }
}

/// Marks: see the [module](self).
const MAKING: &[u8] = b"making";
const ERASING: &[u8] = b"erasing";
const MARK: &str = "person ";

fn mark_of(owner: Owner) -> String {
    format!("{MARK}{}", owner.0)
}

fn marked(tables: RecordTables, txn: &RoTxn<'_>) -> Result<Vec<Owner>> {
    let mut owners = vec![];
    for entry in tables.marks.prefix_iter(txn, MARK)? {
        owners.extend(entry?.0.strip_prefix(MARK).and_then(|id| id.parse::<Uuid>().ok()).map(Owner));
    }
    Ok(owners)
}

/// A transaction that writes.
struct Txn<'a, 'p> {
    keys: &'a Keys,
    tables: RecordTables,
    txn: &'a mut RwTxn<'p>,
    /// Set when the map was too small for something.
    full: &'a Cell<bool>,
}

impl<'p> Txn<'_, 'p> {
    /// The same transaction, lent.
    fn again(&mut self) -> Txn<'_, 'p> {
        Txn { keys: self.keys, tables: self.tables, txn: self.txn, full: self.full }
    }

    /// The rows of an owner; those of the house begin with their first use.
    fn rows_of(&mut self, owner: Owner) -> Result<RowsMut<'_, 'p>> {
        let key = match proof::key_of(self.keys, self.tables.rows, self.txn, owner)? {
            Some(proven) if proven.by_canary => proven.key,
            Some(proven) => {
                self.put_canary(owner, &proven.key)?;
                proven.key
            }
            None if owner == Owner::HOUSE => {
                let key = self.keys.make(owner)?;
                self.put_canary(owner, &key)?;
                key
            }
            None => return Err(Error::UnknownOwner),
        };
        Ok(RowsMut { txn: self.again(), owner, key, grown: vec![] })
    }

    fn put_canary(&mut self, owner: Owner, key: &Key) -> Result<()> {
        let done = proof::put_canary(self.tables.rows, self.txn, owner, key);
        self.noted(done)
    }

    fn put(&mut self, at: &[u8], sealed: &[u8]) -> Result<()> {
        let done = self.tables.rows.put(self.txn, at, sealed);
        self.noted(done.map_err(Error::from))
    }

    fn delete(&mut self, at: &[u8]) -> Result<bool> {
        let done = self.tables.rows.delete(self.txn, at);
        self.noted(done.map_err(Error::from))
    }

    fn marked(&self, owner: Owner) -> Result<Option<Vec<u8>>> {
        Ok(self.tables.marks.get(self.txn, &mark_of(owner))?.map(<[u8]>::to_vec))
    }

    fn mark(&mut self, owner: Owner, mark: Option<&[u8]>) -> Result<()> {
        let at = mark_of(owner);
        let done = match mark {
            Some(mark) => self.tables.marks.put(self.txn, &at, mark),
            None => self.tables.marks.delete(self.txn, &at).map(drop),
        };
        self.noted(done.map_err(Error::from))
    }

    fn noted<T>(&self, done: Result<T>) -> Result<T> {
        if matches!(done, Err(Error::Store(heed::Error::Mdb(MdbError::MapFull)))) {
            self.full.set(true);
        }
        done
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
    key: Option<Key>,
}

impl Rows<'_> {
    /// A row; `None` when this person has none of that id.
    ///
    /// # Errors
    /// [`Error::Store`]; [`Error::Corrupt`] when the row cannot be read.
    pub fn get<R: Row>(&self, id: Uuid) -> Result<Option<R>> {
        let Some(key) = &self.key else { return Ok(None) };
        let at = row_key::<R>(self.owner, id);
        self.table.get(self.txn, &at)?.map(|sealed| decode(key, &at, sealed)).transpose()
    }

    /// All rows of a kind, in the order of their ids (for time-ordered ids, the oldest first).
    ///
    /// # Errors
    /// As [`Rows::get`].
    pub fn list<R: Row>(&self) -> Result<Vec<(Uuid, R)>> {
        let Some(key) = &self.key else { return Ok(vec![]) };
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
    txn: Txn<'a, 'p>,
    owner: Owner,
    key: Key,
    /// For every change: what room it is of, and by how many bytes it made it fuller.
    grown: Vec<(Room, i64)>,
}

impl<'p> RowsMut<'_, 'p> {
    fn view(&self) -> Rows<'_> {
        Rows { table: self.txn.tables.rows, txn: self.txn.txn, owner: self.owner, key: Some(self.key) }
    }

    /// Whose rows these are.
    pub fn owner(&self) -> Owner {
        self.owner
    }

    /// The rows of the house, in the same transaction.
    ///
    /// # Errors
    /// [`Error::Key`], [`Error::Store`].
    pub fn house(&mut self) -> Result<RowsMut<'_, 'p>> {
        self.txn.rows_of(Owner::HOUSE)
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
        let sealed = seal::seal(&self.key, &at, &encode(row)?)?;
        let former = self.txn.tables.rows.get(self.txn.txn, &at)?.map_or(0, weight);
        self.grown.push((R::ROOM, weight(&sealed) - former));
        self.txn.put(&at, &sealed)
    }

    /// Removes a row; tells whether there was one.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn delete<R: Row>(&mut self, id: Uuid) -> Result<bool> {
        let at = row_key::<R>(self.owner, id);
        let Some(former) = self.txn.tables.rows.get(self.txn.txn, &at)?.map(weight) else {
            return Ok(false);
        };
        self.grown.push((R::ROOM, -former));
        self.txn.delete(&at)
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
        let Taken(mut taken) = match self.get(Uuid::nil()) {
            // Damage to the count must keep nobody from writing: it begins again.
            Err(Error::Corrupt { .. }) => Taken::default(),
            counted => counted?.unwrap_or_default(),
        };
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
    let bytes = seal::open(key, at, sealed).ok_or_else(|| unreadable("it was changed".into()))?;
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

    fn opened(dir: &Path) -> Index {
        Index::open(dir, Options::default()).unwrap()
    }

    fn note(records: &Records<'_>, owner: Owner) -> Uuid {
        let id = Uuid::now_v7();
        records.write(owner, |rows| rows.put(id, &Note("à garder".into()))).unwrap();
        id
    }

    fn fault<T: std::fmt::Debug>(result: Result<T>, of: &Path) -> KeyFault {
        match result {
            Err(Error::Key { path, fault }) if path == of => fault,
            other => panic!("{other:?} instead of a fault of {}", of.display()),
        }
    }

    #[test]
    fn what_is_marked_is_finished_and_nobody_else_is_touched() {
        let dir = tempfile::tempdir().unwrap();
        let index = opened(dir.path());
        let records = index.records();
        let (anne, bob, carl) = (
            records.create_owner().unwrap(),
            records.create_owner().unwrap(),
            records.create_owner().unwrap(),
        );
        let id = note(&records, anne);
        note(&records, bob);
        // Killed while somebody was made, with and without their key; while Bob was erased, before and after his key
        // went; and a key that nothing is known of.
        let (keyed, keyless, stray) = (Owner(Uuid::now_v7()), Owner(Uuid::now_v7()), Owner(Uuid::now_v7()));
        for owner in [keyed, keyless] {
            records.transact(|mut txn| txn.mark(owner, Some(MAKING))).unwrap();
        }
        for owner in [keyed, stray] {
            records.keys.make(owner).unwrap();
        }
        for owner in [bob, carl] {
            records
                .transact(|mut txn| {
                    let mut doomed = vec![];
                    proof::visit(txn.tables.rows, txn.txn, owner, |at, _| {
                        doomed.push(at.to_vec());
                        true
                    })?;
                    for at in doomed {
                        txn.delete(&at)?;
                    }
                    txn.mark(owner, Some(ERASING))
                })
                .unwrap();
        }
        records.keys.destroy(carl).unwrap();

        assert_eq!(records.stray_keys().unwrap(), [stray]);
        assert_eq!(records.recover().unwrap(), 4);
        assert_eq!(records.recover().unwrap(), 0);
        assert_eq!(records.owners().unwrap(), [anne]);
        assert_eq!(records.get::<Note>(anne, id).unwrap(), Some(Note("à garder".into())));
        let mut left = records.keys.files().unwrap();
        left.sort_unstable();
        assert_eq!(left, [anne, stray]);
        assert!(records.unopened().unwrap().is_empty());
    }

    #[test]
    fn someone_who_is_made_while_another_program_starts_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let index = opened(dir.path());
        let records = index.records();
        let (mut tries, id) = (0, Uuid::now_v7());
        let owner = records
            .create(|rows| {
                tries += 1;
                rows.put(id, &Note("à garder".into()))?;
                // LMDB's map is too small once: all begins again.
                rows.txn.full.set(tries == 1);
                Ok::<_, Error>(rows.owner())
            })
            .unwrap();
        assert_eq!(tries, 2);
        assert!(records.get::<Note>(owner, id).unwrap().is_some());
        let swept = Owner(Uuid::now_v7());
        records.transact(|mut txn| txn.mark(swept, Some(MAKING))).unwrap();
        records.keys.make(swept).unwrap();
        assert_eq!(records.recover().unwrap(), 1);
        assert_eq!(records.owners().unwrap(), [owner]);
    }

    #[test]
    fn a_key_is_never_made_where_rows_are() {
        let dir = tempfile::tempdir().unwrap();
        let index = opened(dir.path());
        let records = index.records();
        let secret = records.secret(|_| Ok(false)).unwrap();
        let (anne, bob) = (records.create_owner().unwrap(), records.create_owner().unwrap());
        let id = note(&records, anne);
        note(&records, Owner::HOUSE);
        let bobs = note(&records, bob);
        for owner in [anne, Owner::HOUSE, Owner::SERVER] {
            let path = records.keys.path(owner);
            let whole = std::fs::read(&path).unwrap();
            let check = |expected: fn(&KeyFault) -> bool| {
                if owner == Owner::SERVER {
                    assert!(expected(&fault(records.secret(|_| Ok(true)), &path)), "{owner:?}");
                } else {
                    let written = records.write(owner, |rows| rows.put(id, &Note(String::new())));
                    assert!(expected(&fault(written, &path)), "{owner:?}");
                    assert!(expected(&fault(records.get::<Note>(owner, id), &path)), "{owner:?}");
                }
                let unopened = records.unopened().unwrap();
                assert_eq!(unopened.iter().map(|(owner, _)| *owner).collect::<Vec<_>>(), [owner]);
                assert_eq!(records.recover().unwrap(), 0);
                records.adopt().unwrap();
                // Somebody else's rows are nobody's business.
                assert!(records.get::<Note>(bob, bobs).unwrap().is_some());
            };
            std::fs::remove_file(&path).unwrap();
            check(|fault| matches!(fault, KeyFault::Missing));
            assert!(!path.exists(), "made again");
            std::fs::create_dir(&path).unwrap();
            check(|fault| matches!(fault, KeyFault::Unreadable(_)));
            std::fs::remove_dir(&path).unwrap();
            for bytes in [&b""[..], &whole[..31], &[whole.as_slice(), b"x"].concat()] {
                std::fs::write(&path, bytes).unwrap();
                check(|fault| matches!(fault, KeyFault::Length));
            }
            let mut flipped = whole.clone();
            flipped[7] ^= 1;
            std::fs::write(&path, &flipped).unwrap();
            check(|fault| matches!(fault, KeyFault::Unfit));
            std::fs::write(&path, &whole).unwrap();
            assert!(records.unopened().unwrap().is_empty());
        }
        assert_eq!(records.get::<Note>(anne, id).unwrap(), Some(Note("à garder".into())));
        assert_eq!(records.secret(|_| Ok(false)).unwrap(), secret);
    }

    /// Takes the canaries away, which earlier programs did not make.
    fn forget_canaries(records: &Records<'_>) {
        for owner in records.all_owners().unwrap() {
            records.transact(|mut txn| txn.delete(&proof::canary_at(owner))).unwrap();
        }
    }

    #[test]
    fn rows_of_an_earlier_program_are_opened_and_get_canaries() {
        let dir = tempfile::tempdir().unwrap();
        let index = opened(dir.path());
        let records = index.records();
        let secret = records.secret(|_| Ok(false)).unwrap();
        let (anne, bob) = (records.create_owner().unwrap(), records.create_owner().unwrap());
        let id = note(&records, anne);
        note(&records, bob);
        note(&records, Owner::HOUSE);
        forget_canaries(&records);
        let has_canary = |owner| {
            let reader = index.store().read().unwrap();
            let (tables, txn) = reader.records();
            tables.rows.get(txn, &proof::canary_at(owner)).unwrap().is_some()
        };
        let path = records.keys.path(bob);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, [0; 32]).unwrap();
        assert_eq!(records.get::<Note>(anne, id).unwrap(), Some(Note("à garder".into())));
        records.adopt().unwrap();
        assert!(has_canary(anne) && has_canary(Owner::HOUSE) && !has_canary(bob));
        std::fs::write(&path, whole).unwrap();
        note(&records, bob);
        assert!(has_canary(bob));

        assert!(matches!(
            fault(records.secret(|_| Ok(false)), &records.keys.path(Owner::SERVER)),
            KeyFault::Unfit
        ));
        assert_eq!(records.secret(|given| Ok(*given == secret)).unwrap(), secret);
        assert!(has_canary(Owner::SERVER));
        assert_eq!(records.secret(|_| Ok(false)).unwrap(), secret);
    }

    #[test]
    fn a_damaged_row_costs_that_row() {
        let dir = tempfile::tempdir().unwrap();
        let index = opened(dir.path());
        let records = index.records();
        let anne = records.create_owner().unwrap();
        let (id, other) = (note(&records, anne), note(&records, anne));
        for at in [row_key::<Note>(anne, id), proof::canary_at(anne)] {
            records
                .transact(|mut txn| {
                    let mut sealed = txn.tables.rows.get(txn.txn, &at)?.unwrap().to_vec();
                    sealed[30] ^= 1;
                    txn.put(&at, &sealed)
                })
                .unwrap();
        }
        assert!(matches!(records.get::<Note>(anne, id), Err(Error::Corrupt { .. })));
        assert!(records.get::<Note>(anne, other).unwrap().is_some());
        assert!(records.unopened().unwrap().is_empty());
        let damaged: Vec<String> = records.damaged().unwrap().into_iter().map(|(_, kind)| kind).collect();
        assert_eq!(damaged, ["canary", "note"]);
        records.adopt().unwrap();
        assert_eq!(records.damaged().unwrap(), [(anne, "note".to_owned())]);
    }

    #[test]
    fn the_map_grows_for_rows_of_people() {
        const SMALL: usize = 1 << 18;
        let dir = tempfile::tempdir().unwrap();
        // Kept: the index shares it.
        let store = Store::open_sized(&dir.path().join("store"), false, &[SMALL]).unwrap();
        let index = opened(dir.path());
        let records = index.records();
        let anne = records.create_owner().unwrap();
        let words = "mot ".repeat(SMALL / 4);
        let ids: Vec<Uuid> = (0..4).map(|_| Uuid::now_v7()).collect();
        for id in &ids {
            // As callers do: the engine's error becomes one of theirs.
            records
                .write::<_, Box<dyn std::error::Error>>(anne, |rows| Ok(rows.put(*id, &Note(words.clone()))?))
                .unwrap();
        }
        assert!(
            ids.iter().all(|id| records.get::<Note>(anne, *id).unwrap().is_some_and(|note| note.0 == words))
        );
        let bob = records
            .create(|rows| rows.put(ids[0], &Note("mot ".repeat(4 * SMALL))))
            .map(|()| records.owners());
        assert_eq!(bob.unwrap().unwrap().len(), 2);
        assert!(records.erase(anne).unwrap());
        drop(store);
    }
}
