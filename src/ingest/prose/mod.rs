//! Facts read from prose, French and English: pay, experience, contract, working time, telework, place,
//! diploma, languages, licences; each with the words that say it.
//!
//! A [`Prose`] folds a text once; each reader then searches it. The rules are made for job offers; CVs use
//! [`languages`], [`licences`] and [`diploma_level`].

mod amount;
mod contract;
mod diploma;
mod experience;
mod language;
mod licence;
mod need;
mod salary;
mod stems;
mod telework;
#[cfg(test)]
mod tests;
mod text;

use jobmatch_index::geo::Geo;
use jobmatch_index::offer::{DiplomaLevel, Found, LanguageAsked, LicenceAsked, Offer, Place};

pub(crate) use salary::NET_OVER_GROSS;
pub use salary::SMIC_HOURLY;
pub use text::Prose;

/// Fills in what no field of the source gave, from title and description.
pub fn complete(offer: &mut Offer) {
    complete_with_hours(offer, None);
}

/// As [`complete`]; `weekly_hours` is the working time that the source gives.
pub(crate) fn complete_with_hours(offer: &mut Offer, weekly_hours: Option<f64>) {
    let text = format!("{}\n{}", offer.title, offer.description);
    let prose = Prose::new(&text);
    offer.contract = offer.contract.take().or_else(|| prose.contract());
    offer.hours = offer.hours.take().or_else(|| prose.working_time());
    offer.telework = offer.telework.take().or_else(|| prose.telework());
    offer.diploma = offer.diploma.take().or_else(|| prose.diploma());
    if offer.salary.is_none() {
        offer.salary = prose.salary(weekly_hours.or_else(|| prose.weekly_hours()));
    }
    // Some partners of France Travail declare every offer open to beginners: a year or more said in the
    // text outweighs that.
    let declared = offer.experience.take();
    offer.experience = match declared.as_ref().map(|asked| asked.value) {
        Some(1..) => declared,
        Some(0) => prose.experience().filter(|said| said.value >= 12).or(declared),
        None => prose.experience(),
    };
    if offer.place.is_none() {
        offer.place = place(&text);
    }
    let named = |code: &str, list: &[Found<LanguageAsked>]| list.iter().any(|l| l.value.code == code);
    for language in prose.languages() {
        if !named(&language.value.code, &offer.languages) {
            offer.languages.push(language);
        }
    }
    for licence in prose.licences() {
        if !offer.licences.iter().any(|l| l.value.name == licence.value.name) {
            offer.licences.push(licence);
        }
    }
}

/// The first place that a text names beyond doubt.
pub fn place(text: &str) -> Option<Found<Place>> {
    let (range, place) = Geo::builtin().find_in_text(text).into_iter().next()?;
    Some(Found::in_prose(place, &text[range]))
}

/// Languages named in a text, such as a line of a CV; see [`Prose::languages`].
pub fn languages(text: &str) -> Vec<Found<LanguageAsked>> {
    Prose::new(text).languages()
}

/// Licences named in a text, such as a line of a CV, each by itself; see [`Prose::licences`].
pub fn licences(text: &str) -> Vec<Found<LicenceAsked>> {
    let mut named = Vec::new();
    for found in Prose::new(text).licences() {
        let others = found.value.or.iter().map(|name| {
            let value = LicenceAsked { name: name.clone(), need: found.value.need, or: Vec::new() };
            Found { value, words: found.words.clone(), origin: found.origin }
        });
        let others: Vec<_> = others.collect();
        let value = LicenceAsked { or: Vec::new(), ..found.value };
        named.push(Found { value, ..found });
        named.extend(others);
    }
    named
}

/// Highest level of diploma named in a line of a CV; see [`Prose::diploma_held`].
pub fn diploma_level(text: &str) -> Option<DiplomaLevel> {
    Prose::new(text).diploma_held()
}
