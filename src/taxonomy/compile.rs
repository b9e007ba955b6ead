//! From what was read to the tables of the artefact.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jobmatch_index::skills::artefact::Tables;
use jobmatch_index::skills::{Kind, Pattern, PatternFlags, Relation, fold};

use super::concepts::{Concepts, RawConcept};
use super::curated::Row;
use super::esco::{Esco, EscoOccupation};
use super::ordinary::OrdinaryWords;
use super::rome::Rome;
use super::source::Error;
use super::titles::{esco_forms, forms};

/// Brings the sources together.
pub(super) fn compile(
    mut rome: Rome,
    mut esco: Esco,
    technologies: Vec<RawConcept>,
    curated: &[Row],
) -> Result<Tables, Error> {
    let ordinary = ordinary_words(&rome, &esco);
    let mut concepts = Concepts::default();
    concepts.add(technologies, &ordinary);
    concepts.add(std::mem::take(&mut esco.concepts), &ordinary);
    concepts.add(std::mem::take(&mut rome.concepts), &ordinary);
    for (from, to) in &esco.broader {
        concepts.join_ids(from, to, Relation::Broader, 60);
    }
    for (from, to) in &rome.macro_skills {
        concepts.join_ids(from, to, Relation::Broader, 40);
    }
    for (from, to, weight) in &esco.related {
        concepts.join_ids(from, to, Relation::Related, *weight);
    }
    concepts.curate(curated, &ordinary)?;
    concepts.compact();
    let patterns = concepts.patterns(&ordinary);

    let mut tables = Tables::default();
    write_concepts(&concepts, &mut tables);
    write_patterns(&patterns, &mut tables);
    let words = TitleWords::new(&rome);
    let english = english_occupations(&rome, &esco, &words);
    write_occupations(&rome, &english, &concepts, &mut tables);
    write_titles(&rome, &esco, &words, &mut tables);
    Ok(tables)
}

fn ordinary_words(rome: &Rome, esco: &Esco) -> OrdinaryWords {
    let mut words = OrdinaryWords::default();
    for occupation in rome.occupations.values() {
        words.read_occupation(&occupation.definition.join(" "));
    }
    for concept in rome.concepts.iter().filter(|concept| concept.kind != Kind::Technology) {
        words.read(concept.french.as_deref().unwrap_or_default());
    }
    for concept in esco.concepts.iter().filter(|concept| concept.kind != Kind::Technology) {
        words.read(concept.french.as_deref().unwrap_or_default());
        words.read(concept.english.as_deref().unwrap_or_default());
    }
    for occupation in esco.occupations.values() {
        words.read(&occupation.description);
    }
    words
}

fn write_concepts(concepts: &Concepts, tables: &mut Tables) {
    let ids: BTreeMap<&str, usize> = concepts.by_id.iter().map(|(id, at)| (id.as_str(), *at)).collect();
    let rows: HashMap<&str, u32> = ids.keys().zip(0..).map(|(id, row)| (*id, row)).collect();
    tables.ids = ids.keys().collect();
    tables.id_concepts = ids.values().map(|at| number(*at)).collect();
    tables.concept_ids = concepts.list.iter().map(|concept| rows[concept.ids[0].as_str()]).collect();
    tables.labels_fr =
        concepts.list.iter().map(|concept| concept.french.as_deref().unwrap_or_default()).collect();
    tables.labels_en =
        concepts.list.iter().map(|concept| concept.english.as_deref().unwrap_or_default()).collect();
    let kind = |kind: Kind| Kind::ALL.iter().position(|other| *other == kind).unwrap_or_default() as u8;
    tables.kinds = concepts.list.iter().map(|concept| kind(concept.kind)).collect();
    let relation =
        |wanted: Relation| Relation::ALL.iter().position(|other| *other == wanted).unwrap_or_default() as u8;
    tables.edge_starts = vec![0];
    for row in concepts.edges() {
        for (to, kind, weight) in row {
            tables.edge_targets.push(number(to));
            tables.edge_relations.push(relation(kind));
            tables.edge_weights.push(weight);
        }
        tables.edge_starts.push(number(tables.edge_targets.len()));
    }
}

