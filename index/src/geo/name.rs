//! The one form in which names of places are compared.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Brings a name to lower-case words without accents, one space apart, « Saint » as `st` and `s/` as `sur`:
/// « Saint-Étienne », « ST ETIENNE » and « St.Etienne » give `st etienne`.
pub fn key(name: &str) -> String {
    let mut plain = String::with_capacity(name.len() + 4);
    let mut chars = name.nfd().peekable();
    while let Some(c) = chars.next() {
        match c {
            's' | 'S' if chars.peek() == Some(&'/') && plain.ends_with(' ') => plain.push_str("sur"),
            'œ' | 'Œ' => plain.push_str("oe"),
            'æ' | 'Æ' => plain.push_str("ae"),
            c if c.is_ascii_alphanumeric() => plain.push(c.to_ascii_lowercase()),
            c if is_combining_mark(c) => {}
            c if c.is_alphanumeric() => plain.extend(c.to_lowercase()),
            _ => plain.push(' '),
        }
    }
    let mut out = String::with_capacity(plain.len());
    for word in plain.split_ascii_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(match word {
            "saint" => "st",
            "sainte" => "ste",
            "saints" => "sts",
            _ => word,
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn spellings_of_one_name_share_a_key() {
        for spelling in ["Saint-Étienne", "ST ETIENNE", "St.Etienne", "  saint   étienne "] {
            assert_eq!(key(spelling), "st etienne", "{spelling}");
        }
        assert_eq!(key("Marcq-en-Barœul"), "marcq en baroeul");
        assert_eq!(key("Vallon-Pont-d’Arc"), "vallon pont d arc");
        assert_eq!(key("Chalon s/ Saône"), "chalon sur saone");
        assert_eq!(key("Lyon 7e"), "lyon 7e");
    }
}
