//! What the responder and the control room do with a callout, one step at a time.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::callout::Callout;
use crate::error::{Error, ErrorKind};
use crate::run::next;
use crate::stage::Stage;
use crate::state::State;

/// One step of a callout, as the portal's Responder Simulator offers them (R36).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), people_protect_simulator::Error> {
/// use people_protect_simulator::{ErrorKind, Simulator, Step};
///
/// let simulator = Simulator::start().await?;
/// let error = simulator.step(992011, Step::DispatchedByHand).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::UnknownCallout);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// A controller takes the callout over. Its stage stays.
    Owned,
    /// A responder is sent without a controller.
    DispatchedAutomatically,
    /// A controller sends a responder.
    DispatchedByHand,
    /// The responder is on scene.
    Arrived,
    /// The responder has finished.
    Completed,
    /// The end.
    Closed,
    /// The responder is called back: nobody is on the way any more, and the callout goes on. Another
    /// one may be sent, or the callout closed. How AURA continues from here is not documented.
    StoodDown,
}

/// How a responder was sent; AURA tells the two apart in its webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Dispatch {
    /// Without a controller.
    Automatically,
    /// By a controller.
    ByHand,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Step::Owned => "owned",
            Step::DispatchedAutomatically => "dispatched automatically",
            Step::DispatchedByHand => "dispatched by hand",
            Step::Arrived => "arrived",
            Step::Completed => "completed",
            Step::Closed => "closed",
            Step::StoodDown => "stood down",
        })
    }
}

impl State {
    /// Takes one step of a callout. A step that was taken already changes nothing.
    pub(crate) fn step(&mut self, id: i64, step: Step, now: Timestamp) -> Result<&Callout, Error> {
        let before = next(self.known_callout(id)?);
        match step {
            Step::DispatchedAutomatically => self.dispatch(id, Dispatch::Automatically, now)?,
            Step::DispatchedByHand => self.dispatch(id, Dispatch::ByHand, now)?,
            Step::Arrived => self.enter(id, Stage::Arrived, now)?,
            Step::Completed => self.enter(id, Stage::Completed, now)?,
            Step::Closed => self.enter(id, Stage::Closed, now)?,
            Step::Owned => {
                let callout = self.open_one(id)?;
                if callout.owned_at.is_none() {
                    callout.owned_at = Some(now);
                    self.happened_in_portal("CALLOUT_OWNED", id);
                }
            }
            Step::StoodDown => self.stand_down(id, now)?,
        }
        // What changes nothing does not put off the next step of a run either.
        if next(self.known_callout(id)?) != before {
            self.pace(id, now);
        }
        self.known_callout(id)
    }

    /// Sends a responder. That a second order changes nothing, whoever gives it, is an assumption.
    fn dispatch(&mut self, id: i64, how: Dispatch, now: Timestamp) -> Result<(), Error> {
        let before = self.known_callout(id)?.stage;
        self.enter(id, Stage::Dispatched, now)?;
        if before != Stage::Dispatched
            && let Some(callout) = self.callouts.get_mut(&id)
        {
            callout.dispatched_by = Some(how);
            match how {
                Dispatch::Automatically => self.stage_entered(id, Stage::Dispatched),
                Dispatch::ByHand => self.happened_in_portal("RESPONDER_MANUALLY_DISPATCHED", id),
            }
        }
        Ok(())
    }

    /// Calls the responder back. The callout is then as it was before anybody was sent, but for the
    /// status, which was documented earlier as `Responder Cancelled`.
    fn stand_down(&mut self, id: i64, now: Timestamp) -> Result<(), Error> {
        let callout = self.open_one(id)?;
        match callout.stage {
            Stage::Dispatched | Stage::Arrived => {
                callout.stage = Stage::Created;
                callout.stood_down_at = Some(now);
                callout.dispatched_at = None;
                callout.dispatched_by = None;
                callout.arrived_at = None;
                // Whoever stands a responder down decides what comes next.
                self.stop_run(id);
                self.happened_in_portal("CALLOUT_NO_LONGER_REQUIRES_RESPONSE", id);
                Ok(())
            }
            Stage::Created if callout.stood_down_at.is_some() => Ok(()),
            stage => Err(Error::new(
                ErrorKind::StageRefused,
                format!("callout {id} is {stage}: there is no responder to stand down"),
            )),
        }
    }

    fn open_one(&mut self, id: i64) -> Result<&mut Callout, Error> {
        let callout = self
            .callouts
            .get_mut(&id)
            .ok_or_else(|| Error::unknown_callout(id))?;
        if callout.stage.is_active() {
            return Ok(callout);
        }
        Err(Error::new(
            ErrorKind::StageRefused,
            format!("callout {id} is {}: nothing follows that", callout.stage),
        ))
    }

    pub(crate) fn known_callout(&self, id: i64) -> Result<&Callout, Error> {
        self.callouts
            .get(&id)
            .ok_or_else(|| Error::unknown_callout(id))
    }
}

impl Callout {
    /// The status text that answers carry (R39). `Responder Cancelled` was documented earlier; that
    /// it is what a responder who was stood down leaves behind is an assumption.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match self.stage {
            Stage::Created if self.stood_down_at.is_some() => "Responder Cancelled",
            stage => stage.status(),
        }
    }
}
