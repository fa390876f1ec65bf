//! Waiting for a stage.

use std::time::Duration;

use people_protect::{
    CalloutId, CalloutView, Ended, Error, ErrorKind, NotReached, Stage, Update, Watch,
};

use crate::board::{Board, Told};
use crate::chance::Always;

const ID: i64 = 992_011;

async fn board(script: &'static [Told]) -> (Board, Watch) {
    let board = Board::start(move |_, nth| script[nth.min(script.len() - 1)]).await;
    let aura = board.builder().with_random(Always(0.5)).build().unwrap();
    let watch = aura.callout(CalloutId::new(ID)).watch();
    (board, watch)
}

async fn until(
    board: &Board,
    watch: &mut Watch,
    stage: Stage,
    seconds: u64,
) -> Result<Update, NotReached> {
    let within = Duration::from_secs(seconds);
    board.passing(watch.until(stage, within)).await
}

#[tokio::test]
async fn a_stage_is_waited_for_and_the_watch_goes_on_from_there() {
    use Told::Status;
    let (board, mut watch) = board(&[
        Status("created"),
        Status("RESPONDER DISPATCHED"),
        Status("Responder Dispatched"),
        Status("Completed"),
        Status("closed"),
    ])
    .await;
    let seen = until(&board, &mut watch, Stage::Dispatched, 60)
        .await
        .unwrap();
    assert_eq!(seen.stage(), Stage::Dispatched);
    assert_eq!(board.count(), 2);
    // It is there already: no further read.
    until(&board, &mut watch, Stage::Dispatched, 60)
        .await
        .unwrap();
    assert_eq!(board.count(), 2);
    // A stage that came and went between two reads is reached, too.
    let seen = until(&board, &mut watch, Stage::Arrived, 60).await.unwrap();
    assert_eq!(seen.stage(), Stage::Completed);
    until(&board, &mut watch, Stage::Closed, 60).await.unwrap();
    assert_eq!(watch.ended(), Some(Ended::Closed));
}

#[tokio::test]
async fn a_deadline_says_how_long_how_often_and_what_was_last_known() {
    let (board, mut watch) = board(&[Told::Status("created")]).await;
    let missed = until(&board, &mut watch, Stage::Arrived, 25)
        .await
        .unwrap_err();
    assert_eq!(missed.elapsed(), Duration::from_secs(25));
    assert_eq!(missed.reads(), 3);
    assert_eq!(missed.last().unwrap().stage(), Stage::Raised);
    assert_eq!(missed.ended(), None);
    assert!(missed.error().is_none());
    // The last read before the deadline is as far from the one before as all others.
    assert_eq!(board.spacing(ID), [Duration::from_secs(10); 2]);
    let shown = missed.to_string();
    assert!(shown.contains("`responder arrived`"), "{shown}");
    assert!(shown.contains("25.0s: 3 reads"), "{shown}");
    let error = Error::from(missed);
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(error.to_string().contains("3 reads"), "{error}");

    // The watch goes on, at its pace.
    let missed = until(&board, &mut watch, Stage::Arrived, 6)
        .await
        .unwrap_err();
    assert_eq!((missed.reads(), missed.elapsed().as_secs()), (1, 6));
    assert_eq!(board.spacing(ID), [Duration::from_secs(10); 3]);
}

#[tokio::test]
async fn an_end_before_the_stage_is_told_as_such() {
    let (board, mut watch) = board(&[Told::Status("created"), Told::Status("Cancelled")]).await;
    let missed = until(&board, &mut watch, Stage::Arrived, 600)
        .await
        .unwrap_err();
    assert_eq!(missed.ended(), Some(Ended::Cancelled));
    assert_eq!(missed.last().unwrap().stage(), Stage::Cancelled);
    assert_eq!(missed.elapsed(), Duration::from_secs(10));
    assert_eq!(Error::from(missed).kind(), ErrorKind::CalloutClosed);
    // Over is over.
    let missed = until(&board, &mut watch, Stage::Arrived, 600)
        .await
        .unwrap_err();
    assert_eq!(
        (missed.ended(), missed.reads()),
        (Some(Ended::Cancelled), 0)
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_told_with_the_failure_and_without_a_state() {
    let (board, mut watch) = board(&[Told::Failure(404)]).await;
    let missed = until(&board, &mut watch, Stage::Raised, 600)
        .await
        .unwrap_err();
    assert_eq!(missed.ended(), Some(Ended::Gone));
    assert_eq!(missed.error().unwrap().kind(), ErrorKind::NotFound);
    assert!(missed.last().is_none());
    assert_eq!(missed.reads(), 3);
    assert!(std::error::Error::source(&missed).is_some());
    assert_eq!(Error::from(missed).kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_stale_state_fulfils_nothing() {
    let (board, mut watch) = board(&[Told::Status("created"), Told::Failure(502)]).await;
    let once = |view: &CalloutView| view.stage() == Stage::Raised;
    let within = Duration::from_secs(15);
    let work = watch.until_matching(once, within);
    board.passing(work).await.unwrap();
    let missed = until(&board, &mut watch, Stage::Arrived, 15)
        .await
        .unwrap_err();
    assert!(missed.last().unwrap().is_stale());
    let again = watch.until_matching(once, within);
    let missed = board.passing(again).await.unwrap_err();
    assert_eq!(missed.last().unwrap().stage(), Stage::Raised);
    assert!(missed.to_string().contains("the last ones failed"));
}

#[tokio::test]
async fn r39_a_status_nobody_knows_can_be_waited_for() {
    let (board, mut watch) = board(&[Told::Status("created"), Told::Status("Under Review")]).await;
    let wanted = Stage::Other("under review".into());
    let seen = until(&board, &mut watch, wanted, 60).await.unwrap();
    assert_eq!(seen.status(), Some("Under Review"));
}

#[tokio::test]
async fn the_last_state_says_when_it_was_confirmed_while_nothing_changes() {
    let (board, mut watch) = board(&[Told::Status("created")]).await;
    for reads in [2, 4] {
        let missed = until(&board, &mut watch, Stage::Arrived, 19)
            .await
            .unwrap_err();
        assert_eq!(board.count(), reads);
        let last = watch.last().unwrap();
        assert_eq!(last.read_at(), board.reads(ID).last().copied());
        assert_eq!(missed.last().unwrap().read_at(), last.read_at());
    }
}
