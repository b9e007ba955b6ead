//! The web pages. Each works as plain links and forms; where the browser runs our script, the same forms ask for parts
//! of the same pages.

mod account;
mod admin;
mod application;
mod applications;
mod assets;
mod compare;
mod cv;
mod cv_form;
mod form_fields;
mod gaps;
mod help;
mod marks;
mod offer;
mod offer_actions;
mod offers;
mod problem;
mod review;
mod session;
mod sources;
mod statistics;
mod tasks;
mod templates;
mod tokens;
mod visit;
mod weights;

use axum::Router;
use axum::response::Redirect;
use axum::routing::{get, post};

use super::App;
pub(super) use problem::shown;

/// The routes of the pages.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/", get(|| async { Redirect::to("/offres") }))
        .route("/static/{hash}/{name}", get(assets::get))
        .route("/connexion", get(session::sign_in_page).post(session::sign_in))
        .route("/bienvenue", get(session::welcome_page).post(session::sign_up))
        .route("/inscription", get(session::sign_up_page).post(session::sign_up))
        .route("/deconnexion", post(session::sign_out))
        .route("/offres", get(offers::list))
        .route("/offres/comparer", get(compare::show))
        .route("/offres/{id}", get(offer::show))
        .route("/offres/{id}/suivre", post(offer_actions::follow))
        .route("/offres/{id}/ne-plus-suivre", post(offer_actions::unfollow))
        .route("/offres/{id}/masquer", post(offer_actions::hide))
        .route("/offres/{id}/montrer", post(offer_actions::show_again))
        .route("/profil", get(cv::list))
        .route("/profil/fichier", post(cv::upload))
        .route("/profil/nouveau", post(cv::create))
        .route("/profil/{id}", get(cv::show).post(cv::replace))
        .route("/profil/{id}/relecture", get(cv::review).post(cv::correct))
        .route("/profil/{id}/confirmer", post(cv::confirm))
        .route("/profil/{id}/fichier", post(cv::renew))
        .route("/profil/{id}/activer", post(cv::activate))
        .route("/profil/{id}/supprimer", get(cv::confirm_removal).post(cv::remove))
        .route("/taches/{id}", get(tasks::show))
        .route("/taches/{id}/annuler", post(tasks::cancel))
        .route("/candidatures", get(applications::list))
        .route("/candidatures/{id}", get(application::show).post(application::edit))
        .route("/candidatures/{id}/etat", post(applications::go))
        .route("/candidatures/{id}/contacts", post(application::contacts))
        .route("/candidatures/{id}/notes", post(application::note))
        .route("/candidatures/{id}/notes/{note}/supprimer", post(application::remove_note))
        .route("/candidatures/{id}/documents", post(application::attach))
        .route("/candidatures/{id}/documents/{document}/supprimer", post(application::detach))
        .route("/candidatures/{id}/supprimer", get(application::confirm_removal).post(application::remove))
        .route("/manque", get(gaps::show))
        .route("/manque/{skill}/je-l-ai", post(gaps::hold))
        .route("/manque/{skill}/pas-une-competence", post(gaps::dismiss))
        .route("/manque/{skill}/annuler", post(gaps::take_back))
        .route("/statistiques", get(statistics::show))
        .route("/sources", get(sources::list).post(sources::import))
        .route("/sources/imports/{id}", get(sources::show))
        .route("/parametres", get(account::show))
        .route("/parametres/mot-de-passe", post(account::password))
        .route("/parametres/poids", post(weights::keep))
        .route("/parametres/poids/habituels", post(weights::reset))
        .route("/parametres/jetons", post(tokens::create))
        .route("/parametres/jetons/{id}/revoquer", post(tokens::revoke))
        .route("/parametres/connexions/{id}/fermer", post(account::close))
        .route("/parametres/supprimer", get(account::confirm_erasure).post(account::erase))
        .route("/administration", get(admin::show))
        .route("/administration/index", post(admin::reindex))
        .route("/administration/comptes", post(admin::add))
        .route("/administration/comptes/{id}", post(admin::change))
        .route("/administration/comptes/{id}/supprimer", get(admin::confirm_removal).post(admin::remove))
        .route("/aide", get(help::show))
}
