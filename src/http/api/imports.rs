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
use super::super::auth::Importer;
use super::super::problem::{Answer, Problem};
use crate::imports::{self, Import, Item, Outcome};
use crate::ingest::offers::{self, Why};
use crate::people::Refusal;

/// Largest import, in bytes.
const LARGEST_IMPORT: usize = 64 << 20;

/// What became of what was sent.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(in crate::http) struct Imported {
    /// New offers.
    pub(in crate::http) created: usize,
    /// Offers that replaced a former state.
    pub(in crate::http) updated: usize,
    /// Offers that were there already, or came twice.
    pub(in crate::http) duplicate: usize,
    /// Offers that cannot be read.
    pub(in crate::http) rejected: usize,
    /// One result an offer, in the order in which they were read.
    pub(in crate::http) items: Vec<Item>,
}

/// Importer des offres
///
/// Une ou plusieurs : JSON de France Travail (`resultats`, tableau ou objet), schema.org JobPosting, ou la forme de
/// JobMatch ; en un objet, un tableau, ou un objet par ligne. Ce qui se lit est gardé, le reste est dit.
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
    app.work(move |app| import_bytes(app, &body.0, "API").map(|(_, imported)| imported)).await.map(axum::Json)
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

/// Stores the offers of some bytes, and puts the import down in the log; `name` is the file's name for messages.
pub(in crate::http) fn import_bytes(
    app: &App,
    bytes: &[u8],
    name: &str,
) -> Result<(Uuid, Imported), Refusal> {
    let mut imported = Imported::default();
    let mut good: Vec<(usize, Offer)> = vec![];
    for item in offers::read_on(bytes, name, app.today()) {
        let (id, result, reason) = match item {
            Ok(offer) => {
                let id = offer.key.to_string();
                good.push((imported.items.len(), offer));
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
        imported.items.push(Item { id, result, reason });
    }
    let (places, offers): (Vec<usize>, Vec<Offer>) = good.into_iter().unzip();
    for (places, offers) in places.chunks(1_000).zip(offers.chunks(1_000)) {
        for (place, put) in places.iter().zip(app.index.put(offers)?) {
            imported.items[*place].result = match put {
                Put::Created => Outcome::Created,
                Put::Updated => Outcome::Updated,
                Put::Unchanged => Outcome::Duplicate,
            };
        }
    }
    let count = |result| imported.items.iter().filter(|item| item.result == result).count();
    imported.created = count(Outcome::Created);
    imported.updated = count(Outcome::Updated);
    imported.duplicate = count(Outcome::Duplicate);
    imported.rejected = count(Outcome::Rejected);
    let import = Import {
        at: app.now(),
        name: name.to_owned(),
        created: imported.created,
        updated: imported.updated,
        duplicate: imported.duplicate,
        rejected: imported.rejected,
        items: imported.items.clone(),
    };
    Ok((imports::record(&app.index.records(), import)?, imported))
}
