//! Sums of money in a folded text.

use std::ops::Range;

/// A number, perhaps in thousands, perhaps with its currency.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Amount {
    /// Value in euros; `35k` gives 35,000.
    pub(super) value: f64,
    /// « k » stood after the number.
    pub(super) thousands: bool,
    /// « € », « euros » or « EUR » stood beside it.
    pub(super) currency: bool,
    /// Number, « k » and currency in the folded text.
    pub(super) range: Range<usize>,
}

/// Every number of the text that is not part of a word, in order.
pub(super) fn amounts(text: &str) -> Vec<Amount> {
    let bytes = text.as_bytes();
    let mut found: Vec<Amount> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let (value, end) = number(bytes, at);
        let in_word = at > 0 && (bytes[at - 1].is_ascii_alphabetic() || bytes[at - 1] == b'_');
        // « EUR 45k »; the currency of the number before does not count twice.
        let free = found.last().map_or(0, |before| before.range.end);
        let prefixed = text[free..at].trim_end_matches(' ').ends_with("eur");
        if let (Some(value), true) = (value, !in_word || prefixed) {
            found.push(with_unit(text, value, at, end, prefixed));
            at = found[found.len() - 1].range.end.max(end);
        } else {
            at = end;
        }
    }
    found
}

/// Reads « 1 900,00 », « 2'175 », « 45.000 », « 11,88 », « 30000.0 » at `at`; returns the index after it.
fn number(text: &[u8], at: usize) -> (Option<f64>, usize) {
    let digits = |from: usize| text[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let first = digits(at);
    let mut end = at + first;
    let mut plain = String::from_utf8_lossy(&text[at..end]).into_owned();
    if first <= 3 && text[at] != b'0' {
        let mut separator = None;
        while let Some(&byte) = text.get(end)
            && matches!(byte, b' ' | b'\'' | b'.' | b',')
            && separator.is_none_or(|s| s == byte)
            && digits(end + 1) == 3
        {
            plain.push_str(std::str::from_utf8(&text[end + 1..end + 4]).unwrap_or_default());
            separator = Some(byte);
            end += 4;
        }
    }
    if let Some(b'.' | b',') = text.get(end) {
        let decimals = digits(end + 1);
        if (1..=2).contains(&decimals) {
            plain.push('.');
            plain.push_str(std::str::from_utf8(&text[end + 1..end + 1 + decimals]).unwrap_or_default());
            end += 1 + decimals;
        }
    }
    (plain.parse().ok(), end)
}

fn with_unit(text: &str, value: f64, start: usize, number_end: usize, prefixed: bool) -> Amount {
    let mut end = number_end;
    let after = |end: usize| {
        let rest = &text[end..];
        let blanks = rest.bytes().take(2).take_while(|&b| b == b' ').count();
        (&rest[blanks..], end + blanks)
    };
    let ends_word = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    let (mut rest, mut from) = after(end);
    let mut thousands = false;
    if let Some(tail) = rest.strip_prefix('k') {
        let bare = tail.strip_prefix('e').filter(|t| ends_word(t));
        if ends_word(tail) || tail.trim_start().starts_with("eur") || bare.is_some() {
            thousands = true;
            end = from + 1 + usize::from(bare.is_some());
            (rest, from) = after(end);
        }
    }
    let currency = ["euros", "euro", "eur", "e "].iter().find(|unit| {
        rest.starts_with(**unit) && (**unit == "eur" || **unit == "e " || ends_word(&rest[unit.len()..]))
    });
    if let Some(unit) = currency.filter(|unit| **unit != "e " || value >= 1_000.0) {
        end = from + unit.trim_end().len();
    }
    // « 11€88 »
    let mut value = value;
    let cents = text.as_bytes()[end..].iter().take_while(|b| b.is_ascii_digit()).count();
    if currency.is_some() && cents == 2 && value < 1_000.0 && value.fract() == 0.0 && !thousands {
        value += text[end..end + 2].parse::<f64>().unwrap_or_default() / 100.0;
        end += 2;
    }
    let bare_ke = thousands && text[..end].ends_with("ke");
    let start = if prefixed { text[..start].rfind("eur").unwrap_or(start) } else { start };
    Amount {
        value: if thousands { value * 1_000.0 } else { value },
        thousands,
        currency: prefixed || bare_ke || currency.is_some(),
        range: start..end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_every_spelling() {
        let cases: [(&str, f64, bool, bool); 19] = [
            ("1 900,00 euros", 1900.0, false, true),
            ("2'175 euros", 2175.0, false, true),
            ("45.000 eur", 45_000.0, false, true),
            ("45,000 eur", 45_000.0, false, true),
            ("11,88eur/h", 11.88, false, true),
            ("12.5 eur", 12.5, false, true),
            ("30000.0 euros", 30_000.0, false, true),
            ("21621.6 euros", 21_621.6, false, true),
            ("35k", 35_000.0, true, false),
            ("35 keur", 35_000.0, true, true),
            ("42,5 keur", 42_500.0, true, true),
            ("50 ke", 50_000.0, true, true),
            ("eur 52,000", 52_000.0, false, true),
            ("eur45k", 45_000.0, true, true),
            ("1 234 567 euros", 1_234_567.0, false, true),
            ("12,50eur", 12.5, false, true),
            ("35 kilos", 35.0, false, false),
            ("11eur88", 11.88, false, true),
            ("2500 e brut", 2500.0, false, true),
        ];
        for (text, value, thousands, currency) in cases {
            let found = amounts(text);
            let got = found.iter().map(|a| (a.value, a.thousands, a.currency)).collect::<Vec<_>>();
            assert_eq!(got, [(value, thousands, currency)], "{text}");
        }
    }

    #[test]
    fn digits_within_words_are_no_numbers() {
        assert!(amounts("r489 h2o b2b").is_empty());
        assert_eq!(amounts("2024 2 200 eur").len(), 2);
    }
}
