//! Everything the simulator answers is in the contract: statuses, media types and fields, with
//! nothing missing and nothing more.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set its stage should stop"
)]

use people_protect_simulator::Stage;
use people_protect_tests::contract;
use people_protect_tests::judge::violations;
use people_protect_tests::scene::{Exchange, Scene};
use serde_json::{Value, json};

/// Calls in order and keeps what was answered.
struct Walk {
    scene: Scene,
    seen: Vec<Exchange>,
}

impl Walk {
    async fn call(
        &mut self,
        operation: &'static str,
        ids: &[i64],
        body: Value,
        status: u16,
    ) -> Value {
        let body = (!body.is_null()).then_some(body);
        let exchange = self
            .scene
            .call(operation, ids, body.as_ref())
            .await
            .unwrap();
        assert_eq!(exchange.status, status, "{operation}: {}", exchange.body);
        let answer = exchange.body.clone();
        self.seen.push(exchange);
        answer
    }
}

fn id(answer: &Value, pointer: &str) -> i64 {
    answer.pointer(pointer).and_then(Value::as_i64).unwrap()
}

#[tokio::test]
async fn every_answer_of_a_whole_emergency_is_documented() {
    let none = Value::Null;
    let mut walk = Walk {
        scene: Scene::start().await.unwrap(),
        seen: Vec::new(),
    };
    walk.call("list_active_callouts", &[], none.clone(), 401)
        .await;
    walk.call(
        "create_oauth_token",
        &[],
        json!({"clientId": "x", "clientSecret": "y"}),
        401,
    )
    .await;
    walk.call("create_oauth_token", &[], json!({"clientId": "x"}), 400)
        .await;
    let token = walk.scene.authenticate().await.unwrap();
    walk.seen.push(token);
    let customer = walk.scene.register().await.unwrap();
    let jane = id(&customer.body, "/customer/id");
    walk.seen.push(customer);

    let types = walk
        .call("list_subscription_types", &[], none.clone(), 200)
        .await;
    walk.call("list_response_types", &[], none.clone(), 200)
        .await;
    walk.call(
        "create_callout_token",
        &[],
        json!({"customerId": jane}),
        200,
    )
    .await;
    walk.call("create_callout_token", &[], json!({"customerId": 1}), 404)
        .await;
    let profile = json!({"name": "Jane", "surname": "Doe", "mobile": "+27821234567"});
    walk.call("create_customer", &[], json!({"customer": profile}), 409)
        .await;
    walk.call(
        "create_customer",
        &[],
        json!({"customer": {"name": "Jane"}}),
        400,
    )
    .await;
    walk.call("get_customer", &[jane], none.clone(), 200).await;
    walk.call("get_customer", &[1], none.clone(), 404).await;
    walk.call(
        "update_customer",
        &[jane],
        json!({"customer": profile}),
        200,
    )
    .await;

    let subscriptions = walk
        .call("list_customer_subscriptions", &[jane], none.clone(), 200)
        .await;
    let subscription = id(&subscriptions, "/0/id");
    walk.call("get_subscription", &[subscription], none.clone(), 200)
        .await;
    walk.call(
        "update_subscription",
        &[subscription],
        json!({"validTo": "2028-06-10T00:00:00Z"}),
        200,
    )
    .await;
    walk.call("update_subscription", &[subscription], json!({}), 400)
        .await;
    let again = json!({
        "customerId": jane,
        "subscriptionTypeId": id(&types, "/subscriptionTypes/0/id"),
        "validFrom": "2026-06-10T00:00:00Z",
        "validTo": "2027-06-10T00:00:00Z",
    });
    walk.call("create_subscription", &[], again.clone(), 409)
        .await;

    let raised = walk.scene.raise(jane).await.unwrap();
    let callout = id(&raised.body, "/callout/id");
    walk.seen.push(raised);
    walk.seen.push(walk.scene.raise(jane).await.unwrap());
    walk.call("list_customer_callouts", &[jane], none.clone(), 200)
        .await;
    walk.call("list_active_callouts", &[], none.clone(), 200)
        .await;
    let position = json!({"latitude": -26.2, "longitude": 28.2});
    walk.call("update_callout_location", &[callout], position.clone(), 200)
        .await;
    walk.call(
        "update_callout_location",
        &[callout],
        json!({"latitude": 1}),
        400,
    )
    .await;
    walk.call(
        "update_callout_location_and_return",
        &[callout],
        position.clone(),
        200,
    )
    .await;
    for stage in [
        Stage::Dispatched,
        Stage::Arrived,
        Stage::Completed,
        Stage::Closed,
    ] {
        walk.scene.simulator.set_stage(callout, stage).unwrap();
        walk.call("get_callout", &[callout], none.clone(), 200)
            .await;
    }
    walk.call("update_callout_location", &[callout], position.clone(), 285)
        .await;
    walk.call(
        "update_callout_location_and_return",
        &[callout],
        position,
        285,
    )
    .await;

    let second = walk.scene.raise(jane).await.unwrap();
    let callout = id(&second.body, "/callout/id");
    walk.call(
        "cancel_callout",
        &[callout],
        json!({"safeCode": "4567"}),
        200,
    )
    .await;
    walk.call(
        "cancel_subscription",
        &[subscription],
        json!({"reason": "moved away"}),
        200,
    )
    .await;
    let refused = walk.scene.raise(jane).await.unwrap();
    assert_eq!(refused.status, 403, "R26");
    walk.seen.push(refused);
    walk.call("create_subscription", &[], again, 201).await;
    walk.call("delete_customer", &[jane], none, 200).await;

    let contract = contract();
    let found: Vec<String> = walk
        .seen
        .iter()
        .flat_map(|exchange| violations(&contract, exchange))
        .collect();
    assert!(walk.seen.len() > 35);
    assert_eq!(found, Vec::<String>::new());
}
