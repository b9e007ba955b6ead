//! Where offers come from, and importing more of them.

use axum::extract::State;
use axum::response::{Redirect, Response};
use jobmatch_index::SearchQuery;
use jobmatch_index::records::Uuid;
use serde_json::{Value, json};

use super::super::App;
use super::super::api::imports::{by, import_from};
use super::super::api::profiles::BigUpload;
use super::super::auth::Importer;
use super::super::extract::Path;
use super::super::problem::Answer;
use super::visit::Visit;
use crate::imports;
use crate::people::Refusal;

/// The sources, the form, and the log of imports.
pub(super) async fn list(State(app): State<App>, visit: Visit) -> Answer<Response> {
    let (sources, imports) = app
        .work(|app| {
            let found = app.index.find(&SearchQuery { limit: 0, ..SearchQuery::default() })?;
            Ok::<_, Refusal>((found.facets.sources, imports::list(&app.index.records())?))
        })
        .await?;
    let total: u64 = sources.values().sum();
    let imports: Vec<Value> =
        imports.into_iter().map(|(id, import)| json!({ "id": id, "import": import })).collect();
    visit.page("sources.html", json!({ "sources": sources, "total": total, "imports": imports }))
}

/// Imports the offers of a file; the next page says what became of each.
pub(super) async fn import(
    State(app): State<App>,
    Importer(caller): Importer,
    BigUpload(file, _share): BigUpload,
) -> Answer<Redirect> {
    let owner = caller.owner;
    let import = move |app: &App| import_from(app, by(&caller), file.bytes.as_slice(), &file.name);
    let (id, _) = app.long_work(owner, import).await?;
    Ok(Redirect::to(&format!("/sources/imports/{id}")))
}

/// What became of the offers of an import.
pub(super) async fn show(State(app): State<App>, visit: Visit, Path(id): Path<Uuid>) -> Answer<Response> {
    let (import, items) = app
        .work(move |app| imports::get(&app.index.records(), id)?.ok_or(Refusal::NotFound("import")))
        .await?;
    let read = import.created + import.updated + import.duplicate + import.rejected;
    visit.page(
        "import.html",
        json!({ "import": import, "items": items, "read": read, "most": imports::ITEMS }),
    )
}
