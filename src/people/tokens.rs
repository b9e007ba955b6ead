//! How a person proves who they are after signing in: sessions for pages, signed tokens for the API, personal access
//! tokens for scripts and the extension.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use jiff::{SignedDuration, Timestamp};
use jobmatch_index::records::{Owner, Records, Room, Row, RowsMut, Uuid};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rand::RngCore;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::accounts::{self, Account};
use super::sign_ins::Origin;
use super::{Refusal, text};

/// How long an access token lasts.
pub const ACCESS: SignedDuration = SignedDuration::from_mins(15);
/// How long a refresh token lasts, from its last use.
pub const REFRESH: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long a session lasts without a visit.
pub const SESSION: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How long a sign-in lasts in all, however often it is used.
pub const LONGEST_SIGN_IN: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Longest life of a personal access token, in days.
pub const LONGEST_DAYS: u16 = 366;
/// Most personal access tokens that one person may have.
const MOST: usize = 50;
/// Most sign-ins of one person that are open at once, in pages as in programs.
const MOST_SIGN_INS: usize = 200;
/// What personal access tokens begin with, so that scanners of leaked secrets know them.
const MARK: &str = "jm_";

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub enum Scope {
    /// Read everything of one's own, and the offers.
    #[serde(rename = "read")]
    Read,
    /// Change one's own things.
    #[serde(rename = "write")]
    Write,
    /// Import offers.
    #[serde(rename = "offers:import")]
    ImportOffers,
    /// Run this JobMatch: accounts, back-up, indexes, everybody's offers. For administrators only.
    #[serde(rename = "admin")]
    Admin,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Read, Self::Write, Self::ImportOffers, Self::Admin];

    /// Name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::ImportOffers => "offers:import",
            Self::Admin => "admin",
        }
    }
}

/// Owner, row and secret in one string that only its bearer has; the row keeps a hash of the secret.
struct Opaque {
    owner: Owner,
    id: Uuid,
    secret: [u8; 32],
}

impl Opaque {
    fn new(owner: Owner) -> Self {
        let mut secret = [0; 32];
        rand::rng().fill_bytes(&mut secret);
        Self { owner, id: Uuid::now_v7(), secret }
    }

    fn encode(&self) -> String {
        let bytes = [self.owner.0.as_bytes().as_slice(), self.id.as_bytes(), &self.secret].concat();
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn decode(text: &str) -> Option<Self> {
        let bytes: [u8; 64] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (owner, rest) = bytes.split_first_chunk::<16>()?;
        let (id, secret) = rest.split_first_chunk::<16>()?;
        Some(Self {
            owner: Owner(Uuid::from_bytes(*owner)),
            id: Uuid::from_bytes(*id),
            secret: secret.try_into().ok()?,
        })
    }

    fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.secret).into()
    }
}

#[derive(Serialize, Deserialize)]
struct Session {
    hash: [u8; 32],
    created: Timestamp,
    /// To the hour.
    seen: Timestamp,
    #[serde(default)]
    origin: Origin,
}

impl Row for Session {
    const KIND: &'static str = "session";
    const ROOM: Room = Room::None;
}

impl Session {
    fn ends(&self) -> Timestamp {
        (self.seen + SESSION).min(self.created + LONGEST_SIGN_IN)
    }
}

/// Opens a session; gives its id and what the cookie holds.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn open_session(
    records: &Records<'_>,
    owner: Owner,
    origin: &Origin,
    now: Timestamp,
) -> Result<(Uuid, String), Refusal> {
    let opaque = Opaque::new(owner);
    records.write(owner, |rows| {
        make_room(rows, now, Session::ends)?;
        let session = Session { hash: opaque.hash(), created: now, seen: now, origin: origin.clone() };
        rows.put(opaque.id, &session)
    })?;
    Ok((opaque.id, opaque.encode()))
}

