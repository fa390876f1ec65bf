//! Numbers, lengths, counts and patterns.

use serde_json::Value;

use super::change::{Rust, Wire};
use super::made::{self, Made};
use super::node::Node;
use super::notes::{Notes, Way};
use super::schema::{At, Moved};

/// A bound from above or from below.
struct Bound {
    keyword: &'static str,
    /// The older spelling of an exclusive one is a flag, the newer a number.
    exclusive: Option<&'static str>,
    above: bool,
    /// What there is without it, if that is not "none".
    implied: Option<f64>,
    changed: &'static str,
}

const BOUNDS: [Bound; 10] = [
    Bound {
        keyword: "maximum",
        exclusive: Some("exclusiveMaximum"),
        above: true,
        implied: None,
        changed: "maximum-changed",
    },
    Bound {
        keyword: "minimum",
        exclusive: Some("exclusiveMinimum"),
        above: false,
        implied: None,
        changed: "minimum-changed",
    },
    Bound {
        keyword: "maxLength",
        exclusive: None,
        above: true,
        implied: None,
        changed: "max-length-changed",
    },
    Bound {
        keyword: "minLength",
        exclusive: None,
        above: false,
        implied: Some(0.0),
        changed: "min-length-changed",
    },
    Bound {
        keyword: "maxItems",
        exclusive: None,
        above: true,
        implied: None,
        changed: "max-items-changed",
    },
    Bound {
        keyword: "minItems",
        exclusive: None,
        above: false,
        implied: Some(0.0),
        changed: "min-items-changed",
    },
    Bound {
        keyword: "maxProperties",
        exclusive: None,
        above: true,
        implied: None,
        changed: "max-properties-changed",
    },
    Bound {
        keyword: "minProperties",
        exclusive: None,
        above: false,
        implied: Some(0.0),
        changed: "min-properties-changed",
    },
    Bound {
        keyword: "maxContains",
        exclusive: None,
        above: true,
        implied: None,
        changed: "max-contains-changed",
    },
    Bound {
        keyword: "minContains",
        exclusive: None,
        above: false,
        implied: Some(1.0),
        changed: "min-contains-changed",
    },
];

/// A limit, and whether it is itself still allowed.
#[derive(Clone, Copy, PartialEq)]
struct Limit {
    at: f64,
    within: bool,
}

impl Bound {
    fn limit(&self, node: &Node<'_>) -> Option<Limit> {
        let mut tightest: Option<Limit> = None;
        for part in &node.parts {
            let flag = self.exclusive.and_then(|name| part.schema.get(name));
            let plain = part.schema.get(self.keyword).and_then(Value::as_f64);
            let plain = plain.map(|at| Limit {
                at,
                within: flag != Some(&Value::Bool(true)),
            });
            let strict = flag
                .and_then(Value::as_f64)
                .map(|at| Limit { at, within: false });
            for limit in [plain, strict].into_iter().flatten() {
                tightest = Some(match tightest {
                    Some(known) if !self.is_tighter(limit, known) => known,
                    _ => limit,
                });
            }
        }
        let implied = self.implied.map(|at| Limit { at, within: true });
        tightest.or(implied)
    }

    fn is_tighter(&self, one: Limit, other: Limit) -> bool {
        if one.at == other.at {
            return !one.within && other.within;
        }
        (one.at < other.at) == self.above
    }
}

/// The least and the most of a whole number.
pub(super) fn of_integer(node: &Node<'_>) -> (Option<f64>, Option<f64>) {
    let [most, least, ..] = &BOUNDS;
    let ends = |bound: &Bound, inwards: f64| {
        let limit = bound.limit(node)?;
        Some(if limit.within {
            limit.at
        } else {
            limit.at + inwards
        })
    };
    (ends(least, 1.0), ends(most, -1.0))
}

/// Of whole numbers an exclusive limit is the next number.
fn whole(at: &At<'_>, limit: Limit, above: bool) -> Limit {
    let kinds = (at.old.types(), at.new.types());
    let whole = Some(["integer"].into());
    if limit.within || limit.at.fract() != 0.0 || kinds.0 != whole || kinds.1 != whole {
        return limit;
    }
    Limit {
        at: limit.at + if above { -1.0 } else { 1.0 },
        within: true,
    }
}

/// Another type is another one for whoever uses it; and a text that is checked when it is made refuses
/// what the server answered until now.
fn rust(at: &At<'_>, narrower: bool) -> Rust {
    let (old, new) = (made::of(&at.old), made::of(&at.new));
    let refused = narrower && at.way == Way::Got && new == Made::Checked;
    match old != new || refused {
        true => Rust::Major,
        false => Rust::Patch,
    }
}

