//! A judged collection on disk: `offers.jsonl`, `queries.jsonl` and `qrels.tsv` in one folder, and `people.jsonl`
//! where the style of each CV is told.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::metrics::Grades;

/// A judged collection. The offers stay in their file: they are read by the ordinary ingestion.
#[derive(Debug)]
pub struct Collection {
    /// `offers.jsonl`: one offer a line, in any form that `import` reads.
    pub offers: PathBuf,
    /// CVs as plain text, in the order of the file.
    pub queries: Vec<Query>,
    /// Judgements by query id.
    pub judgements: HashMap<String, Grades>,
    /// Lowest grade of a good offer: the highest grade of all, or 2 where the grades go further.
    pub good: u8,
    /// Pairs were judged and found bad (grade 0): one that is not judged is then unknown.
    pub graded: bool,
    /// Styles of CV by query id.
    pub styles: HashMap<String, String>,
}

/// A CV of a collection.
#[derive(Debug, Deserialize)]
pub struct Query {
    /// Identifier, as in the judgements.
    #[serde(rename = "_id")]
    pub id: String,
    /// The headline, where the text does not begin with it.
    #[serde(default)]
    pub title: String,
    /// The CV.
    pub text: String,
}

impl Query {
    /// The CV as a person sees it.
    pub fn cv(&self) -> String {
        match self.title.trim() {
            "" => self.text.clone(),
            title if self.text.trim_start().starts_with(title) => self.text.clone(),
            title => format!("{title}\n{}", self.text),
        }
    }
}

/// A line of `people.jsonl`.
#[derive(Debug, Deserialize)]
struct Person {
    #[serde(rename = "_id")]
    id: String,
    style: String,
}

