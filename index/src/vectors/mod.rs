//! Nearest neighbours over the offers' vectors.
