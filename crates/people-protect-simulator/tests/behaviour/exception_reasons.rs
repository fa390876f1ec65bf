//! Why a callout did not go as callouts do.

use crate::common::Bench;
use serde_json::json;

#[tokio::test]
async fn r74_a_reason_of_the_catalogue_is_attached_with_or_without_notes() {
    let bench = Bench::new().await;
    let (_, id) = bench.raised().await;
    let path = format!("/callouts/{id}/exceptionReasons");
    let catalogue = bench.get(&path).await.expect(200);
    let reason = catalogue[1]["id"].as_i64().unwrap();
    let attached = bench
        .post(
            &path,
            json!({ "exceptionReasonId": reason, "notes": "by mistake" }),
        )
        .await;
    assert_eq!(attached.keys(), ["createdExceptionReason", "message"]);
    let attached = attached.expect(201);
    assert_eq!(attached["createdExceptionReason"]["notes"], "by mistake");
    bench
        .post(&path, json!({ "exceptionReasonId": reason }))
        .await
        .expect(201);
    let snapshot = bench.simulator.snapshot();
    assert_eq!(snapshot.callout(id).unwrap().exception_reasons.len(), 2);
}

#[tokio::test]
async fn r74_without_a_known_id_it_is_400() {
    let bench = Bench::new().await;
    let (_, id) = bench.raised().await;
    let path = format!("/callouts/{id}/exceptionReasons");
    for body in [json!({}), json!({ "exceptionReasonId": 1 })] {
        let refused = bench.post(&path, body).await.refused(400);
        assert!(refused.contains("exceptionReasonId"), "{refused}");
    }
    bench.get("/callouts/1/exceptionReasons").await.refused(404);
    let snapshot = bench.simulator.snapshot();
    assert!(snapshot.callout(id).unwrap().exception_reasons.is_empty());
}
