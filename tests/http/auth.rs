//! Proving who one is.

use axum::http::Method;
use jiff::SignedDuration;
use jobmatch::config::Config;
use jobmatch::people::sign_ins::Origin;
use jobmatch::people::tokens::{self, Scope, Signer};
use jobmatch_index::{Index, Options};
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, Server, clock, config, noon, offer, until};

fn credentials(name: &str, password: &str) -> Value {
    json!({ "email": format!("{name}@exemple.fr"), "password": password })
}

async fn sign_in(server: &Server, name: &str, password: &str) -> Answer {
    server.post("/api/auth/token").json(&credentials(name, password)).await
}

async fn me(server: &Server, token: &str) -> Answer {
    server.get("/api/me").bearer(token).await
}

#[tokio::test]
async fn the_first_account_administers_and_then_sign_up_is_closed() {
    let server = Server::new();
    let code = server.app.first_visit_code().unwrap().unwrap();
    let sign_up = async |name, password| {
        let mut given = credentials(name, password);
        given["code"] = json!(code);
        server.post("/api/auth/sign-up").json(&given).await
    };
    sign_up("anne", "court").await.refuses("password");
    sign_up("anne", "motdepasse").await.refuses("password");
    server
        .post("/api/auth/sign-up")
        .json(&json!({ "email": "anne", "password": PASSWORD, "code": code }))
        .await
        .refuses("email");
    let access = sign_up("anne", PASSWORD).await.is(201).text_at("/access");
    let account = me(&server, &access).await.is(200);
    assert_eq!((account.at("/role"), account.at("/email")), (json!("admin"), json!("anne@exemple.fr")));
    let refused = sign_up("bob", PASSWORD).await.is(403);
    assert!(refused.text_at("/detail").contains("inscription est fermée"));
}

#[tokio::test]
async fn the_first_account_wants_the_code_of_this_start() {
    let server = Server::new();
    let sign_up = async |code: Option<&str>, from: &str| {
        let mut given = credentials("anne", PASSWORD);
        if let Some(code) = code {
            given["code"] = json!(code);
        }
        server.post("/api/auth/sign-up").from(from).json(&given).await
    };
    let former = server.app.first_visit_code().unwrap().unwrap();
    for wrong in [None, Some(""), Some("AAAA-AAAA-AAAA"), Some(&former[..13])] {
        let refused = sign_up(wrong, "127.0.0.1").await.is(403);
        assert_eq!(refused.at("/type"), "urn:jobmatch:first-visit");
    }
    // A restart makes another one.
    let Server { folder, .. } = server;
    let server = Server::open(folder, config(), noon);
    let code = server.app.first_visit_code().unwrap().unwrap();
    assert_ne!(code, former);
    let try_code = async |code: &str, name: &str, from: &str| {
        let given = json!({ "email": format!("{name}@exemple.fr"), "password": PASSWORD, "code": code });
        server.post("/api/auth/sign-up").from(from).json(&given).await
    };
    for n in 0..10 {
        try_code(&former, &format!("essai{n}"), "192.0.2.1").await.is(403);
    }
    try_code(&code, "essai", "192.0.2.1").await.is(429);
    // Somebody else's tries are not the owner's.
    try_code(&code.to_lowercase(), "anne", "192.0.2.2").await.is(201);
    assert_eq!(server.app.first_visit_code().unwrap(), None);
}

#[tokio::test]
async fn only_names_of_this_server_are_answered() {
    let server = Server::open(
        tempfile::tempdir().unwrap(),
        Config {
            public_url: Some("https://emploi.exemple.fr".into()),
            hosts: vec!["nas.local".into()],
            ..config()
        },
        noon,
    );
    let code = server.app.first_visit_code().unwrap().unwrap();
    for own in ["localhost", "127.0.0.1:9000", "[::1]:8085", "emploi.exemple.fr", "NAS.local:8085"] {
        server.get("/health").header("host", own).await.is(200);
    }
    for foreign in ["ailleurs.example", "ailleurs.example:8085", "192.168.1.20", "localhost.ailleurs.example"]
    {
        let mut given = credentials("anne", PASSWORD);
        given["code"] = json!(code);
        let call = server.post("/api/auth/sign-up").json(&given).header("host", foreign);
        let refused = call.header("sec-fetch-site", "same-origin").await.is(421);
        assert_eq!(refused.at("/type"), "urn:jobmatch:wrong-host");
        let name = foreign.split(':').next().unwrap();
        let detail = refused.text_at("/detail");
        assert!(detail.contains(&format!("hosts = [\"{name}\"]")), "{detail}");
        server.get("/health").header("host", foreign).await.is(421);
    }
    for unreadable in ["", "a b", "anne@localhost", "<script>"] {
        server.get("/aide").header("host", unreadable).await.is(400);
    }
    assert_eq!(server.app.first_visit_code().unwrap(), Some(code));
}