fn write_patterns(patterns: &BTreeMap<Pattern, (usize, PatternFlags)>, tables: &mut Tables) {
    let mut exact: BTreeMap<&str, (u32, u8)> = BTreeMap::new();
    let mut singulars: BTreeMap<&str, (u32, u8)> = BTreeMap::new();
    let mut phrases: Vec<(&[String], u32, u8)> = Vec::new();
    for (pattern, (at, flags)) in patterns {
        match pattern {
            Pattern::Word { exact: word, singular } => {
                exact.insert(word, (number(*at), flags.0));
                let kind = Kind::ALL[usize::from(tables.kinds[*at])];
                if kind != Kind::Technology {
                    singulars.entry(singular).or_insert((number(*at), flags.0));
                }
            }
            Pattern::Phrase(roots) => phrases.push((roots, number(*at), flags.0)),
        }
    }
    tables.exact = exact.keys().collect();
    (tables.exact_concepts, tables.exact_flags) = exact.into_values().unzip();
    tables.singular = singulars.keys().collect();
    (tables.singular_concepts, tables.singular_flags) = singulars.into_values().unzip();

    let roots: BTreeSet<&str> =
        phrases.iter().flat_map(|(roots, ..)| roots.iter().map(String::as_str)).collect();
    let numbers: HashMap<&str, u32> = roots.iter().zip(0..).map(|(root, n)| (*root, n)).collect();
    tables.roots = roots.iter().collect();
    let mut phrases: Vec<(Vec<u32>, u32, u8)> = (phrases.into_iter())
        .map(|(roots, at, flags)| (roots.iter().map(|root| numbers[root.as_str()]).collect(), at, flags))
        .collect();
    phrases.sort_unstable();
    write_trie(&phrases, tables);
}

/// Breadth first: a node is the run of phrases that share its prefix.
fn write_trie(phrases: &[(Vec<u32>, u32, u8)], tables: &mut Tables) {
    tables.child_starts = vec![0];
    let mut level: Vec<&[(Vec<u32>, u32, u8)]> = vec![phrases];
    let mut depth = 0;
    while !level.is_empty() {
        let mut next = Vec::new();
        for run in level {
            let here = run.first().filter(|(roots, ..)| roots.len() == depth);
            tables.node_concepts.push(here.map_or(u32::MAX, |(_, at, _)| *at));
            tables.node_flags.push(here.map_or(0, |(_, _, flags)| *flags));
            let longer = if here.is_some() { &run[1..] } else { run };
            for child in longer.chunk_by(|a, b| a.0[depth] == b.0[depth]) {
                tables.child_terms.push(child[0].0[depth]);
                next.push(child);
            }
            tables.child_starts.push(number(tables.child_terms.len()));
        }
        level = next;
        depth += 1;
    }
}

/// Finds the ROME code of an ESCO occupation that the crosswalk leaves out, by the words of its French label.
struct TitleWords {
    /// Rarity of a root among titles.
    rarity: HashMap<String, f32>,
    /// Titles that hold a root.
    titles: HashMap<String, Vec<usize>>,
    /// ROME code and rarity of all its roots, per title.
    codes: Vec<(String, f32)>,
}

