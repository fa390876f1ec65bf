//! What the responder and the control room do with a callout, over the control surface.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::time::Duration;

use crate::common::{Bench, JANE};
use people_protect_simulator::{Clock, Dispatch, ErrorKind, Simulator, Stage, Step};
use reqwest::Method;
use serde_json::{Value, json};

async fn stage(bench: &Bench, stage: &str) -> Value {
    bench
        .control("/callouts/992011/stage", json!({ "stage": stage }))
        .await
        .expect(200)
}

fn times(bench: &Bench) -> Vec<Option<String>> {
    let snapshot = bench.simulator.snapshot();
    let callout = snapshot.callout(992_011).unwrap();
    [
        callout.owned_at,
        callout.dispatched_at,
        callout.arrived_at,
        callout.completed_at,
        callout.ended_at,
    ]
    .into_iter()
    .map(|at| at.map(|at| at.to_string()[11..19].to_owned()))
    .collect()
}

#[tokio::test]
async fn how_a_responder_was_sent_is_on_record() {
    for (body, how) in [
        (json!({ "stage": "dispatched" }), Dispatch::Automatically),
        (
            json!({ "stage": "dispatched", "how": "automatically" }),
            Dispatch::Automatically,
        ),
        (
            json!({ "stage": "dispatched", "how": "by_hand" }),
            Dispatch::ByHand,
        ),
    ] {
        let bench = Bench::new().await;
        bench.raised().await;
        let set = bench.control("/callouts/992011/stage", body).await;
        assert_eq!(set.expect(200)["status"], "Responder Dispatched");
        // A second order changes nothing.
        bench
            .simulator
            .step(992_011, Step::DispatchedByHand)
            .unwrap();
        let snapshot = bench.simulator.snapshot();
        assert_eq!(snapshot.callout(992_011).unwrap().dispatched_by, Some(how));
        let odd = json!({ "stage": "arrived", "how": "by_hand" });
        let refused = bench.control("/callouts/992011/stage", odd).await;
        refused.refused(400);
    }
}

#[tokio::test]
async fn owning_leaves_the_stage_and_its_status_as_they_are() {
    let bench = Bench::new().await;
    bench.raised().await;
    let owned = stage(&bench, "owned").await;
    assert_eq!(
        owned,
        json!({ "id": 992_011, "stage": "created", "status": "created", "active": true })
    );
    bench.simulator.advance(Duration::from_secs(60)).unwrap();
    stage(&bench, "owned").await;
    assert_eq!(times(&bench)[0].as_deref(), Some("08:00:00"));
    stage(&bench, "closed").await;
    let late = json!({ "stage": "owned" });
    let late = bench.control("/callouts/992011/stage", late).await;
    late.refused(409);
}

#[tokio::test]
async fn a_responder_who_is_stood_down_leaves_the_callout_open() {
    let bench = Bench::new().await;
    let (customer, _) = bench.raised().await;
    let nobody = bench.simulator.step(992_011, Step::StoodDown).unwrap_err();
    assert_eq!(nobody.kind(), ErrorKind::StageRefused);
    stage(&bench, "arrived").await;
    let down = stage(&bench, "stood_down").await;
    assert_eq!(
        (&down["stage"], &down["status"], &down["active"]),
        (
            &json!("created"),
            &json!("Responder Cancelled"),
            &json!(true)
        )
    );
    assert_eq!(stage(&bench, "stood_down").await, down);
    let read = bench.get("/callouts/992011").await.expect(200);
    assert_eq!(read["callout"]["status"], "Responder Cancelled");
    // R27: it is still the active one, and another responder may be sent.
    let again = bench.raise(customer).await.expect(201);
    assert_eq!(again["callout"]["id"], 992_011);
    let sent = stage(&bench, "dispatched").await;
    assert_eq!(sent["status"], "Responder Dispatched");
}

