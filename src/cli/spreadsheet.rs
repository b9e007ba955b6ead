//! A ranking as CSV (RFC 4180), for spreadsheets.

use std::io::{self, Write};

use jobmatch_index::lang::Lang;
use jobmatch_index::matching::short_reasons;
use jobmatch_index::offer::Offer;
use jobmatch_index::score::Match;
use unicode_normalization::UnicodeNormalization;

use super::matching::distance;
use super::words;

const HEADER: [&str; 17] = [
    "rank",
    "score",
    "coverage",
    "source",
    "id",
    "title",
    "company",
    "place",
    "km",
    "contract",
    "salary_min",
    "salary_max",
    "experience_months",
    "telework",
    "published",
    "url",
    "reasons",
];

/// Writes a header and a row for each match.
pub(super) fn write<'a>(
    out: &mut impl Write,
    matches: impl Iterator<Item = (&'a Match, &'a Option<Offer>)>,
    lang: Lang,
) -> io::Result<()> {
    let mut rows = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    rows.write_record(HEADER)?;
    for (rank, (found, offer)) in (1_usize..).zip(matches) {
        let Some(offer) = offer else { continue };
        let salary = offer.salary.as_ref().map(|found| found.value);
        let fields = [
            rank.to_string(),
            format!("{:.1}", found.score),
            format!("{:.2}", found.coverage),
            offer.key.source.clone(),
            offer.key.id.clone(),
            offer.title.clone(),
            offer.company.clone().unwrap_or_default(),
            offer.place.as_ref().map(|found| found.value.label.clone()).unwrap_or_default(),
            distance(found).map(|km| format!("{km:.0}")).unwrap_or_default(),
            offer
                .contract
                .as_ref()
                .map(|found| words::contract(found.value, lang))
                .unwrap_or_default()
                .into(),
            salary.map(|pay| pay.min.to_string()).unwrap_or_default(),
            salary.map(|pay| pay.max.to_string()).unwrap_or_default(),
            offer.experience.as_ref().map(|found| found.value.to_string()).unwrap_or_default(),
            offer
                .telework
                .as_ref()
                .map(|found| words::telework(found.value, lang))
                .unwrap_or_default()
                .into(),
            offer.published.map(|day| day.to_string()).unwrap_or_default(),
            offer.url.clone().unwrap_or_default(),
            short_reasons(found, lang),
        ];
        rows.write_record(fields.iter().map(|field| safe(field)))?;
    }
    out.write_all(&rows.into_inner().map_err(csv::IntoInnerError::into_error)?)
}

/// A text that a spreadsheet would run as a formula gets an apostrophe before it: offers come from strangers. Some
/// spreadsheets pass over what stands before the sign, and take its full-width and small forms for it.
fn safe(field: &str) -> String {
    let unseen =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}');
    let first = field.trim_start_matches(unseen).nfkc().next();
    let formula = matches!(first, Some('=' | '+' | '-' | '@' | '−')) || field.starts_with(['\t', '\r', '\n']);
    if formula && field.parse::<f64>().is_err() { format!("'{field}") } else { field.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(safe("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        let signs = [
            "+",
            "-",
            "@",
            "＝",
            "＋",
            "－",
            "＠",
            "﹦",
            "﹢",
            "﹣",
            "﹫",
            "−",
            "\t",
            "\r",
            " =",
            "\u{feff}=",
            "\n＝",
        ];
        for sign in signs {
            let formula = format!("{sign}1+1");
            assert_eq!(safe(&formula), format!("'{formula}"), "{sign:?}");
        }
        assert_eq!(safe("-3.5"), "-3.5");
        assert_eq!(safe("Soudeur, H/F"), "Soudeur, H/F");
    }
}
