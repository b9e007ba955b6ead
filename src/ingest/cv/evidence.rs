//! Which lines of the document each field of a profile comes from, and how sure that is.
//!
//! The profile is looked for in the document once it is complete, whoever made it: the rules, a language model or a
//! person. What cannot be found was not in the document.

use std::collections::HashMap;
use std::ops::Range;

use jiff::civil::Date;
use jobmatch_index::lang::Lang;
use jobmatch_index::matching::language_name;
use jobmatch_index::profile::Profile;
use jobmatch_index::skills::fold;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::document::{CELL, Document};
use super::lines::words;
use super::{Reading, dates, education, titles};
use crate::ingest::prose;

/// Where a field of a profile stands in the document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = FieldEvidence)]
pub struct Evidence {
    /// The field, as a JSON Pointer into the profile: `/experiences/0/employer`. `/experiences/0/dates` stands for
    /// `start`, `end` and `current` together.
    pub field: String,
    /// The lines of the document that say it, from 0.
    pub lines: Vec<u32>,
    /// How sure the field is, from 0 to 1.
    pub confidence: f32,
    /// Who read it there.
    pub origin: Origin,
}

/// Who read a field in the document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FieldOrigin)]
pub enum Origin {
    /// The rules of this program.
    #[default]
    Rules,
    /// A language model.
    Model,
    /// Both, with the same result.
    Both,
    /// A person who corrected it.
    Person,
}

/// Confidence below which a field should be looked at.
pub const LOW: f32 = 0.75;

impl Reading {
    /// The evidence for `profile`, which a person may have corrected since it was read. What they changed is theirs, and
    /// sure; what stayed keeps its confidence, wherever it was moved.
    pub fn evidence_for(&self, profile: &Profile, today: Date) -> Vec<Evidence> {
        let read = value_of(&self.profile);
        let kept: HashMap<(String, String), &Evidence> =
            self.evidence.iter().map(|e| ((kind(&e.field), said(&read, &e.field)), e)).collect();
        let now = value_of(profile);
        let mut all = find(profile, &self.document, today);
        for evidence in &mut all {
            match kept.get(&(kind(&evidence.field), said(&now, &evidence.field))) {
                Some(before) => {
                    evidence.confidence = before.confidence;
                    evidence.origin = before.origin;
                    if evidence.lines.is_empty() {
                        evidence.lines.clone_from(&before.lines);
                    }
                }
                None => {
                    evidence.confidence = 1.0;
                    evidence.origin = Origin::Person;
                }
            }
        }
        all
    }
}

fn value_of(profile: &Profile) -> Value {
    serde_json::to_value(profile).unwrap_or_default()
}

/// The field without its places in lists: `/experiences/title`.
fn kind(field: &str) -> String {
    let names = field.split('/').filter(|part| !part.bytes().all(|b| b.is_ascii_digit()));
    names.collect::<Vec<_>>().join("/")
}

/// What the profile says in a field, as JSON.
fn said(profile: &Value, field: &str) -> String {
    if let Some(job) = field.strip_suffix("/dates").and_then(|job| profile.pointer(job)) {
        return ["start", "end", "current", "months_said"].map(|name| job[name].to_string()).join(" ");
    }
    let value = profile.pointer(field).unwrap_or(&Value::Null);
    // Of a skill or a language, what a person sees.
    ["label", "code"].iter().find_map(|name| value.get(name)).map_or_else(
        || value.to_string(),
        |name| format!("{name} {}", value.get("level").unwrap_or(&Value::Null)),
    )
}

