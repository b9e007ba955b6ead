//! Offers as schema.org `JobPosting` in JSON, the form that job sites embed in their pages.

use jobmatch_index::offer::*;
use serde_json::Value;

use super::fields::{Fields, Wrong};
use super::france_travail::locate;
use super::rejected::Why;
use super::{bounds, html};
use crate::ingest::prose::Prose;

/// Whether the object says that it is a job posting.
pub(super) fn is_posting(fields: &Fields<'_>) -> bool {
    let types = fields.list("@type");
    types.iter().filter_map(Value::as_str).any(|kind| kind.rsplit(['/', ':']).next() == Some("JobPosting"))
}

/// Reads one posting. Identity: the identifier, else the page's address; the source is the page's host.
pub(super) fn read(fields: &Fields<'_>) -> Result<Offer, Wrong> {
    let url = fields.text("url").or_else(|| fields.text("@id").filter(|id| id.starts_with("http")));
    let host = url.as_deref().and_then(host).unwrap_or("fichier").to_owned();
    let id = named(fields, "identifier", "value").or_else(|| url.clone());
    let id = id.ok_or_else(|| (Some(fields.path("identifier")), Why::Missing))?;
    let mut description = html::plain(&fields.text("description").unwrap_or_default());
    for name in ["responsibilities", "qualifications", "jobBenefits"] {
        let Some(more) = text_of(fields, name) else { continue };
        let more = html::plain(&more);
        if !more.is_empty() && !description.contains(&more) {
            description = format!("{description}\n{more}").trim().to_owned();
        }
    }
    Ok(Offer {
        key: OfferKey { source: host, id },
        title: html::plain(&fields.required("title")?),
        description,
        company: named(fields, "hiringOrganization", "name"),
        url,
        rome: fields.text("occupationalCategory").and_then(|text| rome(&text)),
        skills: skills(fields),
        experience: experience(fields),
        salary: salary(fields),
        contract: contract(fields),
        hours: hours(fields),
        telework: telework(fields),
        place: place(fields),
        diploma: text_of(fields, "educationRequirements")
            .and_then(|text| in_field(Prose::new(&text).diploma())),
        ..Offer::default()
    })
}

fn in_field<T>(found: Option<Found<T>>) -> Option<Found<T>> {
    found.map(|found| Found { origin: Origin::Field, ..found })
}

fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let host = rest.split(['/', '?', '#']).next()?;
    // Without a name and a password before it, or a port.
    let host = host.rsplit('@').next()?.split(':').next()?;
    Some(host.strip_prefix("www.").unwrap_or(host)).filter(|host| bounds::is_source(host))
}

/// A text, or one member of an object in its place.
fn named(fields: &Fields<'_>, name: &str, member: &str) -> Option<String> {
    match fields.get(name) {
        Some(Value::Object(_)) => fields.object(name)?.text(member),
        _ => fields.text(name),
    }
}

/// The texts of a field, whatever its shape, one a line.
fn text_of(fields: &Fields<'_>, name: &str) -> Option<String> {
    let texts = fields.list(name).iter().filter_map(|value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(object) => ["credentialCategory", "name", "description"]
            .iter()
            .find_map(|key| object.get(*key)?.as_str().map(str::to_owned)),
        _ => None,
    });
    let joined = texts.collect::<Vec<_>>().join("\n");
    (!joined.is_empty()).then_some(joined)
}

/// A ROME code within a text, such as « M1805 - Études et développement ».
fn rome(text: &str) -> Option<String> {
    let code = text.split(|c: char| !c.is_ascii_alphanumeric()).find(|word| {
        word.len() == 5
            && word.starts_with(|c: char| c.is_ascii_uppercase())
            && word[1..].bytes().all(|b| b.is_ascii_digit())
    });
    code.map(str::to_owned)
}

fn skills(fields: &Fields<'_>) -> Vec<DeclaredSkill> {
    let listed = text_of(fields, "skills").unwrap_or_default();
    let labels = listed.split([',', ';', '\n']).map(html::plain).filter(|label| !label.is_empty());
    labels.map(|label| DeclaredSkill { label, need: Need::Required }).collect()
}

fn experience(fields: &Fields<'_>) -> Option<Found<u16>> {
    if let Some(Value::Object(_)) = fields.get("experienceRequirements")
        && let Some(object) = fields.object("experienceRequirements")
    {
        let months = object.number("monthsOfExperience").filter(|months| (0.0..600.0).contains(months));
        return months.map(|months| Found::in_field(months as u16, format!("{months} months")));
    }
    let text = text_of(fields, "experienceRequirements");
    let read = |text: &String| Prose::new(text).experience().or_else(|| Prose::new(text).experience_field());
    in_field(text.as_ref().and_then(read))
}

