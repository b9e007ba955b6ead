//! Files of every format as users have them, and the process that reads them. Who is in them is invented.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use jiff::civil::{Date, date};
use jobmatch::ingest::cv::{self, CvError, Limits, Reader, Reading};
use jobmatch_index::profile::{Experience, Month, Profile};

#[path = "support/files.rs"]
mod files;

const TODAY: Date = date(2026, 11, 22);

/// Reads a file of `tests/cv/files` in this process.
fn read(name: &str) -> Reading {
    let bytes = files::cv(name);
    cv::read(&bytes, Some(name), TODAY).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn lines(reading: &Reading) -> Vec<&str> {
    reading.document.lines.iter().map(|line| line.text.as_str()).collect()
}

/// `title | employer | place | start..end | number of tasks`
fn shown(job: &Experience) -> String {
    let month = |m: Option<Month>| m.map_or(String::new(), |m| format!("{}-{:02}", m.year, m.month));
    let end = if job.current { "now".into() } else { month(job.end) };
    let (employer, place) =
        (job.employer.as_deref().unwrap_or_default(), job.place.as_deref().unwrap_or_default());
    format!("{} | {employer} | {place} | {}..{end} | {}", job.title, month(job.start), job.tasks.len())
}

fn jobs(profile: &Profile) -> Vec<String> {
    profile.experiences.iter().map(shown).collect()
}

#[test]
fn one_document_says_the_same_in_every_format_of_word_processors() {
    for name in ["soudeur.docx", "soudeur.odt", "soudeur.rtf"] {
        let reading = read(name);
        let lines = lines(&reading);
        let expected = [
            "CV mis à jour en mai",
            "CONTACT",
            "06 39 98 12 34",
            "yann.legoff@courriel.example",
            "29200 Brest",
            "Yann LE GOFF",
            "Soudeur TIG",
            "EXPÉRIENCE PROFESSIONNELLE",
            "2019 – 2023",
            "Soudeur TIG",
            "Chantiers de l'Iroise, Brest",
            "• Soudage de tuyauteries inox",
            "• Contrôle visuel",
            "2015 – 2019",
            "Soudeur semi-automatique",
            "Métallerie Kerjean, Landerneau",
            "• Assemblage de châssis",
            "FORMATION",
            "CAP Réalisations industrielles\t2014",
            "LANGUES",
            "Anglais\tA2",
            "Breton\tB1",
            "COMPÉTENCES",
            "TIG\tExpert",
            "Lecture de plans",
            "Œuvre, français, 20 €",
            "Habilitations :\tCACES R489",
            "option soudage",
            "Permis B, véhiculé",
        ];
        assert_eq!(lines, expected, "{name}");
        let line = |text: &str| reading.document.lines.iter().find(|line| line.text == text).unwrap();
        assert_eq!(line("Yann LE GOFF").size, 20.0, "{name}");
        assert!(line("Yann LE GOFF").bold && line("FORMATION").bold && !line("Anglais\tA2").bold, "{name}");
        assert!(line("CONTACT").new_column && line("Permis B, véhiculé").new_column, "{name}");
        let profile = &reading.profile;
        assert_eq!(profile.identity.name.as_deref(), Some("Yann LE GOFF"), "{name}");
        assert_eq!(profile.title.as_deref(), Some("Soudeur TIG"), "{name}");
        assert_eq!(
            jobs(profile),
            [
                "Soudeur TIG | Chantiers de l'Iroise | Brest | 2019-01..2023-12 | 2",
                "Soudeur semi-automatique | Métallerie Kerjean | Landerneau | 2015-01..2019-12 | 1"
            ],
            "{name}"
        );
        assert!(profile.licences.iter().any(|l| l == "Permis B"), "{name}");
        assert!(reading.remarks.is_empty(), "{name}");
    }
}

#[test]
fn both_forms_of_europass_say_what_they_state() {
    for (name, phone) in
        [("europass-candidate.xml", "+33 639984321"), ("europass-passport.xml", "06 39 98 43 21")]
    {
        let profile = read(name).profile;
        assert_eq!(profile.identity.name.as_deref(), Some("Nadia Berthier"), "{name}");
        assert_eq!(profile.identity.email.as_deref(), Some("nadia.berthier@courriel.example"), "{name}");
        assert_eq!(profile.identity.phone.as_deref(), Some(phone), "{name}");
        assert_eq!(profile.identity.links, ["https://www.linkedin.com/in/nadia-berthier-exemple"], "{name}");
        assert_eq!(profile.place.as_ref().map(|p| p.label.as_str()), Some("Nantes (44)"), "{name}");
        assert_eq!(
            jobs(&profile),
            [
                "Assistante commerciale export | Voileries de l'Erdre | Nantes | 2019-03..now | 2",
                "Vendeuse | Comptoir Graslin |  | 2014-01..2018-12 | 0"
            ],
            "{name}"
        );
        assert_eq!(profile.experiences[0].tasks[0], "Devis, commandes et factures & relances", "{name}");
        let study = &profile.education[0];
        assert_eq!(
            (study.diploma.as_str(), study.year),
            ("BTS Commerce international", Some(2013)),
            "{name}"
        );
        assert_eq!(study.level.map(|level| level.0), Some(5), "{name}");
        let languages: Vec<String> =
            profile.languages.iter().map(|l| format!("{} {:?}", l.code, l.level)).collect();
        assert_eq!(languages, ["fr Some(C2)", "en Some(B2)"], "{name}");
        assert_eq!(profile.licences, ["Permis B"], "{name}");
        for skill in ["Excel", "Salesforce"] {
            assert!(
                profile.skills.iter().any(|s| s.label == skill && s.concept.is_some()),
                "{name}: {skill}"
            );
        }
    }
    assert_eq!(read("europass-candidate.xml").profile.interests, ["Voile légère"]);
    assert_eq!(read("europass-passport.xml").profile.certifications, ["Certification Pix, 2022"]);
}

#[test]
fn a_pdf_of_europass_states_its_xml_and_shows_its_text() {
    let text =
        ["Nadia Berthier", "EXPERIENCE PROFESSIONNELLE", "Assistante commerciale export, Nantes, 2019"];
    let xml = files::cv("europass-candidate.xml");
    let bytes = files::pdf(&[&text], &[("attachment.xml", &xml)]);
    let reading = cv::read(&bytes, Some("cv.pdf"), TODAY).unwrap();
    assert_eq!(lines(&reading), text);
    assert_eq!(reading.profile, read("europass-candidate.xml").profile);
    let name = reading.evidence.iter().find(|e| e.field == "/identity/name").unwrap();
    assert_eq!(name.lines, [0]);
    let title = reading.evidence.iter().find(|e| e.field == "/experiences/0/title").unwrap();
    assert_eq!(title.lines, [2]);
    // What is attached and no CV changes nothing.
    let bytes =
        files::pdf(&[&text], &[("facture.xml", b"<Invoice/>"), ("broken.xml", b"<Candidate europass")]);
    let reading = cv::read(&bytes, Some("cv.pdf"), TODAY).unwrap();
    assert_eq!(reading.profile.identity.email, None);
}

#[test]
fn a_json_resume_says_all_that_a_profile_holds() {
    let reading = read("json-resume.json");
    let profile = &reading.profile;
    assert_eq!(
        jobs(profile),
        [
            "Assistante commerciale export | Voileries de l'Erdre | Nantes | 2019-03..now | 3",
            "Vendeuse | Comptoir Graslin |  | 2014-01..2018-12 | 0",
            "Monitrice de voile | Les Glénans |  | 2016-06..2016-08 | 1"
        ]
    );
    assert_eq!(profile.certifications, ["Certification Pix, GIP Pix, 2022"]);
    assert_eq!(profile.licences, ["Permis B"]);
    assert_eq!(profile.interests, ["Sport (voile, natation)", "Lecture"]);
    assert_eq!(profile.place.as_ref().map(|p| p.label.as_str()), Some("Nantes (44)"));
    assert!(profile.skills.iter().any(|s| s.label == "Rigueur"));
    assert_eq!(
        reading.remarks,
        ["Le fichier contient aussi des rubriques qui n'ont pas été reprises : awards."]
    );
}

#[test]
fn markdown_says_what_its_marks_say() {
    let reading = read("cv.md");
    let profile = &reading.profile;
    assert_eq!(profile.identity.name.as_deref(), Some("Nadia Berthier"));
    assert_eq!(profile.title.as_deref(), Some("Assistante commerciale export"));
    assert_eq!(profile.identity.email.as_deref(), Some("nadia.berthier@courriel.example"));
    assert_eq!(
        jobs(profile),
        [
            "Assistante commerciale export | Voileries de l'Erdre |  | 2019-03..now | 2",
            "Vendeuse | Comptoir Graslin |  | 2014-01..2018-12 | 0"
        ]
    );
    assert_eq!(profile.education[0].diploma, "BTS Commerce international");
    assert_eq!(profile.languages[0].code, "en");
}

#[test]
fn a_profile_of_linkedin_is_read_in_both_languages() {
    let french = read("linkedin-fr.pdf").profile;
    assert_eq!(french.identity.name.as_deref(), Some("Claire Bonnet"));
    assert_eq!(french.title.as_deref(), Some("Responsable logistique"));
    assert_eq!(french.place.as_ref().map(|p| p.label.as_str()), Some("Blois (41)"));
    assert_eq!(
        jobs(&french),
        [
            "Responsable logistique | Ateliers Marchenoir | Blois, Centre-Val de Loire, France | 2021-04..now | 3",
            "Coordinatrice transport | Ateliers Marchenoir | Blois | 2019-04..2021-03 | 1",
            "Gestionnaire de stocks | Papeteries du Cher | Vierzon, France | 2015-09..2019-03 | 1",
            "Agente administrative | Mairie de Romorantin |  | 2014-06..2015-08 | 0",
        ]
    );
    let english = read("linkedin-en.pdf").profile;
    assert_eq!(english.title.as_deref(), Some("Logistics Manager"));
    assert_eq!(
        jobs(&english),
        [
            "Logistics Manager | Ateliers Marchenoir | Blois, Centre-Val de Loire, France | 2021-04..now | 3",
            "Transport Coordinator | Ateliers Marchenoir | Blois | 2019-04..2021-03 | 1",
            "Stock Controller | Papeteries du Cher | Vierzon, France | 2015-09..2019-03 | 1",
            "Administrative Officer | Mairie de Romorantin |  | 2014-06..2015-08 | 0",
        ]
    );
    for profile in [&french, &english] {
        assert_eq!(profile.identity.email.as_deref(), Some("claire.bonnet@courriel.example"));
        assert_eq!(profile.identity.phone.as_deref(), Some("+33639981234"));
        assert_eq!(
            profile.identity.links,
            ["www.linkedin.com/in/claire-bonnet-exemple", "claire-bonnet.example"]
        );
        assert!(
            profile.summary.as_deref().is_some_and(|s| s.contains("Logistics") || s.contains("logistique"))
        );
        let studies: Vec<_> =
            profile.education.iter().map(|e| (e.school.as_deref(), e.level.map(|l| l.0), e.year)).collect();
        assert_eq!(
            studies,
            [
                (Some("Université de Tours"), Some(6), Some(2014)),
                (Some("Lycée Dessaignes"), Some(5), Some(2013))
            ]
        );
        let languages: Vec<_> = profile.languages.iter().map(|l| l.code.as_str()).collect();
        assert_eq!(languages, ["fr", "en", "es"]);
        assert!(profile.certifications.iter().any(|c| c == "Lean Six Sigma Green Belt"));
        let skills: Vec<&str> = profile.skills.iter().map(|s| s.label.as_str()).collect();
        assert!(skills.contains(&"SAP"), "{skills:?}");
        assert!(profile.experiences.iter().flat_map(|j| &j.tasks).all(|task| !task.contains("Page")));
    }
    assert_eq!(french.education[0].diploma, "Licence professionnelle, Logistique et pilotage des flux");
}

#[test]
fn what_is_not_read_says_what_to_do() {
    let read = |bytes: &[u8], name: &str| cv::read(bytes, Some(name), TODAY).unwrap_err().message_fr();
    let ole = |stream: &str| {
        let name: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0; 500], &name].concat()
    };
    let zip = |parts: &[(&str, &str)]| {
        files::zip(&parts.iter().map(|(n, t)| (*n, t.as_bytes())).collect::<Vec<_>>())
    };
    for (bytes, name, said) in [
        (ole("WordDocument"), "cv.doc", "l'ancien format Word .doc"),
        (ole("EncryptedPackage"), "cv.docx", "protégé par un mot de passe"),
        (ole("Workbook"), "cv.xls", "les fichiers Excel (.xls) ne sont pas lus"),
        (zip(&[("xl/workbook.xml", "<x/>")]), "cv.xlsx", "les fichiers Excel ne sont pas lus"),
        (zip(&[("ppt/presentation.xml", "<x/>")]), "cv.pptx", "les fichiers PowerPoint ne sont pas lus"),
        (zip(&[("Index/Document.iwa", "x")]), "cv.pages", "les fichiers Pages ne sont pas lus"),
        (zip(&[("mimetype", "application/epub+zip")]), "cv.epub", "les fichiers EPUB ne sont pas lus"),
        (zip(&[("cv.pdf", "%PDF-1.4")]), "cv.zip", "les fichiers ZIP ne sont pas lus"),
        (
            zip(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", "<x/>")]),
            "cv.ods",
            "tableur",
        ),
        (
            zip(&[
                ("mimetype", "application/vnd.oasis.opendocument.text"),
                ("META-INF/manifest.xml", "<m><encryption-data/></m>"),
                ("content.xml", "\u{1}\u{2}"),
            ]),
            "cv.odt",
            "protégé par un mot de passe",
        ),
        (
            b"\\documentclass{article}\\begin{document}Luc".to_vec(),
            "cv.tex",
            "les fichiers LaTeX ne sont pas lus",
        ),
        (b"%!PS-Adobe-3.0\n".to_vec(), "cv.ps", "les fichiers PostScript ne sont pas lus"),
        (b"   \n".to_vec(), "cv.txt", "le fichier est vide"),
        (b"PK\x03\x04\0\0".to_vec(), "cv.docx", "abîmé ou incomplet"),
        (b"{\\rtf1 {\\*\\generator Word}}".to_vec(), "cv.rtf", "pas de texte lisible"),
        ("FORMATION\n".repeat(60_000).into_bytes(), "cv.txt", "bien plus de texte qu'un CV"),
        (files::pdf(&vec![["Page"].as_slice(); 500], &[]), "cv.pdf", "a 500 pages et la limite est de 40"),
    ] {
        let message = read(&bytes, name);
        assert!(message.contains(said), "{name}: {message}");
    }
}

