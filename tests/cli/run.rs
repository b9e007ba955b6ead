//! Runs the program in a data folder of its own.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A data folder and the program that uses it.
pub(crate) struct Jobmatch {
    folder: TempDir,
}

/// What the program did.
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Jobmatch {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// With `offers` imported.
    pub(crate) fn with(offers: &[serde_json::Value]) -> Self {
        let jobmatch = Self::new();
        let file = jobmatch.file("offres.json", serde_json::to_vec(offers).unwrap());
        let done = jobmatch.run(["import".as_ref(), file.as_os_str()]);
        assert_eq!(done.code, 0, "{}", done.err);
        jobmatch
    }

    /// A file beside the data.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The program with the environment of a script: no terminal, no settings of the developer's own.
    pub(crate) fn command(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
        let mut command = program();
        command.env("JOBMATCH_DATA_DIR", self.data_dir()).env("JOBMATCH_TODAY", "2026-11-22").args(arguments);
        command
    }

    pub(crate) fn run(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Done {
        done(self.command(arguments).stdin(Stdio::null()).output().unwrap())
    }

    /// Runs with something on standard input.
    pub(crate) fn pipe(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>, input: &[u8]) -> Done {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let written = child.stdin.take().unwrap().write_all(input);
        let output = child.wait_with_output().unwrap();
        // A program that refuses its arguments does not read its input.
        assert!(written.is_ok() || !output.status.success());
        done(output)
    }

    /// Imports one file and gives what was said.
    pub(crate) fn import(&self, file: &Path) -> Done {
        self.run([OsStr::new("import"), file.as_os_str()])
    }

    /// Number of stored offers.
    pub(crate) fn offers(&self) -> u64 {
        let done = self.run(["stats", "--json"]);
        assert_eq!(done.code, 0, "{}", done.err);
        done.json()["offers"].as_u64().unwrap()
    }
}

impl Done {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in {:?}", self.out))
    }
}

/// The program, without the variables that change what it says.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jobmatch"));
    for variable in
        ["JOBMATCH_DATA_DIR", "JOBMATCH_LANG", "JOBMATCH_TODAY", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS"]
    {
        command.env_remove(variable);
    }
    command
}

pub(crate) fn done(output: Output) -> Done {
    Done {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A fictional offer in the form of France Travail's API.
pub(crate) fn offer(id: &str, title: &str, description: &str) -> serde_json::Value {
    serde_json::json!({
        "id": id,
        "intitule": title,
        "description": description,
        "dateCreation": "2026-11-10T08:00:00.000Z",
        "lieuTravail": { "libelle": "69 - LYON 03", "latitude": 45.75, "longitude": 4.85, "codePostal": "69003", "commune": "69383" },
        "typeContrat": "CDI",
        "entreprise": { "nom": "Ateliers Fictifs" }
    })
}

/// Three offers of different trades.
pub(crate) fn three_offers() -> Vec<serde_json::Value> {
    vec![
        offer(
            "A1",
            "Développeur Python (H/F)",
            "Vous développez des API avec Python, Django et PostgreSQL. Anglais lu.",
        ),
        offer(
            "A2",
            "Boulanger / Boulangère",
            "Vous pétrissez, façonnez et cuisez le pain. CAP boulanger exigé.",
        ),
        offer("A3", "Soudeur TIG (H/F)", "Soudage TIG sur inox, lecture de plans. CACES R489 apprécié."),
    ]
}

/// The CV of a fictional person, as plain text.
pub(crate) const CV: &str = "Camille Exemple
Développeuse Python
69003 Lyon

EXPÉRIENCES PROFESSIONNELLES
Développeuse Python - Société Imaginaire, Lyon
Janvier 2020 - aujourd'hui
- Développement d'API avec Django et PostgreSQL

COMPÉTENCES
Python, Django, PostgreSQL, Docker

LANGUES
Anglais : B2
";
