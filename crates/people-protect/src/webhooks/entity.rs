//! Whom or what a delivery is about.

use std::fmt;

use people_protect_api::IdOrText;
use serde_json::{Map, Value};

/// The three keys an entity can stand under (R43).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EntityKind {
    /// A callout.
    Callout,
    /// A subscription.
    Subscription,
    /// A customer.
    Customer,
}

impl EntityKind {
    pub(crate) const ALL: [EntityKind; 3] = [
        EntityKind::Callout,
        EntityKind::Subscription,
        EntityKind::Customer,
    ];

    /// The key in the body.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            EntityKind::Callout => "callout",
            EntityKind::Subscription => "subscription",
            EntityKind::Customer => "customer",
        }
    }
}

impl fmt::Display for EntityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// What a delivery is about: its kind and its id. It names the entity, not the delivery: the same
/// id comes with every change.
///
/// `Debug` and `Display` show the id if it is a number or looks like a UUID.
#[derive(Clone, PartialEq, Eq)]
pub struct Entity {
    kind: EntityKind,
    id: IdOrText,
}

impl Entity {
    /// The kind.
    #[must_use]
    pub fn kind(&self) -> EntityKind {
        self.kind
    }

    /// The id as sent.
    #[must_use]
    pub fn id(&self) -> &IdOrText {
        &self.id
    }

    /// The first of the three that is there and has an id; a delivery has one (R43).
    pub(crate) fn find(body: &Map<String, Value>) -> Option<Self> {
        EntityKind::ALL.into_iter().find_map(|kind| {
            let object = body.get(kind.key())?.as_object()?;
            let own = if kind == EntityKind::Customer {
                // C04, C05: both names occur for a customer.
                id_of(object, "id").or_else(|| id_of(object, "customerId"))
            } else {
                id_of(object, "id")
            };
            own.map(|id| Self { kind, id })
        })
    }

    /// The id as text, if it can be shown.
    pub(crate) fn plain_id(&self) -> Option<String> {
        let text = self.id.to_string();
        let number = text.parse::<i64>().is_ok_and(|id| id.to_string() == text);
        let uuid = text.len() == 36
            && text.bytes().enumerate().all(|(at, letter)| match at {
                8 | 13 | 18 | 23 => letter == b'-',
                _ => letter.is_ascii_hexdigit(),
            });
        (number || uuid).then_some(text)
    }
}

/// An id that is a number or a text with something in it.
pub(crate) fn id_of(object: &Map<String, Value>, key: &str) -> Option<IdOrText> {
    match object.get(key)? {
        Value::Number(number) => Some(match number.as_i64() {
            Some(id) => IdOrText::Id(id),
            None => IdOrText::Text(number.to_string()),
        }),
        Value::String(text) => {
            let text = text.trim();
            (!text.is_empty()).then(|| IdOrText::Text(text.to_owned()))
        }
        _ => None,
    }
}

/// The same as a number, which all documented ids of these three are.
pub(crate) fn number_of(object: &Map<String, Value>, key: &str) -> Option<i64> {
    match id_of(object, key)? {
        IdOrText::Id(id) => Some(id),
        IdOrText::Text(text) => text.parse().ok(),
        _ => None,
    }
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.plain_id() {
            Some(id) => write!(f, "{} {id}", self.kind),
            None => write!(f, "{} REDACTED", self.kind),
        }
    }
}

impl fmt::Debug for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entity({self})")
    }
}
