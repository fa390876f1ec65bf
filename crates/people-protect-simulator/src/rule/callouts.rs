//! Rules about callouts, their events, ratings and reasons, and fixed locations.

use super::Breakable;

pub(super) const ALL: &[Breakable] = &[Breakable {
    id: "R27",
    broken: "a create while a callout is active opens a second one",
}];
