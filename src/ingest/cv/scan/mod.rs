//! The picture of a page to runs of text: straightened, evenly lit, recognised.

mod light;
mod paper;
mod rows;
mod skew;

use image::imageops::{self, FilterType, thumbnail};
use image::{GrayImage, Rgb, RgbImage};
use imageproc::geometric_transformations::{Border, Interpolation, Projection, warp_into};

use super::document::Source;
use super::layout::Sheet;
use crate::model::ocr::{Missing, Ocr, Word};
use light::WHITE;

/// Resolution at which text is recognised, in dots an inch: letters of a coarser picture are drawn larger.
const DPI: f32 = 300.0;
/// Resolutions that are near enough.
const NEAR: (f32, f32) = (250.0, 350.0);
/// Beyond this, larger letters are only more blurred.
const ENLARGED: f32 = 4.0;
/// Edges of a sheet of A4, in inches.
const A4: (f32, f32) = (8.27, 11.69);
/// Most pixels on the long edge of a picture that is worked on.
const EDGE: u32 = 4300;
/// Width of the picture of a page that people are shown, in pixels.
pub(super) const PREVIEW: u32 = 900;
/// Angles below this, in degrees, are left as they are.
const LEVEL: f32 = 0.12;
/// Share of the letters that must be read with confidence for a page to be taken as it lies.
const READABLE: f32 = 0.6;
/// Confidence of a word that is read well.
const SURE: f32 = 0.7;
/// Font sizes, in points, that most of a CV has.
const TEXT_SIZE: (f32, f32) = (6.0, 17.0);
const USUAL_SIZE: f32 = 10.5;

/// Recognises pages.
pub(super) struct Scanner {
    ocr: Ocr,
}

/// A page that was recognised.
pub(super) struct Scan {
    pub(super) sheet: Sheet,
    /// The straightened picture, [`PREVIEW`] pixels wide.
    pub(super) picture: Option<RgbImage>,
}

impl Scanner {
    pub(super) fn new() -> Result<Self, Missing> {
        Ok(Self { ocr: Ocr::new()? })
    }

    /// Recognises the page on a picture, whose resolution is guessed when it is not known. With `preview`, a picture
    /// of the straightened page is made too.
    pub(super) fn read(&mut self, picture: &RgbImage, dpi: Option<f32>, preview: bool) -> Scan {
        let small;
        let (mut picture, mut dpi) = (picture, dpi);
        let edge = picture.width().max(picture.height());
        if edge > EDGE {
            let factor = EDGE as f32 / edge as f32;
            let part = |edge: u32| ((edge as f32 * factor) as u32).max(1);
            small = thumbnail(picture, part(picture.width()), part(picture.height()));
            picture = &small;
            dpi = dpi.map(|dpi| dpi * factor);
        }
        let mut page = Page::of(picture, dpi);
        page.straighten();
        let mut words = self.ocr.read(&page.image, page.dpi);
        if !is_readable(&words) {
            self.turn(&mut page, &mut words);
        }
        if dpi.is_none()
            && let Some(size) = rows::middle_size(&words).map(|pixels| pixels * 72.0 / page.dpi)
            && !(TEXT_SIZE.0..TEXT_SIZE.1).contains(&size)
        {
            // The picture shows a part of a page, or a long screen: its text says how large it is.
            page.dpi *= size / USUAL_SIZE;
            if !(0.6 * DPI..1.5 * DPI).contains(&page.dpi) {
                page.scale();
                words = self.ocr.read(&page.image, page.dpi);
            }
        }
        let (width, height) = page.image.dimensions();
        let points = 72.0 / page.dpi;
        let sheet = Sheet {
            width: width as f32 * points,
            height: height as f32 * points,
            source: Source::Ocr,
            runs: rows::runs(&words, &page.image, page.dpi),
        };
        Scan { sheet, picture: preview.then(|| page.show(picture)) }
    }

    /// Tries the other ways in which the page can lie, and keeps the best.
    fn turn(&mut self, page: &mut Page, words: &mut Vec<Word>) {
        let quarters: &[u8] = if page.sure { &[2] } else { &[2, 1, 3] };
        let first = page.clone();
        for quarter in quarters {
            let mut turned = first.clone();
            turned.turn(*quarter);
            let found = self.ocr.read(&turned.image, turned.dpi);
            if worth(&found) > worth(words) {
                (*page, *words) = (turned, found);
            }
            if is_readable(words) {
                return;
            }
        }
    }
}

/// Letters of words that are read well.
fn worth(words: &[Word]) -> usize {
    words.iter().filter(|w| w.confidence >= SURE).map(letters).sum()
}

/// Letters of a word; one or two by themselves are read anywhere.
fn letters(word: &Word) -> usize {
    let letters = word.text.chars().filter(|c| c.is_alphabetic()).count();
    if letters > 2 { letters } else { 0 }
}

fn is_readable(words: &[Word]) -> bool {
    let all: usize = words.iter().map(letters).sum();
    all >= 40 && worth(words) as f32 >= READABLE * all as f32
}

/// A page on its way from the picture to what is recognised.
#[derive(Clone)]
struct Page {
    /// Dark text on white.
    image: GrayImage,
    dpi: f32,
    /// From the pixels of the picture to those of `image`.
    projection: Projection,
    /// Whether its lines run across is plain to see.
    sure: bool,
}

