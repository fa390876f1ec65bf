//! Registering a webhook.

use crate::common::Bench;
use reqwest::Method;
use serde_json::{Value, json};

const URL: &str = "https://your-server.example.com/aura?key=planted-key";

fn webhook() -> Value {
    json!({
        "url": URL,
        "events": ["NEW_CALLOUT", "CALLOUT_CLOSED"],
        "headers": { "x-webhook-secret": "planted-secret" },
    })
}

/// The same with one member changed.
fn with(member: &str, value: Value) -> Value {
    let mut changed = webhook();
    changed[member] = value;
    changed
}

#[tokio::test]
async fn r90_a_registration_is_answered_with_the_default_method() {
    let bench = Bench::new().await;
    let answer = bench
        .post("/notifiers/webhooks", webhook())
        .await
        .expect(200);
    assert!(answer["message"].is_string());
    let config = &answer["notifier"]["config"][0];
    assert_eq!(config["method"], "webhook");
    assert_eq!(config["url"], URL);
    assert_eq!(config["events"], json!(["NEW_CALLOUT", "CALLOUT_CLOSED"]));
    assert_eq!(config["headers"]["x-webhook-secret"], "planted-secret");
}

#[tokio::test]
async fn r40_only_https_is_registered() {
    let bench = Bench::new().await;
    for url in [
        "http://your-server.example.com/aura",
        "ftp://your-server.example.com",
        "your-server.example.com",
        "https://",
        "https:///aura",
        "",
    ] {
        bench
            .post("/notifiers/webhooks", with("url", json!(url)))
            .await
            .refused(400);
    }
    let shouted = with("url", json!("HTTPS://your-server.example.com"));
    bench.post("/notifiers/webhooks", shouted).await.expect(200);
}

#[tokio::test]
async fn r41_the_list_of_events_is_closed() {
    let bench = Bench::new().await;
    for events in [
        json!(["planted"]),
        json!(["NEW_CALLOUT", "NEW_CALLOUT_FOR_INSTANCE"]),
        json!([]),
        json!("NEW_CALLOUT"),
        Value::Null,
    ] {
        let refused = bench
            .post("/notifiers/webhooks", with("events", events))
            .await
            .refused(400);
        assert!(!refused.contains("planted"), "{refused}");
    }
    assert!(bench.simulator.snapshot().webhook(12).is_none());
}

#[tokio::test]
async fn c40_the_deprecated_event_is_taken() {
    let bench = Bench::new().await;
    let events = json!(["RESPONDER_ACKNOWLEDGED_CALLOUT_WITH_ETA"]);
    let answer = bench
        .post("/notifiers/webhooks", with("events", events.clone()))
        .await
        .expect(200);
    assert_eq!(answer["notifier"]["config"][0]["events"], events);
}

#[tokio::test]
async fn r42_a_registration_replaces_the_one_before_of_its_own_source_only() {
    let bench = Bench::new().await;
    let other = bench.other_source().await;
    bench
        .send(
            Method::POST,
            "/notifiers/webhooks",
            Some(&other),
            Some(webhook()),
        )
        .await
        .expect(200);
    bench
        .post("/notifiers/webhooks", webhook())
        .await
        .expect(200);
    let second = with("events", json!(["CALLOUT_OWNED"]));
    bench.post("/notifiers/webhooks", second).await.expect(200);
    let snapshot = bench.simulator.snapshot();
    assert_eq!(snapshot.webhook(12).unwrap().events, ["CALLOUT_OWNED"]);
    assert_eq!(
        snapshot.webhook(13).unwrap().events,
        ["NEW_CALLOUT", "CALLOUT_CLOSED"]
    );

    // A refused one replaces nothing.
    bench
        .post("/notifiers/webhooks", with("events", json!(["NEWS"])))
        .await
        .refused(400);
    let snapshot = bench.simulator.snapshot();
    assert_eq!(snapshot.webhook(12).unwrap().events, ["CALLOUT_OWNED"]);
}

#[tokio::test]
async fn the_state_shows_the_webhook_and_debug_hides_its_secrets() {
    let bench = Bench::new().await;
    bench
        .post("/notifiers/webhooks", webhook())
        .await
        .expect(200);
    let url = format!("{}/state", bench.simulator.control_url());
    let state = bench
        .send_to(&url, Method::GET, None, None)
        .await
        .expect(200);
    assert_eq!(state["state"]["webhooks"]["12"]["url"], URL);
    assert_eq!(
        state["state"]["webhooks"]["12"]["registeredAt"],
        "2026-06-10T08:00:00Z"
    );
    let shown = format!("{:#?}", bench.simulator.snapshot());
    assert!(shown.contains("NEW_CALLOUT"));
    assert!(!shown.contains("planted"), "{shown}");
}

#[tokio::test]
async fn r09_registering_takes_a_server_token() {
    let bench = Bench::new().await;
    bench
        .send(Method::POST, "/notifiers/webhooks", None, Some(webhook()))
        .await
        .refused(401);
}
