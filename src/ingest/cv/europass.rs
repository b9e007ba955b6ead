//! Europass: the XML of its CVs, alone or attached to the PDF.
//!
//! Two forms are around: `SkillsPassport`, which the editor wrote until 2020, and `Candidate` (after HR-XML), which it
//! writes now.

use jobmatch_index::offer::Cefr;
use jobmatch_index::profile::{Education, Experience, Identity, LanguageKnown, Month};

use super::error::CvError;
use super::lines::{Line, split_bullet};
use super::xml::Element;
use super::{Stated, education, json_resume, languages, places};
use crate::ingest::offers;

/// Whether XML is a CV of Europass.
pub(super) fn is_europass(xml: &str) -> bool {
    let mut end = xml.len().min(4000);
    while !xml.is_char_boundary(end) {
        end -= 1;
    }
    let head = &xml[..end];
    let names = |root: &str| head.contains(&format!("<{root}")) || head.contains(&format!(":{root}"));
    head.contains("europass") && (names("SkillsPassport") || names("Candidate") || names("LearnerInfo"))
}

/// What the XML of Europass states.
pub(super) fn read(xml: &str) -> Result<Stated, CvError> {
    let damaged = |why: String| CvError::Damaged { format: "Europass".into(), why };
    let root = Element::parse(xml).map_err(damaged)?;
    let mut stated = match root.name.as_str() {
        "Candidate" => candidate(&root),
        "SkillsPassport" => passport(root.at("LearnerInfo").ok_or_else(|| damaged("it holds no CV".into()))?),
        other => return Err(damaged(format!("it begins with {other}"))),
    };
    super::most_recent_first(&mut stated.profile.experiences);
    stated.profile.education.sort_by_key(|e| std::cmp::Reverse(e.year.unwrap_or(i16::MAX)));
    Ok(stated)
}

/// A text that may hold HTML, line by line.
fn prose(text: Option<&str>) -> Vec<String> {
    let text = offers::plain_text(text.unwrap_or_default());
    text.lines().map(|line| split_bullet(line).1.to_owned()).filter(|line| !line.is_empty()).collect()
}

/// The parts that are said, with a sign between them.
fn joined<const N: usize>(parts: [Option<&str>; N], sign: &str) -> Option<String> {
    let all = parts.into_iter().flatten().collect::<Vec<_>>().join(sign);
    (!all.is_empty()).then_some(all)
}

