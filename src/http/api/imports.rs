//! Importing offers.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use jobmatch_index::Put;
use jobmatch_index::offer::Offer;
use jobmatch_index::records::Uuid;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::App;
use super::super::auth::{Caller, Importer};
use super::super::problem::{Answer, Problem};
use crate::imports::{self, Import, Item, Outcome};
use crate::ingest::offers::{self, Why};
use crate::people::Refusal;
use crate::people::accounts::Role;
use crate::people::imported::{self, By};

/// Largest import, in bytes.
const LARGEST_IMPORT: usize = 64 << 20;

/// What became of what was sent.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(in crate::http) struct Imported {
    /// New offers.
    pub(in crate::http) created: usize,
    /// Offers that replaced a former state.
    pub(in crate::http) updated: usize,
    /// Offers that were there already, or came twice; one that is somebody else's stays as it is, and says so.
    pub(in crate::http) duplicate: usize,
    /// Offers that cannot be read.
    pub(in crate::http) rejected: usize,
    /// One result an offer, in the order in which they were read.
    pub(in crate::http) items: Vec<Item>,
}

/// Importer des offres
///
/// Une ou plusieurs : JSON de France Travail (`resultats`, tableau ou objet), schema.org JobPosting, ou la forme de
/// JobMatch ; en un objet, un tableau, ou un objet par ligne. Ce qui se lit est gardé, le reste est dit. Une offre qui est
/// déjà là ne change que par la personne qui l'a importée, ou par l'administration.
#[utoipa::path(post, path = "/api/offers/import", tag = "Offres",
    request_body(content = serde_json::Value, content_type = "application/json"),
    responses((status = 200, body = Imported), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 413, body = Problem), (status = 429, body = Problem),
        (status = 503, body = Problem)))]
pub(super) async fn import(
    State(app): State<App>,
    Importer(caller): Importer,
    body: ImportBody,
) -> Answer<axum::Json<Imported>> {
    app.limits.upload(caller.owner)?;
    app.work(move |app| import_bytes(app, by(&caller), &body.0, "API").map(|(_, imported)| imported)).await.map(axum::Json)
}

/// The bytes of an import.
pub(super) struct ImportBody(Bytes);

impl<S: Send + Sync> axum::extract::FromRequest<S> for ImportBody {
    type Rejection = Problem;

    async fn from_request(mut request: axum::extract::Request, state: &S) -> Result<Self, Problem> {
        DefaultBodyLimit::max(LARGEST_IMPORT).apply(&mut request);
        let bytes =
            Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(LARGEST_IMPORT),
                _ => Problem::malformed("la demande s'est interrompue"),
            })?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(Problem::malformed("il n'y a aucune offre dans cette demande"));
        }
        Ok(Self(bytes))
    }
}

/// For an offer that is somebody else's.
const TAKEN: &str = "déjà là, donnée par une source ou par quelqu'un d'autre : elle reste comme elle est ; seules la \
                     personne qui l'a importée et l'administration la changent";

/// Whose the offers are that somebody imports.
pub(in crate::http) fn by(caller: &Caller) -> By {
    match caller.account.role {
        Role::Admin => By::House,
        Role::Member => By::Member(caller.owner),
    }
}

/// Stores the offers of some bytes, and puts the import down in the log; `name` is the file's name for messages.
pub(in crate::http) fn import_bytes(
    app: &App,
    by: By,
    bytes: &[u8],
    name: &str,
) -> Result<(Uuid, Imported), Refusal> {
    let mut told = Imported::default();
    let mut good: Vec<(usize, Offer)> = vec![];
    for item in offers::read_on(bytes, name, app.today()) {
        let (id, result, reason) = match item {
            Ok(offer) => {
                let id = offer.key.to_string();
                good.push((told.items.len(), offer));
                (Some(id), Outcome::Created, None)
            }
            Err(rejected) => {
                let result = match rejected.why {
                    // The earlier one: the later one counts, and comes next.
                    Why::Replaced { .. } => Outcome::Remark,
                    _ if rejected.kept() => Outcome::Remark,
                    _ => Outcome::Rejected,
                };
                (None, result, Some(rejected.message_fr()))
            }
        };
        told.items.push(Item { id, result, reason });
    }
    let (places, offers): (Vec<usize>, Vec<Offer>) = good.into_iter().unzip();
    for (places, offers) in places.chunks(1_000).zip(offers.chunks(1_000)) {
        for (place, put) in places.iter().zip(imported::put(&app.index, by, offers)?) {
            let item = &mut told.items[*place];
            item.result = match put {
                Some(Put::Created) => Outcome::Created,
                Some(Put::Updated) => Outcome::Updated,
                Some(Put::Unchanged) | None => Outcome::Duplicate,
            };
            if put.is_none() {
                item.reason = Some(TAKEN.to_owned());
            }
        }
    }
    let count = |result| told.items.iter().filter(|item| item.result == result).count();
    told.created = count(Outcome::Created);
    told.updated = count(Outcome::Updated);
    told.duplicate = count(Outcome::Duplicate);
    told.rejected = count(Outcome::Rejected);
    let import = Import {
        at: app.now(),
        name: name.to_owned(),
        created: told.created,
        updated: told.updated,
        duplicate: told.duplicate,
        rejected: told.rejected,
        items: told.items.clone(),
    };
    Ok((imports::record(&app.index.records(), import)?, told))
}
