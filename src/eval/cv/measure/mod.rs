//! Reads rendered CVs with the real reader and measures what it understood.

mod align;
mod fields;
mod order;

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use jiff::civil::Date;
use jobmatch_index::skills::fold;
use rayon::prelude::*;
use serde::Serialize;

use super::lines::{self, Cells};
use super::truth::Person;
use crate::eval::EvalError;
use crate::ingest::cv::{Reader, Reading};
pub use fields::Field;
use fields::Item;
use order::Order;

/// What is measured together, and the least F1 that it shall reach.
const GROUPS: [(&str, f64, &[Field]); 5] = [
    ("contacts", 0.98, &[Field::Name, Field::Email, Field::Phone, Field::Town]),
    ("employers and titles", 0.90, &[Field::JobTitles, Field::Employers]),
    ("dates", 0.95, &[Field::Dates]),
    ("diplomas", 0.90, &[Field::Diplomas]),
    ("skills", 0.85, &[Field::Skills]),
];

/// Least tau of the order of each layout.
const ORDER: f64 = 0.97;

/// Least agreement of the layouts of one person.
const AGREEMENT: f64 = 0.95;

/// Most that a scan may lie below the text.
const SCAN: f64 = 0.08;

/// Upper bounds of the steps of confidence.
const STEPS: [f32; 5] = [0.6, 0.75, 0.85, 0.95, 1.01];

/// What to measure.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Only this layout (`table`), format (`docx`) or both (`table.docx`), or a kind of format: `text`, `scan`.
    pub only: Option<String>,
    /// Compare the order with that of `pdftotext`.
    pub pdftotext: bool,
}

/// How often what was found is right, and what is true was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Score {
    /// Values that the truth states.
    pub expected: usize,
    /// Those of them that were found.
    pub found: usize,
    /// Values that the reader gives.
    pub given: usize,
    /// Those of them that are right.
    pub right: usize,
}

impl Score {
    fn add(&mut self, item: &Item) {
        if item.expected.is_some() {
            self.expected += 1;
            self.found += usize::from(item.right);
        }
        if item.got.is_some() {
            self.given += 1;
            self.right += usize::from(item.right);
        }
    }

    /// Share of the given values that are right; 1 when there is none.
    pub fn precision(&self) -> f64 {
        share(self.right, self.given)
    }

    /// Share of the true values that were found; 1 when there is none.
    pub fn recall(&self) -> f64 {
        share(self.found, self.expected)
    }

    /// Harmonic mean of both.
    pub fn f1(&self) -> f64 {
        let (p, r) = (self.precision(), self.recall());
        if p + r == 0.0 { 0.0 } else { 2.0 * p * r / (p + r) }
    }

    /// Whether anything was stated or given.
    pub fn is_empty(&self) -> bool {
        self.expected + self.given == 0
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// The documents of a layout in a format.
#[derive(Debug, Clone, Serialize)]
pub struct Column {
    /// Layout.
    pub layout: String,
    /// Format: the end of the file names.
    pub format: String,
    /// How many documents.
    pub documents: usize,
    /// Mean time to read one, in seconds.
    pub seconds: f64,
    /// Mean order (Kendall's tau).
    pub tau: Option<f64>,
    /// Mean share of blocks found.
    pub blocks: Option<f64>,
    /// Mean tau of `pdftotext -layout` and of `pdftotext`.
    pub pdftotext: Option<[f64; 2]>,
    /// What was understood.
    pub fields: BTreeMap<Field, Score>,
}

/// A bar, and what was reached.
#[derive(Debug, Clone, Serialize)]
pub struct Bar {
    /// What is measured.
    pub what: String,
    /// Least value.
    pub bar: f64,
    /// What was reached.
    pub reached: f64,
    /// Whether that is enough.
    pub met: bool,
}

/// A value that was missed, or given though wrong.
#[derive(Debug, Clone, Serialize)]
pub struct Miss {
    /// Person.
    pub person: String,
    /// Layout and format.
    pub document: String,
    /// Field.
    pub field: Field,
    /// The truth; nothing when the value has no place there.
    pub expected: Option<String>,
    /// What the reader gives.
    pub got: Option<String>,
}

/// How often values of a confidence are right.
#[derive(Debug, Clone, Serialize)]
pub struct Confidence {
    /// Field.
    pub field: Field,
    /// For each step of confidence (below 0.6, 0.75, 0.85, 0.95, and above): values, and those that are right.
    pub steps: [(usize, usize); STEPS.len()],
}

/// What [`measure`] found.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Documents that were read or should have been.
    pub documents: usize,
    /// Documents that could not be read: person, document, reason.
    pub unread: Vec<(String, String, String)>,
    /// Scores over the formats with text.
    pub text: BTreeMap<Field, Score>,
    /// Scores over each kind of scan.
    pub scans: BTreeMap<String, BTreeMap<Field, Score>>,
    /// Scores, order and time of each layout and format.
    pub columns: Vec<Column>,
    /// The bars.
    pub bars: Vec<Bar>,
    /// All misses.
    pub misses: Vec<Miss>,
    /// Confidence against truth.
    pub confidence: Vec<Confidence>,
}

/// A document to read.
struct Document<'a> {
    slug: &'a str,
    person: &'a Person,
    layout: String,
    format: String,
    path: PathBuf,
    lines: Option<Vec<Cells>>,
}

