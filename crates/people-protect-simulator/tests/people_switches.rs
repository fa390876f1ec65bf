//! Every switch about people, at every value: what a client sees, and that it sees a difference.
#![allow(clippy::unwrap_used, reason = "tests fail so")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::{Bench, JANE, Reply, cry, person};
use people_protect_simulator::{Clock, Simulator};
use reqwest::Method;
use serde_json::{Value, json};

const OTHER: &str = "+27821234568";
const ONE: &str = "/subscriptions/8811";
const SIGNUPS: &str = "/customer-signup/sessions";

/// What a client sees of a switch.
type Seen = fn(Bench) -> Pin<Box<dyn Future<Output = String>>>;

/// A switch: what is done, and what is seen at each value, the default first.
struct Case {
    switch: &'static str,
    seen: Seen,
    at: &'static [(&'static str, &'static str)],
}

macro_rules! cases {
    ($($switch:literal $seen:path: $($value:literal => $expected:literal),+;)+) => {
        vec![$(Case {
            switch: $switch,
            seen: |bench| Box::pin($seen(bench)),
            at: &[$(($value, $expected)),+],
        }),+]
    };
}

fn cases() -> Vec<Case> {
    cases! {
        "token-field-names" token_keys: "camel" => "accessToken expiresIn tokenType", "snake" => "access_token expires_in token_type";
        "expires-in" expires_in: "lifetime" => "3600", "epoch" => "1781082000";
        "requested-lifetime" short_lifetime: "off" => "3600", "on" => "60";
        "callout-token-lifetime-s" callout_lifetime: "3600" => "3600", "60" => "60", "86400" => "3600";
        "callout-token-mints" minting: "off" => "401", "on" => "200";
        "wrong-scope-status" wrong_scope: "401" => "401", "403" => "403";
        "customer-token-activates" activating: "off" => "401", "on" => "201, another's 401";
        "error-key" error_keys: "message" => "message", "error" => "error";
        "malformed-status" malformed: "400" => "400 400 400", "422" => "422 422 422";
        "created-status" created: "201" => "201", "200" => "200";
        "body-reference-status" references: "400" => "400 400 400", "404" => "404 404 404";
        "unversioned-base" unversioned: "off" => "404 404", "on" => "200 405";
        "customer-shape" customer_shape: "wrapped" => "customer message", "flat" => "createdAt customerSourceId firstName id lastName mobileNumber updatedAt";
        "customer-id-name" customer_id: "id" => "id", "customer-id" => "customerId", "both" => "id customerId";
        "duplicate-mobile-status" duplicate: "409" => "409", "400" => "400";
        "mobile-form" odd_mobile: "any" => "201 201", "e164" => "400 201";
        "mobile-change" other_mobile: "on" => "200", "off" => "400";
        "customer-update" partial_update: "replace" => "400", "merge" => "200 Jane";
        "both-subscriptions-status" both: "400" => "400", "409" => "409", "422" => "422";
        "subscription-id-place" id_place: "top" => "member of top", "customer" => "member of inner";
        "registration-subscription" registered: "supplied" => "0", "automatic" => "1";
        "delete-verb-status" delete_verb: "405" => "405", "404" => "404";
        "mobile-unique" same_mobile_elsewhere: "source" => "201", "everywhere" => "409";
        "customer-times" customer_times: "on" => "createdAt updatedAt", "off" => "";
        "cancelled-reason-field" reason_field: "on" => "\"Moved\"", "off" => "null";
        "device-id-type" device_id: "text" => "\"26217939\"", "number" => "26217939";
        "retired-customer" retired_read: "absent" => "404", "readable" => "200";
        "retired-mobile" retired_mobile: "free" => "201", "taken" => "409";
        "cover-start" at_the_start: "included" => "201", "excluded" => "403";
        "cover-end" at_the_end: "included" => "201", "excluded" => "403";
        "subscription-status-field" status_field: "off" => "null", "on" => "\"active\"";
        "dependents-name" members_key: "dependents" => "dependents message subscription", "dependants" => "dependants message subscription", "dependant-customer-ids" => "dependantCustomerIds message subscription";
        "subscription-update-answer" update_answer: "list" => "subscription list", "object" => "subscription object", "links" => "links subscription object";
        "subscription-cancel-form" cancel_form: "reason" => "400, then message subscriptionToken", "bare" => "200, then message";
        "subscription-list-form" list_form: "bare" => "list", "wrapped" => "message subscriptions";
        "ended-subscriptions-listed" ended_listed: "on" => "1", "off" => "0";
        "subscription-create-answer" activation_answer: "wrapped" => "message subscription", "flat" => "CancelledDate createdAt customerId dependantCustomerIds id subscriptionTypeId updatedAt validFrom validTo";
        "activation-dates-required" without_dates: "off" => "201", "on" => "400";
        "active-subscription-status" over_active: "409" => "409", "400" => "400";
        "no-revival-status" revival: "400" => "400", "404" => "404", "409" => "409";
        "absent-members" absent_members: "kept" => "[178922]", "cleared" => "[]";
        "unknown-subscription-type-status" unknown_type: "400" => "400", "404" => "404";
        "subscription-types-form" types_form: "wrapped" => "message subscriptionTypes", "bare" => "list";
        "subscription-list-limited" sixty_lists: "on" => "50 of 60", "off" => "60 of 60";
        "subscription-list-limit" sixty_lists: "50" => "50 of 60", "55" => "55 of 60";
        "subscription-list-window-s" lists_later: "10" => "200", "3600" => "429";
        "retry-after" retry_after: "on" => "7", "off" => "none";
        "grace" first_callouts: "off" => "403 403", "on" => "201 403";
        "grace-for" after_a_subscription: "anyone" => "201", "newcomers" => "403";
        "uncovered-status" uncovered: "403" => "403", "400" => "400", "401" => "401";
        "first-callout-is-test" real_first: "off" => "201 201", "on" => "400 201";
        "signup-without-identity-status" nobody_signs_up: "400" => "400", "422" => "422";
        "signup-shape" signup_shape: "current" => "customerId returnUrl sessionId / customerId flows siteDetails", "older" => "customerId id status url / customerId id status url";
        "unprovisioned-device-status" unprovisioned: "400" => "400 400", "404" => "404 404", "422" => "422 422";
        "linked-device-status" linked_twice: "400" => "400", "409" => "409";
        "device-shape" older_device: "current" => "400", "older" => "customerId deviceId id EX-26217939";
        "device-events" device_event: "on" => "200", "off" => "404";
        "lead-by-number-status" lead_by_number: "404" => "404", "400" => "400";
        "lead-shape" older_lead: "current" => "400", "older" => "id status created 200";
        "unknown-service-type-status" unknown_service: "404" => "404", "400" => "400";
        "scheduled-shape" older_order: "current" => "400", "older" => "id status";
        "scheduled-echo" order_echo: "on" => "5", "off" => "2";
        "unknown-coverage-status" unknown_coverage: "404" => "404", "400" => "400";
        "coverage-media" coverage_media: "application/vnd.google-earth.kml+xml" => "application/vnd.google-earth.kml+xml", "application/xml" => "application/xml", "text/xml" => "text/xml";
    }
}

