//! Opening the environment, reading from it, growing it.

use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Weak};

use heed::byteorder::BigEndian;
use heed::types::{Bytes, Str, U32, U64};
use heed::{
    CommitOrAbort, CompactionOption, Database, Env, EnvFlags, EnvOpenOptions, MdbError, RoTxn, RwTxn,
    WithoutTls,
};
use parking_lot::{Mutex, RwLock, RwLockReadGuard};
use serde::de::DeserializeOwned;

use super::meta::{FORMAT, Head, Meta};
use super::pages::{self, Depth};
use super::{OfferId, codec};
use crate::error::{Error, Result};
use crate::features::Features;
use crate::offer::{Offer, OfferKey};

type Numbers = U32<BigEndian>;

/// The LMDB environment of one data folder.
pub(crate) struct Store {
    env: Env<WithoutTls>,
    tables: Tables,
    /// Held shared by every transaction and every copy; growing the map needs it alone.
    gate: RwLock<()>,
    read_only: bool,
}

#[derive(Clone, Copy)]
pub(super) struct Tables {
    pub(super) meta: Database<'static, Str, Bytes>,
    pub(super) offers: Database<'static, Numbers, Bytes>,
    pub(super) keys: Database<'static, Bytes, Numbers>,
    pub(super) features: [Database<'static, Numbers, Bytes>; 2],
    pub(super) journal: Database<'static, U64<BigEndian>, Bytes>,
    pub(super) graph: Database<'static, Numbers, Bytes>,
    pub(super) records: Database<'static, Bytes, Bytes>,
}

/// What is kept of people.
#[derive(Clone, Copy)]
pub(crate) struct RecordTables {
    /// Kind, owner and id; the sealed row.
    pub(crate) rows: Database<'static, Bytes, Bytes>,
    /// Who is being made or erased; see [`records`](crate::records). They share a table with the store's own record.
    pub(crate) marks: Database<'static, Str, Bytes>,
}

impl Tables {
    fn of_people(&self) -> RecordTables {
        RecordTables { rows: self.records, marks: self.meta }
    }
}

/// Address space set aside, not disk or memory: the file holds what was written and no more. Smaller sizes are
/// tried where address space is limited; a full map is doubled.
const MAP_SIZES: [usize; 4] = [64 << 30, 8 << 30, 1 << 30, 256 << 20];

/// LMDB allows one environment a folder and process: two handles on the same folder share it.
static OPEN: LazyLock<Mutex<HashMap<PathBuf, Weak<Store>>>> = LazyLock::new(Mutex::default);

impl Store {
    /// Opens the environment in `dir`, and makes it unless `read_only`.
    pub(crate) fn open(dir: &Path, read_only: bool) -> Result<Arc<Self>> {
        Self::open_sized(dir, read_only, &MAP_SIZES)
    }

    /// As [`Store::open`], with the first of the sizes that the system grants.
    pub(crate) fn open_sized(dir: &Path, read_only: bool, sizes: &[usize]) -> Result<Arc<Self>> {
        if !read_only {
            std::fs::create_dir_all(dir).map_err(|source| Error::Io { path: dir.to_owned(), source })?;
        }
        let path = dir.canonicalize().map_err(|source| Error::Io { path: dir.to_owned(), source })?;
        let mut open = OPEN.lock();
        open.retain(|_, store| store.strong_count() > 0);
        if let Some(store) = open.get(&path).and_then(Weak::upgrade) {
            if store.read_only && !read_only {
                return Err(Error::Store(heed::Error::EnvAlreadyOpened));
            }
            return Ok(store);
        }
        let data = path.join(DATA);
        let len = std::fs::metadata(&data).map_or(0, |meta| meta.len());
        if len > 0 {
            pages::check_head(&data)?;
        }
        if !read_only || path.join(LOCK).is_dir() {
            make_lock_file(&path).map_err(|source| Error::Io { path: path.join(LOCK), source })?;
        }
        let env = sizes
            .iter()
            .enumerate()
            .find_map(|(n, &size)| match open_env(&path, read_only, size) {
                Err(heed::Error::Io(e))
                    if e.kind() == std::io::ErrorKind::OutOfMemory && n + 1 < sizes.len() =>
                {
                    None
                }
                result => Some(result),
            })
            .expect("the last size gives a result")
            .map_err(|e| name_path(e, &path))?;
        check_pages(&env, &data, if len > LARGE { Depth::Without(&OFFER_TABLES) } else { Depth::All })?;
        let tables = if read_only { open_tables(&env)? } else { create_tables(&env)? };
        let tables = tables.ok_or_else(|| Error::Io {
            path: path.clone(),
            source: std::io::Error::new(std::io::ErrorKind::NotFound, "there is no offer store here yet"),
        })?;
        let store = Arc::new(Self { env, tables, gate: RwLock::new(()), read_only });
        let meta = store.read()?.meta()?;
        if meta.format > FORMAT {
            let why = format!(
                "its format {} is newer than this program's ({FORMAT}); update the program",
                meta.format
            );
            return Err(Error::Corrupt { what: format!("the store in {}", path.display()), why });
        }
        open.insert(path, Arc::downgrade(&store));
        Ok(store)
    }

