//! Dates of jobs and diplomas, in the forms that French and English CVs use.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::Date;
use jobmatch_index::profile::Month;
use jobmatch_index::skills::fold;
use regex::{Captures, Regex};

use super::lines::CELL;

/// A time that a line of a CV states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Period {
    /// First month.
    pub(super) start: Option<Month>,
    /// Last month.
    pub(super) end: Option<Month>,
    /// It goes on today.
    pub(super) current: bool,
    /// Length in months that is stated beside the dates or in their place.
    pub(super) months: Option<u16>,
    /// Both ends are said, or one end and that it goes on: the mark of a job or of studies.
    pub(super) is_range: bool,
    /// The words, as bytes of the line.
    pub(super) words: Range<usize>,
}

impl Period {
    /// Nothing but a length (« 3 ans »).
    pub(super) fn is_length_only(&self) -> bool {
        self.start.is_none() && self.end.is_none()
    }
}

/// One date on a line.
#[derive(Debug, Clone, PartialEq)]
struct Atom {
    value: Value,
    words: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Value {
    /// A month, or the months from the first to the last when only a year or a season is said.
    Months(Month, Month),
    /// A year alone.
    Year(i16),
    /// A month whose year follows with the other end (« mars – juin 2020 »).
    MonthOnly(u8),
    /// Two pairs of digits that are a month and a year in a range (« 09/19 – 06/21 »), else anything.
    Short(Month),
    /// Two digits that end a range of years (« 2019-21 »).
    Tail(i16),
    /// « à ce jour ».
    Now,
}

const MONTH: &str = r"janvier|january|janv|jan|f[ée]vrier|february|f[ée]vr|f[ée]v|feb|mars|march|mar|avril|april|avr|apr|mai|may|juin|june|jun|juillet|juil|july|jul|ao[ûu]t|august|aug|septembre|september|sept|sep|octobre|october|oct|novembre|november|nov|d[ée]cembre|december|d[ée]c|dec";
const SEASON: &str = r"printemps|spring|[ée]t[ée]s?|summers?|automne|autumn|fall|hiver|winter";
const NOW: &str = r"aujourd'?\s?hui|jusqu'[àa]\s+pr[ée]sent|jusqu'[àa]\s+maintenant|[àa]\s+ce\s+jour|ce\s+jour|[àa]\s+pr[ée]sent|pr[ée]sent|present|en\s+cours|en\s+poste|actuellement|actuel|maintenant|date|currently|current|ongoing|today|now";

static ATOM: LazyLock<Regex> = LazyLock::new(|| {
    let year = r"(?:19[5-9]\d|20[0-4]\d)";
    let pattern = [
        // 12/03/2020, 12 mars 2020, 1er mars 2020
        format!(r"\b(?:0?[1-9]|[12]\d|3[01])[/.-](?P<m1>0?[1-9]|1[0-2])[/.-](?P<y1>{year})\b"),
        format!(r"\b(?:(?:0?[1-9]|[12]\d|3[01])(?:er|st|nd|rd|th)?[ \u{{a0}}]+)?(?P<m2>{MONTH})\b\.?,?[\s/-]*(?:\d{{1,2}},\s+)?(?P<y2>{year})\b"),
        // 2020-03, 2020/03, 2020-03-12
        format!(r"\b(?P<y3>{year})(?P<s3>[-/.])(?P<m3>0[1-9]|1[0-2])(?:[-/.](?:0[1-9]|[12]\d|3[01]))?\b"),
        // 03/2020
        format!(r"\b(?P<m4>0?[1-9]|1[0-2])\s?[/.-]\s?(?P<y4>{year})\b"),
        // janv. 20, mars '20
        format!(r"\b(?P<m5>{MONTH})\b\.?\s*['/-]?\s*(?P<y5>\d\d)\b"),
        // été 2022
        format!(r"\b(?P<season>{SEASON})\s+(?P<y6>{year}|\d\d)\b"),
        // 2ème semestre 2011
        format!(r"\b(?P<half>1er|premier|first|2e|2nd|2[èe]me|second|deuxi[èe]me)\s+(?:semestre|semester)\s+(?P<y10>{year})\b"),
        // '21
        r"'(?P<y11>\d\d)\b".to_owned(),
        // 2019-2020 is two years; 2019-20 and 2019/20 a range of school years
        format!(r"\b(?P<y7>{year})\b"),
        format!(r"\b(?P<now>{NOW})\b"),
        // 09/19
        r"\b(?P<m8>0?[1-9]|1[0-2])[/.](?P<y8>\d\d)\b".to_owned(),
        format!(r"\b(?:(?:0?[1-9]|[12]\d|3[01])(?:er)?[ \u{{a0}}]+)?(?P<m9>{MONTH})\b\.?"),
    ]
    .join("|");
    Regex::new(&format!("(?i){pattern}")).expect("constant pattern")
});

static LENGTH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(?:(?P<y>\d{1,2}(?:[.,]5)?|un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|one|two|three|four|five|six|seven|eight|nine|ten)\s*(?:ans?|ann[ée]es?|years?|yrs?)\b(?P<half>\s+et\s+demie?)?)?(?:\s*(?:,|et|and)?\s*(?P<m>\d{1,2}|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|two|three|four|five|six|seven|eight|nine)\s*(?:mois|months?|mos?)\b)?(?P<weeks>(?P<w>\d{1,2}|une|deux|trois|quatre|cinq|six|sept|huit|dix|two|three|six)\s*(?:semaines?|sem\b|weeks?)\b)?",
    )
    .expect("constant pattern")
});

