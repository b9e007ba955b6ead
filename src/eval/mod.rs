//! How well the engine ranks: a judged collection goes through the ordinary import and CV reader, is ranked,
//! and measured.

mod collection;
pub mod cv;
mod graded;
mod metrics;

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::civil::Date;
use jobmatch_index::matching::RankQuery;
use jobmatch_index::score::{Criterion, Weights, Wish};
use jobmatch_index::{Index, Options};
use rayon::prelude::*;
use serde::Serialize;

use crate::ingest::{cv as cvs, offers};

pub use collection::{Collection, CollectionError, Query};
pub use graded::{Graded, Listing, Step};
pub use metrics::{Estimate, Grades, Metrics, estimates};

/// Offers ranked for each query, as in TREC runs.
const DEPTH: usize = 1_000;

/// Offers stored at a time.
const BATCH: usize = 500;

/// A part of the engine, evaluated alone, or all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Ranker {
    /// BM25 alone.
    Text,
    /// Embeddings alone.
    Vectors,
    /// The graph alone: skills and occupations.
    Skills,
    /// The default weights.
    Hybrid,
}

impl Ranker {
    /// Its name on the command line and in run files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Vectors => "vectors",
            Self::Skills => "skills",
            Self::Hybrid => "hybrid",
        }
    }

    /// The weights that leave only this part; between criteria of one part, the default proportions.
    pub fn weights(self) -> Weights {
        let kept: &[Criterion] = match self {
            Self::Text => &[Criterion::Text],
            Self::Vectors => &[Criterion::Meaning],
            Self::Skills => &[Criterion::Skills, Criterion::Occupation],
            Self::Hybrid => return Weights::default(),
        };
        let dropped = Criterion::ALL.into_iter().filter(|criterion| !kept.contains(criterion));
        Weights::new(dropped.map(|criterion| (criterion, 0.0))).unwrap_or_default()
    }
}

/// What [`evaluate`] found.
#[derive(Debug)]
pub struct Report {
    /// Offers that were imported.
    pub offers: usize,
    /// Offers that the import refused.
    pub rejected: Vec<offers::Rejected>,
    /// Queries whose CV could not be read, with the reason: they count as empty rankings.
    pub unread: Vec<(String, cvs::CvError)>,
    /// Queries that are measured: those with a good offer.
    pub measured: usize,
    /// The measures, over the measured queries.
    pub estimates: Vec<Estimate>,
    /// What a graded set tells besides.
    pub graded: Option<Graded>,
    /// The rankings, in the order of the queries.
    pub rankings: Vec<RankedQuery>,
    /// Time to read and index the offers.
    pub import_time: Duration,
    /// Time to read all CVs and rank the offers for each, on all cores.
    pub rank_time: Duration,
}

/// The ranking of one query.
#[derive(Debug)]
pub struct RankedQuery {
    /// Query id.
    pub query: String,
    /// Offer ids and scores (0 to 100), best first.
    pub offers: Vec<(String, f32)>,
    /// The value of each criterion for each of these offers, in the order of [`Criterion::ALL`].
    pub values: Vec<Vec<Option<f32>>>,
    /// Its measures; `None` when it has no good offer.
    pub metrics: Option<Metrics>,
}

/// What stops an evaluation.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// The collection is unusable.
    #[error(transparent)]
    Collection(#[from] CollectionError),
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] jobmatch_index::Error),
}

/// Imports the offers of a collection into a temporary index, ranks them for each query with `weights`, and
/// measures the rankings. `today` stands for the day of the match. `stage` hears what is done: offers
/// stored, then CVs ranked.
pub fn evaluate(
    collection: &Collection,
    weights: &Weights,
    today: Date,
    stage: &(dyn Fn(Stage) + Sync),
) -> Result<Report, EvalError> {
    let folder =
        tempfile::tempdir().map_err(|source| EvalError::Io { path: std::env::temp_dir(), source })?;
    let started = Instant::now();
    let index = Index::open(folder.path(), Options::default())?;
    let (imported, rejected) = import(collection, &index, today, stage)?;
    let import_time = started.elapsed();

    let started = Instant::now();
    let rank = |query: &Query| -> Result<(RankedQuery, Option<cvs::CvError>), EvalError> {
        let (matches, unread) =
            match cvs::read(query.cv().as_bytes(), Some("cv.txt"), today).map(|reading| reading.profile) {
                Err(error) => (Vec::new(), Some(error)),
                Ok(profile) => {
                    // Judges told what suits the person's trade, not where it is or what contract: the score alone orders.
                    let rank_query = RankQuery {
                        weights: *weights,
                        limit: DEPTH,
                        without: Wish::ALL.to_vec(),
                        ..RankQuery::new(today)
                    };
                    (index.rank(&profile, &rank_query)?.matches, None)
                }
            };
        stage(Stage::Ranked);
        let values =
            matches.iter().map(|found| found.parts.iter().map(|part| part.value).collect()).collect();
        let offers: Vec<(String, f32)> =
            matches.into_iter().map(|found| (found.offer.id, found.score)).collect();
        let ids: Vec<String> = offers.iter().map(|(id, _)| id.clone()).collect();
        let metrics = collection
            .judgements
            .get(&query.id)
            .and_then(|grades| Metrics::of(&ids, grades, collection.good));
        Ok((RankedQuery { query: query.id.clone(), offers, values, metrics }, unread))
    };
    let ranked = collection.queries.par_iter().map(rank).collect::<Result<Vec<_>, _>>()?;
    let rank_time = started.elapsed();

    let (mut rankings, mut unread) = (Vec::new(), Vec::new());
    for (ranking, error) in ranked {
        unread.extend(error.map(|error| (ranking.query.clone(), error)));
        rankings.push(ranking);
    }
    let measured: Vec<Metrics> = rankings.iter().filter_map(|ranking| ranking.metrics).collect();
    Ok(Report {
        offers: imported,
        rejected,
        unread,
        measured: measured.len(),
        estimates: estimates(&measured),
        graded: Graded::of(collection, &rankings),
        rankings,
        import_time,
        rank_time,
    })
}

