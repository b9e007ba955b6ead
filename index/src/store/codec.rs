//! Records as bytes: offers as compressed MessagePack, features in a fixed layout that loads fast.

use crate::error::{Error, Result};
use crate::features::{AskedSkill, Facets, Features, Quantised, SkillPlace};
use crate::geo::Territory;
use crate::lang::Lang;
use crate::offer::{Contract, Need, Offer, Position, Salary, Telework, WorkingTime};
use crate::skills::{ConceptId, OccupationId};

/// Version of the layout of [`encode_features`]; another one makes the stored features outdated.
pub(crate) const FEATURES_LAYOUT: u32 = 3;

/// First byte of a stored offer: MessagePack with field names (fields may be added), compressed by zstd.
const OFFER_ZSTD: u8 = 1;
/// Fast, and halves an offer's text: most records then share a page of LMDB instead of filling one.
const ZSTD_LEVEL: i32 = 1;
/// No offer is larger once decompressed; guards against a corrupt length.
const OFFER_MAX_BYTES: usize = 64 << 20;

/// The uncompressed record of an offer. Equal bytes mean equal offers.
pub(crate) fn pack_offer(offer: &Offer) -> Result<Vec<u8>> {
    rmp_serde::to_vec_named(offer).map_err(|e| corrupt(&format!("offer {}", offer.key), e))
}

/// What is stored for a record of [`pack_offer`].
pub(crate) fn compress_offer(packed: &[u8]) -> Result<Vec<u8>> {
    let mut stored = Vec::with_capacity(8 + packed.len() / 2);
    stored.push(OFFER_ZSTD);
    stored.extend_from_slice(&u32::try_from(packed.len()).unwrap_or(u32::MAX).to_le_bytes());
    let compressed = zstd::bulk::compress(packed, ZSTD_LEVEL).map_err(|e| corrupt("offer", e))?;
    stored.extend_from_slice(&compressed);
    Ok(stored)
}

/// The record of [`pack_offer`] behind what is stored.
pub(crate) fn decompress_offer(stored: &[u8]) -> Result<Vec<u8>> {
    let Some((&[OFFER_ZSTD, a, b, c, d], compressed)) = stored.split_first_chunk::<5>() else {
        return Err(corrupt("offer", "unknown form"));
    };
    let len = u32::from_le_bytes([a, b, c, d]) as usize;
    if len > OFFER_MAX_BYTES {
        return Err(corrupt("offer", format!("{len} bytes")));
    }
    zstd::bulk::decompress(compressed, len).map_err(|e| corrupt("offer", e))
}

/// The offer behind what is stored.
pub(crate) fn decode_offer(stored: &[u8]) -> Result<Offer> {
    rmp_serde::from_slice(&decompress_offer(stored)?).map_err(|e| corrupt("offer", e))
}

/// Features in a fixed little-endian layout: facets, occupations, skills, vector.
pub(crate) fn encode_features(features: &Features) -> Vec<u8> {
    let Features { skills, occupations, vector, facets } = features;
    let skills = &skills[..skills.len().min(usize::from(u16::MAX))];
    let occupations = &occupations[..occupations.len().min(usize::from(u8::MAX))];
    let mut out =
        Vec::with_capacity(HEADER + 6 * occupations.len() + 10 * skills.len() + vector.values.len());
    let position = facets.position.unwrap_or(Position { lat: f32::NAN, lon: f32::NAN });
    let salary = facets.salary.unwrap_or(Salary { min: u32::MAX, max: u32::MAX });
    out.extend_from_slice(&position.lat.to_le_bytes());
    out.extend_from_slice(&position.lon.to_le_bytes());
    out.extend_from_slice(&salary.min.to_le_bytes());
    out.extend_from_slice(&salary.max.to_le_bytes());
    out.extend_from_slice(&facets.day.unwrap_or(i32::MIN).to_le_bytes());
    out.extend_from_slice(&facets.uncertainty_km.to_le_bytes());
    out.extend_from_slice(&facets.experience.unwrap_or(u16::MAX).to_le_bytes());
    out.extend_from_slice(&facets.source.to_le_bytes());
    out.push(contract_code(facets.contract));
    out.push(telework_code(facets.telework));
    out.push(occupations.len() as u8);
    out.push(facets.territory.unwrap_or_default().0);
    out.extend_from_slice(&(skills.len() as u16).to_le_bytes());
    out.extend_from_slice(&vector.scale.to_le_bytes());
    out.extend_from_slice(&(vector.values.len() as u32).to_le_bytes());
    // Two bits of working time, four of years, one of language.
    let english = u8::from(facets.lang == Lang::En);
    out.push(hours_code(facets.hours) | facets.title_years.min(15) << 2 | english << 6);
    for (occupation, confidence) in occupations {
        out.extend_from_slice(&occupation.0.to_le_bytes());
        out.extend_from_slice(&confidence.to_le_bytes());
    }
    for skill in skills {
        out.extend_from_slice(&PackedSkill::new(skill.concept, skill.need, skill.place).0.to_le_bytes());
        out.extend_from_slice(&skill.start.to_le_bytes());
        out.extend_from_slice(&skill.len.to_le_bytes());
    }
    out.extend_from_slice(bytemuck::cast_slice(&vector.values));
    out
}

