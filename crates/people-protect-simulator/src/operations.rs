//! The operations that are served, each under its id in the contract.
//!
//! Method, path and kind of token come from the contract's own table
//! ([`people_protect_api::OPERATIONS`]), so they cannot drift from it.

use people_protect_api::Operation;

use crate::call::Run;

mod callouts;
mod catalogue;
mod customers;
mod subscriptions;
mod tokens;

/// An operation of the contract and what it does here.
#[derive(Clone, Copy)]
pub(crate) struct Served {
    pub(crate) operation: &'static Operation,
    pub(crate) run: Run,
}

const BY_ID: [(&str, Run); 21] = [
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
];

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
        assert_eq!(found, BY_ID.map(|(id, _)| id));
    }
}
