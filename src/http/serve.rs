//! Connections: so many at once, each held to time limits, and cut when a server that stops has waited long enough.

use std::collections::BTreeMap;
use std::future::Future;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tower::{Service, ServiceExt};

use super::{App, service, telemetry};
use crate::limits::Limits;

/// Bytes of a request's headers, and of what waits to be read or written on one connection.
const BUFFER: usize = 64 << 10;
/// How often memory that nobody needs any more is given back.
const TIDY: Duration = Duration::from_secs(30);

/// Answers on `listener` until `stop` is done; then running requests may end, for a while.
pub async fn serve(app: App, listener: TcpListener, stop: impl Future<Output = ()>) {
    let limits = &app.config.limits;
    let (service, places) = (service(app.clone()), Arc::new(Places::new(limits.connections)));
    let mut connections = JoinSet::new();
    let mut tidy = tokio::time::interval(TIDY);
    tokio::pin!(stop);
    loop {
        let (stream, from) = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener) => accepted,
            Some(_) = connections.join_next() => continue,
            _ = tidy.tick() => {
                app.limits.forget();
                telemetry::metrics().run_upkeep();
                continue;
            }
        };
        let place = tokio::select! {
            () = &mut stop => break,
            place = places.take(app.stopping.child_token()) => place,
        };
        connections.spawn(answer(stream, from, service.clone(), limits.clone(), place));
    }
    drop(listener);
    app.stopping.cancel();
    let ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(Duration::from_secs(limits.stop_seconds), ended).await.is_err() {
        tracing::warn!(
            connections = connections.len(),
            "the server stops without waiting for them any longer"
        );
        connections.shutdown().await;
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // The client has gone again.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
                ) => {}
            // As many files are open as the system allows, most likely: one may be closed soon.
            Err(error) => {
                tracing::error!(%error, "a connection cannot be accepted");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

/// Answers the requests of one connection, one after the other.
async fn answer<S>(stream: TcpStream, from: SocketAddr, service: S, limits: Limits, place: Place)
where
    S: Service<Request, Response = Response, Error = std::convert::Infallible> + Clone,
{
    // Answers are written whole; waiting to send more with them gains nothing.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(Duration::from_secs(limits.write_seconds)));
    let place = &place;
    let service = service_fn(|request: hyper::Request<Incoming>| {
        place.begin();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(from));
        service.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(limits.idle_seconds))
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    let first = tokio::time::sleep(Duration::from_secs(limits.header_seconds));
    tokio::pin!(connection, first);
    let (mut late, mut leaving) = (false, false);
    loop {
        tokio::select! {
            // What goes wrong here is the client's doing, and it knows.
            _ = &mut connection => return,
            () = &mut first, if !late => late = true,
            () = place.leave.cancelled(), if !leaving => {
                leaving = true;
                connection.as_mut().graceful_shutdown();
            }
        }
        if (late || leaving) && !place.has_begun() {
            return;
        }
    }
}

/// Room for connections.
struct Places {
    free: Arc<Semaphore>,
    taken: Mutex<Taken>,
}

/// Tells each connection to leave, by its number: the oldest has the lowest.
#[derive(Default)]
struct Taken {
    last: u64,
    /// Those that have not asked for anything yet.
    silent: BTreeMap<u64, CancellationToken>,
    /// The others.
    begun: BTreeMap<u64, CancellationToken>,
}

/// The room of one connection, until it is dropped.
struct Place {
    id: u64,
    places: Arc<Places>,
    begun: AtomicBool,
    leave: CancellationToken,
    _free: OwnedSemaphorePermit,
}

impl Places {
    fn new(most: usize) -> Self {
        let free = Arc::new(Semaphore::new(most.clamp(1, Semaphore::MAX_PERMITS)));
        Self { free, taken: Mutex::default() }
    }

    /// Room for one more connection, which another one makes when all is taken; `leave` tells it to go.
    async fn take(self: &Arc<Self>, leave: CancellationToken) -> Place {
        if self.free.available_permits() == 0 {
            self.taken().make_room();
        }
        let free = self.free.clone().acquire_owned().await.expect("the semaphore is never closed");
        let mut taken = self.taken();
        taken.last += 1;
        let id = taken.last;
        taken.silent.insert(id, leave.clone());
        Place { id, places: self.clone(), begun: AtomicBool::new(false), leave, _free: free }
    }

    fn taken(&self) -> std::sync::MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    /// Sends away the connection that has been silent longest; when all have asked for something, each as soon as it
    /// has its answer.
    fn make_room(&mut self) {
        match self.silent.pop_first() {
            Some((_, leave)) => leave.cancel(),
            None => std::mem::take(&mut self.begun).values().for_each(CancellationToken::cancel),
        }
    }
}

impl Place {
    /// The first request has come.
    fn begin(&self) {
        if !self.begun.swap(true, Ordering::Relaxed) {
            let mut taken = self.places.taken();
            if let Some(leave) = taken.silent.remove(&self.id) {
                taken.begun.insert(self.id, leave);
            }
        }
    }

    fn has_begun(&self) -> bool {
        self.begun.load(Ordering::Relaxed)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.silent.remove(&self.id);
        taken.begun.remove(&self.id);
    }
}
