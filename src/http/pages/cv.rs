//! The CVs of a person: files given, profiles understood and corrected.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use jobmatch_index::profile::Profile;
use jobmatch_index::records::Uuid;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::super::api::profiles::BigUpload;
use super::super::auth::Writer;
use super::super::extract::{Form, Path};
use super::super::problem::{Answer, Problem};
use super::cv_form;
use super::visit::{Visit, go};
use crate::people::profiles::{self, Cv};

/// The list, and the form that takes a file.
pub(super) async fn list(State(app): State<App>, visit: Visit) -> Answer<Response> {
    let owner = visit.caller.owner;
    let cvs = app.work(move |app| profiles::list(&app.index.records(), owner)).await?;
    let rows: Vec<Value> = cvs.iter().map(|(id, cv)| row(&visit, *id, cv)).collect();
    visit.page("cvs.html", json!({ "cvs": rows }))
}

fn row(visit: &Visit, id: Uuid, cv: &Cv) -> Value {
    json!({ "id": id, "cv": cv, "active": visit.caller.account.active_profile == Some(id) })
}

/// Takes a file; reading it is a task, which the next page follows.
pub(super) async fn upload(
    State(app): State<App>,
    Writer(caller): Writer,
    BigUpload(file): BigUpload,
) -> Answer<Redirect> {
    app.limits.upload(caller.owner)?;
    let (id, _) = app.work(move |app| app.jobs.extract_cv(caller.owner, &file, None, app.now())).await?;
    Ok(Redirect::to(&format!("/taches/{id}")))
}

/// The name of a CV to write by hand.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Named {
    name: String,
}

/// Begins an empty CV, to be filled in by hand.
pub(super) async fn create(
    State(app): State<App>,
    Writer(caller): Writer,
    Form(Named { name }): Form<Named>,
) -> Answer<Redirect> {
    let id = Uuid::now_v7();
    app.work(move |app| {
        let records = app.index.records();
        profiles::add(&records, caller.owner, id, &name, &Profile::default(), app.now())
    })
    .await?;
    Ok(Redirect::to(&format!("/profil/{id}")))
}

/// A CV: what was understood of it, to be read again and corrected.
pub(super) async fn show(State(app): State<App>, visit: Visit, Path(id): Path<Uuid>) -> Answer<Response> {
    let owner = visit.caller.owner;
    let cv = app.work(move |app| profiles::get(&app.index.records(), owner, id)).await?;
    visit.page("cv.html", form(&visit, id, &cv, None))
}

fn form(visit: &Visit, id: Uuid, cv: &Cv, problem: Option<&Problem>) -> Value {
    super::visit::with(
        row(visit, id, cv),
        json!({ "problem": problem, "choices": cv_form::choices(&cv.profile) }),
    )
}

/// Keeps what was corrected; what is wrong is said on the same form, as it was filled in.
pub(super) async fn replace(
    State(app): State<App>,
    Writer(caller): Writer,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let owner = caller.owner;
    let (mut cv, tried) = app
        .work(move |app| {
            let records = app.index.records();
            let present = profiles::get(&records, owner, id)?;
            let filled = cv_form::fill(&present, &pairs);
            let kept = match &filled.wrong {
                Some(wrong) => Err(wrong.clone()),
                None => profiles::replace(
                    &records,
                    owner,
                    id,
                    filled.version,
                    &filled.cv.name,
                    &filled.cv.profile,
                    app.now(),
                )
                .map_err(Problem::from),
            };
            Ok::<_, Problem>((Cv { version: filled.version.unwrap_or(present.version), ..filled.cv }, kept))
        })
        .await?;
    match tried {
        Ok(_) => Ok(go(&format!("/profil/{id}"), "cv-enregistre").into_response()),
        Err(problem) if problem.code().is_client_error() => {
            // Saving again means: what I see here is what I want.
            cv.version = problem.version.unwrap_or(cv.version);
            Ok((problem.code(), visit.page("cv.html", form(&visit, id, &cv, Some(&problem)))?)
                .into_response())
        }
        Err(problem) => Err(problem),
    }
}

/// Ranks offers for this CV from now on.
pub(super) async fn activate(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
) -> Answer<Redirect> {
    app.work(move |app| profiles::activate(&app.index.records(), caller.owner, id)).await?;
    Ok(go("/profil", "cv-actif"))
}

/// Asks whether to remove a CV.
pub(super) async fn confirm_removal(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
) -> Answer<Response> {
    let owner = visit.caller.owner;
    let cv = app.work(move |app| profiles::get(&app.index.records(), owner, id)).await?;
    let context = json!({
        "title": format!("Supprimer le CV « {} » ?", cv.name),
        "text": "Le profil et le fichier d'origine seront effacés pour toujours. \
            Les candidatures faites avec ce CV restent.",
        "action": format!("/profil/{id}/supprimer"),
        "button": "Supprimer ce CV",
        "back": "/profil",
    });
    visit.page("confirm.html", context)
}

/// Removes a CV.
pub(super) async fn remove(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
) -> Answer<Redirect> {
    app.work(move |app| profiles::remove(&app.index.records(), caller.owner, id)).await?;
    Ok(go("/profil", "cv-supprime"))
}
