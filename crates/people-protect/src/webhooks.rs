//! Webhooks: registering one and receiving what it delivers.
//!
//! A [`Receiver`] checks a delivery and reads it, with any HTTP server; with the feature `axum`
//! there is the extractor `WebhookDelivery` too. Everything that carries the right header comes
//! out as a [`Delivery`], also what nobody can read: an event is never lost to strictness.
//!
//! ```
//! use http::{HeaderMap, HeaderValue};
//! use people_protect::CalloutId;
//! use people_protect::webhooks::{Event, Liveness, Receiver, Seen};
//!
//! # let secret = "a-long-random-text";
//! let receiver = Receiver::new("x-webhook-secret", secret)?;
//! let seen = Seen::new();
//!
//! # let mut headers = HeaderMap::new();
//! # headers.insert("x-webhook-secret", HeaderValue::from_static("a-long-random-text"));
//! # let body = br#"{"message": "NEW_CALLOUT", "callout": {
//! #     "id": 992011, "internalTest": false, "calloutClassification": {"value": "REAL"}}}"#;
//! match receiver.receive(&headers, body) {
//!     // Answer this status.
//!     Err(rejection) => println!("{}", rejection.status()),
//!     // Answer 200, then work.
//!     Ok(delivery) => {
//!         if seen.lets_through(&delivery) {
//!             println!("{} {:?}", delivery.event(), delivery.callout_id());
//!         }
//! #       assert_eq!(delivery.event(), &Event::NewCallout);
//! #       assert_eq!(delivery.callout_id(), Some(CalloutId::new(992_011)));
//! #       assert_eq!(delivery.liveness(), Liveness::Live);
//!     }
//! }
//! # Ok::<(), people_protect::Error>(())
//! ```
//!
//! # What a webhook is not
//!
//! AURA documents no signature, no delivery id, no order, no retries (R45, C49). A delivery can
//! come twice, late or not at all. So keep reading an active callout as a fallback (R38), with
//! [`watch`](crate::Callout::watch), and read the callout when in doubt. The portal's Responder
//! Simulator sends no webhooks (R37).

mod delivery;
mod entity;
mod event;
#[cfg(feature = "axum")]
mod extract;
mod inbox;
mod incident;
mod key;
mod lenient;
mod liveness;
mod receiver;
mod registration;
mod rejection;
mod secret;
mod seen;
mod shallow;

pub use delivery::Delivery;
pub use entity::{Entity, EntityKind};
pub use event::{Event, Unreadable};
#[cfg(feature = "axum")]
pub use extract::WebhookDelivery;
pub use inbox::{Deliveries, Inbox, Overflow};
pub use incident::Incident;
pub use key::DedupKey;
pub use liveness::Liveness;
pub use receiver::Receiver;
pub use registration::RegisterWebhook;
pub use rejection::Rejection;
pub use seen::Seen;
