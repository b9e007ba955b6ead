//! `jobmatch demo`: fictional offers and CVs, to try the program and to measure it.

use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::Ordering;

use clap::{Args, Subcommand};

use super::context::{Context, interruption};
use super::failure::Failure;
use super::import;
use super::words::{count, text};
use crate::demo;

/// Try the program on fictional offers and CVs.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  jobmatch --data-dir try demo load
  jobmatch demo generate --offers 100000 --seed 7 > offers.jsonl")]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Load(LoadArguments),
    Generate(GenerateArguments),
}

/// Store the bundled offers, and write the bundled CVs to the folder cv of the data folder.
#[derive(Debug, Args)]
struct LoadArguments {}

/// Print generated offers, one a line, in the form of France Travail's API.
#[derive(Debug, Args)]
struct GenerateArguments {
    /// How many.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    offers: u64,
    /// Another number gives other offers; the same one the same offers.
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    seed: u64,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    match &arguments.action {
        Action::Load(LoadArguments {}) => load(context),
        Action::Generate(wanted) => generate(wanted, context),
    }
}

fn load(context: &mut Context) -> Result<(), Failure> {
    let index = context.open()?;
    let tally = import::store(io::Cursor::new(demo::offers_json()), "demo", &index, context)?;
    let folder = context.data_dir.join("cv");
    std::fs::create_dir_all(&folder).map_err(Failure::file(&folder))?;
    for (name, bytes) in demo::cvs() {
        let path = folder.join(name);
        std::fs::write(&path, bytes).map_err(Failure::file(&path))?;
    }
    let lang = context.lang;
    let [created, others] =
        [tally.created, tally.updated + tally.unchanged].map(|number| count(number, lang));
    context.say(&text!(
        lang,
        "{created} offres de démonstration ajoutées, {others} déjà là ; {} CV dans {}",
        "{created} demonstration offers added, {others} already there; {} CVs in {}",
        demo::cvs().len(),
        folder.display()
    ));
    if let Some((name, _)) = demo::cvs().first() {
        let command = try_command(&folder.join(name), context);
        context.say(&text!(lang, "Essayez : {command}", "Try: {command}"));
    }
    Ok(())
}

fn try_command(cv: &Path, context: &Context) -> String {
    format!("jobmatch --data-dir {} match {}", context.data_dir.display(), cv.display())
}

fn generate(wanted: &GenerateArguments, context: &mut Context) -> Result<(), Failure> {
    let stop = interruption();
    for offer in demo::generate(wanted.offers, wanted.seed) {
        if stop.load(Ordering::Relaxed) {
            return Err(Failure::Interrupted);
        }
        serde_json::to_writer(&mut context.out, &offer).map_err(io::Error::from)?;
        context.out.write_all(b"\n")?;
    }
    Ok(())
}