pub(super) fn compare<'a>(at: &At<'a>, notes: &mut Notes<'a>) {
    for bound in &BOUNDS {
        let (old, new) = (bound.limit(&at.old), bound.limit(&at.new));
        // As nearly everywhere, and without a look at the types.
        if old == new {
            continue;
        }
        if let (Some(old), Some(new)) = (old, new)
            && whole(at, old, bound.above) == whole(at, new, bound.above)
        {
            continue;
        }
        let tighter = match (old, new) {
            (None, _) => true,
            (_, None) => false,
            (Some(old), Some(new)) => {
                bound.is_tighter(whole(at, new, bound.above), whole(at, old, bound.above))
            }
        };
        let show = |limit: Option<Limit>| match limit {
            None => "none".to_owned(),
            Some(Limit { at, within }) if within => at.to_string(),
            Some(Limit { at, .. }) => format!("{at}, exclusive"),
        };
        let moved = Moved {
            rule: bound.changed,
            keyword: bound.keyword,
            text: format!("`{}` was {} and is {}", bound.keyword, show(old), show(new)),
            rust: rust(at, tighter),
        };
        match tighter {
            true => at.narrowed(notes, moved),
            false => at.widened(notes, moved),
        }
    }
    unique(at, notes);
    multiple(at, notes);
    pattern(at, notes);
}

fn unique<'a>(at: &At<'a>, notes: &mut Notes<'a>) {
    let (old, new) = (at.old.flag("uniqueItems"), at.new.flag("uniqueItems"));
    let moved = |text: &str| Moved {
        rule: "unique-items-changed",
        keyword: "uniqueItems",
        text: text.to_owned(),
        rust: Rust::Patch,
    };
    match (old, new) {
        (false, true) => at.narrowed(notes, moved("no item may come twice now")),
        (true, false) => at.widened(notes, moved("an item may come twice now")),
        _ => {}
    }
}

fn multiple<'a>(at: &At<'a>, notes: &mut Notes<'a>) {
    let of = |node: &Node<'_>| {
        let all = node
            .all("multipleOf")
            .filter_map(|(value, _)| value.as_f64());
        all.reduce(of_both)
    };
    let (old, new) = (of(&at.old), of(&at.new));
    if old == new {
        return;
    }
    let divides = |small: Option<f64>, large: Option<f64>| match (small, large) {
        (None, _) => true,
        (Some(small), Some(large)) if small > 0.0 => {
            let times = large / small;
            (times - times.round()).abs() < 1e-9
        }
        _ => false,
    };
    let moved = Moved {
        rule: "multiple-of-changed",
        keyword: "multipleOf",
        text: "what it must be a multiple of changed".to_owned(),
        rust: rust(at, false),
    };
    match (divides(new, old), divides(old, new)) {
        (true, _) => at.widened(notes, moved),
        (_, true) => at.narrowed(notes, moved),
        _ => at.note(notes, Wire::Breaking, moved),
    }
}

/// What is a multiple of two numbers, as far as they are whole.
fn of_both(one: f64, other: f64) -> f64 {
    const EXACT: f64 = 9e15;
    let whole = |number: f64| number.fract() == 0.0 && number > 0.0 && number < EXACT;
    if !(whole(one) && whole(other)) {
        return one.max(other);
    }
    let (mut large, mut small) = (one, other);
    while small > 0.0 {
        (large, small) = (small, large % small);
    }
    one / large * other
}

/// Whether one pattern lies within another cannot be told in general.
fn pattern<'a>(at: &At<'a>, notes: &mut Notes<'a>) {
    let patterns = |node: &Node<'a>| {
        let mut all: Vec<&str> = node
            .all("pattern")
            .filter_map(|(value, _)| value.as_str())
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let (old, new) = (patterns(&at.old), patterns(&at.new));
    if old == new {
        return;
    }
    // Only the loss of a pattern refuses nothing that came until now.
    let narrower = !new.iter().all(|one| old.contains(one));
    let moved = |rule, text: &str| Moved {
        rule,
        keyword: "pattern",
        text: text.to_owned(),
        rust: rust(at, narrower),
    };
    if old.iter().all(|one| new.contains(one)) {
        at.narrowed(
            notes,
            moved("pattern-added", "it must follow a pattern now"),
        );
    } else if new.iter().all(|one| old.contains(one)) {
        // A reader seldom holds what it gets to a pattern.
        let wire = match at.way {
            Way::Sent => Wire::Safe,
            Way::Got => Wire::Warning,
        };
        at.note(
            notes,
            wire,
            moved("pattern-removed", "it need not follow a pattern any more"),
        );
    } else {
        let open = match at.way {
            Way::Sent => Wire::Warning,
            Way::Got => Wire::Safe,
        };
        at.note_open(
            notes,
            Wire::Warning,
            open,
            moved("pattern-changed", "it must follow another pattern"),
        );
    }
}
