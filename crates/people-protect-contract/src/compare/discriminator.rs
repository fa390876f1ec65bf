//! Which property tells alternatives apart, and which of its values means which.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::{Rust, Wire};
use super::node::Node;
use super::notes::{Notes, Way};
use super::schema::{At, Moved};

const HERE: &str = "#/components/schemas/";

/// Names and what they mean, as references.
pub(super) type Mapping<'a> = BTreeMap<&'a str, String>;

pub(super) fn mapping(discriminator: Option<&Value>) -> Mapping<'_> {
    // A component may be given by its name alone.
    let whole = |target: &str| match target.contains(['#', '/', '.']) {
        true => target.to_owned(),
        false => format!("{HERE}{target}"),
    };
    let map = discriminator.and_then(|one| one.get("mapping")?.as_object());
    map.into_iter()
        .flatten()
        .filter_map(|(name, target)| Some((name.as_str(), whole(target.as_str()?))))
        .collect()
}

/// Compares what the two sides say. `pairs`: which alternatives became which; `all`: every one.
pub(super) fn compare<'a>(
    at: &At<'a>,
    notes: &mut Notes<'a>,
    pairs: &[(Node<'a>, Node<'a>)],
    all: &(Vec<Node<'a>>, Vec<Node<'a>>),
) {
    let (old, new) = (at.old.first("discriminator"), at.new.first("discriminator"));
    let property =
        |value: Option<&'a Value>| value.and_then(|one| one.get("propertyName")?.as_str());
    let moved = |rule, text: String| Moved {
        rule,
        keyword: "discriminator",
        text,
        rust: Rust::None,
    };
    match (property(old), property(new)) {
        (Some(before), Some(after)) if before != after => {
            let text = format!("`{after}` tells the alternatives apart, no longer `{before}`");
            at.note(notes, Wire::Breaking, moved("discriminator-changed", text));
        }
        (Some(before), None) => {
            // The shapes are what they were; whether anybody looks at the name cannot be told.
            let text = format!("`{before}` tells the alternatives apart no longer");
            at.note(notes, Wire::Warning, moved("discriminator-removed", text));
            return;
        }
        (None, Some(after)) => {
            let text = format!("`{after}` tells the alternatives apart now");
            at.note(notes, Wire::Warning, moved("discriminator-added", text));
            return;
        }
        (None, None) => return,
        _ => {}
    }
    let (old, new) = (mapping(old), mapping(new));
    // What is written out has no name.
    let named_both = |(one, other): &&(Node<'a>, Node<'a>)| {
        one.component().is_some() && other.component().is_some()
    };
    let pairs: Vec<_> = pairs.iter().filter(named_both).collect();
    let before = named(pairs.iter().map(|one| &one.0), &old);
    let after = named(pairs.iter().map(|one| &one.1), &new);
    let components = |all: &[Node<'a>]| -> BTreeSet<String> {
        all.iter()
            .filter_map(Node::component)
            .map(ToOwned::to_owned)
            .collect()
    };
    let (had, has) = (components(&all.0), components(&all.1));
    // Without a word for it, the name of the component means it: to a server that is sent the old
    // name, and to a client that gets the new one.
    let gone: Vec<&str> = old
        .keys()
        .copied()
        .chain(
            before
                .iter()
                .map(String::as_str)
                .filter(|_| at.way == Way::Sent),
        )
        .filter(|name| !new.contains_key(name) && !has.contains(*name))
        .collect();
    let came: Vec<&str> = new
        .keys()
        .copied()
        .chain(
            after
                .iter()
                .map(String::as_str)
                .filter(|_| at.way == Way::Got),
        )
        .filter(|name| !old.contains_key(name) && !had.contains(*name))
        .collect();
    let turned: Vec<_> = old
        .iter()
        .filter(|(name, target)| new.get(*name).is_some_and(|other| other != *target))
        .filter(|(_, target)| notes.new.pointer(target.trim_start_matches('#')).is_some())
        .map(|(name, _)| *name)
        .collect();
    if !gone.is_empty() {
        let text = format!("{} means no alternative any more", gone.join(", "));
        at.narrowed(notes, moved("discriminator-mapping-removed", text));
    }
    if !came.is_empty() {
        let text = format!("{} means an alternative now", came.join(", "));
        at.widened(notes, moved("discriminator-mapping-added", text));
    }
    if !turned.is_empty() {
        let text = format!("{} means another alternative", turned.join(", "));
        at.note(
            notes,
            Wire::Breaking,
            moved("discriminator-mapping-changed", text),
        );
    }
}

/// Components that only their own names mean.
fn named<'a, 'b: 'a>(
    nodes: impl Iterator<Item = &'a Node<'b>>,
    mapping: &Mapping<'_>,
) -> BTreeSet<String> {
    let named = |name: &&str| {
        !mapping
            .values()
            .any(|to| to.strip_prefix(HERE) == Some(*name))
    };
    nodes
        .filter_map(Node::component)
        .filter(named)
        .map(ToOwned::to_owned)
        .collect()
}
