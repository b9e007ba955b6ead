//! `jobmatch match`: the offers ranked for a CV, with the reasons.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use console::style;
use jobmatch_index::geo::Geo;
use jobmatch_index::lang::Lang;
use jobmatch_index::matching::{Division, RankQuery, criterion_name, sentences, short_reasons, wish_name};
use jobmatch_index::offer::Offer;
use jobmatch_index::profile::Profile;
use jobmatch_index::score::{Criterion, Evidence, Match, Weights, Wish};
use jobmatch_index::skills::fold;
use jobmatch_index::{Index, Near};
use serde::Serialize;

use super::context::Context;
use super::failure::Failure;
use super::filter::FilterArguments;
use super::offer_list::{self, Entry};
use super::usage::Expected;
use super::words::{count, text};
use super::{cv_file, explanation, show, spreadsheet};

/// Rank the offers for a CV, with the reasons.
///
/// The CV is a PDF with text, a DOCX, plain text or JSON Resume. Each offer gets a score from 0 to 100; the
/// coverage is the share of the criteria that the CV and the offer say something about.
///
/// What fits the wishes that the CV or the options state (place, contract, pay, telework, hours, refusals) comes first, the
/// rest apart.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  jobmatch match my_cv.pdf
  jobmatch match my_cv.pdf --near Lyon --radius 30 --contract cdi --salary-min 30k
  jobmatch match my_cv.pdf --explain france-travail:123ABCD
  jobmatch match my_cv.pdf --weights skills=0.5,location=0.3
  jobmatch profile my_cv.pdf --json | jobmatch match --profile - --csv > offers.csv")]
pub(super) struct Arguments {
    /// The CV; - reads standard input.
    #[arg(value_name = "CV", required_unless_present = "profile")]
    cv: Option<PathBuf>,
    /// A profile in JSON instead of a CV, as `jobmatch profile --json` writes it; - reads standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "cv")]
    profile: Option<PathBuf>,
    #[command(flatten)]
    filter: FilterArguments,
    /// Only the offers that hold these words.
    #[arg(long, value_name = "WORDS")]
    words: Option<String>,
    /// How much each criterion counts, among skills, experience, location, salary, occupation, text,
    /// meaning and situation, such as skills=0.4,location=0.2. They are scaled to sum to 1.
    #[arg(long, value_name = "WEIGHTS", value_parser = weights)]
    weights: Option<Weights>,
    /// Wishes that do not divide the list, among place, contract, salary, telework, hours and refused, with commas.
    #[arg(long, value_name = "WISHES", value_delimiter = ',', value_parser = wish)]
    without: Vec<Wish>,
    /// How many offers to show.
    #[arg(long, short = 'n', value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Explain the score of one offer in full.
    #[arg(long, value_name = "ID")]
    explain: Option<String>,
    /// Print JSON.
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print CSV, for a spreadsheet.
    #[arg(long)]
    csv: bool,
}

