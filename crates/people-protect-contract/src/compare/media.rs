//! Media types of bodies, and the schemas under them.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::change::{Direction, Rust, Wire};
use super::node::Node;
use super::notes::{Note, Notes, Site, Subject, Way};
use crate::pointer::join;

const JSON: &str = "application/json";

pub(super) fn empty() -> &'static Map<String, Value> {
    static EMPTY: std::sync::OnceLock<Map<String, Value>> = std::sync::OnceLock::new();
    EMPTY.get_or_init(Map::new)
}

/// The type without what does not tell it from others.
fn essence(name: &str) -> String {
    let mut parts = name.split(';').map(|part| part.trim().to_ascii_lowercase());
    let kind = parts.next().unwrap_or_default();
    let mut rest: Vec<_> = parts
        .filter(|part| !part.starts_with("charset=") && !part.is_empty())
        .collect();
    rest.sort_unstable();
    rest.insert(0, kind);
    rest.join(";")
}

fn includes(range: &str, name: &str) -> bool {
    range == name
        || range == "*/*"
        || range
            .strip_suffix("/*")
            .is_some_and(|kind| name.split('/').next() == Some(kind))
}

fn is_near(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.split(';').next().unwrap_or_default().to_owned();
    let syntax = |name: &str| {
        let plain = plain(name);
        let (kind, rest) = plain.split_once('/').unwrap_or((&plain, ""));
        format!("{kind}/{}", rest.rsplit('+').next().unwrap_or_default())
    };
    plain(one) == plain(other) || (one != other && syntax(one) == syntax(other))
}

/// Compares what stands under the media types of a body.
pub(super) fn media<'a>(
    notes: &mut Notes<'a>,
    site: Site,
    (old, old_at): (&'a Map<String, Value>, &str),
    (new, new_at): (&'a Map<String, Value>, &str),
    way: Way,
) {
    let mut used = BTreeSet::new();
    // Where there is JSON, that is what is generated.
    let json = |all: &Map<String, Value>| all.keys().any(|name| essence(name) == JSON);
    let still = json(old) && json(new);
    for (name, one) in old {
        let kind = essence(name);
        let exact = new.iter().find(|(other, _)| essence(other) == kind);
        let wider = |(other, _): &(&String, &Value)| includes(&essence(other), &kind);
        let narrower = |(other, _): &(&String, &Value)| includes(&kind, &essence(other));
        let range = new
            .iter()
            .find(wider)
            .map(|found| (found, true))
            .or_else(|| new.iter().find(narrower).map(|found| (found, false)));
        if exact.is_none()
            && let Some(((other_name, _), wider)) = range
        {
            ranged(
                notes,
                site,
                (name, old_at),
                (other_name, new_at),
                way,
                wider,
            );
        }
        let found = exact.or(range.map(|(found, _)| found));
        // Another parameter, or a more special name of the same syntax: many a reader takes either.
        let near = |(other, _): &(&String, &Value)| is_near(&essence(other), &kind);
        let found = match (found, new.iter().find(near)) {
            (None, Some((other_name, other))) => {
                let text = format!("{name} is called {other_name}");
                let wire = if way == Way::Sent {
                    Wire::Breaking
                } else {
                    Wire::Warning
                };
                let note = Note::new(
                    "media-type-changed",
                    Direction::MediaType,
                    wire,
                    // The generator reads JSON by this very name.
                    match (kind == JSON) != (essence(other_name) == JSON) {
                        true => Rust::Major,
                        false => Rust::Patch,
                    },
                    text,
                )
                .named(format!("{}-media-type-changed", way.name()))
                .at(join(old_at, name), join(new_at, other_name));
                notes.note(site, note);
                Some((other_name, other))
            }
            (found, _) => found,
        };
        let Some((other_name, other)) = found else {
            let text = format!("there is no {name} any more");
            let note = Note::new(
                "media-type-removed",
                Direction::MediaType,
                Wire::Breaking,
                if still { Rust::None } else { Rust::Major },
                text,
            )
            .named(format!("{}-media-type-removed", way.name()))
            .at(join(old_at, name), None);
            notes.note(site, note);
            continue;
        };
        used.insert(other_name.clone());
        let (one_at, other_at) = (join(old_at, name), join(new_at, other_name));
        schema_of(notes, site, (one, &one_at), (other, &other_at), way);
        let encoding = |node: &'a Value| {
            node.get("encoding")
                .filter(|one| one.as_object().is_some_and(|map| !map.is_empty()))
        };
        if encoding(one) != encoding(other) {
            let wire = if way == Way::Sent {
                Wire::Breaking
            } else {
                Wire::Warning
            };
            let note = Note::new(
                "encoding-changed",
                Direction::MediaType,
                wire,
                Rust::Patch,
                format!("how the parts of {name} are written changed"),
            )
            .named(format!("{}-encoding-changed", way.name()))
            .at(join(&one_at, "encoding"), join(&other_at, "encoding"));
            notes.note(site, note);
        }
    }
    for (name, _) in new {
        let kind = essence(name);
        if used.contains(name) || old.iter().any(|(one, _)| essence(one) == kind) {
            continue;
        }
        let text = format!("there is {name} as well");
        let note = Note::new(
            "media-type-added",
            Direction::MediaType,
            Wire::Safe,
            if still { Rust::None } else { Rust::Minor },
            text,
        )
        .named(format!("{}-media-type-added", way.name()))
        .at(None, join(new_at, name));
        notes.note(site, note);
    }
}

