//! How a client is set up.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use people_protect_api::{Client, Inner};

use crate::callout_token::{self, CalloutTokens};
use crate::core::Core;
use crate::http_client::HttpClient;
use crate::limits::Limits;
use crate::retry::Budget;
use crate::telemetry::Telemetry;
use crate::{
    ClassificationId, Clock, Credentials, Environment, Error, Middleware, Observer, PeopleProtect,
    Random, Retries, RetryBudget, SystemClock, SystemRandom, TokenStore,
};

/// A connection that takes longer than a lost packet or two is not going to come.
pub(crate) const CONNECT: Duration = Duration::from_secs(5);

const OWN_USER_AGENT: &str = concat!("people-protect/", env!("CARGO_PKG_VERSION"));

/// Sets up a [`PeopleProtect`].
///
/// | option | default | reason |
/// | --- | --- | --- |
/// | deadline of a call, all in | 30 s | a person waits at the other end |
/// | one attempt of it | 10 s | three of them fit into the deadline |
/// | connecting | 5 s | a connection that takes longer does not come |
/// | repeats | see [`Retries`] | by the contract's retry class; a raise goes on to the deadline, and what else brings help while it was not sent |
/// | repeats of all calls together | see [`RetryBudget`] | a struggling server is not struck twice |
/// | callout tokens kept | 1000 | those used last; more cost memory, fewer a request each |
/// | idle connections are kept | 30 s | less than the 60 s common load balancers keep them |
/// | an attempt that is given up after five seconds | no kept connection is used again | they may be as dead as its own |
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
    credentials: Option<Credentials>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    http: Option<reqwest::Client>,
    user_agent: Option<String>,
    connect: Duration,
    limits: Limits,
    budget: RetryBudget,
    middlewares: Vec<Arc<dyn Middleware>>,
    observers: Vec<Arc<dyn Observer>>,
    token_store: Option<Arc<dyn TokenStore>>,
    callout_tokens_kept: NonZeroUsize,
    live_classification: Option<ClassificationId>,
    test_classification: Option<ClassificationId>,
}

impl Builder {
    pub(crate) fn new(environment: Environment, credentials: Credentials) -> Self {
        Self {
            credentials: Some(credentials),
            ..Self::without_credentials(environment)
        }
    }

    pub(crate) fn without_credentials(environment: Environment) -> Self {
        Self {
            environment,
            credentials: None,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            http: None,
            user_agent: None,
            connect: CONNECT,
            limits: Limits::default(),
            budget: RetryBudget::default(),
            middlewares: Vec::new(),
            observers: Vec::new(),
            token_store: None,
            callout_tokens_kept: callout_token::KEPT,
            live_classification: None,
            test_classification: None,
        }
    }

    /// Takes the time from another clock.
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Takes chance, which spreads waits, from another source.
    pub fn with_random(mut self, random: impl Random + 'static) -> Self {
        self.random = Arc::new(random);
        self
    }

    /// Sends through a client of your own, with your proxies, certificates and pools.
    ///
    /// The time to connect is the client's own then; all other limits apply. Switch redirects off in it: the token goes
    /// along on a redirect within the same host. Leave `connection_verbose` off: it logs tokens and
    /// bodies. Its kept connections are used until it drops them itself, also after one of them gave no answer
    /// in time: let it drop idle ones soon, and with HTTP/2 ping them.
    pub fn with_http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// Puts your product in front of this crate's in the user agent: `control-room/1.4`.
    pub fn with_user_agent(mut self, product: impl Into<String>) -> Self {
        self.user_agent = Some(product.into());
        self
    }

    /// How long a call may take in all: token, attempts, waits between them.
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.limits.deadline = deadline;
        self
    }

    /// How long one attempt of a call may take: connecting, sending, the whole answer.
    pub fn with_attempt_timeout(mut self, timeout: Duration) -> Self {
        self.limits.attempt = timeout;
        self
    }

    /// How long connecting may take, TLS included. Connections are shared by calls, so this is
    /// per client; a call's own attempt timeout bounds it too.
    pub fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect = timeout;
        self
    }

    /// How calls are repeated.
    pub fn with_retries(mut self, retries: Retries) -> Self {
        self.limits.retries = retries;
        self
    }

    /// How many repeats all calls together may add.
    pub fn with_retry_budget(mut self, budget: RetryBudget) -> Self {
        self.budget = budget;
        self
    }

    /// Puts code of yours around every attempt. The first one added is the outermost.
    pub fn with_middleware(mut self, middleware: impl Middleware + 'static) -> Self {
        self.middlewares.push(Arc::new(middleware));
        self
    }

    /// Tells an observer about every attempt.
    pub fn with_observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observers.push(Arc::new(observer));
        self
    }

    /// Shares tokens with other replicas through a store.
    pub fn with_token_store(mut self, store: impl TokenStore + 'static) -> Self {
        self.token_store = Some(Arc::new(store));
        self
    }

    /// How many customers' callout tokens are kept: those used last.
    pub fn with_callout_tokens_kept(mut self, kept: NonZeroUsize) -> Self {
        self.callout_tokens_kept = kept;
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

    /// Reads both classification ids from a source of settings, as
    /// [`from_env`](PeopleProtect::from_env) does: `AURA_LIVE_CLASSIFICATION` and
    /// `AURA_TEST_CLASSIFICATION`. What is not set stays as it is.
    ///
    /// ```
    /// use people_protect::{Credentials, Environment, PeopleProtect};
    ///
    /// let settings = |name: &str| (name == "AURA_LIVE_CLASSIFICATION").then(|| "1".to_owned());
    /// let aura = PeopleProtect::builder(Environment::Staging, Credentials::new("id", "secret")?)
    ///     .with_classifications_from_lookup(settings)?
    ///     .build()?;
    /// # Ok::<(), people_protect::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Configuration`](crate::ErrorKind::Configuration) if one of them is no number.
    pub fn with_classifications_from_lookup(
        mut self,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Error> {
        let read = |name: &'static str| match lookup(name) {
            Some(text) if !text.trim().is_empty() => text.parse().map(Some).map_err(|_| {
                Error::configuration(
                    format!("{name} is no whole number"),
                    "set it to the id AURA told you for your customer source (C25)",
                )
            }),
            _ => Ok(None),
        };
        if let Some(id) = read("AURA_LIVE_CLASSIFICATION")? {
            self.live_classification = Some(id);
        }
        if let Some(id) = read("AURA_TEST_CLASSIFICATION")? {
            self.test_classification = Some(id);
        }
        Ok(self)
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
        self.limits.check()?;
        let http = match self.http {
            Some(http) => HttpClient::brought(http),
            None => HttpClient::new(&self.environment, self.connect)?,
        };
        Ok(PeopleProtect::from_core(Core {
            user_agent: user_agent(self.user_agent.as_deref())?,
            raw: Client::new_with_client(
                self.environment.api_base(),
                http.current().http,
                Inner::default().with_csv_base(self.environment.csv_base()),
            ),
            http,
            telemetry: Telemetry::new(&self.environment),
            environment: self.environment,
            credentials: self.credentials,
            clock: self.clock,
            random: self.random,
            limits: self.limits,
            budget: Budget::new(self.budget),
            middlewares: self.middlewares,
            observers: self.observers,
            live_classification: self.live_classification,
            test_classification: self.test_classification,
            server_token: Arc::default(),
            callout_tokens: CalloutTokens::new(self.callout_tokens_kept),
            token_store: self.token_store,
        }))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("environment", &self.environment)
            .field("limits", &self.limits)
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
