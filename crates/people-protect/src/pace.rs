//! How often a callout is read.

use std::time::Duration;

use crate::Error;

/// How often [`watch`](crate::Callout::watch) reads a callout: every 5 to 20 seconds, as AURA asks
/// (R61). The default is 10.
///
/// Each wait differs from the interval by up to a fifth of it, by chance, so that many watches do
/// not read in step; never below 5 or above 20 seconds. While reads fail, the waits grow to 20.
///
/// ```
/// use std::time::Duration;
/// use people_protect::Pace;
///
/// assert_eq!(Pace::default().interval(), Duration::from_secs(10));
/// assert!(Pace::every(Duration::from_secs(5)).is_ok());
/// assert!(Pace::every(Duration::from_secs(1)).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    interval: Duration,
    simulator_only: bool,
}

impl Pace {
    const FASTEST: Duration = Duration::from_secs(5);
    const SLOWEST: Duration = Duration::from_secs(20);

    /// One read every so often.
    ///
    /// # Errors
    ///
    /// [`Configuration`](crate::ErrorKind::Configuration) outside 5 to 20 seconds (R61).
    pub fn every(interval: Duration) -> Result<Self, Error> {
        if !(Self::FASTEST..=Self::SLOWEST).contains(&interval) {
            return Err(Error::configuration(
                format!("a pace of {interval:?} is outside 5 to 20 seconds"),
                "AURA asks to poll an active callout within these bounds (R61)",
            ));
        }
        Ok(Self {
            interval,
            simulator_only: false,
        })
    }

    /// Any pace, for a simulator on the own machine. Towards any other address the default
    /// applies instead.
    #[must_use]
    pub fn for_simulator(interval: Duration) -> Self {
        Self {
            interval,
            simulator_only: true,
        }
    }

    /// The time between two reads.
    #[must_use]
    pub fn interval(&self) -> Duration {
        self.interval
    }

    /// The waits to keep towards an address.
    pub(crate) fn towards(self, loopback: bool) -> Rhythm {
        if self.simulator_only && loopback {
            return Rhythm {
                shortest: self.interval,
                interval: self.interval,
                longest: self.interval,
            };
        }
        let kept = if self.simulator_only {
            Self::default()
        } else {
            self
        };
        Rhythm {
            shortest: Self::FASTEST,
            interval: kept.interval,
            longest: Self::SLOWEST,
        }
    }
}

/// A pace towards a known address: the waits it comes to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rhythm {
    shortest: Duration,
    interval: Duration,
    longest: Duration,
}

impl Rhythm {
    /// No two reads are closer, whoever asks (R61).
    pub(crate) fn shortest(&self) -> Duration {
        self.shortest
    }

    /// The pace itself, without chance.
    pub(crate) fn interval(&self) -> Duration {
        self.interval
    }

    /// The wait before the next read, after so many failures in a row.
    pub(crate) fn wait(&self, failures: u32, chance: f64) -> Duration {
        // The first failure costs no time: most pass at once.
        let doublings = failures.saturating_sub(1).min(4);
        let about = (self.interval * (1 << doublings)).min(self.longest);
        let low = (about * 4 / 5).max(self.shortest);
        let high = (about * 6 / 5).min(self.longest);
        low + part(high.saturating_sub(low), chance)
    }

    /// The wait before the first of many reads, which are spread over one interval.
    pub(crate) fn first(&self, chance: f64) -> Duration {
        part(self.interval, chance)
    }
}

/// A part of a time by chance; what is no chance counts as a half.
pub(crate) fn part(of: Duration, chance: f64) -> Duration {
    of.mul_f64(if (0.0..=1.0).contains(&chance) {
        chance
    } else {
        0.5
    })
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(10),
            simulator_only: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r61_a_pace_for_simulators_does_not_reach_aura() {
        let hurried = Pace::for_simulator(Duration::from_millis(50));
        for chance in [0.0, 0.5, 0.999] {
            let wait = hurried.towards(true).wait(3, chance);
            assert_eq!(wait, Duration::from_millis(50));
        }
        assert_eq!(hurried.towards(false).wait(0, 0.5), Duration::from_secs(10));
        assert!(Pace::every(Duration::from_secs(21)).is_err());
    }

    #[test]
    fn r61_chance_and_failures_keep_within_5_to_20_seconds() {
        let seconds = |interval, failures, chance| {
            Pace::every(Duration::from_secs(interval))
                .unwrap()
                .towards(false)
                .wait(failures, chance)
                .as_secs_f64()
        };
        assert_eq!(seconds(5, 0, 0.0), 5.0);
        assert_eq!(seconds(5, 0, 1.0), 6.0);
        assert_eq!(seconds(10, 0, 0.0), 8.0);
        assert_eq!(seconds(10, 0, 1.0), 12.0);
        assert_eq!(seconds(20, 0, 0.0), 16.0);
        assert_eq!(seconds(20, 0, 1.0), 20.0);
        // Backing off.
        assert_eq!(seconds(5, 1, 0.5), 5.5);
        assert_eq!(seconds(5, 2, 0.5), 10.0);
        assert_eq!(seconds(5, u32::MAX, 1.0), 20.0);
        // A source of chance that is none.
        assert_eq!(seconds(10, 0, f64::NAN), 10.0);
        assert_eq!(seconds(10, 0, -1.0), 10.0);
    }
}
