//! The web pages as a browser without script meets them.

use std::collections::BTreeMap;

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use jobmatch::config::{Config, Settings};
use jobmatch::http::{App, service};
use jobmatch::ingest::cv::{Limits, Reader};
use jobmatch_index::offer::{Offer, OfferKey};
use jobmatch_index::{Index, Options};
use tower::ServiceExt;

struct Browser {
    app: App,
    cookies: BTreeMap<String, String>,
    _dir: tempfile::TempDir,
}

struct Page {
    status: StatusCode,
    to: String,
    text: String,
    policy: String,
}

impl Browser {
    fn new() -> Self {
        Self::with(Settings::default())
    }

    fn with(settings: Settings) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let index = Index::open(dir.path(), Options::default()).unwrap();
        let reader = Reader::new(env!("CARGO_BIN_EXE_jobmatch").into(), Limits::default());
        let config = Config { reader, ..Config::new(settings, dir.path()).unwrap() };
        let app = App::new(index, config, jiff::Timestamp::now).unwrap();
        Self { app, cookies: BTreeMap::new(), _dir: dir }
    }

    async fn ask(&mut self, method: Method, path: &str, body: String, headers: &[(&str, &str)]) -> Page {
        let mut request = Request::builder().method(method).uri(path).header(header::ACCEPT, "text/html");
        if headers.iter().all(|(name, _)| *name != "host") {
            request = request.header(header::HOST, "localhost:8085");
        }
        if headers.iter().all(|(name, _)| *name != "sec-fetch-site") {
            request = request.header("sec-fetch-site", "same-origin");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request = request.header(header::COOKIE, cookies.join("; "));
        let response =
            service(self.app.clone()).oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let text = |name| {
            let value = response.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let (to, policy) = (text(header::LOCATION), text(header::CONTENT_SECURITY_POLICY));
        for set in response.headers().get_all(header::SET_COOKIE) {
            let set = set.to_str().unwrap();
            assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let status = response.status();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Page { status, to, text: String::from_utf8_lossy(&bytes).into_owned(), policy }
    }

    async fn get(&mut self, path: &str) -> Page {
        self.ask(Method::GET, path, String::new(), &[]).await
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = serde_urlencoded::to_string(fields).unwrap();
        self.ask(Method::POST, path, body, &[("content-type", "application/x-www-form-urlencoded")]).await
    }

    async fn file(&mut self, path: &str, name: &str, bytes: &str) -> Page {
        let body = format!(
            "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{bytes}\r\n--x--\r\n"
        );
        self.ask(Method::POST, path, body, &[("content-type", "multipart/form-data; boundary=x")]).await
    }

    async fn signed_in() -> Self {
        let mut browser = Self::new();
        let code = browser.app.first_visit_code().unwrap().unwrap();
        let account =
            [("email", "camille@exemple.fr"), ("password", "quatre loutres en vélo"), ("code", &code)];
        assert_eq!(browser.post("/bienvenue", &account).await.to, "/profil");
        browser
    }
}

const OFFERS: &str = r#"{"resultats": [
    {"id": "1", "intitule": "Développeur <b>Rust</b> & co", "typeContrat": "CDI",
     "description": "<script>alert(1)</script> Rust, SQL. 1 < 2 && 3 > 2", "dateCreation": "2026-11-20T10:00:00Z"},
    {"id": "2", "intitule": "Soudeur", "description": "TIG et MIG", "dateCreation": "2026-11-20T10:00:00Z"},
    {"id": "3"}]}"#;

