//! The documents that describe what is served here: the contract and the control surface's own.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use axum::routing::get;

use crate::answer::Answer;
use crate::app::App;
use crate::server::respond;

/// A link to `openapi/panic-api.yaml`, so that a package of this crate holds the file.
const CONTRACT: &str = include_str!("../panic-api.yaml");

pub(crate) fn routes() -> Router<Arc<App>> {
    let router = Router::new();
    #[cfg(feature = "reference")]
    let router = router
        .route("/openapi.json", get(contract_json))
        .route("/reference/control.json", get(control_json));
    router.route("/openapi.yaml", get(contract))
}

async fn contract(State(app): State<Arc<App>>) -> Response<Body> {
    yaml(CONTRACT, &app.setup.origin)
}

/// A document as YAML, its servers being this simulator.
pub(crate) fn yaml(document: &str, origin: &str) -> Response<Body> {
    respond(Answer::text(
        "application/yaml",
        served_at(document, origin),
    ))
}

#[cfg(feature = "reference")]
async fn contract_json(State(app): State<Arc<App>>) -> Response<Body> {
    json(CONTRACT, &app.setup.origin)
}

#[cfg(feature = "reference")]
async fn control_json(State(app): State<Arc<App>>) -> Response<Body> {
    json(crate::control::DOCUMENT, &app.setup.origin)
}

#[cfg(feature = "reference")]
fn json(document: &str, origin: &str) -> Response<Body> {
    use crate::problem::Problem;

    // YAML 1.2: `no` and `on` are text.
    let options = serde_saphyr::options! { strict_booleans: true };
    let text = served_at(document, origin);
    let read = serde_saphyr::from_str_with_options::<serde_json::Value>(&text, options);
    respond(match read {
        // As it is: answers of the API write some absent fields as null.
        Ok(value) => Answer::text("application/json", value.to_string()),
        Err(_) => Problem::defect().into(),
    })
}

/// Puts this simulator in the place of the servers of a document, wherever it names any: each
/// list becomes one entry with the path of its first.
fn served_at(document: &str, origin: &str) -> String {
    let mut text = String::with_capacity(document.len());
    // How deep the list stands that is being left out, and whether its entry is written.
    let mut within: Option<(usize, bool)> = None;
    for line in document.lines() {
        let depth = line.len() - line.trim_start().len();
        if let Some((list, written)) = within {
            if line.trim().is_empty() || depth > list {
                let url = line.trim_start().strip_prefix("- url:").map(str::trim);
                if let (Some(url), false) = (url, written) {
                    let indent = " ".repeat(depth);
                    let entry = format!(
                        "{indent}- url: {origin}{}\n{indent}  description: This simulator.\n",
                        path(url)
                    );
                    text.push_str(&entry);
                    within = Some((list, true));
                }
                continue;
            }
            within = None;
        }
        if line.trim() == "servers:" {
            within = Some((depth, false));
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// What follows scheme and host.
fn path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or("", |at| &rest[at..])
}

#[cfg(test)]
mod tests {
    use people_protect_contract::Contract;
    use serde_json::json;

    use super::{CONTRACT, served_at};

    #[test]
    fn the_servers_become_this_simulator_and_all_else_stays() {
        let text = served_at(CONTRACT, "http://127.0.0.1:4010");
        let served = Contract::parse(&text, "served.yaml").unwrap();
        let kept = Contract::parse(CONTRACT, "kept.yaml").unwrap();
        assert_eq!(served.operations(), kept.operations());
        let here = |path: &str| {
            let url = format!("http://127.0.0.1:4010{path}");
            json!([{ "url": url, "description": "This simulator." }])
        };
        let mut expected = kept.value().clone();
        expected["servers"] = here("/panic-api/v2");
        // R50, C39: the two CSV routes have another base.
        for path in ["upload", "download"] {
            let path = &mut expected["paths"][format!("/predefinedlocations/{path}")];
            assert!(path["servers"].is_array());
            path["servers"] = here("/v1");
        }
        assert_eq!(*served.value(), expected);
    }
}
