//! The check at the door.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use people_protect_api::SecretText;
use subtle::Choice;

use super::secret::{Secret, Value};
use super::{Delivery, Rejection};
use crate::{Clock, Error, SystemClock};

/// The largest body taken unless told otherwise: 1 MiB.
const LARGEST: usize = 1024 * 1024;

/// How long a body may take unless told otherwise.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Checks and reads deliveries, with any HTTP server.
///
/// AURA documents no signature (R45): the header you registered is all that proves a delivery.
/// It is checked in constant time and before the body is read. Cloning is cheap. The secrets do not
/// show in `Debug`.
///
/// ```
/// use http::{HeaderMap, HeaderValue, StatusCode};
/// use people_protect::webhooks::Receiver;
///
/// let receiver = Receiver::new("x-webhook-secret", "a-long-random-text")?
///     .with_former_secret("the-one-before")?;
///
/// let mut headers = HeaderMap::new();
/// let rejection = receiver.receive(&headers, b"{}").unwrap_err();
/// assert_eq!(rejection.status(), StatusCode::UNAUTHORIZED);
///
/// headers.insert("x-webhook-secret", HeaderValue::from_static("the-one-before"));
/// assert!(receiver.receive(&headers, b"{}").is_ok());
/// # Ok::<(), people_protect::Error>(())
/// ```
#[derive(Clone)]
pub struct Receiver {
    check: Option<Arc<Check>>,
    largest: usize,
    body_timeout: Duration,
    clock: Arc<dyn Clock>,
}

#[derive(Clone)]
struct Check {
    header: HeaderName,
    secrets: Vec<Secret>,
}

impl Receiver {
    /// A receiver that wants this header with this value, the ones you registered. Header names
    /// are compared in any case, values as they are.
    ///
    /// # Errors
    ///
    /// [`Configuration`](crate::ErrorKind::Configuration) if no header has such a name, or the
    /// secret is empty or could not arrive in a header.
    pub fn new(header: &str, secret: impl Into<SecretText>) -> Result<Self, Error> {
        let header = HeaderName::from_bytes(header.trim().as_bytes()).map_err(|_| {
            Error::configuration(
                "the webhook's header has a name no header can have",
                "use letters, digits and hyphens, such as x-webhook-secret",
            )
        })?;
        Ok(Self {
            check: Some(Arc::new(Check {
                header,
                secrets: vec![checked(&secret.into())?],
            })),
            largest: LARGEST,
            body_timeout: BODY_TIMEOUT,
            clock: Arc::new(SystemClock),
        })
    }

    /// A receiver that takes in **whatever anybody posts**. Only behind something that has already
    /// checked who is posting: anyone who finds the address can make up emergencies, and their end.
    #[must_use]
    pub fn without_header_check_so_anyone_can_forge_deliveries() -> Self {
        Self {
            check: None,
            largest: LARGEST,
            body_timeout: BODY_TIMEOUT,
            clock: Arc::new(SystemClock),
        }
    }

    /// Accepts one more secret: to change it without losing a delivery, accept both, register the
    /// new one, and drop the former one later.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new); also for a receiver that checks no header.
    pub fn with_former_secret(mut self, secret: impl Into<SecretText>) -> Result<Self, Error> {
        let Some(check) = &mut self.check else {
            return Err(Error::configuration(
                "this receiver checks no header, so it takes no secret",
                "begin with `Receiver::new`",
            ));
        };
        Arc::make_mut(check).secrets.push(checked(&secret.into())?);
        Ok(self)
    }

    /// Takes bodies up to so many bytes; 1 MiB by default.
    #[must_use]
    pub fn with_largest_body(mut self, bytes: usize) -> Self {
        self.largest = bytes;
        self
    }

    /// The largest body taken, in bytes.
    #[must_use]
    pub fn largest_body(&self) -> usize {
        self.largest
    }

    /// Waits so long for a body to arrive whole; 10 seconds by default. Then it is
    /// [`Incomplete`](Rejection::Incomplete). This is for the axum extractor; with another server,
    /// which reads the body itself, use [`body_timeout`](Self::body_timeout) there.
    #[must_use]
    pub fn with_body_timeout(mut self, limit: Duration) -> Self {
        self.body_timeout = limit;
        self
    }

