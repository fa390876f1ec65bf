//! Whether a state that comes from outside holds together.

use std::collections::BTreeMap;

use crate::callout::Callout;
use crate::customer::{Customer, mobile_key};
use crate::source::Source;
use crate::stage::Stage;
use crate::state::State;

/// Where a state does not hold together, and why. It names no personal data.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    pub(crate) place: String,
    pub(crate) why: String,
}

type Checked = Result<(), Misfit>;

fn ensure(holds: bool, place: impl FnOnce() -> String, why: impl FnOnce() -> String) -> Checked {
    if holds {
        return Ok(());
    }
    Err(Misfit {
        place: place(),
        why: why(),
    })
}

impl State {
    /// Whether everything that is referred to is there, on both sides, and what must be unique is.
    /// What a rule forbids is let pass while that rule is broken on purpose (R11, R27).
    pub(crate) fn check(&self, sources: &[Source]) -> Checked {
        self.check_form(sources)?;
        for customer in self.customers.values() {
            self.check_customer(customer)?;
        }
        self.check_mobiles()?;
        self.check_subscriptions(sources)?;
        for callout in self.callouts.values() {
            self.check_callout(callout, sources)?;
        }
        self.check_the_rest()?;
        self.check_counters()
    }

    /// The least of it, for a state that a simulator kept: a rule that was broken on purpose for a
    /// while must not lock its own file.
    pub(crate) fn check_form(&self, sources: &[Source]) -> Checked {
        self.settings.check().map_err(|error| Misfit {
            place: "settings".to_owned(),
            why: format!("does not fit: {error}"),
        })?;
        let misfit = |table: &str, at: usize, error: &crate::error::Error| Misfit {
            place: format!("{table}[{at}]"),
            why: format!("does not fit: {error}"),
        };
        for (at, fault) in self.faults.iter().enumerate() {
            fault
                .check()
                .map_err(|error| misfit("faults", at, &error))?;
        }
        for (at, drift) in self.drift.iter().enumerate() {
            drift.check().map_err(|error| misfit("drift", at, &error))?;
        }
        self.check_keys_and_sources(sources)
    }

    /// Every row stands under its own id and belongs to a source that there is.
    fn check_keys_and_sources(&self, sources: &[Source]) -> Checked {
        let mut rows: Vec<(&str, String, Option<String>, i64)> = Vec::new();
        macro_rules! rows {
            ($($name:literal $table:ident),*) => {$(
                rows.extend(self.$table.iter().map(|(key, row)| {
                    ($name, key.to_string(), Some(row.id.to_string()), row.source)
                }));
            )*};
        }
        rows!(
            "customers" customers, "subscriptions" subscriptions, "callouts" callouts,
            "devices" devices, "leads" leads, "scheduled" scheduled,
            "fixedLocations" fixed_locations
        );
        for (key, session) in &self.signups {
            rows.push(("signups", key.to_string(), None, session.source));
        }
        for (key, webhook) in &self.webhooks {
            rows.push((
                "webhooks",
                key.to_string(),
                Some(webhook.source.to_string()),
                webhook.source,
            ));
        }
        for (key, delivery) in self.deliveries.rows.iter() {
            rows.push(("deliveries", key.to_string(), None, delivery.letter.source));
        }
        for (key, upload) in self.fixed_locations_uploads.iter().enumerate() {
            rows.push((
                "fixedLocationsUploads",
                key.to_string(),
                None,
                upload.source,
            ));
        }
        for (table, key, id, source) in rows {
            let at = || format!("{table}.{key}");
            ensure(id.as_ref().is_none_or(|id| *id == key), at, || {
                "stands under a key that is not its own".to_owned()
            })?;
            ensure(
                sources.iter().any(|known| known.id == source),
                || format!("{}.source", at()),
                || format!("is {source}, which is no customer source of this simulator"),
            )?;
        }
        Ok(())
    }

