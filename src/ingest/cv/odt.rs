//! OpenDocument texts (LibreOffice, Word, Google Docs), packed or in one XML file.

use std::collections::HashMap;

use super::error::CvError;
use super::flow::{self, Flow, Look};
use super::lines::Line;
use super::package::Package;
use super::xml::{self, Tag, Visit};

/// How many styles may be based on one another.
const ANCESTORS: usize = 20;

/// Reads the lines of a packed text.
pub(super) fn lines(package: &mut Package<'_>) -> Result<Vec<Line>, CvError> {
    let manifest = package.text("META-INF/manifest.xml")?.unwrap_or_default();
    if manifest.contains("encryption-data") {
        return Err(CvError::Encrypted);
    }
    let styles = package.text("styles.xml")?;
    let content = package.needed("content.xml")?;
    read(&[styles.as_deref().unwrap_or_default(), &content]).map_err(|why| package.damaged(why))
}

/// Reads the lines of a text in one XML file.
pub(super) fn flat(text: &str) -> Result<Vec<Line>, CvError> {
    read(&[text]).map_err(|why| CvError::Damaged { format: "OpenDocument (ODT)".into(), why })
}

/// Whether XML is a text in one file.
pub(super) fn is_flat(text: &str) -> bool {
    text.contains("<office:document ") && text.contains("opendocument.text")
}

/// The lines of parts that hold styles, heads and feet of pages, and the text.
fn read(parts: &[&str]) -> Result<Vec<Line>, String> {
    let mut styles = Styles::default();
    let mut areas: [Vec<Line>; 3] = Default::default();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        // Names of styles made by a part hold for this part.
        xml::walk(part, &mut styles)?;
        let mut body = Body::new(&styles);
        xml::walk(part, &mut body)?;
        for (area, flow) in areas.iter_mut().zip(body.areas) {
            area.append(&mut flow.finish());
        }
    }
    let [heads, text, feet] = areas;
    Ok(flow::with_margins(heads, text, feet))
}

#[derive(Default)]
struct Style {
    parent: Option<String>,
    size: Option<Size>,
    bold: Option<bool>,
    hidden: bool,
    column_break: bool,
}

#[derive(Clone, Copy)]
enum Size {
    Points(f32),
    /// Of the size around it.
    Part(f32),
}

/// The styles of paragraphs and of text by their names.
#[derive(Default)]
struct Styles {
    styles: HashMap<(Family, String), Style>,
    /// Size of what has no size.
    size: f32,
    /// The style that is being read; `None` inside stands for what holds for all paragraphs.
    open: Option<(Option<(Family, String)>, Style)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Family {
    Paragraph,
    Text,
}

/// What styles say.
#[derive(Clone, Copy, Default)]
struct Set {
    look: Look,
    hidden: bool,
    column_break: bool,
}

impl Styles {
    fn of_paragraph(&self, name: &str) -> Set {
        let size = if self.size > 0.0 { self.size } else { 12.0 };
        self.apply(Family::Paragraph, name, Set { look: Look { size, bold: false }, ..Set::default() })
    }

