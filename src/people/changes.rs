//! What a profile says otherwise than another one: what taking a new file of a CV would change.

use jobmatch_index::lang::Lang;
use jobmatch_index::matching::{condition_name, language_name};
use jobmatch_index::profile::{Education, Experience, LanguageKnown, Profile, ProfileSkill};
use jobmatch_index::score::ConditionKind;
use jobmatch_index::skills::fold;
use serde::Serialize;
use utoipa::ToSchema;

use crate::words;

/// Something that a profile says otherwise than another one. Values are as people read them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Change {
    /// The field or the entry, as a JSON Pointer into the new profile; into the former one for what goes.
    /// `/experiences/0/dates` stands for `start`, `end` and `current` together.
    pub field: String,
    /// The entry that the field is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// What it was; absent for what is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it would be; absent for what goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// What `after` says otherwise than `before`, in the order of a CV. The order of entries, the lines that they come from
/// and what the person wishes are no matter.
pub fn between(before: &Profile, after: &Profile) -> Vec<Change> {
    let mut all = Changes(Vec::new());
    let (old, new) = (&before.identity, &after.identity);
    all.field("/identity/name", None, old.name.clone(), new.name.clone());
    all.field("/identity/email", None, old.email.clone(), new.email.clone());
    all.field("/identity/phone", None, old.phone.clone(), new.phone.clone());
    all.words("/identity/links", &old.links, &new.links);
    all.field("/title", None, before.title.clone(), after.title.clone());
    let town = |profile: &Profile| profile.place.as_ref().map(|place| place.label.clone());
    all.field("/place", None, town(before), town(after));
    all.field("/summary", None, before.summary.clone(), after.summary.clone());
    all.entries("/experiences", (&before.experiences, &after.experiences), likeness_of_jobs, job, job_fields);
    all.entries(
        "/education",
        (&before.education, &after.education),
        likeness_of_studies,
        study,
        study_fields,
    );
    all.entries("/skills", (&before.skills, &after.skills), same_skill, |s| s.label.clone(), |_| vec![]);
    let level = |known: &LanguageKnown| vec![("level", known.level.map(|level| format!("{level:?}")))];
    let code = |a: &LanguageKnown, b: &LanguageKnown| u8::from(a.code == b.code) * ALIKE;
    let named = |known: &LanguageKnown| language_name(&known.code, Lang::Fr);
    all.entries("/languages", (&before.languages, &after.languages), code, named, level);
    all.words("/licences", &before.licences, &after.licences);
    all.words("/certifications", &before.certifications, &after.certifications);
    all.words("/interests", &before.interests, &after.interests);
    all.0
}

/// How alike two entries must be to be the same one.
const ALIKE: u8 = 2;

fn same(a: &str, b: &str) -> bool {
    !a.is_empty() && fold(a) == fold(b)
}

fn both<T>(a: Option<T>, b: Option<T>, same: impl Fn(T, T) -> bool) -> u8 {
    a.zip(b).map_or(0, |(a, b)| u8::from(same(a, b)))
}

fn likeness_of_jobs(a: &Experience, b: &Experience) -> u8 {
    u8::from(same(&a.title, &b.title))
        + both(a.employer.as_deref(), b.employer.as_deref(), same)
        + both(a.start, b.start, |a, b| a == b)
        + both(a.end, b.end, |a, b| a == b)
}

fn likeness_of_studies(a: &Education, b: &Education) -> u8 {
    ALIKE * u8::from(same(&a.diploma, &b.diploma))
        + both(a.school.as_deref(), b.school.as_deref(), same)
        + both(a.year, b.year, |a, b| a == b)
}

fn same_skill(a: &ProfileSkill, b: &ProfileSkill) -> u8 {
    let named = a.concept.is_some() && a.concept == b.concept;
    ALIKE * u8::from(named || same(&a.label, &b.label))
}

