//! A document as lines in reading order, each with where it stands: what every format is brought to before it
//! is understood, and what a reader is shown as proof.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Separates the parts of a line that stand apart (a date at the right margin, table cells).
pub const CELL: char = '\t';

/// A document that was read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReadDocument)]
pub struct Document {
    /// Its pages; none in a format that has no fixed ones (Word, plain text).
    pub pages: Vec<Page>,
    /// Its lines, in the order that a person reads them.
    pub lines: Vec<Line>,
}

/// A page of a document.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReadPage)]
pub struct Page {
    /// Width in points (1/72 inch).
    pub width: f32,
    /// Height in points.
    pub height: f32,
    /// How its text was found.
    pub source: Source,
}

/// How the text of a page was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PageSource)]
pub enum Source {
    /// The page holds it as text.
    Text,
    /// It was recognised on an image.
    Ocr,
}

/// One logical line: a heading, a bullet item, a paragraph.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = ReadLine)]
pub struct Line {
    /// Text; a tab separates parts that stand apart on the line.
    pub text: String,
    /// Font size in points; `0.0` when the format does not say.
    pub size: f32,
    /// Set in bold.
    pub bold: bool,
    /// First line of a column or of a text box: what came before says nothing about it.
    pub new_column: bool,
    /// An empty line stands above it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub gap: bool,
    /// Where it stands, one box for each line of the page that it fills; none without pages.
    pub boxes: Vec<Box>,
    /// How sure the recognition of an image is, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

/// A part of a page: fractions of its width and height, from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = PageBox)]
pub struct Box {
    /// Page, from 0.
    pub page: u16,
    /// Left edge.
    pub x0: f32,
    /// Upper edge.
    pub y0: f32,
    /// Right edge.
    pub x1: f32,
    /// Lower edge.
    pub y1: f32,
}

impl Line {
    /// Takes in a line that goes on with this one: its place and its doubt, not its text.
    pub(super) fn absorb(&mut self, other: &Self) {
        self.boxes.extend(&other.boxes);
        self.confidence = match (self.confidence, other.confidence) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}
