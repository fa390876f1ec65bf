//! The hosted sign-up (R52, R53, R89).

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{Response, StatusCode};
use axum::routing::get;
use jiff::Timestamp;
use maud::{Markup, html};
use people_protect_api::types;

use super::form::{Faults, Field, Form, choice};
use super::{back, expired, is_expired, page, see_other, unknown};
use crate::app::App;
use crate::signup::{Entered, SignupOutcome, SignupSession};
use crate::source::Source;
use crate::state;

const WHAT: &str = "sign-up";
const OPERATION: &str = "create_signup_session";

/// What a payment that did not go through is called: the documentation's example.
const PAYMENT_FAILED: &str = "payment_failed";

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/signup/{id}", get(show).post(submit))
}

async fn show(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response<Body> {
    let held = app.lock();
    let (session, source) = match open(&held.state, &app.setup.sources, &id, held.now()) {
        Ok(open) => open,
        Err(closed) => return *closed,
    };
    if session.outcome == Some(SignupOutcome::Completed) {
        return completed(session, held.state.settings.keeps("R53"));
    }
    let email = session.email.as_ref().map_or("", |email| email.reveal());
    let first = source.subscription_types.first();
    let mut given = form_urlencoded::Serializer::new(String::new());
    given.append_pair("email", email);
    if let Some(first) = first {
        given.append_pair("type", &first.id.to_string());
    }
    let form = Form::read(given.finish().as_bytes());
    let main = asking(session, source, &form, &Faults::default());
    page(StatusCode::OK, "Sign up", Some(&session.return_url), &main)
}

async fn submit(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Response<Body> {
    let form = Form::read(&bytes);
    app.change(|held, now| end(&mut held.state, &app.setup.sources, &id, &form, now))
}

/// The session behind a link and its source, or the page that says why there is none.
fn open<'a>(
    state: &'a state::State,
    sources: &'a [Source],
    id: &str,
    now: Timestamp,
) -> Result<(&'a SignupSession, &'a Source), Box<Response<Body>>> {
    let absent = || Box::new(unknown(WHAT, OPERATION));
    let session = state.any_signup(id).ok_or_else(absent)?;
    let source = sources.iter().find(|source| source.id == session.source);
    let source = source.ok_or_else(absent)?;
    let over = session.outcome == Some(SignupOutcome::Completed);
    if !over && is_expired(&state.settings, session.created_at, now) {
        return Err(Box::new(expired(WHAT, OPERATION, &session.return_url)));
    }
    Ok((session, source))
}

fn end(
    state: &mut state::State,
    sources: &[Source],
    id: &str,
    form: &Form,
    now: Timestamp,
) -> Response<Body> {
    let (session, source) = match open(state, sources, id, now) {
        Ok(open) => open,
        Err(closed) => return *closed,
    };
    // A button that is pressed twice leads to the same place twice.
    if session.outcome == Some(SignupOutcome::Completed)
        && let Some(redirect) = session.last_redirect(state.settings.keeps("R53"))
    {
        return see_other(redirect.reveal());
    }
    let (outcome, entered) = match form.text("action") {
        "give-up" => (SignupOutcome::Abandoned, None),
        "fail" => {
            let error_code = PAYMENT_FAILED.to_owned();
            (SignupOutcome::Failed { error_code }, None)
        }
        _ => match entered(state, session, source, form) {
            Ok(entered) => (SignupOutcome::Completed, Some(entered)),
            Err(faults) => {
                let main = asking(session, source, form, &faults);
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                return page(status, "Sign up", Some(&session.return_url), &main);
            }
        },
    };
    match state.end_signup(sources, id, outcome, entered, now) {
        Ok(redirect) => see_other(redirect.reveal()),
        Err(error) => {
            let main = html! { h1 { "The sign-up did not end" } p { (error) } };
            page(StatusCode::CONFLICT, "Sign up", None, &main)
        }
    }
}

/// What was entered, once it would be taken.
fn entered(
    state: &state::State,
    session: &SignupSession,
    source: &Source,
    form: &Form,
) -> Result<Entered, Faults> {
    let mut faults = Faults::default();
    let name = faults.sift("name", form.needed("name", "your first name"));
    let surname = faults.sift("surname", form.needed("surname", "your surname"));
    let mobile = faults.sift("mobile", form.needed("mobile", "your mobile number"));
    let email = match form.text("email") {
        "" => None,
        _ => faults.sift("email", form.needed("email", "your e-mail address")),
    };
    let type_id = form.text("type").parse().ok();
    let type_id = type_id.filter(|id| source.subscription_type(*id).is_some());
    if type_id.is_none() {
        faults.add("type", "Choose a subscription.");
    }
    let (Some(name), Some(surname), Some(mobile), Some(type_id), true) =
        (name, surname, mobile, type_id, faults.is_empty())
    else {
        return Err(faults);
    };
    let mut person = types::CustomerInput::new(name, surname, mobile);
    person.email = email.map(Into::into);
    person.external_reference_id = session.customer_reference_id.clone();
    match state.check_profile(source.id, &person, None) {
        Ok(()) => Ok(Entered { person, type_id }),
        Err(problem) => {
            // R11. All else about a profile was checked above.
            let fault = if problem.status == StatusCode::CONFLICT {
                "This number is registered already: enter another one.".to_owned()
            } else {
                problem.message
            };
            faults.add("mobile", fault);
            Err(faults)
        }
    }
}

fn asking(session: &SignupSession, source: &Source, form: &Form, faults: &Faults) -> Markup {
    let site = session.site_details.as_ref();
    let site = site.and_then(|site| site.site_name.as_ref());
    let field = |name, label, hint, kind, autocomplete, required| {
        Field {
            id: name,
            name,
            label,
            hint,
            kind,
            autocomplete,
            value: form.text(name),
            required,
        }
        .draw(faults)
    };
    html! {
        h1 { "Sign up" }
        @if let Some(site) = site { p { "For the site " strong { (site.reveal()) } } }
        (faults.summary())
        @match &session.outcome {
            Some(SignupOutcome::Failed { error_code }) => {
                p .notice role="status" { "It failed last time (" code { (error_code) } "). You may try again." }
            }
            Some(SignupOutcome::Abandoned) => {
                p .notice role="status" { "You gave up last time. You may try again." }
            }
            _ => {}
        }
        form method="post" {
            h2 { "Who is to be protected" }
            (field("name", "First name", None, "text", "given-name", true))
            (field("surname", "Surname", None, "text", "family-name", true))
            (field("mobile", "Mobile number", Some("With the country code, such as +27821234567"), "tel", "tel", true))
            (field("email", "E-mail", None, "email", "email", false))
            @let options = source.subscription_types.iter().map(|kind| (kind.id, kind.value.as_str()));
            (choice("type", "Subscription", options, form.text("type"), faults))
            h2 { "Payment" }
            p { "Nothing is paid here, and no card is asked for: the first button does what a payment that went through would do, the second what a failed one would." }
            p .actions {
                button .primary type="submit" name="action" value="pay" { "Pay and sign up" }
                button type="submit" name="action" value="fail" formnovalidate { "Let the payment fail" }
                button type="submit" name="action" value="give-up" formnovalidate { "Give up" }
            }
            @if back::is_app(session.return_url.reveal()) {
                p .hint { "All three lead back to an app. If none opens, load this page again to see how it ended." }
            }
        }
    }
}

fn completed(session: &SignupSession, with_status: bool) -> Response<Body> {
    let main = html! {
        h1 { "You are signed up" }
        p role="status" { "This sign-up is complete and cannot be done twice." }
        @if let Some(redirect) = session.last_redirect(with_status) { (back::link(redirect.reveal())) }
    };
    page(
        StatusCode::OK,
        "Signed up",
        Some(&session.return_url),
        &main,
    )
}
