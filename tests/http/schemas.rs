//! The published schemas say what the program does.
//!
//! To bring them up to date: `JOBMATCH_UPDATE_SCHEMAS=1 cargo test --test http schemas`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::{Map, Value, json};

use crate::support::{document, operations};

/// Files of `schemas/`, and the component of the OpenAPI document that each describes.
const DOMAIN: [(&str, &str); 4] = [
    ("offer.schema.json", "Offer"),
    ("profile.schema.json", "Profile"),
    ("match.schema.json", "Match"),
    ("application.schema.json", "Application"),
];

fn compare(name: &str, schema: &Value) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas").join(name);
    let text = format!("{}\n", serde_json::to_string_pretty(&sorted(schema)).unwrap());
    if std::env::var_os("JOBMATCH_UPDATE_SCHEMAS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept.replace("\r\n", "\n") == text,
        "schemas/{name} is not what the program says; bring it up to date with: \
         JOBMATCH_UPDATE_SCHEMAS=1 cargo test --test http schemas"
    );
}

/// The same with its keys in order: whether serde_json keeps theirs is for other crates to say.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            fields.into_iter().map(|(name, value)| (name.clone(), sorted(value))).collect()
        }
        Value::Array(values) => values.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

/// A component by itself, as JSON Schema: what it refers to goes along.
fn alone(file: &str, name: &str) -> Value {
    let components = document()["components"]["schemas"].as_object().unwrap();
    let mut known = BTreeSet::new();
    let mut left = vec![name.to_owned()];
    let mut defs = Map::new();
    while let Some(name) = left.pop() {
        if !known.insert(name.clone()) {
            continue;
        }
        let mut schema = components[&name].clone();
        rewrite(&mut schema, &mut left);
        defs.insert(name, schema);
    }
    let mut root = defs.remove(name).unwrap();
    let fields = root.as_object_mut().unwrap();
    fields.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    fields.insert("$id".into(), format!("https://jobmatch.example/schemas/{file}").into());
    fields.insert("title".into(), name.into());
    if !defs.is_empty() {
        fields.insert("$defs".into(), defs.into());
    }
    root
}

fn rewrite(schema: &mut Value, met: &mut Vec<String>) {
    match schema {
        Value::Object(fields) => {
            for (word, value) in fields {
                match value.as_str().and_then(|text| text.strip_prefix("#/components/schemas/")) {
                    Some(name) if word == "$ref" => {
                        met.push(name.to_owned());
                        *value = format!("#/$defs/{name}").into();
                    }
                    _ => rewrite(value, met),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| rewrite(value, met)),
        _ => {}
    }
}

#[test]
fn the_openapi_document_is_as_published() {
    compare("openapi.json", document());
}

#[test]
fn the_domain_schemas_are_as_published() {
    for (file, name) in DOMAIN {
        compare(file, &alone(file, name));
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let (mut met, mut copy) = (vec![], document().clone());
    rewrite(&mut copy, &mut met);
    assert!(met.len() > 100);
    for name in met {
        assert!(document()["components"]["schemas"][&name].is_object(), "{name}");
    }
}

#[test]
fn every_operation_has_a_name_of_its_own_and_says_what_may_happen() {
    let mut names = BTreeSet::new();
    for (method, path, operation) in operations() {
        let name = operation["operationId"].as_str().unwrap();
        assert!(names.insert(name), "{name}");
        assert!(operation["summary"].is_string() && operation["tags"][0].is_string(), "{method} {path}");
        let responses = operation["responses"].as_object().unwrap();
        for (status, response) in responses {
            assert!(response["description"].is_string(), "{method} {path} {status}");
        }
        let public = operation["security"] == json!([{}]);
        assert!(
            public || (responses.contains_key("401") && responses.contains_key("403")),
            "{method} {path}"
        );
        let takes = operation["requestBody"].is_object();
        assert!(!takes || ["400", "413"].iter().all(|s| responses.contains_key(*s)), "{method} {path}");
    }
}
