//! Speed and memory of the engine on generated offers, printed as Markdown: `./dev.sh bench`.
//!
//! Each size is served by a child process of its own, so that the cold start and the memory are those of a program
//! that only answers.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use jiff::civil::{Date, date};
use jobmatch::demo;
use jobmatch::ingest::cv;
use jobmatch_index::geo::Geo;
use jobmatch_index::matching::RankQuery;
use jobmatch_index::offer::{Contract, Offer};
use jobmatch_index::profile::Profile;
use jobmatch_index::{Filter, Index, Near, Options, SearchQuery};
use serde::{Deserialize, Serialize};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The day of every match: the same numbers whenever it runs.
const TODAY: Date = date(2026, 11, 22);
const SEED: u64 = 20_261_122;
/// Offers stored at a time, as `import` does.
const BATCH: usize = 1_000;
/// Queries of a kind.
const ROUNDS: usize = 200;
/// Single inserts.
const INSERTS: u64 = 20;
const SEARCHES: [&str; 8] = [
    "développeur python",
    "infirmière",
    "\"chef de chantier\"",
    "soudeur inox",
    "comptable paie",
    "conducteur poids lourd",
    "vendeuse prêt-à-porter",
    "technicien maintenance électrique",
];

fn main() -> Result<()> {
    let mut sizes = vec![10_000, 100_000];
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            // What cargo adds.
            "--bench" => {}
            "--full" => sizes.push(1_000_000),
            "--sizes" => {
                let list = arguments.next().ok_or("--sizes needs numbers, such as 1000,5000")?;
                sizes = list.split(',').map(str::parse).collect::<std::result::Result<_, _>>()?;
            }
            "--serve" => return serve(arguments.next().ok_or("--serve needs a folder")?.as_ref()),
            other => return Err(format!("unknown argument {other}: --full or --sizes 1000,5000").into()),
        }
    }
    println!("{}\n", machine());
    println!("| offers | work | p50 | p99 |\n|---:|---|---:|---:|");
    for size in sizes {
        measure(size)?;
    }
    Ok(())
}

/// Builds an index of `size` offers, then has a child process answer from it.
fn measure(size: u64) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let index = Index::open(folder.path(), Options::default())?;
    let (mut storing, mut batch) = (Duration::ZERO, Vec::with_capacity(BATCH));
    let mut writer = index.writer()?;
    let mut offers = demo::generate_offers(size, SEED).peekable();
    // Generating offers is no part of an import.
    while let Some(offer) = offers.next() {
        batch.push(offer);
        if batch.len() == BATCH || offers.peek().is_none() {
            let started = Instant::now();
            writer.put(&batch)?;
            storing += started.elapsed();
            batch.clear();
        }
    }
    let started = Instant::now();
    writer.finish()?;
    storing += started.elapsed();
    let rate = size as f64 / storing.as_secs_f64();
    println!("| {size} | import and index | {rate:.0} offers/s | – |");

    let inserts = demo::generate_offers(INSERTS, SEED + 1).map(|mut offer: Offer| {
        offer.key.id = format!("single-{}", offer.key.id);
        let started = Instant::now();
        index.put(&[offer])?;
        Ok(started.elapsed())
    });
    row(size, "one more offer, until it is searchable", &times(inserts.collect::<Result<_>>()?));
    let disk = index.stats()?;
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    println!(
        "| {size} | on disk: offers, text | {:.0} MB, {:.0} MB | – |",
        megabytes(disk.store_bytes),
        megabytes(disk.text_bytes)
    );
    drop(index);

    let served = Command::new(std::env::current_exe()?).arg("--serve").arg(folder.path()).output()?;
    if !served.status.success() {
        return Err(String::from_utf8_lossy(&served.stderr).into_owned().into());
    }
    let served: Served = serde_json::from_slice(&served.stdout)?;
    println!("| {size} | cold start, to the first ranking | {} | – |", milliseconds(served.cold_start));
    for (work, figures) in &served.work {
        row(size, work, figures);
    }
    if let Some(memory) = served.memory {
        println!("| {size} | memory beyond the page cache | {:.0} MB | – |", megabytes(memory));
    }
    Ok(())
}

