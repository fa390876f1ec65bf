//! Every switch about callouts and fixed locations: what a client sees by default, and at each other
//! value.
#![allow(clippy::unwrap_used, reason = "a scene that cannot be set should stop")]

use std::future::Future;
use std::pin::Pin;

use crate::common::{Bench, JANE, cry};
use people_protect_simulator::{Clock, Simulator, Stage};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

/// A switch, what to try, and what is seen at each of its values; the first is the default.
struct Case {
    switch: &'static str,
    scene: fn(Bench) -> Pin<Box<dyn Future<Output = Value>>>,
    seen: Vec<(&'static str, Value)>,
}

macro_rules! case {
    ($switch:literal, $scene:path, $($value:literal => $seen:tt),+) => {
        Case {
            switch: $switch,
            scene: |bench| Box::pin($scene(bench)),
            seen: vec![$(($value, json!($seen))),+],
        }
    };
}

fn raising() -> Vec<Case> {
    vec![
        case!("create-request", flat_create, "location" => 400, "flat-too" => 201),
        case!("both-places", both_places, "400" => [400, null], "coordinates" => [201, null],
            "fixed-location" => [201, 99001]),
        case!("unknown-place-status", unknown_place, "400" => 400, "404" => 404),
        case!("unknown-response-type", unknown_kind, "400" => 400, "404" => 404, "accepted" => 201),
        case!("position-range", off_the_earth, "earth" => [400, 400], "any" => [201, 200]),
        case!("create-answer", link_and_message, "callout" => [true, false, true],
            "top-level-link" => [false, true, true], "flat" => [false, true, false]),
        case!("returned-callout-status", repeat, "201" => 201, "200" => 200),
        case!("repeat-position", repeat_elsewhere, "kept" => (-26.12345), "updated" => (-26.2)),
        case!("repeat-after-cover", repeat_uncovered, "returned" => 201, "refused" => 403),
        case!("legacy-cover", legacy_uncovered, "checked" => 403, "bypassed" => 201),
        case!("legacy-response-type", legacy_without_kind, "required" => 400, "optional" => 201),
    ]
}

fn following() -> Vec<Case> {
    vec![
        case!("read-answer", shape_of_reads, "nested" => [[true, null], [true, null], [true, null]],
            "flat" => [[false, 992011], [false, 992011], [false, 992011]]),
        case!("read-link", link_of_a_read, "off" => false, "on" => true),
        case!("read-category-key", category_keys, "lower" => [true, false], "camel" => [false, true]),
        case!("read-coordinates", coordinates, "number" => [-26.12345, 28.12345],
            "text" => ["-26.12345", "28.12345"]),
        case!("read-place-id", place_id, "integer" => 99001, "text" => "99001"),
        case!("classification-names", classification, "real-test" => ["REAL", "REAL"],
            "none" => [null, null]),
        case!("status-case", statuses, "mixed" => ["created", "Responder Dispatched"],
            "lower" => ["created", "responder dispatched"],
            "upper" => ["CREATED", "RESPONDER DISPATCHED"]),
        case!("callout-list", callout_lists, "bare" => [true, true], "wrapped" => [false, false]),
        case!("customer-callouts", callouts_of_a_customer, "active" => 0, "all" => 1),
        case!("foreign-callout-status", foreign_callout, "401" => [401, 401], "403" => [403, 403],
            "404" => [404, 404]),
        case!("update-after-cancel", update_of_cancelled, "285" => 285, "200" => 200),
    ]
}

fn ending() -> Vec<Case> {
    vec![
        case!("cancel-answer", cancel_members, "callout" => [true, false, false],
            "with-message" => [true, true, false], "flat" => [false, false, true]),
        case!("wrong-safe-code", wrong_code, "unnoticed" => [200, "created", true],
            "400" => [400, "created", true], "cancels" => [200, "Cancelled", true]),
        case!("cancel-after-end", cancel_twice, "200" => 200, "400" => 400, "404" => 404),
        case!("cancel-without-body", cancel_bare, "accepted" => 200, "400" => 400),
        case!("dismiss", dismiss, "ends" => [200, "Cancelled"], "ignored" => [200, "created"],
            "absent" => [404, "created"]),
        case!("before-end-status", report_early, "404" => [404, 404], "400" => [400, 400]),
        case!("cancelled-report", report_of_cancelled, "served" => 200, "refused" => 404),
    ]
}

fn saying() -> Vec<Case> {
    vec![
        case!("event-shape", older_event, "current" => [400, null], "older" => [201, "help"]),
        case!("event-list", event_list, "bare" => true, "wrapped" => false),
        case!("event-order", first_event, "oldest-first" => "one", "newest-first" => "two"),
        case!("events-after-end", event_late, "accepted" => 201, "400" => 400),
        case!("blank-event", blank_event, "400" => [400, 400], "accepted" => [201, 201]),
        case!("reason-shape", older_reason, "current" => [400, null],
            "older" => [201, "Customer unavailable at location"]),
        case!("reason-list", reasons, "catalogue" => 3, "attached" => 0),
        case!("unknown-reason-status", unknown_reason, "400" => 400, "404" => 404),
        case!("repeated-reason", reason_twice, "again" => false, "folded" => true),
        case!("rating-shape", older_rating, "current" => [null, null], "older" => [9876, "fine"]),
        case!("rating-time", rating_early, "when-over" => 400, "any" => 201),
        case!("second-rating", rating_twice, "400" => 400, "replaces" => 201),
        case!("rating-item-shape", older_item, "current" => [400, null], "older" => [201, 4]),
    ]
}

fn places() -> Vec<Case> {
    vec![
        case!("place-shape", older_place, "current" => [400, null], "older" => [201, "Shop"]),
        case!("place-list", place_list, "bare" => true, "wrapped" => false),
        case!("duplicate-place", place_twice, "409" => [409, null], "400" => [400, null],
            "replaces" => [201, 99001]),
        case!("place-callout-body", place_callout_bare, "optional" => [201, 201],
            "response-type" => [400, 201]),
        case!("place-callout-repeat", place_callout_twice, "second" => false, "returned" => true),
        case!("place-callout-link", place_callout_link, "on" => true, "off" => false),
        case!("installer-echo", installer, "on" => "one", "off" => null),
        case!("csv-bad-row", csv_with_a_bad_row, "400" => [400, 0], "skipped" => [200, 1]),
    ]
}

fn cases() -> Vec<Case> {
    [raising(), following(), ending(), saying(), places()]
        .into_iter()
        .flatten()
        .collect()
}

async fn see(case: &Case, value: Option<&str>) -> Value {
    let mut builder = Simulator::builder().clock(Clock::manual());
    if let Some(value) = value {
        builder = builder.switch(case.switch, value);
    }
    (case.scene)(Bench::of(builder).await).await
}

#[tokio::test]
async fn each_value_of_each_switch_is_seen() {
    for case in cases() {
        assert_eq!(
            see(&case, None).await,
            case.seen[0].1,
            "{} by default",
            case.switch
        );
        for (value, seen) in &case.seen {
            let found = see(&case, Some(value)).await;
            assert_eq!(found, *seen, "{} = {value}", case.switch);
        }
    }
}

#[tokio::test]
async fn no_two_values_of_a_switch_look_alike() {
    for case in cases() {
        for (index, (value, seen)) in case.seen.iter().enumerate() {
            for (other, found) in &case.seen[index + 1..] {
                assert_ne!(seen, found, "{}: {value} and {other}", case.switch);
            }
        }
    }
}

#[tokio::test]
async fn the_table_has_the_values_that_are_listed() {
    let bench = Bench::new().await;
    let listed = bench.control_get("switches").await;
    for case in cases() {
        let switch = listed["switches"]
            .as_array()
            .unwrap()
            .iter()
            .find(|switch| switch["name"] == case.switch)
            .unwrap_or_else(|| panic!("{} is not listed", case.switch));
        let mut values: Vec<_> = case.seen.iter().map(|(value, _)| *value).collect();
        assert_eq!(switch["default"], values[0], "{}", case.switch);
        if switch["values"] == "on_off" {
            values.sort_unstable();
            assert_eq!(values, ["off", "on"], "{}", case.switch);
        } else {
            assert_eq!(switch["values"]["one_of"], json!(values), "{}", case.switch);
        }
    }
}

// Raising.

fn creating(customer: i64) -> String {
    format!("/customers/{customer}/callouts")
}

async fn create(bench: &Bench, body: Value) -> crate::common::Reply {
    let customer = bench.covered(JANE).await;
    bench.post(&creating(customer), body).await
}

async fn flat_create(bench: Bench) -> Value {
    let body = json!({ "latitude": -26.2, "longitude": 28.2, "accuracy": 5, "responseTypeId": 1 });
    create(&bench, body).await.status.into()
}

async fn both_places(bench: Bench) -> Value {
    place(&bench, "a").await;
    let mut body = cry();
    body["predefinedLocationId"] = 99_001.into();
    let reply = create(&bench, body).await;
    json!([reply.status, reply.body["callout"]["predefinedLocationId"]])
}

async fn unknown_place(bench: Bench) -> Value {
    let body = json!({ "predefinedLocationId": 5, "responseTypeId": 1 });
    create(&bench, body).await.status.into()
}

async fn unknown_kind(bench: Bench) -> Value {
    let mut body = cry();
    body["responseTypeId"] = 77.into();
    create(&bench, body).await.status.into()
}

async fn off_the_earth(bench: Bench) -> Value {
    let mut body = cry();
    body["location"]["latitude"] = 91.into();
    let created = create(&bench, body).await.status;
    bench.raise(178_921).await;
    let far = json!({ "latitude": 1, "longitude": 181, "accuracy": -1 });
    let moved = bench.post("/callouts/992011/location", far).await;
    json!([created, moved.status])
}

async fn link_and_message(bench: Bench) -> Value {
    let body = create(&bench, cry()).await.expect(201);
    json!([
        body["callout"]["url"].is_string(),
        body["url"].is_string(),
        body["message"].is_string()
    ])
}

async fn repeat(bench: Bench) -> Value {
    let (customer, _) = bench.raised().await;
    bench.raise(customer).await.status.into()
}

async fn repeat_elsewhere(bench: Bench) -> Value {
    let (customer, _) = bench.raised().await;
    let mut body = cry();
    body["location"]["latitude"] = (-26.2).into();
    let again = bench.post(&creating(customer), body).await;
    again.expect(201)["callout"]["latitude"].clone()
}

async fn repeat_uncovered(mut bench: Bench) -> Value {
    let (customer, _) = bench.raised().await;
    bench.later(31).await;
    bench.raise(customer).await.status.into()
}

async fn legacy_uncovered(bench: Bench) -> Value {
    let mut body = cry();
    body["customerId"] = bench.uncovered(JANE).await.into();
    bench.post("/callouts", body).await.status.into()
}

async fn legacy_without_kind(bench: Bench) -> Value {
    let customer = bench.covered(JANE).await;
    let body = json!({ "customerId": customer, "location": cry()["location"] });
    bench.post("/callouts", body).await.status.into()
}

// Reading and following.

const CALLOUT: &str = "/callouts/992011";

fn there() -> Value {
    json!({ "latitude": -26.12345, "longitude": 28.12345 })
}

async fn read(bench: &Bench) -> Value {
    bench.get(CALLOUT).await.expect(200)
}

async fn incident(bench: &Bench) -> Value {
    read(bench).await["callout"]["incidentInformation"][0].clone()
}

async fn status(bench: &Bench) -> Value {
    read(bench).await["callout"]["status"].clone()
}

async fn shape_of_reads(bench: Bench) -> Value {
    bench.raised().await;
    let shape = |body: Value| {
        json!([
            body["callout"]["incidentInformation"].is_array(),
            body["id"]
        ])
    };
    let read = shape(read(&bench).await);
    let path = format!("{CALLOUT}/updateLocationAndReturnCallout");
    let returned = shape(bench.post(&path, there()).await.expect(200));
    bench.simulator.set_stage(992_011, Stage::Closed).unwrap();
    let ended = shape(bench.post(&path, there()).await.expect(285));
    json!([read, returned, ended])
}

async fn link_of_a_read(bench: Bench) -> Value {
    bench.raised().await;
    read(&bench).await["callout"]["url"].is_string().into()
}

async fn category_keys(bench: Bench) -> Value {
    bench.raised().await;
    let incident = incident(&bench).await;
    json!([
        incident["incidentcategory"].is_object(),
        incident["incidentCategory"].is_object()
    ])
}

async fn coordinates(bench: Bench) -> Value {
    bench.raised().await;
    let place = incident(&bench).await["calloutCurrentLocation"].clone();
    json!([place["latitude"], place["longitude"]])
}

async fn place_id(bench: Bench) -> Value {
    place(&bench, "a").await;
    let body = json!({ "predefinedLocationId": 99_001, "responseTypeId": 1 });
    create(&bench, body).await.expect(201);
    incident(&bench).await["predefinedLocationId"].clone()
}

async fn classification(bench: Bench) -> Value {
    bench.raised().await;
    let callout = read(&bench).await["callout"].clone();
    json!([
        callout["calloutClassification"]["value"],
        callout["incidentInformation"][0]["calloutClassification"]["value"]
    ])
}

async fn statuses(bench: Bench) -> Value {
    let created = create(&bench, cry()).await.expect(201);
    bench
        .simulator
        .set_stage(992_011, Stage::Dispatched)
        .unwrap();
    json!([created["callout"]["status"], status(&bench).await])
}

async fn callout_lists(bench: Bench) -> Value {
    let (customer, _) = bench.raised().await;
    let active = bench.get("/callouts/activeCallouts").await.expect(200);
    let own = bench.get(&creating(customer)).await.expect(200);
    for listed in [&active, &own] {
        let callouts = listed.get("callouts").unwrap_or(listed);
        assert_eq!(callouts[0]["id"], 992_011);
    }
    json!([active.is_array(), own.is_array()])
}

async fn callouts_of_a_customer(bench: Bench) -> Value {
    let (customer, _) = bench.raised().await;
    bench.post(&format!("{CALLOUT}/cancel"), json!({})).await;
    let listed = bench.get(&creating(customer)).await.expect(200);
    listed.as_array().unwrap().len().into()
}

async fn foreign_callout(bench: Bench) -> Value {
    let (customer, _) = bench.raised().await;
    let other = bench.covered("+27821234568").await;
    let token = bench.callout_token(other).await;
    let read = bench.send(Method::GET, CALLOUT, Some(&token), None).await;
    let path = creating(customer);
    let raised = bench
        .send(Method::POST, &path, Some(&token), Some(cry()))
        .await;
    json!([read.status, raised.status])
}

async fn update_of_cancelled(bench: Bench) -> Value {
    bench.raised().await;
    bench.post(&format!("{CALLOUT}/cancel"), json!({})).await;
    let moved = bench.post(&format!("{CALLOUT}/location"), there()).await;
    moved.status.into()
}

// Ending.

async fn cancel_members(bench: Bench) -> Value {
    bench.raised().await;
    let path = format!("{CALLOUT}/cancel");
    let body = bench.post(&path, json!({})).await.expect(200);
    json!([
        body["callout"].is_object(),
        body["message"].is_string(),
        body["id"].is_number()
    ])
}

async fn wrong_code(bench: Bench) -> Value {
    bench.raised().await;
    let body = json!({ "safeCode": "0000" });
    let reply = bench.post(&format!("{CALLOUT}/cancel"), body).await;
    let duress = bench
        .simulator
        .snapshot()
        .callout(992_011)
        .unwrap()
        .duress_at;
    json!([reply.status, status(&bench).await, duress.is_some()])
}

async fn cancel_twice(bench: Bench) -> Value {
    bench.raised().await;
    let path = format!("{CALLOUT}/cancel");
    bench.post(&path, json!({})).await.expect(200);
    bench.post(&path, json!({})).await.status.into()
}

async fn cancel_bare(bench: Bench) -> Value {
    bench.raised().await;
    let path = format!("{CALLOUT}/cancel");
    let reply = bench
        .send(Method::POST, &path, Some(&bench.token), None)
        .await;
    reply.status.into()
}

async fn dismiss(bench: Bench) -> Value {
    bench.raised().await;
    let reply = bench.post(&format!("{CALLOUT}/dismiss"), json!({})).await;
    json!([reply.status, status(&bench).await])
}

async fn report_early(bench: Bench) -> Value {
    bench.raised().await;
    let report = bench.get(&format!("{CALLOUT}/resolutionReport")).await;
    let map = bench.get(&format!("{CALLOUT}/maps")).await;
    json!([report.status, map.status])
}

async fn report_of_cancelled(bench: Bench) -> Value {
    bench.raised().await;
    bench.post(&format!("{CALLOUT}/cancel"), json!({})).await;
    let report = bench.get(&format!("{CALLOUT}/resolutionReport")).await;
    report.status.into()
}

// What is said, and why.

const EVENTS: &str = "/callouts/992011/events";
const REASONS: &str = "/callouts/992011/exceptionReasons";

fn event(text: &str) -> Value {
    json!({ "source": "customer", "event": text })
}

async fn older_event(bench: Bench) -> Value {
    bench.raised().await;
    let reply = bench.post(EVENTS, json!({ "message": "help" })).await;
    let listed = bench.get(EVENTS).await.expect(200);
    json!([reply.status, listed[0]["message"]])
}

async fn event_list(bench: Bench) -> Value {
    bench.raised().await;
    bench.post(EVENTS, event("one")).await;
    bench.get(EVENTS).await.expect(200).is_array().into()
}

async fn first_event(bench: Bench) -> Value {
    bench.raised().await;
    for text in ["one", "two"] {
        bench.post(EVENTS, event(text)).await;
    }
    bench.get(EVENTS).await.expect(200)[0]["event"]["message"].clone()
}

async fn event_late(bench: Bench) -> Value {
    over(&bench).await;
    bench.post(EVENTS, event("one")).await.status.into()
}

async fn blank_event(bench: Bench) -> Value {
    bench.raised().await;
    let text = bench.post(EVENTS, event(" ")).await;
    let source = json!({ "source": "", "event": "one" });
    let source = bench.post(EVENTS, source).await;
    json!([text.status, source.status])
}

async fn older_reason(bench: Bench) -> Value {
    bench.raised().await;
    let reply = bench.post(REASONS, json!({})).await;
    json!([reply.status, reply.body["reason"]])
}

async fn reasons(bench: Bench) -> Value {
    bench.raised().await;
    let listed = bench.get(REASONS).await.expect(200);
    listed.as_array().unwrap().len().into()
}

async fn unknown_reason(bench: Bench) -> Value {
    bench.raised().await;
    let body = json!({ "exceptionReasonId": 5 });
    bench.post(REASONS, body).await.status.into()
}

async fn reason_twice(bench: Bench) -> Value {
    bench.raised().await;
    let body = json!({ "exceptionReasonId": 101 });
    let one = bench.post(REASONS, body.clone()).await.expect(201);
    let two = bench.post(REASONS, body).await.expect(201);
    (one["createdExceptionReason"]["id"] == two["createdExceptionReason"]["id"]).into()
}

/// A callout that is over.
async fn over(bench: &Bench) {
    bench.raised().await;
    bench.simulator.set_stage(992_011, Stage::Closed).unwrap();
}

fn rating() -> Value {
    json!({ "calloutId": 992_011, "rating": 4, "comment": "fine" })
}

async fn older_rating(bench: Bench) -> Value {
    over(&bench).await;
    let body = bench.post("/ratings", rating()).await.expect(201);
    json!([body["id"], body["comment"]])
}

async fn rating_early(bench: Bench) -> Value {
    bench.raised().await;
    bench.post("/ratings", rating()).await.status.into()
}

async fn rating_twice(bench: Bench) -> Value {
    over(&bench).await;
    bench.post("/ratings", rating()).await.expect(201);
    bench.post("/ratings", rating()).await.status.into()
}

async fn older_item(bench: Bench) -> Value {
    over(&bench).await;
    bench.post("/ratings", rating()).await.expect(201);
    let item = json!({ "ratingId": 9876, "ratingItemId": 12, "score": 4 });
    let reply = bench.post("/rating-items", item).await;
    json!([reply.status, reply.body["score"]])
}

// Fixed locations.

const PLACES: &str = "/predefinedLocations";
const AT_A: &str = "/predefinedLocations/externalRef/a/callouts";

fn site(reference: &str) -> Value {
    json!({
        "externalReferenceId": reference,
        "locationIdentifier": reference,
        "latitude": "-26.12345",
        "longitude": "28.12345",
    })
}

async fn place(bench: &Bench, reference: &str) {
    bench.post(PLACES, site(reference)).await.expect(201);
}

async fn older_place(bench: Bench) -> Value {
    let body = json!({
        "externalReferenceId": "a",
        "name": "Shop",
        "address": "123 Main Street, Johannesburg",
        "latitude": -26.12345,
        "longitude": 28.12345,
    });
    let reply = bench.post(PLACES, body).await;
    json!([reply.status, reply.body["name"]])
}

async fn place_list(bench: Bench) -> Value {
    place(&bench, "a").await;
    bench.get(PLACES).await.expect(200).is_array().into()
}

async fn place_twice(bench: Bench) -> Value {
    place(&bench, "a").await;
    let mut again = site("a");
    again["locationIdentifier"] = "other".into();
    let reply = bench.post(PLACES, again).await;
    json!([reply.status, reply.body["id"]])
}

async fn place_callout_bare(bench: Bench) -> Value {
    place(&bench, "a").await;
    let bare = bench.post(AT_A, json!({})).await;
    let whole = bench.post(AT_A, json!({ "responseTypeId": 2 })).await;
    json!([bare.status, whole.status])
}

async fn place_callout_twice(bench: Bench) -> Value {
    place(&bench, "a").await;
    let one = bench.post(AT_A, json!({})).await.expect(201);
    let two = bench.post(AT_A, json!({})).await.expect(201);
    (one["callout"]["id"] == two["callout"]["id"]).into()
}

async fn place_callout_link(bench: Bench) -> Value {
    place(&bench, "a").await;
    let raised = bench.post(AT_A, json!({})).await.expect(201);
    raised["callout"]["url"].is_string().into()
}

async fn installer(bench: Bench) -> Value {
    place(&bench, "a").await;
    let body = json!({ "installerIdentifier": "one" });
    bench.post(AT_A, body).await.expect(201)["installerIdentifier"].clone()
}

async fn csv_with_a_bad_row(bench: Bench) -> Value {
    let file = "externalReferenceId,locationIdentifier,latitude,longitude\n\
        a,a,-26.12345,28.12345\n\
        b,b,north,28.12345\n";
    let form = Form::new()
        .part("locations", Part::text(file).file_name("locations.csv"))
        .text("callbackUrl", "https://example.com/hooks/csv");
    let url = format!("{}/predefinedlocations/upload", bench.simulator.csv_url());
    let request = bench.client.post(url).bearer_auth(&bench.token);
    let response = request.multipart(form).send().await.unwrap();
    let status = response.status().as_u16();
    let listed = bench.get(PLACES).await.expect(200);
    json!([status, listed.as_array().unwrap().len()])
}
