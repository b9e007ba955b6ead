//! Pictures: PNG, JPEG, WebP and TIFF files of pages, and the small pictures that people are shown.

use std::io::Cursor;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::error::ImageError;
use image::{
    DynamicImage, ExtendedColorType, GrayImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader,
    RgbImage,
};

use super::reader::Step;
use super::scan::{Scan, Scanner};
use super::{CvError, Limits, Pages};

/// Memory that decoding may take, in bytes a pixel of [`Limits::pixels`]: 16 bits for each of red, green, blue and
/// transparency.
const PIXEL: u64 = 8;
/// Pages of a TIFF that are looked for beyond the limit, to say how many there are.
const MANY: usize = 1000;

/// The format of a picture, by its first bytes; only formats that are read, or that one can name.
pub(super) fn format(bytes: &[u8]) -> Option<ImageFormat> {
    let magic: [(&[u8], ImageFormat); 6] = [
        (b"\x89PNG\r\n\x1a\n", ImageFormat::Png),
        (b"\xff\xd8\xff", ImageFormat::Jpeg),
        (b"II*\0", ImageFormat::Tiff),
        (b"MM\0*", ImageFormat::Tiff),
        (b"GIF8", ImageFormat::Gif),
        (b"BM", ImageFormat::Bmp),
    ];
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some(ImageFormat::WebP);
    }
    // Text may begin with « BM ».
    magic
        .into_iter()
        .find(|(m, _)| bytes.starts_with(m))
        .map(|(_, format)| format)
        .filter(|_| bytes.contains(&0))
}

/// Recognises the pages of a picture file.
pub(super) fn read(
    bytes: &[u8],
    format: ImageFormat,
    limits: &Limits,
    previews: bool,
    told: &mut dyn FnMut(Step),
) -> Result<Pages, CvError> {
    if !format.reading_enabled() {
        let name = format.extensions_str().first().map_or_else(String::new, |e| e.to_uppercase());
        return Err(CvError::Unsupported { format: name.into() });
    }
    let starts = if format == ImageFormat::Tiff { directories(bytes) } else { Vec::new() };
    let pages = starts.len().max(1);
    if pages > limits.pages {
        return Err(CvError::TooManyPages { pages, limit: limits.pages });
    }
    let mut scanner = None;
    let mut out = Pages::default();
    for page in 0..pages {
        let picture = match starts.get(page) {
            Some(start) if page > 0 => decode(&with_first_directory(bytes, *start), format, limits)?,
            _ => decode(bytes, format, limits)?,
        };
        let scanner = match &mut scanner {
            Some(scanner) => scanner,
            // Only now: a damaged picture is damaged, Tesseract or not.
            None => scanner.insert(Scanner::new().map_err(|missing| CvError::NoOcr { missing })?),
        };
        let Scan { sheet, picture } = scanner.read(&picture, None, previews);
        out.sheets.push(sheet);
        out.previews.extend(picture.as_ref().map(png));
        told(Step { page: page + 1, pages, image: true });
    }
    if out.letters() == 0 {
        return Err(CvError::Image);
    }
    Ok(out)
}

/// A picture the right way up, on white where it is transparent.
fn decode(bytes: &[u8], format: ImageFormat, limits: &Limits) -> Result<RgbImage, CvError> {
    let too_large = |pixels: u64| CvError::ImageTooLarge {
        megapixels: pixels.div_ceil(1_000_000),
        limit: limits.pixels / 1_000_000,
    };
    let failed = |error: ImageError| match error {
        ImageError::Unsupported(_) => CvError::BrokenImage { why: "it is of a kind that is not read".into() },
        ImageError::IoError(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
            CvError::BrokenImage { why: "its end is missing".into() }
        }
        ImageError::Limits(_) => too_large(limits.pixels + 1),
        _ => CvError::BrokenImage { why: "its data cannot be read".into() },
    };
    let mut bounds = image::Limits::default();
    bounds.max_alloc = Some(limits.pixels.saturating_mul(PIXEL));
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(bounds);
    let mut decoder = reader.into_decoder().map_err(failed)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 {
        return Err(CvError::BrokenImage { why: "it has no pixel".into() });
    }
    if pixels > limits.pixels {
        return Err(too_large(pixels));
    }
    // A wrong note about how the camera was held is no reason to fail.
    let orientation = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(failed)?;
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Ok(on_white(picture))
}

fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    let mut out = RgbImage::new(picture.width(), picture.height());
    for (to, from) in out.pixels_mut().zip(picture.pixels()) {
        let [r, g, b, a] = from.0.map(u16::from);
        to.0 = [r, g, b].map(|c| ((c * a + 255 * (255 - a) + 127) / 255) as u8);
    }
    out
}

/// Where the directories of a TIFF begin, one for each page; none for one that the decoder had better judge.
fn directories(bytes: &[u8]) -> Vec<u32> {
    let big = bytes.starts_with(b"MM");
    let number = |at: usize, size: usize| {
        let part = bytes.get(at..at.checked_add(size)?)?;
        let add = |sum: u32, byte: &u8| sum << 8 | u32::from(*byte);
        Some(if big { part.iter().fold(0, add) } else { part.iter().rev().fold(0, add) })
    };
    let mut found: Vec<u32> = Vec::new();
    let mut next = number(4, 4).unwrap_or(0);
    // A chain that bites its tail is no chain of pages.
    while next != 0 && !found.contains(&next) && found.len() < MANY {
        let Some(entries) = number(next as usize, 2) else { break };
        found.push(next);
        next = number(next as usize + 2 + 12 * entries as usize, 4).unwrap_or(0);
    }
    found
}

/// The same TIFF, beginning with another of its pages: the decoder reads the first.
fn with_first_directory(bytes: &[u8], start: u32) -> Vec<u8> {
    let start = if bytes.starts_with(b"MM") { start.to_be_bytes() } else { start.to_le_bytes() };
    let mut bytes = bytes.to_vec();
    bytes[4..8].copy_from_slice(&start);
    bytes
}

