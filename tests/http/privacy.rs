//! What a person gives is theirs: unreadable on the disk, exported whole, erased for good.

use std::io::{Cursor, Read};
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Person, Server, offer};

const NAME: &str = "Zéphyrine Quolibet";
const WORDS: &str = "gloubiboulga";
const EMAIL: &str = "zephyrine@exemple.fr";

/// Files below a folder in which any of the texts can be read, as UTF-8 or UTF-16.
fn readable(folder: &Path) -> Vec<String> {
    let mut found = vec![];
    let mut folders = vec![folder.to_owned()];
    let needles: Vec<Vec<u8>> = [NAME, "Quolibet", "QUOLIBET", "quolibet", WORDS, EMAIL, "zephyrine"]
        .into_iter()
        .flat_map(|text| {
            let wide = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            [text.as_bytes().to_vec(), wide, big]
        })
        .collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let name = path.to_string_lossy();
            for needle in &needles {
                if memchr_like(&bytes, needle) || memchr_like(name.as_bytes(), needle) {
                    found.push(format!("{name}: {}", String::from_utf8_lossy(needle)));
                }
            }
        }
    }
    found
}

fn memchr_like(bytes: &[u8], needle: &[u8]) -> bool {
    let first = needle[0];
    let mut at = 0;
    while let Some(next) = bytes[at..].iter().position(|byte| *byte == first) {
        at += next;
        if bytes[at..].starts_with(needle) {
            return true;
        }
        at += 1;
    }
    false
}

/// Everything that JobMatch can be told of a person.
async fn tell_everything(person: &Person<'_>) -> (String, String) {
    let cv = format!(
        "{NAME}\n{EMAIL}\n\nConductrice {WORDS}\n\nExpérience\n2019 - 2024 Conductrice, Cars {NAME}\n"
    );
    let profile = person.upload(&format!("cv {NAME}.txt"), cv.as_bytes()).await;
    person.cv(&json!({ "basics": { "name": NAME, "email": EMAIL, "label": WORDS }, "skills": [{ "name": WORDS }] })).await;
    // A search that was typed is theirs too.
    person.get(format!("/api/offers?q={WORDS}")).await.is(200);
    person.get(format!("/api/profiles/{profile}/matches?explain=true")).await.is(200);
    person.post("/api/offers/test:2/hide").await.is(204);
    let application = person.follow("test:1").await;
    let at = format!("/api/applications/{application}");
    person.post(format!("{at}/notes")).json(&json!({ "text": format!("{NAME} {WORDS}") })).await.is(200);
    person.post(format!("{at}/documents")).file(&format!("lettre {NAME}.txt"), cv.as_bytes()).await.is(200);
    let change = json!({ "contacts": [{ "name": NAME, "email": EMAIL }], "next_action": { "what": WORDS } });
    person.patch(&at).json(&change).await.is(200);
    let token = json!({ "name": format!("script de {NAME}"), "scopes": ["read"] });
    person.post("/api/auth/tokens").json(&token).await.is(201);
    // A file that cannot be read is kept no longer than its task.
    let broken =
        person.post("/api/profiles/file").file(&format!("{NAME}.pdf"), format!("%PDF-1.4 {NAME}").as_bytes());
    let broken = broken.await.is(202).text_at("/id");
    person.ended(&broken).await;
    (profile, application)
}

