//! Extraction against sentences labelled by hand (`data/skill_sentences.jsonl`).

use std::collections::BTreeSet;

use jobmatch_index::skills::{ConceptId, Graph, Lang, Relation};
use serde::Deserialize;

#[derive(Deserialize)]
struct Sentence {
    text: String,
    /// Labels that the extractor must find.
    skills: Vec<String>,
    /// Labels that it must not find.
    #[serde(default)]
    not: Vec<String>,
    /// Labels that a reader may or may not count.
    #[serde(default)]
    allow: Vec<String>,
}

const PRECISION: f64 = 0.95;
const RECALL: f64 = 0.85;

#[test]
fn finds_the_skills_of_sentences_and_little_else() {
    let graph = Graph::builtin();
    let (mut right, mut wrong, mut missed) = (0_u32, 0_u32, 0_u32);
    let mut failures = Vec::new();
    for (line, number) in include_str!("data/skill_sentences.jsonl").lines().zip(1..) {
        let sentence: Sentence =
            serde_json::from_str(line).unwrap_or_else(|why| panic!("line {number}: {why}"));
        let concepts = |labels: &[String]| -> Vec<ConceptId> {
            let find = |label: &String| {
                graph.find(label).unwrap_or_else(|| panic!("line {number}: no concept {label:?}"))
            };
            labels.iter().map(find).collect()
        };
        let wanted = concepts(&sentence.skills);
        // What need not be found, or must not be, may be missing from the graph.
        let known = |labels: &[String]| -> Vec<ConceptId> {
            labels.iter().filter_map(|label| graph.find(label)).collect()
        };
        let (allowed, unwanted) = (known(&sentence.allow), known(&sentence.not));
        let found: BTreeSet<ConceptId> =
            graph.extract(&sentence.text).iter().map(|found| found.concept).collect();
        for wish in &wanted {
            if found.iter().any(|concept| same(graph, *concept, *wish)) {
                right += 1;
            } else {
                missed += 1;
                failures.push(format!("line {number}: missed {}", graph.label(*wish, Lang::Fr)));
            }
        }
        for concept in found {
            let within = |list: &[ConceptId]| list.iter().any(|other| same(graph, concept, *other));
            if within(&unwanted) || !(within(&wanted) || within(&allowed)) {
                wrong += 1;
                failures.push(format!("line {number}: wrong {}", graph.label(concept, Lang::Fr)));
            }
        }
    }
    let precision = f64::from(right) / f64::from(right + wrong);
    let recall = f64::from(right) / f64::from(right + missed);
    assert!(
        precision >= PRECISION && recall >= RECALL,
        "precision {precision:.3}, recall {recall:.3}\n{}",
        failures.join("\n")
    );
}

fn same(graph: &Graph, a: ConceptId, b: ConceptId) -> bool {
    a == b || graph.neighbours(a).iter().any(|edge| edge.to == b && edge.relation == Relation::SameAs)
}
