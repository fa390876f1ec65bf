//! Parameters of paths, queries, headers and cookies.

use serde_json::Value;

use super::change::{Direction, Rust, Wire};
use super::media::media;
use super::node::Node;
use super::notes::{Note, Notes, Site, Subject, Way};
use super::operations::{Side, placeholders};
use crate::operation::follow;
use crate::pointer::join;

/// A parameter of an operation.
struct Parameter<'a> {
    node: &'a Value,
    at: String,
    name: String,
    place: String,
}

/// What headers of these names are is not for a parameter to say.
const NOT_OURS: [&str; 3] = ["accept", "content-type", "authorization"];

fn list<'a>(side: &Side<'a>) -> Vec<Parameter<'a>> {
    let mut all: Vec<Parameter<'a>> = Vec::new();
    let own = (side.node, &side.at);
    let shared = (side.path_item, &side.path_item_at);
    let names = placeholders(&side.path);
    for (node, at) in [own, shared] {
        let at = join(at, "parameters");
        let given = node.get("parameters").and_then(Value::as_array);
        for (index, given) in given.into_iter().flatten().enumerate() {
            let node = follow(side.document, given);
            let text = |key: &str| {
                node.get(key)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            let (mut name, place) = (text("name"), text("in"));
            if place == "header" {
                name = name.to_ascii_lowercase();
                if NOT_OURS.contains(&name.as_str()) {
                    continue;
                }
            }
            // A parameter of the path is found by where it is, not by its name.
            if place == "path"
                && let Some(index) = names.iter().position(|one| *one == name)
            {
                name = format!("{{{index}}}");
            }
            let at = match given.get("$ref").and_then(Value::as_str) {
                Some(target) => crate::pointer::from_reference(target).unwrap_or_default(),
                None => join(&at, &index.to_string()),
            };
            // An operation's own parameter stands in the place of the path's.
            if !all
                .iter()
                .any(|known| known.name == name && known.place == place)
            {
                all.push(Parameter {
                    node,
                    at,
                    name,
                    place,
                });
            }
        }
    }
    all
}

impl Parameter<'_> {
    fn is_required(&self) -> bool {
        self.place == "path" || self.node.get("required") == Some(&Value::Bool(true))
    }

    fn shown(&self) -> String {
        let name = self
            .node
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        format!("the {} parameter `{name}`", self.place)
    }

    fn style(&self) -> (String, bool) {
        let style =
            self.node
                .get("style")
                .and_then(Value::as_str)
                .unwrap_or(match self.place.as_str() {
                    "query" | "cookie" => "form",
                    _ => "simple",
                });
        let explode = self
            .node
            .get("explode")
            .and_then(Value::as_bool)
            .unwrap_or(style == "form");
        (style.to_owned(), explode)
    }

    /// Whether its value may have parts, so that its style matters.
    fn has_parts(&self, document: &Value) -> bool {
        let schema = self
            .node
            .get("schema")
            .map(|schema| follow(document, schema));
        let kind = schema.and_then(|schema| schema.get("type")?.as_str());
        !matches!(kind, Some("string" | "integer" | "number" | "boolean"))
    }
}

pub(super) fn compare<'a>(
    notes: &mut Notes<'a>,
    site: Site,
    old: &Side<'a>,
    new: &Side<'a>,
    turned: bool,
) {
    let (before, mut after) = (list(old), list(new));
    let way = if turned { Way::Got } else { Way::Sent };
    for one in before {
        let same = |other: &Parameter<'_>| other.name == one.name && other.place == one.place;
        if let Some(index) = after.iter().position(same) {
            let other = after.remove(index);
            parameter(notes, site, (&one, old), (&other, new), way);
            continue;
        }
        let plain = |name: &str| name.to_ascii_lowercase();
        let moved = |other: &Parameter<'_>| {
            plain(&other.name) == plain(&one.name) && other.place != one.place
        };
        let mut rust = Rust::Major;
        let (rule, wire, text, to) = match after.iter().position(moved) {
            Some(index) => {
                let other = after.remove(index);
                let text = format!("{} is a {} parameter now", one.shown(), other.place);
                // The method takes the same argument, unless it is part of the path.
                let apart = one.place != "path" && other.place != "path";
                let schema = one.node.get("schema") == other.node.get("schema");
                if apart && schema && one.is_required() == other.is_required() {
                    rust = Rust::Patch;
                }
                (
                    "request-parameter-moved",
                    Wire::Breaking,
                    text,
                    Some(other.at),
                )
            }
            // What is not read may be ignored or refused.
            None => {
                let text = format!("there is no more {}", one.shown());
                ("request-parameter-removed", Wire::Warning, text, None)
            }
        };
        let note = Note::new(rule, Direction::Parameter, wire, rust, text).at(one.at, to);
        notes.note(site, note);
    }
    for other in after {
        let (rule, wire, text) = match other.is_required() {
            true => (
                "request-parameter-added-required",
                Wire::Breaking,
                format!("there is {}, and it is required", other.shown()),
            ),
            false => (
                "request-parameter-added",
                Wire::Safe,
                format!("there is {}", other.shown()),
            ),
        };
        let note =
            Note::new(rule, Direction::Parameter, wire, Rust::Major, text).at(None, other.at);
        notes.note(site, note);
    }
}

