//! From where a person signs in, in general terms, and the log of it that they see.

use std::net::{IpAddr, Ipv6Addr};

use jiff::Timestamp;
use jobmatch_index::records::{Owner, Records, Room, Row, RowsMut};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Refusal;

/// Sign-ins that are kept; as many failures, which can so not push them out.
const KEPT: usize = 30;

/// From where somebody came: enough to know oneself again, and no address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SignInOrigin)]
pub struct Origin {
    /// How far away.
    #[serde(default)]
    pub place: Place,
    /// Browser and system, such as « Firefox, Windows », as far as they are known.
    #[serde(default)]
    pub device: Option<String>,
}

/// How far away somebody was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SignInPlace)]
pub enum Place {
    /// At the computer that JobMatch runs on.
    ThisComputer,
    /// On a network of that computer.
    LocalNetwork,
    /// Elsewhere.
    Internet,
    /// Nothing is known.
    #[default]
    Unknown,
}

impl Origin {
    /// From the address of the connection and what the browser calls itself.
    pub fn new(from: IpAddr, user_agent: &str) -> Self {
        Self { place: place(from), device: device(user_agent) }
    }
}

fn place(from: IpAddr) -> Place {
    match from.to_canonical() {
        ip if ip.is_unspecified() => Place::Unknown,
        ip if ip.is_loopback() => Place::ThisComputer,
        IpAddr::V4(ip) if ip.is_private() || ip.is_link_local() => Place::LocalNetwork,
        IpAddr::V6(ip) if local(ip) => Place::LocalNetwork,
        _ => Place::Internet,
    }
}

fn local(ip: Ipv6Addr) -> bool {
    ip.is_unique_local() || ip.is_unicast_link_local()
}

/// Names of browsers and systems, in the order in which they must be looked for: most call themselves by the names of
/// others too.
const BROWSERS: [(&str, &str); 11] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl/", "curl"),
    ("python", "Python"),
    ("Wget", "wget"),
];
const SYSTEMS: [(&str, &str); 8] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
];

fn device(user_agent: &str) -> Option<String> {
    let known = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (known(&BROWSERS), known(&SYSTEMS)) {
        (Some(browser), Some(system)) => Some(format!("{browser}, {system}")),
        (found, other) => found.or(other).map(str::to_owned),
    }
}

/// A try to sign in to an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignIn {
    /// When.
    pub at: Timestamp,
    /// Whether the password was right.
    pub ok: bool,
    /// From where.
    pub origin: Origin,
}

#[derive(Default, Serialize, Deserialize)]
struct Log(Vec<SignIn>);

impl Row for Log {
    const KIND: &'static str = "sign_ins";
    const ROOM: Room = Room::None;
}

/// Puts a sign-in down; the oldest ones of its kind go.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn record(records: &Records<'_>, owner: Owner, sign_in: &SignIn) -> Result<(), Refusal> {
    records.write(owner, |rows: &mut RowsMut<'_, '_>| {
        let Log(mut log) = rows.get::<Log>(owner.0)?.unwrap_or_default();
        log.push(sign_in.clone());
        if log.iter().filter(|one| one.ok == sign_in.ok).count() > KEPT
            && let Some(oldest) = log.iter().position(|one| one.ok == sign_in.ok)
        {
            log.remove(oldest);
        }
        Ok(rows.put(owner.0, &Log(log))?)
    })
}

/// A person's sign-ins, the latest first.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn list(records: &Records<'_>, owner: Owner) -> Result<Vec<SignIn>, Refusal> {
    let Log(mut log) = records.get::<Log>(owner, owner.0)?.unwrap_or_default();
    log.reverse();
    Ok(log)
}

#[cfg(test)]
mod tests {
    use jobmatch_index::{Index, Options};

    use super::*;

    #[test]
    fn people_come_from_somewhere_in_general() {
        let of = |ip: &str, agent| Origin::new(ip.parse().unwrap(), agent);
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
        let told = of("::ffff:192.168.1.7", firefox);
        assert_eq!((told.place, told.device.as_deref()), (Place::LocalNetwork, Some("Firefox, Linux")));
        let edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0";
        assert_eq!(of("203.0.113.7", edge).device.as_deref(), Some("Edge, Windows"));
        for (ip, place) in [
            ("127.0.0.1", Place::ThisComputer),
            ("::1", Place::ThisComputer),
            ("fe80::1", Place::LocalNetwork),
            ("fd00::1", Place::LocalNetwork),
            ("203.0.113.7", Place::Internet),
            ("2001:db8::1", Place::Internet),
            ("0.0.0.0", Place::Unknown),
        ] {
            assert_eq!(of(ip, "<script>"), Origin { place, device: None }, "{ip}");
        }
    }

    #[test]
    fn failures_do_not_push_sign_ins_out() {
        let dir = tempfile::tempdir().unwrap();
        let index = Index::open(dir.path(), Options::default()).unwrap();
        let records = index.records();
        let owner = records.create_owner().unwrap();
        let at = |second| Timestamp::from_second(second).unwrap();
        let put = |second, ok| {
            let sign_in = SignIn { at: at(second), ok, origin: Origin::default() };
            record(&records, owner, &sign_in).unwrap();
        };
        put(0, true);
        for second in 1..100 {
            put(second, false);
        }
        let kept = list(&records, owner).unwrap();
        assert_eq!((kept.len(), kept[0].at, kept[KEPT].at), (KEPT + 1, at(99), at(0)));
    }
}
