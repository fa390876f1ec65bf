//! `Retry-After` as seconds, as a date, as anything: it is read or left, and never shortens a wait
//! that was asked for.

#![no_main]

use libfuzzer_sys::fuzz_target;
use people_protect::fuzzing;

fuzz_target!(|text: &str| {
    let read = fuzzing::retry_after(text);
    if let Ok(seconds) = text.trim().parse::<u64>()
        && fuzzing::is_header(text)
    {
        assert_eq!(read.map(|wait| wait.as_secs()), Some(seconds));
    }
});
