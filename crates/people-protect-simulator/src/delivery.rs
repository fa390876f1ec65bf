//! Deliveries: what is sent to webhooks and callback addresses, and the log of it.
//!
//! Three steps. [`post`] makes deliveries of what has [`happened`](crate::happening), still under
//! the lock. [`queue`] keeps them until they are due. [`courier`] sends them, outside the lock: the
//! API never waits for a receiver, and one source's receiver never keeps another's waiting.

pub(crate) mod body;
pub(crate) mod courier;
pub(crate) mod post;
pub(crate) mod queue;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One sending, or what was to be one. A repeat, by retry, by duplication or on request, is a
/// further one. Neither address, headers nor body are shown.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeliveryRecord {
    /// Counts all of them since the start or the last reset, from 1.
    pub number: u64,
    /// The customer source it belongs to.
    pub source: i64,
    /// The event's name as delivered, or `fixed locations upload` for the callback of a CSV upload
    /// (R81).
    pub event: String,
    /// The key of what it is about: `callout`, `customer` or `subscription`.
    pub entity: Option<&'static str>,
    /// The id of what it is about.
    pub entity_id: Option<i64>,
    /// Counts attempts, from 1.
    pub attempt: u32,
    /// The number of the one that it repeats.
    pub repeats: Option<u64>,
    /// When it happened, or was asked for.
    pub at: Timestamp,
    /// When it is to be sent, by the simulator's clock.
    pub due: Timestamp,
    /// When it came to its end.
    pub finished_at: Option<Timestamp>,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: DeliveryOutcome,
}

/// What came of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeliveryOutcome {
    /// It is not due yet, or others are before it.
    Waiting,
    /// The receiver has it and has not answered yet.
    Sending,
    /// The receiver has answered.
    Answered {
        /// With this status; 2xx is good.
        status: u16,
    },
    /// There was no answer.
    Failed {
        /// Why.
        error: DeliveryError,
    },
    /// Lost on purpose: `webhook-drop-percent`.
    Dropped,
    /// Lost because too many were waiting for this source.
    Overflowed,
}

impl DeliveryOutcome {
    /// True once a receiver has answered 2xx.
    #[must_use]
    pub fn is_delivered(self) -> bool {
        matches!(self, Self::Answered { status } if (200..300).contains(&status))
    }
}

/// Why there was no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeliveryError {
    /// The receiver took longer than `webhook-timeout-s`.
    Timeout,
    /// No connection: nobody listens there, the name is not known, or the certificate is refused.
    Connect,
    /// The address is neither https nor on this machine, or is none.
    Address,
    /// The connection broke, or the answer was no HTTP.
    Broken,
    /// It was not sent, as the state file that should have it first could not be written.
    NotKept,
}
