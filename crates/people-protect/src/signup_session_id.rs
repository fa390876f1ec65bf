//! What names a hosted sign-up.

use std::fmt;

use people_protect_api::SecretText;

/// The id of a signup session. Keep it with the person who signs up: what comes back in a browser
/// may name another one.
///
/// ```
/// use people_protect::SignupSessionId;
///
/// let stored = SignupSessionId::new("css_123");
/// assert_eq!(stored.reveal(), "css_123");
/// assert_eq!(format!("{stored:?}"), "SignupSessionId(REDACTED)");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SignupSessionId(SecretText);

impl SignupSessionId {
    /// An id that was stored.
    pub fn new(id: impl Into<SecretText>) -> Self {
        Self(id.into())
    }

    /// The id itself, to store it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

impl From<&str> for SignupSessionId {
    fn from(id: &str) -> Self {
        Self::new(id)
    }
}

impl From<String> for SignupSessionId {
    fn from(id: String) -> Self {
        Self::new(id)
    }
}

impl From<&SignupSessionId> for SignupSessionId {
    fn from(id: &SignupSessionId) -> Self {
        id.clone()
    }
}

impl fmt::Debug for SignupSessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignupSessionId(REDACTED)")
    }
}
