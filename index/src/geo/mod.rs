//! Places in France: from « 69 - Lyon 7e », a postal code or a region's name to coordinates, and back.
//!
//! ```
//! use jobmatch_index::geo::{Geo, distance_km};
//!
//! let geo = Geo::builtin();
//! let lyon = geo.resolve("69 - LYON 07").unwrap();
//! assert_eq!(lyon.label, "Lyon 7e (69)");
//! let paris = geo.resolve("75015").unwrap();
//! let km = distance_km(lyon.position.unwrap(), paris.position.unwrap());
//! assert!((385.0..400.0).contains(&km));
//! ```

mod find;
mod gazetteer;
mod name;
mod resolve;
mod zone;

use std::sync::LazyLock;

pub use gazetteer::{Area, AreaKind, Commune, Gazetteer, Name, Point, Target};
pub use name::key;
pub use zone::{Located, Territory, Zone};

use crate::error::Result;
use crate::offer::{Place, Position};

/// The gazetteer with its indexes. Immutable.
pub struct Geo {
    gazetteer: Gazetteer,
    /// Postal code and commune, sorted; Paris, Lyon and Marseille by arrondissement only.
    postal: Vec<(u32, u32)>,
}

static BUILTIN: LazyLock<Geo> = LazyLock::new(|| {
    Geo::decode(include_bytes!("../../data/geo.bin")).expect("the embedded geographic artefact is sound")
});

impl Geo {
    /// The gazetteer that ships with the engine, decoded once.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// Reads an artefact made by [`Gazetteer::encode`].
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let gazetteer = Gazetteer::decode(bytes)?;
        let mut postal: Vec<(u32, u32)> = Vec::with_capacity(gazetteer.communes.len() + 4_000);
        for (commune, index) in gazetteer.communes.iter().zip(0..) {
            if !matches!(commune.insee.as_str(), PARIS | LYON | MARSEILLE) {
                postal.extend(commune.postal_codes.iter().map(|&code| (code, index)));
            }
        }
        postal.sort_unstable();
        Ok(Self { gazetteer, postal })
    }

    /// The commune with this INSEE code; codes of merged communes give the commune of today.
    pub fn by_insee(&self, code: &str) -> Option<Place> {
        let communes = &self.gazetteer.communes;
        if let Ok(index) = communes.binary_search_by(|c| c.insee.as_str().cmp(code)) {
            return Some(self.commune_place(index as u32, None));
        }
        let former = &self.gazetteer.former_codes;
        let at = former.binary_search_by(|(old, _)| old.as_str().cmp(code)).ok()?;
        Some(self.commune_place(former[at].1, None))
    }

    /// The largest commune with this postal code; the department for a code of its own such as a CEDEX.
    pub fn by_postal(&self, code: &str) -> Option<Place> {
        let number = postal_number(code)?;
        let communes = self.postal_communes(number);
        let Some(&(_, largest)) = communes.iter().max_by_key(|&&(_, c)| (self.commune(c).population, c))
        else {
            return self.department_of_postal(code).map(|area| self.area_place(area));
        };
        let mut place = self.commune_place(largest, Some(number));
        if let Some(here) = place.position {
            let spread = communes.iter().filter_map(|&(_, c)| self.commune(c).point);
            let farthest = spread.map(|p| distance_km(here, p.position())).fold(0.0, f32::max);
            place.uncertainty_km = place.uncertainty_km.max(farthest.ceil() as u16);
        }
        Some(place)
    }

    /// The commune whose centre is nearest, no farther than 30 km.
    pub fn nearest(&self, position: Position) -> Option<Place> {
        let narrowing = position.lat.to_radians().cos();
        let square =
            |p: Position| (p.lat - position.lat).powi(2) + ((p.lon - position.lon) * narrowing).powi(2);
        let communes = self.gazetteer.communes.iter().zip(0u32..);
        let (index, point) = communes
            .filter_map(|(c, index)| Some((index, c.point?)))
            .filter(|(_, point)| point.uncertainty_km < 30)
            .min_by(|(_, a), (_, b)| square(a.position()).total_cmp(&square(b.position())))?;
        (distance_km(point.position(), position) <= 30.0).then(|| self.commune_place(index, None))
    }

    /// Communes of today and the arrondissements of Paris, Lyon and Marseille, by INSEE code.
    pub fn communes(&self) -> &[Commune] {
        &self.gazetteer.communes
    }

    /// Departments, by number.
    pub fn departments(&self) -> impl Iterator<Item = &Area> {
        self.gazetteer.areas.iter().filter(|a| a.kind == AreaKind::Department)
    }

    /// Regions, by INSEE code.
    pub fn regions(&self) -> impl Iterator<Item = &Area> {
        self.gazetteer.areas.iter().filter(|a| a.kind == AreaKind::Region)
    }

    fn commune(&self, index: u32) -> &Commune {
        &self.gazetteer.communes[index as usize]
    }

    fn area(&self, index: u16) -> &Area {
        &self.gazetteer.areas[usize::from(index)]
    }

    fn postal_communes(&self, code: u32) -> &[(u32, u32)] {
        let start = self.postal.partition_point(|&(c, _)| c < code);
        let end = self.postal.partition_point(|&(c, _)| c <= code);
        &self.postal[start..end]
    }

    /// Index of the department with this number, such as `69`, `2a` or `974`.
    fn department(&self, code: &str) -> Option<u16> {
        let areas = self.gazetteer.areas.iter().zip(0..);
        let mut departments = areas.filter(|(a, _)| a.kind == AreaKind::Department);
        departments.find(|(a, _)| a.code.eq_ignore_ascii_case(code)).map(|(_, index)| index)
    }

    fn department_of_postal(&self, code: &str) -> Option<u16> {
        match code.get(..2)? {
            "20" if code < "20200" => self.department("2A"),
            "20" => self.department("2B"),
            "97" | "98" => self.department(code.get(..3)?),
            two => self.department(two),
        }
    }

    /// `postal` is the code that the text gave; else the commune's own when it has only one.
    fn commune_place(&self, index: u32, postal: Option<u32>) -> Place {
        let commune = self.commune(index);
        let department = &self.area(commune.department).code;
        let only = match commune.postal_codes.as_slice() {
            &[code] => Some(code),
            _ => None,
        };
        Place {
            label: format!("{} ({department})", commune.name),
            insee: Some(commune.insee.clone()),
            postal_code: postal.or(only).map(|code| format!("{code:05}")),
            department: Some(department.clone()),
            position: commune.point.map(Point::position),
            uncertainty_km: commune.point.map_or(0, |p| p.uncertainty_km),
        }
    }

    fn area_place(&self, index: u16) -> Place {
        let area = self.area(index);
        let department = (area.kind == AreaKind::Department).then(|| area.code.clone());
        Place {
            label: match &department {
                Some(code) => format!("{} ({code})", area.name),
                None => area.name.clone(),
            },
            insee: None,
            postal_code: None,
            department,
            position: area.point.map(Point::position),
            uncertainty_km: area.point.map_or(0, |p| p.uncertainty_km),
        }
    }
}

