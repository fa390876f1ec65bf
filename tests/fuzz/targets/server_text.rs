//! What a server wrote, made fit for a log: short, on one line, without mail addresses.

#![no_main]

use libfuzzer_sys::fuzz_target;
use people_protect::fuzzing;

fuzz_target!(|text: &str| {
    let shown = fuzzing::scrub(text);
    assert!(shown.chars().count() <= 301, "{shown:?}");
    assert!(!shown.contains(char::is_control), "{shown:?}");
    assert!(!shown.contains('@'), "{shown:?}");
    // Planted beside whatever it is, a number does not show.
    let shown = fuzzing::scrub(&format!("+27821234567 {text}"));
    assert!(!shown.contains("27821234567"), "{shown:?}");
});
