//! Live or test.

use std::fmt;

use serde_json::{Map, Value};

/// Whether a delivery is about a real emergency, as far as it says.
///
/// Three ways, not two: what a delivery does not say is [`Unknown`](Liveness::Unknown), and a
/// person should look at it. Do not drop it as a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Liveness {
    /// The classification is `REAL` and nothing says test.
    Live,
    /// The classification is `TEST` or `internalTest` is true, in either place (C44).
    Test,
    /// It says neither: no classification, or one this version does not know.
    Unknown,
}

impl Liveness {
    /// Whether it is certain to be live.
    #[must_use]
    pub fn is_live(self) -> bool {
        self == Liveness::Live
    }

    /// Whether it is not certain to be a test: live, or unknown.
    #[must_use]
    pub fn may_be_live(self) -> bool {
        self != Liveness::Test
    }

    /// Reads the callout first, then its incidents; anything that says test wins (C44).
    pub(crate) fn read(
        callout: Option<&Map<String, Value>>,
        incidents: &[&Map<String, Value>],
    ) -> Self {
        let places = || callout.into_iter().chain(incidents.iter().copied());
        let flags: Vec<Flag> = places().filter_map(flag).collect();
        let classes: Vec<Class> = places().filter_map(class).collect();
        if flags.contains(&Flag::True) || classes.contains(&Class::Test) {
            return Liveness::Test;
        }
        if flags.contains(&Flag::Odd) {
            return Liveness::Unknown;
        }
        let decisive = match callout.and_then(class) {
            Some(class) => vec![class],
            None => classes,
        };
        let real = !decisive.is_empty() && decisive.iter().all(|class| *class == Class::Real);
        if real {
            Liveness::Live
        } else {
            Liveness::Unknown
        }
    }
}

impl fmt::Display for Liveness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Liveness::Live => "live",
            Liveness::Test => "test",
            Liveness::Unknown => "unknown",
        })
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Flag {
    True,
    False,
    /// There, but neither: not to be taken for "no".
    Odd,
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Real,
    Test,
    Odd,
}

fn flag(object: &Map<String, Value>) -> Option<Flag> {
    match object.get("internalTest")? {
        Value::Null => None,
        Value::Bool(true) => Some(Flag::True),
        Value::Bool(false) => Some(Flag::False),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "" => None,
            "true" => Some(Flag::True),
            "false" => Some(Flag::False),
            _ => Some(Flag::Odd),
        },
        _ => Some(Flag::Odd),
    }
}

fn class(object: &Map<String, Value>) -> Option<Class> {
    let value = match object.get("calloutClassification")? {
        Value::Object(inner) => inner.get("value")?,
        other => other,
    };
    match value {
        Value::Null => None,
        Value::String(text) => match text.trim().to_ascii_uppercase().as_str() {
            "" => None,
            "REAL" => Some(Class::Real),
            "TEST" => Some(Class::Test),
            _ => Some(Class::Odd),
        },
        _ => Some(Class::Odd),
    }
}
