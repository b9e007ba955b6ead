//! How often things may be asked: sign-ins by account and by address, costly work by account.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;

use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use axum::http::request::Parts;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use jobmatch_index::records::Owner;
use sha2::{Digest, Sha256};

use super::App;
use super::problem::Problem;

/// The limits of one server, in memory.
pub(super) struct Limits {
    sign_in_address: DefaultKeyedRateLimiter<IpAddr>,
    /// By a hash of the address, which may be as long as a request.
    sign_in_account: DefaultKeyedRateLimiter<[u8; 16]>,
    rank: DefaultKeyedRateLimiter<Owner>,
    upload: DefaultKeyedRateLimiter<Owner>,
}

fn quota(a_minute: u32, at_once: u32) -> Quota {
    let number = |n| NonZeroU32::new(n).expect("limits are above 0");
    Quota::per_minute(number(a_minute)).allow_burst(number(at_once))
}

impl Limits {
    pub(super) fn new() -> Self {
        Self {
            sign_in_address: RateLimiter::keyed(quota(20, 20)),
            sign_in_account: RateLimiter::keyed(quota(5, 5)),
            rank: RateLimiter::keyed(quota(1_200, 120)),
            upload: RateLimiter::keyed(quota(30, 20)),
        }
    }

    /// A try to sign in.
    pub(super) fn sign_in(&self, from: IpAddr, email: &str) -> Result<(), Problem> {
        check(&self.sign_in_address, &from)?;
        let hash = Sha256::digest(email.trim().to_lowercase());
        let mut account = [0; 16];
        account.copy_from_slice(&hash[..16]);
        check(&self.sign_in_account, &account)
    }

    /// A ranking of all offers.
    pub(super) fn rank(&self, owner: Owner) -> Result<(), Problem> {
        check(&self.rank, &owner)
    }

    /// A file to read.
    pub(super) fn upload(&self, owner: Owner) -> Result<(), Problem> {
        check(&self.upload, &owner)
    }

    /// Forgets those who have not asked for a while.
    pub(super) fn forget(&self) {
        forget(&self.sign_in_address);
        forget(&self.sign_in_account);
        forget(&self.rank);
        forget(&self.upload);
    }
}

fn forget<K: Clone + Eq + std::hash::Hash>(limiter: &DefaultKeyedRateLimiter<K>) {
    limiter.retain_recent();
    limiter.shrink_to_fit();
}

/// Those who are counted at once: about 10 MB of them. More come from an attack; newcomers then wait.
const MOST: usize = 100_000;

fn check<K: Clone + Eq + std::hash::Hash>(
    limiter: &DefaultKeyedRateLimiter<K>,
    key: &K,
) -> Result<(), Problem> {
    if limiter.len() >= MOST {
        forget(limiter);
        if limiter.len() >= MOST {
            return Err(Problem::too_many(60));
        }
    }
    limiter.check_key(key).map_err(|until| {
        let wait = until.wait_time_from(DefaultClock::default().now());
        Problem::too_many(wait.as_secs() + 1)
    })
}

/// Address of whoever asks: of the connection, or as a trusted proxy tells it.
pub(super) struct Address(pub IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for Address
where
    App: FromRef<S>,
{
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let connection = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let forwarded = || {
            // The last one is what the proxy saw itself; those before are hearsay.
            let header = parts.headers.get_all("x-forwarded-for").iter().next_back()?;
            header.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
        };
        let told = if App::from_ref(state).config.trust_proxy { forwarded() } else { None };
        Ok(Self(told.or(connection).unwrap_or(IpAddr::from([0, 0, 0, 0]))))
    }
}
