//! What a line claims, and what it only denies or wishes: « permis B » against « pas de permis », « cherche un poste
//! de cariste ». Both name things that the person does not have.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::lines::{CELL, word_count};

/// How a part of a line is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stance {
    Claim,
    /// The person says that they do not have it.
    Denial,
    /// The person looks for it.
    Wish,
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part<'a> {
    pub(super) stance: Stance,
    pub(super) text: &'a str,
}

/// The parts of `line` in order; what lies between them are signs.
pub(super) fn parts(line: &str) -> Vec<Part<'_>> {
    let mut found: Vec<(Range<usize>, Stance)> = Vec::new();
    let label = LABEL.find(line).map(|m| m.start());
    let mut wishing = false;
    for sentence in sentences(line) {
        let text = &line[sentence.clone()];
        let wish = match label {
            Some(at) if at <= sentence.start => Some(0),
            // « Cherche poste de magasinier. Dunkerque, Calais »
            _ => wish_start(text).or_else(|| (wishing && word_count(text) <= 8).then_some(0)),
        };
        wishing = wish.is_some();
        let wish = wish.map_or(sentence.end, |at| sentence.start + at);
        for denied in denials(&line[sentence.start..wish]) {
            found.push((sentence.start + denied.start..sentence.start + denied.end, Stance::Denial));
        }
        if wish < sentence.end {
            found.push((wish..sentence.end, Stance::Wish));
        }
    }
    let mut parts = Vec::with_capacity(2 * found.len() + 1);
    let mut at = 0;
    let mut push = |range: Range<usize>, stance| {
        let text = line[range].trim_matches(|c: char| c.is_whitespace() || ",;".contains(c));
        // A bracket whose other half went elsewhere.
        let text = if text.contains('(') { text } else { text.trim_end_matches(')') };
        let text =
            if text.contains(')') { text } else { text.trim_start_matches('(').trim_end_matches('(') }.trim();
        if text.chars().any(char::is_alphanumeric) {
            parts.push(Part { stance, text });
        }
    };
    for (range, stance) in found {
        push(at..range.start, Stance::Claim);
        at = range.end;
        push(range, stance);
    }
    push(at..line.len(), Stance::Claim);
    parts
}

/// The words of `line` that claim something.
pub(super) fn claims(line: &str) -> String {
    let parts = parts(line);
    if let [Part { stance: Stance::Claim, .. }] = parts.as_slice() {
        return line.to_owned();
    }
    let claims = parts.iter().filter(|part| part.stance == Stance::Claim);
    claims.map(|part| part.text).collect::<Vec<_>>().join(", ")
}

/// What a line denies, each as written.
pub(super) fn denied(line: &str) -> impl Iterator<Item = &str> {
    let denials = parts(line).into_iter().filter(|part| part.stance == Stance::Denial);
    denials.map(|part| part.text).filter(|text| word_count(text) > 1)
}

/// A line that opens so is about what is looked for, to its end.
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^\W*(?:(?:ce )?(?:que|qui) (?:je (?:cherche|recherche|souhaite|veux|vise)|j'aimerais|m'int[ée]resse(?:rait)?)|(?:je |j'ai )?(?:re)?cherche[sr]?|(?:emploi|poste|m[ée]tier|contrat|fonction)s? (?:recherch|souhait|vis)[ée]e?s?|looking for|seeking|objectif(?: pro(?:fessionnel)?)?|souhaits?|mobilit[ée]s?|dispo(?:nibilit[ée]s?)?|pr[ée]tentions?(?: salariales?)?|salaire(?: souhait[ée])?|projet(?: pro(?:fessionnel)?)?|zone|secteur)\s*:",
    )
});

