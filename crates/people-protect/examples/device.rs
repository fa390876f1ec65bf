//! A panic button: linked, pressed, unlinked.
//!
//! ```text
//! cargo run --example device
//! ```
//!
//! starts a simulator in this process and needs nothing else.
#![allow(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use std::error::Error;

use people_protect::{
    Credentials, DeviceId, Environment, LinkDevice, NewCustomer, PeopleProtect, Position,
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
    let plan = aura.subscription_types().await?;
    let plan = plan.by_value("WEB_SIGNUP_SINGLE")?;
    let jane = NewCustomer::new("Jane", "Doe", "+27821234567".parse()?);
    let jane = aura
        .register(jane)
        .with_subscription(plan.starting_now_for_days(365))
        .await?;

    // Once: the serial is on the device, the ids come back and are stored.
    let button = LinkDevice::new(&jane, "EX-26217939".parse()?, "ExampleBrand").alias("Reception");
    let linked = aura.link_device(button).await?;
    let id = DeviceId::from(&linked);
    let device_type = linked.device_type().ok_or("AURA named no type of device")?;
    println!("events name device {id}, type {device_type}");

    // Whenever it is pressed: the id, never the serial (R54).
    let device = aura.device(id);
    let here = Position::new(-26.12345, 28.12345)?.accuracy_m(70.0);
    let pressed = device.event(device_type).message_type(1).position(here);
    let pressed = pressed.await?;
    let callout = pressed
        .callout_id()
        .ok_or("no callout is known: nobody may be coming")?;
    println!(
        "{} became callout {callout}",
        pressed.event_types().next().unwrap_or("it")
    );
    println!("which is {}", aura.callout(callout).get().await?.stage());

    device.update(&jane).alias("Back office").await?;
    device.unlink().await?;
    println!("unlinked");
    simulator.shutdown().await?;
    Ok(())
}
