//! Offers: searching, correcting, hiding.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use jobmatch_index::RankQuery;
use jobmatch_index::offer::Offer;
use jobmatch_index::score::Match;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::App;
use super::super::auth::{Admin, Caller, Reader, Writer};
use super::super::extract::{Json, Path, Query};
use super::super::listings::Cursor;
use super::super::problem::{Answer, Problem};
use super::params::{CardPage, ListQuery};
use crate::browse::{self, Card, Listing};
use crate::people::{Refusal, hidden, profiles};

/// Chercher des offres
///
/// Classées pour le CV actif quand il y en a un et qu'aucun mot n'est cherché.
#[utoipa::path(get, path = "/api/offers", tag = "Offres", params(ListQuery),
    responses((status = 200, body = CardPage), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    Reader(caller): Reader,
    Query(query): Query<ListQuery>,
) -> Answer<axum::Json<CardPage>> {
    app.limits.rank(caller.owner)?;
    app.work(move |app| {
        let cv = profiles::active(&app.index.records(), caller.owner)?;
        page(app, &caller, &query, cv.map(|(_, cv)| cv.profile))
    })
    .await
    .map(axum::Json)
}

/// A page of a new listing, or of the one that the cursor points into.
pub(in crate::http) fn page(
    app: &App,
    caller: &Caller,
    query: &ListQuery,
    profile: Option<jobmatch_index::profile::Profile>,
) -> Answer<CardPage> {
    let limit = query.limit()?;
    let near = query.located(profile.as_ref())?.map(Into::into);
    let (listing, cursor) = listing(app, caller, query, profile)?;
    Ok(CardPage { near, ..page_of(app, caller, &listing, cursor, limit)? })
}

/// A page of a listing.
pub(super) fn page_of(
    app: &App,
    caller: &Caller,
    listing: &Listing,
    cursor: Cursor,
    limit: usize,
) -> Answer<CardPage> {
    let items = browse::page(&app.index, caller.owner, listing, cursor.offset, limit)?;
    let offset = cursor.offset.saturating_add(limit);
    let more = offset < listing.ids.len();
    Ok(CardPage {
        items,
        total: listing.total,
        division: listing.division.clone(),
        next: more.then(|| Cursor { offset, ..cursor }.encode()),
        relaxed: listing.relaxed,
        facets: listing.facets.clone(),
        near: None,
    })
}

/// The listing that a query asks for, and where its page begins.
pub(in crate::http) fn listing(
    app: &App,
    caller: &Caller,
    query: &ListQuery,
    profile: Option<jobmatch_index::profile::Profile>,
) -> Answer<(Arc<Listing>, Cursor)> {
    let (owner, now) = (caller.owner, app.now());
    if let Some(cursor) = &query.cursor {
        let cursor = Cursor::decode(cursor)?;
        return Ok((app.listings.get(owner, cursor, now)?, cursor));
    }
    let wanted = query.wanted(profile, caller.account.weights.unwrap_or_default(), app.today())?;
    let wanted = browse::without_hidden(&app.index, owner, wanted)?;
    if let Some(found) = app.listings.same(owner, &wanted, app.index.state()?, now) {
        return Ok(found);
    }
    let listing = Arc::new(browse::list(&app.index, wanted)?);
    let cursor = app.listings.keep(owner, listing.clone(), now);
    Ok((listing, cursor))
}

/// An offer in full.
#[derive(Serialize, ToSchema)]
pub(super) struct OfferDetail {
    /// In short, as in lists.
    #[serde(flatten)]
    card: Card,
    /// Everything that is known of it, each fact with the words it was read from.
    offer: Offer,
}