/// The evidence for each field of `profile` that the document shows.
pub(super) fn find(profile: &Profile, document: &Document, today: Date) -> Vec<Evidence> {
    let mut search = Search::new(document);
    let everywhere = 0..document.lines.len();

    let identity = &profile.identity;
    if let Some(name) = &identity.name {
        let known = words(&fold(name)).any(titles::is_given_name);
        search.add("/identity/name", name, &everywhere, if known { 0.96 } else { 0.8 });
    }
    if let Some(email) = &identity.email {
        search.add_squeezed("/identity/email", email, 0.99);
    }
    if let Some(phone) = &identity.phone {
        search.add_squeezed("/identity/phone", phone, 0.98);
    }
    for (i, link) in identity.links.iter().enumerate() {
        search.add_squeezed(&format!("/identity/links/{i}"), link, 0.97);
    }
    if let Some(title) = &profile.title {
        search.add("/title", title, &everywhere, by_likeness(title));
    }
    if let Some(place) = &profile.place {
        let town = place.label.split(" (").next().unwrap_or(&place.label);
        search.add("/place", town, &everywhere, 0.92);
    }
    if let Some(summary) = &profile.summary {
        let lines: Vec<u32> =
            summary.lines().filter_map(|line| search.find(line, &everywhere)).flatten().collect();
        search.push("/summary", lines, 0.85);
    }

    let mut after = 0;
    for (i, job) in profile.experiences.iter().enumerate() {
        let at = |field: &str| format!("/experiences/{i}/{field}");
        // The same words may head two jobs: the one below comes later.
        let head = search.head(&job.line, after).unwrap_or_else(|| everywhere.clone());
        if head.len() < everywhere.len() {
            after = head.end;
        }
        search.add(&at("title"), &job.title, &head, by_likeness(&job.title));
        if let Some(employer) = &job.employer {
            search.add(&at("employer"), employer, &head, 0.85);
        }
        if let Some(place) = &job.place {
            search.add(&at("place"), place, &head, 0.9);
        }
        let dated: Vec<u32> = head
            .clone()
            .filter(|l| dates::find(&document.lines[*l].text, today).is_some())
            .map(|l| l as u32)
            .collect();
        if job.start.is_some() || job.months_said.is_some() {
            let closed = job.end.is_some() || job.current;
            search.push(&at("dates"), dated, if closed { 0.96 } else { 0.7 });
        }
        for (k, task) in job.tasks.iter().enumerate() {
            let below = head.start..document.lines.len();
            search.add(&at(&format!("tasks/{k}")), task, &below, 0.9);
        }
    }

    for (i, study) in profile.education.iter().enumerate() {
        let at = |field: &str| format!("/education/{i}/{field}");
        let head = search.head(&study.line, 0).unwrap_or_else(|| everywhere.clone());
        let sure = if education::names_diploma(&study.diploma) { 0.96 } else { 0.75 };
        search.add(&at("diploma"), &study.diploma, &head, sure);
        if let Some(school) = &study.school {
            search.add(&at("school"), school, &head, 0.85);
        }
        if let Some(year) = study.year {
            search.add(&at("year"), &year.to_string(), &head, 0.95);
        }
    }

    for (i, skill) in profile.skills.iter().enumerate() {
        let head = search.head(&skill.line, 0).unwrap_or_else(|| everywhere.clone());
        let sure = if skill.concept.is_some() { 0.9 } else { 0.75 };
        search.add(&format!("/skills/{i}"), &skill.label, &head, sure);
    }
    for (i, language) in profile.languages.iter().enumerate() {
        let lines = search.head(&language.line, 0).map(|head| head.map(|l| l as u32).collect());
        let named = || {
            [Lang::Fr, Lang::En]
                .into_iter()
                .find_map(|lang| search.find(&language_name(&language.code, lang), &everywhere))
        };
        let lines = lines.or_else(named).unwrap_or_default();
        search.push(&format!("/languages/{i}"), lines, if language.level.is_some() { 0.96 } else { 0.85 });
    }
    let mut licences: HashMap<String, u32> = HashMap::new();
    for (l, line) in document.lines.iter().enumerate().filter(|_| !profile.licences.is_empty()) {
        for found in prose::licences(&line.text) {
            licences.entry(found.value.name).or_insert(l as u32);
        }
    }
    for (i, licence) in profile.licences.iter().enumerate() {
        let lines = licences.get(licence).copied();
        search.push(&format!("/licences/{i}"), lines.into_iter().collect(), 0.95);
    }
    for (list, name) in [(&profile.certifications, "certifications"), (&profile.interests, "interests")] {
        for (i, item) in list.iter().enumerate() {
            search.add(&format!("/{name}/{i}"), item, &everywhere, 0.88);
        }
    }
    search.found
}

/// An address or a number without the signs that may stand inside it.
fn squeeze(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric() || "@+".contains(*c)).collect::<String>().to_lowercase()
}

/// Whether `wanted` begins at the end of `first` and ends at the start of `second`.
fn is_broken(wanted: &str, first: &str, second: &str) -> bool {
    let parts = wanted.char_indices().skip(1).map(|(at, _)| wanted.split_at(at));
    parts.into_iter().any(|(start, end)| first.ends_with(start) && second.starts_with(end))
}

