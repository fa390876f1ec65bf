//! How long calls may take and how they are repeated.

use std::time::Duration;

use crate::{Error, Retries};

/// The limits of a call; a client has some, and every clone may have others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// All of a call: token, attempts, waits.
    pub(crate) deadline: Duration,
    /// One attempt: connecting, sending, the whole answer.
    pub(crate) attempt: Duration,
    pub(crate) retries: Retries,
}

impl Limits {
    /// Refuses limits under which no call could succeed.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.deadline.is_zero() {
            return Err(Error::configuration(
                "the deadline is zero",
                "leave it out for the default of 30 s",
            ));
        }
        if self.attempt.is_zero() {
            return Err(Error::configuration(
                "the time for an attempt is zero",
                "leave it out for the default of 10 s",
            ));
        }
        Ok(())
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // A person waits at the other end: after half a minute a back end must say something.
            deadline: Duration::from_secs(30),
            // Three attempts fit into the deadline. AURA names no time for its answers.
            attempt: Duration::from_secs(10),
            retries: Retries::default(),
        }
    }
}