/// A range takes the place of a type, or a type that of a range.
fn ranged<'a>(
    notes: &mut Notes<'a>,
    site: Site,
    (old, old_at): (&str, &str),
    (new, new_at): (&str, &str),
    way: Way,
    wider: bool,
) {
    let (rule, wire) = match (wider, way) {
        (true, Way::Sent) => ("media-type-widened", Wire::Safe),
        // A client that asks for what it knows may go on getting it.
        (true, Way::Got) => ("media-type-widened", Wire::Warning),
        (false, Way::Sent) => ("media-type-narrowed", Wire::Breaking),
        (false, Way::Got) => ("media-type-narrowed", Wire::Safe),
    };
    let rust = match (essence(old) == JSON) != (essence(new) == JSON) {
        true => Rust::Major,
        false => Rust::None,
    };
    let text = format!("{old} became {new}");
    let note = Note::new(rule, Direction::MediaType, wire, rust, text)
        .named(format!("{}-{rule}", way.name()))
        .at(join(old_at, old), join(new_at, new));
    notes.note(site, note);
}

fn schema_of<'a>(
    notes: &mut Notes<'a>,
    site: Site,
    (old, old_at): (&'a Value, &str),
    (new, new_at): (&'a Value, &str),
    way: Way,
) {
    let (one, other) = (old.get("schema"), new.get("schema"));
    let (one, other) = match (one, other) {
        (None, None) => return,
        (Some(one), Some(other)) => (one, other),
        (one, _) => {
            // Of what has no schema the document says nothing.
            let (rule, wire) = match (one.is_some(), way) {
                (true, Way::Sent) => ("schema-removed", Wire::Safe),
                (true, Way::Got) => ("schema-removed", Wire::Warning),
                (false, Way::Sent) => ("schema-added", Wire::Breaking),
                (false, Way::Got) => ("schema-added", Wire::Safe),
            };
            let text = match one.is_some() {
                true => "the body has no schema any more",
                false => "the body has a schema now",
            };
            let direction = match way {
                Way::Sent => Direction::Request,
                Way::Got => Direction::Response,
            };
            let note = Note::new(rule, direction, wire, Rust::Major, text.to_owned())
                .named(format!("{}-body-{rule}", way.name()))
                .at(join(old_at, "schema"), join(new_at, "schema"));
            notes.note(site, note);
            return;
        }
    };
    let one = Node::new(notes.old, one, &join(old_at, "schema"));
    let other = Node::new(notes.new, other, &join(new_at, "schema"));
    notes.pair(site, one, other, way, Subject::Body);
}
