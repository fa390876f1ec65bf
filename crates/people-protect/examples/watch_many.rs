//! Twenty callouts on one board, some told of by webhooks, on a simulator in this process.
//!
//! ```text
//! cargo run --example watch_many
//! ```
//!
//! It ends with exit code 0 only if every callout was seen closed.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::time::Duration;

use people_protect::{
    CalloutId, Credentials, Ended, Environment, NewCustomer, Pace, PeopleProtect, Position, Stage,
    WatchEvent,
};
use people_protect_simulator::{Simulator, Stage as Played};

const CALLOUTS: u32 = 20;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let simulator = Simulator::start().await?;
    let aura = client(&simulator)?;

    // Only a simulator is read this often; towards AURA the default applies, 10 seconds.
    let pace = Pace::for_simulator(Duration::from_millis(100));
    let mut watch = aura.watch_all().with_pace(pace);
    for id in raise(&aura).await? {
        watch.add(id);
    }

    let handle = watch.handle();
    let mut board: BTreeMap<CalloutId, Stage> = BTreeMap::new();
    let mut open = watch.len();
    while open > 0
        && let Some((id, event)) = watch.next().await
    {
        match event {
            WatchEvent::Read(update) => {
                board.insert(id, update.stage());
                show(&board)?;
                // The responder acts on it. Every other time a webhook comes and pokes the watch;
                // the other times it is lost, and the watch finds out by itself.
                if let Some(next) = after(&update.stage()) {
                    simulator.set_stage(id.get(), next)?;
                    if id.get() % 2 == 0 {
                        handle.poke(id);
                    }
                }
            }
            WatchEvent::Stale(stale) => {
                writeln!(std::io::stderr(), "{id} cannot be read: {}", stale.error())?;
            }
            WatchEvent::Ended {
                reason: Ended::Closed,
                ..
            } => open -= 1,
            other => return Err(format!("{id} was not seen closed: {other:?}").into()),
        }
    }
    writeln!(std::io::stdout(), "All were seen closed.")?;
    simulator.shutdown().await?;
    Ok(())
}

fn client(simulator: &Simulator) -> Result<PeopleProtect, Box<dyn Error>> {
    let known = simulator.credentials();
    let credentials = Credentials::new(known.client_id(), known.client_secret().reveal())?;
    let environment = Environment::custom(&simulator.api_url())?;
    Ok(PeopleProtect::builder(environment, credentials).build()?)
}

/// Registers customers and raises a callout for each.
async fn raise(aura: &PeopleProtect) -> Result<Vec<CalloutId>, Box<dyn Error>> {
    let plan = aura
        .subscription_types()
        .await?
        .by_value("WEB_SIGNUP_SINGLE")?;
    let security = aura.response_types().await?.by_value("SECURITY")?;
    let here = Position::new(-26.12345, 28.12345)?.accuracy_m(10.0);
    let mut raised = Vec::new();
    for number in 0..CALLOUTS {
        let mobile = format!("+2782123{:04}", 4567 + number).parse()?;
        let jane = aura
            .register(NewCustomer::new("Jane", "Doe", mobile))
            .with_subscription(plan.starting_now_for_days(365))
            .await?;
        let callout = aura
            .customer(jane.id())
            .raise(here, security)
            .live()
            .await?;
        raised.push(callout.id());
    }
    Ok(raised)
}

/// What the responder does next.
fn after(stage: &Stage) -> Option<Played> {
    let done = match stage {
        Stage::Raised => 0,
        Stage::Dispatched => 1,
        Stage::Arrived => 2,
        Stage::Completed => 3,
        _ => return None,
    };
    Played::PATH.into_iter().nth(done + 1)
}

/// One line: how many callouts are at which stage.
fn show(board: &BTreeMap<CalloutId, Stage>) -> std::io::Result<()> {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for stage in board.values() {
        *counts.entry(stage.to_string()).or_default() += 1;
    }
    let line: Vec<String> = counts
        .into_iter()
        .map(|(stage, count)| format!("{count} {stage}"))
        .collect();
    writeln!(std::io::stdout(), "{}", line.join(", "))
}
