//! The integrator: its clients, its customers, its watches and its web server.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use people_protect::{
    Attempt, BoxFuture, Credentials, CustomerId, Environment, Error, ErrorKind, Middleware,
    NewCustomer, Next, Observer, PeopleProtect, ResponseTypeId, Retries, TransportError,
};

use super::child::ControlRoom;
use super::hurried::{FASTER, HurriedClock};
use super::reckoning::Told;
use super::watchers::Watchers;
use super::wrong::{Wrong, Wrongs};
use crate::by_hand::Failed;

/// How many customers each source has. The control room lists 200 callouts at most, and with three or
/// four calls of each at once the simulator has 512 connections.
const CUSTOMERS: usize = 64;
/// An attempt may take ten seconds of real time and a call thirty, as by default: the server's work is
/// not hurried.
const ATTEMPT: Duration = Duration::from_secs(10 * FASTER as u64);
const DEADLINE: Duration = Duration::from_secs(30 * FASTER as u64);
/// Whoever is in a hurry waits for a second. Some requests are held back for longer, and land later.
pub(crate) const HURRIED: Duration = Duration::from_secs(FASTER as u64);
/// One attempt of a raise in so many finds the line unplugged.
const UNPLUGGED: u64 = 50;

/// Everybody and everything on the client's side.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) sources: Vec<Source>,
    pub(crate) control: ControlRoom,
    pub(crate) clock: HurriedClock,
    pub(crate) counts: Arc<Counts>,
    pub(crate) wrongs: Arc<Wrongs>,
    told: Mutex<Told>,
}

/// One customer source.
#[derive(Debug)]
pub(crate) struct Source {
    /// Repeats as the wrapper does by default.
    pub(crate) aura: PeopleProtect,
    /// Sends everything once, and does not wait for long.
    pub(crate) hurried: PeopleProtect,
    pub(crate) security: ResponseTypeId,
    pub(crate) watchers: Arc<Watchers>,
}

/// A customer, whose story one task tells.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) source: usize,
    pub(crate) customer: CustomerId,
    pub(crate) safe_code: String,
    /// Until then a request that was given up may still land.
    pub(crate) unsure_until: Duration,
}

/// What was done.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Requests that were answered.
    pub(crate) calls: AtomicU64,
    /// Those that were sent.
    pub(crate) attempts: AtomicU64,
    /// Raises that were acknowledged, repeats included.
    pub(crate) raises: AtomicU64,
    /// Callouts that have come to their end.
    pub(crate) callouts: AtomicU64,
    /// Raises that were said not to have reached the server, and were looked up.
    pub(crate) claims: AtomicU64,
    /// Callouts that nobody was told of, as a request that was given up landed late.
    pub(crate) late: AtomicU64,
    /// Watches that ended.
    pub(crate) watches: AtomicU64,
    /// Deliveries that came again.
    pub(crate) repeats: AtomicU64,
    failures: Mutex<BTreeMap<String, u64>>,
    /// What a client that leaks keeps of each call, and how much of it.
    leaked: Mutex<Vec<Vec<u8>>>,
    leak: usize,
}

impl World {
    pub(crate) fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn new(
        sources: Vec<Source>,
        control: ControlRoom,
        clock: HurriedClock,
        counts: Arc<Counts>,
        wrongs: Arc<Wrongs>,
    ) -> Self {
        Self {
            sources,
            control,
            clock,
            counts,
            wrongs,
            told: Mutex::default(),
        }
    }

    /// Counts a failure, and says if no fault explains it.
    pub(crate) fn failed(&self, error: &Error) {
        let kind = error.kind();
        self.counts.failed(kind);
        let explained = matches!(
            kind,
            ErrorKind::RateLimited
                | ErrorKind::ServerFailure
                | ErrorKind::Unreachable
                | ErrorKind::TimedOut
                | ErrorKind::UndecodableAnswer
                | ErrorKind::NoCallout
                | ErrorKind::NotAuthorised
        );
        if !explained {
            self.wrongs.note(Wrong::Unexplained, || error.to_string());
        }
    }
}

