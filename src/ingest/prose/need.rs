//! Whether the words around a requirement bind or only wish.

use std::ops::Range;
use std::sync::LazyLock;

use jobmatch_index::offer::Need;
use regex::Regex;

use super::text::Prose;

/// Reads the clause around `range`: the cue nearest to it decides; without one, the heading of the list it
/// stands in; else it is required. `None` when the clause says that it is not asked for, or that there is none:
/// « permis B non exigé », « pas de permis ».
pub(super) fn need(prose: &Prose<'_>, range: &Range<usize>) -> Option<Need> {
    let said = bound(prose, range);
    if said == Need::Wished || !denied(prose, range) {
        return Some(said);
    }
    wished_all_the_same(prose, range).then_some(Need::Wished)
}

/// « non obligatoire mais apprécié ».
fn wished_all_the_same(prose: &Prose<'_>, range: &Range<usize>) -> bool {
    static BUT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b(?:mais|but)\b[^.;\n]{0,24}?(?:souhait|apprecie|\bun (?:vrai |reel )?plus\b|\batouts?\b|\ba plus\b|\basset\b|preferred|welcome)")
            .expect("the pattern is sound")
    });
    BUT.is_match(&prose.folded()[range.end..prose.clause(range, 80).end])
}

/// Whether the words before or after take a requirement back.
fn denied(prose: &Prose<'_>, range: &Range<usize>) -> bool {
    static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:\bpas (?:de |d'|besoin d[eu] |le |du )|\bsans |\baucune? (?:niveau d[e'] ?)?|\bni (?:le |d[e'] ?)?|\bno |\bwithout (?:a )?)(?:de |d'|le |du )?$")
            .expect("the pattern is sound")
    });
    static AFTER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^[^.;,\n]{0,24}?\b(?:non|pas|not)\b(?: \w+){0,1} (?:requis|exige|obligatoire|necessaire|demande|indispensable|imperati|required|needed|mandatory|necessary|essential)")
            .expect("the pattern is sound")
    });
    let text = prose.folded();
    let clause = prose.clause(range, 80);
    BEFORE.is_match(&text[clause.start..range.start]) || AFTER.is_match(&text[range.end..clause.end])
}

fn bound(prose: &Prose<'_>, range: &Range<usize>) -> Need {
    static CUES: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?P<wished>souhait|apprecie|\bun (?:vrai |reel |gros |veritable )?plus\b|\batouts?\b|ideal|de preference|preferab|optionnel|",
            r"facultati|serait un|sera un plus|nice to have|preferred|desirable|\bbonus\b|\basset\b|advantage|a plus\b|si possible|recommand|valoris)|",
            r"(?P<required>exige|obligatoire|imperati|indispensable|requis|necessaire|mandatory|required|\bmust\b|essential|minimum)",
        ))
        .expect("the pattern is sound")
    });
    let text = prose.folded();
    let clause = prose.clause(range, 80);
    let mut nearest: Option<(usize, Need)> = None;
    for found in CUES.captures_iter(&text[clause.clone()]) {
        let Some(whole) = found.get(0) else { continue };
        let at = clause.start + whole.start()..clause.start + whole.end();
        let between =
            if at.start >= range.end { range.end..at.start } else { at.end.min(range.start)..range.start };
        let over_comma = text[between.clone()].contains(',');
        // « anglais, permis B souhaités » wishes for both, « anglais, permis B souhaité » for one.
        let ending = text[at.end..].bytes().take_while(u8::is_ascii_alphabetic).count();
        let plural = text[..at.end + ending].ends_with('s');
        if over_comma && at.start >= range.end && !plural {
            continue;
        }
        let distance = between.len() + if over_comma { 40 } else { 0 };
        let need = if found.name("wished").is_some() { Need::Wished } else { Need::Required };
        if nearest.is_none_or(|(best, _)| distance < best) {
            nearest = Some((distance, need));
        }
    }
    match nearest {
        Some((_, need)) => need,
        None if under_wishes(prose, range.start) => Need::Wished,
        None => Need::Required,
    }
}

/// The item stands in a list headed « Les plus : », « Serait apprécié » and the like.
fn under_wishes(prose: &Prose<'_>, at: usize) -> bool {
    static HEADING: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"souhait|apprecie|\bles plus\b|atouts?\b|optionnel|nice to have|preferred|\bbonus\b")
            .expect("sound")
    });
    let text = prose.folded();
    let mut start = prose.line(at).start;
    for _ in 0..6 {
        if start == 0 {
            return false;
        }
        let above = prose.line(start - 1);
        let line = text[above.clone()].trim();
        if line.is_empty() {
            return false;
        }
        if line.ends_with(':') {
            return HEADING.is_match(line);
        }
        start = above.start;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_cue_decides() {
        let cases = [
            ("Permis B exigé", "permis", Need::Required),
            ("Le permis B serait un plus", "permis", Need::Wished),
            ("Anglais apprécié. Permis B", "permis", Need::Required),
            ("Permis B non obligatoire mais apprécié", "permis", Need::Wished),
            ("Anglais non requis, permis B exigé", "permis", Need::Required),
            ("Anglais indispensable, permis B souhaité", "anglais", Need::Required),
            ("Anglais indispensable, permis B souhaité", "permis", Need::Wished),
            ("Les plus :\n- Permis B\n- Anglais", "anglais", Need::Wished),
            ("Le profil :\n- Permis B", "permis", Need::Required),
            ("A driving licence is a plus", "driving", Need::Wished),
        ];
        for (text, word, expected) in cases {
            let prose = Prose::new(text);
            let at = prose.folded().find(word).unwrap();
            assert_eq!(need(&prose, &(at..at + word.len())), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_needed_is_not_asked() {
        let cases = [
            ("Permis B non exigé, bus à proximité", "permis b"),
            ("Le permis B n'est pas nécessaire", "permis b"),
            ("Pas de permis", "permis"),
            ("Anglais non requis.", "anglais"),
            ("Driving licence not required", "driving licence"),
        ];
        for (text, word) in cases {
            let prose = Prose::new(text);
            let at = prose.folded().find(word).unwrap();
            assert_eq!(need(&prose, &(at..at + word.len())), None, "{text}");
        }
    }
}