fn by_likeness(title: &str) -> f32 {
    match titles::likeness(title) {
        titles::EXACT => 0.96,
        titles::KNOWN_HEAD => 0.9,
        titles::KNOWN_WORD => 0.75,
        _ => 0.6,
    }
}

/// A document whose words can be looked for, in order, over the ends of lines.
pub(super) struct Search<'a> {
    document: &'a Document,
    words: Vec<Word>,
    /// Where each word stands among them.
    places: HashMap<String, Vec<usize>>,
    /// Each line without what may stand inside an address or a number.
    squeezed: Vec<String>,
    found: Vec<Evidence>,
}

/// A word of the document.
struct Word {
    folded: String,
    line: usize,
    /// Where it stands in the text of its line.
    bytes: Range<usize>,
}

impl<'a> Search<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        let words: Vec<Word> =
            document.lines.iter().enumerate().flat_map(|(i, line)| words_of(&line.text, i)).collect();
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, word) in words.iter().enumerate() {
            places.entry(word.folded.clone()).or_default().push(at);
        }
        let squeezed = document.lines.iter().map(|line| squeeze(&line.text)).collect();
        Self { document, words, places, squeezed, found: Vec::new() }
    }

    /// The lines that hold the words of `text` one after the other, the first time from line `within.start` on.
    pub(super) fn find(&self, text: &str, within: &Range<usize>) -> Option<Vec<u32>> {
        let lines = self.lines(&self.all(text, within).next()?);
        Some(lines.map(|line| line as u32).collect())
    }

    /// Every place in the lines `within` where the words of `text` stand one after the other: ranges of words of the
    /// document, which [`Self::lines`] and [`Self::quote`] understand.
    pub(super) fn all<'s>(
        &'s self,
        text: &str,
        within: &Range<usize>,
    ) -> impl Iterator<Item = Range<usize>> + use<'s, 'a> {
        let wanted: Vec<String> = words(&fold(text)).map(str::to_owned).collect();
        let within = self.words_in(within);
        // No words are nowhere.
        let places = wanted.first().and_then(|first| self.places.get(first)).map_or(&[][..], Vec::as_slice);
        let places = &places[places.partition_point(|at| *at < within.start)..];
        let length = wanted.len();
        places.iter().copied().take_while(move |at| at + length <= within.end).filter_map(move |at| {
            let found = at..at + wanted.len();
            let same =
                self.words[found.clone()].iter().zip(&wanted).all(|(word, wanted)| word.folded == *wanted);
            same.then_some(found)
        })
    }

    /// The words that stand in the lines `within`.
    pub(super) fn words_in(&self, within: &Range<usize>) -> Range<usize> {
        self.words.partition_point(|w| w.line < within.start)
            ..self.words.partition_point(|w| w.line < within.end)
    }

    /// A word, folded.
    pub(super) fn word(&self, word: usize) -> &str {
        &self.words[word].folded
    }

    /// The lines that a range of words, not empty, stands in.
    pub(super) fn lines(&self, found: &Range<usize>) -> Range<usize> {
        self.words[found.start].line..self.words[found.end - 1].line + 1
    }

    /// Whether a range of words is a part of an address: « marie.dupont » of an e-mail address is no name.
    pub(super) fn in_address(&self, found: &Range<usize>) -> bool {
        let (first, last) = (&self.words[found.start], &self.words[found.end - 1]);
        let before = &self.document.lines[first.line].text[..first.bytes.start];
        let after = &self.document.lines[last.line].text[last.bytes.end..];
        let before = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        let after = after.split(char::is_whitespace).next().unwrap_or_default();
        [before, after].iter().any(|part| ["@", "://", "www."].iter().any(|sign| part.contains(sign)))
    }

    /// Where a range of words stands in the text of its line; `None` when it goes over the end of one.
    pub(super) fn bytes(&self, found: &Range<usize>) -> Option<Range<usize>> {
        let lines = self.lines(found);
        (lines.len() == 1).then(|| self.words[found.start].bytes.start..self.words[found.end - 1].bytes.end)
    }

    /// What was found for `text`, as the document writes it, with the signs around it that `text` has too: « C++ ».
    pub(super) fn quote(&self, found: &Range<usize>, text: &str) -> String {
        let lines = self.lines(found);
        let mut parts = Vec::new();
        for line in lines.clone() {
            let all = &self.document.lines[line].text;
            let start = if line == lines.start { self.words[found.start].bytes.start } else { 0 };
            let end = if line + 1 == lines.end { self.words[found.end - 1].bytes.end } else { all.len() };
            parts.push(all[start..end].trim().replace(CELL, " "));
        }
        let quote = parts.join(" ");
        let text = text.trim();
        let sign = |c: char| !c.is_alphanumeric();
        let opening = &text[..text.len() - text.trim_start_matches(sign).len()];
        let closing = &text[text.trim_end_matches(sign).len()..];
        let before = &self.document.lines[lines.start].text[..self.words[found.start].bytes.start];
        let after = &self.document.lines[lines.end - 1].text[self.words[found.end - 1].bytes.end..];
        let opening = if before.ends_with(opening) { opening } else { "" };
        let closing = if after.starts_with(closing) { closing } else { "" };
        format!("{opening}{quote}{closing}")
    }

    /// The lines that make up `line`, the words of an entry, from line `after` on; else anywhere.
    pub(super) fn head(&self, line: &str, after: usize) -> Option<Range<usize>> {
        let count = self.document.lines.len();
        let lines = self.find(line, &(after..count)).or_else(|| self.find(line, &(0..count)))?;
        Some(*lines.first()? as usize..*lines.last()? as usize + 1)
    }

    /// Adds a field whose text stands within `within`, else anywhere.
    fn add(&mut self, field: &str, text: &str, within: &Range<usize>, confidence: f32) {
        let everywhere = 0..self.document.lines.len();
        let lines = self.find(text, within).or_else(|| self.find(text, &everywhere)).unwrap_or_default();
        self.push(field, lines, confidence);
    }

    /// Adds a field that may be broken by spaces or the end of a line: an address, a number.
    fn add_squeezed(&mut self, field: &str, text: &str, confidence: f32) {
        let lines = self.find_squeezed(text).unwrap_or_default();
        self.push(field, lines, confidence);
    }

    /// The line or the two lines that hold `text`, whatever spaces and signs stand in it.
    pub(super) fn find_squeezed(&self, text: &str) -> Option<Vec<u32>> {
        let wanted = Some(squeeze(text)).filter(|wanted| !wanted.is_empty())?;
        let lines = &self.squeezed;
        let alone = lines.iter().position(|line| line.contains(&wanted)).map(|i| vec![i as u32]);
        let broken = || {
            let pair = lines.windows(2).position(|pair| is_broken(&wanted, &pair[0], &pair[1]))?;
            Some(vec![pair as u32, pair as u32 + 1])
        };
        alone.or_else(broken)
    }

    /// Adds a field; the doubts of a recognition count. A field without lines is doubtful.
    fn push(&mut self, field: &str, lines: Vec<u32>, confidence: f32) {
        let seen = lines.iter().filter_map(|l| self.document.lines[*l as usize].confidence);
        let seen = seen.fold(1.0_f32, f32::min);
        let confidence = if lines.is_empty() { confidence.min(0.5) } else { confidence * seen };
        let confidence = (confidence * 100.0).round() / 100.0;
        self.found.push(Evidence { field: field.into(), lines, confidence, origin: Origin::Rules });
    }
}

