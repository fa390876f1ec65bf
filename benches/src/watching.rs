//! Many callouts watched for minutes of simulated time, by answers that come from within.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use clap::ValueEnum;
use http::Response;
use http::header::CONTENT_TYPE;
use people_protect::{
    Attempt, BoxFuture, Credentials, Environment, Middleware, Next, PeopleProtect, TransportError,
};
use serde::{Deserialize, Serialize};

use crate::by_hand::{Callout, Envelope, Failed};
use crate::canned::{CALLOUT, TOKEN};
use crate::simulated::Simulated;
use crate::stopwatch;

/// Who watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Who {
    /// A task for each callout, reading the wrapper's `watch()`.
    Watch,
    /// One task for all, reading the wrapper's `watch_all()`.
    WatchAll,
    /// A task for each callout that reads and sleeps, written by hand.
    ByHand,
}

/// What it came to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Watched {
    /// How often a callout was read.
    pub reads: u64,
    /// How often a task was woken.
    pub wake_ups: u64,
    /// Of the times between two reads of a callout, and from the last to the end, how many were below 5 or above
    /// 20 seconds.
    pub out_of_pace: u64,
    /// The most reads in any 5 seconds.
    pub most_in_five_seconds: usize,
    /// The most reads in any second.
    pub most_in_a_second: usize,
    /// Processor time for all.
    pub processor_seconds: f64,
    /// What the process grew by.
    pub resident_bytes: u64,
}

/// The time between two reads that AURA asks for (R61).
const POLITE: std::ops::RangeInclusive<Duration> = Duration::from_secs(5)..=Duration::from_secs(20);
/// How long an answer takes.
const ANSWER: Duration = Duration::from_millis(50);
/// The pace of both: the wrapper's default.
const PACE: Duration = Duration::from_secs(10);
/// How many reads `watch_all` may have under way: twice what 10,000 callouts come to at this pace.
const PLACES: usize = 100;
/// As many as the log has room for from the beginning, so that it is no part of what a watch holds.
const MOST: usize = 16_384;

/// In place of the network: answers each read after a while, and writes down when it came.
#[derive(Debug, Clone)]
struct Within {
    clock: Simulated,
    log: Arc<Mutex<Log>>,
}

#[derive(Debug)]
struct Log {
    last: Vec<Option<Duration>>,
    five_seconds: Window,
    second: Window,
    reads: u64,
    out_of_pace: u64,
}

#[derive(Debug)]
struct Window {
    width: Duration,
    times: VecDeque<Duration>,
    most: usize,
}

impl Window {
    fn new(width: u64) -> Self {
        Self {
            width: Duration::from_secs(width),
            times: VecDeque::with_capacity(MOST),
            most: 0,
        }
    }

    fn add(&mut self, now: Duration) {
        while self
            .times
            .front()
            .is_some_and(|first| *first + self.width <= now)
        {
            self.times.pop_front();
        }
        self.times.push_back(now);
        self.most = self.most.max(self.times.len());
    }
}

impl Log {
    fn new() -> Self {
        Self {
            last: vec![None; MOST],
            five_seconds: Window::new(5),
            second: Window::new(1),
            reads: 0,
            out_of_pace: 0,
        }
    }

    fn read(&mut self, callout: usize, now: Duration) {
        self.reads += 1;
        self.five_seconds.add(now);
        self.second.add(now);
        let last = self
            .last
            .get_mut(callout)
            .and_then(|last| last.replace(now));
        if last.is_some_and(|last| !POLITE.contains(&(now - last))) {
            self.out_of_pace += 1;
        }
    }
}

impl Log {
    /// Counts those that have not been read for too long at the end, or never.
    fn end(&mut self, callouts: usize, now: Duration) {
        let since = |last: &Option<Duration>| last.map_or(now, |last| now.saturating_sub(last));
        let late = self.last.iter().take(callouts);
        let late = late.filter(|last| since(last) > *POLITE.end()).count();
        self.out_of_pace += late as u64;
    }
}

impl Within {
    async fn answer(&self, request: reqwest::Request) -> Result<reqwest::Response, Failed> {
        let path = request.url().path();
        let last = path.rsplit('/').next().unwrap_or_default();
        let body = match last.parse::<usize>() {
            Ok(callout) => {
                let now = self.clock.elapsed();
                self.log
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .read(callout, now);
                CALLOUT.replace("\"id\":7", &format!("\"id\":{callout}"))
            }
            Err(_) => TOKEN.to_owned(),
        };
        self.clock.sleeping(ANSWER).await;
        let answer = Response::builder().header(CONTENT_TYPE, "application/json");
        Ok(answer.body(Bytes::from(body))?.into())
    }
}

impl Middleware for Within {
    fn handle<'a>(
        &'a self,
        request: reqwest::Request,
        _attempt: &'a Attempt,
        _next: Next<'a>,
    ) -> BoxFuture<'a, Result<reqwest::Response, TransportError>> {
        Box::pin(async move {
            let answer = self.answer(request).await;
            answer
                .map_err(|error| TransportError::not_sent(std::io::Error::other(error.to_string())))
        })
    }
}

