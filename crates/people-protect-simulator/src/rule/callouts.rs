//! Rules about callouts, their events, ratings and reasons, and fixed locations.

use super::Breakable;

/// Rules of this area that are not broken on purpose, and why.
pub(super) const NOT_BREAKABLE: &[(&str, &str)] = &[
    ("R61", "binds who polls: a server cannot keep or break it"),
    (
        "R65",
        "binds who sends the request: a server cannot keep or break it",
    ),
];

const fn rule(id: &'static str, broken: &'static str) -> Breakable {
    Breakable { id, broken }
}

pub(super) const ALL: &[Breakable] = &[
    rule("R24", "a create forgets the position that it was given"),
    rule(
        "R25",
        "a create with both coordinates and a fixed location is taken",
    ),
    rule(
        "R27",
        "a create while a callout is active opens a second one",
    ),
    rule("R28", "the answer to a create has no tracking link"),
    rule("R29", "a callout is read flat, without incidentInformation"),
    rule(
        "R30",
        "a fixed-location callout needs an installerIdentifier",
    ),
    rule("R31", "an unknown external reference is 404"),
    rule(
        "R32",
        "the location update that only accepts returns the callout as well",
    ),
    rule("R33", "a location update on a closed callout is 200"),
    rule(
        "R34",
        "a wrong safe code cancels like the right one, without duress",
    ),
    rule("R35", "report and map are there before the end"),
    rule(
        "R36",
        "a callout that has been open for a day is closed when it is read",
    ),
    rule(
        "R49",
        "a place of an earlier upload stays although the next file lacks it",
    ),
    rule("R50", "an upload takes its file from a field of any name"),
    rule(
        "R57",
        "a callout token reaches the callouts of other customers",
    ),
    rule("R59", "a calloutId in the body decides which callout moves"),
    rule(
        "R60",
        "a location update may leave latitude or longitude out",
    ),
    rule("R62", "a cancellation answers a message beside the callout"),
    rule("R63", "an unknown callout is 400"),
    rule(
        "R64",
        "the legacy create route does not check the subscription",
    ),
    rule("R72", "a callout event needs no source"),
    rule("R73", "a mention in an event makes no tag"),
    rule("R74", "an exception reason needs no id"),
    rule("R75", "a rating beyond 5 is taken"),
    rule("R76", "the same rating item again is a second one"),
    rule("R77", "a fixed location needs no locationIdentifier"),
    rule(
        "R78",
        "calloutLocationType is nested instead of in literal dotted keys",
    ),
    rule(
        "R79",
        "a fixed-location callout answers no externalReferenceId",
    ),
    rule(
        "R80",
        "a place stored over REST stays although the next file lacks it",
    ),
];

#[cfg(test)]
mod tests {
    use super::{ALL, NOT_BREAKABLE};

    #[test]
    fn a_rule_of_the_area_is_either_breakable_or_explained() {
        // R26 belongs to subscriptions.
        let area = [24, 25]
            .into_iter()
            .chain(27..=36)
            .chain([49, 50, 57])
            .chain(59..=65)
            .chain(72..=80);
        for number in area {
            let id = format!("R{number}");
            let breakable = ALL.iter().any(|rule| rule.id == id);
            let explained = NOT_BREAKABLE.iter().any(|(rule, _)| *rule == id);
            assert!(breakable != explained, "{id}");
        }
    }
}
