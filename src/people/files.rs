//! Files of a person: the CVs that they gave, the documents that they sent.

use jobmatch_index::records::{Owner, Records, Room, Row, Uuid};
use serde::{Deserialize, Serialize};

use super::Refusal;

/// Largest file, in bytes.
pub const LARGEST: usize = 25 << 20;

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its name, without folders.
    pub name: String,
    /// Media type, by its name.
    pub media_type: String,
    /// The bytes.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

impl Row for File {
    const KIND: &'static str = "file";
    const ROOM: Room = Room::Files;
}

impl File {
    /// A file that a person gave.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] on `file` when it is empty or too large.
    pub fn new(name: &str, bytes: Vec<u8>) -> Result<Self, Refusal> {
        if bytes.is_empty() {
            return Err(Refusal::invalid("file", "ce fichier est vide"));
        }
        if bytes.len() > LARGEST {
            return Err(Refusal::invalid("file", format!("ce fichier dépasse {} Mo", LARGEST >> 20)));
        }
        let name = plain_name(name);
        let media_type = mime_guess::from_path(&name).first_or_octet_stream().essence_str().to_owned();
        Ok(Self { name, media_type, bytes })
    }
}

/// The last part of a path in any system's form, without control characters, at most 120 characters.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !c.is_control()).collect();
    let length = kept.chars().count();
    // From the end: the extension says what it is.
    let name: String = kept.chars().skip(length.saturating_sub(120)).collect();
    let name = name.trim();
    if name.is_empty() || name.chars().all(|c| c == '.') { "document".to_owned() } else { name.to_owned() }
}

/// A file of a person.
///
/// # Errors
/// [`Refusal::NotFound`].
pub fn get(records: &Records<'_>, owner: Owner, id: Uuid) -> Result<File, Refusal> {
    records.get::<File>(owner, id)?.ok_or(Refusal::NotFound("file"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_plain() {
        let name = |given: &str| File::new(given, vec![1]).unwrap().name;
        assert_eq!(name("C:\\Mes documents\\cv.pdf"), "cv.pdf");
        assert_eq!(name("../../etc/passwd"), "passwd");
        assert_eq!(name("a\r\nSet-Cookie: x"), "aSet-Cookie: x");
        assert_eq!((name(""), name("..")), ("document".to_owned(), "document".to_owned()));
        assert!(name(&format!("{}.docx", "é".repeat(500))).ends_with("é.docx"));
        assert_eq!(File::new("cv.PDF", vec![1]).unwrap().media_type, "application/pdf");
        assert!(matches!(File::new("cv.pdf", vec![]), Err(Refusal::Invalid { field: "file", .. })));
    }
}
