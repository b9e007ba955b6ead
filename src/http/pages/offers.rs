//! The list of offers: searched, filtered, ranked for the active CV.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::response::Response;
use jobmatch_index::Facets;
use jobmatch_index::lang::Lang;
use jobmatch_index::matching::{Division, wish_name};
use jobmatch_index::offer::{Contract, Telework};
use jobmatch_index::score::Wish;
use serde_json::{Value, json};

use super::super::App;
use super::super::api::offers::page;
use super::super::api::params::{CardPage, ListQuery, Understood};
use super::super::auth::Caller;
use super::super::extract::from_pairs;
use super::super::problem::Answer;
use super::visit::Visit;
use super::weights;
use crate::people::{Refusal, profiles};
use crate::words;

/// The list, or the part of it that our script asks for.
pub(super) async fn list(State(app): State<App>, visit: Visit) -> Answer<Response> {
    app.limits.rank(visit.caller.owner)?;
    let own = visit.caller.account.weights.unwrap_or_default();
    let (query, tried) = match read(&visit.pairs, &visit.caller) {
        Ok(query) => (query.clone(), Ok(query)),
        Err(problem) => (ListQuery::default(), Err(problem)),
    };
    let caller = visit.caller.clone();
    let (cv, waiting) = app
        .work(move |app| {
            let records = app.index.records();
            let cv = profiles::active(&records, caller.owner)?;
            let waiting = if cv.is_none() { profiles::waiting(&records, caller.owner)? } else { None };
            Ok::<_, Refusal>((cv, waiting))
        })
        .await?;
    let cv_name = cv.as_ref().map(|(_, cv)| cv.name.clone());
    let home = cv.as_ref().and_then(|(_, cv)| Some(cv.profile.place.as_ref()?.label.clone()));
    let found = match tried {
        Ok(query) => {
            let caller = visit.caller.clone();
            app.work(move |app| page(app, &caller, &query, cv.map(|(_, cv)| cv.profile))).await
        }
        Err(problem) => Err(problem),
    };
    let further = visit.partial && query.cursor.is_some();
    // What was typed may not be finished yet: it is said where the offers would be.
    let (found, problem) = match found {
        Ok(found) => (found, None),
        Err(problem) if problem.code().is_client_error() && problem.status != 429 && !further => {
            (nothing(), Some(problem))
        }
        Err(problem) => return Err(problem),
    };
    let good = problem.is_none();
    let shown = query.weights.as_deref().and_then(|given| own.with(given).ok()).unwrap_or(own);
    let more = found.next.as_ref().map(|cursor| address(&query, Some(cursor)));
    let context = json!({
        "query": query,
        "cards": found.items,
        "total": found.total,
        "wishes": wishes(&query, found.division.as_ref()),
        "relaxed": found.relaxed,
        "near": found.near.as_ref().map(|near| near_shown(&query, near)),
        "more": more,
        "problem": problem,
        "cv": cv_name,
        "waiting": waiting,
        "home": home,
        "contracts": contracts(&query, &found.facets),
        "telework": telework(&found.facets),
        "sources": sources(&query, &found.facets),
        "sliders": weights::sliders(&shown),
        "list": address(&query, None),
    });
    if !visit.partial {
        return visit.page("offers.html", context);
    }
    if further {
        return visit.part("parts/more_offers.html", context);
    }
    let mut response = visit.part("parts/offers.html", context)?;
    if good && let Ok(address) = HeaderValue::from_str(&address(&query, None)) {
        response.headers_mut().insert("hx-push-url", address);
    }
    Ok(response)
}

fn nothing() -> CardPage {
    CardPage {
        items: vec![],
        total: 0,
        division: None,
        next: None,
        relaxed: false,
        facets: Facets::default(),
        near: None,
    }
}

