//! Finds the graph's concepts in free text in one pass, longest match first.

use std::ops::Range;

use super::context::{Context, Cue, cue};
use super::graph::{Graph, Named, PatternFlags};
use super::words::{Case, Gap, Word, each_word, glued_parts, is_stop, root_into, singular};
use super::{ConceptId, Kind, Lang};

/// A concept found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The concept.
    pub concept: ConceptId,
    /// Bytes of the text that name it.
    pub range: Range<usize>,
}

/// A word of the text with what the extractor needs of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) gap: Gap,
    pub(super) case: Case,
    pub(super) stop: bool,
    pub(super) conjunction: bool,
    pub(super) introduces_tool: bool,
    pub(super) letter: bool,
    pub(super) number: bool,
    pub(super) cue: Cue,
    /// Number of its root in the graph, [`NO_ROOT`] when no phrase holds it.
    pub(super) root: u32,
    named: Option<Named>,
}

/// A concept that may be named by tokens `first..=last`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) named: Named,
    pub(super) kind: Kind,
}

/// Words without sense that a phrase may hold in a row, as in « gestion de la paie ».
const LONGEST_SKIP: usize = 3;

/// A text with the concepts that it names.
pub struct Reading {
    pub(super) tokens: Vec<Token>,
    /// Concepts named, in the order of the text; they do not overlap.
    pub mentions: Vec<Mention>,
}

impl Graph {
    /// The concepts that a text names: the longest match wins over what it covers, mentions do not overlap and
    /// come in the order of the text. Names that are ordinary words count only where case and context say so;
    /// what the text says is absent or not needed is left out.
    pub fn extract(&self, text: &str) -> Vec<Mention> {
        self.read(text).mentions
    }

    /// As [`Graph::extract`], keeping the text's words for [`Reading::of_trades`].
    pub fn read(&self, text: &str) -> Reading {
        let (tokens, lang) = self.tokens(text);
        let mut candidates = Vec::new();
        for first in 0..tokens.len() {
            self.candidates_at(&tokens, first, lang, &mut candidates);
        }
        let context = Context::new(&tokens, &candidates);
        let mut kept: Vec<&Candidate> = candidates
            .iter()
            .enumerate()
            .filter(|(i, _)| context.accepts(*i))
            .map(|(_, kept)| kept)
            .collect();
        // A name counts double: in « Windows Server administration » it is the first two words that go together.
        let strength = |c: &Candidate| {
            let length = tokens[c.last].end - tokens[c.first].start;
            let name = c.kind == Kind::Technology || c.named.flags.has(PatternFlags::SILENT);
            if name && c.last > c.first { 2 * length } else { length }
        };
        kept.sort_by_key(|c| (std::cmp::Reverse(strength(c)), c.first));
        let mut taken = vec![false; tokens.len()];
        kept.retain(|c| {
            let free = !taken[c.first..=c.last].contains(&true);
            if free {
                taken[c.first..=c.last].fill(true);
            }
            free && !c.named.flags.has(PatternFlags::SILENT)
        });
        kept.sort_by_key(|c| c.first);
        let range = |c: &Candidate| tokens[c.first].start as usize..tokens[c.last].end as usize;
        let mentions = kept.iter().map(|c| Mention { concept: c.named.concept, range: range(c) }).collect();
        Reading { tokens, mentions }
    }

    fn candidates_at(&self, tokens: &[Token], first: usize, lang: Option<Lang>, out: &mut Vec<Candidate>) {
        let token = &tokens[first];
        let mut push = |first, last, named: Named| {
            out.push(Candidate { first, last, named, kind: self.kind(named.concept) });
        };
        if let Some(named) = token.named.filter(|named| speaks(named.flags, lang)) {
            push(first, first, named);
        }
        if token.stop || token.root == NO_ROOT {
            return;
        }
        let mut node = match self.child(0, token.root) {
            Some(node) => node,
            None => return,
        };
        // « maintenance préventive et curative »: the second of two that share their noun.
        if let Some((at, named)) = self.second_of_two(tokens, first, node) {
            push(at, at, named);
        }
        let mut skipped = 0;
        for (i, next) in tokens.iter().enumerate().skip(first + 1) {
            if !matches!(next.gap, Gap::Soft | Gap::Slash) || skipped > LONGEST_SKIP {
                break;
            }
            if next.stop {
                skipped += 1;
                continue;
            }
            match (next.root != NO_ROOT).then(|| self.child(node, next.root)).flatten() {
                Some(child) => (node, skipped) = (child, 0),
                None => break,
            }
            if let Some(named) = self.named(node) {
                push(first, i, named);
            }
        }
    }

    /// What two words joined by « et » or « ou » after a noun make of it: the token of the second, and the concept
    /// that it names with the noun, whose trie node this is.
    fn second_of_two(&self, tokens: &[Token], noun: usize, node: u32) -> Option<(usize, Named)> {
        let soft = |at: usize| tokens.get(at).is_some_and(|token| token.gap == Gap::Soft);
        let after_stops = |mut at: usize| {
            while soft(at) && tokens[at].stop {
                at += 1;
            }
            soft(at).then_some(at)
        };
        let one = after_stops(noun + 1)?;
        if !soft(one + 1) || !tokens[one + 1].conjunction {
            return None;
        }
        let other = after_stops(one + 2)?;
        let root = tokens[other].root;
        let child = (root != NO_ROOT).then(|| self.child(node, root)).flatten()?;
        Some((other, self.named(child)?))
    }

