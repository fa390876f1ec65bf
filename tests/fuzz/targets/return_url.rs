//! What a browser brings back from a hosted sign-up: the session is not lost, nothing shows (P13).

#![no_main]

use libfuzzer_sys::fuzz_target;
use people_protect::ReturnUrl;

fuzz_target!(|text: &str| {
    let back = ReturnUrl::parse(text);
    let _ = format!("{back:?}");
    // Whatever comes before it, the parameter at the end of the query counts.
    let before: String = text.chars().filter(|letter| *letter != '#').collect();
    let back = ReturnUrl::parse(&format!("{before}?a=1&signupSessionId=planted-session"));
    assert_eq!(
        back.session_id().map(|id| id.reveal()),
        Some("planted-session")
    );
    assert!(!format!("{back:?}").contains("planted-session"));
});