#[tokio::test]
async fn nothing_of_a_person_can_be_read_on_the_disk_before_or_after_erasing_them() {
    let server = Server::new();
    let admin = server.admin();
    admin
        .import(&[
            offer("1", "Conductrice de car", "Permis D."),
            offer("2", "Soudeur", "TIG."),
            offer("3", "Maçon", ""),
        ])
        .await;
    let person = server.member("zephyrine");
    let (profile, application) = tell_everything(&person).await;
    assert_eq!(readable(server.folder.path()), Vec::<String>::new());
    let keys = || std::fs::read_dir(server.folder.path().join("keys")).unwrap().count();
    let before = keys();

    let next = person.get("/api/offers?limit=1").await.text_at("/next");
    person.erase().await.is(204);
    person.get("/api/me").await.is(401);
    assert_eq!(keys(), before - 1);
    assert_eq!(readable(server.folder.path()), Vec::<String>::new());
    let sign_in = json!({ "email": EMAIL, "password": crate::support::PASSWORD });
    server.post("/api/auth/token").json(&sign_in).await.is(401);

    // Whoever comes next under this address begins with nothing.
    let other = server.member("zephyrine");
    assert_ne!(other.owner, person.owner);
    for path in [
        format!("/api/profiles/{profile}"),
        format!("/api/applications/{application}"),
        format!("/api/tasks/{profile}"),
    ] {
        other.get(path).await.is(404);
    }
    other.get(format!("/api/offers?cursor={next}")).await.is(400);
    assert_eq!(other.get("/api/offers").await.at("/total"), 3);

    let Server { folder, .. } = server;
    assert_eq!(readable(folder.path()), Vec::<String>::new());
}

#[tokio::test]
async fn erasing_somebody_whose_cv_is_being_read_leaves_nothing_either() {
    let server = Server::new();
    server.admin();
    let person = server.member("zephyrine");
    for _ in 0..6 {
        let cv = format!("{NAME}\n{}", "Conductrice\n".repeat(200));
        person.post("/api/profiles/file").file("cv.txt", cv.as_bytes()).await.is(202);
    }
    person.erase().await.is(204);
    let idle = async || {
        let state = server.admin().get("/api/admin/index").await.is(200);
        (state.at("/tasks") == 0).then_some(())
    };
    crate::support::until(idle).await;
    assert_eq!(server.app.index.records().owners().unwrap().len(), 1);
    assert_eq!(readable(server.folder.path()), Vec::<String>::new());
}

#[tokio::test]
async fn an_export_holds_everything_that_was_given() {
    let server = Server::new();
    let admin = server.admin();
    admin
        .import(&[
            offer("1", "Conductrice de car", "Permis D."),
            offer("2", "Soudeur", "TIG."),
            offer("3", "Maçon", ""),
        ])
        .await;
    let person = server.member("zephyrine");
    let (profile, application) = tell_everything(&person).await;
    let export = person.get("/api/me/export").await.is(200);
    let mut archive = zip::ZipArchive::new(Cursor::new(export.body)).unwrap();
    let mut read = |name: &str| {
        let mut bytes = vec![];
        archive.by_name(name).unwrap_or_else(|_| panic!("{name}")).read_to_end(&mut bytes).unwrap();
        bytes
    };
    let account: Value = serde_json::from_slice(&read("compte.json")).unwrap();
    assert_eq!((&account["email"], &account["hidden_offers"][0]["id"]), (&json!(EMAIL), &json!("2")));
    assert_eq!(account["tokens"].as_array().unwrap().len(), 2);
    assert!(account["sign_ins"].is_array());
    let file = read(&format!("cv/{profile}/fichier/cv {NAME}.txt"));
    assert!(file == person.get(format!("/api/profiles/{profile}/file")).await.body);
    let cv: Value = serde_json::from_slice(&read(&format!("cv/{profile}/profil.json"))).unwrap();
    let shown = person.get(format!("/api/profiles/{profile}")).await.value();
    assert_eq!(cv["profile"], shown["profile"]);
    let resume: Value = serde_json::from_slice(&read(&format!("cv/{profile}/json-resume.json"))).unwrap();
    assert_eq!(resume, person.get(format!("/api/profiles/{profile}/json-resume")).await.value());
    let kept = read(&format!("candidatures/{application}/candidature.json"));
    let kept: Value = serde_json::from_slice(&kept).unwrap();
    assert_eq!(kept["notes"][0]["text"], format!("{NAME} {WORDS}"));
    let document = kept["documents"][0]["id"].as_str().unwrap();
    let letter = read(&format!("candidatures/{application}/documents/{document}-lettre {NAME}.txt"));
    assert!(letter == file);
}