impl Page {
    /// The sheet on the picture, cut out and evenly lit.
    fn of(picture: &RgbImage, dpi: Option<f32>) -> Self {
        let grey = imageops::grayscale(picture);
        let sheet = if dpi.is_some() { None } else { paper::corners(picture) };
        let cut = sheet.and_then(|corners| cut_out(&grey, corners));
        let (grey, projection) = cut.unwrap_or_else(|| (grey, Projection::scale(1.0, 1.0)));
        let dpi = dpi.unwrap_or_else(|| guess_dpi(grey.dimensions()));
        let mut page = Self { image: grey, dpi, projection, sure: false };
        page.scale();
        page.image = light::even(&page.image, page.dpi);
        if std::env::var("DUMP").is_ok() {
            page.image.save(std::env::var("DUMP").unwrap()).unwrap();
        }
        page
    }

    /// Brings the image to a resolution that is recognised well.
    fn scale(&mut self) {
        if (NEAR.0..NEAR.1).contains(&self.dpi) {
            return;
        }
        let (width, height) = self.image.dimensions();
        // Not beyond what fits in memory, for a guess that is far off.
        let most = ENLARGED.min(EDGE as f32 / width.max(height) as f32);
        let factor = (DPI / self.dpi).min(most);
        let filter = if factor > 1.0 { FilterType::CatmullRom } else { FilterType::Triangle };
        let part = |edge: u32| ((edge as f32 * factor).round() as u32).max(1);
        self.image = imageops::resize(&self.image, part(width), part(height), filter);
        self.projection = self.projection.and_then(Projection::scale(factor, factor));
        self.dpi *= factor;
    }

    /// Turns the page so that its lines run across, level.
    fn straighten(&mut self) {
        let Some(lie) = skew::lie(&self.image) else { return };
        self.sure = lie.sure;
        if lie.sideways {
            self.turn(1);
        }
        if lie.angle.abs() < LEVEL {
            return;
        }
        let (width, height) = (self.image.width() as f32, self.image.height() as f32);
        let angle = lie.angle.to_radians();
        let (sin, cos) = (angle.abs().sin(), angle.cos());
        let (wider, higher) = (width * cos + height * sin, height * cos + width * sin);
        let level = Projection::translate(-width / 2.0, -height / 2.0)
            .and_then(Projection::rotate(-angle))
            .and_then(Projection::translate(wider / 2.0, higher / 2.0));
        let mut out = GrayImage::new(wider.ceil() as u32, higher.ceil() as u32);
        warp_into(&self.image, level, Interpolation::Bilinear, Border::Constant(WHITE), &mut out);
        self.image = out;
        self.projection = self.projection.and_then(level);
    }

    /// Turns the page by quarters, clockwise.
    fn turn(&mut self, quarters: u8) {
        for _ in 0..quarters {
            // Pixels are squares: the middle of the first stands at 0.
            let last = self.image.height() as f32 - 1.0;
            let quarter = Projection::from_matrix([0.0, -1.0, last, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
            self.projection = quarter.map_or(self.projection, |q| self.projection.and_then(q));
            self.image = imageops::rotate90(&self.image);
        }
    }

    /// The page as a person is shown it: in colour, straightened.
    fn show(&self, picture: &RgbImage) -> RgbImage {
        let (width, height) = self.image.dimensions();
        let factor = PREVIEW as f32 / width as f32;
        let mut out = RgbImage::new(PREVIEW, ((height as f32 * factor).round() as u32).max(1));
        // Made small before it is turned: each pixel of the outcome then looks at few others.
        let (x, y) = (picture.width() as f32 / 2.0, picture.height() as f32 / 2.0);
        let (a, b) = (self.projection * (x - 50.0, y), self.projection * (x + 50.0, y));
        let small = (factor * (b.0 - a.0).hypot(b.1 - a.1) / 100.0).clamp(0.01, 1.0);
        let part = |edge: u32| ((edge as f32 * small).round() as u32).max(1);
        let (w, h) = (part(picture.width()), part(picture.height()));
        let picture_small = thumbnail(picture, w, h);
        let back = Projection::scale(picture.width() as f32 / w as f32, picture.height() as f32 / h as f32);
        let projection = back.and_then(self.projection).and_then(Projection::scale(factor, factor));
        let paper = Border::Constant(Rgb([255, 255, 255]));
        warp_into(&picture_small, projection, Interpolation::Bilinear, paper, &mut out);
        out
    }
}

/// The sheet between four corners (clockwise from the upper left one), as if seen from straight above.
fn cut_out(picture: &GrayImage, corners: [(f32, f32); 4]) -> Option<(GrayImage, Projection)> {
    let length = |a: usize, b: usize| (corners[a].0 - corners[b].0).hypot(corners[a].1 - corners[b].1);
    let (mut width, mut height) = ((length(0, 1) + length(3, 2)) / 2.0, (length(0, 3) + length(1, 2)) / 2.0);
    // Seen at a slant, a sheet looks shorter than it is.
    let ratio = A4.1 / A4.0;
    if (0.8..1.25).contains(&(height / width / ratio)) {
        height = width * ratio;
    } else if (0.8..1.25).contains(&(width / height / ratio)) {
        width = height * ratio;
    }
    let to = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)];
    let projection = Projection::from_control_points(corners, to)?;
    let mut out = GrayImage::new((width as u32).max(1), (height as u32).max(1));
    warp_into(picture, projection, Interpolation::Bilinear, Border::Constant(WHITE), &mut out);
    Some((out, projection))
}

/// The resolution of a picture that shows a page from edge to edge.
fn guess_dpi((width, height): (u32, u32)) -> f32 {
    let (width, height) = (width as f32, height as f32);
    let ratio = height / width;
    match ratio {
        1.2..=1.7 => height.max(width * A4.1 / A4.0) / A4.1,
        0.6..=0.83 => width.max(height * A4.1 / A4.0) / A4.1,
        // A part of a page, or a long screen, as wide as a page.
        _ => width / A4.0,
    }
}

#[cfg(all(test, feature = "ocr"))]
mod tests;
