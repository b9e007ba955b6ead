//! How long the parts of an offer may be, whatever the source says. No real offer comes near most of these; what is
//! longer is cut with a remark, and only an identity that cannot be kept whole makes an offer be left out.

use std::io::{self, ErrorKind, Read};

use jobmatch_index::offer::{Found, Offer};

use super::fields::Wrong;
use super::rejected::Why;

/// How much one file of offers may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes, once gzip is unpacked.
    pub unpacked: u64,
    /// Items, good and bad.
    pub items: u64,
}

impl Limits {
    /// For files of one's own: nothing is kept in memory of what was read, but for identities.
    pub const NONE: Self = Self { unpacked: u64::MAX, items: u64::MAX };
}

/// Bytes of an identifier; one that is an address is longer than most.
const ID: usize = 500;
/// Bytes of the name of a source.
const SOURCE: usize = 60;
/// Characters of a title.
const TITLE: usize = 300;
/// Characters of an employer's name.
const COMPANY: usize = 300;
/// Bytes of an address.
const URL: usize = 2_000;
/// Characters of a description.
const DESCRIPTION: usize = 50_000;
/// Characters of a label: a skill, a place, a licence, a language, the words of a fact.
const LABEL: usize = 300;
/// Bytes of a code of ROME, of a commune, of a department.
const CODE: usize = 10;
/// Skills, languages or licences of one offer.
const ITEMS: usize = 200;
/// Characters that are told of a value that cannot be used.
pub(super) const TOLD: usize = 80;
/// Remarks on one offer.
pub(super) const REMARKS: usize = 20;
/// Bytes of one item as it is sent.
pub(super) const ITEM: usize = 1 << 20;
/// Lists and objects within each other, in an item or around the items.
pub(super) const DEPTH: usize = 64;

/// Whether this is the name of a source: letters, digits, `-`, `_` and `.`, few.
pub(super) fn is_source(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= SOURCE
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// The first `most` characters of a text.
pub(super) fn brief(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| &text[..end])
}

/// Cuts what is longer than it may be, with a remark for what people read of an offer.
///
/// # Errors
/// A source or an identifier that cannot be kept.
pub(super) fn fit(offer: &mut Offer, remarks: &mut Vec<Wrong>) -> Result<(), Wrong> {
    if !is_source(&offer.key.source) {
        return Err((Some("source".into()), Why::SourceName { most: SOURCE }));
    }
    if offer.key.id.len() > ID {
        return Err((Some("id".into()), Why::Longer { most: ID }));
    }
    let mut remark = |name: &str, why| remarks.push((Some(name.to_owned()), why));
    if cut(&mut offer.title, TITLE) {
        remark("title", Why::Cut { most: TITLE });
    }
    if cut(&mut offer.description, DESCRIPTION) {
        remark("description", Why::Cut { most: DESCRIPTION });
    }
    if offer.company.as_mut().is_some_and(|company| cut(company, COMPANY)) {
        remark("company", Why::Cut { most: COMPANY });
    }
    // Part of an address leads nowhere.
    if offer.url.take_if(|url| url.len() > URL).is_some() {
        remark("url", Why::LeftOutLonger { most: URL });
    }
    offer.rome.take_if(|code| code.len() > CODE);
    offer.skills.truncate(ITEMS);
    for skill in &mut offer.skills {
        cut(&mut skill.label, LABEL);
    }
    offer.languages.truncate(ITEMS);
    for language in &mut offer.languages {
        cut(&mut language.value.code, LABEL);
        cut(&mut language.words, LABEL);
    }
    offer.licences.truncate(ITEMS);
    for licence in &mut offer.licences {
        cut(&mut licence.value.name, LABEL);
        cut(&mut licence.words, LABEL);
    }
    if let Some(place) = &mut offer.place {
        let place = &mut place.value;
        cut(&mut place.label, LABEL);
        for code in [&mut place.insee, &mut place.postal_code, &mut place.department] {
            code.take_if(|code| code.len() > CODE);
        }
    }
    words(&mut offer.experience);
    words(&mut offer.salary);
    words(&mut offer.contract);
    words(&mut offer.hours);
    words(&mut offer.telework);
    words(&mut offer.place);
    words(&mut offer.diploma);
    Ok(())
}

fn words<T>(found: &mut Option<Found<T>>) {
    if let Some(found) = found {
        cut(&mut found.words, LABEL);
    }
}

/// Keeps the first `most` characters; tells whether there were more.
fn cut(text: &mut String, most: usize) -> bool {
    let end = brief(text, most).len();
    let longer = end < text.len();
    text.truncate(end);
    longer
}

/// A reader that fails with [`ErrorKind::FileTooLarge`] when more than so many bytes come.
pub(super) struct Bounded<R> {
    reader: R,
    left: u64,
}

impl<R: Read> Bounded<R> {
    pub(super) fn new(reader: R, most: u64) -> Self {
        Self { reader, left: most }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or(ErrorKind::FileTooLarge)?;
        Ok(read)
    }
}
