//! What is done while things go wrong, and what the caller is told.

use std::sync::Arc;
use std::time::Duration;

use people_protect::{
    CalloutId, Cover, Credentials, CustomerId, Ended, Environment, Error, NewCustomer, Pace,
    PeopleProtect, Position, Raised, ResponseTypeId, SafeCode, SubscriptionTypeId,
};
use people_protect_simulator::{Clock, Simulator, Stage};

use crate::clock::{ATTEMPT, DEADLINE, Middle, SweepClock};
use crate::proxy::{Proxy, Sender};

const PLAN: &str = "WEB_SIGNUP_SINGLE";
pub(crate) const MOBILE: &str = "+27821234567";

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Workflow {
    RegisterAndRaise,
    RaiseAndWatch,
    RaiseAndCancel,
    StreamLocations,
}

/// What the caller is told of each step; none of a step that was not come to.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// The look-ups before the first step.
    pub(crate) looked_up: Option<Error>,
    pub(crate) registered: Option<Result<CustomerId, Error>>,
    pub(crate) raised: Option<Result<Raised, Error>>,
    /// The last step: true if it saw the end that it is there for.
    pub(crate) ended: Option<Result<bool, Error>>,
}

impl Told {
    /// The failure, if there was one.
    pub(crate) fn error(&self) -> Option<&Error> {
        let registered = self
            .registered
            .as_ref()
            .and_then(|told| told.as_ref().err());
        let raised = self.raised.as_ref().and_then(|told| told.as_ref().err());
        let ended = self.ended.as_ref().and_then(|told| told.as_ref().err());
        [self.looked_up.as_ref(), registered, raised, ended]
            .into_iter()
            .flatten()
            .next()
    }
}

/// Ids that are the same on every simulator, so that one look-up does for all runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    security: ResponseTypeId,
    plan: SubscriptionTypeId,
}

impl Known {
    pub(crate) async fn look_up() -> Self {
        let simulator = Arc::new(Simulator::start().await.unwrap());
        let clock = SweepClock::new(&simulator);
        let aura = client(&simulator, &simulator.api_url(), &clock, None);
        let security = aura.response_types().await.unwrap();
        let plans = aura.subscription_types().await.unwrap();
        Self {
            security: security.by_value("SECURITY").unwrap(),
            plan: plans.by_value(PLAN).unwrap().id(),
        }
    }
}

/// A fresh simulator behind a proxy, and a client before it.
pub(crate) struct Scene {
    pub(crate) simulator: Arc<Simulator>,
    pub(crate) clock: SweepClock,
    pub(crate) proxy: Proxy,
    pub(crate) aura: PeopleProtect,
    /// Who is there before the workflow begins.
    customer: Option<CustomerId>,
    security: ResponseTypeId,
}

impl Scene {
    pub(crate) async fn start(workflow: Workflow, known: Known) -> Self {
        let simulator = Simulator::builder().clock(Clock::manual()).start().await;
        let simulator = Arc::new(simulator.unwrap());
        let clock = SweepClock::new(&simulator);
        let api = simulator.api_url();
        let address = api.split('/').nth(2).unwrap();
        let (proxy, sender) = Proxy::start(address, &clock).await;
        let customer = match workflow {
            Workflow::RegisterAndRaise => None,
            _ => {
                let direct = client(&simulator, &api, &clock, None);
                let (from, year) = (simulator.now(), Duration::from_secs(365 * 24 * 3600));
                let cover = Cover::between(known.plan, from, from + year).unwrap();
                let registered = direct.register(jane()).with_subscription(cover).await;
                Some(registered.unwrap().id())
            }
        };
        let aura = client(
            &simulator,
            &api.replacen(&format!("http://{address}"), &proxy.origin, 1),
            &clock,
            Some(sender),
        );
        Self {
            simulator,
            clock,
            proxy,
            aura,
            customer,
            security: known.security,
        }
    }

