//! Text on images, recognised by Tesseract.
//!
//! Without the feature `ocr` the program holds no Tesseract: [`Ocr::new`] says so, and all else works.

use image::GrayImage;
use serde::{Deserialize, Serialize};

/// Why nothing can be recognised here; `Display` is English, [`Missing::message_fr`] French.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// The program was built without Tesseract.
    #[error(
        "this program was built without Tesseract; install libtesseract-dev, libleptonica-dev, clang, tesseract-ocr and tesseract-ocr-fra, and build it with `--features ocr`"
    )]
    Library,
    /// Tesseract finds no French data.
    #[error(
        "Tesseract finds no data for French; install the packages tesseract-ocr and tesseract-ocr-fra (apt), or set TESSDATA_PREFIX to the folder of fra.traineddata"
    )]
    French,
}

impl Missing {
    /// The same message in French.
    pub fn message_fr(self) -> &'static str {
        match self {
            Self::Library => {
                "ce programme a été compilé sans Tesseract ; installez libtesseract-dev, libleptonica-dev, clang, tesseract-ocr et tesseract-ocr-fra, puis compilez-le avec `--features ocr`"
            }
            Self::French => {
                "Tesseract ne trouve pas ses données pour le français ; installez les paquets tesseract-ocr et tesseract-ocr-fra (apt), ou donnez à TESSDATA_PREFIX le dossier de fra.traineddata"
            }
        }
    }
}

/// A word on an image.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// What it says.
    pub text: String,
    /// Left edge, in pixels.
    pub x0: u32,
    /// Upper edge.
    pub y0: u32,
    /// Right edge.
    pub x1: u32,
    /// Lower edge.
    pub y1: u32,
    /// How sure the recognition is, from 0 to 1.
    pub confidence: f32,
    /// Number of the row of words that it belongs to; rows come in no order.
    pub row: u32,
}

/// A recogniser of French text (and of what else is written in Latin letters).
pub struct Ocr(engine::Engine);

impl Ocr {
    /// Loads the model, which takes some 50 ms.
    ///
    /// # Errors
    /// [`Missing`] says what to install.
    pub fn new() -> Result<Self, Missing> {
        engine::Engine::new().map(Self)
    }

    /// The words on an image of upright, dark text. `dpi` is its resolution, as far as one knows. No word when
    /// Tesseract gives up on the image.
    pub fn read(&mut self, image: &GrayImage, dpi: f32) -> Vec<Word> {
        self.0.tsv(image, dpi).map(|tsv| words(&tsv)).unwrap_or_default()
    }
}

/// The words of Tesseract's table: level, page, block, paragraph, line, word, left, top, width, height, confidence
/// from 0 to 100, text.
fn words(tsv: &str) -> Vec<Word> {
    let mut rows = Vec::new();
    tsv.lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let [level, page, block, paragraph, row, _, left, top, width, height, confidence, text] =
                cells[..]
            else {
                return None;
            };
            let text = text.trim();
            if level != "5" || text.is_empty() {
                return None;
            }
            let number = |cell: &str| cell.parse::<u32>().ok();
            let place = (page.to_owned(), block.to_owned(), paragraph.to_owned(), row.to_owned());
            // Words of a row follow one another.
            if rows.last() != Some(&place) {
                rows.push(place);
            }
            let (x0, y0) = (number(left)?, number(top)?);
            Some(Word {
                text: text.to_owned(),
                x0,
                y0,
                x1: x0 + number(width)?,
                y1: y0 + number(height)?,
                confidence: (confidence.parse::<f32>().ok()? / 100.0).clamp(0.0, 1.0),
                row: rows.len() as u32,
            })
        })
        .collect()
}

#[cfg(feature = "ocr")]
mod engine {
    use image::GrayImage;
    use leptess::tesseract::TessApi;

    use super::Missing;

    /// English too would double the time, and lose more French words than it gains English ones.
    const LANGUAGE: &str = "fra";

    pub(super) struct Engine(TessApi);

    impl Engine {
        pub(super) fn new() -> Result<Self, Missing> {
            let mut api = TessApi::new(None, LANGUAGE).map_err(|_| Missing::French)?;
            let settings = [
                // The whole analysis of the page, without its orientation. Text in no order (11) costs as much and is
                // misled by noise and by the lines of tables.
                (c"tessedit_pageseg_mode", c"3"),
                // Images come with dark text only.
                (c"tessedit_do_invert", c"0"),
                (c"debug_file", if cfg!(windows) { c"NUL" } else { c"/dev/null" }),
            ];
            for (name, value) in settings {
                // A version that lacks one works without.
                let _ = api.raw.set_variable(name, value);
            }
            Ok(Self(api))
        }

        pub(super) fn tsv(&mut self, image: &GrayImage, dpi: f32) -> Option<String> {
            let (width, height) = (i32::try_from(image.width()).ok()?, i32::try_from(image.height()).ok()?);
            self.0.raw.set_image(image.as_raw(), width, height, 1, width).ok()?;
            self.0.set_source_resolution((dpi.round() as i32).clamp(70, 600));
            self.0.raw.recognize().ok()?;
            let text = self.0.raw.get_tsv_text(0).ok()?;
            Some(text.as_ref().to_string_lossy().into_owned())
        }
    }
}

#[cfg(not(feature = "ocr"))]
mod engine {
    use image::GrayImage;

    use super::Missing;

    /// There is none.
    pub(super) enum Engine {}

    impl Engine {
        pub(super) fn new() -> Result<Self, Missing> {
            Err(Missing::Library)
        }

        pub(super) fn tsv(&mut self, _: &GrayImage, _: f32) -> Option<String> {
            match *self {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_the_table_become_words() {
        let tsv = "1\t1\t0\t0\t0\t0\t0\t0\t900\t1200\t-1\t\n\
            4\t1\t1\t1\t1\t0\t40\t50\t300\t20\t-1\t\n\
            5\t1\t1\t1\t1\t1\t40\t50\t90\t20\t96.5\tMarie\n\
            5\t1\t1\t1\t1\t2\t140\t50\t100\t20\t88\tDupont\n\
            5\t1\t2\t1\t1\t1\t40\t90\t10\t20\t12\t \n\
            5\t1\t2\t1\t1\t2\t60\t90\t80\t20\t70\tVendeuse\n";
        let found = words(tsv);
        let texts: Vec<_> = found.iter().map(|w| (w.text.as_str(), w.row)).collect();
        assert_eq!(texts, [("Marie", 1), ("Dupont", 1), ("Vendeuse", 2)]);
        assert_eq!((found[0].x0, found[0].y0, found[0].x1, found[0].y1), (40, 50, 130, 70));
        assert!((found[0].confidence - 0.965).abs() < 1e-6);
    }
}
