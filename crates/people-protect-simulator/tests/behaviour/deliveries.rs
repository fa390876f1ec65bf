//! What is delivered to webhooks, and when nothing is.

use crate::common::receiver::{Receiver, registration};
use crate::common::{Bench, JANE, person};
use people_protect_simulator::{Clock, Credentials, Simulator};
use reqwest::Method;
use serde_json::{Value, json};

const ALL: [&str; 12] = [
    "NEW_CALLOUT",
    "RESPONDER_ACKNOWLEDGED_CALLOUT",
    "RESPONDER_ARRIVED_ON_SCENE",
    "RESPONDER_COMPLETED",
    "CALLOUT_EVENTS_CHANGED",
    "CALLOUT_SOFT_CANCELLED_BY_CUSTOMER",
    "CALLOUT_NO_LONGER_REQUIRES_RESPONSE",
    "CALLOUT_CLOSED",
    "SUBSCRIPTION_CREATED",
    "SUBSCRIPTION_UPDATED",
    "SUBSCRIPTION_CANCELLED",
    "CREATED_CUSTOMER",
];

/// One that delivers to this machine, with further switches.
async fn bench(switches: &[(&str, &str)]) -> Bench {
    let mut builder = Simulator::builder()
        .clock(Clock::manual())
        .switch("http-webhooks", "on");
    for (name, value) in switches {
        builder = builder.switch(*name, *value);
    }
    Bench::of(builder).await
}

async fn cancel(bench: &Bench, callout: i64, body: Value) {
    let path = format!("/callouts/{callout}/cancel");
    bench.post(&path, body).await.expect(200);
}

#[tokio::test]
async fn r95_what_the_api_changes_is_told_in_its_order() {
    let bench = bench(&[]).await;
    let receiver = bench.receiver(&ALL).await;
    let (customer, callout) = bench.raised().await;
    bench.chat(callout, "somebody is at the door").await;
    cancel(&bench, callout, json!({})).await;
    let list = bench
        .get(&format!("/customers/{customer}/subscriptions"))
        .await
        .expect(200);
    let subscription = format!("/subscriptions/{}", list[0]["id"]);
    let renewed = json!({ "validTo": "2026-08-10T00:00:00Z" });
    bench.put(&subscription, renewed).await.expect(200);
    let reason = Some(json!({ "reason": "moved" }));
    bench
        .delete(&subscription, reason.clone())
        .await
        .expect(200);
    // Nothing has changed any more.
    bench.delete(&subscription, reason).await.expect(200);
    cancel(&bench, callout, json!({})).await;
    bench.simulator.idle().await;
    assert_eq!(
        receiver.messages(),
        [
            "CREATED_CUSTOMER",
            "SUBSCRIPTION_CREATED",
            "NEW_CALLOUT",
            "CALLOUT_EVENTS_CHANGED",
            "CALLOUT_NO_LONGER_REQUIRES_RESPONSE",
            "SUBSCRIPTION_UPDATED",
            "SUBSCRIPTION_CANCELLED",
        ]
    );
    let received = receiver.received();
    assert_eq!(received[0].body["customer"]["id"], customer);
    assert_eq!(received[0].body["customer"]["name"], "Jane");
    assert_eq!(received[1].body["subscription"]["id"], list[0]["id"]);
    assert_eq!(received[2].body["callout"]["id"], callout);
    assert_eq!(received[2].headers["content-type"], "application/json");
}

#[tokio::test]
async fn r95_a_refused_request_is_no_event() {
    let bench = bench(&[]).await;
    let receiver = bench.receiver(&ALL).await;
    let customer = bench.uncovered(JANE).await;
    bench.raise(customer).await.refused(403);
    bench
        .post("/customers", json!({ "customer": person(JANE) }))
        .await
        .refused(409);
    bench.simulator.idle().await;
    assert_eq!(receiver.messages(), ["CREATED_CUSTOMER"]);
}

