//! A client for AURA's People Protect ("Panic") API that a back end can trust with an emergency.
//!
//! ```no_run
//! use people_protect::{Credentials, Environment, NewCustomer, PeopleProtect, Position};
//!
//! # async fn example() -> Result<(), people_protect::Error> {
//! let aura = PeopleProtect::builder(Environment::Staging, Credentials::from_env()?).build()?;
//! let plan = aura.subscription_types().await?.by_value("WEB_SIGNUP_SINGLE")?;
//! let security = aura.response_types().await?.by_value("SECURITY")?;
//! let jane = aura
//!     .register(NewCustomer::new("Jane", "Doe", "+27821234567".parse()?))
//!     .with_subscription(plan.starting_now_for_days(365))
//!     .await?;
//! let here = Position::new(-26.12345, 28.12345)?.accuracy_m(10.0);
//! let raised = aura.customer(jane.id()).raise(here, security).live().await?;
//! let mut changes = aura.callout(raised.id()).watch();
//! while let Some(view) = changes.try_next().await? {
//!     println!("{}", view.stage());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # What it takes care of
//!
//! - **The token**: fetched once, shared, renewed before it expires and after a 401; many callers
//!   at once make one token request.
//! - **The answer**: whatever comes back, its status, headers and body are kept, also when it is a
//!   proxy's page or cut off. 285 is no success (R33). A raise succeeds only with a callout id
//!   (P01).
//! - **The time**: every call has a deadline that covers all of it.
//! - **The network**: what may be repeated is, with growing waits and within a budget. A raise
//!   goes on until its deadline, because a repeat returns the active callout (R27).
//! - **The data**: tokens, tracking links, names, numbers and positions show in no `Debug` and no
//!   error.
//!
//! # What it leaves to you
//!
//! Ids differ between environments and customer sources and none is built in: look them up, or
//! configure them. Whether a callout is live or a test is said each time. What the contract says
//! must not be repeated is not, once it may have reached the server:
//! [`Error::may_have_reached_server`] tells.
//!
//! # Everything else
//!
//! [`PeopleProtect::call`] reaches every operation of the contract with the same care; [`raw`] has
//! the types.

// The documentation site says which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod activated;
mod answer;
mod builder;
mod call;
mod callout;
mod callout_client;
mod callout_event;
mod callout_lists;
mod callout_record;
mod callout_token;
mod callout_view;
mod cancellation;
mod client;
mod clock;
mod confirmed_signup;
mod core;
mod cover;
#[cfg(feature = "coverage")]
mod coverage;
mod credentials;
mod customer;
mod customer_session;
mod customer_token;
mod device;
mod device_event;
mod device_serial;
mod entitlement;
mod environment;
mod error;
mod exception_reason;
mod fixed_location;
mod fixed_location_callout;
#[cfg(feature = "csv")]
mod fixed_locations_csv;
#[cfg(feature = "csv")]
mod fixed_locations_sync;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(doctest)]
mod guides;
mod hosted_url;
mod http_client;
mod ids;
mod jwt;
mod lacking;
mod lead;
mod lead_status;
mod lead_uuid;
mod limits;
mod link_device;
mod location_feeder;
mod location_stream;
mod lookup;
mod middleware;
mod mobile;
mod new_fixed_location;
mod new_scheduled_request;
mod observer;
mod pace;
mod payment_return;
mod position;
mod profile;
mod raise;
mod random;
mod rating;
mod rating_item;
mod register;
mod retry;
mod return_address;
mod return_url;
mod scheduled_request;
mod signup;
mod signup_request;
mod signup_session_id;
mod signup_view;
mod stage;
mod subscribe;
mod subscription;
mod subscription_view;
mod subscriptions;
mod telemetry;
mod text_ids;
mod token;
mod tracking_url;
mod watch;
#[cfg(feature = "webhooks")]
pub mod webhooks;
mod wrapped;

/// The raw client and its types, generated from the contract.
pub use people_protect_api as raw;

