//! The compiled schemas of a contract, each compiled once.

use std::collections::{BTreeMap, HashSet};
use std::sync::OnceLock;

use serde_json::Value;

use super::dialect::{self, Registry};
use super::exchange::Exchange;
use super::{Mode, UnusableSchema, Violation, unknown};
use crate::contract::Contract;
use crate::pointer::{from_reference, join};
use crate::walk::{Role, walk};

/// Compiled on first use: a run touches few of the schemas, and compiling all of them would cost
/// more than validating.
type Slot = OnceLock<Result<jsonschema::Validator, String>>;

pub(super) struct Schemas {
    document: Value,
    registry: Registry,
    slots: BTreeMap<String, Slot>,
}

impl Schemas {
    pub(super) fn new<'e>(
        contract: &Contract,
        exchanges: impl Iterator<Item = &'e Exchange>,
    ) -> Result<Self, UnusableSchema> {
        let document = contract.value();
        check(document)?;
        let registry =
            dialect::registry(dialect::convert(document)).map_err(|message| UnusableSchema {
                pointer: "/components".to_owned(),
                message,
            })?;
        let components = document
            .pointer("/components/schemas")
            .and_then(Value::as_object);
        let mut slots: BTreeMap<String, Slot> = components
            .into_iter()
            .flatten()
            .map(|(name, _)| (join("/components/schemas", name), Slot::new()))
            .collect();
        for place in exchanges.flat_map(Exchange::places) {
            for pointer in place.media.iter().filter_map(|media| media.schema.as_ref()) {
                slots.entry(pointer.clone()).or_default();
            }
        }
        Ok(Self {
            document: document.clone(),
            registry,
            slots,
        })
    }

    pub(super) fn has(&self, pointer: &str) -> bool {
        self.slots.contains_key(pointer)
    }

    /// What is wrong with `value` as seen from the schema at `pointer`.
    pub(super) fn judge(&self, pointer: &str, value: &Value, mode: Mode) -> Vec<Violation> {
        let Some(slot) = self.slots.get(pointer) else {
            return vec![Violation::unusable(pointer, "no such schema")];
        };
        let compiled = slot.get_or_init(|| dialect::compile(&self.registry, pointer));
        match compiled {
            Ok(compiled) => self.judge_with(compiled, pointer, value, mode),
            Err(message) => vec![Violation::unusable(pointer, message)],
        }
    }

    /// As [`Schemas::judge`] for a schema inside another one, compiled for this call alone.
    pub(super) fn judge_inner(&self, pointer: &str, value: &Value) -> Vec<Violation> {
        let compiled = self
            .document
            .pointer(pointer)
            .and_then(|schema| dialect::compile_inner(&self.registry, schema).ok());
        // What cannot be compiled alone is reported by other means; here it is no fault.
        compiled.map_or_else(Vec::new, |compiled| {
            self.judge_with(&compiled, pointer, value, Mode::Open)
        })
    }

    fn judge_with(
        &self,
        compiled: &jsonschema::Validator,
        pointer: &str,
        value: &Value,
        mode: Mode,
    ) -> Vec<Violation> {
        let mut violations = Vec::new();
        // Most bodies fit; the plain answer is much cheaper than an empty list of errors.
        if !compiled.is_valid(value) {
            for error in compiled.iter_errors(value) {
                violations.extend(Violation::of(&error, pointer));
            }
        }
        if mode == Mode::Closed
            && let Some(schema) = self.document.pointer(pointer)
        {
            let already: Vec<String> = violations
                .iter()
                .filter(|violation| violation.kind == super::ViolationKind::UnknownField)
                .map(|violation| violation.instance_path.clone())
                .collect();
            let unknown = unknown::fields(&self.document, schema, value);
            violations.extend(
                unknown
                    .into_iter()
                    .filter(|field| !already.contains(&field.path))
                    .map(|field| Violation::unknown_field(&field, pointer)),
            );
        }
        violations
    }
}

/// What would make a schema fail to compile, found before anything is validated.
fn check(document: &Value) -> Result<(), UnusableSchema> {
    let mut fault = None;
    let mut sound = HashSet::new();
    walk(document, &mut |pointer, role, node| {
        if fault.is_some() || role != Role::Schema {
            return;
        }
        let message = if let Some(reference) = node.get("$ref").and_then(Value::as_str) {
            match from_reference(reference) {
                None => Some(format!(
                    "the reference {reference} leads out of the document"
                )),
                Some(target) if document.pointer(&target).is_none() => {
                    Some(format!("the reference {reference} leads nowhere"))
                }
                Some(_) => None,
            }
        } else {
            let pattern = node.get("pattern").and_then(Value::as_str);
            pattern.and_then(bad_pattern)
        };
        let message = message.or_else(|| {
            contains_itself(document, node, &mut Vec::new(), &mut sound)
                .then(|| "the schema is defined by itself alone".to_owned())
        });
        if let Some(message) = message {
            fault = Some(UnusableSchema {
                pointer: pointer.to_owned(),
                message,
            });
        }
    });
    fault.map_or(Ok(()), Err)
}

/// Whether a schema applies itself to the same value again, which no value could ever satisfy or
/// break: judging it would not end.
///
/// `sound` holds what was found not to, so that a schema many others share is looked at once.
fn contains_itself<'a>(
    document: &'a Value,
    schema: &'a Value,
    above: &mut Vec<&'a Value>,
    sound: &mut HashSet<*const Value>,
) -> bool {
    if sound.contains(&std::ptr::from_ref(schema)) {
        return false;
    }
    if above.iter().any(|seen| std::ptr::eq(*seen, schema)) {
        return true;
    }
    above.push(schema);
    let target = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(from_reference)
        .and_then(|pointer| document.pointer(&pointer));
    let members = ["allOf", "anyOf", "oneOf"]
        .iter()
        .filter_map(|key| schema.get(key)?.as_array())
        .flatten();
    let in_place: Vec<&Value> = match target {
        Some(target) => vec![target],
        None => members.chain(schema.get("not")).collect(),
    };
    let found = in_place
        .into_iter()
        .any(|inner| contains_itself(document, inner, above, sound));
    above.pop();
    if !found {
        sound.insert(std::ptr::from_ref(schema));
    }
    found
}

fn bad_pattern(pattern: &str) -> Option<String> {
    let schema = serde_json::json!({"pattern": pattern});
    jsonschema::validator_for(&schema)
        .err()
        .map(|error| format!("the pattern does not compile: {error}"))
}
