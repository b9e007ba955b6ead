//! `jobmatch eval render`: CVs of many looks, from fictional people.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::words::{count, text};
use crate::eval::cv::{Layout, Person, Scans, Wanted, render};

/// Make CVs of many looks from fictional people, to read them with `eval cv`.
///
/// PEOPLE holds one JSON file a person (tests/cv/README.md describes it). Each gets a folder in DIR: truth.json, and for
/// each layout a PDF (by Chromium: the program that CHROMIUM names, or chromium), a Word document, and the lines of both
/// in the order that a person reads them (LAYOUT.lines.txt, LAYOUT.docx.lines.txt). Pictures are JPEG, or a PDF of pictures
/// when there are several pages: scan (200 dpi, always a PDF), scan150 (coarse), skew, noise, photo.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  jobmatch eval render tests/cv/people .data/corpus --format docx --layout table")]
pub(super) struct Arguments {
    /// Folder of the people.
    people: PathBuf,
    /// Folder to write to.
    #[arg(value_name = "DIR")]
    out: PathBuf,
    /// Only these layouts: one-column, two-columns, side-bar, table, dense, three-columns, and no-headings, which is made
    /// only when named; several with commas.
    #[arg(long = "layout", value_name = "LAYOUT", value_delimiter = ',')]
    layouts: Vec<LayoutName>,
    /// Formats: pdf, docx, word-pdf (LibreOffice prints the Word documents), scan (pictures of one PDF a person); several
    /// with commas.
    #[arg(long = "format", value_name = "FORMAT", value_delimiter = ',', default_value = "pdf,docx")]
    formats: Vec<Format>,
    /// Pictures of every PDF.
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LayoutName {
    OneColumn,
    TwoColumns,
    SideBar,
    Table,
    Dense,
    ThreeColumns,
    NoHeadings,
}

impl From<LayoutName> for Layout {
    fn from(name: LayoutName) -> Self {
        match name {
            LayoutName::OneColumn => Self::OneColumn,
            LayoutName::TwoColumns => Self::TwoColumns,
            LayoutName::SideBar => Self::SideBar,
            LayoutName::Table => Self::Table,
            LayoutName::Dense => Self::Dense,
            LayoutName::ThreeColumns => Self::ThreeColumns,
            LayoutName::NoHeadings => Self::NoHeadings,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    Pdf,
    Docx,
    WordPdf,
    Scan,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    let has = |format| arguments.formats.contains(&format);
    let layouts: Vec<Layout> = arguments.layouts.iter().map(|name| (*name).into()).collect();
    let wanted = Wanted {
        layouts: if layouts.is_empty() { Layout::USUAL.to_vec() } else { layouts },
        pdf: has(Format::Pdf) || has(Format::Scan),
        docx: has(Format::Docx),
        word_pdf: has(Format::WordPdf),
        scans: match (has(Format::Scan), arguments.all) {
            (false, _) => Scans::None,
            (true, false) => Scans::One,
            (true, true) => Scans::All,
        },
    };
    let people = Person::read_all(&arguments.people)?;
    let bar = context.bar(wanted.count(people.len()) as u64, &text!(context.lang, "CV", "CVs"));
    let made = render(&people, &arguments.out, &wanted, &|| bar.inc(1));
    bar.finish_and_clear();
    let made = count(made? as u64, context.lang);
    context.say(&text!(context.lang, "{made} CV dans {}", "{made} CVs in {}", arguments.out.display()));
    Ok(())
}
