//! Nothing planted shows.

use std::fmt::Debug;

use http::{HeaderMap, HeaderValue};
use people_protect::webhooks::{Delivery, Event, Inbox, Receiver, Seen, WebhookDelivery};

use crate::server::{Reply, Server, token};

const PLANTED: [&str; 7] = [
    "planted",
    "Planted",
    "1234567",
    "26.12345",
    "28.12345",
    "Main Street",
    "x-own-header",
];

const BODY: &[u8] = br#"{
    "message": "RESPONDER_COMPLETED",
    "callout": {"id": 992011, "status": "planted", "url": "https://t.example/view?sessionToken=planted",
        "customer": {"name": "Planted", "mobile": "+27821234567"},
        "incidentInformation": [{"responder": {"name": "Planted"}, "predefinedLocationId": 5,
            "calloutCurrentLocation": {"latitude": "-26.12345", "longitude": 28.12345,
                "formattedAddress": "123 Main Street"}}]},
    "customer": {"id": 178921, "name": "Planted", "mobile": "+27821234567"}
}"#;

#[track_caller]
fn clean(shown: &str) {
    for planted in PLANTED {
        assert!(!shown.contains(planted), "{planted} shows in {shown}");
    }
}

#[track_caller]
fn clean_debug(value: &impl Debug) {
    clean(&format!("{value:?} {value:#?}"));
}

#[test]
fn p12_a_delivery_shows_its_event_and_its_id_only() {
    let delivery = Delivery::parse(BODY);
    assert_eq!(
        format!("{delivery:?}"),
        "Delivery { event: Event(RESPONDER_COMPLETED), entity: Some(Entity(callout 992011)), .. }"
    );
    clean_debug(&delivery);
    clean_debug(&WebhookDelivery(delivery.clone()));
    clean_debug(&delivery.entity());
    clean_debug(&delivery.incidents());
    clean_debug(&delivery.customer());
    clean_debug(&delivery.subscription());
    clean_debug(&delivery.dedup_key());
    clean(delivery.dedup_key().as_str());

    let (inbox, deliveries) = Inbox::new(1);
    inbox.accept(delivery.clone()).unwrap();
    clean_debug(&inbox);
    clean_debug(&deliveries);
    let overflow = inbox.accept(delivery.clone()).unwrap_err();
    clean_debug(&overflow);
    clean(&overflow.to_string());

    let seen = Seen::new();
    assert!(seen.first_time(&delivery.dedup_key()));
    clean_debug(&seen);
}

#[test]
fn p12_a_name_or_an_id_that_does_not_look_like_one_does_not_show() {
    for body in [
        r#"{"message": "for planted@example.com", "callout": {"id": "Planted"}}"#,
        r#"{"message": "+27821234567", "customer": {"id": "+27821234567"}}"#,
        r#"{"message": "planted", "callout": {"id": -26.12345}}"#,
    ] {
        let delivery = Delivery::parse(body.as_bytes());
        clean_debug(&delivery);
        clean(&delivery.event().to_string());
        clean(&delivery.entity().unwrap().to_string());
        clean(delivery.dedup_key().as_str());
    }
    let number = Event::from("CALLOUT_27821234567");
    clean(&number.to_string());
    assert_eq!(Event::from("CALLOUT_V2").to_string(), "CALLOUT_V2");
    let long = "A".repeat(65);
    assert!(!Event::from(long.as_str()).to_string().contains(&long));
}

#[test]
fn p12_a_receiver_shows_neither_header_nor_secret() {
    let receiver = Receiver::new("x-own-header", "planted-one").unwrap();
    let receiver = receiver.with_former_secret("planted-two").unwrap();
    clean_debug(&receiver);
    let mut headers = HeaderMap::new();
    let missing = receiver.receive(&headers, BODY).unwrap_err();
    headers.insert("x-own-header", HeaderValue::from_static("planted-three"));
    let wrong = receiver.receive(&headers, BODY).unwrap_err();
    for rejection in [missing, wrong] {
        clean_debug(&rejection);
        clean(&rejection.to_string());
    }
    for refused in ["planted\n", "planted ", ""] {
        let error = Receiver::new("x-own-header", refused).unwrap_err();
        clean_debug(&error);
        clean(&error.to_string());
    }
    let error = Receiver::new("planted header", "s").unwrap_err();
    clean(&error.to_string());
}

#[tokio::test]
async fn p12_a_registration_shows_no_address_and_no_header() {
    let server = Server::start(|request| async move {
        if request.path.ends_with("/oauth/token") {
            return token("planted-token", 3600);
        }
        Reply::json(
            200,
            r#"{"message": "ok", "notifier": {"config": [{"url": "https://planted.example/aura",
                "events": ["planted"], "method": "webhook", "headers": {"x": "planted"}}]}}"#,
        )
    })
    .await;
    let registration = || {
        server
            .client()
            .register_webhook("https://planted.example/aura?key=planted")
            .events([Event::NewCallout])
            .with_unlisted_event("planted")
            .header("x-own-header", "planted-secret")
    };
    clean_debug(&registration());
    let answer = registration().await.unwrap();
    clean_debug(&answer);
    clean_debug(&answer.notifier);
    for refused in [
        registration().header("x-other", "planted\n"),
        registration().header("planted header", "s"),
        registration().events([Event::from("for planted@example.com")]),
        server.client().register_webhook("http://planted.example"),
        server
            .client()
            .register_webhook("https://me:planted@a.example"),
    ] {
        let error = refused.await.unwrap_err();
        clean_debug(&error);
        clean(&error.to_string());
    }
}
