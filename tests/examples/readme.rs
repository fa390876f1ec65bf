//! The program of the README at the root, as a reader copies it: `tests/readme.rs` holds the two
//! together and runs it.

#![allow(clippy::print_stdout, reason = "the output is the point")]
#![cfg_attr(rustfmt, rustfmt::skip)]

use std::process::ExitCode;

use people_protect::{Error, NewCustomer, PeopleProtect, Position};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match emergency().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}"); // one line that says what to do
            ExitCode::FAILURE
        }
    }
}

async fn emergency() -> Result<(), Error> {
    let aura = PeopleProtect::from_env()?
        .with_live_classification(1) // on the simulator; AURA tells you yours (C25)
        .build()?;

    // Long before anybody is in danger.
    let plan = aura.subscription_types().await?.by_value("WEB_SIGNUP_SINGLE")?;
    let security = aura.response_types().await?.by_value("SECURITY")?;
    let jane = NewCustomer::new("Jane", "Doe", "+27821234567".parse()?);
    let jane = aura.register(jane).with_subscription(plan.starting_now_for_days(365)).await?;
    println!("customer {}: store this id", jane.id());

    // She presses the button.
    let here = Position::new(-26.12345, 28.12345)?.accuracy_m(10.0);
    let raised = aura.customer(jane.id()).raise(here, security).live().await?;
    match raised.was_active_before() {
        Some(true) => println!("callout {} was active already", raised.id()),
        _ => println!("callout {} is {}", raised.id(), raised.stage()),
    }
    Ok(())
}
