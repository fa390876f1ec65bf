//! Subscriptions: what entitles a customer to a live response.

use jiff::{SignedDuration, Timestamp};
use people_protect_api::PersonalText;
use serde::{Deserialize, Serialize};

use crate::happening::About;
use crate::problem::Problem;
use crate::source::Source;
use crate::state::{Next, State};
use crate::switch::delivery::CANCELLATION_FAILS;
use crate::switch::people::{
    ABSENT_MEMBERS, ACTIVE_SUBSCRIPTION_STATUS, COVER_END, COVER_START, NO_REVIVAL_STATUS,
    UNKNOWN_SUBSCRIPTION_TYPE_STATUS,
};

/// Cover without a given end. That one may leave the end out at all is an assumption.
const DEFAULT_COVER: SignedDuration = SignedDuration::from_hours(365 * 24);

/// A subscription as the simulator keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Subscription {
    /// The id, from 8811 upwards.
    pub id: i64,
    /// The customer source it belongs to.
    pub source: i64,
    /// The main member.
    pub customer_id: i64,
    /// Its type, one of the source's own (R18).
    pub type_id: i64,
    /// Start of cover.
    pub valid_from: Timestamp,
    /// End of cover.
    pub valid_to: Timestamp,
    /// When it was cancelled, if it was.
    pub cancelled_at: Option<Timestamp>,
    /// Why it was cancelled.
    pub cancelled_reason: Option<PersonalText>,
    /// The members it covers beside the main one (R22).
    pub dependants: Vec<i64>,
    /// When it was activated.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Subscription {
    /// R17: active from the start of cover to its end unless cancelled. That both bounds count is
    /// an assumption; the switches `cover-start` and `cover-end` are not looked at here.
    #[must_use]
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.cancelled_at.is_none() && self.valid_from <= now && now <= self.valid_to
    }
}

/// What a request asks for, before it is checked.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) type_id: i64,
    pub(crate) valid_from: Option<Timestamp>,
    pub(crate) valid_to: Option<Timestamp>,
    pub(crate) dependants: Vec<i64>,
}

impl Plan {
    /// Checks what does not depend on the customer. `under` is where the fields stand in the body.
    pub(crate) fn check(
        &self,
        source: &Source,
        now: Timestamp,
        under: &str,
    ) -> Result<(), Problem> {
        // R18: types belong to the source. That an unknown one is 400 is an assumption.
        if source.subscription_type(self.type_id).is_none() {
            return Err(Problem::bad_request(format!(
                "`{under}subscriptionTypeId` {} is not a type of this customer source: see GET /subscriptions/subscriptionTypes",
                self.type_id
            ))
            .decided_by(&UNKNOWN_SUBSCRIPTION_TYPE_STATUS));
        }
        let (from, to) = self.cover(now);
        if to < from {
            return Err(Problem::bad_request(format!(
                "`{under}validTo` must not be before `{under}validFrom`"
            )));
        }
        Ok(())
    }

    fn cover(&self, now: Timestamp) -> (Timestamp, Timestamp) {
        let from = self.valid_from.unwrap_or(now);
        let to = self
            .valid_to
            .unwrap_or_else(|| from.checked_add(DEFAULT_COVER).unwrap_or(Timestamp::MAX));
        (from, to)
    }
}

impl State {
    /// A subscription of this source (R16).
    pub(crate) fn subscription(&self, source: i64, id: i64) -> Result<&Subscription, Problem> {
        self.subscriptions
            .get(&id)
            .filter(|subscription| subscription.source == source)
            .ok_or_else(|| Problem::not_found(format!("there is no subscription {id}")))
    }

    /// R17 with the bounds that the switches say.
    pub(crate) fn is_active(&self, subscription: &Subscription, now: Timestamp) -> bool {
        subscription.is_active(now)
            && !self.has_ended(subscription, now)
            && (subscription.valid_from < now || self.settings.value(&COVER_START) == "included")
    }

    /// Whether a subscription lapsed or was cancelled.
    pub(crate) fn has_ended(&self, subscription: &Subscription, now: Timestamp) -> bool {
        subscription.cancelled_at.is_some() || self.has_lapsed(subscription, now)
    }

