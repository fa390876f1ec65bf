//! Why a document could not become a contract.

use std::fmt;

/// What went wrong while loading, for code that has to branch on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadErrorKind {
    /// The file could not be read.
    Read,
    /// The file is not text, or the text is neither YAML nor JSON, too large, or repeats a key.
    Syntax,
    /// The text is an OpenAPI version, or uses a construct, that this crate does not take.
    Unsupported,
    /// The text parses, but is no OpenAPI document.
    Shape,
}

/// A document that could not be loaded.
///
/// Its `Display` is one line a person can act on: the document's name, the place (line and column
/// for bad syntax, a JSON pointer for everything else), what is wrong, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadError {
    kind: LoadErrorKind,
    name: String,
    place: Place,
    message: String,
    hint: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Nowhere,
    Text { line: u64, column: u64 },
    Pointer(String),
}

impl LoadError {
    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> LoadErrorKind {
        self.kind
    }

    /// The name under which the document was loaded, usually its path.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Line and column (both from 1) of bad syntax.
    #[must_use]
    pub fn line_and_column(&self) -> Option<(u64, u64)> {
        match self.place {
            Place::Text { line, column } => Some((line, column)),
            _ => None,
        }
    }

    /// JSON pointer of the construct that is refused.
    #[must_use]
    pub fn pointer(&self) -> Option<&str> {
        match &self.place {
            Place::Pointer(pointer) => Some(pointer),
            _ => None,
        }
    }

    /// What is wrong, without place and advice.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &str {
        &self.hint
    }

    pub(crate) fn read(name: &str, error: &std::io::Error) -> Self {
        Self {
            kind: LoadErrorKind::Read,
            name: name.to_owned(),
            place: Place::Nowhere,
            message: format!("cannot be read: {error}"),
            hint: "check the path and its permissions".to_owned(),
        }
    }

    pub(crate) fn syntax(
        name: &str,
        at: Option<(u64, u64)>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            kind: LoadErrorKind::Syntax,
            name: name.to_owned(),
            place: at.map_or(Place::Nowhere, |(line, column)| Place::Text {
                line,
                column,
            }),
            message: message.into(),
            hint: hint.into(),
        }
    }

    pub(crate) fn unsupported(
        name: &str,
        pointer: impl Into<String>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            kind: LoadErrorKind::Unsupported,
            name: name.to_owned(),
            place: Place::Pointer(pointer.into()),
            message: message.into(),
            hint: hint.into(),
        }
    }

    pub(crate) fn shape(name: &str, pointer: impl Into<String>, message: String) -> Self {
        Self {
            kind: LoadErrorKind::Shape,
            name: name.to_owned(),
            place: Place::Pointer(pointer.into()),
            message,
            hint: "compare this place with the OpenAPI 3.0.3 specification".to_owned(),
        }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match &self.place {
            Place::Nowhere => {}
            Place::Text { line, column } => write!(f, ":{line}:{column}")?,
            Place::Pointer(pointer) if pointer.is_empty() => {}
            Place::Pointer(pointer) => write!(f, " at {pointer}")?,
        }
        write!(f, ": {}; {}", self.message, self.hint)
    }
}

impl std::error::Error for LoadError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_names_file_place_fault_and_remedy_in_one_line() {
        let error = LoadError::syntax("a.yaml", Some((3, 7)), "unexpected end", "close it");
        assert_eq!(error.to_string(), "a.yaml:3:7: unexpected end; close it");
        let error = LoadError::unsupported("a.yaml", "/swagger", "is Swagger 2", "convert it");
        assert_eq!(
            error.to_string(),
            "a.yaml at /swagger: is Swagger 2; convert it"
        );
        assert_eq!(error.pointer(), Some("/swagger"));
        assert_eq!(error.line_and_column(), None);
    }
}
