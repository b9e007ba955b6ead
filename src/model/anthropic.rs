//! Anthropic's protocol (Messages): the answer is what a tool is called with, which the model must call.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{End, Form, Piece, Question, Shape, system};

pub(super) const PATH: &str = "/v1/messages";
pub(super) const VERSION: &str = "2023-06-01";

const TOOL: &str = "answer";

pub(super) fn body(model: &str, question: &Question<'_>, form: Form) -> Value {
    let images = question.images.iter().map(|image| {
        let source = json!({ "type": "base64", "media_type": "image/png", "data": STANDARD.encode(image) });
        json!({ "type": "image", "source": source })
    });
    let text = json!({ "type": "text", "text": question.text });
    let content: Vec<Value> = images.chain([text]).collect();
    let mut body = json!({
        "model": model,
        "max_tokens": question.answer_tokens,
        "system": system(question, form.shape != Shape::Schema),
        "messages": [{ "role": "user", "content": content }],
        "stream": true,
    });
    if form.temperature {
        body["temperature"] = 0.into();
    }
    if form.shape == Shape::Schema {
        let tool =
            json!({ "name": TOOL, "description": "Gives the answer.", "input_schema": question.schema });
        body["tools"] = json!([tool]);
        body["tool_choice"] = json!({ "type": "tool", "name": TOOL, "disable_parallel_tool_use": true });
    }
    body
}

pub(super) fn piece(event: &Value) -> Piece {
    let delta = &event["delta"];
    match event["type"].as_str().unwrap_or_default() {
        "content_block_delta" => {
            let text = delta["partial_json"].as_str().or(delta["text"].as_str());
            Piece { text: text.unwrap_or_default().to_owned(), end: None }
        }
        "message_delta" => {
            let end = match delta["stop_reason"].as_str() {
                None => None,
                Some("max_tokens" | "model_context_window_exceeded") => Some(End::TooLong),
                Some("refusal") => Some(End::Declined),
                Some(_) => Some(End::Complete),
            };
            Piece { end, ..Piece::default() }
        }
        "message_stop" => Piece { end: Some(End::Complete), ..Piece::default() },
        _ => Piece::default(),
    }
}
