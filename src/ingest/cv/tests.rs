use jiff::civil::{Date, date};

use super::docx::tests::{docx, p};
use super::*;

const TODAY: Date = date(2026, 11, 22);

fn read(bytes: &[u8], file_name: Option<&str>, today: Date) -> Result<Profile, CvError> {
    super::read(bytes, file_name, today).map(|reading| reading.profile)
}

const MARIE: &str = "Marie DUPONT\nVendeuse en prêt-à-porter\n12 rue des Lilas, 69003 Lyon\n06 12 34 56 78 | marie.dupont@exemple.fr\nlinkedin.com/in/marie-dupont\nPermis B\n\nPROFIL\nVendeuse depuis sept ans, j'aime conseiller.\n\nEXPÉRIENCES PROFESSIONNELLES\nVendeuse - Maison Lorca, Lyon\tmars 2021 - aujourd'hui\n• Accueil et conseil des clients\n• Encaissement\nVendeuse - Super Halle\t2018 - 2020\n• Mise en rayon\n\nFORMATION\n2017 : Bac pro Commerce - Lycée Ampère, Lyon\n\nLANGUES\nAnglais : B1\n\nLOISIRS\nRandonnée";

fn name_title(text: &str) -> (Option<String>, Option<String>) {
    let profile = read(text.as_bytes(), None, TODAY).unwrap();
    (profile.identity.name, profile.title)
}

#[test]
fn a_whole_cv_as_text_and_as_docx() {
    let body: String =
        MARIE.lines().filter(|l| !l.is_empty()).map(|l| p(&l.replace('\t', "</w:t><w:tab/><w:t>"))).collect();
    for bytes in [MARIE.as_bytes().to_vec(), docx(&body, &[])] {
        let profile = read(&bytes, None, TODAY).unwrap();
        assert_eq!(profile.identity.name.as_deref(), Some("Marie DUPONT"));
        assert_eq!(profile.identity.email.as_deref(), Some("marie.dupont@exemple.fr"));
        assert_eq!(profile.identity.phone.as_deref(), Some("06 12 34 56 78"));
        assert_eq!(profile.identity.links, ["linkedin.com/in/marie-dupont"]);
        assert_eq!(profile.title.as_deref(), Some("Vendeuse en prêt-à-porter"));
        assert_eq!(profile.summary.as_deref(), Some("Vendeuse depuis sept ans, j'aime conseiller."));
        let jobs: Vec<_> = profile
            .experiences
            .iter()
            .map(|j| (j.title.as_str(), j.employer.as_deref(), j.current))
            .collect();
        assert_eq!(
            jobs,
            [("Vendeuse", Some("Maison Lorca"), true), ("Vendeuse", Some("Super Halle"), false)]
        );
        assert_eq!(profile.experiences[0].tasks, ["Accueil et conseil des clients", "Encaissement"]);
        assert_eq!(profile.education[0].diploma, "Bac pro Commerce");
        assert_eq!(profile.education[0].year, Some(2017));
        assert_eq!(profile.languages[0].code, "en");
    }
}

#[test]
fn a_cv_that_is_a_title_alone() {
    for title in
        ["Baker", "3D Animator", "Equity Trader", "Dog Groomer", "Chargée de clientèle", "Chef", "Caissier"]
    {
        assert_eq!(name_title(title), (None, Some(title.to_owned())), "{title}");
    }
}

#[test]
fn a_narrow_head_breaks_names_and_links() {
    let line = |text: &str, size| Line { size, ..Line::plain(text) };
    let lines = [
        line("Linh NGUYEN-\tl.nguyen.leconte@mail.example", 22.0),
        line("14 rue de l'Arquette", 9.0),
        line("LECONTE\t14000 Caen", 22.0),
        line("linkedin.com/in/linh-nguyen-", 9.0),
        line("Gestionnaire de paie", 12.0),
        line("exemple", 9.0),
        line("linh-nguyen.fr", 9.0),
    ];
    let head = header::read(&lines.iter().collect::<Vec<_>>(), TODAY);
    assert_eq!(head.identity.name.as_deref(), Some("Linh NGUYEN-LECONTE"));
    assert_eq!(head.identity.links, ["linkedin.com/in/linh-nguyen-exemple", "linh-nguyen.fr"]);
    assert_eq!(head.title.as_deref(), Some("Gestionnaire de paie"));
}

#[test]
fn an_icon_is_no_part_of_an_address() {
    let line = |text: &str| Line { confidence: Some(0.8), ..Line::plain(text) };
    for (read, email) in [
        ("82enzo.diop@exemple.fr", "enzo.diop@exemple.fr"),
        ("saenzo.diop@exemple.fr", "enzo.diop@exemple.fr"),
        ("ediop@exemple.fr", "ediop@exemple.fr"),
        ("e.diop@exemple.fr", "e.diop@exemple.fr"),
        ("52dioq.enso@exemple.fr", "dioq.enso@exemple.fr"),
        ("7e.diop@exemple.fr", "7e.diop@exemple.fr"),
    ] {
        let lines = [line("Enzo DIOP"), line(read)];
        let head = header::read(&lines.iter().collect::<Vec<_>>(), TODAY);
        assert_eq!(head.identity.email.as_deref(), Some(email));
    }
    let lines = [line("44@exemple.fr"), line("Kévin PICAUD"), line("kev.picaud44@exemple.fr")];
    let head = header::read(&lines.iter().collect::<Vec<_>>(), TODAY);
    assert_eq!(head.identity.email.as_deref(), Some("kev.picaud44@exemple.fr"));
}

