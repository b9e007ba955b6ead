//! The compiled taxonomy as bytes: columns of numbers and strings, little-endian, zstd-compressed.
//!
//! Written by the program's `taxonomy build`, read at the first use of [`Graph`](super::Graph). Equal tables
//! give equal bytes.

use crate::error::{Error, Result};

const MAGIC: &[u8; 8] = b"JMTAXO01";
const WHAT: &str = "the taxonomy";

/// The tables of the graph. `*_starts` columns have one entry more than rows: row `i` owns
/// `starts[i]..starts[i + 1]` of the columns that follow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Tables {
    /// Every id that names a concept, sorted, and the concept it names; merged concepts have several.
    pub ids: Strings,
    pub id_concepts: Vec<u32>,
    /// Per concept: its own id (row of `ids`), its labels (empty when it has none in that language), its kind.
    pub concept_ids: Vec<u32>,
    pub labels_fr: Strings,
    pub labels_en: Strings,
    pub kinds: Vec<u8>,
    /// Edges per concept: target, relation, weight in percent.
    pub edge_starts: Vec<u32>,
    pub edge_targets: Vec<u32>,
    pub edge_relations: Vec<u8>,
    pub edge_weights: Vec<u8>,
    /// Concepts named by one word: sorted words, concept, flags. `exact` words are compared as folded,
    /// `singular` ones without the mark of the plural.
    pub exact: Strings,
    pub exact_concepts: Vec<u32>,
    pub exact_flags: Vec<u8>,
    pub singular: Strings,
    pub singular_concepts: Vec<u32>,
    pub singular_flags: Vec<u8>,
    /// Phrases as a trie over roots in breadth-first order: child entry `e` leads to node `e + 1`; the terms
    /// of one node's children are ascending. Per node: concept (`u32::MAX` for none) and flags.
    pub roots: Strings,
    pub child_starts: Vec<u32>,
    pub child_terms: Vec<u32>,
    pub node_concepts: Vec<u32>,
    pub node_flags: Vec<u8>,
    /// Occupations, sorted by ROME code.
    pub rome_codes: Strings,
    pub occupation_labels_fr: Strings,
    pub occupation_labels_en: Strings,
    pub occupation_texts: Strings,
    /// Skills per occupation: concept, and 1 when it is core.
    pub skill_starts: Vec<u32>,
    pub skill_concepts: Vec<u32>,
    pub skill_cores: Vec<u8>,
    /// Mobility per occupation: target and weight in percent.
    pub move_starts: Vec<u32>,
    pub move_targets: Vec<u32>,
    pub move_weights: Vec<u8>,
    /// Job titles, folded and sorted: occupation and weight in percent.
    pub titles: Strings,
    pub title_occupations: Vec<u32>,
    pub title_weights: Vec<u8>,
}

/// An immutable list of strings in one buffer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strings {
    starts: Vec<u32>,
    text: String,
}

impl Default for Strings {
    fn default() -> Self {
        Self { starts: vec![0], text: String::new() }
    }
}

impl<S: AsRef<str>> FromIterator<S> for Strings {
    fn from_iter<I: IntoIterator<Item = S>>(items: I) -> Self {
        let mut strings = Self::default();
        for item in items {
            strings.text.push_str(item.as_ref());
            strings.starts.push(u32::try_from(strings.text.len()).expect("less than 4 GiB of labels"));
        }
        strings
    }
}

impl Strings {
    /// How many.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The `i`-th string.
    ///
    /// # Panics
    /// When there is none.
    pub fn get(&self, i: usize) -> &str {
        &self.text[self.starts[i] as usize..self.starts[i + 1] as usize]
    }

    /// Position of `wanted` in a sorted list.
    pub fn search(&self, wanted: &str) -> Option<usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            match self.get(middle).cmp(wanted) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|i| self.get(i))
    }
}

/// Calls a macro with every column, in the order of the file.
macro_rules! columns {
    ($each:ident) => {
        $each!(ids, id_concepts, concept_ids, labels_fr, labels_en, kinds);
        $each!(edge_starts, edge_targets, edge_relations, edge_weights);
        $each!(exact, exact_concepts, exact_flags, singular, singular_concepts, singular_flags);
        $each!(roots, child_starts, child_terms, node_concepts, node_flags);
        $each!(rome_codes, occupation_labels_fr, occupation_labels_en, occupation_texts);
        $each!(skill_starts, skill_concepts, skill_cores, move_starts, move_targets, move_weights);
        $each!(titles, title_occupations, title_weights);
    };
}

