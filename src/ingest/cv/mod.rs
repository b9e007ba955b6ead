//! From a CV to a [`Profile`], by rules alone.
//!
//! Each format (`pdf`, `docx`, `text`) gives the document's lines in reading order; `sections` cuts
//! them at the headings, and one module reads each kind of section. Nothing is added: every field holds words of
//! the document and every fact keeps the line that it came from.

mod columns;
mod dates;
mod docx;
mod education;
mod error;
mod experience;
mod header;
mod json_resume;
mod languages;
mod layout;
mod lines;
mod paragraphs;
mod pdf;
mod places;
mod sections;
mod skills;
mod text;
mod titles;

use jiff::civil::Date;
use jobmatch_index::profile::{Education, Experience, Profile};

use crate::ingest::prose;
pub use error::CvError;
pub use languages::language_name;
use lines::{CELL, Line, split_bullet};
use sections::{Kind, Section};

/// Largest file that is read, in bytes.
const MAX_BYTES: usize = 25 << 20;
/// Largest text, in bytes: no CV comes near.
const MAX_TEXT: usize = 2 << 20;

/// Reads a CV: PDF with text, DOCX, plain text or Markdown (UTF-8, UTF-16, Windows-1252), JSON Resume, or a
/// profile in our own JSON.
///
/// The content says which format it is; `file_name` only decides where the content does not (text that opens like
/// JSON in a `.txt`). `today` closes present jobs and bounds the years that make sense.
///
/// # Errors
/// [`CvError`] says what is wrong with the file and what to do. No input makes this panic.
pub fn read(bytes: &[u8], file_name: Option<&str>, today: Date) -> Result<Profile, CvError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(CvError::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(CvError::TooLarge {
            megabytes: (bytes.len() >> 20) as u64,
            limit: (MAX_BYTES >> 20) as u64,
        });
    }
    let lines = match format(bytes)? {
        Format::Pdf => pdf::lines(bytes)?,
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
                return match json_resume::read(&decoded)? {
                    json_resume::Parsed::Profile(profile) => Ok(*profile),
                    json_resume::Parsed::Stated(stated) => Ok(stated.finish(today)),
                };
            }
            if let Some(format) = markup(trimmed) {
                return Err(CvError::Unsupported { format });
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
    Ok(understand(lines, today).finish(today))
}

enum Format {
    Pdf,
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
    let riff = starts(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    if riff
        || [b"\x89PNG".as_slice(), b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM"]
            .iter()
            .any(|m| starts(m))
            && bytes.contains(&0)
    {
        return Err(CvError::Image);
    }
    if starts(b"{\\rtf") {
        return Err(CvError::Unsupported { format: "RTF" });
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

/// What a document states, before skills are counted.
#[derive(Debug, Default)]
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
    let head_lines: Vec<&Line> = of(Kind::Header).flat_map(|s| &s.lines).collect();
    let head = header::read(&head_lines, today);
    profile.identity = head.identity;
    profile.title = head.title;
    profile.place = head.place;
    let summary =
        of(Kind::Summary).flat_map(|s| &s.lines).map(spaced).chain(head.prose).collect::<Vec<_>>().join("\n");
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
    for Section { kind, lines } in &sections {
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
            Kind::Certificates => stated.certificates.extend(lines.iter().map(certificate)),
            Kind::Projects | Kind::Unknown => stated.evidence.extend(lines.iter().map(item)),
            Kind::Header | Kind::Other => stated.remarks.extend(lines.iter().map(item)),
            Kind::Education => {
                stated.remarks.extend(lines.iter().map(item));
                // The word for the kind of diploma (« Brevet ») is no skill.
                let subject = |e: &Education| match e.diploma.split_once(' ') {
                    Some((_, subject)) if education::names_diploma(&e.diploma) => subject.to_owned(),
                    _ => e.diploma.clone(),
                };
                stated.evidence.extend(education::read(lines, today).iter().map(subject));
            }
            Kind::Summary | Kind::Experience | Kind::Interests => {}
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

fn item(line: &Line) -> String {
    line.item().to_owned()
}

/// A line about certificates; « R489 catégorie 3 » under « CACES » says the word again.
fn certificate(line: &Line) -> String {
    let text = spaced(line);
    let text = split_bullet(&text).1;
    let recommendation = text
        .strip_prefix('R')
        .is_some_and(|t| t.len() >= 3 && t.as_bytes()[..3].iter().all(u8::is_ascii_digit));
    if recommendation { format!("CACES {text}") } else { text.to_owned() }
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
