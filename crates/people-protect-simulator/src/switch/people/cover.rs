//! Switches about what callouts a subscription covers.

use super::Switch;

/// R26: a source may arrange that a customer's first callout passes without a subscription.
pub(crate) static GRACE: Switch = Switch::on_off(
    "grace",
    false,
    "S",
    &["R26"],
    "whether the first live callout of a customer without a subscription passes, as a source may arrange",
);

pub(crate) static GRACE_FOR: Switch = Switch::one_of(
    "grace-for",
    &["anyone", "newcomers"],
    "I",
    &["R26"],
    "whom the grace is for: anyone without cover who has raised nothing yet, or only who never had a subscription",
);

pub(crate) static UNCOVERED_STATUS: Switch = Switch::one_of(
    "uncovered-status",
    &["403", "400", "401"],
    "O",
    &["R26", "C06"],
    "the status for a live callout of a customer without cover",
);

pub(crate) static FIRST_CALLOUT_IS_TEST: Switch = Switch::on_off(
    "first-callout-is-test",
    false,
    "O",
    &["C18"],
    "whether a customer's first callout must be a test one, as documented in 2023; otherwise it is 400",
);

pub(super) const ALL: &[&Switch] = &[
    &GRACE,
    &GRACE_FOR,
    &UNCOVERED_STATUS,
    &FIRST_CALLOUT_IS_TEST,
];
