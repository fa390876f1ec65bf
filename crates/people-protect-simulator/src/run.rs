//! Callouts that go through their stages by themselves, because somebody asked for it: a callout
//! never does so on its own (R36).

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::callout::Callout;
use crate::error::{Error, ErrorKind};
use crate::stage::Stage;
use crate::state::State;
use crate::step::Step;

/// The slowest and the fastest run.
const SPEEDS: std::ops::RangeInclusive<f64> = 0.1..=10_000.0;

/// A callout that is stepped by the simulator's clock.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Run {
    /// How many times faster than a responder would be.
    pub speed: f64,
    /// When the next step is due.
    pub due: Timestamp,
}

/// What comes next by itself, and how many seconds after the step before, at speed 1. Made up, in
/// the order of an uneventful callout.
pub(crate) fn next(callout: &Callout) -> Option<(Step, i64)> {
    match callout.stage {
        Stage::Created if callout.owned_at.is_none() => Some((Step::Owned, 30)),
        Stage::Created => Some((Step::DispatchedAutomatically, 30)),
        Stage::Dispatched => Some((Step::Arrived, 8 * 60)),
        Stage::Arrived => Some((Step::Completed, 15 * 60)),
        Stage::Completed => Some((Step::Closed, 5 * 60)),
        Stage::Closed | Stage::Cancelled => None,
    }
}

impl State {
    /// Lets a callout run, or run at another speed: the next step is counted from now.
    pub(crate) fn start_run(&mut self, id: i64, speed: f64, now: Timestamp) -> Result<(), Error> {
        if !SPEEDS.contains(&speed) {
            let text = format!(
                "`speed` must be a number from {} to {}",
                SPEEDS.start(),
                SPEEDS.end()
            );
            return Err(Error::new(ErrorKind::SpeedRefused, text));
        }
        let callout = self.known_callout(id)?;
        if !callout.stage.is_active() {
            return Err(Error::new(
                ErrorKind::StageRefused,
                format!("callout {id} is {}: nothing follows that", callout.stage),
            ));
        }
        self.stop_run(id);
        if let Some(callout) = self.callouts.get_mut(&id) {
            callout.run = Some(Run { speed, due: now });
        }
        self.pace(id, now);
        Ok(())
    }

    /// Leaves a callout at the stage it has.
    pub(crate) fn stop_run(&mut self, id: i64) {
        if let Some(run) = self.callouts.get_mut(&id).and_then(|c| c.run.take()) {
            self.paced.remove(&(run.due, id));
        }
    }

    /// Appoints the next step of a callout that runs, counted from `now`.
    pub(crate) fn pace(&mut self, id: i64, now: Timestamp) {
        let Some(callout) = self.callouts.get_mut(&id) else {
            return;
        };
        let Some(Run { speed, due }) = callout.run.take() else {
            return;
        };
        self.paced.remove(&(due, id));
        let Some((_, seconds)) = next(callout) else {
            return;
        };
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "at most 900 seconds over at least a tenth: whole milliseconds fit"
        )]
        let gap = SignedDuration::from_millis((seconds as f64 * 1000.0 / speed) as i64);
        let due = now.checked_add(gap).unwrap_or(Timestamp::MAX);
        callout.run = Some(Run { speed, due });
        self.paced.insert((due, id));
    }

    /// What tells when the next step is due: its time and callout, and how far the clock was moved.
    pub(crate) fn next_due(&self) -> (Option<(Timestamp, i64)>, i64) {
        (self.paced.first().copied(), self.advanced_ms)
    }

    /// Takes the steps that are due, each at its own time and in their order.
    pub(crate) fn run_due(&mut self, now: Timestamp) {
        while let Some(&(due, id)) = self.paced.first()
            && due <= now
        {
            let step = self.callouts.get(&id).and_then(next);
            // A step is never refused here, as it follows from the stage. If one were, the run ends
            // rather than being tried forever.
            let taken = step.is_some_and(|(step, _)| self.step(id, step, due).is_ok());
            if !taken {
                self.stop_run(id);
                self.paced.remove(&(due, id));
            }
        }
    }
}
