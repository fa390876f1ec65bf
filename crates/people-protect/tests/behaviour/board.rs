//! Simulated callouts whose reads a test can hold, fail and count.

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::Duration;

use jiff::Timestamp;
use people_protect::{Builder, Clock, Credentials, Environment, PeopleProtect};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::clock::ManualClock;
use crate::server;

/// The deadline of a client's calls, unless it is given another.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// What to answer to a read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Told {
    /// The callout with this status.
    Status(&'static str),
    /// This HTTP status.
    Failure(u16),
    /// Nothing, ever.
    Silence,
}

/// Says what the n-th read (from 0) of a callout is answered.
type Script = dyn Fn(i64, usize) -> Told + Send + Sync;

#[derive(Default)]
struct Log {
    reads: HashMap<i64, Vec<Timestamp>>,
    now: usize,
    most: usize,
    /// When the reads came that are left hanging.
    hanging: Vec<Timestamp>,
    /// Whoever lets time pass is to look again when reads begin or cease to hang.
    waker: Option<Waker>,
}

impl Log {
    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

pub(crate) struct Board {
    pub(crate) clock: ManualClock,
    origin: String,
    log: Arc<Mutex<Log>>,
}

impl Board {
    pub(crate) async fn start(script: impl Fn(i64, usize) -> Told + Send + Sync + 'static) -> Self {
        let clock = ManualClock::at("2026-06-10T00:00:00Z");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let log = Arc::new(Mutex::new(Log::default()));
        let script: Arc<Script> = Arc::new(script);
        let (to, by) = (Arc::clone(&log), clock.clone());
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(
                    stream,
                    Arc::clone(&script),
                    Arc::clone(&to),
                    by.clone(),
                ));
            }
        });
        Self { clock, origin, log }
    }

    /// Lets time pass while nothing is under way, until the work is done.
    pub(crate) async fn passing<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            let step = poll_fn(|context| {
                self.log.lock().unwrap().waker = Some(context.waker().clone());
                if let Poll::Ready(done) = work.as_mut().poll(context) {
                    return Poll::Ready(Ok(done));
                }
                match self.clock.quiet_for(DEADLINE, self.hanging()) {
                    Some(wait) => Poll::Ready(Err(wait)),
                    None => Poll::Pending,
                }
            });
            match step.await {
                Ok(done) => return done,
                Err(wait) => self.clock.advance(wait),
            }
        }
    }

    /// A builder for a client of this board, by its clock.
    pub(crate) fn builder(&self) -> Builder {
        PeopleProtect::builder(
            Environment::custom(&self.origin).unwrap(),
            Credentials::new("client-id", "planted-secret").unwrap(),
        )
        // Longer than the deadline, so that a call is known by one sleep of that length.
        .with_attempt_timeout(DEADLINE * 2)
        .with_clock(self.clock.clone())
    }

    /// When a callout was read.
    pub(crate) fn reads(&self, id: i64) -> Vec<Timestamp> {
        let log = self.log.lock().unwrap();
        log.reads.get(&id).cloned().unwrap_or_default()
    }

    /// How many reads there were in all.
    pub(crate) fn count(&self) -> usize {
        self.log.lock().unwrap().reads.values().map(Vec::len).sum()
    }

    /// How many reads were under way at once at the most.
    pub(crate) fn most_at_once(&self) -> usize {
        self.log.lock().unwrap().most
    }

    /// How many reads are left hanging. The client has given up those that are older than its
    /// deadline, also if the server has not seen that yet.
    pub(crate) fn hanging(&self) -> usize {
        let now = self.clock.now();
        let log = self.log.lock().unwrap();
        let kept = log.hanging.iter().filter(|came| now < **came + DEADLINE);
        kept.count()
    }

    /// The time between the reads of a callout.
    pub(crate) fn spacing(&self, id: i64) -> Vec<Duration> {
        self.reads(id)
            .windows(2)
            .map(|pair| Duration::try_from(pair[1].duration_since(pair[0])).unwrap())
            .collect()
    }
}

async fn serve(
    mut stream: TcpStream,
    script: Arc<Script>,
    log: Arc<Mutex<Log>>,
    clock: ManualClock,
) {
    while let Some(request) = server::read(&mut stream).await {
        if request.path.ends_with("/oauth/token") {
            let token = r#"{"accessToken":"server-token","expiresIn":360000}"#;
            stream.write_all(&answer(200, token)).await.unwrap();
            continue;
        }
        let id: i64 = request.path.rsplit('/').next().unwrap().parse().unwrap();
        let nth = {
            let mut log = log.lock().unwrap();
            log.now += 1;
            log.most = log.most.max(log.now);
            let reads = log.reads.entry(id).or_default();
            reads.push(clock.now());
            reads.len() - 1
        };
        let bytes = match script(id, nth) {
            Told::Status(status) => answer(
                200,
                &format!(r#"{{"message":"ok","callout":{{"id":{id},"status":"{status}"}}}}"#),
            ),
            Told::Failure(status) => answer(status, r#"{"message":"no"}"#),
            Told::Silence => {
                let came = clock.now();
                {
                    let mut log = log.lock().unwrap();
                    log.hanging.push(came);
                    log.wake();
                }
                // Until the client hangs up.
                server::read(&mut stream).await;
                let mut log = log.lock().unwrap();
                let place = log.hanging.iter().position(|other| *other == came);
                log.hanging.swap_remove(place.unwrap());
                log.now -= 1;
                log.wake();
                return;
            }
        };
        log.lock().unwrap().now -= 1;
        if stream.write_all(&bytes).await.is_err() {
            return;
        }
    }
}

fn answer(status: u16, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}