#[test]
fn the_content_says_the_format_not_the_name() {
    for (name, wrong) in [
        ("soudeur.odt", "cv.docx"),
        ("soudeur.docx", "cv.pdf"),
        ("soudeur.rtf", "cv.doc"),
        ("linkedin-fr.pdf", "cv.docx"),
    ] {
        let bytes = files::cv(name);
        let reading = cv::read(&bytes, Some(wrong), TODAY).unwrap();
        assert!(reading.profile.identity.name.is_some(), "{name}");
    }
    let html = "<!DOCTYPE html><html><head><title>CV en ligne</title><style>p{}</style></head><body>\
        <h1>Marie Dupont</h1><p>Vendeuse</p><h2>Expérience</h2><ul><li>Vendeuse, Zara, 2019 - 2021</li></ul></body></html>";
    let reading = cv::read(html.as_bytes(), Some("cv.doc"), TODAY).unwrap();
    assert_eq!(lines(&reading), ["Marie Dupont", "Vendeuse", "Expérience", "- Vendeuse, Zara, 2019 - 2021"]);
}

#[test]
fn macros_are_left_alone_and_said() {
    let parts = files::unzip(&files::cv("soudeur.docx"));
    let mut parts: Vec<(&str, &[u8])> =
        parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    parts.push(("word/vbaProject.bin", b"Sub AutoOpen()"));
    let reading = cv::read(&files::zip(&parts), Some("cv.docm"), TODAY).unwrap();
    assert_eq!(reading.profile, read("soudeur.docx").profile);
    assert_eq!(reading.remarks, ["Les macros du document n'ont pas été lues : seul son texte l'a été."]);
}

