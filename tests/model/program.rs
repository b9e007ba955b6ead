//! The program with a model: the command line, and the background work of the server.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use jobmatch::ingest::cv::{Limits, Origin, Reader};
use jobmatch::jobs::{Jobs, State};
use jobmatch::people::accounts::{self, Role};
use jobmatch::people::files::File;
use jobmatch::people::readings;
use jobmatch_index::profile::Profile;
use jobmatch_index::{Index, Options};
use serde_json::json;

use super::server::{Ending, Reply, Server};
use super::{CV, good_answer, reading};

fn jobmatch(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jobmatch"));
    command.env_clear().env("JOBMATCH_TODAY", "2026-11-22").env("OPENAI_API_KEY", "clef-secrete");
    command.arg("--data-dir").arg(folder).args(arguments).current_dir(folder).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A data folder with a CV and the section `[model]`.
fn folder(settings: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("cv.txt"), CV).unwrap();
    if !settings.is_empty() {
        std::fs::write(folder.path().join("jobmatch.toml"), format!("[model]\n{settings}")).unwrap();
    }
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cv_is_read_with_the_configured_model() {
    let server = Server::answering(&good_answer()).await;
    let folder = folder(&server.settings("openai"));
    let done = jobmatch(folder.path(), &["profile", "cv.txt", "--assist", "--json"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let profile: Profile = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(profile, reading(CV).profile);
    assert!(text(&done.stderr).contains("Relu par le modèle essai:1b"), "{}", text(&done.stderr));
    assert_eq!(server.asked()[0].header("authorization"), Some("Bearer clef-secrete"));
    // Without the option, no model is asked.
    assert!(jobmatch(folder.path(), &["profile", "cv.txt"]).status.success());
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_model_and_with_a_wrong_section() {
    let done = jobmatch(folder("").path(), &["profile", "cv.txt", "--assist"]);
    assert_eq!(done.status.code(), Some(2));
    assert!(text(&done.stderr).contains("aucun modèle n'est configuré"), "{}", text(&done.stderr));
    for (settings, about) in [
        ("provider = 'gemini'\nmodel = 'm'", "gemini"),
        ("provider = 'ollama'", "model"),
        ("provider = 'ollama'\nmodel = 'm'\nclef = 'secret'", "clef"),
        ("provider = 'ollama'\nmodel = 'm'\ncontext = 12", "context"),
    ] {
        let done = jobmatch(folder(settings).path(), &["profile", "cv.txt", "--assist"]);
        assert_eq!(done.status.code(), Some(2), "{settings}");
        let told = text(&done.stderr);
        assert!(told.contains("jobmatch.toml") && told.contains(about), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_asks_the_model_for_a_word() {
    let server = Server::answering(&json!({ "ready": true })).await;
    let done = jobmatch(folder(&server.settings("ollama")).path(), &["doctor"]);
    let told = text(&done.stdout);
    assert!(told.contains("essai:1b a répondu en") && told.contains("http://127.0.0.1"), "{told}");
    assert!(done.status.success());

    let server =
        Server::new([Reply::Refusal(404, None, json!({ "error": "model 'essai:1b' not found" }))]).await;
    let done = jobmatch(folder(&server.settings("ollama")).path(), &["doctor"]);
    assert!(text(&done.stdout).contains("ollama pull essai:1b"), "{}", text(&done.stdout));
    assert_eq!(done.status.code(), Some(1));

    assert!(text(&jobmatch(folder("").path(), &["doctor"]).stdout).contains("sans modèle de langue"));
}

/// Has the server's background work read a CV; gives how the task ended and what it told on the way.
async fn background(
    server: &Server,
    call_off: bool,
) -> (State, Vec<String>, Option<jobmatch::ingest::cv::Reading>) {
    let folder = tempfile::tempdir().unwrap();
    let index = Arc::new(Index::open(folder.path(), Options::default()).unwrap());
    let reader = Reader::new(env!("CARGO_BIN_EXE_jobmatch").into(), Limits::default());
    let jobs = Jobs::start(index.clone(), reader, Some(server.model("ollama", "")), 20).unwrap();
    let now = "2026-11-22T12:00:00Z".parse().unwrap();
    let owner = accounts::create(
        &index.records(),
        "moi@exemple.fr",
        "quatre loutres en vélo",
        Role::Member,
        false,
        now,
    )
    .unwrap();
    let file = File::new("cv.txt", CV.into()).unwrap();
    let (id, _) = jobs.extract_cv(owner, &file, None, now).unwrap();
    let mut told = jobs.follow(owner, id).unwrap();
    let mut messages = Vec::new();
    loop {
        let task = told.borrow_and_update().clone();
        messages.push(task.message.clone());
        if call_off && task.message.contains("signes reçus") {
            jobs.cancel(owner, id).unwrap();
        }
        if task.state.ended() {
            return (task.state, messages, readings::get(&index.records(), owner, id).unwrap());
        }
        told.changed().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_background_work_has_the_model_read_and_says_so() {
    let server = Server::answering(&good_answer()).await;
    let (state, messages, read) = background(&server, false).await;
    assert_eq!(state, State::Done);
    assert!(
        messages.iter().any(|message| message.starts_with("Relecture par le modèle essai:1b")),
        "{messages:?}"
    );
    let read = read.unwrap();
    assert!(read.evidence.iter().any(|evidence| evidence.origin == Origin::Both));
    assert!(read.remarks[0].starts_with("Relu par le modèle"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_background_work_goes_on_without_a_model_that_fails() {
    let server = Server::new([Reply::Refusal(401, None, json!({ "error": "no" }))]).await;
    let (state, _, read) = background(&server, false).await;
    assert_eq!(state, State::Done);
    assert!(read.unwrap().remarks[0].contains("refuse la clé"));
}

#[tokio::test(flavor = "multi_thread")]
async fn calling_a_task_off_ends_the_request() {
    let half = good_answer().to_string()[..400].to_owned();
    let server = Server::new([Reply::Cut(half, Ending::Stalled)]).await;
    let (state, _, read) = background(&server, true).await;
    assert_eq!(state, State::Cancelled);
    assert_eq!(read, None);
}
