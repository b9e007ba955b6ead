//! Running this JobMatch: indexes, back-up, accounts.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use jobmatch_index::records::{Owner, Uuid};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::super::api::accounts::erase_person;
use super::super::api::admin::change_account;
use super::super::auth::Admin;
use super::super::extract::{Form, Path};
use super::super::problem::{Answer, Problem};
use super::visit::{Visit, go, with};
use crate::jobs::PartName;
use crate::messages;
use crate::people::Refusal;
use crate::people::accounts::{self, Role};

/// The page.
pub(super) async fn show(State(app): State<App>, _: Admin, visit: Visit) -> Answer<Response> {
    panel(&app, &visit, json!({})).await
}

async fn panel(app: &App, visit: &Visit, more: Value) -> Answer<Response> {
    let me = visit.caller.owner;
    let context = app
        .work(move |app| {
            let records = app.index.records();
            let user = |(owner, account): (Owner, accounts::Account)| {
                json!({ "id": owner, "email": account.email, "role": account.role, "created": account.created,
                    "me": owner == me })
            };
            let users: Vec<Value> = accounts::list(&records)?.into_iter().map(user).collect();
            Ok::<_, Refusal>(json!({
                "stats": app.index.stats()?,
                "behind": app.index.text_is_behind()?,
                "tasks": app.jobs.waiting(),
                "users": users,
                "sign_up": app.config.sign_up,
            }))
        })
        .await?;
    visit.page("admin.html", with(context, more))
}

/// What to build again.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Rebuild {
    part: PartName,
}

/// Builds indexes again; the next page follows the task.
pub(super) async fn reindex(
    State(app): State<App>,
    Admin(caller): Admin,
    Form(Rebuild { part }): Form<Rebuild>,
) -> Answer<Redirect> {
    let (id, _) = app.work(move |app| app.jobs.reindex(caller.owner, part, app.now())).await?;
    Ok(Redirect::to(&format!("/taches/{id}")))
}

/// An account to make.
#[derive(Deserialize)]
pub(super) struct NewUser {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    role: Role,
}

/// Makes an account for somebody.
pub(super) async fn add(
    State(app): State<App>,
    _: Admin,
    visit: Visit,
    Form(new): Form<NewUser>,
) -> Answer<Response> {
    let typed = new.email.clone();
    let made = app
        .work(move |app| {
            accounts::create(&app.index.records(), &new.email, &new.password, new.role, false, app.now())
        })
        .await;
    match made {
        Ok(_) => Ok(go("/administration", "compte-cree").into_response()),
        Err(problem) => wrong(&app, &visit, problem, json!({ "typed": typed })).await,
    }
}

async fn wrong(app: &App, visit: &Visit, problem: Problem, more: Value) -> Answer<Response> {
    if !problem.code().is_client_error() {
        return Err(problem);
    }
    Ok((problem.code(), panel(app, visit, with(more, json!({ "problem": problem }))).await?).into_response())
}

/// What to change of somebody's account.
#[derive(Deserialize)]
pub(super) struct Change {
    role: Option<Role>,
    password: Option<String>,
}

/// Changes somebody's role, or sets a new password when theirs is lost.
pub(super) async fn change(
    State(app): State<App>,
    _: Admin,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(change): Form<Change>,
) -> Answer<Response> {
    let changed = app
        .work(move |app| {
            change_account(&app.index.records(), Owner(id), change.role, change.password.as_deref())
        })
        .await;
    match changed {
        Ok(None) => Ok(go("/administration", "compte-change").into_response()),
        Ok(Some(closed)) => {
            let told = format!("Nouveau mot de passe donné ; {}.", messages::closed(&closed));
            panel(&app, &visit, json!({ "told": told })).await
        }
        Err(problem) => wrong(&app, &visit, problem, json!({})).await,
    }
}

/// Asks whether to remove somebody's account.
pub(super) async fn confirm_removal(
    State(app): State<App>,
    _: Admin,
    visit: Visit,
    Path(id): Path<Uuid>,
) -> Answer<Response> {
    let account = app.work(move |app| accounts::get(&app.index.records(), Owner(id))).await?;
    let context = json!({
        "title": format!("Supprimer le compte {} ?", account.email),
        "text": "Ses CV, ses candidatures, ses notes et ses documents seront effacés pour toujours.",
        "action": format!("/administration/comptes/{id}/supprimer"),
        "button": "Supprimer ce compte",
        "back": "/administration",
    });
    visit.page("confirm.html", context)
}

/// Removes somebody's account.
pub(super) async fn remove(
    State(app): State<App>,
    _: Admin,
    visit: Visit,
    Path(id): Path<Uuid>,
) -> Answer<Response> {
    match app.work(move |app| erase_person(app, Owner(id))).await {
        Ok(()) => Ok(go("/administration", "compte-supprime").into_response()),
        Err(problem) => wrong(&app, &visit, problem, json!({})).await,
    }
}
