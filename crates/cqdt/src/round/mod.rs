//! A round (*đợt đánh giá*): one campaign with its period, due date and roster, and what came of it.

mod assess;
mod read;
mod report;

use serde::Serialize;

pub use assess::Incoming;
pub use report::{Entry, EntryStatus, RoundDocument, RoundReport};

use crate::criteria::{BasisStatus, DocumentRef};
use crate::{Date, Text};

/// A round file may have this many bytes.
pub const MAX_ROUND_BYTES: usize = 16 * 1024 * 1024;

/// A round as its file says it; read by [`parse_toml`](Self::parse_toml) or [`parse_json`](Self::parse_json).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
#[non_exhaustive]
pub struct Round {
    /// Version of the file format: 1.
    pub format: u32,
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: Text,
    /// What is assessed.
    pub period: Period,
    /// When reports are due.
    pub due: Due,
    /// Who collects the reports.
    pub collector: Text,
    /// Who gets the result.
    pub recipients: Vec<Text>,
    /// The letter that calls for it.
    pub document: DocumentRef,
    /// What the roster rests on.
    pub basis: RosterBasis,
    /// Who must report, on which form.
    pub units: Vec<Unit>,
}

/// First and last day of what is assessed, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
#[non_exhaustive]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// When reports are due (D23).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// That day is still in time.
    By(Date),
    /// That day is late (*trước ngày*).
    Before(Date),
}

impl Due {
    /// The day stated.
    pub fn date(self) -> Date {
        match self {
            Self::By(date) | Self::Before(date) => date,
        }
    }

    /// Whether a report of that day is late.
    pub fn is_late(self, received: Date) -> bool {
        match self {
            Self::By(date) => received > date,
            Self::Before(date) => received >= date,
        }
    }
}

/// What a roster rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
#[non_exhaustive]
pub struct RosterBasis {
    /// Official or reconstructed.
    pub status: BasisStatus,
    /// Where it was taken from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A unit on the roster (*cơ quan, đơn vị*).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
#[non_exhaustive]
pub struct Unit {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Its form: the id of a criteria set.
    pub set: String,
    /// The unit above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Whether it is ranked; special agencies may only be scored.
    pub ranked: bool,
}
