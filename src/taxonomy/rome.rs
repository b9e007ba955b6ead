//! ROME 4.0 as France Travail publishes it (`unix_*_v460_utf8.csv`).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use jobmatch_index::skills::Kind;

use super::concepts::RawConcept;
use super::esco::bare;
use super::source::{Error, read_csv, versioned};

/// What the taxonomy takes from ROME.
#[derive(Debug, Default)]
pub(super) struct Rome {
    /// By ROME code.
    pub occupations: BTreeMap<String, RomeOccupation>,
    /// Skills and knowledge, by OGR code.
    pub concepts: Vec<RawConcept>,
    /// Skill (its id) and the macro-skill it is part of.
    pub macro_skills: Vec<(String, String)>,
    /// ROME code by the OGR code of a title.
    pub title_codes: HashMap<String, String>,
}

#[derive(Debug, Default)]
pub(super) struct RomeOccupation {
    pub label: String,
    /// Both the long and the short form of each title, as published.
    pub titles: Vec<String>,
    /// Sentences of the definition.
    pub definition: Vec<String>,
    /// Concept id and whether it is core.
    pub items: Vec<(String, bool)>,
    /// ROME code within reach and its rank, from 1.
    pub mobility: Vec<(String, u32)>,
}

/// ROME's knowledge items that are diplomas and titles: they say how one learnt, not what one can do.
const DIPLOMAS: &str = "Certifications";

pub(super) fn read(folder: &Path) -> Result<Rome, Error> {
    let mut rome = Rome::default();
    read_occupations(folder, &mut rome)?;
    read_concepts(folder, &mut rome)?;
    read_links(folder, &mut rome)?;
    Ok(rome)
}

fn read_occupations(folder: &Path, rome: &mut Rome) -> Result<(), Error> {
    let file = |name: &str| versioned(folder, &format!("unix_{name}_v"), "_utf8.csv");
    let codes = &mut rome.occupations;
    read_csv(&file("referentiel_code_rome")?, ["code_rome", "libelle_rome"], |[code, label], _| {
        codes.entry(code.to_owned()).or_default().label = label.to_owned();
        Ok(())
    })?;
    let titles = ["code_ogr", "libelle_appellation_long", "libelle_appellation_court", "code_rome"];
    let title_codes = &mut rome.title_codes;
    read_csv(&file("referentiel_appellation")?, titles, |[ogr, long, short, code], _| {
        let occupation = known(codes, code)?;
        occupation.titles.extend([long.to_owned(), short.to_owned()]);
        title_codes.insert(ogr.to_owned(), code.to_owned());
        Ok(())
    })?;
    let texts = ["code_rome", "libelle_type_texte", "position_phrase", "libelle_texte"];
    let mut sentences: BTreeMap<String, BTreeMap<u32, String>> = BTreeMap::new();
    read_csv(&file("texte")?, texts, |[code, kind, position, text], _| {
        known(codes, code)?;
        if kind == "definition" {
            let position = position.parse().map_err(|why| format!("column \"position_phrase\": {why}"))?;
            // The export doubles its apostrophes.
            sentences.entry(code.to_owned()).or_default().insert(position, text.replace("''", "'"));
        }
        Ok(())
    })?;
    for (code, sentences) in sentences {
        if let Some(occupation) = codes.get_mut(&code) {
            occupation.definition = sentences.into_values().collect();
        }
    }
    let moves = ["code_rome", "code_rome_cible", "numero_ordre"];
    read_csv(&file("rubrique_mobilite")?, moves, |[from, to, rank], _| {
        known(codes, to)?;
        let rank = rank.parse().map_err(|why| format!("column \"numero_ordre\": {why}"))?;
        known(codes, from)?.mobility.push((to.to_owned(), rank));
        Ok(())
    })
}

