//! The layouts that people make in Word: heading styles and lists, tables, a text box, headers and footers.

use std::io::{self, Cursor};

use docx_rs::{
    AbstractNumbering, AlignmentType, Docx, Footer, Header, IndentLevel, Level, LevelJc, LevelText,
    LineSpacing, NumPages, NumberFormat, Numbering, NumberingId, PageMargin, PageNum, Paragraph, Run,
    RunFonts, SpecialIndentType, Start, Style, StyleType, Tab, TabValueType, Table, TableCell,
    TableLayoutType, TableRow, WidthType,
};

use super::super::lines::{Cells, tidy};
use super::super::truth::{Job, Person, Study};
use super::looks::Looks;
use super::{Layout, comma};

/// Marks the paragraphs that go into a text box.
const BOX_BEGINS: &str = "jobmatch-box-begins";
const BOX_ENDS: &str = "jobmatch-box-ends";

/// What a paragraph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Name,
    Title,
    Heading,
    Group,
    Entry,
    /// A line of the contacts, which must fit a narrow column.
    Contact,
    Plain,
    Item,
}

/// A paragraph, before it is put anywhere.
struct Par {
    kind: Kind,
    /// Its text, in parts that are bold or not.
    parts: Vec<(String, bool)>,
    /// What stands after a tab, at the right margin or (dates before a title) after the margin of dates.
    aside: Option<(String, bool)>,
}

impl Par {
    fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self { kind, parts: vec![(text.into(), kind == Kind::Entry)], aside: None }
    }

    fn cells(&self) -> Cells {
        let text: String = self.parts.iter().map(|(text, _)| text.as_str()).collect();
        let aside = self.aside.iter().map(|(text, _)| tidy(text));
        [tidy(&text)].into_iter().chain(aside).collect()
    }
}

/// The Word document of a person, and its lines.
pub(super) fn document(person: &Person, looks: &Looks, layout: Layout) -> io::Result<(Vec<u8>, Vec<Cells>)> {
    let writer = Writer { person, looks };
    let (docx, lines) = match layout {
        Layout::OneColumn | Layout::ThreeColumns | Layout::NoHeadings => writer.one_column(),
        Layout::TwoColumns => writer.two_columns(),
        Layout::SideBar => writer.side_bar(),
        Layout::Table => writer.table(),
        Layout::Dense => writer.dense(),
    };
    let mut package = docx.build();
    if layout == Layout::SideBar {
        let text = String::from_utf8_lossy(&package.document);
        let boxed = boxed(&text, looks.accent.trim_start_matches('#'));
        package.document = boxed.ok_or_else(|| io::Error::other("the text box has no place"))?.into_bytes();
    }
    let mut bytes = Cursor::new(Vec::new());
    package.pack(&mut bytes).map_err(io::Error::other)?;
    Ok((bytes.into_inner(), lines))
}

struct Writer<'a> {
    person: &'a Person,
    looks: &'a Looks,
}

