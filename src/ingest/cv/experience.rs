//! Jobs: where one begins, and which of its words are the title, the employer and the town.

use jiff::civil::Date;
use jobmatch_index::profile::{Experience, Month};
use jobmatch_index::skills::fold;

use super::dates::{self, Period};
use super::lines::{CELL, Line, is_one_of, word_count, words};
use super::statements::{self, Stance};
use super::{places, titles};

/// Reads the jobs of one section.
pub(super) fn read(lines: &[Line], today: Date) -> Vec<Experience> {
    let rows = lines.iter().flat_map(|line| several(line, today)).map(|line| Row::new(&line, today));
    let mut rows: Vec<Row> = rows.filter(|row| !row.is_label() && !row.is_wish()).collect();
    settle_dates(&mut rows);
    let heads = if rows.iter().any(Row::is_dated) { dated_heads(&rows) } else { undated_heads(&rows) };
    let mut jobs: Vec<Experience> = Vec::with_capacity(heads.len());
    for (i, head) in heads.iter().enumerate() {
        let end = heads.get(i + 1).map_or(rows.len(), |next| next.start);
        let Some(mut job) = job(&rows[head.start..head.end], &rows[head.end..end.max(head.end)], today)
        else {
            continue;
        };
        if job.employer.as_deref().is_some_and(is_same_employer) {
            job.employer = jobs.last().and_then(|above| above.employer.clone()).or(job.employer);
        }
        jobs.push(job);
    }
    posts(jobs)
}

/// A line that lists short jobs, each with its length, as one line for each: « Stages : foyer (6 mois), mairie (2
/// mois) ».
fn several(line: &Line, today: Date) -> Vec<Line> {
    let item = line.item();
    let Some((label, list)) = item.split_once(':') else { return vec![line.clone()] };
    let parts = super::education::parts(list);
    let timed =
        |part: &&str| dates::find(part, today).is_some_and(|period| word_count(part) > 2 || period.is_range);
    if word_count(label) > 3
        || dates::find(label, today).is_some()
        || parts.len() < 2
        || !parts.iter().all(timed)
    {
        return vec![line.clone()];
    }
    let label = label.trim().trim_end_matches('s');
    parts.into_iter().map(|part| Line { text: format!("{label} {part}"), ..line.clone() }).collect()
}

/// « idem », « même groupe ».
fn is_same_employer(employer: &str) -> bool {
    const SAME: [&str; 11] = [
        "idem",
        "meme groupe",
        "meme entreprise",
        "meme societe",
        "meme employeur",
        "meme etablissement",
        "meme agence",
        "same place",
        "same company",
        "same employer",
        "same group",
    ];
    SAME.contains(&fold(employer).trim())
}

/// Gives the numbered posts below an employer what its line says: « 1. Électricien ».
fn posts(jobs: Vec<Experience>) -> Vec<Experience> {
    let number = |title: &str| {
        let rest = title.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.strip_prefix(['.', ')']).filter(|_| rest.len() < title.len()).map(|rest| rest.trim().to_owned())
    };
    let mut settled: Vec<Experience> = Vec::with_capacity(jobs.len());
    let mut above: Option<Experience> = None;
    for mut job in jobs {
        match (number(&job.title), &above) {
            (Some(title), Some(head)) => {
                if settled.last().is_some_and(|last| last == head) && head.employer.is_none() {
                    settled.pop();
                }
                job.title = title;
                job.employer = head.employer.clone().or_else(|| Some(head.title.clone()));
                let range =
                    job.start.is_some() && (job.current || job.end.is_some_and(|end| Some(end) != job.start));
                let whole_year = job.start.zip(job.end).is_some_and(|(a, b)| a.year == b.year);
                if !range || whole_year {
                    (job.start, job.end, job.current) = (head.start, head.end, head.current);
                }
            }
            _ => above = Some(job.clone()),
        }
        settled.push(job);
    }
    settled
}