/// What came out of a document.
struct Outcome<'a> {
    document: &'a Document<'a>,
    items: Vec<Item>,
    order: Option<Order>,
    pdftotext: Option<[Order; 2]>,
    seconds: f64,
    unread: Option<String>,
    /// Confidences, and whether the field is right.
    confidences: Vec<(Field, f32, bool)>,
}

/// Reads every document of a folder that `render` made, on all cores, and compares it with its truth. `today` closes
/// present jobs. `told` hears of each that is done; `begun` of their number.
pub fn measure(
    folder: &Path,
    reader: &Reader,
    options: &Options,
    today: Date,
    begun: &(dyn Fn(usize) + Sync),
    told: &(dyn Fn() + Sync),
) -> Result<Report, EvalError> {
    let people = people(folder)?;
    let documents = documents(folder, &people, options)?;
    begun(documents.len());
    let outcomes: Vec<Outcome> = documents
        .par_iter()
        .map(|document| {
            let outcome = read(document, reader, options, today);
            told();
            outcome
        })
        .collect::<Result<_, _>>()?;
    Ok(report(&outcomes))
}

/// The folders of `folder` that hold a truth.
fn people(folder: &Path) -> Result<Vec<(String, Person)>, EvalError> {
    let io = |source| EvalError::Io { path: folder.to_owned(), source };
    let mut people = Vec::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let truth = path.join("truth.json");
        if truth.exists()
            && let Some(slug) = path.file_name().and_then(|name| name.to_str())
        {
            people.push((slug.to_owned(), Person::read(&truth)?));
        }
    }
    people.sort_by(|a, b| a.0.cmp(&b.0));
    if people.is_empty() {
        let why = "no folder in it holds a truth.json; jobmatch eval render makes them";
        return Err(io(std::io::Error::new(std::io::ErrorKind::NotFound, why)));
    }
    Ok(people)
}

fn documents<'a>(
    folder: &Path,
    people: &'a [(String, Person)],
    options: &Options,
) -> Result<Vec<Document<'a>>, EvalError> {
    let mut documents = Vec::new();
    for (slug, person) in people {
        let folder = folder.join(slug);
        let io = |source| EvalError::Io { path: folder.clone(), source };
        for entry in fs::read_dir(&folder).map_err(io)? {
            let path = entry.map_err(io)?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            let Some((layout, format)) = name.split_once('.') else { continue };
            let kind = if scan(format).is_some() { "scan" } else { "text" };
            let wanted = |only: &str| [layout, format, &name, kind].contains(&only);
            if ["json", "txt"].iter().any(|end| format.ends_with(end))
                || !options.only.as_deref().is_none_or(wanted)
            {
                continue;
            }
            // What LibreOffice prints follows the Word document.
            let word = if format == "docx" || format.starts_with("word.") { ".docx" } else { "" };
            let lines = fs::read_to_string(folder.join(format!("{layout}{word}.lines.txt"))).ok();
            documents.push(Document {
                slug,
                person,
                layout: layout.to_owned(),
                format: format.to_owned(),
                lines: lines.map(|text| lines::parse(&text)),
                path,
            });
        }
    }
    documents.sort_by(|a, b| (a.slug, &a.layout, &a.format).cmp(&(b.slug, &b.layout, &b.format)));
    Ok(documents)
}

