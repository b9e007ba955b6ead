//! Word documents: the text as it is printed, without what was deleted, commented or only asked for.

use std::collections::HashMap;

use super::error::CvError;
use super::flow::{self, Flow, Look};
use super::lines::Line;
use super::package::Package;
use super::xml::{self, Tag, Visit};

/// How many styles may be based on one another.
const ANCESTORS: usize = 20;

/// Reads the lines of a Word document.
pub(super) fn lines(package: &mut Package<'_>) -> Result<Vec<Line>, CvError> {
    let main = main_part(package)?;
    let folder = main.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let mut styles = Styles::default();
    if let Some(text) = package.text(&format!("{folder}styles.xml"))? {
        // Without its styles a document still says all that it says.
        let _ = xml::walk(&text, &mut styles);
    }
    let mut parts: Vec<String> = package.names().map(str::to_owned).collect();
    parts.sort();
    let mut read = |start: &str| -> Result<Vec<Line>, CvError> {
        let start = format!("{folder}{start}");
        let mut lines = Vec::new();
        for part in parts.iter().filter(|p| p.starts_with(&start) && p.ends_with(".xml")) {
            lines.append(&mut part_lines(package, part, &styles)?);
        }
        Ok(lines)
    };
    let (heads, feet) = (read("header")?, read("footer")?);
    let mut notes = [read("footnotes")?, read("endnotes")?].concat();
    flow::apart(&mut notes);
    let mut text = part_lines(package, &main, &styles)?;
    text.append(&mut notes);
    Ok(flow::with_margins(heads, text, feet))
}

/// The part that holds the text, which the relations of the package name.
fn main_part(package: &mut Package<'_>) -> Result<String, CvError> {
    const USUAL: &str = "word/document.xml";
    let relations = relations(package, "_rels/.rels")?;
    let named = relations.into_values().find(|r| r.kind.ends_with("/officeDocument"));
    let named = named.map(|r| r.target.trim_start_matches('/').to_owned()).filter(|name| package.has(name));
    Ok(named.unwrap_or_else(|| USUAL.to_owned()))
}

/// What a part refers to.
#[derive(Default)]
struct Relation {
    kind: String,
    target: String,
}

#[derive(Default)]
struct Relations(HashMap<String, Relation>);

impl Visit for Relations {
    fn open(&mut self, tag: &Tag<'_>) -> bool {
        if let (Some(id), Some(target)) = (tag.attribute("Id"), tag.attribute("Target")) {
            self.0.insert(id, Relation { kind: tag.attribute("Type").unwrap_or_default(), target });
        }
        true
    }

    fn close(&mut self, _: &str, _: &str) {}

    fn text(&mut self, _: &str) {}
}

fn relations(package: &mut Package<'_>, part: &str) -> Result<HashMap<String, Relation>, CvError> {
    let mut relations = Relations::default();
    if let Some(text) = package.text(part)? {
        // What cannot be read leads nowhere.
        let _ = xml::walk(&text, &mut relations);
    }
    Ok(relations.0)
}

/// The lines of one part.
fn part_lines(package: &mut Package<'_>, part: &str, styles: &Styles) -> Result<Vec<Line>, CvError> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let links = relations(package, &format!("{folder}/_rels/{file}.rels"))?;
    let text = package.needed(part)?;
    let mut body = Body {
        styles,
        links,
        flow: Flow::default(),
        states: Vec::new(),
        choices: Vec::new(),
        paragraph_properties: false,
        run_properties: false,
        in_text: false,
        link: None,
    };
    package.walk(&text, &mut body)?;
    Ok(body.flow.finish())
}

/// What styles say of a paragraph or a run.
#[derive(Debug, Clone, Copy, Default)]
struct Set {
    look: Look,
    item: bool,
    heading: bool,
    hidden: bool,
}

#[derive(Default)]
struct Style {
    parent: Option<String>,
    size: Option<f32>,
    bold: Option<bool>,
    item: Option<bool>,
    heading: bool,
    /// Hidden text, or the prompt of a field that nobody filled in.
    hidden: bool,
}

/// The styles of a document by their ids.
#[derive(Default)]
struct Styles {
    styles: HashMap<String, Style>,
    /// The style of paragraphs that name none.
    usual: Option<String>,
    /// Size of what has no size.
    size: f32,
    /// The style that is being read.
    open: Option<(String, Style)>,
}

