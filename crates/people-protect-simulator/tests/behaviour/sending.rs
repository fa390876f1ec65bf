//! How deliveries are sent: late, twice, not at all, again, and past receivers that misbehave.

use std::time::Duration;

use crate::common::receiver::{Receiver, registration};
use crate::common::{Bench, JANE};
use people_protect_simulator::{Clock, DeliveryError, DeliveryOutcome, ErrorKind, Simulator};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

/// One that delivers to this machine, with further switches.
async fn bench(switches: &[(&str, &str)]) -> Bench {
    seeded(0, switches).await
}

async fn seeded(seed: u64, switches: &[(&str, &str)]) -> Bench {
    let mut builder = Simulator::builder()
        .clock(Clock::manual())
        .seed(seed)
        .switch("http-webhooks", "on");
    for (name, value) in switches {
        builder = builder.switch(*name, *value);
    }
    Bench::of(builder).await
}

/// Lines of chat, and what was received of them: their events' numbers.
async fn chat(bench: &Bench, callout: i64, lines: usize) {
    for line in 0..lines {
        bench.chat(callout, &format!("line {line}")).await;
    }
    bench.simulator.idle().await;
}

fn outcomes(bench: &Bench) -> Vec<DeliveryOutcome> {
    let log = bench.simulator.deliveries();
    log.iter().map(|record| record.outcome).collect()
}

#[tokio::test]
async fn any_event_can_be_fired_on_purpose() {
    let bench = bench(&[]).await;
    let receiver = bench.receiver(&["CALLOUT_OWNED"]).await;
    let (customer, callout) = bench.raised().await;
    let owned = json!({ "event": "CALLOUT_OWNED", "callout": callout });
    let fired = bench.control("/deliveries", owned).await.expect(200);
    assert_eq!(fired, json!({ "deliveries": [1] }));
    // C47: what cannot be registered may still come.
    for body in [
        json!({ "event": "NEW_CALLOUT_FOR_INSTANCE", "callout": callout }),
        json!({ "event": "CUSTOMER_MOVED", "customer": customer }),
        json!({ "event": "SUBSCRIPTION_RAINED_ON", "subscription": 8811 }),
    ] {
        bench.control("/deliveries", body).await.expect(200);
    }
    // Listed, and not registered.
    let closed = json!({ "event": "CALLOUT_CLOSED", "callout": callout });
    let fired = bench.control("/deliveries", closed).await.expect(200);
    assert_eq!(fired, json!({ "deliveries": [] }));
    bench.simulator.idle().await;
    assert_eq!(
        receiver.messages(),
        [
            "CALLOUT_OWNED",
            "NEW_CALLOUT_FOR_INSTANCE",
            "CUSTOMER_MOVED",
            "SUBSCRIPTION_RAINED_ON",
        ]
    );
    for (body, status) in [
        (json!({ "event": "CALLOUT_OWNED", "callout": 1 }), 404),
        (json!({ "event": "CREATED_CUSTOMER", "customer": 1 }), 404),
        (
            json!({ "event": "SUBSCRIPTION_CREATED", "subscription": 1 }),
            404,
        ),
        (json!({ "event": "CALLOUT_OWNED" }), 400),
        (
            json!({ "event": "CALLOUT_OWNED", "callout": 992_011, "customer": 1 }),
            400,
        ),
        (json!({ "event": " ", "callout": 992_011 }), 400),
        (json!({ "callout": 992_011 }), 400),
    ] {
        bench.control("/deliveries", body).await.refused(status);
    }
}

#[tokio::test]
async fn a_delayed_delivery_comes_when_the_clock_has_passed() {
    let bench = bench(&[("webhook-delay-s", "90")]).await;
    let receiver = bench.receiver(&["NEW_CALLOUT"]).await;
    bench.raised().await;
    bench.simulator.idle().await;
    bench.simulator.advance(Duration::from_secs(89)).unwrap();
    bench.simulator.idle().await;
    assert!(receiver.received().is_empty());
    bench.simulator.advance(Duration::from_secs(1)).unwrap();
    bench.simulator.idle().await;
    assert_eq!(receiver.messages(), ["NEW_CALLOUT"]);
}

