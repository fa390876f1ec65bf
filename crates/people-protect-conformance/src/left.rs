//! What a run leaves behind, and how it is taken away again.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::case::Stop;
use crate::session::Session;

/// One thing that a call brought about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) what: &'static str,
    pub(crate) id: Value,
    pub(crate) of: &'static str,
}

/// Which calls bring something about: the operation, what it is, where its id is in the answer.
pub(crate) const BRINGS: &[(&str, &str, &[&str])] = &[
    (
        "create_customer",
        "customer",
        &["/customer/id", "/customer/customerId"],
    ),
    (
        "create_customer_callout",
        "callout",
        &["/callout/id", "/id"],
    ),
    ("create_callout_legacy", "callout", &["/callout/id", "/id"]),
    ("create_fixed_location_callout", "callout", &["/callout/id"]),
    (
        "create_device_event",
        "callout",
        &["/resolvedAuraEvent/eventResponse/calloutId"],
    ),
    ("create_subscription", "subscription", &["/subscription/id"]),
    ("create_fixed_location", "fixed location", &["/id"]),
    (
        "create_scheduled_service",
        "scheduled service",
        &["/scheduledRequest/id"],
    ),
    ("link_device", "device", &["/deviceId"]),
];

/// Which other calls leave something that no call takes away.
pub(crate) const STAYS: &[(&str, &str)] = &[
    ("create_lead", "a lead"),
    (
        "create_signup_session",
        "a sign-up session, until it expires",
    ),
    (
        "register_webhook",
        "the registration of the run's receiver in place of the source's webhook",
    ),
    (
        "upload_fixed_locations",
        "the fixed locations of the last upload, in place of all others",
    ),
];

impl Left {
    /// Whether an operation brings something about.
    pub(crate) fn is_brought_by(operation: &str) -> bool {
        BRINGS.iter().any(|(id, _, _)| *id == operation)
    }

    /// What an answer brought about.
    pub(crate) fn by(answer: &Answer, of: &'static str) -> Option<Self> {
        if !answer.is_ok() {
            return None;
        }
        let (_, what, places) = BRINGS.iter().find(|(id, _, _)| *id == answer.operation)?;
        let id = places
            .iter()
            .map(|place| answer.at(place))
            .find(|id| !id.is_null())?;
        Some(Self {
            what,
            id: id.clone(),
            of,
        })
    }

    /// Takes it away. What is gone already is fine.
    pub(crate) async fn take_away(&self, session: &Session) -> Result<(), Stop> {
        let (operation, parameter, body) = match self.what {
            "callout" => ("cancel_callout", "calloutId", Some(json!({}))),
            "subscription" => (
                "cancel_subscription",
                "subscriptionId",
                Some(json!({ "reason": "end of a conformance run" })),
            ),
            "fixed location" => ("delete_fixed_location", "id", None),
            "scheduled service" => ("cancel_scheduled_service", "serviceTypeOrRequestId", None),
            "device" => ("unlink_device", "deviceId", None),
            _ => ("delete_customer", "customerId", None),
        };
        let mut call = session.call(operation);
        if self.of == "other" {
            call = call.by(crate::call::Who::Other);
        }
        let id = match &self.id {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        call = call.with(parameter, id);
        if let Some(body) = body {
            call = call.json(body);
        }
        let answer = call.send().await?;
        // 404: gone; 400: it was over already.
        if answer.is_ok() || matches!(answer.status(), 400 | 404 | 409) {
            return Ok(());
        }
        Err(Stop::Transport(format!(
            "{operation} answered {}",
            answer.status()
        )))
    }

    /// Callouts go first: while one is active, somebody may be on the way. Customers go last.
    pub(crate) fn order(&self) -> u8 {
        match self.what {
            "callout" => 0,
            "customer" => 2,
            _ => 1,
        }
    }
}
