//! What filters and scores read of every offer, in memory, by offer number: about 160 bytes an offer.

mod selection;

use jiff::civil::Date;

pub(crate) use selection::Selection;

use crate::features::Facets;
use crate::filter::{Filter, Near};
use crate::geo::Territory;
use crate::lang::Lang;
use crate::offer::{Position, Salary};
use crate::skills::{KEPT, OccupationId};
use crate::store::{self, FeaturesView, OfferId, PackedSkill, UNKNOWN};

/// The columns of all offers.
#[derive(Default)]
pub(crate) struct Columns {
    live: Selection,
    count: usize,
    /// Offers in English.
    english_count: usize,
    latitude: Vec<f32>,
    longitude: Vec<f32>,
    uncertainty_km: Vec<u16>,
    territory: Vec<u8>,
    salary_min: Vec<u32>,
    salary_max: Vec<u32>,
    experience: Vec<u16>,
    contract: Vec<u8>,
    telework: Vec<u8>,
    hours: Vec<u8>,
    title_years: Vec<u8>,
    english: Vec<bool>,
    day: Vec<i32>,
    source: Vec<u16>,
    occupations: Vec<[(u16, u8); KEPT]>,
    skills_start: Vec<u32>,
    skills_len: Vec<u16>,
    /// Skills of all offers; those of an offer that was updated or removed stay until [`Columns::compact`].
    skills: Vec<PackedSkill>,
    abandoned: usize,
}

const NO_OCCUPATION: u16 = u16::MAX;

/// The columns of one offer.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    /// What filters read.
    pub(crate) facets: Facets,
    /// Skills asked for, in the order of the offer.
    pub(crate) skills: &'a [PackedSkill],
    occupations: &'a [(u16, u8); KEPT],
}

impl Row<'_> {
    /// Likely occupations, most likely first, with their confidence to the nearest 1/255.
    pub(crate) fn occupations(&self) -> impl Iterator<Item = (OccupationId, f32)> {
        self.occupations
            .iter()
            .take_while(|(occupation, _)| *occupation != NO_OCCUPATION)
            .map(|(occupation, confidence)| (OccupationId(*occupation), f32::from(*confidence) / 255.0))
    }
}

impl Columns {
    /// Offers.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// The language of most offers.
    pub(crate) fn language(&self) -> Lang {
        if 2 * self.english_count > self.count { Lang::En } else { Lang::Fr }
    }

    /// Numbers of the offers.
    pub(crate) fn live(&self) -> &Selection {
        &self.live
    }

    /// One more than the largest number seen.
    pub(crate) fn numbers(&self) -> u32 {
        self.latitude.len() as u32
    }

