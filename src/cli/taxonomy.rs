//! `jobmatch taxonomy build`: compiles the publishers' files into the artefacts that are embedded in the program.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jobmatch_index::Progress;

use super::context::{Context, interruption};
use super::failure::Failure;
use super::words::{count, size, text};
use crate::taxonomy;

/// Build the embedded data again from the publishers' files (for developers).
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Build(BuildArguments),
}

/// Compile ROME, ESCO, their crosswalk, technology names and geography.
///
/// The folder holds rome/, rome_esco/, esco_fr/, esco_en/, tech/ and geo/, each with the files under their
/// publishers' names. The program embeds the result when it is compiled next.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  jobmatch taxonomy build --raw raw --out index/data")]
struct BuildArguments {
    /// Folder of the publishers' files.
    #[arg(long, value_name = "DIR")]
    raw: PathBuf,
    /// Folder of the artefacts.
    #[arg(long, value_name = "DIR", default_value = "index/data")]
    out: PathBuf,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    let Action::Build(BuildArguments { raw, out }) = &arguments.action;
    let lang = context.lang;
    std::fs::create_dir_all(out).map_err(Failure::file(out))?;
    let bar = context.bar(0, &text!(lang, "Compilation", "Compiling"));
    let report = |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    };
    let built = taxonomy::build(raw, out, &Progress::new(&report, interruption()));
    bar.finish_and_clear();
    let built = built.map_err(|error| Failure::Because(error.to_string()))?;
    let [concepts, occupations, titles, communes] =
        [built.concepts, built.occupations, built.titles, built.communes]
            .map(|number| count(number as u64, lang));
    let bytes = size(built.bytes, lang);
    context.say(&text!(
        lang,
        "{} : {concepts} compétences, {occupations} métiers, {titles} intitulés, {bytes}, version {} ; {communes} communes",
        "{}: {concepts} skills, {occupations} occupations, {titles} titles, {bytes}, version {}; {communes} towns",
        built.path.display(),
        built.version
    ));
    Ok(())
}
