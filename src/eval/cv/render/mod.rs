//! Makes CVs of many looks from fictional people: PDF by Chromium, Word documents, PDF by LibreOffice.
//!
//! Each layout is a template (`templates/`) for pages and a function (`docx`) for Word; the lines of each in the order
//! that a person reads them are written beside it.

mod chromium;
mod docx;
mod looks;
mod scans;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use rayon::prelude::*;
use serde_json::json;

use super::lines::{self, Cells};
use super::truth::Person;
use crate::eval::EvalError;
use chromium::Chromium;
use looks::Looks;
use scans::Scan;

/// Browsers at work at once.
const BROWSERS: usize = 2;

/// How a CV is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// One column.
    OneColumn,
    /// A narrow column and a wide one.
    TwoColumns,
    /// A coloured panel at the left or the right.
    SideBar,
    /// A table of dates and what was done.
    Table,
    /// Small type on two pages, with a header on each.
    Dense,
    /// Three columns under the jobs.
    ThreeColumns,
    /// One column, and nothing that names its sections.
    NoHeadings,
}

impl Layout {
    /// The layouts that CVs usually have.
    pub const USUAL: [Self; 6] =
        [Self::OneColumn, Self::TwoColumns, Self::SideBar, Self::Table, Self::Dense, Self::ThreeColumns];

    /// All layouts.
    fn all() -> impl Iterator<Item = Self> {
        Self::USUAL.into_iter().chain([Self::NoHeadings])
    }

    /// Its name in file names.
    pub fn name(self) -> &'static str {
        match self {
            Self::OneColumn => "one-column",
            Self::TwoColumns => "two-columns",
            Self::SideBar => "side-bar",
            Self::Table => "table",
            Self::Dense => "dense",
            Self::ThreeColumns => "three-columns",
            Self::NoHeadings => "no-headings",
        }
    }

    fn template(self) -> &'static str {
        match self {
            Self::OneColumn | Self::NoHeadings => include_str!("templates/one-column.html"),
            Self::TwoColumns => include_str!("templates/two-columns.html"),
            Self::SideBar => include_str!("templates/side-bar.html"),
            Self::Table => include_str!("templates/table.html"),
            Self::Dense => include_str!("templates/dense.html"),
            Self::ThreeColumns => include_str!("templates/three-columns.html"),
        }
    }
}

/// What to render.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Layouts.
    pub layouts: Vec<Layout>,
    /// PDF by Chromium.
    pub pdf: bool,
    /// Word documents.
    pub docx: bool,
    /// PDF of the Word documents, by LibreOffice.
    pub word_pdf: bool,
    /// Pictures of the PDFs.
    pub scans: Scans,
}

/// Which PDFs to make pictures of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scans {
    /// None.
    None,
    /// One a person, the layouts taking turns.
    One,
    /// All.
    All,
}

impl Wanted {
    /// How many documents there are of so many people, those of LibreOffice and pictures left aside.
    pub fn count(&self, people: usize) -> usize {
        let pages = if self.pdf { self.layouts.len() } else { 0 };
        let words = self.layouts.iter().filter(|layout| self.has_docx(**layout)).count();
        people * (pages + words)
    }

    /// Nobody makes three columns in Word; without headings Word adds nothing to a PDF.
    fn has_docx(&self, layout: Layout) -> bool {
        (self.docx || self.word_pdf) && !matches!(layout, Layout::ThreeColumns | Layout::NoHeadings)
    }
}

