//! Streaming positions: the newest one, at a polite pace, until 285 and never after it.

use std::time::Duration;

use people_protect::{
    CalloutId, Error, ErrorKind, LocationFeeder, LocationMonitor, LocationStream, LocationsEnded,
    Pace, Stage,
};
use tokio::task::JoinHandle;

use crate::clock::ManualClock;
use crate::gated::Gated;
use crate::scene::{Scene, at, at_once};
use crate::server::{Reply, Request};

const DEADLINE: Duration = Duration::from_secs(30);
const PACE: Duration = Duration::from_secs(10);
const ID: CalloutId = CalloutId::new(992_011);

/// A stream that runs against a gated server under a clock that stands still.
struct Run {
    gated: Gated,
    clock: ManualClock,
    feeder: Option<LocationFeeder>,
    monitor: LocationMonitor,
    task: JoinHandle<Result<LocationsEnded, Error>>,
}

impl Run {
    async fn start() -> Self {
        Self::with(|stream| stream).await
    }

    async fn with(options: impl FnOnce(LocationStream) -> LocationStream) -> Self {
        let gated = Gated::start().await;
        let clock = ManualClock::at("2026-06-10T00:00:00Z");
        let aura = gated
            .server
            .builder()
            .with_clock(clock.clone())
            .build()
            .unwrap();
        let (feeder, stream) = aura.callout(ID).stream_locations();
        let stream = options(stream);
        Self {
            gated,
            clock,
            feeder: Some(feeder),
            monitor: stream.monitor(),
            task: stream.spawn(),
        }
    }

    fn feed(&self, number: i32) {
        assert!(self.feeder.as_ref().unwrap().feed(at(number)));
    }

    /// The number of the position that arrives next.
    async fn arrived(&mut self) -> i64 {
        tokio::select! {
            biased;
            request = self.gated.arrived() => number(&request),
            ended = &mut self.task => panic!("ended instead of sending: {ended:?}"),
        }
    }

    /// Answers the request that waits, and lets the pause after it pass. Says how long it was.
    async fn reply(&mut self, reply: Reply) -> Duration {
        self.gated.reply(reply);
        let pause = tokio::select! {
            biased;
            pause = self.clock.next_sleep(DEADLINE) => pause,
            request = self.gated.arrived() => panic!("sent at once: {}", number(&request)),
            ended = &mut self.task => panic!("ended instead of pausing: {ended:?}"),
        };
        settle().await;
        assert!(!self.gated.has_arrival(), "sent before its turn");
        self.clock.advance(pause);
        pause
    }

    /// Answers the request that waits, which was the last.
    async fn end(mut self, reply: Reply) -> (Result<LocationsEnded, Error>, Gated) {
        self.gated.reply(reply);
        let ended = tokio::select! {
            biased;
            ended = self.task => ended.unwrap(),
            request = self.gated.arrived() => panic!("goes on sending: {}", number(&request)),
            pause = self.clock.next_sleep(DEADLINE) => panic!("pauses for {pause:?} to go on"),
        };
        (ended, self.gated)
    }

    /// How many positions were sent.
    fn count(&self) -> usize {
        self.gated.server.count("/updateLocationAndReturnCallout")
    }
}

fn number(request: &Request) -> i64 {
    assert!(
        request
            .path
            .ends_with("/callouts/992011/updateLocationAndReturnCallout")
    );
    let body: serde_json::Value = serde_json::from_str(&request.body).unwrap();
    assert_eq!(body.get("calloutId"), None, "R59: the path decides");
    body["longitude"].as_f64().unwrap() as i64
}

