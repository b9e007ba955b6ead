//! Importing offers.

use jobmatch::demo;
use serde_json::{Value, json};

use crate::support::{Answer, Person, Server, offer};

fn results(answer: &Answer) -> Vec<String> {
    let items = answer.at("/items");
    items.as_array().unwrap().iter().map(|item| item["result"].as_str().unwrap().to_owned()).collect()
}

fn counts(answer: &Answer) -> [u64; 4] {
    ["created", "updated", "duplicate", "rejected"]
        .map(|name| answer.at(&format!("/{name}")).as_u64().unwrap())
}

#[tokio::test]
async fn each_offer_s_fate_is_told() {
    let server = Server::new();
    let admin = server.admin();
    let import = async |offers: Value| admin.post("/api/offers/import").json(&offers).await.is(200);
    let (one, two) = (offer("1", "Soudeur", "Soudure TIG."), offer("2", "Boulanger", "Levain."));
    let first = import(json!([one, { "title": "sans id" }, two, 7])).await;
    assert_eq!(results(&first), ["created", "rejected", "created", "rejected"]);
    assert_eq!(counts(&first), [2, 0, 0, 2]);
    assert_eq!(first.at("/items/0/id"), "test:1");
    assert!(first.text_at("/items/1/reason").contains("champ id"), "{first}");
    assert!(!first.text_at("/items/1/reason").contains("  "));

    let changed = offer("1", "Soudeuse", "Soudure TIG.");
    let second = import(json!([changed, two])).await;
    assert_eq!(
        (results(&second), counts(&second)),
        (vec!["updated".into(), "duplicate".into()], [0, 1, 1, 0])
    );
    assert_eq!(admin.get("/api/offers/test:1").await.at("/title"), "Soudeuse");

    let three = offer("3", "Maçon", "Parpaings.");
    let twice = import(json!([three, three])).await;
    assert_eq!(counts(&twice), [1, 0, 1, 0], "{twice}");
}

#[tokio::test]
async fn every_form_of_a_file_of_offers_is_read() {
    let server = Server::new();
    let admin = server.admin();
    let generated: Vec<Value> = demo::generate(3, 5).collect();
    let lines: String = generated.iter().map(|offer| format!("{offer}\n")).collect();
    let posting = json!({
        "@context": "https://schema.org", "@type": "JobPosting", "title": "Soudeur",
        "identifier": "42", "hiringOrganization": { "name": "Forges" }, "description": "<p>Soudure</p>",
    });
    for (body, created) in [
        (lines, [3, 0, 0, 0]),
        (json!(generated).to_string(), [0, 0, 3, 0]),
        (json!({ "resultats": generated, "filtresPossibles": [] }).to_string(), [0, 0, 3, 0]),
        (generated[0].to_string(), [0, 0, 1, 0]),
        (posting.to_string(), [1, 0, 0, 0]),
        (offer("9", "Maçon", "").to_string(), [1, 0, 0, 0]),
        ("[]".to_owned(), [0, 0, 0, 0]),
    ] {
        let answer = admin.post("/api/offers/import").bytes("application/json", &body).await.is(200);
        assert_eq!(counts(&answer), created, "{answer}");
    }
    let gone = offer("9", "Maçon", "").to_string();
    let mut packed = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, gone.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let answer = admin.post("/api/offers/import").bytes("application/gzip", packed).await.is(200);
    assert_eq!(counts(&answer), [0, 0, 1, 0]);
}

