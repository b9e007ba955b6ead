//! The curated file: what the publishers' files lack or get wrong.
//!
//! Tab-separated, `#` starts a comment line, seven columns (those at the end may be left out):
//!
//! | column | content |
//! |---|---|
//! | 1 | `new:<slug>` for a new concept (its id is `curated:<slug>`), `tech:<slug>` for a technology (new or known), or an existing concept: an id (`tech:react`, `esco:<uuid>`, `rome:<code>`) or one of its preferred labels, exactly |
//! | 2 | kind: `technology`, `skill`, `knowledge`, `soft`; empty keeps the kind of an existing concept |
//! | 3 | French label; empty keeps |
//! | 4 | English label; empty keeps |
//! | 5 | aliases, in any language, separated by <code>\|</code>; one that starts with `-` is taken away |
//! | 6 | relations, separated by <code>\|</code>: `broader:<concept>`, `narrower:<concept>`, `related:<concept>`, `same:<concept>`, the concept addressed as in column 1 (or by the label of another curated row) |
//! | 7 | flags, separated by <code>\|</code>: `ambiguous` (an ordinary word: needs case and context), `cased` (needs its capital or context), `upper` (written in capitals), `clear` (none of these, whatever the build guesses), `exclude` (never extracted from text), `drop` (taken out of the graph) |

use jobmatch_index::skills::Kind;

use super::source::Error;

const FILE: &str = "src/taxonomy/curated.tsv";
const TEXT: &str = include_str!("curated.tsv");

/// A row of the curated file.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Row {
    pub line: u64,
    pub concept: String,
    pub kind: Option<Kind>,
    pub french: Option<String>,
    pub english: Option<String>,
    pub aliases: Vec<String>,
    pub without: Vec<String>,
    pub relations: Vec<(Link, String)>,
    pub flags: Flags,
}

/// A relation as the curated file names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    Broader,
    Narrower,
    Related,
    Same,
}

/// Flags of a curated row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Flags {
    pub ambiguous: bool,
    pub cased: bool,
    pub upper: bool,
    pub clear: bool,
    pub exclude: bool,
    pub drop: bool,
}

impl Flags {
    /// Whether the row decides on ambiguity itself.
    pub(super) fn decide(self) -> bool {
        self.ambiguous || self.cased || self.upper || self.clear
    }
}

/// The rows of the curated file, which is part of the program.
pub(super) fn read() -> Result<Vec<Row>, Error> {
    parse(TEXT)
}

/// The error of a row that refers to something unknown.
pub(super) fn error(line: u64, why: String) -> Error {
    Error::Row { path: FILE.into(), line, why }
}

/// The rows of a file in this form.
pub(super) fn parse(text: &str) -> Result<Vec<Row>, Error> {
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty() && !line.starts_with('#'));
    lines.map(|(line, number)| row(line, number).map_err(|why| error(number, why))).collect()
}

fn row(text: &str, line: u64) -> Result<Row, String> {
    let mut columns = text.split('\t').map(str::trim);
    let mut next = || columns.next().unwrap_or_default();
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let list = |text: &str| -> Vec<String> {
        text.split('|').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    };
    let mut row = Row { line, concept: next().to_owned(), ..Row::default() };
    if row.concept.is_empty() {
        return Err("column 1 (concept) is empty".to_owned());
    }
    row.kind = match next() {
        "" => None,
        "technology" => Some(Kind::Technology),
        "skill" => Some(Kind::Skill),
        "knowledge" => Some(Kind::Knowledge),
        "soft" => Some(Kind::Soft),
        other => {
            return Err(format!("column 2 (kind): {other:?} is not technology, skill, knowledge or soft"));
        }
    };
    row.french = given(next());
    row.english = given(next());
    (row.without, row.aliases) = list(next()).into_iter().partition(|alias| alias.starts_with('-'));
    row.without.iter_mut().for_each(|alias| *alias = alias.trim_start_matches('-').to_owned());
    for relation in list(next()) {
        let (name, target) = relation.split_once(':').unwrap_or((&relation, ""));
        let link = match name.trim() {
            "broader" => Link::Broader,
            "narrower" => Link::Narrower,
            "related" => Link::Related,
            "same" => Link::Same,
            other => {
                return Err(format!(
                    "column 6 (relations): {other:?} is not broader, narrower, related or same"
                ));
            }
        };
        if target.trim().is_empty() {
            return Err(format!("column 6 (relations): {relation:?} names no concept"));
        }
        row.relations.push((link, target.trim().to_owned()));
    }
    for flag in next().split(['|', ',', ' ']).filter(|flag| !flag.is_empty()) {
        let flags = &mut row.flags;
        let place = match flag {
            "ambiguous" => &mut flags.ambiguous,
            "cased" | "case" => &mut flags.cased,
            "upper" => &mut flags.upper,
            "clear" => &mut flags.clear,
            "exclude" => &mut flags.exclude,
            "drop" => &mut flags.drop,
            other => return Err(format!("column 7 (flags): unknown flag {other:?}")),
        };
        *place = true;
    }
    match columns.next() {
        Some(_) => Err("more than 7 columns".to_owned()),
        None => Ok(row),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_rows_and_leaves_out_comments() {
        let text = "# comment\n\ntech:spring-boot\ttechnology\tSpring Boot\t\tSpringBoot|-boot\tbroader:tech:spring\tclear\n";
        let rows = parse(text).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].line, 3);
        assert_eq!(rows[0].aliases, ["SpringBoot"]);
        assert_eq!(rows[0].without, ["boot"]);
        assert_eq!(rows[0].relations, [(Link::Broader, "tech:spring".to_owned())]);
        assert!(rows[0].flags.clear);
    }

    #[test]
    fn names_the_line_and_the_column_of_a_mistake() {
        let message = |text: &str| parse(text).unwrap_err().to_string();
        assert!(message("a\ttool").contains("line 1: column 2 (kind)"));
        assert!(message("# x\na\t\t\t\t\tabove:b").contains("line 2: column 6 (relations)"));
        assert!(message("a\t\t\t\t\t\tloud").contains("column 7 (flags)"));
    }

    #[test]
    fn the_curated_file_can_be_read() {
        assert!(!read().unwrap().is_empty());
    }
}
