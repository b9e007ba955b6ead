//! Holds an answer against the OpenAPI document: a status that it names, with the media type and the form that it says.

use std::sync::LazyLock;

use axum::http::Method;
use serde_json::Value;

use super::Answer;

/// The OpenAPI document.
pub(crate) fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> =
        LazyLock::new(|| serde_json::to_value(jobmatch::http::api::document()).unwrap());
    &DOCUMENT
}

/// Every method and path of the document, with what it says of them.
pub(crate) fn operations() -> impl Iterator<Item = (Method, &'static str, &'static Value)> {
    document()["paths"].as_object().unwrap().iter().flat_map(|(path, operations)| {
        operations.as_object().unwrap().iter().map(move |(method, operation)| {
            (method.to_uppercase().parse().unwrap(), path.as_str(), operation)
        })
    })
}

fn fits(template: &str, path: &str) -> bool {
    let (template, path) = (template.split('/'), path.split('/'));
    template.clone().count() == path.clone().count()
        && template.zip(path).all(|(t, p)| t == p || (t.starts_with('{') && !p.is_empty()))
}

fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    let path = path.split('?').next()?;
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
    let known = operations().filter(|(m, template, _)| m == method && fits(template, path));
    // As routers do: a fixed part goes before a variable one.
    known.min_by_key(|(_, template, _)| template.matches('{').count()).map(|(_, _, operation)| operation)
}

/// Ends the test when the document says otherwise.
pub(super) fn check(method: &Method, path: &str, answer: &Answer) {
    assert_ne!(answer.status.as_u16(), 500, "{answer}");
    // Said once for all routes: the name that was asked for is another's.
    if answer.status.as_u16() == 421 {
        return;
    }
    let Some(operation) = operation(method, path) else { return };
    let told = &operation["responses"][answer.status.as_str()];
    assert!(told.is_object(), "a status that the document does not name: {answer}");
    let media_type = answer.header("content-type").split(';').next().unwrap_or_default();
    let Some(content) = told["content"].as_object() else {
        assert!(answer.body.is_empty(), "a body that the document does not name: {answer}");
        return;
    };
    let form = content.get(media_type).or_else(|| content.get("*/*"));
    let form = form.unwrap_or_else(|| panic!("{media_type} is not in the document: {answer}"));
    if media_type.ends_with("json")
        && let Err(wrong) = conforms(&answer.value(), &form["schema"])
    {
        panic!("{wrong}\n{answer}");
    }
    if media_type == "application/problem+json" {
        assert_eq!(answer.at("/status"), answer.status.as_u16(), "{answer}");
        assert!(answer.text_at("/type").starts_with("urn:jobmatch:"), "{answer}");
    }
}

/// Whether a value has the form that a schema says: the part of JSON Schema that the document uses.
fn conforms(value: &Value, schema: &Value) -> Result<(), String> {
    let wrong = |why: &str| Err(format!("{why}: {value} is not {schema}"));
    if *schema == Value::Bool(false) {
        return wrong("too much");
    }
    let Some(said) = schema.as_object() else { return Ok(()) };
    for (word, rule) in said {
        match word.as_str() {
            "$ref" => {
                let pointer = rule.as_str().unwrap().trim_start_matches('#');
                conforms(value, document().pointer(pointer).expect("a reference leads somewhere"))?;
            }
            "allOf" => rule.as_array().unwrap().iter().try_for_each(|schema| conforms(value, schema))?,
            "oneOf" => {
                let fit = rule.as_array().unwrap().iter().filter(|schema| conforms(value, schema).is_ok());
                if fit.count() != 1 {
                    return wrong("none or several of");
                }
            }
            "type" => {
                let is = |name: &Value| match name.as_str().unwrap() {
                    "null" => value.is_null(),
                    "boolean" => value.is_boolean(),
                    "integer" => value.is_i64() || value.is_u64(),
                    "number" => value.is_number(),
                    "string" => value.is_string(),
                    "array" => value.is_array(),
                    "object" => value.is_object(),
                    other => panic!("unknown type {other}"),
                };
                if !rule.as_array().map_or_else(|| is(rule), |names| names.iter().any(is)) {
                    return wrong("another type");
                }
            }
            "enum" if !rule.as_array().unwrap().contains(value) => return wrong("another value"),
            "required" if value.is_object() => {
                for name in rule.as_array().unwrap() {
                    if value.get(name.as_str().unwrap()).is_none() {
                        return wrong(&format!("{name} is missing"));
                    }
                }
            }
            "properties" => {
                for (name, schema) in rule.as_object().unwrap() {
                    value.get(name).map_or(Ok(()), |value| conforms(value, schema))?;
                }
            }
            "additionalProperties" => {
                let named = said.get("properties").and_then(Value::as_object);
                let others = value.as_object().into_iter().flatten();
                for (_, value) in others.filter(|(name, _)| !named.is_some_and(|n| n.contains_key(*name))) {
                    conforms(value, rule)?;
                }
            }
            "items" | "prefixItems" => {
                let values = value.as_array().into_iter().flatten();
                if word == "prefixItems" {
                    for (value, schema) in values.zip(rule.as_array().unwrap()) {
                        conforms(value, schema)?;
                    }
                } else {
                    let first = said.get("prefixItems").and_then(Value::as_array).map_or(0, Vec::len);
                    values.skip(first).try_for_each(|value| conforms(value, rule))?;
                }
            }
            "minimum" if value.as_f64() < rule.as_f64() && value.is_number() => return wrong("too small"),
            "maximum" if value.as_f64() > rule.as_f64() => return wrong("too great"),
            "format" => {
                let Some(text) = value.as_str() else { continue };
                let good = match rule.as_str().unwrap() {
                    "uuid" => text.parse::<jobmatch_index::records::Uuid>().is_ok(),
                    "date" => text.parse::<jiff::civil::Date>().is_ok(),
                    "date-time" => text.parse::<jiff::Timestamp>().is_ok(),
                    _ => true,
                };
                if !good {
                    return wrong("another format");
                }
            }
            _ => {}
        }
    }
    Ok(())
}
