//! Who the CV is about: name, contacts, headline, home.

use std::sync::LazyLock;

use jiff::civil::Date;
use jobmatch_index::offer::Place;
use jobmatch_index::profile::Identity;
use jobmatch_index::skills::fold;
use regex::Regex;

use super::lines::{CELL, Line, word_count, words};
use super::{dates, languages, places, statements, titles};

/// What the head of a CV says.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) identity: Identity,
    pub(super) title: Option<String>,
    pub(super) place: Option<Place>,
    /// Lines that are none of these: an introduction without a heading.
    pub(super) prose: Vec<String>,
}

impl Head {
    fn add_link(&mut self, link: String) {
        let links = &mut self.identity.links;
        if links.len() < MOST_LINKS && !links.contains(&link) {
            links.push(link);
        }
    }
}

/// Nobody has more.
const MOST_LINKS: usize = 20;

pub(super) static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[A-Za-z0-9][A-Za-z0-9._%+-]*\s?@\s?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
        .expect("constant pattern")
});

pub(super) static PHONE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:(?:\+|\b00)\d{1,3}[\s.-]?(?:\(0\)[\s.-]?)?(?:\(?\d{1,4}\)?[\s.-]?){2,5}\d{2,4}|\b0[1-9](?:[\s./-]{0,3}\d{2}){4}|\(\d{3}\)\s?\d{3}-\d{4}|\b\d{3}-\d{3}-\d{4})\b")
        .expect("constant pattern")
});

pub(super) static LINK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:https?://|www\.)[^\s,;|()<>]+|\b(?:[a-z]{2,3}\.)?(?:linkedin\.com|github\.com|gitlab\.com|behance\.net|dribbble\.com|medium\.com|kaggle\.com|stackoverflow\.com|twitter\.com|malt\.fr|doyoubuzz\.com|instagram\.com|youtube\.com|facebook\.com|vimeo\.com|x\.com|tiktok\.com)/[^\s,;|()<>]+|\b[a-z0-9-]+\.github\.io\b[^\s,;|()<>]*")
        .expect("constant pattern")
});

/// The address of a site by itself: « marie-dupont.fr »
static SITE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|fr|org|net|eu|io|dev|me|info|site|bzh|paris|be|ch|ca)(?:/[^\s,;|()<>]*)?$")
        .expect("constant pattern")
});

/// Words before a value, and personal data that is no title and no name.
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*(?:adresse|address|t[ée]l[ée]phone|t[ée]l|mobile|phone|portable|e-?mail|courriel|mail|ville|city|localisation|location|linkedin|github|site(?: web)?|website|portfolio|permis|n[ée]\(?e?\)? le|[âa]ge|nationalit[ée]|date de naissance|situation|lieu|nom|pr[ée]nom|name|domicile)\b\.?\s*:?\s*")
        .expect("constant pattern")
});

static PERSONAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:\d{2} ans\s*(?:$|[,|•·/-])|n[ée]{1,2}\(?e?\)? le|nationalit[ée]|c[ée]libataire|mari(?:é|ée|\(e\))|pacs[ée]e?|permis|v[ée]hicul[ée]|date de naissance|enfants?|born|driving licen[cs]e|mobilit[ée]|disponib|temps (?:plein|partiel)|curriculum|cdi\b|cdd\b)")
        .expect("constant pattern")
});

/// Whether a line holds an e-mail address, a telephone number, a link or a home.
pub(super) fn is_contact(line: &Line) -> bool {
    let text = &line.text;
    EMAIL.is_match(text)
        || PHONE.is_match(text)
        || LINK.is_match(text)
        || word_count(text) <= 8 && places::has_postal_code(text)
}

