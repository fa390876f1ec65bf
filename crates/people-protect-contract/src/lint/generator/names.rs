//! Names from which the generator makes methods and types.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::identifier::{bare, pascal};
use crate::lint::rule;
use crate::lint::survey::{Node, Survey, is_json, members, wrapped_reference};
use crate::operation::Operation;
use crate::pointer::join;

pub(super) fn check(survey: &mut Survey<'_>) {
    version(survey);
    paths(survey);
    operation_ids(survey);
    servers(survey);
    components(survey);
    titles(survey);
    let types = types(survey);
    for operation in survey
        .operations()
        .iter()
        .filter(|operation| operation.has_id)
    {
        generated(survey, operation, &types);
    }
}

fn version(survey: &mut Survey<'_>) {
    let version = survey.contract.version();
    if !version.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        let message = format!(
            "the version `{}` is not visible ASCII",
            version.escape_debug()
        );
        let hint = "use digits, letters and punctuation only, it is sent as a header";
        survey.report(rule::VERSION_ASCII, "/info/version", message, hint);
    }
}

fn paths(survey: &mut Survey<'_>) {
    let paths = survey.root.get("paths").and_then(Value::as_object);
    for path in paths.into_iter().flat_map(|paths| paths.keys()) {
        if !path.starts_with('/') && !path.starts_with("x-") {
            let at = join("/paths", path);
            let message = format!("the path `{path}` does not begin with a slash and is left out");
            survey.report(rule::PATH_SLASH, at, message, "begin it with a slash");
        }
    }
}

fn operation_ids(survey: &mut Survey<'_>) {
    let mut seen: BTreeMap<String, &Operation> = BTreeMap::new();
    for operation in survey.operations() {
        if !operation.has_id {
            let hint = "give it one, the generated method is called like it";
            let at = &operation.pointer;
            survey.report(rule::OPERATION_ID_MISSING, at, "has no operationId", hint);
            continue;
        }
        match seen.get(&bare(&operation.id)) {
            None => {
                seen.insert(bare(&operation.id), operation);
            }
            Some(first) => {
                let message = format!(
                    "operationId `{}` is the same as `{}` of {} {}, case and punctuation aside",
                    operation.id, first.id, first.method, first.path
                );
                let at = join(&operation.pointer, "operationId");
                survey.report(
                    rule::OPERATION_ID_DUPLICATE,
                    at,
                    message,
                    "rename one of the two",
                );
            }
        }
    }
}

fn servers(survey: &mut Survey<'_>) {
    let items = survey.root.get("paths").and_then(Value::as_object);
    let items = items.into_iter().flatten();
    let paths = items.map(|(path, item)| (join("/paths", path), Some(item)));
    let operations = survey
        .operations()
        .iter()
        .map(|operation| (operation.pointer.clone(), survey.node(operation)));
    let holders: Vec<_> = paths.chain(operations).collect();
    for (pointer, node) in holders {
        let own = node.and_then(|node| node.get("servers")?.as_array());
        if own.is_some_and(|own| !own.is_empty()) {
            let hint = "leave the operation out of the generated client and write it by hand";
            let message = "has servers of its own, which the generator ignores";
            survey.report(rule::OWN_SERVERS, join(&pointer, "servers"), message, hint);
        }
    }
}

fn components(survey: &mut Survey<'_>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (name, pointer, _) in survey.components("schemas") {
        if let Some(first) = seen.insert(bare(name), name) {
            let message = format!("`{name}` and `{first}` differ only in case or punctuation");
            survey.report(
                rule::COMPONENT_COLLISION,
                pointer,
                message,
                "rename one of the two",
            );
        }
    }
}

/// Titles name the types of inner schemas, and all types share one name space.
fn titles(survey: &mut Survey<'_>) {
    let mut types: BTreeMap<String, (String, &Value)> = BTreeMap::new();
    for (name, pointer, schema) in survey.components("schemas") {
        types.insert(pascal(name), (pointer, schema));
    }
    for schema in survey.schemas().iter() {
        let Some(title) = schema.map.get("title").and_then(Value::as_str) else {
            continue;
        };
        if is_component(&schema.pointer) || !gives_a_type(schema) {
            continue;
        }
        match types.get(&pascal(title)) {
            None => {
                types.insert(pascal(title), (schema.pointer.clone(), schema.value));
            }
            // The same thing twice is one type, rightly.
            Some((_, first)) if *first == schema.value => {}
            Some((first, _)) => {
                let message = format!("the title `{title}` names a type that {first} has already");
                let hint = "give the two different titles, or make the inner one a component";
                survey.report(
                    rule::TITLE_COLLISION,
                    join(&schema.pointer, "title"),
                    message,
                    hint,
                );
            }
        }
    }
}

fn is_component(pointer: &str) -> bool {
    pointer
        .strip_prefix("/components/schemas/")
        .is_some_and(|name| !name.contains('/'))
}

/// Plain scalars, arrays and maps have no type of their own, so their title is only a comment.
fn gives_a_type(schema: &Node<'_>) -> bool {
    let limits = [
        "pattern",
        "minLength",
        "maxLength",
        "enum",
        "properties",
        "oneOf",
        "anyOf",
        "not",
    ];
    limits.iter().any(|key| schema.map.contains_key(*key))
        || (!members(schema.value, "allOf").is_empty() && wrapped_reference(schema.value).is_none())
}

/// Where each component is that gives the generator a type of this name.
fn types(survey: &Survey<'_>) -> BTreeMap<String, String> {
    let mut types = BTreeMap::new();
    for (name, pointer, _) in survey.components("schemas") {
        types.entry(pascal(name)).or_insert(pointer);
    }
    types
}

/// `<OperationId>Response` and `<OperationId>Body`, which the generator uses for inline schemas.
fn generated(survey: &mut Survey<'_>, operation: &Operation, types: &BTreeMap<String, String>) {
    let responses = survey.responses(operation);
    let request: Vec<_> = survey.request(operation).into_iter().collect();
    for (suffix, parts) in [("response", responses), ("body", request)] {
        let name = pascal(&format!("{}-{suffix}", operation.id));
        let Some(pointer) = types.get(&name) else {
            continue;
        };
        let own = parts
            .iter()
            .flat_map(|part| survey.media(part))
            .any(|media| {
                let schema = media.node.get("schema");
                let reference = schema.and_then(|schema| schema.get("$ref")?.as_str());
                let target = reference.and_then(crate::pointer::from_reference);
                is_json(media.key) && target.as_ref() == Some(pointer)
            });
        if !own {
            let message = format!(
                "`{name}` is the name the generator gives the {suffix} of {}, and is something else",
                operation.id
            );
            survey.report(
                rule::GENERATED_NAME,
                pointer.as_str(),
                message,
                "rename the component",
            );
        }
    }
}
