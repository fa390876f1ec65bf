//! A running simulator and the way to start one.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use people_protect_api::SecretText;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

use crate::app::{App, Held};
use crate::call::Setup;
use crate::clock::Clock;
use crate::delivery::{DeliveryRecord, courier};
use crate::drift::Drift;
use crate::error::{Error, ErrorKind};
use crate::fault::Fault;
use crate::front::Front;
use crate::happening::About;
use crate::journal::RequestRecord;
use crate::limits::Limits;
use crate::seed::Seed;
use crate::settings::Settings;
use crate::signup::SignupOutcome;
use crate::snapshot::Snapshot;
use crate::source::{Credentials, Source};
use crate::stage::Stage;
use crate::step::Step;
use crate::store::Purpose;
use crate::token::Signer;
use crate::{control, listen, server, sources, store};

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
    /// Where this machine reaches it, whatever its links begin with.
    local: String,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<u64>>,
    /// Ends when it is dropped.
    courier: JoinSet<()>,
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
#[derive(Debug, Clone)]
#[must_use]
pub struct Builder {
    host: IpAddr,
    port: u16,
    clock: Clock,
    seed: u64,
    switches: Vec<(String, String)>,
    broken: Vec<String>,
    sources: Option<PathBuf>,
    state_file: Option<PathBuf>,
    faults: Vec<Fault>,
    drifts: Vec<Drift>,
    limits: Limits,
    control_from_anywhere: bool,
    public_url: Option<String>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            clock: Clock::default(),
            seed: 0,
            switches: Vec::new(),
            broken: Vec::new(),
            faults: Vec::new(),
            drifts: Vec::new(),
            limits: Limits::default(),
            control_from_anywhere: false,
            public_url: None,
            sources: None,
            state_file: None,
        }
    }
}

impl Builder {
    /// The address to listen on; 127.0.0.1 by default. Beyond it, the API and the pages behind
    /// tracking links answer everybody; the control surface, the responder's page and the front page
    /// still answer this machine only.
    pub fn host(mut self, host: impl Into<IpAddr>) -> Self {
        self.host = host.into();
        self
    }

    /// Lets every machine that reaches the port read and change everything. For networks without
    /// strangers, such as that of a container.
    pub fn control_from_anywhere(mut self, allowed: bool) -> Self {
        self.control_from_anywhere = allowed;
        self
    }

