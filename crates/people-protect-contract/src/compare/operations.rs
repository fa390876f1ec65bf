//! Paths, operations and request bodies.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::{Direction, Rust, Wire};
use super::media::{empty, media};
use super::notes::{Note, Notes, Site, Way};
use super::{parameters, responses, security, servers};
use crate::operation::{METHODS, follow};
use crate::pointer::join;

/// An operation on one side.
#[derive(Clone)]
pub(super) struct Side<'a> {
    pub(super) document: &'a Value,
    pub(super) node: &'a Value,
    pub(super) at: String,
    pub(super) path_item: &'a Value,
    pub(super) path_item_at: String,
    pub(super) path: String,
}

/// By path and method.
type Operations<'a> = BTreeMap<(String, String), Side<'a>>;

fn operations<'a>(document: &'a Value, paths: Option<&'a Value>, at: &str) -> Operations<'a> {
    let mut all = Operations::new();
    for (path, item) in paths.and_then(Value::as_object).into_iter().flatten() {
        let path_item_at = join(at, path);
        let path_item = follow(document, item);
        for method in METHODS {
            if let Some(node) = path_item.get(method) {
                let side = Side {
                    document,
                    node,
                    at: join(&path_item_at, method),
                    path_item,
                    path_item_at: path_item_at.clone(),
                    path: path.clone(),
                };
                all.insert((path.clone(), method.to_owned()), side);
            }
        }
    }
    all
}

fn template(path: &str) -> String {
    let part = |part: &str| {
        let mut out = String::new();
        let mut rest = part;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            out.push_str("{}");
            rest = after.split_once('}').map_or("", |(_, rest)| rest);
        }
        out + rest
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// The names between braces, in their order.
pub(super) fn placeholders(path: &str) -> Vec<&str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
        .collect()
}

pub(super) fn compare(notes: &mut Notes<'_>) {
    let old = operations(notes.old, notes.old.get("paths"), "/paths");
    let new = operations(notes.new, notes.new.get("paths"), "/paths");
    servers::compare(notes);
    both(notes, old, new, false);
    webhooks(notes);
    components(notes);
}

/// Compares two sets of operations; of those that the server calls, sent and got change places.
fn both<'a>(notes: &mut Notes<'a>, old: Operations<'a>, new: Operations<'a>, turned: bool) {
    let (rule_gone, rule_new) = match turned {
        true => ("webhook-removed", "webhook-added"),
        false => ("operation-removed", "operation-added"),
    };
    // The same path first, then one that only names its parameters otherwise.
    let mut left: BTreeSet<&(String, String)> =
        new.keys().filter(|key| !old.contains_key(*key)).collect();
    let mut partners = BTreeMap::new();
    for key in old.keys() {
        let renamed = || {
            let same = |other: &&&(String, String)| {
                other.1 == key.1 && template(&other.0) == template(&key.0)
            };
            left.iter().find(same).copied()
        };
        let partner = new.get_key_value(key).map(|(key, _)| key).or_else(renamed);
        if let Some(partner) = partner {
            left.remove(partner);
            partners.insert(key, &new[partner]);
        }
    }
    for (key, one) in &old {
        let name = format!("{} {}", key.1.to_uppercase(), one.path);
        let number = notes.operation(name.clone());
        let site = Site::Operation(number);
        let Some(&other) = partners.get(key) else {
            let deprecated = one.node.get("deprecated") == Some(&Value::Bool(true));
            let text = match deprecated {
                true => format!("{name}, which was deprecated, is gone"),
                false => format!("{name} is gone"),
            };
            let note = Note::new(
                rule_gone,
                Direction::Operation,
                Wire::Breaking,
                Rust::Major,
                text,
            )
            .at(one.at.clone(), None)
            .action("stop calling it before the server changes");
            notes.note(site, note);
            continue;
        };
        operation(notes, site, one, other, turned);
    }
    for (key, other) in &new {
        if left.contains(key) {
            let name = format!("{} {}", key.1.to_uppercase(), other.path);
            let number = notes.operation(name.clone());
            let note = Note::new(
                rule_new,
                Direction::Operation,
                Wire::Safe,
                Rust::Minor,
                format!("{name} is new"),
            )
            .at(None, other.at.clone())
            .wrapper(Rust::None);
            notes.note(Site::Operation(number), note);
        }
    }
}

fn operation<'a>(notes: &mut Notes<'a>, site: Site, old: &Side<'a>, new: &Side<'a>, turned: bool) {
    about(notes, site, old, new);
    parameters::compare(notes, site, old, new, turned);
    body(notes, site, old, new, turned);
    responses::compare(notes, site, old, new, turned);
    if !turned {
        servers::of_operation(notes, site, old, new);
        security::compare(notes, site, old, new);
        callbacks(notes, site, old, new);
    }
}

