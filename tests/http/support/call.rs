//! One request and its answer.

use std::convert::Infallible;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Builder;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use serde_json::Value;
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;

use super::contract;

type Service = BoxCloneSyncService<Request, Response, Infallible>;

/// A request; `.await` sends it.
pub(crate) struct Call {
    service: Service,
    method: Method,
    path: String,
    request: Builder,
    body: Vec<u8>,
}

impl Call {
    pub(super) fn new(service: Service, method: Method, path: String) -> Self {
        let request = Request::builder().method(method.clone()).uri(&path);
        Self { service, method, path, request, body: vec![] }.header("host", "localhost:8085")
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        let (name, value): (HeaderName, HeaderValue) = (name.parse().unwrap(), value.parse().unwrap());
        self.request.headers_mut().unwrap().insert(name, value);
        self
    }

    /// As from a connection of this address.
    pub(crate) fn from(mut self, ip: &str) -> Self {
        let at = std::net::SocketAddr::new(ip.parse().unwrap(), 40_000);
        self.request = self.request.extension(axum::extract::ConnectInfo(at));
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn bytes(mut self, media_type: &str, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        self.header("content-type", media_type)
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.bytes("application/json", body.to_string())
    }

    /// A form with a file; the name may hold anything but a quote.
    pub(crate) fn file(self, name: &str, bytes: &[u8]) -> Self {
        const EDGE: &str = "un-bord-que-rien-ne-contient";
        let head = format!(
            "--{EDGE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), bytes, format!("\r\n--{EDGE}--\r\n").as_bytes()].concat();
        self.bytes(&format!("multipart/form-data; boundary={EDGE}"), body)
    }
}

impl IntoFuture for Call {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let request = self.request.body(Body::from(self.body)).unwrap();
            let response = self.service.oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
            let answer = Answer {
                asked: format!("{} {}", self.method, self.path),
                status: parts.status,
                headers: parts.headers,
                body,
            };
            answer.check_headers();
            contract::check(&self.method, &self.path, &answer);
            answer
        })
    }
}

/// What came back.
pub(crate) struct Answer {
    asked: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// With this status; else the test ends.
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{self}");
        self
    }

    pub(crate) fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// The value at a JSON pointer.
    pub(crate) fn at(&self, pointer: &str) -> Value {
        let value = self.value();
        value.pointer(pointer).unwrap_or_else(|| panic!("{pointer} is missing: {self}")).clone()
    }

    pub(crate) fn text_at(&self, pointer: &str) -> String {
        self.at(pointer).as_str().unwrap_or_else(|| panic!("{pointer} is no text: {self}")).to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// A refused value, and the field that is told.
    pub(crate) fn refuses(self, field: &str) {
        let answer = self.is(422);
        assert_eq!(answer.text_at("/errors/0/field"), field, "{answer}");
    }

    /// Whatever is answered, browsers are told to be careful with it.
    fn check_headers(&self) {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(self.header(name), value, "{name}: {self}");
        }
        assert!(self.header("content-security-policy").contains("default-src 'self'"), "{self}");
        assert!(self.header("permissions-policy").contains("camera=()"), "{self}");
        assert!(self.headers.contains_key(header::CACHE_CONTROL), "{self}");
        assert!(!self.headers.contains_key(header::SET_COOKIE), "the API sets no cookie: {self}");
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body: String = String::from_utf8_lossy(&self.body).chars().take(2_000).collect();
        write!(f, "{} answered {}: {body}", self.asked, self.status)
    }
}
