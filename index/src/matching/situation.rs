//! Which kinds of contract are for someone in the person's situation: an apprenticeship is for who studies, not for who
//! has worked for twenty years, unless they ask for one.

use jiff::civil::Date;

use crate::offer::Contract;
use crate::profile::Profile;
use crate::skills::fold;

/// Months of work from which on nobody is taken for a learner.
const EXPERIENCED: u16 = 24;
/// Years since the last diploma within which someone with little work may still be taken as one.
const SINCE_DIPLOMA: i16 = 1;
/// How far a contract for learners suits someone of whom it is not known whether they are one.
const PERHAPS: f32 = 0.5;
/// How far one suits someone who has left school and worked a little.
const HARDLY: f32 = 0.3;

/// What a person's situation says of kinds of contract.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Situation {
    /// Kinds asked for.
    asked: Vec<Contract>,
    /// How far apprenticeships and internships suit, 0 to 1.
    learning: f32,
    /// The CV speaks of work on one's own account.
    independent: bool,
}

impl Situation {
    /// `months`: those of all jobs together, if they are known.
    pub(super) fn of(profile: &Profile, months: Option<u16>, today: Date) -> Self {
        let said = said(profile);
        let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
        let last = profile.education.iter().filter_map(|education| education.year).max();
        let fresh = last.is_some_and(|year| year + SINCE_DIPLOMA >= today.year()) || says(&LEARNER);
        let learning = match (months, fresh) {
            (Some(months), _) if months >= EXPERIENCED => 0.0,
            (_, true) => 1.0,
            (None, false) => PERHAPS,
            (Some(_), false) => HARDLY,
        };
        Self { asked: profile.wishes.contracts.clone(), learning, independent: says(&INDEPENDENT) }
    }

    /// How far a kind of contract suits, 0 to 1.
    pub(super) fn suits(&self, contract: Contract) -> f32 {
        match contract {
            asked if self.asked.contains(&asked) => 1.0,
            Contract::Apprenticeship | Contract::Internship if !self.asked.is_empty() => 0.0,
            Contract::Apprenticeship | Contract::Internship => self.learning,
            Contract::SelfEmployed => f32::from(u8::from(self.independent)),
            _ => 1.0,
        }
    }
}

/// Words of someone who learns, folded.
const LEARNER: [&str; 5] = ["etudiant", "lyceen", "cherche une alternance", "cherche un stage", "student"];
/// Words of someone who works on their own account, folded.
const INDEPENDENT: [&str; 7] = [
    "freelance",
    "independant",
    "auto-entrepreneu",
    "autoentrepreneu",
    "micro-entrepr",
    "liberal",
    "self-employed",
];

/// The headline, the summary and the titles and employers of the jobs, folded.
fn said(profile: &Profile) -> String {
    let jobs = profile.experiences.iter();
    let lines = profile.title.iter().chain(&profile.summary);
    let lines = lines
        .map(String::as_str)
        .chain(jobs.flat_map(|job| std::iter::once(job.title.as_str()).chain(job.employer.as_deref())));
    fold(&lines.chain(profile.unplaced.iter().map(String::as_str)).collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::profile::{Education, Wishes};

    fn suits(profile: &Profile, months: Option<u16>, contract: Contract) -> f32 {
        Situation::of(profile, months, date(2026, 11, 20)).suits(contract)
    }

    #[test]
    fn learners_are_those_who_study_or_ask_for_it() {
        let diploma = |year| Education { year: Some(year), ..Education::default() };
        let of = |education| Profile { education, ..Profile::default() };
        let (young, older) = (of(vec![diploma(2026)]), of(vec![diploma(1998)]));
        assert_eq!(suits(&young, Some(6), Contract::Internship), 1.0);
        assert_eq!(suits(&older, Some(240), Contract::Apprenticeship), 0.0);
        assert_eq!(suits(&young, Some(240), Contract::Apprenticeship), 0.0);
        assert_eq!(suits(&older, Some(240), Contract::Permanent), 1.0);
        let asks = Wishes { contracts: vec![Contract::Apprenticeship], ..Wishes::default() };
        assert_eq!(suits(&Profile { wishes: asks, ..older }, Some(240), Contract::Apprenticeship), 1.0);
        let permanent = Wishes { contracts: vec![Contract::Permanent], ..Wishes::default() };
        assert_eq!(suits(&Profile { wishes: permanent, ..young }, Some(6), Contract::Internship), 0.0);
        assert!((0.0..1.0).contains(&suits(&Profile::default(), None, Contract::Internship)));
    }

    #[test]
    fn work_on_one_s_own_account_is_for_those_who_know_it() {
        let person = |title: &str| Profile { title: Some(title.into()), ..Profile::default() };
        assert_eq!(suits(&person("Graphiste freelance"), Some(60), Contract::SelfEmployed), 1.0);
        assert_eq!(suits(&person("Graphiste"), Some(60), Contract::SelfEmployed), 0.0);
    }
}
