//! Where someone wants to work: a town and its surroundings, whole departments, or anywhere.

use serde::{Deserialize, Serialize};

use super::name::key;
use super::resolve::Said;
use super::{Area, AreaKind, Geo, Target, distance_km};
use crate::filter::Near;
use crate::offer::Place;
use crate::profile::Profile;

/// Where offers are looked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// The whole country.
    Everywhere,
    /// The whole of one or several departments: a department, a region, « petite couronne ».
    Departments {
        /// The area, with the middle of its inhabitants.
        place: Place,
        /// Codes of its departments.
        codes: Vec<String>,
    },
    /// A town, or a part of one; how far around it is said apart.
    Around(Place),
}

/// What [`Geo::zone`] understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// The likeliest meaning.
    pub zone: Zone,
    /// What else may have been meant, likeliest first: « Boulogne » is two well-known towns.
    pub others: Vec<Place>,
}

/// A commune with the very name that was said weighs as much as one of so many times its inhabitants of which it
/// is only the beginning: « Vienne » is Vienne, « Aix » is Aix-en-Provence and no hamlet.
const WHOLE_NAME: u64 = 5;
/// A department or region weighs as much as a town of so many inhabitants with its name: « Vienne » is the town
/// first, « Loire » and « Bretagne » are no villages.
const AREA: u64 = 15_000;
/// Meanings that weigh less than this part of the first are not worth a question.
const WORTH_ASKING: u64 = 20;
/// Most other meanings that are named.
const OTHERS: usize = 4;
/// Kilometres within which a place that is known tells which of several namesakes is meant.
const NEIGHBOURS: f32 = 60.0;

impl Zone {
    /// Its name: « Rennes (35) », « Bretagne », « France ».
    pub fn label(&self) -> &str {
        match self {
            Self::Everywhere => "France",
            Self::Departments { place, .. } | Self::Around(place) => &place.label,
        }
    }

    /// Its centre, for distances; `None` for the whole country.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Everywhere => None,
            Self::Departments { place, .. } | Self::Around(place) => Some(place),
        }
    }

    /// Kilometres from the zone to a place: 0 inside; from the centre of a town; from about the border of an area.
    /// What is known of `place` only roughly counts in its favour. `None` when it is not known at all.
    pub fn distance_km(&self, place: &Place) -> Option<f32> {
        let away = |from: &Place| {
            let doubt = f32::from(place.uncertainty_km);
            Some((distance_km(from.position?, place.position?) - doubt).max(0.0))
        };
        match self {
            Self::Everywhere => Some(0.0),
            Self::Around(centre) => away(centre),
            Self::Departments { codes, place: middle } => {
                if codes.iter().any(|code| place.department.as_deref() == Some(code)) {
                    return Some(0.0);
                }
                if place.department.is_none()
                    && let Some(territory) = Territory::of(place)
                    && self.territories()[usize::from(territory.0)]
                {
                    return Some(0.0);
                }
                Some((away(middle)? - f32::from(middle.uncertainty_km)).max(1.0))
            }
        }
    }

    /// Whether a place lies, or may lie, in the zone; `radius_km` counts around a town only.
    pub fn contains(&self, place: &Place, radius_km: f32) -> bool {
        let reach = if matches!(self, Self::Around(_)) { radius_km } else { 0.0 };
        self.distance_km(place).is_some_and(|km| km <= reach)
    }

    /// The condition on offers; `None` for the whole country. `radius_km` counts around a town only.
    pub fn near(&self, radius_km: f32) -> Option<Near> {
        match self {
            Self::Everywhere => None,
            Self::Around(place) => Some(Near::Circle { centre: place.position?, radius_km }),
            Self::Departments { codes, .. } => Some(Near::Departments(codes.clone())),
        }
    }

    fn territories(&self) -> [bool; 256] {
        match self {
            Self::Departments { codes, .. } => Territory::meeting(codes),
            _ => [false; 256],
        }
    }
}

