//! The HTTP client behind a client, which is replaced when its connections have died.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::Duration;

use crate::{Environment, Error};

/// Below the 60 s after which common load balancers drop idle connections, so that a raise is
/// not sent into one that is closing. Three polls of a watch still share a connection.
const IDLE: Duration = Duration::from_secs(30);

/// How long an answer must be waited for before the connections count as dead.
pub(crate) const SILENCE: Duration = Duration::from_secs(5);
/// A pool is not replaced before it is so old: a server that is down breaks new connections as well.
const YOUNG: Duration = Duration::from_secs(1);

/// What requests go out with.
///
/// A network that silently drops what is sent leaves every kept connection dead, and each would cost
/// an attempt; with HTTP/2, all requests share one. So the pool in which a request had no answer in time is
/// used for no further one.
pub(crate) struct HttpClient {
    /// None for one that the user brought, which is not replaced.
    connect: Option<Duration>,
    current: RwLock<Pool>,
    /// How many milliseconds attempts that were given up had waited since the last answer.
    silence: AtomicU64,
    /// Held by whoever makes another pool.
    making: Mutex<()>,
}

/// One pool of connections, numbered.
#[derive(Clone)]
pub(crate) struct Pool {
    pub(crate) number: u64,
    pub(crate) http: reqwest::Client,
    /// None for the first one.
    made: Option<Duration>,
}

impl HttpClient {
    pub(crate) fn brought(http: reqwest::Client) -> Self {
        Self {
            connect: None,
            current: RwLock::new(Pool {
                number: 0,
                http,
                made: None,
            }),
            silence: AtomicU64::new(0),
            making: Mutex::new(()),
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

    /// An answer came.
    pub(crate) fn has_answered(&self) {
        if self.silence.load(Ordering::Relaxed) != 0 {
            self.silence.store(0, Ordering::Relaxed);
        }
    }

    /// An attempt was given up after so long: with others before it, long enough to say something about the pool?
    pub(crate) fn is_silent_for(&self, waited: Duration) -> bool {
        let waited = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
        let before = self.silence.fetch_add(waited, Ordering::Relaxed);
        Duration::from_millis(before.saturating_add(waited)) >= SILENCE
    }

    /// This pool is dead, as far as can be seen. Of all that find the same one so, the first replaces it.
    pub(crate) fn is_dead(&self, number: u64, environment: &Environment, now: Duration) {
        let Some(connect) = self.connect else {
            return;
        };
        // Somebody else is at it already, and reading certificates takes time.
        let Ok(_making) = self.making.try_lock() else {
            return;
        };
        let pool = self.current();
        // What has just been made has no old connection.
        let is_young = pool.made.is_some_and(|made| now < made + YOUNG);
        if pool.number != number || is_young {
            return;
        }
        // Outside of the lock, as it reads certificates. If it cannot be made, a kept connection is better than none.
        let Ok(http) = build(environment, connect) else {
            return;
        };
        self.has_answered();
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        *current = Pool {
            number: number + 1,
            http,
            made: Some(now),
        };
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

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::time::Duration;

    use super::{HttpClient, YOUNG};
    use crate::Environment;

    fn client() -> (HttpClient, Environment) {
        let environment = Environment::custom("http://127.0.0.1:9").unwrap();
        let client = HttpClient::new(&environment, Duration::from_secs(5)).unwrap();
        (client, environment)
    }

    #[test]
    fn a_pool_that_was_just_made_is_not_replaced() {
        let (client, environment) = client();
        let begun = Duration::from_secs(100);
        // The first one may be as old as it likes.
        client.is_dead(0, &environment, begun);
        assert_eq!(client.current().number, 1);
        client.is_dead(1, &environment, begun + YOUNG / 2);
        assert_eq!(client.current().number, 1);
        client.is_dead(1, &environment, begun + YOUNG);
        assert_eq!(client.current().number, 2);
    }

    #[test]
    fn of_all_that_find_the_same_pool_dead_one_replaces_it() {
        const THREADS: usize = 8;
        let (client, environment) = client();
        let begun = Barrier::new(THREADS);
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                let (client, environment, begun) = (&client, &environment, &begun);
                scope.spawn(move || {
                    begun.wait();
                    // Far apart, so that no pool is too young to be replaced once more.
                    let now = YOUNG * 10 * u32::try_from(thread).unwrap();
                    client.is_dead(0, environment, now);
                });
            }
        });
        let made = client.current().made;
        assert!(made.is_some());
        // Nor does one that hears of it late.
        client.is_dead(0, &environment, YOUNG * 1000);
        assert_eq!((client.current().number, client.current().made), (1, made));
    }

    #[test]
    fn a_client_that_was_brought_is_kept() {
        let (own, environment) = client();
        let brought = HttpClient::brought(own.current().http);
        brought.is_dead(0, &environment, Duration::from_secs(100));
        assert_eq!(brought.current().number, 0);
    }

    #[test]
    fn silence_adds_up_until_an_answer_comes() {
        let (client, _) = client();
        let waited = Duration::from_secs(3);
        assert!(!client.is_silent_for(waited));
        client.has_answered();
        assert!(!client.is_silent_for(waited));
        assert!(client.is_silent_for(waited));
    }
}