/// A bench with a switch set.
async fn bench(switch: &str, value: &str) -> Bench {
    let mut builder = Simulator::builder()
        .clock(Clock::manual())
        .switch(switch, value);
    if switch == "grace-for" {
        // It decides how far the grace reaches.
        builder = builder.switch("grace", "on");
    }
    Bench::of(builder).await
}

#[tokio::test]
async fn every_switch_shows_what_it_says_at_every_value() {
    for case in cases() {
        for (value, expected) in case.at {
            let seen = (case.seen)(bench(case.switch, value).await).await;
            assert_eq!(seen, *expected, "{} at {value}", case.switch);
        }
        let distinct: BTreeSet<_> = case.at.iter().map(|(_, seen)| seen).collect();
        assert!(distinct.len() > 1, "{} changes nothing", case.switch);
    }
}

#[tokio::test]
async fn every_switch_of_the_list_is_tried_at_every_value() {
    let bench = Bench::new().await;
    let listed = bench.control_get("switches").await;
    let listed: BTreeMap<&str, &Value> = listed["switches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|switch| (switch["name"].as_str().unwrap(), switch))
        .collect();
    for case in cases() {
        let switch = listed[case.switch];
        assert_eq!(switch["default"], case.at[0].0, "{}", case.switch);
        let values: BTreeSet<&str> = match &switch["values"] {
            Value::String(_) => ["on", "off"].into(),
            values if values["one_of"].is_array() => {
                let ways = values["one_of"].as_array().unwrap();
                ways.iter().map(|way| way.as_str().unwrap()).collect()
            }
            _ => continue,
        };
        let tried: BTreeSet<&str> = case.at.iter().map(|(value, _)| *value).collect();
        assert_eq!(tried, values, "{}", case.switch);
    }
    let named: BTreeSet<&str> = cases().iter().map(|case| case.switch).collect();
    let source = include_str!("../src/switch/people.rs");
    for name in listed
        .keys()
        .filter(|name| source.contains(&format!("\"{name}\"")))
    {
        assert!(named.contains(name), "{name} is not tried");
    }
}

fn keys(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut keys: Vec<_> = members.keys().map(String::as_str).collect();
            keys.sort_unstable();
            keys.join(" ")
        }
        Value::Array(_) => "list".to_owned(),
        other => other.to_string(),
    }
}

