//! Diplomas and training.

use jiff::civil::Date;
use jobmatch_index::offer::DiplomaLevel;
use jobmatch_index::profile::Education;
use jobmatch_index::skills::fold;

use super::dates::{self, Period};
use super::lines::{CELL, Line, is_one_of, word_count, words};
use super::{credentials, places};
use crate::ingest::prose;

/// Reads the diplomas of one section.
pub(super) fn read(lines: &[Line], today: Date) -> Vec<Education> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in lines.iter().flat_map(|line| several(line, today)).filter(|line| !is_unfinished(line.item()))
    {
        let row = Row::new(&line, today);
        if row.cells.is_empty() && row.period.is_none() {
            continue;
        }
        let fits = entries.last().is_some_and(|e| e.takes(&row));
        match entries.last_mut() {
            Some(entry) if fits => entry.rows.push(row),
            _ => entries.push(Entry { rows: vec![row] }),
        }
    }
    entries.iter().filter_map(Entry::finish).filter(|e| !is_licence(&e.diploma)).collect()
}

/// Whether `text` names a diploma, as a line of a list of knowledge may do.
pub(super) fn names_diploma(text: &str) -> bool {
    let folded = fold(text);
    let mut all = words(&folded);
    let Some(first) = all.next() else { return false };
    let second = all.next().unwrap_or_default();
    match first {
        "cap" | "bep" | "bts" | "dut" | "but" | "cqp" | "mba" | "deug" | "bepa" | "bac" | "baccalaureat"
        | "doctorat" | "bts/dut" | "bachelor" | "deust" | "cqpm" | "btsa" | "capa" | "dea" | "dess"
        | "dcg" | "dscg" | "dnb" | "bepc" | "bpjeps" | "bpa" | "bp" | "deas" | "deaes" | "deavs" | "deap"
        | "crpe" | "deme" | "dees" | "deeje" | "deass" | "deamp" | "capes" | "capet" | "caferuis"
        | "cafdes" | "bees" | "btm" | "diu" | "hmonp" | "miage" => true,
        // « DU plaies et cicatrisation », not « du 3 mars ».
        "du" => {
            text.trim_start().starts_with("DU ")
                && !second.is_empty()
                && !second.starts_with(|c: char| c.is_ascii_digit())
        }
        "maitrise" => ["de", "en", "d"].contains(&second) && text.starts_with(char::is_uppercase),
        "licence" | "master" | "mastere" => {
            second != "de" || !["taxi", "soudage", "debit"].iter().any(|trade| folded.contains(trade))
        }
        "diplome" | "titre" | "certificat" => !second.is_empty(),
        "brevet" => ["professionnel", "de", "des", "d"].contains(&second),
        _ => false,
    }
}

/// « PACES (une année) », « BAFD (stage théorique) »: begun and not held.
pub(super) fn is_unfinished(text: &str) -> bool {
    const SAID: [&str; 12] = [
        "une annee)",
        "stage theorique",
        "non valide",
        "non obtenu",
        "non termine",
        "inacheve",
        "interrompu",
        "abandon",
        "pas valide",
        "pas termine",
        "sujet envisage",
        "not completed",
    ];
    let folded = fold(text);
    SAID.iter().any(|said| folded.contains(said))
}

/// A line that names several diplomas, each with its year or its kind, as one line for each: « PSM I (2021) – ITIL v4
/// (2019) ».
pub(super) fn several(line: &Line, today: Date) -> Vec<Line> {
    let item = line.item();
    let (mut pieces, mut complete): (Vec<String>, bool) = (Vec::new(), false);
    for part in parts(item) {
        let dated = dates::find(part, today).is_some_and(|p| !p.is_length_only());
        let named = names_diploma(part) || credentials::names_certificate(part);
        let own = word_count(part) > usize::from(dated);
        match pieces.last_mut() {
            Some(last) if !(complete && own && (named || dated && !is_school(part))) => {
                last.push_str(", ");
                last.push_str(part);
                complete |= dated || named;
            }
            _ => {
                pieces.push(part.to_owned());
                complete = (dated || named) && own;
            }
        }
    }
    // « DCG – Diplôme de comptabilité (2017) » says it twice.
    let dated =
        pieces.iter().filter(|piece| dates::find(piece, today).is_some_and(|p| !p.is_length_only())).count();
    let certified = pieces.iter().filter(|piece| credentials::names_certificate(piece)).count();
    let all = pieces.len();
    if all < 2 || !complete || dated < 2 && certified < 2 {
        return vec![line.clone()];
    }
    let sign = if line.is_item() { "• " } else { "" };
    pieces.into_iter().map(|text| Line { text: format!("{sign}{text}"), ..line.clone() }).collect()
}

