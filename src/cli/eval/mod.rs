//! `jobmatch eval`: how well offers are ranked and CVs are read.

mod cv;
mod ranking;
mod render;

use clap::{Args, Subcommand};

use super::context::Context;
use super::failure::Failure;

/// Measure how well the offers of a judged collection are ranked, and how well CVs are read.
///
/// With a folder alone, as with `eval ranking`, the ranking is measured.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:
  jobmatch eval ranking my_set
  jobmatch eval render tests/cv/people .data/corpus
  jobmatch eval cv .data/corpus --details"
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    ranking: Option<ranking::Arguments>,
}

#[derive(Debug, Subcommand)]
enum What {
    Ranking(ranking::Arguments),
    Cv(cv::Arguments),
    Render(render::Arguments),
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    match (&arguments.what, &arguments.ranking) {
        (Some(What::Cv(arguments)), _) => cv::run(arguments, context),
        (Some(What::Render(arguments)), _) => render::run(arguments, context),
        (Some(What::Ranking(arguments)), _) | (None, Some(arguments)) => ranking::run(arguments, context),
        // clap asks for the folder before.
        (None, None) => Ok(()),
    }
}
