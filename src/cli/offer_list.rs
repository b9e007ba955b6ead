//! Offers in the terminal: a block of lines each, fitted to its width.

use std::io::{self, Write};

use console::{Style, style};
use jobmatch_index::lang::Lang;
use jobmatch_index::matching::band_name;
use jobmatch_index::offer::Offer;
use jobmatch_index::score::Band;

use super::words::{decimal, facts, text};

/// Columns when the output is no terminal.
const USUAL_WIDTH: usize = 100;
/// Below this, the score stands on a line of its own.
const NARROW: usize = 60;
/// Columns of the bar under a score of 100.
const BAR: usize = 11;
/// Lines of reasons an offer gets at most.
const REASON_LINES: usize = 3;

/// What is shown of an offer.
pub(super) struct Entry<'a> {
    /// Place in the list, from 1.
    pub(super) rank: usize,
    /// Score, 0 to 100, and coverage, 0 to 1, when the offers are ranked for a CV.
    pub(super) score: Option<(f32, f32)>,
    pub(super) offer: &'a Offer,
    /// Kilometres from home, when known.
    pub(super) km: Option<f32>,
    /// Why, in short.
    pub(super) reasons: String,
}

/// Writes the entries, each followed by an empty line.
pub(super) fn print(out: &mut impl Write, entries: &[Entry], lang: Lang) -> io::Result<()> {
    let width = width();
    for entry in entries {
        let score = score_lines(entry, lang);
        let margin = score.iter().map(|line| console::measure_text_width(line)).max().unwrap_or(0);
        let rank = format!("{:>3}  ", entry.rank);
        let (indent, beside) = if width < NARROW {
            (rank.len(), false)
        } else {
            (rank.len() + margin + 2 * usize::from(margin > 0), true)
        };
        let body = body_lines(entry, width.saturating_sub(indent).max(20), lang);
        if beside {
            let lines = score.len().max(body.len());
            for line in 0..lines {
                let left = score.get(line).map_or("", String::as_str);
                let number = if line == 0 { rank.as_str() } else { "     " };
                let gap = if margin > 0 { "  " } else { "" };
                let left = console::pad_str(left, margin, console::Alignment::Left, None);
                let right = body.get(line).map_or("", String::as_str);
                writeln!(out, "{}", format!("{number}{left}{gap}{right}").trim_end())?;
            }
        } else {
            let first = score.join("  ");
            writeln!(out, "{}", format!("{rank}{first}").trim_end())?;
            for line in body {
                writeln!(out, "     {line}")?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Columns of the terminal.
pub(super) fn width() -> usize {
    match console::Term::stdout().size_checked() {
        Some((_, columns)) => usize::from(columns),
        None => std::env::var("COLUMNS").ok().and_then(|set| set.parse().ok()).unwrap_or(USUAL_WIDTH),
    }
}

/// The colour of a score.
pub(super) fn score_style(score: f32) -> Style {
    match Band::of(score) {
        Band::VeryClose => Style::new().green().bold(),
        Band::Close | Band::WorthALook => Style::new().yellow().bold(),
        Band::Far => Style::new().dim(),
    }
}

fn score_lines(entry: &Entry, lang: Lang) -> Vec<String> {
    let Some((score, coverage)) = entry.score else { return Vec::new() };
    let coverage = decimal(f64::from(coverage) * 100.0, 0, lang);
    vec![
        format!("{:>3} {}", score_style(score).apply_to(format!("{score:.0}")), bar(score)),
        style(band_name(Band::of(score), lang)).dim().to_string(),
        style(text!(lang, "couverture {coverage} %", "coverage {coverage}%")).dim().to_string(),
    ]
}

/// A bar in eighths of a column.
fn bar(score: f32) -> String {
    let eighths = (score.clamp(0.0, 100.0) / 100.0 * (BAR * 8) as f32).round() as usize;
    let mut bar = "█".repeat(eighths / 8);
    bar.push_str(["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]);
    score_style(score).apply_to(bar).to_string()
}

fn body_lines(entry: &Entry, width: usize, lang: Lang) -> Vec<String> {
    let offer = entry.offer;
    let key = printable(&offer.key.to_string());
    let mut titles = wrap(&printable(&offer.title), width, 2);
    let mut lines: Vec<String> = Vec::new();
    let fits = titles.len() == 1
        && console::measure_text_width(&titles[0]) + console::measure_text_width(&key) + 2 <= width;
    let key_after_facts = !fits;
    if fits && let Some(title) = titles.pop() {
        let gap = width - console::measure_text_width(&title) - console::measure_text_width(&key);
        lines.push(format!("{}{}{}", style(title).bold(), " ".repeat(gap), style(&key).dim()));
    }
    lines.extend(titles.into_iter().map(|title| style(title).bold().to_string()));
    let mut about: Vec<String> = offer.company.iter().map(|company| printable(company)).collect();
    about.extend(place(entry, lang));
    about.extend(facts(offer, lang));
    lines.extend(wrap(&about.join(" · "), width, 2));
    lines.extend(
        wrap(&printable(&entry.reasons), width, REASON_LINES)
            .into_iter()
            .map(|line| style(line).cyan().to_string()),
    );
    if key_after_facts {
        lines.push(style(key).dim().to_string());
    }
    lines
}

fn place(entry: &Entry, lang: Lang) -> Option<String> {
    let label = entry.offer.place.as_ref().map(|found| printable(&found.value.label));
    let km = entry.km.map(|km| text!(lang, "à {km:.0} km", "{km:.0} km away"));
    match (label, km) {
        (Some(label), Some(km)) => Some(format!("{label}, {km}")),
        (label, km) => label.or(km),
    }
}

/// Text of an offer without what would move the cursor or change the colours of the terminal.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// Breaks text at spaces into at most `most` lines of at most `width` columns; an ellipsis tells that there
/// was more.
pub(super) fn wrap(text: &str, width: usize, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let room = match lines.last() {
            Some(line) => console::measure_text_width(line) + 1 + console::measure_text_width(word) <= width,
            None => false,
        };
        match lines.last_mut().filter(|_| room) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            last.push_str(" …");
        }
    }
    for line in &mut lines {
        *line = console::truncate_str(line, width, "…").into_owned();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_within_the_width() {
        let text = "Développeuse ou développeur Python confirmé·e pour une équipe de Lyon";
        for width in [8, 20, 40, 200] {
            let lines = wrap(text, width, 9);
            assert!(lines.iter().all(|line| console::measure_text_width(line) <= width), "{lines:?}");
        }
        assert_eq!(wrap(text, 20, 1), ["Développeuse ou …"]);
        assert_eq!(wrap("", 20, 2), Vec::<String>::new());
    }

    #[test]
    fn an_offer_cannot_drive_the_terminal() {
        assert_eq!(printable("Soudeur\u{1b}[2J\r\n"), "Soudeur [2J");
    }

    #[test]
    fn a_bar_grows_with_the_score() {
        let length = |score| console::measure_text_width(&bar(score));
        assert_eq!((length(0.0), length(100.0)), (0, BAR));
        assert!(length(30.0) < length(80.0));
    }
}
