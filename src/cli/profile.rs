//! `jobmatch profile`: what was understood of a CV, with the lines it comes from.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use console::style;
use jiff::civil::Date;
use jobmatch_index::career::{Career, Span};
use jobmatch_index::lang::Lang;
use jobmatch_index::matching::language_name;
use jobmatch_index::offer::WorkingTime;
use jobmatch_index::profile::{Experience, Profile};
use jobmatch_index::skills::Graph;

use super::context::Context;
use super::cv_file;
use super::failure::Failure;
use super::offer_list::{printable, width, wrap};
use super::words::{self, length, period, text};
use crate::config::{self, Config, Settings};
use crate::ingest::cv::{Evidence, LOW, Reading, json_resume};
use crate::model::Model;
use crate::people::changes;

/// Show what is understood of a CV, and from which lines.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  jobmatch profile my_cv.pdf
  jobmatch profile my_cv.pdf --assist              with the language model of [model] in jobmatch.toml
  jobmatch profile my_cv.pdf --json > me.json      to correct it, then: jobmatch match --profile me.json
  jobmatch profile my_cv.pdf --format json-resume > resume.json")]
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
    /// Print the whole reading in JSON: profile, lines of the document, where each field stands, how sure it is.
    #[arg(long, conflicts_with = "json")]
    reading: bool,
    /// Print the profile in another form: json-resume.
    #[arg(long, value_name = "FORM", conflicts_with_all = ["json", "reading"])]
    format: Option<Format>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// JSON Resume 1.0.
    JsonResume,
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

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    let model = if arguments.assist { Some(configured(context)?) } else { None };
    let reading = cv_file::read_cv(&arguments.cv, model.as_ref(), context)?;
    if arguments.reading {
        return context.print_json(&reading);
    }
    if arguments.json {
        // Beside the data: what was left out, and why.
        reading.remarks.iter().for_each(|remark| context.say(&printable(remark)));
        return context.print_json(&reading.profile);
    }
    if let Some(Format::JsonResume) = arguments.format {
        return context.print_json(&json_resume(&reading.profile));
    }
    let (lang, today) = (context.lang, context.today);
    let evidence = reading.evidence.iter().map(|evidence| (evidence.field.as_str(), evidence)).collect();
    let mut shown = Shown { out: &mut context.out, width: width(), lang, today, reading: &reading, evidence };
    Ok(shown.print()?)
}

/// A reading on its way to the terminal.
struct Shown<'a, W> {
    out: &'a mut W,
    /// Columns of the terminal.
    width: usize,
    lang: Lang,
    today: Date,
    reading: &'a Reading,
    evidence: HashMap<&'a str, &'a Evidence>,
}

