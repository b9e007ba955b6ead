//! Fictional offers and CVs: what `jobmatch demo` shows, and generated offers in any number for benches.
//!
//! Everything in `data/` was written for this project: people, employers and texts are invented, only
//! communes and ROME codes are real. `data/README.md` says how each file is made.

mod generate;
mod patterns;
mod random;

use std::io::Read;
use std::sync::LazyLock;

pub(crate) use random::Random;

pub use generate::{generate, generate_offers};

/// The bundled offers: 500 JSON lines in the form of the France Travail API.
pub fn offers_json() -> &'static [u8] {
    static OFFERS: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(include_bytes!("data/offers.jsonl.gz").as_slice())
            .read_to_end(&mut text)
            .expect("the bundled offers are a valid gzip stream");
        text
    });
    &OFFERS
}

/// The bundled CVs, all French and of different trades: file name and content (PDF, DOCX, plain text).
pub fn cvs() -> &'static [(&'static str, &'static [u8])] {
    macro_rules! file {
        ($name:literal) => {
            ($name, include_bytes!(concat!("data/cv/", $name)).as_slice())
        };
    }
    static FILES: [(&str, &[u8]); 12] = [
        file!("aide-soignante.pdf"),
        file!("assistante-administrative.docx"),
        file!("cariste.pdf"),
        file!("comptable.pdf"),
        file!("conducteur-routier.txt"),
        file!("cuisinier.pdf"),
        file!("data-analyst.pdf"),
        file!("developpeuse-web.pdf"),
        file!("educatrice-jeunes-enfants.docx"),
        file!("macon.docx"),
        file!("technicien-maintenance.pdf"),
        file!("vendeuse.pdf"),
    ];
    &FILES
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use serde_json::Value;

    use super::*;

    fn offers() -> Vec<Value> {
        offers_json()
            .split(|&byte| byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect()
    }

    #[test]
    fn the_bundled_offers_are_500_in_the_form_of_the_api() {
        let offers = offers();
        assert_eq!(offers.len(), 500);
        let ids: HashSet<&str> = offers.iter().map(|offer| offer["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), 500);
        for offer in &offers {
            for field in ["intitule", "description", "typeContrat", "natureContrat", "experienceLibelle"] {
                let text = offer[field].as_str().unwrap_or_default();
                assert!(!text.is_empty(), "{}: {field}", offer["id"]);
            }
            assert!(offer["lieuTravail"]["libelle"].is_string(), "{}", offer["id"]);
            assert!(offer["alternance"].is_boolean(), "{}", offer["id"]);
            let (created, updated) = (&offer["dateCreation"], &offer["dateActualisation"]);
            let (created, updated) = (created.as_str().unwrap(), updated.as_str().unwrap());
            assert!(
                "2026-09-15" <= created && created <= updated && updated < "2026-11-22",
                "{}",
                offer["id"]
            );
        }
    }

    #[test]
    fn the_bundled_offers_have_the_variety_of_real_ones() {
        let offers = offers();
        let share = |has: &dyn Fn(&Value) -> bool| offers.iter().filter(|offer| has(offer)).count();
        assert!((130..=220).contains(&share(&|offer| offer["salaire"]["libelle"].is_string())));
        assert!((400..=460).contains(&share(&|offer| offer["lieuTravail"]["latitude"].is_number())));
        assert!((35..=65).contains(&share(&|offer| offer["competences"].is_array())));
        assert!((20..=60).contains(&share(&|offer| !offer["romeCode"].is_string())));
        let mut occupations: HashMap<&str, usize> = HashMap::new();
        for code in offers.iter().filter_map(|offer| offer["romeCode"].as_str()) {
            *occupations.entry(code).or_default() += 1;
        }
        assert!(occupations.len() >= 60, "{} occupations", occupations.len());
        let texts: HashSet<&str> =
            offers.iter().map(|offer| offer["description"].as_str().unwrap()).collect();
        assert!(
            (450..=480).contains(&texts.len()),
            "reposts repeat a text, nothing else does: {}",
            texts.len()
        );
    }

    #[test]
    fn the_bundled_cvs_are_what_their_names_say() {
        assert_eq!(cvs().len(), 12);
        for (name, bytes) in cvs() {
            assert!(bytes.len() < 120_000, "{name}");
            match name.rsplit('.').next().unwrap() {
                "pdf" => assert!(bytes.starts_with(b"%PDF-"), "{name}"),
                "docx" => assert!(bytes.starts_with(b"PK"), "{name}"),
                _ => assert!(std::str::from_utf8(bytes).is_ok(), "{name}"),
            }
        }
    }

    #[test]
    fn every_judgement_is_about_a_query_and_an_offer() {
        let ids = |lines: &str, field: &str| -> HashSet<String> {
            let rows = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
            rows.map(|row| row[field].as_str().unwrap().to_owned()).collect()
        };
        let offers = include_str!("data/judged/offers.jsonl");
        let queries = ids(include_str!("data/judged/queries.jsonl"), "_id");
        assert!(!offers.contains("\"romeCode\"") && !offers.contains("\"appellationlibelle\""));
        let (offers, bundled) = (ids(offers, "id"), ids(std::str::from_utf8(offers_json()).unwrap(), "id"));
        assert!(offers.len() >= 250 && offers.is_subset(&bundled));
        assert!(queries.len() >= 30);
        let mut answered = HashSet::new();
        for line in include_str!("data/judged/qrels.tsv").lines().skip(1) {
            let [query, offer, grade] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("three columns: {line}");
            };
            assert!(queries.contains(query) && offers.contains(offer), "{line}");
            assert!(matches!(grade, "1" | "2"), "{line}");
            if grade == "2" {
                answered.insert(query);
            }
        }
        assert_eq!(answered.len(), queries.len(), "every query has an offer of its occupation");
    }
}
