//! Models that read what no parser can.

pub mod ocr;