    /// A consistent view, until it is dropped. Short-lived: pages it sees cannot be reused meanwhile.
    pub(crate) fn read(&self) -> Result<Reader<'_>> {
        loop {
            let gate = self.gate.read_recursive();
            match self.env.read_txn() {
                Ok(txn) => return Ok(Reader { txn, tables: self.tables, _gate: gate }),
                Err(heed::Error::Mdb(MdbError::MapResized)) => {
                    drop(gate);
                    self.resize(0)?;
                }
                Err(heed::Error::Mdb(MdbError::ReadersFull)) => {
                    if self.env.clear_stale_readers()? == 0 {
                        return Err(Error::Store(MdbError::ReadersFull.into()));
                    }
                }
                Err(e) => return Err(e.into()),
            }
        }
    }

    /// Runs `work` in one transaction and commits it, unless it fails. It is run again from the start when the
    /// map was full and has been made larger.
    pub(super) fn write<T>(&self, mut work: impl FnMut(&Tables, &mut RwTxn<'_>) -> Result<T>) -> Result<T> {
        loop {
            let gate = self.gate.read_recursive();
            let attempt = self.env.write_txn().map_err(Error::Store).and_then(|mut txn| {
                let result = work(&self.tables, &mut txn)?;
                txn.commit()?;
                Ok(result)
            });
            match attempt {
                Err(Error::Store(heed::Error::Mdb(MdbError::MapFull))) => {
                    drop(gate);
                    self.resize(self.env.info().map_size * 2)?;
                }
                Err(Error::Store(heed::Error::Mdb(MdbError::MapResized))) => {
                    drop(gate);
                    self.resize(0)?;
                }
                Err(Error::Store(e)) => return Err(name_path(e, self.env.path())),
                other => return other,
            }
        }
    }

    /// Changes rows of people in one transaction, as [`Store::write`] does.
    pub(crate) fn write_records<T>(
        &self,
        mut work: impl FnMut(RecordTables, &mut RwTxn<'_>) -> Result<T>,
    ) -> Result<T> {
        if self.read_only {
            return Err(Error::ReadOnly(self.env.path().to_owned()));
        }
        self.write(|tables, txn| work(tables.of_people(), txn))
    }

    /// `0` adopts the size that another process has set.
    fn resize(&self, size: usize) -> Result<()> {
        let _alone = self.gate.write();
        // SAFETY: every transaction and every copy of this process holds `gate` shared while it lives, and we hold
        // it alone.
        #[allow(unsafe_code)]
        unsafe {
            self.env.resize(size)?;
        }
        Ok(())
    }

    /// Copies the environment, as it is now, to a new file; writers go on meanwhile, unless the map must grow.
    pub(crate) fn copy_to(&self, path: &Path) -> Result<()> {
        loop {
            // A copy reads the map all along, in a transaction of LMDB's own.
            let gate = self.gate.read_recursive();
            match self.env.copy_to_path(path, CompactionOption::Enabled) {
                Err(heed::Error::Mdb(MdbError::MapResized)) => {
                    drop(gate);
                    self.resize(0)?;
                }
                Err(e) => return Err(name_path(e, path)),
                Ok(file) => {
                    return file.sync_all().map_err(|source| Error::Io { path: path.to_owned(), source });
                }
            }
        }
    }

    /// Reads every page of the file, and every record of the offers; gives what is wrong.
    pub(crate) fn examine(&self) -> Result<Vec<Error>> {
        match check_pages(&self.env, &self.env.path().join(DATA), Depth::All) {
            Ok(()) => {}
            // What hangs together no more is better not followed.
            Err(error @ Error::Damaged { .. }) => return Ok(vec![error]),
            Err(other) => return Err(other),
        }
        let reader = self.read()?;
        let (tables, txn) = (&self.tables, &reader.txn);
        let live = reader.meta()?.live.features;
        let mut wrong = vec![];
        for entry in tables.offers.iter(txn)? {
            let (number, stored) = entry?;
            wrong.extend(codec::decode_offer(stored).err().map(|e| numbered(number, e)));
        }
        for entry in tables.features[usize::from(live & 1)].iter(txn)? {
            let (number, stored) = entry?;
            wrong.extend(codec::decode_features(stored).err().map(|e| numbered(number, e)));
        }
        Ok(wrong)
    }

    /// Bytes on disk.
    pub(crate) fn disk_size(&self) -> Result<u64> {
        Ok(self.env.real_disk_size()?)
    }
}

fn open_env(path: &Path, read_only: bool, size: usize) -> heed::Result<Env<WithoutTls>> {
    let mut options = EnvOpenOptions::new().read_txn_without_tls();
    options.map_size(size).max_dbs(16).max_readers(512);
    // SAFETY: `READ_ONLY` is no unsafe mode of LMDB. The files belong to this program, whose processes
    // change them through LMDB only; `OPEN` keeps a process from opening them twice.
    #[allow(unsafe_code)]
    unsafe {
        if read_only {
            options.flags(EnvFlags::READ_ONLY);
        }
        options.open(path)
    }
}

/// The store's file, in its folder.
pub(crate) const DATA: &str = "data.mdb";
const LOCK: &str = "lock.mdb";
/// Tables of a row an offer.
const OFFER_TABLES: [&str; 3] = ["offers", "features-0", "features-1"];
/// Above this many bytes, the lowest pages of [`OFFER_TABLES`] are not read at opening, which must stay quick.
const LARGE: u64 = 64 << 20;

/// Looks whether the pages hold together, as they are now.
fn check_pages(env: &Env<WithoutTls>, data: &Path, depth: Depth) -> Result<()> {
    /// Others may write so much meanwhile that the head of a transaction is gone before it is read. Whoever they are,
    /// they have looked when they began.
    const TRIES: usize = 10;
    for _ in 0..TRIES {
        let txn = match env.read_txn() {
            Ok(txn) => txn,
            // Another process has made the map larger: it is in good use.
            Err(heed::Error::Mdb(MdbError::MapResized)) => return Ok(()),
            Err(e) => return Err(name_path(e, data)),
        };
        if pages::check(data, txn.id() as u64, depth)? {
            return Ok(());
        }
    }
    Ok(())
}

/// LMDB maps its lock file. One that it made would have a hole, which ends the process that touches it on a full disk.
fn make_lock_file(dir: &Path) -> std::io::Result<()> {
    /// More than the table of readers takes.
    const LEN: usize = 1 << 16;
    let path = dir.join(LOCK);
    if path.is_dir() {
        return Err(std::io::ErrorKind::IsADirectory.into());
    }
    if path.exists() {
        return Ok(());
    }
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    file.write_all(&[0; LEN])?;
    match file.persist_noclobber(&path) {
        Err(e) if e.error.kind() != std::io::ErrorKind::AlreadyExists => Err(e.error),
        _ => Ok(()),
    }
}

fn numbered(number: u32, error: Error) -> Error {
    match error {
        Error::Corrupt { what, why } => Error::Corrupt { what: format!("{what} number {number}"), why },
        other => other,
    }
}

const NAMES: [&str; 8] =
    ["meta", "offers", "keys", "features-0", "features-1", "journal", "vector-graph", "records"];

fn open_tables(env: &Env<WithoutTls>) -> Result<Option<Tables>> {
    let txn = env.read_txn()?;
    let tables = env.open_databases_and_commit(txn, |opener, txn| -> Result<_, heed::Error> {
        let mut tables = vec![];
        for name in NAMES {
            let Some(table) = opener.open_database::<Bytes, Bytes>(txn, Some(name))? else {
                return Ok(CommitOrAbort::Abort(()));
            };
            tables.push(table);
        }
        let tables: [_; NAMES.len()] = tables.try_into().unwrap_or_else(|_| unreachable!("one table a name"));
        Ok(CommitOrAbort::Commit(tables))
    })?;
    Ok(match tables {
        CommitOrAbort::Commit(tables) => Some(typed(tables)),
        CommitOrAbort::Abort(()) => None,
    })
}

fn create_tables(env: &Env<WithoutTls>) -> Result<Option<Tables>> {
    if let Some(tables) = open_tables(env)? {
        return Ok(Some(tables));
    }
    let txn = env.write_txn()?;
    let tables = env.create_databases_and_commit(txn, |opener, txn| -> Result<_, heed::Error> {
        let mut tables = vec![];
        for name in NAMES {
            tables.push(opener.create_database::<Bytes, Bytes>(txn, Some(name))?);
        }
        let tables: [_; NAMES.len()] = tables.try_into().unwrap_or_else(|_| unreachable!("one table a name"));
        Ok(CommitOrAbort::<_, ()>::Commit(tables))
    })?;
    Ok(Some(typed(tables.unwrap_commit())))
}

fn typed(
    [meta, offers, keys, features_0, features_1, journal, graph, records]: [Database<'static, Bytes, Bytes>;
        8],
) -> Tables {
    Tables {
        meta: meta.remap_types(),
        offers: offers.remap_types(),
        keys: keys.remap_types(),
        features: [features_0.remap_types(), features_1.remap_types()],
        journal: journal.remap_types(),
        graph: graph.remap_types(),
        records,
    }
}

fn name_path(error: heed::Error, path: &Path) -> Error {
    match error {
        heed::Error::Io(source) => {
            let source = cause_of_short_write(&source, path).unwrap_or(source);
            Error::Io { path: path.to_owned(), source }
        }
        other => Error::Store(other),
    }
}

/// LMDB says « input/output error » of a write that was cut short, as by a full disk. Writing a file beside
/// tells what the matter is.
fn cause_of_short_write(error: &std::io::Error, path: &Path) -> Option<std::io::Error> {
    const EIO: i32 = 5;
    const BLOCK: usize = 1 << 20;
    const BLOCKS: usize = 16;
    if error.raw_os_error() != Some(EIO) {
        return None;
    }
    let probe = path.join("probe");
    let result = File::create(&probe).and_then(|mut file| {
        let block = vec![1; BLOCK];
        (0..BLOCKS).try_for_each(|_| file.write_all(&block))
    });
    // Nothing depends on it; a later probe overwrites it.
    let _ = std::fs::remove_file(&probe);
    result.err()
}

/// A consistent view of the store.
pub(crate) struct Reader<'s> {
    txn: RoTxn<'s, WithoutTls>,
    tables: Tables,
    _gate: RwLockReadGuard<'s, ()>,
}

impl Reader<'_> {
    /// What the store holds.
    pub(crate) fn meta(&self) -> Result<Meta> {
        read_meta(&self.tables, &self.txn)
    }

