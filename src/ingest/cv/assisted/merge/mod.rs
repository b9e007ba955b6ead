//! Joins what a model proposed to what the rules found: nothing enters that the document does not say.
//!
//! A proposal is looked for in the lines that the model was given, and what the document writes there is taken, not the
//! model's spelling. Dates are those that the rules read on the lines of the entry; the model's only choose among them.
//! Where both agree the field is surer; what the rules are unsure of, or lack, the model fills in, to be looked at.

mod jobs;
mod lists;
mod studies;

use std::collections::HashSet;
use std::ops::Range;

use jiff::civil::Date;
use jobmatch_index::offer::Place;
use jobmatch_index::profile::{Education, Profile};
use jobmatch_index::skills::fold;
use regex::Regex;

use super::super::dates::{self, Period};
use super::super::document::{CELL, Document};
use super::super::evidence::{self, Evidence, LOW, Origin, Search};
use super::super::lines::words;
use super::super::{Reading, header, places};
use super::answer::{Answer, Said};
use jobs::Jobs;

/// How sure a field is that the model alone found: it stands in the document, and may be something else there.
const MODEL_ALONE: f32 = 0.7;
/// Lines above and below a title where its employer, town and dates may stand.
const NEAR: usize = 2;
/// Places that are looked at for one title.
const MOST_PLACES: usize = 50;
/// Refusals that are told one by one.
const MOST_REFUSALS: usize = 12;
/// Entries of a list that a profile may have, as [`crate::people::profiles`] checks.
const MOST_ENTRIES: usize = 200;

/// A field in a French sentence: with its article, and its participle.
#[derive(Clone, Copy)]
struct Field(&'static str, &'static str);

const NAME: Field = Field("le nom", "écarté");
const EMAIL: Field = Field("l'adresse e-mail", "écartée");
const PHONE: Field = Field("le téléphone", "écarté");
const LINK: Field = Field("le lien", "écarté");
const TITLE: Field = Field("le titre", "écarté");
const SUMMARY: Field = Field("la présentation", "écartée");
const PLACE: Field = Field("le lieu", "écarté");
const JOB: Field = Field("le poste", "écarté");
const EMPLOYER: Field = Field("l'employeur", "écarté");
const DATES: Field = Field("les dates", "écartées");
const TASK: Field = Field("la tâche", "écartée");
const DIPLOMA: Field = Field("le diplôme", "écarté");
const SCHOOL: Field = Field("l'école", "écartée");
const YEAR: Field = Field("l'année", "écartée");
const SKILL: Field = Field("la compétence", "écartée");
const LANGUAGE: Field = Field("la langue", "écartée");
const LICENCE: Field = Field("le permis", "écarté");
const CERTIFICATE: Field = Field("la certification", "écartée");
const INTEREST: Field = Field("le centre d'intérêt", "écarté");

const ABSENT: &str = "qui n'est pas dans le document";
const ELSEWHERE: &str = "que le document ne dit pas à cet endroit";
const UNSUPPORTED: &str = "que rien n'appuie dans le document";
const TAKEN: &str = "que le document dit d'autre chose";
const UNKNOWN: &str = "dont la forme est inconnue";

