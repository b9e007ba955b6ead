//! Whether the pages of LMDB's file hold together.
//!
//! LMDB has no checksums and follows what it finds: a file that was cut, or whose pages were overwritten, ends the
//! process that maps it. So the file is read here by ordinary reads, before LMDB follows it. The layout is that of
//! LMDB 0.9 (`MDB_meta`, `MDB_db`, `MDB_page` and `MDB_node` in its `mdb.c`), with numbers of 64 bits.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Duration;

use crate::error::{Error, Result};

/// The layout below is that of such machines; on others the file is left to LMDB.
const KNOWN: bool = cfg!(all(target_pointer_width = "64", target_endian = "little"));

/// How much is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Every page.
    All,
    /// Of the tables that are named, the lowest pages are left out: nearly all of a large store.
    Without(&'static [&'static str]),
}

/// Reads the two pages at the head of the file: LMDB may open it when they are whole.
///
/// # Errors
/// [`Error::Damaged`], [`Error::Io`].
pub(crate) fn check_head(path: &Path) -> Result<()> {
    /// Another process may be writing one of them just now.
    const TRIES: u32 = 5;
    let mut tries = 0;
    while KNOWN {
        match Pages::open(path).and_then(|mut pages| pages.heads().map(drop)) {
            Err(Fault::Damage(_)) if tries < TRIES => {
                tries += 1;
                std::thread::sleep(Duration::from_millis(2));
            }
            result => return result.map_err(|fault| fault.of(path)),
        }
    }
    Ok(())
}

/// Reads what transaction `id` sees, from the head down. It must be open meanwhile if others may write.
///
/// Gives `false` when the head of that transaction has been overwritten since: begin another one.
///
/// # Errors
/// [`Error::Damaged`], [`Error::Io`].
pub(crate) fn check(path: &Path, id: u64, depth: Depth) -> Result<bool> {
    if !KNOWN {
        return Ok(true);
    }
    let checked = Pages::open(path).and_then(|mut pages| {
        // One of the two may be half written.
        let heads = [pages.head(0), pages.head(1)];
        let Some(head) = heads.into_iter().flatten().find(|head| head.id == id) else { return Ok(false) };
        pages.walk(&head, depth).map(|()| true)
    });
    checked.map_err(|fault| fault.of(path))
}

/// As [`check`], of a file that nobody has open.
///
/// # Errors
/// [`Error::Damaged`], [`Error::Io`].
pub(crate) fn check_closed(path: &Path) -> Result<()> {
    if !KNOWN {
        return Ok(());
    }
    let checked = Pages::open(path).and_then(|mut pages| {
        let head = pages.heads()?;
        pages.walk(&head, Depth::All)
    });
    checked.map_err(|fault| fault.of(path))
}

enum Fault {
    Damage(String),
    Io(io::Error),
}

