//! Diplomas and their level.

use std::ops::Range;
use std::sync::LazyLock;

use jobmatch_index::offer::{DiplomaAsked, DiplomaLevel, Found, Need};
use regex::Regex;

use super::need::need;
use super::text::{Prose, Topic};

impl Prose<'_> {
    /// The diploma that the text asks for: the lowest level that will do, read from the first sentence that
    /// names one. Diplomas that the job prepares for (apprenticeships) are left out.
    pub fn diploma(&self) -> Option<Found<DiplomaAsked>> {
        static ASIDE: LazyLock<Regex> = LazyLock::new(|| {
            regex(
                r"prepar|\bvise|en vue d|obteni|decroch|validez|delivr|eleves?\b|etudiants? en|cours de|enseign|niveau (?:cp|primaire|college)|financ|vae\b|inscri|intervenants",
            )
        });
        let text = self.folded();
        let mut asked: Option<(u8, Range<usize>, Need, Range<usize>)> = None;
        for (level, range) in mentions(self) {
            let clause = self.clause(&range, 110);
            if let Some((lowest, words, _, first)) = &mut asked {
                // Only what stands in the same sentence is an alternative.
                if range.start >= first.end {
                    break;
                }
                *lowest = level.min(*lowest);
                words.end = range.end;
                continue;
            }
            let head = &text[clause.start..range.start];
            if !ASIDE.is_match(head)
                && let Some(need) = need(self, &range)
            {
                asked = Some((level, range.clone(), need, clause));
            }
        }
        let (level, range, need, _) = asked?;
        Some(Found::in_prose(DiplomaAsked { level: DiplomaLevel(level), need }, self.words(range)))
    }

    /// The highest level of diploma that a line of a CV or the label of a training field names.
    pub fn diploma_held(&self) -> Option<DiplomaLevel> {
        let said = mentions(self).map(|(level, _)| level).max();
        said.or_else(|| held_only(self)).map(DiplomaLevel)
    }
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is sound")
}

/// How a name must be written to be one: « CAP » and « BUT » name diplomas, « cap » and « but » do not.
#[derive(PartialEq)]
enum Case {
    Any,
    Initial,
    Capitals,
}

/// Levels with the words for them, in the folded text; alternation takes the first that fits, so ranges
/// (« bac+3/5 ») come before their ends. Levels of the state diplomas: repertoire of France compétences.
const LEVELS: [(u8, Case, &str); 13] = [
    (4, Case::Any, r"bac(?:calaureat)?(?: pro)? ?a bac ?\+? ?[2-5]"),
    (6, Case::Any, r"(?:niveaux? )?bac ?\+? ?[34] ?(?:/|a|-|ou) ?(?:bac ?\+ ?)?[3-8]"),
    (5, Case::Any, r"(?:niveaux? )?bac ?\+? ?2 ?(?:/|a|-|ou) ?(?:bac ?\+ ?)?[3-8]"),
    (
        8,
        Case::Any,
        r"(?:niveaux? )?bac ?\+? ?8\b|doctorat\b|\bph\.?d\b|docteur en (?:sciences|informatique|chimie|physique|droit|biologie)|these de doctorat|diplome de (?:pharmacien|chirurgien|veterinaire|medecin)|diplome d' ?e?tat de docteur",
    ),
    (
        7,
        Case::Any,
        r"(?:niveaux? )?bac ?\+? ?[567]\b|niveau 7 ?\(?(?:bac|rncp)|\bmaster'?s?(?: degree)?\b|\bmasters? ?[12]?\b|mastere\b|\bm2\b|\bmba\b|\bmsc\b|\bdess\b|\bdscg\b|(?:ecoles?|diplomes?|titre|formation|cursus|diplomee?s?) (?:\w+ )?(?:d'?|en )?ingenieure?s?|\bingenieure? diplome|engineering degree|ecoles? (?:superieure )?de commerce|diplome d' ?e?tat de (?:masseur|sage)|\bcafdes\b|diplome (?:de masseur|d'orthophoniste|de sage)",
    ),
    (
        6,
        Case::Any,
        r"(?:niveaux? )?bac ?\+? ?[34]\b|niveau 6 ?\(?(?:bac|rncp)|\blicence (?:pro|en\b|de (?:droit|langue|lettres|psycho|gestion)|ou\b|/|\(|informatique|generale|universitaire|minimum|staps)|licence/|\bbachelor'?s?\b|maitrise (?:de|en) (?:droit|gestion|sciences)|\bdcg\b|diplome d' ?e?tat (?:d'|de |d')?(?:infirmier|educateur specialise|assistante? de service|ergo|educateur de jeunes|manipulateur|psychomot)|\bde(?:es|eje|ass)\b|infirmiere?(?:\(e\))? diplome|diplome d'?(?:infirmier|educateur)|\bcaferuis\b|\bdesjeps\b|manipulateur\w* diplome",
    ),
    (
        5,
        Case::Any,
        r"(?:niveaux? )?bac ?\+? ?2\b|niveau 5 (?:a niveau \d )?\(?(?:bac|rncp)|\bbtsa?\b|\bdut\b|\bdeug\b|\bdeust\b|\bdejeps\b|associate'?s? degree",
    ),
    (
        4,
        Case::Any,
        r"\bniveau bac\b|\bbac(?:calaureat)? (?:pro|general|techno|scientif|minimum|st2s|sti|stmg|ou equi|exige|requis|souhait)|baccalaureat\b|niveau 4 ?\(?(?:bac|rncp)|\bbac ?(?:/|a bac|,)|high school diploma|\bbp ?jeps\b|brevet professionnel|\bdeas\b|\bdeme\b|\bdeap\b|\bdetisf\b|diplome d' ?e?tat (?:d'|de |d')?(?:aide[- ]soignant|auxiliaire de puer|moniteur|technicien de l'intervention)|\bde (?:d')?(?:aide[- ]soignant|auxiliaire de puer)|diplome d'?(?:aide[- ]soignant|auxiliaire de puer)",
    ),
    (
        3,
        Case::Any,
        r"\bbep\b|\bcap ?(?:/|ou\b|aepe|petite enfance|cuisine|boucher|patissi|boulanger|coiffure|esthetique|electri|macon|plomb|mecan|minimum|souhait|exige|requis)|(?:niveau|titulaires? d(?:u|'un)) cap\b|niveau 3 ?\(?(?:cap|rncp)|\bdeaes\b|\bdeavs\b|diplome d' ?e?tat (?:d'|de |d')?(?:accompagnant|ambulancier|auxiliaire de vie)|mention complementaire|\bbpa\b",
    ),
    (3, Case::Capitals, r"\bcap\b"),
    (4, Case::Initial, r"\bbac\b"),
    (6, Case::Capitals, r"\bbut\b"),
    (6, Case::Initial, r"\blicence\b"),
];

