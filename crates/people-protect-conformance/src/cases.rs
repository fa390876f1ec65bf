//! A case for every rule that binds a server, and a reason for every other.

mod after;
mod callouts;
mod customers;
mod fixed_locations;
mod services;
mod subscriptions;
mod tokens;
mod webhooks;

use crate::case::Case;

pub(crate) use fixed_locations::site;
pub(crate) use tokens::claims;

/// The built-in cases, in the order of their rules.
///
/// ```
/// let cases = people_protect_conformance::cases();
/// assert_eq!(cases.len() + people_protect_conformance::NOT_ASKED.len(), 99);
/// ```
#[must_use]
pub fn cases() -> Vec<Case> {
    let mut all = tokens::cases();
    all.extend(customers::cases());
    all.extend(subscriptions::cases());
    all.extend(callouts::cases());
    all.extend(after::cases());
    all.extend(fixed_locations::cases());
    all.extend(services::cases());
    all.extend(webhooks::cases());
    all.sort_by(|one, other| one.rule().cmp(other.rule()));
    all
}

/// Rules no server can keep or break, and why.
pub const NOT_ASKED: &[(&str, &str)] = &[
    ("R04", "binds the client: it uses a token until it ends"),
    (
        "R38",
        "binds the client: it polls where webhooks do not come",
    ),
    (
        "R39",
        "texts of a status are free, so none is wrong; the client is to take any",
    ),
    (
        "R47",
        "binds the receiver: it answers first and recognises repeats",
    ),
    (
        "R56",
        "binds the client: it repeats after 5xx and not after 4xx",
    ),
    ("R61", "binds the client: it polls every 5 to 20 seconds"),
    ("R65", "binds the client: it leaves the legacy field out"),
    ("R70", "binds the client: it has no ids of types built in"),
    (
        "R91",
        "binds the receiver: it keeps events it does not know",
    ),
    ("R92", "binds the receiver: it reads numbers and texts"),
    ("R93", "binds the integrator's payment page"),
    ("R94", "binds whoever holds a tracking link: it is a secret"),
    (
        "R98",
        "binds the client: it checks entitlement with the list",
    ),
    (
        "R99",
        "binds the client: it disables live panic without cover",
    ),
];

#[cfg(test)]
mod tests {
    use super::{NOT_ASKED, cases};
    use crate::rule::rules;

    #[test]
    fn every_rule_has_one_case_or_one_reason() {
        for rule in rules() {
            let cases = cases().iter().filter(|case| case.rule() == rule.id).count();
            let reasons = NOT_ASKED.iter().filter(|(id, _)| *id == rule.id).count();
            assert_eq!(cases + reasons, 1, "{}", rule.id);
        }
    }

    #[test]
    fn what_binds_the_client_alone_is_not_asked_of_a_server() {
        for rule in rules().iter().filter(|rule| rule.binds_client) {
            assert!(
                NOT_ASKED.iter().any(|(id, _)| *id == rule.id),
                "{}",
                rule.id
            );
        }
    }

    #[test]
    fn every_case_says_what_it_does_and_what_it_expects() {
        for case in cases() {
            assert!(!case.title().is_empty(), "{case:?}");
            assert!(!case.described_steps().is_empty(), "{case:?}");
            assert!(!case.expectation().is_empty(), "{case:?}");
        }
    }
}
