//! A probe reports the side that a server takes: where a switch of the simulator takes another, the
//! probe sees it.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use people_protect_conformance::{Options, Run, Target, probes};

async fn seen(contradiction: &str, switches: &[(&str, &str)]) -> (String, String) {
    let target = Target::embedded(0, |mut simulator| {
        for (name, value) in switches {
            simulator = simulator.switch(*name, *value);
        }
        simulator
    });
    let run = Run::new().only(&[contradiction]);
    let report = run
        .against(target.await.unwrap(), Options::default())
        .await
        .unwrap();
    let probe = &report.probes[0];
    assert_eq!(probe.not_run, "", "{contradiction}");
    (probe.seen.clone(), probe.edit.clone())
}

#[tokio::test]
async fn the_simulator_takes_the_sides_that_the_contract_takes() {
    let target = Target::embedded(0, |simulator| simulator).await.unwrap();
    let run = Run::new().only(&["C*"]);
    let report = run.against(target, Options::default()).await.unwrap();
    assert_eq!(report.probes.len(), 48);
    for probe in &report.probes {
        assert_eq!(
            probe.seen, probe.taken,
            "{}: {}",
            probe.contradiction, probe.not_run
        );
        assert_eq!(probe.edit, "", "{}", probe.contradiction);
        assert!(!probe.exchanges.is_empty(), "{}", probe.contradiction);
    }
}

#[tokio::test]
async fn another_side_is_seen_with_what_it_would_change() {
    for (contradiction, switch, value, side) in [
        ("C12", "create-request", "flat-too", "both"),
        ("C13", "create-answer", "top-level-link", "url at the top"),
        ("C14", "read-answer", "flat", "flat"),
        ("C15", "legacy-cover", "bypassed", "bypassed"),
        ("C16", "cancel-answer", "with-message", "with message"),
        ("C19", "event-shape", "older", "message"),
        ("C21", "rating-shape", "older", "flat"),
        ("C22", "rating-item-shape", "older", "ratingId and score"),
        ("C24", "dismiss", "absent", "absent"),
        ("C25", "classification-names", "none", "no names"),
        ("C31", "place-shape", "older", "name, numbers"),
        ("C41", "portal-webhooks", "on", "some"),
        (
            "C43",
            "webhook-category-key",
            "camel-case",
            "incidentCategory",
        ),
        ("C44", "webhook-classification-in", "callout", "callout"),
        ("C45", "webhook-predefined-location-id", "text", "text"),
        ("C46", "webhook-coordinates", "text", "text"),
        (
            "C48",
            "webhook-incident-information-in",
            "top-level",
            "beside callout",
        ),
        ("C49", "webhook-drop-percent", "100", "none"),
    ] {
        let (seen, edit) = seen(contradiction, &[(switch, value)]).await;
        assert_eq!(seen, side, "{contradiction}");
        assert!(!edit.is_empty(), "{contradiction}");
    }
}

#[test]
fn sides_of_a_probe_are_told_apart_by_name() {
    for probe in probes() {
        let mut names: Vec<_> = probe.sides().iter().map(|side| side.name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count, "{}", probe.contradiction());
    }
}
