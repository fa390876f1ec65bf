//! The front page, and the requests that it lists.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use crate::common::Bench;
use people_protect_simulator::{Clock, Simulator};
use serde_json::{Value, json};

async fn front_page(bench: &Bench) -> String {
    let url = bench.simulator.control_url().replace("_simulator", "");
    let response = bench.client.get(url).send().await.unwrap();
    assert_eq!(response.status(), 200);
    // It has the credentials: no cache keeps it, and no other page frames it.
    assert_eq!(response.headers()["cache-control"], "no-store");
    response.text().await.unwrap()
}

/// What a person reads in a page that has no markup in its text.
fn read(page: &str) -> String {
    page.replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[tokio::test]
async fn it_says_where_everything_is_and_with_which_credentials() {
    let bench = Bench::new().await;
    let page = read(&front_page(&bench).await);
    let simulator = &bench.simulator;
    for address in [
        simulator.api_url(),
        simulator.csv_url(),
        simulator.control_url(),
    ] {
        assert!(page.contains(&format!(">{address}<")), "{address}");
    }
    for source in simulator.sources() {
        assert!(page.contains(source.client_id()));
        assert!(page.contains(source.client_secret().reveal()));
    }
    for link in ["/responder", "/reference"] {
        assert!(page.contains(&format!("href=\"{link}\"")), "{link}");
    }
    let credentials = simulator.credentials();
    let sent = format!(
        "{{\"clientId\":\"{}\",\"clientSecret\":\"{}\"}}",
        credentials.client_id(),
        credentials.client_secret().reveal()
    );
    assert!(page.contains(&sent), "the example for curl signs in");
    assert!(page.contains(&format!(
        "export AURA_CLIENT_ID={}",
        credentials.client_id()
    )));
}

#[tokio::test]
async fn a_refusal_names_the_rule_it_rests_on() {
    let bench = Bench::new().await;
    let customer = bench.uncovered("+27821234567").await;
    bench.raise(customer).await.refused(403);
    bench.get("/customers/5").await.refused(404);
    let twice = json!({ "customer": crate::common::person("+27821234567") });
    bench.post("/customers", twice).await.refused(409);
    let nobody = bench.send(reqwest::Method::GET, "/responseTypes", None, None);
    nobody.await.refused(401);
    bench.get("/nothing").await.refused(404);
    let seen: Vec<_> = bench
        .simulator
        .requests()
        .iter()
        .skip(2)
        .map(|request| (request.status, request.rule))
        .collect();
    assert_eq!(
        seen,
        [
            (403, Some("R26")),
            (404, Some("R16")),
            (409, Some("R11")),
            (401, Some("R02")),
            (404, None),
        ]
    );
    let raise = &bench.simulator.requests()[2];
    assert!(raise.rules.contains(&"R27"), "{:?}", raise.rules);
}

#[tokio::test]
async fn the_requests_after_one_can_be_asked_for() {
    let bench = Bench::new().await;
    bench.raised().await;
    let all = bench.control_get("requests").await;
    assert_eq!(all["requests"].as_array().unwrap().len(), 3);
    assert_eq!(all["requests"][2]["rules"].as_array().unwrap()[0], "R02");
    let numbers = |answer: &Value| -> Vec<u64> {
        let requests = answer["requests"].as_array().unwrap();
        let number = |request: &Value| request["number"].as_u64().unwrap();
        requests.iter().map(number).collect()
    };
    let some = bench.control_get("requests?after=1").await;
    assert_eq!(numbers(&some), [2, 3]);
    let none = bench.control_get("requests?after=3").await;
    assert_eq!(numbers(&none), Vec::<u64>::new());
    let url = format!("{}/requests?after=x", bench.simulator.control_url());
    let odd = bench.send_to(&url, reqwest::Method::GET, None, None);
    odd.await.refused(400);
}

#[tokio::test]
async fn a_page_is_told_whether_the_clock_goes_on_by_itself() {
    for (clock, runs) in [(Clock::manual(), false), (Clock::system(), true)] {
        let bench = Bench::of(Simulator::builder().clock(clock)).await;
        assert_eq!(bench.control_get("callouts").await["clockRuns"], runs);
    }
}