#[tokio::test]
async fn a_clock_that_runs_delivers_later_by_itself() {
    let builder = Simulator::builder()
        .switch("http-webhooks", "on")
        .switch("webhook-delay-s", "1");
    let bench = Bench::of(builder).await;
    let receiver = bench.receiver(&["CREATED_CUSTOMER"]).await;
    bench.uncovered(JANE).await;
    receiver.has(1).await;
}

#[tokio::test]
async fn dropped_ones_are_never_sent() {
    let bench = bench(&[("webhook-drop-percent", "100")]).await;
    let receiver = bench.receiver(&["NEW_CALLOUT"]).await;
    bench.raised().await;
    bench.simulator.idle().await;
    assert!(receiver.received().is_empty());
    assert_eq!(outcomes(&bench), [DeliveryOutcome::Dropped]);
}

#[tokio::test]
async fn doubled_ones_come_twice_and_alike() {
    let bench = bench(&[("webhook-duplicate-percent", "100")]).await;
    let receiver = bench.receiver(&["NEW_CALLOUT"]).await;
    bench.raised().await;
    bench.simulator.idle().await;
    let received = receiver.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].body, received[1].body);
    assert_eq!(bench.simulator.deliveries()[1].repeats, Some(1));
}

#[tokio::test]
async fn which_ones_are_dropped_follows_from_the_seed() {
    let mut runs = Vec::new();
    for seed in [1, 1, 2] {
        let bench = seeded(seed, &[("webhook-drop-percent", "50")]).await;
        let _receiver = bench.receiver(&["CALLOUT_EVENTS_CHANGED"]).await;
        let (_, callout) = bench.raised().await;
        chat(&bench, callout, 20).await;
        runs.push(outcomes(&bench));
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
    let dropped = runs[0]
        .iter()
        .filter(|one| **one == DeliveryOutcome::Dropped);
    assert!((4..=16).contains(&dropped.count()));
}

#[tokio::test]
async fn one_that_is_held_back_is_overtaken() {
    let bench = bench(&[]).await;
    let receiver = bench
        .receiver(&["NEW_CALLOUT", "CALLOUT_EVENTS_CHANGED"])
        .await;
    bench
        .simulator
        .set_switch("webhook-reorder-percent", "100")
        .unwrap();
    let (_, callout) = bench.raised().await;
    bench.simulator.idle().await;
    assert!(receiver.received().is_empty());
    bench
        .simulator
        .set_switch("webhook-reorder-percent", "0")
        .unwrap();
    chat(&bench, callout, 1).await;
    assert_eq!(
        receiver.messages(),
        ["CALLOUT_EVENTS_CHANGED", "NEW_CALLOUT"]
    );
}

#[tokio::test]
async fn one_that_nothing_overtakes_comes_after_a_minute() {
    let bench = bench(&[("webhook-reorder-percent", "100")]).await;
    let receiver = bench.receiver(&["NEW_CALLOUT"]).await;
    bench.raised().await;
    bench.simulator.advance(Duration::from_secs(60)).unwrap();
    bench.simulator.idle().await;
    assert_eq!(receiver.messages(), ["NEW_CALLOUT"]);
}

#[tokio::test]
async fn a_failed_one_is_tried_again_as_often_as_it_is_said() {
    let bench = bench(&[("webhook-attempts", "3"), ("webhook-retry-after-s", "30")]).await;
    let receiver = bench.receiver(&["NEW_CALLOUT"]).await;
    receiver.answers(503);
    bench.raised().await;
    for expected in [1, 2, 3, 3] {
        bench.simulator.idle().await;
        assert_eq!(receiver.received().len(), expected);
        bench.simulator.advance(Duration::from_secs(30)).unwrap();
    }
    let log = bench.simulator.deliveries();
    let attempts: Vec<_> = log.iter().map(|one| (one.attempt, one.repeats)).collect();
    assert_eq!(attempts, [(1, None), (2, Some(1)), (3, Some(2))]);
    assert!(!log[2].outcome.is_delivered());
}

#[tokio::test]
async fn one_attempt_is_made_unless_more_are_asked_for_and_no_redirect_is_followed() {
    for status in [200, 204, 302, 307, 404, 500] {
        let bench = bench(&[]).await;
        let receiver = bench.receiver(&["NEW_CALLOUT"]).await;
        receiver.answers(status);
        bench.raised().await;
        bench.simulator.advance(Duration::from_secs(3600)).unwrap();
        bench.simulator.idle().await;
        assert_eq!(receiver.received().len(), 1, "{status}");
        assert_eq!(outcomes(&bench), [DeliveryOutcome::Answered { status }]);
        assert_eq!(outcomes(&bench)[0].is_delivered(), status < 300);
    }
}

#[tokio::test]
async fn nobody_listening_is_on_record() {
    let bench = bench(&[]).await;
    let receiver = bench.receiver(&["NEW_CALLOUT"]).await;
    drop(receiver);
    let gone = Receiver::start().await;
    let body = registration(&gone, &["NEW_CALLOUT"]);
    drop(gone);
    tokio::task::yield_now().await;
    bench.post("/notifiers/webhooks", body).await.expect(200);
    bench.raised().await;
    bench.simulator.idle().await;
    assert_eq!(
        outcomes(&bench),
        [DeliveryOutcome::Failed {
            error: DeliveryError::Connect
        }]
    );
}

#[tokio::test]
async fn a_receiver_that_hangs_is_given_up() {
    let bench = bench(&[("webhook-timeout-s", "1")]).await;
    let receiver = Receiver::hanging().await;
    bench.register(&receiver, &["NEW_CALLOUT"]).await;
    bench.raised().await;
    bench.simulator.idle().await;
    assert_eq!(
        outcomes(&bench),
        [DeliveryOutcome::Failed {
            error: DeliveryError::Timeout
        }]
    );
}

#[tokio::test]
async fn a_receiver_that_hangs_blocks_neither_the_api_nor_another_source_nor_the_end() {
    let bench = bench(&[("webhook-timeout-s", "60")]).await;
    let hanging = Receiver::hanging().await;
    bench
        .register(&hanging, &["NEW_CALLOUT", "CALLOUT_EVENTS_CHANGED"])
        .await;
    let (_, callout) = bench.raised().await;
    hanging.has(1).await;
    bench.chat(callout, "still there").await;
    bench.get(&format!("/callouts/{callout}")).await.expect(200);

    let token = bench.other_source().await;
    let other = Receiver::start().await;
    let body = registration(&other, &["CREATED_CUSTOMER"]);
    let send = async |path, body| {
        bench
            .send(Method::POST, path, Some(&token), Some(body))
            .await
    };
    send("/notifiers/webhooks", body).await.expect(200);
    let jane = json!({ "customer": crate::common::person(JANE) });
    send("/customers", jane).await.expect(201);
    other.has(1).await;

    let log = bench.simulator.deliveries();
    assert_eq!(log[0].outcome, DeliveryOutcome::Sending);
    assert_eq!(log[1].outcome, DeliveryOutcome::Waiting);
    // Were it to wait for the receiver, this would take a minute.
    bench.simulator.shutdown().await.unwrap();
    assert_eq!(hanging.received().len(), 1);
}

#[tokio::test]
async fn a_slow_answer_lets_the_next_one_go() {
    let bench = bench(&[]).await;
    let slow = Receiver::hanging().await;
    bench.register(&slow, &["CALLOUT_EVENTS_CHANGED"]).await;
    let (_, callout) = bench.raised().await;
    bench.chat(callout, "one").await;
    bench.chat(callout, "two").await;
    slow.has(1).await;
    slow.answer.notify_one();
    slow.has(2).await;
    slow.answer.notify_one();
    bench.simulator.idle().await;
    assert!(outcomes(&bench).iter().all(|one| one.is_delivered()));
}

#[tokio::test]
async fn one_of_the_log_is_sent_again_as_it_was() {
    let bench = bench(&[]).await;
    let receiver = bench.receiver(&["NEW_CALLOUT"]).await;
    let (_, callout) = bench.raised().await;
    bench.simulator.idle().await;
    bench.stage(callout, "dispatched").await;
    let again = bench
        .control("/deliveries/1/redeliver", json!({}))
        .await
        .expect(200);
    assert_eq!(again, json!({ "number": 2 }));
    bench.simulator.idle().await;
    let received = receiver.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].body, received[1].body);
    assert_eq!(
        received[1].headers["x-webhook-secret"],
        received[0].headers["x-webhook-secret"]
    );
    bench
        .control("/deliveries/7/redeliver", json!({}))
        .await
        .refused(404);
    bench
        .control("/deliveries/x/redeliver", json!({}))
        .await
        .refused(400);
    let error = bench.simulator.redeliver(7).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownDelivery);
}