#[test]
fn a_cut_rtf_is_read_and_said_to_be_cut() {
    let bytes = files::cv("soudeur.rtf");
    let reading = cv::read(&bytes[..bytes.len() * 9 / 10], Some("cv.rtf"), TODAY).unwrap();
    assert!(lines(&reading).contains(&"Soudeur TIG"));
    assert_eq!(reading.remarks, ["La fin du fichier RTF manque : le CV est peut-être incomplet."]);
}

mod process {
    use std::sync::atomic::Ordering;
    use std::time::Duration;

    use super::*;

    fn reader(limits: Limits) -> Reader {
        Reader::new(Path::new(env!("CARGO_BIN_EXE_jobmatch")).to_owned(), limits)
    }

    fn open(reader: &Reader, bytes: &[u8], name: &str) -> Result<Reading, CvError> {
        let opened = reader.open(bytes, Some(name), false, &AtomicBool::new(false), &mut |_| {})?;
        Ok(opened.understand(TODAY))
    }

    #[test]
    fn it_reads_as_this_process_does() {
        for name in files::NAMES {
            let bytes = files::cv(name);
            assert_eq!(
                open(&reader(Limits::default()), &bytes, name),
                cv::read(&bytes, Some(name), TODAY),
                "{name}"
            );
        }
    }

