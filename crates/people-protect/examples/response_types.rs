//! What kinds of response there are, and how an id is looked up rather than built in (R82).
//!
//! ```text
//! cargo run --example response_types
//! ```
//!
//! starts a simulator in this process and needs nothing else.
#![allow(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use std::error::Error;

use people_protect::{Credentials, Environment, PeopleProtect};
use people_protect_simulator::Simulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let simulator = Simulator::start().await?;
    // Two customer sources: the same kinds under different ids.
    for known in simulator.sources() {
        let aura = PeopleProtect::builder(
            Environment::custom(&simulator.api_url())?,
            Credentials::new(known.client_id(), known.client_secret().reveal())?,
        )
        .build()?;
        let types = aura.response_types().await?;
        println!("{}:", known.client_id());
        for (id, value) in types.iter() {
            println!("  {id} {value}");
        }
        let security = types.by_value("SECURITY")?;
        println!("  callouts for security go out with {security}");
        // A kind that is not there is named together with those that are.
        if let Err(error) = types.by_value("FIRE") {
            println!("  {error}");
        }
    }
    simulator.shutdown().await?;
    Ok(())
}
