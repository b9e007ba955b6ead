//! Recognised words to runs of text: baseline, font size, weight, and the signs that open list items.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use image::GrayImage;
use regex::Regex;

use super::super::layout::Run;
use crate::model::ocr::Word;

/// Sizes that differ by less than this part are one size, measured twice.
const SAME_SIZE: f32 = 1.08;
/// Strokes thicker than this, in parts of what is usual on the page, are bold.
const BOLD: f32 = 1.3;
/// Below this confidence, a sign that is no letter and no figure is dirt, a rule or an icon.
const DIRT: f32 = 0.6;
/// What Tesseract makes of the signs that open list items, where no word of one letter can be.
const MISREAD: &str = "e¢*°©®«»+=><~¤§@&0oO.·,-—–_:;|'‘’\"“”„^#";

/// The runs of an image of `height` pixels at `dpi`, in points.
pub(super) fn runs(words: &[Word], image: &GrayImage, dpi: f32) -> Vec<Run> {
    let words = with_addresses(words);
    let points = 72.0 / dpi;
    let height = image.height() as f32;
    let mut rows: BTreeMap<u32, Vec<Set>> = BTreeMap::new();
    for word in &words {
        rows.entry(word.row).or_default().push(Set::new(word, image));
    }
    let mut rows: Vec<Vec<Set>> = rows.into_values().collect();
    let usual = usual_stroke(&rows);
    for row in &mut rows {
        level(row);
        name_bullets(row);
    }
    let sizes = Sizes::of(&rows);
    rows.into_iter()
        .flatten()
        .map(|set| Run {
            x0: set.word.x0 as f32 * points,
            x1: set.word.x1 as f32 * points,
            y: (height - set.baseline) * points,
            size: ((sizes.nearest(set.size) * points * 2.0).round() / 2.0).clamp(1.0, 200.0),
            bold: usual > 0.0 && set.stroke > BOLD * usual,
            text: set.text,
            confidence: Some(set.word.confidence),
        })
        .collect()
}

/// The middle font size of the words, in pixels; `None` without words.
pub(super) fn middle_size(words: &[Word]) -> Option<f32> {
    let mut sizes: Vec<f32> =
        words.iter().filter(|w| w.confidence > DIRT).filter_map(|w| Shape::of(&w.text)?.size(w)).collect();
    sizes.sort_by(f32::total_cmp);
    sizes.get(sizes.len() / 2).copied()
}

/// The words without dirt, with the e-mail addresses that were cut or whose @ was read as something like it.
fn with_addresses(words: &[Word]) -> Vec<Word> {
    static AT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^([A-Za-z0-9][A-Za-z0-9._%+-]*)(?:[({\[]?@{1,2}[)}\]]?|[({\[]D|[©®])((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})$",
        )
        .expect("constant pattern")
    });
    // A picture of an envelope before it is read as figures.
    static ICON: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^\d{1,2}([a-z]{4})").expect("constant pattern"));
    // « marie. » before « dupont@exemple.fr »
    let opens = |word: &Word| {
        word.text.ends_with(|c: char| c.is_ascii_digit() || "._-".contains(c))
            && word.text.contains(['.', '_', '-'])
            && word.text.starts_with(|c: char| c.is_ascii_lowercase())
            && word.text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c))
            && !["mail.", "email.", "e-mail.", "courriel."].contains(&word.text.as_str())
    };
    let mut out: Vec<Word> = Vec::with_capacity(words.len());
    for word in words.iter().filter(|w| !is_dirt(w)) {
        let mut text = AT.replace(&word.text, "$1@$2").into_owned();
        if text.contains('@') && !text.contains(|c: char| c.is_uppercase() && c != 'I') {
            text = ICON.replace(&text.replace('I', "l"), "$1").into_owned();
        }
        let near = |last: &&mut Word| {
            last.row == word.row && word.x0.saturating_sub(last.x1) < (word.y1 - word.y0) * 3 / 4
        };
        match out.last_mut().filter(near) {
            Some(last) if text.contains('@') && opens(last) => {
                last.text.push_str(&text);
                last.x1 = word.x1;
                last.y0 = last.y0.min(word.y0);
                last.y1 = last.y1.max(word.y1);
                last.confidence = last.confidence.min(word.confidence);
            }
            _ => out.push(Word { text, ..word.clone() }),
        }
    }
    out
}

