//! How a person proves who they are after signing in: sessions for pages, signed tokens for the API, personal access
//! tokens for scripts and the extension.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jobmatch_index::records::{Owner, Records, Room, Row, Uuid};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rand::RngCore;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::{Refusal, text};

/// How long an access token lasts.
pub const ACCESS: SignedDuration = SignedDuration::from_mins(15);
/// How long a refresh token lasts, from its last use.
pub const REFRESH: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long a session lasts without a visit.
pub const SESSION: SignedDuration = SignedDuration::from_hours(14 * 24);
/// Longest life of a personal access token, in days.
pub const LONGEST_DAYS: u16 = 366;
/// Most personal access tokens that one person may have.
const MOST: usize = 50;
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
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::ImportOffers];

    /// Name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::ImportOffers => "offers:import",
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
    seen: Timestamp,
}

impl Row for Session {
    const KIND: &'static str = "session";
    const ROOM: Room = Room::None;
}

/// Opens a session; gives what the cookie holds.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn open_session(records: &Records<'_>, owner: Owner, now: Timestamp) -> Result<String, Refusal> {
    let opaque = Opaque::new(owner);
    records.write(owner, |rows| {
        for (id, session) in rows.list::<Session>()? {
            if now.duration_since(session.seen) > SESSION {
                rows.delete::<Session>(id)?;
            }
        }
        rows.put(opaque.id, &Session { hash: opaque.hash(), created: now, seen: now })
    })?;
    Ok(opaque.encode())
}

/// Whose session a cookie is; `None` when it is none, or is over. A visit once a day keeps it alive.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn session(records: &Records<'_>, cookie: &str, now: Timestamp) -> Result<Option<Owner>, Refusal> {
    let Some(opaque) = Opaque::decode(cookie) else { return Ok(None) };
    let row = records.get::<Session>(opaque.owner, opaque.id)?;
    let Some(mut session) = row.filter(|row| row.hash == opaque.hash()) else { return Ok(None) };
    let idle = now.duration_since(session.seen);
    if idle > SESSION {
        return Ok(None);
    }
    if idle > SignedDuration::from_hours(24) {
        session.seen = now;
        records.write(opaque.owner, |rows| rows.put(opaque.id, &session))?;
    }
    Ok(Some(opaque.owner))
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

/// Ends every session and every refresh token of a person, as after a change of password.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn close_all(records: &Records<'_>, owner: Owner) -> Result<(), Refusal> {
    Ok(records.write(owner, |rows| {
        for (id, _) in rows.list::<Session>()? {
            rows.delete::<Session>(id)?;
        }
        for (id, _) in rows.list::<Family>()? {
            rows.delete::<Family>(id)?;
        }
        Ok::<_, jobmatch_index::Error>(())
    })?)
}

