//! What was read of one's CVs: the document, where each field stands in it, and what becomes of a reading.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jobmatch_index::career::Career;
use jobmatch_index::records::Uuid;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::App;
use super::super::auth::{Reader, Writer};
use super::super::extract::{Path, Query};
use super::super::problem::{Answer, Problem};
use super::params::{ExportFormat, ExportQuery};
use super::profiles::{BigUpload, CvRow, FileForm, download};
use super::tasks::TaskRow;
use crate::ingest::cv::{Document, Evidence, json_resume};
use crate::people::changes::Change;
use crate::people::files::File;
use crate::people::profiles::{self, Cv};
use crate::people::{Refusal, readings};

/// What was read of a CV.
#[derive(Serialize, ToSchema)]
pub(super) struct CvReading {
    /// The text of the document, line by line, with its place on the pages.
    document: Document,
    /// Where each field of the profile, as it is now, stands in the document.
    evidence: Vec<Evidence>,
    /// What its reader should know, in French.
    remarks: Vec<String>,
    /// What the jobs of the profile say together.
    career: Career,
}

/// La lecture d'un CV
///
/// Le document ligne par ligne et, pour chaque champ du profil tel qu'il est maintenant, les lignes d'où il vient et
/// la confiance. 404 pour un CV écrit à la main.
#[utoipa::path(get, path = "/api/profiles/{id}/reading", tag = "CV", params(("id" = Uuid, Path)),
    responses((status = 200, body = CvReading), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn get(
    State(app): State<App>,
    Reader(caller): Reader,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<CvReading>> {
    app.work(move |app| {
        let (records, today) = (app.index.records(), app.today());
        let profile = profiles::get(&records, caller.owner, id)?.profile;
        let reading = readings::get(&records, caller.owner, id)?.ok_or(Refusal::NotFound("reading"))?;
        let evidence = reading.evidence_for(&profile, today);
        let career = Career::of(&profile.experiences, today);
        Ok::<_, Refusal>(CvReading { document: reading.document, evidence, remarks: reading.remarks, career })
    })
    .await
    .map(axum::Json)
}

/// L'image d'une page d'un CV
///
/// Les pages sont comptées à partir de 0, comme dans la lecture.
#[utoipa::path(get, path = "/api/profiles/{id}/pages/{n}", tag = "CV",
    params(("id" = Uuid, Path), ("n" = u16, Path, description = "Page, à partir de 0")),
    responses((status = 200, content_type = "image/png", body = Vec<u8>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn page(
    State(app): State<App>,
    Reader(caller): Reader,
    Path((id, n)): Path<(Uuid, u16)>,
) -> Answer<Response> {
    let picture = app
        .work(move |app| {
            let records = app.index.records();
            profiles::get(&records, caller.owner, id)?;
            readings::page(&records, caller.owner, id, n.into())
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, "image/png")], picture).into_response())
}

/// Confirmer un CV
///
/// Les offres sont classées pour lui à partir de là. Un nouveau fichier d'un CV prend sa place : c'est ce CV qui est
/// rendu. Confirmer un CV confirmé ne change rien.
#[utoipa::path(post, path = "/api/profiles/{id}/confirm", tag = "CV", params(("id" = Uuid, Path)),
    responses((status = 200, body = CvRow), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn confirm(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<CvRow>> {
    app.work(move |app| {
        let records = app.index.records();
        let (id, cv) = readings::confirm(&records, caller.owner, id, app.now())?;
        let active = crate::people::accounts::get(&records, caller.owner)?.active_profile == Some(id);
        Ok::<_, Refusal>(CvRow { id, active, cv })
    })
    .await
    .map(axum::Json)
}

/// Donner un nouveau fichier d'un CV
///
/// La lecture est une tâche ; elle fait un CV à confirmer, qui prend l'identifiant de la tâche. Rien ne change
/// avant : `changes` dit ce que confirmer changerait.
#[utoipa::path(post, path = "/api/profiles/{id}/file", tag = "CV", params(("id" = Uuid, Path)),
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = 202, body = TaskRow), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 413, body = Problem),
        (status = 415, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn renew(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
    BigUpload(file, _share): BigUpload,
) -> Answer<(StatusCode, axum::Json<TaskRow>)> {
    let (id, task) = app
        .work(move |app| {
            profiles::usable(&app.index.records(), caller.owner, id)?;
            app.jobs.extract_cv(caller.owner, &file, Some(id), app.now())
        })
        .await?;
    Ok((StatusCode::ACCEPTED, axum::Json(TaskRow { id, task })))
}

/// Ce que confirmer changerait
///
/// Pour un nouveau fichier d'un CV : ce qui serait ajouté, retiré ou changé dans ce CV. Vide pour tout autre CV.
#[utoipa::path(get, path = "/api/profiles/{id}/changes", tag = "CV", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<Change>), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn changes(
    State(app): State<App>,
    Reader(caller): Reader,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<Vec<Change>>> {
    app.work(move |app| readings::changes(&app.index.records(), caller.owner, id)).await.map(axum::Json)
}

/// Exporter un CV
///
/// Un fichier JSON à enregistrer.
#[utoipa::path(get, path = "/api/profiles/{id}/export", tag = "CV", params(("id" = Uuid, Path), ExportQuery),
    responses((status = 200, content_type = "application/json", body = serde_json::Value),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn export(
    State(app): State<App>,
    Reader(caller): Reader,
    Path(id): Path<Uuid>,
    Query(query): Query<ExportQuery>,
) -> Answer<Response> {
    let cv = app.work(move |app| profiles::get(&app.index.records(), caller.owner, id)).await?;
    Ok(download(written(&cv, query.format.unwrap_or_default())))
}

fn written(cv: &Cv, format: ExportFormat) -> File {
    let (text, kind) = match format {
        ExportFormat::JsonResume => (serde_json::to_string_pretty(&json_resume(&cv.profile)), "json-resume"),
        ExportFormat::Jobmatch => (serde_json::to_string_pretty(&cv.profile), "jobmatch"),
    };
    let bytes = text.expect("a profile can be written").into_bytes();
    File { name: format!("{}.{kind}.json", cv.name), media_type: "application/json".into(), bytes }
}