fn read<'a>(
    document: &'a Document<'a>,
    reader: &Reader,
    options: &Options,
    today: Date,
) -> Result<Outcome<'a>, EvalError> {
    let io = |source| EvalError::Io { path: document.path.clone(), source };
    let bytes = fs::read(&document.path).map_err(io)?;
    let name = document.path.file_name().and_then(|name| name.to_str());
    let started = Instant::now();
    let opened = reader.open(&bytes, name, false, &AtomicBool::new(false), &mut |_| {});
    // A panic is a document that was not understood, not the end of the measure.
    let answer = opened.map(|opened| catch_unwind(AssertUnwindSafe(|| opened.understand(today))));
    let (reading, unread) = match answer {
        Ok(Ok(reading)) => (reading, None),
        Ok(Err(_)) => (Reading::default(), Some("the reader panicked".to_owned())),
        Err(error) => (Reading::default(), Some(error.to_string())),
    };
    let seconds = started.elapsed().as_secs_f64();
    let text: Vec<&str> = reading.document.lines.iter().map(|line| line.text.as_str()).collect();
    let items = fields::compare(document.person, &reading, today);
    let verdicts = fields::verdicts(&items);
    let confidences = reading
        .evidence
        .iter()
        .filter_map(|e| verdicts.get(e.field.as_str()).map(|(field, right)| (*field, e.confidence, *right)))
        .collect();
    let lines = document.lines.as_ref();
    let pdftotext = match lines {
        Some(lines)
            if options.pdftotext && document.format.ends_with("pdf") && scan(&document.format).is_none() =>
        {
            Some(pdftotext(&document.path, lines)?)
        }
        _ => None,
    };
    Ok(Outcome {
        document,
        order: lines.map(|lines| order::compare(lines, &text.join("\n"))),
        pdftotext,
        seconds,
        unread,
        confidences,
        items,
    })
}

/// The order of what poppler's `pdftotext` extracts, with the layout kept and without.
fn pdftotext(pdf: &Path, lines: &[Cells]) -> Result<[Order; 2], EvalError> {
    let run = |options: &[&str]| -> Result<Order, EvalError> {
        let output = Command::new("pdftotext").args(options).arg(pdf).arg("-").output();
        let output = output.map_err(|source| EvalError::Io { path: "pdftotext".into(), source })?;
        Ok(order::compare(lines, &String::from_utf8_lossy(&output.stdout)))
    };
    Ok([run(&["-layout"])?, run(&[])?])
}