    /// The columns of an offer.
    pub(crate) fn row(&self, id: OfferId) -> Option<Row<'_>> {
        if !self.live.contains(id) {
            return None;
        }
        let at = id.0 as usize;
        let start = self.skills_start[at] as usize;
        Some(Row {
            facets: self.facets(at),
            skills: &self.skills[start..start + usize::from(self.skills_len[at])],
            occupations: &self.occupations[at],
        })
    }

    /// Sets the row of an offer.
    pub(crate) fn put(&mut self, id: OfferId, features: &FeaturesView<'_>) {
        self.grow(id.0 + 1);
        let at = id.0 as usize;
        self.abandoned += usize::from(self.skills_len[at]);
        let Facets {
            position,
            uncertainty_km,
            territory,
            salary,
            experience,
            title_years,
            contract,
            telework,
            hours,
            lang,
            day,
            source,
        } = features.facets;
        let position = position.unwrap_or(Position { lat: f32::NAN, lon: f32::NAN });
        let salary = salary.unwrap_or(NO_SALARY);
        self.latitude[at] = position.lat;
        self.longitude[at] = position.lon;
        self.uncertainty_km[at] = uncertainty_km;
        self.territory[at] = territory.unwrap_or_default().0;
        self.salary_min[at] = salary.min;
        self.salary_max[at] = salary.max;
        self.experience[at] = experience.unwrap_or(u16::MAX);
        self.contract[at] = store::contract_code(contract);
        self.telework[at] = store::telework_code(telework);
        self.hours[at] = store::hours_code(hours);
        self.title_years[at] = title_years;
        if self.live.contains(id) {
            self.english_count -= usize::from(self.english[at]);
        }
        self.english[at] = lang == Lang::En;
        self.english_count += usize::from(self.english[at]);
        self.day[at] = day.unwrap_or(i32::MIN);
        self.source[at] = source;
        self.occupations[at] = [(NO_OCCUPATION, 0); KEPT];
        for (slot, (occupation, confidence)) in self.occupations[at].iter_mut().zip(features.occupations()) {
            *slot = (occupation.0, (confidence.clamp(0.0, 1.0) * 255.0).round() as u8);
        }
        self.skills_start[at] = self.skills.len() as u32;
        self.skills.extend(features.skills());
        self.skills_len[at] = (self.skills.len() - self.skills_start[at] as usize) as u16;
        if self.live.insert(id) {
            self.count += 1;
        }
        self.compact();
    }

    /// Forgets an offer.
    pub(crate) fn remove(&mut self, id: OfferId) {
        if self.live.remove(id) {
            self.count -= 1;
            self.english_count -= usize::from(self.english[id.0 as usize]);
            let len = &mut self.skills_len[id.0 as usize];
            self.abandoned += usize::from(std::mem::take(len));
        }
    }

    /// Sets aside room for numbers below `numbers`.
    pub(crate) fn grow(&mut self, numbers: u32) {
        let len = numbers as usize;
        if len <= self.latitude.len() {
            return;
        }
        self.latitude.resize(len, f32::NAN);
        self.longitude.resize(len, f32::NAN);
        self.uncertainty_km.resize(len, 0);
        self.territory.resize(len, 0);
        self.salary_min.resize(len, NO_SALARY.min);
        self.salary_max.resize(len, NO_SALARY.max);
        self.experience.resize(len, u16::MAX);
        self.contract.resize(len, UNKNOWN);
        self.telework.resize(len, UNKNOWN);
        self.hours.resize(len, 0);
        self.title_years.resize(len, 0);
        self.english.resize(len, false);
        self.day.resize(len, i32::MIN);
        self.source.resize(len, 0);
        self.occupations.resize(len, [(NO_OCCUPATION, 0); KEPT]);
        self.skills_start.resize(len, 0);
        self.skills_len.resize(len, 0);
        self.live.grow(numbers);
    }

    /// Adds the rows of `next`, whose numbers start where these end.
    pub(crate) fn append(&mut self, next: Self) {
        let (base, skills) = (self.numbers(), self.skills.len() as u32);
        self.latitude.extend(next.latitude);
        self.longitude.extend(next.longitude);
        self.uncertainty_km.extend(next.uncertainty_km);
        self.territory.extend(next.territory);
        self.salary_min.extend(next.salary_min);
        self.salary_max.extend(next.salary_max);
        self.experience.extend(next.experience);
        self.contract.extend(next.contract);
        self.telework.extend(next.telework);
        self.hours.extend(next.hours);
        self.title_years.extend(next.title_years);
        self.english.extend(next.english);
        self.day.extend(next.day);
        self.source.extend(next.source);
        self.occupations.extend(next.occupations);
        self.skills_start.extend(next.skills_start.iter().map(|start| start + skills));
        self.skills_len.extend(next.skills_len);
        self.skills.extend(next.skills);
        self.abandoned += next.abandoned;
        self.count += next.count;
        self.english_count += next.english_count;
        self.live.append(base, &next.live);
    }

    /// Writes the skills again without the abandoned ones, once these are the greater part.
    fn compact(&mut self) {
        if self.abandoned < 4096 || self.abandoned * 2 < self.skills.len() {
            return;
        }
        let mut skills = Vec::with_capacity(self.skills.len() - self.abandoned);
        for (start, len) in self.skills_start.iter_mut().zip(&self.skills_len) {
            let old = *start as usize;
            *start = skills.len() as u32;
            skills.extend_from_slice(&self.skills[old..old + usize::from(*len)]);
        }
        self.skills = skills;
        self.abandoned = 0;
    }

    fn facets(&self, at: usize) -> Facets {
        let (lat, lon) = (self.latitude[at], self.longitude[at]);
        let (min, max) = (self.salary_min[at], self.salary_max[at]);
        Facets {
            position: (!lat.is_nan()).then_some(Position { lat, lon }),
            uncertainty_km: self.uncertainty_km[at],
            territory: Some(Territory(self.territory[at])).filter(|territory| territory.0 > 0),
            salary: (min != u32::MAX).then_some(Salary { min, max }),
            experience: Some(self.experience[at]).filter(|months| *months != u16::MAX),
            contract: store::contract_of(self.contract[at]),
            telework: store::telework_of(self.telework[at]),
            hours: store::hours_of(self.hours[at]),
            title_years: self.title_years[at],
            lang: if self.english[at] { Lang::En } else { Lang::Fr },
            day: Some(self.day[at]).filter(|day| *day != i32::MIN),
            source: self.source[at],
        }
    }

    /// Contract, telework and source of an offer as codes, for counting.
    pub(crate) fn codes(&self, id: OfferId) -> (u8, u8, u16) {
        let at = id.0 as usize;
        (self.contract[at], self.telework[at], self.source[at])
    }

    /// Day of an offer; `i32::MIN` when unknown.
    pub(crate) fn day(&self, id: OfferId) -> i32 {
        self.day[id.0 as usize]
    }

    /// The offers that pass a filter, its words left aside. `sources` are the store's, by position.
    pub(crate) fn filter(&self, filter: &Filter, sources: &[String]) -> Selection {
        let mut selection = self.live.clone();
        // Telework code 2: all of it from home.
        match &filter.near {
            Some(Near::Circle { centre, radius_km }) => {
                let circle = Circle::new(*centre, *radius_km);
                selection.keep(|at| {
                    self.telework[at] == 2
                        || circle.may_hold(self.latitude[at], self.longitude[at], self.uncertainty_km[at])
                });
            }
            Some(Near::Departments(codes)) => {
                let inside = Territory::meeting(codes);
                selection.keep(|at| self.telework[at] == 2 || inside[usize::from(self.territory[at])]);
            }
            None => {}
        }
        if !filter.contracts.is_empty() {
            let wanted: Vec<u8> = filter.contracts.iter().map(|c| store::contract_code(Some(*c))).collect();
            let passes = passing(|code| code == UNKNOWN || wanted.contains(&code));
            selection.keep(|at| passes[usize::from(self.contract[at])]);
        }
        if let Some(least) = filter.telework {
            let least = store::telework_code(Some(least));
            // An offer that does not speak of telework has none, as a rule.
            selection.keep(|at| self.telework[at] >= least && self.telework[at] != UNKNOWN);
        }
        if let Some(least) = filter.salary_min {
            // An unknown pay is `u32::MAX`: it passes here.
            selection.keep(|at| self.salary_max[at] >= least);
        }
        if filter.salary_known {
            selection.keep(|at| self.salary_min[at] != NO_SALARY.min);
        }
        if let Some(most) = filter.experience_max {
            selection.keep(|at| self.experience[at] <= most || self.experience[at] == u16::MAX);
        }
        if let Some(first) = filter.published_after {
            let first = day_number(first);
            selection.keep(|at| self.day[at] >= first || self.day[at] == i32::MIN);
        }
        if !filter.sources.is_empty() {
            let wanted: Vec<bool> = sources.iter().map(|name| filter.sources.contains(name)).collect();
            selection.keep(|at| wanted.get(usize::from(self.source[at])).copied().unwrap_or(false));
        }
        selection
    }

    /// Share of the offers that state each fact: position, salary, experience, contract, telework, date,
    /// occupation, skills.
    pub(crate) fn known(&self) -> [u64; 8] {
        let mut known = [0; 8];
        for id in self.live.iter() {
            let at = id.0 as usize;
            let facts = [
                !self.latitude[at].is_nan(),
                self.salary_min[at] != NO_SALARY.min,
                self.experience[at] != u16::MAX,
                self.contract[at] != UNKNOWN,
                self.telework[at] != UNKNOWN,
                self.day[at] != i32::MIN,
                self.occupations[at][0].0 != NO_OCCUPATION,
                self.skills_len[at] > 0,
            ];
            for (count, fact) in known.iter_mut().zip(facts) {
                *count += u64::from(fact);
            }
        }
        known
    }
}