#[tokio::test]
async fn a_page_in_the_clear_is_another_site_than_the_same_name_over_tls() {
    let server = Server::open(
        tempfile::tempdir().unwrap(),
        Config { public_url: Some("https://emploi.exemple.fr".into()), ..config() },
        noon,
    );
    server.member("anne");
    let post = async |host: &str, origin: &str| {
        let call = server.post("/api/auth/token").json(&credentials("anne", PASSWORD));
        call.header("host", host).header("origin", origin).await.status.as_u16()
    };
    assert_eq!(post("emploi.exemple.fr", "https://emploi.exemple.fr").await, 200);
    assert_eq!(post("emploi.exemple.fr", "http://emploi.exemple.fr").await, 403);
    assert_eq!(post("localhost:8085", "https://localhost:8085").await, 403);
    assert_eq!(post("localhost:8085", "http://localhost:3000").await, 403);
    assert_eq!(post("localhost:8085", "https://emploi.exemple.fr").await, 403);
    assert_eq!(post("localhost:8085", "http://localhost:8085").await, 200);
}

#[tokio::test]
async fn browsers_are_told_to_keep_to_tls_where_there_is_tls() {
    let secure = Config { public_url: Some("https://emploi.exemple.fr".into()), ..config() };
    let server = Server::open(tempfile::tempdir().unwrap(), secure, noon);
    let told = server.get("/health").await.is(200).header("strict-transport-security").to_owned();
    assert_eq!(told, "max-age=31536000");
    assert_eq!(Server::new().get("/health").await.header("strict-transport-security"), "");
}

#[tokio::test]
async fn an_open_sign_up_makes_members() {
    let server = Server::open(tempfile::tempdir().unwrap(), Config { sign_up: true, ..config() }, noon);
    let sign_up = async |name| server.post("/api/auth/sign-up").json(&credentials(name, PASSWORD)).await;
    server.admin();
    let new = sign_up("bob").await.is(202);
    let access = sign_in(&server, "bob", PASSWORD).await.is(200).text_at("/access");
    assert_eq!(me(&server, &access).await.at("/role"), "member");
    // Nothing tells that there was an account, and it stays as it was.
    let other = json!({ "email": "BOB@exemple.fr", "password": "quinze girafes au piano" });
    let taken = server.post("/api/auth/sign-up").json(&other).await.is(202);
    assert_eq!((taken.value(), taken.headers), (new.value(), new.headers));
    sign_in(&server, "bob", PASSWORD).await.is(200);
    assert_eq!(server.app.index.records().owners().unwrap().len(), 2);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let server = Server::new();
    server.member("anne");
    sign_in(&server, "anne", PASSWORD).await.is(200);
    let wrong = sign_in(&server, "anne", "une autre phrase").await.is(401);
    let unknown = sign_in(&server, "inconnue", PASSWORD).await.is(401);
    assert_eq!(wrong.value(), unknown.value());
    assert_eq!(wrong.at("/type"), "urn:jobmatch:wrong-credentials");
    assert_eq!(wrong.header("www-authenticate"), "Bearer");
    let long = "é".repeat(2_000);
    let refused = sign_in(&server, "anne", &long).await;
    assert!(matches!(refused.status.as_u16(), 401 | 422), "{refused}");
}

clock!(access_time);

