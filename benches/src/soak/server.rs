//! The server's side of a run: the simulator in a process of its own, so that what it keeps is not
//! counted as the client's.

use std::io::{BufRead as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use people_protect_simulator::{Cancellation, Clock, DeliveryOutcome, Simulator};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::hurried::FASTER;
use super::reckoning::Kept;
use crate::by_hand::Failed;
use crate::stopwatch::{now, pause};

/// How often the simulator's clock is moved.
const TICK: Duration = Duration::from_millis(5);
/// How long deliveries are waited for at the end of a round.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is done to deliveries on the way (C49), and to those a receiver refuses.
const SWITCHES: [(&str, &str); 7] = [
    ("http-webhooks", "on"),
    ("webhook-drop-percent", "3"),
    ("webhook-duplicate-percent", "5"),
    ("webhook-reorder-percent", "5"),
    ("webhook-delay-s", "2"),
    ("webhook-attempts", "4"),
    ("webhook-retry-after-s", "20"),
];

/// The line that says where it serves.
#[derive(Debug, Serialize, Deserialize)]
pub struct Ready {
    /// The API.
    pub api: String,
    /// The control surface.
    pub control: String,
    /// The time there.
    pub now: Timestamp,
    /// Id and secret of each customer source.
    pub sources: Vec<(String, String)>,
}

/// The line that closes the books of a round.
#[derive(Debug, Serialize, Deserialize)]
pub struct Books {
    /// What there is.
    pub callouts: Vec<Kept>,
    /// Deliveries that have not come to an end.
    pub undelivered: usize,
}

/// Serves until stdin ends. Each line on stdin closes the books: the answer is a line with
/// [`Books`], and what is over is forgotten, so that a long run needs no more memory than a short one.
///
/// # Errors
///
/// If the simulator does not start, or has panicked.
pub fn serve(seed: u64, broken: &[String]) -> Result<(), Failed> {
    // One thread, as the simulator's own program has.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(served(seed, broken))
}

async fn served(seed: u64, broken: &[String]) -> Result<(), Failed> {
    let mut builder = Simulator::builder().clock(Clock::manual()).seed(seed);
    for (name, value) in SWITCHES {
        builder = builder.switch(name, value);
    }
    for rule in broken {
        builder = builder.break_rule(rule);
    }
    let simulator = Arc::new(builder.start().await?);
    say(&Ready {
        api: simulator.api_url(),
        control: simulator.control_url(),
        now: simulator.now(),
        sources: simulator
            .sources()
            .map(|one| {
                (
                    one.client_id().to_owned(),
                    one.client_secret().reveal().to_owned(),
                )
            })
            .collect(),
    })?;
    let clock = tokio::spawn(hurry(Arc::clone(&simulator)));
    let (heard, mut lines) = tokio::sync::mpsc::channel(1);
    std::thread::spawn(move || {
        let lines = std::io::stdin().lock().lines();
        // Whoever asked has gone when nobody listens.
        for _ in lines.map_while(Result::ok) {
            if heard.blocking_send(()).is_err() {
                return;
            }
        }
    });
    while lines.recv().await.is_some() {
        say(&close(&simulator).await?)?;
    }
    clock.abort();
    // It is the clock's last use of the simulator.
    drop(clock.await);
    let simulator = Arc::into_inner(simulator).ok_or("the simulator is still in use")?;
    Ok(simulator.shutdown().await?)
}

fn say(what: &impl Serialize) -> Result<(), Failed> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, what)?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

/// Moves the simulator's clock along with the machine's, only faster.
async fn hurry(simulator: Arc<Simulator>) {
    let (began, start) = (now(), simulator.now());
    loop {
        pause(TICK).await;
        // From where it stands, as a document that is read in brings its own time.
        let stands = simulator.now().duration_since(start);
        let behind = (began.elapsed() * FASTER)
            .saturating_sub(Duration::try_from(stands).unwrap_or_default());
        if let Err(error) = simulator.advance(behind) {
            eprintln!("soak: the simulator's clock does not move: {error}");
        }
    }
}

