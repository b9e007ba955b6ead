//! Offers in any number, for benches: ROME titles and skills, real communes, text of our own.
//!
//! Occupations follow Zipf's law and places follow population, so that filters and frequencies behave as on
//! real offers. Offer `i` of a seed is always the same, however many are asked for.

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::Date;
use jobmatch_index::geo::{Commune, Geo};
use jobmatch_index::lang::Lang;
use jobmatch_index::offer::{
    Contract, DeclaredSkill, Found, Need, Offer, OfferKey, Origin, Salary, Telework, WorkingTime,
};
use jobmatch_index::skills::{Graph, Kind, OccupationId};
use serde_json::{Value, json};

use super::patterns as text;
use super::random::Random;

/// `count` offers in the form of the France Travail API.
pub fn generate(count: u64, seed: u64) -> impl Iterator<Item = Value> {
    (0..count).map(move |index| Draft::new(seed, index).to_json())
}

/// The same offers as the importer makes of them, without the detour through JSON. What the importer would
/// read in the prose beyond pay and telework is left out.
pub fn generate_offers(count: u64, seed: u64) -> impl Iterator<Item = Offer> {
    (0..count).map(move |index| Draft::new(seed, index).into_offer())
}

/// What offers are drawn from.
struct Catalogue {
    occupations: Vec<Occupation>,
    occupation_totals: Vec<u64>,
    communes: Vec<&'static Commune>,
    commune_totals: Vec<u64>,
}

struct Occupation {
    rome: &'static str,
    label: &'static str,
    titles: Vec<String>,
    tasks: Vec<&'static str>,
    knowledge: Vec<&'static str>,
    /// Usual pay, gross euros a year.
    pay: (u32, u32),
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let graph = Graph::builtin();
    let mut titles: Vec<Vec<String>> = vec![Vec::new(); graph.occupation_count()];
    for title in graph.titles().iter().filter(|title| title.weight == 100) {
        titles[usize::from(title.occupation.0)].push(format!("{} H/F", title.text.to_uppercase()));
    }
    let occupations =
        titles.into_iter().zip(0..).map(|(known, id)| Occupation::new(graph, OccupationId(id), known));
    let mut occupations: Vec<Occupation> = occupations.filter(|o| o.tasks.len() >= 5).collect();
    // ROME's order is by sector: mix it, always in the same way, before frequencies are given by rank.
    let mut random = Random::new(0, 0);
    for last in (1..occupations.len()).rev() {
        occupations.swap(last, random.below(last as u64 + 1) as usize);
    }
    let communes = Geo::builtin().communes().iter();
    let communes: Vec<_> = communes.filter(|c| c.point.is_some() && !c.postal_codes.is_empty()).collect();
    Catalogue {
        occupation_totals: running_totals((0..occupations.len() as u64).map(|rank| 1_000_000 / (rank + 3))),
        commune_totals: running_totals(communes.iter().map(|commune| u64::from(commune.population))),
        occupations,
        communes,
    }
});

fn running_totals(weights: impl Iterator<Item = u64>) -> Vec<u64> {
    let add = |total: &mut u64, weight| {
        *total += weight;
        Some(*total)
    };
    weights.scan(0, add).collect()
}

impl Occupation {
    fn new(graph: &'static Graph, id: OccupationId, known: Vec<String>) -> Self {
        let label = graph.occupation_label(id, Lang::Fr);
        let labels = |wanted: &[Kind]| -> Vec<&'static str> {
            let concepts = graph.core_skills(id).iter().map(|skill| skill.concept);
            let wanted = concepts.filter(|&concept| wanted.contains(&graph.kind(concept)));
            wanted.map(|concept| graph.label(concept, Lang::Fr)).collect()
        };
        let mut titles = known;
        titles.push(format!("{label} (H/F)"));
        let (masculine, feminine) = genders(label);
        titles.extend([
            format!("{masculine} (H/F)"),
            format!("{masculine} F/H"),
            format!("{feminine} (H/F)"),
        ]);
        let rome = graph.rome(id);
        Self {
            rome,
            label,
            titles,
            tasks: labels(&[Kind::Skill]),
            knowledge: labels(&[Kind::Knowledge, Kind::Technology]),
            pay: match rome.as_bytes() {
                [b'J', b'1', b'1', ..] => (55_000, 90_000),
                [b'M', b'1', b'8' | b'4', ..] | [b'F', b'1', b'1' | b'2', ..] => (32_000, 55_000),
                [b'M', b'1', ..] | [b'H', b'1', ..] | [b'C', ..] => (25_000, 42_000),
                _ => (21_900, 29_000),
            },
        }
    }
}

