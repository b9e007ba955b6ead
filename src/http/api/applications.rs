//! Following applications.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use jobmatch_index::RankQuery;
use jobmatch_index::application::{Application, Contact, NextAction, Status};
use jobmatch_index::records::{Owner, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::App;
use super::super::auth::{Caller, Reader, Writer};
use super::super::extract::{Json, Path, Query};
use super::super::problem::{Answer, Problem};
use super::profiles::{BigUpload, FileForm, download};
use super::{offers, params};
use crate::people::applications::{self, Edit};
use crate::people::{Refusal, files, profiles};

/// An application and its id.
#[derive(Serialize, ToSchema)]
pub(super) struct ApplicationRow {
    id: Uuid,
    /// The states that it may go to.
    moves: Vec<Status>,
    #[serde(flatten)]
    application: Application,
}

impl ApplicationRow {
    fn new(id: Uuid, application: Application) -> Self {
        Self { id, moves: application.moves(), application }
    }
}

/// A page of applications.
#[derive(Serialize, ToSchema)]
pub(super) struct ApplicationPage {
    /// The oldest first.
    items: Vec<ApplicationRow>,
    /// All that pass.
    total: usize,
    /// For `after`, to get the next page; missing on the last one.
    next: Option<Uuid>,
}

/// Mes candidatures
#[utoipa::path(get, path = "/api/applications", tag = "Candidatures", params(params::Which),
    responses((status = 200, body = ApplicationPage), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    Reader(caller): Reader,
    Query(which): Query<params::Which>,
) -> Answer<axum::Json<ApplicationPage>> {
    let limit = which.limit.unwrap_or(50);
    if !(1..=200).contains(&limit) {
        return Err(Problem::invalid("limit", "de 1 à 200"));
    }
    let mut rows = app.work(move |app| applications::list(&app.index.records(), caller.owner)).await?;
    rows.retain(|(_, application)| which.status.is_none_or(|status| application.status == status));
    let total = rows.len();
    let mut left = rows.into_iter().filter(|(id, _)| which.after.is_none_or(|after| *id > after));
    let items: Vec<_> = left.by_ref().take(limit).map(|(id, a)| ApplicationRow::new(id, a)).collect();
    let next = left.next().and_then(|_| items.last().map(|row| row.id));
    Ok(axum::Json(ApplicationPage { items, total, next }))
}

/// An application to begin.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewApplication {
    /// `source:id` of the offer.
    #[schema(example = "france-travail:123ABCD")]
    offer: String,
    /// The CV that it is made with; the active one when left out.
    #[serde(default)]
    profile: Option<Uuid>,
}

