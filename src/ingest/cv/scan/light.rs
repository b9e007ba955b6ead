//! Even light: the text of an image dark on white, whatever lies behind it.
//!
//! The image is cut into small cells. Cells without edges are background when enough of them hang together; every
//! other cell takes the background of the nearest. What differs from its background is ink, lighter or darker: white
//! text on a dark bar comes out as dark text on white, shadows and tinted paper go.

use std::collections::VecDeque;

use image::{GrayImage, Luma};

/// Edge of a cell in inches: about the width of a thick stroke of 10-point text.
const CELL: f32 = 1.0 / 40.0;
/// Neighbouring cells whose means differ by more than this are two backgrounds.
const STEP: f32 = 10.0;
/// Cells that a background of any shape covers at least: a third of a square inch, where a letter of 40 points has a
/// tenth.
const GROUND: u32 = 500;
/// A bar is a background too: so many times longer than high, which no letter is.
const BAR: f32 = 2.2;
/// Least length of a bar, in cells.
const BAR_LENGTH: u32 = 16;
/// Difference from the background, in parts of the contrast that it allows, below which there is no ink.
const FAINT: f32 = 0.06;

/// The image with its text dark on white. `dpi` is its resolution.
pub(super) fn even(image: &GrayImage, dpi: f32) -> GrayImage {
    let size = ((CELL * dpi).round() as u32).max(3);
    let (width, height) = image.dimensions();
    let cells = Cells::of(image, size);
    let grounds = cells.grounds();
    let mixed = cells.mixed(&grounds);
    let mut out = GrayImage::new(width, height);
    let (columns, rows) = (cells.columns as usize, cells.rows as usize);
    let half = size as usize / 2;
    let line = |y: usize| y * width as usize..(y + 1) * width as usize;
    for y in 0..height as usize {
        let row = (y / size as usize).min(rows - 1);
        let other = if y % (size as usize) < half { row.saturating_sub(1) } else { (row + 1).min(rows - 1) };
        let from = &image.as_raw()[line(y)];
        let to = &mut out.as_mut()[line(y)];
        let parts = from.chunks(size as usize).zip(to.chunks_mut(size as usize));
        for (column, (part, to)) in parts.enumerate() {
            let column = column.min(columns - 1);
            let ground = grounds[row * columns + column];
            if mixed[row * columns + column] {
                for (i, (pixel, ink)) in part.iter().zip(to).enumerate() {
                    let beside =
                        if i < half { column.saturating_sub(1) } else { (column + 1).min(columns - 1) };
                    let near = [(row, beside), (other, column), (other, beside)]
                        .map(|(r, c)| grounds[r * columns + c]);
                    // Where two backgrounds meet, a pixel of the one is no ink on the other.
                    let ground = near.into_iter().fold(ground, |best, g| {
                        let distance = |g: u8| g.abs_diff(*pixel);
                        if distance(g) < distance(best) { g } else { best }
                    });
                    *ink = contrast(*pixel, ground);
                }
            } else {
                let table = Contrast::with(ground);
                for (pixel, ink) in part.iter().zip(to) {
                    *ink = table.of(*pixel);
                }
            }
        }
    }
    out
}

/// How a pixel comes out, by its difference from one background.
struct Contrast {
    ground: u8,
    gain: f32,
}

impl Contrast {
    fn with(ground: u8) -> Self {
        let most = f32::from(ground.max(255 - ground));
        Self { ground, gain: 255.0 / (most * (1.0 - FAINT)) }
    }

    fn of(&self, pixel: u8) -> u8 {
        let most = f32::from(self.ground.max(255 - self.ground));
        let ink = (f32::from(pixel.abs_diff(self.ground)) - FAINT * most) * self.gain;
        255 - ink.clamp(0.0, 255.0) as u8
    }
}

fn contrast(pixel: u8, ground: u8) -> u8 {
    Contrast::with(ground).of(pixel)
}

/// Means of the cells, and which of them are flat.
struct Cells {
    columns: u32,
    rows: u32,
    means: Vec<f32>,
    flat: Vec<bool>,
}

impl Cells {
    fn of(image: &GrayImage, size: u32) -> Self {
        let (columns, rows) = ((image.width() / size).max(1), (image.height() / size).max(1));
        let mut means = Vec::with_capacity((columns * rows) as usize);
        let mut spreads = Vec::with_capacity(means.capacity());
        for row in 0..rows {
            for column in 0..columns {
                let (mean, spread) = measure(image, column * size, row * size, size);
                means.push(mean);
                spreads.push(spread);
            }
        }
        // Most cells hold no text: what a quarter of them stay below is noise.
        let mut sorted = spreads.clone();
        let quarter = sorted.len() / 4;
        let noise = *sorted.select_nth_unstable_by(quarter, f32::total_cmp).1;
        let limit = (1.8 * noise).clamp(5.0, 28.0);
        Self { columns, rows, means, flat: spreads.into_iter().map(|s| s <= limit).collect() }
    }

