//! Searching offers: words, filters, order, pages, and hiding.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use jobmatch_index::offer::Offer;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{Person, Server, clock, config, offer};

fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|card| card["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn words_and_filters_choose_among_the_offers() {
    let server = Server::with_offers().await;
    let anne = server.member("anne");
    let search = async |query: &str| anne.get(format!("/api/offers?{query}")).await.is(200).value();

    let all = search("").await;
    assert_eq!((&all["total"], all["items"].as_array().unwrap().len()), (&json!(500), 20));
    let dates: Vec<_> =
        all["items"].as_array().unwrap().iter().map(|card| card["updated"].as_str()).collect();
    assert!(dates.windows(2).all(|pair| pair[0] >= pair[1]), "without words or CV, the latest come first");

    let found = search("q=TIG").await;
    assert!(found["total"].as_u64().unwrap() > 0 && found["relaxed"] == false);
    assert!(
        found["items"][0]["snippet"]["marks"].as_array().is_some_and(|marks| !marks.is_empty()),
        "{found}"
    );
    let relaxed = search("q=soudeur+astronaute").await;
    assert_eq!(relaxed["relaxed"], true);
    assert_eq!(search("q=xyzzy").await["total"], 0);

    // A facet counts what its filter then finds.
    for facet in all["facets"]["contracts"].as_array().unwrap() {
        let name = facet[0].as_str().unwrap();
        let some = search(&format!("contracts={name}")).await;
        assert_eq!(some["total"], facet[1], "{name}");
        assert!(some["items"].as_array().unwrap().iter().all(|card| card["contract"] == name), "{name}");
    }
    let two = search("contracts=permanent,internship&limit=100").await;
    let kinds: BTreeSet<_> =
        two["items"].as_array().unwrap().iter().map(|card| card["contract"].to_string()).collect();
    assert!(
        kinds.iter().all(|kind| ["\"permanent\"", "\"internship\""].contains(&kind.as_str())),
        "{kinds:?}"
    );

    let near = search("near=Lyon&radius=20&limit=100").await;
    assert!(near["total"].as_u64().unwrap() > 0 && near["total"].as_u64() < all["total"].as_u64());
    assert_eq!(near["near"]["label"], "Lyon (69)");
    let region = search("near=Bretagne&limit=100").await;
    assert_eq!(region["near"]["whole"], true);
    for card in region["items"].as_array().unwrap().iter().filter(|card| card["telework"] != "full") {
        let place = card["place"].as_str().unwrap_or_default();
        assert!(["(22)", "(29)", "(35)", "(56)"].iter().any(|code| place.contains(code)), "{card}");
    }
    let homonyms = search("near=Boulogne").await;
    assert!(homonyms["near"]["others"].as_array().unwrap().contains(&"Boulogne-sur-Mer (62)".into()));
    assert_eq!(search("near=France").await["total"], all["total"]);
    let paid = search("salary_min=40000&salary_known=true&limit=100").await;
    for card in paid["items"].as_array().unwrap() {
        assert!(card["salary"]["max"].as_u64().unwrap() >= 40_000, "{card}");
    }
    let loose = search("salary_min=40000").await;
    assert!(loose["total"].as_u64() > paid["total"].as_u64(), "offers that do not say stay");
    for (query, field, good) in
        [("telework=full", "telework", "full"), ("sources=france-travail", "source", "france-travail")]
    {
        let some = search(&format!("{query}&limit=100")).await;
        assert!(some["items"].as_array().unwrap().iter().all(|card| card[field] == good), "{query}");
    }
    assert_eq!(search("sources=ailleurs").await["total"], 0);
    let recent = search("days=7&limit=100").await;
    assert!(recent["total"].as_u64() < all["total"].as_u64());
    let beginner = search("experience_max=0&limit=100").await;
    for card in beginner["items"].as_array().unwrap() {
        assert!(card["experience_months"].as_u64().unwrap_or(0) == 0, "{card}");
    }
    // A form sends its empty fields too.
    assert_eq!(search("q=&near=&radius=&contracts=&sort=").await["total"], 500);
}