/// Reads the lines that stand under no heading and those of the contact section.
pub(super) fn read(lines: &[&Line], today: Date) -> Head {
    let mut head = Head::default();
    let mut rest: Vec<(&Line, String)> = Vec::new();
    let mut broken_link = None;
    // Each with whether it was read from an image.
    let mut emails: Vec<(String, bool)> = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let mut text = line.text.clone();
        // An e-mail address broken before its @.
        match lines.get(i + 1) {
            _ if i > 0 && text.starts_with('@') => continue,
            Some(next) if next.text.starts_with('@') => text.push_str(&next.text),
            _ => {}
        }
        if let Some(found) = EMAIL.find(&text) {
            emails.push((found.as_str().replace(' ', ""), line.confidence.is_some()));
            text = cut(&text, found.range());
        }
        if broken_link == Some(i) {
            continue;
        }
        while let Some(found) = LINK.find(&text) {
            let mut link = found.as_str().trim_end_matches(['.', '/']).to_owned();
            if link.ends_with('-') && found.end() == text.len() {
                let end =
                    |row: usize| lines.get(row).is_some_and(|l| l.size == line.size && is_slug(&l.text));
                broken_link = [i + 1, i + 2].into_iter().find(|row| end(*row));
                link.extend(broken_link.map(|row| lines[row].text.as_str()));
            }
            head.add_link(link);
            text = cut(&text, found.range());
        }
        if let Some(found) = PHONE.find(&text) {
            head.identity.phone.get_or_insert_with(|| found.as_str().trim().to_owned());
            text = cut(&text, found.range());
        }
        rest.push((line, text));
    }
    let largest = rest.iter().map(|(l, _)| l.size).fold(0.0_f32, f32::max);
    let has_contacts = !emails.is_empty() || head.identity.phone.is_some();
    let pieces: Vec<Piece<'_>> = rest
        .iter()
        .enumerate()
        .flat_map(|(row, (line, text))| {
            let dash = [" - ", " – ", " — "].iter().find_map(|d| text.split_once(d));
            let named = dash.is_some_and(|(first, _)| name_score(first, "").is_some_and(|score| score > 1));
            let (first, rest) = dash.filter(|_| named).unwrap_or((text, ""));
            first
                .split([CELL, '|', '•', '·', '●'])
                .chain([rest])
                // Pictures before a value.
                .map(|t| t.trim().trim_start_matches(|c: char| !c.is_alphanumeric() && !c.is_ascii()).trim())
                .filter(|t| !t.is_empty())
                .map(move |text| Piece {
                    row,
                    text,
                    line,
                    large: line.size > 0.0 && line.size >= largest * 0.95,
                })
                .collect::<Vec<_>>()
        })
        .collect();
    let written: Vec<&str> = rest.iter().map(|(_, text)| text.as_str()).collect();
    let name = name(&pieces, emails.first().map(|(email, _)| email.as_str()), has_contacts);
    let read = name.as_ref().map(|(_, text)| text.clone());
    head.identity.name = told_name(&written).or(read).or_else(|| name_among(&written));
    head.identity.email = own_email(emails, head.identity.name.as_deref().unwrap_or_default());
    let name_rows = name.map(|(rows, _)| rows).unwrap_or_default();
    let others: Vec<&Piece<'_>> =
        pieces.iter().filter(|p| !name_rows.contains(&p.row) || !is_part_of(&head, p)).collect();
    let home = |p: &&Piece<'_>| places::home(LABEL.replace(p.text, "").trim(), labelled_place(p.text));
    // A postal code is surer than a word that is also a town.
    head.place = others
        .iter()
        .filter(|p| places::has_postal_code(p.text))
        .find_map(home)
        .or_else(|| others.iter().find_map(home))
        .or_else(|| home_among(&written));
    head.title = headline(&others, today);
    for piece in others {
        if SITE.is_match(piece.text) {
            head.add_link(piece.text.to_owned());
        }
        if word_count(piece.text) >= 8
            && !is_personal(piece.text)
            && head.title.as_deref() != Some(piece.text)
            && places::home(piece.text, false).is_none()
        {
            head.prose.push(piece.text.to_owned());
        }
    }
    head
}

/// The parts of a line that holds several of name, age and town: « Alain M., 55 ans, Cavaillon 84 ».
fn personal_parts(line: &str) -> Vec<&str> {
    static SIGN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\s[–—/-]\s|[,|•·●;\t()]|\s*\b\d{2} (?:ans|years old)\b\s*")
            .expect("constant pattern")
    });
    let parts = SIGN.split(line).map(|part| part.trim_matches(|c: char| !c.is_alphanumeric() && c != '.'));
    parts.filter(|part| !part.is_empty()).collect()
}

static NAME_TOLD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i:je m'appelle|je me nomme|my name is)\s+(\p{Lu}[\p{L}'-]+(?:\s+\p{Lu}[\p{L}'-]+){1,3})")
        .expect("constant pattern")
});

/// « Je m'appelle Jeanne Morel »
pub(super) fn tells_name(text: &str) -> bool {
    NAME_TOLD.is_match(text)
}

fn told_name(lines: &[&str]) -> Option<String> {
    lines.iter().find_map(|line| NAME_TOLD.captures(line)).map(|told| tidy_case(&told[1]))
}