fn is_dirt(word: &Word) -> bool {
    word.confidence < DIRT && !word.text.chars().any(char::is_alphanumeric)
        || word.text.chars().all(|c| c == '_')
}

/// A word and how it is set.
struct Set<'a> {
    word: &'a Word,
    text: String,
    /// Font size in pixels.
    size: f32,
    /// In pixels from the upper edge.
    baseline: f32,
    /// Thickness of its strokes, in font sizes; 0 when it has too few.
    stroke: f32,
}

impl<'a> Set<'a> {
    fn new(word: &'a Word, image: &GrayImage) -> Self {
        let (size, baseline) = Shape::of(&word.text)
            .and_then(|shape| {
                let size = shape.size(word)?;
                Some((size, word.y1 as f32 + shape.bottom * size))
            })
            .unwrap_or((0.0, 0.0));
        let letters = word.text.chars().filter(|c| c.is_alphanumeric()).count();
        let stroke = if letters > 2 && size > 0.0 { thickness(image, word) / size } else { 0.0 };
        Self { word, text: word.text.clone(), size, baseline, stroke }
    }
}

/// How far letters reach above and below their baseline, in font sizes.
struct Shape {
    top: f32,
    bottom: f32,
    /// It has letters of full height, whose measure is surer.
    tall: bool,
}

impl Shape {
    /// `None` for signs alone.
    fn of(text: &str) -> Option<Self> {
        if !text.chars().any(char::is_alphanumeric) {
            return None;
        }
        let mut shape = Self { top: 0.0, bottom: 0.0, tall: false };
        for c in text.chars() {
            let (top, bottom) = match c {
                'À' | 'Â' | 'Ä' | 'É' | 'È' | 'Ê' | 'Ë' | 'Î' | 'Ï' | 'Ô' | 'Ö' | 'Ù' | 'Û' | 'Ü' => {
                    (0.9, 0.0)
                }
                'Ç' => (0.71, -0.21),
                'Q' => (0.71, -0.1),
                'j' | 'þ' => (0.71, -0.21),
                'g' | 'p' | 'q' | 'y' | 'ç' | 'µ' => (0.52, -0.21),
                't' => (0.65, 0.0),
                ',' | ';' => (0.1, -0.13),
                '(' | ')' | '[' | ']' | '{' | '}' | '|' | '/' | '@' => (0.72, -0.16),
                '$' => (0.75, -0.08),
                'b' | 'd' | 'f' | 'h' | 'i' | 'k' | 'l' | 'ß' => (0.72, 0.0),
                c if c.is_uppercase() || c.is_numeric() || "&%?!'\"#€".contains(c) => (0.71, 0.0),
                'à' | 'â' | 'ä' | 'é' | 'è' | 'ê' | 'ë' | 'î' | 'ï' | 'ô' | 'ö' | 'ù' | 'û' | 'ü' => {
                    (0.72, 0.0)
                }
                c if c.is_alphabetic() => (0.52, 0.0),
                _ => (0.1, 0.0),
            };
            shape.top = shape.top.max(top);
            shape.bottom = shape.bottom.min(bottom);
            shape.tall |= top > 0.69;
        }
        Some(shape)
    }

    /// Font size in pixels; `None` when the box is none.
    fn size(&self, word: &Word) -> Option<f32> {
        let height = word.y1.saturating_sub(word.y0) as f32;
        (height > 2.0).then(|| height / (self.top - self.bottom))
    }
}

/// Gives the words of a row one baseline and one size, but for those that are plainly set otherwise.
fn level(row: &mut [Set]) {
    let tall = |set: &&Set| set.size > 0.0 && Shape::of(&set.text).is_some_and(|s| s.tall);
    let mut known: Vec<&Set> = row.iter().filter(tall).collect();
    if known.is_empty() {
        known = row.iter().filter(|s| s.size > 0.0).collect();
    }
    let Some(size) = middle(known.iter().map(|s| s.size)) else {
        // Signs alone.
        for set in row {
            set.size = (set.word.y1.saturating_sub(set.word.y0) as f32).max(1.0) / 0.7;
            set.baseline = set.word.y1 as f32;
        }
        return;
    };
    let baseline = middle(known.iter().map(|s| s.baseline)).unwrap_or_default();
    for set in row {
        let height = set.size / size;
        if !(0.8..1.25).contains(&height) || set.text.chars().count() < 3 {
            // A short word measures badly; a longer one is set in another size.
            let other = set.text.chars().filter(|c| c.is_alphanumeric()).count() > 2;
            set.size = if other && set.word.confidence > DIRT { set.size } else { size };
        } else {
            set.size = size;
        }
        if (set.baseline - baseline).abs() < 0.35 * size || set.baseline == 0.0 {
            set.baseline = baseline;
        }
    }
}

