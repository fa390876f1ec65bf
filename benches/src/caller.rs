//! Calls over loopback, so many in flight for so long, by one client on one thread.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use people_protect::{Credentials, CustomerId, Environment, PeopleProtect, Position};
use serde::{Deserialize, Serialize};

use crate::by_hand::{self, Failed, Location};
use crate::{by_hyper, stopwatch};

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Who {
    /// The wrapper.
    Ours,
    /// Hand-written reqwest.
    Reqwest,
    /// Hyper directly.
    Hyper,
}

/// What is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// A callout is raised.
    Raise,
    /// A callout is read.
    Get,
}

/// What a round came to; every client prints one, whatever it is written in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// How many calls were answered.
    pub calls: u64,
    /// In how long.
    pub seconds: f64,
    /// Half of the calls took no longer.
    pub p50_us: f64,
    /// All but one of a hundred took no longer.
    pub p99_us: f64,
    /// All but one of a thousand took no longer.
    pub p999_us: f64,
}

impl Report {
    /// Calls each second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.calls as f64 / self.seconds
    }

    fn of(mut took: Vec<u64>, seconds: f64) -> Self {
        took.sort_unstable();
        let share = |of_thousand: usize| {
            let place = (took.len() * of_thousand).div_ceil(1000).max(1) - 1;
            took.get(place).map_or(0.0, |nanos| *nanos as f64 / 1000.0)
        };
        Self {
            calls: took.len() as u64,
            seconds,
            p50_us: share(500),
            p99_us: share(990),
            p999_us: share(999),
        }
    }
}

enum Caller {
    Ours(PeopleProtect),
    Reqwest(by_hand::Client),
    Hyper(by_hyper::Client),
}

impl Caller {
    fn new(who: Who, address: &str) -> Result<Self, Failed> {
        // The same paths for all: the wrapper adds the API's.
        let base = format!("http://{address}/panic-api/v2");
        Ok(match who {
            Who::Ours => {
                let environment = Environment::custom(&format!("http://{address}"))?;
                let credentials = Credentials::new("id", "secret")?;
                Self::Ours(PeopleProtect::builder(environment, credentials).build()?)
            }
            Who::Reqwest => Self::Reqwest(by_hand::Client::new(&base)?),
            Who::Hyper => Self::Hyper(by_hyper::Client::new(&base)),
        })
    }

    async fn call(&self, what: What) -> Result<(), String> {
        let here = || Location {
            latitude: -26.12345,
            longitude: 28.12345,
        };
        // An error of these is no `Send`, so it is a text before anything else is waited for.
        macro_rules! told {
            ($call:expr) => {
                match $call.await {
                    Ok(answer) => drop(black_box(answer)),
                    Err(error) => return Err(error.to_string()),
                }
            };
        }
        match (self, what) {
            (Self::Ours(aura), What::Raise) => {
                let customer = aura.customer(CustomerId::from(5));
                let here = Position::new(-26.12345, 28.12345).map_err(|error| error.to_string())?;
                told!(customer.raise(here, 1.into()).live());
            }
            (Self::Ours(aura), What::Get) => told!(aura.callout(7).get()),
            (Self::Reqwest(client), What::Raise) => told!(client.raise(5, here())),
            (Self::Reqwest(client), What::Get) => told!(client.get(7)),
            (Self::Hyper(client), What::Raise) => told!(client.raise(5, here())),
            (Self::Hyper(client), What::Get) => told!(client.get(7)),
        }
        Ok(())
    }
}

/// One of those in flight: calls again as soon as it is answered.
async fn again(caller: Arc<Caller>, what: What, until: Instant) -> Result<Vec<u64>, String> {
    let mut took = Vec::new();
    let mut began = stopwatch::now();
    while began < until {
        caller.call(what).await?;
        let ended = stopwatch::now();
        took.push(u64::try_from((ended - began).as_nanos()).unwrap_or(u64::MAX));
        began = ended;
    }
    Ok(took)
}

/// Opens the connections and fetches the token first, uncounted; then counts.
///
/// # Errors
///
/// If a call fails.
pub async fn run(
    who: Who,
    what: What,
    in_flight: usize,
    seconds: f64,
    address: &str,
) -> Result<Report, Failed> {
    let caller = Arc::new(Caller::new(who, address)?);
    caller.call(what).await?;
    let mut report = None;
    for seconds in [seconds / 4.0, seconds] {
        let began = stopwatch::now();
        let until = began + Duration::from_secs_f64(seconds);
        let tasks: Vec<_> = (0..in_flight)
            .map(|_| tokio::spawn(again(Arc::clone(&caller), what, until)))
            .collect();
        let mut took = Vec::new();
        for task in tasks {
            took.append(&mut task.await??);
        }
        report = Some(Report::of(took, began.elapsed().as_secs_f64()));
    }
    report.ok_or_else(|| "no round".into())
}

#[cfg(test)]
mod tests {
    use super::Report;

    #[test]
    fn the_slowest_of_a_hundred_is_not_in_the_99th() {
        let took = (1..=100).rev().map(|n| n * 1000).collect();
        let report = Report::of(took, 2.0);
        assert_eq!((report.calls, report.rate()), (100, 50.0));
        assert_eq!(
            (report.p50_us, report.p99_us, report.p999_us),
            (50.0, 99.0, 100.0)
        );
        assert_eq!(Report::of(Vec::new(), 1.0).p99_us, 0.0);
    }
}
