//! What belongs to a person: account, sessions and tokens, CVs, applications, hidden offers, remarks on skills.
//!
//! Everything is read and written through [`jobmatch_index::records`], which knows one person at a time: there is
//! no way to reach a row of somebody else's.

pub mod accounts;
pub mod applications;
pub mod changes;
pub mod erasure;
pub mod export;
pub mod files;
pub mod hidden;
pub mod passwords;
pub mod profiles;
pub mod readings;
pub mod sign_ins;
pub mod skill_remarks;
pub mod statistics;
pub mod tokens;

use jobmatch_index::records::Uuid;

/// Why something about a person cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The engine.
    #[error(transparent)]
    Engine(#[from] jobmatch_index::Error),
    /// There is no such row; nor is there for somebody else's.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// A value cannot be accepted; the message is French and fit for the person.
    #[error("{field}: {message}")]
    Invalid {
        /// The field, as JSON names it.
        field: &'static str,
        /// What is wrong and what to do.
        message: String,
    },
    /// E-mail or password are wrong; which one is not told.
    #[error("wrong e-mail or password")]
    WrongCredentials,
    /// Somebody has an account with this e-mail address.
    #[error("this e-mail address has an account already")]
    EmailTaken,
    /// There is an owner already.
    #[error("the first account exists already")]
    NotFirst,
    /// The last administrator cannot go.
    #[error("the last administrator cannot be removed")]
    LastAdmin,
    /// The row has changed since the caller read it.
    #[error("it has changed meanwhile: version {now}")]
    Changed {
        /// The present version.
        now: u32,
    },
    /// The move is not legal.
    #[error(transparent)]
    IllegalMove(#[from] jobmatch_index::application::IllegalMove),
    /// The person follows this offer already.
    #[error("there is an application to this offer already")]
    AlreadyApplied(Uuid),
    /// As many tasks of this person wait or run as may.
    #[error("{most} tasks wait or run already")]
    TooManyTasks {
        /// How many may.
        most: usize,
    },
    /// The CV cannot be read.
    #[error(transparent)]
    Cv(#[from] crate::ingest::cv::CvError),
}

impl Refusal {
    /// A value that cannot be accepted.
    pub fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid { field, message: message.into() }
    }
}

/// A text that a person typed: trimmed, not longer than `most` characters.
///
/// # Errors
/// [`Refusal::Invalid`].
pub fn text(field: &'static str, text: &str, most: usize) -> Result<String, Refusal> {
    let text = text.trim();
    if text.chars().count() > most {
        return Err(Refusal::invalid(field, format!("au plus {most} caractères")));
    }
    Ok(text.to_owned())
}
