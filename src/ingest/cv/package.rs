//! Zip containers of documents: which format they hold, and their parts, within limits.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::error::CvError;
use super::{Limits, xml};

/// Most parts; documents have tens of them.
const PARTS: usize = 10_000;

/// What programs write into zip containers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    OpenDocument,
}

impl Kind {
    fn damaged(self, why: impl std::fmt::Display) -> CvError {
        let format = match self {
            Self::Word => "Word",
            Self::OpenDocument => "OpenDocument (ODT)",
        };
        CvError::Damaged { format: format.into(), why: why.to_string() }
    }
}

/// The parts of a document.
pub(super) struct Package<'a> {
    pub(super) kind: Kind,
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Name of each part, with `/` between folders.
    names: Vec<String>,
    /// Bytes that may still be unpacked.
    left: u64,
    limit: u64,
}

impl<'a> Package<'a> {
    /// Opens a container, which must hold a document of a [`Kind`].
    pub(super) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, CvError> {
        let damaged = |why: &dyn std::fmt::Display| CvError::Damaged {
            format: "DOCX ou ODT".into(),
            why: why.to_string(),
        };
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
        if archive.len() > PARTS {
            return Err(damaged(&"it has too many parts"));
        }
        let mut package = Self {
            kind: Kind::Word,
            names: archive
                .file_names()
                .map(|name| name.map(|n| n.replace('\\', "/")).unwrap_or_default())
                .collect(),
            archive,
            left: limits.unpacked,
            limit: limits.unpacked,
        };
        package.kind = package.find_kind()?;
        Ok(package)
    }

    /// What the container holds, by its parts.
    fn find_kind(&mut self) -> Result<Kind, CvError> {
        let mime = self.text("mimetype")?.unwrap_or_default();
        let holds = |start: &str| self.names.iter().any(|n| n.starts_with(start));
        let ends = |end: &str| self.names.iter().any(|n| n.ends_with(end));
        let other = match () {
            () if mime.contains("opendocument.text") => return Ok(Kind::OpenDocument),
            () if mime.contains("opendocument.") => "OpenDocument (tableur, présentation ou dessin)",
            () if mime.contains("epub") => "EPUB",
            () if holds("xl/") => "Excel",
            () if holds("ppt/") => "PowerPoint",
            () if holds("Index/") && ends(".iwa") || holds("Index.zip") || ends("index.apxl") => "Pages",
            () if ends(".fdseq") => "XPS",
            () if ends("AndroidManifest.xml") || ends(".class") => "de programme",
            () if holds("word/") => return Ok(Kind::Word),
            // A document that lost its first part.
            () if self.has("content.xml") && self.has("META-INF/manifest.xml") => {
                return Ok(Kind::OpenDocument);
            }
            () => "ZIP",
        };
        Err(CvError::Unsupported { format: other.into() })
    }

    /// The names of the parts.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|n| n.eq_ignore_ascii_case(name))
    }

    /// A part that holds text, mostly XML; `None` when there is no such part.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, CvError> {
        let Some(at) = self.position(name) else { return Ok(None) };
        let kind = self.kind;
        let mut bytes = Vec::new();
        match self.archive.by_index(at) {
            Ok(part) => part.take(self.left + 1).read_to_end(&mut bytes).map_err(|e| kind.damaged(e))?,
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => return Err(CvError::Encrypted),
            Err(error) => return Err(kind.damaged(error)),
        };
        let size = bytes.len() as u64;
        if size > self.left {
            return Err(CvError::UnpacksTooLarge { limit: self.limit >> 20 });
        }
        self.left -= size;
        Ok(Some(xml::decode(&bytes)))
    }

    /// A part that the document cannot do without.
    pub(super) fn needed(&mut self, name: &str) -> Result<String, CvError> {
        self.text(name)?.ok_or_else(|| self.damaged(format_args!("{name} is missing")))
    }

    /// Shows the elements of a part to `visitor`.
    pub(super) fn walk(&self, text: &str, visitor: &mut impl xml::Visit) -> Result<(), CvError> {
        xml::walk(text, visitor).map_err(|why| self.damaged(why))
    }

    pub(super) fn damaged(&self, why: impl std::fmt::Display) -> CvError {
        self.kind.damaged(why)
    }
}
