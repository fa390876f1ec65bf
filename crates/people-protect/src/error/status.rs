//! From an answer to a kind of failure.

use std::time::Duration;

use http::HeaderMap;
use http::header::RETRY_AFTER;
use people_protect_api::{Answered, Auth, Operation, Retry};

use super::{Error, ErrorKind};

/// An answer that is no success, before it is an error.
pub(crate) struct Refusal<'a> {
    /// The operation's id.
    pub(crate) operation: Option<&'static str>,
    /// The name of the environment, for hints.
    pub(crate) environment: &'a str,
    pub(crate) answered: Answered,
    /// Whether all of its body came.
    pub(crate) whole: bool,
    /// The time of the answer, to read a `Retry-After` date against.
    pub(crate) now: jiff::Timestamp,
}

impl Refusal<'_> {
    /// The error for this answer.
    pub(crate) fn into_error(self) -> Error {
        let contract = self.operation.and_then(Operation::find);
        let retry = contract.map_or(Retry::Never, |operation| operation.retry);
        let auth = contract.map_or(Auth::Server, |operation| operation.auth);
        let name = self.operation.unwrap_or_default();
        let code = self.answered.status().as_u16();
        let retry_after = retry_after(self.answered.headers(), self.now);
        let error = Error::new(ErrorKind::InvalidRequest)
            .with_operation(self.operation)
            .with_answer(self.answered)
            .with_reached(true)
            .with_retry_after(retry_after);
        let says_subscription = error
            .message()
            .is_some_and(|text| text.to_ascii_lowercase().contains("subscription"));
        let raising = matches!(name, "create_customer_callout" | "create_callout_legacy");
        let fixed = name == "create_fixed_location_callout";
        // A page of a proxy's or firewall's, who know nothing of subscriptions.
        let foreign = self.whole && !error.body().is_empty() && error.message().is_none();
        match code {
            403 if raising && foreign => error.with_kind(ErrorKind::NotAuthorised).with_hint(
                "nobody comes: something before AURA refused this; check proxies, firewalls and \
                 the address this goes out from",
            ),
            // C06: the suite for the live service accepts all three.
            403 if raising => no_subscription(error),
            // That an event raises a callout as any other one (R26) is an assumption.
            403 if name == "create_device_event" => no_subscription(error).with_hint(
                "if the event was to raise a callout, the customer has no active subscription \
                 (R26): nobody comes",
            ),
            // A place has no customer whose subscription could be missing.
            403 if fixed => error.with_kind(ErrorKind::NotAuthorised).with_hint(
                "nobody comes: these credentials may not raise callouts for this place; check \
                 that it belongs to their customer source (R16), and ask AURA to enable it",
            ),
            400 | 401 if (raising || fixed) && says_subscription => no_subscription(error),
            401 if name == "create_device_event" && says_subscription => no_subscription(error),
            // R07: the server token is good, but carries no customer.
            400 if auth == Auth::Customer => error
                .with_kind(ErrorKind::WrongTokenScope)
                .with_hint("this operation takes a token of the customer: pass it with `with_bearer_token`"),
            401 if name == "create_oauth_token" => error
                .with_kind(ErrorKind::NotAuthorised)
                .with_hint(format!(
                    "AURA does not know these credentials on {}: compare client id and secret with \
                     the portal's Integration tab of that environment",
                    self.environment
                )),
            401 => error
                .with_kind(ErrorKind::NotAuthorised)
                .with_hint("the token was refused; a callout token works for its own customer's callouts only (R06)"),
            403 => error
                .with_kind(ErrorKind::NotAuthorised)
                .with_hint("these credentials may not do this; ask AURA to enable it"),
            404 => error.with_kind(ErrorKind::NotFound).with_hint(
                "check the id: ids belong to one environment and one customer source (R16)",
            ),
            408 | 504 => transient(error, retry).with_kind(ErrorKind::TimedOut),
            409 => conflict(error, name),
            429 => error
                .with_kind(ErrorKind::RateLimited)
                // Refused unprocessed, so that even a `never` operation may come again.
                .with_retryable(true)
                .with_hint("slow down and try again later"),
            400..=499 => error.with_hint("change the request; repeating it unchanged fails again"),
            500..=599 => transient(error, retry)
                .with_kind(ErrorKind::ServerFailure)
                .with_hint("a server failure passes in most cases; try again shortly (R56)"),
            // Of anything but a position it says nothing: nobody may take it for a callout's end.
            285 if matches!(
                name,
                "update_callout_location" | "update_callout_location_and_return"
            ) => error
                .with_kind(ErrorKind::CalloutClosed)
                .with_hint("stop updating: the callout takes no more positions (R33)"),
            _ => error
                .with_kind(ErrorKind::UndecodableAnswer)
                .with_hint("AURA documents no such status; check the address and any proxy between"),
        }
    }
}

fn transient(error: Error, retry: Retry) -> Error {
    error.with_retryable(retry != Retry::Never)
}

fn no_subscription(error: Error) -> Error {
    error
        .with_kind(ErrorKind::NoActiveSubscription)
        .with_hint("activate a subscription for the customer; live callouts need one (R26)")
}

fn conflict(error: Error, name: &str) -> Error {
    match name {
        "create_customer" => error.with_kind(ErrorKind::AlreadyRegistered).with_hint(
            "the mobile number has a customer already: use the customer id you stored (R11)",
        ),
        "update_customer" => error
            .with_kind(ErrorKind::AlreadyRegistered)
            .with_hint("another customer has this mobile number (R11)"),
        "create_subscription" => error
            .with_kind(ErrorKind::AlreadySubscribed)
            .with_hint("the customer is covered; renew the active subscription instead (R23)"),
        _ => error
            .with_kind(ErrorKind::Conflict)
            .with_hint("read the current state, then decide"),
    }
}

