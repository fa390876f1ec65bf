//! What a watch says while reads fail, and what makes it read sooner.

use std::time::Duration;

use people_protect::{CalloutId, ErrorKind, Freshness, PeopleProtect, Stage, Update, Watch};

use crate::chance::Always;
use crate::clock::ManualClock;
use crate::server::{Reply, Server};

const DEADLINE: Duration = Duration::from_secs(30);
const ID: CalloutId = CalloutId::new(992_011);

fn state(status: &str) -> Reply {
    Reply::json(
        200,
        &format!(r#"{{"message":"ok","callout":{{"id":992011,"status":"{status}"}}}}"#),
    )
}

fn failure() -> Reply {
    Reply::json(502, r#"{"message":"planted-failure"}"#)
}

fn client(server: &Server) -> (PeopleProtect, ManualClock) {
    let clock = ManualClock::at("2026-06-10T00:00:00Z");
    let builder = server.builder().with_clock(clock.clone());
    (builder.with_random(Always(0.5)).build().unwrap(), clock)
}

/// The next item, letting as much time pass as it takes.
async fn next(watch: &mut Watch, clock: &ManualClock) -> Option<Update> {
    loop {
        tokio::select! {
            item = watch.try_next() => return item.unwrap(),
            sleep = clock.next_sleep(DEADLINE) => clock.advance(sleep),
        }
    }
}

fn at(seconds: i64) -> jiff::Timestamp {
    let start: jiff::Timestamp = "2026-06-10T00:00:00Z".parse().unwrap();
    start + jiff::SignedDuration::from_secs(seconds)
}

#[tokio::test]
async fn a_state_turns_stale_once_and_fresh_again_on_recovery() {
    let server = Server::replying([
        state("created"),
        state("created"),
        failure(),
        failure(),
        failure(),
        state("created"),
        state("closed"),
    ])
    .await;
    let (aura, clock) = client(&server);
    let mut watch = aura.callout(ID).watch();
    assert!(watch.last().is_none());

    let fresh = next(&mut watch, &clock).await.unwrap();
    assert_eq!(fresh.read_at(), Some(at(0)));
    assert!(matches!(fresh.freshness(), Freshness::Fresh));

    // The read at 10 s found nothing new, but counts; the one at 20 s failed.
    let stale = next(&mut watch, &clock).await.unwrap();
    assert_eq!(stale.stage(), Stage::Raised);
    assert_eq!(stale.id(), Some(ID));
    assert_eq!(stale.read_at(), Some(at(10)));
    assert_eq!(stale.age(at(50)), Some(Duration::from_secs(40)));
    let Freshness::Stale(why) = stale.freshness() else {
        panic!("{stale:?}");
    };
    assert_eq!(why.since(), at(20));
    assert_eq!(why.read_at(), Some(at(10)));
    assert_eq!(why.kind(), ErrorKind::ServerFailure);
    assert_eq!(why.error().status().unwrap(), 502);
    assert_eq!(watch.failures(), 1);
    assert!(watch.last().unwrap().is_stale());

    // Two more failures are not told; the unchanged state is, because it is fresh again.
    let again = next(&mut watch, &clock).await.unwrap();
    assert_eq!(again.stage(), Stage::Raised);
    assert!(!again.is_stale());
    assert_eq!(again.read_at(), Some(at(66)));
    assert_eq!(watch.failures(), 0);

    let last = next(&mut watch, &clock).await.unwrap();
    assert_eq!(last.stage(), Stage::Closed);
    assert_eq!(watch.last().unwrap().stage(), Stage::Closed);
    assert!(next(&mut watch, &clock).await.is_none());
}

#[tokio::test]
async fn a_callout_never_read_is_unknown_and_stale() {
    let server = Server::replying([failure(), state("created")]).await;
    let (aura, clock) = client(&server);
    let mut watch = aura.callout(ID).watch();
    let unknown = next(&mut watch, &clock).await.unwrap();
    assert!(unknown.is_stale());
    assert_eq!(unknown.read_at(), None);
    assert_eq!(unknown.age(at(5)), None);
    assert_eq!(unknown.stage().to_string(), "unknown");
    assert!(!unknown.is_over());
    let known = next(&mut watch, &clock).await.unwrap();
    assert_eq!((known.stage(), known.is_stale()), (Stage::Raised, false));
}

#[tokio::test]
async fn r38_a_poke_reads_at_once_but_not_within_5_seconds_of_the_read_before() {
    let server = Server::replying(
        [
            "created",
            "Responder Dispatched",
            "Responder Arrived",
            "closed",
        ]
        .map(state),
    )
    .await;
    let (aura, clock) = client(&server);
    let mut watch = aura.callout(ID).watch();
    let poke = watch.poke();
    next(&mut watch, &clock).await.unwrap();

    // Six seconds after the read: at once.
    clock.advance(Duration::from_secs(6));
    poke.poke();
    let item = tokio::select! {
        biased;
        item = watch.try_next() => item.unwrap().unwrap(),
        sleep = clock.next_sleep(DEADLINE), if server.count("/callouts/992011") > 1 => {
            panic!("waits for {sleep:?} instead")
        }
    };
    assert_eq!(item.stage(), Stage::Dispatched);
    assert_eq!(item.read_at(), Some(at(6)));

    // Right after the read, many times: once, 5 s after it (R61).
    for _ in 0..10 {
        poke.clone().poke();
    }
    let item = next(&mut watch, &clock).await.unwrap();
    assert_eq!(item.stage(), Stage::Arrived);
    assert_eq!(item.read_at(), Some(at(11)));

    // Without a poke: at the pace.
    let item = next(&mut watch, &clock).await.unwrap();
    assert_eq!(item.read_at(), Some(at(21)));
    poke.poke();
    assert!(next(&mut watch, &clock).await.is_none());
    assert_eq!(server.count("/callouts/992011"), 4);
}

#[tokio::test]
async fn a_poke_does_not_override_what_the_server_asked_for() {
    let server = Server::replying([
        state("created"),
        Reply::with(429, "retry-after: 40\r\n", ""),
        state("closed"),
    ])
    .await;
    let (aura, clock) = client(&server);
    let mut watch = aura.callout(ID).watch();
    let poke = watch.poke();
    next(&mut watch, &clock).await.unwrap();
    let stale = next(&mut watch, &clock).await.unwrap();
    assert!(stale.is_stale());
    poke.poke();
    let last = next(&mut watch, &clock).await.unwrap();
    // 429 at 10 s, 40 s asked for and 2 s of chance.
    assert_eq!(last.read_at(), Some(at(52)));
}

#[tokio::test]
async fn p12_what_a_watch_tells_shows_nothing_private() {
    const PRIVATE: &str = r#"{"message":"ok","callout":{"id":992011,"status":"created",
        "customerName":"planted","url":"https://example.org/t?planted=1",
        "location":{"latitude":-26.98765,"longitude":28.98765}}}"#;
    let server = Server::replying([Reply::json(200, PRIVATE), failure()]).await;
    let (aura, clock) = client(&server);
    let mut watch = aura.callout(ID).watch();
    for _ in 0..2 {
        let update = next(&mut watch, &clock).await.unwrap();
        for shown in [
            format!("{update:?}"),
            format!("{:?}", update.freshness()),
            format!("{watch:?}"),
            format!("{:?}", watch.poke()),
        ] {
            for private in ["planted=1", "-26.98765", "\"planted\""] {
                assert!(!shown.contains(private), "{private} in {shown}");
            }
        }
    }
    let (missed, ()) = tokio::join!(watch.until(Stage::Arrived, Duration::from_secs(1)), async {
        while clock.sleepers(DEADLINE) < 2 {
            tokio::task::yield_now().await;
        }
        clock.advance(Duration::from_secs(1));
    });
    let missed = missed.unwrap_err();
    assert!(missed.last().is_some());
    for shown in [format!("{missed:?}"), missed.to_string()] {
        for private in ["planted=1", "-26.98765", "\"planted\""] {
            assert!(!shown.contains(private), "{private} in {shown}");
        }
    }
}
