//! A successful answer, typed and raw.

use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use people_protect_api::Answered;

/// What an operation answered: the typed value, and everything the server sent.
///
/// `Debug` shows the status and the size of the body only.
pub struct Answer<T> {
    pub(crate) value: T,
    pub(crate) answered: Answered,
    pub(crate) attempts: u32,
    pub(crate) may_be_repeat: bool,
    /// How long the call took, repeats included.
    pub(crate) took: Duration,
}

impl<T> Answer<T> {
    /// The same answer, read as something else.
    pub(crate) fn with_value<U>(self, value: U) -> Answer<U> {
        Answer {
            value,
            answered: self.answered,
            attempts: self.attempts,
            may_be_repeat: self.may_be_repeat,
            took: self.took,
        }
    }

    /// The typed value by move; `*answer` and `answer.field` read it in place.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The status: 2xx, never 285 (R33).
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.answered.status()
    }

    /// The headers of the answer.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.answered.headers()
    }

    /// The body as received; empty if the server sent none.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.answered.body()
    }

    /// The body as JSON, with the fields no type knows; `null` if it is no JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(self.body()).unwrap_or_default()
    }

    /// How often the operation was sent, the answered time included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Whether an attempt before the answered one may have reached the server, so that this may
    /// be the second time it saw the call.
    #[must_use]
    pub fn may_be_repeat(&self) -> bool {
        self.may_be_repeat
    }
}

impl<T> Deref for Answer<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> fmt::Debug for Answer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status().as_u16())
            .field("body_bytes", &self.body().len())
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
