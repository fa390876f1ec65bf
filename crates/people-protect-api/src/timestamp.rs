//! A point in time as the API writes it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A date and time, kept as sent.
///
/// A value that is no RFC 3339 time still leaves the rest of an answer readable; [`instant`]
/// tells whether it is one.
///
/// ```
/// use people_protect_api::Timestamp;
///
/// let time = Timestamp::from("2026-06-10T00:00:00Z");
/// assert_eq!(time.instant().unwrap().to_string(), "2026-06-10T00:00:00Z");
/// assert!(Timestamp::from("tomorrow").instant().is_none());
/// ```
///
/// [`instant`]: Timestamp::instant
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Timestamp(String);

impl Timestamp {
    /// The text as sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The instant, if the text is an RFC 3339 time with an offset.
    #[must_use]
    pub fn instant(&self) -> Option<jiff::Timestamp> {
        self.0.trim().parse().ok()
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(instant: jiff::Timestamp) -> Self {
        Self(instant.to_string())
    }
}

impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Timestamp {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(crate::redacted::Text).map(Self)
    }
}
