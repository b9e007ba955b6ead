//! Ollama's protocol (`/api/chat`): a line of JSON for each piece of the answer.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{End, Form, Piece, Question, Shape, system};

pub(super) const PATH: &str = "/api/chat";

pub(super) fn body(model: &str, question: &Question<'_>, context: u32, form: Form) -> Value {
    let mut user = json!({ "role": "user", "content": question.text });
    if !question.images.is_empty() {
        let images = question.images.iter().map(|image| Value::String(STANDARD.encode(image)));
        user["images"] = images.collect();
    }
    let mut body = json!({
        "model": model,
        // The schema goes into the text too: Ollama holds the model to it without telling it.
        "messages": [{ "role": "system", "content": system(question, true) }, user],
        "stream": true,
        // A question that is too long is to be refused, not cut at its head.
        "truncate": false,
        "shift": false,
        // « think » stays unsaid: with false, Ollama forgets the format of some models.
        "options": { "num_ctx": context, "num_predict": question.answer_tokens, "temperature": 0, "seed": 1 },
    });
    match form.shape {
        Shape::Schema => body["format"] = question.schema.clone(),
        Shape::Json => body["format"] = "json".into(),
        Shape::Asked => {}
    }
    body
}

pub(super) fn piece(event: &Value) -> Piece {
    let text = event["message"]["content"].as_str().unwrap_or_default().to_owned();
    let done = event["done"] == true;
    let end = done.then(|| if event["done_reason"] == "length" { End::TooLong } else { End::Complete });
    Piece { text, end }
}
