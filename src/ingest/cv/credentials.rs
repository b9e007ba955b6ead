//! Licences, authorisations and certificates that a line of a CV names.

use std::sync::LazyLock;

use jobmatch_index::skills::fold;
use regex::Regex;

use super::education;
use super::statements;
use crate::ingest::prose;

/// Licences that `line` claims: the normal forms that offers ask for, and the kinds of authorisation that a CV tells
/// apart and offers hardly do (« Habilitation électrique BR »).
pub(super) fn licences(line: &str) -> Vec<String> {
    static UP_TO_DATE: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"(?i)\s*(?:à jour|valides?|en cours de validité|recyclée?s?(?: en)? \d{2,4})\b")
    });
    let line = UP_TO_DATE.replace_all(&statements::claims(line), "").into_owned();
    let folded = fold(&line);
    let mut found: Vec<String> = Vec::new();
    let mut add = |name: String| {
        if !found.contains(&name) {
            found.push(name);
        }
    };
    // « Permis B en cours » is no licence yet.
    let held = |words: &str| !folded.contains(&format!("{} en cours", fold(words)));
    for licence in prose::licences(&line) {
        if held(&licence.words) {
            add(licence.value.name);
        }
    }
    for symbol in electrical(&line) {
        add("Habilitation électrique".to_owned());
        add(format!("Habilitation électrique {symbol}"));
    }
    for (pattern, name) in OTHERS.iter() {
        for named in pattern.captures_iter(&line) {
            let kind =
                named.get(1).map_or_else(String::new, |kind| format!(" {}", kind.as_str().to_uppercase()));
            add(format!("{name}{kind}"));
        }
    }
    found
}

/// The symbols of an authorisation to work near electricity. Two at least, or one beside the word: « BE » is also a
/// driving licence.
fn electrical(line: &str) -> Vec<String> {
    static SYMBOL: LazyLock<Regex> =
        LazyLock::new(|| regex(r"\b(?:H0B0|[BH]0[VL]?|B1[VTL]?|B2[VTL]?|H1V?|H2V?|B[CEPRSF]|H[CEF])\b"));
    static ELECTRIC: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)habilit|[ée]lectri"));
    static DRIVING: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)\bpermis\b|niveau|\btoeic\b|anglais|allemand"));
    if DRIVING.is_match(line) {
        return Vec::new();
    }
    let mut symbols: Vec<String> = SYMBOL.find_iter(line).map(|found| found.as_str().to_owned()).collect();
    symbols.dedup();
    let digits = symbols.iter().filter(|symbol| symbol.contains(|c: char| c.is_ascii_digit())).count();
    let only = line.split_whitespace().count() <= symbols.len() * 2 + 3;
    if ELECTRIC.is_match(line) || symbols.len() >= 2 && digits >= 1 && only { symbols } else { Vec::new() }
}

/// Authorisations that offers hardly ask for.
static OTHERS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    [
        (r"(?i)\bAFGSU ?(?:niveau ?)?([12])?", "AFGSU"),
        (r"(?i)\bATEX ?(?:niveau ?)?([0-2](?: ?[EM])?)?\b", "ATEX"),
        (r"(?i)\btravail en hauteur\b", "Travail en hauteur"),
        (r"(?i)\bpermis\b[^.;]{0,20}\bbateau\b", "Permis bateau"),
        (r"(?i)\bpontier\b", "Pontier"),
        (r"(?i)\bnacelles? (?:cat\.? ?)?([13][AB])\b", "CACES R486"),
    ]
    .into_iter()
    .map(|(pattern, name)| (regex(pattern), name))
    .collect()
});

/// Whether `text` names a certificate by a name that many know.
pub(super) fn names_certificate(text: &str) -> bool {
    static KNOWN: LazyLock<Regex> = LazyLock::new(|| {
        regex(concat!(
            r"\b(?:PSM|PSPO|PSK|SAFe (?:SSM|SA|POPM|RTE|\d)|ITIL|PRINCE ?2|PMP|PMI|CAPM|ISTQB|IREB|CISSP|CISA|CISM|CEH|OSCP|TOGAF|APICS|CPIM|CSCP|CSM|CSPO|ICP-ACC|KMP|CCNA|CCNP|LPIC|RHCE|RHCSA|CKAD?|AZ-\d{3}|DP-\d{3}|AWS Certified|TOSA|CléA|AMF|IOBSP|IAS|IPC[ -]?A?-?\d{3}|DELF|DALF|HMONP|ACCA|CPA|Green Belt|Black Belt)\b",
            r"|(?i:\bcertifi(?:é|ée|ed|cation|cate)\b|\bhabilitation examinat)",
        ))
    });
    KNOWN.is_match(text)
}

/// The certificates that a line names among other things, as written.
pub(super) fn certificates(line: &str) -> Vec<String> {
    let claims = statements::claims(line);
    let parts = education::parts(&claims);
    let named = parts.into_iter().filter(|part| {
        names_certificate(part)
            && !education::names_diploma(part)
            && !super::titles::names_trade(part)
            && super::lines::word_count(part) <= 9
    });
    named.map(|part| part.trim_matches(['.', ' ', ',', ';']).to_owned()).collect()
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("constant pattern")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_with_their_categories() {
        for (line, expected) in [
            ("CACES R482 A, B1 à jour, G", &["CACES R482-A", "CACES R482-B1", "CACES R482-G"][..]),
            (
                "B1V BR BC",
                &[
                    "Habilitation électrique",
                    "Habilitation électrique B1V",
                    "Habilitation électrique BR",
                    "Habilitation électrique BC",
                ],
            ),
            ("Permis B, BE", &["Permis B", "Permis BE"]),
            ("Permis : B, C", &["Permis B", "Permis C"]),
            ("Permis B C CE", &["Permis B", "Permis C", "Permis CE"]),
            ("Pas de permis", &[]),
            ("AFGSU 2", &["AFGSU 2"]),
        ] {
            assert_eq!(licences(line), expected, "{line}");
        }
    }

    #[test]
    fn certificates_among_other_words() {
        assert_eq!(
            certificates("PSM II (2020), SAFe SSM 5, ICP-ACC"),
            ["PSM II (2020)", "SAFe SSM 5", "ICP-ACC"]
        );
        assert!(certificates("Tenue de la caisse, accueil").is_empty());
    }
}
