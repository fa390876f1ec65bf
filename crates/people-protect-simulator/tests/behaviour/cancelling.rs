//! Cancelling a callout.

use crate::common::Bench;
use people_protect_simulator::{Cancellation, Stage};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn r34_the_right_safe_code_is_a_verified_cancellation() {
    let bench = Bench::new().await;
    let (customer, id) = bench.raised().await;
    let body = json!({ "safeCode": "4567" });
    let cancelled = bench
        .post(&format!("/callouts/{id}/cancel"), body)
        .await
        .expect(200);
    assert_eq!(cancelled["callout"]["status"], "Cancelled");
    let snapshot = bench.simulator.snapshot();
    assert_eq!(
        snapshot.callout(id).unwrap().cancellation,
        Some(Cancellation::Verified)
    );
    assert!(snapshot.active_callouts_of(customer).is_empty());
}

#[tokio::test]
async fn r34_without_a_code_it_is_unconditional_with_or_without_a_body() {
    for body in [None, Some(json!({}))] {
        let bench = Bench::new().await;
        let (_, id) = bench.raised().await;
        let path = format!("/callouts/{id}/cancel");
        bench
            .send(Method::POST, &path, Some(&bench.token), body)
            .await
            .expect(200);
        let snapshot = bench.simulator.snapshot();
        assert_eq!(
            snapshot.callout(id).unwrap().cancellation,
            Some(Cancellation::Unconditional)
        );
    }
}

#[tokio::test]
async fn r34_a_wrong_code_is_duress_and_the_callout_goes_on() {
    let bench = Bench::new().await;
    let (customer, id) = bench.raised().await;
    let path = format!("/callouts/{id}/cancel");
    let reply = bench
        .post(&path, json!({ "safeCode": "0000" }))
        .await
        .expect(200);
    assert_eq!(reply["callout"]["status"], "created");
    let snapshot = bench.simulator.snapshot();
    assert!(snapshot.callout(id).unwrap().duress_at.is_some());
    assert_eq!(snapshot.active_callouts_of(customer).len(), 1);
    assert!(
        bench
            .post(&path, json!({ "safeCode": 4567 }))
            .await
            .refused(400)
            .contains("safeCode")
    );
}

#[tokio::test]
async fn a_callout_that_has_ended_is_answered_as_it_is() {
    let bench = Bench::new().await;
    let (_, id) = bench.raised().await;
    bench.simulator.set_stage(id, Stage::Closed).unwrap();
    let reply = bench
        .post(&format!("/callouts/{id}/cancel"), json!({}))
        .await
        .expect(200);
    assert_eq!(reply["callout"]["status"], "Closed");
    assert_eq!(
        bench.simulator.snapshot().callout(id).unwrap().cancellation,
        None
    );
}
