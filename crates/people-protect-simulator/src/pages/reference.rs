//! The contract and the control surface's document, rendered to read and to try out.
//!
//! Rendered by Swagger UI, which the crate `swagger-ui-dist` carries as files. Two of them are
//! served: the script and its style sheet. They ask for nothing from elsewhere.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderValue, Response, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::routing::get;
use maud::{DOCTYPE, html};
use swagger_ui_dist::{ApiDefinition, OpenApiSource, generate_routes};

use crate::app::App;
use crate::pages::{asset, whole};

/// Swagger UI draws its icons from `data:` addresses. Scripts, styles and requests are this
/// simulator's own.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const SCRIPT: &str = "/reference/ui/swagger-ui-bundle.js";
const STYLE: &str = "/reference/ui/swagger-ui.css";

pub(super) fn routes() -> Router<Arc<App>> {
    let renderer = generate_routes(ApiDefinition {
        uri_prefix: "/reference/ui",
        api_definition: OpenApiSource::Uri("/openapi.yaml"),
        title: None,
    });
    Router::new()
        .merge(renderer.layer(from_fn(only_its_files)).with_state(()))
        .route("/reference", get(async || page("The API", "/openapi.json")))
        .route(
            "/reference/control",
            get(async || page("The control surface", "/reference/control.json")),
        )
        .route(
            "/reference.js",
            get(|| asset(START, "text/javascript; charset=utf-8")),
        )
        .route(
            "/reference.css",
            get(|| asset(CSS, "text/css; charset=utf-8")),
        )
}

const START: &str = include_str!("reference.js");
const CSS: &str = include_str!("reference.css");

/// The renderer brings a page of its own, with a script in it: that one is not served.
async fn only_its_files(request: Request, next: Next) -> Response<Body> {
    let path = request.uri().path();
    if path == SCRIPT || path == STYLE {
        return next.run(request).await;
    }
    let main = html! {
        h1 { "There is no such page" }
        p { a href="/reference" { "The API reference" } }
    };
    whole(StatusCode::NOT_FOUND, "Not there", &[], None, &main)
}

fn page(title: &str, document: &str) -> Response<Body> {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – People Protect simulator" }
                link rel="stylesheet" href=(STYLE);
                link rel="stylesheet" href="/reference.css";
                script src=(SCRIPT) defer {}
                script src="/reference.js" defer {}
            }
            body {
                nav aria-label="Documents" {
                    a href="/" { "Simulator" }
                    @for (name, at) in [("The API", "/reference"), ("The control surface", "/reference/control")] {
                        a href=(at) aria-current=[(name == title).then_some("page")] { (name) }
                    }
                }
                div #reference data-document=(document) {
                    noscript { p { "The reference is drawn by a script. Without one, read " a href="/openapi.yaml" { "the contract" } " and " a href="/_simulator/openapi.yaml" { "the control surface's document" } "." } }
                }
            }
        }
    };
    let mut response = whole(StatusCode::OK, title, &[], None, &html! {});
    *response.body_mut() = Body::from(page.into_string());
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}
