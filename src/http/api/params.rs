//! Parameters of lists of offers.

use jiff::ToSpan;
use jiff::civil::Date;
use jobmatch_index::Filter;
use jobmatch_index::application::Status;
use jobmatch_index::geo::{Geo, Located, Zone};
use jobmatch_index::matching::Division;
use jobmatch_index::offer::{Contract, Telework};
use jobmatch_index::profile::Profile;
use jobmatch_index::records::Uuid;
use jobmatch_index::score::{Weights, Wish};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::problem::{Answer, Problem};
use crate::browse::{Card, OrderBy, Wanted};

/// Kilometres around `near` when `radius` is not given.
const USUAL_RADIUS: f32 = 30.0;

/// Which offers, in which order, which page of them. With `cursor`, only `limit` counts beside it.
#[derive(Debug, Clone, Default, Deserialize, Serialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct ListQuery {
    /// Words; `"chef de projet"` in quotes is a phrase, `-stage` excludes.
    #[param(max_length = 500)]
    pub(in crate::http) q: Option<String>,
    /// Where: around a town or a postal code, or in the whole of a department or a region; `France` is everywhere.
    pub(in crate::http) near: Option<String>,
    /// Kilometres around `near` when it is a town (30 when left out), or around the CV's place.
    #[param(minimum = 1, maximum = 2000)]
    pub(in crate::http) radius: Option<f32>,
    /// Kinds of contract, with commas: `permanent`, `fixed_term`, `temporary`, `seasonal`, `apprenticeship`,
    /// `internship`, `self_employed`, `other`.
    pub(in crate::http) contracts: Option<String>,
    /// Lowest pay, gross euros a year. Offers that do not state their pay stay.
    #[param(value_type = Option<i64>, minimum = 0, maximum = 4_294_967_295_i64)]
    pub(in crate::http) salary_min: Option<u32>,
    /// `true` leaves out the offers that do not state their pay.
    pub(in crate::http) salary_known: Option<bool>,
    /// Least work from home: `some` or `full`.
    #[param(value_type = Option<Telework>)]
    pub(in crate::http) telework: Option<Telework>,
    /// Most months of experience that an offer may ask for.
    #[param(maximum = 65_535)]
    pub(in crate::http) experience_max: Option<u16>,
    /// Only the offers of the last so many days.
    #[param(maximum = 3650)]
    pub(in crate::http) days: Option<u16>,
    /// Names of sources, with commas.
    pub(in crate::http) sources: Option<String>,
    /// What comes first; the score when there is a CV and no word, else relevance.
    pub(in crate::http) sort: Option<OrderBy>,
    /// Weights such as `skills=0.5,location=0`; those left out keep yours.
    pub(in crate::http) weights: Option<String>,
    /// Wishes of the CV that do not divide the list, with commas: `place`, `contract`, `salary`, `telework`, `hours`,
    /// `refused`.
    pub(in crate::http) without: Option<String>,
    /// Where the page begins: `next` of the page before.
    pub(in crate::http) cursor: Option<String>,
    /// Offers a page, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    pub(in crate::http) limit: Option<usize>,
    /// `true` gives the whole explanation of each score (matches only).
    pub(in crate::http) explain: Option<bool>,
}

impl ListQuery {
    /// Offers a page.
    pub(in crate::http) fn limit(&self) -> Answer<usize> {
        match self.limit.unwrap_or(20) {
            limit @ 1..=100 => Ok(limit),
            _ => Err(Problem::invalid("limit", "de 1 à 100")),
        }
    }

    /// What the parameters ask for, for someone with this CV and these weights.
    pub(in crate::http) fn wanted(
        &self,
        profile: Option<Profile>,
        weights: Weights,
        today: Date,
    ) -> Answer<Wanted> {
        let words = self.q.clone().unwrap_or_default();
        if words.chars().count() > 500 {
            return Err(Problem::invalid("q", "au plus 500 caractères"));
        }
        let order = self.sort.unwrap_or(match (&profile, words.trim().is_empty()) {
            (Some(_), true) => OrderBy::Score,
            (_, true) => OrderBy::Date,
            _ => OrderBy::Relevance,
        });
        Ok(Wanted {
            filter: self.filter(profile.as_ref(), today)?,
            words,
            order,
            weights: self.weights(weights)?,
            without: self.without()?,
            profile,
            today,
        })
    }

    /// The weights asked for, beside someone's own.
    pub(in crate::http) fn weights(&self, own: Weights) -> Answer<Weights> {
        let Some(given) = &self.weights else { return Ok(own) };
        own.with(given).map_err(|_| {
            Problem::invalid(
                "weights",
                "de la forme skills=0.5,location=0 ; jamais négatifs, et pas tous nuls",
            )
        })
    }

