//! Probes of rules about webhooks and their deliveries.

use crate::Probe;

pub(crate) fn probes() -> Vec<Probe> {
    Vec::new()
}
