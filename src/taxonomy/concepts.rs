//! Brings the publishers' concepts together: one concept per meaning, whatever the sources call it.

use std::collections::{BTreeMap, HashMap, HashSet};

use jobmatch_index::skills::{Kind, Pattern, PatternFlags, Relation};

use super::curated::{self, Flags, Link, Row};
use super::esco::bare;
use super::ordinary::OrdinaryWords;
use super::source::Error;
use super::tech::{slug, spellings};

/// A concept as one source has it.
#[derive(Debug, Clone)]
pub(super) struct RawConcept {
    pub id: String,
    pub kind: Kind,
    pub french: Option<String>,
    pub english: Option<String>,
    pub french_aliases: Vec<String>,
    pub english_aliases: Vec<String>,
    /// What the French label is about, when the rest of it says only that one knows it; as good as the label.
    pub object: Option<String>,
    /// Known by name and id, never extracted from text.
    pub silent: bool,
}

impl RawConcept {
    pub(super) fn new(id: String, kind: Kind) -> Self {
        Self {
            id,
            kind,
            french: None,
            english: None,
            french_aliases: Vec::new(),
            english_aliases: Vec::new(),
            object: None,
            silent: false,
        }
    }

    pub(super) fn french(mut self, label: &str) -> Self {
        self.french = Some(label.to_owned());
        self
    }

    pub(super) fn english(mut self, label: &str) -> Self {
        self.english = Some(label.to_owned());
        self
    }
}

/// A concept of the graph.
#[derive(Debug)]
pub(super) struct Concept {
    /// Ids in the sources; the first is its own.
    pub ids: Vec<String>,
    pub kind: Kind,
    pub french: Option<String>,
    pub english: Option<String>,
    pub names: Vec<Name>,
    silent: bool,
    flags: Flags,
    /// Taken out of the graph, or merged into another concept.
    gone: bool,
}

/// A label or alias.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub text: String,
    /// [`PatternFlags::FRENCH`], [`PatternFlags::ENGLISH`] or both.
    langs: u8,
    /// 0 for what the curated file says, 1 for preferred labels, 2 for aliases.
    rank: u8,
}

const BOTH: u8 = PatternFlags::FRENCH | PatternFlags::ENGLISH;

/// All concepts, merged, and what joins them.
#[derive(Debug, Default)]
pub(super) struct Concepts {
    pub list: Vec<Concept>,
    /// Position in `list` of every id.
    pub by_id: HashMap<String, usize>,
    by_key: HashMap<Key, usize>,
    by_label: HashMap<String, usize>,
    /// From, to: relation and weight in percent.
    edges: BTreeMap<(usize, usize), (Relation, u8)>,
}

/// What makes two preferred labels the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    /// A name of technology, in any language.
    Name(String),
    /// A word of one language.
    Word(String, u8),
    /// Roots of a phrase; so many words rarely meet by chance in two languages.
    Phrase(Vec<String>),
}

impl Concepts {
    /// Adds concepts, each to the one that has its name already if there is one.
    pub(super) fn add(&mut self, raws: Vec<RawConcept>, ordinary: &OrdinaryWords) {
        for raw in raws {
            let keys = keys_of(&raw, ordinary);
            let known = keys.iter().find_map(|key| self.by_key.get(key).copied());
            let at = known.unwrap_or_else(|| {
                self.list.push(Concept {
                    ids: Vec::new(),
                    kind: raw.kind,
                    french: None,
                    english: None,
                    names: Vec::new(),
                    silent: raw.silent,
                    flags: Flags::default(),
                    gone: false,
                });
                self.list.len() - 1
            });
            for key in keys {
                self.by_key.entry(key).or_insert(at);
            }
            for label in raw.french.iter().chain(&raw.english) {
                self.by_label.entry(label.clone()).or_insert(at);
            }
            self.by_id.insert(raw.id.clone(), at);
            self.list[at].take(raw);
        }
    }