#[tokio::test]
async fn an_access_token_lasts_fifteen_minutes() {
    let server = Server::open(tempfile::tempdir().unwrap(), config(), access_time::now);
    server.member("anne");
    let pair = sign_in(&server, "anne", PASSWORD).await.is(200);
    assert_eq!(pair.at("/expires_in"), 900);
    let (access, refresh) = (pair.text_at("/access"), pair.text_at("/refresh"));
    access_time::pass(SignedDuration::from_secs(899));
    me(&server, &access).await.is(200);
    access_time::pass(SignedDuration::from_secs(1));
    me(&server, &access).await.is(401);
    let next = server.post("/api/auth/token/refresh").json(&json!({ "refresh": refresh })).await.is(200);
    me(&server, &next.text_at("/access")).await.is(200);
    access_time::pass(SignedDuration::from_hours(7 * 24));
    let late = json!({ "refresh": next.text_at("/refresh") });
    server.post("/api/auth/token/refresh").json(&late).await.is(401);
}

#[tokio::test]
async fn a_refresh_token_that_is_used_twice_closes_the_sign_in() {
    let server = Server::new();
    server.member("anne");
    let refresh =
        async |token: &str| server.post("/api/auth/token/refresh").json(&json!({ "refresh": token })).await;
    let first = sign_in(&server, "anne", PASSWORD).await.is(200);
    let other = sign_in(&server, "anne", PASSWORD).await.is(200);
    let second = refresh(&first.text_at("/refresh")).await.is(200);
    me(&server, &second.text_at("/access")).await.is(200);
    refresh(&first.text_at("/refresh")).await.is(401);
    refresh(&second.text_at("/refresh")).await.is(401);
    me(&server, &second.text_at("/access")).await.is(401);
    me(&server, &other.text_at("/access")).await.is(200);
    refresh(&other.text_at("/access")).await.is(401);
    refresh("n'importe quoi").await.is(401);
}

#[tokio::test]
async fn signing_out_ends_the_access_token_too() {
    let server = Server::new();
    server.member("anne");
    let pair = sign_in(&server, "anne", PASSWORD).await.is(200);
    let refresh = json!({ "refresh": pair.text_at("/refresh") });
    server.post("/api/auth/logout").json(&refresh).await.is(204);
    me(&server, &pair.text_at("/access")).await.is(401);
    server.post("/api/auth/token/refresh").json(&refresh).await.is(401);
    // Once more does no harm.
    server.post("/api/auth/logout").json(&refresh).await.is(204);
}

#[tokio::test]
async fn a_new_password_closes_every_sign_in_and_every_personal_token() {
    let server = Server::new();
    let anne = server.member("anne");
    let pair = sign_in(&server, "anne", PASSWORD).await.is(200);
    let change = async |current: &str, new: &str| {
        let given = json!({ "current": current, "new": new });
        server.post("/api/me/password").bearer(&pair.text_at("/access")).json(&given).await
    };
    change("pas le bon du tout", "cinq hérissons au cinéma").await.refuses("current");
    change(PASSWORD, "court").await.refuses("new");
    let closed = change(PASSWORD, "cinq hérissons au cinéma").await.is(200);
    assert_eq!(closed.value(), json!({ "sign_ins": 1, "tokens": ["essai"] }));
    me(&server, &pair.text_at("/access")).await.is(401);
    me(&server, &anne.token).await.is(401);
    // From elsewhere: as many passwords as may be tried at once came from here.
    let elsewhere = async |password| {
        server.post("/api/auth/token").from("192.0.2.2").json(&credentials("anne", password)).await
    };
    elsewhere(PASSWORD).await.is(401);
    elsewhere("cinq hérissons au cinéma").await.is(200);
}

#[tokio::test]
async fn passwords_are_tried_no_faster_by_who_is_signed_in() {
    let server = Server::new();
    let anne = server.member("anne");
    for n in 0..5 {
        let given = json!({ "current": format!("essai numéro {n}"), "new": "cinq hérissons au cinéma" });
        anne.post("/api/me/password").json(&given).await.refuses("current");
    }
    let given = json!({ "current": PASSWORD, "new": "cinq hérissons au cinéma" });
    anne.post("/api/me/password").json(&given).await.is(429);
    anne.erase().await.is(429);
    sign_in(&server, "anne", PASSWORD).await.is(429);
}

