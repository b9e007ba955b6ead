//! From a CV to a [`Profile`], by rules alone.
//!
//! [`open`] brings each format (`pdf`, `docx`, `text`…) to a [`Document`], its lines in reading order; [`Reader`]
//! does the same in a process of its own. [`Opened::understand`] cuts the lines at the headings (`sections`), reads
//! each kind of section with a module of its own, and says for each field which lines it comes from (`evidence`).
//! Nothing is added: every field holds words of the document. [`assist`] has a language model read it as well, where
//! one is configured, and keeps that promise.

mod assisted;
mod columns;
mod confinement;
mod dates;
pub mod document;
mod docx;
mod education;
mod error;
mod europass;
mod evidence;
mod experience;
mod flow;
mod header;
mod json_resume;
mod languages;
mod layout;
mod legible;
mod limits;
mod lines;
mod linkedin;
mod odt;
mod package;
mod paragraphs;
mod pdf;
mod picture;
mod places;
mod raster;
mod reader;
mod rtf;
mod scan;
mod sections;
mod skills;
mod text;
mod titles;
mod unlabelled;
mod xml;

use std::sync::LazyLock;

use jiff::civil::Date;
use jobmatch_index::profile::{Education, Experience, Profile};
use jobmatch_index::skills::{Graph, Occupations, canonical_title, fold};
use regex::Regex;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ingest::{offers, prose};
use crate::links;
pub use assisted::{Asked, assist};
pub use confinement::Reach;
pub use document::Document;
pub use error::CvError;
pub use evidence::{Evidence, LOW, Origin};
pub use json_resume::write as json_resume;
pub use limits::Limits;
use lines::{CELL, Line, split_bullet, word_count};
pub use reader::{Reader, Step, answer_reach, answer_reader};
use sections::{Kind, Section};

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
    /// What the reader of the profile should know of the file: what was left out, and why. In French.
    remarks: Vec<String>,
    /// A picture of each page (PNG), when they were asked for and the format has pages.
    #[serde(skip)]
    pub previews: Vec<Vec<u8>>,
}

#[derive(Debug, Serialize, Deserialize)]
enum Content {
    /// Lines, to be understood.
    Document(Document),
    /// A CV in a structured form of somebody else's, with the text that says the same, if there is one.
    Stated(Box<Stated>, Document),
    /// A profile of our own.
    Profile(Box<Profile>),
}

/// Reads a CV file: PDF with text, DOCX, ODT, RTF, plain text, Markdown or HTML (UTF-8, UTF-16, Windows-1252, Mac
/// Roman), Europass XML (alone or in its PDF), JSON Resume, or a profile in our own JSON.
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
    let opened: Opened = match format(bytes)? {
        Format::Pdf => pdf::read(bytes, limits, previews, told)?.into(),
        Format::Picture(format) => picture::read(bytes, format, limits, previews, told)?.into(),
        Format::Zip => packed(bytes, limits)?,
        Format::Rtf => {
            let (lines, complete) = rtf::lines(bytes)?;
            let opened = Opened::from(lines);
            if complete {
                opened
            } else {
                opened.remarking("La fin du fichier RTF manque : le CV est peut-être incomplet.")
            }
        }
        Format::Text => text(bytes, file_name)?,
    };
    opened.bounded(limits)
}

/// Longest line, in bytes. What a line shows is kept with each skill and job that it shows.
const MAX_LINE: usize = 8 << 10;

/// A line in parts that are not too long.
fn parted(line: Line) -> Vec<Line> {
    if line.text.len() <= MAX_LINE {
        return vec![line];
    }
    let mut parts: Vec<String> = vec![String::new()];
    for word in line.text.split_inclusive([' ', CELL, ',']) {
        match parts.last_mut() {
            Some(part) if part.len() + word.len() <= MAX_LINE => part.push_str(word),
            _ => parts.push(word.chars().take(MAX_LINE / 4).collect()),
        }
    }
    parts.into_iter().map(|text| Line { text: text.trim().to_owned(), ..line.clone() }).collect()
}

