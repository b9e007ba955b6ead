//! What the person looks for: where, under what contract, for what pay, with which hours, and what they refuse.

use std::sync::LazyLock;

use jobmatch_index::geo::Geo;
use jobmatch_index::offer::{Contract, Telework, WorkingTime};
use jobmatch_index::profile::Wishes;
use jobmatch_index::skills::fold;
use regex::Regex;

use super::lines::{CELL, is_one_of, word_count, words};
use super::statements::{self, Stance};
use super::titles;
use crate::ingest::prose::{NET_OVER_GROSS, Prose};

/// Reads what `texts` wish for: each is a whole line with whether all of it is about wishes (it stands under a
/// heading that says so).
pub(super) fn read<'a>(lines: impl Iterator<Item = (&'a str, bool)>) -> Wishes {
    let mut wishes = Wishes::default();
    for (line, whole) in lines {
        if whole {
            take(&mut wishes, line);
            continue;
        }
        for part in statements::parts(line) {
            if part.stance == Stance::Wish {
                take(&mut wishes, part.text);
            }
        }
    }
    wishes
}

/// Most values of a list of wishes; more are no wishes.
const MOST: usize = 12;

fn add<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if list.len() < MOST && !list.contains(&value) {
        list.push(value);
    }
}

/// Adds what one text wishes for.
fn take(wishes: &mut Wishes, text: &str) {
    let (refused, wanted) = refusals(text);
    for refused in refused {
        add(&mut wishes.refuses, refused);
    }
    for (pattern, contract) in CONTRACTS.iter() {
        if pattern.is_match(&wanted) {
            add(&mut wishes.contracts, *contract);
        }
    }
    for place in places(&wanted) {
        add(&mut wishes.places, place);
    }
    wishes.radius_km = wishes.radius_km.or_else(|| radius(&wanted));
    wishes.salary = wishes.salary.or_else(|| salary(&wanted));
    wishes.telework = wishes.telework.or_else(|| telework(&wanted));
    wishes.hours = wishes.hours.or_else(|| hours(&wanted));
    for occupation in occupations(&wanted) {
        add(&mut wishes.occupations, occupation);
    }
}

/// What a text refuses, and the text without it.
fn refusals(text: &str) -> (Vec<String>, String) {
    static REFUSAL: LazyLock<Regex> = LazyLock::new(|| {
        regex(concat!(
            r"\b(?:pas|plus|ni|jamais|sans|hors|sauf|aucune?|no|not|nor) (?:trop de |plus de |faire (?:les |de |des )?|de |du |des |d'|un |une |le |la |les |l'|en |à |au |aux |sur |an? |the )(?P<what>[^,;.()!\n\t]{2,60}?)(?: ni (?:les? |la |de |d')?(?P<too>[^,;.()!\n\t]{2,60}))?(?:[,;.()!\n\t]|$)",
            r"|\b(?:pas|ni|not|no) (?P<bare>(?:nuits?|week-?ends?|dimanches?|int[ée]rim|cdd|d[ée]placements?|3x8|2x8|5x8|lib[ée]ral|t[ée]l[ée]\w+|itin[ée]ran\w+|consultancy|data|power|\p{L}+ jobs?)\b[^,;.()!\n\t]{0,40})",
            r"|\bje (?:refuse|ne (?:veux|souhaite|cherche|peux|fais|suis) (?:pas|plus|ni)|n'accepte pas)(?: (?:plus|de|du|des|faire|pas))*(?: (?:les|la|le|un|une|à|d'))? ?(?P<more>[^,;.()!\n\t]{2,60})",
            r"|(?P<non>[^,;.:()!\n\t]{3,40})(?: ?[:,] ?| )non\b",
        ))
    });
    let mut refused = Vec::new();
    let mut wanted = String::new();
    let mut at = 0;
    for found in REFUSAL.captures_iter(text) {
        let Some(whole) = found.get(0) else { continue };
        let what = ["what", "bare", "more", "non"].iter().find_map(|name| found.name(name));
        let too = found.name("too").map(|too| too.as_str().trim().to_owned());
        // « plus loin si logement », « pas mal de », « plus de 3 ans ».
        let what = what.map_or("", |what| what.as_str()).trim();
        let folded = fold(what);
        let empty = words(&folded).next().is_none_or(|w| is_one_of(w, "peur mal loin si souci probleme seulement vite tard responsable accident fait diplome experience permis mieux"));
        if empty || whole.as_str().to_lowercase().starts_with("plus ") && !said_before(&text[..whole.start()])
        {
            continue;
        }
        wanted.push_str(&text[at..whole.start()]);
        at = whole.end();
        refused.push(what.to_owned());
        refused.extend(too);
    }
    wanted.push_str(&text[at..]);
    (refused, wanted)
}