/// Removes the sign-ins of a kind that are over, and those that would end first of more than there may be.
fn make_room<R: Row>(
    rows: &mut RowsMut<'_, '_>,
    now: Timestamp,
    ends: impl Fn(&R) -> Timestamp,
) -> Result<(), jobmatch_index::Error> {
    let mut open = rows.list::<R>()?;
    open.sort_by_key(|(_, row)| ends(row));
    let many = open.len().saturating_sub(MOST_SIGN_INS - 1);
    for (n, (id, row)) in open.iter().enumerate() {
        if n < many || ends(row) < now {
            rows.delete::<R>(*id)?;
        }
    }
    Ok(())
}

/// Whose session a cookie is, and its id; `None` when it is none, or is over. Visits keep it alive, up to
/// [`LONGEST_SIGN_IN`].
///
/// # Errors
/// [`Refusal::Engine`].
pub fn session(
    records: &Records<'_>,
    cookie: &str,
    now: Timestamp,
) -> Result<Option<(Owner, Uuid)>, Refusal> {
    let Some(opaque) = Opaque::decode(cookie) else { return Ok(None) };
    let row = records.get::<Session>(opaque.owner, opaque.id)?;
    let Some(mut session) = row.filter(|row| row.hash == opaque.hash()) else { return Ok(None) };
    if session.ends() < now {
        return Ok(None);
    }
    if now.duration_since(session.seen) > SignedDuration::from_hours(1) {
        session.seen = now;
        records.write(opaque.owner, |rows| rows.put(opaque.id, &session))?;
    }
    Ok(Some((opaque.owner, opaque.id)))
}

/// Ends a session.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn close_session(records: &Records<'_>, cookie: &str) -> Result<(), Refusal> {
    let Some(opaque) = Opaque::decode(cookie) else { return Ok(()) };
    match records.write(opaque.owner, |rows| rows.delete::<Session>(opaque.id)) {
        Ok(_) | Err(jobmatch_index::Error::UnknownOwner) => Ok(()),
        Err(other) => Err(other.into()),
    }
}

/// How a sign-in is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SignInKind)]
pub enum Kind {
    /// The web pages, with a cookie.
    Pages,
    /// The API, with access tokens.
    Api,
}

/// A sign-in that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OpenSignIn {
    /// How it is used.
    pub kind: Kind,
    /// When it began; not known of some from before this was kept.
    pub created: Option<Timestamp>,
    /// When it was last used, to the hour.
    pub seen: Option<Timestamp>,
    /// When it ends unless it is used before.
    pub expires: Timestamp,
    /// From where it was opened.
    pub origin: Origin,
}

/// A person's open sign-ins, the one that was used last first.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn open_sign_ins(
    records: &Records<'_>,
    owner: Owner,
    now: Timestamp,
) -> Result<Vec<(Uuid, OpenSignIn)>, Refusal> {
    let mut open = records.read::<_, Refusal>(owner, |rows| {
        let sessions = rows.list::<Session>()?.into_iter().map(|(id, session)| {
            let (created, seen, expires) = (Some(session.created), Some(session.seen), session.ends());
            (id, OpenSignIn { kind: Kind::Pages, created, seen, expires, origin: session.origin })
        });
        let families = rows.list::<Family>()?.into_iter().map(|(id, family)| {
            let Family { created, seen, expires, origin, .. } = family;
            (id, OpenSignIn { kind: Kind::Api, created, seen, expires, origin })
        });
        Ok(sessions.chain(families).filter(|(_, open)| now < open.expires).collect::<Vec<_>>())
    })?;
    open.sort_by_key(|(id, open)| std::cmp::Reverse((open.seen, *id)));
    Ok(open)
}

/// Ends a sign-in of a person.
///
/// # Errors
/// [`Refusal::NotFound`].
pub fn close_sign_in(records: &Records<'_>, owner: Owner, id: Uuid) -> Result<(), Refusal> {
    match records.write(owner, |rows| {
        let session = rows.delete::<Session>(id)?;
        Ok::<_, jobmatch_index::Error>(rows.delete::<Family>(id)? || session)
    })? {
        true => Ok(()),
        false => Err(Refusal::NotFound("sign-in")),
    }
}