/// Words that open a wish; what stands before them in the sentence is said of the person.
static WISH: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"\b(?:je|j'ai|on|et|mais|actuellement|aujourd'hui|maintenant,?) (?:re)?cherche\b",
        r"|^\W*cherche\b",
        r"|^\W*(?:à la )?recherche (?:de |d'|activement |actuellement )?(?:un|une|cdi|cdd|emploi|poste|stage|alternance|temps|tout|contrat|mission|mi-temps|apprentissage|place)\b",
        r"|\bà la recherche d|\b(?:je suis )?en recherche d|\bj'ai(?:merais)\b|\bj'aimerais\b|\bje (?:souhait|voudrai|d[ée]sir|vis|envisag|veux|ne veux|accept|n'accept|refus|pr[ée]f[èe]r|peux (?:me d[ée]placer|aller|bouger|faire|venir|commencer)|ne peux|me verrais|regarde|suis (?:mobile|disponible|dispo|ouvert|prêt|int[ée]ress|pr[eê]te? [àa]))\w*",
        r"|\bsouhait(?:e|ant|erais|erait)\b|\blooking (?:for|to)\b|\bseeking\b|\bopen to\b|\b(?:i'd|i would) (?:like|love|prefer)\b|\b(?:i'm )?interested in\b|\bhappy to\b|\bavailable (?:for|from|to)\b",
        r"|\ben (?:reconversion|r[ée]orientation) (?:vers|pour|comme|dans|professionnelle vers)|\b(?:évoluer|evoluer) vers|\bpr[êe]te? à (?:bouger|me d[ée]placer|d[ée]m[ée]nager)",
        r"|^\W*(?:dispo(?:nible)?|mobile|mobilit[ée]|se d[ée]place|d[ée]placements?|t[ée]l[ée]travail|secteur|zone|pr[ée]tentions|salaire|poste fixe|plut[ôo]t|id[ée]alement|de pr[ée]f[ée]rence|pas (?:de (?:nuit|week|w-?e|d[ée]placement|d[ée]couch|3x8|int[ée]rim|cdd|temps partiel|chaîne|chaine|dimanche))|ni (?:nuit|week|d[ée]placement)|not? an?\b|objectif|projet|vise)\b",
        r"|\bmobile (?:sur|en|dans|toute|partout|france|idf|r[ée]gion)|[–|,•·/-] ?mobile\b|\bse d[ée]place\b|\b(?:scooter|voiture|v[ée]hicule|v[ée]lo|rayon|moto)\W{1,3}(?:de )?(?:jusqu'à )?\d{1,3} ?km",
    ))
});

/// Words that close a wish: « Télétravail 2-3 j souhaité. »
static WISHED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\b(?:souhait[ée]e?s?|(?:re)?cherch[ée]e?s?|accept[ée]e?s?|bienvenue?|appr[ée]ci[ée]e?s?|possibles?|envisageables?|ok|minimum|maxi(?:mum)?)\W*$",
    )
});

/// What a wish that ends so must speak of.
static WISHABLE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\b(?:t[ée]l[ée]travail|remote|cdi|cdd|int[ée]rim|mission|temps (?:plein|partiel|complet)|mi-temps|nuit|week-?ends?|2x8|3x8|d[ée]placements?|salaire|net|brut|k€|horaires?|saison|poste|d[ée]couch\w+|km)\b",
    )
});

/// Where in a sentence what is looked for begins.
fn wish_start(sentence: &str) -> Option<usize> {
    if let Some(at) = bare_search(sentence) {
        return Some(at);
    }
    let found = WISH.find(sentence).map(|m| {
        let opened = &sentence[m.range()];
        m.start() + opened.len() - opened.trim_start_matches(|c: char| !c.is_alphanumeric()).len()
    });
    let closed = || WISHED.is_match(sentence) && WISHABLE.is_match(sentence) && word_count(sentence) <= 14;
    found.or_else(|| closed().then_some(0))
}

