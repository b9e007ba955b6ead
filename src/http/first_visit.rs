//! The code that the first account is made with: whoever reads the terminal that the server was started in may
//! administer it, and nobody who merely reaches its pages first.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rand::Rng;
use sha2::{Digest, Sha256};

use super::App;
use crate::people::{Refusal, accounts};

/// Letters and digits that are not taken for one another.
const SIGNS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// Signs of a code: 60 bits, too many to guess at any rate of tries.
const LENGTH: usize = 12;

/// The code of this start. It is kept in memory only, and serves once.
pub(super) struct FirstVisit(Mutex<String>);

impl FirstVisit {
    pub(super) fn new() -> Self {
        Self(Mutex::new(code()))
    }

    /// Whether this is the code, in capitals or not, with or without what stands between its parts.
    pub(super) fn accepts(&self, given: &str) -> bool {
        let plain = |text: &str| -> String {
            text.chars().filter(char::is_ascii_alphanumeric).take(64).collect::<String>().to_ascii_uppercase()
        };
        // Of hashes, how far they agree tells nothing.
        Sha256::digest(plain(given)) == Sha256::digest(plain(&self.kept()))
    }

    fn kept(&self) -> MutexGuard<'_, String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes another code in place of one that has served.
    pub(super) fn renew(&self) {
        *self.kept() = code();
    }
}

impl App {
    /// The code that the first account is made with, for whoever started the server; `None` when there are accounts.
    ///
    /// # Errors
    /// [`Refusal::Engine`].
    pub fn first_visit_code(&self) -> Result<Option<String>, Refusal> {
        let none = accounts::none_yet(&self.index.records())?;
        Ok(none.then(|| self.first_visit.kept().clone()))
    }
}

/// Such as `QF7K-2MZD-XA9R`.
fn code() -> String {
    let mut random = rand::rng();
    let signs: Vec<u8> = (0..LENGTH).map(|_| SIGNS[random.random_range(0..SIGNS.len())]).collect();
    let parts: Vec<_> = signs.chunks(4).map(String::from_utf8_lossy).collect();
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it_and_another_one_is_not() {
        let visit = FirstVisit::new();
        let code = visit.kept().clone();
        assert_eq!(code.len(), 14);
        for typed in [code.clone(), code.to_lowercase(), format!(" {} ", code.replace('-', " "))] {
            assert!(visit.accepts(&typed), "{typed}");
        }
        for wrong in ["", "-", &code[..13], &format!("{code}A"), FirstVisit::new().kept().as_str()] {
            assert!(!visit.accepts(wrong), "{wrong}");
        }
        visit.renew();
        assert!(!visit.accepts(&code));
    }
}