/// The middle value.
fn middle(values: impl Iterator<Item = f32>) -> Option<f32> {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}

/// Puts a bullet where a row opens with the sign of a list item, which Tesseract reads as some letter or other: it is
/// small, stands above the baseline, and text follows.
fn name_bullets(row: &mut [Set]) {
    for i in 0..row.len() {
        let (before, rest) = row.split_at_mut(i);
        let [sign, next, ..] = rest else { break };
        let gap = |a: &Word, b: &Word| b.x0 as f32 - a.x1 as f32;
        let opens = before.last().is_none_or(|b| gap(b.word, sign.word) > 2.0 * sign.size);
        let mut chars = sign.text.chars();
        let (Some(c), None) = (chars.next(), chars.next()) else { continue };
        let distance = gap(sign.word, next.word);
        let follows = distance > 0.1 * sign.size && distance < 3.0 * sign.size;
        if !opens || !follows || !MISREAD.contains(c) {
            continue;
        }
        let (height, above) =
            (sign.word.y1.saturating_sub(sign.word.y0) as f32, sign.baseline - sign.word.y1 as f32);
        let dot = height < 0.5 * sign.size && above > 0.04 * sign.size;
        // « + 33 6… » is a telephone number, « o » and « 0 » may be what is written.
        let figure = next.text.starts_with(|c: char| c.is_ascii_digit());
        let certain = match c {
            'e' | '¢' | '°' | '©' | '®' | '«' | '»' | '*' | '¤' | '§' => true,
            '+' | '=' | '>' | '<' | '~' => !figure,
            '-' | '—' | '–' => false,
            _ => dot,
        };
        if certain {
            sign.text = "•".into();
        }
    }
}

/// The sizes of a page: those of its rows, brought together where they are nearly the same.
struct Sizes(Vec<f32>);

impl Sizes {
    fn of(rows: &[Vec<Set>]) -> Self {
        let mut measured: Vec<(f32, f32)> =
            rows.iter().flatten().map(|s| (s.size, s.text.chars().count() as f32)).collect();
        measured.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut groups: Vec<(f32, f32)> = Vec::new();
        for (size, letters) in measured {
            match groups.last_mut() {
                Some((sum, weight)) if size < SAME_SIZE * *sum / *weight => {
                    *sum += size * letters;
                    *weight += letters;
                }
                _ => groups.push((size * letters, letters)),
            }
        }
        Self(groups.into_iter().map(|(sum, weight)| sum / weight).collect())
    }

    fn nearest(&self, size: f32) -> f32 {
        let near = self.0.iter().min_by(|a, b| (*a - size).abs().total_cmp(&(*b - size).abs()));
        near.copied().unwrap_or(size)
    }
}

/// Thickness of the strokes of a word, in pixels: its ink by the length of its edges.
fn thickness(image: &GrayImage, word: &Word) -> f32 {
    let (x1, y1) = (word.x1.min(image.width()), word.y1.min(image.height()));
    if word.x0 >= x1 || word.y0 >= y1 {
        return 0.0;
    }
    let width = image.width() as usize;
    let (x0, x1) = (word.x0 as usize, x1 as usize);
    let line = |y: u32| &image.as_raw()[y as usize * width + x0..y as usize * width + x1];
    let (mut ink, mut edges) = (0.0_f32, 0.0_f32);
    let mut above: Option<&[u8]> = None;
    for y in word.y0..y1 {
        let row = line(y);
        ink += row.iter().map(|p| f32::from(255 - p)).sum::<f32>();
        edges += row.windows(2).map(|w| f32::from(w[0].abs_diff(w[1]))).sum::<f32>();
        if let Some(above) = above {
            edges += above.iter().zip(row).map(|(a, b)| f32::from(a.abs_diff(*b))).sum::<f32>();
        }
        above = Some(row);
    }
    if edges > 0.0 { 2.0 * ink / edges } else { 0.0 }
}