impl Styles {
    fn of_paragraph(&self) -> Set {
        let size = if self.size > 0.0 || self.styles.is_empty() { self.size } else { 10.0 };
        let set = Set { look: Look { size, bold: false }, ..Set::default() };
        self.usual.as_ref().map_or(set, |id| self.apply(id, set))
    }

    /// `set` changed by the style `id` and those it is based on.
    fn apply(&self, id: &str, mut set: Set) -> Set {
        let Some(style) = self.styles.get(id) else { return guessed(id, set) };
        let mut chain = vec![style];
        while let Some(parent) = chain.last().and_then(|s| self.styles.get(s.parent.as_deref()?))
            && chain.len() < ANCESTORS
        {
            chain.push(parent);
        }
        for style in chain.into_iter().rev() {
            set.look.size = style.size.unwrap_or(set.look.size);
            set.look.bold = style.bold.unwrap_or(set.look.bold);
            set.item = style.item.unwrap_or(set.item);
            set.heading |= style.heading;
            set.hidden |= style.hidden;
        }
        set
    }
}

/// What the id of a style lets guess when the document does not define it.
fn guessed(id: &str, mut set: Set) -> Set {
    let id = id.to_lowercase();
    let title = id.starts_with("title") || id.starts_with("titre") && !id.ends_with(char::is_numeric);
    if title {
        set.look.size = 28.0;
    }
    set.heading = title || id.starts_with("heading") || id.starts_with("titre");
    set.look.bold |= set.heading;
    set.item = id.contains("list") && !set.heading;
    set
}

/// A property that is on unless its value says otherwise.
fn is_on(tag: &Tag<'_>) -> bool {
    !matches!(tag.attribute("val").as_deref(), Some("0" | "false" | "off" | "none"))
}

/// A size in half points, as points.
fn points(tag: &Tag<'_>) -> Option<f32> {
    let half_points: f32 = tag.attribute("val")?.parse().ok()?;
    (2.0..1000.0).contains(&half_points).then_some(half_points / 2.0)
}

/// Former states of what was changed, and properties of tables and sections.
fn says_nothing(name: &str) -> bool {
    name.ends_with("PrChange")
        || matches!(name, "tblPr" | "tblGrid" | "trPr" | "tcPr" | "sectPr" | "tabs" | "tblStylePr" | "rt")
}

impl Visit for Styles {
    fn open(&mut self, tag: &Tag<'_>) -> bool {
        let name = tag.name();
        let value = || tag.attribute("val").unwrap_or_default();
        if says_nothing(name) {
            return false;
        }
        if name == "style" {
            let id = tag.attribute("styleId").unwrap_or_default();
            if tag.attribute("default").is_some_and(|d| d == "1" || d == "true")
                && tag.attribute("type").as_deref() == Some("paragraph")
            {
                self.usual = Some(id.clone());
            }
            self.open = Some((id, Style::default()));
            return true;
        }
        let Some((_, style)) = &mut self.open else {
            if name == "sz" {
                self.size = points(tag).unwrap_or_default();
            }
            return true;
        };
        match name {
            "name" => {
                let name = value().to_lowercase();
                style.hidden |= name == "placeholder text";
                style.heading |= name == "title";
            }
            "basedOn" => style.parent = Some(value()),
            "numId" => style.item = Some(value() != "0"),
            "outlineLvl" => style.heading |= value() != "9",
            "b" => style.bold = Some(is_on(tag)),
            "sz" => style.size = points(tag),
            "vanish" => style.hidden |= is_on(tag),
            _ => {}
        }
        true
    }

    fn close(&mut self, _: &str, name: &str) {
        if name == "style"
            && let Some((id, style)) = self.open.take()
        {
            self.styles.insert(id, style);
        }
    }

    fn text(&mut self, _: &str) {}
}

/// What holds inside one paragraph; a text box holds others.
struct State {
    paragraph: Set,
    run: Set,
    /// Open fields: whether it is their instruction that is being read, not their result.
    fields: Vec<bool>,
}

/// A part that is being read.
struct Body<'a> {
    styles: &'a Styles,
    links: HashMap<String, Relation>,
    flow: Flow,
    states: Vec<State>,
    /// For each open alternative, whether one was read.
    choices: Vec<bool>,
    paragraph_properties: bool,
    run_properties: bool,
    in_text: bool,
    /// Where the open link leads, and what it shows.
    link: Option<(String, String)>,
}

