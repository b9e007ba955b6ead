//! A server in a folder of its own, people, and calls.

mod call;
mod contract;

use std::convert::Infallible;
use std::future::Future;
use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::http::Method;
use axum::response::Response;
pub(crate) use call::{Answer, Call};
pub(crate) use contract::{document, operations};
use jiff::Timestamp;
use jobmatch::config::Config;
use jobmatch::http::App;
use jobmatch::ingest::cv::{self, Reader};
use jobmatch::limits::Limits;
use jobmatch::people::accounts::{self, Role};
use jobmatch::people::tokens::{self, Scope};
use jobmatch_index::records::Owner;
use jobmatch_index::{Index, Options};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::util::BoxCloneSyncService;

/// A password that is accepted.
pub(crate) const PASSWORD: &str = "quatre loutres en vélo";

/// The day of the bundled offers.
pub(crate) fn noon() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// A clock that a test moves; each test needs one of its own, since tests run at the same time.
macro_rules! clock {
    ($name:ident) => {
        mod $name {
            use std::sync::atomic::{AtomicI64, Ordering};

            static SECONDS: AtomicI64 = AtomicI64::new(0);

            pub(super) fn now() -> jiff::Timestamp {
                crate::support::noon() + jiff::SignedDuration::from_secs(SECONDS.load(Ordering::SeqCst))
            }

            pub(super) fn pass(time: jiff::SignedDuration) {
                SECONDS.fetch_add(time.as_secs(), Ordering::SeqCst);
            }
        }
    };
}
pub(crate) use clock;

/// A server.
pub(crate) struct Server {
    service: BoxCloneSyncService<Request, Response, Infallible>,
    pub(crate) app: App,
    pub(crate) folder: TempDir,
}

pub(crate) fn config() -> Config {
    Config {
        listen: ([127, 0, 0, 1], 0).into(),
        public_url: None,
        hosts: vec![],
        sign_up: false,
        trust_proxy: false,
        reader: Reader::new(env!("CARGO_BIN_EXE_jobmatch").into(), cv::Limits::default()),
        model: None,
        limits: Limits::default(),
    }
}

impl Server {
    pub(crate) fn new() -> Self {
        Self::open(tempfile::tempdir().unwrap(), config(), noon)
    }

    pub(crate) fn open(folder: TempDir, config: Config, clock: fn() -> Timestamp) -> Self {
        let options = Options { limits: config.limits.engine(), ..Options::default() };
        let index = Index::open(folder.path(), options).unwrap();
        let app = App::new(index, config, clock).unwrap();
        let service = BoxCloneSyncService::new(jobmatch::http::service(app.clone()));
        Self { service, app, folder }
    }

    /// With other bounds than the usual ones.
    pub(crate) fn bounded(limits: Limits) -> Self {
        Self::open(tempfile::tempdir().unwrap(), Config { limits, ..config() }, noon)
    }

    /// With the bundled offers.
    pub(crate) async fn with_offers() -> Self {
        let server = Self::new();
        let admin = server.admin();
        admin
            .post("/api/offers/import")
            .bytes("application/json", jobmatch::demo::offers_json())
            .await
            .is(200);
        server
    }

    /// Somebody with an account, and a token with every right. The name is also the account's.
    pub(crate) fn person(&self, name: &str, role: Role) -> Person<'_> {
        let (records, now) = (self.app.index.records(), noon());
        let email = format!("{name}@exemple.fr");
        let owner = match accounts::find(&records, &email) {
            Ok((owner, _)) => owner,
            Err(_) => accounts::create(&records, &email, PASSWORD, role, false, now).unwrap(),
        };
        let token = self.token(owner, &Scope::ALL);
        Person { server: self, owner, token }
    }

    pub(crate) fn admin(&self) -> Person<'_> {
        self.person("admin", Role::Admin)
    }

    pub(crate) fn member(&self, name: &str) -> Person<'_> {
        self.person(name, Role::Member)
    }

    /// A personal token.
    pub(crate) fn token(&self, owner: Owner, scopes: &[Scope]) -> String {
        tokens::create_token(&self.app.index.records(), owner, "essai", scopes, 366, None, noon()).unwrap().1
    }

    /// A call without a token.
    pub(crate) fn call(&self, method: Method, path: impl Into<String>) -> Call {
        Call::new(self.service.clone(), method, path.into())
    }

    pub(crate) fn get(&self, path: impl Into<String>) -> Call {
        self.call(Method::GET, path)
    }

    pub(crate) fn post(&self, path: impl Into<String>) -> Call {
        self.call(Method::POST, path)
    }
}

