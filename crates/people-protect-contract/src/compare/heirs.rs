//! Components that extend another one by `allOf`, where that one says how to tell them apart: whoever
//! sends or gets it may send or get any of them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::change::Rust;
use super::discriminator::{self, mapping};
use super::node::Node;
use super::notes::Notes;
use super::schema::{At, Moved};
use crate::pointer::join;

pub(super) fn compare<'a>(at: &At<'a>, notes: &mut Notes<'a>) {
    let (mut before, mut after) = (heirs(notes.old, &at.old), heirs(notes.new, &at.new));
    let all = (
        before.values().cloned().collect(),
        after.values().cloned().collect(),
    );
    let mut pairs = Vec::new();
    let (old, new) = (
        mapping(at.old.first("discriminator")),
        mapping(at.new.first("discriminator")),
    );
    // Those of one name, then those that one value of the property means.
    before.retain(|name, one| {
        let known = |to: &String| to.rsplit('/').next().map(ToOwned::to_owned);
        let value = old.iter().find(|(_, to)| known(to).as_ref() == Some(name));
        let renamed = || value.and_then(|(value, _)| new.get(value).and_then(known));
        let same = match after.contains_key(name) {
            true => Some(name.clone()),
            false => renamed(),
        };
        match same.and_then(|name| after.remove(&name)) {
            Some(other) => {
                pairs.push((one.clone(), other));
                false
            }
            None => true,
        }
    });
    discriminator::compare(at, notes, &pairs, &all);
    if !(said(&at.old) && said(&at.new)) {
        return;
    }
    let names = |all: &BTreeMap<String, Node<'a>>| {
        let names: Vec<_> = all.keys().map(|name| format!("`{name}`")).collect();
        names.join(", ")
    };
    let moved = |rule, text, rust| Moved {
        rule,
        keyword: "discriminator",
        text,
        rust,
    };
    if !before.is_empty() {
        let text = format!("{} is no alternative any more", names(&before));
        at.narrowed(notes, moved("alternative-removed", text, Rust::Major));
    }
    if !after.is_empty() {
        let text = format!("{} is an alternative now", names(&after));
        at.widened(notes, moved("alternative-added", text, Rust::Minor));
    }
    for (one, other) in pairs {
        at.beside(notes, one, other);
    }
}

/// Whether it says itself, and not by what it extends, how its heirs are told apart.
fn said(node: &Node<'_>) -> bool {
    let own = node.parts.first();
    own.is_some_and(|part| part.schema.get("discriminator").is_some())
}

fn heirs<'a>(document: &'a Value, node: &Node<'a>) -> BTreeMap<String, Node<'a>> {
    let schemas = document
        .pointer("/components/schemas")
        .and_then(Value::as_object);
    let (true, Some(base), Some(schemas)) = (said(node), node.component(), schemas) else {
        return BTreeMap::new();
    };
    let target = format!("#{}", join("/components/schemas", base));
    let extends = |schema: &Value| {
        let parts = schema.get("allOf").and_then(Value::as_array);
        parts.is_some_and(|parts| {
            parts
                .iter()
                .any(|part| part.get("$ref").is_some_and(|to| *to == target.as_str()))
        })
    };
    schemas
        .iter()
        .filter(|(_, schema)| extends(schema))
        .map(|(name, schema)| {
            let at = join("/components/schemas", name);
            (name.clone(), Node::new(document, schema, &at))
        })
        .collect()
}