/// What is said of an operation beside its shapes.
fn about(notes: &mut Notes<'_>, site: Site, old: &Side<'_>, new: &Side<'_>) {
    let text = |side: &Side<'_>, key: &str| {
        side.node
            .get(key)
            .and_then(Value::as_str)
            .map(ToOwned::to_owned)
    };
    let mut say = |rule, wire, rust, text: String, key: &str| {
        let note = Note::new(rule, Direction::Operation, wire, rust, text)
            .at(join(&old.at, key), join(&new.at, key));
        notes.note(site, note);
    };
    let (before, after) = (text(old, "operationId"), text(new, "operationId"));
    if before != after {
        let shown = |id: &Option<String>| id.clone().unwrap_or_else(|| "nothing".to_owned());
        let text = format!(
            "it is called {} and was called {}",
            shown(&after),
            shown(&before)
        );
        say(
            "operation-id-changed",
            Wire::Safe,
            Rust::Major,
            text,
            "operationId",
        );
    }
    let tags = |side: &Side<'_>| -> BTreeSet<String> {
        let list = side.node.get("tags").and_then(Value::as_array);
        list.into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(ToOwned::to_owned)
            .collect()
    };
    if tags(old) != tags(new) {
        say(
            "tags-changed",
            Wire::Safe,
            Rust::Patch,
            "its tags changed".to_owned(),
            "tags",
        );
    }
    let deprecated = |side: &Side<'_>| side.node.get("deprecated") == Some(&Value::Bool(true));
    match (deprecated(old), deprecated(new)) {
        (false, true) => say(
            "operation-deprecated",
            Wire::Safe,
            Rust::Patch,
            "it is deprecated now".to_owned(),
            "deprecated",
        ),
        (true, false) => say(
            "operation-no-longer-deprecated",
            Wire::Safe,
            Rust::Patch,
            "it is not deprecated any more".to_owned(),
            "deprecated",
        ),
        _ => {}
    }
    for (key, rule, wire, rust) in [
        ("x-sunset", "sunset-changed", Wire::Warning, Rust::None),
        ("x-retry", "retry-class-changed", Wire::Safe, Rust::Major),
    ] {
        if old.node.get(key) != new.node.get(key) {
            say(rule, wire, rust, format!("`{key}` changed"), key);
        }
    }
    let grade = |side: &Side<'_>| text(side, "x-evidence");
    if let (Some(before), Some(after)) = (grade(old), grade(new))
        && before != after
    {
        let rank = |grade: &str| "SWOBI".find(grade).unwrap_or(5);
        let weaker = rank(&after) > rank(&before);
        let (rule, wire) = match weaker {
            true => ("evidence-weakened", Wire::Warning),
            false => ("evidence-strengthened", Wire::Safe),
        };
        say(
            rule,
            wire,
            Rust::Patch,
            format!("its evidence was {before} and is {after}"),
            "x-evidence",
        );
    }
    // Without the word it is stable.
    let stability = |side: &Side<'_>| {
        let levels = ["draft", "alpha", "beta", "stable"];
        let level = text(side, "x-stability-level");
        level.map_or(Some(3), |level| levels.iter().position(|one| *one == level))
    };
    if let (Some(before), Some(after)) = (stability(old), stability(new))
        && before != after
    {
        let (rule, wire) = match after < before {
            true => ("stability-lowered", Wire::Warning),
            false => ("stability-raised", Wire::Safe),
        };
        let said = "how stable it is changed".to_owned();
        say(rule, wire, Rust::None, said, "x-stability-level");
    }
    let links = |side: &Side<'_>| -> Vec<Value> {
        let answers = side.node.get("responses").and_then(Value::as_object);
        answers
            .into_iter()
            .flatten()
            .filter_map(|(_, one)| follow(side.document, one).get("links").cloned())
            .collect()
    };
    if links(old) != links(new) {
        say(
            "links-changed",
            Wire::Warning,
            Rust::None,
            "the links of its answers changed".to_owned(),
            "responses",
        );
    }
}

fn body<'a>(notes: &mut Notes<'a>, site: Site, old: &Side<'a>, new: &Side<'a>, turned: bool) {
    let find = |side: &Side<'a>| {
        let given = side.node.get("requestBody")?;
        let at = match given.get("$ref").and_then(Value::as_str) {
            Some(target) => crate::pointer::from_reference(target)?,
            None => join(&side.at, "requestBody"),
        };
        Some((follow(side.document, given), at))
    };
    let required = |node: &Value| node.get("required") == Some(&Value::Bool(true));
    let (one, other) = (find(old), find(new));
    let mut say = |rule, wire, text: &str, old: Option<String>, new: Option<String>| {
        // Whether it must be there or not, the generated method takes it.
        let rust = match old.is_some() && new.is_some() {
            true => Rust::None,
            false => Rust::Major,
        };
        let note = Note::new(rule, Direction::Request, wire, rust, text.to_owned()).at(old, new);
        notes.note(site, note);
    };
    match (one, other) {
        (None, None) => {}
        (None, Some((node, at))) if required(node) => {
            say(
                "request-body-added-required",
                Wire::Breaking,
                "a body is required now",
                None,
                Some(at),
            );
        }
        (None, Some((_, at))) => {
            say(
                "request-body-added-optional",
                Wire::Safe,
                "a body may be sent now",
                None,
                Some(at),
            );
        }
        (Some((_, at)), None) => {
            say(
                "request-body-removed",
                Wire::Breaking,
                "no body is taken any more",
                Some(at),
                None,
            );
        }
        (Some((one, one_at)), Some((other, other_at))) => {
            match (required(one), required(other)) {
                (false, true) => say(
                    "request-body-became-required",
                    Wire::Breaking,
                    "the body is required now",
                    Some(one_at.clone()),
                    Some(other_at.clone()),
                ),
                (true, false) => say(
                    "request-body-became-optional",
                    Wire::Safe,
                    "the body may be left out now",
                    Some(one_at.clone()),
                    Some(other_at.clone()),
                ),
                _ => {}
            }
            let content = |node: &'a Value| node.get("content").and_then(Value::as_object);
            let none = empty();
            let places = (join(&one_at, "content"), join(&other_at, "content"));
            let way = if turned { Way::Got } else { Way::Sent };
            media(
                notes,
                site,
                (content(one).unwrap_or(none), &places.0),
                (content(other).unwrap_or(none), &places.1),
                way,
            );
        }
    }
}

