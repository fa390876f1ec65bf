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
//! - **The data**: tokens, tracking links, names, numbers and positions show in no `Debug` and no
//!   error.
//!
//! # What it leaves to you
//!
//! Ids differ between environments and customer sources and none is built in: look them up, or
//! configure them. Whether a callout is live or a test is said each time. Calls are not repeated
//! on their own, except once after a 401: [`Error::is_retryable`] and
//! [`Error::may_have_reached_server`] tell what a repeat would do.
//!
//! # Everything else
//!
//! [`PeopleProtect::call`] reaches every operation of the contract with the same care; [`raw`] has
//! the types.

mod answer;
mod builder;
mod call;
mod callout;
mod callout_view;
mod client;
mod clock;
mod core;
mod cover;
mod credentials;
mod customer;
mod environment;
mod error;
mod ids;
mod lookup;
mod mobile;
mod pace;
mod position;
mod raise;
mod register;
mod stage;
mod token;
mod tracking_url;
mod watch;

/// The raw client and its types, generated from the contract.
pub use people_protect_api as raw;

pub use answer::Answer;
pub use builder::Builder;
pub use callout::Callout;
pub use callout_view::CalloutView;
pub use client::PeopleProtect;
pub use clock::{BoxFuture, Clock, SystemClock};
pub use cover::Cover;
pub use credentials::Credentials;
pub use customer::Customer;
pub use environment::{CustomEnvironment, Environment};
pub use error::{Error, ErrorKind};
pub use ids::{
    CalloutId, ClassificationId, CustomerId, FixedLocationId, ResponseTypeId, SubscriptionId,
    SubscriptionTypeId,
};
pub use lookup::{Plan, ResponseTypes, SubscriptionTypes};
pub use mobile::{Mobile, SafeCode};
pub use pace::Pace;
pub use position::{Place, Position};
pub use raise::{Raise, RaiseNow, Raised};
pub use register::{NewCustomer, Register, Registered, Registration};
pub use stage::Stage;
pub use tracking_url::TrackingUrl;
pub use watch::{Ended, Watch};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
