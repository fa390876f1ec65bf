//! The same seed, requests and clock give the same bytes.
#![allow(
    clippy::unwrap_used,
    reason = "the transcript is made outside of the test functions"
)]

mod common;

use std::time::Duration;

use common::{Bench, JANE};
use people_protect_simulator::{Clock, Simulator, Stage};
use serde_json::json;

/// Everything that a run answers, with the port taken out.
async fn transcript(seed: u64) -> String {
    let simulator = Simulator::builder()
        .clock(Clock::manual())
        .seed(seed)
        .start()
        .await
        .unwrap();
    let bench = Bench::with(simulator).await;
    let mut all = vec![bench.token.clone()];
    let customer = bench.covered(JANE).await;
    all.push(bench.callout_token(customer).await);
    all.push(bench.raise(customer).await.body.to_string());
    for stage in Stage::PATH {
        bench.simulator.advance(Duration::from_secs(30)).unwrap();
        bench.simulator.set_stage(992_011, stage).unwrap();
        all.push(bench.get("/callouts/992011").await.body.to_string());
    }
    all.push(bench.post("/customers", json!({})).await.body.to_string());
    let state = bench
        .client
        .get(format!("{}/state", bench.simulator.control_url()));
    all.push(state.send().await.unwrap().text().await.unwrap());
    let origin = bench.simulator.api_url().replace("/panic-api/v2", "");
    all.join("\n").replace(&origin, "http://simulator")
}

#[tokio::test]
async fn a_run_repeats_byte_for_byte() {
    assert_eq!(transcript(7).await, transcript(7).await);
}

#[tokio::test]
async fn another_seed_gives_other_tokens_and_links() {
    assert_ne!(transcript(7).await, transcript(8).await);
}
