//! Importing offers.

use std::fs::File;
use std::io::{Read, Seek};

use axum::extract::{DefaultBodyLimit, FromRef, FromRequest, Request, State};
use futures_util::StreamExt;
use jobmatch_index::Error;
use jobmatch_index::records::Uuid;
use serde::Serialize;
use tokio::io::AsyncWriteExt;
use utoipa::ToSchema;

use super::super::App;
use super::super::auth::{Caller, Importer};
use super::super::problem::{Answer, Problem};
use super::super::scratch;
use super::super::shares::Share;
use crate::imports::{self, Item};
use crate::people::Refusal;
use crate::people::accounts::Role;
use crate::people::imported::By;

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
    /// One result an offer, in the order in which they were read; of more than 500, 500 of them, first what needs a
    /// look.
    pub(in crate::http) items: Vec<Item>,
}

/// Importer des offres
///
/// Une ou plusieurs : JSON de France Travail (`resultats`, tableau ou objet), schema.org JobPosting, ou la forme de
/// JobMatch ; en un objet, un tableau, ou un objet par ligne ; compressé ou non (gzip). Ce qui se lit est gardé, le
/// reste est dit. Une offre qui est déjà là ne change que par la personne qui l'a importée, ou par l'administration.
#[utoipa::path(post, path = "/api/offers/import", tag = "Offres",
    request_body(content = serde_json::Value, content_type = "application/json"),
    responses((status = 200, body = Imported), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 413, body = Problem), (status = 429, body = Problem),
        (status = 503, body = Problem)))]
pub(super) async fn import(
    State(app): State<App>,
    Importer(caller): Importer,
    Body { file, _share }: Body,
) -> Answer<axum::Json<Imported>> {
    let owner = caller.owner;
    let import = move |app: &App| import_from(app, by(&caller), file, "API");
    let (_, imported) = app.long_work(owner, import).await?;
    Ok(axum::Json(imported))
}

/// The bytes of an import, in a file: many may come in at once.
pub(super) struct Body {
    file: File,
    _share: Share,
}

impl<S: Send + Sync> FromRequest<S> for Body
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Problem> {
        let app = App::from_ref(state);
        let share = app.upload(request.extensions()).await?;
        let most = app.config.limits.import_bytes;
        DefaultBodyLimit::disable().apply(&mut request);
        let folder = app.index.folder();
        let unwritten = |source| Error::Io { path: folder.to_owned(), source };
        let mut file = tokio::fs::File::from_std(scratch::file(folder)?);
        let (mut bytes, mut blank) = (0, true);
        let mut body = request.into_body().into_data_stream();
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|_| Problem::malformed("la demande s'est interrompue"))?;
            bytes += chunk.len();
            if bytes > most {
                return Err(Problem::too_large(most));
            }
            blank &= chunk.iter().all(u8::is_ascii_whitespace);
            file.write_all(&chunk).await.map_err(unwritten)?;
        }
        if blank {
            return Err(Problem::malformed("il n'y a aucune offre dans cette demande"));
        }
        file.flush().await.map_err(unwritten)?;
        let mut file = file.into_std().await;
        file.rewind().map_err(unwritten)?;
        Ok(Self { file, _share: share })
    }
}

/// Whose the offers are that somebody imports.
pub(in crate::http) fn by(caller: &Caller) -> By {
    match caller.account.role {
        Role::Admin => By::House,
        Role::Member => By::Member(caller.owner),
    }
}

/// Stores the offers of a file, and puts the import down in the log; `name` is the file's name for messages.
pub(in crate::http) fn import_from(
    app: &App,
    by: By,
    file: impl Read,
    name: &str,
) -> Result<(Uuid, Imported), Refusal> {
    let (now, limits) = ((app.now(), app.today()), app.config.limits.import());
    let (id, import, items) = imports::import(&app.index, by, file, name, now, limits)?;
    let imports::Import { created, updated, duplicate, rejected, .. } = import;
    Ok((id, Imported { created, updated, duplicate, rejected, items }))
}
