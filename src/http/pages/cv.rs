//! The CVs of a person: files given, profiles understood, read again, corrected and confirmed.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use jobmatch_index::career::{Career, Span};
use jobmatch_index::lang::Lang;
use jobmatch_index::profile::Profile;
use jobmatch_index::records::{Owner, Uuid};
use jobmatch_index::skills::Graph;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::super::api::profiles::BigUpload;
use super::super::auth::Writer;
use super::super::extract::{Form, Path};
use super::super::problem::{Answer, Problem};
use super::cv_form::{self, Arranged, Asked, Filled};
use super::review::{Marks, field_name};
use super::visit::{Visit, go, with};
use crate::people::profiles::{self, Cv};
use crate::people::{Refusal, changes, readings};

/// The list, and the form that takes a file.
pub(super) async fn list(State(app): State<App>, visit: Visit) -> Answer<Response> {
    let owner = visit.caller.owner;
    let cvs = app.work(move |app| profiles::list(&app.index.records(), owner)).await?;
    let named = |id: Uuid| cvs.iter().find(|(other, _)| *other == id).map(|(_, cv)| cv.name.as_str());
    let rows = |confirmed: bool| -> Vec<Value> {
        let cvs = cvs.iter().filter(|(_, cv)| cv.confirmed == confirmed);
        cvs.map(|(id, cv)| with(row(&visit, *id, cv), json!({ "replaced": cv.replaces.and_then(named) })))
            .collect()
    };
    visit.page("cvs.html", json!({ "cvs": rows(true), "drafts": rows(false) }))
}

fn row(visit: &Visit, id: Uuid, cv: &Cv) -> Value {
    json!({ "id": id, "cv": cv, "active": visit.caller.account.active_profile == Some(id) })
}

/// Takes a file; reading it is a task, which the next page follows.
pub(super) async fn upload(
    State(app): State<App>,
    Writer(caller): Writer,
    BigUpload(file, _share): BigUpload,
) -> Answer<Redirect> {
    let (id, _) = app.work(move |app| app.jobs.extract_cv(caller.owner, &file, None, app.now())).await?;
    Ok(Redirect::to(&format!("/taches/{id}")))
}

/// Takes a new file of a CV, which changes nothing before its reading is confirmed.
pub(super) async fn renew(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
    BigUpload(file, _share): BigUpload,
) -> Answer<Redirect> {
    let (task, _) = app
        .work(move |app| {
            profiles::usable(&app.index.records(), caller.owner, id)?;
            app.jobs.extract_cv(caller.owner, &file, Some(id), app.now())
        })
        .await?;
    Ok(Redirect::to(&format!("/taches/{task}")))
}

/// The name of a CV to write by hand.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Named {
    name: String,
}

/// Begins an empty CV, to be filled in by hand.
pub(super) async fn create(
    State(app): State<App>,
    Writer(caller): Writer,
    Form(Named { name }): Form<Named>,
) -> Answer<Redirect> {
    let id = Uuid::now_v7();
    app.work(move |app| {
        let records = app.index.records();
        profiles::add(&records, caller.owner, id, &name, &Profile::default(), app.now())
    })
    .await?;
    Ok(Redirect::to(&format!("/profil/{id}")))
}

/// The two pages that hold the form of a profile.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Screen {
    /// The profile alone.
    Profile,
    /// The profile beside the document that it was read in.
    Review,
}

impl Screen {
    fn template(self) -> &'static str {
        match self {
            Self::Profile => "cv.html",
            Self::Review => "review.html",
        }
    }

    fn path(self, id: Uuid) -> String {
        match self {
            Self::Profile => format!("/profil/{id}"),
            Self::Review => format!("/profil/{id}/relecture"),
        }
    }
}

/// A CV, to be corrected. One that waits to be confirmed is shown beside its document.
pub(super) async fn show(State(app): State<App>, visit: Visit, Path(id): Path<Uuid>) -> Answer<Response> {
    let owner = visit.caller.owner;
    let cv = app.work(move |app| profiles::get(&app.index.records(), owner, id)).await?;
    if !cv.confirmed {
        return Ok(Redirect::to(&Screen::Review.path(id)).into_response());
    }
    page(&app, &visit, Screen::Profile, id, cv, Working::default()).await
}

/// A CV beside the document that it was read in.
pub(super) async fn review(State(app): State<App>, visit: Visit, Path(id): Path<Uuid>) -> Answer<Response> {
    let owner = visit.caller.owner;
    let (cv, read) = app
        .work(move |app| {
            let records = app.index.records();
            let cv = profiles::get(&records, owner, id)?;
            Ok::<_, Refusal>((cv, readings::get(&records, owner, id)?.is_some()))
        })
        .await?;
    if !read {
        return Ok(Redirect::to(&Screen::Profile.path(id)).into_response());
    }
    page(&app, &visit, Screen::Review, id, cv, Working::default()).await
}

