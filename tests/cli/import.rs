//! What people feed to `import`, good and bad.

use std::io::Write;
use std::process::Stdio;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::run::{Jobmatch, offer, three_offers};

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

fn lines(offers: &[serde_json::Value], end: &str) -> String {
    offers.iter().map(|offer| json(offer) + end).collect()
}

#[test]
fn the_same_offers_in_every_wrapping() {
    let offers = three_offers();
    let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
    gz.write_all(lines(&offers, "\n").as_bytes()).unwrap();
    let forms: [(&str, Vec<u8>); 6] = [
        ("array.json", json(&offers).into()),
        ("resultats.json", json(&serde_json::json!({ "resultats": offers })).into()),
        ("lines.jsonl", lines(&offers, "\n").into()),
        ("crlf.jsonl", lines(&offers, "\r\n").into()),
        ("bom.json", format!("\u{feff}{}", json(&offers)).into()),
        ("packed.jsonl.gz", gz.finish().unwrap()),
    ];
    for (name, content) in forms {
        let jobmatch = Jobmatch::new();
        let done = jobmatch.import(&jobmatch.file(name, content));
        assert_eq!(done.code, 0, "{name}: {}", done.err);
        assert!(done.err.contains("3 nouvelles"), "{name}: {}", done.err);
        assert_eq!(jobmatch.offers(), 3, "{name}");
        assert!(done.out.is_empty(), "talk goes to standard error");
    }
}

#[test]
fn importing_again_updates() {
    let jobmatch = Jobmatch::with(&three_offers());
    let mut offers = three_offers();
    offers[1]["intitule"] = "Boulangère / Boulanger de nuit".into();
    offers.push(offer("A4", "Cariste (H/F)", "Conduite de chariots."));
    let done = jobmatch.import(&jobmatch.file("suite.json", json(&offers)));
    assert!(done.err.contains("1 nouvelles, 1 mises à jour, 2 inchangées, 0 refusées"), "{}", done.err);
    assert_eq!(jobmatch.offers(), 4);
}

#[test]
fn good_rows_go_in_and_bad_ones_are_listed() {
    let jobmatch = Jobmatch::new();
    let offers = three_offers();
    let content =
        format!("{}\n{{\"id\": \"B1\"}}\nceci n'est pas du JSON\n{}\n", json(&offers[0]), json(&offers[1]));
    let file = jobmatch.file("melange.jsonl", content);
    let list = jobmatch.data_dir().with_file_name("refus.txt");
    let done = jobmatch.run(["import".as_ref(), file.as_os_str(), "--rejected".as_ref(), list.as_os_str()]);
    assert_eq!(done.code, 3, "{}", done.err);
    assert!(done.err.contains("2 nouvelles") && done.err.contains("2 refusées"), "{}", done.err);
    for place in ["melange.jsonl", "ligne 2", "ligne 3"] {
        assert!(done.err.contains(place), "{place}: {}", done.err);
    }
    assert_eq!(std::fs::read_to_string(list).unwrap().lines().count(), 2);
    assert_eq!(jobmatch.offers(), 2);
}

#[test]
fn files_that_hold_no_offer() {
    let utf16: Vec<u8> = "{\"id\": \"C1\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let truncated = json(&three_offers());
    let contents: [(&str, Vec<u8>); 6] = [
        ("vide.json", Vec::new()),
        ("espaces.json", b" \n\n ".to_vec()),
        ("page.html", b"<!doctype html><html><body>Offre</body></html>".to_vec()),
        ("utf16.json", utf16),
        ("autre.json", b"{\"temperature\": 12}".to_vec()),
        ("faux.pdf", b"%PDF-1.7 pas un PDF".to_vec()),
    ];
    for (name, content) in contents {
        let jobmatch = Jobmatch::new();
        let done = jobmatch.import(&jobmatch.file(name, content));
        assert!(matches!(done.code, 3 | 4), "{name}: {} {}", done.code, done.err);
        assert!(!done.err.trim().is_empty() && !done.err.contains("panicked"), "{name}: {}", done.err);
    }
    let jobmatch = Jobmatch::new();
    let done = jobmatch.import(&jobmatch.file("coupe.json", &truncated.as_bytes()[..truncated.len() - 40]));
    assert_eq!(done.code, 3, "{}", done.err);
    assert_eq!(jobmatch.offers(), 2, "what came before the cut is kept: {}", done.err);
}

#[test]
fn a_missing_file_stops_before_anything_is_stored() {
    let jobmatch = Jobmatch::new();
    let good = jobmatch.file("bon.json", json(&three_offers()));
    let done = jobmatch.run(["import".as_ref(), good.as_os_str(), "absent.json".as_ref()]);
    assert_eq!(done.code, 1);
    assert!(done.err.contains("absent.json : ce fichier ou dossier n'existe pas"), "{}", done.err);
    assert!(!jobmatch.data_dir().exists());
}

#[test]
fn standard_input_and_dry_run() {
    let jobmatch = Jobmatch::new();
    let input = json(&three_offers());
    let preview = jobmatch.pipe(["import", "-", "--dry-run"], input.as_bytes());
    assert_eq!(preview.code, 0, "{}", preview.err);
    assert!(
        preview.err.contains("3 nouvelles") && preview.err.contains("rien n'a été enregistré"),
        "{}",
        preview.err
    );
    assert!(preview.err.contains("Soudeur TIG"), "{}", preview.err);
    assert!(!jobmatch.data_dir().exists());

    assert_eq!(jobmatch.pipe(["import", "-"], input.as_bytes()).code, 0);
    let again = jobmatch.pipe(["import", "-", "--dry-run"], input.as_bytes());
    assert!(again.err.contains("3 inchangées"), "{}", again.err);
}

#[test]
fn html_and_repeated_offers_are_brought_to_one_plain_text() {
    let jobmatch = Jobmatch::new();
    let html =
        offer("H1", "Vendeur&nbsp;/ Vendeuse", "<p>Accueil des clients<br/>Tenue de la <b>caisse</b></p>");
    let done = jobmatch.import(&jobmatch.file("html.jsonl", lines(&[html.clone(), html], "\n")));
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(jobmatch.offers(), 1);
    let stored = jobmatch.run(["show", "H1", "--json"]).json();
    let description = stored["description"].as_str().unwrap();
    assert!(description.contains("caisse") && !description.contains('<'), "{description}");
}

#[test]
fn two_imports_at_once_both_end_well() {
    let jobmatch = Jobmatch::new();
    let many = |prefix: &str| -> Vec<serde_json::Value> {
        (0..60).map(|i| offer(&format!("{prefix}{i}"), "Aide à domicile (H/F)", "Aide aux repas.")).collect()
    };
    let files = ["X", "Y"].map(|prefix| jobmatch.file(&format!("{prefix}.json"), json(&many(prefix))));
    let children = files.map(|file| {
        jobmatch
            .command(["import".as_ref(), file.as_os_str()])
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    });
    for child in children {
        let done = crate::run::done(child.wait_with_output().unwrap());
        assert_eq!(done.code, 0, "{}", done.err);
    }
    assert_eq!(jobmatch.offers(), 120);
}

#[test]
fn quiet_says_nothing_when_all_is_well() {
    let jobmatch = Jobmatch::new();
    let file = jobmatch.file("offres.json", json(&three_offers()));
    let done = jobmatch.run(["--quiet".as_ref(), "import".as_ref(), file.as_os_str()]);
    assert_eq!((done.code, done.out.as_str(), done.err.as_str()), (0, "", ""));
}
