//! PDF: the glyph runs of each page with their positions; pages that hold no text worth the name are recognised.

use std::cell::LazyCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_oxide::PdfDocument;
use pdf_oxide::error::Error;
use pdf_oxide::layout::{FontWeight, TextChar, TextSpan};

use super::document::Source;
use super::error::CvError;
use super::layout::{Run, Sheet};
use super::lines::is_letter_spaced;
use super::raster::{Drawn, Raster, Size};
use super::reader::Step;
use super::scan::{self, Scanner};
use super::{Limits, Pages, europass, legible, picture, xml};
use crate::model::ocr::Missing;

/// Letters below which a page may be an image.
const FEW_LETTERS: usize = 20;
/// Letters that an image over half of the page may have beside it without being the page.
const BESIDE_IMAGE: usize = 250;
/// Shapes of a page whose text is drawn, not written.
const DRAWN_TEXT: usize = 60;
/// Longer side of a page that is recognised, in pixels: A4 at 300 dpi.
const EDGE: u32 = 3508;

/// Reads each page, and makes pictures of them with `previews`.
pub(super) fn read(
    bytes: &[u8],
    limits: &Limits,
    previews: bool,
    told: &mut dyn FnMut(Step),
) -> Result<Pages, CvError> {
    let ends = bytes[bytes.len().saturating_sub(2048)..].windows(5).any(|w| w == b"%%EOF");
    let broken = |error: Error| match error {
        Error::EncryptedPdf => CvError::Encrypted,
        _ if !ends => CvError::BrokenPdf { why: "its end is missing".into() },
        _ => CvError::BrokenPdf { why: "its objects cannot be read".into() },
    };
    let document = PdfDocument::from_bytes(bytes.to_vec()).map_err(broken)?;
    if document.is_encrypted() && !document.is_authenticated() {
        return Err(CvError::Encrypted);
    }
    let pages = document.page_count().map_err(broken)?;
    if pages > limits.pages {
        return Err(CvError::TooManyPages { pages, limit: limits.pages });
    }
    if pages == 0 {
        return Err(CvError::BrokenPdf { why: "it has no page".into() });
    }
    let raster = Raster::open(bytes);
    let mut recogniser = Recogniser { scanner: None, edge: edge(limits), previews };
    let mut out = Pages::default();
    let mut failure = None;
    let mut images = 0;
    for page in 0..pages {
        let written = caught(|| document.extract_spans(page).map(|spans| sheet(&document, page, spans)));
        let written =
            written.unwrap_or_else(|| Err(Error::InvalidPdf("the page makes the library panic".into())));
        let written = written.map_err(|error| failure = Some(error)).ok();
        let drawn = raster.as_ref().and_then(|raster| caught(|| raster.survey(page))?);
        let image = is_image(written.as_ref(), drawn);
        images += usize::from(image);
        let scan = match &raster {
            Some(raster) if image => caught(|| recogniser.read(raster, page, written.as_ref())).flatten(),
            _ => None,
        };
        if let Some(scan) = scan {
            out.sheets.push(scan.sheet);
            out.previews.extend(scan.picture.as_ref().map(picture::png));
        } else {
            if written.is_none() {
                out.remarks.push(format!("La page {} n'a pas pu être lue.", page + 1));
            }
            out.sheets.extend(written);
            let draw = |raster: &Raster| caught(|| raster.draw(page, Size::Width(scan::PREVIEW))).flatten();
            let shown = raster.as_ref().filter(|_| previews).and_then(draw);
            out.previews.extend(shown.map(|(shown, _)| picture::png(&shown)));
        }
        told(Step { page: page + 1, pages, image });
    }
    out.europass = europass(&document);
    // Pictures of some of the pages would pass for pictures of others.
    if out.previews.len() < pages {
        out.previews.clear();
    }
    let missing = recogniser.scanner.and_then(Result::err);
    if out.letters() >= FEW_LETTERS * pages.min(3) || out.letters() > 0 && images == 0 {
        out.remarks.extend(missing.filter(|_| images > 0).map(|missing| unread(images, pages, missing)));
        return Ok(out);
    }
    Err(match (failure, missing) {
        (Some(error), _) if out.letters() == 0 => broken(error),
        (_, Some(missing)) => CvError::NoOcr { missing },
        _ if images == 0 && raster.is_some() => CvError::NoText,
        _ if raster.is_none() && document.is_encrypted() => CvError::LockedScan,
        _ => CvError::Scan { pages },
    })
}

/// What `work` gives, unless it panics: a page that does is lost, the others are not.
fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// The XML of Europass that is attached.
fn europass(document: &PdfDocument) -> Option<String> {
    let attached = caught(|| document.extract_embedded_files().ok()).flatten()?;
    let mut texts = attached.iter().map(|(_, bytes)| xml::decode(bytes));
    texts.find(|text| europass::is_europass(text))
}

/// What is said of pages that are images where there is no Tesseract.
fn unread(images: usize, pages: usize, missing: Missing) -> String {
    format!(
        "{images} page(s) sur {pages} semblent être des images, dont le texte n'a pas été reconnu : {}",
        missing.message_fr()
    )
}