impl Fault {
    fn of(self, path: &Path) -> Error {
        match self {
            Self::Damage(why) => Error::Damaged { path: path.to_owned(), why },
            Self::Io(source) => Error::Io { path: path.to_owned(), source },
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn damage<T>(why: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Damage(why.into()))
}

const HEADER: usize = 16;
const MAGIC: u32 = 0xbeef_c0de;
const VERSION: u32 = 1;
const NONE: u64 = u64::MAX;
const BRANCH: u16 = 0x01;
const LEAF: u16 = 0x02;
const OVERFLOW: u16 = 0x04;
const HEAD: u16 = 0x08;
const NODE: usize = 8;
const BIG: u16 = 0x01;
const TREE: u16 = 0x02;
const LONGEST_KEY: usize = 511;
/// LMDB's own bound on the height of a tree.
const HIGHEST: u16 = 32;

/// Head of the file as one transaction left it.
struct Head {
    id: u64,
    last: u64,
    free: Tree,
    main: Tree,
}

/// Where a tree begins, and what is known of it.
#[derive(Clone, Copy)]
struct Tree {
    depth: u16,
    entries: u64,
    root: u64,
}

const TREE_BYTES: usize = 48;

fn tree(bytes: &[u8]) -> Tree {
    Tree { depth: u16_at(bytes, 6), entries: u64_at(bytes, 32), root: u64_at(bytes, 40) }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

struct Pages {
    file: File,
    /// Bytes of a page.
    size: usize,
    /// Whole pages in the file.
    count: u64,
    /// A bit a page: it belongs to some tree.
    used: Vec<u64>,
}

impl Pages {
    fn open(path: &Path) -> Result<Self, Fault> {
        let mut file = File::open(path)?;
        let len = file.metadata()?.len();
        let mut head = [0; 256];
        if let Err(e) = file.read_exact(&mut head) {
            return match e.kind() {
                io::ErrorKind::UnexpectedEof => damage("its head is cut off"),
                _ => Err(e.into()),
            };
        }
        let size = u32_at(&head, HEADER + 24) as usize;
        if u32_at(&head, HEADER) != MAGIC || !size.is_power_of_two() || !(512..=65_536).contains(&size) {
            return damage("its head is not that of a store");
        }
        Ok(Self { file, size, count: len / size as u64, used: vec![] })
    }

    fn read(&mut self, page: u64, bytes: &mut [u8]) -> Result<(), Fault> {
        self.file.seek(SeekFrom::Start(page * self.size as u64))?;
        Ok(self.file.read_exact(bytes)?)
    }

    fn head(&mut self, page: u64) -> Result<Head, Fault> {
        let mut bytes = [0; 256];
        if page >= self.count {
            return damage("its head is cut off");
        }
        self.read(page, &mut bytes)?;
        let head = &bytes[HEADER..];
        let good = u64_at(&bytes, 0) == page
            && u16_at(&bytes, 10) & HEAD != 0
            && u32_at(head, 0) == MAGIC
            && u32_at(head, 4) == VERSION
            && u32_at(head, 24) as usize == self.size;
        let (last, id) = (u64_at(head, 120), u64_at(head, 128));
        if !good || last == NONE {
            return damage(format!("page {page}, its head, was overwritten"));
        }
        Ok(Head { id, last, free: tree(&head[24..]), main: tree(&head[24 + TREE_BYTES..]) })
    }

    /// The latest of the two heads.
    fn heads(&mut self) -> Result<Head, Fault> {
        let (first, second) = (self.head(0)?, self.head(1)?);
        // Transactions write them in turn.
        let fresh = first.id == 0 && second.id == 0;
        if !fresh && (first.id.abs_diff(second.id) != 1 || first.id % 2 != 0) {
            return damage("its two heads do not follow one another");
        }
        let head = if second.id > first.id { second } else { first };
        for tree in [head.free, head.main] {
            self.check_page(tree.root, head.last, tree.root == NONE)?;
        }
        Ok(head)
    }

    fn check_page(&self, page: u64, last: u64, none: bool) -> Result<(), Fault> {
        if none || (2..=last).contains(&page) && page < self.count {
            return Ok(());
        }
        if page >= self.count && page <= last {
            let (size, count) = (self.size, self.count);
            return damage(format!(
                "it is cut off: it has {count} pages of {size} bytes, and uses page {page}"
            ));
        }
        damage(format!("it names page {page}, which cannot be"))
    }

    fn walk(&mut self, head: &Head, depth: Depth) -> Result<(), Fault> {
        self.used = vec![0; (head.last.min(self.count) / 64 + 1) as usize];
        let mut tables = vec![];
        self.walk_tree(head.main, head.last, "main", false, &mut |key, data, is_tree| {
            if is_tree && data.len() == TREE_BYTES {
                tables.push((String::from_utf8_lossy(key).into_owned(), tree(data)));
            }
            Ok(())
        })?;
        for (name, table) in tables {
            let shallow = matches!(depth, Depth::Without(names) if names.contains(&name.as_str()));
            self.walk_tree(table, head.last, &name, shallow, &mut |_, _, _| Ok(()))?;
        }
        let mut free = vec![];
        self.walk_tree(head.free, head.last, "free pages", false, &mut |_, data, _| {
            // How many follow, then their numbers; more room may be set aside.
            let numbers = data.as_chunks::<8>().0;
            let Some((count, numbers)) = numbers.split_first() else {
                return damage("a list of free pages is cut");
            };
            let count = usize::try_from(u64::from_le_bytes(*count)).unwrap_or(usize::MAX);
            let Some(numbers) = numbers.get(..count) else {
                return damage("a list of free pages was changed");
            };
            free.extend(numbers.iter().map(|number| u64::from_le_bytes(*number)));
            Ok(())
        })?;
        // A free page is written over by and by.
        match free.into_iter().find(|page| *page < 2 || self.is_used(*page)) {
            Some(page) => damage(format!("page {page} is both free and in use")),
            None => Ok(()),
        }
    }

    fn is_used(&self, page: u64) -> bool {
        self.used.get((page / 64) as usize).is_some_and(|bits| bits >> (page % 64) & 1 == 1)
    }

    fn take(&mut self, page: u64, last: u64) -> Result<(), Fault> {
        self.check_page(page, last, false)?;
        if self.is_used(page) {
            return damage(format!("page {page} is in use twice"));
        }
        self.used[(page / 64) as usize] |= 1 << (page % 64);
        Ok(())
    }

    /// Calls `each` with key, data and whether the data is that of a tree, unless only the upper pages are read.
    fn walk_tree(
        &mut self,
        tree: Tree,
        last: u64,
        name: &str,
        shallow: bool,
        each: &mut dyn FnMut(&[u8], &[u8], bool) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        if tree.root == NONE {
            return Ok(());
        }
        if tree.depth == 0 || tree.depth > HIGHEST {
            return damage(format!("table {name} has the height {}", tree.depth));
        }
        let mut entries = 0;
        // Page and height above the leaves.
        let mut waiting = vec![(tree.root, tree.depth - 1)];
        let mut bytes = vec![0; self.size];
        while let Some((page, height)) = waiting.pop() {
            self.take(page, last)?;
            if shallow && height == 0 {
                continue;
            }
            self.read(page, &mut bytes)?;
            let wanted = if height == 0 { LEAF } else { BRANCH };
            let (flags, lower, upper) =
                (u16_at(&bytes, 10), usize::from(u16_at(&bytes, 12)), usize::from(u16_at(&bytes, 14)));
            // Nothing here has several values a key: no other flag can be.
            if u64_at(&bytes, 0) != page
                || flags & (BRANCH | LEAF | OVERFLOW | HEAD) != wanted
                || lower < HEADER
                || lower > upper
                || upper > self.size
                || lower % 2 != 0
            {
                return damage(format!("page {page} of table {name} was overwritten"));
            }
            let bad = || Fault::Damage(format!("page {page} of table {name} was changed"));
            let mut former: Option<&[u8]> = None;
            let mut large = vec![];
            for n in 0..(lower - HEADER) / 2 {
                let at = usize::from(u16_at(&bytes, HEADER + 2 * n));
                if at < upper || at + NODE > self.size || at % 2 != 0 {
                    return Err(bad());
                }
                let node = &bytes[at..];
                let (low, flags) = (u32_at(node, 0), u16_at(node, 4));
                let key_len = usize::from(u16_at(node, 6));
                let key = node.get(NODE..NODE + key_len).ok_or_else(bad)?;
                if key_len > LONGEST_KEY {
                    return Err(bad());
                }
                if height > 0 {
                    waiting.push((u64::from(low) | u64::from(flags) << 32, height - 1));
                } else {
                    entries += 1;
                    let len = low as usize;
                    let stored = if flags & BIG == 0 { len } else { 8 };
                    let data = node.get(NODE + key_len..NODE + key_len + stored).ok_or_else(bad)?;
                    if flags & BIG == 0 {
                        each(key, data, flags & TREE != 0)?;
                    } else {
                        large.push((key.to_vec(), u64_at(data, 0), len));
                    }
                    // Free pages go by numbers; the first key of a branch page is empty.
                    if name != "free pages" && former.is_some_and(|former| former >= key) {
                        return Err(bad());
                    }
                    former = Some(key);
                }
            }
            for (key, first, len) in large {
                let data = self.large(first, len, last, name, name == "free pages")?;
                each(&key, &data, false)?;
            }
        }
        if !shallow && entries != tree.entries {
            return damage(format!("table {name} has {entries} entries instead of {}", tree.entries));
        }
        Ok(())
    }

    /// Takes the pages of a large value; reads it if asked to.
    fn large(
        &mut self,
        first: u64,
        len: usize,
        last: u64,
        name: &str,
        whole: bool,
    ) -> Result<Vec<u8>, Fault> {
        self.check_page(first, last, false)?;
        let mut header = [0; HEADER];
        self.read(first, &mut header)?;
        let pages = u64::from(u32_at(&header, 12));
        let needed = ((HEADER - 1 + len) / self.size + 1) as u64;
        if u64_at(&header, 0) != first || u16_at(&header, 10) & OVERFLOW == 0 || pages < needed {
            return damage(format!("page {first} of table {name} was overwritten"));
        }
        for page in first..first + pages {
            self.take(page, last)?;
        }
        let mut data = vec![0; if whole { len } else { 0 }];
        if whole {
            self.file.seek(SeekFrom::Start(first * self.size as u64 + HEADER as u64))?;
            self.file.read_exact(&mut data)?;
        }
        Ok(data)
    }
}

#[cfg(test)]
mod tests {
    use heed::types::Bytes;
    use heed::{CommitOrAbort, EnvOpenOptions};

    use super::*;

    /// A file of LMDB's with tables, long values and free pages; gives the folder and the bytes.
    fn file() -> (tempfile::TempDir, Vec<u8>) {
        let dir = tempfile::tempdir().unwrap();
        #[allow(unsafe_code)]
        // SAFETY: nobody else has this file.
        let env = unsafe { EnvOpenOptions::new().map_size(1 << 24).max_dbs(4).open(dir.path()).unwrap() };
        let txn = env.write_txn().unwrap();
        let tables = env
            .create_databases_and_commit(txn, |opener, txn| {
                let one = opener.create_database::<Bytes, Bytes>(txn, Some("one"))?;
                let two = opener.create_database::<Bytes, Bytes>(txn, Some("two"))?;
                Ok::<_, heed::Error>(CommitOrAbort::<_, ()>::Commit([one, two]))
            })
            .unwrap()
            .unwrap_commit();
        for round in 0..6_u32 {
            let mut txn = env.write_txn().unwrap();
            for n in 0..200_u32 {
                let len = if n % 20 == 0 { 9_000 } else { 50 + (n % 7) as usize };
                tables[0].put(&mut txn, &n.to_be_bytes(), &vec![round as u8; len]).unwrap();
                tables[1].put(&mut txn, format!("clé {n}").as_bytes(), b"x").unwrap();
            }
            for n in 0..50 {
                tables[0].delete(&mut txn, &(n * 4 + round % 4).to_be_bytes()).unwrap();
            }
            txn.commit().unwrap();
        }
        env.prepare_for_closing().wait();
        let bytes = std::fs::read(dir.path().join("data.mdb")).unwrap();
        (dir, bytes)
    }

    fn verdict(dir: &Path, bytes: &[u8]) -> Result<()> {
        let path = dir.join("data.mdb");
        std::fs::write(&path, bytes).unwrap();
        check_closed(&path)
    }

    #[test]
    fn what_lmdb_wrote_holds_together() {
        let (dir, bytes) = file();
        verdict(dir.path(), &bytes).unwrap();
        assert!(check(&dir.path().join("data.mdb"), 7, Depth::Without(&["one"])).unwrap());
        assert!(!check(&dir.path().join("data.mdb"), 70, Depth::All).unwrap());
    }

    #[test]
    fn a_file_that_was_cut_anywhere_is_refused() {
        let (dir, bytes) = file();
        let mut pages = Pages::open(&dir.path().join("data.mdb")).unwrap_or_else(|_| panic!("opens"));
        let Ok(head) = pages.heads() else { panic!("has a head") };
        assert!(pages.walk(&head, Depth::All).is_ok());
        let last = (0..bytes.len() as u64 / 4096).rfind(|page| pages.is_used(*page)).unwrap();
        for len in (0..bytes.len()).step_by(1_024).chain([1, 100, 4_095, 4_097, 8_191]) {
            let refused = matches!(verdict(dir.path(), &bytes[..len]), Err(Error::Damaged { .. }));
            assert_eq!(refused, (len as u64) < (last + 1) * 4096, "{len}");
        }
    }

    #[test]
    fn a_page_that_was_overwritten_is_found_if_it_is_in_use() {
        let (dir, bytes) = file();
        let mut pages = Pages::open(&dir.path().join("data.mdb")).unwrap_or_else(|_| panic!("opens"));
        let Ok(head) = pages.heads() else { panic!("has a head") };
        assert!(pages.walk(&head, Depth::All).is_ok());
        let mut used = 0;
        for page in 2..bytes.len() / 4096 {
            let mut changed = bytes.clone();
            changed[page * 4096..page * 4096 + 64].fill(0xff);
            let (refused, in_use) = (verdict(dir.path(), &changed).is_err(), pages.is_used(page as u64));
            // Of a long value only the first page has a head.
            let within = in_use && {
                let former = &bytes[page * 4096..];
                u64_at(former, 0) != page as u64
            };
            assert_eq!(refused, in_use && !within, "page {page}");
            used += usize::from(refused);
        }
        assert!(used > 10, "{used}");
    }

    #[test]
    fn any_bytes_are_a_verdict() {
        let (dir, bytes) = file();
        let mut seed = 7_u64;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below
        };
        for _ in 0..500 {
            let mut changed = bytes.clone();
            for _ in 0..=random(4) {
                let at = random(changed.len());
                changed[at] ^= 1 << random(8);
            }
            // Either will do: much of a file is free, or content.
            let _ = verdict(dir.path(), &changed);
        }
    }
}
