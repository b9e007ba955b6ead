//! Finds what ROME gives to an offer's own trades where the offer says it in other words.
//!
//! « Vous réglez et surveillez les paramètres de la machine » is « Régler les paramètres des machines » to anyone who
//! knows the trade. Outside it the same words may mean anything, so only the skills of the trades that are asked
//! about are looked for: the words of a label that carry sense, in any order, close together in one sentence.

use std::sync::LazyLock;

use super::context::denied;
use super::extract::{Mention, NO_ROOT, Reading, Token};
use super::graph::Graph;
use super::words::{Case, Gap, each_word, is_stop, root_into};
use super::{ConceptId, Kind, OccupationId};
use crate::lang::Lang;

/// Skills that more occupations have than this say little of any.
const GENERAL: usize = 60;
/// Part of a label's words, by their rarity, that a sentence must say.
const LEAST_SAID: f32 = 0.75;
/// Part of the words said, by their rarity, that no mention has said already.
const LEAST_NEW: f32 = 0.5;
/// Words of a sentence, for each word of the label after the first, among which they must stand.
const SPREAD: usize = 2;

/// A clause of a skill's label.
struct Phrase {
    concept: ConceptId,
    /// Roots that carry sense, in the order of the label.
    roots: Box<[u32]>,
    /// Sum of their rarity.
    weight: f32,
}

/// The skills of every occupation as roots.
struct TradePhrases {
    phrases: Vec<Phrase>,
    /// By occupation: numbers of its phrases.
    by_occupation: Vec<Box<[u32]>>,
    /// By root.
    rarity: Vec<f32>,
}

impl TradePhrases {
    fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<TradePhrases> = LazyLock::new(|| TradePhrases::new(Graph::builtin()));
        &BUILTIN
    }

    fn new(graph: &Graph) -> Self {
        let concepts = (0..graph.len() as u32).map(ConceptId).filter(|concept| {
            let trades = graph.skill_occupations(*concept).len();
            let kind = graph.kind(*concept);
            (1..GENERAL).contains(&trades)
                && matches!(kind, Kind::Skill | Kind::Knowledge)
                && !graph.is_silent(*concept)
        });
        let mut clauses: Vec<(ConceptId, Vec<u32>)> = Vec::new();
        let mut frequency = vec![0_u32; graph.root_count()];
        for concept in concepts {
            for clause in clauses_of(graph, graph.label(concept, Lang::Fr)) {
                clause.iter().for_each(|root| frequency[*root as usize] += 1);
                clauses.push((concept, clause));
            }
        }
        let all = clauses.len() as f32;
        let rarity: Vec<f32> = frequency.iter().map(|n| (all / (1.0 + *n as f32)).ln()).collect();
        let mut by_occupation = vec![Vec::new(); graph.occupation_count()];
        let mut phrases = Vec::with_capacity(clauses.len());
        for (concept, roots) in clauses {
            for occupation in graph.skill_occupations(concept) {
                by_occupation[usize::from(occupation.0)].push(phrases.len() as u32);
            }
            let weight = roots.iter().map(|root| rarity[*root as usize]).sum();
            phrases.push(Phrase { concept, roots: roots.into(), weight });
        }
        Self { phrases, by_occupation: by_occupation.into_iter().map(Into::into).collect(), rarity }
    }
}

/// The roots of a label that carry sense, one list a clause; what follows « selon » or stands in brackets says only
/// how the work is done.
fn clauses_of(graph: &Graph, label: &str) -> Vec<Vec<u32>> {
    let label = label.split(['(', ':']).next().unwrap_or(label);
    let label = label.split(" selon ").next().unwrap_or(label);
    let label = label.split(" en fonction ").next().unwrap_or(label);
    let mut clauses = vec![Vec::new()];
    let mut root = String::new();
    // After a comma only what is done stands for itself: « charger, décharger des produits », not « internes et
    // externes ».
    let mut counts = true;
    each_word(label, |word| {
        if word.gap == Gap::List && clauses.last().is_some_and(|clause: &Vec<u32>| !clause.is_empty()) {
            clauses.push(Vec::new());
            counts =
                word.folded.ends_with("er") || word.folded.ends_with("ir") || word.folded.ends_with("re");
        }
        if !counts {
            return;
        }
        if word.elided || is_stop(word.folded) || is_light(word.folded) {
            return;
        }
        root_into(word.folded, &mut root);
        if let (Some(number), Some(clause)) = (graph.root(&root), clauses.last_mut())
            && !clause.contains(&number)
        {
            clause.push(number);
        }
    });
    clauses.retain(|clause| (2..=8).contains(&clause.len()));
    clauses
}

