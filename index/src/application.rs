//! An application to an offer, from the day it is added to its end.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::offer::{Offer, OfferKey};
use crate::records::{Row, Uuid};

/// Where an application stands.
///
/// ```text
/// added → in_progress → applied → interview → accepted
///                          └──────────┴─────→ rejected
/// ```
/// Every state but the ends may be withdrawn, and every move taken back by one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The offer is of interest.
    Added,
    /// Documents are being prepared.
    InProgress,
    /// The application was sent.
    Applied,
    /// There is or was an interview.
    Interview,
    /// The person got the job.
    Accepted,
    /// The employer said no, or nothing.
    Rejected,
    /// The person gave it up.
    Withdrawn,
}

impl Status {
    /// All of them, in their order.
    pub const ALL: [Self; 7] = [
        Self::Added,
        Self::InProgress,
        Self::Applied,
        Self::Interview,
        Self::Accepted,
        Self::Rejected,
        Self::Withdrawn,
    ];

    /// Name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::InProgress => "in_progress",
            Self::Applied => "applied",
            Self::Interview => "interview",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The moves ahead; taking one back is [`Application::moves`]' matter, since it depends on the history.
    fn next(self) -> &'static [Self] {
        match self {
            Self::Added => &[Self::InProgress, Self::Withdrawn],
            Self::InProgress => &[Self::Applied, Self::Withdrawn],
            Self::Applied => &[Self::Interview, Self::Rejected, Self::Withdrawn],
            Self::Interview => &[Self::Accepted, Self::Rejected, Self::Withdrawn],
            Self::Accepted | Self::Rejected | Self::Withdrawn => &[],
        }
    }

    /// The step before, for the states that have just one.
    fn before(self) -> Option<Self> {
        match self {
            Self::InProgress => Some(Self::Added),
            Self::Applied => Some(Self::InProgress),
            Self::Interview => Some(Self::Applied),
            _ => None,
        }
    }
}

/// An application.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Application {
    /// The offer as it was when the application was added: it stays when the source takes it away.
    pub offer: Offer,
    /// The CV that it is made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Uuid>,
    /// Score of the offer for that CV when the application was added, 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f32>,
    /// Where it stands.
    pub status: Status,
    /// Grows by one with every change, so that a change made on an old state is noticed.
    pub version: u32,
    /// Day on which it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied_on: Option<Date>,
    /// What to do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_action: Option<NextAction>,
    /// People to talk to.
    #[serde(default)]
    pub contacts: Vec<Contact>,
    /// Notes, the oldest first.
    #[serde(default)]
    pub notes: Vec<Note>,
    /// What was sent, the oldest first; the bytes are kept apart.
    #[serde(default)]
    pub documents: Vec<Document>,
    /// Everything that happened, the oldest first.
    pub history: Vec<Event>,
}

impl Row for Application {
    const KIND: &'static str = "application";
}

/// What to do next, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NextAction {
    /// Such as « relancer par téléphone ».
    pub what: String,
    /// The day to be reminded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
}

/// Someone to talk to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Contact {
    /// Name.
    pub name: String,
    /// Role, such as « responsable RH ».
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Note {
    /// Its id.
    pub id: Uuid,
    /// When it was written.
    pub at: Timestamp,
    /// The words.
    pub text: String,
}

/// A document that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Document {
    /// Its id.
    pub id: Uuid,
    /// When it was added.
    pub at: Timestamp,
    /// File name.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
}

/// Something that happened to an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub what: Happened,
}

/// What happened to an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Happened {
    /// It was added.
    Added,
    /// It went from one state to another.
    Moved {
        /// The former state.
        from: Status,
        /// The new one.
        to: Status,
    },
    /// A note was written.
    Noted,
    /// A note was removed.
    NoteRemoved,
    /// A document was added.
    Attached {
        /// File name.
        name: String,
    },
    /// A document was removed.
    Detached {
        /// File name.
        name: String,
    },
    /// Contacts, next action, day of sending or CV were changed.
    Edited,
}

/// A move that is not legal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an application that is {from:?} cannot become {to:?}")]
pub struct IllegalMove {
    /// The present state.
    pub from: Status,
    /// The state asked for.
    pub to: Status,
    /// The states that it may go to.
    pub legal: Vec<Status>,
}

