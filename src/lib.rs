//! JobMatch: finds the job offers that fit a CV, and says why. `README.md` has the map of the code.

pub mod cli;
pub mod demo;
pub mod eval;
pub mod ingest;
pub mod taxonomy;
