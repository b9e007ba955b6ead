//! A bundled CV, drawn and then scanned, photographed and turned in the ways that people do.

use std::collections::HashMap;
use std::io::Cursor;

use image::{ImageFormat, Rgb};
use imageops::{resize, rotate90, rotate180};
use imageproc::geometric_transformations::rotate_about_center;
use rand::{Rng, SeedableRng, rngs::StdRng};

use super::super::raster::{Raster, Size};
use super::super::{Limits, layout, pdf};
use super::*;
use crate::demo;

const PAPER: Rgb<u8> = Rgb([255, 255, 255]);

/// A bundled CV: its page at 200 dots an inch, and the words that its file holds as text.
fn page(file: &str) -> (RgbImage, Vec<String>) {
    let (_, bytes) = demo::cvs().iter().find(|(name, _)| *name == file).unwrap();
    let (picture, _) = Raster::open(bytes).unwrap().draw(0, Size::Edge(2339)).unwrap();
    let text = pdf::read(bytes, &Limits::default(), false, &mut |_| ()).unwrap().sheets.remove(0);
    (picture, words(text))
}

/// The words of a page, in reading order.
fn words(sheet: Sheet) -> Vec<String> {
    let text: Vec<String> = layout::document(vec![sheet]).lines.into_iter().map(|l| l.text).collect();
    let words = text.join(" ");
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    words.split_whitespace().map(bare).filter(|w| !w.is_empty()).collect()
}

/// Part of `expected` that is found, each word as often as it comes.
fn share(expected: &[String], found: &[String]) -> f32 {
    let mut counts: HashMap<&str, i32> = HashMap::new();
    found.iter().for_each(|w| *counts.entry(w).or_default() += 1);
    let hits = expected
        .iter()
        .filter(|w| {
            counts.get_mut(w.as_str()).is_some_and(|count| {
                *count -= 1;
                *count >= 0
            })
        })
        .count();
    hits as f32 / expected.len() as f32
}

fn scan(picture: &RgbImage) -> Scan {
    Scanner::new().unwrap().read(picture, None, true)
}

#[track_caller]
fn assert_read(picture: &RgbImage, expected: &[String], least: f32) {
    let found = words(scan(picture).sheet);
    let share = share(expected, &found);
    let lost: Vec<_> = expected.iter().filter(|w| !found.contains(w)).collect();
    assert!(share >= least, "{share} of the words, without {lost:?}");
}

#[test]
fn an_upright_page_is_read() {
    let (picture, expected) = page("cariste.pdf");
    assert_read(&picture, &expected, 0.97);
}

#[test]
fn white_text_on_a_dark_side_bar_is_read() {
    let (picture, expected) = page("developpeuse-web.pdf");
    assert_read(&picture, &expected, 0.95);
}

#[test]
fn a_page_that_lies_askew_is_straightened_and_its_boxes_fall_on_what_is_shown() {
    let (picture, expected) = page("cuisinier.pdf");
    let askew =
        rotate_about_center(&picture, 2.0_f32.to_radians(), Interpolation::Bilinear, Border::Constant(PAPER));
    let mut straightened = Page::of(&askew, None);
    straightened.straighten();
    assert!(skew::lie(&straightened.image).unwrap().angle.abs() < 0.15);
    assert_read(&askew, &expected, 0.95);

    let Scan { sheet, picture } = scan(&askew);
    let shown = imageops::grayscale(&picture.unwrap());
    let mut boxed = GrayImage::new(shown.width(), shown.height());
    for line in layout::document(vec![sheet]).lines {
        for spot in line.boxes {
            let (w, h) = (shown.width() as f32, shown.height() as f32);
            for y in (spot.y0 * h) as u32..(spot.y1 * h).min(h) as u32 {
                for x in (spot.x0 * w) as u32..(spot.x1 * w).min(w) as u32 {
                    boxed.put_pixel(x, y, image::Luma([1]));
                }
            }
        }
    }
    let dark = |boxed_too: bool| {
        shown
            .pixels()
            .zip(boxed.pixels())
            .filter(|(p, b)| p.0[0] < 100 && (!boxed_too || b.0[0] == 1))
            .count()
    };
    // Rules and bars are in no box.
    assert!(dark(true) * 10 > dark(false) * 8, "{} of {}", dark(true), dark(false));
    assert!(boxed.pixels().filter(|b| b.0[0] == 1).count() * 2 < boxed.len());
}

#[test]
fn a_page_that_lies_upside_down_or_sideways_is_turned() {
    let (picture, expected) = page("cariste.pdf");
    assert_read(&rotate180(&picture), &expected, 0.95);
    assert_read(&rotate90(&picture), &expected, 0.95);
}

#[test]
fn a_coarse_jpeg_with_noise_in_uneven_light_is_read() {
    let (picture, expected) = page("cariste.pdf");
    let (width, height) = (1240, 1754);
    let mut coarse = resize(&picture, width, height, FilterType::Triangle);
    let mut random = StdRng::seed_from_u64(7);
    for (x, y, pixel) in coarse.enumerate_pixels_mut() {
        let light = 0.95 - 0.3 * (x as f32 / width as f32) * (y as f32 / height as f32);
        pixel.0 = pixel
            .0
            .map(|c| (f32::from(c) * light + random.random_range(-12.0..12.0)).clamp(0.0, 255.0) as u8);
    }
    let mut jpeg = Cursor::new(Vec::new());
    coarse.write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    let coarse = image::load_from_memory(jpeg.get_ref()).unwrap().into_rgb8();
    assert_read(&coarse, &expected, 0.95);
}

#[test]
fn a_photographed_sheet_is_cut_out_of_its_background() {
    let (picture, expected) = page("cariste.pdf");
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let sheet = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)];
    let corners = [(190.0, 150.0), (1830.0, 210.0), (1930.0, 2560.0), (120.0, 2500.0)];
    let seen = Projection::from_control_points(sheet, corners).unwrap();
    let mut photograph = RgbImage::new(2050, 2700);
    warp_into(&picture, seen, Interpolation::Bilinear, Border::Constant(Rgb([70, 50, 35])), &mut photograph);
    let cut = Page::of(&photograph, None);
    let ratio = cut.image.height() as f32 / cut.image.width() as f32;
    assert!((ratio - A4.1 / A4.0).abs() < 0.01, "{ratio}");
    assert_read(&photograph, &expected, 0.95);
}

#[test]
fn a_part_of_a_page_has_letters_of_the_usual_size() {
    let (picture, _) = page("cariste.pdf");
    let part = imageops::crop_imm(&picture, 0, 0, picture.width() / 2, 700).to_image();
    let sheet = scan(&part).sheet;
    let mut sizes: Vec<f32> = sheet.runs.iter().map(|r| r.size).collect();
    sizes.sort_by(f32::total_cmp);
    assert!((6.0..17.0).contains(&sizes[sizes.len() / 2]), "{sizes:?}");
}

#[test]
fn a_blank_page_has_no_text() {
    assert!(scan(&RgbImage::from_pixel(1240, 1754, PAPER)).sheet.runs.is_empty());
}