impl<W: Write> Shown<'_, W> {
    fn print(&mut self) -> io::Result<()> {
        let lang = self.lang;
        let Profile { identity, title, summary, place, .. } = &self.reading.profile;
        let place = place.as_ref().map(|place| place.label.as_str());
        for (name, field, value) in [
            (text!(lang, "nom", "name"), "/identity/name", identity.name.as_deref()),
            (text!(lang, "e-mail", "e-mail"), "/identity/email", identity.email.as_deref()),
            (text!(lang, "téléphone", "phone"), "/identity/phone", identity.phone.as_deref()),
            (text!(lang, "titre", "title"), "/title", title.as_deref()),
            (text!(lang, "lieu", "place"), "/place", place),
            (text!(lang, "présentation", "summary"), "/summary", summary.as_deref()),
        ] {
            self.field(&name, field, value)?;
        }
        for (i, link) in identity.links.iter().enumerate() {
            self.field(&text!(lang, "lien", "link"), &format!("/identity/links/{i}"), Some(link))?;
        }
        self.lists()?;
        let doubtful = self.reading.evidence.iter().filter(|evidence| evidence.confidence < LOW).count();
        if doubtful > 0 {
            let told = text!(
                lang,
                "{doubtful} champ(s) à vérifier : les lignes marquées ⚠",
                "{doubtful} field(s) to check: the lines marked ⚠"
            );
            writeln!(self.out, "\n{}", style(told).yellow())?;
        }
        for remark in &self.reading.remarks {
            self.paragraph(0, &printable(remark))?;
        }
        Ok(())
    }

    fn lists(&mut self) -> io::Result<()> {
        let (lang, today, profile) = (self.lang, self.today, &self.reading.profile);
        self.head(&text!(lang, "Expériences", "Experience"), profile.experiences.len())?;
        for (i, job) in profile.experiences.iter().enumerate() {
            let mut about = vec![style(printable(&job.title)).bold().to_string()];
            about.extend(job.employer.iter().chain(&job.place).map(|part| printable(part)));
            about.extend(period(job, lang));
            about.extend(job.months(today).map(|months| length(months, lang)));
            about.extend(job.rome.as_deref().and_then(|rome| occupation(rome, lang)));
            let fields =
                ["title", "employer", "place", "dates"].map(|name| format!("/experiences/{i}/{name}"));
            self.entry(&about.join(" · "), &job.line, &fields)?;
            for (k, task) in job.tasks.iter().enumerate() {
                let doubt = self.doubt(&[format!("/experiences/{i}/tasks/{k}")]);
                self.paragraph(4, &format!("- {}{doubt}", printable(task)))?;
            }
        }
        self.career()?;
        self.head(&text!(lang, "Formation", "Education"), profile.education.len())?;
        for (i, diploma) in profile.education.iter().enumerate() {
            let mut about = vec![printable(&diploma.diploma)];
            about.extend(diploma.school.iter().map(|school| printable(school)));
            about.extend(diploma.year.map(|year| year.to_string()));
            about.extend(diploma.level.map(|level| text!(lang, "niveau {}", "level {}", level.0)));
            let fields = ["diploma", "school", "year"].map(|name| format!("/education/{i}/{name}"));
            self.entry(&about.join(" · "), &diploma.line, &fields)?;
        }
        self.head(&text!(lang, "Compétences", "Skills"), profile.skills.len())?;
        for (i, skill) in profile.skills.iter().enumerate() {
            let mut about = vec![printable(&skill.label)];
            about.extend(skill.months.map(|months| length(months, lang)));
            about.extend(skill.concept.as_ref().map(|id| style(id).dim().to_string()));
            self.entry(&about.join(" · "), &skill.line, &[format!("/skills/{i}")])?;
        }
        self.head(&text!(lang, "Langues", "Languages"), profile.languages.len())?;
        for (i, language) in profile.languages.iter().enumerate() {
            let level = language.level.map(|level| format!(" {level:?}")).unwrap_or_default();
            let name = language_name(&language.code, lang);
            self.entry(&format!("{name}{level}"), &language.line, &[format!("/languages/{i}")])?;
        }
        self.words(&text!(lang, "Permis et titres", "Licences"), "licences", &profile.licences)?;
        self.words(
            &text!(lang, "Certifications", "Certifications"),
            "certifications",
            &profile.certifications,
        )?;
        self.words(&text!(lang, "Centres d'intérêt", "Interests"), "interests", &profile.interests)?;
        self.wishes()?;
        self.words(
            &text!(lang, "Dit comme non acquis", "Said not to be held"),
            "not_claimed",
            &profile.not_claimed,
        )?;
        self.words(&text!(lang, "Non classé", "Without a field"), "unplaced", &profile.unplaced)
    }

    /// What the person looks for.
    fn wishes(&mut self) -> io::Result<()> {
        let (lang, wishes) = (self.lang, &self.reading.profile.wishes);
        let contracts: Vec<&str> = wishes.contracts.iter().map(|kind| words::contract(*kind, lang)).collect();
        let hours = wishes.hours.map(|hours| match hours {
            WorkingTime::Full => text!(lang, "temps plein", "full time"),
            WorkingTime::Part => text!(lang, "temps partiel", "part time"),
        });
        let said = [
            (text!(lang, "métier", "trade"), wishes.occupations.join(", ")),
            (text!(lang, "où", "where"), wishes.places.join(", ")),
            (
                text!(lang, "rayon", "radius"),
                wishes.radius_km.map_or_else(String::new, |km| format!("{km} km")),
            ),
            (text!(lang, "contrat", "contract"), contracts.join(", ")),
            (
                text!(lang, "salaire", "pay"),
                wishes.salary.map_or_else(String::new, |sum| {
                    text!(lang, "{sum} € brut par an", "{sum} € gross a year")
                }),
            ),
            (
                text!(lang, "télétravail", "telework"),
                wishes.telework.map_or_else(String::new, |some| words::telework(some, lang).to_owned()),
            ),
            (text!(lang, "temps", "hours"), hours.unwrap_or_default()),
            (text!(lang, "refusé", "refused"), wishes.refuses.join(", ")),
        ];
        let said: Vec<_> = said.iter().filter(|(_, value)| !value.is_empty()).collect();
        self.head(&text!(lang, "Recherche", "Looks for"), said.len())?;
        for (name, value) in said {
            self.paragraph(2, &format!("{name} : {}", printable(value)))?;
        }
        Ok(())
    }

    /// What the jobs say together.
    fn career(&mut self) -> io::Result<()> {
        let (lang, jobs) = (self.lang, &self.reading.profile.experiences);
        let career = Career::of(jobs, self.today);
        if let Some(months) = career.months {
            let months = length(months, lang);
            let held = career.occupations.iter().filter_map(|held| {
                let name = occupation(&held.rome, lang)?;
                Some(format!("{name} {}", length(held.months, lang)))
            });
            let held: Vec<String> = held.collect();
            let by = if held.is_empty() { String::new() } else { format!(" ({})", held.join(", ")) };
            self.paragraph(2, &text!(lang, "en tout : {months}{by}", "in all: {months}{by}"))?;
        }
        let when = |span: &Span| {
            let job = Experience { start: Some(span.from), end: Some(span.to), ..Experience::default() };
            format!("{} ({})", period(&job, lang).unwrap_or_default(), length(span.months, lang))
        };
        for gap in &career.gaps {
            self.paragraph(2, &text!(lang, "sans poste : {}", "no job: {}", when(gap)))?;
        }
        for overlap in &career.overlaps {
            let (first, second) = overlap.jobs;
            let (first, second) = (changes::job(&jobs[first]), changes::job(&jobs[second]));
            let told = text!(
                lang,
                "en même temps : {first} et {second}, {}",
                "at the same time: {first} and {second}, {}",
                when(&overlap.span)
            );
            self.paragraph(2, &printable(&told))?;
        }
        Ok(())
    }

    fn words(&mut self, name: &str, list: &str, values: &[String]) -> io::Result<()> {
        self.head(name, values.len())?;
        for (i, value) in values.iter().enumerate() {
            self.entry(&printable(value), "", &[format!("/{list}/{i}")])?;
        }
        Ok(())
    }

    fn head(&mut self, name: &str, found: usize) -> io::Result<()> {
        writeln!(self.out, "\n{} {}", style(name).bold(), style(format!("({found})")).dim())
    }

    /// A field by its name, then the line that says it when the two differ.
    fn field(&mut self, name: &str, field: &str, value: Option<&str>) -> io::Result<()> {
        const NAME: usize = 14;
        let unknown = || style(text!(self.lang, "non trouvé", "not found")).dim().to_string();
        let shown = value.map_or_else(unknown, printable);
        let doubt = self.doubt(&[field.to_owned()]);
        let lines = wrap(&format!("{shown}{doubt}"), self.room(NAME + 1), usize::MAX);
        for (n, line) in lines.iter().enumerate() {
            writeln!(self.out, "{:<NAME$} {line}", if n == 0 { name } else { "" })?;
        }
        match value {
            Some(_) => self.source(NAME + 1, &shown, &self.said(field)),
            None => Ok(()),
        }
    }

    /// What was understood, then the line that says it when the two differ. `line` is the one that the profile
    /// carries; else the document is asked for the fields' own.
    fn entry(&mut self, understood: &str, line: &str, fields: &[String]) -> io::Result<()> {
        let doubt = self.doubt(fields);
        self.paragraph(2, &format!("{understood}{doubt}"))?;
        let line = match (line, fields) {
            ("", [field, ..]) => self.said(field),
            (line, _) => printable(line),
        };
        self.source(4, &console::strip_ansi_codes(understood), &line)
    }

    fn source(&mut self, indent: usize, understood: &str, line: &str) -> io::Result<()> {
        if line.is_empty() || line == understood {
            return Ok(());
        }
        for line in wrap(&format!("← {line}"), self.room(indent), usize::MAX) {
            writeln!(self.out, "{:indent$}{}", "", style(line).dim())?;
        }
        Ok(())
    }

    fn paragraph(&mut self, indent: usize, text: &str) -> io::Result<()> {
        for line in wrap(text, self.room(indent), usize::MAX) {
            writeln!(self.out, "{:indent$}{line}", "")?;
        }
        Ok(())
    }

    fn room(&self, indent: usize) -> usize {
        self.width.saturating_sub(indent).max(20)
    }

    /// What the document says for a field.
    fn said(&self, field: &str) -> String {
        let lines = self.evidence.get(field).map(|evidence| evidence.lines.as_slice()).unwrap_or_default();
        let texts = lines.iter().filter_map(|line| self.reading.document.lines.get(*line as usize));
        texts.map(|line| printable(&line.text)).collect::<Vec<_>>().join(" / ")
    }

    /// Names those of the fields that should be looked at.
    fn doubt(&self, fields: &[String]) -> String {
        let low = |field: &&String| self.evidence.get(field.as_str()).is_some_and(|e| e.confidence < LOW);
        let names: Vec<&str> = fields.iter().filter(low).map(|field| self.name(field)).collect();
        match (names.as_slice(), fields.len()) {
            ([], _) => String::new(),
            (_, 1) => format!("  {}", style(text!(self.lang, "⚠ à vérifier", "⚠ to check")).yellow()),
            (names, _) => {
                let names = names.join(", ");
                format!(
                    "  {}",
                    style(text!(self.lang, "⚠ à vérifier : {names}", "⚠ to check: {names}")).yellow()
                )
            }
        }
    }

    fn name<'f>(&self, field: &'f str) -> &'f str {
        let name = field.rsplit('/').next().unwrap_or_default();
        let french = match name {
            "title" => "poste",
            "employer" => "employeur",
            "place" => "ville",
            "diploma" => "diplôme",
            "school" => "école",
            "year" => "année",
            _ => name,
        };
        if self.lang == Lang::Fr { french } else { name }
    }
}

fn occupation(rome: &str, lang: Lang) -> Option<String> {
    let graph = Graph::builtin();
    graph.by_rome(rome).map(|occupation| graph.occupation_label(occupation, lang).to_owned())
}