static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:\b(?P<since>depuis\s+(?:le|l')?|depuis|since|d[èe]s|[àa]\s+partir\s+de|à\s+compter\s+de|from|starting)|\b(?P<until>jusqu'(?:en|[àa]|au)|until)|\b(?:p[ée]riode\s*:?\s*)?(?:de|du|d'|en|entre|between|in|le|l'|ann[ée]e)|[(\[])\s*$")
        .expect("constant pattern")
});

static BETWEEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^[\s.,)(]*(?:-+>?|–|—|→|>|/|~|\bau\b|\bà\b|\ba\b|\bto\b|\buntil\b|\btill\b|\bthrough\b|\bjusqu'(?:à|a|au|en)\b|\bet\b|\band\b|\ben\b|\.\.\.?|…)?(?:\s*(?:-+|–|—|:|\bau\b|\bà\b|\ble\b|\bl'))?\s*$")
        .expect("constant pattern")
});

static OPEN_END: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(?:-|–|—|→)\s*(?:\.\.\.|…|\?)?\s*(?:$|[)\t|:])").expect("constant pattern")
});

static NOT_A_YEAR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s?(?:€|%|euros?\b|k€|m²|(?-i:m2)\b|personnes\b|clients\b|heures\b|h\b|salari|collab|pi[èe]ces\b|références\b|lits\b|users\b)")
        .expect("constant pattern")
});

/// The first period or date that `line` states; `today` bounds the years that make sense.
pub(super) fn find(line: &str, today: Date) -> Option<Period> {
    let atoms = atoms(line, today);
    let mut periods = (0..atoms.len()).filter_map(|i| period_at(line, &atoms, i, today));
    let first = periods.next();
    // « Aide-soignante (diplômée en 2015) » and its dates in a cell of their own.
    let apart = |p: &Period| p.is_range && line[..p.words.start].trim_end_matches(' ').ends_with(CELL);
    let dated = match first {
        Some(first) if !first.is_range || line[first.words.end..].contains(CELL) => {
            Some(periods.find(apart).unwrap_or(first))
        }
        first => first,
    };
    let length = length(line);
    match (dated, length) {
        (Some(mut period), Some((months, words))) => {
            if words.start <= period.words.end + 4 && words.end + 4 >= period.words.start {
                period.months = Some(months);
                period.words = period.words.start.min(words.start)..period.words.end.max(words.end);
            }
            Some(period)
        }
        (None, Some((months, words))) => {
            let since = line[..words.start].trim_end().to_lowercase().ends_with("depuis");
            let start = if since { words.start - 7.min(words.start) } else { words.start };
            let start = (start..=words.start).find(|i| line.is_char_boundary(*i)).unwrap_or(words.start);
            Some(Period {
                start: None,
                end: None,
                current: since,
                months: Some(months),
                is_range: false,
                words: start..words.end,
            })
        }
        (dated, None) => dated,
    }
}

