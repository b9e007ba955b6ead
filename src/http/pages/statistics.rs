//! Figures about applications, as charts drawn here and as tables.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::super::App;
use super::super::problem::Answer;
use super::visit::Visit;
use crate::people::applications;
use crate::people::statistics::{self, Week};

/// Height of the chart by week, in its own units.
const HEIGHT: usize = 120;

/// The page.
pub(super) async fn show(State(app): State<App>, visit: Visit) -> Answer<Response> {
    let owner = visit.caller.owner;
    let rows = app.work(move |app| applications::list(&app.index.records(), owner)).await?;
    let all: Vec<_> = rows.into_iter().map(|(_, application)| application).collect();
    let figures = statistics::count(&all, app.today());
    let weeks = bars(&figures.weeks);
    visit.page("statistics.html", json!({ "figures": figures, "bars": weeks, "height": HEIGHT }))
}

/// The bars of each week: where they begin and how high they are.
fn bars(weeks: &[Week]) -> Vec<Value> {
    let most = weeks.iter().flat_map(|week| [week.added, week.sent]).max().unwrap_or(0).max(1);
    let bar = |count: usize| {
        let height = count * HEIGHT / most;
        json!({ "y": HEIGHT - height, "height": height })
    };
    let week = |(n, week): (usize, &Week)| {
        let label = format!("{:02}/{:02}", week.monday.day(), week.monday.month());
        json!({ "x": 50 * n, "label": label, "added": bar(week.added), "sent": bar(week.sent) })
    };
    weeks.iter().enumerate().map(week).collect()
}
