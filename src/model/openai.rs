//! OpenAI's protocol (Chat Completions), which many servers speak: an event for each piece of the answer.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{End, Form, Piece, Question, Shape, system};

pub(super) const PATH: &str = "/chat/completions";

pub(super) fn body(model: &str, question: &Question<'_>, form: Form) -> Value {
    let mut parts = vec![json!({ "type": "text", "text": question.text })];
    parts.extend(question.images.iter().map(|image| {
        let url = format!("data:image/png;base64,{}", STANDARD.encode(image));
        json!({ "type": "image_url", "image_url": { "url": url } })
    }));
    // Servers without vision know text alone.
    let content = if question.images.is_empty() { json!(question.text) } else { Value::Array(parts) };
    let system = system(question, form.shape != Shape::Schema);
    let mut body = json!({
        "model": model,
        "messages": [{ "role": "system", "content": system }, { "role": "user", "content": content }],
        "stream": true,
    });
    let limit = if form.completion_tokens { "max_completion_tokens" } else { "max_tokens" };
    body[limit] = question.answer_tokens.into();
    if form.temperature {
        body["temperature"] = 0.into();
    }
    if form.seed {
        body["seed"] = 1.into();
    }
    match form.shape {
        Shape::Schema => {
            let schema = json!({ "name": "answer", "strict": true, "schema": question.schema });
            body["response_format"] = json!({ "type": "json_schema", "json_schema": schema });
        }
        Shape::Json => body["response_format"] = json!({ "type": "json_object" }),
        Shape::Asked => {}
    }
    body
}

pub(super) fn piece(event: &Value) -> Piece {
    // The last event may count tokens and hold no choice.
    let choice = &event["choices"][0];
    let text = choice["delta"]["content"].as_str().unwrap_or_default().to_owned();
    let end = match choice["finish_reason"].as_str() {
        _ if choice["delta"]["refusal"].is_string() => Some(End::Declined),
        None => None,
        Some("length") => Some(End::TooLong),
        Some("content_filter") => Some(End::Declined),
        Some(_) => Some(End::Complete),
    };
    Piece { text, end }
}
