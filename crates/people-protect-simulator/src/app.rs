//! The one place where a call meets the state: token, lock, operation, journal.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use people_protect_api::{Auth, Operation, SecretText};
use tokio::sync::{Notify, Semaphore, watch};

use crate::answer::Answer;
use crate::call::{Call, Setup};
use crate::clock::{Clock, at_most, pause};
use crate::delivery::DeliveryOutcome;
use crate::delivery::queue::{Retry, Taken};
use crate::drift::{Drift, Drifts};
use crate::error::{Error, ErrorKind};
use crate::fault::{Fault, Faults};
use crate::follow::Streams;
use crate::happening::About;
use crate::journal::Journal;
use crate::operations::Served;
use crate::problem::Problem;
use crate::settings::Settings;
use crate::signup::SignupOutcome;
use crate::source::Source;
use crate::state::{Next, State};
use crate::store::Store;
use crate::switch::people::{CALLOUT_TOKEN_MINTS, CUSTOMER_TOKEN_ACTIVATES, WRONG_SCOPE_STATUS};
use crate::token::{Caller, Scope};

/// How many streams may follow the state at the same time.
const SEATS: usize = 64;

/// A running simulator, shared by its connections.
pub(crate) struct App {
    pub(crate) setup: Setup,
    clock: Clock,
    /// What the simulator was started with, and goes back to.
    started: Settings,
    held: Mutex<Held>,
    /// What keeps the state over a restart, if anything does.
    pub(crate) store: Option<Store>,
    /// Counts what may have changed the state, for pages that follow it.
    changes: watch::Sender<u64>,
    /// Wakes the courier.
    courier: Notify,
    /// Whether the simulator is about to stop.
    ending: watch::Sender<bool>,
    pub(crate) faults: Faults,
    pub(crate) drifts: Drifts,
    /// The pages that follow the state.
    pub(crate) streams: Streams,
    /// Wakes whoever waits for the next step that is due.
    paced: Notify,
    /// One for each stream that may follow the state at the same time.
    pub(crate) seats: Arc<Semaphore>,
}

/// What is under the one lock.
pub(crate) struct Held {
    pub(crate) state: State,
    pub(crate) journal: Journal,
    /// Tells the outcome of what was sent from a state from that of what another one sends.
    epoch: u64,
    /// The versions of faults and drift that the state has.
    mirrored: (u64, u64),
    /// The clock's time before anything was advanced, read when the lock was taken.
    pub(crate) base: Timestamp,
    /// How many operations panicked.
    pub(crate) panics: u64,
}

impl Held {
    pub(crate) fn now(&self) -> Timestamp {
        self.state.now(self.base)
    }

    /// Goes on with another state. What the one before has under way is not called back.
    pub(crate) fn replace(&mut self, state: State) {
        self.state = state;
        self.epoch += 1;
    }
}

/// A request as far as an operation needs it.
pub(crate) struct Arrived<'a> {
    pub(crate) method: &'a str,
    pub(crate) authorization: Option<&'a str>,
    pub(crate) content_type: Option<&'a str>,
    pub(crate) path: &'a [(String, String)],
    pub(crate) body: &'a [u8],
}

impl App {
    pub(crate) fn new(setup: Setup, clock: Clock, started: Settings) -> Self {
        let held = Held {
            state: State::new(started.clone()),
            journal: Journal::default(),
            epoch: 0,
            mirrored: (0, 0),
            base: clock.base(),
            panics: 0,
        };
        Self {
            faults: Faults::new(setup.seed),
            drifts: Drifts::default(),
            setup,
            clock,
            started,
            held: Mutex::new(held),
            store: None,
            changes: watch::Sender::new(0),
            courier: Notify::new(),
            ending: watch::Sender::new(false),
            paced: Notify::new(),
            seats: Arc::new(Semaphore::new(SEATS)),
            streams: Streams::default(),
        }
    }

    /// Keeps the state in a file from now on. What the file had of it is gone on with; `set` is
    /// what this start asks for on top of that.
    pub(crate) fn keeping(
        mut self,
        store: Store,
        kept: Option<State>,
        set: impl FnOnce(&mut Settings) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let held = self.held.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = kept {
            held.state = kept;
            set(&mut held.state.settings)?;
        }
        store.submit(&mut held.state);
        store.wait()?;
        self.store = Some(store);
        Ok(self)
    }