impl Body<'_> {
    fn push(&mut self, text: &str) {
        let Some(state) = self.states.last() else { return };
        if state.run.hidden || state.fields.contains(&true) {
            return;
        }
        self.flow.text(text, state.run.look);
        if let Some((_, shown)) = &mut self.link {
            shown.push_str(text);
        }
    }

    fn property(&mut self, tag: &Tag<'_>) {
        let Some(state) = self.states.last_mut() else { return };
        let value = || tag.attribute("val").unwrap_or_default();
        let (paragraph, run) = (&mut state.paragraph, &mut state.run);
        match tag.name() {
            "pStyle" => *paragraph = self.styles.apply(&value(), self.styles.of_paragraph()),
            "numId" => paragraph.item = value() != "0",
            "outlineLvl" => paragraph.heading |= value() != "9",
            "rStyle" if self.run_properties => *run = self.styles.apply(&value(), *run),
            "b" if self.run_properties => run.look.bold = is_on(tag),
            "sz" if self.run_properties => run.look.size = points(tag).unwrap_or(run.look.size),
            "vanish" if self.run_properties => run.hidden |= is_on(tag),
            _ => {}
        }
        // A numbered heading is no item of a list.
        let item = paragraph.item && !paragraph.heading;
        if self.paragraph_properties {
            self.flow.item(item);
        }
    }

    fn field(&mut self, part: &str) {
        let Some(state) = self.states.last_mut() else { return };
        match part {
            "begin" => state.fields.push(true),
            "separate" => {
                if let Some(instruction) = state.fields.last_mut() {
                    *instruction = false;
                }
            }
            _ => drop(state.fields.pop()),
        }
    }
}

