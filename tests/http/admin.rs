//! Running a JobMatch: indexes, back-up, accounts.

use jobmatch::people::accounts;
use jobmatch_index::{Index, Options};
use serde_json::{Value, json};

use crate::support::{PASSWORD, Server, config, demo_cv, noon, offer};

#[tokio::test]
async fn indexes_are_built_again_while_offers_are_read() {
    let server = Server::with_offers().await;
    let admin = server.admin();
    let state = admin.get("/api/admin/index").await.is(200);
    assert_eq!(
        (state.at("/offers"), state.at("/text_is_behind"), state.at("/tasks")),
        (json!(500), json!(false), json!(0))
    );
    let before = admin.get("/api/offers?q=soudeur&limit=100").await.is(200).value();
    for part in ["text", "vectors", "all"] {
        let asked = admin.post("/api/admin/reindex").json(&json!({ "part": part })).await.is(202);
        let id = asked.text_at("/id");
        // As many questions as one person may ask at once.
        for _ in 0..30 {
            let found = admin.get("/api/offers?q=soudeur&limit=100").await.is(200);
            assert_eq!(found.at("/total"), before["total"], "{part}");
        }
        assert_eq!(admin.ended(&id).await["state"], "done");
    }
    let after = admin.get("/api/offers?q=soudeur&limit=100").await.is(200).value();
    assert_eq!(after["items"], before["items"]);
    admin.post("/api/admin/reindex").json(&json!({})).await.is(202);
    admin.post("/api/admin/reindex").json(&json!({ "part": "tout" })).await.refuses("part");
}

#[tokio::test]
async fn a_backup_restores_offers_people_and_their_files() {
    let server = Server::new();
    let (admin, anne) = (server.admin(), server.member("anne"));
    admin.import(&[offer("1", "Conducteur routier", "Permis C.")]).await;
    let cv = anne.upload("cv.txt", demo_cv("conducteur-routier.txt")).await;
    let application = anne.follow("test:1").await;
    let backup = admin.get("/api/admin/backup").await.is(200);
    assert!(backup.header("content-disposition").contains("jobmatch-2026-11-22.bak"));
    assert_eq!(backup.header("content-length"), backup.body.len().to_string());

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sauvegarde");
    std::fs::write(&file, &backup.body).unwrap();
    let data = tempfile::tempdir().unwrap();
    drop(Index::restore(&file, data.path(), Options::default()).unwrap());
    let restored = Server::open(data, config(), noon);
    let signed_in = restored
        .post("/api/auth/token")
        .json(&json!({ "email": "anne@exemple.fr", "password": PASSWORD }))
        .await
        .is(200);
    let access = signed_in.text_at("/access");
    let file = restored.get(format!("/api/profiles/{cv}/file")).bearer(&access).await.is(200);
    assert!(file.body == demo_cv("conducteur-routier.txt"));
    restored.get(format!("/api/applications/{application}")).bearer(&access).await.is(200);
    let found = restored.get("/api/offers?q=conducteur").bearer(&access).await.is(200);
    assert_eq!(found.at("/items/0/application/id"), application);
    // Personal tokens and their rights come back too.
    restored.get("/api/admin/users").bearer(&admin.token).await.is(200);

    let left: Vec<_> =
        std::fs::read_dir(server.folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".tmp")), "{left:?}");
}