    /// Whether a change would be kept, where it is to be.
    pub(crate) fn keeps(&self) -> Result<(), Error> {
        self.store.as_ref().map_or(Ok(()), Store::works)
    }

    /// Returns when every change so far is kept: at once without a state file.
    pub(crate) async fn settled(&self) -> Result<(), Error> {
        match &self.store {
            Some(store) => store.settled().await,
            None => Ok(()),
        }
    }

    /// The same for whoever is not asynchronous: blocks.
    pub(crate) fn wait_settled(&self) -> Result<(), Error> {
        self.store.as_ref().map_or(Ok(()), Store::wait)
    }

    /// Writes what is to be written and gives the state file free.
    pub(crate) fn close(&self) {
        if let Some(store) = &self.store {
            store.close();
        }
    }

    /// Takes the lock to read. Operations are the only code that could panic under it, and they are
    /// caught. Whoever changes the state goes through [`change`](Self::change).
    pub(crate) fn lock(&self) -> MutexGuard<'_, Held> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.base = self.clock.base();
        held
    }

    /// The one way to change the state: under the lock, with the time, and so that whoever follows
    /// the state hears of it.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Held, Timestamp) -> T) -> T {
        let mut held = self.lock();
        let now = held.now();
        let before = (held.state.deliveries.count(), held.state.advanced_ms);
        let pace = held.state.next_due();
        // What was due before comes first, and what has become due by moving the clock comes at once.
        held.state.run_due(now);
        let outcome = change(&mut held, now);
        let later = held.now();
        held.state.run_due(later);
        let changed = held.state.next_due() != pace;
        held.post(&self.setup);
        let after = (held.state.deliveries.count(), held.state.advanced_ms);
        self.mirror(&mut held);
        if let Some(store) = &self.store {
            store.submit(&mut held.state);
        }
        drop(held);
        if changed {
            self.paced.notify_one();
        }
        self.changes.send_modify(|count| *count += 1);
        // There is something new to deliver, or the clock may have made something due.
        if before != after {
            self.courier.notify_one();
        }
        outcome
    }

    /// Takes faults and drift up into the state, so that it is whole when it goes out.
    pub(crate) fn mirror(&self, held: &mut Held) {
        if let Some(set) = self.faults.newer_than(&mut held.mirrored.0) {
            held.state.faults = set;
        }
        if let Some(set) = self.drifts.newer_than(&mut held.mirrored.1) {
            held.state.drift = set;
        }
    }

    /// Changes faults or drift, and with them the state.
    pub(crate) fn set_off<T>(&self, set: impl FnOnce(&Faults, &Drifts) -> T) -> T {
        self.change(|_, _| set(&self.faults, &self.drifts))
    }

    /// Begins with the faults and the drift of this start, after those that were kept.
    pub(crate) fn start_with(&self, faults: Vec<Fault>, drifts: Vec<Drift>) -> Result<(), Error> {
        self.faults.start_with(faults)?;
        self.drifts.start_with(drifts)?;
        if self.store.is_some() {
            self.change(|held, _| {
                self.faults.go_on_with(held.state.faults.clone());
                self.drifts.go_on_with(held.state.drift.clone());
            });
            self.wait_settled()?;
        }
        Ok(())
    }

    /// What the courier is to send now.
    pub(crate) fn take_due(&self) -> Vec<(u64, Taken)> {
        let mut held = self.lock();
        let (now, epoch) = (held.now(), held.epoch);
        let taken = held.state.deliveries.take(now);
        taken.into_iter().map(|taken| (epoch, taken)).collect()
    }

    /// Notes what came of a delivery; nothing if the state that sent it has been replaced.
    pub(crate) fn delivered(
        &self,
        epoch: u64,
        taken: &Taken,
        outcome: DeliveryOutcome,
        retry: Retry,
    ) {
        self.change(|held, now| {
            if held.epoch == epoch {
                held.state.deliveries.finish(taken, outcome, retry, now);
            }
        });
    }

    /// Comes back when there may be more to deliver.
    pub(crate) async fn deliveries_changed(&self) {
        self.courier.notified().await;
    }

    /// How long until the next delivery is due; none if only a change can make one due, as with a
    /// clock that stands still.
    pub(crate) fn until_next_delivery(&self) -> Option<Duration> {
        if self.clock.start().is_some() {
            return None;
        }
        let held = self.lock();
        let wait = held.state.deliveries.next_due()?.duration_since(held.now());
        Some(Duration::try_from(wait).unwrap_or_default())
    }

    /// Waits until everything is delivered that is due.
    pub(crate) async fn idle(&self) {
        let mut changes = self.follow();
        loop {
            {
                let held = self.lock();
                if held.state.deliveries.is_idle(held.now()) {
                    return;
                }
            }
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    /// Fires an event as if it had happened, and gives the numbers of its deliveries.
    pub(crate) fn announce(&self, event: String, about: About) -> Result<Vec<u64>, Error> {
        // Any name may be tried, but it goes into a log and must look like one.
        let named = |letter: char| matches!(letter, 'A'..='Z' | '0'..='9' | '_');
        if event.is_empty() || event.len() > 100 || !event.chars().all(named) {
            return Err(Error::new(
                ErrorKind::EventRefused,
                "`event` must be a name like NEW_CALLOUT",
            ));
        }
        self.change(|held, _| {
            let state = &held.state;
            let (known, kind) = match about {
                About::Callout(id) => (state.callouts.contains_key(&id), ErrorKind::UnknownCallout),
                About::Customer(id) => (
                    state.customers.contains_key(&id),
                    ErrorKind::UnknownCustomer,
                ),
                About::Subscription(id) => (
                    state.subscriptions.contains_key(&id),
                    ErrorKind::UnknownSubscription,
                ),
            };
            if !known {
                let text = format!("there is no {} {}", about.key(), about.id());
                return Err(Error::new(kind, text));
            }
            let before = held.state.deliveries.count();
            held.state.happened(event, about);
            held.post(&self.setup);
            Ok((before + 1..=held.state.deliveries.count()).collect())
        })
    }

    /// Sends a delivery of the log once more.
    pub(crate) fn redeliver(&self, number: u64) -> Result<u64, Error> {
        self.change(|held, now| held.state.deliveries.redeliver(number, now))
    }

    /// Hears of every change from now on.
    pub(crate) fn follow(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Tells everything that waits that the simulator stops.
    pub(crate) fn end(&self) {
        self.ending.send_replace(true);
        self.streams.end();
    }

    /// Waits until the simulator is about to stop.
    pub(crate) fn ended(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut ending = self.ending.subscribe();
        async move {
            // A sender that is gone has stopped too.
            let _ = ending.wait_for(|ending| *ending).await;
        }
    }

    /// Waits by the simulator's clock: with a manual one until it is advanced. Also ends when the
    /// state is reset, as nobody could tell by then how long is left.
    pub(crate) async fn pause(&self, wait: Duration) {
        let mut changes = self.follow();
        let begun = self.lock().now();
        let until = begun.saturating_add(wait).unwrap_or(Timestamp::MAX);
        loop {
            let now = self.lock().now();
            let left = Duration::try_from(until.duration_since(now)).unwrap_or_default();
            if left.is_zero() || now < begun {
                return;
            }
            let by_itself = async {
                match self.clock.start() {
                    Some(_) => std::future::pending().await,
                    None => pause(left).await,
                }
            };
            tokio::select! {
                changed = changes.changed() => if changed.is_err() { return },
                () = by_itself => {}
            }
        }
    }

    /// Whether the time goes on by itself.
    pub(crate) fn runs(&self) -> bool {
        self.clock.start().is_none()
    }

    /// Takes the steps of callouts that run by themselves when they are due, until the simulator
    /// ends. Without it a step would be taken with the next change only.
    pub(crate) async fn keep_pace(self: Arc<Self>) {
        tokio::select! {
            () = self.ended() => {}
            () = self.step_when_due() => {}
        }
    }

    async fn step_when_due(&self) {
        loop {
            let wait = {
                let held = self.lock();
                let left = |(due, _)| held.now().duration_until(due);
                held.state.next_due().0.map(left)
            };
            let changed = self.paced.notified();
            match wait {
                None => changed.await,
                Some(wait) => {
                    let wait = wait.try_into().unwrap_or_default();
                    if at_most(wait, changed).await.is_none() {
                        self.change(|_, _| ());
                    }
                }
            }
        }
    }

    /// Forgets everything but the credentials: state, clock, journal, ids, and what was set since
    /// the start. Tokens stay valid as long as the clock says so.
    pub(crate) fn reset(&self) {
        self.change(|held, _| {
            self.faults.reset();
            self.drifts.reset();
            held.replace(State::new(self.started.clone()));
            held.journal = Journal::default();
            // The new state has none of them yet.
            held.mirrored = (u64::MAX, u64::MAX);
        });
    }

    /// Ends a hosted sign-up as its person would.
    pub(crate) fn finish_signup(
        &self,
        session: &str,
        outcome: SignupOutcome,
    ) -> Result<SecretText, Error> {
        let sources = &self.setup.sources;
        self.change(|held, now| held.state.finish_signup(sources, session, outcome, now))
    }

    /// Mints an access token of a customer (R08): with `customerId` and a `sub` that belongs to
    /// the person. What stands in `sub` is an assumption.
    pub(crate) fn customer_token(&self, customer: i64) -> Result<SecretText, Error> {
        self.change(|held, now| self.mint(held, customer, now))
    }

    fn mint(&self, held: &mut Held, customer: i64, now: Timestamp) -> Result<SecretText, Error> {
        let known = held.state.customers.get(&customer);
        let source = known
            .filter(|customer| customer.retired_at.is_none())
            .map(|customer| customer.source)
            .ok_or_else(|| {
                let text = format!("there is no customer {customer}");
                Error::new(ErrorKind::UnknownCustomer, text)
            })?;
        let caller = Caller {
            source,
            scope: Scope::Customer { customer },
        };
        let lifetime = self.setup.sources.iter().find(|known| known.id == source);
        let lifetime = lifetime.map_or(0, |source| source.token_lifetime_s);
        let number = Next::take(&mut held.state.next.token);
        let subject = if held.state.settings.keeps("R08") {
            format!("user-{customer}")
        } else {
            String::new()
        };
        let signer = &self.setup.signer;
        signer
            .issue(caller, &subject, number, now, lifetime)
            .map_err(|problem| Error::new(ErrorKind::Panicked, problem.message))
    }

    /// Runs an operation and writes it down.
    pub(crate) fn run(&self, served: &Served, arrived: &Arrived<'_>) -> Answer {
        let (answer, at) = self.change(|held, now| (self.operate(held, now, served, arrived), now));
        let (method, operation) = (arrived.method, served.operation.id);
        tracing::info!("{at} {} {method} {operation}", answer.status.as_u16());
        answer
    }

    fn operate(
        &self,
        held: &mut Held,
        now: Timestamp,
        served: &Served,
        arrived: &Arrived<'_>,
    ) -> Answer {
        let answer = self
            .caller(&held.state.settings, served, arrived.authorization, now)
            .and_then(|caller| {
                let call = Call {
                    setup: &self.setup,
                    caller,
                    path: arrived.path,
                    content_type: arrived.content_type,
                    body: arrived.body,
                    now,
                };
                let state = &mut held.state;
                match catch_unwind(AssertUnwindSafe(|| (served.run)(state, &call))) {
                    Ok(answer) => answer,
                    Err(_) => {
                        held.panics += 1;
                        Err(Problem::defect())
                    }
                }
            });
        let rule = answer.as_ref().err().and_then(|problem| problem.rule);
        let answer = answer.unwrap_or_else(|problem| problem.answer(&held.state.settings));
        let answer = answer.with_created_status(&held.state.settings);
        let (method, status) = (arrived.method, answer.status.as_u16());
        held.journal
            .note(now, method, Some(served.operation), status, rule);
        answer
    }

    /// Writes a request down that met no operation.
    pub(crate) fn refuse(&self, method: &str, problem: Problem) -> Answer {
        let mut held = self.lock();
        let now = held.now();
        let rule = problem.rule;
        let answer = problem.answer(&held.state.settings);
        held.journal
            .note(now, method, None, answer.status.as_u16(), rule);
        drop(held);
        self.changes.send_modify(|count| *count += 1);
        // The path is not logged: nobody knows what a caller wrote into it.
        tracing::info!("{now} {} {method} (no operation)", answer.status.as_u16());
        answer
    }

    /// Writes a call down that a fault kept from its operation; 0 if the connection was cut.
    pub(crate) fn note(&self, method: &str, operation: &'static str, status: u16) {
        let mut held = self.lock();
        let now = held.now();
        let served = Operation::find(operation);
        held.journal.note(now, method, served, status, None);
        drop(held);
        tracing::info!("{status} {method} {operation} (a fault)");
    }

    /// R02: everything but the token exchange takes a bearer token; R06, C07: one of the wrong
    /// scope is 401, not 403.
    fn caller(
        &self,
        settings: &Settings,
        served: &Served,
        authorization: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<(Caller, &Source)>, Problem> {
        if served.operation.auth == Auth::None {
            return Ok(None);
        }
        let caller = match authorization.and_then(bearer) {
            Some(token) => self.read_token(settings, token, now),
            None => Err(Problem::unauthorised("this needs the header `Authorization: Bearer <token>`: ask POST /oauth/token for a token").by("R02"))
                .or_else(|problem| self.anybody(settings.keeps("R02"), problem)),
        }?;
        let operation = served.operation.id;
        let reaches = match served.operation.auth {
            Auth::ServerOrCallout => !matches!(caller.scope, Scope::Customer { .. }),
            Auth::Server => match caller.scope {
                Scope::Server => true,
                Scope::Callout { .. } if operation == "create_callout_token" => {
                    settings.is_on(&CALLOUT_TOKEN_MINTS)
                }
                Scope::Callout { .. } => !settings.keeps("R06"),
                // C30: one payment page of an integrator is meant to work so.
                Scope::Customer { .. } => {
                    operation == "create_subscription" && settings.is_on(&CUSTOMER_TOKEN_ACTIVATES)
                }
            },
            // R07: a server token is good, but carries no customer: 400, not 401.
            Auth::Customer if caller.scope == Scope::Server && settings.keeps("R07") => {
                return Err(Problem::bad_request("No valid customerId found").by("R07"));
            }
            Auth::Customer => matches!(caller.scope, Scope::Customer { .. }),
            // The contract knows no other kind.
            _ => false,
        };
        if !reaches {
            return Err(Problem::unauthorised(
                "a token of this scope does not reach this operation",
            )
            .by("R06")
            .decided_by(&WRONG_SCOPE_STATUS));
        }
        let source = self
            .setup
            .sources
            .iter()
            .find(|source| source.id == caller.source)
            .ok_or_else(|| {
                Problem::unauthorised("the token belongs to no customer source of this simulator")
            })?;
        Ok(Some((caller, source)))
    }

    fn read_token(
        &self,
        settings: &Settings,
        token: &str,
        now: Timestamp,
    ) -> Result<Caller, Problem> {
        let read = if settings.keeps("R01") {
            self.setup.signer.read(token, now)
        } else {
            self.setup.signer.read(&token.replace('~', "."), now)
        };
        read.or_else(|problem| self.anybody(settings.keeps("R09"), problem))
    }

    /// While a rule about tokens is broken, whoever calls is the first source.
    fn anybody(&self, kept: bool, problem: Problem) -> Result<Caller, Problem> {
        match self.setup.sources.first() {
            Some(source) if !kept => Ok(Caller {
                source: source.id,
                scope: Scope::Server,
            }),
            _ => Err(problem),
        }
    }
}

/// The scheme is compared without case, as HTTP has it.
fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use people_protect_api::Operation;

    use super::{App, Arrived};
    use crate::call::Setup;
    use crate::clock::Clock;
    use crate::operations::Served;
    use crate::seed::Seed;
    use crate::settings::Settings;
    use crate::source::Source;
    use crate::token::Signer;

    #[test]
    fn a_panic_in_an_operation_is_a_500_and_on_record() {
        let setup = Setup {
            sources: Source::built_in(),
            seed: Seed(0),
            signer: Signer::new(Seed(0)),
            origin: String::new(),
        };
        let app = App::new(setup, Clock::manual(), Settings::default());
        let operation = Operation::find("create_oauth_token").unwrap();
        let served = Served {
            operation,
            run: |_, _| panic!("on purpose"),
        };
        let arrived = Arrived {
            method: "POST",
            authorization: None,
            content_type: None,
            path: &[],
            body: b"",
        };
        assert_eq!(app.run(&served, &arrived).status, 500);
        assert_eq!(app.lock().panics, 1);
        assert_eq!(app.lock().journal.latest()[0].status, 500);
    }
}
