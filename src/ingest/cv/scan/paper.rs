//! The sheet of paper on a photograph: its four corners.

use std::collections::HashSet;

use image::imageops::thumbnail;
use image::{GrayImage, Luma, RgbImage};
use imageproc::contrast::otsu_level;
use imageproc::filter::box_filter;
use imageproc::geometry::{approximate_polygon_dp, convex_hull};
use imageproc::point::Point;
use imageproc::region_labelling::{Connectivity, connected_components};

/// Long edge of the image that is looked at, in pixels.
const EDGE: u32 = 500;
/// Least difference between paper and table, in levels.
const CONTRAST: f32 = 45.0;
/// How far the edge of a sheet may be from straight, in pixels.
const FIT: f32 = 5.0;
/// Least width of what shows of the table, in pixels.
const GAP: i32 = 5;
/// More spots than this outside the sheet are text: the page is wider than what looked like the sheet.
const SPOTS: usize = 6;

/// The corners of the sheet, clockwise from the upper left one, in pixels; `None` when it fills the picture, or cannot
/// be told from what is around it.
pub(super) fn corners(picture: &RgbImage) -> Option<[(f32, f32); 4]> {
    let (width, height) = picture.dimensions();
    let factor = width.max(height) as f32 / EDGE as f32;
    if factor < 1.0 {
        return None;
    }
    let small = thumbnail(picture, (width as f32 / factor) as u32, (height as f32 / factor) as u32);
    // Paper is light in every colour; wood, skin and cloth lack blue.
    let light = GrayImage::from_fn(small.width(), small.height(), |x, y| {
        Luma([small.get_pixel(x, y).0.into_iter().min().unwrap_or(0)])
    });
    let light = box_filter(&light, 1, 1);
    let level = otsu_level(&light);
    let bright = GrayImage::from_fn(light.width(), light.height(), |x, y| {
        Luma([u8::from(light.get_pixel(x, y).0[0] > level)])
    });
    let labels = connected_components(&bright, Connectivity::Four, Luma([0]));
    let mut sizes: Vec<usize> = vec![0];
    for label in labels.iter() {
        let label = *label as usize;
        if label >= sizes.len() {
            sizes.resize(label + 1, 0);
        }
        sizes[label] += usize::from(label > 0);
    }
    let sheet = (1..sizes.len()).max_by_key(|label| sizes[*label])?;
    let points: Vec<Point<i32>> = labels
        .enumerate_pixels()
        .filter(|(_, _, label)| label.0[0] as usize == sheet)
        .map(|(x, y, _)| Point::new(x as i32, y as i32))
        .collect();
    let hull = convex_hull(points);
    let corners = four(&hull)?;
    let area = area(&corners);
    let whole = (light.width() as f32, light.height() as f32);
    let regular = sizes[sheet] as f32 > 0.75 * area
        && hull.iter().all(|p| depth(&corners, (p.x as f32, p.y as f32)).abs() < FIT)
        && is_sheet(&corners);
    // The table shows on three sides at least: a bar on one or two is part of the page.
    let [left, top] =
        [|p: &Point<i32>| p.x, |p: &Point<i32>| p.y].map(|of| corners.iter().map(of).min().unwrap_or(0));
    let right = whole.0 as i32 - corners.iter().map(|p| p.x).max().unwrap_or(0);
    let bottom = whole.1 as i32 - corners.iter().map(|p| p.y).max().unwrap_or(0);
    let shows = [left, top, right, bottom].into_iter().filter(|gap| *gap > GAP).count() > 2;
    if !regular || !shows || !(0.2..0.95).contains(&(area / (whole.0 * whole.1))) {
        return None;
    }
    let (mut inside, mut outside, mut spots) = ((0.0, 0.0), (0.0, 0.0), HashSet::new());
    for (x, y, pixel) in light.enumerate_pixels() {
        let depth = depth(&corners, (x as f32, y as f32));
        let label = labels.get_pixel(x, y).0[0] as usize;
        if depth > 3.0 && label == sheet {
            inside = (inside.0 + f32::from(pixel.0[0]), inside.1 + 1.0);
        } else if depth < -4.0 {
            outside = (outside.0 + f32::from(pixel.0[0]), outside.1 + 1.0);
            if label > 0 && sizes[label] < 400 {
                spots.insert(label);
            }
        }
    }
    let contrast = inside.0 / inside.1 - outside.0 / outside.1;
    if contrast.is_nan() || contrast < CONTRAST || spots.len() > SPOTS {
        return None;
    }
    Some(corners.map(|p| ((p.x as f32 + 0.5) * factor, (p.y as f32 + 0.5) * factor)))
}

