//! Why a file could not be read as a CV. Messages name what is wrong and the remedy, never the content.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::model::ocr::Missing;

/// A CV that could not be read; `Display` is English, [`CvError::message_fr`] French.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[non_exhaustive]
pub enum CvError {
    /// No byte, or nothing but spaces.
    #[error("the file is empty; choose the file that holds your CV")]
    Empty,
    /// More bytes than a CV has.
    #[error("the file has {megabytes} MB and the limit is {limit} MB; save the CV without its large images")]
    TooLarge {
        /// Size of the file.
        megabytes: u64,
        /// What is accepted.
        limit: u64,
    },
    /// More pages than a CV has.
    #[error("the document has {pages} pages and the limit is {limit}; keep the pages of the CV only")]
    TooManyPages {
        /// Pages of the document.
        pages: usize,
        /// What is accepted.
        limit: usize,
    },
    /// An archive that unpacks to far more than a CV.
    #[error(
        "the file unpacks to more than {limit} MB, which no CV does; save it again from your word processor"
    )]
    UnpacksTooLarge {
        /// What is accepted, in megabytes.
        limit: u64,
    },
    /// More text than a CV has.
    #[error(
        "the document holds far more text than a CV ({kilobytes} KB, the limit is {limit} KB); keep the CV only"
    )]
    TooLong {
        /// Size of its text.
        kilobytes: u64,
        /// What is accepted.
        limit: u64,
    },
    /// The PDF reader did not finish.
    #[error("the document took more than {seconds} s to read; export it again as PDF or DOCX")]
    TooSlow {
        /// What is accepted.
        seconds: u64,
    },
    /// The reader needed more memory than it may have.
    #[error("reading the document takes more than {limit} MB of memory; export it again as PDF or DOCX")]
    TooHeavy {
        /// What is accepted, in megabytes.
        limit: u64,
    },
    /// The reader ended without an answer.
    #[error("the document could not be read: it makes the reader fail; export it again as PDF or DOCX")]
    Crashed,
    /// The reading was called off.
    #[error("the reading was called off")]
    Cancelled,
    /// The process that reads documents did not start.
    #[error("the reader of documents cannot be started: {why}")]
    NoReader {
        /// What the system says.
        why: String,
    },
    /// A document of images, where no text can be recognised.
    #[error("the document is an image, whose text cannot be recognised here: {missing}")]
    NoOcr {
        /// What is missing.
        missing: Missing,
    },
    /// A PDF whose pages are images on which no text was recognised.
    #[error(
        "no text was recognised on the {pages} page(s) of the PDF, which are images; scan the CV again, straight and at 300 dpi, or export it as PDF or DOCX from the program that made it"
    )]
    Scan {
        /// Pages of the document.
        pages: usize,
    },
    /// A PDF of images whose protection keeps them from being drawn.
    #[error("the PDF is a protected scan, whose pages cannot be shown; save a copy without protection")]
    LockedScan,
    /// A picture on which no text was recognised.
    #[error(
        "no text was recognised on the image; take the picture again, straight, in good light and close, or give the CV as PDF, DOCX or plain text"
    )]
    Image,
    /// A picture that cannot be decoded.
    #[error("the image is damaged or incomplete ({why}); save it again as PNG or JPEG")]
    BrokenImage {
        /// What the decoder found.
        why: Cow<'static, str>,
    },
    /// A picture of more pixels than a page needs.
    #[error(
        "the image has {megapixels} million pixels and the limit is {limit} million; save it smaller, 300 dpi are enough"
    )]
    ImageTooLarge {
        /// Millions of pixels.
        megapixels: u64,
        /// What is accepted.
        limit: u64,
    },
    /// A password is needed.
    #[error("the document is protected by a password; save a copy without password")]
    Encrypted,
    /// A PDF that cannot be parsed.
    #[error("the PDF is damaged or incomplete ({why}); export it again")]
    BrokenPdf {
        /// What the parser found.
        why: String,
    },
    /// A document of another format that cannot be parsed.
    #[error(
        "the {format} file is damaged or incomplete ({why}); save it again from the program that made it"
    )]
    Damaged {
        /// Name of the format.
        format: Cow<'static, str>,
        /// What the parser found.
        why: String,
    },
    /// The binary format that Word used before 2007.
    #[error("the file is in Word's old .doc format; open it and save it as DOCX or PDF")]
    OldWord,
    /// A known format that is not read.
    #[error("{format} files are not read; save the CV as PDF, DOCX, ODT or plain text")]
    Unsupported {
        /// Name of the format.
        format: Cow<'static, str>,
    },
    /// JSON with a syntax error.
    #[error("the JSON is not valid at line {line}, column {column}: {why}")]
    BrokenJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the parser found.
        why: String,
    },
    /// JSON that is neither of the known forms.
    #[error(
        "the JSON is neither a JSON Resume (https://jsonresume.org/schema) nor a JobMatch profile: {why}"
    )]
    UnknownJson {
        /// What does not fit.
        why: String,
    },
    /// Bytes of no format that is known here.
    #[error(
        "the file is not a CV in a format that can be read; give it as PDF, DOCX, plain text or JSON Resume"
    )]
    UnknownFormat,
    /// A document in which nothing reads as words.
    #[error("the document holds no readable text; give the CV as PDF with text, DOCX or plain text")]
    NoText,
}

