//! What every refusal looks like, whatever was sent.

use crate::common::{Bench, JANE};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn r55_400_401_and_404_carry_a_message() {
    let bench = Bench::new().await;
    bench.post("/customers", json!({})).await.refused(400);
    bench
        .send(Method::GET, "/responseTypes", None, None)
        .await
        .refused(401);
    bench.get("/customers/1").await.refused(404);
}

#[tokio::test]
async fn an_unknown_route_is_404_and_a_wrong_method_405_in_json() {
    let bench = Bench::new().await;
    for path in [
        "/nothing",
        "/customers/",
        "/lead",
        "/predefinedlocations/download",
    ] {
        bench.get(path).await.refused(404);
    }
    bench
        .send(Method::PATCH, "/customers/178921", Some(&bench.token), None)
        .await
        .refused(405);
    for path in ["/oauth/token", "/leads", "/scheduled/guarding"] {
        bench.get(path).await.refused(405);
    }
    let url = format!("{}/predefinedlocations/nothing", bench.simulator.csv_url());
    bench
        .send_to(&url, Method::GET, Some(&bench.token), None)
        .await
        .refused(404);
}

#[tokio::test]
async fn literal_segments_win_over_ids() {
    let bench = Bench::new().await;
    assert!(
        bench
            .get("/callouts/activeCallouts")
            .await
            .expect(200)
            .is_array()
    );
    bench
        .get("/subscriptions/subscriptionTypes")
        .await
        .expect(200);
}

#[tokio::test]
async fn an_id_that_is_no_number_is_400_by_name() {
    let bench = Bench::new().await;
    for (path, name) in [
        ("/customers/jane", "customerId"),
        ("/subscriptions/1.5", "subscriptionId"),
        ("/callouts/%00", "calloutId"),
    ] {
        let message = bench.get(path).await.refused(400);
        assert!(message.contains(name), "{message}");
    }
    bench.get("/callouts/%ff").await.refused(400);
    // The contract sets no bound: a number too large for any id is nobody's.
    bench
        .get("/callouts/99999999999999999999")
        .await
        .refused(404);
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_400() {
    let bench = Bench::new().await;
    let customer = bench.covered(JANE).await;
    let nested = "[".repeat(200_000);
    for path in [
        "/oauth/token".to_owned(),
        "/oauth/calloutToken".to_owned(),
        "/customers".to_owned(),
        "/subscriptions".to_owned(),
        "/callouts".to_owned(),
        format!("/customers/{customer}/callouts"),
        "/callouts/992011/location".to_owned(),
        "/callouts/992011/cancel".to_owned(),
    ] {
        for body in [
            "{",
            "[]",
            "5",
            "null",
            "\"text\"",
            "{\"a\":1}trailing",
            "\u{0}",
            &nested,
        ] {
            let response = bench
                .client
                .post(format!("{}{path}", bench.simulator.api_url()))
                .bearer_auth(&bench.token)
                .header("content-type", "application/json")
                .body(body.to_owned())
                .send()
                .await
                .unwrap();
            assert_eq!(response.status(), 400, "{path} {body:.20}");
            let answer: serde_json::Value = response.json().await.unwrap();
            assert!(answer["message"].is_string());
        }
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_413() {
    let bench = Bench::new().await;
    let body = json!({ "customer": { "name": "x".repeat(2 * 1024 * 1024) } });
    bench.post("/customers", body).await.refused(413);
}

#[tokio::test]
async fn a_body_of_another_content_type_is_refused_and_one_of_none_is_read() {
    let bench = Bench::new().await;
    let url = format!("{}/customers", bench.simulator.api_url());
    let client = reqwest::Client::new();
    let send = async |kind: Option<&str>, body: String| {
        let mut request = client.post(&url).bearer_auth(&bench.token).body(body);
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let body = |mobile: &str| json!({ "customer": crate::common::person(mobile) }).to_string();
    for kind in [
        "application/x-www-form-urlencoded",
        "text/plain",
        "application/jsonp",
        "",
    ] {
        let (status, text) = send(Some(kind), body(JANE)).await;
        assert_eq!(status, 400, "{kind}: {text}");
        assert!(text.contains("`Content-Type` must be application/json"));
    }
    for (kind, mobile) in [
        (None, JANE),
        (Some("application/json; charset=utf-8"), "+27821234561"),
        (Some("Application/JSON"), "+27821234562"),
        (Some("application/merge-patch+json"), "+27821234563"),
    ] {
        let (status, text) = send(kind, body(mobile)).await;
        assert_eq!(status, 201, "{kind:?}: {text}");
    }
    // No body has no type.
    let (status, text) = send(Some("text/plain"), String::new()).await;
    assert!(status == 400 && text.contains("`customer` is required"));
}

#[tokio::test]
async fn a_field_that_stands_twice_a_number_too_large_and_too_much_depth_are_400() {
    let bench = Bench::new().await;
    let url = format!("{}/customers", bench.simulator.api_url());
    let client = reqwest::Client::new();
    let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
    for (body, expected) in [
        (
            r#"{"customer": {"name": "Jane", "name": "John"}}"#.to_owned(),
            "`customer.name` is given twice",
        ),
        (
            r#"{"subscription": {"subscriptionTypeId": 1e400}}"#.to_owned(),
            "`subscription.subscriptionTypeId` is beyond the range of numbers",
        ),
        (format!(r#"{{"customer": {deep}}}"#), "nested too deeply"),
    ] {
        let request = client.post(&url).bearer_auth(&bench.token);
        let request = request
            .header("content-type", "application/json")
            .body(body);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 400);
        let text = answer.text().await.unwrap();
        assert!(text.contains(expected), "{text}");
        assert!(!text.contains("John"), "{text}");
    }
}