/// Suivre une offre
#[utoipa::path(post, path = "/api/applications", tag = "Candidatures", request_body = NewApplication,
    responses((status = 201, body = ApplicationRow), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 413, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn add(
    State(app): State<App>,
    Writer(caller): Writer,
    Json(new): Json<NewApplication>,
) -> Answer<(StatusCode, axum::Json<ApplicationRow>)> {
    let (id, application) = app.work(move |app| follow(app, &caller, &new.offer, new.profile)).await?;
    Ok((StatusCode::CREATED, axum::Json(ApplicationRow::new(id, application))))
}

/// Begins to follow an offer, with the score that it has now.
pub(in crate::http) fn follow(
    app: &App,
    caller: &Caller,
    offer: &str,
    profile: Option<Uuid>,
) -> Result<(Uuid, Application), Refusal> {
    let (records, owner) = (app.index.records(), caller.owner);
    let offer = offers::find(app, offer)?;
    let cv = match profile {
        Some(id) => Some((id, profiles::usable(&records, owner, id)?)),
        None => profiles::active(&records, owner)?,
    };
    let query =
        RankQuery { weights: caller.account.weights.unwrap_or_default(), ..RankQuery::new(app.today()) };
    let score = match &cv {
        Some((_, cv)) => app.index.explain(&cv.profile, &offer.key, &query)?.map(|found| found.score),
        None => None,
    };
    applications::add(&records, owner, &offer, cv.map(|(id, _)| id), score, app.now())
}

/// Une candidature
#[utoipa::path(get, path = "/api/applications/{id}", tag = "Candidatures", params(("id" = Uuid, Path)),
    responses((status = 200, body = ApplicationRow), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn get(
    State(app): State<App>,
    Reader(caller): Reader,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<ApplicationRow>> {
    changed(&app, id, move |app| applications::get(&app.index.records(), caller.owner, id)).await
}

async fn changed(
    app: &App,
    id: Uuid,
    work: impl FnOnce(&App) -> Result<Application, Refusal> + Send + 'static,
) -> Answer<axum::Json<ApplicationRow>> {
    Ok(axum::Json(ApplicationRow::new(id, app.work(work).await?)))
}

/// What to change; what is left out stays, `null` takes away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ApplicationChange {
    /// The version that was read: another one since then is a conflict.
    #[serde(default)]
    version: Option<u32>,
    /// The CV that it is made with.
    #[serde(default, deserialize_with = "params::given")]
    profile: Option<Option<Uuid>>,
    /// Day on which it was sent.
    #[serde(default, deserialize_with = "params::given")]
    applied_on: Option<Option<Date>>,
    /// What to do next.
    #[serde(default, deserialize_with = "params::given")]
    next_action: Option<Option<NextAction>>,
    /// People to talk to.
    #[serde(default)]
    contacts: Option<Vec<Contact>>,
}

/// Modifier une candidature
#[utoipa::path(patch, path = "/api/applications/{id}", tag = "Candidatures", params(("id" = Uuid, Path)),
    request_body = ApplicationChange,
    responses((status = 200, body = ApplicationRow), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 413, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn edit(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
    Json(change): Json<ApplicationChange>,
) -> Answer<axum::Json<ApplicationRow>> {
    let ApplicationChange { version, profile, applied_on, next_action, contacts } = change;
    let edit = Edit { profile, applied_on, next_action, contacts };
    changed(&app, id, move |app| {
        applications::edit(&app.index.records(), caller.owner, id, version, &edit, app.now())
    })
    .await
}

/// A move to another state.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Move {
    /// The state to go to.
    to: Status,
    /// The version that was read: another one since then is a conflict.
    #[serde(default)]
    version: Option<u32>,
}

/// Changer l'état d'une candidature
///
/// Un changement impossible est un conflit, qui dit lesquels sont possibles.
#[utoipa::path(post, path = "/api/applications/{id}/move", tag = "Candidatures", params(("id" = Uuid, Path)),
    request_body = Move,
    responses((status = 200, body = ApplicationRow), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 413, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn go(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
    Json(Move { to, version }): Json<Move>,
) -> Answer<axum::Json<ApplicationRow>> {
    changed(&app, id, move |app| {
        applications::go(&app.index.records(), caller.owner, id, to, version, app.now(), app.today())
    })
    .await
}

/// Supprimer une candidature
///
/// Avec ses notes et ses documents. Pour garder l'historique, préférez l'état « withdrawn ».
#[utoipa::path(delete, path = "/api/applications/{id}", tag = "Candidatures", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn remove(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
) -> Answer<StatusCode> {
    app.work(move |app| applications::remove(&app.index.records(), caller.owner, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A note.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewNote {
    /// The words.
    #[schema(min_length = 1, max_length = 10_000)]
    text: String,
}

/// Ajouter une note
#[utoipa::path(post, path = "/api/applications/{id}/notes", tag = "Candidatures", params(("id" = Uuid, Path)),
    request_body = NewNote,
    responses((status = 200, body = ApplicationRow), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 413, body = Problem),
        (status = 415, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn note(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
    Json(note): Json<NewNote>,
) -> Answer<axum::Json<ApplicationRow>> {
    changed(&app, id, move |app| {
        applications::note(&app.index.records(), caller.owner, id, &note.text, app.now())
    })
    .await
}

/// Supprimer une note
#[utoipa::path(delete, path = "/api/applications/{id}/notes/{note}", tag = "Candidatures",
    params(("id" = Uuid, Path), ("note" = Uuid, Path)),
    responses((status = 200, body = ApplicationRow), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn remove_note(
    State(app): State<App>,
    Writer(caller): Writer,
    Path((id, note)): Path<(Uuid, Uuid)>,
) -> Answer<axum::Json<ApplicationRow>> {
    changed(&app, id, move |app| {
        applications::remove_note(&app.index.records(), caller.owner, id, note, app.now())
    })
    .await
}

/// Joindre un document envoyé
#[utoipa::path(post, path = "/api/applications/{id}/documents", tag = "Candidatures", params(("id" = Uuid, Path)),
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = 200, body = ApplicationRow), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 413, body = Problem),
        (status = 415, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn attach(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
    BigUpload(file, _share): BigUpload,
) -> Answer<axum::Json<ApplicationRow>> {
    changed(&app, id, move |app| {
        applications::attach(&app.index.records(), caller.owner, id, &file, app.now())
    })
    .await
}

/// Un document envoyé
#[utoipa::path(get, path = "/api/applications/{id}/documents/{document}", tag = "Candidatures",
    params(("id" = Uuid, Path), ("document" = Uuid, Path)),
    responses((status = 200, content_type = "*/*", body = Vec<u8>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn document(
    State(app): State<App>,
    Reader(caller): Reader,
    Path((id, document)): Path<(Uuid, Uuid)>,
) -> Answer<Response> {
    Ok(download(app.work(move |app| sent(app, caller.owner, id, document)).await?))
}

/// A document of an application.
pub(in crate::http) fn sent(
    app: &App,
    owner: Owner,
    id: Uuid,
    document: Uuid,
) -> Result<files::File, Refusal> {
    let records = app.index.records();
    let application = applications::get(&records, owner, id)?;
    if application.documents.iter().all(|d| d.id != document) {
        return Err(Refusal::NotFound("document"));
    }
    files::get(&records, owner, document)
}

/// Retirer un document
#[utoipa::path(delete, path = "/api/applications/{id}/documents/{document}", tag = "Candidatures",
    params(("id" = Uuid, Path), ("document" = Uuid, Path)),
    responses((status = 200, body = ApplicationRow), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn detach(
    State(app): State<App>,
    Writer(caller): Writer,
    Path((id, document)): Path<(Uuid, Uuid)>,
) -> Answer<axum::Json<ApplicationRow>> {
    changed(&app, id, move |app| {
        applications::detach(&app.index.records(), caller.owner, id, document, app.now())
    })
    .await
}
