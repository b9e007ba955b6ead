//! Jobs that stand in sentences or in terse notes rather than under heads: « abattoir 4 ans, atelier découpe », « de
//! 2007 à 2018, chez Florelis », « Dupuy 1998-2011 / intérim 2 ans ».
//!
//! A time and the words beside it are a job when they name a trade, a firm or a kind of contract. A job whose own words
//! name no trade takes the one that the CV announces: its title then stands on another line, and is to be checked.

use std::sync::LazyLock;

use jiff::civil::Date;
use jobmatch_index::profile::Experience;
use jobmatch_index::skills::fold;
use regex::Regex;

use super::dates::{self, Period};
use super::lines::{CELL, Line, is_one_of, word_count, words};
use super::{credentials, education, experience, header, languages, places, statements, titles};

/// Reads the jobs of `lines`; `headline` is the trade that the CV announces.
pub(super) fn read(lines: &[&Line], headline: Option<&str>, today: Date) -> Vec<Experience> {
    let mut jobs: Vec<Experience> = Vec::new();
    for line in lines {
        let text = statements::claims(line.item());
        for sentence in statements::sentences(&text) {
            let sentence = text[sentence].trim();
            for segment in segments(sentence, today) {
                let before = jobs.last().and_then(|job| job.end.or(job.start));
                jobs.extend(segment.job(headline, before, today));
            }
        }
    }
    jobs
}

/// A time with the words before and after it that belong to it.
#[derive(Debug)]
struct Segment<'a> {
    before: &'a str,
    period: Period,
    after: &'a str,
    /// The words of the time.
    said: &'a str,
}

/// Cuts a sentence into its times, each with its words.
fn segments(sentence: &str, today: Date) -> Vec<Segment<'_>> {
    let periods: Vec<Period> =
        dates::find_all(sentence, today).into_iter().filter(|p| tells_time(sentence, p)).collect();
    let Some(first) = periods.first() else { return Vec::new() };
    let names_first = word_count(&sentence[..first.words.start]) > 0;
    let mut found: Vec<Segment<'_>> = Vec::new();
    let mut start = 0;
    for (i, period) in periods.iter().enumerate() {
        let end = periods.get(i + 1).map_or(sentence.len(), |next| {
            let between = period.words.end..next.words.start;
            between.start + cut(&sentence[between], names_first)
        });
        let words = period.words.clone();
        let start_here = start.min(words.start);
        found.push(Segment {
            before: &sentence[start_here..words.start],
            period: period.clone(),
            after: &sentence[words.end..end.max(words.end)],
            said: &sentence[words],
        });
        start = end.max(period.words.end);
    }
    since_then(&mut found);
    found
}

/// « … 2013-2019 / depuis Goudrard »: the last job began when the one before it ended.
fn since_then(found: &mut Vec<Segment<'_>>) {
    static SINCE: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?:[/;,.]|\s[–-])\s*(depuis)\s+(?:chez\s+)?(\D+)$"));
    let Some(last) = found.last_mut() else { return };
    let Some(since) = SINCE.captures(last.after) else { return };
    let (Some(whole), Some(word), Some(name)) = (since.get(0), since.get(1), since.get(2)) else { return };
    let after = last.after;
    last.after = &after[..whole.start()];
    let period =
        Period { start: None, end: None, current: true, months: None, is_range: true, words: word.range() };
    found.push(Segment { before: "", period, after: &after[name.range()], said: &after[word.range()] });
}

/// Where the words between two times part: those before go with the first time.
fn cut(between: &str, names_first: bool) -> usize {
    static STRONG: LazyLock<Regex> =
        LazyLock::new(|| regex(r"\s[/–—-]\s|[/;•|]|\.\s|,? (?:et|puis|ensuite|and|then|avant|auparavant)\b"));
    if let Some(sign) = STRONG.find(between) {
        return sign.start();
    }
    match between.find(',') {
        Some(comma) => comma,
        None if names_first => 0,
        None => between.len(),
    }
}