    /// Applies the curated file: first all its concepts, then its relations, which may name any of them.
    pub(super) fn curate(&mut self, rows: &[Row], ordinary: &OrdinaryWords) -> Result<(), Error> {
        let mut places = Vec::with_capacity(rows.len());
        for row in rows {
            let at = self.place(row, ordinary)?;
            places.push(at);
            let concept = &mut self.list[at];
            concept.kind = row.kind.unwrap_or(concept.kind);
            concept.silent = (concept.silent && !row.flags.clear) || row.flags.exclude;
            concept.gone |= row.flags.drop;
            if row.flags.decide() {
                concept.flags = row.flags;
            }
            for without in &row.without {
                let unwanted = Pattern::of(without);
                concept.names.retain(|name| Pattern::of(&name.text) != unwanted);
            }
            for (label, own, langs) in [
                (&row.french, &mut concept.french, PatternFlags::FRENCH),
                (&row.english, &mut concept.english, PatternFlags::ENGLISH),
            ] {
                if let Some(label) = label {
                    let langs = if row.kind == Some(Kind::Technology) { BOTH } else { langs };
                    concept.names.push(Name { text: label.clone(), langs, rank: 0 });
                    *own = Some(label.clone());
                    self.by_label.insert(label.clone(), at);
                }
            }
            concept.names.extend(row.aliases.iter().map(|text| Name {
                text: text.clone(),
                langs: BOTH,
                rank: 0,
            }));
        }
        self.absorb_named();
        for (row, mut at) in rows.iter().zip(places) {
            if self.list[at].gone {
                at = self.resolve(&row.concept).unwrap_or(at);
            }
            for (link, target) in &row.relations {
                let to = self.resolve(target).ok_or_else(|| {
                    curated::error(row.line, format!("column 6 (relations): no concept is {target:?}"))
                })?;
                let (relation, weight) = match link {
                    Link::Broader => (Relation::Broader, 70),
                    Link::Narrower => (Relation::Narrower, 70),
                    Link::Related => (Relation::Related, 50),
                    Link::Same => (Relation::SameAs, 100),
                };
                self.join(at, to, relation, weight);
            }
        }
        Ok(())
    }

    /// A publisher's concept whose label is a name that the curated file gives to another becomes part of that one.
    fn absorb_named(&mut self) {
        let mut owners: HashMap<Pattern, usize> = HashMap::new();
        for (at, concept) in self.list.iter().enumerate().filter(|(_, concept)| !concept.gone) {
            for pattern in
                concept.names.iter().filter(|name| name.rank == 0).filter_map(|name| Pattern::of(&name.text))
            {
                owners.entry(pattern).or_insert(at);
            }
        }
        for at in 0..self.list.len() {
            let concept = &self.list[at];
            if concept.gone || concept.names.iter().any(|name| name.rank == 0) {
                continue;
            }
            let labels =
                concept.names.iter().filter(|name| name.rank == 1).filter_map(|name| Pattern::of(&name.text));
            let owner = labels.filter_map(|label| owners.get(&label)).next();
            if let Some(&owner) = owner {
                self.absorb(at, owner);
            }
        }
    }

    fn absorb(&mut self, from: usize, into: usize) {
        let ids = std::mem::take(&mut self.list[from].ids);
        for id in &ids {
            self.by_id.insert(id.clone(), into);
        }
        let names = std::mem::take(&mut self.list[from].names);
        self.list[from].gone = true;
        self.list[into].ids.extend(ids);
        self.list[into].names.extend(names.into_iter().map(|name| Name { rank: 2, ..name }));
        for place in self.by_label.values_mut().chain(self.by_key.values_mut()) {
            if *place == from {
                *place = into;
            }
        }
        let moved: Vec<_> =
            self.edges.range((from, 0)..(from + 1, 0)).map(|(pair, edge)| (*pair, *edge)).collect();
        for ((_, to), (relation, weight)) in moved {
            self.edges.remove(&(from, to));
            self.edges.remove(&(to, from));
            self.join(into, to, relation, weight);
        }
    }

    /// Takes out the concepts that are gone; positions change.
    pub(super) fn compact(&mut self) {
        let mut places = vec![None; self.list.len()];
        let kept = self.list.iter().enumerate().filter(|(_, concept)| !concept.gone);
        for (place, (at, _)) in kept.enumerate() {
            places[at] = Some(place);
        }
        self.list.retain(|concept| !concept.gone);
        self.by_id = self.by_id.drain().filter_map(|(id, at)| Some((id, places[at]?))).collect();
        (self.by_key, self.by_label) = (HashMap::new(), HashMap::new());
        self.edges = (std::mem::take(&mut self.edges).into_iter())
            .filter_map(|((from, to), edge)| Some(((places[from]?, places[to]?), edge)))
            .collect();
    }

