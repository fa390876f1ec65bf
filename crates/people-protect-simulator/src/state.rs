//! Everything the simulator remembers, and how it is found.
//!
//! What each noun may do stands in its own file ([`customer`](crate::customer),
//! [`subscription`](crate::subscription), [`callout`](crate::callout)) as further methods of
//! [`State`]. Every look-up goes through an index, so that a request costs the same whether there
//! are ten customers or a hundred thousand.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};
use people_protect_api::{PersonalText, SecretText};
use serde::{Deserialize, Serialize};

use crate::callout::Callout;
use crate::customer::Customer;
use crate::delivery::queue::Deliveries;
use crate::device::Device;
use crate::drift::Drift;
use crate::error::{Error, ErrorKind};
use crate::fault;
use crate::fixed_location::{FixedLocation, FixedLocationsUpload};
use crate::happening::Happening;
use crate::lead::Lead;
use crate::limit::ListReads;
use crate::log::Log;
use crate::management::ManagementSession;
use crate::scheduled::ScheduledRequest;
use crate::settings::Settings;
use crate::signup::SignupSession;
use crate::subscription::Subscription;
use crate::table::{Key, Row, Table};
use crate::webhook::Webhook;

/// The state under the one lock.
///
/// A field is one of three: rows in a [`Table`] or [`Log`], which [`State::visit`] shows to whoever
/// keeps them; a part of the [`Head`], which is small; or an index, which is skipped and made again
/// by [`State::reindex`]. Those three name every field, so that none is forgotten.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct State {
    /// Switches and broken rules.
    pub(crate) settings: Settings,
    pub(crate) next: Next,
    /// How far the clock has been advanced, in milliseconds.
    pub(crate) advanced_ms: i64,
    /// The faults that are set. [`Faults`](fault::Faults) counts; this is what is kept of it.
    pub(crate) faults: Vec<fault::Set>,
    /// The drift that is set, likewise.
    pub(crate) drift: Vec<Drift>,
    pub(crate) customers: Table<i64, Customer>,
    pub(crate) subscriptions: Table<i64, Subscription>,
    pub(crate) callouts: Table<i64, Callout>,
    pub(crate) signups: Table<i64, SignupSession>,
    pub(crate) managements: Table<i64, ManagementSession>,
    pub(crate) devices: Table<i64, Device>,
    pub(crate) leads: Table<String, Lead>,
    pub(crate) scheduled: Table<String, ScheduledRequest>,
    /// The one active webhook of each customer source that has one (R42).
    pub(crate) webhooks: Table<i64, Webhook>,
    /// What was or is to be sent to webhooks and callback addresses.
    pub(crate) deliveries: Deliveries,
    /// What has happened within the change that is being made; empty between changes.
    #[serde(skip)]
    pub(crate) outbox: Vec<Happening>,
    /// Source and mobile of every customer that is not retired (R11).
    #[serde(skip)]
    pub(crate) by_mobile: HashMap<(i64, PersonalText), i64>,
    /// The number of every hosted sign-up, by its session's id.
    #[serde(skip)]
    pub(crate) by_signup: HashMap<SecretText, i64>,
    pub(crate) fixed_locations: Table<i64, FixedLocation>,
    pub(crate) fixed_locations_uploads: Log<FixedLocationsUpload>,
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
    #[serde(skip)]
    pub(crate) paced: BTreeSet<(Timestamp, i64)>,
    /// The callout of every rating.
    #[serde(skip)]
    pub(crate) rated: BTreeMap<i64, i64>,
    /// What each source asked for lately (R21).
    #[serde(skip)]
    pub(crate) list_reads: BTreeMap<i64, ListReads>,
}

/// The ids to hand out next. They begin at the examples of the documentation.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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

/// What there is once, and what is small.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Head {
    settings: Settings,
    next: Next,
    advanced_ms: i64,
    #[serde(default)]
    faults: Vec<fault::Set>,
    #[serde(default)]
    drift: Vec<Drift>,
}

/// Does something to every table and log of the state.
pub(crate) trait Visitor {
    type Error;

    fn table<K: Key, V: Row>(
        &mut self,
        name: &'static str,
        table: &mut Table<K, V>,
    ) -> Result<(), Self::Error>;

    fn log<T: Row>(&mut self, name: &'static str, log: &mut Log<T>) -> Result<(), Self::Error>;
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
            faults: Vec::new(),
            drift: Vec::new(),
            customers: Table::new(),
            subscriptions: Table::new(),
            callouts: Table::new(),
            signups: Table::new(),
            managements: Table::new(),
            devices: Table::new(),
            leads: Table::new(),
            scheduled: Table::new(),
            webhooks: Table::new(),
            deliveries: Deliveries::default(),
            outbox: Vec::new(),
            by_mobile: HashMap::new(),
            by_signup: HashMap::new(),
            fixed_locations: Table::new(),
            fixed_locations_uploads: Log::new(),
            by_external_reference: BTreeMap::new(),
            by_location_identifier: BTreeMap::new(),
            active: BTreeSet::new(),
            paced: BTreeSet::new(),
            rated: BTreeMap::new(),
            list_reads: BTreeMap::new(),
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

    /// Shows every table and log. The names are those of the JSON form and of a state file.
    pub(crate) fn visit<V: Visitor>(&mut self, visitor: &mut V) -> Result<(), V::Error> {
        let Self {
            // The head.
            settings: _,
            next: _,
            advanced_ms: _,
            faults: _,
            drift: _,
            customers,
            subscriptions,
            callouts,
            signups,
            managements,
            devices,
            leads,
            scheduled,
            webhooks,
            deliveries,
            fixed_locations,
            fixed_locations_uploads,
            // Indexes.
            by_mobile: _,
            by_signup: _,
            by_external_reference: _,
            by_location_identifier: _,
            active: _,
            rated: _,
            // Forgotten with the program: it counts ten seconds.
            paced: _,
            list_reads: _,
            outbox: _,
        } = self;
        visitor.table("customers", customers)?;
        visitor.table("subscriptions", subscriptions)?;
        visitor.table("callouts", callouts)?;
        visitor.table("signups", signups)?;
        visitor.table("managements", managements)?;
        visitor.table("devices", devices)?;
        visitor.table("leads", leads)?;
        visitor.table("scheduled", scheduled)?;
        visitor.table("webhooks", webhooks)?;
        visitor.table("deliveries", &mut deliveries.rows)?;
        visitor.table("fixedLocations", fixed_locations)?;
        visitor.log("fixedLocationsUploads", fixed_locations_uploads)
    }

    /// What is small, to be kept whole.
    pub(crate) fn head(&self) -> Head {
        Head {
            settings: self.settings.clone(),
            next: self.next,
            advanced_ms: self.advanced_ms,
            faults: self.faults.clone(),
            drift: self.drift.clone(),
        }
    }

    /// Takes what was kept of it.
    pub(crate) fn set_head(&mut self, head: Head) {
        let Head {
            settings,
            next,
            advanced_ms,
            faults,
            drift,
        } = head;
        self.settings = settings;
        self.next = next;
        self.advanced_ms = advanced_ms;
        self.faults = faults;
        self.drift = drift;
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
