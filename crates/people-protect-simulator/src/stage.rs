//! How far a callout has come.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The stage of a callout.
///
/// The stages follow each other in this order; [`Cancelled`](Stage::Cancelled) is reached through
/// the API only. On staging the portal's Responder Simulator walks a callout through them (R36);
/// here [`Simulator::set_stage`](crate::Simulator::set_stage) does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stage {
    /// Raised; nobody is on the way yet.
    Created,
    /// A responder is on the way.
    Dispatched,
    /// The responder is on scene.
    Arrived,
    /// The responder has finished.
    Completed,
    /// The end: nothing changes any more (R33).
    Closed,
    /// The other end: called off through `cancel_callout` (R34).
    Cancelled,
}

impl Stage {
    /// The stages in their order, without the cancellation.
    pub const PATH: [Stage; 5] = [
        Stage::Created,
        Stage::Dispatched,
        Stage::Arrived,
        Stage::Completed,
        Stage::Closed,
    ];

    /// True as long as the callout is open: a further create returns it (R27).
    #[must_use]
    pub fn is_active(self) -> bool {
        !matches!(self, Stage::Closed | Stage::Cancelled)
    }

    /// The status text that answers carry (R39: free-form). The first two were documented earlier
    /// and are unconfirmed; the others are assumptions in the same manner.
    #[must_use]
    pub fn status(self) -> &'static str {
        match self {
            Stage::Created => "created",
            Stage::Dispatched => "Responder Dispatched",
            Stage::Arrived => "Responder Arrived",
            Stage::Completed => "Responder Completed",
            Stage::Closed => "Closed",
            Stage::Cancelled => "Cancelled",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stage::Created => "created",
            Stage::Dispatched => "dispatched",
            Stage::Arrived => "arrived",
            Stage::Completed => "completed",
            Stage::Closed => "closed",
            Stage::Cancelled => "cancelled",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Stage;

    #[test]
    fn only_the_two_ends_are_not_active() {
        let ends: Vec<_> = Stage::PATH
            .into_iter()
            .chain([Stage::Cancelled])
            .filter(|stage| !stage.is_active())
            .collect();
        assert_eq!(ends, [Stage::Closed, Stage::Cancelled]);
    }

    #[test]
    fn the_wire_name_is_the_display_name() {
        for stage in Stage::PATH {
            assert_eq!(serde_json::to_value(stage).unwrap(), stage.to_string());
        }
    }
}