/// How a form stands that is shown again.
#[derive(Default)]
struct Working {
    arranged: Arranged,
    problem: Option<Problem>,
}

/// The page of a CV; for our script, its form.
async fn page(
    app: &App,
    visit: &Visit,
    screen: Screen,
    id: Uuid,
    cv: Cv,
    working: Working,
) -> Answer<Response> {
    let owner = visit.caller.owner;
    let row = row(visit, id, &cv);
    let context = app.work(move |app| context(app, owner, screen, id, &cv, &working)).await?;
    let context = with(row, context);
    match visit.partial {
        true => visit.part("parts/cv_form.html", context),
        false => visit.page(screen.template(), context),
    }
}

fn context(
    app: &App,
    owner: Owner,
    screen: Screen,
    id: Uuid,
    cv: &Cv,
    working: &Working,
) -> Result<Value, Refusal> {
    let (records, today) = (app.index.records(), app.today());
    let reading = readings::get(&records, owner, id)?;
    let (mut marks, mut document, mut remarks) = (Marks::default(), None, vec![]);
    let read = reading.as_ref().is_some_and(|reading| !reading.document.lines.is_empty());
    if let Some(reading) = reading.filter(|_| screen == Screen::Review) {
        marks = Marks::of(&reading, &cv.profile, today);
        let pictures = readings::pages(&records, owner, id)?.len();
        document = Some(marks.show(&reading.document, pictures));
        remarks = reading.remarks;
    }
    let replaced = match cv.replaces.map(|into| profiles::get(&records, owner, into)).transpose() {
        Ok(replaced) => replaced,
        Err(Refusal::NotFound(_)) => None,
        Err(refusal) => return Err(refusal),
    };
    let changed = |replaced: &Cv| -> Vec<Value> {
        let changes = changes::between(&replaced.profile, &cv.profile).into_iter();
        changes.map(|change| json!({ "name": field_name(&change.field), "change": change })).collect()
    };
    Ok(json!({
        "form": {
            "action": screen.path(id),
            "review": screen == Screen::Review && read,
            "marks": marks,
            "removed": working.arranged.removed,
            "focus": working.arranged.focus,
            "choices": cv_form::choices(&cv.profile),
        },
        "career": career(&cv.profile, today),
        "document": document,
        "remarks": remarks,
        "read": read,
        "replaced": replaced.as_ref().map(|cv| &cv.name),
        "changes": replaced.as_ref().map(changed),
        "problem": working.problem,
    }))
}

/// What the jobs of a profile say together, with names in place of numbers.
fn career(profile: &Profile, today: jiff::civil::Date) -> Value {
    let career = Career::of(&profile.experiences, today);
    let graph = Graph::builtin();
    let occupation = |held: &jobmatch_index::career::Held| {
        let name = graph.by_rome(&held.rome).map(|found| graph.occupation_label(found, Lang::Fr));
        json!({ "name": name, "months": held.months })
    };
    let job = |at: usize| profile.experiences.get(at).map(changes::job);
    let overlap = |(first, second): (usize, usize), span: Span| json!({ "first": job(first), "second": job(second), "span": span });
    json!({
        "months": career.months,
        "occupations": career.occupations.iter().map(occupation).collect::<Vec<_>>(),
        "gaps": career.gaps,
        "overlaps": career.overlaps.iter().map(|o| overlap(o.jobs, o.span)).collect::<Vec<_>>(),
    })
}

/// Does what the form of a profile asks, from its own page.
pub(super) async fn replace(
    State(app): State<App>,
    Writer(_): Writer,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    edit(&app, &visit, Screen::Profile, id, pairs).await
}

/// Does what the form of a profile asks, from the page that shows the document too.
pub(super) async fn correct(
    State(app): State<App>,
    Writer(_): Writer,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    edit(&app, &visit, Screen::Review, id, pairs).await
}

/// What became of a form.
enum Done {
    /// It is kept, and the CV is confirmed.
    Confirmed(Uuid),
    Kept,
    /// It is shown again, with what is wrong in it.
    Again(Working),
}

