//! Signing in and out, and tokens.

use std::net::IpAddr;

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use jobmatch_index::records::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::App;
use super::super::auth::{Reader, Writer};
use super::super::extract::{Json, Path};
use super::super::limits::Address;
use super::super::problem::{Answer, Problem};
use crate::people::accounts::{self, Role};
use crate::people::tokens::{self, AccessToken, Scope, TokenPair};

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
    Address(from): Address,
    Json(given): Json<Credentials>,
) -> Answer<axum::Json<TokenPair>> {
    app.limits.password(from, &given.email, false)?;
    app.work(move |app| {
        let records = app.index.records();
        let (owner, _) = accounts::sign_in(&records, &given.email, &given.password)?;
        app.signer.open(&records, owner, app.now())
    })
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

/// Créer un compte
///
/// Le tout premier compte administre ce JobMatch ; il faut le code que le terminal a affiché au démarrage. Les suivants
/// ne se créent ainsi que si l'inscription est ouverte.
#[utoipa::path(post, path = "/api/auth/sign-up", tag = "Connexion", security(()), request_body = NewAccount,
    responses((status = 201, body = TokenPair), (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn sign_up(
    State(app): State<App>,
    Address(from): Address,
    Json(given): Json<NewAccount>,
) -> Answer<(StatusCode, axum::Json<TokenPair>)> {
    app.limits.password(from, &given.email, false)?;
    let pair = app
        .work(move |app| {
            let code = given.code.unwrap_or_default();
            let owner = create_account(app, from, &given.email, &given.password, &code)?;
            Ok::<_, Problem>(app.signer.open(&app.index.records(), owner, app.now())?)
        })
        .await?;
    Ok((StatusCode::CREATED, axum::Json(pair)))
}

/// The first account administers, and wants the code of the first visit; others need sign-up to be open.
pub(in crate::http) fn create_account(
    app: &App,
    from: IpAddr,
    email: &str,
    password: &str,
    code: &str,
) -> Answer<jobmatch_index::records::Owner> {
    let records = app.index.records();
    let first = accounts::none_yet(&records)?;
    if first {
        app.limits.first_visit(from)?;
        if !app.first_visit.accepts(code) {
            return Err(Problem::first_visit());
        }
    } else if !app.config.sign_up {
        return Err(Problem::forbidden(
            "l'inscription est fermée ; demandez un compte à la personne qui administre ce JobMatch",
        ));
    }
    let role = if first { Role::Admin } else { Role::Member };
    let owner = accounts::create(&records, email, password, role, first, app.now())?;
    if first {
        app.first_visit.renew();
    }
    Ok(owner)
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
pub(super) struct MadeToken {
    /// Its id.
    id: Uuid,
    /// The token: it is not shown again.
    token: String,
    /// When it expires.
    expires: Timestamp,
}

/// Créer un jeton personnel
///
/// Pour l'extension du navigateur et les scripts. Il n'est montré qu'une fois.
#[utoipa::path(post, path = "/api/auth/tokens", tag = "Connexion", request_body = NewToken,
    responses((status = 201, body = MadeToken), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn create_token(
    State(app): State<App>,
    Writer(caller): Writer,
    Json(given): Json<NewToken>,
) -> Answer<(StatusCode, axum::Json<MadeToken>)> {
    // A token gives no more than it has.
    given.scopes.iter().try_for_each(|scope| caller.check(*scope))?;
    let made = app
        .work(move |app| {
            let now = app.now();
            let (id, token) = tokens::create_token(
                &app.index.records(),
                caller.owner,
                &given.name,
                &given.scopes,
                given.days,
                now,
            )?;
            let expires = now + jiff::SignedDuration::from_hours(24 * i64::from(given.days));
            Ok::<_, Problem>(MadeToken { id, token, expires })
        })
        .await?;
    Ok((StatusCode::CREATED, axum::Json(made)))
}

/// Révoquer un jeton personnel
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