/// Renders each person (with the name of their file) into a folder of their own in `out`; gives the number of documents.
/// `told` hears of each that is done, those of LibreOffice and pictures left aside.
pub fn render(
    people: &[(String, Person)],
    out: &Path,
    wanted: &Wanted,
    told: &(dyn Fn() + Sync),
) -> Result<usize, EvalError> {
    let mut pages: Vec<Job> = Vec::new();
    let mut made = 0;
    let environment = environment();
    for (slug, person) in people {
        let folder = out.join(slug);
        fs::create_dir_all(&folder).map_err(at(&folder))?;
        let truth = serde_json::to_vec_pretty(person).map_err(io::Error::from).map_err(at(&folder))?;
        write(&folder.join("truth.json"), &truth)?;
        for &layout in &wanted.layouts {
            let looks = Looks::of(slug, person, layout);
            let file = |end: &str| folder.join(format!("{}.{end}", layout.name()));
            if wanted.pdf {
                let html = page(&environment, person, &looks, layout).map_err(at(&folder))?;
                let read = lines::of_page(&html).map_err(io::Error::other).map_err(at(&folder))?;
                write_lines(&file("lines.txt"), &read)?;
                pages.push(Job { html, path: file("pdf") });
            }
            if wanted.has_docx(layout) {
                let (document, read) = docx::document(person, &looks, layout).map_err(at(&folder))?;
                write_lines(&file("docx.lines.txt"), &read)?;
                write(&file("docx"), &document)?;
                made += 1;
                told();
            }
        }
    }
    made += pages.len();
    print(&pages, told)?;
    if wanted.word_pdf {
        made += print_word(people, out)?;
    }
    if wanted.scans != Scans::None {
        made += take_pictures(people, out, wanted)?;
    }
    Ok(made)
}

/// A page to print.
struct Job {
    html: String,
    path: PathBuf,
}

/// Prints the pages, two at a time.
fn print(pages: &[Job], told: &(dyn Fn() + Sync)) -> Result<(), EvalError> {
    let next = AtomicUsize::new(0);
    let work = || -> Result<(), EvalError> {
        let program = PathBuf::from(chromium::program());
        let mut browser = Chromium::start().map_err(at(&program))?;
        while let Some(job) = pages.get(next.fetch_add(1, Ordering::Relaxed)) {
            let pdf = browser.print(&job.html).map_err(at(&program))?;
            write(&job.path, &pdf)?;
            told();
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..BROWSERS.min(pages.len())).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| match worker.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })
}

/// Has LibreOffice print the Word documents, all in one run: `dense.docx` gives `dense.word.pdf`.
fn print_word(people: &[(String, Person)], out: &Path) -> Result<usize, EvalError> {
    let folder = tempfile::tempdir().map_err(at(&std::env::temp_dir()))?;
    let mut jobs = Vec::new();
    for (slug, _) in people {
        for layout in Layout::all().map(Layout::name) {
            let document = out.join(slug).join(format!("{layout}.docx"));
            let copy = folder.path().join(format!("{slug}.{layout}.docx"));
            if document.exists() {
                fs::copy(&document, &copy).map_err(at(&document))?;
                jobs.push((copy, document.with_extension("word.pdf")));
            }
        }
    }
    let program = Path::new("soffice");
    let mut command = Command::new(program);
    command
        .arg(format!("-env:UserInstallation=file://{}", folder.path().join("profile").display()))
        .args(["--headless", "--convert-to", "pdf", "--outdir"])
        .arg(folder.path())
        .args(jobs.iter().map(|(copy, _)| copy))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let ended = command.status().map_err(at(program))?;
    if !ended.success() {
        return Err(at(program)(io::Error::other(ended.to_string())));
    }
    for (copy, wanted) in &jobs {
        fs::copy(copy.with_extension("pdf"), wanted).map_err(at(wanted))?;
    }
    Ok(jobs.len())
}

