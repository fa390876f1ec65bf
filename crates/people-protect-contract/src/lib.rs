//! Reads, lints, validates against and compares API contracts.
//!
//! A contract is an OpenAPI 3.0 document. This crate knows OpenAPI and JSON Schema and nothing
//! else: it sends nothing, and has no opinion on any particular API beyond the `x-` extensions
//! listed in [`extension`].
//!
//! | Question | Where |
//! | --- | --- |
//! | Is this a contract, and what is in it? | [`Contract`], [`Operation`] |
//! | Does it keep our conventions? Can the generator take it? | [`lint::house`], [`lint::generator`] |
//! | Does this body fit it? | [`Validator`] |
//! | What changed between two of them, operation by operation? | [`diff::by_operation`], [`diff::normalise`] |
//! | What does that break, for whom? | [`compare::compare`] |
//!
//! Every fault is reported with a JSON pointer and with what to do about it:
//!
//! ```
//! use people_protect_contract::{Contract, lint};
//!
//! let contract = Contract::parse(
//!     r#"{
//!         "openapi": "3.0.3",
//!         "info": {"title": "Things", "version": "1"},
//!         "paths": {"/things": {"get": {"responses": {"204": {"description": "Nothing"}}}}}
//!     }"#,
//!     "things.json",
//! )?;
//! let findings = lint::generator(&contract);
//! assert_eq!(
//!     findings[0].to_string(),
//!     "/paths/~1things/get [operation-id-missing] GET /things: has no operationId; \
//!      give it one, the generated method is called like it"
//! );
//! # Ok::<(), people_protect_contract::LoadError>(())
//! ```

pub mod compare;
mod contract;
pub mod diff;
mod downgrade;
mod error;
pub mod extension;
mod identifier;
pub mod lint;
mod operation;
pub mod pointer;
mod reach;
mod shape;
mod source;
mod validate;
mod walk;

pub use contract::Contract;
pub use error::{LoadError, LoadErrorKind};
pub use operation::Operation;
pub use validate::{
    Body, Mode, NotInContract, UnusableSchema, Validator, Violation, ViolationKind,
};
