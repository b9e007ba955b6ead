//! Reading the fields of a JSON object with the name of what is wrong.

use jiff::civil::Date;
use serde_json::Value;

use super::rejected::{Kind, Why};

/// A field that is wrong: its path and why.
pub(super) type Wrong = (Option<String>, Why);

/// An object with its path from the offer, such as `lieuTravail`.
#[derive(Clone)]
pub(super) struct Fields<'a> {
    object: &'a serde_json::Map<String, Value>,
    path: String,
}

impl<'a> Fields<'a> {
    pub(super) fn new(object: &'a serde_json::Map<String, Value>) -> Self {
        Self { object, path: String::new() }
    }

    pub(super) fn clone_object(&self) -> serde_json::Map<String, Value> {
        self.object.clone()
    }

    pub(super) fn path(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// The value, unless it is absent or null.
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    fn wrong<T>(&self, name: &str, expected: Kind, found: &Value) -> Result<T, Wrong> {
        Err((Some(self.path(name)), Why::Type { expected, found: Kind::of(found) }))
    }

    /// A text that is not blank; a number counts as its digits.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Wrong> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.trim()).filter(|t| !t.is_empty()).map(str::to_owned)),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(other) => self.wrong(name, Kind::Text, other),
        }
    }

    /// As [`Self::text`], but it must be there.
    pub(super) fn required(&self, name: &str) -> Result<String, Wrong> {
        self.text(name)?.ok_or_else(|| (Some(self.path(name)), Why::Missing))
    }

    /// A number, also when it is written as a text; a blank text counts as absent.
    pub(super) fn number(&self, name: &str) -> Result<Option<f64>, Wrong> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Number(number)) => Ok(number.as_f64()),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
            Some(Value::String(text)) => match text.trim().replace(',', ".").parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => {
                    Err((Some(self.path(name)), Why::Type { expected: Kind::Number, found: Kind::Text }))
                }
            },
            Some(other) => self.wrong(name, Kind::Number, other),
        }
    }

    pub(super) fn truth(&self, name: &str) -> Result<bool, Wrong> {
        match self.get(name) {
            None => Ok(false),
            Some(Value::Bool(value)) => Ok(*value),
            Some(Value::String(text)) => Ok(text.eq_ignore_ascii_case("true")),
            Some(other) => self.wrong(name, Kind::Boolean, other),
        }
    }

    pub(super) fn object(&self, name: &str) -> Result<Option<Fields<'a>>, Wrong> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Object(object)) => Ok(Some(Fields { object, path: self.path(name) })),
            Some(other) => self.wrong(name, Kind::Object, other),
        }
    }

    /// A list; a lone value counts as a list of one.
    pub(super) fn list(&self, name: &str) -> &'a [Value] {
        match self.get(name) {
            None => &[],
            Some(Value::Array(values)) => values,
            Some(other) => std::slice::from_ref(other),
        }
    }

    /// The objects of a list.
    pub(super) fn objects(&self, name: &str) -> Result<Vec<Fields<'a>>, Wrong> {
        let each = self.list(name).iter().enumerate().filter(|(_, value)| !value.is_null());
        each.map(|(at, value)| match value {
            Value::Object(object) => Ok(Fields { object, path: format!("{}[{at}]", self.path(name)) }),
            other => self.wrong(&format!("{name}[{at}]"), Kind::Object, other),
        })
        .collect()
    }

    /// A day: `2026-04-06`, `2026-04-06T09:58:27.488Z`, `06/04/2026`. What is no date is told apart from
    /// what is no text.
    pub(super) fn date(&self, name: &str) -> Result<Option<Result<Date, String>>, Wrong> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let iso = text.get(..10).and_then(|day| day.parse().ok());
        let date = iso.or_else(|| Date::strptime("%d/%m/%Y", text.get(..10)?).ok());
        Ok(Some(date.ok_or(text)))
    }
}
