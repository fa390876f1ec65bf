//! Switches about the hosted pages.

use super::Switch;

/// R52: how long a session lives is not documented.
pub(crate) static SESSION_LIFETIME: Switch = Switch::number(
    "hosted-session-lifetime-s",
    "86400",
    (1, 31_536_000),
    "I",
    &["R52"],
    "how many seconds the pages of a sign-up or a subscription management can be used",
);

pub(super) const ALL: &[&Switch] = &[&SESSION_LIFETIME];