/// The features behind [`encode_features`].
pub(crate) fn decode_features(bytes: &[u8]) -> Result<Features> {
    let view = FeaturesView::new(bytes)?;
    Ok(Features {
        skills: view.asked_skills().collect(),
        occupations: view.occupations().collect(),
        vector: Quantised { values: view.vector.to_vec(), scale: view.scale },
        facets: view.facets,
    })
}

const HEADER: usize = 41;

/// Stored features, read in place.
pub(crate) struct FeaturesView<'a> {
    pub(crate) facets: Facets,
    pub(crate) scale: f32,
    pub(crate) vector: &'a [i8],
    occupations: &'a [u8],
    skills: &'a [u8],
}

impl<'a> FeaturesView<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self> {
        let wrong_length = || corrupt("features", format!("{} bytes", bytes.len()));
        let (head, rest) = bytes.split_at_checked(HEADER).ok_or_else(wrong_length)?;
        let u16_at = |at: usize| u16::from_le_bytes([head[at], head[at + 1]]);
        let four = |at: usize| [head[at], head[at + 1], head[at + 2], head[at + 3]];
        let (lat, lon) = (f32::from_le_bytes(four(0)), f32::from_le_bytes(four(4)));
        let (min, max) = (u32::from_le_bytes(four(8)), u32::from_le_bytes(four(12)));
        let day = i32::from_le_bytes(four(16));
        let facets = Facets {
            position: (!lat.is_nan()).then_some(Position { lat, lon }),
            uncertainty_km: u16_at(20),
            territory: Some(Territory(head[29])).filter(|territory| territory.0 > 0),
            salary: (min != u32::MAX).then_some(Salary { min, max }),
            experience: Some(u16_at(22)).filter(|months| *months != u16::MAX),
            contract: contract_of(head[26]),
            telework: telework_of(head[27]),
            hours: hours_of(head[40] & 3),
            title_years: head[40] >> 2 & 15,
            lang: if head[40] >> 6 & 1 == 1 { Lang::En } else { Lang::Fr },
            day: (day != i32::MIN).then_some(day),
            source: u16_at(24),
        };
        let (occupations, rest) =
            rest.split_at_checked(6 * usize::from(head[28])).ok_or_else(wrong_length)?;
        let (skills, rest) = rest.split_at_checked(10 * usize::from(u16_at(30))).ok_or_else(wrong_length)?;
        if rest.len() != u32::from_le_bytes(four(36)) as usize {
            return Err(wrong_length());
        }
        let scale = f32::from_le_bytes(four(32));
        Ok(Self { facets, scale, vector: bytemuck::cast_slice(rest), occupations, skills })
    }

    pub(crate) fn occupations(&self) -> impl Iterator<Item = (OccupationId, f32)> + 'a {
        self.occupations.chunks_exact(6).map(|b| {
            (OccupationId(u16::from_le_bytes([b[0], b[1]])), f32::from_le_bytes([b[2], b[3], b[4], b[5]]))
        })
    }

    pub(crate) fn skills(&self) -> impl Iterator<Item = PackedSkill> + 'a {
        self.skills.chunks_exact(10).map(|b| PackedSkill(u32::from_le_bytes([b[0], b[1], b[2], b[3]])))
    }

    fn asked_skills(&self) -> impl Iterator<Item = AskedSkill> + 'a {
        self.skills.chunks_exact(10).map(|b| {
            let packed = PackedSkill(u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
            AskedSkill {
                concept: packed.concept(),
                need: packed.need(),
                place: packed.place(),
                start: u32::from_le_bytes([b[4], b[5], b[6], b[7]]),
                len: u16::from_le_bytes([b[8], b[9]]),
            }
        })
    }
}

/// A skill asked for in four bytes: 24 bits of concept, 2 of place, 1 of need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PackedSkill(u32);

impl PackedSkill {
    fn new(concept: ConceptId, need: Need, place: SkillPlace) -> Self {
        debug_assert!(concept.0 < 1 << 24, "the graph holds fewer than 16 million concepts");
        let place = match place {
            SkillPlace::Title => 0,
            SkillPlace::Description => 1,
            SkillPlace::Declared => 2,
        };
        Self(concept.0 | place << 24 | u32::from(need == Need::Wished) << 26)
    }

    pub(crate) fn concept(self) -> ConceptId {
        ConceptId(self.0 & 0x00ff_ffff)
    }