    /// What `near` means, for someone with this CV.
    pub(in crate::http) fn located(&self, profile: Option<&Profile>) -> Answer<Option<Located>> {
        let Some(name) = &self.near else { return Ok(None) };
        let known = profile.map(|profile| Geo::builtin().towns_of(profile)).unwrap_or_default();
        let located = Geo::builtin().zone(name, &known);
        located.map(Some).ok_or_else(|| Problem::invalid("near", unknown_place(name)))
    }

    /// The wishes that are taken off.
    fn without(&self) -> Answer<Vec<Wish>> {
        let wish = |name: &str| {
            let found = Wish::ALL.into_iter().find(|wish| wish.name() == name);
            found.ok_or_else(|| Problem::invalid("without", format!("« {name} » n'est pas un souhait")))
        };
        names(self.without.as_deref()).map(wish).collect()
    }

    /// The conditions asked for.
    pub(in crate::http) fn filter(&self, profile: Option<&Profile>, today: Date) -> Answer<Filter> {
        if self.radius.is_some_and(|radius| !(1.0..=2000.0).contains(&radius)) {
            return Err(Problem::invalid("radius", "de 1 à 2000 km"));
        }
        if self.days.is_some_and(|days| days > 3650) {
            return Err(Problem::invalid("days", "au plus 3650 jours"));
        }
        let near = match self.located(profile)? {
            Some(located) => located.zone.near(self.radius.unwrap_or(USUAL_RADIUS)),
            None => {
                let home = profile.and_then(|profile| profile.place.clone());
                home.zip(self.radius).and_then(|(home, radius)| Zone::Around(home).near(radius))
            }
        };
        let contract = |name: &str| {
            let parsed: Result<Contract, _> = serde_json::from_value(name.into());
            parsed.map_err(|_| {
                Problem::invalid("contracts", format!("« {name} » n'est pas un type de contrat"))
            })
        };
        Ok(Filter {
            near,
            contracts: names(self.contracts.as_deref()).map(contract).collect::<Answer<_>>()?,
            salary_min: self.salary_min,
            salary_known: self.salary_known.unwrap_or(false),
            telework: self.telework,
            experience_max: self.experience_max,
            published_after: self.days.map(|days| today.saturating_sub(i32::from(days).days())),
            sources: names(self.sources.as_deref()).map(str::to_owned).collect(),
            words: None,
            except: vec![],
        })
    }
}

fn names(list: Option<&str>) -> impl Iterator<Item = &str> {
    list.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty())
}

/// What to say of a place that is not known, with the names that are near.
pub(in crate::http) fn unknown_place(name: &str) -> String {
    let near = Geo::builtin().suggest(name, 3);
    if near.is_empty() {
        "ce lieu est inconnu ; donnez une commune, un code postal, un département ou une région".to_owned()
    } else {
        format!("ce lieu est inconnu ; vouliez-vous dire : {} ?", near.join(", "))
    }
}

/// A page of offers.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct CardPage {
    /// The offers.
    pub(in crate::http) items: Vec<Card>,
    /// All offers that pass; the first 1,000 can be reached.
    pub(in crate::http) total: u64,
    /// How the CV's wishes divide them, where the score orders: those that fit come first.
    pub(in crate::http) division: Option<Division>,
    /// Cursor of the next page; missing on the last one.
    pub(in crate::http) next: Option<String>,
    /// No offer holds all the words: these hold some of them.
    pub(in crate::http) relaxed: bool,
    /// How all offers that pass spread.
    pub(in crate::http) facets: jobmatch_index::Facets,
    /// How `near` was understood, when it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::http) near: Option<Understood>,
}

/// A place as it was understood.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Understood {
    /// The town, department or region.
    pub(in crate::http) label: String,
    /// `true` for a whole department, region or country: `radius` does not count.
    pub(in crate::http) whole: bool,
    /// Other well-known places that the same words name: give one of these to mean it.
    pub(in crate::http) others: Vec<String>,
}

impl From<Located> for Understood {
    fn from(located: Located) -> Self {
        Self {
            label: located.zone.label().to_owned(),
            whole: !matches!(located.zone, Zone::Around(_)),
            others: located.others.into_iter().map(|place| place.label).collect(),
        }
    }
}

/// Which applications.
#[derive(Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Only those in this state.
    #[param(value_type = Option<Status>)]
    pub(super) status: Option<Status>,
    /// Only those after this id: the last one of the page before.
    pub(super) after: Option<Uuid>,
    /// How many, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<usize>,
}

/// How to write a CV.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ExportFormat {
    /// JSON Resume 1.0.
    #[default]
    JsonResume,
    /// The profile of JobMatch.
    Jobmatch,
}

/// How to write a CV that is exported.
#[derive(Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportQuery {
    /// `json_resume` (the usual one), or `jobmatch`: the whole profile, which can be given again without loss.
    #[param(inline, value_type = Option<ExportFormat>)]
    pub(super) format: Option<ExportFormat>,
}

/// For fields where `null` means something else than nothing: `Some(None)` when it is given.
pub(super) fn given<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
