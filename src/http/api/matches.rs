//! Offers ranked for a CV, why, and what is missing.

use axum::extract::State;
use axum::http::StatusCode;
use jobmatch_index::RankQuery;
use jobmatch_index::lang::Lang;
use jobmatch_index::matching::{Gaps, sentences};
use jobmatch_index::records::Uuid;
use jobmatch_index::score::Match;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::App;
use super::super::auth::{Reader, Writer};
use super::super::extract::{Json, Path, Query};
use super::super::problem::{Answer, Problem};
use super::offers;
use super::params::{CardPage, ListQuery};
use crate::browse;
use crate::people::skill_remarks::{self, Remark, SkillRemark};
use crate::people::{Refusal, profiles};

/// A page of matches.
#[derive(Serialize, ToSchema)]
pub(super) struct MatchPage {
    #[serde(flatten)]
    page: CardPage,
    /// With `explain`: the whole explanation of each, in the same order.
    explanations: Option<Vec<Explanation>>,
}

/// A match in full.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Explanation {
    /// Score, parts, evidence and conditions.
    #[serde(flatten)]
    pub(in crate::http) found: Match,
    /// The same in French sentences.
    pub(in crate::http) sentences: Vec<String>,
}

impl From<Match> for Explanation {
    fn from(found: Match) -> Self {
        Self { sentences: sentences(&found, Lang::Fr), found }
    }
}

/// Offres classées pour un CV
#[utoipa::path(get, path = "/api/profiles/{id}/matches", tag = "Correspondances", params(("id" = Uuid, Path), ListQuery),
    responses((status = 200, body = MatchPage), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    Reader(caller): Reader,
    Path(id): Path<Uuid>,
    Query(mut query): Query<ListQuery>,
) -> Answer<axum::Json<MatchPage>> {
    app.limits.rank(caller.owner)?;
    app.work(move |app| {
        let cv = profiles::usable(&app.index.records(), caller.owner, id)?;
        query.sort = query.sort.or(Some(browse::OrderBy::Score));
        let near = query.located(Some(&cv.profile))?.map(Into::into);
        let (listing, cursor) = offers::listing(app, &caller, &query, Some(cv.profile))?;
        let limit = query.limit()?;
        let page = CardPage { near, ..offers::page_of(app, &caller, &listing, cursor, limit)? };
        let explanations = if query.explain == Some(true) {
            let found = browse::explain(&app.index, &listing, cursor.offset, limit)?;
            Some(found.into_iter().map(Explanation::from).collect())
        } else {
            None
        };
        Ok::<_, Problem>(MatchPage { page, explanations })
    })
    .await
    .map(axum::Json)
}

fn rank_query(app: &App, caller: &super::super::auth::Caller, query: &ListQuery) -> Answer<RankQuery> {
    let weights = query.weights(caller.account.weights.unwrap_or_default())?;
    Ok(RankQuery { weights, ..RankQuery::new(app.today()) })
}

/// Pourquoi ce score
#[utoipa::path(get, path = "/api/profiles/{id}/matches/{offer}", tag = "Correspondances",
    params(("id" = Uuid, Path), ("offer" = String, Path, description = "source:identifiant", example = "france-travail:123ABCD"),
        ("weights" = Option<String>, Query, description = "Poids, tels que skills=0.5,location=0")),
    responses((status = 200, body = Explanation), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn explain(
    State(app): State<App>,
    Reader(caller): Reader,
    Path((id, offer)): Path<(Uuid, String)>,
    Query(query): Query<ListQuery>,
) -> Answer<axum::Json<Explanation>> {
    app.work(move |app| {
        let cv = profiles::usable(&app.index.records(), caller.owner, id)?;
        let rank = rank_query(app, &caller, &query)?;
        let found = app.index.explain(&cv.profile, &browse::key(&offer)?, &rank)?;
        let found = found.ok_or(Refusal::NotFound("offer"))?;
        Ok::<_, Problem>(Explanation::from(found))
    })
    .await
    .map(axum::Json)
}

/// Ce qu'il manque
///
/// Les compétences qui élèveraient le plus d'offres, du plus de points, parmi toutes les offres de mon domaine.
#[utoipa::path(get, path = "/api/profiles/{id}/gaps", tag = "Correspondances", params(("id" = Uuid, Path), ListQuery),
    responses((status = 200, body = Gaps), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn gaps(
    State(app): State<App>,
    Reader(caller): Reader,
    Path(id): Path<Uuid>,
    Query(query): Query<ListQuery>,
) -> Answer<axum::Json<Gaps>> {
    app.limits.rank(caller.owner)?;
    app.work(move |app| {
        let cv = profiles::usable(&app.index.records(), caller.owner, id)?;
        let mut rank = rank_query(app, &caller, &query)?;
        rank.filter = query.filter(Some(&cv.profile), app.today())?;
        rank.filter.words.clone_from(&query.q);
        rank.limit = query.limit()?;
        Ok::<_, Problem>(browse::gaps(&app.index, caller.owner, &cv.profile, &rank)?)
    })
    .await
    .map(axum::Json)
}

/// What is said of a skill.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewRemark {
    remark: Remark,
}

/// Ce que j'ai dit de compétences
///
/// « Je l'ai » et « ce n'est pas une compétence », dits de ce qui manque.
#[utoipa::path(get, path = "/api/skills/remarks", tag = "Correspondances",
    responses((status = 200, body = Vec<SkillRemark>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn remarks(
    State(app): State<App>,
    Reader(caller): Reader,
) -> Answer<axum::Json<Vec<SkillRemark>>> {
    app.work(move |app| skill_remarks::list(&app.index.records(), caller.owner)).await.map(axum::Json)
}

/// Dire d'une compétence « je l'ai » ou « ce n'en est pas une »
#[utoipa::path(put, path = "/api/skills/{id}/remark", tag = "Correspondances", params(("id" = String, Path)),
    request_body = NewRemark, responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 413, body = Problem),
        (status = 415, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn remark(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<String>,
    Json(NewRemark { remark }): Json<NewRemark>,
) -> Answer<StatusCode> {
    app.work(move |app| skill_remarks::set(&app.index.records(), caller.owner, &id, Some(remark))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reprendre ce que j'ai dit d'une compétence
#[utoipa::path(delete, path = "/api/skills/{id}/remark", tag = "Correspondances", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn take_back(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    app.work(move |app| skill_remarks::set(&app.index.records(), caller.owner, &id, None)).await?;
    Ok(StatusCode::NO_CONTENT)
}
