//! Base addresses in every careless form (P05): what is accepted is a base, and stays the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use people_protect::Environment;

fuzz_target!(|text: &str| {
    let Ok(environment) = Environment::custom(text) else {
        return;
    };
    let base = environment.api_base();
    assert!(base.ends_with("/panic-api/v2"), "{base}");
    assert!(!base.contains(['?', '#']), "{base}");
    assert!(
        base.starts_with("https://") || environment.is_loopback(),
        "{base}"
    );
    let again = Environment::custom(base).map(|again| again.api_base() == base);
    assert!(
        matches!(again, Ok(true)),
        "{base} is another base: {again:?}"
    );
});
