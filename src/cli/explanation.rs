//! One match in full: what each criterion gave, and why.

use std::io::{self, Write};

use console::{Alignment, pad_str, style};
use jobmatch_index::lang::Lang;
use jobmatch_index::matching::{against_sentence, band_name, criterion_name, sentences};
use jobmatch_index::offer::Offer;
use jobmatch_index::score::{Match, Part};

use super::context::Context;
use super::offer_list::{printable, score_style, width, wrap};
use super::show;
use super::words::{decimal, text};

/// Writes the explanation.
pub(super) fn print(found: &Match, offer: &Offer, context: &mut Context) -> io::Result<()> {
    let lang = context.lang;
    let out = &mut context.out;
    show::head(out, offer, lang)?;
    let coverage = decimal(f64::from(found.coverage) * 100.0, 0, lang);
    writeln!(
        out,
        "\n{} · {} {}",
        score_style(found.score).apply_to(format!("{}/100", decimal(f64::from(found.score), 1, lang))),
        band_name(found.band, lang),
        text!(
            lang,
            "· couverture {coverage} % (part des critères sur lesquels le CV et l'offre disent quelque chose)",
            "· coverage {coverage}% (share of the criteria that the CV and the offer say something about)"
        )
    )?;

    writeln!(out)?;
    let heads = match lang {
        Lang::Fr => ["critère", "poids", "valeur", "points"],
        Lang::En => ["criterion", "weight", "value", "points"],
    };
    columns(out, heads, |cell| style(cell).dim().to_string())?;
    let known: f32 = found.parts.iter().filter(|part| part.value.is_some()).map(|part| part.weight).sum();
    for part in &found.parts {
        columns(out, cells(part, known, lang).each_ref().map(String::as_str), str::to_owned)?;
    }

    writeln!(out, "\n{}", style(text!(lang, "Pourquoi", "Why")).bold())?;
    for sentence in sentences(found, lang) {
        bullet(out, &sentence)?;
    }
    if let Some(against) = against_sentence(found, lang) {
        bullet(out, &against)?;
    }
    let versions = &found.versions;
    let made_by = text!(
        lang,
        "formule {} · graphe {} · modèle {}",
        "formula {} · graph {} · model {}",
        versions.formula,
        versions.graph,
        versions.model
    );
    writeln!(out, "\n{}", style(made_by).dim())
}

/// Weight and points as they are once the weights of the unknown criteria are shared out.
fn cells(part: &Part, known: f32, lang: Lang) -> [String; 4] {
    let percent = |share: f32| text!(lang, "{} %", "{}%", decimal(f64::from(share) * 100.0, 0, lang));
    let name = criterion_name(part.criterion, lang).to_owned();
    match part.value {
        Some(value) => {
            let share = if known > 0.0 { part.weight / known } else { 0.0 };
            let points = decimal(f64::from(share * value) * 100.0, 1, lang);
            [name, percent(share), decimal(f64::from(value), 2, lang), points]
        }
        None => [name, "–".to_owned(), text!(lang, "inconnu", "unknown"), "–".to_owned()],
    }
}

fn columns(out: &mut impl Write, cells: [&str; 4], paint: impl Fn(&str) -> String) -> io::Result<()> {
    let [name, weight, value, points] = cells;
    let line = format!(
        "  {}  {}  {}  {}",
        pad_str(name, 12, Alignment::Left, None),
        pad_str(weight, 6, Alignment::Right, None),
        pad_str(value, 8, Alignment::Right, None),
        pad_str(points, 7, Alignment::Right, None)
    );
    writeln!(out, "{}", paint(&line))
}

fn bullet(out: &mut impl Write, sentence: &str) -> io::Result<()> {
    let width = width().saturating_sub(4).max(20);
    for (place, line) in wrap(&printable(sentence), width, usize::MAX).iter().enumerate() {
        writeln!(out, "  {} {line}", if place == 0 { "•" } else { " " })?;
    }
    Ok(())
}
