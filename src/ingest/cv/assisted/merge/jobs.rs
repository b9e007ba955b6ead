//! Jobs: the model's are aligned with those that the rules found, and complete them.

use std::collections::HashSet;
use std::ops::Range;

use jiff::civil::Date;
use jobmatch_index::profile::{Education, Experience, Profile};

use super::super::super::dates::{self, Period};
use super::super::super::evidence::Search;
use super::super::super::{rome, titles};
use super::super::answer::{Job, Said};
use super::{
    DATES, ELSEWHERE, EMPLOYER, Head, JOB, MOST_ENTRIES, Marks, Merge, NEAR, Origin, PLACE, Quote, TAKEN,
    TASK, UNSUPPORTED, heads, meet, same, settle_text,
};

impl Merge<'_> {
    pub(super) fn job(
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
            experience.rome = rome(&experience.title, experience.employer.as_deref());
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
            rome: rome(title, found.employer()),
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
pub(super) struct KnownJob {
    pub(super) experience: Experience,
    pub(super) head: Head,
    /// Its place among the jobs that the rules found.
    rules: Option<usize>,
    pub(super) marks: Marks,
}

pub(super) struct Jobs(pub(super) Vec<KnownJob>);

impl Jobs {
    pub(super) fn of(profile: &mut Profile, search: &Search<'_>) -> Self {
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
    pub(super) fn ordered(mut self) -> Vec<KnownJob> {
        let date = |job: &KnownJob| (job.experience.current, job.experience.end, job.experience.start);
        if self.0.iter().all(|job| job.experience.start.is_some() || job.experience.end.is_some()) {
            self.0.sort_by_key(|job| std::cmp::Reverse(date(job)));
        }
        self.0
    }
}

/// The dates that the model gives a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Claim {
    start: Option<i16>,
    end: Option<i16>,
    current: bool,
    today: i16,
}

impl Claim {
    pub(super) fn of(said: &Job, today: Date) -> Self {
        let year = |said: &Said| said.get().and_then(|text| Self::year(text, today));
        let end = year(&said.end);
        let current = end.is_none() && said.current == Some(true);
        Self { start: year(&said.start), end, current, today: today.year() }
    }

    /// The year in a date that a model writes: « 2019-03 », « mars 2019 ».
    pub(super) fn year(text: &str, today: Date) -> Option<i16> {
        let digits = text.get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
        let found = || dates::find(text, today).and_then(|period| period.end.or(period.start));
        digits.and_then(|digits| digits.parse().ok()).or_else(|| found().map(|month| month.year))
    }

    fn is_empty(&self) -> bool {
        self.start.is_none() && self.end.is_none()
    }

    /// Whether the document may be meant. Years decide: the months are the document's in any case.
    pub(super) fn agrees(&self, period: &Period) -> bool {
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
