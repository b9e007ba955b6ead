//! Nobody reaches what is somebody else's: every route of the OpenAPI document is tried.

use axum::http::Method;
use jobmatch::people::sign_ins::Origin;
use jobmatch::people::tokens::{self, Scope};
use serde_json::{Value, json};

use crate::support::{Answer, Call, Person, Server, demo_cv, noon, offer, operations};

const OFFER: &str = "test:1";
/// A concept of the skill graph: what somebody says of it is theirs.
const SKILL: &str = "tech:react";

/// What one person has.
struct Rows {
    profile: String,
    application: String,
    note: String,
    document: String,
    task: String,
    token: String,
    session: String,
    user: String,
}

async fn fill(server: &Server, person: &Person<'_>) -> Rows {
    let profile = person.upload("cv.txt", demo_cv("conducteur-routier.txt")).await;
    let application = person.follow(OFFER).await;
    let at = |what: &str| format!("/api/applications/{application}/{what}");
    let note = person.post(at("notes")).json(&json!({ "text": "Rappeler" })).await.is(200);
    let document = person.post(at("documents")).file("lettre.txt", b"Bonjour").await.is(200);
    server.token(person.owner, &[Scope::Read]);
    let token = person.get("/api/auth/tokens").await.is(200).text_at("/0/id");
    tokens::open_session(&server.app.index.records(), person.owner, &Origin::default(), noon()).unwrap();
    let session = person.get("/api/auth/sessions").await.is(200).text_at("/0/id");
    Rows {
        task: profile.clone(),
        profile,
        note: note.text_at("/notes/0/id"),
        document: document.text_at("/documents/0/id"),
        application,
        token,
        session,
        user: person.owner.0.to_string(),
    }
}

/// Whose is what the variable parts of a path name?
#[derive(Debug, PartialEq)]
enum Holds {
    Nothing,
    Personal,
    Public,
    Admin,
}

/// The path with the ids of `rows`. A route that is not known here ends the test: say what it is about.
fn fill_in(path: &str, rows: &Rows) -> (String, Holds) {
    let holds = match path {
        _ if path.starts_with("/api/admin/") => Holds::Admin,
        _ if path.starts_with("/api/offers/{id}") || path.starts_with("/api/skills/{id}") => Holds::Public,
        _ if path.contains('{') => Holds::Personal,
        _ => Holds::Nothing,
    };
    let mut filled = vec![];
    let mut before = "";
    for part in path.split('/') {
        let value = match (before, part) {
            ("offers", "{id}") | ("matches", "{offer}") => OFFER,
            ("profiles", "{id}") => &rows.profile,
            ("applications", "{id}") => &rows.application,
            ("pages", "{n}") => "0",
            ("notes", "{note}") => &rows.note,
            ("documents", "{document}") => &rows.document,
            ("tasks", "{id}") | ("status", "{task_id}") => &rows.task,
            ("tokens", "{id}") => &rows.token,
            ("sessions", "{id}") => &rows.session,
            ("skills", "{id}") => SKILL,
            ("users", "{id}") => &rows.user,
            (_, variable) if variable.contains('{') => panic!("say here what {path} is about"),
            (_, fixed) => fixed,
        };
        filled.push(value.to_owned());
        before = part;
    }
    (filled.join("/"), holds)
}

/// The call with a body that would be accepted.
fn with_body(call: Call, method: &Method, path: &str, operation: &Value) -> Call {
    let Some(content) = operation["requestBody"]["content"].as_object() else { return call };
    if content.contains_key("multipart/form-data") {
        return call.file("lettre.txt", b"Bonjour");
    }
    let body = match (method.as_str(), path) {
        ("POST", "/api/auth/token" | "/api/auth/sign-up") => json!({ "email": "a@b.fr", "password": "x" }),
        ("POST", "/api/auth/token/refresh" | "/api/auth/logout") => json!({ "refresh": "x" }),
        ("POST", "/api/auth/tokens") => json!({ "name": "x", "scopes": ["read"] }),
        ("PATCH", "/api/me" | "/api/offers/{id}" | "/api/admin/users/{id}") => json!({}),
        ("DELETE", "/api/me") => json!({ "password": "x" }),
        ("POST", "/api/me/password") => json!({ "current": "x", "new": "quinze girafes au piano" }),
        ("POST", "/api/offers/import") => json!([offer("2", "Soudeur", "")]),
        ("POST", "/api/profiles") => json!({ "basics": { "label": "Soudeur" } }),
        ("PUT", "/api/profiles/{id}") => json!({ "name": "Mien", "profile": {} }),
        ("POST", "/api/applications") => json!({ "offer": OFFER }),
        ("PATCH", "/api/applications/{id}") => json!({ "contacts": [] }),
        ("POST", "/api/applications/{id}/move") => json!({ "to": "withdrawn" }),
        ("POST", "/api/applications/{id}/notes") => json!({ "text": "Ici aussi" }),
        ("PUT", "/api/skills/{id}/remark") => json!({ "remark": "held" }),
        ("POST", "/api/admin/reindex") => json!({ "part": "text" }),
        ("POST", "/api/admin/users") => {
            json!({ "email": "c@exemple.fr", "password": "quinze girafes au piano" })
        }
        _ => panic!("say here what {method} {path} takes"),
    };
    call.json(&body)
}

