//! Two schemas, one way.

use std::collections::BTreeSet;

use super::change::{Direction, Rust, Wire};
use super::made::{self, Made};
use super::meaning;
use super::node::{Additional, Node, plain};
use super::notes::{Note, Notes, Site, Subject, Way};
use super::union;
use super::{bounds, more};

/// Compares all pairs that are waiting, and those that they lead to.
pub(super) fn drain(notes: &mut Notes<'_>) {
    while let Some(number) = notes.queue.pop_front() {
        let pair = &notes.pairs[number];
        let at = At {
            number,
            old: pair.old.clone(),
            new: pair.new.clone(),
            way: pair.way,
            subject: pair.subject,
        };
        at.compare(notes);
    }
}

/// A pair while it is compared.
pub(super) struct At<'a> {
    number: usize,
    pub(super) old: Node<'a>,
    pub(super) new: Node<'a>,
    pub(super) way: Way,
    subject: Subject,
}

/// The keyword of a finding, and whether a value of the old document is still one of the new (sent)
/// or the other way round (got).
pub(super) struct Moved {
    pub(super) rule: &'static str,
    pub(super) keyword: &'static str,
    pub(super) text: String,
    pub(super) rust: Rust,
}

impl<'a> At<'a> {
    fn site(&self) -> Site {
        Site::Pair(self.number)
    }

    /// Whether nothing leads to it.
    pub(super) fn is_first(&self) -> bool {
        self.number == 0
    }

    fn direction(&self) -> Direction {
        match (self.subject, self.way) {
            (Subject::Parameter, _) => Direction::Parameter,
            (_, Way::Sent) => Direction::Request,
            (_, Way::Got) => Direction::Response,
        }
    }

    /// What it is called in a sentence.
    pub(super) fn called(&self) -> String {
        let place = self.old.at.rsplit('/').next().unwrap_or_default();
        let place = crate::pointer::unescape(place);
        match self.subject {
            Subject::Property | Subject::Optional => format!("the property `{place}`"),
            Subject::Item => "an item of a list".to_owned(),
            Subject::Parameter => "the parameter".to_owned(),
            Subject::Header => "the header".to_owned(),
            Subject::Body => "the body".to_owned(),
            Subject::Condition => format!("the condition `{place}`"),
        }
    }

    pub(super) fn note(&self, notes: &mut Notes<'a>, wire: Wire, moved: Moved) {
        self.note_open(notes, wire, wire, moved);
    }

    pub(super) fn note_open(&self, notes: &mut Notes<'a>, wire: Wire, open: Wire, moved: Moved) {
        let Moved {
            rule,
            keyword,
            text,
            mut rust,
        } = moved;
        // Nothing is generated of the headers of answers, and of conditions no type.
        match self.subject {
            Subject::Header => rust = Rust::None,
            Subject::Condition => rust = rust.min(Rust::Patch),
            _ => {}
        }
        let id = format!("{}-{}-{rule}", self.way.name(), self.subject.name());
        let text = format!("{}: {text}", self.called());
        let note = Note::new(rule, self.direction(), wire, rust, text)
            .named(id)
            .open(open)
            .at(
                self.old.at_keyword(keyword, &self.new),
                self.new.at_keyword(keyword, &self.old),
            );
        notes.note(self.site(), note);
    }

    /// Breaking if what moved goes against the way.
    pub(super) fn widened(&self, notes: &mut Notes<'a>, moved: Moved) {
        let wire = match self.way {
            Way::Sent => Wire::Safe,
            Way::Got => Wire::Breaking,
        };
        self.note(notes, wire, moved);
    }

    pub(super) fn narrowed(&self, notes: &mut Notes<'a>, moved: Moved) {
        let wire = match self.way {
            Way::Sent => Wire::Breaking,
            Way::Got => Wire::Safe,
        };
        self.note(notes, wire, moved);
    }

