//! What handlers take from a request; what is wrong with it becomes a [`Problem`] that names the field.

use axum::body::Bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::request::Parts;
use axum::http::{Extensions, StatusCode, header};
use jobmatch_index::records::Owner;
use serde::de::DeserializeOwned;

use super::App;
use super::problem::Problem;
use super::shares::Share;
use crate::people::files::{self, File};

/// A JSON body.
pub(super) struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let media_type =
            request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if essence != "application/json"
            && !(essence.starts_with("application/") && essence.ends_with("+json"))
        {
            return Err(Problem::unsupported("envoyez du JSON, avec Content-Type: application/json"));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(body)?;
        from_json(&bytes).map(Self)
    }
}

/// Reads JSON; what is wrong is told with the path of the field.
pub(super) fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if inner.is_data() {
            // serde's own words end with the position, which the path says better.
            let words = inner.to_string();
            let words = words.rsplit_once(" at line ").map_or(words.as_str(), |(words, _)| words);
            Problem::invalid(path, format!("valeur refusée : {words}"))
        } else {
            Problem::malformed(format!("JSON incorrect, ligne {}, colonne {}", inner.line(), inner.column()))
        }
    })?;
    reader.end().map_err(|_| Problem::malformed("il y a quelque chose après le JSON"))?;
    // serde would take a list for an object, its values in the order of the fields.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(Problem::invalid("", "valeur refusée : un objet JSON est attendu"));
    }
    Ok(value)
}

fn body(rejection: BytesRejection) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::too_large(super::LARGEST_BODY)
    } else {
        Problem::malformed("la demande s'est interrompue")
    }
}

/// Reads `name=value` pairs. A form that is sent with empty fields means that they are left out.
pub(super) fn from_pairs<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(text).unwrap_or_default();
    let given = pairs.into_iter().filter(|(_, value)| !value.trim().is_empty());
    let text = serde_urlencoded::to_string(given.collect::<Vec<_>>()).unwrap_or_default();
    let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(text.as_bytes()));
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let path = error.path().to_string();
        Problem::invalid(path, format!("valeur refusée : {}", error.into_inner()))
    })
}

/// Fields of a form of a page.
pub(super) struct Form<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, state).await.map_err(body)?;
        from_pairs(&String::from_utf8_lossy(&bytes)).map(Self)
    }
}

/// Parameters of the address after `?`.
pub(super) struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        from_pairs(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

/// Variable parts of the path.
pub(super) struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let axum::extract::Path(value) = axum::extract::Path::from_request_parts(parts, state)
            .await
            .map_err(|_: PathRejection| Problem::not_found("il n'y a rien à cette adresse"))?;
        Ok(Self(value))
    }
}

impl App {
    /// The turn of whoever sends a file, before it is read; an extractor before has found out who that is.
    pub(super) async fn upload(&self, extensions: &Extensions) -> Result<Share, Problem> {
        let owner = extensions.get::<Owner>().copied().ok_or_else(Problem::unauthenticated)?;
        self.limits.upload(owner)?;
        Ok(self.uploads.wait(owner).await)
    }
}

/// The file of a form (`multipart/form-data`, field `file`).
pub(super) struct Upload(pub File);

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let unreadable = |error: MultipartError| match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(files::LARGEST),
            _ => Problem::malformed("le formulaire est incomplet ou s'est interrompu"),
        };
        let mut form = Multipart::from_request(request, state).await.map_err(|_| {
            Problem::unsupported("envoyez un formulaire multipart/form-data, avec un champ « file »")
        })?;
        while let Some(field) = form.next_field().await.map_err(unreadable)? {
            if field.name() != Some("file") {
                continue;
            }
            let name = field.file_name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(unreadable)?;
            return Ok(Self(File::new(&name, bytes.into())?));
        }
        Err(Problem::invalid("file", "choisissez un fichier"))
    }
}
