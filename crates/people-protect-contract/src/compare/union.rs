//! Alternatives: `oneOf` and `anyOf`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use serde_json::Value;

use super::change::{Rust, Wire};
use super::node::Node;
use super::notes::{Notes, Site, Subject, Way};
use super::schema::{At, Moved, drain};

/// As deep alternatives within alternatives are tried; beyond that they count as different.
const DEEPEST: usize = 6;

/// As many trials are made; a document with more alternatives gets coarser answers.
const MOST_TRIALS: usize = 20_000;

/// What trials have shown, shared by those within one another.
#[derive(Default)]
pub(super) struct Trials {
    depth: usize,
    known: HashMap<(String, String, Way), Option<Wire>>,
}

/// Compares alternatives, if either side has any: whether nothing else is to be compared.
pub(super) fn compare<'a>(at: &At<'a>, notes: &mut Notes<'a>) -> bool {
    let (old, new) = (at.old.options(notes.old), at.new.options(notes.new));
    let beside = |node: &Node<'a>, given: &Option<Vec<Node<'a>>>| {
        given.clone().unwrap_or_else(|| vec![node.clone()])
    };
    if old.is_none() && new.is_none() {
        return false;
    }
    // Alternatives that each list values list them together.
    if let (Some(before), Some(after)) = (listed(&at.old, &old), listed(&at.new, &new)) {
        at.listed(notes, &before, &after);
        return true;
    }
    let both = old.is_some() && new.is_some();
    let (mut old_left, mut new_left) = (beside(&at.old, &old), beside(&at.new, &new));
    // Those of one name first: what changed in them is said there.
    let mut pairs = Vec::new();
    old_left.retain(|one| {
        let same = |other: &Node<'a>| match (one.component(), other.component()) {
            (Some(one), Some(other)) => one == other,
            _ => false,
        };
        match new_left.iter().position(same) {
            Some(index) if both => {
                pairs.push((one.clone(), new_left.remove(index)));
                false
            }
            _ => true,
        }
    });
    // Then those that are the same under another name, or written out.
    old_left.retain(|one| {
        let same = |other: &Node<'a>| is_same(notes, one, other);
        match new_left.iter().position(same) {
            Some(index) => {
                pairs.push((one.clone(), new_left.remove(index)));
                false
            }
            None => true,
        }
    });
    // Then those of which one takes everything that the other has.
    old_left.retain(|one| {
        let covered = |other: &Node<'a>| covers(notes, one, other, at.way);
        match new_left.iter().position(covered) {
            Some(index) => {
                pairs.push((one.clone(), new_left.remove(index)));
                false
            }
            None => true,
        }
    });
    if old_left.len() == 1 && new_left.len() == 1 && both {
        pairs.extend(old_left.pop().zip(new_left.pop()));
    }
    ambiguous(at, notes, &old, &new);
    let moved = |rule, text: String, rust| Moved {
        rule,
        keyword: "oneOf",
        text,
        rust,
    };
    let name = |node: &Node<'a>| {
        node.component()
            .map_or("one that is written out".to_owned(), |name| {
                format!("`{name}`")
            })
    };
    if !old_left.is_empty() {
        let names: Vec<_> = old_left.iter().map(name).collect();
        at.narrowed(
            notes,
            moved(
                "alternative-removed",
                format!("{} is no alternative any more", names.join(", ")),
                Rust::Major,
            ),
        );
    }
    if !new_left.is_empty() {
        let names: Vec<_> = new_left.iter().map(name).collect();
        at.widened(
            notes,
            moved(
                "alternative-added",
                format!("{} is an alternative now", names.join(", ")),
                // An enum that may grow has one variant more.
                if both { Rust::Minor } else { Rust::Major },
            ),
        );
    }
    for (one, other) in pairs {
        at.beside(notes, one, other);
    }
    discriminator(at, notes);
    // What stands beside the alternatives counts too, where both have them.
    !both
}

