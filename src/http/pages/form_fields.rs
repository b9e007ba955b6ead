//! Fields of long forms: texts, numbers and months as people type them, and rows that are named `list.2.field`.

use jobmatch_index::profile::Month;
use serde::de::DeserializeOwned;

use super::super::problem::Problem;

/// The fields of a form, and the first thing that is wrong in them.
pub(super) struct Fields<'f> {
    pairs: &'f [(String, String)],
    /// What is wrong.
    pub(super) wrong: Option<Problem>,
}

impl<'f> Fields<'f> {
    pub(super) fn new(pairs: &'f [(String, String)]) -> Self {
        Self { pairs, wrong: None }
    }

    /// The values of the fields of a name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &'f str> {
        self.pairs.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.trim())
    }

    /// A text, when there is one.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.all(name).next().filter(|value| !value.is_empty()).map(|value| value.replace("\r\n", "\n"))
    }

    /// Says what is wrong with a field.
    pub(super) fn refuse(&mut self, name: &str, message: impl Into<String>) {
        if self.wrong.is_none() {
            self.wrong = Some(Problem::invalid(name, message));
        }
    }

    /// A whole number, when something is given.
    pub(super) fn number<N: std::str::FromStr>(&mut self, name: &str) -> Option<N> {
        let text: String = self.text(name)?.chars().filter(|c| !c.is_whitespace()).collect();
        let number = text.parse().ok();
        if number.is_none() {
            self.refuse(name, format!("« {text} » n'est pas un nombre entier qui convienne ici"));
        }
        number
    }

    /// A month as browsers send it (`2021-03`), or as people type it (`03/2021`, `2021`); `alone` is the month of a year alone.
    pub(super) fn month(&mut self, name: &str, alone: u8) -> Option<Month> {
        let text = self.text(name)?;
        let numbers: Vec<Option<i16>> =
            text.split(['-', '/', '.']).map(|part| part.trim().parse().ok()).collect();
        let (year, month) = match numbers.as_slice() {
            [Some(year)] => (*year, i16::from(alone)),
            [Some(year), Some(month)] | [Some(month), Some(year)] if *year > 12 && *month <= 12 => {
                (*year, *month)
            }
            _ => (0, 0),
        };
        match u8::try_from(month) {
            Ok(month @ 1..=12) if (1900..=2200).contains(&year) => Some(Month { year, month }),
            _ => {
                self.refuse(name, format!("« {text} » n'est pas un mois ; écrivez par exemple 2021-03"));
                None
            }
        }
    }
}

/// A row of a list of a form.
pub(super) struct Row<T> {
    /// Its number in the form.
    pub(super) number: usize,
    /// It is to be taken out.
    pub(super) removed: bool,
    pub(super) value: T,
}

/// The rows of a list, without those that are left empty.
pub(super) fn rows<T>(
    form: &mut Fields<'_>,
    list: &str,
    read: impl Fn(&mut Fields<'_>, &str) -> Option<T>,
) -> Vec<Row<T>> {
    let number =
        |name: &str| name.strip_prefix(list)?.strip_prefix('.')?.split('.').next()?.parse::<usize>().ok();
    let mut numbers: Vec<usize> = form.pairs.iter().filter_map(|(name, _)| number(name)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut out = vec![];
    for number in numbers {
        let row = format!("{list}.{number}");
        let removed = form.text(&format!("{row}.remove")).is_some();
        out.extend(read(form, &row).map(|value| Row { number, removed, value }));
    }
    out
}

/// A value by its name in JSON.
pub(super) fn named<T: DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(name.into()).ok()
}
