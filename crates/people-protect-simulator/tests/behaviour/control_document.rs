//! The control surface's own document: it has every route, and every answer is as it says.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::collections::{BTreeMap, BTreeSet};

use crate::common::{Bench, JANE};
use people_protect_contract::{Body, Contract, Mode, Validator};
use reqwest::Method;
use serde_json::{Value, json};

async fn document(bench: &Bench) -> Contract {
    let url = format!("{}/openapi.yaml", bench.simulator.control_url());
    let answer = bench.client.get(url).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/yaml");
    Contract::parse(&answer.text().await.unwrap(), "control.yaml").unwrap()
}

fn origin(bench: &Bench) -> String {
    bench.simulator.control_url().replace("/_simulator", "")
}

#[tokio::test]
async fn every_route_is_in_the_document_and_the_other_way_round() {
    let bench = Bench::new().await;
    let document = document(&bench).await;
    let mut documented: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for operation in document.operations() {
        let methods = documented.entry(&operation.path).or_default();
        methods.insert(operation.method.to_ascii_uppercase());
    }
    let url = bench.simulator.control_url();
    let listed = bench.send_to(&url, Method::GET, None, None).await;
    let listed = listed.expect(200);
    let listed: BTreeSet<&str> = listed["paths"]
        .as_array()
        .unwrap()
        .iter()
        .map(|path| path.as_str().unwrap())
        .collect();
    let paths: BTreeSet<&str> = documented.keys().copied().collect();
    assert_eq!(listed, paths, "left: served; right: in control.yaml");
    // Which methods a route has, it says itself when it is asked for one that nothing has.
    for (path, methods) in documented {
        let url = format!("{}{path}", origin(&bench));
        let wrong = Method::from_bytes(b"PROPFIND").unwrap();
        let answer = bench.client.request(wrong, url).send().await.unwrap();
        assert_eq!(answer.status(), 405, "{path}");
        let allow = answer.headers()["allow"].to_str().unwrap();
        let served: BTreeSet<String> = allow
            .split(',')
            .map(str::to_owned)
            // GET brings it along.
            .filter(|method| method != "HEAD")
            .collect();
        assert_eq!(served, methods, "{path}");
    }
}

/// One request: operation, method, path under the control surface, body, status.
type Step<'a> = (&'a str, &'a str, &'a str, Value, u16);

