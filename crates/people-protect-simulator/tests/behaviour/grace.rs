//! The grace for a first callout (R26), which a source may have arranged.
#![allow(clippy::unwrap_used, reason = "tests fail so")]

use crate::common::{Bench, JANE, Reply, cry};
use people_protect_simulator::{Clock, Simulator};
use serde_json::json;

async fn arranged() -> Bench {
    Bench::of(
        Simulator::builder()
            .clock(Clock::manual())
            .switch("grace", "on"),
    )
    .await
}

async fn close(bench: &Bench, created: Reply) {
    let created = created.expect(201);
    let path = format!("/callouts/{}/stage", created["callout"]["id"]);
    bench
        .control(&path, json!({ "stage": "closed" }))
        .await
        .expect(200);
}

#[tokio::test]
async fn r26_with_grace_the_first_callout_passes_and_the_second_is_rejected() {
    let bench = arranged().await;
    let jane = bench.uncovered(JANE).await;
    let first = bench.raise(jane).await;
    // A repeat while it is active is the same one (R27), not a second.
    let again = bench.raise(jane).await;
    assert_eq!(first.body["callout"]["id"], again.body["callout"]["id"]);
    close(&bench, first).await;
    let message = bench.raise(jane).await.refused(403);
    assert!(message.contains("POST /subscriptions"), "{message}");
    // Somebody else has a grace of their own.
    let other = bench.uncovered("+27821234568").await;
    bench.raise(other).await.expect(201);
}

#[tokio::test]
async fn r26_without_the_arrangement_no_callout_passes() {
    let bench = Bench::new().await;
    let jane = bench.uncovered(JANE).await;
    bench.raise(jane).await.refused(403);
}

#[tokio::test]
async fn r26_a_callout_that_was_covered_uses_the_grace_up() {
    let mut bench = arranged().await;
    let jane = bench.covered(JANE).await;
    let covered = bench.raise(jane).await;
    close(&bench, covered).await;
    bench.later(31).await;
    bench.raise(jane).await.refused(403);
    // A subscription counts from the moment it is active, grace or not.
    let body = json!({ "customerId": jane, "subscriptionTypeId": 4 });
    bench.post("/subscriptions", body).await.expect(201);
    bench.raise(jane).await.expect(201);
}

#[tokio::test]
async fn r26_a_lapsed_subscription_does_not_take_the_grace_away() {
    let mut bench = arranged().await;
    let jane = bench.covered(JANE).await;
    bench.later(31).await;
    bench.raise(jane).await.expect(201);
}

#[tokio::test]
async fn r26_r64_the_legacy_route_and_devices_share_the_grace() {
    let bench = arranged().await;
    let jane = bench.uncovered(JANE).await;
    let mut body = cry();
    body["customerId"] = jane.into();
    let first = bench.post("/callouts", body.clone()).await;
    close(&bench, first).await;
    bench.post("/callouts", body).await.refused(403);
    let button = json!({ "customerId": jane, "deviceSerial": "EX-26217939", "deviceSupplier": "ExampleBrand" });
    bench.post("/devices", button).await.expect(200);
    let press = json!({
        "device_id": 26_217_939,
        "device_type_id": 5,
        "message_type": 1,
        "location": { "latitude": -26.1, "longitude": 28.1 },
    });
    bench.post("/deviceEvent", press).await.refused(403);
}
