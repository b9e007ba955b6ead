//! JSON: a profile of our own, or a CV in the form of <https://jsonresume.org/schema> (JSON Resume 1.0), read and
//! written.

use jobmatch_index::offer::{DiplomaLevel, Place};
use jobmatch_index::profile::{Education, Experience, Identity, LanguageKnown, Month, Profile};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::error::CvError;
use super::layout::ANY_DAY;
use super::{Content, Opened, Stated, dates, education, languages, places};

/// Reads JSON text: our own profile comes back as it is, a JSON Resume as what it states.
pub(super) fn read(text: &str) -> Result<Opened, CvError> {
    let mut value: Value = serde_json::from_str(text).map_err(|e| CvError::BrokenJson {
        line: e.line(),
        column: e.column(),
        why: e.to_string().split(" at line ").next().unwrap_or_default().to_owned(),
    })?;
    let Value::Object(fields) = &value else {
        return Err(CvError::UnknownJson { why: "it is not an object".into() });
    };
    let unknown = |e: serde_json::Error| CvError::UnknownJson { why: e.to_string() };
    if ["identity", "experiences", "wishes"].iter().any(|k| fields.contains_key(*k)) {
        return Ok(Content::Profile(Box::new(serde_json::from_value(value).map_err(unknown)?)).into());
    }
    if !["basics", "work", "education", "skills"].iter().any(|k| fields.contains_key(*k)) {
        return Err(CvError::UnknownJson { why: "it has none of basics, work, education, skills".into() });
    }
    let is_used =
        |name: &&str| fields.get(*name).and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    let left_out: Vec<&str> = ["awards", "publications", "references"].into_iter().filter(is_used).collect();
    let remark = format!(
        "Le fichier contient aussi des rubriques qui n'ont pas été reprises : {}.",
        left_out.join(", ")
    );
    let remarks = if left_out.is_empty() { vec![] } else { vec![remark] };
    make_texts(&mut value);
    let resume: Resume = serde_json::from_value(value).map_err(unknown)?;
    let content = Content::Stated(Box::new(resume.stated()), super::Document::default());
    Ok(Opened { remarks, ..Opened::from(content) })
}

/// What tools write in the place of text, as text: numbers, and `null` for what is missing.
fn make_texts(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(make_texts);
        }
        Value::Array(items) => {
            items.retain(|item| !item.is_null());
            items.iter_mut().for_each(make_texts);
        }
        Value::Number(number) => *value = Value::String(number.to_string()),
        Value::Bool(on) => *value = Value::String(on.to_string()),
        Value::Null | Value::String(_) => {}
    }
}

/// The parts of the schema that a profile holds. Unknown fields are ignored, missing ones empty.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Resume {
    basics: Basics,
    work: Vec<Work>,
    volunteer: Vec<Work>,
    education: Vec<Study>,
    skills: Vec<Named>,
    languages: Vec<Language>,
    certificates: Vec<Named>,
    interests: Vec<Named>,
    projects: Vec<Project>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Basics {
    name: Option<String>,
    label: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    url: Option<String>,
    website: Option<String>,
    summary: Option<String>,
    location: Location,
    profiles: Vec<Link>,
}

/// An object by the schema; some tools write the town alone.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Location {
    Parts(LocationParts),
    Town(String),
}

impl Default for Location {
    fn default() -> Self {
        Self::Parts(LocationParts::default())
    }
}

