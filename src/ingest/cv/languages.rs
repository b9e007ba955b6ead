//! Languages and how well they are known.

use std::sync::LazyLock;

use jobmatch_index::offer::Cefr;
use jobmatch_index::profile::LanguageKnown;
use jobmatch_index::skills::fold;
use regex::Regex;

use super::lines::{CELL, Line, is_one_of, words};

/// ISO 639-1 codes (639-3 where there is none), each with the folded French and English names of its language.
const NAMES: &str = "fr francais french|en anglais english|es espagnol spanish castillan|\
    de allemand german|it italien italian|pt portugais portuguese|ar arabe arabic darija|\
    zh chinois mandarin chinese|ja japonais japanese|ru russe russian|nl neerlandais dutch|\
    pl polonais polish|ro roumain romanian|tr turc turkish|uk ukrainien ukrainian|ko coreen korean|\
    vi vietnamien vietnamese|el grec greek|hi hindi|he hebreu hebrew|fa persan persian farsi dari|\
    ta tamoul tamil|sv suedois swedish|da danois danish|no norvegien norwegian|fi finnois finnish|\
    cs tcheque czech|hu hongrois hungarian|bg bulgare bulgarian|sr serbe serbian|hr croate croatian|\
    sq albanais albanian|hy armenien armenian|ca catalan|eu basque|br breton|co corse|kab kabyle|\
    ber berbere|sw swahili|wo wolof|bm bambara|ln lingala|mg malgache|th thai|ur ourdou urdu|bn bengali|\
    ps pachto pachtou|ku kurde kurdish|sk slovaque|sl slovene|ka georgien|ff peul|snk soninke|\
    lb luxembourgeois|oc occitan|gsw alsacien|zdj comorien|lt lituanien|lv letton|et estonien|mk macedonien|\
    am amharique|ti tigrinya|so somali|tl tagalog|id indonesien|ne nepalais|lo laotien|km khmer|\
    dje zarma|ha haoussa|yo yoruba|ig igbo|ee ewe|mfe mauricien|gcf creole|fsl lsf";

static CEFR: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)\b([abc])\s?([12])\b").expect("constant pattern"));
static SCORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(toeic|toefl|ielts|bulats|linguaskill)\b\D{0,20}(\d{1,3}(?:[.,]\d)?)")
        .expect("constant pattern")
});
static STARS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"([●★■⬤◆•]{1,5})\s?([○☆□◯◇]{0,5})|\b([0-5])\s?/\s?5\b").expect("constant pattern")
});

/// Languages of a section about them, each with the line that says it.
pub(super) fn in_section(lines: &[Line]) -> Vec<LanguageKnown> {
    let mut found: Vec<LanguageKnown> = Vec::new();
    for line in lines {
        let text = line.item();
        let named = named(text);
        if named.is_empty() {
            // « Anglais », and its level on the next line.
            match (found.last_mut(), level(text)) {
                (Some(last), Some(level)) if last.level.is_none() => {
                    last.level = Some(level);
                    last.line = format!("{} {text}", last.line);
                }
                _ if score(text).is_some() => add(&mut found, "en", score(text), text),
                _ => {}
            }
            continue;
        }
        // « Bilingue français-anglais »: what stands before the first name goes for all.
        let before = level(&text[..named[0].1]);
        for (i, (code, at)) in named.iter().enumerate() {
            let end = named.get(i + 1).map_or(text.len(), |next| next.1);
            add(&mut found, code, level(&text[*at..end]).or(before), text);
        }
    }
    found
}

/// Languages that a line says elsewhere (« Anglais courant », « TOEIC 850 »): only with a level.
pub(super) fn in_line(text: &str) -> Vec<LanguageKnown> {
    if fold(text).starts_with("langue") {
        return in_section(&[Line::plain(text)]);
    }
    let named = named(text);
    let mut found = Vec::new();
    // « Anglais juridique, breton »: a line about languages needs no levels.
    let listed = named.first().is_some_and(|(_, at)| *at == 0) && is_list(text);
    for (i, (code, at)) in named.iter().enumerate() {
        let end = named.get(i + 1).map_or(text.len(), |next| next.1).min(text.len());
        let level = level(&text[*at..end]);
        if level.is_some() || listed {
            add(&mut found, code, level, text);
        }
    }
    if named.is_empty()
        && let Some(level) = score(text)
    {
        add(&mut found, "en", Some(level), text);
    }
    found
}

/// Short parts that each open with the name of a language: no sentence, no subject (« Français langue étrangère »).
fn is_list(text: &str) -> bool {
    let folded = fold(text);
    let parts: Vec<&str> =
        text.split([',', ';', '|', '•', '·', CELL]).map(str::trim).filter(|p| !p.is_empty()).collect();
    let opens = |part: &&str| named(part).first().is_some_and(|(_, at)| *at == 0);
    let described = |part: &&str| named(part).is_empty() && part.split_whitespace().count() <= 3;
    parts.iter().all(|part| opens(part) || described(part))
        && text.split_whitespace().count() <= 10
        && !folded.contains("langue etrangere")
        && !folded.contains("fle")
}

