//! Signing in and out, and making an account.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use jobmatch_index::records::Owner;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::App;
use super::super::api::auth::make_account;
use super::super::auth::{Reader, Visitor, cookie, device_cookie, session_cookie};
use super::super::extract::{Form, Query};
use super::super::problem::{Answer, Problem};
use super::visit::{local, page};
use crate::people::{Refusal, accounts, tokens};

/// Where to go after signing in.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct After {
    suite: Option<String>,
    /// What was just done.
    fait: String,
}

/// The page to sign in on; whoever is signed in goes on.
pub(super) async fn sign_in_page(
    State(app): State<App>,
    signed_in: Option<Signed>,
    Query(After { suite, fait }): Query<After>,
) -> Answer<Response> {
    if signed_in.is_some() {
        return Ok(Redirect::to(local(suite.as_deref()).unwrap_or("/offres")).into_response());
    }
    if nobody_yet(&app)? {
        return Ok(Redirect::to("/bienvenue").into_response());
    }
    let form = Credentials { suite, asked: fait == "inscription", ..Credentials::default() };
    ask(&app, "sign_in.html", &form, None)
}

/// Somebody who is signed in, on pages that do not ask for it.
pub(super) struct Signed;

impl axum::extract::OptionalFromRequestParts<App> for Signed {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        app: &App,
    ) -> Result<Option<Self>, Self::Rejection> {
        let reader = <Reader as axum::extract::FromRequestParts<App>>::from_request_parts(parts, app).await;
        Ok(reader.ok().map(|_| Self))
    }
}

/// The link that the terminal shows.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct FirstVisit {
    code: String,
}

/// The page that makes the first account. The code is looked at when the form comes in.
pub(super) async fn welcome_page(
    State(app): State<App>,
    Query(FirstVisit { code }): Query<FirstVisit>,
) -> Answer<Response> {
    if !nobody_yet(&app)? {
        return Ok(Redirect::to("/connexion").into_response());
    }
    ask(&app, "sign_up.html", &Credentials { code, ..Credentials::default() }, None)
}

/// The page that makes an account, when anyone may.
pub(super) async fn sign_up_page(State(app): State<App>) -> Answer<Response> {
    if nobody_yet(&app)? {
        return Ok(Redirect::to("/bienvenue").into_response());
    }
    if !app.config.sign_up {
        return Ok(Redirect::to("/connexion").into_response());
    }
    ask(&app, "sign_up.html", &Credentials::default(), None)
}

fn nobody_yet(app: &App) -> Answer<bool> {
    Ok(accounts::none_yet(&app.index.records())?)
}

/// What is typed to sign in. The password is never written back.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Credentials {
    email: String,
    #[serde(skip_serializing)]
    password: String,
    suite: Option<String>,
    /// Of the first visit.
    code: String,
    /// An account was just asked for.
    #[serde(skip_deserializing)]
    asked: bool,
}

fn ask(app: &App, name: &str, form: &Credentials, problem: Option<&Problem>) -> Answer<Response> {
    let open = app.config.sign_up;
    let first = nobody_yet(app)?;
    page(None, name, json!({ "form": form, "problem": problem, "sign_up": open, "first": first }))
}

/// Signs in.
pub(super) async fn sign_in(
    State(app): State<App>,
    visitor: Visitor,
    jar: CookieJar,
    Form(given): Form<Credentials>,
) -> Answer<Response> {
    match visitor.sign_in(&app, given.email.clone(), given.password.clone()).await {
        Ok((owner, _)) => {
            open(&app, jar, visitor, owner, local(given.suite.as_deref()).unwrap_or("/offres")).await
        }
        Err(problem) => again(&app, "sign_in.html", &given, problem),
    }
}

/// Makes an account. The first one is signed in to at once.
pub(super) async fn sign_up(
    State(app): State<App>,
    visitor: Visitor,
    jar: CookieJar,
    Form(given): Form<Credentials>,
) -> Answer<Response> {
    let (email, password, code) = (given.email.clone(), given.password.clone(), given.code.clone());
    match make_account(&app, &visitor, email, password, code).await {
        Ok(Some(owner)) => open(&app, jar, visitor, owner, "/profil").await,
        Ok(None) => Ok(Redirect::to("/connexion?fait=inscription").into_response()),
        Err(problem) => again(&app, "sign_up.html", &given, problem),
    }
}

/// Goes on with a session; the browser is known from now on.
async fn open(app: &App, jar: CookieJar, visitor: Visitor, owner: Owner, to: &str) -> Answer<Response> {
    let (session, device) = app
        .work(move |app| {
            let records = app.index.records();
            let account = accounts::get(&records, owner)?;
            let (_, session) = tokens::open_session(&records, owner, &visitor.origin, app.now())?;
            Ok::<_, Refusal>((session, tokens::device(&records, owner, &account)?))
        })
        .await?;
    let secure = app.config.secure();
    let jar = jar.add(cookie(Some(session), secure)).add(device_cookie(device, secure));
    Ok((jar, Redirect::to(to)).into_response())
}

/// Asks again and says what was wrong.
fn again(app: &App, name: &str, given: &Credentials, problem: Problem) -> Answer<Response> {
    if !problem.code().is_client_error() {
        return Err(problem);
    }
    Ok((problem.code(), ask(app, name, given, Some(&problem))?).into_response())
}

/// Signs out.
pub(super) async fn sign_out(State(app): State<App>, headers: HeaderMap, jar: CookieJar) -> Answer<Response> {
    if let Some(session) = session_cookie(&headers) {
        app.work(move |app| tokens::close_session(&app.index.records(), &session)).await?;
    }
    Ok((jar.add(cookie(None, app.config.secure())), Redirect::to("/connexion")).into_response())
}
