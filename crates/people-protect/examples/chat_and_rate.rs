//! From the chat with the control centre to the rating of a closed callout.
//!
//! ```text
//! cargo run --example chat_and_rate
//! ```
//!
//! It starts a simulator in this process and plays the control centre and the responder.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use people_protect::{
    CalloutId, Credentials, Environment, ErrorKind, NewCustomer, PeopleProtect, Position, Rating,
};
use people_protect_simulator::{Simulator, Stage};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let simulator = Simulator::start().await?;
    let known = simulator.credentials();
    let aura = PeopleProtect::builder(
        Environment::custom(&simulator.api_url())?,
        Credentials::new(known.client_id(), known.client_secret().reveal())?,
    )
    .build()?;
    let id = raise(&aura).await?;
    println!("callout {id} is raised");

    let callout = aura.callout(id);
    let said = callout
        .say("customer", "@admin I am behind the house.")
        .await?;
    println!("said, with {} tag(s)", said.tags().len());
    callout
        .say("operator", "A responder is on the way.")
        .await?;
    for event in callout.events().await?.iter() {
        // What people say is for people: it shows only when asked for.
        if let Some(text) = event.text() {
            println!("  {}", text.reveal());
        }
    }

    let record = aura.callout_record(id);
    match record.resolution_report().await {
        Err(error) if error.kind() == ErrorKind::NotFound => println!("no report yet (R35)"),
        other => return Err(format!("a report before the end: {other:?}").into()),
    }

    for stage in Stage::PATH {
        simulator.set_stage(id.get(), stage)?;
    }
    println!("the callout is {}", callout.get().await?.stage());

    let report = record.resolution_report().await?;
    println!("the report has {} fields", report.len());
    println!("there is a map: {}", record.map().await?.url.is_some());

    let alarm = record
        .exception_reasons()
        .await?
        .by_reason("False alarm triggered")?;
    record
        .add_exception_reason(alarm)
        .notes("pressed by a child")
        .await?;
    println!("reason {alarm} is attached");

    let rated = record
        .rate(Rating::Five)
        .additional_details("Quick and kind.")
        .await?;
    let rating = rated.id().ok_or("the answer names no rating")?;
    let arrival = record
        .rating_items()
        .await?
        .by_description("Arrival time")?;
    record
        .rate_item(rating, arrival)
        .sentiment("positive")
        .await?;
    println!("rating {rating} is {} of 5", Rating::Five);

    simulator.shutdown().await?;
    Ok(())
}

/// A covered customer's callout.
async fn raise(aura: &PeopleProtect) -> Result<CalloutId, people_protect::Error> {
    let types = aura.subscription_types().await?;
    let plan = types.by_value("WEB_SIGNUP_SINGLE")?;
    let security = aura.response_types().await?.by_value("SECURITY")?;
    let jane = aura
        .register(NewCustomer::new("Jane", "Doe", "+27821234567".parse()?))
        .with_subscription(plan.starting_now_for_days(365))
        .await?;
    let here = Position::new(-26.12345, 28.12345)?.accuracy_m(10.0);
    let raised = aura
        .customer(jane.id())
        .raise(here, security)
        .live()
        .await?;
    Ok(raised.id())
}