impl Writer<'_> {
    fn one_column(&self) -> (Docx, Vec<Cells>) {
        let mut pars = self.head();
        pars.extend(self.contact_line());
        for section in self.looks.order {
            pars.extend(self.section(section));
        }
        let docx =
            pars.iter().fold(self.blank(1000, 10), |docx, par| docx.add_paragraph(self.paragraph(par, 9900)));
        (docx, pars.iter().map(Par::cells).collect())
    }

    /// A table of one row, as templates of Word have it.
    fn two_columns(&self) -> (Docx, Vec<Cells>) {
        let (left, right) = (self.panel(), self.story());
        let cell = |pars: &[Par], width: usize| {
            pars.iter().fold(TableCell::new().width(width, WidthType::Dxa), |cell, par| {
                cell.add_paragraph(self.paragraph(par, width - 300))
            })
        };
        let head = self.head();
        let docx =
            head.iter().fold(self.blank(800, 10), |docx, par| docx.add_paragraph(self.paragraph(par, 10300)));
        let row = TableRow::new(vec![cell(&left, 3500), cell(&right, 6800)]);
        let docx = docx.add_table(
            Table::without_borders(vec![row]).set_grid(vec![3500, 6800]).layout(TableLayoutType::Fixed),
        );
        (docx, head.iter().chain(&left).chain(&right).map(Par::cells).collect())
    }

    /// A text box beside the text, anchored in its first paragraph.
    fn side_bar(&self) -> (Docx, Vec<Cells>) {
        let (mut inside, mut beside) = (self.panel(), self.story());
        let named = if self.looks.side == "left" { &mut inside } else { &mut beside };
        named.splice(0..0, self.head());
        let mark = |text: &str| Paragraph::new().add_run(Run::new().add_text(text));
        let mut docx = self.blank(800, 10).add_paragraph(mark(BOX_BEGINS));
        for par in &inside {
            docx = docx.add_paragraph(self.paragraph(par, 3300));
        }
        docx = docx.add_paragraph(mark(BOX_ENDS));
        for par in &beside {
            docx = docx.add_paragraph(self.paragraph(par, 6600));
        }
        let margin =
            PageMargin { top: 800, bottom: 800, left: 4300, right: 700, header: 400, footer: 400, gutter: 0 };
        (docx.page_margin(margin), inside.iter().chain(&beside).map(Par::cells).collect())
    }

    /// Dates in one column, what was done in the other; a heading fills a row.
    fn table(&self) -> (Docx, Vec<Cells>) {
        const WIDTHS: [usize; 2] = [2400, 7500];
        let person = self.person;
        let mut head = vec![Par::new(Kind::Name, person.name.as_str())];
        head.extend(self.contact_list());
        head.push(Par::new(Kind::Title, person.title.as_str()));
        let mut lines: Vec<Cells> = head.iter().map(Par::cells).collect();
        let mut rows: Vec<TableRow> = Vec::new();
        let cell = |pars: &[Par], width: usize| {
            let cell = TableCell::new().width(width, WidthType::Dxa);
            let empty = [Par::new(Kind::Plain, "")];
            let pars = if pars.is_empty() { &empty } else { pars };
            pars.iter().fold(cell, |cell, par| cell.add_paragraph(self.paragraph(par, width - 200)))
        };
        let wide = |pars: &[Par], lines: &mut Vec<Cells>, rows: &mut Vec<TableRow>| {
            lines.extend(pars.iter().map(Par::cells));
            rows.push(TableRow::new(vec![cell(pars, WIDTHS[0] + WIDTHS[1]).grid_span(2)]));
        };
        let pair = |when: &str, what: &[Par], lines: &mut Vec<Cells>, rows: &mut Vec<TableRow>| {
            let mut cells = what.iter().map(Par::cells);
            let first = [
                Some(tidy(when)).filter(|w| !w.is_empty()).into_iter().collect(),
                cells.next().unwrap_or_default(),
            ]
            .concat();
            lines.push(first);
            lines.extend(cells);
            let when: Vec<Par> =
                Some(when).filter(|w| !w.is_empty()).map(|w| Par::new(Kind::Plain, w)).into_iter().collect();
            rows.push(TableRow::new(vec![cell(&when, WIDTHS[0]), cell(what, WIDTHS[1])]));
        };
        for section in self.looks.order {
            let pars = self.section(section);
            let Some((heading, rest)) = pars.split_first() else { continue };
            wide(std::slice::from_ref(heading), &mut lines, &mut rows);
            match *section {
                "experiences" => {
                    for job in &person.experiences {
                        let mut what = vec![
                            Par::new(Kind::Entry, job.title.as_str()),
                            Par::new(Kind::Plain, self.whereabouts(job)),
                        ];
                        what.extend(job.tasks.iter().map(|task| Par::new(Kind::Item, task.as_str())));
                        pair(&job.dates, &what, &mut lines, &mut rows);
                    }
                }
                "education" => {
                    for study in &person.education {
                        let school = Some(self.school(study)).filter(|s| !s.is_empty());
                        let what: Vec<Par> = [Par::new(Kind::Entry, study.diploma.as_str())]
                            .into_iter()
                            .chain(school.map(|s| Par::new(Kind::Plain, s)))
                            .collect();
                        pair(study.dates.as_deref().unwrap_or_default(), &what, &mut lines, &mut rows);
                    }
                }
                "skills" => {
                    for group in &person.skills {
                        let items = Par::new(Kind::Plain, group.items.join(comma(&group.items)));
                        match &group.name {
                            Some(name) => pair(name, &[items], &mut lines, &mut rows),
                            None => wide(&[items], &mut lines, &mut rows),
                        }
                    }
                }
                _ => wide(rest, &mut lines, &mut rows),
            }
        }
        let docx =
            head.iter().fold(self.blank(1000, 10), |docx, par| docx.add_paragraph(self.paragraph(par, 9900)));
        let table = if self.looks.side == "left" { Table::without_borders(rows) } else { Table::new(rows) };
        (docx.add_table(table.set_grid(WIDTHS.to_vec()).layout(TableLayoutType::Fixed)), lines)
    }

    /// Small type, with name and address in the header and the page in the footer.
    fn dense(&self) -> (Docx, Vec<Cells>) {
        let person = self.person;
        let small = |text: &str| Run::new().add_text(text).size(16);
        let header = Header::new().add_paragraph(
            Paragraph::new()
                .add_tab(Tab::new().val(TabValueType::Right).pos(10100))
                .add_run(small(&person.name))
                .add_run(small("").add_tab())
                .add_run(small(&person.email)),
        );
        let footer = Footer::new().add_paragraph(
            Paragraph::new()
                .align(AlignmentType::Center)
                .add_run(small(&format!("{} – page ", person.name)))
                .add_page_num(PageNum::new())
                .add_run(small("/"))
                .add_num_pages(NumPages::new()),
        );
        let mut pars = self.head();
        pars.extend(self.contact_line());
        for section in [
            "summary",
            "experiences",
            "education",
            "skills",
            "languages",
            "licences",
            "certifications",
            "interests",
        ] {
            pars.extend(self.section(section));
        }
        let mut docx = self.blank(900, 8).header(header).footer(footer);
        let studies = person.heading("education");
        for par in &pars {
            let paragraph = self.paragraph(par, 10100);
            let second_page =
                par.kind == Kind::Heading && par.parts[0].0.to_lowercase() == studies.to_lowercase();
            docx =
                docx.add_paragraph(if second_page { paragraph.page_break_before(true) } else { paragraph });
        }
        (docx, pars.iter().map(Par::cells).collect())
    }

    /// A document with the styles of Word in French, without text.
    fn blank(&self, margin: i32, points: usize) -> Docx {
        let font = self.looks.font.split(',').next().unwrap_or_default();
        let accent = self.looks.accent.trim_start_matches('#');
        let heading = |id: &str, name: &str, size: usize, above: u32| {
            let spacing = LineSpacing::new().before(above).after(above / 3);
            Style::new(id, StyleType::Paragraph)
                .name(name)
                .size(size)
                .bold()
                .color(accent)
                .line_spacing(spacing)
        };
        let bullet = Level::new(
            0,
            Start::new(1),
            NumberFormat::new("bullet"),
            LevelText::new("•"),
            LevelJc::new("left"),
        )
        .indent(Some(360), Some(SpecialIndentType::Hanging(260)), None, None);
        Docx::new()
            .page_size(11906, 16838)
            .page_margin(PageMargin {
                top: margin,
                bottom: margin,
                left: margin,
                right: margin,
                header: 400,
                footer: 400,
                gutter: 0,
            })
            .default_size(points * 2)
            .default_fonts(RunFonts::new().ascii(font).hi_ansi(font))
            .add_style(heading("Titre", "Title", points * 4, 0))
            .add_style(heading("Sous-titre", "Subtitle", points * 2 + 6, 60))
            .add_style(heading("Titre1", "heading 1", points * 2 + 4, 220))
            .add_style(heading("Titre2", "heading 2", points * 2 + 1, 80))
            .add_style(Style::new("Paragraphedeliste", StyleType::Paragraph).name("List Paragraph"))
            .add_abstract_numbering(AbstractNumbering::new(2).add_level(bullet))
            .add_numbering(Numbering::new(2, 2))
    }

    /// A paragraph as Word has it, in a column of this width (twentieths of a point).
    fn paragraph(&self, par: &Par, width: usize) -> Paragraph {
        let mut paragraph = match par.kind {
            Kind::Name => Paragraph::new().style("Titre"),
            Kind::Title => Paragraph::new().style("Sous-titre"),
            Kind::Heading => Paragraph::new().style("Titre1"),
            Kind::Group => Paragraph::new().style("Titre2"),
            Kind::Entry => Paragraph::new().line_spacing(LineSpacing::new().before(80)),
            Kind::Contact | Kind::Plain => Paragraph::new(),
            // Many type a dash instead of making a list.
            Kind::Item if matches!(self.looks.bullet, "-" | "–") => {
                Paragraph::new().add_run(Run::new().add_text(format!("{} ", self.looks.bullet)))
            }
            Kind::Item => Paragraph::new()
                .style("Paragraphedeliste")
                .numbering(NumberingId::new(2), IndentLevel::new(0)),
        };
        let size = match par.kind {
            Kind::Name if width < 4000 => Some(26),
            Kind::Contact if width < 4000 => Some(16),
            _ => None,
        };
        let run = |text: &str, bold: bool| {
            let run = Run::new().add_text(text);
            let run = if bold { run.bold() } else { run };
            if let Some(size) = size { run.size(size) } else { run }
        };
        for (text, bold) in &par.parts {
            paragraph = paragraph.add_run(run(text, *bold));
        }
        if let Some((text, bold)) = &par.aside {
            let dates_first = self.looks.job == "margin";
            let stop = if dates_first {
                Tab::new().val(TabValueType::Left).pos(2400)
            } else {
                Tab::new().val(TabValueType::Right).pos(width)
            };
            paragraph = paragraph.add_tab(stop).add_run(Run::new().add_tab()).add_run(run(text, *bold));
        }
        paragraph
    }

    fn head(&self) -> Vec<Par> {
        vec![
            Par::new(Kind::Name, self.person.name.as_str()),
            Par::new(Kind::Title, self.person.title.as_str()),
        ]
    }

    fn contact_list(&self) -> Vec<Par> {
        let p = self.person;
        let lines = p.address.iter().chain([&p.place, &p.phone, &p.email]).chain(&p.links).chain(&p.personal);
        lines.map(|line| Par::new(Kind::Contact, line.as_str())).collect()
    }

    fn contact_line(&self) -> Vec<Par> {
        let p = self.person;
        let address: Vec<&str> = p.address.as_deref().into_iter().chain([p.place.as_str()]).collect();
        let line = [address.join(", "), p.phone.clone(), p.email.clone()].join(self.looks.bar);
        let mut pars = vec![Par::new(Kind::Plain, line)];
        pars.extend(p.links.iter().map(|link| Par::new(Kind::Plain, link.as_str())));
        if !p.personal.is_empty() {
            pars.push(Par::new(Kind::Plain, p.personal.join(self.looks.bar)));
        }
        pars
    }

    /// What stands in a narrow column.
    fn panel(&self) -> Vec<Par> {
        let mut pars = vec![Par::new(Kind::Heading, self.person.heading("contact"))];
        pars.extend(self.contact_list());
        for section in ["skills", "languages", "licences", "certifications", "interests"] {
            pars.extend(self.section(section));
        }
        pars
    }

    fn story(&self) -> Vec<Par> {
        ["summary", "experiences", "education"]
            .into_iter()
            .flat_map(|section| self.section(section))
            .collect()
    }

    /// The heading and the paragraphs of a section; nothing if the person has none.
    fn section(&self, name: &str) -> Vec<Par> {
        let p = self.person;
        let items = |texts: &[String]| {
            texts.iter().map(|text| Par::new(Kind::Item, text.as_str())).collect::<Vec<_>>()
        };
        let rest: Vec<Par> = match name {
            "summary" => p.summary.iter().map(|text| Par::new(Kind::Plain, text.as_str())).collect(),
            "experiences" => p.experiences.iter().flat_map(|job| self.job(job)).collect(),
            "education" => p.education.iter().flat_map(|study| self.study(study)).collect(),
            "skills" => self.skills(),
            "languages" => {
                p.languages.iter().map(|language| Par::new(Kind::Plain, language.said.as_str())).collect()
            }
            "licences" => p.licence_lines().into_iter().map(|line| Par::new(Kind::Item, line)).collect(),
            "certifications" => items(&p.certifications),
            _ => items(&p.interests),
        };
        if rest.is_empty() {
            return rest;
        }
        [Par::new(Kind::Heading, p.heading(name))].into_iter().chain(rest).collect()
    }

    fn job(&self, job: &Job) -> Vec<Par> {
        let dash = self.looks.dash;
        let contract = job.contract.as_ref().map(|contract| self.contract(contract)).unwrap_or_default();
        let entry = |text: &str, aside: &str| Par {
            aside: Some((aside.to_owned(), false)),
            ..Par::new(Kind::Entry, text)
        };
        let mut pars = match self.looks.job {
            "margin" => vec![
                Par {
                    kind: Kind::Entry,
                    parts: vec![(job.dates.clone(), false)],
                    aside: Some((job.title.clone(), true)),
                },
                Par::new(Kind::Plain, self.whereabouts(job)),
            ],
            "title" => vec![entry(&job.title, &job.dates), Par::new(Kind::Plain, self.whereabouts(job))],
            "employer" => {
                let place = job
                    .place
                    .as_ref()
                    .map(|place| format!("{}{place}", self.looks.comma))
                    .unwrap_or_default();
                vec![
                    entry(&format!("{}{place}", job.employer), &job.dates),
                    Par::new(Kind::Plain, format!("{}{contract}", job.title)),
                ]
            }
            "stacked" => vec![
                Par::new(Kind::Plain, job.dates.as_str()),
                Par::new(Kind::Entry, job.title.as_str()),
                Par::new(Kind::Plain, self.whereabouts(job)),
            ],
            _ => {
                let parts = vec![
                    (job.dates.clone(), true),
                    (" : ".into(), false),
                    (job.title.clone(), true),
                    (format!("{dash}{}", self.whereabouts(job)), false),
                ];
                vec![Par { kind: Kind::Plain, parts, aside: None }]
            }
        };
        pars.extend(job.tasks.iter().map(|task| Par::new(Kind::Item, task.as_str())));
        pars
    }

    /// Employer, town and contract.
    fn whereabouts(&self, job: &Job) -> String {
        let place =
            job.place.as_ref().map(|place| format!("{}{place}", self.looks.comma)).unwrap_or_default();
        let contract = job.contract.as_ref().map(|contract| self.contract(contract)).unwrap_or_default();
        format!("{}{place}{contract}", job.employer)
    }

    fn contract(&self, contract: &str) -> String {
        if self.looks.brackets { format!(" ({contract})") } else { format!("{}{contract}", self.looks.dash) }
    }

    fn school(&self, study: &Study) -> String {
        study.school.iter().chain(&study.place).map(String::as_str).collect::<Vec<_>>().join(self.looks.comma)
    }

    fn study(&self, study: &Study) -> Vec<Par> {
        let school = self.school(study);
        let mut pars = Vec::new();
        let mut first = Par::new(Kind::Entry, study.diploma.as_str());
        match (self.looks.job, &study.dates) {
            ("margin", Some(dates)) => {
                first = Par {
                    kind: Kind::Entry,
                    parts: vec![(dates.clone(), false)],
                    aside: Some((study.diploma.clone(), true)),
                };
            }
            ("stacked", Some(dates)) => pars.push(Par::new(Kind::Plain, dates.as_str())),
            ("line", dates) => {
                let dates = dates.as_ref().map(|dates| (format!("{dates} : "), true));
                let school = if school.is_empty() { school } else { format!("{}{school}", self.looks.dash) };
                let parts =
                    dates.into_iter().chain([(format!("{}{school}", study.diploma), false)]).collect();
                return vec![Par { kind: Kind::Plain, parts, aside: None }];
            }
            (_, Some(dates)) => first.aside = Some((dates.clone(), false)),
            (_, None) => {}
        }
        pars.push(first);
        if !school.is_empty() {
            pars.push(Par::new(Kind::Plain, school));
        }
        pars
    }

    fn skills(&self) -> Vec<Par> {
        let mut pars = Vec::new();
        for group in &self.person.skills {
            if matches!(self.looks.skills, "line" | "chips") {
                let name = group.name.as_ref().map(|name| (format!("{name} : "), true));
                let items = (group.items.join(comma(&group.items)), false);
                pars.push(Par {
                    kind: Kind::Plain,
                    parts: name.into_iter().chain([items]).collect(),
                    aside: None,
                });
            } else {
                pars.extend(group.name.as_ref().map(|name| Par::new(Kind::Group, name.as_str())));
                pars.extend(group.items.iter().map(|item| Par::new(Kind::Item, item.as_str())));
            }
        }
        pars
    }
}

