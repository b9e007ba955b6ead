//! Candidates to scored, explained, ordered matches.
