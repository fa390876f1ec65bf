//! Switches about webhooks and their deliveries.

use super::Switch;

pub(super) const ALL: &[&Switch] = &[];
