//! Alternatives: `oneOf` and `anyOf`.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::change::{Rust, Wire};
use super::node::{Choice, Node, common};
use super::notes::{Notes, Site, Subject, Way};
use super::schema::{At, Moved, drain};
use super::{discriminator, heirs};

/// As deep alternatives within alternatives are tried; beyond that they count as different.
const DEEPEST: usize = 12;

/// As many trials are made; a document with more alternatives gets coarser answers.
const MOST_TRIALS: usize = 20_000;

/// What trials have shown, shared by those within one another.
#[derive(Default)]
pub(super) struct Trials {
    depth: usize,
    known: HashMap<(String, String, Way), Option<Wire>>,
}

/// An alternative before and after.
type Pair<'a> = (Node<'a>, Node<'a>);

/// Compares alternatives, if either side has any: whether nothing else is to be compared.
pub(super) fn compare<'a>(at: &At<'a>, notes: &mut Notes<'a>) -> bool {
    let (old, new) = (at.old.choices(notes.old), at.new.choices(notes.new));
    if old.is_empty() && new.is_empty() {
        heirs::compare(at, notes);
        return false;
    }
    // While alternatives are tried, others within them are tried once and not with each of them.
    if notes.trying && !at.is_first() {
        if let Some(wire) = trial(notes, &at.old, &at.new, at.way) {
            at.note(
                notes,
                wire,
                said("alternative-changed", String::new(), Rust::None),
            );
        }
        return true;
    }
    if let ([] | [_], [] | [_]) = (old.as_slice(), new.as_slice()) {
        // Alternatives that each list values list them together.
        let (before, after) = (listed(&at.old, old.first()), listed(&at.new, new.first()));
        if let (Some(before), Some(after)) = (before, after) {
            at.listed(notes, &before, &after);
            return true;
        }
    }
    let both = !old.is_empty() && !new.is_empty();
    let nodes = |all: &[Choice<'a>]| -> Vec<Node<'a>> {
        all.iter().flat_map(|choice| choice.nodes.clone()).collect()
    };
    let all = (nodes(&old), nodes(&new));
    let mut pairs = Vec::new();
    for (index, (old, new)) in matched(notes, old, new).into_iter().enumerate() {
        // One list more, beside another: it must fit as well.
        match (&old, &new) {
            (None, Some(_)) if index > 0 => {
                let text = "there are alternatives beside the others now".to_owned();
                at.narrowed(notes, said("alternatives-demanded", text, Rust::Major));
            }
            (Some(_), None) if index > 0 => {
                let text = "there are fewer alternatives beside one another".to_owned();
                at.widened(notes, said("alternatives-dropped", text, Rust::Major));
            }
            _ => {
                exclusive(at, notes, &old, &new);
                pairs.extend(choice(at, notes, old, new));
            }
        }
    }
    discriminator::compare(at, notes, &pairs, &all);
    for (one, other) in pairs {
        at.beside(notes, one, other);
    }
    // What stands beside the alternatives counts too, where both have them.
    !both
}

fn said(rule: &'static str, text: String, rust: Rust) -> Moved {
    Moved {
        rule,
        keyword: "oneOf",
        text,
        rust,
    }
}

/// Which list of alternatives became which: those that are the same first, then in their order.
fn matched<'a>(
    notes: &Notes<'a>,
    old: Vec<Choice<'a>>,
    mut new: Vec<Choice<'a>>,
) -> Vec<(Option<Choice<'a>>, Option<Choice<'a>>)> {
    let mut all = Vec::new();
    let mut left = old;
    if left.len().max(new.len()) > 1 {
        left.retain(|one| {
            let same = |other: &Choice<'a>| {
                one.nodes.len() == other.nodes.len()
                    && one
                        .nodes
                        .iter()
                        .all(|node| other.nodes.iter().any(|to| is_same(notes, node, to)))
            };
            match new.iter().position(same) {
                Some(index) => {
                    all.push((Some(one.clone()), Some(new.remove(index))));
                    false
                }
                None => true,
            }
        });
    }
    let count = left.len().max(new.len());
    let (mut left, mut new) = (left.into_iter(), new.into_iter());
    all.extend((0..count).map(|_| (left.next(), new.next())));
    all
}

/// `oneOf` refuses what fits several, and `anyOf` takes it.
fn exclusive<'a>(
    at: &At<'a>,
    notes: &mut Notes<'a>,
    old: &Option<Choice<'a>>,
    new: &Option<Choice<'a>>,
) {
    let (Some(old), Some(new)) = (old, new) else {
        return;
    };
    let told = at.old.first("discriminator").is_some() && at.new.first("discriminator").is_some();
    if old.keyword == new.keyword || told || apart(&old.nodes) || apart(&new.nodes) {
        return;
    }
    let (wire, text) = match (new.keyword, at.way) {
        ("oneOf", Way::Sent) => (
            Wire::Warning,
            "what fits several alternatives is refused now",
        ),
        ("oneOf", Way::Got) => (Wire::Safe, "what comes fits one of the alternatives only"),
        (_, Way::Sent) => (
            Wire::Safe,
            "what is sent may fit several of the alternatives",
        ),
        (_, Way::Got) => (
            Wire::Warning,
            "what comes may fit several of the alternatives",
        ),
    };
    let moved = said(
        "alternatives-exclusive-changed",
        text.to_owned(),
        Rust::Major,
    );
    at.note(notes, wire, moved);
}

