//! The page of one application: what happened, what comes next, notes, contacts, documents.

use axum::extract::State;
use axum::response::{Redirect, Response};
use jiff::civil::Date;
use jobmatch_index::application::{Application, Contact, NextAction};
use jobmatch_index::records::Uuid;
use serde::Deserialize;
use serde_json::json;

use super::super::App;
use super::super::api::profiles::BigUpload;
use super::super::auth::{Caller, Writer};
use super::super::extract::{Form, Path};
use super::super::problem::{Answer, Problem};
use super::visit::{Visit, go};
use crate::people::applications::{self, Edit};
use crate::people::{Refusal, profiles};

/// The page.
pub(super) async fn show(State(app): State<App>, visit: Visit, Path(id): Path<Uuid>) -> Answer<Response> {
    let owner = visit.caller.owner;
    let (application, cvs, present) = app
        .work(move |app| {
            let records = app.index.records();
            let application = applications::get(&records, owner, id)?;
            let cvs: Vec<_> =
                profiles::list(&records, owner)?.into_iter().map(|(id, cv)| (id, cv.name)).collect();
            let present = app.index.get(application.key())?.is_some();
            Ok::<_, Refusal>((application, cvs, present))
        })
        .await?;
    let context = json!({
        "id": id,
        "moves": application.moves(),
        "history": application.history.iter().rev().collect::<Vec<_>>(),
        "application": application,
        "cvs": cvs,
        "present": present,
        "today": app.today(),
    });
    visit.page("application.html", context)
}

async fn changed(
    app: &App,
    caller: Caller,
    id: Uuid,
    done: &str,
    work: impl FnOnce(&App, &Caller) -> Result<Application, Refusal> + Send + 'static,
) -> Answer<Redirect> {
    app.work(move |app| work(app, &caller)).await?;
    Ok(go(&format!("/candidatures/{id}"), done))
}

/// What the first form of the page holds.
#[derive(Deserialize)]
pub(super) struct Edited {
    version: Option<u32>,
    profile: Option<Uuid>,
    applied_on: Option<Date>,
    what: Option<String>,
    on: Option<Date>,
}

/// Changes the next action, the day of sending and the CV.
pub(super) async fn edit(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
    Form(given): Form<Edited>,
) -> Answer<Redirect> {
    if given.what.is_none() && given.on.is_some() {
        return Err(Problem::invalid("what", "dites ce qu'il y a à faire ce jour-là"));
    }
    let edit = Edit {
        profile: Some(given.profile),
        applied_on: Some(given.applied_on),
        next_action: Some(given.what.map(|what| NextAction { what: what.trim().to_owned(), on: given.on })),
        contacts: None,
    };
    changed(&app, caller, id, "enregistre", move |app, caller| {
        applications::edit(&app.index.records(), caller.owner, id, given.version, &edit, app.now())
    })
    .await
}

/// Changes the people to talk to: fields `contacts.0.name` and so on; a row without a name goes.
pub(super) async fn contacts(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer<Redirect> {
    let value = |name: &str| {
        let found = pairs.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    let contact = |n: usize| {
        if value(&format!("contacts.{n}.remove")).is_some() {
            return None;
        }
        Some(Contact {
            name: value(&format!("contacts.{n}.name"))?,
            role: value(&format!("contacts.{n}.role")),
            email: value(&format!("contacts.{n}.email")),
            phone: value(&format!("contacts.{n}.phone")),
        })
    };
    let edit = Edit { contacts: Some((0..60).filter_map(contact).collect()), ..Edit::default() };
    let version = value("version").and_then(|version| version.parse().ok());
    changed(&app, caller, id, "enregistre", move |app, caller| {
        applications::edit(&app.index.records(), caller.owner, id, version, &edit, app.now())
    })
    .await
}

/// A note.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct NewNote {
    text: String,
}

/// Adds a note.
pub(super) async fn note(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
    Form(NewNote { text }): Form<NewNote>,
) -> Answer<Redirect> {
    changed(&app, caller, id, "note", move |app, caller| {
        applications::note(&app.index.records(), caller.owner, id, &text, app.now())
    })
    .await
}

/// Removes a note.
pub(super) async fn remove_note(
    State(app): State<App>,
    Writer(caller): Writer,
    Path((id, note)): Path<(Uuid, Uuid)>,
) -> Answer<Redirect> {
    changed(&app, caller, id, "note-supprimee", move |app, caller| {
        applications::remove_note(&app.index.records(), caller.owner, id, note, app.now())
    })
    .await
}

/// Adds a document that was sent.
pub(super) async fn attach(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
    BigUpload(file, _share): BigUpload,
) -> Answer<Redirect> {
    changed(&app, caller, id, "document", move |app, caller| {
        applications::attach(&app.index.records(), caller.owner, id, &file, app.now())
    })
    .await
}

/// Removes a document.
pub(super) async fn detach(
    State(app): State<App>,
    Writer(caller): Writer,
    Path((id, document)): Path<(Uuid, Uuid)>,
) -> Answer<Redirect> {
    changed(&app, caller, id, "document-supprime", move |app, caller| {
        applications::detach(&app.index.records(), caller.owner, id, document, app.now())
    })
    .await
}

/// Asks whether to remove an application, and offers to export it first.
pub(super) async fn confirm_removal(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
) -> Answer<Response> {
    let owner = visit.caller.owner;
    let application = app.work(move |app| applications::get(&app.index.records(), owner, id)).await?;
    let context = json!({
        "title": "Supprimer cette candidature ?",
        "text": format!(
            "« {} » : l'historique, les notes, les contacts et les documents envoyés seront effacés pour toujours. \
             Pour garder une trace, préférez l'état « Abandonnée ».",
            application.offer.title
        ),
        "export": true,
        "action": format!("/candidatures/{id}/supprimer"),
        "button": "Supprimer cette candidature",
        "back": format!("/candidatures/{id}"),
    });
    visit.page("confirm.html", context)
}

/// Removes an application.
pub(super) async fn remove(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
) -> Answer<Redirect> {
    app.work(move |app| applications::remove(&app.index.records(), caller.owner, id)).await?;
    Ok(go("/candidatures", "candidature-supprimee"))
}
