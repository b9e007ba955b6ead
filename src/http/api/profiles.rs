//! One's CVs.

use std::io::Seek;

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRef, FromRequest, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jobmatch_index::profile::Profile;
use jobmatch_index::records::Uuid;
use serde::{Deserialize, Serialize};
use tokio_util::io::ReaderStream;
use utoipa::ToSchema;

use super::super::App;
use super::super::auth::{Reader, Writer};
use super::super::extract::{Json, Path, Upload};
use super::super::problem::{Answer, Problem};
use super::super::shares::Share;
use super::tasks::TaskRow;
use crate::ingest::cv;
use crate::people::files::{self, File};
use crate::people::profiles::{self, Cv};

/// A CV and its id.
#[derive(Serialize, ToSchema)]
pub(super) struct CvRow {
    pub(super) id: Uuid,
    /// Offers are ranked for this one.
    pub(super) active: bool,
    #[serde(flatten)]
    pub(super) cv: Cv,
}

/// Mes CV
#[utoipa::path(get, path = "/api/profiles", tag = "CV",
    responses((status = 200, body = Vec<CvRow>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn list(State(app): State<App>, Reader(caller): Reader) -> Answer<axum::Json<Vec<CvRow>>> {
    let active = caller.account.active_profile;
    let cvs = app.work(move |app| profiles::list(&app.index.records(), caller.owner)).await?;
    Ok(axum::Json(cvs.into_iter().map(|(id, cv)| CvRow { id, active: active == Some(id), cv }).collect()))
}

/// Ajouter un CV en JSON
///
/// JSON Resume, ou le profil de JobMatch.
#[utoipa::path(post, path = "/api/profiles", tag = "CV", request_body = serde_json::Value,
    responses((status = 201, body = CvRow), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn create(
    State(app): State<App>,
    Writer(caller): Writer,
    Json(resume): Json<serde_json::Map<String, serde_json::Value>>,
) -> Answer<(StatusCode, axum::Json<CvRow>)> {
    let row = app
        .work(move |app| {
            let (records, now) = (app.index.records(), app.now());
            let text = serde_json::Value::Object(resume).to_string();
            let profile = cv::read(text.as_bytes(), Some("cv.json"), app.today())
                .map_err(|error| Problem::invalid("", error.message_fr()))?
                .profile;
            let name = profile.title.clone().unwrap_or_default().chars().take(100).collect::<String>();
            let id = Uuid::now_v7();
            let cv = profiles::add(&records, caller.owner, id, &name, &profile, now)?;
            let active = crate::people::accounts::get(&records, caller.owner)?.active_profile == Some(id);
            Ok::<_, Problem>(CvRow { id, active, cv })
        })
        .await?;
    Ok((StatusCode::CREATED, axum::Json(row)))
}

// Never made: the document shows its form, `Upload` reads it.
#[allow(dead_code)]
/// A form with a file.
#[derive(ToSchema)]
pub(super) struct FileForm {
    /// The file.
    #[schema(content_media_type = "application/octet-stream", min_length = 1)]
    file: String,
}

/// Ajouter un CV depuis un fichier
///
/// PDF, DOCX, texte ou JSON Resume. La lecture est une tâche ; le CV prend son identifiant. Il reste à confirmer :
/// aucune offre n'est classée pour lui avant.
#[utoipa::path(post, path = "/api/profiles/file", tag = "CV",
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = 202, body = TaskRow), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn upload(
    State(app): State<App>,
    Writer(caller): Writer,
    BigUpload(file, _share): BigUpload,
) -> Answer<(StatusCode, axum::Json<TaskRow>)> {
    let (id, task) = app.work(move |app| app.jobs.extract_cv(caller.owner, &file, None, app.now())).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(TaskRow { id, task })))
}

/// An [`Upload`] as large as a person's files may be, in that person's turn.
pub(in crate::http) struct BigUpload(pub(in crate::http) File, pub(in crate::http) Share);

impl<S: Send + Sync> FromRequest<S> for BigUpload
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Problem> {
        let share = App::from_ref(state).upload(request.extensions()).await?;
        // The form around the file takes some room too.
        DefaultBodyLimit::max(files::LARGEST + (64 << 10)).apply(&mut request);
        let Upload(file) = Upload::from_request(request, state).await?;
        Ok(Self(file, share))
    }
}

