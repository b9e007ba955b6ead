//! Applications: the board by state, the list, and moving one from state to state.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use jobmatch_index::application::{Application, Status};
use jobmatch_index::records::{Owner, Uuid};
use jobmatch_index::skills::fold;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::super::auth::Writer;
use super::super::extract::{Form, Path};
use super::super::problem::Answer;
use super::visit::{self, Partial, Visit, local};
use crate::people::{Refusal, applications};

/// The board, or the list with its filters.
pub(super) async fn list(State(app): State<App>, visit: Visit) -> Answer<Response> {
    let owner = visit.caller.owner;
    let rows = app.work(move |app| applications::list(&app.index.records(), owner)).await?;
    let today = app.today();
    if visit.value("vue") == Some("liste") {
        return visit.page("application_list.html", listed(&visit, &rows, today));
    }
    visit.page("applications.html", board(&rows, today))
}

fn card(id: Uuid, application: &Application, today: Date) -> Value {
    let due = application.next_action.as_ref().and_then(|action| action.on).is_some_and(|on| on <= today);
    json!({ "id": id, "application": application, "moves": application.moves(), "due": due && open(application) })
}

/// Whether something may still come of it.
fn open(application: &Application) -> bool {
    !matches!(application.status, Status::Accepted | Status::Rejected | Status::Withdrawn)
}

/// Those whose day to be reminded has come, the most urgent first.
fn due(rows: &[(Uuid, Application)], today: Date) -> Vec<Value> {
    let on = |application: &Application| application.next_action.as_ref().and_then(|action| action.on);
    let mut due: Vec<_> = rows
        .iter()
        .filter(|(_, application)| open(application) && on(application).is_some_and(|on| on <= today))
        .collect();
    due.sort_by_key(|(_, application)| on(application));
    due.into_iter().map(|(id, application)| card(*id, application, today)).collect()
}

fn board(rows: &[(Uuid, Application)], today: Date) -> Value {
    let column = |status| {
        let of_it = rows.iter().rev().filter(|(_, application)| application.status == status);
        let cards: Vec<Value> = of_it.map(|(id, application)| card(*id, application, today)).collect();
        json!({ "status": status, "cards": cards })
    };
    json!({ "columns": Status::ALL.map(column), "due": due(rows, today), "total": rows.len() })
}

fn listed(visit: &Visit, rows: &[(Uuid, Application)], today: Date) -> Value {
    let status = visit.value("statut").and_then(|name| Status::ALL.into_iter().find(|s| s.name() == name));
    let words = visit.value("q").unwrap_or_default();
    let passes = |application: &Application| {
        let offer = &application.offer;
        let text = fold(&format!("{} {}", offer.title, offer.company.as_deref().unwrap_or_default()));
        status.is_none_or(|status| application.status == status)
            && fold(words).split_whitespace().all(|word| text.contains(word))
    };
    let kept = rows.iter().rev().filter(|(_, application)| passes(application));
    let cards: Vec<Value> = kept.map(|(id, application)| card(*id, application, today)).collect();
    json!({
        "cards": cards,
        "total": rows.len(),
        "due": due(rows, today),
        "status": status,
        "q": words,
        "statuses": Status::ALL,
    })
}

/// A move to another state.
#[derive(Deserialize)]
pub(super) struct Move {
    to: Status,
    version: Option<u32>,
    suite: Option<String>,
}

/// Moves an application. Our script gets the whole board: the card that moved takes the focus along.
pub(super) async fn go(
    State(app): State<App>,
    Writer(caller): Writer,
    Partial(partial): Partial,
    Path(id): Path<Uuid>,
    Form(Move { to, version, suite }): Form<Move>,
) -> Answer<Response> {
    let owner = caller.owner;
    app.work(move |app| {
        applications::go(&app.index.records(), owner, id, to, version, app.now(), app.today())
    })
    .await?;
    if !partial {
        return Ok(visit::go(local(suite.as_deref()).unwrap_or("/candidatures"), "deplacee").into_response());
    }
    let context = app.work(move |app| moved(app, owner, id, to)).await?;
    Ok(axum::response::Html(super::templates::render("parts/board.html", &context)?).into_response())
}

fn moved(app: &App, owner: Owner, id: Uuid, to: Status) -> Result<Value, Refusal> {
    let rows = applications::list(&app.index.records(), owner)?;
    Ok(visit::with(board(&rows, app.today()), json!({ "moved": id, "to": to })))
}
