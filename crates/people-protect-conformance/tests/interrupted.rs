//! The program, interrupted as a person does it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::process::Stdio;

use people_protect_simulator::{Clock, Simulator};
use tokio::process::Command;

fn active(simulator: &Simulator) -> usize {
    let snapshot = simulator.snapshot();
    let active = snapshot
        .callouts()
        .filter(|callout| callout.stage.is_active());
    active.count()
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_in_the_middle_takes_away_what_was_brought_about_and_says_so() {
    // The clock stands, so a delayed answer never comes.
    let simulator = Simulator::builder()
        .clock(Clock::manual())
        .fault("get_callout delay_ms=1000".parse().unwrap())
        .start()
        .await
        .unwrap();
    let source = simulator.credentials().clone();
    let mut program = Command::new(env!("CARGO_BIN_EXE_people-protect-conformance"))
        .args(["run", "--only", "R29,R32,R34", "--timeout", "600"])
        .args(["--target", &simulator.api_url()])
        .env("AURA_CLIENT_ID", source.client_id())
        .env("AURA_CLIENT_SECRET", source.client_secret().reveal())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    while active(&simulator) < 3 {
        let ended = program.try_wait().unwrap();
        assert!(
            ended.is_none(),
            "it ended before it was interrupted: {ended:?}"
        );
        tokio::task::yield_now().await;
    }
    let pid = program.id().unwrap().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status().await;
    assert!(sent.unwrap().success());
    let ended = program.wait_with_output().await.unwrap();
    let said = String::from_utf8(ended.stdout).unwrap();
    let told = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(2), "{said}{told}");
    assert!(said.contains("interrupted"), "{said}{told}");
    assert_eq!(active(&simulator), 0, "{said}{told}");
    let snapshot = simulator.snapshot();
    let kept = snapshot.customers().filter(|one| one.retired_at.is_none());
    assert_eq!(kept.count(), 0, "{said}{told}");
}