    fn compare(&self, notes: &mut Notes<'a>) {
        self.component(notes);
        if self.reference(notes) || self.never(notes) {
            return;
        }
        if union::compare(self, notes) {
            return;
        }
        if !self.types(notes) {
            return;
        }
        self.null(notes);
        self.format(notes);
        self.values(notes);
        bounds::compare(self, notes);
        more::compare(self, notes);
        self.flags(notes);
        self.properties(notes);
        self.additional(notes);
        let items = (self.old.items(notes.old), self.new.items(notes.new));
        match items {
            (Some(old), Some(new)) => notes.pair(self.site(), old, new, self.way, Subject::Item),
            (None, Some(_))
                if self
                    .old
                    .types()
                    .is_some_and(|types| types.contains("array")) =>
            {
                self.narrowed(
                    notes,
                    Moved {
                        rule: "items-constrained",
                        keyword: "items",
                        text: "its items have a schema now".to_owned(),
                        rust: Rust::Major,
                    },
                );
            }
            (Some(_), None)
                if self
                    .new
                    .types()
                    .is_some_and(|types| types.contains("array")) =>
            {
                self.widened(
                    notes,
                    Moved {
                        rule: "items-unconstrained",
                        keyword: "items",
                        text: "its items have no schema any more".to_owned(),
                        rust: Rust::Major,
                    },
                );
            }
            _ => {}
        }
    }

    /// Has something below compared.
    pub(super) fn below(
        &self,
        notes: &mut Notes<'a>,
        old: Node<'a>,
        new: Node<'a>,
        subject: Subject,
    ) {
        notes.pair(self.site(), old, new, self.way, subject);
    }

    /// Alternatives stand where their union stands.
    pub(super) fn beside(&self, notes: &mut Notes<'a>, old: Node<'a>, new: Node<'a>) {
        notes.pair(self.site(), old, new, self.way, self.subject);
    }

    /// A component that is called otherwise is another type in Rust and the same on the wire.
    fn component(&self, notes: &mut Notes<'a>) {
        let (Some(old), Some(new)) = (self.old.component(), self.new.component()) else {
            return;
        };
        if old == new || notes.new.pointer(&self.old.place()).is_some() {
            return;
        }
        let text = format!("the component `{old}` is called `{new}`");
        let note = Note::new(
            "component-renamed",
            Direction::Component,
            Wire::Safe,
            Rust::Major,
            text,
        )
        .at(self.old.place(), self.new.place());
        notes.note(self.site(), note);
    }

    /// What a reference out of the document means is not known: whether there is nothing else to tell.
    fn reference(&self, notes: &mut Notes<'a>) -> bool {
        let (old, new) = (self.old.outside(notes.old), self.new.outside(notes.new));
        if old != new {
            let moved = Moved {
                rule: "reference-changed",
                keyword: "$ref",
                text: "it refers to something else outside the document".to_owned(),
                rust: Rust::Major,
            };
            self.note(notes, Wire::Warning, moved);
        }
        !(old.is_empty() && new.is_empty())
    }

    /// What nothing fits: whether there is nothing else to tell.
    fn never(&self, notes: &mut Notes<'a>) -> bool {
        let moved = |rule, text: &str| Moved {
            rule,
            keyword: "not",
            text: text.to_owned(),
            rust: Rust::Major,
        };
        let both = (self.old.is_never(), self.new.is_never());
        match both {
            (false, true) => self.narrowed(notes, moved("forbidden", "no value of it fits now")),
            (true, false) => {
                self.widened(notes, moved("allowed", "there may be a value of it now"))
            }
            _ => {}
        }
        both != (false, false)
    }