#[tokio::test]
async fn ten_thousand_offers_come_in_at_once() {
    let server = Server::new();
    let admin = server.admin();
    let lines: String = demo::generate(10_000, 3).map(|offer| format!("{offer}\n")).collect();
    let answer = admin.post("/api/offers/import").bytes("application/x-ndjson", &lines).await.is(200);
    assert_eq!(counts(&answer), [10_000, 0, 0, 0]);
    assert_eq!(admin.get("/api/offers?limit=1").await.at("/total"), 10_000);
    assert_eq!(admin.get("/health").await.at("/offers"), 10_000);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_and_stops_nothing() {
    let server = Server::new();
    let admin = server.admin();
    let import = async |body: &[u8]| admin.post("/api/offers/import").bytes("application/json", body).await;
    for empty in [b"".as_slice(), b"  \n\t"] {
        assert_eq!(import(empty).await.is(400).at("/type"), "urn:jobmatch:malformed");
    }
    for broken in
        [b"rien".as_slice(), b"{", b"[{\"id\": 1, ", b"\xff\xfe\x00", b"<html></html>", b"{\"a\":1}"]
    {
        let answer = import(broken).await.is(200);
        assert_eq!(counts(&answer)[0], 0, "{answer}");
        assert!(counts(&answer)[3] > 0, "{answer}");
    }
    let good = offer("1", "Soudeur", "").to_string();
    let mixed = format!("{good}\n{{\"id\": \n{}\n", offer("2", "Maçon", ""));
    let answer = import(mixed.as_bytes()).await.is(200);
    assert_eq!(answer.at("/created"), 2, "{answer}");
}

#[tokio::test]
async fn odd_ids_and_impossible_places_do_no_harm() {
    let server = Server::new();
    let admin = server.admin();
    let place = json!({ "label": "Loin", "position": { "lat": 1e300, "lon": 0.0 }, "uncertainty_km": 0 });
    let mut lost = offer("2", "Soudeur", "");
    lost["place"] = json!({ "value": place, "words": "Loin", "origin": "field" });
    let long = offer(&"x".repeat(500), "Soudeur", "");
    admin.import(&[lost, long, offer("?a=b#c/..", "Soudeur", "")]).await;
    let all = admin.get("/api/offers?limit=100").await.is(200).at("/items");
    assert_eq!(all.as_array().unwrap().len(), 3);
    for card in all.as_array().unwrap() {
        let id = card["id"].as_str().unwrap();
        let part: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
        assert_eq!(admin.get(format!("/api/offers/{part}")).await.is(200).at("/id"), id);
    }
    let mut foreign = offer("3", "Soudeur", "");
    foreign["source"] = "s:/?#%".into();
    for refused in [foreign, offer(&"x".repeat(501), "Soudeur", "")] {
        let answer = admin.post("/api/offers/import").json(&refused).await.is(200);
        assert_eq!(counts(&answer), [0, 0, 0, 1], "{answer}");
    }
}

/// An offer of the source `test` with an address.
fn linked(id: &str, title: &str, url: &str) -> Value {
    let mut offer = offer(id, title, "");
    offer["url"] = json!(url);
    offer
}

#[tokio::test]
async fn an_import_changes_nobody_else_s_offer() {
    let server = Server::new();
    let (admin, anne, bob) = (server.admin(), server.member("anne"), server.member("bob"));
    let import = async |who: &Person<'_>, offer: &Value| {
        results(&who.post("/api/offers/import").json(&json!([offer])).await.is(200)).remove(0)
    };
    let title = async |id: &str| admin.get(format!("/api/offers/test:{id}")).await.is(200).text_at("/title");
    // The house's.
    assert_eq!(import(&admin, &offer("1", "Soudeur", "")).await, "created");
    let forged = linked("1", "Soudeur pressé", "https://ailleurs.example/");
    let told = anne.post("/api/offers/import").json(&json!([forged])).await.is(200);
    assert_eq!(counts(&told), [0, 0, 1, 0]);
    assert!(told.text_at("/items/0/reason").contains("reste comme elle est"), "{told}");
    assert_eq!((title("1").await.as_str(), told.text_at("/items/0/id").as_str()), ("Soudeur", "test:1"));
    // A member's: theirs to change, and an administrator's.
    assert_eq!(import(&anne, &offer("2", "Boulangère", "")).await, "created");
    assert_eq!(import(&bob, &offer("2", "Boulanger pressé", "")).await, "duplicate");
    assert_eq!(import(&bob, &offer("2", "Boulangère", "")).await, "duplicate");
    assert_eq!(import(&anne, &offer("2", "Boulangère, Lyon", "")).await, "updated");
    assert_eq!(title("2").await, "Boulangère, Lyon");
    assert_eq!(import(&admin, &offer("2", "Boulangère, Nantes", "")).await, "updated");
    // Since then it is the house's.
    assert_eq!(import(&anne, &offer("2", "Boulangère, Lyon", "")).await, "duplicate");
    assert_eq!(title("2").await, "Boulangère, Nantes");
    // Twice in one file, and again once it was removed.
    let twice = json!([offer("3", "Maçon", ""), offer("3", "Maçonne", "")]);
    let told = anne.post("/api/offers/import").json(&twice).await.is(200);
    assert_eq!(title("3").await, "Maçonne", "{told}");
    admin.delete("/api/offers/test:3").await.is(204);
    assert_eq!(import(&bob, &offer("3", "Maçon", "")).await, "created");
    assert_eq!(import(&anne, &offer("3", "Maçonne", "")).await, "duplicate");
    // What an administrator has corrected stays so.
    assert_eq!(import(&anne, &offer("4", "Plombier", "")).await, "created");
    admin.patch("/api/offers/test:4").json(&json!({ "title": "Plombière" })).await.is(200);
    assert_eq!(import(&anne, &offer("4", "Plombier", "")).await, "duplicate");
    assert_eq!(title("4").await, "Plombière");
    // Who is erased leaves it to the house.
    assert_eq!(import(&bob, &offer("5", "Couvreur", "")).await, "created");
    bob.erase().await.is(204);
    assert_eq!(import(&anne, &offer("5", "Couvreuse", "")).await, "duplicate");
    assert_eq!(import(&admin, &offer("5", "Couvreuse", "")).await, "updated");
}

