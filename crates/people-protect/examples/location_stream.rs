//! Streams a customer's positions to a callout until it is closed.
//!
//! ```text
//! cargo run --example location_stream
//! ```
//!
//! It starts a simulator in this process, walks the customer up a street and plays the responder.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;
use std::time::Duration;

use people_protect::{
    CalloutId, Credentials, Environment, NewCustomer, Pace, PeopleProtect, Position,
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

    let (feeder, stream) = aura.callout(id).stream_locations();
    // Towards AURA the default pace is right: one position every 10 seconds.
    let stream = stream.with_pace(Pace::for_simulator(Duration::ZERO));
    let mut monitor = stream.monitor();
    let task = stream.spawn();

    for (step, stage) in (1_i32..).zip(Stage::PATH) {
        simulator.set_stage(id.get(), stage)?;
        feeder.feed(Position::new(
            -26.12345 + f64::from(step) * 0.0005,
            28.12345,
        )?);
        // A real app feeds whenever there is a position and looks when it likes.
        if let Some(status) = monitor.changed().await
            && let Some(callout) = status.callout()
        {
            println!("{} position(s) sent, {}", status.sent(), callout.stage());
        }
    }

    let ended = task.await??;
    println!(
        "over: {}, after {} position(s)",
        ended.is_callout_over(),
        ended.sent()
    );
    if feeder.feed(Position::new(0.0, 0.0)?) {
        return Err("a position was taken after the end".into());
    }
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
