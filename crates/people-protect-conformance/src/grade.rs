//! How well something is known.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The grade of a rule, or of one part of it. `openapi/rules.md` says what each means.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum Grade {
    /// Stated by the current documentation.
    S,
    /// Seen on the wire.
    W,
    /// Documented earlier.
    O,
    /// Reported by an integrator.
    B,
    /// An assumption of this project.
    I,
}

impl Grade {
    /// Whether a server that does otherwise breaks a rule. With any other grade it differs from
    /// what was believed, which is a finding and no fault.
    #[must_use]
    pub fn binds(self) -> bool {
        matches!(self, Self::S | Self::W)
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// A text that is no grade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoGrade(String);

impl fmt::Display for NoGrade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no grade; there are S, W, O, B and I", self.0)
    }
}

impl std::error::Error for NoGrade {}

impl FromStr for Grade {
    type Err = NoGrade;

    fn from_str(text: &str) -> Result<Self, NoGrade> {
        match text.trim().to_ascii_uppercase().as_str() {
            "S" => Ok(Self::S),
            "W" => Ok(Self::W),
            "O" => Ok(Self::O),
            "B" => Ok(Self::B),
            "I" => Ok(Self::I),
            _ => Err(NoGrade(text.to_owned())),
        }
    }
}