#[tokio::test]
async fn a_wrong_parameter_is_named() {
    let server = Server::new();
    let anne = server.member("anne");
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=beaucoup", "limit"),
        ("radius=0", "radius"),
        ("radius=NaN", "radius"),
        ("radius=inf", "radius"),
        ("days=3651", "days"),
        ("days=-1", "days"),
        ("salary_min=-5", "salary_min"),
        ("salary_known=oui", "salary_known"),
        ("telework=parfois", "telework"),
        ("sort=random", "sort"),
        ("contracts=cdi,permanent", "contracts"),
        ("weights=skills", "weights"),
        ("weights=skills=-1", "weights"),
        ("weights=skills=NaN", "weights"),
        (
            "weights=skills=0,experience=0,location=0,salary=0,occupation=0,text=0,meaning=0,situation=0",
            "weights",
        ),
        ("near=Xyzzyville", "near"),
        ("page=2", "page"),
    ] {
        anne.get(format!("/api/offers?{query}")).await.refuses(field);
    }
    let long = "a".repeat(501);
    anne.get(format!("/api/offers?q={long}")).await.refuses("q");
    let unknown = anne.get("/api/offers?near=Marseile").await.is(422);
    assert!(unknown.text_at("/detail").contains("vouliez-vous dire : Marseille"), "{unknown}");
    for bad in ["x", "AAAA", "%00", "%F0%9F%98%80"] {
        let refused = anne.get(format!("/api/offers?cursor={bad}")).await.is(400);
        assert_eq!(refused.at("/type"), "urn:jobmatch:bad-cursor");
    }
}

async fn walk(
    person: &Person<'_>,
    query: &str,
    limits: &[usize],
    mut between: impl AsyncFnMut(),
) -> Vec<String> {
    let mut seen = vec![];
    let mut cursor = None::<String>;
    for limit in limits.iter().cycle() {
        let from = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let page = person.get(format!("/api/offers?{query}&limit={limit}{from}")).await.is(200).value();
        seen.extend(ids(&page));
        between().await;
        match page["next"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => break,
        }
    }
    seen
}

#[tokio::test]
async fn pages_hold_the_first_thousand_offers_once_each() {
    let server = Server::new();
    let admin = server.admin();
    let offers: Vec<Value> =
        (0..1_100).map(|n| offer(&n.to_string(), &format!("Soudeur {n}"), "Soudure TIG.")).collect();
    admin.import(&offers).await;
    for query in ["q=soudeur", "sort=date", "q=soudeur&sort=date"] {
        let seen = walk(&admin, query, &[100], async || {}).await;
        assert_eq!((seen.len(), seen.iter().collect::<BTreeSet<_>>().len()), (1_000, 1_000), "{query}");
    }
    assert_eq!(admin.get("/api/offers").await.at("/total"), 1_100);
}

/// What happens between two pages.
#[derive(Debug, Clone)]
enum Meanwhile {
    Nothing,
    Add(usize),
    Change(usize),
    Hide(usize),
}

fn meanwhile() -> impl Strategy<Value = Meanwhile> {
    prop_oneof![
        Just(Meanwhile::Nothing),
        (1..5_usize).prop_map(Meanwhile::Add),
        (0..40_usize).prop_map(Meanwhile::Change),
        (0..40_usize).prop_map(Meanwhile::Hide),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn what_comes_between_two_pages_loses_no_offer_and_shows_none_twice(
        limits in proptest::collection::vec(1..12_usize, 1..5),
        steps in proptest::collection::vec(meanwhile(), 1..8),
        by_date in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = Server::new();
            let admin = server.admin();
            let made = |n: usize, words: &str| offer(&n.to_string(), &format!("Soudeur {n}"), words);
            // Past the limit of imports by one person.
            let store = |offers: Vec<Value>| {
                let offers: Vec<Offer> = serde_json::from_value(offers.into()).unwrap();
                server.app.index.put(&offers).unwrap();
            };
            store((0..40).map(|n| made(n, "Soudure TIG.")).collect());
            let (mut steps, mut next) = (steps.iter().cycle(), 1_000);
            let query = if by_date { "sort=date" } else { "q=soudeur" };
            let seen = walk(&admin, query, &limits, async || match steps.next().unwrap() {
                Meanwhile::Nothing => {}
                Meanwhile::Add(count) => {
                    store((next..next + count).map(|n| made(n, "Soudure MIG.")).collect());
                    next += count;
                }
                Meanwhile::Change(n) => store(vec![made(*n, "Soudure à l'arc, à Nantes.")]),
                Meanwhile::Hide(n) => {
                    admin.post(format!("/api/offers/test:{n}/hide")).await.is(204);
                }
            })
            .await;
            let unique: BTreeSet<_> = seen.iter().collect();
            assert_eq!(unique.len(), seen.len(), "twice: {seen:?}");
            let wanted: BTreeSet<String> = (0..40).map(|n| format!("test:{n}")).collect();
            assert_eq!(unique.into_iter().cloned().collect::<BTreeSet<_>>(), wanted);
        });
    }
}

