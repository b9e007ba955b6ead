//! From an offer to its [`Features`]: the one place that says what the engine reads out of an offer.

use std::collections::HashMap;
use std::ops::Range;

use crate::columns::day_number;
use crate::embed::Embedder;
use crate::error::Result;
use crate::features::{AskedSkill, Facets, Features, SkillPlace};
use crate::geo::Territory;
use crate::lang::Lang;
use crate::offer::{Need, Offer};
use crate::seniority::years_of_title;
use crate::skills::{
    ConceptId, Graph, Kind, Mention, OccupationId, Occupations, Zone, Zones, canonical_title, fold,
};
use crate::text::language;
use crate::vectors::quantise;

/// Version of what this module computes; features of another version are computed again.
pub(crate) const VERSION: u32 = 5;

/// Weight of the likeliest occupation's label beside the title in an offer's vector.
const OCCUPATION_IN_VECTOR: f32 = 0.3;

/// How many of an offer's likely occupations vouch for the skills that its prose names.
const TRADES: usize = 4;
/// An occupation this much less likely than the likeliest vouches for nothing.
const LIKELY: f32 = 0.6;
/// A skill that ROME gives to so many occupations says nothing of a job outside them.
const GENERAL: usize = 60;

/// Computes the features of an offer. `source` is the number of its source.
pub(crate) fn derive(offer: &Offer, graph: &Graph, embedder: &dyn Embedder, source: u16) -> Result<Features> {
    let declared = offer.rome.as_deref().and_then(|code| graph.by_rome(code));
    let occupations = Occupations::builtin().of_offer(&offer.title, &offer.description, declared);
    let vector = quantise(&vector(offer, occupations.first().copied(), graph, embedder)?);
    let skills = skills(offer, graph, &occupations);
    Ok(Features { skills, occupations, vector, facets: facets(offer, source) })
}

/// The title's vector, with some of the likeliest occupation's: a title such as « Technicien N2 » says little.
fn vector(
    offer: &Offer,
    occupation: Option<(OccupationId, f32)>,
    graph: &Graph,
    embedder: &dyn Embedder,
) -> Result<Vec<f32>> {
    let title = canonical_title(&offer.title);
    let label = occupation.map(|(id, _)| canonical_title(graph.occupation_label(id, Lang::Fr)));
    let mut texts = vec![title.as_str()];
    texts.extend(label.as_deref());
    let vectors = embedder.embed(&texts)?;
    let mut sum = vectors[0].clone();
    if let (Some(label), Some((_, score))) = (vectors.get(1), occupation) {
        for (total, component) in sum.iter_mut().zip(label) {
            *total += OCCUPATION_IN_VECTOR * score * component;
        }
    }
    let norm = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
    if norm > 0.0 {
        sum.iter_mut().for_each(|x| *x /= norm);
    }
    Ok(sum)
}

/// Skills asked for, each concept once: the source's own list, then the title, then the description. A concept
/// that is required anywhere is required.
fn skills(offer: &Offer, graph: &Graph, occupations: &[(OccupationId, f32)]) -> Vec<AskedSkill> {
    let mut found = Collected::default();
    for (index, declared) in offer.skills.iter().enumerate() {
        let whole = graph.find(&declared.label);
        let within = || graph.extract(&declared.label).into_iter().map(|mention| mention.concept).collect();
        for concept in whole.map_or_else(within, |concept| vec![concept]) {
            found.add(AskedSkill {
                concept,
                need: declared.need,
                place: SkillPlace::Declared,
                start: index as u32,
                len: 0,
            });
        }
    }
    let trade = Trade::new(offer, graph, occupations);
    let title = graph.read(&offer.title);
    let in_team = |mention: &Mention| {
        graph.kind(mention.concept) != Kind::Technology && names_a_team(&offer.title, mention.range.start)
    };
    for mention in
        title.mentions.iter().filter(|mention| trade.asks(mention, &offer.title) && !in_team(mention))
    {
        found.add_mention(mention.concept, Need::Required, SkillPlace::Title, &mention.range);
    }
    let text = &offer.description;
    let zones = Zones::of(text);
    let read = graph.read(text);
    let likely = read.of_trades(&trade.likely);
    for mention in read.mentions.iter().chain(&likely).filter(|mention| trade.asks(mention, text)) {
        let zone = zones.at(mention.range.start);
        let sector = SECTORS.contains(&graph.id(mention.concept));
        let by_sector = sector && !matches!(zone, Zone::Profile | Zone::Wished);
        if zone.asks() && !by_sector {
            let need = if zone == Zone::Wished { Need::Wished } else { Need::Required };
            found.add_mention(mention.concept, need, SkillPlace::Description, &mention.range);
        }
    }
    found.skills
}

