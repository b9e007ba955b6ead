//! ESCO in French and English, and its crosswalk with ROME.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use jobmatch_index::skills::Kind;

use super::concepts::RawConcept;
use super::source::{Error, read_csv, versioned};

/// What the taxonomy takes from ESCO.
#[derive(Debug, Default)]
pub(super) struct Esco {
    /// Skills and knowledge.
    pub concepts: Vec<RawConcept>,
    /// Concept id and the id of a wider one.
    pub broader: Vec<(String, String)>,
    /// Two concept ids and the weight of their relation in percent.
    pub related: Vec<(String, String, u8)>,
    /// By URI.
    pub occupations: BTreeMap<String, EscoOccupation>,
}

impl Esco {
    /// The three ROME codes that most occupations of the same ISCO group have, and how likely each is in percent.
    pub(super) fn siblings(
        &self,
        occupation: &EscoOccupation,
        codes: impl Fn(&EscoOccupation) -> BTreeMap<String, u8>,
    ) -> BTreeMap<String, u8> {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for sibling in self.occupations.values().filter(|other| other.isco == occupation.isco) {
            for code in codes(sibling).into_keys() {
                *counts.entry(code).or_default() += 1;
            }
        }
        let total: u32 = counts.values().sum();
        let mut counts: Vec<(String, u32)> = counts.into_iter().collect();
        counts.sort_by_key(|(code, count)| (std::cmp::Reverse(*count), code.clone()));
        // Half of the certainty of a close match at best.
        counts.into_iter().take(3).map(|(code, count)| (code, (20 + 25 * count / total) as u8)).collect()
    }
}

#[derive(Debug, Default)]
pub(super) struct EscoOccupation {
    pub french: Vec<String>,
    /// The preferred label comes first.
    pub english: Vec<String>,
    /// In English.
    pub description: String,
    /// Code of the ISCO-08 group.
    pub isco: String,
    /// URIs of wider occupations.
    pub broader: Vec<String>,
    /// OGR codes of ROME titles, and how close they are in percent.
    pub rome_titles: Vec<(String, u8)>,
}

const SKILL: &str = "http://data.europa.eu/esco/skill/";

pub(super) fn read(raw: &Path) -> Result<Esco, Error> {
    let mut esco = Esco::default();
    read_skills(raw, &mut esco)?;
    read_occupations(raw, &mut esco)?;
    Ok(esco)
}

fn read_skills(raw: &Path, esco: &mut Esco) -> Result<(), Error> {
    let groups = read_groups(raw, esco)?;
    let mut concepts: BTreeMap<String, RawConcept> = BTreeMap::new();
    let columns = ["conceptUri", "preferredLabel", "altLabels"];
    read_csv(&raw.join("esco_en/skills_en.csv"), columns, |[uri, label, aliases], _| {
        let group = groups.get(uri).copied().unwrap_or(Group::Skills);
        let kind = match group {
            Group::Skills | Group::Languages => Kind::Skill,
            Group::Knowledge => Kind::Knowledge,
            Group::Transversal => Kind::Soft,
        };
        let mut concept = RawConcept::new(id(uri)?, kind).english(label.trim());
        concept.english_aliases.extend(split_aliases(aliases));
        concept.silent = group == Group::Languages;
        concepts.insert(uri.to_owned(), concept);
        Ok(())
    })?;
    read_csv(&raw.join("esco_fr/skills_fr.csv"), columns, |[uri, label, aliases], _| {
        let id = id(uri)?;
        let concept = concepts.entry(uri.to_owned()).or_insert_with(|| RawConcept::new(id, Kind::Knowledge));
        let label = label.trim();
        // A name that no translator touched is a proper name.
        if concept.english.as_deref().is_some_and(|english| bare(english) == bare(label))
            && bare(label).chars().any(char::is_uppercase)
            && concept.kind == Kind::Knowledge
        {
            concept.kind = Kind::Technology;
        }
        concept.french = Some(label.to_owned());
        concept.french_aliases.extend(split_aliases(aliases));
        Ok(())
    })?;
    esco.concepts = concepts.into_values().collect();
    let relations = ["originalSkillUri", "relationType", "relatedSkillUri"];
    let related = &mut esco.related;
    read_csv(&raw.join("esco_en/skillSkillRelations_en.csv"), relations, |[from, kind, to], _| {
        let weight = match kind {
            "essential" => 60,
            "optional" => 40,
            other => {
                return Err(format!("column \"relationType\": {other:?} is neither essential nor optional"));
            }
        };
        related.push((id(from)?, id(to)?, weight));
        Ok(())
    })
}

/// The pillar of ESCO that a skill stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Skills,
    Knowledge,
    Transversal,
    Languages,
}

