//! From the text of a place field to a place.

use super::name::key;
use super::{Geo, LYON, MARSEILLE, PARIS, Target};
use crate::offer::Place;

/// A department or region outranks a commune of the same name that has fewer inhabitants than this.
const NOTABLE: u32 = 10_000;

/// « Lyon Part-Dieu » is read as Lyon; words after the name of a smaller commune make another name.
const CITY: u32 = 50_000;

impl Geo {
    /// The place that a field names: a commune in any usual spelling, with or without its department or
    /// postal code; an arrondissement; a postal code; a department by name or number; a region. Of several
    /// communes with the name, the one in the department or region said, else the largest.
    ///
    /// `None` when nothing is recognised or the text names a whole country.
    pub fn resolve(&self, text: &str) -> Option<Place> {
        let said = Said::parse(self, text);
        let mut hint = said.department.map(|d| vec![d]);
        if hint.is_none() && said.names.len() > 1 {
            let areas = said.names.iter().filter(|n| !self.is_city(n)).filter_map(|n| self.area_named(n));
            hint = areas.map(|a| self.area(a).departments.clone()).min_by_key(Vec::len);
        }
        let hint = hint.as_deref();
        for name in &said.names {
            let Some(index) = self.commune_named(name, hint, said.postal) else { continue };
            let small = said.department.is_none() && self.commune(index).population < NOTABLE;
            if let Some(area) = self.area_named(name).filter(|_| said.area_meant || small) {
                return Some(self.area_place(area));
            }
            return Some(self.precise(index, said.postal, said.arrondissement));
        }
        if let Some(place) = said.postal.and_then(|code| self.by_postal(&format!("{code:05}"))) {
            return Some(place);
        }
        let mut areas = said.names.iter().filter_map(|n| self.area_named(n));
        areas.next().or(said.department).map(|area| self.area_place(area))
    }

    /// The names of communes closest to a misspelt one, closest first, at most `limit`; for error messages.
    pub fn suggest(&self, text: &str, limit: usize) -> Vec<String> {
        let said = Said::parse(self, text);
        let Some(wanted) = said.names.first() else { return Vec::new() };
        let allowed = (wanted.chars().count() / 4).clamp(1, 3);
        let mut close: Vec<(usize, std::cmp::Reverse<u32>, u32)> = Vec::new();
        for name in &self.gazetteer.names {
            let Target::Commune(index) = name.target else { continue };
            if name.key.len().abs_diff(wanted.len()) > allowed {
                continue;
            }
            let distance = edit_distance(&name.key, wanted);
            if distance <= allowed {
                close.push((distance, std::cmp::Reverse(self.commune(index).population), index));
            }
        }
        close.sort_unstable();
        close.into_iter().take(limit).map(|(_, _, index)| self.commune_place(index, None).label).collect()
    }

    /// Everything with exactly this name, most likely first.
    pub(super) fn named(&self, key: &str) -> impl Iterator<Item = Target> {
        let names = &self.gazetteer.names;
        let start = names.partition_point(|n| n.key.as_str() < key);
        let same = names[start..].iter().take_while(move |n| n.key.len() == key.len());
        let key = key.to_owned();
        same.take_while(move |n| n.key == key).map(|n| n.target)
    }

    /// The commune with this very name, within `departments` when given; its article may be missing.
    pub(super) fn exact_commune(
        &self,
        name: &str,
        departments: Option<&[u16]>,
        postal: Option<u32>,
    ) -> Option<u32> {
        let fits = |index: &u32| {
            departments.is_none_or(|allowed| allowed.contains(&self.commune(*index).department))
        };
        let find = |name: &str| {
            let communes = self.named(name).filter_map(|target| match target {
                Target::Commune(index) | Target::Within(index) => Some(index),
                Target::Area(_) => None,
            });
            let mut fitting = communes.filter(fits).peekable();
            let first = fitting.peek().copied();
            let has_code =
                |index: &u32| postal.is_some_and(|p| self.commune(*index).postal_codes.contains(&p));
            fitting.find(has_code).or(first)
        };
        let mut articles = ["le", "la", "les", "l"].into_iter();
        find(name).or_else(|| articles.find_map(|article| find(&format!("{article} {name}"))))
    }

