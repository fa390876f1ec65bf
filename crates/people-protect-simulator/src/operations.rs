//! The operations that are served, each under its id in the contract.
//!
//! Method, path and kind of token come from the contract's own table
//! ([`people_protect_api::OPERATIONS`]), so they cannot drift from it.

use axum::http::StatusCode;
use people_protect_api::Operation;

use crate::answer::Answer;
use crate::call::Run;
use crate::problem::Problem;

mod callouts;
mod catalogue;
mod coverage;
mod customers;
mod devices;
mod endings;
mod events;
mod exceptions;
mod fixed_locations;
mod leads;
mod portfolio;
mod ratings;
mod scheduled;
mod sessions;
mod shape;
mod subscriptions;
mod tokens;
mod webhooks;

/// An operation of the contract and what it does here.
#[derive(Clone, Copy)]
pub(crate) struct Served {
    pub(crate) operation: &'static Operation,
    pub(crate) run: Run,
}

const BY_ID: &[(&str, Run)] = &[
    ("create_oauth_token", tokens::create_oauth_token),
    ("create_callout_token", tokens::create_callout_token),
    ("create_customer", customers::create_customer),
    ("get_customer", customers::get_customer),
    ("update_customer", customers::update_customer),
    ("delete_customer", customers::delete_customer),
    (
        "list_subscription_types",
        catalogue::list_subscription_types,
    ),
    ("list_response_types", catalogue::list_response_types),
    (
        "list_customer_subscriptions",
        subscriptions::list_customer_subscriptions,
    ),
    ("create_subscription", subscriptions::create_subscription),
    ("get_subscription", subscriptions::get_subscription),
    ("update_subscription", subscriptions::update_subscription),
    ("cancel_subscription", subscriptions::cancel_subscription),
    ("create_signup_session", sessions::create_signup_session),
    ("get_signup_session", sessions::get_signup_session),
    (
        "create_subscription_management_session",
        sessions::create_subscription_management_session,
    ),
    ("create_customer_callout", callouts::create_customer_callout),
    ("create_callout_legacy", callouts::create_callout_legacy),
    ("list_customer_callouts", callouts::list_customer_callouts),
    ("list_active_callouts", callouts::list_active_callouts),
    ("get_callout", callouts::get_callout),
    (
        "update_callout_location_and_return",
        callouts::update_callout_location_and_return,
    ),
    ("update_callout_location", callouts::update_callout_location),
    ("cancel_callout", callouts::cancel_callout),
    (
        "create_scheduled_service",
        scheduled::create_scheduled_service,
    ),
    (
        "cancel_scheduled_service",
        scheduled::cancel_scheduled_service,
    ),
    ("create_lead", leads::create_lead),
    ("get_lead", leads::get_lead),
    ("link_device", devices::link_device),
    ("update_device", devices::update_device),
    ("unlink_device", devices::unlink_device),
    ("create_device_event", devices::create_device_event),
    ("dismiss_callout", endings::dismiss_callout),
    ("get_resolution_report", endings::get_resolution_report),
    ("get_callout_map", endings::get_callout_map),
    ("list_callout_events", events::list_callout_events),
    ("create_callout_event", events::create_callout_event),
    ("list_exception_reasons", exceptions::list_exception_reasons),
    (
        "create_exception_reason",
        exceptions::create_exception_reason,
    ),
    ("create_rating", ratings::create_rating),
    ("create_rating_item", ratings::create_rating_item),
    ("list_rating_items", ratings::list_rating_items),
    ("register_webhook", webhooks::register_webhook),
    (
        "create_fixed_location_callout",
        fixed_locations::create_fixed_location_callout,
    ),
    (
        "create_fixed_location",
        fixed_locations::create_fixed_location,
    ),
    (
        "list_fixed_locations",
        fixed_locations::list_fixed_locations,
    ),
    ("get_fixed_location", fixed_locations::get_fixed_location),
    (
        "update_fixed_location",
        fixed_locations::update_fixed_location,
    ),
    (
        "delete_fixed_location",
        fixed_locations::delete_fixed_location,
    ),
    ("upload_fixed_locations", portfolio::upload_fixed_locations),
    (
        "download_fixed_locations",
        portfolio::download_fixed_locations,
    ),
    ("get_coverage", coverage::get_coverage),
];

/// 200 with a body that is what it is: its nulls are its own, and what it repeats of a request is
/// not touched. That these operations answer 200 was documented earlier.
fn verbatim(body: &serde_json::Value) -> Result<Answer, Problem> {
    Ok(Answer {
        status: StatusCode::OK,
        media: "application/json",
        body: serde_json::to_vec(body).map_err(|_| Problem::defect())?,
        retry_after_s: None,
    })
}

/// Everything that is served.
pub(crate) fn served() -> impl Iterator<Item = Served> {
    BY_ID.iter().filter_map(|(id, run)| {
        Some(Served {
            operation: Operation::find(id)?,
            run: *run,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{BY_ID, served};

    #[test]
    fn every_operation_here_is_in_the_contract() {
        let found: Vec<_> = served().map(|served| served.operation.id).collect();
        let named: Vec<_> = BY_ID.iter().map(|(id, _)| *id).collect();
        assert_eq!(found, named);
    }
}
