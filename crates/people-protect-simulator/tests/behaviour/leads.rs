//! People who may become customers.

use crate::common::Bench;
use reqwest::Method;
use serde_json::{Value, json};

fn lead() -> Value {
    json!({ "mobileNumber": "+27821234567", "customerData": { "name": "Jane", "subscriptionTypeId": 4 } })
}

#[tokio::test]
async fn r84_a_lead_is_read_by_its_uuid_and_not_by_its_number() {
    let bench = Bench::new().await;
    let created = bench.post("/leads", lead()).await.expect(200);
    let (uuid, number) = (created["id"].as_str().unwrap(), &created["leadId"]);
    let by_uuid = format!("/leads/{uuid}");
    assert_eq!(bench.get(&by_uuid).await.expect(200), created);
    bench.get(&format!("/leads/{number}")).await.refused(404);
    let other = bench.other_source().await;
    let foreign = bench.send(Method::GET, &by_uuid, Some(&other), None);
    foreign.await.refused(404);
    // What is known about the person comes back as it was sent.
    assert_eq!(created["customerData"], lead()["customerData"]);
    assert!(created["failedAt"].is_null() && created.get("failedAt").is_some());
}

#[tokio::test]
async fn r85_a_lead_is_received_until_its_status_is_set() {
    let bench = Bench::new().await;
    let created = bench.post("/leads", lead()).await.expect(200);
    assert_eq!(created["status"], "RECEIVED");
    let uuid = created["id"].as_str().unwrap();
    let control = format!("{}/leads/{uuid}/status", bench.simulator.control_url());
    for (status, time) in [
        ("PROCESSING", "processingStartedAt"),
        ("CONVERTED", "convertedAt"),
        ("FAILED", "failedAt"),
    ] {
        let body = Some(json!({ "status": status }));
        let set = bench.send_to(&control, Method::POST, None, body).await;
        assert_eq!(set.expect(200)["status"], status);
        let read = bench.get(&format!("/leads/{uuid}")).await.expect(200);
        assert_eq!(read["status"], status);
        assert_eq!(read[time], "2026-06-10T08:00:00Z");
    }
    assert!(bench.simulator.set_lead_status("501", "FAILED").is_err());
}

#[tokio::test]
async fn r86_a_lead_needs_a_mobile_number_and_customer_data() {
    let bench = Bench::new().await;
    for field in ["mobileNumber", "customerData"] {
        let mut body = lead();
        body.as_object_mut().unwrap().remove(field);
        assert!(
            bench
                .post("/leads", body)
                .await
                .refused(400)
                .contains(field)
        );
    }
    let mut blank = lead();
    blank["mobileNumber"] = " ".into();
    bench.post("/leads", blank).await.refused(400);
    assert_eq!(bench.simulator.snapshot().leads().count(), 0);
}
