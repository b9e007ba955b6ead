//! `match`, `profile`, `search`, `show`, `skills`: what people see of the engine.

use jobmatch_index::score::Match;

use crate::run::{CV, Jobmatch, offer, three_offers};

fn with_cv() -> (Jobmatch, std::ffi::OsString) {
    let jobmatch = Jobmatch::with(&three_offers());
    let cv = jobmatch.file("cv.txt", CV).into_os_string();
    (jobmatch, cv)
}

#[test]
fn the_offer_of_the_trade_comes_first_with_its_reasons() {
    let (jobmatch, cv) = with_cv();
    let done = jobmatch.run(["match".as_ref(), cv.as_os_str()]);
    assert_eq!(done.code, 0, "{}", done.err);
    let first = done.out.lines().next().unwrap();
    assert!(first.contains("Développeur Python") && first.contains("A1"), "{}", done.out);
    assert!(done.out.contains("Django"), "the reasons are told: {}", done.out);
    assert!(done.out.contains("Ateliers Fictifs") && done.out.contains("CDI"), "{}", done.out);
    assert!(!done.out.contains('\u{1b}'), "no colours off a terminal");
    assert!(done.err.contains("sur 3"), "{}", done.err);
}

#[test]
fn json_holds_the_parts_that_make_the_score() {
    let (jobmatch, cv) = with_cv();
    let json = jobmatch.run(["match".as_ref(), cv.as_os_str(), "--json".as_ref()]).json();
    assert_eq!(json["total"], 3);
    let first = &json["matches"][0];
    assert_eq!(first["offer"]["id"], "A1");
    let (mut points, mut known) = (0.0, 0.0);
    for part in first["match"]["parts"].as_array().unwrap() {
        if let Some(value) = part["value"].as_f64() {
            points += part["weight"].as_f64().unwrap() * value;
            known += part["weight"].as_f64().unwrap();
        }
    }
    let score = first["match"]["score"].as_f64().unwrap();
    assert!((Match::curve(points / known) - score).abs() < 0.01, "{score}");
    assert!(!first["reasons"].as_array().unwrap().is_empty());
}

#[test]
fn csv_has_a_row_for_each_offer() {
    let (jobmatch, cv) = with_cv();
    let done =
        jobmatch.run(["match".as_ref(), cv.as_os_str(), "--csv".as_ref(), "--limit".as_ref(), "2".as_ref()]);
    let rows: Vec<&str> = done.out.split_terminator("\r\n").collect();
    assert_eq!(rows.len(), 3, "{}", done.out);
    assert!(rows[0].starts_with("rank,score,coverage,source,id,title"));
}

#[test]
fn an_offer_is_explained_by_its_identifier() {
    let (jobmatch, cv) = with_cv();
    let done = jobmatch.run(["match".as_ref(), cv.as_os_str(), "--explain".as_ref(), "A1".as_ref()]);
    assert_eq!(done.code, 0, "{}", done.err);
    for word in ["/100", "Compétences", "Pourquoi", "Python", "formule"] {
        assert!(done.out.contains(word), "{word} is not in {}", done.out);
    }
    let unknown = jobmatch.run(["match".as_ref(), cv.as_os_str(), "--explain".as_ref(), "Z9".as_ref()]);
    assert_eq!(unknown.code, 4);
    assert!(unknown.err.contains("Z9"), "{}", unknown.err);
}

#[test]
fn a_profile_goes_through_a_pipe() {
    let (jobmatch, cv) = with_cv();
    let profile = jobmatch.run(["profile".as_ref(), cv.as_os_str(), "--json".as_ref()]);
    assert_eq!(profile.json()["title"], "Développeuse Python");
    let piped = jobmatch.pipe(["match", "--profile", "-", "--json"], profile.out.as_bytes()).json();
    let direct = jobmatch.run(["match".as_ref(), cv.as_os_str(), "--json".as_ref()]).json();
    assert_eq!(piped["matches"], direct["matches"]);
    let from_input = jobmatch.pipe(["match", "-", "--json"], CV.as_bytes()).json();
    assert_eq!(from_input["matches"], direct["matches"]);

    let shown = jobmatch.run(["profile".as_ref(), cv.as_os_str()]);
    assert!(shown.out.contains("Société Imaginaire") && shown.out.contains("Docker"), "{}", shown.out);
    let bad = jobmatch.pipe(["match", "--profile", "-"], b"{\"title\": 3}");
    assert!(bad.code == 1 && bad.err.contains("n'est pas un profil JSON"), "{}", bad.err);
}

