//! Tokens: how they are had, how long they last, how far they reach.

use std::time::Duration;

use crate::common::{Bench, JANE, cry};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use people_protect_simulator::Simulator;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn r01_credentials_are_exchanged_for_a_jwt() {
    let bench = Bench::new().await;
    assert_eq!(bench.token.split('.').count(), 3);
    bench.get("/responseTypes").await.expect(200);
}

#[tokio::test]
async fn r02_every_other_call_needs_a_token() {
    let bench = Bench::new().await;
    for (method, path) in [
        (Method::GET, "/responseTypes"),
        (Method::GET, "/subscriptions/subscriptionTypes"),
        (Method::POST, "/customers"),
        (Method::GET, "/customers/178921"),
        (Method::DELETE, "/subscriptions/8811"),
        (Method::POST, "/customers/178921/callouts"),
        (Method::GET, "/callouts/992011"),
        (Method::GET, "/callouts/activeCallouts"),
        (Method::POST, "/callouts/992011/cancel"),
        (Method::POST, "/oauth/calloutToken"),
    ] {
        let message = bench.send(method, path, None, None).await.refused(401);
        assert!(message.contains("Authorization"), "{message}");
    }
}

#[tokio::test]
async fn r02_no_operation_of_the_contract_is_served_without_a_token() {
    let bench = Bench::new().await;
    let mut tried = 0;
    for operation in people_protect_api::OPERATIONS {
        if operation.id == "create_oauth_token" {
            continue;
        }
        let base = match operation.base {
            people_protect_api::Base::Csv => bench.simulator.csv_url(),
            _ => bench.simulator.api_url(),
        };
        // Any value will do in the path: the token comes first.
        let path: Vec<_> = operation
            .path
            .split('/')
            .map(|part| if part.starts_with('{') { "1" } else { part })
            .collect();
        let url = format!("{base}{}", path.join("/"));
        let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
        for token in [None, Some("a.b.c")] {
            let reply = bench.send_to(&url, method.clone(), token, None).await;
            assert_eq!(reply.status, 401, "{} {:?}", operation.id, reply.body);
        }
        tried += 1;
    }
    assert_eq!(tried, 51);
}

#[tokio::test]
async fn r08_a_customers_token_says_who_the_customer_is() {
    let bench = Bench::new().await;
    let customer = bench.uncovered(JANE).await;
    let token = bench.simulator.customer_token(customer).unwrap();
    let claims = token.reveal().split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    assert_eq!(claims["customerId"], customer);
    assert_eq!(claims["sub"], format!("user-{customer}"));
}

#[tokio::test]
async fn r03_the_lifetime_cannot_be_asked_for() {
    let bench = Bench::new().await;
    let credentials = bench.simulator.credentials();
    let mut body = json!({
        "clientId": credentials.client_id(),
        "clientSecret": credentials.client_secret().reveal(),
    });
    let without = bench
        .send(Method::POST, "/oauth/token", None, Some(body.clone()))
        .await
        .expect(200);
    body["expiresIn"] = json!(1);
    let with = bench
        .send(Method::POST, "/oauth/token", None, Some(body))
        .await
        .expect(200);
    assert_eq!(with["expiresIn"], without["expiresIn"]);
    assert_eq!(with["tokenType"], "Bearer");
}

#[tokio::test]
async fn r05_a_callout_token_for_an_unknown_customer_is_404() {
    let bench = Bench::new().await;
    bench
        .post("/oauth/calloutToken", json!({ "customerId": 1 }))
        .await
        .refused(404);
    bench
        .post("/oauth/calloutToken", json!({}))
        .await
        .refused(400);
}

