//! What the geographic artefact holds, and its coding: MessagePack under zstd.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::offer::Position;

/// Communes, departments and regions with every name they go by. Made by `jobmatch taxonomy build`.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Gazetteer {
    /// Communes of today and municipal arrondissements, by INSEE code.
    pub communes: Vec<Commune>,
    /// Departments, then regions, then familiar areas (former regions).
    pub areas: Vec<Area>,
    /// Every name, sorted by key; of one key, the most likely meaning first.
    pub names: Vec<Name>,
    /// INSEE codes of communes that were merged, sorted, with the commune of today.
    pub former_codes: Vec<(String, u32)>,
}

/// A commune of today, or an arrondissement of Paris, Lyon or Marseille.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Commune {
    /// INSEE code.
    pub insee: String,
    /// Official name; arrondissements as « Lyon 7e ».
    pub name: String,
    /// Index of the department in [`Gazetteer::areas`].
    pub department: u16,
    /// Postal codes, as numbers.
    pub postal_codes: Vec<u32>,
    /// Inhabitants.
    pub population: u32,
    /// Position, when it is known.
    pub point: Option<Point>,
}

/// A department or a region.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// Department number or INSEE region code; empty for a former region.
    pub code: String,
    /// Name.
    pub name: String,
    /// What it is.
    pub kind: AreaKind,
    /// Indices of the departments it covers (itself for a department).
    pub departments: Vec<u16>,
    /// Mean position of the inhabitants, with the distance within which four in five of them live.
    pub point: Option<Point>,
}

/// Kind of an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum AreaKind {
    Department,
    Region,
    FormerRegion,
}

/// A position in ten-thousandths of a degree (about ten metres).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// Latitude × 10,000.
    pub lat: i32,
    /// Longitude × 10,000.
    pub lon: i32,
    /// How far the place meant may be from there, in kilometres.
    pub uncertainty_km: u16,
}

impl Point {
    /// From degrees.
    pub fn new(position: Position, uncertainty_km: u16) -> Self {
        let units = |degrees: f32| (f64::from(degrees) * 10_000.0).round() as i32;
        Self { lat: units(position.lat), lon: units(position.lon), uncertainty_km }
    }

    /// In degrees.
    pub fn position(self) -> Position {
        let degrees = |units: i32| (f64::from(units) / 10_000.0) as f32;
        Position { lat: degrees(self.lat), lon: degrees(self.lon) }
    }
}

/// A name that a place goes by.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Name {
    /// The name as [`key`](super::key) gives it.
    pub key: String,
    /// What it names.
    pub target: Target,
}

/// What a name stands for, as an index in the gazetteer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// Present name of a commune.
    Commune(u32),
    /// Former commune or well-known quarter, now within this commune.
    Within(u32),
    /// Department, region or former region.
    Area(u16),
}

impl Gazetteer {
    /// The bytes of the artefact; the same gazetteer gives the same bytes.
    pub fn encode(&self) -> Result<Vec<u8>> {
        let corrupt = |why: String| Error::Corrupt { what: "the gazetteer".into(), why };
        let packed = rmp_serde::to_vec(self).map_err(|e| corrupt(e.to_string()))?;
        zstd::encode_all(packed.as_slice(), 19).map_err(|e| corrupt(e.to_string()))
    }

    /// Reads the bytes of the artefact.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let corrupt = |why: String| Error::Corrupt { what: "the geographic artefact".into(), why };
        let packed = zstd::decode_all(bytes).map_err(|e| corrupt(e.to_string()))?;
        rmp_serde::from_slice(&packed).map_err(|e| corrupt(e.to_string()))
    }
}
