//! What comes in is bounded, and so is what one person may take: whatever is sent, others are answered.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use jobmatch::limits::Limits;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::support::{Person, Server, demo_cv, offer, until};

/// A server that listens until `stop` is sent.
struct Listening {
    at: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

async fn listen(server: &Server) -> Listening {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let at = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let ended = tokio::spawn(jobmatch::http::serve(server.app.clone(), listener, async {
        let _ = stopped.await;
    }));
    Listening { at, stop, ended }
}

/// A connection on which something was sent. Reading from it ends the test when nothing comes for a minute.
fn send(at: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream.write_all(bytes).unwrap();
    stream
}

/// What comes until the server closes the connection; it may do so at once.
fn rest(mut stream: TcpStream) -> String {
    let mut all = vec![];
    match stream.read_to_end(&mut all) {
        Err(error) if error.kind() != std::io::ErrorKind::ConnectionReset => panic!("{error}"),
        _ => String::from_utf8_lossy(&all).into_owned(),
    }
}

const LIVE: &[u8] = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    spawn_blocking(work).await.unwrap()
}

#[tokio::test]
async fn connections_that_ask_for_nothing_make_room_and_hold_no_exit() {
    let server = Server::bounded(Limits { connections: 20, ..Limits::default() });
    let listening = listen(&server).await;
    let at = listening.at;
    let silent = apart(move || {
        let mut silent: Vec<_> = (0..150).map(|_| send(at, b"")).collect();
        silent.extend((0..150).map(|_| send(at, b"GET / HTTP/1.1\r\nHost: local")));
        for _ in 0..30 {
            assert!(rest(send(at, LIVE)).starts_with("HTTP/1.1 200"));
        }
        // Nor do those that have asked once and keep their connection.
        let mut kept = vec![];
        for _ in 0..60 {
            let mut stream = send(at, b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assert!(stream.read(&mut [0; 512]).unwrap() > 0);
            kept.push(stream);
        }
        assert!(rest(send(at, LIVE)).starts_with("HTTP/1.1 200"));
        silent.extend(kept);
        silent.extend((0..10).map(|_| send(at, b"GET / HTTP/1.1\r\nHost: local")));
        silent
    })
    .await;
    listening.stop.send(()).unwrap();
    listening.ended.await.unwrap();
    drop(silent);
}

#[tokio::test]
async fn a_connection_is_held_to_its_times() {
    let server = Server::bounded(Limits { header_seconds: 1, idle_seconds: 1, ..Limits::default() });
    let listening = listen(&server).await;
    let at = listening.at;
    apart(move || {
        for begun in [
            b"".as_slice(),
            b"GET /health/live HTTP/1.1\r\n",
            b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nA: ",
        ] {
            // Closed, mostly without a word.
            assert!(!rest(send(at, begun)).starts_with("HTTP/1.1 200"));
        }
        // After an answer, the next request must come.
        let idle = rest(send(at, b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        assert_eq!(idle.matches("HTTP/1.1 200").count(), 1, "{idle}");
        let long = format!("GET / HTTP/1.1\r\nHost: localhost\r\nA: {}\r\n\r\n", "a".repeat(200_000));
        let mut stream = send(at, b"");
        // It may be closed while this is sent.
        let _ = stream.write_all(long.as_bytes());
        assert!(!rest(stream).starts_with("HTTP/1.1 2"));
    })
    .await;
}

#[tokio::test]
async fn a_server_that_stops_waits_for_requests_and_not_for_ever() {
    let server = Server::bounded(Limits { stop_seconds: 1, ..Limits::default() });
    let listening = listen(&server).await;
    let (at, anne) = (listening.at, server.member("anne"));
    // A body that never comes.
    let head = format!(
        "POST /api/offers/import HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Length: 1000\r\n\r\n[",
        anne.token
    );
    let stream = apart(move || {
        let stream = send(at, head.as_bytes());
        // Another one is answered meanwhile: the first has begun.
        assert!(rest(send(at, LIVE)).starts_with("HTTP/1.1 200"));
        stream
    })
    .await;
    listening.stop.send(()).unwrap();
    listening.ended.await.unwrap();
    apart(move || assert!(!rest(stream).starts_with("HTTP/1.1 200"))).await;
}

#[tokio::test]
async fn figures_have_few_names_whatever_is_asked() {
    let server = Server::new();
    let listening = listen(&server).await;
    let at = listening.at;
    let asked = apart(move || {
        let ask = |method: &str, path: &str| {
            let request = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            rest(send(at, request.as_bytes()))
        };
        for n in 0..300 {
            ask(&format!("METHODE{n}"), "/health/live");
            ask("GET", &format!("/nulle-part/{n}"));
        }
        ask("GET", "/metrics")
    })
    .await;
    let of_requests: Vec<&str> = asked.lines().filter(|line| line.starts_with("http_")).collect();
    assert!(of_requests.len() > 2, "{asked}");
    assert!(!asked.contains("METHODE") && !asked.contains("nulle-part"), "{asked}");
    // Every label has a value of a closed list: tests that run at the same time have theirs in it too.
    for line in of_requests {
        let label = |name: &str| {
            let value = line.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
            value.map(str::to_owned)
        };
        if let Some(method) = label("method") {
            assert!(
                ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "-"].contains(&&*method),
                "{line}"
            );
        }
        if let Some(status) = label("status") {
            assert!(["1xx", "2xx", "3xx", "4xx", "5xx"].contains(&&*status), "{line}");
        }
    }
}

fn packed(bytes: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut packed = GzEncoder::new(vec![], Compression::best());
    bytes.for_each(|bytes| packed.write_all(&bytes).unwrap());
    packed.finish().unwrap()
}

async fn import(person: &Person<'_>, bytes: &[u8]) -> Value {
    person.post("/api/offers/import").bytes("application/json", bytes).await.is(200).value()
}

#[tokio::test]
async fn an_import_unpacks_to_so_much_and_tells_so_much() {
    let limits = Limits { import_unpacked: 8 << 20, import_offers: 20_000, ..Limits::default() };
    let server = Server::bounded(limits);
    let admin = server.admin();
    let good = offer("1", "Soudeur", "Soudure TIG.").to_string();
    // 64 MB of blanks.
    let bomb = packed(std::iter::once(good.into_bytes()).chain((0..64).map(|_| vec![b' '; 1 << 20])));
    assert!(bomb.len() < 100_000);
    let told = import(&admin, &bomb).await;
    assert_eq!((&told["created"], &told["rejected"]), (&json!(1), &json!(1)), "{told}");
    assert!(told["items"][1]["reason"].as_str().unwrap().contains("dépasse 8 Mo"), "{told}");
    // 32 million items that are none.
    let crowd = packed(std::iter::once(b"[".to_vec()).chain((0..64).map(|_| b"7,".repeat(1 << 19))));
    assert!(crowd.len() < 100_000);
    let told = import(&admin, &crowd).await;
    assert_eq!(told["rejected"], 20_001);
    assert_eq!(told["items"].as_array().unwrap().len(), 500);
    // Ids of half a megabyte each, in the answer and in the log.
    let long = |n: usize| offer(&format!("{n}{}", "x".repeat(500_000)), "Soudeur", "").to_string();
    let told = import(&admin, (0..12).map(long).collect::<Vec<_>>().join("\n").as_bytes()).await;
    assert_eq!(told["rejected"], 12);
    assert!(told.to_string().len() < 10_000);
    let deep = format!(r#"{{"id": "1", "title": "Soudeur", "x": {}"#, "[".repeat(500_000));
    assert_eq!(import(&admin, deep.as_bytes()).await["rejected"], 1);
}

#[tokio::test]
async fn there_are_so_many_sources() {
    let server = Server::bounded(Limits { sources: 5, ..Limits::default() });
    let admin = server.admin();
    let of = |n: usize| {
        let mut offer = offer("1", "Soudeur", "Soudure TIG.");
        offer["source"] = format!("source-{n}").into();
        offer
    };
    let crowd: Vec<Value> = (0..2_000).map(of).collect();
    let told = import(&admin, json!(crowd).to_string().as_bytes()).await;
    assert_eq!((&told["created"], &told["rejected"]), (&json!(5), &json!(1_995)));
    let stats = admin.get("/api/admin/index").await.is(200);
    assert_eq!(stats.at("/sources").as_array().unwrap().len(), 5);
    let told = import(&admin, of(999).to_string().as_bytes()).await;
    assert!(told["items"][0]["reason"].as_str().unwrap().contains("déjà 5 sources"), "{told}");
    let more = offer("2", "Maçon", "").to_string().replace("\"test\"", "\"source-0\"");
    assert_eq!(import(&admin, more.as_bytes()).await["created"], 1);
}

#[tokio::test]
async fn a_person_has_so_much_room_and_is_told_when_it_is_full() {
    let server =
        Server::bounded(Limits { person_files: 1_000_000, person_rows: 60_000, ..Limits::default() });
    let (anne, bob) = (server.member("anne"), server.member("bob"));
    let offers: Vec<Value> =
        (0..100).map(|n| offer(&n.to_string(), "Soudeur", &"Soudure. ".repeat(100))).collect();
    server.admin().import(&offers).await;
    let application = anne.follow("test:0").await;
    let documents = format!("/api/applications/{application}/documents");
    let document = vec![b'x'; 400_000];
    let first = anne.post(&documents).file("a.txt", &document).await.is(200);
    anne.post(&documents).file("b.txt", &document).await.is(200);
    let full = anne.post(&documents).file("c.txt", &document).await.is(507);
    assert_eq!(full.at("/type"), "urn:jobmatch:no-room");
    assert!(full.text_at("/detail").contains("supprimez"), "{full}");
    anne.post("/api/profiles/file").file("cv.txt", &document).await.is(507);
    assert_eq!(
        anne.get(format!("/api/applications/{application}")).await.at("/documents").as_array().unwrap().len(),
        2
    );
    // What goes makes room.
    anne.delete(format!("{documents}/{}", first.text_at("/documents/0/id"))).await.is(200);
    anne.post(&documents).file("c.txt", &document).await.is(200);

    let mut followed = 1;
    while anne.post("/api/applications").json(&json!({ "offer": format!("test:{followed}") })).await.status
        == 201
    {
        followed += 1;
    }
    assert!((10..60).contains(&followed), "{followed}");
    anne.post("/api/applications").json(&json!({ "offer": "test:99" })).await.is(507);
    // Signing in and what others do goes on.
    server
        .post("/api/auth/token")
        .json(&json!({ "email": "anne@exemple.fr", "password": crate::support::PASSWORD }))
        .await
        .is(200);
    bob.follow("test:0").await;
}

#[tokio::test]
async fn a_person_has_so_many_tasks_and_events() {
    let server = Server::bounded(Limits { person_tasks: 4, person_events: 2, ..Limits::default() });
    let (anne, bob) = (server.member("anne"), server.member("bob"));
    let listening = listen(&server).await;
    let at = listening.at;
    let ask = async |person: &Person<'_>| {
        person.post("/api/profiles/file").file("cv.pdf", demo_cv("data-analyst.pdf")).await
    };
    let mut tasks = vec![];
    let refused = loop {
        let answer = ask(&anne).await;
        match answer.status.as_u16() {
            202 => tasks.push(answer.text_at("/id")),
            _ => break answer.is(429),
        }
        assert!(tasks.len() < 20, "they are read as fast as they come");
    };
    assert!(refused.text_at("/detail").contains("4 tâches"), "{refused}");
    // Bob's comes before those of Anne that wait.
    let his = ask(&bob).await.is(202).text_at("/id");
    assert_eq!(bob.ended(&his).await["state"], "done");
    let last = anne.get(format!("/api/tasks/{}", tasks.last().unwrap())).await;
    assert_ne!(last.at("/state"), "done", "{last}");

    let path = format!("/api/tasks/{}/events", tasks.last().unwrap());
    let follow = move |token: &str| {
        let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n");
        let mut stream = send(at, head.as_bytes());
        let mut begun = [0; 12];
        stream.read_exact(&mut begun).unwrap();
        (String::from_utf8_lossy(&begun).into_owned(), stream)
    };
    let token = anne.token.clone();
    let held = apart(move || {
        let mut held = vec![];
        for expected in ["HTTP/1.1 200", "HTTP/1.1 200", "HTTP/1.1 429"] {
            let (begun, stream) = follow(&token);
            assert_eq!(begun, expected);
            held.push(stream);
        }
        held
    })
    .await;
    drop(held);
    for id in &tasks {
        anne.delete(format!("/api/tasks/{id}")).await.is(200);
        anne.ended(id).await;
    }
    assert_eq!(ask(&anne).await.status, 202);
    drop(listening.stop);
}

#[tokio::test]
async fn a_person_s_lists_push_out_their_own_only() {
    let server = Server::bounded(Limits { person_listings: 2, ..Limits::default() });
    let (anne, bob) = (server.member("anne"), server.member("bob"));
    let offers: Vec<Value> = (0..10).map(|n| offer(&n.to_string(), "Soudeur", "Soudure TIG.")).collect();
    server.admin().import(&offers).await;
    let list = async |person: &Person<'_>, words: &str| {
        person.get(format!("/api/offers?limit=2&q={words}")).await.is(200).text_at("/next")
    };
    let next = async |person: &Person<'_>, cursor: &str| {
        person.get(format!("/api/offers?limit=2&cursor={cursor}")).await.status.as_u16()
    };
    let his = list(&bob, "soudeur").await;
    let first = list(&anne, "soudeur").await;
    for words in ["soudure", "tig"] {
        list(&anne, words).await;
    }
    assert_eq!((next(&anne, &first).await, next(&bob, &his).await), (400, 200));
}