#[tokio::test]
async fn r06_a_callout_token_outside_the_callout_flow_is_401() {
    let bench = Bench::new().await;
    let customer = bench.covered(JANE).await;
    let token = bench.callout_token(customer).await;
    for path in [
        format!("/customers/{customer}/subscriptions"),
        format!("/customers/{customer}"),
        format!("/customers/{customer}/callouts"),
        "/subscriptions/subscriptionTypes".to_owned(),
        "/callouts/activeCallouts".to_owned(),
    ] {
        bench
            .send(Method::GET, &path, Some(&token), None)
            .await
            .refused(401);
    }
    // A callout token does not make tokens (an assumption).
    let body = json!({ "customerId": customer });
    bench
        .send(
            Method::POST,
            "/oauth/calloutToken",
            Some(&token),
            Some(body),
        )
        .await
        .refused(401);
}

#[tokio::test]
async fn r57_a_callout_token_works_for_its_own_customer_only() {
    let bench = Bench::new().await;
    let (own, other) = (
        bench.covered(JANE).await,
        bench.covered("+27821234568").await,
    );
    let token = Some(bench.callout_token(own).await);
    let token = token.as_deref();
    let create = |customer| format!("/customers/{customer}/callouts");
    let created = bench
        .send(Method::POST, &create(own), token, Some(cry()))
        .await
        .expect(201);
    bench
        .send(Method::POST, &create(other), token, Some(cry()))
        .await
        .refused(401);

    let own = created["callout"]["id"].as_i64().unwrap();
    let other = bench.raise(other).await.expect(201)["callout"]["id"]
        .as_i64()
        .unwrap();
    let position = json!({ "latitude": 1.0, "longitude": 2.0 });
    for (id, status) in [(own, 200), (other, 401)] {
        let path = format!("/callouts/{id}");
        bench
            .send(Method::GET, &path, token, None)
            .await
            .expect(status);
        for update in ["location", "updateLocationAndReturnCallout"] {
            let path = format!("{path}/{update}");
            bench
                .send(Method::POST, &path, token, Some(position.clone()))
                .await
                .expect(status);
        }
        let path = format!("{path}/cancel");
        bench
            .send(Method::POST, &path, token, Some(json!({})))
            .await
            .expect(status);
    }
}

#[tokio::test]
async fn r09_bad_credentials_and_bad_tokens_are_401() {
    let bench = Bench::new().await;
    let id = bench.simulator.credentials().client_id();
    for (id, secret) in [(id, "wrong"), ("nobody", "wrong")] {
        let body = json!({ "clientId": id, "clientSecret": secret });
        bench
            .send(Method::POST, "/oauth/token", None, Some(body))
            .await
            .refused(401);
    }
    for token in ["garbage", "a.b.c", &bench.token[..bench.token.len() - 2]] {
        bench
            .send(Method::GET, "/responseTypes", Some(token), None)
            .await
            .refused(401);
    }
}

#[tokio::test]
async fn r09_an_expired_token_is_401_by_the_simulators_clock() {
    let bench = Bench::new().await;
    bench.simulator.advance(Duration::from_secs(3599)).unwrap();
    bench.get("/responseTypes").await.expect(200);
    bench.simulator.advance(Duration::from_secs(1)).unwrap();
    let message = bench.get("/responseTypes").await.refused(401);
    assert!(message.contains("expired"), "{message}");
}

#[tokio::test]
async fn r58_both_credentials_are_required() {
    let bench = Bench::new().await;
    for (body, field) in [
        (json!({ "clientId": "a" }), "clientSecret"),
        (json!({ "clientSecret": "a" }), "clientId"),
        (json!({ "clientId": 5, "clientSecret": "a" }), "clientId"),
        (Value::Null, "JSON object"),
    ] {
        let reply = bench
            .send(Method::POST, "/oauth/token", None, Some(body))
            .await;
        let message = reply.refused(400);
        assert!(message.contains(field), "{message}");
    }
}

#[tokio::test]
async fn a_token_of_another_seed_is_refused() {
    let bench = Bench::new().await;
    let other = Bench::with(Simulator::builder().seed(1).start().await.unwrap()).await;
    bench
        .send(Method::GET, "/responseTypes", Some(&other.token), None)
        .await
        .refused(401);
}