/// All values, where there are no others.
fn listed<'a>(node: &Node<'a>, options: &Option<Vec<Node<'a>>>) -> Option<BTreeSet<String>> {
    match options {
        None => node.values(),
        Some(options) => {
            let mut all = BTreeSet::new();
            for option in options {
                all.extend(option.values()?);
            }
            Some(all)
        }
    }
}

/// Of `oneOf` exactly one may fit: what fits two is refused.
fn ambiguous<'a>(
    at: &At<'a>,
    notes: &mut Notes<'a>,
    old: &Option<Vec<Node<'a>>>,
    new: &Option<Vec<Node<'a>>>,
) {
    let (None, Some(options), Way::Sent) = (old, new, at.way) else {
        return;
    };
    let exact = at.new.first("oneOf").is_some();
    let fitting = options
        .iter()
        .filter(|option| covers(notes, &at.old, option, Way::Sent));
    if exact && fitting.count() > 1 {
        let moved = Moved {
            rule: "wrapped-in-one-of",
            keyword: "oneOf",
            text: "what was sent fits several of the alternatives, of which only one may fit"
                .to_owned(),
            rust: Rust::Major,
        };
        at.note(notes, Wire::Breaking, moved);
    }
}

/// What a client would meet that has the one where the other is; known ones are not tried again, and
/// one that is being tried counts as fitting, as recursive schemas do.
fn trial<'a>(notes: &Notes<'a>, old: &Node<'a>, new: &Node<'a>, way: Way) -> Option<Wire> {
    let key = (old.key(), new.key(), way);
    {
        let mut trials = notes.trials.borrow_mut();
        if let Some(known) = trials.known.get(&key) {
            return *known;
        }
        if trials.depth >= DEEPEST || trials.known.len() >= MOST_TRIALS {
            return Some(Wire::Breaking);
        }
        trials.depth += 1;
        trials.known.insert(key.clone(), None);
    }
    let mut scratch = Notes::new(notes.old, notes.new);
    scratch.trials = Rc::clone(&notes.trials);
    scratch.pair(Site::Nowhere, old.clone(), new.clone(), way, Subject::Body);
    drain(&mut scratch);
    let wire = scratch.finish().wire();
    let mut trials = notes.trials.borrow_mut();
    trials.depth -= 1;
    trials.known.insert(key, wire);
    wire
}

fn is_same<'a>(notes: &Notes<'a>, old: &Node<'a>, new: &Node<'a>) -> bool {
    trial(notes, old, new, Way::Sent).is_none_or(|wire| wire == Wire::Safe)
        && trial(notes, old, new, Way::Got).is_none_or(|wire| wire == Wire::Safe)
}

fn covers<'a>(notes: &Notes<'a>, old: &Node<'a>, new: &Node<'a>, way: Way) -> bool {
    trial(notes, old, new, way).is_none_or(|wire| wire == Wire::Safe)
}

fn discriminator<'a>(at: &At<'a>, notes: &mut Notes<'a>) {
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
        _ => {}
    }
    // A component may be given by its name alone.
    let whole = |target: &str| match target.contains(['#', '/', '.']) {
        true => target.to_owned(),
        false => format!("#/components/schemas/{target}"),
    };
    let mapping = |value: Option<&'a Value>| -> BTreeMap<&'a str, String> {
        let map = value.and_then(|one| one.get("mapping")?.as_object());
        map.into_iter()
            .flatten()
            .filter_map(|(name, target)| Some((name.as_str(), whole(target.as_str()?))))
            .collect()
    };
    let (old, new) = (mapping(old), mapping(new));
    let gone: Vec<_> = old
        .keys()
        .filter(|name| !new.contains_key(*name))
        .copied()
        .collect();
    let came: Vec<_> = new
        .keys()
        .filter(|name| !old.contains_key(*name))
        .copied()
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
