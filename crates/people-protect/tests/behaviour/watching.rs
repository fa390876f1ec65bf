//! Following a callout: at a polite pace, through failures, to its end.

use std::time::Duration;

use people_protect::{CalloutId, Ended, ErrorKind, Pace, PeopleProtect, Position, Stage, Watch};

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

fn client(server: &Server) -> (PeopleProtect, ManualClock) {
    let clock = ManualClock::at("2026-06-10T00:00:00Z");
    (
        server.builder().with_clock(clock.clone()).build().unwrap(),
        clock,
    )
}

/// Reads a watch to its end, releasing each sleep and noting its length.
async fn follow(
    mut watch: Watch,
    clock: &ManualClock,
) -> (
    Vec<Stage>,
    Vec<Duration>,
    Result<(), people_protect::Error>,
    Watch,
) {
    let mut stages = Vec::new();
    let mut sleeps = Vec::new();
    let end = loop {
        tokio::select! {
            item = watch.try_next() => match item {
                Ok(Some(view)) => stages.push(view.stage()),
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            },
            sleep = clock.next_sleep(DEADLINE) => {
                sleeps.push(sleep);
                clock.advance(sleep);
            }
        }
    };
    (stages, sleeps, end, watch)
}

#[tokio::test]
async fn r61_a_watch_reads_at_its_pace_and_ends_at_closure() {
    let server = Server::replying(
        [
            "created",
            "created",
            "Responder Dispatched",
            "Responder Arrived",
            "Completed",
            "CLOSED",
        ]
        .map(state),
    )
    .await;
    let (aura, clock) = client(&server);
    let (stages, sleeps, end, mut watch) = follow(aura.callout(ID).watch(), &clock).await;
    end.unwrap();
    assert_eq!(
        stages,
        [
            Stage::Raised,
            Stage::Dispatched,
            Stage::Arrived,
            Stage::Completed,
            Stage::Closed
        ]
    );
    // One read at once, and exactly ten seconds before each of the other five.
    assert_eq!(sleeps, [Duration::from_secs(10); 5]);
    assert_eq!(watch.ended(), Some(Ended::Closed));
    assert!(watch.try_next().await.unwrap().is_none());
    assert_eq!(server.count("/callouts/992011"), 6);
}

#[tokio::test]
async fn r61_another_pace_within_the_bounds_is_kept() {
    let server = Server::replying(["created", "Cancelled"].map(state)).await;
    let (aura, clock) = client(&server);
    let pace = Pace::every(Duration::from_secs(20)).unwrap();
    let (_, sleeps, end, watch) = follow(aura.callout(ID).watch().with_pace(pace), &clock).await;
    end.unwrap();
    assert_eq!(sleeps, [Duration::from_secs(20)]);
    assert_eq!(watch.ended(), Some(Ended::Cancelled));
}

#[tokio::test]
async fn a_watch_survives_failures_that_pass() {
    let server = Server::replying([
        state("created"),
        Reply::raw(""),
        Reply::with(502, "content-type: text/html\r\n", "<html>"),
        Reply::with(
            200,
            "content-type: text/html\r\n",
            "<html>log in to the wifi</html>",
        ),
        Reply::with(429, "retry-after: 25\r\n", ""),
        Reply::with(429, "retry-after: 7200\r\n", ""),
        state("closed"),
    ])
    .await;
    let (aura, clock) = client(&server);
    let (stages, sleeps, end, watch) = follow(aura.callout(ID).watch(), &clock).await;
    end.unwrap();
    assert_eq!(stages, [Stage::Raised, Stage::Closed]);
    // A wait that is asked for is obeyed, but not for two hours.
    assert_eq!(
        sleeps.iter().map(Duration::as_secs).collect::<Vec<_>>(),
        [10, 10, 10, 10, 25, 60]
    );
    assert_eq!(watch.failures(), 0);
}

#[tokio::test]
async fn a_watch_that_fails_for_too_long_says_so_with_the_last_error() {
    let server = Server::replying([state("created")]).await;
    let (aura, clock) = client(&server);
    let watch = aura
        .callout(ID)
        .watch()
        .with_patience(Duration::from_secs(30));
    let (stages, sleeps, end, mut watch) = follow(watch, &clock).await;
    assert_eq!(stages, [Stage::Raised]);
    assert_eq!(end.unwrap_err().kind(), ErrorKind::ServerFailure);
    // Failures at 10, 20, 30 and 40 s: the last is 30 s after the first.
    assert_eq!(sleeps.len(), 4);
    assert_eq!(watch.ended(), Some(Ended::GaveUp));
    assert!(watch.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn r63_a_callout_that_is_gone_ends_the_watch_with_the_error() {
    let server = Server::replying([
        state("created"),
        Reply::json(404, r#"{"message":"Not found"}"#),
    ])
    .await;
    let (aura, clock) = client(&server);
    let (_, _, end, watch) = follow(aura.callout(ID).watch(), &clock).await;
    assert_eq!(end.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(watch.ended(), Some(Ended::Gone));
}

#[tokio::test]
async fn r39_an_unknown_status_neither_ends_a_watch_nor_breaks_it() {
    let server = Server::replying(["Under review", "closed"].map(state)).await;
    let (aura, clock) = client(&server);
    let (stages, _, end, _) = follow(aura.callout(ID).watch(), &clock).await;
    end.unwrap();
    assert_eq!(stages, [Stage::Other("Under review".into()), Stage::Closed]);
}

#[tokio::test]
async fn r33_with_a_position_the_end_is_told_by_285_whatever_the_status_says() {
    let finalised = r#"{"message":"no","callout":{"id":992011,"status":"Finalised"}}"#;
    let server = Server::replying([state("created"), Reply::json(285, finalised)]).await;
    let (aura, clock) = client(&server);
    let here = Position::new(-26.12345, 28.12345).unwrap();
    let (stages, _, end, watch) =
        follow(aura.callout(ID).watch().with_position(here), &clock).await;
    end.unwrap();
    assert_eq!(stages, [Stage::Raised, Stage::Closed]);
    assert_eq!(watch.ended(), Some(Ended::Closed));
    // R33: no further request.
    assert_eq!(server.seen().len(), 3);
    assert_eq!(server.count("/updateLocationAndReturnCallout"), 2);
}

#[tokio::test]
async fn r33_a_285_without_a_state_is_the_end_all_the_same() {
    let server =
        Server::replying([Reply::json(285, r#"{"message":"no"}"#), state("Finalised")]).await;
    let (aura, clock) = client(&server);
    let here = Position::new(1.0, 2.0).unwrap();
    let (stages, _, end, _) = follow(aura.callout(ID).watch().with_position(here), &clock).await;
    end.unwrap();
    assert_eq!(stages, [Stage::Closed]);
}

#[tokio::test]
async fn a_watch_that_is_dropped_sends_nothing_more() {
    let server = Server::replying(["created", "created"].map(state)).await;
    let (aura, clock) = client(&server);
    let mut watch = aura.callout(ID).watch();
    watch.try_next().await.unwrap();
    drop(watch);
    clock.advance(Duration::from_secs(60));
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(server.count("/callouts/992011"), 1);
}
