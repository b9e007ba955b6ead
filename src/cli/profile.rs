//! `jobmatch profile`: what was understood of a CV, with the lines it comes from.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use console::style;
use jobmatch_index::lang::Lang;
use jobmatch_index::profile::{Experience, Month, Profile};

use super::context::Context;
use super::cv_file;
use super::failure::Failure;
use super::offer_list::printable;
use super::words::text;
use crate::config::{self, Config, Settings};
use crate::model::Model;

/// Show what is understood of a CV, and from which lines.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  jobmatch profile my_cv.pdf
  jobmatch profile my_cv.pdf --assist              with the language model of [model] in jobmatch.toml
  jobmatch profile my_cv.pdf --json > me.json      to correct it, then: jobmatch match --profile me.json")]
pub(super) struct Arguments {
    /// The CV; - reads standard input.
    #[arg(value_name = "CV")]
    cv: PathBuf,
    /// Print JSON, which `match --profile` reads.
    #[arg(long)]
    json: bool,
    /// Have the configured language model read the CV too; nothing is taken from it that the CV does not say.
    #[arg(long)]
    assist: bool,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    let model = if arguments.assist { Some(configured(context)?) } else { None };
    let reading = cv_file::read_cv(&arguments.cv, model.as_ref(), context)?;
    if arguments.json {
        context.print_json(&reading.profile)?;
    } else {
        print(&reading.profile, context)?;
    }
    context.out.flush()?;
    reading.remarks.iter().for_each(|remark| context.say(&printable(remark)));
    Ok(())
}

/// The model of `jobmatch.toml`.
fn configured(context: &Context) -> Result<Model, Failure> {
    let config = Config::new(Settings::default(), &context.data_dir).map_err(Failure::Usage)?;
    config.model.ok_or_else(|| {
        let file = context.data_dir.join(config::FILE);
        Failure::Usage(text!(
            context.lang,
            "aucun modèle n'est configuré ; ajoutez une section [model] à {} (le README dit comment), ou ôtez --assist",
            "no model is configured; add a section [model] to {} (the README says how), or leave --assist out",
            file.display()
        ))
    })
}

fn print(profile: &Profile, context: &mut Context) -> io::Result<()> {
    let (lang, today) = (context.lang, context.today);
    let out = &mut context.out;
    let unknown = || style(text!(lang, "non trouvé", "not found")).dim().to_string();
    let shown = |value: Option<&str>| value.map_or_else(unknown, printable);

    let name = profile.identity.name.as_deref();
    writeln!(out, "{:<14} {}", text!(lang, "nom", "name"), shown(name))?;
    writeln!(out, "{:<14} {}", text!(lang, "titre", "title"), shown(profile.title.as_deref()))?;
    let place = profile.place.as_ref().map(|place| place.label.as_str());
    writeln!(out, "{:<14} {}", text!(lang, "lieu", "place"), shown(place))?;

    head(out, &text!(lang, "Expériences", "Experience"), profile.experiences.len())?;
    for job in &profile.experiences {
        let mut about = vec![style(printable(&job.title)).bold().to_string()];
        about.extend(job.employer.iter().map(|employer| printable(employer)));
        about.extend(period(job, lang));
        about.extend(job.months(today).map(|months| text!(lang, "{months} mois", "{months} months")));
        entry(out, &about.join(" · "), &job.line)?;
    }
    head(out, &text!(lang, "Formation", "Education"), profile.education.len())?;
    for diploma in &profile.education {
        let mut about = vec![printable(&diploma.diploma)];
        about.extend(diploma.school.iter().map(|school| printable(school)));
        about.extend(diploma.year.map(|year| year.to_string()));
        about.extend(diploma.level.map(|level| text!(lang, "niveau {}", "level {}", level.0)));
        entry(out, &about.join(" · "), &diploma.line)?;
    }
    head(out, &text!(lang, "Compétences", "Skills"), profile.skills.len())?;
    for skill in &profile.skills {
        let mut about = vec![printable(&skill.label)];
        about.extend(skill.months.map(|months| text!(lang, "{months} mois", "{months} months")));
        about.extend(skill.concept.as_ref().map(|id| style(id).dim().to_string()));
        entry(out, &about.join(" · "), &skill.line)?;
    }
    head(out, &text!(lang, "Langues", "Languages"), profile.languages.len())?;
    for language in &profile.languages {
        let level = language.level.map(|level| format!(" {level:?}")).unwrap_or_default();
        entry(out, &format!("{}{level}", language.code), &language.line)?;
    }
    head(out, &text!(lang, "Permis et titres", "Licences"), profile.licences.len())?;
    for licence in &profile.licences {
        entry(out, &printable(licence), "")?;
    }
    Ok(())
}

fn head(out: &mut impl Write, name: &str, found: usize) -> io::Result<()> {
    writeln!(out, "\n{} {}", style(name).bold(), style(format!("({found})")).dim())
}

/// What was understood, then the line that says it when the two differ.
fn entry(out: &mut impl Write, understood: &str, line: &str) -> io::Result<()> {
    let line = printable(line);
    writeln!(out, "  {understood}")?;
    let same = console::strip_ansi_codes(understood) == line;
    if line.is_empty() || same { Ok(()) } else { writeln!(out, "    {}", style(format!("← {line}")).dim()) }
}

fn period(job: &Experience, lang: Lang) -> Option<String> {
    let month = |month: Month| format!("{:02}/{}", month.month, month.year);
    let start = month(job.start?);
    Some(match job.end {
        Some(end) => format!("{start} – {}", month(end)),
        None if job.current => text!(lang, "depuis {start}", "since {start}"),
        None => start,
    })
}