    fn place(&mut self, row: &Row, ordinary: &OrdinaryWords) -> Result<usize, Error> {
        let id = match row.concept.strip_prefix("new:") {
            Some(slug) => format!("curated:{slug}"),
            None => row.concept.clone(),
        };
        if let Some(at) = self.resolve(&id) {
            return Ok(at);
        }
        if !row.concept.starts_with("new:") && !row.concept.starts_with("tech:") {
            return Err(curated::error(row.line, format!("column 1: no concept has the id or label {id:?}")));
        }
        let kind = match row.kind {
            Some(kind) => kind,
            None if row.concept.starts_with("tech:") => Kind::Technology,
            None => {
                return Err(curated::error(
                    row.line,
                    "column 2 (kind) is empty for a new concept".to_owned(),
                ));
            }
        };
        if row.french.is_none() && row.english.is_none() {
            return Err(curated::error(row.line, "a new concept has no label".to_owned()));
        }
        let mut raw = RawConcept::new(id.clone(), kind);
        raw.french.clone_from(&row.french);
        raw.english.clone_from(&row.english);
        self.add(vec![raw], ordinary);
        let at = self.by_id[&id];
        // The curated id is the stable one, even where a publisher has the concept.
        self.list[at].ids.retain(|other| *other != id);
        self.list[at].ids.insert(0, id);
        Ok(at)
    }

    fn resolve(&self, concept: &str) -> Option<usize> {
        let curated = concept.strip_prefix("new:").map(|slug| format!("curated:{slug}"));
        let id = curated.as_deref().unwrap_or(concept);
        self.by_id.get(id).or_else(|| self.by_label.get(concept)).copied().or_else(|| {
            // The slug that a technology's usual spelling would give.
            let tech = concept.strip_prefix("tech:")?;
            self.by_id.get(&format!("tech:{}", slug(tech))).copied()
        })
    }

    /// Joins two concepts both ways; the closer of two relations stays.
    pub(super) fn join(&mut self, from: usize, to: usize, relation: Relation, weight: u8) {
        if from == to {
            return;
        }
        for (pair, relation) in [((from, to), relation), ((to, from), relation.inverse())] {
            let edge = self.edges.entry(pair).or_insert((relation, weight));
            if edge.1 < weight {
                *edge = (relation, weight);
            }
        }
    }

    /// Joins two concepts by their ids, where both are known.
    pub(super) fn join_ids(&mut self, from: &str, to: &str, relation: Relation, weight: u8) {
        if let (Some(&from), Some(&to)) = (self.by_id.get(from), self.by_id.get(to)) {
            self.join(from, to, relation, weight);
        }
    }

    /// Gives each pattern to the concept that has the best claim to it, and joins those that share one.
    pub(super) fn patterns(&mut self, ordinary: &OrdinaryWords) -> BTreeMap<Pattern, (usize, PatternFlags)> {
        let mut claims: Vec<(u8, usize, usize)> = Vec::new();
        for (at, concept) in self.list.iter().enumerate().filter(|(_, concept)| !concept.gone) {
            claims.extend(concept.names.iter().enumerate().map(|(i, name)| (name.rank, at, i)));
        }
        claims.sort_unstable();
        let mut alias_only: HashSet<Pattern> = HashSet::new();
        let mut patterns: BTreeMap<Pattern, (usize, PatternFlags)> = BTreeMap::new();
        for (rank, at, i) in claims {
            let (name, concept) = (&self.list[at].names[i], &self.list[at]);
            let Some(pattern) = Pattern::of(&name.text) else { continue };
            match patterns.get_mut(&pattern) {
                None => {
                    if rank >= 2 {
                        alias_only.insert(pattern.clone());
                    }
                    let flags = ordinary.flags(&name.text, &pattern, concept.kind, concept.flags, rank);
                    let silent = if concept.silent { PatternFlags::SILENT } else { 0 };
                    let acute = name.text.trim_end_matches('s').ends_with('é');
                    let acute = if acute { PatternFlags::ACUTE } else { 0 };
                    patterns.insert(pattern, (at, PatternFlags(flags | silent | acute | name.langs)));
                }
                Some((owner, flags)) if *owner == at => flags.0 |= name.langs,
                Some((owner, flags)) => {
                    let owner = *owner;
                    // An acronym that two concepts have says which one nowhere.
                    let acronym =
                        rank >= 2 && name.text.len() <= 5 && !name.text.contains(char::is_lowercase);
                    if acronym && alias_only.contains(&pattern) {
                        flags.0 |= PatternFlags::SILENT;
                    }
                    self.join(at, owner, Relation::Related, if rank < 2 { 90 } else { 75 });
                }
            }
        }
        self.join_contained(&patterns);
        patterns
    }

    /// A phrase that holds another concept's whole phrase at its start or end is narrower than it:
    /// « soudage à l'arc » than « soudage ».
    fn join_contained(&mut self, patterns: &BTreeMap<Pattern, (usize, PatternFlags)>) {
        let mut found = Vec::new();
        for (pattern, (at, _)) in patterns {
            let Pattern::Phrase(roots) = pattern else { continue };
            let longest = (2..roots.len()).rev().find_map(|n| {
                [&roots[..n], &roots[roots.len() - n..]].into_iter().find_map(|part| {
                    patterns.get(&Pattern::Phrase(part.to_vec())).filter(|(other, _)| other != at)
                })
            });
            if let Some((wider, _)) = longest {
                found.push((*at, *wider));
            }
        }
        for (from, to) in found {
            self.join(from, to, Relation::Broader, 55);
        }
    }

