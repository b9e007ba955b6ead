//! How much reading one document may take.

use serde::{Deserialize, Serialize};

use super::CvError;

/// Bounds on what is read from an untrusted file. No CV comes near the defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Largest file, in bytes.
    pub bytes: usize,
    /// Most pages.
    pub pages: usize,
    /// Most pixels of an image, or of a page that is one.
    pub pixels: u64,
    /// Most bytes that the parts read from an archive may unpack to.
    pub unpacked: u64,
    /// Most bytes of text. The rules read it in the process that asked.
    pub text: usize,
    /// Longest time in seconds. Only [`Reader`](super::Reader) keeps it.
    pub seconds: u64,
    /// Most memory in bytes. Only [`Reader`](super::Reader) keeps it, and only on Unix.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 25 << 20,
            pages: 40,
            pixels: 120_000_000,
            unpacked: 32 << 20,
            text: 160 << 10,
            seconds: 180,
            memory: 2 << 30,
        }
    }
}

impl Limits {
    pub(super) fn check_size(&self, bytes: usize) -> Result<(), CvError> {
        if bytes > self.bytes {
            let megabytes = |bytes: usize| (bytes as u64).div_ceil(1 << 20);
            return Err(CvError::TooLarge { megabytes: megabytes(bytes), limit: megabytes(self.bytes) });
        }
        Ok(())
    }
}