impl Geo {
    /// The zone that someone names: a town in any usual spelling, however short (« Évry », « Boulogne »), a postal
    /// code, a department by name or number, a region, the country. Of several namesakes it is the one near to a
    /// place of `known` (the towns of a CV), else the one that most people mean; the others are told beside it.
    ///
    /// `None` when nothing is recognised.
    pub fn zone(&self, text: &str, known: &[Place]) -> Option<Located> {
        let said = Said::parse(self, text);
        let certain = |place| Some(Located { zone: self.zone_of(place)?, others: vec![] });
        let Some(name) = said.bare_name() else {
            return match self.resolve(text) {
                None if is_country(text) => Some(Located { zone: Zone::Everywhere, others: vec![] }),
                place => certain(place?),
            };
        };
        if is_country(name) {
            return Some(Located { zone: Zone::Everywhere, others: vec![] });
        }
        if said.area_meant
            && let Some(area) = self.area_named(name)
        {
            return certain(self.area_place(area));
        }
        let mut meanings = self.meanings(name);
        let Some(&(most, _)) = meanings.first() else { return certain(self.resolve(text)?) };
        meanings.retain(|(weight, target)| {
            let exact = !known.is_empty() && self.named(name).any(|t| t == *target);
            exact || weight * WORTH_ASKING >= most
        });
        let mut places: Vec<Place> = meanings.iter().map(|(_, target)| self.place_of(*target)).collect();
        if let Some(at) = nearest(&places, known) {
            places[..=at].rotate_right(1);
        }
        let mut places = places.into_iter();
        let zone = self.zone_of(places.next()?)?;
        Some(Located { zone, others: places.take(OTHERS).collect() })
    }

    /// The towns that a CV names: its own, and those of its jobs. They tell which of several namesakes is meant.
    pub fn towns_of(&self, profile: &Profile) -> Vec<Place> {
        let jobs = profile.experiences.iter().filter_map(|job| self.resolve(job.place.as_deref()?));
        profile.place.iter().cloned().chain(jobs).collect()
    }

    /// The namesake of a commune that lies near to one of the `known` places, if there is one; else `place` itself.
    /// For a place that was named without its department or postal code.
    pub fn settle(&self, place: Place, known: &[Place]) -> Place {
        let name = place.label.rsplit_once(" (").map_or(place.label.as_str(), |(name, _)| name);
        let name = key(name);
        let namesakes = self.named(&name).filter(|target| !matches!(target, Target::Area(_)));
        let mut places: Vec<Place> = namesakes.map(|target| self.place_of(target)).collect();
        match nearest(&places, known) {
            Some(at) => places.swap_remove(at),
            None => place,
        }
    }

    /// All that a name may mean, with its weight, heaviest first.
    fn meanings(&self, name: &str) -> Vec<(u64, Target)> {
        let population = |index: u32| u64::from(self.commune(index).population);
        let mut meanings: Vec<(u64, Target)> = Vec::new();
        for spelling in spellings(name) {
            meanings.extend(self.named(&spelling).map(|target| match target {
                Target::Commune(index) | Target::Within(index) => (WHOLE_NAME * population(index), target),
                Target::Area(_) => (WHOLE_NAME * AREA, target),
            }));
        }
        if name.len() >= 3 && !matches!(name, "ste" | "les" | "sur" | "sts") {
            let names = &self.gazetteer.names;
            let start = format!("{name} ");
            let from = names.partition_point(|n| n.key.as_str() < start.as_str());
            let longer = names[from..].iter().take_while(|n| n.key.starts_with(&start));
            meanings.extend(longer.filter_map(|n| match n.target {
                Target::Commune(index) => Some((population(index), n.target)),
                _ => None,
            }));
        }
        meanings.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        let mut seen: Vec<String> = Vec::new();
        meanings.retain(|(_, target)| {
            let label = self.place_of(*target).label;
            let fresh = !seen.contains(&label);
            if fresh {
                seen.push(label);
            }
            fresh
        });
        meanings
    }

    fn place_of(&self, target: Target) -> Place {
        match target {
            Target::Commune(index) | Target::Within(index) => self.commune_place(index, None),
            Target::Area(index) => self.area_place(index),
        }
    }

    fn zone_of(&self, place: Place) -> Option<Zone> {
        if place.insee.is_some() {
            return place.position.is_some().then_some(Zone::Around(place));
        }
        let codes = match &place.department {
            Some(code) => vec![code.clone()],
            None => {
                let area = self.area_named(&key(&place.label))?;
                let departments = &self.area(area).departments;
                departments.iter().map(|index| self.area(*index).code.clone()).collect()
            }
        };
        Some(Zone::Departments { place, codes })
    }
}

/// The name with the articles that it may lack.
fn spellings(name: &str) -> Vec<String> {
    let mut spellings = vec![name.to_owned()];
    spellings.extend(["le", "la", "les", "l"].map(|article| format!("{article} {name}")));
    spellings
        .extend(["la ", "le ", "les ", "l "].iter().filter_map(|a| name.strip_prefix(a)).map(str::to_owned));
    spellings
}

