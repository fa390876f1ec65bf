//! Bodies that do not fit, for every operation about people that takes one.
#![allow(clippy::unwrap_used, reason = "tests fail so")]

use crate::common::{Bench, JANE, person};
use reqwest::Method;
use serde_json::{Value, json};

/// Every operation with a body: method, path, kind of token, and a body with every field.
fn whole(customer: i64) -> Vec<(Method, &'static str, bool, Value)> {
    let mut profile = person("+27821234569");
    for field in [
        "email",
        "gender",
        "dateOfBirth",
        "externalReferenceId",
        "vehicleMake",
        "bloodtype",
        "medicalAidNumber",
        "allergies",
        "nextOfKinNumber",
        "duressCode",
    ] {
        profile[field] = "jane.doe@example.com".into();
    }
    profile["hasMedicalAid"] = true.into();
    let cover = json!({
        "subscriptionTypeId": 4,
        "validFrom": "2026-06-10T00:00:00Z",
        "validTo": "2027-06-10T00:00:00Z",
    });
    let mut activation = cover.clone();
    activation["customerId"] = customer.into();
    activation["dependantCustomerIds"] = json!([customer]);
    let post = Method::POST;
    vec![
        (
            post.clone(),
            "/oauth/token",
            false,
            json!({ "clientId": "a", "clientSecret": "b" }),
        ),
        (
            post.clone(),
            "/oauth/calloutToken",
            false,
            json!({ "customerId": customer }),
        ),
        (
            post.clone(),
            "/customers",
            false,
            json!({ "customer": profile, "subscription": cover }),
        ),
        (
            Method::PUT,
            "/customers/178921",
            false,
            json!({ "customer": profile }),
        ),
        (post.clone(), "/subscriptions", false, activation),
        (
            Method::PUT,
            "/subscriptions/8811",
            false,
            json!({ "validTo": "2027-06-10T00:00:00Z", "dependantCustomerIds": [customer] }),
        ),
        (
            Method::DELETE,
            "/subscriptions/8811",
            false,
            json!({ "reason": "Moved" }),
        ),
        (
            post.clone(),
            "/customer-signup/sessions",
            false,
            json!({
                "returnUrl": "myapp://done",
                "email": "jane.doe@example.com",
                "customerReferenceId": "partner-user-123",
                "siteDetails": { "siteName": "Downtown", "siteReferenceId": "site-1" },
            }),
        ),
        (
            post.clone(),
            "/subscription-management/sessions",
            true,
            json!({ "returnUrl": "myapp://done", "locale": "en", "configuration": "default" }),
        ),
        (
            post.clone(),
            "/leads",
            false,
            json!({ "mobileNumber": JANE, "customerData": {} }),
        ),
        (
            post.clone(),
            "/devices",
            false,
            json!({
                "customerId": customer,
                "deviceSerial": "EX-26217939",
                "deviceSupplier": "ExampleBrand",
                "deviceType": 5,
                "deviceAlias": "Back office",
                "firmwareVersion": "1",
            }),
        ),
        (
            Method::PUT,
            "/devices",
            false,
            json!({ "customerId": customer, "deviceId": "1", "deviceTypeId": 5, "deviceAlias": "a" }),
        ),
        (
            post.clone(),
            "/deviceEvent",
            false,
            json!({
                "device_id": 26_217_939,
                "device_type_id": 5,
                "message_type": 1,
                "location": { "latitude": -26.1, "longitude": 28.1, "accuracy": 70 },
            }),
        ),
        (
            post,
            "/scheduled/guarding",
            false,
            json!({
                "customerId": customer,
                "scheduledRequestConfig": {
                    "name": "Night watch",
                    "specialInstructions": "none",
                    "details": { "numberOfGuards": 2, "armedPreference": "armed", "contacts": [] },
                    "dateFrom": "2026-06-10T09:00:00Z",
                    "dateTo": "2026-06-10T10:00:00Z",
                    "repeatsConfig": {},
                },
                "initialLocation": { "latitude": -26.1, "longitude": 28.1, "formattedAddress": "a" },
            }),
        ),
    ]
}

/// Every place in a body that holds something.
fn places(value: &Value, at: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            let at = format!("{at}/{name}");
            into.push(at.clone());
            places(value, &at, into);
        }),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| {
            let at = format!("{at}/{index}");
            into.push(at.clone());
            places(value, &at, into);
        }),
        _ => {}
    }
}

