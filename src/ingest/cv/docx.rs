//! Word documents: paragraphs, tables, text boxes and headers, in reading order.

use std::io::{Cursor, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use zip::ZipArchive;

use super::error::CvError;
use super::lines::{CELL, Line, clean, word_count};

/// Most bytes that the parts read from one document may unpack to.
const MAX_UNPACKED: u64 = 32 << 20;

/// Reads the lines of a zip container that should be a Word document.
pub(super) fn lines(bytes: &[u8]) -> Result<Vec<Line>, CvError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let names: Vec<String> = archive.file_names().flatten().map(std::borrow::Cow::into_owned).collect();
    if let Some(format) = other_format(&mut archive, &names) {
        return Err(CvError::Unsupported { format: format.into() });
    }
    if !names.iter().any(|n| n == "word/document.xml") {
        return Err(CvError::UnknownFormat);
    }
    let mut headers: Vec<&String> =
        names.iter().filter(|n| n.starts_with("word/header") && n.ends_with(".xml")).collect();
    headers.sort();
    let mut left = MAX_UNPACKED;
    let mut lines: Vec<Line> = Vec::new();
    for part in headers.into_iter().map(String::as_str).chain(["word/document.xml"]) {
        for line in part_lines(&unpack(&mut archive, part, &mut left)?)? {
            if !(line.new_column && lines.iter().any(|l| l.text == line.text)) {
                lines.push(line);
            }
        }
    }
    if lines.iter().any(|l| l.text.chars().any(char::is_alphabetic)) {
        Ok(lines)
    } else {
        Err(CvError::NoText)
    }
}

fn broken(why: impl std::fmt::Display) -> CvError {
    CvError::BrokenDocx { why: why.to_string() }
}

/// Zip containers of other programs, by the parts they hold.
fn other_format(archive: &mut ZipArchive<Cursor<&[u8]>>, names: &[String]) -> Option<&'static str> {
    let holds = |start: &str| names.iter().any(|n| n.starts_with(start));
    if holds("xl/") {
        return Some("Excel");
    }
    if holds("ppt/") {
        return Some("PowerPoint");
    }
    if holds("Index/") && names.iter().any(|n| n.ends_with(".iwa")) {
        return Some("Pages");
    }
    let mut mime = String::new();
    archive.by_name("mimetype").ok()?.take(100).read_to_string(&mut mime).ok()?;
    mime.contains("opendocument").then_some("OpenDocument (ODT)")
}

fn unpack(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str, left: &mut u64) -> Result<String, CvError> {
    let part = archive.by_name(name).map_err(broken)?;
    let mut bytes = Vec::new();
    part.take(*left + 1).read_to_end(&mut bytes).map_err(broken)?;
    let size = bytes.len() as u64;
    if size > *left {
        return Err(CvError::UnpacksTooLarge { limit: MAX_UNPACKED >> 20 });
    }
    *left -= size;
    String::from_utf8(bytes).map_err(broken)
}

/// A paragraph being read; a text box opens one inside another.
#[derive(Default)]
struct Paragraph {
    text: String,
    item: bool,
    size: f32,
    bold_chars: usize,
    run_bold: bool,
    style_bold: bool,
}

/// A table row being read: the lines of each cell.
#[derive(Default)]
struct Row {
    cells: Vec<Vec<Line>>,
}

#[derive(Default)]
struct Body {
    lines: Vec<Line>,
    paragraphs: Vec<Paragraph>,
    rows: Vec<Row>,
    /// Lines of text boxes, each list set aside until the paragraph that anchors the box ends.
    boxes: Vec<Vec<Line>>,
    /// Depth of `mc:Fallback`, which repeats what `mc:Choice` said.
    fallback: usize,
    run_properties: bool,
    in_text: bool,
}