    #[test]
    fn its_errors_are_those_of_the_file() {
        let reader = reader(Limits { unpacked: 1 << 20, ..Limits::default() });
        assert_eq!(open(&reader, b"", "cv.pdf"), Err(CvError::Empty));
        let bomb = files::zip(&[("word/document.xml", &vec![b' '; 8 << 20])]);
        assert_eq!(open(&reader, &bomb, "cv.docx"), Err(CvError::UnpacksTooLarge { limit: 1 }));
    }

    /// A PDF whose page content unpacks to `size` bytes.
    fn swollen(size: usize) -> Vec<u8> {
        use std::io::Write;
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(b"BT /F1 11 Tf 50 700 Td ").unwrap();
        let line = b"(Marie) Tj 0 -1 Td ".repeat(1000);
        for _ in 0..size / line.len() {
            packed.write_all(&line).unwrap();
        }
        packed.write_all(b"ET").unwrap();
        files::pdf_with_content(&packed.finish().unwrap(), "/Filter /FlateDecode")
    }

    #[test]
    #[cfg(unix)]
    fn it_keeps_to_its_memory() {
        let small = reader(Limits { memory: 400 << 20, seconds: 60, ..Limits::default() });
        let bytes = swollen(300 << 20);
        assert!(bytes.len() < 4 << 20);
        assert_eq!(open(&small, &bytes, "cv.pdf"), Err(CvError::TooHeavy { limit: 400 }));
    }

