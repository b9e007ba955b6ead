//! `jobmatch eval cv`: how well rendered CVs are read.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use console::{Alignment, pad_str, style};

use super::super::context::Context;
use super::super::cv_file;
use super::super::failure::Failure;
use super::super::words::{count, decimal, text};
use crate::eval::cv::{Column, Field, Options, Report, Score, measure};

/// Measure what is understood of the CVs that `eval render` makes, against the truth.
///
/// Texts compare without case, accents, apostrophes and signs. Precision is the share of the given values that are
/// right, recall the share of the true values that are found, F1 their harmonic mean; the bars are on F1.
///
/// Names compare without the order of their words, telephone numbers by their digits from the 0 on, towns without postal
/// code and department. Jobs are paired with the true ones by title, employer and dates, so that the sum of likeness is
/// greatest; a job that pairs with none is wrong, one that is not found is missing, with its title, employer and tasks.
/// A title or an employer is right when it has the words of the true one in their order; words that the truth
/// has in the job's town, contract or dates may stand beside, and (H/F) or a contract in brackets that the truth has
/// besides, as in (alternance), may be missing. Dates are the first and the last month of the jobs that
/// are found. A diploma needs its words (those of its school, town and dates may stand beside) and its year.
/// Skills are those that the reader takes from lists of skills, the first ones of the profile; what jobs and prose show
/// counts neither for nor against. A label is right when it is a true skill or whole words of one, side by side; a true
/// skill is found when such labels hold half of its words that say something. skills_exact wants each word for word. A
/// summary needs 95 % of its words, tasks, certificates and interests all of theirs.
///
/// Order is Kendall's tau of the blocks of the page, as a person reads them, against their places in the extracted text;
/// blocks that stand side by side may come either way. Agreement is the share of fields, over the documents of one person,
/// that say what most of them say. Scans may lie 0.08 below the text. A CV that is not read counts as empty.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  jobmatch eval cv .data/corpus
  jobmatch eval cv .data/corpus --only side-bar.docx --details")]
pub(super) struct Arguments {
    /// The folder that `eval render` wrote.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Only this layout (table), format (docx) or both (table.docx), or a kind of format (text, scan).
    #[arg(long, value_name = "LAYOUT")]
    only: Option<String>,
    /// List every miss, and how often each step of confidence is right.
    #[arg(long)]
    details: bool,
    /// Compare the order of PDFs with that of pdftotext, which must be installed.
    #[arg(long)]
    compare_pdftotext: bool,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    let options = Options { only: arguments.only.clone(), pdftotext: arguments.compare_pdftotext };
    let reader = cv_file::reader(context)?;
    let bar = context.bar(1, &text!(context.lang, "Lecture", "Reading"));
    let report = measure(
        &arguments.folder,
        &reader,
        &options,
        context.today,
        &|documents| bar.set_length(documents as u64),
        &|| bar.inc(1),
    );
    bar.finish_and_clear();
    let report = report?;
    if arguments.json {
        return context.print_json(&report);
    }
    print_fields(&report, context)?;
    print_columns(&report, context)?;
    print_bars(&report, context)?;
    if arguments.details {
        print_details(&report, context)?;
    }
    for (person, document, why) in report.unread.iter().take(20) {
        context.say(&text!(
            context.lang,
            "{person}/{document} non lu : {why}",
            "{person}/{document} not read: {why}"
        ));
    }
    let [documents, unread] = [report.documents, report.unread.len()].map(|n| count(n as u64, context.lang));
    context.say(&text!(
        context.lang,
        "{documents} CV, {unread} non lus",
        "{documents} CVs, {unread} not read"
    ));
    Ok(())
}

/// Precision, recall and F1 of each field, over the formats with text, then over each kind of scan.
fn print_fields(report: &Report, context: &mut Context) -> Result<(), Failure> {
    let lang = context.lang;
    let head = text!(
        lang,
        "champ            précision rappel  F1     valeurs",
        "field            precision recall  F1     values"
    );
    let texts = text!(lang, "texte", "text");
    let tables = [(&texts, &report.text)].into_iter().chain(&report.scans);
    for (name, scores) in tables.filter(|(_, scores)| !scores.is_empty()) {
        writeln!(context.out, "{}", style(name).bold())?;
        writeln!(context.out, "{}", style(&head).dim())?;
        for (field, score) in scores {
            let [p, r, f] =
                [score.precision(), score.recall(), score.f1()].map(|value| decimal(value, 3, lang));
            writeln!(context.out, "{} {p}     {r}   {f}  {}", left(&name_of(*field), 16), score.expected)?;
        }
        writeln!(context.out)?;
    }
    Ok(())
}

