//! Language models that others run, on this machine or elsewhere: a question with a schema in, JSON of that form out.
//!
//! ```no_run
//! # async fn example(settings: &jobmatch::model::Settings) -> Result<(), Box<dyn std::error::Error>> {
//! #[derive(serde::Deserialize)]
//! struct Answer {
//!     town: String,
//! }
//! let model = jobmatch::model::Model::new(settings, |variable| std::env::var(variable).ok())?;
//! let schema = serde_json::json!({
//!     "type": "object",
//!     "properties": { "town": { "type": "string" } },
//!     "required": ["town"],
//!     "additionalProperties": false,
//! });
//! let question = jobmatch::model::Question {
//!     system: "Answer with the town that the text names.",
//!     text: "12 rue des Lilas, Lyon",
//!     images: &[],
//!     schema: &schema,
//!     answer_tokens: 100,
//! };
//! let answer: Answer = model.ask(&question, &mut |_| {}).await?;
//! # Ok(())
//! # }
//! ```
//!
//! Three protocols are spoken (`ollama`, `openai`, `anthropic`); here is what they share: one request, its stream,
//! time-outs, retries, errors. What a model says is a proposal: whoever asks checks it.

mod answer;
mod anthropic;
mod config;
mod error;
mod ollama;
mod openai;

pub mod ocr;

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, redirect};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

pub use config::{Provider, Settings};
pub use error::ModelError;

/// A model that may be asked.
#[derive(Clone, PartialEq, Eq)]
pub struct Model {
    provider: Provider,
    /// Base address, without a slash at its end.
    url: String,
    name: String,
    vision: Option<String>,
    context: u32,
    key: Option<String>,
    key_variable: String,
    seconds: u64,
}

/// What a model is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// What the model is to do.
    pub system: &'a str,
    /// What it is to do it with.
    pub text: &'a str,
    /// Pictures (PNG) that go with the text; they go to the model that sees.
    pub images: &'a [&'a [u8]],
    /// The JSON Schema of the answer. Servers agree on little: an object whose properties are all required and whose
    /// `additionalProperties` is false; `["string", "null"]` for what may be missing.
    pub schema: &'a Value,
    /// Most tokens of the answer.
    pub answer_tokens: u32,
}

/// Times that a question is asked again when the server is busy or failed.
const RETRIES: u32 = 2;
/// The wait before the first of them, when the server names none; the next is four times as long.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The longest wait that a server may ask for: beyond it the model counts as busy.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// A server that says nothing for so long in the midst of an answer has stalled.
const STALL: Duration = Duration::from_secs(30);
/// More bytes than any answer has, or any message about an error.
const LONGEST_STREAM: usize = 8 << 20;
const LONGEST_ERROR: usize = 64 << 10;

impl Model {
    /// A model as configured; `key` gives the value of the environment variable that holds the key.
    ///
    /// # Errors
    /// What is wrong with the settings, in French.
    pub fn new(settings: &Settings, key: impl FnOnce(&str) -> Option<String>) -> Result<Self, String> {
        let url = settings.checked_url()?;
        let key_variable = settings.key_variable();
        let key = key(&key_variable).map(|key| key.trim().to_owned()).filter(|key| !key.is_empty());
        Ok(Self {
            provider: settings.provider,
            url,
            name: settings.model.clone(),
            vision: settings.vision_model.clone(),
            context: settings.context(),
            key,
            key_variable,
            seconds: settings.seconds,
        })
    }

    /// Its name, as configured.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where questions go.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Tokens that a question and its answer may have together.
    pub fn context(&self) -> u32 {
        self.context
    }

    /// Whether it looks at pictures.
    pub fn sees(&self) -> bool {
        self.vision.is_some()
    }

