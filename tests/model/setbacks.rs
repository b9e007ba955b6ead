//! What comes of a server that fails: the reading by rules, a remark that says why, and few requests.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use jobmatch::ingest::cv::{self, Reading};
use serde_json::{Value, json};

use super::server::{Ending, Reply, Server};
use super::{CV, PROVIDERS, TODAY, assisted, good_answer, reading};

/// Words of the CV and of the key, which no message may hold.
const PRIVATE: [&str; 6] = ["Quolibet", "QUOLIBET", "Gloubiboulga", "exemple.fr", "06 39", "clef-secrete"];

fn assert_private(text: &str) {
    for word in PRIVATE {
        assert!(!text.contains(word), "« {word} » in {text}");
    }
}

/// The remark on a reading that is that of the rules.
fn why(read: &Reading) -> &str {
    let rules = reading(CV);
    assert_eq!(read.profile, rules.profile);
    assert_eq!(read.evidence, rules.evidence);
    let [why] = read.remarks.as_slice() else { panic!("{:?}", read.remarks) };
    assert!(why.starts_with("Le modèle essai:1b n'a pas relu ce CV"), "{why}");
    assert_private(why);
    why
}

/// A refusal whose message quotes the question, as some do.
fn refusal(status: u16, retry_after: Option<&'static str>, kind: &str) -> Reply {
    let error = json!({ "type": kind, "code": kind, "message": format!("{kind}: {CV}") });
    Reply::Refusal(status, retry_after, json!({ "type": "error", "error": error }))
}

/// Each provider answers alike: the remark says `expected`, after `requests` requests.
async fn each(replies: &[Reply], expected: &str, requests: usize) {
    for provider in PROVIDERS {
        let server = Server::new(replies.iter().cloned()).await;
        let read = assisted(CV, &server.model(provider, "")).await;
        let why = why(&read);
        assert!(why.contains(expected), "{provider}: {why}");
        assert_eq!(server.asked().len(), requests, "{provider}");
    }
}

#[tokio::test]
async fn answers_that_are_no_json_or_another_json() {
    for text in ["Je suis Zéphyrine Quolibet.", "{\"name\": \"Quolibet\", ", "{ name: Quolibet }", ""] {
        each(&[Reply::Answer(text.into())], "JSON", 1).await;
    }
    let other = json!({ "experiences": "Gloubiboulga" }).to_string();
    each(&[Reply::Answer(other)], "forme demandée, à l'endroit experiences", 1).await;
    let other = json!({ "experiences": [{ "tasks": [{ "Gloubiboulga": 1 }] }] }).to_string();
    each(&[Reply::Answer(other)], "experiences[0].tasks[0]", 1).await;
}

/// Each provider answers alike: nothing came that could be used, or the remark on what came says `expected`.
async fn each_in_part(reply: impl Fn(String) -> Reply, expected: &str) {
    each(&[reply("{\"name\": \"Quolib".into())], expected, 1).await;
    let half = good_answer().to_string();
    let half = half[..half.find("\"experiences\"").unwrap()].to_owned();
    for provider in PROVIDERS {
        let server = Server::new([reply(half.clone())]).await;
        let read = assisted(CV, &server.model(provider, "")).await;
        let [why, read_by, ..] = read.remarks.as_slice() else { panic!("{provider}: {:?}", read.remarks) };
        assert!(why.contains("n'a pas relu tout ce CV") && why.contains(expected), "{provider}: {why}");
        assert!(read_by.starts_with("Relu par le modèle"), "{provider}: {read_by}");
        assert_private(why);
        // What came confirms; what did not come is as without a model.
        let rules = reading(CV);
        assert_eq!(read.profile.experiences, rules.profile.experiences, "{provider}");
        let email = read.evidence.iter().find(|found| found.field == "/identity/email").unwrap();
        assert_eq!(email.origin, cv::Origin::Both, "{provider}");
        assert_eq!(server.asked().len(), 1, "{provider}");
    }
}

#[tokio::test]
async fn answers_that_break_off() {
    each_in_part(|answer| Reply::Cut(answer, Ending::Lost), "coupée").await;
    each_in_part(|answer| Reply::Cut(answer, Ending::Clean), "coupée").await;
    each_in_part(Reply::TooLong, "context").await;
    each_in_part(|answer| Reply::Cut(answer, Ending::Stalled), "n'a plus rien dit").await;
}

#[tokio::test]
async fn an_answer_that_goes_round_in_circles_is_ended() {
    let circles = |answer: String| {
        let whole = answer.ends_with(',');
        let round = if whole { "\"interests\": [\"Gloubiboulga\", " } else { "" };
        Reply::Cut(answer + round + &"\"Gloubiboulga\", ".repeat(200), Ending::Stalled)
    };
    each_in_part(circles, "se répète").await;
}

#[tokio::test]
async fn servers_that_say_nothing() {
    let server = Server::new([Reply::Silence]).await;
    let read = assisted(CV, &server.model("ollama", "")).await;
    assert!(why(&read).contains("plus de 8 s"), "{:?}", read.remarks);
}