/// Somebody who calls.
pub(crate) struct Person<'s> {
    server: &'s Server,
    pub(crate) owner: Owner,
    pub(crate) token: String,
}

impl Person<'_> {
    pub(crate) fn call(&self, method: Method, path: impl Into<String>) -> Call {
        self.server.call(method, path).bearer(&self.token)
    }

    pub(crate) fn get(&self, path: impl Into<String>) -> Call {
        self.call(Method::GET, path)
    }

    pub(crate) fn post(&self, path: impl Into<String>) -> Call {
        self.call(Method::POST, path)
    }

    pub(crate) fn put(&self, path: impl Into<String>) -> Call {
        self.call(Method::PUT, path)
    }

    pub(crate) fn patch(&self, path: impl Into<String>) -> Call {
        self.call(Method::PATCH, path)
    }

    pub(crate) fn delete(&self, path: impl Into<String>) -> Call {
        self.call(Method::DELETE, path)
    }

    /// Erases their own account.
    pub(crate) fn erase(&self) -> Call {
        self.delete("/api/me").json(&json!({ "password": PASSWORD }))
    }

    /// Imports offers, which must all be read.
    pub(crate) async fn import(&self, offers: &[Value]) -> Value {
        let answer = self.post("/api/offers/import").json(&json!(offers)).await.is(200).value();
        assert_eq!(answer["rejected"], 0, "{answer}");
        answer
    }

    /// Adds a CV from JSON Resume; gives its id.
    pub(crate) async fn cv(&self, resume: &Value) -> String {
        self.post("/api/profiles").json(resume).await.is(201).text_at("/id")
    }

    /// Uploads a CV, waits until it is read, and gives its id; it is not confirmed.
    pub(crate) async fn draft(&self, name: &str, bytes: &[u8]) -> String {
        let id = self.post("/api/profiles/file").file(name, bytes).await.is(202).text_at("/id");
        assert_eq!(self.ended(&id).await["state"], "done");
        id
    }

    /// Uploads a new file of a CV, waits until it is read, and gives the id of the draft.
    pub(crate) async fn renewed(&self, cv: &str, name: &str, bytes: &[u8]) -> String {
        let id = self.post(format!("/api/profiles/{cv}/file")).file(name, bytes).await.is(202).text_at("/id");
        assert_eq!(self.ended(&id).await["state"], "done");
        id
    }

    /// Uploads a CV, waits until it is read, confirms it, and gives its id.
    pub(crate) async fn upload(&self, name: &str, bytes: &[u8]) -> String {
        let id = self.draft(name, bytes).await;
        self.post(format!("/api/profiles/{id}/confirm")).await.is(200);
        id
    }

    /// A task when it has ended.
    pub(crate) async fn ended(&self, id: &str) -> Value {
        until(async || {
            let task = self.get(format!("/api/tasks/{id}")).await.is(200).value();
            let over = !matches!(task["state"].as_str(), Some("queued" | "running"));
            over.then_some(task)
        })
        .await
    }

    /// Follows an offer; gives the application's id.
    pub(crate) async fn follow(&self, offer: &str) -> String {
        self.post("/api/applications").json(&json!({ "offer": offer })).await.is(201).text_at("/id")
    }
}

/// Asks until there is an answer, for a minute at most.
pub(crate) async fn until<T, F: Future<Output = Option<T>>>(ask: impl Fn() -> F) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "it does not come about");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// An offer in the form of JobMatch, of the source `test`.
pub(crate) fn offer(id: &str, title: &str, description: &str) -> Value {
    json!({
        "source": "test",
        "id": id,
        "title": title,
        "description": description,
        "published": "2026-11-20",
    })
}

/// Bytes of a bundled CV.
pub(crate) fn demo_cv(name: &str) -> &'static [u8] {
    jobmatch::demo::cvs().iter().find(|(n, _)| *n == name).unwrap().1
}