/// What was closed with a password that is no longer good.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Closed {
    /// Sign-ins, on the pages and by the API.
    pub sign_ins: usize,
    /// Names of the personal tokens.
    pub tokens: Vec<String>,
}

/// Ends everything that a person has proved who they are with: sign-ins and personal tokens. Whoever knew the password
/// may have made them.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn close_all(rows: &mut RowsMut<'_, '_>) -> Result<Closed, Refusal> {
    let mut closed = Closed::default();
    for (id, _) in rows.list::<Session>()? {
        rows.delete::<Session>(id)?;
        closed.sign_ins += 1;
    }
    for (id, _) in rows.list::<Family>()? {
        rows.delete::<Family>(id)?;
        closed.sign_ins += 1;
    }
    for (id, stored) in rows.list::<StoredToken>()? {
        rows.delete::<StoredToken>(id)?;
        closed.tokens.push(stored.token.name);
    }
    Ok(closed)
}

/// What a browser that has signed in to an account keeps, to be known there again: it proves that, and gives no right.
/// A new password makes it void. Nothing is stored for it here.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn device(records: &Records<'_>, owner: Owner, account: &Account) -> Result<String, Refusal> {
    Ok(URL_SAFE_NO_PAD.encode(device_mac(records, owner, account)?.finalize().into_bytes()))
}

/// Whether this is what [`device`] gave.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn is_device(
    records: &Records<'_>,
    owner: Owner,
    account: &Account,
    given: &str,
) -> Result<bool, Refusal> {
    let Ok(given) = URL_SAFE_NO_PAD.decode(given) else { return Ok(false) };
    Ok(device_mac(records, owner, account)?.verify_slice(&given).is_ok())
}

fn device_mac(records: &Records<'_>, owner: Owner, account: &Account) -> Result<Hmac<Sha256>, Refusal> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(&accounts::secret(records)?).expect("any key length will do");
    mac.update(b"device\0");
    mac.update(owner.0.as_bytes());
    mac.update(account.password.as_bytes());
    Ok(mac)
}

/// Refresh tokens that descend from one sign-in: only the latest is good.
#[derive(Serialize, Deserialize)]
struct Family {
    latest: Uuid,
    expires: Timestamp,
    #[serde(default)]
    created: Option<Timestamp>,
    #[serde(default)]
    seen: Option<Timestamp>,
    #[serde(default)]
    origin: Origin,
}

impl Row for Family {
    const KIND: &'static str = "family";
    const ROOM: Room = Room::None;
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Use {
    Access,
    Refresh,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: Uuid,
    #[serde(rename = "use")]
    use_: Use,
    /// Family of refresh tokens.
    fam: Uuid,
    jti: Uuid,
    iat: i64,
    exp: i64,
}

/// An access token and the refresh token that gives the next one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokenPair {
    /// For `Authorization: Bearer …`, 15 minutes.
    pub access: String,
    /// For `POST /api/auth/token/refresh/`, once, within 7 days.
    pub refresh: String,
    /// Seconds until the access token expires.
    pub expires_in: i64,
}

/// Signs and checks tokens.
pub struct Signer {
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl Signer {
    /// With the secret of a data folder.
    pub fn new(secret: &[u8; 32]) -> Self {
        // Not the secret itself, which also names addresses.
        let key: [u8; 32] = Sha256::new().chain_update(b"jwt\0").chain_update(secret).finalize().into();
        Self { encoding: EncodingKey::from_secret(&key), decoding: DecodingKey::from_secret(&key) }
    }

    fn sign(&self, claims: &Claims) -> String {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &self.encoding)
            .expect("claims are plain JSON")
    }

