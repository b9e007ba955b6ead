//! The form of a profile: from its fields to a profile, and what its lists offer to choose from.
//!
//! The fields of rows are named `experiences.2.title`; a row carries its line of the CV along, in a hidden field. A
//! button named `do` says what to do with the form: keep it, confirm the CV, or arrange the rows of a list
//! (`experiences.2.up`), which keeps nothing yet.

use std::mem::take;

use jobmatch_index::geo::Geo;
use jobmatch_index::lang::Lang;
use jobmatch_index::matching::language_name;
use jobmatch_index::offer::{Cefr, Contract, DiplomaLevel, Telework};
use jobmatch_index::profile::{Education, Experience, LanguageKnown, Profile, ProfileSkill};
use jobmatch_index::skills::Graph;
use serde_json::{Value, json};

use super::super::api::params::unknown_place;
use super::super::problem::Problem;
use super::form_fields::{Fields, Row, named, rows};
use crate::ingest::cv;
use crate::people::changes;
use crate::people::profiles::Cv;
use crate::words;

/// A form filled in.
pub(super) struct Filled {
    /// The CV as the form says it.
    pub(super) cv: Cv,
    /// The version that the form was made from.
    pub(super) version: Option<u32>,
    /// What is wrong in it.
    pub(super) wrong: Option<Problem>,
    /// What to do with it.
    pub(super) asked: Asked,
}

/// What to do with a form.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Keep what it says.
    Save,
    /// Keep what it says, and confirm the CV.
    Confirm,
    /// Show it again, arranged; nothing is kept yet.
    Show(Arranged),
}

/// How a form stands while it is worked on.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Arranged {
    /// Rows that are to be taken out, such as `experiences.2`; they stay until the form is kept.
    pub(super) removed: Vec<String>,
    /// The field or button that gets the focus.
    pub(super) focus: Option<String>,
}

/// Reads a form over the stored CV.
pub(super) fn fill(present: &Cv, pairs: &[(String, String)]) -> Filled {
    let mut form = Fields::new(pairs);
    let mut lists = Lists::new(&form);
    let before = &present.profile;
    let mut profile = before.clone();
    let identity = &mut profile.identity;
    identity.name = form.text("identity.name");
    identity.email = form.text("identity.email");
    identity.phone = form.text("identity.phone");
    identity.links = lists.words(&mut form, "links");
    profile.title = form.text("title");
    profile.summary = form.text("summary");
    place(&mut form, &mut profile);
    profile.wishes.salary = form.number("salary");
    profile.wishes.radius_km = form.number("radius_km");
    profile.wishes.telework = form.text("telework").and_then(|name| named(&name));
    profile.wishes.contracts = form.all("contracts").filter_map(named).collect();
    let job = |form: &mut Fields<'_>, row: &str| experience(form, row, before);
    let jobs = Parts { split: split_job, merge: merge_jobs };
    profile.experiences = lists.read(&mut form, "experiences", "title", job, Some(jobs));
    for job in &mut profile.experiences {
        job.tasks.retain(|task| !task.is_empty());
    }
    let studies = Parts { split: |study: &mut Education| study.clone(), merge: merge_studies };
    profile.education = lists.read(&mut form, "education", "diploma", education, Some(studies));
    let held = |form: &mut Fields<'_>, row: &str| skill(form, row, before);
    profile.skills = lists.read(&mut form, "skills", "label", held, None);
    profile.languages = lists.read(&mut form, "languages", "code", language, None);
    profile.licences = lists.words(&mut form, "licences");
    profile.certifications = lists.words(&mut form, "certifications");
    profile.interests = lists.words(&mut form, "interests");
    let name = form.text("name").unwrap_or_default();
    let version = form.number("version");
    Filled { cv: Cv { name, profile, ..present.clone() }, version, wrong: form.wrong, asked: lists.asked() }
}

fn place(form: &mut Fields<'_>, profile: &mut Profile) {
    let Some(name) = form.text("place") else {
        profile.place = None;
        return;
    };
    if profile.place.as_ref().is_some_and(|place| place.label == name) {
        return;
    }
    match Geo::builtin().resolve(&name) {
        Some(place) => profile.place = Some(place),
        None => form.refuse("place", unknown_place(&name)),
    }
}

