//! Customers: the people of a source.

use jiff::Timestamp;
use people_protect_api::{PersonalText, types};
use serde::{Deserialize, Serialize};

use crate::happening::About;
use crate::problem::Problem;
use crate::signup::check_email;
use crate::state::{Next, State};
use crate::switch::people::{
    BODY_REFERENCE_STATUS, DUPLICATE_MOBILE_STATUS, MOBILE_CHANGE, MOBILE_FORM, MOBILE_UNIQUE,
    RETIRED_CUSTOMER, RETIRED_MOBILE,
};

/// A customer as the simulator keeps it. `Debug` shows ids and times only.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Customer {
    /// The id, from 178921 upwards.
    pub id: i64,
    /// The customer source it belongs to.
    pub source: i64,
    /// The profile, as last sent. Apart, as it is large and rows are stored with room to grow.
    pub profile: Box<types::CustomerInput>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was retired (R15); none as long as it is there.
    pub retired_at: Option<Timestamp>,
    /// Its own subscriptions, oldest first.
    pub subscriptions: Vec<i64>,
    /// The subscriptions of others that cover it as a member (R22).
    pub member_of: Vec<i64>,
    /// Its callouts, oldest first.
    pub callouts: Vec<i64>,
    /// The one that is active, if any (R27).
    pub active_callout: Option<i64>,
}

impl Customer {
    /// The safe code: the last four digits of the registered mobile (R34).
    pub(crate) fn safe_code(&self) -> String {
        let digits: Vec<char> = self
            .profile
            .mobile
            .reveal()
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        digits[digits.len().saturating_sub(4)..].iter().collect()
    }
}

impl State {
    /// A customer of this source. Another source's customer looks absent (R16); so does a retired
    /// one (R15; what reading a retired one answers is not known, 404 is an assumption).
    pub(crate) fn customer(&self, source: i64, id: i64) -> Result<&Customer, Problem> {
        self.customers
            .get(&id)
            .filter(|customer| customer.source == source || !self.settings.keeps("R16"))
            .filter(|customer| customer.retired_at.is_none())
            .ok_or_else(|| Problem::not_found(format!("there is no customer {id}")).by("R16"))
    }

    /// The same for reading alone, where a retired one may still show.
    pub(crate) fn readable_customer(&self, source: i64, id: i64) -> Result<&Customer, Problem> {
        let retired = self
            .customers
            .get(&id)
            .filter(|customer| customer.source == source && customer.retired_at.is_some())
            .filter(|_| self.settings.value(&RETIRED_CUSTOMER) == "readable");
        retired.map_or_else(|| self.customer(source, id), Ok)
    }

    /// A customer that is named in a body. The operations' pages list no 404: that an unknown one
    /// is 400 is an assumption.
    pub(crate) fn named_customer(&self, source: i64, id: i64) -> Result<&Customer, Problem> {
        self.customer(source, id).map_err(|_| {
            Problem::bad_request(format!(
                "`customerId` {id} is not a customer of this customer source"
            ))
            .decided_by(&BODY_REFERENCE_STATUS)
        })
    }

    /// Registers a customer (R10).
    pub(crate) fn register(
        &mut self,
        source: i64,
        profile: types::CustomerInput,
        now: Timestamp,
    ) -> Result<i64, Problem> {
        self.check_profile(source, &profile, None)?;
        let id = Next::take(&mut self.next.customer);
        self.by_mobile.insert((source, mobile_key(&profile)), id);
        self.customers.insert(
            id,
            Customer {
                id,
                source,
                profile: Box::new(profile),
                created_at: now,
                updated_at: now,
                retired_at: None,
                subscriptions: Vec::new(),
                member_of: Vec::new(),
                callouts: Vec::new(),
                active_callout: None,
            },
        );
        self.happened("CREATED_CUSTOMER", About::Customer(id));
        Ok(id)
    }

    /// Replaces a customer's profile. Whether the update replaces or merges, and whether the
    /// mobile may change, is not known: that it replaces all and may is an assumption.
    pub(crate) fn change_customer(
        &mut self,
        source: i64,
        id: i64,
        profile: types::CustomerInput,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let before = mobile_key(&self.customer(source, id)?.profile);
        self.check_profile(source, &profile, Some(id))?;
        if before != mobile_key(&profile) && !self.settings.is_on(&MOBILE_CHANGE) {
            return Err(Problem::bad_request("`customer.mobile` may not change"));
        }
        self.by_mobile.remove(&(source, before));
        self.by_mobile.insert((source, mobile_key(&profile)), id);
        if let Some(customer) = self.customers.get_mut(&id) {
            *customer.profile = profile;
            customer.updated_at = now;
        }
        Ok(())
    }

    /// R15: a soft delete. What it does to the rest is not known; assumptions: the mobile is free
    /// again, an active callout goes on (somebody may be in need), subscriptions stay as they are.
    pub(crate) fn retire_customer(
        &mut self,
        source: i64,
        id: i64,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let mobile = mobile_key(&self.customer(source, id)?.profile);
        if self.settings.value(&RETIRED_MOBILE) == "free" {
            self.by_mobile.remove(&(source, mobile));
        }
        if let Some(customer) = self.customers.get_mut(&id) {
            customer.retired_at = Some(now);
            customer.updated_at = now;
        }
        Ok(())
    }

