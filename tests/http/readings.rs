//! CVs that were read: where each field comes from, confirmed or not, replaced by a new file.

use jobmatch::ingest::cv;
use jobmatch::people::files::File;
use jobmatch::people::readings;
use jobmatch_index::records::Uuid;
use serde_json::{Value, json};

use crate::support::{Person, Server, demo_cv, noon};

const CV: &str = "Marie DUPONT\nVendeuse\nmarie@exemple.fr\n\nEXPÉRIENCE\nVendeuse - Maison Lorca, Lyon\t\
    mars 2021 - aujourd'hui\n• Encaissement\nVendeuse - Super Halle\t2018 - 2019\n• Mise en rayon\n\nLANGUES\nAnglais : B1";

const NEWER: &str = "Marie DUPONT\nResponsable de boutique\nmarie@exemple.fr\n\nEXPÉRIENCE\nResponsable de boutique - \
    Boutique Azur, Lyon\tjanvier 2026 - aujourd'hui\n• Gestion des stocks\nVendeuse - Maison Lorca, Lyon\tmars 2021 \
    - décembre 2025\n• Encaissement\n\nLANGUES\nAnglais : B2";

fn at(evidence: &Value, field: &str) -> Value {
    let all = evidence.as_array().unwrap();
    all.iter().find(|e| e["field"] == field).unwrap_or_else(|| panic!("{field}: {evidence}")).clone()
}

#[tokio::test]
async fn a_reading_says_which_lines_each_field_comes_from_also_once_it_is_corrected() {
    let server = Server::new();
    let anne = server.member("anne");
    let id = anne.draft("cv.txt", CV.as_bytes()).await;
    let path = format!("/api/profiles/{id}/reading");
    let reading = anne.get(&path).await.is(200);
    let said = |reading: &Value, field: &str| {
        let evidence = at(&reading["evidence"], field);
        let lines = evidence["lines"].as_array().unwrap().clone();
        let line = |n: &Value| reading["document"]["lines"][n.as_u64().unwrap() as usize]["text"].clone();
        (lines.iter().map(line).collect::<Vec<_>>(), evidence["origin"].clone())
    };
    let (lines, origin) = said(&reading.value(), "/experiences/0/employer");
    assert_eq!((lines.len(), origin), (1, json!("rules")));
    assert!(lines[0].as_str().unwrap().contains("Maison Lorca"), "{lines:?}");
    // March 2021 to November 2026, 2018 to 2019; 14 months between them.
    assert_eq!(reading.at("/career/months"), 69 + 24);
    assert_eq!(reading.at("/career/gaps/0/months"), 14);

    let cv = anne.get(format!("/api/profiles/{id}")).await.is(200);
    let mut profile = cv.at("/profile");
    profile["experiences"][0]["employer"] = json!("Maison Lorca Paris");
    profile["experiences"].as_array_mut().unwrap().reverse();
    let change = json!({ "name": "CV", "profile": profile, "version": cv.at("/version") });
    anne.put(format!("/api/profiles/{id}")).json(&change).await.is(200);
    let reading = anne.get(&path).await.is(200).value();
    assert_eq!(said(&reading, "/experiences/1/employer").1, "person");
    let (lines, origin) = said(&reading, "/experiences/0/employer");
    assert!(origin == "rules" && lines[0].as_str().unwrap().contains("Super Halle"), "{lines:?}");
    assert_eq!(reading["document"]["lines"], anne.get(&path).await.at("/document/lines"));
}

#[tokio::test]
async fn a_cv_that_was_not_read_in_a_file_has_no_reading() {
    let server = Server::new();
    let anne = server.member("anne");
    let id = anne.cv(&json!({ "basics": { "label": "Soudeuse" }, "work": [] })).await;
    let refused = anne.get(format!("/api/profiles/{id}/reading")).await.is(404);
    assert!(refused.text_at("/detail").contains("n'a pas été lu"), "{refused}");
    anne.get(format!("/api/profiles/{id}/pages/0")).await.is(404);
    assert_eq!(anne.get(format!("/api/profiles/{id}/changes")).await.is(200).value(), json!([]));
    // It is confirmed from the start, and confirming it changes nothing.
    let cv = anne.get(format!("/api/profiles/{id}")).await.value();
    assert_eq!(cv["confirmed"], true);
    assert_eq!(anne.post(format!("/api/profiles/{id}/confirm")).await.is(200).value(), cv);
}

