//! Paths, operations, parameters and request bodies.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::change::{Direction, Rust, Wire};
use super::node::Node;
use super::notes::{Note, Notes, Site, Subject, Way};
use super::{responses, security};
use crate::operation::{METHODS, follow};
use crate::pointer::join;

/// An operation on one side.
#[derive(Clone)]
pub(super) struct Side<'a> {
    pub(super) document: &'a Value,
    pub(super) node: &'a Value,
    pub(super) at: String,
    path_item: &'a Value,
    path_item_at: String,
    path: String,
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
fn placeholders(path: &str) -> Vec<&str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
        .collect()
}

pub(super) fn compare(notes: &mut Notes<'_>) {
    let old = operations(notes.old, notes.old.get("paths"), "/paths");
    let new = operations(notes.new, notes.new.get("paths"), "/paths");
    security::servers(notes);
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
    parameters(notes, site, old, new, turned);
    body(notes, site, old, new, turned);
    responses::compare(notes, site, old, new, turned);
    if !turned {
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
    let links = |side: &Side<'_>| -> Vec<Value> {
        let answers = side.node.get("responses").and_then(Value::as_object);
        answers
            .into_iter()
            .flatten()
            .filter_map(|(_, one)| one.get("links").cloned())
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

fn parameters<'a>(notes: &mut Notes<'a>, site: Site, old: &Side<'a>, new: &Side<'a>, turned: bool) {
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
        let (rule, wire, text, to) = match after.iter().position(moved) {
            Some(index) => {
                let other = after.remove(index);
                let text = format!("{} is a {} parameter now", one.shown(), other.place);
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
        let note = Note::new(rule, Direction::Parameter, wire, Rust::Major, text).at(one.at, to);
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
    if old.style() != new.style()
        && (old.has_parts(old_side.document) || new.has_parts(new_side.document))
    {
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
        let note =
            Note::new(rule, Direction::Request, wire, Rust::Major, text.to_owned()).at(old, new);
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
    for (name, one) in old {
        let kind = essence(name);
        let exact = new.iter().find(|(other, _)| essence(other) == kind);
        let found = exact.or_else(|| {
            new.iter()
                .find(|(other, _)| includes(&essence(other), &kind))
        });
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
                    Rust::Patch,
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
                Rust::Major,
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
            Rust::Minor,
            text,
        )
        .named(format!("{}-media-type-added", way.name()))
        .at(None, join(new_at, name));
        notes.note(site, note);
    }
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
    let used = |document: &Value, name: &str| {
        let reference = format!("\"#/components/schemas/{}\"", crate::pointer::escape(name));
        document.to_string().contains(&reference)
    };
    let (gone, came): (Vec<_>, Vec<_>) = (
        old.difference(&new).cloned().collect(),
        new.difference(&old).cloned().collect(),
    );
    for name in gone {
        if !used(notes.old, &name) {
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
        if !used(notes.new, &name) {
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
