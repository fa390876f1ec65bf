//! Following many callouts at once.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use people_protect::{
    CalloutId, Clock, ErrorKind, NotReached, Pace, Poke, Random, Stage, Update, Watch, WatchEvent,
    WatchHandle, WatchMany,
};

use crate::board::{Board, DEADLINE, Told};
use crate::chance::{Always, Even};

fn many(board: &Board, random: impl Random + 'static) -> WatchMany {
    let builder = board.builder().with_random(random);
    builder.build().unwrap().watch_all()
}

async fn next(board: &Board, watch: &mut WatchMany) -> Option<(CalloutId, WatchEvent)> {
    board.passing(watch.next()).await
}

/// What an event says, for comparing.
fn said(event: &WatchEvent) -> String {
    match event {
        WatchEvent::Read(update) => update.stage().to_string(),
        WatchEvent::Stale(stale) => format!("stale: {}", stale.kind()),
        WatchEvent::Ended {
            reason,
            error: None,
        } => format!("{reason:?}"),
        WatchEvent::Ended {
            reason,
            error: Some(error),
        } => format!("{reason:?}: {}", error.kind()),
        other => panic!("{other:?}"),
    }
}

/// Reads the stream to its end; what was said of each callout.
async fn follow(board: &Board, watch: &mut WatchMany) -> HashMap<i64, Vec<String>> {
    let mut all: HashMap<i64, Vec<String>> = HashMap::new();
    while let Some((id, event)) = next(board, watch).await {
        all.entry(id.get()).or_default().push(said(&event));
    }
    all
}

#[tokio::test]
async fn r61_a_thousand_watches_are_spread_and_keep_their_spacing() {
    let board = Board::start(|_, nth| {
        Told::Status(match nth {
            0..=2 => "created",
            3 => "Responder Dispatched",
            _ => "CLOSED",
        })
    })
    .await;
    let mut watch = many(&board, Even::default());
    for id in 0..1000 {
        assert!(watch.add(id));
        assert!(!watch.add(id), "it is there already");
    }
    let all = follow(&board, &mut watch).await;
    assert_eq!(all.len(), 1000);
    let mut firsts = [0; 10];
    let mut spacings = Vec::new();
    for (id, said) in all {
        assert_eq!(
            said,
            ["raised", "responder dispatched", "closed", "Closed"],
            "{id}"
        );
        let first = board.reads(id)[0].as_second() % 86_400;
        firsts[usize::try_from(first).unwrap()] += 1;
        spacings.extend(board.spacing(id));
    }
    // About a hundred in each of the ten seconds.
    assert!(
        firsts.iter().all(|reads| (80..120).contains(reads)),
        "{firsts:?}"
    );
    assert_eq!(spacings.len(), 4000);
    let polite = Duration::from_secs(5)..=Duration::from_secs(20);
    assert!(spacings.iter().all(|one| polite.contains(one)));
    spacings.sort();
    spacings.dedup();
    assert!(spacings.len() > 100, "they all wait the same time");
    assert!(board.most_at_once() <= 16);
}

#[tokio::test]
async fn ten_thousand_watches_share_one_sleep_and_sixteen_places() {
    // One in ten is still open when it is read first.
    let board = Board::start(|id, nth| {
        let open = id % 10 == 0 && nth == 0;
        Told::Status(if open { "created" } else { "closed" })
    })
    .await;
    let mut watch = many(&board, Even::default());
    for id in 0..10_000 {
        watch.add(id);
    }
    assert_eq!(watch.len(), 10_000);
    let mut events = 0;
    while next(&board, &mut watch).await.is_some() {
        events += 1;
        if events % 1000 == 0 {
            assert!(board.clock.sleepers(DEADLINE) <= 1);
        }
    }
    assert_eq!(events, 21_000);
    assert_eq!(board.count(), 11_000);
    assert!(board.most_at_once() <= 16);
    assert!(watch.is_empty());
}