/// Refresh tokens that descend from one sign-in: only the latest is good.
#[derive(Serialize, Deserialize)]
struct Family {
    latest: Uuid,
    expires: Timestamp,
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
    pub fn open(&self, records: &Records<'_>, owner: Owner, now: Timestamp) -> Result<TokenPair, Refusal> {
        let (family, jti) = (Uuid::now_v7(), Uuid::new_v4());
        records.write(owner, |rows| {
            for (id, old) in rows.list::<Family>()? {
                if old.expires < now {
                    rows.delete::<Family>(id)?;
                }
            }
            rows.put(family, &Family { latest: jti, expires: now + REFRESH })
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
                Some(family) if family.latest == claims.jti => {
                    rows.put(claims.fam, &Family { latest: next, expires: now + REFRESH })?;
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

    /// Whose access token this is. It ends with the sign-in that it descends from.
    ///
    /// # Errors
    /// [`Refusal::Engine`].
    pub fn access(
        &self,
        records: &Records<'_>,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<Owner>, Refusal> {
        let Some(claims) = self.check(token, Use::Access, now) else { return Ok(None) };
        let owner = Owner(claims.sub);
        let open = records.get::<Family>(owner, claims.fam)?.is_some();
        Ok(open.then_some(owner))
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

/// Makes a personal access token; gives its id and the token itself, which is never shown again.
///
/// # Errors
/// [`Refusal::Invalid`].
pub fn create_token(
    records: &Records<'_>,
    owner: Owner,
    name: &str,
    scopes: &[Scope],
    days: u16,
    now: Timestamp,
) -> Result<(Uuid, String), Refusal> {
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
    let expires = now + SignedDuration::from_hours(24 * i64::from(days));
    let stored = StoredToken {
        hash: opaque.hash(),
        token: AccessToken { name, scopes, created: now, expires, used: None },
    };
    records.write(owner, |rows| {
        if rows.list::<StoredToken>()?.len() >= MOST {
            return Err(Refusal::invalid("name", format!("vous avez déjà {MOST} jetons ; supprimez-en un")));
        }
        Ok(rows.put(opaque.id, &stored)?)
    })?;
    Ok((opaque.id, format!("{MARK}{}", opaque.encode())))
}

/// Whether a bearer's token has the form of a personal access token.
pub fn is_personal(token: &str) -> bool {
    token.starts_with(MARK)
}

/// Whose personal access token this is, and what it is good for; `None` when it is none, or has expired.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn token(
    records: &Records<'_>,
    token: &str,
    now: Timestamp,
) -> Result<Option<(Owner, Vec<Scope>)>, Refusal> {
    let Some(opaque) = token.strip_prefix(MARK).and_then(Opaque::decode) else { return Ok(None) };
    let row = records.get::<StoredToken>(opaque.owner, opaque.id)?;
    let Some(mut stored) = row.filter(|row| row.hash == opaque.hash() && now < row.token.expires) else {
        return Ok(None);
    };
    if stored.token.used.is_none_or(|used| now.duration_since(used) > SignedDuration::from_hours(1)) {
        stored.token.used = Some(now);
        records.write(opaque.owner, |rows| rows.put(opaque.id, &stored))?;
    }
    Ok(Some((opaque.owner, stored.token.scopes)))
}

/// A person's personal access tokens, the oldest first.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn tokens(records: &Records<'_>, owner: Owner) -> Result<Vec<(Uuid, AccessToken)>, Refusal> {
    let rows = records.list::<StoredToken>(owner)?;
    Ok(rows.into_iter().map(|(id, stored)| (id, stored.token)).collect())
}

/// Revokes a personal access token.
///
/// # Errors
/// [`Refusal::NotFound`].
pub fn revoke_token(records: &Records<'_>, owner: Owner, id: Uuid) -> Result<(), Refusal> {
    match records.write(owner, |rows| rows.delete::<StoredToken>(id))? {
        true => Ok(()),
        false => Err(Refusal::NotFound("token")),
    }
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
        let signer = Signer::new(&records.secret().unwrap());
        let first = signer.open(&records, owner, at(0)).unwrap();
        assert_eq!(signer.access(&records, &first.access, at(899)).unwrap(), Some(owner));
        assert_eq!(signer.access(&records, &first.access, at(900)).unwrap(), None);
        assert_eq!(signer.access(&records, &first.refresh, at(0)).unwrap(), None, "not an access token");

        let second = signer.refresh(&records, &first.refresh, at(10)).unwrap();
        let third = signer.refresh(&records, &second.refresh, at(20)).unwrap();
        assert!(matches!(signer.refresh(&records, &first.refresh, at(30)), Err(Refusal::WrongCredentials)));
        assert!(matches!(signer.refresh(&records, &third.refresh, at(31)), Err(Refusal::WrongCredentials)));
        assert_eq!(signer.access(&records, &third.access, at(32)).unwrap(), None);

        let other = Signer::new(&[1; 32]).open(&records, owner, at(0)).unwrap();
        assert_eq!(signer.access(&records, &other.access, at(1)).unwrap(), None, "another key signed it");
        let pair = signer.open(&records, owner, at(0)).unwrap();
        signer.close(&records, &pair.refresh, at(1)).unwrap();
        assert!(signer.refresh(&records, &pair.refresh, at(2)).is_err());
        let pair = signer.open(&records, owner, at(0)).unwrap();
        assert!(signer.refresh(&records, &pair.refresh, at(7 * 86_400)).is_err(), "expired");
    }

    #[test]
    fn sessions_last_while_they_are_used() {
        let (_dir, index) = index();
        let records = index.records();
        let owner = records.create_owner().unwrap();
        let cookie = open_session(&records, owner, at(0)).unwrap();
        let day = 86_400;
        assert_eq!(session(&records, &cookie, at(13 * day)).unwrap(), Some(owner));
        assert_eq!(session(&records, &cookie, at(26 * day)).unwrap(), Some(owner));
        assert_eq!(session(&records, &cookie, at(41 * day)).unwrap(), None);
        let cookie = open_session(&records, owner, at(0)).unwrap();
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
        let (id, secret) =
            create_token(&records, owner, "Extension", &[Scope::ImportOffers], 30, at(0)).unwrap();
        assert!(is_personal(&secret));
        assert_eq!(token(&records, &secret, at(1)).unwrap(), Some((owner, vec![Scope::ImportOffers])));
        assert_eq!(tokens(&records, owner).unwrap()[0].1.used, Some(at(1)));
        assert_eq!(token(&records, &secret, at(30 * 86_400)).unwrap(), None);
        revoke_token(&records, owner, id).unwrap();
        assert_eq!(token(&records, &secret, at(2)).unwrap(), None);
        assert!(matches!(revoke_token(&records, owner, id), Err(Refusal::NotFound(_))));
    }
}