impl Visit for Body<'_> {
    fn open(&mut self, tag: &Tag<'_>) -> bool {
        let name = tag.name();
        if says_nothing(name) {
            return false;
        }
        match name {
            // Deleted or moved away.
            "del" | "moveFrom" => return false,
            "AlternateContent" => self.choices.push(false),
            "Choice" | "Fallback" => {
                let Some(read) = self.choices.last_mut() else { return true };
                return !std::mem::replace(read, true);
            }
            "p" => {
                let paragraph = self.styles.of_paragraph();
                self.states.push(State { paragraph, run: paragraph, fields: Vec::new() });
                self.flow.begin_paragraph(paragraph.item && !paragraph.heading);
            }
            "pPr" => self.paragraph_properties = true,
            // How the end of the paragraph is set, not its text.
            "rPr" if self.paragraph_properties => return false,
            "rPr" => self.run_properties = true,
            "r" => {
                if let Some(state) = self.states.last_mut() {
                    state.run = state.paragraph;
                }
            }
            "t" => self.in_text = true,
            "tab" | "ptab" => self.flow.tab(),
            "br" if tag.attribute("type").as_deref() == Some("column") => self.flow.column_break(),
            "br" | "cr" => self.flow.line_break(),
            "noBreakHyphen" => self.push("-"),
            "sym" => {
                let code = tag.attribute("char").and_then(|c| u32::from_str_radix(&c, 16).ok());
                if let Some(c) = code.and_then(char::from_u32) {
                    self.push(c.encode_utf8(&mut [0; 4]));
                }
            }
            "fldChar" => self.field(&tag.attribute("fldCharType").unwrap_or_default()),
            "hyperlink" => {
                let target = tag.attribute("id").and_then(|id| self.links.get(&id)).map(|r| r.target.clone());
                self.link = target.map(|target| (target, String::new()));
            }
            "txbxContent" => self.flow.begin_box(),
            "tr" => self.flow.begin_row(),
            "tc" => self.flow.begin_cell(),
            _ => self.property(tag),
        }
        true
    }

    fn close(&mut self, _: &str, name: &str) {
        match name {
            "AlternateContent" => drop(self.choices.pop()),
            "p" => {
                self.flow.end_paragraph();
                self.states.pop();
            }
            "pPr" => self.paragraph_properties = false,
            "rPr" => self.run_properties = false,
            "t" => self.in_text = false,
            "hyperlink" => {
                if let Some((target, shown)) = self.link.take()
                    && let Some(address) = flow::hidden_address(&target, &shown)
                {
                    self.push(&format!(" {address}"));
                }
            }
            "txbxContent" => self.flow.end_box(),
            "tr" => self.flow.end_row(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_text {
            self.push(text);
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::{Cursor, Write};

    use super::*;
    use crate::ingest::cv::Limits;

    fn read(bytes: &[u8]) -> Result<Vec<Line>, CvError> {
        lines(&mut Package::open(bytes, &Limits::default())?)
    }

    /// A Word document with `body` inside `w:body`, and the other parts given.
    pub(in crate::ingest::cv) fn docx(body: &str, parts: &[(&str, &str)]) -> Vec<u8> {
        let open = r#"<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="w" xmlns:mc="mc" xmlns:wps="wps"><w:body>"#;
        let document = format!("{open}{body}</w:body></w:document>");
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        for (name, text) in [("[Content_Types].xml", "<Types/>"), ("word/document.xml", document.as_str())]
            .iter()
            .chain(parts)
        {
            zip.start_file(*name, options).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// A paragraph of one run.
    pub(in crate::ingest::cv) fn p(text: &str) -> String {
        format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
    }

    fn texts(bytes: &[u8]) -> Vec<String> {
        read(bytes).unwrap().into_iter().map(|l| l.text).collect()
    }

    #[test]
    fn runs_lists_tables_and_tabs_become_lines() {
        let body = [
            "<w:p><w:pPr><w:pStyle w:val=\"Titre\"/></w:pPr><w:r><w:t>Marie </w:t></w:r><w:r><w:t>Dur</w:t></w:r><w:r><w:t>and</w:t></w:r></w:p>".to_owned(),
            "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Vendeuse</w:t><w:tab/><w:t>2019 &amp; 2020</w:t><w:br/><w:t>Zara</w:t></w:r></w:p>".to_owned(),
            format!("<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>", p("Anglais"), p("B2")),
            "<w:p><w:pPr><w:numPr><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>Encaissement</w:t></w:r></w:p>".to_owned(),
        ]
        .concat();
        let bytes = docx(&body, &[]);
        assert_eq!(
            texts(&bytes),
            ["Marie Durand", "Vendeuse\t2019 & 2020", "Zara", "Anglais\tB2", "• Encaissement"]
        );
        let lines = read(&bytes).unwrap();
        assert!(lines[0].size > 20.0 && lines[1].bold && !lines[3].bold);
    }

    #[test]
    fn text_boxes_are_read_once_and_headers_first() {
        let content = format!("<w:txbxContent>{}</w:txbxContent>", p("Contact"));
        let body = format!(
            "<w:p><w:r><mc:AlternateContent><mc:Choice><wps:txbx>{content}</wps:txbx></mc:Choice>\
             <mc:Fallback><w:pict>{content}</w:pict></mc:Fallback></mc:AlternateContent><w:t>Profil</w:t></w:r></w:p>"
        );
        let header = format!("<w:hdr xmlns:w=\"w\">{}</w:hdr>", p("Luc Petit"));
        let bytes = docx(&body, &[("word/header1.xml", &header)]);
        assert_eq!(texts(&bytes), ["Luc Petit", "Contact", "Profil"]);
    }

    #[test]
    fn what_is_not_printed_is_not_read() {
        let run = |text: &str| format!("<w:r><w:t>{text}</w:t></w:r>");
        let body = [
            "<w:p>".to_owned(),
            run("Vendeuse"),
            "<w:del><w:r><w:delText>effacé</w:delText></w:r></w:del>".to_owned(),
            "<w:moveFrom><w:r><w:t>parti</w:t></w:r></w:moveFrom>".to_owned(),
            "<w:ins><w:r><w:t> en boutique</w:t></w:r></w:ins>".to_owned(),
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t>caché</w:t></w:r>".to_owned(),
            "<w:r><w:rPr><w:rStyle w:val=\"Prompt\"/></w:rPr><w:t>Cliquez ici</w:t></w:r>".to_owned(),
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>HYPERLINK \"x\"</w:instrText><w:t>non</w:t></w:r>\
             <w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>"
                .to_owned(),
            run(" à Lyon"),
            "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>".to_owned(),
            "<w:p><w:pPr><w:rPr><w:del w:id=\"1\"/></w:rPr><w:pPrChange><w:pPr><w:numPr/></w:pPr></w:pPrChange></w:pPr>".to_owned(),
            "<w:sdt><w:sdtContent>".to_owned(),
            run("Ca"),
            "<w:r><w:softHyphen/><w:t>isse</w:t><w:noBreakHyphen/></w:r><w:commentReference w:id=\"0\"/>".to_owned(),
            "<w:r><w:sym w:font=\"Symbol\" w:char=\"F0B7\"/></w:r></w:sdtContent></w:sdt></w:p>".to_owned(),
        ]
        .concat();
        let styles = "<w:styles xmlns:w=\"w\"><w:style w:type=\"character\" w:styleId=\"Prompt\"><w:name w:val=\"Placeholder Text\"/></w:style></w:styles>";
        let notes = format!("<w:comments xmlns:w=\"w\">{}</w:comments>", p("remarque"));
        let bytes = docx(&body, &[("word/styles.xml", styles), ("word/comments.xml", &notes)]);
        assert_eq!(texts(&bytes), ["Vendeuse en boutique à Lyon", "Caisse-\u{f0b7}"]);
    }

    #[test]
    fn styles_say_how_text_is_set() {
        let styles = "<w:styles xmlns:w=\"w\"><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val=\"22\"/></w:rPr></w:rPrDefault></w:docDefaults>\
            <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style>\
            <w:style w:type=\"paragraph\" w:styleId=\"Rubrique\"><w:basedOn w:val=\"Base\"/><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr><w:outlineLvl w:val=\"0\"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>\
            <w:style w:type=\"paragraph\" w:styleId=\"Base\"><w:basedOn w:val=\"Rubrique\"/><w:rPr><w:sz w:val=\"30\"/></w:rPr></w:style>\
            <w:style w:type=\"paragraph\" w:styleId=\"Liste\"><w:pPr><w:numPr><w:numId w:val=\"3\"/></w:numPr></w:pPr></w:style>\
            <w:style w:type=\"character\" w:styleId=\"Fort\"><w:rPr><w:b/></w:rPr></w:style></w:styles>";
        let styled = |style: &str, text: &str| {
            format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
        };
        let body = [
            styled("Rubrique", "FORMATION"),
            p("Texte"),
            styled("Liste", "Encaissement"),
            "<w:p><w:pPr><w:pStyle w:val=\"Liste\"/><w:numPr><w:numId w:val=\"0\"/></w:numPr></w:pPr><w:r><w:rPr><w:rStyle w:val=\"Fort\"/></w:rPr><w:t>Sans puce</w:t></w:r></w:p>".to_owned(),
        ]
        .concat();
        let lines = read(&docx(&body, &[("word/styles.xml", styles)])).unwrap();
        let shown: Vec<(&str, f32, bool)> = lines.iter().map(|l| (l.text.as_str(), l.size, l.bold)).collect();
        assert_eq!(
            shown,
            [
                ("FORMATION", 15.0, true),
                ("Texte", 11.0, false),
                ("• Encaissement", 11.0, false),
                ("Sans puce", 11.0, true)
            ]
        );
    }

    #[test]
    fn tables_in_tables_and_boxes_are_read_cell_by_cell() {
        let cell = |content: &str| format!("<w:tc>{content}</w:tc>");
        let row = |cells: &[String]| format!("<w:tr>{}</w:tr>", cells.concat());
        let inner = format!("<w:tbl>{}</w:tbl>", row(&[cell(&p("Anglais")), cell(&p("B2"))]));
        let job = [p("Vendeuse"), p("Zara, Lyon"), p("Conseil des clientes et tenue de la caisse")].concat();
        let boxed = format!("<w:p><w:r><w:pict><w:txbxContent>{inner}</w:txbxContent></w:pict></w:r></w:p>");
        let body = format!(
            "<w:tbl>{}{}</w:tbl>{boxed}",
            row(&[cell(&job), cell(&p("2019 - 2021"))]),
            row(&[
                format!("<w:tc><w:tcPr><w:vMerge/></w:tcPr>{}</w:tc>", "<w:p/>"),
                cell(&(inner.clone() + &p("Notions d'italien")))
            ]),
        );
        assert_eq!(
            texts(&docx(&body, &[])),
            [
                "2019 - 2021",
                "Vendeuse",
                "Zara, Lyon",
                "Conseil des clientes et tenue de la caisse",
                "Anglais\tB2",
                "Notions d'italien",
                "Anglais\tB2"
            ]
        );
    }

    #[test]
    fn heads_come_first_and_feet_last_each_once() {
        let part = |text: &str| format!("<w:hdr xmlns:w=\"w\">{text}</w:hdr>");
        let parts = [
            ("word/header1.xml", part(&p("Luc Petit"))),
            ("word/header2.xml", part(&(p("Luc Petit") + &p("Maçon")))),
            ("word/footer1.xml", part(&(p("06 39 98 00 00") + &p("Page 1 / 2")))),
            ("word/footnotes.xml", part(&p("Note"))),
        ];
        let parts: Vec<(&str, &str)> = parts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let bytes = docx(&p("Profil"), &parts);
        assert_eq!(texts(&bytes), ["Luc Petit", "Maçon", "Profil", "Note", "06 39 98 00 00"]);
        assert!(read(&bytes).unwrap()[4].new_column);
    }

    #[test]
    fn links_say_the_address_of_the_person() {
        let relations = "<Relationships><Relationship Id=\"r1\" Type=\"t/hyperlink\" Target=\"https://www.linkedin.com/in/luc-petit\"/>\
            <Relationship Id=\"r2\" Type=\"t/hyperlink\" Target=\"https://www.zara.example\"/>\
            <Relationship Id=\"r3\" Type=\"t/hyperlink\" Target=\"mailto:luc@exemple.fr?subject=CV\"/></Relationships>";
        let link = |id: &str, text: &str| {
            format!("<w:p><w:hyperlink r:id=\"{id}\"><w:r><w:t>{text}</w:t></w:r></w:hyperlink></w:p>")
        };
        let body = [link("r1", "Mon profil"), link("r2", "Zara"), link("r3", "luc@exemple.fr")].concat();
        let bytes = docx(&body, &[("word/_rels/document.xml.rels", relations)]);
        assert_eq!(
            texts(&bytes),
            ["Mon profil https://www.linkedin.com/in/luc-petit", "Zara", "luc@exemple.fr"]
        );
    }

    #[test]
    fn the_text_is_in_the_part_that_the_relations_name() {
        let relations = "<Relationships><Relationship Id=\"a\" Type=\"http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument\" Target=\"/word/document2.xml\"/></Relationships>";
        let text = format!(
            "<x:document xmlns:x=\"http://purl.oclc.org/ooxml/wordprocessingml/main\"><x:body>{}</x:body></x:document>",
            p("Luc").replace("w:", "x:")
        );
        let bytes = docx(&p("ancien"), &[("_rels/.rels", relations), ("word/document2.xml", &text)]);
        assert_eq!(texts(&bytes), ["Luc"]);
    }

    #[test]
    fn a_document_that_is_none_says_what_it_is() {
        let cut = docx(&p("Marie"), &[]);
        assert!(matches!(read(&cut[..cut.len() / 2]), Err(CvError::Damaged { .. })));
        assert!(matches!(read(&docx("<w:p><w:r>", &[])), Err(CvError::Damaged { .. })));
        assert_eq!(read(&docx("<w:p/>", &[])), Ok(vec![]));
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("photo.txt", zip::write::SimpleFileOptions::default()).unwrap();
        let unsupported = |format: &'static str| Err(CvError::Unsupported { format: format.into() });
        assert_eq!(read(&zip.finish().unwrap().into_inner()), unsupported("ZIP"));
        let sheet = docx("", &[("xl/workbook.xml", "<x/>")]);
        assert_eq!(read(&sheet), unsupported("Excel"));
    }

    #[test]
    fn a_bomb_is_stopped() {
        let limits = Limits { unpacked: 1 << 20, ..Limits::default() };
        let bomb = docx(&" ".repeat(2 << 20), &[]);
        assert!(bomb.len() < 10_000);
        let read = |bytes: &[u8]| lines(&mut Package::open(bytes, &limits)?);
        assert_eq!(read(&bomb), Err(CvError::UnpacksTooLarge { limit: 1 }));
        // The parts count together.
        let half = " ".repeat(600 << 10);
        let two = docx(&half, &[("word/header1.xml", &format!("<h>{half}</h>"))]);
        assert_eq!(read(&two), Err(CvError::UnpacksTooLarge { limit: 1 }));
    }
}