impl Tables {
    /// The artefact: magic, content hash, compressed columns.
    pub fn encode(&self) -> Vec<u8> {
        let mut body = Vec::new();
        macro_rules! write {
            ($($column:ident),*) => { $(self.$column.write(&mut body);)* };
        }
        columns!(write);
        let mut bytes = MAGIC.to_vec();
        bytes.extend(fnv1a(&body).to_le_bytes());
        bytes.extend(zstd::encode_all(body.as_slice(), 19).expect("compression into memory does not fail"));
        bytes
    }

    /// The tables and the content hash.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when the bytes are not an artefact of this version.
    pub fn decode(bytes: &[u8]) -> Result<(Self, u64)> {
        let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| corrupt("it does not start with its mark"))?;
        let (hash, compressed) = rest.split_first_chunk::<8>().ok_or_else(|| corrupt("it is cut short"))?;
        let body = zstd::decode_all(compressed).map_err(|why| corrupt(&why.to_string()))?;
        let mut input = body.as_slice();
        let mut tables = Self::default();
        macro_rules! read {
            ($($column:ident),*) => { $(tables.$column = Column::read(&mut input)?;)* };
        }
        columns!(read);
        Ok((tables, u64::from_le_bytes(*hash)))
    }
}

trait Column: Sized {
    fn write(&self, out: &mut Vec<u8>);
    fn read(input: &mut &[u8]) -> Result<Self>;
}

impl Column for Vec<u8> {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(u32::try_from(self.len()).expect("columns below 4 GiB").to_le_bytes());
        out.extend(self);
    }

    fn read(input: &mut &[u8]) -> Result<Self> {
        let (length, rest) = input.split_first_chunk::<4>().ok_or_else(|| corrupt("a column is missing"))?;
        let length = u32::from_le_bytes(*length) as usize;
        let (column, rest) = rest.split_at_checked(length).ok_or_else(|| corrupt("a column is cut short"))?;
        *input = rest;
        Ok(column.to_vec())
    }
}

impl Column for Vec<u32> {
    fn write(&self, out: &mut Vec<u8>) {
        self.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>().write(out);
    }

    fn read(input: &mut &[u8]) -> Result<Self> {
        let bytes = Vec::<u8>::read(input)?;
        let (numbers, rest) = bytes.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(corrupt("a column of numbers is cut short"));
        }
        Ok(numbers.iter().map(|number| u32::from_le_bytes(*number)).collect())
    }
}

impl Column for Strings {
    fn write(&self, out: &mut Vec<u8>) {
        let lengths: Vec<u32> = self.starts.windows(2).map(|pair| pair[1] - pair[0]).collect();
        lengths.write(out);
        self.text.as_bytes().to_vec().write(out);
    }

    fn read(input: &mut &[u8]) -> Result<Self> {
        let lengths = Vec::<u32>::read(input)?;
        let text = String::from_utf8(Vec::<u8>::read(input)?).map_err(|why| corrupt(&why.to_string()))?;
        let mut starts = Vec::with_capacity(lengths.len() + 1);
        let mut at = 0_u32;
        starts.push(at);
        for length in lengths {
            at = at.checked_add(length).ok_or_else(|| corrupt("its labels are too long"))?;
            if !text.is_char_boundary(at as usize) {
                return Err(corrupt("a label ends outside its text"));
            }
            starts.push(at);
        }
        Ok(Self { starts, text })
    }
}

fn corrupt(why: &str) -> Error {
    Error::Corrupt { what: WHAT.to_owned(), why: why.to_owned() }
}

/// FNV-1a, 64 bits (<http://www.isthe.com/chongo/tech/comp/fnv/>).
pub(super) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables() -> Tables {
        Tables {
            ids: ["tech:go", "tech:rust"].into_iter().collect(),
            id_concepts: vec![0, 1],
            labels_fr: ["Go", "Émail"].into_iter().collect(),
            ..Tables::default()
        }
    }

    #[test]
    fn reads_back_what_it_wrote() {
        let bytes = tables().encode();
        let (read, _) = Tables::decode(&bytes).unwrap();
        assert_eq!(read, tables());
        assert_eq!(read.ids.search("tech:rust"), Some(1));
        assert_eq!(bytes, read.encode());
    }

    #[test]
    fn refuses_other_bytes() {
        let bytes = tables().encode();
        assert!(Tables::decode(b"something else").is_err());
        assert!(Tables::decode(&bytes[..bytes.len() - 4]).is_err());
        assert!(Tables::decode(&bytes[..10]).is_err());
    }
}
