//! Signing in and out, and tokens.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jobmatch_index::records::{Owner, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::App;
use super::super::auth::{Caller, Proof, Reader, Visitor, Writer};
use super::super::extract::{Json, Path};
use super::super::problem::{Answer, Problem};
use crate::people::Refusal;
use crate::people::accounts::{self, Role};
use crate::people::sign_ins::{self, SignIn};
use crate::people::tokens::{self, AccessToken, OpenSignIn, Scope, TokenPair};

/// E-mail and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    /// Adresse e-mail.
    #[schema(max_length = 254)]
    email: String,
    /// Mot de passe.
    #[schema(max_length = 1024)]
    password: String,
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Refresh {
    /// As it was given.
    refresh: String,
}

/// Obtenir des jetons
///
/// Un jeton d'accès (15 minutes) et un jeton de renouvellement (7 jours, à usage unique).
#[utoipa::path(post, path = "/api/auth/token", tag = "Connexion", security(()), request_body = Credentials,
    responses((status = 200, body = TokenPair), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn token(
    State(app): State<App>,
    visitor: Visitor,
    Json(given): Json<Credentials>,
) -> Answer<axum::Json<TokenPair>> {
    let (owner, _) = visitor.sign_in(&app, given.email, given.password).await?;
    app.work(move |app| app.signer.open(&app.index.records(), owner, &visitor.origin, app.now()))
        .await
        .map(axum::Json)
}

/// Renouveler ses jetons
///
/// Un jeton de renouvellement qui sert deux fois ferme la connexion dont il vient.
#[utoipa::path(post, path = "/api/auth/token/refresh", tag = "Connexion", security(()), request_body = Refresh,
    responses((status = 200, body = TokenPair), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn refresh(
    State(app): State<App>,
    Json(given): Json<Refresh>,
) -> Answer<axum::Json<TokenPair>> {
    app.work(move |app| app.signer.refresh(&app.index.records(), &given.refresh, app.now()))
        .await
        .map(axum::Json)
}

/// Fermer la connexion
#[utoipa::path(post, path = "/api/auth/logout", tag = "Connexion", security(()), request_body = Refresh,
    responses((status = 204), (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 413, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn logout(State(app): State<App>, Json(given): Json<Refresh>) -> Answer<StatusCode> {
    app.work(move |app| app.signer.close(&app.index.records(), &given.refresh, app.now())).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An account to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAccount {
    /// Adresse e-mail.
    #[schema(max_length = 254)]
    email: String,
    /// Mot de passe.
    #[schema(max_length = 1024)]
    password: String,
    /// For the very first account: the code that the terminal showed when the server started.
    #[serde(default)]
    #[schema(max_length = 64)]
    code: Option<String>,
}

/// That an account was asked for.
#[derive(Serialize, ToSchema)]
pub(super) struct Asked {
    /// What comes next, in French.
    detail: &'static str,
}

/// Créer un compte
///
/// Le tout premier compte administre ce JobMatch ; il faut le code que le terminal a affiché au démarrage, et la réponse
/// donne des jetons. Les suivants ne se créent ainsi que si l'inscription est ouverte ; la réponse est alors la même que
/// l'adresse ait déjà un compte ou non : connectez-vous ensuite.
#[utoipa::path(post, path = "/api/auth/sign-up", tag = "Connexion", security(()), request_body = NewAccount,
    responses((status = 201, body = TokenPair), (status = 202, description = "C'est noté", body = Asked),
        (status = 400, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 413, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(super) async fn sign_up(
    State(app): State<App>,
    visitor: Visitor,
    Json(given): Json<NewAccount>,
) -> Answer<Response> {
    let code = given.code.unwrap_or_default();
    let made = make_account(&app, &visitor, given.email, given.password, code).await?;
    let Some(owner) = made else {
        return Ok((StatusCode::ACCEPTED, axum::Json(Asked { detail: ASKED })).into_response());
    };
    let pair =
        app.work(move |app| app.signer.open(&app.index.records(), owner, &visitor.origin, app.now())).await?;
    Ok((StatusCode::CREATED, axum::Json(pair)).into_response())
}

/// What whoever signs up is told.
pub(in crate::http) const ASKED: &str =
    "si cette adresse n'avait pas encore de compte, il est créé ; connectez-vous avec votre mot de passe";

/// How long an open sign-up takes: more than making an account does, so that the time tells nothing.
const SIGN_UP: Duration = Duration::from_secs(1);

/// The first account administers, and wants the code of the first visit; it is given back. Others need sign-up to be
/// open, and nothing tells whether there was an account with that address before.
pub(in crate::http) async fn make_account(
    app: &App,
    visitor: &Visitor,
    email: String,
    password: String,
    code: String,
) -> Answer<Option<Owner>> {
    let from = visitor.from;
    app.limits.password(from, &email, false)?;
    let until = tokio::time::Instant::now() + SIGN_UP;
    let sign_in = SignIn { at: app.now(), ok: true, origin: visitor.origin.clone() };
    let made = app
        .work(move |app| {
            let records = app.index.records();
            if accounts::none_yet(&records)? {
                app.limits.first_visit(from)?;
                if !app.first_visit.accepts(&code) {
                    return Err(Problem::first_visit());
                }
                let owner = accounts::create(&records, &email, &password, Role::Admin, true, app.now())?;
                app.first_visit.renew();
                sign_ins::record(&records, owner, &sign_in)?;
                return Ok(Some(owner));
            }
            if !app.config.sign_up {
                return Err(Problem::forbidden(
                    "l'inscription est fermée ; demandez un compte à la personne qui administre ce JobMatch",
                ));
            }
            match accounts::create(&records, &email, &password, Role::Member, false, app.now()) {
                Ok(_) | Err(Refusal::EmailTaken) => Ok(None),
                Err(other) => Err(other.into()),
            }
        })
        .await?;
    if made.is_none() {
        tokio::time::sleep_until(until).await;
    }
    Ok(made)
}

/// A personal access token, without its secret.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct TokenRow {
    /// Its id.
    pub(in crate::http) id: Uuid,
    /// What is known of it.
    #[serde(flatten)]
    pub(in crate::http) token: AccessToken,
}

/// Mes jetons personnels
#[utoipa::path(get, path = "/api/auth/tokens", tag = "Connexion",
    responses((status = 200, body = Vec<TokenRow>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn tokens(
    State(app): State<App>,
    Reader(caller): Reader,
) -> Answer<axum::Json<Vec<TokenRow>>> {
    let tokens = app.work(move |app| tokens::tokens(&app.index.records(), caller.owner)).await?;
    Ok(axum::Json(tokens.into_iter().map(|(id, token)| TokenRow { id, token }).collect()))
}

/// A personal access token to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewToken {
    /// Such as « extension du navigateur ».
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// What it is good for.
    #[schema(min_items = 1)]
    scopes: Vec<Scope>,
    /// Days until it expires.
    #[serde(default = "usual_days")]
    #[schema(minimum = 1, maximum = 366)]
    days: u16,
}

fn usual_days() -> u16 {
    90
}

/// A token that was just made.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct MadeToken {
    /// Its id.
    id: Uuid,
    /// The token: it is not shown again.
    pub(in crate::http) token: String,
    /// When it expires.
    expires: Timestamp,
}

/// Créer un jeton personnel
///
/// Pour l'extension du navigateur et les scripts. Il n'est montré qu'une fois. Fait avec un autre jeton personnel, il
/// finit avec lui au plus tard. Le droit `admin` (comptes, sauvegarde, index) est réservé à l'administration.
#[utoipa::path(post, path = "/api/auth/tokens", tag = "Connexion", request_body = NewToken,
    responses((status = 201, body = MadeToken), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn create_token(
    State(app): State<App>,
    Writer(caller): Writer,
    Json(given): Json<NewToken>,
) -> Answer<(StatusCode, axum::Json<MadeToken>)> {
    let made = app.work(move |app| make_token(app, &caller, &given.name, &given.scopes, given.days)).await?;
    Ok((StatusCode::CREATED, axum::Json(made)))
}

/// Makes a token that may do no more than what its maker came with.
pub(in crate::http) fn make_token(
    app: &App,
    caller: &Caller,
    name: &str,
    scopes: &[Scope],
    days: u16,
) -> Answer<MadeToken> {
    scopes.iter().try_for_each(|scope| caller.check(*scope))?;
    if scopes.contains(&Scope::Admin) && caller.account.role != Role::Admin {
        return Err(Problem::forbidden("le droit « admin » est réservé à l'administration de ce JobMatch"));
    }
    let parent = match caller.proof {
        Proof::Token(id) => Some(id),
        Proof::SignIn(_) => None,
    };
    let records = app.index.records();
    let (id, token, expires) =
        tokens::create_token(&records, caller.owner, name, scopes, days, parent, app.now())?;
    Ok(MadeToken { id, token, expires })
}

/// Révoquer un jeton personnel
///
/// Et ceux qui ont été faits avec lui.
#[utoipa::path(delete, path = "/api/auth/tokens/{id}", tag = "Connexion", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn revoke_token(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
) -> Answer<StatusCode> {
    app.work(move |app| tokens::revoke_token(&app.index.records(), caller.owner, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A sign-in that is open.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct SignInRow {
    /// Its id.
    id: Uuid,
    /// It is the one of this request.
    current: bool,
    /// What is known of it.
    #[serde(flatten)]
    open: OpenSignIn,
}

/// Mes connexions ouvertes
///
/// Par les pages et par l'API : depuis quand, d'où en gros, dernier usage. Les jetons personnels sont à part.
#[utoipa::path(get, path = "/api/auth/sessions", tag = "Connexion",
    responses((status = 200, body = Vec<SignInRow>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn sessions(
    State(app): State<App>,
    Reader(caller): Reader,
) -> Answer<axum::Json<Vec<SignInRow>>> {
    Ok(axum::Json(app.work(move |app| open_sign_ins(app, &caller)).await?))
}

/// The sign-ins of somebody, and which one they came with.
pub(in crate::http) fn open_sign_ins(app: &App, caller: &Caller) -> Result<Vec<SignInRow>, Refusal> {
    let open = tokens::open_sign_ins(&app.index.records(), caller.owner, app.now())?;
    let row = |(id, open)| SignInRow { id, current: caller.proof == Proof::SignIn(id), open };
    Ok(open.into_iter().map(row).collect())
}

/// Fermer une connexion
#[utoipa::path(delete, path = "/api/auth/sessions/{id}", tag = "Connexion", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn close_session(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
) -> Answer<StatusCode> {
    app.work(move |app| tokens::close_sign_in(&app.index.records(), caller.owner, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Journal de mes connexions
///
/// Les dernières connexions et les derniers échecs, le plus récent d'abord.
#[utoipa::path(get, path = "/api/auth/sign-ins", tag = "Connexion",
    responses((status = 200, body = Vec<SignIn>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn sign_ins(
    State(app): State<App>,
    Reader(caller): Reader,
) -> Answer<axum::Json<Vec<SignIn>>> {
    app.work(move |app| sign_ins::list(&app.index.records(), caller.owner)).await.map(axum::Json)
}
