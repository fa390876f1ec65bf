//! The integrator's web server: it checks deliveries, answers first and works later (R47).

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::net::Ipv4Addr;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use people_protect::PeopleProtect;
use people_protect::webhooks::{Deliveries, Delivery, Event, Inbox, Receiver, Seen};
use tokio::sync::oneshot;

use super::hurried::HurriedClock;
use super::reckoning::Kept;
use super::watchers::Watchers;
use super::wrong::{Wrong, Wrongs};
use crate::by_hand::Failed;
use crate::stopwatch::{at_most, pause};

const HEADER: &str = "x-webhook-secret";
const SECRET: &str = "a-long-random-text-of-the-endurance-run";
/// So many wait at most; a further one is answered 503 and comes again.
const ROOM: usize = 64;
/// As many keys are remembered: more than come until the last repeat of the first has, and few enough
/// for memory to find its size soon.
const REMEMBERED: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4095);
/// One in so many is taken in, and the answer says the opposite: it comes again as well.
const MISANSWERED: u64 = 50;
/// So many percent of the new callouts have to be heard of, of which some are dropped on the way.
const HEARD: usize = 85;

/// What was received in one round, by what the integrator tells repeats by.
#[derive(Debug, Default)]
struct Heard {
    deliveries: HashMap<Key, Count>,
    taken_in: u64,
    taken_out: u64,
}

/// Not the wrapper's key: a check must not lean on what it checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    /// There is one for each callout (R47).
    NewCallout(i64),
    /// Everything else, by its bytes.
    Bytes(u64),
}

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    taken_in: u32,
    worked_on: u32,
    /// Each of them is to be worked on (P08).
    each: bool,
}

#[derive(Clone)]
struct Door {
    receiver: Receiver,
    inbox: Inbox,
    heard: Arc<Mutex<Heard>>,
}

/// The server of one customer source.
#[derive(Debug)]
pub(crate) struct Web {
    heard: Arc<Mutex<Heard>>,
    stop: Option<oneshot::Sender<()>>,
    server: tokio::task::JoinHandle<std::io::Result<()>>,
    worker: tokio::task::JoinHandle<()>,
}

impl Web {
    /// Listens, and registers itself with the source (R42).
    pub(crate) async fn start(
        aura: &PeopleProtect,
        watchers: &Arc<Watchers>,
        clock: &HurriedClock,
    ) -> Result<Self, Failed> {
        let (inbox, deliveries) = Inbox::new(ROOM);
        let heard = Arc::<Mutex<Heard>>::default();
        let door = Door {
            receiver: Receiver::new(HEADER, SECRET)?.with_clock(clock.clone()),
            inbox,
            heard: Arc::clone(&heard),
        };
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let app = Router::new().route("/aura", post(receive)).with_state(door);
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(async move {
            let stopped = async move { drop(stopped.await) };
            axum::serve(listener, app)
                .with_graceful_shutdown(stopped)
                .await
        });
        let worker = tokio::spawn(work(
            deliveries,
            Seen::new()
                .with_capacity(REMEMBERED)
                .with_clock(clock.clone()),
            Arc::clone(&heard),
            Arc::clone(watchers),
        ));
        aura.register_webhook(format!("http://{address}/aura"))
            .events(Event::LISTED.iter().cloned())
            .header(HEADER, SECRET)
            .await?;
        Ok(Self {
            heard,
            stop: Some(stop),
            server,
            worker,
        })
    }

    /// Holds what was received against what there is, and forgets it. Nothing is under way any more,
    /// but the worker may have some left. Says how many were repeats.
    pub(crate) async fn reckon(&self, kept: &[&Kept], wrongs: &Wrongs) -> u64 {
        let left = || {
            let heard = lock(&self.heard);
            heard.taken_in > heard.taken_out
        };
        let worked_off = async {
            while left() {
                pause(Duration::from_millis(5)).await;
            }
        };
        if at_most(Duration::from_secs(10), worked_off).await.is_none() {
            wrongs.note(Wrong::Delivery, || "the inbox is never empty".to_owned());
        }
        lock(&self.heard).reckon(kept, wrongs)
    }

    /// Ends, whatever is still open.
    pub(crate) async fn end(mut self, wrongs: &Wrongs) {
        drop(self.stop.take());
        let fault = match self.server.await {
            Ok(served) => served
                .err()
                .map(|error| format!("the receiver ended: {error}")),
            Err(error) => Some(format!("the receiver panicked: {error}")),
        };
        // Without the server there is no inbox any more, and the worker comes to its end.
        let panicked = self.worker.await.err();
        let fault =
            fault.or_else(|| Some(format!("the receiver's worker panicked: {}", panicked?)));
        if let Some(fault) = fault {
            wrongs.note(Wrong::Delivery, || fault);
        }
    }
}