/// What the server calls: there it is the client that answers.
fn callbacks<'a>(notes: &mut Notes<'a>, site: Site, old: &Side<'a>, new: &Side<'a>) {
    let find = |side: &Side<'a>| -> BTreeMap<String, (&'a Value, String)> {
        let all = side.node.get("callbacks").and_then(Value::as_object);
        all.into_iter()
            .flatten()
            .map(|(name, one)| {
                let at = join(&join(&side.at, "callbacks"), name);
                (name.clone(), (follow(side.document, one), at))
            })
            .collect()
    };
    let (before, after) = (find(old), find(new));
    for (name, (one, at)) in &before {
        match after.get(name) {
            Some((other, other_at)) => {
                let (one, other) = (
                    operations(notes.old, Some(one), at),
                    operations(notes.new, Some(other), other_at),
                );
                both(notes, one, other, true);
            }
            None => {
                let note = Note::new(
                    "callback-removed",
                    Direction::Operation,
                    Wire::Breaking,
                    Rust::None,
                    format!("the callback `{name}` does not come any more"),
                )
                .at(at.clone(), None);
                notes.note(site, note);
            }
        }
    }
    for (name, (_, at)) in &after {
        if !before.contains_key(name) {
            let note = Note::new(
                "callback-added",
                Direction::Operation,
                Wire::Warning,
                Rust::None,
                format!("the callback `{name}` comes as well"),
            )
            .at(None, at.clone());
            notes.note(site, note);
        }
    }
}

/// What the server calls without having been asked, as OpenAPI 3.1 has it.
fn webhooks(notes: &mut Notes<'_>) {
    fn find(document: &Value) -> Operations<'_> {
        operations(document, document.get("webhooks"), "/webhooks")
    }
    let (old, new): (Operations<'_>, Operations<'_>) = (find(notes.old), find(notes.new));
    both(notes, old, new, true);
}

/// Where schemas are that have a name.
const SCHEMAS: &str = "#/components/schemas/";

/// Every text of a document that refers to a schema, wherever it stands.
fn referred(document: &Value) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    let mut open = vec![document];
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) if text.starts_with(SCHEMAS) => {
                found.insert(text.as_str());
            }
            Value::Array(values) => open.extend(values),
            Value::Object(members) => open.extend(members.values()),
            _ => {}
        }
    }
    found
}

/// Components that no operation needs move the generated crate all the same.
fn components(notes: &mut Notes<'_>) {
    let names = |document: &Value| -> BTreeSet<String> {
        let schemas = document
            .pointer("/components/schemas")
            .and_then(Value::as_object);
        schemas
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect()
    };
    let (old, new) = (names(notes.old), names(notes.new));
    // Each document is walked once: a large one has hundreds of components that come or go.
    let (used_before, used_after) = (referred(notes.old), referred(notes.new));
    let used = |by: &BTreeSet<&str>, name: &str| {
        by.contains(format!("{SCHEMAS}{}", crate::pointer::escape(name)).as_str())
    };
    let (gone, came): (Vec<_>, Vec<_>) = (
        old.difference(&new).cloned().collect(),
        new.difference(&old).cloned().collect(),
    );
    for name in gone {
        if !used(&used_before, &name) {
            let at = join("/components/schemas", &name);
            let note = Note::new(
                "unused-component-removed",
                Direction::Component,
                Wire::Safe,
                Rust::Major,
                format!("the component `{name}`, which nothing uses, is gone"),
            )
            .at(at, None);
            notes.note(Site::Nowhere, note);
        }
    }
    for name in came {
        if !used(&used_after, &name) {
            let at = join("/components/schemas", &name);
            let note = Note::new(
                "unused-component-added",
                Direction::Component,
                Wire::Safe,
                Rust::Minor,
                format!("the component `{name}` is new, and nothing uses it"),
            )
            .at(None, at);
            notes.note(Site::Nowhere, note);
        }
    }
}
