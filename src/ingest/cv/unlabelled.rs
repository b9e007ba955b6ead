//! Sections that no heading opens: in a CV that has none, or on a photograph that lost some.

use jiff::civil::Date;
use jobmatch_index::skills::Graph;

use super::lines::{CELL, Line, word_count};
use super::sections::{Kind, Section};
use super::{dates, education, experience, header, languages, titles};
use crate::ingest::prose;

/// Finds jobs and studies, and with them lists of skills, by what lines say where no heading names any.
pub(super) fn find(sections: Vec<Section>, today: Date) -> Vec<Section> {
    let sections = resume(sections, today);
    let lacks = |kind| sections.iter().all(|section| section.kind != kind);
    let (jobs, studies, skills) = (lacks(Kind::Experience), lacks(Kind::Education), lacks(Kind::Skills));
    if !jobs && !studies {
        return sections;
    }
    let cut = |section: Section| match section.kind {
        Kind::Education | Kind::Languages | Kind::Certificates | Kind::Interests => vec![section],
        // « Logiciels » may head a list of skills above the jobs.
        _ => section.cut(jobs, studies, today),
    };
    let mut found: Vec<Section> = sections.into_iter().flat_map(cut).collect();
    if jobs && skills {
        found = found.into_iter().flat_map(Section::cut_skills).collect();
    }
    found
}

/// Takes the jobs that stand below a note between them (« CONTACT », « POINTS FORTS ») back into a section of jobs.
fn resume(sections: Vec<Section>, today: Date) -> Vec<Section> {
    let Some(first) = sections.iter().position(|section| section.kind == Kind::Experience) else {
        return sections;
    };
    let mut found: Vec<Section> = Vec::with_capacity(sections.len());
    for (i, mut section) in sections.into_iter().enumerate() {
        let other = !matches!(section.kind, Kind::Experience | Kind::Education | Kind::Summary);
        let starts = |line: &Line| {
            let row = Row::new(line, today);
            let period = dates::find(line.item(), today).filter(|period| period.is_range);
            let text = line.item();
            let at_edge = |p: &dates::Period| {
                p.words.start <= 2 || text[p.words.end..].chars().all(|c| !c.is_alphanumeric())
            };
            row.free
                && !row.names_diploma
                && word_count(&row.rest) <= 14
                && period.is_some_and(|p| at_edge(&p) && (row.names_job || p.words.start <= 2))
        };
        let resumed = section.lines.iter().position(starts).filter(|_| other && i > first);
        let rest = resumed.map(|at| section.lines.split_off(at));
        if !section.lines.is_empty() {
            found.push(section);
        }
        if let Some(lines) = rest {
            found.push(Section { kind: Kind::Experience, heading: String::new(), lines });
        }
    }
    found
}

/// What a line says by itself.
struct Row<'a> {
    line: &'a Line,
    /// It may name an entry: no item, no contact, no personal data.
    free: bool,
    /// It has a date.
    dated: bool,
    /// From one date to another, or since one.
    ranged: bool,
    /// The text without that.
    rest: String,
    names_job: bool,
    names_diploma: bool,
}

impl<'a> Row<'a> {
    fn new(line: &'a Line, today: Date) -> Self {
        let text = line.item();
        let period = dates::find(text, today).filter(|period| !period.is_length_only());
        let rest = period.as_ref().map_or_else(|| text.to_owned(), |period| dates::without(text, period));
        let parts = || rest.split([CELL, ',']).map(str::trim);
        let dated = period.is_some();
        let ranged = period.as_ref().is_some_and(|period| period.is_range);
        // « Sauveteur secouriste du travail (2022) »
        let obtained = period.is_some_and(|period| !period.is_range) && !prose::licences(&rest).is_empty();
        let free = !line.is_item() && !header::is_contact(line) && !header::is_personal(text);
        let short = free && word_count(&rest) <= 14;
        let names_job = short && !obtained && parts().any(titles::names_trade);
        let studied = || dated && !names_job && education::is_diploma(&rest) && !education::is_school(&rest);
        Self {
            names_job,
            names_diploma: free && rest.split(CELL).any(education::names_diploma) || short && studied(),
            line,
            free,
            dated,
            ranged,
            rest,
        }
    }

    fn is_only_a_date(&self) -> bool {
        self.dated && word_count(&self.rest) == 0
    }
}

