//! Files good and bad, all of our own making.

use std::io::Write;

use jobmatch_index::offer::*;

use super::*;

const TODAY: Date = jiff::civil::date(2026, 11, 22);

fn all(bytes: &[u8]) -> (Vec<Offer>, Vec<Rejected>) {
    let (mut offers, mut rejected) = (Vec::new(), Vec::new());
    for item in read_on(bytes, "f.json", TODAY, Limits::NONE) {
        match item {
            Ok(offer) => offers.push(offer),
            Err(wrong) => rejected.push(wrong),
        }
    }
    (offers, rejected)
}

fn ids(bytes: &[u8]) -> Vec<String> {
    all(bytes).0.into_iter().map(|offer| offer.key.id).collect()
}

fn only_rejection(bytes: &[u8]) -> Rejected {
    let (_, mut rejected) = all(bytes);
    assert_eq!(rejected.len(), 1, "{rejected:?}");
    rejected.remove(0)
}

fn item(id: &str, title: &str) -> String {
    serde_json::json!({"id": id, "intitule": title, "description": "Un poste à pourvoir."}).to_string()
}

const FULL: &str = r#"{
  "id": "100ZZZ1", "intitule": "Chargé / Chargée d'études (H/F)",
  "description": "<p>Vous rejoignez l&#39;équipe.</p><ul><li>Anglais courant apprécié</li><li>2 jours de télétravail</li></ul>",
  "dateCreation": "2026-04-06T09:58:27.488Z", "dateActualisation": "2026-04-08T10:00:00.000Z",
  "lieuTravail": {"libelle": "69 - Lyon 7e", "latitude": 45.74, "longitude": 4.84, "codePostal": "69007", "commune": "69387"},
  "romeCode": "M1811", "entreprise": {"nom": "Les Ateliers du Quai", "entrepriseAdaptee": false},
  "typeContrat": "CDI", "typeContratLibelle": "CDI", "natureContrat": "Contrat travail",
  "experienceExige": "E", "experienceLibelle": "2 An(s)",
  "formations": [{"niveauLibelle": "Bac+5 et plus ou équivalents", "exigence": "S"}, {"niveauLibelle": "Bac+2 ou équivalents", "exigence": "E"}],
  "langues": [{"libelle": "Allemand", "exigence": "S"}],
  "permis": [{"libelle": "B - Véhicule léger", "exigence": "E"}],
  "competences": [{"code": "1", "libelle": "Analyser des données", "exigence": "E"}, {"libelle": "Rédiger", "exigence": "S"}],
  "qualitesProfessionnelles": [{"libelle": "Faire preuve d'autonomie", "description": "x"}],
  "salaire": {"libelle": "Mensuel de 2500.0 Euros à 2800.0 Euros sur 13.0 mois", "complement1": "Mutuelle"},
  "dureeTravailLibelle": "35H/semaine\nTravail en journée", "dureeTravailLibelleConverti": "Temps plein",
  "alternance": false, "origineOffre": {"origine": "1", "urlOrigine": "https://exemple.invalid/100ZZZ1"}
}"#;