    pub(crate) fn need(self) -> Need {
        if self.0 & 1 << 26 == 0 { Need::Required } else { Need::Wished }
    }

    pub(crate) fn place(self) -> SkillPlace {
        match self.0 >> 24 & 3 {
            0 => SkillPlace::Title,
            1 => SkillPlace::Description,
            _ => SkillPlace::Declared,
        }
    }
}

/// Stands for an unknown contract or telework in one byte.
pub(crate) const UNKNOWN: u8 = u8::MAX;

pub(crate) fn contract_code(contract: Option<Contract>) -> u8 {
    contract.and_then(|c| Contract::ALL.iter().position(|x| *x == c)).map_or(UNKNOWN, |code| code as u8)
}

pub(crate) fn contract_of(code: u8) -> Option<Contract> {
    Contract::ALL.get(usize::from(code)).copied()
}

pub(crate) fn hours_code(hours: Option<WorkingTime>) -> u8 {
    match hours {
        None => 0,
        Some(WorkingTime::Full) => 1,
        Some(WorkingTime::Part) => 2,
    }
}

pub(crate) fn hours_of(code: u8) -> Option<WorkingTime> {
    match code {
        1 => Some(WorkingTime::Full),
        2 => Some(WorkingTime::Part),
        _ => None,
    }
}

pub(crate) fn telework_code(telework: Option<Telework>) -> u8 {
    match telework {
        Some(Telework::None) => 0,
        Some(Telework::Some) => 1,
        Some(Telework::Full) => 2,
        None => UNKNOWN,
    }
}

pub(crate) fn telework_of(code: u8) -> Option<Telework> {
    match code {
        0 => Some(Telework::None),
        1 => Some(Telework::Some),
        2 => Some(Telework::Full),
        _ => None,
    }
}

fn corrupt(what: &str, why: impl ToString) -> Error {
    Error::Corrupt { what: what.to_owned(), why: why.to_string() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn facets() -> impl Strategy<Value = Facets> {
        (
            proptest::option::of((-90.0_f32..90.0, -180.0_f32..180.0)),
            any::<u16>(),
            proptest::option::of((0_u32..500_000, 0_u32..500_000)),
            proptest::option::of(0_u16..720),
            proptest::option::of(0_usize..8),
            proptest::option::of(0_u8..3),
            proptest::option::of(-20_000_i32..40_000),
            any::<u16>(),
            0_u8..3,
            (0_u8..16, any::<bool>()),
        )
            .prop_map(
                |(
                    position,
                    uncertainty_km,
                    salary,
                    experience,
                    contract,
                    telework,
                    day,
                    source,
                    hours,
                    (title_years, english),
                )| Facets {
                    territory: position.map(|_| Territory(uncertainty_km as u8)).filter(|t| t.0 > 0),
                    position: position.map(|(lat, lon)| Position { lat, lon }),
                    uncertainty_km,
                    salary: salary.map(|(a, b)| Salary { min: a.min(b), max: a.max(b) }),
                    experience,
                    contract: contract.map(|c| Contract::ALL[c]),
                    telework: telework.and_then(telework_of),
                    hours: hours_of(hours),
                    title_years,
                    lang: if english { Lang::En } else { Lang::Fr },
                    day,
                    source,
                },
            )
    }

    fn skill() -> impl Strategy<Value = AskedSkill> {
        (0_u32..1 << 24, any::<bool>(), 0_u8..3, any::<u32>(), any::<u16>()).prop_map(
            |(concept, wished, place, start, len)| AskedSkill {
                concept: ConceptId(concept),
                need: if wished { Need::Wished } else { Need::Required },
                place: [SkillPlace::Title, SkillPlace::Description, SkillPlace::Declared][usize::from(place)],
                start,
                len,
            },
        )
    }

    proptest! {
        #[test]
        fn features_survive_their_layout(
            facets in facets(),
            skills in proptest::collection::vec(skill(), 0..40),
            occupations in proptest::collection::vec((any::<u16>(), 0.0_f32..1.0), 0..12),
            values in proptest::collection::vec(any::<i8>(), 0..300),
            scale in 0.0_f32..1.0,
        ) {
            let mut occupations: Vec<_> = occupations.into_iter().map(|(o, c)| (OccupationId(o), c)).collect();
            occupations.truncate(8);
            let features = Features { skills, occupations, vector: Quantised { values, scale }, facets };
            prop_assert_eq!(decode_features(&encode_features(&features)).unwrap(), features);
        }

        #[test]
        fn broken_bytes_are_an_error_or_features(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(features) = decode_features(&bytes) {
                prop_assert!(features.skills.len() * 10 + features.vector.values.len() <= bytes.len());
            }
            prop_assert!(decode_offer(&bytes).is_err());
        }
    }
}
