//! A page hosted by AURA that a person is sent to.

use std::fmt;

use people_protect_api::SecretText;
use reqwest::Url;

use crate::return_address;

/// The page hosted by AURA to open for a person: **not** your return URL (R89).
///
/// Whoever opens it acts as that person, so `Display` and `Debug` show its host only;
/// [`reveal`](HostedUrl::reveal) is the link to open. Never build or change one.
///
/// ```
/// use people_protect::HostedUrl;
///
/// let page = HostedUrl::new("https://signup.example.com/session/planted?key=planted");
/// assert_eq!(page.to_string(), "https://signup.example.com/REDACTED");
/// assert!(page.reveal().ends_with("key=planted"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct HostedUrl(SecretText);

impl HostedUrl {
    /// A link that was kept.
    pub fn new(url: impl Into<SecretText>) -> Self {
        Self(url.into())
    }

    /// A link out of an answer, if it is one that can be opened.
    pub(crate) fn from_answer(url: Option<&SecretText>) -> Option<Self> {
        url.filter(|url| return_address::is_page(url.reveal()))
            .map(|url| Self(url.reveal().trim().into()))
    }

    /// The link itself, to send the person's browser or web view to.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

impl fmt::Display for HostedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = Url::parse(self.0.reveal()).ok();
        match url
            .as_ref()
            .and_then(|url| Some((url.scheme(), url.host_str()?)))
        {
            Some((scheme, host)) => write!(f, "{scheme}://{host}/REDACTED"),
            None => f.write_str("REDACTED"),
        }
    }
}

impl fmt::Debug for HostedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HostedUrl({self})")
    }
}
