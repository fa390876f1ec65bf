//! One subscription as AURA answers it.

use std::fmt;

use jiff::Timestamp;
use people_protect_api::types;
use serde_json::Value;

use crate::{CustomerId, SubscriptionId, SubscriptionTypeId};

/// A subscription as it was read: the raw type, and what follows from it.
///
/// There is no status in the API: whether it is active follows from its dates (R17, C26); a
/// `status` in an answer is ignored. `Debug` shows ids and dates.
#[derive(Clone)]
pub struct SubscriptionView {
    raw: types::Subscription,
    cancelled: Cancelled,
    members: Members,
}

/// The members covered beside the main one, as far as an answer tells.
#[derive(Debug, Clone)]
pub(crate) enum Members {
    NotSaid,
    Unreadable,
    Known(Vec<CustomerId>),
}

/// What `CancelledDate` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cancelled {
    No,
    /// The date, if it can be read.
    Yes(Option<Timestamp>),
    /// Neither null nor anything else.
    Blank,
}

/// Where a subscription stands at an instant; see [`SubscriptionView::state`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubscriptionState {
    /// It covers: begun, not ended, not cancelled (R17).
    Active,
    /// It begins later.
    NotYetBegun,
    /// It has ended. It cannot be revived (R20).
    Lapsed,
    /// It was cancelled. It cannot be revived (R20).
    Cancelled,
    /// A date is missing or is no time with an offset. It does not count as active; AURA decides.
    Unclear,
}

impl SubscriptionView {
    /// Reads an entry; `json` has the spellings that the type does not know.
    pub(crate) fn new(raw: types::Subscription, json: &Value) -> Self {
        let cancelled = cancelled(&raw, json);
        let members = match &raw.dependant_customer_ids {
            Some(ids) => Members::Known(ids.iter().copied().map(CustomerId::new).collect()),
            None => Members::NotSaid,
        };
        Self {
            raw,
            cancelled,
            members,
        }
    }

    /// Reads the answer of a single read: the members stand beside the subscription (R69), in
    /// either spelling (C27). What is said in both places adds up, so that nobody is lost.
    pub(crate) fn beside(raw: types::Subscription, answer: &Value) -> Self {
        let mut view = Self::new(raw, &answer["subscription"]);
        for key in ["dependents", "dependants"] {
            let Some(said) = answer.get(key) else {
                continue;
            };
            view.members = match (view.members, ids(said)) {
                (Members::Unreadable, _) | (_, None) => Members::Unreadable,
                (Members::NotSaid, Some(ids)) => Members::Known(ids),
                (Members::Known(mut known), Some(ids)) => {
                    for id in ids {
                        if !known.contains(&id) {
                            known.push(id);
                        }
                    }
                    Members::Known(known)
                }
            };
        }
        view
    }

    pub(crate) fn members(&self) -> &Members {
        &self.members
    }

    /// The id. Documented earlier and reported by an integrator; unconfirmed, so it may be absent.
    #[must_use]
    pub fn id(&self) -> Option<SubscriptionId> {
        self.raw.id.map(SubscriptionId::new)
    }

    /// The main member.
    #[must_use]
    pub fn customer_id(&self) -> Option<CustomerId> {
        self.raw.customer_id.map(CustomerId::new)
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> Option<SubscriptionTypeId> {
        self.raw.subscription_type_id.map(SubscriptionTypeId::new)
    }

    /// When cover begins; absent if that cannot be read.
    #[must_use]
    pub fn valid_from(&self) -> Option<Timestamp> {
        self.raw.valid_from.as_ref()?.instant()
    }

    /// When cover ends; absent if that cannot be read.
    #[must_use]
    pub fn valid_to(&self) -> Option<Timestamp> {
        self.raw.valid_to.as_ref()?.instant()
    }

    /// When it was cancelled; absent also if it was, but the date cannot be read: ask
    /// [`state`](Self::state) whether it was.
    #[must_use]
    pub fn cancelled_at(&self) -> Option<Timestamp> {
        match self.cancelled {
            Cancelled::Yes(at) => at,
            Cancelled::No | Cancelled::Blank => None,
        }
    }

    /// The members covered beside the main one (R22); `None` if the answer did not say, or said it
    /// in a way that cannot be read (C27).
    #[must_use]
    pub fn dependants(&self) -> Option<&[CustomerId]> {
        match &self.members {
            Members::Known(ids) => Some(ids),
            Members::NotSaid | Members::Unreadable => None,
        }
    }

    /// Where it stands at `now`. Both bounds count as covered, which is an assumption (R17).
    ///
    /// Any `CancelledDate` that is not null means cancelled, a future one too.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> SubscriptionState {
        match (self.cancelled, self.valid_from(), self.valid_to()) {
            (Cancelled::Yes(_), ..) => SubscriptionState::Cancelled,
            (_, _, Some(to)) if to < now => SubscriptionState::Lapsed,
            (Cancelled::No, Some(from), Some(_)) if from <= now => SubscriptionState::Active,
            (Cancelled::No, Some(_), Some(_)) => SubscriptionState::NotYetBegun,
            _ => SubscriptionState::Unclear,
        }
    }

