//! Two offers side by side.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Value, json};

use super::super::App;
use super::super::api::offers::{Seen, seen};
use super::super::problem::Answer;
use super::offer::explained;
use super::templates::segment;
use super::visit::Visit;
use crate::people::Refusal;

/// The page. The boxes of a list all bear one name; the address of a comparison names both offers.
pub(super) async fn show(State(app): State<App>, visit: Visit) -> Answer<Response> {
    let chosen: Vec<&str> =
        visit.pairs.iter().filter(|(name, _)| name == "offre").map(|(_, id)| id.as_str()).collect();
    if let [a, b] = chosen.as_slice() {
        let to = format!("/offres/comparer?a={}&b={}", segment(a), segment(b));
        return Ok(Redirect::to(&to).into_response());
    }
    let (Some(a), Some(b)) = (visit.value("a"), visit.value("b")) else {
        return visit.page("compare.html", json!({ "chosen": chosen.len() }));
    };
    let (caller, ids) = (visit.caller.clone(), [a.to_owned(), b.to_owned()]);
    let sides = app
        .work(move |app| {
            let sides: Result<Vec<Value>, Refusal> =
                ids.iter().map(|id| seen(app, &caller, id).map(side)).collect();
            sides
        })
        .await?;
    visit.page("compare.html", json!({ "sides": sides, "chosen": 2 }))
}

fn side(seen: Seen) -> Value {
    json!({ "card": seen.card, "offer": seen.offer, "explained": seen.found.as_ref().map(explained) })
}