/// An offer in the JSON output.
#[derive(Serialize)]
struct Ranked<'a> {
    rank: usize,
    #[serde(rename = "match")]
    found: &'a Match,
    /// The offer without its description, which `show` gives.
    offer: Option<Offer>,
    reasons: Vec<String>,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    let mut profile = match (&arguments.cv, &arguments.profile) {
        (_, Some(path)) => cv_file::read_profile(path, context)?,
        (Some(path), None) => cv_file::read_cv(path, None, context)?.profile,
        (None, None) => Profile::default(),
    };
    let query = prepare(arguments, &mut profile, context)?;
    let index = context.open_to_read()?;
    if let Some(id) = &arguments.explain {
        let offer = show::find(&index, id, context)?;
        return match index.explain(&profile, &offer.key, &query)? {
            Some(found) if arguments.json => context.print_json(&found),
            Some(found) => Ok(explanation::print(&found, &offer, context)?),
            None => Err(show::unknown(id, context)),
        };
    }

    let ranking = index.rank(&profile, &query)?;
    let offers = ranking
        .matches
        .iter()
        .map(|found| index.get(&found.offer))
        .collect::<Result<Vec<Option<Offer>>, _>>()?;
    if arguments.json {
        let ranked: Vec<Ranked> = (1..)
            .zip(ranking.matches.iter().zip(&offers))
            .map(|(rank, (found, offer))| Ranked {
                rank,
                found,
                offer: offer.clone().map(|offer| Offer { description: String::new(), ..offer }),
                reasons: sentences(found, context.lang),
            })
            .collect();
        let printed = serde_json::json!({
            "total": ranking.total,
            "division": ranking.division,
            "matches": ranked,
        });
        context.print_json(&printed)?;
    } else if arguments.csv {
        spreadsheet::write(&mut context.out, ranking.matches.iter().zip(&offers), context.lang)?;
    } else {
        list(&ranking.matches, &offers, &ranking.division, context)?;
    }
    if ranking.matches.is_empty() {
        return Err(Failure::NothingFound(nothing(&index, context)?));
    }
    let (shown, total) =
        (count(ranking.matches.len() as u64, context.lang), count(ranking.total, context.lang));
    context.out.flush()?;
    context.say(&text!(
        context.lang,
        "{shown} offres affichées sur {total}. Pour le détail d'une offre : --explain ID",
        "{shown} offers shown out of {total}. For one offer in full: --explain ID"
    ));
    Ok(())
}

/// Brings the arguments into the profile (they say what the person looks for) and into the query.
fn prepare(arguments: &Arguments, profile: &mut Profile, context: &Context) -> Result<RankQuery, Failure> {
    let given = &arguments.filter;
    let located = given.zone(&Geo::builtin().towns_of(profile), context.lang)?;
    given.tell_zone(located.as_ref(), context);
    let zone = located.map(|located| located.zone);
    // Distances count from the town that was named; within an area from home, when home is there.
    if let Some(zone) = &zone
        && let Some(centre) = zone.place()
        && !profile.place.as_ref().is_some_and(|home| zone.contains(home, 0.0))
    {
        profile.place = Some(centre.clone());
    }
    let home = profile.place.as_ref();
    if given.radius.is_some() && zone.is_none() && home.and_then(|place| place.position).is_none() {
        return Err(Failure::Usage(text!(
            context.lang,
            "le CV ne dit pas où vous habitez ; ajoutez --near LIEU à --radius",
            "the CV does not say where you live; add --near PLACE to --radius"
        )));
    }
    let mut filter = given.filter(zone.as_ref(), home, context.today);
    filter.words.clone_from(&arguments.words);
    let wishes = &mut profile.wishes;
    if let Some(Near::Circle { radius_km, .. }) = filter.near {
        wishes.radius_km = Some(radius_km.round() as u16);
    }
    if given.near.is_some() {
        wishes.places.clear();
    }
    wishes.salary = given.salary_min.or(wishes.salary);
    wishes.telework = given.telework().or(wishes.telework);
    if !filter.contracts.is_empty() {
        wishes.contracts.clone_from(&filter.contracts);
    }
    let weights = arguments.weights.unwrap_or_default();
    let limit = arguments.limit;
    Ok(RankQuery {
        weights,
        filter,
        limit,
        without: arguments.without.clone(),
        ..RankQuery::new(context.today)
    })
}

/// What fits the wishes, then the rest under a heading of its own.
fn list(
    matches: &[Match],
    offers: &[Option<Offer>],
    division: &Division,
    context: &mut Context,
) -> Result<(), Failure> {
    let lang = context.lang;
    let fitting = matches.iter().take_while(|found| found.misses.is_empty()).count();
    let numbered = (1..).zip(matches.iter().zip(offers));
    let mut entries: Vec<Entry> = numbered
        .filter_map(|(rank, (found, offer))| Some(entry(rank, found, offer.as_ref()?, lang)))
        .collect();
    let aside = entries.split_off(fitting.min(entries.len()));
    let divided = division.aside.values().any(|offers| *offers > 0);
    if divided {
        let count = count(division.fitting, lang);
        let told = if entries.is_empty() && division.fitting > 0 {
            text!(
                lang,
                "Selon vos souhaits : {count}, mais aucune n'est proche de votre CV",
                "As you wish: {count}, but none is near your CV"
            )
        } else {
            text!(lang, "Selon vos souhaits : {count}", "As you wish: {count}")
        };
        heading(&told, context)?;
    }
    offer_list::print(&mut context.out, &entries, lang)?;
    if divided {
        heading(&text!(lang, "À part : {}", "Apart: {}", set_aside(division, lang)), context)?;
    }
    Ok(offer_list::print(&mut context.out, &aside, lang)?)
}