    /// Asks a question. `told` hears how many bytes of the answer have come. Dropping the future ends the request.
    ///
    /// # Errors
    /// [`ModelError`], which holds nothing of the question or the answer.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        question: &Question<'_>,
        told: &mut (dyn FnMut(usize) + Send),
    ) -> Result<T, ModelError> {
        match self.ask_in_part(question, told).await? {
            (answer, None) => Ok(answer),
            (_, Some(error)) => Err(error),
        }
    }

    /// Asks a question whose answer is of use even when it breaks off: gives what came of it whole, and why the rest
    /// did not come. `T` must do without any part of the schema.
    ///
    /// # Errors
    /// [`ModelError`] when nothing came.
    pub async fn ask_in_part<T: DeserializeOwned>(
        &self,
        question: &Question<'_>,
        told: &mut (dyn FnMut(usize) + Send),
    ) -> Result<(T, Option<ModelError>), ModelError> {
        if self.key.is_none() && self.provider.default_url(true) == Some(self.url.as_str()) {
            return Err(ModelError::NoKey { variable: self.key_variable.clone() });
        }
        let name = if question.images.is_empty() { Some(&self.name) } else { self.vision.as_ref() };
        let name = name.ok_or_else(|| ModelError::NoImages { model: self.name.clone() })?;
        let mut answer = String::new();
        let whole = Duration::from_secs(self.seconds);
        let asked = timeout(whole, self.insist(name, question, &mut answer, told)).await;
        let error = asked.unwrap_or(Err(ModelError::TooSlow { seconds: self.seconds })).err();
        let json = match &error {
            None => answer::object(&answer).map(str::to_owned).ok_or(ModelError::NotJson)?,
            Some(error) => answer::closed(&answer).ok_or_else(|| error.clone())?,
        };
        let read = &mut serde_json::Deserializer::from_str(&json);
        match (serde_path_to_error::deserialize(read), error) {
            (Ok(value), error) => Ok((value, error)),
            (Err(_), Some(error)) => Err(error),
            (Err(wrong), None) => Err(match wrong.inner().classify() {
                // Its own message quotes the answer.
                serde_json::error::Category::Data => ModelError::OtherForm { at: wrong.path().to_string() },
                _ => ModelError::NotJson,
            }),
        }
    }

    /// Asks for one word, to know whether the model answers.
    ///
    /// # Errors
    /// [`ModelError`].
    pub async fn check(&self) -> Result<(), ModelError> {
        #[derive(Deserialize)]
        struct Ready {
            #[serde(rename = "ready")]
            _ready: bool,
        }
        let schema = json!({
            "type": "object",
            "properties": { "ready": { "type": "boolean" } },
            "required": ["ready"],
            "additionalProperties": false,
        });
        let question = Question {
            system: "Answer in JSON that you are ready.",
            text: "Are you ready?",
            images: &[],
            schema: &schema,
            answer_tokens: 1000,
        };
        self.ask::<Ready>(&question, &mut |_| {}).await.map(|_| ())
    }

    /// Asks until there is an answer or a reason not to go on; `answer` then holds what came of it.
    async fn insist(
        &self,
        name: &str,
        question: &Question<'_>,
        answer: &mut String,
        told: &mut (dyn FnMut(usize) + Send),
    ) -> Result<(), ModelError> {
        let client = self.client()?;
        let (mut form, mut tries) = (Form::default(), 0);
        loop {
            answer.clear();
            let error = match self.attempt(&client, name, question, form, answer, told).await {
                Ok(()) => return Ok(()),
                Err(Setback::Form(simpler)) => {
                    form = simpler;
                    continue;
                }
                Err(Setback::Final(error)) => return Err(error),
                Err(Setback::Passing { error, wait }) => {
                    let wait = wait.unwrap_or(FIRST_WAIT * 4_u32.pow(tries));
                    if tries < RETRIES && wait <= LONGEST_WAIT {
                        tries += 1;
                        sleep(wait).await;
                        continue;
                    }
                    error
                }
            };
            return Err(error);
        }
    }

    fn client(&self) -> Result<Client, ModelError> {
        // Somebody else may have chosen a provider, which does as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let address = reqwest::Url::parse(&self.url).ok();
        let mut client = Client::builder()
            .user_agent(concat!("jobmatch/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(10))
            // A question goes where the configuration says, with its key, and nowhere else.
            .redirect(redirect::Policy::none())
            // Each question may run on a runtime of its own, which a connection does not outlive.
            .pool_max_idle_per_host(0);
        if self.url.starts_with("http://") {
            // Works on a system without certificates.
            client = client.tls_certs_only([]);
        }
        let here = address.as_ref().and_then(|url| url.host_str());
        if here.is_some_and(|host| ["localhost", "127.0.0.1", "[::1]"].contains(&host)) {
            client = client.no_proxy();
        }
        client.build().map_err(|_| self.unreachable())
    }

    fn unreachable(&self) -> ModelError {
        ModelError::Unreachable { url: self.url.clone(), provider: self.provider }
    }

    async fn attempt(
        &self,
        client: &Client,
        name: &str,
        question: &Question<'_>,
        form: Form,
        answer: &mut String,
        told: &mut (dyn FnMut(usize) + Send),
    ) -> Result<(), Setback> {
        let (path, body) = match self.provider {
            Provider::Ollama => (ollama::PATH, ollama::body(name, question, self.context, form)),
            Provider::OpenAi => (openai::PATH, openai::body(name, question, form)),
            Provider::Anthropic => (anthropic::PATH, anthropic::body(name, question, form)),
        };
        let mut request = client.post(format!("{}{path}", self.url)).json(&body);
        if self.provider == Provider::Anthropic {
            request = request.header("anthropic-version", anthropic::VERSION);
        }
        request = match (&self.key, self.provider) {
            (Some(key), Provider::Anthropic) => request.header("x-api-key", key),
            (Some(key), _) => request.bearer_auth(key),
            (None, _) => request,
        };
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() => return Err(Setback::Final(self.unreachable())),
            // A key that no header can hold, among others.
            Err(error) if error.is_builder() => {
                return Err(Setback::Final(ModelError::WrongKey { variable: self.key_variable.clone() }));
            }
            Err(_) => return Err(Setback::Final(ModelError::Cut)),
        };
        if response.status().is_success() {
            return self.receive(response, answer, told).await;
        }
        let (status, wait) = (response.status(), wait(response.headers()));
        let complaint = complaint(response).await;
        Err(self.refused(status, wait, &complaint, name, question, form))
    }

    /// Reads the stream of an answer to its end.
    async fn receive(
        &self,
        mut response: Response,
        answer: &mut String,
        told: &mut (dyn FnMut(usize) + Send),
    ) -> Result<(), Setback> {
        let whole = Duration::from_secs(self.seconds);
        let stall = STALL.min(whole / 4).max(Duration::from_secs(1));
        let (mut pending, mut all) = (Vec::new(), 0);
        // Reading the question takes the longest, and nothing comes meanwhile.
        let mut patience = whole;
        loop {
            let chunk = match timeout(patience, response.chunk()).await {
                Err(_) => return Err(Setback::Final(ModelError::Stalled { seconds: stall.as_secs() })),
                Ok(Err(_)) | Ok(Ok(None)) => return Err(Setback::Final(ModelError::Cut)),
                Ok(Ok(Some(chunk))) => chunk,
            };
            patience = stall;
            all += chunk.len();
            if all > LONGEST_STREAM {
                return Err(Setback::Final(ModelError::TooLong));
            }
            pending.extend_from_slice(&chunk);
            while let Some(end) = pending.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = pending.drain(..=end).collect();
                let piece = self.piece(String::from_utf8_lossy(&line).trim())?;
                answer.push_str(&piece.text);
                match piece.end {
                    None => {}
                    Some(End::Complete) => return Ok(()),
                    Some(End::TooLong) => return Err(Setback::Final(ModelError::TooLong)),
                    Some(End::Declined) => return Err(Setback::Final(ModelError::Declined)),
                }
            }
            if answer::repeats(answer) {
                return Err(Setback::Final(ModelError::Repeats));
            }
            told(answer.len());
        }
    }

    /// What a line of the stream adds.
    fn piece(&self, line: &str) -> Result<Piece, Setback> {
        let data = match self.provider {
            Provider::Ollama => line,
            // Events say in their data what they are; their other lines say nothing more.
            Provider::OpenAi | Provider::Anthropic => line.strip_prefix("data:").unwrap_or_default().trim(),
        };
        if data.is_empty() {
            return Ok(Piece::default());
        }
        if data == "[DONE]" {
            return Ok(Piece { end: Some(End::Complete), ..Piece::default() });
        }
        let event: Value = serde_json::from_str(data).map_err(|_| Setback::Final(ModelError::Cut))?;
        if let Some(error) = event.get("error").filter(|error| !error.is_null()) {
            let busy = ["overloaded", "rate_limit"].iter().any(|kind| error.to_string().contains(kind));
            return Err(if busy {
                Setback::Passing { error: ModelError::Busy { seconds: None }, wait: None }
            } else {
                Setback::Final(ModelError::Failed { status: None })
            });
        }
        Ok(match self.provider {
            Provider::Ollama => ollama::piece(&event),
            Provider::OpenAi => openai::piece(&event),
            Provider::Anthropic => anthropic::piece(&event),
        })
    }

    /// What a refusal means. The server's own words may quote the question: they are looked at and forgotten.
    fn refused(
        &self,
        status: StatusCode,
        wait: Option<Duration>,
        complaint: &str,
        name: &str,
        question: &Question<'_>,
        form: Form,
    ) -> Setback {
        let says = |words: &[&str]| words.iter().any(|word| complaint.contains(word));
        let variable = || self.key_variable.clone();
        let code = status.as_u16();
        let unpaid = || says(&["insufficient_quota", "billing", "credit balance", "quota exceeded"]);
        let failed = ModelError::Failed { status: Some(code) };
        Setback::Final(match code {
            401 | 403 if self.key.is_none() => ModelError::NoKey { variable: variable() },
            401 | 403 => ModelError::WrongKey { variable: variable() },
            402 => ModelError::Quota,
            404 if says(&["model"]) => {
                ModelError::UnknownModel { model: name.to_owned(), provider: self.provider }
            }
            300..=399 | 404 | 405 => ModelError::WrongAddress { url: self.url.clone() },
            413 => ModelError::TooLong,
            429 if unpaid() => ModelError::Quota,
            429 | 503 | 529 => {
                let seconds = wait.filter(|wait| *wait > LONGEST_WAIT).map(|wait| wait.as_secs());
                return Setback::Passing { error: ModelError::Busy { seconds }, wait };
            }
            _ if says(&["system memory", "out of memory"]) => ModelError::NoMemory { model: name.to_owned() },
            400..=500
                if says(&["context length", "context_length", "context size", "prompt is too long"]) =>
            {
                ModelError::TooLong
            }
            400..=499 if unpaid() => ModelError::Quota,
            400..=500
                if !question.images.is_empty() && says(&["image", "vision", "multimodal", "mmproj"]) =>
            {
                ModelError::NoImages { model: name.to_owned() }
            }
            400 | 422 | 500 => match form.without(complaint) {
                Some(simpler) => return Setback::Form(simpler),
                None if code == 500 => return Setback::Passing { error: failed, wait },
                None if form.shape == Shape::Asked => ModelError::NoSchema { model: name.to_owned() },
                None => failed,
            },
            408 | 501.. => return Setback::Passing { error: failed, wait },
            _ => failed,
        })
    }
}

