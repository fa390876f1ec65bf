//! The state file, over restarts.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::path::Path;
use std::time::Duration;

use crate::common::{Bench, JANE, person};
use crate::everything::{self, exported};
use people_protect_simulator::{Builder, Clock, ErrorKind, Simulator, Stage};
use serde_json::json;

fn keeping(file: &Path) -> Builder {
    Simulator::builder().clock(Clock::manual()).state_file(file)
}

async fn refused(builder: Builder) -> (ErrorKind, String) {
    let error = builder.start().await.unwrap_err();
    assert!(!error.to_string().contains('\n'), "{error}");
    (error.kind(), error.to_string())
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state");
    let bench = Bench::of(keeping(&file)).await;
    everything::make(&bench).await;
    let before = exported(&bench);
    bench.simulator.shutdown().await.unwrap();
    let after = keeping(&file).start().await.unwrap();
    assert_eq!(after.export().unwrap(), before.to_string());
    // And what is changed then is there after the next one.
    after.set_stage(992_012, Stage::Arrived).unwrap();
    let changed = after.export().unwrap();
    drop(after);
    let last = keeping(&file).start().await.unwrap();
    assert_eq!(last.export().unwrap(), changed);
}

/// What was touched is what is written: after any sequence of changes the file says what memory says.
#[tokio::test]
async fn any_sequence_of_changes_is_in_the_file() {
    for seed in 0..6 {
        let mut random = fastrand::Rng::with_seed(seed);
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("state");
        let mut bench = Bench::of(keeping(&file)).await;
        for step in 0..40 {
            change(&bench, &mut random, step).await;
            if random.u8(..) < 16 {
                let before = bench.simulator.export().unwrap();
                bench.simulator.shutdown().await.unwrap();
                let simulator = keeping(&file).start().await.unwrap();
                assert_eq!(
                    simulator.export().unwrap(),
                    before,
                    "seed {seed}, step {step}"
                );
                bench = Bench::with(simulator).await;
            }
        }
        let before = bench.simulator.export().unwrap();
        bench.simulator.shutdown().await.unwrap();
        let after = keeping(&file).start().await.unwrap();
        assert_eq!(after.export().unwrap(), before, "seed {seed}");
    }
}

/// One change, which may well be refused.
async fn change(bench: &Bench, random: &mut fastrand::Rng, step: u32) {
    let customer = 178_921 + random.i64(0..6);
    let callout = 992_011 + random.i64(0..6);
    let mobile = format!("+2782{:07}", random.u8(0..8));
    match random.u8(0..15) {
        0..3 => {
            let body =
                json!({ "customer": person(&mobile), "subscription": { "subscriptionTypeId": 4 } });
            bench.post("/customers", body).await;
        }
        3 => {
            let body = json!({ "customer": person(&mobile) });
            bench.put(&format!("/customers/{customer}"), body).await;
        }
        4 => {
            bench
                .post(&format!("/customers/{customer}/delete"), json!({}))
                .await;
        }
        5..7 => {
            bench.raise(customer).await;
        }
        7 => {
            let stage = Stage::PATH[random.usize(..Stage::PATH.len())];
            let _ = bench.simulator.set_stage(callout, stage);
        }
        8 | 9 => {
            let serial = format!("EX-{:08}", random.u8(0..2));
            let device = json!({ "customerId": customer, "deviceSerial": serial, "deviceSupplier": "ExampleBrand" });
            bench.post("/devices", device).await;
        }
        10 | 11 => {
            bench
                .delete(&format!("/devices/{}", random.u8(0..2)), None)
                .await;
        }
        12 => {
            let by = Duration::from_secs(random.u64(0..600));
            bench.simulator.advance(by).unwrap();
        }
        _ if step == 20 => bench.simulator.reset(),
        _ => {
            let said = json!({ "source": "customer", "event": "hello" });
            bench
                .post(&format!("/callouts/{callout}/events"), said)
                .await;
        }
    }
}

#[tokio::test]
async fn a_reset_and_an_import_are_kept_as_well() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state");
    let bench = Bench::of(keeping(&file)).await;
    everything::make(&bench).await;
    let full = bench.simulator.export().unwrap();
    bench.simulator.reset();
    let empty = bench.simulator.export().unwrap();
    drop(bench);
    let simulator = keeping(&file).start().await.unwrap();
    assert_eq!(simulator.export().unwrap(), empty);
    simulator.import(&full).unwrap();
    drop(simulator);
    let simulator = keeping(&file).start().await.unwrap();
    assert_eq!(simulator.export().unwrap(), full);
}

