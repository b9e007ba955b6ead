//! The server: REST API, web pages, and what both need. A handler extracts, calls, presents.

pub mod api;
mod auth;
mod extract;
mod first_visit;
mod limits;
mod listings;
mod origin;
mod pages;
pub mod problem;
mod scratch;
mod serve;
mod shares;
mod telemetry;

pub use serve::serve;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use jobmatch_index::profile::Profile;
use jobmatch_index::records::Owner;
use jobmatch_index::{Index, RankQuery};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::Layer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::config::Config;
use crate::jobs::Jobs;
use crate::people::tokens::Signer;
use crate::people::{Refusal, accounts, erasure};
use first_visit::FirstVisit;
use limits::Limits;
use listings::Listings;
use problem::{Answer, Problem};
use shares::Shares;

/// Largest body of most requests, in bytes.
const LARGEST_BODY: usize = 1 << 20;
/// Longest that an answer may take, uploads and events aside.
const LONGEST: Duration = Duration::from_secs(60);
/// Imports, back-ups and exports at once.
const LONG: usize = 2;

/// What handlers share.
#[derive(Clone)]
pub struct App(Arc<Shared>);

/// See [`App`].
pub struct Shared {
    /// Offers and rows.
    pub index: Arc<Index>,
    /// Set-up.
    pub config: Config,
    /// Background work.
    pub jobs: Arc<Jobs>,
    signer: Signer,
    first_visit: FirstVisit,
    limits: Limits,
    listings: Listings,
    /// Engine calls at once: more would only wait for each other.
    permits: Arc<Semaphore>,
    /// Imports, back-ups and exports at once: they take long, and others go on beside them.
    long: Shares,
    /// Files that come in at once.
    uploads: Shares,
    /// Tasks that are followed at once.
    events: Shares,
    clock: fn() -> Timestamp,
    /// Set when the server is about to stop.
    stopping: CancellationToken,
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl App {
    /// Opens what the server needs; `clock` tells the time.
    ///
    /// # Errors
    /// [`Refusal::Engine`].
    pub fn new(index: Index, config: Config, clock: fn() -> Timestamp) -> Result<Self, Refusal> {
        let index = Arc::new(index);
        erasure::sweep(&index.records())?;
        scratch::sweep(index.folder());
        let signer = Signer::new(&accounts::secret(&index.records())?);
        let jobs = Jobs::start(
            index.clone(),
            config.reader.clone(),
            config.model.clone(),
            config.limits.person_tasks,
        )?;
        // The tables of skills, titles and words are unpacked at their first use: not while somebody waits.
        let first = index.clone();
        std::thread::spawn(move || {
            let profile = Profile { title: Some("Boulanger".into()), ..Profile::default() };
            if let Err(error) = first.rank(&profile, &RankQuery::new(crate::clock::today(clock()))) {
                tracing::warn!(%error, "the first ranking failed");
            }
        });
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let bounds = config.limits.clone();
        Ok(Self(Arc::new(Shared {
            index,
            config,
            jobs,
            signer,
            first_visit: FirstVisit::new(),
            limits: Limits::new(),
            listings: Listings::new(bounds.person_listings, bounds.listings_bytes),
            permits: Arc::new(Semaphore::new(2 * cores)),
            long: Shares::new(LONG, 1),
            uploads: Shares::new(bounds.uploads, 1),
            events: Shares::new(bounds.connections, bounds.person_events),
            clock,
            stopping: CancellationToken::new(),
        })))
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }

    fn today(&self) -> Date {
        crate::clock::today(self.now())
    }

    /// Runs engine work away from the threads that answer. With [`App::long_work`], the one way from here into
    /// synchronous code that may take longer than reading a row.
    async fn work<T: Send + 'static, E: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, E> + Send + 'static,
    ) -> Answer<T>
    where
        Problem: From<E>,
    {
        let permit = self.permits.clone().acquire_owned().await.map_err(|_| Problem::internal())?;
        self.run(permit, work).await
    }

    /// As [`App::work`], for what takes long: one at a time for each person, and few at once.
    async fn long_work<T: Send + 'static, E: Send + 'static>(
        &self,
        owner: Owner,
        work: impl FnOnce(&Self) -> Result<T, E> + Send + 'static,
    ) -> Answer<T>
    where
        Problem: From<E>,
    {
        let share = self.long.wait(owner).await;
        self.run(share, work).await
    }

