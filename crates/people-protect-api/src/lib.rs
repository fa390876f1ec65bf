//! The raw client for AURA's People Protect API ("Panic API").
//!
//! Everything here follows from the contract, `openapi/panic-api.yaml`: one method on [`Client`]
//! per operation, one type per schema in [`types`], one row per operation in [`OPERATIONS`].
//! There are no tokens, retries or environments; [`Middleware`] is the one place to add them,
//! and the `people-protect` crate does.
//!
//! # What the reader accepts
//!
//! Unknown fields, unknown enum values, `null` for anything, numbers sent as text in answers,
//! lists with or without a wrapper object. No field of an answer is required.
//!
//! # What never shows
//!
//! `Debug` prints a value only if the contract says it is neither secret nor personal. Tokens,
//! tracking links, names, numbers and positions are held in [`SecretText`], [`PersonalText`],
//! [`PersonalNumber`], [`PersonalFlag`], [`Coordinate`] and [`OpenObject`], which print their
//! type only. `reveal()` reads them. [`CallError`] shows the status and the kind of failure, not
//! the body, headers or address.
//!
//! # Example
//!
//! ```no_run
//! use people_protect_api::{Client, Inner, types};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new_with_client(
//!     "https://staging-panic.aura.services/panic-api/v2",
//!     reqwest::Client::new(),
//!     Inner::default(),
//! );
//! let token = client
//!     .create_oauth_token(&types::TokenRequest::new("id", "secret"))
//!     .await?;
//! assert!(token.access_token.is_some());
//! # Ok(())
//! # }
//! ```

// The documentation site says which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod answered;
mod base_url;
mod by_hand;
mod call_error;
mod coordinate;
mod hook;
mod id_or_text;
mod list;
mod multipart;
mod open_object;
mod operation;
mod redacted;
#[cfg(feature = "schemars")]
mod schema;
mod segment;
mod timestamp;
mod tolerant;
mod wrapping;

#[rustfmt::skip]
mod operations;

#[rustfmt::skip]
#[allow(
    missing_docs,
    unreachable_patterns,
    unreachable_pub,
    unused_qualifications,
    rustdoc::all,
    clippy::all,
    clippy::unwrap_used
)]
mod generated;

pub use answered::Answered;
pub use by_hand::CsvUpload;
pub use call_error::CallError;
pub use coordinate::Coordinate;
pub use generated::{Client, types};
pub use hook::{BoxFuture, Inner, Middleware};
pub use id_or_text::IdOrText;
pub use list::{List, OneOrMany};
pub use open_object::{OpenObject, OpenValue};
pub use operation::{Auth, Base, Evidence, Operation, Retry};
pub use operations::OPERATIONS;
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
pub use redacted::{PersonalFlag, PersonalNumber, PersonalText, SecretText};
pub use timestamp::Timestamp;