/// Both forms of a ROME label: « Conducteur / Conductrice d'engins » names one « Conducteur d'engins ».
fn genders(label: &str) -> (String, String) {
    let Some((masculine, feminine)) = label.split_once(" / ") else {
        return (label.to_owned(), label.to_owned());
    };
    let shared = feminine.split(' ').skip(masculine.split(' ').count());
    let masculine = std::iter::once(masculine).chain(shared).collect::<Vec<_>>().join(" ");
    (masculine, feminine.to_owned())
}

/// An offer before it takes one form or the other.
struct Draft {
    id: String,
    title: String,
    description: String,
    employer: Option<String>,
    occupation: &'static Occupation,
    rome_given: bool,
    declared: Vec<&'static str>,
    commune: &'static Commune,
    day: Date,
    contract: Contract,
    part_time: bool,
    months: u16,
    pay: Option<Found<Salary>>,
    telework: Option<Found<Telework>>,
}

impl Draft {
    fn new(seed: u64, index: u64) -> Self {
        let catalogue = &*CATALOGUE;
        let mut random = Random::new(seed, index);
        let occupation = &catalogue.occupations[random.weighted(&catalogue.occupation_totals)];
        let commune = catalogue.communes[random.weighted(&catalogue.commune_totals)];
        let mut title = occupation.titles[random.below(occupation.titles.len() as u64) as usize].clone();
        if random.chance(10) {
            title = format!("{title} - {}", commune.name);
        }
        let employer = format!("{} {}", random.pick(text::EMPLOYER_FIRST), random.pick(text::EMPLOYER_LAST));
        let pay = pay(&mut random, occupation.pay);
        let telework = telework(&mut random, occupation.rome);
        let description =
            describe(&mut random, occupation, commune, &employer, pay.as_ref(), telework.as_ref());
        Self {
            id: format!("G{seed:X}N{index:07}"),
            title,
            description,
            employer: random.chance(60).then_some(employer),
            occupation,
            rome_given: random.chance(92),
            declared: match random.chance(10) {
                true => random.sample(&occupation.tasks, 4),
                false => Vec::new(),
            },
            commune,
            day: Date::constant(2026, 9, 15).saturating_add(i64::from(random.within(0, 67)).days()),
            contract: match random.below(100) {
                0..62 => Contract::Permanent,
                62..82 => Contract::FixedTerm,
                82..96 => Contract::Temporary,
                _ => Contract::Seasonal,
            },
            part_time: random.chance(15),
            months: [0, 0, 0, 3, 6, 12, 12, 24, 24, 36, 60][random.below(11) as usize],
            pay,
            telework,
        }
    }

    fn experience(&self) -> String {
        match self.months {
            0 => "Débutant accepté".to_owned(),
            months @ 1..12 => format!("{months} Mois"),
            months => format!("{} An(s)", months / 12),
        }
    }

    fn contract(&self) -> (&'static str, &'static str) {
        match self.contract {
            Contract::Permanent => ("CDI", "Contrat à durée indéterminée"),
            Contract::FixedTerm => ("CDD", "Contrat à durée déterminée - 6 Mois"),
            Contract::Temporary => ("MIS", "Mission intérimaire - 3 Mois"),
            _ => ("SAI", "Contrat travail saisonnier - 4 Mois"),
        }
    }

