//! Joins what a model proposed to what the rules found: nothing enters that the document does not say.
//!
//! A proposal is looked for in the lines that the model was given, and what the document writes there is taken, not the
//! model's spelling. Dates are those that the rules read on the lines of the entry; the model's only choose among them.
//! Where both agree the field is surer; what the rules are unsure of, or lack, the model fills in, to be looked at.

use std::collections::HashSet;
use std::ops::Range;

use jiff::civil::Date;
use jobmatch_index::offer::Place;
use jobmatch_index::profile::{Education, Experience, LanguageKnown, Profile, ProfileSkill};
use jobmatch_index::skills::fold;
use regex::Regex;

use super::super::dates::{self, Period};
use super::super::document::{CELL, Document};
use super::super::evidence::{self, Evidence, LOW, Origin, Search};
use super::super::lines::{Line, word_count, words};
use super::super::{Reading, education, header, languages, places, rome, skills, titles};
use super::answer::{Answer, Job, Said, Study, Tongue};
use crate::ingest::prose;

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

    fn job(
        &mut self,
        jobs: &mut Jobs,
        studies: &[(Education, Head, Marks)],
        said: &Job,
        within: &Range<usize>,
        used: &mut HashSet<usize>,
    ) {
        let claim = Claim::of(said, self.today);
        let Some(mut found) = self.place_job(said, &claim, within, used) else {
            self.refuse_unless(JOB, said.title.get(), false, within);
            self.refuse_unless(EMPLOYER, said.employer.get(), false, within);
            return;
        };
        used.insert(found.anchor);
        let known = jobs.align(&found, said, &claim);
        if let Some(own) = known {
            found.leave_out(|lines| jobs.is_of_another(own, lines));
        }
        self.refuse_unless(JOB, said.title.get(), found.title.is_some(), within);
        self.refuse_unless(EMPLOYER, said.employer.get(), found.employer.is_some(), within);
        self.refuse_unless(PLACE, said.place.get(), found.place.is_some(), within);
        let dated = found.period.is_some() || known.is_some_and(|i| claim.is_that_of(&jobs.0[i].experience));
        if !claim.is_empty() && !dated {
            let dates = [said.start.get(), said.end.get()];
            self.refuse(DATES, &dates.into_iter().flatten().collect::<Vec<_>>().join(" – "), ELSEWHERE);
        }
        let at = match known {
            Some(i) => {
                self.join(&mut jobs.0[i], &found, &claim);
                Some(i)
            }
            None => self.add(jobs, studies, &found),
        };
        if let Some(at) = at {
            self.tasks(jobs, studies, at, said, within);
        }
    }

    /// Where the document speaks of a job: the place of its title, else of its employer, that most else is near to.
    fn place_job(
        &self,
        said: &Job,
        claim: &Claim,
        within: &Range<usize>,
        used: &HashSet<usize>,
    ) -> Option<FoundJob> {
        let titles = said.title.get().map(|title| self.quotes(title, within)).unwrap_or_default();
        let titled = !titles.is_empty();
        let employers = said.employer.get().map(|name| self.quotes(name, within)).unwrap_or_default();
        let places = said.place.get().map(|place| self.quotes(place, within)).unwrap_or_default();
        let anchors = if titled { &titles } else { &employers };
        let mut best: Option<(usize, FoundJob)> = None;
        for anchor in anchors.iter().filter(|anchor| !used.contains(&anchor.words.start)) {
            let near = anchor.lines.start.saturating_sub(NEAR).max(within.start)
                ..(anchor.lines.end + NEAR).min(within.end);
            // The same words cannot be two things.
            let nearest = |all: &'_ [Quote], taken: &[&Range<usize>]| {
                let free = |quote: &&Quote| {
                    meet(&quote.lines, &near) && !taken.iter().any(|words| meet(words, &quote.words))
                };
                let nearest = all
                    .iter()
                    .filter(free)
                    .min_by_key(|quote| quote.lines.start.abs_diff(anchor.lines.start));
                nearest.map(|quote| (quote.words.clone(), quote.lines.clone(), quote.text.clone()))
            };
            let employer = if titled { nearest(&employers, &[&anchor.words]) } else { None };
            let mut taken = vec![&anchor.words];
            taken.extend(employer.as_ref().map(|(words, ..)| words));
            let place = nearest(&places, &taken);
            let period = self.period(&near, anchor.lines.start, |period| claim.agrees(period));
            let score = 4 * usize::from(employer.is_some())
                + 2 * usize::from(period.is_some())
                + usize::from(place.is_some());
            if best.as_ref().is_some_and(|(most, _)| *most >= score) {
                continue;
            }
            let lines = [Some(&anchor.lines), employer.as_ref().map(|(_, lines, _)| lines)];
            let dated = period.as_ref().map(|(line, _)| *line..*line + 1);
            let lines = lines.into_iter().flatten().cloned().chain(dated);
            let head = lines.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end))?;
            let quoted = anchor.text.clone();
            let (title, employer) = match titled {
                true => (Some(quoted), employer.map(|(_, lines, text)| (lines, text))),
                false => (None, Some((anchor.lines.clone(), quoted))),
            };
            let found = FoundJob {
                anchor: anchor.words.start,
                at: anchor.lines.clone(),
                head,
                title,
                employer,
                place: place.map(|(_, lines, text)| (lines, text)),
                period: period.map(|(line, period)| (line..line + 1, period)),
            };
            best = Some((score, found));
        }
        best.map(|(_, found)| found)
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

    /// Joins a job that the model saw to the same job of the rules.
    fn join(&mut self, job: &mut KnownJob, found: &FoundJob, claim: &Claim) {
        let sure = |merge: &Self, field: &str| match job.rules {
            Some(i) => merge.confidence(&format!("/experiences/{i}/{field}")),
            None => 1.0,
        };
        let (mut title_sure, employer_sure) = (sure(self, "title"), sure(self, "employer"));
        let (place_sure, before) = (sure(self, "place"), job.experience.clone());
        // A title that is known wins over words that only hold one.
        let known = |title: &str| titles::likeness(title) >= titles::KNOWN_HEAD;
        if found.title.as_deref().is_some_and(known) && !known(&before.title) {
            title_sure = 0.0;
        }
        let experience = &mut job.experience;
        let mut title = Some(std::mem::take(&mut experience.title));
        let mut marks = vec![("title", settle_text(&mut title, title_sure, found.title.as_deref()))];
        experience.title = title.unwrap_or_default();
        // Title and employer the wrong way round: the one cannot be the other.
        let swapped = experience.employer.as_ref().is_some_and(|known| same(known, &experience.title));
        let employer_sure =
            if swapped && !same(&before.title, &experience.title) { 0.0 } else { employer_sure };
        marks.push(("employer", settle_text(&mut experience.employer, employer_sure, found.employer())));
        marks.push(("place", settle_text(&mut experience.place, place_sure, found.place())));
        marks.push((
            "dates",
            match &found.period {
                _ if claim.is_that_of(experience) => Origin::Both,
                Some((_, period)) if experience.start.is_none() && experience.end.is_none() => {
                    set_period(experience, period);
                    Origin::Model
                }
                _ => Origin::Rules,
            },
        ));
        if *experience != before {
            experience.rome = rome(&experience.title);
            // Its evidence is looked for in the lines that name it.
            let head = match &job.head {
                Some(head) => head.start.min(found.head.start)..head.end.max(found.head.end),
                None => found.head.clone(),
            };
            if job.head.as_ref() != Some(&head) {
                experience.line = self.line(&head);
                job.head = Some(head);
            }
        }
        for (field, by) in marks {
            let known = job.marks.iter().any(|(marked, _)| marked == field);
            if by != Origin::Rules && !known {
                job.marks.push((field.to_owned(), by));
            }
        }
    }

    /// Adds a job that the model alone saw; gives its place among the jobs.
    fn add(
        &mut self,
        jobs: &mut Jobs,
        studies: &[(Education, Head, Marks)],
        found: &FoundJob,
    ) -> Option<usize> {
        let title = found.title.as_ref()?;
        let study =
            studies.iter().any(|(_, head, _)| head.as_ref().is_some_and(|head| meet(head, &found.at)));
        if study || self.is_taken(&found.at, &["/experiences", "/skills", "/summary", "/title"]) {
            self.refuse(JOB, title, TAKEN);
            return None;
        }
        // Lines that the rules took for tasks must say that a job begins there.
        let task_of = jobs.0.iter().position(|job| self.task_at(job, &found.at).is_some());
        let (employed, dated) = (found.employer.is_some(), found.period.is_some());
        let supported = if task_of.is_some() { employed && dated } else { employed || dated };
        if !supported {
            self.refuse(JOB, title, UNSUPPORTED);
            return None;
        }
        if jobs.0.len() >= MOST_ENTRIES {
            return None;
        }
        let mut experience = Experience {
            title: title.clone(),
            employer: found.employer().map(str::to_owned),
            place: found.place().map(str::to_owned),
            rome: rome(title),
            line: self.line(&found.head),
            ..Experience::default()
        };
        let mut marks: Marks = vec![("title".into(), Origin::Model)];
        marks.extend(found.employer.iter().map(|_| ("employer".into(), Origin::Model)));
        marks.extend(found.place.iter().map(|_| ("place".into(), Origin::Model)));
        if let Some((_, period)) = &found.period {
            set_period(&mut experience, period);
            marks.push(("dates".into(), Origin::Model));
        }
        if let Some(owner) = task_of
            && let Some(first) = self.task_at(&jobs.0[owner], &(found.head.start..usize::MAX))
        {
            let lines = |k: usize| self.task_lines(&jobs.0[owner], k);
            let below: Vec<bool> = (first..jobs.0[owner].experience.tasks.len())
                .map(|k| lines(k).is_none_or(|lines| lines.start >= found.head.end))
                .collect();
            let owner = &mut jobs.0[owner];
            let moved = owner.experience.tasks.split_off(first);
            owner.marks.retain(|(field, _)| {
                field.strip_prefix("tasks/").and_then(|k| k.parse().ok()).is_none_or(|k: usize| k < first)
            });
            experience.tasks =
                moved.into_iter().zip(below).filter(|(_, below)| *below).map(|(task, _)| task).collect();
        }
        let above = |job: &KnownJob| job.head.as_ref().is_some_and(|head| head.start > found.head.start);
        let at = jobs.0.iter().position(above).unwrap_or(jobs.0.len());
        jobs.0.insert(at, KnownJob { experience, head: Some(found.head.clone()), rules: None, marks });
        Some(at)
    }

    /// The first task of a job that the rules read on `lines` or below.
    fn task_at(&self, job: &KnownJob, lines: &Range<usize>) -> Option<usize> {
        (0..job.experience.tasks.len())
            .find(|k| self.task_lines(job, *k).is_some_and(|task| meet(&task, lines)))
    }

    fn task_lines(&self, job: &KnownJob, task: usize) -> Option<Range<usize>> {
        let field = format!("/experiences/{}/tasks/{task}", job.rules?);
        let lines = &self.rules.iter().find(|found| found.field == field)?.lines;
        Some(*lines.first()? as usize..*lines.last()? as usize + 1)
    }

    /// The tasks of a job: those of the rules stay; where they found none, those that stand below its head are taken.
    fn tasks(
        &mut self,
        jobs: &mut Jobs,
        studies: &[(Education, Head, Marks)],
        at: usize,
        said: &Job,
        within: &Range<usize>,
    ) {
        let Some(head) = jobs.0[at].head.clone() else { return };
        let others = jobs.0.iter().filter_map(|job| job.head.as_ref());
        let others = others.chain(studies.iter().filter_map(|(_, head, _)| head.as_ref()));
        let end = others.map(|other| other.start).filter(|start| *start >= head.end).min();
        let below = head.end..end.unwrap_or(within.end).min(within.end).max(head.end);
        let none = jobs.0[at].experience.tasks.is_empty();
        for task in said.tasks.iter().filter_map(Said::get) {
            let job = &mut jobs.0[at];
            if let Some(k) = job.experience.tasks.iter().position(|known| same(known, task)) {
                let field = format!("tasks/{k}");
                if job.marks.iter().all(|(marked, _)| *marked != field) {
                    job.marks.push((field, Origin::Both));
                }
                continue;
            }
            let found = self.quotes(task, &below).into_iter().next();
            self.refuse_unless(TASK, Some(task), found.is_some(), within);
            let job = &mut jobs.0[at];
            if let Some(found) = found.filter(|_| none && job.experience.tasks.len() < MOST_ENTRIES) {
                job.marks.push((format!("tasks/{}", job.experience.tasks.len()), Origin::Model));
                job.experience.tasks.push(found.text);
            }
        }
    }

    /// The text of the lines that name an entry, as the rules keep it.
    fn line(&self, head: &Range<usize>) -> String {
        let lines = self.document.lines[head.clone()].iter();
        lines.map(|line| line.item().replace(CELL, " · ")).collect::<Vec<_>>().join(" · ")
    }

    fn study(
        &mut self,
        studies: &mut Vec<(Education, Head, Marks)>,
        jobs: &Jobs,
        said: &Study,
        within: &Range<usize>,
    ) {
        let Some(diploma) = self.ground(DIPLOMA, said.diploma.get(), within) else { return };
        let near = diploma.lines.start.saturating_sub(NEAR).max(within.start)
            ..(diploma.lines.end + NEAR).min(within.end);
        let known = studies.iter().position(|(study, head, _)| {
            head.as_ref().is_some_and(|head| meet(head, &diploma.lines))
                || same(&study.diploma, &diploma.text)
        });
        // What stands beside another diploma is of that one.
        let free = |lines: &Range<usize>| {
            let named =
                |(_, head, _): &(Education, Head, Marks)| head.as_ref().is_some_and(|head| meet(head, lines));
            known.is_some_and(|own| named(&studies[own])) || !studies.iter().any(named)
        };
        let schools = said.school.get().map(|school| self.quotes(school, &near)).unwrap_or_default();
        let school =
            schools.into_iter().find(|school| !meet(&school.words, &diploma.words) && free(&school.lines));
        let year = said.year.get().and_then(|year| Claim::year(year, self.today));
        let is_year = |period: &Period| {
            year.is_some()
                && [period.end, period.start].into_iter().flatten().any(|month| Some(month.year) == year)
        };
        let dated =
            self.period(&near, diploma.lines.start, is_year).filter(|(line, _)| free(&(*line..*line + 1)));
        self.refuse_unless(SCHOOL, said.school.get(), school.is_some(), within);
        let own = known.is_some_and(|i| studies[i].0.year == year);
        if let Some(said) = said.year.get().filter(|_| dated.is_none() && !own) {
            self.refuse(YEAR, said, ELSEWHERE);
        }
        if let Some(i) = known {
            let sure = |field: &str| self.confidence(&format!("/education/{i}/{field}"));
            let (diploma_sure, school_sure) = (sure("diploma"), sure("school"));
            let (study, _, marks) = &mut studies[i];
            let mut name = Some(std::mem::take(&mut study.diploma));
            let mut by = vec![("diploma", settle(&mut name, diploma_sure, Some(&diploma)))];
            study.diploma = name.unwrap_or_default();
            by.push(("school", settle(&mut study.school, school_sure, school.as_ref())));
            by.push((
                "year",
                match study.year {
                    Some(_) if study.year == year => Origin::Both,
                    None if dated.is_some() => {
                        study.year = year;
                        Origin::Model
                    }
                    _ => Origin::Rules,
                },
            ));
            study.level = study.level.or_else(|| education::level(&study.diploma));
            for (field, by) in by {
                if by != Origin::Rules && marks.iter().all(|(marked, _)| marked != field) {
                    marks.push((field.to_owned(), by));
                }
            }
            return;
        }
        let named = education::names_diploma(&diploma.text);
        let job = jobs.0.iter().any(|job| job.head.as_ref().is_some_and(|head| meet(head, &diploma.lines)));
        let but: &[&str] = if named { &["/experiences", "/skills", "/certifications"] } else { &["/skills"] };
        if job || self.is_taken(&diploma.lines, but) {
            self.refuse(DIPLOMA, &diploma.text, TAKEN);
        } else if !named && school.is_none() && dated.is_none() {
            self.refuse(DIPLOMA, &diploma.text, UNSUPPORTED);
        } else if studies.len() < MOST_ENTRIES {
            let lines = [Some(diploma.lines.clone()), school.as_ref().map(|school| school.lines.clone())];
            let lines = lines.into_iter().flatten().chain(dated.as_ref().map(|(line, _)| *line..*line + 1));
            let head = lines.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end)).unwrap_or(diploma.lines);
            let mut marks: Marks = vec![("diploma".into(), Origin::Model)];
            marks.extend(school.iter().map(|_| ("school".into(), Origin::Model)));
            marks.extend(dated.iter().map(|_| ("year".into(), Origin::Model)));
            let study = Education {
                level: education::level(&diploma.text),
                diploma: diploma.text,
                school: school.map(|school| school.text),
                year: year.filter(|_| dated.is_some()),
                line: self.line(&head),
            };
            studies.push((study, Some(head), marks));
        }
    }

    fn language(&mut self, known: &mut Vec<LanguageKnown>, said: &Tongue, within: &Range<usize>) {
        let Some(quote) = self.ground(LANGUAGE, said.name.get(), within) else { return };
        let Some(named) = languages::in_section(&[Line::plain(&quote.text)]).into_iter().next() else {
            self.refuse(LANGUAGE, &quote.text, UNKNOWN);
            return;
        };
        if let Some(i) = known.iter().position(|language| language.code == named.code) {
            self.mark(&format!("/languages/{i}"), Origin::Both);
            return;
        }
        let lines = quote.lines.start..(quote.lines.end + 1).min(within.end);
        let text = &self.document.lines[quote.lines.start];
        let stated = languages::in_section(std::slice::from_ref(text));
        let stated = stated.into_iter().find(|language| language.code == named.code).and_then(|l| l.level);
        let near = said.level.get().and_then(|level| self.quotes(level, &lines).into_iter().next());
        let level = stated.or_else(|| languages::level(&near?.text));
        // « Restaurant chinois » names a language and says nothing of who worked there.
        if level.is_none() && word_count(&text.text) > 3 {
            self.refuse(LANGUAGE, &quote.text, UNSUPPORTED);
        } else if known.len() < MOST_ENTRIES {
            self.mark(&format!("/languages/{}", known.len()), Origin::Model);
            known.push(LanguageKnown { code: named.code, level, line: text.text.replace(CELL, " ") });
        }
    }

    fn licences(&mut self, known: &mut Vec<String>, said: &[Said], within: &Range<usize>) {
        for said in said {
            let Some(quote) = self.ground(LICENCE, said.get(), within) else { continue };
            let named = prose::licences(&quote.text);
            if named.is_empty() {
                self.refuse(LICENCE, &quote.text, UNKNOWN);
            }
            for licence in named {
                let at = known.iter().position(|known| *known == licence.value.name);
                let by = if at.is_some() { Origin::Both } else { Origin::Model };
                let at = at.unwrap_or_else(|| {
                    known.push(licence.value.name);
                    known.len() - 1
                });
                self.mark(&format!("/licences/{at}"), by);
            }
        }
    }

    /// A list of free texts: one that the rules found stays; else what stands on lines of its own is taken.
    fn list(
        &mut self,
        list: &mut Vec<String>,
        name: &str,
        field: Field,
        said: &[Said],
        known: usize,
        within: &Range<usize>,
    ) {
        for said in said {
            let Some(quote) = self.ground(field, said.get(), within) else { continue };
            if let Some(at) = list.iter().position(|item| same(item, &quote.text)) {
                if at < known {
                    self.mark(&format!("/{name}/{at}"), Origin::Both);
                }
            } else if known == 0 && self.is_taken(&quote.lines, &["/skills"]) {
                self.refuse(field, &quote.text, TAKEN);
            } else if known == 0 && list.len() < MOST_ENTRIES {
                self.mark(&format!("/{name}/{}", list.len()), Origin::Model);
                list.push(quote.text);
            }
        }
    }

    /// Skills go through the graph, as those of the rules did; the jobs may show more now.
    fn skills(&mut self, profile: &mut Profile, listed: &[(String, Range<usize>)]) {
        let mut grounded: Vec<Quote> = Vec::new();
        for (skill, within) in listed {
            grounded.extend(self.ground(SKILL, Some(skill), within));
        }
        let line_of = |label: &str| {
            let quote = grounded.iter().find(|quote| same(&quote.text, label))?;
            Some((quote, self.document.lines[quote.lines.start].text.replace(CELL, " ")))
        };
        let known = |all: &[ProfileSkill], skill: &ProfileSkill| {
            all.iter().position(|known| match &skill.concept {
                Some(_) => known.concept == skill.concept,
                None => same(&known.label, &skill.label),
            })
        };
        let texts: Vec<String> = grounded.iter().map(|quote| quote.text.clone()).collect();
        let mut marks = Vec::new();
        let mut refused = Vec::new();
        for skill in skills::read(&Profile::default(), &texts, &[], self.today) {
            if let Some(at) = known(&profile.skills, &skill) {
                marks.push((format!("/skills/{at}"), Origin::Both));
                continue;
            }
            let line = line_of(&skill.line).or_else(|| line_of(&skill.label));
            // Words that no skill is known by may be a name or a town.
            let but = ["/skills", "/summary", "/interests", "/certifications"];
            match line {
                Some((quote, _)) if skill.concept.is_none() && self.is_taken(&quote.lines, &but) => {
                    refused.push(skill.label);
                }
                Some((_, line)) if profile.skills.len() < 5 * MOST_ENTRIES => {
                    marks.push((format!("/skills/{}", profile.skills.len()), Origin::Model));
                    profile.skills.push(ProfileSkill { line, ..skill });
                }
                _ => {}
            }
        }
        for skill in skills::read(profile, &[], &[], self.today) {
            match known(&profile.skills, &skill) {
                Some(at) => profile.skills[at].months = skill.months.or(profile.skills[at].months),
                None => profile.skills.push(skill),
            }
        }
        self.marks.extend(marks);
        for skill in refused {
            self.refuse(SKILL, &skill, TAKEN);
        }
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

fn set_period(job: &mut Experience, period: &Period) {
    job.start = period.start;
    job.end = if period.current { None } else { period.end };
    job.current = period.current;
    job.months_said = period.months.or(job.months_said);
}

/// A job that the model saw, where the document speaks of it.
struct FoundJob {
    /// The first word of what it was found by.
    anchor: usize,
    /// The lines of that.
    at: Range<usize>,
    /// The lines that name it.
    head: Range<usize>,
    title: Option<String>,
    /// With its lines, as the fields below.
    employer: Option<(Range<usize>, String)>,
    place: Option<(Range<usize>, String)>,
    period: Option<(Range<usize>, Period)>,
}

impl FoundJob {
    /// Leaves out what stands on lines that are something else.
    fn leave_out(&mut self, other: impl Fn(&Range<usize>) -> bool) {
        self.employer.take_if(|(lines, _)| other(lines));
        self.place.take_if(|(lines, _)| other(lines));
        self.period.take_if(|(lines, _)| other(lines));
    }

    fn employer(&self) -> Option<&str> {
        self.employer.as_ref().map(|(_, text)| text.as_str())
    }

    fn place(&self) -> Option<&str> {
        self.place.as_ref().map(|(_, text)| text.as_str())
    }
}

/// A job of the profile.
struct KnownJob {
    experience: Experience,
    head: Head,
    /// Its place among the jobs that the rules found.
    rules: Option<usize>,
    marks: Marks,
}

struct Jobs(Vec<KnownJob>);

impl Jobs {
    fn of(profile: &mut Profile, search: &Search<'_>) -> Self {
        let heads = heads(profile.experiences.iter().map(|job| job.line.as_str()), search, true);
        let jobs = std::mem::take(&mut profile.experiences).into_iter().zip(heads).enumerate();
        Self(
            jobs.map(|(i, (experience, head))| KnownJob { experience, head, rules: Some(i), marks: vec![] })
                .collect(),
        )
    }

    /// The same job, by where it is named, else by what is said of it.
    fn align(&self, found: &FoundJob, said: &Job, claim: &Claim) -> Option<usize> {
        let named_at = |lines: &Range<usize>| {
            self.0.iter().position(|job| job.head.as_ref().is_some_and(|head| meet(head, lines)))
        };
        let likeness = |job: &KnownJob| {
            let title = said.title.get().is_some_and(|title| same(title, &job.experience.title));
            let employer = match (said.employer.get(), &job.experience.employer) {
                (Some(said), Some(known)) => same(said, known),
                _ => false,
            };
            title && (employer || claim.is_that_of(&job.experience))
        };
        named_at(&found.at).or_else(|| named_at(&found.head)).or_else(|| self.0.iter().position(likeness))
    }

    /// Whether another job than `own` is named on these lines.
    fn is_of_another(&self, own: usize, lines: &Range<usize>) -> bool {
        let named = |job: &KnownJob| job.head.as_ref().is_some_and(|head| meet(head, lines));
        !named(&self.0[own]) && self.0.iter().any(named)
    }

    /// The most recent first when each has a date, else as they stand in the document.
    fn ordered(mut self) -> Vec<KnownJob> {
        let date = |job: &KnownJob| (job.experience.current, job.experience.end, job.experience.start);
        if self.0.iter().all(|job| job.experience.start.is_some() || job.experience.end.is_some()) {
            self.0.sort_by_key(|job| std::cmp::Reverse(date(job)));
        }
        self.0
    }
}

/// The dates that the model gives a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Claim {
    start: Option<i16>,
    end: Option<i16>,
    current: bool,
    today: i16,
}

