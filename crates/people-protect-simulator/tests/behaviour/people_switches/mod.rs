//! Every switch about people, at every value: what a client sees, and that it sees a difference.
#![allow(clippy::unwrap_used, reason = "tests fail so")]

mod customers;
mod services;
mod subscriptions;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;

use crate::common::{Bench, Reply};
use people_protect_simulator::{Clock, Simulator};
use serde_json::Value;

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
        "token-field-names" tokens::token_keys: "camel" => "accessToken expiresIn tokenType", "snake" => "access_token expires_in token_type";
        "expires-in" tokens::expires_in: "lifetime" => "3600", "epoch" => "1781082000";
        "requested-lifetime" tokens::short_lifetime: "off" => "3600", "on" => "60";
        "callout-token-lifetime-s" tokens::callout_lifetime: "3600" => "3600", "60" => "60", "86400" => "3600";
        "callout-token-mints" tokens::minting: "off" => "401", "on" => "200";
        "wrong-scope-status" tokens::wrong_scope: "401" => "401", "403" => "403";
        "customer-token-activates" tokens::activating: "off" => "401", "on" => "201, another's 401";
        "error-key" tokens::error_keys: "message" => "message", "error" => "error";
        "malformed-status" tokens::malformed: "400" => "400 400 400", "422" => "422 422 422";
        "created-status" tokens::created: "201" => "201", "200" => "200";
        "body-reference-status" tokens::references: "400" => "400 400 400", "404" => "404 404 404";
        "unversioned-base" tokens::unversioned: "off" => "404 404", "on" => "200 405";
        "customer-shape" customers::customer_shape: "wrapped" => "customer message", "flat" => "createdAt customerSourceId firstName id lastName mobileNumber updatedAt";
        "customer-id-name" customers::customer_id: "id" => "id", "customer-id" => "customerId", "both" => "id customerId";
        "duplicate-mobile-status" customers::duplicate: "409" => "409", "400" => "400";
        "mobile-form" customers::odd_mobile: "any" => "201 201", "e164" => "400 201";
        "mobile-change" customers::other_mobile: "on" => "200", "off" => "400";
        "customer-update" customers::partial_update: "replace" => "400", "merge" => "200 Jane";
        "both-subscriptions-status" customers::both: "400" => "400", "409" => "409", "422" => "422";
        "subscription-id-place" customers::id_place: "top" => "member of top", "customer" => "member of inner";
        "registration-subscription" customers::registered: "supplied" => "0", "automatic" => "1";
        "delete-verb-status" customers::delete_verb: "405" => "405", "404" => "404";
        "mobile-unique" customers::same_mobile_elsewhere: "source" => "201", "everywhere" => "409";
        "customer-times" customers::customer_times: "on" => "createdAt updatedAt", "off" => "";
        "cancelled-reason-field" subscriptions::reason_field: "on" => "\"Moved\"", "off" => "null";
        "device-id-type" services::device_id: "text" => "\"26217939\"", "number" => "26217939";
        "retired-customer" customers::retired_read: "absent" => "404", "readable" => "200";
        "retired-mobile" customers::retired_mobile: "free" => "201", "taken" => "409";
        "cover-start" subscriptions::at_the_start: "included" => "201", "excluded" => "403";
        "cover-end" subscriptions::at_the_end: "included" => "201", "excluded" => "403";
        "subscription-status-field" subscriptions::status_field: "off" => "null", "on" => "\"active\"";
        "dependents-name" subscriptions::members_key: "dependents" => "dependents message subscription", "dependants" => "dependants message subscription", "dependant-customer-ids" => "dependantCustomerIds message subscription";
        "subscription-update-answer" subscriptions::update_answer: "list" => "subscription list", "object" => "subscription object", "links" => "links subscription object";
        "subscription-cancel-form" subscriptions::cancel_form: "reason" => "400, then message subscriptionToken", "bare" => "200, then message";
        "subscription-list-form" subscriptions::list_form: "bare" => "list", "wrapped" => "message subscriptions";
        "ended-subscriptions-listed" subscriptions::ended_listed: "on" => "1", "off" => "0";
        "subscription-create-answer" subscriptions::activation_answer: "wrapped" => "message subscription", "flat" => "CancelledDate createdAt customerId dependantCustomerIds id subscriptionTypeId updatedAt validFrom validTo";
        "activation-dates-required" subscriptions::without_dates: "off" => "201", "on" => "400";
        "active-subscription-status" subscriptions::over_active: "409" => "409", "400" => "400";
        "no-revival-status" subscriptions::revival: "400" => "400", "404" => "404", "409" => "409";
        "absent-members" subscriptions::absent_members: "kept" => "[178922]", "cleared" => "[]";
        "unknown-subscription-type-status" subscriptions::unknown_type: "400" => "400", "404" => "404";
        "subscription-types-form" subscriptions::types_form: "wrapped" => "message subscriptionTypes", "bare" => "list";
        "subscription-list-limited" subscriptions::sixty_lists: "on" => "50 of 60", "off" => "60 of 60";
        "subscription-list-limit" subscriptions::sixty_lists: "50" => "50 of 60", "55" => "55 of 60";
        "subscription-list-window-s" subscriptions::lists_later: "10" => "200", "3600" => "429";
        "retry-after" subscriptions::retry_after: "on" => "7", "off" => "none";
        "grace" subscriptions::first_callouts: "off" => "403 403", "on" => "201 403";
        "grace-for" subscriptions::after_a_subscription: "anyone" => "201", "newcomers" => "403";
        "uncovered-status" subscriptions::uncovered: "403" => "403", "400" => "400", "401" => "401";
        "first-callout-is-test" subscriptions::real_first: "off" => "201 201", "on" => "400 201";
        "signup-without-identity-status" services::nobody_signs_up: "400" => "400", "422" => "422";
        "signup-shape" services::signup_shape: "current" => "customerId returnUrl sessionId / customerId flows siteDetails", "older" => "customerId id status url / customerId id status url";
        "unprovisioned-device-status" services::unprovisioned: "400" => "400 400", "404" => "404 404", "422" => "422 422";
        "linked-device-status" services::linked_twice: "400" => "400", "409" => "409";
        "device-shape" services::older_device: "current" => "400", "older" => "customerId deviceId id EX-26217939";
        "device-events" services::device_event: "on" => "200", "off" => "404";
        "lead-by-number-status" services::lead_by_number: "404" => "404", "400" => "400";
        "lead-shape" services::older_lead: "current" => "400", "older" => "id status created 200";
        "unknown-service-type-status" services::unknown_service: "404" => "404", "400" => "400";
        "scheduled-shape" services::older_order: "current" => "400", "older" => "id status";
        "scheduled-echo" services::order_echo: "on" => "5", "off" => "2";
        "unknown-coverage-status" services::unknown_coverage: "404" => "404", "400" => "400";
        "coverage-media" services::coverage_media: "application/vnd.google-earth.kml+xml" => "application/vnd.google-earth.kml+xml", "application/xml" => "application/xml", "text/xml" => "text/xml";
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
    let source = [
        include_str!("../../../src/switch/people/answers.rs"),
        include_str!("../../../src/switch/people/cover.rs"),
        include_str!("../../../src/switch/people/customers.rs"),
        include_str!("../../../src/switch/people/services.rs"),
        include_str!("../../../src/switch/people/subscriptions.rs"),
        include_str!("../../../src/switch/people/tokens.rs"),
    ]
    .concat();
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
