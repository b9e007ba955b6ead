//! Personal access tokens, for the browser's extension and for scripts.

use axum::extract::State;
use axum::response::{Redirect, Response};
use jobmatch_index::records::Uuid;
use serde_json::json;

use super::super::App;
use super::super::api::auth::make_token;
use super::super::auth::Writer;
use super::super::extract::{Form, Path};
use super::super::problem::Answer;
use super::account::{settings, wrong};
use super::visit::{Visit, go};
use crate::people::tokens::{self, Scope};

/// Makes a token and shows it, this once: so there is no page to come back to.
pub(super) async fn create(
    State(app): State<App>,
    Writer(caller): Writer,
    visit: Visit,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let values =
        |name: &'static str| pairs.iter().filter(move |(given, _)| given == name).map(|(_, v)| v.as_str());
    let name = values("name").next().unwrap_or_default().to_owned();
    let days = values("days").next().and_then(|days| days.trim().parse().ok()).unwrap_or(0);
    let given: Vec<&str> = values("scopes").collect();
    let scopes: Vec<Scope> = Scope::ALL.into_iter().filter(|scope| given.contains(&scope.name())).collect();
    let made = app.work(move |app| make_token(app, &caller, &name, &scopes, days)).await;
    match made {
        Ok(made) => settings(&app, &visit, json!({ "made": made.token })).await,
        Err(problem) if problem.code().is_client_error() => wrong(&app, &visit, &problem).await,
        Err(problem) => Err(problem),
    }
}

/// Revokes a token.
pub(super) async fn revoke(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
) -> Answer<Redirect> {
    app.work(move |app| tokens::revoke_token(&app.index.records(), caller.owner, id)).await?;
    Ok(go("/parametres", "jeton-revoque"))
}