#[tokio::test]
async fn r95_callouts_of_places_and_devices_are_told_too() {
    let bench = bench(&[]).await;
    let receiver = bench.receiver(&["NEW_CALLOUT"]).await;
    let place = json!({
        "externalReferenceId": "site-a",
        "locationIdentifier": "site-a",
        "latitude": "-26.12345",
        "longitude": "28.12345",
        "formattedAddress": "123 Main Street, Johannesburg",
    });
    let place = bench.post("/predefinedLocations", place).await.expect(201);
    bench
        .post(
            "/predefinedLocations/externalRef/site-a/callouts",
            json!({}),
        )
        .await
        .expect(201);
    let customer = bench.covered(JANE).await;
    let device = json!({
        "customerId": customer,
        "deviceSerial": "EX-26217939",
        "deviceSupplier": "ExampleBrand",
    });
    bench.post("/devices", device).await.expect(200);
    let press = json!({
        "device_id": 26_217_939,
        "device_type_id": 5,
        "message_type": 1,
        "location": { "latitude": -26.12345, "longitude": 28.12345 },
    });
    bench.post("/deviceEvent", press).await.expect(200);
    bench.simulator.idle().await;
    let received = receiver.received();
    let ids: Vec<_> = received
        .iter()
        .map(|one| &one.body["callout"]["id"])
        .collect();
    assert_eq!(ids, [992_011, 992_012]);
    let incident = &received[0].body["callout"]["incidentInformation"][0];
    assert_eq!(incident["predefinedLocationId"], place["id"]);
    assert_eq!(
        incident["calloutCurrentLocation"]["formattedAddress"],
        "123 Main Street, Johannesburg"
    );
}

#[tokio::test]
async fn r95_a_hosted_signup_is_told_like_any_other() {
    let bench = bench(&[]).await;
    let receiver = bench.receiver(&ALL).await;
    let body = json!({ "returnUrl": "myapp://done", "email": "jane.doe@example.com" });
    let session = bench.post("/customer-signup/sessions", body).await;
    let id = session.body["sessionId"].as_str().unwrap().to_owned();
    bench
        .control(
            &format!("/signup-sessions/{id}/finish"),
            json!({ "outcome": "completed" }),
        )
        .await
        .expect(200);
    bench.simulator.idle().await;
    assert_eq!(
        receiver.messages(),
        ["CREATED_CUSTOMER", "SUBSCRIPTION_CREATED"]
    );
}

#[tokio::test]
async fn r37_c41_stages_are_told_only_if_it_is_switched_on() {
    for (switch, expected) in [
        ("off", [].as_slice()),
        (
            "on",
            &[
                "RESPONDER_ACKNOWLEDGED_CALLOUT",
                "RESPONDER_ARRIVED_ON_SCENE",
                "RESPONDER_COMPLETED",
                "CALLOUT_CLOSED",
            ],
        ),
    ] {
        let bench = bench(&[("portal-webhooks", switch)]).await;
        let (_, callout) = bench.raised().await;
        let receiver = bench.receiver(&ALL).await;
        for stage in ["dispatched", "dispatched", "arrived", "completed", "closed"] {
            bench.stage(callout, stage).await;
        }
        bench.simulator.idle().await;
        assert_eq!(receiver.messages(), expected);
        // R44.
        for received in receiver.received() {
            let incident = &received.body["callout"]["incidentInformation"][0];
            assert!(incident["responder"].is_object(), "{incident}");
        }
    }
}

#[tokio::test]
async fn which_event_a_cancellation_fires_is_a_switch() {
    const SOFT: &str = "CALLOUT_SOFT_CANCELLED_BY_CUSTOMER";
    const OVER: &str = "CALLOUT_NO_LONGER_REQUIRES_RESPONSE";
    for (way, coded, bare) in [
        ("by-mode", [SOFT, OVER].as_slice(), [OVER].as_slice()),
        ("both", &[SOFT, OVER], &[SOFT, OVER]),
        ("soft-cancelled", &[SOFT], &[SOFT]),
        ("no-longer-requires-response", &[OVER], &[OVER]),
    ] {
        for (body, expected) in [(json!({ "safeCode": "4567" }), coded), (json!({}), bare)] {
            let bench = bench(&[("webhook-cancel-events", way)]).await;
            let receiver = bench.receiver(&[SOFT, OVER]).await;
            let (_, callout) = bench.raised().await;
            // Under duress nothing is told: the callout goes on.
            cancel(&bench, callout, json!({ "safeCode": "0000" })).await;
            cancel(&bench, callout, body).await;
            bench.simulator.idle().await;
            assert_eq!(receiver.messages(), expected, "{way}");
        }
    }
}

