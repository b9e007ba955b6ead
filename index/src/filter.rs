//! What a person asks of the offers before any score: distance, contract, pay, telework, date, source, words.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::offer::{Contract, OfferKey, Position, Telework};

/// Where a job must be; made from what a person says by [`Zone::near`](crate::geo::Zone::near).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Near {
    /// Within so many kilometres of a point.
    Circle {
        /// The point.
        centre: Position,
        /// Kilometres.
        radius_km: f32,
    },
    /// In one of the departments with these codes.
    Departments(Vec<String>),
}

/// Conditions on offers; the default lets every offer pass.
///
/// An offer that does not say passes (a silence is no refusal), with two exceptions: `near` needs a position
/// (or a job done from home), and `salary_known` asks for a stated pay.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Where the job is. The place of an offer may be known to within some kilometres, or as a region: it passes
    /// when it may lie inside. Jobs done from home pass wherever they are.
    pub near: Option<Near>,
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
