//! Offers in the form of France Travail's API « Offres d'emploi v2 ».

use jobmatch_index::geo::{Geo, distance_km};
use jobmatch_index::offer::*;

use super::fields::{Fields, Wrong};
use super::html;
use crate::ingest::prose::Prose;

/// Farthest that a source's coordinates may lie from the commune it names; beyond, the commune counts.
const FAR: f32 = 40.0;

/// Reads one offer; what its fields leave open is open in the result. Also gives the hours a week.
pub(super) fn read(fields: &Fields<'_>) -> Result<(Offer, Option<f64>), Wrong> {
    let key = OfferKey { source: "france-travail".into(), id: fields.required("id")? };
    let title = html::plain(&fields.required("intitule")?);
    let hours_text = fields.text("dureeTravailLibelle").unwrap_or_default();
    let weekly_hours = Prose::new(&hours_text).weekly_hours();
    let offer = Offer {
        key,
        title: title.clone(),
        description: fields.text("description").map(|text| html::plain(&text)).unwrap_or_default(),
        company: fields.object("entreprise").and_then(|company| company.text("nom")),
        url: url(fields),
        rome: fields.text("romeCode"),
        skills: skills(fields),
        experience: experience(fields),
        salary: salary(fields, weekly_hours),
        contract: contract(fields, &title),
        hours: hours(fields, &hours_text),
        place: place(fields),
        diploma: diploma(fields),
        languages: languages(fields),
        licences: licences(fields),
        ..Offer::default()
    };
    Ok((offer, weekly_hours))
}

fn url(fields: &Fields<'_>) -> Option<String> {
    let from = |object: &str, name: &str| fields.object(object)?.text(name);
    from("origineOffre", "urlOrigine").or_else(|| from("contact", "urlPostulation"))
}

/// `E` is « exigé », anything else wished.
fn need(fields: &Fields<'_>) -> Need {
    if fields.text("exigence").as_deref() == Some("E") { Need::Required } else { Need::Wished }
}

fn skills(fields: &Fields<'_>) -> Vec<DeclaredSkill> {
    let mut skills = Vec::new();
    for skill in fields.objects("competences") {
        if let Some(label) = skill.text("libelle") {
            skills.push(DeclaredSkill { label, need: need(&skill) });
        }
    }
    for quality in fields.objects("qualitesProfessionnelles") {
        skills.extend(quality.text("libelle").map(|label| DeclaredSkill { label, need: Need::Wished }));
    }
    for tool in fields.list("outilsBureautiques").iter().filter_map(|tool| tool.as_str()) {
        skills.push(DeclaredSkill { label: tool.trim().to_owned(), need: Need::Wished });
    }
    skills
}

/// `experienceExige` is `D` for beginners; the label says how long.
fn experience(fields: &Fields<'_>) -> Option<Found<u16>> {
    let label = fields.text("experienceLibelle");
    let said = label.as_deref().and_then(|label| Prose::new(label).experience_field());
    let beginner =
        || (fields.text("experienceExige").as_deref() == Some("D")).then(|| Found::in_field(0, "D"));
    said.or_else(beginner)
}

fn salary(fields: &Fields<'_>, weekly_hours: Option<f64>) -> Option<Found<Salary>> {
    let salary = fields.object("salaire")?;
    for name in ["libelle", "commentaire"] {
        let said = salary.text(name).and_then(|text| Prose::new(&text).salary_field(weekly_hours));
        if said.is_some() {
            return said;
        }
    }
    None
}

/// The code of the contract, unless the title announces an apprenticeship or an internship.
fn contract(fields: &Fields<'_>, title: &str) -> Option<Found<Contract>> {
    let code = fields.text("typeContrat");
    let nature = fields.text("natureContrat").unwrap_or_default();
    let label = fields.text("typeContratLibelle");
    let folded = nature.to_lowercase();
    if folded.contains("apprentissage")
        || folded.contains("professionnalisation")
        || matches!(nature.as_str(), "E2" | "FS")
    {
        return Some(Found::in_field(Contract::Apprenticeship, nature));
    }
    let titled = Prose::new(title).contract();
    if let Some(said) = titled.filter(|c| matches!(c.value, Contract::Apprenticeship | Contract::Internship))
    {
        return Some(said);
    }
    if fields.truth("alternance") {
        return Some(Found::in_field(Contract::Apprenticeship, "alternance"));
    }
    let kind = match code.as_deref() {
        Some("CDI" | "DIN" | "CDU") => Contract::Permanent,
        Some("CDD" | "DDI" | "DDT") => Contract::FixedTerm,
        Some("MIS" | "TTI") => Contract::Temporary,
        Some("SAI") => Contract::Seasonal,
        Some("LIB" | "FRA" | "CCE" | "REP") => Contract::SelfEmployed,
        Some(_) => Contract::Other,
        None => return label.and_then(|text| Prose::new(&text).contract()),
    };
    Some(Found::in_field(kind, label.or(code).unwrap_or_default()))
}