/// Words that the labels of skills are made with, whatever they are about.
fn is_light(folded: &str) -> bool {
    matches!(
        folded,
        "et" | "ou"
            | "technique"
            | "techniques"
            | "utilisation"
            | "utiliser"
            | "connaissance"
            | "connaissances"
            | "maitrise"
            | "maitriser"
            | "procedure"
            | "procedures"
            | "principes"
            | "principe"
            | "regles"
            | "regle"
            | "normes"
            | "norme"
            | "methodes"
            | "methode"
            | "caracteristiques"
            | "realiser"
            | "realisation"
            | "effectuer"
            | "assurer"
            | "proceder"
            | "appliquer"
            | "application"
            | "mettre"
            | "oeuvre"
            | "mise"
            | "faire"
            | "capacite"
            | "competences"
            | "competence"
            | "types"
            | "type"
            | "differents"
            | "differentes"
            | "divers"
            | "diverses"
            | "base"
            | "fondamentaux"
            | "savoir"
            | "lors"
            | "afin"
            | "tout"
            | "tous"
            | "toutes"
            | "toute"
            | "autres"
            | "autre"
            | "leurs"
            | "ses"
            | "entre"
            | "eux"
            | "etc"
            | "specifiques"
            | "specifique"
            | "adapte"
            | "adaptee"
            | "adaptes"
            | "adaptees"
            | "efficace"
            | "efficacement"
            | "operations"
            | "operation"
            | "activites"
            | "activite"
            | "travail"
            | "travaux"
            | "participer"
            | "contribuer"
            | "veiller"
            | "garantir"
            | "respecter"
            | "respect"
            | "suivant"
            | "professionnel"
            | "professionnelle"
            | "qualite"
    )
}

impl Reading {
    /// Skills of these occupations that the text says in other words than the graph's, in the order of the text.
    /// What the text says is absent or not needed is left out.
    pub fn of_trades(&self, trades: &[OccupationId]) -> Vec<Mention> {
        let known = TradePhrases::builtin();
        let tokens = &self.tokens;
        let mut said = vec![false; known.rarity.len()];
        for token in tokens.iter().filter(|token| token.root != NO_ROOT) {
            said[token.root as usize] = true;
        }
        let mut found: Vec<(f32, u32, Vec<usize>)> = Vec::new();
        let mut tried: Vec<u32> = Vec::new();
        for trade in trades {
            tried.extend_from_slice(&known.by_occupation[usize::from(trade.0)]);
        }
        tried.sort_unstable();
        tried.dedup();
        for number in tried {
            let phrase = &known.phrases[number as usize];
            let weigh = |roots: &mut dyn Iterator<Item = &u32>| -> f32 {
                roots.map(|root| known.rarity[*root as usize]).sum()
            };
            let all = weigh(&mut phrase.roots.iter().filter(|root| said[**root as usize]));
            if all < LEAST_SAID * phrase.weight {
                continue;
            }
            if let Some((weight, at)) = closest(tokens, phrase, &known.rarity)
                && weight >= LEAST_SAID * phrase.weight
                && at.len() >= 2
            {
                found.push((weight, number, at));
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut taken = vec![false; tokens.len()];
        for mention in &self.mentions {
            for (token, taken) in tokens.iter().zip(&mut taken) {
                *taken |=
                    mention.range.start <= token.start as usize && (token.end as usize) <= mention.range.end;
            }
        }
        let mut kept = Vec::new();
        for (weight, number, at) in found {
            let new: f32 = (at.iter().filter(|token| !taken[**token]))
                .map(|token| known.rarity[tokens[*token].root as usize])
                .sum();
            let (first, last) = (at[0], at[at.len() - 1]);
            if new < LEAST_NEW * weight || denied(tokens, first, last) {
                continue;
            }
            at.iter().for_each(|token| taken[*token] = true);
            let range = tokens[first].start as usize..tokens[last].end as usize;
            kept.push(Mention { concept: known.phrases[number as usize].concept, range });
        }
        kept.sort_by_key(|mention| mention.range.start);
        kept
    }
}

/// Where a sentence says most of a phrase, close together: the rarity of the words said, and their tokens.
fn closest(tokens: &[Token], phrase: &Phrase, rarity: &[f32]) -> Option<(f32, Vec<usize>)> {
    let reach = SPREAD * (phrase.roots.len() - 1) + 1;
    let is_part = |token: &Token| token.root != NO_ROOT && phrase.roots.contains(&token.root);
    let mut best: Option<(f32, Vec<usize>)> = None;
    for first in (0..tokens.len()).filter(|at| is_part(&tokens[*at])) {
        let mut at = vec![first];
        let mut weight = rarity[tokens[first].root as usize];
        for (i, token) in tokens.iter().enumerate().skip(first + 1).take(reach) {
            // A capital after a bullet or a colon begins something else.
            if token.gap == Gap::Sentence || (token.gap == Gap::List && token.case != Case::Lower) {
                break;
            }
            if is_part(token) && !at.iter().any(|seen| tokens[*seen].root == token.root) {
                at.push(i);
                weight += rarity[token.root as usize];
            }
        }
        if best.as_ref().is_none_or(|(other, _)| weight > *other) {
            best = Some((weight, at));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, rome: &str) -> Vec<String> {
        let graph = Graph::builtin();
        let trade = graph.by_rome(rome).unwrap();
        let mentions = graph.read(text).of_trades(&[trade]);
        mentions.into_iter().map(|mention| graph.label(mention.concept, Lang::Fr).to_owned()).collect()
    }

    #[test]
    fn the_words_of_a_trade_s_skill_may_come_in_another_order() {
        let text = "Vous réglez et surveillez les paramètres des machines.";
        assert!(
            found(text, "H2913").iter().any(|label| label.starts_with("Régler les paramètres")),
            "{:?}",
            found(text, "H2913")
        );
        assert!(found(text, "K1304").is_empty(), "another trade has no such skill");
    }

    #[test]
    fn words_far_apart_or_taken_back_say_nothing() {
        assert!(
            found("Les paramètres sont connus. Les machines tournent, réglez votre montre.", "H2913")
                .is_empty()
        );
        assert!(found("Vous n'aurez pas de paramètres de machines à régler.", "H2913").is_empty());
    }
}
