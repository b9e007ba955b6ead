//! Reading the publishers' files as they distribute them.

use std::path::{Path, PathBuf};

/// What can go wrong when the taxonomy is compiled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// No file with the expected name.
    #[error("{folder}: no file named {pattern}")]
    Missing {
        /// Where it was looked for.
        folder: PathBuf,
        /// The name, with `*` for the version.
        pattern: String,
    },
    /// A file lacks a column that the build reads.
    #[error("{path}: the column {column:?} is missing")]
    Column {
        /// The file.
        path: PathBuf,
        /// The name of the column in the header.
        column: String,
    },
    /// A row cannot be read or holds a value that makes no sense.
    #[error("{path}, line {line}: {why}")]
    Row {
        /// The file.
        path: PathBuf,
        /// Line of the file, from 1.
        line: u64,
        /// What is wrong, with the name of the column where it is one.
        why: String,
    },
    /// The geography cannot be compiled.
    #[error(transparent)]
    Geography(#[from] super::geo::GeoError),
    /// The result cannot be used.
    #[error(transparent)]
    Index(#[from] jobmatch_index::Error),
}

/// Calls `each` with the wanted columns of every row of a CSV file, and the line they stand on.
///
/// The byte-order mark, quoting and the order of columns are as they come; lines before the header (the
/// crosswalk has some) are skipped.
pub(super) fn read_csv<const N: usize>(
    path: &Path,
    columns: [&str; N],
    mut each: impl FnMut([&str; N], u64) -> Result<(), String>,
) -> Result<(), Error> {
    let text = read_text(path)?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut places: Option<[usize; N]> = None;
    let mut missing = columns[0];
    for record in reader.records() {
        let record = record.map_err(|why| Error::Row {
            path: path.to_owned(),
            line: why.position().map_or(0, csv::Position::line),
            why: why.to_string(),
        })?;
        let line = record.position().map_or(0, csv::Position::line);
        let Some(places) = places else {
            match header(&record, columns) {
                Ok(found) => places = Some(found),
                // The column that is missing from the line that looks most like a header.
                Err(column) if column != columns[0] => missing = column,
                Err(_) => {}
            }
            continue;
        };
        let mut values = [""; N];
        for (value, place) in values.iter_mut().zip(places) {
            *value = record.get(place).ok_or_else(|| Error::Row {
                path: path.to_owned(),
                line,
                why: format!("{} fields where the header has more", record.len()),
            })?;
        }
        each(values, line).map_err(|why| Error::Row { path: path.to_owned(), line, why })?;
    }
    match places {
        Some(_) => Ok(()),
        None => Err(Error::Column { path: path.to_owned(), column: missing.to_owned() }),
    }
}

fn header<'a, const N: usize>(
    record: &csv::StringRecord,
    columns: [&'a str; N],
) -> Result<[usize; N], &'a str> {
    let mut places = [0; N];
    for (place, column) in places.iter_mut().zip(columns) {
        *place = record.iter().position(|name| name.trim() == column).ok_or(column)?;
    }
    Ok(places)
}

/// A JSON file.
pub(super) fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, Error> {
    serde_json::from_str(&read_text(path)?).map_err(|why| Error::Row {
        path: path.to_owned(),
        line: why.line() as u64,
        why: why.to_string(),
    })
}

fn read_text(path: &Path) -> Result<String, Error> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::Io { path: path.to_owned(), source })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// The file of a folder whose name is `prefix`, anything, `suffix`; the last by name when there are several
/// versions.
pub(super) fn versioned(folder: &Path, prefix: &str, suffix: &str) -> Result<PathBuf, Error> {
    let io = |source| Error::Io { path: folder.to_owned(), source };
    let mut found: Option<PathBuf> = None;
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let matches = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| {
            name.strip_prefix(prefix)
                .and_then(|rest| rest.strip_suffix(suffix))
                .is_some_and(|version| version.bytes().all(|b| b.is_ascii_digit()))
        });
        if matches && found.as_ref().is_none_or(|last| *last < path) {
            found = Some(path);
        }
    }
    found.ok_or_else(|| Error::Missing { folder: folder.to_owned(), pattern: format!("{prefix}*{suffix}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(content: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), content).unwrap();
        file
    }

    #[test]
    fn reads_quoted_fields_after_a_preamble_and_a_byte_order_mark() {
        let file = file("\u{feff}Name,thing\n\n\"b\",\"a\"\n\"x, y\",\"1\n2\"\n");
        let mut rows = Vec::new();
        read_csv(file.path(), ["a", "b"], |[a, b], line| {
            rows.push((a.to_owned(), b.to_owned(), line));
            Ok(())
        })
        .unwrap();
        assert_eq!(rows, [("1\n2".to_owned(), "x, y".to_owned(), 4)]);
    }

    #[test]
    fn names_the_column_that_is_missing_and_the_line_that_is_wrong() {
        let lacking = file("a,c\n1,2\n");
        let error = read_csv(lacking.path(), ["a", "b"], |_, _| Ok(())).unwrap_err();
        assert!(error.to_string().ends_with("the column \"b\" is missing"), "{error}");
        let wrong = file("a,b\n1,2\n3,x\n");
        let error = read_csv(wrong.path(), ["b"], |[b], _| {
            b.parse::<u8>().map(drop).map_err(|why| format!("column \"b\": {why}"))
        })
        .unwrap_err();
        assert!(error.to_string().contains("line 3: column \"b\""), "{error}");
    }

    #[test]
    fn takes_the_latest_version_of_a_file() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["unix_x_v347_utf8.csv", "unix_x_v460_utf8.csv", "unix_x_y_v999_utf8.csv"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let found = versioned(folder.path(), "unix_x_v", "_utf8.csv").unwrap();
        assert!(found.ends_with("unix_x_v460_utf8.csv"));
    }
}