async fn close(simulator: &Simulator) -> Result<Books, Failed> {
    let began = now();
    let undelivered = || {
        let waits =
            |outcome| matches!(outcome, DeliveryOutcome::Waiting | DeliveryOutcome::Sending);
        let log = simulator.deliveries();
        log.iter().filter(|one| waits(one.outcome)).count()
    };
    while undelivered() > 0 && began.elapsed() < PATIENCE {
        pause(TICK * 4).await;
    }
    // Nothing is awaited from here to the end, so no call comes in between.
    let callouts = simulator
        .snapshot()
        .callouts()
        .map(|one| Kept {
            id: one.id,
            customer: one.customer_id.unwrap_or_default(),
            stage: one.stage,
            created: one.created_at,
            ended: one.ended_at,
            verified: one.cancellation == Some(Cancellation::Verified),
            lines: one
                .events
                .iter()
                .map(|line| line.text.reveal().to_owned())
                .collect(),
        })
        .collect();
    let books = Books {
        callouts,
        undelivered: undelivered(),
    };
    forget(simulator)?;
    Ok(books)
}

/// Takes out what is over, as an archive would.
fn forget(simulator: &Simulator) -> Result<(), Failed> {
    let mut document: Value = serde_json::from_str(&simulator.export()?)?;
    let rows = |document: &mut Value, name: &str| {
        let rows = document.pointer_mut(&format!("/state/{name}"));
        rows.and_then(Value::as_object_mut).map(std::mem::take)
    };
    let missing = "the simulator's state has no callouts or no customers";
    let mut callouts = rows(&mut document, "callouts").ok_or(missing)?;
    let mut customers = rows(&mut document, "customers").ok_or(missing)?;
    callouts.retain(|_, callout| callout["endedAt"].is_null());
    for (_, customer) in &mut customers {
        if let Some(theirs) = customer["callouts"].as_array_mut() {
            theirs.retain(|id| callouts.contains_key(&id.to_string()));
        }
    }
    document["state"]["callouts"] = callouts.into();
    document["state"]["customers"] = customers.into();
    Ok(simulator.import(&document.to_string())?)
}

#[cfg(test)]
mod tests {
    use people_protect::{Credentials, Environment, NewCustomer, PeopleProtect, Position};
    use people_protect_simulator::{Clock, Simulator, Stage};

    use super::close;
    use crate::soak::hurried::HurriedClock;

    #[tokio::test]
    async fn what_is_over_is_in_the_books_once_and_what_is_open_stays() {
        let simulator = Simulator::builder()
            .clock(Clock::manual())
            .start()
            .await
            .unwrap();
        let known = simulator.credentials();
        let credentials = Credentials::new(known.client_id(), known.client_secret().reveal());
        let environment = Environment::custom(&simulator.api_url()).unwrap();
        let aura = PeopleProtect::builder(environment, credentials.unwrap())
            .with_clock(HurriedClock::new(simulator.now()))
            .build()
            .unwrap();
        let plans = aura.subscription_types().await.unwrap();
        let cover = plans.iter().next().unwrap().starting_now_for_days(365);
        let types = aura.response_types().await.unwrap();
        let (security, _) = types.iter().next().unwrap();
        let jane = NewCustomer::new("Jane", "Doe", "+27821234567".parse().unwrap());
        let jane = aura.register(jane).with_subscription(cover).await.unwrap();
        let here = Position::new(-26.1, 28.1).unwrap();
        let raise = || async {
            let raised = aura.customer(jane.id()).raise(here, security).live().await;
            raised.unwrap().id().get()
        };
        let first = raise().await;
        simulator.set_stage(first, Stage::Closed).unwrap();
        let second = raise().await;
        let ids = async || {
            let books = close(&simulator).await.unwrap();
            assert_eq!(books.undelivered, 0);
            books.callouts.iter().map(|one| one.id).collect::<Vec<_>>()
        };
        assert_eq!(ids().await, [first, second]);
        assert_eq!(ids().await, [second]);
        assert_eq!(raise().await, second, "R27 holds over the closing");
        simulator.shutdown().await.unwrap();
    }
}
