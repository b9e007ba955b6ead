//! The result of a match: a score from 0 to 100 that recomputes from its parts, each with its evidence.

use serde::{Deserialize, Serialize};

use crate::offer::{Cefr, DiplomaLevel, Need, OfferKey, Origin, Salary};

/// What a score is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// Skills asked for against skills held, through the synonym graph.
    Skills,
    /// Months asked for against months held in near occupations.
    Experience,
    /// Distance from home.
    Location,
    /// Pay offered against the lowest pay wished.
    Salary,
    /// Nearness of the occupations (title, ROME code, mobility).
    Occupation,
    /// BM25 of the profile's most telling words.
    Text,
    /// Nearness of the embeddings.
    Meaning,
}

impl Criterion {
    /// All of them, in the order of [`Weights`].
    pub const ALL: [Self; 7] = [
        Self::Skills,
        Self::Experience,
        Self::Location,
        Self::Salary,
        Self::Occupation,
        Self::Text,
        Self::Meaning,
    ];

    /// Name used in weights given as text, such as `skills=0.5`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Skills => "skills",
            Self::Experience => "experience",
            Self::Location => "location",
            Self::Salary => "salary",
            Self::Occupation => "occupation",
            Self::Text => "text",
            Self::Meaning => "meaning",
        }
    }
}

/// How much each criterion counts. Never negative; they sum to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(
    try_from = "std::collections::BTreeMap<Criterion, f32>",
    into = "std::collections::BTreeMap<Criterion, f32>"
)]
#[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<Criterion, f32>))]
pub struct Weights([f32; 7]);

impl Default for Weights {
    fn default() -> Self {
        Self([0.10, 0.10, 0.14, 0.06, 0.36, 0.05, 0.19])
    }
}

/// Weights that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("weights must be finite, not negative, and not all zero")]
pub struct InvalidWeights;

impl Weights {
    /// Scales the given weights so that they sum to 1; a criterion left out keeps its default *before* scaling.
    pub fn new(given: impl IntoIterator<Item = (Criterion, f32)>) -> Result<Self, InvalidWeights> {
        let mut weights = Self::default().0;
        for (criterion, weight) in given {
            weights[criterion as usize] = weight;
        }
        let sum: f32 = weights.iter().sum();
        if weights.iter().any(|w| !w.is_finite() || *w < 0.0) || sum <= 0.0 || !sum.is_finite() {
            return Err(InvalidWeights);
        }
        Ok(Self(weights.map(|w| w / sum)))
    }

    /// These weights with some of them changed, as text: `skills=0.5,location=0`.
    ///
    /// # Errors
    /// [`InvalidWeights`] for a name or a number that is none, and what [`Weights::new`] refuses.
    pub fn with(&self, changes: &str) -> Result<Self, InvalidWeights> {
        let mut weights = self.0;
        for change in changes.split(',').map(str::trim).filter(|change| !change.is_empty()) {
            let (name, value) = change.split_once('=').ok_or(InvalidWeights)?;
            let criterion = Criterion::ALL.into_iter().find(|criterion| criterion.name() == name.trim());
            weights[criterion.ok_or(InvalidWeights)? as usize] =
                value.trim().parse().map_err(|_| InvalidWeights)?;
        }
        Self::new(Criterion::ALL.into_iter().map(|criterion| (criterion, weights[criterion as usize])))
    }

    /// The weight of one criterion.
    pub fn of(&self, criterion: Criterion) -> f32 {
        self.0[criterion as usize]
    }
}

impl TryFrom<std::collections::BTreeMap<Criterion, f32>> for Weights {
    type Error = InvalidWeights;

    fn try_from(given: std::collections::BTreeMap<Criterion, f32>) -> Result<Self, InvalidWeights> {
        Self::new(given)
    }
}

impl From<Weights> for std::collections::BTreeMap<Criterion, f32> {
    fn from(weights: Weights) -> Self {
        Criterion::ALL.into_iter().map(|c| (c, weights.of(c))).collect()
    }
}

/// One offer, scored for one profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Match {
    /// The offer.
    pub offer: OfferKey,
    /// Its title, for lists.
    pub title: String,
    /// Its employer, for lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Its place of work, for lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// 0 to 100: `100 × Σ weight × value / Σ weight` over the parts whose value is known.
    pub score: f32,
    /// Share of the weight that is known, 0 to 1.
    pub coverage: f32,
    /// One part a criterion, in the order of [`Criterion::ALL`].
    pub parts: Vec<Part>,
    /// Licences, languages and diploma that the offer sets as conditions. Shown beside the score, never in it.
    pub conditions: Vec<Condition>,
    /// What made the number.
    pub versions: Versions,
}

/// One criterion of a [`Match`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Part {
    /// The criterion.
    pub criterion: Criterion,
    /// Its weight, before the weights of unknown criteria are shared out.
    pub weight: f32,
    /// 0 to 1, or `None` when the offer or the profile does not say.
    pub value: Option<f32>,
    /// Who does not say, where the value is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silent: Option<Silent>,
    /// What the value rests on.
    pub evidence: Vec<Evidence>,
}

/// Who does not say what a criterion compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Silent {
    /// The offer.
    Offer,
    /// The profile.
    Profile,
    /// Neither says.
    Both,
}