impl From<Location> for LocationParts {
    fn from(location: Location) -> Self {
        match location {
            Location::Parts(parts) => parts,
            Location::Town(town) => Self { city: Some(town), ..Self::default() },
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct LocationParts {
    city: Option<String>,
    postal_code: Option<String>,
    country_code: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Link {
    url: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Work {
    name: Option<String>,
    company: Option<String>,
    organization: Option<String>,
    position: Option<String>,
    location: Option<String>,
    start_date: Option<String>,
    end_date: Option<String>,
    summary: Option<String>,
    highlights: Vec<String>,
    /// Not in the schema: `false` for a job that is over and whose end is not known.
    current: Option<String>,
    /// Not in the schema: length in months.
    months: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Study {
    institution: Option<String>,
    area: Option<String>,
    study_type: Option<String>,
    start_date: Option<String>,
    end_date: Option<String>,
    courses: Vec<String>,
    /// Not in the schema: level of the European framework of qualifications, which French levels follow.
    eqf_level: Option<String>,
}

/// A skill, a certificate, an interest: an object by the schema; some tools write the name alone.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "NamedForm")]
struct Named {
    name: Option<String>,
    keywords: Vec<String>,
    issuer: Option<String>,
    date: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum NamedForm {
    Name(String),
    Parts(NamedParts),
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NamedParts {
    name: Option<String>,
    keywords: Vec<String>,
    issuer: Option<String>,
    date: Option<String>,
}

impl From<NamedForm> for Named {
    fn from(form: NamedForm) -> Self {
        match form {
            NamedForm::Name(name) => Self { name: Some(name), ..Self::default() },
            NamedForm::Parts(NamedParts { name, keywords, issuer, date }) => {
                Self { name, keywords, issuer, date }
            }
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Language {
    language: Option<String>,
    fluency: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Project {
    name: Option<String>,
    description: Option<String>,
    highlights: Vec<String>,
    keywords: Vec<String>,
}

impl Resume {
    fn stated(self) -> Stated {
        let mut stated = Stated::default();
        let basics = self.basics;
        let profile = &mut stated.profile;
        let links = basics.profiles.into_iter().filter_map(|l| l.url).chain(basics.url).chain(basics.website);
        profile.identity = Identity {
            name: filled(basics.name),
            email: filled(basics.email),
            phone: filled(basics.phone),
            links: links.filter(|l| !l.trim().is_empty()).collect(),
        };
        profile.title = filled(basics.label);
        profile.summary = filled(basics.summary);
        profile.place = LocationParts::from(basics.location).place();
        profile.experiences =
            self.work.into_iter().chain(self.volunteer).filter_map(Work::experience).collect();
        super::most_recent_first(&mut profile.experiences);
        profile.interests = self.interests.into_iter().filter_map(Named::interest).collect();
        for study in self.education {
            stated.evidence.extend(study.courses.iter().cloned());
            stated.profile.education.extend(study.education());
        }
        for language in self.languages {
            let Some(name) = language.language else { continue };
            let line = match filled(language.fluency) {
                Some(fluency) => format!("{name} : {fluency}"),
                None => name,
            };
            let found: Vec<LanguageKnown> = languages::in_section(&[super::lines::Line::plain(&line)]);
            languages::merge(&mut stated.profile.languages, found);
        }
        for group in self.skills {
            // The name of a group with keywords is a heading (« Web »), without keywords it is the skill.
            if group.keywords.is_empty() {
                stated.skills.extend(filled(group.name));
            } else {
                stated.skills.extend(group.keywords.into_iter().filter(|k| !k.trim().is_empty()));
            }
        }
        for certificate in self.certificates.into_iter().filter_map(Named::certificate) {
            stated.certify(certificate);
        }
        for project in self.projects {
            stated
                .evidence
                .extend(project.name.into_iter().chain(project.description).chain(project.highlights));
            stated.evidence.extend(project.keywords);
        }
        stated
    }
}

impl LocationParts {
    fn place(&self) -> Option<Place> {
        if self.country_code.as_deref().is_some_and(|c| !c.is_empty() && !c.eq_ignore_ascii_case("fr")) {
            return None;
        }
        let parts = [&self.postal_code, &self.city];
        let text = parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
        places::home(&text, true)
    }
}

impl Work {
    fn experience(self) -> Option<Experience> {
        let employer = filled(self.name).or(filled(self.company)).or(filled(self.organization));
        let title = filled(self.position).or_else(|| employer.clone())?;
        let start = self.start_date.as_deref().and_then(|d| month(d, false));
        let end = self.end_date.as_deref().and_then(|d| month(d, true));
        let open = self.end_date.as_deref().is_none_or(|d| d.trim().is_empty() || end.is_none());
        let over = self.current.as_deref() == Some("false");
        let line =
            [Some(title.as_str()), employer.as_deref(), self.start_date.as_deref(), self.end_date.as_deref()]
                .into_iter()
                .flatten()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · ");
        let tasks = filled(self.summary).into_iter().chain(self.highlights).collect();
        Some(Experience {
            current: start.is_some() && open && !over,
            title,
            employer,
            place: filled(self.location),
            start,
            end,
            tasks,
            line,
            months_said: self.months.and_then(|months| months.parse().ok()),
            rome: None,
        })
    }
}

impl Named {
    /// « Sport (natation, course à pied) »
    fn interest(self) -> Option<String> {
        let keywords: Vec<String> = self.keywords.into_iter().filter_map(|k| filled(Some(k))).collect();
        match (filled(self.name), keywords.is_empty()) {
            (name, true) => name,
            (Some(name), false) => Some(format!("{name} ({})", keywords.join(", "))),
            (None, false) => Some(keywords.join(", ")),
        }
    }

    /// « SST, INRS, 2021 »
    fn certificate(self) -> Option<String> {
        let year = self.date.as_deref().and_then(|d| month(d, true)).map(|m| m.year.to_string());
        let parts = [Some(filled(self.name)?), filled(self.issuer), year];
        Some(parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}

impl Study {
    fn education(self) -> Option<Education> {
        let diploma =
            [filled(self.study_type), filled(self.area)].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let school = filled(self.institution);
        if diploma.is_empty() && school.is_none() {
            return None;
        }
        let date = self.end_date.as_deref().filter(|d| !d.trim().is_empty()).or(self.start_date.as_deref());
        let year = date.and_then(|d| month(d, true)).map(|m| m.year);
        let line = [Some(diploma.as_str()), school.as_deref(), date]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · ");
        let level =
            self.eqf_level.and_then(|level| level.parse().ok()).filter(|level| (1..=8).contains(level));
        let level = level.map(DiplomaLevel).or_else(|| education::level(&diploma));
        Some(Education { level, diploma, school, year, line })
    }
}

fn filled(text: Option<String>) -> Option<String> {
    text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty())
}

/// ISO 8601 dates of any precision (`2019`, `2019-06`, `2019-06-30`), and what people write instead (« juin 2019 »).
fn month(date: &str, is_end: bool) -> Option<Month> {
    iso_month(date, is_end).or_else(|| {
        let said = dates::find(date, ANY_DAY)?;
        if is_end { said.end } else { said.start }
    })
}

pub(super) fn iso_month(date: &str, is_end: bool) -> Option<Month> {
    let mut parts = date.trim().split('-');
    let year = parts.next()?.parse::<i16>().ok().filter(|y| (1900..2100).contains(y))?;
    let month = match parts.next() {
        Some(month) => month.parse::<u8>().ok().filter(|m| (1..=12).contains(m))?,
        None if is_end => 12,
        None => 1,
    };
    Some(Month { year, month })
}

/// A profile as JSON Resume 1.0. Read again, it gives the same profile, without the lines of the CV and without
/// wishes, for which the schema has no place.
///
/// What the schema has no field for is added under names of its own, as it allows: `current` and `months` of a job,
/// `eqfLevel` of a diploma.
pub fn write(profile: &Profile) -> Value {
    let identity = &profile.identity;
    let month = |month: Option<Month>| month.map(|m| format!("{:04}-{:02}", m.year, m.month));
    let named = |name: &String| json!({ "name": name });
    let job = |job: &Experience| {
        object([
            ("name", json!(job.employer)),
            ("position", json!(job.title)),
            ("location", json!(job.place)),
            ("startDate", json!(month(job.start))),
            ("endDate", json!(month(job.end))),
            ("current", if job.end.is_none() && !job.current { json!(false) } else { Value::Null }),
            ("months", json!(job.months_said)),
            ("highlights", json!(job.tasks)),
        ])
    };
    let study = |study: &Education| {
        object([
            ("institution", json!(study.school)),
            ("studyType", json!(study.diploma)),
            ("endDate", json!(study.year.map(|year| format!("{year:04}")))),
            ("eqfLevel", json!(study.level)),
        ])
    };
    let language = |known: &LanguageKnown| {
        let name = languages::english_name(&known.code).unwrap_or_else(|| known.code.clone());
        object([("language", json!(name)), ("fluency", json!(known.level))])
    };
    let location = profile.place.as_ref().map(|place| {
        let town = place.label.split(" (").next().unwrap_or(&place.label);
        object([
            ("city", json!(town)),
            ("postalCode", json!(place.postal_code)),
            ("countryCode", json!("FR")),
        ])
    });
    json!({
        "$schema": "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json",
        "basics": object([
            ("name", json!(identity.name)),
            ("label", json!(profile.title)),
            ("email", json!(identity.email)),
            ("phone", json!(identity.phone)),
            ("summary", json!(profile.summary)),
            ("location", json!(location)),
            ("profiles", identity.links.iter().map(|url| json!({ "url": url })).collect()),
        ]),
        "work": profile.experiences.iter().map(job).collect::<Value>(),
        "education": profile.education.iter().map(study).collect::<Value>(),
        "skills": profile.skills.iter().map(|skill| named(&skill.label)).collect::<Value>(),
        "languages": profile.languages.iter().map(language).collect::<Value>(),
        "certificates": profile.licences.iter().chain(&profile.certifications).map(named).collect::<Value>(),
        "interests": profile.interests.iter().map(named).collect::<Value>(),
    })
}

/// An object of what is known: the schema wants no `null`.
fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let known = fields.into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(known.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use jobmatch_index::profile::Profile;

    use super::*;

    fn stated(json: &str) -> Stated {
        match read(json).unwrap().content {
            Content::Stated(stated, _) => *stated,
            other => panic!("read as {other:?}"),
        }
    }

    #[test]
    fn a_place_may_be_the_town_alone() {
        let place = |location: &str| {
            let text = format!(r#"{{"basics":{{"name":"A","location":{location}}}}}"#);
            stated(&text).profile.place.map(|place| place.label)
        };
        assert_eq!(place(r#""Rennes, France""#).as_deref(), Some("Rennes (35)"));
        assert_eq!(place(r#"{"city":"Rennes"}"#).as_deref(), Some("Rennes (35)"));
        assert_eq!(place("{}"), None);
    }

    #[test]
    fn a_resume_states_its_parts() {
        let s = stated(
            r#"{"basics":{"name":"Inès Roy","label":"Comptable","email":"ines@exemple.fr","url":"https://ines.exemple.fr",
                "location":{"city":"Lyon","countryCode":"FR"},"profiles":[{"url":"https://linkedin.com/in/ines"}]},
               "work":[{"name":"Fiduciaire du Sud","position":"Comptable","startDate":"2019-02","endDate":"2021",
                "highlights":["Saisie des factures"]},{"company":"Banque Ter","position":"Assistante","startDate":"2022-01-15"}],
               "education":[{"institution":"Lycée Ampère","studyType":"BTS","area":"Comptabilité","endDate":"2016-06-30"}],
               "skills":[{"name":"Logiciels","keywords":["Sage","Excel"]},{"name":"Rigueur"}],
               "languages":[{"language":"Anglais","fluency":"Courant"}],"meta":{"theme":"flat"}}"#,
        );
        let p = &s.profile;
        assert_eq!(p.identity.name.as_deref(), Some("Inès Roy"));
        assert_eq!(p.identity.links.len(), 2);
        // The most recent first.
        assert_eq!(p.experiences[1].end, Some(Month { year: 2021, month: 12 }));
        assert_eq!(p.experiences[1].tasks, ["Saisie des factures"]);
        assert!(p.experiences[0].current && p.experiences[0].end.is_none());
        assert_eq!(p.education[0].level.map(|l| l.0), Some(5));
        assert_eq!(p.education[0].year, Some(2016));
        assert_eq!(p.languages[0].code, "en");
        assert_eq!(s.skills, ["Sage", "Excel", "Rigueur"]);
    }

    #[test]
    fn our_own_profile_comes_back_unchanged() {
        let profile = Profile { title: Some("Vendeuse".into()), ..Profile::default() };
        let json = serde_json::to_string(&profile).unwrap();
        match read(&json).unwrap().content {
            Content::Profile(read) => assert_eq!(*read, profile),
            other => panic!("read as {other:?}"),
        }
    }

    #[test]
    fn other_json_is_refused_with_the_place_or_the_reason() {
        assert!(matches!(read("{\"basics\": {,}}"), Err(CvError::BrokenJson { line: 1, .. })));
        assert!(matches!(read("[1, 2]"), Err(CvError::UnknownJson { .. })));
        assert!(matches!(read("{\"resultats\": []}"), Err(CvError::UnknownJson { .. })));
        assert!(matches!(read("{\"work\": 3}"), Err(CvError::UnknownJson { .. })));
    }
}
