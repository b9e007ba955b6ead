//! The arguments that choose among the offers, shared by `match` and `search`.

use clap::{Args, ValueEnum};
use jiff::ToSpan;
use jiff::civil::Date;
use jobmatch_index::Filter;
use jobmatch_index::geo::{Geo, Located, Zone};
use jobmatch_index::lang::Lang;
use jobmatch_index::offer::{Contract, Place, Telework};

use super::context::Context;
use super::failure::{Failure, unknown_place};
use super::usage::Expected;
use super::words::text;

/// Kilometres around `--near` when `--radius` is not given.
const USUAL_RADIUS: f32 = 30.0;

#[derive(Debug, Args)]
pub(super) struct FilterArguments {
    /// Search there: around a town or a postal code, or in the whole of a department or a region.
    #[arg(long, value_name = "PLACE")]
    pub(super) near: Option<String>,
    /// How far, in kilometres (30 when only --near is given). Without --near, around the place of the CV.
    #[arg(long, value_name = "KM", value_parser = kilometres)]
    pub(super) radius: Option<f32>,
    /// Kinds of contract: permanent, fixed-term, temporary, seasonal, apprenticeship, internship,
    /// self-employed, other. Several with commas.
    #[arg(long, value_name = "KIND", value_delimiter = ',', ignore_case = true)]
    contract: Vec<ContractName>,
    /// Lowest pay, gross euros a year: 30000 or 30k. Offers that do not state their pay stay.
    #[arg(long, value_name = "EUROS", value_parser = euros)]
    pub(super) salary_min: Option<u32>,
    /// Leave out the offers that do not state their pay.
    #[arg(long)]
    salary_known: bool,
    /// Work from home: partly (--telework) or fully (--telework=full); offers that do not mention it are left out.
    #[arg(long, value_name = "HOW MUCH", num_args = 0..=1, require_equals = true, default_missing_value = "partly")]
    telework: Option<TeleworkName>,
    /// Most experience that an offer may ask for: 2 (years) or 18m (months).
    #[arg(long, value_name = "TIME", value_parser = months)]
    experience_max: Option<u16>,
    /// Only the offers of that day or later: 2026-11-01, or 7d for the last seven days.
    #[arg(long, value_name = "DAY", value_parser = since)]
    since: Option<Since>,
    /// Only the offers of these sources, such as france-travail. Several with commas.
    #[arg(long, value_name = "SOURCE", value_delimiter = ',')]
    source: Vec<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ContractName {
    #[value(name = "cdi", alias = "permanent")]
    Permanent,
    #[value(name = "cdd", alias = "fixed-term")]
    FixedTerm,
    #[value(name = "interim", aliases = ["intérim", "temporary"])]
    Temporary,
    #[value(name = "saisonnier", alias = "seasonal")]
    Seasonal,
    #[value(name = "alternance", aliases = ["apprentissage", "apprenticeship"])]
    Apprenticeship,
    #[value(name = "stage", alias = "internship")]
    Internship,
    #[value(name = "independant", aliases = ["indépendant", "freelance", "self-employed"])]
    SelfEmployed,
    #[value(name = "autre", alias = "other")]
    Other,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TeleworkName {
    #[value(name = "partiel", alias = "partly")]
    Some,
    #[value(name = "total", alias = "full")]
    Full,
}

/// From when on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Since {
    Day(Date),
    DaysAgo(u16),
}

impl FilterArguments {
    /// The zone of `--near`; an unknown one is an error that suggests others. `known` are the towns of the CV.
    pub(super) fn zone(&self, known: &[Place], lang: Lang) -> Result<Option<Located>, Failure> {
        let Some(near) = &self.near else { return Ok(None) };
        Geo::builtin().zone(near, known).map(Some).ok_or_else(|| unknown_place(near, lang))
    }

    /// Tells how `--near` was understood and what else it may mean, since many places share a name.
    pub(super) fn tell_zone(&self, located: Option<&Located>, context: &Context) {
        let Some(Located { zone, others }) = located else { return };
        let lang = context.lang;
        let label = zone.label();
        let mut told = match zone {
            Zone::Around(_) => {
                let radius = self.radius.unwrap_or(USUAL_RADIUS);
                text!(lang, "Autour de {label}, {radius:.0} km.", "Around {label}, {radius:.0} km.")
            }
            _ => text!(lang, "Tout ce qui est dans : {label}.", "Everything in: {label}."),
        };
        if self.radius.is_some() && !matches!(zone, Zone::Around(_)) {
            told += &text!(
                lang,
                " --radius ne compte qu'autour d'une ville.",
                " --radius counts around a town only."
            );
        }
        if !others.is_empty() {
            let others: Vec<&str> = others.iter().map(|place| place.label.as_str()).collect();
            let others = others.join(", ");
            told += &text!(
                lang,
                " Un autre endroit du même nom ? {others} : donnez son nom en entier, ou avec son département.",
                " Another place of that name? {others}: give its whole name, or its department."
            );
        }
        context.say(&told);
    }

