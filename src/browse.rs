//! Offers as a person sees them: searched, filtered, ranked for a CV, without those that they hid, with where their
//! applications stand. Pages and the API both show these.

use std::collections::HashMap;

use jiff::civil::Date;
use jobmatch_index::application::Status;
use jobmatch_index::lang::Lang;
use jobmatch_index::matching::{Division, Gaps, against_sentence, short_reasons};
use jobmatch_index::offer::{Contract, Offer, OfferKey, Salary, Telework, WorkingTime};
use jobmatch_index::profile::Profile;
use jobmatch_index::records::{Owner, Uuid};
use jobmatch_index::score::{Band, Criterion, Match, Weights, Wish};
use jobmatch_index::store::OfferId;
use jobmatch_index::text::Snippet;
use jobmatch_index::{Facets, Filter, Index, RankQuery, SearchQuery, Sort, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::people::skill_remarks::{self, Remark};
use crate::people::{Refusal, applications, hidden};

/// Offers that one listing reaches: who needs more of them needs a narrower search.
pub const REACH: usize = 1_000;

/// What comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderBy {
    /// The best score for the CV.
    Score,
    /// The best match of the words.
    Relevance,
    /// The latest.
    Date,
}

/// What to list.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// Words of the search.
    pub words: String,
    /// Conditions; `words` is filled in here, `except` by [`without_hidden`].
    pub filter: Filter,
    /// What comes first; without a CV, [`OrderBy::Score`] counts as relevance.
    pub order: OrderBy,
    /// The CV that offers are scored for.
    pub profile: Option<Profile>,
    /// How much each criterion counts.
    pub weights: Weights,
    /// Wishes of the CV that do not divide the list.
    pub without: Vec<Wish>,
    /// Today.
    pub today: Date,
}

/// An order of offers that pages are cut from.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// What was asked.
    pub wanted: Wanted,
    /// What it was answered from: asked again of the same state, the answer is the same.
    pub state: State,
    /// The first [`REACH`] offers, with their BM25 score where words decided.
    pub ids: Vec<(OfferId, f32)>,
    /// All offers that pass.
    pub total: u64,
    /// How the CV's wishes divide the offers, where the score orders them: those that fit come first.
    pub division: Option<Division>,
    /// No offer holds all the words: these hold some of them.
    pub relaxed: bool,
    /// How they spread.
    pub facets: Facets,
}

impl Listing {
    /// Bytes in memory, about.
    pub fn weight(&self) -> usize {
        const KEY: usize = 100;
        let Wanted { words, filter, profile, .. } = &self.wanted;
        let profile = serde_json::to_vec(profile).map_or(0, |json| json.len());
        let ids = size_of_val(self.ids.as_slice());
        let names = self.facets.sources.len() + filter.except.len() + filter.sources.len();
        size_of::<Self>() + ids + words.len() + 2 * profile + KEY * names
    }

    /// The offers of a page.
    fn cut(&self, offset: usize, limit: usize) -> &[(OfferId, f32)] {
        let end = offset.saturating_add(limit).min(self.ids.len());
        self.ids.get(offset..end).unwrap_or_default()
    }
}

/// What a person wants, without the offers that they hid.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn without_hidden(index: &Index, owner: Owner, mut wanted: Wanted) -> Result<Wanted, Refusal> {
    wanted.filter.except = hidden::list(&index.records(), owner)?;
    Ok(wanted)
}

/// Lists offers.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn list(index: &Index, wanted: Wanted) -> Result<Listing, Refusal> {
    // Before the search: offers that come meanwhile make the listing old, never the other way round.
    let state = index.state()?;
    let scored = wanted.order == OrderBy::Score && wanted.profile.is_some();
    let search = SearchQuery {
        words: wanted.words.clone(),
        filter: wanted.filter.clone(),
        sort: if wanted.order == OrderBy::Date { Sort::Date } else { Sort::Relevance },
        limit: if scored { 0 } else { REACH },
        offset: 0,
    };
    let found = index.find(&search)?;
    let (mut ids, mut division) = (found.ids, None);
    if scored && let Some(profile) = &wanted.profile {
        let mut query = rank_query(&wanted);
        query.filter.words = Some(wanted.words.clone());
        query.limit = REACH;
        let order = index.order(profile, &query)?;
        ids = order.ids.into_iter().map(|id| (id, 0.0)).collect();
        division = Some(order.division);
    }
    let (total, relaxed, facets) = (found.total, found.relaxed, found.facets);
    Ok(Listing { wanted, state, ids, total, division, relaxed, facets })
}

