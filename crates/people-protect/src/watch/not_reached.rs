//! A stage that was waited for in vain.

use std::fmt;
use std::time::Duration;

use super::update::{Ended, Update};
use crate::{Error, ErrorKind, Stage};

/// [`Watch::until`](crate::Watch::until) ended before the callout had come so far.
///
/// It says nothing about what follows: the callout may get there a second later. `?` turns it
/// into an [`Error`]: the one the watch ended with, or one of kind
/// [`CalloutClosed`](ErrorKind::CalloutClosed) or [`TimedOut`](ErrorKind::TimedOut).
pub struct NotReached(Box<Details>);

pub(crate) struct Details {
    pub(crate) wanted: Option<Stage>,
    pub(crate) ended: Option<Ended>,
    pub(crate) elapsed: Duration,
    pub(crate) reads: u32,
    pub(crate) last: Option<Update>,
    pub(crate) error: Option<Error>,
}

impl NotReached {
    pub(crate) fn new(details: Details) -> Self {
        Self(Box::new(details))
    }

    /// How long it was waited.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// How many reads were made meanwhile, the failed ones included.
    #[must_use]
    pub fn reads(&self) -> u32 {
        self.0.reads
    }

    /// The last known state; absent if the callout was never read.
    #[must_use]
    pub fn last(&self) -> Option<&Update> {
        self.0.last.as_ref()
    }

    /// Why the watch ended; absent if the time was up, and the watch can go on.
    #[must_use]
    pub fn ended(&self) -> Option<Ended> {
        self.0.ended
    }

    /// The failure the watch ended with, if it ended so.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        self.0.error.as_ref()
    }
}

impl fmt::Display for NotReached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let details = &self.0;
        match &details.wanted {
            // The text of an unknown status is the server's.
            Some(Stage::Other(_)) | None => f.write_str("the callout was not seen so far")?,
            Some(stage) => write!(f, "the callout was not seen at `{stage}`")?,
        }
        write!(
            f,
            " within {:.1?}: {} reads, ",
            details.elapsed, details.reads
        )?;
        match &details.last {
            None => f.write_str("none of them successful")?,
            Some(last) if last.is_stale() => f.write_str("and the last ones failed")?,
            Some(_) => f.write_str("and it stood elsewhere at the last")?,
        }
        f.write_str(match details.ended {
            Some(Ended::Closed) => "; it is closed",
            Some(Ended::Cancelled) => "; it is cancelled",
            Some(Ended::Gone) => "; it is not there: check its id and the environment",
            Some(Ended::GaveUp) => "; it could not be read: see the error it ended with",
            None => "; look at the last known state, and wait on if help is still needed",
        })
    }
}

impl fmt::Debug for NotReached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NotReached")
            .field("wanted", &self.0.wanted)
            .field("ended", &self.0.ended)
            .field("elapsed", &self.0.elapsed)
            .field("reads", &self.0.reads)
            .field("last", &self.0.last)
            .field("error", &self.0.error)
            .finish()
    }
}

impl std::error::Error for NotReached {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let error = self.0.error.as_ref()?;
        Some(error)
    }
}

impl From<NotReached> for Error {
    fn from(missed: NotReached) -> Self {
        let text = missed.to_string();
        let kind = match missed.0.ended {
            Some(Ended::Closed | Ended::Cancelled) => ErrorKind::CalloutClosed,
            _ => ErrorKind::TimedOut,
        };
        let reached = missed.0.reads > 0;
        missed
            .0
            .error
            .unwrap_or_else(|| Error::new(kind).with_detail(text).with_reached(reached))
    }
}
