//! One writer at a time, among threads and processes: LMDB, the text index and the generations change
//! together under `write.lock`.
//!
//! A long import holds the lock from batch to batch, and gives way when somebody waits for a short write:
//! whoever does so holds `urgent.lock` shared meanwhile, which the import sees.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, Result};

/// What to do when another process or thread is writing.
#[derive(Clone, Default)]
pub enum OnBusy {
    /// Wait for it.
    #[default]
    Wait,
    /// Call this once, then wait: to tell the user.
    Tell(Arc<dyn Fn() + Send + Sync>),
    /// Fail with [`Error::Busy`].
    Fail,
}

impl std::fmt::Debug for OnBusy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Wait => "Wait",
            Self::Tell(_) => "Tell",
            Self::Fail => "Fail",
        })
    }
}

/// The right to write, held until it is dropped (or the process ends, however it ends).
#[derive(Debug)]
pub(crate) struct WriteLock {
    _file: File,
}

impl WriteLock {
    /// Names of the files that are locked.
    pub(crate) const FILES: [&'static str; 2] = [WRITE, URGENT];

    /// Waits its turn for as long as it takes.
    pub(crate) fn patient(dir: &Path, on_busy: &OnBusy) -> Result<Self> {
        Self::acquire(dir, on_busy, false)
    }

    /// Makes a running import give way after its current batch.
    pub(crate) fn urgent(dir: &Path, on_busy: &OnBusy) -> Result<Self> {
        Self::acquire(dir, on_busy, true)
    }

    /// Takes the lock if nobody has it.
    pub(crate) fn free(dir: &Path) -> Result<Option<Self>> {
        Ok(try_lock(&dir.join(WRITE))?.map(|file| Self { _file: file }))
    }

    fn acquire(dir: &Path, on_busy: &OnBusy, urgent: bool) -> Result<Self> {
        let path = dir.join(WRITE);
        if let Some(file) = try_lock(&path)? {
            return Ok(Self { _file: file });
        }
        match on_busy {
            OnBusy::Wait => {}
            OnBusy::Tell(tell) => tell(),
            OnBusy::Fail => return Err(Error::Busy(dir.to_owned())),
        }
        let waiting = if urgent { Some(open(&dir.join(URGENT))?) } else { None };
        if let Some(waiting) = &waiting {
            waiting.lock_shared().map_err(|source| Error::Io { path: dir.join(URGENT), source })?;
        }
        let file = open(&path)?;
        file.lock().map_err(|source| Error::Io { path, source })?;
        Ok(Self { _file: file })
    }

    /// Whether somebody waits for a short write.
    pub(crate) fn wanted(dir: &Path) -> Result<bool> {
        Ok(try_lock(&dir.join(URGENT))?.is_none())
    }

    /// Lets go of the lock and takes it again once those who waited for a short write have had it.
    pub(crate) fn give_way(self, dir: &Path) -> Result<Self> {
        drop(self);
        let path = dir.join(URGENT);
        let urgent = open(&path)?;
        urgent.lock().map_err(|source| Error::Io { path, source })?;
        drop(urgent);
        Self::patient(dir, &OnBusy::Wait)
    }
}

const WRITE: &str = "write.lock";
const URGENT: &str = "urgent.lock";

/// Locks a file, made if need be; `None` when somebody else holds it.
pub(crate) fn try_lock(path: &Path) -> Result<Option<File>> {
    let file = open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(Error::Io { path: path.to_owned(), source }),
    }
}

fn open(path: &Path) -> Result<File> {
    File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(|source| Error::Io { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_second_writer_is_told_and_waits() {
        let dir = tempfile::tempdir().unwrap();
        let first = WriteLock::patient(dir.path(), &OnBusy::Fail).unwrap();
        assert!(matches!(WriteLock::patient(dir.path(), &OnBusy::Fail), Err(Error::Busy(_))));
        assert!(WriteLock::free(dir.path()).unwrap().is_none());
        let told = Arc::new(AtomicBool::new(false));
        let released = Arc::new(AtomicBool::new(false));
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| {
                let told = told.clone();
                let tell = OnBusy::Tell(Arc::new(move || told.store(true, Ordering::SeqCst)));
                let lock = WriteLock::patient(dir.path(), &tell).unwrap();
                assert!(released.load(Ordering::SeqCst));
                drop(lock);
            });
            while !told.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(1));
            }
            released.store(true, Ordering::SeqCst);
            drop(first);
            waiter.join().unwrap();
        });
    }

    #[test]
    fn a_long_writer_gives_way_to_a_short_write() {
        let dir = tempfile::tempdir().unwrap();
        let long = WriteLock::patient(dir.path(), &OnBusy::Fail).unwrap();
        assert!(!WriteLock::wanted(dir.path()).unwrap());
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let short = WriteLock::urgent(dir.path(), &OnBusy::Wait).unwrap();
                done.store(true, Ordering::SeqCst);
                drop(short);
            });
            while !WriteLock::wanted(dir.path()).unwrap() {
                std::thread::sleep(Duration::from_millis(1));
            }
            let long = long.give_way(dir.path()).unwrap();
            assert!(done.load(Ordering::SeqCst));
            drop(long);
        });
    }
}