/// What tells the skills of an offer from words that mean something else in it.
struct Trade<'a> {
    graph: &'a Graph,
    /// The offer's likeliest occupations.
    likely: Vec<OccupationId>,
    /// Licences read in the offer, folded: conditions beside the score, not skills in it.
    licences: Vec<String>,
    company: Option<String>,
}

impl<'a> Trade<'a> {
    fn new(offer: &Offer, graph: &'a Graph, occupations: &[(OccupationId, f32)]) -> Self {
        let best = occupations.first().map_or(0.0, |(_, score)| *score);
        let likely = occupations.iter().take(TRADES).filter(|(_, score)| *score >= LIKELY * best);
        Self {
            graph,
            likely: likely.map(|(id, _)| *id).collect(),
            licences: offer.licences.iter().map(|licence| fold(&licence.words)).collect(),
            company: offer.company.as_deref().map(fold).filter(|name| name.len() >= 4),
        }
    }

    /// Whether a skill that a text names is one that the job asks for.
    fn asks(&self, mention: &Mention, text: &str) -> bool {
        let words = fold(&text[mention.range.clone()]);
        self.fits(mention.concept, &words)
            && !self.licences.iter().any(|licence| licence.contains(&words))
            && !self.is_of_others(mention, text)
    }

    /// Whether the offer's trade makes it plausible that these words name the skill. A single ordinary word
    /// (« transmission ») names one only in the trades that ROME gives it to: elsewhere it is just a word.
    fn fits(&self, concept: ConceptId, words: &str) -> bool {
        let id = self.graph.id(concept);
        if let Ok(at) = HOMONYMS.binary_search_by(|(known, _)| known.cmp(&id)) {
            let trades = HOMONYMS[at].1;
            return self
                .likely
                .iter()
                .any(|own| trades.iter().any(|of| self.graph.rome(*own).starts_with(of)));
        }
        if self.graph.kind(concept) == Kind::Technology || id.starts_with("curated:") {
            return true;
        }
        let mut trades = self.graph.skill_occupations(concept).to_vec();
        if self.likely.iter().any(|id| trades.contains(id)) {
            return true;
        }
        if trades.is_empty() {
            let near = self.graph.neighbours(concept).iter().filter(|edge| edge.weight >= NEAR);
            trades.extend(near.flat_map(|edge| self.graph.skill_occupations(edge.to)));
        }
        let words = words.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 3).count();
        // ROME's first letter is the sector: machines, health, building …
        let sector = |id: &OccupationId| self.graph.rome(*id).as_bytes()[0];
        let mut sectors: Vec<u8> = trades.iter().map(sector).collect();
        sectors.sort_unstable();
        sectors.dedup();
        let near = trades.is_empty()
            || sectors.len() >= WIDE
            || self.likely.iter().any(|id| sectors.contains(&sector(id)));
        words >= 2 && trades.len() < GENERAL && near
    }

    /// Whether the words name somebody else than the candidate: « le service comptabilité », « l'équipe marketing »,
    /// the employer.
    fn is_of_others(&self, mention: &Mention, text: &str) -> bool {
        let range = &mention.range;
        if self.graph.kind(mention.concept) == Kind::Technology {
            return false;
        }
        let before = &text[floor(text, range.start.saturating_sub(OTHERS_REACH))..range.start];
        let mut words = before.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).rev();
        let said_before = words.find(|word| word.chars().count() > 3).map(fold);
        if said_before.is_some_and(|word| OTHERS.contains(&word.as_str()))
            && !before.contains(['.', ',', '\n', ';'])
        {
            return true;
        }
        self.company.as_ref().is_some_and(|name| {
            let from = floor(text, range.start.saturating_sub(name.len() + 8));
            let to = floor(text, (range.end + name.len() + 8).min(text.len()));
            let around = fold(&text[from..to]);
            let words = fold(&text[range.clone()]);
            name.contains(&words) && around.contains(name.as_str())
        })
    }
}

