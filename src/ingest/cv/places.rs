//! Towns in the head of a CV and in the lines of its jobs.

use std::sync::LazyLock;

use jobmatch_index::geo::Geo;
use jobmatch_index::offer::Place;
use jobmatch_index::profile::Profile;
use jobmatch_index::skills::fold;
use regex::Regex;

use super::document::Line;
use super::lines::{is_one_of, word_count, words};

/// Words of streets, never of towns: their line is an address, of which the end may be the town.
const STREET: &str = "rue avenue av bd boulevard allee allees place chemin impasse route quai cours \
    lotissement residence square bis ter batiment bat appt street road";

static POSTAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"\b(?:F-)?(?P<code>\d{5}|\d{2} \d{3})\s*[,-]?\s*(?P<town>\p{L}[\p{L}' .-]*(?:\s\d{1,2}e(?:r|me)?)?)",
    )
    .expect("constant pattern")
});

static TOWN_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?P<town>\p{Lu}[\p{L}\d' -]*?)\s*,?\s*\((?P<code>\d{5}|\d{2,3}|2[AB])\)|(?P<town2>\p{Lu}[\p{L}\d' -]*?),?\s(?P<code2>\d{5})\b").expect("constant pattern")
});

/// The home that `text` names: with a postal code or a department anywhere in it, else as its whole, or as the end of
/// an address; `labelled` when the CV says that it is one.
pub(super) fn home(text: &str, labelled: bool) -> Option<Place> {
    let geo = Geo::builtin();
    if let Some(c) = POSTAL.captures(text) {
        let code: String = c["code"].chars().filter(char::is_ascii_digit).collect();
        return geo.resolve(&format!("{code} {}", c["town"].trim())).or_else(|| geo.by_postal(&code));
    }
    if let Some(c) = TOWN_FIRST.captures(text) {
        let part = |a, b| c.name(a).or_else(|| c.name(b)).map_or("", |m| m.as_str());
        let name = part("town", "town2").trim();
        // « Pleasantville, CA 94588 » has the form and is not in France.
        return geo
            .resolve(&format!("{name} ({})", part("code", "code2")))
            .filter(|p| shares_a_word(&p.label, name));
    }
    // « Vannes (Morbihan) »
    if let Some((name, area)) = text.trim().strip_suffix(')').and_then(|t| t.split_once(" ("))
        && town(area).is_some()
    {
        return geo.resolve(text).filter(|p| shares_a_word(&p.label, name));
    }
    let last = text.rsplit(", ").next().unwrap_or(text).trim();
    let address = words(&fold(text)).any(|w| is_one_of(w, STREET));
    if address && !labelled {
        return (last.len() < text.trim().len()).then(|| town(last)).flatten();
    }
    let whole = text.trim().trim_end_matches([',', '.', ';']);
    let whole = whole.strip_suffix(", France").unwrap_or(whole);
    match labelled {
        // A number of a street is no department.
        true if address => town(last),
        true => town(last).or_else(|| geo.resolve(whole)),
        false => town(whole),
    }
}

/// The home of someone whose CV names it without postal code or department: of its namesakes, the one near to the
/// towns of the jobs.
pub(super) fn settled(place: Place, head: &[&Line], profile: &Profile) -> Place {
    let name = fold(place.label.split(" (").next().unwrap_or_default());
    let is_coded = |text: &str| POSTAL.is_match(text) || TOWN_FIRST.is_match(text);
    if head.iter().any(|line| is_coded(&line.text) && fold(&line.text).contains(&name)) {
        return place;
    }
    let geo = Geo::builtin();
    geo.settle(place, &geo.towns_of(profile))
}

/// Whether `text` names a town by its postal code.
pub(super) fn has_postal_code(text: &str) -> bool {
    POSTAL.is_match(text)
}

fn shares_a_word(label: &str, name: &str) -> bool {
    let (label, name) = (fold(label), fold(name));
    words(&label).any(|l| words(&name).any(|n| l == n && n.len() > 2))
}

/// A cell that is a town and nothing else.
pub(super) fn is_town(text: &str) -> bool {
    is_full(text) || town(text).is_some()
}

/// A town or area in France by its bare name. Communes that share their name with a firm or a word of CVs do not
/// count, nor do names that the gazetteer only knows as a part of `text`.
fn town(text: &str) -> Option<Place> {
    const OTHER_MEANINGS: &[&str] = &[
        "orange",
        "casino",
        "total",
        "elle",
        "bar",
        "mission",
        "stage",
        "formation",
        "chef",
        "cadre",
        "conseil",
        "direction",
        "la poste",
        "marie",
        "die",
        "car",
        "us",
        "y",
        "oust",
        "eu",
        "le",
        "la",
        "ville",
        "bourg",
        "centre",
        "france",
        "mer",
        "macon",
        "marin",
        "boucher",
        "meunier",
        "bergere",
        "roche",
        "grave",
        "gestion",
        "plan",
        "vert",
        "sport",
        "tri",
    ];
    let text = text.trim();
    let folded = fold(text);
    let fits = text.starts_with(|c: char| c.is_uppercase())
        && word_count(text) <= 5
        && text.chars().all(|c| c.is_alphabetic() || " '-.0123456789".contains(c))
        && !OTHER_MEANINGS.contains(&folded.as_str());
    if !fits {
        return None;
    }
    let place = Geo::builtin().resolve(text)?;
    let label = fold(&place.label);
    let known: Vec<&str> = words(&label).collect();
    let own = |w: &str| {
        known.contains(&w)
            || w.chars().next().is_some_and(|c| c.is_ascii_digit())
            || ["st", "ste"].contains(&w)
    };
    words(&folded).all(own).then_some(place)
}

/// Inhabitants of the commune that bears this name, of the largest where several do; 0 for anything else.
pub(super) fn population(name: &str) -> u32 {
    let geo = Geo::builtin();
    let insee = town(&capitals(name)).and_then(|place| place.insee);
    let at = insee.and_then(|code| geo.communes().binary_search_by(|c| c.insee.as_str().cmp(&code)).ok());
    at.map_or(0, |at| geo.communes()[at].population)
}

/// « la rochelle » is La Rochelle.
pub(super) fn capitals(name: &str) -> String {
    name.split(' ').map(capitalised).collect::<Vec<_>>().join(" ")
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A place written so that it can be nothing else: with postal code, department, state or country.
pub(super) fn is_full(text: &str) -> bool {
    static FULL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:\p{Lu}[\p{L} '.-]+ \((?:\d{2,3}|2[AB])\)|\d{5} \p{Lu}[\p{L} '.-]+|\p{Lu}[\p{L} '.-]+,? \(?\d{5}\)?|\p{Lu}[\p{L} '.-]+, (?:A[LKZR]|C[AOT]|DE|DC|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY]|UK|USA|France|Belgique|Suisse|Luxembourg|Canada|Allemagne|Espagne|Italie|Portugal|Maroc|Tunisie|Algérie|Sénégal|Germany|Spain|Italy|England|Ireland|Belgium|Switzerland|Netherlands|United Kingdom|United States))$")
            .expect("constant pattern")
    });
    FULL.is_match(text.trim())
}

/// The number of a department.
pub(super) fn is_department(text: &str) -> bool {
    matches!(text.len(), 2 | 3)
        && (text.chars().all(|c| c.is_ascii_digit()) || ["2A", "2B", "2a", "2b"].contains(&text))
}