/// The query of an address or form: boxes of one name are put together, sliders become weights.
fn read(pairs: &[(String, String)], caller: &Caller) -> Answer<ListQuery> {
    let mut one: Vec<(String, String)> = vec![];
    for (name, value) in pairs {
        if weights::is_slider(name) || matches!(name.as_str(), "fait" | "quoi" | "offre") {
            continue;
        }
        match one.iter_mut().find(|(n, _)| n == name && (n == "contracts" || n == "sources")) {
            Some((_, values)) => *values = format!("{values},{value}"),
            None => one.push((name.clone(), value.clone())),
        }
    }
    let mut query: ListQuery = from_pairs(&serde_urlencoded::to_string(&one).unwrap_or_default())?;
    let own = caller.account.weights.unwrap_or_default();
    let given = query.weights(own)?;
    if pairs.iter().any(|(name, _)| weights::is_slider(name)) {
        query.weights = weights::set(pairs, &own)?.map(|set| weights::written(&set));
    } else {
        query.weights = query.weights.map(|_| weights::written(&given));
    }
    Ok(query)
}

/// The address of a list, or of a further page of it.
fn address(query: &ListQuery, cursor: Option<&str>) -> String {
    let query = ListQuery { cursor: cursor.map(str::to_owned), ..query.clone() };
    match serde_urlencoded::to_string(&query).unwrap_or_default().as_str() {
        "" => "/offres".to_owned(),
        query => format!("/offres?{query}"),
    }
}

/// The wishes that divide the list, each with the offers that miss it and the list without it; then those that were
/// taken off, each with the list where it counts again.
fn wishes(query: &ListQuery, division: Option<&Division>) -> Value {
    let taken: Vec<&str> =
        query.without.as_deref().unwrap_or_default().split(',').filter(|w| !w.is_empty()).collect();
    let list = |without: Vec<&str>| {
        let without = (!without.is_empty()).then(|| without.join(","));
        address(&ListQuery { without, ..query.clone() }, None)
    };
    let off = |wish: &Wish| list(taken.iter().copied().chain([wish.name()]).collect());
    let on = |wish: &Wish| list(taken.iter().copied().filter(|name| *name != wish.name()).collect());
    let asked = division.iter().flat_map(|division| &division.aside);
    let asked: Vec<Value> = asked
        .map(|(wish, offers)| json!({ "name": wish_name(*wish, Lang::Fr), "wish": words::wish(*wish), "offers": offers, "list": off(wish) }))
        .collect();
    let taken_off = Wish::ALL.into_iter().filter(|wish| taken.contains(&wish.name()));
    let taken_off: Vec<Value> =
        taken_off.map(|wish| json!({ "wish": words::wish(wish), "list": on(&wish) })).collect();
    json!({ "fitting": division.map(|division| division.fitting), "asked": asked, "taken_off": taken_off })
}

/// How the place was understood, with the address of the list for each other place of that name.
fn near_shown(query: &ListQuery, near: &Understood) -> Value {
    let others = near.others.iter().map(|label| {
        let other = ListQuery { near: Some(label.clone()), ..query.clone() };
        json!({ "label": label, "address": address(&other, None) })
    });
    json!({ "label": near.label, "whole": near.whole, "others": others.collect::<Vec<_>>() })
}

fn contracts(query: &ListQuery, facets: &Facets) -> Vec<Value> {
    let chosen: Vec<&str> = query.contracts.as_deref().unwrap_or_default().split(',').collect();
    Contract::ALL
        .into_iter()
        .map(|contract| {
            let name = json!(contract);
            let count = facets.contracts.iter().find(|(c, _)| *c == contract).map_or(0, |(_, count)| *count);
            let on = name.as_str().is_some_and(|name| chosen.contains(&name));
            json!({ "name": name, "label": words::contract(contract, Lang::Fr), "count": count, "on": on })
        })
        .collect()
}

fn telework(facets: &Facets) -> Vec<Value> {
    [Telework::Some, Telework::Full]
        .into_iter()
        .map(|least| {
            let count: u64 =
                facets.telework.iter().filter(|(t, _)| *t >= least).map(|(_, count)| count).sum();
            json!({ "name": least, "count": count })
        })
        .collect()
}

fn sources(query: &ListQuery, facets: &Facets) -> Vec<Value> {
    let chosen: Vec<&str> = query.sources.as_deref().unwrap_or_default().split(',').collect();
    let source = |(name, count): (&String, &u64)| json!({ "name": name, "label": name, "count": count, "on": chosen.contains(&name.as_str()) });
    facets.sources.iter().map(source).collect()
}
