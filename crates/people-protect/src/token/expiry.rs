//! How long a token is used.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::jwt;

/// How long before its end a token is replaced, at most.
const MARGIN: Duration = Duration::from_secs(60);
/// The lifetime of a token whose answer names none. An assumption: none is documented.
const UNNAMED_LIFETIME: Duration = Duration::from_secs(300);
/// An `expiresIn` above this is a point in time in seconds since 1970, not a lifetime (C02).
const EPOCH_ABOVE: i64 = 1_000_000_000;
/// A token that says it has expired already is used so long all the same: either the clocks
/// differ, and it is good, or it is refused, and renewed once per call. Without this floor every
/// call would ask for a token of its own.
const FLOOR: Duration = Duration::from_secs(5);

/// Until when the token asked for at `asked` is used without looking for another, and until when
/// it is valid.
pub(super) fn of(token: &str, expires_in: Option<i64>, asked: Timestamp) -> (Timestamp, Timestamp) {
    let named = match expires_in {
        None => UNNAMED_LIFETIME,
        Some(at) if at > EPOCH_ABOVE => seconds(at.saturating_sub(asked.as_second())),
        Some(lifetime) => seconds(lifetime),
    };
    let lifetime = match lifetime_of(token, asked) {
        Some(capped) => named.min(capped),
        None => named,
    };
    let lifetime = lifetime.max(FLOOR);
    // A short-lived token keeps nine tenths of its life; a long-lived one all but a minute.
    let used = lifetime - MARGIN.min(lifetime / 10);
    let after = |span| asked.checked_add(span).unwrap_or(Timestamp::MAX);
    (after(used), after(lifetime))
}

/// The lifetime the JWT gives itself (C02): from `iat` to `exp`, which no difference between the
/// two clocks can distort; without `iat`, from now.
fn lifetime_of(token: &str, asked: Timestamp) -> Option<Duration> {
    let claims = jwt::claims(token)?;
    let number = |name: &str| claims.get(name).and_then(whole_seconds);
    let expires = number("exp")?;
    let issued = number("iat").unwrap_or_else(|| asked.as_second());
    Some(seconds(expires.saturating_sub(issued)))
}

/// Times are numbers that may have a fraction, or stand in quotes.
#[allow(
    clippy::cast_possible_truncation,
    reason = "a cast from f64 saturates, and fractions of seconds do not matter"
)]
pub(super) fn whole_seconds(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        _ => value
            .as_i64()
            .or_else(|| value.as_f64().map(|at| at as i64)),
    }
}

fn seconds(seconds: i64) -> Duration {
    Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;

    const ASKED: i64 = 1_780_000_000;

    fn used(token: &str, expires_in: Option<i64>) -> i64 {
        let asked = Timestamp::from_second(ASKED).unwrap();
        of(token, expires_in, asked).0.as_second() - ASKED
    }

    fn jwt(payload: &str) -> String {
        let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(payload);
        format!("e30.{payload}.c2ln")
    }

    #[test]
    fn c02_large_values_are_points_in_time_and_small_ones_lifetimes() {
        assert_eq!(used("opaque", Some(3600)), 3540);
        assert_eq!(used("opaque", Some(100)), 90);
        assert_eq!(used("opaque", Some(ASKED + 3600)), 3540);
        assert_eq!(used("opaque", None), 270);
        assert!(used("opaque", Some(i64::MAX)) > 0);
    }

    #[test]
    fn a_token_that_has_expired_already_is_not_fetched_anew_for_every_call() {
        for expires_in in [1_700_000_000, 0, -5, i64::MIN] {
            assert_eq!(used("opaque", Some(expires_in)), 4, "{expires_in}");
        }
    }

    #[test]
    fn c02_the_jwt_caps_what_the_answer_promises() {
        let an_hour = jwt(&format!(r#"{{"iat":{ASKED},"exp":{}}}"#, ASKED + 3600));
        assert_eq!(used(&an_hour, Some(86_400)), 3540);
        assert_eq!(used(&an_hour, None), 270, "it never lengthens it");
        assert_eq!(used(&an_hour, Some(600)), 540);
        let without_iat = jwt(&format!(r#"{{"exp":{}.5}}"#, ASKED + 600));
        assert_eq!(used(&without_iat, Some(86_400)), 540);
    }

    #[test]
    fn c02_a_server_whose_clock_differs_does_not_shorten_a_token() {
        let yesterday = ASKED - 86_400;
        let token = jwt(&format!(
            r#"{{"iat":{yesterday},"exp":{}}}"#,
            yesterday + 3600
        ));
        assert_eq!(used(&token, Some(3600)), 3540);
    }
}