#[tokio::test]
async fn accounts_are_made_changed_and_erased() {
    let server = Server::new();
    let admin = server.admin();
    let wanted = |email: &str| json!({ "email": email, "password": PASSWORD });
    let made = admin.post("/api/admin/users").json(&wanted("Bob@Exemple.fr")).await.is(201);
    assert_eq!((made.at("/email"), made.at("/role")), (json!("bob@exemple.fr"), json!("member")));
    admin.post("/api/admin/users").json(&wanted("bob@exemple.fr")).await.is(409);
    admin.post("/api/admin/users").json(&wanted("bob")).await.refuses("email");
    let weak = json!({ "email": "c@exemple.fr", "password": "azertyuiop" });
    admin.post("/api/admin/users").json(&weak).await.refuses("password");
    let listed = admin.get("/api/admin/users").await.is(200);
    let text = String::from_utf8_lossy(&listed.body).into_owned();
    assert_eq!(listed.value().as_array().unwrap().len(), 2);
    assert!(!text.contains("argon2") && !text.contains("password"), "{text}");

    let at = format!("/api/admin/users/{}", made.text_at("/id"));
    let bob = server.member("bob");
    let signed_in =
        server.post("/api/auth/token").json(&wanted("bob@exemple.fr")).await.is(200).text_at("/access");
    bob.get("/api/admin/users").await.is(403);
    admin.patch(&at).json(&json!({ "role": "admin" })).await.is(200);
    bob.get("/api/admin/users").await.is(200);
    let new = json!({ "password": "cinq hérissons au cinéma" });
    let closed = admin.patch(&at).json(&new).await.is(200);
    assert_eq!((closed.at("/closed/sign_ins"), closed.at("/closed/tokens")), (json!(1), json!(["essai"])));
    bob.get("/api/me").await.is(401);
    server.get("/api/me").bearer(&signed_in).await.is(401);
    admin.patch(&at).json(&json!({ "email": "x@y.fr" })).await.refuses("email");
    admin.patch(&at).json(&json!({ "role": "chef" })).await.refuses("role");
    admin.delete(&at).await.is(204);
    admin.delete(&at).await.is(404);
    admin.patch(&at).json(&json!({})).await.is(404);
    bob.get("/api/me").await.is(401);
    // The address is free again.
    admin.post("/api/admin/users").json(&wanted("bob@exemple.fr")).await.is(201);
}

#[tokio::test]
async fn the_last_administrator_stays_while_others_need_one() {
    let server = Server::new();
    let admin = server.admin();
    let own = format!("/api/admin/users/{}", admin.owner.0);
    let anne = server.member("anne");
    for refused in [
        admin.patch(&own).json(&json!({ "role": "member" })).await,
        admin.delete(&own).await,
        admin.erase().await,
    ] {
        assert_eq!(refused.is(409).at("/type"), "urn:jobmatch:last-admin");
    }
    assert_eq!(admin.get("/api/me").await.at("/role"), "admin");
    let hers = format!("/api/admin/users/{}", anne.owner.0);
    admin.patch(&hers).json(&json!({ "role": "admin" })).await.is(200);
    admin.patch(&own).json(&json!({ "role": "member" })).await.is(200);
    admin.get("/api/admin/users").await.is(403);
    admin.erase().await.is(204);
    // Alone, she may go: the next one begins anew.
    anne.erase().await.is(204);
    assert!(accounts::none_yet(&server.app.index.records()).unwrap());
    let code = server.app.first_visit_code().unwrap().unwrap();
    let again = server
        .post("/api/auth/sign-up")
        .json(&json!({ "email": "z@exemple.fr", "password": PASSWORD, "code": code }))
        .await;
    let access = again.is(201).text_at("/access");
    assert_eq!(server.get("/api/me").bearer(&access).await.at("/role"), "admin");
}

#[tokio::test]
async fn two_administrators_cannot_demote_each_other_at_once() {
    let server = Server::new();
    let one = server.admin();
    let other = server.person("autre", accounts::Role::Admin);
    let demote = async |by: &crate::support::Person<'_>, whom: &crate::support::Person<'_>| {
        by.patch(format!("/api/admin/users/{}", whom.owner.0)).json(&json!({ "role": "member" })).await
    };
    for _ in 0..10 {
        let (first, second) = tokio::join!(demote(&one, &other), demote(&other, &one));
        let admins: Vec<Value> = accounts::list(&server.app.index.records())
            .unwrap()
            .iter()
            .filter(|(_, account)| account.role == accounts::Role::Admin)
            .map(|(_, account)| json!(account.email))
            .collect();
        assert_eq!(admins.len(), 1, "{first} {second}");
        for person in [&one, &other] {
            accounts::set_role(&server.app.index.records(), person.owner, accounts::Role::Admin).unwrap();
        }
    }
}
