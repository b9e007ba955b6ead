//! Following applications.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Answer, Person, Server, offer};

async fn with_offers(server: &Server, count: usize) {
    let offers: Vec<Value> =
        (1..=count).map(|n| offer(&n.to_string(), &format!("Soudeur {n}"), "Soudure TIG.")).collect();
    server.admin().import(&offers).await;
}

async fn go(person: &Person<'_>, id: &str, to: &str, version: Option<u32>) -> Answer {
    let wanted = json!({ "to": to, "version": version });
    person.post(format!("/api/applications/{id}/move")).json(&wanted).await
}

#[tokio::test]
async fn an_application_goes_from_state_to_state_and_illegal_moves_are_told_the_legal_ones() {
    let server = Server::new();
    with_offers(&server, 1).await;
    let anne = server.member("anne");
    let id = anne.follow("test:1").await;
    let refused = go(&anne, &id, "accepted", None).await.is(409);
    assert_eq!(refused.at("/type"), "urn:jobmatch:illegal-move");
    assert_eq!(refused.at("/legal"), json!(["in_progress", "withdrawn"]));
    assert!(refused.text_at("/detail").contains("« Ajoutée » ne peut pas devenir « Acceptée »"));

    go(&anne, &id, "in_progress", None).await.is(200);
    let applied = go(&anne, &id, "applied", None).await.is(200);
    assert_eq!(applied.at("/applied_on"), "2026-11-22");
    for (n, to) in ["interview", "applied", "interview", "accepted"].into_iter().enumerate() {
        let moved = go(&anne, &id, to, None).await.is(200);
        assert_eq!((moved.at("/status"), moved.at("/version")), (json!(to), json!(4 + n)));
    }
    let last = anne.get(format!("/api/applications/{id}")).await.is(200).value();
    let moves: Vec<_> = last["history"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["kind"] == "moved")
        .map(|event| event["to"].as_str().unwrap())
        .collect();
    assert_eq!(moves, ["in_progress", "applied", "interview", "applied", "interview", "accepted"]);
    go(&anne, &id, "finished", None).await.refuses("to");
}

/// From every state, every move: what the application says is what it does.
#[tokio::test]
async fn the_moves_that_an_application_offers_are_those_that_it_accepts() {
    const STATES: [&str; 7] =
        ["added", "in_progress", "applied", "interview", "accepted", "rejected", "withdrawn"];
    let paths: [&[&str]; 7] = [
        &[],
        &["in_progress"],
        &["in_progress", "applied"],
        &["in_progress", "applied", "interview"],
        &["in_progress", "applied", "interview", "accepted"],
        &["in_progress", "applied", "rejected"],
        &["withdrawn"],
    ];
    let server = Server::new();
    with_offers(&server, 1).await;
    let anne = server.member("anne");
    for path in paths {
        for to in STATES {
            let id = anne.follow("test:1").await;
            for step in path {
                go(&anne, &id, step, None).await.is(200);
            }
            let offered = anne.get(format!("/api/applications/{id}")).await.at("/moves");
            let moved = go(&anne, &id, to, None).await;
            if offered.as_array().unwrap().contains(&json!(to)) {
                assert_eq!(moved.is(200).at("/status"), to);
            } else {
                assert_eq!(moved.is(409).at("/legal"), offered, "{path:?} {to}");
            }
            anne.delete(format!("/api/applications/{id}")).await.is(204);
        }
    }
}

#[tokio::test]
async fn of_two_windows_that_move_one_card_the_second_is_told_to_look_again() {
    let server = Server::new();
    with_offers(&server, 1).await;
    let anne = server.member("anne");
    let id = anne.follow("test:1").await;
    let version = anne.get(format!("/api/applications/{id}")).await.at("/version").as_u64().unwrap() as u32;
    let (one, two) = tokio::join!(
        go(&anne, &id, "in_progress", Some(version)),
        go(&anne, &id, "withdrawn", Some(version))
    );
    let (won, lost) = if one.status == StatusCode::OK { (one, two) } else { (two, one) };
    let (won, lost) = (won.is(200), lost.is(409));
    assert_eq!(lost.at("/type"), "urn:jobmatch:changed");
    assert_eq!(lost.at("/version"), won.at("/version"));
    let edit = json!({ "version": version, "contacts": [] });
    let lost = anne.patch(format!("/api/applications/{id}")).json(&edit).await.is(409);
    assert_eq!(lost.at("/version"), won.at("/version"));
}