/// Names that another trade uses otherwise (a mason's « réservations », the delivery of software), by id, with the
/// beginnings of the ROME codes where they name the skill.
const HOMONYMS: [(&str, &[&str]); 20] = [
    ("curated:achats", &["A", "D13", "D14", "F", "G14", "H", "I", "M", "N"]),
    ("curated:analyses-medicales", &["J", "K21"]),
    ("curated:bilan-comptable", &["C", "K", "M"]),
    ("curated:classement", &["C", "E", "J", "K", "M"]),
    ("curated:conduite-de-travaux", &["A", "C", "F", "H", "I"]),
    ("curated:gestion-des-reservations", &["D", "E", "G", "L", "M16", "N"]),
    ("curated:graphisme", &["B", "E", "L", "M17"]),
    ("curated:livraison", &["A", "B", "D", "F", "G", "K", "N"]),
    ("curated:menage-a-domicile", &["G", "J", "K"]),
    ("curated:mise-en-place-de-la-salle-et-de-la-cuisine", &["G", "J", "K"]),
    ("curated:mise-en-place-de-salle", &["G", "J", "K"]),
    ("curated:peinture-en-batiment", &["F", "I12", "K22"]),
    ("curated:pose-de-parquet", &["F", "B", "I12", "K22"]),
    ("curated:raccordement-electrique", &["F", "H", "I12", "I13", "I14", "I15", "I16"]),
    ("curated:recolte", &["A"]),
    ("curated:vente", &["A", "B", "C", "D", "E", "G", "H", "I", "J", "K", "L", "M17", "N"]),
    ("tech:ada", &["H12", "I14", "M18"]),
    ("tech:delphi", &["H12", "M18"]),
    ("tech:fortran", &["H12", "K24", "M14", "M18"]),
    ("tech:pascal", &["H12", "K21", "M18"]),
];

/// Sectors: asked for as experience of them, elsewhere what the employer or its customers do.
const SECTORS: [&str; 4] =
    ["curated:aeronautique", "curated:ferroviaire", "curated:grande-distribution", "curated:nucleaire"];

/// Edges of the graph at least this close bring a concept's trades near.
const NEAR: f32 = 0.5;
/// A skill of so many sectors belongs to any.
const WIDE: usize = 5;

/// Bytes before a skill's words in which a department or a team is looked for.
const OTHERS_REACH: usize = 28;

/// Departments, teams and people that a skill's name tells apart, folded.
const OTHERS: [&str; 34] = [
    "service",
    "services",
    "equipe",
    "equipes",
    "direction",
    "directions",
    "departement",
    "departements",
    "pole",
    "poles",
    "directeur",
    "directrice",
    "responsable",
    "responsables",
    "manager",
    "managers",
    "chef",
    "cheffe",
    "collegues",
    "team",
    "teams",
    "department",
    "head",
    "agence",
    "cabinet",
    "societe",
    "entreprise",
    "groupe",
    "secteur",
    "secteurs",
    "ingenieurs",
    "techniciens",
    "collaborateurs",
    "referent",
];

/// Whether the part of a title around a byte names the team or place rather than the job: « Développeur - équipe
/// Gestion de produit ».
fn names_a_team(title: &str, byte: usize) -> bool {
    let start = title[..byte].rfind([',', '|', '(', '-', '–', '—']).unwrap_or(0);
    let words = fold(&title[start..byte]);
    words.split(|c: char| !c.is_alphanumeric()).any(|word| TEAMS.contains(&word))
}

/// Names of a part of the employer, folded.
const TEAMS: [&str; 8] =
    ["equipe", "pole", "service", "direction", "departement", "agence", "groupe", "team"];

/// The character boundary at or before a byte.
fn floor(text: &str, mut byte: usize) -> usize {
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}

#[derive(Default)]
struct Collected {
    skills: Vec<AskedSkill>,
    at: HashMap<ConceptId, usize>,
}

