//! The user guide.

use axum::response::Response;
use jobmatch_index::lang::Lang;
use jobmatch_index::matching::criterion_name;
use jobmatch_index::score::{Criterion, Weights};
use serde_json::{Value, json};

use super::super::problem::Answer;
use super::visit::Visit;
use super::weights;

/// The page.
pub(super) async fn show(visit: Visit) -> Answer<Response> {
    let usual = Weights::default();
    let criterion = |criterion: Criterion| {
        json!({
            "name": criterion_name(criterion, Lang::Fr),
            "help": weights::help(criterion),
            "weight": usual.of(criterion),
        })
    };
    let criteria: Vec<Value> = Criterion::ALL.into_iter().map(criterion).collect();
    visit.page("help.html", json!({ "criteria": criteria }))
}