fn entry<'a>(rank: usize, found: &Match, offer: &'a Offer, lang: Lang) -> Entry<'a> {
    let reasons = misses(found, lang).into_iter().chain([short_reasons(found, lang)]);
    Entry {
        rank,
        score: Some((found.score, found.coverage)),
        offer,
        km: distance(found),
        reasons: reasons.collect::<Vec<_>>().join(" · "),
    }
}

fn heading(heading: &str, context: &mut Context) -> Result<(), Failure> {
    Ok(writeln!(context.out, "{}\n", style(heading).bold())?)
}

/// « 12 plus loin, 3 autre contrat »: an offer may miss two wishes.
fn set_aside(division: &Division, lang: Lang) -> String {
    let counted = division.aside.iter().filter(|(_, offers)| **offers > 0);
    let one = |(wish, offers): (&Wish, &u64)| format!("{} {}", count(*offers, lang), wish_name(*wish, lang));
    counted.map(one).collect::<Vec<_>>().join(", ")
}

/// What an offer misses, in a few words.
fn misses(found: &Match, lang: Lang) -> Vec<String> {
    found.misses.iter().map(|wish| wish_name(*wish, lang).to_owned()).collect()
}

/// Kilometres from home to the place of work, when both are known and the work is not done from home.
pub(super) fn distance(found: &Match) -> Option<f32> {
    found.parts.iter().flat_map(|part| &part.evidence).find_map(|evidence| match evidence {
        Evidence::Distance { km, remote: false, .. } => Some(*km),
        _ => None,
    })
}

/// Why nothing was found: no offer at all, or none that passes.
fn nothing(index: &Index, context: &Context) -> Result<String, Failure> {
    if index.stats()?.offers == 0 {
        return Ok(context.no_offer());
    }
    Ok(text!(
        context.lang,
        "aucune offre ne passe ces critères ; essayez sans l'un d'eux, ou avec un plus grand rayon",
        "no offer meets these criteria; try without one of them, or with a larger radius"
    ))
}

/// `skills=0.4,location=0.2`, or with the French names of the criteria.
pub(super) fn weights(given: &str) -> Result<Weights, Expected> {
    let pairs = given.split(',').map(|pair| {
        let (name, value) = pair.split_once('=').ok_or(Expected::Weights)?;
        let name = fold(name.trim());
        let named = |c: &Criterion| c.name() == name || fold(criterion_name(*c, Lang::Fr)) == name;
        let criterion = Criterion::ALL.into_iter().find(named).ok_or(Expected::Weights)?;
        Ok((criterion, value.trim().parse().map_err(|_| Expected::Weights)?))
    });
    Weights::new(pairs.collect::<Result<Vec<_>, _>>()?).map_err(|_| Expected::Weights)
}

/// A wish by its name.
fn wish(given: &str) -> Result<Wish, Expected> {
    Wish::ALL.into_iter().find(|wish| wish.name() == given.trim()).ok_or(Expected::Wishes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_read_by_name() {
        let given =
            weights("skills=1, location=0,experience=0,salary=0,occupation=1,text=0,meaning=0,situation=0")
                .unwrap();
        assert_eq!((given.of(Criterion::Skills), given.of(Criterion::Location)), (0.5, 0.0));
        let french =
            weights("Compétences=1,lieu=0,expérience=0,salaire=0,metier=1,vocabulaire=0,sens=0,situation=0");
        assert_eq!(french, Ok(given));
        for bad in ["", "skills", "skill=1", "skills=-1", "skills=NaN", "skills=1;text=1"] {
            assert_eq!(weights(bad), Err(Expected::Weights), "{bad}");
        }
    }
}