/// A line of the section.
struct Row {
    text: String,
    item: bool,
    bold: bool,
    /// An empty line stands above it.
    gap: bool,
    period: Option<Period>,
    /// The text without the period.
    rest: String,
    /// What stands after « : » behind the dates: what was done.
    told: Option<String>,
    /// The parts of the rest that can be a title, an employer or a town.
    cells: Vec<String>,
}

/// The rows `start..end` name a job.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Head {
    start: usize,
    end: usize,
}

impl Row {
    fn new(line: &Line, today: Date) -> Self {
        let text = line.item().to_owned();
        let period = dates::find(&text, today);
        let told = period.as_ref().and_then(|p| {
            let told = text[p.words.end..].trim_start_matches([')', ' ']).strip_prefix(':')?;
            (word_count(&text[..p.words.start]) > 1 && word_count(told) > 0).then(|| told.trim().to_owned())
        });
        let rest = match (&period, &told) {
            (Some(p), Some(_)) => {
                text[..p.words.start].trim_end_matches(|c: char| !c.is_alphanumeric() && c != ')').to_owned()
            }
            (Some(p), None) => dates::without(&text, p),
            (None, _) => text.clone(),
        };
        let cells = cells(&rest);
        Self { item: line.is_item(), bold: line.bold, gap: line.gap, period, rest, told, cells, text }
    }

    fn is_dated(&self) -> bool {
        self.period.is_some()
    }

    /// Says nothing by itself: « Missions : », the site of the employer.
    fn is_label(&self) -> bool {
        let folded = fold(self.text.trim_end_matches([':', ' ']));
        let url = ["http", "www."].iter().any(|p| folded.starts_with(p)) && !folded.contains(' ');
        let table_head = words(&folded).all(|w| is_one_of(w, TABLE_HEAD));
        url || table_head || LABELS.split('|').any(|l| *l == *folded)
    }

    /// Says what the person looks for, and nothing of a job.
    fn is_wish(&self) -> bool {
        let parts = statements::parts(&self.text);
        !self.item && !parts.is_empty() && parts.iter().all(|part| part.stance == Stance::Wish)
    }

    /// Could name a job: short, no sentence, no item of a list, not what was done there.
    fn is_headerish(&self) -> bool {
        !self.item
            && (self.bold || word_count(&self.rest) <= 12)
            && (self.is_dated() || !self.text.ends_with(['.', ';']))
            && !is_for_a_client(&self.rest)
            && (!self.rest.starts_with(|c: char| c.is_lowercase()) || titles::names_trade(&self.rest))
            && !is_task(&self.rest)
    }
}

/// Keeps the periods that say when a job was; a year inside a sentence or a task is not one.
fn settle_dates(rows: &mut [Row]) {
    let ranges = rows.iter().any(|r| r.period.as_ref().is_some_and(|p| p.is_range));
    // Where jobs are dated on lines of their own, an item with dates is a part of one.
    let plain_ranges = rows.iter().any(|r| !r.item && r.period.as_ref().is_some_and(|p| p.is_range));
    let plain_dates = rows.iter().any(|r| !r.item && r.period.as_ref().is_some_and(|p| !p.is_length_only()));
    settle_missions(rows);
    for row in rows {
        let Some(p) = &row.period else { continue };
        let at_edge = p.words.start <= 2
            || row.text[p.words.end..].chars().all(|c| !c.is_alphanumeric())
            || row.text[..p.words.start].ends_with([CELL, '|', '(', ','])
            || row.text[p.words.end..].trim_start().starts_with([CELL, '|', ':', '-', '–']);
        let weight = word_count(&row.rest);
        let keep = if row.item && p.is_length_only() {
            !plain_dates && at_edge && weight <= 10 && row.cells.iter().any(|cell| names_a_post(cell))
        } else if row.item {
            at_edge && p.is_range && weight <= 14 && !plain_ranges && !is_task(&row.rest)
        } else if p.is_length_only() && row.cells.iter().any(|cell| names_a_post(cell)) {
            at_edge && weight <= 14
        } else if p.is_length_only() {
            !plain_dates && at_edge && weight <= 10
        } else if p.is_range {
            at_edge && weight <= 20 || weight <= 10
        } else {
            at_edge && weight <= 10 && !(ranges && is_task(&row.rest))
        };
        if !keep {
            row.period = None;
            row.rest.clone_from(&row.text);
            row.cells = cells(&row.text);
        }
    }
}