/// An age, a price and the length of a training are no times of a job.
fn tells_time(sentence: &str, period: &Period) -> bool {
    let after = fold(&sentence[period.words.end..]);
    let before = fold(&sentence[..period.words.start]);
    let said = &sentence[period.words.clone()];
    if period.is_length_only() {
        // « 34 ans » after a name; « 18 ans de câblage » is what all jobs make together.
        let years =
            period.months.is_some_and(|months| months >= 16 * 12) && said.to_lowercase().contains("an");
        let total = ["de ", "d'", "of "].iter().any(|of| after.trim_start().starts_with(of))
            && !after.contains(" chez ");
        let age = years && words(&before).count() <= 4;
        let training = words(&before)
            .chain(words(&after))
            .any(|w| is_one_of(w, "formation stage theorique jours heures garantie experience"))
            && !before.contains("stage");
        return !age && !total && !training && !before.trim_end().ends_with("dont");
    }
    true
}

static LEAD: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^\W*(?:(?:et|puis|ensuite|avant|auparavant|avant [çc]a|apr[èe]s|d'abord|aujourd'hui|actuellement|enfin|maintenant|then|before that|now|currently|aussi|mais|donc|car|o[ùu]|avec|depuis|pendant|durant|sur|environ|j'ai|je suis|j'[ée]tais|j'y [ée]tais|travaill[ée]e?|exerc[ée]e?|je travaillais?|je travaille|j'ai (?:[ée]t[ée]|travaill[ée]|exerc[ée]|fait|commenc[ée]|d[ée]but[ée]|tenu|boss[ée]|occup[ée])(?: comme| en tant que| un poste de| le poste de)?|i was|i am|i worked|i have been|worked|as|comme|en tant que|en poste|install[ée]e?|une?|un poste de|le|la|les|in|at|de m[ée]tier)\b[\s,:]*)+",
    )
});

impl Segment<'_> {
    fn job(
        &self,
        headline: Option<&str>,
        before: Option<jobmatch_index::profile::Month>,
        today: Date,
    ) -> Option<Experience> {
        let whole = format!("{} {}", self.before, self.after);
        if education::names_diploma(first_words(self.before))
            || education::names_diploma(first_words(self.after))
            || credentials::names_certificate(&whole)
            || !credentials::licences(&whole).is_empty()
            || !languages::in_line(&whole).is_empty()
            || !self.period.is_range && education::level(&whole).is_some()
        {
            return None;
        }
        let (head, tasks) = self.names();
        let cells: Vec<Cell> = head.iter().flat_map(|part| cells(part)).collect();
        let mut job = Experience::default();
        let mut free: Vec<&Cell> = Vec::new();
        for cell in &cells {
            let trade = !cell.announced
                && titles::names_occupation(&cell.text)
                && !experience::is_company(&cell.text);
            match () {
                () if is_contract(&fold(&cell.text)) => {
                    job.employer.get_or_insert_with(|| cell.text.clone());
                }
                () if job.title.is_empty() && trade => job.title.clone_from(&cell.text),
                () if job.place.is_none() && places::is_town(&cell.text) => {
                    job.place = Some(cell.text.clone());
                }
                () => free.push(cell),
            }
        }
        let named = free.iter().position(|cell| cell.announced || experience::is_company(&cell.text));
        let firm = named.or_else(|| free.iter().position(|cell| cell.is_proper()));
        if let Some(firm) = firm {
            job.employer = Some(free.remove(firm).text.clone());
        }
        let evident = !job.title.is_empty() || job.employer.is_some();
        let timed = self.period.is_range || self.period.current || self.period.is_length_only();
        if job.title.is_empty() {
            let prepositions = "a au aux en dans sur chez pour par";
            let names = |cell: &&&Cell| {
                words(&fold(&cell.text)).next().is_some_and(|first| !is_one_of(first, prepositions))
            };
            let own = free.iter().find(names).map(|cell| cell.text.clone());
            job.title = match (headline.filter(|title| titles::names_trade(title)), own) {
                // Words that name no trade are what was done there.
                (Some(title), _) if evident || timed && self.period.is_range => title.to_owned(),
                (_, Some(own)) if timed => own,
                (Some(title), None) if job.employer.is_some() => title.to_owned(),
                _ => return None,
            };
        }
        // A year alone is the time of many things.
        let season = self.period.start.zip(self.period.end).is_some_and(|(a, b)| b.index() - a.index() < 11);
        if !timed && !season || word_count(&job.title) > 12 {
            return None;
        }
        (job.start, job.end, job.current) =
            (self.period.start, self.period.end.filter(|_| !self.period.current), self.period.current);
        job.months_said = self.period.months;
        if self.period.is_length_only() && self.period.current {
            job.start = self.period.months.map(|months| experience::ago(months, today));
        }
        if job.start.is_none() && job.current {
            job.start = before;
        }
        job.tasks = tasks;
        let line = format!(
            "{}{}{}",
            self.before,
            self.said,
            if self.before.trim().is_empty() { self.after } else { "" }
        );
        job.line = line.replace(CELL, " ").trim().to_owned();
        Some(job)
    }

    /// The words that name the job, and those that say what was done.
    fn names(&self) -> (Vec<String>, Vec<String>) {
        let before = LEAD.replace(self.before, "").trim().to_owned();
        let (named, told) = match self.after.trim_start_matches([')', ']']).split_once([':', '.']) {
            Some((named, told)) => (named, told),
            None => (self.after, ""),
        };
        let mut tasks = Vec::new();
        let mut head = Vec::new();
        let (before_head, before_told) = before.split_once(" : ").unwrap_or((&before, ""));
        // What stands nearest to the time names the job.
        head.extend((!before_told.trim().is_empty()).then(|| before_told.to_owned()));
        head.push(before_head.to_owned());
        let named = LEAD_AFTER.replace(named, "");
        // After a name, more of it stands only before the first comma.
        match word_count(before_head) {
            0 => head.push(named.to_string()),
            _ => {
                let (more, told) = split_names(&named);
                head.extend(more.map(str::to_owned));
                tasks.extend((!told.is_empty()).then(|| told.to_owned()));
            }
        }
        tasks.extend((word_count(told) > 0).then(|| told.trim().to_owned()));
        (head, tasks)
    }
}

