//! What a client sees of switches about sign-ups, devices, leads, scheduled services and coverage.

use serde_json::{Value, json};

use super::{SIGNUPS, keys, text};
use crate::common::{Bench, JANE};

pub(crate) async fn device_id(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    let linked = bench.post("/devices", button(customer)).await.expect(200);
    linked["deviceId"].to_string()
}

pub(crate) async fn nobody_signs_up(bench: Bench) -> String {
    text(
        &bench
            .post(SIGNUPS, json!({ "returnUrl": "myapp://done" }))
            .await,
    )
}

pub(crate) async fn signup_shape(bench: Bench) -> String {
    let body = json!({ "returnUrl": "myapp://done", "email": "jane.doe@example.com" });
    let session = bench.post(SIGNUPS, body).await.expect(201);
    let id = session["sessionId"]
        .as_str()
        .or(session["id"].as_str())
        .unwrap();
    let read = bench.get(&format!("{SIGNUPS}/{id}")).await.expect(200);
    format!("{} / {}", keys(&session), keys(&read))
}

pub(crate) fn button(customer: i64) -> Value {
    json!({ "customerId": customer, "deviceSerial": "EX-26217939", "deviceSupplier": "ExampleBrand" })
}

pub(crate) async fn unprovisioned(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    let mut serial = button(customer);
    serial["deviceSerial"] = "EX-1".into();
    let mut supplier = button(customer);
    supplier["deviceSupplier"] = "Nobody".into();
    let (serial, supplier) = (
        bench.post("/devices", serial),
        bench.post("/devices", supplier),
    );
    format!("{} {}", serial.await.status, supplier.await.status)
}

pub(crate) async fn linked_twice(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    bench.post("/devices", button(customer)).await.expect(200);
    text(&bench.post("/devices", button(customer)).await)
}

pub(crate) async fn older_device(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    let body = json!({ "customerId": customer, "deviceId": "EX-26217939" });
    let linked = bench.post("/devices", body).await;
    match linked.body["deviceId"].as_str() {
        Some(id) => format!("{} {id}", keys(&linked.body)),
        None => text(&linked),
    }
}

pub(crate) async fn device_event(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    bench.post("/devices", button(customer)).await.expect(200);
    let event = json!({ "device_id": 26_217_939, "device_type_id": 5, "message_type": 4 });
    text(&bench.post("/deviceEvent", event).await)
}

pub(crate) async fn lead_by_number(bench: Bench) -> String {
    let body = json!({ "mobileNumber": JANE, "customerData": {} });
    bench.post("/leads", body).await.expect(200);
    text(&bench.get("/leads/501").await)
}

pub(crate) async fn older_lead(bench: Bench) -> String {
    let body = json!({ "firstName": "Jane", "lastName": "Doe", "mobileNumber": JANE });
    let lead = bench.post("/leads", body).await;
    let Some(id) = lead.body["id"]
        .as_str()
        .filter(|id| id.starts_with("lead_"))
    else {
        return text(&lead);
    };
    let read = bench.get(&format!("/leads/{id}")).await;
    let status = lead.body["status"].as_str().unwrap();
    format!("{} {status} {}", keys(&lead.body), read.status)
}

pub(crate) fn order(customer: i64) -> Value {
    json!({
        "customerId": customer,
        "scheduledRequestConfig": { "dateFrom": "2026-06-10T09:00:00Z" },
        "initialLocation": { "formattedAddress": "1 Example Street" },
    })
}

pub(crate) async fn unknown_service(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    text(&bench.post("/scheduled/sailing", order(customer)).await)
}

pub(crate) async fn older_order(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    let body = json!({ "customerId": customer, "scheduledAt": "2026-06-10T09:00:00Z" });
    let ordered = bench.post("/scheduled/guarding", body).await;
    if ordered.status == 200 {
        keys(&ordered.body)
    } else {
        text(&ordered)
    }
}

pub(crate) async fn order_echo(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    let ordered = bench
        .post("/scheduled/guarding", order(customer))
        .await
        .expect(200);
    ordered["scheduledRequest"]
        .as_object()
        .unwrap()
        .len()
        .to_string()
}

pub(crate) async fn unknown_coverage(bench: Bench) -> String {
    text(&bench.get("/coverage/77").await)
}

pub(crate) async fn coverage_media(bench: Bench) -> String {
    let url = format!("{}/coverage/1", bench.simulator.api_url());
    let answer = bench
        .client
        .get(url)
        .bearer_auth(&bench.token)
        .send()
        .await
        .unwrap();
    answer.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned()
}
