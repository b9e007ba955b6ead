//! A server that speaks the protocols of Ollama, OpenAI and Anthropic, and misbehaves on demand.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use futures_util::stream;
use jobmatch::model::{Model, Settings};
use serde_json::{Value, json};

/// What the server answers to one request.
#[derive(Clone)]
pub(crate) enum Reply {
    /// The text of the answer, streamed in full.
    Answer(String),
    /// The answer until it breaks off: the connection is lost, or the stream ends as if it were complete.
    Cut(String, Ending),
    /// Another status, with `retry-after` and a body.
    Refusal(u16, Option<&'static str>, Value),
    /// Nothing at all.
    Silence,
    /// An error in the midst of the stream.
    Broken(Value),
    /// The answer, ended because it is too long.
    TooLong(String),
}

#[derive(Clone, Copy)]
pub(crate) enum Ending {
    Lost,
    Clean,
    /// It stays open and silent.
    Stalled,
}

/// What a request held.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

#[derive(Default)]
struct Script {
    replies: Mutex<VecDeque<Reply>>,
    asked: Mutex<Vec<Asked>>,
}

/// A server on a port of its own.
pub(crate) struct Server {
    url: String,
    script: Arc<Script>,
}

impl Server {
    /// Answers with `replies` one after the other, the last one for ever.
    pub(crate) async fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        let script =
            Arc::new(Script { replies: Mutex::new(replies.into_iter().collect()), ..Script::default() });
        let app = axum::Router::new().fallback(answer).with_state(script.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, script }
    }

    pub(crate) async fn answering(answer: &Value) -> Self {
        Self::new([Reply::Answer(answer.to_string())]).await
    }

    /// The section `[model]` that leads here.
    pub(crate) fn settings(&self, provider: &str) -> String {
        let version = if provider == "openai" { "/v1" } else { "" };
        format!("provider = '{provider}'\nurl = '{}{version}'\nmodel = 'essai:1b'\nseconds = 8\n", self.url)
    }

    /// A model here, with a key.
    pub(crate) fn model(&self, provider: &str, more: &str) -> Model {
        let settings: Settings = toml::from_str(&format!("{}{more}", self.settings(provider))).unwrap();
        Model::new(&settings, |_| Some("clef-secrète".replace('è', "e"))).unwrap()
    }

    /// The requests so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.script.asked.lock().unwrap().clone()
    }
}

