//! How components are used.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::lint::rule;
use crate::lint::survey::{Part, Survey, is_json};
use crate::pointer::{join, last};
use crate::reach;
use crate::walk::Role;

const SECTIONS: [&str; 8] = [
    "schemas",
    "responses",
    "parameters",
    "examples",
    "requestBodies",
    "headers",
    "links",
    "callbacks",
];

pub(super) fn check(survey: &mut Survey<'_>) {
    shared(survey);
    unused(survey);
    status_285(survey);
}

fn shared(survey: &mut Survey<'_>) {
    let mut requests = BTreeSet::new();
    let mut responses = BTreeSet::new();
    for operation in survey.operations() {
        let request: Vec<Part<'_>> = survey.request(operation).into_iter().collect();
        requests.extend(schemas_of(survey, &request));
        responses.extend(schemas_of(survey, &survey.responses(operation)));
    }
    for pointer in requests.intersection(&responses) {
        let message = format!(
            "`{}` is reached from a request and from a response",
            last(pointer)
        );
        let hint = "split it into an input and an output component";
        survey.report(rule::REQUEST_AND_RESPONSE, pointer, message, hint);
    }
}

fn schemas_of(survey: &Survey<'_>, parts: &[Part<'_>]) -> Vec<String> {
    let start: Vec<(&Value, Role)> = parts.iter().map(|part| (part.node, Role::Plain)).collect();
    let mut pointers = reach::closure(survey.root, &start);
    pointers.retain(|pointer| pointer.starts_with("/components/schemas/"));
    pointers
}

fn unused(survey: &mut Survey<'_>) {
    let paths = survey.root.get("paths").map(|paths| (paths, Role::Names));
    let start: Vec<(&Value, Role)> = paths.into_iter().collect();
    let used = reach::closure(survey.root, &start);
    let within = |target: &String, pointer: &str| {
        target == pointer
            || target
                .strip_prefix(pointer)
                .is_some_and(|rest| rest.starts_with('/'))
    };
    for section in SECTIONS {
        for (name, pointer, _) in survey.components(section) {
            if !used.iter().any(|target| within(target, &pointer)) {
                let message = format!("nothing an operation uses refers to `{name}`");
                survey.report(
                    rule::UNUSED_COMPONENT,
                    pointer,
                    message,
                    "remove it or refer to it",
                );
            }
        }
    }
    let demanded = requirements(survey.root);
    for (name, pointer, _) in survey.components("securitySchemes") {
        if !demanded.contains(name) {
            let message = format!("no security requirement names `{name}`");
            survey.report(
                rule::UNUSED_COMPONENT,
                pointer,
                message,
                "remove it or require it",
            );
        }
    }
}

/// Names of security schemes that the document or an operation requires.
fn requirements(root: &Value) -> BTreeSet<&str> {
    let items = root
        .get("paths")
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    let operations = items.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    operations
        .map(|(_, operation)| operation)
        .chain([root])
        .filter_map(|holder| holder.get("security")?.as_array())
        .flatten()
        .filter_map(Value::as_object)
        .flat_map(|requirement| requirement.keys().map(String::as_str))
        .collect()
}

fn status_285(survey: &mut Survey<'_>) {
    for operation in survey.operations() {
        let responses = survey.responses(operation);
        let reference = |status: &str| {
            let response = responses.iter().find(|response| response.key == status)?;
            let media = survey.media(response);
            let media = media.iter().find(|media| is_json(media.key))?;
            media.node.get("schema")?.get("$ref")?.as_str()
        };
        if !responses.iter().any(|response| response.key == "285") {
            continue;
        }
        let (ok, closed) = (reference("200"), reference("285"));
        if ok.is_none() || ok != closed {
            let name = |found: Option<&str>| found.map_or("no reference".to_owned(), last);
            let message = format!("200 has {} and 285 {}", name(ok), name(closed));
            let at = join(&join(&operation.pointer, "responses"), "285");
            let hint = "refer to the same component from both";
            survey.report(rule::STATUS_285, at, message, hint);
        }
    }
}