/// A document in a zip container.
fn packed(bytes: &[u8], limits: &Limits) -> Result<Opened, CvError> {
    let mut package = package::Package::open(bytes, limits)?;
    let opened = Opened::from(match package.kind {
        package::Kind::Word => docx::lines(&mut package)?,
        package::Kind::OpenDocument => odt::lines(&mut package)?,
    });
    let macros = package.names().any(|n| n.ends_with("vbaProject.bin") || n.starts_with("Basic/"));
    Ok(if macros {
        opened.remarking("Les macros du document n'ont pas été lues : seul son texte l'a été.")
    } else {
        opened
    })
}

/// Text, marked up or not.
fn text(bytes: &[u8], file_name: Option<&str>) -> Result<Opened, CvError> {
    let named = |ends: &[&str]| file_name.is_some_and(|n| ends.iter().any(|e| n.to_lowercase().ends_with(e)));
    if named(&[".pdf"]) {
        return Err(CvError::BrokenPdf { why: "it does not begin as a PDF does".into() });
    }
    let decoded = text::decode(bytes).ok_or(CvError::UnknownFormat)?;
    let trimmed = decoded.trim_start();
    if trimmed.starts_with('{') || trimmed.starts_with('[') && !named(&[".txt", ".md"]) {
        return json_resume::read(&decoded);
    }
    match markup(trimmed) {
        Some(Markup::Html) => Ok(text::lines(&html_text(trimmed))?.into()),
        Some(Markup::Xml) => {
            let xml = xml::decode(bytes);
            if europass::is_europass(&xml) {
                return Ok(Content::Stated(Box::new(europass::read(&xml)?), Document::default()).into());
            }
            if odt::is_flat(&xml) {
                return Ok(odt::flat(&xml)?.into());
            }
            Err(CvError::Unsupported { format: "XML".into() })
        }
        Some(Markup::Other(format)) => Err(CvError::Unsupported { format: format.into() }),
        None => Ok(text::lines(&decoded)?.into()),
    }
}

/// What a page of the web shows.
fn html_text(html: &str) -> String {
    let lower = html.to_ascii_lowercase();
    let body = lower.find("<body").map_or(html, |at| &html[at..]);
    offers::plain_text(body)
}

impl From<Vec<Line>> for Opened {
    fn from(lines: Vec<Line>) -> Self {
        Content::Document(Document { pages: Vec::new(), lines }).into()
    }
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
    /// The XML of Europass, when it is attached.
    europass: Option<String>,
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
        let document = layout::document(pages.sheets);
        // The text shows what the attached CV says.
        let content = match pages.europass.and_then(|xml| europass::read(&xml).ok()) {
            Some(stated) => Content::Stated(Box::new(stated), document),
            None => Content::Document(document),
        };
        Self { content, remarks: pages.remarks, previews: pages.previews }
    }
}

impl Opened {
    fn remarking(mut self, remark: &str) -> Self {
        self.remarks.push(remark.to_owned());
        self
    }

    /// What the rules may be given: refuses what says nothing and more than a CV says, parts lines that have no end.
    fn bounded(mut self, limits: &Limits) -> Result<Self, CvError> {
        let json = |value: serde_json::Result<Vec<u8>>| value.map_or(0, |bytes| bytes.len());
        let stated = match &self.content {
            Content::Document(_) => 0,
            Content::Stated(stated, _) => json(serde_json::to_vec(stated)),
            Content::Profile(profile) => json(serde_json::to_vec(profile)),
        };
        let document = match &mut self.content {
            Content::Document(document) | Content::Stated(_, document) => document,
            Content::Profile(_) => &mut Document::default(),
        };
        let shown: usize = document.lines.iter().map(|line| line.text.len() + 1).sum();
        if shown.max(stated) > limits.text {
            let kilobytes = |bytes: usize| (bytes as u64).div_ceil(1 << 10);
            return Err(CvError::TooLong {
                kilobytes: kilobytes(shown.max(stated)),
                limit: kilobytes(limits.text),
            });
        }
        document.lines = std::mem::take(&mut document.lines).into_iter().flat_map(parted).collect();
        let says = document.lines.iter().any(|line| line.text.chars().any(char::is_alphabetic));
        if says || stated > 0 { Ok(self) } else { Err(CvError::NoText) }
    }

