//! Years of experience that a title asks for by its words: « Data scientist senior », « Directrice d'usine ».

use crate::skills::fold;

/// Words of titles and the years that they stand for. Folded, in the masculine.
const YEARS: [(&str, u8); 14] = [
    ("confirme", 3),
    ("experimente", 3),
    ("experienced", 3),
    ("responsable", 4),
    ("manager", 4),
    ("senior", 5),
    ("expert", 5),
    ("lead", 5),
    ("principal", 6),
    ("head", 8),
    ("directeur", 8),
    ("director", 8),
    ("chief", 10),
    ("vp", 10),
];

/// The years that the words of a title stand for, the most of them; 0 when none says any.
pub(crate) fn years_of_title(title: &str) -> u8 {
    let folded = fold(title).replace("directrice", "directeur");
    // « adjoint au directeur » and « assistante de direction » are posts beside the one named.
    if folded.contains("assistant") || folded.contains("adjoint") {
        return 0;
    }
    let words = folded.split(|c: char| !c.is_alphanumeric());
    let years = |word: &str| {
        let masculine = word.strip_suffix("ee").map_or(word.to_owned(), |stem| format!("{stem}e"));
        YEARS.iter().find(|(known, _)| *known == masculine).map_or(0, |(_, years)| *years)
    };
    words.map(years).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_titles_stand_for_years() {
        for (title, years) in [
            ("Développeur web (H/F)", 0),
            ("Développeuse web junior", 0),
            ("Comptable confirmée", 3),
            ("Lead développeur web senior (H/F)", 5),
            ("Directrice de production", 8),
            ("Assistant du directeur", 0),
        ] {
            assert_eq!(years_of_title(title), years, "{title}");
        }
    }
}
