//! A running simulator and the way to start one.

use std::fmt;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt as _;
use jiff::{SignedDuration, Timestamp};
use people_protect_api::SecretText;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::call::Setup;
use crate::clock::{Clock, at_most};
use crate::error::{Error, ErrorKind};
use crate::journal::RequestRecord;
use crate::seed::Seed;
use crate::settings::Settings;
use crate::signup::SignupOutcome;
use crate::snapshot::Snapshot;
use crate::source::{Credentials, Source};
use crate::stage::Stage;
use crate::step::Step;
use crate::token::Signer;
use crate::{control, server};

/// How long open connections may finish what they are doing.
const FAREWELL: Duration = Duration::from_secs(2);

/// A simulator that is serving. It stops when it is dropped.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), people_protect_simulator::Error> {
/// use people_protect_simulator::Simulator;
///
/// let simulator = Simulator::start().await?;
/// assert!(simulator.api_url().starts_with("http://127.0.0.1:"));
/// assert!(simulator.api_url().ends_with("/panic-api/v2"));
/// simulator.shutdown().await
/// # }
/// ```
pub struct Simulator {
    app: Arc<App>,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<std::io::Result<()>>>,
}

/// Says how a simulator is to be started.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), people_protect_simulator::Error> {
/// use people_protect_simulator::{Clock, Simulator};
///
/// let simulator = Simulator::builder().clock(Clock::manual()).seed(7).start().await?;
/// assert_eq!(simulator.now().to_string(), "2026-06-10T08:00:00Z");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Builder {
    port: u16,
    clock: Clock,
    seed: u64,
    switches: Vec<(String, String)>,
    broken: Vec<String>,
}

impl Builder {
    /// The port on 127.0.0.1; 0, the default, takes any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Where the time comes from; the machine's clock by default.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// What tokens and tracking links follow from; 0 by default. The same seed, requests and clock
    /// give the same bytes.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets a switch from the start, and after every reset; see [`Simulator::set_switch`].
    pub fn switch(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.switches.push((name.into(), value.into()));
        self
    }

    /// Breaks a rule from the start, and after every reset; see [`Simulator::break_rule`].
    pub fn break_rule(mut self, id: impl Into<String>) -> Self {
        self.broken.push(id.into());
        self
    }

    /// Starts serving on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// If the port cannot be opened: [`ErrorKind::PortInUse`], [`ErrorKind::CannotListen`].
    pub async fn start(self) -> Result<Simulator, Error> {
        let mut started = Settings::default();
        for (name, value) in &self.switches {
            started.set(name, value)?;
        }
        for rule in &self.broken {
            started.break_rule(rule, true)?;
        }
        let listen = |source| Error::listen(self.port, source);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))
            .await
            .map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let seed = Seed(self.seed);
        let setup = Setup {
            sources: Source::built_in(),
            seed,
            signer: Signer::new(seed),
            origin: format!("http://{address}"),
        };
        let app = Arc::new(App::new(setup, self.clock, started));
        // Answers are small and single: waiting to fill a packet would only delay them.
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        let (stop, stopped) = oneshot::channel();
        let ending = Arc::clone(&app);
        if self.clock.start().is_none() {
            // A clock that stands moves by a change only, and every change takes what is due.
            tokio::spawn(Arc::clone(&app).keep_pace());
        }
        let serving = axum::serve(listener, server::router(Arc::clone(&app)))
            .with_graceful_shutdown(async move {
                // A sender that is gone means that the simulator was dropped.
                let _ = stopped.await;
                ending.end();
            });
        let server = tokio::spawn(async move { serving.await });
        Ok(Simulator {
            app,
            stop: Some(stop),
            server: Some(server),
        })
    }
}

impl Simulator {
    /// Starts one on any free port with the machine's clock and seed 0.
    ///
    /// # Errors
    ///
    /// If no port can be opened.
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    /// Starts one otherwise.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The base of the API: `http://127.0.0.1:<port>/panic-api/v2`.
    #[must_use]
    pub fn api_url(&self) -> String {
        format!("{}{}", self.origin(), server::API)
    }

    /// The base of the two CSV routes (R50): `http://127.0.0.1:<port>/v1`.
    #[must_use]
    pub fn csv_url(&self) -> String {
        format!("{}{}", self.origin(), server::CSV)
    }

    /// The base of the control surface: `http://127.0.0.1:<port>/_simulator`.
    #[must_use]
    pub fn control_url(&self) -> String {
        format!("{}{}", self.origin(), control::BASE)
    }

    pub(crate) fn origin(&self) -> &str {
        &self.app.setup.origin
    }