    fn hours(&self) -> &'static str {
        if self.part_time { "Temps partiel" } else { "Temps plein" }
    }

    fn to_json(&self) -> Value {
        let (contract, contract_label) = self.contract();
        let place = Geo::builtin().by_insee(&self.commune.insee);
        let department = place.as_ref().and_then(|place| place.department.as_deref()).unwrap_or_default();
        let degrees = |units: i32| f64::from(units) / 10_000.0;
        let mut offer = json!({
            "id": self.id,
            "intitule": self.title,
            "description": self.description,
            "dateCreation": format!("{}T09:00:00.000Z", self.day),
            "dateActualisation": format!("{}T09:00:00.000Z", self.day),
            "lieuTravail": {
                "libelle": format!("{department} - {}", self.commune.name),
                "latitude": self.commune.point.map(|point| degrees(point.lat)),
                "longitude": self.commune.point.map(|point| degrees(point.lon)),
                "codePostal": format!("{:05}", self.commune.postal_codes[0]),
                "commune": self.commune.insee,
            },
            "typeContrat": contract,
            "typeContratLibelle": contract_label,
            "natureContrat": "Contrat travail",
            "experienceExige": if self.months == 0 { "D" } else { "E" },
            "experienceLibelle": self.experience(),
            "dureeTravailLibelleConverti": self.hours(),
            "alternance": false,
            "nombrePostes": 1,
        });
        if let Some(employer) = &self.employer {
            offer["entreprise"] = json!({ "nom": employer });
        }
        if self.rome_given {
            offer["romeCode"] = json!(self.occupation.rome);
            offer["romeLibelle"] = json!(self.occupation.label);
        }
        if !self.declared.is_empty() {
            let skill = |label: &&str| json!({ "libelle": label, "exigence": "E" });
            offer["competences"] = self.declared.iter().map(skill).collect();
        }
        if let Some(pay) = self.pay.as_ref().filter(|pay| pay.origin == Origin::Field) {
            offer["salaire"] = json!({ "libelle": pay.words });
        }
        offer
    }

    fn into_offer(self) -> Offer {
        let (_, contract_label) = self.contract();
        let hours = if self.part_time { WorkingTime::Part } else { WorkingTime::Full };
        let place = Geo::builtin().by_insee(&self.commune.insee);
        Offer {
            published: Some(self.day),
            updated: Some(self.day),
            rome: self.rome_given.then(|| self.occupation.rome.to_owned()),
            skills: (self.declared.iter())
                .map(|&label| DeclaredSkill { label: label.to_owned(), need: Need::Required })
                .collect(),
            experience: Some(Found::in_field(self.months, self.experience())),
            contract: Some(Found::in_field(self.contract, contract_label)),
            hours: Some(Found::in_field(hours, self.hours())),
            place: place.map(|place| Found::in_field(place, self.commune.name.clone())),
            key: OfferKey { source: "genere".to_owned(), id: self.id },
            title: self.title,
            description: self.description,
            company: self.employer,
            salary: self.pay,
            telework: self.telework,
            ..Offer::default()
        }
    }
}

/// Pay in the field one time in three, in the prose one time in seven, else unknown.
fn pay(random: &mut Random, usual: (u32, u32)) -> Option<Found<Salary>> {
    let thousands = random.within(usual.0 / 1_000, usual.1 / 1_000);
    let (min, max) = (thousands * 1_000, (thousands + random.within(0, 5)) * 1_000);
    let salary = Salary { min, max };
    match random.below(100) {
        0..20 => {
            Some(Found::in_field(salary, format!("Annuel de {min}.0 Euros à {max}.0 Euros sur 12.0 mois")))
        }
        20..35 => {
            let monthly = min / 12;
            let salary = Salary { min: monthly * 12, max: monthly * 12 };
            Some(Found::in_field(salary, format!("Mensuel de {monthly}.0 Euros sur 12.0 mois")))
        }
        35..50 => {
            Some(Found::in_prose(salary, format!("entre {thousands} et {} k€ brut par an", max / 1_000)))
        }
        _ => None,
    }
}

/// Telework is common in offices, unheard of elsewhere.
fn telework(random: &mut Random, rome: &str) -> Option<Found<Telework>> {
    let office = rome.starts_with(['M', 'C']);
    let drawn = random.below(100);
    match drawn {
        0..5 if office => Some(Found::in_prose(Telework::Full, random.pick(text::TELEWORK_FULL))),
        5..35 if office => Some(Found::in_prose(Telework::Some, random.pick(text::TELEWORK_SOME))),
        _ => None,
    }
}