/// The key stays out of what is printed.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("url", &self.url).field("name", &self.name).finish_non_exhaustive()
    }
}

/// Runs work of this module on the present thread, which must be no thread of an async runtime; `None` when `cancel`
/// was set before it ended.
pub fn wait_for<T>(work: impl Future<Output = T>, cancel: &AtomicBool) -> Option<T> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be started");
    runtime.block_on(async {
        let mut work = pin!(work);
        loop {
            if cancel.load(Ordering::Relaxed) {
                return None;
            }
            if let Ok(done) = timeout(Duration::from_millis(100), &mut work).await {
                return Some(done);
            }
        }
    })
}

/// What one line of a stream adds to the answer.
#[derive(Debug, Default)]
struct Piece {
    text: String,
    end: Option<End>,
}

/// How an answer ended.
#[derive(Debug, Clone, Copy)]
enum End {
    Complete,
    /// It reached the most tokens.
    TooLong,
    /// The model, or who runs it, would not answer.
    Declined,
}

/// Why one attempt gave no answer.
enum Setback {
    /// The server does not know a part of the request, which can do without.
    Form(Form),
    /// It may answer later: after `wait`, when it says so.
    Passing { error: ModelError, wait: Option<Duration> },
    /// Asking again would not help.
    Final(ModelError),
}

