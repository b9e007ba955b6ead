//! The graph in memory: columns of the artefact behind typed accessors.

use std::sync::LazyLock;

use super::artefact::{Strings, Tables};
use super::lexicon::Lexicon;
use super::{
    ConceptId, Edge, Kind, Lang, OccupationId, OccupationMove, OccupationSkill, Pattern, Relation, TitleEntry,
};
use crate::error::{Error, Result};

static BUILTIN: LazyLock<Graph> = LazyLock::new(|| {
    Graph::from_bytes(include_bytes!("../../data/taxonomy.bin"))
        .expect("the embedded taxonomy is sound: a test reads it")
});

/// Conditions under which a pattern counts when it is found in text; bits of the artefact's flag columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PatternFlags(pub u8);

impl PatternFlags {
    /// An ordinary word (*Go*, *Spring*, *Express*): counts only with its capital and a context of technology.
    pub const AMBIGUOUS: u8 = 1;
    /// A word that is ordinary in lower case (*Excel*, *Word*): counts with its capital or a context.
    pub const CASED: u8 = 2;
    /// Written in capitals (*SAP*, *R*): a mere initial capital does not count as its case.
    pub const UPPER: u8 = 4;
    /// A label in French.
    pub const FRENCH: u8 = 8;
    /// A label in English.
    pub const ENGLISH: u8 = 16;
    /// Known to [`Graph::find`], never extracted from text.
    pub const SILENT: u8 = 32;

    /// Ends in « é », which a word with other accents cannot stand for: « métré » is not « mètre ».
    pub const ACUTE: u8 = 64;

    /// Whether all of `bits` are set.
    pub fn has(self, bits: u8) -> bool {
        self.0 & bits == bits
    }
}

/// A concept under one of its patterns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named {
    pub(super) concept: ConceptId,
    pub(super) flags: PatternFlags,
}

/// The synonym graph. Immutable; [`Graph::builtin`] is the one compiled into the program.
#[derive(Debug)]
pub struct Graph {
    version: String,
    tables: Tables,
    edges: Vec<Edge>,
    exact: Lexicon,
    singular: Lexicon,
    roots: Lexicon,
    /// First trie node per root, `u32::MAX` when no phrase starts with it.
    first_nodes: Vec<u32>,
    skills: Vec<OccupationSkill>,
    moves: Vec<OccupationMove>,
    titles: Vec<TitleEntry>,
    inverse_starts: Vec<u32>,
    inverse: Vec<OccupationId>,
}

const NONE: u32 = u32::MAX;

