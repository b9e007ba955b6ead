//! What the jobs of a CV say together: how long in all, in which occupations, where they overlap or leave a gap.
//!
//! Information for the person; the score reads each job by itself.

use std::collections::HashMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::profile::{Experience, Month};

/// Longest time between two jobs, in months, that is not told.
const SHORT_GAP: u16 = 3;

/// The jobs of a CV as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Career {
    /// Months worked, those of jobs that overlap counted once; `None` when no job says how long it was.
    #[cfg_attr(feature = "openapi", schema(maximum = 65_535))]
    pub months: Option<u16>,
    /// Times between two jobs that are longer than three months, the latest first.
    pub gaps: Vec<Span>,
    /// Jobs held at the same time, in the order of the CV.
    pub overlaps: Vec<Overlap>,
    /// Occupations, the one held longest first.
    pub occupations: Vec<Held>,
}

/// Some months on end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Span {
    /// First month.
    pub from: Month,
    /// Last month.
    pub to: Month,
    /// How many.
    #[cfg_attr(feature = "openapi", schema(maximum = 65_535))]
    pub months: u16,
}

/// Two jobs held at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Overlap {
    /// Their places in the list of jobs, from 0.
    pub jobs: (usize, usize),
    /// When.
    pub span: Span,
}

/// An occupation, over all jobs that name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Held {
    /// ROME code.
    pub rome: String,
    /// Months, those of jobs that overlap counted once.
    #[cfg_attr(feature = "openapi", schema(maximum = 65_535))]
    pub months: u16,
}

impl Career {
    /// The career that `jobs` make; `today` closes present jobs.
    pub fn of(jobs: &[Experience], today: Date) -> Self {
        let mut dated: Vec<(usize, Range)> =
            jobs.iter().enumerate().filter_map(|(i, job)| Some((i, Range::of(job, today)?))).collect();
        let overlaps = overlaps(&dated);
        dated.sort_by_key(|(_, range)| *range);
        let mut gaps = Vec::new();
        let mut covered: Option<i32> = None;
        for (_, range) in &dated {
            if let Some(end) = covered {
                let gap = Range { start: end, end: range.start }.span();
                gaps.extend(gap.filter(|gap| gap.months > SHORT_GAP));
            }
            covered = covered.max(Some(range.end));
        }
        gaps.reverse();
        Self { months: covered_months(jobs, today), gaps, overlaps, occupations: occupations(jobs, today) }
    }
}

/// Months that `jobs` cover: those that overlap count once, and a job with a stated length but no dates adds it.
/// `None` when none says how long it was.
pub fn covered_months<'a>(jobs: impl IntoIterator<Item = &'a Experience>, today: Date) -> Option<u16> {
    let (mut ranges, mut said) = (Vec::new(), None);
    for job in jobs {
        match Range::of(job, today) {
            Some(range) => ranges.push(range),
            None => said = job.months_said.map(i32::from).map(|months| months + said.unwrap_or(0)).or(said),
        }
    }
    ranges.sort_unstable();
    let mut total = said;
    let mut covered = i32::MIN;
    for range in ranges {
        total = Some(total.unwrap_or(0) + (range.end - range.start.max(covered)).max(0));
        covered = covered.max(range.end);
    }
    total.map(|months| months.clamp(0, 720) as u16)
}

/// Months of a job by [`Month::index`], the end left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Range {
    start: i32,
    end: i32,
}

impl Range {
    /// `None` for a job without both ends, or whose end comes before its start.
    fn of(job: &Experience, today: Date) -> Option<Self> {
        let end = job.end.or_else(|| job.current.then(|| Month::of(today)))?;
        let range = Self { start: job.start?.index(), end: end.index() + 1 };
        (range.start < range.end).then_some(range)
    }

    fn span(self) -> Option<Span> {
        let month =
            |index: i32| Month { year: index.div_euclid(12) as i16, month: index.rem_euclid(12) as u8 + 1 };
        let months = u16::try_from(self.end - self.start).ok().filter(|months| *months > 0)?;
        Some(Span { from: month(self.start), to: month(self.end - 1), months })
    }

    /// The months of both. A month that ends one job and begins the next is none, nor is such a year: a year alone is
    /// read as January to December.
    fn common(self, other: Self) -> Option<Span> {
        let common = Self { start: self.start.max(other.start), end: self.end.min(other.end) };
        let span = common.span()?;
        let (first, second) = if self <= other { (self, other) } else { (other, self) };
        let meet = first.end < second.end && first.start < second.start;
        let whole_year = span.months == 12 && span.from.month == 1;
        (!meet || span.months > 1 && !whole_year).then_some(span)
    }
}

