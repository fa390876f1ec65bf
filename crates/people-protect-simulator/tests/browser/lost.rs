//! Pages whose simulator goes away: the network is cut, it is started again, or it forgets.

use people_protect_simulator::{Clock, Simulator, Stage};
use serde_json::json;

use crate::browser::{Browser, browse};
use crate::common::Bench;
use crate::network::Network;
use crate::{origin, raised};

const GONE: &str = "This link does not open a callout any more.";

async fn shows(page: &Browser, stage: &str) {
    page.until(&format!(
        "document.querySelector('.hero').dataset.shown === '{stage}'"
    ))
    .await;
}

async fn say(bench: &Bench, callout: i64, text: &str) {
    let body = json!({ "event": text, "source": "control room" });
    bench
        .post(&format!("/callouts/{callout}/events"), body)
        .await
        .expect(201);
}

#[tokio::test]
async fn a_lost_connection_is_said_and_made_up_for_without_loading_again() {
    let directory = tempfile::tempdir().unwrap();
    let network = Network::new().await;
    let here = network.url.clone();
    let started = Simulator::builder()
        .clock(Clock::manual())
        .public_url(&here)
        .state_file(directory.path().join("state"));
    let bench = Bench::of(started.clone()).await;
    network.lead_to(&bench.simulator);
    let (callout, url) = raised(&bench).await;
    assert!(url.starts_with(&here), "{url}");
    browse(&here, true, |page| async move {
        page.open(&url).await;
        page.value("window.sameDocument = true").await;
        say(&bench, callout, "We have your callout").await;
        page.until_text("#messages", "We have your callout").await;

        network.cut();
        page.until_text("#connection", "Connection lost").await;
        page.enter("#message", "I am at the gate").await;
        page.click("#message-form button").await;
        page.until_text("#message-error", "No answer came")
            .await;
        page.inspect("tracking-lost").await;

        // Started again elsewhere, it goes on while the page does not hear of it.
        bench.simulator.shutdown().await.unwrap();
        let bench = Bench::of(started).await;
        bench.simulator.set_stage(callout, Stage::Arrived).unwrap();
        say(&bench, callout, "We are at the gate too").await;
        assert!(page.text("#connection").await.contains("Connection lost"));
        shows(&page, "created").await;

        network.lead_to(&bench.simulator);
        shows(&page, "arrived").await;
        page.until_text("#messages", "We are at the gate too").await;
        page.until("document.querySelector('#connection').textContent === ''")
            .await;
        // What was written is still there, and is sent once.
        page.click("#message-form button").await;
        page.until_text("#messages", "I am at the gate").await;
        // The page is live again, and not only up to date.
        bench
            .simulator
            .set_stage(callout, Stage::Completed)
            .unwrap();
        shows(&page, "completed").await;
        assert_eq!(page.value("window.sameDocument").await, true);
        let lines = "[...document.querySelectorAll('#messages li')].map((line) => line.lastChild.textContent)";
        assert_eq!(
            page.value(lines).await,
            json!(["We have your callout", "We are at the gate too", "I am at the gate"])
        );
    })
    .await;
}