    fn check_customer(&self, customer: &Customer) -> Checked {
        let id = customer.id;
        let own = |source| source == customer.source;
        for known in &customer.subscriptions {
            let subscription = self.subscriptions.get(known);
            ensure(
                subscription.is_some_and(|s| s.customer_id == id && own(s.source)),
                || format!("customers.{id}.subscriptions"),
                || format!("names {known}, which is no subscription of this customer"),
            )?;
        }
        for known in &customer.member_of {
            let subscription = self.subscriptions.get(known);
            ensure(
                subscription.is_some_and(|s| s.dependants.contains(&id) && own(s.source)),
                || format!("customers.{id}.memberOf"),
                || format!("names {known}, which is no subscription with this member"),
            )?;
        }
        for known in &customer.callouts {
            let callout = self.callouts.get(known);
            ensure(
                callout.is_some_and(|c| c.customer_id == Some(id) && own(c.source)),
                || format!("customers.{id}.callouts"),
                || format!("names {known}, which is no callout of this customer"),
            )?;
        }
        let Some(active) = customer.active_callout else {
            return Ok(());
        };
        let at = || format!("customers.{id}.activeCallout");
        ensure(customer.callouts.contains(&active), at, || {
            format!("is {active}, which is no callout of this customer")
        })?;
        let is_active = |callout: &Callout| callout.stage.is_active();
        ensure(
            self.callouts.get(&active).is_some_and(is_active),
            at,
            || format!("is {active}, which has ended"),
        )
    }

    /// R11.
    fn check_mobiles(&self) -> Checked {
        let mut taken = BTreeMap::new();
        let present = |customer: &&Customer| customer.retired_at.is_none();
        for customer in self.customers.values().filter(present) {
            let mobile = mobile_key(&customer.profile).into_revealed();
            let other = taken.insert((customer.source, mobile), customer.id);
            ensure(
                other.is_none() || self.settings.has_broken("R11"),
                || format!("customers.{}.profile.mobile", customer.id),
                || {
                    format!(
                        "is that of customer {} too (R11)",
                        other.unwrap_or_default()
                    )
                },
            )?;
        }
        Ok(())
    }

    fn check_subscriptions(&self, sources: &[Source]) -> Checked {
        for subscription in self.subscriptions.values() {
            let id = subscription.id;
            let main = self.customers.get(&subscription.customer_id);
            ensure(
                main.is_some_and(|main| main.subscriptions.contains(&id)),
                || format!("subscriptions.{id}.customerId"),
                || {
                    format!(
                        "is {}, a customer who does not have it",
                        subscription.customer_id
                    )
                },
            )?;
            for member in &subscription.dependants {
                let known = self.customers.get(member);
                ensure(
                    known.is_some_and(|member| member.member_of.contains(&id)),
                    || format!("subscriptions.{id}.dependants"),
                    || format!("names {member}, a customer who is no member of it"),
                )?;
            }
            let source = sources.iter().find(|known| known.id == subscription.source);
            ensure(
                source
                    .is_some_and(|source| source.subscription_type(subscription.type_id).is_some()),
                || format!("subscriptions.{id}.typeId"),
                || {
                    format!(
                        "is {}, which is no type of its customer source",
                        subscription.type_id
                    )
                },
            )?;
        }
        Ok(())
    }

    fn check_callout(&self, callout: &Callout, sources: &[Source]) -> Checked {
        let id = callout.id;
        if let Some(customer) = callout.customer_id {
            let known = self.customers.get(&customer);
            ensure(
                known.is_some_and(|known| known.callouts.contains(&id)),
                || format!("callouts.{id}.customerId"),
                || format!("is {customer}, a customer who does not have it"),
            )?;
            // R27: one that is active is the customer's one.
            let its_own = known.and_then(|known| known.active_callout) == Some(id);
            ensure(
                !callout.stage.is_active() || its_own || self.settings.has_broken("R27"),
                || format!("callouts.{id}.stage"),
                || {
                    format!(
                        "is {}, but the customer has another active callout or none (R27)",
                        callout.stage
                    )
                },
            )?;
        }
        if let Some(place) = callout.predefined_location_id {
            let known = self.fixed_locations.get(&place);
            ensure(
                known.is_some_and(|known| known.source == callout.source),
                || format!("callouts.{id}.predefinedLocationId"),
                || format!("is {place}, which is no fixed location of its customer source"),
            )?;
        }
        let source = sources.iter().find(|known| known.id == callout.source);
        ensure(
            source.is_some_and(|source| source.response_type(callout.response_type_id).is_some()),
            || format!("callouts.{id}.responseTypeId"),
            || {
                format!(
                    "is {}, which is no response type of its customer source",
                    callout.response_type_id
                )
            },
        )?;
        ensure(
            callout.stage.is_active() == callout.ended_at.is_none(),
            || format!("callouts.{id}.endedAt"),
            || format!("does not go with the stage {}", callout.stage),
        )?;
        ensure(
            (callout.stage == Stage::Cancelled) == callout.cancellation.is_some(),
            || format!("callouts.{id}.cancellation"),
            || format!("does not go with the stage {}", callout.stage),
        )
    }

