//! The hosted subscription management (R07, R48).
//!
//! What a person may do there is not documented, but for that it ends in the usual events: what
//! stands here is an assumption, as is that members are found by their mobile number. All of it is
//! done by what the API does it with, so it obeys the same rules (R19, R20, R23, R66, R68). The
//! `locale` and `configuration` of the session change nothing.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{Response, StatusCode};
use axum::routing::get;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::form::{Faults, Form};
use super::{expired, is_expired, page, see_other, unknown};
use crate::app::App;
use crate::customer::Customer;
use crate::management::ManagementSession;
use crate::problem::Problem;
use crate::source::Source;
use crate::state;
use crate::subscription::{Plan, Subscription};

mod view;

const WHAT: &str = "subscription management";
const OPERATION: &str = "create_subscription_management_session";

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/subscription-management/{id}", get(show).post(submit))
}

/// What a link opens.
struct Open<'state, 'setup> {
    session: &'state ManagementSession,
    customer: &'state Customer,
    source: &'setup Source,
}

async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    query: Result<Query<HashMap<String, String>>, QueryRejection>,
) -> Response<Body> {
    let held = app.lock();
    let now = held.now();
    let open = match open(&held.state, &app.setup.sources, &id, now) {
        Ok(open) => open,
        Err(closed) => return *closed,
    };
    let done = query.ok().and_then(|Query(query)| {
        let done = query.get("done")?;
        Done::ALL.into_iter().find(|known| known.word() == done)
    });
    let (form, faults) = (Form::read(b""), Faults::default());
    let main = view::whole(&held.state, &open, done, &form, &faults, now);
    let back = &open.session.return_url;
    page(StatusCode::OK, view::TITLE, Some(back), &main)
}

