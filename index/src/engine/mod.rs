//! The engine's surface: an [`Index`] of offers in one folder.

mod backup;
mod graph;
mod live;
mod rebuild;
mod repair;
mod search;
mod stats;
mod writer;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::{RwLock, RwLockReadGuard};

pub(crate) use live::Snapshot;
pub use rebuild::Part;
pub use search::{Facets, Findings, Hit, SearchQuery, SearchResults, Sort};
pub use stats::{Coverage, Stats};
pub use writer::{Put, Writer};

use crate::derive::derive;
use crate::embed::{Embedder, StaticTable};
use crate::error::{Error, Result};
use crate::features::{Features, SkillRead};
use crate::offer::{Offer, OfferKey};
use crate::records;
use crate::skills::Graph;
use crate::store::{DATA, Generation, OnBusy, Store, TextIndex, Versions, WriteLock, try_lock};
use crate::text::{ANALYSIS, TextFolder};
use live::Live;

/// How to open an [`Index`].
#[derive(Clone, Default)]
pub struct Options {
    /// Never write, not even to mend: another process may be writing to the same folder.
    pub read_only: bool,
    /// What to do when another process or thread is writing.
    pub on_busy: OnBusy,
    /// The embedding model; the built-in one when left out.
    pub embedder: Option<Arc<dyn Embedder>>,
    /// How much may be kept.
    pub limits: Limits,
    /// Load the graph of vectors, where a rebuild has made one. It takes seconds and about 1 kB of memory an offer,
    /// and saves a few milliseconds a query among a million offers: for programs that answer many queries.
    pub vector_graph: bool,
}

/// How much an index keeps. What is there already stays when a limit is lowered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Names of sources. Every search reads them all.
    pub sources: usize,
    /// Bytes of the files of one person: rows of [`Room::Files`](crate::records::Room).
    pub person_files: u64,
    /// Bytes of the other rows of one person, of which many are read at once.
    pub person_rows: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { sources: 500, person_files: 512 << 20, person_rows: 32 << 20 }
    }
}

/// See [`Index::state`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Grows with every commit of offers.
    revision: u64,
    /// Grows with every rebuild.
    generation: u64,
}

/// Offers in one folder, found and ranked.
///
/// May be shared among threads. Several processes may open the same folder: one writes at a time, and all see
/// what it wrote at their next query.
pub struct Index {
    dir: PathBuf,
    read_only: bool,
    on_busy: OnBusy,
    maker: Maker,
    limits: Limits,
    vector_graph: bool,
    store: Arc<Store>,
    live: Arc<RwLock<Live>>,
}

impl Index {
    /// Opens the index in `dir`, and makes it if need be. What a crash left behind is mended from the store, and what
    /// is derived from it is made again where it is damaged.
    ///
    /// # Errors
    /// [`Error::Io`] when the folder cannot be read or written; [`Error::Corrupt`] when the store was written
    /// by a newer program; [`Error::StoreGone`] when its file is missing where others are there, and
    /// [`Error::Damaged`] when it does not hold together. Nothing is changed then.
    pub fn open(dir: impl AsRef<Path>, options: Options) -> Result<Self> {
        let dir = dir.as_ref();
        let Options { read_only, on_busy, embedder, limits, vector_graph } = options;
        let maker = Maker { embedder };
        check_present(dir)?;
        let store = Store::open(&dir.join(STORE), read_only)?;
        let dir = dir.canonicalize().map_err(|source| Error::Io { path: dir.to_owned(), source })?;
        let lock = if read_only { None } else { WriteLock::free(&dir)? };
        if let Some(lock) = &lock {
            tolerate(repair::mend_all(&store, &dir, &maker.versions(), lock))?;
        }
        let mut live = Live::load(&store, &dir, &maker)?;
        if let Some(lock) = &lock
            && !live.damaged().is_empty()
        {
            tolerate(repair::mend_features(&store, &maker, live.damaged(), lock))?;
            live = Live::load(&store, &dir, &maker)?;
        }
        drop(lock);
        let live = Arc::new(RwLock::new(live));
        let index = Self { dir, read_only, on_busy, maker, limits, vector_graph, store, live };
        index.load_graph_behind();
        Ok(index)
    }