    fn check_the_rest(&self) -> Checked {
        let customer_of = |id: i64, source: Option<i64>| {
            let known = self.customers.get(&id);
            known.is_some_and(|known| source.is_none_or(|source| source == known.source))
        };
        let is_none = |id: i64| move || format!("is {id}, which is no customer there");
        for device in self.devices.values() {
            let at = || format!("devices.{}.customerId", device.id);
            let known = customer_of(device.customer_id, Some(device.source));
            ensure(known, at, is_none(device.customer_id))?;
        }
        for request in self.scheduled.values() {
            let at = || format!("scheduled.{}.customerId", request.id);
            let known = customer_of(request.customer_id, Some(request.source));
            ensure(known, at, is_none(request.customer_id))?;
        }
        for (number, session) in &self.managements {
            let at = || format!("managements.{number}.customerId");
            let known = customer_of(session.customer_id, None);
            ensure(known, at, is_none(session.customer_id))?;
        }
        for (number, session) in &self.signups {
            if let Some(customer) = session.customer_id {
                let at = || format!("signups.{number}.customerId");
                ensure(
                    customer_of(customer, Some(session.source)),
                    at,
                    is_none(customer),
                )?;
            }
        }
        let mut sessions = BTreeMap::new();
        for (number, session) in &self.signups {
            ensure(
                sessions.insert(session.id.reveal(), number).is_none(),
                || format!("signups.{number}.id"),
                || "is that of another sign-up too".to_owned(),
            )?;
        }
        let (mut references, mut identifiers) = (BTreeMap::new(), BTreeMap::new());
        for place in self.fixed_locations.values() {
            if place.deleted_at.is_some() {
                continue;
            }
            for (index, key, name) in [
                (
                    &mut references,
                    &place.place.external_reference_id,
                    "externalReferenceId",
                ),
                (
                    &mut identifiers,
                    &place.place.location_identifier,
                    "locationIdentifier",
                ),
            ] {
                let other = index.insert((place.source, key), place.id);
                ensure(
                    other.is_none(),
                    || format!("fixedLocations.{}.place.{name}", place.id),
                    || {
                        format!(
                            "is that of fixed location {} too",
                            other.unwrap_or_default()
                        )
                    },
                )?;
            }
        }
        Ok(())
    }

    /// The next id of a kind is above all that were handed out.
    fn check_counters(&self) -> Checked {
        let next = &self.next;
        let events = self.callouts.values().flat_map(|c| &c.events);
        let reasons = self.callouts.values().flat_map(|c| &c.exception_reasons);
        let ratings = || self.callouts.values().filter_map(|c| c.rating.as_ref());
        let items = ratings().flat_map(|rating| &rating.items);
        for (name, next, last) in [
            (
                "customer",
                next.customer,
                self.customers.keys().max().copied(),
            ),
            (
                "subscription",
                next.subscription,
                self.subscriptions.keys().max().copied(),
            ),
            ("callout", next.callout, self.callouts.keys().max().copied()),
            (
                "fixed_location",
                next.fixed_location,
                self.fixed_locations.keys().max().copied(),
            ),
            ("device", next.device, self.devices.keys().max().copied()),
            ("signup", next.signup, self.signups.keys().max().copied()),
            (
                "management",
                next.management,
                self.managements.keys().max().copied(),
            ),
            (
                "lead",
                next.lead,
                self.leads.values().map(|lead| lead.lead_id).max(),
            ),
            (
                "site",
                next.site,
                self.signups.values().filter_map(|s| s.site_id).max(),
            ),
            ("event", next.event, events.map(|event| event.id).max()),
            (
                "exception_reason",
                next.exception_reason,
                reasons.map(|reason| reason.id).max(),
            ),
            (
                "rating",
                next.rating,
                ratings().map(|rating| rating.id).max(),
            ),
            (
                "rated_item",
                next.rated_item,
                items.map(|item| item.id).max(),
            ),
        ] {
            ensure(
                last.is_none_or(|last| last < next),
                || format!("next.{name}"),
                || format!("must be above {}, which is taken", last.unwrap_or_default()),
            )?;
        }
        Ok(())
    }
}
