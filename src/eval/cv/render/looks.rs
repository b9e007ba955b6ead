//! How the CV of a person looks in a layout: fonts, colours, how jobs are set, drawn by the person's name so that it is
//! the same each time.

use serde::Serialize;

use super::super::truth::Person;
use super::Layout;
use crate::demo::Random;

/// The choices that templates and Word documents make from.
#[derive(Debug, Serialize)]
pub(super) struct Looks {
    pub(super) accent: &'static str,
    pub(super) font: &'static str,
    /// Where the panel stands.
    pub(super) side: &'static str,
    /// How a job is set: dates in a margin, beside the title, beside the employer, above, or all on one line.
    pub(super) job: &'static str,
    /// How a diploma is set, in the same words.
    pub(super) study: &'static str,
    /// Width of the margin for dates.
    margin: String,
    pub(super) bullet: &'static str,
    /// Between what is set on one line.
    pub(super) dash: &'static str,
    /// Between employer and town.
    pub(super) comma: &'static str,
    /// The contract stands in brackets.
    pub(super) brackets: bool,
    /// Between contacts on one line.
    pub(super) bar: &'static str,
    pub(super) skills: &'static str,
    icons: &'static str,
    marks: &'static str,
    justified: bool,
    upper: bool,
    /// Sections have headings.
    headings: bool,
    /// Letter-spacing of the headings.
    spaced: Option<&'static str>,
    /// The sections of a page of one column.
    pub(super) order: &'static [&'static str],
    /// Titles of documents say all sorts of things.
    file_title: &'static str,
    /// Strings of CSS.
    quoted_name: String,
    quoted_email: String,
}

const ORDERS: [&[&str]; 3] = [
    &[
        "summary",
        "experiences",
        "education",
        "skills",
        "languages",
        "licences",
        "certifications",
        "interests",
    ],
    &[
        "summary",
        "skills",
        "experiences",
        "education",
        "certifications",
        "licences",
        "languages",
        "interests",
    ],
    &[
        "summary",
        "education",
        "experiences",
        "skills",
        "certifications",
        "languages",
        "licences",
        "interests",
    ],
];

impl Looks {
    /// The looks of the CV of `person`, whose file is called `slug`, in a layout.
    pub(super) fn of(slug: &str, person: &Person, layout: Layout) -> Self {
        let seed = slug.bytes().fold(0_u64, |sum, b| sum.wrapping_mul(31).wrapping_add(b.into()));
        let mut random = Random::new(seed, layout as u64);
        let narrow = matches!(layout, Layout::TwoColumns | Layout::SideBar | Layout::ThreeColumns);
        let jobs: &[&str] = match layout {
            Layout::Dense => &["title", "employer", "line", "margin"],
            _ => &["margin", "title", "employer", "stacked", "line"],
        };
        let skills: &[&str] = match layout {
            Layout::Table | Layout::OneColumn => &["line", "list", "chips"],
            Layout::Dense => &["line", "list"],
            _ => &["list", "list", "chips", "bars", "line"],
        };
        // Words written out beside the text, or nothing, where the panel is narrow.
        let icons: &[&str] =
            if narrow { &["glyphs", "drawn", "none"] } else { &["glyphs", "labels", "none"] };
        let job = random.pick(jobs);
        // The longest dates fill the margin, and go on below where it is narrow.
        let dates = person.experiences.iter().map(|job| job.dates.chars().count());
        let longest = dates.max().unwrap_or_default() as f64;
        let quoted = |text: &str| format!("\"{}\"", text.replace(['"', '\\'], ""));
        Self {
            accent: random.pick(&["#1f4e79", "#7a1f3d", "#2f6b4f", "#444444", "#8a4b08", "#283593"]),
            font: random.pick(&[
                "Liberation Sans, sans-serif",
                "Liberation Serif, serif",
                "DejaVu Sans, sans-serif",
                "DejaVu Serif, serif",
                "sans-serif",
                "Liberation Sans Narrow, sans-serif",
            ]),
            side: random.pick(&["left", "right"]),
            job,
            study: random.pick(&[job, "title", "line", "margin"]),
            margin: format!("{:.1}em", (longest * 0.56 + 0.6).clamp(5.0, if narrow { 9.0 } else { 13.0 })),
            bullet: random.pick(&["•", "-", "▪", "–", "➢", "·"]),
            dash: random.pick(&[" – ", " - ", " | "]),
            comma: random.pick(&[", ", ", ", " – "]),
            brackets: random.chance(50),
            bar: random.pick(&[" | ", "  •  ", " – ", "    "]),
            skills: random.pick(skills),
            icons: random.pick(icons),
            marks: random.pick(&["stars", "dots", "none"]),
            justified: random.chance(40),
            upper: random.chance(50),
            spaced: random.chance(35).then(|| random.pick(&["1px", ".25em"])),
            headings: layout != Layout::NoHeadings,
            order: ORDERS[random.below(ORDERS.len() as u64) as usize],
            file_title: random.pick(&["CV", "Sans titre", "Microsoft Word - CV final v2.docx", "cv_2025"]),
            quoted_name: quoted(&person.name),
            quoted_email: quoted(&person.email),
        }
    }
}
