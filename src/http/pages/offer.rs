//! The page of one offer: its text, and its score taken apart.

use axum::extract::State;
use axum::response::Response;
use jobmatch_index::lang::Lang;
use jobmatch_index::matching::{
    against_sentence, band_name, condition_name, condition_sentence, criterion_name, part_sentences,
};
use jobmatch_index::records::Uuid;
use jobmatch_index::score::{Condition, Evidence, Match, Part};
use serde_json::{Value, json};

use super::super::App;
use super::super::api::offers::seen;
use super::super::extract::Path;
use super::super::problem::Answer;
use super::visit::Visit;
use super::{marks, weights};
use crate::browse;
use crate::people::{Refusal, hidden};

/// The page.
pub(super) async fn show(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Answer<Response> {
    app.limits.rank(visit.caller.owner)?;
    let caller = visit.caller.clone();
    let (seen, similar, hidden) = app
        .work(move |app| {
            let seen = seen(app, &caller, &id)?;
            let similar = browse::similar(&app.index, caller.owner, &seen.offer, app.today())?;
            let hidden = hidden::list(&app.index.records(), caller.owner)?.contains(&seen.offer.key);
            Ok::<_, Refusal>((seen, similar, hidden))
        })
        .await?;
    let words = seen.found.as_ref().map(marks::skills).unwrap_or_default();
    let context = json!({
        "card": seen.card,
        "offer": seen.offer,
        "pieces": marks::pieces(&seen.offer.description, &words),
        "explained": seen.found.as_ref().map(explained),
        "similar": similar,
        "hidden": hidden,
        "active_cv": visit.caller.account.active_profile.map(|id: Uuid| id.to_string()),
    });
    visit.page("offer.html", context)
}

/// A match as the page takes it apart.
pub(super) fn explained(found: &Match) -> Value {
    let known: f32 = found.parts.iter().filter(|part| part.value.is_some()).map(|part| part.weight).sum();
    let parts: Vec<Value> = found.parts.iter().map(|part| part_shown(part, known)).collect();
    let evidence = found.parts.iter().flat_map(|part| &part.evidence);
    let missing: Vec<&Evidence> = evidence.filter(|e| matches!(e, Evidence::SkillMissing { .. })).collect();
    let conditions: Vec<Value> = found.conditions.iter().map(condition).collect();
    json!({
        "score": found.score,
        "coverage": found.coverage,
        "band": band_name(found.band, Lang::Fr),
        "against": against_sentence(found, Lang::Fr),
        "parts": parts,
        "missing": missing,
        "conditions": conditions,
        "versions": found.versions,
    })
}

/// Weight and points as they are once the weights of the unknown criteria are shared out.
fn part_shown(part: &Part, known: f32) -> Value {
    let share = part.value.filter(|_| known > 0.0).map(|_| part.weight / known);
    let points = part.value.zip(share).map(|(value, share)| 100.0 * share * value);
    json!({
        "criterion": part.criterion,
        "name": criterion_name(part.criterion, Lang::Fr),
        "help": weights::help(part.criterion),
        "weight": part.weight,
        "share": share,
        "value": part.value,
        "points": points,
        "most": share.map(|share| 100.0 * share),
        "sentences": part_sentences(part, Lang::Fr),
        "evidence": part.evidence,
    })
}

fn condition(condition: &Condition) -> Value {
    json!({
        "name": condition_name(&condition.asked, Lang::Fr),
        "sentence": condition_sentence(condition, Lang::Fr),
        "need": condition.need,
        "words": condition.words,
        "met": condition.met,
    })
}