#[test]
fn filters_choose_and_an_unknown_place_suggests() {
    let mut far = offer("M1", "Développeuse Python", "Python et Django à Marseille.");
    far["lieuTravail"] = serde_json::json!({ "libelle": "13 - MARSEILLE 01", "codePostal": "13001", "commune": "13201", "latitude": 43.3, "longitude": 5.38 });
    far["typeContrat"] = "CDD".into();
    let mut offers = three_offers();
    offers.push(far);
    let jobmatch = Jobmatch::with(&offers);
    let cv = jobmatch.file("cv.txt", CV);
    let ids = |more: &[&str]| -> Vec<String> {
        let arguments = ["match", cv.to_str().unwrap(), "--json"].into_iter().chain(more.iter().copied());
        let json = jobmatch.run(arguments).json();
        json["matches"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| m["offer"]["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids(&["--near", "Marseille", "--radius", "20"]), ["M1"]);
    assert!(!ids(&["--near", "Lyon", "--radius", "30"]).contains(&"M1".to_owned()));
    assert_eq!(ids(&["--near", "Bouches-du-Rhône"]), ["M1"]);
    assert_eq!(ids(&["--near", "13"]), ["M1"]);
    assert!(!ids(&["--near", "Auvergne-Rhône-Alpes"]).contains(&"M1".to_owned()));
    assert_eq!(ids(&["--near", "France"]).len(), ids(&[]).len());
    let asked = jobmatch.run(["match", cv.to_str().unwrap(), "--near", "Boulogne"]);
    assert!(asked.err.contains("Boulogne-sur-Mer (62)"), "{}", asked.err);
    assert_eq!(ids(&["--contract", "cdd"]), ["M1"]);
    assert_eq!(ids(&["--words", "inox"]), ["A3"]);

    let unknown = jobmatch.run(["match", cv.to_str().unwrap(), "--near", "Villeurbane"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("Villeurbanne"), "{}", unknown.err);
    let none = jobmatch.run(["match", cv.to_str().unwrap(), "--near", "Brest", "--radius", "5"]);
    assert_eq!(none.code, 4);
    assert!(none.err.contains("aucune offre ne passe"), "{}", none.err);
}

#[test]
fn files_that_are_no_cv_are_refused_with_the_remedy() {
    let jobmatch = Jobmatch::with(&three_offers());
    for (name, content, says) in [
        ("vide.pdf", &b""[..], "vide"),
        ("faux.pdf", b"%PDF-1.7\nceci n'en est pas un", "PDF"),
        ("photo.png", b"\x89PNG\r\n\x1a\n0000", "format connu"),
    ] {
        let cv = jobmatch.file(name, content);
        let done = jobmatch.run(["match".as_ref(), cv.as_os_str()]);
        assert_eq!(done.code, 1, "{name}");
        assert!(done.err.contains(name) && done.err.contains(says), "{name}: {}", done.err);
    }
}

#[test]
fn search_finds_whatever_the_accents_and_the_gender() {
    let jobmatch = Jobmatch::with(&three_offers());
    for words in ["boulangere", "BOULANGER", "developpeuse python"] {
        let done = jobmatch.run(["search", words]);
        assert_eq!(done.code, 0, "{words}: {}", done.err);
    }
    let json = jobmatch.run(["search", "soudeur", "--json"]).json();
    assert_eq!(json["total"], 1);
    let nothing = jobmatch.run(["search", "astronaute"]);
    assert_eq!(nothing.code, 4, "{}", nothing.err);
}

#[test]
fn skills_are_recognised_with_their_words() {
    let jobmatch = Jobmatch::new();
    let found = jobmatch.run(["skills", "--json", "Développement en ReactJS"]).json();
    let react = found.as_array().unwrap().iter().find(|skill| skill["id"] == "tech:react").unwrap();
    assert_eq!(react["words"], "ReactJS");
    let done = jobmatch.pipe(["skills", "-"], "Soudage TIG".as_bytes());
    assert!(done.code == 0 && done.out.contains("TIG"), "{}", done.out);
    assert_eq!(jobmatch.run(["skills", "xyzzy"]).code, 4);
}
