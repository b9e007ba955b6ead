//! The built-in static table. `training/artefact.py` writes it and describes the file.

use std::borrow::Cow;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::{Embedder, normalise, words};
use crate::error::{Error, Result};

const MAGIC: &[u8] = b"JMTABLE1";
const ID: usize = 16;

/// Endings that an unknown word may change to become a known one, tried in this order. The feminine ones are
/// changed even when that word is unknown too, so that both genders are cut into the same pieces.
const FEMININE: [(&str, &str); 12] = [
    ("trices", "teur"),
    ("trice", "teur"),
    ("euses", "eur"),
    ("euse", "eur"),
    ("eures", "eur"),
    ("eure", "eur"),
    ("iennes", "ien"),
    ("ienne", "ien"),
    ("ieres", "ier"),
    ("iere", "ier"),
    ("ees", "e"),
    ("ee", "e"),
];
const OTHERS: [(&str, &str); 8] =
    [("ives", "if"), ("ive", "if"), ("aux", "al"), ("ies", "y"), ("es", ""), ("s", ""), ("x", ""), ("e", "")];

/// One int8 vector per word or word piece, French and English. A text's vector is the sum over its distinct
/// words; a word that the table does not know counts by its pieces.
pub struct StaticTable {
    id: String,
    dim: usize,
    scales: Vec<f32>,
    values: &'static [i8],
    /// Row of a word, or of `_` and a piece inside a word.
    rows: FxHashMap<&'static str, u32>,
}

impl StaticTable {
    /// The table in the binary, read once.
    pub fn builtin() -> &'static Self {
        static TABLE: LazyLock<StaticTable> = LazyLock::new(|| {
            StaticTable::read(include_bytes!("../../data/embedding.bin"))
                .expect("a test reads the embedded table")
        });
        &TABLE
    }

    /// The unit vector of a text; zero when it holds no word of Latin letters.
    pub fn vector(&self, text: &str) -> Vec<f32> {
        let mut sum = vec![0f32; self.dim];
        for row in self.units(text) {
            let scale = self.scales[row as usize];
            let values = &self.values[row as usize * self.dim..][..self.dim];
            for (total, &value) in sum.iter_mut().zip(values) {
                *total += scale * f32::from(value);
            }
        }
        normalise(&mut sum);
        sum
    }

    fn read(bytes: &'static [u8]) -> Result<Self> {
        let corrupt =
            || Error::Corrupt { what: "the embedding table".into(), why: "it ends too early".into() };
        let mut rest = bytes.strip_prefix(MAGIC).ok_or_else(corrupt)?;
        let mut take = |n: usize| -> Result<&'static [u8]> {
            let (head, tail) = rest.split_at_checked(n).ok_or_else(corrupt)?;
            rest = tail;
            Ok(head)
        };
        let id = format!("table-{}", String::from_utf8_lossy(take(ID)?));
        let header = numbers(take(16)?);
        let (dim, count, names, length) =
            (header[0] as usize, header[1] as usize, header[2] as usize, header[3] as usize);
        let scales = numbers(take(4 * count)?).into_iter().map(f32::from_bits).collect();
        let values = bytemuck::cast_slice(take(dim * count)?);
        let of_name = numbers(take(4 * names)?);
        let text = std::str::from_utf8(take(length)?).map_err(|_| corrupt())?;
        let rows: FxHashMap<_, _> = text.lines().zip(of_name).collect();
        if rows.len() != names || rows.values().any(|&row| row as usize >= count) {
            return Err(corrupt());
        }
        Ok(Self { id, dim, scales, values, rows })
    }

    /// Rows of a text, each once, in order.
    fn units(&self, text: &str) -> Vec<u32> {
        let folded = words::fold(text);
        let mut units = Vec::with_capacity(8);
        for word in words::words(&folded) {
            match self.known(word) {
                Some(row) => add(&mut units, row),
                None => self.pieces(&masculine(word), &mut units),
            }
        }
        units
    }

    fn known(&self, word: &str) -> Option<u32> {
        let other = || {
            let changes = FEMININE.iter().chain(&OTHERS);
            changes
                .filter_map(|change| changed(word, change))
                .find_map(|other| self.rows.get(other.as_str()).copied())
        };
        self.rows.get(word).copied().or_else(other)
    }

    /// The longest known piece first, then the longest that goes on.
    fn pieces(&self, word: &str, units: &mut Vec<u32>) {
        let mut rest = Cow::Borrowed(word);
        loop {
            let mark = usize::from(rest.starts_with('_'));
            let piece =
                (mark + 1..=rest.len()).rev().find_map(|end| Some((end, *self.rows.get(&rest[..end])?)));
            if let Some((_, row)) = piece {
                add(units, row);
            }
            let end = piece.map_or(mark + 1, |(end, _)| end);
            if end >= rest.len() {
                return;
            }
            rest = Cow::Owned(format!("_{}", &rest[end..]));
        }
    }
}

