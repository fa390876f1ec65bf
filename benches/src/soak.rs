//! Endurance: everything the wrapper does, for a long time, with everything going wrong, and a reckoning.
//!
//! The simulator runs in a process of its own and makes calls and deliveries go wrong; the client raises,
//! watches, talks, cancels and receives. Its time passes faster than the machine's, so that watches keep
//! their pace (R61) and tokens expire. A run has rounds: after each, when nothing is under way, what the
//! client was told is held against what the server has.

mod child;
mod hurried;
pub mod meter;
pub mod outcome;
mod receiver;
pub mod reckoning;
pub mod server;
mod story;
mod watchers;
mod world;
pub mod wrong;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use fastrand::Rng;
use tokio::runtime::{Handle, RuntimeMetrics};
use tokio::task::{JoinHandle, JoinSet};

use crate::by_hand::Failed;
use crate::stopwatch::{now, pause};
use child::{ControlRoom, Server};
use hurried::HurriedClock;
use meter::Meter;
use outcome::{CLIENT_MEMORY, Growths, Outcome, SERVER_MEMORY};
use receiver::Web;
use reckoning::{Before, Kept};
use story::story;
use watchers::Watchers;
use world::{Counts, Person, Source, World};
use wrong::{Wrong, Wrongs};

/// As many stories are told in a round: what both sides remember of it fits in a few megabytes.
const ROUND: i64 = 3000;
/// How often memory and descriptors are looked at.
const LOOK: Duration = Duration::from_millis(250);
/// Every so many looks are told.
const TOLD: u32 = 40;
/// As many points has the course of a figure.
const POINTS: usize = 60;
/// From so many calls on a run has met everything.
const LONG: u64 = 10_000;
/// So long tasks may take to end after all that could want them is gone.
const LEAVING: Duration = Duration::from_secs(10);

/// How long, and what is broken on purpose.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// At most so long.
    pub time: Option<Duration>,
    /// At most so many answered calls, but for those under way.
    pub calls: Option<u64>,
    /// What chance follows from.
    pub seed: u64,
    /// Rules that the simulator breaks.
    pub broken: Vec<String>,
    /// As many bytes of each call are kept for ever.
    pub leak: usize,
    /// A task is left behind.
    pub leave_task: bool,
    /// Connections are opened and never closed.
    pub leave_connections: bool,
}

/// Runs. `program` is the one that serves when its first argument is `serve`.
///
/// # Errors
///
/// If the run cannot be made. What it found wrong is in its outcome.
pub fn run(plan: &Plan, program: &Path) -> Result<Outcome, Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(whole(plan, program))?;
    // What is left is reported already, and must not hold up the end.
    runtime.shutdown_background();
    Ok(outcome)
}

/// What a run reads while it goes on.
struct Run<'a> {
    plan: &'a Plan,
    began: Instant,
    counts: Arc<Counts>,
    wrongs: Arc<Wrongs>,
    rounds: AtomicU64,
}

async fn whole(plan: &Plan, program: &Path) -> Result<Outcome, Failed> {
    let metrics = Handle::current().metrics();
    let tasks = metrics.num_alive_tasks();
    let mut server = Server::start(program, plan.seed, &plan.broken).await?;
    let processes = [("client", std::process::id()), ("server", server.process())];
    let open = processes.map(|(_, process)| descriptors(process));
    let mut meters = (Meter::new(std::process::id()), Meter::new(server.process()));
    let run = Run {
        plan,
        began: now(),
        counts: Arc::new(Counts::leaking(plan.leak)),
        wrongs: Arc::default(),
        rounds: AtomicU64::new(0),
    };
    tokio::select! {
        done = rounds(&run, &mut server) => done?,
        looked = look(&run, &mut meters) => looked?,
    }
    let seconds = run.began.elapsed().as_secs_f64();
    for ((who, process), before) in processes.into_iter().zip(open) {
        let left = closed(process, before).await;
        if left > 0 {
            run.wrongs.note(Wrong::Descriptors, || {
                format!("{left} descriptors of the {who} are left")
            });
        }
    }
    server.end().await?;
    if plan.leave_task {
        drop(tokio::spawn(std::future::pending::<()>()));
    }
    let tasks_left = left(&metrics, tasks).await;
    let Run {
        counts,
        wrongs,
        rounds,
        ..
    } = run;
    if tasks_left > 0 {
        wrongs.note(Wrong::Tasks, || format!("{tasks_left} tasks are left"));
    }
    let count = |of: &AtomicU64| of.load(Ordering::Relaxed);
    for what in idle(&counts) {
        wrongs.note(Wrong::Idle, || {
            format!("there was no {what} in the whole run")
        });
    }
    let (client, serving) = meters;
    let courses = [("client", &client), ("server", &serving)];
    let courses = courses.map(|(who, meter)| meter.courses(who, POINTS));
    let (client, server) = (
        Growths::of("client", &client, CLIENT_MEMORY, &wrongs),
        Growths::of("server", &serving, SERVER_MEMORY, &wrongs),
    );
    Ok(Outcome {
        seconds,
        calls: count(&counts.calls),
        attempts: count(&counts.attempts),
        rounds: count(&rounds),
        callouts: count(&counts.callouts),
        raises: count(&counts.raises),
        claims: count(&counts.claims),
        late: count(&counts.late),
        watches: count(&counts.watches),
        repeats: count(&counts.repeats),
        failures: counts.failures(),
        client,
        server,
        courses: courses.into_iter().flatten().collect(),
        tasks_left,
        wrong: wrongs.held(),
    })
}