    /// The embedding model.
    pub(crate) fn embedder(&self) -> &dyn Embedder {
        self.maker.embedder()
    }

    /// Stores offers; each is searchable on return. An offer whose key is known replaces the former one.
    /// A long import in another process gives way.
    ///
    /// # Errors
    /// What [`Index::writer`] and [`Writer::put`] may meet.
    pub fn put(&self, offers: &[Offer]) -> Result<Vec<Put>> {
        let mut writer = Writer::short(self)?;
        let puts = writer.put(offers)?;
        writer.finish()?;
        Ok(puts)
    }

    /// For imports. Waits until no other process or thread writes, or does what [`Options::on_busy`] says.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::ReadOnly`], [`Error::Outdated`] when a [rebuild](Index::rebuild) must come first.
    pub fn writer(&self) -> Result<Writer<'_>> {
        Writer::long(self)
    }

    /// Removes offers; gives how many there were.
    ///
    /// # Errors
    /// What [`Index::put`] may meet.
    pub fn remove(&self, keys: &[OfferKey]) -> Result<usize> {
        let mut writer = Writer::short(self)?;
        let removed = writer.remove(keys)?;
        writer.finish()?;
        Ok(removed)
    }

    /// An offer.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Corrupt`].
    pub fn get(&self, key: &OfferKey) -> Result<Option<Offer>> {
        let reader = self.store.read()?;
        match reader.number(key)? {
            Some(id) => reader.offer(id),
            None => Ok(None),
        }
    }

    /// The skills that an offer asks for, in the order of the offer: those that the source lists, then those read in
    /// its title and description. Empty for an offer that is not there.
    ///
    /// # Errors
    /// [`Error::Outdated`] when a [rebuild](Index::rebuild) must come first; [`Error::Store`], [`Error::Corrupt`].
    pub fn skills_asked(&self, key: &OfferKey) -> Result<Vec<SkillRead>> {
        let snapshot = self.snapshot()?;
        let Some(id) = snapshot.number(key)? else { return Ok(Vec::new()) };
        let (Some(offer), Some(features)) = (snapshot.offer(id)?, snapshot.features(id)?) else {
            return Ok(Vec::new());
        };
        let read = features.skills.iter().map(|asked| SkillRead::new(asked, &offer, Graph::builtin()));
        Ok(read.collect())
    }

    /// What queries are answered from, by this process or another: the same state gives the same answers.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn state(&self) -> Result<State> {
        let head = self.store.read()?.head()?;
        Ok(State { revision: head.revision, generation: head.live.number })
    }

    /// Whether the text index lacks what the store holds: an import is running, or was killed. Opening for writing
    /// brings it up when nobody else writes.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Text`].
    pub fn text_is_behind(&self) -> Result<bool> {
        let meta = self.store.read()?.meta()?;
        match TextFolder::open(&text_path(&self.dir, meta.live.text.folder))? {
            Some(text) => Ok(text.revision()? < meta.revision),
            None => Ok(meta.offers > 0),
        }
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// Reads everything that is kept, and gives what is wrong; takes minutes for a million offers. Of keys,
    /// [`Records::unopened`](records::Records::unopened) tells.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Store`].
    pub fn examine(&self) -> Result<Vec<Error>> {
        let mut wrong = self.store.examine()?;
        let number = self.store.read()?.meta()?.live.text.folder;
        let path = text_path(&self.dir, number);
        if let Some(text) = TextFolder::open(&path)?
            && !text.is_whole()
        {
            wrong.push(Error::Damaged { path, why: "a file of the text index was changed".into() });
        }
        for lock in WriteLock::FILES.into_iter().chain([repair::REBUILD]) {
            let path = self.dir.join(lock);
            if path.exists() {
                wrong.extend(try_lock(&path).err());
            }
        }
        Ok(wrong)
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.dir
    }

    /// A view for one query: what every process has committed before.
    pub(crate) fn snapshot(&self) -> Result<Snapshot<'_>> {
        let behind = self.live().is_behind(&self.store.read()?)?;
        if behind {
            self.catch_up()?;
        }
        Ok(Snapshot::new(self.live(), self.store.read()?, self))
    }

    fn live(&self) -> RwLockReadGuard<'_, Live> {
        // A thread of rayon's that waits for its parts of a query may take up another query meanwhile: were
        // that one to queue behind a writer, who waits for the first, none would ever end. A plain read gives
        // writers their turn.
        match rayon::current_thread_index() {
            Some(_) => self.live.read_recursive(),
            None => self.live.read(),
        }
    }

    /// Brings the memory up to what is committed.
    fn catch_up(&self) -> Result<()> {
        while !self.live.write().follow(&self.store, &self.dir)? {
            // Read in parallel, hence without the lock; queries go on with the old one.
            let fresh = Live::load(&self.store, &self.dir, &self.maker)?;
            let old = std::mem::replace(&mut *self.live.write(), fresh);
            drop(old);
            self.load_graph_behind();
        }
        Ok(())
    }
}

