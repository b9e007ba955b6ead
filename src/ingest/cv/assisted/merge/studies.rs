//! Diplomas: the model's are aligned with those that the rules found, and complete them.

use std::ops::Range;

use jobmatch_index::profile::Education;

use super::super::super::dates::Period;
use super::super::super::education;
use super::super::answer::Study;
use super::jobs::{Claim, Jobs};
use super::{
    DIPLOMA, ELSEWHERE, Head, MOST_ENTRIES, Marks, Merge, NEAR, Origin, SCHOOL, TAKEN, UNSUPPORTED, YEAR,
    meet, same, settle,
};

impl Merge<'_> {
    pub(super) fn study(
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
}
