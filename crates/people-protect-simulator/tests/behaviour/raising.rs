//! Raising a callout.

use crate::common::{Bench, JANE, cry};
use people_protect_simulator::Stage;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn r24_the_example_of_the_documentation_is_taken() {
    let bench = Bench::new().await;
    let customer = bench.covered(JANE).await;
    let created = bench.raise(customer).await;
    assert_eq!(created.keys(), ["callout", "message"]);
    let callout = &created.expect(201)["callout"];
    assert_eq!(callout["id"], 992_011);
    assert_eq!(callout["status"], "created");
    assert_eq!(callout["customerId"], customer);
    assert_eq!(callout["latitude"], -26.12345);
    assert_eq!(callout["calloutClassificationId"], 1);
    assert_eq!(callout["createdAt"], "2026-06-10T08:00:00Z");
}

#[tokio::test]
async fn r25_coordinates_and_a_fixed_location_exclude_each_other() {
    let bench = Bench::new().await;
    let path = format!("/customers/{}/callouts", bench.covered(JANE).await);
    let mut body = cry();
    body["predefinedLocationId"] = json!(99_001);
    bench.post(&path, body.clone()).await.refused(400);
    body.as_object_mut().unwrap().remove("location");
    assert!(
        bench
            .post(&path, body.clone())
            .await
            .refused(400)
            .contains("predefinedLocationId")
    );
    body.as_object_mut().unwrap().remove("predefinedLocationId");
    assert!(
        bench
            .post(&path, body)
            .await
            .refused(400)
            .contains("location")
    );
    assert_eq!(bench.simulator.snapshot().callouts().count(), 0);
}

#[tokio::test]
async fn r26_r14_without_an_active_subscription_it_is_403() {
    let mut bench = Bench::new().await;
    let uncovered = bench.uncovered("+27821234568").await;
    assert!(
        bench
            .raise(uncovered)
            .await
            .refused(403)
            .contains("subscription")
    );
    let covered = bench.covered(JANE).await;
    bench.later(30).await;
    bench.raise(covered).await.refused(403);
    assert_eq!(bench.simulator.snapshot().callouts().count(), 0);
}

#[tokio::test]
async fn r71_a_subscription_in_the_registration_is_cover_at_once() {
    let bench = Bench::new().await;
    let customer = bench.covered(JANE).await;
    bench.raise(customer).await.expect(201);
}

#[tokio::test]
async fn r27_a_create_while_one_is_active_returns_that_one() {
    let bench = Bench::new().await;
    let (customer, first) = bench.raised().await;
    for stage in [
        Stage::Created,
        Stage::Dispatched,
        Stage::Arrived,
        Stage::Completed,
    ] {
        bench.simulator.set_stage(first, stage).unwrap();
        let again = bench.raise(customer).await.expect(201);
        assert_eq!(again["callout"]["id"], first, "{stage}");
        assert_eq!(
            bench
                .simulator
                .snapshot()
                .active_callouts_of(customer)
                .len(),
            1
        );
    }
    bench.simulator.set_stage(first, Stage::Closed).unwrap();
    let next = bench.raise(customer).await.expect(201);
    assert_ne!(next["callout"]["id"], first);
}

#[tokio::test]
async fn r27_creates_at_the_same_time_are_folded_too() {
    let bench = Bench::new().await;
    let customer = bench.covered(JANE).await;
    let raise = || bench.raise(customer);
    let (a, b, c, d) = tokio::join!(raise(), raise(), raise(), raise());
    let ids: Vec<_> = [a, b, c, d]
        .into_iter()
        .map(|reply| reply.expect(201)["callout"]["id"].clone())
        .collect();
    assert!(ids.iter().all(|id| *id == 992_011), "{ids:?}");
    assert_eq!(bench.simulator.snapshot().callouts().count(), 1);
}

#[tokio::test]
async fn r27_a_repeat_is_not_refused_because_cover_ended_meanwhile() {
    let bench = Bench::new().await;
    let (customer, first) = bench.raised().await;
    bench
        .delete("/subscriptions/8811", Some(json!({ "reason": "x" })))
        .await
        .expect(200);
    assert_eq!(
        bench.raise(customer).await.expect(201)["callout"]["id"],
        first
    );
}

#[tokio::test]
async fn r28_the_answer_always_carries_the_tracking_link() {
    let bench = Bench::new().await;
    let customer = bench.covered(JANE).await;
    let first = bench.raise(customer).await.expect(201);
    let again = bench.raise(customer).await.expect(201);
    let url = first["callout"]["url"].as_str().unwrap();
    assert!(
        url.starts_with("http://127.0.0.1:") && url.contains("calloutId=992011"),
        "{url}"
    );
    assert!(!url.contains("/panic-api/"));
    assert_eq!(again["callout"]["url"], url);
}

#[tokio::test]
async fn r64_the_legacy_route_checks_the_subscription_and_folds_repeats() {
    let bench = Bench::new().await;
    let (covered, uncovered) = (
        bench.covered(JANE).await,
        bench.uncovered("+27821234568").await,
    );
    let mut body = cry();
    assert!(
        bench
            .post("/callouts", body.clone())
            .await
            .refused(400)
            .contains("customerId")
    );
    body["customerId"] = json!(uncovered);
    bench.post("/callouts", body.clone()).await.refused(403);
    body["customerId"] = json!(1);
    bench.post("/callouts", body.clone()).await.refused(400);
    body["customerId"] = json!(covered);
    let created = bench.post("/callouts", body).await.expect(201);
    assert!(created["callout"]["url"].is_string());
    assert_eq!(
        bench.raise(covered).await.expect(201)["callout"]["id"],
        created["callout"]["id"]
    );
}

#[tokio::test]
async fn an_unknown_customer_is_404_and_a_position_off_the_earth_400() {
    let bench = Bench::new().await;
    bench.raise(1).await.refused(404);
    let path = format!("/customers/{}/callouts", bench.covered(JANE).await);
    let mut body = cry();
    body["location"]["latitude"] = json!(91);
    assert!(
        bench
            .post(&path, body)
            .await
            .refused(400)
            .contains("location.latitude")
    );
}

#[tokio::test]
async fn r16_another_source_neither_sees_nor_raises() {
    let bench = Bench::new().await;
    let (customer, id) = bench.raised().await;
    let other = bench.other_source().await;
    let path = format!("/customers/{customer}/callouts");
    bench
        .send(Method::POST, &path, Some(&other), Some(cry()))
        .await
        .refused(404);
    bench
        .send(Method::GET, &format!("/callouts/{id}"), Some(&other), None)
        .await
        .refused(404);
    let path = format!("/callouts/{id}/cancel");
    bench
        .send(Method::POST, &path, Some(&other), None)
        .await
        .refused(404);
    let active = bench
        .send(Method::GET, "/callouts/activeCallouts", Some(&other), None)
        .await;
    assert_eq!(active.expect(200), json!([]));
}
