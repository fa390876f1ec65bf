//! Rules about webhooks and their deliveries.

use super::Breakable;

pub(super) const ALL: &[Breakable] = &[
    Breakable {
        id: "R37",
        broken: "stages driven over the control surface emit webhooks although the switch is off",
    },
    Breakable {
        id: "R40",
        broken: "a webhook with an http address is registered",
    },
    Breakable {
        id: "R41",
        broken: "a webhook with an event outside the list is registered",
    },
    Breakable {
        id: "R42",
        broken: "a further registration is answered as ever and replaces nothing",
    },
    Breakable {
        id: "R43",
        broken: "a delivery names its event in `event` instead of `message`",
    },
    Breakable {
        id: "R44",
        broken: "responder events carry no `incidentInformation`",
    },
    Breakable {
        id: "R45",
        broken: "deliveries come without the registered headers",
    },
    Breakable {
        id: "R46",
        broken: "nothing is delivered under the deprecated name, though it is registered",
    },
    Breakable {
        id: "R48",
        broken: "what is changed on the hosted subscription-management page fires no event",
    },
    Breakable {
        id: "R81",
        broken: "the result of an upload is not posted to its callback address",
    },
    Breakable {
        id: "R90",
        broken: "a registration without `method` has none",
    },
    Breakable {
        id: "R95",
        broken: "a line of chat fires no CALLOUT_EVENTS_CHANGED",
    },
    Breakable {
        id: "R96",
        broken: "a create that returns the active callout fires a second NEW_CALLOUT",
    },
];

/// Rules of this area that cannot be broken one by one, and why.
pub(super) const NOT_BREAKABLE: &[(&str, &str)] = &[
    (
        "R38",
        "binds the client: it polls where webhooks are lost, which switches of deliveries bring about",
    ),
    (
        "R39",
        "texts of a status are free, so none is wrong; the switch `status-case` changes them",
    ),
    (
        "R56",
        "binds the client: it repeats after 5xx and not after 4xx, which faults bring about",
    ),
    (
        "R91",
        "reported by an integrator only: any name can be fired with POST /_simulator/deliveries",
    ),
    (
        "R92",
        "binds the receiver, which takes both types; switches of deliveries choose between them",
    ),
    (
        "R93",
        "binds the integrator: a payment page returns to its own address",
    ),
    (
        "R94",
        "binds whoever holds the link: it is a secret, which no answer can break",
    ),
    (
        "R47",
        "what a receiver does: the simulator sends and cannot break it; duplicates are a switch",
    ),
];

#[cfg(test)]
mod tests {
    use super::{ALL, NOT_BREAKABLE};

    #[test]
    fn no_rule_is_on_both_lists() {
        for (id, why) in NOT_BREAKABLE {
            assert!(ALL.iter().all(|rule| rule.id != *id), "{id}");
            assert!(why.len() > 20, "{id}");
        }
    }
}
