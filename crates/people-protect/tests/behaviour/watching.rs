//! Following a callout: at a polite pace, through failures, to its end.

use std::time::Duration;

use people_protect::{
    CalloutId, Ended, ErrorKind, Pace, PeopleProtect, Position, Retries, Stage, Watch,
};

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

fn client(server: &Server) -> (PeopleProtect, ManualClock) {
    let clock = ManualClock::at("2026-06-10T00:00:00Z");
    let builder = server.builder().with_clock(clock.clone());
    (builder.with_random(Always(0.5)).build().unwrap(), clock)
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
                // What is last known is not new.
                Ok(Some(update)) if update.is_stale() => {}
                Ok(Some(update)) => stages.push(update.stage()),
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
    // A fifth of chance around it, but not above 20.
    assert_eq!(sleeps, [Duration::from_secs(18)]);
    assert_eq!(watch.ended(), Some(Ended::Cancelled));
}

#[tokio::test]
async fn p10_a_watch_survives_failures_that_pass_and_slows_down_meanwhile() {
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
    // A wait that is asked for is obeyed and a little more, so that not all come back at once; but
    // two hours are not.
    assert_eq!(
        sleeps.iter().map(Duration::as_millis).collect::<Vec<_>>(),
        [10_000, 10_000, 18_000, 18_000, 26_250, 63_000]
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
        .with_patience(Duration::from_secs(45));
    let (stages, sleeps, end, mut watch) = follow(watch, &clock).await;
    assert_eq!(stages, [Stage::Raised]);
    assert_eq!(end.unwrap_err().kind(), ErrorKind::ServerFailure);
    // Failures at 10, 20, 38 and 56 s: the last is 46 s after the first.
    assert_eq!(
        sleeps.iter().map(Duration::as_secs).collect::<Vec<_>>(),
        [10, 10, 18, 18]
    );
    assert_eq!(watch.ended(), Some(Ended::GaveUp));
    assert_eq!(watch.failures(), 4);
    assert!(watch.try_next().await.unwrap().is_none());
    assert_eq!(server.count("/callouts/992011"), 5);
}

#[tokio::test]
async fn a_single_failure_is_never_too_long_whatever_the_clock_says() {
    let server = Server::replying([state("created")]).await;
    let (aura, clock) = client(&server);
    let watch = aura.callout(ID).watch().with_patience(Duration::ZERO);
    let (_, sleeps, end, watch) = follow(watch, &clock).await;
    end.unwrap_err();
    assert_eq!(sleeps.len(), 3);
    assert_eq!(watch.ended(), Some(Ended::GaveUp));
}

#[tokio::test]
async fn r63_a_callout_that_is_gone_ends_the_watch_with_the_error() {
    let gone = || Reply::json(404, r#"{"message":"Not found"}"#);
    let server = Server::replying([state("created"), gone(), gone(), gone()]).await;
    let (aura, clock) = client(&server);
    let (_, _, end, watch) = follow(aura.callout(ID).watch(), &clock).await;
    assert_eq!(end.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(watch.ended(), Some(Ended::Gone));
    assert_eq!(server.count("/callouts/992011"), 4);
}

#[tokio::test]
async fn a_refusal_or_two_are_no_end() {
    let refusal = |status| Reply::json(status, r#"{"message":"no"}"#);
    let server = Server::replying([
        refusal(404),
        refusal(404),
        state("created"),
        refusal(403),
        refusal(403),
        Reply::json(502, ""),
        refusal(404),
        refusal(404),
        state("closed"),
    ])
    .await;
    let (aura, clock) = client(&server);
    let (stages, _, end, watch) = follow(aura.callout(ID).watch(), &clock).await;
    end.unwrap();
    assert_eq!(stages, [Stage::Raised, Stage::Closed]);
    assert_eq!(watch.ended(), Some(Ended::Closed));
}

#[tokio::test]
async fn a_token_that_is_refused_is_renewed_without_a_word() {
    let server = Server::replying([
        state("created"),
        Reply::json(401, r#"{"message":"expired"}"#),
        state("Responder Dispatched"),
        state("closed"),
    ])
    .await;
    let (aura, clock) = client(&server);
    let mut watch = aura.callout(ID).watch();
    let mut updates = Vec::new();
    loop {
        tokio::select! {
            item = watch.try_next() => match item.unwrap() {
                Some(update) => updates.push((update.stage(), update.is_stale())),
                None => break,
            },
            sleep = clock.next_sleep(DEADLINE) => clock.advance(sleep),
        }
    }
    assert_eq!(
        updates,
        [
            (Stage::Raised, false),
            (Stage::Dispatched, false),
            (Stage::Closed, false)
        ]
    );
    assert_eq!(server.count("/oauth/token"), 2);
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

#[tokio::test]
async fn r33_a_285_ends_a_watch_even_if_no_state_can_be_read() {
    for (told, read) in [
        (Reply::json(285, ""), Reply::json(502, "")),
        (Reply::json(285, "<html>"), Reply::json(404, "{}")),
        (
            Reply::json(285, "{}"),
            Reply::json(200, r#"{"callout":{}}"#),
        ),
        // What it says of another callout is not this one's state.
        (
            Reply::json(285, r#"{"callout":{"id":5,"status":"Cancelled"}}"#),
            Reply::json(200, r#"{"callout":{"id":5,"status":"Cancelled"}}"#),
        ),
    ] {
        let server = Server::replying([state("Responder Arrived"), told, read]).await;
        let (aura, clock) = client(&server);
        let here = Position::new(1.0, 2.0).unwrap();
        let watch = aura.callout(ID).watch().with_position(here);
        let (stages, _, end, watch) = follow(watch, &clock).await;
        end.unwrap();
        assert_eq!(stages, [Stage::Arrived, Stage::Closed]);
        assert_eq!(watch.ended(), Some(Ended::Closed));
        let last = watch.last().unwrap();
        assert!(!last.is_stale());
        assert_eq!(last.status(), Some("Responder Arrived"));
        assert_eq!(server.count("/updateLocationAndReturnCallout"), 2);
        // The token, two positions, one read, and nothing else.
        assert_eq!(server.seen().len(), 4);
    }
}

#[tokio::test]
async fn r33_a_285_at_the_first_read_ends_a_watch_that_knows_no_state() {
    let server = Server::replying([Reply::json(285, ""), Reply::json(502, "")]).await;
    let (aura, clock) = client(&server);
    let here = Position::new(1.0, 2.0).unwrap();
    let (stages, _, end, _) = follow(aura.callout(ID).watch().with_position(here), &clock).await;
    end.unwrap();
    assert_eq!(stages, [Stage::Closed]);
}

#[tokio::test]
async fn a_watch_believes_neither_another_callouts_state_nor_an_empty_one() {
    for body in [
        r#"{"callout":{"id":5,"status":"closed"}}"#,
        r#"{"id":5,"status":"closed"}"#,
        r#"{"callout":{}}"#,
        r#"{"callout":{"status":" ","incidentInformation":[]}}"#,
    ] {
        let odd = || Reply::json(200, body);
        let server = Server::replying([
            odd(),
            state("created"),
            odd(),
            Reply::json(200, r#"{"callout":{"status":"closed"}}"#),
        ])
        .await;
        let (aura, clock) = client(&server);
        let mut watch = aura.callout(ID).watch();
        let mut seen = Vec::new();
        loop {
            tokio::select! {
                item = watch.try_next() => match item.unwrap() {
                    Some(update) => seen.push((update.stage(), update.is_stale())),
                    None => break,
                },
                sleep = clock.next_sleep(DEADLINE) => clock.advance(sleep),
            }
        }
        assert_eq!(
            seen,
            [
                (Stage::Other(String::new()), true),
                (Stage::Raised, false),
                (Stage::Raised, true),
                // One that does not say whose it is was asked for by id.
                (Stage::Closed, false),
            ],
            "{body}"
        );
    }
}

#[tokio::test]
async fn an_answer_about_another_callout_is_an_error_that_says_so() {
    let body = r#"{"callout":{"id":5,"status":"created"}}"#;
    let server = Server::replying([(); 9].map(|()| Reply::json(200, body))).await;
    let aura = server.builder().with_retries(Retries::none());
    let callout = aura.build().unwrap().callout(ID);
    let here = Position::new(1.0, 2.0).unwrap();
    for answered in [callout.get().await, callout.update_location(here).await] {
        let error = answered.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UndecodableAnswer);
        assert!(error.to_string().contains("another callout"), "{error}");
        assert!(error.may_have_reached_server());
        assert_eq!(error.body(), body.as_bytes());
    }
}

#[tokio::test]
async fn r61_the_waits_differ_by_chance_within_the_bounds() {
    for (chance, wait) in [(0.0, 8), (0.25, 9), (0.75, 11)] {
        let server = Server::replying(["created", "closed"].map(state)).await;
        let clock = ManualClock::at("2026-06-10T00:00:00Z");
        let builder = server.builder().with_clock(clock.clone());
        let aura = builder.with_random(Always(chance)).build().unwrap();
        let (_, sleeps, end, _) = follow(aura.callout(ID).watch(), &clock).await;
        end.unwrap();
        assert_eq!(sleeps, [Duration::from_secs(wait)]);
    }
}