/// A phone that goes out of reach breaks nothing off: there is only silence.
#[tokio::test]
async fn a_connection_that_says_nothing_for_long_is_taken_for_lost() {
    let network = Network::new().await;
    let here = network.url.clone();
    let bench = Bench::of(
        Simulator::builder()
            .clock(Clock::manual())
            .public_url(&here),
    )
    .await;
    network.lead_to(&bench.simulator);
    let (callout, url) = raised(&bench).await;
    browse(&here, true, |page| async move {
        page.open(&url).await;
        say(&bench, callout, "We have your callout").await;
        page.until_text("#messages", "We have your callout").await;
        network.silence();
        bench.simulator.set_stage(callout, Stage::Arrived).unwrap();
        // For the page a minute passes at once.
        page.value("((now) => { performance.now = () => now.call(performance) + 60000; })(performance.now)")
            .await;
        page.until_text("#connection", "Connection lost").await;
        shows(&page, "created").await;
        page.enter("#message", "Are you there?").await;
        page.click("#message-form button").await;
        page.until_text("#message-error", "No answer came").await;
        network.lead_to(&bench.simulator);
        shows(&page, "arrived").await;
        page.until("document.querySelector('#connection').textContent === ''")
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_page_that_comes_back_to_another_world_shows_nothing_of_the_one_before() {
    let network = Network::new().await;
    let here = network.url.clone();
    let started = Simulator::builder()
        .clock(Clock::manual())
        .public_url(&here);
    let bench = Bench::of(started.clone()).await;
    network.lead_to(&bench.simulator);
    let (callout, url) = raised(&bench).await;
    say(&bench, callout, "From the world before").await;
    browse(&here, true, |page| async move {
        page.open(&url).await;
        page.until_text("#messages", "From the world before").await;
        network.cut();
        page.until_text("#connection", "Connection lost").await;
        // Without a state file and with the same seed, the same link opens the next first callout.
        let bench = Bench::of(started.clone()).await;
        let (again, same) = raised(&bench).await;
        assert_eq!((again, &same), (callout, &url));
        say(&bench, callout, "From the world after").await;
        network.lead_to(&bench.simulator);
        page.until_text("#messages", "From the world after").await;
        assert!(!page.text("#messages").await.contains("before"));

        network.cut();
        page.until_text("#connection", "Connection lost").await;
        let empty = started.start().await.unwrap();
        network.lead_to(&empty);
        page.until_text("#connection", GONE).await;
    })
    .await;
}

#[tokio::test]
async fn after_a_reset_an_open_page_is_told_that_its_callout_is_gone() {
    let bench = Bench::new().await;
    let (callout, url) = raised(&bench).await;
    let here = origin(&bench);
    browse(&here.clone(), true, |page| async move {
        let client = page.client.clone();
        page.open(&url).await;
        page.value("window.sameDocument = true").await;
        say(&bench, callout, "We have your callout").await;
        // It follows by now: only a page that does hears of what comes.
        page.until_text("#messages", "We have your callout").await;
        let tracking = client.window().await.unwrap();
        let desk = client.new_window(false).await.unwrap().handle;
        client.switch_to_window(desk.clone()).await.unwrap();
        page.open(&format!("{here}/responder?callout={callout}"))
            .await;
        page.until_text("#detail-title", &callout.to_string()).await;
        client.switch_to_window(tracking.clone()).await.unwrap();

        bench.control("/reset", json!({})).await.expect(200);
        page.until_text("#connection", GONE).await;
        assert_eq!(page.value("window.sameDocument").await, true);
        page.inspect("tracking-gone").await;
        // What is tried all the same does not look as if it had worked.
        page.enter("#message", "Is anybody there?").await;
        page.click("#message-form button").await;
        page.until("!document.querySelector('#message-form button').disabled")
            .await;
        assert_eq!(
            page.value("document.querySelector('#message').value").await,
            "Is anybody there?"
        );
        assert!(page.text("#connection").await.contains(GONE));
        client.switch_to_window(desk).await.unwrap();
        page.until("document.querySelector('#detail').hidden && document.querySelector('#nothing-open').checkVisibility()")
            .await;
        page.until_text("#none", "No callout is active.").await;
    })
    .await;
}

#[tokio::test]
async fn the_responder_simulator_comes_back_by_itself() {
    let network = Network::new().await;
    let here = network.url.clone();
    let bench = Bench::of(
        Simulator::builder()
            .clock(Clock::manual())
            .public_url(&here),
    )
    .await;
    network.lead_to(&bench.simulator);
    let (callout, _) = raised(&bench).await;
    browse(&here.clone(), true, |page| async move {
        page.open(&format!("{here}/responder?callout={callout}"))
            .await;
        page.until_text("#link", "Live").await;
        page.until_text("#detail-title", &callout.to_string()).await;
        page.value("window.sameDocument = true").await;
        network.cut();
        page.until_text("#link", "No connection").await;
        page.click("#steps [data-do=automatic]").await;
        page.until_text("#trouble", "does not answer").await;
        page.inspect("responder-lost").await;
        bench.simulator.set_stage(callout, Stage::Arrived).unwrap();
        network.lead_to(&bench.simulator);
        page.until_text("#link", "Live").await;
        page.until("document.querySelector('#detail').dataset.stage === 'arrived'")
            .await;
        assert_eq!(page.value("window.sameDocument").await, true);
    })
    .await;
}