#[tokio::test]
async fn a_cancellation_of_a_subscription_can_be_made_to_fail() {
    let bench = bench(&[("subscription-cancellation-fails", "on")]).await;
    let receiver = bench
        .receiver(&["SUBSCRIPTION_CANCELLED", "SUBSCRIPTION_CANCELLED_FAILED"])
        .await;
    let customer = bench.covered(JANE).await;
    bench
        .delete("/subscriptions/8811", Some(json!({ "reason": "moved" })))
        .await
        .expect(200);
    bench.raise(customer).await.expect(201);
    bench.simulator.idle().await;
    assert_eq!(receiver.messages(), ["SUBSCRIPTION_CANCELLED_FAILED"]);
}

#[tokio::test]
async fn c40_r46_the_name_of_an_automatic_dispatch() {
    const SHORT: &str = "RESPONDER_ACKNOWLEDGED_CALLOUT";
    const LONG: &str = "RESPONDER_ACKNOWLEDGED_CALLOUT_WITH_ETA";
    for (way, registered, expected) in [
        ("as-registered", [SHORT].as_slice(), [SHORT].as_slice()),
        ("as-registered", &[LONG], &[LONG]),
        ("as-registered", &[SHORT, LONG], &[SHORT, LONG]),
        ("short", &[LONG], &[SHORT]),
        ("with-eta", &[SHORT], &[LONG]),
        ("with-eta", &["CALLOUT_CLOSED"], &[]),
    ] {
        let switches = [
            ("portal-webhooks", "on"),
            ("webhook-acknowledged-name", way),
        ];
        let bench = bench(&switches).await;
        let receiver = bench.receiver(registered).await;
        let (_, callout) = bench.raised().await;
        bench.stage(callout, "dispatched").await;
        bench.simulator.idle().await;
        assert_eq!(receiver.messages(), expected, "{way} {registered:?}");
    }
}

#[tokio::test]
async fn c43_to_c48_the_shape_of_a_callout_is_switched() {
    let incident = "/callout/incidentInformation/0";
    let latitude = "/callout/incidentInformation/0/calloutCurrentLocation/latitude";
    let value = json!("REAL");
    for (switch, way, there, gone) in [
        (
            "webhook-category-key",
            "lower-case",
            (
                "/callout/incidentInformation/0/incidentcategory/description",
                json!("Armed response"),
            ),
            "/callout/incidentInformation/0/incidentCategory",
        ),
        (
            "webhook-category-key",
            "camel-case",
            (
                "/callout/incidentInformation/0/incidentCategory/description",
                json!("Armed response"),
            ),
            "/callout/incidentInformation/0/incidentcategory",
        ),
        (
            "webhook-classification-in",
            "callout",
            ("/callout/calloutClassification/value", value.clone()),
            "/callout/incidentInformation/0/calloutClassification",
        ),
        (
            "webhook-classification-in",
            "incident-information",
            (
                "/callout/incidentInformation/0/calloutClassification/value",
                value.clone(),
            ),
            "/callout/calloutClassification",
        ),
        (
            "webhook-classification-in",
            "both",
            ("/callout/calloutClassification/value", value.clone()),
            "/message/none",
        ),
        (
            "webhook-coordinates",
            "number",
            (latitude, json!(-26.12345)),
            "/none",
        ),
        (
            "webhook-coordinates",
            "text",
            (latitude, json!("-26.12345")),
            "/none",
        ),
        (
            "webhook-incident-information-in",
            "top-level",
            (
                "/incidentInformation/0/responseType/value",
                json!("SECURITY"),
            ),
            incident,
        ),
        (
            "webhook-incident-information-in",
            "callout",
            (
                "/callout/incidentInformation/0/responseType/value",
                json!("SECURITY"),
            ),
            "/incidentInformation",
        ),
    ] {
        let bench = bench(&[(switch, way)]).await;
        let receiver = bench.receiver(&["NEW_CALLOUT"]).await;
        bench.raised().await;
        bench.simulator.idle().await;
        let body = &receiver.received()[0].body;
        assert_eq!(
            body.pointer(there.0),
            Some(&there.1),
            "{switch} {way}: {body}"
        );
        assert_eq!(body.pointer(gone), None, "{switch} {way}: {body}");
    }
}