/// The lines of one XML part.
fn part_lines(xml: &str) -> Result<Vec<Line>, CvError> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut body = Body::default();
    let mut depth = 0_u32;
    loop {
        match reader.read_event().map_err(broken)? {
            Event::Eof => break,
            Event::Start(tag) => {
                depth += 1;
                if depth > 400 {
                    return Err(broken("nested too deep"));
                }
                body.open(&tag);
            }
            Event::Empty(tag) => {
                body.open(&tag);
                body.close(tag.local_name().as_ref());
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                body.close(tag.local_name().as_ref());
            }
            Event::Text(text) => body.push(&text),
            Event::CData(text) => body.push(&text),
            Event::GeneralRef(reference) => {
                let resolved = match reference.resolve_char_ref() {
                    Ok(Some(c)) => Some(c),
                    _ => match &*reference {
                        "amp" => Some('&'),
                        "lt" => Some('<'),
                        "gt" => Some('>'),
                        "quot" => Some('"'),
                        "apos" => Some('\''),
                        _ => None,
                    },
                };
                if let Some(c) = resolved {
                    body.push(c.encode_utf8(&mut [0; 4]));
                }
            }
            _ => {}
        }
    }
    if depth > 0 {
        return Err(broken("the text ends early"));
    }
    Ok(body.lines)
}