#[tokio::test]
async fn keys_names_and_addresses_that_are_wrong() {
    each(&[refusal(401, None, "authentication_error")], "refuse la clé", 1).await;
    each(&[refusal(403, None, "permission_error")], "refuse la clé", 1).await;
    each(&[refusal(429, None, "insufficient_quota")], "crédit", 1).await;
    each(&[refusal(402, None, "billing_error")], "crédit", 1).await;
    each(&[Reply::Refusal(302, None, json!({}))], "url dans [model]", 1).await;
    let unknown = Reply::Refusal(404, None, json!({ "error": "model 'essai:1b' not found" }));
    each(std::slice::from_ref(&unknown), "modèle essai:1b", 1).await;
    let server = Server::new([unknown]).await;
    let read = assisted(CV, &server.model("ollama", "")).await;
    assert!(why(&read).contains("ollama pull essai:1b"));

    // Somebody else's server, and nobody's.
    let here = Server::new([Reply::Silence]).await.model("openai", "").url().to_owned();
    let settings = |url: &str| format!("provider = 'anthropic'\nmodel = 'essai:1b'\nurl = '{url}'");
    let model =
        |url: &str| jobmatch::model::Model::new(&toml::from_str(&settings(url)).unwrap(), |_| None).unwrap();
    let read = assisted(CV, &model(&here.replace("/v1", "/v2"))).await;
    assert!(why(&read).contains("n'est pas un serveur de cette sorte"));
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let read = assisted(CV, &model(&format!("http://{free}"))).await;
    assert!(why(&read).contains("rien ne répond"));
}

#[tokio::test]
async fn a_key_that_lacks_is_asked_for_before_anything_is_sent() {
    for (provider, variable) in [("openai", "OPENAI_API_KEY"), ("anthropic", "ANTHROPIC_API_KEY")] {
        let settings = toml::from_str(&format!("provider = '{provider}'\nmodel = 'essai:1b'")).unwrap();
        let mut looked_at = String::new();
        let model = jobmatch::model::Model::new(&settings, |name| {
            looked_at = name.to_owned();
            None
        });
        assert_eq!(looked_at, variable);
        let read = assisted(CV, &model.unwrap()).await;
        assert!(why(&read).contains(variable));
    }
    let server = Server::new([refusal(401, None, "authentication_error")]).await;
    let mut settings: jobmatch::model::Settings = toml::from_str(&server.settings("openai")).unwrap();
    settings.api_key_env = Some("MA_CLE".into());
    let model = jobmatch::model::Model::new(&settings, |_| None).unwrap();
    let read = assisted(CV, &model).await;
    assert!(why(&read).contains("MA_CLE"));
    assert_eq!(server.asked()[0].header("authorization"), None);
}

#[tokio::test]
async fn a_busy_server_is_asked_again_a_few_times() {
    for (status, kind) in [(429, "rate_limit_error"), (503, "busy"), (529, "overloaded_error")] {
        each(&[refusal(status, Some("0"), kind)], "très demandé", 3).await;
        for provider in PROVIDERS {
            let good = Reply::Answer(good_answer().to_string());
            let server = Server::new([refusal(status, Some("1"), kind), good]).await;
            let read = assisted(CV, &server.model(provider, "")).await;
            assert!(read.remarks[0].starts_with("Relu par le modèle"), "{:?}", read.remarks);
            assert_eq!(server.asked().len(), 2);
        }
    }
    each(&[refusal(500, Some("0"), "api_error")], "HTTP 500", 3).await;
    // A long wait is the person's to decide.
    each(&[refusal(429, Some("600"), "rate_limit_error")], "dans 10 min", 1).await;
}

#[tokio::test]
async fn a_stream_that_tells_of_an_error() {
    let error = json!({ "type": "api_error", "message": CV });
    each(&[Reply::Broken(error)], "en panne", 1).await;
    let overloaded = json!({ "type": "overloaded_error", "message": "overloaded" });
    let good = Reply::Answer(good_answer().to_string());
    let server = Server::new([Reply::Broken(overloaded), good]).await;
    let read = assisted(CV, &server.model("anthropic", "")).await;
    assert!(read.remarks[0].starts_with("Relu par le modèle"), "{:?}", read.remarks);
}

#[test]
fn calling_off_ends_the_request() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let half = good_answer().to_string()[..400].to_owned();
    let server = runtime.block_on(Server::new([Reply::Cut(half, Ending::Stalled)]));
    let cancel = AtomicBool::new(false);
    let model = server.model("ollama", "");
    let mut told = |asked: cv::Asked| cancel.store(asked.received > 0, Ordering::Relaxed);
    let read = cv::assist(reading(CV), &[], &model, TODAY, &mut told);
    assert_eq!(jobmatch::model::wait_for(read, &cancel), None);
}

/// What is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn logs_and_debugging_hold_nothing_private() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let other: Value = json!({ "experiences": "Gloubiboulga" });
    for reply in [
        Reply::Answer(good_answer().to_string()),
        Reply::Answer("Quolibet".into()),
        Reply::Answer(other.to_string()),
        Reply::Cut("{\"name\": \"Quolibet".into(), Ending::Lost),
        refusal(400, None, "invalid_request_error"),
        refusal(401, None, "authentication_error"),
    ] {
        for provider in PROVIDERS {
            let server = Server::new([reply.clone()]).await;
            let model = server.model(provider, "");
            assert_private(&format!("{model:?}"));
            assisted(CV, &model).await;
        }
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("a language model did not read a CV"), "{log}");
    assert_private(&log);
}
