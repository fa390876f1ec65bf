//! Services ordered for later.

use jiff::{SignedDuration, Timestamp};
use people_protect::{
    CustomerId, ErrorKind, NewScheduledRequest, ScheduledRequestId, ServiceLocation, ServiceType,
};

use crate::standing::{NOW, Standing, answered, clean, cut_off, here, open_outcome, refused_here};

const CREATE: &str = "create_scheduled_service";

fn guarding() -> ServiceType {
    "guarding".parse().unwrap()
}

fn after(seconds: i64) -> Timestamp {
    let now: Timestamp = NOW.parse().unwrap();
    now.checked_add(SignedDuration::from_secs(seconds)).unwrap()
}

/// A service that begins so many seconds from now.
fn service(customer: CustomerId, seconds: i64) -> NewScheduledRequest {
    let (from, to) = (after(seconds), after(86_400));
    NewScheduledRequest::new(guarding(), customer, here(), from, to)
}

#[tokio::test]
async fn r51_a_start_too_near_is_refused_before_anything_is_sent() {
    let scene = Standing::start().await;
    let jane = scene.jane().await;
    for early in [299, 0, -3600] {
        let error = scene.aura.schedule(service(jane, early)).await.unwrap_err();
        refused_here(&error, CREATE, "5 minutes");
    }
    assert_eq!(scene.sent(CREATE), 0);
    let scheduled = scene.aura.schedule(service(jane, 300)).await.unwrap();
    assert_eq!(scheduled.next_occurrence(), Some(after(300)));
    assert_eq!(scene.sent(CREATE), 1);
}

#[tokio::test]
async fn r51_a_start_that_is_too_near_by_the_servers_clock_is_explained() {
    let scene = Standing::start().await;
    let jane = scene.jane().await;
    let minute = std::time::Duration::from_secs(60);
    scene.simulator.advance(minute).unwrap();
    let error = scene.aura.schedule(service(jane, 330)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.may_have_reached_server());
    assert!(error.hint().unwrap().contains("R51"), "{error}");
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_before_anything_is_sent() {
    let scene = Standing::start().await;
    let jane = CustomerId::new(1);
    let (from, before) = (after(3600), after(3599));
    let backwards = NewScheduledRequest::new(guarding(), jane, here(), from, before);
    let error = scene.aura.schedule(backwards).await.unwrap_err();
    refused_here(&error, CREATE, "ends before");
    let nowhere = ServiceLocation::at_address(" ");
    let nowhere = NewScheduledRequest::new(guarding(), jane, nowhere, from, from);
    let error = scene.aura.schedule(nowhere).await.unwrap_err();
    refused_here(&error, CREATE, "nowhere");
    assert_eq!(scene.simulator.requests().len(), 0);
}

#[tokio::test]
async fn r97_a_type_is_ordered_and_the_id_of_the_answer_is_cancelled() {
    let scene = Standing::start().await;
    let jane = scene.jane().await;
    let scheduled = scene.aura.schedule(service(jane, 3600)).await.unwrap();
    let stored: String = scheduled.id().to_string();
    scheduled.cancel().await.unwrap();
    let snapshot = scene.simulator.snapshot();
    let kept = snapshot.scheduled_requests().next().unwrap();
    assert_eq!(kept.id, stored);
    assert_eq!(kept.service_type, "guarding");
    assert!(kept.cancelled_at.is_some());
    // A repeat finds nothing to cancel.
    let stored: ScheduledRequestId = stored.parse().unwrap();
    let again = scene.aura.scheduled_request(stored).cancel().await;
    let error = again.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.hint().unwrap().contains("cancelled already"));
}

#[tokio::test]
async fn r97_an_id_that_is_a_number_cancels_as_well() {
    let body = r#"{"scheduledRequest":{"id":4711,"scheduledRequestConfig":"as sent"}}"#;
    let (server, aura) = answered(200, body).await;
    let scheduled = aura.schedule(service(CustomerId::new(1), 3600)).await;
    let scheduled = scheduled.unwrap();
    assert_eq!(scheduled.id().as_str(), "4711");
    scheduled.cancel().await.unwrap();
    assert_eq!(server.count("/scheduled/4711"), 1);
}