impl Source {
    /// A client of a source.
    pub(crate) fn client(
        api: &str,
        (id, secret): &(String, String),
        clock: &HurriedClock,
        counts: &Arc<Counts>,
    ) -> Result<PeopleProtect, Failed> {
        let credentials = Credentials::new(id, secret.as_str())?;
        let builder = PeopleProtect::builder(Environment::custom(api)?, credentials)
            .with_clock(clock.clone())
            .with_deadline(DEADLINE)
            .with_attempt_timeout(ATTEMPT)
            .with_live_classification(1)
            .with_observer(Tally(Arc::clone(counts)))
            .with_middleware(Unplugged(AtomicU64::new(0)));
        Ok(builder.build()?)
    }

    /// The source with its watches.
    pub(crate) async fn start(
        aura: PeopleProtect,
        watchers: Arc<Watchers>,
    ) -> Result<Self, Failed> {
        let types = aura.response_types().await?;
        let (security, _) = types.iter().next().ok_or("no response types")?;
        Ok(Self {
            hurried: aura
                .with_retries(Retries::none())
                .with_attempt_timeout(HURRIED),
            security,
            watchers,
            aura,
        })
    }

    /// Registers the customers, each with cover.
    pub(crate) async fn register(&self, source: usize) -> Result<Vec<Person>, Failed> {
        let plans = self.aura.subscription_types().await?;
        let plan = plans.iter().next().ok_or("no subscription types")?;
        let mut people = Vec::with_capacity(CUSTOMERS);
        for number in 0..CUSTOMERS {
            let safe_code = format!("{number:04}");
            let mobile = format!("+2782123{safe_code}").parse()?;
            let cover = plan.starting_now_for_days(365);
            let customer = NewCustomer::new("Jane", "Doe", mobile);
            let registered = self
                .aura
                .register(customer)
                .with_subscription(cover)
                .await?;
            people.push(Person {
                source,
                customer: registered.id(),
                safe_code,
                unsure_until: Duration::ZERO,
            });
        }
        Ok(people)
    }
}

impl Counts {
    pub(crate) fn leaking(leak: usize) -> Self {
        Self {
            leak,
            ..Self::default()
        }
    }

    fn failed(&self, kind: ErrorKind) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        *failures.entry(kind.to_string()).or_default() += 1;
    }

    pub(crate) fn failures(&self) -> BTreeMap<String, u64> {
        self.failures
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// What counts, as the wrapper tells it.
#[derive(Debug)]
struct Tally(Arc<Counts>);

impl Observer for Tally {
    fn attempt_started(&self, _: &Attempt) {
        self.0.attempts.fetch_add(1, Ordering::Relaxed);
    }

    fn attempt_ended(&self, _: &Attempt, status: Option<StatusCode>, _: Duration) {
        let counts = &self.0;
        if status.is_some() {
            counts.calls.fetch_add(1, Ordering::Relaxed);
        }
        if counts.leak > 0 {
            let mut leaked = counts.leaked.lock().unwrap_or_else(PoisonError::into_inner);
            leaked.push(vec![1; counts.leak]);
        }
    }
}

/// A line that is not always plugged in: what then fails has not reached the server.
#[derive(Debug)]
struct Unplugged(AtomicU64);

impl Middleware for Unplugged {
    fn handle<'a>(
        &'a self,
        request: reqwest::Request,
        attempt: &'a Attempt,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<reqwest::Response, TransportError>> {
        let raises = attempt.operation() == "create_customer_callout";
        if raises && self.0.fetch_add(1, Ordering::Relaxed) % UNPLUGGED == UNPLUGGED - 1 {
            let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
            return Box::pin(std::future::ready(Err(TransportError::not_sent(refused))));
        }
        next.run(request)
    }
}
