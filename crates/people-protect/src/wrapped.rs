//! Answers that may stand in a wrapper nobody has confirmed (P06, C32).

use std::cmp::Reverse;

use people_protect_api::types;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// An answer's type, and the fields by which it is told from a wrapper around it.
pub(crate) trait Wrapped: DeserializeOwned {
    const FIELDS: &'static [&'static str];

    /// What stands in the wrapper; none if the fields stand bare, or nowhere.
    fn unwrapped(body: &[u8]) -> Option<Self> {
        let known = |value: &Value| {
            let fields = Self::FIELDS.iter();
            fields.filter(|key| value.get(**key).is_some()).count()
        };
        let body: Value = serde_json::from_slice(body).ok()?;
        if known(&body) > 0 {
            return None;
        }
        // The one with most of the fields, then by name: whether the order of the members is kept
        // depends on the program around.
        let inner = body
            .as_object()?
            .iter()
            .filter(|(_, value)| known(value) > 0)
            .min_by_key(|(name, value)| (Reverse(known(value)), *name));
        let (_, inner) = inner?;
        Self::deserialize(inner).ok()
    }
}

impl Wrapped for types::SignupSessionCreated {
    const FIELDS: &'static [&'static str] = &["sessionId", "returnUrl"];
}

impl Wrapped for types::SignupSession {
    const FIELDS: &'static [&'static str] =
        &["customerId", "customerReferenceId", "flows", "siteDetails"];
}

impl Wrapped for types::SubscriptionManagementSession {
    const FIELDS: &'static [&'static str] = &["url"];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p06_a_wrapper_is_looked_through_and_its_absence_too() {
        let read = types::SignupSession::unwrapped;
        let wrapped = read(br#"{"message": "ok", "data": {"customerId": 1}}"#).unwrap();
        assert_eq!(wrapped.customer_id, Some(1));
        // The better fit, wherever it stands.
        for several in [
            r#"{"a": {"flows": []}, "z": {"customerId": 1, "flows": []}}"#,
            r#"{"z": {"customerId": 1, "flows": []}, "a": {"flows": []}}"#,
        ] {
            let wrapped = read(several.as_bytes()).unwrap();
            assert_eq!(wrapped.customer_id, Some(1), "{several}");
        }
        for bare in [
            r#"{"customerId": null, "siteDetails": {"customerId": 2}}"#,
            r#"{"message": "ok"}"#,
            "[]",
            "null",
            "<html>",
        ] {
            assert!(read(bare.as_bytes()).is_none(), "{bare}");
        }
    }
}