/// « je ne veux plus », against « plus loin ».
fn said_before(before: &str) -> bool {
    let folded = fold(before);
    words(&folded).rev_any(&["ne", "n", "veux", "souhaite", "peux"])
}

/// Looks among the last words.
trait Last<'a> {
    fn rev_any(self, of: &[&str]) -> bool;
}

impl<'a, I: Iterator<Item = &'a str>> Last<'a> for I {
    fn rev_any(self, of: &[&str]) -> bool {
        let all: Vec<&str> = self.collect();
        all.iter().rev().take(3).any(|word| of.contains(word))
    }
}

static CONTRACTS: LazyLock<[(Regex, Contract); 7]> = LazyLock::new(|| {
    [
        (r"\bcdi\b|\bpermanent (?:job|contract|position|role|post)|\bpostes? fixes?\b|dur[ée]e ind[ée]termin[ée]e|\bcontrat (?:stable|durable)", Contract::Permanent),
        (r"\bcdd\b|\bfixed[- ]term|dur[ée]e d[ée]termin[ée]e|\bremplacements?\b", Contract::FixedTerm),
        (r"\bint[ée]rim(?:aire)?s?\b|\btemp work|\b(?:une|des|en|par|toutes?|longues?|courtes?) (?:longues? |courtes? )?missions?\b", Contract::Temporary),
        (r"\bsaisons?\b|\bsaisonniers?\b|\bseasonal", Contract::Seasonal),
        (r"\balternance\b|\balternant|\bapprentissage\b|\bapprenti|contrat (?:de )?pro(?:fessionnalisation)?\b|\bapprenticeship", Contract::Apprenticeship),
        (r"\b(?:un|en|de|d'un|ce) stages?\b|^\W*stages?\b|\binternship", Contract::Internship),
        (r"\bfreelance\b|\bind[ée]pendante?\b|\blib[ée]ral\b|\bself-employed|\bportage", Contract::SelfEmployed),
    ]
    .map(|(pattern, contract)| (regex(pattern), contract))
});

static PAID: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"€|euros?|\beur\b|\bnets?\b|\bbruts?\b|salaire|r[ée]mun|pr[ée]tention|\d ?k\b|gross|salary")
});
static NET: LazyLock<Regex> = LazyLock::new(|| regex(r"\bnets?\b"));
static A_YEAR: LazyLock<Regex> = LazyLock::new(|| regex(r"^(?:19|20)\d\d$"));
static MOSTLY_REMOTE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"t[ée]l[ée]travail (?:large|total|complet)|\bfull remote|\bremote from|\b100 ?%.{0,6}(?:remote|t[ée]l[ée]travail|distance)|\bremote in\b",
    )
});
static REMOTE: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"\bt[ée]l[ée]travail|\bremote\b|\bhybri(?:d|de)\b|\bTT\b|\bdistanciel\b|home[- ]office")
});
static HYBRID: LazyLock<Regex> = LazyLock::new(|| regex(r"\bhybri"));
static FULL_TIME: LazyLock<Regex> =
    LazyLock::new(|| regex(r"temps (?:plein|complet)|plein temps|\b(?:35|39) ?h\b|\b100 ?%|full[- ]time"));
static PART_TIME: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"temps partiel|mi-temps|\b(?:50|60|70|75|80|90) ?%|part[- ]time|\b(?:partiel|1[0-9]|2[0-9]|30) ?h(?:eures)?(?: ?/ ?sem| par sem|\b)",
    )
});
static TIME_OF_DAY: LazyLock<Regex> = LazyLock::new(|| regex(r"\bh\d|\dh ?(?:-|à|/) ?\d"));

