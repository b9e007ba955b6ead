//! Reads CVs of many looks, made from the fictional people of `tests/cv`, and holds what is understood to the bars.

use std::collections::HashSet;
use std::path::Path;

use jiff::civil::{Date, date};
use jobmatch::eval::cv::{Layout, Options, Person, Report, Scans, Wanted, measure, render};
use jobmatch::ingest::cv::{self, Limits, Reader};
use jobmatch_index::skills::fold;

const TODAY: Date = date(2026, 11, 22);

fn people() -> Vec<(String, Person)> {
    Person::read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cv/people")).unwrap()
}

/// Renders every sixth person in two layouts, the layouts taking turns, and measures the reading.
fn measured(pdf: bool, docx: bool) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let people: Vec<(String, Person)> = people().into_iter().step_by(6).collect();
    assert!(people.len() >= 7, "{}", people.len());
    for (turn, layout) in Layout::USUAL.into_iter().enumerate() {
        let turn_of = |i: usize| i % 6 == turn || (i + 3) % 6 == turn;
        let of_layout: Vec<_> =
            people.iter().enumerate().filter(|(i, _)| turn_of(*i)).map(|(_, p)| p.clone()).collect();
        let wanted = Wanted { layouts: vec![layout], pdf, docx, word_pdf: false, scans: Scans::None };
        assert_eq!(
            render(&of_layout, folder.path(), &wanted, &|| ()).unwrap(),
            wanted.count(of_layout.len())
        );
    }
    read_again(folder.path())
}

fn read_again(folder: &Path) -> Report {
    let reader = Reader::new(env!("CARGO_BIN_EXE_jobmatch").into(), Limits::default());
    measure(folder, &reader, &Options::default(), TODAY, &|_| (), &|| ()).unwrap()
}

/// What is understood of these few must not fall below these; the bars over all people are those of `eval cv`.
const FLOORS: [(&str, f64); 7] = [
    ("contacts", 0.98),
    ("employers and titles", 0.93),
    ("dates", 0.97),
    ("diplomas", 0.9),
    ("skills", 0.93),
    ("order", 0.97),
    ("agreement", 0.93),
];

/// The same of all people where no heading names a section: skills stand among tasks and interests then.
const FLOORS_WITHOUT_HEADINGS: [(&str, f64); 7] = [
    ("contacts", 0.98),
    ("employers and titles", 0.9),
    ("dates", 0.97),
    ("diplomas", 0.86),
    ("skills", 0.45),
    ("order", 0.97),
    ("agreement", 0.93),
];

fn holds(report: &Report, floors: &[(&str, f64)]) {
    assert!(report.unread.is_empty(), "{:?}", report.unread);
    for bar in &report.bars {
        let (_, floor) = floors.iter().find(|(what, _)| bar.what.starts_with(what)).unwrap();
        let misses: Vec<String> = report.misses.iter().map(|miss| format!("{miss:?}")).collect();
        assert!(bar.reached >= *floor, "{} {:.3} < {floor}\n{}", bar.what, bar.reached, misses.join("\n"));
    }
    assert_eq!(
        report.bars.len(),
        5 + 1 + report.columns.iter().map(|c| &c.layout).collect::<HashSet<_>>().len()
    );
}

#[test]
fn word_documents_are_understood() {
    holds(&measured(false, true), &FLOORS);
}

/// Needs Chromium: `CHROMIUM` names it, as `./dev.sh test` sees to.
#[test]
fn pdfs_are_understood() {
    if std::env::var_os("CHROMIUM").is_some() {
        holds(&measured(true, false), &FLOORS);
    }
}

#[test]
fn pdfs_without_headings_are_understood() {
    if std::env::var_os("CHROMIUM").is_some() {
        let folder = tempfile::tempdir().unwrap();
        let layouts = vec![Layout::NoHeadings];
        let wanted = Wanted { layouts, pdf: true, docx: false, word_pdf: false, scans: Scans::None };
        render(&people(), folder.path(), &wanted, &|| ()).unwrap();
        holds(&read_again(folder.path()), &FLOORS_WITHOUT_HEADINGS);
    }
}

#[test]
fn a_word_document_gives_the_truth_back() {
    let (slug, person) =
        people().into_iter().find(|(slug, _)| slug == "preparatrice-de-commandes-orleans").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let wanted = Wanted {
        layouts: vec![Layout::OneColumn],
        pdf: false,
        docx: true,
        word_pdf: false,
        scans: Scans::None,
    };
    render(&[(slug.clone(), person.clone())], folder.path(), &wanted, &|| ()).unwrap();
    let bytes = std::fs::read(folder.path().join(slug).join("one-column.docx")).unwrap();
    let profile = cv::read(&bytes, Some("cv.docx"), TODAY).unwrap().profile;
    // Names in capitals are written as names.
    assert_eq!(profile.identity.name.map(|name| fold(&name)), Some(fold(&person.name)));
    assert_eq!(profile.identity.email.as_deref(), Some(person.email.as_str()));
    assert_eq!(profile.identity.phone.as_deref(), Some(person.phone.as_str()));
    let read: Vec<_> = profile
        .experiences
        .iter()
        .map(|job| (job.title.as_str(), job.employer.as_deref(), job.start, job.end))
        .collect();
    let truth: Vec<_> = person
        .experiences
        .iter()
        .map(|job| (job.title.as_str(), Some(job.employer.as_str()), Some(job.start), job.end))
        .collect();
    assert_eq!(read, truth);
    let read: Vec<_> = profile.education.iter().map(|study| (study.diploma.as_str(), study.year)).collect();
    let truth: Vec<_> = person.education.iter().map(|study| (study.diploma.as_str(), study.year)).collect();
    assert_eq!(read, truth);
}
