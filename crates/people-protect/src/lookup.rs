//! Lists to look ids up in: kinds of subscription, kinds of response.

use std::sync::Arc;

use people_protect_api::types;

use crate::{Answer, Clock, Cover, Error, ResponseTypeId, SubscriptionTypeId};

/// The kinds of subscription of a customer source (R18).
#[derive(Debug)]
pub struct SubscriptionTypes {
    answer: Answer<types::SubscriptionTypes>,
    clock: Arc<dyn Clock>,
}

impl SubscriptionTypes {
    pub(crate) fn new(answer: Answer<types::SubscriptionTypes>, clock: Arc<dyn Clock>) -> Self {
        Self { answer, clock }
    }

    /// The kind with this value, such as `WEB_SIGNUP_SINGLE`. Case does not matter.
    ///
    /// # Errors
    ///
    /// [`Configuration`](crate::ErrorKind::Configuration), naming the values there are, if the
    /// customer source has no such kind.
    pub fn by_value(&self, value: &str) -> Result<Plan, Error> {
        self.iter()
            .find(|plan| plan.value.eq_ignore_ascii_case(value.trim()))
            .ok_or_else(|| {
                unknown(
                    "subscription type",
                    value,
                    self.iter().map(|plan| plan.value),
                )
            })
    }

    /// Every kind that has both an id and a value.
    pub fn iter(&self) -> impl Iterator<Item = Plan> + '_ {
        self.answer
            .subscription_types
            .iter()
            .flatten()
            .filter_map(|kind| {
                Some(Plan {
                    id: kind.id?.into(),
                    value: kind.value.clone()?,
                    clock: Arc::clone(&self.clock),
                })
            })
    }

    /// The whole answer.
    #[must_use]
    pub fn answer(&self) -> &Answer<types::SubscriptionTypes> {
        &self.answer
    }
}

/// A kind of subscription, to make a [`Cover`] of.
#[derive(Debug, Clone)]
pub struct Plan {
    id: SubscriptionTypeId,
    value: String,
    clock: Arc<dyn Clock>,
}

impl Plan {
    /// Its id in this environment.
    #[must_use]
    pub fn id(&self) -> SubscriptionTypeId {
        self.id
    }

    /// Its value.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Cover that begins now and lasts so many times 24 hours.
    ///
    /// It begins a minute early: a server whose clock is a little behind would otherwise not find
    /// it active yet (R17), and refuse a panic raised at once.
    #[must_use]
    pub fn starting_now_for_days(&self, days: u32) -> Cover {
        Cover::starting(self.id, self.clock.now(), days)
    }
}

/// The kinds of response of a customer source (R82).
#[derive(Debug)]
pub struct ResponseTypes {
    answer: Answer<types::ResponseTypes>,
}

impl ResponseTypes {
    pub(crate) fn new(answer: Answer<types::ResponseTypes>) -> Self {
        Self { answer }
    }

    /// The id of the kind with this value, such as `SECURITY`. Case does not matter.
    ///
    /// # Errors
    ///
    /// [`Configuration`](crate::ErrorKind::Configuration), naming the values there are, if the
    /// customer source has no such kind.
    pub fn by_value(&self, value: &str) -> Result<ResponseTypeId, Error> {
        self.iter()
            .find(|(_, name)| name.eq_ignore_ascii_case(value.trim()))
            .map(|(id, _)| id)
            .ok_or_else(|| {
                unknown(
                    "response type",
                    value,
                    self.iter().map(|(_, name)| name.to_owned()),
                )
            })
    }

    /// Every kind that has both an id and a value.
    pub fn iter(&self) -> impl Iterator<Item = (ResponseTypeId, &str)> {
        self.answer
            .response_types
            .iter()
            .flatten()
            .filter_map(|kind| Some((kind.id?.into(), kind.value.as_deref()?)))
    }

    /// The whole answer.
    #[must_use]
    pub fn answer(&self) -> &Answer<types::ResponseTypes> {
        &self.answer
    }
}

fn unknown(what: &str, value: &str, known: impl Iterator<Item = String>) -> Error {
    let known: Vec<String> = known.collect();
    let hint = if known.is_empty() {
        format!("this customer source has no {what} at all; ask AURA to enable one")
    } else {
        format!("it has {}", known.join(", "))
    };
    Error::configuration(
        format!("this customer source has no {what} {value:?}"),
        hint,
    )
}
