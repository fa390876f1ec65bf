//! Activating a subscription.

use std::future::IntoFuture;

use people_protect_api::types;

use crate::clock::BoxFuture;
use crate::subscription::no_subscription;
use crate::{Answer, Cover, Customer, CustomerId, Error, SubscriptionId, SubscriptionView};

/// An activation ready to be awaited.
///
/// # Errors
///
/// - [`AlreadySubscribed`](crate::ErrorKind::AlreadySubscribed) if the customer has an active
///   subscription: renew that one (R23; 409 was documented earlier and is unconfirmed).
/// - [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if AURA refuses the kind, the time or a
///   member.
/// - [`UndecodableAnswer`](crate::ErrorKind::UndecodableAnswer) if the answer has no id.
///
/// After a failure that [may have reached the server](Error::may_have_reached_server) the
/// subscription may be active: [`Customer::subscriptions`] tells.
#[derive(Debug, Clone)]
#[must_use = "an activation does nothing until it is awaited"]
pub struct Subscribe {
    customer: Customer,
    cover: Cover,
    dependants: Vec<CustomerId>,
}

/// A subscription that AURA has activated.
#[derive(Debug)]
pub struct Subscribed {
    id: SubscriptionId,
    answer: Answer<SubscriptionView>,
}

impl Customer {
    /// Activates a subscription for a registered customer. A lapsed or cancelled one cannot be
    /// revived: this is also how to cover somebody again (R19, R20).
    ///
    /// That the request takes the dates of the cover is an assumption (C30).
    ///
    /// ```no_run
    /// # async fn example(aura: people_protect::PeopleProtect, jane: people_protect::Customer) -> Result<(), people_protect::Error> {
    /// let family = aura.subscription_types().await?.by_value("WEB_SIGNUP_FAMILY")?;
    /// let subscribed = jane
    ///     .subscribe(family.starting_now_for_days(365))
    ///     .with_dependants([178922])
    ///     .await?;
    /// println!("subscription {}", subscribed.id());
    /// # Ok(())
    /// # }
    /// ```
    pub fn subscribe(&self, cover: Cover) -> Subscribe {
        Subscribe {
            customer: self.clone(),
            cover,
            dependants: Vec::new(),
        }
    }
}

impl Subscribe {
    /// Covers these customers too, where the kind of subscription allows members (R22). The field
    /// was documented earlier and is unconfirmed for this request.
    pub fn with_dependants<I>(mut self, members: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<CustomerId>,
    {
        self.dependants = members.into_iter().map(Into::into).collect();
        self
    }
}

impl IntoFuture for Subscribe {
    type Output = Result<Subscribed, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let customer = self.customer.id().get();
            let kind = self.cover.kind().get();
            // Set by name: two ids are easily mistaken.
            let mut request = types::CreateSubscriptionRequest::new(0, 0);
            request.customer_id = customer;
            request.subscription_type_id = kind;
            request.valid_from = Some(self.cover.valid_from().into());
            request.valid_to = Some(self.cover.valid_to().into());
            if !self.dependants.is_empty() {
                let ids = self.dependants.iter().copied().map(CustomerId::get);
                request.dependant_customer_ids = Some(ids.collect());
            }
            let body = &request;
            let answer = self
                .customer
                .aura()
                .call(|raw| async move { raw.create_subscription(body).await })
                .await?;
            let json = answer.json();
            // Wrapped, or flat as documented earlier.
            let view = match answer.subscription.clone() {
                Some(raw) => Some(SubscriptionView::new(raw, &json["subscription"])),
                None => serde_json::from_value(json).ok(),
            };
            let Some((view, id)) = view.and_then(|view: SubscriptionView| {
                let id = view.id()?;
                Some((view, id))
            }) else {
                return Err(no_subscription(answer, "create_subscription")
                    .with_detail("the answer has no subscription id")
                    .with_hint("it may be active; `Customer::subscriptions` tells"));
            };
            Ok(Subscribed {
                id,
                answer: answer.with_value(view),
            })
        })
    }
}

impl Subscribed {
    /// The id. Store it: renewing and cancelling need it.
    #[must_use]
    pub fn id(&self) -> SubscriptionId {
        self.id
    }

    /// The subscription as AURA answered it, and the whole answer.
    #[must_use]
    pub fn answer(&self) -> &Answer<SubscriptionView> {
        &self.answer
    }
}

impl From<&Subscribed> for SubscriptionId {
    fn from(subscribed: &Subscribed) -> Self {
        subscribed.id
    }
}
