//! Every operation, called with something harmless.

use std::num::NonZeroU64;

use people_protect::raw::{CsvUpload, OpenObject, Timestamp, types};
use people_protect::{Error, PeopleProtect};

/// Calls one operation by its id, through the wrapper.
pub(crate) async fn call(aura: &PeopleProtect, operation: &str) -> Result<(), Error> {
    macro_rules! calls {
        ($($name:ident($($argument:expr),*)),* $(,)?) => {
            match operation {
                $(stringify!($name) => aura
                    .call(|raw| async move { raw.$name($($argument),*).await })
                    .await
                    .map(drop),)*
                other => panic!("{other} is not called here"),
            }
        };
    }
    calls![
        create_oauth_token(&types::TokenRequest::new("c", "s")),
        create_callout_token(&types::CalloutTokenRequest::new(1)),
        create_customer(&types::CreateCustomerRequest::new(
            types::CustomerInput::new("Jane", "Doe", "+27821234567")
        )),
        get_customer(1),
        update_customer(1, &types::UpdateCustomerRequest::default()),
        delete_customer(1),
        create_signup_session(&types::CreateSignupSessionRequest::new(
            "https://example.com"
        )),
        get_signup_session("1"),
        list_subscription_types(),
        list_customer_subscriptions(1),
        create_subscription(&types::CreateSubscriptionRequest::new(1, 4)),
        get_subscription(1),
        update_subscription(
            1,
            &types::UpdateSubscriptionRequest::new(Timestamp::from("2027-01-01T00:00:00Z"))
        ),
        cancel_subscription(1, &types::CancelSubscriptionRequest::new("moved")),
        create_subscription_management_session(
            &types::CreateSubscriptionManagementSessionRequest::new("https://example.com")
        ),
        list_response_types(),
        get_coverage(1),
        create_customer_callout(1, &types::CreateCustomerCalloutRequest::new(1)),
        list_customer_callouts(1),
        create_callout_legacy(&types::CreateCalloutLegacyRequest::default()),
        list_active_callouts(),
        get_callout(1),
        update_callout_location_and_return(
            1,
            &types::UpdateCalloutLocationAndReturnRequest::new(1.0, 2.0)
        ),
        update_callout_location(1, &types::UpdateCalloutLocationRequest::new(1.0, 2.0)),
        cancel_callout(1, &types::CancelCalloutRequest::default()),
        dismiss_callout(1, &OpenObject::default()),
        get_resolution_report(1),
        get_callout_map(1),
        create_fixed_location_callout("shop-1", &types::CreateFixedLocationCalloutRequest::new()),
        list_callout_events(1),
        create_callout_event(1, &types::CreateCalloutEventRequest::new("app", "hello")),
        list_exception_reasons(1),
        create_exception_reason(1, &types::CreateExceptionReasonRequest::new(1)),
        create_rating(&types::CreateRatingRequest::new(1, NonZeroU64::MIN)),
        create_rating_item(&types::CreateRatingItemRequest::new(1, "fast")),
        list_rating_items(),
        register_webhook(&types::RegisterWebhookRequest::new("https://example.com")),
        create_fixed_location(&location()),
        list_fixed_locations(),
        get_fixed_location(1),
        update_fixed_location(1, &location()),
        delete_fixed_location(1),
        upload_fixed_locations(&CsvUpload::new("a,b\n", "https://example.com/done")),
        download_fixed_locations(),
        create_scheduled_service("guard", &types::CreateScheduledServiceRequest::default()),
        cancel_scheduled_service("1"),
        create_lead(&types::CreateLeadRequest::new(
            "+27821234567",
            OpenObject::default()
        )),
        get_lead("1"),
        link_device(&types::LinkDeviceRequest::new(1, "serial", "supplier")),
        update_device(&types::UpdateDeviceRequest::new(1, "1")),
        unlink_device("1"),
        create_device_event(&types::DeviceEventRequest::new(1, 1)),
    ]
}

fn location() -> types::FixedLocationInput {
    types::FixedLocationInput::new("shop-1", "Shop", "-26.1", "28.1")
}