    /// What tells whether something has changed.
    pub(crate) fn head(&self) -> Result<Head> {
        read_meta(&self.tables, &self.txn)
    }

    /// The number of an offer.
    pub(crate) fn number(&self, key: &OfferKey) -> Result<Option<OfferId>> {
        Ok(self.tables.keys.get(&self.txn, &key_bytes(key))?.map(OfferId))
    }

    /// An offer.
    pub(crate) fn offer(&self, id: OfferId) -> Result<Option<Offer>> {
        self.tables.offers.get(&self.txn, &id.0)?.map(codec::decode_offer).transpose()
    }

    /// An offer as it is stored.
    pub(crate) fn stored_offer(&self, id: OfferId) -> Result<Option<&[u8]>> {
        Ok(self.tables.offers.get(&self.txn, &id.0)?)
    }

    /// The features of an offer.
    pub(crate) fn features(&self, table: u8, id: OfferId) -> Result<Option<Features>> {
        self.stored_features(table, id)?.map(codec::decode_features).transpose()
    }

    /// The features of an offer as they are stored.
    pub(crate) fn stored_features(&self, table: u8, id: OfferId) -> Result<Option<&[u8]>> {
        Ok(self.tables.features[usize::from(table & 1)].get(&self.txn, &id.0)?)
    }

