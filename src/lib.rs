//! JobMatch: finds the job offers that fit a CV, and says why. `README.md` has the map of the code.

pub mod browse;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod eval;
pub mod http;
pub mod imports;
pub mod ingest;
pub mod jobs;
pub mod limits;
pub mod links;
pub mod messages;
pub mod model;
pub mod people;
pub mod taxonomy;
pub mod words;