fn line(form: &Fields<'_>, row: &str) -> String {
    form.text(&format!("{row}.line")).unwrap_or_default()
}

/// Empty lines between the tasks stay: they say where to split the job.
fn experience(form: &mut Fields<'_>, row: &str, before: &Profile) -> Option<Experience> {
    let title = form.text(&format!("{row}.title"));
    let employer = form.text(&format!("{row}.employer"));
    if title.is_none() && employer.is_none() {
        return None;
    }
    let title = title.unwrap_or_default();
    let same = before.experiences.iter().find(|job| job.title == title);
    let tasks = form.text(&format!("{row}.tasks")).unwrap_or_default();
    Some(Experience {
        rome: same.map_or_else(|| cv::rome(&title, employer.as_deref()), |job| job.rome.clone()),
        title,
        employer,
        place: form.text(&format!("{row}.place")),
        start: form.month(&format!("{row}.start"), 1),
        end: form.month(&format!("{row}.end"), 12),
        current: form.text(&format!("{row}.current")).is_some(),
        months_said: form.number(&format!("{row}.months_said")),
        tasks: tasks.lines().map(|task| task.trim().to_owned()).collect(),
        line: line(form, row),
    })
}

fn education(form: &mut Fields<'_>, row: &str) -> Option<Education> {
    Some(Education {
        diploma: form.text(&format!("{row}.diploma"))?,
        level: form.number(&format!("{row}.level")).map(DiplomaLevel),
        school: form.text(&format!("{row}.school")),
        year: form.number(&format!("{row}.year")),
        line: line(form, row),
    })
}

fn skill(form: &mut Fields<'_>, row: &str, before: &Profile) -> Option<ProfileSkill> {
    let label = form.text(&format!("{row}.label"))?;
    if let Some(same) = before.skills.iter().find(|before| before.label == label) {
        return Some(same.clone());
    }
    let graph = Graph::builtin();
    let concept = graph.find(&label).map(|concept| graph.id(concept).to_owned());
    Some(ProfileSkill { label, concept, line: line(form, row), months: None })
}

fn language(form: &mut Fields<'_>, row: &str) -> Option<LanguageKnown> {
    let code = form.text(&format!("{row}.code"))?;
    let level = form.text(&format!("{row}.level")).and_then(|name| named(&name));
    Some(LanguageKnown { code, level, line: line(form, row) })
}

/// A button that arranges the rows of a list.
struct Deed {
    list: String,
    /// Number of the row in the form; `None` asks for an empty one.
    row: Option<usize>,
    what: String,
}

impl Deed {
    /// `experiences.2.up`, `skills.add`.
    fn named(name: &str) -> Option<Self> {
        let (list, rest) = name.split_once('.')?;
        let (row, what) = match rest.split_once('.') {
            Some((row, what)) => (Some(row.parse().ok()?), what),
            None => (None, rest),
        };
        Some(Self { list: list.to_owned(), row, what: what.to_owned() })
    }
}

/// How an entry that was read as one comes apart, and how two become one.
struct Parts<T> {
    /// Takes the second entry out of the first.
    split: fn(&mut T) -> T,
    merge: fn(&mut T, T),
}

/// The lists of a form, and what becomes of their rows.
struct Lists {
    confirm: bool,
    deed: Option<Deed>,
    arranged: Arranged,
}

impl Lists {
    fn new(form: &Fields<'_>) -> Self {
        let asked = form.text("do").unwrap_or_default();
        Self { confirm: asked == "confirm", deed: Deed::named(&asked), arranged: Arranged::default() }
    }

    fn asked(self) -> Asked {
        match self.deed {
            Some(_) => Asked::Show(self.arranged),
            None if self.confirm => Asked::Confirm,
            None => Asked::Save,
        }
    }

    /// A list whose rows are a text each.
    fn words(&mut self, form: &mut Fields<'_>, list: &str) -> Vec<String> {
        self.read(form, list, "name", |form, row| form.text(&format!("{row}.name")), None)
    }