/// « Recherche maintenance ou méthodes » at the start; « recherche de panne » is a task.
fn bare_search(sentence: &str) -> Option<usize> {
    static SEARCH: LazyLock<Regex> = LazyLock::new(|| regex(r"^\W*(recherche) (\w+'?)"));
    let found = SEARCH.captures(sentence)?;
    let at = found.get(1)?.start();
    let task = [
        "de",
        "d'",
        "des",
        "du",
        "et",
        "en",
        "clients",
        "client",
        "documentaire",
        "information",
        "fuite",
        "fuites",
        "pannes",
        "panne",
        "fournisseurs",
        "juridique",
        "clinique",
        "appliquée",
        "operationnelle",
        "opérationnelle",
        "académique",
        "scientifique",
        "médicale",
        "sur",
    ];
    (!task.contains(&found[2].to_lowercase().as_str())).then_some(at)
}

/// The parts of a text that say what the person does not have.
fn denials(text: &str) -> Vec<Range<usize>> {
    static WHOLE: LazyLock<Regex> = LazyLock::new(|| {
        regex(concat!(
            r"(?:\bnon|\bjamais(?: \w+)?|\bpas (?:du tout|encore|pass[ée]e?|à jour|fait|obtenue?|valid[ée]e?|exig[ée]e?)|\bnon (?:exig[ée]e?|obtenue?|valid[ée]e?|requise?|fournie?)|\bpas [àa] jour|\bà (?:refaire|repasser|renouveler|recycler|revoir)|\bp[ée]rim[ée]e?s?|\bexpir[ée]e?s?|\b(?:vu|vue|vus) en (?:formation|cours)|\bjamais (?:utilis|pratiqu|fait|touch)[ée]e?s?|\bd[ée]mo|\bin progress|\bstage th[ée]orique|\ben observation|\bnever used|\ben cours(?: de (?:passage|validation|pr[ée]paration|recyclage))?|\bnot yet)\W*$",
            r"|^\W*(?:je ne|je n'|j'en ai pas|i don'?t|i do not|i've never|i have never|never\b|no longer\b)",
            r"|^\W*(?:jamais (?:utilis|pratiqu|fait|touch|travaill|eu|pass|mani|conduit)|n'(?:ai|a) (?:pas|jamais)|aucune? (?:permis|dipl[ôo]me|exp[ée]rience|connaissance|notion|caces|formation)|sans (?:permis|dipl[ôo]me|v[ée]hicule|voiture|exp[ée]rience|notion)|pas (?:de |d'|le |encore |du tout |trop |vraiment )|no (?:driving|experience|licen|car\b)|not )",
        ))
    });
    // From there on: « step 7 en ligne mais pas écrire ».
    static FROM: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"\b(?:mais (?:pas|jamais|non)|(?:et|,) (?:pas|non) (?:de |d'|le |la |les )?|pas (?:de |d'|encore )|jamais (?:de |d'|utilis|pratiqu|touch|fait)|sans (?:permis|dipl[ôo]me|v[ée]hicule)|but not|, not|never)",
        )
    });
    let mut found: Vec<Range<usize>> = Vec::new();
    for clause in clauses(text) {
        let words = &text[clause.clone()];
        let own = words.trim_matches(|c: char| !c.is_alphanumeric());
        if WHOLE.is_match(words) && word_count(own) <= 14 {
            let mut range = clause.clone();
            // « OneTrust (démo) », « Le bloc, non »: the words before it are meant.
            if word_count(own) <= 2 && MARK.is_match(own) || NO_MORE.is_match(own) {
                range.start = before(text, clause.start);
            }
            match found.last_mut() {
                Some(last) if last.end >= range.start => last.end = range.end,
                _ => found.push(range),
            }
        } else if let Some(from) = FROM.find(words) {
            found.push(clause.start + from.start()..clause.end);
        }
    }
    found
}

/// A clause that says nothing by itself.
static MARK: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:non|jamais(?: \w+)?|d[ée]mo|p[ée]rim[ée]e?s?|expir[ée]e?s?|pas encore|en cours|pas fait|in progress|not yet)$",
    )
});

