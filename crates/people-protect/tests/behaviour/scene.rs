//! A covered customer's active callout on the simulator.

use people_protect::{
    Callout, CalloutId, CalloutRecord, Credentials, CustomerId, Environment, NewCustomer, Pace,
    PeopleProtect, Position,
};
use people_protect_simulator::{Simulator, Stage};

pub(crate) struct Scene {
    pub(crate) simulator: Simulator,
    pub(crate) aura: PeopleProtect,
    pub(crate) customer: CustomerId,
    pub(crate) id: CalloutId,
}

impl Scene {
    pub(crate) async fn raised() -> Self {
        let simulator = Simulator::start().await.unwrap();
        let known = simulator.credentials();
        let aura = PeopleProtect::builder(
            Environment::custom(&simulator.api_url()).unwrap(),
            Credentials::new(known.client_id(), known.client_secret().reveal()).unwrap(),
        )
        .build()
        .unwrap();
        let security = aura
            .response_types()
            .await
            .unwrap()
            .by_value("SECURITY")
            .unwrap();
        let types = aura.subscription_types().await.unwrap();
        let plan = types.by_value("WEB_SIGNUP_SINGLE").unwrap();
        let jane = NewCustomer::new("Jane", "Doe", "+27821234567".parse().unwrap());
        let registration = aura
            .register(jane)
            .with_subscription(plan.starting_now_for_days(365));
        let customer = registration.await.unwrap().id();
        let raise = aura.customer(customer).raise(at(0), security).live();
        let id = raise.await.unwrap().id();
        Self {
            simulator,
            aura,
            customer,
            id,
        }
    }

    pub(crate) fn callout(&self) -> Callout {
        self.aura.callout(self.id)
    }

    pub(crate) fn record(&self) -> CalloutRecord {
        self.aura.callout_record(self.id)
    }

    pub(crate) fn close(&self) {
        self.simulator
            .set_stage(self.id.get(), Stage::Closed)
            .unwrap();
    }

    /// A client with a token for the customer's callouts.
    pub(crate) async fn device(&self) -> PeopleProtect {
        let request = people_protect::raw::types::CalloutTokenRequest::new(self.customer.get());
        let body = &request;
        let minted = self
            .aura
            .call(|raw| async move { raw.create_callout_token(body).await })
            .await
            .unwrap();
        let token = minted.access_token.clone().unwrap();
        self.aura.with_bearer_token(token)
    }
}

/// A position that can be told from others by its number.
pub(crate) fn at(number: i32) -> Position {
    Position::new(-26.0, f64::from(number)).unwrap()
}

/// No time at all between two requests, which only the own machine is asked for.
pub(crate) fn at_once() -> Pace {
    Pace::for_simulator(std::time::Duration::ZERO)
}