    #[test]
    fn it_keeps_to_its_time_and_stops_when_told() {
        let bytes = swollen(200 << 20);
        let limits = Limits { memory: 8 << 30, seconds: 1, ..Limits::default() };
        assert_eq!(open(&reader(limits), &bytes, "cv.pdf"), Err(CvError::TooSlow { seconds: 1 }));
        let cancel = AtomicBool::new(false);
        let limits = Limits { memory: 8 << 30, ..Limits::default() };
        let ended = std::thread::scope(|scope| {
            let work = scope.spawn(|| reader(limits).open(&bytes, None, false, &cancel, &mut |_| {}));
            std::thread::sleep(Duration::from_millis(200));
            cancel.store(true, Ordering::Relaxed);
            work.join().unwrap()
        });
        assert_eq!(ended.unwrap_err(), CvError::Cancelled);
    }

    /// A program that stands for the reader.
    #[cfg(unix)]
    fn script(dir: &Path, text: &str) -> Reader {
        use std::os::unix::fs::PermissionsExt;
        let path = dir.join("reader.sh");
        std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        Reader::new(path, Limits { seconds: 30, ..Limits::default() })
    }

    #[test]
    #[cfg(unix)]
    fn however_it_ends_there_is_an_answer_and_no_process_left() {
        let dir = tempfile::tempdir().unwrap();
        let bytes = vec![b'a'; 4 << 20];
        let noise = "i=0; while [ $i -lt 3000 ]; do echo \"a long complaint about the document number $i\" >&2; i=$((i+1)); done";
        for (script_text, expected) in [
            // Killed, with the file read or not.
            ("kill -9 $$".to_owned(), CvError::Crashed),
            ("cat >/dev/null; kill -9 $$".to_owned(), CvError::Crashed),
            // Says nothing, or no answer, or one that never ends.
            ("exit 0".to_owned(), CvError::Crashed),
            ("cat >/dev/null; echo '{\"Opened\":3}'; exec sleep 60".to_owned(), CvError::Crashed),
            ("exec cat /dev/zero".to_owned(), CvError::Crashed),
            // Complains more than a pipe holds, then says why it ends.
            (
                format!("{noise}; echo 'memory allocation of 9 bytes failed' >&2; kill -6 $$"),
                CvError::TooHeavy { limit: 2048 },
            ),
            (format!("{noise}; exit 1"), CvError::Crashed),
            // Ended by the bound on its time.
            ("kill -XCPU $$".to_owned(), CvError::TooSlow { seconds: 30 }),
            // Answers and does not end.
            ("echo '{\"Failed\":\"Empty\"}'; exec sleep 60".to_owned(), CvError::Empty),
        ] {
            let reader =
                script(dir.path(), &format!("echo $$ > {}/pid\n{script_text}", dir.path().display()));
            assert_eq!(open(&reader, &bytes, "cv.pdf"), Err(expected), "{script_text}");
            let pid = std::fs::read_to_string(dir.path().join("pid")).unwrap();
            // Not even as a zombie.
            assert!(!Path::new("/proc").join(pid.trim()).exists(), "{script_text}");
        }
        let missing = Reader::new(dir.path().join("nothing"), Limits::default());
        assert!(matches!(open(&missing, b"a", "cv.pdf"), Err(CvError::NoReader { .. })));
    }
}
