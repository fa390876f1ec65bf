//! The routes, and the way from HTTP to an operation and back.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, Request, Response};
use axum::routing::{MethodFilter, on};
use people_protect_api::Base;

use crate::answer::Answer;
use crate::app::{App, Arrived};
use crate::body::{LIMIT, UPLOAD_LIMIT};
use crate::operations::{Served, served};
use crate::problem::Problem;
use crate::{control, pages};

/// What every path of the contract begins with, and where the two CSV routes are (R50).
pub(crate) const API: &str = "/panic-api/v2";
pub(crate) const CSV: &str = "/v1";

/// All routes. Literal segments win over parameters (an assumption of the contract): the router
/// works that way.
pub(crate) fn router(app: Arc<App>) -> Router {
    let mut router = Router::new();
    for served in served() {
        let Ok(method) = Method::from_bytes(served.operation.method.as_bytes()) else {
            continue;
        };
        let Ok(filter) = MethodFilter::try_from(method) else {
            continue;
        };
        let base = match served.operation.base {
            Base::Csv => CSV,
            _ => API,
        };
        let run = move |State(app): State<Arc<App>>,
                        path: Result<RawPathParams, RawPathParamsRejection>,
                        request: Request<Body>| call(app, served, path, request);
        router = router.route(&format!("{base}{}", served.operation.path), on(filter, run));
    }
    router
        .merge(control::routes())
        .merge(pages::routes())
        .method_not_allowed_fallback(wrong_method)
        .fallback(no_route)
        .with_state(app)
}

async fn call(
    app: Arc<App>,
    served: Served,
    path: Result<RawPathParams, RawPathParamsRejection>,
    request: Request<Body>,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let method = parts.method.as_str();
    let path: Vec<(String, String)> = match &path {
        Ok(path) => path
            .iter()
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect(),
        Err(_) => {
            let problem = Problem::bad_request("the path is not valid UTF-8");
            return respond(app.refuse(method, problem));
        }
    };
    let limit = match served.operation.base {
        Base::Csv => UPLOAD_LIMIT,
        _ => LIMIT,
    };
    let body = match to_bytes(body, limit).await {
        Ok(body) => body,
        Err(_) => {
            let problem = Problem::too_large(format!(
                "the body did not arrive whole, or is larger than {limit} bytes"
            ));
            return respond(app.refuse(method, problem));
        }
    };
    let authorization = parts
        .headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let content_type = parts
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    respond(app.run(
        &served,
        &Arrived {
            method,
            authorization,
            content_type,
            path: &path,
            body: &body,
        },
    ))
}

/// R15: DELETE on a customer ends here, for instance.
async fn wrong_method(State(app): State<Arc<App>>, request: Request<Body>) -> Response<Body> {
    let method = request.method().as_str();
    respond(app.refuse(
        method,
        Problem::wrong_method("this route has no such method: the Allow header lists those it has"),
    ))
}

async fn no_route(State(app): State<Arc<App>>, request: Request<Body>) -> Response<Body> {
    let method = request.method().as_str();
    let text = "there is no such route here; the API is under /panic-api/v2, and this simulator does not serve all of it yet";
    respond(app.refuse(method, Problem::not_found(text)))
}

/// Turns an answer into HTTP.
pub(crate) fn respond(answer: Answer) -> Response<Body> {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = answer.status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(answer.media));
    response
}
