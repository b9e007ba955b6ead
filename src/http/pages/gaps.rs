//! What the active CV lacks most, over all offers of the person's field.

use axum::extract::State;
use axum::response::Response;
use jobmatch_index::RankQuery;
use serde_json::json;

use super::super::App;
use super::super::problem::Answer;
use super::visit::Visit;
use crate::people::{Refusal, profiles};

/// The page.
pub(super) async fn show(State(app): State<App>, visit: Visit) -> Answer<Response> {
    app.limits.rank(visit.caller.owner)?;
    let caller = visit.caller.clone();
    let found = app
        .work(move |app| {
            let records = app.index.records();
            let Some((_, cv)) = profiles::active(&records, caller.owner)? else {
                return Ok(Err(profiles::waiting(&records, caller.owner)?));
            };
            let weights = caller.account.weights.unwrap_or_default();
            let query = RankQuery { weights, limit: 20, ..RankQuery::new(app.today()) };
            let gaps = app.index.gaps(&cv.profile, &query)?;
            Ok::<_, Refusal>(Ok((cv.name, gaps)))
        })
        .await?;
    let (found, waiting) = match found {
        Ok(found) => (Some(found), None),
        Err(waiting) => (None, waiting),
    };
    let most = found.as_ref().and_then(|(_, gaps)| gaps.skills.first()).map(|gap| gap.points);
    let (cv, gaps) = found.unzip();
    visit.page("gaps.html", json!({ "cv": cv, "gaps": gaps, "most": most, "waiting": waiting }))
}
