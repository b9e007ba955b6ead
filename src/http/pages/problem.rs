//! Problems as people see them: the words of [`Problem`] on a page, a message on the page that is there, or the page
//! to sign in on.

use axum::extract::{FromRequestParts, State};
use axum::http::{HeaderMap, HeaderValue, Method, Request, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use super::super::App;
use super::super::auth::{Caller, Reader};
use super::super::problem::Problem;
use super::templates::segment;
use super::visit::{is_partial, page};
use crate::people::accounts;

/// Shows a problem as a page to whoever asked for a page. The API, and programs elsewhere, get it as it is.
pub(in crate::http) async fn shown(
    State(app): State<App>,
    request: axum::extract::Request,
    next: Next,
) -> Response {
    let partial = is_partial(request.headers());
    let page = partial || takes_pages(request.headers());
    if !page || request.uri().path().starts_with("/api/") {
        return next.run(request).await;
    }
    let here = (request.method() == Method::GET)
        .then(|| request.uri().path_and_query().map_or("/", |here| here.as_str()).to_owned());
    let headers = request.headers().clone();
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    if problem.kind == "urn:jobmatch:unauthenticated" {
        return sign_in(&app, here, partial);
    }
    let caller = if partial { None } else { who(&app, headers).await };
    show(&problem, caller.as_ref(), partial).unwrap_or(response)
}

/// Who asked, so that the page has its menu.
async fn who(app: &App, headers: HeaderMap) -> Option<Caller> {
    let mut asked = Request::new(());
    *asked.headers_mut() = headers;
    let (mut parts, ()) = asked.into_parts();
    Reader::from_request_parts(&mut parts, app).await.ok().map(|Reader(caller)| caller)
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

fn show(problem: &Problem, caller: Option<&Caller>, partial: bool) -> Option<Response> {
    let name = if partial { "parts/problem.html" } else { "problem.html" };
    let mut response = page(caller, name, json!({ "problem": problem })).ok()?;
    *response.status_mut() = problem.code();
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
