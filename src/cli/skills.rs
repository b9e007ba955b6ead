//! `jobmatch skills`: which skills a text holds, and where they were read.

use std::io::{self, Read, Write};

use clap::Args;
use jobmatch_index::lang::Lang;
use jobmatch_index::skills::{Graph, Kind, Zones};
use serde::Serialize;

use super::context::Context;
use super::failure::Failure;
use super::words::text;

/// Show the skills recognised in a text, with the words that name them. Of an offer, only what it asks for counts:
/// not the employer's praise, the benefits, how to apply.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  jobmatch skills \"Development of interfaces in ReactJS and TypeScript\"
  jobmatch skills - < offer.txt")]
pub(super) struct Arguments {
    /// The text; - reads standard input.
    #[arg(value_name = "TEXT", required = true)]
    text: Vec<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// One skill in the text.
#[derive(Serialize)]
struct Found<'a> {
    id: &'a str,
    label_fr: &'a str,
    label_en: &'a str,
    kind: Kind,
    words: &'a str,
    /// Bytes of the text.
    start: usize,
    end: usize,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    let read = if arguments.text == ["-"] {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map_err(Failure::file("-".as_ref()))?;
        String::from_utf8_lossy(&bytes).into_owned()
    } else {
        arguments.text.join(" ")
    };
    let graph = Graph::builtin();
    let zones = Zones::of(&read);
    let mentions = graph.extract(&read);
    let found: Vec<Found> = mentions
        .iter()
        .filter(|mention| zones.at(mention.range.start).asks())
        .map(|mention| Found {
            id: graph.id(mention.concept),
            label_fr: graph.label(mention.concept, Lang::Fr),
            label_en: graph.label(mention.concept, Lang::En),
            kind: graph.kind(mention.concept),
            words: &read[mention.range.clone()],
            start: mention.range.start,
            end: mention.range.end,
        })
        .collect();
    if arguments.json {
        context.print_json(&found)?;
    } else {
        for skill in &found {
            let label = if context.lang == Lang::Fr { skill.label_fr } else { skill.label_en };
            let kind = kind_name(skill.kind, context.lang);
            writeln!(
                context.out,
                "{}  {}  {}",
                console::style(label).bold(),
                text!(context.lang, "({kind}, lu : « {} »)", "({kind}, read: \"{}\")", skill.words),
                console::style(skill.id).dim()
            )?;
        }
    }
    if found.is_empty() {
        let nothing = text!(context.lang, "aucune compétence reconnue", "no skill recognised");
        return Err(Failure::NothingFound(nothing));
    }
    Ok(())
}

fn kind_name(kind: Kind, lang: Lang) -> String {
    match kind {
        Kind::Technology => text!(lang, "technologie", "technology"),
        Kind::Skill => text!(lang, "savoir-faire", "skill"),
        Kind::Knowledge => text!(lang, "savoir", "knowledge"),
        Kind::Soft => text!(lang, "savoir-être", "soft skill"),
    }
}
