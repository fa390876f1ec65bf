//! The subscriptions of one customer.

use std::ops::Deref;

use jiff::Timestamp;
use people_protect_api::{List, types};
use serde_json::Value;

use crate::subscription::no_subscription;
use crate::{Answer, Customer, CustomerId, Entitlement, Error, SubscriptionView};

/// All subscriptions of a customer, lapsed and cancelled ones included: none, one or many (P14).
///
/// It is a list: `len()`, `iter()` and indexing work. Order and contents are AURA's; that lapsed
/// and cancelled ones are in it is an assumption.
#[derive(Debug)]
pub struct Subscriptions {
    views: Vec<SubscriptionView>,
    answer: Answer<List<types::Subscription>>,
}

impl Subscriptions {
    /// A bare `null` says as little as an error sent as a success: it must not end somebody's cover.
    fn new(answer: Answer<List<types::Subscription>>) -> Result<Self, Error> {
        let json = answer.json();
        if let Some(view) = single(&json) {
            let views = vec![view];
            return Ok(Self { views, answer });
        }
        let Some(entries) = entries(&json) else {
            return Err(no_subscription(answer, "list_customer_subscriptions")
                .with_retryable(true)
                .with_detail("the answer has no list of subscriptions")
                .with_hint(
                    "it says nothing about the cover; check the address and any proxy between",
                ));
        };
        let raw = answer.iter().cloned().enumerate();
        let views = raw
            .map(|(at, raw)| SubscriptionView::new(raw, entries.get(at).unwrap_or(&Value::Null)))
            .collect();
        Ok(Self { views, answer })
    }

    /// Those that cover at `now` (R17).
    pub fn active(&self, now: Timestamp) -> impl Iterator<Item = &SubscriptionView> {
        self.views.iter().filter(move |view| view.is_active(now))
    }

    /// What they come to at `now`, for the customer they belong to.
    #[must_use]
    pub fn entitlement(&self, now: Timestamp) -> Entitlement {
        Entitlement::of(&self.views, now)
    }

    /// What they come to at `now` for a member that hangs on this customer (R22).
    ///
    /// It rests on the members each entry names (`dependantCustomerIds`), which was documented
    /// earlier and is unconfirmed in answers (C27). Where an entry names none, read it alone with
    /// [`Subscription::get`](crate::Subscription::get).
    #[must_use]
    pub fn entitlement_of_dependant(&self, dependant: CustomerId, now: Timestamp) -> Entitlement {
        let covering = self.views.iter().filter(|view| {
            view.dependants()
                .is_some_and(|members| members.contains(&dependant))
        });
        Entitlement::of(covering, now)
    }

    /// The whole answer.
    #[must_use]
    pub fn answer(&self) -> &Answer<List<types::Subscription>> {
        &self.answer
    }
}

impl Deref for Subscriptions {
    type Target = [SubscriptionView];

    fn deref(&self) -> &[SubscriptionView] {
        &self.views
    }
}

impl<'a> IntoIterator for &'a Subscriptions {
    type Item = &'a SubscriptionView;
    type IntoIter = std::slice::Iter<'a, SubscriptionView>;

    fn into_iter(self) -> Self::IntoIter {
        self.views.iter()
    }
}

/// The list, bare or wrapped. What wraps it is not documented; but an empty list under any other
/// name, such as `errors`, must not be taken for "no subscription". The order of the members says
/// nothing: whether it is kept depends on the program around.
fn entries(json: &Value) -> Option<&[Value]> {
    match json {
        Value::Object(members) => {
            let lists = || {
                let lists = members.iter();
                lists.filter_map(|(name, value)| Some((name, value.as_array()?.as_slice())))
            };
            let named = |(name, list): (&String, _)| {
                let named = name.to_ascii_lowercase().contains("subscription") || name == "data";
                named.then_some(list)
            };
            let mut others = lists().map(|(_, list)| list);
            lists().find_map(named).or_else(|| {
                let only = others.next().filter(|list| !list.is_empty())?;
                others.next().is_none().then_some(only)
            })
        }
        other => other.as_array().map(Vec::as_slice),
    }
}

/// One subscription answered in place of a list, wrapped or flat. Its own list of members must not
/// be taken for the list of subscriptions.
pub(crate) fn single(json: &Value) -> Option<SubscriptionView> {
    let members = json.as_object()?;
    if let Some(wrapped @ Value::Object(_)) = members.get("subscription") {
        let raw = serde_json::from_value(wrapped.clone()).ok()?;
        return Some(SubscriptionView::beside(raw, json));
    }
    let marked = ["subscriptionTypeId", "validFrom", "validTo"];
    if !marked.iter().any(|key| members.contains_key(*key)) {
        return None;
    }
    serde_json::from_value(json.clone()).ok()
}

impl Customer {
    /// Reads all subscriptions of the customer.
    ///
    /// ```no_run
    /// # async fn example(jane: people_protect::Customer, now: jiff::Timestamp) -> Result<(), people_protect::Error> {
    /// for subscription in jane.subscriptions().await?.active(now) {
    ///     println!("covered until {:?}", subscription.valid_to());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) if there is no such customer (R16);
    /// [`RateLimited`](crate::ErrorKind::RateLimited) beyond about 50 of these requests in 10
    /// seconds, over all your customers (R21);
    /// [`UndecodableAnswer`](crate::ErrorKind::UndecodableAnswer) if the answer has no such list.
    pub async fn subscriptions(&self) -> Result<Subscriptions, Error> {
        let id = self.id().get();
        self.aura()
            .call(|raw| async move { raw.list_customer_subscriptions(id).await })
            .await
            .and_then(Subscriptions::new)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::entries;

    #[test]
    fn the_list_is_found_by_its_name_or_by_being_the_only_one() {
        let count = |json: Value| entries(&json).map(<[Value]>::len);
        assert_eq!(count(json!([1, 2])), Some(2));
        assert_eq!(count(json!({"message": "ok", "data": []})), Some(0));
        assert_eq!(count(json!({"rows": [1]})), Some(1));
        assert_eq!(count(json!({"errors": []})), None);
        // Wherever it stands, and whatever stands beside it.
        assert_eq!(
            count(json!({"errors": ["x"], "subscriptions": []})),
            Some(0)
        );
        assert_eq!(
            count(json!({"subscriptions": [1], "warnings": []})),
            Some(1)
        );
        assert_eq!(count(json!({"a": [1], "b": [2]})), None);
    }
}
