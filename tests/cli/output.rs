//! Colours, widths, pipes, backup and rebuilding.

use std::io::Read;
use std::process::Stdio;

use crate::run::{CV, Jobmatch, done, offer, three_offers};

#[test]
fn colours_come_only_when_they_are_wanted() {
    let jobmatch = Jobmatch::with(&three_offers());
    let cv = jobmatch.file("cv.txt", CV);
    let coloured = |variables: &[(&str, &str)]| {
        let mut command = jobmatch.command(["match".as_ref(), cv.as_os_str()]);
        done(command.envs(variables.iter().copied()).output().unwrap()).out.contains('\u{1b}')
    };
    assert!(!coloured(&[]));
    assert!(coloured(&[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "0"), ("NO_COLOR", "1")]));
}

#[test]
fn lines_fit_the_width() {
    let long =
        "Chargé / Chargée de développement commercial et de la relation avec les partenaires institutionnels";
    let jobmatch = Jobmatch::with(&[offer("L1", long, "Prospection.")]);
    let cv = jobmatch.file("cv.txt", CV);
    for columns in ["40", "80", "120"] {
        let mut command = jobmatch.command(["match".as_ref(), cv.as_os_str()]);
        let shown = done(command.env("COLUMNS", columns).output().unwrap()).out;
        let widest = shown.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= columns.parse().unwrap(), "{columns}: {shown}");
    }
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let jobmatch = Jobmatch::new();
    let mut child = jobmatch
        .command(["demo", "generate", "--offers", "20000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0_u8; 10];
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut first).unwrap();
    drop(out);
    let ended = done(child.wait_with_output().unwrap());
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
}

#[test]
fn a_backup_brings_the_offers_back() {
    let jobmatch = Jobmatch::with(&three_offers());
    let copy = jobmatch.data_dir().with_file_name("copie.bak").into_os_string();
    assert_eq!(jobmatch.run(["backup".as_ref(), copy.as_os_str()]).code, 0);
    let again = jobmatch.run(["backup".as_ref(), copy.as_os_str()]);
    assert!(again.code == 1 && again.err.contains("--yes"), "{}", again.err);

    let more =
        jobmatch.file("more.json", serde_json::to_vec(&[offer("B1", "Cariste", "Chariots.")]).unwrap());
    assert_eq!(jobmatch.import(&more).code, 0);
    assert_eq!(jobmatch.offers(), 4);
    let refused = jobmatch.run(["restore".as_ref(), copy.as_os_str()]);
    assert!(refused.code == 1 && jobmatch.offers() == 4, "{}", refused.err);
    let restored = jobmatch.run(["restore".as_ref(), copy.as_os_str(), "--yes".as_ref()]);
    assert_eq!(restored.code, 0, "{}", restored.err);
    assert_eq!(jobmatch.offers(), 3);
    assert_eq!(jobmatch.run(["search", "soudeur"]).code, 0, "the text index is built again");
    let missing = jobmatch.run(["restore", "absent.bak", "--yes"]);
    assert!(missing.code == 1 && jobmatch.offers() == 3, "{}", missing.err);
}

#[test]
fn rebuilding_changes_nothing_of_what_is_found() {
    let jobmatch = Jobmatch::with(&three_offers());
    let cv = jobmatch.file("cv.txt", CV);
    let ranked = || jobmatch.run(["match".as_ref(), cv.as_os_str(), "--json".as_ref()]).json();
    let before = ranked();
    for part in ["text", "vectors", "all"] {
        let done = jobmatch.run(["reindex", part]);
        assert_eq!(done.code, 0, "{part}: {}", done.err);
        assert_eq!(ranked(), before, "{part}");
    }
}

#[test]
fn demo_offers_and_cvs_are_loaded() {
    let jobmatch = Jobmatch::new();
    let loaded = jobmatch.run(["demo", "load"]);
    assert_eq!(loaded.code, 0, "{}", loaded.err);
    assert!(jobmatch.offers() >= 500);
    let cvs: Vec<_> = std::fs::read_dir(jobmatch.data_dir().join("cv")).unwrap().collect();
    assert!(cvs.len() >= 12);
    let again = jobmatch.run(["demo", "load"]);
    assert!(again.err.contains("0 offres de démonstration ajoutées"), "{}", again.err);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let jobmatch = Jobmatch::new();
    let file = jobmatch.file("offres.json", serde_json::to_vec(&three_offers()).unwrap());
    // A file where the folder should be: nobody can write there, not even root.
    let blocked = jobmatch.file("bloque", "");
    let mut command = jobmatch.command(["import".as_ref(), file.as_os_str()]);
    let refused = done(command.env("JOBMATCH_DATA_DIR", blocked.join("data")).output().unwrap());
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("bloque"), "{}", refused.err);
}
