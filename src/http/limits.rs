//! How often things may be asked: sign-ins by account and by address, costly work by account.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;

use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use axum::http::request::Parts;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use jobmatch_index::records::Owner;

use super::App;
use super::problem::Problem;

/// The limits of one server, in memory.
pub(super) struct Limits {
    sign_in_address: DefaultKeyedRateLimiter<IpAddr>,
    sign_in_account: DefaultKeyedRateLimiter<String>,
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
        check(&self.sign_in_account, &email.trim().to_lowercase())
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
        self.sign_in_address.retain_recent();
        self.sign_in_account.retain_recent();
        self.rank.retain_recent();
        self.upload.retain_recent();
    }
}

fn check<K: Clone + Eq + std::hash::Hash>(
    limiter: &DefaultKeyedRateLimiter<K>,
    key: &K,
) -> Result<(), Problem> {
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