fn hours(fields: &Fields<'_>, label: &str) -> Option<Found<WorkingTime>> {
    let converted = fields.text("dureeTravailLibelleConverti");
    let said = converted.as_deref().and_then(|text| Prose::new(text).working_time());
    let said = said.or_else(|| Prose::new(label).working_time());
    said.map(|found| Found { origin: Origin::Field, ..found })
}

fn place(fields: &Fields<'_>) -> Option<Found<Place>> {
    let site = fields.object("lieuTravail")?;
    let (label, commune, postal) = (site.text("libelle"), site.text("commune"), site.text("codePostal"));
    let position = match (site.number("latitude"), site.number("longitude")) {
        (Some(lat), Some(lon)) if lat != 0.0 || lon != 0.0 => {
            Some(Position { lat: lat as f32, lon: lon as f32 })
        }
        _ => None,
    };
    locate(label.as_deref(), commune.as_deref(), postal.as_deref(), position)
}

/// The place that a source gives as a label, codes and coordinates, any of which may be missing or wrong.
pub(super) fn locate(
    label: Option<&str>,
    insee: Option<&str>,
    postal: Option<&str>,
    position: Option<Position>,
) -> Option<Found<Place>> {
    let geo = Geo::builtin();
    let position = position.filter(|p| p.is_valid());
    let coded = insee.and_then(|code| geo.by_insee(code));
    let named = || {
        let with_code = [postal.unwrap_or_default(), label.unwrap_or_default()].join(" ");
        label
            .and_then(|label| geo.resolve(label))
            .filter(|p| p.insee.is_some())
            .or_else(|| geo.resolve(&with_code))
    };
    let words = label.or(postal).or(insee).unwrap_or_default();
    let mut place = match coded.or_else(named) {
        Some(place) => place,
        None => {
            // Abroad or misspelt: the label stays, with the coordinates if there are any.
            let label = label.filter(|text| !matches!(text.to_lowercase().as_str(), "france" | ""));
            let near = position.and_then(|p| geo.nearest(p));
            match (label, near) {
                (_, Some(near)) => near,
                (Some(label), None) => Place { label: label.to_owned(), ..Place::default() },
                (None, None) => return None,
            }
        }
    };
    if let Some(exact) = position {
        let near = place.position.is_none_or(|known| distance_km(known, exact) <= FAR);
        // Coordinates of a department or region are its middle: ours says how far the place may be.
        if near && (place.insee.is_some() || place.position.is_none()) {
            place.position = Some(exact);
        }
    }
    Some(Found::in_field(place, words))
}

/// The lowest level that will do, among the required ones if there are any.
fn diploma(fields: &Fields<'_>) -> Option<Found<DiplomaAsked>> {
    let mut asked: Option<Found<DiplomaAsked>> = None;
    for training in fields.objects("formations") {
        let Some(label) = training.text("niveauLibelle") else { continue };
        let Some(level) = level(&label) else { continue };
        let value = DiplomaAsked { level, need: need(&training) };
        let better = |known: &DiplomaAsked| match (value.need, known.need) {
            (Need::Required, Need::Wished) => true,
            (Need::Wished, Need::Required) => false,
            _ => value.level < known.level,
        };
        if asked.as_ref().is_none_or(|known| better(&known.value)) {
            asked = Some(Found::in_field(value, label));
        }
    }
    asked
}

/// « Bac+3, Bac+4 ou équivalents », « CAP, BEP et équivalents »; no diploma gives nothing.
fn level(label: &str) -> Option<DiplomaLevel> {
    let label = label.to_lowercase();
    let levels = [
        ("bac+5", 7),
        ("bac+3", 6),
        ("bac+4", 6),
        ("bac+2", 5),
        ("cap", 3),
        ("bep", 3),
        ("bac", 4),
        ("2nd", 3),
    ];
    levels.iter().find(|(words, _)| label.contains(words)).map(|&(_, level)| DiplomaLevel(level))
}

fn languages(fields: &Fields<'_>) -> Vec<Found<LanguageAsked>> {
    let mut languages = Vec::new();
    for language in fields.objects("langues") {
        let Some(label) = language.text("libelle") else { continue };
        let need = need(&language);
        let read = Prose::new(&label).languages();
        languages.extend(
            read.into_iter()
                .map(|found| Found::in_field(LanguageAsked { need, ..found.value }, label.clone())),
        );
    }
    languages
}

fn licences(fields: &Fields<'_>) -> Vec<Found<LicenceAsked>> {
    let mut licences = Vec::new();
    for licence in fields.objects("permis") {
        let Some(label) = licence.text("libelle") else { continue };
        let need = need(&licence);
        // « B - Véhicule léger », « B mention 79.06 (= EB) »
        let equal = label.split_once("(= ").map(|(_, category)| category.trim_end_matches(')'));
        let category = equal.or(label.split([' ', '-']).next()).unwrap_or(&label);
        let read = Prose::new(&format!("permis {category}")).licences().into_iter().next();
        let name = read.map_or_else(|| format!("Permis {label}"), |found| found.value.name);
        licences.push(Found::in_field(LicenceAsked { name, need, or: Vec::new() }, label));
    }
    licences
}
