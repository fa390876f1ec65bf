//! What a browser brings back from a hosted sign-up.

use std::fmt;

use people_protect_api::SecretText;

use crate::signup::customer;
use crate::{CustomerId, SignupSessionId};

/// The URL a hosted sign-up sent the person back to, read (R53, P13).
///
/// **It is only a hint.** It comes out of a browser, where anybody can write anything into it. It
/// tells which session to read; [`Signup::confirm`](crate::Signup::confirm) reads it.
///
/// Reading never fails: a full URL, one of an app's own scheme, a relative one, a bare query and
/// parameters behind `#` are all understood, names in any case and with `_` or without. Of a
/// parameter that comes more than once the last one that is not blank counts, as the redirect adds
/// its own behind yours. Blank ones, and a text `null` or `undefined`, count as absent.
///
/// The parameters were documented earlier and are in AURA's sample code.
///
/// ```
/// use people_protect::{ReturnStatus, ReturnUrl};
///
/// let back = ReturnUrl::parse(
///     "myapp://signup-done?status=failed&error_code=payment_failed&signupSessionId=css_123",
/// );
/// assert_eq!(back.status(), Some(&ReturnStatus::Failed));
/// assert_eq!(back.error_code(), Some("payment_failed"));
/// assert_eq!(back.session_id().map(|id| id.reveal()), Some("css_123"));
/// assert_eq!(back.customer(), None);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ReturnUrl {
    status: Option<ReturnStatus>,
    error_code: Option<String>,
    session_id: Option<SignupSessionId>,
    customer: Option<CustomerId>,
    site_id: Option<String>,
    parameters: Vec<(String, SecretText)>,
}

/// What a redirect says about a hosted sign-up. Case does not matter.
///
/// ```
/// use people_protect::ReturnStatus;
///
/// assert_eq!(ReturnStatus::of("Completed"), ReturnStatus::Completed);
/// assert_eq!(ReturnStatus::of("on_hold"), ReturnStatus::Other("on_hold".into()));
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReturnStatus {
    /// `completed`
    Completed,
    /// `failed`; see [`error_code`](ReturnUrl::error_code).
    Failed,
    /// `cancelled`
    Cancelled,
    /// Any other text, as sent. `Debug` does not show it: it may have been written by anybody.
    Other(String),
}

impl ReturnStatus {
    /// Reads a status.
    #[must_use]
    pub fn of(text: &str) -> Self {
        match text.trim().to_ascii_lowercase().as_str() {
            "completed" => Self::Completed,
            "failed" => Self::Failed,
            "cancelled" | "canceled" => Self::Cancelled,
            _ => Self::Other(text.to_owned()),
        }
    }
}

impl fmt::Debug for ReturnStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Completed => "Completed",
            Self::Failed => "Failed",
            Self::Cancelled => "Cancelled",
            Self::Other(_) => "Other(REDACTED)",
        })
    }
}

impl ReturnUrl {
    /// Reads a return URL, a relative one, or its query alone.
    #[must_use]
    pub fn parse(url_or_query: &str) -> Self {
        let parameters = parameters(url_or_query);
        let find = |name: &str| find(&parameters, name);
        Self {
            status: find("status").map(|text| ReturnStatus::of(&text)),
            error_code: find("errorcode"),
            session_id: find("signupsessionid").map(SignupSessionId::from),
            customer: find("customerid").and_then(|id| customer(id.trim().parse().ok()?)),
            site_id: find("siteid"),
            parameters: parameters
                .iter()
                .map(|(name, value)| (name.clone(), value.as_str().into()))
                .collect(),
        }
    }

    /// What the redirect says. It decides nothing.
    #[must_use]
    pub fn status(&self) -> Option<&ReturnStatus> {
        self.status.as_ref()
    }

    /// Why it failed, such as `payment_failed`.
    #[must_use]
    pub fn error_code(&self) -> Option<&str> {
        self.error_code.as_deref()
    }

    /// The session the redirect names: compare it with the one you kept, or let
    /// [`Signup::confirm`](crate::Signup::confirm) do so.
    #[must_use]
    pub fn session_id(&self) -> Option<&SignupSessionId> {
        self.session_id.as_ref()
    }

    /// The customer the redirect names; none if there is none, or no number. Store the one that
    /// the session names instead.
    #[must_use]
    pub fn customer(&self) -> Option<CustomerId> {
        self.customer
    }

    /// The site the redirect names. Whether it is a number is not documented.
    #[must_use]
    pub fn site_id(&self) -> Option<&str> {
        self.site_id.as_deref()
    }

    /// Every parameter in order, decoded, your own ones included.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &SecretText)> {
        self.parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value))
    }
}

impl fmt::Debug for ReturnUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReturnUrl")
            .field("status", &self.status)
            .field("has_session_id", &self.session_id.is_some())
            .field("customer", &self.customer)
            .field("parameters", &self.parameters.len())
            .finish_non_exhaustive()
    }
}

/// The parameters of a query, then those behind `#`.
pub(crate) fn parameters(text: &str) -> Vec<(String, String)> {
    let text = text.trim();
    let (before, fragment) = text.split_once('#').unwrap_or((text, ""));
    let query = match before.split_once('?') {
        _ if is_bare_query(before) => before,
        Some((_, query)) => query,
        None => "",
    };
    // A page that routes behind `#` has its query there: `#/done?status=completed`.
    let fragment = match fragment.split_once('?') {
        Some((_, query)) => query,
        None if fragment.contains('=') => fragment.trim_start_matches(['/', '!', '&']),
        None => "",
    };
    [query, fragment]
        .into_iter()
        .flat_map(|part| form_urlencoded::parse(part.as_bytes()))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

/// Whether a text is a query and not an address: its first name has nothing an address has.
fn is_bare_query(text: &str) -> bool {
    text.split_once('=')
        .is_some_and(|(name, _)| !name.contains(['/', ':', '?']))
}

/// The last value of a parameter that is not blank. `name` is in lower case without `_`.
pub(crate) fn find(parameters: &[(String, String)], name: &str) -> Option<String> {
    let given = |value: &&str| !matches!(value.trim(), "" | "null" | "undefined");
    let plain = parameters
        .iter()
        .rev()
        .filter(|(key, _)| plain(key) == name)
        .find_map(|(_, value)| Some(value.as_str()).filter(given));
    // A redirect that puts a second `?` behind a URL that has one hides a parameter in the value
    // of the one before.
    let hidden = || {
        parameters.iter().rev().find_map(|(_, value)| {
            value.match_indices('?').find_map(|(at, _)| {
                let rest = &value[at + 1..];
                // Stops at the next `?`, so that many of them cost no more than few.
                let end = rest.find(['=', '?'])?;
                let value = rest[end..].strip_prefix('=')?;
                Some(value)
                    .filter(|_| self::plain(&rest[..end]) == name)
                    .filter(given)
            })
        })
    };
    plain.or_else(hidden).map(str::to_owned)
}

/// A name without what careless senders change about it: a second `?` before it, or the `amp;`
/// that is left of an escaped `&`.
fn plain(name: &str) -> String {
    let name = name.rsplit('?').next().unwrap_or_default();
    let name = name.trim().to_ascii_lowercase().replace(['_', '-'], "");
    name.strip_prefix("amp;").map(str::to_owned).unwrap_or(name)
}
