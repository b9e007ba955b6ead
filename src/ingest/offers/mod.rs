//! Job offers from files, streaming: France Travail's JSON, schema.org `JobPosting`, our own schema; as one
//! object, a list, a search response, JSON lines or several of them in a row; plain or gzip; UTF-8, UTF-16
//! or Windows-1252. Good items come out, bad ones are told with file, line and field.
//!
//! ```
//! use jobmatch::ingest::offers;
//!
//! let file = r#"{"resultats":[{"id":"1","intitule":"Boulanger (H/F)","lieuTravail":{"libelle":"69 - Lyon 7e"}}]}"#;
//! let offer = offers::read(file.as_bytes(), "offres.json").next().unwrap().unwrap();
//! assert_eq!(offer.place.unwrap().value.label, "Lyon 7e (69)");
//! ```

mod bounds;
mod decode;
mod fields;
mod france_travail;
mod html;
mod job_posting;
mod rejected;
mod split;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{ErrorKind, Read};

use encoding_rs::WINDOWS_1252;
use jiff::civil::Date;
use jobmatch_index::offer::Offer;
use serde_json::Value;

use super::prose;
use crate::links;
pub use bounds::Limits;
use bounds::{REMARKS, TOLD, brief};
use decode::Decoded;
use fields::{Fields, Wrong};
pub(super) use html::plain as plain_text;
pub use rejected::{Kind, Rejected, Why};
use split::{Content, Piece, Splitter};

/// Reads the offers of a file, one after the other, with the facts of their prose filled in. `name` is the
/// file's name for messages.
///
/// An offer whose identity came earlier in the file is given again (the later one counts) after an `Err` that
/// tells of the earlier one; remarks on offers that are kept are `Err` with [`Rejected::kept`]. Memory does
/// not grow with the file, but for 32 bytes an offer that find repeated identities.
pub fn read<R: Read>(reader: R, name: &str) -> Offers<R> {
    read_on(reader, name, jiff::Zoned::now().date(), Limits::NONE)
}

/// As [`read`], on a given day: dates after it are remarked upon. Reading ends at the limits.
pub fn read_on<R: Read>(reader: R, name: &str, today: Date, limits: Limits) -> Offers<R> {
    Offers {
        pieces: Splitter::new(Decoded::new(reader, limits.unpacked)),
        file: name.to_owned(),
        today,
        limits,
        item: 0,
        seen: HashMap::new(),
        ready: VecDeque::new(),
    }
}

/// Iterator over the offers of a file; see [`read`].
pub struct Offers<R: Read> {
    pieces: Splitter<Decoded<R>>,
    file: String,
    today: Date,
    limits: Limits,
    /// Number of the last item, from 1.
    item: u64,
    /// Hash of an identity, with item and line of its last offer.
    seen: HashMap<u64, (u64, u64)>,
    ready: VecDeque<Result<Offer, Rejected>>,
}

impl<R: Read> Iterator for Offers<R> {
    type Item = Result<Offer, Rejected>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(ready) = self.ready.pop_front() {
                return Some(ready);
            }
            let Some(piece) = self.pieces.next() else {
                // Told once: an empty file is most often a mistake.
                if self.item == 0 && !self.pieces.entered() {
                    self.item = u64::MAX;
                    return Some(Err(Rejected { item: 0, ..self.rejected(1, None, Why::Empty) }));
                }
                return None;
            };
            self.item += 1;
            if self.item > self.limits.items {
                self.pieces.end();
                let why = Why::TooMany { most: self.limits.items };
                return Some(Err(self.rejected(piece.line, None, why)));
            }
            self.take(piece);
        }
    }
}

impl<R: Read> Offers<R> {
    fn rejected(&self, line: u64, field: Option<String>, why: Why) -> Rejected {
        Rejected { file: self.file.clone(), line: Some(line), item: self.item, field, why }
    }

    /// Queues what an item gives: the offer, remarks, or why it is left out.
    fn take(&mut self, piece: Piece) {
        let line = piece.line;
        let why = match piece.content {
            Content::Object(bytes) => {
                match self.offer(&bytes, line) {
                    Ok(offer) => self.keep(offer, line),
                    Err(rejected) => self.ready.push_back(Err(rejected)),
                }
                return;
            }
            Content::Scalar => Why::NotAnObject,
            Content::Truncated => Why::Truncated,
            Content::Unbalanced => Why::Unbalanced,
            Content::TooLong => Why::TooLong,
            Content::TooDeep => Why::TooDeep,
            Content::NotJson => Why::NotJson,
            Content::Failed(error) if error.kind() == ErrorKind::UnexpectedEof => Why::Truncated,
            Content::Failed(error) if error.kind() == ErrorKind::FileTooLarge => {
                Why::TooLarge { megabytes: self.limits.unpacked >> 20 }
            }
            Content::Failed(error) => Why::Io(error.to_string()),
        };
        self.ready.push_back(Err(self.rejected(line, None, why)));
    }