#[tokio::test]
async fn only_addresses_of_web_pages_are_kept() {
    let server = Server::new();
    let admin = server.admin();
    for (n, url) in
        ["javascript:alert(1)", "data:text/html,x", "JAVA\nSCRIPT:x", "file:///etc/passwd"].iter().enumerate()
    {
        let offers = json!([linked(&n.to_string(), "Soudeur", url)]);
        let told = admin.post("/api/offers/import").json(&offers).await.is(200);
        assert_eq!((counts(&told), results(&told)), ([1, 0, 0, 0], vec!["remark".into(), "created".into()]));
        assert!(told.text_at("/items/0/reason").contains("champ url"), "{told}");
        let kept = admin.get(format!("/api/offers/test:{n}")).await.is(200).value();
        assert!(kept.get("url").is_none_or(Value::is_null), "{kept}");
        let change = json!({ "url": url });
        admin.patch(format!("/api/offers/test:{n}")).json(&change).await.refuses("url");
    }
    admin.import(&[linked("9", "Soudeur", "https://exemple.fr/9")]).await;
    assert_eq!(admin.get("/api/offers/test:9").await.at("/url"), "https://exemple.fr/9");

    let resume = json!({ "basics": { "name": "Anne", "url": "javascript:alert(1)", "profiles": [{ "url": "https://exemple.fr/anne" }] } });
    let cv = admin.cv(&resume).await;
    let cv = admin.get(format!("/api/profiles/{cv}")).await.is(200).value();
    assert_eq!(cv["profile"]["identity"]["links"], json!(["https://exemple.fr/anne"]));
    let at = format!("/api/profiles/{}", cv["id"].as_str().unwrap());
    let profile = json!({ "identity": { "links": ["javascript:alert(1)"] } });
    admin.put(at).json(&json!({ "name": "Mien", "profile": profile })).await.refuses("links");
}

#[tokio::test]
async fn an_import_has_a_limit() {
    let server = Server::new();
    let admin = server.admin();
    let large = vec![b' '; (64 << 20) + 1];
    let refused = admin.post("/api/offers/import").bytes("application/json", large).await.is(413);
    assert!(refused.text_at("/detail").contains("64 Mo"));
}