#[tokio::test]
async fn an_offer_is_followed_once() {
    let server = Server::new();
    with_offers(&server, 1).await;
    let anne = server.member("anne");
    let follow = async || anne.post("/api/applications").json(&json!({ "offer": "test:1" })).await;
    let (one, two) = tokio::join!(follow(), follow());
    let (won, lost) = if one.status == StatusCode::CREATED { (one, two) } else { (two, one) };
    let (won, lost) = (won.is(201), lost.is(409));
    assert_eq!(lost.at("/type"), "urn:jobmatch:already-followed");
    assert_eq!(lost.at("/existing"), won.at("/id"));
    for unknown in ["test:2", "rien", ":", ""] {
        anne.post("/api/applications").json(&json!({ "offer": unknown })).await.is(404);
    }
    let card = anne.get("/api/offers/test:1").await.is(200);
    assert_eq!(card.at("/application/id"), won.at("/id"));
}

#[tokio::test]
async fn notes_contacts_and_the_next_action_are_kept_and_taken_away() {
    let server = Server::new();
    with_offers(&server, 1).await;
    let anne = server.member("anne");
    let id = anne.follow("test:1").await;
    let at = format!("/api/applications/{id}");
    let noted = anne.post(format!("{at}/notes")).json(&json!({ "text": " Rappeler lundi \n" })).await.is(200);
    assert_eq!(noted.at("/notes/0/text"), "Rappeler lundi");
    anne.post(format!("{at}/notes")).json(&json!({ "text": " \n" })).await.refuses("text");
    let long = "é".repeat(10_001);
    anne.post(format!("{at}/notes")).json(&json!({ "text": long })).await.refuses("text");
    let gone = anne.delete(format!("{at}/notes/{}", noted.text_at("/notes/0/id"))).await.is(200);
    assert_eq!(gone.at("/notes"), json!([]));
    anne.delete(format!("{at}/notes/{}", noted.text_at("/notes/0/id"))).await.is(404);

    let contacts = json!([{ "name": "Zoé Blin", "role": "RH", "email": "z@b.fr", "phone": "01 23" }]);
    let action = json!({ "what": "Relancer", "on": "2026-12-01" });
    let change = json!({ "contacts": contacts, "next_action": action, "applied_on": "2026-11-20" });
    let edited = anne.patch(&at).json(&change).await.is(200);
    assert_eq!((edited.at("/contacts"), edited.at("/next_action")), (contacts.clone(), action));
    let same = anne.patch(&at).json(&change).await.is(200);
    assert_eq!(same.at("/version"), edited.at("/version"), "nothing has changed");
    let taken =
        anne.patch(&at).json(&json!({ "next_action": null, "applied_on": null })).await.is(200).value();
    assert_eq!((taken.get("next_action"), taken.get("applied_on")), (None, None));
    assert_eq!(taken["contacts"], contacts, "what is left out stays");

    for (change, field) in [
        (json!({ "contacts": [{ "nom": "x" }] }), "contacts[0].nom"),
        (json!({ "couleur": "rouge" }), "couleur"),
        (json!({ "next_action": { "what": " " } }), "next_action"),
        (json!({ "next_action": { "what": "x".repeat(301) } }), "next_action"),
        (json!({ "contacts": vec![json!({ "name": "x" }); 51] }), "contacts"),
        (json!({ "contacts": [{ "name": "x".repeat(201) }] }), "contacts"),
        (json!({ "applied_on": "2026-02-30" }), "applied_on"),
    ] {
        anne.patch(&at).json(&change).await.refuses(field);
    }
    let nobodys = json!({ "profile": jobmatch_index::records::Uuid::nil() });
    anne.patch(&at).json(&nobodys).await.is(404);
}