    /// As [`Self::exact_commune`], or the city that the name begins with.
    fn commune_named(&self, name: &str, departments: Option<&[u16]>, postal: Option<u32>) -> Option<u32> {
        self.exact_commune(name, departments, postal).or_else(|| {
            let (shorter, _) = name.rsplit_once(' ')?;
            let city = self.commune_named(shorter, departments, postal)?;
            // « Valence d'Agen (82) »: where the department is said, it tells which commune is meant.
            let told = departments.is_some_and(|d| d.len() == 1) && shorter.len() > 3;
            (told || self.commune(city).population >= CITY).then_some(city)
        })
    }

    /// The department or region with this name; its article may be said or not.
    pub(super) fn area_named(&self, name: &str) -> Option<u16> {
        let area = |name: &str| {
            self.named(name).find_map(|target| match target {
                Target::Area(index) => Some(index),
                _ => None,
            })
        };
        let bare = ["la ", "le ", "les ", "l "].iter().find_map(|article| name.strip_prefix(article));
        area(name).or_else(|| bare.and_then(area)).or_else(|| area(&format!("la {name}")))
    }

    fn is_city(&self, name: &str) -> bool {
        self.commune_named(name, None, None).is_some_and(|c| self.commune(c).population >= NOTABLE)
    }

    /// The commune, or its arrondissement when the text gives its number or postal code.
    pub(super) fn precise(&self, index: u32, postal: Option<u32>, number: Option<u32>) -> Place {
        let city = &self.commune(index).insee;
        if arrondissements(city).is_some() {
            let numbered = number.and_then(|n| self.by_insee(&arrondissement_code(city, n)));
            let coded = || match *self.postal_communes(postal?) {
                [(code, part), ..] => Some(self.commune_place(part, Some(code))),
                [] => None,
            };
            if let Some(place) = numbered.or_else(coded) {
                return place;
            }
        }
        let own = postal.filter(|code| self.commune(index).postal_codes.contains(code));
        self.commune_place(index, own)
    }
}

/// How many arrondissements the city with this INSEE code has.
fn arrondissements(insee: &str) -> Option<u32> {
    match insee {
        PARIS => Some(20),
        LYON => Some(9),
        MARSEILLE => Some(16),
        _ => None,
    }
}

fn arrondissement_code(insee: &str, number: u32) -> String {
    let first = match insee {
        PARIS => 75_100,
        LYON => 69_380,
        _ => 13_200,
    };
    (first + number).to_string()
}

/// What a place field says, taken apart.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// Keys of the names, in order.
    names: Vec<String>,
    /// Index of the department whose number is given.
    department: Option<u16>,
    postal: Option<u32>,
    arrondissement: Option<u32>,
    /// The text says that it means the department or region.
    pub(super) area_meant: bool,
}

impl Said {
    /// The name, where nothing else is said that would tell which of its bearers is meant.
    pub(super) fn bare_name(&self) -> Option<&str> {
        let alone = self.department.is_none() && self.postal.is_none() && self.arrondissement.is_none();
        match self.names.as_slice() {
            [name] if alone => Some(name),
            _ => None,
        }
    }

    pub(super) fn parse(geo: &Geo, text: &str) -> Self {
        let mut said = Self::default();
        // A field is short; whatever is pasted beyond that is no place.
        let text: String = text.chars().take(200).collect();
        let text = text.replace(" - ", ",").replace(" – ", ",").replace(" — ", ",");
        let text = text.replace("s/", "sur ");
        for part in text.split([',', ';', '(', ')', '|', '/', ':', '\n', '\t']) {
            said.read_part(geo, &key(part));
        }
        said
    }