/// Puts the paragraphs between the marks into a text box of the paragraph of the first mark, with the copy for old
/// versions of Word that Word writes too.
fn boxed(document: &str, fill: &str) -> Option<String> {
    let paragraph = |mark: &str| {
        let at = document.find(mark)?;
        let start = document[..at].rfind("<w:p ").max(document[..at].rfind("<w:p>"))?;
        let end = at + document[at..].find("</w:p>")? + "</w:p>".len();
        Some((start, end))
    };
    let ((before, from), (to, after)) = (paragraph(BOX_BEGINS)?, paragraph(BOX_ENDS)?);
    let content = document.get(from..to)?;
    let (width, height) = (2_400_000, 9_700_000);
    let shape = format!(
        r#"<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="wps"><w:drawing><wp:anchor xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="251659264" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="page"><wp:posOffset>150000</wp:posOffset></wp:positionH><wp:positionV relativeFrom="page"><wp:posOffset>300000</wp:posOffset></wp:positionV><wp:extent cx="{width}" cy="{height}"/><wp:wrapNone/><wp:docPr id="1" name="Zone de texte 1"/><wp:cNvGraphicFramePr/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:ln><a:solidFill><a:srgbClr val="{fill}"/></a:solidFill></a:ln></wps:spPr><wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="position:absolute;width:189pt;height:760pt"><v:textbox><w:txbxContent>{content}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"#
    );
    Some([&document[..before], &shape, &document[after..]].concat())
}