/// How far, in kilometres: « 30 km autour de Pau », « scooter, 15 km ».
fn radius(text: &str) -> Option<u16> {
    static RADIUS: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(\d{1,3}) ?(?:kms?|kilom[eè]tres)\b"));
    RADIUS.captures(text).and_then(|found| found[1].parse().ok()).filter(|km| (1..=500).contains(km))
}

/// Lowest pay, gross euros a year.
fn salary(text: &str) -> Option<u32> {
    static SUM: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?P<k>\b\d{2,3}(?:[.,]\d)?)(?: ?(?:-|à|/) ?\d{2,3})? ?k\b|(?P<sum>\b\d{1,3}[ .]?\d{3})\b(?: ?(?:-|à) ?\d[ \d]{2,6})? ?(?P<unit>€|euros?|eur\b|net|brut)?",
        )
    });
    let paid = PAID.is_match(text);
    if !paid {
        return None;
    }
    let net = NET.is_match(text);
    let found = SUM.captures_iter(text).find(|found| {
        // A year is no sum.
        found.name("k").is_some() || found.name("unit").is_some() || !A_YEAR.is_match(found[0].trim())
    })?;
    let year = match (found.name("k"), found.name("sum")) {
        (Some(k), _) => k.as_str().replace(',', ".").parse::<f64>().ok()? * 1_000.0,
        (_, Some(sum)) => {
            let sum: f64 = sum.as_str().replace([' ', '.'], "").parse().ok()?;
            if sum < 10_000.0 { sum * 12.0 } else { sum }
        }
        _ => return None,
    };
    let gross = if net { year / NET_OVER_GROSS } else { year };
    (6_000.0..=400_000.0).contains(&gross).then_some(gross.round() as u32)
}

fn telework(text: &str) -> Option<Telework> {
    let prose = Prose::new(text);
    let said = prose.telework().map(|found| found.value);
    if said == Some(Telework::None) {
        return None;
    }
    let most = MOSTLY_REMOTE.is_match(text);
    let some = || REMOTE.is_match(text);
    match () {
        () if most && HYBRID.is_match(text) => Some(Telework::Some),
        () if most => Some(Telework::Full),
        () => said.or_else(|| some().then_some(Telework::Some)),
    }
}

fn hours(text: &str) -> Option<WorkingTime> {
    let full = FULL_TIME.is_match(text);
    let part = PART_TIME.is_match(text)
        // « 14h-22h » is a time of the day.
        && !TIME_OF_DAY.is_match(text);
    match (full, part) {
        (true, false) => Some(WorkingTime::Full),
        (false, true) => Some(WorkingTime::Part),
        _ => None,
    }
}

/// Larger communes are meant wherever they are named in a wish; smaller ones after words of place.
const NOTABLE: u32 = 15_000;

/// Countries that people look to, beyond those that the gazetteer knows.
const COUNTRIES: &str = "france europe suisse belgique luxembourg allemagne espagne italie portugal canada quebec etranger \
    international londres bruxelles geneve monaco irlande angleterre kehl offenburg lausanne sarrebruck";

/// « Métropole lilloise », « bassin de Saint-Nazaire », « bord de mer »: areas that no gazetteer has.
static AREA: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\b(?:m[ée]tropole|agglom[ée]ration|agglo|bassin|littoral|vall[ée]e|c[ôo]te|pays|baie|banlieue|r[ée]gion) (?:de |d'|du |des )?\p{L}[\p{L}-]+|\bbord de mer\b|\b(?:à la |en )montagne\b|\bstations? de ski\b",
    )
});

/// Towns, areas and countries that a wish names.
fn places(text: &str) -> Vec<String> {
    static CUE: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"\b(?:secteurs?|zones?|mobile|mobilit[ée]|d[ée]place|d[ée]placements?|autour|alentours|r[ée]gion|bassin|vers|agglo(?:m[ée]ration)?|m[ée]tropole|in|km|littoral|d[ée]partements?|entre)\b",
        )
    });
    static PART: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"(?:[,/;.()\t:+&]|\s[–—-]\s|\s(?:et|ou|and|or|puis|jusqu'à|jusqu'a|voire|si|à la rigueur)\s)+")
    });
    let cue = CUE.is_match(text);
    let mut found: Vec<String> = AREA.find_iter(text).map(|area| area.as_str().to_owned()).collect();
    for part in PART.split(text) {
        let names: Vec<&str> = part.split(' ').filter(|word| !word.is_empty()).collect();
        // The longest run of words that names a place.
        let mut at = 0;
        'words: while at < names.len() {
            for end in (at + 1..=names.len().min(at + 5)).rev() {
                let name = names[at..end].join(" ");
                let alone = cue && end - at == names.len();
                let after = at.checked_sub(1).map(|before| fold(names[before]));
                let led = after.is_some_and(|word| {
                    is_one_of(&word, "a sur vers in secteur zone region autour de d mobile near around jusqu")
                });
                if is_place(&name, cue, alone || led) {
                    found.push(name.trim_matches(|c: char| !c.is_alphanumeric()).to_owned());
                    at = end;
                    continue 'words;
                }
            }
            at += 1;
        }
    }
    found
}