    fn read_part(&mut self, geo: &Geo, part: &str) {
        let words: Vec<&str> = part.split(' ').filter(|w| !w.is_empty()).collect();
        let mut name: Vec<&str> = Vec::new();
        let mut cedex = false;
        for (at, &word) in words.iter().enumerate() {
            let numeric = word.bytes().all(|b| b.is_ascii_digit());
            let city = (!name.is_empty()).then(|| city_insee(name.last().copied())).flatten();
            if let Some(code) = super::postal_number(word) {
                self.postal = self.postal.or(Some(code));
                self.department = self.department.or_else(|| geo.department_of_postal(word));
                // « F-69003 »
                name.pop_if(|last| *last == "f");
            } else if cedex && numeric {
                cedex = false;
            } else if word == "cedex" {
                cedex = true;
            } else if let Some(number) = ordinal(word) {
                self.arrondissement = Some(number);
            } else if let (true, Some(city), Ok(number)) = (numeric, city, word.parse::<u32>())
                && arrondissements(city).is_some_and(|count| (1..=count).contains(&number))
                && (self.department.is_some() || word.len() < 2 || !city.starts_with(word))
            {
                self.arrondissement = Some(number);
            } else if let (Some(_), Some(number)) = (city, roman(word)) {
                self.arrondissement = Some(number);
            } else if (at == 0 || at + 1 == words.len()) && geo.department(word).is_some() {
                self.department = self.department.or_else(|| geo.department(word));
            } else if matches!(word, "dept" | "departement" | "region") {
                self.area_meant = true;
            } else if !matches!(word, "arrondissement" | "arr" | "ardt" | "eme" | "cp") && !numeric {
                name.push(word);
            }
        }
        let name =
            match words.iter().any(|word| AROUND.contains(word)).then(|| town_of(name.last()?)).flatten() {
                Some(town) => town.to_owned(),
                None => trim(&name).join(" "),
            };
        if !name.is_empty() && name != "france" {
            self.names.push(name);
        }
    }
}

/// Before the adjective of a town, these mean the town: « métropole lilloise », « bassin rennais ».
const AROUND: [&str; 8] =
    ["metropole", "agglomeration", "agglo", "region", "bassin", "banlieue", "communaute", "pays"];

/// The town that an adjective belongs to: `lille` from `lillois` or `lilloise`.
fn town_of(adjective: &str) -> Option<&'static str> {
    const TOWNS: [(&str, &str); 56] = [
        ("lillois", "lille"),
        ("lyonnais", "lyon"),
        ("nantais", "nantes"),
        ("rennais", "rennes"),
        ("bordelais", "bordeaux"),
        ("toulousain", "toulouse"),
        ("marseillais", "marseille"),
        ("strasbourgeois", "strasbourg"),
        ("grenoblois", "grenoble"),
        ("stephanois", "st etienne"),
        ("nicois", "nice"),
        ("montpellierain", "montpellier"),
        ("rouennais", "rouen"),
        ("havrais", "le havre"),
        ("brestois", "brest"),
        ("nanceien", "nancy"),
        ("messin", "metz"),
        ("dijonnais", "dijon"),
        ("angevin", "angers"),
        ("tourangel", "tours"),
        ("orleanais", "orleans"),
        ("mancel", "le mans"),
        ("remois", "reims"),
        ("caennais", "caen"),
        ("clermontois", "clermont ferrand"),
        ("toulonnais", "toulon"),
        ("amienois", "amiens"),
        ("mulhousien", "mulhouse"),
        ("bisontin", "besancon"),
        ("perpignanais", "perpignan"),
        ("nimois", "nimes"),
        ("avignonnais", "avignon"),
        ("poitevin", "poitiers"),
        ("rochelais", "la rochelle"),
        ("palois", "pau"),
        ("annecien", "annecy"),
        ("chamberien", "chambery"),
        ("valentinois", "valence"),
        ("troyen", "troyes"),
        ("lorientais", "lorient"),
        ("vannetais", "vannes"),
        ("quimperois", "quimper"),
        ("briochin", "st brieuc"),
        ("malouin", "st malo"),
        ("nazairien", "st nazaire"),
        ("choletais", "cholet"),
        ("yonnais", "la roche sur yon"),
        ("dunkerquois", "dunkerque"),
        ("valenciennois", "valenciennes"),
        ("lensois", "lens"),
        ("calaisien", "calais"),
        ("aixois", "aix en provence"),
        ("biterrois", "beziers"),
        ("chartrain", "chartres"),
        ("niortais", "niort"),
        ("colmarien", "colmar"),
    ];
    TOWNS
        .iter()
        .find(|(stem, _)| {
            adjective.strip_prefix(stem).is_some_and(|rest| matches!(rest, "" | "e" | "ne" | "le"))
        })
        .map(|(_, town)| *town)
}