#[tokio::test]
async fn an_account_is_erased_with_its_password_only() {
    let server = Server::new();
    let anne = server.member("anne");
    let writer = server.token(anne.owner, &[Scope::Write]);
    let erase = async |body: Value| server.call(Method::DELETE, "/api/me").bearer(&writer).json(&body).await;
    erase(json!({})).await.is(422);
    erase(json!({ "password": "une autre phrase" })).await.refuses("password");
    me(&server, &anne.token).await.is(200);
    erase(json!({ "password": PASSWORD })).await.is(204);
    me(&server, &anne.token).await.is(401);
}

#[tokio::test]
async fn a_personal_token_reaches_what_its_scopes_say() {
    let server = Server::new();
    let admin = server.admin();
    let offers = json!([offer("1", "Soudeur", "")]);
    for scope in Scope::ALL {
        let token = server.token(admin.owner, &[scope]);
        let status = async |method: Method, path: &str, body: Option<&Value>| {
            let call = server.call(method, path).bearer(&token);
            match body {
                Some(body) => call.json(body).await,
                None => call.await,
            }
            .status
            .as_u16()
        };
        let may = |wanted: bool, good: u16| if wanted { good } else { 403 };
        let (read, write) = (scope == Scope::Read, scope == Scope::Write);
        assert_eq!(status(Method::GET, "/api/me", None).await, may(read, 200), "{scope:?}");
        assert_eq!(status(Method::GET, "/api/offers", None).await, may(read, 200), "{scope:?}");
        assert_eq!(status(Method::GET, "/api/me/export", None).await, may(read, 200), "{scope:?}");
        let nothing = json!({});
        assert_eq!(status(Method::PATCH, "/api/me", Some(&nothing)).await, may(write, 200), "{scope:?}");
        let import = status(Method::POST, "/api/offers/import", Some(&offers)).await;
        assert_eq!(import, may(scope == Scope::ImportOffers, 200), "{scope:?}");
        // Administration is a right of its own.
        let admin = scope == Scope::Admin;
        assert_eq!(status(Method::GET, "/api/admin/users", None).await, may(admin, 200), "{scope:?}");
        assert_eq!(status(Method::GET, "/api/admin/backup", None).await, may(admin, 200), "{scope:?}");
    }
    let others = [Scope::Read, Scope::Write, Scope::ImportOffers];
    let token = server.token(admin.owner, &others);
    server.get("/api/admin/users").bearer(&token).await.is(403);
    server.get("/api/admin/backup").bearer(&token).await.is(403);
}

#[tokio::test]
async fn only_administrators_make_tokens_that_administer() {
    let server = Server::new();
    let (admin, anne) = (server.admin(), server.member("anne"));
    let wanted = json!({ "name": "sauvegarde", "scopes": ["admin"] });
    anne.post("/api/auth/tokens").json(&wanted).await.is(403);
    let made = admin.post("/api/auth/tokens").json(&wanted).await.is(201).text_at("/token");
    server.get("/api/admin/backup").bearer(&made).await.is(200);
    me(&server, &made).await.is(403);
}

#[tokio::test]
async fn a_personal_token_makes_no_token_that_may_do_more() {
    let server = Server::new();
    let anne = server.member("anne");
    let writer = server.token(anne.owner, &[Scope::Write]);
    let make = async |scopes: Value| {
        let wanted = json!({ "name": "script", "scopes": scopes });
        server.post("/api/auth/tokens").bearer(&writer).json(&wanted).await
    };
    make(json!(["read"])).await.is(403);
    make(json!(["write", "offers:import"])).await.is(403);
    let child = make(json!(["write"])).await.is(201);
    // What a token has made goes with it.
    let child = child.text_at("/token");
    let change = async || server.call(Method::PATCH, "/api/me").bearer(&child).json(&json!({})).await;
    change().await.is(200);
    let id = anne.get("/api/auth/tokens").await.text_at("/1/id");
    anne.delete(format!("/api/auth/tokens/{id}")).await.is(204);
    change().await.is(401);
}

clock!(short_parent_time);

