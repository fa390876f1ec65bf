//! What whoever holds the link gets to see of a callout.
//!
//! R34: somebody may be standing beside the customer and have a wrong safe code typed in. What is
//! seen after that is what a right one would have shown, although the callout goes on: from then on
//! nothing of it that could tell the two apart is on the page.

use jiff::Timestamp;

use crate::callout::{Callout, Cancellation};
use crate::route::{Progress, Way, responder};
use crate::seed::Seed;
use crate::stage::Stage;
use crate::state::State;

/// How a callout was called off, as far as one may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CalledOff {
    /// Somebody gave a safe code; whether it was the right one does not show.
    WithCode,
    /// Without one, by the integrator.
    Unconditionally,
}

/// A callout as its page shows it.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) callout: &'a Callout,
    /// Who needs help.
    pub(super) name: Option<String>,
    /// When it was called off, and how.
    pub(super) off: Option<(CalledOff, Timestamp)>,
    pub(super) way: Way,
    pub(super) responder: Option<Progress>,
    /// Whether the time goes on by itself.
    pub(super) runs: bool,
}

impl<'a> View<'a> {
    pub(super) fn new(
        state: &State,
        callout: &'a Callout,
        seed: Seed,
        runs: bool,
        now: Timestamp,
    ) -> Self {
        let name = callout
            .customer_id
            .and_then(|id| state.customers.get(&id))
            .map(|customer| {
                format!(
                    "{} {}",
                    customer.profile.name.reveal(),
                    customer.profile.surname.reveal()
                )
            });
        let off = off(callout);
        let way = Way::to(seed, callout.id);
        let responder = match off {
            None => responder(&way, callout, now),
            Some(_) => None,
        };
        Self {
            callout,
            name,
            off,
            way,
            responder,
            runs,
        }
    }

    /// Whether anything is still to be expected.
    pub(super) fn goes_on(&self) -> bool {
        self.off.is_none() && self.callout.stage.is_active()
    }

    /// Whether the callout can be called off with a safe code: one of a fixed location has none.
    pub(super) fn can_be_called_off(&self) -> bool {
        self.goes_on() && self.callout.customer_id.is_some()
    }

    /// Whether it is over and can be rated (R75).
    pub(super) fn is_over(&self) -> bool {
        self.off.is_none() && self.callout.stage >= Stage::Completed
    }

    /// The one sentence that matters most.
    pub(super) fn headline(&self) -> &'static str {
        match (self.off, self.callout.stage) {
            (Some((CalledOff::WithCode, _)), _) => "Your cancellation was received.",
            (Some((CalledOff::Unconditionally, _)), _) => "The callout was cancelled.",
            (None, Stage::Created) => "The control room has your callout.",
            (None, Stage::Dispatched) => "A responder is on the way.",
            (None, Stage::Arrived) => "The responder is with you.",
            (None, Stage::Completed) => "The responder has finished.",
            (None, Stage::Closed | Stage::Cancelled) => "The callout is closed.",
        }
    }

    /// What comes next, or what to do.
    pub(super) fn next(&self) -> &'static str {
        match (self.off, self.callout.stage) {
            (Some((CalledOff::WithCode, _)), _) => {
                "The control room checks it and may still contact you. You can write to them below."
            }
            (Some((CalledOff::Unconditionally, _)), _) => {
                "Nobody is on the way for this callout. If you need help again, raise a new one."
            }
            (None, Stage::Created) => "They are finding a responder for you.",
            (None, Stage::Dispatched) => "Stay where you are, if it is safe.",
            (None, Stage::Arrived) => "Make yourself known to them.",
            (None, Stage::Completed) => "The control room will close the callout.",
            (None, Stage::Closed | Stage::Cancelled) => {
                "If you need help again, raise a new callout."
            }
        }
    }
}

/// The first of what ended the callout for whoever sees the page. A wrong code counts as soon as it
/// was given, whatever followed.
fn off(callout: &Callout) -> Option<(CalledOff, Timestamp)> {
    match (callout.duress_at, callout.cancellation, callout.ended_at) {
        (Some(at), _, _) => Some((CalledOff::WithCode, at)),
        (None, Some(Cancellation::Unconditional), Some(at)) => {
            Some((CalledOff::Unconditionally, at))
        }
        (None, Some(Cancellation::Verified), Some(at)) => Some((CalledOff::WithCode, at)),
        _ => None,
    }
}

/// Whether a callout is over for whoever holds its link, be it so or not.
pub(in crate::pages) fn shows_an_end(callout: &Callout) -> bool {
    !callout.stage.is_active() || off(callout).is_some()
}
