//! Many calls over a few connections, bounded in number and time. It runs as a process of its own
//! (`src/bin/load.rs`), so that it takes no time from the server it asks.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::task::LocalSet;

use crate::by_hand::Failed;
use crate::connection::Connection;
use crate::stopwatch::Stopwatch;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// Customers are registered, each with a subscription: `first` and the following numbers.
    Register,
    /// Customers are read.
    Customer,
    /// Callouts are read.
    Get,
    /// Customers who have called already call again, so that they get the callout they have (R27).
    Again,
    /// Customers call who have not: each of them once.
    Raise,
    /// Customers call, the callout is read and moved, read three times more, cancelled and read as one
    /// that has ended.
    Mixed,
}

/// What to do to whom.
#[derive(Debug, Clone)]
pub struct Load {
    /// What is asked.
    pub what: What,
    /// Who is asked.
    pub address: SocketAddr,
    /// What its paths begin with.
    pub base: String,
    /// The credentials.
    pub credentials: (String, String),
    /// How many connections at once.
    pub connections: u32,
    /// At most so many calls.
    pub calls: u64,
    /// At most so long.
    pub seconds: f64,
    /// The first of the ids that are asked for.
    pub first: u64,
    /// How many there are.
    pub count: u64,
}

/// What came of it: every one of the calls was answered 2xx.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// How many calls were answered.
    pub calls: u64,
    /// How long it took.
    pub seconds: f64,
}

pub(crate) const WHERE: &str =
    r#"{"location":{"latitude":-26.12345,"longitude":28.12345},"responseTypeId":1}"#;
pub(crate) const MOVED: &str = r#"{"latitude":-26.12399,"longitude":28.12399}"#;

/// Ids are walked through in strides, so that the next one is nowhere near the one before.
const STRIDE: u64 = 7_368_787;

impl Load {
    /// Calls until there is nothing left to do.
    ///
    /// # Errors
    ///
    /// If anything is not answered 2xx.
    pub async fn run(self) -> Result<Done, Failed> {
        let token = self.token().await?;
        let shared = Rc::new((self, token, Cell::new(0), Cell::new(0)));
        let watch = Stopwatch::start();
        let tasks = LocalSet::new();
        let callers: Vec<_> = (0..shared.0.connections)
            .map(|_| {
                let shared = Rc::clone(&shared);
                tasks.spawn_local(async move {
                    let (load, token, next, calls) = &*shared;
                    let caller = load.caller(token, next, calls, &watch);
                    caller.await.map_err(|error| error.to_string())
                })
            })
            .collect();
        tasks.await;
        for caller in callers {
            caller.await??;
        }
        Ok(Done {
            calls: shared.3.get(),
            seconds: watch.seconds(),
        })
    }

    /// Asks for a token, as every user of the API has to.
    async fn token(&self) -> Result<String, Failed> {
        let mut connection = Connection::open(self.address).await?;
        let (id, secret) = &self.credentials;
        let body = json!({ "clientId": id, "clientSecret": secret }).to_string();
        let path = format!("{}/oauth/token", self.base);
        let answer = connection.well("POST", &path, "none", &body).await?;
        let answer: Value = serde_json::from_str(answer.body)?;
        let token = answer["accessToken"].as_str().ok_or("no access token")?;
        Ok(token.to_owned())
    }

