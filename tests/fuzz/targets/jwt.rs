//! Tokens of every shape: what is no token has no claims, and a long one is not read (R08).

#![no_main]

use libfuzzer_sys::fuzz_target;
use people_protect::fuzzing;

fuzz_target!(|text: &str| {
    let claims = fuzzing::jwt_claims(text);
    if text.trim().len() > 16 * 1024 || text.matches('.').count() != 2 {
        assert!(claims.is_none(), "{claims:?}");
    }
    // Behind a payload of its own, nothing changes what is read.
    let token = format!("e30.eyJjdXN0b21lcklkIjoxNzg5MjF9.{}", text.replace('.', ""));
    if token.len() <= 16 * 1024 {
        let claims = fuzzing::jwt_claims(&token);
        assert_eq!(
            claims.and_then(|claims| claims["customerId"].as_i64()),
            Some(178_921)
        );
    }
});
