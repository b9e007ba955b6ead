//! Settings: password, tokens, weights, one's data, and leaving.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use jobmatch_index::offer::OfferKey;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::super::api::accounts::{erase_person, set_password};
use super::super::auth::{Writer, cookie};
use super::super::extract::Form;
use super::super::problem::{Answer, Problem};
use super::visit::{Visit, go, with};
use super::weights;
use crate::people::{Refusal, hidden, tokens};

/// The page.
pub(super) async fn show(State(app): State<App>, visit: Visit) -> Answer<Response> {
    settings(&app, &visit, json!({})).await
}

/// The page, with more to say: what is wrong, or the token that was just made.
pub(super) async fn settings(app: &App, visit: &Visit, more: Value) -> Answer<Response> {
    let owner = visit.caller.owner;
    let (tokens, hidden) = app
        .work(move |app| {
            let records = app.index.records();
            let hidden = hidden::list(&records, owner)?;
            let title = |key: &OfferKey| {
                let title = app.index.get(key)?.map(|offer| offer.title);
                Ok::<_, Refusal>(title.map(|title| json!({ "id": key.to_string(), "title": title })))
            };
            // Those that are gone need no button.
            let hidden: Vec<Value> =
                hidden.iter().filter_map(|key| title(key).transpose()).collect::<Result<_, _>>()?;
            Ok::<_, Refusal>((tokens::tokens(&records, owner)?, hidden))
        })
        .await?;
    let tokens: Vec<Value> =
        tokens.into_iter().map(|(id, token)| json!({ "id": id, "token": token })).collect();
    let context = json!({
        "email": visit.caller.account.email,
        "created": visit.caller.account.created,
        "tokens": tokens,
        "hidden": hidden,
        "longest": tokens::LONGEST_DAYS,
        "sliders": weights::sliders(&visit.caller.account.weights.unwrap_or_default()),
        "own_weights": visit.caller.account.weights.is_some(),
    });
    visit.page("settings.html", with(context, more))
}

/// What a change of password holds.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Passwords {
    current: String,
    new: String,
}

/// Changes the password. Every sign-in ends; this one begins anew.
pub(super) async fn password(
    State(app): State<App>,
    Writer(caller): Writer,
    visit: Visit,
    jar: CookieJar,
    Form(given): Form<Passwords>,
) -> Answer<Response> {
    app.limits.upload(caller.owner)?;
    let changed = app
        .work(move |app| {
            set_password(app, &caller, &given.current, &given.new)?;
            tokens::open_session(&app.index.records(), caller.owner, app.now())
        })
        .await;
    match changed {
        Ok(session) => {
            let jar = jar.add(cookie(Some(session), app.config.secure()));
            Ok((jar, go("/parametres", "mot-de-passe")).into_response())
        }
        Err(problem) if problem.code().is_client_error() => wrong(&app, &visit, &problem).await,
        Err(problem) => Err(problem),
    }
}

/// The page again, with what is wrong.
pub(super) async fn wrong(app: &App, visit: &Visit, problem: &Problem) -> Answer<Response> {
    Ok((problem.code(), settings(app, visit, json!({ "problem": problem })).await?).into_response())
}

/// Asks whether to erase the account.
pub(super) async fn confirm_erasure(visit: Visit) -> Answer<Response> {
    visit.page("erase.html", json!({ "email": visit.caller.account.email }))
}

/// What confirms an erasure.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Confirmed {
    email: String,
}

/// Erases the account, once its address is typed.
pub(super) async fn erase(
    State(app): State<App>,
    Writer(caller): Writer,
    visit: Visit,
    jar: CookieJar,
    Form(Confirmed { email }): Form<Confirmed>,
) -> Answer<Response> {
    let tried = if email.trim().to_lowercase() == caller.account.email {
        app.work(move |app| erase_person(app, caller.owner)).await
    } else {
        Err(Refusal::invalid("email", "ce n'est pas l'adresse de ce compte ; rien n'a été supprimé").into())
    };
    match tried {
        Ok(()) => {
            let jar = jar.add(cookie(None, app.config.secure()));
            Ok((jar, Redirect::to("/connexion")).into_response())
        }
        Err(problem) if problem.code().is_client_error() => {
            let context = json!({ "email": visit.caller.account.email, "problem": problem });
            Ok((problem.code(), visit.page("erase.html", context)?).into_response())
        }
        Err(problem) => Err(problem),
    }
}
