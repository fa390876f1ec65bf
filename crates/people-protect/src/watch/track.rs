//! What a watch remembers of a callout, and what follows from each read. No waiting, no sending.

use std::hash::{DefaultHasher, Hasher};
use std::io;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::elapsed::Moment;
use super::update::{Ended, Stale};
use crate::pace::{Rhythm, part};
use crate::{CalloutView, Error, ErrorKind, Stage};

/// The longest `Retry-After` that is obeyed; a callout is not left unread for longer.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// How many refusals in a row are believed: a single 404 or 401 may come from a gateway being
/// changed, or from a replica a raise has not reached yet.
pub(crate) const BELIEVED: u32 = 3;

/// How callouts are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    pub(crate) rhythm: Rhythm,
    pub(crate) patience: Duration,
}

/// One callout as its watch remembers it: times and a fingerprint, not the state itself.
#[derive(Debug)]
pub(crate) struct Track {
    fingerprint: Option<u64>,
    /// When the read under way, or the last one, began.
    began: Option<Moment>,
    read_at: Option<Timestamp>,
    failing: Option<Failing>,
    due: Duration,
    /// Until then the server asked to be left alone.
    asked_until: Duration,
}

#[derive(Debug)]
struct Failing {
    since: Moment,
    failures: u32,
    refusals: u32,
}

/// What a read came to.
pub(crate) enum Outcome {
    /// Nothing new.
    Same,
    Fresh(Box<CalloutView>),
    Stale(Stale),
    /// The end, seen.
    Over(Ended, Box<CalloutView>),
    /// The end, not seen.
    Lost(Ended, Error),
}

impl Track {
    pub(crate) fn new(due: Duration) -> Self {
        Self {
            fingerprint: None,
            began: None,
            read_at: None,
            failing: None,
            due,
            asked_until: Duration::ZERO,
        }
    }

    /// When to read next.
    pub(crate) fn due(&self) -> Duration {
        self.due
    }

    /// When the last good read began.
    pub(crate) fn read_at(&self) -> Option<Timestamp> {
        self.read_at
    }

    /// How many reads in a row have failed.
    pub(crate) fn failures(&self) -> u32 {
        self.failing.as_ref().map_or(0, |failing| failing.failures)
    }

    /// A read begins.
    pub(crate) fn begin(&mut self, now: Moment) {
        self.began = Some(now);
    }

    /// Somebody knows that there is news: reads as soon as R61 and the server allow.
    pub(crate) fn poke(&mut self, now: Moment, policy: &Policy) {
        let earliest = self.began.map_or(now.elapsed, |began| {
            began.elapsed + policy.rhythm.shortest()
        });
        self.due = self.due.min(earliest.max(self.asked_until));
    }

    /// A read is over.
    pub(crate) fn finish(
        &mut self,
        result: Result<CalloutView, Error>,
        now: Moment,
        policy: &Policy,
        chance: f64,
    ) -> Outcome {
        let asked = match &result {
            Ok(_) => None,
            Err(error) => error.retry_after(),
        };
        let outcome = match result {
            Ok(view) => self.seen(view),
            Err(error) => self.failed(error, now, policy),
        };
        let began = self.began.map_or(now.elapsed, |began| began.elapsed);
        let wait = policy.rhythm.wait(self.failures(), chance);
        // From begin to begin, so that slow answers do not slow the watch; but a server that takes
        // longer than the wait is given a rest.
        self.due = (began + wait).max(now.elapsed + policy.rhythm.shortest());
        if let Some(asked) = asked.map(|asked| asked.min(LONGEST_WAIT)) {
            // Not all at the same moment again.
            self.asked_until = now.elapsed + asked + part(asked / 10, chance);
            self.due = self.due.max(self.asked_until);
        }
        outcome
    }

    fn seen(&mut self, view: CalloutView) -> Outcome {
        let was_stale = self.failing.take().is_some();
        self.read_at = self.began.map(|began| began.time);
        let fingerprint = fingerprint(&view);
        let same = fingerprint.is_some() && fingerprint == self.fingerprint;
        self.fingerprint = fingerprint;
        let view = Box::new(view);
        match view.stage() {
            Stage::Closed => Outcome::Over(Ended::Closed, view),
            Stage::Cancelled => Outcome::Over(Ended::Cancelled, view),
            _ if same && !was_stale => Outcome::Same,
            _ => Outcome::Fresh(view),
        }
    }

    fn failed(&mut self, error: Error, now: Moment, policy: &Policy) -> Outcome {
        let first = self.failing.is_none();
        let failing = self.failing.get_or_insert(Failing {
            since: now,
            failures: 0,
            refusals: 0,
        });
        failing.failures = failing.failures.saturating_add(1);
        let passes = matches!(
            error.kind(),
            ErrorKind::RateLimited
                | ErrorKind::ServerFailure
                | ErrorKind::Unreachable
                | ErrorKind::TimedOut
                | ErrorKind::UndecodableAnswer
        );
        failing.refusals = if passes { 0 } else { failing.refusals + 1 };
        let for_long = now.elapsed.saturating_sub(failing.since.elapsed) >= policy.patience;
        match error.kind() {
            // Nothing was sent, and nothing will be.
            ErrorKind::Configuration => Outcome::Lost(Ended::GaveUp, error),
            ErrorKind::NotFound if failing.refusals >= BELIEVED => {
                Outcome::Lost(Ended::Gone, error)
            }
            _ if failing.refusals >= BELIEVED => Outcome::Lost(Ended::GaveUp, error),
            // A clock put forward is not patience used up: some reads must have failed, too.
            _ if for_long && failing.failures >= BELIEVED => Outcome::Lost(Ended::GaveUp, error),
            _ if first => Outcome::Stale(Stale {
                since: now.time,
                read_at: self.read_at,
                error: Arc::new(error),
            }),
            _ => Outcome::Same,
        }
    }
}

/// 64 bits in place of a state: two states that differ share one once in 10^19.
fn fingerprint(view: &CalloutView) -> Option<u64> {
    struct Into(DefaultHasher);
    impl io::Write for Into {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut into = Into(DefaultHasher::new());
    // The typed state and not the body: a server may order its keys as it likes.
    serde_json::to_writer(&mut into, view.raw()).ok()?;
    Some(into.0.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watched_callout_costs_less_than_two_hundred_bytes() {
        assert!(size_of::<Track>() <= 160, "{}", size_of::<Track>());
    }

    #[test]
    fn states_that_differ_have_different_fingerprints() {
        let of = |json: &str| {
            let raw: people_protect_api::types::CalloutView = serde_json::from_str(json).unwrap();
            fingerprint(&raw.into())
        };
        let one = of(r#"{"id":1,"status":"created"}"#);
        assert!(one.is_some());
        assert_eq!(of(r#"{"status":"created","id":1}"#), one);
        assert_ne!(of(r#"{"id":1,"status":"Created"}"#), one);
        assert_ne!(of(r#"{"id":2,"status":"created"}"#), one);
    }
}
