//! Reading the fields of a JSON object. A field of another type than expected is left out and noted: an offer is
//! not lost for it.

use std::cell::RefCell;
use std::rc::Rc;

use jiff::civil::Date;
use serde_json::Value;

use super::bounds::{REMARKS, TOLD, brief};
use super::rejected::{Kind, Why};

/// A field that is wrong: its path and why.
pub(super) type Wrong = (Option<String>, Why);

/// An object with its path from the offer, such as `lieuTravail`.
#[derive(Clone)]
pub(super) struct Fields<'a> {
    object: &'a serde_json::Map<String, Value>,
    path: String,
    /// The fields that were left out, of the whole offer.
    odd: Rc<RefCell<Vec<Wrong>>>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(object: &'a serde_json::Map<String, Value>) -> Self {
        Self { object, path: String::new(), odd: Rc::default() }
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

    /// The fields that were left out so far.
    pub(super) fn odd(&self) -> Vec<Wrong> {
        self.odd.take()
    }

    /// Notes a field that is left out.
    fn leave_out<T>(&self, name: &str, expected: Kind, found: &Value) -> Option<T> {
        let mut odd = self.odd.borrow_mut();
        if odd.len() < REMARKS {
            odd.push((Some(self.path(name)), Why::LeftOut { expected, found: Kind::of(found) }));
        }
        None
    }

    fn inner(&self, object: &'a serde_json::Map<String, Value>, name: &str) -> Self {
        Self { object, path: self.path(name), odd: self.odd.clone() }
    }

    /// A text that is not blank; a number counts as its digits.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.get(name)? {
            Value::String(text) => Some(text.trim()).filter(|t| !t.is_empty()).map(str::to_owned),
            Value::Number(number) => Some(number.to_string()),
            other => self.leave_out(name, Kind::Text, other),
        }
    }

    /// As [`Self::text`], but it must be there.
    pub(super) fn required(&self, name: &str) -> Result<String, Wrong> {
        match self.get(name) {
            None | Some(Value::String(_) | Value::Number(_)) => {
                self.text(name).ok_or_else(|| (Some(self.path(name)), Why::Missing))
            }
            Some(other) => {
                let why = Why::Type { expected: Kind::Text, found: Kind::of(other) };
                Err((Some(self.path(name)), why))
            }
        }
    }

    /// A number, also when it is written as a text; a blank text counts as absent.
    pub(super) fn number(&self, name: &str) -> Option<f64> {
        let value = self.get(name)?;
        match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) if text.trim().is_empty() => None,
            Value::String(text) => match text.trim().replace(',', ".").parse() {
                Ok(number) => Some(number),
                Err(_) => self.leave_out(name, Kind::Number, value),
            },
            other => self.leave_out(name, Kind::Number, other),
        }
    }

    pub(super) fn truth(&self, name: &str) -> bool {
        match self.get(name) {
            None => false,
            Some(Value::Bool(value)) => *value,
            Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
            Some(other) => self.leave_out(name, Kind::Boolean, other).unwrap_or_default(),
        }
    }

    pub(super) fn object(&self, name: &str) -> Option<Fields<'a>> {
        match self.get(name)? {
            Value::Object(object) => Some(self.inner(object, name)),
            other => self.leave_out(name, Kind::Object, other),
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
    pub(super) fn objects(&self, name: &str) -> Vec<Fields<'a>> {
        let each = self.list(name).iter().enumerate().filter(|(_, value)| !value.is_null());
        each.filter_map(|(at, value)| {
            let name = format!("{name}[{at}]");
            match value {
                Value::Object(object) => Some(self.inner(object, &name)),
                other => self.leave_out(&name, Kind::Object, other),
            }
        })
        .collect()
    }

    /// A day: `2026-04-06`, `2026-04-06T09:58:27.488Z`, `06/04/2026`. What is no date is told apart from
    /// what is no text.
    pub(super) fn date(&self, name: &str) -> Option<Result<Date, String>> {
        let text = self.text(name)?;
        let iso = text.get(..10).and_then(|day| day.parse().ok());
        let date = iso.or_else(|| Date::strptime("%d/%m/%Y", text.get(..10)?).ok());
        Some(date.ok_or_else(|| brief(&text, TOLD).to_owned()))
    }
}