/// What a request holds that some server or model refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Form {
    shape: Shape,
    temperature: bool,
    seed: bool,
    /// OpenAI's newer name for the most tokens of the answer.
    completion_tokens: bool,
}

/// How the form of the answer is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// The server holds the model to the schema.
    Schema,
    /// The server holds the model to JSON; the schema is in the text.
    Json,
    /// Nobody holds the model to anything; the schema is in the text.
    Asked,
}

impl Default for Form {
    fn default() -> Self {
        Self { shape: Shape::Schema, temperature: true, seed: true, completion_tokens: true }
    }
}

impl Form {
    /// Without what `complaint` (small letters) speaks of; `None` when that is nothing that can be left out.
    fn without(self, complaint: &str) -> Option<Self> {
        let about = |words: &[&str]| words.iter().any(|word| complaint.contains(word));
        Some(match self {
            _ if self.temperature && about(&["temperature"]) => Self { temperature: false, ..self },
            _ if self.seed && about(&["seed"]) => Self { seed: false, ..self },
            _ if self.completion_tokens && about(&["max_completion_tokens"]) => {
                Self { completion_tokens: false, ..self }
            }
            Self { shape: Shape::Schema, .. } if about(SHAPE_WORDS) => Self { shape: Shape::Json, ..self },
            Self { shape: Shape::Json, .. } if about(SHAPE_WORDS) => Self { shape: Shape::Asked, ..self },
            _ => return None,
        })
    }
}