pub use activated::Activated;
pub use answer::Answer;
pub use builder::Builder;
pub use callout::Callout;
pub use callout_client::{CalloutClient, CalloutClientBuilder};
pub use callout_event::{CalloutEvent, CalloutEvents, Said};
pub use callout_record::CalloutRecord;
pub use callout_token::CalloutToken;
pub use callout_view::CalloutView;
pub use cancellation::Cancellation;
pub use client::PeopleProtect;
pub use clock::{BoxFuture, Clock, SystemClock};
pub use confirmed_signup::{ConfirmedSignup, SignupOutcome};
pub use cover::Cover;
#[cfg(feature = "coverage")]
pub use coverage::{Coverage, CoverageArea};
pub use credentials::Credentials;
pub use customer::Customer;
pub use customer_session::{CustomerSession, ManageSubscription, ManagementPage};
pub use customer_token::{CustomerToken, UnverifiedClaims};
pub use device::{Device, UpdateDevice};
pub use device_event::{DeviceEvent, ResolvedEvent};
pub use device_serial::DeviceSerial;
pub use entitlement::{Entitlement, NotCovered};
pub use environment::{CustomEnvironment, Environment};
pub use error::{Error, ErrorKind};
pub use exception_reason::{AddExceptionReason, ExceptionReasons};
pub use fixed_location::FixedLocation;
pub use fixed_location_callout::{FixedLocationCallout, FixedLocationRaised};
#[cfg(feature = "csv")]
pub use fixed_locations_csv::{FixedLocationRow, FixedLocationsCsv};
#[cfg(feature = "csv")]
pub use fixed_locations_sync::{FixedLocationChange, FixedLocationsSync, SyncBasis};
pub use hosted_url::HostedUrl;
pub use ids::{
    CalloutId, ClassificationId, CustomerId, DeviceTypeId, ExceptionReasonId, FixedLocationId,
    RatingId, ResponseTypeId, SubscriptionId, SubscriptionTypeId,
};
pub use lead::{Lead, LeadView, NewLead};
pub use lead_status::LeadStatus;
pub use lead_uuid::LeadUuid;
pub use link_device::{LinkDevice, LinkedDevice};
pub use location_feeder::{LocationFeeder, LocationMonitor, LocationStatus};
pub use location_stream::{LocationStream, LocationsEnded};
pub use lookup::{Plan, ResponseTypes, SubscriptionTypes};
pub use middleware::{Attempt, Middleware, Next, TransportError};
pub use mobile::{Mobile, SafeCode};
pub use new_fixed_location::NewFixedLocation;
pub use new_scheduled_request::{NewScheduledRequest, ServiceLocation};
pub use observer::Observer;
pub use pace::Pace;
pub use payment_return::{PaymentReturn, PaymentVisit};
pub use position::{Place, Position};
pub use profile::Updated;
pub use raise::{Raise, RaiseNow, Raised};
pub use random::{Random, SystemRandom};
pub use rating::{Rate, Rated, Rating};
pub use rating_item::{RateItem, RatingItem, RatingItems};
pub use register::{NewCustomer, Register, Registered, Registration};
pub use retry::{Retries, RetryBudget};
pub use return_url::{ReturnStatus, ReturnUrl};
pub use scheduled_request::{Scheduled, ScheduledRequest};
pub use signup::{Signup, StartedSignup};
pub use signup_request::SignupRequest;
pub use signup_session_id::SignupSessionId;
pub use signup_view::{SignupState, SignupView};
pub use stage::Stage;
pub use subscribe::{Subscribe, Subscribed};
pub use subscription::Subscription;
pub use subscription_view::{SubscriptionState, SubscriptionView};
pub use subscriptions::Subscriptions;
pub use text_ids::{DeviceId, ScheduledRequestId, ServiceType};
#[cfg(feature = "redis")]
pub use token::RedisTokenStore;
pub use token::{MemoryTokenStore, StoredToken, TokenKey, TokenStore, TokenStoreError};
pub use tracking_url::TrackingUrl;
pub use watch::{
    Ended, Freshness, NotReached, Poke, Stale, Update, Watch, WatchEvent, WatchHandle, WatchMany,
};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