clock!(cursor_time);

#[tokio::test]
async fn a_cursor_lasts_half_an_hour_after_its_last_use() {
    let server = Server::open(tempfile::tempdir().unwrap(), config(), cursor_time::now);
    let admin = server.admin();
    let offers: Vec<Value> = (0..5).map(|n| offer(&n.to_string(), "Soudeur", "")).collect();
    admin.import(&offers).await;
    let next = admin.get("/api/offers?limit=2").await.is(200).text_at("/next");
    let page = async || admin.get(format!("/api/offers?limit=2&cursor={next}")).await;
    cursor_time::pass(SignedDuration::from_mins(29));
    let first = page().await.is(200).value();
    cursor_time::pass(SignedDuration::from_mins(29));
    assert_eq!(page().await.is(200).value(), first, "the same cursor gives the same page");
    cursor_time::pass(SignedDuration::from_mins(30));
    let expired = page().await.is(400);
    assert_eq!(expired.at("/type"), "urn:jobmatch:bad-cursor");
}

#[tokio::test]
async fn a_hidden_offer_is_seen_no_more_by_who_hid_it_until_it_is_shown_again() {
    let server = Server::new();
    let (admin, anne) = (server.admin(), server.member("anne"));
    admin.import(&[offer("1", "Soudeur", ""), offer("2", "Soudeuse", "")]).await;
    let total = async |person: &Person<'_>| person.get("/api/offers?q=soudeur").await.at("/total");
    anne.post("/api/offers/test:1/hide").await.is(204);
    anne.post("/api/offers/test:1/hide").await.is(204);
    assert_eq!((total(&anne).await, total(&admin).await), (json!(1), json!(2)));
    assert_eq!(anne.get("/api/offers/test:2/similar").await.is(200).value(), json!([]));
    anne.get("/api/offers/test:1").await.is(200);
    anne.delete("/api/offers/test:1/hide").await.is(204);
    assert_eq!(total(&anne).await, 2);
    anne.post("/api/offers/test:3/hide").await.is(404);
}

#[tokio::test]
async fn an_offer_is_corrected_and_deleted() {
    let server = Server::new();
    let admin = server.admin();
    admin.import(&[offer("a/b é", "Soudeur", "Soudure TIG.")]).await;
    let at = "/api/offers/test:a%2Fb%20%C3%A9";
    admin.get("/api/offers?q=soudeur").await.is(200);
    assert_eq!(admin.get(at).await.is(200).at("/id"), "test:a/b é");
    let change = json!({ "title": " Chaudronnier ", "company": "Forges", "url": "https://exemple.fr/1" });
    let changed = admin.patch(at).json(&change).await.is(200);
    assert_eq!(
        (changed.at("/title"), changed.at("/description")),
        (json!("Chaudronnier"), json!("Soudure TIG."))
    );
    assert_eq!(admin.get("/api/offers?q=chaudronnier").await.at("/items/0/company"), "Forges");
    let cleared = admin.patch(at).json(&json!({ "company": null })).await.is(200).value();
    assert_eq!(cleared.get("company"), None);
    assert_eq!(cleared["url"], "https://exemple.fr/1");
    for (change, field) in [
        (json!({ "title": " " }), "title"),
        (json!({ "title": "x".repeat(301) }), "title"),
        (json!({ "url": "javascript:alert(1)" }), "url"),
        (json!({ "salaire": 1 }), "salaire"),
    ] {
        admin.patch(at).json(&change).await.refuses(field);
    }
    admin.delete(at).await.is(204);
    admin.delete(at).await.is(404);
    admin.patch(at).json(&json!({})).await.is(404);
    assert_eq!(admin.get("/api/offers").await.at("/total"), 0);
}

#[tokio::test]
async fn an_id_that_no_offer_can_have_is_not_found() {
    let server = Server::new();
    let admin = server.admin();
    let long = format!("test:{}", "x".repeat(5_000));
    for id in ["x", ":", "test:", ":1", "test:%00", "test:%FF", &long] {
        admin.get(format!("/api/offers/{id}")).await.is(404);
        admin.get(format!("/api/offers/{id}/similar")).await.is(404);
        admin.post(format!("/api/offers/{id}/hide")).await.is(404);
        admin.delete(format!("/api/offers/{id}")).await.is(404);
        admin.patch(format!("/api/offers/{id}")).json(&json!({})).await.is(404);
        admin.post("/api/applications").json(&json!({ "offer": id })).await.is(404);
    }
}
