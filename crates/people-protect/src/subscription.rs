//! One subscription.

use jiff::Timestamp;
use people_protect_api::types;

use crate::subscription_view::Members;
use crate::subscriptions::single;
use crate::{
    Answer, CustomerId, Error, ErrorKind, PeopleProtect, SubscriptionId, SubscriptionState,
    SubscriptionView,
};

/// A subscription by id: to renew it, to change its members, to cancel it (R19).
///
/// ```no_run
/// # use people_protect::{CustomerId, PeopleProtect, SubscriptionId};
/// # async fn example(aura: PeopleProtect, id: SubscriptionId, child: CustomerId) -> Result<(), people_protect::Error> {
/// let family = aura.subscription(id);
/// family.add_dependant(child).await?;
/// family.renew("2028-06-10T00:00:00Z".parse().unwrap()).await?;
/// family.cancel("moved abroad").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Subscription {
    aura: PeopleProtect,
    id: SubscriptionId,
}

impl PeopleProtect {
    /// A subscription by id. Nothing is sent yet.
    #[must_use]
    pub fn subscription(&self, id: impl Into<SubscriptionId>) -> Subscription {
        Subscription {
            aura: self.clone(),
            id: id.into(),
        }
    }
}

impl Subscription {
    /// The id.
    #[must_use]
    pub fn id(&self) -> SubscriptionId {
        self.id
    }

    /// Reads the subscription with its members (R69). To know whether somebody is covered, use
    /// [`Customer::entitlement`](crate::Customer::entitlement) instead (R98).
    ///
    /// What stands in a member is not documented: a customer id there is an assumption.
    ///
    /// # Errors
    ///
    /// [`NotFound`](ErrorKind::NotFound) if there is none, or not for these credentials (R16);
    /// [`UndecodableAnswer`](ErrorKind::UndecodableAnswer) if the answer has no subscription.
    pub async fn get(&self) -> Result<Answer<SubscriptionView>, Error> {
        let id = self.id.get();
        let answer = self
            .aura
            .call(|raw| async move { raw.get_subscription(id).await })
            .await?;
        let json = answer.json();
        // Wrapped, or flat as documented earlier.
        match single(&json) {
            Some(view) => Ok(answer.with_value(view)),
            None => Err(no_subscription(answer, "get_subscription")
                .with_retryable(true)
                .with_hint("check the address and any proxy between; `body()` has what was sent")),
        }
    }

    /// Moves the end of cover to `valid_to`. The members stay.
    ///
    /// Two requests: the members are read first and sent along, because what AURA does with them
    /// when they are left out is not documented. A change of members by somebody else between the
    /// two is undone.
    ///
    /// # Errors
    ///
    /// - [`InvalidRequest`](ErrorKind::InvalidRequest) if `valid_to` is before the present end (to
    ///   shorten the cover on purpose there is [`update`](Self::update)), or if the subscription
    ///   has lapsed or was cancelled: it cannot be revived, activate a new one with
    ///   [`Customer::subscribe`](crate::Customer::subscribe) (R20; that it is refused with 400 is
    ///   an assumption).
    /// - [`UndecodableAnswer`](ErrorKind::UndecodableAnswer) if there are members that cannot be
    ///   read; nothing was changed then.
    pub async fn renew(
        &self,
        valid_to: Timestamp,
    ) -> Result<Answer<types::SubscriptionUpdated>, Error> {
        let read = self.get().await?;
        if read.valid_to().is_some_and(|present| valid_to < present) {
            return Err(Error::invalid(
                "the new end of cover is before the present one",
                "pass a later end; to shorten the cover on purpose, use `update`",
            ));
        }
        let members = match read.members() {
            // Nobody to lose.
            Members::NotSaid => None,
            Members::Known(members) if members.is_empty() => None,
            Members::Known(members) => Some(members.clone()),
            Members::Unreadable => return Err(unreadable_members(read)),
        };
        self.put(valid_to.into(), members)
            .await
            .map_err(|error| self.gone(error, &read))
    }

    /// Replaces **all** members by these: who is not in the list loses cover (R22, R66).
    ///
    /// Two requests: the end of cover is read first, because AURA wants it repeated (R67). To
    /// change one member, use [`add_dependant`](Self::add_dependant) or
    /// [`remove_dependant`](Self::remove_dependant).
    ///
    /// # Errors
    ///
    /// As [`renew`](Self::renew); [`UndecodableAnswer`](ErrorKind::UndecodableAnswer) if the end
    /// of cover cannot be read.
    pub async fn replace_dependants<I>(
        &self,
        members: I,
    ) -> Result<Answer<types::SubscriptionUpdated>, Error>
    where
        I: IntoIterator,
        I::Item: Into<CustomerId>,
    {
        let members = members.into_iter().map(Into::into).collect();
        self.change(self.get().await?, members).await
    }

    /// Adds one member to those there are. Adding one who is there already changes nothing.
    ///
    /// Two requests, since AURA only replaces the whole list (R66): two such changes at the same
    /// time may undo each other. Do them one after the other, then read.
    ///
    /// # Errors
    ///
    /// As [`renew`](Self::renew); [`UndecodableAnswer`](ErrorKind::UndecodableAnswer) if the
    /// present members cannot be read, with nothing changed.
    pub async fn add_dependant(
        &self,
        member: impl Into<CustomerId>,
    ) -> Result<Answer<types::SubscriptionUpdated>, Error> {
        let (read, mut members) = self.members().await?;
        members.push(member.into());
        self.change(read, members).await
    }

