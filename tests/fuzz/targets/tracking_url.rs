//! Tracking links hide what can be a token, whatever they are (R94).

#![no_main]

use libfuzzer_sys::fuzz_target;
use people_protect::TrackingUrl;

fuzz_target!(|text: &str| {
    let link = TrackingUrl::new(text);
    assert_eq!(link.reveal(), text);
    let shown = link.to_string();
    assert_eq!(format!("{link:?}"), format!("TrackingUrl({shown})"));
    assert!(!shown.contains(char::is_control), "{shown:?}");
    assert!(!shown.contains('@'), "{shown:?}");
    if let Some((_, hidden)) = shown.split_once(['?', '#']) {
        assert_eq!(hidden, "REDACTED");
    }
});
