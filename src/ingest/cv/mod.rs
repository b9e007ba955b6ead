//! From a CV to a [`Profile`], by rules alone.
//!
//! [`open`] brings each format (`pdf`, `docx`, `text`…) to a [`Document`], its lines in reading order; [`Reader`]
//! does the same in a process of its own. [`Opened::understand`] cuts the lines at the headings (`sections`), reads
//! each kind of section with a module of its own, and says for each field which lines it comes from (`evidence`).
//! Nothing is added: every field holds words of the document. [`assist`] has a language model read it as well, where
//! one is configured, and keeps that promise.

mod assisted;
mod columns;
mod dates;
pub mod document;
mod docx;
mod education;
mod error;
mod evidence;
mod experience;
mod header;
mod json_resume;
mod languages;
mod layout;
mod legible;
mod limits;
mod lines;
mod paragraphs;
mod pdf;
mod picture;
mod places;
mod raster;
mod reader;
mod scan;
mod sections;
mod skills;
mod text;
mod titles;

use std::sync::LazyLock;

use jiff::civil::Date;
use jobmatch_index::profile::{Education, Experience, Profile};
use jobmatch_index::skills::{Graph, Occupations, canonical_title};
use regex::Regex;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ingest::prose;
pub use assisted::{Asked, assist};
pub use document::Document;
pub use error::CvError;
pub use evidence::{Evidence, LOW, Origin};
pub use languages::language_name;
pub use limits::Limits;
use lines::{CELL, Line, split_bullet};
pub use reader::{Reader, Step, answer_reader};
use sections::{Kind, Section};

/// Largest text, in bytes: no CV comes near.
const MAX_TEXT: usize = 2 << 20;

/// A CV that was understood.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Reading {
    /// What it says.
    pub profile: Profile,
    /// Its text; empty for a file that is a profile by itself (JSON).
    pub document: Document,
    /// Where each field of the profile stands in the text, and how sure that is.
    pub evidence: Vec<Evidence>,
    /// What the reader of the profile should know, in French: what was left out, and why.
    pub remarks: Vec<String>,
}

impl Reading {
    /// How many of the profile's skills, from the first on, stand in lists of skills; jobs and prose show the others.
    pub(crate) fn stated_skills(&self, today: Date) -> usize {
        let listed = understand(self.document.lines.clone(), today).skills;
        skills::read(&Profile::default(), &listed, &[], today).len()
    }
}

/// Reads a CV in this process: [`open`], then [`Opened::understand`].
///
/// # Errors
/// [`CvError`] says what is wrong with the file and what to do.
pub fn read(bytes: &[u8], file_name: Option<&str>, today: Date) -> Result<Reading, CvError> {
    Ok(open(bytes, file_name, &Limits::default(), false, &mut |_| {})?.understand(today))
}

/// What a file turned out to hold.
#[derive(Debug, Serialize, Deserialize)]
pub struct Opened {
    content: Content,
    /// What was left out, and why, in French.
    remarks: Vec<String>,
    /// A picture of each page (PNG), when they were asked for and the format has pages.
    #[serde(skip)]
    pub previews: Vec<Vec<u8>>,
}

#[derive(Debug, Serialize, Deserialize)]
enum Content {
    /// Lines, to be understood.
    Document(Document),
    /// A CV in a structured form of somebody else's.
    Stated(Box<Stated>),
    /// A profile of our own.
    Profile(Box<Profile>),
}

