//! Changing a customer's profile, and retiring a customer.

use std::fmt;

use people_protect_api::types;
use serde_json::{Map, Value};

use crate::register::check_essentials;
use crate::{Answer, Customer, Error, ErrorKind, Mobile, NewCustomer};

/// Names of an older form of the profile (C04), and what they are called now.
const OLDER_NAMES: [(&str, &str); 3] = [
    ("firstName", "name"),
    ("lastName", "surname"),
    ("mobileNumber", "mobile"),
];

/// What AURA manages itself. An update answered without it has lost nothing.
const MANAGED: [&str; 6] = [
    "id",
    "customerId",
    "customerSourceId",
    "createdAt",
    "updatedAt",
    "message",
];

/// A profile that was changed, with what it was before.
///
/// `Debug` shows how many fields were lost, not what they hold.
#[must_use = "`lost` tells whether a field of the profile is gone"]
pub struct Updated {
    before: Answer<types::CustomerResponse>,
    answer: Answer<types::CustomerResponse>,
    lost: Option<Vec<String>>,
}

impl Customer {
    /// Changes fields of the profile and keeps the others.
    ///
    /// Whether AURA replaces the whole profile by what is sent or merges into it is not documented,
    /// so this reads the profile, changes it and sends all of it: two requests. Two such changes at
    /// the same time may undo each other. Fields of AURA's that this client does not know cannot be
    /// sent back; if one is gone afterwards, [`Updated::lost`] names it.
    ///
    /// A new mobile number is also a new safe code (R34). Whether it may change at all is not
    /// documented.
    ///
    /// ```no_run
    /// # async fn example(jane: people_protect::Customer) -> Result<(), people_protect::Error> {
    /// let updated = jane
    ///     .update(|profile| profile.medical_conditions = Some("asthma".into()))
    ///     .await?;
    /// if updated.lost().is_none_or(|lost| !lost.is_empty()) {
    ///     println!("read the profile again and compare it with `before`");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`NotFound`](ErrorKind::NotFound) if there is no such customer (R16).
    /// - [`UndecodableAnswer`](ErrorKind::UndecodableAnswer) if the profile that was read lacks a
    ///   name or the mobile: nothing was sent; use [`replace`](Self::replace) with all you hold.
    /// - [`InvalidRequest`](ErrorKind::InvalidRequest) if the change leaves one of them blank
    ///   (R10, R12), or sets a mobile without a country code (P11), with nothing sent.
    /// - [`AlreadyRegistered`](ErrorKind::AlreadyRegistered) if the new mobile has a customer; for
    ///   an update that is an assumption (R11).
    pub async fn update(
        &self,
        change: impl FnOnce(&mut types::CustomerInput),
    ) -> Result<Updated, Error> {
        let before = self.get().await?;
        let held = profile(&before.json());
        let Some(mut input) = held.clone().and_then(input) else {
            return Err(Error::new(ErrorKind::UndecodableAnswer)
                .with_operation(Some("get_customer"))
                .with_attempts(before.attempts)
                .with_answer(before.answered)
                .with_reached(true)
                .with_detail("the profile lacks a name or the mobile, so it cannot be sent back")
                .with_hint("nothing was changed; use `replace` with all you hold"));
        };
        let was = input.clone();
        change(&mut input);
        if input.mobile != was.mobile {
            Mobile::as_written(input.mobile.reveal())
                .map(|mobile| input.mobile = mobile.reveal().into())?;
        }
        let answer = self.put(&input).await?;
        let lost = profile(&answer.json()).map(|after| {
            let cleared = cleared(&was, &input);
            lost(&held.unwrap_or_default(), &after, &cleared)
        });
        Ok(Updated {
            before,
            answer,
            lost,
        })
    }

    /// Sends this profile in place of the one AURA holds. One request, nothing is read before.
    ///
    /// Whether fields that are left out are kept or erased is not documented: pass all you hold.
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update).
    pub async fn replace(
        &self,
        profile: NewCustomer,
    ) -> Result<Answer<types::CustomerResponse>, Error> {
        self.put(&profile.into_input()).await
    }

    /// Retires the customer: a soft delete (R15).
    ///
    /// Afterwards the customer reads as [`NotFound`](ErrorKind::NotFound), which is an assumption.
    /// What it does to subscriptions and active callouts, and whether the mobile can be registered
    /// again, is not documented: cancel both first if they are to end.
    ///
    /// # Errors
    ///
    /// [`NotFound`](ErrorKind::NotFound) if there is no such customer, or no longer.
    pub async fn retire(&self) -> Result<Answer<types::MessageResponse>, Error> {
        let id = self.id().get();
        self.aura()
            .call(|raw| async move { raw.delete_customer(id).await })
            .await
    }

    async fn put(
        &self,
        profile: &types::CustomerInput,
    ) -> Result<Answer<types::CustomerResponse>, Error> {
        check_essentials(profile)?;
        let id = self.id().get();
        let mut request = types::UpdateCustomerRequest::default();
        request.customer = Some(profile.clone());
        let body = &request;
        self.aura()
            .call(|raw| async move { raw.update_customer(id, body).await })
            .await
    }
}

impl Updated {
    /// The fields that were there before and are gone now, without having been cleared by the
    /// change: their names. Their values are in [`before`](Self::before).
    ///
    /// `None` if the answer to the update has no profile to compare with: read it again then.
    #[must_use]
    pub fn lost(&self) -> Option<&[String]> {
        self.lost.as_deref()
    }

    /// The profile as it was read before the change.
    #[must_use]
    pub fn before(&self) -> &Answer<types::CustomerResponse> {
        &self.before
    }

    /// The answer to the update.
    #[must_use]
    pub fn answer(&self) -> &Answer<types::CustomerResponse> {
        &self.answer
    }
}

impl fmt::Debug for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Updated")
            .field("lost", &self.lost.as_ref().map(Vec::len))
            .finish_non_exhaustive()
    }
}

/// The profile of an answer: wrapped, or flat as documented earlier, under the present names.
fn profile(answer: &Value) -> Option<Map<String, Value>> {
    let wrapped = answer.get("customer").and_then(Value::as_object);
    let mut profile = wrapped.or_else(|| answer.as_object())?.clone();
    profile.retain(|name, value| !value.is_null() && !MANAGED.contains(&name.as_str()));
    for (older, name) in OLDER_NAMES {
        if let Some(value) = profile.remove(older) {
            profile.entry(name).or_insert(value);
        }
    }
    profile.contains_key("mobile").then_some(profile)
}

fn input(profile: Map<String, Value>) -> Option<types::CustomerInput> {
    serde_json::from_value(Value::Object(profile)).ok()
}

/// The fields the change has cleared.
fn cleared(was: &types::CustomerInput, is: &types::CustomerInput) -> Vec<String> {
    let fields = |input| match serde_json::to_value(input) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let is = fields(is);
    let was = fields(was).into_iter().map(|(name, _)| name);
    was.filter(|name| !is.contains_key(name)).collect()
}

fn lost(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    cleared: &[String],
) -> Vec<String> {
    let gone = |name: &&String| !after.contains_key(*name) && !cleared.contains(*name);
    before.keys().filter(gone).cloned().collect()
}