impl Graph {
    /// The embedded graph, decoded at the first call.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// Reads an artefact.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when the bytes are not a taxonomy of this version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let (mut tables, hash) = Tables::decode(bytes)?;
        check(&tables)?;
        let edges = (0..tables.edge_targets.len())
            .map(|i| Edge {
                to: ConceptId(tables.edge_targets[i]),
                relation: Relation::ALL[usize::from(tables.edge_relations[i])],
                weight: f32::from(tables.edge_weights[i]) / 100.0,
            })
            .collect();
        let skills = (tables.skill_concepts.iter().zip(&tables.skill_cores))
            .map(|(concept, core)| OccupationSkill { concept: ConceptId(*concept), core: *core == 1 })
            .collect();
        let moves = (tables.move_targets.iter().zip(&tables.move_weights))
            .map(|(to, weight)| OccupationMove { to: occupation(*to), weight: f32::from(*weight) / 100.0 })
            .collect();
        let titles = (tables.titles.iter().zip(&tables.title_occupations).zip(&tables.title_weights))
            .map(|((text, to), weight)| TitleEntry {
                text: text.into(),
                occupation: occupation(*to),
                weight: *weight,
            })
            .collect();
        let (inverse_starts, inverse) = invert(&tables);
        let mut first_nodes = vec![NONE; tables.roots.len()];
        for entry in 0..tables.child_starts.get(1).map_or(0, |end| *end as usize) {
            first_nodes[tables.child_terms[entry] as usize] = entry as u32 + 1;
        }
        Ok(Self {
            version: format!("{hash:016x}"),
            edges,
            exact: Lexicon::new(std::mem::take(&mut tables.exact)),
            singular: Lexicon::new(std::mem::take(&mut tables.singular)),
            roots: Lexicon::new(std::mem::take(&mut tables.roots)),
            first_nodes,
            skills,
            moves,
            titles,
            inverse_starts,
            inverse,
            tables,
        })
    }

    /// Content hash of the artefact, 16 hexadecimal digits.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Number of skill concepts.
    pub fn len(&self) -> usize {
        self.tables.concept_ids.len()
    }

    /// Whether there is no concept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Stable id: `tech:react`, `curated:permis-b`, `esco:<uuid>`, `rome:<OGR code>`.
    pub fn id(&self, concept: ConceptId) -> &str {
        self.tables.ids.get(self.tables.concept_ids[index(concept)] as usize)
    }

    /// The concept with this id; ids of concepts that were merged into it count.
    pub fn by_id(&self, id: &str) -> Option<ConceptId> {
        self.tables.ids.search(id).map(|row| ConceptId(self.tables.id_concepts[row]))
    }

    /// Preferred label, in the other language when there is none in `lang`.
    pub fn label(&self, concept: ConceptId, lang: Lang) -> &str {
        choose(&self.tables.labels_fr, &self.tables.labels_en, index(concept), lang)
    }

    /// Kind of concept.
    pub fn kind(&self, concept: ConceptId) -> Kind {
        Kind::ALL[usize::from(self.tables.kinds[index(concept)])]
    }

    /// The concept that a whole label or alias names, in either language, whatever its case and inflection.
    pub fn find(&self, label: &str) -> Option<ConceptId> {
        match Pattern::of(label)? {
            Pattern::Word { exact, singular } => self.word(&exact, &singular),
            Pattern::Phrase(roots) => {
                let mut node = 0;
                for root in roots {
                    node = self.child(node, self.roots.get(&root)?)?;
                }
                self.named(node)
            }
        }
        .map(|named| named.concept)
    }

    /// Edges from a concept, closest first.
    pub fn neighbours(&self, concept: ConceptId) -> &[Edge] {
        row(&self.tables.edge_starts, &self.edges, index(concept))
    }

    /// Number of occupations.
    pub fn occupation_count(&self) -> usize {
        self.tables.rome_codes.len()
    }

    /// ROME code, such as `M1805`.
    pub fn rome(&self, occupation: OccupationId) -> &str {
        self.tables.rome_codes.get(usize::from(occupation.0))
    }

    /// The occupation with this ROME code.
    pub fn by_rome(&self, code: &str) -> Option<OccupationId> {
        self.tables.rome_codes.search(code).map(|row| occupation(row as u32))
    }

    /// Name of an occupation; English ones are ESCO's, where the crosswalk gives one.
    pub fn occupation_label(&self, occupation: OccupationId, lang: Lang) -> &str {
        let (fr, en) = (&self.tables.occupation_labels_fr, &self.tables.occupation_labels_en);
        choose(fr, en, usize::from(occupation.0), lang)
    }

    /// What ROME (in French) and, where there is one, ESCO (in English) say of an occupation.
    pub fn occupation_text(&self, occupation: OccupationId) -> &str {
        self.tables.occupation_texts.get(usize::from(occupation.0))
    }

    /// Skills and knowledge of an occupation, core ones first.
    pub fn core_skills(&self, occupation: OccupationId) -> &[OccupationSkill] {
        row(&self.tables.skill_starts, &self.skills, usize::from(occupation.0))
    }

    /// Occupations that ROME sees within reach, nearest first.
    pub fn mobility(&self, occupation: OccupationId) -> &[OccupationMove] {
        row(&self.tables.move_starts, &self.moves, usize::from(occupation.0))
    }

    /// Occupations that a skill belongs to: the inverse of [`Graph::core_skills`].
    pub fn skill_occupations(&self, concept: ConceptId) -> &[OccupationId] {
        row(&self.inverse_starts, &self.inverse, index(concept))
    }

    /// Every known job title, sorted by text.
    pub fn titles(&self) -> &[TitleEntry] {
        &self.titles
    }

    /// The concept of a single word: as written first, else without its plural.
    pub(super) fn word(&self, exact: &str, singular: &str) -> Option<Named> {
        let named = |row: u32, concepts: &[u32], flags: &[u8]| Named {
            concept: ConceptId(concepts[row as usize]),
            flags: PatternFlags(flags[row as usize]),
        };
        let t = &self.tables;
        (self.exact.get(exact).map(|row| named(row, &t.exact_concepts, &t.exact_flags))).or_else(|| {
            self.singular.get(singular).map(|row| named(row, &t.singular_concepts, &t.singular_flags))
        })
    }

    /// Whether no text names the concept: one that the curated file takes out of extraction.
    pub(super) fn is_silent(&self, concept: ConceptId) -> bool {
        let label = self.label(concept, Lang::Fr);
        Pattern::of(label).is_some_and(|pattern| match pattern {
            Pattern::Word { .. } => true,
            Pattern::Phrase(roots) => {
                let mut node = Some(0);
                for root in roots {
                    node = node.and_then(|node| self.child(node, self.roots.get(&root)?));
                }
                node.and_then(|node| self.named(node))
                    .is_some_and(|named| named.flags.has(PatternFlags::SILENT))
            }
        })
    }

    /// Number of roots.
    pub(super) fn root_count(&self) -> usize {
        self.roots.len()
    }

    /// Number of a root, if any phrase holds it.
    pub(super) fn root(&self, root: &str) -> Option<u32> {
        self.roots.get(root)
    }

    /// The trie node reached from `node` by a root.
    pub(super) fn child(&self, node: u32, root: u32) -> Option<u32> {
        if node == 0 {
            return Some(self.first_nodes[root as usize]).filter(|first| *first != NONE);
        }
        let (from, to) = (
            self.tables.child_starts[node as usize] as usize,
            self.tables.child_starts[node as usize + 1] as usize,
        );
        let at = self.tables.child_terms[from..to].binary_search(&root).ok()?;
        Some((from + at) as u32 + 1)
    }

    /// The concept whose phrase ends at a trie node.
    pub(super) fn named(&self, node: u32) -> Option<Named> {
        let concept = self.tables.node_concepts[node as usize];
        (concept != NONE).then(|| Named {
            concept: ConceptId(concept),
            flags: PatternFlags(self.tables.node_flags[node as usize]),
        })
    }
}

