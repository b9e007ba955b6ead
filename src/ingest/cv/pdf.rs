//! PDF: glyph runs with their positions, from a parser that is not trusted.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Once, mpsc};
use std::time::Duration;

use pdf_oxide::PdfDocument;
use pdf_oxide::layout::FontWeight;

use super::error::CvError;
use super::layout::{self, Run};
use super::lines::Line;

/// Most pages of a CV.
const MAX_PAGES: usize = 40;
/// Longest time the parser may take.
const MAX_SECONDS: u64 = 30;
/// Stack of the parser's thread: damaged files nest deep.
const STACK: usize = 64 << 20;
/// Name of the parser's thread.
const THREAD: &str = "pdf-reader";

/// Reads the lines of a PDF in reading order.
///
/// The parser runs on its own thread, with a large stack and a time limit; a panic in it is a broken file.
pub(super) fn lines(bytes: &[u8]) -> Result<Vec<Line>, CvError> {
    silence_parser_panics();
    let bytes = bytes.to_vec();
    let (send, receive) = mpsc::channel();
    std::thread::Builder::new()
        .name(THREAD.into())
        .stack_size(STACK)
        .spawn(move || {
            let pages = catch_unwind(AssertUnwindSafe(|| pages(bytes)))
                .unwrap_or_else(|_| Err(CvError::BrokenPdf { why: "its structure makes no sense".into() }));
            // The receiver is gone when the time was up.
            let _ = send.send(pages);
        })
        .map_err(|e| CvError::BrokenPdf { why: e.to_string() })?;
    match receive.recv_timeout(Duration::from_secs(MAX_SECONDS)) {
        Ok(pages) => Ok(layout::lines(pages?)),
        Err(mpsc::RecvTimeoutError::Timeout) => Err(CvError::TooSlow { seconds: MAX_SECONDS }),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            Err(CvError::BrokenPdf { why: "the reader stopped".into() })
        }
    }
}

/// The text runs of each page.
fn pages(bytes: Vec<u8>) -> Result<Vec<Vec<Run>>, CvError> {
    let ends = bytes[bytes.len().saturating_sub(2048)..].windows(5).any(|w| w == b"%%EOF");
    let broken = |error: pdf_oxide::error::Error| match error {
        pdf_oxide::error::Error::EncryptedPdf => CvError::Encrypted,
        _ if !ends => CvError::BrokenPdf { why: "its end is missing".into() },
        _ => CvError::BrokenPdf { why: "its objects cannot be read".into() },
    };
    let document = PdfDocument::from_bytes(bytes).map_err(broken)?;
    if document.is_encrypted() && !document.is_authenticated() {
        return Err(CvError::Encrypted);
    }
    let count = document.page_count().map_err(broken)?;
    if count > MAX_PAGES {
        return Err(CvError::TooManyPages { pages: count, limit: MAX_PAGES });
    }
    let mut pages = Vec::with_capacity(count);
    let mut failure = None;
    for page in 0..count {
        match document.extract_spans(page) {
            Ok(spans) => pages.push(spans.into_iter().filter_map(run).collect()),
            Err(error) => failure = Some(error),
        }
    }
    let letters =
        pages.iter().flatten().flat_map(|r: &Run| r.text.chars()).filter(|c| c.is_alphabetic()).count();
    match failure {
        Some(error) if letters == 0 => Err(broken(error)),
        _ if count == 0 => Err(CvError::BrokenPdf { why: "it has no page".into() }),
        _ if letters < 20 * count.min(3) => Err(CvError::Scan { pages: count }),
        _ => Ok(pages),
    }
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
    })
}

/// A panic of the parser is an answer here, and its message could quote the CV: nothing is printed for it.
fn silence_parser_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if std::thread::current().name() != Some(THREAD) {
                previous(info);
            }
        }));
    });
}
