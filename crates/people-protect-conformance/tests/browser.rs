//! The HTML report in a real browser: `.ci/run browser` starts what this needs.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

#[allow(dead_code, reason = "the simulator's tests use the rest")]
#[path = "../../people-protect-simulator/tests/browser/browser.rs"]
mod browser;

use browser::{Browser, browse};
use people_protect_conformance::{Options, Run, Target};
use people_protect_simulator::{Drift, JsonType};
use serde_json::json;

/// A report in which every verdict is, and text that means no good.
async fn page() -> (tempfile::TempDir, String) {
    let target = Target::embedded(0, |simulator| {
        simulator
            .break_rule("R27")
            .break_rule("R78")
            .drift(Drift::retype_field(
                "get_callout",
                "/callout/id",
                JsonType::String,
            ))
            .drift(Drift::add_field(
                "create_customer",
                "",
                "<script>document.title='planted'</script>",
                true.into(),
            ))
    });
    let mut options = Options::default();
    options.settle = std::time::Duration::ZERO;
    let run = Run::new();
    let report = run.against(target.await.unwrap(), options).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.html");
    std::fs::write(&file, report.to_html()).unwrap();
    let url = format!("file://{}", file.display());
    (folder, url)
}

async fn shown(page: &Browser) -> i64 {
    let shown =
        "[...document.querySelectorAll('.case')].filter((one) => one.checkVisibility()).length";
    page.value(shown).await.as_i64().unwrap()
}

async fn choose(page: &Browser, filter: &str, value: &str) {
    let (filter, value) = (json!(filter), json!(value));
    page.value(&format!(
        "(() => {{ const one = document.querySelector(`[data-filter=${{{filter}}}]`); one.value = {value}; one.dispatchEvent(new Event('change')); }})()"
    ))
    .await;
}

#[tokio::test]
async fn the_report_can_be_filtered_opened_and_read_anywhere() {
    let (folder, url) = page().await;
    browse("file://", true, |page| async move {
        page.open(&url).await;
        let all = shown(&page).await;
        assert_eq!(page.text("#shown").await, format!("{all} of {all}"));
        // Each filter leaves what it says, and no less.
        for (filter, value) in [("verdict", "drifted"), ("grade", "O"), ("tag", "Callouts")] {
            choose(&page, filter, value).await;
            let left = shown(&page).await;
            assert!(left > 0 && left < all, "{filter} {value}: {left} of {all}");
            let fits = format!(
                "[...document.querySelectorAll('.case')].filter((one) => one.checkVisibility()).every((one) => one.dataset.{filter}.split('|').includes('{value}'))"
            );
            assert_eq!(page.value(&fits).await, true, "{filter} {value}");
            choose(&page, filter, "").await;
        }
        assert_eq!(shown(&page).await, all);
        // A case that drifted shows what the contract has there and what came.
        choose(&page, "verdict", "drifted").await;
        page.click(".case:not([hidden]) > summary").await;
        page.until("document.querySelector('.case[open]:not([hidden]) .diff')?.checkVisibility()")
            .await;
        let diff = page.text(".case[open]:not([hidden]) .diff").await;
        assert!(diff.contains("drift") || diff.contains("wrong-type") || diff.contains("unknown-field"), "{diff}");
        page.click(".case[open]:not([hidden]) .exchange > summary").await;
        page.inspect("report").await;
        page.phone().await;
        page.open(&url).await;
        assert_eq!(
            page.value("document.documentElement.scrollWidth <= innerWidth").await,
            true
        );
        page.inspect("report-phone").await;
        // What came from the server is text.
        assert_ne!(page.value("document.title").await, "planted");
        let scripts = page.value("document.scripts.length").await;
        assert_eq!(scripts, 1);
    })
    .await;
    drop(folder);
}

#[tokio::test]
async fn on_paper_every_case_is_open_and_nothing_is_cut_off() {
    let (folder, url) = page().await;
    browse("file://", true, |page| async move {
        page.open(&url).await;
        page.value("dispatchEvent(new Event('beforeprint'))").await;
        let closed = "document.querySelectorAll('details.case:not([open])').length";
        assert_eq!(page.value(closed).await, 0);
    })
    .await;
    drop(folder);
}
