//! One delivery.

use std::fmt;

use bytes::Bytes;
use people_protect_api::types;
use serde_json::{Map, Value};

use super::entity::number_of;
use super::{
    DedupKey, Entity, EntityKind, Event, Incident, Liveness, Unreadable, lenient, shallow,
};
use crate::{CalloutId, CalloutView, CustomerId, SubscriptionId};

const INCIDENTS: &str = "incidentInformation";

/// One delivery: the event, readers for what came with it, and everything that was sent.
///
/// Reading never fails. What does not fit is absent from the typed readers and present in
/// [`json`](Delivery::json) and [`body`](Delivery::body). `Debug` shows the name of the event and
/// the entity's id only.
#[derive(Clone)]
pub struct Delivery {
    event: Event,
    json: Value,
    /// Whether the JSON is all of the body.
    whole: bool,
    body: Bytes,
}

impl Delivery {
    /// Reads a body. It checks no header: that is what a [`Receiver`](super::Receiver) does first.
    ///
    /// ```
    /// use people_protect::webhooks::{Delivery, Event};
    ///
    /// let delivery = Delivery::parse(br#"{"message": "CALLOUT_CLOSED", "callout": {"id": 992011}}"#);
    /// assert_eq!(delivery.event(), &Event::CalloutClosed);
    /// assert!(matches!(Delivery::parse(b"<html>").event(), Event::Unreadable(_)));
    /// ```
    #[must_use]
    pub fn parse(body: &[u8]) -> Self {
        Self::from(Bytes::copy_from_slice(body))
    }

    /// What has happened (R43).
    #[must_use]
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// The body as received. It holds personal data.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body as JSON; `null` if it is none. If a part is nested more than 127 levels deep, what
    /// is below the 64th is `null`. It holds personal data.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// What it is about: the entity's kind and id, if both are there.
    #[must_use]
    pub fn entity(&self) -> Option<Entity> {
        Entity::find(self.json.as_object()?)
    }

    /// The callout it is about.
    #[must_use]
    pub fn callout_id(&self) -> Option<CalloutId> {
        number_of(self.object(EntityKind::Callout)?, "id").map(CalloutId::new)
    }

    /// The customer it is about, also by way of the callout or the subscription. That these two
    /// carry a `customerId` is an assumption.
    #[must_use]
    pub fn customer_id(&self) -> Option<CustomerId> {
        let customer = self.object(EntityKind::Customer);
        customer
            .and_then(|customer| number_of(customer, "id"))
            .or_else(|| {
                EntityKind::ALL
                    .into_iter()
                    .find_map(|kind| number_of(self.object(kind)?, "customerId"))
            })
            .map(CustomerId::new)
    }

    /// The subscription it is about.
    #[must_use]
    pub fn subscription_id(&self) -> Option<SubscriptionId> {
        number_of(self.object(EntityKind::Subscription)?, "id").map(SubscriptionId::new)
    }

    /// The callout as it was when this was sent, incidents included (R44). Deliveries come in any
    /// order: for decisions, read the callout.
    #[must_use]
    pub fn callout(&self) -> Option<CalloutView> {
        let mut raw: types::CalloutView = lenient::read(self.object(EntityKind::Callout)?);
        // They may stand in two places and in two forms.
        let incidents = self.incidents().into_iter().map(Incident::into_raw);
        raw.incident_information = Some(incidents.collect());
        Some(raw.into())
    }

    /// The incidents, from the callout and from the top level, as a list or as one object (C48,
    /// R92). What stands in both places is read once.
    #[must_use]
    pub fn incidents(&self) -> Vec<Incident> {
        self.incident_objects()
            .into_iter()
            .map(Incident::new)
            .collect()
    }

    /// The subscription as it was when this was sent. That its members are those of other answers
    /// is an assumption.
    #[must_use]
    pub fn subscription(&self) -> Option<types::Subscription> {
        self.object(EntityKind::Subscription).map(lenient::read)
    }

    /// The customer as it was when this was sent. That its members are those of other answers is
    /// an assumption.
    #[must_use]
    pub fn customer(&self) -> Option<types::Customer> {
        self.object(EntityKind::Customer).map(lenient::read)
    }

    /// Whether this is about a real emergency, wherever that is said (C44). A delivery about a
    /// customer or a subscription says nothing of it: [`Unknown`](Liveness::Unknown).
    ///
    /// No field says how urgent it is: none exists (P08).
    #[must_use]
    pub fn liveness(&self) -> Liveness {
        Liveness::read(self.object(EntityKind::Callout), &self.incident_objects())
    }

    /// Whether this is certain to be live: `REAL`, and nothing says test. If it is not, it may
    /// still be live: [`liveness`](Self::liveness) tells a test from what is not known.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.liveness().is_live()
    }

    /// Whether the only right reaction is to read the callout, each time: two changes of the
    /// stream of events may come with equal bodies, so no key can tell the second from a repeat
    /// (P08). What is unreadable asks for it too.
    #[must_use]
    pub fn asks_for_a_read(&self) -> bool {
        matches!(
            self.event,
            Event::CalloutEventsChanged | Event::Unreadable(_)
        )
    }

    /// What to tell repeats by; see [`DedupKey`].
    #[must_use]
    pub fn dedup_key(&self) -> DedupKey {
        // What was left out counts too.
        let json = if self.whole { &self.json } else { &Value::Null };
        DedupKey::of(&self.event, self.entity().as_ref(), json, &self.body)
    }

    fn object(&self, kind: EntityKind) -> Option<&Map<String, Value>> {
        self.json.get(kind.key())?.as_object()
    }

    fn incident_objects(&self) -> Vec<&Map<String, Value>> {
        let inside = self
            .object(EntityKind::Callout)
            .and_then(|callout| callout.get(INCIDENTS));
        let mut found = lenient::objects(inside);
        let inside = found.len();
        for object in lenient::objects(self.json.get(INCIDENTS)) {
            if !found[..inside].contains(&object) {
                found.push(object);
            }
        }
        found
    }
}

impl From<Bytes> for Delivery {
    /// As [`parse`](Delivery::parse), without a copy.
    fn from(body: Bytes) -> Self {
        // A byte order mark is no JSON, but proxies and some writers add one.
        let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&body);
        let all = shallow::whole(text);
        let whole = all.is_some();
        let json = all.or_else(|| shallow::read(text));
        let event = match &json {
            None => Event::Unreadable(Unreadable::NotJson),
            Some(Value::Object(object)) => match object.get("message") {
                Some(Value::String(name)) => match Event::from(name.as_str()) {
                    Event::Other(name) if name.trim().is_empty() => {
                        Event::Unreadable(Unreadable::NoMessage)
                    }
                    event => event,
                },
                _ => Event::Unreadable(Unreadable::NoMessage),
            },
            Some(_) => Event::Unreadable(Unreadable::NotAnObject),
        };
        Self {
            event,
            json: json.unwrap_or_default(),
            whole,
            body,
        }
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("event", &self.event)
            .field("entity", &self.entity())
            .finish_non_exhaustive()
    }
}
