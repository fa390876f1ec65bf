//! The hosted tracking page of a callout.

use std::fmt;

use people_protect_api::SecretText;

/// The link to the page on which the customer follows a callout (R28).
///
/// It can carry a session token (R94), so `Display` and `Debug` hide everything that can be one;
/// [`reveal`](TrackingUrl::reveal) is the link to open.
///
/// ```
/// use people_protect::TrackingUrl;
///
/// let link = TrackingUrl::new("https://track.example.com/view?sessionToken=planted&calloutId=1");
/// assert_eq!(link.to_string(), "https://track.example.com/view?REDACTED");
/// assert_eq!(format!("{link:?}"), "TrackingUrl(https://track.example.com/view?REDACTED)");
/// assert!(link.reveal().contains("planted"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct TrackingUrl(SecretText);

impl TrackingUrl {
    /// A link that was kept.
    pub fn new(url: impl Into<SecretText>) -> Self {
        Self(url.into())
    }

    /// A link out of an answer; blank text is none.
    pub(crate) fn from_answer(url: Option<&SecretText>) -> Option<Self> {
        url.filter(|url| !url.reveal().trim().is_empty())
            .map(|url| Self(url.clone()))
    }

    /// The link itself. Whoever holds it can follow the callout.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

/// The longest part of a path that is shown; longer ones may be tokens.
const LONGEST: usize = 16;

/// Whether a part of a link is made of what names are made of. Anything else may end the link, or
/// the line of a log.
fn is_plain(part: &str) -> bool {
    part.chars()
        .all(|letter| letter.is_alphanumeric() || "-._~:[]+".contains(letter))
}

impl fmt::Display for TrackingUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let link = self.0.reveal().trim();
        let Some((scheme, rest)) = link.split_once("://") else {
            return f.write_str("REDACTED");
        };
        let end = rest.find(['?', '#']).unwrap_or(rest.len());
        let (shown, hidden) = rest.split_at(end);
        let mut parts = shown.split('/');
        let host = parts.next().unwrap_or_default();
        // A user and password would stand before the host.
        let host = host.rsplit('@').next().unwrap_or_default();
        if !is_plain(scheme) || !is_plain(host) {
            return f.write_str("REDACTED");
        }
        write!(f, "{scheme}://{host}")?;
        for part in parts {
            let part = if part.len() > LONGEST || !is_plain(part) {
                "REDACTED"
            } else {
                part
            };
            write!(f, "/{part}")?;
        }
        match hidden.chars().next() {
            Some(mark) => write!(f, "{mark}REDACTED"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for TrackingUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TrackingUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::TrackingUrl;

    #[test]
    fn r94_nothing_that_can_be_a_token_shows() {
        for link in [
            "https://a.example/t?planted",
            "https://a.example/t#planted",
            "https://a.example/t/planted-planted-planted",
            "https://user:planted@a.example/t",
            "planted",
            "https:?planted://a.example/t",
            "https://a.example\nplanted/t",
            "https://a.example/\u{1b}planted",
            "  https://a.example/t?x=planted  ",
        ] {
            let link = TrackingUrl::new(link);
            assert!(!format!("{link} {link:?}").contains("planted"), "{link}");
            assert!(link.reveal().contains("planted"));
        }
    }
}