/// A picture as a small PNG file: grey where it has no colour, in 32 shades of each colour, which nobody sees on text.
pub(super) fn png(picture: &RgbImage) -> Vec<u8> {
    let shade = |value: u8| {
        let step = (u16::from(value) + 4) / 8;
        (step * 8).min(255) as u8
    };
    let (width, height) = picture.dimensions();
    let colourful = picture.pixels().any(|p| {
        let [r, g, b] = p.0;
        r.max(g).max(b) - r.min(g).min(b) > 12
    });
    let (data, colour) = if colourful {
        (picture.as_raw().iter().map(|v| shade(*v)).collect(), ExtendedColorType::Rgb8)
    } else {
        let grey: GrayImage = image::imageops::grayscale(picture);
        (grey.as_raw().iter().map(|v| shade(*v)).collect::<Vec<u8>>(), ExtendedColorType::L8)
    };
    let mut out = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut out, CompressionType::Default, FilterType::Adaptive);
    // Writing to memory fails for a size of 0 only, which no page has.
    let _ = encoder.write_image(&data, width, height, colour);
    out
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    fn encoded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        picture.write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    fn read(bytes: &[u8], limits: &Limits) -> Result<Pages, CvError> {
        super::read(bytes, format(bytes).unwrap(), limits, false, &mut |_| ())
    }

    fn failure(bytes: &[u8]) -> CvError {
        read(bytes, &Limits::default()).err().unwrap()
    }

    /// A page whose upper left quarter is black.
    fn page() -> RgbImage {
        RgbImage::from_fn(60, 80, |x, y| if x < 30 && y < 40 { Rgb([0, 0, 0]) } else { Rgb([250, 240, 230]) })
    }

    /// A TIFF of grey pages of one pixel each, big-endian.
    fn tiff(pages: &[u8]) -> Vec<u8> {
        let mut out = b"MM\0*\0\0\0\x08".to_vec();
        for (i, value) in pages.iter().enumerate() {
            let tags: [(u16, u32); 8] =
                [(256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, 0), (278, 1), (279, 1)];
            let end = out.len() as u32 + 2 + 12 * 8 + 4;
            out.extend((tags.len() as u16).to_be_bytes());
            for (tag, value) in tags {
                let value = if tag == 273 { end } else { value };
                out.extend(tag.to_be_bytes());
                out.extend([0, 4, 0, 0, 0, 1]);
                out.extend(value.to_be_bytes());
            }
            let next = if i + 1 < pages.len() { end + 2 } else { 0 };
            out.extend(next.to_be_bytes());
            out.extend([*value, 0]);
        }
        out
    }

    #[test]
    fn damaged_pictures_say_so() {
        let png = encoded(&page(), ImageFormat::Png);
        for bytes in [&png[..png.len() / 2], &png[..40], &encoded(&page(), ImageFormat::WebP)[..30]] {
            assert!(matches!(failure(bytes), CvError::BrokenImage { .. }));
        }
        // 0 pixels wide.
        let mut empty = png.clone();
        empty[16..20].fill(0);
        assert!(matches!(failure(&empty), CvError::BrokenImage { .. }));
        assert_eq!(failure(b"GIF89a\x01\0\x01\0"), CvError::Unsupported { format: "GIF".into() });
    }

    #[test]
    fn a_picture_that_unpacks_to_far_too_much_is_refused_before_it_is_unpacked() {
        let mut bomb = encoded(&page(), ImageFormat::Png);
        bomb[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        bomb[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
        // The checksum of the header, which the decoder looks at first.
        let mut crc = u32::MAX;
        for byte in &bomb[12..29] {
            crc ^= u32::from(*byte);
            (0..8).for_each(|_| crc = crc >> 1 ^ (0xedb8_8320 * (crc & 1)));
        }
        bomb[29..33].copy_from_slice(&(!crc).to_be_bytes());
        assert_eq!(failure(&bomb), CvError::ImageTooLarge { megapixels: 3600, limit: 120 });
    }

    #[test]
    fn the_note_of_how_the_camera_was_held_is_respected() {
        let jpeg = encoded(&page(), ImageFormat::Jpeg);
        // An EXIF segment with the orientation 6: to be turned clockwise.
        let exif: &[u8] =
            b"\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let noted = [&jpeg[..2], exif, &jpeg[2..]].concat();
        let picture = decode(&noted, ImageFormat::Jpeg, &Limits::default()).unwrap();
        assert_eq!(picture.dimensions(), (80, 60));
        assert!(picture.get_pixel(70, 10).0[0] < 60 && picture.get_pixel(10, 10).0[0] > 200);
    }

    #[test]
    fn what_is_transparent_is_white() {
        let picture =
            image::RgbaImage::from_fn(2, 1, |x, _| image::Rgba([0, 0, 0, if x == 0 { 0 } else { 255 }]));
        let white = on_white(DynamicImage::ImageRgba8(picture));
        assert_eq!((white.get_pixel(0, 0).0, white.get_pixel(1, 0).0), ([255; 3], [0; 3]));
    }

    #[test]
    fn each_page_of_a_tiff_is_read() {
        let file = tiff(&[10, 200]);
        let starts = directories(&file);
        let values: Vec<u8> = starts
            .iter()
            .map(|start| {
                let bytes = with_first_directory(&file, *start);
                decode(&bytes, ImageFormat::Tiff, &Limits::default()).unwrap().get_pixel(0, 0).0[0]
            })
            .collect();
        assert_eq!(values, [10, 200]);
        let limits = Limits { pages: 1, ..Limits::default() };
        assert_eq!(read(&file, &limits).err(), Some(CvError::TooManyPages { pages: 2, limit: 1 }));
        // A chain of pages that goes round.
        let mut ring = tiff(&[10]);
        let next = ring.len() - 6;
        ring[next..next + 4].copy_from_slice(&8_u32.to_be_bytes());
        assert_eq!(directories(&ring), [8]);
    }

    #[test]
    fn previews_keep_colours_and_grey_ones_are_smaller() {
        let colour = RgbImage::from_fn(300, 300, |x, y| Rgb([(x / 2) as u8, (y / 2) as u8, 90]));
        let grey = RgbImage::from_fn(300, 300, |x, y| Rgb([((x * 7 + y) / 10) as u8; 3]));
        for (picture, colours) in [(&colour, true), (&grey, false)] {
            let shown = image::load_from_memory(&png(picture)).unwrap();
            assert_eq!(shown.color().has_color(), colours);
            let near = |(a, b): (&u8, &u8)| a.abs_diff(*b) <= 4;
            assert!(shown.into_rgb8().as_raw().iter().zip(picture.as_raw()).all(near));
        }
    }
}