/// Days from 1970-01-01 to `date`.
pub(crate) fn day_number(date: Date) -> i32 {
    const EPOCH: Date = jiff::civil::date(1970, 1, 1);
    (date - EPOCH).get_days()
}

const NO_SALARY: Salary = Salary { min: u32::MAX, max: u32::MAX };

fn passing(test: impl Fn(u8) -> bool) -> [bool; 256] {
    std::array::from_fn(|code| test(code as u8))
}

/// A circle on the globe, with a box around it that rules out most places without trigonometry.
struct Circle {
    centre: Position,
    radius_km: f32,
    km_per_degree_of_longitude: f32,
}

const KM_PER_DEGREE: f32 = 111.195;

impl Circle {
    fn new(centre: Position, radius_km: f32) -> Self {
        // The box must hold at the circle's edge farthest from the equator, where degrees are narrowest.
        let edge = (centre.lat.abs() + radius_km / KM_PER_DEGREE + 4.0).min(89.9);
        Self { centre, radius_km, km_per_degree_of_longitude: KM_PER_DEGREE * edge.to_radians().cos() }
    }

    fn may_hold(&self, lat: f32, lon: f32, uncertainty_km: u16) -> bool {
        let reach = self.radius_km + f32::from(uncertainty_km);
        let north = (lat - self.centre.lat).abs() * KM_PER_DEGREE;
        let east = (lon - self.centre.lon).abs();
        let east = east.min(360.0 - east) * self.km_per_degree_of_longitude;
        // Written so that an unknown position, which is NaN, does not pass.
        if !(north <= reach && (east <= reach || uncertainty_km > 400)) {
            return false;
        }
        haversine_km(self.centre, Position { lat, lon }) <= reach
    }
}