fn rank_query(wanted: &Wanted) -> RankQuery {
    RankQuery {
        weights: wanted.weights,
        filter: wanted.filter.clone(),
        without: wanted.without.clone(),
        ..RankQuery::new(wanted.today)
    }
}

/// A page of a listing.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn page(
    index: &Index,
    owner: Owner,
    listing: &Listing,
    offset: usize,
    limit: usize,
) -> Result<Vec<Card>, Refusal> {
    let hits = index.hits(listing.cut(offset, limit), &listing.wanted.words)?;
    let mut matches: HashMap<OfferKey, Match> = explain(index, listing, offset, limit)?
        .into_iter()
        .map(|found| (found.offer.clone(), found))
        .collect();
    let followed = followed(index, owner)?;
    Ok(hits
        .into_iter()
        .map(|hit| {
            let found = matches.remove(&hit.offer.key);
            let application = followed.get(&hit.offer.key).cloned();
            Card::new(&hit.offer, Some(hit.snippet), found.as_ref(), application)
        })
        .collect())
}

/// Why the offers of a page have their scores: for the CV and with the weights that the listing was made with.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn explain(index: &Index, listing: &Listing, offset: usize, limit: usize) -> Result<Vec<Match>, Refusal> {
    let Some(profile) = &listing.wanted.profile else { return Ok(vec![]) };
    let ids: Vec<OfferId> = listing.cut(offset, limit).iter().map(|(id, _)| *id).collect();
    Ok(index.explain_each(profile, &ids, &rank_query(&listing.wanted))?)
}

/// What a profile lacks most, without what the person says is no skill.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn gaps(index: &Index, owner: Owner, profile: &Profile, query: &RankQuery) -> Result<Gaps, Refusal> {
    let remarks = skill_remarks::list(&index.records(), owner)?;
    let query = RankQuery { limit: query.limit + remarks.len(), ..query.clone() };
    let dismissed =
        |id: &str| remarks.iter().any(|said| said.skill == id && said.remark == Remark::NotASkill);
    let mut gaps = index.gaps(profile, &query)?;
    gaps.skills.retain(|gap| !dismissed(&gap.skill.id));
    gaps.skills.truncate(query.limit - remarks.len());
    Ok(gaps)
}

/// Offers that are like this one, the nearest first: what the engine would rank for someone whose CV says what the
/// offer says.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn similar(index: &Index, owner: Owner, offer: &Offer, today: Date) -> Result<Vec<Card>, Refusal> {
    let lines = offer.description.lines().map(str::trim).filter(|line| !line.is_empty());
    let alike = Profile {
        title: Some(offer.title.clone()),
        summary: Some(lines.collect::<Vec<_>>().join("\n")),
        place: offer.place.as_ref().map(|place| place.value.clone()),
        ..Profile::default()
    };
    let mut except = hidden::list(&index.records(), owner)?;
    except.push(offer.key.clone());
    let filter = Filter { except, ..Filter::default() };
    let query = RankQuery { filter, limit: 5, ..RankQuery::new(today) };
    let ids: Vec<(OfferId, f32)> = index.order(&alike, &query)?.ids.into_iter().map(|id| (id, 0.0)).collect();
    let followed = followed(index, owner)?;
    let card = |hit: jobmatch_index::Hit| {
        let application = followed.get(&hit.offer.key).cloned();
        Card::new(&hit.offer, None, None, application)
    };
    Ok(index.hits(&ids, "")?.into_iter().map(card).collect())
}

/// By offer, the application of a person.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn followed(index: &Index, owner: Owner) -> Result<HashMap<OfferKey, Followed>, Refusal> {
    let applications = applications::list(&index.records(), owner)?;
    Ok(applications
        .into_iter()
        .map(|(id, application)| (application.offer.key, Followed { id, status: application.status }))
        .collect())
}

