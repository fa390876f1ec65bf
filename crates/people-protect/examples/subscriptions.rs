//! A customer's cover, from none to cancelled, against a simulator inside the program.
//!
//! ```sh
//! cargo run --example subscriptions
//! ```

#![allow(clippy::print_stdout, reason = "the output is the point")]

use std::error::Error;
use std::time::Duration;

use people_protect::{
    Credentials, Customer, CustomerId, Entitlement, Environment, NewCustomer, PeopleProtect,
};
use people_protect_simulator::Simulator;

const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let simulator = Simulator::start().await?;
    let known = simulator.credentials();
    let aura = PeopleProtect::builder(
        Environment::custom(&simulator.api_url())?,
        Credentials::new(known.client_id(), known.client_secret().reveal())?,
    )
    .build()?;

    let jane = aura.customer(register(&aura, "Jane", "+27821234567").await?);
    let child = register(&aura, "June", "+27821234568").await?;
    show("registered", &jane).await?;

    // Ids differ in every environment: looked up, never built in.
    let family = aura
        .subscription_types()
        .await?
        .by_value("WEB_SIGNUP_FAMILY")?;
    let subscribed = jane.subscribe(family.starting_now_for_days(365)).await?;
    let until = show("subscribed", &jane).await?;

    let subscription = aura.subscription(&subscribed);
    subscription.add_dependant(child).await?;
    let members = subscription.get().await?;
    println!("{:<12} {:?}", "members", members.dependants());

    let until = until.ok_or("a subscription that covers was expected")?;
    subscription.renew(until.checked_add(YEAR)?).await?;
    show("renewed", &jane).await?;

    subscription.cancel("moved abroad").await?;
    show("cancelled", &jane).await?;
    Ok(simulator.shutdown().await?)
}

async fn register(
    aura: &PeopleProtect,
    name: &str,
    mobile: &str,
) -> Result<CustomerId, people_protect::Error> {
    let person = NewCustomer::new(name, "Doe", mobile.parse()?);
    let registered = aura.register(person).without_subscription().await?;
    Ok(registered.id())
}

/// Says whether the customer is covered; gives the end of the cover.
async fn show(
    step: &str,
    customer: &Customer,
) -> Result<Option<jiff::Timestamp>, people_protect::Error> {
    let entitlement = customer.entitlement().await?;
    let panic = match entitlement.may_raise_live() {
        true => "show live panic",
        false => "hide live panic",
    };
    println!("{step:<12} {panic}: {entitlement:?}");
    Ok(match entitlement {
        Entitlement::Covered { until, .. } => Some(until),
        _ => None,
    })
}