/// The place of `places` that lies nearest to one of `known`, when it is near.
fn nearest(places: &[Place], known: &[Place]) -> Option<usize> {
    let away = |place: &Place| {
        let km = known.iter().filter_map(|near| Some(distance_km(place.position?, near.position?)));
        km.fold(f32::INFINITY, f32::min)
    };
    let near = places.iter().map(away).enumerate().filter(|(_, km)| *km <= NEIGHBOURS);
    near.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at)
}

/// « France », « toute la France », « partout en France », « France entière ».
fn is_country(text: &str) -> bool {
    const AROUND: [&str; 14] = [
        "toute",
        "tout",
        "toutes",
        "la",
        "le",
        "en",
        "entiere",
        "metropolitaine",
        "partout",
        "monde",
        "hexagone",
        "national",
        "territoire",
        "regions",
    ];
    let key = key(text);
    let mut words = key.split(' ').filter(|word| !AROUND.contains(word));
    match words.next() {
        Some("france") => words.next().is_none(),
        Some(_) => false,
        None => ["partout", "national", "hexagone"].iter().any(|word| key.contains(word)),
    }
}

/// The department or region of an offer in one byte, for the filter's column: 0 is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Territory(pub u8);

/// First number of the regions, which follow by INSEE code, and of the former regions, in the gazetteer's order.
const REGIONS: u8 = 128;
const FORMER: u8 = 224;

impl Territory {
    /// That of a place: its department, or the region that its label names. `None` when it says neither.
    pub fn of(place: &Place) -> Option<Self> {
        match &place.department {
            Some(code) => Self::department(code),
            None if place.insee.is_some() => None,
            None => {
                let geo = Geo::builtin();
                let area = geo.area_named(&key(&place.label))?;
                geo.territory(area)
            }
        }
    }

    /// By the department's code: `01` to `95`, `2A`, `2B`, `971` to `989`.
    fn department(code: &str) -> Option<Self> {
        match code {
            "2A" => Some(Self(96)),
            "2B" => Some(Self(97)),
            _ => match code.parse::<u16>().ok()? {
                number @ 1..=95 => Some(Self(number as u8)),
                number @ 971..=989 => Some(Self((number - 971) as u8 + 100)),
                _ => None,
            },
        }
    }

    /// By number: those that lie in one of the departments, or hold it.
    pub(crate) fn meeting(departments: &[String]) -> [bool; 256] {
        let geo = Geo::builtin();
        let mut meeting = [false; 256];
        for index in 0..geo.gazetteer.areas.len() as u16 {
            let own = &geo.area(index).departments;
            let meets = own.iter().any(|d| departments.contains(&geo.area(*d).code));
            if let Some(territory) = geo.territory(index) {
                meeting[usize::from(territory.0)] |= meets;
            }
        }
        meeting
    }
}