#[test]
fn licences_are_those_that_are_held() {
    let licences = |line: &str| {
        let text = format!("Marie Dupont\nmarie@exemple.fr\n\nPERMIS\n{line}");
        read(text.as_bytes(), None, TODAY).unwrap().licences
    };
    assert_eq!(licences("Permis B en cours (code obtenu)"), Vec::<String>::new());
    assert_eq!(licences("Permis B et remorque (BE)"), ["Permis B", "Permis BE"]);
    assert_eq!(licences("Permis B, e-commerce"), ["Permis B"]);
}

#[test]
fn personal_data_is_no_summary() {
    let summary = |line: &str| {
        let text = format!(
            "Marie Dupont\nVendeuse\nmarie@exemple.fr\n{line}\n\nEXPÉRIENCE\nVendeuse, Zara, 2019 - 2021"
        );
        read(text.as_bytes(), None, TODAY).unwrap().summary
    };
    assert_eq!(summary("34 ans – Permis B et véhicule – Disponible en 2x8, 3x8 et le week-end"), None);
    let told = "Vendeuse disponible de suite, je recherche un CDI à temps plein dans le centre";
    assert_eq!(summary(told).as_deref(), Some(told));
}

#[test]
fn groups_of_skills_are_no_skills() {
    let text = "Marie Dupont\nVendeuse\n\nCOMPÉTENCES\nEn boutique\n• Encaissement (deux caisses)\n• Vitrines\nÀ la maison :\n• Broderie de sequins";
    let skills: Vec<_> =
        read(text.as_bytes(), None, TODAY).unwrap().skills.into_iter().map(|s| s.label).collect();
    assert_eq!(skills, ["Encaissement (deux caisses)", "Vitrines", "Broderie de sequins"]);
}

#[test]
fn names_in_many_forms() {
    for (text, name, title) in [
        ("Jean Boulanger\nMaçon", "Jean Boulanger", "Maçon"),
        ("LÉA MARTIN-ROY\nDéveloppeuse web\nlea@exemple.fr", "Léa Martin-Roy", "Développeuse web"),
        ("Curriculum Vitae\nDUPONT Marie\nInfirmière", "DUPONT Marie", "Infirmière"),
        ("Vendeuse\nMarie Dupont\nmarie.dupont@exemple.fr", "Marie Dupont", "Vendeuse"),
        ("Nom : Awa Ndiaye\nAide-soignante", "Awa Ndiaye", "Aide-soignante"),
        ("Kwabena Osei\nk.osei@exemple.fr\nChauffeur-livreur", "Kwabena Osei", "Chauffeur-livreur"),
        ("Marie DUPONT - Vendeuse", "Marie DUPONT", "Vendeuse"),
    ] {
        assert_eq!(name_title(text), (Some(name.to_owned()), Some(title.to_owned())), "{text}");
    }
}

