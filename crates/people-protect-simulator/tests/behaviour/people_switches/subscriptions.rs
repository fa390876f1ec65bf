//! What a client sees of switches about subscriptions and what they cover.

use std::time::Duration;

use serde_json::json;

use super::{ONE, OTHER, keys, text};
use crate::common::{Bench, JANE, Reply, cry};

pub(crate) async fn reason_field(bench: Bench) -> String {
    cancelled(&bench).await;
    let read = bench.get(ONE).await.expect(200);
    read["subscription"]["CancelledReason"].to_string()
}

pub(crate) async fn lists(bench: &Bench, customer: i64) -> Reply {
    bench
        .get(&format!("/customers/{customer}/subscriptions"))
        .await
}

pub(crate) async fn count(bench: &Bench, customer: i64) -> String {
    lists(bench, customer)
        .await
        .expect(200)
        .as_array()
        .unwrap()
        .len()
        .to_string()
}

/// A customer whose cover has these bounds; the time is 08:00.
pub(crate) async fn covering(bench: &Bench, from: &str, to: &str) -> i64 {
    let customer = bench.uncovered(JANE).await;
    let body = json!({
        "customerId": customer,
        "subscriptionTypeId": 4,
        "validFrom": format!("2026-06-10T{from}:00Z"),
        "validTo": format!("2026-06-10T{to}:00Z"),
    });
    bench.post("/subscriptions", body).await.expect(201);
    customer
}

pub(crate) async fn at_the_start(bench: Bench) -> String {
    let customer = covering(&bench, "08:00", "09:00").await;
    text(&bench.raise(customer).await)
}

pub(crate) async fn at_the_end(bench: Bench) -> String {
    let customer = covering(&bench, "07:00", "08:00").await;
    text(&bench.raise(customer).await)
}

pub(crate) async fn status_field(bench: Bench) -> String {
    let customer = bench.covered(JANE).await;
    let list = lists(&bench, customer).await.expect(200);
    let read = bench.get(ONE).await.expect(200);
    assert_eq!(read["subscription"]["status"], list[0]["status"]);
    list[0]["status"].to_string()
}

pub(crate) async fn members_key(bench: Bench) -> String {
    bench.covered(JANE).await;
    keys(&bench.get(ONE).await.expect(200))
}

pub(crate) async fn renew(bench: &Bench) -> Reply {
    bench
        .put(ONE, json!({ "validTo": "2028-06-10T00:00:00Z" }))
        .await
}

pub(crate) async fn update_answer(bench: Bench) -> String {
    bench.covered(JANE).await;
    let answer = renew(&bench).await.expect(200);
    let kind = if answer["subscription"].is_array() {
        "list"
    } else {
        "object"
    };
    format!("{} {kind}", keys(&answer))
}

pub(crate) async fn cancel_form(bench: Bench) -> String {
    bench.covered(JANE).await;
    let without = bench.delete(ONE, None).await;
    let with = bench.delete(ONE, Some(json!({ "reason": "Moved" }))).await;
    format!("{}, then {}", without.status, keys(&with.expect(200)))
}

pub(crate) async fn list_form(bench: Bench) -> String {
    let customer = bench.covered(JANE).await;
    keys(&lists(&bench, customer).await.expect(200))
}

pub(crate) async fn cancelled(bench: &Bench) -> i64 {
    let customer = bench.covered(JANE).await;
    let reason = json!({ "reason": "Moved" });
    bench.delete(ONE, Some(reason)).await.expect(200);
    customer
}

pub(crate) async fn ended_listed(bench: Bench) -> String {
    let customer = cancelled(&bench).await;
    count(&bench, customer).await
}

pub(crate) async fn activate(bench: &Bench, customer: i64, kind: i64) -> Reply {
    let body = json!({ "customerId": customer, "subscriptionTypeId": kind });
    bench.post("/subscriptions", body).await
}

pub(crate) async fn activation_answer(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    keys(&activate(&bench, customer, 4).await.expect(201))
}

pub(crate) async fn without_dates(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    text(&activate(&bench, customer, 4).await)
}

pub(crate) async fn over_active(bench: Bench) -> String {
    let customer = bench.covered(JANE).await;
    text(&activate(&bench, customer, 4).await)
}

pub(crate) async fn revival(bench: Bench) -> String {
    cancelled(&bench).await;
    text(&renew(&bench).await)
}

pub(crate) async fn absent_members(bench: Bench) -> String {
    bench.covered(JANE).await;
    let member = bench.uncovered(OTHER).await;
    let body = json!({ "validTo": "2026-12-10T00:00:00Z", "dependantCustomerIds": [member] });
    bench.put(ONE, body).await.expect(200);
    let answer = renew(&bench).await.expect(200);
    answer["subscription"][0]["dependantCustomerIds"].to_string()
}

pub(crate) async fn unknown_type(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    text(&activate(&bench, customer, 14).await)
}

pub(crate) async fn types_form(bench: Bench) -> String {
    keys(
        &bench
            .get("/subscriptions/subscriptionTypes")
            .await
            .expect(200),
    )
}

pub(crate) async fn sixty_lists(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    let mut passed = 0;
    for _ in 0..60 {
        let reply = lists(&bench, customer).await;
        if reply.status == 200 {
            passed += 1;
        } else {
            reply.refused(429);
        }
    }
    format!("{passed} of 60")
}

pub(crate) async fn lists_later(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    for _ in 0..50 {
        lists(&bench, customer).await.expect(200);
    }
    lists(&bench, customer).await.refused(429);
    bench.simulator.advance(Duration::from_secs(10)).unwrap();
    text(&lists(&bench, customer).await)
}

pub(crate) async fn retry_after(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    for _ in 0..50 {
        lists(&bench, customer).await.expect(200);
    }
    bench.simulator.advance(Duration::from_secs(3)).unwrap();
    let url = format!(
        "{}/customers/{customer}/subscriptions",
        bench.simulator.api_url()
    );
    let refused = bench
        .client
        .get(url)
        .bearer_auth(&bench.token)
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 429);
    match refused.headers().get("retry-after") {
        Some(seconds) => seconds.to_str().unwrap().to_owned(),
        None => "none".to_owned(),
    }
}

pub(crate) async fn close(bench: &Bench, created: &Reply) {
    if let Some(id) = created.body["callout"]["id"].as_i64() {
        let path = format!("/callouts/{id}/stage");
        bench
            .control(&path, json!({ "stage": "closed" }))
            .await
            .expect(200);
    }
}

pub(crate) async fn first_callouts(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    let first = bench.raise(customer).await;
    close(&bench, &first).await;
    format!("{} {}", first.status, bench.raise(customer).await.status)
}

pub(crate) async fn after_a_subscription(bench: Bench) -> String {
    let customer = cancelled(&bench).await;
    // Whom it is for in any case.
    let newcomer = bench.uncovered(OTHER).await;
    bench.raise(newcomer).await.expect(201);
    text(&bench.raise(customer).await)
}

pub(crate) async fn uncovered(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    text(&bench.raise(customer).await)
}

pub(crate) async fn real_first(bench: Bench) -> String {
    let customer = bench.covered(JANE).await;
    let real = bench.raise(customer).await;
    close(&bench, &real).await;
    let mut test = cry();
    test["calloutClassificationId"] = 2.into();
    let path = format!("/customers/{customer}/callouts");
    format!("{} {}", real.status, bench.post(&path, test).await.status)
}