/// A full disk must not keep anyone from reading. The next write tries again, and tells.
fn tolerate(mended: Result<()>) -> Result<()> {
    match mended {
        Err(Error::Io { .. }) => Ok(()),
        mended => mended,
    }
}

/// Fails when the store's file is not there although something is that comes after it: a new store would take the
/// place of one that is only away for a moment, as a disk that is not mounted.
fn check_present(dir: &Path) -> Result<()> {
    let path = dir.join(STORE).join(DATA);
    match std::fs::metadata(&path) {
        Ok(meta) if meta.is_dir() || meta.len() > 0 => return Ok(()),
        Err(source) if source.kind() == ErrorKind::PermissionDenied => {
            return Err(Error::Io { path, source });
        }
        Ok(_) | Err(_) => {}
    }
    let holds_something = |folder: &Path| folder.read_dir().is_ok_and(|mut entries| entries.next().is_some());
    match [records::FOLDER, TEXT].map(|name| dir.join(name)).into_iter().find(|path| holds_something(path)) {
        Some(witness) => Err(Error::StoreGone { path, witness }),
        None => Ok(()),
    }
}

const STORE: &str = "store";
const TEXT: &str = "text";

fn text_path(dir: &Path, folder: u32) -> PathBuf {
    dir.join(TEXT).join(folder.to_string())
}

/// Makes features.
struct Maker {
    embedder: Option<Arc<dyn Embedder>>,
}

impl Maker {
    /// What it makes them with.
    fn versions(&self) -> Versions {
        Versions {
            graph: Graph::builtin().version().to_owned(),
            model: self.embedder().id().to_owned(),
            derivation: crate::derive::VERSION,
            layout: crate::store::FEATURES_LAYOUT,
        }
    }

    fn embedder(&self) -> &dyn Embedder {
        match &self.embedder {
            Some(embedder) => embedder.as_ref(),
            None => StaticTable::builtin(),
        }
    }

    fn features(&self, offer: &Offer, source: u16) -> Result<Features> {
        derive(offer, Graph::builtin(), self.embedder(), source)
    }
}

/// The text index that this program writes.
fn text_index(folder: u32, versions: &Versions) -> TextIndex {
    TextIndex { folder, analysis: ANALYSIS, graph: versions.graph.clone() }
}

/// Fails when the live indexes were not made by this program, its graph and its model.
fn check_current(live: &Generation, versions: &Versions) -> Result<()> {
    let outdated =
        |part, made_with: String, current: String| Err(Error::Outdated { part, made_with, current });
    if live.versions != *versions {
        let name = |v: &Versions| {
            format!("graph {}, model {}, derivation {}.{}", v.graph, v.model, v.layout, v.derivation)
        };
        return outdated("index", name(&live.versions), name(versions));
    }
    if live.text.analysis != ANALYSIS || live.text.graph != versions.graph {
        let name = |t: &TextIndex| format!("analysis {}, graph {}", t.analysis, t.graph);
        return outdated("text index", name(&live.text), name(&text_index(0, versions)));
    }
    Ok(())
}
