//! One's own account and data.

use std::net::IpAddr;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use jobmatch_index::records::{Owner, Uuid};
use jobmatch_index::score::Weights;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::App;
use super::super::auth::{Caller, Reader, Writer};
use super::super::extract::Json;
use super::super::limits::Address;
use super::super::problem::{Answer, Problem};
use super::super::scratch;
use super::profiles::stream;
use crate::people::accounts::{self, Account, Role};
use crate::people::tokens::Closed;
use crate::people::{Refusal, erasure, export, passwords};

/// An account.
#[derive(Serialize, ToSchema)]
pub(super) struct Me {
    id: Uuid,
    email: String,
    role: Role,
    created: Timestamp,
    /// The CV that offers are ranked for.
    active_profile: Option<Uuid>,
    /// How much each criterion counts.
    weights: Weights,
}

impl Me {
    pub(super) fn new(owner: Owner, account: Account) -> Self {
        Self {
            id: owner.0,
            email: account.email,
            role: account.role,
            created: account.created,
            active_profile: account.active_profile,
            weights: account.weights.unwrap_or_default(),
        }
    }
}

/// Mon compte
#[utoipa::path(get, path = "/api/me", tag = "Compte",
    responses((status = 200, body = Me), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn me(Reader(caller): Reader) -> axum::Json<Me> {
    axum::Json(Me::new(caller.owner, caller.account))
}

/// What to change of an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    /// Weights of the criteria; `null` brings the usual ones back.
    #[serde(default, deserialize_with = "super::params::given")]
    weights: Option<Option<Weights>>,
}

/// Changer mes réglages
#[utoipa::path(patch, path = "/api/me", tag = "Compte", request_body = Change,
    responses((status = 200, body = Me), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn change(
    State(app): State<App>,
    Writer(caller): Writer,
    Json(change): Json<Change>,
) -> Answer<axum::Json<Me>> {
    let owner = caller.owner;
    let account = app
        .work(move |app| {
            accounts::change(&app.index.records(), owner, |account| {
                account.weights = change.weights.unwrap_or(account.weights);
                Ok(())
            })
        })
        .await?;
    Ok(axum::Json(Me::new(owner, account)))
}

/// A change of password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Passwords {
    /// The present one.
    current: String,
    /// The new one.
    #[schema(min_length = 10, max_length = 128)]
    new: String,
}

/// Changer mon mot de passe
///
/// Ferme toutes les connexions, celle-ci comprise, et tous les jetons personnels ; la réponse les énumère.
#[utoipa::path(post, path = "/api/me/password", tag = "Compte", request_body = Passwords,
    responses((status = 200, body = Closed), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn password(
    State(app): State<App>,
    Writer(caller): Writer,
    Address(from): Address,
    Json(given): Json<Passwords>,
) -> Answer<axum::Json<Closed>> {
    let closed = set_password(&app, &caller, from, given.current, given.new).await;
    closed.map_err(|problem| problem.renamed("password", "new")).map(axum::Json)
}

/// Checks the present password, sets the new one, and closes what was open.
pub(in crate::http) async fn set_password(
    app: &App,
    caller: &Caller,
    from: IpAddr,
    current: String,
    new: String,
) -> Answer<Closed> {
    confirm(app, caller, from, "current", current).await?;
    let owner = caller.owner;
    app.work(move |app| accounts::set_password(&app.index.records(), owner, &new)).await
}

/// Refuses a wrong password of somebody who is signed in; `field` is its name. It counts among the tries to sign in.
pub(in crate::http) async fn confirm(
    app: &App,
    caller: &Caller,
    from: IpAddr,
    field: &'static str,
    password: String,
) -> Answer<()> {
    app.limits.password(from, &caller.account.email, true)?;
    let hash = caller.account.password.clone();
    app.work(move |_| {
        let short = password.chars().count() <= passwords::LONGEST;
        if short && passwords::verify(&password, Some(&hash)) {
            Ok(())
        } else {
            Err(Refusal::invalid(field, "ce n'est pas votre mot de passe actuel"))
        }
    })
    .await
}

/// Exporter toutes mes données
///
/// Une archive zip : compte, CV (profil, JSON Resume, fichier), candidatures et leurs documents.
#[utoipa::path(get, path = "/api/me/export", tag = "Compte",
    responses((status = 200, content_type = "application/zip", body = Vec<u8>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn export(State(app): State<App>, Reader(caller): Reader) -> Answer<Response> {
    app.limits.upload(caller.owner)?;
    let file = app
        .long_work(caller.owner, move |app| {
            let file = scratch::file(app.index.folder())?;
            export::archive(&app.index.records(), caller.owner, file)
        })
        .await?;
    stream(file, "application/zip", "jobmatch-mes-donnees.zip")
}

/// What confirms an erasure.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirmation {
    /// The password of the account: whoever merely holds a token cannot erase it.
    #[schema(max_length = 1024)]
    password: String,
}

/// Supprimer mon compte
///
/// Efface pour toujours le compte, les CV, les candidatures et leurs documents.
#[utoipa::path(delete, path = "/api/me", tag = "Compte", request_body = Confirmation,
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem),
        (status = 415, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn erase(
    State(app): State<App>,
    Writer(caller): Writer,
    Address(from): Address,
    Json(given): Json<Confirmation>,
) -> Answer<StatusCode> {
    confirm(&app, &caller, from, "password", given.password).await?;
    app.work(move |app| erase_person(app, caller.owner)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Erases a person wherever something of them is.
pub(in crate::http) fn erase_person(app: &App, owner: Owner) -> Result<(), Refusal> {
    app.jobs.cancel_all(owner);
    erasure::erase(&app.index.records(), owner)?;
    app.listings.forget(owner);
    Ok(())
}