async fn answer(State(script): State<Arc<Script>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let body = serde_json::from_slice(&body).unwrap();
    script.asked.lock().unwrap().push(Asked { path: uri.path().to_owned(), headers, body });
    let reply = {
        let mut replies = script.replies.lock().unwrap();
        if replies.len() > 1 { replies.pop_front() } else { replies.front().cloned() }
    };
    let frame: fn(&Frame<'_>) -> String = match uri.path() {
        "/api/chat" => ollama,
        "/v1/chat/completions" => openai,
        "/v1/messages" => anthropic,
        _ => return (StatusCode::NOT_FOUND, "404 page not found").into_response(),
    };
    let head = frame(&Frame::Start);
    let text = |text: &str| {
        // Tokens: a few letters each.
        let letters: Vec<char> = text.chars().collect();
        letters
            .chunks(5)
            .map(|token| frame(&Frame::Text(&token.iter().collect::<String>())))
            .collect::<String>()
    };
    match reply.unwrap() {
        Reply::Answer(answer) => stream(head + &text(&answer) + &frame(&Frame::End(false)), Ending::Clean),
        Reply::TooLong(answer) => stream(head + &text(&answer) + &frame(&Frame::End(true)), Ending::Clean),
        Reply::Cut(answer, ending) => stream(head + &text(&answer), ending),
        Reply::Broken(error) => stream(head + &frame(&Frame::Error(&error)), Ending::Clean),
        Reply::Silence => std::future::pending().await,
        Reply::Refusal(status, retry_after, body) => {
            let mut response = (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response();
            if let Some(wait) = retry_after {
                response.headers_mut().insert("retry-after", wait.parse().unwrap());
            }
            response
        }
    }
}

/// Bytes in pieces that end anywhere, in the midst of a letter too.
fn stream(text: String, ending: Ending) -> Response {
    let pieces: Vec<Bytes> = text.as_bytes().chunks(13).map(Bytes::copy_from_slice).collect();
    let pieces = stream::iter(pieces).map(Ok::<Bytes, io::Error>);
    let body = match ending {
        Ending::Clean => Body::from_stream(pieces),
        Ending::Lost => Body::from_stream(pieces.chain(stream::iter([Err(io::Error::other("lost"))]))),
        Ending::Stalled => Body::from_stream(pieces.chain(stream::pending())),
    };
    Response::new(body)
}

/// A step of a stream.
enum Frame<'a> {
    Start,
    Text(&'a str),
    /// Whether it was too long.
    End(bool),
    Error(&'a Value),
}

fn ollama(frame: &Frame<'_>) -> String {
    let line = |text: &str, done: bool| {
        json!({
            "model": "essai:1b",
            "created_at": "2026-11-22T12:00:00.5Z",
            "message": { "role": "assistant", "content": text },
            "done": done,
        })
    };
    match frame {
        Frame::Start => String::new(),
        Frame::Text(text) => format!("{}\n", line(text, false)),
        Frame::End(too_long) => {
            let mut line = line("", true);
            line["done_reason"] = if *too_long { "length" } else { "stop" }.into();
            line["eval_count"] = 12.into();
            format!("{line}\n")
        }
        Frame::Error(error) => format!("{}\n", json!({ "error": error["message"] })),
    }
}

fn openai(frame: &Frame<'_>) -> String {
    let event = |delta: Value, reason: Option<&str>| {
        let choice = json!({ "index": 0, "delta": delta, "finish_reason": reason });
        let event = json!({ "id": "chatcmpl-1", "object": "chat.completion.chunk", "choices": [choice] });
        format!("data: {event}\n\n")
    };
    match frame {
        Frame::Start => {
            format!(": ping\r\n\r\n{}", event(json!({ "role": "assistant", "content": "" }), None))
        }
        Frame::Text(text) => event(json!({ "content": text }), None),
        Frame::End(too_long) => {
            let reason = if *too_long { "length" } else { "stop" };
            format!(
                "{}data: {{\"choices\":[],\"usage\":{{}}}}\n\ndata: [DONE]\n\n",
                event(json!({}), Some(reason))
            )
        }
        Frame::Error(error) => format!("data: {}\n\n", json!({ "error": error })),
    }
}

fn anthropic(frame: &Frame<'_>) -> String {
    let event = |name: &str, more: Value| {
        let mut data = json!({ "type": name });
        data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        format!("event: {name}\ndata: {data}\n\n")
    };
    match frame {
        Frame::Start => {
            let block = json!({ "type": "tool_use", "id": "toolu_1", "name": "answer", "input": {} });
            event(
                "message_start",
                json!({ "message": { "role": "assistant", "content": [], "stop_reason": null } }),
            ) + &event("content_block_start", json!({ "index": 0, "content_block": block }))
                + &event("ping", json!({}))
        }
        Frame::Text(text) => {
            let delta = json!({ "type": "input_json_delta", "partial_json": text });
            event("content_block_delta", json!({ "index": 0, "delta": delta }))
        }
        Frame::End(too_long) => {
            let reason = if *too_long { "max_tokens" } else { "tool_use" };
            event("content_block_stop", json!({ "index": 0 }))
                + &event("message_delta", json!({ "delta": { "stop_reason": reason }, "usage": {} }))
                + &event("message_stop", json!({}))
        }
        Frame::Error(error) => event("error", json!({ "error": error })),
    }
}
