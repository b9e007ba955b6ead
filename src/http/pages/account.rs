//! Settings: password, tokens, weights, one's data, and leaving.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use jobmatch_index::offer::OfferKey;
use jobmatch_index::records::Uuid;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::super::api::accounts::{confirm, erase_person, set_password};
use super::super::api::auth::open_sign_ins;
use super::super::auth::{Proof, Visitor, Writer, cookie, device_cookie};
use super::super::extract::{Form, Path};
use super::super::limits::Address;
use super::super::problem::{Answer, Problem};
use super::visit::{Visit, go, with};
use super::weights;
use crate::messages;
use crate::people::accounts::{self, Role};
use crate::people::{Refusal, hidden, sign_ins, tokens};

/// The page.
pub(super) async fn show(State(app): State<App>, visit: Visit) -> Answer<Response> {
    settings(&app, &visit, json!({})).await
}

/// The page, with more to say: what is wrong, or the token that was just made.
pub(super) async fn settings(app: &App, visit: &Visit, more: Value) -> Answer<Response> {
    let caller = visit.caller.clone();
    let owner = caller.owner;
    let (tokens, open, log, hidden) = app
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
            let (tokens, log) = (tokens::tokens(&records, owner)?, sign_ins::list(&records, owner)?);
            Ok::<_, Refusal>((tokens, open_sign_ins(app, &caller)?, log, hidden))
        })
        .await?;
    let tokens: Vec<Value> =
        tokens.into_iter().map(|(id, token)| json!({ "id": id, "token": token })).collect();
    let context = json!({
        "email": visit.caller.account.email,
        "created": visit.caller.account.created,
        "admin": visit.caller.account.role == Role::Admin,
        "tokens": tokens,
        "open": open,
        "log": log,
        "hidden": hidden,
        "longest": tokens::LONGEST_DAYS,
        "sliders": weights::sliders(&visit.caller.account.weights.unwrap_or_default()),
        "own_weights": visit.caller.account.weights.is_some(),
    });
    visit.page("settings.html", with(context, more))
}

/// Ends a sign-in; this one too.
pub(super) async fn close(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
) -> Answer<Redirect> {
    app.work(move |app| tokens::close_sign_in(&app.index.records(), caller.owner, id)).await?;
    Ok(go("/parametres", "connexion-fermee"))
}

/// What a change of password holds.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Passwords {
    current: String,
    new: String,
}

/// Changes the password. All that was open ends, and is told; this sign-in begins anew.
pub(super) async fn password(
    State(app): State<App>,
    Writer(caller): Writer,
    visitor: Visitor,
    mut visit: Visit,
    jar: CookieJar,
    Form(given): Form<Passwords>,
) -> Answer<Response> {
    let mut closed = match set_password(&app, &caller, visitor.from, given.current, given.new).await {
        Ok(closed) => closed,
        Err(problem) if problem.code().is_client_error() => return wrong(&app, &visit, &problem).await,
        Err(problem) => return Err(problem),
    };
    let owner = caller.owner;
    let (id, session, device) = app
        .work(move |app| {
            let records = app.index.records();
            let account = accounts::get(&records, owner)?;
            let (id, session) = tokens::open_session(&records, owner, &visitor.origin, app.now())?;
            Ok::<_, Refusal>((id, session, tokens::device(&records, owner, &account)?))
        })
        .await?;
    // The one that asked goes on.
    visit.caller.proof = Proof::SignIn(id);
    closed.sign_ins = closed.sign_ins.saturating_sub(1);
    let told = format!("Mot de passe changé ; {}.", messages::closed(&closed));
    let secure = app.config.secure();
    let jar = jar.add(cookie(Some(session), secure)).add(device_cookie(device, secure));
    Ok((jar, settings(&app, &visit, json!({ "told": told })).await?).into_response())
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
    password: String,
}

/// Erases the account, once its password is typed.
pub(super) async fn erase(
    State(app): State<App>,
    Writer(caller): Writer,
    Address(from): Address,
    visit: Visit,
    jar: CookieJar,
    Form(Confirmed { password }): Form<Confirmed>,
) -> Answer<Response> {
    let tried = match confirm(&app, &caller, from, "password", password).await {
        Ok(()) => app.work(move |app| erase_person(app, caller.owner)).await,
        Err(problem) => Err(problem),
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