/// Joins the answers, each with the lines that it is about, to a reading by rules.
pub(super) fn merge(
    reading: Reading,
    answers: Vec<(Range<usize>, Answer)>,
    model: &str,
    today: Date,
) -> Reading {
    let Reading { mut profile, document, evidence, mut remarks } = reading;
    let nothing = answers.iter().all(|(_, answer)| answer.is_empty());
    let mut merge = Merge {
        document: &document,
        search: Search::new(&document),
        rules: &evidence,
        today,
        marks: Vec::new(),
        refusals: Vec::new(),
    };
    let mut jobs = Jobs::of(&mut profile, &merge.search);
    let studies = heads(profile.education.iter().map(|study| study.line.as_str()), &merge.search, false);
    let mut studies: Vec<(Education, Head, Marks)> = std::mem::take(&mut profile.education)
        .into_iter()
        .zip(studies)
        .map(|(e, h)| (e, h, vec![]))
        .collect();
    let (certified, interested) = (profile.certifications.len(), profile.interests.len());
    let mut listed = Vec::new();
    for (within, answer) in &answers {
        merge.identity(&mut profile, answer, within);
        let mut used = HashSet::new();
        for job in &answer.experiences {
            merge.job(&mut jobs, &studies, job, within, &mut used);
        }
        for study in &answer.education {
            merge.study(&mut studies, &jobs, study, within);
        }
        for language in &answer.languages {
            merge.language(&mut profile.languages, language, within);
        }
        merge.licences(&mut profile.licences, &answer.licences, within);
        for (list, name, field, said, known) in [
            (&mut profile.certifications, "certifications", CERTIFICATE, &answer.certifications, certified),
            (&mut profile.interests, "interests", INTEREST, &answer.interests, interested),
        ] {
            merge.list(list, name, field, said, known, within);
        }
        listed.extend(
            answer.skills.iter().filter_map(Said::get).map(|skill| (skill.to_owned(), within.clone())),
        );
    }
    for (i, job) in jobs.ordered().into_iter().enumerate() {
        merge
            .marks
            .extend(job.marks.into_iter().map(|(field, by)| (format!("/experiences/{i}/{field}"), by)));
        profile.experiences.push(job.experience);
    }
    studies.sort_by_key(|(study, ..)| std::cmp::Reverse(study.year.unwrap_or(i16::MAX)));
    for (i, (study, _, marks)) in studies.into_iter().enumerate() {
        merge.marks.extend(marks.into_iter().map(|(field, by)| (format!("/education/{i}/{field}"), by)));
        profile.education.push(study);
    }
    merge.skills(&mut profile, &listed);

    let Merge { marks, refusals, .. } = merge;
    let mut all = evidence::find(&profile, &document, today);
    for found in &mut all {
        let Some((_, by)) = marks.iter().find(|(field, _)| *field == found.field) else { continue };
        found.origin = *by;
        found.confidence = match by {
            Origin::Both if !found.lines.is_empty() => halfway_to_sure(found.confidence),
            Origin::Model => found.confidence.min(MODEL_ALONE),
            _ => found.confidence,
        };
    }
    let count = |by: Origin| all.iter().filter(|found| found.origin == by).count();
    remarks.push(match nothing {
        true => {
            format!("Le modèle {model} n'a rien trouvé dans ce CV ; ce qui en a été compris sans lui reste.")
        }
        false => format!(
            "Relu par le modèle {model}. Champs confirmés : {} ; complétés ou corrigés, à vérifier : {}.",
            count(Origin::Both),
            count(Origin::Model)
        ),
    });
    let untold = refusals.len().saturating_sub(MOST_REFUSALS);
    remarks.extend(refusals.into_iter().take(MOST_REFUSALS));
    if untold > 0 {
        remarks.push(format!("Autres propositions du modèle écartées de même : {untold}."));
    }
    Reading { profile, document, evidence: all, remarks }
}

/// Two who agree are half as likely to be wrong.
fn halfway_to_sure(confidence: f32) -> f32 {
    ((1.0 + confidence) * 50.0).round() / 100.0
}

/// Fields of an entry that the model has a part in: `employer`, `tasks/2`.
type Marks = Vec<(String, Origin)>;

/// The lines that name an entry; `None` when they are not found.
type Head = Option<Range<usize>>;

/// The heads of entries in their order; with `ordered`, each is looked for below the one before.
fn heads<'a>(lines: impl Iterator<Item = &'a str>, search: &Search<'_>, ordered: bool) -> Vec<Head> {
    let mut after = 0;
    lines
        .map(|line| {
            let head = search.head(line, if ordered { after } else { 0 })?;
            after = head.end;
            Some(head)
        })
        .collect()
}

fn meet(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

fn same(a: &str, b: &str) -> bool {
    words(&fold(a)).eq(words(&fold(b)))
}

/// Something that the document says.
struct Quote {
    /// Its words, as [`Search`] counts them.
    words: Range<usize>,
    lines: Range<usize>,
    /// As the document writes it.
    text: String,
}

struct Merge<'a> {
    document: &'a Document,
    search: Search<'a>,
    /// What the rules found where.
    rules: &'a [Evidence],
    today: Date,
    marks: Marks,
    /// In French.
    refusals: Vec<String>,
}