impl Section {
    fn cut(self, jobs: bool, studies: bool, today: Date) -> Vec<Self> {
        let rows: Vec<Row> = self.lines.iter().map(|line| Row::new(line, today)).collect();
        // Where another kind of section begins; and where the last entry was named.
        let mut turns: Vec<(usize, Kind)> = Vec::new();
        let mut named = 0;
        for i in 0..rows.len() {
            let now = turns.last().map(|(_, kind)| *kind);
            let floor = turns.last().map_or(0, |(start, _)| *start);
            let (start, kind) = match entry(&rows, i, floor) {
                Some((start, Kind::Education)) if studies => (start, Kind::Education),
                // Back to the jobs of a section about them, too.
                Some((start, Kind::Experience)) if jobs || self.kind == Kind::Experience && now.is_some() => {
                    (start, Kind::Experience)
                }
                _ => match now.and_then(|now| aside(&rows, i, now, named)) {
                    Some(kind) => (i, kind),
                    None => continue,
                },
            };
            if matches!(kind, Kind::Education | Kind::Experience) {
                named = i;
            }
            if now != Some(kind) {
                turns.push((start, kind));
            }
        }
        drop(rows);
        let Self { kind, heading, lines: mut rest } = self;
        let mut sections = Vec::with_capacity(turns.len() + 1);
        for (start, kind) in turns.into_iter().rev() {
            sections.push(Self { kind, heading: String::new(), lines: rest.split_off(start) });
        }
        sections.push(Self { kind, heading, lines: rest });
        sections.retain(|section| !section.lines.is_empty());
        sections.reverse();
        sections
    }

    /// Takes out the lines that list skills: « Disponibilité » and « État civil » may be two of them, and no headings.
    fn cut_skills(self) -> Vec<Self> {
        if !matches!(self.kind, Kind::Header | Kind::Unknown | Kind::Other) {
            return vec![self];
        }
        // A head begins with a name and a headline.
        let first = if self.kind == Kind::Header && self.heading.is_empty() { 2 } else { 0 };
        let listed = |line: &Line| {
            parts(line).all(|part| word_count(part) <= 6)
                && !line.text.ends_with('.')
                && !header::is_contact(line)
                && !header::is_personal(&line.text)
        };
        let Self { kind, heading, lines } = self;
        let (mut kept, mut skills, mut run) = (Vec::new(), Vec::new(), Vec::new());
        let mut settle = |run: &mut Vec<Line>, kept: &mut Vec<Line>| {
            let all = run.iter().flat_map(parts).count();
            let known = |part: &&str| !Graph::builtin().extract(part).is_empty();
            let list = all >= FEWEST_LISTED && run.iter().flat_map(parts).filter(known).count() * 2 >= all;
            if list { skills.append(run) } else { kept.append(run) }
        };
        for (i, line) in lines.into_iter().enumerate() {
            if i >= first && listed(&line) {
                run.push(line);
            } else {
                settle(&mut run, &mut kept);
                kept.push(line);
            }
        }
        settle(&mut run, &mut kept);
        let sections = [(kind, heading, kept), (Kind::Skills, String::new(), skills)];
        let sections = sections.map(|(kind, heading, lines)| Self { kind, heading, lines });
        sections.into_iter().filter(|section| !section.lines.is_empty()).collect()
    }
}

/// Fewer short texts that are skills may be anything.
const FEWEST_LISTED: usize = 4;

/// What a line lists.
fn parts(line: &Line) -> impl Iterator<Item = &str> {
    line.item().split([CELL, ',', ';', '|', '•', '·']).map(str::trim).filter(|part| !part.is_empty())
}

