//! A change, and what it means to whom.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::seen::Seen;

/// What a change does to a client that was built from the old document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wire {
    /// It goes on working.
    Safe,
    /// The documents cannot decide it, or data silently changes meaning.
    Warning,
    /// It may send what is refused, or get what it cannot read.
    Breaking,
}

/// Which bump of the version a change asks of a crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rust {
    /// Nothing that is generated moves.
    None,
    /// It moves inside.
    Patch,
    /// There is something more.
    Minor,
    /// Code that compiles today may not tomorrow.
    Major,
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Direction {
    /// What a client sends.
    Request,
    /// What it gets.
    Response,
    /// A parameter of an operation.
    Parameter,
    /// A status of an answer.
    Status,
    /// A media type.
    MediaType,
    /// Who may call.
    Security,
    /// Where the API is.
    Server,
    /// A component that is both sent and received, or neither.
    Component,
    /// An operation as a whole.
    Operation,
}

/// One change, at its root: however many operations it reaches, it is there once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// What kind of change it is, in kebab case; it does not change between versions.
    pub id: String,
    /// The operations that it reaches, as `GET /callouts/{calloutId}`, sorted.
    pub operations: Vec<String>,
    /// What it is about.
    pub direction: Direction,
    /// Where it is in either document, if it is there.
    pub pointer: Places,
    /// For a client that reads enums closed and takes the document at its word.
    pub wire: Wire,
    /// For one that takes an unknown value of an enum and an unknown field as they come.
    pub wire_open: Wire,
    /// For a caller of the raw crate of this workspace, which besides holds no answer to a bound or a
    /// format, and reads what is absent or null as `None`: that is a warning then.
    pub wire_raw: Wire,
    /// For the generated crate.
    pub rust: Rust,
    /// For the wrapper around it.
    pub rust_wrapper: Rust,
    /// What changed.
    pub text: String,
    /// What a caller must do.
    pub action: String,
    /// The same for the same change at the same place, whatever the texts are.
    pub fingerprint: String,
    /// What a live server shows of it, if it was held against one and can be seen in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
}

/// Where a change is in the two documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Places {
    /// A JSON pointer into the old document.
    pub old: Option<String>,
    /// A JSON pointer into the new one.
    pub new: Option<String>,
}

/// All changes between two documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    pub(super) changes: Vec<Change>,
}

impl Comparison {
    /// Every change, the worst first.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The worst for the wire; none without any change.
    #[must_use]
    pub fn wire(&self) -> Option<Wire> {
        self.changes.iter().map(|change| change.wire).max()
    }

    /// The bump that the generated crate needs.
    #[must_use]
    pub fn rust(&self) -> Rust {
        let all = self.changes.iter().map(|change| change.rust);
        all.max().unwrap_or(Rust::None)
    }

    /// The bump that the wrapper needs.
    #[must_use]
    pub fn rust_wrapper(&self) -> Rust {
        let all = self.changes.iter().map(|change| change.rust_wrapper);
        all.max().unwrap_or(Rust::None)
    }
}

impl Wire {
    /// As it stands in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Warning => "warning",
            Self::Breaking => "breaking",
        }
    }
}

impl Rust {
    /// As it stands in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

impl fmt::Display for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Rust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