    /// Calls `each` with the stored features of the offers numbered `from..to`, in order.
    pub(crate) fn each_features(
        &self,
        table: u8,
        from: u32,
        to: u32,
        mut each: impl FnMut(OfferId, &[u8]) -> Result<()>,
    ) -> Result<()> {
        for entry in self.tables.features[usize::from(table & 1)].range(&self.txn, &(from..to))? {
            let (id, bytes) = entry?;
            each(OfferId(id), bytes)?;
        }
        Ok(())
    }

    /// An offer; `None` when there is none, or its record is damaged.
    pub(crate) fn sound_offer(&self, id: OfferId) -> Result<Option<Offer>> {
        sound(self.offer(id))
    }

    /// The features of an offer; `None` when there are none, or their record is damaged.
    pub(crate) fn sound_features(&self, table: u8, id: OfferId) -> Result<Option<Features>> {
        sound(self.features(table, id))
    }

    /// How many offers have features.
    pub(crate) fn features_count(&self, table: u8) -> Result<u64> {
        Ok(self.tables.features[usize::from(table & 1)].len(&self.txn)?)
    }

    /// At most `limit` offers, in order, from number `from` on; `None` for one whose record is damaged.
    pub(crate) fn offers_from(&self, from: u32, limit: usize) -> Result<Vec<(OfferId, Option<Offer>)>> {
        let mut offers = Vec::with_capacity(limit);
        for entry in self.tables.offers.range(&self.txn, &(from..))?.take(limit) {
            let (id, stored) = entry?;
            offers.push((OfferId(id), sound(codec::decode_offer(stored).map(Some))?));
        }
        Ok(offers)
    }