impl TitleWords {
    fn new(rome: &Rome) -> Self {
        let all: Vec<(&String, BTreeSet<String>)> = (rome.occupations.iter())
            .flat_map(|(code, occupation)| occupation.titles.iter().map(move |title| (code, title)))
            .flat_map(|(code, title)| forms(title).into_iter().map(move |form| (code, roots(&form))))
            .collect();
        let mut titles: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, (_, roots)) in all.iter().enumerate() {
            for root in roots {
                titles.entry(root.clone()).or_default().push(at);
            }
        }
        let rarity: HashMap<String, f32> = titles
            .iter()
            .map(|(root, at)| (root.clone(), (all.len() as f32 / at.len() as f32).ln()))
            .collect();
        let weigh = |roots: &BTreeSet<String>| roots.iter().map(|root| rarity[root]).sum();
        let codes = all.iter().map(|(code, roots)| ((*code).clone(), weigh(roots))).collect();
        Self { rarity, titles, codes }
    }

    /// ROME codes with a title like one of the labels, and how like it is in percent: the shared part of their
    /// words, each weighed by its rarity.
    fn alike(&self, labels: &[String]) -> BTreeMap<String, u8> {
        let mut best: BTreeMap<String, u8> = BTreeMap::new();
        for roots in labels.iter().flat_map(|label| esco_forms(label)).map(|form| roots(&form)) {
            let unknown = self.codes.len() as f32;
            let own: f32 =
                roots.iter().map(|root| self.rarity.get(root).copied().unwrap_or(unknown.ln())).sum();
            let mut shared: BTreeMap<usize, f32> = BTreeMap::new();
            for root in &roots {
                for at in self.titles.get(root).into_iter().flatten() {
                    *shared.entry(*at).or_default() += self.rarity[root];
                }
            }
            for (at, shared) in shared {
                let (code, whole) = &self.codes[at];
                let likeness = shared / (own + whole - shared).max(0.01);
                if likeness >= ALIKE {
                    let entry = best.entry(code.clone()).or_default();
                    *entry = ((likeness * 85.0) as u8).max(*entry);
                }
            }
        }
        best
    }
}

/// Titles that share less than this part of their words name different occupations too often.
const ALIKE: f32 = 0.5;

fn roots(label: &str) -> BTreeSet<String> {
    match Pattern::of(label) {
        Some(Pattern::Word { singular, .. }) => BTreeSet::from([singular]),
        Some(Pattern::Phrase(roots)) => roots.into_iter().collect(),
        None => BTreeSet::new(),
    }
}

/// By ROME code, how close each ESCO occupation is in percent, through the crosswalk's titles.
fn closeness(
    rome: &Rome,
    occupation: &EscoOccupation,
    esco: &Esco,
    words: &TitleWords,
) -> BTreeMap<String, u8> {
    let direct = |occupation: &EscoOccupation| {
        let mut sums: BTreeMap<String, (u8, u32)> = BTreeMap::new();
        for (ogr, closeness) in &occupation.rome_titles {
            if let Some(code) = rome.title_codes.get(ogr) {
                let (best, sum) = sums.entry(code.clone()).or_default();
                *best = (*best).max(*closeness);
                *sum += u32::from(closeness.saturating_sub(50));
            }
        }
        // An occupation spread over several codes means most the one it shares most titles with.
        let most = sums.values().map(|(_, sum)| *sum).max().unwrap_or(1).max(1);
        sums.into_iter()
            .map(|(code, (best, sum))| (code, (u32::from(best) * (most + sum) / (2 * most)) as u8))
            .collect::<BTreeMap<String, u8>>()
    };
    let own = direct(occupation);
    if !own.is_empty() {
        return own;
    }
    let mut wider = words.alike(&occupation.french);
    for parent in occupation.broader.iter().filter_map(|uri| esco.occupations.get(uri)) {
        for (code, closeness) in direct(parent) {
            let entry = wider.entry(code).or_insert(0);
            *entry = closeness.saturating_sub(35).max(*entry);
        }
    }
    if wider.is_empty() {
        wider = esco.siblings(occupation, direct);
    }
    wider
}

/// The ESCO occupation that is closest to each ROME code: its English label and description.
fn english_occupations<'a>(
    rome: &Rome,
    esco: &'a Esco,
    words: &TitleWords,
) -> BTreeMap<String, (&'a str, &'a str)> {
    let mut best: BTreeMap<String, (u8, &str, &str)> = BTreeMap::new();
    for occupation in esco.occupations.values() {
        let Some(label) = occupation.english.first() else { continue };
        for (code, closeness) in closeness(rome, occupation, esco, words) {
            let entry = best.entry(code).or_insert((0, "", ""));
            if closeness > entry.0 {
                *entry = (closeness, label, &occupation.description);
            }
        }
    }
    best.into_iter()
        .filter(|(_, best)| best.0 >= 60)
        .map(|(code, (_, label, text))| (code, (label, text)))
        .collect()
}

