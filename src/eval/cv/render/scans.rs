//! Pictures of printed CVs as people send them: poor scans, pages put in askew, photographs.

use std::io::Cursor;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use image::codecs::jpeg::JpegEncoder;
use image::{ImageError, Rgb, RgbImage};
use imageproc::filter::gaussian_blur_f32;
use imageproc::geometric_transformations::{
    Border, Interpolation, Projection, rotate_about_center, warp_into,
};
use imageproc::noise::gaussian_noise_mut;

use crate::demo::Random;

/// How a printed page becomes a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scan {
    /// A clean scan, 200 dpi.
    Clean,
    /// 150 dpi, with some noise, compressed much.
    Coarse,
    /// 200 dpi, put in askew by 2 degrees.
    Skew,
    /// A grey page with noise, out of focus.
    Noise,
    /// Photographed on a table: perspective, uneven light.
    Photo,
}

impl Scan {
    /// The pictures that are made of a CV, the clean one left aside.
    pub(super) const POOR: [Self; 4] = [Self::Coarse, Self::Skew, Self::Noise, Self::Photo];

    /// Its name in file names.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Clean => "scan",
            Self::Coarse => "scan150",
            Self::Skew => "skew",
            Self::Noise => "noise",
            Self::Photo => "photo",
        }
    }

    /// Dots per inch, and the quality of its JPEG.
    fn fineness(self) -> (f32, u8) {
        match self {
            Self::Clean => (200.0, 75),
            Self::Coarse => (150.0, 40),
            Self::Skew => (200.0, 70),
            Self::Noise => (200.0, 50),
            Self::Photo => (220.0, 75),
        }
    }
}

/// A page as JPEG, with its size in points.
pub(super) struct Picture {
    pub(super) jpeg: Vec<u8>,
    width: u32,
    height: u32,
    dpi: f32,
}

/// The pages of a PDF as pictures; the same `seed` gives the same ones.
pub(super) fn pictures(pdf: &[u8], scan: Scan, seed: u64) -> Result<Vec<Picture>, ImageError> {
    let (dpi, quality) = scan.fineness();
    let mut random = Random::new(seed, scan as u64);
    pages(pdf, dpi)
        .into_iter()
        .map(|page| {
            let picture = spoil(page, scan, &mut random);
            let mut jpeg = Cursor::new(Vec::new());
            let (width, height) = picture.dimensions();
            let encoder = JpegEncoder::new_with_quality(&mut jpeg, quality);
            picture.write_with_encoder(encoder)?;
            Ok(Picture { jpeg: jpeg.into_inner(), width, height, dpi })
        })
        .collect()
}

fn pages(pdf: &[u8], dpi: f32) -> Vec<RgbImage> {
    let Ok(pdf) = Pdf::new(pdf.to_vec()) else { return Vec::new() };
    let (cache, interpreter) = (RenderCache::new(), InterpreterSettings::default());
    let scale = dpi / 72.0;
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let draw = |page| {
        let drawn = render(page, &cache, &interpreter, &RenderSettings::default(), &settings);
        let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
        let rgb = drawn.data_as_u8_slice().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
        RgbImage::from_raw(width, height, rgb).unwrap_or_default()
    };
    pdf.pages().iter().map(draw).collect()
}

fn spoil(page: RgbImage, scan: Scan, random: &mut Random) -> RgbImage {
    let seed = random.below(u64::MAX);
    let sign = if random.chance(50) { 1.0 } else { -1.0 };
    match scan {
        Scan::Clean => page,
        Scan::Coarse => noisy(page, 8.0, seed),
        Scan::Skew => {
            let angle = 2.0_f32.to_radians() * sign;
            noisy(
                rotate_about_center(
                    &page,
                    angle,
                    Interpolation::Bilinear,
                    Border::Constant(Rgb([250, 250, 248])),
                ),
                4.0,
                seed,
            )
        }
        Scan::Noise => {
            let mut page = gaussian_blur_f32(&page, 0.9);
            // Grey paper: white becomes 205, black 25.
            page.iter_mut().for_each(|v| *v = 25 + (u16::from(*v) * 180 / 255) as u8);
            noisy(page, 14.0, seed)
        }
        Scan::Photo => photo(&page, sign, random, seed),
    }
}

