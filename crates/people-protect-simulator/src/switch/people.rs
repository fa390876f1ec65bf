//! Switches about tokens, customers, subscriptions, sign-ups, devices, leads and scheduled services.

use super::Switch;

/// R26: a source may arrange that a customer's first callout passes without a subscription.
pub(crate) static GRACE: Switch = Switch::on_off(
    "grace",
    false,
    "S",
    &["R26"],
    "whether the first live callout of a customer without a subscription passes, as a source may arrange",
);

pub(super) const ALL: &[&Switch] = &[&GRACE];