/// Whether nothing fits two of them, by their types.
fn apart(nodes: &[Node<'_>]) -> bool {
    let kinds: Option<Vec<_>> = nodes.iter().map(Node::types).collect();
    kinds.is_some_and(|kinds| {
        kinds.iter().enumerate().all(|(index, one)| {
            let mut others = kinds.iter().skip(index + 1);
            others.all(|other| common(one, other).is_empty())
        })
    })
}

/// Compares one list of alternatives, or what has none, with another.
fn choice<'a>(
    at: &At<'a>,
    notes: &mut Notes<'a>,
    old: Option<Choice<'a>>,
    new: Option<Choice<'a>>,
) -> Vec<Pair<'a>> {
    let (old, new) = (old.map(|one| one.nodes), new.map(|one| one.nodes));
    if let Some(pairs) = whole(at, notes, &old, &new) {
        return pairs;
    }
    let both = old.is_some() && new.is_some();
    let beside = |node: &Node<'a>, given: &Option<Vec<Node<'a>>>| {
        given.clone().unwrap_or_else(|| vec![node.clone()])
    };
    let (mut old_left, mut new_left) = (beside(&at.old, &old), beside(&at.new, &new));
    let mut pairs = Vec::new();
    // Those of one name first: what changed in them is said there.
    old_left.retain(|one| {
        let same = |other: &Node<'a>| match (one.component(), other.component()) {
            (Some(one), Some(other)) => one == other,
            _ => false,
        };
        match new_left.iter().position(same) {
            Some(index) => {
                pairs.push((one.clone(), new_left.remove(index)));
                false
            }
            None => true,
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
            said(
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
            said(
                "alternative-added",
                format!("{} is an alternative now", names.join(", ")),
                // An enum that may grow has one variant more.
                if both { Rust::Minor } else { Rust::Major },
            ),
        );
    }
    pairs
}

/// Alternatives that are all taken where none are told apart any more, and alternatives of which each is
/// what came before anyway.
fn whole<'a>(
    at: &At<'a>,
    notes: &mut Notes<'a>,
    old: &Option<Vec<Node<'a>>>,
    new: &Option<Vec<Node<'a>>>,
) -> Option<Vec<Pair<'a>>> {
    let pairs: Vec<Pair<'a>> = match (old, new, at.way) {
        (Some(all), None, Way::Sent) => {
            let each = all.iter().map(|one| (one.clone(), at.new.clone()));
            each.collect()
        }
        (None, Some(all), Way::Got) => {
            let each = all.iter().map(|one| (at.old.clone(), one.clone()));
            each.collect()
        }
        _ => return None,
    };
    let breaks = |(one, other): &Pair<'a>| trial(notes, one, other, at.way) == Some(Wire::Breaking);
    if pairs.iter().any(breaks) {
        return None;
    }
    match at.way {
        Way::Sent => {
            let text = "it is no longer one of several alternatives".to_owned();
            at.widened(notes, said("alternatives-dropped", text, Rust::Major));
        }
        Way::Got => {
            let text = "it is one of several alternatives now".to_owned();
            at.narrowed(notes, said("alternatives-demanded", text, Rust::Major));
        }
    }
    Some(pairs)
}

/// All values, where there are no others.
fn listed<'a>(node: &Node<'a>, options: Option<&Choice<'a>>) -> Option<BTreeSet<String>> {
    match options {
        None => node.values(),
        Some(options) => {
            let mut all = BTreeSet::new();
            for option in &options.nodes {
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
    scratch.trying = true;
    scratch.trials = Rc::clone(&notes.trials);
    scratch.pair(Site::Nowhere, old.clone(), new.clone(), way, Subject::Body);
    drain(&mut scratch);
    let wire = scratch.finish().wire();
    let mut trials = notes.trials.borrow_mut();
    trials.depth -= 1;
    trials.known.insert(key, wire);
    wire
}

pub(super) fn is_same<'a>(notes: &Notes<'a>, old: &Node<'a>, new: &Node<'a>) -> bool {
    // What has lost a property is another one, and needs no trial.
    let (had, has) = (old.property_names(), new.property_names());
    had.is_subset(&has)
        && trial(notes, old, new, Way::Sent).is_none_or(|wire| wire == Wire::Safe)
        && trial(notes, old, new, Way::Got).is_none_or(|wire| wire == Wire::Safe)
}

fn covers<'a>(notes: &Notes<'a>, old: &Node<'a>, new: &Node<'a>, way: Way) -> bool {
    trial(notes, old, new, way).is_none_or(|wire| wire == Wire::Safe)
}