#[tokio::test]
async fn every_answer_is_as_the_document_says() {
    let bench = Bench::new().await;
    let document = document(&bench).await;
    let validator = Validator::new(&document).unwrap();
    bench.raised().await;
    let lead = json!({ "mobileNumber": JANE, "customerData": { "name": "Jane" } });
    let lead = bench.post("/leads", lead).await.expect(200);
    let lead = format!("/leads/{}/status", lead["id"].as_str().unwrap());
    let session = json!({ "returnUrl": "myapp://done", "email": "jane.doe@example.com" });
    let session = bench.post("/customer-signup/sessions", session).await;
    let session = session.expect(201);
    let id = session["sessionId"].as_str().unwrap();
    let finish = format!("/signup-sessions/{id}/finish");
    let none = Value::Null;
    let url = "https://example.com/hooks";
    let hook = json!({ "url": url, "events": ["NEW_CALLOUT"] });
    bench.post("/notifiers/webhooks", hook).await.expect(200);
    let whole = bench.control_get("state").await;
    let steps: Vec<Step<'_>> = vec![
        ("list_control_routes", "GET", "", none.clone(), 200),
        (
            "list_active_callouts_of_all",
            "GET",
            "/callouts",
            none.clone(),
            200,
        ),
        (
            "get_callout_view",
            "GET",
            "/callouts/992011",
            none.clone(),
            200,
        ),
        ("get_callout_view", "GET", "/callouts/x", none.clone(), 400),
        ("get_callout_view", "GET", "/callouts/1", none.clone(), 404),
        (
            "say",
            "POST",
            "/callouts/992011/events",
            json!({ "event": "Help is on the way" }),
            200,
        ),
        ("say", "POST", "/callouts/992011/events", json!({}), 400),
        (
            "say",
            "POST",
            "/callouts/1/events",
            json!({ "event": "Help" }),
            404,
        ),
        (
            "start_run",
            "POST",
            "/callouts/992011/run",
            json!({ "speed": 10 }),
            200,
        ),
        (
            "start_run",
            "POST",
            "/callouts/992011/run",
            json!({ "speed": 0 }),
            400,
        ),
        (
            "start_run",
            "POST",
            "/callouts/1/run",
            json!({ "speed": 10 }),
            404,
        ),
        (
            "stop_run",
            "DELETE",
            "/callouts/992011/run",
            none.clone(),
            200,
        ),
        ("stop_run", "DELETE", "/callouts/x/run", none.clone(), 400),
        ("stop_run", "DELETE", "/callouts/1/run", none.clone(), 404),
        (
            "set_callout_stage",
            "POST",
            "/callouts/992011/stage",
            json!({ "stage": "owned" }),
            200,
        ),
        (
            "set_callout_stage",
            "POST",
            "/callouts/992011/stage",
            json!({ "stage": "dispatched", "how": "by_hand" }),
            200,
        ),
        (
            "set_callout_stage",
            "POST",
            "/callouts/992011/stage",
            json!({ "stage": "stood_down" }),
            200,
        ),
        (
            "announce",
            "POST",
            "/deliveries",
            json!({ "event": "NEW_CALLOUT", "callout": 992_011 }),
            200,
        ),
        (
            "announce",
            "POST",
            "/deliveries",
            json!({ "event": "NEW_CALLOUT" }),
            400,
        ),
        (
            "announce",
            "POST",
            "/deliveries",
            json!({ "event": "NEW_CALLOUT", "callout": 1 }),
            404,
        ),
        ("list_deliveries", "GET", "/deliveries", none.clone(), 200),
        (
            "redeliver",
            "POST",
            "/deliveries/1/redeliver",
            none.clone(),
            200,
        ),
        (
            "redeliver",
            "POST",
            "/deliveries/x/redeliver",
            none.clone(),
            400,
        ),
        (
            "redeliver",
            "POST",
            "/deliveries/99/redeliver",
            none.clone(),
            404,
        ),
        (
            "add_fault",
            "POST",
            "/faults",
            json!({ "operation": "create_customer_callout", "nth": 1, "reset": "after" }),
            201,
        ),
        (
            "add_fault",
            "POST",
            "/faults",
            json!({ "operation": "nothing" }),
            400,
        ),
        ("list_drift", "GET", "/drift", none.clone(), 200),
        (
            "add_drift",
            "POST",
            "/drift",
            json!({ "operation": "get_callout", "edit": { "drop": "/callout/status" } }),
            201,
        ),
        ("add_drift", "POST", "/drift", json!({}), 400),
        ("clear_drift", "DELETE", "/drift", none.clone(), 200),
        ("list_faults", "GET", "/faults", none.clone(), 200),
        ("remove_fault", "DELETE", "/faults/x", none.clone(), 400),
        ("remove_fault", "DELETE", "/faults/99", none.clone(), 404),
        ("remove_fault", "DELETE", "/faults/1", none.clone(), 200),
        ("clear_faults", "DELETE", "/faults", none.clone(), 200),
        ("put_state", "PUT", "/state", json!({}), 400),
        (
            "set_callout_stage",
            "POST",
            "/callouts/992011/stage",
            json!({ "stage": "arrived" }),
            200,
        ),
        (
            "set_callout_stage",
            "POST",
            "/callouts/992011/stage",
            json!({ "stage": "created" }),
            409,
        ),
        (
            "set_callout_stage",
            "POST",
            "/callouts/992011/stage",
            json!({}),
            400,
        ),
        (
            "set_callout_stage",
            "POST",
            "/callouts/x/stage",
            json!({ "stage": "closed" }),
            400,
        ),
        (
            "set_callout_stage",
            "POST",
            "/callouts/1/stage",
            json!({ "stage": "closed" }),
            404,
        ),
        (
            "mint_customer_token",
            "POST",
            "/customers/178921/token",
            none.clone(),
            200,
        ),
        (
            "mint_customer_token",
            "POST",
            "/customers/1/token",
            none.clone(),
            404,
        ),
        (
            "mint_customer_token",
            "POST",
            "/customers/x/token",
            none.clone(),
            400,
        ),
        (
            "set_lead_status",
            "POST",
            &lead,
            json!({ "status": "PROCESSING" }),
            200,
        ),
        (
            "set_lead_status",
            "POST",
            &lead,
            json!({ "status": 1 }),
            400,
        ),
        (
            "set_lead_status",
            "POST",
            "/leads/x/status",
            json!({ "status": "X" }),
            404,
        ),
        (
            "finish_signup",
            "POST",
            &finish,
            json!({ "outcome": "abandoned" }),
            200,
        ),
        (
            "finish_signup",
            "POST",
            &finish,
            json!({ "outcome": "failed", "error_code": "payment_failed" }),
            200,
        ),
        (
            "finish_signup",
            "POST",
            &finish,
            json!({ "outcome": "completed" }),
            200,
        ),
        (
            "finish_signup",
            "POST",
            &finish,
            json!({ "outcome": "completed" }),
            409,
        ),
        (
            "finish_signup",
            "POST",
            &finish,
            json!({ "outcome": "failed" }),
            400,
        ),
        (
            "finish_signup",
            "POST",
            "/signup-sessions/x/finish",
            json!({ "outcome": "completed" }),
            404,
        ),
        (
            "advance_clock",
            "POST",
            "/clock",
            json!({ "advance_s": 60 }),
            200,
        ),
        (
            "advance_clock",
            "POST",
            "/clock",
            json!({ "advance_s": -1 }),
            400,
        ),
        ("list_switches", "GET", "/switches", none.clone(), 200),
        (
            "set_switches",
            "POST",
            "/switches",
            json!({ "grace": true }),
            200,
        ),
        (
            "set_switches",
            "POST",
            "/switches",
            json!({ "grace": "maybe" }),
            400,
        ),
        (
            "set_switches",
            "POST",
            "/switches",
            json!({ "grace": [] }),
            400,
        ),
        (
            "set_switches",
            "POST",
            "/switches",
            json!({ "nothing": true }),
            404,
        ),
        ("list_rules", "GET", "/rules", none.clone(), 200),
        (
            "break_rule",
            "POST",
            "/rules/R27",
            json!({ "broken": true }),
            200,
        ),
        (
            "break_rule",
            "POST",
            "/rules/R27",
            json!({ "broken": 1 }),
            400,
        ),
        (
            "break_rule",
            "POST",
            "/rules/R0",
            json!({ "broken": true }),
            404,
        ),
        (
            "set_callout_stage",
            "POST",
            "/callouts/992011/stage",
            json!({ "stage": "closed" }),
            200,
        ),
        (
            "start_run",
            "POST",
            "/callouts/992011/run",
            json!({ "speed": 10 }),
            409,
        ),
        ("get_state", "GET", "/state", none.clone(), 200),
        ("put_state", "PUT", "/state", whole, 200),
        ("list_requests", "GET", "/requests", none.clone(), 200),
        ("reset", "POST", "/reset", none.clone(), 200),
        ("get_state", "GET", "/state", none.clone(), 200),
        ("list_requests", "GET", "/requests", none.clone(), 200),
        ("list_rules", "GET", "/rules", none.clone(), 200),
        ("list_switches", "GET", "/switches", none.clone(), 200),
    ];
    let mut seen = BTreeSet::new();
    for (operation, method, path, body, status) in steps {
        let url = format!("{}{path}", bench.simulator.control_url());
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let body = (!body.is_null()).then_some(body);
        let reply = bench.send_to(&url, method, None, body).await;
        assert_eq!(reply.status, status, "{operation}: {}", reply.body);
        let (kind, body) = (Some("application/json"), Body::Json(&reply.body));
        let found = validator
            .response(operation, status, kind, body, Mode::Closed)
            .unwrap();
        assert!(found.is_empty(), "{operation} {status}: {found:?}");
        seen.insert((operation, status.to_string()));
    }
    // Nothing the document promises goes unseen. It is read at the start, being no JSON, and the
    // stream has no end: following.rs reads it.
    for operation in document.operations() {
        for status in &operation.statuses {
            let was_seen = seen.contains(&(operation.id.as_str(), status.clone()));
            assert!(
                was_seen || ["get_control_document", "follow"].contains(&operation.id.as_str()),
                "{} {status}",
                operation.id
            );
        }
    }
}
