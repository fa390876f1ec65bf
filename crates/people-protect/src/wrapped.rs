//! Answers that may stand in a wrapper nobody has confirmed (P06, C32).

use people_protect_api::types;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// An answer's type, and the fields by which it is told from a wrapper around it.
pub(crate) trait Wrapped: DeserializeOwned {
    const FIELDS: &'static [&'static str];

    /// What stands in the wrapper; none if the fields stand bare, or nowhere.
    fn unwrapped(body: &[u8]) -> Option<Self> {
        let has_any = |value: &Value| Self::FIELDS.iter().any(|key| value.get(*key).is_some());
        let body: Value = serde_json::from_slice(body).ok()?;
        if has_any(&body) {
            return None;
        }
        let inner = body.as_object()?.values().find(|value| has_any(value))?;
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
