//! Figures about a person's applications.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jobmatch_index::application::{Application, Happened, Status};
use serde::Serialize;

/// Weeks that are counted.
const WEEKS: i64 = 12;

/// Figures about applications.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Statistics {
    /// Applications.
    pub total: usize,
    /// Those that reached each step, whatever became of them since.
    pub funnel: Vec<Reached>,
    /// Those that stand in each state.
    pub states: Vec<Reached>,
    /// Sent applications that an employer answered, out of those sent: 0 to 1. None when none was sent.
    pub answered: Option<f64>,
    /// The last weeks, the oldest first.
    pub weeks: Vec<Week>,
}

/// How many applications are or were in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Reached {
    /// The state.
    pub status: Status,
    /// How many.
    pub count: usize,
}

/// What happened in a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Week {
    /// Its Monday.
    pub monday: Date,
    /// Applications begun.
    pub added: usize,
    /// Applications sent.
    pub sent: usize,
}

/// Counts.
pub fn count(applications: &[Application], today: Date) -> Statistics {
    const STEPS: [Status; 5] =
        [Status::Added, Status::InProgress, Status::Applied, Status::Interview, Status::Accepted];
    let reached = |status| Reached {
        status,
        count: applications.iter().filter(|application| has_reached(application, status)).count(),
    };
    let standing = |status| Reached {
        status,
        count: applications.iter().filter(|application| application.status == status).count(),
    };
    let sent: Vec<_> = applications.iter().filter(|a| has_reached(a, Status::Applied)).collect();
    let answers = [Status::Interview, Status::Accepted, Status::Rejected];
    let answered = sent.iter().filter(|a| answers.iter().any(|status| has_reached(a, *status))).count();
    let this_week = monday(today);
    let week = |back: i64| {
        let monday = this_week.saturating_sub((7 * back).days());
        let happened = |wanted: fn(&Happened) -> bool| {
            let events = applications.iter().flat_map(|application| &application.history);
            events.filter(|event| wanted(&event.what) && week_of(event.at) == monday).count()
        };
        Week {
            monday,
            added: happened(|what| *what == Happened::Added),
            sent: happened(|what| {
                matches!(what, Happened::Moved { from: Status::InProgress, to: Status::Applied })
            }),
        }
    };
    Statistics {
        total: applications.len(),
        funnel: STEPS.map(reached).to_vec(),
        states: Status::ALL.map(standing).to_vec(),
        answered: (!sent.is_empty()).then(|| answered as f64 / sent.len() as f64),
        weeks: (0..WEEKS).rev().map(week).collect(),
    }
}

/// Whether it is in a state now or left it for one further on; a step taken back does not count.
fn has_reached(application: &Application, status: Status) -> bool {
    if status == Status::Added || application.status == status {
        return true;
    }
    // The way that led here, without what was taken back.
    let mut way = vec![Status::Added];
    for event in &application.history {
        if let Happened::Moved { to, .. } = event.what {
            match way.iter().position(|passed| *passed == to) {
                Some(back) => way.truncate(back + 1),
                None => way.push(to),
            }
        }
    }
    way.contains(&status)
}

fn week_of(at: jiff::Timestamp) -> Date {
    monday(at.to_zoned(TimeZone::system()).date())
}

fn monday(day: Date) -> Date {
    day.saturating_sub(i32::from(day.weekday().since(Weekday::Monday)).days())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;
    use jobmatch_index::offer::Offer;

    use super::*;

    fn application(way: &[Status]) -> Application {
        let now: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
        let mut application = Application::new(Offer::default(), None, None, now);
        for to in way {
            application.go(*to, now, date(2026, 11, 25)).unwrap();
        }
        application
    }

    #[test]
    fn steps_are_counted_and_steps_taken_back_are_not() {
        use Status::{Accepted, Added, Applied, InProgress, Interview, Rejected};
        let all = [
            application(&[]),
            application(&[InProgress, Added]),
            application(&[InProgress, Applied]),
            application(&[InProgress, Applied, Rejected]),
            application(&[InProgress, Applied, Interview, Accepted]),
        ];
        let figures = count(&all, date(2026, 11, 25));
        let counts: Vec<usize> = figures.funnel.iter().map(|step| step.count).collect();
        assert_eq!(counts, [5, 3, 3, 1, 1]);
        assert_eq!(figures.answered, Some(2.0 / 3.0));
        let last = figures.weeks.last().unwrap();
        assert_eq!((figures.weeks.len(), last.monday, last.added, last.sent), (12, date(2026, 11, 23), 5, 3));
        assert_eq!(count(&[], date(2026, 11, 25)).answered, None);
    }
}