/// Where the job or the diploma that line `i` tells of begins, not above line `floor`, and which of the two it is.
fn entry(rows: &[Row], i: usize, floor: usize) -> Option<(usize, Kind)> {
    let row = &rows[i];
    // The lines below that are no entry by themselves.
    let below = || rows[i + 1..].iter().take(2).take_while(|next| next.free && !next.dated);
    if !row.free {
        return None;
    }
    let study = |start| Some((start, Kind::Education));
    let job = |start| Some((start, Kind::Experience));
    let above = i.checked_sub(1).filter(|above| *above >= floor && rows[*above].is_only_a_date());
    if row.names_diploma {
        // A diploma that somebody works for is a headline.
        let dated = row.dated
            || above.is_some()
            || rows
                .get(i + 1)
                .is_some_and(|next| next.free && next.dated && prose::licences(&next.rest).is_empty());
        return if dated || floor > 0 { study(above.unwrap_or(i)) } else { None };
    }
    if !row.dated {
        return None;
    }
    let next = below().next();
    if next.is_some_and(|next| next.names_diploma)
        && (row.is_only_a_date() || education::is_school(&row.rest))
    {
        return study(i);
    }
    if row.names_job {
        return job(i);
    }
    // Below a diploma, whatever went on from one date to another and is no school was a job.
    if row.ranged
        && floor > 0
        && !education::is_school(&row.rest)
        && (1..=20).contains(&word_count(&row.rest))
    {
        return job(i);
    }
    let lead = lead(rows, i, floor);
    if lead > 0 || below().any(|next| next.names_job) && word_count(&row.rest) <= 12 {
        return job(i - lead);
    }
    None
}

/// How many lines above the dates on line `i` name the job.
fn lead(rows: &[Row], i: usize, floor: usize) -> usize {
    // The first two of all are the person's name and headline.
    let from = if floor == 0 { 2 } else { floor + 1 };
    let above = rows.get(from..i).unwrap_or_default().iter().rev().take(2);
    let above = above.take_while(|row| {
        row.free
            && !row.dated
            && !row.names_diploma
            && word_count(&row.rest) <= 10
            && !row.rest.ends_with('.')
    });
    // « ACIÉRIES DU NORD » between an empty line and the dates.
    let top = (0..=i).rev().find(|at| rows[*at].line.gap).unwrap_or(i);
    let firm = |row: &Row| {
        row.free
            && !row.dated
            && !row.names_diploma
            && word_count(&row.rest) <= 10
            && (experience::is_company(&row.rest) || !row.rest.chars().any(char::is_lowercase))
    };
    if top >= from.min(i) && top < i && i - top <= 2 && rows[top..i].iter().all(firm) {
        return i - top;
    }
    let above: Vec<&Row> = above.collect();
    if above.iter().any(|row| row.names_job) { above.len() } else { 0 }
}

/// What line `i` opens when it is no entry, among lines of kind `now` whose last entry was named on line `named`.
fn aside(rows: &[Row], i: usize, now: Kind, named: usize) -> Option<Kind> {
    let line = rows[i].line;
    let text = line.item();
    let of_a_job = now == Kind::Experience && line.is_item();
    if of_a_job || header::is_contact(line) {
        return None;
    }
    if word_count(text) <= 8 && !prose::licences(text).is_empty() {
        return Some(Kind::Certificates);
    }
    if !languages::in_line(text).is_empty() {
        return Some(Kind::Languages);
    }
    match now {
        Kind::Languages | Kind::Certificates => Some(Kind::Unknown),
        // A school, or a remark on the diploma.
        Kind::Education => {
            let more = i == named + 1 && word_count(text) <= 8 && loose_length(text).is_none();
            (!more && !education::is_school(text)).then_some(Kind::Unknown)
        }
        // Tasks are items, and here is something else that names no job.
        Kind::Experience => {
            let follows_a_list = rows[i - 1].line.is_item();
            let leads = rows[i + 1..].iter().take(2).any(|next| next.free && next.dated);
            (follows_a_list && !leads && !rows[i].names_job).then_some(Kind::Unknown)
        }
        _ => None,
    }
}

