//! Everything the simulator remembers, and how it is found.
//!
//! What each noun may do stands in its own file ([`customer`](crate::customer),
//! [`subscription`](crate::subscription), [`callout`](crate::callout)) as further methods of
//! [`State`]. Every look-up goes through an index, so that a request costs the same whether there
//! are ten customers or a hundred thousand.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};
use people_protect_api::{PersonalText, SecretText};
use serde::Serialize;

use crate::callout::Callout;
use crate::customer::Customer;
use crate::device::Device;
use crate::error::{Error, ErrorKind};
use crate::fixed_location::{FixedLocation, FixedLocationsUpload};
use crate::lead::Lead;
use crate::management::ManagementSession;
use crate::scheduled::ScheduledRequest;
use crate::settings::Settings;
use crate::signup::SignupSession;
use crate::subscription::Subscription;
use crate::webhook::Webhook;

/// The state under the one lock.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct State {
    /// Switches and broken rules.
    pub(crate) settings: Settings,
    pub(crate) next: Next,
    /// How far the clock has been advanced, in milliseconds.
    pub(crate) advanced_ms: i64,
    pub(crate) customers: BTreeMap<i64, Customer>,
    pub(crate) subscriptions: BTreeMap<i64, Subscription>,
    pub(crate) callouts: BTreeMap<i64, Callout>,
    pub(crate) signups: BTreeMap<i64, SignupSession>,
    pub(crate) managements: BTreeMap<i64, ManagementSession>,
    pub(crate) devices: BTreeMap<i64, Device>,
    pub(crate) leads: BTreeMap<String, Lead>,
    pub(crate) scheduled: BTreeMap<String, ScheduledRequest>,
    /// The one active webhook of each customer source that has one (R42).
    pub(crate) webhooks: BTreeMap<i64, Webhook>,
    /// Source and mobile of every customer that is not retired (R11).
    #[serde(skip)]
    pub(crate) by_mobile: HashMap<(i64, PersonalText), i64>,
    /// The number of every hosted sign-up, by its session's id.
    #[serde(skip)]
    pub(crate) by_signup: HashMap<SecretText, i64>,
    pub(crate) fixed_locations: BTreeMap<i64, FixedLocation>,
    pub(crate) fixed_locations_uploads: Vec<FixedLocationsUpload>,
    /// Source and `externalReferenceId` of every fixed location that is not deleted.
    #[serde(skip)]
    pub(crate) by_external_reference: BTreeMap<(i64, String), i64>,
    /// Source and `locationIdentifier` of every fixed location that is not deleted.
    #[serde(skip)]
    pub(crate) by_location_identifier: BTreeMap<(i64, String), i64>,
    /// Source and id of every callout that is active.
    #[serde(skip)]
    pub(crate) active: BTreeSet<(i64, i64)>,
    /// When the next step of every callout that runs by itself is due, soonest first.
    pub(crate) paced: BTreeSet<(Timestamp, i64)>,
    /// The callout of every rating.
    #[serde(skip)]
    pub(crate) rated: BTreeMap<i64, i64>,
}

/// The ids to hand out next. They begin at the examples of the documentation.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Next {
    pub(crate) customer: i64,
    pub(crate) subscription: i64,
    pub(crate) callout: i64,
    pub(crate) fixed_location: i64,
    pub(crate) token: i64,
    pub(crate) signup: i64,
    pub(crate) site: i64,
    pub(crate) management: i64,
    pub(crate) device: i64,
    pub(crate) lead: i64,
    pub(crate) scheduled: i64,
    pub(crate) event: i64,
    pub(crate) exception_reason: i64,
    pub(crate) rating: i64,
    pub(crate) rated_item: i64,
}

impl Next {
    /// Takes the next id of one kind.
    pub(crate) fn take(counter: &mut i64) -> i64 {
        let taken = *counter;
        *counter += 1;
        taken
    }
}

impl Default for State {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            next: Next {
                customer: 178_921,
                subscription: 8811,
                callout: 992_011,
                fixed_location: 99_001,
                token: 1,
                signup: 1,
                site: 1,
                management: 1,
                device: 501,
                lead: 501,
                scheduled: 1,
                event: 771,
                exception_reason: 12_345,
                rating: 9876,
                rated_item: 5501,
            },
            advanced_ms: 0,
            customers: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            callouts: BTreeMap::new(),
            signups: BTreeMap::new(),
            managements: BTreeMap::new(),
            devices: BTreeMap::new(),
            leads: BTreeMap::new(),
            scheduled: BTreeMap::new(),
            webhooks: BTreeMap::new(),
            by_mobile: HashMap::new(),
            by_signup: HashMap::new(),
            fixed_locations: BTreeMap::new(),
            fixed_locations_uploads: Vec::new(),
            by_external_reference: BTreeMap::new(),
            by_location_identifier: BTreeMap::new(),
            active: BTreeSet::new(),
            paced: BTreeSet::new(),
            rated: BTreeMap::new(),
        }
    }
}

impl State {
    /// An empty one.
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }

    /// The time now, to the millisecond: what the answers carry.
    pub(crate) fn now(&self, base: Timestamp) -> Timestamp {
        let milliseconds = base.as_millisecond().saturating_add(self.advanced_ms);
        Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::MAX)
    }

    /// Moves the clock forward.
    pub(crate) fn advance(
        &mut self,
        base: Timestamp,
        by: SignedDuration,
    ) -> Result<Timestamp, Error> {
        let refused = |why: &str| Err(Error::new(ErrorKind::ClockRefused, why));
        if by.is_negative() {
            return refused("the clock only goes forward: advance it by zero or more");
        }
        let advanced = i64::try_from(by.as_millis())
            .ok()
            .and_then(|by| self.advanced_ms.checked_add(by))
            .filter(|advanced| {
                base.checked_add(SignedDuration::from_millis(*advanced))
                    .is_ok()
            });
        let Some(advanced) = advanced else {
            return refused("that is beyond the end of the calendar: advance the clock by less");
        };
        self.advanced_ms = advanced;
        Ok(self.now(base))
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::State;
    use crate::clock::Clock;

    #[test]
    fn the_clock_goes_forward_only_and_stays_in_the_calendar() {
        let (mut state, base) = (State::default(), Clock::manual().base());
        state.advance(base, SignedDuration::from_secs(90)).unwrap();
        assert_eq!(state.now(base).to_string(), "2026-06-10T08:01:30Z");
        assert!(state.advance(base, SignedDuration::from_secs(-1)).is_err());
        assert!(state.advance(base, SignedDuration::MAX).is_err());
        assert!(
            state
                .advance(base, SignedDuration::from_hours(24 * 366 * 9000))
                .is_err()
        );
        assert_eq!(state.now(base).to_string(), "2026-06-10T08:01:30Z");
    }
}
