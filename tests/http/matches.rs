//! Offers ranked for a CV, the reasons, and what is missing.

use jobmatch_index::score::Match;
use serde_json::{Value, json};

use crate::support::{Answer, Person, Server, demo_cv};

fn recomputed(parts: &Value) -> (f64, f64) {
    let (mut points, mut known, mut all) = (0.0, 0.0, 0.0);
    for part in parts.as_array().unwrap() {
        let weight = part["weight"].as_f64().unwrap();
        all += weight;
        if let Some(value) = part["value"].as_f64() {
            points += weight * value;
            known += weight;
        }
    }
    (Match::curve(points / known), known / all)
}

fn near(one: f64, other: &Value) -> bool {
    (one - other.as_f64().unwrap()).abs() < 0.01
}

async fn matches(person: &Person<'_>, cv: &str, query: &str) -> Answer {
    person.get(format!("/api/profiles/{cv}/matches?{query}")).await.is(200)
}

#[tokio::test]
async fn a_score_recomputes_from_its_parts_and_is_the_same_everywhere() {
    let server = Server::with_offers().await;
    let anne = server.member("anne");
    let cv = anne.upload("cv.pdf", demo_cv("developpeuse-web.pdf")).await;
    let page = matches(&anne, &cv, "explain=true&limit=10").await.value();
    let (cards, explained) = (page["items"].as_array().unwrap(), page["explanations"].as_array().unwrap());
    assert_eq!((cards.len(), explained.len()), (10, 10));
    // What misses a wish of the CV comes after what misses none.
    let order = |card: &Value| {
        (!card["match"]["misses"].as_array().unwrap().is_empty(), -card["match"]["score"].as_f64().unwrap())
    };
    assert!(cards.is_sorted_by(|a, b| order(a) <= order(b)), "{cards:?}");
    for (card, explanation) in cards.iter().zip(explained) {
        let (score, coverage) = recomputed(&explanation["parts"]);
        assert!(
            near(score, &explanation["score"]) && near(coverage, &explanation["coverage"]),
            "{explanation}"
        );
        let (score, _) = recomputed(&card["match"]["parts"]);
        assert!(near(score, &card["match"]["score"]), "{card}");
        assert_eq!(card["match"]["score"], explanation["score"]);
        assert!(!explanation["sentences"].as_array().unwrap().is_empty());
        let id = card["id"].as_str().unwrap();
        let alone = anne.get(format!("/api/profiles/{cv}/matches/{id}")).await.is(200).value();
        assert_eq!(&alone, explanation);
        let detail = anne.get(format!("/api/offers/{id}")).await.is(200);
        assert_eq!(detail.at("/match/score"), explanation["score"]);
    }
    // With an active CV and no words, the list of offers is the same ranking.
    let offers = anne.get("/api/offers?limit=10").await.is(200).value();
    let ids = |page: &Value| -> Vec<Value> {
        page["items"].as_array().unwrap().iter().map(|card| card["id"].clone()).collect()
    };
    assert_eq!(ids(&offers), ids(&page));
    assert_eq!(matches(&anne, &cv, "limit=10").await.value().get("explanations"), Some(&Value::Null));
}

#[tokio::test]
async fn weights_change_the_score_on_every_page() {
    let server = Server::with_offers().await;
    let anne = server.member("anne");
    let cv = anne.upload("cv.pdf", demo_cv("comptable.pdf")).await;
    let only = "weights=skills=1,experience=0,location=0,salary=0,occupation=0,text=0,meaning=0,situation=0";
    let first = matches(&anne, &cv, &format!("{only}&limit=5&explain=true")).await.value();
    let next = first["next"].as_str().unwrap();
    let second = matches(&anne, &cv, &format!("limit=5&explain=true&cursor={next}")).await.value();
    for page in [&first, &second] {
        let cards = page["items"].as_array().unwrap();
        for (card, explanation) in cards.iter().zip(page["explanations"].as_array().unwrap()) {
            assert_eq!(card["match"]["score"], explanation["score"], "the page's own weights explain it");
            let parts = explanation["parts"].as_array().unwrap();
            assert!(
                parts.iter().all(|part| (part["criterion"] == "skills") == (part["weight"] == 1.0)),
                "{parts:?}"
            );
        }
    }
    let id = first["items"][0]["id"].as_str().unwrap();
    let own = anne.get(format!("/api/profiles/{cv}/matches/{id}?{only}")).await.is(200);
    assert_eq!(own.at("/score"), first["items"][0]["match"]["score"]);

    // Weights that are kept count everywhere, and those of a request beside them.
    let kept = json!({ "weights": { "skills": 1, "experience": 0, "location": 0, "salary": 0, "occupation": 0,
        "text": 0, "meaning": 0, "situation": 0 } });
    assert_eq!(anne.patch("/api/me").json(&kept).await.is(200).at("/weights/skills"), 1.0);
    let plain = matches(&anne, &cv, "limit=5").await.value();
    assert_eq!(plain["items"][0]["match"]["score"], first["items"][0]["match"]["score"]);
    anne.patch("/api/me").json(&json!({ "weights": { "skills": -1 } })).await.is(422);
    anne.patch("/api/me").json(&json!({ "weights": { "luck": 1 } })).await.is(422);
    let usual = anne.patch("/api/me").json(&json!({ "weights": null })).await.is(200);
    assert_eq!(usual.at("/weights/occupation").as_f64().map(|w| (w * 100.0).round()), Some(35.0));
}

