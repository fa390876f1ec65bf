//! The server under judgement.

use std::fmt;

use people_protect_simulator::{Clock, Simulator};

/// What a customer source signs in with. Neither half is ever shown.
#[derive(Clone)]
pub struct Source {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
}

impl Source {
    /// A source from its two credentials.
    #[must_use]
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source(REDACTED)")
    }
}

/// A server that claims to be the Panic API.
#[derive(Debug)]
pub struct Target {
    pub(crate) api: String,
    pub(crate) csv: String,
    pub(crate) control: Option<String>,
    pub(crate) source: Source,
    pub(crate) other: Option<Source>,
    /// Kept until the run is over; nothing but its addresses is used.
    pub(crate) embedded: Option<Simulator>,
    pub(crate) live: bool,
}

/// A target that is not judged, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub(crate) String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

const STAGING: &str = "staging-panic.aura.services";
const PRODUCTION: &str = "panic.aura.services";

impl Target {
    /// A simulator of its own, with a clock that only the suite moves. `prepare` may set switches or
    /// break rules.
    ///
    /// # Errors
    ///
    /// The simulator does not start.
    pub async fn embedded(
        seed: u64,
        prepare: impl FnOnce(people_protect_simulator::Builder) -> people_protect_simulator::Builder,
    ) -> Result<Self, Refused> {
        let builder = Simulator::builder()
            .clock(Clock::manual())
            .seed(seed)
            // The receiver listens on this machine, without TLS.
            .switch("http-webhooks", "on");
        let simulator = prepare(builder).start().await;
        let simulator = simulator.map_err(|error| Refused(format!("the simulator: {error}")))?;
        let mut sources = simulator
            .sources()
            .map(|source| Source::new(source.client_id(), source.client_secret().reveal()));
        let source = sources.next();
        let other = sources.next();
        drop(sources);
        let Some(source) = source else {
            return Err(Refused("the simulator has no customer source".to_owned()));
        };
        Ok(Self {
            api: simulator.api_url(),
            csv: simulator.csv_url(),
            control: Some(simulator.control_url()),
            source,
            other,
            embedded: Some(simulator),
            live: false,
        })
    }