#[tokio::test]
async fn a_token_made_with_another_does_not_outlive_it() {
    let server = Server::open(tempfile::tempdir().unwrap(), config(), short_parent_time::now);
    let anne = server.member("anne");
    let short = json!({ "name": "court", "scopes": ["read", "write"], "days": 1 });
    let short = anne.post("/api/auth/tokens").json(&short).await.is(201);
    let long = json!({ "name": "long", "scopes": ["read"], "days": 366 });
    let long = server.post("/api/auth/tokens").bearer(&short.text_at("/token")).json(&long).await.is(201);
    assert_eq!(long.at("/expires"), short.at("/expires"));
    me(&server, &long.text_at("/token")).await.is(200);
    short_parent_time::pass(SignedDuration::from_hours(24));
    me(&server, &long.text_at("/token")).await.is(401);
}

#[tokio::test]
async fn sign_ins_are_listed_closed_and_put_down() {
    let server = Server::new();
    let anne = server.member("anne");
    let from = async |ip: &str, agent: &str, password: &str| {
        let call = server.post("/api/auth/token").json(&credentials("anne", password));
        call.from(ip).header("user-agent", agent).await
    };
    from("203.0.113.9", "curl/8.5.0", "une autre phrase").await.is(401);
    let first = from("192.168.1.7", "curl/8.5.0", PASSWORD).await.is(200).text_at("/access");
    let second = from("127.0.0.1", "<script>", PASSWORD).await.is(200).text_at("/access");
    let open = server.get("/api/auth/sessions").bearer(&second).await.is(200).value();
    let shown: Vec<(&Value, &Value, &Value)> = open
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (&row["current"], &row["origin"]["place"], &row["origin"]["device"]))
        .collect();
    assert_eq!(
        shown,
        [
            (&json!(true), &json!("this_computer"), &Value::Null),
            (&json!(false), &json!("local_network"), &json!("curl"))
        ]
    );
    assert!(!open.to_string().contains("192.168") && !open.to_string().contains("hash"), "{open}");
    let id = open[1]["id"].as_str().unwrap();
    server.call(Method::DELETE, format!("/api/auth/sessions/{id}")).bearer(&second).await.is(204);
    me(&server, &first).await.is(401);
    me(&server, &second).await.is(200);

    let log = until(async || {
        let log = anne.get("/api/auth/sign-ins").await.is(200).value();
        (log.as_array().unwrap().len() == 3).then_some(log)
    })
    .await;
    let failed = log.as_array().unwrap().iter().find(|one| one["ok"] == false).unwrap();
    assert_eq!(failed["origin"], json!({ "place": "internet", "device": "curl" }));
    assert!(!log.to_string().contains("203.0"), "{log}");
}

#[tokio::test]
async fn a_stranger_s_tries_do_not_keep_an_owner_out() {
    let server = Server::new();
    let anne = server.member("anne");
    let from = async |ip: &str, password: &str, device: &str| {
        let call = server.post("/api/auth/token").json(&credentials("anne", password)).from(ip);
        let call = if device.is_empty() { call } else { call.header("cookie", device) };
        // The limits are looked at before the password: its hash would only take time here.
        call.header("sec-fetch-site", "same-origin").await.status.as_u16()
    };
    for _ in 0..5 {
        assert_eq!(from("2001:db8:1:2::1", "une autre phrase", "").await, 401);
    }
    // The rest of the same household, and nobody else.
    assert_eq!(from("2001:db8:1:2:ffff::9", PASSWORD, "").await, 429);
    assert_eq!(from("2001:db8:1:3::1", PASSWORD, "").await, 200);
    // Many strangers at once: who was here before still comes in.
    let crowd = async || {
        for n in 0..60 {
            if from(&format!("198.51.100.{n}"), "une autre phrase", "").await == 429 {
                return;
            }
        }
        panic!("nobody stops them");
    };
    crowd().await;
    let records = server.app.index.records();
    let account = jobmatch::people::accounts::get(&records, anne.owner).unwrap();
    let device = tokens::device(&records, anne.owner, &account).unwrap();
    assert_eq!(from("203.0.113.1", PASSWORD, &format!("jobmatch_device={device}")).await, 200);
    crowd().await;
    let forged = "jobmatch_device=QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE";
    assert_eq!(from("203.0.113.1", PASSWORD, forged).await, 429);
}