async fn receive(State(door): State<Door>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let delivery = match door.receiver.receive(&headers, &body) {
        Ok(delivery) => delivery,
        Err(rejection) => return rejection.status(),
    };
    let (key, each) = (key(&delivery), delivery.asks_for_a_read());
    // Noted while the worker cannot have come to it.
    let mut heard = lock(&door.heard);
    if let Err(overflow) = door.inbox.accept(delivery) {
        return overflow.status();
    }
    let count = heard.deliveries.entry(key).or_default();
    count.taken_in += 1;
    count.each = each;
    heard.taken_in += 1;
    match heard.taken_in % MISANSWERED {
        0 => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::OK,
    }
}

async fn work(
    mut deliveries: Deliveries,
    seen: Seen,
    heard: Arc<Mutex<Heard>>,
    watchers: Arc<Watchers>,
) {
    while let Some(delivery) = deliveries.next().await {
        let new = seen.lets_through(&delivery);
        {
            let mut heard = lock(&heard);
            heard.taken_out += 1;
            let count = heard.deliveries.entry(key(&delivery)).or_default();
            count.worked_on += u32::from(new);
        }
        if !new {
            continue;
        }
        if let Some(callout) = delivery.callout_id() {
            watchers.poke(callout);
        }
    }
}

fn key(delivery: &Delivery) -> Key {
    match (delivery.event(), delivery.callout_id()) {
        (Event::NewCallout, Some(callout)) => Key::NewCallout(callout.get()),
        _ => {
            let mut hash = DefaultHasher::new();
            delivery.body().hash(&mut hash);
            Key::Bytes(hash.finish())
        }
    }
}

impl Heard {
    fn reckon(&mut self, kept: &[&Kept], wrongs: &Wrongs) -> u64 {
        let mut repeats = 0;
        let mut news = HashSet::new();
        for (key, count) in self.deliveries.drain() {
            let wanted = if count.each { count.taken_in } else { 1 };
            repeats += u64::from(count.taken_in - count.taken_in.min(1));
            if count.worked_on != wanted {
                wrongs.note(Wrong::Delivery, || {
                    let Count { taken_in, worked_on, .. } = count;
                    format!("{key:?} was taken in {taken_in} times and worked on {worked_on} times, not {wanted}")
                });
            }
            if let Key::NewCallout(callout) = key {
                news.insert(callout);
            }
        }
        let heard_of = kept.iter().filter(|one| news.contains(&one.id)).count();
        if news.len() > heard_of {
            wrongs.note(Wrong::Delivery, || {
                format!(
                    "{} callouts were told of that there are not",
                    news.len() - heard_of
                )
            });
        }
        // A few say nothing about a share.
        if kept.len() >= 200 && heard_of * 100 < kept.len() * HEARD {
            wrongs.note(Wrong::Delivery, || {
                format!("of {} callouts only {heard_of} were heard of", kept.len())
            });
        }
        repeats
    }
}

fn lock(heard: &Mutex<Heard>) -> MutexGuard<'_, Heard> {
    heard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use people_protect_simulator::Stage;

    use super::{Count, Heard, Key};
    use crate::soak::reckoning::Kept;
    use crate::soak::wrong::{Held, Wrong, Wrongs};

    fn kept(id: i64) -> Kept {
        Kept {
            id,
            customer: 1,
            stage: Stage::Cancelled,
            created: Timestamp::UNIX_EPOCH,
            ended: Some(Timestamp::UNIX_EPOCH),
            verified: true,
            lines: Vec::new(),
        }
    }

    fn count(taken_in: u32, worked_on: u32, each: bool) -> Count {
        Count {
            taken_in,
            worked_on,
            each,
        }
    }

    fn found(deliveries: &[(Key, Count)], kept: &[Kept]) -> (Held, u64) {
        let wrongs = Wrongs::default();
        let mut heard = Heard {
            deliveries: deliveries.iter().copied().collect(),
            ..Heard::default()
        };
        let repeats = heard.reckon(&kept.iter().collect::<Vec<_>>(), &wrongs);
        (wrongs.held(), repeats)
    }

    #[test]
    fn a_repeat_that_is_dropped_is_right_and_one_that_asks_for_a_read_is_not_dropped() {
        let deliveries = [
            (Key::NewCallout(1), count(3, 1, false)),
            (Key::Bytes(7), count(2, 2, true)),
            (Key::Bytes(8), count(1, 1, false)),
        ];
        assert_eq!(found(&deliveries, &[kept(1)]), (Held::default(), 3));
    }

    #[test]
    fn one_that_is_worked_on_twice_or_never_is_found() {
        for (key, wrong) in [
            (Key::NewCallout(1), count(2, 2, false)),
            (Key::Bytes(1), count(1, 0, false)),
            (Key::Bytes(1), count(2, 1, true)),
        ] {
            assert_eq!(
                found(&[(key, wrong)], &[kept(1)]).0.count(Wrong::Delivery),
                1
            );
        }
    }

    #[test]
    fn news_of_what_there_is_not_and_silence_are_found() {
        let news = (Key::NewCallout(5), count(1, 1, false));
        assert_eq!(found(&[news], &[]).0.count(Wrong::Delivery), 1);
        let many: Vec<_> = (0..200).map(kept).collect();
        assert_eq!(found(&[news], &many).0.count(Wrong::Delivery), 1);
    }
}
