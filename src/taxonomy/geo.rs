//! Builds the geographic artefact of the engine from the files that INSEE's, Etalab's and La Poste's data
//! are published in.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use jobmatch_index::geo::{Area, AreaKind, Commune, Gazetteer, Name, Point, Target, distance_km, key};
use jobmatch_index::offer::Position;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Why the artefact could not be built.
#[derive(Debug, thiserror::Error)]
pub enum GeoError {
    /// A file could not be read or written.
    #[error("{0}: {1}")]
    Io(PathBuf, std::io::Error),
    /// A raw file is not in its published form.
    #[error("{0}: {1}; is it the file as published?")]
    Form(PathBuf, String),
    /// The engine could not code the artefact.
    #[error(transparent)]
    Engine(#[from] jobmatch_index::Error),
}

/// Compiles `communes.json`, `departements.json`, `regions.json` (decoupage-administratif, Etalab) and
/// `laposte_hexasmal.csv` (postal codes and coordinates, La Poste) of `raw_dir` into `out_file`; the same
/// files give the same bytes. Returns the number of communes.
pub fn build(raw_dir: &Path, out_file: &Path) -> Result<usize, GeoError> {
    let gazetteer = compile(&Raw::read(raw_dir)?);
    let bytes = gazetteer.encode()?;
    std::fs::write(out_file, bytes).map_err(|e| GeoError::Io(out_file.to_owned(), e))?;
    Ok(gazetteer.communes.len())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawCommune {
    code: String,
    nom: String,
    #[serde(rename = "type")]
    kind: String,
    departement: Option<String>,
    /// Commune of today, for a former one.
    chef_lieu: Option<String>,
    #[serde(default)]
    anciens_codes: Vec<String>,
    #[serde(default)]
    codes_postaux: Vec<String>,
    #[serde(default)]
    population: u32,
}

#[derive(Deserialize)]
struct RawArea {
    code: String,
    nom: String,
    region: Option<String>,
}

struct Raw {
    communes: Vec<RawCommune>,
    departments: Vec<RawArea>,
    regions: Vec<RawArea>,
    /// By INSEE code.
    positions: HashMap<String, Position>,
    /// Postal codes that only La Poste's file has, by INSEE code.
    postal_codes: BTreeMap<String, Vec<u32>>,
}

impl Raw {
    fn read(dir: &Path) -> Result<Self, GeoError> {
        let (positions, postal_codes) = read_laposte(&dir.join("laposte_hexasmal.csv"))?;
        Ok(Self {
            communes: read_json(&dir.join("communes.json"))?,
            departments: read_json(&dir.join("departements.json"))?,
            regions: read_json(&dir.join("regions.json"))?,
            positions,
            postal_codes,
        })
    }
}

fn read_text(path: &Path) -> Result<String, GeoError> {
    std::fs::read_to_string(path).map_err(|e| GeoError::Io(path.to_owned(), e))
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, GeoError> {
    serde_json::from_str(&read_text(path)?).map_err(|e| GeoError::Form(path.to_owned(), e.to_string()))
}

type LaPoste = (HashMap<String, Position>, BTreeMap<String, Vec<u32>>);

/// Columns: INSEE code; name; postal code; label; line 5; « latitude, longitude ».
fn read_laposte(path: &Path) -> Result<LaPoste, GeoError> {
    let (mut positions, mut postal) = LaPoste::default();
    for (line, row) in read_text(path)?.lines().enumerate().skip(1) {
        let form = |why: &str| GeoError::Form(path.to_owned(), format!("line {}: {why}", line + 1));
        let cells: Vec<&str> = row.split(';').collect();
        let &[insee, _, code, _, _, gps] = cells.as_slice() else {
            return Err(form("six columns were expected"));
        };
        let code: u32 = code.parse().map_err(|_| form("the postal code is no number"))?;
        let codes = postal.entry(insee.to_owned()).or_default();
        if !codes.contains(&code) {
            codes.push(code);
        }
        if let Some((lat, lon)) = gps.split_once(',') {
            let number = |s: &str| s.trim().parse().map_err(|_| form("the coordinates are no numbers"));
            positions.insert(insee.to_owned(), Position { lat: number(lat)?, lon: number(lon)? });
        }
    }
    Ok((positions, postal))
}

fn compile(raw: &Raw) -> Gazetteer {
    let mut departments: Vec<&RawArea> = raw.departments.iter().collect();
    departments.sort_by(|a, b| a.code.cmp(&b.code));
    let department_index: HashMap<&str, u16> = departments.iter().map(|d| d.code.as_str()).zip(0..).collect();

    let mut current: Vec<&RawCommune> =
        raw.communes.iter().filter(|c| !is_former(c) && c.departement.is_some()).collect();
    current.sort_by(|a, b| a.code.cmp(&b.code));
    let points = locate(raw, &current);
    let communes: Vec<Commune> = current
        .iter()
        .zip(points)
        .map(|(c, point)| Commune {
            insee: c.code.clone(),
            name: c.nom.trim_end_matches(" Arrondissement").to_owned(),
            department: department_index[c.departement.as_deref().unwrap_or_default()],
            postal_codes: postal_codes(raw, c),
            population: c.population,
            point,
        })
        .collect();
    let index: HashMap<&str, u32> = current.iter().map(|c| c.code.as_str()).zip(0..).collect();

    let areas = areas(raw, &departments, &department_index, &communes);
    let mut former_codes: Vec<(String, u32)> = Vec::new();
    for commune in &raw.communes {
        let now = commune.chef_lieu.as_deref().filter(|_| is_former(commune));
        former_codes.extend(now.and_then(|now| Some((commune.code.clone(), *index.get(now)?))));
        let today = index.get(commune.code.as_str());
        former_codes
            .extend(today.iter().flat_map(|&&i| commune.anciens_codes.iter().map(move |o| (o.clone(), i))));
    }
    former_codes.retain(|(code, _)| !index.contains_key(code.as_str()));
    former_codes.sort_unstable();
    former_codes.dedup_by(|a, b| a.0 == b.0);

    let names = names(raw, &communes, &areas, &index);
    Gazetteer { communes, areas, names, former_codes }
}

fn is_former(commune: &RawCommune) -> bool {
    matches!(commune.kind.as_str(), "commune-deleguee" | "commune-associee")
}

fn postal_codes(raw: &Raw, commune: &RawCommune) -> Vec<u32> {
    let own = commune.codes_postaux.iter().filter_map(|code| code.parse().ok());
    let mut codes: Vec<u32> = own.collect();
    codes.extend(raw.postal_codes.get(&commune.code).into_iter().flatten());
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// Positions of the communes of today. Where La Poste has none: the mean of the arrondissements, of the
/// communes merged into it, or of those sharing its postal code; overseas, the middle of the territory.
fn locate(raw: &Raw, current: &[&RawCommune]) -> Vec<Option<Point>> {
    let mut merged: HashMap<&str, Vec<Position>> = HashMap::new();
    let mut sharing: HashMap<&str, Vec<Position>> = HashMap::new();
    for commune in &raw.communes {
        let Some(&position) = raw.positions.get(&commune.code) else { continue };
        if let Some(now) = commune.chef_lieu.as_deref() {
            merged.entry(now).or_default().push(position);
        }
        for code in &commune.codes_postaux {
            sharing.entry(code).or_default().push(position);
        }
    }
    let point = |commune: &&RawCommune| {
        let radius = match commune.population {
            0..20_000 => 2,
            20_000..100_000 => 3,
            _ => 4,
        };
        if let Some(&position) = raw.positions.get(&commune.code) {
            return Some(Point::new(position, if commune.kind.starts_with("arr") { 1 } else { radius }));
        }
        let parts: Vec<Position> =
            commune.anciens_codes.iter().filter_map(|code| raw.positions.get(code).copied()).collect();
        let codes = commune.codes_postaux.iter().filter_map(|code| sharing.get(code.as_str()));
        let neighbours: Vec<Position> = codes.flatten().copied().collect();
        let merged = merged.get(commune.code.as_str());
        let sets = [parts.as_slice(), merged.map_or(&[], Vec::as_slice), neighbours.as_slice()];
        let spread = sets.into_iter().find(|set| !set.is_empty());
        let equal = spread.and_then(|set| around(set.iter().map(|&p| (p, 1.0)), 1.0));
        let territory = || {
            let code = commune.departement.as_deref()?;
            let &(_, lat, lon, radius) =
                PLACED_BY_HAND.iter().find(|(of, ..)| *of == code || *of == commune.code)?;
            Some(Point::new(Position { lat, lon }, radius))
        };
        equal.map(|p| Point { uncertainty_km: p.uncertainty_km.max(radius), ..p }).or_else(territory)
    };
    current.iter().map(point).collect()
}

/// Middle of the overseas territories, by department code, and of the commune, by INSEE code, for which no
/// file gives coordinates, with their radius in km.
const PLACED_BY_HAND: [(&str, f32, f32, u16); 7] = [
    ("76095", 49.455, 1.123, 2),
    ("975", 46.78, -56.18, 20),
    ("977", 17.90, -62.83, 6),
    ("978", 18.07, -63.06, 8),
    ("986", -13.28, -176.18, 10),
    ("987", -17.60, -149.45, 40),
    ("988", -22.20, 166.40, 100),
];

/// Weighted mean, with the distance within which `share` of the weight lies.
fn around(points: impl Iterator<Item = (Position, f64)> + Clone, share: f64) -> Option<Point> {
    let (mut lat, mut lon, mut weight) = (0.0, 0.0, 0.0);
    for (position, w) in points.clone() {
        lat += f64::from(position.lat) * w;
        lon += f64::from(position.lon) * w;
        weight += w;
    }
    if weight <= 0.0 {
        return None;
    }
    let middle = Position { lat: (lat / weight) as f32, lon: (lon / weight) as f32 };
    let mut distances: Vec<(f32, f64)> = points.map(|(p, w)| (distance_km(middle, p), w)).collect();
    distances.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut inside = 0.0;
    let reach = distances.iter().find(|(_, w)| {
        inside += w;
        inside >= share * weight - 1e-9
    });
    Some(Point::new(middle, reach.map_or(0.0, |(km, _)| km.ceil()) as u16))
}

fn areas(raw: &Raw, departments: &[&RawArea], index: &HashMap<&str, u16>, communes: &[Commune]) -> Vec<Area> {
    let area = |code: &str, name: &str, kind: AreaKind, departments: Vec<u16>| {
        let inside = communes.iter().filter(|c| departments.contains(&c.department));
        let weighted = inside.filter_map(|c| Some((c.point?.position(), f64::from(c.population))));
        let point = around(weighted, 0.8);
        Area { code: code.to_owned(), name: name.to_owned(), kind, departments, point }
    };
    let mut areas: Vec<Area> = departments
        .iter()
        .zip(0..)
        .map(|(d, i)| area(&d.code, &d.nom, AreaKind::Department, vec![i]))
        .collect();
    let mut regions: Vec<&RawArea> = raw.regions.iter().collect();
    regions.sort_by(|a, b| a.code.cmp(&b.code));
    for region in regions {
        let own = departments.iter().filter(|d| d.region.as_deref() == Some(&region.code));
        let own = own.map(|d| index[d.code.as_str()]).collect();
        areas.push(area(&region.code, &region.nom, AreaKind::Region, own));
    }
    for (name, codes) in FORMER_REGIONS {
        let own = codes.split(' ').filter_map(|code| index.get(code).copied()).collect();
        areas.push(area("", name, AreaKind::FormerRegion, own));
    }
    areas
}

/// Regions before 2016, which people and offers still name, and other familiar areas, with their departments.
const FORMER_REGIONS: [(&str, &str); 26] = [
    ("Alsace", "67 68"),
    ("Aquitaine", "24 33 40 47 64"),
    ("Auvergne", "03 15 43 63"),
    ("Basse-Normandie", "14 50 61"),
    ("Bourgogne", "21 58 71 89"),
    ("Champagne-Ardenne", "08 10 51 52"),
    ("Franche-Comté", "25 39 70 90"),
    ("Haute-Normandie", "27 76"),
    ("Languedoc-Roussillon", "11 30 34 48 66"),
    ("Limousin", "19 23 87"),
    ("Lorraine", "54 55 57 88"),
    ("Midi-Pyrénées", "09 12 31 32 46 65 81 82"),
    ("Nord-Pas-de-Calais", "59 62"),
    ("Picardie", "02 60 80"),
    ("Poitou-Charentes", "16 17 79 86"),
    ("Rhône-Alpes", "01 07 26 38 42 69 73 74"),
    ("Petite couronne", "92 93 94"),
    ("Grande couronne", "77 78 91 95"),
    ("Grand Paris", "75 92 93 94"),
    ("Grand Ouest", "14 22 29 35 44 49 50 53 56 61 72 85"),
    ("Sud-Ouest", "09 12 24 31 32 33 40 46 47 64 65 81 82"),
    ("Côte d'Azur", "06 83"),
    ("Pays de Savoie", "73 74"),
    ("Drôme-Ardèche", "07 26"),
    ("Charentes", "16 17"),
    ("Antilles", "971 972"),
];

/// Other names of departments and regions.
const AREA_NAMES: [(&str, &str); 12] = [
    ("IDF", "Île-de-France"),
    ("RP", "Île-de-France"),
    ("BFC", "Bourgogne-Franche-Comté"),
    ("HDF", "Hauts-de-France"),
    ("PDL", "Pays de la Loire"),
    ("NPDC", "Nord-Pas-de-Calais"),
    ("Savoie Mont Blanc", "Pays de Savoie"),
    ("Paris petite couronne", "Grand Paris"),
    // « région parisienne »: the word « région » is not part of a name.
    ("parisienne", "Île-de-France"),
    ("PACA", "Provence-Alpes-Côte d'Azur"),
    ("AURA", "Auvergne-Rhône-Alpes"),
    ("Centre-Val-de-Loire", "Centre-Val de Loire"),
];

/// What people and offers call a place that no commune is named so, or only a hamlet: quarters, conurbations,
/// parts of the country around one town, short names of well-known towns; with the INSEE code meant.
const FAMILIAR: [(&str, &str); 50] = [
    ("Aix", "13001"),
    ("Asnières", "92004"),
    ("Aulnay", "93005"),
    ("Boulogne", "92012"),
    ("Bourg", "01053"),
    ("Bourgoin", "38053"),
    ("Brive", "19031"),
    ("Champigny", "94017"),
    ("Charleville", "08105"),
    ("Cherbourg", "50129"),
    ("Corbeil", "91174"),
    ("Digne", "04070"),
    ("Épinay", "93031"),
    ("Fontenay", "94033"),
    ("Issy", "92040"),
    ("Ivry", "94041"),
    ("Levallois", "92044"),
    ("Mantes", "78361"),
    ("Neuilly", "92051"),
    ("Noisy", "93051"),
    ("Rosny", "93064"),
    ("Rueil", "92063"),
    ("Romans", "26281"),
    ("Saint-Ouen", "93070"),
    ("Savigny", "91589"),
    ("Valence d'Agen", "82186"),
    ("Vaulx", "69256"),
    ("Villefranche", "69264"),
    ("Vitry", "94081"),
    ("Pays basque", "64102"),
    ("Cotentin", "50129"),
    ("Beaujolais", "69264"),
    ("Île de Ré", "17369"),
    ("Île d'Oléron", "17385"),
    ("Saint-Germain", "78551"),
    ("Montbéliard Belfort", "25388"),
    ("Roissy Charles de Gaulle", "95527"),
    ("Orly aéroport", "94054"),
    ("La Défense", "92062"),
    ("Paris La Défense", "92062"),
    ("Sophia Antipolis", "06152"),
    ("Marne-la-Vallée", "77083"),
    ("Saint-Quentin-en-Yvelines", "78423"),
    ("Cergy-Pontoise", "95127"),
    ("Paris-Saclay", "91477"),
    ("Évry", "91228"),
    ("Roissy", "95527"),
    ("Roissy CDG", "95527"),
    ("Lyon Part-Dieu", "69383"),
    ("Part-Dieu", "69383"),
];

/// All names, sorted by key; of one key communes of today and familiar names by population, then former communes,
/// then areas.
fn names(raw: &Raw, communes: &[Commune], areas: &[Area], index: &HashMap<&str, u32>) -> Vec<Name> {
    let mut names: Vec<(String, Target)> = Vec::new();
    for (commune, i) in communes.iter().zip(0..) {
        names.push((key(&commune.name), Target::Commune(i)));
    }
    for commune in raw.communes.iter().filter(|c| is_former(c)) {
        let now = commune.chef_lieu.as_deref().and_then(|code| index.get(code));
        names.extend(now.map(|&i| (key(&commune.nom), Target::Within(i))));
    }
    let familiar: Vec<(String, Target)> = FAMILIAR
        .iter()
        .filter_map(|(name, code)| Some((key(name), Target::Within(*index.get(code)?))))
        .collect();
    names.extend(familiar.iter().cloned());
    for (area, i) in areas.iter().zip(0..) {
        names.push((key(&area.name), Target::Area(i)));
        let others = AREA_NAMES.iter().filter(|(_, of)| *of == area.name);
        names.extend(others.map(|(name, _)| (key(name), Target::Area(i))));
    }
    let rank = |name: &(String, Target)| match name.1 {
        Target::Commune(i) => (0, u32::MAX - communes[i as usize].population, i),
        Target::Within(i) => {
            (u8::from(!familiar.contains(name)), u32::MAX - communes[i as usize].population, i)
        }
        Target::Area(i) => (2, 0, i.into()),
    };
    names.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| rank(a).cmp(&rank(b))));
    names.dedup();
    names.into_iter().map(|(key, target)| Name { key, target }).collect()
}
