//! Long work, followed until it ends.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use jobmatch_index::records::Uuid;
use serde_json::json;

use super::super::App;
use super::super::auth::Writer;
use super::super::extract::Path;
use super::super::problem::Answer;
use super::visit::Visit;
use crate::jobs::{State as TaskState, Work};

/// How far a task is. Once it is done, the page gives way to what it made.
pub(super) async fn show(State(app): State<App>, visit: Visit, Path(id): Path<Uuid>) -> Answer<Response> {
    let owner = visit.caller.owner;
    let task = app.work(move |app| app.jobs.get(owner, id)).await?;
    let next = match (&task.work, task.profile) {
        (Work::ExtractCv { .. }, Some(profile)) => format!("/profil/{profile}/relecture"),
        (Work::ExtractCv { replaces: Some(cv), .. }, None) => format!("/profil/{cv}"),
        (Work::ExtractCv { .. }, None) => "/profil".to_owned(),
        (Work::Reindex { .. }, _) => "/administration".to_owned(),
    };
    if task.state == TaskState::Done && task.profile.is_some() {
        return Ok(Redirect::to(&next).into_response());
    }
    let ended = task.state.ended();
    let mut response =
        visit.page("task.html", json!({ "id": id, "task": task, "ended": ended, "next": next }))?;
    if !ended {
        // Without our script, the page looks again by itself; with it, events come first.
        response.headers_mut().insert(header::REFRESH, HeaderValue::from_static("3"));
    }
    Ok(response)
}

/// Calls a task off.
pub(super) async fn cancel(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
) -> Answer<Redirect> {
    app.work(move |app| app.jobs.cancel(caller.owner, id)).await?;
    Ok(Redirect::to(&format!("/taches/{id}")))
}