/// Every period and length of time that `line` states, in order; a length beside a period is a part of it.
pub(super) fn find_all(line: &str, today: Date) -> Vec<Period> {
    let atoms = atoms(line, today);
    let mut found: Vec<Period> = Vec::new();
    for i in 0..atoms.len() {
        if found.last().is_some_and(|last| atoms[i].words.start < last.words.end) {
            continue;
        }
        found.extend(period_at(line, &atoms, i, today));
    }
    let mut at = 0;
    while let Some((months, words)) = length(&line[at..]) {
        let words = at + words.start..at + words.end;
        at = words.end;
        let beside = |p: &&mut Period| words.start <= p.words.end + 4 && words.end + 4 >= p.words.start;
        if let Some(period) = found.iter_mut().find(beside) {
            period.months = Some(months);
            period.words = period.words.start.min(words.start)..period.words.end.max(words.end);
            continue;
        }
        let since = line[..words.start].trim_end().to_lowercase().ends_with("depuis");
        let start = if since {
            line[..words.start].to_lowercase().rfind("depuis").unwrap_or(words.start)
        } else {
            words.start
        };
        let start = if line.is_char_boundary(start) { start } else { words.start };
        found.push(Period {
            start: None,
            end: None,
            current: since,
            months: Some(months),
            is_range: false,
            words: start..words.end,
        });
    }
    found.sort_by_key(|period| period.words.start);
    found
}

/// `line` without the words of `period` and the signs left around them.
pub(super) fn without(line: &str, period: &Period) -> String {
    let (before, after) = (&line[..period.words.start], &line[period.words.end..]);
    let before = before.trim_end_matches(|c| is_joint(c) || "([".contains(c));
    // « SSIAP 1 (recyclage février 2024) »
    let open = before.matches('(').count() > before.matches(')').count();
    let after = if open { after } else { after.trim_start_matches(|c| is_joint(c) || ")]".contains(c)) };
    if open && after.starts_with(')') {
        return format!("{before}{after}");
    }
    match (before.is_empty(), after.is_empty()) {
        (true, _) => after.trim_end_matches(is_joint).to_owned(),
        (_, true) => before.to_owned(),
        _ => format!("{before}\t{after}"),
    }
}

fn is_joint(c: char) -> bool {
    c.is_whitespace() || "-–—:|,;/•·→".contains(c)
}

fn atoms(line: &str, today: Date) -> Vec<Atom> {
    let latest = today.year() + 8;
    let mut atoms: Vec<Atom> = Vec::new();
    for c in ATOM.captures_iter(line) {
        let Some(whole) = c.get(0) else { continue };
        let mut words = whole.range();
        let after = &line[words.end..];
        let Some(value) = value(&c, today) else { continue };
        // « 2019-21 », « 2019/20 »: the year matched, its tail is two digits more.
        let mut tail = None;
        if let Value::Year(year) = value {
            if NOT_A_YEAR.is_match(after) || glued(line, &words) {
                continue;
            }
            tail = short_tail(after, year, words.end);
        }
        if let Value::Months(first, _) = value
            && first.year > latest
        {
            continue;
        }
        // « étés 87 à 90 », « '21 – '22 »; the apostrophe of « l'90 » opens no year.
        let short = c.name("y11").is_some() || c.name("y6").is_some_and(|y| y.len() == 2);
        if short {
            let before = line[..words.start].chars().next_back();
            if c.name("y11").is_some() && before.is_some_and(char::is_alphanumeric) {
                continue;
            }
            tail = tail.or_else(|| loose_tail(after, first(value)?.year, words.end));
        }
        if value == Value::Now && !now_is_a_date(line, &words, &atoms) {
            continue;
        }
        if matches!(value, Value::MonthOnly(_)) && line[words.clone()].chars().count() < 3 {
            continue;
        }
        words.end = words.start + line[words.clone()].trim_end_matches(',').len();
        atoms.push(Atom { value, words });
        atoms.extend(tail);
    }
    atoms
}

