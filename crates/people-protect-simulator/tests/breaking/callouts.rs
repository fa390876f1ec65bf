//! Probes of rules about callouts, their events, ratings and reasons, and fixed locations.

use crate::common::Bench;
use crate::{Probe, probe};

pub(crate) fn probes() -> Vec<Probe> {
    vec![probe!("R27", a_repeat_is_the_active_callout)]
}

async fn a_repeat_is_the_active_callout(bench: Bench) -> bool {
    let (customer, first) = bench.raised().await;
    let again = bench.raise(customer).await;
    again.status == 201 && again.body["callout"]["id"] == first
}
