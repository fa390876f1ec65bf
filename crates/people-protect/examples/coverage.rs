//! Where responders come, asked of the built-in simulator.
//!
//! ```sh
//! cargo run -p people-protect --example coverage --features coverage
//! ```

#![allow(clippy::print_stdout, reason = "a program for people")]

use people_protect::{Credentials, Environment, PeopleProtect, Position};
use people_protect_simulator::Simulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let simulator = Simulator::start().await?;
    let known = simulator.credentials();
    let aura = PeopleProtect::builder(
        Environment::custom(&simulator.api_url())?,
        Credentials::new(known.client_id(), known.client_secret().reveal())?,
    )
    .build()?;

    let security = aura.response_types().await?.by_value("SECURITY")?;
    let coverage = aura.coverage(security).await?;
    println!(
        "{} areas in {} bytes of KML",
        coverage.areas().len(),
        coverage.body().len()
    );
    for (place, latitude, longitude) in [
        ("the office", -26.12345, 28.12345),
        ("the shop", -33.9249, 18.4241),
        ("the mountain", -33.97, 18.4),
        ("the farm", -31.0, 24.0),
    ] {
        let area = coverage.area_at(Position::new(latitude, longitude)?);
        match area {
            Some(area) => println!("{place}: covered, {}", area.name().unwrap_or("no name")),
            None => println!("{place}: not covered"),
        }
    }
    simulator.shutdown().await?;
    Ok(())
}