/// Reads a CV file: PDF with text, DOCX, plain text or Markdown (UTF-8, UTF-16, Windows-1252), JSON Resume, or a
/// profile in our own JSON.
///
/// The content says which format it is; `file_name` only decides where the content does not (text that opens like
/// JSON in a `.txt`). With `previews`, pictures of the pages are made too. `told` hears of each page that is done.
///
/// # Errors
/// [`CvError`] says what is wrong with the file and what to do. A parser may panic on a hostile file, take for ever or
/// all memory: where that matters, use [`Reader`].
pub fn open(
    bytes: &[u8],
    file_name: Option<&str>,
    limits: &Limits,
    previews: bool,
    told: &mut dyn FnMut(Step),
) -> Result<Opened, CvError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(CvError::Empty);
    }
    limits.check_size(bytes.len())?;
    let lines = match format(bytes)? {
        Format::Pdf => return Ok(pdf::read(bytes, limits, previews, told)?.into()),
        Format::Picture(format) => return Ok(picture::read(bytes, format, limits, previews, told)?.into()),
        Format::Zip => docx::lines(bytes)?,
        Format::Text => {
            if file_name.is_some_and(|name| name.to_lowercase().ends_with(".pdf")) {
                return Err(CvError::BrokenPdf { why: "it does not begin as a PDF does".into() });
            }
            let decoded = text::decode(bytes).ok_or(CvError::UnknownFormat)?;
            let trimmed = decoded.trim_start();
            let named_text =
                file_name.is_some_and(|n| [".txt", ".md"].iter().any(|e| n.to_lowercase().ends_with(e)));
            if trimmed.starts_with('{') || trimmed.starts_with('[') && !named_text {
                return Ok(Opened::from(json_resume::read(&decoded)?));
            }
            if let Some(format) = markup(trimmed) {
                return Err(CvError::Unsupported { format: format.into() });
            }
            if decoded.len() > MAX_TEXT {
                return Err(CvError::TooLarge {
                    megabytes: (decoded.len() >> 20) as u64,
                    limit: (MAX_TEXT >> 20) as u64,
                });
            }
            text::lines(&decoded)?
        }
    };
    Ok(Opened::from(Content::Document(Document { pages: Vec::new(), lines })))
}

impl From<Content> for Opened {
    fn from(content: Content) -> Self {
        Self { content, remarks: Vec::new(), previews: Vec::new() }
    }
}

/// The pages of a format that has fixed ones.
#[derive(Default)]
struct Pages {
    sheets: Vec<layout::Sheet>,
    /// A picture of each page (PNG), or none.
    previews: Vec<Vec<u8>>,
    remarks: Vec<String>,
}

impl Pages {
    fn letters(&self) -> usize {
        self.sheets
            .iter()
            .flat_map(|s| &s.runs)
            .flat_map(|r| r.text.chars())
            .filter(|c| c.is_alphabetic())
            .count()
    }
}

impl From<Pages> for Opened {
    fn from(pages: Pages) -> Self {
        let content = Content::Document(layout::document(pages.sheets));
        Self { content, remarks: pages.remarks, previews: pages.previews }
    }
}

impl Opened {
    /// The profile that the file states, with its evidence. `today` closes present jobs and bounds the years that
    /// make sense.
    pub fn understand(self, today: Date) -> Reading {
        match self.content {
            Content::Profile(profile) => Reading { profile: *profile, ..Reading::default() },
            Content::Stated(stated) => Reading { profile: stated.finish(today), ..Reading::default() },
            Content::Document(document) => {
                let profile = understand(document.lines.clone(), today).finish(today);
                let evidence = evidence::find(&profile, &document, today);
                Reading { profile, document, evidence, remarks: self.remarks }
            }
        }
    }
}

enum Format {
    Pdf,
    Picture(image::ImageFormat),
    Zip,
    Text,
}

/// The format that the first bytes tell.
fn format(bytes: &[u8]) -> Result<Format, CvError> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    // Some writers put a mark or blank lines before the PDF header.
    if bytes[..bytes.len().min(1024)].windows(5).any(|w| w == b"%PDF-") {
        return Ok(Format::Pdf);
    }
    if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
        return Ok(Format::Zip);
    }
    if starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        // The same container holds old Word files and encrypted new ones.
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let encrypted = bytes.windows(name.len()).any(|w| w == name.as_slice());
        return Err(if encrypted { CvError::Encrypted } else { CvError::OldWord });
    }
    if let Some(format) = picture::format(bytes) {
        return Ok(Format::Picture(format));
    }
    if starts(b"{\\rtf") {
        return Err(CvError::Unsupported { format: "RTF".into() });
    }
    Ok(Format::Text)
}

/// Markup that is text but no CV text.
fn markup(text: &str) -> Option<&'static str> {
    let head: String = text.chars().take(300).collect::<String>().to_lowercase();
    if head.starts_with("<!doctype html") || head.starts_with("<html") {
        return Some("HTML");
    }
    if head.starts_with("<?xml") || head.starts_with("<svg") {
        return Some("XML");
    }
    (head.starts_with("\\documentclass")).then_some("LaTeX")
}

