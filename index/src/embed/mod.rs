//! Embedders: the built-in static table and, as an option, a transformer.
