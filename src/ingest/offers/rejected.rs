//! What was wrong with an item of a file, and where.

use std::fmt;

/// An item that was left out, or a remark on one that was kept ([`Rejected::kept`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Name of the file.
    pub file: String,
    /// Line of the file on which the item begins, from 1; of a syntax error, the line of the error.
    pub line: Option<u64>,
    /// Number of the item within the file, from 1.
    pub item: u64,
    /// The field that is wrong, such as `salaire.libelle`.
    pub field: Option<String>,
    /// What is wrong.
    pub why: Why,
}

/// What is wrong with an item.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// The file holds nothing.
    Empty,
    /// The file does not begin like JSON.
    NotJson,
    /// The file or the item ends too early.
    Truncated,
    /// A quote is not closed on its line, or brackets do not match.
    Unbalanced,
    /// JSON that cannot be read, with the parser's words.
    Syntax(String),
    /// The item is larger than any offer.
    TooLong,
    /// The item holds lists or objects within each other, more than any offer.
    TooDeep,
    /// The file is larger, once unpacked, than may be read; nothing more is read.
    TooLarge {
        /// Megabytes that may be read.
        megabytes: u64,
    },
    /// The file holds more items than may be read; nothing more is read.
    TooMany {
        /// Items that may be read.
        most: u64,
    },
    /// A field that must be kept whole is too long.
    Longer {
        /// Bytes that it may have.
        most: usize,
    },
    /// Kept; a text is cut.
    Cut {
        /// Characters that are kept.
        most: usize,
    },
    /// Kept; the field is left out because it is too long.
    LeftOutLonger {
        /// Bytes that it may have.
        most: usize,
    },
    /// The source has a name that none may have.
    SourceName {
        /// Characters that it may have.
        most: usize,
    },
    /// There are as many sources as there may be, and this would be one more.
    TooManySources {
        /// Sources that there may be.
        most: usize,
    },
    /// The item is no JSON object.
    NotAnObject,
    /// The object has the form of no known source of offers.
    UnknownForm,
    /// A field that an offer needs is missing or empty.
    Missing,
    /// A field is of another type.
    Type {
        /// What was expected.
        expected: Kind,
        /// What was found.
        found: Kind,
    },
    /// Kept; the field is left out because it is of another type.
    LeftOut {
        /// What was expected.
        expected: Kind,
        /// What was found.
        found: Kind,
    },
    /// A value that the form does not allow, with the parser's words.
    Value(String),
    /// A later item of the file has the same identity and replaces this one.
    Replaced {
        /// Number of the later item.
        by_item: u64,
        /// Line of the later item.
        by_line: u64,
    },
    /// Kept; the date is left out because it cannot be read.
    BadDate(String),
    /// Kept; the date lies in the future.
    FutureDate(jiff::civil::Date),
    /// Kept; the address is left out because it is none of a web page.
    NotWeb(String),
    /// The file could not be read on.
    Io(String),
}

/// Type of a JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    Null,
    Boolean,
    Number,
    Text,
    List,
    Object,
}