/// Keeps what was corrected, confirms it, or shows it arranged; what is wrong is said on the same form, as it was
/// filled in.
async fn edit(
    app: &App,
    visit: &Visit,
    screen: Screen,
    id: Uuid,
    pairs: Vec<(String, String)>,
) -> Answer<Response> {
    let owner = visit.caller.owner;
    let (mut cv, done) = app
        .work(move |app| {
            let present = profiles::get(&app.index.records(), owner, id)?;
            let Filled { cv, version, wrong, asked } = cv_form::fill(&present, &pairs);
            let cv = Cv { version: version.unwrap_or(present.version), ..cv };
            let done = match (asked, wrong) {
                (Asked::Show(arranged), problem) => Done::Again(Working { arranged, problem }),
                (_, Some(wrong)) => Done::Again(Working { problem: Some(wrong), ..Working::default() }),
                (asked, None) => match keep(app, owner, id, &cv, version, asked == Asked::Confirm) {
                    Ok(Some(into)) => Done::Confirmed(into),
                    Ok(None) => Done::Kept,
                    Err(refusal) => {
                        Done::Again(Working { problem: Some(refusal.into()), ..Working::default() })
                    }
                },
            };
            Ok::<_, Problem>((cv, done))
        })
        .await?;
    match done {
        Done::Confirmed(into) => Ok(confirmed(id, into).into_response()),
        Done::Kept => {
            let said = if cv.confirmed { "cv-enregistre" } else { "lecture-enregistree" };
            Ok(go(&screen.path(id), said).into_response())
        }
        Done::Again(Working { problem: Some(problem), .. }) if !problem.code().is_client_error() => {
            Err(problem)
        }
        Done::Again(working) => {
            let status = working.problem.as_ref().map(Problem::code);
            // Saving again means: what I see here is what I want.
            let now = working.problem.as_ref().and_then(|problem| problem.version);
            cv.version = now.unwrap_or(cv.version);
            let page = page(app, visit, screen, id, cv, working).await?;
            Ok(match status {
                Some(status) => (status, page).into_response(),
                None => page,
            })
        }
    }
}

/// Keeps a CV; with `confirm`, gives the id of the CV that it is confirmed as.
fn keep(
    app: &App,
    owner: Owner,
    id: Uuid,
    cv: &Cv,
    version: Option<u32>,
    confirm: bool,
) -> Result<Option<Uuid>, Refusal> {
    let (records, now) = (app.index.records(), app.now());
    profiles::replace(&records, owner, id, version, &cv.name, &cv.profile, now)?;
    if !confirm {
        return Ok(None);
    }
    Ok(Some(readings::confirm(&records, owner, id, now)?.0))
}

fn confirmed(id: Uuid, into: Uuid) -> Redirect {
    let said = if id == into { "cv-confirme" } else { "cv-remplace" };
    go(&Screen::Profile.path(into), said)
}

/// Confirms a CV as it was read.
pub(super) async fn confirm(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
) -> Answer<Redirect> {
    let confirm = move |app: &App| readings::confirm(&app.index.records(), caller.owner, id, app.now());
    let (into, _) = app.work(confirm).await?;
    Ok(confirmed(id, into))
}

/// Ranks offers for this CV from now on.
pub(super) async fn activate(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
) -> Answer<Redirect> {
    app.work(move |app| profiles::activate(&app.index.records(), caller.owner, id)).await?;
    Ok(go("/profil", "cv-actif"))
}

/// Asks whether to remove a CV.
pub(super) async fn confirm_removal(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
) -> Answer<Response> {
    let owner = visit.caller.owner;
    let cv = app.work(move |app| profiles::get(&app.index.records(), owner, id)).await?;
    let (text, back) = match (cv.confirmed, cv.replaces) {
        (true, _) => (
            "Le profil et le fichier d'origine seront effacés pour toujours. Les candidatures faites avec ce CV \
             restent.",
            "/profil".to_owned(),
        ),
        (false, None) => {
            ("Le fichier et tout ce qui en a été lu seront effacés pour toujours.", Screen::Review.path(id))
        }
        (false, Some(_)) => (
            "Le nouveau fichier et tout ce qui en a été lu seront effacés pour toujours. Votre CV reste comme il \
             est.",
            Screen::Review.path(id),
        ),
    };
    let context = json!({
        "title": format!("Supprimer {} « {} » ?", if cv.confirmed { "le CV" } else { "la lecture de" }, cv.name),
        "text": text,
        "action": format!("/profil/{id}/supprimer"),
        "button": if cv.confirmed { "Supprimer ce CV" } else { "Supprimer cette lecture" },
        "back": back,
    });
    visit.page("confirm.html", context)
}

/// Removes a CV.
pub(super) async fn remove(
    State(app): State<App>,
    Writer(caller): Writer,
    Path(id): Path<Uuid>,
) -> Answer<Redirect> {
    app.work(move |app| profiles::remove(&app.index.records(), caller.owner, id)).await?;
    Ok(go("/profil", "cv-supprime"))
}
