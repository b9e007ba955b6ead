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
mod credentials;
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
mod loose;
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
mod statements;
mod text;
mod titles;
mod unlabelled;
mod unplaced;
mod wishes;
mod xml;

use std::sync::LazyLock;

use jiff::civil::Date;
use jobmatch_index::profile::{Education, Experience, Profile};
use jobmatch_index::skills::{Graph, Occupations};
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
                let mut profile = understand(document.lines.clone(), today).finish(today);
                profile.unplaced = unplaced::find(&profile, &document);
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

/// The ROME code of the occupation that a job title names, when one is likely. The employer tells between the meanings
/// of a title.
pub fn rome(title: &str, employer: Option<&str>) -> Option<String> {
    let likely = Occupations::builtin().of_job(title, employer.unwrap_or_default()).into_iter().next();
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
    let split = sections::split(lines);
    let headed = split.iter().any(|section| section.kind == Kind::Experience);
    let mut sections = unlabelled::find(split, today);
    let hobbies = take_hobbies(&mut sections);
    let mut stated = Stated::default();
    let profile = &mut stated.profile;
    profile.interests = hobbies;
    let of = |kind: Kind| sections.iter().filter(move |s| s.kind == kind);
    let mut head_lines: Vec<&Line> = of(Kind::Header).flat_map(|s| &s.lines).collect();
    if !head_lines.iter().any(|line| header::is_contact(line)) {
        // Contacts that stand beside another section, or below a letter, the name with them.
        let elsewhere = sections.iter().filter(|s| s.kind != Kind::Header && s.kind != Kind::Other);
        let lines: Vec<&Line> = elsewhere.flat_map(|s| &s.lines).collect();
        for (i, line) in lines.iter().enumerate().filter(|(_, line)| header::is_contact(line)) {
            head_lines.extend(
                i.checked_sub(1).map(|above| lines[above]).filter(|above| word_count(&above.text) <= 5),
            );
            head_lines.push(line);
        }
    }
    if !headed {
        // A letter is signed below its text, and says who writes in it.
        let all: Vec<&Line> = sections.iter().flat_map(|s| &s.lines).collect();
        let last = all.len().saturating_sub(4);
        let signed = all
            .iter()
            .enumerate()
            .filter(|(i, line)| *i >= last && word_count(&line.text) <= 8 || header::tells_name(&line.text));
        let signed: Vec<&Line> = signed.map(|(_, line)| *line).collect();
        let known = |line: &Line| head_lines.iter().any(|head| std::ptr::eq(*head, line));
        let signed: Vec<&Line> = signed.into_iter().filter(|line| !known(line)).collect();
        head_lines.extend(signed);
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
    profile.experiences = of(Kind::Experience)
        .flat_map(|s| {
            let mut jobs = read_jobs(&s.lines, today);
            if s.heading.starts_with("stage") {
                jobs.iter_mut().for_each(name_internship);
            }
            jobs
        })
        .collect();
    if !headed && !is_linkedin {
        let told = sections
            .iter()
            .filter(|s| !matches!(s.kind, Kind::Interests | Kind::Languages | Kind::Certificates));
        let told: Vec<&Line> = told.flat_map(|s| &s.lines).filter(|line| loose::may_tell(line)).collect();
        let loose = loose::read(&told, profile.title.as_deref(), today);
        // Notes and letters hold more jobs than heads; items below dates are the tasks of heads.
        let items = sections.iter().flat_map(|s| &s.lines).filter(|line| line.is_item()).count();
        // In a few notes the words beside each time tell more than the lines around them.
        let notes = items == 0 && told.len() <= 14 && loose.len() == profile.experiences.len();
        let more = loose.len() > profile.experiences.len() && (items < 6 || profile.experiences.is_empty());
        if more || notes {
            profile.experiences = loose;
        }
    }
    for job in &mut profile.experiences {
        settle_title(job, profile.title.as_deref());
    }
    most_recent_first(&mut profile.experiences);
    if let Some(place) = profile.place.take() {
        profile.place = Some(places::settled(place, &head_lines, profile));
    }
    for section in of(Kind::Education) {
        let lines = section.lines.iter().flat_map(|line| education::several(line, today));
        let (certificates, studies): (Vec<Line>, Vec<Line>) = lines.partition(|line| {
            !is_linkedin
                && credentials::names_certificate(line.item())
                && !education::parts(line.item()).into_iter().any(education::names_diploma)
        });
        profile.certifications.extend(certificates.iter().map(item));
        profile.education.extend(read_studies(&studies, today));
    }
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
                let driving = heading.starts_with("permis") && !heading.contains("habilitation");
                let lines = lines.iter().map(|line| certificate(line, driving)).collect::<Vec<_>>();
                let other = lines.iter().filter(|c| is_certification(c));
                let other = other.map(|c| statements::claims(c)).filter(|c| !c.is_empty());
                profile.certifications.extend(other);
                stated.certificates.extend(lines);
            }
            Kind::Projects | Kind::Unknown => stated.evidence.extend(lines.iter().map(item)),
            Kind::Header => {
                stated.remarks.extend(lines.iter().map(item));
                // Notes without headings list skills below the name.
                let told = lines.iter().filter(|line| {
                    !headed
                        && !header::is_contact(line)
                        && !header::is_personal(line.item())
                        && line.text.contains(',')
                });
                stated.evidence.extend(told.map(item));
            }
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
                    profile.certifications.extend(others.map(|line| certificate(line, false)));
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
    let wished = sections.iter().flat_map(|section| {
        let task = |line: &&Line| section.kind == Kind::Experience && line.is_item();
        let whole = section.is_about_wishes();
        section.lines.iter().filter(move |line| !task(line)).map(move |line| (line.item(), whole))
    });
    profile.wishes = wishes::read(wished);
    for line in sections.iter().flat_map(|section| &section.lines) {
        for denied in statements::denied(line.item()) {
            if !profile.not_claimed.iter().any(|known| known == denied) {
                profile.not_claimed.push(denied.to_owned());
            }
        }
    }
    let elsewhere =
        sections.iter().filter(|s| !matches!(s.kind, Kind::Experience | Kind::Languages | Kind::Projects));
    for line in elsewhere.flat_map(|s| &s.lines) {
        for certificate in credentials::certificates(line.item()) {
            let known = profile.certifications.iter().chain(profile.education.iter().map(|e| &e.line));
            if is_certification(&certificate) && !known.clone().any(|known| known.contains(&certificate)) {
                profile.certifications.push(certificate);
            }
        }
        languages::merge(&mut profile.languages, languages::in_line(&statements::claims(line.item())));
    }
    stated
}