    fn check(&self, token: &str, use_: Use, now: Timestamp) -> Option<Claims> {
        let mut validation = Validation::new(Algorithm::HS256);
        // By our clock, which tests may set.
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &validation).ok()?.claims;
        (claims.use_ == use_ && now.as_second() < claims.exp).then_some(claims)
    }

    fn pair(&self, owner: Owner, family: Uuid, jti: Uuid, now: Timestamp) -> TokenPair {
        let token = |use_, lasts: SignedDuration| {
            let iat = now.as_second();
            self.sign(&Claims { sub: owner.0, use_, fam: family, jti, iat, exp: iat + lasts.as_secs() })
        };
        TokenPair {
            access: token(Use::Access, ACCESS),
            refresh: token(Use::Refresh, REFRESH),
            expires_in: ACCESS.as_secs(),
        }
    }

    /// The first tokens after signing in.
    ///
    /// # Errors
    /// [`Refusal::Engine`].
    pub fn open(
        &self,
        records: &Records<'_>,
        owner: Owner,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<TokenPair, Refusal> {
        let (family, jti) = (Uuid::now_v7(), Uuid::new_v4());
        records.write(owner, |rows| {
            make_room(rows, now, |old: &Family| old.expires)?;
            let new = Family {
                latest: jti,
                expires: now + REFRESH,
                created: Some(now),
                seen: Some(now),
                origin: origin.clone(),
            };
            rows.put(family, &new)
        })?;
        Ok(self.pair(owner, family, jti, now))
    }

    /// The next tokens. A refresh token that was used before revokes all that descend from the same sign-in: either
    /// its owner or a thief holds a stale one, and nobody can tell which.
    ///
    /// # Errors
    /// [`Refusal::WrongCredentials`].
    pub fn refresh(&self, records: &Records<'_>, token: &str, now: Timestamp) -> Result<TokenPair, Refusal> {
        let claims = self.check(token, Use::Refresh, now).ok_or(Refusal::WrongCredentials)?;
        let (owner, next) = (Owner(claims.sub), Uuid::new_v4());
        let good = records.write(owner, |rows| {
            let good = match rows.get::<Family>(claims.fam)? {
                Some(family) if now >= family.expires => {
                    rows.delete::<Family>(claims.fam)?;
                    false
                }
                Some(mut family) if family.latest == claims.jti => {
                    // Those from before this was kept begin now.
                    let created = *family.created.get_or_insert(now);
                    family.expires = (now + REFRESH).min(created + LONGEST_SIGN_IN);
                    (family.latest, family.seen) = (next, Some(now));
                    rows.put(claims.fam, &family)?;
                    true
                }
                Some(_) => {
                    rows.delete::<Family>(claims.fam)?;
                    false
                }
                None => false,
            };
            Ok(good)
        });
        match good {
            Ok(true) => Ok(self.pair(owner, claims.fam, next, now)),
            Ok(false) | Err(jobmatch_index::Error::UnknownOwner) => Err(Refusal::WrongCredentials),
            Err(other) => Err(other.into()),
        }
    }

    /// Ends the sign-in that a refresh token descends from.
    ///
    /// # Errors
    /// [`Refusal::Engine`].
    pub fn close(&self, records: &Records<'_>, token: &str, now: Timestamp) -> Result<(), Refusal> {
        let Some(claims) = self.check(token, Use::Refresh, now) else { return Ok(()) };
        match records.write(Owner(claims.sub), |rows| rows.delete::<Family>(claims.fam)) {
            Ok(_) | Err(jobmatch_index::Error::UnknownOwner) => Ok(()),
            Err(other) => Err(other.into()),
        }
    }

    /// Whose access token this is, and of which sign-in. It ends with the sign-in that it descends from.
    ///
    /// # Errors
    /// [`Refusal::Engine`].
    pub fn access(
        &self,
        records: &Records<'_>,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<(Owner, Uuid)>, Refusal> {
        let Some(claims) = self.check(token, Use::Access, now) else { return Ok(None) };
        let owner = Owner(claims.sub);
        let open = records.get::<Family>(owner, claims.fam)?.is_some();
        Ok(open.then_some((owner, claims.fam)))
    }
}