/// The words of a line with their places: those that [`words`] finds in the folded text.
fn words_of(text: &str, line: usize) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let mut open = false;
    for (at, c) in text.char_indices() {
        let folded =
            if c.is_ascii() { c.to_ascii_lowercase().to_string() } else { fold(c.encode_utf8(&mut [0; 4])) };
        if c.is_whitespace() {
            open = false;
        }
        for part in folded.chars() {
            if !part.is_alphanumeric() {
                open = false;
                continue;
            }
            let end = at + c.len_utf8();
            match found.last_mut().filter(|_| open) {
                Some(word) => {
                    word.folded.push(part);
                    word.bytes.end = end;
                }
                None => found.push(Word { folded: part.into(), line, bytes: at..end }),
            }
            open = true;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::super::document::Line;
    use super::super::read;
    use super::*;

    const TODAY: Date = date(2026, 11, 22);

    const CV: &str = "Marie DUPONT\nVendeuse\nmarie@exemple.fr\n\nEXPÉRIENCE\nVendeuse - Maison Lorca, Lyon\tmars 2021 - aujourd'hui\n• Encaissement\nVendeuse - Super Halle\t2018 - 2020\n• Encaissement\n\nFORMATION\n2017 : Bac pro Commerce - Lycée Ampère\n\nLANGUES\nAnglais : B1";

    fn at<'a>(all: &'a [Evidence], field: &str) -> &'a Evidence {
        all.iter().find(|e| e.field == field).unwrap_or_else(|| panic!("{field} in {all:?}"))
    }

    #[test]
    fn each_field_has_the_lines_that_say_it() {
        let reading = read(CV.as_bytes(), Some("cv.txt"), TODAY).unwrap();
        let says = |field: &str| {
            let lines = &at(&reading.evidence, field).lines;
            lines.iter().map(|l| reading.document.lines[*l as usize].text.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(says("/identity/email"), ["marie@exemple.fr"]);
        assert_eq!(
            says("/experiences/0/employer"),
            ["Vendeuse - Maison Lorca, Lyon\tmars 2021 - aujourd'hui"]
        );
        // The same words twice: each job's own line.
        assert_eq!(says("/experiences/1/title"), ["Vendeuse - Super Halle\t2018 - 2020"]);
        assert!(
            at(&reading.evidence, "/experiences/1/tasks/0").lines
                > at(&reading.evidence, "/experiences/0/tasks/0").lines
        );
        assert_eq!(says("/education/0/year"), ["2017 : Bac pro Commerce - Lycée Ampère"]);
        assert_eq!(says("/languages/0"), ["Anglais : B1"]);
    }

    #[test]
    fn what_a_person_corrected_is_theirs_and_the_rest_moves_along() {
        let reading = read(CV.as_bytes(), Some("cv.txt"), TODAY).unwrap();
        let mut profile = reading.profile.clone();
        profile.experiences.reverse();
        profile.experiences[0].employer = Some("Super U".into());
        let now = reading.evidence_for(&profile, TODAY);
        assert_eq!(at(&now, "/experiences/0/employer").origin, Origin::Person);
        assert!(at(&now, "/experiences/0/employer").confidence >= 1.0);
        assert_eq!(at(&now, "/experiences/1/employer").origin, Origin::Rules);
        assert_eq!(
            at(&now, "/experiences/1/employer").lines,
            at(&reading.evidence, "/experiences/0/employer").lines
        );
    }

    #[test]
    fn a_value_that_the_document_lacks_has_no_line_and_little_confidence() {
        let mut reading = read(CV.as_bytes(), Some("cv.txt"), TODAY).unwrap();
        reading.profile.identity.name = Some("Paul Martin".into());
        let name = find(&reading.profile, &reading.document, TODAY);
        assert_eq!(at(&name, "/identity/name").lines, [0; 0]);
        assert!(at(&name, "/identity/name").confidence < LOW);
    }

    fn document(text: &str) -> Document {
        Document { pages: Vec::new(), lines: text.lines().map(Line::plain).collect() }
    }

    #[test]
    fn what_is_found_is_quoted_as_the_document_writes_it() {
        let document = document("Développeuse C++, .NET (C#)\tÉlan\nNumérique, l'Œuvre");
        let search = Search::new(&document);
        let quotes = |text: &str| -> Vec<String> {
            search.all(text, &(0..2)).map(|found| search.quote(&found, text)).collect()
        };
        for (text, quoted) in [
            ("developpeuse c++", vec!["Développeuse C++"]),
            (".net", vec![".NET"]),
            ("(C#)", vec!["C", "(C#)"]),
            ("ELAN NUMERIQUE", vec!["Élan Numérique"]),
            ("l'oeuvre", vec!["l'Œuvre"]),
            ("Développeur", vec![]),
            ("+++", vec![]),
        ] {
            assert_eq!(quotes(text), quoted, "{text}");
        }
        assert_eq!(search.find("élan numérique", &(0..2)), Some(vec![0, 1]));
        assert_eq!(search.find("élan numérique", &(0..1)), None);
    }

    proptest! {
        #[test]
        fn words_have_their_places(text in "[a-zéÉœ½²™ ,'’+\u{301}\u{a0}-]{0,30}") {
            let found = words_of(&text, 0);
            let folded = fold(&text);
            prop_assert_eq!(found.iter().map(|w| w.folded.as_str()).collect::<Vec<_>>(), words(&folded).collect::<Vec<_>>());
            for word in found {
                prop_assert_eq!(fold(&text[word.bytes.clone()]).contains(&word.folded), true);
            }
        }
    }
}
