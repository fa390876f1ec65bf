//! Services ordered for later.

use crate::common::{Bench, JANE};
use reqwest::Method;
use serde_json::{Value, json};

/// An order that begins at `from`; the scene's time is 2026-06-10T08:00:00Z.
fn order(customer: i64, from: &str) -> Value {
    json!({
        "customerId": customer,
        "scheduledRequestConfig": { "name": "Night watch", "dateFrom": from, "repeatsConfig": {} },
        "initialLocation": { "latitude": -26.12345, "longitude": 28.12345 },
    })
}

#[tokio::test]
async fn r51_a_request_begins_at_least_five_minutes_ahead() {
    let bench = Bench::new().await;
    let jane = bench.covered(JANE).await;
    for early in ["2026-06-10T08:04:59Z", "2026-06-09T08:00:00Z"] {
        let reply = bench.post("/scheduled/guarding", order(jane, early)).await;
        assert!(reply.refused(400).contains("5 minutes"));
    }
    let from = "2026-06-10T08:05:00Z";
    let created = bench.post("/scheduled/guarding", order(jane, from)).await;
    let created = created.expect(200);
    assert_eq!(created["scheduledRequest"]["nextOccurrence"], from);
    assert_eq!(
        created["scheduledRequest"]["initialLocation"]["latitude"],
        -26.12345
    );
    assert_eq!(bench.simulator.snapshot().scheduled_requests().count(), 1);
}

#[tokio::test]
async fn r97_the_segment_is_a_type_to_order_and_an_id_to_cancel() {
    let bench = Bench::new().await;
    let jane = bench.covered(JANE).await;
    let body = order(jane, "2026-06-10T09:00:00Z");
    let created = bench.post("/scheduled/guarding", body.clone()).await;
    let created = created.expect(200);
    let id = created["scheduledRequest"]["id"].as_str().unwrap();
    let by_id = format!("/scheduled/{id}");
    bench.post(&by_id, body).await.refused(404);
    bench.delete("/scheduled/guarding", None).await.refused(404);
    let other = bench.other_source().await;
    let foreign = bench.send(Method::DELETE, &by_id, Some(&other), None);
    foreign.await.refused(404);
    bench.delete(&by_id, None).await.expect(200);
    bench.delete(&by_id, None).await.refused(404);
}

#[tokio::test]
async fn c37_what_an_order_lacks_is_named() {
    let bench = Bench::new().await;
    let jane = bench.covered(JANE).await;
    let whole = order(jane, "2026-06-10T09:00:00Z");
    for field in ["customerId", "scheduledRequestConfig", "initialLocation"] {
        let mut body = whole.clone();
        body.as_object_mut().unwrap().remove(field);
        let message = bench.post("/scheduled/guarding", body).await.refused(400);
        assert!(
            message.contains(&format!("`{field}` is required")),
            "{message}"
        );
    }
    let older = json!({ "customerId": jane, "scheduledAt": "2026-06-10T09:00:00Z" });
    bench.post("/scheduled/guarding", older).await.refused(400);
}
