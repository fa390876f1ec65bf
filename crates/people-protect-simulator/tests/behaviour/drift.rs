//! Answers that are changed on purpose, field by field; the state is as if nothing was wrong.
#![allow(clippy::unwrap_used, reason = "tests fail so")]

use crate::common::Bench;
use people_protect_simulator::{Clock, Drift, ErrorKind, JsonType, Simulator};
use reqwest::Method;
use serde_json::{Value, json};

async fn read(bench: &Bench, callout: i64) -> Value {
    bench.get(&format!("/callouts/{callout}")).await.expect(200)
}

#[tokio::test]
async fn a_field_is_dropped_renamed_retyped_and_added() {
    let bench = Bench::new().await;
    let (_, id) = bench.raised().await;
    let before = read(&bench, id).await;
    for drift in [
        json!({ "drop": "/callout/status" }),
        json!({ "rename": { "pointer": "/callout/id", "to": "calloutId" } }),
        json!({ "retype": { "pointer": "/callout/incidentInformation/*/internalTest", "to": "string" } }),
        json!({ "retype": { "pointer": "/message", "to": "object" } }),
        json!({ "add": { "pointer": "/callout/incidentInformation/*", "name": "newField", "value": 1 } }),
    ] {
        let body = json!({ "operation": "get_callout", "edit": drift });
        assert_eq!(
            bench.control("/drift", body.clone()).await.expect(201),
            body
        );
    }
    let after = read(&bench, id).await;
    assert!(after["callout"].get("status").is_none());
    assert!(after["callout"].get("id").is_none());
    assert_eq!(after["callout"]["calloutId"], id);
    assert_eq!(after["message"], json!({ "value": before["message"] }));
    assert_eq!(after["callout"]["incidentInformation"][0]["newField"], 1);
    // Another operation, and the state, are as ever.
    let listed = bench.get("/callouts/activeCallouts").await.expect(200);
    assert_eq!(listed[0]["id"], id);

    let url = format!("{}/drift", bench.simulator.control_url());
    let emptied = bench
        .send_to(&url, Method::DELETE, None, None)
        .await
        .expect(200);
    assert_eq!(emptied, json!({ "drift": [] }));
    assert_eq!(read(&bench, id).await, before);
}

#[tokio::test]
async fn a_status_and_a_media_type_are_changed_of_a_success_only() {
    let builder = Simulator::builder()
        .clock(Clock::manual())
        .drift(Drift::status("get_callout", 203))
        .drift(Drift::media_type("list_response_types", "text/html"));
    let bench = Bench::of(builder).await;
    let (_, id) = bench.raised().await;
    bench.get(&format!("/callouts/{id}")).await.expect(203);
    bench.get("/callouts/1").await.refused(404);
    let url = format!("{}/responseTypes", bench.simulator.api_url());
    let answer = bench
        .client
        .get(url)
        .bearer_auth(&bench.token)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()["content-type"], "text/html");
    assert!(answer.text().await.unwrap().starts_with('{'));
}

#[tokio::test]
async fn a_reset_goes_back_to_what_was_given_at_the_start() {
    let given = Drift::drop_field("list_response_types", "/message");
    let builder = Simulator::builder().clock(Clock::manual()).drift(given);
    let bench = Bench::of(builder).await;
    let types = async || bench.get("/responseTypes").await.expect(200);
    bench.simulator.clear_drift();
    assert!(types().await["message"].is_string());
    let more = Drift::add_field("list_response_types", "", "extra", json!(null));
    bench.simulator.add_drift(more).unwrap();
    assert!(types().await.get("extra").is_some());
    bench.simulator.reset();
    assert!(types().await.get("extra").is_none());
    assert!(types().await.get("message").is_none());
}

#[tokio::test]
async fn what_cannot_be_is_refused_by_name() {
    let bench = Bench::new().await;
    for (drift, named) in [
        (
            json!({ "operation": "nothing", "edit": { "drop": "/a" } }),
            "operation",
        ),
        (
            json!({ "operation": "get_callout", "edit": { "drop": "a" } }),
            "pointer",
        ),
        (
            json!({ "operation": "get_callout", "edit": { "drop": "" } }),
            "pointer",
        ),
        (
            json!({ "operation": "get_callout", "edit": { "status": 99 } }),
            "status",
        ),
        (
            json!({ "operation": "get_callout", "edit": { "media_type": "a\nb" } }),
            "media_type",
        ),
        (
            json!({ "operation": "get_callout", "edit": { "paint": 1 } }),
            "must be one of",
        ),
        (json!({ "operation": "get_callout" }), "edit"),
    ] {
        let message = bench.control("/drift", drift).await.refused(400);
        assert!(message.contains(named), "{message}");
    }
    let refused = bench
        .simulator
        .add_drift(Drift::status("get_callout", 600))
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::DriftRefused);
    let wrong = Simulator::builder().drift(Drift::retype_field("get_callout", "x", JsonType::Null));
    assert_eq!(
        wrong.start().await.unwrap_err().kind(),
        ErrorKind::DriftRefused
    );
}