impl Match {
    /// The score and the coverage that `parts` amount to.
    pub fn total(parts: &[Part]) -> (f32, f32) {
        Self::score(parts.iter().map(|part| (part.weight, part.value)))
    }

    /// The score (0 to 100) and the coverage (0 to 1) of weights and values: the mean of the known values by
    /// weight, and the share of the weight that is known.
    pub fn score(parts: impl IntoIterator<Item = (f32, Option<f32>)>) -> (f32, f32) {
        let (mut points, mut known, mut all) = (0.0_f64, 0.0_f64, 0.0_f64);
        for (weight, value) in parts {
            let weight = f64::from(weight);
            all += weight;
            if let Some(value) = value {
                points += weight * f64::from(value);
                known += weight;
            }
        }
        let score = if known > 0.0 { 100.0 * points / known } else { 0.0 };
        let coverage = if all > 0.0 { known / all } else { 0.0 };
        (score as f32, coverage as f32)
    }
}

/// One fact behind a [`Part`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Evidence {
    /// A skill asked for that the profile has, or has something near.
    SkillMet {
        /// The skill asked for: its label in French and in English.
        asked: Label,
        /// The words of the offer.
        words: String,
        /// How binding it is.
        need: Need,
        /// The skill of the profile that meets it.
        held: Label,
        /// The line of the CV that shows it; empty when it comes from the occupation held.
        line: String,
        /// How the two meet.
        how: How,
        /// 0 to 1.
        value: f32,
    },
    /// A skill asked for that nothing in the profile meets.
    SkillMissing {
        /// The skill.
        asked: Label,
        /// The words of the offer.
        words: String,
        /// How binding it is.
        need: Need,
        /// Points of the score that it costs.
        cost: f32,
    },
    /// Experience.
    Experience {
        /// Months asked for; 0 when beginners are welcome.
        asked: u16,
        /// The words of the offer.
        words: String,
        /// Months held in the offer's occupation or near it, each job weighed by its nearness.
        held: u16,
        /// Titles of the jobs that count, the most telling first.
        jobs: Vec<String>,
    },
    /// Distance.
    Distance {
        /// Kilometres as the crow flies.
        km: f32,
        /// Home.
        from: String,
        /// Place of work.
        to: String,
        /// The offer's place is known to within this many kilometres.
        uncertainty_km: u16,
        /// The place does not count: the job is done from home.
        remote: bool,
    },
    /// Pay.
    Salary {
        /// Gross euros a year.
        offered: Salary,
        /// The words of the offer.
        words: String,
        /// Lowest pay wished, gross euros a year.
        wished: u32,
    },
    /// Occupations.
    Occupation {
        /// The offer's: ROME code and label.
        offered: Occupation,
        /// The profile's that is nearest.
        held: Occupation,
        /// The title of the CV that says so.
        title: String,
        /// How near.
        how: Nearness,
    },
    /// Words that the CV and the offer share, the most telling first.
    Words {
        /// As the offer writes them.
        shared: Vec<String>,
    },
    /// Nearness in meaning.
    Meaning {
        /// Cosine of the two embeddings.
        cosine: f32,
    },
}

/// A label in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Label {
    /// Stable id, such as `tech:react`.
    pub id: String,
    /// French.
    pub fr: String,
    /// English.
    pub en: String,
}

/// An occupation of ROME.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Occupation {
    /// Code, such as `M1805`.
    pub rome: String,
    /// Label in French and English.
    pub label: Label,
    /// How sure we are that it is this one, in per cent.
    pub confidence: u8,
}

/// How a skill held meets a skill asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The same concept, under the same name.
    Exact,
    /// The same concept under another name, or two concepts declared equal.
    Synonym,
    /// The profile has something more precise.
    Narrower,
    /// The profile has something more general.
    Broader,
    /// Related in the graph.
    Related,
    /// Implied by an occupation that the person held.
    Occupation,
}

/// How near two occupations are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Nearness {
    /// The same.
    Same,
    /// ROME lists the move from one to the other.
    Mobility,
    /// The same professional field.
    Field,
    /// Only the titles are alike.
    Title,
    /// Far apart.
    Far,
}

/// A condition of the offer that the score leaves alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Condition {
    /// What is asked for.
    pub asked: ConditionKind,
    /// How binding it is.
    pub need: Need,
    /// The words of the offer.
    pub words: String,
    /// Where they stand.
    pub origin: Origin,
    /// Whether the profile meets it; `None` when the profile does not say.
    pub met: Option<bool>,
}

/// What a [`Condition`] asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ConditionKind {
    /// A licence or legal authorisation.
    Licence {
        /// Normal form of its name.
        name: String,
    },
    /// A language.
    Language {
        /// ISO 639-1 code.
        code: String,
        /// Lowest level that will do.
        level: Option<Cefr>,
    },
    /// A diploma.
    Diploma {
        /// Lowest level that will do.
        level: DiplomaLevel,
    },
}

/// Versions of what made a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Versions {
    /// Formula.
    pub formula: String,
    /// Skill graph.
    pub graph: String,
    /// Embedding model.
    pub model: String,
}
