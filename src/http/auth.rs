//! Who is asking, and whether they may. Every handler that reads or changes something of a person takes one of these,
//! and reaches rows through its [`Owner`](jobmatch_index::records::Owner) only.

use std::net::IpAddr;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use jobmatch_index::records::{Owner, Uuid};

use super::App;
use super::limits::Address;
use super::problem::{Answer, Problem};
use crate::people::Refusal;
use crate::people::accounts::{self, Account, Role};
use crate::people::sign_ins::{self, Origin, SignIn};
use crate::people::tokens::{self, Scope};

/// Name of the session cookie.
const COOKIE: &str = "jobmatch_session";
/// Name of the cookie of browsers that have signed in before.
const DEVICE: &str = "jobmatch_device";

/// Somebody who has proved who they are.
#[derive(Clone)]
pub(super) struct Caller {
    /// Whose rows they may reach.
    pub owner: Owner,
    /// Their account.
    pub account: Account,
    /// How they have proved it.
    pub proof: Proof,
    scopes: Vec<Scope>,
}

/// What proves who somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// A sign-in: a session of the pages, or access tokens.
    SignIn(Uuid),
    /// A personal token.
    Token(Uuid),
}

impl Caller {
    async fn find(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let records = app.index.records();
        let now = app.now();
        let signed_in = |found: Option<(Owner, Uuid)>| {
            let (owner, id) = found.ok_or_else(Problem::unauthenticated)?;
            Ok::<_, Problem>((owner, Proof::SignIn(id), Scope::ALL.to_vec()))
        };
        let (owner, proof, scopes) = match bearer(&parts.headers) {
            Some(token) if tokens::is_personal(token) => {
                let found = tokens::token(&records, token, now)?;
                let (owner, id, scopes) = found.ok_or_else(Problem::unauthenticated)?;
                (owner, Proof::Token(id), scopes)
            }
            Some(token) => signed_in(app.signer.access(&records, token, now)?)?,
            None => {
                let cookie = session_cookie(&parts.headers).ok_or_else(Problem::unauthenticated)?;
                signed_in(tokens::session(&records, &cookie, now)?)?
            }
        };
        let account = match accounts::get(&records, owner) {
            Ok(account) => account,
            Err(Refusal::NotFound(_)) => return Err(Problem::unauthenticated()),
            Err(other) => return Err(other.into()),
        };
        // For what reads the body, which comes after.
        parts.extensions.insert(owner);
        Ok(Self { owner, account, proof, scopes })
    }

    fn need(self, scope: Scope) -> Result<Self, Problem> {
        self.check(scope)?;
        Ok(self)
    }

    /// Refuses what the token is not good for.
    pub(super) fn check(&self, scope: Scope) -> Result<(), Problem> {
        if self.scopes.contains(&scope) {
            Ok(())
        } else {
            Err(Problem::forbidden(format!("ce jeton n'a pas le droit « {} »", scope.name())))
        }
    }
}

macro_rules! callers {
    ($($(#[$doc:meta])* $name:ident: $scope:expr;)*) => {$(
        $(#[$doc])*
        pub(super) struct $name(pub(super) Caller);

        impl<S: Send + Sync> FromRequestParts<S> for $name
        where
            App: FromRef<S>,
        {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
                Caller::find(parts, &App::from_ref(state)).await?.need($scope).map(Self)
            }
        }
    )*};
}

callers! {
    /// May read.
    Reader: Scope::Read;
    /// May change what is theirs.
    Writer: Scope::Write;
    /// May import offers.
    Importer: Scope::ImportOffers;
}

/// Runs this JobMatch: reads and changes what is everybody's.
pub(super) struct Admin(pub Caller);

impl<S: Send + Sync> FromRequestParts<S> for Admin
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = Caller::find(parts, &App::from_ref(state)).await?;
        let caller = caller.need(Scope::Admin)?;
        match caller.account.role {
            Role::Admin => Ok(Self(caller)),
            Role::Member => Err(Problem::forbidden("ceci est réservé à l'administration de ce JobMatch")),
        }
    }
}

/// The token that a request carries.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// The session cookie of a request.
pub(super) fn session_cookie(headers: &HeaderMap) -> Option<String> {
    value(headers, COOKIE)
}

fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    CookieJar::from_headers(headers).get(name).map(|cookie| cookie.value().to_owned())
}

/// A cookie that holds a session; without one, it takes the cookie away.
pub(super) fn cookie(session: Option<String>, secure: bool) -> Cookie<'static> {
    let seconds = if session.is_some() { tokens::SESSION.as_secs() } else { 0 };
    ours(COOKIE, session.unwrap_or_default(), seconds, secure)
}

/// A cookie by which this browser is known to an account when it signs in again: see [`tokens::device`].
pub(super) fn device_cookie(device: String, secure: bool) -> Cookie<'static> {
    ours(DEVICE, device, 365 * 24 * 3600, secure)
}

fn ours(name: &'static str, value: String, seconds: i64, secure: bool) -> Cookie<'static> {
    let mut cookie = Cookie::new(name, value);
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_secure(secure);
    cookie.set_path("/");
    cookie.set_max_age(time::Duration::seconds(seconds));
    cookie
}

/// Somebody who wants to prove who they are.
pub(super) struct Visitor {
    /// Where the request comes from.
    pub from: IpAddr,
    /// The same in general terms, as it may be kept.
    pub origin: Origin,
    device: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor
where
    App: FromRef<S>,
{
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let Address(from) = Address::from_request_parts(parts, state).await?;
        let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        Ok(Self {
            from,
            origin: Origin::new(from, agent.unwrap_or_default()),
            device: value(&parts.headers, DEVICE),
        })
    }
}

impl Visitor {
    /// The person with this address and password, within the limits of tries; either way their log tells of it. A
    /// failure is put down after the answer, so that the answer to an address without an account takes no less time.
    pub(super) async fn sign_in(
        &self,
        app: &App,
        email: String,
        password: String,
    ) -> Answer<(Owner, Account)> {
        app.limits.password(self.from, &email, self.is_known(app, &email)?)?;
        let (origin, at, tried) = (self.origin.clone(), app.now(), email.clone());
        let found = app
            .work(move |app| {
                let records = app.index.records();
                let (owner, account) = accounts::sign_in(&records, &email, &password)?;
                sign_ins::record(&records, owner, &SignIn { at, ok: true, origin })?;
                Ok::<_, Refusal>((owner, account))
            })
            .await;
        if found.as_ref().is_err_and(|problem| problem.code() == StatusCode::UNAUTHORIZED) {
            let (app, origin) = (app.clone(), self.origin.clone());
            tokio::spawn(async move {
                app.work(move |app| {
                    let records = app.index.records();
                    match accounts::find(&records, &tried) {
                        Ok((owner, _)) => {
                            sign_ins::record(&records, owner, &SignIn { at, ok: false, origin })
                        }
                        Err(Refusal::NotFound(_) | Refusal::Invalid { .. }) => Ok(()),
                        Err(other) => Err(other),
                    }
                })
                .await
            });
        }
        found
    }

    /// Whether this browser has signed in to that account before.
    fn is_known(&self, app: &App, email: &str) -> Answer<bool> {
        let Some(device) = &self.device else { return Ok(false) };
        let records = app.index.records();
        match accounts::find(&records, email) {
            Ok((owner, account)) => Ok(tokens::is_device(&records, owner, &account, device)?),
            Err(Refusal::NotFound(_) | Refusal::Invalid { .. }) => Ok(false),
            Err(other) => Err(other.into()),
        }
    }
}
