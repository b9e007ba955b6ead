//! What the server tells of itself: a log line and two figures a request. Neither holds an address beyond its route,
//! a parameter, a token, or anything that a person wrote. The labels of figures come from closed lists.

use std::sync::OnceLock;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// The figures of this process.
pub(super) fn metrics() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &seconds)
            .expect("there are buckets")
            .build_recorder();
        let handle = recorder.handle();
        // Another recorder would have to come from the program itself; then its figures are the ones.
        let _ = metrics::set_global_recorder(recorder);
        handle
    })
}

/// Counts and times a request, and writes a line about it.
pub(super) async fn observe(request: Request, next: Next) -> Response {
    metrics();
    let method = method(request.method());
    let route =
        request.extensions().get::<MatchedPath>().map_or("-".to_owned(), |path| path.as_str().to_owned());
    let started = Instant::now();
    let response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), started.elapsed());
    let class = CLASSES.get(usize::from(status / 100)).copied().unwrap_or("-");
    let labels = [("method", method.to_owned()), ("route", route.clone()), ("status", class.to_owned())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_seconds", &labels[..2]).record(took.as_secs_f64());
    tracing::info!(method, route, status, milliseconds = took.as_secs_f64() * 1e3, "answered");
    response
}

/// Classes of status, by the first digit.
const CLASSES: [&str; 6] = ["-", "1xx", "2xx", "3xx", "4xx", "5xx"];

/// A method's name, out of those that these routes know: anything else may be sent, and each would be a figure.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "-",
    }
}