    fn has_lapsed(&self, subscription: &Subscription, now: Timestamp) -> bool {
        subscription.valid_to < now
            || (subscription.valid_to == now && self.settings.value(&COVER_END) == "excluded")
    }

    /// R26, R22: whether a live callout is covered, by a subscription of the customer's own or by
    /// one that has it as a member.
    pub(crate) fn is_covered(&self, customer: i64, now: Timestamp) -> bool {
        let covers = |ids: &[i64], rule| {
            ids.iter()
                .filter_map(|id| self.subscriptions.get(id))
                .any(|subscription| !self.settings.keeps(rule) || self.is_active(subscription, now))
        };
        self.customers.get(&customer).is_some_and(|customer| {
            // R14: nothing at all covers nobody. R26: neither does what is not active. R22: nor
            // does it cover its members.
            (customer.subscriptions.is_empty()
                && customer.member_of.is_empty()
                && !self.settings.keeps("R14"))
                || covers(&customer.subscriptions, "R26")
                || covers(&customer.member_of, "R22")
        })
    }

    /// Activates a subscription (R19).
    pub(crate) fn activate(
        &mut self,
        source: &Source,
        customer_id: i64,
        plan: Plan,
        now: Timestamp,
    ) -> Result<i64, Problem> {
        plan.check(source, now, "")?;
        let customer = self.named_customer(source.id, customer_id)?;
        // R23: over an active one it is 409, documented earlier (C11). That one which begins later
        // is no conflict is an assumption.
        let active = customer.subscriptions.iter().find(|id| {
            self.subscriptions
                .get(id)
                .is_some_and(|subscription| self.is_active(subscription, now))
        });
        if let Some(active) = active.filter(|_| self.settings.keeps("R23")) {
            return Err(Problem::conflict(format!(
                "customer {customer_id} has the active subscription {active}: renew it with PUT /subscriptions/{active}"
            ))
            .decided_by(&ACTIVE_SUBSCRIPTION_STATUS));
        }
        self.check_dependants(source.id, customer_id, &plan.dependants)?;
        Ok(self.add_subscription(source.id, customer_id, plan, now))
    }

    /// Adds a subscription that has been checked.
    pub(crate) fn add_subscription(
        &mut self,
        source: i64,
        customer_id: i64,
        plan: Plan,
        now: Timestamp,
    ) -> i64 {
        let id = Next::take(&mut self.next.subscription);
        let (valid_from, valid_to) = plan.cover(now);
        self.subscriptions.insert(
            id,
            Subscription {
                id,
                source,
                customer_id,
                type_id: plan.type_id,
                valid_from,
                valid_to,
                cancelled_at: None,
                cancelled_reason: None,
                dependants: Vec::new(),
                created_at: now,
                updated_at: now,
            },
        );
        if let Some(customer) = self.customers.get_mut(&customer_id) {
            customer.subscriptions.push(id);
        }
        self.set_dependants(id, plan.dependants);
        self.happened("SUBSCRIPTION_CREATED", About::Subscription(id));
        id
    }

