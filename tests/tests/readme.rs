//! The README's program, followed to the letter against a simulator nobody has touched.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set its stage should stop"
)]

use std::path::Path;
use std::process::{Command, Output};

use people_protect_simulator::Simulator;

/// Runs the example, which cargo builds beside the tests, with the settings the README names.
async fn run(simulator: &Simulator) -> Output {
    let test = std::env::current_exe().unwrap();
    let target = test.parent().and_then(Path::parent).unwrap();
    let mut program = target.join("examples").join("readme");
    program.set_extension(std::env::consts::EXE_EXTENSION);
    let address = simulator.api_url();
    let credentials = simulator.credentials();
    let mut command = Command::new(program);
    command
        .env(
            "AURA_ENVIRONMENT",
            address.split("/panic-api").next().unwrap(),
        )
        .env("AURA_CLIENT_ID", credentials.client_id())
        .env("AURA_CLIENT_SECRET", credentials.client_secret().reveal());
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

#[test]
fn p20_the_readme_shows_the_program_that_is_tested() {
    let program = include_str!("../examples/readme.rs");
    let program = &program[program.find("use ").unwrap()..];
    let readme = include_str!("../../README.md");
    assert!(readme.contains(&format!("```rust,no_run\n{program}```\n")));
}

#[tokio::test]
async fn p20_the_readme_program_works_on_a_fresh_simulator_and_fails_in_one_line() {
    let simulator = Simulator::start().await.unwrap();
    let ended = run(&simulator).await;
    assert!(ended.status.success(), "{ended:?}");
    let said = String::from_utf8(ended.stdout).unwrap();
    assert!(said.contains("callout "), "{said}");

    // R11: the number has a customer now.
    let again = run(&simulator).await;
    assert!(!again.status.success(), "{again:?}");
    let said = String::from_utf8(again.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(!said.contains("Error {"), "{said}");
    simulator.shutdown().await.unwrap();
}
