//! `jobmatch stats`: what the data folder holds.

use std::io::Write;

use clap::Args;

use super::context::Context;
use super::failure::Failure;
use super::words::{count, decimal, size, text};

/// Tell what is stored.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    let index = context.open_to_read()?;
    let stats = index.stats()?;
    if arguments.json {
        return context.print_json(&stats);
    }
    let lang = context.lang;
    let sources = if stats.sources.is_empty() { "–".to_owned() } else { stats.sources.join(", ") };
    let known = &stats.coverage;
    let share = |offers: u64| {
        let percent = 100.0 * offers as f64 / stats.offers.max(1) as f64;
        let percent = decimal(percent, 0, lang);
        text!(lang, "{percent} % des offres", "{percent}% of the offers")
    };
    let mut lines = vec![
        (text!(lang, "dossier", "folder"), context.data_dir.display().to_string()),
        (text!(lang, "offres", "offers"), count(stats.offers, lang)),
        (text!(lang, "sources", "sources"), sources),
        (text!(lang, "offres sur le disque", "offers on disk"), size(stats.store_bytes, lang)),
        (text!(lang, "texte sur le disque", "text on disk"), size(stats.text_bytes, lang)),
        (text!(lang, "graphe", "graph"), stats.graph.clone()),
        (text!(lang, "modèle", "model"), stats.model.clone()),
        (text!(lang, "métier reconnu", "occupation known"), share(known.occupation)),
        (text!(lang, "compétences reconnues", "skills known"), share(known.skills)),
        (text!(lang, "lieu connu", "place known"), share(known.position)),
        (text!(lang, "contrat connu", "contract known"), share(known.contract)),
        (text!(lang, "expérience connue", "experience known"), share(known.experience)),
        (text!(lang, "salaire connu", "salary known"), share(known.salary)),
        (text!(lang, "télétravail connu", "telework known"), share(known.telework)),
    ];
    if stats.outdated.is_some() {
        let remedy = text!(lang, "à refaire : jobmatch reindex", "to build again: jobmatch reindex");
        lines.push((text!(lang, "index", "indexes"), remedy));
    }
    for (name, value) in lines {
        writeln!(context.out, "{} {value}", console::pad_str(&name, 24, console::Alignment::Left, None))?;
    }
    Ok(())
}
