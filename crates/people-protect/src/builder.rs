//! How a client is set up.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use crate::core::Core;
use crate::token::TokenCache;
use crate::{ClassificationId, Clock, Credentials, Environment, Error, PeopleProtect, SystemClock};

/// How long a call may take in all. A person waits at the other end: after half a minute a back
/// end must say something, and a token, one slow answer and one repeat fit within.
const DEADLINE: Duration = Duration::from_secs(30);
/// A connection that takes longer than a lost packet or two is not going to come.
const CONNECT: Duration = Duration::from_secs(5);
/// Below the 60 s after which common load balancers drop idle connections, so that a raise is
/// not sent into one that is closing. Three polls of a watch still share a connection.
const IDLE: Duration = Duration::from_secs(30);

const OWN_USER_AGENT: &str = concat!("people-protect/", env!("CARGO_PKG_VERSION"));

/// Sets up a [`PeopleProtect`].
///
/// | option | default | reason |
/// | --- | --- | --- |
/// | deadline of a call, all in | 30 s | a person waits at the other end |
/// | connecting | 5 s | a connection that takes longer does not come |
/// | idle connections are kept | 30 s | less than the 60 s common load balancers keep them |
/// | redirects | refused | none is documented, and a token must not follow one |
/// | proxies | from the environment | none for the own machine |
///
/// ```
/// use std::time::Duration;
/// use people_protect::{Credentials, Environment, PeopleProtect};
///
/// let aura = PeopleProtect::builder(Environment::Staging, Credentials::new("id", "secret")?)
///     .with_user_agent("control-room/1.4")
///     .with_deadline(Duration::from_secs(15))
///     .build()?;
/// # Ok::<(), people_protect::Error>(())
/// ```
#[must_use = "a builder does nothing until `build`"]
pub struct Builder {
    environment: Environment,
    credentials: Credentials,
    clock: Arc<dyn Clock>,
    http: Option<reqwest::Client>,
    user_agent: Option<String>,
    deadline: Duration,
    live_classification: Option<ClassificationId>,
    test_classification: Option<ClassificationId>,
}

impl Builder {
    pub(crate) fn new(environment: Environment, credentials: Credentials) -> Self {
        Self {
            environment,
            credentials,
            clock: Arc::new(SystemClock),
            http: None,
            user_agent: None,
            deadline: DEADLINE,
            live_classification: None,
            test_classification: None,
        }
    }

    /// Takes the time from another clock.
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sends through a client of your own, with your proxies, certificates and pools.
    ///
    /// Of the defaults only the deadline applies then. Switch redirects off in it: the token goes
    /// along on a redirect within the same host.
    pub fn with_http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// Puts your product in front of this crate's in the user agent: `control-room/1.4`.
    pub fn with_user_agent(mut self, product: impl Into<String>) -> Self {
        self.user_agent = Some(product.into());
        self
    }

    /// How long a call may take in all: token, sending, answer, repeats.
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The classification id that means a live callout for your customer source.
    ///
    /// No id has a built-in meaning: the sources disagree about them (C25). Without one, a live
    /// callout is raised without a classification, which the documentation allows.
    pub fn with_live_classification(mut self, id: impl Into<ClassificationId>) -> Self {
        self.live_classification = Some(id.into());
        self
    }

    /// The classification id that means a test for your customer source (C25).
    ///
    /// Without one, [`Raise::test`](crate::Raise::test) is refused: a test that went out without
    /// it could send responders.
    pub fn with_test_classification(mut self, id: impl Into<ClassificationId>) -> Self {
        self.test_classification = Some(id.into());
        self
    }

    /// Makes the client. Nothing is sent; [`warm_up`](PeopleProtect::warm_up) checks the
    /// credentials.
    ///
    /// # Errors
    ///
    /// [`Configuration`](crate::ErrorKind::Configuration) if the options contradict each other or
    /// the TLS library cannot start.
    pub fn build(self) -> Result<PeopleProtect, Error> {
        if self.live_classification.is_some()
            && self.live_classification == self.test_classification
        {
            return Err(Error::configuration(
                "the live and the test classification are the same id",
                "ask AURA which id means what for your customer source (C25)",
            ));
        }
        if self.deadline.is_zero() {
            return Err(Error::configuration(
                "the deadline is zero",
                "leave it out for the default of 30 s",
            ));
        }
        let http = match self.http {
            Some(http) => http,
            None => default_http(&self.environment)?,
        };
        Ok(PeopleProtect::from_core(Core {
            user_agent: user_agent(self.user_agent.as_deref())?,
            http,
            environment: self.environment,
            credentials: self.credentials,
            clock: self.clock,
            deadline: self.deadline,
            live_classification: self.live_classification,
            test_classification: self.test_classification,
            tokens: TokenCache::default(),
        }))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("environment", &self.environment)
            .field("deadline", &self.deadline)
            .field("live_classification", &self.live_classification)
            .field("test_classification", &self.test_classification)
            .finish_non_exhaustive()
    }
}

fn user_agent(product: Option<&str>) -> Result<HeaderValue, Error> {
    let text = match product.map(str::trim).filter(|product| !product.is_empty()) {
        Some(product) => format!("{product} {OWN_USER_AGENT}"),
        None => OWN_USER_AGENT.to_owned(),
    };
    HeaderValue::from_str(&text).map_err(|_| {
        Error::configuration(
            "the user agent has characters no header can carry",
            "name your product and version, like `control-room/1.4`",
        )
    })
}

fn default_http(environment: &Environment) -> Result<reqwest::Client, Error> {
    let mut builder = reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .pool_idle_timeout(IDLE)
        .redirect(reqwest::redirect::Policy::none());
    if environment.is_loopback() {
        // The own machine is never behind a proxy.
        builder = builder.no_proxy();
    }
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    if environment.is_loopback() && environment.api_base().starts_with("http://") {
        // Nothing to verify, so a machine without certificates can run the simulator.
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|error| {
        Error::configuration(
            "the HTTP client cannot start",
            "check the machine's TLS certificates and proxy settings, or bring a client with `with_http_client`",
        )
        .with_transport(error)
    })
}
