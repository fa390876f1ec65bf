//! `x-evidence` on everything that states a fact about the service.

use serde_json::Value;

use crate::extension::Evidence;
use crate::lint::rule::{self, Rule};
use crate::lint::survey::Survey;
use crate::pointer::join;

pub(super) fn check(survey: &mut Survey<'_>) {
    for operation in survey.operations() {
        if let Some(node) = survey.node(operation) {
            demand(
                survey,
                rule::EVIDENCE_OPERATION,
                &operation.pointer,
                node,
                "the operation",
            );
        }
        for parameter in survey.parameters(operation) {
            let what = format!("the parameter `{}`", parameter.name);
            let (at, node) = (&parameter.pointer, parameter.node);
            demand(survey, rule::EVIDENCE_PARAMETER, at, node, &what);
        }
        let at = join(&operation.pointer, "responses");
        for response in survey.responses(operation) {
            let here = join(&at, response.key);
            // A grade beside the reference speaks of this operation, one in the shared response
            // of all that use it; either will do.
            let beside = survey.root.pointer(&here);
            if !beside.is_some_and(graded) {
                let what = response.what();
                demand(
                    survey,
                    rule::EVIDENCE_STATUS,
                    &response.pointer,
                    response.node,
                    &what,
                );
            }
        }
    }
    for schema in survey.schemas().iter() {
        if !schema.pointer.starts_with("/components/schemas/") {
            continue;
        }
        let at = join(&schema.pointer, "properties");
        let properties = schema.map.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            let what = format!("the property `{name}`");
            demand(
                survey,
                rule::EVIDENCE_PROPERTY,
                &join(&at, name),
                property,
                &what,
            );
        }
    }
}

fn demand(survey: &mut Survey<'_>, rule: Rule, at: &str, node: &Value, what: &str) {
    if graded(node) {
        return;
    }
    let message = match node.get("x-evidence") {
        None => format!("{what} has no x-evidence"),
        Some(found) => format!("{what} has x-evidence {found}"),
    };
    let hint = format!("grade it with one of {}", Evidence::SPELLINGS.join(", "));
    survey.report(rule, at, message, hint);
}

fn graded(node: &Value) -> bool {
    let grade = node.get("x-evidence").and_then(Value::as_str);
    grade.and_then(Evidence::from_spelling).is_some()
}