    /// The entries of a list, `first` naming the first field of each: without those that are taken out when the form is
    /// kept, with them and arranged when it is shown again.
    fn read<T>(
        &mut self,
        form: &mut Fields<'_>,
        list: &str,
        first: &str,
        read: impl Fn(&mut Fields<'_>, &str) -> Option<T>,
        parts: Option<Parts<T>>,
    ) -> Vec<T> {
        let mut rows = rows(form, list, read);
        match &self.deed {
            None => rows.retain(|row| !row.removed),
            Some(deed) => {
                if deed.list == list {
                    let focus = arrange(&mut rows, deed, first, parts);
                    self.arranged.focus = focus.map(|(row, field)| format!("{list}.{row}.{field}"));
                }
                let removed = rows.iter().enumerate().filter(|(_, row)| row.removed);
                self.arranged.removed.extend(removed.map(|(i, _)| format!("{list}.{i}")));
            }
        }
        rows.into_iter().map(|row| row.value).collect()
    }
}

/// Does what a button asks; gives the row and the field or button that gets the focus.
fn arrange<'d, T>(
    rows: &mut Vec<Row<T>>,
    deed: &'d Deed,
    first: &'d str,
    parts: Option<Parts<T>>,
) -> Option<(usize, &'d str)> {
    let Some(number) = deed.row else { return Some((rows.len(), first)) };
    let at = rows.iter().position(|row| row.number == number)?;
    let last = rows.len() - 1;
    match (deed.what.as_str(), parts) {
        ("up", _) if at > 0 => {
            rows.swap(at - 1, at);
            Some((at - 1, if at == 1 { "down" } else { "up" }))
        }
        ("down", _) if at < last => {
            rows.swap(at, at + 1);
            Some((at + 1, if at + 1 == last { "up" } else { "down" }))
        }
        ("split", Some(parts)) => {
            let value = (parts.split)(&mut rows[at].value);
            rows.insert(at + 1, Row { number, removed: false, value });
            Some((at + 1, first))
        }
        ("merge", Some(parts)) if at < last => {
            let next = rows.remove(at + 1);
            (parts.merge)(&mut rows[at].value, next.value);
            Some((at, first))
        }
        _ => Some((at, first)),
    }
}

/// The second job has what stands below an empty line among the tasks, and the rest in common with the first.
fn split_job(job: &mut Experience) -> Experience {
    let below = job.tasks.iter().position(String::is_empty).map(|at| job.tasks.split_off(at));
    Experience { tasks: below.unwrap_or_default(), ..job.clone() }
}

fn merge_jobs(job: &mut Experience, next: Experience) {
    // What the one job has no room for is kept among its tasks.
    let other = |one: &Option<String>, two: &Option<String>| one.is_some() && two.is_some() && one != two;
    let clash = !job.title.is_empty() && !next.title.is_empty() && job.title != next.title;
    if clash || other(&job.employer, &next.employer) {
        job.tasks.push(changes::job(&next));
    }
    if job.title.is_empty() {
        (job.title, job.rome) = (next.title, next.rome);
    }
    job.employer = take(&mut job.employer).or(next.employer);
    job.place = take(&mut job.place).or(next.place);
    job.start = [job.start, next.start].into_iter().flatten().min();
    job.current |= next.current;
    job.end = [job.end, next.end].into_iter().flatten().max().filter(|_| !job.current);
    job.months_said = job.months_said.or(next.months_said);
    job.tasks.extend(next.tasks);
    if job.line.is_empty() {
        job.line = next.line;
    }
}

fn merge_studies(study: &mut Education, next: Education) {
    if study.diploma != next.diploma {
        study.diploma = format!("{}, {}", study.diploma, next.diploma);
    }
    study.level = study.level.max(next.level);
    study.school = take(&mut study.school).or(next.school);
    study.year = study.year.max(next.year);
    if study.line.is_empty() {
        study.line = next.line;
    }
}