/// The stroke of most of the text.
fn usual_stroke(rows: &[Vec<Set>]) -> f32 {
    let mut strokes: Vec<(f32, usize)> = rows
        .iter()
        .flatten()
        .filter(|s| s.stroke > 0.0)
        .map(|s| (s.stroke, s.text.chars().count()))
        .collect();
    strokes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = strokes.iter().map(|s| s.1).sum::<usize>() / 2;
    let mut sum = 0;
    strokes
        .into_iter()
        .find(|(_, letters)| {
            sum += letters;
            sum > half
        })
        .map_or(0.0, |s| s.0)
}

#[cfg(test)]
mod tests {
    use image::GrayImage;

    use super::super::light::WHITE;
    use super::*;

    fn word(row: u32, x: (u32, u32), y: (u32, u32), text: &str) -> Word {
        Word { text: text.into(), x0: x.0, y0: y.0, x1: x.1, y1: y.1, confidence: 0.9, row }
    }

    fn texts(words: &[Word]) -> Vec<Run> {
        runs(words, &GrayImage::from_pixel(2480, 3508, WHITE), 300.0)
    }

    #[test]
    fn words_of_a_row_share_a_baseline_and_a_size_whatever_their_letters() {
        // 10 points at 300 dpi: 42 pixels; capitals 30 high, x-height 22, descenders 9.
        let runs = texts(&[
            word(1, (200, 330), (470, 500), "Vendeuse"),
            word(1, (345, 380), (478, 500), "en"),
            word(1, (395, 600), (469, 509), "prêt-à-porter"),
            word(2, (200, 500), (300, 360), "Marie"),
        ]);
        assert!(runs[..3].iter().all(|r| r.y == runs[0].y && r.size == runs[0].size), "{runs:?}");
        assert!((runs[0].size - 10.0).abs() < 1.0 && (runs[0].y - (3508.0 - 500.0) * 0.24).abs() < 0.5);
        assert!(runs[3].size > 18.0);
    }

    #[test]
    fn cut_and_misread_addresses_are_mended() {
        let texts = |words: &[(u32, u32, &str)]| -> Vec<String> {
            let words: Vec<Word> =
                words.iter().map(|&(x0, x1, text)| word(1, (x0, x1), (470, 500), text)).collect();
            with_addresses(&words).into_iter().map(|w| w.text).collect()
        };
        for misread in
            ["marie.d7(@exemple.fr", "marie.d7{@exemple.fr", "marie.d7@@exemple.fr", "marie.d7(Dexemple.fr"]
        {
            assert_eq!(texts(&[(0, 300, misread)]), ["marie.d7@exemple.fr"]);
        }
        assert_eq!(
            texts(&[(0, 100, "marie."), (108, 400, "dupont@exemple.fr")]),
            ["marie.dupont@exemple.fr"]
        );
        assert_eq!(texts(&[(0, 300, "82Iinh.nguyen@exemple.fr")]), ["linh.nguyen@exemple.fr"]);
        for apart in [
            [(0, 100, "mail."), (108, 400, "dupont@exemple.fr")],
            [(0, 100, "marie."), (160, 400, "dupont@exemple.fr")],
            [(0, 100, "Lyon"), (108, 400, "dupont@exemple.fr")],
        ] {
            assert_eq!(texts(&apart).len(), 2, "{apart:?}");
        }
    }

    #[test]
    fn misread_bullets_become_bullets_and_words_stay() {
        for (sign, y, expected) in [
            ("e", (480, 492), "•"),
            ("+", (480, 492), "•"),
            ("o", (480, 492), "•"),
            ("o", (478, 500), "o"),
            ("à", (470, 500), "à"),
        ] {
            let runs = texts(&[word(1, (200, 212), y, sign), word(1, (240, 400), (470, 500), "Accueil")]);
            assert_eq!(runs[0].text, expected, "{sign} {y:?}");
        }
        let phone = texts(&[word(1, (200, 212), (480, 500), "+"), word(1, (220, 250), (470, 500), "33")]);
        assert_eq!(phone[0].text, "+");
    }
}
