//! Sections that no heading opens: in a CV that has none, or on a photograph that lost some.

use jiff::civil::Date;

use super::lines::{CELL, Line, word_count};
use super::sections::{Kind, Section};
use super::{dates, education, header, languages, titles};
use crate::ingest::prose;

/// Finds jobs, and studies, by what lines say where no heading names any.
pub(super) fn find(sections: Vec<Section>, today: Date) -> Vec<Section> {
    let lacks = |kind| sections.iter().all(|section| section.kind != kind);
    let (jobs, studies) = (lacks(Kind::Experience), lacks(Kind::Education));
    if !jobs && !studies {
        return sections;
    }
    let may_hold_jobs = [Kind::Header, Kind::Summary, Kind::Unknown];
    let cut = |section: Section| match section.kind {
        kind if may_hold_jobs.contains(&kind) => section.cut(jobs, studies, today),
        Kind::Experience => section.cut(false, studies, today),
        _ => vec![section],
    };
    sections.into_iter().flat_map(cut).collect()
}

/// What a line says by itself.
#[derive(Clone, Copy, PartialEq)]
enum Says {
    Job,
    Study,
    Language,
    Licence,
    Other,
}

impl Section {
    fn cut(self, jobs: bool, studies: bool, today: Date) -> Vec<Self> {
        // Where another kind of section begins.
        let mut turns: Vec<(usize, Kind)> = Vec::new();
        for i in 0..self.lines.len() {
            let now = turns.last().map(|(_, kind)| *kind);
            let floor = turns.last().map_or(0, |(start, _)| start + 1);
            let lead = lead(&self.lines[floor..i], &self.lines[i], today);
            let kind = match says(&self.lines, i, lead, today) {
                // A diploma that somebody works for is a headline.
                Says::Study if studies && (now.is_some() || is_dated_near(&self.lines, i, today)) => {
                    Kind::Education
                }
                Says::Job if jobs => Kind::Experience,
                // Back to the jobs of a section about them.
                Says::Job if self.kind == Kind::Experience && now.is_some() => Kind::Experience,
                Says::Language if now.is_some() => Kind::Languages,
                Says::Licence if now.is_some() => Kind::Certificates,
                Says::Other if matches!(now, Some(Kind::Languages | Kind::Certificates)) => Kind::Unknown,
                _ => continue,
            };
            if now != Some(kind) {
                turns.push((if kind == Kind::Experience { i - lead } else { i }, kind));
            }
        }
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
}

fn says(lines: &[Line], i: usize, lead: usize, today: Date) -> Says {
    let line = &lines[i];
    let text = line.item();
    let dated = undated(text, today);
    let rest = dated.as_deref().unwrap_or(text);
    let next_names_job = || lines.get(i + 1).is_some_and(|next| !next.is_item() && names_job(&next.text));
    match () {
        () if line.is_item() || header::is_contact(line) => Says::Other,
        () if word_count(text) <= 8 && !prose::licences(text).is_empty() => Says::Licence,
        () if header::is_personal(text) => Says::Other,
        () if rest.split(CELL).any(education::names_diploma) => Says::Study,
        () if dated.is_some()
            && word_count(rest) <= 12
            && (names_job(rest) || lead > 0 || rest.is_empty() && next_names_job()) =>
        {
            Says::Job
        }
        () if !languages::in_line(text).is_empty() => Says::Language,
        () => Says::Other,
    }
}

/// A line without its date; `None` when it has none.
fn undated(text: &str, today: Date) -> Option<String> {
    let period = dates::find(text, today).filter(|period| !period.is_length_only())?;
    Some(dates::without(text, &period))
}

fn names_job(text: &str) -> bool {
    text.split([CELL, ',']).any(|part| titles::likeness(part) >= titles::KNOWN_HEAD)
}

fn is_dated_near(lines: &[Line], i: usize, today: Date) -> bool {
    let of_a_diploma =
        |line: &&Line| !header::is_personal(line.item()) && prose::licences(&line.text).is_empty();
    lines[i..].iter().take(2).filter(of_a_diploma).any(|line| undated(line.item(), today).is_some())
}

/// How many of the lines `above` name the job that `dated` says the dates of.
fn lead(above: &[Line], dated: &Line, today: Date) -> usize {
    if undated(dated.item(), today).is_none_or(|rest| names_job(&rest)) {
        return 0;
    }
    // The first two are the person's name and headline.
    let free = above.iter().skip(2).rev().take(2).take_while(|line| {
        !line.is_item()
            && !header::is_contact(line)
            && !header::is_personal(&line.text)
            && word_count(&line.text) <= 10
            && !line.text.ends_with('.')
    });
    let free: Vec<&Line> = free.collect();
    if free.iter().any(|line| names_job(&line.text)) { free.len() } else { 0 }
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
                    Titulaire du permis B depuis 2019";
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
