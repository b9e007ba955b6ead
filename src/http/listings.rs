//! Listings of offers that pages are cut from. A listing is made once, when its first page is asked for, and kept for
//! a while: offers that come and go meanwhile neither repeat a row nor hide one.

use std::collections::HashMap;
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
/// Most listings at once; the one that was used longest ago goes first.
const MOST: usize = 1_000;

/// The listings of one server, in memory.
#[derive(Default)]
pub(super) struct Listings(Mutex<HashMap<(Owner, Uuid), (Timestamp, Arc<Listing>)>>);

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
    /// Keeps a listing; gives its first cursor.
    pub(super) fn keep(&self, owner: Owner, listing: Arc<Listing>, now: Timestamp) -> Cursor {
        let id = Uuid::new_v4();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (used, _)| now.duration_since(*used) < KEPT);
        if kept.len() >= MOST
            && let Some(oldest) = kept.iter().min_by_key(|(_, (used, _))| *used).map(|(key, _)| *key)
        {
            kept.remove(&oldest);
        }
        kept.insert((owner, id), (now, listing));
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
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ((_, id), (used, listing)) = kept.iter_mut().find(|((of, _), (used, listing))| {
            *of == owner
                && listing.state == state
                && now.duration_since(*used) < KEPT
                && listing.wanted == *wanted
        })?;
        *used = now;
        Some((listing.clone(), Cursor { listing: *id, offset: 0 }))
    }

    /// The listing that a cursor points into, if it is this person's and still kept.
    pub(super) fn get(&self, owner: Owner, cursor: Cursor, now: Timestamp) -> Result<Arc<Listing>, Problem> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.get_mut(&(owner, cursor.listing));
        let (used, listing) =
            found.filter(|(used, _)| now.duration_since(*used) < KEPT).ok_or_else(Problem::bad_cursor)?;
        *used = now;
        Ok(listing.clone())
    }

    /// Forgets a person's listings.
    pub(super) fn forget(&self, owner: Owner) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|(of, _), _| *of != owner);
    }
}