/// What makes a collection unusable.
#[derive(Debug, thiserror::Error)]
pub enum CollectionError {
    /// A file cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// A line is not of the expected form.
    #[error("{path}, line {line}: {why}")]
    Line {
        /// The file.
        path: PathBuf,
        /// Line number, from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// No query has a judged document.
    #[error("{0}: no query of queries.jsonl has a judgement above 0 in qrels.tsv")]
    NothingJudged(PathBuf),
}

impl Collection {
    /// Reads the queries and the judgements of a folder. `queries.jsonl` has `_id`, `text` and perhaps `title` on
    /// each line; `qrels.tsv` has query id, offer id and grade (a whole number, 0 or more), after a header or not;
    /// `people.jsonl`, if it is there, `_id` and `style`.
    pub fn read(folder: &Path) -> Result<Self, CollectionError> {
        let queries = read_lines(&folder.join("queries.jsonl"), |_, line| {
            serde_json::from_str::<Query>(line).map(Some).map_err(|e| e.to_string())
        })?;
        let mut judgements: HashMap<String, Grades> = HashMap::new();
        for (query, offer, grade) in read_lines(&folder.join("qrels.tsv"), judgement)? {
            judgements.entry(query).or_default().insert(offer, grade);
        }
        let top = queries.iter().filter_map(|q| judgements.get(&q.id)?.values().max().copied()).max();
        let Some(top @ 1..) = top else {
            return Err(CollectionError::NothingJudged(folder.to_owned()));
        };
        let people = folder.join("people.jsonl");
        let people = if people.exists() {
            read_lines(&people, |_, line| {
                serde_json::from_str::<Person>(line).map(Some).map_err(|e| e.to_string())
            })?
        } else {
            vec![]
        };
        let offers = folder.join("offers.jsonl");
        fs::metadata(&offers).map_err(|source| CollectionError::Io { path: offers.clone(), source })?;
        let graded = judgements.values().flat_map(HashMap::values).any(|grade| *grade == 0);
        let styles = people.into_iter().map(|person| (person.id, person.style)).collect();
        Ok(Self { offers, queries, judgements, good: top.min(2), graded, styles })
    }
}

/// `query-id TAB corpus-id TAB score`; the first line may be a header.
fn judgement(number: usize, line: &str) -> Result<Option<(String, String, u8)>, String> {
    let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
    let &[query, offer, grade] = columns.as_slice() else {
        return Err(format!("expected 3 columns separated by tabs, found {}", columns.len()));
    };
    match grade.parse() {
        Ok(grade) => Ok(Some((query.to_owned(), offer.to_owned(), grade))),
        Err(_) if number == 1 => Ok(None),
        Err(_) => Err(format!("the grade {grade:?} is not a whole number from 0 to 255")),
    }
}

/// The parsed lines of a file; blank ones are skipped, and so are those that parse to nothing.
fn read_lines<T>(
    path: &Path,
    parse: impl Fn(usize, &str) -> Result<Option<T>, String>,
) -> Result<Vec<T>, CollectionError> {
    let io = |source| CollectionError::Io { path: path.to_owned(), source };
    let mut parsed = Vec::new();
    for (index, line) in BufReader::new(File::open(path).map_err(io)?).lines().enumerate() {
        let line = line.map_err(io)?;
        let line = line.trim_start_matches('\u{feff}');
        if line.trim().is_empty() {
            continue;
        }
        let found = parse(index + 1, line).map_err(|why| CollectionError::Line {
            path: path.to_owned(),
            line: index + 1,
            why,
        })?;
        parsed.extend(found);
    }
    Ok(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(queries: &str, qrels: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("offers.jsonl"), "").unwrap();
        fs::write(folder.path().join("queries.jsonl"), queries).unwrap();
        fs::write(folder.path().join("qrels.tsv"), qrels).unwrap();
        folder
    }

    const QUERIES: &str = "{\"_id\": \"q1\", \"title\": \"Boulangère\", \"text\": \"Boulangère\"}\n";

    #[test]
    fn reads_queries_and_grades_with_a_header_or_without() {
        for header in ["", "query-id\tcorpus-id\tscore\n", "\u{feff}query-id\tcorpus-id\tscore\r\n"] {
            let folder = folder(QUERIES, &format!("{header}q1\ta\t2\r\nq1\tb\t1\n\nq9\tz\t7\n"));
            let collection = Collection::read(folder.path()).unwrap();
            assert_eq!(collection.queries[0].text, "Boulangère");
            assert_eq!(collection.judgements["q1"]["a"], 2);
            assert_eq!(collection.judgements["q1"]["b"], 1);
            assert_eq!(collection.good, 2, "the grade of a query that is not here does not count");
        }
    }

    #[test]
    fn grades_of_zero_and_styles_make_a_graded_set() {
        let folder = folder(QUERIES, "q1\ta\t3\nq1\tb\t0\n");
        fs::write(
            folder.path().join("people.jsonl"),
            "{\"_id\": \"q1\", \"style\": \"A\", \"trade\": \"x\"}\n",
        )
        .unwrap();
        let collection = Collection::read(folder.path()).unwrap();
        assert!(collection.graded);
        assert_eq!(collection.good, 2);
        assert_eq!(collection.styles["q1"], "A");
    }

    #[test]
    fn the_headline_is_part_of_the_cv() {
        let query =
            |title: &str, text: &str| Query { id: String::new(), title: title.into(), text: text.into() };
        assert_eq!(query("Boulangère", "Ana\nCAP").cv(), "Boulangère\nAna\nCAP");
        assert_eq!(query("Boulangère", "Boulangère\nCAP").cv(), "Boulangère\nCAP");
        assert_eq!(query("", "CAP").cv(), "CAP");
    }

    #[test]
    fn a_bad_line_is_named() {
        let folder = folder(QUERIES, "q1\ta\t1\nq1 a 1\n");
        let error = Collection::read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("qrels.tsv, line 2: expected 3 columns"), "{error}");
    }

    #[test]
    fn nothing_judged_is_an_error() {
        let folder = folder(QUERIES, "q1\ta\t0\n");
        assert!(matches!(Collection::read(folder.path()), Err(CollectionError::NothingJudged(_))));
    }
}
