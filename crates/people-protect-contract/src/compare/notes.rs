//! What has been found so far, and which operations it reaches.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::rc::Rc;

use serde_json::Value;

use super::change::{Change, Comparison, Direction, Places, Rust, Wire};
use super::node::Node;
use super::union::Trials;

/// Which way a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Way {
    /// From the client to the server: it may only widen.
    Sent,
    /// To the client: it may only narrow.
    Got,
}

impl Way {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sent => "request",
            Self::Got => "response",
        }
    }
}

/// What a schema is the schema of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    Parameter,
    Header,
    Body,
    Property,
    /// A property that may be absent, before and after.
    Optional,
    Item,
    /// Part of a condition, of which nothing is generated.
    Condition,
}

impl Subject {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Parameter => "parameter",
            Self::Header => "header",
            Self::Body => "body",
            Self::Property | Self::Optional => "property",
            Self::Item => "item",
            Self::Condition => "condition",
        }
    }
}

/// Two schemas that are compared, one way.
pub(super) struct Pair<'a> {
    pub(super) old: Node<'a>,
    pub(super) new: Node<'a>,
    pub(super) way: Way,
    pub(super) subject: Subject,
    leads_to: BTreeSet<usize>,
}

/// Where something was found: in a pair of schemas, or in operations themselves.
#[derive(Debug, Clone, Copy)]
pub(super) enum Site {
    Pair(usize),
    Operation(usize),
    Nowhere,
}

/// A finding before it is known whom it reaches.
pub(super) struct Note {
    /// The kind without its direction: two findings of one kind at one place are one.
    pub(super) rule: &'static str,
    pub(super) id: String,
    pub(super) direction: Direction,
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
    pub(super) wire: Wire,
    pub(super) open: Wire,
    pub(super) raw: Wire,
    pub(super) rust: Rust,
    pub(super) wrapper: Rust,
    pub(super) text: String,
    pub(super) action: &'static str,
}

impl Note {
    pub(super) fn new(
        rule: &'static str,
        direction: Direction,
        wire: Wire,
        rust: Rust,
        text: String,
    ) -> Self {
        Self {
            rule,
            id: rule.to_owned(),
            direction,
            old: None,
            new: None,
            wire,
            open: wire,
            raw: wire,
            rust,
            wrapper: rust,
            text,
            action: default_action(wire, rust),
        }
    }

    pub(super) fn at(
        mut self,
        old: impl Into<Option<String>>,
        new: impl Into<Option<String>>,
    ) -> Self {
        self.old = old.into();
        self.new = new.into();
        self
    }

    pub(super) fn named(mut self, id: String) -> Self {
        self.id = id;
        self
    }

    pub(super) fn open(mut self, open: Wire) -> Self {
        self.open = open;
        self
    }

    pub(super) fn wrapper(mut self, wrapper: Rust) -> Self {
        self.wrapper = wrapper;
        self
    }

    pub(super) fn action(mut self, action: &'static str) -> Self {
        self.action = action;
        self
    }
}

/// For a reader that takes answers as they come: openly, without looking at bounds, and with `None`
/// for what is absent.
fn raw(note: &Note) -> Wire {
    if !note.id.starts_with("response-") {
        return note.open;
    }
    let unlooked = [
        "length-changed",
        "items-changed",
        "properties-changed",
        "imum-changed",
        "multiple-of-changed",
        "format-changed",
        "not-changed",
        "additional-properties-opened",
    ];
    let absent = ["became-optional", "became-nullable", "property-removed"];
    let ends = |rules: &[&str]| rules.iter().any(|rule| note.rule.ends_with(rule));
    if ends(&unlooked) || note.rule.starts_with("pattern-") {
        return Wire::Safe;
    }
    match ends(&absent) {
        true => note.open.min(Wire::Warning),
        false => note.open,
    }
}

fn default_action(wire: Wire, rust: Rust) -> &'static str {
    match (wire, rust) {
        (Wire::Breaking, _) => "release a client for the new document before the server changes",
        (Wire::Warning, _) => "ask whoever runs the server, or the conformance suite, what it does",
        (Wire::Safe, Rust::Major) => "regenerate, and change the code that the compiler names",
        (Wire::Safe, Rust::Minor) => "regenerate when what is new is needed",
        (Wire::Safe, Rust::Patch) => "regenerate; nothing to change",
        (Wire::Safe, Rust::None) => "nothing",
    }
}

/// Pairs beyond this many are not looked at: no document that people wrote has so many.
const MOST_PAIRS: usize = 400_000;

/// Everything that is known while two documents are compared.
pub(super) struct Notes<'a> {
    pub(super) old: &'a Value,
    pub(super) new: &'a Value,
    pub(super) pairs: Vec<Pair<'a>>,
    known: HashMap<(String, String, Way), usize>,
    pub(super) queue: VecDeque<usize>,
    operations: Vec<String>,
    roots: Vec<BTreeSet<usize>>,
    found: Vec<(Site, Note)>,
    pub(super) trials: Rc<RefCell<Trials>>,
    /// Whether it is only tried what a client would meet.
    pub(super) trying: bool,
}