    /// Whether the two can be compared further.
    fn types(&self, notes: &mut Notes<'a>) -> bool {
        let (old, new) = (self.old.types(), self.new.types());
        let covers =
            |wide: &Option<BTreeSet<&str>>, narrow: &Option<BTreeSet<&str>>| match (wide, narrow) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(wide), Some(narrow)) => narrow.iter().all(|one| {
                    wide.contains(one) || (*one == "integer" && wide.contains("number"))
                }),
            };
        if old == new {
            return true;
        }
        let list = |types: &Option<BTreeSet<&str>>| match types {
            None => "anything".to_owned(),
            Some(types) => types.iter().copied().collect::<Vec<_>>().join(" or "),
        };
        let moved = Moved {
            rule: "type-changed",
            keyword: "type",
            text: format!("{} became {}", list(&old), list(&new)),
            rust: Rust::Major,
        };
        match (covers(&new, &old), covers(&old, &new)) {
            (true, _) => self.widened(notes, moved),
            (_, true) => self.narrowed(notes, moved),
            _ => {
                self.note(notes, Wire::Breaking, moved);
                return false;
            }
        }
        true
    }

    fn null(&self, notes: &mut Notes<'a>) {
        // What may be absent is an `Option` anyway.
        let rust = match self.subject == Subject::Optional && self.old.component().is_none() {
            true => Rust::None,
            false => Rust::Major,
        };
        let moved = |rule, text: &str| Moved {
            rule,
            keyword: "nullable",
            text: text.to_owned(),
            rust,
        };
        match (self.old.takes_null(), self.new.takes_null()) {
            (false, true) => self.widened(notes, moved("became-nullable", "it may be null now")),
            (true, false) => {
                self.narrowed(
                    notes,
                    moved("became-not-nullable", "it may not be null any more"),
                );
            }
            _ => {}
        }
    }

    fn format(&self, notes: &mut Notes<'a>) {
        let (old, new) = (self.old.text("format"), self.new.text("format"));
        if old == new {
            return;
        }
        let show =
            |format: Option<&str>| format.map_or("no format".to_owned(), |one| format!("`{one}`"));
        let moved = Moved {
            rule: "format-changed",
            keyword: "format",
            text: format!("{} became {}", show(old), show(new)),
            rust: Rust::Major,
        };
        let wider = |from: Option<&str>, to: Option<&str>| {
            to.is_none()
                || matches!(
                    (from, to),
                    (Some("int32"), Some("int64")) | (Some("float"), Some("double"))
                )
        };
        let wire = match self.way {
            Way::Sent if wider(old, new) => Wire::Safe,
            Way::Sent => Wire::Breaking,
            Way::Got if wider(new, old) => Wire::Safe,
            // Many a reader takes any number or any text; the document cannot say.
            Way::Got if wider(old, new) => Wire::Warning,
            Way::Got => Wire::Breaking,
        };
        self.note(notes, wire, moved);
    }

    fn values(&self, notes: &mut Notes<'a>) {
        let (old, new) = (self.old.values(), self.new.values());
        let show = |values: &mut dyn Iterator<Item = &String>| {
            values.cloned().collect::<Vec<_>>().join(", ")
        };
        match (old, new) {
            (Some(old), Some(new)) => self.listed(notes, &old, &new),
            (None, Some(new)) => {
                let moved = Moved {
                    rule: "enum-introduced",
                    keyword: "enum",
                    text: format!("only {} are values of it now", show(&mut new.iter())),
                    rust: Rust::Major,
                };
                self.narrowed(notes, moved);
            }
            (Some(_), None) => {
                let moved = Moved {
                    rule: "enum-dropped",
                    keyword: "enum",
                    text: "its values are not listed any more".to_owned(),
                    rust: Rust::Major,
                };
                match self.way {
                    Way::Sent => self.note(notes, Wire::Safe, moved),
                    Way::Got => self.note_open(notes, Wire::Breaking, Wire::Safe, moved),
                }
            }
            (None, None) => {}
        }
    }

    /// Two lists of values.
    pub(super) fn listed(
        &self,
        notes: &mut Notes<'a>,
        old: &BTreeSet<String>,
        new: &BTreeSet<String>,
    ) {
        let show = |values: &mut dyn Iterator<Item = &String>| {
            values.cloned().collect::<Vec<_>>().join(", ")
        };

        let gone = show(&mut old.difference(new));
        let came = show(&mut new.difference(old));
        if !gone.is_empty() {
            let moved = Moved {
                rule: "enum-value-removed",
                keyword: "enum",
                text: format!("{gone} is no value of it any more"),
                rust: Rust::Major,
            };
            self.narrowed(notes, moved);
        }
        if !came.is_empty() {
            let moved = Moved {
                rule: "enum-value-added",
                keyword: "enum",
                text: format!("{came} is a value of it now"),
                rust: Rust::Minor,
            };
            match self.way {
                Way::Sent => self.note(notes, Wire::Safe, moved),
                Way::Got => self.note_open(notes, Wire::Breaking, Wire::Safe, moved),
            }
        }
    }

    /// Defaults, deprecation, and what is ours.
    fn flags(&self, notes: &mut Notes<'a>) {
        let default = |node: &Node<'a>| node.first("default").map(plain);
        let (old, new) = (default(&self.old), default(&self.new));
        if old != new {
            // What the server takes for an absent value; in an answer a default says nothing.
            let wire = match self.way {
                Way::Sent => Wire::Warning,
                Way::Got => Wire::Safe,
            };
            let moved = Moved {
                rule: "default-changed",
                keyword: "default",
                text: "what counts where nothing is given is another value".to_owned(),
                rust: self.of_default(old.is_some(), new.is_some()),
            };
            self.note(notes, wire, moved);
        }
        if self.old.flag("deprecated") != self.new.flag("deprecated") {
            let moved = Moved {
                rule: if self.new.flag("deprecated") {
                    "deprecated"
                } else {
                    "no-longer-deprecated"
                },
                keyword: "deprecated",
                text: "whether it is deprecated changed".to_owned(),
                rust: Rust::Patch,
            };
            self.note(notes, Wire::Safe, moved);
        }
        self.classification(notes);
        self.extensible(notes);
        let evidence = (self.old.text("x-evidence"), self.new.text("x-evidence"));
        if let (Some(old), Some(new)) = evidence
            && old != new
        {
            let rank = |grade: &str| "SWOBI".find(grade).unwrap_or(5);
            let weaker = rank(new) > rank(old);
            let moved = Moved {
                rule: if weaker {
                    "evidence-weakened"
                } else {
                    "evidence-strengthened"
                },
                keyword: "x-evidence",
                text: format!("its evidence was {old} and is {new}"),
                rust: Rust::Patch,
            };
            self.note(
                notes,
                if weaker { Wire::Warning } else { Wire::Safe },
                moved,
            );
        }
        let not = (
            meaning::of(notes.old, self.old.first("not")),
            meaning::of(notes.new, self.new.first("not")),
        );
        if not.0 != not.1 {
            let moved = Moved {
                rule: "not-changed",
                keyword: "not",
                text: "what it must not be changed".to_owned(),
                rust: Rust::Patch,
            };
            let wire = match (not.0, not.1, self.way) {
                (None, _, Way::Sent) | (_, None, Way::Got) => Wire::Breaking,
                (None, _, Way::Got) | (_, None, Way::Sent) => Wire::Safe,
                _ => Wire::Warning,
            };
            self.note(notes, wire, moved);
        }
        if self.old.first("xml") != self.new.first("xml") {
            let moved = Moved {
                rule: "xml-changed",
                keyword: "xml",
                text: "how it is written in XML changed".to_owned(),
                rust: Rust::None,
            };
            self.note(notes, Wire::Warning, moved);
        }
    }

    /// Values of which the document says that there may be others: nobody reads them closed.
    fn extensible(&self, notes: &mut Notes<'a>) {
        let keyword = "x-extensible-enum";
        let listed = |node: &Node<'a>| -> Option<BTreeSet<String>> {
            let all = node.first(keyword)?.as_array()?;
            Some(all.iter().map(ToString::to_string).collect())
        };
        let (Some(old), Some(new)) = (listed(&self.old), listed(&self.new)) else {
            return;
        };
        let moved = |rule, text: String| Moved {
            rule,
            keyword,
            text,
            rust: Rust::None,
        };
        for value in old.difference(&new) {
            let text = format!("{value} is no known value of it any more");
            self.narrowed(notes, moved("known-value-removed", text));
        }
        for value in new.difference(&old) {
            let text = format!("{value} is a known value of it now");
            self.note(notes, Wire::Safe, moved("known-value-added", text));
        }
    }

    /// What is personal or secret is a type that shows nothing of it.
    fn classification(&self, notes: &mut Notes<'a>) {
        for keyword in ["x-personal-data", "x-secret"] {
            if self.old.first(keyword) != self.new.first(keyword) {
                let moved = Moved {
                    rule: "classification-changed",
                    keyword,
                    text: "whether it is personal or secret changed".to_owned(),
                    rust: Rust::Major,
                };
                self.note(notes, Wire::Safe, moved);
            }
        }
    }

    /// A property with a default is never absent, and a type of its own has the default.
    fn of_default(&self, was: bool, is: bool) -> Rust {
        let own = matches!(made::of(&self.new), Made::Checked | Made::Listed);
        match (was, is) {
            (true, true) => Rust::Patch,
            _ if self.subject == Subject::Optional => Rust::Major,
            (false, true) if own => Rust::Minor,
            (true, false) if own => Rust::Major,
            _ => Rust::None,
        }
    }

    /// A property that is not part of what goes this way is none.
    fn seen(&self, node: Option<Node<'a>>) -> Option<Node<'a>> {
        let hidden = match self.way {
            Way::Sent => "readOnly",
            Way::Got => "writeOnly",
        };
        node.filter(|node| !node.flag(hidden))
    }

    fn properties(&self, notes: &mut Notes<'a>) {
        let mut names = self.old.property_names();
        names.extend(self.new.property_names());
        let (old_required, new_required) = (self.old.required(), self.new.required());
        let closed =
            |node: &Node<'a>, document| matches!(node.additional(document), Additional::Closed);
        let (old_closed, new_closed) = (closed(&self.old, notes.old), closed(&self.new, notes.new));
        for name in names {
            let (whole_old, whole_new) = (
                self.old.property(notes.old, name),
                self.new.property(notes.new, name),
            );
            let there = (whole_old.is_some(), whole_new.is_some());
            let (old, new) = (self.seen(whole_old.clone()), self.seen(whole_new.clone()));
            let (was, is) = (old_required.contains(name), new_required.contains(name));
            let mut rust = Rust::Minor;
            if there == (true, true) && (old.is_none() != new.is_none()) {
                rust = Rust::Patch;
            }
            match (old, new) {
                (Some(old), Some(new)) => {
                    let places = (old.at.clone(), new.at.clone());
                    if was != is {
                        self.requirement(notes, name, is, places);
                    }
                    let subject = match was || is {
                        true => Subject::Property,
                        false => Subject::Optional,
                    };
                    self.below(notes, old, new, subject);
                }
                (None, Some(new)) => {
                    let (rule, wire) = match self.way {
                        Way::Sent if is => ("required-property-added", Wire::Breaking),
                        Way::Sent => ("property-added", Wire::Safe),
                        Way::Got if old_closed => ("property-added-to-closed", Wire::Breaking),
                        Way::Got => ("property-added", Wire::Safe),
                    };
                    // Whoever makes one, and be it in a test, has to give it.
                    if is && rust == Rust::Minor {
                        rust = Rust::Major;
                    }
                    let text = format!("there is a property `{name}` now");
                    let open = if self.way == Way::Got {
                        Wire::Safe
                    } else {
                        wire
                    };
                    let at = (None, Some(new.at.clone()));
                    self.property(notes, rule, (wire, open, rust), text, at);
                    // Until now it came as one of the fields without a name.
                    if let (Way::Got, Additional::Typed(any)) =
                        (self.way, self.old.additional(notes.old))
                        && !there.0
                    {
                        self.below(notes, any, new, Subject::Property);
                    }
                }
                (Some(old), None) => {
                    let (rule, wire) = match self.way {
                        Way::Sent if new_closed && !there.1 => {
                            ("property-removed-from-closed", Wire::Breaking)
                        }
                        Way::Sent => ("property-removed", Wire::Warning),
                        Way::Got if was => ("required-property-removed", Wire::Breaking),
                        Way::Got => ("property-removed", Wire::Warning),
                    };
                    let rust = if there.1 { Rust::Patch } else { Rust::Major };
                    let text = format!("there is no property `{name}` any more");
                    let at = (Some(old.at.clone()), None);
                    self.property(notes, rule, (wire, wire, rust), text, at);
                    // Now it is one of the fields without a name.
                    if let (Way::Sent, Additional::Typed(any)) =
                        (self.way, self.new.additional(notes.new))
                        && !there.1
                    {
                        self.below(notes, old, any, Subject::Property);
                    }
                }
                (None, None) => {
                    // Nobody sends it, but in Rust it is part of the same type.
                    if let (Some(old), Some(new)) = (whole_old, whole_new)
                        && was != is
                    {
                        let (rule, text) = match is {
                            true => ("became-required", "is required now"),
                            false => ("became-optional", "may be left out now"),
                        };
                        let text = format!("`{name}` {text}");
                        let verdicts = (Wire::Safe, Wire::Safe, Rust::Major);
                        self.property(notes, rule, verdicts, text, (Some(old.at), Some(new.at)));
                    }
                }
            }
        }
        // Names that are required and described nowhere.
        for name in new_required.difference(&old_required) {
            let described = self.new.property(notes.new, name).is_some();
            if !described && self.way == Way::Sent {
                let text = format!("`{name}` is required now");
                let wire = (Wire::Breaking, Wire::Breaking, Rust::Patch);
                let place = self.new.at_keyword("required", &self.new);
                self.property(notes, "became-required", wire, text, (None, Some(place)));
            }
        }
        for name in old_required.difference(&new_required) {
            let described = self.old.property(notes.old, name).is_some();
            if !described && self.way == Way::Got {
                let text = format!("`{name}` may be absent now");
                let wire = (Wire::Breaking, Wire::Breaking, Rust::Patch);
                let place = self.old.at_keyword("required", &self.old);
                self.property(notes, "became-optional", wire, text, (Some(place), None));
            }
        }
    }

    fn requirement(&self, notes: &mut Notes<'a>, name: &str, is: bool, at: (String, String)) {
        let (rule, wire, text) = match (is, self.way) {
            (true, Way::Sent) => ("became-required", Wire::Breaking, "is required now"),
            (true, Way::Got) => ("became-required", Wire::Safe, "always comes now"),
            (false, Way::Sent) => ("became-optional", Wire::Safe, "may be left out now"),
            (false, Way::Got) => ("became-optional", Wire::Breaking, "may be absent now"),
        };
        let text = format!("`{name}` {text}");
        self.property(
            notes,
            rule,
            (wire, wire, Rust::Major),
            text,
            (Some(at.0), Some(at.1)),
        );
    }

    fn property(
        &self,
        notes: &mut Notes<'a>,
        rule: &'static str,
        (wire, open, rust): (Wire, Wire, Rust),
        text: String,
        at: (Option<String>, Option<String>),
    ) {
        let way = self.way.name();
        let id = match rule.contains("property") {
            true => format!("{way}-{rule}"),
            false => format!("{way}-property-{rule}"),
        };
        let note = Note::new(rule, self.direction(), wire, rust, text)
            .named(id)
            .open(open)
            .at(at.0, at.1);
        notes.note(self.site(), note);
    }

    fn additional(&self, notes: &mut Notes<'a>) {
        let (old, new) = (
            self.old.additional(notes.old),
            self.new.additional(notes.new),
        );
        let moved = |rule, text: &str, rust| Moved {
            rule,
            keyword: "additionalProperties",
            text: text.to_owned(),
            rust,
        };
        match (old, new) {
            (Additional::Typed(old), Additional::Typed(new)) => {
                self.below(notes, old, new, Subject::Property);
            }
            (Additional::Open | Additional::Typed(_), Additional::Closed) => self.narrowed(
                notes,
                moved(
                    "additional-properties-closed",
                    "fields without a name are refused now",
                    Rust::Patch,
                ),
            ),
            (Additional::Closed, Additional::Open | Additional::Typed(_)) => {
                let moved = moved(
                    "additional-properties-opened",
                    "there may be fields without a name now",
                    Rust::Patch,
                );
                match self.way {
                    Way::Sent => self.note(notes, Wire::Safe, moved),
                    Way::Got => self.note_open(notes, Wire::Breaking, Wire::Safe, moved),
                }
            }
            (Additional::Open, Additional::Typed(_)) => self.narrowed(
                notes,
                moved(
                    "additional-properties-typed",
                    "fields without a name have a schema now",
                    Rust::Major,
                ),
            ),
            (Additional::Typed(_), Additional::Open) => self.widened(
                notes,
                moved(
                    "additional-properties-untyped",
                    "fields without a name may be anything now",
                    Rust::Major,
                ),
            ),
            (Additional::Open, Additional::Open) | (Additional::Closed, Additional::Closed) => {}
        }
    }
}
