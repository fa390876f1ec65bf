//! Switches about tokens.

use super::Switch;

pub(crate) static TOKEN_FIELD_NAMES: Switch = Switch::one_of(
    "token-field-names",
    &["camel", "snake"],
    "S",
    &["C01"],
    "whether a token answer says `accessToken` or, as documented earlier, `access_token`",
);

pub(crate) static EXPIRES_IN: Switch = Switch::one_of(
    "expires-in",
    &["lifetime", "epoch"],
    "S",
    &["C02"],
    "whether the expiry is a lifetime in seconds or, as documented earlier, seconds since the epoch",
);

pub(crate) static REQUESTED_LIFETIME: Switch = Switch::on_off(
    "requested-lifetime",
    false,
    "S",
    &["C03", "R03"],
    "whether `expiresIn` in a token request shortens the lifetime, as the reference hints and the guide denies",
);

pub(crate) static CALLOUT_TOKEN_LIFETIME_S: Switch = Switch::number(
    "callout-token-lifetime-s",
    "3600",
    (1, 86400),
    "I",
    &["C03", "R05"],
    "how many seconds a callout token lasts, at most as long as a token of its source; that it is short was documented earlier",
);

pub(crate) static CALLOUT_TOKEN_MINTS: Switch = Switch::on_off(
    "callout-token-mints",
    false,
    "I",
    &["R06"],
    "whether a callout token may ask for further tokens of its own customer",
);

pub(crate) static WRONG_SCOPE_STATUS: Switch = Switch::one_of(
    "wrong-scope-status",
    &["401", "403"],
    "S",
    &["R06", "C07"],
    "the status for a token whose scope does not reach an operation; 403 by an earlier table",
);

pub(crate) static CUSTOMER_TOKEN_ACTIVATES: Switch = Switch::on_off(
    "customer-token-activates",
    false,
    "I",
    &["C30", "R08"],
    "whether a customer's access token may activate that customer's subscription, as the white-label guide suggests; the contract asks for a server token",
);

pub(super) const ALL: &[&Switch] = &[
    &TOKEN_FIELD_NAMES,
    &EXPIRES_IN,
    &REQUESTED_LIFETIME,
    &CALLOUT_TOKEN_LIFETIME_S,
    &CALLOUT_TOKEN_MINTS,
    &WRONG_SCOPE_STATUS,
    &CUSTOMER_TOKEN_ACTIVATES,
];