/// « Client B, distribution », « Mission Transports Halluin »: a part of the job above.
fn is_for_a_client(text: &str) -> bool {
    let folded = fold(text);
    let mut all = words(&folded);
    let (first, second) = (all.next().unwrap_or_default(), all.next());
    is_one_of(first, "client clients mission")
        && second.is_some_and(|second| !is_one_of(second, "locale interim"))
}

/// Leaves out dates that are no head's: those of missions, and those of a post right below its employer's.
fn settle_missions(rows: &mut [Row]) {
    let undate = |row: &mut Row| {
        row.period = None;
        row.rest.clone_from(&row.text);
        row.cells = cells(&row.text);
    };
    for i in 1..rows.len() {
        let (above, below) = rows.split_at_mut(i);
        let (row, last) = (&mut below[0], &above[i - 1]);
        if row.period.is_none() {
            continue;
        }
        let ranged = |row: &Row| row.period.as_ref().is_some_and(|period| period.is_range);
        if is_for_a_client(&row.text) && above.iter().any(|row| ranged(row) && !is_for_a_client(&row.text)) {
            undate(row);
            continue;
        }
        let trade = |row: &Row| row.cells.iter().any(|cell| titles::names_trade(cell) && !is_company(cell));
        let late = row.period.as_ref().is_some_and(|period| period.words.start > 12);
        if ranged(last)
            && !trade(last)
            && last.cells.first().is_some_and(|cell| is_company(cell))
            && trade(row)
            && late
            && !row.item
            && !row.gap
        {
            row.rest =
                row.period.as_ref().map_or_else(String::new, |period| dates::without(&row.text, period));
            row.period = None;
        }
    }
}

/// « Stage », « alternante », a known trade.
fn names_a_post(cell: &str) -> bool {
    let folded = fold(cell);
    let first = words(&folded).next().unwrap_or_default();
    titles::likeness(cell) >= titles::KNOWN_HEAD
        || is_one_of(first, "stage stages stagiaire alternance alternante alternant apprentie")
}

/// The heads of a section whose jobs have dates: each dated row, with the rows around it that name the job.
fn dated_heads(rows: &[Row]) -> Vec<Head> {
    let dated: Vec<usize> = (0..rows.len()).filter(|i| rows[*i].is_dated()).collect();
    let first = dated[0];
    // How many rows stand before the dates is the habit of the whole CV.
    let lead = if named(&rows[first].cells) >= 2 {
        0
    } else {
        rows[..first].iter().rev().take_while(|r| r.is_headerish()).take(3).count()
    };
    // A bold line right above the dates names the job whatever else the dates' line says.
    let bold_above = |floor: usize, at: usize| match rows[at].bold {
        true => 0,
        false => rows[floor..at].iter().rev().take_while(|r| r.bold && r.is_headerish()).take(2).count(),
    };
    // Where empty lines part the jobs, what stands between one and the dates names the job.
    let block = |at: usize| (0..=at).rev().find(|i| rows[*i].gap).unwrap_or(0);
    let parted = dated.windows(2).filter(|pair| block(pair[1]) > pair[0]).count();
    let gaps_tell = parted > 0 && parted * 3 >= (dated.len() - 1) * 2;
    let lists = rows.iter().any(|r| r.item);
    let mut heads: Vec<Head> = Vec::new();
    for (i, &at) in dated.iter().enumerate() {
        let floor = heads.last().map_or(0, |h| h.end);
        let need = if named(&rows[at].cells) >= 2 { 0 } else { lead };
        let floor = floor.min(at);
        let before = rows[floor..at].iter().rev().take(need).take_while(|r| r.is_headerish()).count();
        let mut before = before.max(bold_above(floor, at));
        if gaps_tell {
            let top = block(at).max(floor);
            let names = rows[top..at].iter().all(Row::is_headerish);
            before = if at - top <= 3 && names { at - top } else { before.min(at - top) };
        }
        // Two dated rows with nothing between them: the second completes the first job only if it names none.
        let limit = dated.get(i + 1).map_or(rows.len(), |next| *next);
        let start = at - before;
        let mut end = at + 1;
        let mut have: usize = rows[start..end].iter().map(|r| named(&r.cells)).sum();
        let next_lead = if limit < rows.len() { lead.max(bold_above(end, limit)) } else { 0 };
        let mut body_end = limit - next_lead.min(limit.saturating_sub(end));
        if gaps_tell && limit < rows.len() && block(limit) >= end {
            body_end = block(limit);
        }
        // A single line under the dates of a job without tasks names it, as in the jobs that have them.
        let has_items = rows[end..limit].iter().any(|r| r.item) || lists && limit - end <= 1;
        while end < body_end && completes(&rows[start..end], &rows[end], have, has_items) {
            have += named(&rows[end].cells);
            end += 1;
        }
        heads.push(Head { start, end });
        heads.extend(undated_between(rows, end, body_end, has_items));
    }
    // « Stage de troisième » among items that are jobs.
    if heads.iter().any(|head| rows[head.start].item) {
        let internship = |row: &Row| {
            let folded = fold(&row.rest);
            row.item
                && !row.is_dated()
                && words(&folded).next() == Some("stage")
                && word_count(&row.rest) <= 8
        };
        let more: Vec<Head> = (0..rows.len())
            .filter(|i| internship(&rows[*i]) && !heads.iter().any(|head| (head.start..head.end).contains(i)))
            .map(|i| Head { start: i, end: i + 1 })
            .collect();
        heads.extend(more);
    }
    heads.sort_by_key(|h| h.start);
    heads
}

