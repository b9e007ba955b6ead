//! A profile: a CV in structured form, every fact with the line it came from.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::offer::{Cefr, Contract, DiplomaLevel, Place, Telework, WorkingTime};

/// A structured CV.
///
/// The score reads everything here except [`Identity`] and what says so.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Profile {
    /// Who it is. Never read by the score.
    pub identity: Identity,
    /// Headline: the occupation that the CV announces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Introduction in prose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Jobs, most recent first.
    pub experiences: Vec<Experience>,
    /// Diplomas and training, most recent first.
    pub education: Vec<Education>,
    /// Skills that the CV states or shows.
    pub skills: Vec<ProfileSkill>,
    /// Languages.
    pub languages: Vec<LanguageKnown>,
    /// Licences and legal authorisations, in the normal form of
    /// [`LicenceAsked`](crate::offer::LicenceAsked).
    pub licences: Vec<String>,
    /// Certificates that are neither diplomas nor licences, as written.
    pub certifications: Vec<String>,
    /// Interests, as written. Never read by the score.
    pub interests: Vec<String>,
    /// Home, for distances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What the person looks for.
    pub wishes: Wishes,
    /// Lines that found no place above, as written: shown to the person, and words for the score.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unplaced: Vec<String>,
    /// What the CV names only to say that the person does not have it (« pas de permis », « jamais utilisé
    /// Angular »), as written. Never a claim, and no words for the score.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_claimed: Vec<String>,
}

/// Identity and contacts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Identity {
    /// Full name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone number, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Links (LinkedIn, GitHub, portfolio).
    pub links: Vec<String>,
}

/// A job held.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Experience {
    /// Title of the job.
    pub title: String,
    /// Employer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employer: Option<String>,
    /// Town, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// ROME code of the occupation that the title names, when one is likely.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rome: Option<String>,
    /// First month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Month>,
    /// Last month; `None` with a start means that it is the present job or that the end is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<Month>,
    /// The CV says that the job goes on.
    pub current: bool,
    /// Length in months that the CV states in words (« 3 ans »).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(maximum = 65_535))]
    pub months_said: Option<u16>,
    /// What was done, line by line.
    pub tasks: Vec<String>,
    /// The line of the CV that the title and dates come from.
    pub line: String,
}

impl Experience {
    /// Length in months: from the dates, both ends included, `today` closing a present job; else the length
    /// that the CV states. `None` when it says neither.
    pub fn months(&self, today: Date) -> Option<u16> {
        let end = self.end.or_else(|| self.current.then(|| Month::of(today)));
        match (self.start, end) {
            (Some(start), Some(end)) => Some((end.index() - start.index() + 1).clamp(0, 720) as u16),
            _ => self.months_said,
        }
    }
}

/// A month of a year; a CV that gives a year alone is read as January (start) or December (end).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Month {
    /// Year, such as 2021.
    #[cfg_attr(feature = "openapi", schema(minimum = 1900, maximum = 2200))]
    pub year: i16,
    /// Month, 1 to 12.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 12))]
    pub month: u8,
}

impl Month {
    /// The month that holds `day`.
    pub fn of(day: Date) -> Self {
        Self { year: day.year(), month: day.month() as u8 }
    }

    /// Months since year 0, for differences.
    pub fn index(self) -> i32 {
        i32::from(self.year) * 12 + i32::from(self.month) - 1
    }
}

/// A diploma or a training.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Education {
    /// Diploma, as written.
    pub diploma: String,
    /// Its level, when it is recognised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<DiplomaLevel>,
    /// School.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub school: Option<String>,
    /// Year obtained.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = -32_768, maximum = 32_767))]
    pub year: Option<i16>,
    /// The line of the CV.
    pub line: String,
}

/// A skill of a profile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct ProfileSkill {
    /// Label, as the CV writes it.
    pub label: String,
    /// Stable id of the concept in the skill graph, such as `tech:react`; `None` when none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concept: Option<String>,
    /// The line of the CV that shows it.
    pub line: String,
    /// Months of the jobs that show it, overlaps counted once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub months: Option<u16>,
}

/// A language of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LanguageKnown {
    /// ISO 639-1 code, such as `en`.
    pub code: String,
    /// Level, when it is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Cefr>,
    /// The line of the CV.
    #[serde(default)]
    pub line: String,
}

/// What the person looks for; anything left out is unknown to the score.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Wishes {
    /// Trades wanted where they are not those of the headline and the jobs (« en reconversion vers… »), as
    /// written. Ranked before what was done until now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub occupations: Vec<String>,
    /// Where: towns, departments, regions or countries, as written. Empty means around home.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
    /// Lowest pay, gross euros a year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salary: Option<u32>,
    /// How far from home, in kilometres.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(maximum = 65_535))]
    pub radius_km: Option<u16>,
    /// Kinds of contract that suit.
    pub contracts: Vec<Contract>,
    /// Least telework that suits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telework: Option<Telework>,
    /// Full or part time; `None` where either suits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<WorkingTime>,
    /// What is refused (« nuit », « déplacements », « intérim »), as written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refuses: Vec<String>,
}
