//! Words and figures as people read them, in French or English.

use jobmatch_index::lang::Lang;
use jobmatch_index::offer::{Contract, Offer, Salary, Telework};
use jobmatch_index::profile::{Experience, Month};
use jobmatch_index::score::Wish;

/// `text!(lang, "français {x}", "English {x}")`: formats the one in the user's language; both take the same
/// arguments.
macro_rules! text {
    ($lang:expr, $french:literal, $english:literal $(, $argument:expr)* $(,)?) => {
        match $lang {
            jobmatch_index::lang::Lang::Fr => format!($french $(, $argument)*),
            jobmatch_index::lang::Lang::En => format!($english $(, $argument)*),
        }
    };
}
pub(crate) use text;

/// A whole number with its thousands apart: `12 345` or `12,345`.
pub fn count(number: u64, lang: Lang) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(if lang == Lang::Fr { '\u{202f}' } else { ',' });
        }
        grouped.push(digit);
    }
    grouped
}

/// A number with decimals: `0,562` or `0.562`.
pub fn decimal(number: f64, places: usize, lang: Lang) -> String {
    let written = format!("{number:.places$}");
    if lang == Lang::Fr { written.replace('.', ",") } else { written }
}

/// A size in bytes: `12,3 Mo` or `12.3 MB`.
pub fn size(bytes: u64, lang: Lang) -> String {
    let units = match lang {
        Lang::Fr => ["octets", "ko", "Mo", "Go", "To"],
        Lang::En => ["bytes", "kB", "MB", "GB", "TB"],
    };
    let (mut value, mut unit) = (bytes as f64, 0);
    while value >= 1000.0 && unit + 1 < units.len() {
        value /= 1000.0;
        unit += 1;
    }
    let places = usize::from(unit > 1 && value < 100.0);
    format!("{} {}", decimal(value, places, lang), units[unit])
}

/// Pay a year: `42–48 k€`, or `31,2 k€` when one figure is given.
pub fn salary(salary: Salary, lang: Lang) -> String {
    let thousands = |euros: u32| {
        let places = usize::from(!euros.is_multiple_of(1000));
        decimal(f64::from(euros) / 1000.0, places, lang)
    };
    if salary.min == salary.max {
        format!("{} k€", thousands(salary.min))
    } else {
        format!("{}–{} k€", thousands(salary.min), thousands(salary.max))
    }
}

/// An amount in euros: `42 000 €` or `€42,000`.
pub fn euros(amount: u32, lang: Lang) -> String {
    let amount = count(amount.into(), lang);
    text!(lang, "{amount}\u{a0}€", "€{amount}")
}

/// Experience asked for, in months: `débutant accepté`, `6 mois`, `3 ans`.
pub fn experience(months: u16, lang: Lang) -> String {
    match months {
        0 => text!(lang, "débutant accepté", "beginners welcome"),
        12 => text!(lang, "1 an", "1 year"),
        1..24 => text!(lang, "{months} mois", "{months} months"),
        _ => {
            let places = usize::from(!months.is_multiple_of(12));
            let years = decimal(f64::from(months) / 12.0, places, lang);
            text!(lang, "{years} ans", "{years} years")
        }
    }
}

/// Length of time: `8 mois`, `2 ans`, `3 ans et 4 mois`.
pub fn length(months: u16, lang: Lang) -> String {
    let (years, rest) = (months / 12, months % 12);
    let years = match years {
        0 => None,
        1 => Some(text!(lang, "1 an", "1 year")),
        _ => Some(text!(lang, "{years} ans", "{years} years")),
    };
    let rest = match rest {
        0 if years.is_some() => None,
        1 => Some(text!(lang, "1 mois", "1 month")),
        _ => Some(text!(lang, "{rest} mois", "{rest} months")),
    };
    years.into_iter().chain(rest).collect::<Vec<_>>().join(&text!(lang, " et ", " and "))
}

/// When a job was held: `03/2021 – 06/2023`, `depuis 03/2021`.
pub fn period(job: &Experience, lang: Lang) -> Option<String> {
    let month = |month: Month| format!("{:02}/{}", month.month, month.year);
    Some(match (job.start.map(month), job.end.map(month)) {
        (Some(start), Some(end)) => format!("{start} – {end}"),
        (Some(start), None) if job.current => text!(lang, "depuis {start}", "since {start}"),
        (Some(one), None) => one,
        (None, Some(end)) => text!(lang, "jusqu'à {end}", "until {end}"),
        (None, None) if job.current => text!(lang, "en cours", "present"),
        (None, None) => return None,
    })
}