impl<'a> Notes<'a> {
    pub(super) fn new(old: &'a Value, new: &'a Value) -> Self {
        Self {
            old,
            new,
            pairs: Vec::new(),
            known: HashMap::new(),
            queue: VecDeque::new(),
            operations: Vec::new(),
            roots: Vec::new(),
            found: Vec::new(),
            trials: Rc::default(),
            trying: false,
        }
    }

    /// Gives an operation its number.
    pub(super) fn operation(&mut self, name: String) -> usize {
        self.operations.push(name);
        self.roots.push(BTreeSet::new());
        self.operations.len() - 1
    }

    pub(super) fn note(&mut self, site: Site, mut note: Note) {
        note.raw = raw(&note);
        self.found.push((site, note));
    }

    /// Has two schemas compared, once, and remembers who leads to them.
    pub(super) fn pair(
        &mut self,
        from: Site,
        old: Node<'a>,
        new: Node<'a>,
        way: Way,
        subject: Subject,
    ) {
        let key = (old.key(), new.key(), way);
        let number = match self.known.get(&key) {
            Some(number) => *number,
            None if self.pairs.len() >= MOST_PAIRS => return,
            None => {
                let number = self.pairs.len();
                self.pairs.push(Pair {
                    old,
                    new,
                    way,
                    subject,
                    leads_to: BTreeSet::new(),
                });
                self.known.insert(key, number);
                self.queue.push_back(number);
                number
            }
        };
        match from {
            Site::Pair(pair) => drop(self.pairs[pair].leads_to.insert(number)),
            Site::Operation(operation) => drop(self.roots[operation].insert(number)),
            Site::Nowhere => {}
        }
    }

    /// The pairs that each operation reaches.
    fn reached(&self) -> Vec<Vec<usize>> {
        let mut by: Vec<Vec<usize>> = vec![Vec::new(); self.pairs.len()];
        for (operation, roots) in self.roots.iter().enumerate() {
            let mut seen = BTreeSet::new();
            let mut open: Vec<usize> = roots.iter().copied().collect();
            while let Some(pair) = open.pop() {
                if seen.insert(pair) {
                    by[pair].push(operation);
                    open.extend(&self.pairs[pair].leads_to);
                }
            }
        }
        by
    }

    /// Everything that was found, once each, with the operations it reaches.
    pub(super) fn finish(mut self) -> Comparison {
        let found = std::mem::take(&mut self.found);
        let reached = if found.is_empty() {
            Vec::new()
        } else {
            self.reached()
        };
        let mut merged: BTreeMap<(&'static str, Option<String>, Option<String>), Gathered> =
            BTreeMap::new();
        for (site, note) in found {
            let operations: Vec<usize> = match site {
                Site::Pair(pair) => reached[pair].clone(),
                Site::Operation(one) => vec![one],
                Site::Nowhere => Vec::new(),
            };
            let key = (note.rule, note.old.clone(), note.new.clone());
            match merged.get_mut(&key) {
                Some(known) => known.join(note, operations),
                None => drop(merged.insert(
                    key,
                    Gathered {
                        note,
                        operations: operations.into_iter().collect(),
                    },
                )),
            }
        }
        let name = |one: &usize| self.operations[*one].clone();
        let mut changes: Vec<Change> = merged.into_values().map(|one| one.change(name)).collect();
        changes.sort_by(|one, other| {
            let key = |change: &Change| {
                (
                    std::cmp::Reverse((change.wire, change.rust)),
                    change.operations.first().cloned(),
                    change
                        .pointer
                        .old
                        .clone()
                        .or_else(|| change.pointer.new.clone()),
                    change.id.clone(),
                )
            };
            key(one).cmp(&key(other))
        });
        Comparison { changes }
    }
}

struct Gathered {
    note: Note,
    operations: BTreeSet<usize>,
}

impl Gathered {
    /// The same change seen another way: the worse verdict counts.
    fn join(&mut self, other: Note, operations: Vec<usize>) {
        self.operations.extend(operations);
        let both = self.note.direction != other.direction;
        let (rust, wrapper) = (
            self.note.rust.max(other.rust),
            self.note.wrapper.max(other.wrapper),
        );
        let open = self.note.open.max(other.open);
        let raw = self.note.raw.max(other.raw);
        if other.wire > self.note.wire {
            self.note = other;
        }
        self.note.rust = rust;
        self.note.wrapper = wrapper;
        self.note.open = open;
        self.note.raw = raw;
        if both {
            self.note.direction = Direction::Component;
        }
    }

    fn change(self, name: impl Fn(&usize) -> String) -> Change {
        let Note {
            rule,
            id,
            direction,
            old,
            new,
            wire,
            open,
            raw,
            rust,
            wrapper,
            text,
            action,
        } = self.note;
        let mut operations: Vec<String> = self.operations.iter().map(name).collect();
        operations.sort_unstable();
        operations.dedup();
        let place = old.as_deref().or(new.as_deref()).unwrap_or_default();
        Change {
            fingerprint: fingerprint(rule, place),
            id,
            operations,
            direction,
            pointer: Places { old, new },
            wire,
            wire_open: open,
            wire_raw: raw,
            rust,
            rust_wrapper: wrapper,
            text,
            action: action.to_owned(),
            seen: None,
        }
    }
}

/// FNV-1a: stable over versions and machines, and nothing here needs to be safe from forgery.
fn fingerprint(rule: &str, place: &str) -> String {
    let bytes = rule.bytes().chain([0]).chain(place.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}