#[tokio::test]
async fn each_callout_ends_for_its_own_reason_and_is_read_no_more() {
    let board = Board::start(|id, nth| match (id, nth) {
        (1, 2) => Told::Status("Closed"),
        (2, 2) => Told::Status("cancelled"),
        (3, 2..) => Told::Failure(404),
        (4, 2..) => Told::Failure(502),
        (5, 2..4) => Told::Failure(503),
        (5, 6) => Told::Status("closed"),
        _ => Told::Status("created"),
    })
    .await;
    // One place for those that fail.
    let watch = many(&board, Always(0.5)).with_concurrency(2);
    let mut watch = watch.with_patience(Duration::from_secs(60));
    for id in 1..=5 {
        watch.add(id);
    }
    let all = follow(&board, &mut watch).await;
    assert_eq!(all[&1], ["raised", "closed", "Closed"]);
    assert_eq!(all[&2], ["raised", "cancelled", "Cancelled"]);
    assert_eq!(all[&3], ["raised", "stale: not found", "Gone: not found"]);
    assert_eq!(
        all[&4],
        [
            "raised",
            "stale: the server failed",
            "GaveUp: the server failed"
        ]
    );
    assert_eq!(
        all[&5],
        [
            "raised",
            "stale: the server failed",
            "raised",
            "closed",
            "Closed"
        ]
    );
    let counts = [1, 2, 3, 4, 5].map(|id| board.reads(id).len());
    assert_eq!(counts, [3, 3, 5, 7, 7]);
}

#[tokio::test]
async fn what_is_stale_says_when_it_was_read_last() {
    let board = Board::start(|_, nth| match nth {
        0 | 1 => Told::Status("created"),
        _ => Told::Failure(502),
    })
    .await;
    let mut watch = many(&board, Always(0.5));
    watch.add(1);
    assert_eq!(watch.read_at(1), None);
    next(&board, &mut watch).await.unwrap();
    assert_eq!(watch.read_at(1), Some(board.reads(1)[0]));
    let (_, event) = next(&board, &mut watch).await.unwrap();
    let WatchEvent::Stale(stale) = event else {
        panic!("{event:?}");
    };
    assert_eq!(stale.read_at(), Some(board.reads(1)[1]));
    assert_eq!(stale.since(), board.reads(1)[2]);
    assert_eq!(stale.kind(), ErrorKind::ServerFailure);
    assert_eq!(watch.read_at(1), Some(board.reads(1)[1]));
}

#[tokio::test]
async fn callouts_that_hang_do_not_stall_the_others() {
    // More of them than there are places.
    let board = Board::start(|id, nth| match (id, nth) {
        (0..8, 1..) => Told::Silence,
        (_, 12) => Told::Status("closed"),
        _ => Told::Status("created"),
    })
    .await;
    let mut watch = many(&board, Even::default()).with_concurrency(4);
    for id in 0..20 {
        watch.add(id);
    }
    let mut open = 12;
    while open > 0 {
        let (id, event) = next(&board, &mut watch).await.unwrap();
        if matches!(event, WatchEvent::Ended { .. }) {
            assert!(id.get() >= 8);
            open -= 1;
        }
    }
    assert!(
        board.most_at_once() <= 5,
        "a place is free a moment sooner than the server sees"
    );
    // Once it is known which ones hang, the others keep their pace.
    for id in 8..20 {
        let spacing = board.spacing(id);
        let late: Vec<_> = spacing[8..]
            .iter()
            .filter(|one| **one > Duration::from_secs(20))
            .collect();
        assert!(late.is_empty(), "{id}: {spacing:?}");
    }
}

#[tokio::test]
async fn callouts_come_and_go_while_the_stream_is_read() {
    let board = Board::start(|id, nth| match (id, nth) {
        (2, 1) => Told::Status("closed"),
        _ => Told::Status("created"),
    })
    .await;
    let mut watch = many(&board, Always(0.5));
    let handle: WatchHandle = watch.handle();
    // Nothing is watched, but the handle may add something: the stream waits.
    let elsewhere = async {
        tokio::task::yield_now().await;
        handle.add(1);
    };
    let (item, ()) = tokio::join!(next(&board, &mut watch), elsewhere);
    assert_eq!(item.unwrap().0, CalloutId::new(1));

    assert!(handle.contains(1));
    assert!(handle.remove(1));
    assert!(!handle.remove(1));
    assert!(!handle.poke(1));
    assert!(handle.is_empty());
    handle.add(2);
    assert_eq!(said(&next(&board, &mut watch).await.unwrap().1), "raised");
    assert_eq!(said(&next(&board, &mut watch).await.unwrap().1), "closed");
    assert_eq!(said(&next(&board, &mut watch).await.unwrap().1), "Closed");
    assert_eq!(handle.len(), 0);
    assert_eq!(board.reads(1).len(), 1);
    assert_eq!(board.reads(2).len(), 2);

    // The last handle goes while the stream waits for it.
    let last = async {
        tokio::task::yield_now().await;
        drop(handle);
    };
    let (item, ()) = tokio::join!(watch.next(), last);
    assert!(item.is_none());
}

