//! The consumer of every crate, from the outside: what no single crate can test alone.
//!
//! `tests/` holds one file per behaviour. This library holds what they share.

pub mod catalogue;
pub mod judge;
pub mod outline;
pub mod scene;
pub mod shape;

#[rustfmt::skip]
mod generated;

pub use generated::TYPES;

use people_protect_contract::Contract;

/// The contract as checked in.
///
/// # Panics
///
/// If it does not load; `cargo xtask contract lint` says why.
#[must_use]
pub fn contract() -> Contract {
    Contract::parse(
        include_str!("../../openapi/panic-api.yaml"),
        "openapi/panic-api.yaml",
    )
    .unwrap_or_else(|error| panic!("{error}"))
}

/// The README's program compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
