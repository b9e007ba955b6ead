//! Who is asking, and whether they may. Every handler that reads or changes something of a person takes one of these,
//! and reaches rows through its [`Owner`](jobmatch_index::records::Owner) only.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use jobmatch_index::records::Owner;

use super::App;
use super::problem::Problem;
use crate::people::accounts::{self, Account, Role};
use crate::people::tokens::{self, Scope};

/// Name of the session cookie.
const COOKIE: &str = "jobmatch_session";

/// Somebody who has proved who they are.
#[derive(Clone)]
pub(super) struct Caller {
    /// Whose rows they may reach.
    pub owner: Owner,
    /// Their account.
    pub account: Account,
    scopes: Vec<Scope>,
}

impl Caller {
    async fn find(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let records = app.index.records();
        let now = app.now();
        let (owner, scopes) = match bearer(&parts.headers) {
            Some(token) if tokens::is_personal(token) => {
                tokens::token(&records, token, now)?.ok_or_else(Problem::unauthenticated)?
            }
            Some(token) => {
                let owner = app.signer.access(&records, token, now)?.ok_or_else(Problem::unauthenticated)?;
                (owner, Scope::ALL.to_vec())
            }
            None => {
                let cookie = session_cookie(&parts.headers).ok_or_else(Problem::unauthenticated)?;
                let owner = tokens::session(&records, &cookie, now)?.ok_or_else(Problem::unauthenticated)?;
                (owner, Scope::ALL.to_vec())
            }
        };
        let account = accounts::get(&records, owner).map_err(|_| Problem::unauthenticated())?;
        // For what reads the body, which comes after.
        parts.extensions.insert(owner);
        Ok(Self { owner, account, scopes })
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
        let caller = caller.need(Scope::Read)?.need(Scope::Write)?;
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
    CookieJar::from_headers(headers).get(COOKIE).map(|cookie| cookie.value().to_owned())
}

/// A cookie that holds a session; without one, it takes the cookie away.
pub(super) fn cookie(session: Option<String>, secure: bool) -> Cookie<'static> {
    let seconds = if session.is_some() { tokens::SESSION.as_secs() } else { 0 };
    let mut cookie = Cookie::new(COOKIE, session.unwrap_or_default());
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_secure(secure);
    cookie.set_path("/");
    cookie.set_max_age(time::Duration::seconds(seconds));
    cookie
}