fn is_place(name: &str, cue: bool, led: bool) -> bool {
    let name = name.trim_matches(|c: char| !c.is_alphanumeric());
    let folded = fold(name);
    if name.is_empty() || !name.chars().all(|c| c.is_alphabetic() || " '-0123456789".contains(c)) {
        return false;
    }
    if words(&folded).count() <= 1 && is_one_of(&folded, COUNTRIES) {
        return true;
    }
    let capital = name.starts_with(char::is_uppercase);
    if name.chars().count() < 3
        || !(capital || cue && led)
        || name.chars().any(|c| c.is_ascii_digit()) && !capital
    {
        return false;
    }
    let geo = Geo::builtin();
    let key = jobmatch_index::geo::key(name);
    let area = geo.regions().chain(geo.departments()).any(|area| jobmatch_index::geo::key(&area.name) == key);
    let known = [
        "idf",
        "paca",
        "ile de france",
        "rhone alpes",
        "grand ouest",
        "region parisienne",
        "occitanie",
        "bretagne",
    ];
    if (area && word_count(name) < 5) || known.contains(&key.as_str()) {
        return true;
    }
    let size = super::places::population(name);
    size >= if led { 500 } else { NOTABLE } && (capital || size >= 3_000)
}

/// Trades that are looked for, as written.
fn occupations(text: &str) -> Vec<String> {
    static LEAD: LazyLock<Regex> = LazyLock::new(|| {
        regex(concat!(
            r"^\W*(?:(?:je |j'|actuellement |ce que |qui |que )*(?:re)?cherche[sr]?|(?:à la |en )?recherche|souhaite(?:rais)?|vise|looking for|seeking|open to|objectif|projet|souhaits?)\b[^:]{0,12}?:?\s*",
            r"|\b(?:(?:poste|emploi|place|travail|job|fonction|mission|contrat|cdi|cdd|alternance|stage)s? (?:de |d'|comme |en tant que )|(?:évoluer|evoluer|reconversion|revenir|retour|m'orienter) (?:vers|comme|en tant que) |en tant que |comme |\bpost(?:e|ion)? as an? )",
        ))
    });
    let mut found = Vec::new();
    let parts = text.split([',', ';', '.', '(', ')', '/', CELL, ':', '!']);
    for part in parts.flat_map(|part| part.split(" ou ")).flat_map(|part| part.split(" or ")) {
        let part = LEAD.split(part).last().unwrap_or(part).trim();
        let part = [
            "un poste de ",
            "un poste d'",
            "un emploi de ",
            "un ",
            "une ",
            "le ",
            "la ",
            "de ",
            "d'",
            "a ",
            "an ",
        ]
        .iter()
        .fold(part, |part, lead| part.strip_prefix(lead).unwrap_or(part));
        let part = part.split(" à ").next().unwrap_or(part).trim_matches(|c: char| !c.is_alphanumeric());
        if (1..=7).contains(&word_count(part)) && titles::names_occupation(part) && !is_condition(part) {
            found.push(part.to_owned());
        }
    }
    found
}

/// « équipe jeune », « poste de jour »: how the work should be, not which.
fn is_condition(text: &str) -> bool {
    let folded = fold(text);
    words(&folded).next().is_some_and(|first| {
        is_one_of(first, "equipe equipes poste postes cdi cdd interim alternance stage contrat mission temps horaires statut cabinet structure societe senior junior")
            && words(&folded).count() < 3
    })
}

fn regex(pattern: &str) -> Regex {
    Regex::new(&format!("(?i){pattern}")).expect("constant pattern")
}
