//! The pages by keys only, with the place of the keyboard always to be seen.

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use people_protect_simulator::Stage;
use serde_json::json;

use crate::browser::{Browser, browse};
use crate::common::Bench;
use crate::{origin, raised};

/// Presses a key, wherever the keyboard is.
async fn press(page: &Browser, value: char) {
    let keys = KeyActions::new("keyboard".to_owned())
        .then(KeyAction::Down { value })
        .then(KeyAction::Up { value });
    page.client.perform_actions(keys).await.unwrap();
}

/// Goes on with the tabulator until it is there; at each place it shows where it is.
async fn reach(page: &Browser, css: &str) {
    let css = json!(css);
    let mut passed = Vec::new();
    for _ in 0..60 {
        press(page, Key::Tab.into()).await;
        let seen = "((one) => { const lined = (box) => { const style = getComputedStyle(box); return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2; }; return one.matches(':focus-visible') && one.checkVisibility() && (lined(one) || lined(one.closest('label') ?? one)); })(document.activeElement)";
        let name = page.value("document.activeElement.outerHTML").await;
        // Between the last element and the first the keyboard is outside the page.
        if page.value("document.activeElement !== document.body").await == true {
            assert_eq!(page.value(seen).await, true, "does not show: {name}");
        }
        if page
            .value(&format!("document.activeElement.matches({css})"))
            .await
            == true
        {
            return;
        }
        passed.push(name);
    }
    panic!("{css} is not reached; passed {passed:#?}");
}

#[tokio::test]
async fn r34_a_callout_is_cancelled_with_the_safe_code() {
    let bench = Bench::new().await;
    let (callout, url) = raised(&bench).await;
    browse(&origin(&bench), true, |page| async move {
        page.open(&url).await;
        reach(&page, "#message").await;
        for letter in "At the gate".chars() {
            press(&page, letter).await;
        }
        reach(&page, "#message-form button").await;
        press(&page, ' ').await;
        page.until_text("#messages", "At the gate").await;

        reach(&page, "#cancel summary").await;
        press(&page, Key::Enter.into()).await;
        reach(&page, "#safe-code").await;
        for digit in "4567".chars() {
            press(&page, digit).await;
        }
        page.picture("keys-safe-code").await;
        press(&page, Key::Enter.into()).await;
        page.until("document.querySelector('.hero').dataset.shown === 'cancelled'")
            .await;
        // The form is gone: the keyboard is where it says what became of it.
        page.until("document.activeElement.id === 'status'").await;
        let snapshot = bench.simulator.snapshot();
        assert_eq!(snapshot.callout(callout).unwrap().stage, Stage::Cancelled);
    })
    .await;
}

#[tokio::test]
async fn a_callout_is_rated() {
    let bench = Bench::new().await;
    let (callout, url) = raised(&bench).await;
    bench.simulator.set_stage(callout, Stage::Closed).unwrap();
    browse(&origin(&bench), true, |page| async move {
        page.open(&url).await;
        reach(&page, "#rating-form [type=radio]").await;
        press(&page, ' ').await;
        press(&page, Key::Right.into()).await;
        page.until("document.querySelector('#rating-form [value=\"2\"]').checked")
            .await;
        reach(&page, "#rating-form button").await;
        press(&page, Key::Enter.into()).await;
        page.until_text("#rated", "You gave 2 of 5").await;
    })
    .await;
}

#[tokio::test]
async fn a_responder_is_sent_and_arrives() {
    let bench = Bench::new().await;
    let (callout, _) = raised(&bench).await;
    let here = origin(&bench);
    browse(&here.clone(), true, |page| async move {
        page.open(&format!("{here}/responder")).await;
        page.until("document.querySelector('#rows [data-do=open]')")
            .await;
        reach(&page, "#rows [data-do=open]").await;
        press(&page, Key::Enter.into()).await;
        page.until("document.activeElement.id === 'detail-title'")
            .await;
        for (step, stage) in [("automatic", "dispatched"), ("arrived", "arrived")] {
            reach(&page, &format!("#steps [data-do={step}]")).await;
            press(&page, Key::Enter.into()).await;
            page.until(&format!(
                "document.querySelector('#detail').dataset.stage === '{stage}'"
            ))
            .await;
            // The keyboard stays where it was, though the button is of no use now.
            assert_eq!(
                page.value("document.activeElement.dataset.do").await,
                json!(step)
            );
        }
        page.picture("keys-responder").await;
        let snapshot = bench.simulator.snapshot();
        assert_eq!(snapshot.callout(callout).unwrap().stage, Stage::Arrived);
    })
    .await;
}