#[tokio::test]
async fn a_visitor_is_led_to_where_they_sign_in() {
    let mut browser = Browser::new();
    assert_eq!(browser.get("/candidatures").await.to, "/bienvenue");
    assert_eq!(browser.get("/connexion").await.to, "/bienvenue");
    let mut browser = Browser::signed_in().await;
    assert_eq!(browser.get("/connexion?suite=//autre.fr").await.to, "/offres");
    browser.post("/deconnexion", &[]).await;
    assert_eq!(browser.get("/profil?a=b").await.to, "/connexion?suite=%2Fprofil%3Fa%3Db");
    assert_eq!(browser.get("/bienvenue").await.to, "/connexion");
    assert_eq!(browser.get("/inscription").await.to, "/connexion");
    let wrong = [("email", "camille@exemple.fr"), ("password", "faux")];
    let refused = browser.post("/connexion", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(refused.text.contains("mot de passe incorrects") && !refused.text.contains("faux"));
}

#[tokio::test]
async fn anyone_signs_up_where_that_is_open() {
    let mut browser = Browser::with(Settings { sign_up: Some(true), ..Settings::default() });
    assert_eq!(browser.get("/inscription").await.to, "/bienvenue");
    let account = |email| [("email", email), ("password", "quatre loutres en vélo")];
    let code = browser.app.first_visit_code().unwrap().unwrap();
    let first = [&account("anne@exemple.fr")[..], &[("code", &code)]].concat();
    assert_eq!(browser.post("/bienvenue", &first).await.to, "/profil");
    browser.post("/deconnexion", &[]).await;
    assert!(browser.get("/connexion").await.text.contains("/inscription"));
    // Who has an account here already is nobody's business.
    let taken = browser.post("/inscription", &account("anne@exemple.fr")).await;
    let new = browser.post("/inscription", &account("bob@exemple.fr")).await;
    assert_eq!((taken.status, taken.to, taken.text), (new.status, new.to.clone(), new.text));
    assert!(browser.get(&new.to).await.text.contains("n'avait pas encore de compte"));
    assert_eq!(browser.post("/connexion", &account("bob@exemple.fr")).await.to, "/offres");
    let refused = browser.get("/administration").await;
    assert!(refused.status == StatusCode::FORBIDDEN && refused.text.contains("Action non permise"));
}

#[tokio::test]
async fn every_screen_can_be_looked_at() {
    let mut browser = Browser::signed_in().await;
    for full in [false, true] {
        if full {
            let imported = browser.file("/sources", "offres.json", OFFERS).await;
            assert!(browser.get(&imported.to).await.text.contains("refusée"));
            let made = browser.post("/profil/nouveau", &[("name", "À la main")]).await.to;
            let filled = [("name", "À la main"), ("title", "Développeur Rust"), ("skills.0.label", "Rust")];
            assert!(browser.post(&made, &filled).await.to.contains("cv-enregistre"));
            let followed = browser.post("/offres/france-travail:1/suivre", &[]).await;
            assert!(followed.to.starts_with("/offres?fait=suivie"), "{}", followed.to);
        }
        for path in [
            "/offres",
            "/offres?q=rust&contracts=permanent&contracts=other&near=Rennes",
            "/offres/comparer",
            "/profil",
            "/candidatures",
            "/candidatures?vue=liste&statut=added&q=rust",
            "/manque",
            "/statistiques",
            "/sources",
            "/parametres",
            "/parametres/supprimer",
            "/administration",
            "/aide",
        ] {
            let page = browser.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(page.text.contains("lang=\"fr\"") && page.text.matches("<h1").count() == 1, "{path}");
            assert!(!page.text.contains("style=") && !page.text.contains("<style"), "{path}");
            assert!(page.policy.contains("default-src 'self'") && !page.policy.contains("unsafe"), "{path}");
        }
    }
    let offer = browser.get("/offres/france-travail:1").await.text;
    assert!(offer.contains("Pourquoi ce score") && offer.contains("pas la décision du recruteur"));
    assert!(!offer.contains("<script>alert") && !offer.contains("<b>Rust"));
    let compared = browser.get("/offres/comparer?offre=france-travail:1&offre=france-travail:2").await;
    assert_eq!(compared.to, "/offres/comparer?a=france-travail:1&b=france-travail:2");
    assert!(browser.get(&compared.to).await.text.contains("Critère par critère"));
}

const CV: &str = "Marie DUPONT\nVendeuse\nmarie@exemple.fr\n\nEXPÉRIENCE\nVendeuse - Maison Lorca, Lyon\t\
    mars 2021 - aujourd'hui\n• Encaissement <b>\nVendeuse - Super Halle\t2018 - 2019\n• Mise en rayon\n\nLANGUES\nAnglais : B1";

impl Browser {
    /// Uploads a file, follows its task, and gives the page where that leads.
    async fn read(&mut self, path: &str, text: &str) -> String {
        let task = self.file(path, "cv.txt", text).await.to;
        assert!(task.starts_with("/taches/"), "{task}");
        for _ in 0..600 {
            let page = self.get(&task).await;
            if page.status.is_redirection() {
                return page.to;
            }
            assert!(page.text.contains("data-task"), "{}", page.text);
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("the file is not read");
    }
}

/// The fields of the form of a page, as a browser would send them.
fn fields(page: &str) -> Vec<(String, String)> {
    let form = &page[page.find("id=\"profil\"").unwrap()..];
    let unescaped = |text: &str| html_escape::decode_html_entities(text).into_owned();
    let attribute = |tag: &str, name: &str| {
        let at = tag.find(&format!(" {name}=\""))? + name.len() + 3;
        Some(unescaped(tag[at..].split('"').next()?))
    };
    let mut fields = vec![];
    for part in form.split('<').skip(1) {
        let (tag, after) = part.split_once('>').unwrap_or((part, ""));
        let Some(name) = attribute(tag, "name") else { continue };
        if tag.starts_with("input") && (!tag.contains("checkbox") || tag.contains(" checked")) {
            fields.push((name, attribute(tag, "value").unwrap_or_default()));
        } else if tag.starts_with("textarea") {
            fields.push((name, unescaped(after)));
        } else if tag.starts_with("select") {
            let options = &form[form.find(&format!("<{tag}>")).unwrap()..];
            let options = &options[..options.find("</select>").unwrap()];
            let chosen = options.split("<option").find(|option| option.contains(" selected"));
            let value = chosen.map(|option| {
                attribute(option, "value").unwrap_or_else(|| {
                    option
                        .split('>')
                        .nth(1)
                        .unwrap_or_default()
                        .split('<')
                        .next()
                        .unwrap_or_default()
                        .to_owned()
                })
            });
            fields.push((name, value.unwrap_or_default()));
        }
    }
    fields
}

fn with<'f>(fields: &'f [(String, String)], changed: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let others = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let others = others.filter(|(name, _)| !changed.iter().any(|(other, _)| other == name));
    others.chain(changed.iter().copied()).collect()
}

#[tokio::test]
async fn a_cv_is_read_again_beside_its_document_and_confirmed() {
    let mut browser = Browser::signed_in().await;
    browser.file("/sources", "offres.json", OFFERS).await;
    let review = browser.read("/profil/fichier", CV).await;
    assert!(review.starts_with("/profil/") && review.ends_with("/relecture"), "{review}");
    let own = review.trim_end_matches("/relecture").to_owned();
    assert_eq!(browser.get(&own).await.to, review);
    for path in ["/profil", "/offres", "/manque"] {
        let page = browser.get(path).await.text.replace("&#x2f;", "/");
        assert!(page.contains(&review) && page.contains("votre relecture"), "{path}");
    }

    let page = browser.get(&review).await.text;
    assert!(
        page.contains("Relisez votre CV") && page.contains("Confirmer ce CV") && !page.contains("style=")
    );
    assert!(!page.contains("Encaissement <b>") && page.contains("Encaissement &lt;b&gt;"));
    // The employer's field leads to its line, and the line back to the fields that it feeds.
    let field = page.find("id=\"experiences.0.employer\"").unwrap();
    let head = &page[page[..field].rfind("field-head").unwrap()..field];
    let line: usize = head.split("#ligne-").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
    let shown = &page[page.find(&format!("id=\"ligne-{line}\"")).unwrap()..];
    let shown = shown.split("</li>").next().unwrap();
    assert!(shown.contains("Maison Lorca") && shown.contains("Employeur"), "{shown}");
    let to = shown.split("href=\"#").nth(1).unwrap().split('"').next().unwrap();
    assert!(page.contains(&format!("id=\"{to}\"")), "{to}");

    // The form holds the profile: sent as it is, it changes nothing.
    let fields = fields(&page);
    let api = format!("/api/profiles/{}", own.trim_start_matches("/profil/"));
    let profile = async |browser: &mut Browser| -> serde_json::Value {
        serde_json::from_str(&browser.get(&api).await.text).unwrap()
    };
    let before = profile(&mut browser).await;
    assert_eq!(
        browser.post(&review, &with(&fields, &[])).await.to,
        format!("{review}?fait=lecture-enregistree")
    );
    let kept = profile(&mut browser).await;
    assert_eq!((&kept["profile"], &kept["confirmed"]), (&before["profile"], &false.into()));

    let sent = [
        ("version", "2"),
        ("identity.name", "Marie Dupont"),
        ("interests.0.name", "Chorale"),
        ("do", "confirm"),
    ];
    assert_eq!(browser.post(&review, &with(&fields, &sent)).await.to, format!("{own}?fait=cv-confirme"));
    let kept = profile(&mut browser).await;
    assert_eq!((&kept["confirmed"], &kept["active"]), (&true.into(), &true.into()));
    assert_eq!(kept["profile"]["identity"]["name"], "Marie Dupont");
    assert_eq!(kept["profile"]["interests"][0], "Chorale");
    // The same form once more comes too late.
    let late = browser.post(&review, &with(&fields, &sent)).await;
    assert!(late.status == StatusCode::CONFLICT && late.text.contains("Modifié entre-temps"));
    let shown = browser.get(&own).await.text;
    assert!(shown.contains("export?format&#x3d;jobmatch") || shown.contains("export?format=jobmatch"));
    assert!(browser.get("/offres").await.text.contains("Score"));
}

#[tokio::test]
async fn entries_are_arranged_without_keeping_anything() {
    let mut browser = Browser::signed_in().await;
    let review = browser.read("/profil/fichier", CV).await;
    let fields = fields(&browser.get(&review).await.text);
    let titles = |page: &str| -> Vec<String> {
        let all = self::fields(page).into_iter();
        all.filter(|(name, _)| name.ends_with(".employer")).map(|(_, employer)| employer).collect()
    };
    let order = |page: &Page| titles(&page.text);
    let moved = browser.post(&review, &with(&fields, &[("do", "experiences.1.up")])).await;
    assert_eq!(moved.status, StatusCode::OK);
    assert_eq!(order(&moved)[..2], ["Super Halle", "Maison Lorca"]);
    assert!(
        moved.text.contains("id=\"experiences.0.down\" hx-post")
            && moved.text.matches(" autofocus").count() == 1
    );
    // Two tasks with an empty line between them: two jobs.
    let tasks = [("experiences.0.tasks", "Encaissement\r\n\r\nVitrines"), ("do", "experiences.0.split")];
    let split = browser.post(&review, &with(&fields, &tasks)).await;
    assert_eq!(order(&split)[..3], ["Maison Lorca", "Maison Lorca", "Super Halle"]);
    let again = self::fields(&split.text);
    assert!(again.contains(&("experiences.1.tasks".into(), "Vitrines".into())), "{again:?}");
    let merged = browser.post(&review, &with(&again, &[("do", "experiences.1.merge")])).await;
    assert_eq!(order(&merged)[..2], ["Maison Lorca", "Maison Lorca"]);
    // What is to be taken out waits, and comes back.
    let taken = [("experiences.1.remove", "1"), ("do", "skills.add")];
    let waiting = browser.post(&review, &with(&fields, &taken)).await;
    assert!(self::fields(&waiting.text).contains(&("experiences.1.remove".into(), "1".into())));
    // Our script asks for the form alone.
    let body = serde_urlencoded::to_string(with(&fields, &[("do", "experiences.0.down")])).unwrap();
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("hx-request", "true")];
    let part = browser.ask(Method::POST, &review, body, &headers).await;
    assert!(part.text.trim_start().starts_with("<form") && !part.text.contains("<html"));
    // What is wrong is said, on the form as it was filled in.
    let wrong =
        browser.post(&review, &with(&fields, &[("place", "Xyzzyville"), ("title", "Caissière")])).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.text.contains("Caissière"));

    let kept = browser.get(&review).await;
    assert_eq!(order(&kept)[..2], ["Maison Lorca", "Super Halle"]);
}