fn state(status: &str) -> Reply {
    Reply::json(
        200,
        &format!(r#"{{"message":"ok","callout":{{"id":992011,"status":"{status}"}}}}"#),
    )
}

fn closed() -> Reply {
    let body = r#"{"message":"no","callout":{"id":992011,"status":"Finalised"}}"#;
    Reply::json(285, body)
}

/// Lets everything that is ready run.
async fn settle() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn r61_the_first_position_goes_at_once_and_each_further_one_at_the_pace() {
    let mut run = Run::start().await;
    for number in 0..5 {
        run.feed(number);
        assert_eq!(run.arrived().await, i64::from(number));
        assert_eq!(run.reply(state("created")).await, PACE);
    }
    assert_eq!(run.monitor.latest().sent(), 5);
}

#[tokio::test]
async fn r61_another_pace_within_the_bounds_is_kept() {
    let pace = Duration::from_secs(5);
    let mut run = Run::with(|stream| stream.with_pace(Pace::every(pace).unwrap())).await;
    run.feed(1);
    run.arrived().await;
    assert_eq!(run.reply(state("created")).await, pace);
}

#[tokio::test]
async fn the_newest_position_wins_and_there_are_never_two_requests_under_way() {
    let mut run = Run::start().await;
    run.feed(1);
    assert_eq!(run.arrived().await, 1);
    run.feed(2);
    // Longer than the pace, shorter than the deadline: the answer takes its time.
    run.clock.advance(Duration::from_secs(25));
    settle().await;
    run.feed(3);
    settle().await;
    assert!(!run.gated.has_arrival(), "two requests under way");
    run.reply(state("created")).await;
    assert_eq!(run.arrived().await, 3);
    assert_eq!(run.count(), 2);
}

#[tokio::test]
async fn a_position_fed_during_the_pause_replaces_the_one_that_waits() {
    let mut run = Run::start().await;
    run.feed(1);
    run.arrived().await;
    run.gated.reply(state("created"));
    let pause = run.clock.next_sleep(DEADLINE).await;
    run.feed(2);
    settle().await;
    run.feed(3);
    run.clock.advance(pause);
    assert_eq!(run.arrived().await, 3);
}

#[tokio::test]
async fn silence_sends_nothing() {
    let mut run = Run::start().await;
    run.feed(1);
    run.arrived().await;
    run.reply(state("created")).await;
    for _ in 0..10 {
        run.clock.advance(Duration::from_secs(60));
        settle().await;
    }
    // What arrives next is the new position, not the old one once more.
    run.feed(2);
    assert_eq!(run.arrived().await, 2);
    assert_eq!(run.count(), 2);
}

#[tokio::test]
async fn the_same_position_fed_again_is_sent_again() {
    let mut run = Run::start().await;
    for _ in 0..2 {
        run.feed(1);
        assert_eq!(run.arrived().await, 1);
        run.reply(state("created")).await;
    }
}

#[tokio::test]
async fn failures_that_pass_are_made_up_for_with_the_newest_position() {
    let mut run = Run::start().await;
    run.feed(1);
    for (reply, pause, kind) in [
        (Reply::json(502, "<html>"), 10, ErrorKind::ServerFailure),
        (Reply::raw(""), 10, ErrorKind::Unreachable),
        (
            Reply::with(200, "content-type: text/html\r\n", "<html>"),
            10,
            ErrorKind::UndecodableAnswer,
        ),
        (
            Reply::with(429, "retry-after: 25\r\n", ""),
            25,
            ErrorKind::RateLimited,
        ),
        (
            Reply::with(429, "retry-after: 7200\r\n", ""),
            60,
            ErrorKind::RateLimited,
        ),
    ] {
        assert_eq!(run.arrived().await, 1);
        assert_eq!(run.reply(reply).await.as_secs(), pause);
        assert_eq!(run.monitor.latest().failure(), Some(kind));
    }
    assert_eq!(run.arrived().await, 1);
    assert_eq!(run.monitor.latest().failures(), 5);
    run.feed(2);
    run.reply(Reply::json(500, "{}")).await;
    assert_eq!(run.arrived().await, 2);
    run.reply(state("Responder Dispatched")).await;
    let status = run.monitor.latest();
    assert_eq!((status.failures(), status.failure()), (0, None));
    assert_eq!(status.callout().unwrap().stage(), Stage::Dispatched);
    assert_eq!(status.sent(), 1);
    // It has arrived, so it is not sent again.
    run.feed(3);
    assert_eq!(run.arrived().await, 3);
}

#[tokio::test]
async fn a_sending_without_an_answer_ends_at_the_deadline_and_is_made_up_for() {
    let mut run = Run::start().await;
    run.feed(1);
    run.arrived().await;
    run.clock.advance(DEADLINE);
    assert_eq!(run.clock.next_sleep(DEADLINE).await, PACE);
    assert_eq!(run.monitor.latest().failure(), Some(ErrorKind::TimedOut));
    run.clock.advance(PACE);
    assert_eq!(run.arrived().await, 1);
}

#[tokio::test]
async fn as_long_as_somebody_feeds_it_does_not_give_up() {
    let mut run = Run::with(|stream| stream.with_patience(Duration::ZERO)).await;
    for number in 0..150 {
        run.feed(number);
        assert_eq!(run.arrived().await, i64::from(number));
        run.reply(Reply::json(503, "{}")).await;
    }
    assert_eq!(run.monitor.latest().failures(), 150);
}

#[tokio::test]
async fn r33_285_ends_it_with_the_final_state_and_nothing_is_sent_after_it() {
    let mut run = Run::start().await;
    run.feed(1);
    run.arrived().await;
    run.reply(state("created")).await;
    run.feed(2);
    run.arrived().await;
    // A position that would be due waits already.
    run.feed(3);
    let (feeder, clock, mut monitor) = (
        run.feeder.take().unwrap(),
        run.clock.clone(),
        run.monitor.clone(),
    );
    let (ended, gated) = run.end(closed()).await;
    let ended = ended.unwrap();
    assert!(ended.is_callout_over());
    assert_eq!(ended.sent(), 1);
    assert_eq!(ended.callout().unwrap().status(), Some("Finalised"));
    assert_eq!(ended.callout().unwrap().stage(), Stage::Closed);
    assert!(!feeder.feed(at(4)));
    assert!(feeder.is_closed());
    clock.advance(Duration::from_secs(600));
    settle().await;
    assert_eq!(gated.server.count("/updateLocationAndReturnCallout"), 2);
    // The token, two positions, and nothing else.
    assert_eq!(gated.server.seen().len(), 3);
    assert_eq!(monitor.changed().await.unwrap().callout(), ended.callout());
    assert_eq!(monitor.changed().await, None);
}

#[tokio::test]
async fn r33_a_285_without_a_state_ends_it_with_the_last_one_known_and_no_read() {
    for known in [true, false] {
        let mut run = Run::start().await;
        if known {
            run.feed(1);
            run.arrived().await;
            run.reply(state("Responder Arrived")).await;
        }
        run.feed(2);
        run.arrived().await;
        let (ended, gated) = run.end(Reply::json(285, r#"{"message":"no"}"#)).await;
        let ended = ended.unwrap();
        assert!(ended.is_callout_over());
        let stage = ended.callout().map(|callout| callout.stage());
        assert_eq!(stage, known.then_some(Stage::Closed));
        assert_eq!(gated.server.count("/callouts/992011"), 0);
    }
}

#[tokio::test]
async fn a_status_that_reads_like_the_end_is_not_taken_for_it() {
    let mut run = Run::start().await;
    for (number, status) in [(1, "Closed"), (2, "Cancelled"), (3, "created")] {
        run.feed(number);
        assert_eq!(run.arrived().await, i64::from(number));
        run.reply(state(status)).await;
    }
}

#[tokio::test]
async fn a_position_that_could_not_be_sent_is_dropped_when_it_is_too_old() {
    let mut run = Run::start().await;
    run.feed(1);
    // At 0, 10, ... 120 s; at 130 s it would pass for a position of then.
    for _ in 0..=12 {
        assert_eq!(run.arrived().await, 1);
        assert_eq!(run.reply(Reply::json(503, "{}")).await, PACE);
    }
    settle().await;
    assert!(
        !run.gated.has_arrival(),
        "an old position passes for a new one"
    );
    let status = run.monitor.latest();
    assert_eq!((status.expired(), status.sent()), (1, 0));
    assert_eq!(status.failure(), Some(ErrorKind::ServerFailure));
    // The next one has a life of its own.
    run.feed(2);
    assert_eq!(run.arrived().await, 2);
    run.reply(state("created")).await;
    let status = run.monitor.latest();
    assert_eq!(
        (status.expired(), status.sent(), status.failures()),
        (1, 1, 0)
    );
    drop(run.feeder.take());
    assert_eq!(run.task.await.unwrap().unwrap().sent(), 1);
}

#[tokio::test]
async fn a_position_that_replaced_one_owed_is_tried_whatever_its_age() {
    let mut run = Run::with(|stream| stream.with_longest_age(Duration::ZERO)).await;
    run.feed(1);
    assert_eq!(run.arrived().await, 1);
    run.feed(2);
    run.reply(Reply::json(503, "{}")).await;
    assert_eq!(run.arrived().await, 2);
    run.reply(Reply::json(503, "{}")).await;
    settle().await;
    assert!(!run.gated.has_arrival());
    assert_eq!(run.monitor.latest().expired(), 1);
}

#[tokio::test]
async fn a_last_position_that_is_too_old_is_an_error() {
    for goes_first in [true, false] {
        let hour = Duration::from_secs(3600);
        let mut run = Run::with(|stream| stream.with_patience(hour)).await;
        run.feed(1);
        if goes_first {
            drop(run.feeder.take());
        }
        for _ in 0..=12 {
            assert_eq!(run.arrived().await, 1);
            run.reply(Reply::json(503, "{}")).await;
        }
        settle().await;
        drop(run.feeder.take());
        let error = run.task.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ServerFailure);
        assert_eq!(run.monitor.latest().expired(), 1);
    }
}

#[tokio::test]
async fn r63_a_callout_that_is_not_there_ends_it_with_the_error_at_the_third_refusal() {
    let mut run = Run::start().await;
    run.feed(1);
    for _ in 0..2 {
        assert_eq!(run.arrived().await, 1);
        assert_eq!(run.reply(Reply::json(404, "{}")).await, PACE);
    }
    assert_eq!(run.monitor.latest().failure(), Some(ErrorKind::NotFound));
    assert_eq!(run.arrived().await, 1);
    let (ended, gated) = run.end(Reply::json(404, "{}")).await;
    assert_eq!(ended.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(gated.server.count("/updateLocationAndReturnCallout"), 3);
}

#[tokio::test]
async fn a_refusal_or_two_are_no_end() {
    let mut run = Run::start().await;
    for (number, status) in (0..).zip([404, 403, 200, 404, 403, 502, 403, 404, 200]) {
        run.feed(number);
        assert_eq!(run.arrived().await, i64::from(number));
        run.reply(match status {
            200 => state("created"),
            _ => Reply::json(status, "{}"),
        })
        .await;
    }
    assert_eq!(run.monitor.latest().sent(), 2);
    assert_eq!(run.monitor.latest().failures(), 0);
}

#[tokio::test]
async fn r57_a_token_that_does_not_reach_the_callout_ends_it_with_the_error() {
    let mut gated = Gated::start().await;
    let clock = ManualClock::at("2026-06-10T00:00:00Z");
    let builder = gated.server.builder().with_clock(clock.clone());
    let aura = builder.build().unwrap().with_bearer_token("planted");
    let (feeder, stream) = aura.callout(ID).stream_locations();
    let task = stream.spawn();
    feeder.feed(at(1));
    for refusal in 1..=3 {
        gated.arrived().await;
        gated.reply(Reply::json(401, "{}"));
        if refusal < 3 {
            clock.advance(clock.next_sleep(DEADLINE).await);
        }
    }
    let error = task.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotAuthorised);
    assert!(!feeder.feed(at(2)));
}

#[tokio::test]
async fn a_position_that_is_refused_is_dropped_and_the_next_one_tried() {
    let mut run = Run::start().await;
    run.feed(1);
    run.arrived().await;
    run.reply(Reply::json(400, "{}")).await;
    assert_eq!(
        run.monitor.latest().failure(),
        Some(ErrorKind::InvalidRequest)
    );
    run.clock.advance(Duration::from_secs(600));
    settle().await;
    run.feed(2);
    assert_eq!(run.arrived().await, 2);
    run.reply(state("created")).await;
    assert_eq!(run.monitor.latest().failures(), 0);
    drop(run.feeder.take());
    settle().await;
    assert!(run.task.is_finished(), "goes on without a feeder");
    assert!(!run.task.await.unwrap().unwrap().is_callout_over());
}

#[tokio::test]
async fn a_last_position_that_is_refused_is_an_error() {
    let mut run = Run::start().await;
    run.feed(1);
    drop(run.feeder.take());
    run.arrived().await;
    let (ended, _) = run.end(Reply::json(400, "{}")).await;
    assert_eq!(ended.unwrap_err().kind(), ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn when_the_last_feeder_is_dropped_the_last_position_is_sent_and_it_ends_at_once() {
    let mut run = Run::start().await;
    let second = run.feeder.clone();
    run.feed(1);
    run.arrived().await;
    drop(run.feeder.take());
    assert!(second.unwrap().feed(at(2)));
    assert_eq!(run.reply(state("created")).await, PACE);
    assert_eq!(run.arrived().await, 2);
    // No pause has to pass after the last one.
    let (ended, _) = run.end(state("Responder Dispatched")).await;
    let ended = ended.unwrap();
    assert!(!ended.is_callout_over());
    assert_eq!(ended.sent(), 2);
    assert_eq!(ended.callout().unwrap().stage(), Stage::Dispatched);
}

#[tokio::test]
async fn a_feeder_that_is_dropped_during_the_pause_ends_it() {
    let mut run = Run::start().await;
    run.feed(1);
    run.arrived().await;
    run.gated.reply(state("created"));
    run.clock.next_sleep(DEADLINE).await;
    drop(run.feeder.take());
    settle().await;
    assert!(run.task.is_finished(), "waits for its turn to do nothing");
    assert_eq!(run.task.await.unwrap().unwrap().sent(), 1);
}

#[tokio::test]
async fn a_feeder_that_never_fed_ends_it_without_a_request() {
    let mut run = Run::start().await;
    drop(run.feeder.take());
    let ended = run.task.await.unwrap().unwrap();
    assert!(!ended.is_callout_over());
    assert_eq!((ended.sent(), ended.callout()), (0, None));
    assert!(run.gated.server.seen().is_empty());
}

#[tokio::test]
async fn the_last_position_is_tried_for_the_patience() {
    let mut run = Run::with(|stream| stream.with_patience(Duration::from_secs(30))).await;
    run.feed(1);
    drop(run.feeder.take());
    // Failures at 0, 10 and 20 s; the one at 30 s is the last.
    for _ in 0..3 {
        assert_eq!(run.arrived().await, 1);
        run.reply(Reply::json(503, "{}")).await;
    }
    assert_eq!(run.arrived().await, 1);
    let (ended, _) = run.end(Reply::json(503, "{}")).await;
    assert_eq!(ended.unwrap_err().kind(), ErrorKind::ServerFailure);
}

#[tokio::test]
async fn a_computers_clock_that_is_set_back_is_no_reason_for_more_patience() {
    let mut run = Run::with(|stream| stream.with_patience(PACE)).await;
    run.feed(1);
    drop(run.feeder.take());
    run.arrived().await;
    run.reply(Reply::json(503, "{}")).await;
    run.clock.set_back(Duration::from_secs(3600));
    run.arrived().await;
    let (ended, _) = run.end(Reply::json(503, "{}")).await;
    assert_eq!(ended.unwrap_err().kind(), ErrorKind::ServerFailure);
}

#[tokio::test]
async fn a_stream_that_is_stopped_sends_nothing_and_its_feeder_knows() {
    let gated = Gated::start().await;
    let (feeder, stream) = gated.server.client().callout(ID).stream_locations();
    assert!(feeder.feed(at(1)));
    let mut monitor = stream.monitor();
    drop(stream);
    assert!(!feeder.feed(at(2)));
    assert!(feeder.is_closed());
    assert_eq!(monitor.changed().await, None);
    settle().await;
    assert!(gated.server.seen().is_empty());
}

#[tokio::test]
async fn a_feeder_works_from_any_thread() {
    let mut run = Run::start().await;
    let feeder = run.feeder.clone().unwrap();
    std::thread::spawn(move || feeder.feed(at(7)));
    assert_eq!(run.arrived().await, 7);
}

#[tokio::test]
async fn p18_r32_positions_reach_the_callout_until_it_is_closed() {
    let scene = Scene::raised().await;
    let (feeder, stream) = scene.callout().stream_locations();
    let stream = stream.with_pace(at_once());
    let mut monitor = stream.monitor();
    let task = stream.spawn();
    for number in 1..=3 {
        feeder.feed(at(number));
        let status = monitor.changed().await.unwrap();
        assert_eq!(status.callout().unwrap().id(), Some(scene.id));
        let snapshot = scene.simulator.snapshot();
        let kept = snapshot.callout(scene.id.get()).unwrap();
        assert_eq!(kept.position.longitude.reveal(), f64::from(number));
        assert_eq!(kept.position_updates, status.sent());
    }
    scene.close();
    feeder.feed(at(4));
    drop(feeder);
    let ended = task.await.unwrap().unwrap();
    assert!(ended.is_callout_over());
    assert_eq!(ended.sent(), 3);
    assert_eq!(ended.callout().unwrap().stage(), Stage::Closed);
    let snapshot = scene.simulator.snapshot();
    let kept = snapshot.callout(scene.id.get()).unwrap();
    assert_eq!(kept.position.longitude.reveal(), 3.0);
    let updates = scene
        .simulator
        .requests()
        .into_iter()
        .filter(|request| request.operation == Some("update_callout_location_and_return"))
        .count();
    assert_eq!(updates, 4);
}

#[tokio::test]
async fn r33_a_cancelled_callout_ends_the_stream_too() {
    let scene = Scene::raised().await;
    scene.callout().cancel(None).await.unwrap();
    let (feeder, stream) = scene.callout().stream_locations();
    feeder.feed(at(1));
    drop(feeder);
    let ended = stream.await.unwrap();
    assert!(ended.is_callout_over());
    assert_eq!(ended.callout().unwrap().stage(), Stage::Cancelled);
    assert_eq!(ended.sent(), 0);
}

#[tokio::test]
async fn a_callout_token_is_enough_to_stream() {
    let scene = Scene::raised().await;
    let device = scene.device().await;
    let (feeder, stream) = device.callout(scene.id).stream_locations();
    feeder.feed(at(1));
    drop(feeder);
    assert_eq!(stream.await.unwrap().sent(), 1);
}