    /// Checks a profile before anything changes; `own` is the customer that may hold its mobile.
    pub(crate) fn check_profile(
        &self,
        source: i64,
        profile: &types::CustomerInput,
        own: Option<i64>,
    ) -> Result<(), Problem> {
        // R10: name, surname and mobile are essential. R12: a blank mobile is 400 (documented
        // earlier); that blank names are too is an assumption. No rule about the form of a number
        // is documented, so none is made here.
        let kept = |rule| self.settings.keeps(rule);
        for (rule, name, text) in [
            ("R10", "name", &profile.name),
            ("R10", "surname", &profile.surname),
            ("R12", "mobile", &profile.mobile),
        ] {
            if text.reveal().trim().is_empty() && kept(rule) {
                return Err(Problem::bad_request(format!(
                    "`customer.{name}` must not be blank"
                )));
            }
        }
        check_email(profile.email.as_ref(), "customer.email")?;
        if self.settings.value(&MOBILE_FORM) == "e164" && !is_e164(profile.mobile.reveal().trim()) {
            return Err(Problem::bad_request(
                "`customer.mobile` must be `+` and up to 15 digits",
            ));
        }
        // R11: the mobile is unique. That a second registration is 409 was documented earlier
        // (C11); that uniqueness is per source is an assumption.
        let elsewhere = || {
            let key = mobile_key(profile);
            self.settings.value(&MOBILE_UNIQUE) == "everywhere"
                && self
                    .by_mobile
                    .keys()
                    .any(|(other, mobile)| *other != source && *mobile == key)
        };
        match self.by_mobile.get(&(source, mobile_key(profile))) {
            holder
                if kept("R11")
                    && (holder.is_some_and(|holder| Some(*holder) != own) || elsewhere()) =>
            {
                Err(Problem::conflict(
                    "a customer with this `customer.mobile` is registered already",
                )
                .by("R11")
                .decided_by(&DUPLICATE_MOBILE_STATUS))
            }
            _ => Ok(()),
        }
    }
}

/// `+`, a country that does not begin with 0, and at most 15 digits together.
fn is_e164(mobile: &str) -> bool {
    mobile.strip_prefix('+').is_some_and(|digits| {
        (2..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

pub(crate) fn mobile_key(profile: &types::CustomerInput) -> PersonalText {
    profile.mobile.reveal().trim().into()
}

#[cfg(test)]
mod tests {
    use people_protect_api::types::CustomerInput;

    use crate::clock::Clock;
    use crate::state::State;

    fn jane(mobile: &str) -> CustomerInput {
        CustomerInput::new("Jane", "Doe", mobile)
    }

    #[test]
    fn r11_a_mobile_is_taken_once_per_source() {
        let (mut state, now) = (State::default(), Clock::manual().base());
        assert_eq!(state.register(12, jane("+27821234567"), now), Ok(178_921));
        assert_eq!(
            state
                .register(12, jane(" +27821234567 "), now)
                .unwrap_err()
                .status,
            409
        );
        assert_eq!(state.register(13, jane("+27821234567"), now), Ok(178_922));
    }

    #[test]
    fn r11_a_changed_or_retired_customer_frees_its_mobile() {
        let (mut state, now) = (State::default(), Clock::manual().base());
        let id = state.register(12, jane("+27821234567"), now).unwrap();
        state
            .change_customer(12, id, jane("+27821234567"), now)
            .unwrap();
        state
            .change_customer(12, id, jane("+27821234568"), now)
            .unwrap();
        let other = state.register(12, jane("+27821234567"), now).unwrap();
        assert_eq!(
            state
                .change_customer(12, id, jane("+27821234567"), now)
                .unwrap_err()
                .status,
            409
        );
        state.retire_customer(12, other, now).unwrap();
        state
            .change_customer(12, id, jane("+27821234567"), now)
            .unwrap();
        assert_eq!(state.by_mobile.len(), 1);
    }

    #[test]
    fn r34_the_safe_code_is_the_last_four_digits() {
        let (mut state, now) = (State::default(), Clock::manual().base());
        for (mobile, code) in [("+27 82 123 45-67", "4567"), ("123", "123"), ("none", "")] {
            let id = state.register(12, jane(mobile), now).unwrap();
            assert_eq!(state.customers[&id].safe_code(), code);
        }
    }

    #[test]
    fn debug_shows_no_personal_data() {
        let (mut state, now) = (State::default(), Clock::manual().base());
        let mut profile = jane("+27821234567");
        profile.medical_conditions = Some("planted".into());
        state.register(12, profile, now).unwrap();
        let shown = format!("{state:?}");
        for hidden in ["Jane", "Doe", "27821234567", "planted"] {
            assert!(!shown.contains(hidden), "{hidden}");
        }
    }
}