/// The newer form.
fn candidate(root: &Element) -> Stated {
    let mut stated = Stated::default();
    let empty = Element::default();
    let person = root.at("CandidatePerson").unwrap_or(&empty);
    let profile = root.at("CandidateProfile").unwrap_or(&empty);
    stated.profile.identity = Identity {
        name: joined([person.text_at("PersonName/GivenName"), person.text_at("PersonName/FamilyName")], " "),
        ..Identity::default()
    };
    for way in person.all("Communication") {
        let identity = &mut stated.profile.identity;
        let uri = way.text_at("URI").map(str::to_owned);
        match way.text_at("ChannelCode") {
            Some("Email") => identity.email = identity.email.take().or(uri),
            Some("Telephone") => identity.phone = identity.phone.take().or_else(|| phone(way)),
            Some("Web" | "Social Media") => identity.links.extend(uri),
            _ => {}
        }
        if let Some(address) = way.at("Address") {
            let parts = [address.text_at("PostalCode"), address.text_at("CityName")];
            home(&mut stated, parts, address.text_at("CountryCode"));
        }
    }
    summary(&mut stated, profile.text_at("ExecutiveSummary"));
    for employer in profile.under("EmploymentHistory/EmployerHistory") {
        for position in employer.all("PositionHistory") {
            let period = position.at("EmploymentPeriod").or_else(|| employer.at("EmploymentPeriod"));
            let place = position
                .text_at("City")
                .or_else(|| employer.text_at("OrganizationContact/Communication/Address/CityName"));
            stated.profile.experiences.extend(job(
                position.text_at("PositionTitle"),
                employer.text_at("OrganizationName"),
                place,
                &Span::of_candidate(period),
                prose(position.text_at("Description")),
            ));
        }
    }
    for work in profile.under("VoluntaryWorks/VoluntaryWork") {
        let span = Span::of_candidate(work.at("Date").or_else(|| work.at("Period")));
        let title = work.text_at("Role").or_else(|| work.text_at("Title"));
        let organization = work.text_at("OrganizationName");
        let place = work.text_at("City");
        let tasks = prose(work.text_at("Description"));
        stated.profile.experiences.extend(job(title, organization, place, &span, tasks));
    }
    for study in profile.under("EducationHistory/EducationOrganizationAttendance") {
        let degree = study.at("EducationDegree").unwrap_or(&empty);
        let diploma = degree.text_at("DegreeName").or_else(|| study.text_at("ProgramName"));
        let span = Span::of_candidate(study.at("AttendancePeriod"));
        stated.evidence.extend(prose(degree.text_at("OccupationalSkillsCovered")));
        stated.profile.education.extend(diploma_of(diploma, study.text_at("OrganizationName"), &span));
    }
    for code in person.all("PrimaryLanguageCode") {
        let name = if code.attribute("name") == Some("FREE_TEXT") { None } else { code.text() };
        language(&mut stated, name, code.text(), Some(Cefr::C2));
    }
    for skill in profile.under("PersonQualifications/PersonCompetency") {
        let levels: Vec<Cefr> = skill
            .all("CompetencyDimension")
            .filter(|d| d.text_at("CompetencyDimensionTypeCode").is_some_and(|t| t.starts_with("CEF")))
            .filter_map(|d| languages::level(d.text_at("Score/ScoreText")?))
            .collect();
        let id = skill.at("CompetencyID");
        if skill.text_at("TaxonomyID").is_some_and(|t| t.eq_ignore_ascii_case("language"))
            || !levels.is_empty()
        {
            let text = id.and_then(Element::text);
            language(&mut stated, text, skill.text_at("CompetencyName").or(text), middle(levels));
        } else {
            stated.skills.extend(skill.text_at("CompetencyName").map(str::to_owned));
        }
    }
    for skill in [
        profile.under("Skills/PersonCompetency/CompetencyName"),
        profile.under("Skills/SkillsGroup/PersonCompetency/CompetencyName"),
        profile.under("DigitalSkills/DigitalSkill/Title"),
        profile.under("DigitalSkills/DigitalSkill/Description"),
    ]
    .concat()
    {
        stated.skills.extend(prose(skill.text()));
    }
    for group in
        ["CommunicationAndInterpersonalSkills", "OrganisationalSkills", "ManagementAndLeadershipSkills"]
    {
        for skill in profile.all(group).flat_map(|g| &g.children) {
            stated.skills.extend(prose(skill.text_at("Title").or_else(|| skill.text())));
            stated.evidence.extend(prose(skill.text_at("Description")));
        }
    }
    for licence in profile.under("Licenses/License/LicenseTypeCode") {
        stated.certificates.extend(licence.text().map(|category| format!("Permis {category}")));
    }
    for certificate in [
        profile.under("Certifications/Certification/CertificationName"),
        profile.under("CourseCertifications/CourseCertification/Title"),
    ]
    .concat()
    {
        certificate.text().into_iter().for_each(|text| stated.certify(text.to_owned()));
    }
    for hobby in profile.under("HobbiesAndInterests/HobbyOrInterest") {
        stated.profile.interests.extend(hobby.text_at("Title").map(str::to_owned));
    }
    for project in profile.under("Projects/Project") {
        stated.evidence.extend(project.text_at("Title").map(str::to_owned));
        stated.evidence.extend(prose(project.text_at("Description")));
    }
    for section in profile.all("Others") {
        for entry in section.all("Other") {
            stated.evidence.extend(entry.text_at("Title").map(str::to_owned));
            stated.evidence.extend(prose(entry.text_at("Description")));
        }
    }
    stated
}

