//! The routes, and the way from HTTP to an operation and back.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Request, Response};
use axum::middleware::{Next, from_fn_with_state};
use axum::routing::{MethodFilter, on};
use people_protect_api::Base;

use crate::answer::Answer;
use crate::app::{App, Arrived};
use crate::operations::{Served, served};
use crate::problem::Problem;
use crate::switch::people::{DELETE_VERB_STATUS, UNVERSIONED_BASE};
use crate::{control, described, fault, pages};

/// What every path of the contract begins with, and where the two CSV routes are (R50).
pub(crate) const API: &str = "/panic-api/v2";
pub(crate) const CSV: &str = "/v1";

/// Where the API was documented earlier (C39), for the switch.
const UNVERSIONED: &str = "/panic-api";

/// Whether a path under the earlier base is served.
fn is_unversioned(app: &App, path: &str) -> bool {
    path.starts_with(UNVERSIONED) && app.lock().state.settings.is_on(&UNVERSIONED_BASE)
}

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
        if base == API {
            let run = move |State(app): State<Arc<App>>,
                            path: Result<RawPathParams, RawPathParamsRejection>,
                            request: Request<Body>| async move {
                if is_unversioned(&app, request.uri().path()) {
                    call(app, served, path, request).await
                } else {
                    no_route(State(app), request).await
                }
            };
            let path = format!("{UNVERSIONED}{}", served.operation.path);
            router = router.route(&path, on(filter, run));
        }
    }
    let mut router = router
        .merge(control::routes())
        .merge(pages::routes())
        .merge(described::routes())
        .method_not_allowed_fallback(wrong_method)
        .fallback(no_route);
    if app.store.is_some() {
        router = router.layer(from_fn_with_state(Arc::clone(&app), kept));
    }
    router.with_state(app)
}

/// Answers only when all that the answer may tell of is in the state file. Once that cannot be
/// written, only reading the control surface is left, so that the state can be rescued.
async fn kept(State(app): State<Arc<App>>, request: Request<Body>, next: Next) -> Response<Body> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    if safe && request.uri().path().starts_with(control::BASE) {
        return next.run(request).await;
    }
    if let Err(error) = app.keeps() {
        return respond(Problem::from(error).into());
    }
    let response = next.run(request).await;
    match app.settled().await {
        Ok(()) => response,
        Err(error) => respond(Problem::from(error).into()),
    }
}

async fn call(
    app: Arc<App>,
    served: Served,
    path: Result<RawPathParams, RawPathParamsRejection>,
    request: Request<Body>,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(path) = path else {
        let problem = Problem::bad_request("the path is not valid UTF-8");
        return respond(app.refuse(parts.method.as_str(), problem));
    };
    let path: Vec<(String, String)> = path
        .iter()
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    // It has been read and bounded already: this neither waits nor fails.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let operation = served.operation.id;
    let due = app
        .faults
        .due(operation, || customer_of(&app, &path, &body));
    let Some(due) = due else {
        let answer = run(&app, &served, &parts, &path, &body);
        return app.drifts.respond(operation, answer);
    };
    let method = parts.method.as_str().to_owned();
    let shared = Arc::clone(&app);
    fault::run(app, due, method, operation, move || {
        let answer = run(&shared, &served, &parts, &path, &body);
        shared.drifts.respond(operation, answer)
    })
    .await
}

fn run(
    app: &App,
    served: &Served,
    parts: &Parts,
    path: &[(String, String)],
    body: &[u8],
) -> Answer {
    let text = |name| {
        parts
            .headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    app.run(
        served,
        &Arrived {
            method: parts.method.as_str(),
            authorization: text(AUTHORIZATION),
            content_type: text(CONTENT_TYPE),
            path,
            body,
        },
    )
}

/// Whom a call is about, for faults of one customer.
fn customer_of(app: &App, path: &[(String, String)], body: &[u8]) -> Option<i64> {
    let in_path = |name: &str| -> Option<i64> {
        let (_, value) = path.iter().find(|(key, _)| key == name)?;
        value.parse().ok()
    };
    in_path("customerId")
        .or_else(|| {
            app.lock()
                .state
                .callouts
                .get(&in_path("calloutId")?)?
                .customer_id
        })
        .or_else(|| {
            let body: serde_json::Value = serde_json::from_slice(body).ok()?;
            body.get("customerId")?.as_i64()
        })
}

/// R15: DELETE on a customer ends here, for instance. That it is 405 is an assumption.
async fn wrong_method(State(app): State<Arc<App>>, request: Request<Body>) -> Response<Body> {
    let path = request.uri().path();
    let versioned = path.strip_prefix(API);
    if versioned.is_none() && path.starts_with(UNVERSIONED) && !is_unversioned(&app, path) {
        return no_route(State(app), request).await;
    }
    let method = request.method().as_str();
    let problem =
        Problem::wrong_method("this route has no such method: the Allow header lists those it has");
    let customer = versioned.and_then(|path| path.strip_prefix("/customers/"));
    match customer.filter(|id| request.method() == Method::DELETE && !id.contains('/')) {
        Some(customer) => respond(delete_verb(&app, customer, &request, problem)),
        None => respond(app.refuse(method, problem)),
    }
}

/// R15: DELETE is not the verb, unless the rule is broken.
fn delete_verb(app: &App, customer: &str, request: &Request<Body>, problem: Problem) -> Answer {
    let kept = app.lock().state.settings.keeps("R15");
    let retire = served().find(|served| served.operation.id == "delete_customer");
    match retire.filter(|_| !kept) {
        Some(served) => app.run(
            &served,
            &Arrived {
                method: "DELETE",
                authorization: request
                    .headers()
                    .get(AUTHORIZATION)
                    .and_then(|value| value.to_str().ok()),
                content_type: None,
                path: &[("customerId".to_owned(), customer.to_owned())],
                body: b"",
            },
        ),
        None => app.refuse("DELETE", problem.decided_by(&DELETE_VERB_STATUS)),
    }
}

async fn no_route(State(app): State<Arc<App>>, request: Request<Body>) -> Response<Body> {
    let method = request.method().as_str();
    let text =
        "there is no such route here; the API is under /panic-api/v2, the two CSV routes under /v1";
    respond(app.refuse(method, Problem::not_found(text)))
}

/// Turns an answer into HTTP.
pub(crate) fn respond(answer: Answer) -> Response<Body> {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = answer.status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(answer.media));
    if let Some(seconds) = answer.retry_after_s {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
