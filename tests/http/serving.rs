//! On a real port: events, compression, stopping, and who asks from where.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use jobmatch::http::App;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::support::{Person, Server, demo_cv, until};

/// A server that listens.
struct Listening {
    at: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

async fn listen(app: &App) -> Listening {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let at = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let ended = tokio::spawn(jobmatch::http::serve(app.clone(), listener, async {
        let _ = stopped.await;
    }));
    Listening { at, stop, ended }
}

/// Sends a request for one answer, and gives the connection.
async fn ask(at: SocketAddr, path: &str, headers: &str) -> TcpStream {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n{headers}\r\n");
    let asked = spawn_blocking(move || {
        let mut stream = TcpStream::connect(at).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream
    });
    asked.await.unwrap()
}

/// The first bytes of an answer, and the connection again.
async fn beginning(mut stream: TcpStream) -> (usize, TcpStream) {
    let read = spawn_blocking(move || {
        let read = stream.read(&mut [0; 512]).unwrap();
        (read, stream)
    });
    read.await.unwrap()
}

async fn rest(mut stream: TcpStream) -> String {
    let read = spawn_blocking(move || {
        let mut all = vec![];
        stream.read_to_end(&mut all).unwrap();
        String::from_utf8_lossy(&all).into_owned()
    });
    read.await.unwrap()
}

fn bearer(person: &Person<'_>) -> String {
    format!("Authorization: Bearer {}\r\n", person.token)
}

/// The tasks that a stream of events tells of.
fn told(answer: &str) -> Vec<Value> {
    let data = answer.lines().filter_map(|line| line.strip_prefix("data: "));
    data.map(|data| serde_json::from_str(data).unwrap()).collect()
}

#[tokio::test]
async fn events_tell_how_a_task_goes_and_end_with_it() {
    let server = Server::new();
    let anne = server.member("anne");
    let listening = listen(&server.app).await;
    let pdf = demo_cv("vendeuse.pdf");
    let id = anne.post("/api/profiles/file").file("cv.pdf", pdf).await.is(202).text_at("/id");
    let path = format!("/api/tasks/{id}/events");
    let headers = format!("{}Accept-Encoding: gzip\r\n", bearer(&anne));
    let answer = rest(ask(listening.at, &path, &headers).await).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("text/event-stream"), "{answer}");
    assert!(!answer.contains("content-encoding"), "events do not wait to be compressed: {answer}");
    assert_eq!(answer.matches("event: task").count(), told(&answer).len());
    let last = told(&answer).pop().unwrap();
    assert_eq!((&last["id"], &last["state"]), (&json!(id), &json!("done")));
    assert!(told(&answer).iter().rev().skip(1).all(|task| task["state"] != "done"), "{answer}");
    // Once it has ended, one event says so.
    let answer = rest(ask(listening.at, &path, &bearer(&anne)).await).await;
    assert_eq!(told(&answer), [last]);
    let stranger = server.member("bob");
    let answer = rest(ask(listening.at, &path, &bearer(&stranger)).await).await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
}

#[tokio::test]
async fn a_server_that_stops_ends_its_events_and_answers_what_it_has_begun() {
    let server = Server::new();
    let anne = server.member("anne");
    // Nobody works at this task: its events would go on.
    let mut waiting = vec![];
    for _ in 0..20 {
        let pdf = demo_cv("data-analyst.pdf");
        waiting.push(anne.post("/api/profiles/file").file("cv.pdf", pdf).await.is(202).text_at("/id"));
    }
    let listening = listen(&server.app).await;
    let path = format!("/api/tasks/{}/events", waiting.last().unwrap());
    let (begun, events) = beginning(ask(listening.at, &path, &bearer(&anne)).await).await;
    assert!(begun > 0);
    listening.stop.send(()).unwrap();
    let answer = rest(events).await;
    assert!(!answer.contains("\"failed\""), "{answer}");
    listening.ended.await.unwrap();
    assert!(TcpStream::connect(listening.at).is_err());
}

#[tokio::test]
async fn long_answers_are_compressed_for_who_wants_it() {
    let server = Server::new();
    let listening = listen(&server.app).await;
    let answer = rest(ask(listening.at, "/api/openapi.json", "Accept-Encoding: gzip\r\n").await).await;
    assert!(answer.contains("content-encoding: gzip"));
    let plain = rest(ask(listening.at, "/api/openapi.json", "").await).await;
    assert!(!plain.contains("content-encoding") && plain.len() > 3 * answer.len());
}

#[tokio::test]
async fn figures_are_for_this_computer_and_health_for_everybody() {
    let server = Server::new();
    let listening = listen(&server.app).await;
    rest(ask(listening.at, "/health", "").await).await;
    let figures = rest(ask(listening.at, "/metrics", "").await).await;
    assert!(figures.starts_with("HTTP/1.1 200"), "{figures}");
    assert!(figures.contains("http_requests_total") && figures.contains("jobmatch_offers 0"), "{figures}");
    let passed_on = rest(ask(listening.at, "/metrics", "X-Forwarded-For: 127.0.0.1\r\n").await).await;
    assert!(passed_on.starts_with("HTTP/1.1 403"), "{passed_on}");
    // Without a connection, nothing says that it is this computer.
    server.get("/metrics").await.is(403);
    for path in ["/health", "/health/ready", "/health/live"] {
        server.get(path).await.is(200);
    }
    assert_eq!(server.get("/health").await.at("/status"), "ok");
}

#[tokio::test]
async fn a_client_that_goes_away_leaves_its_task_alone() {
    let server = Server::new();
    let anne = server.member("anne");
    let listening = listen(&server.app).await;
    let pdf = demo_cv("cariste.pdf");
    let id = anne.post("/api/profiles/file").file("cv.pdf", pdf).await.is(202).text_at("/id");
    drop(ask(listening.at, &format!("/api/tasks/{id}/events"), &bearer(&anne)).await);
    let state = until(async || {
        let task = anne.get(format!("/api/tasks/{id}")).await.is(200);
        (task.at("/state") == "done").then_some(task)
    });
    assert_eq!(state.await.at("/profile"), id);
}
