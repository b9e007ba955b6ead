//! The profile that LinkedIn saves as PDF: contacts and skills in a side bar, then jobs and studies set in a fixed
//! way, whatever the language.
//!
//! Under an employer, which is set a little larger, stand one or several positions: title, dates with their length,
//! town, what was done. An employer with several positions has the length of all of them under its name.

use std::sync::LazyLock;

use jiff::civil::Date;
use jobmatch_index::profile::{Education, Experience, Profile};
use regex::Regex;

use super::dates::{self, Period};
use super::experience;
use super::lines::{Line, word_count};
use super::{education, places};

/// « claire-bonnet.example (Portfolio) »
static KIND_OF_LINK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|\s)(?P<link>[\w/-]+(?:\.[\w/-]+)+) \([^()]+\)").expect("constant pattern")
});

/// Sizes of text differ by more than this, in points.
const LARGER: f32 = 0.2;

/// Whether LinkedIn made the document.
pub(super) fn is_export(lines: &[Line]) -> bool {
    lines.iter().any(|line| line.text.contains("linkedin.com/") && line.text.contains("(LinkedIn)"))
}

/// The jobs of the section about them.
pub(super) fn jobs(lines: &[Line], today: Date) -> Vec<Experience> {
    let rows: Vec<Row<'_>> =
        lines.iter().map(|line| Row { line, period: dates::find(&line.text, today) }).collect();
    let mut jobs: Vec<Experience> = Vec::new();
    let heads: Vec<Head> =
        (1..rows.len()).filter(|&at| rows[at].is_dates()).map(|at| Head::at(&rows, at)).collect();
    for (i, head) in heads.iter().enumerate() {
        let end = heads.get(i + 1).map_or(rows.len(), |next| next.start);
        let Some(period) = &rows[head.dates].period else { continue };
        let employer = match head.employer {
            Some(at) => Some(rows[at].line.text.clone()),
            None => jobs.last().and_then(|job| job.employer.clone()),
        };
        let body = &rows[(head.dates + 1).min(end)..end];
        let place = body.first().map(|row| &row.line.text).filter(|text| is_place(text)).cloned();
        let tasks =
            body[usize::from(place.is_some())..].iter().map(|row| row.line.item().to_owned()).collect();
        let texts: Vec<&str> =
            rows[head.start..=head.dates].iter().map(|row| row.line.text.as_str()).collect();
        jobs.push(Experience {
            title: rows[head.dates - 1].line.text.clone(),
            employer,
            place,
            rome: None,
            start: period.start,
            end: if period.current { None } else { period.end },
            current: period.current,
            months_said: period.months,
            tasks,
            line: texts.join(" · "),
        });
    }
    jobs
}

/// The studies of the section about them: the school, then the diploma with its field and years.
pub(super) fn studies(lines: &[Line], today: Date) -> Vec<Education> {
    let largest = lines.iter().map(|line| line.size).fold(0.0_f32, f32::max);
    if lines.iter().all(|line| line.size + LARGER > largest) {
        return education::read(lines, today);
    }
    let mut studies: Vec<Education> = Vec::new();
    let mut told = 0;
    for line in lines {
        if line.size + LARGER > largest {
            studies.push(Education {
                school: Some(line.text.clone()),
                line: line.text.clone(),
                ..Education::default()
            });
            told = 0;
        } else if let Some(study) = studies.last_mut()
            && told == 0
        {
            told += 1;
            study.line = format!("{} · {}", study.line, line.text);
            let (diploma, years) = line.text.rsplit_once('·').unwrap_or((&line.text, ""));
            study.diploma = diploma.trim().to_owned();
            study.level = education::level(&study.diploma);
            let period = dates::find(years, today);
            study.year = period.and_then(|p| p.end.or(p.start)).map(|month| month.year);
        }
    }
    studies
}

/// Completes what the head of the document says: name, headline and town stand under one another, links have the
/// name of their kind beside them.
pub(super) fn complete(profile: &mut Profile, head: &[&Line]) {
    let largest = head.iter().map(|line| line.size).fold(0.0_f32, f32::max);
    if let Some(at) = head.iter().position(|line| line.size + LARGER > largest) {
        profile.identity.name = Some(head[at].text.clone());
        let mut below =
            head[at + 1..].iter().map(|line| line.text.as_str()).take_while(|text| !text.contains('@'));
        if let Some(headline) = below.next() {
            profile.title = Some(without_employer(headline, &profile.experiences).to_owned());
        }
        if let Some(place) = below.next().and_then(|text| places::home(text.split(", ").next()?, true)) {
            profile.place = Some(place);
        }
    }
    for line in head {
        for found in KIND_OF_LINK.captures_iter(&line.text) {
            let link = &found["link"];
            if !profile.identity.links.iter().any(|known| known.ends_with(link)) {
                profile.identity.links.push(link.to_owned());
            }
        }
    }
}

/// « Responsable logistique chez Ateliers Marchenoir »: the employer is one of the jobs'.
fn without_employer<'a>(headline: &'a str, jobs: &[Experience]) -> &'a str {
    match experience::at_employer(headline) {
        Some((title, employer))
            if !title.is_empty() && jobs.iter().any(|job| job.employer.as_deref() == Some(employer)) =>
        {
            title
        }
        _ => headline,
    }
}

struct Row<'a> {
    line: &'a Line,
    period: Option<Period>,
}

impl Row<'_> {
    /// « avril 2021 - Present (3 ans 2 mois) » and nothing else.
    fn is_dates(&self) -> bool {
        self.period.as_ref().is_some_and(|p| {
            let rest = dates::without(&self.line.text, p);
            p.start.is_some()
                && p.is_range
                && (word_count(&rest) == 0 || rest.ends_with(')'))
                && word_count(&rest) < 5
        })
    }

    /// « 5 ans 2 mois » and nothing else.
    fn is_length(&self) -> bool {
        let alone = |p: &Period| word_count(&dates::without(&self.line.text, p)) == 0;
        self.period.as_ref().is_some_and(|p| p.is_length_only() && alone(p))
    }
}

/// The lines that name a position.
struct Head {
    start: usize,
    /// The line of the employer; none for a further position with the same one.
    employer: Option<usize>,
    dates: usize,
}

impl Head {
    /// The head whose dates are row `at`, which is not the first.
    fn at(rows: &[Row<'_>], at: usize) -> Self {
        let title = at - 1;
        let larger = |row: usize| rows[row].line.size > rows[title].line.size + LARGER;
        let employer = match title.checked_sub(1) {
            Some(above) if rows[above].is_length() => above.checked_sub(1),
            Some(above) if larger(above) || title == 1 => Some(above),
            _ => None,
        };
        Self { start: employer.unwrap_or(title), employer, dates: at }
    }
}

/// « Blois, Centre-Val de Loire, France », « Genève, Suisse »
fn is_place(text: &str) -> bool {
    let parts: Vec<&str> = text.split(", ").collect();
    let (first, last) = (parts[0], parts[parts.len() - 1]);
    let short = word_count(text) <= 9
        && !text.ends_with(['.', ';', ':'])
        && !text.contains(|c: char| c.is_ascii_digit());
    short && (parts.iter().any(|part| places::is_town(part)) || places::is_full(&format!("{first}, {last}")))
}
