//! Licences and legal authorisations, in a normal form.

use std::ops::Range;
use std::sync::LazyLock;

use jobmatch_index::offer::{Found, LicenceAsked, Need};
use regex::{Captures, Regex};

use super::need::need;
use super::text::{Prose, Topic};

impl Prose<'_> {
    /// Licences and authorisations that the text names, each once, in the normal form of [`LicenceAsked`]:
    /// driving licences by category, CACES by recommendation and category, and the authorisations that a
    /// trade needs by law.
    pub fn licences(&self) -> Vec<Found<LicenceAsked>> {
        static ANY: LazyLock<Regex> = LazyLock::new(|| {
            regex(concat!(
                r"^(?:(?P<permis>\bpermis\b)|(?P<caces>\bcaces\b)|(?P<driving>driv(?:ing|er'?s?) licen[cs]e|clean driving)",
                r"|(?P<electric>habilitations? (?:\w+ )?electriques?|habilitee? electri|habilitations? (?:elec\b|b0|h0|br\b|b1|b2|bs\b|bc\b|hc\b))",
                r"|(?P<defence>habilitations? (?:de |au |en )?(?:securite|secret|confidentiel|defense)|(?:secret|confidentiel)[ -]defense|security clearance)",
                r"|(?P<ssiap>\bssiap\b)|(?P<fimo>\bfimo\b)|(?P<fco>\bfco\b)|(?P<chrono>cartes? (?:conducteur|chrono\w*|tachy\w*))",
                r"|(?P<card>cartes? pro(?:fessionnelle)?s?\b)|(?P<aipr>\baipr\b)|(?P<sst>\bsst\b|sauveteurs? (?:et )?secouristes? du travail)",
                r"|(?P<bnssa>\bbnssa\b)|(?P<bafa>\bbafa\b)|(?P<bafd>\bbafd\b)|(?P<psc>\bpsc ?1\b)|(?P<pse>\bpse ?(?P<pse_level>[12])\b)|(?P<adr>\badr\b)",
                r"|(?P<certiphyto>\bcertiphyto\b)|(?P<fluids>fluides? frigorigenes?)|(?P<aps>\b(?:cqp|tfp)[ -]?aps\b)|(?P<forklift>forklift (?:licen[cs]e|certificat))",
                r"|(?P<taxi>\bcarte (?:vtc|taxi)\b))",
            ))
        });
        let text = self.folded();
        let mut found = Licences { prose: self, list: Vec::new() };
        for at in self.hits(Topic::Licence) {
            let Some(hit) = ANY.captures(&text[at..self.line(at).end]) else { continue };
            let Some(whole) = hit.get(0) else { continue };
            let range = at..at + whole.end();
            let named = |name| hit.name(name).is_some();
            if named("permis") {
                found.driving(range);
            } else if named("caces") {
                found.caces(range);
            } else if named("ssiap") {
                let level =
                    text[range.end..].trim_start().bytes().next().filter(|b| matches!(b, b'1'..=b'3'));
                found.add(format!("SSIAP {}", level.map_or(1, |b| b - b'0')), range);
            } else if named("card") {
                found.card(range);
            } else if named("pse") {
                found.add(format!("PSE {}", &hit["pse_level"]), range);
            } else if let Some(name) = plain_name(&hit) {
                // « ADR » and « SST » are also other words: they count in capitals.
                let short = matches!(name, "ADR" | "SST" | "FCO");
                let attestation = name != FLUIDS
                    || text[self.clause(&range, 60)].contains("attestation")
                    || text[self.clause(&range, 60)].contains("habilit");
                let written = self.words(range.clone());
                if attestation && !(short && written.chars().any(char::is_lowercase) && written.len() <= 3) {
                    found.add(name.to_owned(), range);
                }
            }
        }
        found.list
    }
}

const FLUIDS: &str = "Attestation fluides frigorigènes";

fn plain_name(hit: &Captures<'_>) -> Option<&'static str> {
    const NAMES: [(&str, &str); 16] = [
        ("driving", "Permis B"),
        ("electric", "Habilitation électrique"),
        ("defence", "Habilitation défense"),
        ("fimo", "FIMO"),
        ("fco", "FCO"),
        ("chrono", "Carte conducteur"),
        ("aipr", "AIPR"),
        ("sst", "SST"),
        ("bnssa", "BNSSA"),
        ("bafa", "BAFA"),
        ("bafd", "BAFD"),
        ("psc", "PSC1"),
        ("adr", "ADR"),
        ("certiphyto", "Certiphyto"),
        ("fluids", FLUIDS),
        ("aps", "TFP APS"),
    ];
    if hit.name("forklift").is_some() {
        return Some("CACES R489");
    }
    if hit.name("taxi").is_some() {
        return Some("Carte professionnelle VTC");
    }
    NAMES.iter().find(|(group, _)| hit.name(group).is_some()).map(|(_, name)| *name)
}

struct Licences<'a> {
    prose: &'a Prose<'a>,
    list: Vec<Found<LicenceAsked>>,
}