#[tokio::test]
async fn a_manual_clock_stands_and_the_machines_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("manual");
    let simulator = keeping(&file).start().await.unwrap();
    simulator.advance(Duration::from_secs(60)).unwrap();
    drop(simulator);
    let simulator = keeping(&file).start().await.unwrap();
    assert_eq!(simulator.now().to_string(), "2026-06-10T08:01:00Z");

    let file = directory.path().join("system");
    let start = || Simulator::builder().state_file(&file).start();
    let simulator = start().await.unwrap();
    let before = simulator.now();
    simulator.advance(Duration::from_secs(864_000)).unwrap();
    drop(simulator);
    let moved = start().await.unwrap().now().duration_since(before);
    assert!(moved.as_secs() >= 864_000, "{moved}");
}

#[tokio::test]
async fn what_was_set_is_kept_and_the_command_line_comes_on_top() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state");
    let simulator = keeping(&file).start().await.unwrap();
    simulator.set_switch("grace", "on").unwrap();
    drop(simulator);
    let settings = |simulator: &Simulator| {
        let document: serde_json::Value =
            serde_json::from_str(&simulator.export().unwrap()).unwrap();
        document["state"]["settings"].clone()
    };
    let simulator = keeping(&file).break_rule("R27").start().await.unwrap();
    assert_eq!(
        settings(&simulator),
        json!({ "switches": { "grace": "on" }, "broken": ["R27"] })
    );
    drop(simulator);
    let simulator = keeping(&file).switch("grace", "off").start().await.unwrap();
    assert_eq!(settings(&simulator)["switches"], json!({}));
}

#[tokio::test]
async fn a_file_of_another_simulator_is_refused_with_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state");
    let running = keeping(&file).start().await.unwrap();
    let (kind, text) = refused(keeping(&file)).await;
    assert_eq!(kind, ErrorKind::StateFileInUse);
    assert!(text.contains("end that one, or use another file"), "{text}");
    running.shutdown().await.unwrap();

    let (kind, text) = refused(keeping(&file).seed(7)).await;
    assert_eq!(kind, ErrorKind::StateFileRefused);
    assert!(
        text.contains("written with seed 0, and this simulator has 7; start with that seed"),
        "{text}"
    );
    let (_, text) = refused(keeping(&file).clock(Clock::system())).await;
    assert!(
        text.contains("clock standing from 2026-06-10T08:00:00Z"),
        "{text}"
    );
    let sources = directory.path().join("sources.toml");
    std::fs::write(
        &sources,
        "[[source]]\nclient_id = \"a\"\nclient_secret = \"planted\"\n",
    )
    .unwrap();
    let (_, text) = refused(keeping(&file).sources(&sources)).await;
    assert!(
        text.contains("simulator-one") && text.contains("customer sources"),
        "{text}"
    );
    assert!(!text.contains("planted"), "{text}");
    // None of this harmed it.
    keeping(&file).start().await.unwrap();
}

#[tokio::test]
async fn a_file_that_was_cut_short_is_refused_wherever_it_was_cut() {
    let directory = tempfile::tempdir().unwrap();
    let whole = directory.path().join("state");
    let simulator = keeping(&whole).start().await.unwrap();
    simulator.shutdown().await.unwrap();
    let bytes = std::fs::read(&whole).unwrap();
    let cut = directory.path().join("cut");
    for length in [1, 100, 4096, 5 * 4096, 20_000, bytes.len() - 4096] {
        std::fs::write(&cut, &bytes[..length]).unwrap();
        let (kind, text) = refused(keeping(&cut)).await;
        assert_eq!(kind, ErrorKind::StateFileRefused, "{length}");
        assert!(text.contains("a simulator wrote"), "{length}: {text}");
    }
}

#[tokio::test]
async fn what_is_no_state_file_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("notes");
    let notes = "these are my notes\n".repeat(1000);
    std::fs::write(&file, &notes).unwrap();
    let (kind, text) = refused(keeping(&file)).await;
    assert_eq!(kind, ErrorKind::StateFileRefused);
    assert!(text.contains("notes"), "{text}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), notes);
    let nowhere = directory.path().join("not/there");
    let (kind, _) = refused(keeping(&nowhere)).await;
    assert_eq!(kind, ErrorKind::StateFileRefused);
}

#[tokio::test]
async fn a_tracking_link_and_a_token_open_the_same_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state");
    let bench = Bench::of(keeping(&file)).await;
    let customer = bench.covered(JANE).await;
    let raised = bench.raise(customer).await.expect(201);
    let (token, client) = (bench.token.clone(), bench.client.clone());
    bench.simulator.shutdown().await.unwrap();
    let simulator = keeping(&file).start().await.unwrap();
    let bench = Bench {
        simulator,
        client,
        token,
    };
    let again = bench.raise(customer).await.expect(201);
    assert_eq!(again["callout"]["id"], raised["callout"]["id"]);
    let query = |raised: &serde_json::Value| {
        let url = raised["callout"]["url"].as_str().unwrap();
        url.split_once('?').unwrap().1.to_owned()
    };
    assert_eq!(query(&again), query(&raised));
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_file_is_read_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state");
    keeping(&file).start().await.unwrap();
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
