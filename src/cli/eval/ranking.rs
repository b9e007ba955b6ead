//! `jobmatch eval ranking`: how well the engine ranks a judged collection.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use console::{Alignment, pad_str, style};
use indicatif::ProgressBar;
use jobmatch_index::score::Weights;

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::import::rejection;
use super::super::matching::weights;
use super::super::words::{count, decimal, text};
use crate::eval::{Collection, Graded, Listing, Ranker, Report, Stage, evaluate, write_features, write_run};

/// Measure how well the offers of a judged collection are ranked.
///
/// The folder holds offers.jsonl (in a form that import reads), queries.jsonl (_id and text: CVs as plain text)
/// and qrels.tsv (query id, offer id, grade, separated by tabs). Prints nDCG@10 (gain 2^grade − 1), and MAP,
/// MRR, success@10 and recall@50 of the good offers, with 95 % bootstrap intervals. Good is the highest grade, or 2
/// where the grades go further. Queries without a good offer are left out. Your own data is not touched.
///
/// Where pairs were judged bad (grade 0) as well as good, those that nobody judged are unknown: the measures then come
/// for the whole list, which counts them as bad, and for the condensed one, which leaves them out; by style where
/// people.jsonl (_id, style) tells it. Then how well the score tells good pairs from others over all CVs (AUC), and
/// what part of the pairs at each score is good.
#[derive(Debug, Args)]
#[group(id = "ranking")]
#[command(after_help = "Examples:
  jobmatch eval ranking my_set
  jobmatch eval ranking my_set --ranker text --run text.run
  jobmatch eval ranking my_set --weights meaning=0       without one criterion")]
