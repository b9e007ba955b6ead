//! The one place where errors become answers: problem details (RFC 9457), with French words for people and a stable
//! `type` for programs. Causes go to the log.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jobmatch_index::Error;
use serde::Serialize;
use utoipa::ToSchema;

use crate::messages;
use crate::people::Refusal;

/// Result of a handler.
pub type Answer<T, E = Problem> = Result<T, E>;

/// What went wrong, as it is sent.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Problem {
    /// Stable name of the kind of problem, such as `urn:jobmatch:not-found`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What kind of problem it is, in French.
    pub title: &'static str,
    /// Status of the answer.
    pub status: u16,
    /// What is wrong and what to do, in French.
    pub detail: String,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// For an illegal move: the states that an application may go to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub legal: Vec<&'static str>,
    /// For a conflict of versions: the present one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// For what exists already: its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub existing: Option<uuid::Uuid>,
    #[serde(skip)]
    #[schema(ignore)]
    pub(super) retry_after: Option<u64>,
}

/// A field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Its path in the request.
    pub field: String,
    /// What is wrong, in French.
    pub message: String,
}

impl Problem {
    fn new(status: StatusCode, kind: &str, title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:jobmatch:{kind}"),
            title,
            status: status.as_u16(),
            detail: detail.into(),
            errors: vec![],
            legal: vec![],
            version: None,
            existing: None,
            retry_after: None,
        }
    }

    pub(super) fn unauthenticated() -> Self {
        let detail = "connectez-vous, ou envoyez un jeton valable";
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "Connexion nécessaire", detail)
    }

    pub(super) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Action non permise", detail)
    }

    pub(super) fn cross_site() -> Self {
        let detail = "cette demande vient d'un autre site ; rechargez la page de JobMatch, puis recommencez";
        Self::new(StatusCode::FORBIDDEN, "cross-site", "Demande refusée", detail)
    }

    /// For a request that asks for a name that is not ours.
    pub(super) fn wrong_host(host: &str) -> Self {
        // Names hold nothing else; the answer repeats no more.
        let name: String =
            host.chars().filter(|c| c.is_ascii_alphanumeric() || "-._[]:".contains(*c)).take(253).collect();
        let detail = format!(
            "ce JobMatch ne répond pas au nom « {name} » ; si ce nom est le sien, ajoutez hosts = [\"{name}\"] à \
             jobmatch.toml, dans son dossier de données (ou lancez jobmatch serve --hosts {name}), puis redémarrez-le"
        );
        Self::new(StatusCode::MISDIRECTED_REQUEST, "wrong-host", "Nom inconnu", detail)
    }

    /// For the first account, without the code that the terminal shows.
    pub(super) fn first_visit() -> Self {
        let detail = "ce n'est pas le code de première visite ; il est dans le terminal où JobMatch a démarré, et \
                      change à chaque démarrage";
        Self::new(StatusCode::FORBIDDEN, "first-visit", "Code de première visite", detail)
    }

    pub(super) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Introuvable", detail)
    }

    pub(super) fn method_not_allowed() -> Self {
        let detail =
            "cette adresse ne connaît pas cette méthode ; l'en-tête Allow dit lesquelles elle connaît";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "Méthode inconnue", detail)
    }

    pub(super) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", "Demande illisible", detail)
    }

    pub(super) fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            errors: vec![FieldError { field: field.into(), message: message.clone() }],
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Valeur refusée", message)
        }
    }

    pub(super) fn bad_cursor() -> Self {
        let detail =
            "ce curseur n'est pas valable, ou la liste a expiré ; recommencez depuis la première page";
        Self::new(StatusCode::BAD_REQUEST, "bad-cursor", "Page introuvable", detail)
    }

    pub(super) fn too_large(most: usize) -> Self {
        let detail = format!("la demande dépasse {} Mo", most >> 20);
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Demande trop volumineuse", detail)
    }

    pub(super) fn unsupported(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "Format non accepté", detail)
    }

    pub(super) fn too_many(seconds: u64) -> Self {
        let detail = format!("trop de demandes en peu de temps ; recommencez dans {seconds} s");
        Self {
            retry_after: Some(seconds),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "Trop de demandes", detail)
        }
    }

    pub(super) fn timeout() -> Self {
        let detail = "la réponse a demandé trop de temps ; recommencez";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", "Délai dépassé", detail)
    }

    pub(super) fn internal() -> Self {
        let detail = "une erreur imprévue s'est produite ; le journal du serveur en dit plus";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Erreur interne", detail)
    }

    /// The same, where a request has another name for a field.
    pub(super) fn renamed(mut self, from: &str, to: &str) -> Self {
        for error in self.errors.iter_mut().filter(|error| error.field == from) {
            to.clone_into(&mut error.field);
        }
        self
    }

    /// Status of the answer.
    pub fn code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let detail = messages::refusal(&refusal);
        let conflict = |kind, title| Self::new(StatusCode::CONFLICT, kind, title, detail.clone());
        match refusal {
            Refusal::Engine(error) => error.into(),
            Refusal::NotFound(_) => Self::not_found(detail),
            Refusal::Invalid { field, message } => Self::invalid(field, message),
            Refusal::WrongCredentials => {
                Self::new(StatusCode::UNAUTHORIZED, "wrong-credentials", "Connexion refusée", detail)
            }
            Refusal::EmailTaken => conflict("email-taken", "Adresse déjà utilisée"),
            Refusal::NotFirst => conflict("not-first", "Compte déjà créé"),
            Refusal::LastAdmin => conflict("last-admin", "Dernier compte d'administration"),
            Refusal::Changed { now } => {
                Self { version: Some(now), ..conflict("changed", "Modifié entre-temps") }
            }
            Refusal::IllegalMove(ref illegal) => Self {
                legal: illegal.legal.iter().map(|status| status.name()).collect(),
                ..conflict("illegal-move", "Changement d'état impossible")
            },
            Refusal::AlreadyApplied(id) => {
                Self { existing: Some(id), ..conflict("already-followed", "Offre déjà suivie") }
            }
            Refusal::TooManyTasks { .. } => Self { detail, ..Self::too_many(30) },
            Refusal::Cv(_) => Self::invalid("file", detail),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match &error {
            Error::Busy(_) => {
                let detail = messages::engine(&error);
                let busy = Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "Occupé", detail);
                Self { retry_after: Some(5), ..busy }
            }
            Error::Outdated { .. } | Error::NoText(_) => {
                let detail = messages::engine(&error);
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "outdated", "Index à reconstruire", detail)
            }
            Error::UnknownOwner => Self::unauthenticated(),
            Error::NoRoom { .. } => {
                let detail = messages::engine(&error);
                Self::new(StatusCode::INSUFFICIENT_STORAGE, "no-room", "Plus de place", detail)
            }
            Error::Key { .. } => {
                tracing::error!(%error, "rows cannot be opened");
                let detail = "ce que vous avez ici ne peut pas être ouvert : sa clé manque ou est abîmée sur ce serveur. Rien \
                    n'en est effacé ; demandez à la personne qui administre ce JobMatch de remettre la clé depuis une \
                    sauvegarde (jobmatch doctor dit laquelle)";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "unopened", "Données fermées", detail)
            }
            _ => {
                tracing::error!(%error, "the engine failed");
                Self::internal()
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let retry_after = self.retry_after;
        let challenge = self.code() == StatusCode::UNAUTHORIZED;
        let mut response = (self.code(), Json(&self)).into_response();
        // For who asked for a page: see `pages::problem`.
        response.extensions_mut().insert(self);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