/// A job in short: « Vendeuse, Maison Lorca ».
pub fn job(job: &Experience) -> String {
    let parts = [Some(job.title.as_str()), job.employer.as_deref()];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// A diploma in short.
pub fn study(study: &Education) -> String {
    [Some(study.diploma.as_str()), study.school.as_deref()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}

type Fields = Vec<(&'static str, Option<String>)>;

fn job_fields(job: &Experience) -> Fields {
    let tasks = job.tasks.join("\n");
    vec![
        ("title", Some(job.title.clone())),
        ("employer", job.employer.clone()),
        ("place", job.place.clone()),
        ("dates", words::period(job, Lang::Fr)),
        ("tasks", (!tasks.is_empty()).then_some(tasks)),
    ]
}

fn study_fields(study: &Education) -> Fields {
    vec![
        ("diploma", Some(study.diploma.clone())),
        ("level", study.level.map(|level| condition_name(&ConditionKind::Diploma { level }, Lang::Fr))),
        ("school", study.school.clone()),
        ("year", study.year.map(|year| year.to_string())),
    ]
}

struct Changes(Vec<Change>);

impl Changes {
    fn field(&mut self, field: &str, entry: Option<String>, before: Option<String>, after: Option<String>) {
        if before != after {
            self.0.push(Change { field: field.to_owned(), entry, before, after });
        }
    }

    fn words(&mut self, list: &str, before: &[String], after: &[String]) {
        let alike = |a: &String, b: &String| ALIKE * u8::from(same(a, b));
        self.entries(list, (before, after), alike, String::clone, |_| vec![]);
    }

    /// The entries of a list: those that are new, those that go, and the fields of those that stay.
    fn entries<T>(
        &mut self,
        list: &str,
        (before, after): (&[T], &[T]),
        likeness: impl Fn(&T, &T) -> u8,
        named: impl Fn(&T) -> String,
        fields: impl Fn(&T) -> Fields,
    ) {
        let former = pairs(before, after, likeness);
        for (i, (new, former_place)) in after.iter().zip(&former).enumerate() {
            let at = format!("{list}/{i}");
            let Some(old) = former_place.map(|place| &before[place]) else {
                self.field(&at, None, None, Some(named(new)));
                continue;
            };
            for ((name, old), (_, new_value)) in fields(old).into_iter().zip(fields(new)) {
                self.field(&format!("{at}/{name}"), Some(named(new)), old, new_value);
            }
        }
        for (i, old) in before.iter().enumerate().filter(|(i, _)| !former.contains(&Some(*i))) {
            self.field(&format!("{list}/{i}"), None, Some(named(old)), None);
        }
    }
}

/// For each entry of `after`, the one of `before` that it was: the most alike first, each once.
fn pairs<T>(before: &[T], after: &[T], likeness: impl Fn(&T, &T) -> u8) -> Vec<Option<usize>> {
    let mut likely: Vec<(u8, usize, usize)> = Vec::new();
    for (j, new) in after.iter().enumerate() {
        for (i, old) in before.iter().enumerate() {
            likely.push((likeness(old, new), j, i));
        }
    }
    likely.retain(|(likeness, ..)| *likeness >= ALIKE);
    likely.sort_by_key(|&(likeness, j, i)| (std::cmp::Reverse(likeness), j, i));
    let mut former = vec![None; after.len()];
    let mut taken = vec![false; before.len()];
    for (_, j, i) in likely {
        if former[j].is_none() && !taken[i] {
            former[j] = Some(i);
            taken[i] = true;
        }
    }
    former
}

#[cfg(test)]
mod tests {
    use jobmatch_index::offer::Cefr;
    use jobmatch_index::profile::Month;

    use super::*;

    fn job_of(title: &str, employer: &str, start: i16, tasks: &[&str]) -> Experience {
        Experience {
            title: title.into(),
            employer: Some(employer.into()),
            start: Some(Month { year: start, month: 1 }),
            current: true,
            tasks: tasks.iter().map(|task| (*task).to_owned()).collect(),
            line: format!("{start} {title}"),
            ..Experience::default()
        }
    }

    fn profile() -> Profile {
        let skill = |label: &str| ProfileSkill { label: label.into(), ..ProfileSkill::default() };
        Profile {
            title: Some("Vendeuse".into()),
            experiences: vec![
                job_of("Vendeuse", "Maison Lorca", 2021, &["Encaissement"]),
                job_of("Vendeuse", "Super Halle", 2018, &["Mise en rayon"]),
            ],
            skills: vec![skill("Encaissement"), skill("Anglais commercial")],
            languages: vec![LanguageKnown { code: "en".into(), level: Some(Cefr::B1), line: String::new() }],
            licences: vec!["Permis B".into()],
            ..Profile::default()
        }
    }

    fn told(before: &Profile, after: &Profile) -> Vec<(String, Option<String>, Option<String>)> {
        between(before, after).into_iter().map(|c| (c.field, c.before, c.after)).collect()
    }

    fn change(field: &str, before: &str, after: &str) -> (String, Option<String>, Option<String>) {
        let value = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        (field.to_owned(), value(before), value(after))
    }

    #[test]
    fn the_same_profile_in_another_order_and_from_other_lines_changes_nothing() {
        let mut other = profile();
        other.experiences.reverse();
        other.skills.reverse();
        other.experiences[0].line = "autrement".into();
        other.skills[0].months = Some(12);
        other.wishes.salary = Some(30_000);
        other.licences = vec!["permis b".into()];
        assert_eq!(between(&profile(), &other), []);
        assert_eq!(between(&profile(), &profile()), []);
    }

    #[test]
    fn what_comes_what_goes_and_what_becomes_otherwise_are_told() {
        let mut after = profile();
        after.title = Some("Responsable de boutique".into());
        after.experiences.insert(0, job_of("Responsable de boutique", "Maison Lorca", 2024, &[]));
        after.experiences[1].current = false;
        after.experiences[1].end = Some(Month { year: 2023, month: 12 });
        after.experiences[1].tasks.push("Vitrines".into());
        after.skills.remove(1);
        after.languages[0].level = Some(Cefr::B2);
        after.licences.clear();
        assert_eq!(
            told(&profile(), &after),
            [
                change("/title", "Vendeuse", "Responsable de boutique"),
                change("/experiences/0", "", "Responsable de boutique, Maison Lorca"),
                change("/experiences/1/dates", "depuis 01/2021", "01/2021 – 12/2023"),
                change("/experiences/1/tasks", "Encaissement", "Encaissement\nVitrines"),
                change("/skills/1", "Anglais commercial", ""),
                change("/languages/0/level", "B1", "B2"),
                change("/licences/0", "Permis B", ""),
            ]
        );
        let entries: Vec<_> = between(&profile(), &after).into_iter().map(|c| c.entry).collect();
        assert_eq!(entries[2].as_deref(), Some("Vendeuse, Maison Lorca"));
    }

    #[test]
    fn an_entry_whose_words_were_corrected_is_the_same_one() {
        let mut after = profile();
        after.experiences[0].employer = Some("Maison Lorca Paris".into());
        after.experiences[1].title = "Employée de commerce".into();
        assert_eq!(
            told(&profile(), &after),
            [
                change("/experiences/0/employer", "Maison Lorca", "Maison Lorca Paris"),
                change("/experiences/1/title", "Vendeuse", "Employée de commerce"),
            ]
        );
        // One of two like entries that goes is one, not a change of both.
        after = profile();
        after.experiences.remove(0);
        assert_eq!(told(&profile(), &after), [change("/experiences/0", "Vendeuse, Maison Lorca", "")]);
    }
}
