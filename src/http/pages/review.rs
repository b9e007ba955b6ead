//! A CV beside its document: each field of the form with the lines that it comes from, each line with the fields that
//! it feeds.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jobmatch_index::profile::Profile;
use serde::Serialize;

use crate::ingest::cv::document::{Box, CELL, Document};
use crate::ingest::cv::{Evidence, LOW, Origin, Reading};

/// What is known of where a field of the form comes from.
#[derive(Debug, Default, Serialize)]
pub(super) struct Mark {
    /// Lines of the document, from 1.
    lines: Vec<u32>,
    /// Which lines, in words.
    place: String,
    /// What they say.
    text: String,
    /// It should be looked at.
    low: bool,
    /// A person wrote it.
    person: bool,
    /// The next field that should be looked at.
    next: Option<String>,
}

/// The fields of the form, each with its lines.
#[derive(Debug, Default, Serialize)]
pub(super) struct Marks {
    /// By the name of the field without what only tells inputs of one field apart: `title`, `experiences.0.dates`,
    /// `skills.3`.
    fields: BTreeMap<String, Mark>,
    /// The first inputs of the fields that should be looked at, in the order of the form.
    doubtful: Vec<String>,
}

/// A line of the document, for the page.
#[derive(Debug, Serialize)]
struct ShownLine {
    /// From 1.
    number: u32,
    text: String,
    /// The first input that it feeds.
    input: Option<String>,
    /// The fields that it feeds, in words.
    feeds: Vec<String>,
}

/// Where a line stands on a page, in points.
#[derive(Debug, Serialize)]
struct Place {
    line: usize,
    /// The first place of its line, which links lead to.
    first: bool,
    x: f32,
    y: f32,
    width: f32,
    height: f32,
}

/// A page of the document, with the places of the lines that feed fields.
#[derive(Debug, Serialize)]
struct ShownPage {
    width: f32,
    height: f32,
    places: Vec<Place>,
}

/// The document, for the page.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    lines: Vec<ShownLine>,
    /// Its pages, when there are pictures of them.
    pages: Vec<ShownPage>,
}

impl Marks {
    /// The marks of `profile`, which may have been corrected since it was read. None for a file without lines.
    pub(super) fn of(reading: &Reading, profile: &Profile, today: Date) -> Self {
        let document = &reading.document;
        if document.lines.is_empty() {
            return Self::default();
        }
        let mut fields: BTreeMap<String, Mark> = BTreeMap::new();
        let mut doubtful: Vec<String> = vec![];
        for evidence in reading.evidence_for(profile, today) {
            let field = field_of(&evidence.field);
            if evidence.confidence < LOW && !doubtful.contains(&field) {
                doubtful.push(field.clone());
            }
            fields.entry(field).or_default().add(&evidence);
        }
        for mark in fields.values_mut() {
            mark.finish(document);
        }
        for pair in doubtful.windows(2) {
            if let Some(mark) = fields.get_mut(&pair[0]) {
                mark.next = Some(input_of(&pair[1]));
            }
        }
        Self { fields, doubtful: doubtful.iter().map(|field| input_of(field)).collect() }
    }

    /// The document as it feeds these fields; with `pictures`, how many pages have one.
    pub(super) fn show(&self, document: &Document, pictures: usize) -> Shown {
        let mut lines: Vec<ShownLine> = (1..)
            .zip(&document.lines)
            .map(|(number, line)| ShownLine { number, text: plain(&line.text), input: None, feeds: vec![] })
            .collect();
        // In the order of the form, which the names of fields are not in.
        let mut fields: Vec<(&String, &Mark)> = self.fields.iter().collect();
        let names = |field: &str| field.ends_with(".title") || field.ends_with(".diploma");
        fields.sort_by_key(|(field, _)| (rank(field), numbers(field), !names(field)));
        for (field, mark) in fields {
            for line in &mark.lines {
                let Some(line) = lines.get_mut(*line as usize - 1) else { continue };
                line.input.get_or_insert_with(|| input_of(field));
                let name = field_name(field).to_owned();
                if !line.feeds.contains(&name) {
                    line.feeds.push(name);
                }
            }
        }
        let mut pages = vec![];
        if pictures > 0 && pictures == document.pages.len() {
            pages.extend(document.pages.iter().map(|p| ShownPage {
                width: p.width,
                height: p.height,
                places: vec![],
            }));
        }
        for (i, line) in document.lines.iter().enumerate().filter(|(i, _)| lines[*i].input.is_some()) {
            for (n, at) in line.boxes.iter().enumerate() {
                if let Some(page) = pages.get_mut(usize::from(at.page)) {
                    page.places.push(Place::of(i, n == 0, *at, page.width, page.height));
                }
            }
        }
        Shown { lines, pages }
    }
}