fn write_occupations(
    rome: &Rome,
    english: &BTreeMap<String, (&str, &str)>,
    concepts: &Concepts,
    tables: &mut Tables,
) {
    let numbers: HashMap<&str, u32> =
        rome.occupations.keys().zip(0..).map(|(code, n)| (code.as_str(), n)).collect();
    tables.rome_codes = rome.occupations.keys().collect();
    tables.occupation_labels_fr =
        rome.occupations.values().map(|occupation| occupation.label.as_str()).collect();
    let of = |code: &String| english.get(code).copied().unwrap_or_default();
    tables.occupation_labels_en = rome.occupations.keys().map(|code| of(code).0).collect();
    tables.occupation_texts = (rome.occupations.iter())
        .map(|(code, occupation)| {
            format!("{}\n{}", occupation.definition.join(" "), of(code).1).trim().to_owned()
        })
        .collect();
    (tables.skill_starts, tables.move_starts) = (vec![0], vec![0]);
    for occupation in rome.occupations.values() {
        let mut items: BTreeMap<usize, bool> = BTreeMap::new();
        for (id, core) in &occupation.items {
            if let Some(at) = concepts.by_id.get(id) {
                *items.entry(*at).or_default() |= core;
            }
        }
        let mut items: Vec<(usize, bool)> = items.into_iter().collect();
        items.sort_by_key(|(at, core)| (!core, *at));
        for (at, core) in items {
            tables.skill_concepts.push(number(at));
            tables.skill_cores.push(u8::from(core));
        }
        tables.skill_starts.push(number(tables.skill_concepts.len()));
        let mut moves: Vec<&(String, u32)> = occupation.mobility.iter().collect();
        moves.sort_by_key(|(code, rank)| (*rank, code.clone()));
        for (code, rank) in moves {
            tables.move_targets.push(numbers[code.as_str()]);
            // ROME gives an order only.
            tables.move_weights.push(100_u32.saturating_sub(7 * (rank - 1)).max(30) as u8);
        }
        tables.move_starts.push(number(tables.move_targets.len()));
    }
}

fn write_titles(rome: &Rome, esco: &Esco, words: &TitleWords, tables: &mut Tables) {
    let numbers: HashMap<&str, u32> =
        rome.occupations.keys().zip(0..).map(|(code, n)| (code.as_str(), n)).collect();
    let mut titles: BTreeMap<(String, u32), u8> = BTreeMap::new();
    let mut add = |form: &str, occupation: u32, weight: u8| {
        let entry = titles.entry((fold(form), occupation)).or_default();
        *entry = weight.max(*entry);
    };
    for (code, occupation) in &rome.occupations {
        for title in occupation.titles.iter().chain([&occupation.label]) {
            for form in forms(title) {
                add(&form, numbers[code.as_str()], 100);
            }
        }
    }
    for occupation in esco.occupations.values() {
        for (code, closeness) in closeness(rome, occupation, esco, words) {
            let occupation_number = numbers[code.as_str()];
            let labels = [&occupation.french, &occupation.english];
            for (position, label) in labels.into_iter().flat_map(|labels| labels.iter().enumerate()) {
                // Alternative labels of ESCO are looser than the preferred one.
                let weight = if position == 0 { closeness } else { closeness - closeness / 10 };
                for form in esco_forms(label) {
                    add(&form, occupation_number, weight);
                }
            }
        }
    }
    tables.titles = titles.keys().map(|(text, _)| text).collect();
    tables.title_occupations = titles.keys().map(|(_, occupation)| *occupation).collect();
    tables.title_weights = titles.into_values().collect();
}

fn number(n: usize) -> u32 {
    u32::try_from(n).expect("the taxonomy has less than 4 billion of anything")
}
