//! Pages of a PDF as one sees them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro::hayro_interpret::font::GlyphRun;
use hayro::hayro_interpret::util::TransformExt;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, interpret_page,
};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{BezPath, Rect, Shape};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use image::RgbImage;

/// A PDF that can be drawn.
pub(super) struct Raster(Pdf);

/// What a page is made of.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Drawn {
    /// Part of the page that its images cover.
    pub(super) image: f32,
    /// Letters that one sees.
    pub(super) letters: usize,
    /// Letters that one does not see: what a scanner recognised, laid under the image.
    pub(super) unseen: usize,
    /// Shapes; text may be drawn as such.
    pub(super) shapes: usize,
}

impl Raster {
    /// `None` for a file that cannot be drawn.
    pub(super) fn open(bytes: &[u8]) -> Option<Self> {
        // A page that cannot be drawn may still be read, whatever its drawing runs into.
        catch_unwind(|| Pdf::new(bytes.to_vec()).ok()).ok().flatten().map(Self)
    }

    /// What `page` (from 0) is made of.
    pub(super) fn survey(&self, page: usize) -> Option<Drawn> {
        self.with(page, |page| {
            let (width, height) = page.render_dimensions();
            let whole = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
            let mut survey = Survey { whole, drawn: Drawn::default() };
            let cache = InterpreterCache::new();
            let transform = page.initial_transform(true).to_kurbo();
            let mut context =
                Context::new(transform, whole, &cache, page.xref(), InterpreterSettings::default());
            interpret_page(page, &mut context, &mut survey);
            survey.drawn
        })
    }

    /// `page` (from 0), as it is shown, `edge` pixels on its longer side, and its resolution in dots an inch.
    pub(super) fn draw(&self, page: usize, size: Size) -> Option<(RgbImage, f32)> {
        self.with(page, |page| {
            let (width, height) = page.render_dimensions();
            let scale = match size {
                Size::Edge(pixels) => pixels as f32 / width.max(height),
                Size::Width(pixels) => pixels as f32 / width,
            };
            // Neither a ribbon nor a point.
            let scale = scale.min(MOST / width.max(height)).max(1.0 / width.min(height));
            let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
            let (cache, interpreter) = (RenderCache::new(), InterpreterSettings::default());
            let drawn = render(page, &cache, &interpreter, &RenderSettings::default(), &settings);
            let pixels = drawn.data_as_u8_slice().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
            RgbImage::from_raw(u32::from(drawn.width()), u32::from(drawn.height()), pixels)
                .map(|image| (image, scale * 72.0))
        })
        .flatten()
    }

    fn with<T>(&self, page: usize, work: impl FnOnce(&Page<'_>) -> T) -> Option<T> {
        catch_unwind(AssertUnwindSafe(|| self.0.pages().get(page).map(work))).ok().flatten()
    }
}

/// How large a page is drawn, in pixels.
#[derive(Debug, Clone, Copy)]
pub(super) enum Size {
    /// Of its longer side.
    Edge(u32),
    /// Of its width.
    Width(u32),
}

/// Longest side of what is drawn, in pixels.
const MOST: f32 = 8000.0;

/// Counts what is drawn.
struct Survey {
    whole: Rect,
    drawn: Drawn,
}

impl<'a> Device<'a> for Survey {
    fn draw_path(&mut self, path: &BezPath, _: DrawProps<'a>, mode: &DrawMode) {
        let seen = !matches!(mode, DrawMode::Invisible) && !path.bounding_box().is_zero_area();
        self.drawn.shapes += usize::from(seen);
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}

    fn push_clip_rect(&mut self, _: &Rect) {}

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, _: DrawProps<'a>, mode: &DrawMode) {
        let count = if matches!(mode, DrawMode::Invisible) {
            &mut self.drawn.unseen
        } else {
            &mut self.drawn.letters
        };
        *count += run.glyphs().len();
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let whole = Rect::new(0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
        let place = props.transform.transform_rect_bbox(whole).intersect(self.whole);
        let part = (place.area() / self.whole.area().max(1.0)) as f32;
        // Scanners cut pages into strips.
        self.drawn.image = (self.drawn.image + part).min(1.0);
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}

    fn draw_rect(&mut self, _: &Rect, _: DrawProps<'a>, _: &DrawMode) {}
}