/// The pillar of every skill, by URI; also fills the edges between skills.
fn read_groups(raw: &Path, esco: &mut Esco) -> Result<HashMap<String, Group>, Error> {
    let mut groups: HashMap<String, Group> = HashMap::new();
    let levels = ["Level 0 preferred term", "Level 0 URI", "Level 1 URI", "Level 2 URI", "Level 3 URI"];
    read_csv(&raw.join("esco_en/skillsHierarchy_en.csv"), levels, |[pillar, uris @ ..], _| {
        let group = match pillar {
            "skills" => Group::Skills,
            "knowledge" => Group::Knowledge,
            "transversal skills and competences" => Group::Transversal,
            "language skills and knowledge" => Group::Languages,
            other => return Err(format!("column \"Level 0 preferred term\": unknown pillar {other:?}")),
        };
        groups.extend(uris.iter().filter(|uri| !uri.is_empty()).map(|uri| ((*uri).to_owned(), group)));
        Ok(())
    })?;
    let mut parents: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut seen = HashSet::new();
    let columns = ["conceptType", "conceptUri", "broaderType", "broaderUri"];
    for file in ["esco_en/broaderRelationsSkillPillar_en.csv", "esco_fr/broaderRelationsSkillPillar.csv"] {
        read_csv(&raw.join(file), columns, |[kind, uri, broader_kind, broader], _| {
            if seen.insert((uri.to_owned(), broader.to_owned())) {
                parents.entry(uri.to_owned()).or_default().push(broader.to_owned());
                if kind == "KnowledgeSkillCompetence" && broader_kind == "KnowledgeSkillCompetence" {
                    esco.broader.push((id(uri)?, id(broader)?));
                }
            }
            Ok(())
        })?;
    }
    // Down from the groups: parents are at most a few levels away.
    for _ in 0..8 {
        let more: Vec<(String, Group)> = (parents.iter())
            .filter(|(uri, _)| !groups.contains_key(*uri))
            .filter_map(|(uri, above)| {
                Some((uri.clone(), *above.iter().find_map(|parent| groups.get(parent))?))
            })
            .collect();
        groups.extend(more);
    }
    Ok(groups)
}

fn read_occupations(raw: &Path, esco: &mut Esco) -> Result<(), Error> {
    let occupations = &mut esco.occupations;
    let columns = ["conceptUri", "preferredLabel", "altLabels", "description", "iscoGroup"];
    read_csv(
        &raw.join("esco_en/occupations_en.csv"),
        columns,
        |[uri, label, aliases, description, isco], _| {
            let occupation = occupations.entry(uri.to_owned()).or_default();
            occupation.english.push(label.trim().to_owned());
            occupation.english.extend(split_aliases(aliases));
            description.trim().clone_into(&mut occupation.description);
            isco.clone_into(&mut occupation.isco);
            Ok(())
        },
    )?;
    let columns = ["conceptUri", "preferredLabel", "altLabels"];
    read_csv(&raw.join("esco_fr/occupations_fr.csv"), columns, |[uri, label, aliases], _| {
        let occupation = occupations.entry(uri.to_owned()).or_default();
        occupation.french.push(label.trim().to_owned());
        occupation.french.extend(split_aliases(aliases));
        Ok(())
    })?;
    let columns = ["conceptType", "conceptUri", "broaderType", "broaderUri"];
    read_csv(
        &raw.join("esco_fr/broaderRelationsOccPillar.csv"),
        columns,
        |[kind, uri, above, broader], _| {
            if kind == "Occupation" && above == "Occupation" {
                occupations.entry(uri.to_owned()).or_default().broader.push(broader.to_owned());
            }
            Ok(())
        },
    )?;
    let columns = ["classification 1 ID", "classification 2 ID", "mapping relation"];
    let crosswalk = crosswalk(&raw.join("rome_esco"))?;
    read_csv(&crosswalk, columns, |[uri, ogr, relation], _| {
        let closeness = match relation {
            "skos:exactMatch" => 100,
            "skos:closeMatch" => 90,
            "skos:narrowMatch" => 75,
            "skos:broadMatch" => 60,
            other => return Err(format!("column \"mapping relation\": unknown relation {other:?}")),
        };
        occupations.entry(uri.to_owned()).or_default().rome_titles.push((ogr.to_owned(), closeness));
        Ok(())
    })
}

/// `FR_<date>_mapping_esco_rome.csv`.
fn crosswalk(folder: &Path) -> Result<std::path::PathBuf, Error> {
    versioned(folder, "FR_", "_mapping_esco_rome.csv")
}

fn id(uri: &str) -> Result<String, String> {
    let uuid = uri.strip_prefix(SKILL).ok_or_else(|| format!("{uri:?} is not the URI of an ESCO skill"))?;
    Ok(format!("esco:{uuid}"))
}

/// A label without what ESCO adds in brackets: *Java (computer programming)* is *Java*.
pub(super) fn bare(label: &str) -> &str {
    label.split_once(" (").map_or(label, |(name, _)| name)
}

/// Alternative labels come one a line in some exports, separated by `|` in others.
fn split_aliases(aliases: &str) -> impl Iterator<Item = String> {
    aliases.split(['|', '\n']).map(str::trim).filter(|alias| !alias.is_empty()).map(str::to_owned)
}
