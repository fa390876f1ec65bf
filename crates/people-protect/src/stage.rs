//! How far a callout has come.

use std::fmt;

/// How far a callout has come, read from its status text and its times.
///
/// Status strings are free-form and of mixed case (R39). The ones known are `created`,
/// `Responder Dispatched` and `Responder Cancelled` (documented earlier; the list is incomplete).
/// The reading knows these, the names of the webhook events, and the plain forms of both (an
/// assumption), and only as a whole: case, spaces, `_` and `-` do not matter, but a word more or
/// less does. What it does not know is kept as [`Other`](Stage::Other), which ends nothing: to go
/// on watching a callout that is over costs little, to leave one that is not can cost a life.
///
/// ```
/// use people_protect::Stage;
///
/// assert_eq!(Stage::of_status("Responder Dispatched"), Stage::Dispatched);
/// assert_eq!(Stage::of_status("responder_dispatched"), Stage::Dispatched);
/// assert_eq!(Stage::of_status("Responder Cancelled"), Stage::ResponderCancelled);
/// assert!(Stage::of_status("CLOSED").is_over());
/// assert_eq!(Stage::of_status("Under review").to_string(), "Under review");
/// assert!(!Stage::of_status("Unit cancelled, another one sent").is_over());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// Raised; nobody is on the way yet.
    Raised,
    /// A controller or responder has taken it.
    Acknowledged,
    /// A responder is on the way.
    Dispatched,
    /// The responder called it off; the callout itself goes on.
    ResponderCancelled,
    /// A responder is there.
    Arrived,
    /// The responder is done; the callout is not closed yet.
    Completed,
    /// Closed. Nothing follows.
    Closed,
    /// Cancelled. Nothing follows.
    Cancelled,
    /// A status this reading does not know, as sent; empty if there was none.
    Other(String),
}

impl Stage {
    /// Reads a status string.
    #[must_use]
    pub fn of_status(status: &str) -> Self {
        let mut phrase = String::with_capacity(status.len());
        for letter in status.chars() {
            match letter {
                '_' | '-' => {}
                _ if letter.is_whitespace() => {}
                _ if letter.is_ascii() => phrase.push(letter.to_ascii_lowercase()),
                _ => phrase.extend(letter.to_lowercase()),
            }
        }
        // Whole phrases only. A part of one says nothing: "undispatched", "chat closed" and
        // "unit cancelled" each have a stage's word in them, and mean something else. Both spellings
        // of "cancelled" are known.
        match phrase.as_str() {
            "created"
            | "calloutcreated"
            | "raised"
            | "calloutraised"
            | "new"
            | "newcallout"
            | "newcalloutforinstance" => Stage::Raised,
            "acknowledged"
            | "calloutacknowledged"
            | "responderacknowledged"
            | "responderacknowledgedcallout"
            | "responderacknowledgedcalloutwitheta"
            | "owned"
            | "calloutowned" => Stage::Acknowledged,
            "dispatched"
            | "responderdispatched"
            | "manuallydispatched"
            | "respondermanuallydispatched" => Stage::Dispatched,
            "respondercancelled"
            | "respondercanceled"
            | "cancelledbyresponder"
            | "canceledbyresponder" => Stage::ResponderCancelled,
            "arrived"
            | "responderarrived"
            | "arrivedonscene"
            | "responderarrivedonscene"
            | "onscene"
            | "responderonscene" => Stage::Arrived,
            "completed" | "respondercompleted" | "calloutcompleted" => Stage::Completed,
            "closed" | "calloutclosed" => Stage::Closed,
            // A soft cancellation is not here, nor a callout that needs no response any longer: nobody
            // has written that either is the end.
            "cancelled"
            | "canceled"
            | "calloutcancelled"
            | "calloutcanceled"
            | "cancelledbycustomer"
            | "canceledbycustomer"
            | "calloutcancelledbycustomer"
            | "calloutcanceledbycustomer" => Stage::Cancelled,
            _ => Stage::Other(status.trim().to_owned()),
        }
    }

