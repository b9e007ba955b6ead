//! What a fictional CV says, and how a careful person reads it. `tests/cv/README.md` describes the format.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jobmatch_index::profile::Month;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::super::{CollectionError, EvalError};

/// A fictional person: everything that their CV says, as printed, with its meaning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Name, in the case and order of the CV.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Telephone number, as printed.
    pub phone: String,
    /// Links, as printed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
    /// Street.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Town, with its postal code or department if they are printed.
    pub place: String,
    /// Other lines of the head (age, situation, vehicle).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub personal: Vec<String>,
    /// The occupation that the CV announces.
    pub title: String,
    /// Introduction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Jobs, most recent first.
    pub experiences: Vec<Job>,
    /// Diplomas and training.
    pub education: Vec<Study>,
    /// Skills, in the groups that the CV makes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<Group>,
    /// Languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<Spoken>,
    /// Licences, in their normal form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub licences: Vec<Licence>,
    /// Other certificates, as printed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certifications: Vec<String>,
    /// Interests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interests: Vec<String>,
    /// The words that head each section.
    #[serde(default)]
    pub headings: BTreeMap<String, String>,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Title.
    pub title: String,
    /// Employer.
    pub employer: String,
    /// Town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Dates, as printed.
    pub dates: String,
    /// First month.
    #[serde(with = "month")]
    pub start: Month,
    /// Last month; none for the present job.
    #[serde(default, with = "month_if_any", skip_serializing_if = "Option::is_none")]
    pub end: Option<Month>,
    /// The job goes on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub current: bool,
    /// Contract, as printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
    /// What was done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<String>,
}

/// A diploma or a training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Study {
    /// Diploma.
    pub diploma: String,
    /// French level, 3 to 8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// School.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub school: Option<String>,
    /// Town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Dates, as printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates: Option<String>,
    /// Year obtained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i16>,
}

/// Skills that stand together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// What heads them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The skills.
    pub items: Vec<String>,
}

/// A language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spoken {
    /// ISO 639-1 code.
    pub code: String,
    /// As printed.
    pub said: String,
    /// CEFR level, when the words tell one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
}

/// A licence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// As printed; several licences may share a line.
    pub said: String,
    /// Normal form.
    pub name: String,
}

impl Person {
    /// Reads one file.
    pub fn read(path: &Path) -> Result<Self, EvalError> {
        let text =
            fs::read_to_string(path).map_err(|source| EvalError::Io { path: path.to_owned(), source })?;
        serde_json::from_str(&text).map_err(|error| {
            let why = error.to_string();
            CollectionError::Line { path: path.to_owned(), line: error.line(), why }.into()
        })
    }

    /// Reads every `*.json` of a folder: the names of the files, and the people, in the order of the names.
    pub fn read_all(folder: &Path) -> Result<Vec<(String, Self)>, EvalError> {
        let io = |source| EvalError::Io { path: folder.to_owned(), source };
        let mut people = Vec::new();
        for entry in fs::read_dir(folder).map_err(io)? {
            let path = entry.map_err(io)?.path();
            if path.extension().is_some_and(|e| e == "json")
                && let Some(name) = path.file_stem().and_then(|name| name.to_str())
            {
                people.push((name.to_owned(), Self::read(&path)?));
            }
        }
        people.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(people)
    }

    /// The lines that name licences, each once, without those of the head.
    pub(super) fn licence_lines(&self) -> Vec<&str> {
        let mut lines: Vec<&str> = Vec::new();
        for licence in &self.licences {
            let said = licence.said.as_str();
            if !lines.contains(&said) && !self.personal.iter().any(|line| line == said) {
                lines.push(said);
            }
        }
        lines
    }

    /// What heads a section.
    pub(super) fn heading(&self, section: &str) -> &str {
        let usual = match section {
            "contact" => "Contact",
            "summary" => "Profil",
            "experiences" => "Expériences professionnelles",
            "education" => "Formation",
            "skills" => "Compétences",
            "languages" => "Langues",
            "licences" => "Permis",
            "certifications" => "Certifications",
            _ => "Centres d'intérêt",
        };
        self.headings.get(section).map_or(usual, String::as_str)
    }
}

/// « 2021-03 »
fn parse_month<E: serde::de::Error>(text: &str) -> Result<Month, E> {
    let parsed = text.split_once('-').and_then(|(year, month)| {
        Some(Month { year: year.parse().ok()?, month: month.parse().ok().filter(|m| (1..=12).contains(m))? })
    });
    parsed.ok_or_else(|| E::custom(format!("{text:?} is no month such as 2021-03")))
}

mod month {
    use super::{Deserialize, Deserializer, Month, Serializer, parse_month};

    pub(super) fn serialize<S: Serializer>(month: &Month, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{:04}-{:02}", month.year, month.month))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Month, D::Error> {
        parse_month(&String::deserialize(from)?)
    }
}

mod month_if_any {
    use super::{Deserialize, Deserializer, Month, Serializer, parse_month};

    pub(super) fn serialize<S: Serializer>(month: &Option<Month>, to: S) -> Result<S::Ok, S::Error> {
        match month {
            Some(month) => super::month::serialize(month, to),
            None => to.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Month>, D::Error> {
        Option::<String>::deserialize(from)?.map(|text| parse_month(&text)).transpose()
    }
}