/// An offer in a list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Card {
    /// `source:id`, as in addresses.
    pub id: String,
    /// Where it comes from.
    pub source: String,
    /// Title.
    pub title: String,
    /// Employer.
    pub company: Option<String>,
    /// Place of work.
    pub place: Option<String>,
    /// Kind of contract.
    pub contract: Option<Contract>,
    /// Working time.
    pub hours: Option<WorkingTime>,
    /// Work from home.
    pub telework: Option<Telework>,
    /// Gross euros a year.
    pub salary: Option<Salary>,
    /// Months of experience asked for; 0 when beginners are welcome.
    pub experience_months: Option<u16>,
    /// Day of publication.
    pub published: Option<Date>,
    /// Day of the last change at the source.
    pub updated: Option<Date>,
    /// Page of the offer at its source.
    pub url: Option<String>,
    /// The passage that shows the words of the search.
    pub snippet: Option<Snippet>,
    /// How it fits the CV.
    #[serde(rename = "match")]
    pub fit: Option<Fit>,
    /// The person's application to it.
    pub application: Option<Followed>,
}

/// How an offer fits a CV, in short.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Fit {
    /// 0 to 100.
    pub score: f32,
    /// What the score means.
    pub band: Band,
    /// Share of the weight that is known, 0 to 1.
    pub coverage: f32,
    /// The reasons in a few French words.
    pub reasons: String,
    /// What holds the offer down most, in French.
    pub against: Option<String>,
    /// The CV's wishes that the offer misses.
    pub misses: Vec<Wish>,
    /// Kilometres from home, as the crow flies.
    pub distance_km: Option<f32>,
    /// Each criterion's weight and value; a value is missing when it is unknown.
    pub parts: Vec<FitPart>,
}

/// A criterion in short.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct FitPart {
    /// The criterion.
    pub criterion: Criterion,
    /// Its weight.
    pub weight: f32,
    /// 0 to 1.
    pub value: Option<f32>,
}

/// The application to an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Followed {
    /// Its id.
    pub id: Uuid,
    /// Where it stands.
    pub status: Status,
}

impl Card {
    /// An offer, and what is known of it for a person.
    pub fn new(
        offer: &Offer,
        snippet: Option<Snippet>,
        found: Option<&Match>,
        application: Option<Followed>,
    ) -> Self {
        Self {
            id: offer.key.to_string(),
            source: offer.key.source.clone(),
            title: offer.title.clone(),
            company: offer.company.clone(),
            place: offer.place.as_ref().map(|place| place.value.label.clone()),
            contract: offer.contract.as_ref().map(|found| found.value),
            hours: offer.hours.as_ref().map(|found| found.value),
            telework: offer.telework.as_ref().map(|found| found.value),
            salary: offer.salary.as_ref().map(|found| found.value),
            experience_months: offer.experience.as_ref().map(|found| found.value),
            published: offer.published,
            updated: offer.updated,
            url: offer.url.clone(),
            snippet,
            fit: found.map(Fit::from),
            application,
        }
    }
}

impl From<&Match> for Fit {
    fn from(found: &Match) -> Self {
        let distance_km =
            found.parts.iter().flat_map(|part| &part.evidence).find_map(|evidence| match evidence {
                jobmatch_index::score::Evidence::Distance { km, .. } => Some(*km),
                _ => None,
            });
        let part = |part: &jobmatch_index::score::Part| FitPart {
            criterion: part.criterion,
            weight: part.weight,
            value: part.value,
        };
        Self {
            score: found.score,
            band: found.band,
            coverage: found.coverage,
            reasons: short_reasons(found, Lang::Fr),
            against: against_sentence(found, Lang::Fr),
            misses: found.misses.clone(),
            distance_km,
            parts: found.parts.iter().map(part).collect(),
        }
    }
}

/// Reads an offer's identity, `source:id`.
///
/// # Errors
/// [`Refusal::NotFound`] when it has no such form.
pub fn key(id: &str) -> Result<OfferKey, Refusal> {
    match id.split_once(':') {
        Some((source, id)) if !source.is_empty() && !id.is_empty() => {
            Ok(OfferKey { source: source.into(), id: id.into() })
        }
        _ => Err(Refusal::NotFound("offer")),
    }
}
