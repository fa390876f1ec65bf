//! What a fault does to a call, and what it leaves behind.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::io::ErrorKind;
use std::time::Duration;

use crate::common::{Bench, JANE, cry};
use crate::raw;
use people_protect_simulator::{Clock, Fault, Limits, Simulator};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const RAISE: &str = "create_customer_callout";

/// A bench with a covered customer, and then a fault.
async fn struck(fault: Fault) -> (Bench, i64) {
    let bench = Bench::new().await;
    let customer = bench.covered(JANE).await;
    bench.simulator.add_fault(fault).unwrap();
    (bench, customer)
}

fn raising(bench: &Bench, customer: i64) -> String {
    let headers = format!("Authorization: Bearer {}\r\n", bench.token);
    let line = format!("POST /panic-api/v2/customers/{customer}/callouts");
    raw::request(&line, &headers, &cry().to_string())
}

fn active(bench: &Bench, customer: i64) -> usize {
    bench
        .simulator
        .snapshot()
        .active_callouts_of(customer)
        .len()
}

/// Waits until the first fault has met so many calls.
async fn met(bench: &Bench, hits: u64) {
    while bench.control_get("faults").await["faults"][0]["hits"] != hits {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn reset_before_cuts_the_connection_and_changes_nothing() {
    let (bench, customer) = struck(Fault::on(RAISE).nth(1).reset_before()).await;
    let (answer, ended) =
        raw::exchange(&bench.simulator, raising(&bench, customer).as_bytes()).await;
    assert_eq!(answer, "");
    assert_eq!(ended.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(active(&bench, customer), 0);
    assert_eq!(bench.simulator.requests().last().unwrap().status, 0);
    bench.raise(customer).await.expect(201);
}

#[tokio::test]
async fn reset_after_cuts_the_connection_and_the_callout_is_raised() {
    let (bench, customer) = struck(Fault::on(RAISE).nth(1).reset_after()).await;
    let (answer, ended) =
        raw::exchange(&bench.simulator, raising(&bench, customer).as_bytes()).await;
    assert_eq!(answer, "");
    assert_eq!(ended.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(active(&bench, customer), 1);
    assert_eq!(bench.simulator.requests().last().unwrap().status, 201);
    // R27: the repeat meets it, and raises no second one.
    bench.raise(customer).await.expect(201);
    assert_eq!(active(&bench, customer), 1);
}

#[tokio::test]
async fn a_status_comes_in_place_of_the_operation_with_its_headers_and_body() {
    let fault = Fault::on(RAISE)
        .limit(1)
        .status(503)
        .header("Retry-After", "2")
        .body("{\"message\":\"later\"}");
    let (bench, customer) = struck(fault).await;
    let url = format!(
        "{}/customers/{customer}/callouts",
        bench.simulator.api_url()
    );
    let answer = bench
        .client
        .post(url)
        .bearer_auth(&bench.token)
        .json(&cry())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.headers()["retry-after"], "2");
    assert_eq!(
        answer.json::<Value>().await.unwrap(),
        json!({ "message": "later" })
    );
    assert_eq!(active(&bench, customer), 0);
    bench.raise(customer).await.expect(201);
}

#[tokio::test]
async fn a_status_after_hides_that_the_callout_is_raised() {
    let (bench, customer) = struck(Fault::on(RAISE).limit(1).status_after(504)).await;
    bench.raise(customer).await.refused(504);
    assert_eq!(active(&bench, customer), 1);
}

#[tokio::test]
async fn a_delay_ends_when_the_clock_passes_it_and_nothing_happens_before() {
    let (bench, customer) = struck(Fault::on(RAISE).delay(Duration::from_secs(30))).await;
    let watch = async {
        met(&bench, 1).await;
        bench.simulator.advance(Duration::from_secs(29)).unwrap();
        assert_eq!(active(&bench, customer), 0);
        bench.simulator.advance(Duration::from_secs(1)).unwrap();
    };
    let (answer, ()) = tokio::join!(bench.raise(customer), watch);
    answer.expect(201);
}

#[tokio::test]
async fn a_delayed_call_lands_although_its_caller_has_hung_up() {
    // One for the bench and one for the caller.
    let limits = Limits::default().connections(2);
    let builder = Simulator::builder().clock(Clock::manual()).limits(limits);
    let bench = Bench::of(builder).await;
    let customer = bench.covered(JANE).await;
    let fault = Fault::on(RAISE).delay(Duration::from_secs(30));
    bench.simulator.add_fault(fault).unwrap();
    let mut stream = raw::connect(&bench.simulator).await;
    stream
        .write_all(raising(&bench, customer).as_bytes())
        .await
        .unwrap();
    met(&bench, 1).await;
    drop(stream);
    // There is room for this one only when the caller's connection is gone.
    let page = raw::request("GET /page.css", "", "");
    let (page, _) = raw::exchange(&bench.simulator, page.as_bytes()).await;
    assert_eq!(raw::status(&page), 200);
    bench.simulator.advance(Duration::from_secs(30)).unwrap();
    while active(&bench, customer) == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_delay_after_holds_the_answer_back_and_not_the_callout() {
    let (bench, customer) = struck(Fault::on(RAISE).delay_after(Duration::from_secs(30))).await;
    let watch = async {
        while active(&bench, customer) == 0 {
            tokio::task::yield_now().await;
        }
        bench.simulator.advance(Duration::from_secs(30)).unwrap();
    };
    let (answer, ()) = tokio::join!(bench.raise(customer), watch);
    answer.expect(201);
}

#[tokio::test]
async fn by_the_machines_clock_a_delay_ends_by_itself() {
    let simulator = Simulator::builder()
        .fault(Fault::on("list_response_types").delay(Duration::from_millis(20)))
        .start()
        .await
        .unwrap();
    let bench = Bench::with(simulator).await;
    bench.get("/responseTypes").await.expect(200);
}

#[tokio::test]
async fn a_truncated_body_is_announced_whole_and_breaks_off() {
    let (bench, customer) = struck(Fault::on(RAISE).truncate(10)).await;
    let (answer, _) = raw::exchange(&bench.simulator, raising(&bench, customer).as_bytes()).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert_eq!(raw::status(head), 201);
    assert_eq!(body.len(), 10);
    let length = head.to_lowercase();
    let length = length
        .split("content-length: ")
        .nth(1)
        .unwrap()
        .split("\r\n")
        .next()
        .unwrap();
    assert!(length.parse::<usize>().unwrap() > 10);
    assert_eq!(active(&bench, customer), 1);
}

#[tokio::test]
async fn a_body_is_never_truncated_to_the_whole() {
    let (bench, customer) = struck(Fault::on(RAISE).truncate(1_000_000)).await;
    let url = format!(
        "{}/customers/{customer}/callouts",
        bench.simulator.api_url()
    );
    let answer = bench
        .client
        .post(url)
        .bearer_auth(&bench.token)
        .json(&cry())
        .send()
        .await
        .unwrap();
    assert!(answer.bytes().await.is_err());
}

#[tokio::test]
async fn a_dripping_body_comes_byte_by_byte_as_the_clock_moves() {
    let (bench, _) = struck(Fault::on("list_response_types").drip(Duration::from_secs(1))).await;
    let expected = bench.get("/subscriptions/subscriptionTypes").await;
    assert_eq!(expected.status, 200);
    let mut stream = raw::connect(&bench.simulator).await;
    let headers = format!("Authorization: Bearer {}\r\n", bench.token);
    let request = raw::request("GET /panic-api/v2/responseTypes", &headers, "");
    stream.write_all(request.as_bytes()).await.unwrap();
    let (mut answer, mut chunk, mut steps) = (Vec::new(), [0; 1024], 0_usize);
    loop {
        tokio::select! {
            biased;
            read = stream.read(&mut chunk) => match read.unwrap() {
                0 => break,
                count => answer.extend_from_slice(&chunk[..count]),
            },
            () = tokio::task::yield_now() => {
                bench.simulator.advance(Duration::from_secs(1)).unwrap();
                steps += 1;
            }
        }
    }
    let answer = String::from_utf8(answer).unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(serde_json::from_str::<Value>(body).unwrap()["responseTypes"].is_array());
    assert!(
        steps >= body.len(),
        "{steps} seconds for {} bytes",
        body.len()
    );
}

#[tokio::test]
async fn a_wrong_content_type_goes_with_the_true_body() {
    let (bench, _) = struck(Fault::on("list_response_types").content_type("text/html")).await;
    let url = format!("{}/responseTypes", bench.simulator.api_url());
    let answer = bench
        .client
        .get(url)
        .bearer_auth(&bench.token)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()["content-type"], "text/html");
    assert!(answer.json::<Value>().await.unwrap()["responseTypes"].is_array());
}

#[tokio::test]
async fn a_fault_of_one_customer_leaves_the_others_alone() {
    let bench = Bench::new().await;
    let (customer, callout) = bench.raised().await;
    let other = bench.covered("+27821234568").await;
    bench
        .simulator
        .add_fault(Fault::on_all().customer(customer).status(503))
        .unwrap();
    bench
        .get(&format!("/customers/{customer}"))
        .await
        .refused(503);
    bench
        .get(&format!("/callouts/{callout}"))
        .await
        .refused(503);
    let body = json!({ "customerId": customer });
    bench.post("/oauth/calloutToken", body).await.refused(503);
    bench.get(&format!("/customers/{other}")).await.expect(200);
    bench.raise(other).await.expect(201);
    bench.get("/responseTypes").await.expect(200);
}

#[tokio::test]
async fn faults_are_listed_added_and_removed_over_the_control_surface() {
    let bench = Bench::new().await;
    let fault = json!({ "operation": "list_response_types", "status": 503, "limit": 1 });
    let added = bench.control("/faults", fault.clone()).await.expect(201);
    assert_eq!(
        added,
        json!({ "id": 1, "fault": fault, "calls": 0, "hits": 0 })
    );
    bench.get("/responseTypes").await.refused(503);
    bench.get("/responseTypes").await.expect(200);
    let listed = bench.control_get("faults").await;
    assert_eq!(
        (&listed["faults"][0]["calls"], &listed["faults"][0]["hits"]),
        (&json!(2), &json!(1))
    );

    let base = bench.simulator.control_url();
    let url = |path: &str| format!("{base}/{path}");
    bench
        .send_to(&url("faults/9"), Method::DELETE, None, None)
        .await
        .refused(404);
    bench
        .send_to(&url("faults/x"), Method::DELETE, None, None)
        .await
        .refused(400);
    let left = bench
        .send_to(&url("faults/1"), Method::DELETE, None, None)
        .await
        .expect(200);
    assert_eq!(left, json!({ "faults": [] }));
    bench
        .control("/faults", json!({ "reset": "before" }))
        .await
        .expect(201);
    let left = bench
        .send_to(&url("faults"), Method::DELETE, None, None)
        .await
        .expect(200);
    assert_eq!(left, json!({ "faults": [] }));
    bench.get("/responseTypes").await.expect(200);
}

#[tokio::test]
async fn a_fault_that_cannot_be_is_400_by_its_field() {
    let bench = Bench::new().await;
    for (fault, field) in [
        (
            json!({ "operation": "raise_the_roof", "status": 503 }),
            "operation",
        ),
        (json!({ "status": 99 }), "status"),
        (json!({ "status": "503" }), "status"),
        (json!({ "status": 503, "nth": -1 }), "nth"),
        (json!({ "status": 503, "probability": 2 }), "probability"),
        (json!({ "reset": "never" }), "reset"),
        (json!({ "explode": true }), "explode"),
        (json!({ "headers": { "X-A": 1 }, "status": 503 }), "headers"),
        (json!({}), "status"),
    ] {
        let message = bench.control("/faults", fault).await.refused(400);
        assert!(message.contains(field), "{field}: {message}");
    }
    assert_eq!(bench.control_get("faults").await, json!({ "faults": [] }));
}

#[tokio::test]
async fn a_reset_goes_back_to_the_faults_of_the_start() {
    let builder = Simulator::builder()
        .clock(Clock::manual())
        .fault(Fault::on("list_response_types").nth(1).status(503));
    let bench = Bench::of(builder).await;
    bench
        .simulator
        .add_fault(Fault::on("list_response_types").status(500))
        .unwrap();
    bench.get("/responseTypes").await.refused(503);
    bench.get("/responseTypes").await.refused(500);
    bench.simulator.reset();
    bench.get("/responseTypes").await.refused(503);
    bench.get("/responseTypes").await.expect(200);
    bench.simulator.clear_faults();
    assert_eq!(bench.control_get("faults").await, json!({ "faults": [] }));
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_a_clock_that_nobody_moves() {
    let (bench, customer) = struck(Fault::on(RAISE).delay(Duration::from_secs(3600))).await;
    let mut stream = raw::connect(&bench.simulator).await;
    stream
        .write_all(raising(&bench, customer).as_bytes())
        .await
        .unwrap();
    met(&bench, 1).await;
    bench.simulator.shutdown().await.unwrap();
    let (answer, _) = raw::rest(&mut stream).await;
    assert_eq!(answer, "");
}