fn noisy(mut page: RgbImage, deviation: f64, seed: u64) -> RgbImage {
    gaussian_noise_mut(&mut page, 0.0, deviation, seed);
    page
}

/// The page on a brown table, seen a little from below and from one side, lit from the other.
fn photo(page: &RgbImage, sign: f32, random: &mut Random, seed: u64) -> RgbImage {
    let (width, height) = (page.width() as f32, page.height() as f32);
    let (margin_x, margin_y) = (width * 0.08, height * 0.06);
    let (full_width, full_height) = (width + 2.0 * margin_x, height + 2.0 * margin_y);
    let mut shift = |most: f32| random.below(1000) as f32 / 1000.0 * most;
    let lean = width * 0.025 * sign;
    let corners = [
        (margin_x + width * 0.03 + shift(width * 0.01), margin_y + lean + shift(height * 0.01)),
        (margin_x + width * 0.97 - shift(width * 0.01), margin_y - lean.min(0.0) + shift(height * 0.01)),
        (margin_x + width, margin_y + height - lean.abs()),
        (margin_x - width * 0.01, margin_y + height - shift(height * 0.01)),
    ];
    let flat = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)];
    let table = Rgb([112, 84, 60]);
    let mut picture = RgbImage::from_pixel(full_width as u32, full_height as u32, table);
    if let Some(projection) = Projection::from_control_points(flat, corners) {
        warp_into(page, projection, Interpolation::Bilinear, Border::Constant(table), &mut picture);
    }
    let mut picture = gaussian_blur_f32(&picture, 0.7);
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let across = x as f32 / full_width;
        let across = if sign > 0.0 { across } else { 1.0 - across };
        let light = 1.0 - 0.38 * across - 0.12 * (y as f32 / full_height);
        // Indoors, paper is yellow.
        for (value, tint) in pixel.0.iter_mut().zip([1.0, 0.97, 0.88]) {
            *value = (f32::from(*value) * light * tint) as u8;
        }
    }
    noisy(picture, 5.0, seed)
}

/// A PDF that holds pictures and nothing else, one a page.
pub(super) fn pdf(pictures: &[Picture]) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    let mut object = |out: &mut Vec<u8>, head: String, stream: Option<&[u8]>| {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n{head}\n", offsets.len()).bytes());
        if let Some(stream) = stream {
            out.extend(b"stream\n");
            out.extend(stream);
            out.extend(b"\nendstream\n");
        }
        out.extend(b"endobj\n");
    };
    let kids: Vec<String> = (0..pictures.len()).map(|i| format!("{} 0 R", 3 + 3 * i)).collect();
    object(&mut out, "<< /Type /Catalog /Pages 2 0 R >>".into(), None);
    object(&mut out, format!("<< /Type /Pages /Count {} /Kids [{}] >>", kids.len(), kids.join(" ")), None);
    for (i, picture) in pictures.iter().enumerate() {
        let page = 3 + 3 * i;
        let [width, height] =
            [picture.width, picture.height].map(|pixels| pixels as f32 * 72.0 / picture.dpi);
        let content = format!("q {width:.2} 0 0 {height:.2} 0 0 cm /Im Do Q");
        object(
            &mut out,
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width:.2} {height:.2}] /Contents {} 0 R /Resources << /XObject << /Im {} 0 R >> >> >>",
                page + 1,
                page + 2
            ),
            None,
        );
        object(&mut out, format!("<< /Length {} >>", content.len()), Some(content.as_bytes()));
        object(
            &mut out,
            format!(
                "<< /Type /XObject /Subtype /Image /Width {} /Height {} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length {} >>",
                picture.width,
                picture.height,
                picture.jpeg.len()
            ),
            Some(&picture.jpeg),
        );
    }
    let table = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1).bytes());
    for offset in &offsets {
        out.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    out.extend(
        format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", offsets.len() + 1)
            .bytes(),
    );
    out
}
