//! What repeats are told by.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Entity, Event};

/// What two deliveries of the same thing have in common.
///
/// AURA advises to fold repeats by message and entity id (R47, documented earlier; unconfirmed).
/// That alone loses what legitimately comes again under the same id: the stages of several
/// responders, a second closure, changes of a subscription, lines of chat (P08). So only what makes
/// its entity gets that key: a new callout and a new customer. Every other key also has a hash of the body, in which the order
/// of members and white space make no difference. When in doubt a repeat is handled twice rather
/// than an event lost.
///
/// Two changes of a callout's stream of events can come with equal bodies even so: see
/// [`asks_for_a_read`](super::Delivery::asks_for_a_read).
///
/// It is text, made of the event, the id and the hash, without personal data: fit as a unique
/// column or a key of a store that several processes share.
///
/// ```
/// use people_protect::webhooks::Delivery;
///
/// let created = Delivery::parse(br#"{"message": "NEW_CALLOUT", "callout": {"id": 992011}}"#);
/// assert_eq!(created.dedup_key().as_str(), "NEW_CALLOUT/callout/992011");
///
/// let stage = |time| Delivery::parse(format!(r#"{{"message": "RESPONDER_COMPLETED",
///     "callout": {{"id": 992011}}, "incidentInformation": {{"completedAt": "{time}"}}}}"#).as_bytes());
/// assert_ne!(stage("08:01").dedup_key(), stage("08:09").dedup_key());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DedupKey(String);

impl DedupKey {
    pub(crate) fn of(event: &Event, entity: Option<&Entity>, json: &Value, body: &[u8]) -> Self {
        let name = event.plain_name().unwrap_or("-");
        let plain = entity.and_then(|entity| Some((entity.kind(), entity.plain_id()?)));
        let mut key = match &plain {
            Some((kind, id)) => format!("{name}/{kind}/{id}"),
            None => format!("{name}/-"),
        };
        if plain.is_none() || !event.happens_once() {
            key.push('/');
            push_hash(&mut key, json, body);
        }
        Self(key)
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Adds the hash of the JSON with its members in order, or of the bytes if they are no JSON.
fn push_hash(key: &mut String, json: &Value, body: &[u8]) {
    use fmt::Write as _;
    let canonical = match json {
        Value::Null => None,
        json => {
            let mut json = json.clone();
            json.sort_all_objects();
            serde_json::to_vec(&json).ok()
        }
    };
    for byte in Sha256::digest(canonical.as_deref().unwrap_or(body)) {
        // Writing to a String cannot fail.
        let _ = write!(key, "{byte:02x}");
    }
}

impl fmt::Display for DedupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for DedupKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}
