//! Fixed locations against the built-in simulator: store one, raise a callout there, and bring the
//! whole portfolio in line with a CSV file.
//!
//! ```sh
//! cargo run -p people-protect --example fixed_locations --features csv
//! ```

#![allow(clippy::print_stdout, reason = "a program for people")]

use people_protect::{
    Credentials, Environment, FixedLocationsCsv, NewFixedLocation, PeopleProtect, Position,
};
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

    let here = Position::new(-26.12345, 28.12345)?;
    let branch = NewFixedLocation::new("site_9944", "site_9944", here)
        .description("Downtown Branch")
        .formatted_address("123 Main Street, Johannesburg");
    let stored = aura.create_fixed_location(branch.clone()).await?;
    println!(
        "stored site_9944 as {:?}, security coverage: {:?}",
        stored.id, stored.security_coverage
    );

    let raised = aura.fixed_location_callout("site_9944").live().await?;
    println!("callout {} is {}", raised.id(), raised.stage());
    aura.callout(&raised).cancel(None).await?;
    println!("callout {} is cancelled", raised.id());

    // The file lacks a place that was stored over REST: the upload would delete it.
    let old = NewFixedLocation::new("site_old", "site_old", here);
    aura.create_fixed_location(old).await?;
    let file = FixedLocationsCsv::new([
        branch.additional_information("Ring at the side gate"),
        NewFixedLocation::new("site_new", "site_new", Position::new(-33.9249, 18.4241)?),
    ])?;
    let plan = aura.plan_fixed_locations_sync(&file).await?;
    println!("the upload would do this: {plan}");
    for change in plan.changed() {
        println!(
            "  change {}: {}",
            change.external_reference,
            change.columns.join(", ")
        );
    }
    for reference in plan.deleted() {
        println!("  delete {reference}");
    }
    let callback = "https://your-server.example.com/imports/42";
    if let Err(error) = plan.upload(callback).await {
        println!("refused: {error}");
    }
    plan.with_allowed_deletions(1).upload(callback).await?;
    println!("uploaded; AURA posts the result to the callback");
    println!("{} places now", aura.fixed_locations().await?.len());
    simulator.shutdown().await?;
    Ok(())
}
