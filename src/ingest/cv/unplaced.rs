//! Lines of a document that no field of the profile took: they are shown to the person, and count as words.

use std::collections::HashSet;

use jobmatch_index::profile::Profile;
use jobmatch_index::skills::fold;
use serde_json::Value;

use super::document::{CELL, Document};
use super::lines::{Line, words};
use super::{header, sections};

/// Most lines that are kept; more are a text that is no CV.
const MOST: usize = 200;

/// The lines of `document` of whose words the profile holds less than half, as written.
pub(super) fn find(profile: &Profile, document: &Document) -> Vec<String> {
    let mut known: HashSet<String> = HashSet::new();
    let value = serde_json::to_value(profile).unwrap_or_default();
    gather(&value, "", &mut known);
    let lost = document.lines.iter().filter(|line| is_lost(line, &known));
    lost.map(|line| line.text.replace(CELL, " ")).take(MOST).collect()
}

/// The words of every text of a profile. The line that shows a skill may say much else.
fn gather(value: &Value, under: &str, known: &mut HashSet<String>) {
    match value {
        Value::String(text) => known.extend(words(&fold(text)).map(str::to_owned)),
        Value::Array(values) => values.iter().for_each(|value| gather(value, under, known)),
        Value::Object(fields) => {
            for (name, value) in fields {
                if !(under == "skills" && name == "line") {
                    gather(value, name, known);
                }
            }
        }
        _ => {}
    }
}

fn is_lost(line: &Line, known: &HashSet<String>) -> bool {
    let text = line.text.trim();
    if sections::heading(text).is_some() || header::is_contact(line) || is_running_head(text) {
        return false;
    }
    let folded = fold(text);
    let told: Vec<&str> = words(&folded).filter(|word| tells(word)).collect();
    let kept = told.iter().filter(|word| known.contains(**word)).count();
    kept * 2 < told.len()
}

/// Neither a number nor one of the little words that every text has.
fn tells(word: &str) -> bool {
    word.chars().count() > 3 && word.chars().all(char::is_alphabetic)
}

/// « CV Marie Dupont – page 1/2 », « Dernière mise à jour : 02/2026 ».
fn is_running_head(text: &str) -> bool {
    let folded = fold(text);
    let says = |part: &str| folded.contains(part);
    words(&folded).count() <= 8
        && (says("page ") || says("mise a jour") || says(".docx") || says(".pdf") || says("derniere maj"))
}
