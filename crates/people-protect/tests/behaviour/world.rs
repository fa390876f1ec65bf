//! A simulator and a client that share a clock which stands still.

use std::time::Duration;

use jiff::Timestamp;
use people_protect::{
    Clock as _, Cover, Credentials, Customer, Environment, NewCustomer, PeopleProtect, Position,
    Raised,
};
use people_protect_simulator::{Clock, Simulator};

use crate::clock::ManualClock;

/// Both ends, at 2026-06-10T08:00:00Z.
pub(crate) struct World {
    pub(crate) simulator: Simulator,
    pub(crate) aura: PeopleProtect,
    clock: ManualClock,
}

pub(crate) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl World {
    pub(crate) async fn start() -> Self {
        let simulator = Simulator::builder()
            .clock(Clock::manual())
            .start()
            .await
            .unwrap();
        let clock = ManualClock::at("2026-06-10T08:00:00Z");
        let known = simulator.credentials();
        let aura = Self::client(
            &simulator,
            &clock,
            known.client_id(),
            known.client_secret().reveal(),
        );
        Self {
            simulator,
            aura,
            clock,
        }
    }

    fn client(simulator: &Simulator, clock: &ManualClock, id: &str, secret: &str) -> PeopleProtect {
        PeopleProtect::builder(
            Environment::custom(&simulator.api_url()).unwrap(),
            Credentials::new(id, secret).unwrap(),
        )
        .with_clock(clock.clone())
        .build()
        .unwrap()
    }

    /// A client of each customer source there is.
    pub(crate) fn clients(&self) -> Vec<PeopleProtect> {
        self.simulator
            .sources()
            .map(|known| {
                Self::client(
                    &self.simulator,
                    &self.clock,
                    known.client_id(),
                    known.client_secret().reveal(),
                )
            })
            .collect()
    }

    pub(crate) fn now(&self) -> Timestamp {
        assert_eq!(self.clock.now(), self.simulator.now());
        self.clock.now()
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.simulator.advance(by).unwrap();
    }

    /// Somebody without cover; `last` ends the mobile number.
    pub(crate) async fn person(&self, last: u32) -> Customer {
        let mobile = format!("+2782123{last:04}").parse().unwrap();
        let registered = self
            .aura
            .register(NewCustomer::new("Jane", "Doe", mobile))
            .without_subscription()
            .await
            .unwrap();
        self.aura.customer(registered.id())
    }

    /// Cover of a kind from now on.
    pub(crate) async fn cover(&self, value: &str, days: u32) -> Cover {
        let types = self.aura.subscription_types().await.unwrap();
        types.by_value(value).unwrap().starting_now_for_days(days)
    }

    pub(crate) async fn single(&self, days: u32) -> Cover {
        self.cover("WEB_SIGNUP_SINGLE", days).await
    }

    pub(crate) async fn family(&self, days: u32) -> Cover {
        self.cover("WEB_SIGNUP_FAMILY", days).await
    }

    pub(crate) async fn raise(&self, customer: &Customer) -> Result<Raised, people_protect::Error> {
        self.raise_with(&self.aura, customer).await
    }

    /// Raises as the customer source the client belongs to.
    pub(crate) async fn raise_with(
        &self,
        aura: &PeopleProtect,
        customer: &Customer,
    ) -> Result<Raised, people_protect::Error> {
        let types = aura.response_types().await.unwrap();
        let here = Position::new(-26.12345, 28.12345).unwrap();
        let raise = customer.raise(here, types.by_value("SECURITY").unwrap());
        raise.live().await
    }

    /// The operations that were called since `from` requests.
    pub(crate) fn operations(&self, from: usize) -> Vec<&'static str> {
        let requests = self.simulator.requests();
        let operations = requests[from..].iter().filter_map(|seen| seen.operation);
        operations.collect()
    }
}
