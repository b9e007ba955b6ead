//! Names of technologies and their aliases: devicon, linguist and simple-icons.
//!
//! simple-icons is mostly brands, and linguist knows hundreds of languages nobody hires for. So devicon says
//! what is a technology, linguist adds the languages that one of the others has too, and simple-icons gives
//! names their usual spelling.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use jobmatch_index::skills::{Kind, fold};
use serde::Deserialize;

use super::concepts::RawConcept;
use super::source::{Error, read_json};

#[derive(Deserialize)]
struct Devicon {
    name: String,
    #[serde(default)]
    altnames: Vec<String>,
}

#[derive(Deserialize)]
struct Linguist {
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
}

#[derive(Deserialize)]
struct SimpleIcon {
    title: String,
    #[serde(default)]
    aliases: Vec<String>,
}

/// Technologies, sorted by id.
pub(super) fn read(folder: &Path) -> Result<Vec<RawConcept>, Error> {
    let devicon: Vec<Devicon> = read_json(&folder.join("devicon.json"))?;
    let linguist: Vec<Linguist> = read_json(&folder.join("linguist.json"))?;
    let icons: Vec<SimpleIcon> = read_json(&folder.join("simple_icons.json"))?;
    let titles: HashMap<String, &SimpleIcon> = icons.iter().map(|icon| (squash(&icon.title), icon)).collect();
    let languages: HashMap<String, &Linguist> =
        linguist.iter().map(|language| (squash(&language.name), language)).collect();

    let mut names: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
    let mut taken: HashMap<String, String> = HashMap::new();
    for icon in &devicon {
        let keys: Vec<String> =
            std::iter::once(&icon.name).chain(&icon.altnames).map(|name| squash(name)).collect();
        let spelling = (keys.iter().find_map(|key| languages.get(key).map(|language| language.name.clone())))
            .or_else(|| keys.iter().find_map(|key| titles.get(key).map(|icon| icon.title.clone())))
            .unwrap_or_else(|| capitalise(&icon.name));
        let entry = names.entry(slug(&spelling)).or_insert_with(|| (spelling, BTreeSet::new()));
        entry.1.insert(icon.name.clone());
        entry.1.extend(icon.altnames.iter().filter(|name| is_telling(name)).cloned());
        let slug = slug(&entry.0);
        for key in keys {
            taken.insert(key, slug.clone());
        }
    }
    for language in &linguist {
        let key = squash(&language.name);
        if key.len() > 1 && !taken.contains_key(&key) && titles.contains_key(&key) {
            taken.insert(key, slug(&language.name));
            names.entry(slug(&language.name)).or_insert_with(|| (language.name.clone(), BTreeSet::new()));
        }
    }
    let mut aliases_of = |key: &str, aliases: &[String]| {
        if let Some((_, known)) = taken.get(key).and_then(|slug| names.get_mut(slug)) {
            known.extend(aliases.iter().filter(|alias| is_telling(alias)).cloned());
        }
    };
    for language in &linguist {
        aliases_of(&squash(&language.name), &language.aliases);
    }
    for icon in &icons {
        aliases_of(&squash(&icon.title), &icon.aliases);
    }
    Ok(names.into_iter().map(|(slug, (name, aliases))| technology(&slug, &name, aliases)).collect())
}

fn technology(slug: &str, name: &str, aliases: BTreeSet<String>) -> RawConcept {
    let mut concept = RawConcept::new(format!("tech:{slug}"), Kind::Technology).french(name).english(name);
    concept.english_aliases = aliases.into_iter().collect();
    concept
}

/// The other ways to write a name that ends in *js*: *Node.js*, *NodeJS*, *Node JS*.
pub(super) fn spellings(name: &str) -> Vec<String> {
    let folded = fold(name);
    let Some(stem) = folded.strip_suffix("js").map(|stem| stem.trim_end_matches(['.', ' ', '-'])) else {
        return Vec::new();
    };
    if stem.len() < 2 { Vec::new() } else { vec![format!("{stem}js"), format!("{stem} js")] }
}

/// Id of a technology: `C#` is `c-sharp`, `Node.js` is `node-js`, `React` is `react`.
pub(super) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in fold(name).replace('+', "p").replace('#', "-sharp").replace(".net", "dotnet").chars() {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// Two letters are file extensions more often than names.
fn is_telling(alias: &str) -> bool {
    alias.len() > 2 || alias.contains(['#', '+'])
}

fn squash(name: &str) -> String {
    fold(name).chars().filter(|c| c.is_alphanumeric() || matches!(c, '+' | '#')).collect()
}

fn capitalise(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_ids_and_spellings() {
        assert_eq!(slug("C#"), "c-sharp");
        assert_eq!(slug("C++"), "cpp");
        assert_eq!(slug("Node.js"), "node-js");
        assert_eq!(slug("ASP.NET"), "aspdotnet");
        assert_eq!(spellings("Node.js"), ["nodejs", "node js"]);
        assert!(spellings("Rust").is_empty());
    }
}