#[test]
fn a_france_travail_offer_is_read_whole() {
    let (offers, rejected) = all(FULL.as_bytes());
    assert!(rejected.is_empty(), "{rejected:?}");
    let offer = &offers[0];
    assert_eq!(offer.key.to_string(), "france-travail:100ZZZ1");
    assert_eq!(
        offer.description,
        "Vous rejoignez l'équipe.\n\n- Anglais courant apprécié\n\n- 2 jours de télétravail"
    );
    assert_eq!(offer.published, Some(jiff::civil::date(2026, 4, 6)));
    assert_eq!(offer.updated, Some(jiff::civil::date(2026, 4, 8)));
    assert_eq!(offer.company.as_deref(), Some("Les Ateliers du Quai"));
    assert_eq!(offer.url.as_deref(), Some("https://exemple.invalid/100ZZZ1"));
    let place = &offer.place.as_ref().unwrap();
    assert_eq!((place.value.label.as_str(), place.words.as_str()), ("Lyon 7e (69)", "69 - Lyon 7e"));
    assert_eq!(place.value.position, Some(Position { lat: 45.74, lon: 4.84 }));
    assert_eq!(offer.experience, Some(Found::in_field(24, "2 An(s)")));
    assert_eq!(offer.salary.as_ref().map(|s| (s.value.min, s.value.max)), Some((32_500, 36_400)));
    assert_eq!(offer.contract, Some(Found::in_field(Contract::Permanent, "CDI")));
    assert_eq!(offer.hours, Some(Found::in_field(WorkingTime::Full, "Temps plein")));
    let telework = offer.telework.as_ref().unwrap();
    assert_eq!((telework.value, telework.origin), (Telework::Some, Origin::Prose));
    assert_eq!(telework.words, "2 jours de télétravail");
    let diploma = offer.diploma.as_ref().unwrap().value;
    assert_eq!((diploma.level.0, diploma.need), (5, Need::Required));
    let languages: Vec<_> =
        offer.languages.iter().map(|l| (l.value.code.as_str(), l.value.need, l.origin)).collect();
    assert_eq!(languages, [("de", Need::Wished, Origin::Field), ("en", Need::Wished, Origin::Prose)]);
    assert_eq!(
        offer.licences[0].value,
        LicenceAsked { name: "Permis B".into(), need: Need::Required, or: Vec::new() }
    );
    assert_eq!(offer.skills.len(), 3);
    assert_eq!(offer.skills[0], DeclaredSkill { label: "Analyser des données".into(), need: Need::Required });
}

#[test]
fn every_layout_is_read() {
    let (a, b) = (item("1", "Un"), item("2", "Deux"));
    for text in [
        format!("[{a},{b}]"),
        format!("{a}\n{b}\n"),
        format!("{a}\r\n{b}\r\n"),
        format!("\u{feff}{a}\n{b}"),
        format!("{{\"resultats\":[{a},{b}],\"filtresPossibles\":[]}}"),
        format!("{{\"resultats\":[{a}],\"filtresPossibles\":[{{}}]}}\n{{\"resultats\":[{b}]}}"),
    ] {
        assert_eq!(ids(text.as_bytes()), ["1", "2"], "{text}");
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text.as_bytes()).unwrap();
        assert_eq!(ids(&packed.finish().unwrap()), ["1", "2"], "gzip of {text}");
    }
}

#[test]
fn other_encodings_are_read() {
    let text = item("1", "Développeur à l'hôtel « Été » – 30 €");
    let latin = WINDOWS_1252.encode(&text).0.into_owned();
    let utf16: Vec<u8> =
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for bytes in [text.as_bytes().to_vec(), latin, utf16] {
        let (offers, rejected) = all(&bytes);
        assert!(rejected.is_empty(), "{rejected:?}");
        assert_eq!(offers[0].title, "Développeur à l'hôtel « Été » – 30 €");
    }
}

