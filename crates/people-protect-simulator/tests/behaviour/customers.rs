//! Customers: registering, reading, changing, retiring.

use crate::common::{Bench, JANE, person};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn r10_name_surname_and_mobile_are_essential() {
    let bench = Bench::new().await;
    for field in ["name", "surname", "mobile"] {
        let mut customer = person(JANE);
        customer.as_object_mut().unwrap().remove(field);
        let message = bench
            .post("/customers", json!({ "customer": customer }))
            .await
            .refused(400);
        assert!(message.contains(&format!("customer.{field}")), "{message}");
    }
    assert!(
        bench
            .post("/customers", json!({}))
            .await
            .refused(400)
            .contains("`customer`")
    );
    let created = bench
        .post("/customers", json!({ "customer": person(JANE) }))
        .await;
    assert_eq!(created.keys(), ["customer", "message"]);
    let created = created.expect(201);
    assert_eq!(created["customer"]["id"], 178_921);
    assert_eq!(created["customer"]["mobile"], JANE);
}

#[tokio::test]
async fn r11_a_second_registration_of_a_mobile_is_409() {
    let bench = Bench::new().await;
    bench.uncovered(JANE).await;
    let message = bench
        .post("/customers", json!({ "customer": person(JANE) }))
        .await
        .refused(409);
    assert!(
        !message.contains(JANE),
        "a message repeats no personal data"
    );
    assert_eq!(bench.simulator.snapshot().customers().count(), 1);
}

#[tokio::test]
async fn r12_a_blank_mobile_is_400() {
    let bench = Bench::new().await;
    for blank in ["", "  "] {
        let message = bench
            .post("/customers", json!({ "customer": person(blank) }))
            .await
            .refused(400);
        assert!(message.contains("mobile"), "{message}");
    }
}

#[tokio::test]
async fn r13_subscription_and_subscription_id_exclude_each_other() {
    let bench = Bench::new().await;
    bench.covered(JANE).await;
    let mut body = json!({
        "customer": person("+27821234568"),
        "subscription": { "subscriptionTypeId": 4 },
        "subscriptionId": 8811,
    });
    bench.post("/customers", body.clone()).await.refused(400);
    body.as_object_mut().unwrap().remove("subscription");
    let linked = bench.post("/customers", body).await.expect(201);
    let linked = linked["customer"]["id"].as_i64().unwrap();
    bench.raise(linked).await.expect(201);
}

#[tokio::test]
async fn a_refused_registration_leaves_no_customer_behind() {
    let bench = Bench::new().await;
    for (field, value) in [
        ("subscription", json!({ "subscriptionTypeId": 99 })),
        (
            "subscription",
            json!({ "subscriptionTypeId": 4, "validTo": "tomorrow" }),
        ),
        (
            "subscription",
            json!({ "subscriptionTypeId": 4, "validTo": "2020-01-01T00:00:00Z" }),
        ),
        ("subscription", json!({})),
        ("subscriptionId", json!(1)),
    ] {
        let message = bench
            .post(
                "/customers",
                json!({ "customer": person(JANE), field: value }),
            )
            .await
            .refused(400);
        assert!(message.contains(field), "{message}");
    }
    assert_eq!(bench.simulator.snapshot().customers().count(), 0);
}

#[tokio::test]
async fn r15_retiring_is_a_post_and_the_delete_verb_is_405() {
    let bench = Bench::new().await;
    let id = bench.uncovered(JANE).await;
    bench
        .delete(&format!("/customers/{id}"), None)
        .await
        .refused(405);
    bench.get(&format!("/customers/{id}")).await.expect(200);
    let path = format!("/customers/{id}/delete");
    let retired = bench
        .send(Method::POST, &path, Some(&bench.token), None)
        .await
        .expect(200);
    assert!(retired["message"].is_string());
    bench.get(&format!("/customers/{id}")).await.refused(404);
    // Soft: it is still on record.
    assert!(
        bench
            .simulator
            .snapshot()
            .customer(id)
            .unwrap()
            .retired_at
            .is_some()
    );
}

#[tokio::test]
async fn r16_customers_of_another_source_look_absent() {
    let bench = Bench::new().await;
    let id = bench.covered(JANE).await;
    let other = bench.other_source().await;
    let path = format!("/customers/{id}");
    let seen = |method, path: String, body| {
        let (bench, other) = (&bench, &other);
        async move { bench.send(method, &path, Some(other), body).await }
    };
    seen(Method::GET, path.clone(), None).await.refused(404);
    seen(
        Method::PUT,
        path.clone(),
        Some(json!({ "customer": person(JANE) })),
    )
    .await
    .refused(404);
    seen(Method::POST, format!("{path}/delete"), None)
        .await
        .refused(404);
    seen(Method::GET, format!("{path}/subscriptions"), None)
        .await
        .refused(404);
    seen(Method::GET, "/subscriptions/8811".to_owned(), None)
        .await
        .refused(404);
    let body = json!({ "customerId": id });
    seen(Method::POST, "/oauth/calloutToken".to_owned(), Some(body))
        .await
        .refused(404);
    // The same mobile is another customer there.
    seen(
        Method::POST,
        "/customers".to_owned(),
        Some(json!({ "customer": person(JANE) })),
    )
    .await
    .expect(201);
}

#[tokio::test]
async fn a_customer_is_changed_by_put() {
    let bench = Bench::new().await;
    let (id, other) = (
        bench.uncovered(JANE).await,
        bench.uncovered("+27821234568").await,
    );
    let path = format!("/customers/{id}");
    let mut profile = person(JANE);
    profile["email"] = json!("jane.doe@example.com");
    bench
        .put(&path, json!({ "customer": profile }))
        .await
        .expect(200);
    let read = bench.get(&path).await.expect(200);
    assert_eq!(read["customer"]["email"], "jane.doe@example.com");
    let taken = json!({ "customer": person(JANE) });
    bench
        .put(&format!("/customers/{other}"), taken.clone())
        .await
        .refused(409);
    bench.put(&path, json!({})).await.refused(400);
    bench.put("/customers/1", taken).await.refused(404);
}
