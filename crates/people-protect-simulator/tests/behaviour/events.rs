//! What is said about a callout.

use crate::common::Bench;
use people_protect_simulator::Stage;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn r72_an_event_needs_source_and_text_and_answers_both_keys() {
    let bench = Bench::new().await;
    let (_, id) = bench.raised().await;
    let path = format!("/callouts/{id}/events");
    let said = bench
        .post(
            &path,
            json!({ "source": "customer", "event": "I am safe." }),
        )
        .await;
    assert_eq!(said.keys(), ["calloutEvent", "calloutEventTags"]);
    let said = said.expect(201);
    assert_eq!(said["calloutEvent"]["calloutId"], id);
    assert_eq!(said["calloutEvent"]["event"]["message"], "I am safe.");
    assert_eq!(said["calloutEvent"]["integrationUser"], Value::Null);
    for (body, missing) in [
        (json!({ "event": "x" }), "source"),
        (json!({ "source": "customer" }), "event"),
        (json!({ "source": " ", "event": "x" }), "source"),
        (json!({ "source": "customer", "event": "\n" }), "event"),
        // C19: the older form.
        (json!({ "message": "x" }), "event"),
    ] {
        let refused = bench.post(&path, body).await.refused(400);
        assert!(refused.contains(missing), "{refused}");
    }
    let events = bench.get(&path).await.expect(200);
    assert_eq!(events.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn r73_a_mention_becomes_a_tag_in_the_answer_and_in_the_list() {
    let bench = Bench::new().await;
    let (_, id) = bench.raised().await;
    let path = format!("/callouts/{id}/events");
    let text = "@admin I am behind the house (jane@example.com)";
    let said = bench
        .post(&path, json!({ "source": "customer", "event": text }))
        .await
        .expect(201);
    bench
        .post(&path, json!({ "source": "operator", "event": "Coming." }))
        .await
        .expect(201);
    assert_eq!(said["calloutEventTags"], json!([{ "tag": "admin" }]));
    let events = bench.get(&path).await.expect(200);
    assert_eq!(events[0]["calloutEventTags"], json!([{ "tag": "admin" }]));
    assert_eq!(events[1]["calloutEventTags"], json!([]));
    assert_eq!(events[1]["event"]["message"], "Coming.");
}

#[tokio::test]
async fn r57_r63_events_are_for_the_own_callout_only() {
    let bench = Bench::new().await;
    let (customer, id) = bench.raised().await;
    let other = bench.covered("+27829999999").await;
    let path = format!("/callouts/{id}/events");
    for (token, status) in [
        (bench.callout_token(customer).await, 200),
        (bench.callout_token(other).await, 401),
        (bench.other_source().await, 404),
    ] {
        let reply = bench.send(Method::GET, &path, Some(&token), None).await;
        assert_eq!(reply.status, status);
        let body = json!({ "source": "customer", "event": "x" });
        let reply = bench
            .send(Method::POST, &path, Some(&token), Some(body))
            .await;
        assert_eq!(reply.status, if status == 200 { 201 } else { status });
    }
    bench.get("/callouts/1/events").await.refused(404);
}

#[tokio::test]
async fn the_state_shows_what_was_said_and_debug_does_not() {
    let bench = Bench::new().await;
    let (_, id) = bench.raised().await;
    let body = json!({ "source": "customer", "event": "PlantedText @PlantedTag" });
    bench
        .post(&format!("/callouts/{id}/events"), body)
        .await
        .expect(201);
    bench.simulator.set_stage(id, Stage::Closed).unwrap();
    let reason = json!({ "exceptionReasonId": 102, "notes": "PlantedNotes" });
    bench
        .post(&format!("/callouts/{id}/exceptionReasons"), reason)
        .await
        .expect(201);
    let rating = json!({ "calloutId": id, "rating": 4, "additionalDetails": "PlantedDetails" });
    bench.post("/ratings", rating).await.expect(201);
    let snapshot = bench.simulator.snapshot();
    let callout = snapshot.callout(id).unwrap();
    assert_eq!(callout.events[0].text.reveal(), "PlantedText @PlantedTag");
    assert_eq!(callout.rating.as_ref().unwrap().rating, 4);
    let shown = format!("{snapshot:?} {snapshot:#?}");
    assert!(!shown.contains("Planted"), "{shown}");
}
