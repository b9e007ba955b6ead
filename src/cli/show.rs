//! `jobmatch show`: one offer in full, with what was read in it.

use std::io::{self, Write};

use clap::Args;
use console::style;
use jobmatch_index::Index;
use jobmatch_index::features::{SkillPlace, SkillRead};
use jobmatch_index::lang::Lang;
use jobmatch_index::offer::{Found, Need, Offer, OfferKey, Origin};
use serde::Serialize;

use super::context::Context;
use super::failure::Failure;
use super::offer_list::{printable, width, wrap};
use super::words::{self, text};

/// Show one offer in full, with what was read in it and from which words.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  jobmatch show france-travail:123ABCD
  jobmatch show 123ABCD --json")]
pub(super) struct Arguments {
    /// Identifier of the offer, with its source or without.
    #[arg(value_name = "ID")]
    id: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// An offer with the skills that were read in it.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    offer: &'a Offer,
    skills_asked: &'a [SkillRead],
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    let index = context.open_to_read()?;
    let offer = find(&index, &arguments.id, context)?;
    let skills = index.skills_asked(&offer.key)?;
    if arguments.json {
        return context.print_json(&Shown { offer: &offer, skills_asked: &skills });
    }
    let lang = context.lang;
    let out = &mut context.out;
    head(out, &offer, lang)?;
    writeln!(out, "\n{}", style(text!(lang, "Ce qui a été lu", "What was read")).bold())?;
    for (name, value, words) in read_facts(&offer, lang).into_iter().chain(read_skills(&skills, lang)) {
        let from =
            if words.is_empty() { words } else { text!(lang, "  ← « {words} »", "  ← \"{words}\"") };
        writeln!(out, "  {name:<14} {value}{}", style(printable(&from)).dim())?;
    }
    writeln!(out)?;
    for line in offer.description.lines() {
        let lines = wrap(&printable(line), width(), usize::MAX);
        writeln!(out, "{}", lines.join("\n"))?;
    }
    Ok(())
}

/// Title, identity and page of an offer.
pub(super) fn head(out: &mut impl Write, offer: &Offer, lang: Lang) -> io::Result<()> {
    writeln!(out, "{}", style(printable(&offer.title)).bold())?;
    let mut about: Vec<String> = offer.company.iter().map(|name| printable(name)).collect();
    about.extend(offer.place.as_ref().map(|found| printable(&found.value.label)));
    about.extend(words::facts(offer, lang));
    if !about.is_empty() {
        writeln!(out, "{}", about.join(" · "))?;
    }
    let mut source = vec![printable(&offer.key.to_string())];
    source.extend(offer.published.map(|day| text!(lang, "publiée le {day}", "published {day}")));
    source.extend(offer.url.as_deref().map(printable));
    writeln!(out, "{}", style(source.join(" · ")).dim())
}

/// The offer with this identifier: `source:id`, or the bare id when one source has it.
pub(super) fn find(index: &Index, id: &str, context: &Context) -> Result<Offer, Failure> {
    let mut found = Vec::new();
    if let Some((source, id)) = id.split_once(':') {
        found.extend(index.get(&OfferKey { source: source.to_owned(), id: id.to_owned() })?);
    }
    if found.is_empty() {
        for source in index.stats()?.sources {
            found.extend(index.get(&OfferKey { source, id: id.to_owned() })?);
        }
    }
    if found.len() > 1 {
        let keys: Vec<String> = found.iter().map(|offer| offer.key.to_string()).collect();
        let keys = keys.join(", ");
        return Err(Failure::Usage(text!(
            context.lang,
            "plusieurs offres portent l'identifiant {id} : {keys} ; précisez la source",
            "several offers have the identifier {id}: {keys}; name the source"
        )));
    }
    found.pop().ok_or_else(|| unknown(id, context))
}

/// No offer has this identifier.
pub(super) fn unknown(id: &str, context: &Context) -> Failure {
    Failure::NothingFound(text!(
        context.lang,
        "aucune offre n'a l'identifiant {id} ; il est affiché à droite de chaque offre, par exemple france-travail:123ABCD",
        "no offer has the identifier {id}; it is shown to the right of each offer, such as france-travail:123ABCD"
    ))
}

/// Name, value and words of each fact; the words are left out when they come from a field of their own.
fn read_facts(offer: &Offer, lang: Lang) -> Vec<(String, String, String)> {
    fn fact<T>(name: String, found: &Found<T>, value: String) -> (String, String, String) {
        let words = if found.origin == Origin::Prose { found.words.clone() } else { String::new() };
        (name, value, words)
    }
    let need = |need| need_said(need, lang);
    let mut facts = Vec::new();
    if let Some(found) = &offer.place {
        facts.push(fact(text!(lang, "lieu", "place"), found, found.value.label.clone()));
    }
    if let Some(found) = &offer.contract {
        let value = words::contract(found.value, lang).to_owned();
        facts.push(fact(text!(lang, "contrat", "contract"), found, value));
    }
    if let Some(found) = &offer.salary {
        let value = words::salary(found.value, lang);
        facts.push(fact(
            text!(lang, "salaire", "salary"),
            found,
            text!(lang, "{value} brut par an", "{value} gross a year"),
        ));
    }
    if let Some(found) = &offer.experience {
        facts.push(fact(
            text!(lang, "expérience", "experience"),
            found,
            words::experience(found.value, lang),
        ));
    }
    if let Some(found) = &offer.telework {
        facts.push(fact(
            text!(lang, "télétravail", "telework"),
            found,
            words::telework(found.value, lang).into(),
        ));
    }
    if let Some(found) = &offer.diploma {
        let value = text!(lang, "niveau {}", "level {}", found.value.level.0);
        facts.push(fact(text!(lang, "diplôme", "diploma"), found, value + &need(found.value.need)));
    }
    for found in &offer.languages {
        let level = found.value.level.map(|level| format!(" {level:?}")).unwrap_or_default();
        let value = format!("{}{level}{}", found.value.code, need(found.value.need));
        facts.push(fact(text!(lang, "langue", "language"), found, value));
    }
    for found in &offer.licences {
        let value = format!("{}{}", found.value.label(), need(found.value.need));
        facts.push(fact(text!(lang, "permis, titre", "licence"), found, value));
    }
    facts
}

/// As [`read_facts`], for the skills that the offer asks for.
fn read_skills(skills: &[SkillRead], lang: Lang) -> Vec<(String, String, String)> {
    let line = |read: &SkillRead| {
        let label = if lang == Lang::Fr { &read.skill.fr } else { &read.skill.en };
        let words = if read.place == SkillPlace::Declared { String::new() } else { read.words.clone() };
        (text!(lang, "compétence", "skill"), format!("{label}{}", need_said(read.need, lang)), words)
    };
    skills.iter().map(line).collect()
}

fn need_said(need: Need, lang: Lang) -> String {
    match need {
        Need::Required => String::new(),
        Need::Wished => text!(lang, " (souhaité)", " (wished)"),
    }
}
