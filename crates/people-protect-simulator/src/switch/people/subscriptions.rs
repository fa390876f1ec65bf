//! Switches about subscriptions.

use super::Switch;

pub(crate) static COVER_START: Switch = Switch::one_of(
    "cover-start",
    &["included", "excluded"],
    "I",
    &["R17"],
    "whether a subscription is active at the very moment of `validFrom`",
);

pub(crate) static COVER_END: Switch = Switch::one_of(
    "cover-end",
    &["included", "excluded"],
    "I",
    &["R17"],
    "whether a subscription is active at the very moment of `validTo`",
);

pub(crate) static SUBSCRIPTION_STATUS_FIELD: Switch = Switch::on_off(
    "subscription-status-field",
    false,
    "O",
    &["C26", "R17"],
    "whether a subscription has the earlier `status` field",
);

pub(crate) static DEPENDENTS_NAME: Switch = Switch::one_of(
    "dependents-name",
    &["dependents", "dependants", "dependant-customer-ids"],
    "S",
    &["C27", "R69"],
    "how the members are spelled when one subscription is read; the last is a list of ids, `dependantCustomerIds`",
);

pub(crate) static SUBSCRIPTION_UPDATE_ANSWER: Switch = Switch::one_of(
    "subscription-update-answer",
    &["list", "object", "links"],
    "S",
    &["C28"],
    "whether an update answers a list of subscriptions, one object, or the object with `links`",
);

pub(crate) static SUBSCRIPTION_CANCEL_FORM: Switch = Switch::one_of(
    "subscription-cancel-form",
    &["reason", "bare"],
    "S",
    &["C29", "R68"],
    "whether a cancellation needs a reason and answers a token, or neither, as documented earlier",
);

pub(crate) static SUBSCRIPTION_LIST_FORM: Switch = Switch::one_of(
    "subscription-list-form",
    &["bare", "wrapped"],
    "I",
    &["R17"],
    "whether a customer's subscriptions come as a bare list or as `subscriptions` beside a message",
);

pub(crate) static CANCELLED_REASON_FIELD: Switch = Switch::on_off(
    "cancelled-reason-field",
    true,
    "B",
    &["R68"],
    "whether a cancelled subscription says why in `CancelledReason`, as an integrator reported",
);

pub(crate) static ENDED_SUBSCRIPTIONS_LISTED: Switch = Switch::on_off(
    "ended-subscriptions-listed",
    true,
    "I",
    &["R17"],
    "whether lapsed and cancelled subscriptions stand in a customer's list",
);

pub(crate) static SUBSCRIPTION_CREATE_ANSWER: Switch = Switch::one_of(
    "subscription-create-answer",
    &["wrapped", "flat"],
    "I",
    &["C30"],
    "whether an activation answers `subscription` beside a message or, as documented earlier, the bare subscription",
);

pub(crate) static ACTIVATION_DATES_REQUIRED: Switch = Switch::on_off(
    "activation-dates-required",
    false,
    "I",
    &["C30"],
    "whether an activation needs both `validFrom` and `validTo`",
);

pub(crate) static ACTIVE_SUBSCRIPTION_STATUS: Switch = Switch::one_of(
    "active-subscription-status",
    &["409", "400"],
    "O",
    &["R23", "C11"],
    "the status for an activation over an active subscription",
);

pub(crate) static NO_REVIVAL_STATUS: Switch = Switch::one_of(
    "no-revival-status",
    &["400", "404", "409"],
    "I",
    &["R20"],
    "the status for renewing what has lapsed or was cancelled",
);

pub(crate) static ABSENT_MEMBERS: Switch = Switch::one_of(
    "absent-members",
    &["kept", "cleared"],
    "I",
    &["R66"],
    "what becomes of the members when an update leaves their list out",
);

pub(crate) static UNKNOWN_SUBSCRIPTION_TYPE_STATUS: Switch = Switch::one_of(
    "unknown-subscription-type-status",
    &["400", "404"],
    "I",
    &["R18"],
    "the status for a subscription type that is not the source's",
);

pub(crate) static SUBSCRIPTION_TYPES_FORM: Switch = Switch::one_of(
    "subscription-types-form",
    &["wrapped", "bare"],
    "I",
    &["R18"],
    "whether subscription types come as `subscriptionTypes` beside a message or as a bare list",
);

pub(crate) static SUBSCRIPTION_LIST_LIMITED: Switch = Switch::on_off(
    "subscription-list-limited",
    true,
    "S",
    &["R21"],
    "whether the customer subscription list is limited per source",
);

pub(crate) static SUBSCRIPTION_LIST_LIMIT: Switch = Switch::number(
    "subscription-list-limit",
    "50",
    (1, 10000),
    "S",
    &["R21"],
    "how many requests for customer subscription lists a source may make in a window; about 50",
);

pub(crate) static SUBSCRIPTION_LIST_WINDOW_S: Switch = Switch::number(
    "subscription-list-window-s",
    "10",
    (1, 3600),
    "S",
    &["R21"],
    "how many seconds that window is long",
);

pub(crate) static RETRY_AFTER: Switch = Switch::on_off(
    "retry-after",
    true,
    "I",
    &["R21"],
    "whether a 429 says in `Retry-After` when to come back",
);

pub(super) const ALL: &[&Switch] = &[
    &COVER_START,
    &COVER_END,
    &SUBSCRIPTION_STATUS_FIELD,
    &DEPENDENTS_NAME,
    &SUBSCRIPTION_UPDATE_ANSWER,
    &SUBSCRIPTION_CANCEL_FORM,
    &SUBSCRIPTION_LIST_FORM,
    &CANCELLED_REASON_FIELD,
    &ENDED_SUBSCRIPTIONS_LISTED,
    &SUBSCRIPTION_CREATE_ANSWER,
    &ACTIVATION_DATES_REQUIRED,
    &ACTIVE_SUBSCRIPTION_STATUS,
    &NO_REVIVAL_STATUS,
    &ABSENT_MEMBERS,
    &UNKNOWN_SUBSCRIPTION_TYPE_STATUS,
    &SUBSCRIPTION_TYPES_FORM,
    &SUBSCRIPTION_LIST_LIMITED,
    &SUBSCRIPTION_LIST_LIMIT,
    &SUBSCRIPTION_LIST_WINDOW_S,
    &RETRY_AFTER,
];
