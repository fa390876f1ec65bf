//! Rules about tokens, customers, subscriptions, sign-ups, devices, leads and scheduled services.

use super::Breakable;

/// A rule and what breaking it does.
const fn rule(id: &'static str, broken: &'static str) -> Breakable {
    Breakable { id, broken }
}

pub(super) const ALL: &[Breakable] = &[
    rule("R01", "a server token has no three parts divided by dots"),
    rule(
        "R02",
        "a call without a token is served, for the first customer source",
    ),
    rule("R03", "`expiresIn` in a token request is obeyed"),
    rule(
        "R05",
        "a callout token is given for a customer that does not exist",
    ),
    rule(
        "R06",
        "a callout token reaches what only a server token may",
    ),
    rule(
        "R07",
        "a server token on the subscription management is 401, with another text",
    ),
    rule("R08", "a customer's access token has no `sub`"),
    rule(
        "R09",
        "a wrong secret and a token that is not ours are taken, the latter for the first customer source",
    ),
    rule("R10", "a customer is registered without name or surname"),
    rule("R11", "a mobile is registered twice"),
    rule("R12", "a blank mobile is registered"),
    rule(
        "R13",
        "`subscription` and `subscriptionId` are taken together",
    ),
    rule(
        "R14",
        "a customer who never had a subscription raises a live callout",
    ),
    rule("R15", "DELETE on a customer retires it"),
    rule("R16", "customers of another customer source can be seen"),
    rule("R17", "a subscription has a `status`"),
    rule("R18", "subscription types have no `value`"),
    rule("R19", "a PUT leaves the end of cover where it was"),
    rule(
        "R20",
        "a lapsed or cancelled subscription is revived by a PUT",
    ),
    rule("R21", "the customer subscription list is not limited"),
    rule(
        "R22",
        "members keep their cover when it has ended for the main one",
    ),
    rule("R23", "an activation over an active subscription succeeds"),
    rule(
        "R26",
        "a customer whose subscription is not active raises a live callout",
    ),
    rule("R51", "a service is scheduled for any time"),
    rule("R52", "a sign-up is opened for nobody in particular"),
    rule("R53", "the redirect of a sign-up has no `status`"),
    rule(
        "R54",
        "linking answers a `deviceId` that events do not know",
    ),
    rule("R55", "refusals have no `message`"),
    rule("R58", "a token is given without a client secret"),
    rule(
        "R66",
        "an update adds to the members instead of replacing them",
    ),
    rule("R67", "an update without `validTo` succeeds"),
    rule("R68", "a cancellation without `reason` succeeds"),
    rule(
        "R69",
        "the members of a subscription that is read are not under `dependents`",
    ),
    rule(
        "R71",
        "a subscription that comes with a registration is not activated",
    ),
    rule("R82", "response types come as a bare list"),
    rule("R83", "coverage comes as JSON"),
    rule("R84", "a lead can be read by its number too"),
    rule("R85", "the status of a lead is in lower case"),
    rule("R86", "a lead is taken without customer data"),
    rule("R87", "`deviceTypeId` is null unless the type was sent"),
    rule("R88", "`input` in the answer to a device event is empty"),
    rule(
        "R89",
        "opening a sign-up answers the return URL that was sent",
    ),
    rule("R97", "a scheduled request cannot be cancelled by its id"),
];

/// The rules of this area that bind no server, and why.
pub(super) const NOT_BREAKABLE: &[(&str, &str)] = &[
    (
        "R04",
        "binds the client, which is to use a token until it ends",
    ),
    (
        "R70",
        "binds the client, which is to have no type ids built in; the sources' ids differ",
    ),
    (
        "R98",
        "binds the client, which is to check entitlement with the list",
    ),
    (
        "R99",
        "binds the client, which is to disable live panic without cover",
    ),
];

#[cfg(test)]
mod tests {
    use super::{ALL, NOT_BREAKABLE};

    #[test]
    fn every_rule_of_the_area_is_breakable_or_says_why_not() {
        let area = (1..=23)
            .chain([26])
            .chain(51..=55)
            .chain([58])
            .chain(66..=71)
            .chain(82..=89)
            .chain(97..=99);
        for number in area {
            let id = format!("R{number:02}");
            let breakable = ALL.iter().any(|rule| rule.id == id);
            let reason = NOT_BREAKABLE.iter().any(|(rule, _)| *rule == id);
            assert!(breakable != reason, "{id}");
        }
    }
}
