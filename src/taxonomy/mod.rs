//! Compiles the raw data that the engine embeds.

pub mod geo;