impl Collected {
    fn add(&mut self, skill: AskedSkill) {
        match self.at.get(&skill.concept) {
            Some(&at) => {
                if skill.need == Need::Required {
                    self.skills[at].need = Need::Required;
                }
            }
            None => {
                self.at.insert(skill.concept, self.skills.len());
                self.skills.push(skill);
            }
        }
    }

    fn add_mention(&mut self, concept: ConceptId, need: Need, place: SkillPlace, range: &Range<usize>) {
        let len = u16::try_from(range.len()).unwrap_or(u16::MAX);
        self.add(AskedSkill { concept, need, place, start: range.start as u32, len });
    }
}

fn facets(offer: &Offer, source: u16) -> Facets {
    let place = offer.place.as_ref().map(|found| &found.value);
    Facets {
        position: place.and_then(|place| place.position),
        uncertainty_km: place.map_or(0, |place| place.uncertainty_km),
        territory: place.and_then(Territory::of),
        salary: offer.salary.as_ref().map(|found| found.value),
        experience: offer.experience.as_ref().map(|found| found.value),
        title_years: years_of_title(&offer.title),
        lang: language(&offer.description),
        contract: offer.contract.as_ref().map(|found| found.value),
        telework: offer.telework.as_ref().map(|found| found.value),
        hours: offer.hours.as_ref().map(|found| found.value),
        day: offer.updated.or(offer.published).map(day_number),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offer::{Found, LicenceAsked};

    /// Labels of the skills asked for, those of a wish marked.
    fn asked(title: &str, description: &str) -> Vec<String> {
        let graph = Graph::builtin();
        let offer = Offer {
            title: title.into(),
            description: description.into(),
            company: Some("Big Data Paysage".into()),
            licences: vec![Found::in_prose(
                LicenceAsked { name: "CACES R489".into(), need: Need::Required, or: Vec::new() },
                "CACES R489",
            )],
            ..Offer::default()
        };
        let occupations = Occupations::builtin().of_offer(title, description, None);
        let label = |skill: &AskedSkill| {
            let wished = if skill.need == Need::Wished { " ?" } else { "" };
            format!("{}{wished}", graph.label(skill.concept, Lang::Fr))
        };
        skills(&offer, graph, &occupations).iter().map(label).collect()
    }

    #[test]
    fn only_what_is_asked_of_the_candidate_counts() {
        let found = asked(
            "Développeur Vue.js (H/F) - équipe Gestion de produit",
            "Big Data Paysage, éditeur de logiciels de comptabilité.\nVos missions : développer en TypeScript avec le \
             service marketing, tester avec Jest.\nDocker serait un plus.\nNous offrons : cours d'anglais, premiers \
             secours.\nCACES R489 bienvenu.",
        );
        for label in ["Vue.js", "TypeScript", "Jest", "Docker ?"] {
            assert!(found.iter().any(|known| known == label), "{label} in {found:?}");
        }
        for label in
            ["Gestion de produit", "Big data", "Comptabilité", "Marketing", "Premiers secours", "CACES"]
        {
            assert!(!found.iter().any(|known| known.starts_with(label)), "{label} in {found:?}");
        }
    }

    #[test]
    fn what_the_offer_says_it_does_not_ask_is_left_out() {
        let found = asked(
            "Chargé de recrutement (H/F)",
            "Vous menez des entretiens de recrutement. Vous ne coderez pas en Java ni en Python. Aucune compétence en \
             comptabilité n'est requise. Excel non exigé. SQL exigé.",
        );
        for label in ["Java", "Python", "Comptabilité", "Microsoft Excel"] {
            assert!(!found.iter().any(|known| known == label), "{label} in {found:?}");
        }
        assert!(found.iter().any(|known| known == "SQL"), "{found:?}");
    }

    #[test]
    fn a_word_that_another_trade_uses_counts_only_in_its_own() {
        let software =
            asked("Développeur Java (H/F)", "Vous assurez la livraison des versions, le format Parquet.");
        assert!(
            !software.iter().any(|label| label == "Livraison" || label == "Pose de parquet"),
            "{software:?}"
        );
        let parcels = asked("Chauffeur-livreur (H/F)", "Vous assurez la livraison des colis.");
        assert!(parcels.iter().any(|label| label.contains("ivraison")), "{parcels:?}");
        assert!(HOMONYMS.is_sorted_by_key(|(id, _)| *id));
    }
}
