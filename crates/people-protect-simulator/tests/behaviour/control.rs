//! The control surface, over HTTP and in the process.

use std::time::Duration;

use crate::common::{Bench, JANE};
use people_protect_simulator::{ErrorKind, Stage};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_stage_is_set_and_does_not_go_back() {
    let bench = Bench::new().await;
    let (_, id) = bench.raised().await;
    let path = format!("/callouts/{id}/stage");
    let set = bench
        .control(&path, json!({ "stage": "arrived" }))
        .await
        .expect(200);
    assert_eq!(
        set,
        json!({ "id": id, "stage": "arrived", "status": "Responder Arrived", "active": true })
    );
    let message = bench
        .control(&path, json!({ "stage": "dispatched" }))
        .await
        .refused(409);
    assert_eq!(
        message,
        "callout 992011 is arrived and does not go back to dispatched"
    );
    bench
        .control(&path, json!({ "stage": "flying" }))
        .await
        .refused(400);
    bench.control(&path, json!({})).await.refused(400);
    bench
        .control("/callouts/1/stage", json!({ "stage": "closed" }))
        .await
        .refused(404);
    bench
        .control("/callouts/x/stage", json!({ "stage": "closed" }))
        .await
        .refused(400);

    let error = bench.simulator.set_stage(1, Stage::Closed).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownCallout);
}

#[tokio::test]
async fn the_clock_goes_forward_only() {
    let bench = Bench::new().await;
    let moved = bench
        .control("/clock", json!({ "advance_s": 90 }))
        .await
        .expect(200);
    assert_eq!(moved["now"], "2026-06-10T08:01:30Z");
    bench
        .control("/clock", json!({ "advance_s": -1 }))
        .await
        .refused(400);
    bench
        .control("/clock", json!({ "advance_s": i64::MAX }))
        .await
        .refused(400);
    assert_eq!(bench.simulator.now().to_string(), "2026-06-10T08:01:30Z");
    let error = bench.simulator.advance(Duration::MAX).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ClockRefused);
}

#[tokio::test]
async fn a_reset_forgets_all_but_the_credentials() {
    let bench = Bench::new().await;
    bench.raised().await;
    bench.simulator.advance(Duration::from_secs(60)).unwrap();
    bench.control("/reset", json!({})).await.expect(200);
    assert_eq!(bench.simulator.snapshot().customers().count(), 0);
    assert_eq!(bench.simulator.now().to_string(), "2026-06-10T08:00:00Z");
    assert!(bench.simulator.requests().is_empty());
    // The token is still good, and the ids begin anew.
    assert_eq!(bench.covered(JANE).await, 178_921);
    bench.simulator.reset();
    assert_eq!(bench.simulator.snapshot().subscriptions().count(), 0);
}

#[tokio::test]
async fn the_whole_state_can_be_read() {
    let bench = Bench::new().await;
    bench.raised().await;
    let url = format!("{}/state", bench.simulator.control_url());
    let state = bench
        .send_to(&url, Method::GET, None, None)
        .await
        .expect(200);
    assert_eq!(state["now"], "2026-06-10T08:00:00Z");
    assert_eq!(
        state["state"]["customers"]["178921"]["profile"]["mobile"],
        JANE
    );
    assert_eq!(state["state"]["callouts"]["992011"]["stage"], "created");
    assert_eq!(
        state["state"]["subscriptions"]["8811"]["customerId"],
        178_921
    );
}

#[tokio::test]
async fn requests_to_the_api_are_on_record() {
    let bench = Bench::new().await;
    bench.raised().await;
    bench.get("/nothing").await.expect(404);
    let seen: Vec<_> = bench
        .simulator
        .requests()
        .iter()
        .map(|r| (r.operation, r.status))
        .collect();
    assert_eq!(
        seen,
        [
            (Some("create_oauth_token"), 200),
            (Some("create_customer"), 201),
            (Some("create_customer_callout"), 201),
            (None, 404),
        ]
    );
    let url = format!("{}/requests", bench.simulator.control_url());
    let listed = bench
        .send_to(&url, Method::GET, None, None)
        .await
        .expect(200);
    assert_eq!(listed["requests"][0]["operation"], "create_oauth_token");
}

#[tokio::test]
async fn the_control_surface_is_not_under_the_api() {
    let bench = Bench::new().await;
    bench.get("/_simulator/state").await.refused(404);
    assert!(!bench.simulator.control_url().contains("panic-api"));
}
