//! Brings what users have, in whatever form, to the types of the engine.

pub mod cv;
pub mod offers;
pub mod prose;