#[tokio::test]
async fn c45_the_id_of_a_place_is_a_number_or_text() {
    for (way, expected) in [("integer", json!(99_001)), ("text", json!("99001"))] {
        let bench = bench(&[("webhook-predefined-location-id", way)]).await;
        let receiver = bench.receiver(&["NEW_CALLOUT"]).await;
        let place = json!({
            "externalReferenceId": "a",
            "locationIdentifier": "a",
            "latitude": "-26.12345",
            "longitude": "28.12345",
        });
        bench.post("/predefinedLocations", place).await.expect(201);
        let path = "/predefinedLocations/externalRef/a/callouts";
        bench.post(path, json!({})).await.expect(201);
        bench.simulator.idle().await;
        let body = &receiver.received()[0].body;
        let incident = &body["callout"]["incidentInformation"][0];
        assert_eq!(incident["predefinedLocationId"], expected);
    }
}

#[tokio::test]
async fn r16_a_source_hears_of_nothing_of_another() {
    let bench = bench(&[]).await;
    let second = bench.simulator.sources().nth(1).unwrap();
    let other: Credentials = second.clone();
    let token = bench.sign_in(&other).await;
    let receiver = Receiver::start().await;
    let body = registration(&receiver, &ALL);
    bench
        .send(
            Method::POST,
            "/notifiers/webhooks",
            Some(&token),
            Some(body),
        )
        .await
        .expect(200);
    bench.raised().await;
    bench.simulator.idle().await;
    assert!(receiver.received().is_empty());
    assert!(bench.simulator.deliveries().is_empty());
}

#[tokio::test]
async fn r42_what_is_registered_later_receives_what_happens_later() {
    let bench = bench(&[]).await;
    let first = bench.receiver(&["NEW_CALLOUT"]).await;
    let (_, callout) = bench.raised().await;
    let second = bench.receiver(&["CALLOUT_EVENTS_CHANGED"]).await;
    bench.chat(callout, "hello").await;
    bench.simulator.idle().await;
    assert_eq!(first.messages(), ["NEW_CALLOUT"]);
    assert_eq!(second.messages(), ["CALLOUT_EVENTS_CHANGED"]);
}

#[tokio::test]
async fn r40_http_is_for_this_machine_and_only_if_it_is_switched_on() {
    let off = Bench::new().await;
    let on = bench(&[]).await;
    for (url, taken) in [
        ("http://127.0.0.1:4000/aura", true),
        ("http://localhost:4000/aura", true),
        ("http://[::1]:4000/aura", true),
        ("http://example.com/aura", false),
        ("http://127.0.0.1.example.com/aura", false),
        ("http://127.0.0.1@example.com/aura", false),
        ("http://0.0.0.0/aura", false),
        ("http://", false),
        ("ftp://127.0.0.1/aura", false),
    ] {
        let body = json!({ "url": url, "events": ["NEW_CALLOUT"] });
        off.post("/notifiers/webhooks", body.clone())
            .await
            .refused(400);
        let status = on.post("/notifiers/webhooks", body).await.status;
        assert_eq!(status == 200, taken, "{url}: {status}");
    }
}

#[tokio::test]
async fn r45_a_header_that_cannot_be_sent_is_refused_by_name_only() {
    let bench = bench(&[]).await;
    for headers in [
        json!({ "not a name": "planted" }),
        json!({ "x-secret": "planted\r\nhost: elsewhere" }),
        json!({ "Content-Length": "planted" }),
        json!({ "host": "planted" }),
    ] {
        let body = json!({
            "url": "https://example.com/aura",
            "events": ["NEW_CALLOUT"],
            "headers": headers,
        });
        let message = bench.post("/notifiers/webhooks", body).await.refused(400);
        assert!(message.contains("`headers`"), "{message}");
        assert!(!message.contains("planted"), "{message}");
    }
}