/// Name of a kind of contract.
pub fn contract(contract: Contract, lang: Lang) -> &'static str {
    let (french, english) = match contract {
        Contract::Permanent => ("CDI", "permanent"),
        Contract::FixedTerm => ("CDD", "fixed term"),
        Contract::Temporary => ("intérim", "temporary"),
        Contract::Seasonal => ("saisonnier", "seasonal"),
        Contract::Apprenticeship => ("alternance", "apprenticeship"),
        Contract::Internship => ("stage", "internship"),
        Contract::SelfEmployed => ("indépendant", "self-employed"),
        Contract::Other => ("autre contrat", "other contract"),
    };
    if lang == Lang::Fr { french } else { english }
}

/// The name of a wish.
pub fn wish(wish: Wish) -> &'static str {
    match wish {
        Wish::Place => "lieu",
        Wish::Contract => "contrat",
        Wish::Salary => "salaire",
        Wish::Telework => "télétravail",
        Wish::Hours => "temps de travail",
        Wish::Refused => "refus",
    }
}

/// How much work from home.
pub fn telework(telework: Telework, lang: Lang) -> &'static str {
    let (french, english) = match telework {
        Telework::None => ("sans télétravail", "on site"),
        Telework::Some => ("télétravail partiel", "partly remote"),
        Telework::Full => ("télétravail", "remote"),
    };
    if lang == Lang::Fr { french } else { english }
}

/// The facts of an offer in short: contract, pay, experience, telework.
pub fn facts(offer: &Offer, lang: Lang) -> Vec<String> {
    let mut facts = Vec::new();
    facts.extend(offer.contract.as_ref().map(|found| contract(found.value, lang).to_owned()));
    facts.extend(offer.salary.as_ref().map(|found| salary(found.value, lang)));
    facts.extend(offer.experience.as_ref().map(|found| experience(found.value, lang)));
    facts.extend(offer.telework.as_ref().map(|found| telework(found.value, lang).to_owned()));
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_as_each_language_does() {
        assert_eq!(count(1_234_567, Lang::Fr), "1\u{202f}234\u{202f}567");
        assert_eq!(count(1_234_567, Lang::En), "1,234,567");
        assert_eq!((count(0, Lang::Fr), count(999, Lang::En)), ("0".into(), "999".into()));
        assert_eq!(decimal(0.5623, 3, Lang::Fr), "0,562");
        assert_eq!(size(12_340_000, Lang::Fr), "12,3 Mo");
        assert_eq!(size(512, Lang::En), "512 bytes");
    }

    #[test]
    fn pay_and_experience_are_short() {
        assert_eq!(salary(Salary { min: 42_000, max: 48_000 }, Lang::Fr), "42–48 k€");
        assert_eq!(salary(Salary { min: 22_870, max: 22_870 }, Lang::Fr), "22,9 k€");
        assert_eq!(experience(0, Lang::Fr), "débutant accepté");
        assert_eq!(experience(18, Lang::Fr), "18 mois");
        assert_eq!(experience(30, Lang::Fr), "2,5 ans");
        assert_eq!(experience(36, Lang::En), "3 years");
    }

    #[test]
    fn times_are_told_in_years_and_months() {
        let told = [0, 1, 11, 12, 13, 40].map(|months| length(months, Lang::Fr));
        assert_eq!(told, ["0 mois", "1 mois", "11 mois", "1 an", "1 an et 1 mois", "3 ans et 4 mois"]);
        assert_eq!(length(25, Lang::En), "2 years and 1 month");
        let month = |year| Some(Month { year, month: 3 });
        let job = |start, end, current| Experience { start, end, current, ..Experience::default() };
        let told = |job: Experience| period(&job, Lang::Fr).unwrap_or_default();
        assert_eq!(told(job(month(2021), month(2023), false)), "03/2021 – 03/2023");
        assert_eq!(told(job(month(2021), None, true)), "depuis 03/2021");
        assert_eq!(told(job(month(2021), None, false)), "03/2021");
        assert_eq!(told(job(None, month(2021), false)), "jusqu'à 03/2021");
        assert_eq!(
            (told(job(None, None, true)), told(job(None, None, false))),
            ("en cours".into(), String::new())
        );
    }
}
