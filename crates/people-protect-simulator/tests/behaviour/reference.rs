//! The contract, as it is served and as a page.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use crate::common::Bench;
use people_protect_contract::Contract;
use serde_json::Value;

async fn get(bench: &Bench, path: &str) -> (u16, String, String, String) {
    let url = bench.simulator.control_url().replace("/_simulator", path);
    let answer = bench.client.get(url).send().await.unwrap();
    let header = |name: &str| {
        let value = answer.headers().get(name);
        value.map_or("", |value| value.to_str().unwrap()).to_owned()
    };
    let (kind, policy) = (header("content-type"), header("content-security-policy"));
    (
        answer.status().as_u16(),
        kind,
        policy,
        answer.text().await.unwrap(),
    )
}

#[tokio::test]
async fn the_documents_are_served_as_yaml_and_json_with_this_simulator_as_server() {
    let bench = Bench::new().await;
    let control = bench.simulator.control_url();
    let control = control.trim_end_matches("/_simulator");
    for (path, as_json, first) in [
        (
            "/openapi.yaml",
            "/openapi.json",
            bench.simulator.api_url().as_str(),
        ),
        (
            "/_simulator/openapi.yaml",
            "/reference/control.json",
            control,
        ),
    ] {
        let (status, kind, _, yaml) = get(&bench, path).await;
        assert_eq!((status, kind.as_str()), (200, "application/yaml"));
        let document = Contract::parse(&yaml, "served.yaml").unwrap();
        let (status, kind, _, json) = get(&bench, as_json).await;
        assert_eq!((status, kind.as_str()), (200, "application/json"));
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json, *document.value());
        assert_eq!(json["servers"][0]["url"], first);
    }
}

#[tokio::test]
async fn the_reference_needs_nothing_from_elsewhere_and_no_exception_for_inline_scripts() {
    let bench = Bench::new().await;
    for (path, document) in [
        ("/reference", "/openapi.json"),
        ("/reference/control", "/reference/control.json"),
    ] {
        let (status, _, policy, page) = get(&bench, path).await;
        assert_eq!(status, 200);
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe") && !page.contains("//"), "{page}");
        assert!(page.contains(document));
    }
    for (path, kind) in [
        ("/reference/ui/swagger-ui-bundle.js", "text/javascript"),
        ("/reference/ui/swagger-ui.css", "text/css"),
        ("/reference.js", "text/javascript; charset=utf-8"),
        ("/reference.css", "text/css; charset=utf-8"),
    ] {
        let (status, is, _, text) = get(&bench, path).await;
        assert_eq!((status, is.as_str()), (200, kind), "{path}");
        assert!(!text.is_empty());
    }
    // What else the renderer brings is not served.
    for path in ["", "/", "/oauth2-redirect.html", "/swagger-ui.css.map"] {
        let (status, _, _, page) = get(&bench, &format!("/reference/ui{path}")).await;
        assert_eq!(status, 404, "{path}");
        assert!(!page.contains("<script"));
    }
}
