//! Subscriptions over time.

use std::time::Duration;

use crate::common::{Bench, JANE};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn r17_there_is_no_status_and_the_dates_tell() {
    let bench = Bench::new().await;
    let path = format!("/customers/{}/subscriptions", bench.covered(JANE).await);
    let list = bench.get(&path).await.expect(200);
    let [one] = list.as_array().unwrap().as_slice() else {
        panic!("{list}")
    };
    assert_eq!(one["id"], 8811);
    assert!(one.get("status").is_none());
    assert!(
        one.as_object().unwrap().contains_key("CancelledDate") && one["CancelledDate"].is_null()
    );
    assert_eq!(one["validFrom"], "2026-06-10T00:00:00Z");
    assert_eq!(one["validTo"], "2026-07-10T00:00:00Z");
    bench.get("/customers/1/subscriptions").await.refused(404);
}

#[tokio::test]
async fn r19_post_activates_put_renews_delete_cancels() {
    let bench = Bench::new().await;
    let customer = bench.uncovered(JANE).await;
    let body = json!({ "customerId": customer, "subscriptionTypeId": 4 });
    let created = bench.post("/subscriptions", body).await.expect(201);
    assert_eq!(created["subscription"]["customerId"], customer);
    let renewed = bench
        .put(
            "/subscriptions/8811",
            json!({ "validTo": "2028-06-10T00:00:00Z" }),
        )
        .await
        .expect(200);
    // C28: a list.
    assert_eq!(
        renewed["subscription"][0]["validTo"],
        "2028-06-10T00:00:00Z"
    );
    bench
        .delete(
            "/subscriptions/8811",
            Some(json!({ "reason": "Moved abroad" })),
        )
        .await
        .expect(200);
    let read = bench.get("/subscriptions/8811").await.expect(200);
    assert_eq!(
        read["subscription"]["CancelledDate"],
        "2026-06-10T08:00:00Z"
    );
    assert_eq!(read["subscription"]["CancelledReason"], "Moved abroad");
}

#[tokio::test]
async fn r20_a_lapsed_or_cancelled_one_is_not_revived() {
    let mut bench = Bench::new().await;
    let customer = bench.covered(JANE).await;
    bench.later(31).await;
    let renew = json!({ "validTo": "2027-06-10T00:00:00Z" });
    bench
        .put("/subscriptions/8811", renew.clone())
        .await
        .refused(400);
    let again = json!({ "customerId": customer, "subscriptionTypeId": 4 });
    bench
        .post("/subscriptions", again.clone())
        .await
        .expect(201);
    bench
        .delete("/subscriptions/8812", Some(json!({ "reason": "x" })))
        .await
        .expect(200);
    bench.put("/subscriptions/8812", renew).await.refused(400);
    bench.post("/subscriptions", again).await.expect(201);
}

#[tokio::test]
async fn r21_fifty_lists_in_ten_seconds_and_no_more() {
    let bench = Bench::new().await;
    let path = format!("/customers/{}/subscriptions", bench.covered(JANE).await);
    let mut refused = 0;
    for n in 0..60 {
        if n % 12 == 11 {
            // Sixty in five seconds.
            bench.simulator.advance(Duration::from_secs(1)).unwrap();
        }
        let reply = bench.get(&path).await;
        if reply.status != 200 {
            let message = reply.refused(429);
            assert!(message.contains("50"), "{message}");
            refused += 1;
        }
    }
    assert_eq!(refused, 10);
    // It is the list that is limited, and only for this source.
    bench.get("/subscriptions/8811").await.expect(200);
    bench
        .get(path.trim_end_matches("/subscriptions"))
        .await
        .expect(200);
    let other = bench.other_source().await;
    bench
        .send(Method::GET, &path, Some(&other), None)
        .await
        .refused(404);
    bench.simulator.advance(Duration::from_secs(10)).unwrap();
    bench.get(&path).await.expect(200);
}

#[tokio::test]
async fn r22_reading_a_subscription_returns_the_linked_members() {
    let bench = Bench::new().await;
    let (main, member) = (
        bench.uncovered(JANE).await,
        bench.uncovered("+27821234568").await,
    );
    let body = json!({
        "customerId": main,
        "subscriptionTypeId": 5,
        "dependantCustomerIds": [member],
    });
    bench.post("/subscriptions", body).await.expect(201);
    let read = bench.get("/subscriptions/8811").await.expect(200);
    assert_eq!(read["dependents"], json!([{ "customerId": member }]));
    // Cancelling ends the members' cover like the main one's.
    let reason = json!({ "reason": "Moved" });
    bench
        .delete("/subscriptions/8811", Some(reason))
        .await
        .expect(200);
    bench.raise(member).await.refused(403);
}