    /// R19, R66, R67: moves the end of cover and replaces the members if a list is given. That an
    /// absent list leaves them is an assumption.
    pub(crate) fn renew(
        &mut self,
        source: i64,
        id: i64,
        valid_to: Timestamp,
        dependants: Option<Vec<i64>>,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let subscription = self.subscription(source, id)?;
        // R20: no revival of a lapsed or cancelled one; that it is 400 is an assumption.
        let gone = match subscription {
            Subscription {
                cancelled_at: Some(_),
                ..
            } => Some("was cancelled"),
            lapsed if self.has_lapsed(lapsed, now) => Some("has lapsed"),
            _ => None,
        };
        if let Some(gone) = gone.filter(|_| self.settings.keeps("R20")) {
            return Err(Problem::bad_request(format!(
                "subscription {id} {gone} and cannot be revived: activate a new one with POST /subscriptions"
            ))
            .decided_by(&NO_REVIVAL_STATUS));
        }
        if valid_to < subscription.valid_from {
            return Err(Problem::bad_request(
                "`validTo` must not be before the start of cover",
            ));
        }
        if let Some(dependants) = &dependants {
            self.check_dependants(source, subscription.customer_id, dependants)?;
        }
        // R66: the list replaces the one before.
        let before = subscription.dependants.clone();
        let dependants = match dependants {
            Some(added) if !self.settings.keeps("R66") => Some([before, added].concat()),
            None if self.settings.value(&ABSENT_MEMBERS) == "cleared" => Some(Vec::new()),
            other => other,
        };
        let moves = self.settings.keeps("R19");
        if let Some(subscription) = self.subscriptions.get_mut(&id) {
            if moves {
                subscription.valid_to = valid_to;
            }
            if gone.is_some() {
                subscription.cancelled_at = None;
                subscription.cancelled_reason = None;
            }
            subscription.updated_at = now;
        }
        if let Some(dependants) = dependants {
            self.set_dependants(id, dependants);
        }
        self.happened("SUBSCRIPTION_UPDATED", About::Subscription(id));
        Ok(())
    }

    /// R19, R68: cancels. That this sets the date, and that a repeat changes nothing, are
    /// assumptions.
    pub(crate) fn cancel_subscription(
        &mut self,
        source: i64,
        id: i64,
        reason: Option<PersonalText>,
        now: Timestamp,
    ) -> Result<(), Problem> {
        self.subscription(source, id)?;
        if reason
            .as_ref()
            .is_some_and(|reason| reason.reveal().trim().is_empty())
        {
            return Err(Problem::bad_request("`reason` must not be blank"));
        }
        if self.settings.is_on(&CANCELLATION_FAILS) {
            self.happened("SUBSCRIPTION_CANCELLED_FAILED", About::Subscription(id));
            return Ok(());
        }
        if let Some(subscription) = self.subscriptions.get_mut(&id)
            && subscription.cancelled_at.is_none()
        {
            subscription.cancelled_at = Some(now);
            subscription.cancelled_reason = reason;
            subscription.updated_at = now;
            self.happened("SUBSCRIPTION_CANCELLED", About::Subscription(id));
        }
        Ok(())
    }

    /// Links one more member, as a registration with `subscriptionId` does (R13). What linking
    /// means is not documented: that the customer becomes a member is an assumption.
    pub(crate) fn link_member(&mut self, id: i64, customer: i64, now: Timestamp) {
        let Some(subscription) = self.subscriptions.get_mut(&id) else {
            return;
        };
        subscription.updated_at = now;
        let mut dependants = subscription.dependants.clone();
        dependants.push(customer);
        self.set_dependants(id, dependants);
        self.happened("SUBSCRIPTION_UPDATED", About::Subscription(id));
    }

    /// Members are other customers of the same source: an assumption, and that it is 400 as well.
    fn check_dependants(&self, source: i64, main: i64, dependants: &[i64]) -> Result<(), Problem> {
        for dependant in dependants {
            if *dependant == main || self.customer(source, *dependant).is_err() {
                return Err(Problem::bad_request(format!(
                    "`dependantCustomerIds`: {dependant} is not another customer of this customer source"
                )));
            }
        }
        Ok(())
    }

