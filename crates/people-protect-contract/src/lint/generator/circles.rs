//! Components that are nothing but another name for themselves.

use std::collections::HashSet;

use serde_json::Value;

use crate::lint::rule;
use crate::lint::survey::{Survey, members};
use crate::pointer::{from_reference, last};

const SECTIONS: [&str; 4] = ["schemas", "responses", "parameters", "requestBodies"];

pub(super) fn check(survey: &mut Survey<'_>) {
    let mut done = HashSet::new();
    for section in SECTIONS {
        for (_, pointer, _) in survey.components(section) {
            for circle in circles(survey.root, pointer, &mut done) {
                let names: Vec<String> = circle.iter().map(|at| last(at)).collect();
                let first = names.first().cloned().unwrap_or_default();
                let message = format!(
                    "stands for itself and nothing else: {} -> {first}",
                    names.join(" -> ")
                );
                let hint = "write out what one of them is, instead of a reference";
                let at = circle.first().cloned().unwrap_or_default();
                survey.report(rule::CIRCULAR_REF, at, message, hint);
            }
        }
    }
}

/// The circles of aliases that can be reached from `start` and were not met before.
///
/// A stack of its own, since a document may chain more references than a thread has stack for.
fn circles(root: &Value, start: String, done: &mut HashSet<String>) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    // Where we are, from the start on, each with the aliases that are still to be followed.
    let mut trail: Vec<(String, Vec<String>)> = Vec::new();
    let mut on_trail = HashSet::new();
    let mut next = Some(start);
    loop {
        if let Some(pointer) = next.take() {
            if on_trail.contains(&pointer) {
                let from = trail.iter().position(|(at, _)| *at == pointer);
                let circle = trail.iter().skip(from.unwrap_or_default());
                found.push(circle.map(|(at, _)| at.clone()).collect());
            } else if done.insert(pointer.clone()) {
                let aliases = root.pointer(&pointer).map(aliases).unwrap_or_default();
                on_trail.insert(pointer.clone());
                trail.push((pointer, aliases));
            }
        }
        match trail.last_mut() {
            None => return found,
            Some((_, aliases)) => next = aliases.pop(),
        }
        if next.is_none()
            && let Some((pointer, _)) = trail.pop()
        {
            on_trail.remove(&pointer);
        }
    }
}

/// What a node says it is, without a property or item in between.
fn aliases(node: &Value) -> Vec<String> {
    let reference = |node: &Value| from_reference(node.get("$ref")?.as_str()?);
    match reference(node) {
        Some(target) => vec![target],
        None => members(node, "allOf")
            .iter()
            .filter_map(reference)
            .collect(),
    }
}
