//! Every rule that can be broken: a probe sees it kept, sees it broken, and sees it kept while any
//! other rule is broken.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail so")]

mod callouts;
mod delivery;
mod people;

use std::future::Future;
use std::pin::Pin;

use crate::common::Bench;
use people_protect_simulator::{Clock, Simulator};

/// Says whether a simulator keeps a rule. It drives a fresh one over HTTP.
pub(crate) struct Probe {
    pub(crate) rule: &'static str,
    /// Switches without which the rule cannot be seen.
    pub(crate) switches: &'static [(&'static str, &'static str)],
    /// Rules that cannot be broken without this one being seen broken as well, as they say the same
    /// from another side. Each needs a reason in a comment.
    pub(crate) implied_by: &'static [&'static str],
    pub(crate) keeps: fn(Bench) -> Pin<Box<dyn Future<Output = bool>>>,
}

/// A probe from an async function.
macro_rules! probe {
    ($rule:literal, $keeps:path) => {
        probe!($rule, $keeps, switches: [], implied_by: [])
    };
    ($rule:literal, $keeps:path, switches: [$($switch:expr),*], implied_by: [$($by:literal),*]) => {
        $crate::breaking::Probe {
            rule: $rule,
            switches: &[$($switch),*],
            implied_by: &[$($by),*],
            keeps: |bench| Box::pin($keeps(bench)),
        }
    };
}

pub(crate) use probe;

fn probes() -> Vec<Probe> {
    let mut probes = callouts::probes();
    probes.extend(delivery::probes());
    probes.extend(people::probes());
    probes
}

async fn kept(probe: &Probe, broken: Option<&str>) -> bool {
    let mut builder = Simulator::builder().clock(Clock::manual());
    for (name, value) in probe.switches {
        builder = builder.switch(*name, *value);
    }
    if let Some(rule) = broken {
        builder = builder.break_rule(rule);
    }
    (probe.keeps)(Bench::of(builder).await).await
}

/// The ids of the rules that the simulator says it can break.
async fn breakable() -> Vec<String> {
    let bench = Bench::new().await;
    let listed = bench.control_get("rules").await;
    let rules = listed["rules"].as_array().unwrap();
    rules
        .iter()
        .map(|rule| rule["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn every_rule_that_can_be_broken_has_one_probe() {
    let mut probed: Vec<_> = probes().iter().map(|probe| probe.rule.to_owned()).collect();
    let mut listed = breakable().await;
    probed.sort_unstable();
    listed.sort_unstable();
    assert_eq!(probed, listed);
}

#[tokio::test]
async fn every_rule_is_kept_until_it_is_broken() {
    for probe in probes() {
        assert!(kept(&probe, None).await, "{} is not kept", probe.rule);
        assert!(
            !kept(&probe, Some(probe.rule)).await,
            "breaking {} is not seen",
            probe.rule
        );
    }
}

#[tokio::test]
async fn breaking_one_rule_breaks_no_other() {
    let rules = breakable().await;
    for probe in probes() {
        for rule in &rules {
            if rule == probe.rule || probe.implied_by.contains(&rule.as_str()) {
                continue;
            }
            assert!(
                kept(&probe, Some(rule)).await,
                "breaking {rule} breaks {} too",
                probe.rule
            );
        }
    }
}