/// What the child process measures.
#[derive(Serialize, Deserialize)]
struct Served {
    /// Seconds from the start of opening to the first ranking.
    cold_start: f64,
    work: Vec<(String, Times)>,
    /// Anonymous resident memory in bytes, where the system tells.
    memory: Option<u64>,
}

/// Seconds.
#[derive(Serialize, Deserialize)]
struct Times {
    p50: f64,
    p99: f64,
}

fn serve(folder: &Path) -> Result<()> {
    let profiles = profiles()?;
    let started = Instant::now();
    let index = Index::open(folder, Options { read_only: true, ..Options::default() })?;
    index.rank(&profiles[0], &RankQuery { limit: 50, ..RankQuery::new(TODAY) })?;
    let cold_start = started.elapsed().as_secs_f64();

    let lyon = Geo::builtin().resolve("Lyon").and_then(|place| place.position).ok_or("Lyon is unknown")?;
    let near = Filter { near: Some(Near::Circle { centre: lyon, radius_km: 30.0 }), ..Filter::default() };
    let permanent = Filter { contracts: vec![Contract::Permanent], ..Filter::default() };
    let mut work = Vec::new();
    for (name, filter) in [
        ("match, all offers, top 50 explained", Filter::default()),
        ("match, permanent contracts", permanent),
        ("match, 30 km around Lyon", near.clone()),
    ] {
        let query = RankQuery { limit: 50, filter, ..RankQuery::new(TODAY) };
        let rank = |profile: &Profile| timed(|| index.rank(profile, &query));
        let taken = profiles.iter().cycle().take(ROUNDS).map(rank).collect::<Result<_>>()?;
        work.push((name.to_owned(), times(taken)));
    }
    for (name, filter) in
        [("search with facets", Filter::default()), ("search with facets, 30 km around Lyon", near)]
    {
        let search = |words: &&str| {
            let query =
                SearchQuery { words: (*words).to_owned(), filter: filter.clone(), ..SearchQuery::default() };
            timed(|| index.search(&query))
        };
        let taken = SEARCHES.iter().cycle().take(ROUNDS).map(search).collect::<Result<_>>()?;
        work.push((name.to_owned(), times(taken)));
    }
    println!("{}", serde_json::to_string(&Served { cold_start, work, memory: anonymous_memory() })?);
    Ok(())
}

/// The bundled CVs.
fn profiles() -> Result<Vec<Profile>> {
    demo::cvs().iter().map(|(name, bytes)| Ok(cv::read(bytes, Some(name), TODAY)?.profile)).collect()
}

fn timed<T>(work: impl FnOnce() -> jobmatch_index::Result<T>) -> Result<Duration> {
    let started = Instant::now();
    std::hint::black_box(work()?);
    Ok(started.elapsed())
}

fn times(mut taken: Vec<Duration>) -> Times {
    taken.sort_unstable();
    let at = |share: f64| taken[((taken.len() - 1) as f64 * share).round() as usize].as_secs_f64();
    Times { p50: at(0.50), p99: at(0.99) }
}

fn row(size: u64, work: &str, figures: &Times) {
    println!("| {size} | {work} | {} | {} |", milliseconds(figures.p50), milliseconds(figures.p99));
}

fn milliseconds(seconds: f64) -> String {
    let milliseconds = seconds * 1e3;
    let places = usize::from(milliseconds < 100.0);
    format!("{milliseconds:.places$} ms")
}

/// Resident memory that no file backs: pages of LMDB and of the text index are the page cache's.
fn anonymous_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// The machine, in a line.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let information = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = information.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown processor", |(_, name)| name);
    format!("{model}, {cores} cores, {} {}", std::env::consts::OS, std::env::consts::ARCH)
}