/// Un CV
#[utoipa::path(get, path = "/api/profiles/{id}", tag = "CV", params(("id" = Uuid, Path)),
    responses((status = 200, body = CvRow), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn get(
    State(app): State<App>,
    Reader(caller): Reader,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<CvRow>> {
    let active = caller.account.active_profile == Some(id);
    let cv = app.work(move |app| profiles::get(&app.index.records(), caller.owner, id)).await?;
    Ok(axum::Json(CvRow { id, active, cv }))
}

/// What a CV becomes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CvChange {
    /// What to call it.
    #[schema(max_length = 100)]
    name: String,
    /// What it says.
    profile: Profile,
    /// The version that was read: another one since then is a conflict.
    #[serde(default)]
    version: Option<u32>,
}

/// Corriger un CV
#[utoipa::path(put, path = "/api/profiles/{id}", tag = "CV", params(("id" = Uuid, Path)), request_body = CvChange,
    responses((status = 200, body = CvRow), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 413, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn replace(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
    Json(change): Json<CvChange>,
) -> Answer<axum::Json<CvRow>> {
    let active = caller.account.active_profile == Some(id);
    let cv = app
        .work(move |app| {
            let CvChange { name, profile, version } = change;
            profiles::replace(&app.index.records(), caller.owner, id, version, &name, &profile, app.now())
        })
        .await?;
    Ok(axum::Json(CvRow { id, active, cv }))
}

/// Supprimer un CV
#[utoipa::path(delete, path = "/api/profiles/{id}", tag = "CV", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn remove(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
) -> Answer<StatusCode> {
    app.work(move |app| profiles::remove(&app.index.records(), caller.owner, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Choisir le CV actif
///
/// Celui pour lequel les offres sont classées. Il doit être confirmé.
#[utoipa::path(post, path = "/api/profiles/{id}/activate", tag = "CV", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn activate(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
) -> Answer<StatusCode> {
    app.work(move |app| profiles::activate(&app.index.records(), caller.owner, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Un CV en JSON Resume
#[utoipa::path(get, path = "/api/profiles/{id}/json-resume", tag = "CV", params(("id" = Uuid, Path)),
    responses((status = 200, body = serde_json::Value), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn json_resume(
    State(app): State<App>,
    Reader(caller): Reader,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<serde_json::Value>> {
    let cv = app.work(move |app| profiles::get(&app.index.records(), caller.owner, id)).await?;
    Ok(axum::Json(cv::json_resume(&cv.profile)))
}

/// Le fichier d'un CV
#[utoipa::path(get, path = "/api/profiles/{id}/file", tag = "CV", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "*/*", body = Vec<u8>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn file(
    State(app): State<App>,
    Reader(caller): Reader,
    Path(id): Path<Uuid>,
) -> Answer<Response> {
    let file = app
        .work(move |app| {
            let records = app.index.records();
            let cv = profiles::get(&records, caller.owner, id)?;
            let file = cv.file.ok_or(crate::people::Refusal::NotFound("file"))?;
            files::get(&records, caller.owner, file.id)
        })
        .await?;
    Ok(download(file))
}

/// A file to save, never to be shown by the browser as a page of ours.
pub(in crate::http) fn download(file: File) -> Response {
    // RFC 6266 and 8187: the name percent-encoded, since it may hold anything.
    let encoded: String = file
        .name
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    let disposition = format!("attachment; filename*=UTF-8''{encoded}");
    ([(header::CONTENT_TYPE, file.media_type), (header::CONTENT_DISPOSITION, disposition)], file.bytes)
        .into_response()
}

/// A file that was made to be saved, from its beginning, as it is read.
pub(super) fn stream(
    mut file: std::fs::File,
    media_type: &'static str,
    name: &str,
) -> Result<Response, Problem> {
    let size = file.metadata().and_then(|metadata| file.rewind().map(|()| metadata.len()));
    let size = size.map_err(|error| {
        tracing::error!(%error, "a file that was just made cannot be read");
        Problem::internal()
    })?;
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_LENGTH, size.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    let bytes = ReaderStream::new(tokio::fs::File::from_std(file));
    Ok((headers, Body::from_stream(bytes)).into_response())
}