/// Whether `row`, right after the head, still names the job.
fn completes(head: &[Row], row: &Row, have: usize, has_items: bool) -> bool {
    if !row.is_headerish() {
        return false;
    }
    if row.cells.is_empty() {
        // « CDI », « temps partiel »: more of the head may follow.
        return have < 2;
    }
    if have >= 2 {
        return row.cells.len() == 1
            && places::is_town(&row.cells[0])
            && !head.iter().any(|r| r.cells.iter().any(|c| places::is_town(c)));
    }
    if have == 0 || has_items || row.bold {
        return true;
    }
    let names_job = |c: &String| titles::likeness(c) >= titles::KNOWN_HEAD && !is_company(c);
    let known = head.iter().flat_map(|r| &r.cells).any(names_job);
    let names_employer =
        row.cells.iter().any(|c| is_company(c) || places::is_town(c)) || word_count(&row.rest) <= 4;
    let names_title = names_job(&row.cells[0]);
    if known { names_employer && !names_title } else { names_title || names_employer }
}

/// Jobs without dates among dated ones: « Titre - Employeur » on a line that is no item of a list of tasks.
fn undated_between(rows: &[Row], from: usize, to: usize, has_items: bool) -> Vec<Head> {
    (from..to)
        .filter(|&i| {
            let row = &rows[i];
            (has_items || row.bold)
                && row.is_headerish()
                && row.cells.len() >= 2
                && titles::likeness(&row.cells[0]) >= titles::KNOWN_HEAD
                && i > from
        })
        .map(|i| Head { start: i, end: i + 1 })
        .collect()
}

/// The heads of a section without any date.
fn undated_heads(rows: &[Row]) -> Vec<Head> {
    let mut heads: Vec<Head> = Vec::new();
    if rows.iter().any(|r| r.item) && rows.iter().any(|r| !r.item) {
        for (i, row) in rows.iter().enumerate() {
            if !row.is_headerish() {
                continue;
            }
            match heads.last_mut() {
                Some(last)
                    if last.end == i
                        && rows[last.start..i].iter().map(|r| named(&r.cells)).sum::<usize>() < 2 =>
                {
                    last.end += 1;
                }
                _ => heads.push(Head { start: i, end: i + 1 }),
            }
        }
        return heads;
    }
    let paired = rows.iter().filter(|r| r.cells.len() >= 2).count();
    for (i, row) in rows.iter().enumerate() {
        let short = word_count(&row.text) <= 16 && !row.text.ends_with('.');
        let task = paired > 0 && row.cells.len() < 2 && titles::likeness(&row.rest) < titles::KNOWN_HEAD
            || is_task(&row.rest);
        if short && (!task || heads.is_empty()) {
            heads.push(Head { start: i, end: i + 1 });
        }
    }
    heads
}

