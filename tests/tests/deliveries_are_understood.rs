//! What the simulator delivers, read by the wrapper's receiver: every event there is, in every
//! shape the simulator can be switched to.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set its stage should stop"
)]

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use people_protect::webhooks::{Delivery, Event, Receiver, WebhookDelivery};
use people_protect::{Credentials, Environment, PeopleProtect};
use people_protect_simulator::{About, Stage};
use people_protect_tests::scene::Scene;
use serde_json::json;
use tokio::net::TcpListener;

const HEADER: &str = "x-webhook-secret";
const SECRET: &str = "use-a-long-random-text-here";

type Heard = Arc<Mutex<Vec<Delivery>>>;

/// The wrapper's receiver on a free port; what it does not take for genuine is not heard.
async fn listen() -> (String, Heard) {
    let heard = Heard::default();
    let kept = heard.clone();
    let handler = async move |WebhookDelivery(delivery): WebhookDelivery| {
        kept.lock().unwrap().push(delivery);
        StatusCode::OK
    };
    let app = Router::new()
        .route("/aura", post(handler))
        .with_state(Receiver::new(HEADER, SECRET).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/aura", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, heard)
}

/// A scene whose webhook is the wrapper's receiver, registered by the wrapper.
async fn scene(switches: &[(&str, &str)]) -> (Scene, Heard) {
    let mut scene = Scene::start().await.unwrap();
    let always = [("http-webhooks", "on"), ("portal-webhooks", "on")];
    for (name, value) in always.iter().chain(switches) {
        scene.simulator.set_switch(name, value).unwrap();
    }
    scene.authenticate().await.unwrap();
    let known = scene.simulator.credentials();
    let credentials = Credentials::new(known.client_id(), known.client_secret().reveal()).unwrap();
    let environment = Environment::custom(&scene.simulator.api_url()).unwrap();
    let aura = PeopleProtect::builder(environment, credentials)
        .build()
        .unwrap();
    let (url, heard) = listen().await;
    aura.register_webhook(url)
        .events(Event::LISTED.iter().cloned())
        .header(HEADER, SECRET)
        .await
        .unwrap();
    (scene, heard)
}

/// Causes every event that is listed: over the API, by the responder, and on purpose where nothing
/// in a simulator causes one.
async fn cause_all(scene: &Scene) -> (i64, i64, i64) {
    let simulator = &scene.simulator;
    let customer = scene.register().await.unwrap().body["customer"]["id"]
        .as_i64()
        .unwrap();
    let callout = scene.raise(customer).await.unwrap().body["callout"]["id"]
        .as_i64()
        .unwrap();
    let line = json!({ "source": "customer", "event": "somebody is at the door" });
    let call = async |operation, id: i64, body| {
        let answer = scene.call(operation, &[id], Some(&body)).await.unwrap();
        assert!(answer.status < 300, "{operation}: {}", answer.status);
    };
    call("create_callout_event", callout, line).await;
    for event in ["RESPONDER_MANUALLY_DISPATCHED", "CALLOUT_OWNED"] {
        simulator.announce(event, About::Callout(callout)).unwrap();
    }
    for stage in Stage::PATH {
        simulator.set_stage(callout, stage).unwrap();
    }
    let second = scene.raise(customer).await.unwrap().body["callout"]["id"]
        .as_i64()
        .unwrap();
    call("cancel_callout", second, json!({ "safeCode": "4567" })).await;

    let subscription = 8811;
    let renewed = json!({ "validTo": "2027-07-10T00:00:00Z" });
    call("update_subscription", subscription, renewed).await;
    let reason = json!({ "reason": "moved" });
    simulator
        .set_switch("subscription-cancellation-fails", "on")
        .unwrap();
    call("cancel_subscription", subscription, reason.clone()).await;
    simulator
        .set_switch("subscription-cancellation-fails", "off")
        .unwrap();
    call("cancel_subscription", subscription, reason).await;
    simulator.idle().await;
    (customer, callout, subscription)
}

#[tokio::test]
async fn r43_every_listed_event_is_read_with_what_it_is_about() {
    for switches in [
        [].as_slice(),
        &[("webhook-category-key", "camel-case")],
        &[("webhook-classification-in", "callout")],
        &[("webhook-classification-in", "incident-information")],
        &[("webhook-coordinates", "text")],
        &[("webhook-predefined-location-id", "text")],
        &[("webhook-incident-information-in", "top-level")],
        &[
            ("webhook-incident-information-in", "top-level"),
            ("webhook-classification-in", "incident-information"),
            ("webhook-coordinates", "text"),
            ("webhook-category-key", "camel-case"),
        ],
    ] {
        let (scene, heard) = scene(switches).await;
        let (customer, callout, subscription) = cause_all(&scene).await;
        let heard = heard.lock().unwrap();
        for event in Event::LISTED {
            let of_it: Vec<_> = heard.iter().filter(|one| one.event() == event).collect();
            assert!(!of_it.is_empty(), "{event} did not come: {switches:?}");
            let one = of_it[0];
            let name = event.to_string();
            if name.starts_with("SUBSCRIPTION") {
                assert_eq!(one.subscription_id().unwrap().get(), subscription);
                assert_eq!(one.subscription().unwrap().customer_id, Some(customer));
            } else if name == "CREATED_CUSTOMER" {
                assert_eq!(one.customer_id().unwrap().get(), customer);
                assert!(one.customer().unwrap().mobile.is_some());
            } else {
                let expected = one.callout_id().unwrap().get();
                assert!((callout..=callout + 1).contains(&expected), "{name}");
                assert!(one.is_live(), "{name} {switches:?}");
                let incidents = one.incidents();
                assert_eq!(incidents.len(), 1, "{name} {switches:?}");
                assert_eq!(incidents[0].category(), Some("Armed response"));
                assert!(incidents[0].position().is_some(), "{name} {switches:?}");
            }
        }
    }
}

#[tokio::test]
async fn c45_the_place_is_read_from_number_and_text() {
    for way in ["integer", "text"] {
        let (scene, heard) = scene(&[("webhook-predefined-location-id", way)]).await;
        let place = json!({
            "externalReferenceId": "a",
            "locationIdentifier": "a",
            "latitude": "-26.12345",
            "longitude": "28.12345",
            "formattedAddress": "123 Main Street, Johannesburg",
        });
        scene
            .call("create_fixed_location", &[], Some(&place))
            .await
            .unwrap();
        scene
            .call_at("create_fixed_location_callout", &["a"], Some(&json!({})))
            .await
            .unwrap();
        scene.simulator.idle().await;
        let heard = heard.lock().unwrap();
        let incident = &heard[0].incidents()[0];
        assert_eq!(incident.fixed_location_id().unwrap().to_string(), "99001");
        assert!(incident.address().is_some());
    }
}

#[tokio::test]
async fn c47_what_cannot_be_registered_is_read_too() {
    let (scene, heard) = scene(&[]).await;
    let (_, callout, _) = cause_all(&scene).await;
    for name in ["NEW_CALLOUT_FOR_INSTANCE", "CALLOUT_TELEPORTED"] {
        let about = About::Callout(callout);
        assert_eq!(scene.simulator.announce(name, about).unwrap().len(), 1);
    }
    scene.simulator.idle().await;
    let heard = heard.lock().unwrap();
    let [.., instance, unknown] = heard.as_slice() else {
        panic!("too few")
    };
    assert!(instance.event().is_new_callout());
    assert_eq!(unknown.event().name(), Some("CALLOUT_TELEPORTED"));
    assert_eq!(unknown.callout_id().unwrap().get(), callout);
}

#[tokio::test]
async fn r47_a_delivery_that_comes_twice_has_one_key() {
    let (scene, heard) = scene(&[("webhook-duplicate-percent", "100")]).await;
    let customer = scene.register().await.unwrap().body["customer"]["id"]
        .as_i64()
        .unwrap();
    scene.raise(customer).await.unwrap();
    scene.simulator.idle().await;
    let heard = heard.lock().unwrap();
    assert_eq!(heard.len(), 6);
    for pair in heard.chunks(2) {
        assert_eq!(pair[0].dedup_key(), pair[1].dedup_key());
    }
}
