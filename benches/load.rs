//! The server under load, over the network of this computer, printed as Markdown: `./dev.sh bench --load`.
//!
//! So many people at once, each with an account and a CV of their own, search, rank and write, with `--pause`
//! milliseconds between an answer and the next request. The
//! server runs in a process of its own, as users run it; the client's work is on the same cores, and in the figures.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jobmatch::demo;
use jobmatch::ingest::cv;
use jobmatch::people::accounts::{self, Role};
use jobmatch::people::{profiles, tokens};
use jobmatch_index::records::Uuid;
use jobmatch_index::{Index, Options};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::Mutex;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const SEED: u64 = 20_261_122;
const SEARCHES: [&str; 6] = [
    "développeur python",
    "infirmière",
    "soudeur inox",
    "comptable paie",
    "conducteur",
    "vendeuse prêt-à-porter",
];

fn main() -> Result<()> {
    let (mut offers, mut people, mut seconds, mut pause) = (100_000, 50, 60, 0);
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(name) = arguments.next() {
        let value: u64 = arguments.next().ok_or("a number is missing")?.parse()?;
        match name.as_str() {
            "--offers" => offers = value,
            "--people" => people = value,
            "--seconds" => seconds = value,
            "--pause" => pause = value,
            other => {
                return Err(
                    format!("unknown argument {other}: --offers, --people, --seconds or --pause").into()
                );
            }
        }
    }
    let folder = tempfile::tempdir()?;
    let tokens = prepare(&Index::open(folder.path(), Options::default())?, offers, people)?;
    let started = Instant::now();
    let server = Server::start(folder.path())?;
    println!(
        "{offers} offers, {people} people at once, {seconds} s; ready in {:.2} s\n",
        started.elapsed().as_secs_f64()
    );
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let times = runtime.block_on(run(
        &server.address,
        tokens,
        Duration::from_secs(seconds),
        Duration::from_millis(pause),
    ))?;
    report(&times, seconds);
    let failures: usize = times.values().map(|(_, failures)| failures.len()).sum();
    if failures > 0 { Err(format!("{failures} requests failed").into()) } else { Ok(()) }
}

/// Offers, accounts with a CV each, and a token a person: signing in is not what is measured.
fn prepare(index: &Index, offers: u64, people: u64) -> Result<Vec<Person>> {
    let mut writer = index.writer()?;
    let mut generated = demo::generate_offers(offers, SEED).peekable();
    while generated.peek().is_some() {
        writer.put(&generated.by_ref().take(1_000).collect::<Vec<_>>())?;
    }
    writer.finish()?;
    let (records, now) = (index.records(), Timestamp::now());
    let today = jobmatch::clock::today(now);
    let cvs = demo::cvs().iter().map(|(name, bytes)| cv::read(bytes, Some(name), today).map(|cv| cv.profile));
    let cvs = cvs.collect::<std::result::Result<Vec<_>, _>>()?;
    let person = |n: u64| {
        let email = format!("personne{n}@exemple.fr");
        let owner = accounts::create(&records, &email, "quatre loutres en vélo", Role::Member, false, now)?;
        let (cv, profile) = (Uuid::now_v7(), &cvs[n as usize % cvs.len()]);
        profiles::add(&records, owner, cv, "CV", profile, now)?;
        let (_, token, _) =
            tokens::create_token(&records, owner, "charge", &tokens::Scope::ALL, 1, None, now)?;
        Ok(Person { token, cv })
    };
    (0..people).map(person).collect()
}

#[derive(Clone)]
struct Person {
    token: String,
    cv: Uuid,
}