/// « présent » and the like say a date after another one, or alone on the line; elsewhere they are words.
fn now_is_a_date(line: &str, words: &Range<usize>, atoms: &[Atom]) -> bool {
    let alone = line.trim().chars().filter(|c| c.is_alphanumeric()).count()
        == line[words.clone()].chars().filter(|c| c.is_alphanumeric()).count();
    alone && !line.to_lowercase().contains("date")
        || atoms.last().is_some_and(|last| BETWEEN.is_match(&line[last.words.end..words.start]))
}

/// Part of a longer token, such as a version or a reference.
fn glued(line: &str, words: &Range<usize>) -> bool {
    let before = line[..words.start].chars().next_back();
    let after = line[words.end..].chars().next();
    matches!(before, Some('_' | '#' | '@' | '.')) || matches!(after, Some('_' | '@'))
}

fn short_tail(after: &str, year: i16, offset: usize) -> Option<Atom> {
    let rest = after.strip_prefix(['-', '/', '–'])?;
    let sign = after.len() - rest.len();
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits != 2 {
        return None;
    }
    let tail: i16 = rest[..2].parse().ok()?;
    let end = year / 100 * 100 + tail;
    (end > year && end - year < 30)
        .then(|| Atom { value: Value::Tail(end), words: offset + sign..offset + sign + 2 })
}

/// « à 90 » after « étés 87 ».
fn loose_tail(after: &str, year: i16, offset: usize) -> Option<Atom> {
    static TAIL: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^\s*(?:à|a|-|–|/|et)\s*(\d\d)\b").expect("constant pattern"));
    let digits = TAIL.captures(after)?.get(1)?;
    let end = year / 100 * 100 + digits.as_str().parse::<i16>().ok()?;
    (end > year && end - year < 30)
        .then(|| Atom { value: Value::Tail(end), words: offset + digits.start()..offset + digits.end() })
}

fn value(c: &Captures<'_>, today: Date) -> Option<Value> {
    let number = |name: &str| c.name(name).and_then(|m| m.as_str().parse::<i16>().ok());
    let text = |name: &str| c.name(name).map(|m| m.as_str());
    let one = |year: i16, month: u8| {
        let month = Month { year, month };
        Value::Months(month, month)
    };
    if let (Some(m), Some(y)) = (number("m1"), number("y1")) {
        return Some(one(y, m as u8));
    }
    if let (Some(m), Some(y)) = (text("m2"), number("y2")) {
        return Some(one(y, month_number(m)?));
    }
    if let (Some(y), Some(m)) = (number("y3"), number("m3")) {
        // « 2010-11 » is a school year, « 2010-03 » a month.
        let school_year = m == (y + 1) % 100 && c.name("s3").is_some_and(|s| s.as_str() != ".");
        return Some(if school_year {
            Value::Months(Month { year: y, month: 1 }, Month { year: y + 1, month: 12 })
        } else {
            one(y, m as u8)
        });
    }
    if let (Some(m), Some(y)) = (number("m4"), number("y4")) {
        return Some(one(y, m as u8));
    }
    if let (Some(m), Some(y)) = (text("m5"), number("y5")) {
        return Some(one(century(y, today), month_number(m)?));
    }
    if let (Some(half), Some(year)) = (text("half"), number("y10")) {
        let first = if half.starts_with(['1', 'p', 'P', 'f', 'F']) { 1 } else { 7 };
        return Some(Value::Months(Month { year, month: first }, Month { year, month: first + 5 }));
    }
    if let Some(y) = number("y11") {
        return Some(Value::Year(century(y, today)));
    }
    if let (Some(s), Some(y)) = (text("season"), number("y6")) {
        let y = if y < 100 { century(y, today) } else { y };
        let (first, last) = match s.to_lowercase().chars().next()? {
            'p' => (3, 5),
            's' if s.to_lowercase().starts_with("sp") => (3, 5),
            'é' | 'e' | 's' => (6, 8),
            'a' | 'f' => (9, 11),
            _ => (1, 3),
        };
        return Some(Value::Months(Month { year: y, month: first }, Month { year: y, month: last }));
    }
    if let Some(y) = number("y7") {
        return (y <= today.year() + 8).then_some(Value::Year(y));
    }
    if c.name("now").is_some() {
        return Some(Value::Now);
    }
    if let (Some(m), Some(y)) = (number("m8"), number("y8")) {
        return Some(Value::Short(Month { year: century(y, today), month: m as u8 }));
    }
    Some(Value::MonthOnly(month_number(text("m9")?)?))
}