/// Longer side of a page that is recognised, within the limits.
fn edge(limits: &Limits) -> u32 {
    EDGE.min((limits.pixels as f64 * 1.4).sqrt() as u32)
}

/// Whether a page is an image, or its text may be none.
fn is_image(written: Option<&Sheet>, drawn: Option<Drawn>) -> bool {
    let Some(drawn) = drawn else { return false };
    let text = written.map(Sheet::text).unwrap_or_default();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let few = letters < FEW_LETTERS
        && (drawn.image > 0.05 || drawn.shapes > DRAWN_TEXT || drawn.letters > 2 * letters + FEW_LETTERS);
    let over = drawn.image > 0.5 && (drawn.unseen > drawn.letters || letters < BESIDE_IMAGE);
    few || over || legible::is_doubtful(&text)
}

/// Recognises pages, loading Tesseract for the first.
struct Recogniser {
    scanner: Option<Result<Scanner, Missing>>,
    edge: u32,
    previews: bool,
}

impl Recogniser {
    /// The page as it is recognised, when that says clearly more than what is `written` on it.
    fn read(&mut self, raster: &Raster, page: usize, written: Option<&Sheet>) -> Option<scan::Scan> {
        let scanner = self.scanner.get_or_insert_with(Scanner::new).as_mut().ok()?;
        let (picture, dpi) = raster.draw(page, Size::Edge(self.edge))?;
        let scan = scanner.read(&picture, Some(dpi), self.previews);
        let words = |sheet: &Sheet| legible::real_words(&sheet.text());
        let before = written.map_or(0, words);
        (words(&scan.sheet) > before + before / 4 + 2).then_some(scan)
    }
}

/// A page: its runs, moved so that the visible page begins at 0, 0.
fn sheet(document: &PdfDocument, page: usize, spans: Vec<TextSpan>) -> Sheet {
    let (x0, y0, x1, y1) = document.get_page_visible_box(page).unwrap_or((0.0, 0.0, 595.0, 842.0));
    // Read only where a line is set letter by letter.
    let glyphs = LazyCell::new(|| document.extract_chars(page).unwrap_or_default());
    let runs = joined(spans)
        .into_iter()
        .map(|span| match is_letter_spaced(&span.text) {
            true => TextSpan { text: respaced(&span, &glyphs).unwrap_or(span.text.clone()), ..span },
            false => span,
        })
        .filter_map(run)
        .map(|r| Run { x0: r.x0 - x0, x1: r.x1 - x0, y: r.y - y0, ..r });
    Sheet { width: x1 - x0, height: y1 - y0, source: Source::Text, runs: runs.collect() }
}

/// The spans, with those of a line that is set letter by letter made one again.
fn joined(spans: Vec<TextSpan>) -> Vec<TextSpan> {
    let spaced = |text: &str| text.split(' ').all(|token| token.chars().count() == 1);
    let mut out: Vec<TextSpan> = Vec::with_capacity(spans.len());
    for span in spans {
        match out.last_mut() {
            Some(last)
                if spaced(&last.text)
                    && spaced(&span.text)
                    && last.text.len() > 1
                    && (last.bbox.y - span.bbox.y).abs() < 1.0
                    && (-1.0..0.8 * span.font_size)
                        .contains(&(span.bbox.x - last.bbox.x - last.bbox.width)) =>
            {
                last.text.push(' ');
                last.text.push_str(&span.text);
                last.bbox.width = span.bbox.x + span.bbox.width - last.bbox.x;
            }
            _ => out.push(span),
        }
    }
    out
}

/// The words of a line that is set letter by letter: its glyphs say where the spaces are, or the gaps between them.
fn respaced(span: &TextSpan, glyphs: &[TextChar]) -> Option<String> {
    let (left, right) = (span.bbox.x - 1.0, span.bbox.x + span.bbox.width + 1.0);
    let mut line: Vec<&TextChar> = glyphs
        .iter()
        .filter(|g| (g.bbox.y - span.bbox.y).abs() < 0.3 * span.font_size)
        .filter(|g| g.bbox.x > left && g.bbox.x + g.bbox.width < right)
        .collect();
    line.sort_by(|a, b| a.bbox.x.total_cmp(&b.bbox.x));
    let gap = |pair: &[&TextChar]| pair[1].bbox.x - pair[0].bbox.x - pair[0].bbox.width;
    let mut gaps: Vec<f32> = line.windows(2).map(gap).collect();
    gaps.sort_by(f32::total_cmp);
    let usual = *gaps.get(gaps.len() / 2)?;
    let mut text = String::from(line.first()?.char);
    for pair in line.windows(2) {
        if gap(pair) > usual + 0.2 * span.font_size && !text.ends_with(' ') && pair[1].char != ' ' {
            text.push(' ');
        }
        text.push(pair[1].char);
    }
    let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    (letters(&text) == letters(&span.text)).then_some(text)
}

fn run(span: TextSpan) -> Option<Run> {
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

#[cfg(test)]
#[path = "pdf_tests.rs"]
mod tests;