/// The polygon of four corners that a hull is nearly, clockwise from the upper left one.
fn four(hull: &[Point<i32>]) -> Option<[Point<i32>; 4]> {
    let found = (2..40).map(|e| approximate_polygon_dp(hull, f64::from(e), true)).find(|p| p.len() <= 4)?;
    let corners: [Point<i32>; 4] = found.try_into().ok()?;
    let first = (0..4).min_by_key(|i| corners[*i].x + corners[*i].y)?;
    let mut ordered = [0, 1, 2, 3].map(|i| corners[(first + i) % 4]);
    // Clockwise on an image, whose y grows downwards.
    if ordered[1].x - ordered[0].x < ordered[3].x - ordered[0].x {
        ordered.swap(1, 3);
    }
    Some(ordered)
}

fn area(corners: &[Point<i32>]) -> f32 {
    let next = corners.iter().cycle().skip(1);
    corners.iter().zip(next).map(|(a, b)| (a.x * b.y - b.x * a.y) as f32).sum::<f32>().abs() / 2.0
}

/// Corners are nearly right angles, and opposite edges nearly as long: a sheet, seen from above.
fn is_sheet(corners: &[Point<i32>; 4]) -> bool {
    let edge = |i: usize| {
        let (a, b) = (corners[i % 4], corners[(i + 1) % 4]);
        ((b.x - a.x) as f32, (b.y - a.y) as f32)
    };
    let length = |i: usize| edge(i).0.hypot(edge(i).1);
    let right = |i: usize| {
        let (a, b) = (edge(i), edge(i + 1));
        (a.0 * b.0 + a.1 * b.1).abs() < 0.42 * length(i) * length(i + 1)
    };
    let alike = |i: usize| (0.7..1.43).contains(&(length(i) / length(i + 2)));
    (0..4).all(right) && alike(0) && alike(1)
}

/// How far inside the corners (which are clockwise) a point lies, in pixels; negative outside.
fn depth(corners: &[Point<i32>; 4], (x, y): (f32, f32)) -> f32 {
    (0..4)
        .map(|i| {
            let (a, b) = (corners[i], corners[(i + 1) % 4]);
            let (dx, dy) = ((b.x - a.x) as f32, (b.y - a.y) as f32);
            (dx * (y - a.y as f32) - dy * (x - a.x as f32)) / dx.hypot(dy).max(1.0)
        })
        .fold(f32::MAX, f32::min)
}

#[cfg(test)]
mod tests {
    use image::Rgb;
    use imageproc::drawing::draw_polygon_mut;

    use super::*;

    const CORNERS: [(i32, i32); 4] = [(210, 160), (1010, 190), (1060, 1370), (170, 1340)];

    /// A white sheet on a brown table, with lines of text, and what `more` draws.
    fn photograph(more: impl FnOnce(&mut RgbImage)) -> RgbImage {
        let mut picture = RgbImage::from_fn(1200, 1600, |x, y| {
            let grain = ((x * 7 + y / 9) % 13) as u8;
            Rgb([110 + grain, 80 + grain, 50 + grain])
        });
        let corners = CORNERS.map(|(x, y)| Point::new(x, y));
        draw_polygon_mut(&mut picture, &corners, Rgb([235, 230, 225]));
        for y in (300..1200).step_by(30) {
            for x in (300..900).filter(|x| x % 12 < 8) {
                picture.put_pixel(x, y, Rgb([30, 30, 30]));
            }
        }
        more(&mut picture);
        picture
    }

    #[test]
    fn a_sheet_on_a_table_is_found() {
        let found = corners(&photograph(|_| ())).unwrap();
        for ((x, y), (cx, cy)) in found.into_iter().zip(CORNERS) {
            assert!((x - cx as f32).hypot(y - cy as f32) < 12.0, "{found:?}");
        }
    }

    #[test]
    fn a_page_that_fills_the_picture_is_left_as_it_is() {
        assert_eq!(corners(&RgbImage::from_pixel(1200, 1600, Rgb([240, 240, 240]))), None);
        // A dark bar with light text is part of the page.
        let bar = RgbImage::from_fn(1200, 1600, |x, y| {
            let letter = (60..240).contains(&x) && x % 20 < 9 && y % 40 < 16;
            if x < 300 && !letter { Rgb([40, 50, 70]) } else { Rgb([250, 250, 250]) }
        });
        assert_eq!(corners(&bar), None);
    }
}
