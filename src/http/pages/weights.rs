//! The weights of the criteria as sliders: shown, tried on the list, kept in the account.

use axum::extract::State;
use axum::response::Redirect;
use jobmatch_index::lang::Lang;
use jobmatch_index::matching::criterion_name;
use jobmatch_index::score::{Criterion, Weights};
use serde::Serialize;

use super::super::App;
use super::super::auth::Writer;
use super::super::extract::Form;
use super::super::problem::{Answer, Problem};
use super::visit::{go, local};
use crate::people::accounts;

/// What the parameters of the sliders begin with.
const PREFIX: &str = "poids_";

/// A slider.
#[derive(Serialize)]
pub(super) struct Slider {
    name: String,
    label: &'static str,
    help: &'static str,
    percent: u32,
}

/// The sliders that show some weights.
pub(super) fn sliders(weights: &Weights) -> Vec<Slider> {
    Criterion::ALL
        .into_iter()
        .map(|criterion| Slider {
            name: format!("{PREFIX}{}", criterion.name()),
            label: criterion_name(criterion, Lang::Fr),
            help: help(criterion),
            percent: percent(weights.of(criterion)),
        })
        .collect()
}

/// What a criterion compares.
pub(super) fn help(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Skills => "ce que l'offre demande, ce que votre CV montre",
        Criterion::Experience => "la durée demandée, et la vôtre dans ce métier",
        Criterion::Location => "la distance depuis chez vous",
        Criterion::Salary => "le salaire annoncé, et votre minimum",
        Criterion::Occupation => "le métier de l'offre, et les vôtres",
        Criterion::Text => "les mots que l'offre et le CV partagent",
        Criterion::Meaning => "la proximité de sens des intitulés",
        Criterion::Situation => "le genre de contrat (alternance, stage, indépendant), et votre parcours",
    }
}

fn percent(weight: f32) -> u32 {
    (weight * 100.0).round() as u32
}

/// Whether a parameter is one of the sliders'.
pub(super) fn is_slider(name: &str) -> bool {
    name.starts_with(PREFIX)
}

/// The weights that sliders are set to; `None` when they are not given, or stand as `own` puts them.
pub(super) fn set(pairs: &[(String, String)], own: &Weights) -> Answer<Option<Weights>> {
    let mut given = vec![];
    for criterion in Criterion::ALL {
        let name = format!("{PREFIX}{}", criterion.name());
        let Some((_, value)) = pairs.iter().find(|(n, _)| *n == name) else { continue };
        let value: u32 = value
            .parse()
            .ok()
            .filter(|value| *value <= 100)
            .ok_or_else(|| Problem::invalid(name, "de 0 à 100"))?;
        given.push((criterion, value));
    }
    if given.iter().all(|(criterion, value)| *value == percent(own.of(*criterion))) {
        return Ok(None);
    }
    let others = Criterion::ALL.into_iter().filter(|c| given.iter().all(|(g, _)| g != c));
    let others = others.map(|c| (c, own.of(c)));
    let weights = given.iter().map(|(criterion, value)| (*criterion, *value as f32 / 100.0));
    let weights = Weights::new(weights.chain(others));
    weights.map(Some).map_err(|_| Problem::invalid("weights", "gardez au moins un critère au-dessus de 0"))
}

/// As the API writes weights in an address.
pub(super) fn written(weights: &Weights) -> String {
    let one = |c: Criterion| format!("{}={:.3}", c.name(), weights.of(c));
    Criterion::ALL.into_iter().map(one).collect::<Vec<_>>().join(",")
}

/// Keeps the weights of the sliders in the account; the rest of the form says which list to go back to.
pub(super) async fn keep(
    State(app): State<App>,
    Writer(caller): Writer,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer<Redirect> {
    let own = caller.account.weights.unwrap_or_default();
    if let Some(weights) = set(&pairs, &own)? {
        save(&app, &caller, Some(weights)).await?;
    }
    Ok(go(&back(&pairs), "poids"))
}

/// Brings the usual weights back.
pub(super) async fn reset(
    State(app): State<App>,
    Writer(caller): Writer,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer<Redirect> {
    save(&app, &caller, None).await?;
    Ok(go(&back(&pairs), "poids-habituels"))
}

async fn save(app: &App, caller: &super::super::auth::Caller, weights: Option<Weights>) -> Answer<()> {
    let owner = caller.owner;
    app.work(move |app| {
        accounts::change(&app.index.records(), owner, |account| {
            account.weights = weights;
            Ok(())
        })
    })
    .await?;
    Ok(())
}

fn back(pairs: &[(String, String)]) -> String {
    if let Some((_, to)) = pairs.iter().find(|(name, _)| name == "suite") {
        return local(Some(to)).unwrap_or("/offres").to_owned();
    }
    let rest: Vec<_> = pairs.iter().filter(|(name, _)| !is_slider(name)).collect();
    match serde_urlencoded::to_string(&rest).unwrap_or_default().as_str() {
        "" => "/offres".to_owned(),
        query => format!("/offres?{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sliders_left_alone_change_nothing() {
        let own = Weights::default();
        let pairs = |skills: &str| -> Vec<(String, String)> {
            sliders(&own)
                .into_iter()
                .map(|slider| match slider.name.as_str() {
                    "poids_skills" => (slider.name, skills.to_owned()),
                    _ => (slider.name, slider.percent.to_string()),
                })
                .collect()
        };
        let left = own.of(Criterion::Skills);
        assert_eq!(set(&pairs(&percent(left).to_string()), &own).unwrap(), None);
        assert_eq!(set(&[], &own).unwrap(), None);
        let more = set(&pairs("100"), &own).unwrap().unwrap();
        assert!((more.of(Criterion::Skills) - 1.0 / (2.0 - left)).abs() < 1e-3);
        assert!(set(&pairs("101"), &own).is_err() && set(&pairs("x"), &own).is_err());
    }
}