    async fn caller(
        &self,
        token: &str,
        next: &Cell<u64>,
        calls: &Cell<u64>,
        watch: &Stopwatch,
    ) -> Result<(), Failed> {
        let mut connection = Connection::open(self.address).await?;
        let base = &self.base;
        while calls.get() < self.calls && watch.seconds() < self.seconds {
            let number = next.replace(next.get() + 1);
            let once = matches!(self.what, What::Raise | What::Register);
            if once && number >= self.count {
                return Ok(());
            }
            let id = match once {
                true => self.first + number,
                false => self.first + number.wrapping_mul(STRIDE) % self.count,
            };
            let callouts = format!("{base}/customers/{id}/callouts");
            let made = match self.what {
                What::Register => {
                    let body = format!(
                        r#"{{"customer":{{"name":"Jane","surname":"Doe","mobile":"+2782{id:07}"}},"subscription":{{"subscriptionTypeId":4}}}}"#
                    );
                    let path = format!("{base}/customers");
                    connection.well("POST", &path, token, &body).await?;
                    1
                }
                What::Customer => {
                    let path = format!("{base}/customers/{id}");
                    connection.well("GET", &path, token, "").await?;
                    1
                }
                What::Get => {
                    let path = format!("{base}/callouts/{id}");
                    connection.well("GET", &path, token, "").await?;
                    1
                }
                What::Again | What::Raise => {
                    connection.well("POST", &callouts, token, WHERE).await?;
                    1
                }
                What::Mixed => {
                    let answer = connection.well("POST", &callouts, token, WHERE).await?;
                    let id = callout(answer.body).ok_or("a callout without an id")?;
                    let path = format!("{base}/callouts/{id}");
                    connection.well("GET", &path, token, "").await?;
                    let moved = format!("{path}/location");
                    connection.well("POST", &moved, token, MOVED).await?;
                    for _ in 0..3 {
                        connection.well("GET", &path, token, "").await?;
                    }
                    let cancelled = format!("{path}/cancel");
                    connection.well("POST", &cancelled, token, "{}").await?;
                    connection.well("GET", &path, token, "").await?;
                    8
                }
            };
            calls.set(calls.get() + made);
        }
        Ok(())
    }
}

/// The id in the answer to a creation, without reading the rest.
fn callout(body: &str) -> Option<&str> {
    let (_, rest) = body.split_once("\"callout\":{")?;
    let (_, rest) = rest.split_once("\"id\":")?;
    let end = rest.find(|letter: char| !letter.is_ascii_digit())?;
    rest.get(..end).filter(|digits| !digits.is_empty())
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use tokio::net::TcpListener;

    use super::{Load, What, callout};
    use crate::bare::{Recorded, router};

    #[test]
    fn the_id_of_a_callout_is_found_and_no_other_one() {
        let body = r#"{"message":"done","callout":{"customerId":5,"id":992011,"url":"x"}}"#;
        assert_eq!(callout(body), Some("992011"));
        assert_eq!(callout(r#"{"id":7}"#), None);
    }

    /// A server on which creating a callout has this status.
    async fn served(created: u16) -> SocketAddr {
        let one = |method: &str, route: &str, status, body: &str| Recorded {
            method: method.to_owned(),
            route: route.to_owned(),
            status,
            media: "application/json".to_owned(),
            body: body.to_owned(),
        };
        let callout = r#"{"callout":{"id":7}}"#;
        let routes = router(vec![
            one("POST", "/oauth/token", 200, r#"{"accessToken":"one"}"#),
            one("POST", "/customers/{id}/callouts", created, callout),
            one("GET", "/callouts/{id}", 200, callout),
            one("POST", "/callouts/{id}/location", 200, callout),
            one("POST", "/callouts/{id}/cancel", 200, callout),
        ]);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = routes.unwrap();
        tokio::spawn(async { axum::serve(listener, routes).await });
        address
    }

    fn load(what: What, address: SocketAddr) -> Load {
        Load {
            what,
            address,
            base: String::new(),
            credentials: ("id".to_owned(), "secret".to_owned()),
            connections: 4,
            calls: 100,
            seconds: 30.0,
            first: 1,
            count: 30,
        }
    }

    #[tokio::test]
    async fn calls_are_counted_and_bounded() {
        let address = served(201).await;
        let once = load(What::Raise, address).run().await.unwrap();
        assert_eq!(once.calls, 30, "nobody twice");
        let mixed = load(What::Mixed, address).run().await.unwrap().calls;
        assert!(mixed % 8 == 0 && (100..132).contains(&mixed), "{mixed}");
    }

    #[tokio::test]
    async fn one_answer_that_is_not_2xx_ends_it() {
        let failed = load(What::Mixed, served(404).await).run().await;
        let why = failed.unwrap_err().to_string();
        assert!(why.contains("/callouts: 404"), "{why}");
    }
}