#[tokio::test]
async fn a_callout_removed_while_it_is_read_says_nothing() {
    let board = Board::start(|id, _| match id {
        1 => Told::Silence,
        _ => Told::Status("closed"),
    })
    .await;
    let mut watch = many(&board, Always(0.0));
    let handle = watch.handle();
    handle.add(1);
    let read = async {
        while board.hanging() == 0 {
            tokio::task::yield_now().await;
        }
        handle.remove(1);
        handle.add(2);
    };
    let (item, ()) = tokio::join!(next(&board, &mut watch), read);
    assert_eq!(item.unwrap().0, CalloutId::new(2));
    drop(handle);
    assert!(next(&board, &mut watch).await.is_some());
    assert!(next(&board, &mut watch).await.is_none());
}

#[tokio::test]
async fn r38_state_reaches_the_caller_when_webhooks_are_dropped() {
    let start = |board: &Board, poked: bool| {
        let mut watch = many(board, Always(0.5)).with_pace(slowest());
        watch.add(1);
        let handle = watch.handle();
        let clock = board.clock.clone();
        async move {
            // Raised; then something happens at AURA, and a webhook comes or is lost.
            let (_, first) = watch.next().await.unwrap();
            assert_eq!(said(&first), "raised");
            clock.advance(Duration::from_secs(6));
            if poked {
                assert!(handle.poke(1));
            }
            drop(handle);
            while let Some((_, event)) = watch.next().await {
                if matches!(event, WatchEvent::Read(_)) {
                    assert_eq!(said(&event), "closed");
                }
            }
        }
    };
    let script = |_: i64, nth: usize| Told::Status(["created", "closed"][nth.min(1)]);
    let board = Board::start(script).await;
    board.passing(start(&board, true)).await;
    assert_eq!(board.spacing(1), [Duration::from_secs(6)]);
    let board = Board::start(script).await;
    board.passing(start(&board, false)).await;
    assert_eq!(board.spacing(1), [Duration::from_secs(18)]);
}

fn slowest() -> Pace {
    Pace::every(Duration::from_secs(20)).unwrap()
}

#[tokio::test]
async fn r61_pokes_do_not_read_within_5_seconds_of_the_read_before() {
    let board =
        Board::start(|_, nth| Told::Status(["created", "created", "closed"][nth.min(2)])).await;
    let mut watch = many(&board, Always(0.5));
    watch.add(1);
    // Before the first read: at once.
    assert!(watch.poke(1));
    let start = jiff::Timestamp::from_second(board_start()).unwrap();
    next(&board, &mut watch).await.unwrap();
    assert_eq!(board.reads(1), [start]);
    for _ in 0..100 {
        watch.poke(1);
    }
    next(&board, &mut watch).await.unwrap();
    assert_eq!(
        board.spacing(1),
        [Duration::from_secs(5), Duration::from_secs(10)]
    );
}

fn board_start() -> i64 {
    "2026-06-10T00:00:00Z"
        .parse::<jiff::Timestamp>()
        .unwrap()
        .as_second()
}

#[tokio::test]
async fn a_poke_during_a_read_brings_another_one() {
    let board = Board::start(|_, nth| match nth {
        0 => Told::Silence,
        1 => Told::Status("created"),
        _ => Told::Status("closed"),
    })
    .await;
    let mut watch = many(&board, Always(0.0));
    watch.add(1);
    let handle = watch.handle();
    let poke = async {
        while board.hanging() == 0 {
            tokio::task::yield_now().await;
        }
        handle.poke(1);
    };
    let ((_, event), ()) = tokio::join!(async { next(&board, &mut watch).await.unwrap() }, poke);
    assert_eq!(said(&event), "stale: no answer in time");
    next(&board, &mut watch).await.unwrap();
    // The read hung for 30 s; the one poked for came right after, not 5 s later.
    assert_eq!(board.spacing(1), [DEADLINE]);
}

