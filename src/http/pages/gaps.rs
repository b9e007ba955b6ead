//! What the active CV lacks most, over all offers of the person's field.

use axum::extract::State;
use axum::response::{Redirect, Response};
use jobmatch_index::RankQuery;
use jobmatch_index::lang::Lang;
use jobmatch_index::skills::Graph;
use serde_json::json;

use super::super::App;
use super::super::auth::{Caller, Writer};
use super::super::extract::Path;
use super::super::problem::Answer;
use super::visit::Visit;
use crate::browse;
use crate::people::skill_remarks::{self, Remark, SkillRemark};
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
            let gaps = browse::gaps(&app.index, caller.owner, &cv.profile, &query)?;
            let label = |said: &SkillRemark| {
                let known = Graph::builtin().by_id(&said.skill)?;
                Some(json!({ "skill": said.skill, "label": Graph::builtin().label(known, Lang::Fr), "remark": said.remark }))
            };
            let said: Vec<_> =
                skill_remarks::list(&records, caller.owner)?.iter().filter_map(label).collect();
            Ok::<_, Refusal>(Ok((cv.name, gaps, said)))
        })
        .await?;
    let (found, waiting) = match found {
        Ok(found) => (Some(found), None),
        Err(waiting) => (None, waiting),
    };
    let Some((cv, gaps, said)) = found else {
        let nothing = json!({ "cv": null, "gaps": null, "most": null, "said": [], "waiting": waiting });
        return visit.page("gaps.html", nothing);
    };
    let most = gaps.skills.first().map(|gap| gap.points);
    visit.page("gaps.html", json!({ "cv": cv, "gaps": gaps, "most": most, "said": said, "waiting": null }))
}

/// « Je l'ai. »
pub(super) async fn hold(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(skill): Path<String>,
) -> Answer<Redirect> {
    say(&app, &caller, skill, Some(Remark::Held)).await
}

/// « Ce n'est pas une compétence. »
pub(super) async fn dismiss(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(skill): Path<String>,
) -> Answer<Redirect> {
    say(&app, &caller, skill, Some(Remark::NotASkill)).await
}

/// Takes back what was said.
pub(super) async fn take_back(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(skill): Path<String>,
) -> Answer<Redirect> {
    say(&app, &caller, skill, None).await
}

async fn say(app: &App, caller: &Caller, skill: String, remark: Option<Remark>) -> Answer<Redirect> {
    let owner = caller.owner;
    app.work(move |app| skill_remarks::set(&app.index.records(), owner, &skill, remark)).await?;
    Ok(Redirect::to("/manque"))
}
