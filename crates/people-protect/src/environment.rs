//! Which AURA a client talks to.

mod base_url;

use std::fmt;
use std::str::FromStr;

use crate::Error;
use base_url::BaseUrls;
pub(crate) use base_url::host_is_loopback;

/// The environment a client talks to.
///
/// Ids, credentials and customers belong to one environment and mean nothing in another.
///
/// ```
/// use people_protect::Environment;
///
/// let environment: Environment = "staging".parse()?;
/// assert_eq!(environment, Environment::Staging);
///
/// // Every careless form of an address comes out the same (P05).
/// let local = Environment::custom("http://127.0.0.1:4010/panic-api//v2/")?;
/// assert_eq!(local.api_base(), "http://127.0.0.1:4010/panic-api/v2");
/// assert_eq!(local.csv_base(), "http://127.0.0.1:4010/v1");
/// # Ok::<(), people_protect::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// AURA's staging service: callouts go to the portal's Responder Simulator (R36).
    Staging,
    /// AURA's production service: live callouts send real responders. The host is reported by an
    /// integrator, not printed by the current documentation.
    Production,
    /// Another address: a simulator, a proxy.
    Custom(CustomEnvironment),
}

impl Environment {
    /// An environment at an address: the host alone, or with `/panic-api` or `/panic-api/v2`.
    ///
    /// # Errors
    ///
    /// [`Configuration`](crate::ErrorKind::Configuration) if it is no address, is not https
    /// (except to the own machine), or carries credentials, a query or another API's path.
    pub fn custom(address: &str) -> Result<Self, Error> {
        base_url::parse(address)
            .map(CustomEnvironment)
            .map(Self::Custom)
    }

    /// The same environment with the two CSV routes at another base (by default `/v1` on the same
    /// host, R50).
    ///
    /// # Errors
    ///
    /// As [`custom`](Self::custom).
    pub fn with_csv_base(self, address: &str) -> Result<Self, Error> {
        let csv = base_url::parse_csv(address)?;
        let api = self.api_base().to_owned();
        Ok(Self::Custom(CustomEnvironment(BaseUrls { api, csv })))
    }

    /// Reads `AURA_ENVIRONMENT`: `staging`, `production` or an address.
    ///
    /// There is no default: a panic sent to the wrong environment reaches nobody.
    ///
    /// # Errors
    ///
    /// [`Configuration`](crate::ErrorKind::Configuration) if it is not set or not readable.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// As [`from_env`](Self::from_env), from another source of settings.
    ///
    /// # Errors
    ///
    /// As [`from_env`](Self::from_env).
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        lookup("AURA_ENVIRONMENT")
            .filter(|value| !value.trim().is_empty())
            .ok_or_else(|| {
                Error::configuration(
                    "AURA_ENVIRONMENT is not set",
                    "set it to `staging`, `production` or an https address",
                )
            })?
            .parse()
    }

    /// The base address of the API, without a slash at the end.
    #[must_use]
    pub fn api_base(&self) -> &str {
        match self {
            Environment::Staging => "https://staging-panic.aura.services/panic-api/v2",
            Environment::Production => "https://panic.aura.services/panic-api/v2",
            Environment::Custom(custom) => &custom.0.api,
        }
    }

    /// The base address of the two CSV routes, without a slash at the end (R50).
    #[must_use]
    pub fn csv_base(&self) -> &str {
        match self {
            Environment::Staging => "https://staging-panic.aura.services/v1",
            Environment::Production => "https://panic.aura.services/v1",
            Environment::Custom(custom) => &custom.0.csv,
        }
    }

    /// Whether both addresses are the own machine's, so that no responder can be sent.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        [self.api_base(), self.csv_base()]
            .iter()
            .all(|base| base_url::is_loopback(base))
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Environment::Staging => f.write_str("staging"),
            Environment::Production => f.write_str("production"),
            Environment::Custom(custom) => f.write_str(&custom.0.api),
        }
    }
}

impl FromStr for Environment {
    type Err = Error;

    /// `staging`, `production` or an address, as [`custom`](Environment::custom) takes it.
    fn from_str(text: &str) -> Result<Self, Error> {
        match text.trim().to_ascii_lowercase().as_str() {
            "staging" => Ok(Environment::Staging),
            "production" => Ok(Environment::Production),
            _ => Environment::custom(text),
        }
    }
}

/// The addresses of an [`Environment::Custom`]; made by [`Environment::custom`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomEnvironment(BaseUrls);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn the_environment_has_no_default() {
        for value in [None, Some(""), Some("  ")] {
            let error = Environment::from_lookup(|_| value.map(str::to_owned)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(error.to_string().contains("AURA_ENVIRONMENT"));
        }
    }

    #[test]
    fn names_are_read_in_any_case() {
        for text in ["staging", " Staging\n", "STAGING"] {
            assert_eq!(text.parse::<Environment>().unwrap(), Environment::Staging);
        }
        assert_eq!(
            "production".parse::<Environment>().unwrap(),
            Environment::Production
        );
    }

    #[test]
    fn the_csv_base_can_be_set_apart() {
        let environment = Environment::Staging
            .with_csv_base("https://csv.example.com/v1/")
            .unwrap();
        assert_eq!(environment.csv_base(), "https://csv.example.com/v1");
        assert_eq!(environment.api_base(), Environment::Staging.api_base());
        assert!(!environment.is_loopback());
    }
}
