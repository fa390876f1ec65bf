//! Raises a callout and prints its id, with the wrapper.
//!
//! The environment says where and who: AURA_URL, AURA_ID, AURA_SECRET, AURA_CUSTOMER.

use std::env::var;
use std::error::Error;

use people_protect::{Credentials, CustomerId, Environment, PeopleProtect, Position};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let environment = Environment::custom(&var("AURA_URL")?)?;
    let credentials = Credentials::new(&var("AURA_ID")?, &var("AURA_SECRET")?)?;
    let aura = PeopleProtect::builder(environment, credentials).build()?;
    let customer = CustomerId::from(var("AURA_CUSTOMER")?.parse::<i64>()?);
    let here = Position::new(-26.12345, 28.12345)?;
    let callout = aura.customer(customer).raise(here, 1.into()).live().await?;
    println!("callout {} is raised", callout.id());
    Ok(())
}
