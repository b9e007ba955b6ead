//! PDF: the glyph runs of each page with their positions.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_oxide::PdfDocument;
use pdf_oxide::layout::FontWeight;

use super::document::Source;
use super::error::CvError;
use super::layout::{Run, Sheet};
use super::{Limits, europass, xml};

/// Letters below which a page is taken for an image.
const FEW_LETTERS: usize = 20;

/// A PDF whose text was read.
pub(super) struct Pdf {
    pub(super) sheets: Vec<Sheet>,
    /// Numbers of the pages that could not be read, from 1.
    pub(super) unread: Vec<usize>,
    /// The XML of Europass, when it is attached.
    pub(super) europass: Option<String>,
}

/// Reads the text of each page.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Pdf, CvError> {
    let ends = bytes[bytes.len().saturating_sub(2048)..].windows(5).any(|w| w == b"%%EOF");
    let broken = |error: pdf_oxide::error::Error| match error {
        pdf_oxide::error::Error::EncryptedPdf => CvError::Encrypted,
        _ if !ends => CvError::BrokenPdf { why: "its end is missing".into() },
        _ => CvError::BrokenPdf { why: "its objects cannot be read".into() },
    };
    let document = PdfDocument::from_bytes(bytes.to_vec()).map_err(broken)?;
    if document.is_encrypted() && !document.is_authenticated() {
        return Err(CvError::Encrypted);
    }
    let count = document.page_count().map_err(broken)?;
    if count > limits.pages {
        return Err(CvError::TooManyPages { pages: count, limit: limits.pages });
    }
    if count == 0 {
        return Err(CvError::BrokenPdf { why: "it has no page".into() });
    }
    let mut sheets = Vec::with_capacity(count);
    let mut failure = None;
    let mut unread = Vec::new();
    for page in 0..count {
        // A page that makes the library panic is lost; the others are not.
        let spans = catch_unwind(AssertUnwindSafe(|| document.extract_spans(page)));
        match spans.unwrap_or_else(|_| Err(pdf_oxide::error::Error::InvalidPdf("panic".into()))) {
            Ok(spans) => sheets.push(sheet(&document, page, spans)),
            Err(error) => {
                unread.push(page + 1);
                failure = Some(error);
            }
        }
    }
    let letters =
        |sheet: &Sheet| sheet.runs.iter().flat_map(|r| r.text.chars()).filter(|c| c.is_alphabetic()).count();
    let total: usize = sheets.iter().map(letters).sum();
    match failure {
        Some(error) if total == 0 => Err(broken(error)),
        _ if total < FEW_LETTERS * count.min(3) => Err(CvError::Scan { pages: count }),
        _ => Ok(Pdf { sheets, unread, europass: europass(&document) }),
    }
}

fn europass(document: &PdfDocument) -> Option<String> {
    let attached = document.extract_embedded_files().ok()?;
    let mut texts = attached.iter().map(|(_, bytes)| xml::decode(bytes));
    texts.find(|text| europass::is_europass(text))
}

/// A page: its runs, moved so that the visible page begins at 0, 0.
fn sheet(document: &PdfDocument, page: usize, spans: Vec<pdf_oxide::layout::TextSpan>) -> Sheet {
    let (x0, y0, x1, y1) = document.get_page_media_box(page).unwrap_or((0.0, 0.0, 595.0, 842.0));
    let runs =
        spans.into_iter().filter_map(run).map(|r| Run { x0: r.x0 - x0, x1: r.x1 - x0, y: r.y - y0, ..r });
    Sheet { width: x1 - x0, height: y1 - y0, source: Source::Text, runs: runs.collect() }
}

fn run(span: pdf_oxide::layout::TextSpan) -> Option<Run> {
    let b = span.bbox;
    let finite = [b.x, b.y, b.width, b.height, span.font_size].iter().all(|v| v.is_finite());
    let upright = span.rotation_degrees.abs() < 1.0;
    (finite && upright && !span.text.is_empty()).then(|| Run {
        x0: b.x,
        x1: b.x + b.width.max(0.0),
        y: b.y,
        size: span.font_size.abs().clamp(1.0, 200.0),
        bold: span.font_weight >= FontWeight::SemiBold,
        text: span.text,
        confidence: None,
    })
}