/// The parts of a line that may each be a diploma: commas, dashes and full stops outside brackets part them.
pub(super) fn parts(text: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    let mut found = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let spaced = text[..at].ends_with(' ') && text[at + c.len_utf8()..].starts_with(' ');
        let ends = text[at + c.len_utf8()..].starts_with(' ');
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth > 0 => {}
            ',' | ';' | CELL | '•' | '·' => {
                found.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            '–' | '—' | '-' | '/' | '+' if spaced => {
                found.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            '.' if ends && text[..at].chars().rev().take_while(|c| c.is_alphanumeric()).count() > 3 => {
                found.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&text[start..]);
    found.into_iter().map(str::trim).filter(|part| part.chars().any(char::is_alphanumeric)).collect()
}

struct Row {
    text: String,
    item: bool,
    period: Option<Period>,
    cells: Vec<String>,
    diploma: bool,
    school: bool,
}

struct Entry {
    rows: Vec<Row>,
}

impl Row {
    fn new(line: &Line, today: Date) -> Self {
        let text = line.item().to_owned();
        let period = dates::find(&text, today).filter(|p| !p.is_length_only());
        let rest = period.as_ref().map_or_else(|| text.clone(), |p| dates::without(&text, p));
        let cells = cells(&rest);
        let diploma = cells.iter().any(|c| names_diploma(c) || is_diploma(c) && !is_school(c));
        let school = cells.iter().any(|c| is_school(c) && !names_diploma(c));
        Self { text, item: line.is_item(), period, cells, diploma, school }
    }
}

impl Entry {
    /// Whether `row` says more of this diploma instead of naming the next one.
    fn takes(&self, row: &Row) -> bool {
        let dated = self.rows.iter().any(|r| r.period.is_some());
        let diploma = self.rows.iter().any(|r| r.diploma);
        let school = self.rows.iter().any(|r| r.school);
        if row.item && !row.diploma && !row.school && row.period.is_none() {
            // Items under a diploma describe it; a list of items is a list of diplomas.
            return !self.rows[0].item;
        }
        let complete = diploma && school;
        match (row.period.is_some(), row.diploma) {
            (true, _) if dated => false,
            (_, true) if diploma => false,
            (true, true) => !school && !dated && self.rows.len() == 1 && word_count(&self.rows[0].text) < 3,
            (true, false) | (false, true) => !complete || (row.period.is_some() && row.cells.is_empty()),
            (false, false) if row.school => !school,
            (false, false) => {
                self.rows.len() < 4 && (!complete || self.rows.iter().any(|r| r.item))
                    || complete && self.rows.len() < 3
            }
        }
    }

    fn finish(&self) -> Option<Education> {
        let mut cells: Vec<&String> =
            self.rows.iter().filter(|r| !r.item || self.rows[0].item).flat_map(|r| &r.cells).collect();
        let named = |wordy: bool| cells.iter().position(|c| names_diploma(c) && wordy == (word_count(c) > 1));
        // « DCG — Diplôme de comptabilité et de gestion » says it twice.
        let diploma = named(true)
            .or_else(|| named(false))
            .or_else(|| cells.iter().position(|c| is_diploma(c) && !is_school(c)))
            .or_else(|| cells.iter().position(|c| is_diploma(c)))
            .or_else(|| {
                cells.iter().position(|c| !is_school(c) && !places::is_full(c) && !places::is_town(c))
            })
            .unwrap_or(0);
        if cells.is_empty() {
            return None;
        }
        let mut name = cells.remove(diploma).clone();
        let school = cells.iter().position(|c| is_school(c)).or_else(|| {
            cells.iter().position(|c| !places::is_full(c) && !places::is_town(c) && !is_remark(c))
        });
        // « Bac pro Commerce, au lycée Ampère »
        let bare = |school: &str| {
            AT.iter().find_map(|at| school.strip_prefix(at.trim_start())).unwrap_or(school).to_owned()
        };
        let mut school = school.map(|i| bare(cells.remove(i)));
        if school.is_none()
            && let Some((before, after)) = split_school(&name)
        {
            (name, school) = (before, Some(after));
        }
        let line = self
            .rows
            .iter()
            .filter(|r| !r.item || self.rows[0].item)
            .map(|r| r.text.replace(CELL, " · "))
            .collect::<Vec<_>>()
            .join(" · ");
        let period = self.rows.iter().find_map(|r| r.period.as_ref());
        let year = period.and_then(|p| p.end.or(p.start)).map(|m| m.year);
        let level = level(&name).or_else(|| level(&line));
        Some(Education { diploma: name, level, school, year, line })
    }
}

/// The level of the diploma that `text` names.
pub(super) fn level(text: &str) -> Option<DiplomaLevel> {
    prose::diploma_level(text)
}

fn cells(rest: &str) -> Vec<String> {
    let mut text = rest.to_owned();
    for sign in [" - ", " – ", " — ", " | ", " • ", " · ", " / ", " // ", ": "] {
        text = text.replace(sign, "\t");
    }
    text.split(CELL)
        .flat_map(by_commas)
        .map(|c| c.trim_matches(|c: char| c.is_whitespace() || ",;:-–—|/•".contains(c)).to_owned())
        .filter(|c| c.chars().filter(|c| c.is_alphabetic()).count() > 1)
        .collect()
}

/// Splits off a school or a town after a comma; other commas belong to the diploma.
fn by_commas(cell: &str) -> Vec<String> {
    if places::is_full(cell) {
        return vec![cell.to_owned()];
    }
    let mut parts: Vec<String> = Vec::new();
    for part in cell.split(", ") {
        let first_word = part.split_whitespace().next().unwrap_or_default();
        let acronym = first_word.chars().filter(|c| c.is_uppercase()).count() > 2;
        let own =
            acronym || is_school(part) || is_diploma(part) || places::is_town(part) || places::is_full(part);
        let after_school = parts.last().is_some_and(|p| is_school(p));
        match parts.last_mut() {
            Some(last) if !own && !after_school || places::is_full(&format!("{last}, {part}")) => {
                last.push_str(", ");
                last.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    parts
}

/// What stands between a diploma and its school.
const AT: [&str; 6] = [" au ", " à l'", " à la ", " à ", " chez ", " at "];

/// « CAP Cuisine au lycée Savoie », « Master chez Sciences Po », « BTS (Lycée Ampère) ».
fn split_school(name: &str) -> Option<(String, String)> {
    if let Some((before, inside)) = name.strip_suffix(')').and_then(|n| n.rsplit_once('('))
        && is_school(inside)
    {
        return Some((before.trim().to_owned(), inside.trim().to_owned()));
    }
    AT.iter().find_map(|sign| {
        let (before, after) = name.split_once(sign)?;
        is_school(after).then(|| (before.trim().to_owned(), after.trim().to_owned()))
    })
}

/// Whether a word of `cell` is of diplomas and courses; [`names_diploma`] is stricter.
pub(super) fn is_diploma(cell: &str) -> bool {
    let folded = fold(cell);
    names_diploma(cell) || words(&folded).any(|w| is_one_of(w, DIPLOMAS))
}

/// Whether `cell` names a school.
pub(super) fn is_school(cell: &str) -> bool {
    let folded = fold(cell);
    words(&folded).any(|w| is_one_of(w, SCHOOLS))
}

/// A licence or an authorisation, which is read as such.
fn is_licence(name: &str) -> bool {
    let folded = fold(name);
    let names = ["permis ", "caces", "habilitation", "aipr", "fimo", "fco", "sst"];
    names.iter().any(|l| folded.starts_with(l)) || !names_diploma(name) && !prose::licences(name).is_empty()
}

/// Says how it went, not where.
fn is_remark(cell: &str) -> bool {
    let folded = fold(cell);
    folded.starts_with("mention")
        || folded.starts_with("option")
        || folded.starts_with("gpa")
        || folded.starts_with("specialit")
        || folded == "obtenu"
        || folded.starts_with("en cours")
        || folded.starts_with("niveau")
}

/// Words that a diploma has, whatever their order.
const DIPLOMAS: &str = "diplome diplomes cap bep bts dut licence master masters bachelor bachelors \
    baccalaureat bac ingenieur doctorat phd mba degree certificate certificat msc bsc brevet formation \
    titre cqp attestation diploma permis classe prepa gcse levels";

/// Words that names of schools have.
const SCHOOLS: &str = "lycee universite iut ecole institut cfa afpa greta campus college university \
    school insa faculte academy academie iae cnam epitech supinfo institute mfr ifsi ens ensam hec \
    essec polytechnique centre esc irts cned lep ifas openclassrooms conservatoire cefa univ inseec \
    iscom simplon centre organisme";

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(String, Option<u8>, Option<String>, Option<i16>)> {
        let lines: Vec<Line> = text.lines().map(Line::plain).collect();
        read(&lines, jiff::civil::date(2026, 11, 22))
            .into_iter()
            .map(|e| (e.diploma, e.level.map(|l| l.0), e.school, e.year))
            .collect()
    }

    fn entry(
        diploma: &str,
        level: u8,
        school: &str,
        year: i16,
    ) -> (String, Option<u8>, Option<String>, Option<i16>) {
        (
            diploma.into(),
            (level > 0).then_some(level),
            (!school.is_empty()).then(|| school.into()),
            (year > 0).then_some(year),
        )
    }

    #[test]
    fn diplomas_on_one_line() {
        for (text, expected) in [
            ("2015 : CAP Cuisine - Lycée hôtelier, Lyon", entry("CAP Cuisine", 3, "Lycée hôtelier", 2015)),
            ("Bac pro Commerce, au lycée Ampère, 2017", entry("Bac pro Commerce", 4, "lycée Ampère", 2017)),
            ("BTS Comptabilité et gestion\t2012 - 2014", entry("BTS Comptabilité et gestion", 5, "", 2014)),
            (
                "2010-2013 Licence de droit, Université Lyon 3",
                entry("Licence de droit", 6, "Université Lyon 3", 2013),
            ),
            (
                "Master Informatique – Université de Nantes – 2018",
                entry("Master Informatique", 7, "Université de Nantes", 2018),
            ),
            ("Bac pro Commerce (Lycée Ampère), 2009", entry("Bac pro Commerce", 4, "Lycée Ampère", 2009)),
            ("Diplôme d'ingénieur, INSA Lyon, 2016", entry("Diplôme d'ingénieur", 7, "INSA Lyon", 2016)),
        ] {
            assert_eq!(shown(text), [expected], "{text}");
        }
    }

    #[test]
    fn diplomas_on_several_lines_in_any_order() {
        let expected = [
            entry("BTS Tourisme", 5, "Lycée Lumière", 2014),
            entry("Baccalauréat ES", 4, "Lycée Ampère", 2012),
        ];
        for text in [
            "BTS Tourisme\nLycée Lumière, Lyon\n2012 - 2014\nBaccalauréat ES\nLycée Ampère, Lyon\n2012",
            "2012 - 2014\nBTS Tourisme\nLycée Lumière\n2012\nBaccalauréat ES\nLycée Ampère",
            "2014 BTS Tourisme\nLycée Lumière\n2012 Baccalauréat ES\nLycée Ampère",
            "Lycée Lumière\t2012 - 2014\nBTS Tourisme\nLycée Ampère\t2012\nBaccalauréat ES",
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn english_degrees() {
        assert_eq!(
            shown(
                "University of California\tAugust 2012 to May 2016\nBerkeley, CA\tBachelor's in Computer Science"
            ),
            [entry("Bachelor's in Computer Science", 6, "University of California", 2016)]
        );
        assert_eq!(
            shown("UC Berkeley | 2019\nBachelor of Science, Computer Science"),
            [entry("Bachelor of Science, Computer Science", 6, "UC Berkeley", 2019)]
        );
    }
}