#[tokio::test]
async fn behind_tells_that_there_are_too_few_places() {
    let board = Board::start(|_, _| Told::Silence).await;
    let mut watch = many(&board, Always(0.5)).with_concurrency(1);
    watch.add(1);
    watch.add(2);
    assert_eq!(watch.behind(), Duration::ZERO);
    next(&board, &mut watch).await.unwrap();
    // The second was due as long ago as the first hung.
    assert_eq!(watch.behind(), DEADLINE);
}

#[tokio::test]
async fn a_dropped_stream_reads_no_more() {
    let board = Board::start(|_, _| Told::Status("created")).await;
    let mut watch = many(&board, Even::default());
    for id in 0..50 {
        watch.add(id);
    }
    let handle = watch.handle();
    for _ in 0..20 {
        next(&board, &mut watch).await.unwrap();
    }
    drop(watch);
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    let before = board.count();
    handle.poke(1);
    board.clock.advance(Duration::from_secs(60));
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(board.count(), before);
}

#[tokio::test]
async fn p12_a_watch_of_many_shows_no_state() {
    let board = Board::start(|_, _| Told::Status("created")).await;
    let mut watch = many(&board, Always(0.5));
    watch.add(1);
    let (_, event) = next(&board, &mut watch).await.unwrap();
    assert!(matches!(&event, WatchEvent::Read(update) if update.stage() == Stage::Raised));
    for shown in [
        format!("{watch:?}"),
        format!("{:?}", watch.handle()),
        format!("{event:?}"),
    ] {
        assert!(!shown.contains("planted"), "{shown}");
        assert!(!shown.contains("server-token"), "{shown}");
    }
}

#[tokio::test]
async fn a_callout_added_again_is_told_nothing_of_the_reads_before() {
    let board = Board::start(|_, nth| match nth {
        0 => Told::Silence,
        1..5 => Told::Status("created"),
        _ => Told::Status("closed"),
    })
    .await;
    let mut watch = many(&board, Always(0.0));
    let handle = watch.handle();
    handle.add(1);
    let again = async {
        while board.hanging() == 0 {
            tokio::task::yield_now().await;
        }
        assert!(handle.remove(1));
        assert!(handle.add(1));
        drop(handle);
    };
    // The first read ends, without an answer, while the second watch goes on.
    let (all, ()) = tokio::join!(follow(&board, &mut watch), again);
    assert_eq!(all[&1], ["raised", "closed", "Closed"]);
    assert_eq!(board.clock.now().as_second() - board_start(), 32);
}

#[tokio::test]
async fn every_change_through_a_handle_wakes_the_stream() {
    struct Woken(AtomicBool);
    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let board = Board::start(|_, _| Told::Silence).await;
    let mut watch = many(&board, Always(0.5));
    let handle = watch.handle();
    let woken = Arc::new(Woken(AtomicBool::new(false)));
    let waker = Waker::from(Arc::clone(&woken));
    let mut poll = || {
        let mut context = Context::from_waker(&waker);
        let polled = pin!(watch.next()).poll(&mut context).is_pending();
        woken.0.store(false, Ordering::Relaxed);
        polled
    };
    let was_woken = || woken.0.load(Ordering::Relaxed);
    assert!(poll());
    handle.add(1);
    assert!(was_woken());
    assert!(poll());
    handle.poke(1);
    assert!(was_woken());
    assert!(poll());
    handle.remove(1);
    assert!(was_woken());
    assert!(poll());
    drop(handle);
    assert!(was_woken());
    assert!(!poll(), "it has ended");
}

#[test]
fn watches_can_be_moved_between_threads() {
    fn send<T: Send>() {}
    fn shared<T: Send + Sync + Clone>() {}
    send::<Watch>();
    send::<WatchMany>();
    send::<NotReached>();
    shared::<WatchHandle>();
    shared::<Poke>();
    shared::<Update>();
}
