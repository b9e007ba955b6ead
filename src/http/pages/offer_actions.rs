//! Following and hiding offers, and taking both back.

use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use jobmatch_index::application::Status;
use serde_json::json;

use super::super::App;
use super::super::api::applications as api_applications;
use super::super::api::offers::{find, seen};
use super::super::auth::{Caller, Writer};
use super::super::extract::{Form, Path};
use super::super::problem::Answer;
use super::templates::{self, segment};
use super::visit::{Back, Partial};
use crate::browse;
use crate::people::{Refusal, applications, hidden};

/// Begins to follow an offer.
pub(super) async fn follow(
    State(app): State<App>,
    Writer(caller): Writer,
    Partial(partial): Partial,
    Path(id): Path<String>,
    Form(back): Form<Back>,
) -> Answer<Response> {
    let (who, offer) = (caller.clone(), id.clone());
    app.work(move |app| match api_applications::follow(app, &who, &offer, None) {
        // Twice is as good as once.
        Ok(_) | Err(Refusal::AlreadyApplied(_)) => Ok(()),
        Err(other) => Err(other),
    })
    .await?;
    changed(&app, &caller, &id, partial, &back, "suivie").await
}

/// Takes following back, as long as nothing was done about the application.
pub(super) async fn unfollow(
    State(app): State<App>,
    Writer(caller): Writer,
    Partial(partial): Partial,
    Path(id): Path<String>,
    Form(back): Form<Back>,
) -> Answer<Response> {
    let (who, offer) = (caller.clone(), id.clone());
    app.work(move |app| {
        let records = app.index.records();
        match applications::of_offer(&records, who.owner, &browse::key(&offer)?)? {
            Some((id, application)) if application.status == Status::Added && application.version == 1 => {
                applications::remove(&records, who.owner, id)
            }
            Some(_) => Err(Refusal::invalid(
                "offer",
                "cette candidature a déjà une histoire ; supprimez-la depuis sa page, si vous le voulez vraiment",
            )),
            None => Ok(()),
        }
    })
    .await?;
    changed(&app, &caller, &id, partial, &back, "plus-suivie").await
}

/// Hides an offer.
pub(super) async fn hide(
    State(app): State<App>,
    Writer(caller): Writer,
    Partial(partial): Partial,
    Path(id): Path<String>,
    Form(back): Form<Back>,
) -> Answer<Response> {
    set_hidden(&app, &caller, &id, true).await?;
    changed(&app, &caller, &id, partial, &back, "masquee").await
}

/// Shows a hidden offer again.
pub(super) async fn show_again(
    State(app): State<App>,
    Writer(caller): Writer,
    Partial(partial): Partial,
    Path(id): Path<String>,
    Form(back): Form<Back>,
) -> Answer<Response> {
    set_hidden(&app, &caller, &id, false).await?;
    changed(&app, &caller, &id, partial, &back, "montree").await
}

async fn set_hidden(app: &App, caller: &Caller, id: &str, hide: bool) -> Answer<()> {
    let (owner, id) = (caller.owner, id.to_owned());
    app.work(move |app| {
        let offer = find(app, &id)?;
        hidden::set(&app.index.records(), owner, &offer.key, hide)
    })
    .await
}

/// The offer as it is now, in place of the former one; or the page that the form came from.
async fn changed(
    app: &App,
    caller: &Caller,
    id: &str,
    partial: bool,
    back: &Back,
    done: &str,
) -> Answer<Response> {
    if !partial {
        let done = format!("{done}&quoi={}", segment(id));
        return Ok(back.go("/offres", &done).into_response());
    }
    let (who, offer) = (caller.clone(), id.to_owned());
    let seen = app.work(move |app| seen(app, &who, &offer)).await?;
    let context = json!({ "card": seen.card, "hidden": done == "masquee", "change": done, "focus": true });
    let text = templates::render("parts/changed_offer.html", &context)?;
    Ok(Html(text).into_response())
}