#[tokio::test]
async fn an_export_is_whole_and_leaves_nothing_behind() {
    let server = Server::new();
    let anne = server.member("anne");
    let listening = listen(&server).await;
    let before = names(&server);
    anne.upload("cv.pdf", demo_cv("vendeuse.pdf")).await;
    let zip = anne.get("/api/me/export").await.is(200);
    assert_eq!(zip.header("content-length"), zip.body.len().to_string());
    let archive = zip::ZipArchive::new(std::io::Cursor::new(zip.body)).unwrap();
    assert!(archive.file_names().any(|name| name.unwrap().ends_with("fichier/cv.pdf")));
    server.admin().get("/api/admin/backup").await.is(200);
    // Somebody who goes away in the middle.
    let (at, token) = (listening.at, server.admin().token);
    apart(move || {
        let head = format!(
            "GET /api/admin/backup HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        let mut stream = send(at, head.as_bytes());
        stream.read_exact(&mut [0; 12]).unwrap();
    })
    .await;
    until(async || (names(&server) == before).then_some(())).await;
}

/// What lies in the data folder and where back-ups are made.
fn names(server: &Server) -> Vec<String> {
    let mut names = vec![];
    for folder in [server.folder.path().to_owned(), server.folder.path().join("scratch")] {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            names.push(entry.unwrap().file_name().into_string().unwrap());
        }
    }
    names.retain(|name| name != "scratch");
    names.sort();
    names
}