impl Kind {
    pub(super) fn of(value: &serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::Text,
            Value::Array(_) => Self::List,
            Value::Object(_) => Self::Object,
        }
    }

    fn fr(self) -> &'static str {
        match self {
            Self::Null => "rien",
            Self::Boolean => "un booléen",
            Self::Number => "un nombre",
            Self::Text => "un texte",
            Self::List => "une liste",
            Self::Object => "un objet",
        }
    }

    /// The type after « au lieu ».
    fn instead_fr(self) -> &'static str {
        match self {
            Self::Null => "de rien",
            Self::Boolean => "d'un booléen",
            Self::Number => "d'un nombre",
            Self::Text => "d'un texte",
            Self::List => "d'une liste",
            Self::Object => "d'un objet",
        }
    }

    fn en(self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

impl Rejected {
    /// The offer was kept all the same: this is a remark.
    pub fn kept(&self) -> bool {
        matches!(
            self.why,
            Why::BadDate(_)
                | Why::FutureDate(_)
                | Why::LeftOut { .. }
                | Why::Cut { .. }
                | Why::LeftOutLonger { .. }
                | Why::NotWeb(_)
        )
    }

    /// Where and what, in French.
    pub fn message_fr(&self) -> String {
        let why = match &self.why {
            Why::Empty => "le fichier est vide".into(),
            Why::NotJson => "ce n'est pas du JSON ; formats lus : JSON de France Travail, JobPosting (schema.org), \
                             offres JobMatch, un objet, une liste ou un objet par ligne, compressé ou non (.gz)"
                .into(),
            Why::Truncated => "l'offre est coupée : le fichier semble incomplet".into(),
            Why::Unbalanced => "guillemets ou crochets mal fermés".into(),
            Why::Syntax(words) => format!("JSON illisible ({words})"),
            Why::TooLong => "trop long pour une offre".into(),
            Why::TooDeep => "trop de listes ou d'objets les uns dans les autres pour une offre".into(),
            Why::TooLarge { megabytes } => {
                format!("une fois déplié, le fichier dépasse {megabytes} Mo ; la suite n'est pas lue")
            }
            Why::TooMany { most } => {
                format!("le fichier compte plus de {most} offres ; la suite n'est pas lue")
            }
            Why::Longer { most } => format!("trop long (au plus {most} octets)"),
            Why::Cut { most } => format!("coupé après {most} signes ; l'offre est gardée"),
            Why::LeftOutLonger { most } => {
                format!("trop long (au plus {most} octets), laissé de côté ; l'offre est gardée")
            }
            Why::SourceName { most } => format!(
                "une source se nomme avec des lettres sans accent, des chiffres, « - », « _ » et « . », {most} signes \
                 au plus"
            ),
            Why::TooManySources { most } => {
                format!("il y a déjà {most} sources, autant qu'il peut y en avoir ; celle-ci serait de plus")
            }
            Why::NotAnObject => "une offre (un objet JSON) était attendue ici".into(),
            Why::UnknownForm => {
                "forme inconnue : ni offre France Travail (« intitule »), ni JobPosting (« @type »), ni offre JobMatch \
                 (« title »)"
                    .into()
            }
            Why::Missing => "champ obligatoire absent ou vide".into(),
            Why::Type { expected, found } => format!("trouvé {} au lieu {}", found.fr(), expected.instead_fr()),
            Why::LeftOut { expected, found } => format!(
                "trouvé {} au lieu {}, laissé de côté ; l'offre est gardée",
                found.fr(),
                expected.instead_fr()
            ),
            Why::Value(words) => format!("valeur refusée ({words})"),
            Why::Replaced { by_item, by_line } => {
                format!("même identifiant que l'offre {by_item} (ligne {by_line}), qui la remplace")
            }
            Why::BadDate(text) => format!("date illisible « {text} », laissée de côté ; l'offre est gardée"),
            Why::FutureDate(date) => format!("date dans le futur ({date}) ; l'offre est gardée"),
            Why::NotWeb(text) => {
                format!("« {text} » n'est pas l'adresse d'une page (https://…), laissée de côté ; l'offre est gardée")
            }
            Why::Io(words) => format!("lecture interrompue ({words})"),
        };
        self.located(["ligne", "offre", "champ", " :"], &why)
    }

    /// Where and what, in English.
    pub fn message_en(&self) -> String {
        let why = match &self.why {
            Why::Empty => "the file is empty".into(),
            Why::NotJson => {
                "this is not JSON; forms read: France Travail JSON, JobPosting (schema.org), JobMatch \
                             offers, as an object, a list or one object a line, compressed or not (.gz)"
                    .into()
            }
            Why::Truncated => "the offer is cut: the file seems incomplete".into(),
            Why::Unbalanced => "quotes or brackets do not match".into(),
            Why::Syntax(words) => format!("JSON cannot be read ({words})"),
            Why::TooLong => "too long for an offer".into(),
            Why::TooDeep => "too many lists or objects within each other for an offer".into(),
            Why::TooLarge { megabytes } => {
                format!("once unpacked, the file is larger than {megabytes} MB; the rest is not read")
            }
            Why::TooMany { most } => format!("the file holds more than {most} offers; the rest is not read"),
            Why::Longer { most } => format!("too long ({most} bytes at most)"),
            Why::Cut { most } => format!("cut after {most} characters; the offer is kept"),
            Why::LeftOutLonger { most } => {
                format!("too long ({most} bytes at most), left out; the offer is kept")
            }
            Why::SourceName { most } => format!(
                "a source is named with unaccented letters, digits, `-`, `_` and `.`, {most} characters at most"
            ),
            Why::TooManySources { most } => {
                format!("there are {most} sources, as many as there may be; this would be one more")
            }
            Why::NotAnObject => "an offer (a JSON object) was expected here".into(),
            Why::UnknownForm => {
                "unknown form: neither a France Travail offer (`intitule`), nor a JobPosting \
                                 (`@type`), nor a JobMatch offer (`title`)"
                    .into()
            }
            Why::Missing => "a required field is missing or empty".into(),
            Why::Type { expected, found } => format!("expected {}, found {}", expected.en(), found.en()),
            Why::LeftOut { expected, found } => {
                format!("expected {}, found {}, left out; the offer is kept", expected.en(), found.en())
            }
            Why::Value(words) => format!("value refused ({words})"),
            Why::Replaced { by_item, by_line } => {
                format!("same identity as offer {by_item} (line {by_line}), which replaces it")
            }
            Why::BadDate(text) => {
                format!("the date {text:?} cannot be read and is left out; the offer is kept")
            }
            Why::FutureDate(date) => format!("the date lies in the future ({date}); the offer is kept"),
            Why::NotWeb(text) => {
                format!("{text:?} is no address of a web page and is left out; the offer is kept")
            }
            Why::Io(words) => format!("reading stopped ({words})"),
        };
        self.located(["line", "offer", "field", ":"], &why)
    }

    fn located(&self, [line, offer, field, colon]: [&str; 4], why: &str) -> String {
        let mut place = self.file.clone();
        if let Some(number) = self.line {
            place += &format!(", {line} {number}");
        }
        if self.item > 0 {
            place += &format!(", {offer} {}", self.item);
        }
        if let Some(name) = &self.field {
            place += &format!(", {field} {name}");
        }
        format!("{place}{colon} {why}")
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message_en())
    }
}

impl std::error::Error for Rejected {}