static MENTIONS: LazyLock<Regex> = LazyLock::new(|| {
    let groups = LEVELS.iter().map(|(_, _, words)| format!("({words})"));
    regex(&format!("^(?:{})", groups.collect::<Vec<_>>().join("|")))
});

/// Every diploma named, with its level, in order.
fn mentions<'a>(prose: &'a Prose<'_>) -> impl Iterator<Item = (u8, Range<usize>)> + 'a {
    static NOT_BEFORE: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?:scrum|web|quarter|thermo|data|paste|une)[ -]?$"));
    static NOT_AFTER: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"^(?:[ -]?(?:data|class|chef|plan|schedule|branch|card|mind|file|record|agreement)|s? (?:logiciel|microsoft|iv\b|4|d'exploit|de transport|de taxi))",
        )
    });
    let text = prose.folded();
    let mut free = 0;
    prose.hits(Topic::Diploma).filter_map(move |at| {
        if at < free {
            return None;
        }
        let found = MENTIONS.captures(&text[at..prose.line(at).end])?;
        let range = at..at + found.get(0)?.end();
        let (level, case, _) = &LEVELS[(0..LEVELS.len()).find(|group| found.get(group + 1).is_some())?];
        let head = &text[at.saturating_sub(10)..at];
        let masterly = text[at..].starts_with("master") && NOT_BEFORE.is_match(head);
        if masterly || NOT_AFTER.is_match(&text[range.end..]) {
            return None;
        }
        let written = prose.words(range.clone());
        let line_is_shouted = || !prose.words(prose.line(at)).chars().any(char::is_lowercase);
        let named = match case {
            Case::Any => true,
            Case::Initial => {
                let led = ["ou ", "une ", "d'un ", "un ", "du ", "niveau ", "type ", "/", "/ "];
                written.starts_with(char::is_uppercase) || led.iter().any(|word| head.ends_with(word))
            }
            Case::Capitals => !written.chars().any(char::is_lowercase) && !line_is_shouted(),
        };
        if named {
            free = range.end;
        }
        named.then_some((*level, range))
    })
}

/// Words that name a diploma only where one is expected, as in a line of a CV's education.
fn held_only(prose: &Prose<'_>) -> Option<u8> {
    static HELD: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?P<l8>\bdoctor)|(?P<l7>\bniveau (?:7|i)\b|\bingenieur|\bm2\b|\bmagistere|\bdea\b|expertise comptable)|(?P<l6>\bniveau (?:6|ii)\b|\blicence\b|\bm1\b|\bmaitrise\b|\bl3\b|\bbut\b|\bbachelor)|(?P<l5>\bniveau (?:5|iii)\b|\bprepa\b|classes? prepa|\bcpge\b|\bl2\b)|(?P<l4>\bniveau (?:4|iv)\b|\bbac\b|\bdaeu\b|\bbp\b)|(?P<l3>\bniveau (?:3|v)\b|\bbepa\b|\bcap\b|\bmc\b)|(?P<l2>brevet des colleges|\bdnb\b)",
        )
    });
    let found = HELD
        .captures_iter(prose.folded())
        .filter_map(|found| (2..=8).rev().find(|level| found.name(&format!("l{level}")).is_some()));
    found.max()
}
