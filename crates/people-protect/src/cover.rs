//! What a new customer is covered by.

use std::time::Duration;

use jiff::Timestamp;
use people_protect_api::types;

use crate::{Error, SubscriptionTypeId};

/// How much before "now" a cover begins; see [`Plan::starting_now_for_days`](crate::Plan).
const HEAD_START: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A subscription to activate: its kind and its time (R71).
///
/// ```
/// use people_protect::{Cover, SubscriptionTypeId};
///
/// let from = "2026-06-10T00:00:00Z".parse()?;
/// let to = "2027-06-10T00:00:00Z".parse()?;
/// let cover = Cover::between(SubscriptionTypeId::new(4), from, to)?;
/// assert!(Cover::between(SubscriptionTypeId::new(4), to, from).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cover {
    kind: SubscriptionTypeId,
    from: Timestamp,
    to: Timestamp,
}

impl Cover {
    /// Cover of a kind between two instants.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if it ends before it begins.
    pub fn between(
        kind: SubscriptionTypeId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Self, Error> {
        if to <= from {
            return Err(Error::invalid(
                "the subscription ends before it begins",
                "pass the start first, the end second",
            ));
        }
        Ok(Self { kind, from, to })
    }

    /// Cover of a kind from a minute before `now`, for so many days after it.
    pub(crate) fn starting(kind: SubscriptionTypeId, now: Timestamp, days: u32) -> Self {
        let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
        Self {
            kind,
            from: now.checked_sub(HEAD_START).unwrap_or(now),
            to: now.checked_add(DAY * days).unwrap_or(Timestamp::MAX),
        }
    }

    /// The kind of subscription.
    #[must_use]
    pub fn kind(&self) -> SubscriptionTypeId {
        self.kind
    }

    /// When it begins.
    #[must_use]
    pub fn valid_from(&self) -> Timestamp {
        self.from
    }

    /// When it ends.
    #[must_use]
    pub fn valid_to(&self) -> Timestamp {
        self.to
    }

    pub(crate) fn to_request(self) -> types::RegistrationSubscription {
        let mut subscription = types::RegistrationSubscription::default();
        subscription.subscription_type_id = Some(self.kind.get());
        subscription.valid_from = Some(self.from.into());
        subscription.valid_to = Some(self.to.into());
        subscription
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r17_cover_from_now_begins_early_enough_for_a_slow_clock_and_in_whole_seconds() {
        let now = "2026-06-10T00:00:00.75Z".parse().unwrap();
        let request = Cover::starting(4.into(), now, 365).to_request();
        assert_eq!(request.valid_from.unwrap().as_str(), "2026-06-09T23:59:00Z");
        assert_eq!(request.valid_to.unwrap().as_str(), "2027-06-10T00:00:00Z");
    }
}