impl Geo {
    fn territory(&self, area: u16) -> Option<Territory> {
        let Area { code, kind, departments, .. } = self.area(area);
        match (kind, departments.as_slice()) {
            // A region that is one department has no number of its own.
            (_, [only]) => Territory::department(&self.area(*only).code),
            (AreaKind::FormerRegion, _) => {
                let first = self.gazetteer.areas.iter().position(|a| a.kind == AreaKind::FormerRegion)?;
                Some(Territory(FORMER + u8::try_from(usize::from(area) - first).ok()?))
            }
            _ => Some(Territory(REGIONS + code.parse::<u8>().ok()?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn located(text: &str, known: &[&str]) -> (String, Vec<String>) {
        let geo = Geo::builtin();
        let known: Vec<Place> = known.iter().filter_map(|name| geo.resolve(name)).collect();
        let found = geo.zone(text, &known).unwrap_or_else(|| panic!("{text}"));
        (found.zone.label().to_owned(), found.others.into_iter().map(|place| place.label).collect())
    }

    #[test]
    fn a_short_name_is_the_town_that_most_people_mean() {
        for (text, label) in [
            ("Évry", "Évry-Courcouronnes (91)"),
            ("Boulogne", "Boulogne-Billancourt (92)"),
            ("Aix", "Aix-en-Provence (13)"),
            ("Vitry", "Vitry-sur-Seine (94)"),
            ("Saint-Malo", "Saint-Malo (35)"),
            ("St Ouen", "Saint-Ouen-sur-Seine (93)"),
            ("Clermont", "Clermont-Ferrand (63)"),
            ("Bourg en Bresse", "Bourg-en-Bresse (01)"),
            ("havre", "Le Havre (76)"),
            ("Paris 15e", "Paris 15e (75)"),
            ("Paris 7", "Paris 7e (75)"),
            ("Paris VII", "Paris 7e (75)"),
            ("Lyon 3", "Lyon 3e (69)"),
            ("Valence d'Agen", "Valence (82)"),
            ("Métropole lilloise", "Lille (59)"),
            ("agglomération nantaise", "Nantes (44)"),
            ("Pays Basque", "Bayonne (64)"),
        ] {
            assert_eq!(located(text, &[]).0, label, "{text}");
        }
    }

    #[test]
    fn an_area_is_meant_whole() {
        for (text, label, codes) in [
            ("Ille-et-Vilaine", "Ille-et-Vilaine (35)", "35"),
            ("93", "Seine-Saint-Denis (93)", "93"),
            ("2A", "Corse-du-Sud (2A)", "2A"),
            ("Loire", "Loire (42)", "42"),
            ("Guyane", "Guyane (973)", "973"),
            ("Bretagne", "Bretagne", "22 29 35 56"),
            ("IDF", "Île-de-France", "75 77 78 91 92 93 94 95"),
            ("petite couronne", "Petite couronne", "92 93 94"),
            ("Alsace", "Alsace", "67 68"),
        ] {
            let zone = Geo::builtin().zone(text, &[]).unwrap().zone;
            let Zone::Departments { place, codes: found } = zone else { panic!("{text}: {zone:?}") };
            assert_eq!((place.label.as_str(), found.join(" ").as_str()), (label, codes), "{text}");
        }
        for text in ["France", "toute la France", "France entière", "partout en France"] {
            assert_eq!(Geo::builtin().zone(text, &[]).unwrap().zone, Zone::Everywhere, "{text}");
        }
        assert!(Geo::builtin().zone("Trifouillis-les-Oies", &[]).is_none());
        assert!(Geo::builtin().zone("", &[]).is_none());
    }

    #[test]
    fn other_meanings_are_told_and_the_towns_of_a_cv_settle_them() {
        let (_, others) = located("Boulogne", &[]);
        assert!(others.contains(&"Boulogne-sur-Mer (62)".to_owned()), "{others:?}");
        assert_eq!(located("Boulogne", &["Calais"]).0, "Boulogne-sur-Mer (62)");
        assert_eq!(located("Saint-Denis", &["Bobigny"]).0, "Saint-Denis (93)");
        assert_eq!(located("Saint-Denis", &["Saint-Pierre (974)"]).0, "Saint-Denis (974)");
        let (first, others) = located("Vienne", &[]);
        assert!(first == "Vienne (38)" && others.contains(&"Vienne (86)".to_owned()), "{first} {others:?}");
        assert!(located("Nantes", &[]).1.is_empty(), "nobody means Nantes-en-Ratier");

        let geo = Geo::builtin();
        let here = [geo.resolve("Bobigny").unwrap()];
        assert_eq!(geo.settle(geo.resolve("Saint-Denis").unwrap(), &here).label, "Saint-Denis (93)");
        assert_eq!(geo.settle(geo.resolve("Bobigny").unwrap(), &[]).label, "Bobigny (93)");
    }

    #[test]
    fn distance_to_a_zone_is_none_inside_and_counts_from_its_border() {
        let geo = Geo::builtin();
        let zone = |text: &str| geo.zone(text, &[]).unwrap().zone;
        let place = |text: &str| geo.resolve(text).unwrap();
        assert_eq!(zone("Bretagne").distance_km(&place("Saint-Malo")), Some(0.0));
        assert_eq!(zone("Ille-et-Vilaine").distance_km(&place("Bretagne")), Some(0.0), "it may be there");
        assert!(zone("Bretagne").distance_km(&place("Marseille")).unwrap() > 500.0);
        assert!(zone("Ille-et-Vilaine").contains(&place("Dinard (35)"), 0.0));
        assert!(zone("Rennes").contains(&place("Cesson-Sévigné"), 15.0));
        assert!(!zone("Rennes").contains(&place("Saint-Malo"), 30.0));
        assert!(zone("France").contains(&place("Marseille"), 0.0));
        assert_eq!(zone("Rennes").distance_km(&Place::default()), None);
    }

    #[test]
    fn every_area_has_a_number_and_shares_it_with_no_other() {
        let geo = Geo::builtin();
        let mut seen = [false; 256];
        for area in 0..geo.gazetteer.areas.len() as u16 {
            let number = usize::from(geo.territory(area).unwrap().0);
            let region_of_one = geo.area(area).departments != [area] && geo.area(area).departments.len() == 1;
            let taken = std::mem::replace(&mut seen[number], true);
            assert!(number > 0 && taken == region_of_one, "{:?}", geo.area(area));
        }
    }
}
