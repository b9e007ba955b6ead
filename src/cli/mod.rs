//! The command line: one file per command.
//!
//! Data goes to standard output, talk to standard error. The doc comments of the arguments are the help in
//! English; `help_fr.txt` holds the same in French, which is the default.

mod backup;
mod completions;
mod context;
mod cv_file;
mod demo;
mod doctor;
mod eval;
mod explanation;
mod failure;
mod filter;
mod import;
mod matching;
mod offer_list;
mod profile;
mod read_document;
mod reindex;
mod search;
mod serve;
mod show;
mod skills;
mod spreadsheet;
mod stats;
mod taxonomy;
mod usage;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use jobmatch_index::lang::Lang;

use crate::words;
use context::Context;
use failure::Failure;

/// Finds the job offers that fit a CV, and says why.
///
/// Import offers, then give your CV: every offer gets a score from 0 to 100, with the reasons. Nothing leaves
/// this computer.
#[derive(Debug, Parser)]
#[command(
    name = "jobmatch",
    version,
    disable_version_flag = true,
    disable_help_flag = true,
    after_help = "Examples:
  jobmatch import offers.json            store offers
  jobmatch match my_cv.pdf               rank them for a CV
  jobmatch match my_cv.pdf --near Lyon --radius 30 --contract permanent
  jobmatch demo load                     500 fictional offers and 12 CVs to try it

Exit codes:
  0  done            3  some of the offers of an import were refused
  1  failed          4  nothing found
  2  wrong command   130  interrupted"
)]
struct CommandLine {
    #[command(flatten)]
    global: Global,
    /// Print the version.
    #[arg(long, short = 'V', action = clap::ArgAction::Version)]
    version: Option<bool>,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
struct Global {
    /// Folder of the data (default: the platform's data folder).
    #[arg(long, global = true, value_name = "DIR", env = "JOBMATCH_DATA_DIR")]
    data_dir: Option<PathBuf>,
    /// Folder of a transformer model (e5, as ONNX) to use instead of the built-in one; `reindex` after a change.
    /// ORT_DYLIB_PATH names the ONNX Runtime library.
    #[arg(long, global = true, value_name = "DIR", env = "JOBMATCH_MODEL")]
    model: Option<PathBuf>,
    /// Language of the messages: fr or en.
    #[arg(long, global = true, value_name = "LANG", env = "JOBMATCH_LANG", default_value = "fr")]
    lang: Language,
    /// Say nothing but errors on standard error.
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Day that counts as today, such as 2026-11-22.
    #[arg(long, global = true, hide = true, value_name = "DATE", env = "JOBMATCH_TODAY")]
    today: Option<Date>,
    /// Print help; --help says more than -h.
    #[arg(long, short, global = true, action = clap::ArgAction::Help)]
    help: Option<bool>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Language {
    Fr,
    En,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::Fr => Self::Fr,
            Language::En => Self::En,
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    Import(import::Arguments),
    Match(Box<matching::Arguments>),
    Search(Box<search::Arguments>),
    Show(show::Arguments),
    Skills(skills::Arguments),
    Profile(profile::Arguments),
    Serve(Box<serve::Arguments>),
    User(user::Arguments),
    Reindex(reindex::Arguments),
    Stats(stats::Arguments),
    Backup(backup::BackupArguments),
    Restore(backup::RestoreArguments),
    Demo(demo::Arguments),
    Eval(eval::Arguments),
    Taxonomy(taxonomy::Arguments),
    Doctor(doctor::Arguments),
    Completions(completions::Arguments),
    ReadDocument(read_document::Arguments),
}

/// Runs the command that the process was given.
pub fn main() -> ExitCode {
    let CommandLine { global, command, .. } = match usage::parse(std::env::args_os()) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let lang = global.lang.into();
    let ended = Context::new(&global).and_then(|mut context| {
        let done = run(command, &mut context);
        done.and_then(|()| context.finish())
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(lang),
    }
}

fn run(command: Command, context: &mut Context) -> Result<(), Failure> {
    match command {
        Command::Import(arguments) => import::run(&arguments, context),
        Command::Match(arguments) => matching::run(&arguments, context),
        Command::Search(arguments) => search::run(&arguments, context),
        Command::Show(arguments) => show::run(&arguments, context),
        Command::Skills(arguments) => skills::run(&arguments, context),
        Command::Profile(arguments) => profile::run(&arguments, context),
        Command::Serve(arguments) => serve::run(&arguments, context),
        Command::User(arguments) => user::run(&arguments, context),
        Command::Reindex(arguments) => reindex::run(&arguments, context),
        Command::Stats(arguments) => stats::run(&arguments, context),
        Command::Backup(arguments) => backup::backup(&arguments, context),
        Command::Restore(arguments) => backup::restore(&arguments, context),
        Command::Demo(arguments) => demo::run(&arguments, context),
        Command::Eval(arguments) => eval::run(&arguments, context),
        Command::Taxonomy(arguments) => taxonomy::run(&arguments, context),
        Command::Doctor(arguments) => doctor::run(&arguments, context),
        Command::Completions(arguments) => completions::run(&arguments, context),
        Command::ReadDocument(arguments) => read_document::run(&arguments),
    }
}