impl CvError {
    /// The same message in French.
    pub fn message_fr(&self) -> String {
        match self {
            Self::Empty => "le fichier est vide ; choisissez le fichier qui contient votre CV".into(),
            Self::TooLarge { megabytes, limit } => format!(
                "le fichier pèse {megabytes} Mo et la limite est de {limit} Mo ; enregistrez le CV sans ses grandes images"
            ),
            Self::TooManyPages { pages, limit } => format!(
                "le document a {pages} pages et la limite est de {limit} ; gardez seulement les pages du CV"
            ),
            Self::UnpacksTooLarge { limit } => format!(
                "le fichier décompressé dépasse {limit} Mo, ce qui n'est pas le cas d'un CV ; enregistrez-le à nouveau depuis votre traitement de texte"
            ),
            Self::TooLong { kilobytes, limit } => format!(
                "le document contient bien plus de texte qu'un CV ({kilobytes} Ko, la limite est de {limit} Ko) ; gardez seulement le CV"
            ),
            Self::TooSlow { seconds } => format!(
                "la lecture du document a dépassé {seconds} s ; exportez-le à nouveau en PDF ou en DOCX"
            ),
            Self::TooHeavy { limit } => format!(
                "la lecture du document demande plus de {limit} Mo de mémoire ; exportez-le à nouveau en PDF ou en DOCX"
            ),
            Self::Crashed => {
                "ce document fait échouer la lecture ; exportez-le à nouveau en PDF ou en DOCX".into()
            }
            Self::Cancelled => "la lecture a été annulée".into(),
            Self::NoReader { .. } => "le lecteur de documents ne démarre pas".into(),
            Self::NoOcr { missing } => format!(
                "le document est une image, dont le texte ne peut pas être reconnu ici : {}",
                missing.message_fr()
            ),
            Self::Scan { pages } => format!(
                "aucun texte n'a été reconnu sur {} ; numérisez à nouveau le CV, bien droit et en 300 points par pouce, ou exportez-le en PDF ou en DOCX depuis le logiciel qui l'a créé",
                if *pages > 1 {
                    format!("les {pages} pages du PDF, qui sont des images")
                } else {
                    "la page du PDF, qui est une image".to_owned()
                }
            ),
            Self::LockedScan => {
                "le PDF est un scan protégé, dont les pages ne peuvent pas être affichées ; enregistrez-en une copie sans protection".into()
            }
            Self::Image => {
                "aucun texte n'a été reconnu sur l'image ; reprenez la photo bien droite, de près et bien éclairée, ou donnez le CV en PDF, en DOCX ou en texte brut".into()
            }
            Self::BrokenImage { .. } => {
                "l'image est abîmée ou incomplète ; enregistrez-la à nouveau en PNG ou en JPEG".into()
            }
            Self::ImageTooLarge { megapixels, limit } => format!(
                "l'image a {megapixels} millions de pixels et la limite est de {limit} millions ; enregistrez-la en plus petit, 300 points par pouce suffisent"
            ),
            Self::Encrypted => {
                "le document est protégé par un mot de passe ; enregistrez-en une copie sans mot de passe".into()
            }
            Self::BrokenPdf { .. } => "le PDF est abîmé ou incomplet ; exportez-le à nouveau".into(),
            Self::Damaged { format, .. } => format!(
                "le fichier {format} est abîmé ou incomplet ; enregistrez-le à nouveau depuis le logiciel qui l'a créé"
            ),
            Self::OldWord => {
                "le fichier est à l'ancien format Word .doc ; ouvrez-le et enregistrez-le en DOCX ou en PDF".into()
            }
            Self::Unsupported { format } => format!(
                "les fichiers {format} ne sont pas lus ; enregistrez le CV en PDF, en DOCX, en ODT ou en texte brut"
            ),
            Self::BrokenJson { line, column, .. } => {
                format!("le JSON n'est pas valide, ligne {line}, colonne {column}")
            }
            Self::UnknownJson { .. } => {
                "le JSON n'est ni un JSON Resume (https://jsonresume.org/schema) ni un profil JobMatch".into()
            }
            Self::UnknownFormat => {
                "le fichier n'est pas un CV dans un format connu ; donnez-le en PDF, en DOCX, en texte brut ou en JSON Resume"
                    .into()
            }
            Self::NoText => {
                "le document ne contient pas de texte lisible ; donnez le CV en PDF avec texte, en DOCX ou en texte brut"
                    .into()
            }
        }
    }
}
