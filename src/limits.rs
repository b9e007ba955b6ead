//! Bounds of the server: on what comes in, and on what one person may take. Each stands here once, with its unit and
//! default; the section `[limits]` of `jobmatch.toml` changes them. What one document may take is in
//! [`ingest::cv::Limits`](crate::ingest::cv::Limits).

use serde::{Deserialize, Serialize};

use crate::ingest::offers;

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Connections at once. When there are as many, those that have asked for nothing yet, and then those that wait
    /// for another request, make room.
    pub connections: usize,
    /// Seconds from the beginning of a connection until its first request has come with all its headers.
    pub header_seconds: u64,
    /// Seconds that a connection is kept for another request.
    pub idle_seconds: u64,
    /// Seconds in which a client must take something of an answer.
    pub write_seconds: u64,
    /// Seconds that running requests have when the server is to stop; then they are cut.
    pub stop_seconds: u64,
    /// Files that come in at once, of all people; others wait. One person sends one at a time.
    pub uploads: usize,
    /// Bytes of an import as it is sent.
    pub import_bytes: usize,
    /// Bytes of an import once it is unpacked.
    pub import_unpacked: u64,
    /// Offers of an import, read or refused.
    pub import_offers: u64,
    /// Names of sources that there may be.
    pub sources: usize,
    /// Bytes of the files of one person: CVs, pictures of their pages, documents.
    pub person_files: u64,
    /// Bytes of what else is kept of one person: profiles, applications, offers that they hid.
    pub person_rows: u64,
    /// Tasks of one person that wait or run.
    pub person_tasks: usize,
    /// Tasks of one person that are followed at once.
    pub person_events: usize,
    /// Listings of one person that pages are cut from.
    pub person_listings: usize,
    /// Bytes of the listings of all people, about.
    pub listings_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let jobmatch_index::Limits { sources, person_files, person_rows } = Default::default();
        Self {
            connections: 512,
            header_seconds: 15,
            idle_seconds: 75,
            write_seconds: 60,
            stop_seconds: 10,
            uploads: 8,
            import_bytes: 64 << 20,
            import_unpacked: 256 << 20,
            import_offers: 100_000,
            sources,
            person_files,
            person_rows,
            person_tasks: 20,
            person_events: 10,
            person_listings: 20,
            listings_bytes: 64 << 20,
        }
    }
}

impl Limits {
    /// Those that the engine keeps.
    pub fn engine(&self) -> jobmatch_index::Limits {
        jobmatch_index::Limits {
            sources: self.sources,
            person_files: self.person_files,
            person_rows: self.person_rows,
        }
    }

    /// Those of the reading of an import.
    pub fn import(&self) -> offers::Limits {
        offers::Limits { unpacked: self.import_unpacked, items: self.import_offers }
    }
}
