//! Switches about webhooks and their deliveries.

use super::Switch;

/// R37, C41.
pub(crate) static PORTAL_WEBHOOKS: Switch = Switch::on_off(
    "portal-webhooks",
    false,
    "S",
    &["R37", "C41"],
    "whether stages driven over the control surface or the responder page emit webhooks; the portal's Responder Simulator emits none",
);

/// R40: only https otherwise.
pub(crate) static HTTP_WEBHOOKS: Switch = Switch::on_off(
    "http-webhooks",
    false,
    "I",
    &["R40", "R81"],
    "whether http://127.0.0.1, http://[::1] and http://localhost are taken for webhooks and for the callback of an upload; any other http address is refused all the same",
);

/// C40, R46.
pub(crate) static ACKNOWLEDGED_NAME: Switch = Switch::one_of(
    "webhook-acknowledged-name",
    &["as-registered", "short", "with-eta"],
    "I",
    &["C40", "R46"],
    "the name of an automatic dispatch: each name to those who registered it, or one of the two to everybody who registered either",
);

/// Which event a cancellation fires.
pub(crate) static CANCEL_EVENTS: Switch = Switch::one_of(
    "webhook-cancel-events",
    &[
        "by-mode",
        "both",
        "soft-cancelled",
        "no-longer-requires-response",
    ],
    "I",
    &["R95", "R34"],
    "what a cancellation fires; by-mode: with the safe code CALLOUT_SOFT_CANCELLED_BY_CUSTOMER and then CALLOUT_NO_LONGER_REQUIRES_RESPONSE, without it only the second",
);

/// What nobody knows how to cause otherwise.
pub(crate) static CANCELLATION_FAILS: Switch = Switch::on_off(
    "subscription-cancellation-fails",
    false,
    "I",
    &["R95"],
    "whether a cancellation of a subscription is answered as ever, changes nothing and fires SUBSCRIPTION_CANCELLED_FAILED; what makes one fail is not documented",
);

/// C43.
pub(crate) static CATEGORY_KEY: Switch = Switch::one_of(
    "webhook-category-key",
    &["lower-case", "camel-case"],
    "W",
    &["C43"],
    "the key of the category in a delivery: incidentcategory as on the wire, or incidentCategory as AURA wrote once",
);

/// C44.
pub(crate) static CLASSIFICATION_IN: Switch = Switch::one_of(
    "webhook-classification-in",
    &["both", "callout", "incident-information"],
    "B",
    &["C44"],
    "where calloutClassification and internalTest stand in a delivery",
);

/// C45.
pub(crate) static LOCATION_ID_TYPE: Switch = Switch::one_of(
    "webhook-predefined-location-id",
    &["integer", "text"],
    "O",
    &["C45"],
    "the type of predefinedLocationId in a delivery",
);

/// C46.
pub(crate) static COORDINATES: Switch = Switch::one_of(
    "webhook-coordinates",
    &["number", "text"],
    "S",
    &["C46"],
    "the type of the coordinates in a delivery: numbers as everywhere in callouts, or text as in an integrator's fixtures",
);

/// C48.
pub(crate) static INCIDENT_IN: Switch = Switch::one_of(
    "webhook-incident-information-in",
    &["callout", "top-level"],
    "W",
    &["C48", "R44"],
    "where incidentInformation stands in a delivery",
);

/// C49: nothing is promised about attempts.
pub(crate) static ATTEMPTS: Switch = Switch::number(
    "webhook-attempts",
    "1",
    (1, 20),
    "I",
    &["C49", "R47"],
    "how often a delivery is tried until it is answered with 2xx; the way AURA repeats is not documented",
);

/// Between two attempts.
pub(crate) static RETRY_AFTER: Switch = Switch::number(
    "webhook-retry-after-s",
    "60",
    (0, 86_400),
    "I",
    &["C49"],
    "seconds by the simulator's clock from a failed attempt to the next one",
);

/// How long one attempt may take.
pub(crate) static TIMEOUT: Switch = Switch::number(
    "webhook-timeout-s",
    "10",
    (1, 60),
    "I",
    &["R47"],
    "seconds of real time that a receiver has for one attempt",
);

/// C49.
pub(crate) static DROP: Switch = Switch::number(
    "webhook-drop-percent",
    "0",
    (0, 100),
    "I",
    &["C49"],
    "how many of a hundred deliveries are never sent; which ones follows from the seed",
);

/// C49.
pub(crate) static DUPLICATE: Switch = Switch::number(
    "webhook-duplicate-percent",
    "0",
    (0, 100),
    "I",
    &["C49"],
    "how many of a hundred deliveries are sent twice; which ones follows from the seed",
);

/// C49: no time is promised.
pub(crate) static DELAY: Switch = Switch::number(
    "webhook-delay-s",
    "0",
    (0, 864_000),
    "I",
    &["C49"],
    "seconds by the simulator's clock from an event to its delivery",
);

/// C49: no order is promised.
pub(crate) static REORDER: Switch = Switch::number(
    "webhook-reorder-percent",
    "0",
    (0, 100),
    "I",
    &["C49"],
    "how many of a hundred deliveries are held back until a later one of the same source has overtaken them, or a minute has passed by the simulator's clock; which ones follows from the seed",
);

pub(super) const ALL: &[&Switch] = &[
    &PORTAL_WEBHOOKS,
    &HTTP_WEBHOOKS,
    &ACKNOWLEDGED_NAME,
    &CANCEL_EVENTS,
    &CANCELLATION_FAILS,
    &CATEGORY_KEY,
    &CLASSIFICATION_IN,
    &LOCATION_ID_TYPE,
    &COORDINATES,
    &INCIDENT_IN,
    &ATTEMPTS,
    &RETRY_AFTER,
    &TIMEOUT,
    &DROP,
    &DUPLICATE,
    &DELAY,
    &REORDER,
];
