//! The HTTP client behind a client, and one whose connections nobody has used.

use std::sync::OnceLock;
use std::time::Duration;

use crate::{Environment, Error};

/// Below the 60 s after which common load balancers drop idle connections, so that a raise is
/// not sent into one that is closing. Three polls of a watch still share a connection.
const IDLE: Duration = Duration::from_secs(30);

/// What requests go out with, unless the user brought a client.
pub(crate) fn pooled(
    environment: &Environment,
    connect: Duration,
) -> Result<reqwest::Client, Error> {
    build(
        reqwest::Client::builder().pool_idle_timeout(IDLE),
        environment,
        connect,
    )
}

/// What the repeats of an unanswered request go out with, made when it is first needed.
///
/// A network that silently drops what is sent leaves every kept connection dead, and each would cost
/// an attempt. With HTTP/2, all requests share one.
pub(crate) struct NewConnections {
    connect: Duration,
    client: OnceLock<Option<reqwest::Client>>,
}

impl NewConnections {
    pub(crate) fn new(connect: Duration) -> Self {
        Self {
            connect,
            client: OnceLock::new(),
        }
    }

    /// None if it cannot be made: then a kept connection is better than none.
    pub(crate) fn client(&self, environment: &Environment) -> Option<&reqwest::Client> {
        let make = || {
            let none_kept = reqwest::Client::builder().pool_max_idle_per_host(0);
            build(none_kept, environment, self.connect).ok()
        };
        self.client.get_or_init(make).as_ref()
    }
}

fn build(
    builder: reqwest::ClientBuilder,
    environment: &Environment,
    connect: Duration,
) -> Result<reqwest::Client, Error> {
    let mut builder = builder
        .connect_timeout(connect)
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
