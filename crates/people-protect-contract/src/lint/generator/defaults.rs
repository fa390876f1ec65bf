//! Defaults that fit their schema.

use crate::lint::rule;
use crate::lint::survey::{Node, Survey};
use crate::pointer::join;
use crate::validate::Validator;

pub(super) fn check(survey: &mut Survey<'_>) {
    let with_default: Vec<Node<'_>> = survey
        .schemas()
        .iter()
        .filter(|schema| schema.map.contains_key("default"))
        .cloned()
        .collect();
    if with_default.is_empty() {
        return;
    }
    // A contract that cannot be validated with has findings of its own.
    let Ok(validator) = Validator::new(survey.contract) else {
        return;
    };
    for schema in with_default {
        let Some(default) = schema.map.get("default") else {
            continue;
        };
        if let Some(violation) = validator.inner(&schema.pointer, default).first() {
            let message = format!("the default does not fit: {violation}");
            let at = join(&schema.pointer, "default");
            survey.report(
                rule::DEFAULT_MISMATCH,
                at,
                message,
                "correct the default or the type",
            );
        }
    }
}