    /// The profile that the file states, with its evidence. `today` closes present jobs and bounds the years that
    /// make sense.
    pub fn understand(self, today: Date) -> Reading {
        let reading = match self.content {
            Content::Profile(mut profile) => {
                keep_web_links(&mut profile);
                Reading { profile: *profile, ..Reading::default() }
            }
            Content::Stated(stated, document) => {
                let profile = stated.finish(today);
                let none = document.lines.is_empty();
                let evidence = if none { vec![] } else { evidence::find(&profile, &document, today) };
                Reading { profile, document, evidence, remarks: Vec::new() }
            }
            Content::Document(document) => {
                let profile = understand(document.lines.clone(), today).finish(today);
                let evidence = evidence::find(&profile, &document, today);
                Reading { profile, document, evidence, remarks: Vec::new() }
            }
        };
        Reading { remarks: self.remarks, ..reading }
    }
}

enum Format {
    Pdf,
    Picture(image::ImageFormat),
    Zip,
    Rtf,
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
        return Err(old_office(bytes));
    }
    if let Some(format) = picture::format(bytes) {
        return Ok(Format::Picture(format));
    }
    if bytes
        .trim_ascii_start()
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(bytes.trim_ascii_start())
        .starts_with(b"{\\rtf")
    {
        return Ok(Format::Rtf);
    }
    let others: [(&[u8], &str); 8] = [
        (b"%!PS", "PostScript"),
        (b"\xffWPC", "WordPerfect"),
        (b"Rar!\x1a", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
        (b"\x1f\x8b", "GZIP"),
        (b"MIME-Version:", "MHT (page web archivée)"),
        (b"\xdb\xa5-\0\0\0", "Word 2"),
        (b"ITSF", "CHM"),
    ];
    match others.iter().find(|(magic, _)| starts(magic)) {
        Some((_, name)) => Err(CvError::Unsupported { format: (*name).into() }),
        None => Ok(Format::Text),
    }
}

/// What the container of Office before 2007 holds: it also wraps new files that are encrypted.
fn old_office(bytes: &[u8]) -> CvError {
    let holds = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(name.len()).any(|w| w == name.as_slice())
    };
    let other = |format: &'static str| CvError::Unsupported { format: format.into() };
    match () {
        () if holds("EncryptedPackage") => CvError::Encrypted,
        () if holds("WordDocument") => CvError::OldWord,
        () if holds("Workbook") || holds("Book\0") => other("Excel (.xls)"),
        () if holds("PowerPoint Document") => other("PowerPoint (.ppt)"),
        () if holds("__substg1.0") => other("Outlook (.msg)"),
        () => CvError::OldWord,
    }
}

