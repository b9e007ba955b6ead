//! How often things may be asked: passwords by where the tries come from and by account, costly work by account.
//!
//! What a stranger tries must not keep an account's owner out. So the narrow limit is on tries *for one account from one
//! network*, which an owner elsewhere does not share. One on the account alone stops those who try from many networks at
//! once; it is wide, and whoever comes with a browser that has signed in to that account before does not meet it: a
//! cookie that only the right password gives, and that asks for nothing to be kept.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
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
    /// Passwords from one network, whoever they are for.
    network: DefaultKeyedRateLimiter<Network>,
    /// Passwords for one account from one network.
    network_account: DefaultKeyedRateLimiter<(Network, Name)>,
    /// Passwords for one account from browsers that are new to it.
    account: DefaultKeyedRateLimiter<Name>,
    /// Codes of the first visit.
    first_visit: DefaultKeyedRateLimiter<Network>,
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
            network: RateLimiter::keyed(quota(20, 20)),
            network_account: RateLimiter::keyed(quota(5, 5)),
            account: RateLimiter::keyed(quota(30, 30)),
            first_visit: RateLimiter::keyed(quota(10, 10)),
            rank: RateLimiter::keyed(quota(1_200, 120)),
            upload: RateLimiter::keyed(quota(30, 20)),
        }
    }

    /// A password for an account, to sign in or to confirm something. `known` when it comes with a proof that this
    /// account was signed in to from there before.
    pub(super) fn password(&self, from: IpAddr, email: &str, known: bool) -> Result<(), Problem> {
        let (network, name) = (network(from), name(email));
        check(&self.network, &network)?;
        check(&self.network_account, &(network, name))?;
        if known { Ok(()) } else { check(&self.account, &name) }
    }

    /// A code of the first visit.
    pub(super) fn first_visit(&self, from: IpAddr) -> Result<(), Problem> {
        check(&self.first_visit, &network(from))
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
        forget(&self.network);
        forget(&self.network_account);
        forget(&self.account);
        forget(&self.first_visit);
        forget(&self.rank);
        forget(&self.upload);
    }
}

/// What one household or provider's customer has: an IPv4 address, the first half of an IPv6 one.
type Network = IpAddr;

fn network(from: IpAddr) -> Network {
    match from.to_canonical() {
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 => v4,
    }
}

/// An e-mail address, whatever its length: a hash of it.
type Name = [u8; 16];

fn name(email: &str) -> Name {
    let hash = Sha256::digest(email.trim().to_lowercase());
    *hash.first_chunk().expect("a hash is longer")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_network_is_one_and_mapped_addresses_are_ipv4() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff:1:2:3"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
