//! `jobmatch search`: offers by words.

use std::io::{self, Write};

use clap::{Args, ValueEnum};
use console::style;
use jobmatch_index::geo::{Zone, distance_km};
use jobmatch_index::lang::Lang;
use jobmatch_index::offer::Telework;
use jobmatch_index::{Facets, Hit, SearchQuery, SearchResults, Sort};

use super::context::Context;
use super::failure::Failure;
use super::filter::FilterArguments;
use super::offer_list::{self, Entry};
use super::words::{self, count, text};

/// Find offers by words.
///
/// Accents, plural and gender do not matter. Quotes keep a phrase whole, a dash leaves a word out (after --), and
/// the beginning of the last word is enough. Without words: all offers, the latest first.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  jobmatch search soudeur
  jobmatch search '\"chef de chantier\"' --near Nantes --contract cdi
  jobmatch search python django --since 7d --json")]
pub(super) struct Arguments {
    /// The words.
    #[arg(value_name = "WORDS")]
    words: Vec<String>,
    #[command(flatten)]
    filter: FilterArguments,
    /// relevance (the closest to the words) or date (the latest).
    #[arg(long, value_name = "ORDER", default_value = "relevance")]
    sort: Order,
    /// How many offers to show.
    #[arg(long, short = 'n', value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Count the offers by contract, telework and source too.
    #[arg(long)]
    facets: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Order {
    Relevance,
    Date,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    let lang = context.lang;
    let located = arguments.filter.zone(&[], lang)?;
    arguments.filter.tell_zone(located.as_ref(), context);
    let zone = located.map(|located| located.zone);
    if arguments.filter.radius.is_some() && zone.is_none() {
        let remedy = text!(lang, "--radius demande --near LIEU", "--radius needs --near PLACE");
        return Err(Failure::Usage(remedy));
    }
    let index = context.open_to_read()?;
    let query = SearchQuery {
        words: arguments.words.join(" "),
        filter: arguments.filter.filter(zone.as_ref(), None, context.today),
        sort: match arguments.sort {
            Order::Relevance => Sort::Relevance,
            Order::Date => Sort::Date,
        },
        limit: arguments.limit,
        offset: 0,
    };
    let results = index.search(&query)?;
    if arguments.json {
        context.print_json(&results)?;
    } else {
        list(&results, zone.as_ref(), context)?;
        if arguments.facets {
            print_facets(&mut context.out, &results.facets, lang)?;
        }
    }
    if results.total == 0 {
        return Err(Failure::NothingFound(text!(lang, "aucune offre trouvée", "no offer found")));
    }
    context.out.flush()?;
    if results.relaxed {
        context.say(&text!(
            lang,
            "aucune offre ne contient tous ces mots : celles-ci en contiennent une partie",
            "no offer holds all these words: these hold some of them"
        ));
    }
    let (shown, total) = (count(results.hits.len() as u64, lang), count(results.total, lang));
    context.say(&text!(lang, "{shown} offres affichées sur {total}", "{shown} offers shown out of {total}"));
    Ok(())
}

fn list(results: &SearchResults, zone: Option<&Zone>, context: &mut Context) -> io::Result<()> {
    let entries: Vec<Entry> = (1..)
        .zip(&results.hits)
        .map(|(rank, hit)| Entry {
            rank,
            score: None,
            offer: &hit.offer,
            km: zone.and_then(|zone| distance(zone, hit)),
            reasons: hit.snippet.text.clone(),
        })
        .collect();
    offer_list::print(&mut context.out, &entries, context.lang)
}

/// Kilometres from the town that was named; within a department or region there is nothing to tell.
fn distance(zone: &Zone, hit: &Hit) -> Option<f32> {
    let Zone::Around(town) = zone else { return None };
    let offer = &hit.offer;
    let remote = offer.telework.as_ref().is_some_and(|found| found.value == Telework::Full);
    let place = offer.place.as_ref().filter(|_| !remote)?;
    Some(distance_km(town.position?, place.value.position?))
}

fn print_facets(out: &mut impl Write, facets: &Facets, lang: Lang) -> io::Result<()> {
    let unknown = text!(lang, "non précisé", "not said");
    let contracts = facets.contracts.iter().map(|&(kind, n)| (words::contract(kind, lang).to_owned(), n));
    let telework = facets.telework.iter().map(|&(kind, n)| (words::telework(kind, lang).to_owned(), n));
    let sources = facets.sources.iter().map(|(name, &n)| (name.clone(), n)).collect();
    for (head, mut counts, silent) in [
        (text!(lang, "Contrat", "Contract"), contracts.collect::<Vec<_>>(), facets.contract_unknown),
        (text!(lang, "Télétravail", "Telework"), telework.collect(), facets.telework_unknown),
        (text!(lang, "Source", "Source"), sources, 0),
    ] {
        if silent > 0 {
            counts.push((unknown.clone(), silent));
        }
        let counts: Vec<String> =
            counts.iter().map(|(name, n)| format!("{name} {}", count(*n, lang))).collect();
        writeln!(out, "{}  {}", style(head).bold(), counts.join(" · "))?;
    }
    Ok(())
}