    /// How long a body may take to arrive.
    #[must_use]
    pub fn body_timeout(&self) -> Duration {
        self.body_timeout
    }

    /// Takes the time from another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    #[cfg(feature = "axum")]
    pub(super) fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// Checks the header alone: for a server that can do so before it reads the body.
    ///
    /// # Errors
    ///
    /// [`MissingHeader`](Rejection::MissingHeader) or [`WrongHeader`](Rejection::WrongHeader).
    pub fn check(&self, headers: &HeaderMap) -> Result<(), Rejection> {
        let Some(check) = &self.check else {
            return Ok(());
        };
        let mut values = headers.get_all(&check.header).iter().peekable();
        if values.peek().is_none() {
            return Err(Rejection::MissingHeader);
        }
        let accepted = values.fold(Choice::from(0), |found, value| {
            found | check.accepts(value.as_bytes())
        });
        match accepted.into() {
            true => Ok(()),
            false => Err(Rejection::WrongHeader),
        }
    }

    /// Checks the header, then the size, then reads the body.
    ///
    /// On success answer 200 at once and work afterwards (R47), see [`Inbox`](super::Inbox);
    /// otherwise answer the rejection's status. A body that cannot be read is
    /// [`Event::Unreadable`](super::Event::Unreadable) and no rejection: the sender is AURA, and
    /// refusing would lose what may be an emergency.
    ///
    /// # Errors
    ///
    /// A [`Rejection`]. Nothing of the body was read then.
    pub fn receive(&self, headers: &HeaderMap, body: &[u8]) -> Result<Delivery, Rejection> {
        self.check(headers)?;
        if body.len() > self.largest {
            return Err(Rejection::TooLarge {
                largest: self.largest,
            });
        }
        Ok(Delivery::parse(body))
    }
}

impl Check {
    /// Whether the value is one of the secrets. All of them are compared, each in constant time.
    fn accepts(&self, value: &[u8]) -> Choice {
        let value = Value::new(value);
        self.secrets
            .iter()
            .fold(Choice::from(0), |found, secret| found | secret.is(&value))
    }
}

/// A secret that can arrive in a header.
fn checked(secret: &SecretText) -> Result<Secret, Error> {
    let text = secret.reveal();
    if text.trim().is_empty() {
        return Err(Error::configuration(
            "the webhook's secret is empty, so anyone could forge a delivery",
            "use a long random text, and register it as the header's value",
        ));
    }
    if text.trim() != text || HeaderValue::from_str(text).is_err() {
        return Err(Error::configuration(
            "the webhook's secret could not arrive in a header as it is",
            "leave out line breaks, control characters and space at its ends",
        ));
    }
    Ok(Secret::new(text.as_bytes()))
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secrets = self.check.as_ref().map_or(0, |check| check.secrets.len());
        f.debug_struct("Receiver")
            .field("checks_header", &self.check.is_some())
            .field("secrets", &secrets)
            .field("largest_body", &self.largest)
            .field("body_timeout", &self.body_timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Receiver;

    #[test]
    fn p08_a_secret_is_told_from_everything_like_it() {
        let long = "x".repeat(200);
        let receiver = Receiver::new("x-secret", "0123456789").unwrap();
        let receiver = receiver.with_former_secret("former").unwrap();
        let receiver = receiver.with_former_secret(long.as_str()).unwrap();
        let check = receiver.check.unwrap();
        let longer = "x".repeat(201);
        for (value, accepted) in [
            ("0123456789", true),
            ("former", true),
            (long.as_str(), true),
            ("012345678X", false),
            ("X123456789", false),
            ("0123456789X", false),
            ("0123456789\0", false),
            ("0", false),
            ("", false),
            (longer.as_str(), false),
            (&long[1..], false),
        ] {
            let found: bool = check.accepts(value.as_bytes()).into();
            assert_eq!(found, accepted, "{value}");
        }
        // Enough to find a comparison of a part.
        for wrong in 0..2000 {
            let found: bool = check.accepts(format!("wrong {wrong}").as_bytes()).into();
            assert!(!found, "{wrong}");
        }
    }
}
