//! The page behind the tracking link.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod common;

use common::{Bench, JANE, cry};
use people_protect_simulator::Stage;
use serde_json::json;

async fn open(bench: &Bench, url: &str) -> (u16, String, String) {
    let response = bench.client.get(url).send().await.unwrap();
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    (
        response.status().as_u16(),
        policy,
        response.text().await.unwrap(),
    )
}

async fn link(bench: &Bench) -> String {
    let customer = bench.covered(JANE).await;
    let created = bench.raise(customer).await.expect(201);
    created["callout"]["url"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn it_shows_the_stages_with_their_times_and_looks_again_until_the_end() {
    let bench = Bench::new().await;
    let url = link(&bench).await;
    bench
        .simulator
        .set_stage(992_011, Stage::Dispatched)
        .unwrap();
    let (status, _, page) = open(&bench, &url).await;
    assert_eq!(status, 200);
    assert!(page.contains("A responder is on the way."));
    assert!(page.contains("2026-06-10 08:00:00 UTC"));
    assert!(page.contains("http-equiv=\"refresh\""));
    bench.simulator.set_stage(992_011, Stage::Closed).unwrap();
    let (_, _, page) = open(&bench, &url).await;
    assert!(page.contains("The callout is closed.") && !page.contains("http-equiv"));
}

#[tokio::test]
async fn it_shows_a_cancellation() {
    let bench = Bench::new().await;
    let url = link(&bench).await;
    bench
        .post("/callouts/992011/cancel", json!({}))
        .await
        .expect(200);
    let (_, _, page) = open(&bench, &url).await;
    assert!(page.contains("The callout was cancelled.") && !page.contains("Responder arrived"));
}

#[tokio::test]
async fn r94_a_wrong_or_missing_session_token_is_403() {
    let bench = Bench::new().await;
    let url = link(&bench).await;
    let (base, _) = url.split_once('?').unwrap();
    for query in [
        "",
        "?calloutId=992011",
        "?sessionToken=x&calloutId=992011",
        "?sessionToken=&calloutId=992011",
        "?calloutId=%ff",
    ] {
        let (status, _, page) = open(&bench, &format!("{base}{query}")).await;
        assert_eq!(status, 403, "{query}");
        assert!(!page.contains("Jane"));
    }
    let (status, _, _) = open(&bench, &url.replace("992011", "992012")).await;
    assert_eq!(status, 403);
}

#[tokio::test]
async fn everything_is_escaped_and_nothing_comes_from_elsewhere() {
    let bench = Bench::new().await;
    let body = json!({
        "customer": { "name": "<script>alert(1)</script>", "surname": "\"><img src=x>", "mobile": JANE },
        "subscription": { "subscriptionTypeId": 4 },
    });
    bench.post("/customers", body).await.expect(201);
    let created = bench
        .post("/customers/178921/callouts", cry())
        .await
        .expect(201);
    let (_, policy, page) = open(&bench, created["callout"]["url"].as_str().unwrap()).await;
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(!page.contains("<script") && !page.contains("<img"));
    assert!(!page.contains("http://") && !page.contains("https://"));
}