impl Place {
    /// The place of a line, with a little room around it.
    fn of(line: usize, first: bool, at: Box, width: f32, height: f32) -> Self {
        const ROOM: f32 = 1.5;
        let round = |points: f32| (points * 10.0).round() / 10.0;
        Self {
            line,
            first,
            x: round(at.x0 * width - ROOM),
            y: round(at.y0 * height - ROOM),
            width: round((at.x1 - at.x0) * width + 2.0 * ROOM),
            height: round((at.y1 - at.y0) * height + 2.0 * ROOM),
        }
    }
}

impl Mark {
    fn add(&mut self, evidence: &Evidence) {
        self.lines.extend(evidence.lines.iter().map(|line| line + 1));
        self.low |= evidence.confidence < LOW;
        self.person |= evidence.origin == Origin::Person;
    }

    fn finish(&mut self, document: &Document) {
        let lines: BTreeSet<u32> = self.lines.drain(..).collect();
        self.lines = lines.into_iter().filter(|line| *line as usize <= document.lines.len()).collect();
        let texts = self.lines.iter().map(|line| plain(&document.lines[*line as usize - 1].text));
        self.text = texts.collect::<Vec<_>>().join(" / ");
        self.place = match self.lines.as_slice() {
            [] => String::new(),
            [one] => format!("ligne {one}"),
            [one, two] if one + 1 == *two => format!("lignes {one} et {two}"),
            [first, .., last] => format!("lignes {first} à {last}"),
        };
    }
}

fn plain(text: &str) -> String {
    text.replace(CELL, " · ")
}

/// The field of the form for a field of a profile as evidence names it.
fn field_of(pointer: &str) -> String {
    match pointer.trim_start_matches('/').split('/').collect::<Vec<_>>().as_slice() {
        ["identity", "links", n] => format!("links.{n}"),
        [list, n, "tasks", ..] => format!("{list}.{n}.tasks"),
        parts => parts.join("."),
    }
}

/// The first input of a field.
fn input_of(field: &str) -> String {
    match field.split('.').collect::<Vec<_>>().as_slice() {
        ["skills", _] => format!("{field}.label"),
        ["languages", _] => format!("{field}.code"),
        ["licences" | "certifications" | "interests" | "links", _] => format!("{field}.name"),
        [list, n, "dates"] => format!("{list}.{n}.start"),
        _ => field.to_owned(),
    }
}

fn numbers(field: &str) -> Option<usize> {
    field.split('.').find_map(|part| part.parse().ok())
}

/// The place of a field in the form.
fn rank(field: &str) -> usize {
    let first = field.split('.').next().unwrap_or_default();
    let order = [
        "identity",
        "links",
        "title",
        "place",
        "summary",
        "experiences",
        "education",
        "skills",
        "languages",
        "licences",
        "certifications",
        "interests",
    ];
    order.iter().position(|name| *name == first).unwrap_or(order.len())
}

