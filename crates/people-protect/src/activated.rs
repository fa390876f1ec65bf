//! A subscription activated after a payment, and known to be.

use people_protect_api::{Client as Raw, types};

use crate::lacking::lacks;
use crate::{Answer, Cover, CustomerId, Error, ErrorKind, PeopleProtect, SubscriptionId};

const OPEN: &str =
    "it may be active all the same: read the customer's subscriptions before charging again";

impl PeopleProtect {
    /// Activates a subscription that was paid for, and tells for certain whether it is there (P15).
    ///
    /// Call it after your payment provider has confirmed the payment, on your server. A page that
    /// is loaded twice does no harm: a subscription that is active already is found and returned.
    /// If the answer to the activation is lost or unreadable, the customer's subscriptions are
    /// read once, to see whether this one is among them.
    ///
    /// The server token is used. Whose customer id it is must come from your own records: that of
    /// a [`CustomerToken`](crate::CustomerToken) is unverified.
    ///
    /// ```no_run
    /// # use people_protect::{CustomerId, PaymentVisit, PeopleProtect};
    /// # async fn example(aura: PeopleProtect, payer: CustomerId, url: &str) -> Result<(), people_protect::Error> {
    /// let visit = PaymentVisit::parse(url)?;
    /// let plan = aura.subscription_types().await?.by_value("WEB_SIGNUP_SINGLE")?;
    /// let activated = aura.activate_paid(payer, plan.starting_now_for_days(365)).await;
    /// let redirect_to = visit.payment_return().after(&activated);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The activation's own error, if no subscription is found. If it
    /// [may have reached the server](Error::may_have_reached_server) and is no refusal, the
    /// subscription may appear later: look before charging again.
    pub async fn activate_paid(
        &self,
        customer: impl Into<CustomerId>,
        cover: Cover,
    ) -> Result<Activated, Error> {
        let customer = customer.into();
        let mut request = types::CreateSubscriptionRequest::new(customer.get(), cover.kind().get());
        request.valid_from = Some(cover.valid_from().into());
        request.valid_to = Some(cover.valid_to().into());
        let body = &request;
        let read = |answer| match subscription_of(&answer) {
            Some(subscription) => Ok(Activated {
                subscription,
                was_active: false,
                answer: Some(answer),
            }),
            None => Err(lacks(
                answer,
                "create_subscription",
                "the answer has no subscription id",
                OPEN,
            )),
        };
        let create = |raw: Raw| async move { raw.create_subscription(body).await };
        let error = match self.call_and_read(create, read).await {
            Ok(activated) => return Ok(activated),
            Err(error) => error,
        };
        let was_active = error.kind() == ErrorKind::AlreadySubscribed;
        if !was_active && !error.outcome_is_unknown() {
            return Err(error);
        }
        let error = if was_active {
            error
        } else {
            error.with_hint(OPEN)
        };
        // What comes of this read does not matter more than the error it could not explain.
        let Ok(listed) = self
            .call(|raw| async move { raw.list_customer_subscriptions(customer.get()).await })
            .await
        else {
            return Err(error);
        };
        let now = self.core().clock.now();
        let found = listed.iter().filter(|listed| {
            if was_active {
                is_active(listed, now)
            } else {
                is_this(listed, cover)
            }
        });
        match found.max_by_key(|listed| valid_to(listed)) {
            Some(subscription) => Ok(Activated {
                subscription: subscription.clone(),
                was_active,
                answer: None,
            }),
            None => Err(error),
        }
    }
}

/// The subscription in a wrapper, or bare (documented earlier).
fn subscription_of(answer: &Answer<types::SubscriptionResponse>) -> Option<types::Subscription> {
    let bare = || serde_json::from_slice(answer.body()).ok();
    answer
        .subscription
        .clone()
        .or_else(bare)
        .filter(|subscription: &types::Subscription| subscription.id.is_some())
}

/// R17; bounds included is an assumption.
fn is_active(subscription: &types::Subscription, now: jiff::Timestamp) -> bool {
    let from = subscription.valid_from.as_ref().and_then(|at| at.instant());
    subscription.cancelled_date.is_none()
        && from.is_some_and(|from| from <= now)
        && valid_to(subscription).is_some_and(|to| now <= to)
}

/// Whether a listed subscription is the one that was asked for.
fn is_this(subscription: &types::Subscription, cover: Cover) -> bool {
    subscription.cancelled_date.is_none()
        && subscription.subscription_type_id == Some(cover.kind().get())
        && valid_to(subscription).map(|to| to.as_second()) == Some(cover.valid_to().as_second())
}

fn valid_to(subscription: &types::Subscription) -> Option<jiff::Timestamp> {
    subscription.valid_to.as_ref()?.instant()
}

/// A subscription that is known to be there.
#[derive(Debug)]
pub struct Activated {
    subscription: types::Subscription,
    was_active: bool,
    answer: Option<Answer<types::SubscriptionResponse>>,
}

impl Activated {
    /// The subscription's id.
    #[must_use]
    pub fn id(&self) -> Option<SubscriptionId> {
        self.subscription.id.map(SubscriptionId::new)
    }

    /// The subscription.
    #[must_use]
    pub fn subscription(&self) -> &types::Subscription {
        &self.subscription
    }

    /// Whether the customer had an active subscription before: nothing was activated now. It can
    /// be of another kind than the one asked for; compare before keeping the payment.
    #[must_use]
    pub fn was_active(&self) -> bool {
        self.was_active
    }

    /// The whole answer of the activation; none if the subscription was found by reading the
    /// customer's list.
    #[must_use]
    pub fn answer(&self) -> Option<&Answer<types::SubscriptionResponse>> {
        self.answer.as_ref()
    }
}
