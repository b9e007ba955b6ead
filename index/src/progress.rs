//! Progress and cancellation of long work.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};

/// What long work takes: where to tell how far it is, and whether to stop.
pub struct Progress<'a> {
    report: &'a (dyn Fn(u64, u64) + Sync),
    cancel: &'a AtomicBool,
}

impl<'a> Progress<'a> {
    /// `report` is called with what is done and the total (0 when it is not known), from any thread;
    /// setting `cancel` makes the work end with [`Error::Cancelled`] at the next step.
    pub fn new(report: &'a (dyn Fn(u64, u64) + Sync), cancel: &'a AtomicBool) -> Self {
        Self { report, cancel }
    }

    /// Tells that `done` of `total` steps are done, or that the caller wants to stop.
    pub fn step(&self, done: u64, total: u64) -> Result<()> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(Error::Cancelled);
        }
        (self.report)(done, total);
        Ok(())
    }
}

impl Progress<'static> {
    /// Tells nobody and never stops.
    pub fn none() -> Self {
        static NEVER: AtomicBool = AtomicBool::new(false);
        Self { report: &|_, _| {}, cancel: &NEVER }
    }
}
