//! An id that answers carry as a number or as text.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An id sent as a number or as text (C45); kept as sent, compared by its text.
///
/// ```
/// use people_protect_api::IdOrText;
///
/// let number: IdOrText = serde_json::from_str("99001").unwrap();
/// let text: IdOrText = serde_json::from_str("\"99001\"").unwrap();
/// assert_eq!(number, text);
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum IdOrText {
    /// Sent as a number.
    Id(i64),
    /// Sent as text.
    Text(String),
}

impl fmt::Display for IdOrText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IdOrText::Id(id) => id.fmt(f),
            IdOrText::Text(text) => f.write_str(text),
        }
    }
}

impl PartialEq for IdOrText {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl Eq for IdOrText {}

impl From<i64> for IdOrText {
    fn from(id: i64) -> Self {
        IdOrText::Id(id)
    }
}

impl From<&str> for IdOrText {
    fn from(text: &str) -> Self {
        IdOrText::Text(text.to_owned())
    }
}

impl From<String> for IdOrText {
    fn from(text: String) -> Self {
        IdOrText::Text(text)
    }
}
