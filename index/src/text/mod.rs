//! The tantivy index: analysis, BM25 queries and filters.