#[tokio::test]
async fn a_run_moves_with_a_clock_that_is_advanced() {
    let bench = Bench::new().await;
    bench.raised().await;
    let run = json!({ "speed": 1 });
    let run = bench.control("/callouts/992011/run", run).await.expect(200);
    assert_eq!(run["run"]["due"], "2026-06-10T08:00:30Z");
    assert_eq!(times(&bench), [None, None, None, None, None]);
    bench.simulator.advance(Duration::from_secs(600)).unwrap();
    let at = |at: &str| Some(at.to_owned());
    // Each step at its own time, however far the clock was moved at once.
    assert_eq!(
        times(&bench),
        [at("08:00:30"), at("08:01:00"), at("08:09:00"), None, None]
    );
    bench
        .simulator
        .advance(Duration::from_secs(86_400))
        .unwrap();
    assert_eq!(times(&bench)[3..], [at("08:24:00"), at("08:29:00")]);
    let snapshot = bench.simulator.snapshot();
    let callout = snapshot.callout(992_011).unwrap();
    assert_eq!((callout.stage, callout.run), (Stage::Closed, None));
}

#[tokio::test]
async fn a_run_is_faster_stopped_and_left_to_a_person() {
    let mut bench = Bench::new().await;
    bench.raised().await;
    let url = format!("{}/callouts/992011/run", bench.simulator.control_url());
    let run = json!({ "speed": 60 });
    bench.control("/callouts/992011/run", run).await.expect(200);
    bench.simulator.advance(Duration::from_secs(1)).unwrap();
    assert_eq!(times(&bench)[1].as_deref(), Some("08:00:01"));
    let stopped = bench.send_to(&url, Method::DELETE, None, None).await;
    assert_eq!(stopped.expect(200)["run"], json!(null));
    bench.later(1).await;
    assert_eq!(times(&bench)[2], None);
    // A step by hand counts the next one anew.
    bench.simulator.run(992_011, 1.0).unwrap();
    bench.simulator.step(992_011, Step::Arrived).unwrap();
    // The same step again changes nothing, and puts nothing off.
    bench.simulator.advance(Duration::from_secs(800)).unwrap();
    bench.simulator.step(992_011, Step::Arrived).unwrap();
    bench.simulator.advance(Duration::from_secs(99)).unwrap();
    assert_eq!(times(&bench)[3], None);
    bench.simulator.advance(Duration::from_secs(1)).unwrap();
    assert!(times(&bench)[3].is_some());
    // R34: a cancellation ends it.
    let cancelled = bench.post("/callouts/992011/cancel", json!({})).await;
    cancelled.expect(200);
    bench
        .simulator
        .advance(Duration::from_secs(86_400))
        .unwrap();
    let snapshot = bench.simulator.snapshot();
    assert_eq!(snapshot.callout(992_011).unwrap().stage, Stage::Cancelled);
}

#[tokio::test]
async fn a_run_that_cannot_be_is_refused() {
    let bench = Bench::new().await;
    bench.raised().await;
    let path = "/callouts/992011/run";
    for speed in [json!(0), json!(-1), json!(1e9), json!("fast")] {
        let body = json!({ "speed": speed });
        bench.control(path, body).await.refused(400);
    }
    bench.control(path, json!({})).await.refused(400);
    let body = json!({ "speed": 1 });
    let unknown = bench.control("/callouts/1/run", body.clone()).await;
    unknown.refused(404);
    stage(&bench, "closed").await;
    bench.control(path, body).await.refused(409);
}

#[tokio::test]
async fn r36_a_callout_that_nobody_lets_run_never_closes_by_itself() {
    let bench = Bench::new().await;
    bench.raised().await;
    let other = bench.covered("+27821234568").await;
    bench.raise(other).await.expect(201);
    bench.simulator.run(992_012, 10.0).unwrap();
    bench
        .simulator
        .advance(Duration::from_secs(365 * 86_400))
        .unwrap();
    let snapshot = bench.simulator.snapshot();
    let stages = [992_011, 992_012].map(|id| snapshot.callout(id).unwrap().stage);
    assert_eq!(stages, [Stage::Created, Stage::Closed]);
}

