//! The whole state, out and in.

use crate::common::{Bench, JANE};
use crate::everything::{self, MEMBER, exported};
use people_protect_simulator::ErrorKind;
use reqwest::Method;
use serde_json::{Value, json};

async fn full() -> Bench {
    let bench = Bench::new().await;
    everything::make(&bench).await;
    bench
}

#[tokio::test]
async fn what_is_exported_is_imported_to_the_last_digit() {
    let (one, other) = (full().await, Bench::new().await);
    let document = exported(&one);
    other.simulator.import(&document.to_string()).unwrap();
    assert_eq!(exported(&other), document);
    assert_eq!(other.simulator.now(), one.simulator.now());
    // Over HTTP it is the same.
    let url = format!("{}/state", one.simulator.control_url());
    let read = one.send_to(&url, Method::GET, None, None).await.expect(200);
    assert_eq!(read, document);
    one.simulator.reset();
    let put = one.send_to(&url, Method::PUT, None, Some(document.clone()));
    assert_eq!(put.await.expect(200)["imported"], true);
    assert_eq!(exported(&one), document);
}

#[tokio::test]
async fn an_imported_state_is_found_and_goes_on() {
    let (one, mut other) = (full().await, Bench::new().await);
    let document = exported(&one);
    other.simulator.import(&document.to_string()).unwrap();
    other.token = other.sign_in(other.simulator.credentials()).await;
    // R11 and R27 hold through the indexes that were made again.
    let body = json!({ "customer": crate::common::person(MEMBER) });
    other.post("/customers", body).await.refused(409);
    let again = other.raise(178_921).await.expect(201);
    let active = &document["state"]["customers"]["178921"]["activeCallout"];
    assert_eq!(&again["callout"]["id"], active);
    let listed = |bench: &Bench| bench.simulator.snapshot().active_callouts_of(178_921).len();
    assert_eq!((listed(&one), listed(&other)), (1, 1));
    assert_eq!(
        other.get("/callouts/activeCallouts").await,
        one.get("/callouts/activeCallouts").await
    );
    other
        .post("/rating-items", everything::rated_item())
        .await
        .expect(201);
    other
        .post("/predefinedLocations/externalRef/a/callouts", json!({}))
        .await
        .expect(201);
    let signup = document["state"]["signups"]["1"]["id"].as_str().unwrap();
    other
        .get(&format!("/customer-signup/sessions/{signup}"))
        .await
        .expect(200);
    // Ids go on where they were.
    let next = document["state"]["next"]["customer"].as_i64().unwrap();
    assert_eq!(other.uncovered("+27820000099").await, next);
}

#[tokio::test]
async fn what_does_not_hold_together_is_refused_by_its_place_and_changes_nothing() {
    let bench = full().await;
    let document = exported(&bench);
    let cases: &[(&str, Value, &str)] = &[
        ("/version", json!(2), "`version`"),
        ("/version", Value::Null, "`version`"),
        ("/now", json!("yesterday"), "`now`"),
        (
            "/state/customers/178921/subscriptions",
            json!([1]),
            "`state.customers.178921.subscriptions` names 1",
        ),
        (
            "/state/customers/178921/source",
            json!(99),
            "`state.customers.178921.source` is 99",
        ),
        (
            "/state/customers/178921/id",
            json!(5),
            "`state.customers.178921` stands under",
        ),
        (
            "/state/customers/178921/callouts",
            json!([]),
            "`state.customers.178921.activeCallout`",
        ),
        (
            "/state/customers/178921/activeCallout",
            json!(992_011),
            "which has ended",
        ),
        (
            "/state/customers/178921/activeCallout",
            Value::Null,
            "(R27)",
        ),
        (
            "/state/customers/178921/profile/mobile",
            json!(MEMBER),
            "(R11)",
        ),
        (
            "/state/customers/178921/profile/mobile",
            json!(5),
            "`state.customers.178921.profile.mobile` must be text",
        ),
        (
            "/state/customers/178922/memberOf",
            json!([]),
            "`state.subscriptions.8811.dependants`",
        ),
        (
            "/state/subscriptions/8811/customerId",
            json!(178_922),
            "`state.customers.178921.subscriptions`",
        ),
        (
            "/state/subscriptions/8811/typeId",
            json!(77),
            "`state.subscriptions.8811.typeId` is 77",
        ),
        (
            "/state/callouts/992011/responseTypeId",
            json!(77),
            "`state.callouts.992011.responseTypeId`",
        ),
        (
            "/state/callouts/992011/customerId",
            json!(1),
            "`state.customers.178921.callouts`",
        ),
        (
            "/state/callouts/992011/stage",
            json!("flying"),
            "`state.callouts.992011.stage`",
        ),
        (
            "/state/callouts/992011/endedAt",
            Value::Null,
            "`state.callouts.992011.endedAt`",
        ),
        (
            "/state/callouts/992011/cancellation",
            json!("verified"),
            "`state.callouts.992011.cancellation`",
        ),
        (
            "/state/devices/501/customerId",
            json!(1),
            "`state.devices.501.customerId`",
        ),
        (
            "/state/managements/1/customerId",
            json!(1),
            "`state.managements.1.customerId`",
        ),
        (
            "/state/next/callout",
            json!(992_011),
            "`state.next.callout` must be above",
        ),
        (
            "/state/next/rating",
            json!(1),
            "`state.next.rating` must be above",
        ),
        (
            "/state/settings/switches",
            json!({ "graze": "on" }),
            "`state.settings`",
        ),
        (
            "/state/customers/178921",
            json!({}),
            "`state.customers.178921.id` is required",
        ),
        (
            "/state/customers/178921",
            json!([]),
            "`state.customers.178921` must be",
        ),
    ];
    for (place, value, expected) in cases {
        let mut wrong = document.clone();
        *wrong.pointer_mut(place).unwrap() = value.clone();
        let error = bench.simulator.import(&wrong.to_string()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StateRefused);
        assert!(error.to_string().contains(expected), "{place}: {error}");
        assert!(!error.to_string().contains(JANE), "{error}");
        assert_eq!(exported(&bench), document, "{place}");
    }
    let mut stray = document.clone();
    stray["state"]["customrs"] = json!({});
    assert!(bench.simulator.import(&stray.to_string()).is_err());
    let url = format!("{}/state", bench.simulator.control_url());
    for body in [Value::Null, json!([]), json!({}), stray] {
        let put = bench.send_to(&url, Method::PUT, None, Some(body));
        put.await.refused(400);
    }
    assert_eq!(exported(&bench), document);
}

#[tokio::test]
async fn r27_a_state_that_breaks_a_rule_is_taken_while_the_rule_is_broken() {
    let bench = full().await;
    let mut document = exported(&bench);
    document["state"]["customers"]["178921"]["activeCallout"] = Value::Null;
    document["state"]["settings"]["broken"] = json!(["R27"]);
    bench.simulator.import(&document.to_string()).unwrap();
}
