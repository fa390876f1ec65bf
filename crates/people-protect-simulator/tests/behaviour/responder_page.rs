//! The page of the Responder Simulator, and what it loads.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use crate::common::{Bench, JANE, cry};
use reqwest::Response;
use serde_json::json;

async fn open(bench: &Bench, path: &str) -> Response {
    let url = bench.simulator.control_url().replace("/_simulator", path);
    bench.client.get(url).send().await.unwrap()
}

#[tokio::test]
async fn it_loads_what_it_names_and_nothing_from_elsewhere() {
    let bench = Bench::new().await;
    let page = open(&bench, "/responder").await;
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let page = page.text().await.unwrap();
    for path in ["/page.css", "/responder.css", "/desk.js", "/responder.js"] {
        assert!(page.contains(&format!("\"{path}\"")), "{path}");
        let loaded = open(&bench, path).await;
        assert_eq!(loaded.status(), 200, "{path}");
        assert_eq!(loaded.headers()["x-content-type-options"], "nosniff");
        let kind = loaded.headers()["content-type"].to_str().unwrap();
        let expected = if path.contains(".css") {
            "text/css"
        } else {
            "text/javascript"
        };
        assert!(kind.starts_with(expected), "{path}: {kind}");
        let text = loaded.text().await.unwrap();
        // The one address is the name of a vocabulary, which nothing loads.
        let text = text.replace("http://www.w3.org/2000/svg", "");
        assert!(
            !text.contains("http:") && !text.contains("https:"),
            "{path}"
        );
    }
    assert!(!page.contains("http:") && !page.contains("https:"));
}

#[tokio::test]
async fn it_has_every_step_the_clock_and_a_word_for_browsers_without_scripts() {
    let bench = Bench::new().await;
    let page = open(&bench, "/responder").await.text().await.unwrap();
    for id in [
        "callout-id",
        "rows",
        "steps",
        "run",
        "run-all",
        "stop-all",
        "map",
        "say",
        "hooks",
        "now",
        "trouble",
        "broken",
        "link",
    ] {
        assert_eq!(page.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
    }
    assert!(page.contains("data-advance=\"600\"") && page.contains("data-advance=\"864000\""));
    assert!(page.contains("<noscript>"));
    let script = open(&bench, "/responder.js").await.text().await.unwrap();
    for stage in [
        "owned",
        "automatically",
        "by_hand",
        "arrived",
        "completed",
        "stood_down",
        "closed",
    ] {
        assert!(script.contains(&format!("\"{stage}\"")), "{stage}");
    }
}

/// What the scripts get is text, and they may make text of it only.
#[tokio::test]
async fn a_name_is_never_made_html() {
    let bench = Bench::new().await;
    let body = json!({
        "customer": { "name": "<script>alert(1)</script>", "surname": "\"><img src=x>", "mobile": JANE },
        "subscription": { "subscriptionTypeId": 4 },
    });
    bench.post("/customers", body).await.expect(201);
    let raised = bench.post("/customers/178921/callouts", cry()).await;
    raised.expect(201);
    let listed = bench.control_get("callouts").await;
    assert_eq!(
        listed["callouts"][0]["customer"]["name"],
        "<script>alert(1)</script>"
    );
    for path in ["/", "/responder", "/responder?callout=992011"] {
        let page = open(&bench, path).await.text().await.unwrap();
        assert!(
            !page.contains("alert(1)") && !page.contains("<img"),
            "{path}"
        );
    }
    for path in ["/desk.js", "/responder.js", "/home.js"] {
        let script = open(&bench, path).await.text().await.unwrap();
        for way in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "DOMParser",
            "eval(",
        ] {
            assert!(!script.contains(way), "{path} uses {way}");
        }
    }
}