/// `baseSalary` in euros, as an amount with its unit or as a text.
fn salary(fields: &Fields<'_>) -> Option<Found<Salary>> {
    let Some(Value::Object(_)) = fields.get("baseSalary") else {
        let text = text_of(fields, "baseSalary").or(fields.text("baseSalary"));
        return text.and_then(|text| Prose::new(&text).salary_field(None));
    };
    let base = fields.object("baseSalary")?;
    let currency = base.text("currency").unwrap_or_else(|| "EUR".into());
    let value = match base.get("value") {
        Some(Value::Object(_)) => base.object("value"),
        _ => Some(base.clone()),
    };
    let value = value.filter(|_| currency.eq_ignore_ascii_case("EUR"))?;
    let single = value.number("value");
    let (low, high) = (value.number("minValue").or(single), value.number("maxValue").or(single));
    let low = low.or(high)?;
    let high = high.unwrap_or(low).max(low);
    let unit =
        match value.text("unitText").or(base.text("unitText")).unwrap_or_default().to_uppercase().as_str() {
            "HOUR" => "par heure",
            "DAY" => "par jour",
            "WEEK" => "par semaine",
            "MONTH" => "par mois",
            "YEAR" => "par an",
            _ => "",
        };
    let words =
        format!("{low} - {high} euros {unit}").replace(&format!("{low} - {low} "), &format!("{low} "));
    Prose::new(&words).salary_field(None).map(|found| Found::in_field(found.value, words))
}

fn contract(fields: &Fields<'_>) -> Option<Found<Contract>> {
    let types: Vec<&str> = fields.list("employmentType").iter().filter_map(Value::as_str).collect();
    types.iter().find_map(|kind| {
        let contract = match kind.to_uppercase().as_str() {
            "CONTRACTOR" => Contract::SelfEmployed,
            "TEMPORARY" => Contract::FixedTerm,
            "INTERN" => Contract::Internship,
            "PERMANENT" => Contract::Permanent,
            _ => Prose::new(kind).contract()?.value,
        };
        Some(Found::in_field(contract, *kind))
    })
}

fn hours(fields: &Fields<'_>) -> Option<Found<WorkingTime>> {
    let types: Vec<&str> = fields.list("employmentType").iter().filter_map(Value::as_str).collect();
    let said: Vec<(WorkingTime, &str)> = types
        .iter()
        .filter_map(|kind| match kind.to_uppercase().replace('-', "_").as_str() {
            "FULL_TIME" => Some((WorkingTime::Full, *kind)),
            "PART_TIME" => Some((WorkingTime::Part, *kind)),
            _ => None,
        })
        .collect();
    match said.as_slice() {
        [(time, words)] => Some(Found::in_field(*time, *words)),
        _ => None,
    }
}

fn telework(fields: &Fields<'_>) -> Option<Found<Telework>> {
    let kinds = fields.list("jobLocationType");
    let remote =
        kinds.iter().filter_map(Value::as_str).find(|kind| kind.eq_ignore_ascii_case("TELECOMMUTE"))?;
    Some(Found::in_field(Telework::Full, remote))
}

fn place(fields: &Fields<'_>) -> Option<Found<Place>> {
    let Some(Value::Object(_)) = fields.list("jobLocation").first() else {
        return text_of(fields, "jobLocation").and_then(|text| locate(Some(&text), None, None, None));
    };
    let site = fields.objects("jobLocation").into_iter().next()?;
    let position = match site.object("geo") {
        Some(geo) => match (geo.number("latitude"), geo.number("longitude")) {
            (Some(lat), Some(lon)) => Some(Position { lat: lat as f32, lon: lon as f32 }),
            _ => None,
        },
        None => None,
    };
    if let Some(Value::String(_)) = site.get("address") {
        return locate(site.text("address").as_deref(), None, None, position);
    }
    let Some(address) = site.object("address") else {
        return locate(site.text("name").as_deref(), None, None, position);
    };
    let (locality, region) = (address.text("addressLocality"), address.text("addressRegion"));
    let postal = address.text("postalCode");
    let country = named(&address, "addressCountry", "name")
        .filter(|c| !matches!(c.to_uppercase().as_str(), "FR" | "FRA" | "FRANCE"));
    let label = match (locality, country) {
        // Abroad the French gazetteer must not guess.
        (locality, Some(country)) => {
            let label = [locality.as_deref().unwrap_or_default(), &country].join(", ");
            let place =
                Place { label: label.trim_start_matches(", ").to_owned(), position, ..Place::default() };
            return Some(Found::in_field(place, label));
        }
        (Some(locality), None) => [locality, region.unwrap_or_default()].join(", "),
        (None, None) => region.unwrap_or_default(),
    };
    let label = label.trim_end_matches(", ");
    locate(Some(label).filter(|l| !l.is_empty()), None, postal.as_deref(), position)
}