#[tokio::test]
async fn learning_what_is_missing_most_raises_its_examples_by_what_was_told() {
    let server = Server::with_offers().await;
    let anne = server.member("anne");
    let cv = anne.upload("cv.pdf", demo_cv("developpeuse-web.pdf")).await;
    let gaps = anne.get(format!("/api/profiles/{cv}/gaps?limit=5")).await.is(200);
    assert!(gaps.at("/skills").as_array().unwrap().len() <= 5);
    let gap = gaps.at("/skills/0");
    let before = anne.get(format!("/api/profiles/{cv}")).await.is(200);
    let mut profile = before.at("/profile");
    profile["skills"].as_array_mut().unwrap().push(json!({ "label": gap["skill"]["fr"], "line": "Appris" }));
    let change = json!({ "name": "Avec", "profile": profile });
    anne.put(format!("/api/profiles/{cv}")).json(&change).await.is(200);
    let examples = gap["examples"].as_array().unwrap();
    assert!(!examples.is_empty());
    for example in examples {
        let offer = format!(
            "{}:{}",
            example["offer"]["source"].as_str().unwrap(),
            example["offer"]["id"].as_str().unwrap()
        );
        let after = anne.get(format!("/api/profiles/{cv}/matches/{offer}")).await.is(200);
        let gained = after.at("/score").as_f64().unwrap() - example["score"].as_f64().unwrap();
        let told = example["gain"].as_f64().unwrap();
        // The CV has one word more to be found by, too, which may bring more than was told.
        assert!(gained > told * 0.7 - 1.0, "{gap}: {gained} points instead of {told}");
    }
}

#[tokio::test]
async fn a_ranking_follows_its_filters_and_its_cv() {
    let server = Server::with_offers().await;
    let anne = server.member("anne");
    let web = anne.upload("web.pdf", demo_cv("developpeuse-web.pdf")).await;
    let cook = anne.upload("cuisine.pdf", demo_cv("cuisinier.pdf")).await;
    let top = async |cv: &str| matches(&anne, cv, "limit=1").await.text_at("/items/0/title");
    assert_ne!(top(&web).await, top(&cook).await);
    let permanent = matches(&anne, &cook, "contracts=permanent&limit=50").await.value();
    assert!(permanent["items"].as_array().unwrap().iter().all(|card| card["contract"] == "permanent"));
    let around = matches(&anne, &web, "radius=50&limit=50").await.value();
    assert!(around["total"].as_u64().unwrap() > 0);
    for card in around["items"].as_array().unwrap() {
        let far = card["match"]["distance_km"].as_f64().is_some_and(|km| km > 80.0);
        assert!(!far || card["telework"] == "full", "{card}");
    }
    anne.get(format!("/api/profiles/{web}/matches/test:rien")).await.is(404);
    anne.get("/api/profiles/x/matches").await.is(404);
}

#[tokio::test]
async fn a_skill_that_one_has_or_that_is_none_is_missing_no_more_until_that_is_taken_back() {
    let server = Server::with_offers().await;
    let (anne, paul) = (server.member("anne"), server.member("paul"));
    let cv = anne.upload("cv.pdf", demo_cv("developpeuse-web.pdf")).await;
    let missing = async || -> Vec<String> {
        let gaps = anne.get(format!("/api/profiles/{cv}/gaps?limit=3")).await.is(200).at("/skills");
        let id = |gap: &Value| gap["skill"]["id"].as_str().unwrap().to_owned();
        gaps.as_array().unwrap().iter().map(id).collect()
    };
    let before = missing().await;
    let (first, second) = (&before[0], &before[1]);
    let remark = |skill: &str| format!("/api/skills/{skill}/remark");
    anne.put(remark(first)).json(&json!({ "remark": "held" })).await.is(204);
    anne.put(remark(second)).json(&json!({ "remark": "not_a_skill" })).await.is(204);
    let now = missing().await;
    assert!(!now.contains(first) && !now.contains(second), "{now:?}");
    assert_eq!(anne.get("/api/skills/remarks").await.is(200).value().as_array().unwrap().len(), 2);
    assert_eq!(paul.get("/api/skills/remarks").await.is(200).value(), json!([]));
    let kept = anne.get(format!("/api/profiles/{cv}")).await.is(200).at("/profile/skills");
    let concept = |skill: &Value| skill["concept"].as_str() == Some(first.as_str());
    assert!(!kept.as_array().unwrap().iter().any(concept), "the CV itself stays as it is");
    anne.delete(remark(first)).await.is(204);
    anne.delete(remark(second)).await.is(204);
    assert_eq!(missing().await, before);
    anne.put(remark("tech:nobody-knows-it")).json(&json!({ "remark": "held" })).await.is(404);
}