/// Great-circle distance in kilometres, on a sphere of 6,371 km.
fn haversine_km(a: Position, b: Position) -> f32 {
    let (lat_a, lat_b) = (a.lat.to_radians(), b.lat.to_radians());
    let (lat, lon) = ((lat_b - lat_a) / 2.0, (b.lon - a.lon).to_radians() / 2.0);
    let h = lat.sin().powi(2) + lat_a.cos() * lat_b.cos() * lon.sin().powi(2);
    2.0 * 6371.0 * h.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::features::{AskedSkill, Features, Quantised, SkillPlace};
    use crate::offer::{Contract, Need, Telework, WorkingTime};
    use crate::skills::ConceptId;
    use crate::store::encode_features;

    fn offer(n: u32) -> Features {
        Features {
            skills: (0..n % 5)
                .map(|s| AskedSkill {
                    concept: ConceptId(n * 10 + s),
                    need: if s == 0 { Need::Required } else { Need::Wished },
                    place: SkillPlace::Description,
                    start: 0,
                    len: 1,
                })
                .collect(),
            occupations: vec![(OccupationId(n as u16), 1.0)],
            vector: Quantised::default(),
            facets: Facets {
                position: (n % 4 != 3).then_some(Position { lat: 45.76 + n as f32 / 1000.0, lon: 4.84 }),
                uncertainty_km: 0,
                territory: (!n.is_multiple_of(5)).then_some(Territory((n % 95) as u8 + 1)),
                salary: n
                    .is_multiple_of(2)
                    .then_some(Salary { min: 20_000 + n * 100, max: 25_000 + n * 100 }),
                experience: n.is_multiple_of(3).then_some((n % 60) as u16),
                contract: [Some(Contract::Permanent), Some(Contract::FixedTerm), None][n as usize % 3],
                telework: [None, Some(Telework::None), Some(Telework::Full)][n as usize % 3],
                hours: [None, Some(WorkingTime::Full), Some(WorkingTime::Part)][n as usize % 3],
                title_years: (n % 16) as u8,
                lang: if n.is_multiple_of(7) { Lang::En } else { Lang::Fr },
                day: (!n.is_multiple_of(5)).then_some(20_000 + n as i32),
                source: (n % 2) as u16,
            },
        }
    }

    fn put(columns: &mut Columns, id: u32, features: &Features) {
        columns.put(OfferId(id), &FeaturesView::new(&encode_features(features)).unwrap());
    }

    #[test]
    fn rows_follow_updates_and_removals() {
        let mut columns = Columns::default();
        for n in 0..5_000 {
            put(&mut columns, n, &offer(n));
        }
        // Enough updates to make the abandoned skills the greater part several times over.
        for round in 1..8 {
            for n in 0..5_000 {
                put(&mut columns, n, &offer(n + round));
            }
        }
        columns.remove(OfferId(12));
        columns.remove(OfferId(12));
        assert_eq!(columns.len(), 4_999);
        assert!(columns.row(OfferId(12)).is_none() && columns.row(OfferId(9_999)).is_none());
        assert!(columns.skills.len() < 3 * 10_000, "{} skills are kept for 10,000", columns.skills.len());
        for n in (0..5_000).filter(|n| *n != 12) {
            let (row, expected) = (columns.row(OfferId(n)).unwrap(), offer(n + 7));
            assert_eq!(row.facets, expected.facets);
            assert!(row.skills.iter().map(|s| s.concept()).eq(expected.skills.iter().map(|s| s.concept)));
            assert!(row.skills.iter().map(|s| s.need()).eq(expected.skills.iter().map(|s| s.need)));
            assert!(row.occupations().eq(expected.occupations.iter().copied()));
        }
    }

    #[test]
    fn appended_columns_equal_columns_filled_in_one_go() {
        let (mut whole, mut parts) = (Columns::default(), Columns::default());
        for n in (0..300).filter(|n| n % 7 != 0) {
            put(&mut whole, n, &offer(n));
        }
        for base in (0..300).step_by(128) {
            let mut part = Columns::default();
            part.grow(128.min(300 - base));
            for n in (base..300.min(base + 128)).filter(|n| n % 7 != 0) {
                put(&mut part, n - base, &offer(n));
            }
            parts.append(part);
        }
        assert_eq!(whole.live.to_bitmap(), parts.live.to_bitmap());
        assert_eq!(whole.len(), parts.len());
        for id in whole.live.iter() {
            let (a, b) = (whole.row(id).unwrap(), parts.row(id).unwrap());
            assert!(a.facets == b.facets && a.skills == b.skills && a.occupations == b.occupations);
        }
    }

    fn passes(facets: &Facets, filter: &Filter, sources: &[String]) -> bool {
        let home = facets.telework == Some(Telework::Full);
        let reach = |radius: f32| radius + f32::from(facets.uncertainty_km);
        filter.near.as_ref().is_none_or(|near| match near {
            Near::Circle { centre, radius_km } => {
                home || facets.position.is_some_and(|p| haversine_km(*centre, p) <= reach(*radius_km))
            }
            Near::Departments(codes) => {
                home || facets.territory.is_some_and(|t| codes.contains(&format!("{:02}", t.0)))
            }
        }) && (filter.contracts.is_empty() || facets.contract.is_none_or(|c| filter.contracts.contains(&c)))
            && filter.telework.is_none_or(|least| facets.telework.is_some_and(|t| t >= least))
            && filter.salary_min.is_none_or(|least| facets.salary.is_none_or(|s| s.max >= least))
            && (!filter.salary_known || facets.salary.is_some())
            && filter.experience_max.is_none_or(|most| facets.experience.is_none_or(|e| e <= most))
            && filter.published_after.is_none_or(|first| facets.day.is_none_or(|d| d >= day_number(first)))
            && (filter.sources.is_empty() || filter.sources.contains(&sources[usize::from(facets.source)]))
    }

    proptest! {
        #[test]
        fn a_filter_keeps_what_each_condition_keeps(
            radius in proptest::option::of(0.0_f32..40.0),
            contract in any::<bool>(),
            telework in proptest::option::of(0_usize..3),
            salary_min in proptest::option::of(20_000_u32..60_000),
            salary_known in any::<bool>(),
            experience_max in proptest::option::of(0_u16..60),
            days in proptest::option::of(20_000_i64..20_300),
            source in any::<bool>(),
        ) {
            let mut columns = Columns::default();
            for n in 0..300 {
                put(&mut columns, n, &offer(n));
            }
            let sources = ["a".to_owned(), "b".to_owned()];
            let filter = Filter {
                near: radius.map(|km| match km {
                    ..10.0 => Near::Departments(vec!["35".to_owned(), "69".to_owned()]),
                    _ => Near::Circle { centre: Position { lat: 45.76, lon: 4.85 }, radius_km: km },
                }),
                contracts: if contract { vec![Contract::Permanent] } else { vec![] },
                telework: telework.map(|t| [Telework::None, Telework::Some, Telework::Full][t]),
                salary_min,
                salary_known,
                experience_max,
                published_after: days.map(|d| {
                    jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(d)).unwrap()
                }),
                sources: if source { vec!["b".to_owned()] } else { vec![] },
                words: None,
                except: vec![],
            };
            let kept: Vec<u32> = columns.filter(&filter, &sources).iter().map(|id| id.0).collect();
            let expected: Vec<u32> =
                (0..300).filter(|n| passes(&offer(*n).facets, &filter, &sources)).collect();
            prop_assert_eq!(kept, expected);
        }
    }

    #[test]
    fn distances_and_days_are_right() {
        let (paris, lyon) = (Position { lat: 48.8566, lon: 2.3522 }, Position { lat: 45.764, lon: 4.8357 });
        assert!((haversine_km(paris, lyon) - 391.5).abs() < 1.0);
        assert!(Circle::new(paris, 392.0).may_hold(lyon.lat, lyon.lon, 0));
        assert!(!Circle::new(paris, 380.0).may_hold(lyon.lat, lyon.lon, 0));
        assert!(Circle::new(paris, 380.0).may_hold(lyon.lat, lyon.lon, 20));
        assert_eq!(day_number(jiff::civil::date(1970, 1, 1)), 0);
        assert_eq!(day_number(jiff::civil::date(2026, 11, 22)), 20_779);
    }
}
