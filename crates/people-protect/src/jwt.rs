//! Reads what a token says about itself. It verifies nothing: only its issuer can.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map, Value};

/// The longest token read. Longer ones fit in no header.
const LONGEST: usize = 16 * 1024;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The claims of a JWT (R01, R08), **unverified**; none if the text is no JWT or too long.
pub(crate) fn claims(token: &str) -> Option<Map<String, Value>> {
    let token = token.trim();
    if token.len() > LONGEST {
        return None;
    }
    let mut parts = token.split('.');
    let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    serde_json::from_slice(&BASE64.decode(payload).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::{LONGEST, claims};

    fn token(payload: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn r08_the_claims_are_read_with_and_without_padding() {
        let payload = r#"{"customerId":178921,"sub":"7?>x"}"#;
        assert!(URL_SAFE.encode(payload).ends_with('='));
        for token in [
            token(payload),
            format!(" e30.{}.c2ln\n", URL_SAFE.encode(payload)),
        ] {
            let claims = claims(&token).unwrap();
            assert_eq!(claims["customerId"], 178_921);
            assert_eq!(claims["sub"], "7?>x");
        }
    }

    #[test]
    fn what_is_no_token_has_no_claims() {
        let long = token(&format!(r#"{{"a":"{}"}}"#, "x".repeat(LONGEST)));
        let deep = token(&"[".repeat(9000));
        for text in [
            "",
            ".",
            "..",
            "...",
            "a.b.c",
            "e30.e30",
            "e30.e30.x.y.z",
            "e30.W10.x",
            &long,
            &deep,
        ] {
            assert_eq!(claims(text), None);
        }
    }

    proptest! {
        // The same cases in every run.
        #![proptest_config(ProptestConfig {
            rng_seed: RngSeed::Fixed(20_260_610),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn reading_never_panics(text in any::<String>(), payload in any::<Vec<u8>>()) {
            let _ = claims(&text);
            let _ = claims(&format!("a.{text}.b"));
            let _ = claims(&format!("a.{}.b", URL_SAFE_NO_PAD.encode(payload)));
        }
    }
}
