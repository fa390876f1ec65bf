//! What a client sees of switches about tokens, refusals and answers in general.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};

use super::services::{button, order};
use super::{OTHER, keys, text};
use crate::common::{Bench, JANE, person};

pub(crate) fn credentials(bench: &Bench) -> Value {
    let credentials = bench.simulator.credentials();
    json!({
        "clientId": credentials.client_id(),
        "clientSecret": credentials.client_secret().reveal(),
    })
}

pub(crate) async fn token(bench: &Bench, body: Value) -> Value {
    let reply = bench.send(Method::POST, "/oauth/token", None, Some(body));
    reply.await.expect(200)
}

/// `exp` minus `iat`.
pub(crate) fn lifetime(token: &Value) -> String {
    let claims = token.as_str().unwrap().split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    (claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap()).to_string()
}

pub(crate) async fn token_keys(bench: Bench) -> String {
    keys(&token(&bench, credentials(&bench)).await)
}

pub(crate) async fn expires_in(bench: Bench) -> String {
    token(&bench, credentials(&bench)).await["expiresIn"].to_string()
}

pub(crate) async fn short_lifetime(bench: Bench) -> String {
    let mut body = credentials(&bench);
    body["expiresIn"] = 60.into();
    let token = token(&bench, body).await;
    assert_eq!(
        lifetime(&token["accessToken"]),
        token["expiresIn"].to_string()
    );
    token["expiresIn"].to_string()
}

pub(crate) async fn callout_lifetime(bench: Bench) -> String {
    let customer = bench.uncovered(JANE).await;
    lifetime(&bench.callout_token(customer).await.into())
}

pub(crate) async fn minting(bench: Bench) -> String {
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

pub(crate) async fn wrong_scope(bench: Bench) -> String {
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

pub(crate) async fn activating(bench: Bench) -> String {
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

pub(crate) async fn error_keys(bench: Bench) -> String {
    let unknown = keys(&bench.get("/customers/1").await.expect(404));
    assert_eq!(unknown, keys(&bench.get("/nothing").await.expect(404)));
    unknown
}

pub(crate) async fn malformed(bench: Bench) -> String {
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

pub(crate) async fn created(bench: Bench) -> String {
    text(
        &bench
            .post("/customers", json!({ "customer": person(JANE) }))
            .await,
    )
}

pub(crate) async fn references(bench: Bench) -> String {
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

pub(crate) async fn unversioned(bench: Bench) -> String {
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