    /// The chunks of the vector graph's snapshot, in order; none when there is no graph.
    pub(crate) fn graph_chunks(&self) -> Result<Vec<&[u8]>> {
        self.tables.graph.iter(&self.txn)?.map(|entry| Ok(entry?.1)).collect()
    }

    /// What is kept of people, and the view to read it in.
    pub(crate) fn records(&self) -> (RecordTables, &RoTxn<'_>) {
        (self.tables.of_people(), &self.txn)
    }

    /// Numbers of the offers touched after `revision`, in order, each once; `None` when the journal does not
    /// reach that far back.
    pub(crate) fn touched_since(&self, revision: u64) -> Result<Option<Vec<OfferId>>> {
        let meta = self.meta()?;
        if revision < meta.trimmed || revision > meta.revision {
            return Ok(None);
        }
        let mut ids = vec![];
        let after = (Bound::Excluded(revision), Bound::Unbounded);
        for entry in self.tables.journal.range(&self.txn, &after)? {
            let (_, numbers) = entry?;
            ids.extend(
                numbers.chunks_exact(4).map(|b| OfferId(u32::from_le_bytes([b[0], b[1], b[2], b[3]]))),
            );
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(Some(ids))
    }
}

fn sound<T>(read: Result<Option<T>>) -> Result<Option<T>> {
    match read {
        Err(Error::Corrupt { .. }) => Ok(None),
        other => other,
    }
}

/// The store's own record, or a part of it.
pub(super) fn read_meta<M: DeserializeOwned + Default>(tables: &Tables, txn: &RoTxn<'_>) -> Result<M> {
    match tables.meta.get(txn, "meta")? {
        None => Ok(M::default()),
        Some(bytes) => rmp_serde::from_slice(bytes)
            .map_err(|e| Error::Corrupt { what: "the store's own record".into(), why: e.to_string() }),
    }
}

/// Source and id as a key. LMDB's keys end at 511 bytes: beyond, the end gives way to a hash of the whole.
pub(super) fn key_bytes(key: &OfferKey) -> Vec<u8> {
    const LONGEST: usize = 480;
    let mut bytes = Vec::with_capacity(key.source.len() + key.id.len() + 1);
    bytes.extend_from_slice(key.source.as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(key.id.as_bytes());
    if bytes.len() > LONGEST {
        let hash = fnv_1a(&bytes);
        bytes.truncate(LONGEST);
        bytes.extend_from_slice(&hash.to_le_bytes());
    }
    bytes
}

/// FNV-1a, 128 bits: <http://www.isthe.com/chongo/tech/comp/fnv/>.
fn fnv_1a(bytes: &[u8]) -> u128 {
    bytes.iter().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash: u128, byte| {
        (hash ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    })
}
