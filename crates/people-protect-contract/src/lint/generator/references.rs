//! References: inside the document, to the right kind of thing, with nothing beside them.

use serde_json::Value;

use crate::lint::rule;
use crate::lint::survey::{Node, Survey};
use crate::pointer::{from_reference, join};
use crate::walk::Role;

pub(super) fn check(survey: &mut Survey<'_>) {
    for node in survey.nodes().iter() {
        // In a map of names `$ref` is a name.
        if !matches!(node.role, Role::Schema | Role::Plain) {
            continue;
        }
        if let Some(reference) = node.map.get("$ref").and_then(Value::as_str) {
            one(survey, node, reference);
        }
    }
}

fn one(survey: &mut Survey<'_>, node: &Node<'_>, reference: &str) {
    let at = join(&node.pointer, "$ref");
    if is_path_item(&node.pointer) {
        let hint = "put the path item in place of the reference";
        survey.report(rule::PATH_ITEM_REF, at, "the path is a reference", hint);
        return;
    }
    let siblings: Vec<&str> = node
        .map
        .keys()
        .map(String::as_str)
        .filter(|key| *key != "$ref" && !key.starts_with("x-"))
        .collect();
    if !siblings.is_empty() {
        let message = format!("{} beside $ref is ignored", siblings.join(", "));
        let hint = "wrap the reference: allOf: [$ref], with the rest beside allOf";
        survey.report(rule::REF_SIBLINGS, &node.pointer, message, hint);
    }
    match from_reference(reference) {
        None => {
            let message = format!("`{reference}` leads out of the document");
            let hint = "copy what it leads to into components";
            survey.report(rule::EXTERNAL_REF, at, message, hint);
        }
        Some(pointer) if survey.root.pointer(&pointer).is_none() => {
            let message = format!("`{reference}` leads nowhere");
            survey.report(
                rule::DANGLING_REF,
                at,
                message,
                "correct the name, or add the component",
            );
        }
        Some(pointer) => {
            let place = section(&pointer);
            let fits = match node.role {
                Role::Schema => place == Some("schemas"),
                _ => place.is_some_and(|place| place != "schemas"),
            };
            if !fits {
                let message = format!("`{reference}` is not a component of the kind needed here");
                let hint = "make what it leads to a component, and refer to that";
                survey.report(rule::MISPLACED_REF, at, message, hint);
            }
        }
    }
}

/// `/paths/<path>` and nothing deeper.
fn is_path_item(pointer: &str) -> bool {
    pointer
        .strip_prefix("/paths/")
        .is_some_and(|rest| !rest.contains('/'))
}

/// The section of components, if the pointer leads to a component and not into one.
fn section(pointer: &str) -> Option<&str> {
    let (section, name) = pointer.strip_prefix("/components/")?.split_once('/')?;
    (!name.contains('/')).then_some(section)
}