impl Claim {
    fn of(said: &Job, today: Date) -> Self {
        let year = |said: &Said| said.get().and_then(|text| Self::year(text, today));
        let end = year(&said.end);
        let current = end.is_none() && said.current == Some(true);
        Self { start: year(&said.start), end, current, today: today.year() }
    }

    /// The year in a date that a model writes: « 2019-03 », « mars 2019 ».
    fn year(text: &str, today: Date) -> Option<i16> {
        let digits = text.get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
        let found = || dates::find(text, today).and_then(|period| period.end.or(period.start));
        digits.and_then(|digits| digits.parse().ok()).or_else(|| found().map(|month| month.year))
    }

    fn is_empty(&self) -> bool {
        self.start.is_none() && self.end.is_none()
    }

    /// Whether the document may be meant. Years decide: the months are the document's in any case.
    fn agrees(&self, period: &Period) -> bool {
        let ends = match self.end {
            Some(end) if period.current => end == self.today,
            Some(end) => period.end.is_some_and(|month| month.year == end),
            None => !self.current || period.current,
        };
        let starts = match self.start {
            Some(start) => period.start.is_some_and(|month| month.year == start),
            None => true,
        };
        !self.is_empty() && starts && ends
    }

    fn is_that_of(&self, job: &Experience) -> bool {
        self.agrees(&Period {
            start: job.start,
            end: job.end,
            current: job.current,
            months: None,
            is_range: true,
            words: 0..0,
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jobmatch_index::profile::Month;
    use serde_json::{Value, json};

    use super::super::super::read;
    use super::*;

    const TODAY: Date = date(2026, 11, 22);

    fn merged(text: &str, answer: Value) -> Reading {
        let reading = read(text.as_bytes(), Some("cv.txt"), TODAY).unwrap();
        let all = 0..reading.document.lines.len();
        merge(reading, vec![(all, serde_json::from_value(answer).unwrap())], "essai", TODAY)
    }

    fn jobs(reading: &Reading) -> Vec<(&str, Option<&str>)> {
        reading.profile.experiences.iter().map(|job| (job.title.as_str(), job.employer.as_deref())).collect()
    }

    fn origin(reading: &Reading, field: &str) -> Origin {
        reading.evidence.iter().find(|found| found.field == field).unwrap_or_else(|| panic!("{field}")).origin
    }

    fn told(reading: &Reading) -> String {
        reading.remarks.join("\n")
    }

    /// The second job stands in a task of the first.
    const HIDDEN: &str = "Marie DUPONT\nmarie@exemple.fr\n\nEXPÉRIENCES\nVendeuse - Maison Lorca\tjanvier 2018 - juin 2020\n• Encaissement\n• Puis, pour un long remplacement pendant lequel j'ai aussi formé deux collègues, caissière chez Super Halle, de janvier 2021 à mars 2022\n• Tenue du coffre";

    fn hidden_job(start: &str, employer: &str) -> Value {
        json!({ "experiences": [
            { "title": "Vendeuse", "employer": "Maison Lorca", "start": "2018-01", "end": "2020-06", "tasks": ["Encaissement"] },
            { "title": "caissière", "employer": employer, "start": start, "end": "2022-03", "tasks": [] },
        ] })
    }

    #[test]
    fn a_job_among_the_tasks_of_another_takes_what_stands_below_it() {
        let rules = read(HIDDEN.as_bytes(), Some("cv.txt"), TODAY).unwrap();
        assert_eq!(jobs(&rules), [("Vendeuse", Some("Maison Lorca"))]);
        let reading = merged(HIDDEN, hidden_job("2021-01", "Super Halle"));
        assert_eq!(jobs(&reading), [("caissière", Some("Super Halle")), ("Vendeuse", Some("Maison Lorca"))]);
        let [new, old] = reading.profile.experiences.as_slice() else { panic!() };
        assert_eq!(
            (new.start, new.end),
            (Some(Month { year: 2021, month: 1 }), Some(Month { year: 2022, month: 3 }))
        );
        assert_eq!(
            (new.tasks.as_slice(), old.tasks.as_slice()),
            (["Tenue du coffre".to_owned()].as_slice(), ["Encaissement".to_owned()].as_slice())
        );
        assert_eq!(origin(&reading, "/experiences/0/title"), Origin::Model);
        assert_eq!(origin(&reading, "/experiences/1/title"), Origin::Both);
        assert!(
            reading
                .evidence
                .iter()
                .filter(|e| e.field.starts_with("/experiences/0/"))
                .all(|e| e.lines == [5] || e.field.contains("tasks")),
            "{:?}",
            reading.evidence
        );
    }

    #[test]
    fn a_task_is_no_job_because_a_model_says_so() {
        for (start, employer) in [("2015", "Super Halle"), ("2021-01", "Grand Bazar")] {
            let reading = merged(HIDDEN, hidden_job(start, employer));
            assert_eq!(jobs(&reading), [("Vendeuse", Some("Maison Lorca"))]);
            assert_eq!(reading.profile.experiences[0].tasks.len(), 3);
            assert!(told(&reading).contains("« caissière »"), "{}", told(&reading));
        }
    }

    #[test]
    fn a_diploma_is_no_job_and_an_address_no_name() {
        let text = "dupont.marie@exemple.fr\n\nFORMATION\n2017 : Bac pro Commerce - Lycée Ampère, Lyon\n\nLOISIRS\nRestaurant chinois";
        let rules = read(text.as_bytes(), Some("cv.txt"), TODAY).unwrap();
        let reading = merged(
            text,
            json!({
                "name": "Dupont Marie",
                "experiences": [{ "title": "Commerce", "employer": "Lycée Ampère", "start": "2017", "end": "2017" }],
                "skills": ["Lycée Ampère"],
                "languages": [{ "name": "chinois", "level": null }, { "name": "klingon", "level": "C2" }],
            }),
        );
        assert_eq!(reading.profile.identity.name, rules.profile.identity.name);
        assert_eq!(reading.profile.experiences, rules.profile.experiences);
        assert_eq!(reading.profile.skills, rules.profile.skills);
        for refused in [
            "le nom « Dupont Marie »",
            "le poste « Commerce »",
            "la compétence « Lycée Ampère »",
            "la langue « klingon »",
        ] {
            assert!(told(&reading).contains(refused), "{refused}: {}", told(&reading));
        }
    }

    #[test]
    fn what_lacks_is_filled_in_and_to_be_checked() {
        let text = "Marie DUPONT\nContact par mail de préférence : marie@exemple.fr\n\nDIVERS\nBac pro Commerce, au lycée Ampère de Lyon, session 2017\nAnglais : lu, écrit, parlé\nPermis B\nJe fais du C++ et du C# le soir";
        let answer = json!({
            "education": [{ "diploma": "Bac pro Commerce", "school": "lycée Ampère", "year": 2017 }],
            "languages": [{ "name": "Anglais", "level": "lu, écrit, parlé" }],
            "licences": ["Permis B"],
            "skills": ["C#"],
        });
        let reading = merged(text, answer);
        let profile = &reading.profile;
        let study = profile.education.first().unwrap();
        assert_eq!(
            (study.diploma.as_str(), study.school.as_deref(), study.year),
            ("Bac pro Commerce", Some("lycée Ampère"), Some(2017))
        );
        assert_eq!(study.level.map(|level| level.0), Some(4));
        assert!(
            profile.skills.iter().any(|skill| skill.label == "C#" && skill.concept.is_some()),
            "{:?}",
            profile.skills
        );
        assert_eq!(profile.languages[0].code, "en");
        assert!(profile.licences.iter().any(|licence| licence.contains('B')), "{:?}", profile.licences);
        for found in reading.evidence.iter().filter(|found| found.origin == Origin::Model) {
            assert!(found.confidence < LOW && !found.lines.is_empty(), "{found:?}");
        }
        assert_eq!(origin(&reading, "/education/0/diploma"), Origin::Model);
    }

    #[test]
    fn addresses_and_numbers_are_the_same_however_they_are_written() {
        for (a, b, same) in [
            ("06 39 98 50 03", "06.39.98.50.03", true),
            ("+33 6 39 98 50 03", "+33639985003", true),
            ("https://www.exemple.fr/moi/", "exemple.fr/moi", true),
            ("m.dupont@exemple.fr", "mdupont@exemple.fr", false),
            ("06 39 98 50 03", "06 39 98 50 04", false),
        ] {
            assert_eq!(squeezed(a) == squeezed(b), same, "{a} {b}");
        }
    }

    #[test]
    fn the_years_of_a_claim_choose_among_the_dates_of_the_text() {
        let claim = |start: &str, end: Value, current: bool| {
            let job = json!({ "start": start, "end": end, "current": current });
            Claim::of(&serde_json::from_value(job).unwrap(), TODAY)
        };
        let period = |text: &str| dates::find(text, TODAY).unwrap();
        assert!(claim("2018-05", json!("2020"), false).agrees(&period("mars 2018 - juin 2020")));
        assert!(claim("mars 2018", Value::Null, true).agrees(&period("depuis mars 2018")));
        assert!(claim("2018", json!(2026), false).agrees(&period("depuis mars 2018")));
        assert!(!claim("2018", Value::Null, true).agrees(&period("2018 - 2020")));
        assert!(!claim("2017", json!("2020"), false).agrees(&period("2018 - 2020")));
        assert!(!claim("", Value::Null, true).agrees(&period("2018 - 2020")));
    }
}