    /// `set` changed by the style `name` and those it is based on.
    fn apply(&self, family: Family, name: &str, mut set: Set) -> Set {
        let get = |name: &str| self.styles.get(&(family, name.to_owned()));
        let mut chain: Vec<&Style> = get(name).into_iter().collect();
        while let Some(parent) = chain.last().and_then(|s| get(s.parent.as_deref()?))
            && chain.len() < ANCESTORS
        {
            chain.push(parent);
        }
        // A break is made by the paragraph's own style.
        set.column_break = chain.first().is_some_and(|s| s.column_break);
        for style in chain.into_iter().rev() {
            match style.size {
                Some(Size::Points(points)) => set.look.size = points,
                Some(Size::Part(part)) => set.look.size *= part,
                None => {}
            }
            set.look.bold = style.bold.unwrap_or(set.look.bold);
            set.hidden |= style.hidden;
        }
        set
    }
}

fn family(tag: &Tag<'_>) -> Option<Family> {
    match tag.attribute("family")?.as_str() {
        "paragraph" => Some(Family::Paragraph),
        "text" => Some(Family::Text),
        _ => None,
    }
}

/// « 11pt », « 120% », « 0.5cm ».
fn size(text: &str) -> Option<Size> {
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let number: f32 = text[..digits].parse().ok()?;
    let points = match text[digits..].trim() {
        "%" => return (1.0..1000.0).contains(&number).then_some(Size::Part(number / 100.0)),
        "pt" => number,
        "in" => number * 72.0,
        "cm" => number * 72.0 / 2.54,
        "mm" => number * 7.2 / 2.54,
        "px" => number * 0.75,
        _ => return None,
    };
    (1.0..500.0).contains(&points).then_some(Size::Points(points))
}

impl Visit for Styles {
    fn open(&mut self, tag: &Tag<'_>) -> bool {
        match (tag.prefix(), tag.name()) {
            ("office", "body") => return false,
            ("style", "style") => {
                let key = family(tag).zip(tag.attribute("name"));
                let parent = tag.attribute("parent-style-name");
                self.open = key.map(|key| (Some(key), Style { parent, ..Style::default() }));
            }
            ("style", "default-style") if family(tag) == Some(Family::Paragraph) => {
                self.open = Some((None, Style::default()));
            }
            ("style", "text-properties") => {
                if let Some((_, style)) = &mut self.open {
                    style.size = tag.attribute("font-size").and_then(|s| size(&s)).or(style.size);
                    let weight = tag.attribute("font-weight");
                    style.bold = weight.map(|w| w == "bold" || w.parse().is_ok_and(|w: u32| w >= 600));
                    style.hidden = tag.attribute("display").as_deref() == Some("none");
                }
            }
            ("style", "paragraph-properties") => {
                if let Some((_, style)) = &mut self.open {
                    style.column_break = tag.attribute("break-before").as_deref() == Some("column");
                }
            }
            _ => {}
        }
        true
    }

    fn close(&mut self, prefix: &str, name: &str) {
        if prefix != "style" || !matches!(name, "style" | "default-style") {
            return;
        }
        match self.open.take() {
            Some((Some(key), style)) => drop(self.styles.insert(key, style)),
            Some((None, Style { size: Some(Size::Points(points)), .. })) => self.size = points,
            _ => {}
        }
    }

    fn text(&mut self, _: &str) {}
}

/// Where text stands: heads of pages, the text itself, feet of pages.
#[derive(Clone, Copy)]
enum Area {
    Head = 0,
    Text = 1,
    Foot = 2,
}

/// The heads and feet of pages.
fn area(name: &str) -> Option<Area> {
    match name {
        "header" | "header-first" | "header-left" => Some(Area::Head),
        "footer" | "footer-first" | "footer-left" => Some(Area::Foot),
        _ => None,
    }
}

/// Elements of a drawing that hold text.
fn is_box(name: &str) -> bool {
    matches!(name, "text-box" | "custom-shape" | "rect" | "ellipse" | "circle" | "polygon" | "path")
}

/// A part that is being read.
struct Body<'a> {
    styles: &'a Styles,
    area: Option<Area>,
    areas: [Flow; 3],
    /// The looks of the open paragraphs and spans.
    looks: Vec<Set>,
    /// For each open list item, whether its sign was used.
    items: Vec<bool>,
    /// Links that are open: where they lead, and what they show.
    links: Vec<(String, String)>,
}

impl<'a> Body<'a> {
    fn new(styles: &'a Styles) -> Self {
        Self {
            styles,
            area: None,
            areas: Default::default(),
            looks: Vec::new(),
            items: Vec::new(),
            links: Vec::new(),
        }
    }

    fn flow(&mut self) -> Option<&mut Flow> {
        Some(&mut self.areas[self.area? as usize])
    }

    fn push(&mut self, text: &str) {
        let Some(set) = self.looks.last().copied() else { return };
        if set.hidden {
            return;
        }
        if let Some(flow) = self.flow() {
            flow.text(text, set.look);
        }
        for (_, shown) in &mut self.links {
            shown.push_str(text);
        }
    }

