//! JSON: a profile of our own, or a CV in the form of <https://jsonresume.org/schema>.

use jobmatch_index::offer::Place;
use jobmatch_index::profile::{Education, Experience, Identity, LanguageKnown, Month};
use serde::Deserialize;
use serde_json::Value;

use super::error::CvError;
use super::{Content, Stated, education, languages, places};

/// Reads JSON text: our own profile comes back as it is, a JSON Resume as what it states.
pub(super) fn read(text: &str) -> Result<Content, CvError> {
    let value: Value = serde_json::from_str(text).map_err(|e| CvError::BrokenJson {
        line: e.line(),
        column: e.column(),
        why: e.to_string().split(" at line ").next().unwrap_or_default().to_owned(),
    })?;
    let Value::Object(fields) = &value else {
        return Err(CvError::UnknownJson { why: "it is not an object".into() });
    };
    let unknown = |e: serde_json::Error| CvError::UnknownJson { why: e.to_string() };
    if ["identity", "experiences", "wishes"].iter().any(|k| fields.contains_key(*k)) {
        return Ok(Content::Profile(Box::new(serde_json::from_value(value).map_err(unknown)?)));
    }
    if !["basics", "work", "education", "skills"].iter().any(|k| fields.contains_key(*k)) {
        return Err(CvError::UnknownJson { why: "it has none of basics, work, education, skills".into() });
    }
    Ok(Content::Stated(Box::new(serde_json::from_value::<Resume>(value).map_err(unknown)?.stated())))
}

/// The parts of the schema that a profile holds. Unknown fields are ignored, missing ones empty.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Resume {
    basics: Basics,
    work: Vec<Work>,
    volunteer: Vec<Work>,
    education: Vec<Study>,
    skills: Vec<SkillGroup>,
    languages: Vec<Language>,
    certificates: Vec<Named>,
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
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SkillGroup {
    name: Option<String>,
    keywords: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Language {
    language: Option<String>,
    fluency: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Named {
    name: Option<String>,
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
        for study in self.education {
            stated.evidence.extend(study.courses.iter().cloned());
            stated.profile.education.extend(study.education());
        }
        for language in self.languages {
            let Some(name) = language.language else { continue };
            let line = match language.fluency {
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
        stated.certificates.extend(self.certificates.into_iter().filter_map(|c| filled(c.name)));
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
        let present = self.end_date.as_deref().is_none_or(|d| d.trim().is_empty() || end.is_none());
        let line =
            [Some(title.as_str()), employer.as_deref(), self.start_date.as_deref(), self.end_date.as_deref()]
                .into_iter()
                .flatten()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · ");
        let tasks = filled(self.summary).into_iter().chain(self.highlights).collect();
        Some(Experience {
            current: start.is_some() && present,
            title,
            employer,
            place: filled(self.location),
            start,
            end,
            tasks,
            line,
            months_said: None,
            rome: None,
        })
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
        let date = self.end_date.as_deref().or(self.start_date.as_deref());
        let year = date.and_then(|d| month(d, true)).map(|m| m.year);
        let line = [Some(diploma.as_str()), school.as_deref(), date]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · ");
        Some(Education { level: education::level(&diploma), diploma, school, year, line })
    }
}

fn filled(text: Option<String>) -> Option<String> {
    text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty())
}

/// ISO 8601 dates of any precision: `2019`, `2019-06`, `2019-06-30`.
fn month(date: &str, is_end: bool) -> Option<Month> {
    let mut parts = date.trim().split('-');
    let year = parts.next()?.parse::<i16>().ok().filter(|y| (1900..2100).contains(y))?;
    let month = match parts.next() {
        Some(month) => month.parse::<u8>().ok().filter(|m| (1..=12).contains(m))?,
        None if is_end => 12,
        None => 1,
    };
    Some(Month { year, month })
}

#[cfg(test)]
mod tests {
    use jobmatch_index::profile::Profile;

    use super::*;

    fn stated(json: &str) -> Stated {
        match read(json).unwrap() {
            Content::Stated(stated) => *stated,
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
        assert_eq!(p.experiences[0].end, Some(Month { year: 2021, month: 12 }));
        assert_eq!(p.experiences[0].tasks, ["Saisie des factures"]);
        assert!(p.experiences[1].current && p.experiences[1].end.is_none());
        assert_eq!(p.education[0].level.map(|l| l.0), Some(5));
        assert_eq!(p.education[0].year, Some(2016));
        assert_eq!(p.languages[0].code, "en");
        assert_eq!(s.skills, ["Sage", "Excel", "Rigueur"]);
    }

    #[test]
    fn our_own_profile_comes_back_unchanged() {
        let profile = Profile { title: Some("Vendeuse".into()), ..Profile::default() };
        let json = serde_json::to_string(&profile).unwrap();
        match read(&json).unwrap() {
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
