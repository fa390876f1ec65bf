//! A simulator in which everything there can be is there.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use people_protect_simulator::{Drift, Fault};
use people_protect_simulator::{SignupOutcome, Stage};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::common::{Bench, JANE, person};

/// The number of the customer that is covered as a member.
pub(crate) const MEMBER: &str = "+27821234568";

/// Makes at least one of each noun, and of most of their states, through the API.
pub(crate) async fn make(bench: &Bench) {
    // Nothing leaves this machine, and no outcome depends on when it is looked at.
    let simulator = &bench.simulator;
    simulator.set_switch("webhook-drop-percent", "100").unwrap();
    let fault = Fault::on("get_coverage").nth(1000).status(503);
    simulator.add_fault(fault).unwrap();
    let drift = Drift::status("get_coverage", 203);
    simulator.add_drift(drift).unwrap();
    let (jane, first) = bench.raised().await;
    let member = bench.uncovered(MEMBER).await;
    let renewal = json!({ "validTo": "2026-08-10T00:00:00Z", "dependantCustomerIds": [member] });
    bench.put("/subscriptions/8811", renewal).await.expect(200);
    said_rated_and_closed(bench, first).await;
    // An active one with a position that has many digits, and one that was cancelled under duress.
    bench.raise(member).await.expect(201);
    let active = bench.raise(jane).await.expect(201)["callout"]["id"].clone();
    let place = json!({ "latitude": -26.123_456_789_012_344, "longitude": 28.098_765_432_109_876 });
    let path = format!("/callouts/{active}/location");
    bench.post(&path, place).await.expect(200);
    let path = format!("/callouts/{active}/cancel");
    let wrong = json!({ "safeCode": "0000" });
    bench.post(&path, wrong).await.expect(200);
    let retired = bench.uncovered("+27821234569").await;
    let path = format!("/customers/{retired}");
    let mut profile = person("+27821234570");
    profile["medicalConditions"] = json!("none");
    let changed = json!({ "customer": profile });
    bench.put(&path, changed).await.expect(200);
    bench.post(&format!("{path}/delete"), json!({})).await;
    sessions(bench, jane).await;
    things(bench, jane).await;
    places(bench).await;
    let stranger = bench.other_source().await;
    let body = json!({ "customer": person(JANE) });
    let foreign = bench.send(Method::POST, "/customers", Some(&stranger), Some(body));
    foreign.await.expect(201);
    bench.simulator.set_switch("grace", "on").unwrap();
    let step = std::time::Duration::from_millis(90_001);
    bench.simulator.advance(step).unwrap();
}

async fn said_rated_and_closed(bench: &Bench, id: i64) {
    let said = json!({ "source": "customer", "event": "@admin, call me" });
    let path = format!("/callouts/{id}/events");
    bench.post(&path, said).await.expect(201);
    let reason = json!({ "exceptionReasonId": 101, "notes": "nobody there" });
    let path = format!("/callouts/{id}/exceptionReasons");
    bench.post(&path, reason).await.expect(201);
    bench.simulator.set_stage(id, Stage::Arrived).unwrap();
    bench.simulator.set_stage(id, Stage::Closed).unwrap();
    let rating = json!({ "calloutId": id, "rating": 4, "additionalDetails": "quick" });
    bench.post("/ratings", rating).await.expect(201);
    bench.post("/rating-items", rated_item()).await.expect(201);
}

/// An aspect of the one rating.
pub(crate) fn rated_item() -> Value {
    json!({
        "calloutRatingId": 9876,
        "ratingItemId": 12,
        "ratingItem": "arrival_time",
        "ratingItemDescription": "Arrival time",
        "sentiment": "good",
    })
}

async fn sessions(bench: &Bench, customer: i64) {
    let body = json!({
        "returnUrl": "myapp://done",
        "email": "jane.doe@example.com",
        "siteDetails": { "siteName": "Downtown Branch" },
    });
    for outcome in [
        Some(SignupOutcome::Completed),
        Some(SignupOutcome::Abandoned),
        None,
    ] {
        let path = "/customer-signup/sessions";
        let session = bench.post(path, body.clone()).await.expect(201);
        if let Some(outcome) = outcome {
            let id = session["sessionId"].as_str().unwrap();
            bench.simulator.finish_signup(id, outcome).unwrap();
        }
    }
    let token = bench.simulator.customer_token(customer).unwrap();
    let body = json!({ "returnUrl": "myapp://done", "locale": "en" });
    let path = "/subscription-management/sessions";
    let opened = bench.send(Method::POST, path, Some(token.reveal()), Some(body));
    opened.await.expect(201);
}

async fn things(bench: &Bench, customer: i64) {
    let device = json!({ "customerId": customer, "deviceSerial": "EX-26217939", "deviceSupplier": "ExampleBrand" });
    bench.post("/devices", device).await.expect(200);
    let lead =
        json!({ "mobileNumber": JANE, "customerData": { "name": "Jane", "deep": { "x": 1.1 } } });
    bench.post("/leads", lead).await.expect(200);
    let order = json!({
        "customerId": customer,
        "scheduledRequestConfig": { "name": "Night watch", "dateFrom": "2026-06-11T08:00:00Z", "repeatsConfig": {} },
        "initialLocation": { "latitude": -26.12345, "longitude": 28.12345 },
    });
    bench.post("/scheduled/guarding", order).await.expect(200);
    let webhook = json!({
        "url": "https://your-server.example.com/aura?key=planted-key",
        "events": ["NEW_CALLOUT"],
        "headers": { "x-webhook-secret": "planted-secret" },
    });
    bench.post("/notifiers/webhooks", webhook).await.expect(200);
}

async fn places(bench: &Bench) {
    for rows in ["a,1,-26.1,28.1\nb,2,-26.2,28.2\n", "a,1,-26.1,28.1\n"] {
        let file = format!("externalReferenceId,locationIdentifier,latitude,longitude\n{rows}");
        let form = Form::new()
            .part("locations", Part::text(file).file_name("locations.csv"))
            .text("callbackUrl", "https://example.com/hooks/csv");
        let url = format!("{}/predefinedlocations/upload", bench.simulator.csv_url());
        let request = bench.client.post(url).bearer_auth(&bench.token);
        let status = request.multipart(form).send().await.unwrap().status();
        assert!(status.is_success(), "{status}");
    }
    bench
        .post("/predefinedLocations/externalRef/a/callouts", json!({}))
        .await
        .expect(201);
}

/// The exported document, with every table checked to have something in it.
pub(crate) fn exported(bench: &Bench) -> Value {
    let document: Value = serde_json::from_str(&bench.simulator.export().unwrap()).unwrap();
    for (name, table) in document["state"].as_object().unwrap() {
        let empty = table.as_object().is_some_and(serde_json::Map::is_empty)
            || table.as_array().is_some_and(Vec::is_empty);
        assert!(!empty, "{name} is empty: make one");
    }
    document
}
