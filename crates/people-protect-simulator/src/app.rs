//! The one place where a call meets the state: token, lock, operation, journal.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use people_protect_api::{Auth, SecretText};
use tokio::sync::{Notify, Semaphore, watch};

use crate::answer::Answer;
use crate::call::{Call, Setup};
use crate::clock::{Clock, at_most};
use crate::error::{Error, ErrorKind};
use crate::journal::Journal;
use crate::operations::Served;
use crate::problem::Problem;
use crate::settings::Settings;
use crate::signup::SignupOutcome;
use crate::source::Source;
use crate::state::{Next, State};
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
    /// Counts what may have changed the state, for pages that follow it.
    changes: watch::Sender<u64>,
    /// Wakes whoever waits for the next step that is due.
    paced: Notify,
    /// Becomes true when the simulator ends.
    ending: watch::Sender<bool>,
    /// One for each stream that may follow the state at the same time.
    pub(crate) seats: Arc<Semaphore>,
}

/// What is under the one lock.
pub(crate) struct Held {
    pub(crate) state: State,
    pub(crate) journal: Journal,
    /// The clock's time before anything was advanced, read when the lock was taken.
    pub(crate) base: Timestamp,
    /// How many operations panicked.
    pub(crate) panics: u64,
}

impl Held {
    pub(crate) fn now(&self) -> Timestamp {
        self.state.now(self.base)
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
            base: clock.base(),
            panics: 0,
        };
        Self {
            setup,
            clock,
            started,
            held: Mutex::new(held),
            changes: watch::Sender::new(0),
            paced: Notify::new(),
            ending: watch::Sender::new(false),
            seats: Arc::new(Semaphore::new(SEATS)),
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
        let pace = held.state.next_due();
        // What was due before comes first, and what has become due by moving the clock comes at once.
        held.state.run_due(now);
        let outcome = change(&mut held, now);
        let later = held.now();
        held.state.run_due(later);
        let changed = held.state.next_due() != pace;
        drop(held);
        if changed {
            self.paced.notify_one();
        }
        self.changes.send_modify(|count| *count += 1);
        outcome
    }

    /// Hears of every change from now on.
    pub(crate) fn follow(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Whether the time goes on by itself.
    pub(crate) fn runs(&self) -> bool {
        self.clock.start().is_none()
    }

    /// Tells whoever follows the state that there will be no more of it.
    pub(crate) fn end(&self) {
        self.ending.send_replace(true);
    }

    /// Resolves when the simulator ends.
    pub(crate) async fn ended(&self) {
        let mut ending = self.ending.subscribe();
        // The sender is in here: it does not go away while this waits.
        let _ = ending.wait_for(|ended| *ended).await;
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
            held.state = State::new(self.started.clone());
            held.journal = Journal::default();
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
        let subject = format!("user-{customer}");
        let signer = &self.setup.signer;
        signer
            .issue(caller, &subject, number, now, lifetime)
            .map_err(|problem| Error::new(ErrorKind::Panicked, problem.message))
    }

    /// Runs an operation and writes it down.
    pub(crate) fn run(&self, served: &Served, arrived: &Arrived<'_>) -> Answer {
        let answer = self.change(|held, now| self.operate(held, now, served, arrived));
        let (method, operation) = (arrived.method, served.operation.id);
        tracing::info!("{} {method} {operation}", answer.status.as_u16());
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
            .caller(served, arrived.authorization, now)
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
        let answer = answer.unwrap_or_else(Answer::from);
        let (method, status) = (arrived.method, answer.status.as_u16());
        held.journal
            .note(now, method, Some(served.operation), status, rule);
        answer
    }

    /// Writes a request down that met no operation.
    pub(crate) fn refuse(&self, method: &str, problem: Problem) -> Answer {
        let mut held = self.lock();
        let now = held.now();
        held.journal
            .note(now, method, None, problem.status.as_u16(), problem.rule);
        drop(held);
        self.changes.send_modify(|count| *count += 1);
        // The path is not logged: nobody knows what a caller wrote into it.
        tracing::info!("{} {method} (no operation)", problem.status.as_u16());
        problem.into()
    }

    /// R02: everything but the token exchange takes a bearer token; R06, C07: one of the wrong
    /// scope is 401, not 403.
    fn caller(
        &self,
        served: &Served,
        authorization: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<(Caller, &Source)>, Problem> {
        if served.operation.auth == Auth::None {
            return Ok(None);
        }
        let token = authorization.and_then(bearer).ok_or_else(|| {
            Problem::unauthorised("this needs the header `Authorization: Bearer <token>`: ask POST /oauth/token for a token").by("R02")
        })?;
        let caller = self.setup.signer.read(token, now)?;
        let reaches = match served.operation.auth {
            Auth::ServerOrCallout => !matches!(caller.scope, Scope::Customer { .. }),
            Auth::Server => caller.scope == Scope::Server,
            // R07: a server token is good, but carries no customer: 400, not 401.
            Auth::Customer if caller.scope == Scope::Server => {
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
            .by("R06"));
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
