//! Switches about callouts, their events, ratings and reasons, and fixed locations.

use super::Switch;

pub(super) const ALL: &[&Switch] = &[];