/// `jobmatch serve`, until it is dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(folder: &std::path::Path) -> Result<Self> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_jobmatch"))
            .arg("--data-dir")
            .arg(folder)
            .args(["--lang", "en", "serve", "--listen", "127.0.0.1:0"])
            .env("JOBMATCH_LOG", "error")
            .stderr(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let output = child.stderr.take().ok_or("the server has no output")?;
        BufReader::new(output).read_line(&mut line)?;
        let port =
            line.split("localhost:").nth(1).and_then(|rest| rest.split(' ').next()).ok_or(line.clone())?;
        Ok(Self { child, address: format!("http://127.0.0.1:{port}") })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing is left to tell when it has gone by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// By kind of request: how long each took, and what failed.
type Times = BTreeMap<&'static str, (Vec<Duration>, Vec<String>)>;

async fn run(address: &str, people: Vec<Person>, lasts: Duration, pause: Duration) -> Result<Times> {
    let times = Arc::new(Mutex::new(Times::new()));
    let client = Client::builder().pool_max_idle_per_host(people.len()).build()?;
    let until = Instant::now() + lasts;
    let mut running = vec![];
    for (n, person) in people.into_iter().enumerate() {
        let visitor = Visitor {
            client: client.clone(),
            address: address.to_owned(),
            person,
            times: times.clone(),
            pause,
        };
        running.push(tokio::spawn(visitor.visit(n, until)));
    }
    for visit in running {
        visit.await?;
    }
    Ok(std::mem::take(&mut *times.lock().await))
}

struct Visitor {
    client: Client,
    address: String,
    person: Person,
    times: Arc<Mutex<Times>>,
    pause: Duration,
}

impl Visitor {
    /// In ten requests: four searches, three rankings, an offer, and an application that is begun and then moved.
    async fn visit(self, mut n: usize, until: Instant) {
        let mut offers: Vec<String> = vec![];
        // People arrive one after the other, within a second or so.
        tokio::time::sleep(Duration::from_millis(20 * n as u64)).await;
        while Instant::now() < until {
            let words = SEARCHES[n % SEARCHES.len()].replace(' ', "+");
            let matches = format!("/api/profiles/{}/matches?limit=20", self.person.cv);
            match n % 10 {
                0..4 => {
                    self.ask("search", Method::GET, &format!("/api/offers?q={words}&sort=relevance"), None)
                        .await;
                }
                4..7 => {
                    let page = self.ask("matches", Method::GET, &matches, None).await;
                    let items = page.as_ref().and_then(|page| page["items"].as_array());
                    offers = items
                        .into_iter()
                        .flatten()
                        .filter_map(|i| Some(i["id"].as_str()?.to_owned()))
                        .collect();
                }
                7 => {
                    if let Some(id) = offers.first() {
                        self.ask("offer", Method::GET, &format!("/api/offers/{id}"), None).await;
                    }
                }
                _ => self.follow(offers.get(n % offers.len().max(1))).await,
            }
            n += 1;
        }
    }

    async fn follow(&self, offer: Option<&String>) {
        let Some(offer) = offer else { return };
        let new = json!({ "offer": offer });
        let made = self.ask("write", Method::POST, "/api/applications", Some(new)).await;
        if let Some(id) = made.as_ref().and_then(|made| made["id"].as_str()) {
            let to = json!({ "to": "in_progress" });
            self.ask("write", Method::POST, &format!("/api/applications/{id}/move"), Some(to)).await;
            self.ask("write", Method::DELETE, &format!("/api/applications/{id}"), None).await;
        }
    }

    async fn ask(
        &self,
        kind: &'static str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Option<Value> {
        tokio::time::sleep(self.pause).await;
        let mut request =
            self.client.request(method, format!("{}{path}", self.address)).bearer_auth(&self.person.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let started = Instant::now();
        let answer = match request.send().await {
            Ok(answer) => {
                let status = answer.status();
                answer.bytes().await.map(|bytes| (status, bytes))
            }
            Err(error) => Err(error),
        };
        let took = started.elapsed();
        let mut times = self.times.lock().await;
        let (all, failures) = times.entry(kind).or_default();
        all.push(took);
        match answer {
            Ok((status, bytes)) if status.is_success() || status == StatusCode::CONFLICT => {
                serde_json::from_slice(&bytes).ok()
            }
            Ok((status, _)) => {
                failures.push(status.to_string());
                None
            }
            Err(error) => {
                failures.push(error.to_string());
                None
            }
        }
    }
}

fn report(times: &Times, seconds: u64) {
    println!(
        "| requests | a second | p50 | p95 | p99 | longest | failed |\n|---|---:|---:|---:|---:|---:|---:|"
    );
    for (kind, (all, failures)) in times {
        let mut all = all.clone();
        all.sort_unstable();
        let at = |share: f64| all[((all.len() - 1) as f64 * share).round() as usize].as_secs_f64() * 1e3;
        println!(
            "| {kind} | {:.0} | {:.1} ms | {:.1} ms | {:.1} ms | {:.1} ms | {} |",
            all.len() as f64 / seconds as f64,
            at(0.5),
            at(0.95),
            at(0.99),
            at(1.0),
            failures.len()
        );
        if let Some(first) = failures.first() {
            println!("| | | | | | | first: {first} |");
        }
    }
}