#[test]
fn a_job_posting_is_read_whole() {
    let posting = serde_json::json!({
        "@context": "https://schema.org/", "@type": "JobPosting", "title": "Comptable",
        "description": "<p>Tenue des comptes. BTS exig&eacute;.</p>",
        "identifier": {"@type": "PropertyValue", "name": "Exemple", "value": "C-77"},
        "url": "https://www.exemple.invalid/emploi/77", "datePosted": "2026-11-02", "employmentType": ["FULL_TIME", "CDI"],
        "hiringOrganization": {"@type": "Organization", "name": "Cabinet Fictif"},
        "jobLocation": {"@type": "Place", "address": {"addressLocality": "Saint-Étienne", "postalCode": "42000", "addressCountry": "FR"}},
        "baseSalary": {"currency": "EUR", "value": {"minValue": 2100, "maxValue": 2400, "unitText": "MONTH"}},
        "experienceRequirements": {"monthsOfExperience": 36}, "skills": "Sage, Excel", "jobLocationType": "TELECOMMUTE"
    });
    for text in [
        posting.to_string(),
        format!("[{posting}]"),
        serde_json::json!({"@context": "https://schema.org", "@graph": [{"@type": "WebSite"}, posting]})
            .to_string(),
    ] {
        let (offers, _) = all(text.as_bytes());
        let offer = &offers[0];
        assert_eq!(offer.key, OfferKey { source: "exemple.invalid".into(), id: "C-77".into() });
        assert_eq!(offer.company.as_deref(), Some("Cabinet Fictif"));
        assert_eq!(offer.place.as_ref().unwrap().value.label, "Saint-Étienne (42)");
        assert_eq!(offer.salary.as_ref().map(|s| (s.value.min, s.value.max)), Some((25_200, 28_800)));
        assert_eq!(offer.experience.as_ref().map(|e| e.value), Some(36));
        assert_eq!(offer.contract.as_ref().map(|c| c.value), Some(Contract::Permanent));
        assert_eq!(offer.hours.as_ref().map(|h| h.value), Some(WorkingTime::Full));
        assert_eq!(offer.telework.as_ref().map(|t| t.value), Some(Telework::Full));
        assert_eq!(offer.diploma.as_ref().map(|d| d.value.level.0), Some(5));
        assert_eq!(offer.skills.iter().map(|s| s.label.as_str()).collect::<Vec<_>>(), ["Sage", "Excel"]);
    }
}

#[test]
fn our_own_schema_survives_the_round_trip() {
    let (offers, _) = all(FULL.as_bytes());
    let text = serde_json::to_string(&offers[0]).unwrap();
    let (again, rejected) = all(text.as_bytes());
    assert!(rejected.is_empty(), "{rejected:?}");
    assert_eq!(again, offers);
    let (short, _) = all(br#"{"id":"7","title":"Vendeur"}"#);
    assert_eq!(short[0].key.to_string(), "fichier:7");
}

#[test]
fn an_odd_field_is_left_out_and_told_and_the_offer_is_kept() {
    let text = r#"{"id":"1","intitule":"Boulanger","salaire":"2 000 euros par mois","entreprise":["Fournil"],
        "lieuTravail":{"libelle":"69 - Lyon 7e","latitude":"nord"},"permis":["B"],"alternance":3}"#;
    let (offers, told) = all(text.as_bytes());
    assert_eq!(offers[0].place.as_ref().unwrap().value.label, "Lyon 7e (69)");
    let mut fields: Vec<&str> = told.iter().filter_map(|told| told.field.as_deref()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["alternance", "entreprise", "lieuTravail.latitude", "permis[0]", "salaire"]);
    assert!(told.iter().all(Rejected::kept));
    assert!(
        told[0].message_fr().ends_with("laissé de côté ; l'offre est gardée"),
        "{}",
        told[0].message_fr()
    );
}

#[test]
fn wrong_types_name_field_and_line() {
    let text =
        format!("[\n{},\n{{\"id\":\"2\",\"intitule\":[\"x\"]}},\n{}\n]", item("1", "Un"), item("3", "Trois"));
    assert_eq!(ids(text.as_bytes()), ["1", "3"]);
    let wrong = only_rejection(text.as_bytes());
    assert_eq!((wrong.line, wrong.item, wrong.field.as_deref()), (Some(3), 2, Some("intitule")));
    assert_eq!(wrong.why, Why::Type { expected: Kind::Text, found: Kind::List });
    assert_eq!(
        wrong.message_fr(),
        "f.json, ligne 3, offre 2, champ intitule : trouvé une liste au lieu d'un texte"
    );

    let nested = br#"{"id":"2","intitule":"x","salaire":{"libelle":{"a":1}}}"#;
    assert_eq!(only_rejection(nested).field.as_deref(), Some("salaire.libelle"));
    let listed = br#"{"id":"2","intitule":"x","competences":[{"libelle":"a"},"b"]}"#;
    assert_eq!(only_rejection(listed).field.as_deref(), Some("competences[1]"));
    let ours = br#"{"id":"2","title":"x","salary":{"value":{"min":"beaucoup","max":1},"words":"","origin":"field"}}"#;
    assert_eq!(only_rejection(ours).field.as_deref(), Some("salary.value.min"));
    let reversed =
        br#"{"id":"2","title":"x","salary":{"value":{"min":9,"max":1},"words":"","origin":"field"}}"#;
    assert_eq!(only_rejection(reversed).field.as_deref(), Some("salary.value"));
}