/// A name that a line holds among other things.
fn name_among(lines: &[&str]) -> Option<String> {
    let is_name = |part: &str, first: bool| {
        let tokens: Vec<&str> = part.split_whitespace().collect();
        let initial = |token: &str| token.chars().filter(|c| c.is_alphabetic()).count() == 1;
        (2..=4).contains(&tokens.len())
            && titles::is_given_name(&fold(tokens[0]))
            && tokens.iter().all(|t| t.chars().all(|c| c.is_alphabetic() || "-'.".contains(c)))
            && tokens[1..].iter().all(|t| t.starts_with(char::is_uppercase) || first && initial(t))
            && titles::likeness(part) < titles::EXACT
    };
    // At the top, or signed below.
    let ends = lines.len().saturating_sub(4);
    let places =
        lines.iter().enumerate().filter(|(i, line)| (*i < 4 || *i >= ends) && word_count(line) <= 14);
    places
        .filter_map(|(i, line)| personal_parts(line).into_iter().find(|part| is_name(part, i < 2)))
        .next()
        .map(tidy_case)
}

/// A home that a line holds among other things, or that the person tells.
fn home_among(lines: &[&str]) -> Option<Place> {
    static TOLD: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i:install[ée]e?|j'habite|habitant|domicili[ée]e?|je vis|je r[ée]side|r[ée]sidant|bas[ée]e?|based|i live|living)\b[^.,;]{0,25}?\b(?:à|en|sur|près de|côté de|d'|vers|in|near|de)\s?(\p{Lu}[\p{L}'-]+(?:[ -]\p{Lu}[\p{L}'-]+)*)")
            .expect("constant pattern")
    });
    static NUMBERED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^(\p{L}[\p{L}' -]+?)\s?,?\s?(\d{2}|2[ABab])$|^(\d{2}|2[ABab])\s?[–-]?\s?(\p{L}[\p{L}' -]+)$",
        )
        .expect("constant pattern")
    });
    static SIDE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\s(?:nord|sud|est|ouest|centre|et alentours|agglo)$").expect("constant pattern")
    });
    let town = |part: &str| {
        if let Some(found) = NUMBERED.captures(part) {
            let group = |a, b| found.get(a).or_else(|| found.get(b)).map_or("", |m| m.as_str());
            let named = format!("{} ({})", group(1, 4), group(2, 3).to_uppercase());
            return places::home(&places::capitals(&named), false);
        }
        places::home(&SIDE.replace(part, ""), false)
    };
    let short = lines.iter().enumerate().filter(|(i, line)| *i < 8 && word_count(line) <= 20);
    let mut written = short.flat_map(|(_, line)| {
        let claims = statements::claims(line);
        personal_parts(&claims).into_iter().map(str::to_owned).collect::<Vec<_>>()
    });
    let found = written.find_map(|part| town(&part).filter(|_| word_count(&part) <= 5));
    found.or_else(|| {
        lines.iter().find_map(|line| TOLD.captures(line)).and_then(|told| places::home(&told[1], false))
    })
}

struct Piece<'a> {
    row: usize,
    text: &'a str,
    line: &'a Line,
    large: bool,
}

fn cut(text: &str, range: std::ops::Range<usize>) -> String {
    format!("{}{CELL}{}", text[..range.start].trim_end(), text[range.end..].trim_start_matches([',', ' ']))
        .trim_matches(|c: char| c == CELL || c == ',' || c.is_whitespace())
        .to_owned()
}

/// The address that says most of the name, else the first: a referee has one too, and a running head may be read
/// badly.
fn own_email(emails: Vec<(String, bool)>, name: &str) -> Option<String> {
    let folded = fold(name);
    let said = |email: &str| words(&folded).filter(|part| part.len() > 2 && email.contains(*part)).count();
    let (mut email, recognised) =
        emails.into_iter().rev().max_by_key(|(email, _)| said(&email.to_lowercase()))?;
    if let Some(at) = icon(&email, name).filter(|_| recognised) {
        email.drain(..at);
    }
    Some(email)
}

/// Where an address begins that an icon before it was read into: « 82enzo.diop@exemple.fr » of Enzo Diop. Initials
/// before a name belong to it: « jdupont ». Where the name was read badly, two digits are an icon before letters.
fn icon(email: &str, name: &str) -> Option<usize> {
    let (mailbox, name) = (email.to_lowercase(), fold(name));
    let initials: String = words(&name).filter_map(|part| part.chars().next()).collect();
    let before_name = words(&name).filter(|part| part.len() > 3).find_map(|part| {
        let at = mailbox.find(part).filter(|at| (1..=2).contains(at))?;
        let before = &mailbox[..at];
        let letters = before.chars().all(|c| c.is_ascii_alphanumeric());
        (letters && !before.chars().all(|c| initials.contains(c))).then_some(at)
    });
    let digits = mailbox.len() - mailbox.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let letters = mailbox[digits..].chars().take_while(char::is_ascii_lowercase).count();
    before_name.or((digits == 2 && letters >= 4).then_some(digits))
}