#[tokio::test]
async fn r97_an_unknown_type_of_service_is_explained() {
    let scene = Standing::start().await;
    let jane = scene.jane().await;
    let sailing = "sailing".parse().unwrap();
    let sailing = NewScheduledRequest::new(sailing, jane, here(), after(3600), after(7200));
    let error = scene.aura.schedule(sailing).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.hint().unwrap().contains("sailing"), "{error}");
}

#[tokio::test]
async fn c37_the_current_shape_is_sent_and_nothing_that_was_not_given() {
    let (server, aura) = answered(
        200,
        r#"{"scheduledRequest":{"id":"one","nextOccurrence":"soon","more":1}}"#,
    )
    .await;
    let whole = service(CustomerId::new(178_921), 3600)
        .name("Night watch")
        .special_instructions("Ring.")
        .number_of_guards(2)
        .armed_preference("unarmed")
        .contact([("name", "Jane Doe")])
        .repeats([("mode", "single")]);
    let scheduled = aura.schedule(whole).await.unwrap();
    assert_eq!(scheduled.next_occurrence(), None);
    assert_eq!(scheduled.answer().json()["scheduledRequest"]["more"], 1);
    aura.schedule(service(CustomerId::new(178_921), 3600))
        .await
        .unwrap();
    let sent: Vec<serde_json::Value> = server
        .seen()
        .iter()
        .filter(|request| request.path.ends_with("/scheduled/guarding"))
        .map(|request| serde_json::from_str(&request.body).unwrap())
        .collect();
    let location = serde_json::json!({ "latitude": -26.12345, "longitude": 28.12345 });
    assert_eq!(
        sent,
        [
            serde_json::json!({
                "customerId": 178_921,
                "scheduledRequestConfig": {
                    "name": "Night watch",
                    "specialInstructions": "Ring.",
                    "details": {
                        "numberOfGuards": 2,
                        "armedPreference": "unarmed",
                        "contacts": [{ "name": "Jane Doe" }],
                    },
                    "dateFrom": "2026-06-10T09:00:00Z",
                    "dateTo": "2026-06-11T08:00:00Z",
                    "repeatsConfig": { "mode": "single" },
                },
                "initialLocation": location,
            }),
            serde_json::json!({
                "customerId": 178_921,
                "scheduledRequestConfig": {
                    "dateFrom": "2026-06-10T09:00:00Z",
                    "dateTo": "2026-06-11T08:00:00Z",
                },
                "initialLocation": location,
            }),
        ]
    );
}

#[tokio::test]
async fn r51_an_order_whose_outcome_is_open_is_not_sent_again_and_says_so() {
    let request = || service(CustomerId::new(1), 3600);
    for (server, aura, hint) in [
        with(cut_off().await, "second one"),
        with(answered(502, "<html>").await, "second one"),
        with(answered(200, "<html>").await, "second one"),
        with(answered(200, "{}").await, "cannot be cancelled"),
        with(
            answered(201, r#"{"scheduledRequest":{"id":" "}}"#).await,
            "cannot be cancelled",
        ),
    ] {
        let error = aura.schedule(request()).await.unwrap_err();
        open_outcome(&error, CREATE, hint);
        assert_eq!(server.count("/scheduled/guarding"), 1);
    }
}

fn with<A, B>((a, b): (A, B), hint: &str) -> (A, B, &str) {
    (a, b, hint)
}

#[tokio::test]
async fn p12_orders_and_their_answers_show_nothing_personal() {
    let scene = Standing::start().await;
    let jane = scene.jane().await;
    let place = ServiceLocation::from(here()).address("123 Main Street");
    let order = NewScheduledRequest::new(guarding(), jane, place.clone(), after(3600), after(7200))
        .name("Planted watch")
        .special_instructions("Planted instructions")
        .armed_preference("Planted preference")
        .contact([("name", "Jane")])
        .repeats([("Planted", "mode")]);
    clean(&format!("{place:?} {order:?} {order:#?}"));
    let scheduled = scene.aura.schedule(order.clone()).await.unwrap();
    clean(&format!("{scheduled:?} {:?}", *scheduled));
    clean(&format!(
        "{:?} {:?}",
        scheduled.answer(),
        **scheduled.answer()
    ));
    let (_server, aura) = cut_off().await;
    let error = aura.schedule(order).await.unwrap_err();
    clean(&format!("{error} {error:?}"));
}
