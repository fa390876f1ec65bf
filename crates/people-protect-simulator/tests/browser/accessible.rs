//! What axe-core finds on pages that no other test of these looks at: errors, beginnings and ends,
//! and the reference.

use people_protect_simulator::Stage;

use crate::browser::browse;
use crate::common::Bench;
use crate::{origin, raised};

#[tokio::test]
async fn the_tracking_page_before_dispatch_and_after_the_end() {
    let bench = Bench::new().await;
    let (callout, url) = raised(&bench).await;
    browse(&origin(&bench), true, |page| async move {
        page.open(&url).await;
        page.inspect("tracking-created").await;
        page.click("#cancel summary").await;
        page.inspect("tracking-cancelling").await;
        bench.simulator.set_stage(callout, Stage::Closed).unwrap();
        page.until("document.querySelector('#rating-form')").await;
        page.inspect("tracking-closed").await;
    })
    .await;
}

#[tokio::test]
async fn links_that_open_nothing() {
    let bench = Bench::new().await;
    let (callout, url) = raised(&bench).await;
    let here = origin(&bench);
    let token = url.split("sessionToken=").nth(1).unwrap();
    let token = token.split('&').next().unwrap().to_owned();
    browse(&here.clone(), true, |page| async move {
        for (name, query) in [
            ("bad-token", format!("sessionToken=x&calloutId={callout}")),
            (
                "unknown-callout",
                format!("sessionToken={token}&calloutId={}", callout + 1),
            ),
        ] {
            page.open(&format!("{here}/tracking?{query}")).await;
            page.until_text("#no-callout", "does not open a callout")
                .await;
            page.inspect(&format!("tracking-{name}")).await;
        }
        page.open(&format!("{here}/reference/ui/")).await;
        page.until_text("h1", "There is no such page").await;
        page.inspect("no-such-page").await;
        page.open(&format!("{here}/responder?callout={}", callout + 1))
            .await;
        page.until_text("#link", "Live").await;
        assert_eq!(
            page.value("document.querySelector('#detail').hidden").await,
            true
        );
        page.inspect("responder-nothing-open").await;
    })
    .await;
}

#[tokio::test]
async fn the_front_page_and_the_desk_before_anything_happened() {
    let bench = Bench::new().await;
    let here = origin(&bench);
    browse(&here.clone(), true, |page| async move {
        for (name, path) in [("home", ""), ("responder", "/responder")] {
            page.open(&format!("{here}{path}")).await;
            page.until_text("#link", "Live").await;
            page.inspect(&format!("{name}-empty")).await;
        }
    })
    .await;
}

/// Every operation of a document, closed, open, and ready to be tried out.
async fn reference(path: &str, name: &'static str) {
    let bench = Bench::new().await;
    let here = origin(&bench);
    let url = format!("{here}{path}");
    browse(&here, true, move |page| async move {
        page.open(&url).await;
        page.until("document.querySelectorAll('.opblock').length >= 25")
            .await;
        page.inspect(name).await;
        for (press, there) in [
            (".opblock-summary-control", ".responses-table"),
            (".try-out__btn", ".execute"),
        ] {
            page.value(&format!(
                "document.querySelectorAll('{press}').forEach((one) => one.click())"
            ))
            .await;
            page.until(&format!(
                "!document.querySelector('.opblock:not(:has({there}))')"
            ))
            .await;
            page.inspect(&format!("{name}{}", there.replace('.', "-")))
                .await;
        }
    })
    .await;
}

#[tokio::test]
async fn the_reference_renders_the_contract() {
    reference("/reference", "reference").await;
}

#[tokio::test]
async fn the_reference_renders_the_control_surface() {
    reference("/reference/control", "reference-control").await;
}

#[tokio::test]
async fn an_operation_of_the_reference_has_a_link_and_can_be_tried() {
    let bench = Bench::new().await;
    let here = origin(&bench);
    browse(&here.clone(), true, |page| async move {
        page.open(&format!(
            "{here}/reference#/Response%20types%20and%20coverage/list_response_types"
        ))
        .await;
        page.until("document.querySelector('.opblock.is-open .try-out__btn')")
            .await;
        page.value("document.querySelector('.btn.authorize').click()")
            .await;
        page.until("document.querySelector('.dialog-ux .close-modal')")
            .await;
        page.inspect("reference-authorize").await;
        page.enter(".dialog-ux input", &bench.token).await;
        page.click(".dialog-ux .modal-btn.authorize").await;
        page.click(".dialog-ux .close-modal").await;
        page.click(".opblock.is-open .try-out__btn").await;
        page.click(".opblock.is-open .execute").await;
        page.until_text(
            ".opblock.is-open .live-responses-table tbody .response-col_status",
            "200",
        )
        .await;
        page.inspect("reference-sent").await;
    })
    .await;
}
