//! Holds exchanges to the contract.

use people_protect_contract::{Body, Contract, Mode, Validator};

use crate::scene::Exchange;

/// Whatever an exchange has that the contract does not, a line each: an undocumented status, a
/// missing or unknown field, a wrong type.
///
/// # Panics
///
/// If the contract's schemas cannot be used, or the operation is not in it.
#[must_use]
pub fn violations(contract: &Contract, exchange: &Exchange) -> Vec<String> {
    let validator = Validator::new(contract).unwrap_or_else(|error| panic!("{error}"));
    validator
        .response(
            exchange.operation,
            exchange.status,
            Some(&exchange.content_type),
            Body::Json(&exchange.body),
            Mode::Closed,
        )
        .unwrap_or_else(|error| panic!("{error}"))
        .iter()
        .map(|violation| {
            format!(
                "{} answered {}: {violation:?}",
                exchange.operation, exchange.status
            )
        })
        .collect()
}
