//! Arguments, help, languages and exit codes.

use crate::run::{Jobmatch, done, program};

#[test]
fn help_is_in_french_and_in_english_on_demand() {
    let french = done(program().arg("--help").output().unwrap());
    assert_eq!(french.code, 0);
    for word in ["Utilisation :", "Commandes :", "import", "Codes de sortie", "Affiche la version"] {
        assert!(french.out.contains(word), "{word} is not in {}", french.out);
    }
    assert!(!french.out.contains("Usage:") && !french.out.contains("[env:"), "{}", french.out);

    let english = done(program().args(["--lang", "en", "match", "--help"]).output().unwrap());
    assert!(
        english.out.contains("Usage:") && english.out.contains("Rank the offers for a CV"),
        "{}",
        english.out
    );

    let one = done(program().args(["help", "match"]).output().unwrap());
    assert!(one.code == 0 && one.out.contains("--near"), "{}", one.out);
}

#[test]
fn every_command_has_help_in_both_languages() {
    for command in [
        "import",
        "match",
        "search",
        "show",
        "skills",
        "profile",
        "reindex",
        "stats",
        "backup",
        "restore",
        "demo",
        "eval",
        "taxonomy",
        "doctor",
        "completions",
    ] {
        let texts = ["fr", "en"]
            .map(|lang| done(program().args([command, "--help", "--lang", lang]).output().unwrap()));
        assert!(texts.iter().all(|text| text.code == 0), "{command}");
        assert_ne!(texts[0].out, texts[1].out, "{command}");
    }
}

#[test]
fn a_wrong_command_line_is_explained_in_french() {
    for (arguments, explanation) in [
        (&["importer", "x.json"][..], "« importer » n'existe pas"),
        (&["match"], "il manque"),
        (&["match", "cv.pdf", "--radius", "loin"], "un nombre de kilomètres"),
        (&["match", "cv.pdf", "--since", "hier"], "un jour (2026-11-01)"),
        (&["match", "cv.pdf", "--contract", "cdx"], "choix possibles : cdi"),
        (&["match", "cv.pdf", "--weights", "talent=1"], "critères et leurs poids"),
        (&["match", "cv.pdf", "--profile", "p.json"], "ne va pas avec"),
        (&["match", "cv.pdf", "--colour"], "n'est pas attendu"),
    ] {
        let refused = done(program().args(arguments).output().unwrap());
        assert_eq!(refused.code, 2, "{arguments:?}: {}", refused.err);
        assert!(refused.err.contains(explanation), "{arguments:?}: {}", refused.err);
        assert!(refused.out.is_empty());
    }
    let english = done(program().args(["--lang", "en", "importer"]).output().unwrap());
    assert_eq!(english.code, 2);
    assert!(english.err.contains("unrecognized subcommand"), "{}", english.err);
}

#[test]
fn an_empty_data_folder_says_how_to_begin() {
    let jobmatch = Jobmatch::new();
    for arguments in [&["stats"][..], &["search", "soudeur"], &["show", "A1"]] {
        let done = jobmatch.run(arguments);
        assert_eq!(done.code, 4, "{arguments:?}: {}", done.err);
        assert!(done.err.contains("jobmatch import"), "{}", done.err);
    }
    assert!(!jobmatch.data_dir().exists(), "reading creates nothing");
}

#[test]
fn completions_are_written_for_each_shell() {
    for shell in ["bash", "zsh", "fish"] {
        let script = done(program().args(["completions", shell]).output().unwrap());
        assert!(script.code == 0 && script.out.contains("salary-min"), "{shell}");
    }
}

#[test]
fn doctor_finds_a_new_folder_healthy() {
    let jobmatch = Jobmatch::with(&crate::run::three_offers());
    let done = jobmatch.run(["doctor"]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
}