    fn begin_paragraph(&mut self, tag: &Tag<'_>) {
        let style = tag.attribute("style-name").unwrap_or_default();
        let set = self.styles.of_paragraph(&style);
        self.looks.push(set);
        // Only the first paragraph of an item has its sign; a numbered heading is no item.
        let first = self.items.last_mut().is_some_and(|used| !std::mem::replace(used, true));
        let item = first && tag.name() == "p";
        if let Some(flow) = self.flow() {
            flow.begin_paragraph(item);
            if set.column_break {
                flow.column_break();
            }
        }
    }
}

impl Visit for Body<'_> {
    fn open(&mut self, tag: &Tag<'_>) -> bool {
        match (tag.prefix(), tag.name()) {
            ("style", name) if area(name).is_some() => self.area = area(name),
            ("office", "text") => self.area = Some(Area::Text),
            // What was deleted, remarks, prompts of fields, what stands for a picture or in the list of styles.
            (
                "text",
                "tracked-changes" | "note-citation" | "placeholder" | "hidden-text" | "hidden-paragraph",
            )
            | ("text", "ruby-text" | "script" | "sequence-decls" | "variable-decls" | "user-field-decls")
            | (
                "office",
                "annotation" | "forms" | "automatic-styles" | "styles" | "meta" | "settings" | "scripts",
            )
            | ("svg", "title" | "desc")
            | ("table", "covered-table-cell") => return false,
            ("text", "section") => {
                let hidden = tag.attribute("display").is_some_and(|d| d == "none");
                return !hidden;
            }
            ("text", "p" | "h") => self.begin_paragraph(tag),
            ("text", "span" | "a") => {
                let style = tag.attribute("style-name").unwrap_or_default();
                let around = self.looks.last().copied().unwrap_or_default();
                self.looks.push(self.styles.apply(Family::Text, &style, around));
                if tag.name() == "a" {
                    self.links.push((tag.attribute("href").unwrap_or_default(), String::new()));
                }
            }
            ("text", "list-item") => self.items.push(false),
            ("text", "s") => {
                let count = tag.attribute("c").and_then(|c| c.parse::<usize>().ok()).unwrap_or(1);
                self.push(&" ".repeat(count.min(50)));
            }
            ("text", "tab") => {
                if let Some(flow) = self.flow() {
                    flow.tab();
                }
            }
            ("text", "line-break") => {
                if let Some(flow) = self.flow() {
                    flow.line_break();
                }
            }
            ("text", "note-body") => {
                if let Some(flow) = self.flow() {
                    flow.begin_aside();
                }
            }
            ("table", "table-row") => {
                if let Some(flow) = self.flow() {
                    flow.begin_row();
                }
            }
            ("table", "table-cell") => {
                if let Some(flow) = self.flow() {
                    flow.begin_cell();
                }
            }
            ("draw", name) if is_box(name) => {
                if let Some(flow) = self.flow() {
                    flow.begin_box();
                }
            }
            _ => {}
        }
        true
    }

    fn close(&mut self, prefix: &str, name: &str) {
        match (prefix, name) {
            ("text", "list-item") => drop(self.items.pop()),
            ("text", "a") => {
                if let Some((target, shown)) = self.links.pop()
                    && let Some(address) = flow::hidden_address(&target, &shown)
                {
                    self.push(&format!(" {address}"));
                }
                self.looks.pop();
            }
            ("text", "span" | "p" | "h") => drop(self.looks.pop()),
            _ => {}
        }
        let Some(flow) = self.flow() else { return };
        match (prefix, name) {
            ("text", "p" | "h") => flow.end_paragraph(),
            ("text", "note-body") => flow.end_aside(),
            ("table", "table-row") => flow.end_row(),
            ("draw", name) if is_box(name) => flow.end_box(),
            ("style", name) if area(name).is_some() => self.area = None,
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        self.push(text);
    }
}
