//! What a hosted sign-up is opened with.

use std::fmt;

use people_protect_api::types;

use crate::{Error, return_address};

/// A hosted sign-up to open: who signs up, and where the person comes back to (R52).
///
/// There is no request without an identifier: it begins with the e-mail address or with your own
/// reference, and can carry both.
///
/// ```
/// use people_protect::SignupRequest;
///
/// let back = "https://shop.example.com/signup-done";
/// let request = SignupRequest::by_reference("partner-user-123", back)?
///     .email("jane.doe@example.com")
///     .site("Downtown Branch", Some("site_9944"));
/// assert_eq!(format!("{request:?}"), "SignupRequest(REDACTED)");
///
/// assert!(SignupRequest::by_email(" ", back).is_err());
/// assert!(SignupRequest::by_email("jane.doe@example.com", "/signup-done").is_err());
/// # Ok::<(), people_protect::Error>(())
/// ```
#[derive(Clone)]
pub struct SignupRequest(pub(crate) types::CreateSignupSessionRequest);

impl SignupRequest {
    /// A person by e-mail address.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the address has no `@`, or the
    /// return URL is not absolute, is http (but for the own machine) or carries a password. An
    /// app's own scheme is fine.
    pub fn by_email(email: impl Into<String>, return_url: &str) -> Result<Self, Error> {
        let email = email.into();
        let email = email.trim();
        let well_formed = email
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
        if !well_formed || email.contains(char::is_whitespace) || email.contains("://") {
            return Err(Error::invalid(
                "the e-mail address of the sign-up is not one",
                "pass the address first, the return URL second",
            ));
        }
        Ok(Self::to(return_url)?.email(email))
    }

    /// A person by your own reference (`customerReferenceId`).
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the reference is blank, or for the
    /// return URL as [`by_email`](Self::by_email).
    pub fn by_reference(reference: impl Into<String>, return_url: &str) -> Result<Self, Error> {
        let reference = reference.into();
        if reference.trim().is_empty() || reference.contains("://") {
            return Err(Error::invalid(
                "the customer reference of the sign-up is blank or a URL",
                "pass your own key for the person first, the return URL second",
            ));
        }
        Ok(Self::to(return_url)?.customer_reference_id(reference))
    }

    fn to(return_url: &str) -> Result<Self, Error> {
        return_address::checked(return_url)
            .map(types::CreateSignupSessionRequest::new)
            .map(Self)
    }

    /// The person's e-mail address, beside your reference. Blank leaves it out.
    #[must_use]
    pub fn email(mut self, address: impl Into<String>) -> Self {
        let address = address.into();
        let address = address.trim();
        if !address.is_empty() {
            self.0.email = Some(address.into());
        }
        self
    }

    /// Your own reference, beside the e-mail address. The session carries it, so that a return can
    /// be matched with the person it was opened for. Blank leaves it out.
    #[must_use]
    pub fn customer_reference_id(mut self, reference: impl Into<String>) -> Self {
        let reference = reference.into();
        if !reference.trim().is_empty() {
            self.0.customer_reference_id = Some(reference.into());
        }
        self
    }

    /// The site to prefill: its name, and your own reference for it.
    #[must_use]
    pub fn site(mut self, name: impl Into<String>, reference: Option<&str>) -> Self {
        let mut site = types::SiteDetailsInput::default();
        site.site_name = Some(name.into().into());
        site.site_reference_id = reference.map(str::to_owned);
        self.0.site_details = Some(site);
        self
    }
}

impl fmt::Debug for SignupRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignupRequest(REDACTED)")
    }
}