impl Merge<'_> {
    /// Every place that says `text`, addresses aside.
    fn quotes(&self, text: &str, within: &Range<usize>) -> Vec<Quote> {
        let found = self.search.all(text, within).filter(|words| !self.search.in_address(words));
        found
            .take(MOST_PLACES)
            .map(|words| {
                let (lines, text) = (self.search.lines(&words), self.search.quote(&words, text));
                Quote { words, lines, text }
            })
            .collect()
    }

    /// The first place that says what the model said; what stands nowhere is refused.
    fn ground(&mut self, field: Field, said: Option<&str>, within: &Range<usize>) -> Option<Quote> {
        let said = said?;
        let mut all = self.quotes(said, within);
        if all.is_empty() {
            self.refuse(field, said, ABSENT);
            return None;
        }
        // « C# » after « C++ »: the signs count where they can.
        let exact = all.iter().position(|quote| fold(&quote.text) == fold(said)).unwrap_or(0);
        Some(all.swap_remove(exact))
    }

    fn refuse(&mut self, Field(name, participle): Field, said: &str, why: &str) {
        let mut short: String = said.chars().take(80).collect();
        if short.len() < said.len() {
            short.push('…');
        }
        let refusal = format!("Le modèle a proposé {name} « {short} » {why} : {participle}.");
        if !self.refusals.contains(&refusal) {
            self.refusals.push(refusal);
        }
    }

    /// Refuses what was said and not found near the entry.
    fn refuse_unless(&mut self, field: Field, said: Option<&str>, found: bool, within: &Range<usize>) {
        if let Some(said) = said.filter(|_| !found) {
            let elsewhere = self.search.all(said, within).next().is_some();
            self.refuse(field, said, if elsewhere { ELSEWHERE } else { ABSENT });
        }
    }

    fn mark(&mut self, field: &str, by: Origin) {
        if by != Origin::Rules {
            self.marks.push((field.to_owned(), by));
        }
    }

    /// How sure the rules are of a field of theirs.
    fn confidence(&self, field: &str) -> f32 {
        self.rules.iter().find(|found| found.field == field).map_or(1.0, |found| found.confidence)
    }

    /// Whether the rules found another field on these lines, of none of the kinds `but`.
    fn is_taken(&self, lines: &Range<usize>, but: &[&str]) -> bool {
        let here = |found: &Evidence| found.lines.iter().any(|line| lines.contains(&(*line as usize)));
        self.rules.iter().any(|found| here(found) && !but.iter().any(|kind| found.field.starts_with(kind)))
    }

    fn identity(&mut self, profile: &mut Profile, answer: &Answer, within: &Range<usize>) {
        let identity = &mut profile.identity;
        let name = self.ground(NAME, answer.name.get(), within).map(|mut name| {
            name.text = header::tidy_case(&name.text);
            name
        });
        let by = settle(&mut identity.name, self.confidence("/identity/name"), name.as_ref());
        self.mark("/identity/name", by);

        let email = self.written(EMAIL, &answer.email, &header::EMAIL, within);
        let by = settle_written(&mut identity.email, email);
        self.mark("/identity/email", by);
        let phone = self.written(PHONE, &answer.phone, &header::PHONE, within);
        let by = settle_written(&mut identity.phone, phone);
        self.mark("/identity/phone", by);
        for link in &answer.links {
            let Some(link) = self.written(LINK, link, &header::LINK, within) else { continue };
            let at = identity.links.iter().position(|known| squeezed(known) == squeezed(&link));
            let by = if at.is_some() { Origin::Both } else { Origin::Model };
            let at = at.unwrap_or_else(|| {
                identity.links.push(link);
                identity.links.len() - 1
            });
            self.mark(&format!("/identity/links/{at}"), by);
        }

        if let Some(title) = self.ground(TITLE, answer.title.get(), within) {
            let known = profile.title.as_deref().is_some_and(|known| same(known, &title.text));
            if known || !self.is_taken(&title.lines, &["/title", "/summary", "/skills"]) {
                let by = settle(&mut profile.title, self.confidence("/title"), Some(&title));
                self.mark("/title", by);
            }
        }
        if let Some(summary) = self.ground(SUMMARY, answer.summary.get(), within)
            && (profile.summary.is_some() || !self.is_taken(&summary.lines, &["/skills", "/title"]))
        {
            let by = settle(&mut profile.summary, 1.0, Some(&summary));
            self.mark("/summary", by);
        }
        if let Some(place) = self.ground(PLACE, answer.place.get(), within) {
            let found = places::home(&place.text, true);
            let label = |place: &Place| fold(&place.label);
            match (&profile.place, found) {
                (Some(known), Some(found)) if label(known) == label(&found) => {
                    self.mark("/place", Origin::Both);
                }
                (None, Some(found)) if !self.is_taken(&place.lines, &["/identity", "/title", "/skills"]) => {
                    profile.place = Some(found);
                    self.mark("/place", Origin::Model);
                }
                _ => {}
            }
        }
    }

    /// What the document writes that `form` knows and that is what the model said, spaces and signs aside.
    fn written(&mut self, field: Field, said: &Said, form: &Regex, within: &Range<usize>) -> Option<String> {
        let said = said.get()?;
        let wanted = squeezed(said);
        let lines = &self.document.lines[within.clone()];
        let found = lines
            .iter()
            .flat_map(|line| form.find_iter(&line.text))
            .map(|found| found.as_str().trim().trim_end_matches(['.', '/']))
            .find(|text| squeezed(text) == wanted);
        if found.is_none() {
            self.refuse(field, said, ABSENT);
        }
        found.map(|text| if text.contains('@') { text.replace(' ', "") } else { text.to_owned() })
    }

    /// The period on the lines `near` that fits, the nearest to a line, with its own line.
    fn period(
        &self,
        near: &Range<usize>,
        to: usize,
        fits: impl Fn(&Period) -> bool,
    ) -> Option<(usize, Period)> {
        let dated = near.clone().filter_map(|line| {
            let period = dates::find(&self.document.lines[line].text, self.today)?;
            (!period.is_length_only() && fits(&period)).then_some((line, period))
        });
        dated.min_by_key(|(line, _)| line.abs_diff(to))
    }

    /// The text of the lines that name an entry, as the rules keep it.
    fn line(&self, head: &Range<usize>) -> String {
        let lines = self.document.lines[head.clone()].iter();
        lines.map(|line| line.item().replace(CELL, " · ")).collect::<Vec<_>>().join(" · ")
    }
}