/// Text that is marked up.
enum Markup {
    Html,
    Xml,
    /// A known form that is not read.
    Other(&'static str),
}

fn markup(text: &str) -> Option<Markup> {
    let head: String = text.chars().take(300).collect::<String>().to_lowercase();
    let xml = head.starts_with("<?xml")
        || ["<candidate", "<skillspassport", "<office:document", "<svg"].iter().any(|t| head.starts_with(t));
    let html = ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| head.starts_with(tag));
    if html || xml && head.contains("<html") {
        return Some(Markup::Html);
    }
    if xml {
        return Some(Markup::Xml);
    }
    let latex = text.lines().take(200).any(|line| line.trim_start().starts_with("\\documentclass"));
    latex.then_some(Markup::Other("LaTeX"))
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
    let is_linkedin = linkedin::is_export(&lines);
    let (read_jobs, read_studies): (
        fn(&[Line], Date) -> Vec<Experience>,
        fn(&[Line], Date) -> Vec<Education>,
    ) = if is_linkedin { (linkedin::jobs, linkedin::studies) } else { (experience::read, education::read) };
    let sections = unlabelled::find(sections::split(lines), today);
    let mut stated = Stated::default();
    let profile = &mut stated.profile;
    let of = |kind: Kind| sections.iter().filter(move |s| s.kind == kind);
    let mut head_lines: Vec<&Line> = of(Kind::Header).flat_map(|s| &s.lines).collect();
    if !head_lines.iter().any(|line| header::is_contact(line)) {
        // Contacts that stand beside another section.
        let elsewhere = [
            Kind::Summary,
            Kind::Skills,
            Kind::Languages,
            Kind::Certificates,
            Kind::Interests,
            Kind::Unknown,
        ];
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
    profile.experiences = of(Kind::Experience).flat_map(|s| read_jobs(&s.lines, today)).collect();
    most_recent_first(&mut profile.experiences);
    profile.education = of(Kind::Education).flat_map(|s| read_studies(&s.lines, today)).collect();
    if is_linkedin {
        linkedin::complete(profile, &head_lines);
    }
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
            Kind::Skills => {
                for (i, line) in lines.iter().enumerate() {
                    let kept = if names_group(line, lines.get(i + 1)) {
                        &mut stated.evidence
                    } else {
                        &mut stated.skills
                    };
                    kept.push(item(line));
                }
            }
            Kind::Certificates => {
                stated.certificates.extend(lines.iter().map(certificate));
                profile.certifications.extend(lines.iter().map(certificate).filter(|c| is_certification(c)));
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
                let further = heading.contains("complementaire") || heading.contains("continue");
                if further && !heading.contains("initiale") {
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

/// Whether a line of skills names the kind of those below it: « Bureautique », in bold or above a list.
fn names_group(line: &Line, next: Option<&Line>) -> bool {
    let text = line.text.trim();
    let several = |c: char| matches!(c, ',' | ';' | '|' | '•' | '·' | CELL);
    next.is_some_and(|next| {
        !line.is_item()
            && word_count(text) <= 5
            && !text.contains(several)
            && (text.ends_with(':') || line.bold && !next.bold || next.is_item() && !next.new_column)
    })
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

/// A certificate that is neither a licence, which is kept in its normal form, nor a diploma, which is one of the studies.
fn is_certification(text: &str) -> bool {
    prose::licences(text).is_empty() && !education::names_diploma(text)
}

/// Sorts jobs when each has a date; else the CV's own order stays.
fn most_recent_first(jobs: &mut [Experience]) {
    if jobs.iter().all(|j| j.start.is_some() || j.end.is_some()) {
        jobs.sort_by_key(|j| std::cmp::Reverse((j.current, j.end, j.start)));
    }
}

/// Leaves out what a file calls a link and no web page is behind.
fn keep_web_links(profile: &mut Profile) {
    profile.identity.links.retain(|link| !links::leads_elsewhere(link));
}

impl Stated {
    /// Adds a certificate or a licence, as written.
    fn certify(&mut self, text: String) {
        if is_certification(&text) {
            self.profile.certifications.push(text.clone());
        }
        self.certificates.push(text);
    }

    /// Adds what the whole document shows: skills and licences.
    fn finish(self, today: Date) -> Profile {
        let mut profile = self.profile;
        keep_web_links(&mut profile);
        for job in &mut profile.experiences {
            job.rome = rome(&job.title);
        }
        profile.skills = skills::read(&profile, &self.skills, &self.evidence, today);
        let lines = [&self.certificates, &self.skills, &self.remarks, &self.evidence].into_iter().flatten();
        let tasks = profile.experiences.iter().flat_map(|job| &job.tasks);
        for line in lines.chain(tasks) {
            // « Permis B en cours » is no licence yet.
            let held = |words: &str| !fold(line).contains(&format!("{} en cours", fold(words)));
            for licence in prose::licences(line).into_iter().filter(|licence| held(&licence.words)) {
                if !profile.licences.contains(&licence.value.name) {
                    profile.licences.push(licence.value.name);
                }
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
