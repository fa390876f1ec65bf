//! Many tasks that need a token while there is none: all wait for one answer.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use clap::ValueEnum;
use http::Response;
use people_protect::{
    Attempt, BoxFuture, Credentials, Environment, Middleware, Next, PeopleProtect, TransportError,
};
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, Notify, Semaphore};

use crate::by_hand::{Failed, Token};
use crate::{canned, stopwatch};

/// Whose tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Who {
    /// The wrapper's.
    Ours,
    /// A mutex around a token.
    Mutex,
}

/// What one herd came to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Herd {
    /// How often a token was asked for.
    pub requests: usize,
    /// Processor time of all tasks together until all wait.
    pub before_us: f64,
    /// And from the arrival of the token until all have it.
    pub after_us: f64,
}

/// Where tokens come from: none until the gate is opened.
#[derive(Debug, Clone)]
struct Gate(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    asked: AtomicUsize,
    open: Semaphore,
}

impl Gate {
    fn new() -> Self {
        Self(Arc::new(Inner {
            asked: AtomicUsize::new(0),
            open: Semaphore::new(0),
        }))
    }

    async fn answer(&self) -> Bytes {
        self.0.asked.fetch_add(1, Ordering::Relaxed);
        // It is never closed, so there is no error; the place is given back for the next.
        drop(self.0.open.acquire().await);
        Bytes::from_static(canned::TOKEN.as_bytes())
    }
}

/// In place of the network: it is the waiting that is measured.
impl Middleware for Gate {
    fn handle<'a>(
        &'a self,
        _request: reqwest::Request,
        _attempt: &'a Attempt,
        _next: Next<'a>,
    ) -> BoxFuture<'a, Result<reqwest::Response, TransportError>> {
        Box::pin(async move { Ok(Response::new(self.answer().await).into()) })
    }
}

/// What a team writes around a token.
struct ByHand {
    gate: Gate,
    token: Mutex<Option<String>>,
}

impl ByHand {
    async fn token(&self) -> Result<String, Failed> {
        let mut held = self.token.lock().await;
        if let Some(token) = &*held {
            return Ok(token.clone());
        }
        let token: Token = serde_json::from_slice(&self.gate.answer().await)?;
        Ok(held.insert(token.access_token).clone())
    }
}

/// One herd of so many.
///
/// # Errors
///
/// If a task gets no token.
pub async fn run(who: Who, tasks: usize) -> Result<Herd, Failed> {
    let gate = Gate::new();
    match who {
        Who::Ours => {
            let environment = Environment::custom("http://127.0.0.1:9")?;
            let aura = PeopleProtect::builder(environment, Credentials::new("id", "secret")?)
                .with_middleware(gate.clone())
                .build()?;
            stampede(gate, tasks, aura, warm_up).await
        }
        Who::Mutex => {
            let by_hand = Arc::new(ByHand {
                gate: gate.clone(),
                token: Mutex::default(),
            });
            stampede(gate, tasks, by_hand, locked).await
        }
    }
}

async fn warm_up(aura: PeopleProtect) -> bool {
    aura.warm_up().await.is_ok()
}

async fn locked(by_hand: Arc<ByHand>) -> bool {
    by_hand.token().await.is_ok()
}

#[derive(Default)]
struct Progress {
    begun: AtomicUsize,
    served: AtomicUsize,
    over: AtomicUsize,
    all: Notify,
}

async fn stampede<C, F>(
    gate: Gate,
    tasks: usize,
    client: C,
    need: fn(C) -> F,
) -> Result<Herd, Failed>
where
    C: Clone + Send + 'static,
    F: Future<Output = bool> + Send + 'static,
{
    let progress = Arc::new(Progress::default());
    let began = stopwatch::processor();
    for _ in 0..tasks {
        let (progress, client) = (Arc::clone(&progress), client.clone());
        tokio::spawn(async move {
            progress.begun.fetch_add(1, Ordering::Relaxed);
            // Made here, so that the task does not keep it twice.
            let served = need(client).await;
            progress
                .served
                .fetch_add(usize::from(served), Ordering::Relaxed);
            if progress.over.fetch_add(1, Ordering::Relaxed) + 1 == tasks {
                progress.all.notify_one();
            }
        });
    }
    // One thread: whoever has begun when this runs again waits already.
    while progress.begun.load(Ordering::Relaxed) < tasks {
        tokio::task::yield_now().await;
    }
    if progress.over.load(Ordering::Relaxed) > 0 {
        return Err("a task did not wait for the token".into());
    }
    let wait = stopwatch::processor();
    gate.0.open.add_permits(1);
    progress.all.notified().await;
    let ended = stopwatch::processor();
    let served = progress.served.load(Ordering::Relaxed);
    if served < tasks {
        return Err(format!("{} tasks got no token", tasks - served).into());
    }
    Ok(Herd {
        requests: gate.0.asked.load(Ordering::Relaxed),
        before_us: (wait - began).as_secs_f64() * 1e6,
        after_us: (ended - wait).as_secs_f64() * 1e6,
    })
}

#[cfg(test)]
mod tests {
    use super::{Who, run};

    #[tokio::test]
    async fn all_are_served_by_one_request() {
        for who in [Who::Ours, Who::Mutex] {
            assert_eq!(run(who, 100).await.unwrap().requests, 1, "{who:?}");
        }
    }
}
