//! Style, script and the library that the pages use, embedded; each address holds a hash of what it gives, so that
//! browsers may keep it for good.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::super::extract::Path;
use super::super::problem::{Answer, Problem};

#[derive(RustEmbed)]
#[folder = "web/static"]
struct Assets;

fn mark(file: &EmbeddedFile) -> String {
    file.metadata.sha256_hash().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The address of an asset.
pub(super) fn address(name: &str) -> String {
    let mark = Assets::get(name).map(|file| mark(&file)).unwrap_or_default();
    format!("/static/{mark}/{name}")
}

/// Gives an asset.
pub(super) async fn get(Path((hash, name)): Path<(String, String)>) -> Answer<Response> {
    let file = Assets::get(&name).ok_or_else(|| Problem::not_found("il n'y a rien à cette adresse"))?;
    // A former address gives the present file, which must not be kept under it.
    let kept = if mark(&file) == hash { "public, max-age=31536000, immutable" } else { "no-cache" };
    let media_type = mime_guess::from_path(&name).first_or_octet_stream();
    let media_type = match media_type.type_() {
        mime_guess::mime::TEXT => format!("{media_type}; charset=utf-8"),
        _ => media_type.to_string(),
    };
    let mut response = file.data.into_owned().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    if let Ok(media_type) = media_type.parse() {
        headers.insert(header::CONTENT_TYPE, media_type);
    }
    Ok(response)
}
