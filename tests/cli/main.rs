//! The real program, as a user or a script runs it.

#[cfg(target_os = "linux")]
mod confinement;
mod import;
mod output;
mod ranking;
mod run;
mod usage;