fn parameter<'a>(
    notes: &mut Notes<'a>,
    site: Site,
    (old, old_side): (&Parameter<'a>, &Side<'a>),
    (new, new_side): (&Parameter<'a>, &Side<'a>),
    way: Way,
) {
    let shown = new.shown();
    let mut say = |rule, wire, rust, text: String| {
        let note = Note::new(rule, Direction::Parameter, wire, rust, text)
            .at(old.at.clone(), new.at.clone());
        notes.note(site, note);
    };
    match (old.is_required(), new.is_required()) {
        (false, true) => say(
            "request-parameter-became-required",
            Wire::Breaking,
            Rust::Major,
            format!("{shown} is required now"),
        ),
        (true, false) => say(
            "request-parameter-became-optional",
            Wire::Safe,
            Rust::Major,
            format!("{shown} may be left out now"),
        ),
        _ => {}
    }
    if old.node.get("name") != new.node.get("name") && old.place == "path" {
        say(
            "path-parameter-renamed",
            Wire::Safe,
            Rust::Patch,
            format!("{} is called {shown}", old.shown()),
        );
    }
    let parts = old.has_parts(old_side.document) || new.has_parts(new_side.document);
    // One value looks the same in every style but those that put something before it.
    let marked = |one: &Parameter<'_>| ["label", "matrix"].contains(&one.style().0.as_str());
    let marked = marked(old) || marked(new);
    if (old.style() != new.style() && parts) || (old.style().0 != new.style().0 && marked) {
        say(
            "request-parameter-style-changed",
            Wire::Breaking,
            Rust::Patch,
            format!("{shown} is written in another way"),
        );
    }
    let flag = |one: &Parameter<'_>, key: &str| one.node.get(key) == Some(&Value::Bool(true));
    for (key, rule) in [
        ("allowReserved", "request-parameter-allow-reserved-changed"),
        ("allowEmptyValue", "request-parameter-allow-empty-changed"),
    ] {
        match (flag(old, key), flag(new, key)) {
            (true, false) => say(
                rule,
                Wire::Breaking,
                Rust::Patch,
                format!("{shown}: `{key}` no longer"),
            ),
            (false, true) => say(
                rule,
                Wire::Safe,
                Rust::Patch,
                format!("{shown}: `{key}` now"),
            ),
            _ => {}
        }
    }
    if flag(old, "deprecated") != flag(new, "deprecated") {
        say(
            "request-parameter-deprecation-changed",
            Wire::Safe,
            Rust::Patch,
            format!("whether {shown} is deprecated changed"),
        );
    }
    let (one, other) = (old.node.get("schema"), new.node.get("schema"));
    match (one, other) {
        (Some(one), Some(other)) => {
            let one = Node::new(notes.old, one, &join(&old.at, "schema"));
            let other = Node::new(notes.new, other, &join(&new.at, "schema"));
            // `a=1` is also a list with one item.
            if let Some(items) = list_of_one(notes.new, &one, &other) {
                let text = format!("{shown} takes a list now");
                let note = Note::new(
                    "request-parameter-became-list",
                    Direction::Parameter,
                    Wire::Safe,
                    Rust::Major,
                    text,
                )
                .at(old.at.clone(), new.at.clone());
                notes.note(site, note);
                notes.pair(site, one, items, way, Subject::Parameter);
                return;
            }
            notes.pair(site, one, other, way, Subject::Parameter);
        }
        (None, None) => {
            let content = |one: &Parameter<'a>| one.node.get("content").and_then(Value::as_object);
            if let (Some(one), Some(other)) = (content(old), content(new)) {
                let places = (join(&old.at, "content"), join(&new.at, "content"));
                media(notes, site, (one, &places.0), (other, &places.1), way);
            }
        }
        _ => say(
            "request-parameter-style-changed",
            Wire::Breaking,
            Rust::Major,
            format!("{shown} is written in another way"),
        ),
    }
}

/// The items of a list that takes the place of a single value.
fn list_of_one<'a>(document: &'a Value, old: &Node<'a>, new: &Node<'a>) -> Option<Node<'a>> {
    let single = old
        .types()?
        .iter()
        .all(|one| !matches!(*one, "array" | "object"));
    let least = new.first("minItems").and_then(Value::as_u64).unwrap_or(0);
    let list = new.types()? == ["array"].into();
    (single && list && least <= 1)
        .then(|| new.items(document))
        .flatten()
}
