//! The state at one moment, for assertions.

use jiff::Timestamp;

use crate::callout::Callout;
use crate::customer::Customer;
use crate::device::Device;
use crate::fixed_location::{FixedLocation, FixedLocationsUpload};
use crate::lead::Lead;
use crate::management::ManagementSession;
use crate::scheduled::ScheduledRequest;
use crate::signup::SignupSession;
use crate::state::State;
use crate::subscription::Subscription;
use crate::webhook::Webhook;

/// A copy of everything the simulator remembers. `Debug` shows no secret and no personal data.
///
/// ```
/// # async fn example() -> Result<(), people_protect_simulator::Error> {
/// let simulator = people_protect_simulator::Simulator::start().await?;
/// let snapshot = simulator.snapshot();
/// assert_eq!(snapshot.customers().count(), 0);
/// assert!(snapshot.active_callouts_of(178921).is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Snapshot {
    state: State,
    now: Timestamp,
}

impl Snapshot {
    pub(crate) fn new(state: State, now: Timestamp) -> Self {
        Self { state, now }
    }

    /// The simulator's time when the copy was made.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Every customer of every source, retired ones included, by id.
    pub fn customers(&self) -> impl Iterator<Item = &Customer> {
        self.state.customers.values()
    }

    /// One customer.
    #[must_use]
    pub fn customer(&self, id: i64) -> Option<&Customer> {
        self.state.customers.get(&id)
    }

    /// Every subscription of every source, by id.
    pub fn subscriptions(&self) -> impl Iterator<Item = &Subscription> {
        self.state.subscriptions.values()
    }

    /// One subscription.
    #[must_use]
    pub fn subscription(&self, id: i64) -> Option<&Subscription> {
        self.state.subscriptions.get(&id)
    }

    /// Every callout of every source, by id.
    pub fn callouts(&self) -> impl Iterator<Item = &Callout> {
        self.state.callouts.values()
    }

    /// One callout.
    #[must_use]
    pub fn callout(&self, id: i64) -> Option<&Callout> {
        self.state.callouts.get(&id)
    }

    /// Every hosted sign-up of every source, oldest first.
    pub fn signups(&self) -> impl Iterator<Item = &SignupSession> {
        self.state.signups.values()
    }

    /// One hosted sign-up.
    #[must_use]
    pub fn signup(&self, id: &str) -> Option<&SignupSession> {
        self.state.any_signup(id)
    }

    /// Every open subscription management, oldest first.
    pub fn managements(&self) -> impl Iterator<Item = &ManagementSession> {
        self.state.managements.values()
    }

    /// Every linked device of every source, by the id of the link.
    pub fn devices(&self) -> impl Iterator<Item = &Device> {
        self.state.devices.values()
    }

    /// Every lead of every source, by UUID.
    pub fn leads(&self) -> impl Iterator<Item = &Lead> {
        self.state.leads.values()
    }

    /// Every scheduled request of every source, cancelled ones included, by id.
    pub fn scheduled_requests(&self) -> impl Iterator<Item = &ScheduledRequest> {
        self.state.scheduled.values()
    }

    /// The active webhook of a customer source, by the source's id (R42).
    #[must_use]
    pub fn webhook(&self, source: i64) -> Option<&Webhook> {
        self.state.webhooks.get(&source)
    }

    /// Every fixed location of every source, deleted ones included, by id.
    pub fn fixed_locations(&self) -> impl Iterator<Item = &FixedLocation> {
        self.state.fixed_locations.values()
    }

    /// One fixed location.
    #[must_use]
    pub fn fixed_location(&self, id: i64) -> Option<&FixedLocation> {
        self.state.fixed_locations.get(&id)
    }

    /// Every CSV upload of every source, oldest first (R49).
    #[must_use]
    pub fn fixed_locations_uploads(&self) -> &[FixedLocationsUpload] {
        &self.state.fixed_locations_uploads
    }

    /// A customer's callouts that are active. By R27 there is never more than one; this looks at
    /// every callout rather than at the index, so that a test can trust it.
    #[must_use]
    pub fn active_callouts_of(&self, customer: i64) -> Vec<&Callout> {
        self.callouts()
            .filter(|callout| callout.customer_id == Some(customer) && callout.stage.is_active())
            .collect()
    }
}