/// The name of a field in French, for one of the form or of a profile: `experiences.0.title`, `/skills/3`.
pub(super) fn field_name(field: &str) -> &'static str {
    let parts: Vec<&str> = field.trim_start_matches('/').split(['.', '/']).collect();
    match parts.as_slice() {
        ["identity", "name"] => "Nom",
        ["identity", "email"] => "Adresse e-mail",
        ["identity", "phone"] => "Téléphone",
        ["identity", "links", ..] | ["links", ..] => "Lien",
        ["title"] => "Titre",
        ["place"] => "Ville",
        ["summary"] => "Présentation",
        ["experiences", _, "title"] => "Poste",
        ["experiences", _, "employer"] => "Employeur",
        ["experiences", _, "place"] => "Ville du poste",
        ["experiences", _, "dates"] => "Dates",
        ["experiences", _, "tasks", ..] => "Missions",
        ["experiences", ..] => "Expérience",
        ["education", _, "diploma"] => "Diplôme",
        ["education", _, "level"] => "Niveau",
        ["education", _, "school"] => "École",
        ["education", _, "year"] => "Année",
        ["education", ..] => "Formation",
        ["skills", ..] => "Compétence",
        ["languages", ..] => "Langue",
        ["licences", ..] => "Permis ou habilitation",
        ["certifications", ..] => "Certification",
        ["interests", ..] => "Centre d'intérêt",
        _ => "Autre",
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::ingest::cv::document::{Line, Page, Source};
    use crate::ingest::cv::read;

    const TODAY: Date = date(2026, 11, 22);

    const CV: &str = "Marie DUPONT\nVendeuse\n\nEXPÉRIENCE\nVendeuse - Maison Lorca, Lyon\tmars 2021 - aujourd'hui\n• Encaissement\n• Vitrines\n\nLANGUES\nAnglais : B1";

    #[test]
    fn every_field_that_is_read_has_a_place_in_the_form() {
        for (name, bytes) in crate::demo::cvs() {
            let reading = read(bytes, Some(name), TODAY).unwrap();
            for evidence in &reading.evidence {
                assert_ne!(field_name(&field_of(&evidence.field)), "Autre", "{} of {name}", evidence.field);
            }
        }
    }

    #[test]
    fn a_field_has_its_lines_and_a_line_its_fields() {
        let reading = read(CV.as_bytes(), Some("cv.txt"), TODAY).unwrap();
        let marks = Marks::of(&reading, &reading.profile, TODAY);
        let tasks = &marks.fields["experiences.0.tasks"];
        assert_eq!(
            (tasks.place.as_str(), tasks.text.as_str()),
            ("lignes 5 et 6", "• Encaissement / • Vitrines")
        );
        let shown = marks.show(&reading.document, 0);
        let line = &shown.lines[3];
        assert_eq!(line.text, "Vendeuse - Maison Lorca, Lyon · mars 2021 - aujourd'hui");
        assert_eq!(line.input.as_deref(), Some("experiences.0.title"));
        assert!(["Poste", "Employeur", "Dates"].iter().all(|name| line.feeds.iter().any(|f| f == name)));
        assert!(shown.lines[2].input.is_none() && shown.pages.is_empty());
    }

    #[test]
    fn doubtful_fields_lead_to_each_other_in_the_order_of_the_form() {
        let mut reading = read(CV.as_bytes(), Some("cv.txt"), TODAY).unwrap();
        for evidence in &mut reading.evidence {
            if ["/title", "/experiences/0/dates", "/languages/0"].contains(&evidence.field.as_str()) {
                evidence.confidence = 0.4;
            }
        }
        let marks = Marks::of(&reading, &reading.profile, TODAY);
        for (field, input) in [
            ("title", "title"),
            ("experiences.0.dates", "experiences.0.start"),
            ("languages.0", "languages.0.code"),
        ] {
            assert!(
                marks.fields[field].low && marks.doubtful.iter().any(|doubtful| doubtful == input),
                "{field}"
            );
        }
        let mut seen = vec![marks.doubtful[0].clone()];
        while let Some(mark) = marks.fields.iter().find(|(field, _)| input_of(field) == seen[seen.len() - 1])
        {
            let Some(next) = &mark.1.next else { break };
            seen.push(next.clone());
        }
        assert_eq!(seen, marks.doubtful);
        // What a person corrects is doubtful no more.
        let corrected = Profile { title: Some("Conseillère".into()), ..reading.profile.clone() };
        let marks = Marks::of(&reading, &corrected, TODAY);
        assert!(marks.fields["title"].person && !marks.fields["title"].low);
    }

    #[test]
    fn places_are_where_the_boxes_say() {
        let at = Box { page: 1, x0: 0.1, y0: 0.25, x1: 0.6, y1: 0.275 };
        let page = Page { width: 600.0, height: 800.0, source: Source::Text };
        let line = Line { text: "Vendeuse".into(), boxes: vec![at], ..Line::default() };
        let profile = Profile { title: Some("Vendeuse".into()), ..Profile::default() };
        let document = Document { pages: vec![page, page], lines: vec![line] };
        let reading = Reading { profile: profile.clone(), document, ..Reading::default() };
        let shown = Marks::of(&reading, &profile, TODAY).show(&reading.document, 2);
        assert!(shown.pages[0].places.is_empty());
        let place = &shown.pages[1].places[0];
        assert_eq!((place.x, place.y, place.width, place.height), (58.5, 198.5, 303.0, 23.0));
        // A page without its picture: the lines are shown as text.
        assert!(Marks::of(&reading, &profile, TODAY).show(&reading.document, 1).pages.is_empty());
    }
}