fn text(reply: &Reply) -> String {
    reply.status.to_string()
}

fn credentials(bench: &Bench) -> Value {
    let credentials = bench.simulator.credentials();
    json!({
        "clientId": credentials.client_id(),
        "clientSecret": credentials.client_secret().reveal(),
    })
}

async fn token(bench: &Bench, body: Value) -> Value {
    let reply = bench.send(Method::POST, "/oauth/token", None, Some(body));
    reply.await.expect(200)
}

/// `exp` minus `iat`.
fn lifetime(token: &Value) -> String {
    let claims = token.as_str().unwrap().split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    (claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap()).to_string()
}

async fn token_keys(bench: Bench) -> String {
    keys(&token(&bench, credentials(&bench)).await)
}

async fn expires_in(bench: Bench) -> String {
    token(&bench, credentials(&bench)).await["expiresIn"].to_string()
}

async fn short_lifetime(bench: Bench) -> String {
    let mut body = credentials(&bench);
    body["expiresIn"] = 60.into();
    let token = token(&bench, body).await;
    assert_eq!(
        lifetime(&token["accessToken"]),
        token["expiresIn"].to_string()
    );
    token["expiresIn"].to_string()
}

async fn callout_lifetime(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    lifetime(&bench.callout_token(customer).await.into())
}

async fn minting(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    let token = bench.callout_token(customer).await;
    let mint = |customer: i64| {
        let body = json!({ "customerId": customer });
        bench.send(
            Method::POST,
            "/oauth/calloutToken",
            Some(&token),
            Some(body),
        )
    };
    // Never for another customer.
    mint(customer + 1).await.refused(401);
    text(&mint(customer).await)
}

async fn wrong_scope(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    let token = bench.callout_token(customer).await;
    text(
        &bench
            .send(
                Method::GET,
                "/subscriptions/subscriptionTypes",
                Some(&token),
                None,
            )
            .await,
    )
}

async fn activating(bench: Bench) -> String {
    let (own, other) = (bench.uncovered(JANE).await, bench.uncovered(OTHER).await);
    let token = bench.simulator.customer_token(own).unwrap();
    let activate = |customer: i64| {
        let body = json!({ "customerId": customer, "subscriptionTypeId": 4 });
        bench.send(
            Method::POST,
            "/subscriptions",
            Some(token.reveal()),
            Some(body),
        )
    };
    let own = activate(own).await;
    if own.status == 201 {
        return format!("201, another's {}", text(&activate(other).await));
    }
    text(&own)
}

async fn error_keys(bench: Bench) -> String {
    let unknown = keys(&bench.get("/customers/1").await.expect(404));
    assert_eq!(unknown, keys(&bench.get("/nothing").await.expect(404)));
    unknown
}

async fn malformed(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    let soon = json!({ "customerId": customer, "subscriptionTypeId": 4, "validTo": "soon" });
    let replies = [
        bench.post("/customers", json!({})).await,
        bench
            .post("/leads", json!({ "mobileNumber": 5, "customerData": {} }))
            .await,
        bench.post("/subscriptions", soon).await,
    ];
    replies.iter().map(text).collect::<Vec<_>>().join(" ")
}

async fn created(bench: Bench) -> String {
    text(
        &bench
            .post("/customers", json!({ "customer": person(JANE) }))
            .await,
    )
}

async fn references(bench: Bench) -> String {
    let replies = [
        bench
            .post(
                "/subscriptions",
                json!({ "customerId": 1, "subscriptionTypeId": 4 }),
            )
            .await,
        bench.post("/devices", button(1)).await,
        bench.post("/scheduled/guarding", order(1)).await,
    ];
    replies.iter().map(text).collect::<Vec<_>>().join(" ")
}

