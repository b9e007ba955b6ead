//! How the lines of text lie on an image.
//!
//! Along a text line the ink is dense, between two lines there is none: summed along the right direction, it comes in
//! sharp steps.

use image::GrayImage;
use image::imageops::thumbnail;

/// Long edge of the image that is looked at, in pixels.
const EDGE: u32 = 1100;
/// Largest angle that is looked for, in degrees.
const RANGE: f32 = 14.0;
/// Most points of ink that are looked at.
const POINTS: usize = 60_000;
/// Darkness of what is ink.
const INK: u8 = 70;

/// How text lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lie {
    /// By how many degrees its lines fall to the right; read sideways where `sideways`.
    pub(super) angle: f32,
    /// The lines run up or down.
    pub(super) sideways: bool,
    /// Whether `sideways` is plain to see.
    pub(super) sure: bool,
}

/// How text lies on an image of dark text on white; `None` when there is next to none.
pub(super) fn lie(image: &GrayImage) -> Option<Lie> {
    let (width, height) = image.dimensions();
    let factor = EDGE as f32 / width.max(height) as f32;
    let small = |edge: u32| ((edge as f32 * factor.min(1.0)) as u32).max(1);
    let image = thumbnail(image, small(width), small(height));
    let mut points: Vec<(f32, f32, u32)> = image
        .enumerate_pixels()
        .filter(|(_, _, p)| 255 - p.0[0] > INK)
        .map(|(x, y, p)| (x as f32, y as f32, u32::from(255 - p.0[0])))
        .collect();
    if points.len() < 200 {
        return None;
    }
    let every = points.len().div_ceil(POINTS);
    points = points.into_iter().step_by(every).collect();
    let (angle, level) = best(&points);
    // Seen from its left side, the image shows columns as lines.
    let turned: Vec<_> = points.iter().map(|(x, y, ink)| (*y, -*x, *ink)).collect();
    let (turned_angle, upright) = best(&turned);
    let sideways = upright > 1.25 * level;
    let sure = sideways || upright * 1.25 < level;
    Some(Lie { angle: if sideways { turned_angle } else { angle }, sideways, sure })
}

/// The angle along which the ink comes in the sharpest steps, and how sharp they are.
fn best(points: &[(f32, f32, u32)]) -> (f32, f64) {
    let mut found = (0.0, sharpness(points, 0.0));
    for (range, step) in [(RANGE, 0.5), (0.4, 0.1), (0.08, 0.02)] {
        let (middle, count) = (found.0, (range / step) as i32);
        for i in -count..=count {
            let angle = middle + step * i as f32;
            let sharp = sharpness(points, angle);
            if sharp > found.1 {
                found = (angle, sharp);
            }
        }
    }
    found
}

fn sharpness(points: &[(f32, f32, u32)], angle: f32) -> f64 {
    let slope = angle.to_radians().tan();
    let at = |(x, y, _): &(f32, f32, u32)| y - slope * x;
    let low = points.iter().map(at).fold(f32::MAX, f32::min);
    let high = points.iter().map(at).fold(f32::MIN, f32::max);
    let mut rows = vec![0_u32; (high - low) as usize + 2];
    for point in points {
        rows[(at(point) - low) as usize] += point.2;
    }
    rows.windows(2).map(|w| f64::from(w[0].abs_diff(w[1])).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use image::imageops::{grayscale, rotate90};
    use imageproc::geometric_transformations::{Border, Interpolation, rotate_about_center};

    use super::super::super::raster::{Raster, Size};
    use super::super::light::WHITE;
    use super::*;
    use crate::demo;

    #[test]
    fn the_angle_is_found_whichever_way_the_page_lies() {
        let (_, bytes) = demo::cvs().iter().find(|(name, _)| *name == "cariste.pdf").unwrap();
        let page = grayscale(&Raster::open(bytes).unwrap().draw(0, Size::Edge(1200)).unwrap().0);
        for angle in [-9.0_f32, -2.0, 0.0, 0.4, 2.0, 7.5] {
            let border = Border::Constant(WHITE);
            let turned = rotate_about_center(&page, angle.to_radians(), Interpolation::Bilinear, border);
            let upright = lie(&turned).unwrap();
            assert!(!upright.sideways && upright.sure, "{angle}");
            assert!((upright.angle - angle).abs() < 0.15, "{angle}: {}", upright.angle);
            let sideways = lie(&rotate90(&turned)).unwrap();
            assert!(sideways.sideways, "{angle}");
            assert!((sideways.angle - angle).abs() < 0.15, "{angle}: {}", sideways.angle);
        }
    }

    #[test]
    fn a_blank_page_has_no_lines() {
        assert_eq!(lie(&GrayImage::from_pixel(850, 1100, WHITE)), None);
    }
}
