//! A service ordered for later, and called off again.
//!
//! ```text
//! cargo run --example scheduled_service
//! ```
//!
//! starts a simulator in this process and needs nothing else.
#![allow(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use std::error::Error;

use jiff::SignedDuration;
use people_protect::{
    Credentials, Environment, NewCustomer, NewScheduledRequest, PeopleProtect, Position,
    ScheduledRequestId,
};
use people_protect_simulator::Simulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let simulator = Simulator::start().await?;
    let known = simulator.credentials();
    let aura = PeopleProtect::builder(
        Environment::custom(&simulator.api_url())?,
        Credentials::new(known.client_id(), known.client_secret().reveal())?,
    )
    .build()?;
    let jane = NewCustomer::new("Jane", "Doe", "+27821234567".parse()?);
    let jane = aura.register(jane).without_subscription().await?;

    // Tonight, for twelve hours. At least 5 minutes ahead (R51).
    let gate = Position::new(-26.12345, 28.12345)?;
    let from = simulator.now().checked_add(SignedDuration::from_hours(2))?;
    let to = from.checked_add(SignedDuration::from_hours(12))?;
    let night = NewScheduledRequest::new("guarding".parse()?, &jane, gate, from, to)
        .name("Night watch")
        .special_instructions("Ring at the side gate.")
        .number_of_guards(2);
    let scheduled = aura.schedule(night).await?;
    let Some(next) = scheduled.next_occurrence() else {
        return Err("the answer has no next occurrence".into());
    };
    println!("request {} happens at {next}", scheduled.id());

    // Too near is refused here, before anything is sent.
    let soon = simulator.now().checked_add(SignedDuration::from_mins(1))?;
    let soon = NewScheduledRequest::new("guarding".parse()?, &jane, gate, soon, to);
    match aura.schedule(soon).await {
        Err(error) if !error.may_have_reached_server() => println!("refused: {error}"),
        Err(error) => return Err(error.into()),
        Ok(_) => return Err("a service one minute ahead was taken".into()),
    }

    // The id is all that is needed to call it off, in any process.
    let stored = ScheduledRequestId::from(&scheduled);
    aura.scheduled_request(stored).cancel().await?;
    println!("called off");
    simulator.shutdown().await?;
    Ok(())
}