const PARIS: &str = "75056";
const LYON: &str = "69123";
const MARSEILLE: &str = "13055";

/// Great-circle distance in kilometres (haversine on a sphere of radius 6,371 km).
pub fn distance_km(a: Position, b: Position) -> f32 {
    let (lat_a, lat_b) = (f64::from(a.lat).to_radians(), f64::from(b.lat).to_radians());
    let (dlat, dlon) = (lat_b - lat_a, f64::from(b.lon - a.lon).to_radians());
    let h = (dlat / 2.0).sin().powi(2) + lat_a.cos() * lat_b.cos() * (dlon / 2.0).sin().powi(2);
    (2.0 * 6371.0 * h.min(1.0).sqrt().asin()) as f32
}

fn postal_number(code: &str) -> Option<u32> {
    let five_digits = code.len() == 5 && code.bytes().all(|b| b.is_ascii_digit());
    five_digits.then(|| code.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_give_places() {
        let geo = Geo::builtin();
        let lyon7 = geo.by_postal("69007").unwrap();
        assert_eq!((lyon7.label.as_str(), lyon7.insee.as_deref()), ("Lyon 7e (69)", Some("69387")));
        assert_eq!(geo.by_insee("2A004").unwrap().label, "Ajaccio (2A)");
        assert_eq!(geo.by_insee("01033").unwrap().label, "Valserhône (01)");
        assert_eq!(geo.by_insee("01999"), None);
        assert_eq!(geo.by_postal("69326").unwrap().label, "Rhône (69)", "a CEDEX code gives the department");
        assert_eq!(geo.by_postal("20137").unwrap().department.as_deref(), Some("2A"));
        assert_eq!(geo.by_postal("97400").unwrap().label, "Saint-Denis (974)");
        assert_eq!(geo.by_postal("7500"), None);
        assert_eq!(geo.by_postal("00000"), None);
    }

    #[test]
    fn a_shared_postal_code_is_uncertain() {
        let place = Geo::builtin().by_postal("07240").unwrap();
        assert!(place.uncertainty_km > 5, "{place:?}");
    }

    #[test]
    fn every_inhabited_commune_has_a_position_within_france_and_a_department() {
        let geo = Geo::builtin();
        for commune in geo.gazetteer.communes.iter().filter(|c| c.population > 0) {
            let at = commune.point.unwrap_or_else(|| panic!("{} has no position", commune.name)).position();
            assert!((-28.0..=51.2).contains(&at.lat) && (-180.0..=168.2).contains(&at.lon), "{commune:?}");
        }
        assert_eq!(geo.regions().count(), 26);
        assert_eq!(geo.departments().count(), 109);
    }

    #[test]
    fn nearest_finds_the_commune_of_a_point() {
        let geo = Geo::builtin();
        let near = |lat, lon| geo.nearest(Position { lat, lon }).map(|p| p.label);
        assert_eq!(near(45.77, 4.88).as_deref(), Some("Villeurbanne (69)"));
        assert_eq!(near(-20.93, 55.45).as_deref(), Some("Saint-Denis (974)"));
        assert_eq!(near(40.0, -40.0), None);
    }

    #[test]
    fn distances_agree_with_known_ones() {
        let paris = Position { lat: 48.8566, lon: 2.3522 };
        let marseille = Position { lat: 43.2965, lon: 5.3698 };
        assert!((distance_km(paris, marseille) - 660.5).abs() < 1.5);
        assert_eq!(distance_km(paris, paris), 0.0);
    }
}