#[tokio::test]
async fn no_offer_is_ranked_for_a_cv_before_it_is_confirmed() {
    let server = Server::with_offers().await;
    let anne = server.member("anne");
    let id = anne.draft("cv.pdf", demo_cv("cariste.pdf")).await;
    let at = |what: &str| format!("/api/profiles/{id}/{what}");
    let offer = server.admin().get("/api/offers?limit=1").await.text_at("/items/0/id");
    for path in [at("matches"), at("gaps"), at(&format!("matches/{offer}"))] {
        let refused = anne.get(&path).await.is(422);
        assert!(refused.text_at("/detail").contains("relisiez"), "{refused}");
    }
    anne.post(at("activate")).await.is(422);
    anne.post("/api/applications").json(&json!({ "offer": offer, "profile": id })).await.is(422);
    anne.post(at("file")).file("cv.txt", CV.as_bytes()).await.is(422);
    assert_eq!(anne.get("/api/me").await.at("/active_profile"), Value::Null);
    assert_eq!(anne.get("/api/offers?limit=1").await.at("/items/0/match"), Value::Null);

    assert_eq!(anne.post(at("confirm")).await.is(200).at("/active"), true);
    assert_eq!(anne.get("/api/me").await.at("/active_profile"), id);
    assert!(anne.get(at("matches")).await.is(200).at("/items/0/match/score").as_f64().unwrap() > 50.0);
    assert!(!anne.get("/api/offers?limit=1").await.at("/items/0/match").is_null());
}

#[tokio::test]
async fn a_draft_does_not_become_active_when_the_active_cv_goes() {
    let server = Server::new();
    let anne = server.member("anne");
    let active = anne.upload("cv.txt", CV.as_bytes()).await;
    anne.draft("autre.txt", NEWER.as_bytes()).await;
    anne.delete(format!("/api/profiles/{active}")).await.is(204);
    assert_eq!(anne.get("/api/me").await.at("/active_profile"), Value::Null);
}

#[tokio::test]
async fn confirming_twice_or_at_once_is_confirming_once() {
    let server = Server::new();
    let anne = server.member("anne");
    let id = anne.draft("cv.txt", CV.as_bytes()).await;
    let path = format!("/api/profiles/{id}/confirm");
    let confirm = || async { anne.post(&path).await.is(200).value() };
    let (a, b, c) = tokio::join!(confirm(), confirm(), confirm());
    assert_eq!((&a, &b), (&b, &c));
    assert_eq!((&a["version"], &a["confirmed"]), (&json!(2), &json!(true)));
    assert_eq!(confirm().await, a);
    assert_eq!(anne.get("/api/profiles").await.value().as_array().unwrap().len(), 1);
}

/// A CV that was confirmed and corrected, and the draft that a new file of it makes.
async fn renewed(anne: &Person<'_>) -> (String, String) {
    let id = anne.upload("cv.txt", CV.as_bytes()).await;
    let cv = anne.get(format!("/api/profiles/{id}")).await.is(200);
    let mut profile = cv.at("/profile");
    profile["wishes"]["salary"] = json!(30_000);
    let change = json!({ "name": "Vente", "profile": profile });
    anne.put(format!("/api/profiles/{id}")).json(&change).await.is(200);
    let draft = anne.renewed(&id, "cv 2027.txt", NEWER.as_bytes()).await;
    (id, draft)
}