/// What a team writes in place of a watch. It knows no failures, and keeps the last status to see a change.
async fn by_hand(http: reqwest::Client, within: Within, id: usize) -> Result<(), Failed> {
    let mut status = String::new();
    loop {
        let request = http
            .get(format!("http://127.0.0.1:9/callouts/{id}"))
            .bearer_auth("header.payload.signature")
            .build()?;
        let answer = within.answer(request).await?.error_for_status()?;
        let answer: Envelope<Callout> = answer.json().await?;
        if answer.callout.status != status {
            status = std::hint::black_box(answer.callout.status);
        }
        within.clock.sleeping(PACE).await;
    }
}

async fn watch(aura: PeopleProtect, id: usize) {
    let mut watch = aura.callout(id as i64).watch();
    while let Ok(Some(update)) = watch.try_next().await {
        std::hint::black_box(update.stage());
    }
}

async fn watch_all(aura: PeopleProtect, callouts: usize) {
    // Its documentation asks for more places than 16 from about 1,500 callouts on.
    let mut watch = aura.watch_all().with_concurrency(PLACES);
    for id in 0..callouts {
        watch.add(id as i64);
    }
    while let Some(event) = watch.next().await {
        std::hint::black_box(event);
    }
}

/// Watches so many callouts for so long. They begin one after the other within one interval, as
/// callouts do that are not all raised at once.
///
/// # Errors
///
/// If the client cannot be made, or fewer reads were made than there are callouts.
pub async fn run(who: Who, callouts: usize, time: Duration) -> Result<Watched, Failed> {
    if callouts > MOST {
        return Err(format!("at most {MOST} callouts").into());
    }
    let clock = Simulated::default();
    let within = Within {
        clock: clock.clone(),
        log: Arc::new(Mutex::new(Log::new())),
    };
    let credentials = Credentials::new("id", "secret")?;
    let environment = Environment::custom("http://127.0.0.1:9")?;
    let aura = PeopleProtect::builder(environment, credentials)
        .with_clock(clock.clone())
        .with_middleware(within.clone())
        .build()?;
    let http = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .build()?;
    let warm = aura.clone();
    tokio::spawn(
        clock
            .clone()
            .counted(move || async move { warm.warm_up().await }),
    );
    clock.pass(Duration::from_secs(1)).await;

    let (woken, began, resident) = (clock.wake_ups(), stopwatch::processor(), resident()?);
    let start = |id: usize| match who {
        Who::Watch => {
            let aura = aura.clone();
            drop(tokio::spawn(clock.clone().counted(move || watch(aura, id))));
        }
        Who::WatchAll if id == 0 => {
            let aura = aura.clone();
            drop(tokio::spawn(
                clock.clone().counted(move || watch_all(aura, callouts)),
            ));
        }
        Who::WatchAll => {}
        Who::ByHand => {
            let (http, within) = (http.clone(), within.clone());
            let work = clock.clone().counted(move || async move {
                // What fails is missing among the reads.
                by_hand(http, within, id).await.is_ok()
            });
            drop(tokio::spawn(work));
        }
    };
    let step = PACE / u32::try_from(callouts.max(1))?;
    for id in 0..callouts {
        start(id);
        clock.pass(step).await;
    }
    clock.pass(time.saturating_sub(PACE)).await;
    let mut log = within.log.lock().unwrap_or_else(PoisonError::into_inner);
    log.end(callouts, clock.elapsed());
    if log.reads < callouts as u64 {
        return Err(format!("only {} reads of {callouts} callouts", log.reads).into());
    }
    Ok(Watched {
        reads: log.reads,
        wake_ups: clock.wake_ups() - woken,
        out_of_pace: log.out_of_pace,
        most_in_five_seconds: log.five_seconds.most,
        most_in_a_second: log.second.most,
        processor_seconds: (stopwatch::processor() - began).as_secs_f64(),
        resident_bytes: self::resident()?.saturating_sub(resident),
    })
}

/// The memory this process has; nothing where the system does not tell.
fn resident() -> Result<u64, Failed> {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else {
        return Ok(0);
    };
    let kib = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"))
        .ok_or("this system does not say how much memory a process has")?;
    Ok(kib.trim().parse::<u64>()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_that_comes_too_soon_or_too_late_is_out_of_pace() {
        let mut log = Log::new();
        for (callout, second) in [(1, 0), (2, 4), (1, 5), (1, 9), (2, 24), (2, 45)] {
            log.read(callout, Duration::from_secs(second));
        }
        assert_eq!((log.reads, log.out_of_pace), (6, 2));
        // From 4 on; what was read at 0 is not within 5 seconds of what was read at 5.
        assert_eq!((log.five_seconds.most, log.second.most), (2, 1));
    }

    #[test]
    fn one_that_is_read_no_more_is_out_of_pace() {
        let mut log = Log::new();
        for (callout, second) in [(0, 0), (1, 0), (1, 10), (1, 20)] {
            log.read(callout, Duration::from_secs(second));
        }
        // The first has stopped, the third has never begun.
        log.end(3, Duration::from_secs(30));
        assert_eq!(log.out_of_pace, 2);
    }

    #[tokio::test]
    async fn all_of_them_read_at_the_pace() {
        for who in [Who::Watch, Who::WatchAll, Who::ByHand] {
            let found = run(who, 20, Duration::from_secs(120)).await.unwrap();
            assert!((200..260).contains(&found.reads), "{who:?}: {found:?}");
            assert_eq!(found.out_of_pace, 0, "{who:?}");
            // One more for a single read of `watch_all`: `FuturesUnordered` wakes itself if all it has were polled.
            assert!(found.wake_ups <= 3 * found.reads, "{who:?}: {found:?}");
        }
    }
}
