//! How a command ends when it does not end well: the message, in the user's language, and the exit code.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jobmatch_index::lang::Lang;
use jobmatch_index::{Error, geo};

use super::words::text;
use crate::eval::{CollectionError, EvalError};
use crate::ingest::cv::CvError;
use crate::messages;

/// Why a command stops.
#[derive(Debug)]
pub(super) enum Failure {
    /// An argument that makes no sense; the message is in the user's language.
    Usage(String),
    /// Any other reason; the message is in the user's language.
    Because(String),
    /// The engine.
    Engine(Error),
    /// A file or folder.
    File(PathBuf, io::Error),
    /// A CV.
    Cv(PathBuf, CvError),
    /// A judged collection.
    Eval(EvalError),
    /// Some offers of an import were refused; they have been listed.
    Rejected,
    /// Nothing answers; the message is in the user's language.
    NothingFound(String),
    /// Ctrl-C.
    Interrupted,
    /// Standard output.
    Output(io::Error),
}

impl Failure {
    /// For `map_err` on work with one file.
    pub(super) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |error| Self::File(path.to_owned(), error)
    }

    /// Tells the user on standard error and gives the exit code that the help documents.
    pub(super) fn report(self, lang: Lang) -> ExitCode {
        // Whoever reads our output has enough of it (`| head`): no failure.
        if matches!(&self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe) {
            return ExitCode::SUCCESS;
        }
        if let Some(message) = self.message(lang) {
            let head = text!(lang, "erreur :", "error:");
            eprintln!("{} {message}", console::style(head).for_stderr().red().bold());
        }
        ExitCode::from(match self {
            Self::Usage(_) => 2,
            Self::Rejected => 3,
            Self::NothingFound(_) => 4,
            Self::Interrupted | Self::Engine(Error::Cancelled) => 130,
            _ => 1,
        })
    }

    /// The message; nothing when the user has been told already.
    pub(super) fn message(&self, lang: Lang) -> Option<String> {
        Some(match self {
            Self::Rejected => return None,
            Self::Usage(message) | Self::Because(message) | Self::NothingFound(message) => message.clone(),
            Self::Engine(error) => engine(error, lang),
            Self::File(path, error) => file(path, error, lang),
            Self::Cv(path, error) => {
                let why = match lang {
                    Lang::Fr => error.message_fr(),
                    Lang::En => error.to_string(),
                };
                text!(lang, "{} : {why}", "{}: {why}", path.display())
            }
            Self::Eval(error) => evaluation(error, lang),
            Self::Interrupted => text!(lang, "interrompu", "interrupted"),
            Self::Output(error) => {
                let why = cause(error, lang);
                text!(lang, "la sortie ne s'écrit pas : {why}", "the output cannot be written: {why}")
            }
        })
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Engine(error)
    }
}

impl From<EvalError> for Failure {
    fn from(error: EvalError) -> Self {
        Self::Eval(error)
    }
}

/// An I/O error without a path comes from standard output: work on files goes through [`Failure::file`].
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// The engine's errors.
pub(super) fn engine(error: &Error, lang: Lang) -> String {
    match lang {
        Lang::Fr => messages::engine(error),
        Lang::En => error.to_string(),
    }
}

fn evaluation(error: &EvalError, lang: Lang) -> String {
    match error {
        EvalError::Engine(error) => engine(error, lang),
        EvalError::Io { path, source } | EvalError::Collection(CollectionError::Io { path, source }) => {
            file(path, source, lang)
        }
        EvalError::Collection(CollectionError::Line { path, line, why }) if lang == Lang::Fr => {
            format!("{}, ligne {line} : {why}", path.display())
        }
        EvalError::Collection(CollectionError::NothingJudged(folder)) if lang == Lang::Fr => format!(
            "{} : aucune requête de queries.jsonl n'a de jugement au-dessus de 0 dans qrels.tsv",
            folder.display()
        ),
        EvalError::Collection(error) => error.to_string(),
    }
}

fn file(path: &Path, error: &io::Error, lang: Lang) -> String {
    text!(lang, "{} : {}", "{}: {}", path.display(), cause(error, lang))
}

/// An I/O error in words.
pub(super) fn cause(error: &io::Error, lang: Lang) -> String {
    match lang {
        Lang::Fr => messages::cause(error),
        Lang::En => error.to_string(),
    }
}

/// The failure for a place that the gazetteer does not know, with the nearest names.
pub(super) fn unknown_place(asked: &str, lang: Lang) -> Failure {
    let near = geo::Geo::builtin().suggest(asked, 3);
    let mut message = text!(lang, "le lieu « {asked} » est inconnu", "the place \"{asked}\" is unknown");
    if near.is_empty() {
        message += &text!(
            lang,
            " ; donnez une commune, un code postal, un département ou une région",
            "; give a town, a postal code, a department or a region"
        );
    } else {
        let names = near.join(", ");
        message += &text!(lang, " ; vouliez-vous dire : {names} ?", "; did you mean: {names}?");
    }
    Failure::Usage(message)
}