    /// Edges from each concept, closest first.
    pub(super) fn edges(&self) -> Vec<Vec<(usize, Relation, u8)>> {
        let mut edges: Vec<Vec<(usize, Relation, u8)>> = vec![Vec::new(); self.list.len()];
        for ((from, to), (relation, weight)) in &self.edges {
            edges[*from].push((*to, *relation, *weight));
        }
        for row in &mut edges {
            row.sort_by_key(|(to, _, weight)| (std::cmp::Reverse(*weight), *to));
        }
        edges
    }
}

impl Concept {
    fn take(&mut self, raw: RawConcept) {
        self.ids.push(raw.id);
        if raw.kind == Kind::Technology {
            self.kind = Kind::Technology;
        }
        self.silent &= raw.silent;
        let technology = self.kind == Kind::Technology;
        let langs = |own: u8| if technology { BOTH } else { own };
        let mut name = |text: &str, lang: u8, rank: u8| {
            self.names.push(Name { text: text.to_owned(), langs: langs(lang), rank });
        };
        for (label, aliases, lang) in [
            (&raw.french, &raw.french_aliases, PatternFlags::FRENCH),
            (&raw.english, &raw.english_aliases, PatternFlags::ENGLISH),
        ] {
            if let Some(label) = label {
                name(&name_in(label, technology), lang, 1);
            }
            for alias in label.iter().chain(aliases) {
                let alias = name_in(alias, technology);
                name(&alias, lang, 2);
                for spelling in if technology { spellings(&alias) } else { Vec::new() } {
                    name(&spelling, lang, 2);
                }
            }
        }
        if let Some(object) = &raw.object {
            name(object, PatternFlags::FRENCH, 2);
        }
        let tidy = |label: String| if technology { bare(&label).to_owned() } else { label };
        self.french = self.french.take().or_else(|| raw.french.map(tidy));
        self.english = self.english.take().or_else(|| raw.english.map(tidy));
    }
}

/// What of a label is looked for in text: not what stands in brackets, which tells homonyms apart (*Java (computer
/// programming)*) or gives examples (« Documents (catalogue, revue de presse, ...) »), unless so little is left that
/// it would be found everywhere.
fn name_in(label: &str, technology: bool) -> String {
    if technology || !label.contains('(') {
        return bare(label).to_owned();
    }
    let mut depth = 0;
    let outside = label.chars().filter(|c| {
        depth += i32::from(*c == '(');
        let keep = depth == 0;
        depth -= i32::from(*c == ')');
        keep
    });
    let name = outside.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    match Pattern::of(&name) {
        Some(Pattern::Phrase(roots)) if roots.len() > 2 => name,
        _ => label.to_owned(),
    }
}

/// Keys under which a raw concept meets others. The aliases of a technology are as good as its name.
fn keys_of(raw: &RawConcept, ordinary: &OrdinaryWords) -> Vec<Key> {
    let technology = raw.kind == Kind::Technology;
    let mut keys = Vec::new();
    let labels = [
        (&raw.french, PatternFlags::FRENCH),
        (&raw.english, PatternFlags::ENGLISH),
        (&raw.object, PatternFlags::FRENCH),
    ];
    for (label, lang) in labels {
        let Some(pattern) = label.as_deref().and_then(|label| Pattern::of(&name_in(label, technology)))
        else {
            continue;
        };
        match pattern {
            Pattern::Word { exact, singular } => {
                if technology || !ordinary.knows(&exact) {
                    keys.push(Key::Name(exact));
                }
                if !technology {
                    keys.push(Key::Word(singular, lang));
                }
            }
            Pattern::Phrase(roots) => keys.push(Key::Phrase(roots)),
        }
    }
    if technology {
        let labels = raw.french.iter().chain(&raw.english);
        let aliases = raw.french_aliases.iter().chain(&raw.english_aliases).cloned();
        for alias in aliases.chain(labels.flat_map(|label| spellings(label))) {
            match Pattern::of(bare(&alias)) {
                Some(Pattern::Word { exact, .. }) => keys.push(Key::Name(exact)),
                Some(Pattern::Phrase(roots)) => keys.push(Key::Phrase(roots)),
                None => {}
            }
        }
    }
    keys
}