    pub(crate) async fn run(&self, workflow: Workflow) -> Told {
        let mut told = Told::default();
        let customer = match self.customer {
            Some(customer) => customer,
            None => {
                let known = self.aura.response_types().await;
                if let Err(error) = known.and_then(|known| known.by_value("SECURITY")) {
                    told.looked_up = Some(error);
                    return told;
                }
                match register(&self.aura).await {
                    Err(error) => {
                        told.looked_up = Some(error);
                        return told;
                    }
                    Ok(registered) => {
                        let id = registered.as_ref().ok().copied();
                        told.registered = Some(registered);
                        match id {
                            Some(id) => id,
                            None => return told,
                        }
                    }
                }
            }
        };
        let raised = self.raise(customer).await;
        let callout = raised.as_ref().ok().map(Raised::id);
        told.raised = Some(raised);
        let Some(callout) = callout else {
            return told;
        };
        told.ended = match workflow {
            Workflow::RegisterAndRaise => None,
            Workflow::RaiseAndWatch => Some(self.watch(callout).await),
            Workflow::RaiseAndCancel => Some(self.cancel(callout).await.map(|()| true)),
            Workflow::StreamLocations => Some(self.stream(callout).await),
        };
        told
    }

    /// The customer there was before, or the first one.
    pub(crate) fn customer(&self) -> Option<CustomerId> {
        let snapshot = self.simulator.snapshot();
        let first = snapshot.customers().next();
        first.map(|customer| CustomerId::new(customer.id))
    }

    pub(crate) async fn raise(&self, customer: CustomerId) -> Result<Raised, Error> {
        let customer = self.aura.customer(customer);
        customer.raise(place(0), self.security).live().await
    }

    pub(crate) async fn cancel(&self, callout: CalloutId) -> Result<(), Error> {
        let code = SafeCode::new(&MOBILE[MOBILE.len() - 4..]).unwrap();
        self.aura
            .callout(callout)
            .cancel(Some(code))
            .await
            .map(drop)
    }

    /// Watches; each change moves the callout on.
    async fn watch(&self, callout: CalloutId) -> Result<bool, Error> {
        let mut stages = [Stage::Dispatched, Stage::Closed].into_iter();
        let mut watch = self.aura.callout(callout).watch().with_pace(pace(300));
        while watch.try_next().await?.is_some() {
            if let Some(stage) = stages.next() {
                // Where there is no such callout, the judge says so.
                let _ = self.simulator.set_stage(callout.get(), stage);
            }
        }
        Ok(watch.ended() == Some(Ended::Closed))
    }

    /// Streams a way; the callout is closed after two places.
    async fn stream(&self, callout: CalloutId) -> Result<bool, Error> {
        let (feeder, stream) = self.aura.callout(callout).stream_locations();
        let mut monitor = stream.monitor();
        let stream = stream.with_pace(pace(60)).spawn();
        let mut closed = false;
        // Nobody walks for ever while nothing arrives.
        for step in 1..8 {
            if !feeder.feed(place(step)) {
                break;
            }
            let Some(status) = monitor.changed().await else {
                break;
            };
            if status.sent() == 2 && !closed {
                closed = true;
                let _ = self.simulator.set_stage(callout.get(), Stage::Closed);
            }
        }
        drop(feeder);
        stream.await.unwrap().map(|ended| ended.is_callout_over())
    }
}

/// Registers somebody with cover. The outer error is one of looking up the kinds of cover.
pub(crate) async fn register(aura: &PeopleProtect) -> Result<Result<CustomerId, Error>, Error> {
    let plans = aura.subscription_types().await?;
    let plan = plans.by_value(PLAN)?;
    let cover = plan.starting_now_for_days(365);
    let registered = aura.register(jane()).with_subscription(cover).await;
    Ok(registered.map(|registered| registered.id()))
}

fn jane() -> NewCustomer {
    NewCustomer::new("Jane", "Doe", MOBILE.parse().unwrap())
}

fn client(
    simulator: &Simulator,
    api: &str,
    clock: &SweepClock,
    sender: Option<Sender>,
) -> PeopleProtect {
    let known = simulator.credentials();
    let credentials = Credentials::new(known.client_id(), known.client_secret().reveal());
    let builder = PeopleProtect::builder(Environment::custom(api).unwrap(), credentials.unwrap())
        .with_clock(clock.clone())
        .with_random(Middle)
        .with_deadline(DEADLINE)
        .with_attempt_timeout(ATTEMPT);
    match sender {
        Some(sender) => builder.with_middleware(sender),
        None => builder,
    }
    .build()
    .unwrap()
}

fn place(step: u32) -> Position {
    Position::new(-26.1 - f64::from(step) / 1000.0, 28.1).unwrap()
}

fn pace(seconds: u64) -> Pace {
    Pace::for_simulator(Duration::from_secs(seconds))
}
