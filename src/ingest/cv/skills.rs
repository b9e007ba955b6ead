//! Skills of a CV: what it lists and what its jobs show, through the skill graph.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use jiff::civil::Date;
use jobmatch_index::career::covered_months;
use jobmatch_index::profile::{Experience, Profile, ProfileSkill};
use jobmatch_index::skills::{ConceptId, Graph, Mention, fold};
use regex::Regex;

use super::lines::{CELL, split_bullet, word_count, words};
use super::{education, statements};

/// Most skills; more are a text that was taken for a list.
const MOST: usize = 1000;

/// Words of an item that stays whole though only a part of it is a known skill: « Excel (tableaux croisés) ».
const WHOLE: usize = 6;

/// Skills that are listed, in the order of the CV, then those that jobs show, then those of `evidence` (summary,
/// projects, studies). Each concept comes once; months are those of the jobs whose title or tasks name it.
pub(super) fn read(
    profile: &Profile,
    listed: &[String],
    evidence: &[String],
    today: Date,
) -> Vec<ProfileSkill> {
    let mut skills = Skills {
        graph: Graph::builtin(),
        list: Vec::new(),
        labels: HashSet::new(),
        by_concept: HashMap::new(),
    };
    for line in listed {
        let claims = statements::claims(line);
        for item in items(&claims, skills.graph) {
            if skills.list.len() < MOST {
                skills.declare(item, line);
            }
        }
    }
    for (job, experience) in profile.experiences.iter().enumerate() {
        for line in [&experience.title].into_iter().chain(&experience.tasks) {
            skills.extract(line, Some(job));
        }
    }
    for line in profile
        .title
        .as_deref()
        .into_iter()
        .chain(summary_lines(profile))
        .chain(evidence.iter().map(String::as_str))
    {
        skills.extract(line, None);
    }
    // What a task or a note lists, when the graph knows none of it.
    let tasks = profile.experiences.iter().flat_map(|job| &job.tasks).map(String::as_str);
    let told: Vec<&str> =
        tasks.chain(summary_lines(profile)).chain(evidence.iter().map(String::as_str)).collect();
    for line in told {
        let claims = statements::claims(line);
        for item in enumerated(&claims) {
            if skills.list.len() < MOST_TOLD {
                skills.declare(item, line);
            }
        }
    }
    skills.list.into_iter().map(|found| found.finish(&profile.experiences, today)).collect()
}

/// Most skills with those that tasks and notes list in words of their own.
const MOST_TOLD: usize = 120;

fn summary_lines(profile: &Profile) -> impl Iterator<Item = &str> {
    profile.summary.iter().flat_map(|summary| summary.lines())
}

/// The short parts of a list inside a text: « contrôles : pH, densité, Karl Fischer ».
fn enumerated(text: &str) -> Vec<&str> {
    /// Words that open a part of a sentence, not a thing.
    const JOINTS: &str = "le la les l un une des du de d et ou avec pour dans en par sur chez je j nous on mon ma mes son sa \
        ses que qui puis dont plus tout tous toute aussi mais car si sans selon depuis vers the and or with for in at by \
        to from of a an my our which that then il elle ca c est ont ai a au aux etc jusqu madame monsieur mme mr";
    let mut found = Vec::new();
    for sentence in statements::sentences(text) {
        let parts: Vec<&str> = text[sentence]
            .split([',', ';', '(', ')', '[', ']', ':', '+', '/', '•', '|', CELL])
            .map(|part| part.trim().trim_end_matches('.').trim_start_matches("et ").trim())
            .filter(|part| !part.is_empty())
            .collect();
        if parts.len() < 3 {
            continue;
        }
        // « Mutuelle santé (2 ans) : tableaux de bord » opens with whom it was for.
        let labelled = usize::from(text[..].contains(" : "));
        found.extend(parts.into_iter().skip(labelled).filter(|part| {
            let folded = fold(part);
            let first = words(&folded).next().unwrap_or_default();
            word_count(part) <= 3
                && !super::lines::is_one_of(first, JOINTS)
                && part.chars().filter(|c| c.is_alphabetic()).count() >= 2
                && !part.starts_with(|c: char| c.is_ascii_digit())
                && !words(&folded).any(|word| word.len() == 4 && (word.starts_with("19") || word.starts_with("20")))
                && !super::places::is_town(part)
                && !is_heading(part)
                // The trades of others.
                && !super::titles::names_occupation(part)
                && !folded.contains(" avec ")
        }));
    }
    found
}

struct Skills {
    graph: &'static Graph,
    list: Vec<Found>,
    /// The labels of the list, folded.
    labels: HashSet<String>,
    by_concept: HashMap<ConceptId, usize>,
}

