//! The pages in a real browser. `.ci/run browser` starts chromedriver and runs these.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail so")]

mod accessible;
mod browser;
#[path = "../common/mod.rs"]
mod common;
mod hosted;
mod keys;
mod lost;
mod network;

use browser::browse;
use common::{Bench, JANE, cry};
use serde_json::{Value, json};

fn origin(bench: &Bench) -> String {
    bench.simulator.api_url().replace("/panic-api/v2", "")
}

/// A callout and its tracking link.
async fn raised(bench: &Bench) -> (i64, String) {
    let customer = bench.covered(JANE).await;
    let created = bench.raise(customer).await.expect(201);
    let callout = &created["callout"];
    let url = callout["url"].as_str().unwrap().to_owned();
    (callout["id"].as_i64().unwrap(), url)
}

#[tokio::test]
async fn a_callout_is_seen_from_raising_to_rating_without_loading_again() {
    let bench = Bench::new().await;
    let (callout, url) = raised(&bench).await;
    let here = origin(&bench);
    let responder = format!("{here}/responder?callout={callout}");
    browse(&here, true, |page| async move {
        let client = page.client.clone();
        page.open(&url).await;
        page.value("window.sameDocument = true").await;
        let tracking = client.window().await.unwrap();
        let desk = client.new_window(false).await.unwrap().handle;
        client.switch_to_window(desk.clone()).await.unwrap();
        page.open(&responder).await;
        page.until_text("#detail-title", &callout.to_string()).await;
        for (step, stage) in [
            ("automatic", "dispatched"),
            ("arrived", "arrived"),
            ("completed", "completed"),
        ] {
            page.click(&format!("#steps [data-do={step}]")).await;
            page.until(&format!(
                "document.querySelector('#detail').dataset.stage === '{stage}'"
            ))
            .await;
            client.switch_to_window(tracking.clone()).await.unwrap();
            page.until(&format!(
                "document.querySelector('.hero').dataset.shown === '{stage}'"
            ))
            .await;
            assert_eq!(page.value("window.sameDocument").await, true);
            page.inspect(&format!("tracking-{stage}")).await;
            if stage == "dispatched" {
                page.enter("#message", "I am at the gate").await;
                page.click("#message-form button").await;
                page.until_text("#messages", "I am at the gate").await;
            }
            client.switch_to_window(desk.clone()).await.unwrap();
            if stage == "dispatched" {
                page.until_text("#chat", "I am at the gate").await;
                page.enter("#line", "We see you").await;
                page.click("#say button").await;
                client.switch_to_window(tracking.clone()).await.unwrap();
                page.until_text("#messages", "We see you").await;
                client.switch_to_window(desk.clone()).await.unwrap();
                page.inspect("responder").await;
            }
        }
        page.click("#steps [data-do=closed]").await;
        client.switch_to_window(tracking).await.unwrap();
        page.until("document.querySelector('#rating-form')").await;
        page.click("#rating-form [value='5']").await;
        page.click("#rating-form button").await;
        page.until_text("#rated", "You gave 5 of 5").await;
        assert_eq!(page.value("window.sameDocument").await, true);
        page.inspect("tracking-rated").await;
    })
    .await;
}

/// What the page shows after a safe code was entered.
async fn called_off(code: &'static str) -> Value {
    let bench = Bench::new().await;
    let (_, url) = raised(&bench).await;
    let (sender, shown) = tokio::sync::oneshot::channel();
    browse(&origin(&bench), true, |page| async move {
        page.open(&url).await;
        page.click("#cancel summary").await;
        page.enter("#safe-code", code).await;
        page.click("#cancel-form button").await;
        page.until("!document.querySelector('#cancel-form') && document.querySelector('.hero').dataset.shown === 'cancelled'").await;
        page.inspect("tracking-cancelled").await;
        sender.send(page.value("document.querySelector('main').innerText").await).unwrap();
    })
    .await;
    shown.await.unwrap()
}

#[tokio::test]
async fn r34_a_wrong_safe_code_looks_the_same() {
    assert_eq!(called_off("4567").await, called_off("1111").await);
}

#[tokio::test]
async fn what_others_wrote_is_shown_and_never_run() {
    let bench = Bench::new().await;
    let bad = "<script>window.ran=1</script><img src=x onerror=window.ran=1>";
    let body = json!({
        "customer": { "name": bad, "surname": "Doe", "mobile": JANE },
        "subscription": { "subscriptionTypeId": 4, "validFrom": "2026-06-10T00:00:00Z", "validTo": "2026-07-10T00:00:00Z" },
    });
    let created = bench.post("/customers", body).await.expect(201);
    let customer = created["customer"]["id"].as_i64().unwrap();
    let created = bench
        .post(&format!("/customers/{customer}/callouts"), cry())
        .await
        .expect(201);
    let url = created["callout"]["url"].as_str().unwrap().to_owned();
    let here = origin(&bench);
    let responder = format!("{here}/responder?callout={}", created["callout"]["id"]);
    browse(&here, true, |page| async move {
        page.open(&url).await;
        page.enter("#message", bad).await;
        page.click("#message-form button").await;
        page.until_text("#messages", bad).await;
        page.until_text("h1", "<script>").await;
        assert_eq!(page.value("'ran' in window").await, false);
        page.open(&responder).await;
        page.until_text("#chat", bad).await;
        page.until_text("#detail-for", bad).await;
        assert_eq!(
            page.value(
                "'ran' in window || document.querySelectorAll('main img, main script').length > 0"
            )
            .await,
            false
        );
    })
    .await;
}

#[tokio::test]
async fn every_page_fits_on_a_phone() {
    let bench = Bench::new().await;
    let (callout, url) = raised(&bench).await;
    bench
        .simulator
        .set_stage(callout, people_protect_simulator::Stage::Dispatched)
        .unwrap();
    let here = origin(&bench);
    browse(&here.clone(), true, |page| async move {
        page.phone().await;
        page.open(&url).await;
        page.fits().await;
        page.inspect("phone-tracking").await;
        page.open(&format!("{here}/responder?callout={callout}"))
            .await;
        page.until_text("#detail-title", &callout.to_string()).await;
        page.fits().await;
        page.inspect("phone-responder").await;
        page.open(&here).await;
        page.until_text("#open", &callout.to_string()).await;
        page.fits().await;
        page.inspect("phone-home").await;
    })
    .await;
}

#[tokio::test]
async fn without_scripts_the_stage_shows_and_a_message_is_sent() {
    let bench = Bench::new().await;
    let (_, url) = raised(&bench).await;
    browse(&origin(&bench), false, |page| async move {
        page.open(&format!("{url}&still=yes")).await;
        assert!(
            page.text("#timeline")
                .await
                .contains("2026-06-10 08:00:00 UTC")
        );
        page.enter("#message", "At the gate").await;
        page.click("#message-form button").await;
        page.until_shown("#messages", "At the gate").await;
    })
    .await;
}
