//! Lists to look ids up in: kinds of subscription, kinds of response.

use std::fmt;
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
    /// customer source has no such kind, and naming the ids if it has several.
    pub fn by_value(&self, value: &str) -> Result<Plan, Error> {
        only(
            "subscription type",
            value,
            self.iter().map(|plan| (plan.id, plan.value.clone(), plan)),
        )
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
///
/// ```no_run
/// # async fn example(aura: people_protect::PeopleProtect) -> Result<(), people_protect::Error> {
/// let types = aura.response_types().await?;
/// for (id, value) in types.iter() {
///     println!("{id} {value}");
/// }
/// let security = types.by_value("SECURITY")?;
/// # Ok(())
/// # }
/// ```
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
    /// customer source has no such kind, and naming the ids if it has several.
    pub fn by_value(&self, value: &str) -> Result<ResponseTypeId, Error> {
        only(
            "response type",
            value,
            self.iter().map(|(id, name)| (id, name.to_owned(), id)),
        )
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

/// The one kind with this value: which of several is meant, nobody here can know.
fn only<I: Copy + PartialEq + fmt::Display, T>(
    what: &str,
    value: &str,
    kinds: impl Iterator<Item = (I, String, T)>,
) -> Result<T, Error> {
    let kinds: Vec<_> = kinds.collect();
    let is_meant = |(_, name, _): &&(I, String, T)| name.trim().eq_ignore_ascii_case(value.trim());
    let mut ids: Vec<I> = Vec::new();
    for (id, ..) in kinds.iter().filter(is_meant) {
        if !ids.contains(id) {
            ids.push(*id);
        }
    }
    if ids.len() > 1 {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        return Err(Error::configuration(
            format!(
                "this customer source has several of {what} {value:?}: {}",
                ids.join(", ")
            ),
            "ask AURA which one is meant, and pass its id",
        ));
    }
    let known: Vec<String> = kinds.iter().map(|(_, name, _)| name.clone()).collect();
    kinds
        .into_iter()
        .find(|kind| is_meant(&kind))
        .map(|(.., kind)| kind)
        .ok_or_else(|| unknown(what, value, known.into_iter()))
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
