//! The text of an answer, which is to be JSON: where that begins and ends, what there is of it when it broke off, and
//! whether it goes round in circles.

/// The JSON object in an answer: models put fences or words around it.
pub(super) fn object(answer: &str) -> Option<&str> {
    let (start, end) = (answer.find('{')?, answer.rfind('}')?);
    answer.get(start..=end)
}

/// The JSON object in an answer that broke off, closed after the last value that is whole; `None` when none is.
pub(super) fn closed(answer: &str) -> Option<String> {
    let json = &answer[answer.find('{')?..];
    // What is open, by what closes it; and after the last whole value.
    let (mut open, mut whole) = (Vec::new(), None);
    let (mut in_string, mut escaped) = (false, false);
    for (i, byte) in json.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' => open.push('}'),
            b'[' => open.push(']'),
            b'}' | b']' => {
                open.pop();
                whole = Some((i + 1, open.clone()));
            }
            b',' => whole = Some((i, open.clone())),
            _ => {}
        }
        if matches!(&whole, Some((_, open)) if open.is_empty()) {
            break;
        }
    }
    let (end, open) = whole?;
    Some(json[..end].chars().chain(open.into_iter().rev()).collect())
}

/// Bytes at the end of an answer that a text of at most [`LONGEST_ROUND`] bytes makes up alone: more than an answer
/// repeats with reason.
const ROUNDS: usize = 1200;
const LONGEST_ROUND: usize = 200;

/// Whether an answer has come to say the same again and again. No server ends that before the most tokens are said,
/// which takes minutes.
pub(super) fn repeats(answer: &str) -> bool {
    let bytes = answer.as_bytes();
    let Some(end) = bytes.len().checked_sub(ROUNDS).map(|start| &bytes[start..]) else { return false };
    (1..=LONGEST_ROUND).any(|round| end[round..] == end[..ROUNDS - round])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_found_among_words_and_fences() {
        assert_eq!(object("```json\n{\"a\": {}}\n```"), Some("{\"a\": {}}"));
        assert_eq!(object("Voici : {\"a\": 1}. Bonne journée !"), Some("{\"a\": 1}"));
        assert_eq!(object("} rien {"), None);
        assert_eq!(object("rien"), None);
    }

    #[test]
    fn what_came_whole_of_an_answer_is_closed() {
        for (answer, json) in [
            (
                r#"Voici : {"a": "é, {", "b": [{"c": 1, "d": [2, 3"#,
                r#"{"a": "é, {", "b": [{"c": 1, "d": [2]}]}"#,
            ),
            (r#"{"a": "x\", y", "b": "jamais fin"#, r#"{"a": "x\", y"}"#),
            (r#"{"a": [1, 2], "b""#, r#"{"a": [1, 2]}"#),
            (r#"{"a": [{}"#, r#"{"a": [{}]}"#),
            (r#"{"a": 1} et {"b": 2, "c"#, r#"{"a": 1}"#),
        ] {
            assert_eq!(closed(answer).as_deref(), Some(json), "{answer}");
            assert!(serde_json::from_str::<serde_json::Value>(json).is_ok());
        }
        for nothing in ["", "rien", r#"{"a": "seul"#, r#"{"a": 12"#] {
            assert_eq!(closed(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn every_beginning_of_an_answer_closes_to_json() {
        let answer =
            r#"{"n": "Zoé \"Zo\" [Q], ", "v": null, "l": [{"t": "a", "x": []}, {"t": -1.5}], "f": false}"#;
        for end in (0..=answer.len()).filter(|end| answer.is_char_boundary(*end)) {
            if let Some(json) = closed(&answer[..end]) {
                serde_json::from_str::<serde_json::Value>(&json).unwrap();
            }
        }
        assert_eq!(closed(answer).as_deref(), Some(answer));
    }

    #[test]
    fn an_answer_that_goes_round_in_circles_is_known() {
        assert!(repeats(&format!("{{\"email\": \"{}", "_john".repeat(300))));
        assert!(repeats(&format!("{{\"a\": 1,{}", " ".repeat(1300))));
        assert!(repeats(&"{\"title\": \"Vendeuse\", \"employer\": \"Zara\"}, ".repeat(30)));
        assert!(!repeats("court"));
        let months: String = (0..400).map(|month| format!("\"mois {month}\", ")).collect();
        assert!(!repeats(&months));
    }
}