/// Drops the words around a name that only blur it: « secteur de Nantes et alentours ».
fn trim<'a, 'b>(mut words: &'a [&'b str]) -> &'a [&'b str] {
    const BEFORE: [&str; 12] = [
        "secteur",
        "ville",
        "agglomeration",
        "metropole",
        "proche",
        "pres",
        "autour",
        "alentours",
        "bassin",
        "de",
        "d",
        "du",
    ];
    const AFTER: [&str; 10] = [
        "et",
        "alentours",
        "environs",
        "agglomeration",
        "metropole",
        "peripherie",
        "centre",
        "area",
        "ses",
        "region",
    ];
    while let [first, rest @ ..] = words
        && !rest.is_empty()
        && BEFORE.contains(first)
    {
        words = rest;
    }
    while let [rest @ .., last] = words
        && !rest.is_empty()
        && AFTER.contains(last)
    {
        words = rest;
    }
    words
}

fn city_insee(name: Option<&str>) -> Option<&'static str> {
    match name? {
        "paris" => Some(PARIS),
        "lyon" => Some(LYON),
        "marseille" => Some(MARSEILLE),
        _ => None,
    }
}

/// `7` from `vii`, up to the twenty arrondissements of Paris.
fn roman(word: &str) -> Option<u32> {
    const UNITS: [&str; 10] = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"];
    let tens = word.bytes().take_while(|b| *b == b'x').count();
    let units = UNITS.iter().position(|unit| *unit == &word[tens..])?;
    u32::try_from(10 * tens + units).ok().filter(|n| (1..=20).contains(n))
}

/// `7` from `7e`, `7eme`, `7ieme`, `1er`, `2nd`.
pub(super) fn ordinal(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let suffix = &word[digits.len()..];
    if !matches!(suffix, "e" | "er" | "ere" | "eme" | "ieme" | "nd" | "th" | "st" | "rd") {
        return None;
    }
    digits.parse().ok().filter(|n| (1..=20).contains(n))
}

