//! What a person asked for divides the list before the score orders it: what fits comes first, the rest apart, counted
//! by what it misses. An offer's silence is no refusal.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::RankQuery;
use crate::columns::{Columns, Selection};
use crate::error::Result;
use crate::features::Facets;
use crate::geo::{Geo, distance_km};
use crate::offer::{Contract, Position, Telework, WorkingTime};
use crate::profile::Profile;
use crate::score::Wish;
use crate::skills::fold;
use crate::store::OfferId;
use crate::text::{Query, TextReader};

/// How the wishes divide the offers that pass a query's filter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Division {
    /// Offers that miss no wish: they come first.
    pub fitting: u64,
    /// Wishes that the person has and that the query did not take off, each with the offers that miss it. An offer that
    /// misses two is counted with both.
    pub aside: BTreeMap<Wish, u64>,
}

/// Kilometres around a town where work is wished for, when the person does not say how far.
const AROUND_KM: f32 = 30.0;
/// Words of a refusal beyond which it is a sentence: no offer would say just that.
const LONGEST_REFUSAL: usize = 4;
/// Offers that one thread looks at together.
const TOGETHER: usize = 1 << 14;

/// The wishes of a person, ready to be held against offers.
#[derive(Default)]
pub(super) struct Wanted {
    /// Circles: centre and kilometres.
    places: Vec<(Position, f32)>,
    contracts: Vec<Contract>,
    salary: Option<u32>,
    telework: Option<Telework>,
    hours: Option<WorkingTime>,
    refused_contracts: Vec<Contract>,
    refused_hours: Option<WorkingTime>,
    /// Offers that say what is refused.
    refused: Vec<Selection>,
}

impl Wanted {
    /// What `profile` asks for, without the wishes that the query takes off.
    pub(super) fn new(
        profile: &Profile,
        query: &RankQuery,
        text: &TextReader,
        all: &Selection,
    ) -> Result<Self> {
        let wishes = &profile.wishes;
        let counts = |wish| !query.without.contains(&wish);
        let mut wanted = Self::default();
        if counts(Wish::Place) {
            wanted.places = places(profile);
        }
        if counts(Wish::Contract) {
            wanted.contracts.clone_from(&wishes.contracts);
        }
        wanted.salary = wishes.salary.filter(|_| counts(Wish::Salary));
        wanted.telework = wishes.telework.filter(|least| *least != Telework::None && counts(Wish::Telework));
        wanted.hours = wishes.hours.filter(|_| counts(Wish::Hours));
        if counts(Wish::Refused) {
            wishes.refuses.iter().try_for_each(|refused| wanted.refuse(refused, text, all))?;
        }
        Ok(wanted)
    }

    /// A contract and part time are read where offers say them as such, anything else in their words.
    fn refuse(&mut self, refused: &str, text: &TextReader, all: &Selection) -> Result<()> {
        let said = fold(refused);
        let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
        for (contract, words) in CONTRACTS {
            if says(words) {
                self.refused_contracts.push(contract);
                return Ok(());
            }
        }
        if says(&["temps partiel", "part time", "part-time"]) {
            self.refused_hours = Some(WorkingTime::Part);
            return Ok(());
        }
        if said.split_whitespace().count() <= LONGEST_REFUSAL {
            let query = Query::parse(&format!("\"{}\"", refused.replace('"', " ")));
            if !query.is_empty() {
                self.refused.push(text.matches(&query, all)?);
            }
        }
        Ok(())
    }

    /// The wishes that there are.
    fn asked(&self) -> impl Iterator<Item = Wish> {
        let refuses =
            !self.refused.is_empty() || !self.refused_contracts.is_empty() || self.refused_hours.is_some();
        let asked = [
            (Wish::Place, !self.places.is_empty()),
            (Wish::Contract, !self.contracts.is_empty()),
            (Wish::Salary, self.salary.is_some()),
            (Wish::Telework, self.telework.is_some()),
            (Wish::Hours, self.hours.is_some()),
            (Wish::Refused, refuses),
        ];
        asked.into_iter().filter(|(_, there)| *there).map(|(wish, _)| wish)
    }

    /// The wishes that an offer misses.
    pub(super) fn missed(&self, id: OfferId, facets: &Facets) -> Vec<Wish> {
        Wish::ALL.into_iter().filter(|wish| self.misses(*wish, id, facets)).collect()
    }

    fn misses(&self, wish: Wish, id: OfferId, offer: &Facets) -> bool {
        match wish {
            Wish::Place => !self.places.is_empty() && self.is_elsewhere(offer),
            Wish::Contract => {
                !self.contracts.is_empty() && offer.contract.is_some_and(|c| !self.contracts.contains(&c))
            }
            Wish::Salary => self.salary.is_some_and(|least| offer.salary.is_some_and(|pay| pay.max < least)),
            Wish::Telework => {
                self.telework.is_some_and(|least| offer.telework.is_some_and(|some| some < least))
            }
            Wish::Hours => self.hours.is_some_and(|hours| offer.hours.is_some_and(|h| h != hours)),
            Wish::Refused => {
                offer.contract.is_some_and(|contract| self.refused_contracts.contains(&contract))
                    || self.refused_hours.is_some() && offer.hours == self.refused_hours
                    || self.refused.iter().any(|refused| refused.contains(id))
            }
        }
    }

    /// The place of an offer may be known to within some kilometres: it is elsewhere when it cannot lie inside.
    fn is_elsewhere(&self, offer: &Facets) -> bool {
        let Some(position) = offer.position.filter(|_| offer.telework != Some(Telework::Full)) else {
            return false;
        };
        let reach = |radius: f32| radius + f32::from(offer.uncertainty_km);
        self.places.iter().all(|(centre, radius)| distance_km(*centre, position) > reach(*radius))
    }

