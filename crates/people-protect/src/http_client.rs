//! The HTTP client behind a client, which is replaced when its connections have died.

use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use crate::{Environment, Error};

/// Below the 60 s after which common load balancers drop idle connections, so that a raise is
/// not sent into one that is closing. Three polls of a watch still share a connection.
const IDLE: Duration = Duration::from_secs(30);

/// What requests go out with.
///
/// A network that silently drops what is sent leaves every kept connection dead, and each would cost
/// an attempt; with HTTP/2, all requests share one. So the pool in which a request had no answer in time is
/// used for no further one.
pub(crate) struct HttpClient {
    /// None for one that the user brought, which is not replaced.
    connect: Option<Duration>,
    current: RwLock<Pool>,
}

/// One pool of connections, numbered.
#[derive(Clone)]
pub(crate) struct Pool {
    pub(crate) number: u64,
    pub(crate) http: reqwest::Client,
}

impl HttpClient {
    pub(crate) fn brought(http: reqwest::Client) -> Self {
        Self {
            connect: None,
            current: RwLock::new(Pool { number: 0, http }),
        }
    }

    pub(crate) fn new(environment: &Environment, connect: Duration) -> Result<Self, Error> {
        Ok(Self {
            connect: Some(connect),
            ..Self::brought(build(environment, connect)?)
        })
    }

    pub(crate) fn current(&self) -> Pool {
        let pool = self.current.read().unwrap_or_else(PoisonError::into_inner);
        pool.clone()
    }

    /// How long connecting may take, if it is known.
    pub(crate) fn connect_time(&self) -> Duration {
        self.connect.unwrap_or(super::builder::CONNECT)
    }

    /// A request had no answer in time on this pool. Of all that find the same one dead, the first replaces it.
    pub(crate) fn is_silent(&self, number: u64, environment: &Environment) {
        let Some(connect) = self.connect else {
            return;
        };
        if self.current().number != number {
            return;
        }
        // Outside of the lock, as it reads certificates. If it cannot be made, a kept connection is better than none.
        let Ok(http) = build(environment, connect) else {
            return;
        };
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.number == number {
            *current = Pool {
                number: number + 1,
                http,
            };
        }
    }
}

fn build(environment: &Environment, connect: Duration) -> Result<reqwest::Client, Error> {
    let mut builder = reqwest::Client::builder()
        .connect_timeout(connect)
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
