//! Two lints over a contract: our own conventions, and what the generator gets wrong.
//!
//! [`house`] looks at the document people edit: extensions, descriptions, examples, components.
//! [`generator`] looks at the document the generator is given, usually a rewritten one, and finds
//! what it would refuse without naming a place, or accept and get wrong in silence.

mod finding;
mod generator;
mod house;
mod rule;
mod survey;

pub use self::finding::Finding;
pub use self::rule::{RULES, Rule, Set};
use self::survey::Survey;
use crate::contract::Contract;

/// Checks the conventions of this house. Findings come in reading order.
///
/// ```
/// # use people_protect_contract::{Contract, lint};
/// # use serde_json::json;
/// let contract = Contract::from_value(
///     json!({
///         "openapi": "3.0.3",
///         "info": {"title": "t", "version": "1"},
///         "paths": {},
///         "components": {"schemas": {"Idle": {"type": "string", "enum": ["A"]}}}
///     }),
///     "t.yaml",
/// )?;
/// let findings = lint::house(&contract);
/// assert_eq!(findings[0].rule, "unused-component");
/// assert_eq!(findings[0].pointer, "/components/schemas/Idle");
/// # Ok::<(), people_protect_contract::LoadError>(())
/// ```
#[must_use]
pub fn house(contract: &Contract) -> Vec<Finding> {
    let mut survey = Survey::new(contract);
    house::check(&mut survey);
    survey.into_findings()
}

/// Checks for what the generator refuses opaquely or gets wrong. Findings come in reading order.
///
/// Apply it to the document the generator really reads: `default` beside concrete statuses, for
/// example, is right in the original and must be gone from the rewritten one.
#[must_use]
pub fn generator(contract: &Contract) -> Vec<Finding> {
    let mut survey = Survey::new(contract);
    generator::check(&mut survey);
    survey.into_findings()
}