/// Two digits of a year: the last century when they would lie ahead.
fn century(two_digits: i16, today: Date) -> i16 {
    let year = today.year() / 100 * 100 + two_digits;
    if year > today.year() + 1 { year - 100 } else { year }
}

fn month_number(name: &str) -> Option<u8> {
    let name = fold(name);
    let starts = |stems: &[&str]| stems.iter().any(|s| name.starts_with(s));
    Some(match () {
        () if starts(&["jan"]) => 1,
        () if starts(&["fe"]) => 2,
        () if starts(&["mar"]) => 3,
        () if starts(&["av", "ap"]) => 4,
        () if starts(&["mai", "may"]) => 5,
        () if starts(&["juin", "jun"]) => 6,
        () if starts(&["juil", "jul"]) => 7,
        () if starts(&["ao", "au"]) => 8,
        () if starts(&["se"]) => 9,
        () if starts(&["oc"]) => 10,
        () if starts(&["no"]) => 11,
        () if starts(&["de"]) => 12,
        () => return None,
    })
}

fn first(value: Value) -> Option<Month> {
    match value {
        Value::Months(first, _) | Value::Short(first) => Some(first),
        Value::Year(year) | Value::Tail(year) => Some(Month { year, month: 1 }),
        Value::MonthOnly(_) | Value::Now => None,
    }
}

fn last(value: Value) -> Option<Month> {
    match value {
        Value::Months(_, last) | Value::Short(last) => Some(last),
        Value::Year(year) | Value::Tail(year) => Some(Month { year, month: 12 }),
        Value::MonthOnly(_) | Value::Now => None,
    }
}

/// The period whose first date is atom `i`.
fn period_at(line: &str, atoms: &[Atom], i: usize, today: Date) -> Option<Period> {
    let atom = &atoms[i];
    let next = atoms.get(i + 1).filter(|next| {
        let between = &line[atom.words.end..next.words.start];
        let joined = BETWEEN.is_match(between) && !between.trim().is_empty();
        joined
            || (next.value == Value::Now && BETWEEN.is_match(between))
            || touches_tail(next, between)
            || side_by_side(&line[..atom.words.start], atom, between, next)
    });
    let before = BEFORE.captures(&line[..atom.words.start]);
    let since = before.as_ref().is_some_and(|c| c.name("since").is_some());
    let until = before.as_ref().is_some_and(|c| c.name("until").is_some());
    let words_start = before.as_ref().and_then(|c| c.get(0)).map_or(atom.words.start, |m| m.start());
    let make = |start, end, current, is_range, words_end| {
        let words = words_start..closed(line, words_start, words_end);
        Some(Period { start, end, current, months: None, is_range, words })
    };
    if let Some(next) = next {
        let end = next.words.end;
        match (atom.value, next.value) {
            (Value::Now, Value::Now) => return None,
            (Value::Now, value) => return make(first(value), None, true, true, end),
            (Value::MonthOnly(month), value) => {
                if let Value::Months(_, last_month) = value {
                    let year = if month > last_month.month { last_month.year - 1 } else { last_month.year };
                    return make(Some(Month { year, month }), Some(last_month), false, true, end);
                }
                return None;
            }
            (_, Value::MonthOnly(_)) => {}
            (value, Value::Now) => return make(first(value), None, true, true, end),
            (a, b) if first(a) > last(b) => return make(first(b), last(a), false, true, end),
            (a, b) => return make(first(a), last(b), false, true, end),
        }
    }
    let end = atom.words.end;
    match atom.value {
        Value::MonthOnly(_) | Value::Tail(_) => None,
        Value::Now => make(None, None, true, false, end),
        value if since => make(first(value), None, true, true, end),
        value if until => make(None, last(value), false, true, end),
        Value::Short(_) => None,
        value => {
            if let Some(open) = OPEN_END.find(&line[end..])
                && first(value).is_some_and(|m| m <= Month::of(today))
            {
                let sign = line[end..end + open.end()].trim_end_matches(['\t', '|', ':', ')']).len();
                return make(first(value), None, true, true, end + sign);
            }
            make(
                first(value),
                last(value),
                false,
                matches!(value, Value::Months(a, b) if a.year != b.year),
                end,
            )
        }
    }
}

