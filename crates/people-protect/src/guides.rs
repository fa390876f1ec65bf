//! The guide pages, compiled.

#[doc = include_str!("../../../docs/getting-started.md")]
struct GettingStarted;
#[doc = include_str!("../../../docs/raising-a-callout.md")]
struct RaisingACallout;
#[doc = include_str!("../../../docs/cancelling.md")]
struct Cancelling;
#[doc = include_str!("../../../docs/errors.md")]
struct Errors;
#[doc = include_str!("../../../docs/tokens.md")]
struct Tokens;
#[doc = include_str!("../../../docs/timeouts-and-retries.md")]
struct TimeoutsAndRetries;
#[doc = include_str!("../../../docs/observability.md")]
struct Observability;
#[doc = include_str!("../../../docs/customers.md")]
struct Customers;
#[doc = include_str!("../../../docs/subscriptions.md")]
struct Subscriptions;
#[doc = include_str!("../../../docs/hosted-signup.md")]
struct HostedSignup;

#[doc = include_str!("../../../docs/hosted-subscription-management.md")]
struct HostedSubscriptionManagement;
#[doc = include_str!("../../../docs/devices.md")]
struct Devices;

#[doc = include_str!("../../../docs/leads.md")]
struct Leads;

#[doc = include_str!("../../../docs/scheduled-services.md")]
struct ScheduledServices;
#[doc = include_str!("../../../docs/after-a-callout.md")]
struct AfterACallout;

#[doc = include_str!("../../../docs/callout-events.md")]
struct CalloutEvents;

#[doc = include_str!("../../../docs/location-streaming.md")]
struct LocationStreaming;
#[cfg(feature = "axum")]
#[doc = include_str!("../../../docs/webhooks.md")]
struct Webhooks;
#[doc = include_str!("../../../docs/coverage.md")]
struct Coverage;

#[doc = include_str!("../../../docs/fixed-locations.md")]
struct FixedLocations;
#[doc = include_str!("../../../docs/watching.md")]
struct Watching;