/// Words of complaints about [`Shape`]; « format » alone is in « formation » too, where a complaint quotes a CV.
const SHAPE_WORDS: &[&str] =
    &["response_format", "invalid format", ".format ", "schema", "grammar", "tool_choice", "tool use"];

/// What the model is to do, with the schema where the server does not hold it to one.
fn system(question: &Question<'_>, with_schema: bool) -> String {
    if !with_schema {
        return question.system.to_owned();
    }
    format!(
        "{}\n\nAnswer with one JSON object of this JSON Schema, and nothing else:\n{}",
        question.system, question.schema
    )
}

/// How long a server asks to wait, in seconds or until a date.
fn wait(headers: &HeaderMap) -> Option<Duration> {
    let asked = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = asked.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = jiff::fmt::rfc2822::parse(asked).ok()?.timestamp();
    Some(Duration::try_from(until.duration_since(jiff::Timestamp::now())).unwrap_or_default())
}

/// What a server says of a request that it refuses, in small letters.
async fn complaint(mut response: Response) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < LONGEST_ERROR {
        match timeout(STALL, response.chunk()).await {
            Ok(Ok(Some(chunk))) => bytes.extend_from_slice(&chunk),
            _ => break,
        }
    }
    String::from_utf8_lossy(&bytes).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_asked_for_less_step_by_step_and_not_for_ever() {
        let mut form = Form::default();
        let mut steps = 0;
        while let Some(simpler) =
            form.without("unsupported: temperature, seed, max_completion_tokens, response_format")
        {
            form = simpler;
            steps += 1;
        }
        assert_eq!(steps, 5);
        assert_eq!(form.shape, Shape::Asked);
        assert_eq!(Form::default().without("the roof is on fire"), None);
    }

    #[test]
    fn a_server_asks_to_wait_in_seconds_or_until_a_date() {
        let asked = |text: &str| wait(&HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]));
        assert_eq!(asked("7"), Some(Duration::from_secs(7)));
        assert_eq!(asked("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        assert!(asked("Tue, 21 Oct 2200 07:28:00 GMT") > Some(LONGEST_WAIT));
        assert_eq!(asked("bientôt"), None);
    }

    #[test]
    fn work_that_is_called_off_ends() {
        let cancel = AtomicBool::new(true);
        assert_eq!(wait_for(std::future::pending::<()>(), &cancel), None);
        assert_eq!(wait_for(async { 1 }, &AtomicBool::new(false)), Some(1));
    }
}