#[test]
fn files_that_are_no_cv() {
    let read = |bytes: &[u8]| read(bytes, None, TODAY).unwrap_err();
    assert_eq!(read(b""), CvError::Empty);
    assert_eq!(read(b" \r\n\t"), CvError::Empty);
    assert!(matches!(read(b"%PDF-1.7\nthis is no PDF"), CvError::BrokenPdf { .. }));
    assert!(matches!(read(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), CvError::BrokenImage { .. }));
    assert_eq!(read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old word"), CvError::OldWord);
    assert_eq!(read(b"<?xml version='1.0'?><menu/>"), CvError::Unsupported { format: "XML".into() });
    assert_eq!(read(b"% CV\n\\documentclass{moderncv}"), CvError::Unsupported { format: "LaTeX".into() });
    assert_eq!(read(b"\x7fELF\x02\x01\x01\0\0\0\0"), CvError::UnknownFormat);
    assert!(matches!(read(b"PK\x03\x04 cut"), CvError::Damaged { .. }));
    assert_eq!(
        read(&vec![b'a'; Limits::default().bytes + 1]),
        CvError::TooLarge { megabytes: 26, limit: 25 }
    );
    assert_eq!(read(b"12 34 56"), CvError::NoText);
}

#[test]
fn messages_are_in_both_languages() {
    let error = CvError::Scan { pages: 2 };
    assert!(error.message_fr().contains("les 2 pages du PDF, qui sont des images"));
    assert!(error.to_string().contains("no text was recognised on the 2 page(s)"));
}

#[test]
fn a_blank_an_encrypted_and_a_long_pdf_say_so() {
    let blank = pdf_file(&[""], "");
    assert_eq!(read(&blank, None, TODAY).unwrap_err(), CvError::NoText);
    let long = pdf_file(&["(Marie Dupont) Tj"; 41], "");
    assert_eq!(read(&long, None, TODAY).unwrap_err(), CvError::TooManyPages { pages: 41, limit: 40 });
    let key = "0".repeat(64);
    let encrypt = format!(
        "/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <{key}> /U <{key}> >> /ID [<00> <00>]"
    );
    let encrypted = pdf_file(&["(Marie Dupont, vendeuse) Tj"], &encrypt);
    assert_eq!(read(&encrypted, None, TODAY).unwrap_err(), CvError::Encrypted);
    let whole = pdf_file(&["(Marie Dupont, vendeuse en boulangerie) Tj"], "");
    assert_eq!(read(&whole, None, TODAY).unwrap().identity.name.as_deref(), Some("Marie Dupont"));
    assert!(matches!(
        read(&whole[..60], None, TODAY).unwrap_err(),
        CvError::BrokenPdf { .. } | CvError::NoText
    ));
}

/// A PDF with one page for each content, and `extra` in its trailer.
fn pdf_file(pages: &[&str], extra: &str) -> Vec<u8> {
    let mut objects = vec!["<< /Type /Catalog /Pages 2 0 R >>".to_owned()];
    let kids: Vec<String> = (0..pages.len()).map(|i| format!("{} 0 R", 4 + 2 * i)).collect();
    objects.push(format!("<< /Type /Pages /Count {} /Kids [{}] >>", pages.len(), kids.join(" ")));
    objects
        .push("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned());
    for (i, content) in pages.iter().enumerate() {
        let content = format!("BT /F1 11 Tf 50 700 Td {content} ET");
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>",
            5 + 2 * i
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    let mut file = String::from("%PDF-1.4\n");
    let mut offsets = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file.push_str(&format!("{} 0 obj\n{object}\nendobj\n", i + 1));
    }
    let xref = file.len();
    file.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1));
    for offset in offsets {
        file.push_str(&format!("{offset:010} 00000 n \n"));
    }
    file.push_str(&format!(
        "trailer\n<< /Size {} /Root 1 0 R {extra} >>\nstartxref\n{xref}\n%%EOF\n",
        objects.len() + 1
    ));
    file.into_bytes()
}

mod damaged {
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::*;

    /// Cuts, overwrites, doubles and swaps parts of a file.
    fn damage(mut bytes: Vec<u8>, steps: &[(Index, Index, u8)]) -> Vec<u8> {
        for (at, length, value) in steps {
            if bytes.is_empty() {
                break;
            }
            let start = at.index(bytes.len());
            let end = (start + 1 + length.index(64)).min(bytes.len());
            match value % 5 {
                0 => bytes[start] = *value,
                1 => bytes[start] ^= 1 << (value % 8),
                2 => drop(bytes.drain(start..end)),
                3 => {
                    let part = bytes[start..end].to_vec();
                    bytes.splice(start..start, part);
                }
                _ => bytes.truncate(start + 1),
            }
        }
        bytes
    }

    fn steps() -> impl Strategy<Value = Vec<(Index, Index, u8)>> {
        prop::collection::vec(any::<(Index, Index, u8)>(), 1..8)
    }

    fn samples() -> Vec<Vec<u8>> {
        let table = format!(
            "<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>",
            p("2019 - 2021"),
            p("Vendeuse")
        );
        vec![
            MARIE.as_bytes().to_vec(),
            docx(&(p("Marie Dupont") + &table + &p("FORMATION") + &p("2012 : BTS")), &[]),
            pdf_file(&["(Marie Dupont) Tj 0 -20 Td (Vendeuse 2019 - 2021) Tj 0 -20 Td (FORMATION) Tj"], ""),
            br#"{"basics":{"name":"Marie"},"work":[{"position":"Vendeuse","startDate":"2019-01"}],"skills":[]}"#.to_vec(),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn no_file_makes_the_reader_panic(sample in 0..4_usize, steps in steps()) {
            let bytes = damage(samples()[sample].clone(), &steps);
            if let Err(error) = read(&bytes, None, TODAY) {
                prop_assert!(!error.message_fr().is_empty());
            }
        }

        #[test]
        fn no_text_makes_the_rules_panic(lines in prop::collection::vec("[ -~éèàÉœ’–•|\t]{0,40}|EXPÉRIENCE|FORMATION|LANGUES|2019 - 2021|depuis mars 20|CAP, BTS", 0..12)) {
            let read = read(lines.join("\n").as_bytes(), None, TODAY);
            prop_assert!(read.is_ok() || matches!(read, Err(CvError::Empty | CvError::NoText | CvError::UnknownJson { .. } | CvError::BrokenJson { .. } | CvError::Unsupported { .. })), "{:?}", read);
        }
    }
}
