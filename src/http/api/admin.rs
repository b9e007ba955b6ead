//! Running this JobMatch: indexes, back-up, accounts.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jobmatch_index::records::{Owner, Records, Uuid};
use jobmatch_index::{Error, Stats};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::App;
use super::super::auth::Admin;
use super::super::extract::{Json, Path};
use super::super::problem::{Answer, Problem};
use super::super::scratch;
use super::accounts::{Me, erase_person};
use super::profiles::stream;
use super::tasks::TaskRow;
use crate::jobs::PartName;
use crate::people::accounts::{self, Role};
use crate::people::tokens::Closed;
use crate::people::{Refusal, passwords};

/// State of the indexes.
#[derive(Serialize, ToSchema)]
pub(super) struct IndexState {
    /// Documents, revisions, sizes, model, and how many offers state each fact.
    #[serde(flatten)]
    stats: Stats,
    /// The text index lacks what the store holds: an import is running.
    text_is_behind: bool,
    /// Tasks that wait or run.
    tasks: usize,
}

/// État des index
#[utoipa::path(get, path = "/api/admin/index", tag = "Administration",
    responses((status = 200, body = IndexState), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn index(State(app): State<App>, Admin(_caller): Admin) -> Answer<axum::Json<IndexState>> {
    app.work(|app| {
        let (stats, text_is_behind) = (app.index.stats()?, app.index.text_is_behind()?);
        Ok::<_, Refusal>(IndexState { stats, text_is_behind, tasks: app.jobs.waiting() })
    })
    .await
    .map(axum::Json)
}

/// What to build again.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Rebuild {
    part: PartName,
}

/// Reconstruire les index
///
/// Le serveur répond pendant ce temps.
#[utoipa::path(post, path = "/api/admin/reindex", tag = "Administration", request_body = Rebuild,
    responses((status = 202, body = TaskRow), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn reindex(
    State(app): State<App>,
    Admin(caller): Admin,
    Json(Rebuild { part }): Json<Rebuild>,
) -> Answer<(StatusCode, axum::Json<TaskRow>)> {
    let (id, task) = app.work(move |app| app.jobs.reindex(caller.owner, part, app.now())).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(TaskRow { id, task })))
}

/// Télécharger une sauvegarde
///
/// Toutes les offres et toutes les données personnelles, avec les clés qui les déchiffrent : gardez ce fichier en lieu
/// sûr. `jobmatch restore` la remet.
#[utoipa::path(get, path = "/api/admin/backup", tag = "Administration",
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(super) async fn backup(State(app): State<App>, Admin(caller): Admin) -> Answer<Response> {
    let name = format!("jobmatch-{}.bak", app.today());
    let file = app
        .long_work(caller.owner, |app| {
            let folder = scratch::Folder::new(app.index.folder())?;
            let path = folder.path().join("backup");
            app.index.backup(&path)?;
            // The open file outlives its name: nothing is left behind, however the download ends.
            std::fs::File::open(&path).map_err(|source| Error::Io { path, source })
        })
        .await?;
    stream(file, "application/octet-stream", &name)
}

/// Les comptes
#[utoipa::path(get, path = "/api/admin/users", tag = "Administration",
    responses((status = 200, body = Vec<Me>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn users(State(app): State<App>, Admin(_caller): Admin) -> Answer<axum::Json<Vec<Me>>> {
    let accounts = app.work(|app| accounts::list(&app.index.records())).await?;
    Ok(axum::Json(accounts.into_iter().map(|(owner, account)| Me::new(owner, account)).collect()))
}

/// An account to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewUser {
    #[schema(max_length = 254)]
    email: String,
    #[schema(min_length = 10, max_length = 128)]
    password: String,
    #[serde(default = "member")]
    role: Role,
}

fn member() -> Role {
    Role::Member
}

/// Créer un compte pour quelqu'un
#[utoipa::path(post, path = "/api/admin/users", tag = "Administration", request_body = NewUser,
    responses((status = 201, body = Me), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem),
        (status = 415, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_user(
    State(app): State<App>,
    Admin(_caller): Admin,
    Json(new): Json<NewUser>,
) -> Answer<(StatusCode, axum::Json<Me>)> {
    let made = app
        .work(move |app| {
            let records = app.index.records();
            let owner = accounts::create(&records, &new.email, &new.password, new.role, false, app.now())?;
            Ok::<_, Refusal>(Me::new(owner, accounts::get(&records, owner)?))
        })
        .await?;
    Ok((StatusCode::CREATED, axum::Json(made)))
}

/// What to change of someone's account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserChange {
    #[serde(default)]
    role: Option<Role>,
    /// A new password, when theirs is lost; it closes their sign-ins and personal tokens.
    #[serde(default)]
    #[schema(min_length = 10, max_length = 128)]
    password: Option<String>,
}

/// An account that was changed.
#[derive(Serialize, ToSchema)]
pub(super) struct ChangedUser {
    #[serde(flatten)]
    account: Me,
    /// What a new password has closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    closed: Option<Closed>,
}

/// Changer le compte de quelqu'un
#[utoipa::path(patch, path = "/api/admin/users/{id}", tag = "Administration", params(("id" = Uuid, Path)),
    request_body = UserChange,
    responses((status = 200, body = ChangedUser), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 413, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn change_user(
    State(app): State<App>,
    Admin(_caller): Admin,
    Path(id): Path<Uuid>,
    Json(change): Json<UserChange>,
) -> Answer<axum::Json<ChangedUser>> {
    app.work(move |app| {
        let (records, owner) = (app.index.records(), Owner(id));
        let closed = change_account(&records, owner, change.role, change.password.as_deref())?;
        Ok::<_, Refusal>(ChangedUser { account: Me::new(owner, accounts::get(&records, owner)?), closed })
    })
    .await
    .map(axum::Json)
}

/// Changes somebody's role and password; a new password closes what they had open, which is given back.
pub(in crate::http) fn change_account(
    records: &Records<'_>,
    owner: Owner,
    role: Option<Role>,
    password: Option<&str>,
) -> Result<Option<Closed>, Refusal> {
    let account = accounts::get(records, owner)?;
    // All is checked before anything changes.
    if let Some(password) = password {
        passwords::check(password, &account.email)?;
    }
    if let Some(role) = role {
        accounts::set_role(records, owner, role)?;
    }
    password.map(|password| accounts::set_password(records, owner, password)).transpose()
}

/// Supprimer le compte de quelqu'un
///
/// Avec tout ce qui lui appartient, pour toujours.
#[utoipa::path(delete, path = "/api/admin/users/{id}", tag = "Administration", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn erase_user(
    State(app): State<App>,
    Admin(_caller): Admin,
    Path(id): Path<Uuid>,
) -> Answer<StatusCode> {
    app.work(move |app| erase_person(app, Owner(id))).await?;
    Ok(StatusCode::NO_CONTENT)
}
