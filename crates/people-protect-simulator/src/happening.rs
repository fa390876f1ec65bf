//! What has happened and somebody may want to hear of (R95).
//!
//! Operations only say so, under the lock. What is made of it, and that it is sent, happens apart
//! from them: see [`delivery`](crate::delivery).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::stage::Stage;
use crate::state::State;
use crate::switch::delivery::{CANCEL_EVENTS, PORTAL_WEBHOOKS};

/// A responder is on the way, sent automatically (C40).
pub(crate) const ACKNOWLEDGED: &str = "RESPONDER_ACKNOWLEDGED_CALLOUT";

/// What a delivery is about, by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum About {
    /// A callout.
    Callout(i64),
    /// A customer.
    Customer(i64),
    /// A subscription.
    Subscription(i64),
}

impl About {
    /// The key it stands under in a delivery (R43).
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            About::Callout(_) => "callout",
            About::Customer(_) => "customer",
            About::Subscription(_) => "subscription",
        }
    }

    /// The id.
    #[must_use]
    pub const fn id(self) -> i64 {
        match self {
            About::Callout(id) | About::Customer(id) | About::Subscription(id) => id,
        }
    }
}

/// One thing that has happened.
#[derive(Debug, Clone)]
pub(crate) enum Happening {
    /// An event for a webhook.
    Event {
        name: Cow<'static, str>,
        about: About,
    },
    /// A CSV upload has been applied: the index among the uploads (R81).
    Upload(usize),
}

impl State {
    /// Says that something has happened. With no webhook anywhere nobody is told.
    pub(crate) fn happened(&mut self, name: impl Into<Cow<'static, str>>, about: About) {
        if !self.webhooks.is_empty() {
            let name = name.into();
            self.outbox.push(Happening::Event { name, about });
        }
    }

    /// The same for what the Responder Simulator and the control surface do to a callout. R37, C41:
    /// that emits nothing, unless it is switched on.
    pub(crate) fn happened_in_portal(&mut self, name: &'static str, callout: i64) {
        if self.settings.is_on(&PORTAL_WEBHOOKS) || !self.settings.keeps("R37") {
            self.happened(name, About::Callout(callout));
        }
    }

    /// A callout has come to a stage in the portal. The names are documented; that a dispatch there
    /// is an automatic one is an assumption.
    pub(crate) fn stage_entered(&mut self, callout: i64, stage: Stage) {
        let name = match stage {
            Stage::Dispatched => ACKNOWLEDGED,
            Stage::Arrived => "RESPONDER_ARRIVED_ON_SCENE",
            Stage::Completed => "RESPONDER_COMPLETED",
            Stage::Closed => "CALLOUT_CLOSED",
            _ => return,
        };
        self.happened_in_portal(name, callout);
    }

    /// A callout was cancelled through the API. Which way of cancelling fires which event is not
    /// documented publicly: a switch.
    pub(crate) fn cancelled(&mut self, callout: i64, with_safe_code: bool) {
        let (soft, over) = match self.settings.value(&CANCEL_EVENTS) {
            "both" => (true, true),
            "soft-cancelled" => (true, false),
            "no-longer-requires-response" => (false, true),
            _ => (with_safe_code, true),
        };
        for (fires, name) in [
            (soft, "CALLOUT_SOFT_CANCELLED_BY_CUSTOMER"),
            (over, "CALLOUT_NO_LONGER_REQUIRES_RESPONSE"),
        ] {
            if fires {
                self.happened(name, About::Callout(callout));
            }
        }
    }
}
