//! Each protocol to the letter: path, headers, body, stream.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jobmatch::ingest::cv::Origin;
use jobmatch::model::Question;
use serde::Deserialize;
use serde_json::{Value, json};

use super::server::{Asked, Reply, Server};
use super::{CV, PROVIDERS, assert_grounded, assisted, good_answer, reading};

#[derive(Debug, PartialEq, Deserialize)]
struct Town {
    town: String,
}

fn town_schema() -> Value {
    json!({
        "type": "object",
        "properties": { "town": { "type": "string" } },
        "required": ["town"],
        "additionalProperties": false,
    })
}

/// Asks each provider with a picture; gives the request.
async fn asked_with_picture(provider: &str) -> Asked {
    let server = Server::answering(&json!({ "town": "Saint-Étienne" })).await;
    let model = server.model(provider, "vision_model = 'essai-vision'\ncontext = 9000");
    let schema = town_schema();
    let question = Question {
        system: "Trouve la ville.",
        text: "L'image.",
        images: &[b"png"],
        schema: &schema,
        answer_tokens: 77,
    };
    let mut heard = Vec::new();
    let town: Town = model.ask(&question, &mut |received| heard.push(received)).await.unwrap();
    assert_eq!(town.town, "Saint-Étienne");
    assert!(heard.is_sorted() && heard.len() > 1, "{heard:?}");
    let mut asked = server.asked();
    assert_eq!(asked.len(), 1);
    asked.remove(0)
}

#[tokio::test]
async fn ollama() {
    let asked = asked_with_picture("ollama").await;
    assert_eq!(asked.path, "/api/chat");
    let system = asked.body["messages"][0]["content"].as_str().unwrap();
    assert!(system.starts_with("Trouve la ville.") && system.contains(&town_schema().to_string()));
    let mut body = asked.body.clone();
    body["messages"][0]["content"] = "…".into();
    assert_eq!(
        body,
        json!({
            "model": "essai-vision",
            "messages": [
                { "role": "system", "content": "…" },
                { "role": "user", "content": "L'image.", "images": [STANDARD.encode(b"png")] },
            ],
            "stream": true,
            "truncate": false,
            "shift": false,
            "options": { "num_ctx": 9000, "num_predict": 77, "temperature": 0, "seed": 1 },
            "format": town_schema(),
        })
    );
}

#[tokio::test]
async fn openai() {
    let asked = asked_with_picture("openai").await;
    assert_eq!(asked.path, "/v1/chat/completions");
    assert_eq!(asked.header("authorization"), Some("Bearer clef-secrete"));
    let url = format!("data:image/png;base64,{}", STANDARD.encode(b"png"));
    assert_eq!(
        asked.body,
        json!({
            "model": "essai-vision",
            "messages": [
                { "role": "system", "content": "Trouve la ville." },
                { "role": "user", "content": [
                    { "type": "text", "text": "L'image." },
                    { "type": "image_url", "image_url": { "url": url } },
                ] },
            ],
            "stream": true,
            "max_completion_tokens": 77,
            "temperature": 0,
            "seed": 1,
            "response_format": {
                "type": "json_schema",
                "json_schema": { "name": "answer", "strict": true, "schema": town_schema() },
            },
        })
    );
}

#[tokio::test]
async fn anthropic() {
    let asked = asked_with_picture("anthropic").await;
    assert_eq!(asked.path, "/v1/messages");
    assert_eq!(asked.header("x-api-key"), Some("clef-secrete"));
    assert_eq!(asked.header("anthropic-version"), Some("2023-06-01"));
    assert_eq!(asked.header("authorization"), None);
    let source = json!({ "type": "base64", "media_type": "image/png", "data": STANDARD.encode(b"png") });
    assert_eq!(
        asked.body,
        json!({
            "model": "essai-vision",
            "max_tokens": 77,
            "system": "Trouve la ville.",
            "messages": [{ "role": "user", "content": [
                { "type": "image", "source": source },
                { "type": "text", "text": "L'image." },
            ] }],
            "stream": true,
            "temperature": 0,
            "tools": [{ "name": "answer", "description": "Gives the answer.", "input_schema": town_schema() }],
            "tool_choice": { "type": "tool", "name": "answer", "disable_parallel_tool_use": true },
        })
    );
}

#[tokio::test]
async fn a_cv_is_read_alike_over_each_protocol() {
    for provider in PROVIDERS {
        let server = Server::answering(&good_answer()).await;
        let read = assisted(CV, &server.model(provider, "")).await;
        let rules = reading(CV);
        assert_eq!(read.profile, rules.profile, "{provider}: the model agrees");
        assert_grounded(&read, CV);
        for field in [
            "/identity/name",
            "/identity/phone",
            "/title",
            "/place",
            "/experiences/0/employer",
            "/experiences/1/dates",
            "/experiences/0/tasks/0",
            "/education/0/school",
            "/education/0/year",
            "/languages/0",
        ] {
            let of = |reading: &jobmatch::ingest::cv::Reading| {
                reading.evidence.iter().find(|found| found.field == field).cloned().unwrap()
            };
            let (before, after) = (of(&rules), of(&read));
            assert_eq!(after.origin, Origin::Both, "{provider} {field}");
            assert!(after.confidence > before.confidence, "{provider} {field}");
        }
        let asked = server.asked();
        assert_eq!(asked.len(), 1);
        let text = asked[0].body.to_string();
        assert!(text.contains("<cv>") && text.contains("Gloubiboulga"));
    }
}

#[tokio::test]
async fn a_model_without_vision_is_sent_no_picture() {
    let server = Server::new([Reply::Silence]).await;
    let schema = town_schema();
    let question = Question { system: "", text: "", images: &[b"png"], schema: &schema, answer_tokens: 9 };
    let error = server.model("openai", "").ask::<Town>(&question, &mut |_| {}).await.unwrap_err();
    assert!(error.message_fr().contains("vision_model"), "{error}");
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_server_that_knows_less_is_asked_for_less() {
    let refusal = |message: &str| Reply::Refusal(400, None, json!({ "error": { "message": message } }));
    let answer = Reply::Answer(format!("Voici :\n```json\n{}\n```", json!({ "town": "Lyon" })));
    let server = Server::new([
        refusal("Unsupported value: 'temperature' does not support 0 with this model."),
        refusal("Unrecognized request argument supplied: max_completion_tokens"),
        refusal("response_format.type: 'json_schema' is not supported"),
        answer,
    ])
    .await;
    let schema = town_schema();
    let question =
        Question { system: "Trouve.", text: "Lyon", images: &[], schema: &schema, answer_tokens: 50 };
    let town: Town = server.model("openai", "").ask(&question, &mut |_| {}).await.unwrap();
    assert_eq!(town.town, "Lyon");
    let asked = server.asked();
    let last = &asked[3].body;
    assert_eq!(last.get("temperature"), None);
    assert_eq!(last["max_tokens"], 50);
    assert_eq!(last["response_format"], json!({ "type": "json_object" }));
    assert!(last["messages"][0]["content"].as_str().unwrap().contains(&schema.to_string()));
    assert_eq!(asked.len(), 4);
}
