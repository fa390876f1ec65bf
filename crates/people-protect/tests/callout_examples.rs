//! The examples of what follows a callout, as a user runs them.

#![allow(clippy::unwrap_used)]

mod programs;

use programs::{PATIENCE, example, run};

/// Runs an example and returns what it shows.
fn shown_by(name: &str) -> String {
    let ended = run(example(name), PATIENCE);
    assert!(ended.status.success(), "{ended:?}");
    assert!(ended.stderr.is_empty(), "{ended:?}");
    ended.stdout
}

#[test]
fn chat_and_rate_goes_from_the_chat_to_the_rating() {
    let shown = shown_by("chat_and_rate");
    for part in [
        "said, with 1 tag(s)",
        "no report yet",
        "is closed",
        "there is a map: true",
        "is attached",
        "5 of 5",
    ] {
        assert!(shown.contains(part), "{part} is not in:\n{shown}");
    }
}

#[test]
fn location_stream_ends_with_the_callout() {
    let shown = shown_by("location_stream");
    assert!(shown.contains("over: true, after 4 position(s)"), "{shown}");
}