/// Adds what is new; a level completes a language that had none.
pub(super) fn merge(all: &mut Vec<LanguageKnown>, more: Vec<LanguageKnown>) {
    for language in more {
        match all.iter_mut().find(|l| l.code == language.code) {
            Some(known) if known.level.is_none() && language.level.is_some() => *known = language,
            Some(_) => {}
            None => all.push(language),
        }
    }
}

fn add(found: &mut Vec<LanguageKnown>, code: &str, level: Option<Cefr>, line: &str) {
    merge(found, vec![LanguageKnown { code: code.into(), level, line: line.replace('\t', " ") }]);
}

/// Languages named in `text` with the byte where each name starts.
fn named(text: &str) -> Vec<(&'static str, usize)> {
    let mut found: Vec<(&'static str, usize)> = Vec::new();
    let mut at = 0;
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        let start = at;
        at += word.len() + text[start + word.len()..].chars().next().map_or(0, char::len_utf8);
        if word.len() < 4 && !word.eq_ignore_ascii_case("lsf") {
            continue;
        }
        let folded = fold(word);
        if let Some(code) = code(&folded)
            && found.iter().all(|(c, _)| *c != code)
        {
            found.push((code, start));
        }
    }
    found
}

/// English name of a language, by its code: « en » gives « English ».
pub(super) fn english_name(code: &str) -> Option<String> {
    let named = NAMES.split('|').find_map(|language| language.strip_prefix(code)?.strip_prefix(' '))?;
    let mut names = named.split(' ');
    let french = names.next()?;
    let name = names.next().unwrap_or(french);
    Some(name[..1].to_uppercase() + &name[1..])
}

/// The code that this program uses for a language, from its ISO 639-1, 639-2 or 639-3 code.
pub(super) fn code_of(iso: &str) -> Option<&'static str> {
    /// Codes of three letters, by the one that is used here.
    const LONG: &str = "fr fra fre|en eng|es spa|de deu ger|it ita|pt por|ar ara|zh zho chi|ja jpn|ru rus|nl nld dut|\
        pl pol|ro ron rum|tr tur|uk ukr|ko kor|vi vie|el ell gre|hi hin|he heb|fa fas per|ta tam|sv swe|da dan|\
        no nor nob nno|fi fin|cs ces cze|hu hun|bg bul|sr srp|hr hrv|sq sqi alb|hy hye arm|ca cat|eu eus baq|br bre|\
        co cos|kab kab|ber ber|sw swa|wo wol|bm bam|ln lin|mg mlg|th tha|ur urd|bn ben|ps pus|ku kur|sk slk slo|\
        sl slv|ka kat geo|ff ful|snk snk|lb ltz|oc oci|gsw gsw|zdj zdj|lt lit|lv lav|et est|mk mkd mac|am amh|\
        ti tir|so som|tl tgl|id ind|ne nep|lo lao|km khm|dje dje|ha hau|yo yor|ig ibo|ee ewe|mfe mfe|gcf gcf|fsl fsl";
    let iso = iso.trim().to_lowercase();
    LONG.split('|').find_map(|codes| {
        let (code, long) = codes.split_once(' ')?;
        (code == iso || is_one_of(&iso, long)).then_some(code)
    })
}

fn code(name: &str) -> Option<&'static str> {
    NAMES.split('|').find_map(|language| {
        let (code, names) = language.split_once(' ')?;
        is_one_of(name, names).then_some(code)
    })
}

/// The level that `text` states, by letters, by words, by a test's score or by stars.
pub(super) fn level(text: &str) -> Option<Cefr> {
    if let Some(c) = CEFR.captures(text) {
        return match (c[1].to_ascii_lowercase().as_str(), &c[2]) {
            ("a", "1") => Some(Cefr::A1),
            ("a", _) => Some(Cefr::A2),
            ("b", "1") => Some(Cefr::B1),
            ("b", _) => Some(Cefr::B2),
            ("c", "1") => Some(Cefr::C1),
            _ => Some(Cefr::C2),
        };
    }
    if let Some(level) = score(text) {
        return Some(level);
    }
    let folded = fold(text);
    let all: Vec<&str> = words(&folded).collect();
    let has = |list: &[&str]| all.iter().any(|w| list.contains(w));
    Some(match () {
        () if has(&["maternelle", "maternel", "native", "natif", "bilingue", "bilingual", "mother"]) => {
            Cefr::C2
        }
        () if has(&["complete", "full"]) && has(&["professionnelle", "professional"]) => Cefr::C1,
        () if has(&[
            "fluent",
            "couramment",
            "courant",
            "courante",
            "avance",
            "advanced",
            "excellent",
            "maitrise",
            "proficient",
            "fluide",
            "tres",
        ]) =>
        {
            Cefr::C1
        }
        () if has(&[
            "elementaire",
            "elementary",
            "debutant",
            "notions",
            "beginner",
            "bases",
            "rudiments",
        ]) && has(&["notions", "elementary", "elementaire", "bases", "rudiments"]) =>
        {
            Cefr::A2
        }
        () if has(&["debutant", "beginner", "initiation"]) => Cefr::A1,
        () if has(&[
            "bon",
            "bonne",
            "good",
            "operationnel",
            "independant",
            "professionnel",
            "professionnelle",
            "professional",
        ]) || folded.contains("upper intermediate")
            // « lu, écrit, parlé »
            || has(&["lu"]) && has(&["ecrit"]) =>
        {
            Cefr::B2
        }
        () if has(&[
            "intermediaire",
            "intermediate",
            "moyen",
            "correct",
            "conversationnel",
            "conversational",
            "conversation",
        ]) =>
        {
            Cefr::B1
        }
        () if has(&["scolaire", "basic", "limited"]) => Cefr::A2,
        () => return stars(text),
    })
}