    /// Takes one member away, who loses cover (R22). The others stay. Removing one who is not
    /// there changes nothing.
    ///
    /// Two requests, as [`add_dependant`](Self::add_dependant).
    ///
    /// # Errors
    ///
    /// As [`add_dependant`](Self::add_dependant).
    pub async fn remove_dependant(
        &self,
        member: impl Into<CustomerId>,
    ) -> Result<Answer<types::SubscriptionUpdated>, Error> {
        let (read, mut members) = self.members().await?;
        let member = member.into();
        members.retain(|present| *present != member);
        self.change(read, members).await
    }

    /// Sends one update as it stands: the end of cover (R67), and all members or none of the
    /// list (R66).
    ///
    /// One request, nothing is read before. With `None` the list is left out: that AURA keeps the
    /// members then is an assumption. [`renew`](Self::renew) does not rest on it.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](ErrorKind::InvalidRequest) if AURA refuses, as it does for one that has
    /// lapsed or was cancelled (R20); [`NotFound`](ErrorKind::NotFound) if there is none.
    pub async fn update(
        &self,
        valid_to: Timestamp,
        dependants: Option<&[CustomerId]>,
    ) -> Result<Answer<types::SubscriptionUpdated>, Error> {
        self.put(valid_to.into(), dependants.map(<[_]>::to_vec))
            .await
    }

    /// Cancels the subscription, with a reason in words. Live callouts are refused from then on,
    /// for its members too (R22, R26), and it cannot be revived (R20).
    ///
    /// The answer's `subscription_token` is often null; what it is for is not documented (R68).
    /// That a second cancellation changes nothing is an assumption.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](ErrorKind::InvalidRequest) if the reason is blank, with nothing sent;
    /// [`NotFound`](ErrorKind::NotFound) if there is no such subscription. After a failure that
    /// [may have reached the server](Error::may_have_reached_server) read it again.
    pub async fn cancel(
        &self,
        reason: impl Into<String>,
    ) -> Result<Answer<types::SubscriptionCancelled>, Error> {
        let reason = reason.into();
        if reason.trim().is_empty() {
            return Err(Error::invalid(
                "a subscription is cancelled with a reason, and this one is blank",
                "say in words why it ends (R68)",
            ));
        }
        let id = self.id.get();
        let request = types::CancelSubscriptionRequest::new(reason);
        let body = &request;
        self.aura
            .call(|raw| async move { raw.cancel_subscription(id, body).await })
            .await
    }

    /// The subscription and its members, all of them readable.
    async fn members(&self) -> Result<(Answer<SubscriptionView>, Vec<CustomerId>), Error> {
        let read = self.get().await?;
        match read.dependants().map(<[_]>::to_vec) {
            Some(members) => Ok((read, members)),
            None => Err(unreadable_members(read)),
        }
    }

    /// Changes the members and repeats the end of cover as it was read.
    async fn change(
        &self,
        read: Answer<SubscriptionView>,
        members: Vec<CustomerId>,
    ) -> Result<Answer<types::SubscriptionUpdated>, Error> {
        let Some(valid_to) = read.raw().valid_to.clone() else {
            return Err(no_subscription(read, "get_subscription")
                .with_detail("the answer has no end of cover, which an update must repeat")
                .with_hint("nothing was changed; pass the end of cover to `update` yourself"));
        };
        self.put(valid_to, Some(members))
            .await
            .map_err(|error| self.gone(error, &read))
    }

    async fn put(
        &self,
        valid_to: people_protect_api::Timestamp,
        members: Option<Vec<CustomerId>>,
    ) -> Result<Answer<types::SubscriptionUpdated>, Error> {
        let id = self.id.get();
        let mut request = types::UpdateSubscriptionRequest::new(valid_to);
        // Each once.
        request.dependant_customer_ids = members.map(|members| {
            let mut ids: Vec<i64> = Vec::with_capacity(members.len());
            for member in members {
                if !ids.contains(&member.get()) {
                    ids.push(member.get());
                }
            }
            ids
        });
        let body = &request;
        self.aura
            .call(|raw| async move { raw.update_subscription(id, body).await })
            .await
    }

    /// Names the cause if AURA refused a change of what is over (R20).
    fn gone(&self, error: Error, read: &SubscriptionView) -> Error {
        let over = matches!(
            read.state(self.aura.core().clock.now()),
            SubscriptionState::Lapsed | SubscriptionState::Cancelled
        );
        if error.kind() == ErrorKind::InvalidRequest && over {
            return error.with_hint(
                "it has lapsed or was cancelled and cannot be revived: activate a new one with \
                 `Customer::subscribe` (R20)",
            );
        }
        error
    }
}

/// The error that an answer lacks what it was asked for.
pub(crate) fn no_subscription<T>(answer: Answer<T>, operation: &'static str) -> Error {
    Error::new(ErrorKind::UndecodableAnswer)
        .with_operation(Some(operation))
        .with_attempts(answer.attempts)
        .with_answer(answer.answered)
        .with_reached(true)
        .with_detail("the answer has no subscription")
}

fn unreadable_members(read: Answer<SubscriptionView>) -> Error {
    no_subscription(read, "get_subscription")
        .with_detail("the answer does not say in a readable way who the members are")
        .with_hint(
            "nothing was changed, so that nobody is lost; pass all members to \
             `replace_dependants` or `update`",
        )
}
