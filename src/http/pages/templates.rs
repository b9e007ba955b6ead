//! The templates, embedded and read once, with the filters that write figures, days and words as French does.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jobmatch_index::application::Status;
use jobmatch_index::lang::Lang;
use jobmatch_index::matching::{band_name, wish_name};
use jobmatch_index::offer::{Contract, Salary, Telework, WorkingTime};
use jobmatch_index::profile::Month;
use jobmatch_index::score::{Band, Wish};
use jobmatch_index::skills::Graph;
use jobmatch_index::text::Snippet;
use minijinja::value::Serde;
use minijinja::{Environment, Value};
use rust_embed::RustEmbed;

use super::super::problem::{Answer, Problem};
use super::assets;
use crate::people::sign_ins::Origin;
use crate::{links, messages, words};

#[derive(RustEmbed)]
#[folder = "web/templates"]
struct Files;

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(environment);

/// Fills a template in.
pub(super) fn render(name: &str, context: &serde_json::Value) -> Answer<String> {
    let filled =
        TEMPLATES.get_template(name).and_then(|template| template.render(Value::from(Serde(context))));
    filled.map_err(|error| {
        // What kind and where, and no more: the words of the error may quote what the page was to show.
        let at = (error.name().unwrap_or(name), error.line().unwrap_or_default());
        tracing::error!(template = at.0, line = at.1, kind = ?error.kind(), "a page cannot be made");
        Problem::internal()
    })
}

fn environment() -> Environment<'static> {
    let mut env = Environment::new();
    for name in Files::iter() {
        let file = Files::get(&name).map(|file| unbroken(&String::from_utf8_lossy(&file.data)));
        env.add_template_owned(name.into_owned(), file.unwrap_or_default())
            .expect("templates are well formed");
    }
    // What is not known is not written.
    env.set_formatter(|out, state, value| match value.is_none() {
        true => Ok(()),
        false => minijinja::escape_formatter(out, state, value),
    });
    env.add_function("asset", |name: &str| assets::address(name));
    env.add_filter("contrat", |Serde(c): Serde<Contract>| words::contract(c, Lang::Fr));
    env.add_filter("teletravail", |Serde(t): Serde<Telework>| words::telework(t, Lang::Fr));
    env.add_filter("temps", |Serde(hours): Serde<WorkingTime>| match hours {
        WorkingTime::Full => "temps plein",
        WorkingTime::Part => "temps partiel",
    });
    env.add_filter("salaire", |Serde(salary): Serde<Salary>| words::salary(salary, Lang::Fr));
    env.add_filter("euros", |amount: u32| words::euros(amount, Lang::Fr));
    env.add_filter("experience", |months: u16| words::experience(months, Lang::Fr));
    env.add_filter("statut", |Serde(status): Serde<Status>| messages::status(status));
    env.add_filter("recule", |Serde(to): Serde<Status>, Serde(from): Serde<Status>| to < from);
    env.add_filter("nombre", |number: u64| words::count(number, Lang::Fr));
    env.add_filter("decimal", |number: f64, places: Option<usize>| {
        words::decimal(number, places.unwrap_or(1), Lang::Fr)
    });
    env.add_filter("pourcent", |share: f64| format!("{}\u{a0}%", words::decimal(share * 100.0, 0, Lang::Fr)));
    env.add_filter("bande", |score: f32| band_name(Band::of(score), Lang::Fr));
    env.add_filter("ecart", |Serde(wish): Serde<Wish>| wish_name(wish, Lang::Fr));
    env.add_filter("octets", |bytes: u64| words::size(bytes, Lang::Fr));
    env.add_filter("jour", |Serde(date): Serde<Date>| day(date));
    env.add_filter("moment", |Serde(at): Serde<Timestamp>| {
        let at = at.to_zoned(TimeZone::system());
        format!("{} à {:02}:{:02}", day(at.date()), at.hour(), at.minute())
    });
    env.add_filter("mois_dit", |Serde(month): Serde<Month>| {
        format!("{} {}", month_name(month.month), month.year)
    });
    // The only way from what others wrote to a link.
    env.add_filter("web", |address: Option<&str>| address.filter(|a| links::is_web(a)).map(str::to_owned));
    env.add_filter("provenance", |Serde(origin): Serde<Origin>| messages::origin(&origin));
    env.add_filter("duree", |months: u16| words::length(months, Lang::Fr));
    env.add_filter("metier", |rome: &str| {
        let graph = Graph::builtin();
        graph.by_rome(rome).map(|occupation| graph.occupation_label(occupation, Lang::Fr).to_owned())
    });
    env.add_filter("mois", |Serde(month): Serde<Month>| format!("{:04}-{:02}", month.year, month.month));
    // In French, 1,9 is singular still.
    env.add_filter("s", |number: f64| if number >= 2.0 { "s" } else { "" });
    env.add_filter("segment", |text: &str| segment(text));
    env.add_filter("sentence", |text: &str| sentence(text));
    env.add_filter("extrait", |Serde(snippet): Serde<Snippet>| Value::from_safe_string(marked(&snippet)));
    env
}

/// French puts spaces inside quotation marks and before some others; no line ends there.
fn unbroken(text: &str) -> String {
    let text = text.replace("« ", "«\u{a0}").replace(" »", "\u{a0}»");
    text.replace(" ;", "\u{a0};").replace(" :", "\u{a0}:").replace(" ?", "\u{a0}?")
}

/// A day: `25 novembre 2026`.
pub(super) fn day(date: Date) -> String {
    let first = if date.day() == 1 { "er" } else { "" };
    format!("{}{first} {} {}", date.day(), month_name(date.month().unsigned_abs()), date.year())
}

/// The name of a month, from 1 to 12.
fn month_name(month: u8) -> &'static str {
    const MONTHS: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    MONTHS[usize::from(month.clamp(1, 12)) - 1]
}

/// Words that stand alone: with a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    let stop = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}

/// A passage with the words of the search marked; all of it is escaped.
fn marked(snippet: &Snippet) -> String {
    let (mut out, mut at) = (String::new(), 0);
    for mark in &snippet.marks {
        let (Some(before), Some(words)) = (snippet.text.get(at..mark.start), snippet.text.get(mark.clone()))
        else {
            continue;
        };
        let (before, words) = (html_escape::encode_text(before), html_escape::encode_text(words));
        out.push_str(&format!("{before}<mark>{words}</mark>"));
        at = mark.end;
    }
    out.push_str(&html_escape::encode_text(snippet.text.get(at..).unwrap_or_default()));
    out
}

/// Text as a part of a path or of a query, whatever it holds.
pub(super) fn segment(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b':' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_template_is_well_formed() {
        assert!(TEMPLATES.templates().count() > 10);
    }

    #[test]
    fn days_and_paths_are_written_plainly() {
        assert_eq!(day(date(2026, 8, 1)), "1er août 2026");
        assert_eq!(segment("fichier:a/b é?"), "fichier:a%2Fb%20%C3%A9%3F");
    }

    #[test]
    fn what_people_write_is_shown_as_text() {
        let shown = TEMPLATES
            .template_from_named_str("x.html", "{{ a }}{{ b }}")
            .unwrap()
            .render(Value::from(Serde(serde_json::json!({ "a": "<script>", "b": null }))))
            .unwrap();
        assert_eq!(shown, "&lt;script&gt;");
    }
}
