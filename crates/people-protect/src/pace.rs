//! How often a callout is read.

use std::time::Duration;

use crate::Error;

/// How often [`watch`](crate::Callout::watch) reads a callout: every 5 to 20 seconds, as AURA asks
/// (R61). The default is 10.
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

    /// The interval to keep towards an address.
    pub(crate) fn towards(self, loopback: bool) -> Duration {
        if self.simulator_only && !loopback {
            return Self::default().interval;
        }
        self.interval
    }
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
        assert_eq!(hurried.towards(true), Duration::from_millis(50));
        assert_eq!(hurried.towards(false), Duration::from_secs(10));
        assert!(Pace::every(Duration::from_secs(21)).is_err());
    }
}