impl Body {
    fn open(&mut self, tag: &BytesStart<'_>) {
        let name = tag.local_name();
        let name = name.as_ref();
        if name == "Fallback" {
            self.fallback += 1;
        }
        if self.fallback > 0 {
            return;
        }
        let value = || attribute(tag, "val").unwrap_or_default();
        match name {
            "p" if tag.name().as_ref().starts_with("w:") => self.paragraphs.push(Paragraph::default()),
            "txbxContent" => self.boxes.push(Vec::new()),
            "tr" => self.rows.push(Row::default()),
            "tc" => {
                if let Some(row) = self.rows.last_mut() {
                    row.cells.push(Vec::new());
                }
            }
            "r" => {
                if let Some(p) = self.paragraphs.last_mut() {
                    p.run_bold = p.style_bold;
                }
            }
            "rPr" => self.run_properties = true,
            "t" => self.in_text = true,
            "tab" if !self.run_properties => self.push_char(CELL),
            "br" | "cr" => self.line_break(),
            "noBreakHyphen" => self.push_char('-'),
            _ => {
                let run_properties = self.run_properties;
                let Some(p) = self.paragraphs.last_mut() else { return };
                match name {
                    "numPr" => p.item = true,
                    "pStyle" => {
                        let style = value().to_lowercase();
                        if style.starts_with("title")
                            || style.starts_with("titre") && !style.ends_with(char::is_numeric)
                        {
                            p.size = 28.0;
                        }
                        p.style_bold = style.starts_with("heading")
                            || style.starts_with("titre")
                            || style.starts_with("title");
                        p.item |= style.contains("list") && !style.contains("heading");
                    }
                    "b" if run_properties => p.run_bold = !matches!(value().as_str(), "0" | "false" | "off"),
                    "sz" if run_properties => {
                        if let Ok(half_points) = value().parse::<f32>() {
                            p.size = p.size.max(half_points / 2.0);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn close(&mut self, name: &str) {
        if name == "Fallback" {
            self.fallback = self.fallback.saturating_sub(1);
            return;
        }
        if self.fallback > 0 {
            return;
        }
        match name {
            "p" => {
                if let Some(paragraph) = self.paragraphs.pop() {
                    self.emit(&paragraph);
                }
            }
            "txbxContent" => {
                if let Some(mut lines) = self.boxes.pop()
                    && let Some(first) = lines.first_mut()
                {
                    first.new_column = true;
                    self.target().append(&mut lines);
                }
            }
            "tr" => {
                if let Some(row) = self.rows.pop() {
                    let mut lines = row.lines();
                    self.target().append(&mut lines);
                }
            }
            "rPr" => self.run_properties = false,
            "t" => self.in_text = false,
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        if self.in_text
            && self.fallback == 0
            && let Some(p) = self.paragraphs.last_mut()
        {
            p.text.push_str(text);
            if p.run_bold {
                p.bold_chars += text.chars().count();
            }
        }
    }

    fn push_char(&mut self, c: char) {
        if let Some(p) = self.paragraphs.last_mut() {
            p.text.push(c);
        }
    }

    fn line_break(&mut self) {
        if let Some(p) = self.paragraphs.last_mut() {
            p.text.push('\n');
        }
    }

    fn emit(&mut self, paragraph: &Paragraph) {
        let letters = paragraph.text.chars().count();
        for part in paragraph.text.split('\n') {
            let text = clean(part);
            if text.is_empty() {
                continue;
            }
            let text = if paragraph.item { format!("• {text}") } else { text };
            let bold = paragraph.bold_chars * 2 > letters;
            self.target().push(Line { text, size: paragraph.size, bold, ..Line::default() });
        }
    }

    /// Where a finished line goes: the innermost open text box or table cell, else the document.
    fn target(&mut self) -> &mut Vec<Line> {
        match (self.boxes.last_mut(), self.rows.last_mut().and_then(|r| r.cells.last_mut())) {
            (Some(text_box), _) => text_box,
            (None, Some(cell)) => cell,
            (None, None) => &mut self.lines,
        }
    }
}

impl Row {
    /// Short cells of one line each share a line, sentences stand by themselves; larger cells are columns of a
    /// page.
    fn lines(self) -> Vec<Line> {
        let cells: Vec<Vec<Line>> = self.cells.into_iter().filter(|c| !c.is_empty()).collect();
        let tall = cells.iter().filter(|c| c.len() >= 8).count() > 1;
        if cells.len() > 1 && cells.iter().all(|c| c.len() == 1) {
            let mut lines: Vec<Line> = Vec::new();
            for line in cells.into_iter().flatten() {
                let short = word_count(&line.text) <= 10;
                match lines.last_mut() {
                    Some(last) if short && ends_short(last) => {
                        last.text.push(CELL);
                        last.text.push_str(&line.text);
                    }
                    _ => lines.push(line),
                }
            }
            return lines;
        }
        cells
            .into_iter()
            .flat_map(|mut cell| {
                if tall && let Some(first) = cell.first_mut() {
                    first.new_column = true;
                }
                cell
            })
            .collect()
    }
}

/// The last cell of the line is no sentence.
fn ends_short(line: &Line) -> bool {
    line.text.rsplit(CELL).next().is_some_and(|cell| word_count(cell) <= 10)
}

fn attribute(tag: &BytesStart<'_>, local: &str) -> Option<String> {
    tag.attributes().flatten().find(|a| a.key.local_name().as_ref() == local).map(|a| a.value.to_string())
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;

    use super::*;

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
        lines(bytes).unwrap().into_iter().map(|l| l.text).collect()
    }

    #[test]
    fn runs_lists_tables_and_tabs_become_lines() {
        let body = [
            "<w:p><w:pPr><w:pStyle w:val=\"Titre\"/></w:pPr><w:r><w:t>Marie </w:t></w:r><w:r><w:t>Dur</w:t></w:r><w:r><w:t>and</w:t></w:r></w:p>".to_owned(),
            "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Vendeuse</w:t><w:tab/><w:t>2019 &amp; 2020</w:t><w:br/><w:t>Zara</w:t></w:r></w:p>".to_owned(),
            format!("<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>", p("Anglais"), p("B2")),
            "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>Encaissement</w:t></w:r></w:p>".to_owned(),
        ]
        .concat();
        let bytes = docx(&body, &[]);
        assert_eq!(
            texts(&bytes),
            ["Marie Durand", "Vendeuse\t2019 & 2020", "Zara", "Anglais\tB2", "• Encaissement"]
        );
        let lines = lines(&bytes).unwrap();
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
    fn a_document_that_is_none_says_what_it_is() {
        let cut = docx(&p("Marie"), &[]);
        assert!(matches!(lines(&cut[..cut.len() / 2]), Err(CvError::BrokenDocx { .. })));
        assert!(matches!(lines(&docx("<w:p><w:r>", &[])), Err(CvError::BrokenDocx { .. })));
        assert_eq!(lines(&docx("<w:p/>", &[])), Err(CvError::NoText));
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("photo.txt", zip::write::SimpleFileOptions::default()).unwrap();
        assert_eq!(lines(&zip.finish().unwrap().into_inner()), Err(CvError::UnknownFormat));
        let sheet = docx("", &[("xl/workbook.xml", "<x/>")]);
        assert_eq!(lines(&sheet), Err(CvError::Unsupported { format: "Excel".into() }));
    }

    #[test]
    fn a_bomb_is_stopped() {
        let zeros = " ".repeat((MAX_UNPACKED + 10) as usize);
        let bomb = docx(&zeros, &[]);
        assert!(bomb.len() < 1 << 20);
        assert_eq!(lines(&bomb), Err(CvError::UnpacksTooLarge { limit: 32 }));
    }
}