/// Whether a line opens with personal data and tells little else: « 34 ans – Permis B – Disponible en 2x8 »
pub(super) fn is_personal(text: &str) -> bool {
    static OPENING: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^(?:\d{2} ans\b|n[ée]e? (?:le|en)\b|c[ée]libataire|mari[ée]|pacs[ée]|nationalit[ée]|(?:titulaire du )?permis\b)")
            .expect("constant pattern")
    });
    let mostly = || {
        let parts: Vec<&str> = text.split([',', '|', '•', '·', '–', '—', ';', CELL]).collect();
        let personal = parts.iter().filter(|part| PERSONAL.is_match(part) || OPENING.is_match(part)).count();
        personal * 2 >= parts.len()
    };
    OPENING.is_match(text) && (word_count(text) <= 12 || mostly())
}

/// The end of a link that goes on below: « dupont-exemple »
fn is_slug(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_/".contains(c))
}

fn labelled_place(text: &str) -> bool {
    let folded = fold(text);
    ["adresse", "address", "ville", "city", "localisation", "location", "domicile", "lieu"]
        .iter()
        .any(|label| folded.trim_start_matches(|c: char| !c.is_alphanumeric()).starts_with(label))
}

fn is_part_of(head: &Head, piece: &Piece<'_>) -> bool {
    let name = head.identity.name.as_deref().map(fold).unwrap_or_default();
    words(&fold(piece.text)).all(|w| words(&name).any(|n| n == w))
}