struct Found {
    skill: ProfileSkill,
    /// The jobs that show it.
    jobs: Vec<usize>,
}

impl Skills {
    /// An item of a list of skills: the concept that it names or, in a few words, mentions; the concepts that it
    /// mentions; else its own words.
    fn declare(&mut self, item: &str, line: &str) {
        if let Some(concept) = self.graph.find(item) {
            return self.add(concept, item, line, None);
        }
        match self.graph.extract(item).as_slice() {
            [only] if word_count(item) <= WHOLE => self.add(only.concept, item, line, None),
            [] => {
                if is_skill(item) && self.labels.insert(fold(item)) {
                    let skill =
                        ProfileSkill { label: item.into(), line: shown(line), ..ProfileSkill::default() };
                    self.list.push(Found { skill, jobs: Vec::new() });
                }
            }
            mentions => self.add_all(mentions, item, None),
        }
    }

    /// Adds the concepts that `line` mentions.
    fn extract(&mut self, line: &str, job: Option<usize>) {
        let claims = statements::claims(line);
        for mention in self.graph.extract(&claims) {
            self.add(mention.concept, &claims[mention.range], line, job);
        }
    }

    fn add_all(&mut self, mentions: &[Mention], line: &str, job: Option<usize>) {
        for mention in mentions {
            self.add(mention.concept, &line[mention.range.clone()], line, job);
        }
    }

    fn add(&mut self, concept: ConceptId, label: &str, line: &str, job: Option<usize>) {
        let at = *self.by_concept.entry(concept).or_insert_with(|| {
            self.labels.insert(fold(label));
            self.list.push(Found {
                skill: ProfileSkill {
                    label: label.into(),
                    concept: Some(self.graph.id(concept).into()),
                    line: shown(line),
                    months: None,
                },
                jobs: Vec::new(),
            });
            self.list.len() - 1
        });
        let Some(job) = job else { return };
        let found = &mut self.list[at];
        if found.jobs.is_empty() {
            // What was done says more than a list.
            found.skill.line = shown(line);
        }
        if found.jobs.last() != Some(&job) {
            found.jobs.push(job);
        }
    }
}

impl Found {
    fn finish(mut self, jobs: &[Experience], today: Date) -> ProfileSkill {
        self.skill.months = covered_months(self.jobs.iter().map(|&i| &jobs[i]), today);
        self.skill
    }
}

/// The items of a line of a skill section. A line that is one known skill, or a sentence, stays whole.
fn items<'a>(line: &'a str, graph: &Graph) -> Vec<&'a str> {
    let line = split_bullet(line).1;
    if graph.find(line).is_some() || education::names_diploma(line) {
        return vec![line];
    }
    let line = match line.split_once(':') {
        Some((head, rest)) if word_count(head) <= 4 && !rest.trim().is_empty() && !head.contains('(') => rest,
        _ => line,
    };
    let parts = split_outside_brackets(line, &[CELL, '|', '•', '·', ';', '●', '\u{25aa}']);
    parts
        .into_iter()
        .flat_map(|part| {
            let listed = split_outside_brackets(part, &[',']);
            let most = if listed.len() > 2 { 5 } else { 4 };
            let list = listed.len() > 1 && listed.iter().all(|p| word_count(p) <= most);
            if list { listed } else { vec![part] }
        })
        .flat_map(|part| part.split(" / "))
        .map(|part| split_bullet(part).1.trim_end_matches('.'))
        .map(|part| part.trim_matches(|c: char| c.is_whitespace() || ",;:-–*★☆●○".contains(c)))
        .map(|part| bare(part.trim_start_matches("et ")))
        // The other half of a bracket stands on the line before or after.
        .map(|part| if part.contains('(') { part } else { part.trim_end_matches(')') })
        .filter(|part| !part.is_empty() && !is_heading(part))
        .collect()
}

/// An item without how well it is known: « Photoshop 80 % », « Docker – intermédiaire », « Java ●●●○○ ».
fn bare(item: &str) -> &str {
    static LEVEL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)\s*(?:(?:\s[–—-]|:)\s*)?(?:",
            r"\(?(?:niveau )?(?:d[ée]butante?|interm[ée]diaire|avanc[ée]e?|confirm[ée]e?|experte?|courante?|bases?|notions?|ma[îi]tris[ée]e?|beginner|intermediate|advanced|proficient|un peu)\)",
            r"|(?:\s[–—-]|:)\s*(?:niveau )?(?:d[ée]butante?|interm[ée]diaire|avanc[ée]e?|confirm[ée]e?|experte?|bases?|notions?|ma[îi]tris[ée]e?|beginner|intermediate|advanced|expert|proficient)",
            r"|\(?\d{1,3} ?%\)?|\[?[★☆●○■□▪▫◆◇█▓▒░⬤◯⭐][★☆●○■□▪▫◆◇█▓▒░⬤◯⭐\s]*\]?|\(?\b\d ?/ ?(?:5|10)\)?|\+\+",
            r")\s*$",
        ))
        .expect("constant pattern")
    });
    match LEVEL.find(item) {
        Some(level) if item[..level.start()].chars().any(char::is_alphabetic) && !item.ends_with("C++") => {
            item[..level.start()].trim_end_matches([' ', ':', '-', '–', ','])
        }
        _ => item,
    }
}

