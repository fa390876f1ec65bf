//! Repeating calls: how often, how soon, and when not.

mod budget;
mod course;
mod failure;

use std::time::Duration;

pub(crate) use budget::Budget;
pub use budget::RetryBudget;
pub(crate) use course::{Course, Next, Reason, Subject};
pub(crate) use failure::Failure;

/// How calls are repeated after a failure.
///
/// **Whether** a call may be repeated is not set here: that follows from the contract's retry
/// class of the operation and from whether the request may have reached the server, as
/// [RETRIES.md](https://docs.rs/people-protect) lists cell by cell.
///
/// | setting | default | reason |
/// | --- | --- | --- |
/// | attempts | 4 | three repeats outlast a restart behind a load balancer; more only adds load |
/// | first backoff | 200 ms | longer than a lost packet, shorter than a person's patience |
/// | longest backoff | 3 s | within a deadline of 30 s several attempts must fit |
/// | longest `Retry-After` | 20 s | a server that asks for more is not waited for: the call fails, and says how long |
///
/// Each wait is drawn between half of the backoff and all of it, so that clients that failed
/// together do not return together.
///
/// Raising a callout is not bound by the number of attempts: it is repeated until the deadline,
/// because a repeat returns the active callout (R27) and a lost answer must not become a lost
/// callout. So are a callout at a fixed location and a device's event as long as nothing was sent.
///
/// ```
/// use std::time::Duration;
/// use people_protect::Retries;
///
/// let patient = Retries::default().with_attempts(6).with_longest_backoff(Duration::from_secs(5));
/// assert_eq!(patient.attempts(), 6);
/// assert_eq!(Retries::none().attempts(), 1);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    attempts: u32,
    first_backoff: Duration,
    longest_backoff: Duration,
    longest_retry_after: Duration,
}

impl Retries {
    /// Every call is sent once. Raising a callout too: prefer a shorter deadline.
    ///
    /// A token that the server refused is still renewed, once.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            attempts: 1,
            first_backoff: Duration::ZERO,
            longest_backoff: Duration::ZERO,
            longest_retry_after: Duration::ZERO,
        }
    }

    /// How often a call is sent at most, the first time included; 0 counts as 1.
    #[must_use]
    pub const fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = if attempts == 0 { 1 } else { attempts };
        self
    }

    /// The backoff before the first repeat; it doubles with each one.
    #[must_use]
    pub const fn with_first_backoff(mut self, backoff: Duration) -> Self {
        self.first_backoff = backoff;
        self
    }

    /// What the doubling ends at.
    #[must_use]
    pub const fn with_longest_backoff(mut self, backoff: Duration) -> Self {
        self.longest_backoff = backoff;
        self
    }

    /// The longest `Retry-After` that is waited for.
    #[must_use]
    pub const fn with_longest_retry_after(mut self, wait: Duration) -> Self {
        self.longest_retry_after = wait;
        self
    }

    /// How often a call is sent at most.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The wait before repeat number `repeat`, counted from 1; `chance` is from 0 up to 1.
    fn backoff(&self, repeat: u32, chance: f64) -> Duration {
        let doublings = repeat.saturating_sub(1).min(20);
        let full = self
            .first_backoff
            .saturating_mul(1 << doublings)
            .min(self.longest_backoff);
        // Out of range if somebody's `Random` is; a wait must not panic.
        let chance = if (0.0..=1.0).contains(&chance) {
            chance
        } else {
            0.5
        };
        full.mul_f64(0.5 + chance / 2.0)
    }
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            attempts: 4,
            first_backoff: Duration::from_millis(200),
            longest_backoff: Duration::from_secs(3),
            longest_retry_after: Duration::from_secs(20),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backoff_doubles_up_to_its_end_and_keeps_at_least_half() {
        let retries = Retries::default();
        let span = |repeat| {
            let bounds = (retries.backoff(repeat, 0.0), retries.backoff(repeat, 1.0));
            (bounds.0.as_millis(), bounds.1.as_millis())
        };
        assert_eq!(span(1), (100, 200));
        assert_eq!(span(2), (200, 400));
        assert_eq!(span(5), (1500, 3000));
        assert_eq!(span(u32::MAX), (1500, 3000));
        assert_eq!(retries.backoff(1, f64::NAN).as_millis(), 150);
    }
}