fn overlaps(dated: &[(usize, Range)]) -> Vec<Overlap> {
    let mut overlaps = Vec::new();
    for (at, (i, range)) in dated.iter().enumerate() {
        for (j, other) in &dated[at + 1..] {
            overlaps.extend(range.common(*other).map(|span| Overlap { jobs: (*i, *j), span }));
        }
    }
    overlaps
}

fn occupations(jobs: &[Experience], today: Date) -> Vec<Held> {
    let mut by_rome: HashMap<&str, Vec<&Experience>> = HashMap::new();
    for job in jobs {
        if let Some(rome) = &job.rome {
            by_rome.entry(rome).or_default().push(job);
        }
    }
    let held = |(rome, jobs): (&str, Vec<&Experience>)| {
        Some(Held { rome: rome.to_owned(), months: covered_months(jobs, today)? })
    };
    let mut occupations: Vec<Held> = by_rome.into_iter().filter_map(held).collect();
    occupations.sort_by(|a, b| b.months.cmp(&a.months).then_with(|| a.rome.cmp(&b.rome)));
    occupations
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 22);

    /// `2019-03` and such; an empty end is the present.
    fn job(rome: &str, start: &str, end: &str) -> Experience {
        let month = |text: &str| {
            let (year, month) = text.split_once('-')?;
            Some(Month { year: year.parse().unwrap(), month: month.parse().unwrap() })
        };
        Experience {
            rome: Some(rome.to_owned()),
            start: month(start),
            end: month(end),
            current: end.is_empty(),
            ..Experience::default()
        }
    }

    fn gaps(career: &Career) -> Vec<(String, u16)> {
        let written = |m: Month| format!("{}-{:02}", m.year, m.month);
        career.gaps.iter().map(|g| (format!("{}/{}", written(g.from), written(g.to)), g.months)).collect()
    }

    #[test]
    fn months_held_twice_count_once() {
        let jobs = [
            job("N1101", "2024-01", ""),
            job("N1101", "2020-01", "2021-12"),
            job("N1103", "2021-07", "2022-06"),
        ];
        let career = Career::of(&jobs, TODAY);
        assert_eq!(career.months, Some(30 + 35));
        assert_eq!(career.occupations[0], Held { rome: "N1101".into(), months: 24 + 35 });
        assert_eq!(career.occupations[1], Held { rome: "N1103".into(), months: 12 });
        assert_eq!(career.overlaps.len(), 1);
        assert_eq!((career.overlaps[0].jobs, career.overlaps[0].span.months), ((1, 2), 6));
        assert_eq!(gaps(&career), [("2022-07/2023-12".to_owned(), 18)]);
    }

    #[test]
    fn a_short_break_is_none_and_a_job_inside_another_opens_no_gap() {
        let jobs =
            [job("A", "2023-01", "2023-06"), job("B", "2018-01", "2022-09"), job("C", "2019-01", "2019-03")];
        let career = Career::of(&jobs, TODAY);
        assert!(career.gaps.is_empty(), "{:?}", career.gaps);
        let longer = Career::of(&[job("A", "2023-02", "2023-06"), jobs[1].clone()], TODAY);
        assert_eq!(gaps(&longer), [("2022-10/2023-01".to_owned(), 4)]);
    }

    #[test]
    fn jobs_that_follow_each_other_do_not_overlap() {
        let over = |first: Experience, second: Experience| {
            Career::of(&[second, first], TODAY).overlaps.first().map(|overlap| overlap.span.months)
        };
        assert_eq!(over(job("A", "2018-03", "2020-06"), job("B", "2020-06", "2021-01")), None);
        // « 2018 – 2020 », « 2020 – 2022 ».
        assert_eq!(over(job("A", "2018-01", "2020-12"), job("B", "2020-01", "2022-12")), None);
        assert_eq!(over(job("A", "2018-01", "2020-12"), job("B", "2020-02", "2022-12")), Some(11));
        assert_eq!(over(job("A", "2018-01", "2020-12"), job("B", "2019-01", "2019-12")), Some(12));
        assert_eq!(over(job("A", "2018-01", "2020-12"), job("B", "2018-01", "2020-12")), Some(36));
    }

    #[test]
    fn what_says_no_length_counts_for_nothing() {
        let mut said = job("A", "", "2020-01");
        said.current = false;
        assert_eq!(Career::of(std::slice::from_ref(&said), TODAY).months, None);
        said.months_said = Some(18);
        let backwards = job("A", "2022-01", "2020-01");
        let career = Career::of(&[said, backwards, job("A", "2023-01", "2023-12")], TODAY);
        assert_eq!(career.months, Some(30));
        assert_eq!(Career::of(&[], TODAY), Career::default());
    }
}
