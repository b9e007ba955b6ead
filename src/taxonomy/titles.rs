//! Job titles in both genders.

/// The forms of a ROME title: « Abatteur / Abatteuse de carrière » is « Abatteur de carrière » and
/// « Abatteuse de carrière »; « Assistant(e) » is « Assistant » and « Assistante ».
pub(super) fn forms(title: &str) -> Vec<String> {
    let title = without_asides(title);
    let mut forms = match title.split_once(" / ") {
        Some((first, second)) => both_genders(first, second),
        None => vec![title],
    };
    forms = forms.iter().flat_map(|form| brackets(form)).collect();
    forms.sort();
    forms.dedup();
    forms
}

/// The forms of an ESCO label: « technicien d'engins/technicienne d'engins ».
pub(super) fn esco_forms(label: &str) -> Vec<String> {
    label.split('/').map(without_asides).filter(|form| form.chars().count() > 2).collect()
}

/// Without acronyms between hyphens or brackets: « … Risques Divers -IARD- », « … des majeurs (MJPM) ».
fn without_asides(title: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for word in title.split_whitespace() {
        let hyphens = word.len() > 2 && word.starts_with('-') && word.ends_with('-');
        let brackets = word.starts_with('(') && word.ends_with(')');
        if !hyphens && !brackets {
            kept.push(word);
        }
    }
    kept.join(" ")
}

/// The masculine head is given alone, the feminine one with what follows; the heads have as many words.
fn both_genders(first: &str, second: &str) -> Vec<String> {
    let heads = first.split(' ').count();
    let words: Vec<&str> = second.split(' ').collect();
    if words.len() < heads || !alike(first.split(' ').next().unwrap_or(first), words[0]) {
        return vec![first.to_owned(), second.to_owned()];
    }
    let rest = words[heads..].join(" ");
    let masculine = if rest.is_empty() { first.to_owned() } else { format!("{first} {rest}") };
    vec![masculine, second.to_owned()]
}

fn alike(masculine: &str, feminine: &str) -> bool {
    let common =
        masculine.chars().zip(feminine.chars()).take_while(|(a, b)| a.to_lowercase().eq(b.to_lowercase()));
    common.count() >= 2
}

/// « Dessinateur(trice)-projeteur(se) » in both genders.
fn brackets(title: &str) -> Vec<String> {
    if !title.contains('(') {
        return vec![title.to_owned()];
    }
    let (mut masculine, mut feminine) = (String::new(), String::new());
    let mut rest = title;
    while let Some((before, after)) = rest.split_once('(') {
        let Some((ending, after)) = after.split_once(')') else { break };
        masculine.push_str(before);
        feminine.push_str(before);
        rest = after;
        if before.ends_with(|c: char| c.is_alphabetic()) {
            let cut = match ending {
                "trice" => "teur",
                "euse" => "eur",
                "se" => "r",
                "ère" => "er",
                "ière" => "ier",
                "ve" => "f",
                _ => "",
            };
            feminine.truncate(feminine.strip_suffix(cut).map_or(feminine.len(), str::len));
            feminine.push_str(ending);
        }
    }
    masculine.push_str(rest);
    feminine.push_str(rest);
    let tidy = |form: String| form.split_whitespace().collect::<Vec<_>>().join(" ");
    vec![tidy(masculine), tidy(feminine)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_both_genders() {
        assert_eq!(
            forms("Abatteur / Abatteuse de carrière"),
            ["Abatteur de carrière", "Abatteuse de carrière"]
        );
        assert_eq!(
            forms("Assistant éducateur / Assistante éducatrice d'activités sportives"),
            ["Assistant éducateur d'activités sportives", "Assistante éducatrice d'activités sportives"]
        );
        assert_eq!(
            forms("Dessinateur(trice)-projeteur(se) de matériel"),
            ["Dessinateur-projeteur de matériel", "Dessinatrice-projeteuse de matériel"]
        );
        assert_eq!(
            forms("Infirmier(ère) coordinateur(trice)"),
            ["Infirmier coordinateur", "Infirmière coordinatrice"]
        );
        assert_eq!(forms("Business analyst"), ["Business analyst"]);
        assert_eq!(
            esco_forms("gemmologue-expert/gemmologue-experte"),
            ["gemmologue-expert", "gemmologue-experte"]
        );
    }

    #[test]
    fn leaves_acronyms_out() {
        assert_eq!(
            forms("Conseiller / Conseillère Incendie Accidents -IARD-"),
            ["Conseiller Incendie Accidents", "Conseillère Incendie Accidents"]
        );
        assert_eq!(forms("Mandataire judiciaire (MJPM)"), ["Mandataire judiciaire"]);
    }
}