#[tokio::test]
async fn a_new_file_says_what_it_changes_and_waits_to_be_accepted() {
    let mut browser = Browser::signed_in().await;
    let review = browser.read("/profil/fichier", CV).await;
    let own = review.trim_end_matches("/relecture").to_owned();
    assert_eq!(browser.post(&format!("{own}/confirmer"), &[]).await.to, format!("{own}?fait=cv-confirme"));
    let newer = CV.replace("Super Halle", "Hyper Halle").replace("B1", "B2");
    for accepted in [false, true] {
        let draft = browser.read(&format!("{own}/fichier"), &newer).await;
        let page = browser.get(&draft).await.text;
        assert!(page.contains("Ce qui changerait") && page.contains("Accepter ces changements"));
        assert!(page.contains("<del class=\"text\">Super Halle</del>"), "{page}");
        assert!(page.contains("<ins class=\"text\">Hyper Halle</ins>"));
        assert!(browser.get("/profil").await.text.contains("1 CV attend votre relecture"));
        assert!(browser.get(&own).await.text.contains("Super Halle"));
        let draft = draft.trim_end_matches("/relecture");
        if accepted {
            let done = browser.post(&format!("{draft}/confirmer"), &[]).await.to;
            assert_eq!(done, format!("{own}?fait=cv-remplace"));
        } else {
            let asked = browser.get(&format!("{draft}/supprimer")).await.text;
            assert!(asked.contains("Votre CV reste comme il est"), "{asked}");
            browser.post(&format!("{draft}/supprimer"), &[]).await;
        }
        assert_eq!(browser.get(&own).await.text.contains("Hyper Halle"), accepted);
        assert!(!browser.get("/profil").await.text.contains("attend votre relecture"));
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_explained() {
    let mut browser = Browser::signed_in().await;
    let task = browser.file("/profil/fichier", "cv.pdf", "%PDF-1.4 abîmé").await.to;
    for _ in 0..600 {
        let page = browser.get(&task).await.text;
        if page.contains("role=\"alert\"") {
            assert!(page.contains("Le PDF est abîmé") && page.contains("Choisir un autre fichier"), "{page}");
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the task does not end");
}

#[tokio::test]
async fn what_goes_wrong_is_said_in_words() {
    let mut browser = Browser::signed_in().await;
    let missing = browser.get("/offres/france-travail:9").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.text.contains("<h1>Introuvable</h1>") && missing.text.contains("Se déconnecter"));
    assert!(browser.get("/nulle-part").await.text.contains("<h1>Introuvable</h1>"));
    assert!(browser.get("/offres?near=Xyzzy").await.text.contains("Ce lieu est inconnu"));
    assert!(browser.get("/api/offers/x").await.text.starts_with('{'));
    let foreign =
        browser.ask(Method::POST, "/deconnexion", String::new(), &[("sec-fetch-site", "cross-site")]).await;
    assert!(foreign.status == StatusCode::FORBIDDEN && foreign.text.contains("vient d&#x27;un autre site"));
    let part = browser.ask(Method::GET, "/offres/x", String::new(), &[("hx-request", "true")]).await;
    assert!(part.text.contains("Introuvable") && !part.text.contains("<html"));
}

#[tokio::test]
async fn an_application_moves_and_a_stale_form_is_refused() {
    let mut browser = Browser::signed_in().await;
    browser.file("/sources", "offres.json", OFFERS).await;
    browser.post("/offres/france-travail:1/suivre", &[("suite", "/offres")]).await;
    let board = browser.get("/candidatures").await.text;
    let at = board.find("data-card=\"").unwrap() + "data-card=\"".len();
    let path = format!("/candidatures/{}", &board[at..at + 36]);
    let state = format!("{path}/etat");
    let moved =
        browser.post(&state, &[("to", "in_progress"), ("version", "1"), ("suite", "/candidatures")]).await;
    assert_eq!(moved.to, "/candidatures?fait=deplacee");
    let stale = browser.post(&state, &[("to", "applied"), ("version", "1")]).await;
    assert!(stale.status == StatusCode::CONFLICT && stale.text.contains("Modifié entre-temps"));
    let illegal = browser.post(&state, &[("to", "accepted")]).await;
    assert!(illegal.status == StatusCode::CONFLICT && illegal.text.contains("elle peut devenir"));
    browser.post(&format!("{path}/notes"), &[("text", "<script>alert(1)</script>")]).await;
    browser.post(&path, &[("what", "relancer"), ("on", "2020-01-01")]).await;
    let page = browser.get(&path).await.text;
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script>alert"));
    assert!(browser.get("/candidatures").await.text.contains("À faire aujourd"));
    let unfollowed = browser.post("/offres/france-travail:1/ne-plus-suivre", &[]).await;
    assert_eq!(unfollowed.status, StatusCode::UNPROCESSABLE_ENTITY);
    let removed = browser.post(&format!("{path}/supprimer"), &[]).await;
    assert_eq!(removed.to, "/candidatures?fait=candidature-supprimee");
}

#[tokio::test]
async fn an_account_is_erased_once_its_password_is_typed() {
    let mut browser = Browser::signed_in().await;
    let refused = browser.post("/parametres/supprimer", &[("password", "un autre")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        browser.post("/parametres/supprimer", &[("password", "quatre loutres en vélo")]).await.to,
        "/connexion"
    );
    assert_eq!(browser.get("/offres").await.to, "/bienvenue");
}

#[tokio::test]
async fn settings_show_what_is_open_and_a_new_password_closes_it() {
    let mut browser = Browser::signed_in().await;
    let firefox = "Mozilla/5.0 (Windows NT 10.0; rv:145.0) Gecko/20100101 Firefox/145.0";
    let form = "email=camille%40exemple.fr&password=";
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("user-agent", firefox)];
    let mut other =
        Browser { app: browser.app.clone(), cookies: BTreeMap::new(), _dir: tempfile::tempdir().unwrap() };
    other.ask(Method::POST, "/connexion", format!("{form}faux"), &headers).await;
    let right = format!("{form}quatre+loutres+en+v%C3%A9lo");
    assert_eq!(other.ask(Method::POST, "/connexion", right, &headers).await.to, "/offres");
    let token = [("name", "Extension"), ("days", "30"), ("scopes", "read")];
    assert!(browser.post("/parametres/jetons", &token).await.text.contains("jm_"));

    let page = browser.get("/parametres").await.text.replace("&#x2f;", "/");
    let here = page.matches("celle-ci").count();
    assert_eq!((page.matches("<strong>Firefox, Windows").count(), here), (1, 1), "{page}");
    assert!(page.contains("✓ connexion"));
    let at = |page: &str| {
        let row = page.split("<li>").find(|row| row.contains("Firefox, Windows")).unwrap().to_owned();
        let start = row.find("/parametres/connexions/").unwrap();
        row[start..].split('"').next().unwrap().to_owned()
    };
    assert!(browser.post(&at(&page), &[]).await.to.contains("connexion-fermee"));
    assert_eq!(other.get("/profil").await.to, "/connexion?suite=%2Fprofil");

    let change = [("current", "quatre loutres en vélo"), ("new", "cinq hérissons au cinéma")];
    let told = browser.post("/parametres/mot-de-passe", &change).await;
    assert!(told.text.contains("1 jeton personnel (« Extension »)"), "{}", told.text);
    let page = browser.get("/parametres").await.text;
    assert!(page.contains("celle-ci") && !page.contains("<strong>Extension</strong>"));
}

#[tokio::test]
async fn an_offer_links_to_a_web_page_or_nowhere() {
    let mut browser = Browser::signed_in().await;
    // As an earlier version may have stored it.
    let stored = |id: &str, url: &str| Offer {
        key: OfferKey { source: "test".into(), id: id.into() },
        title: "Soudeur".into(),
        url: Some(url.into()),
        ..Offer::default()
    };
    let offers = [stored("1", "JavaScript:alert(1)"), stored("2", "https://exemple.fr/2")];
    browser.app.index.put(&offers).unwrap();
    let page = browser.get("/offres/test:1").await.text;
    assert!(page.contains("Soudeur") && !page.to_lowercase().contains("javascript:"), "{page}");
    let page = browser.get("/offres/test:2").await.text.replace("&#x2f;", "/");
    assert!(page.contains("href=\"https://exemple.fr/2\""), "{page}");
}

#[tokio::test]
async fn assets_are_kept_for_good_under_their_hash() {
    let mut browser = Browser::new();
    let page = browser.get("/bienvenue").await.text.replace("&#x2f;", "/");
    let at = page.find("/static/").unwrap();
    let address = page[at..].split('"').next().unwrap().to_owned();
    assert_eq!(browser.get(&address).await.status, StatusCode::OK);
    assert_eq!(browser.get("/static/0/../Cargo.toml").await.status, StatusCode::NOT_FOUND);
}