/// A length of time by itself: « 2 ans ».
fn loose_length(text: &str) -> Option<dates::Period> {
    dates::find(text, super::layout::ANY_DAY).filter(dates::Period::is_length_only)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::sections;
    use super::*;

    fn kinds(text: &str) -> Vec<(Kind, String)> {
        let lines = text.lines().filter(|line| !line.is_empty()).map(Line::plain).collect();
        find(sections::split(lines), date(2026, 11, 22))
            .into_iter()
            .map(|section| {
                let lines: Vec<String> = section.lines.into_iter().map(|line| line.text).collect();
                (section.kind, lines.join(" / "))
            })
            .collect()
    }

    fn said(kinds: &[(Kind, String)], kind: Kind) -> Vec<&str> {
        kinds.iter().filter(|found| found.0 == kind).map(|found| &*found.1).collect()
    }

    #[test]
    fn a_cv_without_headings() {
        let found = kinds(
            "Marie DUPONT\nVendeuse\n69003 Lyon\n06 12 34 56 78\n\n2019 - 2023 : Vendeuse, Zara, Lyon\n- Encaissement\n\
             2017 - 2019 : Caissière, Carrefour\n2017 : Bac pro Commerce, lycée Ampère\nBEP Vente\n\
             Anglais courant, espagnol scolaire\nPermis B\nLecture, natation",
        );
        assert_eq!(
            found,
            [
                (Kind::Header, "Marie DUPONT / Vendeuse / 69003 Lyon / 06 12 34 56 78".to_owned()),
                (
                    Kind::Experience,
                    "2019 - 2023 : Vendeuse, Zara, Lyon / - Encaissement / 2017 - 2019 : Caissière, Carrefour".into()
                ),
                (Kind::Education, "2017 : Bac pro Commerce, lycée Ampère / BEP Vente".into()),
                (Kind::Languages, "Anglais courant, espagnol scolaire".into()),
                (Kind::Certificates, "Permis B".into()),
                (Kind::Unknown, "Lecture, natation".into()),
            ]
        );
    }

    #[test]
    fn short_lines_that_are_known_skills_are_a_list_of_skills() {
        let found = kinds(
            "Marie DUPONT\nVendeuse\nmarie@exemple.fr\nEncaissement, merchandising\nMise en rayon\tInventaire\n\
             2019 - 2023 : Vendeuse, Zara, Lyon\n- Encaissement\nLecture, chorale, théâtre, voyages",
        );
        assert_eq!(said(&found, Kind::Skills), ["Encaissement, merchandising / Mise en rayon\tInventaire"]);
        assert_eq!(said(&found, Kind::Header), ["Marie DUPONT / Vendeuse / marie@exemple.fr"]);
    }

    #[test]
    fn dates_below_the_names_of_a_job() {
        let found = kinds(
            "Jean MARTIN\nChauffeur poids lourd\nTél : 06 11 22 33 44\nTransports Dupuy, Nantes\nConducteur routier\n\
             mars 2018 à aujourd'hui\nLivraison régionale",
        );
        assert_eq!(
            said(&found, Kind::Experience),
            ["Transports Dupuy, Nantes / Conducteur routier / mars 2018 à aujourd'hui / Livraison régionale"]
        );
    }

    #[test]
    fn studies_whose_heading_was_lost_among_jobs() {
        let found = kinds(
            "Anne Hardy\nComptable\nEXPÉRIENCE\n2019 à ce jour : Comptable, Maison Vauclair\n- Tenue des comptes\n\
             DCG (cours du soir), 2011\nBTS Comptabilité et gestion - Lycée Colbert - 1994-1996\n\
             1997 : Comptable, Verreries de la Vesle",
        );
        assert_eq!(
            said(&found, Kind::Education),
            ["DCG (cours du soir), 2011 / BTS Comptabilité et gestion - Lycée Colbert - 1994-1996"]
        );
        assert_eq!(
            said(&found, Kind::Experience),
            [
                "2019 à ce jour : Comptable, Maison Vauclair / - Tenue des comptes",
                "1997 : Comptable, Verreries de la Vesle",
            ]
        );
    }

    #[test]
    fn what_a_head_says_of_the_person_is_no_job() {
        let head = "Marie Dupont\nNée le 12 mars 1998\nDisponible dès septembre 2026\nBTS Tourisme en alternance\n\
                    Titulaire du permis B depuis 2019\nSauveteur secouriste du travail (2022)";
        let found = kinds(&format!("{head}\nLANGUES\nAnglais"));
        assert_eq!(said(&found, Kind::Header), [head.replace('\n', " / ")]);
        assert!(said(&found, Kind::Experience).is_empty() && said(&found, Kind::Education).is_empty());
    }

    #[test]
    fn headings_that_name_jobs_and_studies_are_taken_at_their_word() {
        let text =
            "Marie Dupont\n2012 : Vendeuse\nEXPÉRIENCE\nVendeuse - Zara\nBEP Vente, 2010\nFORMATION\nBac pro";
        let found = kinds(text);
        assert_eq!(said(&found, Kind::Experience), ["Vendeuse - Zara / BEP Vente, 2010"]);
    }
}