    /// Whether it covers at `now` (R17).
    ///
    /// ```
    /// use people_protect::SubscriptionView;
    ///
    /// let read: SubscriptionView = serde_json::from_str(
    ///     r#"{"validFrom":"2026-06-10T00:00:00Z","validTo":"2027-06-10T00:00:00Z","CancelledDate":null}"#,
    /// )?;
    /// assert!(read.is_active("2026-12-24T18:00:00Z".parse()?));
    /// assert!(!read.is_active("2027-06-10T00:00:01Z".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.state(now) == SubscriptionState::Active
    }

    /// The raw type.
    #[must_use]
    pub fn raw(&self) -> &types::Subscription {
        &self.raw
    }
}

/// `CancelledDate` in any casing (C26, P14): whatever is there and not null says cancelled.
fn cancelled(raw: &types::Subscription, json: &Value) -> Cancelled {
    let members = json.as_object().into_iter().flatten();
    let written = members
        .filter(|(key, value)| key.eq_ignore_ascii_case("CancelledDate") && !value.is_null())
        // Of several spellings the same one always.
        .min_by_key(|(key, _)| *key);
    let text = match (&raw.cancelled_date, written) {
        (Some(date), _) => date.as_str(),
        (None, Some((_, Value::String(text)))) => text,
        (None, Some(_)) => return Cancelled::Yes(None),
        (None, None) => return Cancelled::No,
    };
    if text.trim().is_empty() {
        return Cancelled::Blank;
    }
    Cancelled::Yes(text.trim().parse().ok())
}

/// The customer ids of a list of members; none if one of them cannot be read. What stands in a
/// member is not documented: the names are assumptions, as is that a bare number is the customer's
/// id; an `id` of the member's own is not taken for it.
fn ids(members: &Value) -> Option<Vec<CustomerId>> {
    let list = match members {
        Value::Null => return Some(Vec::new()),
        other => other.as_array()?,
    };
    let id = |member: &Value| {
        let keys = ["customerId", "dependantCustomerId", "dependentCustomerId"];
        let number = |value: &Value| match value {
            Value::String(text) => text.trim().parse().ok(),
            other => other.as_i64(),
        };
        let inner = || keys.iter().find_map(|key| number(member.get(key)?));
        number(member).or_else(inner).map(CustomerId::new)
    };
    list.iter().map(id).collect()
}

impl<'de> serde::Deserialize<'de> for SubscriptionView {
    /// Reads an entry of an answer, such as one that was stored.
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let json = Value::deserialize(from)?;
        let raw = serde_json::from_value(json.clone()).map_err(serde::de::Error::custom)?;
        Ok(Self::new(raw, &json))
    }
}

impl fmt::Debug for SubscriptionView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubscriptionView")
            .field("id", &self.id())
            .field("customer_id", &self.customer_id())
            .field("kind", &self.kind())
            .field("valid_from", &self.valid_from())
            .field("valid_to", &self.valid_to())
            .field("cancelled_at", &self.cancelled_at())
            .field("dependants", &self.dependants().map(<[_]>::len))
            .finish_non_exhaustive()
    }
}