/// How well a title must name an occupation to stand for it.
const LIKELY_OCCUPATION: f32 = 0.6;

/// The ROME code of the occupation that a job title names, when one is likely.
pub fn rome(title: &str) -> Option<String> {
    let likely = Occupations::builtin().of_title(&canonical_title(title)).into_iter().next();
    let (occupation, _) = likely.filter(|(_, score)| *score >= LIKELY_OCCUPATION)?;
    Some(Graph::builtin().rome(occupation).to_owned())
}

/// What a document states, before skills are counted.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Stated {
    /// Everything but skills and licences.
    profile: Profile,
    /// Items of the skill sections.
    skills: Vec<String>,
    /// Lines of the sections about certificates and licences.
    certificates: Vec<String>,
    /// Other lines that may show a skill.
    evidence: Vec<String>,
    /// Lines that may name a licence, a language or a permit.
    remarks: Vec<String>,
}

/// Reads the sections.
fn understand(lines: Vec<Line>, today: Date) -> Stated {
    let sections = sections::split(lines);
    let mut stated = Stated::default();
    let profile = &mut stated.profile;
    let of = |kind: Kind| sections.iter().filter(move |s| s.kind == kind);
    let mut head_lines: Vec<&Line> = of(Kind::Header).flat_map(|s| &s.lines).collect();
    if !head_lines.iter().any(|line| header::is_contact(line)) {
        // Contacts that stand beside another section.
        let elsewhere = [Kind::Summary, Kind::Skills, Kind::Languages, Kind::Interests, Kind::Unknown];
        let lines = sections.iter().filter(|s| elsewhere.contains(&s.kind)).flat_map(|s| &s.lines);
        head_lines.extend(lines.filter(|line| header::is_contact(line)));
    }
    let head = header::read(&head_lines, today);
    profile.identity = head.identity;
    profile.title = head.title;
    profile.place = head.place;
    let summary = of(Kind::Summary)
        .flat_map(|s| &s.lines)
        .filter(|line| !header::is_contact(line))
        .map(spaced)
        .chain(head.prose)
        .collect::<Vec<_>>()
        .join("\n");
    profile.summary = (!summary.is_empty()).then_some(summary);
    profile.experiences = of(Kind::Experience).flat_map(|s| experience::read(&s.lines, today)).collect();
    most_recent_first(&mut profile.experiences);
    profile.education = of(Kind::Education).flat_map(|s| education::read(&s.lines, today)).collect();
    // Lists of knowledge name diplomas too.
    let listed = of(Kind::Skills).chain(of(Kind::Certificates)).flat_map(|s| &s.lines);
    for line in listed.filter(|l| education::names_diploma(l.item())) {
        profile.education.extend(education::read(std::slice::from_ref(line), today));
    }
    profile.education.sort_by_key(|e| std::cmp::Reverse(e.year.unwrap_or(i16::MAX)));
    for Section { kind, heading, lines } in &sections {
        match kind {
            Kind::Languages => {
                stated.remarks.extend(lines.iter().map(item));
                let found = languages::in_section(lines);
                let spoken = !found.is_empty();
                languages::merge(&mut profile.languages, found);
                // « Languages: Java, Python » is about other languages.
                let others = lines
                    .iter()
                    .filter(|l| !spoken || languages::in_section(std::slice::from_ref(l)).is_empty());
                stated.skills.extend(others.filter(|l| languages::level(&l.text).is_none()).map(item));
            }
            Kind::Skills => stated.skills.extend(lines.iter().map(item)),
            Kind::Certificates => {
                stated.certificates.extend(lines.iter().map(certificate));
                // A licence is kept in its normal form, a diploma among the studies.
                let others = lines
                    .iter()
                    .map(certificate)
                    .filter(|text| prose::licences(text).is_empty() && !education::names_diploma(text));
                profile.certifications.extend(others);
            }
            Kind::Projects | Kind::Unknown => stated.evidence.extend(lines.iter().map(item)),
            Kind::Header => stated.remarks.extend(lines.iter().map(item)),
            Kind::Other => {
                stated.remarks.extend(lines.iter().map(item));
                if heading.starts_with("divers") {
                    profile
                        .interests
                        .extend(lines.iter().filter(|l| is_interest(l.item())).flat_map(interests));
                }
            }
            Kind::Education => {
                if heading.contains("complementaire") || heading.contains("continue") {
                    let others = lines.iter().filter(|l| !education::names_diploma(l.item()));
                    profile.certifications.extend(others.map(certificate));
                }
                stated.remarks.extend(lines.iter().map(item));
                // The word for the kind of diploma (« Brevet ») is no skill.
                let subject = |e: &Education| match e.diploma.split_once(' ') {
                    Some((_, subject)) if education::names_diploma(&e.diploma) => subject.to_owned(),
                    _ => e.diploma.clone(),
                };
                stated.evidence.extend(education::read(lines, today).iter().map(subject));
            }
            Kind::Interests => profile.interests.extend(lines.iter().flat_map(interests)),
            Kind::Summary | Kind::Experience => {}
        }
    }
    let elsewhere = sections.iter().filter(|s| {
        matches!(s.kind, Kind::Skills | Kind::Certificates | Kind::Header | Kind::Other | Kind::Education)
    });
    for line in elsewhere.flat_map(|s| &s.lines) {
        languages::merge(&mut profile.languages, languages::in_line(line.item()));
    }
    stated
}