fn report(outcomes: &[Outcome<'_>]) -> Report {
    let mut text = BTreeMap::new();
    let mut scans: BTreeMap<String, BTreeMap<Field, Score>> = BTreeMap::new();
    let mut columns: BTreeMap<(&str, &str), Vec<&Outcome>> = BTreeMap::new();
    let mut misses = Vec::new();
    let mut confidence: BTreeMap<Field, [(usize, usize); STEPS.len()]> = BTreeMap::new();
    for outcome in outcomes {
        let document = outcome.document;
        columns.entry((&document.layout, &document.format)).or_default().push(outcome);
        let scores = match scan(&document.format) {
            Some(kind) => scans.entry(kind.to_owned()).or_default(),
            None => &mut text,
        };
        count(scores, outcome);
        misses.extend(outcome.items.iter().filter(|item| !item.right).map(|item| Miss {
            person: document.slug.to_owned(),
            document: format!("{}.{}", document.layout, document.format),
            field: item.field,
            expected: item.expected.clone(),
            got: item.got.clone(),
        }));
        for (field, sure, right) in &outcome.confidences {
            let step = STEPS.iter().position(|bound| sure < bound).unwrap_or(STEPS.len() - 1);
            let (values, good) = &mut confidence.entry(*field).or_default()[step];
            *values += 1;
            *good += usize::from(*right);
        }
    }
    let columns: Vec<Column> =
        columns.into_iter().map(|((layout, format), of)| column(layout, format, &of)).collect();
    let mut bars = bars(&text, &scans);
    bars.extend(order_bars(outcomes));
    bars.push(bar("agreement of layouts".into(), AGREEMENT, agreement(outcomes)));
    Report {
        documents: outcomes.len(),
        unread: outcomes
            .iter()
            .filter_map(|o| {
                let document = format!("{}.{}", o.document.layout, o.document.format);
                Some((o.document.slug.to_owned(), document, o.unread.clone()?))
            })
            .collect(),
        text,
        scans,
        columns,
        bars,
        misses,
        confidence: confidence.into_iter().map(|(field, steps)| Confidence { field, steps }).collect(),
    }
}

/// What made pictures of the pages (`photo` for `photo.jpg`); nothing for a format with text.
fn scan(format: &str) -> Option<&str> {
    let kind = format.split('.').next()?;
    ["scan", "scan150", "skew", "noise", "photo"].contains(&kind).then_some(kind)
}

fn count(scores: &mut BTreeMap<Field, Score>, outcome: &Outcome<'_>) {
    for item in &outcome.items {
        scores.entry(item.field).or_default().add(item);
    }
}

fn column(layout: &str, format: &str, outcomes: &[&Outcome<'_>]) -> Column {
    let mut fields = BTreeMap::new();
    outcomes.iter().for_each(|outcome| count(&mut fields, outcome));
    let orders = |value: fn(&Order) -> f64| mean(outcomes.iter().filter_map(|o| o.order.as_ref().map(value)));
    let other = |i: usize| mean(outcomes.iter().filter_map(|o| Some(o.pdftotext.as_ref()?[i].tau)));
    Column {
        layout: layout.to_owned(),
        format: format.to_owned(),
        documents: outcomes.len(),
        seconds: mean(outcomes.iter().map(|o| o.seconds)).unwrap_or_default(),
        tau: orders(|order| order.tau),
        blocks: orders(|order| order.found),
        pdftotext: other(0).zip(other(1)).map(|(kept, plain)| [kept, plain]),
        fields,
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_usize), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / count as f64)
}

fn bar(what: String, bar: f64, reached: f64) -> Bar {
    Bar { what, bar, reached, met: reached >= bar }
}

/// F1 of fields together.
fn pooled(scores: &BTreeMap<Field, Score>, fields: &[Field]) -> f64 {
    let mut sum = Score::default();
    for score in fields.iter().filter_map(|field| scores.get(field)) {
        sum.expected += score.expected;
        sum.found += score.found;
        sum.given += score.given;
        sum.right += score.right;
    }
    sum.f1()
}

fn bars(text: &BTreeMap<Field, Score>, scans: &BTreeMap<String, BTreeMap<Field, Score>>) -> Vec<Bar> {
    let mut bars = Vec::new();
    for (what, least, fields) in GROUPS {
        if !text.is_empty() {
            bars.push(bar(what.to_owned(), least, pooled(text, fields)));
        }
    }
    for (scan, scores) in scans {
        for (what, least, fields) in GROUPS {
            // Without text to compare with, the bar of the text stands for it.
            let of_text = if text.is_empty() { least } else { pooled(text, fields) };
            bars.push(bar(format!("{what}, {scan}"), of_text - SCAN, pooled(scores, fields)));
        }
    }
    bars
}

/// A bar for the order of each layout, over its formats with text.
fn order_bars(outcomes: &[Outcome<'_>]) -> Vec<Bar> {
    let mut layouts: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for outcome in outcomes.iter().filter(|o| scan(&o.document.format).is_none()) {
        layouts.entry(&outcome.document.layout).or_default().extend(outcome.order.map(|order| order.tau));
    }
    let order = |(layout, taus): (&str, Vec<f64>)| {
        Some(bar(format!("order, {layout}"), ORDER, mean(taus.into_iter())?))
    };
    layouts.into_iter().filter_map(order).collect()
}

/// How far the documents with text of one person say the same: for each field of the truth, and each wrong value given
/// by any of them, the share of the documents that say what most of them say.
fn agreement(outcomes: &[Outcome<'_>]) -> f64 {
    let mut people: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes.iter().filter(|o| scan(&o.document.format).is_none()) {
        people.entry(outcome.document.slug).or_default().push(outcome);
    }
    let (mut same, mut all) = (0, 0);
    for outcomes in people.values() {
        let mut slots: BTreeMap<(Field, &str), BTreeMap<String, usize>> = BTreeMap::new();
        for item in outcomes.iter().flat_map(|o| &o.items) {
            let value = match &item.got {
                Some(got) => words(got).join(" "),
                None if item.right => "found".to_owned(),
                None => continue,
            };
            *slots.entry((item.field, &item.slot)).or_default().entry(value).or_default() += 1;
        }
        for values in slots.values() {
            // The documents that say nothing agree among themselves.
            let silent = outcomes.len().saturating_sub(values.values().sum());
            same += values.values().copied().max().unwrap_or_default().max(silent);
            all += outcomes.len();
        }
    }
    share(same, all)
}

/// The words of a text without case, accents, apostrophes and signs.
fn words(text: &str) -> Vec<String> {
    fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}
