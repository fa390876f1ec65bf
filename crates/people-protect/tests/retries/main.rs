//! `RETRIES.md`, tried cell by cell: one test for each operation and failure.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod operations;
mod server;
mod table;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use libtest_mimic::{Arguments, Failed, Trial};
use people_protect::raw::{Auth, Operation};
use people_protect::{
    BoxFuture, Clock, Credentials, Environment, Error, ErrorKind, PeopleProtect, Random,
};

use server::Server;
use table::{Cell, Failure, Table};

const DEADLINE: Duration = Duration::from_secs(30);
const ATTEMPT: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    let table = Table::read(include_str!("../../RETRIES.md"));
    let mut trials = vec![Trial::test("the_table_has_every_operation_in_order", {
        let names: Vec<(String, String)> = table
            .rows
            .iter()
            .map(|row| (row.operation.clone(), row.class.clone()))
            .collect();
        move || every_operation_is_there(&names)
    })];
    for row in &table.rows {
        for &(failure, cell) in &row.cells {
            let operation = row.operation.clone();
            let name = format!("{operation}::{}", failure.name());
            let said = Said {
                of_the_failure: table.kind(failure),
                after_a_lost_answer: (failure == Failure::Lost).then(|| row.lost.clone()),
            };
            trials.push(Trial::test(name, move || {
                tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()?
                    .block_on(holds(&operation, failure, cell, &said))
            }));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn every_operation_is_there(rows: &[(String, String)]) -> Result<(), Failed> {
    let known: Vec<(String, String)> = people_protect::raw::OPERATIONS
        .iter()
        .map(|operation| {
            (
                operation.id.to_owned(),
                format!("{:?}", operation.retry).to_lowercase(),
            )
        })
        .collect();
    if rows == known {
        return Ok(());
    }
    Err("the table's operations and classes are not the contract's, in its order".into())
}

/// One cell: the operation is called while the server fails, and what comes of it is compared.
async fn holds(operation: &str, failure: Failure, cell: Cell, said: &Said) -> Result<(), Failed> {
    let known = Operation::find(operation).unwrap();
    // Only a cached token is renewed; the call that fetches it has none.
    let with_cached_token = failure == Failure::Unauthorised && known.auth != Auth::None;
    let server = Server::start(failure, with_cached_token).await;
    let clock = HurriedClock::new(server.arrived());
    let aura = PeopleProtect::builder(
        Environment::custom(&server.origin)?,
        Credentials::new("client", "secret")?,
    )
    .with_clock(clock)
    .with_random(Middle)
    .with_deadline(DEADLINE)
    .with_attempt_timeout(ATTEMPT)
    .build()?;
    // A customer's operation goes with a customer's token, which nobody can renew.
    let aura = if with_cached_token && known.auth != Auth::Customer {
        aura.warm_up().await?;
        aura
    } else {
        aura.with_bearer_token("given")
    };
    let error = operations::call(&aura, operation)
        .await
        .err()
        .ok_or("it succeeded")?;
    compare(&error, failure, cell)?;
    said.is_true_of(&error)?;
    if failure != Failure::NotSent {
        // What the error counts is what the server saw.
        let seen = u32::try_from(server.seen(known))?;
        if seen != error.attempts() {
            return Err(format!("{seen} arrived, the error counts {}", error.attempts()).into());
        }
    }
    Ok(())
}

fn compare(error: &Error, failure: Failure, cell: Cell) -> Result<(), Failed> {
    // The first repeat after a lost answer is not counted.
    let free = u32::from(failure == Failure::Lost && cell != Cell::No);
    let attempts = error.attempts();
    let as_often = match cell {
        Cell::No => attempts == 1,
        Cell::Once => attempts == 2,
        Cell::Yes => attempts == 4 + free,
        Cell::ToTheDeadline => attempts > 4 + free && error.to_string().contains("deadline"),
    };
    if !as_often {
        return Err(
            format!("the table says {cell:?}; there were {attempts} attempts: {error}").into(),
        );
    }
    let kind = match failure {
        Failure::NotSent | Failure::Lost => ErrorKind::Unreachable,
        Failure::Timeout => ErrorKind::TimedOut,
        Failure::Unauthorised => ErrorKind::NotAuthorised,
        Failure::TooMany => ErrorKind::RateLimited,
        Failure::Server => ErrorKind::ServerFailure,
        Failure::CutOff => ErrorKind::UndecodableAnswer,
        Failure::Refused => ErrorKind::InvalidRequest,
    };
    if error.kind() != kind {
        // R07: a 400 to a customer's operation means the kind of token.
        let scope = error.kind() == ErrorKind::WrongTokenScope && failure == Failure::Refused;
        if !scope {
            return Err(format!("expected {kind:?}: {error:?}").into());
        }
    }
    if error.may_have_reached_server() != (failure != Failure::NotSent) {
        return Err(format!("wrong about whether it may have arrived: {error:?}").into());
    }
    let repeated = !matches!(cell, Cell::No | Cell::Once);
    if error.is_retryable() != repeated {
        return Err(format!("wrong about whether it may be repeated: {error:?}").into());
    }
    Ok(())
}

/// What the document tells a reader in words.
struct Said {
    of_the_failure: String,
    after_a_lost_answer: Option<String>,
}

impl Said {
    fn is_true_of(&self, error: &Error) -> Result<(), Failed> {
        let kind = format!("`{:?}`", error.kind());
        // A 4xx has many kinds, and the document says so.
        let by_kind = self.of_the_failure == "its own kind; it is the answer"
            || self.of_the_failure.contains(&kind);
        if !by_kind {
            return Err(format!("{kind} is not {:?}", self.of_the_failure).into());
        }
        if let Some(said) = &self.after_a_lost_answer {
            let retryable = said.contains("retryable") && !said.contains("not retryable");
            if !said.contains(&kind) || retryable != error.is_retryable() {
                return Err(format!("{said:?} is not true of {error:?}").into());
            }
        }
        Ok(())
    }
}

/// Waits between attempts pass at once; the deadline does not; an attempt runs out of time once
/// its request has arrived.
#[derive(Debug)]
struct HurriedClock {
    now: std::sync::Mutex<Timestamp>,
    arrived: Arc<tokio::sync::Notify>,
}

impl HurriedClock {
    fn new(arrived: Arc<tokio::sync::Notify>) -> Self {
        Self {
            now: std::sync::Mutex::new("2026-06-10T00:00:00Z".parse().unwrap()),
            arrived,
        }
    }

    fn pass(&self, time: Duration) {
        let mut now = self.now.lock().unwrap();
        *now = now.checked_add(time).unwrap();
    }
}

impl Clock for HurriedClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        if time == DEADLINE {
            return Box::pin(std::future::pending());
        }
        if time == ATTEMPT {
            let arrived = Arc::clone(&self.arrived);
            return Box::pin(async move { arrived.notified().await });
        }
        self.pass(time);
        Box::pin(std::future::ready(()))
    }
}

#[derive(Debug)]
struct Middle;

impl Random for Middle {
    fn unit(&self) -> f64 {
        0.5
    }
}