    /// What the first customer source signs in with.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        // There is always one: the built-in ones.
        &self.app.setup.sources[0].credentials
    }

    /// What each customer source signs in with. The two see nothing of each other (R16).
    pub fn sources(&self) -> impl Iterator<Item = &Credentials> {
        self.app
            .setup
            .sources
            .iter()
            .map(|source| &source.credentials)
    }

    /// The simulator's time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.app.lock().now()
    }

    /// Brings a callout of any source to a stage, as the responder and the control room would
    /// (R36). Stages may be skipped; the same one again changes nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownCallout`]; [`ErrorKind::StageRefused`] if it would go backwards, has
    /// ended already, or `stage` is [`Stage::Cancelled`].
    pub fn set_stage(&self, callout: i64, stage: Stage) -> Result<(), Error> {
        self.app
            .change(|held, now| held.state.set_stage(callout, stage, now).map(|_| ()))
    }

    /// Takes one step of a callout of any source: like [`set_stage`](Self::set_stage), and what a
    /// stage does not tell. A step that was taken already changes nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownCallout`]; [`ErrorKind::StageRefused`] if it does not follow.
    pub fn step(&self, callout: i64, step: Step) -> Result<(), Error> {
        self.app
            .change(|held, now| held.state.step(callout, step, now).map(|_| ()))
    }

    /// Lets a callout go through its remaining stages by the simulator's clock, `speed` times as
    /// fast as a responder would be: at speed 1 it takes about half an hour. A clock that stands
    /// moves it when it is advanced.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownCallout`]; [`ErrorKind::StageRefused`] if it has ended;
    /// [`ErrorKind::SpeedRefused`] below 0.1 and above 10,000.
    pub fn run(&self, callout: i64, speed: f64) -> Result<(), Error> {
        self.app
            .change(|held, now| held.state.start_run(callout, speed, now))
    }

    /// Does what a person would do on the hosted page of a sign-up, and returns the URL the
    /// browser would be sent to (R53). [`SignupOutcome::Completed`] creates the documentation's
    /// Jane Doe with the first free number, covered by the source's first subscription type.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownSignup`]; [`ErrorKind::SignupRefused`] if it is completed already.
    pub fn finish_signup(
        &self,
        session: &str,
        outcome: SignupOutcome,
    ) -> Result<SecretText, Error> {
        self.app.finish_signup(session, outcome)
    }

    /// Mints an access token of a customer (R08), as the customer's app would have it: an hour
    /// long, with the claims `customerId` and `sub`. How AURA issues one is not documented.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownCustomer`] if there is none, or it is retired.
    pub fn customer_token(&self, customer: i64) -> Result<SecretText, Error> {
        self.app.customer_token(customer)
    }

    /// Sets the status of a lead of any source, as whoever works on it would. Any text is taken, so
    /// that a status nobody documented can be tried (R85).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownLead`].
    pub fn set_lead_status(&self, uuid: &str, status: &str) -> Result<(), Error> {
        self.app
            .change(|held, now| held.state.set_lead_status(uuid, status, now).map(|_| ()))
    }

    /// Moves the clock forward and returns the new time.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ClockRefused`] beyond the end of the calendar.
    pub fn advance(&self, by: Duration) -> Result<Timestamp, Error> {
        let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
        self.app.change(|held, _| held.state.advance(held.base, by))
    }

    /// Sets a switch: which of the known alternatives the simulator shows where nobody knows what
    /// AURA does. `GET /_simulator/switches` lists them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownSwitch`]; [`ErrorKind::SwitchRefused`] if it takes no such value.
    pub fn set_switch(&self, name: &str, value: &str) -> Result<(), Error> {
        self.app
            .change(|held, _| held.state.settings.set(name, value).map(|_| ()))
    }

    /// Breaks a rule on purpose, such as `R27`, or keeps it again. `GET /_simulator/rules` lists
    /// those that can be broken and what happens then.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownRule`].
    pub fn break_rule(&self, id: &str, broken: bool) -> Result<(), Error> {
        self.app
            .change(|held, _| held.state.settings.break_rule(id, broken).map(|_| ()))
    }

    /// Forgets customers, subscriptions, callouts, requests, how far the clock was advanced, and
    /// switches and rules set since the start. Ids begin anew; tokens stay valid, as they follow from the seed.
    pub fn reset(&self) {
        self.app.reset();
    }

    /// A copy of the state, for assertions.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let held = self.app.lock();
        Snapshot::new(held.state.clone(), held.now())
    }

    /// The latest requests to the API, oldest first; at most 1000.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.app.lock().journal.latest()
    }

    /// Stops: takes no further connection, lets open requests finish for up to two seconds, and
    /// reports what went wrong in the background.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Panicked`] if the server or an operation panicked while it was running.
    pub async fn shutdown(mut self) -> Result<(), Error> {
        drop(self.stop.take());
        if let Some(mut server) = self.server.take() {
            match at_most(FAREWELL, &mut server).await {
                None => server.abort(),
                Some(Err(error)) if error.is_panic() => {
                    return Err(Error::new(
                        ErrorKind::Panicked,
                        "the simulator's server panicked: please report this",
                    ));
                }
                Some(_) => {}
            }
        }
        match self.app.lock().panics {
            0 => Ok(()),
            count => Err(Error::new(
                ErrorKind::Panicked,
                format!(
                    "{count} operation(s) of the simulator panicked and were answered 500: please report this"
                ),
            )),
        }
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator")
            .field("api", &self.api_url())
            .finish_non_exhaustive()
    }
}