/// F1 of each field for each layout and format, with order and time.
fn print_columns(report: &Report, context: &mut Context) -> Result<(), Failure> {
    let lang = context.lang;
    let columns = &report.columns;
    let mut line = |name: &str, cells: Vec<String>| -> Result<(), Failure> {
        let cells: String =
            cells.iter().map(|cell| pad_str(cell, 10, Alignment::Right, None).into_owned()).collect();
        Ok(writeln!(context.out, "{}{cells}", left(name, 18))?)
    };
    line("F1", columns.iter().map(|c| short(&c.layout)).collect())?;
    line("", columns.iter().map(|c| c.format.clone()).collect())?;
    for field in Field::ALL {
        let cell = |c: &Column| {
            let score = c.fields.get(&field).copied().unwrap_or_default();
            if Score::is_empty(&score) { "–".to_owned() } else { decimal(score.f1(), 3, lang) }
        };
        line(&name_of(field), columns.iter().map(cell).collect())?;
    }
    let number = |value: Option<f64>| value.map_or("–".to_owned(), |value| decimal(value, 3, lang));
    line(&text!(lang, "ordre (tau)", "order (tau)"), columns.iter().map(|c| number(c.tau)).collect())?;
    line(&text!(lang, "blocs trouvés", "blocks found"), columns.iter().map(|c| number(c.blocks)).collect())?;
    if columns.iter().any(|c| c.pdftotext.is_some()) {
        line("pdftotext -layout", columns.iter().map(|c| number(c.pdftotext.map(|t| t[0]))).collect())?;
        line("pdftotext", columns.iter().map(|c| number(c.pdftotext.map(|t| t[1]))).collect())?;
    }
    line("CV", columns.iter().map(|c| c.documents.to_string()).collect())?;
    line("ms", columns.iter().map(|c| decimal(c.seconds * 1000.0, 0, lang)).collect())?;
    Ok(writeln!(context.out)?)
}

fn print_bars(report: &Report, context: &mut Context) -> Result<(), Failure> {
    let lang = context.lang;
    for bar in &report.bars {
        let [reached, least] = [bar.reached, bar.bar].map(|value| decimal(value, 3, lang));
        let verdict = match bar.met {
            true => style(text!(lang, "atteint", "met")).green(),
            false => style(text!(lang, "manqué", "missed")).red(),
        };
        writeln!(context.out, "{} {reached}  ≥ {least}  {verdict}", left(&bar.what, 36))?;
    }
    Ok(())
}

fn print_details(report: &Report, context: &mut Context) -> Result<(), Failure> {
    let lang = context.lang;
    let head = text!(lang, "confiance", "confidence");
    writeln!(context.out, "\n{}<0.60       <0.75       <0.85       <0.95       ≤1", left(&head, 16))?;
    for confidence in &report.confidence {
        let cell = |(values, right): &(usize, usize)| match values {
            0 => left("–", 12),
            _ => left(&format!("{} /{values}", decimal(*right as f64 / *values as f64, 2, lang)), 12),
        };
        let cells: String = confidence.steps.iter().map(cell).collect();
        writeln!(context.out, "{}{cells}", left(&name_of(confidence.field), 16))?;
    }
    writeln!(context.out)?;
    let nothing = text!(lang, "(rien)", "(nothing)");
    for miss in &report.misses {
        let [expected, got] = [&miss.expected, &miss.got].map(|text| text.as_deref().unwrap_or(&nothing));
        writeln!(
            context.out,
            "{} {} {}\n    {expected}\n    {got}",
            miss.person,
            miss.document,
            style(name_of(miss.field)).bold()
        )?;
    }
    Ok(())
}

/// The name of a field, as in the JSON.
fn name_of(field: Field) -> String {
    let name = serde_json::to_value(field).unwrap_or_default();
    name.as_str().unwrap_or_default().to_owned()
}

/// « three-columns » in ten letters.
fn short(layout: &str) -> String {
    layout.chars().take(9).collect()
}

fn left(text: &str, width: usize) -> String {
    pad_str(text, width, Alignment::Left, None).into_owned()
}