/// Signs before the words after a time.
static LEAD_AFTER: LazyLock<Regex> = LazyLock::new(|| regex(r"^[\s,:–—|/-]+(?:en tant que|comme|as)?\s*"));

/// « chez Florelis (crèmes) »: what follows a time and names the employer or the post, and the rest.
fn split_names(text: &str) -> (Option<&str>, &str) {
    let text = text.trim();
    if let Some(inside) = text.strip_prefix('(') {
        let (inside, rest) = inside.split_once(')').unwrap_or((inside, ""));
        return (Some(inside), rest.trim_start_matches([',', ' ', ':']));
    }
    let end = text.find([',', '(']).unwrap_or(text.len());
    (Some(&text[..end]).filter(|text| !text.is_empty()), text[end..].trim_start_matches([',', ' ']))
}

fn first_words(text: &str) -> &str {
    text.trim_start_matches(|c: char| !c.is_alphanumeric())
}

/// What stands between a job and its employer.
static AT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\s(?:chez|au sein d[eu']|pour le compte de|@)\s|\s(?:at|au|à la|aux)\s|\sà l'|\sdans (?:un |une |le |la |l')?|\spour\s|\sen (?:tant que )?(?:int[ée]rim|lib[ée]ral)|^(?:chez|au|à la|dans (?:un |une |le |la |l')?|pour|at|for|en)\s",
    )
});

/// A part of the words beside a time.
struct Cell {
    text: String,
    /// « chez », « au » stand before it.
    announced: bool,
}

impl Cell {
    /// Most of its words are names.
    fn is_proper(&self) -> bool {
        let long = || {
            self.text
                .split(' ')
                .filter(|word| word.chars().count() > 3 || word.starts_with(char::is_uppercase))
        };
        let names = long().filter(|word| word.starts_with(char::is_uppercase)).count();
        names * 2 > long().count()
    }
}