    /// Whether the callout is over: closed or cancelled.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self, Stage::Closed | Stage::Cancelled)
    }

    /// The later of a stage told by the status and one told by the times.
    pub(crate) fn or_later(self, by_times: Option<Stage>) -> Self {
        match (self.rank(), by_times) {
            // The times of a responder who called it off say nothing about now.
            (Some(mine), Some(other)) if other.rank() > Some(mine) => other,
            (None, Some(other)) if matches!(self, Stage::Other(_)) => other,
            _ => self,
        }
    }

    /// The order of the ordinary stages; none for the rest.
    pub(crate) fn rank(&self) -> Option<u8> {
        Some(match self {
            Stage::Raised => 0,
            Stage::Acknowledged => 1,
            Stage::Dispatched => 2,
            Stage::Arrived => 3,
            Stage::Completed => 4,
            Stage::Closed | Stage::Cancelled => 5,
            Stage::ResponderCancelled | Stage::Other(_) => return None,
        })
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stage::Raised => "raised",
            Stage::Acknowledged => "acknowledged",
            Stage::Dispatched => "responder dispatched",
            Stage::ResponderCancelled => "responder cancelled",
            Stage::Arrived => "responder arrived",
            Stage::Completed => "responder done",
            Stage::Closed => "closed",
            Stage::Cancelled => "cancelled",
            Stage::Other(status) if status.is_empty() => "unknown",
            Stage::Other(status) => status,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Stage;

    #[test]
    fn r39_statuses_are_read_in_any_case_and_spelling() {
        for (status, stage) in [
            ("created", Stage::Raised),
            ("Created", Stage::Raised),
            ("NEW_CALLOUT", Stage::Raised),
            ("CALLOUT_OWNED", Stage::Acknowledged),
            ("RESPONDER_ACKNOWLEDGED_CALLOUT", Stage::Acknowledged),
            ("Responder Dispatched", Stage::Dispatched),
            ("RESPONDER_MANUALLY_DISPATCHED", Stage::Dispatched),
            ("Responder Cancelled", Stage::ResponderCancelled),
            ("Responder arrived", Stage::Arrived),
            ("responder on-scene", Stage::Arrived),
            ("RESPONDER_ARRIVED_ON_SCENE", Stage::Arrived),
            ("responderArrivedOnScene", Stage::Arrived),
            ("Responder Completed", Stage::Completed),
            ("Closed", Stage::Closed),
            ("callout closed", Stage::Closed),
            ("CALLOUT_CLOSED", Stage::Closed),
            ("calloutClosed", Stage::Closed),
            (" Closed ", Stage::Closed),
            ("callout-canceled", Stage::Cancelled),
            ("Cancelled", Stage::Cancelled),
            ("Canceled by customer", Stage::Cancelled),
        ] {
            assert_eq!(Stage::of_status(status), stage, "{status}");
        }
    }

    #[test]
    fn r39_an_unknown_status_is_kept_and_ends_nothing() {
        for status in [
            // Cancelled, or only the responder was stood down: the two are not told apart.
            "CALLOUT_NO_LONGER_REQUIRES_RESPONSE",
            "Under review",
            "not closed",
            "Unclosed",
            "Reopened, was closed",
            "",
            "関係者",
            "No responder dispatched",
            "Undispatched",
            "Supplier cancelled",
            "Guard cancelled",
            "Unit cancelled, re-dispatching",
            "Reactivated (was cancelled)",
            "Cancelled?",
            "CALLOUT_SOFT_CANCELLED_BY_CUSTOMER",
            "cancellation requested",
            "To be closed",
            "Chat closed",
            "Road closed, crew delayed",
            "Details disclosed",
            "Not yet arrived",
            "disowned",
            "Recreated",
        ] {
            let stage = Stage::of_status(status);
            assert_eq!(stage, Stage::Other(status.to_owned()));
            assert!(!stage.is_over());
        }
    }

    #[test]
    fn times_lead_where_the_status_lags_or_is_unknown() {
        let arrived = || Some(Stage::Arrived);
        assert_eq!(Stage::Dispatched.or_later(arrived()), Stage::Arrived);
        assert_eq!(Stage::Other("x".into()).or_later(arrived()), Stage::Arrived);
        assert_eq!(Stage::Closed.or_later(arrived()), Stage::Closed);
        assert_eq!(
            Stage::ResponderCancelled.or_later(Some(Stage::Dispatched)),
            Stage::ResponderCancelled
        );
        assert_eq!(Stage::Raised.or_later(None), Stage::Raised);
    }
}
