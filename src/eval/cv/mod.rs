//! How well CVs are read: fictional people with their truth, CVs of many looks made from them, and the measure of what
//! the reader understands of those.

mod lines;
mod measure;
mod render;
mod truth;

pub use measure::{Bar, Column, Confidence, Field, Miss, Options, Report, Score, measure};
pub use render::{Layout, Scans, Wanted, render};
pub use truth::Person;