/// Makes the pictures of PDFs that are there: of a CV of one page as JPEG, of a longer one as a PDF of pictures.
fn take_pictures(people: &[(String, Person)], out: &Path, wanted: &Wanted) -> Result<usize, EvalError> {
    let of_person = |(i, (slug, _)): (usize, &(String, Person))| -> Result<usize, EvalError> {
        let turn = wanted.layouts.len().max(1);
        let mut made = 0;
        for (k, layout) in wanted.layouts.iter().enumerate() {
            if wanted.scans == Scans::One && k != i % turn {
                continue;
            }
            let path = out.join(slug).join(format!("{}.pdf", layout.name()));
            let pdf = fs::read(&path).map_err(at(&path))?;
            for scan in Scan::POOR.into_iter().chain([Scan::Clean]) {
                let pictures =
                    scans::pictures(&pdf, scan, i as u64).map_err(io::Error::other).map_err(at(&path))?;
                match pictures.as_slice() {
                    [one] if scan != Scan::Clean => {
                        write(&path.with_extension(format!("{}.jpg", scan.name())), &one.jpeg)?;
                    }
                    all => write(&path.with_extension(format!("{}.pdf", scan.name())), &scans::pdf(all))?,
                }
                made += 1;
            }
        }
        Ok(made)
    };
    people.par_iter().enumerate().map(of_person).sum()
}

/// The page of a person in a layout.
fn page(environment: &Environment<'_>, person: &Person, looks: &Looks, layout: Layout) -> io::Result<String> {
    let p = Value::from(Serde(shown(person)?));
    let v = Value::from(Serde(serde_json::to_value(looks)?));
    let template = environment.get_template(layout.name()).map_err(io::Error::other)?;
    template.render(context! { p, v }).map_err(io::Error::other)
}

/// A person as the templates want them.
fn shown(person: &Person) -> io::Result<serde_json::Value> {
    let mut shown = serde_json::to_value(person)?;
    let names = [
        "contact",
        "summary",
        "experiences",
        "education",
        "skills",
        "languages",
        "licences",
        "certifications",
        "interests",
    ];
    shown["headings"] = names
        .iter()
        .map(|name| ((*name).to_owned(), json!(person.heading(name))))
        .collect::<serde_json::Map<_, _>>()
        .into();
    shown["licence_lines"] = json!(person.licence_lines());
    shown["interests_comma"] = json!(comma(&person.interests));
    for (i, group) in person.skills.iter().enumerate() {
        shown["skills"][i]["comma"] = json!(comma(&group.items));
    }
    for (i, language) in person.languages.iter().enumerate() {
        let stars = language.level.as_ref().and_then(|level| {
            Some(["A1", "A2", "B1", "B2", "C1", "C2"].iter().position(|l| l == level)?.clamp(1, 5))
        });
        shown["languages"][i]["stars"] = json!(stars);
    }
    Ok(shown)
}

/// What separates items on one line: commas, unless they hold some.
fn comma(items: &[String]) -> &'static str {
    if items.iter().any(|item| item.contains(',')) { " • " } else { ", " }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::Html);
    environment.add_filter(
        "hyphenable",
        |text: String, justified: bool| if justified { hyphenable(&text) } else { text },
    );
    let parts = environment.add_template("parts.html", include_str!("templates/parts.html"));
    let layouts = Layout::all().map(|layout| environment.add_template(layout.name(), layout.template()));
    parts
        .into_iter()
        .map(Ok)
        .chain(layouts.collect::<Vec<_>>())
        .collect::<Result<(), _>>()
        .expect("templates are well formed");
    environment
}

/// Puts soft hyphens into long words, before a consonant between vowels, as French allows.
fn hyphenable(text: &str) -> String {
    let vowel = |c: char| "aeiouyàâéèêëîïôûùœ".contains(c);
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + 16);
    for (i, &c) in chars.iter().enumerate() {
        let letters = |range: std::ops::Range<usize>| {
            chars.get(range).is_some_and(|part| part.iter().all(|c| c.is_alphabetic()))
        };
        let between =
            i >= 3 && letters(i - 3..i + 4) && !vowel(c) && vowel(chars[i - 1]) && vowel(chars[i + 1]);
        if between {
            out.push('\u{ad}');
        }
        out.push(c);
    }
    out
}

fn write_lines(path: &Path, read: &[Cells]) -> Result<(), EvalError> {
    write(path, lines::write(read).as_bytes())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), EvalError> {
    fs::write(path, bytes).map_err(at(path))
}

fn at(path: &Path) -> impl Fn(io::Error) -> EvalError + '_ {
    move |source| EvalError::Io { path: path.to_owned(), source }
}