    /// A server at an address: that of the API, such as `http://127.0.0.1:4010/panic-api/v2`.
    ///
    /// The control surface is used where it is given. Production is refused whatever else is said,
    /// and staging unless `consent` is given, as a run registers customers and raises callouts.
    ///
    /// ```
    /// use people_protect_conformance::{Source, Target};
    ///
    /// let source = || Source::new("id", "secret");
    /// let production = "https://panic.aura.services/panic-api/v2";
    /// assert!(Target::at(production, None, source(), None, true).is_err());
    /// assert!(Target::at("staging", None, source(), None, false).is_err());
    /// assert!(Target::at("staging", None, source(), None, true).is_ok());
    /// ```
    ///
    /// # Errors
    ///
    /// It is refused, or it is no address.
    pub fn at(
        address: &str,
        control: Option<String>,
        source: Source,
        other: Option<Source>,
        consent: bool,
    ) -> Result<Self, Refused> {
        let staging = format!("https://{STAGING}/panic-api/v2");
        let address = match address.trim() {
            "staging" => &staging,
            "production" => return Err(production()),
            other => other,
        };
        let url = reqwest::Url::parse(address).map_err(|error| {
            Refused(format!(
                "`{address}` is no address ({error}); give one such as \
                 http://127.0.0.1:4010/panic-api/v2, or `staging`"
            ))
        })?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(Refused(format!(
                "`{address}` is no http or https address; give one such as \
                 http://127.0.0.1:4010/panic-api/v2"
            )));
        }
        // A dot at the end of a name changes nothing for those who resolve it.
        let host = url.host_str().unwrap_or_default().trim_end_matches('.');
        let host = host.to_ascii_lowercase();
        // Whatever AURA serves that is not known to be staging counts as production.
        let aura = host.ends_with(".aura.services")
            || host.ends_with(".aurasos.com")
            || matches!(host.as_str(), "aura.services" | "aurasos.com");
        if host == PRODUCTION || aura && host != STAGING {
            return Err(production());
        }
        let own = matches!(host.as_str(), "localhost" | "[::1]") || host.starts_with("127.");
        if !own && !consent {
            return Err(Refused(format!(
                "{host} is not this machine: a run registers customers and raises callouts there, \
                 and cleans up after itself; say --yes-staging if that is wanted"
            )));
        }
        if !own && url.scheme() != "https" {
            return Err(Refused(format!(
                "{host} is to be asked over http, which shows the credentials to everybody on the \
                 way; use https"
            )));
        }
        let api = url.as_str().trim_end_matches('/').to_owned();
        let csv = format!("{}/v1", url.origin().ascii_serialization());
        Ok(Self {
            api,
            csv,
            control,
            source,
            other,
            embedded: None,
            live: !own,
        })
    }

    /// As [`at`](Self::at), looking for the control surface of a simulator on this machine, and
    /// with a simulator's built-in credentials where none are given.
    ///
    /// # Errors
    ///
    /// As [`at`](Self::at); or there are no credentials and it is no simulator.
    pub async fn found(
        address: &str,
        control: Option<String>,
        source: Option<Source>,
        other: Option<Source>,
        consent: bool,
    ) -> Result<Self, Refused> {
        let none = Source::new(String::new(), String::new());
        let given = source.is_some();
        let source = source.unwrap_or(none);
        let mut target = Self::at(address, control, source, other, consent)?;
        if target.control.is_none() && !target.live {
            let origin = target.csv.trim_end_matches("/v1");
            target.control = looked(&format!("{origin}/_simulator")).await;
        }
        if given {
            return Ok(target);
        }
        if target.control.is_none() {
            return Err(Refused(
                "there are no credentials: set AURA_CLIENT_ID and AURA_CLIENT_SECRET; the portal's \
                 Integration tab shows both"
                    .to_owned(),
            ));
        }
        // Those that every simulator has unless it is told otherwise.
        let simulator = Self::embedded(0, |simulator| simulator).await?;
        target.source = simulator.source;
        target.other = target.other.or(simulator.other);
        Ok(target)
    }

    /// Another base for the two CSV routes than `/v1` at the same host (R50).
    #[must_use]
    pub fn with_csv(mut self, base: &str) -> Self {
        base.trim_end_matches('/').clone_into(&mut self.csv);
        self
    }

    /// Whether it is a simulator that nobody else uses.
    #[must_use]
    pub fn has_own_world(&self) -> bool {
        self.embedded.is_some()
    }

    /// The address of the API.
    #[must_use]
    pub fn api(&self) -> &str {
        &self.api
    }

    /// Whether it is a service of AURA or somebody else's, and not this machine.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.live
    }
}

/// The control surface at an address, if it is one.
async fn looked(address: &str) -> Option<String> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .build()
        .ok()?;
    let answer = client
        .get(address)
        .timeout(std::time::Duration::from_secs(5))
        .send()
        .await;
    let list: serde_json::Value = answer.ok()?.json().await.ok()?;
    list["paths"].is_array().then(|| address.to_owned())
}

fn production() -> Refused {
    Refused(
        "production is never judged: a callout there sends a responder to a real address; use \
         `staging`, or a simulator"
            .to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::{Source, Target};

    fn at(address: &str, consent: bool) -> Result<Target, String> {
        let source = Source::new("id", "secret");
        Target::at(address, None, source, None, consent).map_err(|error| error.to_string())
    }

    #[test]
    fn production_is_refused_however_it_is_written() {
        for address in [
            "production",
            "https://panic.aura.services/panic-api/v2",
            "https://PANIC.aura.services./panic-api",
            "https://user@panic.aura.services:443/x",
            "https://eu.panic.aura.services/",
            "http://aura.services/",
        ] {
            let refused = at(address, true).unwrap_err();
            assert!(
                refused.starts_with("production is never judged"),
                "{address}"
            );
        }
    }

    #[test]
    fn others_need_consent_and_tls_and_this_machine_neither() {
        assert!(at("staging", false).unwrap_err().contains("--yes-staging"));
        assert!(at("staging", true).unwrap().is_live());
        assert!(
            at("http://example.com/", true)
                .unwrap_err()
                .contains("https")
        );
        assert!(
            !at("http://127.0.0.1:4010/panic-api/v2/", false)
                .unwrap()
                .is_live()
        );
        assert!(at("127.0.0.1:4010", false).unwrap_err().contains("no "));
        assert_eq!(
            at("http://localhost:1/panic-api/v2/", false).unwrap().csv,
            "http://localhost:1/v1"
        );
    }

    #[test]
    fn credentials_are_not_shown() {
        let target = at("staging", true).unwrap();
        assert!(!format!("{target:?}").contains("secret"));
    }
}