/// A personal access token, without its secret.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AccessToken {
    /// What its owner calls it.
    pub name: String,
    /// What it is good for.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created: Timestamp,
    /// When it stops working.
    pub expires: Timestamp,
    /// When it was last used, to the hour.
    #[serde(default)]
    pub used: Option<Timestamp>,
    /// The token that it was made with, and ends with.
    #[serde(default)]
    pub parent: Option<Uuid>,
}

#[derive(Serialize, Deserialize)]
struct StoredToken {
    hash: [u8; 32],
    token: AccessToken,
}

impl Row for StoredToken {
    const KIND: &'static str = "token";
    const ROOM: Room = Room::None;
}

/// Makes a personal access token; gives its id, the token itself, which is never shown again, and when it expires.
/// One that is made with another one (`parent`) may do no more than that and ends with it.
///
/// # Errors
/// [`Refusal::Invalid`]; [`Refusal::NotFound`] when there is no such parent.
pub fn create_token(
    records: &Records<'_>,
    owner: Owner,
    name: &str,
    scopes: &[Scope],
    days: u16,
    parent: Option<Uuid>,
    now: Timestamp,
) -> Result<(Uuid, String, Timestamp), Refusal> {
    let name = text("name", name, 100)?;
    if name.is_empty() {
        return Err(Refusal::invalid("name", "donnez-lui un nom, pour le reconnaître"));
    }
    if scopes.is_empty() {
        return Err(Refusal::invalid("scopes", "choisissez au moins un droit"));
    }
    if days == 0 || days > LONGEST_DAYS {
        return Err(Refusal::invalid("days", format!("de 1 à {LONGEST_DAYS} jours")));
    }
    let mut scopes = scopes.to_vec();
    scopes.sort_unstable();
    scopes.dedup();
    let opaque = Opaque::new(owner);
    let wanted = now + SignedDuration::from_hours(24 * i64::from(days));
    let expires = records.write(owner, |rows| {
        if rows.list::<StoredToken>()?.len() >= MOST {
            return Err(Refusal::invalid("name", format!("vous avez déjà {MOST} jetons ; supprimez-en un")));
        }
        let mut expires = wanted;
        if let Some(parent) = parent {
            let parent = rows.get::<StoredToken>(parent)?.ok_or(Refusal::NotFound("token"))?.token;
            if !scopes.iter().all(|scope| parent.scopes.contains(scope)) {
                return Err(Refusal::invalid("scopes", "un jeton ne donne pas plus de droits qu'il n'en a"));
            }
            expires = expires.min(parent.expires);
        }
        let token = AccessToken {
            name: name.clone(),
            scopes: scopes.clone(),
            created: now,
            expires,
            used: None,
            parent,
        };
        rows.put(opaque.id, &StoredToken { hash: opaque.hash(), token })?;
        Ok(expires)
    })?;
    Ok((opaque.id, format!("{MARK}{}", opaque.encode()), expires))
}

/// Whether a bearer's token has the form of a personal access token.
pub fn is_personal(token: &str) -> bool {
    token.starts_with(MARK)
}

/// Whose personal access token this is, its id, and what it is good for; `None` when it is none, or has expired.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn token(
    records: &Records<'_>,
    token: &str,
    now: Timestamp,
) -> Result<Option<(Owner, Uuid, Vec<Scope>)>, Refusal> {
    let Some(opaque) = token.strip_prefix(MARK).and_then(Opaque::decode) else { return Ok(None) };
    let row = records.get::<StoredToken>(opaque.owner, opaque.id)?;
    let Some(mut stored) = row.filter(|row| row.hash == opaque.hash() && now < row.token.expires) else {
        return Ok(None);
    };
    if stored.token.used.is_none_or(|used| now.duration_since(used) > SignedDuration::from_hours(1)) {
        stored.token.used = Some(now);
        records.write(opaque.owner, |rows| rows.put(opaque.id, &stored))?;
    }
    Ok(Some((opaque.owner, opaque.id, stored.token.scopes)))
}

