use jiff::civil::{Date, date};

use super::docx::tests::{docx, p};
use super::*;

const TODAY: Date = date(2026, 11, 22);

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
    assert_eq!(read(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), CvError::Image);
    assert_eq!(read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old word"), CvError::OldWord);
    assert_eq!(read(b"{\\rtf1 Marie}"), CvError::Unsupported { format: "RTF" });
    assert_eq!(read(b"<!DOCTYPE html><p>Marie"), CvError::Unsupported { format: "HTML" });
    assert_eq!(read(b"\x7fELF\x02\x01\x01\0\0\0\0"), CvError::UnknownFormat);
    assert!(matches!(read(b"PK\x03\x04 cut"), CvError::BrokenDocx { .. }));
    assert_eq!(read(&vec![b'a'; MAX_BYTES + 1]), CvError::TooLarge { megabytes: 25, limit: 25 });
    assert_eq!(read(b"12 34 56"), CvError::NoText);
}

#[test]
fn messages_are_in_both_languages() {
    let error = CvError::Scan { pages: 2 };
    assert!(error.message_fr().contains("ses 2 pages sont des images sans texte"));
    assert!(error.to_string().contains("the PDF is a scan"));
}
