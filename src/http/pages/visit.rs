//! Who looks at a page, from where, and how the page is given back.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::super::auth::{Caller, Reader};
use super::super::problem::{Answer, Problem};
use super::templates;
use crate::people::accounts::Role;

/// Somebody signed in who looks at a page.
pub(super) struct Visit {
    pub(super) caller: Caller,
    /// Name and value of each parameter.
    pub(super) pairs: Vec<(String, String)>,
    /// Path and parameters of the page, without what was just done.
    pub(super) here: String,
    /// A part of the page is enough: our script asks.
    pub(super) partial: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Visit
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Reader(caller) = Reader::from_request_parts(parts, state).await?;
        let query = parts.uri.query().unwrap_or_default();
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        let lasting: Vec<_> = pairs.iter().filter(|(name, _)| name != "fait" && name != "quoi").collect();
        let query = serde_urlencoded::to_string(&lasting).unwrap_or_default();
        let here = match query.as_str() {
            "" => parts.uri.path().to_owned(),
            query => format!("{}?{query}", parts.uri.path()),
        };
        Ok(Self { caller, partial: is_partial(&parts.headers), pairs, here })
    }
}

impl Visit {
    /// The value of a parameter, when it is given and not empty.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// A whole page for this person.
    pub(super) fn page(&self, name: &str, context: Value) -> Answer<Response> {
        let done = self.value("fait").and_then(words_for);
        let undo = self.value("quoi").filter(|_| self.value("fait") == Some("masquee"));
        let more = json!({ "here": self.here, "done": done, "undo": undo });
        page(Some(&self.caller), name, with(context, more))
    }

    /// A part of a page.
    pub(super) fn part(&self, name: &str, context: Value) -> Answer<Response> {
        Ok(Html(templates::render(name, &with(context, json!({ "here": self.here })))?).into_response())
    }
}

/// A whole page.
pub(super) fn page(caller: Option<&Caller>, name: &str, context: Value) -> Answer<Response> {
    let me = caller.map(|caller| {
        let admin = caller.account.role == Role::Admin;
        json!({ "email": caller.account.email, "admin": admin })
    });
    let text = templates::render(name, &with(context, json!({ "me": me })))?;
    Ok(Html(text).into_response())
}

/// Both objects in one.
pub(super) fn with(mut context: Value, more: Value) -> Value {
    if let (Value::Object(all), Value::Object(more)) = (&mut context, more) {
        all.extend(more);
    }
    context
}

/// Whether our script asks, for a part of a page.
pub(super) fn is_partial(headers: &HeaderMap) -> bool {
    headers.contains_key("hx-request") && !headers.contains_key("hx-history-restore-request")
}

/// See [`is_partial`].
pub(super) struct Partial(pub(super) bool);

impl<S: Send + Sync> FromRequestParts<S> for Partial {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(is_partial(&parts.headers)))
    }
}

/// Where a form wants to go back to.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Back {
    suite: Option<String>,
}

impl Back {
    /// Goes there, or to `otherwise`, and says there what was done.
    pub(super) fn go(&self, otherwise: &str, done: &str) -> Redirect {
        go(local(self.suite.as_deref()).unwrap_or(otherwise), done)
    }
}

/// Goes to a page and says there what was done.
pub(super) fn go(to: &str, done: &str) -> Redirect {
    let join = if to.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{to}{join}fait={done}"))
}

/// An address within these pages, nothing else.
pub(super) fn local(address: Option<&str>) -> Option<&str> {
    address.filter(|address| {
        address.starts_with('/')
            && !address.starts_with("//")
            && !address.contains(|c: char| c == '\\' || c.is_control() || !c.is_ascii())
    })
}

/// What was done, in words; pages are told by a parameter.
fn words_for(done: &str) -> Option<&'static str> {
    Some(match done {
        "suivie" => "Offre ajoutée à vos candidatures.",
        "plus-suivie" => "Offre retirée de vos candidatures.",
        "masquee" => "Offre masquée : elle n'apparaîtra plus dans vos listes.",
        "montree" => "Offre de nouveau visible.",
        "poids" => "Vos poids sont gardés.",
        "poids-habituels" => "Les poids habituels sont rétablis.",
        "cv-actif" => "Les offres sont maintenant classées pour ce CV.",
        "cv-supprime" => "CV supprimé.",
        "cv-confirme" => "CV confirmé.",
        "cv-remplace" => "CV mis à jour d'après le nouveau fichier.",
        "lecture-enregistree" => "Corrections enregistrées. Il reste à confirmer ce CV.",
        "cv-enregistre" => "Profil enregistré ; les scores en tiennent compte dès maintenant.",
        "annule" => "Tâche annulée.",
        "deplacee" => "État changé.",
        "enregistre" => "Modifications enregistrées.",
        "note" => "Note ajoutée.",
        "note-supprimee" => "Note supprimée.",
        "document" => "Document ajouté.",
        "document-supprime" => "Document retiré.",
        "candidature-supprimee" => "Candidature supprimée.",
        "connexion-fermee" => "Connexion fermée.",
        "jeton-revoque" => "Jeton révoqué.",
        "compte-cree" => "Compte créé.",
        "compte-change" => "Compte modifié.",
        "compte-supprime" => "Compte supprimé.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_lead_to_these_pages_only() {
        for good in ["/offres", "/offres?q=a&near=Lyon", "/"] {
            assert_eq!(local(Some(good)), Some(good));
        }
        for bad in ["", "https://autre.fr", "//autre.fr", "/\\autre.fr", "/a\r\nb", "javascript:x", "/é"] {
            assert_eq!(local(Some(bad)), None, "{bad}");
        }
    }
}