/// About 190 words and signs in one of three shapes: headings and bullets, prose, or a list in a line.
fn describe(
    random: &mut Random,
    occupation: &Occupation,
    commune: &Commune,
    employer: &str,
    pay: Option<&Found<Salary>>,
    telework: Option<&Found<Telework>>,
) -> String {
    let fill = |pattern: &str| pattern.replace("{e}", employer).replace("{v}", &commune.name);
    let team = random.within(4, 60).to_string();
    let mut paragraphs = vec![format!(
        "{} {}",
        fill(random.pick(text::OPENINGS)),
        random.pick(text::CONTEXTS).replace("{n}", &team)
    )];
    let count = random.within(6, 8) as usize;
    let tasks = random.sample(&occupation.tasks, count);
    let lower: Vec<String> = tasks.iter().map(|task| lower_first(task)).collect();
    paragraphs.push(match random.below(3) {
        0 => format!("{}\n- {}", random.pick(text::TASK_HEADINGS), tasks.join("\n- ")),
        1 => format!("{} {}.", random.pick(text::TASK_LEADS), lower.join(", ")),
        _ => format!("{}\n• {}.", random.pick(text::TASK_HEADINGS), lower.join(" ;\n• ")),
    });
    let qualities = random.sample(text::QUALITIES, 3).join(", ");
    let mut profile = format!("{}\n{qualities}.", random.pick(text::PROFILE_HEADINGS));
    if !occupation.knowledge.is_empty() {
        let known = random.sample(&occupation.knowledge, 5).join(", ");
        profile = format!("{profile}\n{} {known}.", random.pick(text::KNOWLEDGE_LEADS));
    }
    paragraphs.push(profile);
    let mut conditions = format!("Nous proposons : {}.", random.sample(text::ADVANTAGES, 4).join(", "));
    if let Some(pay) = pay.filter(|pay| pay.origin == Origin::Prose) {
        conditions = format!("{conditions} Salaire : {}.", pay.words);
    }
    if let Some(telework) = telework {
        conditions = format!("{conditions} {}", telework.words);
    }
    paragraphs.push(format!("{conditions} {}", random.pick(text::CLOSINGS)));
    paragraphs.join("\n\n")
}

/// Lower-cases the first letter of a sentence that starts with an ordinary word.
fn lower_first(sentence: &str) -> String {
    let mut letters = sentence.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second == '\'' => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => sentence.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;

    #[test]
    fn a_seed_always_gives_the_same_offers() {
        let offers: Vec<Value> = generate(300, 7).collect();
        assert_eq!(offers[..200], generate(200, 7).collect::<Vec<_>>());
        assert_ne!(offers[..20], generate(20, 8).collect::<Vec<_>>());
    }

    #[test]
    fn generated_offers_are_distinct() {
        let offers: Vec<Offer> = generate_offers(3_000, 1).collect();
        let ids: HashSet<&OfferKey> = offers.iter().map(|offer| &offer.key).collect();
        let texts: HashSet<&str> = offers.iter().map(|offer| offer.description.as_str()).collect();
        assert_eq!((ids.len(), texts.len()), (3_000, 3_000));
        assert!(generate(20, 1).zip(generate(20, 2)).all(|(one, other)| one["id"] != other["id"]));
    }

    #[test]
    fn some_occupations_are_frequent_and_most_are_rare() {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for offer in generate_offers(5_000, 3) {
            *counts.entry(offer.rome.unwrap_or_default()).or_default() += 1;
        }
        counts.remove("");
        let mut counts: Vec<usize> = counts.into_values().collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        assert!(counts.len() > 500, "{} occupations", counts.len());
        assert!(counts[..20].iter().sum::<usize>() > 1_200, "{:?}", &counts[..20]);
    }

    #[test]
    fn both_forms_are_the_same_offer() {
        for (json, offer) in generate(200, 5).zip(generate_offers(200, 5)) {
            assert_eq!(json["id"], offer.key.id.as_str());
            assert_eq!(json["description"], offer.description.as_str());
            assert_eq!(json["experienceLibelle"], offer.experience.unwrap().words.as_str());
            assert_eq!(json["lieuTravail"]["commune"], offer.place.unwrap().value.insee.unwrap().as_str());
            let words = offer.description.split_whitespace().count();
            assert!((60..400).contains(&words), "{words} words:\n{}", offer.description);
            if let Some(pay) = offer.salary.filter(|pay| pay.origin == Origin::Prose) {
                assert!(offer.description.contains(&pay.words));
            }
            if let Some(telework) = offer.telework {
                assert!(offer.description.contains(&telework.words));
            }
        }
    }

    #[test]
    fn a_rome_label_gives_both_genders() {
        let both = |masculine: &str, feminine: &str| (masculine.to_owned(), feminine.to_owned());
        assert_eq!(
            genders("Conducteur / Conductrice d'engins"),
            both("Conducteur d'engins", "Conductrice d'engins")
        );
        assert_eq!(
            genders("Educateur spécialisé / Educatrice spécialisée"),
            both("Educateur spécialisé", "Educatrice spécialisée")
        );
        assert_eq!(genders("Comptable"), both("Comptable", "Comptable"));
    }
}