/// What the lists of the form offer to choose from.
pub(super) fn choices(profile: &Profile) -> Value {
    const LANGUAGES: [&str; 16] =
        ["fr", "en", "es", "de", "it", "pt", "nl", "ar", "zh", "ru", "ja", "pl", "ro", "tr", "uk", "br"];
    let others = profile.languages.iter().map(|known| known.code.as_str());
    let mut codes: Vec<&str> = LANGUAGES.into_iter().chain(others).collect();
    let mut seen = std::collections::HashSet::new();
    codes.retain(|code| seen.insert(*code));
    let languages: Vec<Value> = codes
        .into_iter()
        .map(|code| json!({ "code": code, "name": language_name(code, Lang::Fr) }))
        .collect();
    let diploma = |level| {
        let kind = jobmatch_index::score::ConditionKind::Diploma { level: DiplomaLevel(level) };
        json!({ "level": level, "name": jobmatch_index::matching::condition_name(&kind, Lang::Fr) })
    };
    let contract = |contract| json!({ "name": contract, "label": words::contract(contract, Lang::Fr) });
    // Nobody looks for « other ».
    let contracts = Contract::ALL.into_iter().filter(|contract| *contract != Contract::Other);
    json!({
        "languages": languages,
        "levels": [Cefr::A1, Cefr::A2, Cefr::B1, Cefr::B2, Cefr::C1, Cefr::C2],
        "diplomas": (2..=8).map(diploma).collect::<Vec<_>>(),
        "contracts": contracts.map(contract).collect::<Vec<_>>(),
        "telework": [Telework::Some, Telework::Full],
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jobmatch_index::profile::Month;

    use super::*;

    fn cv() -> Cv {
        let job =
            Experience { title: "Soudeur".into(), line: "2019-2021 Soudeur".into(), ..Experience::default() };
        let skill =
            |label: &str| ProfileSkill { label: label.into(), line: label.into(), ..ProfileSkill::default() };
        let profile = Profile {
            experiences: vec![Experience::default(), job],
            skills: vec![skill("TIG"), skill("MIG")],
            ..Profile::default()
        };
        let at = Timestamp::UNIX_EPOCH;
        Cv {
            name: "CV".into(),
            profile,
            file: None,
            confirmed: true,
            replaces: None,
            created: at,
            updated: at,
            version: 3,
        }
    }

    fn filled(pairs: &[(&str, &str)]) -> Filled {
        let pairs: Vec<_> =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        fill(&cv(), &pairs)
    }

    #[test]
    fn rows_keep_their_line_and_go_when_they_are_taken_out() {
        let filled = filled(&[
            ("version", "3"),
            ("experiences.1.line", "2019-2021 Soudeur"),
            ("experiences.1.title", "Soudeur TIG"),
            ("experiences.1.start", "2019-03"),
            ("experiences.1.end", "2021"),
            ("skills.0.label", "TIG"),
            ("skills.0.remove", "1"),
            ("skills.7.label", "Python"),
            ("skills.8.label", " "),
        ]);
        assert!(filled.wrong.is_none());
        assert_eq!(filled.asked, Asked::Save);
        let profile = filled.cv.profile;
        let job = &profile.experiences[0];
        assert_eq!((job.title.as_str(), job.line.as_str()), ("Soudeur TIG", "2019-2021 Soudeur"));
        assert_eq!(job.start, Some(Month { year: 2019, month: 3 }));
        assert_eq!(job.end, Some(Month { year: 2021, month: 12 }));
        assert!(job.rome.is_some(), "the occupation follows the title");
        let labels: Vec<_> = profile.skills.iter().map(|skill| skill.label.as_str()).collect();
        assert_eq!(labels, ["Python"]);
        assert!(profile.skills[0].concept.is_some());
        assert_eq!(filled.version, Some(3));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (name, value) in
            [("salary", "beaucoup"), ("place", "Xyzzyville"), ("experiences.0.start", "hier")]
        {
            let filled = filled(&[("experiences.0.title", "Soudeur"), (name, value)]);
            assert_eq!(filled.wrong.unwrap().errors[0].field, name);
        }
        let filled = filled(&[("salary", "32 000"), ("place", "Rennes")]);
        assert!(filled.wrong.is_none());
        assert_eq!(filled.cv.profile.wishes.salary, Some(32_000));
        assert!(filled.cv.profile.place.unwrap().position.is_some());
    }

    /// Three jobs, the second of which is to be taken out, and a button.
    fn arranged(button: &str) -> (Vec<String>, Arranged) {
        let filled = filled(&[
            ("do", button),
            ("experiences.0.title", "Soudeur"),
            ("experiences.0.employer", "Acier SA"),
            ("experiences.0.tasks", "Préparation\n\nContrôle\r\nMeulage"),
            ("experiences.2.title", "Cariste"),
            ("experiences.2.remove", "1"),
            ("experiences.5.title", "Maçon"),
            ("experiences.5.start", "2015-01"),
            ("skills.0.label", "TIG"),
            ("skills.0.remove", "1"),
        ]);
        let Asked::Show(arranged) = filled.asked else { panic!("{button} keeps the form") };
        assert_eq!(filled.cv.profile.skills.len(), 1, "what is taken out stays until the form is kept");
        let told = |job: &Experience| format!("{}: {}", job.title, job.tasks.join(", "));
        (filled.cv.profile.experiences.iter().map(told).collect(), arranged)
    }

    #[test]
    fn rows_are_moved_and_what_is_taken_out_moves_along() {
        let (jobs, after) = arranged("experiences.2.up");
        assert_eq!(jobs, ["Cariste: ", "Soudeur: Préparation, Contrôle, Meulage", "Maçon: "]);
        assert_eq!(after.removed, ["experiences.0", "skills.0"]);
        assert_eq!(after.focus.as_deref(), Some("experiences.0.down"));
        let (jobs, after) = arranged("experiences.0.down");
        assert_eq!(jobs[1], "Soudeur: Préparation, Contrôle, Meulage");
        assert_eq!(after.focus.as_deref(), Some("experiences.1.down"));
        // At an end, or of a row that is not there: nothing moves.
        for idle in
            ["experiences.0.up", "experiences.5.down", "experiences.9.up", "experiences.5.merge", "x.0.up"]
        {
            assert_eq!(arranged(idle).0[0], "Soudeur: Préparation, Contrôle, Meulage", "{idle}");
        }
        assert_eq!(arranged("experiences.add").1.focus.as_deref(), Some("experiences.3.title"));
    }

    #[test]
    fn a_job_comes_apart_at_an_empty_line_and_two_become_one() {
        let (jobs, after) = arranged("experiences.0.split");
        assert_eq!(jobs, ["Soudeur: Préparation", "Soudeur: Contrôle, Meulage", "Cariste: ", "Maçon: "]);
        assert_eq!(after.focus.as_deref(), Some("experiences.1.title"));
        assert_eq!(after.removed, ["experiences.2", "skills.0"]);
        let (jobs, after) = arranged("experiences.2.merge");
        assert_eq!(jobs, ["Soudeur: Préparation, Contrôle, Meulage", "Cariste: Maçon"]);
        assert_eq!(after.focus.as_deref(), Some("experiences.1.title"));
    }

    #[test]
    fn a_merge_loses_nothing() {
        let month = |year| Some(Month { year, month: 1 });
        let mut job =
            Experience { employer: Some("Acier SA".into()), start: month(2019), ..Experience::default() };
        let next = Experience {
            title: "Soudeur".into(),
            start: month(2018),
            end: month(2021),
            tasks: vec!["Contrôle".into()],
            line: "Soudeur".into(),
            ..Experience::default()
        };
        merge_jobs(&mut job, next.clone());
        assert_eq!((job.title.as_str(), job.employer.as_deref()), ("Soudeur", Some("Acier SA")));
        assert_eq!((job.start, job.end, job.tasks.len()), (month(2018), month(2021), 1));
        assert_eq!(job.line, "Soudeur");
        merge_jobs(&mut job, Experience { title: "Chef d'équipe".into(), current: true, ..next });
        assert_eq!(job.tasks, ["Contrôle", "Chef d'équipe", "Contrôle"]);
        assert!(job.current && job.end.is_none());

        let study = |diploma: &str, year| Education { diploma: diploma.into(), year, ..Education::default() };
        let mut first = study("BTS", None);
        merge_studies(&mut first, study("Management", Some(2015)));
        assert_eq!((first.diploma.as_str(), first.year), ("BTS, Management", Some(2015)));
    }
}