impl Licences<'_> {
    fn add(&mut self, name: String, range: Range<usize>) {
        self.add_any(name, Vec::new(), range);
    }

    /// Adds a licence, with others of which any will do as well.
    fn add_any(&mut self, name: String, or: Vec<String>, range: Range<usize>) {
        let Some(need) = need(self.prose, &range) else { return };
        if let Some(known) = self.list.iter_mut().find(|l| l.value.name == name) {
            if need == Need::Required {
                known.value.need = need;
            }
            return;
        }
        let words = self.prose.words(range);
        self.list.push(Found::in_prose(LicenceAsked { name, need, or }, words));
    }

    /// « permis B », « permis C, CE », « permis poids lourd », « permis de conduire ».
    fn driving(&mut self, range: Range<usize>) {
        static CATEGORIES: LazyLock<Regex> = LazyLock::new(|| {
            regex(
                r"^(?: de conduire)?(?: (?:de )?(?:categories?|cat\.?|type))?(?: ?[:(])? ?(?P<letters>(?:a[12m]?|be?|b1|b96|c1?e?|d1?|eb|ec|ed)\b(?: ?(?:,|/|et|ou|\+|-|&) ?(?:permis )?(?:a[12m]?|be?|b1|b96|c1?e?|d1?|eb|ec|ed)\b| (?:be|c1?e?|ec)\b)*)|^ (?:de conduire )?\(?(?:poids?[- ]lourds?|pl\b)|^ (?:super[- ]lourds?|spl\b)",
            )
        });
        static CAR: LazyLock<Regex> = LazyLock::new(|| {
            regex(
                r"^(?: de conduire\b| (?:et |\+ )?(?:vehicule|voiture)| (?:vl\b|obligatoire|exige|requis|indispensable|souhaite|valide|apprecie|auto\b|voiture|imperatif|serait)| b\b|/vehicule)",
            )
        });
        // « permis B ou BSR »
        static MOPED: LazyLock<Regex> =
            LazyLock::new(|| regex(r"^ ?(?:ou|/) ?(?:le |un )?(?:bsr|permis am)\b"));
        // « permis B et remorque »
        static TRAILER: LazyLock<Regex> = LazyLock::new(|| regex(r"^ ?(?:et|\+|avec) ?remorque"));
        static BOAT: LazyLock<Regex> =
            LazyLock::new(|| regex(r"^ (?:bateau|cotier|fluvial|hauturier|plaisance)"));
        let text = self.prose.folded();
        let rest = &text[range.end..self.prose.line(range.end).end];
        if let Some(found) = CATEGORIES.captures(rest) {
            let whole = range.start..range.end + found.get(0).map_or(0, |m| m.end());
            let Some(letters) = found.name("letters") else {
                let name = if found[0].contains("super") || found[0].contains("spl") {
                    "Permis CE"
                } else {
                    "Permis C"
                };
                return self.add(name.to_owned(), whole);
            };
            // « permis a obtenir », « permis d'exploitation »
            let next = rest[letters.end()..].bytes().next();
            let lone = matches!(letters.as_str(), "a" | "d")
                && !self.prose.words(whole.clone()).ends_with(['A', 'D']);
            if lone || next == Some(b'\'') {
                return;
            }
            let mut names = Vec::new();
            let letters = letters.as_str().replace("permis", "");
            for letter in letters.split(|c: char| !c.is_ascii_alphanumeric()) {
                let category = match letter {
                    "" | "et" | "ou" => continue,
                    "eb" => "BE".to_owned(),
                    "ec" => "CE".to_owned(),
                    "ed" => "DE".to_owned(),
                    other => other.to_uppercase(),
                };
                names.push(format!("Permis {category}"));
            }
            let mut any = is_choice(&letters);
            if MOPED.is_match(&text[whole.end..]) && names == ["Permis B"] {
                names.push("BSR".to_owned());
                any = true;
            }
            self.add_all(names, any, &whole);
            if TRAILER.is_match(&text[whole.end..]) {
                self.add("Permis BE".to_owned(), whole);
            }
        } else if BOAT.is_match(rest) {
            self.add("Permis bateau".to_owned(), range);
        } else {
            let years = text[range.start.saturating_sub(12)..range.start].contains("ans de ");
            let heavy =
                ["poids lourd", "super lourd"].iter().any(|word| rest.starts_with(&format!(" {word}")));
            if !heavy && (CAR.is_match(rest) || years) {
                let end = range.end + CAR.find(rest).map_or(0, |m| m.end());
                self.add("Permis B".to_owned(), range.start..end);
            }
        }
    }

    /// « CACES R489 cat. 1, 3 et 5 », « CACES 3 », « CACES nacelle A/B », « CACES B1 ».
    fn caces(&mut self, range: Range<usize>) {
        static LIST: LazyLock<Regex> = LazyLock::new(|| {
            regex(
                r"^(?: ?:)? ?(?P<kind>nacelles?|pemp|chariots?|gerbeurs?|engins?|grues?|pont roulant)?(?: elevateurs?| de chantier| auxiliaires?)? ?(?P<r>r ?\.?(?P<number>3\d\d|4\d\d))?[m ]? ?[-:(]?(?: ?(?:categories?|catgorie|cat\.?|n°|niveau|type)s?)? ?[:(-]? ?(?P<cats>[1-9a-g][0-9ab]?\b(?: ?(?:,|/|et|ou|\+|-|&|&amp;|a) ?(?:cat\.? ?)?[1-9a-g][0-9ab]?\b)*)?",
            )
        });
        let text = self.prose.folded();
        let line = self.prose.line(range.end);
        let rest = &text[range.end..line.end];
        let Some(found) = LIST.captures(rest) else { return };
        let group = |name| found.name(name).map(|m: regex::Match<'_>| m.as_str());
        let kind = group("kind").unwrap_or_default();
        let around = &text[line.start.max(range.start.saturating_sub(50))..line.end.min(range.end + 50)];
        // « R482 A et F », not « R489 cat. 1 à 5 »: a letter right after a recommendation that has them.
        let lettered = matches!(group("number"), Some("482" | "486" | "372" | "386"))
            && group("cats").is_some_and(|list| list.starts_with('a'));
        let categories: Vec<String> = group("cats")
            .into_iter()
            .flat_map(|list| list.split(|c: char| !c.is_ascii_alphanumeric()))
            .filter(|c| {
                !c.is_empty() && !matches!(*c, "et" | "ou" | "a" | "cat" | "amp")
                    || *c == "a" && (kind.starts_with("nacelle") || lettered)
            })
            .map(str::to_uppercase)
            .collect();
        let number = group("number").map(str::to_owned);
        let cats_used = group("cats").is_some() || number.is_some();
        let end = range.end + if cats_used { found.get(0).map_or(0, |m| m.end()) } else { 0 };
        let whole = range.start..end;
        if categories.is_empty() {
            let number = number.as_deref().or(implied(kind, "", around));
            return self.add(number.map_or("CACES".to_owned(), |number| format!("CACES R{number}")), whole);
        }
        let names = categories.iter().map(|category| {
            let number = number.as_deref().or(implied(kind, category, around)).unwrap_or("489");
            format!("CACES R{number}-{category}")
        });
        self.add_all(names.collect(), is_choice(group("cats").unwrap_or_default()), &whole);
    }

    /// Adds licences that are asked together, or of which any will do.
    fn add_all(&mut self, names: Vec<String>, any: bool, range: &Range<usize>) {
        let mut names = names.into_iter();
        if any {
            if let Some(first) = names.next() {
                self.add_any(first, names.collect(), range.clone());
            }
        } else {
            names.for_each(|name| self.add(name, range.clone()));
        }
    }

    /// A professional card, by the trade that the text is about.
    fn card(&mut self, range: Range<usize>) {
        let text = self.prose.folded();
        let near = &text[range.start.saturating_sub(200)..(range.end + 200).min(text.len())];
        let has = |words: &[&str]| words.iter().any(|word| near.contains(word));
        if has(&["securite", "surveillance", "cnaps", "cynophile", "gardiennage"]) {
            self.add("Carte professionnelle sécurité".to_owned(), range);
        } else if has(&["vtc", "taxi"]) {
            self.add("Carte professionnelle VTC".to_owned(), range);
        } else if has(&["immobili", "transaction"]) {
            self.add("Carte professionnelle immobilier".to_owned(), range);
        }
    }
}

/// Whether one of a list's categories is enough: « 1A ou 1B », « 1, 3 ou 5 », but not « 1, 3 et 5 » nor « 1/3 ».
fn is_choice(list: &str) -> bool {
    let mut words = list.split(|c: char| !c.is_ascii_alphanumeric());
    words.clone().any(|word| word == "ou") && !words.any(|word| word == "et")
}

/// The recommendation that bare categories belong to: letters are construction machines (R482) or platforms
/// (R486), plain numbers fork-lift trucks (R489) unless the words around speak of other machines.
fn implied(kind: &str, category: &str, around: &str) -> Option<&'static str> {
    if kind.starts_with("nacelle") || kind == "pemp" {
        return Some("486");
    }
    if kind.starts_with("gerbeur") {
        return Some("485");
    }
    if kind.starts_with("pont") {
        return Some("484");
    }
    if category.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Some(if around.contains("nacelle") { "486" } else { "482" });
    }
    let machines = ["engin", "pelle", "chantier", "tractopelle", "chargeu", "compacteur"];
    let construction =
        machines.iter().any(|word| around.contains(word)) || matches!(category, "7" | "8" | "9");
    (!category.is_empty()).then_some(if construction { "372" } else { "489" })
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is sound")
}