/// « +33 639981234 », as one dials it.
fn phone(way: &Element) -> Option<String> {
    let number = way.text_at("DialNumber")?;
    match way.text_at("CountryDialing") {
        Some(country) if !number.starts_with(['+', '0']) => {
            Some(format!("+{} {number}", country.trim_start_matches('+')))
        }
        _ => Some(number.to_owned()),
    }
}

/// The older form.
fn passport(learner: &Element) -> Stated {
    let mut stated = Stated::default();
    let empty = Element::default();
    let person = learner.at("Identification").unwrap_or(&empty);
    let contacts = person.at("ContactInfo").unwrap_or(&empty);
    let text = |element: &&Element| element.text().map(str::to_owned);
    stated.profile.identity = Identity {
        name: joined([person.text_at("PersonName/FirstName"), person.text_at("PersonName/Surname")], " "),
        email: contacts.text_at("Email/Contact").map(str::to_owned),
        phone: contacts.text_at("TelephoneList/Telephone/Contact").map(str::to_owned),
        links: contacts.under("WebsiteList/Website/Contact").iter().filter_map(text).collect(),
    };
    if let Some(address) = contacts.at("Address/Contact") {
        let parts = [address.text_at("PostalCode"), address.text_at("Municipality")];
        home(&mut stated, parts, address.text_at("Country/Code"));
    }
    let headline = learner.text_at("Headline/Description/Label").map(str::to_owned);
    match learner.text_at("Headline/Type/Code") {
        Some("personal_statement") => summary(&mut stated, headline.as_deref()),
        Some("studies_applied_for") => {}
        _ => stated.profile.title = headline,
    }
    for work in learner.under("WorkExperienceList/WorkExperience") {
        stated.profile.experiences.extend(job(
            work.text_at("Position/Label"),
            work.text_at("Employer/Name"),
            work.text_at("Employer/ContactInfo/Address/Contact/Municipality"),
            &Span::of_passport(work.at("Period")),
            prose(work.text_at("Activities")),
        ));
    }
    for study in learner.under("EducationList/Education") {
        let diploma = study.text_at("Title").or_else(|| study.text_at("Field/Label"));
        let span = Span::of_passport(study.at("Period"));
        stated.evidence.extend(prose(study.text_at("Activities")));
        stated.profile.education.extend(diploma_of(diploma, study.text_at("Organisation/Name"), &span));
    }
    let skills = learner.at("Skills").unwrap_or(&empty);
    for tongue in skills.under("Linguistic/MotherTongueList/MotherTongue/Description") {
        language(&mut stated, tongue.text_at("Code"), tongue.text_at("Label"), Some(Cefr::C2));
    }
    for tongue in skills.under("Linguistic/ForeignLanguageList/ForeignLanguage") {
        let levels = tongue.at("ProficiencyLevel").map(|p| &p.children).into_iter().flatten();
        let levels = levels.filter_map(|part| languages::level(part.text()?)).collect();
        let text = |path: &str| tongue.at("Description").and_then(|d| d.text_at(path));
        language(&mut stated, text("Code"), text("Label"), middle(levels));
    }
    for group in ["Computer", "JobRelated", "Organisational", "Communication", "Other"] {
        stated.skills.extend(prose(skills.text_at(&format!("{group}/Description"))));
    }
    let driving = skills.under("Driving/Description/LicenceList/Licence");
    for licence in [driving, skills.under("Driving/Description/Licence")].concat() {
        stated.certificates.extend(licence.text().map(|category| format!("Permis {category}")));
    }
    for certificate in skills.under("Computer/VerifiedBy/Certificate/Title") {
        certificate.text().into_iter().for_each(|text| stated.certify(text.to_owned()));
    }
    for achievement in learner.under("AchievementList/Achievement") {
        let lines = prose(achievement.text_at("Description"));
        match achievement.text_at("Title/Code") {
            Some("certifications" | "courses") => lines.into_iter().for_each(|line| stated.certify(line)),
            _ => stated.evidence.extend(lines),
        }
    }
    stated
}

/// When something began and ended.
#[derive(Default)]
struct Span {
    start: Option<Month>,
    end: Option<Month>,
    goes_on: bool,
}