fn split_outside_brackets<'a>(text: &'a str, separators: &[char]) -> Vec<&'a str> {
    let mut depth = 0;
    text.split(|c: char| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        depth <= 0 && separators.contains(&c)
    })
    .map(str::trim)
    .filter(|p| !p.is_empty())
    .collect()
}

/// Whether an item names a row of a table of skills rather than a skill.
fn is_heading(item: &str) -> bool {
    const HEADINGS: [&str; 20] = [
        "autre",
        "autres",
        "bureautique",
        "competences",
        "divers",
        "domaine",
        "domaines",
        "frameworks",
        "informatique",
        "langages",
        "langues",
        "languages",
        "logiciels",
        "methodes",
        "outils",
        "skills",
        "techniques",
        "technologies",
        "tools",
        "savoir-etre",
    ];
    HEADINGS.contains(&fold(item).trim())
}

/// Words of a skill that the graph does not know; levels, figures and paragraphs are none.
fn is_skill(item: &str) -> bool {
    const LEVELS: &str = "debutant intermediaire avance confirme expert notions bon bonne niveau tres maitrise courant beginner \
        intermediate advanced expert proficient good basic excellent bases an ans annee annees year years mois";
    let folded = fold(item);
    let letters = folded.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 2
        && word_count(item) <= 14
        && !words(&folded)
            .all(|w| LEVELS.split_whitespace().any(|l| l == w) || w.chars().all(|c| c.is_ascii_digit()))
}

fn shown(line: &str) -> String {
    line.replace(CELL, " ")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jobmatch_index::profile::Month;

    use super::*;

    const TODAY: Date = date(2026, 11, 22);

    fn job(start: (i16, u8), end: Option<(i16, u8)>, title: &str, tasks: &[&str]) -> Experience {
        let month = |(year, month)| Month { year, month };
        Experience {
            title: title.into(),
            start: Some(month(start)),
            end: end.map(month),
            current: end.is_none(),
            tasks: tasks.iter().map(|t| (*t).to_owned()).collect(),
            ..Experience::default()
        }
    }

    #[test]
    fn listed_items_come_apart_and_sentences_do_not() {
        let graph = Graph::builtin();
        for (line, expected) in [
            ("• Langages : Java, Python, SQL", vec!["Java", "Python", "SQL"]),
            ("Docker • Kubernetes | Git", vec!["Docker", "Kubernetes", "Git"]),
            ("Suite bureautique (Word, Excel), Sage", vec!["Suite bureautique (Word, Excel)", "Sage"]),
            ("CI/CD, .NET", vec!["CI/CD", ".NET"]),
            ("Lavage / Repassage", vec!["Lavage", "Repassage"]),
            (
                "Monter les cloisons, poser les rails et les faux plafonds du bâtiment, jointer",
                vec!["Monter les cloisons, poser les rails et les faux plafonds du bâtiment, jointer"],
            ),
        ] {
            assert_eq!(items(line, graph), expected, "{line}");
        }
    }

    #[test]
    fn a_skill_has_its_line_and_its_months() {
        let profile = Profile {
            experiences: vec![
                job((2020, 1), Some((2021, 12)), "Développeuse", &["Interfaces en ReactJS et API en Java"]),
                job((2019, 1), Some((2019, 12)), "Développeuse Java", &["Maintenance"]),
            ],
            ..Profile::default()
        };
        let listed = ["React, Java, Zorgonade du bois flotté".to_owned(), "Avancé".to_owned()];
        let skills = read(&profile, &listed, &[], TODAY);
        let of = |id: &str| skills.iter().find(|s| s.concept.as_deref() == Some(id)).unwrap();
        assert_eq!(of("tech:react").months, Some(24));
        assert_eq!(of("tech:react").label, "React");
        assert_eq!(of("tech:react").line, "Interfaces en ReactJS et API en Java");
        assert_eq!(of("tech:java").months, Some(36));
        assert!(skills.iter().any(|s| s.label == "Zorgonade du bois flotté" && s.concept.is_none()));
        assert!(!skills.iter().any(|s| s.label == "Avancé"));
        assert_eq!(skills.iter().filter(|s| s.concept.as_deref() == Some("tech:java")).count(), 1);
    }
}