#[tokio::test]
async fn a_new_file_changes_nothing_before_it_is_confirmed_and_then_takes_the_place() {
    let server = Server::new();
    let anne = server.member("anne");
    let (id, draft) = renewed(&anne).await;
    let before = anne.get(format!("/api/profiles/{id}")).await.is(200);
    assert_eq!((before.at("/profile/title"), before.at("/file/name")), (json!("Vendeuse"), json!("cv.txt")));
    let waiting = anne.get(format!("/api/profiles/{draft}")).await.is(200);
    assert_eq!((waiting.at("/replaces"), waiting.at("/confirmed")), (json!(id), json!(false)));
    assert_eq!(waiting.at("/name"), "Vente");

    let changes = anne.get(format!("/api/profiles/{draft}/changes")).await.is(200).value();
    let told = |field: &str| {
        let found = changes.as_array().unwrap().iter().find(|change| change["field"] == field);
        let change = found.unwrap_or_else(|| panic!("{field}: {changes}"));
        (change.get("before").cloned(), change.get("after").cloned())
    };
    let pair = |a: &str, b: &str| (Some(json!(a)), Some(json!(b)));
    assert_eq!(told("/title"), pair("Vendeuse", "Responsable de boutique"));
    assert_eq!(told("/experiences/0"), (None, Some(json!("Responsable de boutique, Boutique Azur"))));
    assert_eq!(told("/experiences/1"), (Some(json!("Vendeuse, Super Halle")), None));
    assert_eq!(told("/experiences/1/dates"), pair("depuis 03/2021", "03/2021 – 12/2025"));
    assert_eq!(told("/languages/0/level"), pair("B1", "B2"));
    assert_eq!(anne.get(format!("/api/profiles/{id}/changes")).await.is(200).value(), json!([]));

    let done = anne.post(format!("/api/profiles/{draft}/confirm")).await.is(200);
    assert_eq!(
        (done.at("/id"), done.at("/active"), done.at("/confirmed")),
        (json!(id), json!(true), json!(true))
    );
    assert_eq!((done.at("/name"), done.at("/file/name")), (json!("Vente"), json!("cv 2027.txt")));
    assert_eq!(done.at("/profile/title"), "Responsable de boutique");
    assert_eq!(done.at("/profile/wishes/salary"), 30_000);
    assert!(done.value().get("replaces").is_none());
    let reading = anne.get(format!("/api/profiles/{id}/reading")).await.is(200).value();
    assert!(reading["document"]["lines"][1]["text"] == "Responsable de boutique", "{reading}");
    assert!(anne.get(format!("/api/profiles/{id}/file")).await.is(200).body == NEWER.as_bytes());
    for gone in ["", "/reading", "/changes", "/file"] {
        anne.get(format!("/api/profiles/{draft}{gone}")).await.is(404);
    }
    anne.post(format!("/api/profiles/{draft}/confirm")).await.is(404);
    assert_eq!(anne.get("/api/profiles").await.value().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_new_file_that_is_discarded_leaves_the_cv_as_it_was() {
    let server = Server::new();
    let anne = server.member("anne");
    let (id, draft) = renewed(&anne).await;
    let before = anne.get(format!("/api/profiles/{id}")).await.value();
    anne.delete(format!("/api/profiles/{draft}")).await.is(204);
    assert_eq!(anne.get(format!("/api/profiles/{id}")).await.value(), before);
    assert!(anne.get(format!("/api/profiles/{id}/file")).await.is(200).body == CV.as_bytes());
    // A file that cannot be read changes nothing either.
    let broken = anne.post(format!("/api/profiles/{id}/file")).file("cv.pdf", b"%PDF-1.4").await.is(202);
    let task = anne.ended(&broken.text_at("/id")).await;
    assert_eq!((&task["state"], &task["work"]["replaces"]), (&json!("failed"), &json!(id)));
    assert_eq!(anne.get(format!("/api/profiles/{id}")).await.value(), before);
}

#[tokio::test]
async fn a_new_file_of_a_cv_that_is_gone_becomes_a_cv_of_its_own() {
    let server = Server::new();
    let anne = server.member("anne");
    let (id, draft) = renewed(&anne).await;
    anne.delete(format!("/api/profiles/{id}")).await.is(204);
    assert_eq!(anne.get(format!("/api/profiles/{draft}/changes")).await.is(200).value(), json!([]));
    let done = anne.post(format!("/api/profiles/{draft}/confirm")).await.is(200);
    assert_eq!((done.at("/id"), done.at("/active")), (json!(draft), json!(true)));
}

#[tokio::test]
async fn two_new_files_that_are_confirmed_at_once_both_end_in_the_cv() {
    let server = Server::new();
    let anne = server.member("anne");
    let (id, draft) = renewed(&anne).await;
    let other = anne.renewed(&id, "encore.txt", NEWER.as_bytes()).await;
    let confirm = |draft: &str| anne.post(format!("/api/profiles/{draft}/confirm"));
    let (first, second) = tokio::join!(confirm(&draft), confirm(&other));
    assert_eq!((first.is(200).at("/id"), second.is(200).at("/id")), (json!(id), json!(id)));
    assert_eq!(anne.get("/api/profiles").await.value().as_array().unwrap().len(), 1);
    // The one that came last is the whole of it.
    let name = anne.get(format!("/api/profiles/{id}")).await.text_at("/file/name");
    assert!(["cv 2027.txt", "encore.txt"].contains(&name.as_str()), "{name}");
    anne.get(format!("/api/profiles/{id}/file")).await.is(200);
}

#[tokio::test]
async fn pages_are_given_as_pictures_and_go_with_their_cv() {
    let server = Server::new();
    let (anne, bob) = (server.member("anne"), server.member("bob"));
    let picture = |byte| [b"\x89PNG\r\n\x1a\n".as_slice(), &[byte; 9]].concat();
    let reading = cv::read(CV.as_bytes(), Some("cv.txt"), jiff::civil::date(2026, 11, 22)).unwrap();
    let (records, id) = (server.app.index.records(), Uuid::now_v7());
    let file = File::new("cv.txt", CV.as_bytes().to_vec()).unwrap();
    let pages = vec![picture(1), picture(2)];
    readings::add(&records, anne.owner, id, &reading, pages, &file, None, noon()).unwrap();
    let second = anne.get(format!("/api/profiles/{id}/pages/1")).await.is(200);
    assert_eq!((second.header("content-type"), &second.body), ("image/png", &picture(2)));
    for missing in ["2", "65535", "x", "-1"] {
        anne.get(format!("/api/profiles/{id}/pages/{missing}")).await.is(404);
    }
    bob.get(format!("/api/profiles/{id}/pages/1")).await.is(404);

    let export = anne.get("/api/me/export").await.is(200);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(export.body)).unwrap();
    assert_eq!(archive.by_name(&format!("cv/{id}/pages/2.png")).unwrap().size(), 17);
    let kept: Value =
        serde_json::from_reader(archive.by_name(&format!("cv/{id}/lecture.json")).unwrap()).unwrap();
    assert_eq!(kept["document"]["lines"][1]["text"], "Vendeuse");

    anne.delete(format!("/api/profiles/{id}")).await.is(204);
    assert!(readings::get(&records, anne.owner, id).unwrap().is_none());
    assert!(readings::pages(&records, anne.owner, id).unwrap().is_empty());
}

#[tokio::test]
async fn a_cv_is_exported_in_both_forms() {
    let server = Server::new();
    let anne = server.member("anne");
    let id = anne.upload("cv de Zoé.pdf", demo_cv("developpeuse-web.pdf")).await;
    let path = format!("/api/profiles/{id}/export");
    let profile = anne.get(format!("/api/profiles/{id}")).await.at("/profile");
    let own = anne.get(format!("{path}?format=jobmatch")).await.is(200);
    assert_eq!(own.value(), profile);
    assert_eq!(
        own.header("content-disposition"),
        "attachment; filename*=UTF-8''cv%20de%20Zo%C3%A9.jobmatch.json"
    );
    let resume = anne.get(&path).await.is(200);
    assert_eq!(resume.value(), anne.get(format!("/api/profiles/{id}/json-resume")).await.value());
    assert_eq!(anne.get(format!("{path}?format=json_resume")).await.is(200).value(), resume.value());
    anne.get(format!("{path}?format=word")).await.is(422);
    // It comes back as it went out.
    let again = anne.cv(&own.value()).await;
    assert_eq!(anne.get(format!("/api/profiles/{again}")).await.at("/profile"), profile);
}