impl Application {
    /// A new application to an offer.
    pub fn new(offer: Offer, profile: Option<Uuid>, score: Option<f32>, now: Timestamp) -> Self {
        Self {
            offer,
            profile,
            score,
            status: Status::Added,
            version: 1,
            applied_on: None,
            next_action: None,
            contacts: vec![],
            notes: vec![],
            documents: vec![],
            history: vec![Event { at: now, what: Happened::Added }],
        }
    }

    /// The offer's identity.
    pub fn key(&self) -> &OfferKey {
        &self.offer.key
    }

    /// The states that it may go to now: ahead, withdrawn, and one step back. An end goes back to where it came
    /// from.
    pub fn moves(&self) -> Vec<Status> {
        let came_from = || {
            self.history.iter().rev().find_map(|event| match event.what {
                Happened::Moved { from, to } if to == self.status => Some(from),
                _ => None,
            })
        };
        let back = match self.status {
            Status::Accepted | Status::Rejected | Status::Withdrawn => came_from(),
            status => status.before(),
        };
        self.status.next().iter().copied().chain(back).collect()
    }

    /// Goes to another state. The first move to [`Status::Applied`] sets the day of sending to `today`.
    ///
    /// # Errors
    /// [`IllegalMove`], which names the legal ones.
    pub fn go(&mut self, to: Status, now: Timestamp, today: Date) -> Result<(), IllegalMove> {
        let from = self.status;
        let legal = self.moves();
        if !legal.contains(&to) {
            return Err(IllegalMove { from, to, legal });
        }
        self.status = to;
        if to == Status::Applied && self.applied_on.is_none() {
            self.applied_on = Some(today);
        }
        self.record(Happened::Moved { from, to }, now);
        Ok(())
    }

    /// Puts down what happened, as the next version.
    pub fn record(&mut self, what: Happened, now: Timestamp) {
        self.history.push(Event { at: now, what });
        self.version += 1;
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn application() -> Application {
        Application::new(Offer::default(), None, None, Timestamp::UNIX_EPOCH)
    }

    fn go(application: &mut Application, to: Status) -> Result<(), IllegalMove> {
        application.go(to, Timestamp::UNIX_EPOCH, date(2026, 11, 25))
    }

    #[test]
    fn the_usual_way_and_back() {
        let mut application = application();
        for to in [Status::InProgress, Status::Applied, Status::Interview, Status::Accepted] {
            go(&mut application, to).unwrap();
        }
        assert_eq!(application.moves(), [Status::Interview]);
        assert_eq!(application.applied_on, Some(date(2026, 11, 25)));
        assert_eq!(application.version, 5);
        go(&mut application, Status::Interview).unwrap();
        let refused = go(&mut application, Status::Added).unwrap_err();
        let legal = [Status::Accepted, Status::Rejected, Status::Withdrawn, Status::Applied];
        assert_eq!((refused.from, refused.legal.as_slice()), (Status::Interview, legal.as_slice()));
    }

    #[test]
    fn what_was_withdrawn_comes_back_to_where_it_was() {
        let mut application = application();
        go(&mut application, Status::InProgress).unwrap();
        go(&mut application, Status::Withdrawn).unwrap();
        assert_eq!(application.moves(), [Status::InProgress]);
    }

    proptest! {
        /// Whatever is tried, the state is one that the last accepted move led to, refusals change nothing, every
        /// accepted move is in the history, and there is always a legal move.
        #[test]
        fn only_legal_moves_change_anything(tries in prop::collection::vec(0..7_usize, 0..40)) {
            let mut application = application();
            for to in tries.into_iter().map(|n| Status::ALL[n]) {
                let before = application.clone();
                prop_assert!(!before.moves().is_empty());
                match go(&mut application, to) {
                    Ok(()) => {
                        prop_assert!(before.moves().contains(&to));
                        prop_assert_eq!(application.status, to);
                        prop_assert_eq!(application.version, before.version + 1);
                        let last = application.history.last().map(|event| event.what.clone());
                        prop_assert_eq!(last, Some(Happened::Moved { from: before.status, to }));
                    }
                    Err(refused) => {
                        prop_assert!(!refused.legal.contains(&to));
                        prop_assert_eq!(&application, &before);
                    }
                }
            }
        }
    }
}