/// The parts of the words beside a time.
fn cells(text: &str) -> Vec<Cell> {
    let mut found: Vec<Cell> = Vec::new();
    let parts = split_outside(text);
    for part in parts {
        let mut at = 0;
        let mut announced = false;
        for sign in AT.find_iter(part) {
            push(&mut found, &part[at..sign.start()], announced);
            let sign_text = fold(sign.as_str());
            // « en intérim » says under what contract.
            let keeps = ["interim", "liberal"].iter().find(|word| sign_text.contains(*word));
            if let Some(contract) = keeps {
                push(&mut found, contract, false);
            }
            announced = keeps.is_none();
            at = sign.end();
        }
        push(&mut found, &part[at..], announced);
    }
    found
}

fn push(found: &mut Vec<Cell>, text: &str, announced: bool) {
    let text = LEAD.replace(text, "");
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    if !text.chars().any(char::is_alphabetic) || word_count(text) > 12 {
        return;
    }
    found.push(Cell { text: text.to_owned(), announced });
}

/// Commas, dashes and brackets part the words of a job.
fn split_outside(text: &str) -> Vec<&str> {
    static SIGN: LazyLock<Regex> = LazyLock::new(|| regex(r"\s[–—/-]\s|[,()|•;:\t]"));
    let mut found = Vec::new();
    let mut at = 0;
    for sign in SIGN.find_iter(text) {
        found.push(&text[at..sign.start()]);
        at = sign.end();
    }
    found.push(&text[at..]);
    found
}

/// Works for whoever asks: under what contract is all that is said of the employer.
fn is_contract(folded: &str) -> bool {
    let mut all = words(folded);
    all.next().is_some_and(|first| {
        is_one_of(first, "interim liberal freelance independant independante saison saisons cdd micro")
    }) && all.next().is_none_or(|second| is_one_of(second, "entreprise en de"))
}

/// Whether a line may tell of a job: no contact, no personal data, no heading.
pub(super) fn may_tell(line: &Line) -> bool {
    !header::is_contact(line) || word_count(&line.text) > 12
}

fn regex(pattern: &str) -> Regex {
    Regex::new(&format!("(?i){pattern}")).expect("constant pattern")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn shown(text: &str, headline: Option<&str>) -> Vec<String> {
        let lines: Vec<Line> = text.lines().map(Line::plain).collect();
        let lines: Vec<&Line> = lines.iter().collect();
        let jobs = read(&lines, headline, date(2026, 11, 22));
        jobs.into_iter()
            .map(|job| {
                let year = |month: Option<jobmatch_index::profile::Month>| {
                    month.map_or(String::new(), |m| m.year.to_string())
                };
                let end = if job.current { "now".to_owned() } else { year(job.end) };
                let months = job.months_said.map_or(String::new(), |months| format!(" {months}"));
                format!(
                    "{} @ {} {}..{end}{months}",
                    job.title,
                    job.employer.unwrap_or_default(),
                    year(job.start)
                )
            })
            .collect()
    }

    #[test]
    fn times_with_their_words_are_jobs() {
        for (text, headline, expected) in [
            (
                "Dupuy 1998-2011 / intérim 2 ans / Carrières du Loir 2013-2019",
                Some("Conducteur d'engins"),
                &[
                    "Conducteur d'engins @ Dupuy 1998..2011",
                    "Conducteur d'engins @ intérim .. 24",
                    "Conducteur d'engins @ Carrières du Loir 2013..2019",
                ][..],
            ),
            (
                "J'ai travaillé comme soudeur chez Métallerie Caux de 2012 à 2019.",
                None,
                &["soudeur @ Métallerie Caux 2012..2019"],
            ),
            ("Cuisinier 3 ans (Brasserie du Port)", None, &["Cuisinier @ Brasserie du Port .. 36"]),
            ("Marie Dupont, 34 ans, Rennes", None, &[]),
            ("18 ans de câblage", Some("Câbleuse"), &[]),
            ("CAP cuisine 2012, CACES 3 (2020)", Some("Cuisinier"), &[]),
        ] {
            assert_eq!(shown(text, headline), expected, "{text}");
        }
    }
}