/// A place where somebody was an intern, under a heading that says so.
fn name_internship(job: &mut Experience) {
    let folded = jobmatch_index::skills::fold(&job.title);
    if job.employer.is_none() && !titles::names_trade(&job.title) && !folded.starts_with("stage") {
        job.employer = Some(std::mem::replace(&mut job.title, "Stage".to_owned()));
    }
}

/// A job that only names its employer is one in the trade that the CV announces.
fn settle_title(job: &mut Experience, headline: Option<&str>) {
    let firm = experience::is_company(&job.title) || experience::is_contract(&job.title);
    if job.employer.is_none()
        && firm
        && !titles::names_trade(&job.title)
        && let Some(headline) = headline.filter(|title| titles::names_trade(title))
    {
        job.employer = Some(std::mem::replace(&mut job.title, headline.to_owned()));
    }
}

/// Takes out the lines that are about what somebody likes, wherever they stand.
fn take_hobbies(sections: &mut [Section]) -> Vec<String> {
    let mut found = Vec::new();
    for section in sections {
        if matches!(section.kind, Kind::Interests | Kind::Education | Kind::Summary) {
            continue;
        }
        section.lines.retain(|line| {
            let hobby = !(line.is_item() && section.kind == Kind::Experience) && is_hobby(line.item());
            if hobby {
                found.extend(interests(line));
            }
            !hobby
        });
    }
    found
}

/// « Chorale, jardin partagé »: a short list of what people do for pleasure.
fn is_hobby(text: &str) -> bool {
    const HOBBIES: &str = "football foot basket volley hand handball rugby tennis natation nage nager footing jogging \
        marathon trail yoga pilates danse danser boxe judo karate escalade velo vtt cyclisme cyclotourisme randonnee \
        randonnees rando ski voile surf peche chasse equitation petanque colombophilie echecs cinema theatre guitare \
        piano clarinette chant chorale tricot voyage voyages photo photographie jardin jardinage potager pingpong \
        benevole benevolat copro copropriete zumba gym fitness musculation hiking climbing baking swimming running \
        camogie crosswords improv oenologie belote demi-fond apiculture modelisme scrapbooking";
    let parts: Vec<&str> =
        text.split([',', ';', '|', '•', '·', CELL, '/']).map(str::trim).filter(|p| !p.is_empty()).collect();
    let folded: Vec<String> = parts.iter().map(|part| jobmatch_index::skills::fold(part)).collect();
    let liked =
        folded.iter().filter(|part| lines::words(part).any(|word| lines::is_one_of(word, HOBBIES))).count();
    let short = parts.iter().all(|part| word_count(part) <= 7);
    liked > 0
        && liked * 2 >= parts.len()
        && short
        && word_count(text) <= 14
        && !text.chars().any(|c| c.is_ascii_digit())
        && prose::licences(text).is_empty()
        && !parts.iter().any(|part| titles::likeness(part) >= titles::KNOWN_HEAD)
        && !header::is_personal(text)
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
/// Under `driving` licences letters are their categories.
fn certificate(line: &Line, driving: bool) -> String {
    static RECOMMENDATION: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?:CACES\W{0,3})?\bR ?([34]\d\d)\b").expect("constant pattern"));
    static ELECTRIC: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:(?:[BH][0-2CERS]V?|H0B0)(?:[\s,/;-]|et)*)+$").expect("constant pattern")
    });
    static DRIVING: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^(?:A[12M]?|BE?|B1|B96|C1?E?|D1?E?|EB|EC|PL|SPL)\b").expect("constant pattern")
    });
    let text = spaced(line);
    let text = split_bullet(&text).1;
    if driving && DRIVING.is_match(text) {
        return format!("Permis {text}");
    }
    if ELECTRIC.is_match(text) && text.chars().any(|c| "BH".contains(c)) {
        return format!("Habilitation électrique {text}");
    }
    RECOMMENDATION.replace_all(text, "CACES R$1").into_owned()
}

/// A certificate that is neither a licence, which is kept in its normal form, nor a diploma, which is one of the studies.
fn is_certification(text: &str) -> bool {
    credentials::licences(text).is_empty() && !education::names_diploma(text)
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
            job.rome = rome(&job.title, job.employer.as_deref());
        }
        profile.skills = skills::read(&profile, &self.skills, &self.evidence, today);
        let lines = [&self.certificates, &self.skills, &self.remarks, &self.evidence].into_iter().flatten();
        let tasks = profile.experiences.iter().flat_map(|job| &job.tasks);
        for line in lines.chain(tasks) {
            for licence in credentials::licences(line) {
                if !profile.licences.contains(&licence) {
                    profile.licences.push(licence);
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