/// Sets everything up, tells stories, and takes everything down again.
async fn rounds(run: &Run<'_>, server: &mut Server) -> Result<(), Failed> {
    let clock = HurriedClock::new(server.ready.now);
    let control = ControlRoom::new(&server.ready.control)?;
    let (mut sources, mut people, mut webs, mut watching) = (vec![], vec![], vec![], vec![]);
    for (number, credentials) in server.ready.sources.iter().enumerate() {
        let aura = Source::client(&server.ready.api, credentials, &clock, &run.counts)?;
        let (watchers, reading) = Watchers::start(&aura);
        webs.push(Web::start(&aura, &watchers, &clock).await?);
        watching.push(reading);
        let source = Source::start(aura, watchers).await?;
        people.extend(source.register(number).await?);
        sources.push(source);
    }
    control.begin_faults().await?;
    let (counts, wrongs) = (Arc::clone(&run.counts), Arc::clone(&run.wrongs));
    let world = Arc::new(World::new(sources, control, clock, counts, wrongs));
    let mut before = Before::default();
    while run.goes_on() {
        people = round(run, &world, people).await;
        let books = server.close().await?;
        world
            .told()
            .reckon(&books.callouts, &mut before, &run.wrongs);
        run.counts.late.store(before.excused(), Ordering::Relaxed);
        if books.undelivered > 0 {
            run.wrongs.note(Wrong::Delivery, || {
                format!("{} deliveries never came to an end", books.undelivered)
            });
        }
        for (source, web) in webs.iter().enumerate() {
            let theirs: HashSet<i64> = people
                .iter()
                .filter(|person| person.source == source)
                .map(|person| person.customer.get())
                .collect();
            let of = |one: &&Kept| theirs.contains(&one.customer);
            let kept: Vec<&Kept> = books.callouts.iter().filter(of).collect();
            let repeats = web.reckon(&kept, &run.wrongs).await;
            run.counts.repeats.fetch_add(repeats, Ordering::Relaxed);
        }
        run.rounds.fetch_add(1, Ordering::Relaxed);
    }
    drop(world);
    take_down(webs, watching, &run.wrongs).await;
    if run.plan.leave_connections {
        let address = server.ready.api.split('/').nth(2).unwrap_or_default();
        for _ in 0..32 {
            std::mem::forget(std::net::TcpStream::connect(address)?);
        }
    }
    Ok(())
}

async fn take_down(webs: Vec<Web>, watching: Vec<JoinHandle<()>>, wrongs: &Wrongs) {
    for web in webs {
        web.end(wrongs).await;
    }
    for reading in watching {
        if let Err(error) = reading.await {
            wrongs.note(Wrong::Watch, || format!("a watch panicked: {error}"));
        }
    }
}