fn job(head: &[Row], body: &[Row], today: Date) -> Option<Experience> {
    let cells: Vec<(&str, bool)> =
        head.iter().flat_map(|r| r.cells.iter().map(|c| (c.as_str(), r.bold))).collect();
    let mut job = Experience::default();
    name_parts(&cells, &mut job);
    if job.title.is_empty() {
        // « 2013 – 2018 : intérim »
        let said = || {
            head.iter()
                .map(|row| row.rest.trim_matches(|c: char| !c.is_alphanumeric()))
                .find(|rest| !rest.is_empty())
        };
        job.title = job.employer.take().or_else(|| said().map(str::to_owned))?;
    }
    name_place_of_internship(&mut job);
    let periods = || head.iter().filter_map(|row| row.period.as_ref());
    if let Some(period) = periods().find(|period| !period.is_length_only()).or_else(|| periods().next()) {
        job.start = period.start;
        job.end = if period.current { None } else { period.end };
        job.current = period.current;
        job.months_said = period.months;
        if period.is_length_only() && period.current {
            job.start = period.months.map(|months| ago(months, today));
        }
    }
    job.line = head.iter().map(|r| r.text.replace(CELL, " · ")).collect::<Vec<_>>().join(" · ");
    job.tasks.extend(head.iter().filter_map(|row| row.told.clone()));
    for row in body {
        let text = row.text.replace(CELL, " ");
        match job.tasks.last_mut() {
            Some(last) if !row.item && text.starts_with(|c: char| c.is_lowercase()) => {
                last.push(' ');
                last.push_str(&text);
            }
            _ if text.is_empty() => {}
            _ => job.tasks.push(text),
        }
    }
    if is_various(&job.title)
        && let Some(told) = job
            .tasks
            .first()
            .and_then(|task| super::education::parts(task).first().map(|part| (*part).to_owned()))
    {
        job.title = told;
    }
    Some(job)
}

/// « Stage jardinerie Verdanis » is an internship there, « Stage développeuse » one in that trade.
fn name_place_of_internship(job: &mut Experience) {
    let Some((first, place)) = job.title.split_once(' ') else { return };
    let firm = is_company(place) || place.starts_with(char::is_uppercase);
    if job.employer.is_none()
        && is_one_of(&fold(first), "stage stages")
        && firm
        && !titles::names_trade(place)
    {
        (job.title, job.employer) = (first.to_owned(), Some(place.to_owned()));
    }
}

/// « divers », « petits boulots »: what was done stands below.
fn is_various(title: &str) -> bool {
    let folded = fold(title);
    words(&folded).all(|word| {
        is_one_of(
            word,
            "divers diverses diverse cdd interim missions mission petits boulots jobs emplois autres various",
        )
    })
}

/// The month that lies `months` before today.
pub(super) fn ago(months: u16, today: Date) -> Month {
    let index = Month::of(today).index() - i32::from(months);
    Month { year: (index.div_euclid(12)) as i16, month: (index.rem_euclid(12) + 1) as u8 }
}