/// « 2012 2014 » by themselves: photographs lose the dash.
fn side_by_side(before: &str, atom: &Atom, between: &str, next: &Atom) -> bool {
    let apart = before.trim_end_matches(' ').chars().next_back().is_none_or(|c| c == CELL);
    apart && !between.is_empty() && between.chars().all(|c| c == ' ') && first(atom.value) < first(next.value)
}

fn touches_tail(next: &Atom, between: &str) -> bool {
    matches!(next.value, Value::Tail(_)) && between.len() <= 3
}

/// Takes the bracket that closes what one before the dates opened.
fn closed(line: &str, start: usize, end: usize) -> usize {
    let rest = &line[end..];
    let close = rest.trim_start();
    if line[start..].starts_with(['(', '[']) && close.starts_with([')', ']']) {
        end + rest.len() - close.len() + 1
    } else {
        end
    }
}

/// A length of time (« 3 ans », « 1 an et 6 mois ») in months, with its words.
fn length(line: &str) -> Option<(u16, Range<usize>)> {
    LENGTH.captures_iter(line).find_map(|c| {
        let whole = c.get(0)?;
        if c.name("y").is_none() && c.name("m").is_none() && c.name("w").is_none() {
            return None;
        }
        let years = c.name("y").map_or(0.0, |y| count(y.as_str()));
        let half = if c.name("half").is_some() { 6.0 } else { 0.0 };
        let months = c.name("m").map_or(0.0, |m| count(m.as_str()));
        // Two weeks are the shortest stay that a CV names.
        let weeks = c.name("w").map_or(0.0, |w| (count(w.as_str()) * 12.0 / 52.0).round().max(1.0));
        let total = years * 12.0 + half + months + weeks;
        // « 12/17 ans » are those looked after.
        let shared = line[..whole.start()].ends_with(['/', '-']) && line[..whole.start()].len() > 1;
        let age = shared
            || years >= 16.0
                && line[whole.end()..].trim().is_empty()
                && line[..whole.start()].trim().is_empty();
        (total >= 1.0 && !age).then(|| {
            let text = whole.as_str();
            let lead = text.len() - text.trim_start_matches([' ', ',']).len();
            (total as u16, whole.start() + lead..whole.end())
        })
    })
}

fn count(number: &str) -> f32 {
    match number.to_lowercase().as_str() {
        "un" | "une" | "one" => 1.0,
        "deux" | "two" => 2.0,
        "trois" | "three" => 3.0,
        "quatre" | "four" => 4.0,
        "cinq" | "five" => 5.0,
        "six" => 6.0,
        "sept" | "seven" => 7.0,
        "huit" | "eight" => 8.0,
        "neuf" | "nine" => 9.0,
        "dix" | "ten" => 10.0,
        "onze" => 11.0,
        "douze" => 12.0,
        "treize" => 13.0,
        "quatorze" => 14.0,
        "quinze" => 15.0,
        "seize" => 16.0,
        "vingt" => 20.0,
        "trente" => 30.0,
        digits => digits.replace(',', ".").parse().unwrap_or(0.0),
    }
}

#[cfg(test)]
#[path = "dates_tests.rs"]
mod tests;