    /// The kinds of contract asked for.
    pub(super) fn contracts(&self) -> Vec<Contract> {
        self.contract.iter().map(|&name| name.into()).collect()
    }

    /// The least telework asked for.
    pub(super) fn telework(&self) -> Option<Telework> {
        self.telework.map(|name| match name {
            TeleworkName::Some => Telework::Some,
            TeleworkName::Full => Telework::Full,
        })
    }

    /// The filter: the zone of `--near`, else `--radius` around `home`.
    pub(super) fn filter(&self, zone: Option<&Zone>, home: Option<&Place>, today: Date) -> Filter {
        let near = match zone {
            Some(zone) => zone.near(self.radius.unwrap_or(USUAL_RADIUS)),
            None => home.zip(self.radius).and_then(|(home, radius)| Zone::Around(home.clone()).near(radius)),
        };
        let published_after = self.since.map(|since| match since {
            Since::Day(day) => day,
            Since::DaysAgo(days) => today.saturating_sub(i32::from(days).days()),
        });
        Filter {
            near,
            contracts: self.contracts(),
            salary_min: self.salary_min,
            salary_known: self.salary_known,
            telework: self.telework(),
            experience_max: self.experience_max,
            published_after,
            sources: self.source.clone(),
            words: None,
            except: vec![],
        }
    }
}

impl From<ContractName> for Contract {
    fn from(name: ContractName) -> Self {
        match name {
            ContractName::Permanent => Self::Permanent,
            ContractName::FixedTerm => Self::FixedTerm,
            ContractName::Temporary => Self::Temporary,
            ContractName::Seasonal => Self::Seasonal,
            ContractName::Apprenticeship => Self::Apprenticeship,
            ContractName::Internship => Self::Internship,
            ContractName::SelfEmployed => Self::SelfEmployed,
            ContractName::Other => Self::Other,
        }
    }
}

fn kilometres(text: &str) -> Result<f32, Expected> {
    let number: f32 = number(text.trim_end_matches("km"), Expected::Kilometres)?;
    if (1.0..=2000.0).contains(&number) { Ok(number) } else { Err(Expected::Kilometres) }
}

fn euros(text: &str) -> Result<u32, Expected> {
    let plain = text.to_lowercase().replace(['\u{202f}', '\u{a0}', ' ', '€'], "");
    let (digits, factor) = match plain.strip_suffix('k') {
        Some(thousands) => (thousands, 1000.0),
        None => (plain.as_str(), 1.0),
    };
    let value = number(digits, Expected::Salary)? * factor;
    if (0.0..=10_000_000.0).contains(&value) { Ok(value.round() as u32) } else { Err(Expected::Salary) }
}

fn months(text: &str) -> Result<u16, Expected> {
    let (digits, unit) = split_unit(text);
    let factor = match unit {
        "" | "a" | "an" | "ans" | "y" | "year" | "years" => 12.0,
        "m" | "mois" | "month" | "months" => 1.0,
        _ => return Err(Expected::Duration),
    };
    let value = number(digits, Expected::Duration)? * factor;
    if (0.0..=720.0).contains(&value) { Ok(value.round() as u16) } else { Err(Expected::Duration) }
}

fn since(text: &str) -> Result<Since, Expected> {
    if let Ok(day) = text.parse() {
        return Ok(Since::Day(day));
    }
    match split_unit(text) {
        (digits, "j" | "jour" | "jours" | "d" | "day" | "days") => {
            digits.parse().map(Since::DaysAgo).map_err(|_| Expected::Day)
        }
        _ => Err(Expected::Day),
    }
}

fn split_unit(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.find(|c: char| c.is_alphabetic()).unwrap_or(text.len());
    (text[..end].trim(), &text[end..])
}

fn number(text: &str, expected: Expected) -> Result<f32, Expected> {
    text.trim().replace(',', ".").parse().ok().filter(|number: &f32| number.is_finite()).ok_or(expected)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn values_are_read_as_people_write_them() {
        assert_eq!(kilometres("30 km"), Ok(30.0));
        assert_eq!(kilometres("-3"), Err(Expected::Kilometres));
        assert_eq!(kilometres("NaN"), Err(Expected::Kilometres));
        for written in ["30000", "30k", "30K€", "30 000 €", "30\u{202f}000"] {
            assert_eq!(euros(written), Ok(30_000), "{written}");
        }
        assert_eq!(euros("32,5k"), Ok(32_500));
        assert_eq!(euros("beaucoup"), Err(Expected::Salary));
        assert_eq!((months("2"), months("18m"), months("1 an")), (Ok(24), Ok(18), Ok(12)));
        assert_eq!(months("2 semaines"), Err(Expected::Duration));
        assert_eq!(since("2026-11-01"), Ok(Since::Day(date(2026, 11, 1))));
        assert_eq!((since("7j"), since("7d")), (Ok(Since::DaysAgo(7)), Ok(Since::DaysAgo(7))));
        assert_eq!(since("hier"), Err(Expected::Day));
    }
}
