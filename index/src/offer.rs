//! A job offer, as every source is brought to: what the source said, and what was read from its prose.
//!
//! An [`Offer`] holds facts only. What the engine derives from them (skill concepts, occupations, vector)
//! lives in [`Features`](crate::features::Features) and can be computed again at any time.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Outside identity of an offer: importing the same pair again updates the offer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferKey {
    /// Where the offer comes from, such as `france-travail` or `fichier`.
    pub source: String,
    /// The identifier within that source.
    pub id: String,
}

impl std::fmt::Display for OfferKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.source, self.id)
    }
}

/// Where a fact was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// In a structured field of the source.
    Field,
    /// Read in the title or the description.
    Prose,
}

/// A fact with the words it was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Found<T> {
    /// The fact.
    pub value: T,
    /// The words of the source that say it, as written there.
    pub words: String,
    /// Where those words stand.
    pub origin: Origin,
}

impl<T> Found<T> {
    /// A fact from a structured field.
    pub fn in_field(value: T, words: impl Into<String>) -> Self {
        Self { value, words: words.into(), origin: Origin::Field }
    }

    /// A fact read in prose.
    pub fn in_prose(value: T, words: impl Into<String>) -> Self {
        Self { value, words: words.into(), origin: Origin::Prose }
    }
}

/// How binding a requirement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// The offer asks for it.
    Required,
    /// The offer would like it (« souhaité », « apprécié », « un plus »).
    Wished,
}

/// A job offer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Offer {
    /// Outside identity.
    #[serde(flatten)]
    pub key: OfferKey,
    /// Title, as published.
    pub title: String,
    /// Description in plain text (HTML removed, line breaks kept).
    #[serde(default)]
    pub description: String,
    /// Employer's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Page of the offer at its source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Day of publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Date>,
    /// Day of the last change at the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Date>,
    /// ROME code given by the source (sources can be wrong: the engine weighs it against the text).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rome: Option<String>,
    /// Skills given by the source in a structured field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<DeclaredSkill>,
    /// Experience asked for, in months; `0` when beginners are welcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub experience: Option<Found<u16>>,
    /// Pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salary: Option<Found<Salary>>,
    /// Kind of contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<Found<Contract>>,
    /// Working time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Found<WorkingTime>>,
    /// Work from home.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telework: Option<Found<Telework>>,
    /// Place of work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Found<Place>>,
    /// Diploma asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diploma: Option<Found<DiplomaAsked>>,
    /// Languages asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<Found<LanguageAsked>>,
    /// Licences and legal authorisations asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub licences: Vec<Found<LicenceAsked>>,
}

/// A skill that the source lists in a structured field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeclaredSkill {
    /// Label, as given.
    pub label: String,
    /// How binding it is.
    pub need: Need,
}

/// Pay in gross euros a year for full time, whatever the offer expressed it in. `min <= max`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Salary {
    /// Lower bound, gross euros a year.
    pub min: u32,
    /// Upper bound, gross euros a year; equal to `min` when one figure is given.
    pub max: u32,
}

/// Kind of contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Contract {
    /// Permanent (CDI).
    Permanent,
    /// Fixed term (CDD).
    FixedTerm,
    /// Temporary agency work (intérim).
    Temporary,
    /// Seasonal work.
    Seasonal,
    /// Apprenticeship or professionalisation contract (alternance).
    Apprenticeship,
    /// Internship (stage).
    Internship,
    /// Self-employed, franchise, freelance.
    SelfEmployed,
    /// Anything else.
    Other,
}

impl Contract {
    /// All of them, in the order of their codes in the store: new ones go last.
    pub const ALL: [Self; 8] = [
        Self::Permanent,
        Self::FixedTerm,
        Self::Temporary,
        Self::Seasonal,
        Self::Apprenticeship,
        Self::Internship,
        Self::SelfEmployed,
        Self::Other,
    ];
}

/// Working time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WorkingTime {
    /// Full time.
    Full,
    /// Part time.
    Part,
}

/// Work from home, from none to all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Telework {
    /// The offer says there is none.
    None,
    /// Now and then, or the number of days is not said.
    Some,
    /// Most days or all of them.
    Full,
}

/// A place in France, as precise as it is known.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Place {
    /// Name to show, such as « Lyon 7e (69) ».
    pub label: String,
    /// INSEE code of the commune.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insee: Option<String>,
    /// Postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Department code, such as `69` or `2A`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Coordinates of the commune, or of the middle of the department or region when no more is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// How far the real place may be from `position`, in kilometres.
    #[serde(default)]
    pub uncertainty_km: u16,
}

/// WGS 84 coordinates in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Position {
    /// Latitude.
    #[cfg_attr(feature = "openapi", schema(minimum = -90, maximum = 90))]
    pub lat: f32,
    /// Longitude.
    #[cfg_attr(feature = "openapi", schema(minimum = -180, maximum = 180))]
    pub lon: f32,
}

impl Position {
    /// Whether these are coordinates of a point on earth.
    pub fn is_valid(self) -> bool {
        (-90.0..=90.0).contains(&self.lat) && (-180.0..=180.0).contains(&self.lon)
    }
}

impl Eq for Place {}

/// Level of a diploma in the French framework (3: CAP/BEP, 4: baccalauréat, 5: bac+2, 6: bac+3/4,
/// 7: bac+5, 8: doctorate); `2` stands for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiplomaLevel(pub u8);

/// A diploma that an offer asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiplomaAsked {
    /// Lowest level that will do.
    pub level: DiplomaLevel,
    /// How binding it is.
    pub need: Need,
}

/// CEFR level of a language; `C2` also stands for a mother tongue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub enum Cefr {
    A1,
    A2,
    B1,
    B2,
    C1,
    C2,
}

/// A language that an offer asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LanguageAsked {
    /// ISO 639-1 code, such as `en`.
    pub code: String,
    /// Lowest level that will do, when it is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Cefr>,
    /// How binding it is.
    pub need: Need,
}

/// A licence or legal authorisation, by its usual French name in a normal form: `Permis B`,
/// `CACES R489-3`, `Habilitation électrique`, `SSIAP 1`, `FIMO`, `Carte professionnelle sécurité`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LicenceAsked {
    /// Normal form of the name.
    pub name: String,
    /// How binding it is.
    pub need: Need,
    /// Others of which any will do as well: « CACES R489 1A ou 1B ».
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub or: Vec<String>,
}

impl LicenceAsked {
    /// All names of which any will do, such as `Permis B ou BSR`.
    pub fn label(&self) -> String {
        let mut label = self.name.clone();
        for other in &self.or {
            label.push_str(" ou ");
            label.push_str(other);
        }
        label
    }
}
