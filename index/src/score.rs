//! The result of a match: a score from 0 to 100 that recomputes from its parts, each with its evidence.
//!
//! The mean of the parts' values by weight, those unknown left out, is brought to 0–100 by one curve
//! ([`Match::curve`]), so that a score means the same for everybody: [`Band`] names its steps. Weights and curve were
//! fitted on pairs of real CVs and real offers that were graded by careful reading.

use serde::{Deserialize, Serialize};

use crate::offer::{Cefr, Contract, DiplomaLevel, Need, OfferKey, Origin, Salary};

/// What a score is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// Skills asked for against skills held, through the synonym graph.
    Skills,
    /// Months asked for, also by the words of the title (« senior »), against months held, those in near occupations
    /// above all.
    Experience,
    /// Distance from home.
    Location,
    /// Pay offered against the lowest pay wished.
    Salary,
    /// Nearness of the occupations (title, ROME code, mobility).
    Occupation,
    /// Words shared: BM25 of all that the profile says, by where it says it, and the offer's title.
    Text,
    /// Nearness of the embeddings.
    Meaning,
    /// Kind of contract (apprenticeship, internship, self-employment) against the person's situation.
    Situation,
}

impl Criterion {
    /// All of them, in the order of [`Weights`].
    pub const ALL: [Self; 8] = [
        Self::Skills,
        Self::Experience,
        Self::Location,
        Self::Salary,
        Self::Occupation,
        Self::Text,
        Self::Meaning,
        Self::Situation,
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
            Self::Situation => "situation",
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
pub struct Weights([f32; 8]);

impl Default for Weights {
    fn default() -> Self {
        Self([0.12, 0.08, 0.03, 0.02, 0.35, 0.19, 0.14, 0.07])
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
    /// 0 to 100: [`Match::curve`] of `Σ weight × value / Σ weight` over the parts whose value is known.
    pub score: f32,
    /// The name of the score's step.
    pub band: Band,
    /// Share of the weight that is known, 0 to 1.
    pub coverage: f32,
    /// One part a criterion, in the order of [`Criterion::ALL`].
    pub parts: Vec<Part>,
    /// Licences, languages and diploma that the offer sets as conditions. Shown beside the score, never in it.
    pub conditions: Vec<Condition>,
    /// The one or two criteria that hold the score down most, the dearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub against: Vec<Criterion>,
    /// The person's wishes that the offer misses; it is listed after those that miss none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub misses: Vec<Wish>,
    /// What made the number.
    pub versions: Versions,
}

/// What a person may ask for. It divides the list before the score orders it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// Where, and how far from there.
    Place,
    /// Kinds of contract.
    Contract,
    /// Lowest pay.
    Salary,
    /// Least telework.
    Telework,
    /// Full or part time.
    Hours,
    /// What is refused.
    Refused,
}

impl Wish {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Place, Self::Contract, Self::Salary, Self::Telework, Self::Hours, Self::Refused];

    /// Its name in queries and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Contract => "contract",
            Self::Salary => "salary",
            Self::Telework => "telework",
            Self::Hours => "hours",
            Self::Refused => "refused",
        }
    }
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

/// What a score means, by name: the same on every screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// Below 30: no, as a rule.
    Far,
    /// From 30 on: might be considered.
    WorthALook,
    /// From 55 on: good, with a reservation.
    Close,
    /// From 75 on: most people would apply.
    VeryClose,
}

impl Band {
    /// All of them, from the lowest.
    pub const ALL: [Self; 4] = [Self::Far, Self::WorthALook, Self::Close, Self::VeryClose];

    /// The band that a score from 0 to 100 lies in.
    pub fn of(score: f32) -> Self {
        Self::ALL.into_iter().rev().find(|band| score >= band.from()).unwrap_or(Self::Far)
    }

    /// The lowest score of the band.
    pub fn from(self) -> f32 {
        match self {
            Self::Far => 0.0,
            Self::WorthALook => 30.0,
            Self::Close => 55.0,
            Self::VeryClose => 75.0,
        }
    }
}

/// Mean values and their scores; between two of them the score is on the straight line. The inner ones are where the
/// bands begin, set on graded pairs.
const CURVE: [(f64, f64); 5] = [(0.0, 0.0), (0.5, 30.0), (0.64, 55.0), (0.69, 75.0), (1.0, 100.0)];
/// Points below which a criterion does not hold an offer down.
const HOLDS_DOWN: f32 = 4.0;
/// Criteria that are named as holding an offer down.
const NAMED: usize = 2;

impl Match {
    /// The score and the coverage that `parts` amount to.
    pub fn total(parts: &[Part]) -> (f32, f32) {
        Self::score(parts.iter().map(|part| (part.weight, part.value)))
    }

    /// The score (0 to 100) and the coverage (0 to 1) of weights and values: the mean of the known values by
    /// weight, brought to 0–100 by [`Match::curve`], and the share of the weight that is known. 0 when none is.
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
        let score = if known > 0.0 { Self::curve(points / known) } else { 0.0 };
        let coverage = if all > 0.0 { known / all } else { 0.0 };
        (score as f32, coverage as f32)
    }

    /// The score of a mean value from 0 to 1: straight lines through 0 → 0, 0.5 → 30, 0.64 → 55, 0.69 → 75 and 1 → 100.
    pub fn curve(mean: f64) -> f64 {
        let step = CURVE.windows(2).find(|step| mean <= step[1].0);
        step.map_or(100.0, |step| {
            let ((from, low), (to, high)) = (step[0], step[1]);
            low + (high - low) * ((mean - from) / (to - from)).max(0.0)
        })
    }

    /// The criteria whose values cost a score most, at most two, the dearest first: those worth less than half, each
    /// by the points that the score would gain were it worth 1.
    pub fn against(parts: &[(Criterion, f32, Option<f32>)]) -> Vec<Criterion> {
        let with = |raised: Option<Criterion>| {
            let value = |(criterion, weight, value): &(Criterion, f32, Option<f32>)| {
                (*weight, value.map(|value| if raised == Some(*criterion) { 1.0 } else { value }))
            };
            Self::score(parts.iter().map(value)).0
        };
        let now = with(None);
        let mut dear: Vec<(f32, Criterion)> = parts
            .iter()
            .filter(|(_, _, value)| value.is_some_and(|value| value < 0.5))
            .map(|(criterion, _, _)| (with(Some(*criterion)) - now, *criterion))
            .filter(|(points, _)| *points >= HOLDS_DOWN)
            .collect();
        dear.sort_by(|a, b| b.0.total_cmp(&a.0));
        dear.into_iter().take(NAMED).map(|(_, criterion)| criterion).collect()
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
        /// Months asked for, also by the words of the title; 0 when beginners are welcome.
        asked: u16,
        /// The words of the offer, or its title.
        words: String,
        /// Months held in the offer's occupation or near it, each job weighed by its nearness.
        held: u16,
        /// Months held in all. A third of those that are not near count too.
        #[serde(default)]
        total: u16,
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
    /// A kind of contract that is for some situations only.
    Contract {
        /// The kind.
        offered: Contract,
        /// The words of the offer.
        words: String,
        /// How far it suits the person's situation, 0 to 1.
        suits: f32,
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