    fn offer(&mut self, bytes: &[u8], line: u64) -> Result<Offer, Rejected> {
        // Every byte stands for something in Windows-1252: what is not UTF-8 is read as that.
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
        };
        let value: Value = serde_json::from_str(&text).map_err(|error| {
            let line = line + error.line().saturating_sub(1) as u64;
            self.rejected(line, None, Why::Syntax(syntax(&error)))
        })?;
        let Value::Object(object) = &value else { return Err(self.rejected(line, None, Why::NotAnObject)) };
        let fields = Fields::new(object);
        let mut remarks = Vec::new();
        let offer =
            self.interpret(&fields, &mut remarks).map_err(|(field, why)| self.rejected(line, field, why))?;
        for (field, why) in remarks {
            let remark = self.rejected(line, field, why);
            self.ready.push_back(Err(remark));
        }
        Ok(offer)
    }

    fn interpret(&self, fields: &Fields<'_>, remarks: &mut Vec<Wrong>) -> Result<Offer, Wrong> {
        let mut date = |name: &str| -> Option<Date> {
            match fields.date(name)? {
                // A day's grace: the file may come from a zone that is ahead.
                Ok(day) if day > self.today.saturating_add(jiff::Span::new().days(1)) => {
                    remarks.push((Some(fields.path(name)), Why::FutureDate(day)));
                    Some(day)
                }
                Ok(day) => Some(day),
                Err(text) => {
                    remarks.push((Some(fields.path(name)), Why::BadDate(text)));
                    None
                }
            }
        };
        let mut hours = None;
        let mut offer = if fields.get("intitule").is_some() {
            let (mut offer, weekly) = france_travail::read(fields)?;
            (offer.published, offer.updated) = (date("dateCreation"), date("dateActualisation"));
            hours = weekly;
            offer
        } else if job_posting::is_posting(fields) {
            let mut offer = job_posting::read(fields)?;
            (offer.published, offer.updated) = (date("datePosted"), date("dateModified"));
            offer
        } else if fields.get("title").is_some() {
            let offer = own(fields)?;
            date("published");
            date("updated");
            offer
        } else {
            return Err((None, Why::UnknownForm));
        };
        if offer.title.is_empty() {
            return Err((Some("title".into()), Why::Missing));
        }
        bounds::fit(&mut offer, remarks)?;
        if let Some(url) = offer.url.take_if(|url| !links::is_web(url)) {
            remarks.push((Some("url".into()), Why::NotWeb(url.chars().take(100).collect())));
        }
        remarks.extend(fields.odd());
        remarks.truncate(REMARKS);
        prose::complete_with_hours(&mut offer, hours);
        Ok(offer)
    }

    fn keep(&mut self, offer: Offer, line: u64) {
        let mut hasher = DefaultHasher::new();
        offer.key.hash(&mut hasher);
        if let Some((item, earlier)) = self.seen.insert(hasher.finish(), (self.item, line)) {
            let why = Why::Replaced { by_item: self.item, by_line: line };
            let replaced = Rejected { item, ..self.rejected(earlier, Some("id".into()), why) };
            self.ready.push_back(Err(replaced));
        }
        self.ready.push_back(Ok(offer));
    }
}

/// An offer in our own schema: the serialised form of [`Offer`]. Without a source it is `fichier`.
fn own(fields: &Fields<'_>) -> Result<Offer, Wrong> {
    let mut object = fields.clone_object();
    object.insert("id".into(), fields.required("id")?.into());
    object.insert("source".into(), fields.text("source").unwrap_or_else(|| "fichier".into()).into());
    for name in ["published", "updated"] {
        // Dates that cannot be read are remarked upon, like those of other sources.
        match fields.date(name) {
            Some(Ok(day)) => object.insert(name.into(), day.to_string().into()),
            _ => object.remove(name),
        };
    }
    let mut offer: Offer = serde_path_to_error::deserialize(Value::Object(object)).map_err(|error| {
        let path = error.path().to_string();
        let words = error.into_inner().to_string();
        (Some(path).filter(|path| path != "."), Why::Value(brief(&words, TOLD).to_owned()))
    })?;
    if let Some(salary) = offer.salary.as_ref().filter(|salary| salary.value.min > salary.value.max) {
        let words = format!("min {} > max {}", salary.value.min, salary.value.max);
        return Err((Some("salary.value".into()), Why::Value(words)));
    }
    if let Some(place) = &mut offer.place {
        place.value.position = place.value.position.filter(|position| position.is_valid());
    }
    offer.title = html::plain(&offer.title);
    offer.description = html::plain(&offer.description);
    Ok(offer)
}

/// serde_json's words without the position, which counts from the item's beginning.
fn syntax(error: &serde_json::Error) -> String {
    let words = error.to_string();
    words.rsplit_once(" at line ").map_or(words.clone(), |(what, _)| what.to_owned())
}