/// Gives the cells of a head their parts.
fn name_parts(cells: &[(&str, bool)], job: &mut Experience) {
    let mut left: Vec<(String, bool)> = Vec::new();
    for (text, bold) in cells {
        let (text, inside) = parentheses(text);
        if let Some(inside) = inside
            && job.place.is_none()
            && (places::is_town(&inside) || places::is_department(&inside))
        {
            job.place =
                Some(if places::is_department(&inside) { format!("{text} ({inside})") } else { inside });
            if job.place.as_deref().is_some_and(|p| p.starts_with(&text))
                && places::is_town(&text)
                && cells.len() > 1
            {
                continue;
            }
            if job.place.as_deref().is_some_and(|p| p.starts_with(&text)) {
                job.place = job
                    .place
                    .take()
                    .and_then(|p| p.rsplit_once('(').map(|(_, d)| d.trim_end_matches(')').to_owned()));
            }
        }
        match at_employer(&text) {
            Some((title, employer)) if job.employer.is_none() => {
                if !title.is_empty() {
                    left.push((title.to_owned(), *bold));
                }
                job.employer = Some(employer.to_owned());
            }
            _ => left.push((text, *bold)),
        }
    }
    // « …, Groupe » and « Sémaphore » below it.
    if let Some(i) =
        left.iter().position(|(c, _)| is_one_of(&fold(c), "groupe societe entreprise cabinet association"))
        && i + 1 < left.len()
    {
        let (rest, bold) = left.remove(i + 1);
        left[i] = (format!("{} {rest}", left[i].0), bold);
    }
    let others = |left: &[(String, bool)], job: &Experience| left.len() + usize::from(job.employer.is_some());
    while job.place.is_none() && others(&left, job) >= 2 {
        let sure = left.iter().rposition(|(c, _)| places::is_full(c));
        let town = || {
            left.iter()
                .rposition(|(c, _)| places::is_town(c) && !is_company(c))
                .filter(|i| *i > 0 || left.len() > 2)
        };
        let Some(i) = sure.or_else(town) else { break };
        job.place = Some(left.remove(i).0);
    }
    let capitals = |text: &str| {
        text.chars().filter(|c| c.is_alphabetic()).count() > 3 && !text.chars().any(char::is_lowercase)
    };
    let mixed = left.iter().any(|(text, _)| !capitals(text));
    let title = (0..left.len()).max_by_key(|&i| {
        let (text, bold) = &left[i];
        let company = if is_company(text) || is_same_employer(text) { 6 } else { 0 };
        let trade = i32::from(titles::likeness(text)) * 2;
        let trade = if names_a_post(text) { trade.max(4) } else { trade };
        let trade = if titles::names_trade(text) { trade.max(3) } else { trade };
        // « ATELIERS DU NORD » beside « câbleur ».
        let firm = if mixed && capitals(text) && trade < 6 { 3 } else { 0 };
        (trade - company - firm + i32::from(*bold) + i32::from(i == 0), -(i as i32))
    });
    if let Some(i) = title {
        job.title = left.remove(i).0;
    }
    if job.employer.is_none() {
        let company = left.iter().position(|(c, _)| is_company(c));
        let name =
            || left.iter().position(|(c, _)| !c.starts_with(char::is_lowercase) || is_same_employer(c));
        job.employer = company.or_else(name).map(|i| left.remove(i).0);
    }
    if job.place.is_none() {
        job.place = left.into_iter().map(|(c, _)| c).find(|c| places::is_town(c));
    }
}

/// The parts of a line that names a job.
fn cells(rest: &str) -> Vec<String> {
    let mut text = rest.to_owned();
    for sign in [" - ", " – ", " — ", " | ", " • ", " · ", " ● ", " // ", " : ", ": ", "; ", " – ", "|"]
    {
        text = text.replace(sign, "\t");
    }
    text.split(CELL)
        .flat_map(by_commas)
        .map(|c| c.trim_matches(|c: char| c.is_whitespace() || ",;:-–—|/".contains(c)).to_owned())
        .map(|c| without_full_stop(&c).to_owned())
        .fold(Vec::new(), |mut cells: Vec<String>, cell| {
            match cells.last_mut() {
                // « Stage – rayon épicerie » is one title.
                Some(last) if is_contract(last) && cell.starts_with(char::is_lowercase) => {
                    *last = format!("{last} – {cell}");
                }
                _ => cells.push(cell),
            }
            cells
        })
        .into_iter()
        .filter(|c| c.chars().any(char::is_alphabetic) && !is_contract(c))
        .collect()
}