static NO_MORE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:à (?:refaire|repasser|renouveler|recycler)|stage th[ée]orique|pas [àa] jour|en observation|pas (?:obtenue?|valid[ée]e?|pass[ée]e?)|non (?:obtenue?|valid[ée]e?)|jamais utilis[ée]e?s?|never used|vue? en formation)$",
    )
});

/// Where the clause before `at` begins.
fn before(text: &str, at: usize) -> usize {
    let head = text[..at].trim_end_matches(|c: char| c.is_whitespace() || "(,:".contains(c));
    // « Fanuc (robots) vu en formation »
    let head = match head.strip_suffix(')').and_then(|head| head.rfind('(')) {
        Some(open) => head[..open].trim_end(),
        None => head,
    };
    clauses(head).last().map_or(0, |clause| clause.start)
}

/// The clauses of a sentence: commas, brackets, dashes and cells part them.
fn clauses(text: &str) -> Vec<Range<usize>> {
    parted(text, |c, before, after| {
        ",()|•·→;:".contains(c)
            || c == CELL
            || "–—/-".contains(c)
                && before.is_none_or(char::is_whitespace)
                && after.is_none_or(char::is_whitespace)
    })
}

/// The sentences of a line.
pub(super) fn sentences(line: &str) -> Vec<Range<usize>> {
    parted(line, |c, _, after| {
        c == CELL || c == ';' || ".!?".contains(c) && after.is_none_or(char::is_whitespace)
    })
}

/// The stretches of `text` that end after a character that parts them.
fn parted(text: &str, parts: impl Fn(char, Option<char>, Option<char>) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut before) = (0, None);
    let mut all = text.char_indices().peekable();
    while let Some((at, c)) = all.next() {
        let after = all.peek().map(|(_, c)| *c);
        if parts(c, before, after) {
            found.push(start..at + c.len_utf8());
            start = at + c.len_utf8();
        }
        before = Some(c);
    }
    if start < text.len() {
        found.push(start..text.len());
    }
    found
}

fn regex(pattern: &str) -> Regex {
    Regex::new(&format!("(?i){pattern}")).expect("constant pattern")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str, stance: Stance) -> Vec<&str> {
        parts(line).into_iter().filter(|part| part.stance == stance).map(|part| part.text).collect()
    }

    #[test]
    fn what_is_denied_is_no_claim() {
        for (line, denied, claimed) in [
            ("Pas de permis, CACES 3", "Pas de permis", "CACES 3"),
            ("React, Vue (jamais utilisé)", "Vue (jamais utilisé)", "React"),
            ("Soudure TIG, MIG non", "MIG non", "Soudure TIG"),
            ("Je ne code pas en Java", "Je ne code pas en Java", ""),
            ("Permis PL (FCO pas à jour)", "FCO pas à jour", "Permis PL"),
            ("Permis B : non", "Permis B : non", ""),
        ] {
            assert_eq!(of(line, Stance::Denial), [denied], "{line}");
            assert_eq!(claims(line).trim_matches(['(', ')', ' ', ',']), claimed, "{line}");
        }
    }

    #[test]
    fn what_is_wished_is_no_claim() {
        for (line, wished, claimed) in [
            ("Vendeuse depuis dix ans, je cherche un CDI", "je cherche un CDI", "Vendeuse depuis dix ans"),
            ("Télétravail deux jours souhaité.", "Télétravail deux jours souhaité.", ""),
            ("Cherche : cariste. Nuit possible", "Cherche : cariste. Nuit possible", ""),
        ] {
            assert_eq!(of(line, Stance::Wish).join(" "), wished, "{line}");
            assert_eq!(claims(line), claimed, "{line}");
        }
        for task in [
            "Recherche de pannes",
            "Recherches documentaires",
            "Suivi des projets possibles",
            "Conduite sans accident",
        ] {
            assert_eq!(claims(task), task);
        }
    }
}