/// What a `Retry-After` date that cannot be read is taken for.
const UNREADABLE_DATE: Duration = Duration::from_secs(24 * 60 * 60);

/// `Retry-After` in seconds or as a date.
fn retry_after(headers: &HeaderMap, now: jiff::Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    if let Ok(seconds) = text.parse::<f64>() {
        // Rounded up: a moment too early is too early.
        return Duration::try_from_secs_f64(seconds.ceil()).ok();
    }
    match jiff::fmt::rfc2822::parse(text) {
        Ok(until) => {
            let wait = until.timestamp().duration_since(now);
            Some(Duration::try_from(wait).unwrap_or_default())
        }
        // A date in a form nobody writes any more, or too far away to be read: the server asks
        // for a wait all the same, and for longer than anybody waits here.
        Err(_) if text.len() > 20 && text.ends_with("GMT") => Some(UNREADABLE_DATE),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::StatusCode;

    use super::*;

    fn refused(operation: &'static str, status: u16, body: &'static str) -> Error {
        Refusal {
            whole: true,
            operation: Some(operation),
            environment: "staging",
            answered: Answered::new(
                StatusCode::from_u16(status).unwrap(),
                HeaderMap::new(),
                Bytes::from_static(body.as_bytes()),
            ),
            now: jiff::Timestamp::UNIX_EPOCH,
        }
        .into_error()
    }

    #[test]
    fn each_status_has_its_kind() {
        use ErrorKind::*;
        for (operation, status, body, kind) in [
            ("create_customer_callout", 403, "", NoActiveSubscription),
            ("create_callout_legacy", 403, "", NoActiveSubscription),
            ("create_customer_callout", 403, "<html>", NotAuthorised),
            ("create_device_event", 403, "", NoActiveSubscription),
            ("create_device_event", 401, "", NotAuthorised),
            (
                "create_device_event",
                401,
                r#"{"message":"No active subscription"}"#,
                NoActiveSubscription,
            ),
            ("create_fixed_location_callout", 403, "", NotAuthorised),
            (
                "create_fixed_location_callout",
                400,
                r#"{"message":"no such subscription"}"#,
                NoActiveSubscription,
            ),
            (
                "create_customer_callout",
                400,
                r#"{"message":"No active Subscription"}"#,
                NoActiveSubscription,
            ),
            (
                "create_customer_callout",
                400,
                r#"{"message":"location is required"}"#,
                InvalidRequest,
            ),
            ("create_customer_callout", 401, "", NotAuthorised),
            ("get_callout", 403, "", NotAuthorised),
            ("get_callout", 404, "<html>", NotFound),
            ("create_customer", 409, "", AlreadyRegistered),
            ("update_customer", 409, "", AlreadyRegistered),
            ("create_subscription", 409, "", AlreadySubscribed),
            ("create_fixed_location", 409, "", Conflict),
            ("list_customer_subscriptions", 429, "", RateLimited),
            ("update_callout_location", 285, "", CalloutClosed),
            ("create_customer_callout", 285, "", UndecodableAnswer),
            ("create_fixed_location_callout", 285, "", UndecodableAnswer),
            ("create_oauth_token", 285, "", UndecodableAnswer),
            ("create_callout_token", 285, "", UndecodableAnswer),
            ("create_customer", 422, "", InvalidRequest),
            ("get_callout", 500, "", ServerFailure),
            ("get_callout", 502, "<html>", ServerFailure),
            ("get_callout", 504, "", TimedOut),
            ("get_callout", 302, "", UndecodableAnswer),
        ] {
            let error = refused(operation, status, body);
            assert_eq!(error.kind(), kind, "{operation} {status}");
            assert_eq!(error.status().unwrap(), status);
            assert!(error.may_have_reached_server());
        }
    }

    #[test]
    fn r56_a_server_failure_may_be_repeated_only_where_the_contract_says_so() {
        assert!(refused("get_callout", 502, "").is_retryable());
        assert!(refused("create_customer_callout", 502, "").is_retryable());
        assert!(!refused("create_customer", 502, "").is_retryable());
        assert!(refused("create_customer", 429, "").is_retryable());
        assert!(!refused("get_callout", 404, "").is_retryable());
    }

    #[test]
    fn r07_a_server_token_where_a_customers_is_needed_is_named_so() {
        let error = refused(
            "create_subscription_management_session",
            400,
            r#"{"message":"No valid customerId found"}"#,
        );
        assert_eq!(error.kind(), ErrorKind::WrongTokenScope);
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let now: jiff::Timestamp = "2026-06-10T00:00:00Z".parse().unwrap();
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            retry_after(&headers, now)
        };
        assert_eq!(read("7"), Some(Duration::from_secs(7)));
        assert_eq!(
            read("Wed, 10 Jun 2026 00:00:30 GMT"),
            Some(Duration::from_secs(30))
        );
        assert_eq!(read("Tue, 09 Jun 2026 00:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(read("1.5"), Some(Duration::from_secs(2)));
        let whole = 1_844_674_407_370_955_161;
        assert_eq!(read(&whole.to_string()), Some(Duration::from_secs(whole)));
        assert_eq!(read("soon"), None);
        assert_eq!(read("-1"), None);
        assert_eq!(read("NaN"), None);
        for far in [
            "Wednesday, 10-Jun-26 00:01:00 GMT",
            "Fri, 31 Dec 9999 23:59:59 GMT",
        ] {
            assert!(read(far).unwrap() > Duration::from_secs(60), "{far}");
        }
    }
}