impl Embedder for StaticTable {
    fn id(&self) -> &str {
        &self.id
    }

    fn dim(&self) -> usize {
        self.dim
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>> {
        Ok(texts.iter().map(|text| self.vector(text)).collect())
    }
}

fn add(units: &mut Vec<u32>, row: u32) {
    if !units.contains(&row) {
        units.push(row);
    }
}

fn masculine(word: &str) -> Cow<'_, str> {
    let other = FEMININE.iter().find_map(|change| changed(word, change));
    other.map_or(Cow::Borrowed(word), Cow::Owned)
}

fn changed(word: &str, (ending, other): &(&str, &str)) -> Option<String> {
    let stem = word.strip_suffix(ending)?;
    (stem.len() >= 3).then(|| format!("{stem}{other}"))
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cosine(a: &str, b: &str) -> f32 {
        let table = StaticTable::builtin();
        table.vector(a).iter().zip(table.vector(b)).map(|(x, y)| x * y).sum()
    }

    #[test]
    fn computes_what_the_training_script_computed() {
        let expected: serde_json::Value =
            serde_json::from_str(include_str!("../../data/embedding.tests.json")).unwrap();
        let table = StaticTable::builtin();
        assert_eq!(table.id, format!("table-{}", expected["id"].as_str().unwrap()));
        let examples = expected["examples"].as_array().unwrap();
        assert!(examples.len() > 5);
        for example in examples {
            let text = example["text"].as_str().unwrap();
            assert_eq!(table.units(text).len() as u64, example["units"].as_u64().unwrap(), "{text}");
            for (x, y) in table.vector(text).iter().zip(example["vector"].as_array().unwrap()) {
                assert!((f64::from(*x) - y.as_f64().unwrap()).abs() < 2e-5, "{text}: {x} {y}");
            }
        }
    }

    #[test]
    fn genders_and_accents_make_no_difference() {
        for (a, b) in [
            ("Développeur web (H/F)", "développeuse web"),
            ("Développeur·euse web", "DEVELOPPEUR WEB"),
            ("Vendeur / Vendeuse en boulangerie", "vendeuse en boulangerie F/H"),
            ("Directeur commercial", "Directrice commerciale"),
            ("Infirmière", "infirmier"),
            ("Chargé(e) de clientèle", "chargée de clientèle"),
            ("Mécanotricienne", "mécanotricien"),
        ] {
            assert!(cosine(a, b) > 0.9999, "{a} / {b}: {}", cosine(a, b));
        }
    }

    #[test]
    fn meaning_crosses_words_and_languages() {
        for (near, other, far) in [
            ("infirmier", "registered nurse", "plumber"),
            ("développeur logiciel", "software engineer", "boulanger"),
            ("maçon", "bricklayer", "comptable"),
            ("conducteur poids lourd", "truck driver", "pastry chef"),
        ] {
            assert!(cosine(near, other) > cosine(near, far) + 0.2, "{near} {other} {far}");
        }
    }

    #[test]
    fn a_truncated_table_is_refused() {
        static BYTES: &[u8] = include_bytes!("../../data/embedding.bin");
        for end in [0, 5, 30, 1000, BYTES.len() - 1] {
            assert!(matches!(StaticTable::read(&BYTES[..end]), Err(Error::Corrupt { .. })), "{end}");
        }
    }

    #[test]
    fn a_text_without_words_is_zero() {
        assert!(StaticTable::builtin().vector("– 東京 !").iter().all(|&x| x == 0.0));
    }
}
