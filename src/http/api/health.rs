//! Whether the server lives, can answer, and how it is doing.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::limits::Address;
use super::super::problem::{Answer, Problem};
use super::super::{App, telemetry};

/// State of the server.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// `ok`.
    status: &'static str,
    /// Version of the program.
    version: &'static str,
    /// Offers that can be found.
    offers: u64,
}

/// Le serveur vit-il ?
#[utoipa::path(get, path = "/health/live", tag = "Santé", security(()), responses((status = 200, body = String, content_type = "text/plain")))]
pub(super) async fn live() -> &'static str {
    "ok"
}

/// Le serveur peut-il répondre ?
#[utoipa::path(get, path = "/health/ready", tag = "Santé", security(()),
    responses((status = 200, body = Health), (status = 503, body = Problem)))]
pub(super) async fn ready(State(app): State<App>) -> Answer<axum::Json<Health>> {
    let stats = app.work(|app| app.index.stats()).await?;
    Ok(axum::Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION"), offers: stats.offers }))
}

/// Comme /health/ready
#[utoipa::path(get, path = "/health", tag = "Santé", security(()),
    responses((status = 200, body = Health), (status = 503, body = Problem)))]
pub(super) async fn health(state: State<App>) -> Answer<axum::Json<Health>> {
    ready(state).await
}

/// Mesures, pour Prometheus
///
/// Depuis cet ordinateur seulement.
#[utoipa::path(get, path = "/metrics", tag = "Santé", security(()),
    responses((status = 200, body = String, content_type = "text/plain"), (status = 403, body = Problem)))]
pub(super) async fn metrics(
    State(app): State<App>,
    Address(from): Address,
    headers: HeaderMap,
) -> Answer<Response> {
    if !from.is_loopback() || headers.contains_key("x-forwarded-for") {
        return Err(Problem::forbidden("les mesures se lisent depuis l'ordinateur du serveur"));
    }
    let (offers, tasks) =
        app.work(|app| Ok::<_, Problem>((app.index.stats()?.offers, app.jobs.waiting()))).await?;
    let handle = telemetry::metrics();
    metrics::gauge!("jobmatch_offers").set(offers as f64);
    metrics::gauge!("jobmatch_tasks").set(tasks as f64);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], handle.render()).into_response())
}
