//! The REST API. Each handler's documentation is its part of the OpenAPI document.

pub(super) mod accounts;
pub(super) mod admin;
pub(super) mod applications;
pub(super) mod auth;
mod document;
mod health;
pub(super) mod imports;
mod matches;
pub(super) mod offers;
pub(super) mod params;
pub(super) mod profiles;
mod readings;
mod tasks;

use axum::Router;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::SwaggerUi;

use super::App;

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(document::Document::openapi())
        .routes(routes!(auth::token))
        .routes(routes!(auth::refresh))
        .routes(routes!(auth::logout))
        .routes(routes!(auth::sign_up))
        .routes(routes!(auth::tokens, auth::create_token))
        .routes(routes!(auth::revoke_token))
        .routes(routes!(auth::sessions))
        .routes(routes!(auth::close_session))
        .routes(routes!(auth::sign_ins))
        .routes(routes!(accounts::me, accounts::change, accounts::erase))
        .routes(routes!(accounts::password))
        .routes(routes!(accounts::export))
        .routes(routes!(offers::list))
        .routes(routes!(imports::import))
        .routes(routes!(offers::get, offers::change, offers::remove))
        .routes(routes!(offers::hide, offers::show))
        .routes(routes!(offers::similar))
        .routes(routes!(profiles::list, profiles::create))
        .routes(routes!(profiles::upload))
        .routes(routes!(profiles::get, profiles::replace, profiles::remove))
        .routes(routes!(profiles::activate))
        .routes(routes!(profiles::json_resume))
        .routes(routes!(profiles::file, readings::renew))
        .routes(routes!(readings::get))
        .routes(routes!(readings::page))
        .routes(routes!(readings::confirm))
        .routes(routes!(readings::changes))
        .routes(routes!(readings::export))
        .routes(routes!(matches::list))
        .routes(routes!(matches::explain))
        .routes(routes!(matches::gaps))
        .routes(routes!(matches::remarks))
        .routes(routes!(matches::remark, matches::take_back))
        .routes(routes!(applications::list, applications::add))
        .routes(routes!(applications::get, applications::edit, applications::remove))
        .routes(routes!(applications::go))
        .routes(routes!(applications::note))
        .routes(routes!(applications::remove_note))
        .routes(routes!(applications::attach))
        .routes(routes!(applications::document, applications::detach))
        .routes(routes!(tasks::list))
        .routes(routes!(tasks::get, tasks::cancel))
        .routes(routes!(tasks::events))
        .routes(routes!(tasks::extract))
        .routes(routes!(tasks::status))
        .routes(routes!(admin::index))
        .routes(routes!(admin::reindex))
        .routes(routes!(admin::backup))
        .routes(routes!(admin::users, admin::create_user))
        .routes(routes!(admin::change_user, admin::erase_user))
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(health::health))
        .routes(routes!(health::metrics))
}

/// The OpenAPI document.
pub fn document() -> utoipa::openapi::OpenApi {
    document::finish(routes().to_openapi())
}

/// The routes, and their documentation at `/api/docs/`.
pub(super) fn router() -> Router<App> {
    let (router, document) = routes().split_for_parts();
    router.merge(SwaggerUi::new("/api/docs").url("/api/openapi.json", document::finish(document)))
}