fn oddities() -> Vec<Value> {
    let mut deep = json!(1);
    for _ in 0..100 {
        deep = json!([deep]);
    }
    vec![
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1e308),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(""),
        json!(" "),
        json!("\u{0}"),
        json!("\u{202e}\u{feff}"),
        json!("x".repeat(100_000)),
        json!("2026-02-30T00:00:00Z"),
        json!("2026-06-10T25:00:00Z"),
        json!("-009999-01-01T00:00:00Z"),
        json!("9999-12-31T23:59:59Z"),
        json!([]),
        json!([null]),
        json!({}),
        json!({ "a": { "b": [1] } }),
        deep,
    ]
}

#[tokio::test]
async fn nothing_that_is_sent_is_a_500_and_what_is_malformed_is_named() {
    let bench = Bench::new().await;
    let customer = bench.covered(JANE).await;
    let own = bench.simulator.customer_token(customer).unwrap();
    for (method, path, as_customer, body) in whole(customer) {
        let token = if as_customer {
            own.reveal()
        } else {
            &bench.token
        };
        let mut at = Vec::new();
        places(&body, "", &mut at);
        for place in at {
            for odd in oddities() {
                let mut body = body.clone();
                *body.pointer_mut(&place).unwrap() = odd.clone();
                let reply = bench
                    .send(method.clone(), path, Some(token), Some(body))
                    .await;
                let what = format!("{path} {place} {odd:.60}: {}", reply.body);
                assert!(reply.status < 500, "{what}");
                if reply.status == 400 {
                    let message = reply.refused(400);
                    assert!(!message.contains("xxxx"), "{what}");
                    let named = place.split('/').any(|name| {
                        name.parse::<usize>().is_err() && !name.is_empty() && message.contains(name)
                    });
                    // One oddity takes the place of a field that something else depends on.
                    assert!(named || message.contains('`'), "{what}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_field_of_a_wrong_kind_is_400_at_any_depth() {
    let bench = Bench::new().await;
    let customer = bench.covered(JANE).await;
    let own = bench.simulator.customer_token(customer).unwrap();
    for (method, path, as_customer, body) in whole(customer) {
        let token = if as_customer {
            own.reveal()
        } else {
            &bench.token
        };
        let mut at = Vec::new();
        places(&body, "", &mut at);
        for place in at {
            let sent = body.pointer(&place).unwrap();
            // Objects that the documentation leaves open take anything in them; an id of a device is
            // a number or a text.
            let open = [
                "/repeatsConfig",
                "/details",
                "/customerData",
                "/device_id",
                "/message_type",
            ];
            if open.iter().any(|open| place.contains(open)) {
                continue;
            }
            let odd = if sent.is_array() {
                json!(true)
            } else {
                json!([1])
            };
            let mut body = body.clone();
            *body.pointer_mut(&place).unwrap() = odd;
            let reply = bench
                .send(method.clone(), path, Some(token), Some(body))
                .await;
            let message = reply.refused(400);
            let field = place
                .split('/')
                .rfind(|name| name.parse::<usize>().is_err())
                .unwrap();
            assert!(message.contains(field), "{path} {place}: {message}");
        }
    }
}

#[tokio::test]
async fn formats_that_the_contract_states_are_checked() {
    let bench = Bench::new().await;
    let customer = bench.uncovered(JANE).await;
    for email in [
        "",
        "jane",
        "jane@",
        "@example.com",
        "a@b@c",
        "jane doe@example.com",
    ] {
        let mut profile = person("+27821234568");
        profile["email"] = email.into();
        let message = bench
            .post("/customers", json!({ "customer": profile }))
            .await
            .refused(400);
        assert!(message.contains("customer.email"), "{message}");
    }
    for url in ["", "done", "/done", "my app://done", "1app://done"] {
        let body = json!({ "returnUrl": url, "customerReferenceId": "partner-user-123" });
        let message = bench
            .post("/customer-signup/sessions", body)
            .await
            .refused(400);
        assert!(message.contains("returnUrl"), "{message}");
    }
    for time in [
        "2026-02-30T00:00:00Z",
        "2026-06-10",
        "1",
        "2026-06-10T00:00:00",
    ] {
        let body = json!({ "customerId": customer, "subscriptionTypeId": 4, "validTo": time });
        let message = bench.post("/subscriptions", body).await.refused(400);
        assert!(message.contains("validTo"), "{message}");
    }
    let body = json!({
        "customerId": customer,
        "subscriptionTypeId": 4,
        "validFrom": "9999-12-30T00:00:00Z",
    });
    bench.post("/subscriptions", body).await.expect(201);
}
