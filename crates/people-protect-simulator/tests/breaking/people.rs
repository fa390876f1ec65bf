//! Probes of rules about tokens, customers, subscriptions, sign-ups, devices, leads and scheduled services.

use crate::Probe;

pub(crate) fn probes() -> Vec<Probe> {
    Vec::new()
}
