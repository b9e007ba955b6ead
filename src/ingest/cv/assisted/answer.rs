//! What a model is asked to say about a CV, and what it said.

use std::sync::LazyLock;

use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

/// What a model said. Anything may be missing, and anything may be wrong.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    pub(super) name: Said,
    pub(super) email: Said,
    pub(super) phone: Said,
    #[serde(deserialize_with = "list")]
    pub(super) links: Vec<Said>,
    pub(super) title: Said,
    pub(super) summary: Said,
    pub(super) place: Said,
    #[serde(deserialize_with = "list")]
    pub(super) experiences: Vec<Job>,
    #[serde(deserialize_with = "list")]
    pub(super) education: Vec<Study>,
    #[serde(deserialize_with = "list")]
    pub(super) skills: Vec<Said>,
    #[serde(deserialize_with = "list")]
    pub(super) languages: Vec<Tongue>,
    #[serde(deserialize_with = "list")]
    pub(super) licences: Vec<Said>,
    #[serde(deserialize_with = "list")]
    pub(super) certifications: Vec<Said>,
    #[serde(deserialize_with = "list")]
    pub(super) interests: Vec<Said>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Job {
    pub(super) title: Said,
    pub(super) employer: Said,
    pub(super) place: Said,
    pub(super) start: Said,
    pub(super) end: Said,
    pub(super) current: Option<bool>,
    #[serde(deserialize_with = "list")]
    pub(super) tasks: Vec<Said>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Study {
    pub(super) diploma: Said,
    pub(super) school: Said,
    pub(super) year: Said,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Tongue {
    pub(super) name: Said,
    pub(super) level: Said,
}

/// A text that may be missing, which models say in many ways.
#[derive(Debug, Default)]
pub(super) struct Said(Option<String>);

impl Said {
    pub(super) fn get(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Value {
            Text(String),
            Number(i64),
        }
        const NOTHING: [&str; 8] =
            ["null", "none", "n/a", "unknown", "not specified", "inconnu", "non précisé", "non renseigné"];
        let text = match Option::<Value>::deserialize(deserializer)? {
            Some(Value::Text(text)) => text.trim().to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            None => return Ok(Self(None)),
        };
        let nothing =
            !text.contains(char::is_alphanumeric) || NOTHING.contains(&text.to_lowercase().as_str());
        Ok(Self((!nothing).then_some(text)))
    }
}

fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl Answer {
    /// Every text of the answer that stands in the document as it is, names first.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let head = [&self.name, &self.title, &self.place, &self.email, &self.phone, &self.summary];
        let jobs = self
            .experiences
            .iter()
            .flat_map(|job| [&job.title, &job.employer, &job.place].into_iter().chain(&job.tasks));
        let studies = self.education.iter().flat_map(|study| [&study.diploma, &study.school]);
        let languages = self.languages.iter().flat_map(|language| [&language.name, &language.level]);
        let lists = [&self.skills, &self.licences, &self.certifications, &self.interests, &self.links];
        head.into_iter()
            .chain(jobs)
            .chain(studies)
            .chain(languages)
            .chain(lists.into_iter().flatten())
            .filter_map(Said::get)
    }

    /// Whether nothing at all was said.
    pub(super) fn is_empty(&self) -> bool {
        self.texts().next().is_none()
    }
}

/// The JSON Schema of an [`Answer`], in the little that all servers know. Lists are bounded: a small model may say
/// the same thing for ever.
pub(super) static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    let text = || json!({ "type": ["string", "null"] });
    let list = |items: Value, most: u32| json!({ "type": "array", "items": items, "maxItems": most });
    let texts = |most| list(json!({ "type": "string" }), most);
    let job = object(json!({
        "title": text(),
        "employer": text(),
        "place": text(),
        "start": text(),
        "end": text(),
        "current": { "type": "boolean" },
        "tasks": texts(20),
    }));
    let study = object(json!({ "diploma": text(), "school": text(), "year": text() }));
    let language = object(json!({ "name": text(), "level": text() }));
    object(json!({
        "name": text(),
        "email": text(),
        "phone": text(),
        "links": texts(10),
        "title": text(),
        "summary": text(),
        "place": text(),
        "experiences": list(job, 40),
        "education": list(study, 30),
        "skills": texts(80),
        "languages": list(language, 20),
        "licences": texts(20),
        "certifications": texts(20),
        "interests": texts(20),
    }))
});

fn object(properties: Value) -> Value {
    let required: Vec<&String> = properties.as_object().into_iter().flat_map(|all| all.keys()).collect();
    json!({ "type": "object", "required": required, "additionalProperties": false, "properties": properties })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_may_lack_anything_and_says_nothing_in_many_ways() {
        let answer: Answer = serde_json::from_value(json!({
            "name": " Marie Dupont ",
            "email": "N/A",
            "phone": null,
            "links": null,
            "title": "–",
            "education": [{ "diploma": "CAP Cuisine", "year": 2014, "school": "null" }],
        }))
        .unwrap();
        let all: Vec<_> = answer.texts().collect();
        assert_eq!(all, ["Marie Dupont", "CAP Cuisine"]);
        assert_eq!(answer.education[0].year.get(), Some("2014"));
        assert!(serde_json::from_value::<Answer>(json!({})).unwrap().is_empty());
        assert!(serde_json::from_value::<Answer>(json!({ "experiences": "aucune" })).is_err());
    }

    #[test]
    fn the_schema_is_strict_throughout() {
        fn check(schema: &Value) {
            if schema["type"] == "object" {
                let properties = schema["properties"].as_object().unwrap();
                assert_eq!(schema["additionalProperties"], false);
                assert_eq!(schema["required"].as_array().unwrap().len(), properties.len());
                properties.values().for_each(check);
            }
            if schema["type"] == "array" {
                assert!(schema["maxItems"].is_u64());
                check(&schema["items"]);
            }
        }
        check(&SCHEMA);
    }
}