/// The rows that hold the name, and the name. One word that could be a name is not enough: something else must
/// speak for it (the e-mail address, the largest letters, a surname in capitals, contacts beside it).
fn name(pieces: &[Piece<'_>], email: Option<&str>, has_contacts: bool) -> Option<(Vec<usize>, String)> {
    let mailbox = email.map(|e| fold(e.split('@').next().unwrap_or_default())).unwrap_or_default();
    let mut best: Option<(i32, Vec<usize>, String)> = None;
    for (i, piece) in pieces.iter().enumerate() {
        let text = LABEL.replace(piece.text, "");
        let candidates = [
            Some((vec![piece.row], text.trim().to_owned())),
            // Given name and surname on two lines of the same size.
            pieces[i + 1..]
                .iter()
                .find(|next| next.row > piece.row && next.line.size == piece.line.size)
                .filter(|next| {
                    // « Insertion • FLE » is no given name.
                    let whole =
                        |piece: &Piece<'_>| pieces.iter().filter(|other| other.row == piece.row).count() == 1;
                    whole(piece)
                        && next.row <= piece.row + if next.large { 2 } else { 1 }
                        && word_count(piece.text) <= 3
                        && word_count(next.text) <= 2
                        && [piece.text, next.text].iter().all(|t| {
                            titles::likeness(t) < titles::KNOWN_HEAD || titles::is_given_name(&fold(t))
                        })
                })
                .map(|next| {
                    // « BELKACEMI- » and « ROUX »
                    let space = if text.trim().ends_with('-') { "" } else { " " };
                    (vec![piece.row, next.row], format!("{}{space}{}", text.trim(), next.text))
                }),
        ];
        for (rows, text) in candidates.into_iter().flatten() {
            let Some(score) = name_score(&text, &mailbox) else { continue };
            let mut score = score;
            score += i32::from(piece.large) * 2 + i32::from(i == 0) + i32::from(i < 3 && has_contacts);
            score -= i32::from(rows.len() > 1);
            if score >= 3 && best.as_ref().is_none_or(|(b, ..)| score > *b) {
                best = Some((score, rows, text));
            }
        }
    }
    best.map(|(_, rows, text)| (rows, tidy_case(&text)))
}

/// How much `text` looks like a person's name; `None` when it cannot be one.
fn name_score(text: &str, mailbox: &str) -> Option<i32> {
    let tokens: Vec<&str> = text.split_whitespace().collect();
    let letters_only = |t: &&str| t.chars().all(|c| c.is_alphabetic() || "-'.".contains(c));
    let particle =
        |t: &str| ["de", "du", "des", "la", "le", "el", "van", "von", "da", "dos", "ben", "d'"].contains(&t);
    if !(2..=5).contains(&tokens.len())
        || !tokens.iter().all(letters_only)
        || !tokens.iter().all(|t| t.starts_with(char::is_uppercase) || particle(t) || t.starts_with("d'"))
        || PERSONAL.is_match(text)
    {
        return None;
    }
    let folded = fold(text);
    let parts: Vec<&str> = words(&folded).collect();
    let in_mailbox = parts.iter().filter(|p| p.len() > 2 && mailbox.contains(**p)).count() as i32;
    let job = titles::likeness(text);
    if in_mailbox == 0 && job >= titles::KNOWN_HEAD && !titles::is_given_name(parts[0]) {
        return None;
    }
    if in_mailbox == 0 && super::sections::heading(text).is_some() {
        return None;
    }
    let capitals =
        |t: &str| t.chars().filter(|c| c.is_alphabetic()).count() > 1 && !t.chars().any(char::is_lowercase);
    let mixed = tokens.iter().any(|t| capitals(t)) && tokens.iter().any(|t| !capitals(t) && !particle(t));
    let given = parts.iter().any(|p| titles::is_given_name(p));
    let mut score = in_mailbox * 3 + i32::from(mixed) * 2 + i32::from(given) * 3;
    if job == titles::EXACT && in_mailbox == 0 {
        score -= 4;
    }
    Some(score)
}

/// Capitals and small letters for a name in capitals only; a name in mixed case stays as written.
pub(super) fn tidy_case(name: &str) -> String {
    if name.chars().any(char::is_lowercase) {
        return name.to_owned();
    }
    let mut out = String::new();
    let mut start = true;
    for c in name.chars() {
        if start {
            out.push(c);
        } else {
            out.extend(c.to_lowercase());
        }
        start = !c.is_alphabetic();
    }
    out
}

/// « Madame, Monsieur, », « Cordialement »
fn is_salutation(text: &str) -> bool {
    let folded = fold(text);
    let polite = "madame monsieur bonjour cordialement dear sincerely sincere salutations bien lettre";
    words(&folded).all(|word| super::lines::is_one_of(word, polite)) && !folded.is_empty()
}

/// The occupation that the CV announces: the first line that reads as a job title, else the first short line
/// that is nothing else.
fn headline(pieces: &[&Piece<'_>], today: Date) -> Option<String> {
    let possible: Vec<&&Piece<'_>> = pieces
        .iter()
        .filter(|p| {
            let count = word_count(p.text);
            (1..=16).contains(&count)
                && p.text.chars().filter(|c| c.is_alphabetic()).count() >= 3
                && languages::in_line(p.text).is_empty()
                && !is_salutation(p.text)
                && !LABEL.is_match(p.text)
                && places::home(p.text, false).is_none()
                && !SITE.is_match(p.text)
                && !p.text.contains('@')
                && !(PERSONAL.is_match(p.text) && count <= 6)
                && super::sections::heading(p.text).is_none_or(|_| pieces.len() == 1)
        })
        .collect();
    let title = possible
        .iter()
        .find(|p| titles::likeness(p.text) >= titles::KNOWN_HEAD && word_count(p.text) <= 14)
        .or_else(|| possible.iter().find(|p| p.row <= 1 && !p.text.ends_with('.')))
        .or_else(|| {
            possible.iter().find(|p| p.row <= 3 && word_count(p.text) <= 9 && !p.text.ends_with(['.', ',']))
        })?;
    let (row, announced) = (title.row, title.text);
    // « Agent de sécurité » and « incendie » below it, in letters larger than the rest.
    let smallest = pieces.iter().map(|p| p.line.size).filter(|size| *size > 0.0).fold(f32::MAX, f32::min);
    let goes_on = pieces.iter().find(|p| {
        p.row == row + 1
            && p.line.size > smallest + 1.0
            && p.line.size == title.line.size
            && p.line.bold == title.line.bold
            && word_count(p.text) <= 4
            && p.text == p.line.text.trim()
            && title.text == title.line.text.trim()
    });
    let whole = goes_on.map(|p| format!("{} {}", title.text, p.text));
    let title = whole.as_deref().unwrap_or(title.text).trim_end_matches([',', ':', ';']).trim();
    let dated = dates::find(title, today).filter(|p| !p.is_length_only());
    let undated = dated.map_or_else(|| title.to_owned(), |p| dates::without(title, &p));
    let title = undated.split(CELL).next().unwrap_or_default();
    // « Chef de partie · Cuisinier »
    let more = pieces.iter().filter(|p| {
        p.row == row
            && p.text != announced
            && !title.contains(p.text)
            && titles::likeness(p.text) >= titles::KNOWN_HEAD
    });
    Some(more.fold(title.to_owned(), |all, p| format!("{all} · {}", p.text)))
}