#[tokio::test]
async fn a_run_goes_on_by_the_machines_clock_without_any_request() {
    let bench = Bench::of(Simulator::builder().clock(Clock::system())).await;
    let customer = bench.uncovered(JANE).await;
    let body = json!({ "customerId": customer, "subscriptionTypeId": 4 });
    bench.post("/subscriptions", body).await.expect(201);
    bench.raise(customer).await.expect(201);
    let url = format!("{}/follow", bench.simulator.control_url());
    let mut stream = bench.client.get(url).send().await.unwrap();
    bench.simulator.run(992_011, 10_000.0).unwrap();
    // Nothing but the stream is waited for: each event is a step that nobody asked for.
    loop {
        let stage = bench.simulator.snapshot().callout(992_011).unwrap().stage;
        if stage == Stage::Closed {
            break;
        }
        // A sign of life instead of an event means that nothing happens any more.
        let event = stream.chunk().await.unwrap().unwrap();
        assert!(event.starts_with(b"event: change"), "{event:?}");
    }
}

#[tokio::test]
async fn the_active_callouts_are_listed_newest_first_and_one_is_shown_with_its_chat() {
    let bench = Bench::new().await;
    bench.raised().await;
    let other = bench.covered("+27821234568").await;
    bench.raise(other).await.expect(201);
    let listed = bench.control_get("callouts").await;
    let ids: Vec<_> = listed["callouts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| &c["id"])
        .collect();
    assert_eq!(
        (ids, &listed["active"]),
        (vec![&json!(992_012), &json!(992_011)], &json!(2))
    );
    assert_eq!(listed["callouts"][1]["customer"]["name"], "Jane");

    let said = json!({ "event": "A responder is two minutes away." });
    let said = bench
        .control("/callouts/992011/events", said)
        .await
        .expect(200);
    assert_eq!(said["source"], "control room");
    bench
        .control("/callouts/992011/events", json!({ "event": " " }))
        .await
        .refused(400);
    bench
        .control("/callouts/1/events", json!({ "event": "x" }))
        .await
        .refused(404);
    let read = bench.get("/callouts/992011/events").await.expect(200);
    assert_eq!(
        read[0]["event"]["message"],
        "A responder is two minutes away."
    );

    stage(&bench, "closed").await;
    assert_eq!(bench.control_get("callouts").await["active"], 1);
    let one = bench.control_get("callouts/992011").await;
    assert_eq!(
        (&one["stage"], &one["active"]),
        (&json!("closed"), &json!(false))
    );
    assert_eq!(
        one["events"][0]["event"],
        "A responder is two minutes away."
    );
    let url = format!("{}/callouts/1", bench.simulator.control_url());
    bench
        .send_to(&url, Method::GET, None, None)
        .await
        .refused(404);
}

#[tokio::test]
async fn a_stream_says_that_something_changed_and_ends_with_the_simulator() {
    let bench = Bench::new().await;
    let url = format!("{}/follow", bench.simulator.control_url());
    let mut stream = bench.client.get(&url).send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let first = stream.chunk().await.unwrap().unwrap();
    assert!(first.starts_with(b"event: change\n"), "{first:?}");
    bench.simulator.set_switch("grace", "on").unwrap();
    let second = stream.chunk().await.unwrap().unwrap();
    assert!(second.starts_with(b"event: change\n") && second != first);
    bench.simulator.shutdown().await.unwrap();
    // It ends as a stream does, not as a connection that was cut.
    while let Some(event) = stream.chunk().await.unwrap() {
        assert!(event.starts_with(b"event: change"), "{event:?}");
    }
}

#[tokio::test]
async fn streams_are_bounded_and_a_seat_is_free_again() {
    let bench = Bench::new().await;
    let url = format!("{}/follow", bench.simulator.control_url());
    let mut streams = Vec::new();
    let full = loop {
        let answer = bench.client.get(&url).send().await.unwrap();
        if answer.status() == 200 {
            streams.push(answer);
        } else {
            break answer;
        }
    };
    assert_eq!((full.status().as_u16(), streams.len()), (503, 64));
    assert_eq!(full.headers()["retry-after"], "5");
    drop(streams);
    loop {
        // The server hears of a closed connection a moment later; a change makes it write.
        bench.simulator.advance(Duration::from_secs(1)).unwrap();
        if bench.client.get(&url).send().await.unwrap().status() == 200 {
            break;
        }
    }
}
