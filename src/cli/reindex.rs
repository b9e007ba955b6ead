//! `jobmatch reindex`: builds the derived indexes again from the stored offers.

use std::time::Instant;

use clap::{Args, ValueEnum};
use jobmatch_index::{Part, Progress};

use super::context::{Context, interruption};
use super::failure::Failure;
use super::words::{decimal, text};

/// Build the indexes again from the stored offers.
///
/// Other programs go on reading meanwhile: the new index takes the place of the old one at the end. Ctrl-C
/// stops and changes nothing.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  jobmatch reindex            everything
  jobmatch reindex text       the text index only")]
pub(super) struct Arguments {
    /// text, vectors or all.
    #[arg(value_name = "PART", default_value = "all")]
    part: PartName,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PartName {
    #[value(alias = "texte")]
    Text,
    #[value(alias = "vecteurs")]
    Vectors,
    #[value(alias = "tout")]
    All,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    let (part, what) = match arguments.part {
        PartName::Text => (Part::Text, text!(context.lang, "Texte", "Text")),
        PartName::Vectors => (Part::Vectors, text!(context.lang, "Vecteurs", "Vectors")),
        PartName::All => (Part::All, text!(context.lang, "Tous les index", "All indexes")),
    };
    let index = context.open()?;
    let started = Instant::now();
    let bar = context.bar(index.stats()?.offers, &what);
    let report = |done, total| {
        if done < bar.position() {
            bar.set_prefix(text!(context.lang, "Graphe des vecteurs", "Graph of vectors"));
            bar.reset_eta();
        }
        if total > 0 {
            bar.set_length(total);
        }
        bar.set_position(done);
    };
    let rebuilt = index.rebuild(part, &Progress::new(&report, interruption()));
    bar.finish_and_clear();
    rebuilt?;
    let seconds = decimal(started.elapsed().as_secs_f64(), 1, context.lang);
    context.say(&text!(context.lang, "Reconstruit en {seconds} s.", "Rebuilt in {seconds} s."));
    Ok(())
}