    fn tokens(&self, text: &str) -> (Vec<Token>, Option<Lang>) {
        let mut tokens = Vec::with_capacity(text.len() / 5);
        let mut root = String::with_capacity(32);
        let (mut french, mut english) = (0_u32, 0_u32);
        each_word(text, |word| {
            match speaker(word.folded) {
                Some(Lang::Fr) => french += 1,
                Some(Lang::En) => english += 1,
                None => french += u32::from(word.elided),
            }
            let token = self.token(text, &word, &mut root);
            if word.case == Case::Mixed && token.named.is_none() && token.root == NO_ROOT {
                let known = |folded: &str| self.word(folded, folded).is_some();
                let parts = glued_parts(text, &word, known);
                if !parts.is_empty() {
                    tokens.extend(parts.iter().map(|part| self.token(text, &part.word(), &mut root)));
                    return;
                }
            }
            tokens.push(token);
        });
        let lang = match french.cmp(&english) {
            std::cmp::Ordering::Greater => Some(Lang::Fr),
            std::cmp::Ordering::Less => Some(Lang::En),
            std::cmp::Ordering::Equal => None,
        };
        (tokens, lang)
    }

    fn token(&self, text: &str, word: &Word<'_>, root: &mut String) -> Token {
        let stop = word.elided || is_stop(word.folded);
        let mut token = Token {
            start: word.start as u32,
            end: word.end as u32,
            gap: word.gap,
            case: word.case,
            stop,
            conjunction: matches!(word.folded, "et" | "ou" | "and" | "or"),
            introduces_tool: matches!(word.folded, "sous" | "sur" | "via"),
            letter: word.folded.len() == 1 && !word.folded.starts_with(|c: char| c.is_ascii_digit()),
            number: word.folded.bytes().all(|b| b.is_ascii_digit()),
            cue: cue(word.folded),
            root: NO_ROOT,
            named: None,
        };
        if !stop {
            root_into(word.folded, root);
            token.root = self.root(root).unwrap_or(NO_ROOT);
            token.named = (self.word(word.folded, &singular(word.folded)))
                .filter(|named| {
                    !named.flags.has(PatternFlags::ACUTE) || ends_acute(&text[word.start..word.end])
                })
                .or_else(|| self.versioned(word.folded));
        }
        token
    }

    /// `html5` and `python3` name what `html` and `python` name.
    fn versioned(&self, folded: &str) -> Option<Named> {
        let name = folded.trim_end_matches(|c: char| c.is_ascii_digit());
        if name.len() == folded.len() || name.len() < 3 {
            return None;
        }
        let named = self.word(name, name)?;
        let sure = !named.flags.has(PatternFlags::AMBIGUOUS) && !named.flags.has(PatternFlags::CASED);
        (sure && self.kind(named.concept) == Kind::Technology).then_some(named)
    }
}

/// Whether a written word may be one that ends in « é » or « és »: « métrés », or « METRES » without accents, but
/// not « mètres ».
fn ends_acute(written: &str) -> bool {
    written.is_ascii() || written.trim_end_matches(['s', 'S']).ends_with(['é', 'É', '\u{301}'])
}

pub(super) const NO_ROOT: u32 = u32::MAX;

/// Whether a single-word label may stand in a text of this language.
fn speaks(flags: PatternFlags, lang: Option<Lang>) -> bool {
    match lang {
        None => true,
        Some(Lang::Fr) => flags.has(PatternFlags::FRENCH),
        Some(Lang::En) => flags.has(PatternFlags::ENGLISH),
    }
}

/// The language that a frequent little word gives away.
fn speaker(folded: &str) -> Option<Lang> {
    match folded {
        "de" | "des" | "du" | "le" | "la" | "les" | "et" | "au" | "aux" | "dans" | "pour" | "une"
        | "vous" | "sur" | "avec" | "nous" | "est" | "ou" => Some(Lang::Fr),
        "the" | "of" | "and" | "to" | "for" | "with" | "in" | "is" | "are" | "you" | "we" | "our"
        | "your" | "or" => Some(Lang::En),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Vec<&'static str> {
        let graph = Graph::builtin();
        graph.extract(text).into_iter().map(|mention| graph.label(mention.concept, Lang::Fr)).collect()
    }

    #[test]
    fn two_that_share_their_noun_are_both_named() {
        let found = labels("Assurer la maintenance curative et préventive");
        assert_eq!(found, ["Maintenance curative", "Maintenance préventive"]);
    }

    #[test]
    fn glued_names_are_read_one_by_one() {
        assert_eq!(labels("PythonJavaSQL"), ["Python", "Java", "SQL"]);
        assert_eq!(labels("JavaScriptPostgreSQL"), ["JavaScript", "PostgreSQL"]);
    }

    #[test]
    fn what_is_taken_back_is_not_named() {
        assert!(labels("Aucune compétence en comptabilité n'est requise.").is_empty());
        assert!(labels("Excel non exigé").is_empty());
        assert_eq!(labels("Comptabilité exigée, pas seulement souhaitée"), ["Comptabilité"]);
    }
}