clock!(token_time);

#[tokio::test]
async fn a_personal_token_is_shown_once_and_ends_when_it_is_revoked_or_expires() {
    let server = Server::open(tempfile::tempdir().unwrap(), config(), token_time::now);
    let anne = server.member("anne");
    let make = async |days: u32| {
        let wanted = json!({ "name": "Extension", "scopes": ["read"], "days": days });
        anne.post("/api/auth/tokens").json(&wanted).await
    };
    make(0).await.refuses("days");
    make(367).await.refuses("days");
    let no_scope = json!({ "name": "Extension", "scopes": [] });
    anne.post("/api/auth/tokens").json(&no_scope).await.refuses("scopes");
    let no_name = json!({ "name": "  ", "scopes": ["read"] });
    anne.post("/api/auth/tokens").json(&no_name).await.refuses("name");

    let (short, long) = (make(1).await.is(201), make(30).await.is(201));
    let (short_token, long_token) = (short.text_at("/token"), long.text_at("/token"));
    me(&server, &short_token).await.is(200);
    let listed = anne.get("/api/auth/tokens").await.is(200);
    let text = String::from_utf8(listed.body.clone()).unwrap();
    assert!(text.contains("Extension") && !text.contains(&short_token) && !text.contains("hash"), "{text}");

    token_time::pass(SignedDuration::from_hours(24));
    me(&server, &short_token).await.is(401);
    me(&server, &long_token).await.is(200);
    anne.delete(format!("/api/auth/tokens/{}", long.text_at("/id"))).await.is(204);
    me(&server, &long_token).await.is(401);
    anne.delete(format!("/api/auth/tokens/{}", long.text_at("/id"))).await.is(404);
}

#[tokio::test]
async fn forged_and_malformed_tokens_are_refused() {
    let server = Server::new();
    let anne = server.member("anne");
    let signed_elsewhere = Signer::new(&[7; 32])
        .open(&server.app.index.records(), anne.owner, &Origin::default(), noon())
        .unwrap();
    me(&server, &signed_elsewhere.access).await.is(401);

    let other_folder = tempfile::tempdir().unwrap();
    let other = Index::open(other_folder.path(), Options::default()).unwrap();
    let stranger = other.records().create_owner().unwrap();
    let (_, foreign, _) =
        tokens::create_token(&other.records(), stranger, "x", &Scope::ALL, 1, None, noon()).unwrap();
    me(&server, &foreign).await.is(401);

    let unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiIxIn0.";
    let mut changed = anne.token.clone();
    let last = if changed.pop() == Some('A') { 'B' } else { 'A' };
    changed.push(last);
    for token in [unsigned, "", "jm_", "jm_%%%", "a.b.c", "é", &changed[..changed.len() - 1]] {
        me(&server, token).await.is(401);
    }
    for header in ["Bearer", "Basic YW5uZTp4", &anne.token, "Bearer\t", "bearer"] {
        server.get("/api/me").header("authorization", header).await.is(401);
    }
    server.get("/api/me").header("authorization", &format!("bEaReR  {}", anne.token)).await.is(200);
    server.get("/api/me").header("cookie", "jobmatch_session=n'importe quoi").await.is(401);
}

#[tokio::test]
async fn too_many_tries_to_sign_in_must_wait() {
    let server = Server::new();
    server.member("anne");
    for _ in 0..5 {
        sign_in(&server, "anne", "une autre phrase").await.is(401);
    }
    let refused = sign_in(&server, " ANNE", PASSWORD).await.is(429);
    assert_eq!(refused.at("/type"), "urn:jobmatch:too-many-requests");
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait));
    sign_in(&server, "bob", PASSWORD).await.is(401);
    for n in 0..14 {
        // No account of these names: what is counted here is the address that they come from.
        let refused = sign_in(&server, &format!("personne{n}"), "x").await;
        if refused.status.as_u16() == 429 {
            return;
        }
    }
    sign_in(&server, "carole", PASSWORD).await.is(429);
}

