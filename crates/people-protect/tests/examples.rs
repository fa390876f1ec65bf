//! Every example runs as a user runs it: from nothing, to a good end.

#![allow(clippy::unwrap_used)]

mod programs;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use programs::{PATIENCE, example, run};

/// The examples that are one file. The quickstart, a folder, has tests of its own.
fn names() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

/// Whether cargo built the example: its features are on.
fn is_built(name: &str) -> bool {
    match name {
        "coverage" => cfg!(feature = "coverage"),
        "fixed_locations" => cfg!(feature = "csv"),
        "webhook_receiver" => cfg!(feature = "axum"),
        // A further one that needs a feature is not found without it, and then belongs here.
        _ => true,
    }
}

#[test]
fn p20_every_example_runs_to_a_good_end_without_any_setting() {
    let names = names();
    assert!(names.len() >= 12, "{names:?}");
    for name in names.iter().filter(|name| is_built(name)) {
        let ended = run(example(name), PATIENCE);
        assert!(ended.status.success(), "{name}: {ended:?}");
        assert!(!ended.stdout.is_empty(), "{name} says nothing");
    }
}

#[test]
#[cfg(feature = "axum")]
fn c49_the_webhook_receiver_alarms_where_no_callout_can_be_read() {
    let ended = run(example("webhook_receiver"), PATIENCE);
    let alarms = ended.stdout.matches("ALARM").count();
    assert_eq!(
        alarms, 2,
        "a new callout without an id, and no JSON: {ended:?}"
    );
}

#[test]
#[cfg(unix)]
#[should_panic(expected = "does not end")]
fn a_program_that_hangs_is_stopped() {
    let mut hangs = Command::new("sleep");
    hangs.arg("600");
    run(hangs, Duration::from_millis(50));
}
