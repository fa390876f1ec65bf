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

/// One call that must be answered so: the operation, what its path holds, its body, the status.
type Step<'a> = (&'static str, &'a [&'a str], Value, u16);

/// The answers to calls in order, as far as the contract does not have them.
async fn violations_of(scene: &Scene, steps: &[Step<'_>]) -> Vec<String> {
    let contract = contract();
    let mut found = Vec::new();
    for (operation, segments, body, status) in steps {
        let body = (!body.is_null()).then_some(body);
        let exchange = scene.call_at(operation, segments, body).await.unwrap();
        assert_eq!(exchange.status, *status, "{operation}: {}", exchange.body);
        found.extend(violations(&contract, &exchange));
    }
    found
}

#[tokio::test]
async fn every_answer_about_devices_leads_and_scheduled_services_is_documented() {
    let none = Value::Null;
    let mut scene = Scene::start().await.unwrap();
    let steps = [("create_lead", &[][..], json!({}), 401)];
    let mut found = violations_of(&scene, &steps).await;
    scene.authenticate().await.unwrap();
    let customer = scene.register().await.unwrap();
    let jane = id(&customer.body, "/customer/id");
    let lead = json!({"mobileNumber": "+27821234567", "customerData": {"name": "Jane"}});
    let button = json!({
        "customerId": jane,
        "deviceSerial": "EX-26217939",
        "deviceSupplier": "ExampleBrand",
        "deviceAlias": "Reception button",
        "firmwareVersion": "1.0.0",
    });
    let press = |action: i64| {
        json!({
            "device_id": 26_217_939,
            "device_type_id": 5,
            "message_type": action,
            "location": {"latitude": -26.12345, "longitude": 28.12345},
        })
    };
    let order = json!({
        "customerId": jane,
        "scheduledRequestConfig": {"name": "Night watch", "dateFrom": "2026-06-10T09:00:00Z"},
        "initialLocation": {"formattedAddress": "123 Main Street, Johannesburg"},
    });
    let alias = json!({"customerId": jane, "deviceId": "26217939", "deviceAlias": "Back office"});
    let steps: [Step<'_>; 20] = [
        ("create_lead", &[], json!({}), 400),
        ("create_lead", &[], lead, 200),
        ("get_lead", &["501"], none.clone(), 404),
        ("link_device", &[], json!({}), 400),
        ("link_device", &[], button, 200),
        ("update_device", &[], json!({}), 400),
        ("update_device", &[], alias.clone(), 200),
        ("create_device_event", &[], press(1), 200),
        ("create_device_event", &[], press(2), 200),
        ("create_device_event", &[], press(3), 200),
        ("create_device_event", &[], press(4), 200),
        ("create_device_event", &[], press(5), 400),
        ("unlink_device", &["26217939"], none.clone(), 200),
        ("unlink_device", &["26217939"], none.clone(), 404),
        ("update_device", &[], alias, 404),
        ("create_scheduled_service", &["guarding"], json!({}), 400),
        (
            "create_scheduled_service",
            &["guarding"],
            order.clone(),
            200,
        ),
        ("create_scheduled_service", &["nothing"], order, 404),
        ("cancel_scheduled_service", &["guarding"], none.clone(), 404),
        ("list_active_callouts", &[], none.clone(), 200),
    ];
    found.extend(violations_of(&scene, &steps).await);
    let snapshot = scene.simulator.snapshot();
    let lead = &snapshot.leads().next().unwrap().id;
    let ordered = &snapshot.scheduled_requests().next().unwrap().id;
    for status in ["PROCESSING", "CONVERTED", "FAILED"] {
        scene.simulator.set_lead_status(lead, status).unwrap();
        let steps = [("get_lead", &[lead.as_str()][..], none.clone(), 200)];
        found.extend(violations_of(&scene, &steps).await);
    }
    let steps = [(
        "cancel_scheduled_service",
        &[ordered.as_str()][..],
        none,
        200,
    )];
    found.extend(violations_of(&scene, &steps).await);
    assert_eq!(found, Vec::<String>::new());
}

fn id(answer: &Value, pointer: &str) -> i64 {
    answer.pointer(pointer).and_then(Value::as_i64).unwrap()
}

/// Everything that can be asked and said about a callout that is over.
async fn after_closing(walk: &mut Walk, callout: i64) {
    let none = Value::Null;
    walk.call("get_resolution_report", &[callout], none.clone(), 200)
        .await;
    walk.call("get_callout_map", &[callout], none.clone(), 200)
        .await;
    let reasons = walk
        .call("list_exception_reasons", &[callout], none.clone(), 200)
        .await;
    let reason = json!({"exceptionReasonId": id(&reasons, "/0/id"), "notes": "moved"});
    walk.call("create_exception_reason", &[callout], reason, 201)
        .await;
    walk.call("create_exception_reason", &[callout], json!({}), 400)
        .await;
    let rating = json!({
        "calloutId": callout,
        "rating": 4,
        "additionalDetails": "Quick and kind.",
        "customerAllowedToBeContacted": true,
    });
    let rated = walk.call("create_rating", &[], rating, 201).await;
    let items = walk.call("list_rating_items", &[], none, 200).await;
    let item = json!({
        "calloutRatingId": id(&rated, "/calloutRatingPostResult/id"),
        "ratingItemId": id(&items, "/0/id"),
        "ratingItemDescription": items[0]["ratingItemDescription"],
        "sentiment": "positive",
    });
    walk.call("create_rating_item", &[], item, 201).await;
    walk.call("create_rating_item", &[], json!({}), 400).await;
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
    walk.call(
        "create_callout_event",
        &[callout],
        json!({"source": "customer", "event": "@admin I am behind the house."}),
        201,
    )
    .await;
    walk.call("create_callout_event", &[callout], json!({}), 400)
        .await;
    walk.call("list_callout_events", &[callout], none.clone(), 200)
        .await;
    walk.call("list_callout_events", &[1], none.clone(), 404)
        .await;
    walk.call("get_resolution_report", &[callout], none.clone(), 404)
        .await;
    walk.call("get_callout_map", &[callout], none.clone(), 404)
        .await;
    let unrated = json!({"calloutId": callout, "rating": 4});
    walk.call("create_rating", &[], unrated, 400).await;
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

    after_closing(&mut walk, callout).await;

    let second = walk.scene.raise(jane).await.unwrap();
    let callout = id(&second.body, "/callout/id");
    walk.call(
        "cancel_callout",
        &[callout],
        json!({"safeCode": "4567"}),
        200,
    )
    .await;
    let third = walk.scene.raise(jane).await.unwrap();
    let callout = id(&third.body, "/callout/id");
    walk.call("dismiss_callout", &[callout], json!({}), 200)
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
    let webhook = json!({
        "url": "https://your-server.example.com/aura",
        "events": ["NEW_CALLOUT", "CALLOUT_CLOSED"],
        "headers": {"x-webhook-secret": "not-a-real-secret"},
    });
    walk.call("register_webhook", &[], webhook, 200).await;
    let unlisted = json!({"url": "https://your-server.example.com/aura", "events": ["NEWS"]});
    walk.call("register_webhook", &[], unlisted, 400).await;
    walk.call("delete_customer", &[jane], none, 200).await;

    let contract = contract();
    let found: Vec<String> = walk
        .seen
        .iter()
        .flat_map(|exchange| violations(&contract, exchange))
        .collect();
    assert!(walk.seen.len() > 50);
    assert_eq!(found, Vec::<String>::new());
}

#[tokio::test]
async fn every_answer_of_the_hosted_sessions_is_documented() {
    let mut scene = Scene::start().await.unwrap();
    scene.authenticate().await.unwrap();
    let jane = id(&scene.register().await.unwrap().body, "/customer/id");
    let open = json!({
        "returnUrl": "myapp://done",
        "email": "jane.doe@example.com",
        "siteDetails": {"siteName": "Downtown Branch", "siteReferenceId": "site_9944"},
    });
    let mut seen = Vec::new();
    let opened = scene
        .call("create_signup_session", &[], Some(&open))
        .await
        .unwrap();
    let session = opened.body["sessionId"].as_str().unwrap().to_owned();
    seen.push((opened, 201));
    let nobody = json!({"returnUrl": "myapp://done"});
    let refused = scene.call("create_signup_session", &[], Some(&nobody));
    seen.push((refused.await.unwrap(), 400));
    let token = scene.simulator.customer_token(jane).unwrap();
    let token = Some(token.reveal());
    let read = "get_signup_session";
    for (status, ids) in [(404, "css_123"), (200, session.as_str())] {
        seen.push((scene.call_text(read, ids).await.unwrap(), status));
    }
    let completed = people_protect_simulator::SignupOutcome::Completed;
    scene.simulator.finish_signup(&session, completed).unwrap();
    seen.push((scene.call_text(read, &session).await.unwrap(), 200));
    let manage = "create_subscription_management_session";
    let back = json!({"returnUrl": "https://partner.example.com/done", "locale": "en"});
    seen.push((scene.call(manage, &[], Some(&back)).await.unwrap(), 400));
    let page = scene.call_as(token, manage, &[], Some(&back)).await;
    seen.push((page.unwrap(), 201));
    let wrong = scene.call_as(Some("x"), manage, &[], Some(&back)).await;
    seen.push((wrong.unwrap(), 401));

    let contract = contract();
    for (exchange, status) in seen {
        assert_eq!(exchange.status, status, "{}", exchange.operation);
        assert_eq!(violations(&contract, &exchange), Vec::<String>::new());
    }
}
