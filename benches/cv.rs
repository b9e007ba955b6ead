//! Speed of reading CVs, printed as Markdown: `./dev.sh bench --cv`.
//!
//! Fictional CVs of two pages are rendered as text PDFs and as scans (Chromium prints them, before anything is
//! timed), then read as the server does: the document in a process of its own, which keeps to one core, and its
//! understanding in this one. `jobmatch profile`, a cold start each time, is timed as a whole beside it.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use jiff::civil::{Date, date};
use jobmatch::eval::cv::{Layout, Person, Scans, Wanted, render};
use jobmatch::ingest::cv::{Limits, Reader};
use jobmatch_index::profile::Profile;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const TODAY: Date = date(2026, 11, 22);
const PROGRAM: &str = env!("CARGO_BIN_EXE_jobmatch");
/// CVs of each kind, of people of different trades.
const PEOPLE: usize = 6;
/// Readings of each text PDF. A scan, which takes long, is read once.
const ROUNDS: usize = 10;
/// Kinds of documents: what they are, and how the names of their files end.
const KINDS: [(&str, &str); 6] = [
    ("text PDF", "dense.pdf"),
    ("clean scan, 200 dpi", "dense.scan.pdf"),
    ("scan, 150 dpi, much compressed", "dense.scan150.pdf"),
    ("scan, askew by 2°", "dense.skew.pdf"),
    ("scan, grey and noisy", "dense.noise.pdf"),
    ("photograph", "dense.photo.pdf"),
];

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let people = Person::read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cv/people"))?;
    let people: Vec<_> = people.into_iter().step_by(7).take(PEOPLE).collect();
    let wanted =
        Wanted { layouts: vec![Layout::Dense], pdf: true, docx: false, word_pdf: false, scans: Scans::All };
    render(&people, folder.path(), &wanted, &|| ())?;
    println!("Milliseconds a page (a document, for text PDFs and `jobmatch profile`): median / slowest\n");
    println!("| | documents | pages | reading | understanding | `jobmatch profile` |");
    println!("|---|---:|---:|---:|---:|---:|");
    for (kind, end) in KINDS {
        let files = people.iter().map(|(slug, _)| folder.path().join(slug).join(end));
        let files: Vec<PathBuf> = files.filter(|file| file.exists()).collect();
        let text = end == "dense.pdf";
        let mut times = [const { Vec::new() }; 3];
        let mut pages = 0;
        for file in &files {
            pages += measure(file, text, &mut times)?;
        }
        let [reading, understanding, whole] = times.map(shown);
        println!("| {kind} | {} | {pages} | {reading} | {understanding} | {whole} |", files.len());
    }
    Ok(())
}

/// Times the reading of a document; gives its number of pages.
fn measure(file: &Path, text: bool, times: &mut [Vec<Duration>; 3]) -> Result<usize> {
    let reader = Reader::new(PROGRAM.into(), Limits::default());
    let bytes = std::fs::read(file)?;
    let mut pages = 0;
    for _ in 0..if text { ROUNDS } else { 1 } {
        let began = Instant::now();
        let opened =
            reader.open(&bytes, None, false, &AtomicBool::new(false), &mut |step| pages = step.pages)?;
        let read = began.elapsed();
        times[0].push(if text { read } else { read / u32::try_from(pages.max(1))? });
        let began = Instant::now();
        let understood = opened.understand(TODAY);
        times[1].push(began.elapsed());
        if understood.profile == Profile::default() {
            return Err(format!("nothing was understood of {}", file.display()).into());
        }
        let began = Instant::now();
        let ended = Command::new(PROGRAM).arg("profile").arg(file).stdout(Stdio::null()).status()?;
        times[2].push(began.elapsed());
        if !ended.success() {
            return Err(format!("`jobmatch profile {}` failed", file.display()).into());
        }
    }
    Ok(pages)
}

/// Median and slowest.
fn shown(mut times: Vec<Duration>) -> String {
    times.sort();
    let milliseconds = |time: Option<&Duration>| time.map_or(f64::NAN, |t| t.as_secs_f64() * 1e3);
    format!("{:.0} / {:.0}", milliseconds(times.get(times.len() / 2)), milliseconds(times.last()))
}