#[tokio::test]
async fn r22_members_lose_access_with_the_main_one() {
    let mut bench = Bench::new().await;
    let (main, member) = (
        bench.uncovered(JANE).await,
        bench.uncovered("+27821234568").await,
    );
    let body = json!({
        "customerId": main,
        "subscriptionTypeId": 5,
        "validTo": "2026-07-10T00:00:00Z",
        "dependantCustomerIds": [member],
    });
    bench.post("/subscriptions", body).await.expect(201);
    let created = bench.raise(member).await.expect(201);
    let id = created["callout"]["id"].as_i64().unwrap();
    bench
        .control(
            &format!("/callouts/{id}/stage"),
            json!({ "stage": "closed" }),
        )
        .await
        .expect(200);
    bench.later(31).await;
    bench.raise(member).await.refused(403);
}

#[tokio::test]
async fn r23_activating_over_an_active_one_is_409() {
    let bench = Bench::new().await;
    let customer = bench.covered(JANE).await;
    let body = json!({ "customerId": customer, "subscriptionTypeId": 4 });
    let message = bench.post("/subscriptions", body).await.refused(409);
    assert!(message.contains("8811"), "{message}");
}

#[tokio::test]
async fn r66_members_are_replaced_by_the_list() {
    let bench = Bench::new().await;
    bench.covered(JANE).await;
    let mut members = Vec::new();
    for n in 1..=3 {
        members.push(bench.uncovered(&format!("+2783000000{n}")).await);
    }
    for list in [[members[0], members[1]], [members[1], members[2]]] {
        let body = json!({ "validTo": "2026-12-10T00:00:00Z", "dependantCustomerIds": list });
        bench.put("/subscriptions/8811", body).await.expect(200);
    }
    let read = bench.get("/subscriptions/8811").await.expect(200);
    assert_eq!(
        read["subscription"]["dependantCustomerIds"],
        json!([members[1], members[2]])
    );
    bench.raise(members[0]).await.refused(403);
    bench.raise(members[2]).await.expect(201);
}

#[tokio::test]
async fn r67_an_update_needs_valid_to() {
    let bench = Bench::new().await;
    bench.covered(JANE).await;
    for body in [
        json!({}),
        json!({ "validTo": "soon" }),
        json!({ "validTo": 5 }),
    ] {
        let message = bench.put("/subscriptions/8811", body).await.refused(400);
        assert!(message.contains("validTo"), "{message}");
    }
}

#[tokio::test]
async fn r68_a_cancellation_needs_a_reason_and_answers_two_keys() {
    let bench = Bench::new().await;
    bench.covered(JANE).await;
    for body in [None, Some(json!({})), Some(json!({ "reason": " " }))] {
        assert!(
            bench
                .delete("/subscriptions/8811", body)
                .await
                .refused(400)
                .contains("reason")
        );
    }
    let cancelled = bench
        .delete("/subscriptions/8811", Some(json!({ "reason": "Moved" })))
        .await;
    assert_eq!(cancelled.keys(), ["message", "subscriptionToken"]);
    assert!(cancelled.expect(200)["subscriptionToken"].is_null());
    bench
        .delete("/subscriptions/1", Some(json!({ "reason": "Moved" })))
        .await
        .refused(404);
}

#[tokio::test]
async fn r69_reading_one_answers_three_keys() {
    let bench = Bench::new().await;
    bench.covered(JANE).await;
    let read = bench.get("/subscriptions/8811").await;
    assert_eq!(read.keys(), ["dependents", "message", "subscription"]);
    bench.get("/subscriptions/1").await.refused(404);
}

#[tokio::test]
async fn what_does_not_fit_is_400_by_name() {
    let bench = Bench::new().await;
    let customer = bench.uncovered(JANE).await;
    for (body, field) in [
        (json!({ "subscriptionTypeId": 4 }), "customerId"),
        (json!({ "customerId": customer }), "subscriptionTypeId"),
        (
            json!({ "customerId": 1, "subscriptionTypeId": 4 }),
            "customerId",
        ),
        (
            json!({ "customerId": customer, "subscriptionTypeId": 14 }),
            "subscriptionTypeId",
        ),
        (
            json!({ "customerId": customer, "subscriptionTypeId": 4, "dependantCustomerIds": [1] }),
            "dependantCustomerIds",
        ),
        (
            json!({ "customerId": customer, "subscriptionTypeId": 4, "dependantCustomerIds": "x" }),
            "dependantCustomerIds",
        ),
        (
            json!({ "customerId": customer, "subscriptionTypeId": 4, "validFrom": "x" }),
            "validFrom",
        ),
    ] {
        let reply = bench
            .send(
                Method::POST,
                "/subscriptions",
                Some(&bench.token),
                Some(body),
            )
            .await;
        let message = reply.refused(400);
        assert!(message.contains(field), "{message}");
    }
    assert_eq!(bench.simulator.snapshot().subscriptions().count(), 0);
}
