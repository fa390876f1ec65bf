//! A lead: passed on, and followed until it is settled.
//!
//! ```text
//! cargo run --example lead
//! ```
//!
//! starts a simulator in this process and needs nothing else.
#![allow(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use std::error::Error;

use people_protect::{Credentials, Environment, LeadUuid, NewLead, PeopleProtect};
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

    let jane = NewLead::new(
        "+27821234567".parse()?,
        [("name", "Jane"), ("surname", "Doe")],
    );
    let created = aura.create_lead(jane).await?;
    println!("lead {} is {}", created.uuid(), created.status());

    // The number beside the UUID reads nothing (R84).
    if let Err(error) = "501".parse::<LeadUuid>() {
        println!("refused: {error}");
    }

    // Somebody works on it. `ON_HOLD` is not documented, and no reason to fail (R85).
    let lead = aura.lead(created.uuid().clone());
    for status in ["PROCESSING", "ON_HOLD", "CONVERTED"] {
        simulator.set_lead_status(created.uuid().as_str(), status)?;
        let status = lead.get().await?.status();
        println!("{status}, settled: {}", status.is_settled());
    }
    simulator.shutdown().await?;
    Ok(())
}
