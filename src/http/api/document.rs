//! What the OpenAPI document says beside the routes, and what is the same for all of them.

use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, Ref, RefOr, Response};
use utoipa::{Modify, OpenApi};

/// The document without its routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "JobMatch",
        description = "Offres d'emploi classées pour un CV, avec les raisons, et suivi des candidatures.\n\n\
            Toutes les adresses acceptent une barre oblique finale. Les erreurs sont des *problem details* (RFC 9457). \
            Les listes d'offres se parcourent avec `cursor`, valable 30 minutes après son dernier usage.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    // Only parameters speak of it.
    components(schemas(crate::browse::OrderBy)),
    modifiers(&Security),
    security(("token" = [])),
    tags(
        (name = "Connexion", description = "Jetons d'accès"),
        (name = "Compte", description = "Mon compte et mes données"),
        (name = "Offres", description = "Recherche, import"),
        (name = "CV", description = "Mes CV"),
        (name = "Correspondances", description = "Offres classées pour un CV, avec les raisons"),
        (name = "Candidatures", description = "Suivi des candidatures"),
        (name = "Tâches", description = "Travaux longs"),
        (name = "Administration", description = "Index, sauvegarde, comptes"),
        (name = "Santé", description = "État du serveur"),
    )
)]
pub(super) struct Document;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let mut http = Http::new(HttpAuthScheme::Bearer);
        http.description = Some("Jeton d'accès (JWT) ou jeton personnel (jm_…)".into());
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(http));
    }
}

/// Adds what every route has: a name of its own, the media type of problems, and what may always happen.
pub(super) fn finish(mut document: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    for (path, item) in &mut document.paths.paths {
        let PathItem { get, put, post, patch, delete, .. } = item;
        for (method, operation) in
            [("get", get), ("put", put), ("post", post), ("patch", patch), ("delete", delete)]
        {
            if let Some(operation) = operation {
                // Handlers of several modules have the same name; a method and a path are unique.
                let words = path.split(['/', '{', '}', '-']).filter(|word| !word.is_empty());
                let name = [method].into_iter().chain(words).collect::<Vec<_>>().join("_");
                operation.operation_id = Some(name);
                complete(operation, method != "get");
            }
        }
    }
    document
}

fn complete(operation: &mut Operation, changes: bool) {
    let responses = &mut operation.responses.responses;
    for status in ["500", "503", "507"] {
        if status == "507" && !changes {
            continue;
        }
        let problem = Content::new(Some(Ref::from_schema_name("Problem")));
        let mut response = Response::new("");
        response.content.insert("application/json".into(), RefOr::T(problem));
        responses.entry(status.into()).or_insert(RefOr::T(response));
    }
    for (status, response) in responses {
        let RefOr::T(response) = response else { continue };
        if response.description.is_empty() {
            what(status).clone_into(&mut response.description);
        }
        if !status.starts_with('2')
            && let Some(content) = response.content.shift_remove("application/json")
        {
            response.content.insert("application/problem+json".into(), content);
        }
        for (media_type, content) in &mut response.content {
            // Bytes and events have no schema.
            if let RefOr::T(content) = content
                && !media_type.ends_with("json")
                && media_type != "text/plain"
            {
                content.schema = None;
            }
        }
    }
}

fn what(status: &str) -> &'static str {
    match status {
        "200" => "Voici",
        "201" => "Créé",
        "202" => "La tâche est commencée",
        "204" => "C'est fait",
        "400" => "La demande est illisible",
        "401" => "Le jeton manque ou n'est pas valable",
        "403" => "Ce n'est pas permis",
        "404" => "Cela n'existe pas, ou appartient à quelqu'un d'autre",
        "409" => "L'état présent ne le permet pas",
        "413" => "La demande est trop volumineuse",
        "415" => "Ce format n'est pas accepté",
        "422" => "Une valeur est refusée ; `errors` dit laquelle",
        "429" => "Trop de demandes ; `Retry-After` dit combien de secondes attendre",
        "503" => "Le serveur est occupé ; recommencez",
        "507" => "Il n'y a plus de place pour vos données",
        _ => "Une erreur imprévue",
    }
}