/// Restricted Damerau-Levenshtein distance over characters.
fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut next = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            next[j] = (row[j] + 1).min(next[j - 1] + 1).min(row[j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                next[j] = next[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_understood() {
        let cases = [
            ("Lyon", "Lyon (69)"),
            ("69 - Lyon 7e", "Lyon 7e (69)"),
            ("69 - LYON 07", "Lyon 7e (69)"),
            ("Lyon 7e (69)", "Lyon 7e (69)"),
            ("Lyon 7ème arrondissement", "Lyon 7e (69)"),
            ("Lyon, 3e", "Lyon 3e (69)"),
            ("Lyon 69", "Lyon (69)"),
            ("Lyon Part-Dieu", "Lyon 3e (69)"),
            ("Lyon Perrache", "Lyon (69)"),
            ("Paris 15e Arrondissement", "Paris 15e (75)"),
            ("Paris 7", "Paris 7e (75)"),
            ("Paris 75", "Paris (75)"),
            ("PARIS XIV", "Paris 14e (75)"),
            ("Valence d'Agen (82)", "Valence (82)"),
            ("Évry", "Évry-Courcouronnes (91)"),
            ("Aix", "Aix-en-Provence (13)"),
            ("métropole lilloise", "Lille (59)"),
            ("75 - Paris 1er Arrondissement", "Paris 1er (75)"),
            ("75 - PARIS 02", "Paris 2e (75)"),
            ("75 - Paris (Dept.)", "Paris (75)"),
            ("75015 Paris", "Paris 15e (75)"),
            ("Marseille 13", "Marseille (13)"),
            ("13 - MARSEILLE 13", "Marseille 13e (13)"),
            ("69007", "Lyon 7e (69)"),
            ("F-69003 Lyon", "Lyon 3e (69)"),
            ("Villeurbanne (69)", "Villeurbanne (69)"),
            ("Saint-Étienne", "Saint-Étienne (42)"),
            ("ST ETIENNE", "Saint-Étienne (42)"),
            ("974 - St-Denis", "Saint-Denis (974)"),
            ("93 - Saint Denis", "Saint-Denis (93)"),
            ("01 - ST VULBAS", "Saint-Vulbas (01)"),
            ("78 - Clayes-sous-Bois", "Les Clayes-sous-Bois (78)"),
            ("07 - VALLON PONT D ARC", "Vallon-Pont-d'Arc (07)"),
            ("01 - BELLEGARDE SUR VALSERINE", "Valserhône (01)"),
            ("Chalon s/ Saône", "Chalon-sur-Saône (71)"),
            ("le havre", "Le Havre (76)"),
            ("Rhône", "Rhône (69)"),
            ("69", "Rhône (69)"),
            ("69 - Rhône", "Rhône (69)"),
            ("01 - Ain", "Ain (01)"),
            ("2A", "Corse-du-Sud (2A)"),
            ("La Réunion", "La Réunion (974)"),
            ("Réunion", "La Réunion (974)"),
            ("Vienne", "Vienne (38)"),
            ("86 - Vienne", "Vienne (86)"),
            ("Corrèze", "Corrèze (19)"),
            ("Bretagne", "Bretagne"),
            ("Île-de-France", "Île-de-France"),
            ("ile de france", "Île-de-France"),
            ("IDF", "Île-de-France"),
            ("région parisienne", "Île-de-France"),
            ("Région PACA", "Provence-Alpes-Côte d'Azur"),
            ("Rhône-Alpes", "Rhône-Alpes"),
            ("Lyon, Auvergne-Rhône-Alpes, France", "Lyon (69)"),
            ("Villeurbanne, Rhône", "Villeurbanne (69)"),
            ("Saint-Denis, Seine-Saint-Denis", "Saint-Denis (93)"),
            ("Grenoble Cedex 9", "Grenoble (38)"),
            ("38000 Grenoble Cedex", "Grenoble (38)"),
            ("Secteur de Nantes et alentours", "Nantes (44)"),
            ("La Défense", "Puteaux (92)"),
            ("Sophia Antipolis", "Valbonne (06)"),
            ("69326 Lyon Cedex 03", "Lyon (69)"),
        ];
        let geo = Geo::builtin();
        for (text, label) in cases {
            assert_eq!(geo.resolve(text).map(|p| p.label).as_deref(), Some(label), "{text}");
        }
    }

    #[test]
    fn what_is_no_place_gives_none() {
        let geo = Geo::builtin();
        for text in ["", "France", "Luxembourg", "Trifouillis-les-Oies", "à définir", "?", "99999"] {
            let place = geo.resolve(text);
            assert!(place.is_none(), "{text}: {place:?}");
        }
    }

    #[test]
    fn a_namesake_follows_the_department_said() {
        let geo = Geo::builtin();
        for code in ["07", "26", "38", "71"] {
            let place = geo.resolve(&format!("{code} - Saint-Romain")).or_else(|| geo.resolve(code));
            assert_eq!(place.unwrap().department.as_deref(), Some(code));
        }
    }

    #[test]
    fn a_misspelt_commune_gets_suggestions() {
        let geo = Geo::builtin();
        assert_eq!(geo.suggest("Villurbane", 3).first().map(String::as_str), Some("Villeurbanne (69)"));
        assert_eq!(geo.suggest("Grenobel", 1), ["Grenoble (38)"]);
        assert!(geo.suggest("", 3).is_empty());
        assert!(geo.suggest("xqzwkvj", 3).is_empty());
    }

    #[test]
    fn odd_input_is_harmless() {
        let geo = Geo::builtin();
        for text in ["(((", " - ", "\u{0}", "🙂 - 🙂", &"é".repeat(5_000), "7e", "-", "75 75 75"] {
            geo.resolve(text);
            geo.suggest(text, 2);
        }
    }

    #[test]
    fn edits_are_counted() {
        assert_eq!(edit_distance("lyon", "lyno"), 1);
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("nantes", "nates"), 1);
    }
}