/// What an evaluation has just done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Stored this many offers in all.
    Imported(usize),
    /// Ranked the offers for one more CV.
    Ranked,
}

fn import(
    collection: &Collection,
    index: &Index,
    today: Date,
    stage: &dyn Fn(Stage),
) -> Result<(usize, Vec<offers::Rejected>), EvalError> {
    let path = &collection.offers;
    let file = std::fs::File::open(path).map_err(|source| EvalError::Io { path: path.clone(), source })?;
    let mut writer = index.writer()?;
    let (mut batch, mut rejected, mut imported) = (Vec::new(), Vec::new(), 0);
    for read in offers::read_on(file, &path.display().to_string(), today, offers::Limits::NONE) {
        match read {
            Ok(offer) => batch.push(offer),
            Err(error) if error.kept() => {}
            Err(error) => rejected.push(error),
        }
        if batch.len() == BATCH {
            imported += batch.len();
            writer.put(&batch)?;
            batch.clear();
            stage(Stage::Imported(imported));
        }
    }
    imported += batch.len();
    writer.put(&batch)?;
    writer.finish()?;
    stage(Stage::Imported(imported));
    Ok((imported, rejected))
}

/// Writes rankings in the form of TREC runs: `query Q0 offer rank score tag`, one a line.
pub fn write_run(out: &mut impl Write, rankings: &[RankedQuery], tag: &str) -> io::Result<()> {
    for ranking in rankings {
        for (place, (offer, score)) in ranking.offers.iter().enumerate() {
            writeln!(out, "{} Q0 {offer} {} {score} {tag}", ranking.query, place + 1)?;
        }
    }
    out.flush()
}

/// Writes the value of each criterion for each pair as a table with a header, columns separated by tabs: query, offer,
/// score, then one column a criterion, empty where the value is unknown. What weights are fitted on.
pub fn write_features(out: &mut impl Write, rankings: &[RankedQuery]) -> io::Result<()> {
    let names = Criterion::ALL.map(Criterion::name).join("\t");
    writeln!(out, "query\toffer\tscore\t{names}")?;
    for ranking in rankings {
        for ((offer, score), values) in ranking.offers.iter().zip(&ranking.values) {
            write!(out, "{}\t{offer}\t{score}", ranking.query)?;
            for value in values {
                match value {
                    Some(value) => write!(out, "\t{value}")?,
                    None => write!(out, "\t")?,
                }
            }
            writeln!(out)?;
        }
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ranker_keeps_only_its_criteria() {
        assert_eq!(Ranker::Text.weights().of(Criterion::Text), 1.0);
        assert_eq!(Ranker::Vectors.weights().of(Criterion::Meaning), 1.0);
        let skills = Ranker::Skills.weights();
        let kept = skills.of(Criterion::Skills) + skills.of(Criterion::Occupation);
        assert!((kept - 1.0).abs() < 1e-6);
        assert_eq!(Ranker::Hybrid.weights(), Weights::default());
    }

    #[test]
    fn a_run_file_has_six_columns() {
        let offers = vec![("b".to_owned(), 81.5), ("a".to_owned(), 80.0)];
        let values = vec![vec![Some(0.5), None], vec![None, Some(1.0)]];
        let rankings = [RankedQuery { query: "q1".into(), offers, values, metrics: None }];
        let mut run = Vec::new();
        write_run(&mut run, &rankings, "hybrid").unwrap();
        assert_eq!(String::from_utf8(run).unwrap(), "q1 Q0 b 1 81.5 hybrid\nq1 Q0 a 2 80 hybrid\n");
        let mut table = Vec::new();
        write_features(&mut table, &rankings).unwrap();
        let table = String::from_utf8(table).unwrap();
        assert!(table.starts_with("query\toffer\tscore\tskills\t"), "{table}");
        assert!(table.ends_with("\nq1\tb\t81.5\t0.5\t\nq1\ta\t80\t\t1\n"), "{table}");
    }
}