/// « Annecy. » is Annecy, « Inc. » stays.
fn without_full_stop(cell: &str) -> &str {
    let last_word = cell.rsplit(' ').next().unwrap_or(cell);
    if last_word.chars().count() > 4 { cell.trim_end_matches('.') } else { cell }
}

/// « Vendeuse, Zara, Lyon » has three parts; « Responsable marketing, communication et digital » has one.
fn by_commas(cell: &str) -> Vec<String> {
    if places::is_full(cell) {
        return vec![cell.to_owned()];
    }
    let mut parts: Vec<String> = Vec::new();
    for part in cell.split(", ") {
        if ["temps partiel", "temps plein", "cdi", "cdd", "part-time", "full-time"]
            .iter()
            .any(|c| fold(part).starts_with(c))
        {
            continue;
        }
        let own = (part.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) || is_company(part))
            && (parts.is_empty() || !part.ends_with(')') || part.contains('('))
            || is_same_employer(part);
        // « Rivoire, Noblet & Associés » is one firm.
        let folded = fold(part);
        let partners = ["associes", "fils", "freres", "cie", "partners", "sons"]
            .iter()
            .any(|end| folded.split('(').next().unwrap_or_default().trim_end().ends_with(end))
            && (part.contains('&') || folded.contains(" et "))
            && parts.last().is_some_and(|last| !titles::names_trade(last) || is_company(last));
        match parts.last_mut() {
            Some(last) if !own || partners || places::is_full(&format!("{last}, {part}")) => {
                last.push_str(", ");
                last.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    parts
}

/// Parts that can name a title or an employer: towns do not count.
fn named(cells: &[String]) -> usize {
    let towns = cells.iter().filter(|c| places::is_full(c) || places::is_town(c) && !is_company(c)).count();
    let chez = usize::from(cells.iter().any(|c| at_employer(c).is_some_and(|(title, _)| !title.is_empty())));
    cells.len() - towns + chez
}

/// « Vendeuse chez Zara », « Engineer at Stripe ».
pub(super) fn at_employer(text: &str) -> Option<(&str, &str)> {
    // « Assistante dans la grande distribution »
    for sign in [" dans la ", " dans le ", " dans une ", " dans un ", " dans l'"] {
        if let Some((title, employer)) = text.split_once(sign).filter(|(title, _)| titles::names_trade(title))
        {
            return Some((title.trim(), employer.split(". ").next().unwrap_or(employer).trim()));
        }
    }
    for sign in [" chez ", " at ", " @ ", " au sein de ", " au sein du ", " pour le compte de "] {
        if let Some((title, employer)) = text.split_once(sign)
            && (sign == " chez "
                || employer.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || c == '\''))
        {
            return Some((title.trim(), employer.trim()));
        }
    }
    ["Chez ", "chez ", "@ ", "At "]
        .iter()
        .find_map(|sign| text.strip_prefix(sign))
        .map(|employer| ("", employer.trim()))
}

/// The text before a closing parenthesis at its end, and what is inside; kinds of contract are dropped.
fn parentheses(text: &str) -> (String, Option<String>) {
    let Some((before, inside)) = text.strip_suffix(')').and_then(|t| t.rsplit_once('(')) else {
        return (text.to_owned(), None);
    };
    let inside = inside.trim();
    if before.trim().is_empty() {
        return (inside.to_owned(), None);
    }
    let gender = ["e", "se", "rice", "h/f", "f/h", "ne", "ère", "ere", "trice", "euse", "s"]
        .contains(&inside.to_lowercase().as_str());
    if gender || !(is_contract(inside) || places::is_town(inside) || places::is_department(inside)) {
        return (text.to_owned(), None);
    }
    (before.trim().to_owned(), (!is_contract(inside)).then(|| inside.to_owned()))
}

/// Says under what contract, not what or where.
pub(super) fn is_contract(cell: &str) -> bool {
    let folded = fold(cell);
    let mut all = words(&folded).peekable();
    all.peek().is_some()
        && all.all(|w| is_one_of(w, CONTRACT) || w.chars().all(|c| c.is_ascii_digit()))
        && !folded.starts_with("de ")
}

/// Carries a word of names of firms and institutions.
pub(super) fn is_company(cell: &str) -> bool {
    let folded = fold(cell);
    let title = titles::likeness(cell) == titles::EXACT;
    !title
        && words(&folded)
            .enumerate()
            .any(|(i, w)| is_one_of(w, COMPANY) || i == 0 && is_one_of(w, COMPANY_FIRST))
}

const COMPANY: &str = "sarl sas sa sasu eurl scop inc ltd llc gmbh corp plc entreprise company groupe group \
    ets etablissements technologies consulting solutions industries services cie associes ehpad chu adecco \
    manpower randstad studio labs bank holding";

const COMPANY_FIRST: &str = "mairie hopital clinique restaurant brasserie hotel lycee college ecole \
    universite societe association cabinet boulangerie boucherie patisserie garage pharmacie agence banque \
    residence maison institut centre conseil communaute ville supermarche magasin boutique salon transports \
    menuiserie atelier ministere creche laboratoire laboratoires usine cafe bistrot domaine ferme fondation \
    auto camping traiteur epicerie librairie imprimerie prefecture departement caisse foyer chateau \
    hypermarche intermarche carrefour mutuelle editions organisme mecs ime esat itep abattoir usine hopitaux cabinets \
    ets etablissement etablissements assurances laiterie papeterie acierie acieries sucrerie fonderie scierie clinique \
    conserverie jardinerie transports transport travaux batiments constructions syndicat office ateliers";

/// Says what was done rather than who did it.
fn is_task(text: &str) -> bool {
    let folded = fold(text);
    let mut all = words(&folded);
    let (Some(first), second) = (all.next(), all.next()) else { return false };
    let article =
        second.is_some_and(|w| ["le", "la", "les", "l", "des", "un", "une", "aux", "au", "a"].contains(&w));
    let of = second.is_some_and(|w| {
        ["de", "des", "d", "du", "en", "et", "client", "clients", "a", "aux", "and", "of"].contains(&w)
    }) || second.is_none();
    let infinitive = first.len() > 4 && ["er", "ir", "re"].iter().any(|e| first.ends_with(e)) && article;
    let english = first.len() > 4
        && first.ends_with("ed")
        && second.is_some()
        && titles::likeness(text) < titles::KNOWN_HEAD;
    infinitive || english || of && is_one_of(first, TASKS)
}

const TASKS: &str = "accueil gestion conseil realisation suivi preparation participation mise encaissement \
    tenue entretien nettoyage animation organisation developpement conception vente livraison controle \
    redaction creation analyse formation encadrement prospection saisie traitement reception planification \
    coordination elaboration installation depannage pose montage prise accompagnement surveillance \
    fabrication cuisson reassort facturation negociation management classement archivage relance soins \
    toilette lecture respect utilisation application approvisionnement chargement dechargement \
    etablissement verification";

/// What stands above the columns of a table of jobs.
const TABLE_HEAD: &str = "date dates periode periodes duree poste postes missions mission employeur employeurs \
    entreprise entreprises taches et lieu fonction fonctions intitule description activites";

/// What stands above the tasks of a job.
const LABELS: &str = "missions|missions principales|mission|taches|taches principales|\
    principales missions|principales taches|responsabilites|realisations|activites|key achievements|\
    achievements|responsibilities|missions realisees|taches realisees|taches effectuees|\
    missions effectuees";

/// Words that say under what contract somebody works.
const CONTRACT: &str = "cdi cdd interim stage alternance apprentissage freelance temps plein partiel \
    saisonnier saison ctt internship full part time contract permanent mois an ans emploi job d ete \
    etudiant poste actuel contrat de h 35h 24h professionnalisation remote hybrid teletravail extra mi \
    independant semaines annee annees etudiant etudiante \
    etudiants saisons saisonniere janvier fevrier mars avril mai juin juillet aout septembre octobre novembre \
    decembre 2x8 3x8 5x8 nuit jour vacataire titulaire contractuel contractuelle categorie c vacations vacation \
    remplacement benevolat liberal profession puis";

#[cfg(test)]
#[path = "experience_tests.rs"]
mod tests;