    /// What links in answers and pages begin with, such as `https://sandbox.example.com`: where others
    /// reach this simulator, through a forwarded port or a proxy. Without it they begin with
    /// `http://127.0.0.1:<port>`, which opens on this machine only. It says nothing about who may
    /// connect; see [`Builder::host`].
    ///
    /// Starting fails with [`ErrorKind::PublicUrlRefused`] if it has more than a scheme (http or https),
    /// a host and a port.
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into());
        self
    }

    /// How long requests may take to arrive, and how many connections are open at once.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets a fault from the start, and after every reset; see [`Simulator::add_fault`]. Each counts
    /// the calls that match it; the first whose turn it is decides.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Changes the answers of an operation from the start, and after every reset; see
    /// [`Simulator::add_drift`].
    pub fn drift(mut self, drift: Drift) -> Self {
        self.drifts.push(drift);
        self
    }

    /// The port; 0, the default, takes any free one.
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

    /// Takes the customer sources from a TOML file instead of the two built-in ones. The crate's
    /// `examples/sources.toml` shows what can stand in it.
    pub fn sources(mut self, file: impl Into<PathBuf>) -> Self {
        self.sources = Some(file.into());
        self
    }

    /// Keeps the state in a file, and goes on with what is in it. Whatever was acknowledged, by an
    /// answer or by a method of [`Simulator`] that returned, is in the file, also when the program
    /// is killed. One simulator at a time has the file.
    ///
    /// With the machine's clock, time goes on while nothing runs; a manual clock stands where it
    /// stood. Seed, kind of clock and customer sources must be those the file was made with.
    pub fn state_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.state_file = Some(file.into());
        self
    }

    fn set(&self, settings: &mut Settings) -> Result<(), Error> {
        for (name, value) in &self.switches {
            settings.set(name, value)?;
        }
        for rule in &self.broken {
            settings.break_rule(rule, true)?;
        }
        Ok(())
    }

    /// Starts serving on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// If the port cannot be opened: [`ErrorKind::PortInUse`], [`ErrorKind::CannotListen`]. If
    /// [`Builder::public_url`] does not fit: [`ErrorKind::PublicUrlRefused`]. If a
    /// file does not fit: [`ErrorKind::SourcesRefused`], [`ErrorKind::StateFileRefused`],
    /// [`ErrorKind::StateFileInUse`]. If a switch, a rule or a fault is not known or cannot be: the
    /// kinds of [`Simulator::set_switch`], [`Simulator::break_rule`] and [`Simulator::add_fault`].
    pub async fn start(self) -> Result<Simulator, Error> {
        let mut started = Settings::default();
        self.set(&mut started)?;
        let sources = match &self.sources {
            Some(file) => sources::read(file)?,
            None => Source::built_in(),
        };
        let public = self.public_url.as_deref().map(public_origin).transpose()?;
        let address = SocketAddr::new(self.host, self.port);
        let listen = |source| Error::listen(address, source);
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let seed = Seed(self.seed);
        let local = format!("http://{}", reached_at(address));
        let setup = Setup {
            sources,
            seed,
            signer: Signer::new(seed),
            origin: public.unwrap_or_else(|| local.clone()),
        };
        let mut app = App::new(setup, self.clock, started);
        if let Some(file) = &self.state_file {
            let purpose = Purpose {
                seed,
                clock: self.clock,
                sources: &app.setup.sources,
            };
            let (store, kept) = store::open(file, &purpose)?;
            app = app.keeping(store, kept, |settings| self.set(settings))?;
        }
        let app = Arc::new(app);
        app.start_with(self.faults, self.drifts)?;
        if !address.ip().is_loopback() {
            let whom = if self.control_from_anywhere {
                "anybody who reaches it can read and change everything"
            } else {
                "its control surface answers this machine only"
            };
            tracing::warn!("listening on {address}, beyond this machine: {whom}");
            if self.sources.is_none() || self.seed == 0 {
                // Both are in public: the credentials are printed, the tokens can be computed.
                tracing::warn!(
                    "built-in credentials or the default seed are known to everybody: give --sources and --seed"
                );
            }
        }
        let front = Front::new(Arc::clone(&app), self.limits, self.control_from_anywhere);
        let (stop, stopped) = oneshot::channel();
        if self.clock.start().is_none() {
            // A clock that stands moves by a change only, and every change takes what is due.
            tokio::spawn(Arc::clone(&app).keep_pace());
        }
        let server = tokio::spawn(listen::serve(
            listener,
            Arc::new(front),
            self.limits,
            stopped,
        ));
        let mut courier = JoinSet::new();
        courier.spawn(courier::run(Arc::clone(&app)));
        Ok(Simulator {
            app,
            local,
            stop: Some(stop),
            server: Some(server),
            courier,
        })
    }
}

/// What links begin with, from what was asked for. The pages stand at the root, so it has no path.
fn public_origin(url: &str) -> Result<String, Error> {
    let refused = |why: &str| {
        let text = format!(
            "the public URL {why}; give scheme, host and port, as in https://sandbox.example.com"
        );
        Error::new(ErrorKind::PublicUrlRefused, text)
    };
    let parsed = reqwest::Url::parse(url).map_err(|_| refused("is no URL"))?;
    if !matches!(parsed.scheme(), "http" | "https") {
        return Err(refused("is neither http nor https"));
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(refused("has a user name or a password"));
    }
    if parsed.path() != "/" || parsed.query().is_some() || parsed.fragment().is_some() {
        return Err(refused("has a path, a query or a fragment"));
    }
    Ok(parsed.origin().ascii_serialization())
}