async fn unversioned(bench: Bench) -> String {
    let base = bench.simulator.api_url().replace("/v2", "");
    let send = |method| {
        let (bench, url) = (&bench, format!("{base}/responseTypes"));
        async move { bench.send_to(&url, method, Some(&bench.token), None).await }
    };
    format!(
        "{} {}",
        text(&send(Method::GET).await),
        text(&send(Method::PUT).await)
    )
}

async fn customer_shape(bench: Bench) -> String {
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

async fn customer_id(bench: Bench) -> String {
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

async fn duplicate(bench: Bench) -> String {
    bench.uncovered(JANE).await;
    text(
        &bench
            .post("/customers", json!({ "customer": person(JANE) }))
            .await,
    )
}

async fn odd_mobile(bench: Bench) -> String {
    let odd = bench
        .post("/customers", json!({ "customer": person("082 123 4567") }))
        .await;
    let good = bench
        .post("/customers", json!({ "customer": person(JANE) }))
        .await;
    format!("{} {}", odd.status, good.status)
}

async fn other_mobile(bench: Bench) -> String {
    let path = format!("/customers/{}", bench.uncovered(JANE).await);
    // The same one is no change.
    bench
        .put(&path, json!({ "customer": person(JANE) }))
        .await
        .expect(200);
    text(&bench.put(&path, json!({ "customer": person(OTHER) })).await)
}

async fn partial_update(bench: Bench) -> String {
    let path = format!("/customers/{}", bench.uncovered(JANE).await);
    let reply = bench
        .put(&path, json!({ "customer": { "bloodtype": "0+" } }))
        .await;
    match reply.body["customer"]["name"].as_str() {
        Some(name) => format!("{} {name}", reply.status),
        None => text(&reply),
    }
}

async fn both(bench: Bench) -> String {
    bench.covered(JANE).await;
    let body = json!({
        "customer": person(OTHER),
        "subscription": { "subscriptionTypeId": 4 },
        "subscriptionId": 8811,
    });
    text(&bench.post("/customers", body).await)
}

async fn id_place(bench: Bench) -> String {
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

async fn same_mobile_elsewhere(bench: Bench) -> String {
    bench.uncovered(JANE).await;
    let other = bench.other_source().await;
    let body = json!({ "customer": person(JANE) });
    text(
        &bench
            .send(Method::POST, "/customers", Some(&other), Some(body))
            .await,
    )
}

async fn customer_times(bench: Bench) -> String {
    let path = format!("/customers/{}", bench.uncovered(JANE).await);
    let read = bench.get(&path).await.expect(200);
    let names = ["createdAt", "updatedAt"].into_iter();
    let there: Vec<_> = names
        .filter(|name| read["customer"].get(name).is_some())
        .collect();
    there.join(" ")
}

async fn reason_field(bench: Bench) -> String {
    cancelled(&bench).await;
    let read = bench.get(ONE).await.expect(200);
    read["subscription"]["CancelledReason"].to_string()
}

async fn device_id(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    let linked = bench.post("/devices", button(customer)).await.expect(200);
    linked["deviceId"].to_string()
}

async fn lists(bench: &Bench, customer: i64) -> Reply {
    bench
        .get(&format!("/customers/{customer}/subscriptions"))
        .await
}

async fn count(bench: &Bench, customer: i64) -> String {
    lists(bench, customer)
        .await
        .expect(200)
        .as_array()
        .unwrap()
        .len()
        .to_string()
}

async fn registered(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    count(&bench, customer).await
}

async fn delete_verb(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    text(&bench.delete(&format!("/customers/{customer}"), None).await)
}

async fn retire(bench: &Bench) -> String {
    let path = format!("/customers/{}", bench.uncovered(JANE).await);
    bench
        .post(&format!("{path}/delete"), json!({}))
        .await
        .expect(200);
    path
}

async fn retired_read(bench: Bench) -> String {
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

async fn retired_mobile(bench: Bench) -> String {
    retire(&bench).await;
    text(
        &bench
            .post("/customers", json!({ "customer": person(JANE) }))
            .await,
    )
}

/// A customer whose cover has these bounds; the time is 08:00.
async fn covering(bench: &Bench, from: &str, to: &str) -> i64 {
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

async fn at_the_start(bench: Bench) -> String {
    let customer = covering(&bench, "08:00", "09:00").await;
    text(&bench.raise(customer).await)
}

async fn at_the_end(bench: Bench) -> String {
    let customer = covering(&bench, "07:00", "08:00").await;
    text(&bench.raise(customer).await)
}

async fn status_field(bench: Bench) -> String {
    let customer = bench.covered(JANE).await;
    let list = lists(&bench, customer).await.expect(200);
    let read = bench.get(ONE).await.expect(200);
    assert_eq!(read["subscription"]["status"], list[0]["status"]);
    list[0]["status"].to_string()
}

async fn members_key(bench: Bench) -> String {
    bench.covered(JANE).await;
    keys(&bench.get(ONE).await.expect(200))
}

async fn renew(bench: &Bench) -> Reply {
    bench
        .put(ONE, json!({ "validTo": "2028-06-10T00:00:00Z" }))
        .await
}

async fn update_answer(bench: Bench) -> String {
    bench.covered(JANE).await;
    let answer = renew(&bench).await.expect(200);
    let kind = if answer["subscription"].is_array() {
        "list"
    } else {
        "object"
    };
    format!("{} {kind}", keys(&answer))
}

async fn cancel_form(bench: Bench) -> String {
    bench.covered(JANE).await;
    let without = bench.delete(ONE, None).await;
    let with = bench.delete(ONE, Some(json!({ "reason": "Moved" }))).await;
    format!("{}, then {}", without.status, keys(&with.expect(200)))
}

async fn list_form(bench: Bench) -> String {
    let customer = bench.covered(JANE).await;
    keys(&lists(&bench, customer).await.expect(200))
}

async fn cancelled(bench: &Bench) -> i64 {
    let customer = bench.covered(JANE).await;
    let reason = json!({ "reason": "Moved" });
    bench.delete(ONE, Some(reason)).await.expect(200);
    customer
}

async fn ended_listed(bench: Bench) -> String {
    let customer = cancelled(&bench).await;
    count(&bench, customer).await
}

async fn activate(bench: &Bench, customer: i64, kind: i64) -> Reply {
    let body = json!({ "customerId": customer, "subscriptionTypeId": kind });
    bench.post("/subscriptions", body).await
}

async fn activation_answer(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    keys(&activate(&bench, customer, 4).await.expect(201))
}

async fn without_dates(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    text(&activate(&bench, customer, 4).await)
}

async fn over_active(bench: Bench) -> String {
    let customer = bench.covered(JANE).await;
    text(&activate(&bench, customer, 4).await)
}

async fn revival(bench: Bench) -> String {
    cancelled(&bench).await;
    text(&renew(&bench).await)
}

async fn absent_members(bench: Bench) -> String {
    bench.covered(JANE).await;
    let member = bench.uncovered(OTHER).await;
    let body = json!({ "validTo": "2026-12-10T00:00:00Z", "dependantCustomerIds": [member] });
    bench.put(ONE, body).await.expect(200);
    let answer = renew(&bench).await.expect(200);
    answer["subscription"][0]["dependantCustomerIds"].to_string()
}

async fn unknown_type(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    text(&activate(&bench, customer, 14).await)
}

async fn types_form(bench: Bench) -> String {
    keys(
        &bench
            .get("/subscriptions/subscriptionTypes")
            .await
            .expect(200),
    )
}

async fn sixty_lists(bench: Bench) -> String {
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

async fn lists_later(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    for _ in 0..50 {
        lists(&bench, customer).await.expect(200);
    }
    lists(&bench, customer).await.refused(429);
    bench.simulator.advance(Duration::from_secs(10)).unwrap();
    text(&lists(&bench, customer).await)
}

async fn retry_after(bench: Bench) -> String {
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

async fn close(bench: &Bench, created: &Reply) {
    if let Some(id) = created.body["callout"]["id"].as_i64() {
        let path = format!("/callouts/{id}/stage");
        bench
            .control(&path, json!({ "stage": "closed" }))
            .await
            .expect(200);
    }
}

async fn first_callouts(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    let first = bench.raise(customer).await;
    close(&bench, &first).await;
    format!("{} {}", first.status, bench.raise(customer).await.status)
}

async fn after_a_subscription(bench: Bench) -> String {
    let customer = cancelled(&bench).await;
    // Whom it is for in any case.
    let newcomer = bench.uncovered(OTHER).await;
    bench.raise(newcomer).await.expect(201);
    text(&bench.raise(customer).await)
}

async fn uncovered(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    text(&bench.raise(customer).await)
}

async fn real_first(bench: Bench) -> String {
    let customer = bench.covered(JANE).await;
    let real = bench.raise(customer).await;
    close(&bench, &real).await;
    let mut test = cry();
    test["calloutClassificationId"] = 2.into();
    let path = format!("/customers/{customer}/callouts");
    format!("{} {}", real.status, bench.post(&path, test).await.status)
}

async fn nobody_signs_up(bench: Bench) -> String {
    text(
        &bench
            .post(SIGNUPS, json!({ "returnUrl": "myapp://done" }))
            .await,
    )
}

async fn signup_shape(bench: Bench) -> String {
    let body = json!({ "returnUrl": "myapp://done", "email": "jane.doe@example.com" });
    let session = bench.post(SIGNUPS, body).await.expect(201);
    let id = session["sessionId"]
        .as_str()
        .or(session["id"].as_str())
        .unwrap();
    let read = bench.get(&format!("{SIGNUPS}/{id}")).await.expect(200);
    format!("{} / {}", keys(&session), keys(&read))
}

fn button(customer: i64) -> Value {
    json!({ "customerId": customer, "deviceSerial": "EX-26217939", "deviceSupplier": "ExampleBrand" })
}

async fn unprovisioned(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    let mut serial = button(customer);
    serial["deviceSerial"] = "EX-1".into();
    let mut supplier = button(customer);
    supplier["deviceSupplier"] = "Nobody".into();
    let (serial, supplier) = (
        bench.post("/devices", serial),
        bench.post("/devices", supplier),
    );
    format!("{} {}", serial.await.status, supplier.await.status)
}

async fn linked_twice(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    bench.post("/devices", button(customer)).await.expect(200);
    text(&bench.post("/devices", button(customer)).await)
}

async fn older_device(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    let body = json!({ "customerId": customer, "deviceId": "EX-26217939" });
    let linked = bench.post("/devices", body).await;
    match linked.body["deviceId"].as_str() {
        Some(id) => format!("{} {id}", keys(&linked.body)),
        None => text(&linked),
    }
}

async fn device_event(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    bench.post("/devices", button(customer)).await.expect(200);
    let event = json!({ "device_id": 26_217_939, "device_type_id": 5, "message_type": 4 });
    text(&bench.post("/deviceEvent", event).await)
}

async fn lead_by_number(bench: Bench) -> String {
    let body = json!({ "mobileNumber": JANE, "customerData": {} });
    bench.post("/leads", body).await.expect(200);
    text(&bench.get("/leads/501").await)
}

async fn older_lead(bench: Bench) -> String {
    let body = json!({ "firstName": "Jane", "lastName": "Doe", "mobileNumber": JANE });
    let lead = bench.post("/leads", body).await;
    let Some(id) = lead.body["id"]
        .as_str()
        .filter(|id| id.starts_with("lead_"))
    else {
        return text(&lead);
    };
    let read = bench.get(&format!("/leads/{id}")).await;
    let status = lead.body["status"].as_str().unwrap();
    format!("{} {status} {}", keys(&lead.body), read.status)
}

fn order(customer: i64) -> Value {
    json!({
        "customerId": customer,
        "scheduledRequestConfig": { "dateFrom": "2026-06-10T09:00:00Z" },
        "initialLocation": { "formattedAddress": "1 Example Street" },
    })
}

async fn unknown_service(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    text(&bench.post("/scheduled/sailing", order(customer)).await)
}

async fn older_order(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    let body = json!({ "customerId": customer, "scheduledAt": "2026-06-10T09:00:00Z" });
    let ordered = bench.post("/scheduled/guarding", body).await;
    if ordered.status == 200 {
        keys(&ordered.body)
    } else {
        text(&ordered)
    }
}

async fn order_echo(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    let ordered = bench
        .post("/scheduled/guarding", order(customer))
        .await
        .expect(200);
    ordered["scheduledRequest"]
        .as_object()
        .unwrap()
        .len()
        .to_string()
}

async fn unknown_coverage(bench: Bench) -> String {
    text(&bench.get("/coverage/77").await)
}

async fn coverage_media(bench: Bench) -> String {
    let url = format!("{}/coverage/1", bench.simulator.api_url());
    let answer = bench
        .client
        .get(url)
        .bearer_auth(&bench.token)
        .send()
        .await
        .unwrap();
    answer.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned()
}
