//! Client id and client secret.

use std::fmt;

use people_protect_api::SecretText;

use crate::Error;

/// The credentials of one application at AURA.
///
/// The portal's Integration tab shows them per application (documented earlier; unconfirmed).
/// They belong on a back end only (P12). `Debug` shows neither of them.
///
/// ```
/// use people_protect::Credentials;
///
/// let credentials = Credentials::new("client", "planted")?;
/// assert!(!format!("{credentials:?}").contains("planted"));
/// assert!(Credentials::new("client", " ").is_err());
/// # Ok::<(), people_protect::Error>(())
/// ```
#[derive(Clone)]
pub struct Credentials {
    client_id: String,
    client_secret: SecretText,
}

impl Credentials {
    /// Credentials from wherever they are kept. White space around them is dropped: files of
    /// secrets end in a newline.
    ///
    /// # Errors
    ///
    /// [`Configuration`](crate::ErrorKind::Configuration) if one is empty or an example's
    /// placeholder.
    pub fn new(
        client_id: impl Into<String>,
        client_secret: impl Into<String>,
    ) -> Result<Self, Error> {
        Ok(Self {
            client_id: checked("client id", client_id.into())?,
            client_secret: checked("client secret", client_secret.into())?.into(),
        })
    }

    /// Reads `AURA_CLIENT_ID` and `AURA_CLIENT_SECRET`.
    ///
    /// # Errors
    ///
    /// [`Configuration`](crate::ErrorKind::Configuration) if one is not set, empty or a
    /// placeholder.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// As [`from_env`](Self::from_env), from another source of settings.
    ///
    /// ```
    /// use people_protect::Credentials;
    ///
    /// let settings = |name: &str| Some(format!("value of {name}"));
    /// assert!(Credentials::from_lookup(settings).is_ok());
    ///
    /// let error = Credentials::from_lookup(|_| None).unwrap_err();
    /// assert!(error.to_string().contains("AURA_CLIENT_ID is not set"));
    /// ```
    ///
    /// # Errors
    ///
    /// As [`from_env`](Self::from_env).
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let read = |name: &'static str| {
            lookup(name).ok_or_else(|| {
                Error::configuration(
                    format!("{name} is not set"),
                    "set AURA_CLIENT_ID and AURA_CLIENT_SECRET; the portal's Integration tab shows both",
                )
            })
        };
        Ok(Self {
            client_id: checked("AURA_CLIENT_ID", read("AURA_CLIENT_ID")?)?,
            client_secret: checked("AURA_CLIENT_SECRET", read("AURA_CLIENT_SECRET")?)?.into(),
        })
    }

    pub(crate) fn client_id(&self) -> &str {
        &self.client_id
    }

    pub(crate) fn client_secret(&self) -> &SecretText {
        &self.client_secret
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(REDACTED)")
    }
}

fn checked(name: &'static str, value: String) -> Result<String, Error> {
    let trimmed = value.trim();
    if trimmed.is_empty() {
        return Err(Error::configuration(
            format!("{name} is empty"),
            "set it to the value the portal's Integration tab shows",
        ));
    }
    if matches!(trimmed, "your_client_id" | "your_client_secret") || trimmed.contains("{{") {
        return Err(Error::configuration(
            format!("{name} is still the placeholder of an example"),
            "set it to the value the portal's Integration tab shows",
        ));
    }
    Ok(if trimmed.len() == value.len() {
        value
    } else {
        trimmed.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_missing_variable_is_named() {
        for missing in ["AURA_CLIENT_ID", "AURA_CLIENT_SECRET"] {
            let error =
                Credentials::from_lookup(|name| (name != missing).then(|| "planted".to_owned()))
                    .unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(missing), "{shown}");
            assert!(!shown.contains("planted"), "{shown}");
        }
    }

    #[test]
    fn a_newline_at_the_end_is_dropped_and_a_placeholder_refused() {
        let credentials = Credentials::new("id\n", " secret\r\n").unwrap();
        assert_eq!(credentials.client_id(), "id");
        assert_eq!(credentials.client_secret().reveal(), "secret");
        assert!(Credentials::new("your_client_id", "x").is_err());
        assert!(Credentials::new("{{clientId}}", "x").is_err());
    }
}
