//! Long work: how far it is, its events, calling it off.

use std::convert::Infallible;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use jobmatch_index::profile::Profile;
use jobmatch_index::records::Uuid;
use serde::Serialize;
use tokio_stream::wrappers::WatchStream;
use tokio_stream::{Stream, StreamExt};
use utoipa::ToSchema;

use super::super::App;
use super::super::auth::{Reader, Writer};
use super::super::extract::Path;
use super::super::problem::{Answer, Problem};
use super::profiles::{BigUpload, FileForm};
use crate::jobs::{State as TaskState, Task};
use crate::people::profiles;

/// A task and its id.
#[derive(Serialize, ToSchema)]
pub(super) struct TaskRow {
    pub(super) id: Uuid,
    #[serde(flatten)]
    pub(super) task: Task,
}

/// Mes tâches
#[utoipa::path(get, path = "/api/tasks", tag = "Tâches",
    responses((status = 200, body = Vec<TaskRow>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn list(State(app): State<App>, Reader(caller): Reader) -> Answer<axum::Json<Vec<TaskRow>>> {
    let tasks = app.work(move |app| app.jobs.list(caller.owner)).await?;
    Ok(axum::Json(tasks.into_iter().map(|(id, task)| TaskRow { id, task }).collect()))
}

/// Une tâche
#[utoipa::path(get, path = "/api/tasks/{id}", tag = "Tâches", params(("id" = Uuid, Path)),
    responses((status = 200, body = TaskRow), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn get(
    State(app): State<App>,
    Reader(caller): Reader,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<TaskRow>> {
    let task = app.work(move |app| app.jobs.get(caller.owner, id)).await?;
    Ok(axum::Json(TaskRow { id, task }))
}

/// Annuler une tâche
///
/// Une tâche finie reste comme elle est.
#[utoipa::path(delete, path = "/api/tasks/{id}", tag = "Tâches", params(("id" = Uuid, Path)),
    responses((status = 200, body = TaskRow), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn cancel(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<TaskRow>> {
    let task = app.work(move |app| app.jobs.cancel(caller.owner, id)).await?;
    Ok(axum::Json(TaskRow { id, task }))
}

/// Suivre une tâche
///
/// *Server-sent events* : un événement `task` à chaque changement, jusqu'à la fin.
#[utoipa::path(get, path = "/api/tasks/{id}/events", tag = "Tâches", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "text/event-stream", body = String), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn events(
    State(app): State<App>,
    Reader(caller): Reader,
    Path(id): Path<Uuid>,
) -> Answer<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let told = app.jobs.follow(caller.owner, id)?;
    let share = app.events.take(caller.owner).ok_or_else(|| Problem::too_many(5))?;
    let mut over = false;
    let changes = WatchStream::new(told)
        // The end is told, and then there is no more.
        .take_while(move |task| !std::mem::replace(&mut over, task.state.ended()))
        .map(move |task| {
            // Held for as long as somebody listens.
            let _ = &share;
            Event::default().event("task").json_data(TaskRow { id, task })
        })
        .filter_map(|event| event.ok().map(Ok));
    let stopping = app.stopping.clone();
    let until = async move { stopping.cancelled().await };
    Ok(Sse::new(futures_util::StreamExt::take_until(changes, Box::pin(until)))
        .keep_alive(KeepAlive::default()))
}

/// A task by the names of the earlier system.
#[derive(Serialize, ToSchema)]
pub(super) struct LegacyTask {
    task_id: Uuid,
    status: TaskState,
    /// What was understood, once it is done.
    result: Option<Profile>,
    /// Why it failed.
    error: Option<String>,
}

/// Lire un CV (nom de l'ancien système)
///
/// Comme `POST /api/profiles/file`.
#[utoipa::path(post, path = "/extract", tag = "Tâches",
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = 202, body = LegacyTask), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn extract(
    State(app): State<App>,
    Writer(caller): Writer,
    BigUpload(file, _share): BigUpload,
) -> Answer<(StatusCode, axum::Json<LegacyTask>)> {
    let (task_id, task) =
        app.work(move |app| app.jobs.extract_cv(caller.owner, &file, None, app.now())).await?;
    let told = LegacyTask { task_id, status: task.state, result: None, error: None };
    Ok((StatusCode::ACCEPTED, axum::Json(told)))
}

/// État d'une lecture de CV (nom de l'ancien système)
#[utoipa::path(get, path = "/status/{task_id}", tag = "Tâches", params(("task_id" = Uuid, Path)),
    responses((status = 200, body = LegacyTask), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn status(
    State(app): State<App>,
    Reader(caller): Reader,
    Path(task_id): Path<Uuid>,
) -> Answer<axum::Json<LegacyTask>> {
    app.work(move |app| {
        let task = app.jobs.get(caller.owner, task_id)?;
        let result = match task.profile {
            Some(id) => profiles::get(&app.index.records(), caller.owner, id).ok().map(|cv| cv.profile),
            None => None,
        };
        Ok::<_, Problem>(LegacyTask { task_id, status: task.state, result, error: task.error })
    })
    .await
    .map(axum::Json)
}