fn index(concept: ConceptId) -> usize {
    concept.0 as usize
}

fn occupation(number: u32) -> OccupationId {
    OccupationId(number as u16)
}

fn choose<'a>(fr: &'a Strings, en: &'a Strings, i: usize, lang: Lang) -> &'a str {
    let (first, second) = match lang {
        Lang::Fr => (fr.get(i), en.get(i)),
        Lang::En => (en.get(i), fr.get(i)),
    };
    if first.is_empty() { second } else { first }
}

fn row<'a, T>(starts: &[u32], items: &'a [T], i: usize) -> &'a [T] {
    &items[starts[i] as usize..starts[i + 1] as usize]
}

fn invert(tables: &Tables) -> (Vec<u32>, Vec<OccupationId>) {
    let mut starts = vec![0_u32; tables.concept_ids.len() + 1];
    for concept in &tables.skill_concepts {
        starts[*concept as usize + 1] += 1;
    }
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    let mut next = starts.clone();
    let mut inverse = vec![OccupationId(0); tables.skill_concepts.len()];
    for o in 0..tables.rome_codes.len() {
        for concept in row(&tables.skill_starts, &tables.skill_concepts, o) {
            inverse[next[*concept as usize] as usize] = occupation(o as u32);
            next[*concept as usize] += 1;
        }
    }
    (starts, inverse)
}