/// Everything of a person, as they see it.
async fn state(person: &Person<'_>, rows: &Rows) -> Vec<Value> {
    let mut seen = vec![];
    for path in [
        "/api/me",
        "/api/profiles",
        "/api/applications",
        "/api/tasks",
        "/api/auth/sessions",
        "/api/skills/remarks",
    ] {
        seen.push(person.get(path).await.is(200).value());
    }
    seen.push(person.get(format!("/api/profiles/{}/reading", rows.profile)).await.is(200).value());
    let document = format!("/api/applications/{}/documents/{}", rows.application, rows.document);
    seen.push(json!(person.get(document).await.is(200).body));
    let tokens = person.get("/api/auth/tokens").await.is(200).value();
    seen.push(tokens.as_array().unwrap().iter().map(|token| token["id"].clone()).collect());
    seen
}

#[tokio::test]
async fn no_route_reaches_the_rows_of_somebody_else() {
    let server = Server::new();
    let admin = server.admin();
    admin.import(&[offer("1", "Conducteur routier", "Permis C.")]).await;
    let (anne, bob) = (server.member("anne"), server.member("bob"));
    let rows = fill(&server, &anne).await;
    let before = state(&anne, &rows).await;

    let mut tried = 0;
    for (method, path, operation) in operations() {
        let (filled, holds) = fill_in(path, &rows);
        if holds == Holds::Personal {
            let call = with_body(bob.call(method.clone(), &filled), &method, path, operation);
            let answer: Answer = call.await;
            assert_eq!(answer.status.as_u16(), 404, "somebody else's: {answer}");
            // As for what does not exist at all.
            let nobodys = jobmatch_index::records::Uuid::now_v7().to_string();
            let nothing = Rows {
                profile: nobodys.clone(),
                application: nobodys.clone(),
                note: nobodys.clone(),
                document: nobodys.clone(),
                task: nobodys.clone(),
                token: nobodys.clone(),
                session: nobodys.clone(),
                user: nobodys,
            };
            let (filled, _) = fill_in(path, &nothing);
            let call = with_body(bob.call(method.clone(), &filled), &method, path, operation);
            assert_eq!(call.await.value(), answer.value());
            tried += 1;
        }
    }
    assert!(tried >= 29, "{tried} routes");
    assert_eq!(state(&anne, &rows).await, before);
}

#[tokio::test]
async fn every_route_but_the_public_ones_wants_a_token() {
    let server = Server::new();
    let admin = server.admin();
    admin.import(&[offer("1", "Conducteur routier", "Permis C.")]).await;
    let anne = server.member("anne");
    let rows = fill(&server, &anne).await;
    let mut public = vec![];
    for (method, path, operation) in operations() {
        let (filled, _) = fill_in(path, &rows);
        let answer = with_body(server.call(method.clone(), &filled), &method, path, operation).await;
        if operation["security"] == json!([{}]) {
            public.push(path);
        } else {
            assert_eq!(answer.status.as_u16(), 401, "{answer}");
            assert_eq!(answer.at("/type"), "urn:jobmatch:unauthenticated");
        }
    }
    assert_eq!(
        public,
        [
            "/api/auth/logout",
            "/api/auth/sign-up",
            "/api/auth/token",
            "/api/auth/token/refresh",
            "/health",
            "/health/live",
            "/health/ready",
            "/metrics"
        ]
    );
}

#[tokio::test]
async fn what_belongs_to_all_is_changed_by_administrators_only() {
    let server = Server::new();
    let admin = server.admin();
    admin.import(&[offer("1", "Conducteur routier", "Permis C.")]).await;
    let anne = server.member("anne");
    let rows = fill(&server, &anne).await;
    let mut tried = 0;
    for (method, path, operation) in operations() {
        let (filled, holds) = fill_in(path, &rows);
        let of_all = path == "/api/offers/{id}" && method != Method::GET;
        if holds == Holds::Admin || of_all {
            let call = with_body(anne.call(method.clone(), &filled), &method, path, operation);
            let answer = call.await.is(403);
            assert_eq!(answer.at("/type"), "urn:jobmatch:forbidden");
            tried += 1;
        }
    }
    assert!(tried >= 9, "{tried} routes");
    assert_eq!(anne.get("/api/me").await.at("/role"), "member");
}

#[tokio::test]
async fn lists_hold_one_s_own_only_and_ids_in_bodies_are_checked_too() {
    let server = Server::new();
    let admin = server.admin();
    let offers =
        [offer("1", "Conducteur routier", "Permis C."), offer("2", "Conductrice de bus", "Permis D.")];
    admin.import(&offers).await;
    let (anne, bob) = (server.member("anne"), server.member("bob"));
    let rows = fill(&server, &anne).await;
    for path in ["/api/profiles", "/api/tasks"] {
        assert_eq!(bob.get(path).await.value(), json!([]), "{path}");
    }
    assert_eq!(bob.get("/api/applications").await.at("/total"), 0);
    let card = bob.get("/api/offers?q=routier").await.is(200);
    assert_eq!((card.at("/items/0/application"), card.at("/items/0/match")), (Value::Null, Value::Null));

    let with_her_cv = json!({ "offer": OFFER, "profile": rows.profile });
    bob.post("/api/applications").json(&with_her_cv).await.is(404);
    let own = bob.follow(OFFER).await;
    let change = json!({ "profile": rows.profile });
    bob.patch(format!("/api/applications/{own}")).json(&change).await.is(404);
    bob.get(format!("/api/applications/{own}/documents/{}", rows.document)).await.is(404);
    bob.delete(format!("/api/applications/{own}/notes/{}", rows.note)).await.is(404);
    let after = format!("/api/applications?after={}", rows.application);
    assert_eq!(bob.get(after).await.is(200).at("/total"), 1);

    let cursor = anne.get("/api/offers?limit=1").await.text_at("/next");
    bob.get(format!("/api/offers?cursor={cursor}")).await.is(400);
    anne.get(format!("/api/offers?cursor={cursor}")).await.is(200);
}
