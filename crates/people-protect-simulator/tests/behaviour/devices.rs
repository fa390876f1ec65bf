//! Devices and what they report.

use crate::common::{Bench, JANE};
use reqwest::Method;
use serde_json::{Value, json};

fn button(customer: i64) -> Value {
    json!({ "customerId": customer, "deviceSerial": "EX-26217939", "deviceSupplier": "ExampleBrand" })
}

fn press(message_type: i64) -> Value {
    json!({
        "device_id": 26_217_939,
        "device_type_id": 5,
        "message_type": message_type,
        "location": { "latitude": -26.12345, "longitude": 28.12345, "accuracy": 70 },
        "responseTypeId": "anything",
    })
}

#[tokio::test]
async fn r54_events_carry_the_id_that_linking_answered() {
    let bench = Bench::new().await;
    let jane = bench.covered(JANE).await;
    bench.post("/deviceEvent", press(1)).await.refused(400);
    for field in ["customerId", "deviceSerial", "deviceSupplier"] {
        let mut body = button(jane);
        body.as_object_mut().unwrap().remove(field);
        assert!(
            bench
                .post("/devices", body)
                .await
                .refused(400)
                .contains(field)
        );
    }
    let linked = bench.post("/devices", button(jane)).await.expect(200);
    assert_eq!(linked["deviceId"], "26217939");
    assert_eq!(linked["deviceSerial"], "EX-26217939");
    bench.post("/devices", button(jane)).await.refused(400);
    let answer = bench.post("/deviceEvent", press(1)).await.expect(200);
    let outcome = &answer["resolvedAuraEvent"]["eventResponse"];
    assert_eq!(outcome["calloutId"], 992_011);
    bench
        .delete("/devices/EX-26217939", None)
        .await
        .refused(404);
    let other = bench.other_source().await;
    let path = "/devices/26217939";
    let foreign = bench.send(Method::DELETE, path, Some(&other), None).await;
    foreign.refused(404);
    bench.delete(path, None).await.expect(200);
    bench.delete(path, None).await.refused(404);
    bench.post("/deviceEvent", press(1)).await.refused(400);
}

#[tokio::test]
async fn r87_the_supplier_tells_the_type_and_what_is_not_provisioned_is_refused() {
    let bench = Bench::new().await;
    let jane = bench.covered(JANE).await;
    for (field, value) in [
        ("deviceSerial", json!("EX-1")),
        ("deviceSerial", json!("SW-26217939")),
        ("deviceSupplier", json!("Nobody")),
        ("deviceType", json!(6)),
        ("customerId", json!(1)),
    ] {
        let mut body = button(jane);
        body[field] = value;
        bench.post("/devices", body).await.refused(400);
    }
    let linked = bench.post("/devices", button(jane)).await.expect(200);
    assert_eq!(linked["deviceTypeId"], 5);
}

#[tokio::test]
async fn a_device_gets_another_name_and_keeps_the_rest() {
    let bench = Bench::new().await;
    let jane = bench.covered(JANE).await;
    bench.post("/devices", button(jane)).await.expect(200);
    let change =
        json!({ "customerId": jane, "deviceId": "26217939", "deviceAlias": "Back office" });
    let changed = bench.put("/devices", change.clone()).await.expect(200);
    assert_eq!(changed["alias"], "Back office");
    assert_eq!(changed["deviceTypeId"], 5);
    for (field, value, status) in [
        ("deviceId", json!("EX-26217939"), 404),
        ("customerId", json!(1), 404),
        ("deviceTypeId", json!(99), 400),
    ] {
        let mut body = change.clone();
        body[field] = value;
        bench.put("/devices", body).await.refused(status);
    }
}

#[tokio::test]
async fn r88_an_event_is_repeated_and_says_what_it_became() {
    let bench = Bench::new().await;
    let jane = bench.covered(JANE).await;
    bench.post("/devices", button(jane)).await.expect(200);
    for action in [2, 3] {
        bench.post("/deviceEvent", press(action)).await.refused(400);
    }
    for (action, event) in [
        (1, "NEW_CALLOUT"),
        (2, "LOCATION_UPDATE"),
        (3, "CANCEL_CALLOUT"),
        (4, "HEALTH_CHECK"),
    ] {
        let answer = bench.post("/deviceEvent", press(action)).await.expect(200);
        assert_eq!(answer["input"], press(action));
        assert_eq!(answer["resolvedAuraEvent"]["eventTypes"], event);
    }
    let snapshot = bench.simulator.snapshot();
    assert!(snapshot.active_callouts_of(jane).is_empty());
    assert!(
        snapshot
            .devices()
            .all(|device| device.health_check_at.is_some())
    );
    bench.post("/deviceEvent", press(9)).await.refused(400);
    let mut nowhere = press(1);
    nowhere.as_object_mut().unwrap().remove("location");
    bench.post("/deviceEvent", nowhere).await.refused(400);
    let mut other_type = press(1);
    other_type["device_type_id"] = json!(6);
    bench.post("/deviceEvent", other_type).await.refused(400);
}

#[tokio::test]
async fn r26_a_device_raises_nothing_for_a_customer_without_cover() {
    let bench = Bench::new().await;
    let jane = bench.uncovered(JANE).await;
    bench.post("/devices", button(jane)).await.expect(200);
    bench.post("/deviceEvent", press(1)).await.refused(403);
}
