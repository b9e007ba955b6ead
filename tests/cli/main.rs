//! The real program, as a user or a script runs it.

mod import;
mod output;
mod ranking;
mod run;
mod usage;
