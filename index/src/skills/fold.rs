//! One folding of text for the whole of `skills`: lower case, no accents, plain quotes and dashes.

use unicode_normalization::UnicodeNormalization;

/// Lower case, without accents or ligatures, with plain quotes and dashes, white space collapsed and trimmed:
/// « L’Œuvre  d’Édouard » becomes `l'oeuvre d'edouard`.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else {
            fold_char(c, &mut folded);
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

/// Appends the folded form of one character; combining marks give nothing.
pub(super) fn fold_char(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    match c {
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' => out.push('e'),
        'à' | 'â' | 'ä' | 'À' | 'Â' | 'Ä' => out.push('a'),
        'ô' | 'ö' | 'Ô' | 'Ö' => out.push('o'),
        'î' | 'ï' | 'Î' | 'Ï' => out.push('i'),
        'ù' | 'û' | 'ü' | 'Ù' | 'Û' | 'Ü' => out.push('u'),
        'ç' | 'Ç' => out.push('c'),
        'œ' | 'Œ' => out.push_str("oe"),
        'æ' | 'Æ' => out.push_str("ae"),
        'ß' => out.push_str("ss"),
        '’' | '‘' | 'ʼ' | '´' | '′' => out.push('\''),
        '“' | '”' | '«' | '»' | '„' => out.push('"'),
        '‐' | '‑' | '‒' | '–' | '—' | '−' => out.push('-'),
        '\u{ad}' | '\u{200b}' | '\u{feff}' => {}
        _ => {
            for part in c.nfkd().filter(|part| !is_mark(*part)) {
                out.extend(part.to_lowercase());
            }
        }
    }
}

/// Combining diacritical marks, as decomposed accents are written.
pub(super) fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folds_accents_ligatures_quotes_and_spaces() {
        assert_eq!(fold("  L’Œuvre\u{a0} d’Édouard – Façade "), "l'oeuvre d'edouard - facade");
        assert_eq!(fold("e\u{301}le\u{300}ve"), "eleve");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "[a-zA-Zéèàçœ’« »\\-–/+#. \u{301}]{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