fn spaced(line: &Line) -> String {
    line.text.replace(CELL, " ")
}

/// Neither a licence nor a language nor what is dated.
fn is_interest(text: &str) -> bool {
    prose::licences(text).is_empty()
        && languages::in_line(text).is_empty()
        && !text.contains(|c: char| c.is_ascii_digit())
}

/// « Lecture, randonnée (Vosges) ; chorale »
fn interests(line: &Line) -> Vec<String> {
    let mut depth = 0_u32;
    let separates = |c: char| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(c, ',' | ';' | '|' | '•' | '·' | CELL)
    };
    let text = line.item().trim_end_matches('.');
    text.split(separates).map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

fn item(line: &Line) -> String {
    line.item().to_owned()
}

/// A line about certificates. « R489 catégorie 3 » under « CACES » says the word again, « H0B0 » alone is an electrical
/// authorisation.
fn certificate(line: &Line) -> String {
    static RECOMMENDATION: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?:CACES\W{0,3})?\bR ?([34]\d\d)\b").expect("constant pattern"));
    static ELECTRIC: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^(?:[BH][0-2CERS]?V?|H0B0|[\s,/;-]|et)+$").expect("constant pattern"));
    let text = spaced(line);
    let text = split_bullet(&text).1;
    if ELECTRIC.is_match(text) && text.chars().any(|c| "BH".contains(c)) {
        return format!("Habilitation électrique {text}");
    }
    RECOMMENDATION.replace_all(text, "CACES R$1").into_owned()
}

/// Sorts jobs when each has a date; else the CV's own order stays.
fn most_recent_first(jobs: &mut [Experience]) {
    if jobs.iter().all(|j| j.start.is_some() || j.end.is_some()) {
        jobs.sort_by_key(|j| std::cmp::Reverse((j.current, j.end, j.start)));
    }
}

impl Stated {
    /// Adds what the whole document shows: skills and licences.
    fn finish(self, today: Date) -> Profile {
        let mut profile = self.profile;
        for job in &mut profile.experiences {
            job.rome = rome(&job.title);
        }
        profile.skills = skills::read(&profile, &self.skills, &self.evidence, today);
        let lines = [&self.certificates, &self.skills, &self.remarks, &self.evidence].into_iter().flatten();
        let tasks = profile.experiences.iter().flat_map(|job| &job.tasks);
        for licence in lines.chain(tasks).flat_map(|line| prose::licences(line)) {
            if !profile.licences.contains(&licence.value.name) {
                profile.licences.push(licence.value.name);
            }
        }
        profile
    }
}

#[cfg(test)]
#[path = "bundled_tests.rs"]
mod bundled_tests;
#[cfg(test)]
#[path = "tests.rs"]
mod tests;
