//! What a client sees of switches about customers.

use reqwest::Method;
use serde_json::json;

use super::subscriptions::count;
use super::{OTHER, keys, text};
use crate::common::{Bench, JANE, person};

pub(crate) async fn customer_shape(bench: Bench) -> String {
    let flat = json!({ "firstName": "Jane", "lastName": "Doe", "mobileNumber": OTHER });
    let wrapped = bench
        .post("/customers", json!({ "customer": person(JANE) }))
        .await
        .expect(201);
    let flat = bench.post("/customers", flat).await;
    // The earlier form is taken where it is given.
    assert_eq!(flat.status == 201, wrapped.get("customer").is_none());
    keys(&wrapped)
}

pub(crate) async fn customer_id(bench: Bench) -> String {
    let created = bench
        .post("/customers", json!({ "customer": person(JANE) }))
        .await
        .expect(201);
    let names = ["id", "customerId"].into_iter();
    names
        .filter(|name| created["customer"][name] == 178_921)
        .collect::<Vec<_>>()
        .join(" ")
}

pub(crate) async fn duplicate(bench: Bench) -> String {
    bench.uncovered(JANE).await;
    text(
        &bench
            .post("/customers", json!({ "customer": person(JANE) }))
            .await,
    )
}

pub(crate) async fn odd_mobile(bench: Bench) -> String {
    let odd = bench
        .post("/customers", json!({ "customer": person("082 123 4567") }))
        .await;
    let good = bench
        .post("/customers", json!({ "customer": person(JANE) }))
        .await;
    format!("{} {}", odd.status, good.status)
}

pub(crate) async fn other_mobile(bench: Bench) -> String {
    let path = format!("/customers/{}", bench.uncovered(JANE).await);
    // The same one is no change.
    bench
        .put(&path, json!({ "customer": person(JANE) }))
        .await
        .expect(200);
    text(&bench.put(&path, json!({ "customer": person(OTHER) })).await)
}

pub(crate) async fn partial_update(bench: Bench) -> String {
    let path = format!("/customers/{}", bench.uncovered(JANE).await);
    let reply = bench
        .put(&path, json!({ "customer": { "bloodtype": "0+" } }))
        .await;
    match reply.body["customer"]["name"].as_str() {
        Some(name) => format!("{} {name}", reply.status),
        None => text(&reply),
    }
}

pub(crate) async fn both(bench: Bench) -> String {
    bench.covered(JANE).await;
    let body = json!({
        "customer": person(OTHER),
        "subscription": { "subscriptionTypeId": 4 },
        "subscriptionId": 8811,
    });
    text(&bench.post("/customers", body).await)
}

pub(crate) async fn id_place(bench: Bench) -> String {
    bench.covered(JANE).await;
    bench.covered("+27821234569").await;
    let mut customer = person(OTHER);
    customer["subscriptionId"] = 8812.into();
    let body = json!({ "customer": customer, "subscriptionId": 8811 });
    bench.post("/customers", body).await.expect(201);
    let snapshot = bench.simulator.snapshot();
    match snapshot.customer(178_923).unwrap().member_of.as_slice() {
        [8811] => "member of top".to_owned(),
        [8812] => "member of inner".to_owned(),
        other => format!("{other:?}"),
    }
}

pub(crate) async fn same_mobile_elsewhere(bench: Bench) -> String {
    bench.uncovered(JANE).await;
    let other = bench.other_source().await;
    let body = json!({ "customer": person(JANE) });
    text(
        &bench
            .send(Method::POST, "/customers", Some(&other), Some(body))
            .await,
    )
}

pub(crate) async fn customer_times(bench: Bench) -> String {
    let path = format!("/customers/{}", bench.uncovered(JANE).await);
    let read = bench.get(&path).await.expect(200);
    let names = ["createdAt", "updatedAt"].into_iter();
    let there: Vec<_> = names
        .filter(|name| read["customer"].get(name).is_some())
        .collect();
    there.join(" ")
}

pub(crate) async fn registered(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    count(&bench, customer).await
}

pub(crate) async fn delete_verb(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    text(&bench.delete(&format!("/customers/{customer}"), None).await)
}

pub(crate) async fn retire(bench: &Bench) -> String {
    let path = format!("/customers/{}", bench.uncovered(JANE).await);
    bench
        .post(&format!("{path}/delete"), json!({}))
        .await
        .expect(200);
    path
}

pub(crate) async fn retired_read(bench: Bench) -> String {
    let path = retire(&bench).await;
    bench
        .put(&path, json!({ "customer": person(JANE) }))
        .await
        .refused(404);
    let other = bench.other_source().await;
    bench
        .send(Method::GET, &path, Some(&other), None)
        .await
        .refused(404);
    text(&bench.get(&path).await)
}

pub(crate) async fn retired_mobile(bench: Bench) -> String {
    retire(&bench).await;
    text(
        &bench
            .post("/customers", json!({ "customer": person(JANE) }))
            .await,
    )
}
