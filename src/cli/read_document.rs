//! `jobmatch read-document`: the process that reads one untrusted document. Not for people.

use std::io;

use clap::Args;

use super::failure::Failure;
use crate::ingest::cv;

/// Read one document from standard input, for another jobmatch process.
#[derive(Debug, Args)]
#[command(hide = true)]
pub(super) struct Arguments {}

pub(super) fn run() -> Result<(), Failure> {
    cv::answer_reader(io::stdin().lock(), io::stdout()).map_err(Failure::Output)
}