/// What a run is there for and did not do. Chance may leave out the rarer things of a short one.
fn idle(counts: &Counts) -> Vec<&'static str> {
    let count = |of: &AtomicU64| of.load(Ordering::Relaxed);
    let mut all = vec![("callout that came to its end", count(&counts.callouts))];
    if count(&counts.calls) >= LONG {
        all.extend([
            ("raise", count(&counts.raises)),
            ("raise that was claimed", count(&counts.claims)),
            ("watch", count(&counts.watches)),
            ("delivery that was repeated", count(&counts.repeats)),
            ("fault that was met", counts.failures().values().sum()),
        ]);
    }
    all.retain(|(_, times)| *times == 0);
    all.into_iter().map(|(what, _)| what).collect()
}

/// One round: each customer's stories one after the other, all customers at once.
async fn round(run: &Run<'_>, world: &Arc<World>, people: Vec<Person>) -> Vec<Person> {
    let left = Arc::new(AtomicI64::new(ROUND));
    let until = run.plan.time.map(|time| run.began + time);
    let calls = run.plan.calls.unwrap_or(u64::MAX);
    let number = run.rounds.load(Ordering::Relaxed);
    let mut stories = JoinSet::new();
    for mut person in people {
        let (world, left) = (Arc::clone(world), Arc::clone(&left));
        let seed = run.plan.seed ^ (number << 32) ^ person.customer.get().unsigned_abs();
        let mut chance = Rng::with_seed(seed);
        stories.spawn(async move {
            while left.fetch_sub(1, Ordering::Relaxed) > 0
                && world.counts.calls.load(Ordering::Relaxed) < calls
                && until.is_none_or(|until| now() < until)
            {
                story(&world, &mut person, &mut chance).await;
            }
            person
        });
    }
    let mut back = Vec::new();
    while let Some(told) = stories.join_next().await {
        match told {
            Ok(person) => back.push(person),
            Err(error) => run
                .wrongs
                .note(Wrong::Unexplained, || format!("a story panicked: {error}")),
        }
    }
    back
}

impl Run<'_> {
    fn goes_on(&self) -> bool {
        let called = self.counts.calls.load(Ordering::Relaxed);
        self.plan.calls.is_none_or(|calls| called < calls)
            && self
                .plan
                .time
                .is_none_or(|time| self.began.elapsed() < time)
    }
}

/// Looks at both processes for as long as nobody stops it.
async fn look(run: &Run<'_>, meters: &mut (Meter, Meter)) -> Result<(), Failed> {
    for number in 1_u32.. {
        pause(LOOK).await;
        let (seconds, calls) = (
            run.began.elapsed().as_secs_f64(),
            run.counts.calls.load(Ordering::Relaxed),
        );
        let (Some(client), Some(server)) =
            (meters.0.look(seconds, calls), meters.1.look(seconds, calls))
        else {
            return Err(
                "this system does not say what a process holds, or the server is gone".into(),
            );
        };
        if number.is_multiple_of(TOLD) {
            let mib = |bytes: f64| bytes / 1024.0 / 1024.0;
            let wrong: u64 = run.wrongs.held().counts.values().sum();
            eprintln!(
                "{seconds:5.0} s: {calls} calls, {:.0} /s, {} callouts, {} rounds; client {:.1} MiB, {} descriptors; \
                 server {:.1} MiB, {} descriptors; {wrong} wrong",
                calls as f64 / seconds,
                run.counts.callouts.load(Ordering::Relaxed),
                run.rounds.load(Ordering::Relaxed),
                mib(client.memory),
                client.descriptors,
                mib(server.memory),
                server.descriptors,
            );
        }
    }
    Ok(())
}

fn descriptors(process: u32) -> f64 {
    meter::Held::of(process).map_or(0.0, |held| held.descriptors)
}

/// How many descriptors are open that were not before, once they had time to close. A few are opened once and
/// for all.
async fn closed(process: u32, before: f64) -> u64 {
    const KEPT: f64 = 8.0;
    let began = now();
    loop {
        let more = descriptors(process) - before;
        if more <= KEPT {
            return 0;
        }
        if began.elapsed() > LEAVING {
            return more as u64;
        }
        pause(Duration::from_millis(20)).await;
    }
}

/// How many tasks there are more than before, once they had time to end.
async fn left(metrics: &RuntimeMetrics, before: usize) -> u64 {
    let began = now();
    loop {
        let left = metrics.num_alive_tasks().saturating_sub(before);
        if left == 0 || began.elapsed() > LEAVING {
            return left as u64;
        }
        pause(Duration::from_millis(20)).await;
    }
}
