//! Listings of offers that pages are cut from. A listing is made once, when its first page is asked for, and kept for
//! a while: offers that come and go meanwhile neither repeat a row nor hide one.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jobmatch_index::State;
use jobmatch_index::records::{Owner, Uuid};

use super::problem::Problem;
use crate::browse::{Listing, Wanted};

/// How long a listing is kept after its last use.
const KEPT: SignedDuration = SignedDuration::from_mins(30);

/// The listings of one server, in memory. Of one person's as of all, the one that was used longest ago goes first.
pub(super) struct Listings {
    kept: Mutex<HashMap<(Owner, Uuid), Kept>>,
    turn: AtomicU64,
    /// Of one person.
    most: usize,
    /// Of all people.
    bytes: usize,
}

struct Kept {
    used: Timestamp,
    /// Grows with every use of any listing: clocks stand still, or go back.
    turn: u64,
    listing: Arc<Listing>,
    bytes: usize,
}

/// Where a page begins in a listing.
#[derive(Clone, Copy)]
pub(super) struct Cursor {
    pub(super) listing: Uuid,
    pub(super) offset: usize,
}

impl Cursor {
    /// As it is sent.
    pub(super) fn encode(self) -> String {
        let offset = u32::try_from(self.offset).unwrap_or(u32::MAX).to_be_bytes();
        URL_SAFE_NO_PAD.encode([self.listing.as_bytes().as_slice(), &offset].concat())
    }

    pub(super) fn decode(text: &str) -> Result<Self, Problem> {
        let bytes: Option<[u8; 20]> =
            URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        let bytes = bytes.ok_or_else(Problem::bad_cursor)?;
        let (listing, offset) = bytes.split_first_chunk::<16>().ok_or_else(Problem::bad_cursor)?;
        let offset = offset.iter().fold(0, |n, byte| n << 8 | usize::from(*byte));
        Ok(Self { listing: Uuid::from_bytes(*listing), offset })
    }
}

impl Listings {
    /// Keeps `most` listings of each person, and about so many bytes of all.
    pub(super) fn new(most: usize, bytes: usize) -> Self {
        Self { kept: Mutex::default(), turn: AtomicU64::default(), most: most.max(1), bytes }
    }

    /// Keeps a listing; gives its first cursor.
    pub(super) fn keep(&self, owner: Owner, listing: Arc<Listing>, now: Timestamp) -> Cursor {
        let id = Uuid::new_v4();
        let bytes = listing.weight();
        let mut kept = self.kept();
        kept.retain(|_, kept| now.duration_since(kept.used) < KEPT);
        while kept.keys().filter(|(of, _)| *of == owner).count() >= self.most {
            forget_oldest(&mut kept, |of| of == owner);
        }
        while !kept.is_empty() && kept.values().map(|kept| kept.bytes).sum::<usize>() + bytes > self.bytes {
            forget_oldest(&mut kept, |_| true);
        }
        kept.insert((owner, id), Kept { used: now, turn: self.turn(), listing, bytes });
        Cursor { listing: id, offset: 0 }
    }

    /// A kept listing that answers just this, from the present state, and its first cursor: a page that is loaded
    /// again is not worked out again.
    pub(super) fn same(
        &self,
        owner: Owner,
        wanted: &Wanted,
        state: State,
        now: Timestamp,
    ) -> Option<(Arc<Listing>, Cursor)> {
        let mut kept = self.kept();
        let ((_, id), found) = kept.iter_mut().find(|((of, _), Kept { used, listing, .. })| {
            *of == owner
                && listing.state == state
                && now.duration_since(*used) < KEPT
                && listing.wanted == *wanted
        })?;
        (found.used, found.turn) = (now, self.turn());
        Some((found.listing.clone(), Cursor { listing: *id, offset: 0 }))
    }

    /// The listing that a cursor points into, if it is this person's and still kept.
    pub(super) fn get(&self, owner: Owner, cursor: Cursor, now: Timestamp) -> Result<Arc<Listing>, Problem> {
        let mut kept = self.kept();
        let found = kept.get_mut(&(owner, cursor.listing));
        let found =
            found.filter(|kept| now.duration_since(kept.used) < KEPT).ok_or_else(Problem::bad_cursor)?;
        (found.used, found.turn) = (now, self.turn());
        Ok(found.listing.clone())
    }

    /// Forgets a person's listings.
    pub(super) fn forget(&self, owner: Owner) {
        self.kept().retain(|(of, _), _| *of != owner);
    }

    fn turn(&self) -> u64 {
        self.turn.fetch_add(1, Ordering::Relaxed)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<(Owner, Uuid), Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn forget_oldest(kept: &mut HashMap<(Owner, Uuid), Kept>, of: impl Fn(Owner) -> bool) {
    let among = kept.iter().filter(|((owner, _), _)| of(*owner));
    if let Some(key) = among.min_by_key(|(_, kept)| kept.turn).map(|(key, _)| *key) {
        kept.remove(&key);
    }
}