#[tokio::test]
async fn the_log_says_what_became_of_each_and_no_secret() {
    let bench = bench(&[]).await;
    let _receiver = bench.receiver(&["NEW_CALLOUT"]).await;
    bench.raised().await;
    bench.simulator.idle().await;
    let log = bench.control_get("deliveries").await;
    let now = "2026-06-10T08:00:00Z";
    assert_eq!(
        log,
        json!({ "deliveries": [{
            "number": 1,
            "source": 12,
            "event": "NEW_CALLOUT",
            "entity": "callout",
            "entityId": 992_011,
            "attempt": 1,
            "repeats": null,
            "at": now,
            "due": now,
            "finishedAt": now,
            "outcome": "answered",
            "status": 200,
        }] })
    );
    let shown = format!("{log}{:?}", bench.simulator.deliveries());
    assert!(!shown.contains("planted"), "{shown}");
}

#[tokio::test]
async fn a_reset_forgets_deliveries_and_counts_anew() {
    let bench = bench(&[]).await;
    let slow = Receiver::hanging().await;
    bench.register(&slow, &["NEW_CALLOUT"]).await;
    bench.raised().await;
    slow.has(1).await;
    bench.control("/reset", json!({})).await.expect(200);
    assert!(bench.simulator.deliveries().is_empty());
    let receiver = bench.receiver(&["NEW_CALLOUT"]).await;
    bench.raised().await;
    bench.simulator.idle().await;
    assert_eq!(receiver.received().len(), 1);
    // The answer to what was sent before counts for nothing.
    slow.answer.notify_one();
    assert_eq!(
        outcomes(&bench),
        [DeliveryOutcome::Answered { status: 200 }]
    );
}