    /// The permit lives as long as the work, which goes on when whoever asked for it has gone.
    async fn run<T: Send + 'static, E: Send + 'static>(
        &self,
        permit: impl Send + 'static,
        work: impl FnOnce(&Self) -> Result<T, E> + Send + 'static,
    ) -> Answer<T>
    where
        Problem: From<E>,
    {
        let app = self.clone();
        let work = move || {
            let _permit = permit;
            work(&app)
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(done) => Ok(done?),
            Err(error) => {
                tracing::error!(%error, "engine work ended early");
                Err(Problem::internal())
            }
        }
    }
}

/// Everything that the server answers to.
pub fn router(app: App) -> Router {
    // Once seen over TLS, browsers never ask in the clear again.
    let strict = app.config.secure().then(|| HeaderValue::from_static("max-age=31536000"));
    let header = |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    Router::new()
        .merge(api::router())
        .merge(pages::router())
        .fallback(nothing_here)
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .layer(middleware::from_fn(time_out))
        .layer(middleware::from_fn_with_state(app.clone(), origin::same_site))
        .layer(middleware::from_fn_with_state(app.clone(), origin::own_host))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| Problem::internal().into_response()))
        .layer(middleware::from_fn_with_state(app.clone(), pages::shown))
        .layer(middleware::from_fn(telemetry::observe))
        // Events must not wait for each other.
        .layer(CompressionLayer::new().compress_when(
            DefaultPredicate::new().and(NotForContentType::new("text/event-stream")),
        ))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::X_FRAME_OPTIONS, "DENY"))
        .layer(header(header::REFERRER_POLICY, "same-origin"))
        .layer(header(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
        .layer(header(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"))
        .layer(header(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
        ))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::STRICT_TRANSPORT_SECURITY,
            move |_: &Response| strict.clone(),
        ))
        // What is personal stays out of shared caches; assets say otherwise themselves.
        .layer(header(header::CACHE_CONTROL, "no-store"))
        .with_state(app)
}

async fn nothing_here() -> Problem {
    Problem::not_found("il n'y a rien à cette adresse")
}

/// Events go on for as long as somebody listens.
async fn time_out(request: Request, next: Next) -> Response {
    if request.uri().path().ends_with("/events") {
        return next.run(request).await;
    }
    match tokio::time::timeout(LONGEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::timeout().into_response(),
    }
}

/// Addresses mean the same with and without a slash at their end.
fn without_slash(mut request: Request) -> Request {
    let path = request.uri().path();
    if path.len() > 1 && path.ends_with('/') && !path.starts_with("/api/docs") {
        let path = path.trim_end_matches('/');
        let path = if path.is_empty() { "/" } else { path };
        let whole = match request.uri().query() {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        };
        if let Ok(uri) = whole.parse::<Uri>() {
            *request.uri_mut() = uri;
        }
    }
    request
}

/// The router as a service, as tests call it and [`serve`] runs it.
pub fn service(
    app: App,
) -> impl tower::Service<Request, Response = Response, Error = std::convert::Infallible, Future: Send>
+ Clone
+ Send
+ 'static {
    tower::util::MapRequestLayer::new(without_slash as fn(Request) -> Request).layer(router(app))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use jobmatch_index::Options;

    use super::*;
    use crate::config::Settings;

    #[tokio::test(flavor = "multi_thread")]
    async fn work_that_nobody_waits_for_any_more_keeps_its_permit() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::new(Settings::default(), folder.path()).unwrap();
        let index = Index::open(folder.path(), Options::default()).unwrap();
        let app = App::new(index, config, Timestamp::now).unwrap();
        let most = app.permits.available_permits();
        let (running, highest) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        for _ in 0..40 * most {
            let (running, highest, app) = (running.clone(), highest.clone(), app.clone());
            let work = move |_: &App| {
                highest.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(20));
                running.fetch_sub(1, Ordering::SeqCst);
                Ok::<_, Refusal>(())
            };
            let client = tokio::spawn(async move { app.work(work).await });
            // It comes, and goes away soon after.
            tokio::time::sleep(Duration::from_millis(1)).await;
            client.abort();
        }
        assert!((1..=most).contains(&highest.load(Ordering::SeqCst)), "{highest:?} of {most}");
    }
}
