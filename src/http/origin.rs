//! Which names this server answers to, and whether a browser's request comes from its own pages.
//!
//! A page elsewhere may have its name lead to this computer for a moment (DNS rebinding): the browser then takes our
//! answers for that page's own. The name that it asks for gives it away, so a request for a name that is not ours is
//! refused before anything is looked at.

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::App;
use super::auth::{bearer, session_cookie};
use super::problem::Problem;
use crate::config::Config;

/// Refuses requests for names that are not ours. Style and script of the pages are nobody's secret, and let the
/// refusal be read.
pub(super) async fn own_host(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.uri().path().starts_with("/static/") {
        return next.run(request).await;
    }
    match authority(&request) {
        Some(asked) if app.config.answers_to(asked.host()) => next.run(request).await,
        Some(asked) => Problem::wrong_host(asked.host()).into_response(),
        None => Problem::malformed("l'en-tête Host manque, ou n'est pas un nom de machine").into_response(),
    }
}

/// The host that a request is for, and its port: of the address, else of the one header.
fn authority(request: &Request) -> Option<Authority> {
    if let Some(authority) = request.uri().authority() {
        return Some(authority.clone());
    }
    let mut headers = request.headers().get_all(header::HOST).iter();
    let (host, None) = (headers.next()?, headers.next()) else { return None };
    let authority: Authority = host.to_str().ok()?.parse().ok()?;
    // Authorities of addresses may hold a user's name; those of this header may not.
    (!authority.as_str().contains('@')).then_some(authority)
}

/// Refuses what another site makes a browser send: every request that may change something must come from our own
/// pages, unless it carries a token, which a browser never adds by itself. Browsers tell where a request comes from
/// in `Sec-Fetch-Site`; older ones, and all of them where there is no TLS, in `Origin`.
pub(super) async fn same_site(State(app): State<App>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !safe && bearer(request.headers()).is_none() && !from_here(&request, &app.config) {
        return Problem::cross_site().into_response();
    }
    next.run(request).await
}

fn from_here(request: &Request, config: &Config) -> bool {
    let headers = request.headers();
    if let Some(site) = text(headers, &HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    match headers.get(header::ORIGIN) {
        Some(origin) => {
            let host = authority(request);
            let own = host.and_then(|host| own_origin(&host, headers, config));
            own.is_some_and(|own| origin.as_bytes().eq_ignore_ascii_case(own.as_bytes()))
        }
        // No browser: nothing that it would send without being told to, but for a session cookie.
        None => session_cookie(headers).is_none(),
    }
}

/// What browsers call the pages of this host: scheme, name and port.
fn own_origin(host: &Authority, headers: &HeaderMap, config: &Config) -> Option<String> {
    let public = config.public_origin();
    if let Some(public) = public.filter(|(_, authority)| authority.host().eq_ignore_ascii_case(host.host())) {
        return Some(format!("{}://{}", public.0, public.1));
    }
    let forwarded = || text(headers, &HeaderName::from_static("x-forwarded-proto"));
    let tls = config.trust_proxy && forwarded().is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
    Some(format!("{}://{host}", if tls { "https" } else { "http" }))
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}