#[allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]
async fn upload(bench: &Bench, callback: &str) -> u16 {
    let file = "externalReferenceId,locationIdentifier,latitude,longitude\na,a,-26.1,28.1\n";
    let form = Form::new()
        .part("locations", Part::text(file).file_name("locations.csv"))
        .text("source", "head office")
        .text("callbackUrl", callback.to_owned());
    let url = format!("{}/predefinedlocations/upload", bench.simulator.csv_url());
    let request = bench.client.post(url).bearer_auth(&bench.token);
    request
        .multipart(form)
        .send()
        .await
        .unwrap()
        .status()
        .as_u16()
}

#[tokio::test]
async fn r81_the_result_of_an_upload_is_posted_after_the_answer() {
    let bench = bench(&[]).await;
    let receiver = Receiver::start().await;
    assert_eq!(upload(&bench, &receiver.url).await, 200);
    bench.simulator.idle().await;
    let received = receiver.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].method, "POST");
    let expected: Value = json!({
        "message": "Request completed successfully.",
        "source": "head office",
        "created": 1,
        "updated": 0,
        "deleted": 0,
    });
    assert_eq!(received[0].body, expected);
    let log = bench.simulator.deliveries();
    assert_eq!(log[0].event, "fixed locations upload");
    assert_eq!(log[0].entity_id, None);
}

#[tokio::test]
async fn r81_a_callback_over_http_is_for_this_machine_and_only_if_it_is_switched_on() {
    let on = bench(&[]).await;
    let off = Bench::new().await;
    assert_eq!(upload(&off, "http://127.0.0.1:4000/").await, 400);
    assert_eq!(upload(&on, "http://example.com/").await, 400);
    assert_eq!(upload(&on, "https://").await, 400);
    assert!(on.simulator.deliveries().is_empty());
}

#[tokio::test]
async fn a_callback_that_hangs_does_not_hold_up_the_webhook() {
    let bench = bench(&[]).await;
    let hanging = Receiver::hanging().await;
    let receiver = bench.receiver(&["CREATED_CUSTOMER"]).await;
    assert_eq!(upload(&bench, &hanging.url).await, 200);
    hanging.has(1).await;
    bench.uncovered(JANE).await;
    receiver.has(1).await;
    assert_eq!(outcomes(&bench)[0], DeliveryOutcome::Sending);
}