fn read_concepts(folder: &Path, rome: &mut Rome) -> Result<(), Error> {
    let file = |name: &str| versioned(folder, &format!("unix_{name}_v"), "_utf8.csv");
    let skills = ["code_ogr", "libelle_competence", "code_ogr_macro_comp", "cat_comp"];
    let (concepts, macro_skills) = (&mut rome.concepts, &mut rome.macro_skills);
    read_csv(&file("referentiel_competence")?, skills, |[ogr, label, macro_skill, category], _| {
        let kind = if category.starts_with("Savoir-être") { Kind::Soft } else { Kind::Skill };
        concepts.push(RawConcept::new(id(ogr), kind).french(label));
        if !macro_skill.is_empty() && macro_skill != ogr {
            macro_skills.push((id(ogr), id(macro_skill)));
        }
        Ok(())
    })?;
    let knowledge = ["code_ogr_savoir", "libelle_savoir", "sous_categorie_savoir"];
    read_csv(&file("referentiel_savoir")?, knowledge, |[ogr, label, category], _| {
        if category == DIPLOMAS {
            return Ok(());
        }
        let names = matches!(category, "Logiciels, progiciels" | "Langages informatiques");
        let kind = if names && is_proper_name(label) { Kind::Technology } else { Kind::Knowledge };
        let mut concept = RawConcept::new(id(ogr), kind).french(label);
        // Languages are matched by their level, apart from skills.
        concept.silent = category == "Langues";
        if kind == Kind::Technology {
            concept = concept.english(label);
        } else {
            concept.object = object_of(bare(label)).map(str::to_owned);
        }
        concepts.push(concept);
        Ok(())
    })
}

fn read_links(folder: &Path, rome: &mut Rome) -> Result<(), Error> {
    let ids: HashSet<String> = rome.concepts.iter().map(|concept| concept.id.clone()).collect();
    let codes = &mut rome.occupations;
    let links = ["code_rome", "code_ogr", "coeur_metier"];
    read_csv(&versioned(folder, "unix_coherence_item_v", "_utf8.csv")?, links, |[code, ogr, core], _| {
        // The other items are working conditions and diplomas.
        if ids.contains(&id(ogr)) {
            known(codes, code)?.items.push((id(ogr), core == "Principale"));
        }
        Ok(())
    })
}

fn id(ogr: &str) -> String {
    format!("rome:{ogr}")
}

fn known<'a>(
    codes: &'a mut BTreeMap<String, RomeOccupation>,
    code: &str,
) -> Result<&'a mut RomeOccupation, String> {
    codes
        .get_mut(code)
        .ok_or_else(|| format!("column \"code_rome\": {code:?} is not in unix_referentiel_code_rome"))
}

/// *After Effects*, *HDL/VHDL*, *React.js*; not « Logiciel d'analyse vidéo ».
fn is_proper_name(label: &str) -> bool {
    let words: Vec<&str> = label.split_whitespace().collect();
    let tells = |word: &str| {
        word.chars().skip(1).any(|c| c.is_uppercase() || c.is_ascii_digit() || c == '.' || c == '+')
            || word.chars().count() == 1
    };
    label.is_ascii()
        && words.len() <= 3
        && words.iter().all(|word| word.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit()))
        && (words.len() == 1 || words.len() == 2 || words.iter().any(|word| tells(word)))
        && !words[0].ends_with("tion")
        && !words[0].ends_with("iques")
}

/// The object of a knowledge item that says no more than that one knows it: « Techniques de soudage » is
/// « soudage », « Utilisation d'outils de coupe » is « outils de coupe ».
fn object_of(label: &str) -> Option<&str> {
    const HEADS: [&str; 6] =
        ["Techniques d", "Utilisation d", "Maîtrise d", "Connaissance d", "Pratique d", "Caractéristiques d"];
    let rest = HEADS.iter().find_map(|head| label.strip_prefix(head))?;
    let object = ["e l'", "e la ", "es ", "u ", "e ", "'"].iter().find_map(|link| rest.strip_prefix(link))?;
    let single = !object.contains([' ', '-', '\'']);
    // A single noun alone names a trade's gesture (« soudage ») or says too little (« présentation »).
    (!single || (label.starts_with("Techniques") && object.ends_with("age"))).then_some(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortens_knowledge_to_its_object() {
        assert_eq!(object_of("Techniques de soudage"), Some("soudage"));
        assert_eq!(object_of("Utilisation d'outils de coupe"), Some("outils de coupe"));
        assert_eq!(object_of("Caractéristiques des peintures"), None);
        assert_eq!(object_of("Techniques de présentation"), None);
        assert_eq!(object_of("Techniques commerciales"), None);
    }

    #[test]
    fn tells_names_of_software_from_descriptions() {
        for name in ["After Effects", "HDL/VHDL", "React.js", "Maya"] {
            assert!(is_proper_name(name), "{name}");
        }
        for description in
            ["Logiciel d'analyse vidéo", "Infrastructures numériques", "Optimisation de la visibilité"]
        {
            assert!(!is_proper_name(description), "{description}");
        }
    }
}
