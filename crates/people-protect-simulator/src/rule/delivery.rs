//! Rules about webhooks and their deliveries.

use super::Breakable;

pub(super) const ALL: &[Breakable] = &[];