/// Une offre
#[utoipa::path(get, path = "/api/offers/{id}", tag = "Offres", params(("id" = String, Path, description = "source:identifiant", example = "france-travail:123ABCD")),
    responses((status = 200, body = OfferDetail), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn get(
    State(app): State<App>,
    Reader(caller): Reader,
    Path(id): Path<String>,
) -> Answer<axum::Json<OfferDetail>> {
    app.work(move |app| {
        let Seen { card, offer, .. } = seen(app, &caller, &id)?;
        Ok::<_, Refusal>(OfferDetail { card, offer })
    })
    .await
    .map(axum::Json)
}

/// An offer as one person sees it.
pub(in crate::http) struct Seen {
    /// In short.
    pub(in crate::http) card: Card,
    /// In full.
    pub(in crate::http) offer: Offer,
    /// How it fits the active CV.
    pub(in crate::http) found: Option<Match>,
}

/// The offer of an address, as this person sees it.
pub(in crate::http) fn seen(app: &App, caller: &Caller, id: &str) -> Result<Seen, Refusal> {
    let offer = find(app, id)?;
    let cv = profiles::active(&app.index.records(), caller.owner)?;
    let query =
        RankQuery { weights: caller.account.weights.unwrap_or_default(), ..RankQuery::new(app.today()) };
    let found = match cv {
        Some((_, cv)) => app.index.explain(&cv.profile, &offer.key, &query)?,
        None => None,
    };
    let followed = browse::followed(&app.index, caller.owner)?.remove(&offer.key);
    let card = Card::new(&offer, None, found.as_ref(), followed);
    Ok(Seen { card, offer, found })
}

/// The offer of an address.
pub(in crate::http) fn find(app: &App, id: &str) -> Result<Offer, Refusal> {
    app.index.get(&browse::key(id)?)?.ok_or(Refusal::NotFound("offer"))
}

/// What to correct of an offer; what is left out stays, `null` means that nothing is known.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct OfferChange {
    /// Title.
    #[schema(min_length = 1, max_length = 300)]
    title: Option<String>,
    /// Description, plain text.
    description: Option<String>,
    /// Employer.
    #[serde(deserialize_with = "super::params::given")]
    company: Option<Option<String>>,
    /// Page of the offer.
    #[serde(deserialize_with = "super::params::given")]
    url: Option<Option<String>>,
}

/// Corriger une offre
#[utoipa::path(patch, path = "/api/offers/{id}", tag = "Offres", params(("id" = String, Path)), request_body = OfferChange,
    responses((status = 200, body = Offer), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 413, body = Problem),
        (status = 415, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn change(
    State(app): State<App>,
    Admin(_caller): Admin,
    Path(id): Path<String>,
    Json(change): Json<OfferChange>,
) -> Answer<axum::Json<Offer>> {
    app.work(move |app| {
        let mut offer = find(app, &id)?;
        if let Some(title) = change.title {
            offer.title = crate::people::text("title", &title, 300)?;
            if offer.title.is_empty() {
                return Err(Refusal::invalid("title", "une offre a un intitulé"));
            }
        }
        offer.description = change.description.unwrap_or(offer.description);
        offer.company = change.company.unwrap_or(offer.company);
        if let Some(url) = change.url {
            if url.as_ref().is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
                return Err(Refusal::invalid("url", "une adresse commence par https:// ou http://"));
            }
            offer.url = url;
        }
        app.index.put(std::slice::from_ref(&offer))?;
        Ok(offer)
    })
    .await
    .map(axum::Json)
}

/// Supprimer une offre
///
/// Les candidatures en gardent une copie.
#[utoipa::path(delete, path = "/api/offers/{id}", tag = "Offres", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn remove(
    State(app): State<App>,
    Admin(_caller): Admin,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    app.work(move |app| match app.index.remove(&[browse::key(&id)?])? {
        0 => Err(Refusal::NotFound("offer")),
        _ => Ok(()),
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ne plus voir une offre
#[utoipa::path(post, path = "/api/offers/{id}/hide", tag = "Offres", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn hide(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    app.work(move |app| {
        let offer = find(app, &id)?;
        hidden::set(&app.index.records(), caller.owner, &offer.key, true)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Revoir une offre masquée
#[utoipa::path(delete, path = "/api/offers/{id}/hide", tag = "Offres", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn show(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    app.work(move |app| hidden::set(&app.index.records(), caller.owner, &browse::key(&id)?, false)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Offres qui ressemblent à celle-ci
#[utoipa::path(get, path = "/api/offers/{id}/similar", tag = "Offres", params(("id" = String, Path)),
    responses((status = 200, body = Vec<Card>), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn similar(
    State(app): State<App>,
    Reader(caller): Reader,
    Path(id): Path<String>,
) -> Answer<axum::Json<Vec<Card>>> {
    app.limits.rank(caller.owner)?;
    app.work(move |app| browse::similar(&app.index, caller.owner, &find(app, &id)?, app.today()))
        .await
        .map(axum::Json)
}