/// Refuses tables whose columns do not fit together, so that no accessor can go out of bounds.
fn check(t: &Tables) -> Result<()> {
    let concepts = t.concept_ids.len();
    let occupations = t.rome_codes.len();
    let nodes = t.child_terms.len() + 1;
    let starts = |starts: &[u32], rows: usize, items: usize| {
        starts.len() == rows + 1
            && starts[0] == 0
            && starts[rows] as usize == items
            && starts.windows(2).all(|pair| pair[0] <= pair[1])
    };
    let below = |column: &[u32], limit: usize| column.iter().all(|number| (*number as usize) < limit);
    let sound = [
        ("ids", t.ids.len() == t.id_concepts.len() && below(&t.id_concepts, concepts)),
        ("concepts", below(&t.concept_ids, t.ids.len()) && t.kinds.len() == concepts),
        ("labels", t.labels_fr.len() == concepts && t.labels_en.len() == concepts),
        ("kinds", t.kinds.iter().all(|kind| usize::from(*kind) < Kind::ALL.len())),
        ("edges", starts(&t.edge_starts, concepts, t.edge_targets.len()) && below(&t.edge_targets, concepts)),
        (
            "relations",
            t.edge_relations.len() == t.edge_targets.len()
                && t.edge_weights.len() == t.edge_targets.len()
                && t.edge_relations.iter().all(|relation| usize::from(*relation) < Relation::ALL.len()),
        ),
        ("words", t.exact.len() == t.exact_concepts.len() && t.exact.len() == t.exact_flags.len()),
        (
            "singulars",
            t.singular.len() == t.singular_concepts.len() && t.singular.len() == t.singular_flags.len(),
        ),
        ("word concepts", below(&t.exact_concepts, concepts) && below(&t.singular_concepts, concepts)),
        (
            "phrases",
            starts(&t.child_starts, nodes, t.child_terms.len()) && below(&t.child_terms, t.roots.len()),
        ),
        (
            "phrase concepts",
            t.node_concepts.len() == nodes
                && t.node_flags.len() == nodes
                && t.node_concepts.iter().all(|concept| *concept == NONE || (*concept as usize) < concepts),
        ),
        (
            "occupations",
            occupations <= usize::from(u16::MAX)
                && t.occupation_labels_fr.len() == occupations
                && t.occupation_labels_en.len() == occupations
                && t.occupation_texts.len() == occupations,
        ),
        (
            "occupation skills",
            starts(&t.skill_starts, occupations, t.skill_concepts.len())
                && t.skill_cores.len() == t.skill_concepts.len()
                && below(&t.skill_concepts, concepts),
        ),
        (
            "mobility",
            starts(&t.move_starts, occupations, t.move_targets.len())
                && t.move_weights.len() == t.move_targets.len()
                && below(&t.move_targets, occupations),
        ),
        (
            "titles",
            t.titles.len() == t.title_occupations.len()
                && t.titles.len() == t.title_weights.len()
                && below(&t.title_occupations, occupations),
        ),
    ];
    match sound.iter().find(|(_, sound)| !sound) {
        Some((what, _)) => Err(Error::Corrupt {
            what: "the taxonomy".to_owned(),
            why: format!("its {what} do not fit together"),
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_builtin_graph_knows_skills_occupations_and_titles() {
        let graph = Graph::builtin();
        let react = graph.find("ReactJS").unwrap();
        assert_eq!(graph.id(react), "tech:react");
        assert_eq!(graph.by_id("tech:react"), Some(react));
        assert_eq!(graph.find("React.js"), Some(react));
        assert_eq!(graph.kind(react), Kind::Technology);
        assert_eq!(graph.find("gérer les stocks"), graph.find("Gestion des stocks"));
        let developer = graph.by_rome("M1805").unwrap();
        assert_eq!(graph.rome(developer), "M1805");
        assert!(!graph.core_skills(developer).is_empty() && !graph.mobility(developer).is_empty());
        let skill = graph.core_skills(developer)[0];
        assert!(skill.core && graph.skill_occupations(skill.concept).contains(&developer));
        let title = |text: &str| graph.titles().iter().any(|title| &*title.text == text);
        assert!(
            title("abatteur de carriere") && title("abatteuse de carriere") && title("software developer")
        );
    }

    #[test]
    fn edges_are_seen_from_both_ends() {
        let graph = Graph::builtin();
        let seen = |from: ConceptId, to: ConceptId| {
            graph.neighbours(from).iter().find(|edge| edge.to == to).copied()
        };
        for from in (0..graph.len() as u32).step_by(97).map(ConceptId) {
            for edge in graph.neighbours(from) {
                let back = seen(edge.to, from).unwrap();
                assert_eq!((back.relation, back.weight), (edge.relation.inverse(), edge.weight));
            }
        }
    }

    #[test]
    fn refuses_tables_that_do_not_fit_together() {
        let tables = Tables { kinds: vec![0], ..Tables::default() };
        assert!(Graph::from_bytes(&tables.encode()).is_err());
    }
}