    /// The offers of `passing` that miss nothing, and how many miss what.
    pub(super) fn divide(&self, passing: &Selection, columns: &Columns) -> (Selection, Division) {
        let asked: Vec<Wish> = self.asked().collect();
        if asked.is_empty() {
            return (passing.clone(), Division { fitting: passing.len(), aside: BTreeMap::new() });
        }
        let ids: Vec<OfferId> = passing.iter().collect();
        let parts: Vec<(Vec<OfferId>, Vec<u64>)> = ids
            .par_chunks(TOGETHER)
            .map(|ids| {
                let (mut fitting, mut aside) = (vec![], vec![0; asked.len()]);
                for id in ids {
                    let Some(row) = columns.row(*id) else { continue };
                    let mut fits = true;
                    for (wish, count) in asked.iter().zip(&mut aside) {
                        if self.misses(*wish, *id, &row.facets) {
                            *count += 1;
                            fits = false;
                        }
                    }
                    if fits {
                        fitting.push(*id);
                    }
                }
                (fitting, aside)
            })
            .collect();
        let aside = |place: usize| parts.iter().map(|(_, counts)| counts[place]).sum();
        let division = Division {
            fitting: parts.iter().map(|(ids, _)| ids.len() as u64).sum(),
            aside: asked.iter().enumerate().map(|(place, wish)| (*wish, aside(place))).collect(),
        };
        (parts.into_iter().flat_map(|(ids, _)| ids).collect(), division)
    }
}

/// What a refusal may call a kind of contract, folded.
const CONTRACTS: [(Contract, &[&str]); 7] = [
    (Contract::Temporary, &["interim", "temporary"]),
    (Contract::FixedTerm, &["cdd", "fixed term", "fixed-term"]),
    (Contract::Seasonal, &["saisonn", "seasonal"]),
    (Contract::Apprenticeship, &["alternance", "apprentissage", "apprenticeship", "contrat pro"]),
    (Contract::Internship, &["stage", "internship"]),
    (
        Contract::SelfEmployed,
        &["freelance", "independant", "auto-entrepreneur", "franchise", "self-employed"],
    ),
    (Contract::Permanent, &["cdi"]),
];

/// Where work is wished for: around the places that the person names, else around home where they say how far. None
/// where one of them is no place in France (« toute la France », « étranger »): it would not be right to leave it out.
fn places(profile: &Profile) -> Vec<(Position, f32)> {
    let wishes = &profile.wishes;
    let radius = wishes.radius_km.map(f32::from);
    if wishes.places.is_empty() {
        let home = profile.place.as_ref().and_then(|place| place.position);
        return home.zip(radius).into_iter().collect();
    }
    let circle = |name: &String| {
        let place = Geo::builtin().resolve(name)?;
        // A department or a region is known by its middle and how far its edge is.
        Some((place.position?, radius.unwrap_or(AROUND_KM).max(f32::from(place.uncertainty_km))))
    };
    wishes.places.iter().map(circle).collect::<Option<Vec<_>>>().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;
    use crate::offer::{Place, Salary};
    use crate::profile::Wishes;

    fn facets() -> Facets {
        Facets {
            position: None,
            territory: None,
            uncertainty_km: 0,
            salary: None,
            experience: None,
            title_years: 0,
            contract: None,
            telework: None,
            hours: None,
            lang: Lang::Fr,
            day: None,
            source: 0,
        }
    }

    fn missed(wanted: &Wanted, offer: Facets) -> Vec<Wish> {
        wanted.missed(OfferId(0), &offer)
    }

    #[test]
    fn a_silence_is_no_refusal() {
        let wanted = Wanted {
            places: vec![(Position { lat: 48.1, lon: -1.7 }, 25.0)],
            contracts: vec![Contract::Permanent],
            salary: Some(28_000),
            telework: Some(Telework::Some),
            hours: Some(WorkingTime::Full),
            refused_contracts: vec![Contract::Temporary],
            refused_hours: Some(WorkingTime::Part),
            refused: vec![Selection::default()],
        };
        assert_eq!(missed(&wanted, facets()), []);
        let says = Facets {
            position: Some(Position { lat: 48.8, lon: 2.3 }),
            salary: Some(Salary { min: 20_000, max: 24_000 }),
            contract: Some(Contract::Temporary),
            telework: Some(Telework::None),
            hours: Some(WorkingTime::Part),
            ..facets()
        };
        assert_eq!(missed(&wanted, says), Wish::ALL);
        let from_home =
            Facets { telework: Some(Telework::Full), contract: None, hours: None, salary: None, ..says };
        assert_eq!(missed(&wanted, from_home), []);
    }

    #[test]
    fn places_are_those_named_else_around_home() {
        let home = Place { position: Some(Position { lat: 48.1, lon: -1.7 }), ..Place::default() };
        let of = |places: &[&str], radius_km| {
            let places = places.iter().map(ToString::to_string).collect();
            let wishes = Wishes { places, radius_km, ..Wishes::default() };
            super::places(&Profile { place: Some(home.clone()), wishes, ..Profile::default() })
        };
        assert_eq!(of(&[], None), []);
        assert_eq!(of(&[], Some(25)), [(Position { lat: 48.1, lon: -1.7 }, 25.0)]);
        assert_eq!(of(&["Lyon", "Nantes"], None).len(), 2);
        assert!(of(&["Bretagne"], Some(10))[0].1 > 80.0, "a region reaches to its edge");
        assert_eq!(of(&["Lyon", "toute la France"], None), []);
    }
}
