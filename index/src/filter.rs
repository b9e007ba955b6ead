//! What a person asks of the offers before any score: distance, contract, pay, telework, date, source, words.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::offer::{Contract, OfferKey, Position, Telework};

/// Conditions on offers; the default lets every offer pass.
///
/// An offer that does not say passes (a silence is no refusal), with two exceptions: `near` needs a position
/// (or a job done from home), and `salary_known` asks for a stated pay.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// A centre and a radius in kilometres. The place of an offer may be known to within some kilometres:
    /// it passes when it may lie inside. Jobs done from home pass wherever they are.
    pub near: Option<(Position, f32)>,
    /// Kinds of contract that suit; empty means any.
    pub contracts: Vec<Contract>,
    /// Lowest pay, gross euros a year, that the upper bound of the offer must reach.
    pub salary_min: Option<u32>,
    /// Drop the offers that do not state their pay.
    pub salary_known: bool,
    /// Least telework that suits; an offer that does not speak of it does not pass.
    pub telework: Option<Telework>,
    /// Most months of experience that the offer may ask for.
    pub experience_max: Option<u16>,
    /// First day, by last change at the source or else publication.
    pub published_after: Option<Date>,
    /// Names of sources; empty means any.
    pub sources: Vec<String>,
    /// Words that the offer must hold, in the syntax of [`SearchQuery::words`](crate::SearchQuery::words).
    pub words: Option<String>,
    /// Offers to leave out, one by one: those that the person does not want to see again.
    pub except: Vec<OfferKey>,
}