    /// Replaces the members and keeps the index from members to subscriptions in step.
    fn set_dependants(&mut self, id: i64, mut dependants: Vec<i64>) {
        let mut seen = std::collections::BTreeSet::new();
        dependants.retain(|dependant| seen.insert(*dependant));
        let Some(subscription) = self.subscriptions.get_mut(&id) else {
            return;
        };
        let before = std::mem::replace(&mut subscription.dependants, dependants.clone());
        for member in before {
            if let Some(customer) = self.customers.get_mut(&member) {
                customer.member_of.retain(|of| *of != id);
            }
        }
        for member in dependants {
            if let Some(customer) = self.customers.get_mut(&member) {
                customer.member_of.push(id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use people_protect_api::types::CustomerInput;

    use super::Plan;
    use crate::clock::Clock;
    use crate::source::Source;
    use crate::state::State;

    fn days(days: i64) -> SignedDuration {
        SignedDuration::from_hours(24 * days)
    }

    fn people(state: &mut State, count: usize) -> Vec<i64> {
        (0..count)
            .map(|n| {
                let profile = CustomerInput::new("Jane", "Doe", format!("+2782{n:07}"));
                state.register(12, profile, Clock::manual().base()).unwrap()
            })
            .collect()
    }

    fn plan(dependants: Vec<i64>) -> Plan {
        Plan {
            type_id: 5,
            valid_from: None,
            valid_to: None,
            dependants,
        }
    }

    #[test]
    fn r17_cover_includes_both_bounds() {
        let (mut state, now) = (State::default(), Clock::manual().base());
        let source = &Source::built_in()[0];
        let main = people(&mut state, 1)[0];
        let id = state.activate(source, main, plan(vec![]), now).unwrap();
        let subscription = &state.subscriptions[&id];
        let second = SignedDuration::from_secs(1);
        assert!(!subscription.is_active(now - second));
        assert!(subscription.is_active(now));
        assert!(subscription.is_active(subscription.valid_to));
        assert!(!subscription.is_active(subscription.valid_to + second));
    }

    #[test]
    fn r22_members_are_covered_as_long_as_the_main_one_is() {
        let (mut state, now) = (State::default(), Clock::manual().base());
        let source = &Source::built_in()[0];
        let ids = people(&mut state, 3);
        let id = state
            .activate(source, ids[0], plan(vec![ids[1]]), now)
            .unwrap();
        assert!(state.is_covered(ids[1], now));
        assert!(!state.is_covered(ids[2], now));
        assert!(!state.is_covered(ids[1], now + days(366)));
        state
            .cancel_subscription(12, id, Some("moved".into()), now)
            .unwrap();
        assert!(!state.is_covered(ids[0], now));
        assert!(!state.is_covered(ids[1], now));
    }

    #[test]
    fn r66_the_list_of_members_is_replaced_and_the_index_follows() {
        let (mut state, now) = (State::default(), Clock::manual().base());
        let source = &Source::built_in()[0];
        let ids = people(&mut state, 4);
        let id = state
            .activate(source, ids[0], plan(vec![ids[1], ids[2], ids[2]]), now)
            .unwrap();
        state
            .renew(12, id, now + days(30), Some(vec![ids[2], ids[3]]), now)
            .unwrap();
        assert_eq!(state.subscriptions[&id].dependants, [ids[2], ids[3]]);
        assert!(state.customers[&ids[1]].member_of.is_empty());
        assert_eq!(state.customers[&ids[2]].member_of, [id]);
        state.renew(12, id, now + days(31), None, now).unwrap();
        assert_eq!(state.subscriptions[&id].dependants, [ids[2], ids[3]]);
    }

    #[test]
    fn r20_a_lapsed_one_cannot_be_revived() {
        let (mut state, now) = (State::default(), Clock::manual().base());
        let source = &Source::built_in()[0];
        let main = people(&mut state, 1)[0];
        let id = state.activate(source, main, plan(vec![]), now).unwrap();
        let later = now + days(366);
        let refused = state
            .renew(12, id, later + days(30), None, later)
            .unwrap_err();
        assert_eq!(refused.status, 400);
        assert!(state.activate(source, main, plan(vec![]), later).is_ok());
    }

    #[test]
    fn r23_a_refused_activation_changes_nothing() {
        let (mut state, now) = (State::default(), Clock::manual().base());
        let source = &Source::built_in()[0];
        let main = people(&mut state, 1)[0];
        state.activate(source, main, plan(vec![]), now).unwrap();
        let before = format!("{state:?}");
        assert_eq!(
            state
                .activate(source, main, plan(vec![]), now)
                .unwrap_err()
                .status,
            409
        );
        assert_eq!(
            state
                .activate(source, 1, plan(vec![]), now)
                .unwrap_err()
                .status,
            400
        );
        assert_eq!(format!("{state:?}"), before);
    }
}
