//! Switches about refusals and answers in general.

use super::Switch;

pub(crate) static ERROR_KEY: Switch = Switch::one_of(
    "error-key",
    &["message", "error"],
    "O",
    &["C09", "R55"],
    "the key of a refusal's text; `error` stands in one SDK and is unproven",
);

pub(crate) static MALFORMED_STATUS: Switch = Switch::one_of(
    "malformed-status",
    &["400", "422"],
    "I",
    &["R10", "R60", "R67"],
    "the status for a body that lacks a field or has one of a wrong kind; 400 was documented earlier in general",
);

pub(crate) static CREATED_STATUS: Switch = Switch::one_of(
    "created-status",
    &["201", "200"],
    "I",
    &["C10"],
    "the status of an operation that creates; 201 was documented earlier for customers and subscriptions",
);

pub(crate) static BODY_REFERENCE_STATUS: Switch = Switch::one_of(
    "body-reference-status",
    &["400", "404"],
    "I",
    &["C08"],
    "the status for the id of a customer in a body that is not there; the pages of these operations list no 404",
);

pub(crate) static UNVERSIONED_BASE: Switch = Switch::on_off(
    "unversioned-base",
    false,
    "O",
    &["C39"],
    "whether the API answers under `/panic-api` without a version too, as documented earlier",
);

pub(super) const ALL: &[&Switch] = &[
    &ERROR_KEY,
    &MALFORMED_STATUS,
    &CREATED_STATUS,
    &BODY_REFERENCE_STATUS,
    &UNVERSIONED_BASE,
];
