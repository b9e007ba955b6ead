//! How much is done at once: so much for all people, and so much for each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use jobmatch_index::records::Owner;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// See the module.
pub(super) struct Shares {
    all: Arc<Semaphore>,
    each: usize,
    /// Of those who hold a share or wait for one.
    people: Mutex<HashMap<Owner, Weak<Semaphore>>>,
}

/// A share, until it is dropped.
pub(in crate::http) struct Share {
    _of_all: OwnedSemaphorePermit,
    _of_each: OwnedSemaphorePermit,
}

impl Shares {
    pub(super) fn new(all: usize, each: usize) -> Self {
        let all = all.clamp(1, Semaphore::MAX_PERMITS);
        Self { all: Arc::new(Semaphore::new(all)), each: each.max(1), people: Mutex::default() }
    }

    /// A share when it is this person's turn. Who waits for a share of their own keeps nobody else waiting.
    pub(super) async fn wait(&self, owner: Owner) -> Share {
        const NEVER: &str = "the semaphores are never closed";
        let of_each = self.person(owner).acquire_owned().await.expect(NEVER);
        Share { _of_all: self.all.clone().acquire_owned().await.expect(NEVER), _of_each: of_each }
    }

    /// A share, if there is one now.
    pub(super) fn take(&self, owner: Owner) -> Option<Share> {
        let of_each = self.person(owner).try_acquire_owned().ok()?;
        Some(Share { _of_all: self.all.clone().try_acquire_owned().ok()?, _of_each: of_each })
    }

    fn person(&self, owner: Owner) -> Arc<Semaphore> {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        people.retain(|_, shares| shares.strong_count() > 0);
        if let Some(shares) = people.get(&owner).and_then(Weak::upgrade) {
            return shares;
        }
        let shares = Arc::new(Semaphore::new(self.each));
        people.insert(owner, Arc::downgrade(&shares));
        shares
    }
}

#[cfg(test)]
mod tests {
    use jobmatch_index::records::Uuid;

    use super::*;

    #[tokio::test]
    async fn one_person_has_a_share_and_not_all() {
        let shares = Shares::new(3, 2);
        let (anne, bob) = (Owner(Uuid::from_u128(1)), Owner(Uuid::from_u128(2)));
        let (first, second) = (shares.take(anne).unwrap(), shares.take(anne).unwrap());
        assert!(shares.take(anne).is_none());
        let others = shares.wait(bob).await;
        assert!(shares.take(bob).is_none(), "there are three in all");
        drop((first, others));
        let again = shares.wait(anne).await;
        assert!(shares.take(bob).is_some());
        drop((second, again));
        assert!(shares.take(bob).is_some());
        assert_eq!(shares.people.lock().unwrap().len(), 1, "who is gone is forgotten");
    }
}