#[tokio::test]
async fn documents_come_back_byte_for_byte() {
    let server = Server::new();
    with_offers(&server, 1).await;
    let anne = server.member("anne");
    let id = anne.follow("test:1").await;
    let at = format!("/api/applications/{id}/documents");
    let everything: Vec<u8> = (0..=255).cycle().take(3 << 20).collect();
    let added = anne.post(&at).file("lettre \u{202e}fdp.pdf", &everything).await.is(200);
    assert_eq!(added.at("/documents/0/size"), everything.len());
    let document = format!("{at}/{}", added.text_at("/documents/0/id"));
    let back = anne.get(&document).await.is(200);
    assert!(back.body == everything);
    assert_eq!(back.header("content-type"), "application/pdf");
    assert!(back.header("content-disposition").starts_with("attachment;"));
    anne.post(&at).file("vide.pdf", b"").await.refuses("file");
    anne.post(&at).bytes("multipart/form-data; boundary=x", "--x--\r\n").await.refuses("file");
    anne.post(&at).json(&json!({})).await.is(415);
    anne.post(&at).bytes("multipart/form-data; boundary=x", "--x\r\nContent").await.is(400);
    let large = vec![0; (25 << 20) + 1];
    let refused = anne.post(&at).file("grand.bin", &large).await;
    assert!(matches!(refused.status.as_u16(), 413 | 422), "{refused}");
    let huge = vec![0; 27 << 20];
    anne.post(&at).file("enorme.bin", &huge).await.is(413);
    let gone = anne.delete(&document).await.is(200);
    assert_eq!(gone.at("/documents"), json!([]));
    anne.get(&document).await.is(404);
    anne.delete(&document).await.is(404);
}

#[tokio::test]
async fn every_application_is_on_one_page_whatever_is_added_meanwhile() {
    let server = Server::new();
    with_offers(&server, 25).await;
    let anne = server.member("anne");
    let mut followed = vec![];
    for n in 1..=20 {
        followed.push(anne.follow(&format!("test:{n}")).await);
    }
    let (mut seen, mut after) = (vec![], None);
    let mut added = 20;
    loop {
        let from = after.map(|id| format!("&after={id}")).unwrap_or_default();
        let page = anne.get(format!("/api/applications?limit=7{from}")).await.is(200).value();
        seen.extend(
            page["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()),
        );
        if added < 23 {
            added += 1;
            followed.push(anne.follow(&format!("test:{added}")).await);
        }
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(seen, followed);

    go(&anne, &followed[3], "in_progress", None).await.is(200);
    let some = anne.get("/api/applications?status=in_progress").await.is(200);
    assert_eq!((some.at("/total"), some.at("/items/0/id")), (json!(1), json!(followed[3])));
    for (query, field) in
        [("limit=0", "limit"), ("limit=201", "limit"), ("status=x", "status"), ("after=x", "after")]
    {
        anne.get(format!("/api/applications?{query}")).await.refuses(field);
    }
    anne.get("/api/applications?page=2").await.refuses("page");
}

#[tokio::test]
async fn an_application_keeps_its_offer_when_the_source_takes_it_away() {
    let server = Server::new();
    with_offers(&server, 1).await;
    let (admin, anne) = (server.admin(), server.member("anne"));
    let id = anne.follow("test:1").await;
    let before = anne.get(format!("/api/applications/{id}")).await.at("/offer");
    admin.delete("/api/offers/test:1").await.is(204);
    anne.get("/api/offers/test:1").await.is(404);
    let after = anne.get(format!("/api/applications/{id}")).await.is(200);
    assert_eq!(after.at("/offer"), before);
    go(&anne, &id, "in_progress", None).await.is(200);
    assert_eq!(anne.get("/api/applications").await.at("/items/0/offer/title"), "Soudeur 1");
}

#[tokio::test]
async fn an_application_says_how_the_offer_fitted_the_cv_it_was_made_with() {
    let server = Server::new();
    with_offers(&server, 2).await;
    let anne = server.member("anne");
    let without = anne.follow("test:1").await;
    assert_eq!(anne.get(format!("/api/applications/{without}")).await.value().get("score"), None);
    let cv =
        anne.cv(&json!({ "basics": { "label": "Soudeuse" }, "skills": [{ "name": "Soudure TIG" }] })).await;
    let with = anne.follow("test:2").await;
    let made = anne.get(format!("/api/applications/{with}")).await.is(200);
    let shown = anne.get(format!("/api/profiles/{cv}/matches/test:2")).await.is(200);
    assert_eq!((made.at("/profile"), made.at("/score")), (json!(cv), shown.at("/score")));
}
