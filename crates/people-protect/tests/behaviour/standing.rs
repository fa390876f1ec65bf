//! A simulator and a client of it, with clocks that stand at the same time.

use people_protect::{
    CustomerId, Environment, Error, ErrorKind, NewCustomer, PeopleProtect, Position,
};
use people_protect_simulator::{Clock, Simulator};

use crate::clock::ManualClock;
use crate::server::{Reply, Server};

/// What both clocks say.
pub(crate) const NOW: &str = "2026-06-10T08:00:00Z";

pub(crate) struct Standing {
    pub(crate) simulator: Simulator,
    pub(crate) aura: PeopleProtect,
}

impl Standing {
    pub(crate) async fn start() -> Self {
        let simulator = Simulator::builder()
            .clock(Clock::manual())
            .start()
            .await
            .unwrap();
        assert_eq!(simulator.now().to_string(), NOW);
        let known = simulator.credentials();
        let aura = PeopleProtect::builder(
            Environment::custom(&simulator.api_url()).unwrap(),
            people_protect::Credentials::new(known.client_id(), known.client_secret().reveal())
                .unwrap(),
        )
        .with_clock(ManualClock::at(NOW))
        .build()
        .unwrap();
        Self { simulator, aura }
    }

    /// Jane, covered.
    pub(crate) async fn jane(&self) -> CustomerId {
        let types = self.aura.subscription_types().await.unwrap();
        let plan = types.by_value("WEB_SIGNUP_SINGLE").unwrap();
        let jane = NewCustomer::new("Jane", "Doe", "+27821234567".parse().unwrap());
        let registration = self.aura.register(jane);
        registration
            .with_subscription(plan.starting_now_for_days(365))
            .await
            .unwrap()
            .id()
    }

    /// How many requests of an operation arrived.
    pub(crate) fn sent(&self, operation: &str) -> usize {
        let requests = self.simulator.requests();
        requests
            .iter()
            .filter(|request| request.operation == Some(operation))
            .count()
    }
}

pub(crate) fn here() -> Position {
    Position::new(-26.12345, 28.12345).unwrap().accuracy_m(70.0)
}

/// A client of a server that answers every operation so.
pub(crate) async fn answered(status: u16, body: &'static str) -> (Server, PeopleProtect) {
    serving(move || Reply::json(status, body)).await
}

/// A client of a server that takes every request and closes the connection.
pub(crate) async fn cut_off() -> (Server, PeopleProtect) {
    serving(|| Reply::raw("")).await
}

async fn serving(reply: impl Fn() -> Reply + Send + Sync + 'static) -> (Server, PeopleProtect) {
    let server = Server::start(move |request| {
        let reply = if request.path.ends_with("/oauth/token") {
            crate::server::token("server-token", 3600)
        } else {
            reply()
        };
        async move { reply }
    })
    .await;
    let builder = server.builder().with_clock(ManualClock::at(NOW));
    let aura = builder.build().unwrap();
    (server, aura)
}

/// An error after which the operation may have been carried out, and must not be sent again.
#[track_caller]
pub(crate) fn open_outcome(error: &Error, operation: &str, hint: &str) {
    assert_eq!(error.operation(), Some(operation));
    assert!(error.may_have_reached_server(), "{error}");
    assert!(!error.is_retryable(), "{error}");
    assert_eq!(error.attempts(), 1, "{error}");
    assert!(error.hint().unwrap().contains(hint), "{error}");
}

/// An error about what was passed in, found before anything was sent.
#[track_caller]
pub(crate) fn refused_here(error: &Error, operation: &str, word: &str) {
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.operation(), Some(operation));
    assert!(!error.may_have_reached_server(), "{error}");
    assert!(error.hint().is_some(), "{error}");
    assert!(error.to_string().contains(word), "{error}");
}

/// Nothing personal that the tests send shows.
#[track_caller]
pub(crate) fn clean(shown: &str) {
    for planted in [
        "Planted",
        "27821234567",
        "26217939",
        "-26.12345",
        "28.12345",
        "Main Street",
        "Jane",
    ] {
        assert!(!shown.contains(planted), "{planted} shows in {shown}");
    }
}