async fn submit(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Response<Body> {
    let form = Form::read(&bytes);
    app.change(|held, now| {
        let sources = &app.setup.sources;
        let (customer, source) = match open(&held.state, sources, &id, now) {
            Ok(open) => (open.customer.id, open.source),
            Err(closed) => return *closed,
        };
        let told = held.state.outbox.len();
        let acted = act(&mut held.state, source, customer, &form, now);
        if !held.state.settings.keeps("R48") {
            held.state.outbox.truncate(told);
        }
        let faults = match acted {
            Ok(done) => {
                return see_other(&format!(
                    "/subscription-management/{id}?done={}",
                    done.word()
                ));
            }
            Err(faults) => faults,
        };
        match open(&held.state, sources, &id, now) {
            Ok(open) => {
                let main = view::whole(&held.state, &open, None, &form, &faults, now);
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                page(status, view::TITLE, Some(&open.session.return_url), &main)
            }
            Err(closed) => *closed,
        }
    })
}

fn open<'state, 'setup>(
    state: &'state state::State,
    sources: &'setup [Source],
    id: &str,
    now: Timestamp,
) -> Result<Open<'state, 'setup>, Box<Response<Body>>> {
    let absent = || Box::new(unknown(WHAT, OPERATION));
    let session = state.management(id).ok_or_else(absent)?;
    if is_expired(&state.settings, session.created_at, now) {
        return Err(Box::new(expired(WHAT, OPERATION, &session.return_url)));
    }
    // A session can outlive its customer.
    let customer = state.customers.get(&session.customer_id);
    let customer = customer.filter(|customer| customer.retired_at.is_none());
    let customer = customer.ok_or_else(absent)?;
    let source = sources.iter().find(|source| source.id == customer.source);
    Ok(Open {
        session,
        customer,
        source: source.ok_or_else(absent)?,
    })
}

/// What was done, for the page after it.
#[derive(Clone, Copy)]
enum Done {
    Activated,
    Renewed,
    Cancelled,
    Added,
    Removed,
}

impl Done {
    const ALL: [Self; 5] = [
        Self::Activated,
        Self::Renewed,
        Self::Cancelled,
        Self::Added,
        Self::Removed,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Activated => "activated",
            Self::Renewed => "renewed",
            Self::Cancelled => "cancelled",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

/// Does what one of the page's forms asks for, or nothing and says why.
fn act(
    state: &mut state::State,
    source: &Source,
    customer: i64,
    form: &Form,
    now: Timestamp,
) -> Result<Done, Faults> {
    let action = form.text("action");
    if action == "activate" {
        let type_id = form.text("type").parse();
        let type_id = type_id.map_err(|_| fault("type", "Choose a subscription."))?;
        let plan = Plan {
            type_id,
            valid_from: None,
            valid_to: None,
            dependants: Vec::new(),
        };
        return match state.activate(source, customer, plan, now) {
            Ok(_) => Ok(Done::Activated),
            Err(problem) => Err(fault("type", problem.message)),
        };
    }
    // Only what is the customer's own: a member manages nothing (R16 holds for what is another's).
    let subscription = form.text("subscription").parse().ok();
    let subscription = subscription
        .and_then(|id| state.subscription(source.id, id).ok())
        .filter(|subscription| subscription.customer_id == customer)
        .cloned()
        .ok_or_else(|| fault("subscriptions", "That is not a subscription of yours."))?;
    let id = subscription.id;
    let field = view::field(action, id);
    let refused = |problem: Problem| fault(field.clone(), problem.message);
    let renew = |state: &mut state::State, valid_to, members| {
        state
            .renew(source.id, id, valid_to, members, now)
            .map_err(refused)
    };
    match action {
        "renew" => {
            let valid_to = end_of_day(form.text("valid_to"), subscription.valid_to)
                .map_err(|text| fault(field.clone(), text))?;
            renew(state, valid_to, None)?;
            Ok(Done::Renewed)
        }
        "cancel" => {
            let reason = form.needed("reason", "a reason");
            let reason = reason.map_err(|text| fault(field.clone(), text))?;
            if subscription.cancelled_at.is_some() {
                return Err(fault(field, "This subscription is cancelled already."));
            }
            let cancelled = state.cancel_subscription(source.id, id, Some(reason.into()), now);
            cancelled.map_err(refused)?;
            Ok(Done::Cancelled)
        }
        "add" => {
            let mobile = form.needed("mobile", "a mobile number");
            let mobile = mobile.map_err(|text| fault(field.clone(), text))?;
            let found = state.by_mobile.get(&(source.id, mobile.into())).copied();
            let member = found.filter(|found| *found != customer).ok_or_else(|| {
                fault(field.clone(), "Nobody else is registered with this number: enter the number of somebody who is.")
            })?;
            let mut members = subscription.dependants.clone();
            if members.contains(&member) {
                return Err(fault(field, "This person is a member already."));
            }
            members.push(member);
            renew(state, subscription.valid_to, Some(members))?;
            Ok(Done::Added)
        }
        "remove" => {
            let member = form.text("member").parse().ok();
            let mut members = subscription.dependants.clone();
            members.retain(|known| Some(*known) != member);
            if members.len() == subscription.dependants.len() {
                return Err(fault(field, "This person is no member any more."));
            }
            renew(state, subscription.valid_to, Some(members))?;
            Ok(Done::Removed)
        }
        _ => Err(fault("subscriptions", "Use one of the buttons.")),
    }
}

fn fault(field: impl Into<String>, text: impl Into<String>) -> Faults {
    let mut faults = Faults::default();
    faults.add(field, text);
    faults
}

/// Cover lasts to the end of the chosen day, in UTC, and a renewal only ever lengthens it:
/// assumptions.
fn end_of_day(text: &str, until: Timestamp) -> Result<Timestamp, String> {
    let date: Date = text
        .parse()
        .map_err(|_| "Enter a date, such as 2027-06-10.".to_owned())?;
    let end = date
        .to_datetime(Time::constant(23, 59, 59, 0))
        .to_zoned(TimeZone::UTC)
        .map_err(|_| "Choose an earlier day.".to_owned())?
        .timestamp();
    if end > until {
        Ok(end)
    } else {
        let until = until.strftime("%Y-%m-%d");
        Err(format!("Choose a day after {until}."))
    }
}

/// Whether there is anything to be done with it (R20).
fn is_open(subscription: &Subscription, now: Timestamp) -> bool {
    subscription.cancelled_at.is_none() && now <= subscription.valid_to
}
