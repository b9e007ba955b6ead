//! Problems as people see them: the words of [`Problem`] on a page, a message on the page that is there, or the page
//! to sign in on.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde_json::json;

use super::super::App;
use super::super::problem::Problem;
use super::templates::{self, segment};
use super::visit::is_partial;
use crate::people::accounts;

/// Shows a problem as a page to whoever asked for a page. The API, and programs elsewhere, get it as it is.
pub(in crate::http) async fn shown(State(app): State<App>, request: Request, next: Next) -> Response {
    let partial = is_partial(request.headers());
    let page = partial || takes_pages(request.headers());
    if !page || request.uri().path().starts_with("/api/") {
        return next.run(request).await;
    }
    let here = (request.method() == Method::GET)
        .then(|| request.uri().path_and_query().map_or("/", |here| here.as_str()).to_owned());
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    if problem.kind == "urn:jobmatch:unauthenticated" {
        return sign_in(&app, here, partial);
    }
    show(&problem, partial).unwrap_or(response)
}

fn takes_pages(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|a| a.contains("text/html"))
}

/// To the page to sign in on, or to the one that makes the first account.
fn sign_in(app: &App, here: Option<String>, partial: bool) -> Response {
    let nobody = accounts::none_yet(&app.index.records()).unwrap_or(false);
    let to = match here.filter(|_| !partial) {
        _ if nobody => "/bienvenue".to_owned(),
        Some(here) if here != "/offres" => format!("/connexion?suite={}", segment(&here)),
        _ => "/connexion".to_owned(),
    };
    if !partial {
        return Redirect::to(&to).into_response();
    }
    let mut response = ().into_response();
    if let Ok(to) = HeaderValue::from_str(&to) {
        response.headers_mut().insert("hx-redirect", to);
    }
    response
}

fn show(problem: &Problem, partial: bool) -> Option<Response> {
    let name = if partial { "parts/problem.html" } else { "problem.html" };
    let text = templates::render(name, &json!({ "problem": problem })).ok()?;
    let mut response = (problem.code(), Html(text)).into_response();
    let headers = response.headers_mut();
    if let Some(seconds) = problem.retry_after {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    if partial {
        headers.insert("hx-retarget", HeaderValue::from_static("#annonces"));
        headers.insert("hx-reswap", HeaderValue::from_static("innerHTML"));
    }
    Some(response)
}