/// Takes a proposal where the rules have nothing or little; says who stands behind the field then.
fn settle(current: &mut Option<String>, sure: f32, proposed: Option<&Quote>) -> Origin {
    settle_text(current, sure, proposed.map(|quote| quote.text.as_str()))
}

fn settle_text(current: &mut Option<String>, sure: f32, proposed: Option<&str>) -> Origin {
    match (&*current, proposed) {
        (_, None) => Origin::Rules,
        (Some(known), Some(proposed)) if same(known, proposed) => Origin::Both,
        (Some(_), Some(_)) if sure >= LOW => Origin::Rules,
        (_, Some(proposed)) => {
            *current = Some(proposed.to_owned());
            Origin::Model
        }
    }
}

/// An address or a number: what the rules read is never replaced.
fn settle_written(current: &mut Option<String>, proposed: Option<String>) -> Origin {
    match (&*current, proposed) {
        (Some(known), Some(proposed)) if squeezed(known) == squeezed(&proposed) => Origin::Both,
        (None, Some(proposed)) => {
            *current = Some(proposed);
            Origin::Model
        }
        _ => Origin::Rules,
    }
}

/// What makes an address or a number.
fn squeezed(text: &str) -> String {
    let text = text.to_lowercase();
    let text = text.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.");
    // A dot is a part of an address, and a way to write a number.
    let number = !text.contains(char::is_alphabetic);
    let kept = |c: &char| c.is_alphanumeric() || "+@_".contains(*c) || !number && "./-".contains(*c);
    text.trim_end_matches(['/', '.']).chars().filter(kept).collect()
}

#[cfg(test)]
mod tests;