#[tokio::test]
async fn another_site_cannot_make_a_browser_change_anything() {
    let server = Server::new();
    let anne = server.member("anne");
    let records = server.app.index.records();
    let (_, session) = tokens::open_session(&records, anne.owner, &Origin::default(), noon()).unwrap();
    let cookie = format!("jobmatch_session={session}");
    let change = |headers: &[(&str, &str)]| {
        let call = server.call(Method::PATCH, "/api/me").json(&json!({})).header("cookie", &cookie);
        headers
            .iter()
            .fold(call.header("host", "localhost:8085"), |call, (name, value)| call.header(name, value))
    };
    for headers in [
        vec![],
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![("origin", "https://ailleurs.example")],
        vec![("origin", "null")],
        vec![("origin", "http://localhost:8085.ailleurs.example")],
        vec![("sec-fetch-site", "cross-site"), ("origin", "http://localhost:8085")],
        vec![("origin", "https://ailleurs.example"), ("authorization", "Basic x")],
    ] {
        let refused = change(&headers).await.is(403);
        assert_eq!(refused.at("/type"), "urn:jobmatch:cross-site", "{headers:?}");
    }
    change(&[("sec-fetch-site", "same-origin")]).await.is(200);
    change(&[("origin", "http://localhost:8085")]).await.is(200);
    // Reading changes nothing, and what is read stays out of the other site's reach.
    let read = server.get("/api/me").header("cookie", &cookie).header("sec-fetch-site", "cross-site").await;
    assert!(!read.is(200).headers.contains_key("access-control-allow-origin"));
    // A sign-in without a cookie, from another site, would put its own account in place of the person's.
    let forged = server.post("/api/auth/token").json(&credentials("anne", PASSWORD));
    forged.header("origin", "https://ailleurs.example").await.is(403);
    // What a token comes with is meant.
    anne.patch("/api/me").json(&json!({})).header("origin", "chrome-extension://abc").await.is(200);
}

#[tokio::test]
async fn addresses_mean_the_same_with_a_slash_at_their_end() {
    let server = Server::new();
    let anne = server.member("anne");
    anne.get("/api/me/").await.is(200);
    anne.get("/api/offers/?limit=1").await.is(200);
    anne.get("/api/rien").await.is(404);
    server.get("/api/openapi.json").await.is(200);
    let page = server.get("/api/docs/").await.is(200);
    assert!(String::from_utf8_lossy(&page.body).contains("swagger"));
}

#[tokio::test]
async fn a_method_that_an_address_does_not_know_is_a_problem_too() {
    let server = Server::new();
    let refused = server.call(Method::PUT, "/api/me").bearer("x").await.is(405);
    assert_eq!(refused.at("/type"), "urn:jobmatch:method-not-allowed");
    assert!(refused.header("allow").contains("GET"), "{}", refused.header("allow"));
}

#[tokio::test]
async fn who_has_lost_their_key_is_told_so_and_nobody_else_is_kept_out() {
    let server = Server::new();
    let (anne, bob) = (server.member("anne"), server.member("bob"));
    let key = server.folder.path().join(format!("keys/{}.key", anne.owner.0));
    let whole = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    for answer in [sign_in(&server, "anne", PASSWORD).await, anne.get("/api/me").await] {
        let told = answer.is(503);
        assert_eq!(told.at("/type"), "urn:jobmatch:unopened");
        assert!(!told.text_at("/detail").contains("keys"), "where the key lies is not their business");
    }
    bob.get("/api/me").await.is(200);
    sign_in(&server, "bob", PASSWORD).await.is(200);
    assert!(!key.exists());
    std::fs::write(&key, whole).unwrap();
    sign_in(&server, "anne", PASSWORD).await.is(200);
    anne.get("/api/me").await.is(200);
}

#[tokio::test]
async fn who_has_lost_their_key_can_be_erased() {
    let server = Server::new();
    let (anne, admin) = (server.member("anne"), server.admin());
    let key = server.folder.path().join(format!("keys/{}.key", anne.owner.0));
    std::fs::write(&key, [0; 32]).unwrap();
    let records = server.app.index.records();
    jobmatch::people::erasure::erase(&records, anne.owner).unwrap();
    assert_eq!(records.owners().unwrap(), [admin.owner]);
    assert!(!key.exists());
    // The address is free again.
    assert_ne!(server.member("anne").owner, anne.owner);
}