#[test]
fn missing_fields_and_unknown_forms_are_told() {
    assert_eq!(only_rejection(br#"{"intitule":"x"}"#).field.as_deref(), Some("id"));
    assert_eq!(only_rejection(br#"{"id":"1","intitule":"  "}"#).why, Why::Missing);
    assert_eq!(only_rejection(br#"{"id":"1","nom":"x"}"#).why, Why::UnknownForm);
    assert_eq!(only_rejection(br#"[42]"#).why, Why::NotAnObject);
    assert_eq!(only_rejection(br#"{"id":"1","intitule":}"#).line, Some(1));
}

#[test]
fn empty_and_foreign_files_are_told_once() {
    for text in ["", "   \n\n", "\u{feff}"] {
        let wrong = only_rejection(text.as_bytes());
        assert_eq!(wrong.why, Why::Empty);
        assert_eq!(wrong.message_fr(), "f.json, ligne 1 : le fichier est vide");
    }
    assert_eq!(only_rejection(b"%PDF-1.7 \xff\xfe").why, Why::NotJson);
    assert_eq!(only_rejection(b"id;intitule\n1;Boulanger").why, Why::NotJson);
    assert_eq!(only_rejection(b"PK\x03\x04").why, Why::NotJson);
    assert!(all(b"[]").1.is_empty());
    assert!(all(b"{\"resultats\":[]}").1.is_empty());
}

#[test]
fn a_truncated_file_keeps_what_came_before() {
    let text = format!("[\n{},\n{},\n{{\"id\":\"3\",\"intit", item("1", "Un"), item("2", "Deux"));
    assert_eq!(ids(text.as_bytes()), ["1", "2"]);
    let wrong = only_rejection(text.as_bytes());
    assert_eq!((wrong.line, &wrong.why), (Some(4), &Why::Truncated));

    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    packed.write_all(text.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    assert_eq!(ids(&packed[..packed.len() - 12]), ["1", "2"]);
    assert_eq!(only_rejection(&packed[..packed.len() - 12]).why, Why::Truncated);
}

#[test]
fn a_repeated_identity_keeps_the_later_offer() {
    let text = [item("1", "Ancien"), item("2", "Autre"), item("1", "Nouveau")].join("\n");
    let (offers, _) = all(text.as_bytes());
    let titles: Vec<_> = offers.iter().map(|o| o.title.as_str()).collect();
    assert_eq!(titles, ["Ancien", "Autre", "Nouveau"]);
    let wrong = only_rejection(text.as_bytes());
    assert_eq!((wrong.item, wrong.line), (1, Some(1)));
    assert_eq!(wrong.why, Why::Replaced { by_item: 3, by_line: 3 });
}

#[test]
fn odd_dates_are_kept_with_a_remark() {
    let dated = |date: &str| format!(r#"{{"id":"1","intitule":"x","dateCreation":"{date}"}}"#);
    let (offers, rejected) = all(dated("2031-01-01T00:00:00Z").as_bytes());
    assert_eq!(offers[0].published, Some(jiff::civil::date(2031, 1, 1)));
    assert!(rejected[0].kept());
    assert_eq!(rejected[0].why, Why::FutureDate(jiff::civil::date(2031, 1, 1)));
    let (offers, rejected) = all(dated("hier").as_bytes());
    assert_eq!((offers[0].published, &rejected[0].why), (None, &Why::BadDate("hier".into())));
    assert!(all(dated("2026-11-23T01:00:00+10:00").as_bytes()).1.is_empty());
    assert_eq!(all(dated("06/04/2026").as_bytes()).0[0].published, Some(jiff::civil::date(2026, 4, 6)));
}

#[test]
fn odd_values_do_not_lose_an_offer() {
    let text = r#"{"id":42,"intitule":"x","salaire":{"libelle":"selon profil"},"alternance":null,
        "lieuTravail":{"libelle":"Trifouillis-les-Oies","latitude":"","longitude":"","commune":null},"formations":[],"langues":null}"#;
    let (offers, rejected) = all(text.as_bytes());
    assert!(rejected.is_empty(), "{rejected:?}");
    assert_eq!(offers[0].key.id, "42");
    assert_eq!(offers[0].salary, None);
    let place = offers[0].place.as_ref().unwrap();
    assert_eq!((place.value.label.as_str(), place.value.position), ("Trifouillis-les-Oies", None));
}

#[test]
fn a_list_of_any_length_is_read_with_flat_memory() {
    /// An endless-looking array made as it is read.
    struct Made {
        left: u32,
        ready: Vec<u8>,
    }
    impl Read for Made {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if self.ready.is_empty() && self.left > 0 {
                self.left -= 1;
                self.ready = format!("{},\n", item(&self.left.to_string(), "Un")).into_bytes();
            }
            let n = self.ready.len().min(buffer.len());
            buffer[..n].copy_from_slice(&self.ready[..n]);
            self.ready.drain(..n);
            Ok(n)
        }
    }
    let list = b"[".as_slice().chain(Made { left: 2_000, ready: Vec::new() });
    let mut offers = read_on(list, "f.json", TODAY, Limits::NONE);
    // The first offer is there long before the list has been read.
    assert_eq!(offers.next().unwrap().unwrap().key.id, "1999");
    assert_eq!(offers.filter(Result::is_ok).count(), 1_999);
}

proptest::proptest! {
    /// Whatever happens to the bytes after the first offers, those are read and nothing panics.
    #[test]
    fn mutated_bytes_never_lose_what_came_before(
        lines in proptest::bool::ANY,
        kept in 0usize..4,
        at in 0usize..400,
        noise in proptest::collection::vec(proptest::num::u8::ANY, 0..12),
    ) {
        let items: Vec<String> = (0..6).map(|n| item(&n.to_string(), "Été [\"{")).collect();
        let (open, between) = if lines { ("", "\n") } else { ("[", ",") };
        let mut bytes = open.as_bytes().to_vec();
        bytes.extend(items[..kept].join(between).into_bytes());
        let mut rest = format!("{between}{}", items[kept..].join(between)).into_bytes();
        let at = at.min(rest.len());
        rest.splice(at..(at + noise.len()).min(rest.len()), noise);
        bytes.extend(rest);
        let ids = ids(&bytes);
        let expected: Vec<String> = (0..kept).map(|n| n.to_string()).collect();
        proptest::prop_assert!(ids.starts_with(&expected), "{ids:?}");
    }

    #[test]
    fn any_bytes_are_taken(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        all(&bytes);
    }
}

#[test]
fn a_file_is_read_up_to_its_limits() {
    let packed = |text: &str| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(text.as_bytes()).unwrap();
        packed.finish().unwrap()
    };
    let limits = Limits { unpacked: 100_000, items: 50 };
    let read = |bytes: &[u8]| {
        let mut read = (0, vec![]);
        for item in read_on(bytes, "f.json", TODAY, limits) {
            match item {
                Ok(_) => read.0 += 1,
                Err(rejected) => read.1.push(rejected.why),
            }
        }
        read
    };
    // Blanks that unpack to two thousand times what came in.
    let bomb = packed(&(item("1", "Un") + &" ".repeat(50 << 20)));
    assert!(bomb.len() < 100_000);
    assert_eq!(read(&bomb), (1, vec![Why::TooLarge { megabytes: 0 }]));
    assert_eq!(read((item("1", "Un") + &" ".repeat(200_000)).as_bytes()).1.len(), 1);
    // What was read before counts.
    let many: Vec<String> = (0..60).map(|n| item(&n.to_string(), "Un")).collect();
    assert_eq!(read(many.join("\n").as_bytes()), (50, vec![Why::TooMany { most: 50 }]));
    let scalars = read(format!("[{}]", "7,".repeat(20_000)).as_bytes()).1;
    assert_eq!((scalars.len(), scalars.last()), (51, Some(&Why::TooMany { most: 50 })));
}

#[test]
fn an_offer_s_parts_are_as_long_as_they_may_be() {
    let long = |n: usize| "é".repeat(n);
    let json = serde_json::json!({
        "source": "test", "id": "1", "title": long(1_000), "description": long(60_000), "company": long(1_000),
        "url": format!("https://exemple.fr/{}", "a".repeat(3_000)),
        "skills": (0..300).map(|_| serde_json::json!({"label": long(400), "need": "wished"})).collect::<Vec<_>>(),
    });
    let (offers, remarks) = all(json.to_string().as_bytes());
    let offer = &offers[0];
    assert_eq!(offer.title, long(300));
    assert_eq!(offer.description, long(50_000));
    assert_eq!((offer.company.clone(), offer.url.clone()), (Some(long(300)), None));
    assert_eq!((offer.skills.len(), offer.skills[0].label.clone()), (200, long(300)));
    let told: Vec<&str> = remarks.iter().filter_map(|remark| remark.field.as_deref()).collect();
    assert_eq!(told, ["title", "description", "company", "url"]);
    assert!(remarks.iter().all(Rejected::kept));

    let named = |source: &str, id: &str| {
        only_rejection(
            serde_json::json!({"source": source, "id": id, "title": "Soudeur"}).to_string().as_bytes(),
        )
    };
    assert_eq!(named("test", &"x".repeat(501)).why, Why::Longer { most: 500 });
    for source in ["s:/?#%", "deux mots", "été", "a\nb", &"x".repeat(61)] {
        assert!(matches!(named(source, "1").why, Why::SourceName { .. }), "{source}");
    }
    // What is told of a value does not grow with it.
    let odd = format!(r#"{{"id": "1", "intitule": "Soudeur", "dateCreation": "{}"}}"#, "9".repeat(500_000));
    assert!(only_rejection(odd.as_bytes()).message_fr().len() < 300);
    let odd =
        format!(r#"{{"source": "a", "id": "1", "title": "Soudeur", "skills": "{}"}}"#, "x".repeat(500_000));
    assert!(only_rejection(odd.as_bytes()).message_fr().len() < 300);
    let odd = format!(r#"{{"id": "1", "intitule": "Soudeur", "langues": [{}0]}}"#, "1,".repeat(100_000));
    assert!(all(odd.as_bytes()).1.len() <= 20);
}

#[test]
fn a_posting_s_host_is_its_source_when_it_is_a_plain_name() {
    let source = |url: &str| {
        let posting =
            serde_json::json!({"@type": "JobPosting", "title": "Soudeur", "identifier": "1", "url": url});
        all(posting.to_string().as_bytes()).0[0].key.source.clone()
    };
    assert_eq!(source("https://www.exemple.fr:8443/offres/1"), "exemple.fr");
    assert_eq!(source("https://moi:secret@exemple.fr/1"), "exemple.fr");
    assert_eq!(source(&format!("https://{}/1", "a".repeat(300))), "fichier");
    assert_eq!(source("https://a b/1"), "fichier");
}