impl Span {
    fn of_candidate(period: Option<&Element>) -> Self {
        let Some(period) = period else { return Self::default() };
        let date = |name: &str| period.text_at(&format!("{name}/FormattedDateTime"));
        let on = ["CurrentIndicator", "Ongoing"].iter().any(|name| period.text_at(name) == Some("true"));
        Self {
            start: date("StartDate").and_then(|d| json_resume::iso_month(d, false)),
            end: date("EndDate").and_then(|d| json_resume::iso_month(d, true)),
            goes_on: on,
        }
    }

    fn of_passport(period: Option<&Element>) -> Self {
        let Some(period) = period else { return Self::default() };
        // <From year="2016" month="--03" day="---01"/>
        let date = |name: &str, is_end: bool| {
            let date = period.at(name)?;
            let year = date.attribute("year")?;
            let month = date.attribute("month").map(|month| month.trim_start_matches('-'));
            json_resume::iso_month(&joined([Some(year), month], "-")?, is_end)
        };
        let goes_on = period.text_at("Current") == Some("true");
        Self { start: date("From", false), end: date("To", true), goes_on }
    }

    /// « 2016-03 – 2018-01 »
    fn shown(&self) -> Option<String> {
        let month = |m: Month| format!("{:04}-{:02}", m.year, m.month);
        let end = if self.goes_on { None } else { self.end };
        joined([self.start.map(month).as_deref(), end.map(month).as_deref()], " – ")
    }
}

fn job(
    title: Option<&str>,
    employer: Option<&str>,
    place: Option<&str>,
    span: &Span,
    tasks: Vec<String>,
) -> Option<Experience> {
    let line = joined([title, employer, span.shown().as_deref()], " · ")?;
    Some(Experience {
        title: title.or(employer)?.to_owned(),
        employer: employer.map(str::to_owned),
        place: place.map(str::to_owned),
        start: span.start,
        end: if span.goes_on { None } else { span.end },
        current: span.goes_on,
        tasks,
        line,
        rome: None,
        months_said: None,
    })
}

fn diploma_of(diploma: Option<&str>, school: Option<&str>, span: &Span) -> Option<Education> {
    let year = if span.goes_on { None } else { span.end.or(span.start) }.map(|month| month.year);
    let line = joined([diploma, school, year.map(|y| y.to_string()).as_deref()], " · ")?;
    let diploma = diploma.unwrap_or_default().to_owned();
    Some(Education {
        level: education::level(&diploma),
        diploma,
        school: school.map(str::to_owned),
        year,
        line,
    })
}

fn home(stated: &mut Stated, parts: [Option<&str>; 2], country: Option<&str>) {
    if country.is_none_or(|code| code.eq_ignore_ascii_case("fr"))
        && let Some(text) = joined(parts, " ")
    {
        stated.profile.place = stated.profile.place.take().or_else(|| places::home(&text, true));
    }
}

fn summary(stated: &mut Stated, text: Option<&str>) {
    let lines = prose(text);
    stated.profile.summary = (!lines.is_empty()).then(|| lines.join("\n"));
}

/// Adds a language by its code, or else by its name.
fn language(stated: &mut Stated, code: Option<&str>, name: Option<&str>, level: Option<Cefr>) {
    let known = code.and_then(languages::code_of);
    let shown = name.or(code).unwrap_or_default();
    let named = languages::in_section(&[Line::plain(shown)]).into_iter().next().map(|l| l.code);
    let Some(code) = known.map(str::to_owned).or(named) else { return };
    let label = level.map(|level| format!("{level:?}"));
    let line = joined([Some(shown), label.as_deref()], " : ").unwrap_or_default();
    languages::merge(&mut stated.profile.languages, vec![LanguageKnown { code, level, line }]);
}

/// The level in the middle of those for listening, reading, speaking and writing; of two, the lower one.
fn middle(mut levels: Vec<Cefr>) -> Option<Cefr> {
    levels.sort_unstable();
    levels.get(levels.len().saturating_sub(1) / 2).copied()
}