/// Where this machine reaches a listener: one that listens everywhere listens on loopback too.
fn reached_at(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
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
        &self.local
    }

    /// What the first customer source signs in with.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        // There is always one: a file without any is refused.
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
        self.change(|held, now| held.state.set_stage(callout, stage, now).map(|_| ()))
    }

    /// Takes one step of a callout of any source: like [`set_stage`](Self::set_stage), and what a
    /// stage does not tell. A step that was taken already changes nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownCallout`]; [`ErrorKind::StageRefused`] if it does not follow.
    pub fn step(&self, callout: i64, step: Step) -> Result<(), Error> {
        self.change(|held, now| held.state.step(callout, step, now).map(|_| ()))
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
        self.change(|held, now| held.state.start_run(callout, speed, now))
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
        let redirect = self.app.finish_signup(session, outcome)?;
        self.app.wait_settled()?;
        Ok(redirect)
    }

    /// Mints an access token of a customer (R08), as the customer's app would have it: an hour
    /// long, with the claims `customerId` and `sub`. How AURA issues one is not documented.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownCustomer`] if there is none, or it is retired.
    pub fn customer_token(&self, customer: i64) -> Result<SecretText, Error> {
        let token = self.app.customer_token(customer)?;
        self.app.wait_settled()?;
        Ok(token)
    }

    /// Sets the status of a lead of any source, as whoever works on it would. Any text is taken, so
    /// that a status nobody documented can be tried (R85).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownLead`].
    pub fn set_lead_status(&self, uuid: &str, status: &str) -> Result<(), Error> {
        self.change(|held, now| held.state.set_lead_status(uuid, status, now).map(|_| ()))
    }

    /// Moves the clock forward and returns the new time.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ClockRefused`] beyond the end of the calendar.
    pub fn advance(&self, by: Duration) -> Result<Timestamp, Error> {
        let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
        self.change(|held, _| held.state.advance(held.base, by))
    }

    /// Sets a switch: which of the known alternatives the simulator shows where nobody knows what
    /// AURA does. `GET /_simulator/switches` lists them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownSwitch`]; [`ErrorKind::SwitchRefused`] if it takes no such value.
    pub fn set_switch(&self, name: &str, value: &str) -> Result<(), Error> {
        self.change(|held, _| held.state.settings.set(name, value).map(|_| ()))
    }

    /// Breaks a rule on purpose, such as `R27`, or keeps it again. `GET /_simulator/rules` lists
    /// those that can be broken and what happens then.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownRule`].
    pub fn break_rule(&self, id: &str, broken: bool) -> Result<(), Error> {
        self.change(|held, _| held.state.settings.break_rule(id, broken).map(|_| ()))
    }

    /// Makes calls go wrong, below the operations, and returns the fault's number.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::FaultRefused`] if it says what cannot be.
    pub fn add_fault(&self, fault: Fault) -> Result<u64, Error> {
        self.app
            .set_off(|faults, _| faults.add(fault))
            .map(|set| set.id)
    }

    /// Changes the shape of an operation's successful answers: drift, to check whoever checks shapes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::DriftRefused`](crate::ErrorKind::DriftRefused) if the operation is unknown or the change cannot be.
    pub fn add_drift(&self, drift: Drift) -> Result<(), Error> {
        self.app.set_off(|_, drifts| drifts.add(drift))
    }

    /// Removes all drift, also what was given at the start; a [`reset`](Self::reset) brings that back.
    pub fn clear_drift(&self) {
        self.app.set_off(|_, drifts| drifts.clear());
    }

    /// Removes all faults, also those given at the start; a [`reset`](Self::reset) brings these back.
    pub fn clear_faults(&self) {
        self.app.set_off(|faults, _| faults.clear());
    }

    /// Forgets customers, subscriptions, callouts, requests, how far the clock was advanced, and
    /// switches and rules set since the start. Ids begin anew; tokens stay valid, as they follow from the seed.
    /// With a state file that cannot be written, the next method that returns a result says so.
    pub fn reset(&self) {
        self.app.reset();
        let _ = self.app.wait_settled();
    }

    /// The whole state as a JSON document, personal data and secrets included; what
    /// `GET /_simulator/state` answers. The record of requests is no part of it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), people_protect_simulator::Error> {
    /// use people_protect_simulator::Simulator;
    ///
    /// let (one, other) = (Simulator::start().await?, Simulator::start().await?);
    /// other.import(&one.export()?)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Panicked`] if a part of it has no JSON form: a defect.
    pub fn export(&self) -> Result<String, Error> {
        let defect = |message| Error::new(ErrorKind::Panicked, message);
        let document = self
            .app
            .export()
            .map_err(|problem| defect(problem.message))?;
        String::from_utf8(document).map_err(|error| defect(error.to_string()))
    }

    /// Takes the state of a document in place of its own, with the document's time. Changes nothing
    /// if the document does not fit.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::StateRefused`] if it is malformed, or does not hold together; it names the
    /// place.
    pub fn import(&self, document: &str) -> Result<(), Error> {
        self.app
            .import(document.as_bytes())
            .map_err(|problem| Error::new(ErrorKind::StateRefused, problem.message))?;
        self.app.wait_settled()
    }

    /// Changes the state, and returns when the change is kept.
    fn change<T>(
        &self,
        change: impl FnOnce(&mut Held, Timestamp) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.app.keeps()?;
        let outcome = self.app.change(change)?;
        self.app.wait_settled()?;
        Ok(outcome)
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

    /// The log of deliveries, oldest first: all that wait, and the latest 1000 that are over.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), people_protect_simulator::Error> {
    /// let simulator = people_protect_simulator::Simulator::start().await?;
    /// // ... register a webhook, cause events ...
    /// simulator.idle().await;
    /// for delivery in simulator.deliveries() {
    ///     assert!(delivery.outcome.is_delivered(), "{delivery:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn deliveries(&self) -> Vec<DeliveryRecord> {
        self.app.lock().state.deliveries.log()
    }

    /// Waits until everything that is due by the simulator's clock has been sent, and answered or
    /// given up. What is delayed or held back until later is not waited for: advance the clock.
    pub async fn idle(&self) {
        self.app.idle().await;
    }

    /// Fires an event as if it had happened, and returns the numbers of its deliveries; none if the
    /// source has no webhook for it. A name outside the list of events is delivered to any webhook,
    /// so that a receiver can be tried with what nobody documented (C47).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownCallout`], [`ErrorKind::UnknownCustomer`],
    /// [`ErrorKind::UnknownSubscription`]; [`ErrorKind::EventRefused`] if the name does not look like
    /// one.
    pub fn announce(&self, event: &str, about: About) -> Result<Vec<u64>, Error> {
        self.app.announce(event.to_owned(), about)
    }

    /// Sends a delivery of the log again, to the same address with the same headers and body, and
    /// returns the number of the repeat. Nothing is dropped, delayed or doubled on this way.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownDelivery`].
    pub fn redeliver(&self, number: u64) -> Result<u64, Error> {
        self.app.redeliver(number)
    }

    /// Stops: takes no further connection, lets open requests finish for up to two seconds, and
    /// reports what went wrong in the background. Deliveries that wait or are under way are broken
    /// off: see [`idle`](Self::idle).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Panicked`] if the server or an operation panicked while it was running;
    /// [`ErrorKind::StateNotKept`] if the state file could not be written.
    pub async fn shutdown(mut self) -> Result<(), Error> {
        drop(self.stop.take());
        self.courier.abort_all();
        if let Some(server) = self.server.take() {
            // It bounds its end itself.
            if !matches!(server.await, Ok(0)) {
                return Err(Error::new(
                    ErrorKind::Panicked,
                    "the simulator's server panicked: please report this",
                ));
            }
        }
        self.app.wait_settled()?;
        self.app.close();
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

/// Gives the state file free at once, though a connection may go on for a moment.
impl Drop for Simulator {
    fn drop(&mut self) {
        self.app.close();
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator")
            .field("api", &self.api_url())
            .finish_non_exhaustive()
    }
}