pub(super) struct Arguments {
    /// The folder.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// text (BM25 alone), vectors (embeddings alone), skills (the graph alone: skills and occupations) or hybrid.
    #[arg(long, value_name = "RANKER", default_value = "hybrid")]
    ranker: RankerName,
    /// Weights of the criteria instead of a ranker, as for match.
    #[arg(long, value_name = "WEIGHTS", value_parser = weights, conflicts_with = "ranker")]
    weights: Option<Weights>,
    /// Write the rankings to this file, in TREC's form.
    #[arg(long, value_name = "FILE")]
    run: Option<PathBuf>,
    /// Write the value of each criterion for each CV and offer to this file, separated by tabs.
    #[arg(long, value_name = "FILE")]
    features: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RankerName {
    Text,
    Vectors,
    Skills,
    Hybrid,
}

impl From<RankerName> for Ranker {
    fn from(name: RankerName) -> Self {
        match name {
            RankerName::Text => Self::Text,
            RankerName::Vectors => Self::Vectors,
            RankerName::Skills => Self::Skills,
            RankerName::Hybrid => Self::Hybrid,
        }
    }
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    let collection = Collection::read(&arguments.folder).map_err(crate::eval::EvalError::from)?;
    let ranker = Ranker::from(arguments.ranker);
    let (name, weights) = match arguments.weights {
        Some(weights) => ("weights", weights),
        None => (ranker.name(), ranker.weights()),
    };
    let bar = context.bar(collection.queries.len() as u64, &text!(context.lang, "Évaluation", "Evaluation"));
    let stage = |stage| advance(&bar, stage);
    let report = evaluate(&collection, &weights, context.today, &stage);
    bar.finish_and_clear();
    let report = report?;
    tell(&report, collection.queries.len(), context);
    if let Some(path) = &arguments.run {
        let file = File::create(path).map_err(Failure::file(path))?;
        write_run(&mut BufWriter::new(file), &report.rankings, name).map_err(Failure::file(path))?;
    }
    if let Some(path) = &arguments.features {
        let file = File::create(path).map_err(Failure::file(path))?;
        write_features(&mut BufWriter::new(file), &report.rankings).map_err(Failure::file(path))?;
    }
    if arguments.json {
        let printed = serde_json::json!({
            "ranker": name,
            "weights": weights,
            "offers": report.offers,
            "rejected": report.rejected.len(),
            "queries": collection.queries.len(),
            "measured": report.measured,
            "measures": report.estimates,
            "graded": report.graded,
        });
        return context.print_json(&printed);
    }
    for estimate in &report.estimates {
        let [mean, low, high] =
            [estimate.mean, estimate.low, estimate.high].map(|value| decimal(value, 3, context.lang));
        writeln!(
            context.out,
            "{} {}  {}",
            pad_str(estimate.measure, 12, Alignment::Left, None),
            style(mean).bold(),
            style(format!("[{low} – {high}]")).dim()
        )?;
    }
    match &report.graded {
        Some(graded) => print_graded(graded, context),
        None => Ok(()),
    }
}

/// The lists by style, then what the score means.
fn print_graded(graded: &Graded, context: &mut Context) -> Result<(), Failure> {
    let lang = context.lang;
    let head = text!(
        lang,
        "(liste entière / liste condensée)  CV  nDCG@10      1re bonne    5 premières à 0  jugées",
        "(whole list / condensed list)      CVs nDCG@10      first good   five first at 0  judged"
    );
    writeln!(context.out, "\n{}", style(head).dim())?;
    let all = text!(lang, "tous", "all");
    let rows = std::iter::once((&all, &graded.all)).chain(&graded.styles);
    for (name, listing) in rows {
        let Listing { queries, .. } = listing;
        let pair = |whole: f64, condensed: f64, digits: usize| {
            format!("{} / {}", decimal(whole, digits, lang), decimal(condensed, digits, lang))
        };
        writeln!(
            context.out,
            "{} {queries:>3} {}  {}  {}      {}",
            pad_str(name, 34, Alignment::Left, None),
            pair(listing.ndcg_10, listing.ndcg_10_condensed, 3),
            pair(listing.first_good, listing.first_good_condensed, 2),
            pair(listing.five_bad, listing.five_bad_condensed, 2),
            decimal(listing.judged_10, 2, lang),
        )?;
    }
    if let Some(auc) = graded.auc {
        writeln!(context.out, "\nAUC {} ({})", style(decimal(auc, 3, lang)).bold(), graded.pairs)?;
    }
    let head = text!(lang, "score    paires  bonnes  note", "score    pairs   good    grade");
    writeln!(context.out, "{}", style(head).dim())?;
    for step in &graded.calibration {
        let (good, grade) = (decimal(step.good, 2, lang), decimal(step.grade, 2, lang));
        writeln!(context.out, "≥ {:<6} {:<7} {good}    {grade}", step.from, step.pairs)?;
    }
    if let Some(highest) = graded.highest_without_good {
        let (count, highest) = (graded.without_good, decimal(f64::from(highest), 1, lang));
        writeln!(
            context.out,
            "{}",
            text!(
                lang,
                "{count} CV sans bonne offre : au plus {highest} points",
                "{count} CVs without a good offer: {highest} points at most"
            )
        )?;
    }
    Ok(())
}

fn advance(bar: &ProgressBar, stage: Stage) {
    match stage {
        Stage::Imported(offers) => bar.set_message(offers.to_string()),
        Stage::Ranked => bar.inc(1),
    }
}

/// What was done, beside the measures.
fn tell(report: &Report, queries: usize, context: &Context) {
    let lang = context.lang;
    for rejected in report.rejected.iter().take(5) {
        let line = rejection(rejected, lang);
        context.say(&text!(lang, "offre refusée : {line}", "offer refused: {line}"));
    }
    for (query, error) in report.unread.iter().take(5) {
        context.say(&text!(lang, "CV {query} non lu : {error}", "CV {query} not read: {error}"));
    }
    let [offers, queries, measured] =
        [report.offers, queries, report.measured].map(|number| count(number as u64, lang));
    let [import, rank] =
        [report.import_time, report.rank_time].map(|time| decimal(time.as_secs_f64(), 1, lang));
    context.say(&text!(
        lang,
        "{offers} offres indexées en {import} s, {queries} CV lus et classés en {rank} s, {measured} mesurés",
        "{offers} offers indexed in {import} s, {queries} CVs read and ranked in {rank} s, {measured} measured"
    ));
}