/// A person's personal access tokens, the oldest first.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn tokens(records: &Records<'_>, owner: Owner) -> Result<Vec<(Uuid, AccessToken)>, Refusal> {
    let rows = records.list::<StoredToken>(owner)?;
    Ok(rows.into_iter().map(|(id, stored)| (id, stored.token)).collect())
}

/// Revokes a personal access token, and those that were made with it.
///
/// # Errors
/// [`Refusal::NotFound`].
pub fn revoke_token(records: &Records<'_>, owner: Owner, id: Uuid) -> Result<(), Refusal> {
    records.write(owner, |rows| {
        let tokens = rows.list::<StoredToken>()?;
        if !tokens.iter().any(|(known, _)| *known == id) {
            return Err(Refusal::NotFound("token"));
        }
        // Ids grow with time: a parent comes before its children.
        let mut doomed = HashSet::from([id]);
        for (id, stored) in &tokens {
            if stored.token.parent.is_some_and(|parent| doomed.contains(&parent)) {
                doomed.insert(*id);
            }
        }
        for id in doomed {
            rows.delete::<StoredToken>(id)?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use jobmatch_index::{Index, Options};

    use super::*;

    fn index() -> (tempfile::TempDir, Index) {
        let dir = tempfile::tempdir().unwrap();
        let index = Index::open(dir.path(), Options::default()).unwrap();
        (dir, index)
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    #[test]
    fn a_refresh_token_that_is_used_twice_ends_the_sign_in() {
        let (_dir, index) = index();
        let records = index.records();
        let owner = records.create_owner().unwrap();
        let signer = Signer::new(&[9; 32]);
        let first = signer.open(&records, owner, &Origin::default(), at(0)).unwrap();
        assert_eq!(signer.access(&records, &first.access, at(899)).unwrap().unwrap().0, owner);
        assert_eq!(signer.access(&records, &first.access, at(900)).unwrap(), None);
        assert_eq!(signer.access(&records, &first.refresh, at(0)).unwrap(), None, "not an access token");

        let second = signer.refresh(&records, &first.refresh, at(10)).unwrap();
        let third = signer.refresh(&records, &second.refresh, at(20)).unwrap();
        assert!(matches!(signer.refresh(&records, &first.refresh, at(30)), Err(Refusal::WrongCredentials)));
        assert!(matches!(signer.refresh(&records, &third.refresh, at(31)), Err(Refusal::WrongCredentials)));
        assert_eq!(signer.access(&records, &third.access, at(32)).unwrap(), None);

        let other = Signer::new(&[1; 32]).open(&records, owner, &Origin::default(), at(0)).unwrap();
        assert_eq!(signer.access(&records, &other.access, at(1)).unwrap(), None, "another key signed it");
        let pair = signer.open(&records, owner, &Origin::default(), at(0)).unwrap();
        signer.close(&records, &pair.refresh, at(1)).unwrap();
        assert!(signer.refresh(&records, &pair.refresh, at(2)).is_err());
        let pair = signer.open(&records, owner, &Origin::default(), at(0)).unwrap();
        assert!(signer.refresh(&records, &pair.refresh, at(7 * 86_400)).is_err(), "expired");
    }

    #[test]
    fn sessions_last_while_they_are_used() {
        let (_dir, index) = index();
        let records = index.records();
        let owner = records.create_owner().unwrap();
        let (_, cookie) = open_session(&records, owner, &Origin::default(), at(0)).unwrap();
        let day = 86_400;
        let whose = |cookie: &str, at| session(&records, cookie, at).unwrap().map(|(owner, _)| owner);
        assert_eq!(whose(&cookie, at(13 * day)), Some(owner));
        assert_eq!(whose(&cookie, at(26 * day)), Some(owner));
        assert_eq!(whose(&cookie, at(41 * day)), None);
        let (_, cookie) = open_session(&records, owner, &Origin::default(), at(0)).unwrap();
        let mut forged = cookie.clone();
        forged.replace_range(84..85, if &cookie[84..85] == "A" { "B" } else { "A" });
        assert_eq!(session(&records, &forged, at(1)).unwrap(), None);
        close_session(&records, &cookie).unwrap();
        assert_eq!(session(&records, &cookie, at(1)).unwrap(), None);
    }

    #[test]
    fn personal_tokens_expire_and_are_revoked() {
        let (_dir, index) = index();
        let records = index.records();
        let owner = records.create_owner().unwrap();
        let scopes = [Scope::ImportOffers];
        let (id, secret, _) = create_token(&records, owner, "Extension", &scopes, 30, None, at(0)).unwrap();
        assert!(is_personal(&secret));
        assert_eq!(token(&records, &secret, at(1)).unwrap(), Some((owner, id, scopes.to_vec())));
        assert_eq!(tokens(&records, owner).unwrap()[0].1.used, Some(at(1)));
        assert_eq!(token(&records, &secret, at(30 * 86_400)).unwrap(), None);
        revoke_token(&records, owner, id).unwrap();
        assert_eq!(token(&records, &secret, at(2)).unwrap(), None);
        assert!(matches!(revoke_token(&records, owner, id), Err(Refusal::NotFound(_))));
    }

    #[test]
    fn a_sign_in_ends_however_often_it_is_used() {
        let (_dir, index) = index();
        let records = index.records();
        let owner = records.create_owner().unwrap();
        let signer = Signer::new(&[9; 32]);
        let (_, cookie) = open_session(&records, owner, &Origin::default(), at(0)).unwrap();
        let mut pair = signer.open(&records, owner, &Origin::default(), at(0)).unwrap();
        let day = 86_400;
        for n in 1..18 {
            assert!(session(&records, &cookie, at(n * 5 * day)).unwrap().is_some(), "day {}", 5 * n);
            pair = signer.refresh(&records, &pair.refresh, at(n * 5 * day)).unwrap();
        }
        assert_eq!(open_sign_ins(&records, owner, at(89 * day)).unwrap().len(), 2);
        assert!(session(&records, &cookie, at(90 * day + 1)).unwrap().is_none());
        assert!(signer.refresh(&records, &pair.refresh, at(90 * day + 1)).is_err());
        assert!(open_sign_ins(&records, owner, at(90 * day + 1)).unwrap().is_empty());
    }

    #[test]
    fn a_token_made_with_another_ends_with_it_and_may_do_no_more() {
        let (_dir, index) = index();
        let records = index.records();
        let owner = records.create_owner().unwrap();
        let create = |scopes: &[Scope], days, parent| {
            create_token(&records, owner, "Script", scopes, days, parent, at(0))
        };
        let (parent, _, ends) = create(&[Scope::Read, Scope::Write], 10, None).unwrap();
        let (child, _, expires) = create(&[Scope::Read], 366, Some(parent)).unwrap();
        assert_eq!(expires, ends);
        let (_, grandchild, _) = create(&[Scope::Read], 1, Some(child)).unwrap();
        let (_, other, _) = create(&[Scope::Read], 1, None).unwrap();
        assert!(create(&[Scope::Write], 1, Some(child)).is_err());
        assert!(create(&[Scope::Admin], 1, Some(parent)).is_err());
        revoke_token(&records, owner, parent).unwrap();
        assert!(token(&records, &grandchild, at(1)).unwrap().is_none());
        assert!(token(&records, &other, at(1)).unwrap().is_some());
        assert_eq!(tokens(&records, owner).unwrap().len(), 1);
    }
}
