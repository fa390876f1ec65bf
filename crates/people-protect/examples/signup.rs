//! A hosted sign-up: opened, finished by a person, confirmed.
//!
//! ```text
//! cargo run --example signup
//! ```
//!
//! starts a simulator in this process, which plays the person on the hosted page, and needs nothing
//! else. It ends with exit code 0 only if the session confirmed a customer.

use std::error::Error;
use std::io::Write;

use people_protect::{
    Credentials, Environment, PeopleProtect, ReturnUrl, SignupOutcome, SignupRequest, SignupState,
};
use people_protect_simulator::{SignupOutcome as Ending, Simulator};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout();
    let simulator = Simulator::start().await?;
    let known = simulator.credentials();
    let credentials = Credentials::new(known.client_id(), known.client_secret().reveal())?;
    let environment = Environment::custom(&simulator.api_url())?;
    let aura = PeopleProtect::builder(environment, credentials).build()?;

    // Your back end opens the session and keeps its id with the person.
    let request = SignupRequest::by_reference("partner-user-123", "myapp://signup-done")?
        .email("jane.doe@example.com");
    let started = aura.start_signup(request).await?;
    let kept = started.session_id().reveal().to_owned();
    writeln!(out, "page to open     {}", started.hosted_url())?;
    let before = aura.signup(kept.as_str()).get().await?.state();
    assert_eq!(before, SignupState::Pending);

    // A first try fails at the payment, a second one goes through.
    let failed = Ending::Failed {
        error_code: "payment_failed".to_owned(),
    };
    for ending in [failed, Ending::Completed] {
        let redirect = simulator.finish_signup(&kept, ending)?;

        // Your app comes back with this URL; the session says whether it is true.
        let back = ReturnUrl::parse(redirect.reveal());
        let confirmed = aura.signup(kept.as_str()).confirm(&back).await?;
        match confirmed.outcome() {
            SignupOutcome::Completed { customer } => {
                writeln!(out, "signed up        customer {customer}")?
            }
            SignupOutcome::Failed { error_code } => {
                let why = error_code.as_deref().unwrap_or("no reason given");
                writeln!(out, "failed           {why}")?;
            }
            other => return Err(format!("not expected: {other:?}").into()),
        }
    }
    let session = aura.signup(kept.as_str()).get().await?;
    let customer = session.customer().ok_or("the session has no customer")?;
    let profile = aura.customer(customer).get().await?;
    writeln!(out, "profile          {}", profile.status())?;
    simulator.shutdown().await?;
    Ok(())
}