fn score(text: &str) -> Option<Cefr> {
    let c = SCORE.captures(text)?;
    let points: f32 = c[2].replace(',', ".").parse().ok()?;
    // Bounds as the test makers publish them for the CEFR.
    let bounds: [f32; 5] = match c[1].to_lowercase().as_str() {
        "toeic" => [225.0, 550.0, 785.0, 945.0, 991.0],
        "toefl" => [30.0, 42.0, 72.0, 95.0, 114.0],
        "ielts" => [3.0, 4.0, 5.5, 7.0, 8.5],
        _ => [20.0, 40.0, 60.0, 75.0, 90.0],
    };
    Some(match bounds.iter().filter(|b| points >= **b).count() {
        0 => Cefr::A1,
        1 => Cefr::A2,
        2 => Cefr::B1,
        3 => Cefr::B2,
        4 => Cefr::C1,
        _ => Cefr::C2,
    })
}

fn stars(text: &str) -> Option<Cefr> {
    let c = STARS.captures(text)?;
    let full = c.get(1).map(|m| m.as_str().chars().count());
    let empty = c.get(2).map_or(0, |m| m.as_str().chars().count());
    let of_five = match (full, c.get(3)) {
        (Some(full), _) if full + empty >= 3 => full * 5 / (full + empty),
        (None, Some(n)) => n.as_str().parse().ok()?,
        _ => return None,
    };
    Some(match of_five {
        0 | 1 => Cefr::A1,
        2 => Cefr::A2,
        3 => Cefr::B1,
        4 => Cefr::B2,
        _ => Cefr::C2,
    })
}

#[cfg(test)]
mod tests {
    use jobmatch_index::lang::Lang;
    use jobmatch_index::matching::language_name;

    use super::*;

    fn shown(text: &str) -> String {
        let lines: Vec<Line> = text.lines().map(Line::plain).collect();
        let shown: Vec<String> = in_section(&lines)
            .iter()
            .map(|l| l.level.map_or_else(|| l.code.clone(), |level| format!("{} {level:?}", l.code)))
            .collect();
        shown.join(", ")
    }

    #[test]
    fn every_language_has_a_name() {
        for (code, names) in NAMES.split('|').filter_map(|language| language.split_once(' ')) {
            let name = fold(&language_name(code, Lang::Fr));
            assert!(is_one_of(&name, names), "{code}: {name}");
        }
    }

    #[test]
    fn languages_and_levels_of_a_section() {
        for (text, expected) in [
            ("Anglais courant (C1)", "en C1"),
            ("Espagnol : notions", "es A2"),
            ("Anglais : TOEIC 850", "en B2"),
            ("TOEIC 950\nAnglais", "en C1"),
            ("Anglais (B2), espagnol (A2), italien", "en B2, es A2, it"),
            ("Français : langue maternelle\nArabe : lu, écrit, parlé", "fr C2, ar B2"),
            ("Anglais\tCourant", "en C1"),
            ("English\nNative Speaker\nSpanish\nIntermediate", "en C2, es B1"),
            ("Allemand ●●●○○", "de B1"),
            ("Portugais ★★★★★", "pt C2"),
            ("Italien 2/5", "it A2"),
            ("Bilingue français-anglais", "fr C2, en C2"),
            ("Anglais niveau scolaire", "en A2"),
            ("IELTS 7.5 en anglais", "en C1"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn codes_of_two_and_three_letters_are_known() {
        for language in NAMES.split('|') {
            let code = language.split(' ').next().unwrap();
            assert_eq!(code_of(code), Some(code));
        }
        assert_eq!((code_of("FRE"), code_of("deu"), code_of("xx")), (Some("fr"), Some("de"), None));
    }

    #[test]
    fn elsewhere_a_level_must_be_said() {
        assert_eq!(in_line("Gestion des clients en anglais").len(), 0);
        assert_eq!(in_line("Anglais courant, permis B")[0].level, Some(Cefr::C1));
        assert_eq!(in_line("TOEIC : 850 points")[0].code, "en");
        assert_eq!(in_line("Restaurant chinois du port").len(), 0);
    }
}
