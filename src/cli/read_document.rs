//! `jobmatch read-document`: the process that reads one untrusted document. Not for people.

use std::io;

use clap::Args;

use super::failure::Failure;
use crate::ingest::cv;

/// Read one document from standard input, for another jobmatch process.
#[derive(Debug, Args)]
#[command(hide = true)]
pub(super) struct Arguments {
    /// Read nothing; say what this process can reach.
    #[arg(long, hide = true)]
    reach: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let done = if arguments.reach {
        cv::answer_reach(io::stdout())
    } else {
        cv::answer_reader(io::stdin().lock(), io::stdout())
    };
    done.map_err(Failure::Output)
}