    /// The background of each cell.
    fn grounds(&self) -> Vec<u8> {
        let mut label = vec![0_u32; self.means.len()];
        let mut kept: Vec<bool> = vec![false];
        let mut queue = VecDeque::new();
        for start in 0..self.means.len() {
            if !self.flat[start] || label[start] != 0 {
                continue;
            }
            let number = kept.len() as u32;
            let (mut count, mut x, mut y) = (0_u32, (u32::MAX, 0), (u32::MAX, 0));
            label[start] = number;
            queue.push_back(start);
            while let Some(cell) = queue.pop_front() {
                count += 1;
                let (column, row) = (cell as u32 % self.columns, cell as u32 / self.columns);
                x = (x.0.min(column), x.1.max(column));
                y = (y.0.min(row), y.1.max(row));
                for next in self.around(cell) {
                    if self.flat[next]
                        && label[next] == 0
                        && (self.means[next] - self.means[cell]).abs() < STEP
                    {
                        label[next] = number;
                        queue.push_back(next);
                    }
                }
            }
            let (width, height) = (x.1 - x.0 + 1, y.1 - y.0 + 1);
            let bar = width >= BAR_LENGTH && width as f32 >= BAR * height as f32;
            kept.push(bar || count >= GROUND);
        }
        let mut grounds: Vec<Option<f32>> = label
            .iter()
            .zip(&self.means)
            .map(|(label, mean)| kept[*label as usize].then_some(*mean))
            .collect();
        queue.extend((0..grounds.len()).filter(|cell| grounds[*cell].is_some()));
        while let Some(cell) = queue.pop_front() {
            for next in self.around(cell) {
                if grounds[next].is_none() {
                    grounds[next] = grounds[cell];
                    queue.push_back(next);
                }
            }
        }
        grounds.into_iter().map(|ground| ground.unwrap_or(255.0) as u8).collect()
    }

    /// Cells beside which the background changes.
    fn mixed(&self, grounds: &[u8]) -> Vec<bool> {
        let (columns, rows) = (self.columns as usize, self.rows as usize);
        (0..grounds.len())
            .map(|cell| {
                let (column, row) = (cell % columns, cell / columns);
                let near = |at: usize, end: usize| at.saturating_sub(1)..=(at + 1).min(end - 1);
                near(row, rows)
                    .flat_map(|r| near(column, columns).map(move |c| r * columns + c))
                    .any(|other| grounds[other].abs_diff(grounds[cell]) > 40)
            })
            .collect()
    }

    fn around(&self, cell: usize) -> impl Iterator<Item = usize> + use<> {
        let columns = self.columns as usize;
        let (column, count) = (cell % columns, self.means.len());
        [
            (column > 0).then(|| cell - 1),
            (column + 1 < columns).then_some(cell + 1),
            cell.checked_sub(columns),
            Some(cell + columns).filter(|next| *next < count),
        ]
        .into_iter()
        .flatten()
    }
}

/// Mean, and mean distance from it, of a square.
fn measure(image: &GrayImage, x: u32, y: u32, size: u32) -> (f32, f32) {
    let (width, height) = image.dimensions();
    let (right, bottom) = ((x + size).min(width), (y + size).min(height));
    let line = |y: u32| &image.as_raw()[(y * width + x) as usize..(y * width + right) as usize];
    let count = ((right - x) * (bottom - y)).max(1);
    let sum: u32 = (y..bottom).map(|y| line(y).iter().map(|p| u32::from(*p)).sum::<u32>()).sum();
    let mean = (sum / count) as u8;
    let off: u32 =
        (y..bottom).map(|y| line(y).iter().map(|p| u32::from(p.abs_diff(mean))).sum::<u32>()).sum();
    (sum as f32 / count as f32, off as f32 / count as f32)
}

/// Draws what is white.
pub(super) const WHITE: Luma<u8> = Luma([255]);

#[cfg(test)]
mod tests {
    use imageproc::drawing::draw_filled_rect_mut;
    use imageproc::rect::Rect;

    use super::*;

    #[test]
    fn light_text_on_a_dark_bar_and_dark_text_in_a_shadow_come_out_dark_on_white() {
        // A page that darkens to the right, with a dark bar on its left.
        let mut page =
            GrayImage::from_fn(
                600,
                800,
                |x, _| if x < 150 { Luma([40]) } else { Luma([250 - (x / 6) as u8]) },
            );
        let mut stroke = |x, value| {
            draw_filled_rect_mut(&mut page, Rect::at(x, 300).of_size(3, 12), Luma([value]));
        };
        stroke(60, 240);
        stroke(300, 90);
        stroke(580, 50);
        let out = even(&page, 150.0);
        for x in [61, 301, 581] {
            assert!(out.get_pixel(x, 305).0[0] < 150, "ink at {x}");
        }
        for (x, y) in [(20, 20), (100, 500), (149, 400), (150, 400), (300, 20), (598, 790)] {
            assert!(out.get_pixel(x, y).0[0] > 240, "paper at {x}, {y}");
        }
    }

    #[test]
    fn a_large_letter_stays_dark() {
        let mut page = GrayImage::from_pixel(600, 800, WHITE);
        for (x, y, w, h) in [(100, 100, 14, 90), (100, 100, 60, 14), (100, 176, 60, 14)] {
            draw_filled_rect_mut(&mut page, Rect::at(x, y).of_size(w, h), Luma([0]));
        }
        let out = even(&page, 150.0);
        assert!(out.get_pixel(106, 150).0[0] < 60 && out.get_pixel(140, 107).0[0] < 60);
        assert!(out.get_pixel(140, 150).0[0] > 240);
    }
}
